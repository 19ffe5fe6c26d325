"""What `course grade` does: grades a folder of submissions, student by student."""

from __future__ import annotations

import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from course_lib.authoring.places import find_root, write_whole
from course_lib.classroom.grading.crowd import Crowd, Settings, local
from course_lib.classroom.grading.rows import STATUSES, Row
from course_lib.classroom.records import journal, table
from course_lib.classroom.report import pages
from course_lib.classroom.sandbox import walls
from course_lib.classroom.sandbox.limits import LIMITS
from course_lib.classroom.submissions import assignment as assignments
from course_lib.classroom.submissions import work as works
from course_lib.classroom.submissions.folders import HandedIn, handed_in
from course_lib.errors import CallError

SEEDS = 3
"""Seeds that each hidden check is run with."""
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""

__all__ = ["Options", "run_grade"]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How `course grade` was called."""

    folder: Path
    """Holds a folder for each student."""
    assignment: str
    """Any name of the exercise."""
    output: Path
    """The table of grades; the record lies beside it."""
    workers: int
    """Submissions at once on this machine; 0 for one a core."""
    scheduler: str
    """Address of a Dask cluster; empty for this machine."""
    seed: int | None
    """Where the seeds of hidden checks come from; None draws them."""
    seconds: float
    """Wall time of a cell, and of all calls of a task."""
    memory_gib: float
    """Memory of one submission."""
    unsafe: bool
    """Whether students' code runs without walls."""
    fresh: bool
    """Whether what is graded already is graded again."""
    feedback: Path | None
    """Folder for a page for each student."""
    report: Path | None
    """File for what to teach again."""
    names: bool
    """Whether that names students."""


def run_grade(options: Options) -> int:
    """Grade, print a summary, and return the exit code: 0, or 130 after Ctrl-C."""
    check_call(options)
    root = find_root()
    exercise = assignments.read(options.assignment, root / "source" / "exercises")
    if not options.unsafe:
        walls.require()
    students = list(handed_in(options.folder, exercise.name))
    limits = replace(
        LIMITS, run_seconds=options.seconds, memory_bytes=int(options.memory_gib * 2**30)
    )
    header = journal.Header(
        assignment=exercise.name,
        exercise=exercise.fingerprint,
        seeds=_seeds(options.seed),
        walled=not options.unsafe,
    )
    record = options.output.with_suffix(".jsonl")
    with journal.opened(record, header, fresh=options.fresh) as kept:
        settings = Settings(
            assignment=exercise,
            seeds=kept.header.seeds,
            limits=limits,
            walled=not options.unsafe,
        )
        try:
            with closing(_crowd(options, settings)) as crowd:
                rows = _graded(students, kept, settings, crowd)
        except KeyboardInterrupt:
            print(f"\nInterrupted. Nothing is lost: the same command goes on from {record}.")
            return INTERRUPTED
        ordered = [row for each in students for row in rows[each.student]]
        table.save(options.output, ordered)
    _write_pages(options, ordered, root / "source" / "lessons")
    print("\n".join(_summary(ordered, options.output)))
    return 0


def _write_pages(options: Options, rows: list[Row], lessons: Path) -> None:
    """What is asked for beside the table."""
    if options.feedback is not None:
        pages.save_feedback(options.feedback, rows, lessons)
    if options.report is not None:
        write_whole(options.report, pages.class_page(rows, lessons, names=options.names))


def _seeds(seed: int | None) -> tuple[int, ...]:
    """Seeds that nobody can know before, or those that follow from one."""
    draw = random.SystemRandom() if seed is None else random.Random(seed)
    return tuple(draw.randrange(2**32) for _ in range(SEEDS))


def _crowd(options: Options, settings: Settings) -> Crowd:
    if options.scheduler:
        from course_lib.classroom.grading.cluster import cluster

        return cluster(options.scheduler)
    return local(options.workers or os.cpu_count() or 1, settings.assignment)


def _graded(
    students: list[HandedIn], kept: journal.Journal, settings: Settings, crowd: Crowd
) -> dict[str, list[Row]]:
    """Each student's rows: from the record where the work is the same, else graded now."""
    from tqdm import tqdm

    rows: dict[str, list[Row]] = {}
    with tqdm(total=len(students), unit="student", file=sys.stderr) as bar:

        def to_do() -> Iterator[works.Work]:
            for each in students:
                work = works.read(each, settings.assignment)
                known = kept.rows(work.student, work.fingerprint)
                if known is None:
                    yield work
                else:
                    rows[work.student] = known
                    bar.update()

        for work, found in crowd.grade(to_do(), settings):
            kept.add(work.student, work.fingerprint, found)
            rows[work.student] = found
            bar.update()
    return rows


def _summary(rows: list[Row], output: Path) -> Iterator[str]:
    """What a marker wants to know at the end."""
    students = {row.student for row in rows}
    points, of = (sum(getattr(row, name) for row in rows) for name in ("points", "max_points"))
    yield (
        f"{len(students)} students, {points / len(students):.1f} of "
        f"{of / len(students):g} points on average before anything is marked by hand."
    )
    counts = Counter(row.status for row in rows)
    yield "Tasks: " + ", ".join(f"{counts[each]} {each}" for each in STATUSES if counts[each]) + "."
    yield f"Grades: {output}"


def check_call(options: Options) -> None:
    """Refuse a call that cannot be meant.

    Raises:
        CallError: with the option, its value and the rule.
    """
    if options.workers < 0:
        raise CallError(f"--workers {options.workers}: must be 0 (one a core) or more")
    if options.workers and options.scheduler:
        raise CallError("--workers and --scheduler exclude each other: a cluster has its own")
    if not 0.1 <= options.seconds <= 3600:
        raise CallError(f"--seconds {options.seconds:g}: must be from 0.1 to 3600")
    if not 0.25 <= options.memory_gib <= 1024:
        raise CallError(f"--memory {options.memory_gib:g}: must be from 0.25 to 1024 GiB")
    if options.output.suffix != ".csv":
        raise CallError(f"--output {options.output}: must end in .csv")
