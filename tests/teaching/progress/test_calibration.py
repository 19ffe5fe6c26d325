"""Calibration: both rounds of the ten questions, against distances worked out by hand."""

from typing import Any

import pytest

from course_lib.teaching import state
from course_lib.teaching.predictions import orders
from course_lib.teaching.progress import calibration
from course_lib.teaching.progress.calibration import Calibration

Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def _guess(when: str, factor: float, ids: list[str]) -> None:
    """Guesses that are `factor` times the answers."""
    for id in ids:
        order = orders.load(orders.FILE)[id]
        key, value = orders.key(order, when), factor * order.value()
        state.change(
            lambda old, key=key, value=value: state.with_guess(old, key, value, "2026-01-01")
        )


def test_both_rounds_stand_beside_each_other(shown: Shown) -> None:
    ids = ["cache", "card_time", "run_rent"]
    _guess("start", 1e-3, ids)
    _guess("end", 10**0.5, ids)
    found = calibration.calibration()
    assert found.medians == (pytest.approx(3), pytest.approx(0.5))
    assert found.gained == pytest.approx(2.5)
    table, words = shown[-2][0]["text/plain"], shown[-1][0]["text/plain"]
    assert table.count("-3.0") == 3 and table.count("+0.5") == 3 and table.count("no guess") == 14
    assert "gained **2.5**" in words


def test_only_questions_of_both_rounds_count_as_gain() -> None:
    found = Calibration(start={"a": 4.0, "b": 0.0}, end={"b": -1.0, "c": 9.0})
    assert found.gained == -1
    assert "lost **1.0**" in calibration.words(found)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Calibration(start={}, end={}), "neither round"),
        (Calibration(start={"a": 1.0}, end={}), "the last round is missing"),
        (Calibration(start={}, end={"a": 1.0}), "the first round is missing"),
        (Calibration(start={"a": 1.0}, end={"b": 1.0}), "in both rounds"),
    ],
)
def test_missing_rounds_are_said(found: Calibration, told: str) -> None:
    assert told in calibration.words(found)


def test_answers_are_kept_so_that_later_guesses_are_known_as_late(shown: Shown) -> None:
    calibration.calibration()
    _guess("end", 1.0, ["cache"])
    assert state.read()["predictions"]["order_end_cache"]["after_result"] is True


def test_guesses_by_lesson(shown: Shown) -> None:
    calibration.by_lesson()
    assert "no guess at a number" in shown[-1][0]["text/plain"]
    _guess("start", 100, ["cache"])
    state.change(
        lambda old: state.with_result(
            old, "order_start_cache", orders.load(orders.FILE)["cache"].value(), "t"
        )
    )
    calibration.by_lesson()
    assert "00_start_here" in shown[-1][0]["text/plain"] and "2.0" in shown[-1][0]["text/plain"]


def test_a_page_says_nothing_where_nothing_was_guessed() -> None:
    assert calibration.for_report(Calibration(start={}, end={})) == ""
    both = calibration.for_report(Calibration(start={"a": -3.0}, end={"a": 0.5}))
    assert "3.0 powers" in both and "0.5 after it" in both
