"""The bill: rows shown once a cell, below those of earlier lessons, and a record for the last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import state
from course_lib.teaching.progress.bill import MIME, SPINE, bill
from course_lib.teaching.progress.rows import kept

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def lines(bundle: dict[str, Any]) -> list[list[str]]:
    """The lines of the table that an output shows, as cells."""
    table = bundle["text/plain"].splitlines()[1:]
    return [[cell.strip() for cell in line.split("|")] for line in table if "|" in line]


def test_a_row_is_kept_and_shown(shown: Bundles, learner_file: Path) -> None:
    bill("00", "work", answer=9.64e12, run=3.8e25, unit="FLOP")
    assert lines(shown[-1][0]) == [
        ["lesson", "what", "the answer", "the run"],
        ["00", "work", "9.64 TFLOP", "3.80 × 10²⁵ FLOP"],
    ]
    assert SPINE in shown[-1][0]["text/plain"] and SPINE in shown[-1][0]["text/html"]
    (entry,) = json.loads(learner_file.read_text(encoding="utf-8"))["bill_rows"]["00"]
    assert entry["answer"] == 9640000000000 and entry["unit"] == "FLOP"


def test_earlier_lessons_are_shown_and_later_ones_are_not(shown: Bundles) -> None:
    bill("13", "price", answer=0.001, unit="USD")
    bill("00", "tokens", answer=600, unit="tokens")
    bill("04", "time", answer=0.02, unit="s")
    assert [line[:2] for line in lines(shown[-1][0])[1:]] == [["00", "tokens"], ["04", "time"]]


def test_the_record_holds_the_new_rows_only(shown: Bundles) -> None:
    bill("00", "tokens", answer=600, run=1.56e13, unit="tokens")
    bill("04", "time", answer=1 / 3, unit="s")
    record = json.loads(json.dumps(shown[-1][0][MIME]))
    assert record == {
        "rows": [{"lesson": "04", "item": "time", "answer": 0.333, "run": None, "unit": "s"}]
    }


def test_a_bad_row_is_refused_and_nothing_is_kept(shown: Bundles) -> None:
    with pytest.raises(ValueError, match="answer, run"):
        bill("00", "work")
    assert shown == [] and kept() == []


def test_a_file_that_cannot_be_written_is_told(
    shown: Bundles, learner_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: Path, text: str) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(state, "save", refuse)
    bill("00", "tokens", answer=600)
    assert "Not kept: " in shown[-1][0]["text/plain"]
    assert [line[1] for line in lines(shown[-1][0])[1:]] == ["tokens"]


def test_rows_of_one_cell_are_shown_once() -> None:
    """In IPython, where a cell ends by itself."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    quiet = Config()
    quiet.HistoryManager.enabled = False  # no file in the home folder
    shell = InteractiveShell.instance(config=quiet)
    code = "from course_lib.teaching.progress.bill import bill\n"
    code += "bill('04', 'a', answer=1)\nbill('04', 'b', answer=2)"
    try:
        with capture_output() as cell:
            shell.run_cell(code)
        with capture_output() as after:
            shell.run_cell("1 + 1")
    finally:
        InteractiveShell.clear_instance()
    (output,) = cell.outputs
    assert [row["item"] for row in output.data[MIME]["rows"]] == ["a", "b"]
    assert not any(MIME in other.data for other in after.outputs)
