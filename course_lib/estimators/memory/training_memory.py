"""What training holds on each device of a layout.

Training keeps four things: weights, gradients, optimizer states (`states`) and activations
(`activations`). `training` adds them up on the fullest device of a layout, whichever pipeline stage
that is (`stages`).

Design choices:
- The default is mixed precision with Adam, 16 bytes a parameter, fused attention and fused kernels,
  no dropout.
- `temporary` holds what comes and goes: the layer that recomputation makes again or the gradient of
  the logits, whichever is larger, and with sharded or offloaded weights the two layers that are in
  use. Left out: buffers of libraries, the optimizer's own, and keys and values that context ranks
  gather.
- Offloading moves bytes to the host and says how many cross the link in a step (`moved`):
  "optimizer" sends gradients down and new weights up (ZeRO-Offload, arXiv 2101.06840), "all"
  fetches every layer's weights twice and sends its gradients down for each micro-batch.
- LoRA freezes the weights: gradients and states for adapters alone. Frozen matrices need no inputs;
  all else is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from course_lib import checks
from course_lib.catalog.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.layout import Layout, check
from course_lib.estimators.memory import activations, adapters, stages, states
from course_lib.estimators.memory.conventions import Choices
from course_lib.estimators.memory.stages import Stage, pick, share


@dataclass(frozen=True, kw_only=True, eq=False)
class TrainingMemory:
    """Bytes on the fullest device of a layout."""

    weights: Number
    """Weights, adapters included."""
    gradients: Number
    """Gradients of whatever is trained."""
    optimizer: Number
    """Master copy and moments."""
    activations: Number
    """Kept from the forward pass, all micro-batches under way."""
    temporary: Number
    """In use for a moment, at the worst one."""
    host: Number
    """In the host's memory, for this device."""
    moved: Number
    """Bytes over the link to the host in a step, both ways together."""

    @property
    def states(self) -> Number:
        """Weights, gradients and optimizer states."""
        return self.weights + self.gradients + self.optimizer

    @property
    def total(self) -> Number:
        """All that must lie in the device's memory."""
        return self.states + self.activations + self.temporary


def training(
    model: Transformer,
    layout: Layout | None = None,
    seq: Number = 2048,
    *,
    optimizer: str = "adam",
    format: str = "bf16",
    master_weights: bool = True,
    gradient_format: str | None = None,
    moment_format: str = "fp32",
    attention: str = "fused",
    kernels: str = "fused",
    dropout: bool = False,
    input_format: str | None = None,
    logits_format: str = "fp32",
    remade: tuple[str, ...] = (),
    lora_rank: Number | None = None,
    lora_targets: tuple[str, ...] = adapters.TARGETS,
    base_format: str | None = None,
    micro_batches: Number | None = None,
    schedule: str = "1f1b",
    short_ends: bool = False,
    offload: str = "none",
    parts: str = "all",
) -> TrainingMemory:
    """Bytes that training takes on the fullest device.

    Args:
        model: the architecture; its numbers and the layout's may be arrays.
        layout: how devices share the work, with micro-batch, ZeRO stage and recomputation; None for
            one device.
        seq: tokens of a sequence.
        optimizer: one of `states.MOMENTS`.
        format: of weights and of what is kept, one of `states.FORMAT_BYTES`.
        master_weights: whether weights narrower than fp32 have an fp32 copy.
        gradient_format: of the gradients; None: the weights'.
        moment_format: of mean and variance.
        attention: "fused" or "naive", which keeps the scores.
        kernels: "fused" or "eager".
        dropout: whether dropout runs.
        input_format: of the inputs of matrix products, where it is another.
        logits_format: of the softmax that the loss keeps.
        remade: some of `conventions.REMADE`: made again in the backward pass.
        lora_rank: inner width of adapters; None where all weights are trained.
        lora_targets: matrices that get adapters.
        base_format: of the frozen matrices under adapters, "int8" or "int4"; None for `format`.
        micro_batches: of a step for each data rank; None: as many as fill the pipeline.
        schedule: of the pipeline, "1f1b" or "dualpipe".
        short_ends: whether the first and the last stage are those that lack a layer.
        offload: what lies in the host's memory: "none", "optimizer" or "all".
        parts: "layers" leaves out embedding and head.

    Raises:
        TypeError, ValueError: by the argument's name, or with every reason why the model cannot be
        laid out so.

    Source: arXiv 1910.02054 (states), 2205.05198 (activations); the tests hold both papers' figures
    and PyTorch's own.

    >>> from course_lib.catalog import models
    >>> one = training(models["llama-3-8b"], seq=8192)
    >>> round(one.states / 1e9, 1), round(one.activations / 1e9)  # states: 16 bytes x 8.03 billion
    (128.5, 41)
    >>> lora = training(models["llama-3-8b"], seq=8192, lora_rank=16, base_format="int4")
    >>> round(lora.states / 1e9, 1)
    6.7
    """
    choices = Choices(
        optimizer=optimizer,
        format=format,
        master_weights=master_weights,
        gradient_format=gradient_format,
        moment_format=moment_format,
        attention=attention,
        kernels=kernels,
        dropout=dropout,
        input_format=input_format,
        logits_format=logits_format,
        remade=remade,
        lora_rank=lora_rank,
        lora_targets=lora_targets,
        base_format=base_format,
        micro_batches=micro_batches,
        schedule=schedule,
        short_ends=short_ends,
        offload=offload,
        parts=parts,
    )
    return for_choices(model, layout, seq, choices)


