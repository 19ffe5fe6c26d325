"""A lesson that keeps the whole contract, for the tests to spoil one rule at a time."""

from collections.abc import Callable
from typing import Any

import pytest
from nbformat import v4

from course_lib.authoring.contract import Fault, lesson_faults
from course_lib.authoring.contract.reading import Page

ALT = "Bars of four models: the share of attention falls from {} % to 9 % as models grow."
PROSE = "word " * 54


def figure(number: int) -> Any:
    """A picture with its alt text."""
    alt = ALT.format(number)
    return v4.new_output(
        "display_data",
        data={"image/png": "iVBO", "text/plain": alt},
        metadata={"image/png": {"alt": alt}},
    )


def good_cells() -> list[tuple[str, str]]:
    """(type, text) of every cell of a lesson numbered 03 with two claims and three ideas."""
    cells = [
        (
            "markdown",
            "# 03 · Attention\nA promise in one line.\n\n"
            "45 minutes · level 2 · needs 01 · tests A08 and A15",
        ),
        (
            "markdown",
            "## The question\nAt what length do 8 billion parameters matter less than 1 token?",
        ),
        (
            "markdown",
            "## You will be able to\n- compute a length (task `takeover`)\n"
            "- judge\n  a design (task `window`)",
        ),
        ("markdown", "## Set up"),
        ("code", "from course_lib.teaching import *"),
        ("markdown", f"## Recall\n{PROSE}"),
        ("code", "quiz('one')"),
        ("code", "quiz('two')"),
    ]
    for number in (1, 2, 3):
        cells += [
            ("markdown", f"## Idea {number}: it grows\n{PROSE}"),
            ("code", f"predict('p{number}')"),
        ]
        cells += [
            ("markdown", f"### Try it\n{PROSE}"),
            ("code", f"figure({number})"),
            ("markdown", PROSE),
        ]
        cells += [
            ("code", "x = 1\ny = 2"),
            ("code", "quiz('again')"),
            ("markdown", PROSE),
            ("code", "x = 2"),
        ]
    cells += [
        ("code", "claim('A08')"),
        ("code", "verdict('A08', x)"),
        ("code", "claim('A15')"),
        ("code", "verdict('A15', y)"),
    ]
    cells += [
        ("markdown", f"## At full size\n{PROSE * 2}"),
        ("code", "x"),
        ("markdown", f"## Where this estimate breaks\n{PROSE}"),
    ]
    cells += [
        ("code", "y"),
        ("markdown", "## Exercises\n| id | minutes |\n| --- | --- |\n| takeover | 5 |"),
    ]
    cells += [
        ("markdown", "## Key points"),
        ("code", "points()"),
        ("markdown", "## Sources"),
        ("code", "sources()"),
    ]
    return cells


def make(cells: list[tuple[str, str]]) -> Any:
    """A notebook as if it had run."""
    notebook = v4.new_notebook()
    for index, (kind, text) in enumerate(cells):
        if kind == "markdown":
            notebook.cells.append(v4.new_markdown_cell(text, id=f"cell-{index}"))
        else:
            count = sum(cell.cell_type == "code" for cell in notebook.cells) + 1
            outputs = [figure(count)] if text.startswith("figure(") else []
            cell = v4.new_code_cell(
                text, id=f"cell-{index}", execution_count=count, outputs=outputs
            )
            notebook.cells.append(cell)
    return notebook


@pytest.fixture(autouse=True)
def older_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """The good lesson is not held to folded narration; `test_form.py` is about that."""
    monkeypatch.setattr("course_lib.authoring.contract.form.HELD", ())


@pytest.fixture
def notebook() -> Any:
    """The good lesson."""
    return make(good_cells())


@pytest.fixture
def lesson() -> Callable[..., Any]:
    """Makes the good lesson with one text replaced by another, wherever it stands; it must stand
    somewhere."""

    def build(old: str = "", new: str = "", more: tuple[tuple[str, str], ...] = ()) -> Any:
        cells = good_cells()
        assert any(old in text for _, text in cells)
        return make(
            [(kind, text.replace(old, new) if old else text) for kind, text in cells] + list(more)
        )

    return build


@pytest.fixture
def complaints() -> Callable[..., list[str]]:
    """What the contract says of a lesson, as lines."""

    def judge(notebook: Any, name: str = "03_attention") -> list[str]:
        return [str(fault) for fault in lesson_faults(notebook, name)]

    return judge


@pytest.fixture
def page() -> Callable[..., Page]:
    """A page of cells given as texts: markdown, unless they start with a backslash-free `code:`."""

    def build(*texts: str, label: str = "lessons/03_try") -> Page:
        pairs = [
            ("code", text[5:]) if text.startswith("code:") else ("markdown", text) for text in texts
        ]
        return Page(make(pairs), label)

    return build


@pytest.fixture
def lines() -> Callable[[Any], list[str]]:
    """Findings as lines."""
    return lambda faults: [str(fault) for fault in faults if isinstance(fault, Fault)]
