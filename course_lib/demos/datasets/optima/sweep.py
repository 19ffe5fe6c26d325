"""Makes the record: `python -m course_lib.demos.datasets.optima.sweep`, some forty minutes of one
core.

Every run is kept in the file as soon as it is done, so that Ctrl-C loses one run at most; started
again, it goes on where it was. Runs come seed by seed: after a third of the time all curves stand,
from one seed.
"""

from __future__ import annotations

from pathlib import Path

from course_lib.demos.datasets.optima import rules, runs
from course_lib.demos.datasets.optima.kept import RECORD, record, write
from course_lib.demos.measure.scripts import made_here, run_script

Place = tuple[int, float, int]
"""Seed, budget in FLOPs and width of a run."""


def places() -> list[Place]:
    """All runs of the sweep, in the order in which they are made.

    >>> len(places()), places()[0]
    (63, (0, 40000000000.0, 6))
    """
    return [
        (seed, budget, width)
        for seed in rules.SEEDS
        for budget, widths in rules.WIDTHS.items()
        for width in widths
    ]


def sweep(path: Path, machine: str) -> None:
    """Make every run that the file does not hold yet."""
    done = list(record(path).runs) if path.exists() else []
    held = {(run.seed, run.budget_flops, run.width) for run in done}
    missing = [place for place in places() if place not in held]
    for number, (seed, budget, width) in enumerate(missing, len(held) + 1):
        made = runs.run(width, budget, seed)
        done.append(made)
        write(done, path, about(machine))
        print(
            f"{number}/{len(places())}  seed {seed}, {budget:.0e} FLOP, width {width}: "
            f"{made.params} weights, {made.tokens} tokens, loss {made.loss:.4f}, "
            f"{made.seconds:.0f} s",
            flush=True,
        )


def about(machine: str) -> dict[str, str]:
    """What a record says of itself."""
    seen, unseen = runs.parts()
    return made_here(machine) | {
        "text": f"source code of Python's standard library, {len(seen)} bytes to train on and "
        f"{len(unseen)} kept unseen",
    }


def main() -> None:
    """Make the record, or go on with it."""
    run_script(__doc__, RECORD, sweep)


if __name__ == "__main__":
    main()
