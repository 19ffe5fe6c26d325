"""What `course workbook` says and does."""

import sys
from pathlib import Path

import pytest

from course_lib.authoring import build
from course_lib.commands import workbook
from course_lib.errors import CourseError, UnknownLesson


@pytest.fixture
def built(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built course, which is the current folder."""
    for job in build.jobs(course):
        build.write_notebook(job.wanted, job.target)
    monkeypatch.chdir(course)
    return course.resolve()


def test_it_makes_the_copy_and_says_what_to_open(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workbook.run_workbook() == 0
    told = capsys.readouterr().out
    lesson = built / "workbook" / "lessons" / "01_small.ipynb"
    assert lesson.is_file()
    assert str(built / "workbook") in told and str(lesson) in told and sys.executable in told
    assert "made workbook/lessons/01_small.ipynb" in told


def test_a_second_time_only_the_place_is_told(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook.run_workbook()
    capsys.readouterr()
    workbook.run_workbook()
    assert capsys.readouterr().out.startswith("Your copy of the course: ")


def test_fresh_restores_the_lesson_that_is_named(
    built: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workbook.run_workbook()
    lesson = built / "workbook" / "lessons" / "01_small.ipynb"
    original = lesson.read_bytes()
    lesson.write_bytes(original.replace(b'"source": [', b'"source": ["mine\\n",', 1))
    workbook.run_workbook(fresh="small")
    assert lesson.read_bytes() == original
    assert "restored workbook/lessons/01_small.ipynb" in capsys.readouterr().out


def test_an_unknown_lesson_makes_nothing(built: Path) -> None:
    with pytest.raises(UnknownLesson, match="01_small"):
        workbook.run_workbook(fresh="smal_l")
    assert not (built / "workbook").exists()


def test_from_an_installed_package_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from course_lib.authoring import places

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(places, "__file__", str(tmp_path / "site-packages" / "a" / "b" / "c.py"))
    with pytest.raises(CourseError, match="not part of the installed package"):
        workbook.run_workbook()
