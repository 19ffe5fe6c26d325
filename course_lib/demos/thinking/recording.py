"""Makes the record: `python -m course_lib.demos.thinking.recording`, some minutes of one core.

Seeds come one after the other, and the file is written after each: Ctrl-C loses one seed at most;
started again, it goes on where it was.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from course_lib.demos.measure.scripts import made_here, run_script
from course_lib.demos.thinking import improving, models, rules, sums
from course_lib.demos.thinking.kept import RECORD, Bettered, Record, Tried, record, write
from course_lib.demos.thinking.models import Model
from course_lib.demos.thinking.trying import coverage, majority, tries


def tried(role: str, model: Model, tasks: sums.Sums) -> Tried:
    """How one model does on the held-out sums."""
    many = tries(model, tasks, rules.MOST_TRIES, seed=model.seed)
    counts = many.right.sum(axis=1).reshape(len(rules.LENGTHS), -1)
    return Tried(
        role=role,
        seed=model.seed,
        width=model.width,
        params=model.params,
        steps=model.steps,
        train_flops=model.train_flops,
        try_flops=models.flops_a_try(model),
        once=at_once(model, tasks),
        counts=counts.tolist(),
        majority=[majority(many, n) for n in rules.TRIES],
        seconds=model.seconds,
    )


def bettered(model: Model, tasks: sums.Sums, checked: bool) -> Bettered:
    """How one model does before and after some rounds on its own answers."""
    made = improving.improve(model, checked=checked, seed=model.seed)
    before, after = at_once(model, tasks), at_once(made.model, tasks)
    covered = [
        [coverage(many.right, n) for n in rules.TRIES]
        for many in (tries(m, tasks, rules.MOST_TRIES, seed=m.seed) for m in (model, made.model))
    ]
    return Bettered(
        seed=model.seed,
        checked=checked,
        before=float(np.mean(before)),
        after=float(np.mean(after)),
        once_before=before,
        once_after=after,
        coverage_before=covered[0],
        coverage_after=covered[1],
        right_shares=list(made.right_shares),
        kept_shares=list(made.kept_shares),
        sampling_flops=made.sampling_flops,
        updating_flops=made.updating_flops,
        seconds=made.seconds,
    )


def at_once(model: Model, tasks: sums.Sums) -> list[float]:
    """Share solved by the most likely answer, for each length in turn."""
    right = tries(model, tasks, temperature=0).right.reshape(len(rules.LENGTHS), -1)
    return right.mean(axis=1).tolist()


def one_seed(seed: int) -> tuple[list[Tried], list[Bettered]]:
    """All models of one seed."""
    tasks = sums.tasks(each=rules.TASKS_EACH)
    small = models.train(rules.SMALL, seed=seed)
    longer = models.train(rules.SMALL, models.equal_steps(rules.SMALL, rules.LARGE), seed)
    large = models.train(rules.LARGE, seed=seed)
    roles = {"small": small, "small, same FLOPs": longer, "large": large}
    return (
        [tried(role, model, tasks) for role, model in roles.items()],
        [bettered(small, tasks, checked) for checked in (True, False)],
    )


def make(path: Path, machine: str) -> None:
    """Make every seed that the file does not hold yet."""
    about = Record(**made_here(machine), tried=(), bettered=())
    old = record(path) if path.exists() else about
    made = replace(about, tried=old.tried, bettered=old.bettered)
    for seed in sorted(set(rules.SEEDS) - {one.seed for one in made.tried}):
        first, second = one_seed(seed)
        made = replace(made, tried=(*made.tried, *first), bettered=(*made.bettered, *second))
        write(made, path)
        once = {one.role: round(float(np.mean(one.once)), 3) for one in first}
        print(f"seed {seed}: {once}, improved {second[0].before:.3f} to {second[0].after:.3f}, "
              f"unchecked {second[1].after:.3f}", flush=True)  # fmt: skip


def main() -> None:
    """Make the record, or go on with it."""
    run_script(__doc__, RECORD, make)


if __name__ == "__main__":
    main()
