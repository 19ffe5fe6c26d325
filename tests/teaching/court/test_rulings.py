"""Rulings collected from notebooks: those of the course's form, the broken ones, and two lessons on
one claim."""

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching.claims import claims
from course_lib.teaching.claims.verdict import MIME, judge
from course_lib.teaching.court.rulings import IDS, lines, rulings, waiting

RECORD = judge("A07", source="a count", deepest=126).record()


def notebook(
    folder: Path,
    name: str,
    *records: Any,
    heading: str = "## Idea 2: depth",
    tags: list[str] | None = None,
) -> None:
    """A built notebook with one verdict a cell."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "id": "text", "metadata": {}, "source": [f"{heading}\n", "Text"]}
    ]
    for n, record in enumerate(records, 1):
        outputs = [
            {
                "output_type": "display_data",
                "data": {"text/plain": ["x"], MIME: record},
                "metadata": {},
            }
        ]
        told = {
            "cell_type": "code",
            "id": f"cell_{n}",
            "metadata": {"tags": tags or []},
            "source": [],
            "outputs": outputs,
        }
        cells.append(told)
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


def test_the_claims_of_three_articles_and_of_2026() -> None:
    numbered = {"A": 20, "B": 13, "C": 11, "D": 6}
    every = [f"{letter}{n:02}" for letter, last in numbered.items() for n in range(1, last + 1)]
    assert list(IDS) == every


def test_a_record_becomes_a_ruling_with_its_place(tmp_path: Path) -> None:
    notebook(tmp_path, "01_parameters", RECORD, tags=["measured"])
    ruling = rulings(tmp_path)["A07"]
    assert ruling.verdict == ruling.rule.verdict == "holds"
    assert dict(ruling.numbers) == {"deepest": 126}
    assert (ruling.source, ruling.measured) == ("a count", True)
    assert ruling.place.link == "../lessons/01_parameters.ipynb#cell-id=cell_1"
    assert ruling.place.words == "01, Idea 2"
    assert ruling.record()["cell"] == "cell_1"


def test_what_to_say_instead_and_close_calls_come_along(tmp_path: Path) -> None:
    more = {"instead": "Say **this**.", "close": [["at USD 2", "wrong"]], "clear": False}
    notebook(tmp_path, "01_parameters", RECORD | more)
    ruling = rulings(tmp_path)["A07"]
    assert ruling.instead == "Say **this**." and ruling.close == (("at USD 2", "wrong"),)
    older = {name: RECORD[name] for name in ("claim", "verdict", "numbers", "source")}
    notebook(tmp_path, "01_parameters", older)
    assert rulings(tmp_path)["A07"].instead == "" and rulings(tmp_path)["A07"].close == ()


def test_a_table_of_verdicts_leaves_several(tmp_path: Path) -> None:
    other = judge("A02", source="x", forward_flops_per_weight=2, backward_ratio=2).record()
    notebook(tmp_path, "01_parameters", [RECORD, other])
    assert list(rulings(tmp_path)) == ["A02", "A07"]
    assert rulings(tmp_path)["A02"].place == rulings(tmp_path)["A07"].place


def test_the_later_lesson_counts_and_the_earlier_stays_linked(tmp_path: Path) -> None:
    notebook(tmp_path, "09_memory", RECORD | {"verdict": "wrong", "numbers": {"deepest": 90}})
    notebook(tmp_path, "01_parameters", RECORD)
    ruling = rulings(tmp_path)["A07"]
    assert ruling.verdict == "wrong" and ruling.place.lesson == "09_memory"
    assert [place.lesson for place in ruling.earlier] == ["01_parameters"]


def test_rulings_come_in_the_order_of_the_claims(tmp_path: Path) -> None:
    other = judge("A02", source="x", forward_flops_per_weight=2, backward_ratio=2).record()
    notebook(tmp_path, "01_parameters", RECORD, other)
    assert list(rulings(tmp_path)) == ["A02", "A07"]


@pytest.mark.parametrize(
    "record",
    [
        RECORD | {"claim": "Z99"},
        RECORD | {"numbers": {"deepest": 126, "share": 0.03}},
        RECORD | {"numbers": {}},
        RECORD | {"numbers": {"depth": 126}},
        RECORD | {"numbers": None},
    ],
)
def test_a_record_that_no_longer_fits_counts_as_missing(tmp_path: Path, record: Any) -> None:
    notebook(tmp_path, "01_parameters", record)
    assert rulings(tmp_path) == {}


def test_what_is_no_notebook_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "01_broken.ipynb").write_text("{", encoding="utf-8")
    (tmp_path / "02_empty.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / "notes.ipynb").write_text("{}", encoding="utf-8")
    assert rulings(tmp_path) == {}


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"folder=.*built lessons"):
        rulings(tmp_path / "none")


def test_a_working_copy_is_not_read_but_the_course(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A learner works two folders below the course's, in lessons without outputs."""
    copy = tmp_path / "workbook" / "lessons"
    for folder in (tmp_path / "source" / "lessons", tmp_path / "lessons", copy):
        folder.mkdir(parents=True)
    notebook(tmp_path / "lessons", "01_parameters", RECORD)
    notebook(copy, "01_parameters")
    monkeypatch.chdir(copy)
    assert list(rulings()) == ["A07"]


def test_a_claim_without_a_verdict_waits_for_a_lesson(tmp_path: Path) -> None:
    notebook(tmp_path, "01_parameters", RECORD)
    waits = waiting(rulings(tmp_path), tmp_path)
    assert "A07" not in waits and set(waits) == set(claims.load(claims.FILE)) - {"A07"}
    assert waits["D01"] == "Lesson 11 will decide it."
    assert waits["A02"] == "Lesson 01 must be built again: it holds no verdict on this claim."


def test_lines_hold_every_claim_with_its_parts(tmp_path: Path) -> None:
    notebook(tmp_path, "01_parameters", RECORD)
    found = lines(rulings(tmp_path))
    assert tuple(found) == IDS
    assert list(found["B06"]) == ["B06a", "B06b"] and found["B06"]["B06a"] is None
    held = found["A07"]["A07"]
    assert held is not None and held.verdict == "holds"
    known = list(claims.load(claims.FILE))
    assert [part for parts in found.values() for part in parts] == known
