"""Makes the record: `python -m course_lib.demos.precision.alone.sweep`, some ten minutes of one
core.

Every run is kept in the file as soon as it is done; started again, it goes on where it was.
"""

from __future__ import annotations

from pathlib import Path

from course_lib.demos.datasets.optima import runs as text
from course_lib.demos.measure.scripts import made_here, run_script
from course_lib.demos.precision.alone import rules, runs
from course_lib.demos.precision.alone.kept import RECORD, record, write

Place = tuple[int, float, str]
"""Seed, learning rate and way of a run."""


def places() -> list[Place]:
    """All runs, in the order in which they are made.

    >>> len(places()), places()[0]
    (16, (0, 0.0001, 'fp32'))
    """
    return [(seed, rate, way) for seed in rules.SEEDS for rate in rules.RATES for way in rules.WAYS]


def sweep(path: Path, machine: str) -> None:
    """Make every run that the file does not hold yet."""
    done = list(record(path).runs) if path.exists() else []
    held = {(run.seed, run.learning_rate, run.way) for run in done}
    for seed, rate, way in (place for place in places() if place not in held):
        done.append(runs.run(way, rate, seed, rules.MARKS))
        write(done, path, about(machine))
        last = done[-1]
        print(
            f"{len(done)}/{len(places())}  seed {seed}, rate {rate:g}, {way}: losses "
            f"{last.losses}, stuck {last.stuck}, {last.seconds:.0f} s",
            flush=True,
        )


def about(machine: str) -> dict[str, str]:
    """What a record says of itself."""
    seen, unseen = text.parts()
    return made_here(machine) | {
        "text": f"source code of Python's standard library, {len(seen)} bytes to train on and "
        f"{len(unseen)} kept unseen",
    }


def main() -> None:
    """Make the record, or go on with it."""
    run_script(__doc__, RECORD, sweep)


if __name__ == "__main__":
    main()
