"""What training keeps of every weight: the weight, its gradient, and what the optimizer remembers
of it.

Mixed-precision Adam keeps 2 + 2 + 12 = 16 bytes a parameter: weight and gradient in 16 bits, and in
fp32 a master copy, a mean and a variance (Rajbhandari et al. 2019, ZeRO, arXiv 1910.02054, section
3.1). Plain fp32 keeps 4 + 4 + 8 = 16 as well: the formats change, the sum does not.

Design choices:
- A master copy is kept only where the weights' format is narrower than fp32.
- Gradients have the weights' format unless `gradient_format` says otherwise. Runs that sum many
  micro-batches keep them in fp32, 18 bytes in all (Megatron-LM; Korthikanti et al. 2022).
- ZeRO shards over data x context ranks; experts have only data x context / expert ranks that hold
  the same ones.
- Tensor ranks share matrices and tables. Norms, routers and latent attention's down-projections
  stay whole on each.
- Where there are more tensor ranks than key-value heads, some ranks hold the same head.
- Quantised optimizers keep a scale of 4 bytes for each block of 256 numbers (bitsandbytes; arXiv
  2110.02861 has 2048).
- A quantised base is stored as `precision.stored` has it, scales included, in the layers' matrices
  only: tables, head, norms, biases and routers stay as they are.
Left out: Adam's step counters, buffers of the communication library, fragmentation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import NORM_VECTORS, Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory.stages import Stage, pick, share
from course_lib.estimators.precision.stored import WeightBytes

FORMAT_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2, "fp8": 1}
"""Bytes of a number in the formats that weights, gradients and moments are trained in."""
MOMENTS = {"adam": 2, "adam8bit": 2, "momentum": 1, "sgd": 0}
"""Numbers that an optimizer remembers of each weight."""
BLOCK = 256
"""Numbers that share one scale of 4 bytes in a quantised optimizer."""
STATE_BYTES = 16
"""Bytes a parameter of Adam in mixed precision: 2 + 2 for weights and gradients, 12 for copy, mean
and variance."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """Weights on one device, by how they are shared."""

    plain: Number
    """Outside the layers' matrices: tables, norms, biases, routers."""
    matrices: Number
    """Matrices of the layers, experts apart."""
    experts: Number
    """Routed experts."""

    @property
    def total(self) -> Number:
        """All of them."""
        return self.plain + self.matrices + self.experts


@dataclass(frozen=True, kw_only=True, eq=False)
class States:
    """Bytes on one device."""

    weights: Number
    """Of the weights, adapters included."""
    gradients: Number
    """Of the gradients."""
    optimizer: Number
    """Of master copy and moments."""

    @property
    def total(self) -> Number:
        """All three."""
        return self.weights + self.gradients + self.optimizer


@dataclass(frozen=True, kw_only=True, eq=False)
class Recipe:
    """In which formats, and by which optimizer, weights are trained.

    >>> Recipe().optimizer_bytes, Recipe(format="fp32").optimizer_bytes
    (12, 8)
    >>> Recipe(optimizer="sgd").optimizer_bytes
    4
    """

    optimizer: str = "adam"
    """One of `MOMENTS`; AdamW keeps what Adam keeps."""
    format: str = "bf16"
    """Of the weights: one of `FORMAT_BYTES`."""
    master_weights: bool = True
    """Whether weights narrower than fp32 have an fp32 copy that the optimizer changes."""
    gradient_format: str | None = None
    """Of the gradients; None: the weights'."""
    moment_format: str = "fp32"
    """Of mean and variance; quantised optimizers have their own."""

    def __post_init__(self) -> None:
        checks.one_of("optimizer", self.optimizer, tuple(MOMENTS))
        for name in ("format", "gradient_format", "moment_format"):
            if getattr(self, name) is not None:
                checks.one_of(name, getattr(self, name), tuple(FORMAT_BYTES))
        checks.flag("master_weights", self.master_weights)

    @property
    def weight_bytes(self) -> int:
        """Bytes of a weight."""
        return FORMAT_BYTES[self.format]

    @property
    def gradient_bytes(self) -> int:
        """Bytes of a gradient."""
        return FORMAT_BYTES[self.gradient_format or self.format]

    @property
    def optimizer_bytes(self) -> float:
        """Bytes of a weight's master copy and moments."""
        master = 4 if self.master_weights and self.weight_bytes < 4 else 0
        # An 8-bit moment is a byte and its part of the scale of 4 bytes.
        moment_bytes = (
            1 + 4 / BLOCK if self.optimizer == "adam8bit" else FORMAT_BYTES[self.moment_format]
        )
        return master + MOMENTS[self.optimizer] * moment_bytes


