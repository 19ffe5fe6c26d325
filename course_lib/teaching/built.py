"""What the course's built notebooks hold: the machine-readable records in their outputs.

Design choices:
- The notebooks are those of the course's folder, not the learner's copies: those begin without
  outputs.
- A file that is no notebook holds nothing; reading never stops a lesson.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADING = re.compile(r"^## (.+)$", flags=re.MULTILINE)

__all__ = ["Found", "lessons", "notebooks", "records"]


@dataclass(frozen=True, kw_only=True)
class Found:
    """One record, and where it stands."""

    record: Any
    """The record as the cell left it."""
    lesson: str
    """The lesson, such as "01_parameters"."""
    cell: str
    """The id of the cell."""
    section: str
    """The heading that the cell stands under."""
    tags: tuple[str, ...] = ()
    """The cell's tags, such as "measured"."""


def lessons() -> Path:
    """The folder of the course's built lessons: beside the library, or in a folder above the
    working one."""
    above = (Path.cwd(), *Path.cwd().parents)
    # known by its sources: a learner's workbook has a folder `lessons`, too, but without outputs
    roots = [
        folder
        for folder in (*above, Path(__file__).resolve().parents[2])
        if (folder / "source" / "lessons").is_dir()
    ]
    return (roots[0] if roots else Path.cwd()) / "lessons"


def notebooks(folder: Path) -> list[Path]:
    """The lessons of a folder, in the course's order; none where there is no such folder."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def records(path: Path, mime: str) -> Iterator[Found]:
    """The records of one kind in a notebook's outputs, in their order.

    Args:
        path: the notebook.
        mime: the kind, such as "application/vnd.course.verdict+json".
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    section = ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            # the cell's last heading; a cell without one leaves the section as it is
            section = next(reversed(HEADING.findall("".join(cell["source"]))), section)
        for output in cell.get("outputs", []):
            record = output.get("data", {}).get(mime)
            if record is not None:
                yield Found(
                    record=record,
                    lesson=path.stem,
                    cell=str(cell.get("id", "")),
                    section=section,
                    tags=tuple(cell["metadata"].get("tags", ())),
                )
