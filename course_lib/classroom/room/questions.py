"""The predictions of one lesson, as a room is asked them: read from the built lesson.

Design choices:
- Question, options, answer and reason are what the built notebook shows, so that they cannot drift
  from it. Only the unit is read from the cell's code, because the page shows it in other words; the
  two are held against each other.
- Nothing is run. The ten order-of-magnitude questions come from their file with computed answers.
- Where something cannot be read, that is an error: no question is left out silently.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from course_lib.authoring.contract.reading import parsed
from course_lib.classroom.room.question import Kind, Question
from course_lib.classroom.room.reveals import answered, reveals, text
from course_lib.display.fmt import fmt
from course_lib.errors import SourceError
from course_lib.teaching.predictions import orders
from course_lib.teaching.predictions.reading import box_words

KINDS: dict[str, Kind] = {
    "Predict": "number",
    "Predict the order": "order",
    "Predict a range": "range",
}
"""Kinds of prediction by the title of their form; a form with options is a choice."""
TEN = "Ten guesses"
FORM = re.compile(r'<div class="course-stand-in-([a-z0-9_]+)">')
STRONG = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)
PART = re.compile(r"<(p|li)\b[^>]*>(.*?)</\1>", re.DOTALL)
BOX = re.compile(r"______ \((.*)\)$")
ASKS = ("predict", "predict_range")
"""The calls that take a unit."""

__all__ = ["questions", "ten_questions"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is needed of a cell."""

    id: str
    """Its name."""
    is_code: bool
    """Whether it is code."""
    source: str
    """Its text."""
    shown: list[str]
    """Its outputs that are HTML."""
    tags: list[str]
    """Its tags."""


def questions(file: Path) -> tuple[str, list[Question]]:
    """A lesson's heading, such as "05 · Inference", and its predictions in the order asked.

    Raises:
        SourceError: the notebook holds a prediction that cannot be read.
        OSError: there is no such file.
    """
    asked: dict[str, Question] = {}
    names: dict[str, list[str]] = {}
    # a later lesson answers what the first one asked
    ten = {each.id: each for each in ten_questions("start")}
    heading, *cells = _cells(file)
    for cell in cells:
        if not cell.is_code:
            continue
        where = f"{file.name}, cell {cell.id}"
        new = {each.id: each for html in cell.shown for each in _asked(html, cell.source, where)}
        asked |= new
        names |= _names(cell.source, list(new))
        for key, card in reveals(cell.source, cell.shown, names, where):
            asked[key] = answered(asked.get(key) or ten[key], card, cell.tags, where)
    title = heading.source.splitlines()[0].removeprefix("#").strip()
    return title, list(asked.values())


def _cells(file: Path) -> list[Cell]:
    """The cells of a built notebook; nbformat would take seconds to be loaded."""
    notebook = json.loads(file.read_text(encoding="utf-8"))
    return [
        Cell(
            id=cell["id"],
            is_code=cell["cell_type"] == "code",
            source="".join(cell["source"]),
            shown=[
                "".join(output["data"]["text/html"])
                for output in cell.get("outputs", [])
                if "text/html" in output.get("data", {})
            ],
            tags=cell["metadata"].get("tags", []),
        )
        for cell in notebook["cells"]
    ]


def _asked(html: str, source: str, where: str) -> Iterator[Question]:
    """The prediction that an output asks; ten where it is the form of ten."""
    form = FORM.match(html)
    title = STRONG.search(html)
    if form is None or title is None:
        return
    if title[1] == TEN:
        when: orders.Round = "end" if form[1].endswith("_end") else "start"
        yield from ten_questions(when)
    elif title[1] in KINDS:
        yield _question(form[1], KINDS[title[1]], html, source, where)


def _question(key: str, kind: Kind, html: str, source: str, where: str) -> Question:
    parts = [(tag, text(inner)) for tag, inner in PART.findall(html)]
    paragraphs = [words for tag, words in parts if tag == "p"]
    options = tuple(words for tag, words in parts if tag == "li")
    asked = Question(id=key, kind=kind, text=paragraphs[0], options=options)
    if kind == "order":
        return asked
    if options:
        return replace(asked, kind="choice")
    box = BOX.search(paragraphs[-1])
    unit = _unit(key, source)
    if box is None or unit is None or box[1] != box_words(unit):
        raise SourceError(f"{where}: the unit of {key!r} cannot be read")
    return replace(asked, unit=unit, hint=" ".join(paragraphs[1:-1]))


def ten_questions(when: orders.Round) -> list[Question]:
    """The ten order-of-magnitude questions of a round, with their answers computed."""
    return [
        Question(
            id=orders.key(order, when),
            kind="number",
            text=order.question,
            unit=order.unit,
            truth=(value := order.value()),
            truth_text=fmt(value, order.unit),
            because=f"Lesson {order.lesson} reaches this answer.",
        )
        for order in orders.load(orders.FILE).values()
    ]


def _unit(key: str, source: str) -> str | None:
    """The unit in the call that asks a prediction; None where it is not written out."""
    calls = [
        node
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Call) and _called(node) in ASKS
    ]
    own = [call for call in calls if _is(call.args[0], key)]
    # a call whose id is put together asks several: all in one unit
    for call in own or [call for call in calls if isinstance(call.args[0], ast.JoinedStr)]:
        given = [*call.args[2:3], *(each.value for each in call.keywords if each.arg == "unit")]
        if not given:
            return ""
        if isinstance(given[0], ast.Constant):
            return str(given[0].value)
    return None


def _names(source: str, keys: list[str]) -> dict[str, list[str]]:
    """Under which names a cell keeps the predictions it asks."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(parsed(source)):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        calls = [each for each in ast.walk(node.value) if isinstance(each, ast.Call)]
        calls = [call for call in calls if _called(call).startswith("predict") and call.args]
        for call in calls:
            written = [key for key in keys if _is(call.args[0], key)]
            found[node.targets[0].id] = written or keys
    return found


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _is(node: ast.expr, key: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == key
