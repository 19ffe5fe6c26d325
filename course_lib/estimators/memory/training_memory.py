"""What training holds on each device of a layout.

Training keeps four things: weights, gradients, optimizer states (`states`) and activations
(`activations`). `training` adds them up on the fullest device of a layout, whichever pipeline stage
that is (`stages`).

Design choices:
- The default is mixed precision with Adam, 16 bytes a parameter, fused attention and fused kernels,
  no dropout.
- `temporary` holds what comes and goes: the layer that recomputation makes again or the gradients
  of the logits, whichever is larger, and what of sharded or offloaded weights is whole
  (`gathering`). Left out: buffers of libraries, the optimizer's own, and keys and values that
  context ranks gather.
- Offloading moves bytes to the host and says how many cross the link in a step (`moved`):
  "optimizer" sends gradients down and new weights up (ZeRO-Offload, arXiv 2101.06840), "all"
  fetches every layer's weights twice and sends its gradients down for each micro-batch.
- LoRA freezes the weights: gradients and states for adapters alone. Frozen matrices need no inputs;
  all else is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators.layout import Layout, check
from course_lib.estimators.memory import activations, adapters, ends, gathering, stages, states
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
    loss: str = "fused",
    selective: str = "core",
    remade: tuple[str, ...] = (),
    lora_rank: Number | None = None,
    lora_targets: tuple[str, ...] = adapters.TARGETS,
    base_format: str | None = None,
    micro_batches: Number | None = None,
    schedule: str = "1f1b",
    short_ends: bool = False,
    gathered: str = "layer",
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
        loss: "fused" or "eager", which holds one or two copies more of the logits.
        selective: what the layout's "selective" recomputation means: the attention "core" is
            dropped, or only attention's result and every second of the "products" are kept.
        remade: some of `conventions.REMADE`: made again in the backward pass.
        lora_rank: inner width of adapters; None where all weights are trained.
        lora_targets: matrices that get adapters.
        base_format: of the frozen matrices under adapters, one of `conventions.BASE_FORMATS`; None
            for `format`.
        micro_batches: of a step for each data rank; None: as many as fill the pipeline.
        schedule: of the pipeline, "1f1b" or "dualpipe".
        short_ends: whether the first and the last stage are those that lack a layer.
        gathered: what of sharded weights and gradients is whole at a time: one "layer" after
            another, the "tables" throughout besides, or the whole "stage".
        offload: what lies in the host's memory: "none", "optimizer" or "all".
        parts: "layers" leaves out embedding and head.

    Raises:
        TypeError, ValueError: by the argument's name, or with every reason why the model cannot be
        laid out so.

    Source: arXiv 1910.02054 (states), 2205.05198 (activations); the tests hold both papers' figures
    and PyTorch's own.

    >>> from course_lib.catalog import models
    >>> plain = training(models["llama-3-8b"], seq=8192)
    >>> # states: 16 bytes x 8.03 billion
    >>> round(plain.states / 1e9, 1), round(plain.activations / 1e9)
    (128.5, 41)
    >>> lora = training(models["llama-3-8b"], seq=8192, lora_rank=16, base_format="int4")
    >>> round(lora.states / 1e9, 1)
    6.4
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
        loss=loss,
        selective=selective,
        remade=remade,
        lora_rank=lora_rank,
        lora_targets=lora_targets,
        base_format=base_format,
        micro_batches=micro_batches,
        schedule=schedule,
        short_ends=short_ends,
        gathered=gathered,
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
    seq, choices = checks.whole("seq", seq), checks.instance("choices", choices, Choices)
    check(model, grid, seq)
    sizes = {"seq": seq, "micro_batches": choices.micro_batches, "lora_rank": choices.lora_rank}
    # None stands for a default and has no shape.
    stated = {name: size for name, size in sizes.items() if size is not None}
    checks.broadcast(**model.numbers(), **grid.numbers(), **stated)
    fullest = None
    for stage in stages.candidates(
        model, grid, choices.micro_batches, choices.schedule, choices.short_ends
    ):
        on_stage = _on_stage(model, grid, seq, choices, stage)
        fullest = on_stage if fullest is None else _fuller(fullest, on_stage)
    assert fullest is not None
    return fullest


def _fuller(left: TrainingMemory, right: TrainingMemory) -> TrainingMemory:
    """The one with the larger total, place by place."""
    left_wins = left.total >= right.total
    names = [field.name for field in fields(TrainingMemory)]
    return TrainingMemory(
        **{name: pick(left_wins, getattr(left, name), getattr(right, name)) for name in names}
    )


def _on_stage(
    model: Transformer, grid: Layout, seq: Number, choices: Choices, stage: Stage
) -> TrainingMemory:
    device_states = gathering.stage_states(model, grid, choices, stage, choices.parts == "all")
    kept_bytes, again = _activations(model, grid, seq, choices, stage)
    working = gathering.working(model, grid, choices, stage)
    return _offloaded(choices, device_states, kept_bytes, again + working)


def _activations(
    model: Transformer, grid: Layout, seq: Number, choices: Choices, stage: Stage
) -> tuple[Number, Number]:
    """Bytes kept on a stage, and the most that is made anew for a moment."""
    tokens = share(grid.micro_batch * seq, grid.context)
    kept_bytes, again = _layers(model, grid, seq, choices, stage)
    if choices.parts == "layers":
        return kept_bytes, again
    shared = (grid.tensor, grid.sequence_parallel)
    below = ends.kept(model, tokens, choices, stage.first, False, *shared)
    above = ends.kept(model, tokens, choices, False, stage.last, *shared)
    gradient = pick(stage.last, ends.gradients(model, tokens, choices, grid.tensor), 0)
    # Token ids wait in all micro-batches under way, the head works on one at a time.
    return kept_bytes + stage.micro_batches * below + above, checks.larger(again, gradient)


def _layers(
    model: Transformer, grid: Layout, seq: Number, choices: Choices, stage: Stage
) -> tuple[Number, Number]:
    kept_bytes, again = 0 * stage.layers, 0 * stage.layers

    def layer(one: Transformer, variant: Choices, recompute: str) -> Number:
        return activations.layer(
            one,
            grid.micro_batch,
            seq,
            variant,
            recompute=recompute,
            tensor=grid.tensor,
            context=grid.context,
            sequence_parallel=grid.sequence_parallel,
        )

    for kind in stage.kinds:
        once = layer(kind.layer, choices, grid.recompute)
        whole = layer(kind.layer, replace(choices, remade=()), "none")
        kept_bytes = kept_bytes + kind.count * once
        # Made again one layer at a time, so the largest counts; a kind that the stage lacks does
        # not.
        again = checks.larger(again, pick(kind.count > 0, whole - once, 0))
    return share(kept_bytes * stage.groups, stage.split), again


def _offloaded(
    choices: Choices, device_states: states.States, kept_bytes: Number, temporary: Number
) -> TrainingMemory:
    """What stays on the device and what goes to the host."""
    # Zeros in the shape of the sweep.
    host, moved = 0 * device_states.total, 0 * device_states.total
    if choices.offload == "optimizer":
        host, crossing = device_states.optimizer, choices.gradient_bytes + choices.weight_bytes
        moved = (
            # Optimizer bytes over their bytes a weight give the weights of this device. An
            # optimizer that remembers nothing (sgd without a copy) sends nothing.
            states.whole(share(device_states.optimizer * crossing, choices.optimizer_bytes))
            if choices.optimizer_bytes
            else moved
        )
        device_states = replace(device_states, optimizer=0 * device_states.optimizer)
    if choices.offload == "all":
        times = 1 if choices.micro_batches is None else choices.micro_batches
        # Weights are fetched for the forward and for the backward pass.
        host, moved = (
            device_states.total,
            times * (2 * device_states.weights + device_states.gradients),
        )
        device_states = states.States(weights=0 * host, gradients=0 * host, optimizer=0 * host)
    return TrainingMemory(
        weights=device_states.weights,
        gradients=device_states.gradients,
        optimizer=device_states.optimizer,
        activations=kept_bytes,
        temporary=temporary,
        host=host,
        moved=moved,
    )
