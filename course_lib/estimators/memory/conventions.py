"""What code keeps of its forward pass differs from code to code; here are the choices, each with a
name.

Design choices:
- `kernels="fused"`, the default, is what large runs on GPUs keep (Megatron-LM, and PyTorch with
  fused kernels): a norm its input, a gated MLP the two halves and their product, a dropout one byte
  a mask; statistics of norms are left out.
- `kernels="eager"` is what plain PyTorch modules keep on a CPU: RMSNorm its input and its result in
  fp32 in place of the input, a gated MLP one tensor more (the bent gate), a dropout a mask as wide
  as its numbers, a causal mask of one byte a pair in each layer, and norms their statistics.
- `attention="naive"` keeps the softmax's result, a number for each pair, and keys and values
  repeated for every query head. "fused" keeps one fp32 number for each query and head, and keys and
  values as they are.
- Logits are kept in fp32: the softmax's result, which the loss needs. PyTorch keeps it in the
  logits' own format.
- A mixture's results are weighted inside the experts by fused kernels; eager code keeps them before
  and after it.
- `loss="fused"` works on the softmax and its gradient, two copies of the logits. "eager" is plain
  PyTorch's cross-entropy: its backward pass holds the softmax, the gradient of the loss and that of
  the softmax, three copies, and a fourth where tensor ranks share the vocabulary
  (torch.distributed.tensor.parallel.loss).
- Programs that recompute "selective"ly mean one of two things (`SELECTIVE`): Megatron-LM drops the
  attention core alone; TorchTitan keeps what attention and every second matrix product made, and
  nothing else (`products`).
- Sharded weights and gradients are whole for a moment where they are worked with: those of a layer
  (ZeRO), those of the layer and of the tables (FSDP2, whose outermost group is never split during a
  step), or those of a whole pipeline stage (FSDP2 under a pipeline, which would have to gather them
  again for each micro-batch); `GATHERED` names the three.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records import stored
from course_lib.checks import Number
from course_lib.estimators.memory.adapters import TARGETS, targets
from course_lib.estimators.memory.states import FORMAT_BYTES, Recipe

ATTENTION = ("fused", "naive")
KERNELS = ("fused", "eager")
BASE_FORMATS = tuple(stored.FORMATS)
"""Formats of frozen matrices."""
OFFLOAD = ("none", "optimizer", "all")
PARTS = ("all", "layers")
LOSSES = ("fused", "eager")
SELECTIVE = ("core", "products")
"""What recomputation of the "selective" kind drops, or keeps."""
GATHERED = ("layer", "tables", "stage")
"""What is whole at a time of weights and gradients that ranks share."""
REMADE = ("norms", "up_projections", "gating")
"""What can be made again at little cost besides: results of norms, latent attention's expansions,
the MLP's product."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Convention:
    """What the code keeps, and in which formats.

    >>> Convention(format="fp32").item, Convention(dropout=True, kernels="eager").mask
    (4, 2)
    """

    attention: str = "fused"
    """One of `ATTENTION`."""
    kernels: str = "fused"
    """One of `KERNELS`."""
    dropout: bool = False
    """Whether dropout runs on attention weights, on both results of a layer, and on the
    embedding."""
    format: str = "bf16"
    """Of what is kept; with fp8 weights activations stay in bf16."""
    input_format: str | None = None
    """Of the inputs of matrix products, where it is another (DeepSeek-V3: fp8); of the MLP's
    halves, too, where "gating" is remade. What attention needs for itself stays in `format`."""
    logits_format: str = "fp32"
    """Of the softmax over the vocabulary that the loss keeps."""
    loss: str = "fused"
    """One of `LOSSES`: how many copies of the logits its backward pass holds."""
    selective: str = "core"
    """One of `SELECTIVE`: what a layout's recompute="selective" means."""
    remade: tuple[str, ...] = ()
    """Some of `REMADE`: not kept, made again in the backward pass."""
    lora_rank: Number | None = None
    """Inner width of the adapters; None where all weights are trained. Frozen matrices need no
    inputs."""
    lora_targets: tuple[str, ...] = TARGETS
    """Matrices that get adapters, some of `adapters.TARGETS`."""

    def __post_init__(self) -> None:
        checks.one_of("attention", self.attention, ATTENTION)
        checks.one_of("kernels", self.kernels, KERNELS)
        checks.one_of("loss", self.loss, LOSSES)
        checks.one_of("selective", self.selective, SELECTIVE)
        checks.flag("dropout", self.dropout)
        for name in ("format", "input_format", "logits_format"):
            if getattr(self, name) is not None:
                checks.one_of(name, getattr(self, name), tuple(FORMAT_BYTES))
        if isinstance(self.remade, str) or not isinstance(self.remade, Iterable):
            raise TypeError(
                f"remade must be several names, such as ('norms',), got {self.remade!r}"
            )
        for name in self.remade:
            checks.one_of("remade", name, REMADE)
        if self.lora_rank is not None:
            # A frozen record is filled in past its own lock; here only with the checked number.
            object.__setattr__(self, "lora_rank", checks.whole("lora_rank", self.lora_rank))
        targets(self.lora_targets)

    @property
    def trained(self) -> frozenset[str] | None:
        """Matrices of the layers whose inputs an adapter reads; None where all weights train."""
        return None if self.lora_rank is None else targets(self.lora_targets)

    @property
    def item(self) -> int:
        """Bytes of a kept number."""
        return max(2, FORMAT_BYTES[self.format])  # fp8 weights leave activations in 16 bits

    @property
    def mask(self) -> int:
        """Bytes of a dropout's mask, for each number."""
        # False counts as 0: no mask without dropout.
        return self.dropout * (self.item if self.kernels == "eager" else 1)

    def input_bytes(self, *matrices: str) -> int:
        """Bytes of a number kept only as input of these matrices: none where they are frozen."""
        if self.trained is not None and not self.trained.intersection(matrices):
            return 0
        return self.item if self.input_format is None else FORMAT_BYTES[self.input_format]