def for_choices(
    model: Transformer, layout: Layout | None, seq: Number, choices: Choices
) -> TrainingMemory:
    """The same as `training`, with its keywords in one record.

    >>> from course_lib.catalog import models
    >>> lean = for_choices(models["gpt2"], None, 1024, Choices(optimizer="sgd"))
    >>> lean.total < training(models["gpt2"], seq=1024).total
    True
    """
    checks.instance("model", model, Transformer)
    grid = Layout() if layout is None else checks.instance("layout", layout, Layout)
    seq, how = checks.whole("seq", seq), checks.instance("choices", choices, Choices)
    check(model, grid, seq)
    sizes = {"seq": seq, "micro_batches": how.micro_batches, "lora_rank": how.lora_rank}
    given = {name: size for name, size in sizes.items() if size is not None}
    checks.broadcast(**model.numbers(), **grid.numbers(), **given)
    fullest = None
    for stage in stages.candidates(model, grid, how.micro_batches, how.schedule, how.short_ends):
        one = _on_stage(model, grid, seq, how, stage)
        fullest = one if fullest is None else _fuller(fullest, one)
    assert fullest is not None
    return fullest


def _fuller(one: TrainingMemory, other: TrainingMemory) -> TrainingMemory:
    """The one with the larger total, place by place."""
    first = one.total >= other.total
    names = [field.name for field in fields(TrainingMemory)]
    return TrainingMemory(
        **{name: pick(first, getattr(one, name), getattr(other, name)) for name in names}
    )


def _on_stage(
    model: Transformer, grid: Layout, seq: Number, how: Choices, stage: Stage
) -> TrainingMemory:
    held = _states(model, grid, how, stage, how.parts == "all")
    kept, again = _activations(model, grid, seq, how, stage)
    working = _working(model, grid, how, stage)
    return _offloaded(how, held, kept, again + working)


def _working(model: Transformer, grid: Layout, how: Choices, stage: Stage) -> Number:
    """Whole weights of the layer in use and the next one, and one layer's gradients, where they lie
    elsewhere."""
    everything = how.offload == "all"
    if not everything and np.all(grid.zero < 2):
        return 0
    mixture = pick(stage.mixture > 0, 1, 0)
    one_layer = replace(stage, dense=1 - mixture, mixture=mixture)
    one = _states(model, replace(grid, zero=0), how, one_layer, False)
    weights, gradients = (grid.zero >= 3) | everything, (grid.zero >= 2) | everything
    return pick(weights, 2 * one.weights, 0) + pick(gradients, one.gradients, 0)


def _states(
    model: Transformer, grid: Layout, how: Choices, stage: Stage, tables: bool
) -> states.States:
    weights = states.stage_weights(model, stage, grid, tables)
    if how.lora_rank is None:
        return states.of_weights(weights.plain + weights.matrices, weights.experts, grid, how)
    size = {"dense": stage.dense, "mixture": stage.mixture, "expert": grid.expert}
    plain, experts = adapters.weights(model, how.lora_rank, how.lora_targets, **size)
    trained = states.of_weights(share(plain, grid.tensor), share(experts, grid.tensor), grid, how)
    return replace(
        trained, weights=trained.weights + states.frozen_bytes(weights, grid, how, how.base_format)
    )


def _activations(
    model: Transformer, grid: Layout, seq: Number, how: Choices, stage: Stage
) -> tuple[Number, Number]:
    """Bytes kept on a stage, and the most that is made anew for a moment."""
    tokens = share(grid.micro_batch * seq, grid.context)
    kept, again = _layers(model, grid, seq, how, stage)
    if how.parts == "layers":
        return kept, again
    shared = (grid.tensor, grid.sequence_parallel)
    below = activations.ends(model, tokens, how, stage.first, False, *shared)
    above = activations.ends(model, tokens, how, False, stage.last, *shared)
    gradient = pick(stage.last, activations.logits(model, tokens, how, grid.tensor), 0)
    return kept + stage.micro_batches * below + above, checks.larger(again, gradient)


def _layers(
    model: Transformer, grid: Layout, seq: Number, how: Choices, stage: Stage
) -> tuple[Number, Number]:
    kept, again = 0 * stage.layers, 0 * stage.layers

    def layer(choices: Choices, recompute: str, mixture: bool) -> Number:
        return activations.layer(
            model,
            grid.micro_batch,
            seq,
            choices,
            recompute=recompute,
            tensor=grid.tensor,
            context=grid.context,
            sequence_parallel=grid.sequence_parallel,
            mixture=mixture,
        )

    for count, mixture in ((stage.dense, False), (stage.mixture, True)):
        if mixture and model.experts is None:
            continue
        once = layer(how, grid.recompute, mixture)
        whole = layer(replace(how, remade=()), "none", mixture)
        kept = kept + count * once
        again = checks.larger(again, pick(count > 0, whole - once, 0))
    return share(kept * stage.groups, stage.split), again


def _offloaded(
    how: Choices, held: states.States, kept: Number, temporary: Number
) -> TrainingMemory:
    """What stays on the device and what goes to the host."""
    host, moved = 0 * held.total, 0 * held.total
    if how.offload == "optimizer":
        host, each = held.optimizer, how.gradient_bytes + how.weight_bytes
        moved = (
            states.whole(share(held.optimizer * each, how.optimizer_bytes))
            if how.optimizer_bytes
            else moved
        )
        held = replace(held, optimizer=0 * held.optimizer)
    if how.offload == "all":
        times = 1 if how.micro_batches is None else how.micro_batches
        host, moved = held.total, times * (2 * held.weights + held.gradients)
        held = states.States(weights=0 * host, gradients=0 * host, optimizer=0 * host)
    return TrainingMemory(
        weights=held.weights,
        gradients=held.gradients,
        optimizer=held.optimizer,
        activations=kept,
        temporary=temporary,
        host=host,
        moved=moved,
    )
