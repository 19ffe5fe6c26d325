"""The kinds of files that can be predicted: the columns that tell a kind, its targets, and what no
prediction may see.

Design choices:
- A file's kind is told by its header alone, by columns that no other kind has and that are no
  targets: a file without its targets is predicted too.
- A prediction sees what `Sheet.shown` leaves: no target, no notes, no source, no `*_kind` but
  `tflops_kind`. They are taken away while the file is read (`files`), so that none can be read by
  mistake.
- A measurement that stands in several columns counts once: `Sheet.same` lists such columns, the one
  that counts first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CONVENTIONS = ("tflops_kind", "mfu_convention")
"""Columns that end like a spoiler and are none: which FLOPs a rate counts."""
SPOILERS = (
    "notes",
    "wall_time",
    "cost_basis",
    "energy_basis",
    "source",
    "evidence",
)
"""Columns that may spell a target out in words; `*_kind` does, too."""
RATES = (
    "step_time_s",
    "tokens_per_s_per_device",
    "samples_per_s",
    "mfu",
    "achieved_tflops_per_device",
    "hfu",
)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One kind of file."""

    name: str
    """What it is called: the file that it is modelled on."""
    told_by: tuple[str, ...]
    """Columns that tell it from the others, none of them a target."""
    needed: tuple[str, ...]
    """Columns that a prediction cannot do without."""
    targets: tuple[str, ...]
    """Columns to predict."""
    group: str
    """The column that says which measurements belong together."""
    same: tuple[tuple[str, ...], ...]
    """Columns that hold one measurement between them, the one that counts first."""
    units: tuple[str, ...]
    """Units of the targets, in their order; blank where the row's column `unit` says it."""

    def shown(self, column: str) -> bool:
        """Whether a prediction may read a column.

        >>> RUNS.shown("n_devices"), RUNS.shown("mfu"), RUNS.shown("tokens_kind")
        (True, False, False)
        >>> RUNS.shown("tflops_kind")
        True
        """
        if column in CONVENTIONS:
            return True
        return not (column in self.targets or column in SPOILERS or column.endswith("_kind"))

    def unit(self, target: str) -> str:
        """The unit of a target; blank where the row says it.

        >>> RUNS.unit("energy_mwh"), INFERENCE.unit("value")
        ('MWh', '')
        """
        return dict(zip(self.targets, self.units, strict=True))[target]


RUNS = Sheet(
    name="runs.csv",
    told_by=("tflops_kind", "global_batch", "act_ckpt"),
    needed=(
        "id", "group", "model", "model_key", "kind", "params", "tokens", "device_key", "n_devices",
        "global_batch", "seq_len", "precision",
    ),
    targets=(
        "device_hours", "achieved_tflops_per_device", "mfu", "hfu", "tokens_per_s_per_device",
        "samples_per_s", "step_time_s", "peak_mem_gib", "energy_mwh", "avg_power_w_per_device",
        "tco2e", "cost_usd",
    ),
    units=(
        "h", "TFLOP/s", "share", "share", "tokens/s", "samples/s", "s", "GiB", "MWh", "W", "t",
        "USD",
    ),
    group="group",
    # energy is power times hours, so the two are one measurement
    same=(RATES, ("energy_mwh", "avg_power_w_per_device")),
)  # fmt: skip
MPT = Sheet(
    name="runs_mpt_throughput.csv",
    told_by=("grad_accum", "mp_mode", "sharding"),
    needed=(
        "id", "model", "model_key", "params", "seq_len", "n_gpus", "device_key", "micro_batch",
        "grad_accum", "sharding", "act_ckpt",
    ),
    targets=("mfu", "hfu", "model_tflops", "samples_per_s", "tokens_per_s", "tokens_per_s_per_gpu"),
    units=("share", "share", "TFLOP/s", "samples/s", "tokens/s", "tokens/s"),
    group="table",
    same=(
        ("tokens_per_s_per_gpu", "tokens_per_s", "samples_per_s", "mfu", "model_tflops", "hfu"),
    ),
)  # fmt: skip
INFERENCE = Sheet(
    name="inference.csv",
    told_by=("weights_precision", "metric"),
    needed=(
        "id", "group", "model", "model_key", "params", "device", "device_key", "n_devices",
        "weights_precision", "batch", "input_len", "output_len", "metric",
    ),
    targets=("value", "avg_power_w_total"),
    units=("", "W"),
    group="group",
    # power is energy a token times tokens a second, both published beside it
    same=(("value", "avg_power_w_total"),),
)  # fmt: skip
NEWER = Sheet(
    name="validation_2026.csv",
    told_by=("gpu_memory_utilization", "concurrency", "baseline_value"),
    needed=(
        "id", "group", "model", "device", "n_devices", "precision", "tp", "pp", "cp", "ep",
        "setting", "concurrency", "input_len", "output_len", "max_len", "global_batch", "seq_len",
        "accept_length",
    ),
    targets=(
        "value", "weights_gib", "activation_gib", "non_torch_gib", "cuda_graph_gib",
        "kv_cache_gib", "kv_cache_tokens", "max_concurrency", "tpot_ms", "ttft_ms",
        "tokens_per_s_per_gpu", "model_tflops_per_gpu", "energy_per_token_j", "avg_power_w",
        "median_itl_ms",
    ),
    units=(
        "", "GiB", "GiB", "GiB", "GiB", "GiB", "tokens", "requests", "ms", "ms", "tokens/s",
        "TFLOP/s", "J/token", "W", "ms",
    ),
    group="group",
    same=(
        ("kv_cache_gib", "kv_cache_tokens", "max_concurrency"),
        ("tokens_per_s_per_gpu", "median_itl_ms", "model_tflops_per_gpu"),
        ("energy_per_token_j", "avg_power_w"),
    ),
)  # fmt: skip
SHEETS = (RUNS, MPT, INFERENCE, NEWER)
"""Every kind, in the order in which a header is held against them."""


def of_header(columns: Iterable[str]) -> Sheet | None:
    """The kind of file that a header belongs to; None for none of them.

    >>> of_header(["id", "metric", "weights_precision", "value"]).name
    'inference.csv'
    >>> of_header(["name", "price"]) is None
    True
    """
    known = set(columns)
    return next((sheet for sheet in SHEETS if known.issuperset(sheet.told_by)), None)
