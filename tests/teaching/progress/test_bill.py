"""The bill: what a line may hold, what replaces what, and what a broken file does to it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.teaching import state
from course_lib.teaching.progress.bill import UNITS, bill, lines, with_line

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def test_a_line_is_kept_and_shown(shown: Bundles, learner_file: Path) -> None:
    bill("00", "one answer", flops=8.08e12, usd=0.0018)
    text = shown[-1][0]["text/plain"].splitlines()
    assert text[0] == "Your bill so far"
    assert [cell.strip() for cell in text[1].split("|")] == ["lesson", "for", "work", "price"]
    assert [cell.strip() for cell in text[3].split("|")] == [
        "00",
        "one answer",
        "8.08 TFLOP",
        "USD 0.00180",
    ]
    assert json.loads(learner_file.read_text(encoding="utf-8"))["bill"] == {
        "00": {"one answer": {"flops": 8080000000000, "usd": 0.0018}}
    }


def test_running_again_replaces_the_line_and_no_other() -> None:
    bill("00", "one answer", flops=1)
    bill("01", "weights", parameters=2)
    bill("00", "one answer", joules=3)
    bill("00", "another", flops=4)
    assert [(line.lesson, line.item, dict(line.amounts)) for line in lines()] == [
        ("00", "another", {"flops": 4}),
        ("00", "one answer", {"joules": 3}),
        ("01", "weights", {"parameters": 2}),
    ]


def test_a_column_stands_where_any_line_needs_it_and_gaps_stay_empty(shown: Bundles) -> None:
    bill("00", "one answer", flops=1e12)
    bill("01", "weights", parameters=8e9)
    rows = [
        [cell.strip() for cell in row.split("|")]
        for row in shown[-1][0]["text/plain"].splitlines()[3:]
    ]
    assert rows == [["00", "one answer", "", "1.00 TFLOP"], ["01", "weights", "8.00 billion", ""]]


def test_every_amount_may_stand_and_numpy_numbers_are_kept_as_plain_ones() -> None:
    bill("00", "all", **{name: np.float64(1.5) for name in UNITS})
    (line,) = lines()
    assert dict(line.amounts) == dict.fromkeys(UNITS, 1.5)
    assert {type(value) for value in line.amounts.values()} == {float}


def test_the_old_state_is_left_alone_and_other_sections_stay() -> None:
    before = state.with_guess(state.empty(), "a", 1, "t")
    after = with_line(before, "00", "x", {"flops": 1})
    assert "bill" not in before and after["predictions"] == before["predictions"]


@pytest.mark.parametrize(
    "section", [None, [], "x", {"00": 3}, {"00": {"x": [1]}}, {"00": {"x": {"flops": "many"}}}]
)
def test_what_is_no_line_is_passed_over_and_a_new_line_still_goes_in(section: Any) -> None:
    state.change(lambda old: old | {"bill": section})
    assert lines() == []
    bill("00", "y", flops=1)
    assert [line.item for line in lines()] == ["y"]


@pytest.mark.parametrize(
    ("lesson", "item", "amounts", "error", "message"),
    [
        ("0", "x", {"flops": 1}, ValueError, "lesson='0'"),
        ("00", " ", {"flops": 1}, ValueError, "item"),
        ("00", "x", {}, ValueError, "one or more of parameters, flops"),
        ("00", "x", {"watts": 1}, ValueError, "watts"),
        ("00", "x", {"flops": -1}, ValueError, "flops=-1: must not be negative"),
        ("00", "x", {"usd": float("nan")}, ValueError, "usd"),
        ("00", "x", {"usd": "1"}, TypeError, "usd"),
    ],
)
def test_a_bad_line_is_refused_by_name(
    lesson: str, item: str, amounts: Any, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        bill(lesson, item, **amounts)
    assert lines() == []
