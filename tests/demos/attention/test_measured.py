"""What PyTorch counts, against the estimator: FLOPs, peak bytes, bytes kept for training."""

import pytest

from course_lib.demos import attention as demo
from course_lib.demos import measure, tiny_gpt
from course_lib.estimators import attention

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


# --- timed


def test_both_ways_are_timed_as_often_at_each_length() -> None:
    timed = demo.time_lengths([8, 16], repeats=4)
    assert {way: [found.repeats for found in each] for way, each in timed.items()} == {
        "standard": [4, 4],
        "fused": [4, 4],
    }


def test_the_whole_model_takes_longer_than_its_core() -> None:
    within = demo.time_within(tiny_gpt.shape(layers=4, d_model=64), seq=64, repeats=5)
    assert within["core"].fastest_seconds < within["whole"].fastest_seconds
