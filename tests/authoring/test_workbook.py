"""The learner's copy: made where missing, refreshed where untouched, never overwritten."""

import errno
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from course_lib.authoring import places, workbook
from course_lib.authoring.derive import NOTEBOOK_METADATA
from course_lib.errors import CourseError
from course_lib.teaching.first_edition import MOVED

LESSON, EXERCISE = "lessons/01_small.ipynb", "exercises/01_small.ipynb"


def store(path: Path, text: str = "1 + 1") -> None:
    """A built notebook: prose with links, a run cell, a widget."""
    link = f"[there](../{EXERCISE}) [term](../docs/glossary.md#token) <img src='../docs/a.png'> [web](https://a.b/c.md)"
    code = v4.new_code_cell(
        text, id="sum", execution_count=1, outputs=[v4.new_output("stream", text="ANSWER")]
    )
    cells = [
        v4.new_markdown_cell(
            f"# Title\n{link} [lost](../docs/none.md) [out](../../x.md)", id="title-1"
        ),
        code,
    ]
    notebook = v4.new_notebook(cells=cells, metadata=NOTEBOOK_METADATA | {"widgets": {"state": {}}})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path in (LESSON, EXERCISE):
        store(tmp_path / path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "glossary.md").write_text("# Glossary\n", encoding="utf-8")
    (tmp_path / "docs" / "a.png").write_bytes(b"\x89PNG\r\n")
    return tmp_path


@pytest.fixture
def book(root: Path) -> Path:
    workbook.update(root)
    return root / "workbook"


def learn(path: Path) -> bytes:
    """A learner types into a notebook."""
    path.write_bytes(path.read_bytes().replace(b"1 + 1", b"1 + 2"))
    return path.read_bytes()


def test_lessons_come_without_outputs_and_links_work(book: Path) -> None:
    notebook = nbformat.read(book / LESSON, as_version=4)
    nbformat.validate(notebook)
    assert "ANSWER" not in (book / LESSON).read_text(encoding="utf-8")
    assert [
        (cell.execution_count, cell.outputs) for cell in notebook.cells if cell.cell_type == "code"
    ] == [(None, [])]
    assert "widgets" not in notebook.metadata
    for target in ("../exercises/01_small.ipynb", "../docs/glossary.md", "../docs/a.png"):
        assert (book / "lessons" / target).is_file()
    assert (book / "docs" / "a.png").read_bytes() == b"\x89PNG\r\n"


def test_it_is_written_as_nbformat_writes(book: Path) -> None:
    text = (book / LESSON).read_text(encoding="utf-8")
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text


def test_nothing_outside_the_course_is_copied(root: Path) -> None:
    inner = root / "inner"
    store(inner / LESSON)
    (root / "x.md").write_text("secret", encoding="utf-8")
    workbook.update(inner)
    assert not list((inner / "workbook").rglob("x.md"))


def test_a_second_time_does_nothing(root: Path, book: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in book.rglob("*.ipynb")}
    assert workbook.update(root) == []
    assert before == {path: path.stat().st_mtime_ns for path in book.rglob("*.ipynb")}


def test_what_a_learner_touched_is_kept(root: Path, book: Path) -> None:
    mine = learn(book / LESSON)
    assert workbook.update(root) == []
    store(root / LESSON, "1 + 1 + 0")
    for _ in range(2):
        [message] = workbook.update(root)
        assert message.startswith("kept workbook/lessons/01_small.ipynb")
        assert (book / LESSON).read_bytes() == mine


def test_an_untouched_copy_follows_the_course(root: Path, book: Path) -> None:
    store(root / LESSON, "2 + 2")
    assert workbook.update(root) == [
        "refreshed workbook/lessons/01_small.ipynb: "
        "the course's file has changed, yours was untouched"
    ]
    assert "2 + 2" in (book / LESSON).read_text(encoding="utf-8")


def test_a_new_output_is_no_change(root: Path, book: Path) -> None:
    path = root / LESSON
    path.write_text(path.read_text(encoding="utf-8").replace("ANSWER", "OTHER"), encoding="utf-8")
    assert workbook.update(root) == []


def test_a_missing_file_comes_back(root: Path, book: Path) -> None:
    (book / EXERCISE).unlink()
    assert workbook.update(root) == ["made workbook/exercises/01_small.ipynb"]


