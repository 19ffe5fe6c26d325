"""A layer's weights in blocks of few bits: what each format costs, and what it does to the weights
and to what the layer gives out.

Design choices:
- The rounding is the estimator's (`precision.blocks`); here a layer of PyTorch is rounded by it,
  and its output on the same inputs is compared.
- `layer` makes weights as large models have them: nearly all of one size, and a few far larger. Of
  a trained tiny GPT they would be too even. How many and how large are arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from course_lib import checks
from course_lib.estimators.precision import blocks
from course_lib.estimators.precision.blocks import FORMATS, Blocks


@dataclass(frozen=True, kw_only=True)
class Point:
    """One format, applied to one layer."""

    name: str
    """Name of the format."""
    bits: float
    """Bits a weight, scales included."""
    weight_error: float
    """Root mean square error of the weights, over their root mean square."""
    output_error: float
    """The same of the layer's output."""


def layer(
    inputs: int = 1024,
    outputs: int = 256,
    large: float = 0.002,
    factor: float = 12.0,
    seed: int = 0,
) -> nn.Linear:
    """A linear layer without bias: normal weights, some of them larger.

    Args:
        inputs: numbers in.
        outputs: numbers out.
        large: share of the weights that are larger.
        factor: how many times larger.
        seed: of the weights.

    Raises:
        ValueError: a share that is not from 0 to 1, or a factor not above 0.

    >>> tuple(layer(64, 8).weight.shape), layer(64, 8).bias
    ((8, 64), None)
    """
    shape = (checks.whole("outputs", outputs), checks.whole("inputs", inputs))
    generator = torch.Generator().manual_seed(checks.whole("seed", seed, at_least=0))
    weights = torch.randn(shape, generator=generator) / inputs**0.5
    picked = torch.rand(shape, generator=generator) < checks.share("large", large, zero=True)
    made = nn.Linear(inputs, outputs, bias=False)
    with torch.no_grad():
        made.weight.copy_(torch.where(picked, weights * checks.positive("factor", factor), weights))
    return made


@torch.no_grad()
def errors(
    linear: nn.Linear, formats: Sequence[str] | Mapping[str, Blocks] = tuple(FORMATS), seed: int = 0
) -> list[Point]:
    """Round a layer's weights to each format, and compare weights and outputs.

    Args:
        linear: the layer; it is left alone.
        formats: names of `FORMATS`, or blocks of one's own by name.
        seed: of the 64 random inputs.

    >>> found = errors(layer(256, 32), ("int4, rows", "nvfp4"))
    >>> [point.bits for point in found], found[0].weight_error > 2 * found[1].weight_error
    ([4.0, 4.5], True)
    """
    known = formats if isinstance(formats, Mapping) else {n: blocks.get_blocks(n) for n in formats}
    generator = torch.Generator().manual_seed(checks.whole("seed", seed, at_least=0))
    weights = linear.weight.detach()
    given = torch.randn(64, weights.shape[1], generator=generator)
    exact, points = given @ weights.T, []
    for name, how in known.items():
        short = rounded(weights, how)
        points.append(
            Point(
                name=name,
                bits=how.bits_a_weight,
                weight_error=blocks.relative_error(weights.numpy(), short.numpy()),
                output_error=blocks.relative_error(exact.numpy(), (given @ short.T).numpy()),
            )
        )
    return points


def rounded(weights: torch.Tensor, how: Blocks) -> torch.Tensor:
    """Weights through blocks and back, as float32.

    >>> rounded(torch.tensor([[1.0, 5.0]]), FORMATS["mxfp4"])  # 5 lies halfway between 4 and 6
    tensor([[1., 4.]])
    """
    return torch.from_numpy(blocks.in_blocks(weights.cpu().numpy(), how).values).float()
