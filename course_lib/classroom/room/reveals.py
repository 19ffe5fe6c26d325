"""The answers that a built lesson shows, matched with the predictions they answer.

Design choices:
- A cell shows its cards in the order of its calls of `.reveal` and `reveal_order`; a call in a loop
  over several predictions shows a card for each. Where cards and calls do not match in number, that
  is an error.
- An answer that the question cannot hold (an option that is none, another unit) is an error too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from html import unescape

from course_lib.authoring.contract.reading import TAG, parsed
from course_lib.classroom.room.question import Guess, Question
from course_lib.display.cards import KINDS
from course_lib.display.fmt import fmt
from course_lib.errors import SourceError
from course_lib.teaching.predictions import orders
from course_lib.teaching.predictions.orders_form import ALONE as ONE_OF_TEN
from course_lib.teaching.predictions.reading import read
from course_lib.teaching.predictions.reveals import ALONE

ICON = KINDS["reveal"][1]
STRONG = re.compile(r"<strong>(.*?)</strong>", re.DOTALL)
PARAGRAPH = re.compile(r"<p\b[^>]*>(.*?)</p>", re.DOTALL)
ITEM = re.compile(r"<td\b[^>]*>(.*?)</td>", re.DOTALL)
MEASURED = "measured"
"""The tag of a cell whose output differs from machine to machine."""

__all__ = ["answered", "reveals", "text"]


def reveals(
    source: str, shown: Sequence[str], names: Mapping[str, Sequence[str]], where: str
) -> Iterator[tuple[str, str]]:
    """(id of the prediction, card as HTML) of each answer that a cell shows.

    Args:
        source: the cell's code.
        shown: its outputs as HTML.
        names: under which names the predictions so far are kept.
        where: the cell, for messages.

    Raises:
        SourceError: its cards and its calls do not match.
    """
    cards = [html for html in shown if _is_card(html)]
    if not cards:
        return
    tree = parsed(source)
    calls = [call for call in ast.walk(tree) if isinstance(call, ast.Call) and _reveals(call)]
    calls.sort(key=lambda call: (call.lineno, call.col_offset))
    keys = [key for call in calls for key in _keys(call, tree, names)]
    if len(keys) != len(cards):
        raise SourceError(f"{where}: {len(cards)} answers are shown for {len(keys)} predictions")
    yield from zip(keys, cards, strict=True)


def _is_card(html: str) -> bool:
    """Whether an output shows an answer."""
    title = STRONG.search(html)
    return bool(ICON in html and title and title[1] in (ALONE, ONE_OF_TEN))


def _reveals(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr == "reveal" and isinstance(function.value, ast.Name)
    return isinstance(function, ast.Name) and function.id == "reveal_order"


def _keys(call: ast.Call, tree: ast.AST, names: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """The predictions that a call answers: one, or all of a group it loops over."""
    if isinstance(call.func, ast.Name):
        first = call.args[0]
        id = str(first.value) if isinstance(first, ast.Constant) else ""
        return [orders.key(orders.load(orders.FILE)[id], "start")]
    name = call.func.value.id  # type: ignore[attr-defined]
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For) and name in _names(loop.target):
            return [key for group in _names(loop.iter) for key in names.get(group, ())]
    return names.get(name, ())


def _names(node: ast.AST) -> list[str]:
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]


def answered(asked: Question, card: str, tags: Sequence[str], where: str) -> Question:
    """The question with the answer that a card shows.

    Args:
        asked: the question.
        card: the card as HTML.
        tags: tags of the cell that shows it.
        where: the cell, for messages.

    Raises:
        SourceError: the card does not answer it.
    """
    body = card.partition("</div>")[2]
    paragraphs = PARAGRAPH.findall(body)
    ten = "<em>" in paragraphs[0] if paragraphs else False
    # the sentence with the answer is a paragraph, or a table; for one of the ten the question
    # stands before it
    said = paragraphs[1 if ten else 0] if asked.kind != "order" else ""
    because = paragraphs[2 if ten else 0 if asked.kind == "order" else 1 :]
    shown = STRONG.search(said)
    if asked.kind == "order":
        truth: Guess = [text(item) for item in ITEM.findall(body)]
        good = sorted(map(str, truth)) == sorted(asked.options)  # type: ignore[arg-type]
        words = asked.shown(truth)
    else:
        words = text(shown[1]) if shown else ""
        truth, good = _truth(asked, words)
    if not good:
        raise SourceError(f"{where}: the answer to {asked.id!r} cannot be read from {words!r}")
    return replace(
        asked,
        # a computed answer has more digits than the page shows
        truth=truth if asked.truth is None else asked.truth,
        truth_text=words,
        because=" ".join(text(each) for each in because),
        measured=MEASURED in tags,
    )


def _truth(asked: Question, words: str) -> tuple[Guess, bool]:
    """The answer as data, and whether it can be one."""
    if asked.kind == "choice":
        return words, words in asked.options
    try:
        value = read(words, asked.unit)
    except ValueError:
        return words, False
    # read and shown again it must be the same text
    return value, words == fmt(value, asked.unit)


def text(html: str) -> str:
    """HTML as plain text.

    >>> text("Kimi K2&#x27;s <em>weights</em>")
    "Kimi K2's weights"
    """
    return unescape(TAG.sub("", html)).strip()
