"""What a predictor hands back: a guess with its range and what plain rules say, or why there is
none; and one line of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course_lib.estimators.ranges import Range, inverse, product

SIZED = Range(low=0.8, value=1.0, high=1.25)
"""How much further a range reaches where the model is built from its size alone. Assumed."""
ALIKE = Range(low=0.85, value=1.0, high=1.2)
"""The same for a device that is only like one of the catalog. Assumed."""
FAULTS = (ValueError, KeyError, ArithmeticError)
"""What stands between a row and its prediction: a rule that is broken, a name that is unknown, a
number beyond all measure."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Guess:
    """One predicted quantity."""

    range: Range
    """The value and the ends of its 80 % range, in the column's own unit."""
    baselines: Mapping[str, float] = field(default_factory=dict)
    """What plain rules say, by their name, in the same unit."""


Answer = Guess | str
"""A guess, or in words why there is none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """One quantity of one row: a line of the answer."""

    id: str
    """The row's name."""
    group: str
    """What the row belongs to."""
    sheet: str
    """The kind of its file."""
    quantity: str
    """The column or the `metric` predicted."""
    unit: str
    """The column's own unit."""
    published: float | None
    """What was published; None where nothing was."""
    predicted: float | None
    """The prediction; None where the quantity was skipped."""
    low: float | None
    """Lower end of its 80 % range."""
    high: float | None
    """Upper end."""
    skipped: str
    """Why there is no prediction; blank where there is one."""
    section: str
    """What kind of measurement it is: steady state, whole run, serving, memory, energy."""
    scored_as: str
    """The quantity among the scores, with which FLOPs it counts."""
    aside: str
    """Why it does not count in the scores: the same measurement as another column, circular; blank
    where it counts."""
    unfit: str
    """Why its group is scored by itself, but not among all; blank where it is fit for a test."""
    baselines: Mapping[str, float]
    """What plain rules say."""


def wider(guess: Range, *by: Range) -> Range:
    """A range that reaches further by factors that err independently of it.

    >>> wider(Range(low=5, value=10, high=20), SIZED).high > 20
    True
    """
    return product(guess, *by) if by else guess


def per_time(seconds: Range, amount: float) -> Range:
    """A rate from a time: `amount` over `seconds`, whose longest time is the lowest rate.

    >>> per_time(Range(low=1, value=2, high=4), 8).low
    2.0
    """
    return inverse(seconds).scaled(amount)


def around(value: float, low: float, high: float) -> Range:
    """A range of `value` whose ends are factors of it; ends on the wrong side are moved to it.

    >>> around(10.0, 0.5, 0.9).high
    10.0
    """
    return Range(low=value * min(low, 1.0), value=value, high=value * max(high, 1.0))


def attempt(answer: Callable[[], Answer]) -> Answer:
    """What `answer` gives, or why it cannot give anything, in one line.

    An estimator says so by `ValueError`, and an unknown name by `KeyError`.
    """
    try:
        return answer()
    except FAULTS as error:
        return reason(error)


def reason(error: Exception) -> str:
    """What an error says, in one line.

    >>> reason(KeyError("devices has no entry 'X1'"))
    "devices has no entry 'X1'"
    """
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    return " ".join(text.split()) or type(error).__name__


def all_skipped(quantities: tuple[str, ...], why: str) -> dict[str, Answer]:
    """The same reason for every quantity of a row.

    >>> all_skipped(("mfu", "hfu"), "no device")
    {'mfu': 'no device', 'hfu': 'no device'}
    """
    return dict.fromkeys(quantities, why)
