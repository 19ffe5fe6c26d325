"""A built lesson, taken apart: its head, its sections, and what each of them asks and answers.

Design choices:
- Everything is read from the notebook as it was built, so that a teacher's page says what the
  lesson says. Nothing is run.
- A section is all that stands under one heading of level 2.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from course_lib.authoring.contract.reading import parsed, words
from course_lib.authoring.places import names
from course_lib.classroom.lesson import cards
from course_lib.errors import CourseError

HEADING = re.compile(r"^## (.+)$", flags=re.MULTILINE)
TITLE = re.compile(r"^# (\d\d) · (.+)$", flags=re.MULTILINE)
PROMISE = re.compile(r"^\*(.+)\*$", flags=re.MULTILINE)
MINUTES = re.compile(r"(\d+) minutes alone, (\d+) in a room")
TASK = re.compile(r"^\| `(\w+)` \| (\d+) \| (\w+) \| (\d+) \|$", flags=re.MULTILINE)
OBJECTIVE = re.compile(r"^\d\. (.+(?:\n {2,}.+)*)", flags=re.MULTILINE)
SECONDS = re.compile(r"^# %% (\w+) .*\bseconds=(\d+)", flags=re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->\s*", flags=re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
IN_SHORT = "In short: "
ASKS = ("predict", "predict_choice", "predict_ranking", "predict_range")
MEASURED = "measured"

__all__ = ["Lesson", "Section", "Task", "lessons", "prose", "read"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task of the exercise, as the lesson announces it."""

    id: str
    """The task's name."""
    minutes: int
    """How long it takes."""
    difficulty: str
    """easy, medium or hard."""
    objective: int
    """Which objective it practises, from 1."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """All that stands under one heading."""

    heading: str
    """The heading's words."""
    cells: tuple[dict[str, Any], ...]
    """The cells, as the file has them."""
    seconds: int
    """What its slow cells take on a quiet machine of two cores."""
    predictions: tuple[cards.Prediction, ...] = field(default=())
    """The guesses it asks for."""

    @property
    def is_idea(self) -> bool:
        """Whether it is one of the lesson's ideas."""
        return self.heading.startswith("Idea ")

    @cached_property
    def checks(self) -> tuple[cards.Check, ...]:
        """Its quick checks."""
        return tuple(check for cell in self.cells for check in cards.checks(cell))

    @cached_property
    def in_short(self) -> str:
        """Its answer in one sentence, or nothing."""
        return next(
            (text[len(IN_SHORT) :] for text in self.texts if text.startswith(IN_SHORT)), ""
        )

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What its code cells show, as plain text."""
        return tuple(text for cell in self.cells for text in _texts(cell))

    @property
    def pictures(self) -> int:
        """How many figures it has."""
        return sum("image/png" in data for cell in self.cells for data in _data(cell))

    @property
    def verdicts(self) -> int:
        """How many claims it judges."""
        return sum(text.startswith("Verdict on") for text in self.texts)

    @property
    def words(self) -> int:
        """Words to read, typed and shown; folded text, data of figures and sources left out."""
        typed = sum(words(_source(cell)) for cell in self.cells if cell["cell_type"] == "markdown")
        shown = sum(words(text) for cell in self.cells for text in _unfolded(cell))
        return typed + shown


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson of the course."""

    name: str
    """Such as "05_inference"."""
    title: str
    """Such as "Inference"."""
    promise: str
    """The line under the title."""
    alone_minutes: int
    """How long it takes alone, its exercise left out."""
    room_minutes: int
    """How long it takes in a room, its exercise left out."""
    sections: tuple[Section, ...]
    """Its sections, in order."""

    @property
    def number(self) -> str:
        """Such as "05"."""
        return self.name[:2]

    @property
    def label(self) -> str:
        """Number and title, as pages show it."""
        return f"{self.number} · {self.title}"

    @property
    def ideas(self) -> tuple[Section, ...]:
        """Its ideas."""
        return tuple(section for section in self.sections if section.is_idea)

    @property
    def predictions(self) -> tuple[cards.Prediction, ...]:
        """Every guess that it asks for."""
        return tuple(each for section in self.sections for each in section.predictions)

    @property
    def checks(self) -> tuple[cards.Check, ...]:
        """Every quick check."""
        return tuple(each for section in self.sections for each in section.checks)

    @cached_property
    def question(self) -> str:
        """The question that the lesson asks."""
        return self._prose("The question")

    @cached_property
    def objectives(self) -> tuple[str, ...]:
        """What a learner will be able to do."""
        section = self.section("You will be able to")
        text = "\n".join(_source(cell) for cell in section.cells) if section else ""
        return tuple(prose(each) for each in OBJECTIVE.findall(text))

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The tasks of its exercise; none where it has no exercise."""
        section = self.section("Exercises")
        text = "\n".join(_source(cell) for cell in section.cells) if section else ""
        return tuple(
            Task(id=id, minutes=int(minutes), difficulty=level, objective=int(objective))
            for id, minutes, level, objective in TASK.findall(text)
        )

    @cached_property
    def answer(self) -> str:
        """Its question's answer: the first key point."""
        section = self.section("Key points")
        text = next(iter(section.texts), "") if section else ""
        return " ".join(text.split("**")[1].split()) if "**" in text else ""

    def section(self, heading: str) -> Section | None:
        """The section of that heading, if there is one."""
        return next((each for each in self.sections if each.heading == heading), None)

    def _prose(self, heading: str) -> str:
        section = self.section(heading)
        typed = [each for each in section.cells if each["cell_type"] == "markdown"] if section else []
        return prose(" ".join(HEADING.sub("", _source(cell)) for cell in typed))


