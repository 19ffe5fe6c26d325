"""How the weights of a model lie in a file, where not all of them in 16 bits.

A quantised matrix is a matrix of short codes and of scales, each for a group of its numbers; some
formats keep zero points, scales of scales, or a word for each input beside them. Whatever is no
matrix of the layers (tables, norms, biases, routers) stays in 16 bits, and mostly the head too.
`FORMATS` says what a format means where nothing but its name is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from course_lib import checks

METHODS = (
    "awq",
    "gptq",
    "bitsandbytes",
    "compressed-tensors",
    "fp8",
    "mxfp4",
    "nvfp4",
    "bitnet",
)
"""Ways to store, by the names under which files state them."""
CODES = ("int8", "int4", "nf4", "fp8", "fp4", "mxfp4")
"""Formats of codes, by how they are multiplied."""
LAYER_PARTS = ("attention", "state", "mlp", "shared", "experts")
"""Matrices of the layers: attention, recurrent mixers, ordinary MLPs, shared experts, routed
experts."""
PARTS = (*LAYER_PARTS, "head")
"""Matrices that may be quantised."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stored:
    """How a file stores the weights.

    >>> awq = Stored(method="awq", format="int4", bits=4, group_inputs=128, zero_bits=4)
    >>> awq.matrix_bits(4096, 1024) / (4096 * 1024)  # 4, and 16 + 4 for each group of 128
    4.15625
    """

    method: str
    """awq, gptq, bitsandbytes, compressed-tensors, fp8, mxfp4, nvfp4 or bitnet."""
    format: str
    """How codes are multiplied: int8, int4, nf4, fp8, fp4 or mxfp4; whole numbers of fewer than
    eight bits go by int4."""
    bits: int
    """Bits of one code."""
    group_inputs: int = 0
    """Neighbours in a row that share a scale; 0 for all inputs of the matrix."""
    group_rows: int = 1
    """Rows, one an output, that share it; 0 for all of the matrix."""
    scale_bits: int = 16
    """Bits of one scale."""
    zero_bits: int = 0
    """Bits of one zero point, a group has one; 0 where there are none."""
    scales_a_scale: int = 0
    """Scales that share a further scale of 32 bits (double quantisation); 0 where none do."""
    matrix_bytes: int = 0
    """Bytes beside codes and scales for each matrix."""
    input_bytes: int = 0
    """Bytes beside them for each input of a matrix (GPTQ's index of groups)."""
    parts: tuple[str, ...] = LAYER_PARTS
    """Which matrices are quantised: attention, state (recurrent mixers), mlp, shared (shared
    experts), experts, head. All else is in 16 bits."""

    def __post_init__(self) -> None:
        checks.one_of("stored.method", self.method, METHODS)
        checks.one_of("stored.format", self.format, CODES)
        minima = {"bits": 1, "group_inputs": 0, "group_rows": 0, "scale_bits": 0, "zero_bits": 0}
        minima |= {"scales_a_scale": 0, "matrix_bytes": 0, "input_bytes": 0}
        for name, least in minima.items():
            value = checks.whole(f"stored.{name}", getattr(self, name), least)
            checks.single(f"stored.{name}", value)
        if not isinstance(self.parts, tuple):
            raise TypeError(f"stored.parts must be a tuple of names, got {self.parts!r}")
        for part in self.parts:
            checks.one_of("stored.parts entries", part, PARTS)
        if not self.parts:
            raise ValueError(f"stored.parts must name at least one of {', '.join(PARTS)}, got none")

    def groups(self, inputs: checks.Number, outputs: checks.Number) -> checks.Number:
        """Groups of a matrix, each of which has a scale; the last of a row may be a short one.

        >>> fp8 = FORMATS["fp8"]
        >>> fp8.groups(7168, 576)  # 56 blocks along the inputs, 5 along the outputs
        280
        """
        # One for all is 1, but 0 for a matrix of no width, which sweeps may hold.
        across = -(-inputs // self.group_inputs) if self.group_inputs else _any(inputs)
        down = -(-outputs // self.group_rows) if self.group_rows else _any(outputs)
        return across * down

    def matrix_bits(self, inputs: checks.Number, outputs: checks.Number) -> checks.Number:
        """Bits of one matrix: codes, scales, zero points and whatever lies beside them.

        >>> FORMATS["int8"].matrix_bits(8, 2)  # 16 codes of 8 bits, two scales of 32
        192
        """
        groups = self.groups(inputs, outputs)
        outer = -(-groups // self.scales_a_scale) * 32 if self.scales_a_scale else 0
        there = _any(inputs) * _any(outputs)
        beside = 8 * (there * self.matrix_bytes + there * inputs * self.input_bytes)
        codes = inputs * outputs * self.bits
        return codes + groups * (self.scale_bits + self.zero_bits) + outer + beside


def _any(width: checks.Number) -> checks.Number:
    """1 for a width, 0 for none."""
    return checks.smaller(width, 1)


FORMATS: Mapping[str, Stored] = MappingProxyType(
    {
        # LLM.int8() (arXiv 2208.07339): a scale of 32 bits for each row, as bitsandbytes keeps it.
        "int8": Stored(method="bitsandbytes", format="int8", bits=8, scale_bits=32),
        # AWQ (arXiv 2306.00978) and GPTQ (arXiv 2210.17323) as they are published: groups of 128
        # with a scale of 16 bits and a zero point of 4; GPTQ's index of groups is left out.
        "int4": Stored(method="awq", format="int4", bits=4, group_inputs=128, zero_bits=4),
        # QLoRA (arXiv 2305.14314, section 3): blocks of 64, their scales in 8 bits, and one scale
        # of 32 bits for 256 of those: 0.127 bits a weight.
        "nf4": Stored(
            method="bitsandbytes",
            format="nf4",
            bits=4,
            group_inputs=64,
            scale_bits=8,
            scales_a_scale=256,
        ),
        # DeepSeek-V3 (arXiv 2412.19437, section 3.3): a scale of 32 bits a block of 128 x 128.
        "fp8": Stored(
            method="fp8", format="fp8", bits=8, group_inputs=128, group_rows=128, scale_bits=32
        ),
        # NVFP4, because that is the fp4 whose peaks devices state (NVIDIA, Model Optimizer): a
        # scale of 8 bits for 16 numbers, two of 32 bits a matrix, for weights and activations.
        "fp4": Stored(
            method="nvfp4", format="fp4", bits=4, group_inputs=16, scale_bits=8, matrix_bytes=8
        ),
        # OCP Microscaling Formats 1.0: a scale of 8 bits for 32 numbers.
        "mxfp4": Stored(method="mxfp4", format="mxfp4", bits=4, group_inputs=32, scale_bits=8),
    }
)
"""What a format means where no file says more: all matrices of the layers are quantised."""
