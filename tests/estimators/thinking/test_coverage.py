"""Coverage by drawing every subset, by simulation, and against published curves."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pytest

from course_lib.catalog import findings
from course_lib.estimators import thinking


@pytest.mark.parametrize(("samples", "right"), [(1, 0), (1, 1), (5, 2), (6, 1), (6, 5), (7, 0)])
def test_every_way_to_draw_is_counted(samples: int, right: int) -> None:
    for tries in range(1, samples + 1):
        ways = list(combinations(range(samples), tries))
        hits = sum(min(way) < right for way in ways)  # the right ones come first
        found = thinking.pass_at_k(samples, right, tries)
        assert found == pytest.approx(hits / len(ways), abs=1e-12)


def test_binomials_of_thousands_neither_overflow_nor_lose_digits() -> None:
    for right in (1, 3, 40, 5000, 9990):
        for tries in (1, 2, 100, 9000, 10_000):
            exact = 1 - comb(10_000 - right, tries) / comb(10_000, tries)
            assert thinking.pass_at_k(10_000, right, tries) == pytest.approx(exact, abs=1e-9)


def test_the_estimate_is_unbiased_and_the_plain_one_is_not() -> None:
    """The mean over all outcomes of ten samples, weighted by their chance."""
    success, samples, tries = 0.1, 10, 5
    right = np.arange(samples + 1)
    chance = np.array([comb(samples, c) * 0.1**c * 0.9 ** (samples - c) for c in right])
    true = 1 - (1 - success) ** tries
    assert chance @ thinking.pass_at_k(samples, right, tries) == pytest.approx(true)
    assert chance @ thinking.expected(right / samples, tries) < true - 0.02


def test_arrays_broadcast() -> None:
    found = thinking.pass_at_k([[4], [8]], [0, 1, 2], 2)
    assert found.shape == (2, 3)
    assert found[0].tolist() == pytest.approx([0, 1 / 2, 5 / 6])
    assert thinking.expected([0, 0.5, 1], 3).tolist() == [0, 0.875, 1]


def test_small_chances_keep_their_digits() -> None:
    assert thinking.expected(1e-18, 1000) == pytest.approx(1e-15, rel=1e-9)


def test_a_spread_of_tasks_is_simulated() -> None:
    tasks = thinking.Difficulty(a=0.3, b=1.2)
    drawn = np.random.default_rng(5).beta(0.3, 1.2, 400_000)
    assert tasks.mean == pytest.approx(0.2)
    for tries in (1, 2, 10, 200):
        simulated = np.mean(1 - (1 - drawn) ** tries)
        assert tasks.coverage(tries) == pytest.approx(simulated, abs=0.003)
    assert tasks.coverage([1, 10]).shape == (2,)


def test_a_spread_by_hand() -> None:
    """Product of (b + i) / (a + b + i): the chance that all tries fail."""
    tasks = thinking.Difficulty(a=0.5, b=2.0)
    assert tasks.coverage(3) == pytest.approx(1 - 2 / 2.5 * 3 / 3.5 * 4 / 4.5)


def test_two_points_foretell_the_published_third() -> None:
    """SWE-bench Lite, DeepSeek-Coder-V2: fitted at 1 and 250 tries, right at 5, which one
    difficulty for all tasks misses by a factor of two."""
    once, many, five = (float(findings[key].value or 0) for key in ("r049", "r050", "r092"))
    tasks = thinking.fit(once, tries=250, solved=many)
    assert tasks.coverage(1) == pytest.approx(once)
    assert tasks.coverage(250) == pytest.approx(many)
    assert tasks.coverage(5) == pytest.approx(five, abs=0.01)
    assert thinking.expected(once, 5) > 1.9 * five


def test_a_fit_finds_back_what_made_the_points() -> None:
    for a, b in ((0.1, 0.4), (1.0, 1.0), (3.0, 20.0)):
        made = thinking.Difficulty(a=a, b=b)
        found = thinking.fit(made.mean, tries=40, solved=float(made.coverage(40)))
        assert (found.a, found.b) == pytest.approx((a, b), rel=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: thinking.pass_at_k(5, 6, 1), "right must be at most samples, got 6 of 5"),
        (lambda: thinking.pass_at_k(5, 1, 6), "tries must be at most samples"),
        (lambda: thinking.pass_at_k(0, 0, 1), "samples must be at least 1"),
        (lambda: thinking.pass_at_k(5, -1, 1), "right must be at least 0"),
        (lambda: thinking.expected(1.2, 1), "success must be from 0 to 1"),
        (lambda: thinking.expected(0.2, 0), "tries must be at least 1"),
        (lambda: thinking.Difficulty(a=0, b=1), "a must be above zero"),
        (lambda: thinking.fit(0.1, tries=1, solved=0.2), "tries must be at least 2"),
        (lambda: thinking.fit(0.1, tries=2, solved=0.1), "solved must lie between 0.1 and 0.19"),
        (lambda: thinking.fit(0.1, tries=2, solved=0.2), "solved must lie between 0.1 and 0.19"),
    ],
)
def test_bad_arguments_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
