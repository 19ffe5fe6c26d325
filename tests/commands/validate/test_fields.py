"""Cells in words."""

from __future__ import annotations

import pytest

from course_lib.catalog import devices
from course_lib.commands.validate import fields
from course_lib.commands.validate.files import Given, Unpredictable


@pytest.mark.parametrize(
    ("text", "seq", "sequences"),
    [
        ("", 2048, None),
        ("512 seqs", 2048, 512),
        ("2,097,152 tokens", 2048, 1024),
        ("16M tokens (32 seqs per DP rank)", 8192, 2048),
        ("2048 seqs (4M tokens)", 2048, 2048),
        ("1536 (config) / 1538 (paper) seqs", 2048, 1536),
        ("512->2048 seqs", 2048, 2048),
        ("0.5M tokens", 1024, 512),
        ("64", 2048, 64),
    ],
)
def test_batches(text: str, seq: int, sequences: int | None) -> None:
    assert fields.batch_sequences(text, seq) == sequences


@pytest.mark.parametrize("text", ["many", "0 seqs", "2048 images", "->"])
def test_what_is_no_batch(text: str) -> None:
    with pytest.raises(Unpredictable, match="batch"):
        fields.batch_sequences(text, 2048)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", None), ("bfloat16", "bf16"), ("F16", "fp16"), ("fp8", "fp8"), ("mxfp4", "mxfp4"),
        ("fp4", "fp4"), ("Q4_0 (assumed by thread)", "int4"), ("int4-g32", "int4"),
        ("RedHatAI/Qwen2.5-7B-Instruct-quantized.w8a8", "int8"), ("float32", "fp32"),
        ("bfloat16, compressed-tensors", "bf16"), ("float16, gptq_marlin", "int4"),
    ],
)  # fmt: skip
def test_formats_of_weights(text: str, name: str | None) -> None:
    assert fields.stored_format(text) == name


def test_products_in_eight_bits_need_a_device_that_has_them() -> None:
    assert fields.product_format("MXFP8", devices["B200 SXM"]) == "fp8"
    assert fields.product_format("fp8", devices["A100 80GB"]) == "bf16"
    assert fields.product_format("fp32", devices["A100 80GB"]) == "fp32"
    assert fields.product_format("fp16/fp32 mixed", devices["A100 80GB"]) == "bf16"


@pytest.mark.parametrize("text", ["4", "-1", "x"])
def test_what_is_no_stage(text: str) -> None:
    with pytest.raises(Unpredictable, match="zero_stage"):
        fields.sharding(text)


def test_counts_of_devices() -> None:
    for text in ("0", "-3", "many", "1e12"):
        with pytest.raises(Unpredictable, match="n_devices"):
            fields.device_count(text)
    with pytest.raises(Unpredictable, match="act_ckpt"):
        fields.recomputation("sometimes")
    with pytest.raises(Unpredictable, match="seq_len is not told"):
        fields.needed_whole(Given(cells={}), "seq_len")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Megatron-Bridge", True), ("GPT 8B (Megatron-Core r0.8)", True), ("NeMo 24.03", True),
        ("175B (MegaScale)", True), ("Megatron-LM", False), ("megascale paper", False),
        ("torchtitan", False), ("", False), ("Nemotron-4 340B", False), ("Mistral NeMo 12B", False),
    ],
)  # fmt: skip
def test_programs_that_their_vendor_tunes(text: str, found: bool) -> None:
    assert fields.tuned(text) is found


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("Llama 3.1 405B 1F1B", 1), ("1f1b", 1), ("405B Interleaved 1F1B", None),
        ("interleaved", None), ("", None),
    ],
)  # fmt: skip
def test_schedules_that_take_a_stages_layers_at_one_go(text: str, groups: int | None) -> None:
    assert fields.interleave(text) == groups
