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
from course_lib.commands.validate.files import Unpredictable
from course_lib.commands.validate.open_layouts import Case, choices
from course_lib.estimators import flops, hardware, parallelism
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism import layouts
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import Estimate as Run
from course_lib.estimators.training.batches import usual_batch, whole_batch

MEMORY = Range(low=0.85, value=1.0, high=1.2)
"""Peak memory in use over the estimate: provisional."""


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
    memory_bytes: Range
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
    best: tuple[bool, float, Layout, int, float] | None = None
    for layouts_of_one, whole in choices(case, batch):
        best = _better(best, case, layouts_of_one, whole)
    if best is None:
        raise Unpredictable(
            f"a batch of {batch} sequences leaves nothing to do for some of the ranks"
        )
    _, seconds, layout, whole, held = best
    # A batch that does not come out even is reckoned at one that does, and scaled.
    return _with_ranges(case, layout, batch, seconds * batch / whole, held, told=True)


def _with_ranges(
    case: Case, layout: Layout, batch: float, seconds: float, held: float, *, told: bool
) -> Timed:
    kind = "mixture" if case.model.any_experts is not None else "dense"
    narrow = "" if case.format in (*hardware.HALF, "fp32") else "-narrow"
    ends = spread(f"step-{'told' if told else 'searched'}-{kind}{narrow}")
    return Timed(
        case=case,
        layout=layout,
        batch=batch,
        seconds=Range(low=ends.low, value=1.0, high=ends.high).scaled(seconds),
        memory_bytes=MEMORY.scaled(held),
    )


def of_run(case: Case, run: Run, batch: float | None) -> Timed:
    """The step of a whole run that has looked for its layout itself."""
    return _found(case, run.layout, int(run.batch), batch or float(run.batch))


def _found(case: Case, layout: Layout, whole: int, batch: float) -> Timed:
    """The step of a layout that was searched for, with the recomputation that the case has."""
    if layout.recompute not in case.recomputed:
        layout = replace(layout, recompute=case.recomputed[0])
    seconds = _seconds(case, layout, whole) * batch / whole
    held = float(layouts.held(case.model, layout, whole, case.seq, case.format).total)
    return _with_ranges(case, layout, batch, seconds, held, told=False)


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
            attention="full" if case.early else "causal",
            fused=not case.early,
            assume=assumed(case),
        ).layout
    except layouts.NothingFits as problem:
        if problem.leanest is None:
            raise
        layout = problem.leanest
    return _found(case, layout, whole, batch)


def _seconds(case: Case, layout: Layout, batch: int) -> float:
    return float(np.max(_step(case, layout, batch)))


def _step(case: Case, layout: Layout, batch: int) -> np.ndarray:
    found = parallelism.step(
        case.model,
        layout,
        _cluster(case, layout),
        batch=batch,
        seq=case.seq,
        attention="full" if case.early else "causal",
        fused=not case.early,
        format=case.format,
        assume=assumed(case),
    )
    return np.asarray(found.seconds, dtype=float)


def _cluster(case: Case, layout: Layout) -> parallelism.Cluster:
    """The devices and their network.

    Early programs gathered sharded weights as if each device were alone with its own port: the four
    published steps of arXiv 2104.04473 (table 2) take so long.
    """
    alone = case.early and layout.zero == 3
    return parallelism.Cluster.of(case.device, domain=1 if alone else None)


def assumed(case: Case) -> parallelism.Assumptions:
    """What the program of a case reaches."""
    if case.tuned or case.model.any_experts is not None:
        return parallelism.Assumptions.tuned(case.device)
    return parallelism.Assumptions(
        attention_reached=constant(
            "attention-reached-borrowed" if case.borrowed else "attention-reached"
        ),
        # The checkpoints of early programs went forward to the end of a layer.
        made_again=1.0 if case.early else constant("made-again"),
    )


def _better(
    best: tuple[bool, float, Layout, int, float] | None, case: Case, layout: Layout, batch: int
) -> tuple[bool, float, Layout, int, float]:
    """The better of two: one that fits, then the quicker; of two that do not fit, the leaner."""
    held = float(layouts.held(case.model, layout, batch, case.seq, case.format).total)
    # The step was run, so its layout fitted: what the estimate may err by is let pass.
    least = MEMORY.low * held
    fits = case.device.memory_bytes is None or bool(least <= layouts.room(case.device))
    seconds = _seconds(case, layout, batch)
    this = (fits, seconds, layout, batch, held)
    if best is None or (fits and not best[0]):
        return this
    if best[0] and not fits:
        return best
    # per sequence, because the batches may differ by what they had to be rounded
    quicker = seconds / batch < best[1] / best[3] if fits else held < best[4]
    return this if quicker else best
