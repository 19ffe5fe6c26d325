"""The committed record of the long tuning."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

RECORD = Path(__file__).with_name("record.toml")
HEAD = (
    "# A tiny GPT tuned for long, by `python -m course_lib.demos.access.long.sweep`.\n"
    "# The rules stand in rules.py, what the fields mean in kept.py.\n"
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One tuning."""

    name: str
    """One of `rules.WAYS`."""
    steps: int
    """Optimizer steps."""
    seed: int
    """Seed of the adapter and of the order of the text."""
    trained: int
    """Weights that were trained."""
    before: float
    """Loss on unseen text before, in nats a byte."""
    after: float
    """Loss on unseen text after, in nats a byte."""

    @property
    def gain(self) -> float:
        """By how much tuning lowered the loss on unseen text."""
        return self.before - self.after


@dataclass(frozen=True, kw_only=True)
class Record:
    """A long tuning made earlier, with what is needed to make it again."""

    date: str
    """Day it was finished."""
    machine: str
    """Processor and threads used."""
    versions: str
    """Versions of Python and PyTorch."""
    text: str
    """What the base read, and what was tuned on."""
    rates: Mapping[str, float]
    """The learning rate of each way."""
    runs: tuple[Run, ...]
    """By way, then by seed, shortest first."""

    @property
    def steps(self) -> list[int]:
        """The lengths, shortest first."""
        return sorted({run.steps for run in self.runs})

    def gains(self, name: str, steps: int) -> dict[int, float]:
        """Gain of a way after so many steps, by seed.

        Raises:
            ValueError: no such run.
        """
        found = {run.seed: run.gain for run in self.runs if (run.name, run.steps) == (name, steps)}
        if not found:
            raise ValueError(f"name={name!r}, steps={steps}: there is no such run")
        return found

    def kept(self, name: str, steps: int, against: str = "full tuning") -> list[float]:
        """The part of full tuning's gain that a way keeps, for each seed of both.

        >>> shares = record().kept("LoRA", 50)
        >>> len(shares), all(0 < share for share in shares)
        (3, True)
        """
        own, whole = self.gains(name, steps), self.gains(against, steps)
        return [own[seed] / whole[seed] for seed in sorted(own.keys() & whole.keys())]


def record(path: Path = RECORD) -> Record:
    """The committed record.

    >>> record().steps
    [50, 200, 800]
    """
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Record(**{**table, "runs": tuple(Run(**run) for run in table["runs"])})


def write(
    runs: Sequence[Run], rates: Mapping[str, float], path: Path, about: Mapping[str, str]
) -> None:
    """Keep runs in a TOML file, one a line; it is whole at every moment."""
    lines = [f'{name} = "{value}"' for name, value in about.items()]
    lines.append(
        "rates = { " + ", ".join(f'"{way}" = {rate}' for way, rate in rates.items()) + " }"
    )
    lines += ["runs = [", *(f"    {{ {_line(run)} }}," for run in runs), "]"]
    fresh = path.with_suffix(".new")
    fresh.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(path)


def _line(run: Run) -> str:
    values = asdict(run)
    values |= {name: round(values[name], 5) for name in ("before", "after")}
    values["name"] = f'"{run.name}"'
    return ", ".join(f"{field.name} = {values[field.name]}" for field in fields(run))
