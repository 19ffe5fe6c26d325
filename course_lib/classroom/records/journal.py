"""The record of a run, written student by student: an interrupted run goes on where it stopped.

Design choices:
- One line of JSON a student, flushed to the disk before the next is asked for. A line that a kill
  cut short is dropped when the file is read.
- The first line says what the grades hang on. Where the exercise changed, the record is set aside
  and a new one begun; where a student's work changed, that student is graded again.
- One run at a time writes it, under a lock.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course_lib.classroom.grading.rows import CheckResult, Row
from course_lib.errors import CallError
from course_lib.teaching.safe_files import locked

LOCK_SECONDS = 1.0
VERSION = 1

__all__ = ["Header", "Journal", "fingerprints", "opened", "read_rows"]


@dataclass(frozen=True, kw_only=True)
class Header:
    """What all grades of a record hang on."""

    assignment: str
    """Name of the exercise."""
    exercise: str
    """Fingerprint of its answers' places, checks and points."""
    seeds: tuple[int, ...]
    """What hidden checks drew their numbers from."""
    walled: bool
    """Whether students' code ran behind walls."""
    version: int = VERSION
    """Of this record's form."""


class Journal:
    """A record that is open for writing."""

    def __init__(self, path: Path, header: Header, done: dict[str, tuple[str, list[Row]]]) -> None:
        """Go on with what is there."""
        self.path = path
        self.header = header
        self._done = done

    def rows(self, student: str, fingerprint: str) -> list[Row] | None:
        """The rows of a student whose work is the same as when it was graded."""
        kept = self._done.get(student)
        return kept[1] if kept is not None and kept[0] == fingerprint else None

    def add(self, student: str, fingerprint: str, rows: Sequence[Row]) -> None:
        """Write one student's rows, so that no kill loses them."""
        self._done[student] = (fingerprint, list(rows))
        line = {"student": student, "work": fingerprint, "rows": [asdict(row) for row in rows]}
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(_line(line))
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def opened(path: Path, header: Header, *, fresh: bool = False) -> Iterator[Journal]:
    """The record at `path`, to be gone on with, or a new one where there is none of this exercise.

    Args:
        path: where it lies.
        header: what the grades hang on now; with other seeds than the record's, the record's stay.
        fresh: begin anew whatever there is.

    Raises:
        CallError: another run writes it just now.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(f".{path.name}.lock")
    try:
        with locked(lock, LOCK_SECONDS):
            yield _begun(path, header, fresh=fresh)
    except TimeoutError as error:
        raise CallError(f"{path}: another run of the grader writes it just now") from error


def _begun(path: Path, header: Header, *, fresh: bool) -> Journal:
    """Read the old record or begin a new one."""
    old, done = _read(path)
    same = old is not None and (old.exercise, old.walled) == (header.exercise, header.walled)
    if old is None or not same or fresh:
        if path.exists():
            path.replace(path.with_name(f"{path.name}.old"))
        path.write_text(_line(asdict(header)), encoding="utf-8", newline="\n")
        return Journal(path, header, {})
    _mend_end(path)
    return Journal(path, old, done)


def _mend_end(path: Path) -> None:
    """Take away the part of a line that a kill left at the end, or the next one is lost too."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        path.write_bytes(whole)


def read_rows(path: Path) -> tuple[Header, list[Row]]:
    """The rows of a record, by student.

    Raises:
        CallError: there is none, or it is no record of the grader.
    """
    header, done = _read(path)
    if header is None:
        raise CallError(f"{path}: no record of `course grade`")
    return header, [row for student in sorted(done) for row in done[student][1]]


def fingerprints(path: Path) -> dict[str, str]:
    """Of the work that each student's rows are for, by student."""
    return {student: work for student, (work, _) in _read(path)[1].items()}


def _read(path: Path) -> tuple[Header | None, dict[str, tuple[str, list[Row]]]]:
    """The header and each student's last rows; lines that are not whole are dropped."""
    header: Header | None = None
    done: dict[str, tuple[str, list[Row]]] = {}
    if not path.is_file():
        return None, done
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if not line.endswith("\n"):  # a kill cut it short, if only by its end
                break
            try:
                found = json.loads(line)
                if header is None:
                    header = Header(**{**found, "seeds": tuple(found["seeds"])})
                else:
                    done[found["student"]] = (found["work"], [_row(each) for each in found["rows"]])
            except (ValueError, KeyError, TypeError):
                if header is None:
                    return None, {}
    return header, done


def _row(found: dict[str, Any]) -> Row:
    return Row(**{**found, "checks": tuple(CheckResult(**each) for each in found["checks"])})


def _line(found: dict[str, Any]) -> str:
    return json.dumps(found) + "\n"
