"""The catalogue of misconceptions: what learners believe, the formula that follows from it, and the
remedy.

Design choices:
- One catalogue, `texts/misconceptions/` with a file a lesson, words everything said to a learner
  who is wrong: quiz feedback, the messages of exercise checks and the seeded wrong answers that
  test those checks.
- A remedy stands alone: it is the message of a failed assert, read without its belief.
- The file is read when the first entry is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from course_lib import toml_files
from course_lib.toml_files import Entry

FOLDER = Path(__file__).parents[1] / "texts" / "misconceptions"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FIELDS = ("belief", "wrong", "remedy")
STUB = "(your answer here)"

__all__ = ["Misconception", "answered", "explain", "get"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Misconception:
    """One thing learners get wrong."""

    id: str
    """Name in small letters and hyphens, such as "kv-heads-equal-heads"."""
    lesson: str
    """The lesson it belongs to, such as "01_parameters"."""
    belief: str
    """What the learner believes, in one sentence."""
    wrong: str
    """The wrong formula that follows, as text."""
    remedy: str
    """What is wrong and how to put it right, told to the learner in one or two sentences."""


def get(id: str) -> Misconception:
    """The misconception of that name.

    Raises:
        KeyError: there is none; the nearest names are given.

    >>> get("norms-forgotten").lesson
    '01_parameters'
    """
    catalogue = load(FOLDER)
    if id not in catalogue:
        raise toml_files.unknown("misconception", id, catalogue)
    return catalogue[id]


def explain(id: str) -> str:
    """The remedy of a misconception: the message of an exercise check.

    Raises:
        KeyError: there is no such misconception.

    >>> assert 3 == 3, explain("two-mlp-matrices")
    """
    return get(id).remedy


def answered(value: Any) -> None:
    """Stop an exercise check that meets an untouched stub.

    Raises:
        AssertionError: "not answered yet", for None, an ellipsis, a blank text, or one that still
        holds the stub.

    >>> answered(0)
    """
    blank = isinstance(value, str) and (not value.strip() or STUB in value)
    # `is`: an array compared by `==` gives an array
    if value is None or value is Ellipsis or blank:
        raise AssertionError("not answered yet")


@cache
def load(folder: Path) -> dict[str, Misconception]:
    """Every misconception of a folder's files, by id; a file is named like its lesson.

    Raises:
        EntryError: an entry that breaks a rule, with file, entry, field and rule.
    """
    return {id: _misconception(entry) for id, entry in toml_files.read(folder).items()}


def _misconception(entry: Entry) -> Misconception:
    if not ID.fullmatch(entry.name):
        raise entry.error("an id must be small letters and digits joined by hyphens")
    entry.only(FIELDS)
    texts = {field: entry.text(field) for field in FIELDS}
    for field in ("belief", "remedy"):
        if texts[field][-1] not in ".?!":
            rule = f"must be a sentence and end like one, got {texts[field]!r}"
            raise entry.error(rule, field)
    return Misconception(id=entry.name, lesson=Path(entry.file).stem, **texts)
