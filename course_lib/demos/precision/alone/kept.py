"""The committed record of the trainings with short weights."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_lib import toml_files
from course_lib.demos.precision.alone.runs import Run

RECORD = Path(__file__).with_name("record.toml")
HEAD = (
    "# Tiny GPTs with weights kept short, by `python -m course_lib.demos.precision.alone.sweep`.\n"
    "# The rules stand in rules.py, what the fields mean in runs.py.\n"
)
DIGITS = {"losses": 5, "stuck": 4, "seconds": 1}
"""Digits after the point."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Trainings made earlier, with what is needed to make them again."""

    date: str
    """Day they were finished."""
    machine: str
    """Processor and threads used."""
    versions: str
    """Versions of Python and PyTorch."""
    text: str
    """What was read."""
    runs: tuple[Run, ...]
    """By seed, then by rate, then by way."""

    def of(self, way: str, learning_rate: float) -> list[Run]:
        """The runs of a way and a rate, one a seed.

        Raises:
            ValueError: there is none.
        """
        asked = (way, learning_rate)
        found = [each for each in self.runs if (each.way, each.learning_rate) == asked]
        if not found:
            raise ValueError(f"way={way!r}, learning_rate={learning_rate!r}: no such run")
        return found

    def losses(self, way: str, learning_rate: float) -> NDArray[np.float64]:
        """Losses of a way and a rate, shape (seeds, marks).

        >>> record().losses("bf16", 1e-4).shape
        (2, 4)
        """
        return np.array([each.losses for each in self.of(way, learning_rate)])

    def stuck(self, way: str, learning_rate: float) -> NDArray[np.float64]:
        """Shares of weights that a step left as they were, shape (seeds, marks)."""
        return np.array([each.stuck for each in self.of(way, learning_rate)])

    def rise(self, way: str, learning_rate: float) -> NDArray[np.float64]:
        """The relative rise of the last loss over that of fp32, one a seed."""
        last, exact = (self.losses(each, learning_rate)[:, -1] for each in (way, "fp32"))
        return np.asarray(last / exact - 1)


def record(path: Path = RECORD) -> Record:
    """The committed trainings."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Record(**{**table, "runs": tuple(Run(**run) for run in table["runs"])})


def write(runs: Sequence[Run], path: Path, about: dict[str, str]) -> None:
    """Keep runs in a TOML file, one a line; `about` holds the record's other fields.

    The file is whole at every moment: whatever ends the program, the last version stays.
    """
    lines = [f"{name} = {toml_files.written(value)}" for name, value in about.items()]
    lines += ["runs = [", *(f"    {_line(run)}," for run in runs), "]"]
    toml_files.save(path, [HEAD + lines[0], *lines[1:]])


def _line(run: Run) -> str:
    values = asdict(run)
    for name, digits in DIGITS.items():
        values[name] = np.round(values[name], digits).tolist()
    return toml_files.written(values)
