"""What the fullest pipeline stages hold: so many layers of each kind, so many micro-batches under
way, which tables.

Which stage is the fullest depends on model and layout: the first keeps the most micro-batches and
the embedding, the last has the head and its logits, and where the layers do not divide evenly the
second may have one more than both. So `candidates` describes these three, and whoever counts bytes
takes the largest sum.

Design choices:
- 1F1B keeps `pipeline - i` micro-batches on stage i (from 0). Interleaving with v groups a stage
  keeps p v + p - 1 - 2 i groups of layers, on the first stage the known factor 1 + (p - 1) / (p v)
  (Korthikanti et al. 2022, arXiv 2205.05198, section 4.2.3). DualPipe keeps p + 1 micro-batches,
  and two stages' weights on every device (DeepSeek-V3, arXiv 2412.19437, table 2): the first and
  the last stage on one, two stages in between on another.
- Dense layers of a mixture stand at the bottom of the stack, as in DeepSeek's models.
- Stages differ by at most one layer. Those that lack one stand at the end of the pipeline, or first
  and last where `short_ends` is set (Llama 3).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from course_lib import checks
from course_lib.catalog.records.patterns import LayerKind
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Flags, Number
from course_lib.estimators.layout import Layout, stage_layers

SCHEDULES = ("1f1b", "dualpipe")
"""Orders in which a pipeline works through its micro-batches."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """One stage of a pipeline, or one for each layout of a sweep."""

    kinds: tuple[LayerKind[Transformer], ...]
    """Kinds of layers, each with the number of them on this stage."""
    groups: Number
    """Groups of layers whose activations are kept at the same time, all micro-batches together."""
    split: Number
    """Groups that the stage's layers make: 1 without interleaving."""
    micro_batches: Number
    """Micro-batches under way, whose token ids or logits are kept."""
    first: Flags
    """Whether the embedding is here: True, False or an array of them."""
    last: Flags
    """Whether the head is here."""

    @property
    def layers(self) -> Number:
        """Layers of all kinds."""
        # The sum of a first and the others, so that it has the shape of a sweep.
        return sum((kind.count for kind in self.kinds[1:]), self.kinds[0].count)

    @property
    def mixture(self) -> Number:
        """Layers with experts."""
        counts = [kind.count for kind in self.kinds if kind.layer.experts is not None]
        return sum(counts, 0 * self.kinds[0].count)

    @property
    def dense(self) -> Number:
        """Layers without experts."""
        return self.layers - self.mixture


def pick(condition: Flags, yes: Number, no: Number) -> Number:
    """`yes` where the condition holds, else `no`; exact Python numbers where nothing is an array.

    >>> pick(2 > 1, 10**30, 0) == 10**30, pick(np.array([True, False]), 1, 2).tolist()
    (True, [1.0, 2.0])
    """
    if np.ndim(condition) == 0 and np.ndim(yes) == 0 and np.ndim(no) == 0:
        return yes if condition else no
    # float64 in every array of the course, so that a sweep never overflows an int64.
    return np.where(condition, np.asarray(yes, dtype=float), np.asarray(no, dtype=float))


