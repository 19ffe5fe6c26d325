"""The committed record of both comparisons, and what is read off it."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from course_lib import checks
from course_lib.demos.thinking import rules
from course_lib.demos.thinking.trying import solved

RECORD = Path(__file__).with_name("record.toml")
HEAD = (
    "# Sums tried again and again, made by `python -m course_lib.demos.thinking.recording`.\n"
    "# The rules stand in rules.py, what the fields mean in kept.py.\n"
)
ROLES = ("small", "small, same FLOPs", "large")

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Tried:
    """One model of question 1, and how it did on the held-out sums."""

    role: str
    """One of `ROLES`: the small model with the large one's text or its training FLOPs, the large
    one."""
    seed: int
    """Seed of weights, text and tries."""
    width: int
    """d_model."""
    params: int
    """Weights that are multiplied for each token."""
    steps: int
    """Training steps."""
    train_flops: int
    """FLOPs of training."""
    try_flops: int
    """FLOPs of one try."""
    once: list[float]
    """Share solved by the most likely answer, for each of `LENGTHS`."""
    counts: list[list[int]]
    """For each length and each sum: how many of the 64 tries are right."""
    majority: list[float]
    """Share of all sums whose majority of 1, 2, 4 ... 64 tries is right."""
    seconds: float
    """Seconds of training, on a machine that had other work."""


@dataclass(frozen=True, kw_only=True)
class Bettered:
    """One model of question 2."""

    seed: int
    """Seed of the model it came from, of the new sums and of the tries."""
    checked: bool
    """Whether the checker chose the answers that were kept."""
    before: float
    """Share of the held-out sums solved at once (temperature 0) before."""
    after: float
    """The same afterwards."""
    once_before: list[float]
    """Share solved at once before, for each of `LENGTHS`."""
    once_after: list[float]
    """The same afterwards."""
    coverage_before: list[float]
    """Share solved by 1, 2, 4 ... 64 tries before."""
    coverage_after: list[float]
    """The same afterwards."""
    right_shares: list[float]
    """Of each round: share of the answers kept that are right."""
    kept_shares: list[float]
    """Of each round: share of the sums of which an answer was kept."""
    sampling_flops: int
    """FLOPs of the tries of all rounds."""
    updating_flops: int
    """FLOPs of the training steps of all rounds."""
    seconds: float
    """Seconds of all rounds, on a machine that had other work."""

    @property
    def sampling_share(self) -> float:
        """Share of sampling in the FLOPs."""
        return self.sampling_flops / (self.sampling_flops + self.updating_flops)


@dataclass(frozen=True, kw_only=True)
class Record:
    """Both comparisons as they were made, with what is needed to make them again."""

    date: str
    """Day it was finished."""
    machine: str
    """Processor and threads used."""
    versions: str
    """Versions of Python and PyTorch."""
    tried: tuple[Tried, ...]
    """Question 1: by seed, then by role."""
    bettered: tuple[Bettered, ...]
    """Question 2: by seed, checked first."""

    def of(self, role: str) -> list[Tried]:
        """The models of a role, one a seed."""
        checks.one_of("role", role, ROLES)
        return [one for one in self.tried if one.role == role]

    def coverage(self, role: str, n: int, digits: int | None = None) -> Floats:
        """Share solved by n tries and a checker, one for each seed.

        Args:
            role: one of `ROLES`.
            n: tries, 64 at most.
            digits: only sums of up to so many digits; None for all.
        """
        rows = [np.array(one.counts)[_rows(digits)].ravel() for one in self.of(role)]
        return np.array([solved(row, rules.MOST_TRIES, n).mean() for row in rows])

    def once(self, role: str, digits: int | None = None) -> Floats:
        """Share solved by the most likely answer, one for each seed."""
        return np.array([np.mean(np.array(one.once)[_rows(digits)]) for one in self.of(role)])

    def majority(self, role: str) -> Floats:
        """Share whose majority is right, shape (seeds, n), n as in `TRIES`."""
        return np.array([one.majority for one in self.of(role)])

    def never_solved(self, role: str, digits: int | None = None) -> Floats:
        """Share of the sums that none of the 64 tries solves, one for each seed."""
        return 1 - self.coverage(role, rules.MOST_TRIES, digits)

    def improved(self, checked: bool = True) -> list[Bettered]:
        """The models of question 2, one a seed."""
        return [one for one in self.bettered if one.checked == checked]


def stops_helping(shares: Sequence[Sequence[float]] | Floats) -> int:
    """The first of `TRIES` from which no larger one adds a point to the mean of the seeds.

    Args:
        shares: solved, shape (seeds, n), n as in `TRIES`.

    >>> stops_helping([[0.5, 0.5, 0.6, 0.605, 0.6, 0.6, 0.6]])
    4
    """
    means = np.asarray(shares, dtype=float).mean(axis=0)
    if len(means) != len(rules.TRIES):
        raise ValueError(f"shares must hold {len(rules.TRIES)} numbers of tries, got {len(means)}")
    gains = [means[place:].max() - means[place] for place in range(len(means))]
    return next(n for n, gain in zip(rules.TRIES, gains, strict=True) if gain < rules.LEAST_GAIN)


def record(path: Path = RECORD) -> Record:
    """The committed record.

    >>> len(record().of("small"))
    5
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    tried = tuple(Tried(**one) for one in table.pop("tried", []))
    bettered = tuple(Bettered(**one) for one in table.pop("bettered", []))
    return Record(**table, tried=tried, bettered=bettered)


def write(made: Record, path: Path) -> None:
    """Keep a record in a TOML file. The file is whole at every moment."""
    lines = [f'{name} = "{getattr(made, name)}"' for name in ("date", "machine", "versions")]
    for name in ("tried", "bettered"):
        for one in getattr(made, name):
            lines += ["", f"[[{name}]]", *(f"{key} = {_toml(v)}" for key, v in asdict(one).items())]
    fresh = path.with_suffix(".new")
    fresh.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(path)


def _toml(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_toml(each) for each in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(round(value, 4))
    return f'"{value}"' if isinstance(value, str) else str(value)


def _rows(digits: int | None) -> slice:
    if digits is None:
        return slice(None)
    place = rules.LENGTHS.index(
        int(checks.one_of("digits", str(digits), list(map(str, rules.LENGTHS))))
    )
    return slice(place, place + 1)
