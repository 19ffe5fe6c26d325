"""One cell of a notebook's text source, as a record.

Roles instead of nbgrader's JSON: an author types one word and the build writes the metadata. A
lesson's cells are work, which stays open, or narration, which is folded; either may hold
measurements. An exercise has answers, what checks them, wrong answers that the checks must refuse,
and variants: other honest answers that they must accept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["lesson", "exercise"]

ROLES: dict[Kind, tuple[str, ...]] = {
    "lesson": ("measured", "narration", "measured_narration"),
    "exercise": ("answer", "check", "hidden", "free_text", "wrong", "variant", "measured"),
}
"""The roles a cell may have, by kind of source. `measured`: its output differs at each run and is
not compared. `narration`: sentences, cards, tables and figures, whose code is folded."""

MEASURED = ("measured", "measured_narration")
"""Roles whose output is not compared."""

FOLDED = ("narration", "measured_narration")
"""Roles whose code is folded; the output stays open."""

GRADED = ("check", "hidden", "free_text")
"""Roles that carry points."""

TRIED = ("wrong", "variant")
"""Roles that stand in for an answer when an exercise is tried, and reach no learner."""

OWNERS = ("answer", "free_text")
"""Roles that are a task: checks, hidden checks and wrong answers belong to one of these."""

TASK_POINTS = 20
"""What the points of one exercise add up to."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a source file."""

    name: str
    """The cell's id in every notebook and its grade id: the name in its marker, or a heading's slug
    and an ordinal."""
    kind: Literal["code", "markdown"]
    """What the cell holds."""
    text: str
    """The cell's source, SOLUTION markers included."""
    role: str | None = None
    """One of `ROLES`, or None for a plain cell."""
    points: int | None = None
    """Points of a check, a hidden check or a free text; None elsewhere."""
    seconds: int | None = None
    """For a slow cell: about how many seconds it takes on a quiet machine of two cores; a learner
    is told."""
    says: str | None = None
    """For a wrong answer: text that the refusing check's message must hold."""
    misconception: str | None = None
    """For a wrong answer: id in the misconception catalogue, whose remedy the message must hold."""
    neutral: bool | None = None
    """For a wrong answer: True where the message must name no cause."""
    part_of: str | None = None
    """For an answer that is asked later in a task: name of the task."""
    owner: str | None = None
    """For all that belongs to a task: the task's name."""
    replaces: str | None = None
    """For a wrong answer or a variant: name of the answer that it stands in for, the task's or that
    of a part."""
    home: str = ""
    """Name of the source file, such as "01_parameters"."""
    line: int = 0
    """Line of the cell's marker in its file, from 1."""

    def expected_message(self) -> str:
        """What the check that refuses this wrong answer must say; raises `KeyError` for an unknown
        misconception."""
        if self.says is not None:
            return self.says
        # Imported late: the teaching floor brings matplotlib and ipywidgets, which reading a source
        # does not need.
        from course_lib.teaching.quizzes import misconceptions

        return str(misconceptions.get(str(self.misconception)).remedy)


def owners(cells: Iterable[Cell]) -> list[Cell]:
    """The tasks of an exercise: its answers and free texts, in order, without later parts."""
    return [cell for cell in cells if cell.role in OWNERS and cell.part_of is None]


def owned(cells: Iterable[Cell], owner: str, role: str) -> list[Cell]:
    """The cells of one role that belong to one task, in order."""
    return [cell for cell in cells if cell.owner == owner and cell.role == role]
