"""Names of everyday use: each leads to the entry that is usually meant, and says so where it may
mean another one."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog import devices, models

EVERYDAY = {
    devices: """
A100: a100-sxm-80gb | A100 80GB: a100-sxm-80gb | A100 PCIe: a100-pcie-80gb | V100: v100-sxm2-16gb
H100: h100-sxm-80gb | H100 SXM: h100-sxm-80gb | H100 PCIe: h100-pcie-80gb | H200: h200-sxm
H800: h800-sxm | H20: h20 | GH200: gh200-per-gpu | B200: b200-sxm | B300: b300-sxm
GB200: gb200-nvl72-per-gpu | GB300 NVL72: gb300-nvl72-per-gpu | Rubin: rubin-per-gpu
P100: p100-pcie-16gb-kaggle | T4: t4 | L4: l4 | L40: l40 | L40S: l40s | A10G: a10g-aws-g5
A40: a40 | A6000: rtx-a6000 | MI300X: mi300x | MI300: mi300x | MI325X: mi325x | MI355X: mi355x
MI250X: mi250x | RTX 3090: rtx-3090 | RTX 4090: rtx-4090 | 4090: rtx-4090 | RTX 5090: rtx-5090
RTX 3060: rtx-3060-12gb | RTX 4080: rtx-4080-16gb | RTX PRO 6000: rtx-pro-6000-blackwell-server
TPU v4: tpu-v4 | TPU v5: tpu-v5p | TPU v5e: tpu-v5e | Trillium: tpu-v6e-trillium
Ironwood: tpu-v7x-ironwood | Gaudi 2: gaudi2 | Gaudi 3: gaudi3 | Trainium2: trainium2
M4: apple-m4-10-core-gpu | M5 Max: apple-m5-max | M4 Max: apple-m4-max-40-core-gpu
Raspberry Pi 5: raspberry-pi-5""",
    models: """
llama-3.1-8b: llama-3-1-8b | llama-3.1-70b: llama-3-1-70b | llama-3.1-405b: llama-3-1-405b
llama-3.3-70b: llama-3-3-70b | llama-3.2-1b: llama-3-2-1b | llama-3.2-3b: llama-3-2-3b
llama-3-8b: llama-3-8b | llama-3: llama-3-8b | llama-2-7b: llama-2-7b | llama-7b: llama-7b
llama: llama-3-1-8b | Llama-3.1-8B-Instruct: llama-3-1-8b | Llama-3.3-70B-Instruct: llama-3-3-70b
Llama-2-7b-chat-hf: llama-2-7b | mistral-7b: mistral-7b-v0-1 | mixtral: mixtral-8x7b-v0-1
mixtral-8x7b-instruct: mixtral-8x7b-v0-1 | qwen2.5-7b: qwen2-5-7b
Qwen2.5-72B-Instruct: qwen2-5-72b | qwen3-8b: qwen3-8b
Qwen3-30B-A3B-Instruct-2507: qwen3-30b-a3b | Qwen3-Coder: qwen3-coder-480b-a35b
gemma-2-9b-it: gemma-2-9b | gemma-3-27b: gemma-3-27b-text | gemma-3-27b-it: gemma-3-27b-text
gpt-2: gpt-2-124m | gpt-2-xl: gpt-2-xl | gpt-3: gpt-3-175b | gpt-4: gpt-4 | gpt-oss: gpt-oss-120b
gpt-j: gpt-j-6b | bloom: bloom-176b | opt: opt-175b | falcon-40b: falcon-40b
phi-3: phi-3-mini-4k-instruct | phi-4: phi-4 | deepseek-v3: deepseek-v3 | deepseek-r1: deepseek-v3
kimi-k2: kimi-k2 | kimi-k2.5: kimi-k2-5 | glm-4.5: glm-4-5 | glm-4.6: glm-4-5
glm-4.5-air: glm-4-5-air | minimax-m2: minimax-m2-5 | olmo-3: olmo-3-32b | pythia: pythia-12b
smollm2: smollm2-1-7b | tinyllama: tinyllama-1-1b | t5: t5-11b | dbrx: dbrx | palm: palm-540b
chinchilla: chinchilla-70b | mt-nlg: mt-nlg-530b | glam: glam-64b-64e | sdxl: sdxl-base-unet
sd3: sd3-medium-mmdit | flux: flux-1-dev | flux.2: flux-2-dev | wan 2.1: wan2-1-t2v-14b""",
}


@pytest.mark.parametrize(
    ("one", "name", "key"),
    [
        (one, *pair.strip().rsplit(": ", 1))
        for one, text in EVERYDAY.items()
        for pair in text.replace("\n", "|").split("|")
        if pair.strip()
    ],
    ids=lambda item: getattr(item, "name", item),
)
def test_names_of_everyday_use(one: Any, name: str, key: str) -> None:
    for written in (name, name.upper(), name.lower(), name.replace("-", " ")):
        assert one.key(written) == key, written


def test_an_everyday_name_that_may_mean_several_says_which_was_taken() -> None:
    taken = devices.resolved("A100")
    assert (taken.key, taken.usual) == ("a100-sxm-80gb", True)
    assert set(taken.others) == {"a100-sxm-40gb", "a100-pcie-40gb", "a100-pcie-80gb"}
    assert "'A100' is taken as a100-sxm-80gb" in taken.note and "a100-sxm-40gb" in taken.note
    assert "llama-33b" not in models.resolved("Llama 3").note
    assert not devices.resolved("H100").usual and devices.resolved("H100").note == ""
    for name in ("t5-base", "A10000", "llama-3.1-9b"):  # near names are no everyday names
        with pytest.raises(KeyError):
            (models if "A1" not in name else devices)[name]
