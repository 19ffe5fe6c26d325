"""The bill of the whole course: what all its lines come to, and which one of them is most of it.

Design choices:
- Work, time, energy and money are added. Weights and bytes are not: the same weights stand in
  several lines.
- Lines differ by many powers of ten, so a total is nearly always one line; that is the point of
  showing it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.teaching.progress.bill import COLUMNS, UNITS, Line, lines
from course_lib.teaching.say.fmt import fmt
from course_lib.teaching.say.say import say, table

ADDED = ("flops", "seconds", "joules", "usd")
"""The amounts that are added."""

__all__ = ["Total", "bill_total", "totals"]


@dataclass(frozen=True, kw_only=True)
class Total:
    """One amount over all lines."""

    name: str
    """One of `ADDED`."""
    amount: float
    """The sum, in the base unit."""
    largest: Line
    """The line with most of it."""
    share: float
    """That line's part of the sum; 1 where the sum is zero."""


def totals(listed: Sequence[Line]) -> list[Total]:
    """The sum of each amount that any line has.

    >>> small = Line(lesson="00", item="a", amounts={"usd": 1})
    >>> large = Line(lesson="00", item="b", amounts={"usd": 3})
    >>> [(total.amount, total.largest.item, total.share) for total in totals([small, large])]
    [(4, 'b', 0.75)]
    """
    sums = []
    for name in ADDED:
        having = [line for line in listed if name in line.amounts]
        if not having:
            continue
        amount, largest = (
            sum(line.amounts[name] for line in having),
            max(having, key=lambda line: line.amounts[name]),
        )
        share = largest.amounts[name] / amount if amount else 1.0
        sums.append(Total(name=name, amount=amount, largest=largest, share=share))
    return sums


def bill_total() -> None:
    """Show the totals of the reader's bill, and the lessons that have no line yet."""
    listed = lines()
    if not listed:
        say("Your bill is empty: every lesson adds its line when its cells run.")
        return
    rows = [
        [
            COLUMNS[each.name],
            fmt(each.amount, UNITS[each.name]),
            f"lesson {each.largest.lesson}: {each.largest.item}",
            fmt(each.share, "%"),
        ]
        for each in totals(listed)
    ]
    table(
        rows,
        ["amount", "all lines", "most of it is", "its share"],
        caption="The bill of the course",
    )
    missing = [
        f"{number:02}"
        for number in range(17)
        if f"{number:02}" not in {line.lesson for line in listed}
    ]
    if missing:
        say(f"No line from {', '.join(missing)}: these lessons have none, or were not run here.")