def lessons(root: Path) -> list[Lesson]:
    """Every lesson of the course, in order.

    Raises:
        CourseError: a notebook is missing, unreadable or was not built.
    """
    return [read(root, name) for name in names(root / "source" / "lessons", ".py")]


def read(root: Path, name: str) -> Lesson:
    """One lesson.

    Args:
        root: the course's folder.
        name: such as "05_inference".

    Raises:
        CourseError: its notebook is missing, unreadable or was not built.
    """
    path = root / "lessons" / f"{name}.ipynb"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(
            f"lessons/{name}.ipynb cannot be read as a built lesson ({type(error).__name__}: "
            f"{error}): run `course build {name}`"
        ) from error


def prose(text: str) -> str:
    """Markdown as one line: comments out, links as their words.

    >>> prose("A <!-- typed: definition -->[token](../docs/glossary.md#token)\\nis a piece.")
    'A token is a piece.'
    """
    return " ".join(LINK.sub(r"\1", COMMENT.sub("", text)).split())


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Lesson:
    """A lesson from its file; the time of its last change keeps an old reading from being used."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    head = _source(cells[0])
    title, minutes, promise = TITLE.search(head), MINUTES.search(head), PROMISE.search(head)
    if title is None or minutes is None or promise is None:
        raise ValueError("its first cell has no title, promise or minutes")
    asked = _answered(cells)
    seconds = _seconds(path)
    return Lesson(
        name=path.stem,
        title=title[2],
        promise=promise[1],
        alone_minutes=int(minutes[1]),
        room_minutes=int(minutes[2]),
        sections=tuple(
            Section(
                heading=heading,
                cells=tuple(own),
                seconds=sum(seconds.get(cell["id"], 0) for cell in own),
                predictions=tuple(each for cell in own for each in asked.get(cell["id"], ())),
            )
            for heading, own in _sections(cells)
        ),
    )


def _sections(cells: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """(heading, cells) of each section."""
    heading, own = "", list[dict[str, Any]]()
    for cell in cells:
        found = HEADING.findall(_source(cell)) if cell["cell_type"] == "markdown" else []
        if found:
            if heading:
                yield heading, own
            heading, own = found[-1], []
        own.append(cell)
    yield heading, own


def _answered(cells: list[dict[str, Any]]) -> dict[str, list[cards.Prediction]]:
    """The guesses of each cell by the cell's id, with what is revealed further down."""
    asked: dict[str, list[cards.Prediction]] = {}
    named: dict[str, cards.Prediction] = {}
    for cell in cells:
        found = list(cards.predictions(cell))
        by_id = {each.id: each for each in found}
        asked[cell["id"]] = found
        revealed = [named[name] for name in _reveals(cell) if name in named]
        shown = list(cards.results(cell))
        if len(shown) > len(revealed):  # revealed in a loop: those still open, in their order
            revealed = [each for each in named.values() if not each.answer][-len(shown) :]
        for prediction, result in zip(revealed, shown, strict=False):
            prediction.answer, prediction.because = result.answer, result.because
            prediction.measured = MEASURED in cell["metadata"].get("tags", ())
        variables = _variables(cell)
        named |= {variables.get(id, id): each for id, each in by_id.items()}
    return asked


def _variables(cell: dict[str, Any]) -> dict[str, str]:
    """The variable of each prediction that a cell asks, by its id."""
    found = {}
    for node in ast.walk(_tree(cell)):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            call = node.value
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in ASKS and call.args and isinstance(call.args[0], ast.Constant):
                found[str(call.args[0].value)] = ast.unparse(node.targets[0])
    return found


def _reveals(cell: dict[str, Any]) -> list[str]:
    """The variables whose `.reveal` a cell calls, in order of lines."""
    calls = [
        node.func
        for node in ast.walk(_tree(cell))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "reveal"
    ]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    return [ast.unparse(call.value) for call in calls]


def _tree(cell: dict[str, Any]) -> ast.Module:
    return parsed(_source(cell)) if cell["cell_type"] == "code" else ast.parse("")


def _seconds(path: Path) -> dict[str, int]:
    """What slow cells take, by their names, from the lesson's source; nothing without it."""
    source = path.parents[1] / "source" / "lessons" / f"{path.stem}.py"
    text = source.read_text(encoding="utf-8") if source.is_file() else ""
    return {name: int(count) for name, count in SECONDS.findall(text)}


def _texts(cell: dict[str, Any]) -> Iterator[str]:
    """What one code cell shows, as plain text; the stand-ins of live controls left out."""
    for data in _data(cell):
        if not any("widget-view" in kind for kind in data) and "image/png" not in data:
            text = "".join(data.get("text/plain", ""))
            if text and not text.startswith("Run this cell"):
                yield text


def _unfolded(cell: dict[str, Any]) -> Iterator[str]:
    """What a learner reads below one cell as a page shows it, folded parts left out."""
    for data in _data(cell):
        if not any("widget-view" in kind for kind in data):
            kinds = ("text/html", "text/markdown", "text/plain")
            text = next(("".join(data[kind]) for kind in kinds if data.get(kind)), "")
            yield cards.DETAILS.sub(" ", text)


def _data(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The outputs of one cell by kind."""
    for output in cell.get("outputs", []):
        yield output.get("data", {})


def _source(cell: dict[str, Any]) -> str:
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)
