"""The printed table."""

from __future__ import annotations

from dataclasses import replace

from course_lib.commands.validate import scoring, text
from tests.commands.validate.test_scoring import prediction


def test_groups_stand_under_their_quantity() -> None:
    rule = {"6ND at 40 % MFU": 2.0}
    rows = [
        prediction(1.0, 2.0, group="one", baselines=rule),
        prediction(1.0, 1.0, group="two", unfit="tiny"),
        prediction(1.0, 1.0, quantity="hfu", group="one"),
    ]
    lines = text.table(scoring.scores(rows))
    assert lines[2] == "STEADY STATE"
    names = [line.split("  ")[0].strip() or line.strip().split("  ")[0] for line in lines[3:8]]
    assert names == ["all quantities", "mfu", "one", "two*", "hfu: one"]
    assert "6ND at 40 % MFU 1.00, 100%" in lines[4]


def test_nothing_to_score_is_said() -> None:
    assert "nothing to score" in text.table([])[0]


def test_reasons_are_counted_the_missed_ones_first() -> None:
    rows = [
        replace(prediction(1.0, None), skipped="no device"),
        replace(prediction(None, None), skipped="no tokens"),
        replace(prediction(None, None), skipped="no tokens"),
        prediction(1.0, 1.0),
    ]
    assert text.skipped(rows)[1:] == ["     1 (1)  no device", "     2 (0)  no tokens"]
    assert text.counts(rows) == [
        "1 rows, 1 of them predicted; 4 quantities, 1 predicted, 3 skipped"
    ]
    assert text.skipped(rows[3:]) == [] == text.set_aside(rows)


def test_what_does_not_count_is_told() -> None:
    rows = [prediction(1.0, 1.0, aside="circular"), prediction(None, 1.0, aside="circular")]
    assert text.set_aside(rows) == ["not counted:", "     1  circular"]