def of_weights(
    plain: Number, experts: Number = 0, layout: Layout | None = None, recipe: Recipe | None = None
) -> States:
    """Bytes of so many trained weights on one device of a layout.

    Tensor and pipeline ranks are counted already.

    Args:
        plain: weights that every data rank works with.
        experts: weights of the routed experts that this device holds.
        layout: gives the ZeRO stage and the ranks it shards over; None for one device.
        recipe: formats and optimizer; None for mixed-precision Adam.

    Source: ZeRO, arXiv 1910.02054, table 1; the tests hold every cell of it.

    >>> sharded = of_weights(7.5e9, layout=Layout(data=64, zero=1))
    >>> round(sharded.total / 1e9, 1)  # 15 + 15 GB whole, and 90 GB shared by 64
    31.4
    """
    layout = Layout() if layout is None else checks.instance("layout", layout, Layout)
    recipe = Recipe() if recipe is None else checks.instance("recipe", recipe, Recipe)
    plain, experts = (
        checks.positive(n, v, zero=True) for n, v in (("plain", plain), ("experts", experts))
    )

    def device_bytes(item_bytes: float, from_stage: int) -> Number:
        ranks, shards = layout.data * layout.context, layout.zero >= from_stage
        # Only so many of the ranks hold the same experts, so only these can share their states.
        expert_ranks = share(ranks, layout.expert)
        dense = share(plain * item_bytes, pick(shards, ranks, 1))
        return whole(dense + share(experts * item_bytes, pick(shards, expert_ranks, 1)))

    return States(
        weights=device_bytes(recipe.weight_bytes, 3),
        gradients=device_bytes(recipe.gradient_bytes, 2),
        optimizer=device_bytes(recipe.optimizer_bytes, 1),
    )


def frozen_bytes(
    weights: Weights, layout: Layout, recipe: Recipe, base: WeightBytes | None = None
) -> Number:
    """Bytes of frozen weights on one device; ZeRO stage 3 shards them too.

    Args:
        weights: those on the device.
        layout: gives the ZeRO stage and the ranks it shards over.
        recipe: gives the format of what is not quantised.
        base: bytes of the whole model, quantised; None where it is not.

    >>> frozen_bytes(Weights(plain=0, matrices=10**9, experts=0), Layout(), Recipe())
    2000000000
    """
    ranks = pick(layout.zero >= 3, layout.data * layout.context, 1)
    expert_ranks = pick(layout.zero >= 3, share(ranks, layout.expert), 1)
    plain = share(weights.plain * recipe.weight_bytes, ranks)
    if base is None:
        matrices = share(weights.matrices * recipe.weight_bytes, ranks)
        experts = share(weights.experts * recipe.weight_bytes, expert_ranks)
    else:
        matrices = _part(base.matrices, weights.matrices, base.matrix_weights, ranks)
        experts = _part(base.routed, weights.experts, base.expert_weights, expert_ranks)
    return whole(plain + matrices + experts)


def _part(size: Number, held: Number, every: Number, ranks: Number) -> Number:
    """Bytes on one of `ranks`, where `held` of `every` weights take their part of `size` bytes."""
    every = checks.larger(every, 1)  # where there are none, none are held
    if any(np.ndim(number) for number in (size, held, every, ranks)):
        # The quotient first: it is exact where all weights are held.
        return np.ceil(size * np.true_divide(held, every) / ranks)
    return share(size * held, every * ranks)


