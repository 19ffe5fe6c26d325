"""A student's notebook, read for its cells only, whatever form it arrives in.

Design choices:
- JSON is read by the standard library, and each cell is cut down to what grading needs as soon as
  it is complete, so that a picture of 100 MB in an output is let go at once.
- Right work keeps its points in a file of an old format, in another encoding, without ids or
  metadata, and whatever kernel it names. What is no notebook at all is said to be none.
- Outputs are read for one thing: what the student's own machine measured (`measured`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_lib.teaching.checks.kept import MEASURED_TYPE

LARGEST = 256 << 20
"""Bytes of a file that is still read."""
MOST_PARTS = 16_000_000
"""Lists and objects of a file that is still read: each takes far more memory than its two bytes."""
LONGEST_SOURCE = 200_000
"""Characters of one cell that are still taken: far above any answer."""

__all__ = ["StudentCell", "Unreadable", "read"]


class Unreadable(ValueError):
    """A file that is no notebook, with the reason in words."""


@dataclass(frozen=True, kw_only=True)
class StudentCell:
    """One cell as it was handed in."""

    id: str
    """Its id; empty without one."""
    grade_id: str
    """nbgrader's name for it; empty without one."""
    kind: str
    """"code", "markdown", "raw", or whatever the file says."""
    source: str
    """What stands in it."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """What its output says was measured: name -> tagged plain data."""


def read(path: Path) -> tuple[StudentCell, ...]:
    """The cells of a notebook file, in order.

    Raises:
        Unreadable: the file is empty, too large, broken, or no notebook.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(f"the file is larger than {LARGEST >> 20} MiB")
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"the file cannot be opened ({error.strerror})") from error
    if not content.strip():
        raise Unreadable("the file is empty")
    return tuple(_cells(_notebook(content)))


def _notebook(content: bytes) -> dict[str, Any]:
    """The file as a dictionary."""
    if content.count(b"[") + content.count(b"{") > MOST_PARTS:
        raise Unreadable(f"the file has more than {MOST_PARTS} parts")
    try:
        notebook = json.loads(_text(content), object_hook=_cut_down)
    except RecursionError as error:
        raise Unreadable("the file is nested too deeply to be a notebook") from error
    except ValueError as error:
        raise Unreadable(f"the file is not whole: broken JSON ({error})"[:200]) from error
    if not isinstance(notebook, dict):
        raise Unreadable("the file is JSON, but no notebook")
    return notebook


def _text(content: bytes) -> str:
    """The file's text: UTF-8, UTF-16 or UTF-32, or else Latin-1, in which any byte is a letter."""
    try:
        # looks at the first bytes; `utf-8-sig` where there is a mark
        return content.decode(json.detect_encoding(content))
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _cut_down(found: dict[str, Any]) -> Any:
    """One object of the file, just read: a cell becomes a record, an output loses its pictures."""
    if "cell_type" in found:
        return _cell(found)
    if "output_type" in found:
        data = found.get("data")
        kept = data.get(MEASURED_TYPE) if isinstance(data, dict) else None
        return {"measured": kept} if kept is not None else {}
    return found


def _cell(found: dict[str, Any]) -> StudentCell | None:
    """One cell, or None for an empty one; in notebooks of format 3 the source of a code cell is
    called `input`."""
    source = _source(found.get("source", found.get("input")))
    measured = _measured(found.get("outputs"))
    if not measured and not source.strip():
        return None
    metadata = found.get("metadata")
    graded = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = graded.get("grade_id") if isinstance(graded, dict) else None
    return StudentCell(
        id=_word(found.get("id")),
        grade_id=_word(name),
        kind=_word(found.get("cell_type")),
        source=source,
        measured=measured,
    )


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _source(value: Any) -> str:
    """A source is a text or a list of lines; what is too long is no answer."""
    if isinstance(value, list):
        value = "".join(line for line in value if isinstance(line, str))
    return _word(value)[: LONGEST_SOURCE + 1].replace("\r\n", "\n").replace("\r", "\n")


def _measured(outputs: Any) -> dict[str, Any]:
    """What the outputs say was measured, the last word counting."""
    found: dict[str, Any] = {}
    for output in outputs if isinstance(outputs, list) else ():
        kept = output.get("measured") if isinstance(output, dict) else None
        if isinstance(kept, dict):
            found |= kept
    return found


def _cells(notebook: Mapping[str, Any]) -> Iterator[StudentCell]:
    """The cells of a notebook of format 4 or 5, or of the worksheets of format 3."""
    sheets = notebook.get("worksheets")
    places = [notebook, *(sheets if isinstance(sheets, list) else ())]
    lists = [place.get("cells") for place in places if isinstance(place, Mapping)]
    if not any(isinstance(cells, list) for cells in lists):
        raise Unreadable("the file is JSON, but no notebook: it has no cells")
    for cells in lists:
        for cell in cells if isinstance(cells, list) else ():
            if isinstance(cell, StudentCell):
                yield cell
