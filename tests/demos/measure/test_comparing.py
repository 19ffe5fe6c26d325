"""`clearly` keeps its word: few false alarms, power for real differences, and the exact test is the
published one."""

from collections import Counter
from collections.abc import Callable
from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.demos import measure
from course_lib.demos.measure import comparing

TRIALS = 1500
SCATTER: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "steady": lambda random, runs: 1 + 0.03 * random.standard_normal(runs),
    "noisy": lambda random, runs: np.exp(0.3 * random.standard_normal(runs)),
    "a floor and a tail": lambda random, runs: 1 + 0.1 * random.exponential(size=runs),
    "wild": lambda random, runs: 1 + 0.1 * random.pareto(1.5, runs),
}
"""Ways in which times scatter, as multiples of a typical time."""


@pytest.mark.parametrize("scatter", SCATTER)
@pytest.mark.parametrize("runs", [3, 4, 5, 7, 10])
def test_two_equal_things_are_rarely_called_different(scatter: str, runs: int) -> None:
    random = np.random.default_rng(0)
    draw = lambda: SCATTER[scatter](random, runs).tolist()  # noqa: E731
    found = Counter(measure.clearly(draw(), draw()) for _ in range(TRIALS))
    assert (found["faster"] + found["slower"]) / TRIALS < 0.05


@pytest.mark.parametrize(("scatter", "power"), [("steady", 0.99), ("a floor and a tail", 0.9)])
@pytest.mark.parametrize("runs", [5, 7, 10])
def test_one_and_a_half_times_is_seen(scatter: str, power: float, runs: int) -> None:
    random = np.random.default_rng(1)
    found: Counter[str] = Counter()
    for _ in range(TRIALS):
        a, b = (SCATTER[scatter](random, runs) for _ in range(2))
        found[measure.clearly(a.tolist(), (1.5 * b).tolist())] += 1
    assert found["faster"] / TRIALS >= power
    assert found["slower"] == 0


@pytest.mark.parametrize(("first", "second"), [(1, 1), (2, 3), (4, 4), (3, 6)])
def test_orders_are_those_of_brute_force(first: int, second: int) -> None:
    counted: Counter[int] = Counter()
    for places in combinations(range(first + second), first):  # where the runs of the first stand
        others = [place for place in range(first + second) if place not in places]
        counted[sum(own > other for own in places for other in others)] += 1
    expected = tuple(counted[pairs] for pairs in range(first * second + 1))
    assert comparing.rank_orders(first, second) == expected
    assert sum(expected) == comb(first + second, first)


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    # critical values of U, two-sided at 5 %, from the table of Mann and Whitney's test as
    # statistics textbooks print it
    [(4, 4, 0), (5, 5, 2), (6, 6, 5), (7, 7, 8), (8, 8, 13), (10, 10, 23), (5, 8, 6)],
)
def test_chances_agree_with_the_published_table(first: int, second: int, pairs: int) -> None:
    ways = comparing.rank_orders(first, second)
    chance = [2 * sum(ways[: found + 1]) / sum(ways) for found in (pairs, pairs + 1)]
    assert chance[0] <= 0.05 < chance[1]


def test_a_difference_of_less_than_five_per_cent_is_never_clear() -> None:
    still = [1.0 + 1e-6 * number for number in range(20)]
    assert measure.clearly(still, [1.04 * each for each in still]) == "not clear"
    assert measure.clearly(still, [1.06 * each for each in still]) == "faster"


def test_few_runs_need_a_wide_gap() -> None:
    assert measure.clearly([1.0, 1.1, 1.2], [1.5, 1.6, 1.7]) == "faster"  # a gap of 0.3 over 0.2
    assert measure.clearly([1.0, 1.1, 1.2], [1.3, 1.4, 1.5]) == "not clear"  # of 0.1
    assert measure.clearly([1.0, 1.0], [100.0, 100.0]) == "not clear"
    assert measure.clearly([1.0], [100.0]) == "not clear"


def test_ties_count_against_a_difference() -> None:
    assert measure.clearly([1.0] * 5, [1.0] * 5) == "not clear"
    assert measure.clearly([1.0, 1.0, 1.0, 2.0, 2.0], [2.0] * 5) == "not clear"


def test_timings_compare_as_their_runs() -> None:
    fast, slow = measure.timing([1.0, 1.1, 1.2, 1.1]), measure.timing([2.0, 2.1, 2.2, 2.3])
    assert measure.clearly(fast, slow) == "faster"
    assert measure.clearly(slow, fast) == "slower"
    assert measure.clearly(slow, [1.0, 1.1, 1.2, 1.1]) == "slower"


@given(
    st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=8),
    st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=8),
)
def test_it_does_not_matter_which_comes_first(a: list[float], b: list[float]) -> None:
    other = {"faster": "slower", "slower": "faster", "not clear": "not clear"}
    assert measure.clearly(b, a) == other[measure.clearly(a, b)]


def test_many_runs_are_counted_exactly_and_soon() -> None:
    still = [1.0 + 1e-6 * number for number in range(150)]
    assert measure.clearly(still, [2.0 * each for each in still]) == "faster"


@pytest.mark.parametrize("bad", [[], [0.0, 1.0], [-1.0], [float("nan")]])
def test_what_is_no_time_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="a must"):
        measure.clearly(bad, [1.0])
    with pytest.raises(ValueError, match="b must"):
        measure.clearly([1.0], bad)
