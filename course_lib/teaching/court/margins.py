"""How far a number must move to flip its verdict, solved from the rules as data.

Design choices:
- One number moves, the others stay. As a function of one number a verdict is constant between the
  limits of the rules, so the nearest flip is found by walking from limit to limit, up and down;
  nothing is searched for.
- A move is |limit - value| over the larger of the two, so that growing to twice the size and
  falling to half of it are as far: one half. From or to zero it is 1.
- An equality that is met asks for an exact count, which has no margin; one that is not met is a
  limit like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from course_lib.display.fmt import fmt, short
from course_lib.teaching import figures
from course_lib.teaching.claims.claims import Claim
from course_lib.teaching.claims.reasons import apart
from course_lib.teaching.claims.rules import Number, decide, parse
from course_lib.teaching.court.rulings import Ruling
from course_lib.teaching.figures.figure import Figure

STEP = 1e-9
"""How far beyond a limit one looks, relative to it: nothing is recorded that finely."""

__all__ = ["Flip", "draw", "flips", "nearest"]


@dataclass(frozen=True, kw_only=True)
class Flip:
    """The nearest place where moving one number changes a verdict."""

    claim: str
    """The claim's id."""
    number: Number
    """The number that moves."""
    value: float
    """Where it is, in its base unit."""
    limit: float
    """Where the verdict changes, in the same unit."""
    before: str
    """The verdict as it is."""
    after: str
    """The verdict at the limit, or just beyond it."""
    side: str = ""
    """"below " or "above " where the verdict changes beyond the limit only, else blank."""

    @property
    def move(self) -> float:
        """The move as a share of the larger of value and limit: 0 on the limit, 1 from or to
        zero."""
        return apart(self.value, self.limit)

    @property
    def words(self) -> str:
        """The move in short, such as "B05: 8.00 % to below 5 %"."""
        unit = self.number.unit
        return f"{self.claim}: {fmt(self.value, unit)} to {self.side}{short(self.limit, unit)}"


def flips(claim: Claim, numbers: Mapping[str, float]) -> list[Flip]:
    """The nearest flip of each number that can flip the verdict alone, nearest first.

    >>> from course_lib.teaching.claims import claims
    >>> both = {"average": 0.54, "best": 0.08}
    >>> [flip.words for flip in flips(claims.get("B05"), both)]
    ['B05: 8.00 % to below 5 %', 'B05: 54.0 % to below 5 %']
    """
    movable = [flip for name in claim.numbers for flip in _flips_of(claim, numbers, name)]
    return sorted(movable, key=lambda flip: flip.move)


def nearest(rulings: Mapping[str, Ruling]) -> list[Flip]:
    """For each ruling that one number can flip, its nearest flip; sorted, the closest call
    first."""
    every = [flips(ruling.claim, ruling.numbers) for ruling in rulings.values()]
    return sorted((movable[0] for movable in every if movable), key=lambda flip: flip.move)


def draw(rulings: Mapping[str, Ruling], count: int = 12) -> Figure:
    """The closest calls as bars, the closest on top; verdicts that a machine measured are marked.

    Raises:
        ValueError: `count` is below 1.
    """
    if count < 1:
        raise ValueError(f"count={count!r}: must be at least 1")
    close = nearest(rulings)[:count]
    measured = [flip.words for flip in close if rulings[flip.claim].measured]
    return figures.bars(
        [flip.words for flip in close],
        [flip.move for flip in close],
        x_label="change needed, of the larger value (%)",
        unit="%",
        mark=measured,
        title="The closest calls (hatched: measured)",
        alt=f"Closest call: {close[0].words}, a change of {fmt(close[0].move, '%')}. "
        f"{len(measured)} of {len(close)} bars rest on measurements.",
    )


def _flips_of(claim: Claim, numbers: Mapping[str, float], name: str) -> list[Flip]:
    """The nearest flip of one number, up or down, or none."""
    value = numbers[name]
    limits = sorted(
        {limit for rule in claim.rules for limit in _limits(rule.conditions.get(name, ""), value)}
    )
    up = _walk(claim, numbers, name, [limit for limit in limits if limit >= value], "above ")
    down = _walk(
        claim, numbers, name, [limit for limit in reversed(limits) if limit <= value], "below "
    )
    return sorted(up + down, key=lambda flip: flip.move)[:1]


def _walk(
    claim: Claim, numbers: Mapping[str, float], name: str, limits: Sequence[float], side: str
) -> list[Flip]:
    """The first flip on the way outward through some limits, at a limit or just beyond it; or
    none."""
    before = decide(claim.rules, numbers).verdict
    for limit in limits:
        # relative, but a limit of zero has no size of its own
        step = STEP * (abs(limit) or 1) * (1 if side == "above " else -1)
        # on the limit first: ">=" turns there, ">" only beyond it
        for at, beyond in ((limit, ""), (limit + step, side)):
            after = decide(claim.rules, {**numbers, name: at}).verdict
            if after != before:
                return [
                    Flip(
                        claim=claim.id,
                        number=claim.numbers[name],
                        value=numbers[name],
                        before=before,
                        after=after,
                        limit=limit,
                        side=beyond,
                    )
                ]
    return []


def _limits(condition: str, value: float) -> Sequence[float]:
    """The limits of a condition that the value may cross; an equality that is met is none."""
    if not condition:
        return ()
    return [limit for sign, limit in parse(condition) if not (sign == "==" and limit == value)]
