"""The learner's copy: made where missing, refreshed where untouched, never overwritten."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from course_lib.authoring import workbook
from course_lib.authoring.derive import NOTEBOOK_METADATA

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


def test_fresh_keeps_a_backup(root: Path, book: Path) -> None:
    original = (book / LESSON).read_bytes()
    mine = [learn(book / path) for path in (LESSON, EXERCISE)]
    messages = workbook.update(root, fresh="01_small")
    assert (book / LESSON).read_bytes() == original
    backups = [
        path
        for folder in ("lessons", "exercises")
        for path in (book / folder).glob("01_small.2*.ipynb")
    ]
    assert sorted(path.read_bytes() for path in backups) == sorted(mine)
    assert all(backup.name in message for backup, message in zip(backups, messages, strict=True))
    assert workbook.update(root) == []


def test_fresh_twice_in_a_second_loses_nothing(root: Path, book: Path) -> None:
    kept = set()
    for _ in range(3):
        kept.add(learn(book / LESSON) + b"")
        (book / LESSON).write_bytes((book / LESSON).read_bytes() + b" " * len(kept))
        kept.add((book / LESSON).read_bytes())
        workbook.update(root, fresh="01_small")
    there = {path.read_bytes() for path in (book / "lessons").glob("*.ipynb")}
    assert len(list((book / "lessons").glob("01_small.2*.ipynb"))) == 3
    assert len(there) == 4


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
