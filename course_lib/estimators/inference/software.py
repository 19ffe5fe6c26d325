"""What programs reach of a device when they answer: one small record a kind of program.

Design choices:
- Four kinds cover what is published, and a fifth stands for older servers. They differ in what they
  do between the products: recorded steps without launches, launches one by one, work of the host
  for every sequence, attention that keeps its scores in memory. What they share is one constant.
- Every number comes from the table of constants (`catalog/facts/efficiency/`, keys
  "answer-..."), where it is said how it was found.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.constants import constant

SOFTWARE = ("tuned", "server", "kernels", "plain", "llama.cpp")
"""Kinds of programs.

tuned: compiled for the model, steps recorded and replayed (gpt-fast, TensorRT-LLM). server:
continuous batching by a host program (vLLM, SGLang). kernels: hand-written kernels, launched one by
one (FasterTransformer, DeepSpeed-Inference). plain: PyTorch as it stands (Hugging Face generate,
accelerate, Megatron). llama.cpp: that, with its number formats."""
DEFAULT = "tuned"
"""What None stands for: the machine's own limits show best through it."""
PIECE = 512
"""Tokens of a prompt that llama.cpp reads at a time (its default, `--ubatch-size`)."""
RECORDED = 512
"""Tokens up to which a pass is a recorded one: the largest size that vLLM and TensorRT-LLM record
by default. Longer passes launch their kernels one by one."""
FEW = 32
"""Tokens up to which a product unpacks narrow weights as it reads them; for more they are unpacked
into memory first, by programs without kernels for that."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Software:
    """A kind of program: what it reaches, and what it adds.

    >>> tuned, plain = software("tuned"), software("plain")
    >>> plain.layer_seconds > 5 * tuned.layer_seconds
    True
    """

    name: str
    """One of `SOFTWARE`."""
    bandwidth_reached: float
    """Part of the memory's bandwidth that weights and activations are read with."""
    stacked_bandwidth_reached: float
    """The same for weights in memory that is stacked beside the chip (HBM)."""
    cache_reached: float | None
    """Part that the cache is read with; None for that of the weights."""
    peak_reached: float
    """Part of the 16-bit peak that matrix products reach."""
    unpacking: float
    """Part of the bandwidth that is left where weights are unpacked on the way in."""
    unpacks_first: bool
    """Whether the narrow weights of a prompt's pass are unpacked into memory first."""
    layer_seconds: float
    """Time a layer takes beside its bytes and its arithmetic."""
    long_layer_seconds: float
    """Further time a layer takes in passes of more than `RECORDED` tokens."""
    step_seconds: float
    """Time of a pass beside its layers: sampling, the host's loop."""
    sequence_seconds: float
    """The host's time for each sequence of a pass."""
    request_seconds: float
    """Time from a request to the start of its pass, with nobody else there."""
    reduce_seconds: float
    """Time to start an all-reduce, for each doubling of the devices and twice more."""
    score_bytes: float
    """Bytes moved for each score of a prompt's attention; 0 where the scores stay on the chip."""
    activation_bytes: float
    """Bytes moved for each token, layer and number of the model's width, beside the weights."""
    piece: int | None
    """Tokens of a prompt that are read at a time and handed on; None for all of them."""
    sums: str
    """Format in which products of fp16 are added up: "fp32" or "fp16"."""


def software(name: str | None = None) -> Software:
    """The record of a kind of program.

    Args:
        name: one of `SOFTWARE`; None for `DEFAULT`.

    Raises:
        ValueError: no such kind.

    >>> software().name, software("llama.cpp").piece
    ('tuned', 512)
    """
    name = checks.one_of("software", DEFAULT if name is None else name, SOFTWARE)
    fused = name in ("tuned", "server")
    own = {field: constant(key) for field, key in _OWN[name].items()}
    reached = constant("answer-bandwidth")
    shared: dict[str, float | None] = {
        "bandwidth_reached": reached,
        "stacked_bandwidth_reached": reached,
        "cache_reached": None if fused else constant("answer-cache-unfused"),
        "peak_reached": constant("answer-products"),
        "unpacking": constant("answer-unpacking"),
        "long_layer_seconds": constant("answer-long-layer") if fused else 0.0,
        "step_seconds": 0.0,
        "sequence_seconds": 0.0,
        "request_seconds": 0.0,
        "reduce_seconds": constant("answer-reduce" if fused else "answer-reduce-launched"),
        "score_bytes": 0.0 if fused else constant("answer-scores"),
        "activation_bytes": constant("answer-activations"),
    }
    return Software(
        name=name,
        unpacks_first=not fused,
        piece=PIECE if name == "llama.cpp" else None,
        sums="fp16" if name == "llama.cpp" else "fp32",
        **(shared | own),  # type: ignore[arg-type]
    )


_OWN = {
    "tuned": {
        "layer_seconds": "answer-layer",
        "step_seconds": "answer-step",
        "sequence_seconds": "answer-sequence",
    },
    "server": {
        "layer_seconds": "answer-layer",
        "step_seconds": "answer-step-server",
        "sequence_seconds": "answer-sequence-server",
        "request_seconds": "answer-request",
    },
    "kernels": {
        "layer_seconds": "answer-layer-kernels",
        "unpacking": "answer-unpacking-kernels",
    },
    "plain": {
        "layer_seconds": "answer-layer-plain",
        "peak_reached": "answer-products-plain",
        "unpacking": "answer-unpacking-plain",
    },
    "llama.cpp": {
        "layer_seconds": "answer-layer-llama",
        "stacked_bandwidth_reached": "answer-bandwidth-llama-stacked",
        "activation_bytes": "answer-activations-llama",
    },
}
"""Constants in which a kind differs from the others, by field."""
