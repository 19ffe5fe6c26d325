"""A claim in words that hold: its conditions edited as data, decided on the numbers that the lesson
recorded.

Design choices:
- A rewriting uses the numbers of its claim and no others: those are what the course knows about it.
- Every condition must be met; the one that fails is named, and so is the one that is met most
  narrowly.
- A count that is asked for exactly has no room: any other number would refute it.
- A rewriting says at least one thing. A sentence that nothing could refute holds always, and is
  worth nothing: a condition on every number of the claim is best.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import EllipsisType

from course_lib import toml_files
from course_lib.display.fmt import fmt
from course_lib.display.show import Shown, inline, show
from course_lib.display.tables import html_table, plain_table
from course_lib.teaching.claims import reasons
from course_lib.teaching.claims.reasons import Reason
from course_lib.teaching.claims.rules import Rule, parse
from course_lib.teaching.claims.verdict import sentence
from course_lib.teaching.court.rulings import Ruling
from course_lib.teaching.say.forms import check_text

__all__ = ["Rewriting", "judge", "rewrite"]

SAFE = 0.9
"""A condition with more room than this (a factor of ten) says nearly nothing."""
COLUMNS = ("Number", "Recorded", "Asked", "Met", "Room")


@dataclass(frozen=True, kw_only=True, eq=False)
class Rewriting(Shown):
    """A claim rewritten and decided."""

    ruling: Ruling
    """The claim as it was decided."""
    words: str
    """The new words."""
    reasons: tuple[reasons.Reason, ...]
    """Each condition, and whether the recorded numbers meet it."""

    @property
    def holds(self) -> bool:
        """Whether every condition is met."""
        return all(reason.met for reason in self.reasons)

    @property
    def tightest(self) -> Reason:
        """The condition with the least room."""
        return min(self.reasons, key=_room)

    @property
    def room(self) -> float:
        """The room of the tightest condition, as a share; 0 where one fails."""
        return _room(self.tightest) if self.holds else 0.0

    @property
    def says(self) -> str:
        """The outcome in a sentence."""
        failed = [reason for reason in self.reasons if not reason.met]
        if failed:
            means, value, asked = failed[0].words()
            return f"It does not hold yet: {means} is {value}, and you ask for {asked}."
        tight = self.tightest
        if _exact(tight):
            return f"It holds, and has no room: {tight.words()[0]} must be exactly that."
        room = fmt(tight.distance, "%", 2)
        said = f"It holds. The tightest condition has {room} of room: {tight.words()[0]}."
        if tight.distance > SAFE:
            said += " So much room refutes hardly anything: ask for more."
        return said


def rewrite(ruling: Ruling, words: str | EllipsisType, **conditions: str) -> Rewriting | None:
    """Decide a rewritten claim on the recorded numbers, and show it beside the claim as it was.

    Args:
        ruling: the claim as the lessons decided it, one of `rulings()`.
        words: the claim as you would repeat it; `...` for one that is still to be written, which
            shows what there is to write with, and gives None.
        conditions: for each number of the claim that it speaks of, what it asks, such as share=">=
            0.5".

    Raises:
        ValueError: no words, no condition, or one that is no comparison with a number.
        KeyError: a number that the claim does not have; the nearest are named.
    """
    if isinstance(words, EllipsisType):
        _ask(ruling)
        return None
    result = judge(ruling, words, **conditions)
    old = f"{ruling.claim.id} said: “{ruling.claim.text}” Verdict: {ruling.verdict}."
    cells = [_line(reason) for reason in result.reasons]
    plain = f"{old}\nRewritten: “{words}”\n{plain_table(COLUMNS, cells)}\n{result.says}"
    html = (
        f"<p>{inline(old)}</p><p><strong>Rewritten:</strong> “{inline(words)}”</p>"
        f"{html_table(COLUMNS, cells)}"
    )
    show(plain, html=f"{html}<p><strong>{inline(result.says)}</strong></p>")
    return result


def _ask(ruling: Ruling) -> None:
    """A claim that waits for its rewriting: its words, its verdict, and its numbers by name."""
    claim = ruling.claim
    head = f"{claim.id} says: “{claim.text}” Verdict: {ruling.verdict}."
    cells = [
        [name, sentence(number.means), fmt(ruling.numbers[name], number.unit)]
        for name, number in claim.numbers.items()
    ]
    todo = (
        "Not rewritten yet. Put your words in the place of `...`, and ask something of at least "
        f"one number, such as {_example(ruling)}."
    )
    columns = ("Name", "What it is", "Recorded")
    html = f"<p>{inline(head)}</p>{html_table(columns, cells)}<p>{inline(todo)}</p>"
    show(f"{head}\n{plain_table(columns, cells)}\n{todo}", html=html)


def _example(ruling: Ruling) -> str:
    """A condition on a claim's first number, in the unit in which conditions are written."""
    name, number = next(iter(ruling.claim.numbers.items()))
    if number.unit in ("", "%", "x"):
        return f"{name}='>= 0.5' (a share of 50 % is 0.5)"
    return f"{name}='>= {ruling.numbers[name]:.3g}' (in {number.unit}, without a prefix)"


def judge(ruling: Ruling, words: str, **conditions: str) -> Rewriting:
    """The rewriting without showing it. Arguments and errors are those of `rewrite`."""
    check_text("words", words)
    if not conditions:
        raise ValueError(
            f"conditions: must be one or more, on any of {', '.join(ruling.claim.numbers)}"
        )
    for name, condition in conditions.items():
        if name not in ruling.claim.numbers:
            raise toml_files.unknown(
                f"number of claim {ruling.claim.id} called", name, ruling.claim.numbers
            )
        if not isinstance(condition, str):
            raise ValueError(f"{name}={condition!r}: must be a text such as '>= 0.5'")
        try:
            parse(condition)
        except ValueError as problem:
            raise ValueError(f"{name}: {problem}") from problem
    rule = Rule(verdict="holds", conditions=conditions)
    judged = reasons.reasons(rule, ruling.claim.numbers, ruling.numbers)
    return Rewriting(ruling=ruling, words=words, reasons=tuple(judged))


def _line(reason: reasons.Reason) -> list[str]:
    """One condition as cells."""
    means, value, asked = reason.words()
    room = "exact" if _exact(reason) else fmt(reason.distance, "%", 2) if reason.met else ""
    return [sentence(means), value, asked, "yes" if reason.met else "no", room]


def _exact(reason: reasons.Reason) -> bool:
    """Whether a count was asked for exactly, and met."""
    return reason.met and all(sign == "==" for sign, _ in parse(reason.condition))


def _room(reason: reasons.Reason) -> float:
    return 0.0 if _exact(reason) else reason.distance