@dataclass(frozen=True, kw_only=True, eq=False)
class Choices(Recipe, Convention):
    """How a training step is done, beside its layout: every keyword of `memory.training`.

    Fields from `states.Recipe`: `optimizer`, `format` (of weights and activations),
    `master_weights`, `gradient_format`, `moment_format`. From `conventions.Convention`:
    `attention`, `kernels`, `dropout`, `input_format`, `logits_format`, `loss`, `selective`,
    `remade`, `lora_rank`, `lora_targets`.

    >>> Choices(optimizer="adam8bit").attention
    'fused'
    """

    micro_batches: Number | None = None
    """Micro-batches of a step for each data rank; None: as many as fill the pipeline. Fewer keep
    fewer activations."""
    schedule: str = "1f1b"
    """Order of the pipeline's work: "1f1b" (interleaved where the layout says so) or "dualpipe"."""
    short_ends: bool = False
    """Whether the first and the last stage are those that lack a layer (Llama 3)."""
    gathered: str = "layer"
    """What of sharded weights and gradients is whole at a time: one of `GATHERED`."""
    offload: str = "none"
    """What lies in the host's memory: one of `OFFLOAD`."""
    base_format: str | None = None
    """Of the frozen matrices under adapters: one of `BASE_FORMATS`, or None for `format`."""
    parts: str = "all"
    """"layers" leaves out embedding and head, as published figures of a middle stage do."""

    def __post_init__(self) -> None:
        # Called by name, because neither parent calls the other: `super()` would check one of them.
        Recipe.__post_init__(self)
        Convention.__post_init__(self)
        checks.one_of("offload", self.offload, OFFLOAD)
        checks.one_of("parts", self.parts, PARTS)
        checks.one_of("gathered", self.gathered, GATHERED)
        if self.micro_batches is not None:
            object.__setattr__(
                self, "micro_batches", checks.whole("micro_batches", self.micro_batches)
            )
        if self.base_format is not None:
            checks.one_of("base_format", self.base_format, BASE_FORMATS)
            if self.lora_rank is None:
                raise ValueError(
                    f"base_format must be None without lora_rank, got {self.base_format!r}"
                )
