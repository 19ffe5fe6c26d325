"""The committed record of the sweep, and its curves as arrays."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_lib import toml_files
from course_lib.demos.datasets.optima.runs import Run

RECORD = Path(__file__).with_name("record.toml")
HEAD = (
    "# Tiny GPTs at equal budgets, trained by `python -m course_lib.demos.datasets.optima.sweep`.\n"
    "# The rules stand in rules.py, what the fields mean in runs.py.\n"
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """The runs of one budget as arrays, narrowest first."""

    budget_flops: float
    """FLOPs that each run was to spend."""
    widths: NDArray[np.int64]
    """Shape (widths,)."""
    params: NDArray[np.float64]
    """Weights multiplied for each token, shape (widths,)."""
    tokens: NDArray[np.float64]
    """Tokens read, shape (widths,)."""
    losses: NDArray[np.float64]
    """Loss on unseen text in nats a byte, shape (seeds, widths)."""

    @property
    def mean_losses(self) -> NDArray[np.float64]:
        """Mean over the seeds, shape (widths,)."""
        return self.losses.mean(axis=0)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A sweep made earlier, with what is needed to make it again."""

    date: str
    """Day it was finished."""
    machine: str
    """Processor and threads used."""
    versions: str
    """Versions of Python and PyTorch."""
    text: str
    """What was read, and how much of it there was."""
    runs: tuple[Run, ...]
    """By seed, then by budget, narrowest first."""

    @property
    def budgets_flops(self) -> list[float]:
        """The budgets, smallest first."""
        return sorted({run.budget_flops for run in self.runs})

    def curve(self, budget_flops: float) -> Curve:
        """The runs of one budget, as arrays.

        Raises:
            ValueError: no run has this budget, or no seed has every width.
        """
        runs = [run for run in self.runs if run.budget_flops == budget_flops]
        if not runs:
            raise ValueError(
                f"budget_flops must be one of {self.budgets_flops}, got {budget_flops!r}"
            )
        widths, every = (sorted({getattr(run, name) for run in runs}) for name in ("width", "seed"))
        by_place = {(run.seed, run.width): run for run in runs}
        # a sweep that was stopped may lack widths of its last seed: that one is left out whole
        seeds = [s for s in every if all((s, width) in by_place for width in widths)]
        if not seeds:
            raise ValueError(f"budget_flops={budget_flops!r}: no seed has every width")
        first = [by_place[seeds[0], width] for width in widths]
        return Curve(
            budget_flops=budget_flops,
            widths=np.array(widths),
            params=np.array([run.params for run in first], dtype=float),
            tokens=np.array([run.tokens for run in first], dtype=float),
            losses=np.array([[by_place[s, w].loss for w in widths] for s in seeds]),
        )

    def curves(self) -> list[Curve]:
        """The curves of all budgets, smallest first."""
        return [self.curve(budget) for budget in self.budgets_flops]


def record(path: Path = RECORD) -> Record:
    """The committed sweep.

    >>> record().curve(4e10).losses.shape  # three seeds, seven widths
    (3, 7)
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Record(**{**table, "runs": tuple(Run(**run) for run in table["runs"])})


def write(runs: Sequence[Run], path: Path, about: dict[str, str]) -> None:
    """Keep runs in a TOML file, one a line; `about` holds the record's other fields.

    The file is whole at every moment: whatever ends the program, the last version stays.
    """
    lines = [f"{name} = {toml_files.written(value)}" for name, value in about.items()]
    lines += ["runs = [", *(f"    {_line(run)}," for run in runs), "]"]
    toml_files.save(path, [HEAD + lines[0], *lines[1:]])


ROUNDED = {"loss": 5, "seconds": 1, "learning_rate": 6}
"""Digits after the point."""


def _line(run: Run) -> str:
    values = asdict(run)
    for name, digits in ROUNDED.items():
        values[name] = round(values[name], digits)
    return toml_files.written(values)
