"""The page's tables, in Markdown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from course_lib.catalog import efficiency, spreads
from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.page.observed import Observed, scored
from course_lib.commands.validate.page.reasons import reason
from course_lib.commands.validate.page.summary import Summary
from course_lib.commands.validate.scoring import WITHIN, within
from course_lib.display.fmt import fmt, short

FAR = 1.0
"""Outliers are off by more than twice: one power of two."""
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|(?<=formats must be stated for ).*")
"""Names in a reason, which are put together."""
MOST_EXAMPLES = 3
SCORE_COLUMNS = (
    "rows", "median error", *(f"within {factor:g}x" for factor in WITHIN), "in the 80 % range",
    "plain rule", "its median error",
)  # fmt: skip


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its first column to the left and the others to the right where they are
    numbers.

    >>> print(markdown(["name", "rows"], [["a|b", "3"]]))
    | name | rows |
    | --- | --: |
    | a\\|b | 3 |
    """
    listed = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    sides = [
        "--:" if place and all(re.match(r"[-+]?\d", row[place]) for row in listed) else "---"
        for place in range(len(columns))
    ]
    lines = [columns, sides, *listed]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def factor(error: float) -> str:
    """An error in powers of two as a factor.

    >>> factor(0.0), factor(1.0), factor(-1.0)
    ('1.00x', '2.00x', '0.500x')
    """
    return fmt(2**error, "x")


def share(value: float) -> str:
    """A share in whole percent."""
    return fmt(round(value, 2), "%", 2)


def scores(found: Sequence[Summary], first: str, *, by_group: bool) -> str:
    """A line for each score.

    Args:
        found: the scores.
        first: heading of the first column.
        by_group: whether a line is called by its group, not by its kind.
    """
    rows = []
    for each in found:
        name = (each.group or "(no group)") if by_group else each.kind
        star = "*" if each.score.unfit else ""
        rows.append([f"{name}{star}", *_cells(each)])
    return markdown([first, *SCORE_COLUMNS], rows)


def _cells(each: Summary) -> list[str]:
    made, plain = each.score, each.plain
    return [
        str(made.rows),
        factor(made.error),
        *(share(value) for value in made.within),
        share(made.coverage),
        plain.name if plain else "none",
        factor(plain.error) if plain else "",
    ]


def classes(cause: str, kinds: Sequence[str], listed: Sequence[Observed]) -> list[list[str]]:
    """Lines on a family of kinds by the classes of a cause: rows, median error, bias, shares."""
    own: dict[str, list[float]] = {}
    for each in scored(listed):
        if each.kind in kinds:
            own.setdefault(each.causes[cause], []).append(each.log)
    lines = []
    for name, logs in sorted(own.items(), key=lambda item: -len(item[1])):
        middle, leaning = median(abs(log) for log in logs), median(logs)
        shares = (share(value) for value in within(logs))
        lines.append([name, str(len(logs)), factor(middle), factor(leaning), *shares])
    return lines


def outliers(kind: str, listed: Sequence[Observed]) -> str:
    """Groups of a kind with rows that are off by more than twice, the worst row of each and why;
    blank where there is none."""
    own: dict[str, list[Observed]] = {}
    for each in scored(listed, unfit=True):
        if each.kind == kind:
            own.setdefault(each.prediction.group, []).append(each)
    rows = []
    for group, every in own.items():
        far = [each for each in every if abs(each.log) > FAR]
        if not far:
            continue
        worst = max(far, key=lambda each: abs(each.log))
        rows.append(
            [
                group or "(no group)",
                f"{len(far)} of {len(every)}",
                worst.prediction.id,
                worst.prediction.quantity,
                f"{factor(worst.log)}",
                worst.prediction.unfit or reason(kind, group),
            ]
        )
    columns = (
        "group", "rows off by more than 2x", "worst row", "quantity", "predicted over published",
        "why",
    )  # fmt: skip
    return markdown(columns, rows) if rows else ""


def skipped(predictions: Iterable[Prediction]) -> str:
    """Why published quantities were not predicted, names in the reasons put together."""
    counts: Counter[str] = Counter()
    names: dict[str, dict[str, None]] = {}
    for each in predictions:
        if each.skipped and each.published is not None:
            plain = QUOTED.sub("…", each.skipped)
            counts[plain] += 1
            names.setdefault(plain, {}).update(dict.fromkeys(QUOTED.findall(each.skipped)))
    rows = []
    for why, count in counts.most_common():
        told = list(names[why])
        more = f" and {len(told) - MOST_EXAMPLES} more" if len(told) > MOST_EXAMPLES else ""
        rows.append([why, str(count), ", ".join(told[:MOST_EXAMPLES]) + more])
    return markdown(["why not", "published quantities", "which"], rows) if rows else ""


def constants() -> str:
    """The constants of the estimators, with how each was found."""
    rows = [
        [
            f"`{key}`",
            each.name,
            _number(each.value, each.unit),
            f"{_number(each.low, each.unit)} to {_number(each.high, each.unit)}",
            each.unit,
            each.found,
            each.how,
            each.source.text,
        ]
        for key, each in ((key, efficiency.peek(key)) for key in efficiency)
    ]
    columns = ["key", "what", "value", "range", "unit", "found", "how", "source"]
    return markdown(columns, rows)


def ranges() -> str:
    """The ends of 80 % ranges by circumstance, with the errors of fits that had not seen the
    rows."""
    rows = [
        [
            f"`{key}`",
            each.name,
            f"{fmt(each.low, 'x')} to {fmt(each.high, 'x')}",
            str(each.rows) if each.rows else "assumed",
            str(each.groups),
            factor(each.median_error) if each.rows else "",
            share(each.within_quarter) if each.rows else "",
        ]
        for key, each in ((key, spreads.peek(key)) for key in spreads)
    ]
    columns = (
        "key", "what", "published over estimated", "rows", "sources", "median error",
        "within 1.25x",
    )  # fmt: skip
    return markdown(columns, rows)


def _number(value: float, unit: str) -> str:
    """A constant in the words of its unit."""
    known = {"seconds": "s", "bytes": "B"}
    return short(value, known[unit]) if unit in known else short(value)
