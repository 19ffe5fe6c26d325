"""Lesson 00 has a shape of its own: its sections, in their order, and what it is spared."""

from collections.abc import Callable
from typing import Any

import pytest

Lesson = Callable[..., Any]
Complaints = Callable[..., list[str]]


@pytest.fixture
def start(lesson: Lesson) -> Any:
    """The good lesson made into a lesson 00: no recall, exercises or full size, but its own
    sections."""
    notebook = lesson("# 03 ·", "# 00 ·")
    spared = ("## At full size", "## Where", "## Exercises")
    for cell in notebook.cells:
        cell.source = cell.source.replace("## Recall", "## Ten guesses first")
        cell.source = cell.source.replace("## Set up", "## How this course works\n\n## Set up")
        cell.source = cell.source.replace("## Key points", "## Your bill begins\n\n## Key points")
        if cell.source.startswith(spared):
            cell.source = f"#{cell.source}"
    return notebook


def errors(complaints: Complaints, notebook: Any) -> list[str]:
    """What binds, of what is said about it."""
    return [line for line in complaints(notebook, "00_start_here") if line.startswith("error")]


def test_its_own_shape_passes(start: Any, complaints: Complaints) -> None:
    assert errors(complaints, start) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("## The question", "### The question", "no heading `## The question`"),
        ("## How this course works\n", "", "no heading `## How this course works`"),
        ("## Your bill begins\n", "", "no heading `## Your bill begins`"),
        ("## Key points", "## Key ideas", "no heading `## Key points`"),
        ("## The question", "## Sources", "sections out of order"),
        ("## Idea 2: it grows", "## Idea 3: it grows", "`## Idea 2: a question?`"),
        (
            "from course_lib.teaching import *",
            "import a\nimport b\nimport c\nimport d\nimport e",
            "5 lines of set-up",
        ),
    ],
)
def test_a_broken_shape_is_found(
    start: Any, complaints: Complaints, old: str, new: str, message: str
) -> None:
    for cell in start.cells:
        cell.source = cell.source.replace(old, new)
    assert any(message in line for line in errors(complaints, start))
