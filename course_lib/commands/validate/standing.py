"""How a published number stands in the scores: with which others it is compared, whether it counts,
and whether its group is fit for a test.

Scores alone ask this. It may read the notes and how an energy was found out; a prediction may not.

Design choices:
- Rates of a steady state and hours of whole runs are never mixed, and rates that count recomputed
  FLOPs stand apart from those that do not: they are different quantities.
- One measurement in several columns counts once, by the first of `Sheet.same` that was published
  and predicted; one that two lists of a file hold counts where it comes first.
- Energy that is hours times an assumed power, carbon and money test arithmetic and count nowhere.
- Unfit groups (see `UNFIT`) are scored by themselves, and not among all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.commands.validate.files import Row, as_number
from course_lib.commands.validate.sheets import INFERENCE, MPT, NEWER, RATES, RUNS

UNFIT = {
    "bigscience_v100": "a misconfigured test and tiny batches",
    "llama32": "made by pruning and distilling",
    "mlperf_training": "a slice of a training, second hand",
}
"""Groups that the data's own description calls unfit to calibrate on."""
LOW_CONCURRENCY = 8
"""Up to so many requests at once a time to the first token holds hardly any waiting."""
LISTED_BY = ("id", "group", "date")
"""Columns that say where a measurement is listed, not what was measured."""
HARDWARE, MODEL = "hardware FLOPs", "model FLOPs"
SECTIONS = {
    "peak_mem_gib": "memory",
    "energy_mwh": "energy",
    "avg_power_w_per_device": "power",
    "weights_gib": "memory of servers",
    "activation_gib": "memory of servers",
    "non_torch_gib": "memory of servers",
    "cuda_graph_gib": "memory of servers",
    "kv_cache_gib": "memory of servers",
    "kv_cache_tokens": "memory of servers",
    "max_concurrency": "memory of servers",
    "tpot_ms": "serving",
    "ttft_ms": "serving",
    "energy_per_token_j": "energy",
    "avg_power_w": "power",
    "avg_power_w_total": "power",
    "median_itl_ms": "serving",
}
"""Sections by column; `_section` tells the rest."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one published number is scored."""

    section: str
    """What kind of measurement it is."""
    quantity: str
    """What it is called among the scores: the column or metric, and which FLOPs it counts."""
    aside: str
    """Why it does not count; blank where it does."""
    unfit: str
    """Why its group stays by itself; blank where it is fit."""


def standing(row: Row, target: str, predicted: frozenset[str]) -> Standing:
    """How a target of a row stands.

    Args:
        row: the line of the file.
        target: its column.
        predicted: targets of the row that were predicted.
    """
    return Standing(
        section=_section(row, target),
        quantity=_quantity(row, target),
        aside=_aside(row, target, predicted),
        unfit=_unfit(row),
    )


def name(row: Row, target: str) -> str:
    """What a target is called in the answer: the column, or `value` by its metric."""
    return row.given.text("metric") or target if target == "value" else target


def repeats(rows: Sequence[Row]) -> list[str]:
    """For each row the name of an earlier one that says the same of the same; blank where none
    does.

    Rows are the same where all but name, group and date is: a measurement that two lists hold.
    """
    seen: dict[tuple, str] = {}
    found = []
    for row in rows:
        cells = row.given.cells.items()
        told = tuple((name, text) for name, text in cells if name not in LISTED_BY)
        key = (told, row.given.shape, tuple(row.published.items()))
        measured = any(value is not None for value in row.published.values())
        found.append(seen.get(key, "") if measured else "")
        seen.setdefault(key, row.id)
    return found


def _section(row: Row, target: str) -> str:
    if target in SECTIONS:
        return SECTIONS[target]
    if row.sheet is RUNS:
        return "steady state" if _steady(row, target) else "whole run"
    if row.sheet is MPT:
        return "steady state"
    metric = row.given.text("metric")
    if "energy" in metric:
        return "energy"
    if row.sheet is INFERENCE:
        return "pictures" if metric.startswith("image") else "answers"
    if "draft" in metric:
        return "drafts"
    return "serving" if row.group.startswith("mlenergy") else _training(row)


def _training(row: Row) -> str:
    return "whole run" if row.given.text("metric") else "steady state"


def _steady(row: Row, target: str) -> bool:
    """Whether a number is one of steps; the rates of a run's paper are, its hours are not."""
    if target in RATES:
        return "chip-time" not in row.given.text("tflops_kind")
    return row.given.text("kind") in ("throughput_bench", "training_stage")


def _quantity(row: Row, target: str) -> str:
    """The name in the scores: a rate of FLOPs says which it counts."""
    if target == "hfu":
        return f"{target} ({HARDWARE})"
    if target in ("mfu", "model_tflops", "model_tflops_per_gpu"):
        return f"{target} ({MODEL})"
    if target == "achieved_tflops_per_device":
        kind = row.given.text("tflops_kind")
        counts = HARDWARE if kind.startswith(("hardware", "as reported")) else MODEL
        return f"{target} ({counts})"
    return name(row, target)


def _aside(row: Row, target: str, predicted: frozenset[str]) -> str:
    if target in ("tco2e", "cost_usd"):
        return "hours times a rate, which tests arithmetic alone"
    basis = row.remarks.get("energy_basis", "")
    if target in ("energy_mwh", "avg_power_w_per_device") and not basis.startswith("measured"):
        return "not measured: hours times an assumed power"
    if row.sheet is RUNS and target in RATES and not _steady(row, target):
        return "the same measurement as device_hours"
    if row.sheet is RUNS and target == "device_hours" and _steady(row, target):
        rate = _first(row, RATES, predicted)
        if rate:
            return f"the same measurement as {rate}"
    if row.sheet is NEWER and target == "ttft_ms":
        users = as_number(row.given.text("concurrency"))
        if users is not None and users > LOW_CONCURRENCY:
            return f"holds the waiting in the queue at more than {LOW_CONCURRENCY} requests at once"
    for columns in row.sheet.same:
        first = _first(row, columns, predicted)
        if target in columns and first and first != target:
            return f"the same measurement as {name(row, first)}"
    return ""


def _first(row: Row, columns: tuple[str, ...], predicted: frozenset[str]) -> str:
    """The first of several columns that was published and predicted, or blank."""
    return next(
        (each for each in columns if row.published.get(each) is not None and each in predicted), ""
    )


def _unfit(row: Row) -> str:
    if row.group in UNFIT:
        return UNFIT[row.group]
    if "suspect row" in row.remarks.get("notes", ""):
        return "called suspect by the file"
    if row.sheet is NEWER and row.remarks.get("evidence") == "recalled":
        return "recalled, not read"
    return ""
