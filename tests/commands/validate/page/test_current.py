"""The page and the facts that are in the course are those that the estimators give today, and the
page says what a lesson says of it.

The first only where `COURSE_DATA` names the folder of the four files of measurements, which are no
part of the course: this takes about half a minute.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course_lib.catalog import devices, validation
from course_lib.commands import validate
from course_lib.commands.validate.page.page import NAME
from course_lib.commands.validate.sheets import SHEETS

ROOT = Path(__file__).parents[4]
DATA = os.environ.get("COURSE_DATA", "")


@pytest.mark.skipif(not DATA, reason="COURSE_DATA names no folder of measurements")
def test_page_and_facts_are_current(tmp_path: Path) -> None:
    files = [Path(DATA) / sheet.name for sheet in SHEETS]
    facts = tmp_path / "facts.toml"
    # dates of lines that have not changed stay
    facts.write_bytes(validation.path.read_bytes())
    validate.run_validate(files, page=tmp_path, facts=facts)
    told = "run the line under `How to run it again` of docs/validation.md"
    assert facts.read_text(encoding="utf-8") == validation.path.read_text(encoding="utf-8"), told
    page = ROOT / "docs" / f"{NAME}.md"
    made = (tmp_path / f"{NAME}.md").read_text(encoding="utf-8")
    assert made == page.read_text(encoding="utf-8"), told
    # Not their bytes: another release of matplotlib draws a line a hair's breadth elsewhere.
    drawn = {path.name for path in (tmp_path / NAME).iterdir()}
    assert drawn == {path.name for path in (page.parent / NAME).iterdir()}, told


def test_no_measured_speed_of_answers_is_a_cpu_s() -> None:
    # Lesson 05 says so of the CPUs that it compares with GPUs.
    page = (ROOT / "docs" / f"{NAME}.md").read_text(encoding="utf-8")
    rows = page.partition("| inference, device |")[2].partition("\n\n")[0].splitlines()[2:]
    names = [row.split("|")[1].strip() for row in rows]
    assert len(names) > 10
    assert not [name for name in names if devices[name].kind == "cpu"]
