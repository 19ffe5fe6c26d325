"""Requests drawn by chance, against what their distributions say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.estimators.serving.arrivals import Requests, draw, spread_of

CASE: dict[str, Any] = {"arrivals_per_second": 2.0, "prompt": 500, "output": 200}


def test_gaps_are_exponential() -> None:
    """Mean and standard deviation of the gaps are both 1 / rate, and e^-1 of them exceed it."""
    gaps = np.diff(draw(200_000, **CASE).arrival_seconds)
    assert gaps.mean() == pytest.approx(0.5, rel=0.01)
    assert gaps.std() == pytest.approx(0.5, rel=0.01)
    assert np.mean(gaps > 0.5) == pytest.approx(np.exp(-1), rel=0.01)


def test_lengths_have_the_mean_and_the_spread_asked_for() -> None:
    drawn = draw(200_000, spread=0.8, prompt_spread=0.3, **CASE)
    for tokens, mean, spread in ((drawn.prompt, 500, 0.3), (drawn.output, 200, 0.8)):
        assert tokens.mean() == pytest.approx(mean, rel=0.01)
        assert np.log(tokens).std() == pytest.approx(spread, rel=0.02)
        # Half of a lognormal lies below its median, mean x exp(-spread^2 / 2).
        assert np.median(tokens) == pytest.approx(mean * np.exp(-(spread**2) / 2), rel=0.01)
    assert abs(np.corrcoef(drawn.prompt, drawn.output)[0, 1]) < 0.01


def test_one_spread_is_for_both() -> None:
    drawn = draw(100_000, **CASE)
    assert np.log(drawn.prompt).std() == pytest.approx(1, rel=0.02)
    assert np.log(drawn.output).std() == pytest.approx(1, rel=0.02)
    equal = draw(50, spread=0, **CASE)
    assert set(equal.prompt) == {500} and set(equal.output) == {200}


def test_a_rate_only_stretches_time() -> None:
    slow, fast = (draw(100, **CASE | {"arrivals_per_second": rate}) for rate in (1.0, 4.0))
    assert np.allclose(slow.arrival_seconds, 4 * fast.arrival_seconds)
    assert (slow.prompt == fast.prompt).all() and (slow.output == fast.output).all()
    again, other = draw(100, **CASE), draw(100, seed=1, **CASE)
    assert (again.prompt == slow.prompt).all() and (again.prompt != other.prompt).any()


def test_nobody_is_longer_than_the_longest() -> None:
    free, cut = draw(5000, **CASE), draw(5000, longest=600, **CASE)
    assert (cut.prompt + cut.output).max() == 600 < (free.prompt + free.output).max()
    assert cut.prompt.max() == 599 and cut.output.min() >= 1
    short = free.prompt + free.output <= 600
    assert (cut.output[short] == free.output[short]).all()


def test_short_texts_have_a_token() -> None:
    drawn = draw(5000, arrivals_per_second=1, prompt=1, output=1)
    assert drawn.prompt.min() == drawn.output.min() == 1
    # Below 1.5 they are rounded down: ln 1.5 + 1/2 standard deviations from the median.
    assert np.mean(drawn.output == 1) == pytest.approx(0.8175, abs=0.02)


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_the_spread_is_read_off_mean_and_median(spread: float) -> None:
    drawn = draw(400_000, spread=spread, **CASE)
    found = spread_of(drawn.output.mean(), np.median(drawn.output))
    assert found == pytest.approx(spread, abs=0.01)
    assert spread_of([200.0, 300.0], 200.0).shape == (2,)


def test_lengths_may_be_given() -> None:
    given = Requests(arrival_seconds=[0, 1, 1], prompt=[3, 4, 5], output=2)
    assert len(given) == 3 and given.output.tolist() == [2, 2, 2]
    assert given.arrival_seconds.dtype == float and given.prompt.dtype == np.int64


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arrival_seconds": [1, 0, 2]}, "arrival_seconds must ascend"),
        ({"arrival_seconds": [[0, 1, 2]]}, "arrival_seconds must ascend, in one row"),
        ({"arrival_seconds": [-1, 0, 2]}, "arrival_seconds must be zero or more"),
        ({"prompt": [1, 2]}, r"prompt must have shape \(3,\), got \(2,\)"),
        ({"output": 0}, "output must be at least 1"),
        ({"output": 1.5}, "output must be a whole number"),
    ],
)
def test_bad_requests_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Requests(**{"arrival_seconds": [0, 1, 2], "prompt": 5, "output": 5} | changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arrivals_per_second": 0}, "arrivals_per_second must be above zero"),
        ({"prompt": 0}, "prompt must be above zero"),
        ({"spread": -1}, "spread must be zero or more"),
        ({"prompt_spread": -1}, "prompt_spread must be zero or more"),
        ({"longest": 1}, "longest must be at least 2"),
    ],
)
def test_bad_draws_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(10, **CASE | changes)
    with pytest.raises(ValueError, match="mean must be at least the median"):
        spread_of(100, 101)
    with pytest.raises(TypeError, match="output must be a single number"):
        draw(10, **CASE | {"output": [1, 2]})
