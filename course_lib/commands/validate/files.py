"""Reads a file of measurements: what a prediction may see of each row, and apart from it what was
published.

Design choices:
- Columns are found by their header, in any order; columns nobody knows are ignored. Cells keep
  their text, because "16M tokens (32 seqs per DP rank)" and "512" stand in one column: who reads a
  number says which, and an unreadable one names column and value.
- Of the notes a prediction sees the shape of the model alone ("hidden 6144, 48 layers"): those
  words are cut out of them here.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from course_lib.commands.validate.sheets import SHEETS, Sheet, of_header
from course_lib.errors import CourseError

SHAPE = re.compile(r"hidden \d+|\b\d+ layers|\b\d+ heads|vocab \d+")
"""The words of a note that state the shape of a model."""
NUMBER = re.compile(r"~?[-+]?[\d,]*\.?\d+(?:[eE][-+]?\d+)?")


class FileError(CourseError, ValueError):
    """A file that cannot be read as one of the kinds; the message names the line."""


class Unpredictable(ValueError):
    """A row, or a quantity of it, that cannot be predicted; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a prediction may read of a row, as text.

    >>> given = Given(cells={"n_devices": "8", "tokens": ""})
    >>> given.number("n_devices"), given.number("tokens"), given.text("no_such_column")
    (8.0, None, '')
    """

    cells: Mapping[str, str]
    """Text by column; a column that is not shown is not in it."""
    shape: str = ""
    """What the notes say of the model's shape."""

    def text(self, column: str) -> str:
        """The text of a cell; blank where there is none."""
        return self.cells.get(column, "")

    def number(self, column: str) -> float | None:
        """The number in a cell; None where it is blank.

        Raises:
            Unpredictable: something else stands there.
        """
        text = self.text(column)
        if not text:
            return None
        number = as_number(text)
        if number is None:
            raise Unpredictable(f"{column} is no single number: {text!r}")
        return number

    def whole(self, column: str, least: int = 1) -> int | None:
        """The number in a cell, rounded; None where it is blank.

        Raises:
            Unpredictable: no number, or one that is too small.
        """
        number = self.number(column)
        if number is None:
            return None
        if round(number) < least:
            raise Unpredictable(f"{column} must be at least {least}, got {self.text(column)!r}")
        return round(number)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of a file."""

    id: str
    """Its name; "line 7" where it has none."""
    group: str
    """What it belongs to."""
    sheet: Sheet
    """The kind of its file."""
    given: Given
    """What a prediction may read."""
    published: Mapping[str, float | None]
    """Targets by column; None where blank, or no single number. For scores alone."""
    remarks: Mapping[str, str]
    """Further text that scores may read and predictions may not: notes and the like."""


def as_number(text: str) -> float | None:
    """The number that a text is, or None; "~0.5" and "2,097,152" are numbers, "512->2048" is not.

    >>> as_number("~0.5"), as_number("2,097,152"), as_number("512->2048"), as_number("nan")
    (0.5, 2097152.0, None, None)
    """
    stripped = text.strip()
    if not NUMBER.fullmatch(stripped):
        return None
    number = float(stripped.lstrip("~").replace(",", ""))
    return number if math.isfinite(number) else None


def read(path: Path) -> list[Row]:
    """Every row of a file, in its order.

    Args:
        path: a CSV file in UTF-8, with or without a byte order mark.

    Raises:
        FileError: no such file, no text, no header of a known kind, a column that is missing or
            named twice, a line that is longer than the header.
    """
    lines = _lines(path)
    if not lines:
        raise FileError(f"{path} is empty: it needs a header and rows")
    columns = [cell.strip() for cell in lines[0][1]]
    sheet = _sheet(path, columns)
    return [_row(path, sheet, columns, line, cells) for line, cells in lines[1:]]


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Lines that are not blank, with the number of the last line each ends on."""
    try:
        # utf-8-sig takes a byte order mark away, where there is one
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            return [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path} is no text in UTF-8: {error.reason} at byte {error.start}"
        ) from None
    except csv.Error as error:
        raise FileError(f"{path}, line {reader.line_num}: {error}") from None


def _sheet(path: Path, columns: list[str]) -> Sheet:
    twice = sorted({name for name in columns if name and columns.count(name) > 1})
    if twice:
        raise FileError(f"{path}, line 1: columns named twice: {', '.join(twice)}")
    sheet = of_header(columns)
    if sheet is None:
        kinds = "; ".join(f"{each.name} by {', '.join(each.told_by)}" for each in SHEETS)
        raise FileError(f"{path}, line 1: the header is none of the known kinds ({kinds})")
    missing = [name for name in sheet.needed if name not in columns]
    if missing:
        raise FileError(
            f"{path}, line 1: a file like {sheet.name} needs the columns {', '.join(missing)}"
        )
    return sheet


def _row(path: Path, sheet: Sheet, columns: list[str], line: int, cells: list[str]) -> Row:
    if len(cells) > len(columns):
        raise FileError(
            f"{path}, line {line}: {len(cells)} cells, but the header has {len(columns)} columns"
        )
    # A short line lacks its last cells: they are blank.
    cells = [cell.strip() for cell in cells] + [""] * (len(columns) - len(cells))
    every = dict(zip(columns, cells, strict=True))
    shown = {name: text for name, text in every.items() if sheet.shown(name)}
    shape = "; ".join(SHAPE.findall(every.get("notes", "")))
    return Row(
        id=every["id"] or f"line {line}",
        group=every.get(sheet.group, ""),
        sheet=sheet,
        given=Given(cells=shown, shape=shape),
        published={name: as_number(every.get(name, "")) for name in sheet.targets},
        remarks={
            name: text
            for name, text in every.items()
            if name not in shown and name not in sheet.targets
        },
    )
