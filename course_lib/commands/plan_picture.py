"""A picture of where a training step's time goes."""

from __future__ import annotations

from pathlib import Path

from course_lib.commands.plan_amounts import PlanError
from course_lib.commands.plan_text import shares
from course_lib.estimators.project import Plan

ENDINGS = (".png", ".svg", ".pdf")


def check(path: Path) -> None:
    """Refuse a picture that could not be written, before anything is planned.

    Raises:
        PlanError: another ending than those of `ENDINGS`, or no folder to write to.
    """
    if path.suffix.lower() not in ENDINGS:
        raise PlanError(f"--figure {path}: its ending must be one of {', '.join(ENDINGS)}")
    if not path.parent.is_dir():
        raise PlanError(f"--figure {path}: there is no folder {path.parent}")
    if path.is_dir():
        raise PlanError(f"--figure {path}: this is a folder")


def draw(plan: Plan, path: Path) -> None:
    """Write a picture of where a step's time goes.

    Raises:
        PlanError: the plan has no run, or the file cannot be written in the format of its ending.
    """
    from matplotlib.figure import Figure

    if plan.run is None:
        raise PlanError(f"--figure {path}: the plan trains nothing, so there is no step to draw")
    parts = shares(plan.run)
    picture = Figure(figsize=(7, 0.6 + 0.4 * len(parts)), layout="constrained")
    axes = picture.subplots()
    # reversed: matplotlib counts from the bottom, and the largest is to be on top
    axes.barh(
        list(parts)[::-1], [100 * share for share in list(parts.values())[::-1]], color="#0072B2"
    )
    title = f"{plan.run.model} on {plan.run.devices} x {plan.run.device}"
    axes.set(xlabel="share of a training step (%)", title=title)
    try:
        picture.savefig(path)
    except (OSError, ValueError) as problem:
        raise PlanError(f"--figure {path}: {problem}") from problem
