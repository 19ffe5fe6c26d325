"""Which kind of program a row was measured with, by what its column `framework` says."""

from __future__ import annotations

import re

from course_lib.catalog.constants import constant

KINDS = (
    (re.compile(r"(?i)llama\.cpp|ollama|executorch"), "llama.cpp"),
    (re.compile(r"(?i)gpt-fast|tensorrt|trt-?llm"), "tuned"),
    (re.compile(r"(?i)vllm|sglang|\btgi\b|lmdeploy"), "server"),
    (re.compile(r"(?i)fastertransformer|ds-inference|deepspeed-inference"), "kernels"),
    (re.compile(r"(?i)accelerate|transformers|megatron|pytorch|\bSAT\b|ds-zero"), "plain"),
)
"""Kinds of `inference.SOFTWARE` by what names them, the first that fits."""
NARROW_CACHE = re.compile(r"(?i)fp8|fp4")
"""Weights beside which TensorRT-LLM keeps its cache in fp8, as its published checkpoints do."""


def software(framework: str) -> str | None:
    """The kind of program; None where none is known, for the estimator's default.

    >>> software("vLLM 0.12.0"), software("FasterTransformer"), software("")
    ('server', 'kernels', None)
    """
    return next((name for rule, name in KINDS if rule.search(framework)), None)


def cache_format(framework: str, precision: str) -> str:
    """Format of the cache.

    >>> cache_format("TensorRT-LLM v1.0", "fp8"), cache_format("vLLM", "fp8")
    ('fp8', 'bf16')
    """
    narrow = software(framework) == "tuned" and NARROW_CACHE.search(precision)
    return "fp8" if narrow else "bf16"


def request_seconds(framework: str) -> float:
    """Seconds from a request to the start of its pass in a server with nobody else there.

    >>> request_seconds("sglang 0.5.9") > request_seconds("vllm 0.19.0") > 0
    True
    """
    slow = "sglang" in framework.lower()
    return constant("answer-request-sglang" if slow else "answer-request")


def layers_handed_on(parallelism: str, framework: str) -> bool:
    """Whether the devices hold whole layers one after the other.

    >>> layers_handed_on("llama.cpp layer split", ""), layers_handed_on("tp8", "vLLM")
    (True, False)
    """
    return "layer split" in parallelism or framework.startswith("accelerate")
