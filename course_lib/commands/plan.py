"""What `course plan` does: a training plan as text, as JSON, and as a picture of a step's time.

Design choices:
- A mistake in the call is one line that names the nearest thing that works: names come from the
  catalog's own look-up, layouts from `layout`, memory from `parallelism.layouts`.
- All that is printed comes from the plan's record, so that a plan read from a file prints the same.
- Every figure has its 80 % range beside it, and the assumptions stand below.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_lib import checks
from course_lib.catalog import Transformer, from_hf_config, models
from course_lib.errors import CourseError
from course_lib.estimators import project, training
from course_lib.estimators.layout import Layout
from course_lib.estimators.project import Plan, PlannedRun
from course_lib.estimators.ranges import Range
from course_lib.teaching.say.fmt import fmt
from course_lib.units import HOUR

AMOUNT = re.compile(r"(\d+(?:\.\d+)?(?:e\d+)?)\s*([kMBGTP]?)", re.IGNORECASE)
SUFFIX = {"": 1, "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12, "p": 1e15}
BAR = 40
PURPOSE = "a training run"
"""What a plan of the command is for; its maker may write more into the file."""
ROWS = (
    ("duration", "seconds", "s"),
    ("device hours", "device_hours", ""),
    ("memory per device", "memory_bytes", "B"),
    ("MFU of the run", "mfu", "%"),
    ("energy", "energy_joules", "Wh"),
    ("carbon (CO2e)", "carbon_kg", "tonnes"),
    ("cost", "compute_usd", "USD"),
)
"""Lines of the table: what they are called, their field of the run, the unit people read."""
SCALE = {"Wh": 1 / HOUR, "tonnes": 1 / 1000}
"""What makes the unit people read from that of the data, where the two differ."""


class PlanError(CourseError, ValueError):
    """A plan that cannot be made or read; the message names what would work."""


def run_plan(plan: Plan, as_json: bool, figure: Path | None) -> int:
    """Print a plan, and write its picture if asked; 0."""
    if as_json:
        print(json.dumps(project.as_data(plan), indent=2, allow_nan=False))
    else:
        print(as_text(plan))
    if figure is not None:
        draw(plan, figure)
    return 0


def make(
    *,
    model: str | None,
    config: Path | None,
    tokens: str,
    device: str,
    devices: int,
    seq: int | None = None,
    batch: int | None = None,
    format: str = "bf16",
    grid: str | None = None,
    price: float | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Plan:
    """A plan from what was asked for.

    Args:
        model: name of the catalog; or
        config: a Hugging Face config.json.
        tokens: tokens trained on, such as "15T", "2e12" or "300 000 000".
        device: its name.
        devices: how many.
        seq: tokens of a sequence.
        batch: sequences of a step.
        format: number format of the products.
        grid: where the electricity comes from.
        price: US dollars for an hour of a device.
        sizes: sizes of a layout to use in place of a search, by name; empty for a search.

    Raises:
        PlanError: anything that cannot be planned, with the nearest that can.
    """
    try:
        architecture = read_model(model, config)
        estimate = training.estimate(
            architecture,
            tokens=amount(tokens),
            device=device,
            devices=devices,
            layout=read_layout(sizes or {}, devices),
            batch=batch,
            seq=seq,
            format=format,
            usd_per_device_hour=price,
            grid=grid or training.WORLD,
        )
    except (KeyError, ValueError, TypeError) as problem:
        # str() of a KeyError puts its message in quotes
        raise PlanError(str(problem.args[0] if problem.args else problem)) from problem
    name = architecture.name or (config.name if config else "the model")
    return project.from_estimate(estimate, purpose=PURPOSE, model=name)


def read(file: Path) -> Plan:
    """The plan that stands in a file, as `course plan --json` wrote it.

    Raises:
        PlanError: the file cannot be read, or is no plan; the field and its rule are named.
    """
    try:
        # -sig: some programs on Windows put a byte order mark in front, which JSON refuses
        stored = file.read_bytes()
        # `>` of an old PowerShell writes UTF-16, which begins with one of these two marks.
        encoding = "utf-16" if stored[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"
        return project.from_data(json.loads(stored.decode(encoding)))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise PlanError(f"{file}: cannot be read as a plan ({problem})") from problem
    except (KeyError, ValueError, TypeError) as problem:
        raise PlanError(f"{file}: {problem}") from problem


def read_model(name: str | None, config: Path | None) -> Transformer:
    """The architecture by its name or from its configuration; exactly one of the two."""
    if (name is None) == (config is None):
        raise PlanError("give either the name of a model or --config config.json")
    if config is None:
        record = models[str(name)]
        if not isinstance(record, Transformer):
            raise PlanError(
                f"{record.name} is not a decoder of known shape, so its training cannot be planned"
            )
        return record
    try:
        return from_hf_config(json.loads(config.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise PlanError(f"{config}: cannot be read as a configuration ({problem})") from problem


def read_layout(sizes: Mapping[str, int], count: int) -> Layout | None:
    """The layout that was asked for, its data ranks filled up from the devices; None for none."""
    if not sizes:
        return None
    count = checks.whole("devices", count)
    shares = [checks.whole(name, sizes.get(name, 1)) for name in ("tensor", "pipeline", "context")]
    each = shares[0] * shares[1] * shares[2]
    if count % each:
        near = max(each, round(count / each) * each)
        raise PlanError(
            f"devices must be a multiple of tensor x pipeline x context = {each}, got {count}; "
            f"try {near}"
        )
    zero = sizes.get("zero", 1 if count > each else 0)
    rest = {name: size for name, size in sizes.items() if name != "zero"}
    return Layout(data=count // each, sequence_parallel=True, recompute="none", zero=zero, **rest)


def amount(text: str) -> float:
    """A number of tokens as people write it.

    >>> amount("15T"), amount("2e12"), amount("300 000")
    (15000000000000.0, 2000000000000.0, 300000.0)
    """
    match = AMOUNT.fullmatch(re.sub(r"[\s_,]", "", text))
    if not match:
        raise PlanError(f"tokens must be a number such as 15T, 300B or 2e12, got {text!r}")
    return float(match[1]) * SUFFIX[match[2].casefold()]


def as_text(plan: Plan) -> str:
    """The plan as a table, a bar for every part of a step, and the assumptions."""
    lines = [plan.purpose] if plan.run is None else _run_lines(plan.run)
    if plan.run is None or set(plan.parts_usd) - {"device hours"}:
        lines += ["", "What is paid for"]
        lines += [_line(name, part, "USD") for name, part in plan.parts_usd.items()]
        lines.append(_line("in all", plan.usd, "USD"))
    if plan.run is not None:
        lines += ["", "Assumptions", *(f"- {each}" for each in plan.run.assumptions)]
    return "\n".join(lines)


def _run_lines(run: PlannedRun) -> list[str]:
    """The run's table, layout and bars."""
    lines = [f"{run.model} on {run.devices} x {run.device}, {fmt(run.tokens, 'tokens')}", ""]
    lines.append(f"{'':20}{'estimate':>14}   80 % range")
    lines += [_line(label, getattr(run, field), unit) for label, field, unit in ROWS]
    sizes: dict[str, Any] = {**run.layout.numbers(), "recompute": run.layout.recompute}
    lines += ["", "Layout: " + ", ".join(f"{name} {size}" for name, size in sizes.items())]
    lines += ["", "Where a step's time goes"]
    bars = shares(run).items()
    return lines + [
        f"{part:16}{fmt(share, '%'):>8}  {'#' * round(BAR * share)}" for part, share in bars
    ]


def _line(label: str, value: Range | None, unit: str) -> str:
    """One line of a table: estimate and range, or that it is unknown."""
    if value is None:
        return f"{label:20}{'unknown':>14}"
    low, middle, high = (fmt(end * SCALE.get(unit, 1), unit) for end in value.ends)
    return f"{label:20}{middle:>14}   {low} to {high}"


def shares(run: PlannedRun) -> dict[str, float]:
    """Parts of a step that take time, as shares of it, largest first."""
    parts = {part: spent / run.step_seconds for part, spent in run.step_parts_seconds.items()}
    ordered = sorted(parts.items(), key=lambda item: -item[1])
    return {part: share for part, share in ordered if share >= 0.0005}


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
