"""The rule of what is better, on shares where it can be seen by eye."""

from __future__ import annotations

from itertools import combinations

import pytest

from course_lib.demos.thinking import kept, rules

LOW, HIGH = [0.40, 0.42, 0.44, 0.46, 0.48], [0.50, 0.52, 0.54, 0.56, 0.58]


def test_better_needs_distance_and_order() -> None:
    assert rules.better(HIGH, LOW) == "better" and rules.better(LOW, HIGH) == "worse"
    near = [x + 0.04 for x in LOW]
    assert rules.better(near, LOW) == "not clear", "four points are not five"
    scattered = [0.2, 0.9, 0.9, 0.9, 0.9]
    assert rules.better(scattered, LOW) == "not clear", "one seed lies below all five"
    one_pair = [0.47, *HIGH[1:]]
    assert rules.better(one_pair, LOW) == "better", "one pair of 25 may be in the other order"


def test_the_chance_that_the_rule_names() -> None:
    """Of the 252 ways to deal ten ranks to two sides, those with at most one pair reversed."""
    reached = 0
    for first in combinations(range(10), 5):
        second = [rank for rank in range(10) if rank not in first]
        reversed_pairs = sum(a < b for a in first for b in second)
        reached += min(reversed_pairs, 25 - reversed_pairs) <= rules.MOST_REVERSED
    assert reached == 4


def test_fewer_seeds_than_the_rule_was_written_for_are_refused() -> None:
    with pytest.raises(ValueError, match="5 seeds each, got 4 and 5"):
        rules.better(HIGH[:4], LOW)


def test_where_more_tries_stop_helping() -> None:
    rising = [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]]
    assert kept.stops_helping(rising) == 64
    assert kept.stops_helping([[0.1, 0.4, 0.405, 0.402, 0.4, 0.4, 0.4]]) == 2
    # a dip that is made good again has not stopped
    assert kept.stops_helping([[0.4, 0.3, 0.4, 0.45, 0.45, 0.45, 0.45]]) == 8


def test_risen_compares_each_seed_with_itself() -> None:
    apart = [0.1, 0.3, 0.5, 0.7, 0.9]
    assert rules.risen(apart, [x + 0.06 for x in apart])
    assert not rules.risen(apart, [x + 0.04 for x in apart]), "four points are not five"
    assert not rules.risen(apart, [0.5, 0.7, 0.9, 0.9, 0.9]), "one seed has not moved"
    with pytest.raises(ValueError, match="the same 5 seeds"):
        rules.risen(apart, apart[:4])
