"""Published rows, and how far the estimators are from them at any point of the constants.

Design choices:
- Predictions are those of `course_lib.commands.validate`: what is fitted is what the command
  scores. Rows count as they count there.
- What has been reckoned is kept in a file, a line a point, so that a fit that was stopped goes on.
  Each line bears a mark of the code, the facts, the data and the other constants; lines of another
  mark are not used.
- A row that a point makes impossible to predict has the error `LOST` there, so that no point wins
  by losing rows.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import course_lib
from benchmarks.fitting.search import Errors, Point
from benchmarks.fitting.sets import FitSet
from course_lib.catalog import efficiency, spreads, validation
from course_lib.catalog.constants import reading, trying
from course_lib.commands.validate.files import Row, read
from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.run import of_row
from course_lib.commands.validate.scoring import counted
from course_lib.commands.validate.sheets import SHEETS
from course_lib.commands.validate.standing import repeats

LOST = 4.0
"""Error of a row that a point makes impossible to predict: sixteen times off."""
DIGITS = 6
"""Decimals of an error in the file."""
PACKAGE = Path(course_lib.__file__).parent
CODE = ("catalog", "estimators", "commands/validate")
"""Folders whose code and facts a prediction hangs on."""
NOT_READ = tuple(each.path for each in (efficiency, spreads, validation))
"""Facts that change no prediction's middle, or that are marked by their values."""

Keyed = tuple[str, Row, str]
"""A row with its kind of file and the name of an earlier row that says the same."""


class DataError(ValueError):
    """A folder of data that cannot be used; the message says why."""


def load(folder: Path) -> list[Keyed]:
    """Every row of the four files of measurements in a folder.

    Raises:
        DataError: a file is missing or is of another kind.
    """
    found: list[Keyed] = []
    for sheet in SHEETS:
        path = folder / sheet.name
        if not path.is_file():
            raise DataError(f"--data {folder}: has no file {sheet.name}")
        rows = read(path)
        if any(row.sheet is not sheet for row in rows):
            raise DataError(f"{path}: its header is that of another kind")
        found.extend(
            (sheet.name, row, earlier) for row, earlier in zip(rows, repeats(rows), strict=True)
        )
    return found


def name(prediction: Prediction) -> str:
    """A name for a predicted quantity that no other has."""
    return "|".join((prediction.sheet, prediction.id, prediction.quantity))


def fit_for(one: FitSet, predictions: Iterable[Prediction]) -> list[Prediction]:
    """Those that count in the sections of a set, unfit groups left out."""
    return [
        each
        for each in counted(predictions)
        if not each.unfit and (each.sheet, each.section) in one.rows
    ]


def error(prediction: Prediction) -> float:
    """Predicted over published, in powers of two."""
    assert prediction.predicted is not None and prediction.published is not None
    return math.log2(prediction.predicted / prediction.published)


def errors_at(
    row: Keyed, wanted: frozenset[str], point: Mapping[str, float]
) -> tuple[dict[str, float], frozenset[str]]:
    """The error of each wanted quantity of a row where constants have other values.

    Returns:
        The errors by name, and which of the point's constants they hang on.
    """
    _, line, earlier = row
    with trying(point), reading() as keys:
        made = {name(each): each for each in of_row(line, earlier)}
    found = {key: round(error(made[key]), DIGITS) for key in wanted & made.keys() if _is(made[key])}
    lost = {key: LOST for key in wanted & made.keys() if key not in found}
    return found | lost, frozenset(keys & point.keys())


def _is(prediction: Prediction) -> bool:
    return prediction.predicted is not None and prediction.published is not None


def mark(folder: Path, what: str, keys: Sequence[str]) -> str:
    """A mark of everything that errors hang on beside the point: code, facts, data, and the
    constants that stay.

    Args:
        folder: where the data are.
        what: whose errors they are.
        keys: constants that the point sets.
    """
    others = {key: efficiency.peek(key).value for key in efficiency if key not in keys}
    hashed = hashlib.sha256(json.dumps([what, list(keys), others]).encode())
    files = [path for part in CODE for path in (PACKAGE / part).rglob("*.*")]
    files += [*PACKAGE.glob("*.py"), *(folder / sheet.name for sheet in SHEETS)]
    for path in sorted(files):
        if path in NOT_READ or path.parent in NOT_READ:
            continue
        if path.suffix in (".py", ".toml", ".csv"):
            hashed.update(path.read_bytes())
    return hashed.hexdigest()[:16]


@dataclass(kw_only=True)
class Memory:
    """Errors that were reckoned before, in a file; a part of a line that was cut off is skipped."""

    path: Path
    """The file; made when the first point is known."""
    mark: str
    """Lines of another mark are not used."""
    known: dict[Point, Errors] = field(default_factory=dict)
    """What is known."""

    def __post_init__(self) -> None:
        if not self.path.is_file():
            return
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
                if entry["mark"] == self.mark:
                    self.known[tuple(entry["point"])] = entry["errors"]
            except (ValueError, KeyError, TypeError):
                continue

    def add(self, point: Point, errors: Errors) -> None:
        """Keep a point, at once on disk too."""
        self.known[point] = errors
        line = json.dumps({"mark": self.mark, "point": point, "errors": dict(errors)})
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{line}\n")


@dataclass(kw_only=True)
class Evaluator:
    """Errors at points: from memory, or reckoned, several rows at a time where there are workers.

    A row is reckoned again only where a constant has another value that its estimates read: most
    constants are those of one kind of program or device.
    """

    rows: Sequence[Keyed]
    """Rows that hold a wanted quantity."""
    wanted: frozenset[str]
    """Names of the quantities."""
    constants: Sequence[str]
    """Keys of the constants, in a point's order."""
    memory: Memory
    """What is known of whole points."""
    pool: ProcessPoolExecutor | None = None
    """Workers."""
    tell: Callable[[int], None] = lambda count: None
    """Is told how many points have been reckoned."""
    reckoned: int = 0
    """Points that were not in memory."""
    seen: dict[int, dict[frozenset[str], dict[Point, Errors]]] = field(default_factory=dict)
    """Errors of each row, by the constants that they hang on, then by these constants' values."""

    def __call__(self, points: Sequence[Point]) -> list[Errors]:
        """The errors at each point."""
        for point in dict.fromkeys(points):
            if point not in self.memory.known:
                self.memory.add(point, self._made(point))
                self.reckoned += 1
                self.tell(self.reckoned)
        return [self.memory.known[point] for point in points]

    def _made(self, point: Point) -> Errors:
        values = dict(zip(self.constants, point, strict=True))
        found = {place: self._again(place, values) for place in range(len(self.rows))}
        new = [place for place, errors in found.items() if errors is None]
        work = partial(errors_at, wanted=self.wanted, point=values)
        rows = [self.rows[place] for place in new]
        made = map(work, rows) if self.pool is None else self.pool.map(work, rows, chunksize=8)
        for place, (errors, keys) in zip(new, made, strict=True):
            at = tuple(values[key] for key in sorted(keys))
            self.seen.setdefault(place, {}).setdefault(keys, {})[at] = errors
            found[place] = errors
        return {key: each for errors in found.values() if errors for key, each in errors.items()}

    def _again(self, place: int, values: Mapping[str, float]) -> Errors | None:
        """The errors of a row where they are known; None where they are not."""
        for keys, known in self.seen.get(place, {}).items():
            errors = known.get(tuple(values[key] for key in sorted(keys)))
            if errors is not None:
                return errors
        return None
