"""What `progress` collected as text for a terminal of 80 columns, or as plain data for JSON.

Design choices:
- Plain ASCII tables: a Windows console that knows only code page 1252, or a printer, shows them
  whole. What a learner typed or chose may hold more: a character that the terminal cannot show
  becomes "?".
- Guesses stand one a line, cut to the width; the JSON holds them in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course_lib.display.fmt import fmt, short
from course_lib.teaching.progress.progress import ELSEWHERE, Guess, Lesson, Progress

WIDTH = 79
# the thin blank of `fmt`, a no-break blank, micro, times, an ellipsis, and curly quotes
PLAIN = {0x202F: " ", 0xA0: " ", 0xB5: "u", 0xD7: "x", 0x2026: "..."} | {
    ord(quote): '"' for quote in "“”"
}
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
POWER = re.compile(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
TABLE = "{:<22} {:<8} {:>7} {:>7} {:>13} {:>8} {:>7}"
BESIDE = "{:<24} {:>17} {:>17}  {:<17}"


def printable(text: str, encoding: str) -> str:
    """The text with each character that the encoding lacks replaced.

    >>> printable("a \\u2248 b", "cp1252")
    'a ? b'
    """
    return text.encode(encoding, errors="replace").decode(encoding)


def as_data(progress: Progress) -> dict[str, Any]:
    """Everything as plain data for JSON, the computed parts included."""
    data = asdict(progress)
    # `asdict` takes fields only: what is computed is put in beside them
    for row, lesson in zip(data["lessons"], progress.lessons, strict=True):
        row["status"] = lesson.status
    for row, guess in zip(data["guesses"], progress.guesses, strict=True):
        row["powers_of_ten"] = guess.powers
    data["next"] = progress.next.name if progress.next else None
    calibration = progress.calibration()
    data["calibration"] = {
        name: {"median": middle, "guesses": count} for name, (middle, count) in calibration.items()
    }
    return data


def lines(progress: Progress) -> Iterator[str]:
    """The whole report, line by line."""
    yield f"Your notes: {progress.file}"
    yield from progress.notes
    if progress.lessons:
        yield ""
        yield TABLE.format(
            "lesson", "", "guesses", "results", "quiz 1st/last", "verdicts", "points"
        ).rstrip()
        yield from map(_lesson_line, progress.lessons)
        done = sum(lesson.status == "done" for lesson in progress.lessons)
        yield f"{done} of {len(progress.lessons)} lessons done"
        yield _way(progress.next)
        if any(lesson.points for lesson in progress.lessons):
            yield "points: of the checks in the exercise, until it is graded"
    if any(guess.guess is not None for guess in progress.guesses):
        yield from _guess_lines(progress.guesses)
    yield from _calibration_lines(progress)


def _way(lesson: Lesson | None) -> str:
    """What to do next."""
    if lesson is None:
        return "Next: nothing is left; every lesson is done."
    made, of = lesson.guesses
    guesses = f", {made} of {of} predictions made" if of else ""
    # the rest of a long name says less than the line to type
    return f"Next: {_cut(lesson.name, 22)}{guesses}: `course lab {lesson.name[:2]}`"


def _lesson_line(lesson: Lesson) -> str:
    quiz = (
        f"{lesson.first_right}/{lesson.last_right} of {lesson.quizzes[1]}"
        if lesson.quizzes[1]
        else "-"
    )
    pairs = [
        _pair(pair)
        for pair in (lesson.guesses, lesson.results, lesson.verdicts, lesson.points or (0, 0))
    ]
    return TABLE.format(
        _cut(lesson.name, 22), lesson.status, pairs[0], pairs[1], quiz, pairs[2], pairs[3]
    ).rstrip()


def _pair(pair: tuple[float, float]) -> str:
    return f"{pair[0]:g}/{pair[1]:g}" if pair[1] else "-"


def _guess_lines(guesses: list[Guess]) -> Iterator[str]:
    """Guesses beside results, by lesson; a result without a guess is left out."""
    lesson = ""
    yield ""
    yield BESIDE.format("guesses by lesson", "your guess", "result", "powers of ten").rstrip()
    for guess in guesses:
        if guess.guess is None:
            continue
        if guess.lesson != lesson:
            lesson = guess.lesson
            yield lesson if lesson != ELSEWHERE else "from elsewhere"
        cells = [
            _value(guess.guess, guess.unit),
            "later" if guess.result is None else _value(guess.result, guess.unit),
        ]
        yield BESIDE.format(
            f"  {_cut(guess.id, 22)}", *(_cut(cell, 17) for cell in cells), _verdict(guess)
        ).rstrip()


def _verdict(guess: Guess) -> str:
    """How good a guess was, in a few words."""
    if guess.late:
        return "made afterwards"
    if guess.result is None:
        return ""
    if isinstance(guess.result, list) and isinstance(guess.guess, list):
        return "right" if guess.guess == guess.result else "another order"
    if guess.powers is None:
        return "right" if guess.guess == guess.result else "not so"
    far = abs(guess.powers)
    return "close" if far < 0.05 else f"{far:.1f} too {'much' if guess.powers > 0 else 'little'}"


def _calibration_lines(progress: Progress) -> Iterator[str]:
    calibration = progress.calibration()
    if not calibration:
        return
    yield ""
    middle, count = calibration.pop("all")  # a dict made for this call: nobody else misses it
    yield (
        f"Calibration: {count} number{'s' * (count != 1)} guessed, "
        f"{middle:.1f} powers of ten off in the median"
    )
    for name, (middle, count) in calibration.items():
        yield f"  {_cut(name, 22):<22} {middle:.1f}  ({count})"


def _value(value: Any, unit: str) -> str:
    """A guess or a result as plain text; whatever a hand-edited file holds, without an error."""
    if isinstance(value, list):
        return _plain(", ".join(map(str, value)))
    try:
        if unit == "x" and "×" in fmt(value, unit):  # "4.2 × 10¹⁰x" would hide which x is which
            return _plain(f"{short(value)} times")
        return _plain(short(value, unit) if len(fmt(value, unit)) > 17 else fmt(value, unit))
    except (TypeError, ValueError):
        return _plain(str(value))


def _plain(text: str) -> str:
    """Text on one line, typographic characters of `fmt` made plain."""
    powers = POWER.sub(lambda power: f"10^{power[1].translate(RAISED)}", text)
    return " ".join(powers.translate(PLAIN).translate(RAISED).split())


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 2]}.."
