"""What `course gradebook` does: scores into nbgrader's gradebook, and tables out of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from course_lib.authoring.places import find_root, write_whole
from course_lib.classroom.gradebook import cells, database, entries, exports, roster, shown, write
from course_lib.classroom.gradebook.totals import totals
from course_lib.classroom.grading.rows import Row
from course_lib.classroom.records import journal
from course_lib.classroom.records.table import storable
from course_lib.classroom.submissions import assignment as assignments
from course_lib.classroom.submissions import work as works
from course_lib.classroom.submissions.assignment import Assignment
from course_lib.classroom.submissions.folders import handed_in
from course_lib.errors import CallError

CONFIG = "nbgrader_config.py"

__all__ = ["Options", "run_gradebook"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How `course gradebook` was called."""

    record: Path | None
    """What `course grade` left; None only reads the gradebook."""
    assignment: str | None
    """Any name of the exercise, where there is no record."""
    course: Path
    """The folder of nbgrader's course."""
    db: str | None
    """URL of the gradebook; None for the course's own."""
    moodle: Path | None
    """Where the table for Moodle goes."""
    canvas: Path | None
    """Where the table for Canvas goes."""
    canvas_column: str | None
    """The assignment's title in Canvas."""
    roster: Path | None
    """Whose folder is whose."""
    partial: bool
    """Whether students who are not marked yet are left out of the tables."""


def run_gradebook(options: Options) -> int:
    """Do it, say what was done, and return the exit code: 0, or 1 where a student was left out of
    the gradebook."""
    check_call(options)
    exercises = find_root() / "source" / "exercises"
    people = roster.read(options.roster) if options.roster else None
    url = options.db or _own_database(options.course)
    failed = 0
    if options.record is not None:
        header, rows = journal.read_rows(options.record)
        assignment = assignments.read(header.assignment, exercises)
        if header.exercise != assignment.fingerprint:
            raise CallError(
                f"{options.record}: it was graded with another version of {assignment.name}. Run "
                "`course grade` again, and then this"
            )
    else:
        assignment = assignments.read(str(options.assignment), exercises)
    with database.opened(url) as book:
        if options.record is not None:
            exercise = cells.handed_out(assignment.name, exercises)
            cells.save(book, url, assignment.name, exercise)
            putting = _Putting(options, book, assignment, exercise)
            failed = putting.run(rows)
        if options.moodle or options.canvas:
            _write_tables(options, book, assignment, people)
    return 1 if failed else 0


def check_call(options: Options) -> None:
    """Refuse a call that cannot be meant.

    Raises:
        CallError: with the option and the rule.
    """
    tables = [path for path in (options.moodle, options.canvas) if path]
    if options.record is None and not (options.assignment and tables):
        raise CallError(
            "name a record of `course grade`, or --assignment with --moodle or --canvas"
        )
    if options.record is not None and options.assignment:
        raise CallError("--assignment: the record says which exercise it is of")
    if options.roster and not tables:
        raise CallError("--roster is for --moodle and --canvas")
    if options.canvas_column and not options.canvas:
        raise CallError("--canvas-column is for --canvas")
    for path in tables:
        if path.suffix != ".csv":
            raise CallError(f"{path}: must end in .csv")


def _own_database(course: Path) -> str:
    """The gradebook that nbgrader itself uses in this folder."""
    from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

    try:
        config: Any = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    except ConfigFileNotFound:
        config = {}
    named = config.get("CourseDirectory", {}).get("db_url")
    return str(named or f"sqlite:///{course.absolute() / 'gradebook.db'}")


class _Putting:
    """A record on its way into the gradebook."""

    def __init__(self, options: Options, book: Any, assignment: Assignment, exercise: Any) -> None:
        self.book = book
        self.assignment = assignment
        self.exercise = exercise
        self.graded = journal.fingerprints(options.record) if options.record else {}
        self.course = options.course
        submitted = options.course / "submitted"
        found = handed_in(submitted, assignment.name) if submitted.is_dir() else ()
        self.handed_in = {each.student: each for each in found}

    def run(self, rows: list[Row]) -> int:
        """Put all rows in, say so, and return how many students were left out."""
        from tqdm import tqdm

        new, faults, waiting = 0, [], 0
        by_student = [(who, list(mine)) for who, mine in groupby(rows, lambda row: row.student)]
        for student, mine in tqdm(by_student, unit="student", file=sys.stderr, disable=None):
            entry = entries.entry(self.assignment, mine)
            try:
                new += self._put(entry, mine)
                waiting += any(score.waits for score in entry.scores.values())
            except _LeftOut as fault:
                faults.append(f"{storable(student)}: {fault}")
        print("\n".join(self._summary(len(by_student), new, waiting, faults)))
        return len(faults)

    def _put(self, entry: entries.Entry, rows: list[Row]) -> bool:
        """Put one student in, and the notebook where formgrader looks for it."""
        from sqlalchemy.exc import DataError

        name, student = self.assignment.name, entry.student
        if storable(student) != student:
            raise _LeftOut("the folder's name is no proper text")
        handed = self.handed_in.get(student)
        page = self.course / "autograded" / student / name / f"{name}.ipynb"
        submitted = self.course / "submitted" / student / name
        notebook, changed = None, set()
        if handed is not None:
            work = works.read(handed, self.assignment)
            if work.fingerprint != self.graded[student]:
                raise _LeftOut("handed in anew since it was graded; run `course grade` again")
            if not work.is_missing:
                notebook = shown.notebook_of(self.exercise, work.taken, rows)
                changed = shown.changed_words(page, notebook)
        when = shown.handed_in_at(submitted / shown.TIMESTAMP) if handed is not None else None
        try:
            is_new = write.put(self.book, name, entry, handed_in=when, new_words=changed)
        except DataError as error:
            raise _LeftOut(str(error.orig).strip().splitlines()[0]) from error
        if notebook is not None:
            # last: a kill before it leaves the old words there, so that the new ones are noticed
            shown.write(page, notebook, submitted)
        return is_new

    def _summary(self, count: int, new: int, waiting: int, faults: list[str]) -> Iterator[str]:
        """What a marker wants to know."""
        put = count - len(faults)
        yield f"{self.assignment.name}: {put} students in the gradebook, {new} of them new."
        if waiting:
            yield f"{waiting} have answers for a person to mark; formgrader shows which."
        if not self.handed_in:
            yield f"{self.course / 'submitted'}: not there, so formgrader can show no answers."
        if faults:
            yield "Left as they were:"
            yield from (f"  {each}" for each in faults)


class _LeftOut(Exception):
    """Why one student's scores were not put in."""


def _write_tables(
    options: Options, book: Any, assignment: Assignment, people: dict[str, roster.Person] | None
) -> None:
    """Write what was asked for, and say who is not in it."""
    done, waiting = exports.ready(totals(book, assignment), partial=options.partial)
    if options.moodle:
        write_whole(options.moodle, exports.moodle(done, assignment.name, people))
        print(f"Moodle: {options.moodle}, {len(done)} students")
    if options.canvas:
        column = options.canvas_column or assignment.name
        write_whole(options.canvas, exports.canvas(done, column, people))
        print(f"Canvas: {options.canvas}, {len(done)} students")
    if waiting:
        print(f"Not marked yet and left out: {exports.names(waiting)}")
