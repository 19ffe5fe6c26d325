"""Makes the record of the long tuning: `python -m course_lib.demos.access.long.sweep`.

It takes some ten minutes on one core. Losses are what counts; no time is kept. Started again
with the same output it makes everything anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from course_lib.demos.access import tuned
from course_lib.demos.access.long import rules
from course_lib.demos.access.long.kept import RECORD, Run, write
from course_lib.demos.measure.scripts import made_here, run_script
from course_lib.demos.tiny_gpt import TinyGPT

Place = tuple[str, int, int]
"""Name of a way, seed, steps."""


def places() -> list[Place]:
    """All runs in the order in which they are made: three seeds of the two main ways first.

    >>> len(places()), places()[0]
    (24, ('full tuning', 0, 50))
    """
    return [
        (name, seed, steps)
        for name, (_, _, seeds) in rules.WAYS.items()
        for seed in seeds
        for steps in rules.STEPS
    ]


def best_rate(base: TinyGPT, name: str) -> float:
    """A way's learning rate, by rule 3."""
    way, rank, _ = rules.WAYS[name]

    def loss(rate: float) -> float:
        found = tuned.tune(base, way, rules.TRIED_STEPS, rules.TRIED_SEED, rank, rate)
        print(f"  {name}, learning rate {rate}: {found.loss:.4f}", flush=True)
        return found.loss

    return min(rules.RATES, key=loss)


def run(base: TinyGPT, place: Place, rates: Mapping[str, float]) -> Run:
    """One tuning."""
    name, seed, steps = place
    way, rank, _ = rules.WAYS[name]
    found = tuned.tune(base, way, steps, seed, rank, rates[name])
    return Run(
        name=name,
        steps=steps,
        seed=seed,
        trained=found.trained,
        before=found.loss_before,
        after=found.loss,
    )


def about(machine: str) -> dict[str, str]:
    """What a record says of itself."""
    return made_here(machine) | {
        "text": f"a base of {rules.BASE_STEPS} steps on the source code of Python's standard "
        "library, tuned on the English of its built-in help",
    }


def make(path: Path, machine: str) -> None:
    """Make every run, in order; the file is written after each."""
    base = tuned.pretrained(rules.BASE_STEPS)
    rates = {name: best_rate(base, name) for name in rules.WAYS}
    done: list[Run] = []
    for place in places():
        done.append(run(base, place, rates))
        write(done, rates, path, about(machine))
        print(f"{len(done)}/{len(places())} {place}: {done[-1].after:.4f}", flush=True)


def main() -> None:
    """Make the record."""
    run_script(__doc__, RECORD, make, resumes=False)


if __name__ == "__main__":
    main()
