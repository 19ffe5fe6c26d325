"""Rows of the bill: what a row may hold, what replaces what, and what a broken file does to it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from course_lib.teaching import state
from course_lib.teaching.progress.rows import SECTION, Row, kept, row_of, with_row

WORK = Row(lesson="00", item="work", answer=9.6e12, run=3.8e25, unit="FLOP")


def test_amounts_are_shown_in_their_unit_and_gaps_as_a_dash() -> None:
    assert Row(lesson="13", item="price", answer=0.0011, unit="USD").cells == ("USD 0.00110", "–")
    assert Row(lesson="10", item="cards", run=16_384).cells == ("–", "16\u202f384")


def test_the_same_item_replaces_its_row_where_it_stands() -> None:
    notes = state.empty()
    for item, answer in (("b", 1), ("a", 2), ("b", 3)):
        notes = with_row(notes, Row(lesson="04", item=item, answer=answer))
    notes = with_row(notes, Row(lesson="01", item="b", answer=4))
    found = [(row.lesson, row.item, row.answer) for row in kept(notes)]
    assert found == [("01", "b", 4), ("04", "b", 3), ("04", "a", 2)]


def test_lines_of_the_first_edition_stay_and_are_passed_over() -> None:
    old = {"00": {"one answer": {"flops": 8e12}}, "13": {"a token": {"usd": 1e-7}}}
    notes = with_row(state.empty() | {"bill": old}, WORK)
    assert notes["bill"] == old
    assert kept(notes) == [row_of(WORK.record())]


def test_the_old_state_is_left_alone_and_other_sections_stay() -> None:
    before = state.with_guess(state.empty(), "a", 1, "t")
    once = with_row(before, WORK)
    with_row(once, Row(lesson="00", item="more", answer=1))
    assert SECTION not in before and once["predictions"] == before["predictions"]
    assert len(kept(once)) == 1


def test_numpy_numbers_become_plain_ones() -> None:
    row = Row(lesson="00", item="x", answer=np.float64(1.5), run=np.int64(3))
    assert json.loads(json.dumps(row.record()))["answer"] == 1.5
    assert [type(row.record()[name]) for name in ("answer", "run")] == [float, int]


@pytest.mark.parametrize(
    "section",
    [
        None,
        [],
        "x",
        {"00": 3},
        {"00": {"work": {"flops": 1}}},
        {"00": [3, {"item": "work"}, ["work"], {**WORK.record(), "answer": "many"}]},
        {"00": [{**WORK.record(), "unit": "kFLOP"}]},
    ],
)
def test_what_is_no_row_is_passed_over_and_a_new_row_still_goes_in(section: Any) -> None:
    broken = state.empty() | {SECTION: section}
    assert kept(broken) == []
    assert [row.item for row in kept(with_row(broken, WORK))] == ["work"]


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"lesson": "0"}, ValueError, "lesson='0'"),
        ({"lesson": 7}, ValueError, "lesson=7"),
        ({"item": " "}, ValueError, "item"),
        ({"answer": None, "run": None}, ValueError, "at least one of the two"),
        ({"unit": "GB"}, ValueError, "unit"),
        ({"unit": None}, TypeError, "unit=None"),
        ({"answer": -1}, ValueError, "answer=-1: must not be negative"),
        ({"run": float("nan")}, ValueError, "run"),
        ({"answer": "1"}, TypeError, "answer"),
    ],
)
def test_a_bad_row_is_refused_by_name(fields: Any, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        Row(**{"lesson": "00", "item": "work", "answer": 1, "run": 1, "unit": "FLOP"} | fields)
