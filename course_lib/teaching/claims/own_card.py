"""The record behind a claim that the reader brings: what is on the card, checked, and what follows
from it.

Design choices:
- Conditions are data, as in the course's own claims: "holds" first, then "holds with limits" if
  given, else the last verdict, which the reader may set to "not decidable" or "outdated".
- A number without a source is refused, and a verdict has a day on which it is to be looked at
  again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from course_lib.display.fmt import fmt, short
from course_lib.teaching.claims import reasons
from course_lib.teaching.claims.rules import VERDICTS, Number, Rule, decide, parse
from course_lib.teaching.claims.verdict import sentence
from course_lib.teaching.say.forms import check_id, check_text

WAITS = "no number yet"

__all__ = ["WAITS", "OwnClaim"]


@dataclass(frozen=True, kw_only=True)
class OwnClaim:
    """One card.

    >>> asked = {"test": "At least half.", "means": "the share", "unit": "%", "holds": ">= 0.5"}
    >>> found = {"number": 0.03, "source": "a count", "expires": "2027-12-31"}
    >>> card = OwnClaim(name="deep", text="Deep.", **asked, prediction=0.6, **found)
    >>> card.verdict, card.decides()
    ('wrong', 'The share: **3.00 %** (asked: at least 50 %).')
    """

    name: str
    """Its name: small letters, digits and underscores."""
    text: str
    """The claim as it was made."""
    test: str
    """The test sentence with its threshold."""
    means: str
    """What the number is, in words that stand between "if" and "is"."""
    unit: str = ""
    """Its unit, as `fmt` takes it."""
    holds: str
    """The condition under which the claim holds, such as ">= 0.5"."""
    limits: str = ""
    """The condition under which it holds with limits; blank: there is none."""
    otherwise: str = "wrong"
    """The verdict if neither is met."""
    prediction: float
    """What the reader expected of the number, in its base unit."""
    number: float | None = None
    """The number; None until it is found."""
    source: str = ""
    """Where the number comes from."""
    expires: str
    """The day after which to look again, such as "2027-12-31"."""
    changed: tuple[str, ...] = ()
    """What was changed after the number was known."""

    def __post_init__(self) -> None:
        check_id(self.name)
        for name in ("text", "test", "means"):
            check_text(name, getattr(self, name))
        _check_conditions(self)
        _check_number("prediction", self.prediction, self.unit)
        if self.number is not None:
            _check_number("number", self.number, self.unit)
            check_text("source", self.source)
        _check_day(self.expires)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Its conditions as rules; the first that applies decides."""
        limited = (
            [Rule(verdict="holds with limits", conditions={"number": self.limits})]
            if self.limits
            else []
        )
        return (
            Rule(verdict="holds", conditions={"number": self.holds}),
            *limited,
            Rule(verdict=self.otherwise),
        )

    @property
    def verdict(self) -> str:
        """The verdict, or that the number is still to be found."""
        return WAITS if self.number is None else decide(self.rules, {"number": self.number}).verdict

    @property
    def numbers(self) -> dict[str, Number]:
        """The declaration of its number."""
        return {"number": Number(name="number", unit=self.unit, means=self.means)}

    def decides(self) -> str:
        """The number that decides, in words; or what was expected of it."""
        if self.number is None:
            expected = short(self.prediction, self.unit)
            return f"{sentence(self.means)}: to be found; you expect {expected}."
        case = self.rules, self.numbers, {"number": self.number}
        # nothing carries the last rule, which has no condition: then it is what was missed
        reason = reasons.carried(*case) or reasons.missed(*case)
        assert reason is not None  # a verdict is carried or missed by something
        means, value, asked = reason.words()
        return f"{sentence(means)}: **{value}** (asked: {asked})."

    def expired(self, today: date | None = None) -> bool:
        """Whether its day has passed."""
        return (today or datetime.now(UTC).date()) > date.fromisoformat(self.expires)


def _check_conditions(card: OwnClaim) -> None:
    """Refuse conditions that cannot be read, and a verdict that is none (ValueError)."""
    for name in ("holds", "limits"):
        condition = getattr(card, name)
        if condition == "" and name == "limits":
            continue
        try:
            parse(check_text(name, condition))
        except ValueError as problem:
            raise ValueError(
                f"{name}={condition!r}: must be comparisons such as '>= 0.5', joined by commas"
            ) from problem
    if card.otherwise not in VERDICTS:
        raise ValueError(f"otherwise={card.otherwise!r}: must be one of {', '.join(VERDICTS)}")


def _check_number(name: str, value: Any, unit: str) -> None:
    """Refuse what is no finite number, or a unit that `fmt` does not know, by the argument's
    name."""
    if not isinstance(unit, str):
        raise TypeError(f"unit={unit!r}: must be a text")
    try:
        fmt(1, unit)
    except ValueError as problem:
        raise ValueError(f"unit: {problem}") from problem
    try:
        fmt(value, unit)
    except (TypeError, ValueError) as problem:
        raise type(problem)(f"{name}: {problem}") from problem


def _check_day(expires: Any) -> None:
    """Refuse what is no day (ValueError)."""
    try:
        date.fromisoformat(expires)
    except (TypeError, ValueError) as problem:
        raise ValueError(f"expires={expires!r}: must be a day such as '2027-12-31'") from problem