def share(total: Number, ranks: Number) -> Number:
    """What one of `ranks` holds of `total`, rounded up to a whole one.

    >>> share(10, 4)
    3
    """
    if np.ndim(total) or np.ndim(ranks):
        return np.ceil(np.true_divide(total, ranks))  # ten times as fast as floor division
    return -(-total // ranks)  # rounds up, and large ints stay exact


def candidates(
    model: Transformer,
    layout: Layout,
    micro_batches: Number | None = None,
    schedule: str = "1f1b",
    short_ends: bool = False,
) -> list[Stage]:
    """The stages of which one is fullest: first, second, last; a single one without a pipeline.

    Where dense layers lie below mixtures, the first stage above them all stands behind the three.

    Args:
        model: gives the layers.
        layout: gives stages and interleaving.
        micro_batches: micro-batches of a step, never more of which are under way; None: enough to
            fill the pipeline.
        schedule: one of `SCHEDULES`.
        short_ends: whether the first and the last stage are those that lack a layer.

    >>> from course_lib.catalog import models
    >>> llama, layout = models["llama-3.1-405b"], Layout(pipeline=16)
    >>> first, second, last = candidates(llama, layout, short_ends=True)
    >>> (first.layers, first.micro_batches), (second.layers, second.micro_batches), last.layers
    ((7, 16), (8, 15), 7)
    """
    checks.instance("model", model, Transformer)
    checks.instance("layout", layout, Layout)
    checks.one_of("schedule", schedule, SCHEDULES)
    limit = None if micro_batches is None else checks.whole("micro_batches", micro_batches)
    stages, full = layout.pipeline, stage_layers(model, layout)
    # So many stages have one layer less than the fullest.
    lacking = stages * full - model.layers
    ends = checks.flag("short_ends", short_ends)
    first = full - (pick(lacking >= 1, 1, 0) if ends else 0)
    # Short stages are counted from the end, so the second is the last but one to become short.
    second = full - (0 if ends else pick(lacking >= stages - 1, 1, 0))
    last = full - pick((lacking >= (2 if ends else 1)) & (stages > 1), 1, 0)
    # `0 * full`: no layers below, in the shape of the sweep.
    lowest = _stage(model, layout, limit, 0, 0 * full, first)
    if schedule == "1f1b" and np.all(stages == 1):
        return [lowest]
    three = [
        lowest,
        _stage(
            model,
            layout,
            limit,
            # In a sweep some pipelines have a single stage or two: their second is the first or the
            # last.
            checks.smaller(1, stages - 1),
            pick(stages > 1, first, 0),
            pick(stages > 2, second, last),
        ),
        _stage(model, layout, limit, stages - 1, model.layers - last, last),
    ]
    # The second may be of dense layers alone, and a stage of as many mixtures holds far more.
    short = lacking - (1 if ends else 0)  # at the top of the pipeline
    above = _above_dense(model, layout, limit, first, short) if np.any(model.dense_layers) else []
    if schedule == "1f1b":
        return three + above
    # The two ends share a device, two middle stages another.
    middle = [_pair(stage, stage, layout, limit) for stage in (three[1], *above)]
    return [_pair(three[0], three[2], layout, limit), *middle]


def _above_dense(
    model: Transformer, layout: Layout, limit: Number | None, first: Number, short: Number
) -> list[Stage]:
    """The first stage above the dense layers, or the last but one if that comes sooner; so many of
    the topmost stages are short."""
    if model.experts is None:
        return []
    full = stage_layers(model, layout)
    left = checks.larger(model.dense_layers - first, 0 * full)
    # The stage after the last one that has some, but never the last stage of the pipeline: that one
    # stands in the list already.
    place = checks.smaller(1 + share(left, full), checks.larger(layout.pipeline - 2, 0 * full))
    if np.all(np.asarray(place) <= 1):
        return []  # the second stage, or the first
    below = pick(place > 0, first + (place - 1) * full, 0 * full)
    layers = pick(place > 0, full - pick(place >= layout.pipeline - short, 1, 0), first)
    return [_stage(model, layout, limit, place, below, layers)]


def _stage(
    model: Transformer,
    layout: Layout,
    limit: Number | None,
    place: Number,
    below: Number,
    layers: Number,
) -> Stage:
    """The stage at `place` in the pipeline, above so many layers `below`."""
    above, under = model.count_below(below + layers), model.count_below(below)
    kinds = tuple(
        replace(kind, count=upto - before)
        for kind, upto, before in zip(model.layer_kinds, above, under, strict=True)
    )
    split, stages = layout.interleave, layout.pipeline
    # The counts of Korthikanti et al. above; with one group a stage 1F1B has `place` fewer.
    groups = pick(split > 1, stages * split + stages - 1 - 2 * place, stages - place)
    if limit is not None:
        groups = checks.smaller(groups, limit * split)
    return Stage(
        kinds=kinds,
        groups=groups,
        split=split,
        micro_batches=share(groups, split),
        first=place == 0,
        last=place == stages - 1,
    )


def _pair(lower: Stage, upper: Stage, layout: Layout, limit: Number | None) -> Stage:
    """A device of DualPipe: two stages, and p + 1 micro-batches shared between them."""
    if np.any(layout.interleave > 1) or np.any(layout.pipeline < 2):
        raise ValueError(
            "schedule must be 1f1b without pipeline stages, or with interleaved ones, got dualpipe"
        )
    under_way = layout.pipeline + 1
    if limit is not None:
        under_way = checks.smaller(under_way, limit)
    return Stage(
        kinds=tuple(
            replace(one, count=one.count + other.count)
            for one, other in zip(lower.kinds, upper.kinds, strict=True)
        ),
        groups=under_way,
        # Layers of both stages are counted above, and each micro-batch passes one stage of the two.
        split=2,
        micro_batches=under_way,
        first=lower.first,
        last=upper.last,
    )
