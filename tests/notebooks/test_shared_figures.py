"""No two lessons disagree about a thing: figures that several of them give, from built notebooks.

A lesson gives such a figure through `shared`; `sources`, its last cell, leaves the record.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.contract import form
from course_lib.teaching.say.shared import FIGURES, MIME

LESSONS = Path(__file__).resolve().parents[2] / "lessons"


def given() -> dict[str, dict[str, list[float]]]:
    """By figure and lesson, the values that the built lesson gives."""
    found: dict[str, dict[str, list[float]]] = {}
    for path in sorted(LESSONS.glob("*.ipynb")):
        cells: list[Any] = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in (each for cell in cells for each in cell.get("outputs", [])):
            for name, values in output.get("data", {}).get(MIME, {}).items():
                found.setdefault(name, {})[path.stem] = values
    return found


GIVEN = given()


@pytest.mark.parametrize("name", GIVEN)
def test_every_lesson_gives_one_and_the_same_value(name: str) -> None:
    values = {value for values in GIVEN[name].values() for value in values}
    assert len(values) == 1, f"{FIGURES[name][1]}: {GIVEN[name]}"


def test_the_spine_is_given_by_more_than_one_lesson() -> None:
    several = [name for name, lessons in GIVEN.items() if len(lessons) > 1]
    wanted = {"h100_hour", "answer_flops", "answer_seconds", "run_flops"}
    if {"00_start_here", "01_parameters", "05_inference", "06_serving"} <= set(form.HELD):
        assert wanted <= set(several), GIVEN
