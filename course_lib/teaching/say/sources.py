"""Lists every fact that a notebook used, with where it comes from.

Design choices:
- The catalog notes what was looked up; a lesson names no source twice.
- A catalog that was walked through as a whole is one line, however many entries it has.
- A constant that stands in no catalog, such as a law's, is handed over with its source.
- The words for how a number came about, and how far it was checked, are explained where they stand,
  those that occur; the long table is folded.
- Commit hashes and paths of files stand here and nowhere else in a lesson.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from course_lib.display.show import bullets, details, inline, show
from course_lib.display.tables import html_table, plain_table
from course_lib.teaching.say import shared

COLUMNS = ("Entry", "What", "Source", "Date", "Kind", "Evidence")
KINDS = {
    "models": "model",
    "devices": "device",
    "links": "link",
    "datasets": "data set",
    "runs": "training run",
    "prices": "price",
    "grids": "electricity grid",
    "storage": "storage",
    "cooling": "cooling",
    "findings": "published effect",
    "grid_days": "day of a grid",
    "quantities": "quantity",
    "efficiency": "constant of an estimate",
    "spreads": "range of an estimate",
    "validation": "score of an estimate",
}

WORDS = {
    "measured": "somebody measured it, and says how",
    "reported": "its maker or an author states it",
    "estimated": "somebody worked it out from other numbers",
    "list price": "a seller asks it in public",
    "read": "looked up in the source itself",
    "read, rounded": "looked up in the source, which rounds",
    "read, second hand": "looked up in a text that quotes the source",
    "recalled": "known, but not looked up again: check it before you build on it",
}
"""What the words of the last two columns mean."""
BETWEEN = "; "
"""Between the kinds, or the evidence, of several entries: some of these words hold a comma."""

__all__ = ["sources"]


def sources(*others: tuple[str, str, Any]) -> None:
    """Show every catalog entry that this notebook touched, with source, date, kind and evidence,
    and what the words for these mean.

    A parameter count has a source of its own, and so a line of its own.

    Args:
        others: what the notebook used beside the catalog: its name, what it is, and its source.
    """
    from course_lib import catalog

    listed = sorted(rows(list(catalog.touched()), catalog) + [_line(*each) for each in others])
    if not listed:
        text = "This notebook used no entry of the catalog."
        show(text, markdown=text, extra=_figures())
        return
    title = f"Sources of this notebook ({len(listed)} lines)"
    meanings = words(listed)
    explained = [f"<strong>{word}</strong>: {inline(meaning)}" for word, meaning in meanings]
    plain = [f"- {word}: {meaning}" for word, meaning in meanings]
    show(
        "\n".join(["How a number came about, and how far it was checked:", *plain])
        + f"\n{plain_table(COLUMNS, listed, title)}",
        html=details(
            f"{title}, and what their words mean",
            f"<p>How a number came about, and how far it was checked:</p>{bullets(explained)}"
            + html_table(COLUMNS, listed),
        ),
        extra=_figures(),
    )


def _figures() -> dict[str, Any]:
    """The record of figures that other lessons give too, for a test to compare."""
    given = shared.taken()
    return {shared.MIME: given} if given else {}


def words(lines: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """The words of the last two columns that occur in some lines, each with its meaning.

    >>> words([["Tiny", "model", "a paper", "2024", "reported", "read; recalled"]])[0]
    ('reported', 'its maker or an author states it')
    """
    used = {word for line in lines for cell in line[-2:] for word in cell.split(BETWEEN)}
    return [(word, meaning) for word, meaning in WORDS.items() if word in used]


def rows(touched: Iterable[tuple[str, str]], catalog: Any) -> list[list[str]]:
    """The lines of the table, sorted.

    Args:
        touched: pairs of catalog name and key; the key "*" stands for the whole catalog.
        catalog: what holds the catalogs as attributes.
    """
    lines = []
    for name, key in set(touched):
        entries = getattr(catalog, name)
        if key == "*":
            lines.append(_whole(name, list(entries.values())))
            continue
        record = entries[key]
        called = getattr(record, "name", key)
        lines.append(_line(called, KINDS.get(name, name), record.source))
        published = getattr(record, "published", None)
        if published is not None:
            lines.append(
                _line(called, f"parameter count, {published.total_kind}", published.source)
            )
    return sorted(lines)


def _line(called: str, what: str, source: Any) -> list[str]:
    return [
        called,
        what,
        str(source.text),
        str(source.date),
        str(source.kind),
        str(source.evidence),
    ]


def _whole(name: str, records: list[Any]) -> list[str]:
    """One line for all entries of a catalog: the range of dates, and every kind and evidence that
    occurs."""
    # ISO dates sort as text
    dates = sorted({str(record.source.date) for record in records if record.source.date})
    span = " to ".join(dict.fromkeys(dates[:1] + dates[-1:]))  # first and last; once if the same
    return [
        f"all {name}",
        f"{len(records)} entries",
        "each entry's own, in the catalog",
        span,
        BETWEEN.join(sorted({str(record.source.kind) for record in records})),
        BETWEEN.join(sorted({str(record.source.evidence) for record in records})),
    ]
