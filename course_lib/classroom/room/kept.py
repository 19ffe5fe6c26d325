"""A room in a file: written whole at each change, and read again by a server that goes on.

Design choices:
- A guess is answered only when the file that holds it is written: what a guesser was told is kept
  outlives a kill at any moment. Guesses that come while a write goes on share the next one.
- The file holds fingerprints of tokens, not tokens; and no secret of the teacher.
- One server at a time writes it, under a lock.
- A disk that fails stops no room: guesses stay in memory, the teacher's page says what is wrong,
  and the next change is tried again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from course_lib.classroom.room.machines import record_of
from course_lib.classroom.room.question import Question
from course_lib.classroom.room.state import Refused, Room
from course_lib.errors import CallError
from course_lib.teaching.safe_files import locked, replace

FORM = "course-room"
VERSION = 1
LOCK_SECONDS = 1.0

__all__ = ["Keeper", "as_data", "counts", "from_data", "opened"]


def counts(room: Room) -> dict[str, Any]:
    """What was guessed, by question, without a trace of who did: what a teacher may keep."""
    return {
        each.id: {
            "question": each.text,
            "answer": each.truth_text if each.id in room.shown else None,
            "guesses": len(room.guesses[each.id]),
            "count": room.counts(each.id),
        }
        for each in room.questions
    }


def as_data(room: Room) -> dict[str, Any]:
    """A room as plain data, from which `from_data` makes it again."""
    return {
        "form": FORM,
        "version": VERSION,
        "lesson": room.lesson,
        "title": room.title,
        "code": room.code,
        "salt": room.salt,
        "asked": room.now.id,
        "shown": sorted(room.shown),
        "counts": counts(room),
        "guesses": room.guesses,
        "records": {who: text for who, (text, _) in room.records.items()},
    }


def from_data(data: Any, lesson: str, title: str, questions: Sequence[Question]) -> Room:
    """The room that was saved, with the questions as they are now.

    A guess at a question that is asked no more, or that no longer fits it, is left out.

    Raises:
        ValueError: it is no saved room, or one of another lesson.
    """
    if not isinstance(data, dict) or data.get("form") != FORM or data.get("version") != VERSION:
        raise ValueError(f"must be a saved room, version {VERSION}")
    if data.get("lesson") != lesson:
        raise ValueError(f"must be a room of {lesson}, is one of {data.get('lesson')}")
    places = {each.id: place for place, each in enumerate(questions)}
    try:
        room = Room(
            lesson=lesson,
            title=title,
            questions=questions,
            code=str(data["code"]),
            salt=str(data["salt"]),
            at=places.get(data["asked"], 0),
            shown=set(map(str, data["shown"])),
        )
        for id, by_whom in data["guesses"].items():
            for who, guess in by_whom.items():
                if id in places and (fitting := _fitting(room.by_id[id], guess)) is not None:
                    room.put(id, str(who), fitting)
        for who, text in data["records"].items():
            room.put_record(str(who), text, record_of(text))
    except (KeyError, TypeError, AttributeError, Refused) as problem:
        raise ValueError(f"is damaged ({problem})") from problem
    return room


def _fitting(question: Question, guess: Any) -> Any:
    try:
        return question.read(guess)
    except ValueError:
        return None


class Keeper:
    """Writes a room to its file; without a file it does nothing."""

    def __init__(self, room: Room, path: Path | None = None) -> None:
        """A room, and where it is kept."""
        self.room, self.path = room, path
        self.problem = ""
        """Why the last write failed, as a sentence; "" where it did not."""
        self._written = -1
        self._lock = asyncio.Lock()

    async def saved(self) -> None:
        """Come back when everything that is in the room now is in the file, or cannot be."""
        wanted = self.room.version
        if self.path is None:
            return
        async with self._lock:
            # whoever held the lock before may have written this change as well
            if self._written >= wanted:
                return
            version, text = self.room.version, self.text()
            try:
                await asyncio.to_thread(replace, self.path, text)
            except OSError as problem:
                self.problem = f"{self.path.name} cannot be written: {problem.strerror or problem}."
            else:
                self._written, self.problem = version, ""

    def text(self) -> str:
        """The file's content."""
        return json.dumps(as_data(self.room), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


@contextmanager
def opened(
    path: Path | None, lesson: str, title: str, questions: Sequence[Question]
) -> Iterator[Keeper]:
    """The room in a file, to be gone on with, or a new one where there is no file.

    Raises:
        CallError: the file is no room of this lesson, or another server writes it just now.
    """
    if path is None:
        yield Keeper(Room(lesson=lesson, title=title, questions=questions))
        return
    if not path.parent.is_dir():
        raise CallError(f"{path}: there is no folder {path.parent}")
    try:
        with locked(path.with_name(f".{path.name}.lock"), LOCK_SECONDS):
            for left in path.parent.glob(f"{path.name}.*.tmp"):  # by a server that was killed
                left.unlink(missing_ok=True)
            keeper = Keeper(_read(path, lesson, title, questions), path)
            replace(path, keeper.text())  # what cannot be written is told before anyone guesses
            yield keeper
    except TimeoutError as problem:
        raise CallError(f"{path}: another room is kept in it just now") from problem


def _read(path: Path, lesson: str, title: str, questions: Sequence[Question]) -> Room:
    if not path.exists():
        return Room(lesson=lesson, title=title, questions=questions)
    try:
        return from_data(json.loads(path.read_text(encoding="utf-8")), lesson, title, questions)
    except ValueError as problem:
        raise CallError(f"{path}: {problem}; name another file, or move this one away") from problem
