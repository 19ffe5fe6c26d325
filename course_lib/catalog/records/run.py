"""The record of a training run or a training benchmark.

Read the fields that say what a number is before using it. `flops_convention` and `mfu_convention`
tell hardware FLOPs (with recomputation) from model FLOPs; a whole run is slower than its steady
state (`kind`); and an energy that was not measured is hours times an assumed power, which tests
arithmetic and validates nothing (`energy_measured`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source
from course_lib.units import GIB

RUN_KINDS = (
    "full_run",
    "training_stage",
    "throughput_bench",
    "mlperf_time_to_quality",
    "mlperf_energy",
    "energy_only",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """One row of a published table of runs. None or a blank text stands for "not stated".

    >>> from course_lib.catalog import runs
    >>> run = runs["llama-3-8b"]
    >>> run.device_hours, run.model_key, run.device_key, run.energy_measured
    (1300000.0, 'llama-3-8b', 'h100-sxm-80gb', False)
    """

    name: str
    """Short name of the row."""
    group: str
    """Rows of one group come from one source and compare with each other."""
    kind: str
    """full_run, training_stage, throughput_bench, mlperf_time_to_quality, mlperf_energy or
    energy_only."""
    year: int
    """Year of publication."""

    model: str
    """What was trained, as published."""
    model_key: str | None = None
    """Its key in the catalog of models, where it is there."""
    params: int | None = None
    """Parameters, as published."""
    active_params: int | None = None
    """Parameters used for one token, for a mixture of experts."""
    tokens: int | None = None
    """Tokens trained on."""
    tokens_basis: str = ""
    """Where the token count comes from, or what it means."""
    images: int | None = None
    """Images trained on, repeats counted."""

    hardware: str
    """What it ran on, as published."""
    device_key: str | None = None
    """Key of the device in the catalog of devices, where it is there."""
    devices: int | None = None
    """How many devices worked together."""
    device_hours: float | None = None
    """Devices times hours."""
    device_hours_basis: str = ""
    """Whether the hours were reported, and how they were derived otherwise."""
    wall_seconds: float | None = None
    """Time from start to end, in seconds, where `wall_time` states one."""
    wall_time: str = ""
    """The same as published, with its reservations."""

    achieved_flops_per_device: float | None = None
    """Rate of one device, in FLOP/s; `flops_convention` says which FLOPs."""
    flops_convention: str = ""
    """model: FLOPs of the mathematics; hardware: recomputation counted too; or as the source puts
    it."""
    mfu: float | None = None
    """Model FLOPs utilisation, a share of the dense peak."""
    hfu: float | None = None
    """Hardware FLOPs utilisation, a share of the dense peak, recomputation counted."""
    mfu_convention: str = ""
    """What the utilisation counts, where it is stated."""
    tokens_per_second_per_device: float | None = None
    """Tokens a second on one device."""
    images_per_second: Mapping[str, float] = field(default_factory=dict)
    """Images a second on all devices, by picture side ("256px")."""
    step_seconds: float | None = None
    """Time of one optimizer step, in seconds."""

    data_parallel: int | None = None
    """Copies of the model that work on different data."""
    tensor_parallel: int | None = None
    """Devices that share each matrix."""
    pipeline_parallel: int | None = None
    """Groups of layers, one behind the other."""
    context_parallel: int | None = None
    """Devices that share a sequence."""
    expert_parallel: int | None = None
    """Devices that share the experts."""
    zero_stage: int | None = None
    """ZeRO stage, where one is stated."""
    sharding: str = ""
    """Other sharding, as the source names it."""

    batch_sequences: int | None = None
    """Sequences in one optimizer step; the last value of a ramp."""
    batch_tokens: int | None = None
    """Tokens in one optimizer step; the last value of a ramp."""
    batch_images: int | None = None
    """Images in one optimizer step."""
    batch_note: str = ""
    """Ramps, and where sources disagree about the batch."""
    sequence_length: int | None = None
    """Tokens in one sequence."""
    micro_batch: int | None = None
    """Sequences a device works on at a time."""
    precision: str = ""
    """Number format of the arithmetic, as published."""
    activation_checkpointing: str = ""
    """What is recomputed in the backward pass, as published."""
    peak_memory_gib: float | None = None
    """Peak memory of one device, in GiB as published."""

    energy_joules: float | None = None
    """Energy in joules; `energy_scope` says of what, `energy_basis` how it was found."""
    energy_scope: str = ""
    """What the energy covers: the accelerators, whole machines, the building."""
    energy_basis: str = ""
    """How energy or carbon was found; only a text that starts with "measured" was."""
    power_watts_per_device: float | None = None
    """Power of one device, in watts, measured or assumed as `energy_basis` says."""
    pue: float | None = None
    """Power usage effectiveness that goes with the energy."""
    grid_grams_per_kwh: float | None = None
    """Grams of CO2 equivalent per kilowatt hour that go with the carbon."""
    carbon_kg: float | None = None
    """CO2 equivalent in kilograms."""
    cost_usd: float | None = None
    """Cost in US dollars; `cost_basis` says at which rate."""
    cost_basis: str = ""
    """How the cost was found."""

    source: Source
    """Where the row stands."""
    notes: str = ""
    """Where sources disagree, and what else to know."""

    def __post_init__(self) -> None:
        check_fields(self, zero=("grid_grams_per_kwh", "carbon_kg"), choices={"kind": RUN_KINDS})
        for name in ("mfu", "hfu"):
            share = getattr(self, name)
            if share is not None and share > 1:
                raise ValueError(f"{name} must be a share of at most 1, got {share}")

    @property
    def energy_measured(self) -> bool:
        """Whether the energy was measured; if not, it tests arithmetic and validates nothing."""
        return self.energy_basis.startswith("measured")

    @property
    def peak_memory_bytes(self) -> float | None:
        """Peak memory of one device, in bytes."""
        return None if self.peak_memory_gib is None else self.peak_memory_gib * GIB
