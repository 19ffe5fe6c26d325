"""The learner's file: guesses, quiz answers and verdicts, on this machine only.

Design choices:
- One JSON file, at COURSE_STATE or in the home folder. Nothing is sent anywhere, but guesses to a
  room that the learner joined (`predictions/room.py`).
- Changing it is a pure function from state to state (`with_guess`, `with_result`, `with_answer`,
  `with_verdict`); `change(function)` reads, applies and writes it under a lock, so that two
  notebooks lose nothing.
- A write goes to a temporary file which then replaces the old one; the last good file stays beside
  it as a backup. A broken file is set aside, never deleted, and the backup or an empty state takes
  its place.
- A lesson never stops for its notes. A change that cannot be written is held in memory, counts for
  what is read after it, and is tried again with the next one; `Notes.problem` says so, for a form
  or a card to tell.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from course_lib.teaching.first_edition import carried_over
from course_lib.teaching.safe_files import locked, replace

State = dict[str, Any]
Change = Callable[[State], State]
SECTIONS = ("predictions", "quiz", "verdicts")
VERSION = 2  # 1 is a file of the first edition, whose lessons had other numbers
_waiting: dict[Path, list[Change]] = {}
"""Changes that could not be written, oldest first, by the file they wait for."""


class Notes(State):
    """A state after a change, and what became of the change."""

    problem = ""
    """Why it is not in the file, as a sentence without its point; "" where it is."""
    note = ""
    """What else the learner should know, as a sentence; mostly ""."""


def path() -> Path:
    """Where the learner's file lies: COURSE_STATE, or a folder of its own in the home folder."""
    setting = os.environ.get("COURSE_STATE")
    return Path(setting) if setting else Path.home() / ".where-the-compute-goes" / "learner.json"


def lesson() -> str:
    """The notebook that is running, as far as its server tells ("" elsewhere)."""
    # Jupyter's server sets it for each kernel: the path of the notebook
    return Path(os.environ.get("JPY_SESSION_NAME", "")).stem


def empty() -> State:
    """A state in which nothing was done yet.

    >>> empty()
    {'version': 2, 'predictions': {}, 'quiz': {}, 'verdicts': {}}
    """
    return {"version": VERSION} | {section: {} for section in SECTIONS}


def with_guess(
    state: State, key: str, guess: Any, now: str, *, unit: str = "", lesson: str = ""
) -> State:
    """The state with a guess. The first is kept beside the latest; a guess made after the result
    never replaces one made before, and is marked.

    >>> once = with_guess(empty(), "share", 0.6, "2025-01-01", unit="%")
    >>> twice = with_guess(once, "share", 0.3, "2025-01-02", unit="%")["predictions"]["share"]
    >>> twice["first"], twice["guess"], twice["time"], twice["after_result"]
    (0.6, 0.3, '2025-01-01', False)
    """
    old = state["predictions"].get(key, {})
    if "first" not in old:
        entry = old | {"first": guess, "guess": guess, "time": now, "after_result": "result" in old}
    elif "result" in old and not old["after_result"]:
        entry = old | {"late": guess}
    else:
        entry = old | {"guess": guess}
    return _with(state, "predictions", key, entry | {"unit": unit, "lesson": lesson})


def with_result(state: State, key: str, result: Any, now: str) -> State:
    """The state with the result of a prediction, whether or not it was guessed; the time is that of
    the first showing.

    >>> with_result(empty(), "share", 0.174, "2025-01-01")["predictions"]["share"]
    {'shown': '2025-01-01', 'result': 0.174}
    """
    old = state["predictions"].get(key, {})
    # of two equal keys the right one wins: an older "shown" stays, an older "result" does not
    return _with(state, "predictions", key, {"shown": now} | old | {"result": result})


def with_answer(
    state: State, key: str, choice: str, right: bool, now: str, *, lesson: str = ""
) -> State:
    """The state with an answer to a quiz question: the first is kept, the last replaced.

    >>> once = with_answer(empty(), "q", "a", False, "t1")
    >>> answered = with_answer(once, "q", "b", True, "t2")["quiz"]["q"]
    >>> answered["first"]["choice"], answered["last"]["choice"], answered["tries"]
    ('a', 'b', 2)
    """
    old = state["quiz"].get(key, {"tries": 0})
    answer = {"choice": choice, "right": right, "time": now}
    # to the left of `old` stands what is set once, to its right what is set each time
    new = {"first": answer} | old | {"last": answer, "tries": old["tries"] + 1, "lesson": lesson}
    return _with(state, "quiz", key, new)