def stage_weights(model: Transformer, stage: Stage, layout: Layout, tables: bool = True) -> Weights:
    """Weights on one device of a stage.

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators.memory.stages import candidates
    >>> model = models["mixtral-8x7b"]
    >>> whole = stage_weights(model, candidates(model, Layout())[0], Layout())
    >>> whole.total == parameters.count(model).total
    True
    """
    tensor, zero = layout.tensor, 0 * stage.layers  # zero in the shape of the sweep
    plain, matrices, experts = zero, zero, zero
    for kind in stage.kinds:
        own = _layer(kind.layer, tensor)
        plain = plain + kind.count * own.plain
        # The MLPs of a stage are shared out together: one rounding for all its layers.
        mlp, beside = _mlp(kind.layer)
        matrices = matrices + kind.count * own.matrices + share(kind.count * mlp, tensor)
        plain = plain + share(kind.count * beside, tensor)
        experts = experts + kind.count * share(own.experts, tensor * layout.expert)
    return Weights(
        plain=plain + (_tables(model, stage, tensor) if tables else 0),
        matrices=matrices,
        experts=experts,
    )


def _layer(layer: Transformer, tensor: Number) -> Weights:
    """Weights of one layer: on a device, but for the routed experts, which are told whole; the MLP
    apart."""
    biases = parameters.attention_params(layer) - parameters.attention_matrix(layer)
    # Rows of an indexer that weigh its heads are no quantised matrix, as those of a router.
    indexer = layer.indexer if layer.attention else None
    weighing = 0 if indexer is None else layer.d_model * indexer.heads
    plain = parameters.norm_params(layer) + share(biases, tensor) + weighing
    matrices, experts = _attention(layer, tensor) - weighing, 0 * layer.d_model
    if layer.recurrent is not None:
        # Heads of a state are shared out as those of attention are.
        mixer, d = layer.recurrent, layer.d_model
        matrices = matrices + share(mixer.matrix(d), tensor)
        plain = plain + share(mixer.vectors(d), tensor)
    if layer.experts is not None and layer.mlp:
        # A router is whole on every rank.
        plain = plain + parameters.router_params(layer)
        experts = parameters.routed_params(layer) + layer.experts.unvisited_params
    return Weights(plain=plain, matrices=matrices, experts=experts)


def _attention(layer: Transformer, tensor: Number) -> Number:
    """Entries of one layer's attention matrices on a device."""
    whole, latent = parameters.attention_matrix(layer), layer.latent
    if not layer.attention:
        return whole
    # An indexer is whole on every rank: each picks for its own heads.
    indexer = parameters.indexer_matrix(layer)
    if latent is not None:
        down = layer.d_model * (latent.q_rank + latent.kv_rank + latent.rope_dim)
        return down + indexer + share(whole - down - indexer, tensor)
    keys = parameters.key_value_matrix(layer)
    # Keys are shared out by heads: beyond their number, ranks hold copies.
    split = share(keys, checks.smaller(tensor, layer.n_kv_heads))
    return indexer + share(whole - keys - indexer, tensor) + split


def _mlp(layer: Transformer) -> tuple[Number, Number]:
    """Weights of one layer's MLP, or of the shared experts: entries of their matrices, and all
    else, with parts that have no name."""
    rest, parts = parameters.mlp_params(layer), ("mlp", "shared")
    found = [each.entries for each in parameters.of_layer(layer) if each.part in parts]
    matrices = sum(found, 0 * layer.d_model)
    if layer.experts is not None and layer.mlp:
        routed = parameters.routed_params(layer) + layer.experts.unvisited_params
        rest = rest - routed - parameters.router_params(layer)
    return matrices, rest - matrices


def _tables(model: Transformer, stage: Stage, tensor: Number) -> Number:
    """Embedding and head with the norms beside them; a tied table stands on both ends of a
    pipeline."""
    counted, vectors = parameters.count(model), NORM_VECTORS[model.norm] * model.d_model
    again = model.vocab_rows * model.table_width if model.tied_embeddings else 0
    # A tied table counts as embedding: a last stage without the embedding needs a copy of it.
    head = counted.head + pick(stage.first, 0, again)
    first = share(counted.embedding, tensor) + model.embedding_norm * vectors
    return pick(stage.first, first, 0) + pick(
        stage.last, share(head, tensor) + model.final_norm * vectors, 0
    )


def whole(number: Number) -> Number:
    """A float as an int, because bytes are whole; arrays as they are.

    >>> whole(12.0)
    12
    """
    return int(number) if isinstance(number, float) else number
