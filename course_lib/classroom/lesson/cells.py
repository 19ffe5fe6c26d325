"""What the cells of a built notebook hold, as plain dictionaries read from its file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from course_lib.classroom.lesson import cards

__all__ = ["data", "pages", "source", "texts", "unfolded"]


def texts(cell: dict[str, Any]) -> Iterator[str]:
    """What one code cell shows, as plain text; the stand-ins of live controls left out."""
    for found in data(cell):
        if not any("widget-view" in kind for kind in found) and "image/png" not in found:
            text = "".join(found.get("text/plain", ""))
            if text and not text.startswith("Run this cell"):
                yield text


def pages(cell: dict[str, Any]) -> Iterator[str]:
    """What one cell shows as HTML."""
    for found in data(cell):
        yield "".join(found.get("text/html", ""))


def unfolded(cell: dict[str, Any]) -> Iterator[str]:
    """What a learner reads below one cell as a page shows it, folded parts left out."""
    for found in data(cell):
        if not any("widget-view" in kind for kind in found):
            kinds = ("text/html", "text/markdown", "text/plain")
            text = next(("".join(found[kind]) for kind in kinds if found.get(kind)), "")
            yield cards.DETAILS.sub(" ", text)


def data(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The outputs of one cell by kind."""
    for output in cell.get("outputs", []):
        yield output.get("data", {})


def source(cell: dict[str, Any]) -> str:
    """What a cell's author wrote."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)
