"""What a learner has done so far, from the one local file: the facts, as plain data.

Design choices:
- The file may be missing, broken or edited by hand: what cannot be used is left out, and `notes`
  says so in words.
- A lesson's own tasks are found in its built notebook (its predictions, checks and claims, by id);
  without the course's folder, only what the file itself says is shown.
- Calibration counts guesses at numbers that were made before the result was shown, as distances in
  powers of ten.
- Points are those of an exercise's visible checks, or of a graded exercise (`points`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from course_lib.teaching import state
from course_lib.teaching.predictions.orders import powers_of_ten
from course_lib.teaching.progress import points, tasks

ROUNDS = {"order_start_": "00_start_here", "order_end_": "16_capstone"}
"""Lessons of the two rounds of the ten questions, whose ids no notebook names."""
ELSEWHERE = "other"
"""Where entries stand whose lesson is not known."""


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One prediction that was guessed, shown, or both."""

    id: str
    """Its name."""
    lesson: str
    """The lesson it belongs to, or "other"."""
    guess: Any = None
    """The guess that counts; None without one."""
    result: Any = None
    """The result; None until it was shown."""
    unit: str = ""
    """Unit of `fmt` for numbers."""
    late: bool = False
    """Whether the guess was made after the result was shown."""

    @property
    def powers(self) -> float | None:
        """Distance of the guess from the result in powers of ten; None where it cannot be given or
        came late."""
        try:
            return None if self.late else powers_of_ten(float(self.guess), float(self.result))
        except (TypeError, ValueError):
            return None


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """How far one lesson has come; each pair is (done, in the lesson)."""

    name: str
    """The lesson's name, such as "01_parameters"."""
    guesses: tuple[int, int]
    """Predictions guessed."""
    results: tuple[int, int]
    """Predictions whose result was shown."""
    first_right: int
    """Quick checks right at the first try."""
    last_right: int
    """Quick checks right at the last try."""
    quizzes: tuple[int, int]
    """Quick checks answered."""
    verdicts: tuple[int, int]
    """Claims decided."""
    points: tuple[float, float] | None = None
    """Points of its exercise and their maximum, those of the visible checks until it is graded;
    None without an exercise."""

    @property
    def status(self) -> str:
        """done, begun, or not yet: done when every result is shown, every check answered and every
        claim decided."""
        parts = (self.results, self.quizzes, self.verdicts)
        if not any(done for done, _ in (*parts, self.guesses, self.points or (0, 0))):
            return "not yet"
        return "done" if all(done >= of for done, of in parts) else "begun"


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Everything that `course progress` shows."""

    file: str
    """Where the learner's file lies."""
    notes: list[str] = field(default_factory=list)
    """What is to be said about the file itself."""
    lessons: list[Lesson] = field(default_factory=list)
    """Every lesson of the course, in its order."""
    guesses: list[Guess] = field(default_factory=list)
    """Every prediction that was guessed or shown."""

    @property
    def next(self) -> Lesson | None:
        """The lesson to go on with: the first that is begun, else the first that is not done; None
        where all are."""
        order = ("begun", "not yet")
        left = [lesson for lesson in self.lessons if lesson.status in order]
        # of equal ones `min` takes the first, which is the earliest lesson
        return min(left, key=lambda lesson: order.index(lesson.status), default=None)

    def calibration(self) -> dict[str, tuple[float, int]]:
        """Median distance in powers of ten and number of guesses, by lesson; "all" first; empty
        without any."""
        far = [
            (guess.lesson, abs(guess.powers)) for guess in self.guesses if guess.powers is not None
        ]
        groups = {"all": [distance for _, distance in far]}
        for lesson, distance in far:
            groups.setdefault(lesson, []).append(distance)
        return {name: (median(values), len(values)) for name, values in groups.items() if values}


