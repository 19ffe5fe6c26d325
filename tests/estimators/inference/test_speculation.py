"""Guessing ahead: against texts guessed by chance, and the published table."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.catalog import findings, models
from course_lib.estimators.inference import (
    Machine,
    accepted_share,
    best_guesses,
    guessing_speed_up,
    speculative,
    tokens_per_check,
)

LARGE, SMALL = models["llama-3-70b"], models["llama-3.2-1b"]


@pytest.mark.parametrize(("accepted", "guesses"), [(0.3, 2), (0.8, 4), (0.9, 7), (1.0, 3), (0, 5)])
def test_tokens_of_a_check_by_chance(accepted: float, guesses: int) -> None:
    random = np.random.default_rng(0)
    right = random.random((100_000, guesses)) < accepted
    # Guesses count up to the first wrong one, and a token of the large model comes on top.
    count = np.cumprod(right, axis=1).sum(axis=1) + 1
    assert tokens_per_check(accepted, guesses) == pytest.approx(count.mean(), rel=0.01)


def test_tokens_of_a_check_are_a_sum_of_powers() -> None:
    for accepted in (0.0, 0.25, 0.999, 1.0):
        powers = sum(accepted**power for power in range(6))
        assert tokens_per_check(accepted, 5) == pytest.approx(powers)
    assert tokens_per_check(0.7, 0) == 1
    assert tokens_per_check([0.5, 1.0], [[1], [2]]).tolist() == [[1.5, 2], [1.75, 3]]


def test_the_table_of_leviathan() -> None:
    """Table 4: T5-small for T5-XXL, 7 guesses at 0.75 and 2 % of the cost."""
    expected, measured = findings["s119"].value, findings["s120"].value
    found = guessing_speed_up(0.75, guesses=7, draft_cost=0.02)
    assert found == pytest.approx(expected, abs=0.05)
    assert found == pytest.approx(measured, rel=0.1)


def test_a_second_token_of_deepseek() -> None:
    """One token more is accepted in 85 to 90 of 100 cases, and 1.8 times the tokens came."""
    assert findings["s059"].value == 0.85
    assert tokens_per_check(0.85, 1) == pytest.approx(1.85)
    assert tokens_per_check(0.85, 1) > findings["s060"].value
    # What its guess and the wider check cost is what is missing: 3 to 6 % of a token's time.
    assert 1.85 / 1.8 < 1 + 0.03 < 1.9 / 1.8 == pytest.approx(1.056, abs=0.001)


def test_speed_up_by_hand() -> None:
    # 1 + 0.5 + 0.25 tokens in one check and two guesses of a tenth
    assert guessing_speed_up(0.5, 2, 0.1) == pytest.approx(1.75 / 1.2)
    assert guessing_speed_up(0.5, 2, 0.1, check_cost=1.5) == pytest.approx(1.75 / 1.7)
    assert guessing_speed_up(0.5, [0, 2], 0.0).tolist() == [1, 1.75]


@pytest.mark.parametrize(("accepted", "cost"), [(0.5, 0.1), (0.8, 0.05), (0.9, 0.3), (0.05, 0.1)])
def test_the_best_number_of_guesses(accepted: float, cost: float) -> None:
    tried = [guessing_speed_up(accepted, guesses, cost) for guesses in range(33)]
    assert best_guesses(accepted, cost) == int(np.argmax(tried))
    # Leviathan's corollary 3.9: it pays exactly where a guess is accepted more often than it costs.
    assert (best_guesses(accepted, cost) > 0) == (accepted > cost)
    assert best_guesses(1.0, cost, most=5) == 5


@pytest.mark.parametrize("guesses", [1, 4, 8])
def test_the_share_behind_a_published_length(guesses: int) -> None:
    for share in (0.0, 0.3, 0.9, 1.0):
        yielded = tokens_per_check(share, guesses)
        assert accepted_share(yielded, guesses) == pytest.approx(share, abs=1e-6)


def test_a_draft_by_its_passes() -> None:
    """Four guesses in one go, the host once, and a check of five tokens."""
    case = {"device": "H200", "format": "int8", "software": "server"}
    machine = Machine(**case)
    for batch in (1, 64):
        found = speculative(LARGE, SMALL, accepted=0.8, batch=batch, context=500, **case)
        alone = machine.run(LARGE, batch, 1, 500).seconds
        check = machine.run(LARGE, batch, 5, 500).seconds
        guess = machine.run(SMALL, batch, 1, 500).seconds - machine.host_seconds(batch)
        assert found.tokens_per_check == tokens_per_check(0.8, 4)
        assert found.token_seconds == pytest.approx((check + 4 * guess) / found.tokens_per_check)
        assert found.speed_up == pytest.approx(alone / found.token_seconds)
        costs = {"draft_cost": guess / alone, "check_cost": check / alone}
        assert found.speed_up == pytest.approx(guessing_speed_up(0.8, 4, **costs))


def test_what_is_not_told_is_one_text_of_1024_tokens_and_four_guesses() -> None:
    usual = speculative(LARGE, SMALL, device="H200", accepted=0.8)
    told = speculative(
        LARGE, SMALL, device="H200", accepted=0.8, guesses=4, batch=1, context=1024, stages=1
    )
    assert usual.token_seconds == told.token_seconds
    assert (
        usual.token_seconds
        != speculative(LARGE, SMALL, device="H200", accepted=0.8, context=1025).token_seconds
    )


def test_in_a_full_batch_guessing_does_not_pay() -> None:
    """A check is free while weights are read; published: it pays up to 256 requests at once."""
    batches = np.array([1, 16, 256, 2048])
    found = speculative(
        LARGE, SMALL, device="H200", devices=4, accepted=0.8, batch=batches, context=500
    )
    assert (np.diff(found.speed_up) < 0).all()
    assert found.speed_up[0] > 2 and found.speed_up[-1] < 1
    assert findings["s061"].value == 256


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tokens_per_check(1.1, 2), "accepted must be from 0 to 1"),
        (lambda: tokens_per_check(0.5, -1), "guesses must be at least 0"),
        (lambda: tokens_per_check(0.5, 1.5), "guesses must be a whole number"),
        (lambda: tokens_per_check([0.1, 0.2], [1, 2, 3]), "shapes must broadcast"),
        (lambda: guessing_speed_up(0.5, 2, -0.1), "draft_cost must be zero or more"),
        (lambda: guessing_speed_up(0.5, 2, 0.1, 0), "check_cost must be above zero"),
        (lambda: best_guesses(2, 0.1), "accepted must be from 0 to 1"),
        (lambda: best_guesses(0.5, 0.1, most=0), "most must be at least 1"),
        (lambda: accepted_share(0.5, 2), "tokens must be from 1 to 3, got 0.5"),
        (lambda: accepted_share(3.1, 2), "tokens must be from 1 to 3, got 3.1"),
        (lambda: accepted_share(1, 0), "guesses must be at least 1"),
    ],
)
def test_bad_arguments_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
