"""Each variant against naive attention with its mask, and what PyTorch counts against the
estimator."""

import math

import numpy as np
import pytest
import torch

from course_lib.demos import attention as demo
from course_lib.demos import measure
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


# --- counted by PyTorch, equal to the estimator

WORK = {
    "full": (demo.naive, {}),
    "causal": (lambda q, k, v: demo.naive(q, k, v, demo.hidden("causal", q.shape[-2])), {}),
    "window": (lambda q, k, v: demo.windowed(q, k, v, 16), {"window": 16, "tile": 16}),
    "block": (lambda q, k, v: demo.block_sparse(q, k, v, 8, 3), {"block": 8, "blocks": 3}),
    "linear": (lambda q, k, v: demo.linear(q, k, v, 16), {"block": 16}),
}


@pytest.mark.parametrize("kind", WORK)
@pytest.mark.parametrize("seq", [1, 16, 50, 128])
def test_flops_equal_pytorch(kind: str, seq: int) -> None:
    (work, pattern), (q, k, v) = WORK[kind], demo.inputs(seq, heads=3, head_dim=8, batch=2)
    counted = measure.count_flops(lambda: work(q, k, v))
    assert counted == attention.cost(demo.shape(3, 8), seq, kind, batch=2, **pattern).flops


def test_fusing_removes_no_flops() -> None:
    q, k, v = demo.inputs(64)
    assert measure.count_flops(lambda: demo.fused(q, k, v)) == measure.count_flops(
        lambda: demo.naive(q, k, v)
    )


@pytest.mark.parametrize("seq", [64, 256])
def test_peak_bytes_of_written_scores_equal_the_estimate(seq: int) -> None:
    qkv = demo.inputs(seq)
    expected = attention.cost(demo.shape(), seq, item_bytes=4).peak_bytes
    assert demo.peak_bytes(lambda: demo.naive(*qkv), qkv) == expected
    hide = demo.hidden("causal", seq)
    assert demo.peak_bytes(lambda: demo.naive(*qkv, hide), qkv) == expected


def test_peak_bytes_of_fused_code_equal_the_estimate() -> None:
    qkv = demo.inputs(256)
    counted = demo.peak_bytes(lambda: demo.fused(*qkv, True), qkv)
    assert (
        counted == attention.cost(demo.shape(), 256, "causal", fused=True, item_bytes=4).peak_bytes
    )


def test_peak_bytes_of_a_window_equal_the_estimate_and_its_mask() -> None:
    qkv = demo.inputs(512)
    expected = attention.cost(
        demo.shape(), 512, "window", window=64, tile=64, item_bytes=4
    ).peak_bytes
    mask = 127 * 127
    assert (
        abs(demo.peak_bytes(lambda: demo.windowed(*qkv, 64), qkv) - expected - mask) <= 127 * 8
    )  # and two vectors


def test_peak_bytes_of_linear_attention_come_close_to_the_estimate() -> None:
    qkv = demo.inputs(2048)
    expected = attention.cost(demo.shape(), 2048, "linear", item_bytes=4).peak_bytes
    assert demo.peak_bytes(lambda: demo.linear(*qkv), qkv) == pytest.approx(expected, rel=0.1)


def test_only_naive_attention_keeps_a_square_for_training() -> None:
    """What training keeps: naive attention one square a head, fused attention none."""
    qkv = demo.inputs(512).requires_grad_()
    kept = measure.saved_bytes(lambda: demo.naive(*qkv))
    assert kept >= 4 * 2 * 512 * 512 > measure.saved_bytes(lambda: demo.fused(*qkv))


# --- reach


@pytest.mark.parametrize(("layers", "window"), [(1, 1), (1, 9), (3, 5), (4, 16)])
def test_the_gradient_reaches_exactly_as_far_as_the_estimate(layers: int, window: int) -> None:
    strength = demo.influence(layers, window, seq=90)
    back = attention.reach(layers, window)
    assert (strength[90 - 1 - back :] > 0).all() and (strength[: 90 - 1 - back] == 0).all()


# --- exponents


@pytest.mark.parametrize("power", [0.5, 1, 2, 3])
def test_an_exact_law_gives_its_power_and_no_range(power: float) -> None:
    fit = demo.exponent(
        [100, 200, 300, 700, 1000], [7 * n**power for n in (100, 200, 300, 700, 1000)]
    )
    assert (fit.value, fit.smallest, fit.largest) == pytest.approx((power,) * 3)


def test_a_disturbed_point_widens_the_range_and_leaving_it_out_finds_the_law() -> None:
    lengths = np.array([1, 2, 4, 8, 16, 32])
    costs = 3.0 * lengths**2
    costs[-1] *= 2
    fit = demo.exponent(lengths, costs)
    assert fit.smallest == pytest.approx(2) and fit.smallest < fit.value < fit.largest


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: demo.inputs(0), "seq must be at least 1"),
        (lambda: demo.hidden("linear", 4), "kind must be one of full, causal, window, block"),
        (lambda: demo.windowed(*demo.inputs(4), window=0), "window must be at least 1"),
        (lambda: demo.windowed(*demo.inputs(4), window=2, tile=0), "tile must be at least 1"),
        (lambda: demo.block_sparse(*demo.inputs(4), block=0, blocks=1), "block must be at least 1"),
        (lambda: demo.linear(*demo.inputs(4), block=-1), "block must be at least 1"),
        (lambda: demo.influence(0, 4, 9), "layers must be at least 1"),
        (lambda: demo.exponent([1, 2], [1, 2]), "at least 3"),
        (lambda: demo.exponent([1, 2, 3], [1, 2]), "must be as many"),
        (lambda: demo.exponent([1, 2, 3], [1, 0, 3]), "costs must be above zero"),
    ],
)
def test_bad_input_names_the_argument(call: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()  # type: ignore[operator]
