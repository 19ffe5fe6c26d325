"""The bill of the course: filled from built notebooks where a lesson was not run here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import whole_bill
from course_lib.teaching.progress import course_bill
from course_lib.teaching.progress.bill import MIME, bill
from course_lib.teaching.progress.course_bill import COPY, from_copies
from course_lib.teaching.progress.rows import Row

Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def built(folder: Path, name: str, *records: Any) -> None:
    """A built notebook whose cells leave these records."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell_{n}",
            "metadata": {},
            "source": [],
            "outputs": [
                {"output_type": "display_data", "data": {"text/plain": "x", MIME: record}},
                {"output_type": "stream", "name": "stdout", "text": "x"},
            ],
        }
        for n, record in enumerate(records)
    ]
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


def rows(*amounts: tuple[str, str, float]) -> dict[str, Any]:
    return {"rows": [Row(lesson=at, item=item, answer=n).record() for at, item, n in amounts]}


def shown_lines(bundle: dict[str, Any]) -> list[list[str]]:
    table = [line for line in bundle["text/plain"].splitlines() if " | " in line]
    return [[cell.strip() for cell in line.split("|")] for line in table[1:]]


def test_what_was_run_here_counts_and_the_rest_is_marked(shown: Shown, tmp_path: Path) -> None:
    built(tmp_path, "00_start_here", rows(("00", "work", 1), ("00", "tokens", 2)))
    built(tmp_path, "12_energy", rows(("12", "energy", 3)))
    bill("00", "work", answer=7)
    whole_bill(tmp_path)
    bundle = shown[-1][0]
    assert shown_lines(bundle) == [
        ["00", "work", "7", "–", "run here"],
        ["12", "energy", "3", "–", COPY],
    ]
    assert [row["answer"] for row in bundle[MIME]["rows"]] == [7, 3]
    assert "No row from 01, 02, " in bundle["text/plain"] and "11, 13" in bundle["text/plain"]


def test_a_full_bill_lacks_nothing_and_adds_nothing(shown: Shown, tmp_path: Path) -> None:
    for lesson in course_bill.LESSONS:
        built(tmp_path, f"{lesson}_any", rows((lesson, "amount", 1)))
    whole_bill(tmp_path)
    bundle = shown[-1][0]
    assert len(shown_lines(bundle)) == 16 and "No row" not in bundle["text/plain"]
    assert {line[2] for line in shown_lines(bundle)} == {"1"}


def test_a_lesson_shows_only_its_own_rows(tmp_path: Path) -> None:
    built(tmp_path, "04_hardware", rows(("00", "work", 1), ("04", "time", 2)))
    assert [(row.lesson, row.item) for row in from_copies(tmp_path)] == [("04", "time")]


def test_the_last_record_of_an_item_counts(tmp_path: Path) -> None:
    built(tmp_path, "04_hardware", rows(("04", "time", 1)), rows(("04", "time", 2)))
    assert [row.answer for row in from_copies(tmp_path)] == [2]


@pytest.mark.parametrize("record", [None, 3, {}, {"rows": [3, {"lesson": "04"}]}, {"rows": []}])
def test_what_is_no_row_is_passed_over(record: Any, tmp_path: Path) -> None:
    built(tmp_path, "04_hardware", record)
    (tmp_path / "05_broken.ipynb").write_text("{", encoding="utf-8")
    assert from_copies(tmp_path) == []


def test_an_empty_bill_is_said(shown: Shown, tmp_path: Path) -> None:
    whole_bill(tmp_path / "none")
    assert "empty" in shown[-1][0]["text/plain"]