@pytest.mark.parametrize("index", [None, "", "[]", "{", '{"lessons/01_small.ipynb": 3}'])
def test_without_an_index_everything_is_the_learners(
    index: str | None, root: Path, book: Path
) -> None:
    mine = learn(book / LESSON)
    (book / workbook.INDEX).unlink()
    if index is not None:
        (book / workbook.INDEX).write_text(index, encoding="utf-8")
    store(root / LESSON, "2 + 2")
    assert workbook.update(root)[0].startswith("kept")
    assert (book / LESSON).read_bytes() == mine
    assert workbook.update(root)[0].startswith("kept")


def test_fresh_keeps_a_backup_in_a_folder_of_its_own(root: Path, book: Path) -> None:
    original = (book / LESSON).read_bytes()
    mine = [learn(book / path) for path in (LESSON, EXERCISE)]
    messages = workbook.update(root, fresh="01_small")
    assert (book / LESSON).read_bytes() == original
    backups = sorted((book / "backups").iterdir(), reverse=True)
    assert [path.name[: len("lessons_01_small.2")] for path in backups] == [
        "lessons_01_small.2",
        "exercises_01_small",
    ]
    assert sorted(path.read_bytes() for path in backups) == sorted(mine)
    assert all(
        f"workbook/backups/{backup.name}" in text
        for backup, text in zip(backups, messages, strict=True)
    )
    assert [path.name for path in (book / "lessons").iterdir()] == ["01_small.ipynb"]
    assert (backups[0].parent / "../docs/glossary.md").is_file()  # links still lead there
    assert workbook.update(root) == []


def test_fresh_twice_in_a_second_loses_nothing(root: Path, book: Path) -> None:
    kept = set()
    for count in range(3):
        learn(book / LESSON)
        (book / LESSON).write_bytes((book / LESSON).read_bytes() + b" " * count)
        kept.add((book / LESSON).read_bytes())
        workbook.update(root, fresh="01_small")
    assert {path.read_bytes() for path in (book / "backups").glob("lessons_*.ipynb")} == kept
    assert len(kept) == 3


def open_and_save(path: Path, output: str = "") -> bytes:
    """What JupyterLab's autosave makes of a notebook that is opened, and run if there is an
    output."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.11.0"}
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])  # one text in place of lines: the same source
        cell["metadata"]["trusted"] = True
        if output and cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": [output]}]
    path.write_text(json.dumps(notebook, indent=2), encoding="utf-8")
    return path.read_bytes()


def test_opening_a_lesson_is_no_change(root: Path, book: Path) -> None:
    touched = open_and_save(book / LESSON)
    assert workbook.update(root) == []
    assert (book / LESSON).read_bytes() == touched
    store(root / LESSON, "2 + 2")
    [message] = workbook.update(root)
    assert message.startswith("refreshed workbook/lessons/01_small.ipynb")
    assert "2 + 2" in (book / LESSON).read_text(encoding="utf-8")
    assert not (book / "backups").exists()


def test_outputs_of_a_run_are_kept_as_a_backup(root: Path, book: Path) -> None:
    run = open_and_save(book / LESSON, "MINE")
    store(root / LESSON, "2 + 2")
    [message] = workbook.update(root)
    [backup] = (book / "backups").iterdir()
    assert backup.read_bytes() == run
    assert f"what you had run is in workbook/backups/{backup.name}" in message


def test_a_cell_that_was_typed_into_is_a_change_however_it_is_saved(root: Path, book: Path) -> None:
    learn(book / LESSON)
    mine = open_and_save(book / LESSON)
    store(root / LESSON, "2 + 2")
    assert workbook.update(root)[0].startswith("kept")
    assert (book / LESSON).read_bytes() == mine


@pytest.mark.parametrize("opened", [False, True])
def test_an_index_of_whole_files_is_understood(opened: bool, root: Path, book: Path) -> None:
    """As an earlier version of the course wrote it."""
    hashes = {path: sha256((book / path).read_bytes()).hexdigest() for path in (LESSON, EXERCISE)}
    (book / workbook.INDEX).write_text(json.dumps(hashes), encoding="utf-8")
    if opened:
        open_and_save(book / LESSON)
        assert workbook.update(root) == []  # the same cells: from now on known by them
    store(root / LESSON, "2 + 2")
    assert workbook.update(root)[0].startswith("refreshed")


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b'{"cells": 3}', b'{"cells": [3]}', b"\xff"])
def test_a_damaged_notebook_is_the_learners(damage: bytes, root: Path, book: Path) -> None:
    (book / LESSON).write_bytes(damage)
    store(root / LESSON, "2 + 2")
    assert workbook.update(root)[0].startswith("kept")
    assert (book / LESSON).read_bytes() == damage


# Lessons that had another number


def first_edition(book: Path) -> tuple[bytes, bytes]:
    """A workbook as the first edition left it: one lesson untouched, one with a learner's work."""
    contents = []
    index = json.loads((book / workbook.INDEX).read_text(encoding="utf-8"))
    for path in ("lessons/06_images.ipynb", "lessons/08_memory.ipynb", "exercises/08_memory.ipynb"):
        store(book / path)
        index[path] = sha256((book / path).read_bytes()).hexdigest()
    (book / workbook.INDEX).write_text(json.dumps(index), encoding="utf-8")
    for path in ("lessons/08_memory.ipynb", "exercises/08_memory.ipynb"):
        contents.append(learn(book / path))
    return contents[0], contents[1]


