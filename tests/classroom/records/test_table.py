"""The table is read back as it was written, by the csv module and by whoever opens it."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.classroom.grading.rows import COLUMNS, Row
from course_lib.classroom.records import table

ROW = Row(
    student="ada",
    assignment="14_access",
    task="budget_trains",
    points=2,
    max_points=4,
    status="wrong",
    message="not right yet",
)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.mark.parametrize(
    "words",
    [
        'Pat "O\'Brien", jr.',
        "two\nlines",
        "a, comma; and a\ttab",
        "‹é› 🧮 Łovelace",
        "",
        " blanks ",
        "x" * 100_000,
        '""","""',
    ],
)
def test_words_come_back(tmp_path: Path, words: str) -> None:
    table.save(tmp_path / "grades.csv", [replace(ROW, student=words, message=words), ROW])
    first, second = read(tmp_path / "grades.csv")
    assert (first["student"], first["message"]) == (words, words)
    assert tuple(second) == COLUMNS
    assert list(second.values()) == ROW.cells()


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_message_is_no_formula_and_a_name_stays(tmp_path: Path, formula: str) -> None:
    table.save(tmp_path / "grades.csv", [replace(ROW, student=formula, message=formula)])
    (row,) = read(tmp_path / "grades.csv")
    assert row["message"] == f"'{formula}"
    assert row["student"] == formula


def test_what_utf_8_cannot_hold_is_spelled_out(tmp_path: Path) -> None:
    name = os.fsdecode(b"broken \xff name")
    table.save(tmp_path / "grades.csv", [replace(ROW, student=name, message="a\0b \ud800")])
    (row,) = read(tmp_path / "grades.csv")
    assert row["student"].startswith("broken \\udcff")
    assert row["message"] == "a\\0b \\ud800"


def test_a_carriage_return_ends_no_line(tmp_path: Path) -> None:
    words = "=1\r+1\r\nnext"
    table.save(tmp_path / "grades.csv", [replace(ROW, student=words, message=words)])
    (row,) = read(tmp_path / "grades.csv")
    assert row["student"] == "=1\\r+1\nnext"
    assert row["message"] == "'=1\\r+1\nnext"


def test_the_old_table_stays_whole_where_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    table.save(path, [ROW])

    def broken() -> object:
        yield ROW
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        table.save(path, broken())  # type: ignore[arg-type]
    assert len(read(path)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["grades.csv"]