def with_verdict(state: State, key: str, verdict: str, numbers: dict[str, Any], now: str) -> State:
    """The state with the latest verdict on a claim.

    >>> with_verdict(empty(), "A07", "wrong", {"share": 0.0}, "t")["verdicts"]["A07"]["verdict"]
    'wrong'
    """
    return _with(state, "verdicts", key, {"verdict": verdict, "numbers": numbers, "time": now})


def section(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A table inside a table of the learner's file; an empty one where there is none, or no table.

    >>> section({"bill": {"00": 1}}, "bill"), section({"bill": "damaged"}, "bill")
    ({'00': 1}, {})
    """
    inner = table.get(name)
    return inner if isinstance(inner, dict) else {}


def _with(state: State, section: str, key: str, entry: dict[str, Any]) -> State:
    return state | {section: state[section] | {key: entry}}


def now() -> str:
    """The time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read() -> State:
    """The state as it stands, with the changes that wait to be written; where the file is missing
    or broken, its backup or an empty state. Touches nothing."""
    return _applied(_last_good(), _waiting.get(path(), []))


def _last_good() -> State:
    """What the file holds, or its backup, or an empty state."""
    for candidate in (path(), _backup(path())):
        try:
            return load(candidate)
        except (OSError, ValueError):
            continue
    return empty()


def _applied(state: State, changes: Sequence[Change]) -> State:
    for change in changes:
        state = change(state)
    return state


def load(file: Path) -> State:
    """Read one file.

    Raises:
        OSError: it cannot be read (FileNotFoundError where there is none).
        ValueError: it is no learner's file.
    """
    state = json.loads(file.read_text(encoding="utf-8"))
    # `in` would take True for 1 as well
    version = state.get("version") if isinstance(state, dict) else None
    if type(version) is not int or version not in (1, VERSION):
        raise ValueError(f"{file.name}: must be a JSON object of version {VERSION}, or 1")
    if version == 1:
        state = carried_over(state)
    for section in SECTIONS:
        entries = state.setdefault(section, {})  # an older file may lack a section
        if not isinstance(entries, dict) or not all(
            isinstance(entry, dict) for entry in entries.values()
        ):
            raise ValueError(f"{file.name}: {section!r} must hold one object for each id")
    return state


def save(file: Path, state: State) -> None:
    """Write one file so that it is at every moment either the old or the new one; the old one
    becomes the backup."""
    # before any file is touched: a state that cannot be written harms nothing. NaN is refused, for
    # it is no JSON
    text = json.dumps(state, indent=1, ensure_ascii=False, sort_keys=True, allow_nan=False) + "\n"
    if file.exists():
        replace(_backup(file), file.read_text(encoding="utf-8"))
    replace(file, text)


def change(function: Change) -> Notes:
    """Apply a change to the learner's file and return the new state.

    Where the file cannot be written (a read-only home, a lock never freed), the change is held in
    memory and the lesson goes on; `problem` of what comes back says why, for the caller to tell.
    """
    file = path()
    changes = [*_waiting.get(file, []), function]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        # a lock file of its own: the learner's file is replaced, and a lock on it would go with it
        with locked(file.with_name(file.name + ".lock")):
            state, note = _load_or_set_aside(file)
            notes = Notes(_applied(state, changes))
            save(file, notes)
    except OSError as problem:
        _waiting[file] = changes
        notes = Notes(_applied(_last_good(), changes))
        notes.problem = f"{file.name} cannot be written ({problem.strerror or problem})"
        return notes
    _waiting.pop(file, None)
    notes.note = note
    return notes


def _load_or_set_aside(file: Path) -> tuple[State, str]:
    """The state in the file, and what to say of it; a broken file is renamed, and its backup or an
    empty state begins afresh."""
    if not file.exists():
        return _last_good(), ""
    try:
        return load(file), ""
    except ValueError:
        # the first free number: an earlier broken file is not overwritten
        aside = next(
            p
            for n in range(1, 10_000)
            if not (p := file.with_name(f"{file.stem}.broken-{n}.json")).exists()
        )
        file.replace(aside)
        note = (
            f"Your notes were unreadable and are kept as {aside.name}; the last good ones are used."
        )
        return _last_good(), note


def _backup(file: Path) -> Path:
    return file.with_name(f"{file.stem}.backup.json")
