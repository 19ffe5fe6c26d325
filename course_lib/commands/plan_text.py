"""A training plan as text: whether it fits, a table, a bar for each part of a step, assumptions.

Design choices:
- Whether the run fits stands first. Of one that does not the table is printed all the same, so that
  one sees by how much.
- Every figure has its 80 % range beside it, in the same unit.
- All that is printed comes from the plan's record, so that a plan read from a file prints the same.
"""

from __future__ import annotations

from typing import Any

from course_lib.commands.plan_amounts import together
from course_lib.commands.plan_words import bullets, paragraph
from course_lib.display.fmt import fmt
from course_lib.estimators.project import Plan, PlannedRun
from course_lib.estimators.ranges import Range

BAR = 40
NEAR = 0.9
"""Part of the stated memory from which on a run is said to come close to it."""
ROWS = (
    ("duration", "seconds", "s"),
    ("device hours", "device_hours", ""),
    ("memory per device", "memory_bytes", "B"),
    ("MFU of the run", "mfu", "%"),
    ("energy", "energy_joules", "J"),
    ("carbon (CO2e)", "carbon_kg", "kg"),
    ("cost", "compute_usd", "USD"),
)
"""Lines of the table: what they are called, their field of the run, the unit of the data."""
LEAST_SHARE = 0.0005
"""Parts of a step below this share are not drawn."""


def as_text(plan: Plan) -> str:
    """The plan as it is printed."""
    lines = [plan.purpose] if plan.run is None else _run_lines(plan.run)
    if plan.run is None or set(plan.parts_usd) - {"device hours"}:
        lines += ["", "What is paid for"]
        lines += [line(name, part, "USD") for name, part in plan.parts_usd.items()]
        lines.append(line("in all", plan.usd, "USD"))
    if plan.run is not None:
        lines += ["", "Assumptions", *bullets(plan.run.assumptions)]
    return "\n".join(lines)


def headline(run: PlannedRun) -> str:
    """What is trained where.

    The tokens are those of the run, the devices all that work together.
    """
    return f"{run.model} on {run.devices} x {run.device}, {fmt(run.tokens, 'tokens')}"


def fits_lines(run: PlannedRun) -> list[str]:
    """Whether the run fits, by how much it does not, and what would."""
    if run.fits is None:
        return []
    needs, ends = together(run.memory_bytes, "B")
    if run.usable_memory_bytes is None:
        return [paragraph(f"Whether it fits is unknown: no memory is stated for {run.device}.")]
    room = run.usable_memory_bytes
    held = f"each device has to hold {needs} ({ends}), and a run may fill {room / 1e9:.4g} GB of it"
    places = ("at its lower end", "in the middle of that range", "at its upper end")
    lacks = ", ".join(
        f"{(end - room) / 1e9:.3g} GB {place}"
        for place, end in zip(places, run.memory_bytes.ends, strict=True)
        if end > room
    )
    told = f"{run.fits.capitalize()}: {held}. " + (f"Missing: {lacks}." if lacks else _near(run))
    lines = [paragraph(told.rstrip())]
    if run.would_fit:
        surely = "surely fit" if run.fits == "may not fit" else "fit"
        lines += [f"The nearest that {surely}:", *bullets(run.would_fit)]
    elif run.fits == "does not fit":
        lines.append("Nothing near was found that fits; a smaller model or a shorter --seq may.")
    return lines


def _near(run: PlannedRun) -> str:
    """That a run which fits comes close to the memory stated; blank where it does not."""
    stated = run.device_memory_bytes
    if stated is None or run.memory_bytes.ends[2] <= NEAR * stated:
        return ""
    share = fmt(run.memory_bytes.ends[2] / stated, "%")
    return (
        f"That is close: the upper end is {share} of the {stated / 1e9:.4g} GB stated, so a longer "
        "text or a larger micro-batch may not fit."
    )


def unknown_lines(run: PlannedRun) -> list[str]:
    """What the catalog lacks, and which option supplies it."""
    lines = []
    if run.usd_per_device_hour is None:
        lines.append(
            f"Cost is unknown: no price is known for an hour of {run.device}; --price gives one."
        )
    if run.energy_joules is None:
        lines.append(f"Energy and carbon are unknown: no power is stated for {run.device}.")
    return [paragraph(each) for each in lines]


def _run_lines(run: PlannedRun) -> list[str]:
    """Headline, verdict, table, layout and bars."""
    lines = [paragraph(headline(run)), *fits_lines(run), *unknown_lines(run), ""]
    heading = "if it fitted" if run.fits == "does not fit" else "estimate"
    lines.append(f"{'':20}{heading:>18}   80 % range")
    lines += [line(label, getattr(run, field), unit) for label, field, unit in ROWS]
    sizes: dict[str, Any] = {**run.layout.numbers(), "recompute": run.layout.recompute}
    layout = "Layout: " + ", ".join(f"{name} {size}" for name, size in sizes.items())
    lines += ["", paragraph(layout)]
    # Whole and exact, as a launch line has them.
    steps, batch, seq = (fmt(round(each), exact=True) for each in (run.steps, run.batch, run.seq))
    lines.append(f"Steps: {steps} of {batch} sequences of {seq} tokens")
    lines += ["", "Where a step's time goes"]
    bars = shares(run).items()
    return lines + [
        f"{part:16}{fmt(share, '%'):>8}  {'#' * round(BAR * share)}".rstrip()
        for part, share in bars
    ]


def line(label: str, value: Range | None, unit: str) -> str:
    """One line of a table: estimate and range, or that it is unknown."""
    middle, ends = ("unknown", "") if value is None else together(value, unit)
    return f"{label:20}{middle:>18}   {ends}".rstrip()


def shares(run: PlannedRun) -> dict[str, float]:
    """Parts of a step that take time, as shares of it, largest first."""
    parts = {part: spent / run.step_seconds for part, spent in run.step_parts_seconds.items()}
    ordered = sorted(parts.items(), key=lambda item: -item[1])
    return {part: share for part, share in ordered if share >= LEAST_SHARE}
