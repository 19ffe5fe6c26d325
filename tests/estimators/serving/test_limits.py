"""The most arrivals within limits: on a server whose most is known by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from course_lib.estimators.serving import Pace, draw, serve, wait_percentile
from course_lib.estimators.serving.limits import Limits, most_arrivals, servers

PACE = Pace(step_seconds=[0.01] * 4, read_tokens=[0, 9999], read_seconds=[0.0, 0.0])
CASE: dict[str, Any] = {"blocks": 10_000, "prompt": 10, "output": 100}
FEW: dict[str, Any] = CASE | {"requests": 600}


def test_the_rate_keeps_the_limit_and_a_little_more_does_not() -> None:
    for limits in (
        Limits(first_token_seconds=0.5),
        Limits(first_token_seconds=0.5, percent=50),
        Limits(first_token_seconds=5.0, token_seconds=0.011),
    ):
        best = most_arrivals(PACE, limits, **FEW)

        def kept(rate: float, limits: Limits = limits) -> bool:
            crowd = draw(600, arrivals_per_second=rate, prompt=10, output=100)
            return limits.kept(serve(crowd, PACE, blocks=10_000))

        assert kept(best) and not kept(1.03 * best)
        assert 0 < best < 4.5  # four places, a second of steps for each request


def test_one_place_is_the_formula() -> None:
    """M/M/1 but for its lognormal lengths: with a spread of sqrt(ln 2) they vary as much as
    exponential ones, so the mean wait is the same, and its 95th percentile nearly."""
    pace = Pace(step_seconds=[0.01], read_tokens=[0, 9999], read_seconds=[0.0, 0.0])
    limits, spread = Limits(first_token_seconds=3.0), math.log(2) ** 0.5
    best = most_arrivals(pace, limits, spread=spread, requests=3000, **CASE)
    assert wait_percentile(best, 0.99, 95) == pytest.approx(3.0, rel=0.15)


def test_limits_taken_by_themselves() -> None:
    first, token, both = (
        Limits(first_token_seconds=1.0),
        Limits(token_seconds=1.5),
        Limits(first_token_seconds=1.0, token_seconds=1.5),
    )
    quick = Pace(step_seconds=[1.0, 2.0], read_tokens=[0, 99], read_seconds=[0.5, 0.5])
    for gap, kept in ((100.0, (True, True, True)), (1.0, (False, False, False))):
        crowd = draw(50, arrivals_per_second=1 / gap, prompt=10, output=8, spread=0)
        done = serve(crowd, quick, blocks=99)
        assert tuple(each.kept(done) for each in (first, token, both)) == kept
    assert Limits().kept(done)
    alone = serve(draw(50, arrivals_per_second=1, prompt=1, output=1, spread=0), quick, blocks=9)
    assert Limits(token_seconds=1e-9).kept(alone)  # nobody has two tokens


def test_nothing_keeps_what_a_lone_request_breaks() -> None:
    assert most_arrivals(PACE, Limits(token_seconds=0.009), **FEW) == 0
    assert most_arrivals(PACE, Limits(first_token_seconds=1e9), **FEW) == math.inf


def test_less_memory_takes_fewer() -> None:
    limits = Limits(first_token_seconds=0.5)
    rates = [
        most_arrivals(PACE, limits, **FEW | {"blocks": blocks}, longest=300)
        for blocks in (19, 30, 1000)
    ]
    assert rates[0] < rates[1] < rates[2]
    pages = most_arrivals(PACE, limits, **FEW | {"blocks": 30}, longest=300, block_tokens=64)
    assert pages == pytest.approx(rates[2], rel=0.05)


def test_a_slower_clock_is_a_slower_rate() -> None:
    slow = Pace(step_seconds=[10.0] * 4, read_tokens=[0, 9999], read_seconds=[0.0, 0.0])
    quick = most_arrivals(PACE, Limits(first_token_seconds=0.5), **FEW)
    assert most_arrivals(slow, Limits(first_token_seconds=500), **FEW) == pytest.approx(quick / 1e3)


def test_a_seed_is_another_crowd() -> None:
    limits, few = Limits(first_token_seconds=0.5), CASE | {"requests": 200}
    one, again, other = (most_arrivals(PACE, limits, seed=seed, **few) for seed in (0, 0, 1))
    assert one == again != other


def test_servers_are_rounded_up() -> None:
    assert [servers(rate, 2.5) for rate in (0.1, 2.5, 2.6, 25)] == [1, 1, 2, 10]
    with pytest.raises(ValueError, match="most_per_second must be above zero"):
        servers(1, 0)
    with pytest.raises(ValueError, match="arrivals_per_second must be above zero"):
        servers(0, 1)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"first_token_seconds": 0}, "first_token_seconds must be above zero"),
        ({"token_seconds": -1}, "token_seconds must be above zero"),
        ({"percent": 0}, "percent must be between 0 and 100"),
        ({"percent": 100}, "percent must be between 0 and 100"),
    ],
)
def test_bad_limits_are_named(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Limits(**changes)
    with pytest.raises(TypeError, match="limits must be a record of type Limits"):
        most_arrivals(PACE, 0.5, **CASE)  # type: ignore[arg-type]
