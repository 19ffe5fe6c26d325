"""`course schedule` and `course slides`, as they are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course_lib.commands.schedule import run_schedule, run_slides
from course_lib.errors import CallError, CourseError, UnknownLesson


def test_text_json_and_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run_schedule(75, lessons="5") == 0
    assert "05 · Inference · Idea 1" in capsys.readouterr().out
    assert run_schedule(75, lessons="05,04", sessions=2, as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["lessons"] == ["04_hardware", "05_inference"]
    assert [session["number"] for session in told["sessions"]] == [1, 2]
    file = tmp_path / "deep" / "sheet.html"
    assert run_schedule(75, lessons="inference", html=file, start="9:30") == 0
    assert "9:30" in file.read_text(encoding="utf-8")
    assert capsys.readouterr().out.strip() == str(file)


def test_mistakes_are_told() -> None:
    with pytest.raises(UnknownLesson, match="nope"):
        run_schedule(90, lessons="05,nope")
    with pytest.raises(CallError, match="05_inference twice"):
        run_schedule(90, lessons="5,04,inference")
    with pytest.raises(CallError, match="names no lesson"):
        run_schedule(90, lessons=" , ")
    with pytest.raises(CallError, match="exclude"):
        run_schedule(90, html=Path("x.html"), as_json=True)
    for start in ("25:00", "9", "9:60", "noon"):
        with pytest.raises(CallError, match="must be a time"):
            run_schedule(90, start=start)
    with pytest.raises(CourseError, match="20 minutes are too short for lesson 05"):
        run_schedule(20, lessons="05")


def test_slides_are_written_where_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "s.html"
    assert run_slides("5", file) == 0
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(UnknownLesson):
        run_slides("77", file)
    monkeypatch.chdir(tmp_path)
    assert run_slides("inference") == 0
    assert (tmp_path / "slides_05.html").is_file()
    assert capsys.readouterr().out.split()[-1] == "slides_05.html"
