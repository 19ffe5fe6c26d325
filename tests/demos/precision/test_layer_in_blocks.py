"""A layer in blocks: errors against a search through every number of the format, outputs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from course_lib.demos.precision import blocks

FP4 = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])


def by_search(weights: torch.Tensor, size: int = 32) -> np.ndarray:
    """MXFP4 by trying all fifteen numbers of each block."""
    out = np.zeros(tuple(weights.shape))
    members = np.unique(np.concatenate([FP4, -FP4]))
    for row, values in enumerate(weights.double().numpy()):
        for first in range(0, len(values), size):
            block = values[first : first + size]
            scale = 2.0 ** (np.floor(np.log2(np.abs(block).max())) - 2)
            tried = np.abs(block[:, None] - members * scale)
            out[row, first : first + size] = members[tried.argmin(axis=1)] * scale
    return out


def test_weights_and_output_of_mxfp4_are_those_of_the_search() -> None:
    linear = blocks.layer(128, 16)
    (found,) = blocks.errors(linear, ("mxfp4",))
    weights, best = linear.weight.detach().double().numpy(), by_search(linear.weight.detach())
    assert found.weight_error == pytest.approx(
        np.linalg.norm(best - weights) / np.linalg.norm(weights), rel=1e-5
    )
    given = torch.randn(64, 128, generator=torch.Generator().manual_seed(0)).double().numpy()
    exact = given @ weights.T
    assert found.output_error == pytest.approx(
        np.linalg.norm(given @ best.T - exact) / np.linalg.norm(exact), rel=1e-4
    )


def test_the_layer_has_a_few_large_weights_and_is_left_alone() -> None:
    even, spoiled = blocks.layer(512, 64, large=0), blocks.layer(512, 64, large=0.01, factor=20)
    changed = even.weight != spoiled.weight
    assert 0.005 < changed.float().mean() < 0.015
    assert torch.allclose(spoiled.weight[changed], 20 * even.weight[changed])
    before = spoiled.weight.clone()
    blocks.errors(spoiled)
    assert torch.equal(before, spoiled.weight)


def test_large_weights_spoil_rows_and_hardly_small_blocks() -> None:
    even, spoiled = (
        {p.name: p.weight_error for p in blocks.errors(blocks.layer(large=part))}
        for part in (0, 0.002)
    )
    assert spoiled["int4, rows"] > 2 * even["int4, rows"]
    assert spoiled["nvfp4"] < 1.2 * even["nvfp4"]


@pytest.mark.parametrize("bad", [{"inputs": 0}, {"large": 2.0}, {"factor": 0}, {"seed": -1}])
def test_bad_arguments_are_named(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        blocks.layer(**bad)  # type: ignore[arg-type]
