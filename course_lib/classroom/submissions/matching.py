"""Which of a student's cells answer which task.

Design choices:
- A cell is known by nbgrader's name, or by its id, or, where both were stripped, by the name that
  it gives a value (`count_weights`). A cell that is still the stub counts for nothing.
- Nothing else is taken, neither checks nor what measures. The exception is an answer's own helper:
  a cell of the student that gives a name which the answer takes and nobody else gives.
- Words that are no Python any more, such as an answer typed into a text cell, are taken as words.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from course_lib.authoring.needed import names_given, names_taken
from course_lib.classroom.submissions.notebook import LONGEST_SOURCE, StudentCell

MOST_FREE = 1000
"""Cells of a student's own that are looked at; no honest notebook has as many."""
MOST_LETTERS = 1_000_000
"""Characters of these cells in all."""
MOST_SAME = 20
"""Cells of the same id that are looked at, the last ones."""
NO_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)
"""What reading a text as Python may raise: it may be nested as deeply as its author likes."""

__all__ = ["NO_PYTHON", "Taken", "Wanted", "matched", "stubs_only"]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One answer that is looked for."""

    name: str
    """The answer's id."""
    gives: frozenset[str]
    """Names that even its stub gives."""
    stub: str
    """The cell as it was handed out."""
    is_text: bool
    """Whether words are asked for."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What was found for one answer."""

    sources: tuple[str, ...]
    """Cells to run, in order, helpers first; none where only the stub or nothing was found."""
    note: str = ""
    """What the marker should know, in words."""


@dataclass(frozen=True, kw_only=True)
class _Own:
    """A cell of the student's own, read once."""

    source: str
    gives: frozenset[str]
    takes: frozenset[str]


def matched(
    cells: Sequence[StudentCell],
    wanted: Sequence[Wanted],
    known: frozenset[str],
    given: frozenset[str],
) -> dict[str, Taken]:
    """What was found for each answer.

    Args:
        cells: the notebook as it was handed in.
        wanted: the answers that are looked for.
        known: ids of all cells of the exercise, answers included.
        given: names that the exercise's own cells give.
    """
    named: dict[str, list[str]] = {each.name: [] for each in wanted}
    free: list[str] = []
    for cell in cells:
        name = cell.grade_id if cell.grade_id in known else cell.id
        if name in named:
            named[name].append(cell.source)
        elif name not in known and cell.kind == "code":
            free.append(cell.source)
    own = list(_own(free))
    return {each.name: _taken(each, named[each.name][-MOST_SAME:], own, given) for each in wanted}


def _own(free: Sequence[str]) -> Iterator[_Own]:
    """The cells of a student's own that may answer or help, within reason."""
    left = MOST_LETTERS
    for source in free[:MOST_FREE]:
        left -= len(source)
        if left < 0:
            return
        try:
            gives, takes = frozenset(names_given(source)), frozenset(names_taken(source))
        except NO_PYTHON:
            continue
        # a check whose id was stripped is no answer and no helper
        if "checking" not in takes:
            yield _Own(source=source, gives=gives, takes=takes)


def _taken(
    wanted: Wanted, sources: Sequence[str], free: Sequence[_Own], given: frozenset[str]
) -> Taken:
    """What was found for one answer."""
    if any(len(source) > LONGEST_SOURCE for source in sources):
        return Taken(sources=(), note=f"an answer of more than {LONGEST_SOURCE} characters")
    answered = [source for source in sources if not _same(source, wanted.stub)]
    note = f"{len(answered)} cells answer it; all were run, in order" * (len(answered) > 1)
    if wanted.is_text:
        answered = [_as_words(wanted, source) for source in answered]
    if not any(_gives(source, wanted.gives) for source in answered):
        elsewhere = [each.source for each in free if each.gives & wanted.gives]
        if elsewhere:
            answered += elsewhere
            note = "the answer stands in another cell than its own"
    helpers = _helpers(answered, [each for each in free if each.source not in answered], given)
    return Taken(sources=(*helpers, *answered), note=note)


def _helpers(answers: Sequence[str], free: Sequence[_Own], given: frozenset[str]) -> list[str]:
    """Cells of the student's own that the answers cannot do without, in order."""
    python = [each for each in answers if _is_python(each)]
    others = given.union(dir(builtins), *map(names_given, python))
    chosen: set[int] = set()
    pending = [names_taken(each) - others for each in python]
    while pending:
        missing = pending.pop()
        for place, each in enumerate(free):
            if place not in chosen and each.gives & missing:
                chosen.add(place)
                pending.append(set(each.takes - others))
    return [free[place].source for place in sorted(chosen)]


def _gives(source: str, names: frozenset[str]) -> bool:
    """Whether a cell gives a value to any of the answer's names."""
    return _is_python(source) and bool(names_given(source) & names)


def _as_words(wanted: Wanted, source: str) -> str:
    """An answer in words as the assignment that the exercise asks for."""
    if _gives(source, wanted.gives):
        return source
    return f"{wanted.name} = {source!r}"


def _is_python(source: str) -> bool:
    try:
        names_taken(source)
    except NO_PYTHON:
        return False
    return True


def _same(one: str, other: str) -> bool:
    """Whether two cells differ in blanks at most."""
    return one.split() == other.split()


def stubs_only(taken: Mapping[str, Taken]) -> bool:
    """Whether nothing was answered at all."""
    return not any(each.sources for each in taken.values())
