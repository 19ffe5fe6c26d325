"""A training step of a row: the layout that it states, filled up where it does not, and the time
and the memory that the estimators then give.

Design choices:
- Sizes that a row leaves open (`open_layouts`) are those of the quickest step that fits; where no
  part of the layout is told, `layouts.search` finds all of it.
- Where the layout is told the range is that of `step`; for layouts that had to be found there is
  one of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_lib.catalog.constants import constant, spread
from course_lib.catalog.records.spread import Spread
from course_lib.checks import Number
from course_lib.commands.validate.files import Unpredictable
from course_lib.commands.validate.guesses import around
from course_lib.commands.validate.open_layouts import Case, choices
from course_lib.estimators import flops, hardware, parallelism
from course_lib.estimators.layout import SIZES, Layout
from course_lib.estimators.parallelism import layouts
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import Estimate as Run
from course_lib.estimators.training.batches import usual_batch, whole_batch

LEAST_HELD = 0.85
"""A layout that was run is let pass if so much of its estimated bytes has room. Assumed."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Timed:
    """A step with its range."""

    case: Case
    """What was asked."""
    layout: Layout
    """How the devices share the work."""
    batch: float
    """Sequences of the step, as asked."""
    seconds: Range
    """Time of the step."""
    held_bytes: float
    """What each device holds."""

    @property
    def tokens(self) -> float:
        """Tokens of the step."""
        return self.batch * self.case.seq

    @property
    def peak(self) -> float:
        """FLOP/s of all devices at their dense 16-bit peak, which utilisations are stated of."""
        return hardware.peak(self.case.device) * self.case.devices

    def work(self, hardware_flops: bool, attention: str = "full") -> float:
        """FLOPs of the step: the model's, or with what is computed again.

        Published counts take every pair of positions, masked or not.
        """
        again = self.layout.recompute if hardware_flops else "none"
        seq = self.case.seq
        return self.batch * float(
            flops.training_step(self.case.model, 1, seq, recompute=again, attention=attention)
        )


def timed(case: Case) -> Timed:
    """The step of a case.

    Raises:
        Unpredictable, ValueError: the devices do not divide into the layout, the model does not
            suit it, no layout is possible.

    >>> from course_lib.catalog import devices, models
    >>> asked = {"device": devices["H100"], "devices": 8, "seq": 4096, "batch": 64, "tensor": 2}
    >>> found = timed(Case(model=models["llama-3-8b"], **asked))
    >>> found.layout.tensor, found.layout.data, found.seconds.low < found.seconds.high
    (2, 4, True)
    """
    batch = case.batch or _usual(case)
    if not case.told:
        return _searched(case, batch)
    if case.devices < case.ranks or case.devices % case.ranks:
        raise Unpredictable(
            f"{case.devices} devices do not divide into {case.ranks} tensor x pipeline x context "
            "ranks"
        )
    tried = _tried(case, choices(case, batch))
    if not tried:
        raise Unpredictable(
            f"a batch of {batch} sequences leaves nothing to do for some of the ranks"
        )
    best = min(tried, key=_preferred)
    # A batch that does not come out even is reckoned at one that does, and scaled.
    seconds = best.seconds * batch / best.batch
    return _with_range(case, best.layout, batch, seconds, best.held_bytes, best.step.spread)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Trial:
    """A layout that a case leaves open."""

    layout: Layout
    batch: int
    step: parallelism.Step
    seconds: float
    held_bytes: float
    fits: bool


def _tried(case: Case, candidates: list[tuple[Layout, int]]) -> list[_Trial]:
    """Time and memory of every candidate; those that recompute alike at once, as arrays."""
    tried = []
    for again in dict.fromkeys(layout.recompute for layout, _ in candidates):
        alike = [each for each in candidates if each[0].recompute == again]
        together, batches = _together(alike)
        step = _step(case, together, batches)
        seconds = np.broadcast_to(np.asarray(step.seconds), len(alike))
        needed = layouts.held(case.model, together, batches, case.seq, case.format).total
        held = np.broadcast_to(np.asarray(needed), len(alike))
        tried += [
            _Trial(
                layout=layout,
                batch=batch,
                step=step,
                seconds=float(seconds[place]),
                held_bytes=float(held[place]),
                fits=_fits(case, float(held[place])),
            )
            for place, (layout, batch) in enumerate(alike)
        ]
    return tried


