"""Lists every fact that a notebook used, with where it comes from.

Design choices:
- The catalog notes what was looked up; a lesson names no source twice.
- A catalog that was walked through as a whole is one line, however many entries it has.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from course_lib.teaching.say.say import table
from course_lib.teaching.say.show import show

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

__all__ = ["sources"]


def sources() -> None:
    """Show every catalog entry that this notebook touched, with source, date, kind and evidence.

    A parameter count has a source of its own, and so a line of its own.
    """
    from course_lib import catalog

    listed = rows(list(catalog.touched()), catalog)
    if not listed:
        text = "This notebook used no entry of the catalog."
        show(text, markdown=text)
        return
    table(listed, COLUMNS, caption="Sources of this notebook")


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
        ", ".join(sorted({str(record.source.kind) for record in records})),
        ", ".join(sorted({str(record.source.evidence) for record in records})),
    ]
