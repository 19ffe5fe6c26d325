"""One submission and one exercise: a row a task.

Design choices:
- The exercise's own cells and all checks run here, on the trusted side. Of the student only plain
  data arrives, so that `==` is Python's own.
- Cells run in the notebook's order in one namespace, as in the notebook. What the exercise's own
  cells make is made once for all submissions (`Trusted`).
- Hidden checks draw numbers from seeds that are new for each run of the grader and the same for all
  students of it.
- A reading is held against the measurement that the notebook carries. Where there is none, it is
  measured here; and where only the reading fails then, a person has to look.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from course_lib import plain_data
from course_lib.authoring import markers
from course_lib.authoring.cell import Cell
from course_lib.authoring.needed import names_taken
from course_lib.classroom.grading.rows import LONGEST_ANSWER, CheckResult, Row, Status
from course_lib.classroom.grading.session import Session, Stopped, StudentError
from course_lib.classroom.grading.trusted import Trusted
from course_lib.classroom.sandbox.limits import LIMITS, Limits
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.matching import NO_PYTHON
from course_lib.classroom.submissions.work import Work
from course_lib.teaching.checks.failures import NOT_ANSWERED, sentence

MEASURED_HERE = (
    "The notebook holds no measurement, so it was measured again here, and the reading does not "
    "fit that. A person should look."
)
NOT_HANDED_IN = "Nothing was handed in for this task."
LONGEST_MESSAGE = 1000
"""Characters; a message may quote what a student's code gave."""
TO_MARK = "{points} points are for a person to mark. The check says: {said}"


class NoPlainData:
    """Stands for an object of a student's making: it is equal to nothing and can do nothing."""

    def __repr__(self) -> str:
        """What a check quotes."""
        return "no plain data"


__all__ = ["graded", "unread"]


def graded(
    work: Work,
    assignment: Assignment,
    seeds: Sequence[int],
    *,
    limits: Limits = LIMITS,
    walled: bool = True,
) -> list[Row]:
    """The rows of one submission, one a task, in the exercise's order.

    Args:
        work: what was handed in.
        assignment: the exercise.
        seeds: what hidden checks draw their numbers from, one after another.
        limits: what the student's process may use.
        walled: False runs it without walls.

    Raises:
        CallError: there are no walls to be had.
    """
    if work.problem:
        return unread(work, assignment, "missing" if work.is_missing else "unreadable")
    words = [source for each in work.taken.values() for source in each.sources]
    with Session(Trusted.of(assignment).setup, words, limits, walled=walled) as session:
        grading = _Grading(assignment, work, session, seeds)
        with contextlib.redirect_stdout(io.StringIO()):
            grading.run()
    return [grading.row(work.student, task) for task in assignment.tasks]


def unread(work: Work, assignment: Assignment, status: Status, message: str = "") -> list[Row]:
    """The rows of a work of which nothing could be graded."""
    return [
        Row(
            student=work.student,
            assignment=assignment.name,
            task=task.name,
            points=0,
            max_points=assignment.max_points(task),
            status=status,
            message=message or work.problem,
        )
        for task in assignment.tasks
    ]


def _measured(work: Work) -> dict[str, Any]:
    """What the notebook says was measured on the student's machine."""
    found: dict[str, Any] = {}
    for name, tagged in work.measured.items():
        with contextlib.suppress(plain_data.NotPlain):
            found[name] = plain_data.unpacked(tagged)
    return found


