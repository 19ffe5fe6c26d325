"""Kinds of programs by what the files call them."""

from __future__ import annotations

import pytest

from course_lib.commands.validate import programs
from course_lib.estimators.inference import SOFTWARE


@pytest.mark.parametrize(
    ("framework", "kind"),
    [
        ("vLLM", "server"),
        ("sglang nightly-dev-20260216-d3bae71e", "server"),
        ("SGLang, EAGLE-3 draft", "server"),
        ("trtllm 1.2.0rc6.post2", "tuned"),
        ("TensorRT-LLM v1.0 (PyTorch backend)", "tuned"),
        ("gpt-fast", "tuned"),
        ("llama.cpp (May 2024)", "llama.cpp"),
        ("FasterTransformer", "kernels"),
        ("ds-inference fp16", "kernels"),
        ("Megatron", "plain"),
        ("SAT (PyTorch/Megatron)", "plain"),
        ("accelerate int8 bnb 4gpu", "plain"),
        ("HF transformers/diffusers", "plain"),
        ("", None),
    ],
)
def test_every_framework_of_the_files_has_its_kind(framework: str, kind: str | None) -> None:
    assert programs.software(framework) == kind
    assert kind is None or kind in SOFTWARE
