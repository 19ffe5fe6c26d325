"""What of a student's work goes to the grader, and when it counts as changed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.submissions import assignment as assignments
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.folders import HandedIn
from course_lib.classroom.submissions.work import Work, read
from course_lib.plain_data import packed
from course_lib.teaching.checks.kept import MEASURED_TYPE

SOURCES = Path(__file__).parents[3] / "source" / "exercises"
ANSWER = {"cell_type": "code", "id": "checkpoint_price", "source": "def checkpoint_price(): pass"}


@cache
def exercise() -> Assignment:
    return assignments.read("09_memory", SOURCES)


def work_of(*files: Path) -> Work:
    return read(HandedIn(student="a", files=files), exercise())


def saved(path: Path, *cells: Any) -> Path:
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    return path


def check(kept: Any) -> dict[str, Any]:
    output = {"output_type": "display_data", "data": {MEASURED_TYPE: kept}}
    return {"cell_type": "code", "id": "checkpoint_price_check", "source": "", "outputs": [output]}


def deep(levels: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(levels):
        found = ["list", [found]]
    return found


def test_a_measurement_is_taken_where_it_is_asked_for_and_plain(tmp_path: Path) -> None:
    kept = {"runs": packed([1.5]), "math": packed(7), "__builtins__": packed({}), "gpt": ["none"]}
    assert dict(work_of(saved(tmp_path / "x", ANSWER, check(kept))).measured) == {
        "runs": packed([1.5]),
        "gpt": ["none"],
    }


@pytest.mark.parametrize(
    "forged",
    [
        *(7, None, "text", [], ["int", 7], {"output_type": "stream"}, {"cell_type": "code"}),
        *(deep(300), ["array", [1], [["str", "x"]]], ["dict", [[["list", []], ["none"]]]]),
    ],
    ids=lambda forged: str(forged)[:30],
)
def test_a_forged_measurement_is_none(tmp_path: Path, forged: Any) -> None:
    work = work_of(saved(tmp_path / "x", ANSWER, check({"runs": forged})))
    assert work.measured == {}
    assert len(work.fingerprint) == 64
    assert work_of(saved(tmp_path / "x", ANSWER, check(forged))).measured == {}


def test_the_fingerprint_hangs_on_all_that_decides_points(tmp_path: Path) -> None:
    path = tmp_path / "x"
    plain = work_of(saved(path, ANSWER)).fingerprint
    assert (
        work_of(saved(path, ANSWER, {"cell_type": "markdown", "source": "Hello"})).fingerprint
        == plain
    )
    assert work_of(saved(path, check({"gpt": ["none"]}), ANSWER)).fingerprint != plain
    assert (
        work_of(saved(path, ANSWER | {"source": "def checkpoint_price(): 1"})).fingerprint != plain
    )
    assert work_of(saved(path)).fingerprint != plain


def test_of_several_the_first_with_an_answer_counts(tmp_path: Path) -> None:
    broken, empty = tmp_path / "broken", saved(tmp_path / "empty")
    broken.write_text("{", "utf-8")
    right = saved(tmp_path / "right", ANSWER)
    work = work_of(broken, empty, right)
    assert work.taken["checkpoint_price"].sources == (ANSWER["source"],)
    assert "of 3 notebooks this one counts: right" in work.note
    assert work_of(broken, empty).problem == ""
    assert "broken JSON" in work_of(broken).problem


def test_nothing_handed_in_is_missing() -> None:
    nothing = HandedIn(student="a", problem="nothing was handed in", is_missing=True)
    assert read(nothing, exercise()).is_missing
    link = HandedIn(student="a", problem="the folder is a link")
    assert not read(link, exercise()).is_missing