def _together(alike: list[tuple[Layout, int]]) -> tuple[Layout, Number]:
    """Layouts that recompute alike as one of arrays, with the batches of each; one stays as it is,
    because plain numbers are quicker."""
    first, batch = alike[0]
    if len(alike) == 1:
        return first, batch
    columns = {
        name: np.array([getattr(layout, name) for layout, _ in alike], dtype=float)
        for name in (*SIZES, "zero")
    }
    joined = Layout(**columns, sequence_parallel=first.sequence_parallel, recompute=first.recompute)
    return joined, np.array([each for _, each in alike], dtype=float)


def _fits(case: Case, held_bytes: float) -> bool:
    # The step was run, so its layout fitted: what the estimate may err by is let pass.
    least = LEAST_HELD * held_bytes
    return case.device.memory_bytes is None or bool(least <= layouts.room(case.device))


def _preferred(trial: _Trial) -> tuple[bool, float]:
    """Smaller is better: what fits, then the quicker; of what does not fit, the leaner."""
    # Per sequence, because the batches may differ by what they had to be rounded.
    return (not trial.fits, trial.seconds / trial.batch if trial.fits else trial.held_bytes)


def _with_range(
    case: Case, layout: Layout, batch: float, seconds: float, held: float, known: Spread
) -> Timed:
    ends = around(seconds, known.low, known.high)
    return Timed(case=case, layout=layout, batch=batch, seconds=ends, held_bytes=held)


def of_run(case: Case, run: Run, batch: float | None) -> Timed:
    """The step of a whole run that has looked for its layout itself."""
    return _found(case, run.layout, int(run.batch), batch or float(run.batch))


def _found(case: Case, layout: Layout, whole: int, batch: float) -> Timed:
    """The step of a layout that was searched for, with the recomputation that the case has."""
    if layout.recompute not in case.recomputed:
        layout = replace(layout, recompute=case.recomputed[0])
    step = _step(case, layout, whole)
    seconds = float(np.max(step.seconds)) * batch / whole
    held = float(layouts.held(case.model, layout, whole, case.seq, case.format).total)
    known = spread(f"step-searched-{step.circumstance}")
    return _with_range(case, layout, batch, seconds, held, known)


def _usual(case: Case) -> int:
    """Sequences of a step that tells none: as many as the stated micro-batches are, or a usual
    size."""
    if case.micro_batch and case.told:
        return case.micro_batch * max(1, case.devices // case.ranks)
    return int(usual_batch(case.model, case.devices, case.seq, None))


def _searched(case: Case, batch: int) -> Timed:
    """The quickest layout that fits, or the one that comes nearest where none fits."""
    whole = int(whole_batch(batch, case.devices))
    try:
        layout = layouts.search(
            case.model,
            case.device,
            case.devices,
            batch=whole,
            seq=case.seq,
            format=case.format,
            attention=case.attention,
            fused=case.fused,
            assume=assumed(case),
        ).layout
    except layouts.NothingFits as problem:
        if problem.leanest is None:
            raise
        layout = problem.leanest
    return _found(case, layout, whole, batch)


def _step(case: Case, layout: Layout, batch: Number) -> parallelism.Step:
    return parallelism.step(
        case.model,
        layout,
        _cluster(case, layout),
        batch=batch,
        seq=case.seq,
        attention=case.attention,
        fused=case.fused,
        format=case.format,
        assume=assumed(case),
    )


def _cluster(case: Case, layout: Layout) -> parallelism.Cluster:
    """The devices and their network.

    Early programs gathered sharded weights as if each device were alone with its own port: the four
    published steps of arXiv 2104.04473 (table 2) take so long.
    """
    alone = case.early and bool(np.all(np.asarray(layout.zero) == 3))
    return parallelism.Cluster.of(case.device, domain=1 if alone else None)


def assumed(case: Case) -> parallelism.Assumptions:
    """What the program of a case reaches."""
    if case.tuned:
        return parallelism.Assumptions.tuned(case.device)
    mixture = case.model.any_experts is not None
    usual = parallelism.Assumptions.usual(case.device, mixture=mixture, fused=case.fused)
    if case.borrowed and not mixture:
        return replace(usual, attention_reached=constant("attention-reached-borrowed"))
    return usual
