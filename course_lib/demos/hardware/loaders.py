"""Loaders that make batches ahead of a model: how fast one, two and four of them are.

Design choices:
- A loader is a process (`datasets.loader_workers`). Each has two batches in the making or ready, as
  in PyTorch's DataLoader; the first ones are thrown away, or the full buffer would be measured.
- Two kinds of work: waiting (a sleep stands for a disk or a network) and computing (unpacking).
  Waits overlap beyond the number of cores, computing does not.
- Every reading is kept, so that a gain can be told from chance (`measure.clearly`).
- `RECORD` holds what a machine of two cores did when it was quiet; `python -m
  course_lib.demos.hardware.loaders FILE` makes such a file.
"""

from __future__ import annotations

import sys
import time
import tomllib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from course_lib import checks
from course_lib.demos import corpus, loader_work, measure
from course_lib.demos.datasets.loader_workers import PREFETCH, Workers
from course_lib.demos.measure.busy import own_cores

__all__ = ["RECORD", "Loaders", "deliver", "recorded", "unpack_rate"]

RECORD = Path(__file__).with_name("loaders_record.toml")
NUMBERS = (1, 2, 4)
READINGS = 5
FEWEST_READINGS = 3
ROUNDS = 3
"""Batches of each loader in one reading."""
BUDGET_SECONDS = 2.0
"""No further reading of one kind and number starts after so long; three are made in any case."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaders:
    """Seconds a batch, by kind of work and number of loaders."""

    cores: int
    """Cores that could be used."""
    timings: Mapping[str, Mapping[int, measure.Timing]]
    """Readings: seconds that a batch took to come, by kind and number."""
    date: str = ""
    """The day, in a record."""

    def rate(self, kind: str, number: int) -> float:
        """Batches a second, of the middle reading."""
        return 1 / self.timings[kind][number].median_seconds

    def gain(self, kind: str, more: int, than: int = 1) -> float:
        """How many times as many batches `more` loaders deliver."""
        return self.rate(kind, more) / self.rate(kind, than)

    def is_clear(self, kind: str, more: int, gain: float) -> bool:
        """Whether the gain of `more` loaders over one lies clearly on one side of `gain`."""
        reached = [seconds * gain for seconds in self.timings[kind][more].runs_seconds]
        return measure.clearly(reached, self.timings[kind][1]) != "not clear"


def deliver(numbers: Sequence[int] = NUMBERS, readings: int = READINGS) -> Loaders:
    """Measure every kind of work with every number of loaders.

    Raises:
        ValueError: a number of loaders or readings below one.
        TimeoutError: a loader gave no batch within its deadline.
    """
    timings: dict[str, dict[int, measure.Timing]] = {kind: {} for kind in loader_work.WORK}
    wanted = [checks.whole("numbers", number) for number in numbers]
    readings = checks.whole("readings", readings)
    for number in measure.track(wanted, "numbers of loaders tried"):
        with Workers(number) as pool:
            for kind, work in loader_work.WORK.items():
                made = pool.load(work)
                timings[kind][number] = _read(made, number, readings)
    return Loaders(cores=len(own_cores()), timings=timings)


def unpack_rate() -> float:
    """Bytes of text a second that one core of this machine unpacks from compressed files (zlib)."""
    text = corpus.text("prose").encode("utf-8")
    packed = zlib.compress(text)
    return len(text) / measure.time_call(lambda: zlib.decompress(packed)).median_seconds


@lru_cache
def recorded(path: Path = RECORD) -> Loaders:
    """The record that comes with the course, or that of another file.

    >>> recorded().cores
    2
    """
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    timings = {
        kind: {int(number): measure.timing(runs) for number, runs in kept[kind].items()}
        for kind in loader_work.WORK
    }
    return Loaders(cores=kept["cores"], date=kept["date"], timings=timings)


def as_toml(found: Loaders) -> str:
    """What was measured as the text of a file.

    >>> as_toml(recorded()) == RECORD.read_text(encoding="utf-8")
    True
    """
    lines = [
        "# By `python -m course_lib.demos.hardware.loaders`: seconds a batch by number of loaders.",
        "",
        f'date = "{found.date}"',
        f"cores = {found.cores}",
    ]
    for kind, by_number in found.timings.items():
        lines += ["", f"[{kind}]"]
        lines += [
            f"{number} = [{', '.join(f'{seconds:.4g}' for seconds in timing.runs_seconds)}]"
            for number, timing in by_number.items()
        ]
    return "\n".join(lines) + "\n"


def _read(made: Iterator[object], number: int, readings: int) -> measure.Timing:
    """Seconds a batch in each reading, once the buffer is empty."""
    for _ in range(PREFETCH * number):
        next(made)
    batches = ROUNDS * number
    seconds: list[float] = []
    for _ in range(readings):
        if len(seconds) >= FEWEST_READINGS and batches * sum(seconds) > BUDGET_SECONDS:
            break
        start = time.perf_counter()
        for _ in range(batches):
            next(made)
        seconds.append((time.perf_counter() - start) / batches)
    return measure.timing(seconds)


if __name__ == "__main__":
    measured = deliver(readings=9)
    today = Loaders(cores=measured.cores, timings=measured.timings, date=date.today().isoformat())
    Path(sys.argv[1]).write_text(as_toml(today), encoding="utf-8")
