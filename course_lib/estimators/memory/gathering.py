"""States of a pipeline stage on one device, and what of them is whole for a moment though ranks
share it.

Design choices:
- ZeRO gathers a layer's weights while the layer before it works, and lets them go after it; its
  gradients are whole until they are summed up over the ranks. So two layers' weights and one
  layer's gradients are whole at a time (arXiv 1910.02054, section 7.2; FSDP, arXiv 2304.11277,
  section 3.3).
- Code may keep more whole (`conventions.GATHERED`). Where a stage works through many micro-batches,
  weights stay gathered between them, and gradients are summed up, whole and in fp32, before the
  ranks share the sum once (`torch.distributed.fsdp.fully_shard` under a pipeline).
- Tables are not gathered layer by layer; with "layer" alone they are left out.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import adapters, states
from course_lib.estimators.memory.conventions import Choices
from course_lib.estimators.memory.stages import Stage, pick, share
from course_lib.estimators.precision import stored

SUM_BYTES = states.FORMAT_BYTES["fp32"]
"""Bytes of a gradient that is summed up over micro-batches."""


def stage_states(
    model: Transformer, grid: Layout, choices: Choices, stage: Stage, tables: bool
) -> states.States:
    """Weights, gradients and optimizer states that lie on a device of a stage.

    Args:
        model: the architecture.
        grid: how devices share the work.
        choices: formats, optimizer and adapters.
        stage: its layers, and which ends it holds.
        tables: whether embedding and head count.

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators.memory.stages import candidates
    >>> gpt, grid = models["gpt2"], Layout()
    >>> whole = stage_states(gpt, grid, Choices(), candidates(gpt, grid)[0], tables=True)
    >>> whole.total / 124_439_808  # bytes a parameter
    16.0
    """
    weights = states.stage_weights(model, stage, grid, tables)
    if choices.lora_rank is None:
        return states.of_weights(weights.plain + weights.matrices, weights.experts, grid, choices)
    plain, experts = adapters.weights(
        stage.kinds, choices.lora_rank, choices.lora_targets, expert=grid.expert
    )
    trained = states.of_weights(
        share(plain, grid.tensor), share(experts, grid.tensor), grid, choices
    )
    packed = choices.base_format
    base = None if packed is None else stored.weight_bytes(model, packed)
    frozen = states.frozen_bytes(weights, grid, choices, base)
    return replace(trained, weights=trained.weights + frozen)


def working(model: Transformer, grid: Layout, choices: Choices, stage: Stage) -> Number:
    """Bytes of weights and gradients that are whole at a time, where they lie elsewhere.

    Args:
        model: the architecture.
        grid: how devices share the work; ZeRO 2 gathers gradients, ZeRO 3 weights too.
        choices: `gathered` and `offload` say what is whole.
        stage: its layers, and which ends it holds.

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators.memory.stages import candidates
    >>> llama, grid = models["llama-3-8b"], Layout(data=8, zero=3)
    >>> stage = candidates(llama, grid)[0]
    >>> layer, stays = (
    ...     working(llama, grid, Choices(gathered=what), stage) for what in ("layer", "tables")
    ... )
    >>> stays - layer == 2 * 2 * 128256 * 4096 + 2 * 4096  # two tables and the last norm, 2 bytes
    True
    """
    everything = choices.offload == "all"
    if not everything and np.all(grid.zero < 2):
        return 0
    if choices.gathered == "stage":
        return _stage(model, grid, choices, stage)
    largest: Number = 0
    for kind in stage.kinds:
        alone = replace(stage, kinds=(replace(kind, count=pick(kind.count > 0, 1, 0)),))
        largest = checks.larger(largest, _layer(model, grid, choices, alone))
    return largest + (_tables(model, grid, choices, stage) if choices.gathered == "tables" else 0)


def _layer(model: Transformer, grid: Layout, choices: Choices, one_layer: Stage) -> Number:
    """Weights of the layer in use and the next one, and one layer's gradients."""
    everything = choices.offload == "all"
    # ZeRO 0: gathered, a layer is whole. No tables, they are not gathered layer by layer.
    layer_states = stage_states(model, replace(grid, zero=0), choices, one_layer, False)
    weights, gradients = (grid.zero >= 3) | everything, (grid.zero >= 2) | everything
    return pick(weights, 2 * layer_states.weights, 0) + pick(gradients, layer_states.gradients, 0)


def _tables(model: Transformer, grid: Layout, choices: Choices, stage: Stage) -> Number:
    """Weights of embedding and head, as far as the stage has them."""
    whole, layers = (
        stage_states(model, replace(grid, zero=0), choices, stage, tables).weights
        for tables in (True, False)
    )
    return pick(grid.zero >= 3, whole - layers, 0)


def _stage(model: Transformer, grid: Layout, choices: Choices, stage: Stage) -> Number:
    """All weights of a stage, and its gradients as sums."""
    # ZeRO 0: nothing is shared.
    whole = stage_states(model, replace(grid, zero=0), choices, stage, choices.parts == "all")
    sums = whole.gradients * SUM_BYTES // choices.gradient_bytes
    return pick(grid.zero >= 3, whole.weights, 0) + pick(grid.zero >= 2, sums, 0)