class _Grading:
    """One submission while it is graded."""

    def __init__(
        self,
        assignment: Assignment,
        work: Work,
        session: Session,
        seeds: Sequence[int],
    ) -> None:
        self.assignment = assignment
        self.trusted = Trusted.of(assignment)
        self.taken = work.taken
        self.note = work.note
        self.measured = _measured(work)
        self.session = session
        self.seeds = seeds
        self.names = self.trusted.names()
        self.defined: dict[str, Any] = {}
        self.results: dict[str, list[CheckResult]] = {task.name: [] for task in assignment.tasks}
        self.stops: dict[str, Stopped] = {}
        self.errors: dict[str, str] = {}
        self.doubts: set[str] = set()

    def run(self) -> None:
        """Run all cells in order."""
        for cell in self.assignment.parts:
            task = cell.owner or cell.name
            if cell.role in ("answer", "free_text"):
                self._guarded(task, self._answer, cell, task)
            elif cell.role == "check":
                self._check(cell, task)
            elif cell.role == "hidden":
                self._hidden(cell, task)
            elif cell.role == "measured":
                self.session.new_task()
                self.trusted.measure(cell, self.names, self.measured)

    def _guarded(self, task: str, step: Any, *given: Any) -> Any:
        """Do one step of a task, and keep what ended it."""
        try:
            return step(*given)
        except Stopped as stop:
            self.stops.setdefault(task, stop)
        return None

    def _answer(self, cell: Cell, task: str) -> None:
        """Run the cells that answer, and take over what they define."""
        self.session.new_task()
        sources = self.taken[cell.name].sources
        if not sources:
            return
        self.session.give(self._readings(sources))
        for number, source in enumerate(sources):
            try:
                self.session.run(cell.name if number == 0 else f"{cell.name} {number}", source)
            except StudentError as error:
                self.errors[task] = str(error)
        found = self.session.look(self.assignment.looked_at[cell.name])
        self.names |= found
        self.defined |= found

    def _readings(self, sources: Sequence[str]) -> dict[str, Any]:
        """Measured values that a student's cell reads by their names."""
        read = {name for source in sources for name in _names_taken(source)}
        wanted = read & self.assignment.measured_names
        return {name: self.names[name] for name in sorted(wanted) if name in self.names}

    def _check(self, cell: Cell, task: str) -> None:
        """Run one visible check."""
        message = self._said(cell, task, self.names)
        if message is not None and self._only_the_reading(cell, task):
            self.doubts.add(task)
        self._note(cell, task, message)

    def _hidden(self, cell: Cell, task: str) -> None:
        """Run one hidden check with each seed; the first failure counts."""
        said = (self._said(cell, task, self._fresh(seed)) for seed in self.seeds)
        message = next((each for each in said if each is not None), None)
        self._note(cell, task, message)

    def _fresh(self, seed: int) -> dict[str, Any]:
        """What a hidden check sees: answers, and numbers from a seed."""
        return {
            "__name__": "hidden",
            **self.defined,
            "rng": lambda: np.random.default_rng(seed),
        }

    def _said(self, cell: Cell, task: str, names: dict[str, Any]) -> str | None:
        """Run a check: None where it passes, else its message."""
        if task in self.stops:
            return self._said_of_no_plain_data(cell, task, names)
        self.session.new_task()
        try:
            exec(self.trusted.code(cell), names)
        except Stopped as stop:
            self.stops[task] = stop
            return stop.words
        except StudentError as error:
            return str(error)
        except Exception as error:
            # no line of the check is the student's own: another dictionary than the check's
            return self.errors.get(task) or sentence(error, task, dict(names))
        return None

    def _said_of_no_plain_data(self, cell: Cell, task: str, names: dict[str, Any]) -> str:
        """What to say of an answer that ended its task: the check's own words where it is an object
        that has to be something else."""
        stop = self.stops[task]
        if stop.status != "not-plain-data" or cell.role == "hidden":
            return stop.words
        try:
            exec(self.trusted.code(cell), {**names, **{cell.owner or "": NoPlainData()}})
        except AssertionError as error:
            return str(error) or stop.words
        except (Exception, Stopped):
            return stop.words
        return stop.words  # whatever the check says of the stand-in, it is no answer

    def _only_the_reading(self, cell: Cell, task: str) -> bool:
        """Whether a check passes once the readings are those of the solution, for a measurement
        that was made here."""
        readings = [part for part in self.assignment.answers if part.part_of == task]
        kept = self.trusted.kept_by(cell)
        if not readings or not kept or kept <= set(self.measured) or task in self.stops:
            return False
        names = dict(self.names)
        try:
            for part in readings:
                # the solution's own text, with the student's functions behind the names
                exec(compile(markers.strip(part.text), f"<{part.name}>", "exec"), names)
            exec(self.trusted.code(cell), names)
        except (Exception, Stopped):
            return False
        return True

    def _note(self, cell: Cell, task: str, message: str | None) -> None:
        result = CheckResult(
            name=cell.name,
            points=cell.points or 0,
            message=None if message is None else message[:LONGEST_MESSAGE],
            hidden=cell.role == "hidden",
        )
        self.results[task].append(result)

    def row(self, student: str, task: Cell) -> Row:
        """What became of one task."""
        checks = tuple(self.results[task.name])
        points = sum(check.earned for check in checks)
        of = self.assignment.max_points(task)
        status = self._status(task, checks, points == of)
        return Row(
            student=student,
            assignment=self.assignment.name,
            task=task.name,
            points=points,
            max_points=of,
            status=status,
            message=" ".join(self._words(task, checks, status)),
            checks=checks,
            answer="\n\n".join(self._sources(task))[:LONGEST_ANSWER],
        )

    def _sources(self, task: Cell) -> Iterator[str]:
        """What was handed in for a task, later parts included."""
        for cell in self.assignment.answers:
            if task.name in (cell.name, cell.part_of):
                yield from self.taken[cell.name].sources

    def _status(self, task: Cell, checks: Sequence[CheckResult], full: bool) -> Status:
        if full:
            return "ok"
        if not any(self._sources(task)):
            return "missing"
        if task.name in self.stops:
            return self.stops[task.name].status  # type: ignore[return-value]
        first = next((check.message for check in checks if check.message), "")
        if NOT_ANSWERED in first and not any(check.earned for check in checks):
            return "missing"
        if task.role == "free_text" or task.name in self.doubts:
            return "needs-review"
        return "wrong"

    def _words(self, task: Cell, checks: Sequence[CheckResult], status: str) -> Iterator[str]:
        """What to tell the student."""
        said = [check.message for check in checks if check.message]
        if not any(self._sources(task)):
            yield NOT_HANDED_IN
        elif status == "needs-review" and task.role == "free_text":
            points = task.points or 0
            yield TO_MARK.format(points=points, said=said[0] if said else "all parts are there.")
        elif said:
            yield said[0]
        if status == "needs-review" and task.name in self.doubts:
            yield MEASURED_HERE
        notes = (self.taken[task.name].note, self.note)
        yield from (f"({note})" for note in notes if note)


def _names_taken(source: str) -> set[str]:
    try:
        return names_taken(source)
    except NO_PYTHON:
        return set()
