"""What attention took on a card, measured once: a dated record, and the program that makes it.

Design choices:
- Heads and layer are Llama 3 8B's, in bf16, one text, forward only, on random numbers.
- `RECORD` holds what was timed, with its date, card and versions. On a machine with an NVIDIA card
  `python -m course_lib.demos.attention.card_runs FILE` makes such a file, in a few minutes.
- Each of the 32 heads has keys of its own: sharing them, as the model does, saves no FLOP.
- "fused" is the kernel of PyTorch's choice, on an H100 a newer one than FlashAttention-2.
- "layer, rest" is all of a layer but scores and sums: norms, projections, rotary angles, MLP, as
  PyTorch compiles them.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from course_lib import checks

__all__ = ["RECORD", "Record", "Timed", "recorded"]

RECORD = Path(__file__).with_name("card_record.toml")
MODEL = "llama-3-8b"
WINDOW = 1024


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One piece of work at one length, timed several times after a warm-up."""

    way: str
    """What was done: "written out", "fused", "fused causal", "window", "layer, core", the same "by
    FlashAttention-2", or "layer, rest"."""
    seq: int
    """Tokens of the text."""
    median_seconds: float
    """The middle run, in seconds."""
    fastest_seconds: float
    """The fastest run, in seconds."""
    slowest_seconds: float
    """The slowest run, in seconds."""
    repeats: int
    """Runs that were timed."""

    @property
    def spread(self) -> float:
        """Slowest over fastest."""
        return self.slowest_seconds / self.fastest_seconds


@dataclass(frozen=True, kw_only=True)
class Record:
    """All that was timed on one card."""

    date: str
    """The day."""
    machine: str
    """The card."""
    versions: str
    """Of Python, PyTorch and what lies below."""
    window: int
    """Tokens of the sliding window."""
    runs: tuple[Timed, ...]
    """What was timed."""

    def lengths(self, way: str) -> list[int]:
        """The lengths at which something was timed, ascending."""
        checks.one_of("way", way, sorted({run.way for run in self.runs}))
        return sorted(run.seq for run in self.runs if run.way == way)

    def timed(self, way: str, seq: int) -> Timed:
        """One piece of work at one length.

        Raises:
            ValueError: it was not timed there; the message tells the lengths.

        >>> recorded().timed("fused causal", 8192).repeats
        9
        """
        lengths = self.lengths(way)
        if seq not in lengths:
            raise ValueError(f"seq must be one of {', '.join(map(str, lengths))}, got {seq}")
        return next(run for run in self.runs if (run.way, run.seq) == (way, seq))

    def ratio(self, way: str, other: str, seq: int) -> float:
        """Median time of one way over that of another, at one length."""
        return self.timed(way, seq).median_seconds / self.timed(other, seq).median_seconds

    def crossing(self, way: str, other: str) -> float:
        """The length, in tokens, from which `way` takes longer than `other`.

        Between two lengths the logarithm of their ratio is taken as a straight line over the
        logarithm of the length.

        Raises:
            ValueError: it is longer at every length timed, or at none.

        >>> 32_768 < recorded().crossing("layer, core", "layer, rest") < 65_536
        True
        """
        lengths = sorted({*self.lengths(way)} & {*self.lengths(other)})
        logs = [math.log(self.ratio(way, other, seq)) for seq in lengths]
        later = next((place for place, log in enumerate(logs) if log > 0), 0)
        if not later:
            raise ValueError(f"way must overtake other between {lengths}, got ratios' logs {logs}")
        before, after = logs[later - 1], logs[later]
        step = math.log(lengths[later] / lengths[later - 1])
        return lengths[later - 1] * math.exp(step * before / (before - after))

    @property
    def source(self) -> str:
        """The record in words: card, date and versions."""
        return f"{self.machine}, {self.date}, {self.versions}"


@lru_cache
def recorded(path: Path = RECORD) -> Record:
    """The record that comes with the course, or that of another file.

    >>> recorded().window
    1024
    """
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    return Record(**kept | {"runs": tuple(Timed(**run) for run in kept["runs"])})


def as_toml(record: Record) -> str:
    """A record as the text of its file.

    >>> as_toml(recorded()) == RECORD.read_text(encoding="utf-8")
    True
    """
    head = {name: value for name, value in asdict(record).items() if name != "runs"}
    lines = [
        "# By `python -m course_lib.demos.attention.card_runs`; what the fields mean says card.py.",
        "",
        *(f"{name} = {_text(value)}" for name, value in head.items()),
    ]
    for run in record.runs:
        lines += ["", "[[runs]]"]
        lines += [f"{name} = {_text(value)}" for name, value in asdict(run).items()]
    return "\n".join(lines) + "\n"


def _text(value: str | int | float) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)
