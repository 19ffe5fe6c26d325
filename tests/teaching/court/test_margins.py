"""Margins: against a search that knows nothing of limits, and by hand."""

from typing import Any

import numpy as np
import pytest

from course_lib.teaching.claims import claims
from course_lib.teaching.claims.reasons import apart
from course_lib.teaching.claims.rules import decide
from course_lib.teaching.court import margins
from course_lib.teaching.court.rulings import Place, Ruling

TESTED = {id: claim for id, claim in claims.load(claims.FILE).items() if claim.rules}


def at(value: float, move: float, outward: int) -> float:
    """The number that lies a move away from a value, up or down."""
    away_from_zero = (outward > 0) == (value > 0)
    return value / (1 - move) if away_from_zero else value * (1 - move)


@pytest.mark.parametrize("id", TESTED)
def test_nothing_flips_within_the_margin_and_something_at_its_end(id: str) -> None:
    claim, dice = TESTED[id], np.random.default_rng(sum(map(ord, id)))
    limits = [
        limit
        for rule in claim.rules
        for text in rule.conditions.values()
        for _, limit in claims.parse(text)
    ]
    for _ in range(3):
        numbers = {
            name: float(dice.choice(limits) or 1) * dice.uniform(0.3, 3) for name in claim.numbers
        }
        before = decide(claim.rules, numbers).verdict
        for flip in margins.flips(claim, numbers):
            name = flip.number.name
            assert before == flip.before != flip.after
            for move in np.linspace(0, min(flip.move, 0.999), 25, endpoint=False):
                for outward in (1, -1):
                    moved = numbers | {name: at(numbers[name], move, outward)}
                    assert decide(claim.rules, moved).verdict == before, (name, move)
            step = {"": 0.0, "above ": 1e-6, "below ": -1e-6}[flip.side] * (abs(flip.limit) or 1)
            assert decide(claim.rules, numbers | {name: flip.limit + step}).verdict == flip.after


def test_margins_by_hand() -> None:
    """B05 asks for 5 % of both; a fall from 10 % to 5 % is a half of the larger."""
    near, far = margins.flips(claims.get("B05"), {"average": 0.5, "best": 0.1})
    assert (near.number.name, near.limit, near.move) == ("best", 0.05, pytest.approx(0.5))
    assert (near.before, near.after) == ("holds", "holds with limits")
    assert (far.number.name, far.limit, far.move) == ("average", 0.05, pytest.approx(0.9))
    assert far.after == "wrong"


def test_a_number_that_cannot_flip_the_verdict_is_left_out() -> None:
    far_apart = {
        "training_ratio": 134,
        "decoding_ratio": 27,
        "memory_ratio": 36,
    }  # three would have to move
    assert margins.flips(claims.get("C01"), far_apart) == []


def test_a_limit_that_must_be_passed_is_told() -> None:
    held = {"share_billion": 0.9, "models_trillion": 1}
    assert margins.flips(claims.get("A01a"), held)[0].words == "A01a: 1 to below 1"


def test_an_equality_that_is_met_has_no_margin() -> None:
    held = {"passes_per_token": 1, "tokens_ahead": 2.5}
    assert [flip.number.name for flip in margins.flips(claims.get("A12"), held)] == ["tokens_ahead"]


@pytest.mark.parametrize(
    ("value", "limit", "move"),
    [(5, 10, 0.5), (10, 5, 0.5), (0, 3, 1), (-2, 0, 1), (7, 7, 0), (0, 0, 0)],
)
def test_a_move_is_relative_to_the_larger(value: float, limit: float, move: float) -> None:
    assert apart(value, limit) == move


def ruling(id: str, numbers: dict[str, float], measured: bool) -> Ruling:
    claim, place = claims.get(id), Place(lesson="01_parameters", cell="cell", section="")
    verdict = decide(claim.rules, numbers).verdict
    return Ruling(
        claim=claim,
        verdict=verdict,
        numbers=numbers,
        source="a count",
        place=place,
        measured=measured,
    )


def test_the_figure_is_sorted_and_says_what_was_measured(
    shown: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    held = {
        "B03": ruling("B03", {"share_between": 0.81}, True),
        "C01": ruling(
            "C01", {"training_ratio": 134, "decoding_ratio": 27, "memory_ratio": 36}, False
        ),
        "C08": ruling("C08", {"share_training": 0.48, "share_reader": 0, "share_batch": 0}, False),
    }
    figure = margins.draw(held)
    assert [row[0] for row in figure.rows] == ["C08: 48.0 % to 50 %", "B03: 81.0 % to 90 %"]
    assert "48.0 % to 50 %, a change of 4.00 %. 1 of 2 bars" in figure.alt
    with pytest.raises(ValueError, match="count=0"):
        margins.draw(held, count=0)
