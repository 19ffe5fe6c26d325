"""Each way against naive attention with its mask."""

import math

import pytest
import torch

from course_lib.demos import attention as demo
from course_lib.estimators import attention

SEQ = 50


def _close(got: torch.Tensor, expected: torch.Tensor) -> bool:
    return torch.allclose(got, expected, atol=1e-5)


def test_masks_are_the_definition_pair_by_pair() -> None:
    for kind, window, block, blocks in [
        ("full", 1, 1, 1),
        ("causal", 1, 1, 1),
        ("window", 7, 1, 1),
        ("block", 1, 6, 3),
    ]:
        hide = demo.hidden(kind, SEQ, window=window, block=block, blocks=blocks)
        assert int((~hide).sum()) == attention.pairs(
            kind, SEQ, window=window, block=block, blocks=blocks
        )
        for query, key in ((0, 0), (30, 23), (30, 24), (30, 29), (20, 30), (49, 0)):
            near = {
                "full": True,
                "causal": True,
                "window": query - key < 7,
                "block": query // 6 - key // 6 < 3,
            }[kind]
            assert bool(hide[query, key]) is not (near and (kind == "full" or key <= query))


def test_naive_is_the_sum_written_by_hand() -> None:
    q, k, v = demo.inputs(4, heads=1, head_dim=3)
    scores = [math.exp(float(q[0, 0, 2] @ k[0, 0, key]) / math.sqrt(3)) for key in range(3)]
    by_hand = sum(score * v[0, 0, key] for key, score in enumerate(scores)) / sum(scores)
    assert _close(demo.naive(q, k, v, demo.hidden("causal", 4))[0, 0, 2], by_hand)


def test_buffers_change_nothing() -> None:
    q, k, v = demo.inputs(SEQ)
    buffers = torch.empty(2, 1, 2, SEQ, SEQ)
    assert torch.equal(demo.naive(q, k, v, buffers=buffers), demo.naive(q, k, v))


@pytest.mark.parametrize("causal", [False, True])
def test_fused_equals_naive(causal: bool) -> None:
    q, k, v = demo.inputs(SEQ, batch=2)
    hide = demo.hidden("causal" if causal else "full", SEQ)
    assert _close(demo.fused(q, k, v, causal), demo.naive(q, k, v, hide))


@pytest.mark.parametrize("window", [1, 2, 16, 49, 50, 80])
@pytest.mark.parametrize("tile", [None, 1, 7, 50, 99])
def test_windowed_equals_naive_with_its_mask(window: int, tile: int | None) -> None:
    q, k, v = demo.inputs(SEQ, batch=2)
    expected = demo.naive(q, k, v, demo.hidden("window", SEQ, window=window))
    assert _close(demo.windowed(q, k, v, window, tile), expected)


@pytest.mark.parametrize(("block", "blocks"), [(1, 1), (5, 1), (8, 2), (16, 3), (64, 1), (8, 99)])
def test_block_sparse_equals_naive_with_its_mask(block: int, blocks: int) -> None:
    q, k, v = demo.inputs(SEQ, batch=2)
    expected = demo.naive(q, k, v, demo.hidden("block", SEQ, block=block, blocks=blocks))
    assert _close(demo.block_sparse(q, k, v, block, blocks), expected)


@pytest.mark.parametrize("block", [1, 5, 16, 64])
def test_linear_equals_its_weights_written_out(block: int) -> None:
    q, k, v = demo.inputs(SEQ, batch=2)
    weights = (demo.feature(q) @ demo.feature(k).mT).masked_fill(demo.hidden("causal", SEQ), 0)
    assert _close(demo.linear(q, k, v, block), weights / weights.sum(-1, keepdim=True) @ v)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: demo.inputs(0), "seq must be at least 1"),
        (lambda: demo.hidden("linear", 4), "kind must be one of full, causal, window, block"),
        (lambda: demo.windowed(*demo.inputs(4), window=0), "window must be at least 1"),
        (lambda: demo.windowed(*demo.inputs(4), window=2, tile=0), "tile must be at least 1"),
        (lambda: demo.block_sparse(*demo.inputs(4), block=0, blocks=1), "block must be at least 1"),
        (lambda: demo.linear(*demo.inputs(4), block=-1), "block must be at least 1"),
    ],
)
def test_bad_input_names_the_argument(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
