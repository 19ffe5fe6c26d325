"""What `course plan` does: a training plan as text, as JSON, and as a picture of where a step's
time goes.

Design choices:
- A mistake in the call is one line that names the nearest thing that works: names come from the
  catalog's own look-up, layouts from `layout`, memory from `parallelism.layouts`.
- Every figure has its 80 % range beside it, and the assumptions stand below.
- JSON holds plain numbers in SI units, under the names that the library uses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_lib import checks
from course_lib.catalog import Transformer, from_hf_config, models
from course_lib.errors import CourseError
from course_lib.estimators import training
from course_lib.estimators.layout import Layout
from course_lib.estimators.ranges import Range
from course_lib.units import HOUR

AMOUNT = re.compile(r"(\d+(?:\.\d+)?(?:e\d+)?)\s*([kMBGTP]?)", re.IGNORECASE)
SUFFIX = {"": 1, "k": 1e3, "m": 1e6, "b": 1e9, "g": 1e9, "t": 1e12, "p": 1e15}
BAR = 40


class PlanError(CourseError, ValueError):
    """A plan that cannot be made; the message names what would work."""


def run_plan(
    model: str | None, config: Path | None, tokens: str, sizes: Mapping[str, int], as_json: bool, figure: Path | None,
    **choices: Any,
) -> int:  # fmt: skip
    """Make the plan, print it, and write its picture if asked; 0.

    Args:
        model: name of the catalog; or
        config: a Hugging Face config.json.
        tokens: tokens trained on, such as "15T", "2e12" or "300 000 000".
        sizes: sizes of a layout to use in place of a search, by name; empty for a search.
        as_json: whether to print JSON.
        figure: where to write a picture (PNG, SVG or PDF, by its ending), if at all.
        choices: keywords of `training.estimate`.

    Raises:
        PlanError: anything that cannot be planned, with the nearest that can.
    """
    try:
        architecture = read_model(model, config)
        layout = read_layout(sizes, choices.get("devices"))
        found = training.estimate(architecture, tokens=amount(tokens), layout=layout, **choices)
    except (KeyError, ValueError, TypeError) as problem:
        raise PlanError(str(problem.args[0] if problem.args else problem)) from problem
    name = architecture.name or (config.name if config else "the model")
    print(
        json.dumps(as_data(found, name), indent=2)
        if as_json
        else as_text(found, name, amount(tokens))
    )
    if figure is not None:
        draw(found, name, figure)
    return 0


def read_model(name: str | None, config: Path | None) -> Transformer:
    """The architecture by its name or from its configuration; exactly one of the two."""
    if (name is None) == (config is None):
        raise PlanError("give either the name of a model or --config config.json")
    if config is None:
        found = models[str(name)]
        if not isinstance(found, Transformer):
            raise PlanError(
                f"{found.name} is not a decoder of known shape, so its training cannot be planned"
            )
        return found
    try:
        return from_hf_config(json.loads(config.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise PlanError(f"{config}: cannot be read as a configuration ({problem})") from problem


def read_layout(sizes: Mapping[str, int], count: int | None) -> Layout | None:
    """The layout that was asked for, its data ranks filled up from the count of devices; None where
    none was."""
    if not sizes:
        return None
    count = int(checks.whole("devices", count))
    shares = [checks.whole(name, sizes.get(name, 1)) for name in ("tensor", "pipeline", "context")]
    each = int(shares[0] * shares[1] * shares[2])
    if count % each:
        near = max(each, round(count / each) * each)
        raise PlanError(
            f"devices must be a multiple of tensor x pipeline x context = {each}, got {count}; try {near}"
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


def as_data(found: training.Estimate, name: str) -> dict[str, Any]:
    """The plan as plain data, ranges as [low, estimate, high]."""
    ranges = {key: _ends(value) for key, value in _ranges(found).items()}
    sizes = {
        **found.layout.numbers(),
        "recompute": found.layout.recompute,
        "devices": found.devices,
    }
    held = {
        part: float(getattr(found.memory, part))
        for part in ("weights", "gradients", "optimizer", "activations")
    }
    return {
        "model": name,
        "device": found.device.name,
        **ranges,
        "layout": sizes,
        "memory_parts_bytes": {**held, "temporary": float(found.memory.temporary)},
        "steps": float(found.steps),
        "step_seconds": float(found.step.seconds),
        "step_parts_seconds": {part: float(seconds) for part, seconds in found.step.parts.items()},
        "assumptions": list(found.assumptions),
    }


def as_text(found: training.Estimate, name: str, tokens: float) -> str:
    """The plan as a table, a bar for every part of a step, and the assumptions."""
    from course_lib.teaching.say.fmt import fmt

    lines = [f"{name} on {found.devices} x {found.device.name}, {fmt(tokens, 'tokens')}", ""]
    lines.append(f"{'':20}{'estimate':>14}   80 % range")
    ranges = _ranges(found)
    for label, key, unit in ROWS:
        value = ranges[key]
        if value is None:
            lines.append(f"{label:20}{'unknown':>14}")
        else:
            low, middle, high = (
                fmt(end * SCALE.get(unit, 1), unit) for end in (value.low, value.value, value.high)
            )
            lines.append(f"{label:20}{middle:>14}   {low} to {high}")
    sizes = found.layout.numbers() | {"recompute": found.layout.recompute}
    lines += [
        "",
        "Layout: " + ", ".join(f"{key} {value}" for key, value in sizes.items()),
        "",
        "Where a step's time goes",
    ]
    lines += [
        f"{part:16}{fmt(share, '%'):>8}  {'#' * round(BAR * share)}"
        for part, share in _shares(found).items()
    ]
    return "\n".join([*lines, "", "Assumptions", *(f"- {each}" for each in found.assumptions)])


ROWS = (
    ("duration", "seconds", "s"),
    ("device hours", "device_hours", ""),
    ("memory per device", "memory_bytes", "B"),
    ("MFU of the run", "mfu", "%"),
    ("energy", "energy_joules", "Wh"),
    ("carbon (CO2e)", "carbon_kg", "tonnes"),
    ("cost", "cost_usd", "USD"),
)
"""The lines of the table: what they are called, their name in the data, and the unit people
read."""
SCALE = {"Wh": 1 / HOUR, "tonnes": 1 / 1000}
"""What makes the unit people read from that of the data, where the two differ."""


def draw(found: training.Estimate, name: str, path: Path) -> None:
    """Write a picture of where a step's time goes."""
    from matplotlib.figure import Figure

    shares = _shares(found)
    picture = Figure(figsize=(7, 0.6 + 0.4 * len(shares)), layout="constrained")
    axes = picture.subplots()
    axes.barh(
        list(shares)[::-1], [100 * share for share in list(shares.values())[::-1]], color="#0072B2"
    )
    axes.set(
        xlabel="share of a training step (%)",
        title=f"{name} on {found.devices} x {found.device.name}",
    )
    try:
        picture.savefig(path)
    except (OSError, ValueError) as problem:
        raise PlanError(f"--figure {path}: {problem}") from problem


def _ranges(found: training.Estimate) -> dict[str, Range | None]:
    """Every result with its range, under the name it has in JSON."""
    used = found.bill.energy
    return {
        "seconds": found.seconds_range,
        "device_hours": found.seconds_range.scaled(found.device_hours / found.seconds),
        "memory_bytes": found.memory_range,
        "mfu": found.mfu_range,
        "energy_joules": None if used is None else used.per(1),
        "carbon_kg": found.bill.carbon_kg,
        "cost_usd": found.bill.usd,
    }


def _ends(value: Range | None) -> list[float] | None:
    return None if value is None else [float(value.low), float(value.value), float(value.high)]


def _shares(found: training.Estimate) -> dict[str, float]:
    """Parts of a step that take time, as shares of it, largest first."""
    shares = {
        part: float(seconds / found.step.seconds) for part, seconds in found.step.parts.items()
    }
    return {
        part: share
        for part, share in sorted(shares.items(), key=lambda item: -item[1])
        if share >= 0.0005
    }
