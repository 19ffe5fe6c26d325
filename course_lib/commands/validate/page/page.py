"""Writes the validation page: a Markdown file, and a folder of pictures of the same name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_lib.catalog import Catalog, efficiency, spreads, validation
from course_lib.commands.validate.page import pictures, reasons, tables
from course_lib.commands.validate.page.kinds import FAMILIES, KINDS
from course_lib.commands.validate.page.observed import CAUSES, Observed, scored
from course_lib.commands.validate.page.summary import Summary, summaries, totals
from course_lib.commands.validate.scoring import ALL, WITHIN
from course_lib.display.fmt import fmt
from course_lib.errors import CourseError

NAME = "validation"
CLASS_COLUMNS = (
    "rows", "median error", "median", *(f"within {factor:g}x" for factor in WITHIN),
)  # fmt: skip


def write_page(listed: Sequence[Observed], folder: Path) -> list[Path]:
    """Write `validation.md` and `validation/*.png` into a folder; pictures of an earlier page that
    this one has not are removed.

    Args:
        listed: every predicted quantity of the files.
        folder: it is made where it is not there.

    Returns:
        The files.

    Raises:
        CourseError: nothing can be scored, or something cannot be written.
    """
    rows = scored(listed)
    if not rows:
        raise CourseError("--page: no row has both a prediction and a published value that counts")
    place = folder / NAME
    try:
        place.mkdir(parents=True, exist_ok=True)  # before the drawing, which takes some seconds
        drawn = _pictures(rows)
        for old in place.glob("*.png"):
            if old.name not in drawn:
                old.unlink()
        for name, picture in drawn.items():
            (place / name).write_bytes(picture)
        page = folder / f"{NAME}.md"
        page.write_text(text_of(listed), encoding="utf-8", newline="\n")
    except OSError as error:
        raise CourseError(f"--page {folder}: {error.strerror or error}") from None
    return [page, *(place / name for name in drawn)]


def _pictures(rows: Sequence[Observed]) -> dict[str, bytes]:
    """Every picture, by the name of its file."""
    drawn = {}
    for kind in dict.fromkeys(each.kind for each in rows):
        own = [each for each in rows if each.kind == kind]
        drawn[_file(kind)] = pictures.of_kind(kind, own)
    if _families(rows):
        for cause in CAUSES:
            drawn[_file(f"by {cause}")] = pictures.of_cause(cause, rows)
    return drawn


def _families(rows: Sequence[Observed]) -> list[str]:
    """Families of kinds that have rows."""
    return [
        family for family, kinds in FAMILIES.items() if any(each.kind in kinds for each in rows)
    ]


def _file(name: str) -> str:
    return f"{re.sub(r'[^a-z0-9]+', '_', name)}.png"


def text_of(listed: Sequence[Observed]) -> str:
    """The page's text.

    Args:
        listed: every predicted quantity of the files.
    """
    found = summaries(listed)
    parts = [*_opening(listed, found)]
    for each in totals(found):
        if each.kind in KINDS or each.kind in {one.kind for one in listed}:
            parts += _of_kind(each, found, listed)
    parts += _by_cause(listed)
    parts += _closing(listed)
    return "\n\n".join(part for part in parts if part) + "\n"


def _opening(listed: Sequence[Observed], found: Sequence[Summary]) -> list[str]:
    sheets = list(dict.fromkeys(each.prediction.sheet for each in listed))
    rows = {(each.prediction.sheet, each.prediction.id) for each in listed}
    made = {
        (each.prediction.sheet, each.prediction.id)
        for each in listed
        if each.prediction.predicted is not None
    }
    return [
        "# How far the estimates are off",
        "`course validate` made this page. It predicts published measurements from what else their "
        "rows tell, never from the measured value, and compares. The measurements are not part of "
        "the course; what stands here is reckoned from them.",
        f"The files {', '.join(sheets)} hold {fmt(len(rows), 'rows', 'all')}. "
        f"{fmt(len(made), 'rows', 'all')} could be predicted, and "
        f"{fmt(len(scored(listed)), 'measurements', 'all')} count: one measurement in several "
        "columns counts once, and hours times a rate count nowhere.",
        "- **Median error**: half of the rows are closer, half are farther; 1.10x is ten percent "
        "too much or as far too little.\n"
        "- **In the 80 % range**: how often the published value lies between the estimate's low "
        "and high end. About 80 % is right; more means ranges that are too wide.\n"
        "- **Plain rule**: the best of the rules that everybody knows, on the same rows.\n"
        "- **Predicted over published**, with its direction: of speeds above 1x is too fast, where "
        "a time was published too; of hours, memory, energy and power it is too much.\n"
        "- \\*: the data's own description calls the group unfit for a test; it is in no total.",
        "Constants of the estimators were fitted to these rows. What an estimate is off on rows "
        "that its fit has not seen stands below, under [ranges](#ranges).",
        tables.scores(totals(found), "kind of estimate", by_group=False),
    ]


def _of_kind(total: Summary, found: Sequence[Summary], listed: Sequence[Observed]) -> list[str]:
    kind, made = total.kind, total.score
    groups = [each for each in found if each.kind == kind and each.group != ALL]
    if not groups:  # several kinds together
        return []
    against = (
        f" The rule “{total.plain.name}” is at {tables.factor(total.plain.error)}."
        if total.plain
        else ""
    )
    alt = (
        f"Two panels. Left: {made.rows} predictions of {kind} against the published values, along "
        f"the diagonal; half are within {tables.factor(made.error)}. Right: for each group where "
        f"its errors lie; the groups' medians reach from {_reach(groups)}."
    )
    far = tables.outliers(kind, listed)
    return [
        f"## {kind[:1].upper()}{kind[1:]}",
        f"{KINDS.get(kind, '')} Median error {tables.factor(made.error)} on {made.rows} rows; "
        f"{tables.share(made.within[0])} are within 1.25x, and the range holds "
        f"{tables.share(made.coverage)}.{against}".strip(),
        *([reasons.REMARKS[kind]] if kind in reasons.REMARKS else []),
        f"![{alt}]({NAME}/{_file(kind)})",
        tables.scores(groups, "group", by_group=True),
        *(["Off by more than twice:", far] if far else []),
    ]


def _reach(groups: Sequence[Summary]) -> str:
    """The least and the largest median of predicted over published among groups that are fit."""
    leaning = [each.bias for each in groups if not each.score.unfit]
    return f"{tables.factor(min(leaning))} to {tables.factor(max(leaning))}"


def _by_cause(listed: Sequence[Observed]) -> list[str]:
    rows = scored(listed)
    families = _families(rows)
    if not families:
        return []
    parts = [
        "## By cause",
        "The same errors, sorted by what may cause them. “Median” is predicted over published, "
        "with its direction.",
    ]
    for cause in CAUSES:
        alt = (
            f"Panels for {', '.join(families)}: where the errors lie for each class of the cause "
            f"{cause}; the numbers are in the tables below."
        )
        parts += [f"### {cause[:1].upper()}{cause[1:]}", f"![{alt}]({NAME}/{_file(f'by {cause}')})"]
        for family in families:
            lines = tables.classes(cause, FAMILIES[family], listed)
            head = [f"{family}, {cause}", *CLASS_COLUMNS]
            parts.append(tables.markdown(head, lines))
    return parts


def _closing(listed: Sequence[Observed]) -> list[str]:
    sheets = list(dict.fromkeys(each.prediction.sheet for each in listed))
    why = tables.skipped(each.prediction for each in listed)
    return [
        *(["## What is not predicted", why] if why else []),
        "## Constants",
        f"Every constant of the estimators, from `{_place(efficiency)}`. The "
        "range is what single data sets or sources want.",
        tables.constants(),
        "## Ranges",
        "How far published values lie from estimates, by circumstance, from "
        f"`{_place(spreads)}`: an estimate's range is its value times these "
        "ends. Rows were held against constants that had been fitted without their source.",
        tables.ranges(),
        "## How to run it again",
        "With the files of measurements in a folder `DATA`:",
        "```\n"
        f"course validate {' '.join(f'DATA/{sheet}' for sheet in sheets)} "
        f"--page docs --facts {_place(validation)}\n"
        "python benchmarks/fit.py --data DATA\n"
        "```",
        "The first line writes this page, its pictures, and the scores that lessons read. The "
        "second fits the constants again, and prints for each group the error of a fit that left "
        "its source out; with `--write` it writes the ranges.",
    ]


def _place(catalog: Catalog[Any]) -> str:
    """Where the facts of a catalog stand, from the root of the course."""
    return f"course_lib/catalog/facts/{catalog.path.name}"
