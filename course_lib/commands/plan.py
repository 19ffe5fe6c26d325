"""What `course plan` does for a training run: plans it, or reads it from a file, and prints it as
text, as JSON, as a launch line and as a picture.

Design choices:
- A mistake in the call is one line that names the nearest thing that works: names come from the
  catalog's own look-up, layouts from `layout`, memory from `training.nearest`.
- A run that does not fit is planned with the layout that comes nearest, printed, and ends with exit
  code 3; so does one that breaks an assertion. What decides is the middle of the memory's range: a
  run of which only the upper end lacks room may not fit, and says so.
- All that is printed comes from the plan's record, so that a plan read from a file prints the same.
"""

from __future__ import annotations

import json
import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from course_lib.catalog import Device, Transformer
from course_lib.commands import plan_asserts, plan_launch
from course_lib.commands.plan_amounts import PlanError, amount
from course_lib.commands.plan_inputs import (
    check_facts,
    message,
    read_device,
    read_layout,
    read_model,
)
from course_lib.commands.plan_picture import draw
from course_lib.commands.plan_text import as_text
from course_lib.commands.plan_words import format_note, weights_words
from course_lib.commands.serve_text import is_service
from course_lib.estimators import project, training
from course_lib.estimators.attention.text_limits import length_problem
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism.layouts import NothingFits
from course_lib.estimators.project import Plan

PURPOSE = "a training run"
"""What a plan of the command is for; its maker may write more into the file."""
DOES_NOT_FIT = 3
"""Exit code of a plan that does not fit, or that breaks an assertion."""


def run_plan(
    plan: Plan,
    *,
    as_json: bool = False,
    figure: Path | None = None,
    limits: Iterable[plan_asserts.Limit] = (),
    export: str | None = None,
) -> int:
    """Print a plan, and write its picture if asked; 0, or 3 where it does not fit.

    Args:
        plan: the plan.
        as_json: whether to print it as JSON.
        figure: where to draw it.
        limits: what must hold.
        export: the program whose launch line is printed in place of the plan.
    """
    if export is not None and plan.run is not None:
        print(plan_launch.training_line(export, plan.run))
    elif as_json:
        print(json.dumps(project.as_data(plan), indent=2, allow_nan=False))
    else:
        print(as_text(plan))
    if figure is not None:
        draw(plan, figure)
    if plan.run is None:
        return 0
    broken = plan_asserts.failed(limits, plan_asserts.of_run(plan.run))
    for sentence in broken:
        print(f"course: {sentence}", file=sys.stderr)
    return DOES_NOT_FIT if broken or plan.run.fits == "does not fit" else 0


def make(
    *,
    model: str | None,
    config: str | None,
    tokens: str,
    device: str,
    devices: int,
    seq: int | None = None,
    batch: int | None = None,
    format: str = "bf16",
    attention: str = "causal",
    code: str = "published",
    grid: str | None = None,
    price: float | None = None,
    sizes: Mapping[str, Any] | None = None,
) -> Plan:
    """A plan from what was asked for.

    Args:
        model: name of the catalog; or
        config: a Hugging Face config.json, or its folder.
        tokens: tokens trained on, such as "15T", "2e12" or "300 000 000".
        device: its name.
        devices: how many.
        seq: tokens of a sequence.
        batch: sequences of a step.
        format: number format of the products.
        attention: which pairs of positions are computed.
        code: whose pace the run has: "published", "tuned" or "untuned".
        grid: where the electricity comes from.
        price: US dollars for an hour of a device.
        sizes: sizes of a layout to use in place of a search, by name; empty for a search.

    Raises:
        PlanError: anything that cannot be planned, with the nearest that can.
    """
    architecture, record = read_model(model, config), read_device(device)
    if devices < 1:
        raise PlanError(f"--devices must be at least 1, got {devices}")
    if seq is not None and (problem := length_problem(architecture, seq)):
        raise PlanError(problem)
    try:
        layout = read_layout(sizes or {}, devices)
        check_facts(record, together=devices, format=format, memory=layout is None)
        return _planned(
            architecture,
            record,
            layout,
            tokens=amount(tokens),
            devices=devices,
            seq=seq,
            batch=batch,
            format=format,
            attention=attention,
            code=code,
            grid=grid or training.WORLD,
            usd_per_device_hour=price,
        )
    except PlanError:
        raise
    except (KeyError, ValueError, TypeError) as problem:
        raise PlanError(message(problem)) from problem


def _planned(model: Transformer, device: Device, layout: Layout | None, **asked: Any) -> Plan:
    """The plan, with the nearest that fit where it does not."""
    try:
        run = training.estimate(model, device=device, layout=layout, **asked)
    except NothingFits as problem:
        # The layout that comes nearest shows by how much it does not fit.
        run = training.estimate(model, device=device, layout=problem.leanest, **asked)
    if run.steps < 1:
        raise PlanError(
            f"--tokens must fill at least one step of {run.batch} sequences of {run.seq} tokens, "
            f"{run.batch * run.seq} in all, got {asked['tokens']:.0f}; "
            "a smaller --batch or --seq makes it smaller"
        )
    sure = run.surely_fits is None or bool(run.surely_fits)
    changes = [] if sure else training.nearest.nearest(run, layout is not None)
    plan = project.from_estimate(run, purpose=PURPOSE, model=model.name, would_fit=changes)
    assert plan.run is not None  # made of an estimate
    notes = (weights_words(model), format_note(device, asked["format"]))
    told = (*filter(None, notes), *plan.run.assumptions)
    return replace(plan, run=replace(plan.run, assumptions=told))


def read(file: Path) -> Plan:
    """The plan that stands in a file, as `course plan --json` wrote it.

    Raises:
        PlanError: the file cannot be read, or is no training plan; the field and its rule are
            named.
    """
    try:
        # -sig: some programs on Windows put a byte order mark in front, which JSON refuses
        stored = file.read_bytes()
        # `>` of an old PowerShell writes UTF-16, which begins with one of these two marks.
        encoding = "utf-16" if stored[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"
        data = json.loads(stored.decode(encoding))
        if is_service(data):
            raise PlanError("this is the plan of a service; --from reads training plans")
        return project.from_data(data)
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise PlanError(f"{file}: cannot be read as a plan ({problem})") from problem
    except RecursionError as problem:
        raise PlanError(f"{file}: cannot be read as a plan (too deeply nested)") from problem
    except (KeyError, ValueError, TypeError) as problem:
        raise PlanError(f"{file}: {problem}") from problem
