"""What `course lab` starts, without starting it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.authoring import build
from course_lib.commands import lab
from course_lib.errors import CourseError, UnknownLesson


@pytest.fixture
def started(course: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands that would take over; the current folder is a built course."""
    for job in build.jobs(course):
        build.write_notebook(job.wanted, job.target)
    commands: list[list[str]] = []
    monkeypatch.chdir(course)
    monkeypatch.setattr(lab, "become", lambda command, environment: commands.append(list(command)))
    monkeypatch.setattr(lab, "is_superuser", lambda: False)
    return commands


def test_the_first_lesson_opens(started: list[list[str]], course: Path) -> None:
    lab.run_lab([], fresh=False)
    assert started == [
        [
            *(sys.executable, "-m", "jupyterlab"),
            f"--ServerApp.root_dir={course.resolve() / 'workbook'}",
            f"--ContentsManager.preferred_dir={course.resolve() / 'workbook' / 'lessons'}",
            "--LabApp.default_url=/lab/tree/lessons/01_small.ipynb",
        ]
    ]
    assert (course / "workbook" / "exercises" / "01_small.ipynb").is_file()


def test_options_go_to_jupyterlab(started: list[list[str]]) -> None:
    lab.run_lab(["small", "--no-browser", "--port", "9000"], fresh=False)
    assert started[0][-3:] == ["--no-browser", "--port", "9000"]
    lab.run_lab(["--no-browser"], fresh=False)
    assert started[1][-1] == "--no-browser"


def test_root_is_allowed_and_told(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "is_superuser", lambda: True)
    lab.run_lab([], fresh=False)
    assert "--allow-root" in started[0]
    assert "adding --allow-root" in capsys.readouterr().out
    lab.run_lab(["1", "--allow-root"], fresh=False)
    assert started[1].count("--allow-root") == 1


def test_an_unknown_lesson_starts_nothing(started: list[list[str]]) -> None:
    with pytest.raises(UnknownLesson, match="01_small"):
        lab.run_lab(["smal_l"], fresh=False)
    assert started == []


def test_fresh_needs_a_lesson(started: list[list[str]]) -> None:
    with pytest.raises(CourseError, match="--fresh restores one lesson"):
        lab.run_lab(["--no-browser"], fresh=True)
    assert started == []


def test_a_course_without_lessons_says_so(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course)
    with pytest.raises(CourseError, match="no lesson in"):
        lab.run_lab([], fresh=False)


@pytest.mark.parametrize("windows", [True, False])
def test_the_exit_code_is_passed_on(windows: bool) -> None:
    name = "nt" if windows else os.name
    child = (
        "import os; from course_lib.commands import lab; "
        f"lab.os = type('os', (), dict(vars(os), name={name!r}))"
    )
    code = f"{child}; lab.become([{sys.executable!r}, '-c', 'raise SystemExit(7)'], os.environ)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 7