def collect(root: Path | None = None) -> Progress:
    """Read the learner's file and, where the course's folder is given, what its lessons hold."""
    record, notes = _read()
    known = tasks.shared_out(tasks.of_course(root), record) if root is not None else {}
    guesses = [_guess(id, entry, known) for id, entry in record["predictions"].items()]
    quizzed = {_home(id, entry, known, "quiz") for id, entry in record["quiz"].items()}
    visible = points.possible(root) if root is not None else {}
    kept = state.section(record, points.SECTION)
    solved = {name for name in kept if re.fullmatch(r"\d\d_\w+", name)}
    names = (set(known) | quizzed | solved | {guess.lesson for guess in guesses}) - {ELSEWHERE}
    lessons = [
        _lesson(name, known.get(name, {}), record, guesses, visible.get(name))
        for name in sorted(names)
    ]
    # False sorts before True: those from elsewhere come last
    guesses.sort(key=lambda guess: (guess.lesson == ELSEWHERE, guess.lesson, guess.id))
    return Progress(file=str(state.path()), notes=notes, lessons=lessons, guesses=guesses)


def _read() -> tuple[state.State, list[str]]:
    """The state and what is to be said about its file; never an error, and nothing is written."""
    file = state.path()
    try:
        return state.load(file), []
    except FileNotFoundError:
        record = state.read()
        advice = (
            "its backup is shown" if record != state.empty() else "open one with `course lab 00`"
        )
        return record, [f"There are no notes yet at this place; {advice}."]
    except (OSError, ValueError) as problem:
        record = state.read()
        instead = (
            "Its backup is shown."
            if record != state.empty()
            else "There is no backup, so this starts empty."
        )
        return record, [
            f"The file cannot be read ({problem}). Nothing in it was changed. {instead}"
        ]


def _home(
    id: str, entry: Mapping[str, Any], known: Mapping[str, Mapping[str, set[str]]], kind: str
) -> str:
    """The lesson an entry belongs to: the one that holds its id, else the one it was made in."""
    homes: Iterable[str] = (name for name, tasks in known.items() if id in tasks[kind])
    made_in = next(
        (name for start, name in ROUNDS.items() if id.startswith(start)),
        str(entry.get("lesson") or ""),
    )
    return next(iter(homes), made_in if re.fullmatch(r"\d\d_\w+", made_in) else ELSEWHERE)


def _guess(id: str, entry: Mapping[str, Any], known: Mapping[str, Mapping[str, set[str]]]) -> Guess:
    return Guess(
        id=id,
        lesson=_home(id, entry, known, "predictions"),
        guess=entry.get("guess"),
        result=entry.get("result"),
        unit=str(entry.get("unit") or ""),
        late=bool(entry.get("after_result", False)),
    )


def _lesson(
    name: str,
    tasks: Mapping[str, set[str]],
    record: state.State,
    guesses: list[Guess],
    visible: int | None,
) -> Lesson:
    """One lesson's line. What the file holds of it counts, and of its tasks those that it names."""
    # without the ten questions: they stand in one form, and no notebook names them
    mine = {
        guess.id
        for guess in guesses
        if guess.lesson == name and not guess.id.startswith(tuple(ROUNDS))
    }
    predictions = tasks.get("predictions", set()) or mine
    predicted = [guess for guess in guesses if guess.id in predictions]
    answered = {
        id: entry
        for id, entry in record["quiz"].items()
        if id in tasks.get("quiz", set()) or (not tasks and entry.get("lesson") == name)
    }
    claims = tasks.get("verdicts", set())
    return Lesson(
        name=name,
        guesses=(sum(guess.guess is not None for guess in predicted), len(predictions)),
        results=(sum(guess.result is not None for guess in predicted), len(predictions)),
        first_right=sum(_right(entry, "first") for entry in answered.values()),
        last_right=sum(_right(entry, "last") for entry in answered.values()),
        quizzes=(len(answered), len(tasks.get("quiz", set()) or answered)),
        verdicts=(len(claims & set(record["verdicts"])), len(claims)),
        points=points.earned(record, name, visible),
    )


def _right(entry: Mapping[str, Any], which: str) -> bool:
    answer = entry.get(which)
    return isinstance(answer, dict) and answer.get("right") is True
