"""Votes, by writing out every vote and by simulation."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from course_lib.estimators import thinking


def written_out(chances: list[float], votes: int) -> float:
    """The right answer's chance to win, over every list of votes there can be."""
    total = 0.0
    for cast in product(range(len(chances)), repeat=votes):
        counts = [cast.count(answer) for answer in range(len(chances))]
        front = [answer for answer, count in enumerate(counts) if count == max(counts)]
        if 0 in front:
            total += float(np.prod([chances[vote] for vote in cast])) / len(front)
    return total


@pytest.mark.parametrize(
    "chances", [[1.0], [0.6, 0.4], [0.4, 0.35, 0.25], [0.3, 0.3, 0.3, 0.1], [0.0, 0.7, 0.3]]
)
@pytest.mark.parametrize("votes", [1, 2, 3, 6])
def test_several_answers_as_written_out(chances: list[float], votes: int) -> None:
    found = thinking.plurality(chances, votes)
    assert found == pytest.approx(written_out(chances, votes), abs=1e-12)


def test_several_answers_and_many_votes_as_simulated() -> None:
    chances, votes = [0.4, 0.3, 0.3], 100
    counts = np.random.default_rng(3).multinomial(votes, chances, 200_000)
    front = counts == counts.max(axis=1, keepdims=True)
    assert thinking.plurality(chances, votes) == pytest.approx(
        np.mean(front[:, 0] / front.sum(axis=1)), abs=0.004
    )


@pytest.mark.parametrize("votes", [1, 2, 5, 8])
@pytest.mark.parametrize("success", [0.0, 0.3, 0.5, 0.8, 1.0])
def test_two_answers_as_written_out(success: float, votes: int) -> None:
    right = written_out([success, 1 - success], votes)
    assert thinking.majority(success, votes) == pytest.approx(right, abs=1e-12)


def test_two_ways_to_count_two_answers_agree() -> None:
    for votes in (1, 64, 301):
        assert thinking.majority(0.53, votes) == pytest.approx(
            thinking.plurality([0.53, 0.47], votes), rel=1e-9
        )


def test_votes_and_chances_broadcast() -> None:
    found = thinking.majority([[0.4], [0.6]], [1, 3, 5])
    assert found.shape == (2, 3)
    assert found[1].tolist() == pytest.approx([0.6, 0.648, 0.68256])
    assert found.sum(axis=0).tolist() == pytest.approx([1, 1, 1])  # two answers: one of them wins


def test_an_even_vote_is_worth_one_vote_less() -> None:
    """With a tie drawn by lot, the last of an even number of votes changes nothing."""
    assert thinking.majority(0.7, 4) == pytest.approx(thinking.majority(0.7, 3))


def test_tasks_that_differ_as_simulated() -> None:
    drawn = np.random.default_rng(8).beta(0.8, 0.5, 200_000)
    for votes in (1, 4, 63):
        right = np.mean(thinking.majority(drawn, votes))
        tasks = thinking.Difficulty(a=0.8, b=0.5)
        assert thinking.voted(tasks, votes) == pytest.approx(right, abs=0.004)


def test_a_vote_ends_where_coverage_goes_on() -> None:
    """As published for MATH: a hundred times the samples, and hardly another task by voting."""
    tasks = thinking.Difficulty(a=0.4, b=0.6)
    votes, tries = thinking.voted(tasks, [101, 1001]), tasks.coverage([101, 1001])
    assert votes[1] - votes[0] < 0.003 < tries[1] - tries[0]
    assert votes[1] == pytest.approx(
        np.mean(np.random.default_rng(1).beta(0.4, 0.6, 10**6) > 0.5), abs=0.003
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: thinking.majority(1.5, 3), "success must be from 0 to 1"),
        (lambda: thinking.majority(0.5, 0), "votes must be at least 1"),
        (lambda: thinking.plurality([0.5, 0.4], 3), "one list that adds up to 1"),
        (lambda: thinking.plurality([1 / 20] * 20, 3), "at most 12 and votes at most 400, got 20"),
        (lambda: thinking.plurality([0.5, 0.5], 500), "got 2 and 500"),
        (lambda: thinking.plurality([1.5, -0.5], 3), "chances must be zero or more"),
        (lambda: thinking.voted(thinking.Difficulty(a=1, b=1), 0), "votes must be at least 1"),
    ],
)
def test_bad_arguments_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
