"""Reads the cards in a built notebook's outputs: predictions, results, quick checks.

A card is HTML made by `course_lib.display.cards`. Its class names the question's id, its title says
the kind, and in a check each choice stands with what is said to whoever takes it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from course_lib.teaching.quizzes import questions

BLANK = re.compile(r"[ \t\r\n]+")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
CODE = re.compile(r"</?code>")
ID = re.compile(r'class="course-stand-in-([\w-]+)"')
TITLE = re.compile(r"</span> <strong>([^<]+)</strong>")
PARAGRAPH = re.compile(r"<p[^>]*>(.*?)</p>", flags=re.DOTALL)
STRONG = re.compile(r"<strong>(.*?)</strong>", flags=re.DOTALL)
ITEM = re.compile(r"<li>(.*?)</li>", flags=re.DOTALL)
CHOICE = re.compile(r"<li><strong>(Right|Not so): (.*?)</strong><br>(.*?)</li>", flags=re.DOTALL)
PLACE = re.compile(r"</th><td[^>]*>(.*?)</td></tr>", flags=re.DOTALL)
DETAILS = re.compile(r"<(details|style)\b.*?</\1>", flags=re.DOTALL)
NAME = re.compile(r"\\\{\w+\\\}")

KINDS = {
    "Predict": "a number",
    "Predict the order": "an order",
    "Predict a range": "a range",
    "Ten guesses": "ten guesses",
}
"""Titles of cards that ask for a guess, and what they ask for; with options it is a choice."""
RESULTS = ("The result", "Your guess and the result")
CHECK = "Check yourself"

__all__ = [
    "Check",
    "Choice",
    "Prediction",
    "Result",
    "checks",
    "one_line",
    "plain",
    "predictions",
    "results",
]


@dataclass(kw_only=True)
class Prediction:
    """A guess that the lesson asks for."""

    id: str
    """The name under which a learner's guess is kept."""
    kind: str
    """What is asked for: "a number", "a choice", "an order", "a range" or "ten guesses"."""
    question: str
    """What is asked."""
    options: tuple[str, ...] = ()
    """What to choose from, or to put in order."""
    answer: str = ""
    """What the built lesson reveals; empty where it reveals nothing."""
    because: str = ""
    """The reason given with it."""
    measured: bool = False
    """Whether the answer was measured on the machine that built the lesson."""


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a lesson reveals."""

    answer: str
    """The number, the option, or the order as one line."""
    because: str
    """The reason."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice of a quick check."""

    text: str
    """What it says."""
    right: bool
    """Whether it is the right one."""
    feedback: str
    """What is said to whoever takes it."""
    misconception: str = ""
    """Id in the catalogue of misconceptions, for a wrong choice that has one."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """A quick check with its choices, as they stand on the page."""

    id: str
    """Its id in `texts/questions/`."""
    question: str
    """What is asked."""
    choices: tuple[Choice, ...] = field(default=())
    """The choices, one of them right."""

    @property
    def right(self) -> str:
        """The right choice."""
        return next(choice.text for choice in self.choices if choice.right)

    @property
    def wrong(self) -> tuple[Choice, ...]:
        """The wrong choices, in the order of the question's entry in `texts/questions/`."""
        entry = questions.load(questions.FOLDER)[self.id]
        order = [_pattern(each["text"]) for each in entry["wrong"]]
        wrong = [choice for choice in self.choices if not choice.right]
        return tuple(
            next(choice for choice in wrong if pattern.fullmatch(choice.text)) for pattern in order
        )


def predictions(cell: dict[str, Any]) -> Iterator[Prediction]:
    """The guesses that one cell asks for, in order."""
    for page in _pages(cell):
        title, id = TITLE.search(page), ID.search(page)
        if title is None or id is None or title[1] not in KINDS:
            continue
        options = tuple(plain(each) for each in ITEM.findall(page))
        kind = KINDS[title[1]]
        if kind == "a number" and options:
            kind = "a choice"
        question = plain(next(iter(PARAGRAPH.findall(page)), ""))
        yield Prediction(id=id[1], kind=kind, question=question, options=options)


def results(cell: dict[str, Any]) -> Iterator[Result]:
    """The results that one cell reveals, in order."""
    for page in _pages(cell):
        title = TITLE.search(page)
        if title is None or title[1] not in RESULTS or ID.search(page):
            continue
        body = page[title.end() :]
        told = [plain(each) for each in PARAGRAPH.findall(body)]
        if places := PLACE.findall(body):
            yield Result(answer=", then ".join(map(plain, places)), because=" ".join(told))
        elif strong := STRONG.search(body):
            yield Result(answer=plain(strong[1]), because=" ".join(told[1:]))


def checks(cell: dict[str, Any]) -> Iterator[Check]:
    """The quick checks of one cell, in order."""
    for page in _pages(cell):
        title, id = TITLE.search(page), ID.search(page)
        if title is None or id is None or title[1] != CHECK:
            continue
        reasons = _misconceptions(id[1])
        choices = []
        for word, text, feedback in CHOICE.findall(page):
            said = plain(text)
            reason = next((why for pattern, why in reasons if pattern.fullmatch(said)), "")
            choices.append(
                Choice(
                    text=said,
                    right=word == "Right",
                    feedback=plain(feedback),
                    misconception="" if word == "Right" else reason,
                )
            )
        question = plain(PARAGRAPH.findall(page)[0])
        yield Check(id=id[1], question=question, choices=tuple(choices))


def plain(page: str) -> str:
    """HTML as text; code keeps its backticks.

    >>> plain("<p>Take <code>n</code> &amp; <strong>add</strong>.</p>")
    'Take `n` & add.'
    """
    bare = TAG.sub("", CODE.sub("`", page))
    return one_line(html.unescape(bare))


def one_line(text: str) -> str:
    """A text without line breaks. Narrow spaces, which hold numbers together, stay.

    >>> one_line("a  piece ")
    'a piece'
    """
    return BLANK.sub(" ", text).strip()


def _misconceptions(id: str) -> list[tuple[re.Pattern[str], str]]:
    """For each wrong choice of a question: what it looks like with any number in it, and the id of
    its misconception, or nothing where it brings words of its own."""
    from course_lib.teaching.quizzes import misconceptions

    wrong = questions.load(questions.FOLDER)[id]["wrong"]
    return [
        (_pattern(each["text"]), each["why"] if misconceptions.ID.fullmatch(each["why"]) else "")
        for each in wrong
    ]


def _pattern(text: str) -> re.Pattern[str]:
    """A choice's text, with anything in place of each {name}."""
    return re.compile(NAME.sub(".+", re.escape(text)))


def _pages(cell: dict[str, Any]) -> Iterator[str]:
    """The HTML outputs of a cell."""
    for output in cell.get("outputs", []):
        page = output.get("data", {}).get("text/html")
        if page:
            yield page if isinstance(page, str) else "".join(page)
