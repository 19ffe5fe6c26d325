"""One submission of the hostile class: what is handed in, and what each task deserves."""

from __future__ import annotations

import copy
import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from course_lib.authoring import markers, source
from course_lib.authoring.cell import OWNERS

ROOT = Path(__file__).parents[4]
EXERCISE = "14_access"
"""Its set-up imports no torch, so that a submission costs a sixth of a second."""
TASK = "budget_trains"
"""The task that most of the hostile answers stand in: the first one."""

Fate = tuple[int, str]
"""Points and status of a task."""
Cell = dict[str, Any]
FULL: dict[str, Fate] = {
    "budget_trains": (4, "ok"),
    "adapter_states": (4, "ok"),
    "year_of_upkeep": (5, "ok"),
    "adapters_on_card": (4, "ok"),
    "charity_plan": (1, "needs-review"),
}
"""What an honest student has."""
WRONG, MISSING, CRASH, TIMEOUT, NOT_PLAIN = (
    (0, status) for status in ("wrong", "missing", "crash", "timeout", "not-plain-data")
)


def every(fate: Fate) -> dict[str, Fate]:
    """The same fate for all tasks."""
    return dict.fromkeys(FULL, fate)


@dataclass(frozen=True, kw_only=True)
class Submission:
    """What one student hands in."""

    name: str
    """What is tried, in words; the name of the student's folder too, unless `student` says."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers that stand in place of the solution's."""
    fates: Mapping[str, Fate] = field(default_factory=dict)
    """What tasks deserve that are not full."""
    or_else: Mapping[str, Fate] = field(default_factory=dict)
    """Another fate, where it hangs on the machine how soon something is noticed."""
    says: str = ""
    """What the message of the first task that is not full must hold."""
    student: str = ""
    """Name of the folder, where that is what is tried."""
    cells: Callable[[list[Cell]], list[Cell]] = list
    """Changes the notebook's cells."""
    notebook: Callable[[Cell], Any] = lambda notebook: notebook
    """Changes the notebook."""
    write: Callable[[Path, str], None] | None = None
    """Puts the notebook's text into the student's folder, in place of an ordinary file."""

    @property
    def folder(self) -> str:
        """Name of the student's folder."""
        return self.student or self.name

    @property
    def deserves(self) -> dict[str, Fate]:
        """Points and status of all tasks."""
        return FULL | dict(self.fates)

    def hand_in(self, place: Path, words: Mapping[str, str]) -> None:
        """Write it into a student's folder.

        Args:
            place: `DIR/STUDENT/ASSIGNMENT`; it is made here.
            words: what stands for `@WORD@` in an answer, such as the path of a file to read.
        """
        answers = {name: _filled(text, words) for name, text in self.answers.items()}
        notebook = handed_out() | {"cells": self.cells(answered(answers))}
        text = json.dumps(self.notebook(notebook))
        if self.write is None:
            place.mkdir(parents=True)
            (place / f"{EXERCISE}.ipynb").write_text(text, encoding="utf-8")
        else:
            self.write(place, text)


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"@{word}@", value)
    return text


@cache
def _handed_out() -> str:
    return (ROOT / "exercises" / f"{EXERCISE}.ipynb").read_text(encoding="utf-8")


def handed_out() -> Cell:
    """The notebook as every student gets it."""
    found: Cell = json.loads(_handed_out())
    for cell in found["cells"]:
        cell["source"] = "".join(cell["source"])
    return found


@cache
def solutions() -> dict[str, str]:
    """The answers of the course's solution."""
    cells = source.read(ROOT / "source" / "exercises" / f"{EXERCISE}.py")
    return {cell.name: markers.strip(cell.text) for cell in cells if cell.role in OWNERS}


def answered(answers: Mapping[str, str]) -> list[Cell]:
    """The cells of the notebook with all answers put in: the solution's, or others."""
    wanted = solutions() | dict(answers)
    cells: list[Cell] = copy.deepcopy(handed_out()["cells"])
    for cell in cells:
        cell["source"] = wanted.get(cell["id"], cell["source"])
    return cells


def named(cells: list[Cell], name: str) -> Cell:
    """The cell of an id."""
    return next(cell for cell in cells if cell["id"] == name)


RIGHT = """
def right(usd, price, peak, share, ratio):
    return (usd / price * 3600 * peak * share / (6 * ratio)) ** 0.5
"""
"""A right answer to the first task, under another name."""
NO_POINTS = "def budget_trains(*given):\n    return -1.0\n"
"""An answer that is wrong whatever is asked."""


def before(attack: str) -> str:
    """A right answer, after something else was done while its cell ran."""
    return f"{textwrap.dedent(attack)}\n{RIGHT}\nbudget_trains = right\n"


def within(attack: str) -> str:
    """A right answer that does something else first, whenever it is called."""
    inner = textwrap.indent(textwrap.dedent(attack).strip("\n"), "    ")
    return f"{RIGHT}\ndef budget_trains(*given):\n{inner}\n    return right(*given)\n"


def probe(attack: str) -> str:
    """A right answer only where an attack gets nothing: the attack's text collects in `got`."""
    answer = "budget_trains = right if not got else repr(got)"
    return f"got = []\n{textwrap.dedent(attack)}\n{RIGHT}\n{answer}\n"


def giving(value: str, above: str = "") -> str:
    """An answer whose function gives one expression, which may use the right number, `right`."""
    return (
        f"{textwrap.dedent(above)}\n{RIGHT}\n"
        f"def budget_trains(*given):\n    number = right(*given)\n    return {value}\n"
    )


def one(name: str, answer: str, fate: Fate, says: str = "") -> Submission:
    """A submission whose first answer is what is tried."""
    return Submission(name=name, answers={TASK: answer}, fates={TASK: fate}, says=says)
