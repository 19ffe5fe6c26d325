"""Names of lessons, the course's folder, and files written whole."""

import os
from pathlib import Path

import pytest

from course_lib.authoring import places
from course_lib.errors import CourseError, UnknownLesson

KNOWN = ["00_start_here", "01_parameters", "03_attention", "12_energy"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("1", "01_parameters"),
        ("01", "01_parameters"),
        ("parameters", "01_parameters"),
        ("01_parameters", "01_parameters"),
        ("lessons/01_parameters.ipynb", "01_parameters"),
        ("source\\exercises\\03_attention.py", "03_attention"),
        ("0", "00_start_here"),
        ("start here", "00_start_here"),
        ("Start-Here", "00_start_here"),
        ("12", "12_energy"),
    ],
)
def test_a_lesson_has_many_names(asked: str, name: str) -> None:
    assert places.resolve(asked, KNOWN) == name


@pytest.mark.parametrize(
    ("asked", "near"), [("parameter", "01_parameters"), ("atention", "03_attention")]
)
def test_an_unknown_name_gets_the_nearest_and_all(asked: str, near: str) -> None:
    with pytest.raises(UnknownLesson) as caught:
        places.resolve(asked, KNOWN)
    assert f"did you mean {near}?" in str(caught.value)
    assert all(name in str(caught.value) for name in KNOWN)
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("asked", ["7", "", "zzz"])
def test_a_far_name_gets_the_list_only(asked: str) -> None:
    with pytest.raises(UnknownLesson, match="There are: 00_start_here"):
        places.resolve(asked, KNOWN)


def test_the_root_is_found_from_below(course: Path) -> None:
    deep = course / "source" / "lessons"
    assert places.find_root(deep) == course.resolve()


def test_a_folder_of_another_project_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "other"\n', encoding="utf-8")
    monkeypatch.setattr(places, "__file__", str(tmp_path / "a" / "b" / "c.py"))
    with pytest.raises(CourseError, match="no course found from"):
        places.find_root(tmp_path)


def test_stray_copies_are_no_lessons(tmp_path: Path) -> None:
    for name in (
        "01_parameters",
        "01_parameters-Copy1",
        "Untitled",
        "01_parameters.2026-01-01_10-00-00",
    ):
        (tmp_path / f"{name}.ipynb").touch()
    assert places.names(tmp_path) == ["01_parameters"]


def test_a_file_is_replaced_or_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    places.write_whole(path, "old\n")

    def fail(*names: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        places.write_whole(path, "new\n")
    assert path.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [path]
