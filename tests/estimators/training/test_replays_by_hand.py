"""Facts, the plain rule and sums of ranges, each worked out by hand."""

import math

import numpy as np
import pytest

from course_lib.catalog import devices, models, runs
from course_lib.estimators import flops
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import replays
from course_lib.estimators.training.replays import blind, drawn_share, plain_hours, score, summary


@pytest.mark.parametrize(
    ("key", "card"), [("llama1-13b", "a100-sxm-80gb"), ("llama-3-8b", "h100-sxm-80gb")]
)
def test_hidden_counts_are_the_power_of_two_nearest_to_a_month(key: str, card: str) -> None:
    """Two fifths of the peak for thirty days and nights; nearest in powers of two."""
    facts = blind(key)
    month = 0.4 * devices[card].peak_flops["bf16"] * 30 * 24 * 3600
    needed = flops.training(facts.model, facts.tokens) / month
    assert facts.devices == 2 ** round(math.log2(needed))
    assert 2**-0.5 <= facts.devices / needed <= 2**0.5


def test_a_small_run_of_hidden_size_gets_one_machine_of_eight() -> None:
    gpt = models["gpt-2-124m"]
    assert replays._devices(gpt, 10**9, "h100-sxm-80gb") == 8
    # 8.5 devices for a month are nearer to 8 than to 16, 12 are nearer to 16.
    month = 0.4 * 989e12 * 720 * 3600
    each = flops.training(gpt, 1)
    for count, expected in ((8.5, 8), (11, 8), (12, 16), (22, 16), (23, 32)):
        assert replays._devices(gpt, int(count * month / each), "h100-sxm-80gb") == expected


@pytest.mark.parametrize(
    ("key", "tokens", "seq", "sequences"),
    [("nanogpt-124m", 500_000, 1024, 488), ("pythia-1-4b", 2_097_152, 2048, 1024)],
)
def test_a_batch_of_tokens_is_one_of_sequences(
    key: str, tokens: int, seq: int, sequences: int
) -> None:
    """As many whole sequences as there are tokens for, and then a batch near that which divides."""
    row, facts = runs[key], blind(key)
    assert (row.batch_tokens, facts.seq) == (tokens, seq) and tokens // seq == sequences
    assert facts.batch == pytest.approx(sequences, rel=0.05)
    assert facts.batch is not None and facts.batch % facts.devices == 0
    assert facts.tokens == row.tokens and facts.device == row.device_key


def test_the_plain_rule_at_two_fifths_of_the_peak() -> None:
    llama = models["llama-3-8b"]
    work = flops.training(llama, 15e12)
    assert plain_hours(llama, 15e12, "H100") == pytest.approx(work / (0.4 * 989e12) / 3600)
    assert plain_hours(llama, 15e12, "H100", 0.8) == pytest.approx(work / (0.8 * 989e12) / 3600)


@pytest.mark.parametrize(
    ("truth", "hit", "points"), [(2, True, 2), (8, True, 2), (1, False, 12), (32, False, 22)]
)
def test_both_ends_belong_to_a_range(truth: float, hit: bool, points: float) -> None:
    """Two powers of two wide, and ten for each power of two beyond an end: 2 / (1 - 0.8)."""
    found = score(Range(low=2, value=4, high=8), truth)
    assert (found.hit, found.points) == (hit, points)


def test_a_summary_by_hand() -> None:
    """Distances 0, 1 and 3; widths 2, 2 and 4; points 2, 12 (one beyond 8) and 24 (two beyond)."""
    narrow = Range(low=2, value=4, high=8)
    scores = [score(narrow, 4), score(narrow, 16), score(Range(low=1, value=8, high=16), 64)]
    found = summary(scores)
    assert (found.count, found.error, found.width) == (3, 2, 2)
    assert found.hits == pytest.approx(1 / 3)
    assert found.points == pytest.approx((2 + 12 + 24) / 3)


def test_the_ends_of_drawn_sums_by_the_normal_distribution() -> None:
    """A part of 100 that ends 20 below and 40 above: a tenth of its draws lie beyond either end,
    half on each side; one standard deviation is the distance over 1.2816."""
    part = Range(low=80, value=100, high=140)
    case = {"draws": 100_000, "seed": 1}
    for low, high, share in ((80, 140, 0.8), (80, 100, 0.4), (100, 140, 0.4), (60, 140, 0.895)):
        total = Range(low=low, value=100, high=high)
        assert drawn_share([part], total, **case) == pytest.approx(share, abs=0.005)
    deviation = 40 / 1.2815515655446004
    total = Range(low=1, value=100, high=100 + deviation)
    assert drawn_share([part], total, **case) == pytest.approx(0.8413, abs=0.005)


def test_draws_of_parts_are_independent_of_each_other() -> None:
    """Four equal parts spread twice as wide as one, not four times: within half of the sum of the
    ranges lie 80 %, within a quarter 47.8 % (0.6408 standard deviations)."""
    part = Range(low=90, value=100, high=110)
    for half, share in ((20, 0.8), (10, 0.4784)):
        total = Range(low=400 - half, value=400, high=400 + half)
        assert drawn_share([part] * 4, total) == pytest.approx(share, abs=0.012)
    assert np.isclose(replays.NORMAL_END, 1.2815515655446004)
