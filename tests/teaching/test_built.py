"""What built notebooks hold: records with their places, and nothing from what is no notebook."""

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching.built import notebooks, records

MIME = "application/vnd.course.test+json"


def write(folder: Path, name: str, cells: list[dict[str, Any]]) -> Path:
    path = folder / f"{name}.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return path


def code(id: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    held = [{"output_type": "display_data", "data": data} for data in outputs]
    metadata = {"tags": list(tags)}
    return {"cell_type": "code", "id": id, "metadata": metadata, "source": [], "outputs": held}


def test_a_record_is_found_with_its_place(tmp_path: Path) -> None:
    head = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# 1\n", "## Idea 1\n"]}
    text = head | {"source": ["Text without a heading.\n", "### Not one either"]}
    plain = code("plain", {"text/plain": "x"})
    cells = [head, plain, text, code("found", {MIME: 0}, {MIME: [1]}, tags=("measured",))]
    path = write(tmp_path, "01_parameters", cells)
    found = list(records(path, MIME))
    assert [each.record for each in found] == [0, [1]]
    assert {(each.lesson, each.cell, each.section, each.tags) for each in found} == {
        ("01_parameters", "found", "Idea 1", ("measured",))
    }


@pytest.mark.parametrize("text", ["{", "{}", "[]"])
def test_what_is_no_notebook_holds_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "01_broken.ipynb"
    path.write_text(text, encoding="utf-8")
    assert list(records(path, MIME)) == []
    assert list(records(tmp_path / "02_missing.ipynb", MIME)) == []


def test_lessons_come_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("12_energy", "01_parameters", "notes", "1_x"):
        write(tmp_path, name, [])
    assert [path.stem for path in notebooks(tmp_path)] == ["01_parameters", "12_energy"]
    assert notebooks(tmp_path / "none") == []
