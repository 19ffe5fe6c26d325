"""Servers, steps and drafts of rows, by hand."""

from __future__ import annotations

import pytest

from course_lib.commands.validate import newer_rows
from course_lib.commands.validate.files import Given
from course_lib.commands.validate.guesses import Guess

GIB = 2**30


def predict(**cells: str) -> dict[str, float]:
    found = newer_rows.predict(Given(cells=cells))
    return {name: answer.range.value for name, answer in found.items() if isinstance(answer, Guess)}


MEMORY = {
    "group": "vllm_memory_v0.19", "model": "meta-llama/Llama-3.1-8B-Instruct",
    "device": "H100 SXM 80GB", "tp": "1", "max_len": "8192", "gpu_memory_utilization": "0.95",
}  # fmt: skip


@pytest.mark.parametrize(
    ("model", "precision", "gib"),
    [  # logged by vLLM 0.19 and 0.11 on H100 (llm-d-planner, branch of jgchn, at a95e9f6)
        ("meta-llama/Llama-3.1-8B-Instruct", "bfloat16", 14.99),
        ("codellama/CodeLlama-7b-hf", "bfloat16", 12.56),
        ("deepseek-ai/DeepSeek-V2-Lite-Chat", "bfloat16", 29.43),
        ("RedHatAI/Llama-3.3-70B-Instruct-fp8-dynamic", "bfloat16, compressed-tensors", 67.76),
        ("openai/gpt-oss-20b", "bfloat16, mxfp4", 13.47),
    ],
)
def test_weights_are_those_of_the_format(model: str, precision: str, gib: float) -> None:
    found = predict(**MEMORY | {"model": model, "precision": precision})
    assert found["weights_gib"] == pytest.approx(gib, rel=0.05)


def test_a_cache_by_hand() -> None:
    found = predict(**MEMORY)
    # Llama 3.1 8B: 32 layers x 2 x 8 heads x 128 x 2 bytes a token
    assert found["kv_cache_gib"] * GIB / found["kv_cache_tokens"] == pytest.approx(131072)
    assert found["max_concurrency"] == pytest.approx(found["kv_cache_tokens"] / 8192)
    narrow = predict(**MEMORY | {"precision": "bfloat16, KV fp8"})
    assert narrow["kv_cache_tokens"] == pytest.approx(2 * found["kv_cache_tokens"])
    two = predict(**MEMORY | {"tp": "2"})
    assert two["weights_gib"] == pytest.approx(found["weights_gib"] / 2)
    parts = ("weights_gib", "activation_gib", "non_torch_gib", "kv_cache_gib")
    for each in (found, two):  # of 79.19 GiB
        assert sum(each[name] for name in parts) == pytest.approx(0.95 * 79.19, rel=0.001)


def test_a_server_of_another_version_keeps_more() -> None:
    """vLLM 0.11 logged 4.76 GiB of activations, 0.19 logged 1.89, both of Llama 3.1 8B."""
    newest = predict(**MEMORY)
    new, old = (predict(**MEMORY | {"framework": f"vLLM {name}"}) for name in ("0.19.0", "0.11"))
    assert new == newest
    assert old["activation_gib"] == pytest.approx(4.76, rel=0.05)
    assert new["activation_gib"] == pytest.approx(1.89, rel=0.05)
    assert "cuda_graph_gib" in new and "cuda_graph_gib" not in old


SERVED = {
    "group": "serving_silicon", "model": "Qwen/Qwen3-32B", "device": "H100 SXM 80GB",
    "n_devices": "2", "precision": "fp8", "tp": "2", "input_len": "1024", "output_len": "1024",
}  # fmt: skip


STEP = {
    "group": "training_megatron_bridge", "model": "LLAMA3_70B", "device": "H100 SXM 80GB",
    "n_devices": "64", "precision": "BF16", "tp": "4", "pp": "4", "cp": "1", "ep": "1",
    "setting": "Pre-Training", "global_batch": "128", "seq_len": "8192",
}  # fmt: skip


def test_flops_of_a_step_by_hand() -> None:
    found = predict(**STEP)
    # six a weight, without the table that is looked up, and half of the pairs in 80 layers
    each = 6 * (70.55e9 - 128256 * 8192) + 6 * 80 * 8192 * 8192
    ratio = found["model_tflops_per_gpu"] * 1e12 / found["tokens_per_s_per_gpu"]
    assert ratio == pytest.approx(each, rel=0.01)


def test_eight_bits_are_quicker() -> None:
    slow, quick = (
        predict(**STEP | {"precision": name})["tokens_per_s_per_gpu"] for name in ("BF16", "FP8")
    )
    assert slow < quick < 2 * slow


def test_a_group_of_another_name_goes_by_what_it_gives() -> None:
    for cells in (MEMORY, SERVED | {"concurrency": "8"}, STEP):
        assert predict(**cells | {"group": "new"}) == predict(**cells)
