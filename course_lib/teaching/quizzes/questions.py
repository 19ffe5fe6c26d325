"""The questions of the quick checks, as records that answer without a browser.

Design choices:
- A wrong choice names an entry of the misconception catalogue, or brings an explanation of its own.
- The choices stand in an order fixed by a hash of the question's id: the right one is not always
  first, and any two runs agree.
- Numbers come from the lesson: a text holds {names} that `get` fills.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from course_lib import toml_files
from course_lib.teaching.quizzes import misconceptions
from course_lib.teaching.say.forms import check_id, check_options, check_text
from course_lib.toml_files import Entry

FOLDER = Path(__file__).parents[1] / "texts" / "questions"
FIELDS = ("text", "right", "why", "wrong")
NAME = re.compile(r"\{(\w+)\}")

__all__ = ["Choice", "Question", "ask", "get", "load"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice of a question and what is said to whoever takes it."""

    text: str
    """What the choice says."""
    right: bool
    """Whether it is the right one."""
    feedback: str
    """Why it is right, or what is wrong with it; plain text, `code` between backticks."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with its choices, in the order in which they stand."""

    id: str
    """Name under which the answer is kept, unique in the course."""
    text: str
    """What is asked."""
    choices: tuple[Choice, ...]
    """The choices, exactly one of them right."""

    def answer(self, text: str) -> Choice:
        """The choice with that text.

        Raises:
            ValueError: none of the choices says so.
        """
        for choice in self.choices:
            if choice.text == text:
                return choice
        raise ValueError(
            f"answer={text!r}: must be one of {[choice.text for choice in self.choices]}"
        )


def ask(
    id: str, question: str, right: tuple[str, str], wrong: Sequence[tuple[str, str]]
) -> Question:
    """The question as a record, without showing it. Arguments and errors are those of `quiz`.

    >>> right, wrong = ("2", "Multiply, add."), [("1", "parameter-is-a-flop")]
    >>> question = ask("q_flops", "FLOPs a weight, forward?", right, wrong)
    >>> [choice.text for choice in question.choices if choice.right]
    ['2']
    """
    check_id(id)
    check_text("question", question)
    check_options("choices", [right[0], *(text for text, _ in wrong)])
    made = [Choice(text=right[0], right=True, feedback=check_text("right[1]", right[1]))]
    made += [Choice(text=text, right=False, feedback=_feedback(why)) for text, why in wrong]
    # sha256 and not `hash`, which Python seeds anew in every process
    ordered = sorted(made, key=lambda choice: sha256(f"{id}: {choice.text}".encode()).digest())
    return Question(id=id, text=question, choices=tuple(ordered))


def get(id: str, **numbers: str) -> Question:
    """The question of that id, with its {names} filled.

    Raises:
        KeyError: there is none; the nearest are named.
        ValueError: a {name} is not filled, or a number fits none.

    >>> get("kv_heads").answer("They halve.").right
    False
    """
    catalogue = load(FOLDER)
    if id not in catalogue:
        raise toml_files.unknown("question", id, catalogue)
    fields = catalogue[id]
    wanted = set(NAME.findall(str(fields)))  # in all texts at once, those of the choices included
    if wanted != set(numbers):
        raise ValueError(
            f"question {id!r} needs the numbers {sorted(wanted)}, got {sorted(numbers)}"
        )
    wrong = [
        (_fill(choice["text"], numbers), _fill(choice["why"], numbers))
        for choice in fields["wrong"]
    ]
    right = _fill(fields["right"], numbers), _fill(fields["why"], numbers)
    return ask(id, _fill(fields["text"], numbers), right, wrong)


@cache
def load(folder: Path) -> dict[str, dict[str, Any]]:
    """The questions of a folder's files, as checked fields; each wrong choice has a `text` and a
    `why`.

    Raises:
        EntryError: an entry that breaks a rule, with file, entry, field and rule.
    """
    return {id: _fields(entry) for id, entry in toml_files.read(folder).items()}


def _fields(entry: Entry) -> dict[str, Any]:
    entry.only(FIELDS)
    texts = {field: entry.text(field) for field in FIELDS[:-1]}
    return texts | {"wrong": [_wrong(choice) for choice in entry.parts("wrong")]}


def _wrong(choice: Entry) -> dict[str, str]:
    choice.only(("text", "why", "misconception"), "a wrong choice")
    if ("why" in choice.fields) == ("misconception" in choice.fields):  # both, or neither
        raise choice.error("must have either a why or a misconception")
    reason = "why" if "why" in choice.fields else "misconception"
    return {"text": choice.text("text"), "why": choice.text(reason)}


def _fill(text: str, numbers: Mapping[str, str]) -> str:
    return NAME.sub(lambda name: numbers[name[1]], text)


def _feedback(why: str) -> str:
    """The explanation of a wrong choice: its own words, or those of its misconception."""
    check_text("wrong[...][1]", why)
    if not misconceptions.ID.fullmatch(why):
        return why
    known = misconceptions.get(why)
    # in quotation marks: they show where the belief ends and the remedy begins
    return f"You may think: “{known.belief}” {known.remedy}"
