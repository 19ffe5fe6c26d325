"""A learner's file of the first edition opens, and its notes stand under today's numbers."""

import json
from pathlib import Path

import pytest

from course_lib.teaching import state
from course_lib.teaching.first_edition import MOVED

OLD = {
    "version": 1,
    "predictions": {
        "guess_a": {"first": 1.0, "guess": 1.0, "lesson": "06_images", "unit": ""},
        "guess_b": {"first": 2.0, "guess": 2.0, "lesson": "01_parameters", "unit": ""},
        "shown_only": {"shown": "2026-11-01", "result": 3.0},
    },
    "quiz": {"q_bits": {"tries": 1, "lesson": "07_precision"}},
    "verdicts": {"A16": {"verdict": "holds", "numbers": {}, "time": "t"}},
    "bill": {"06": {"one picture": {"flops": 1e12}}, "10": {"one answer": {"joules": 2e3}}},
    "points": {"11_cost": {"earned": 20}},
    "from another program": [1, 2],
}


def test_every_note_of_an_old_file_is_kept_under_its_new_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "learner.json"
    file.write_text(json.dumps(OLD), encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(file))
    now = state.read()
    assert {key: entry.get("lesson") for key, entry in now["predictions"].items()} == {
        "guess_a": "07_images",
        "guess_b": "01_parameters",
        "shown_only": None,
    }
    assert now["quiz"]["q_bits"] == {"tries": 1, "lesson": "08_precision"}
    assert now["points"] == {"13_cost": {"earned": 20}}
    assert now["verdicts"] == OLD["verdicts"]
    assert now["from another program"] == [1, 2]
    assert now["bill"] == {
        "07": {"one picture": {"flops": 1e12}},
        "12": {"one answer": {"joules": 2e3}},
    }


def test_the_numbers_move_once_and_the_old_file_stays_as_a_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "learner.json"
    file.write_text(json.dumps(OLD), encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(file))
    for _ in range(2):
        state.change(lambda old: old)
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["version"] == 2
    assert set(kept["bill"]) == {"07", "12"}  # a second reading moves nothing on to 08 and 13


def test_no_two_old_lessons_share_a_new_number() -> None:
    assert len(set(MOVED.values())) == len(MOVED)
    assert all(old[2:] == new[2:] for old, new in MOVED.items())
