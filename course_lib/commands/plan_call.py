"""From the options of `course plan` to a plan: a training run, a service, or one that was saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from course_lib.commands import plan, plan_asserts, plan_picture, serve_plan
from course_lib.commands.plan_options import LAYOUT


def run_call(
    options: Mapping[str, Any],
    *,
    serve: bool = False,
    saved: Path | None = None,
    asserts: Sequence[str] = (),
    export: str | None = None,
    as_json: bool = False,
    figure: Path | None = None,
) -> int:
    """Plan what was asked for and print it; the exit code.

    Args:
        options: what was given, by its name in Python.
        serve: whether a service is planned.
        saved: a file with a plan, to print in place of a new one.
        asserts: limits as they were written.
        export: the program whose launch line is printed.
        as_json: whether to print JSON.
        figure: where to draw a training step.

    Raises:
        CourseError: what cannot be planned, in one line.
    """
    # Before anything is computed, so that a misspelling is told at once.
    names = plan_asserts.SERVING if serve else plan_asserts.TRAINING
    limits = plan_asserts.read_limits(asserts, names)
    if figure is not None:
        plan_picture.check(figure)
    asked = dict(options)
    model, config = asked.pop("model", None), asked.pop("config", None)
    if serve:
        service = serve_plan.make_service(model=model, config=config, **asked)
        return serve_plan.run_service(service, as_json=as_json, limits=limits, export=export)
    if saved is not None:
        made = plan.read(saved)
    else:
        sizes = {name: asked.pop(name) for name in LAYOUT if name in asked}
        made = plan.make(model=model, config=config, sizes=sizes, **asked)
    return plan.run_plan(made, as_json=as_json, figure=figure, limits=limits, export=export)
