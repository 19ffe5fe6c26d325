"""Whose work lies where, whatever students and files are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from course_lib.classroom.submissions import folders
from course_lib.classroom.submissions.folders import HandedIn, handed_in
from course_lib.errors import CallError

NAME = "14_access"


def put(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def found(folder: Path) -> dict[str, HandedIn]:
    return {each.student: each for each in handed_in(folder, NAME)}


def test_students_in_order_and_hidden_folders_are_none(tmp_path: Path) -> None:
    names = ["b", "a", "=1", "x\ny", os.fsdecode(b"\xff"), "é"]
    put(tmp_path, *(f"{name}/{NAME}/x.ipynb" for name in names), ".git/x", "readme.txt")
    assert list(found(tmp_path)) == sorted(names)
    assert not any(each.problem for each in found(tmp_path).values())


def test_the_likeliest_notebook_comes_first(tmp_path: Path) -> None:
    folder = tmp_path / "a" / NAME
    names = ["new.ipynb", "old.ipynb", f"{NAME}.ipynb", "sub/x.IPYNB.txt", "y.json"]
    put(folder, *names, ".ipynb_checkpoints/z.ipynb", ".hidden.ipynb", "notes.txt")
    for age, name in enumerate(names):
        os.utime(folder / name, (10**9 - age, 10**9 - age))
    files = [path.name for path in found(tmp_path)["a"].files]
    assert files == [f"{NAME}.ipynb", "new.ipynb", "old.ipynb", "x.IPYNB.txt", "y.json"]


def test_links_are_told_and_not_followed(tmp_path: Path) -> None:
    put(tmp_path, f"a/{NAME}/x.ipynb")
    (tmp_path / "b" / NAME).mkdir(parents=True)
    (tmp_path / "b" / NAME / "x.ipynb").symlink_to(tmp_path / "a" / NAME / "x.ipynb")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / NAME).symlink_to(tmp_path / "a" / NAME)
    (tmp_path / "d").symlink_to(tmp_path / "a")
    (tmp_path / "e" / NAME).mkdir(parents=True)
    (tmp_path / "e" / NAME / "more").symlink_to(tmp_path / "a")
    students = found(tmp_path)
    for name in "bcd":
        assert "links are not followed" in students[name].problem
        assert not students[name].is_missing
        assert students[name].files == ()
    assert students["e"].is_missing


def test_nothing_is_missing_and_no_fault(tmp_path: Path) -> None:
    put(tmp_path, "a/other/x.ipynb", f"b/{NAME}/x.docx")
    assert [each.is_missing for each in found(tmp_path).values()] == [True, True]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_notebook(tmp_path: Path) -> None:
    (tmp_path / "a" / NAME).mkdir(parents=True)
    os.mkfifo(tmp_path / "a" / NAME / "x.ipynb")
    assert found(tmp_path)["a"].files == ()


def test_deep_folders_are_not_looked_into(tmp_path: Path) -> None:
    deep = "/".join("d" * folders.DEEPEST)
    put(tmp_path / "a" / NAME, f"{deep}/in.ipynb", f"{deep}/d/out.ipynb")
    assert [path.name for path in found(tmp_path)["a"].files] == ["in.ipynb"]


@pytest.mark.parametrize("closed", ["", NAME])
def test_a_folder_that_cannot_be_opened_stops_nobody(
    tmp_path: Path, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, f"a/{NAME}/x.ipynb", f"b/{NAME}/x.ipynb")
    plain, shut = Path.is_symlink, tmp_path / "a" / closed

    def refused(path: Path) -> bool:
        if path.is_relative_to(shut):
            raise PermissionError(13, "Permission denied")
        return plain(path)

    # root may open anything: the refusal is made up
    monkeypatch.setattr(Path, "is_symlink", refused)
    students = found(tmp_path)
    assert "cannot be opened" in students["a"].problem
    assert not students["a"].is_missing
    assert len(students["b"].files) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may open anything")
@pytest.mark.parametrize("closed", ["a", f"a/{NAME}"])
def test_a_folder_without_rights_stops_nobody(tmp_path: Path, closed: str) -> None:
    put(tmp_path, f"a/{NAME}/x.ipynb", f"b/{NAME}/x.ipynb")
    (tmp_path / closed).chmod(0)
    students = found(tmp_path)
    (tmp_path / closed).chmod(0o700)
    assert "cannot be opened" in students["a"].problem
    assert len(students["b"].files) == 1


def test_a_folder_without_students_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="no such folder"):
        found(tmp_path / "none")
    with pytest.raises(CallError, match=f"DIR/STUDENT/{NAME}"):
        found(tmp_path)