def test_lessons_of_the_first_edition_are_put_aside(root: Path, book: Path) -> None:
    lesson, exercise = first_edition(book)
    [message] = workbook.update(root)
    assert message == (
        "notebooks of the first edition: moved 2 to workbook/first_edition/ as you left them, "
        "removed 1 that you had not touched"
    )
    assert [path.name for path in sorted((book / "lessons").iterdir())] == ["01_small.ipynb"]
    assert (book / "first_edition/lessons/08_memory.ipynb").read_bytes() == lesson
    assert (book / "first_edition/exercises/08_memory.ipynb").read_bytes() == exercise
    assert workbook.update(root) == []


def test_without_an_index_all_of_the_first_edition_is_kept(root: Path, book: Path) -> None:
    first_edition(book)
    (book / workbook.INDEX).unlink()
    assert "moved 3" in workbook.update(root)[0]
    assert len(list((book / "first_edition").rglob("*.ipynb"))) == 3


def test_a_second_file_of_that_name_replaces_none(root: Path, book: Path) -> None:
    for text in ("one", "two"):
        (book / "lessons/06_images.ipynb").write_text(text, encoding="utf-8")
        workbook.update(root)
    moved = (book / "first_edition/lessons").iterdir()
    assert {path.read_text(encoding="utf-8") for path in moved} == {"one", "two"}


def test_every_name_of_the_first_edition_is_gone_from_the_course() -> None:
    """Else a lesson of today would be moved away."""
    today = places.names(Path(__file__).parents[2] / "source" / "lessons", ".py")
    assert today and not set(MOVED) & set(today)


def test_old_backups_join_the_others(root: Path, book: Path) -> None:
    name = "01_small.2026-01-02_03-04-05.ipynb"
    (book / "lessons" / name).write_text("mine", encoding="utf-8")
    assert workbook.update(root) == ["backups moved to workbook/backups/: 1"]
    assert (book / "backups" / f"lessons_{name}").read_text(encoding="utf-8") == "mine"
    assert not (book / "lessons" / name).exists()


# A workbook that cannot be written to


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_read_only_workbook_is_told_in_words(
    number: int, root: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any) -> None:
        raise OSError(number, "no writing here", "file")

    store(root / LESSON, "2 + 2")
    monkeypatch.setattr(workbook, "write_whole", refuse)
    with pytest.raises(
        CourseError, match=r"workbook cannot be written to .* nothing in it was lost"
    ):
        workbook.update(root)


def test_a_read_only_workbook_that_is_up_to_date_will_do(
    root: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "write_whole", lambda *arguments: pytest.fail("a write"))
    assert workbook.update(root) == []


def test_fresh_leaves_other_lessons_alone(root: Path, book: Path) -> None:
    mine = learn(book / LESSON)
    workbook.update(root, fresh="02_other")
    assert (book / LESSON).read_bytes() == mine


def test_a_failed_write_loses_nothing(
    root: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = learn(book / LESSON)
    index = (book / workbook.INDEX).read_bytes()

    def fail(*arguments: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(workbook, "write_whole", fail)
    with pytest.raises(OSError, match="disk full"):
        workbook.update(root, fresh="01_small")
    assert (book / LESSON).read_bytes() == mine
    assert (book / workbook.INDEX).read_bytes() == index
    assert json.loads(index)


def test_the_fixture_types_something(book: Path) -> None:
    before: Callable[[], bytes] = (book / LESSON).read_bytes
    assert before() != learn(book / LESSON)
