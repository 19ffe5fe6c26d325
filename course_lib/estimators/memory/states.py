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
- A quantised base keeps 4 bits and 0.5 of scales a weight (blocks of 64 with an fp32 scale; QLoRA,
  arXiv 2305.14314, without double quantisation), in the layers' matrices only: tables, head and
  norms stay as they are.
Left out: Adam's step counters, buffers of the communication library, fragmentation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory.stages import Stage, pick, share

FORMAT_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2, "fp8": 1}
"""Bytes of a number in the formats that weights, gradients and moments are trained in."""
BASE_BITS = {"int8": 8.0, "int4": 4.5}
"""Bits of a frozen weight, scales included."""
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
    weights: Weights, layout: Layout, recipe: Recipe, base_format: str | None = None
) -> Number:
    """Bytes of frozen weights on one device, quantised or not; ZeRO stage 3 shards them too.

    >>> frozen = Weights(plain=0, matrices=10**9, experts=0)
    >>> frozen_bytes(frozen, Layout(), Recipe(), "int4")
    562500000
    """
    bits: float = 8 * recipe.weight_bytes
    if base_format is not None:
        bits = BASE_BITS[checks.one_of("base_format", base_format, tuple(BASE_BITS))]
    ranks = pick(layout.zero >= 3, layout.data * layout.context, 1)
    # Bits over 8 x ranks: rounded up once, not first to bytes and then to shares.
    plain = share(weights.plain * recipe.weight_bytes, ranks) + share(
        weights.matrices * bits, 8 * ranks
    )
    experts = share(
        weights.experts * bits, 8 * pick(layout.zero >= 3, share(ranks, layout.expert), 1)
    )
    return whole(plain + experts)


def stage_weights(model: Transformer, stage: Stage, layout: Layout, tables: bool = True) -> Weights:
    """Weights on one device of a stage.

    >>> from course_lib.catalog import models
    >>> from course_lib.estimators.memory.stages import candidates
    >>> model = models["mixtral-8x7b"]
    >>> whole = stage_weights(model, candidates(model, Layout())[0], Layout())
    >>> whole.total == parameters.count(model).total
    True
    """
    tensor, counted = layout.tensor, parameters.count(model)
    layer = _attention(model, tensor)
    # Attention is counted with its biases, and norms with those of the two ends: what remains is
    # of one layer.
    biases = counted.attention // model.layers - parameters.attention_matrix(model)
    ends = (
        (model.final_norm + model.embedding_norm)
        * parameters.NORM_VECTORS[model.norm]
        * model.d_model
    )
    norms = (counted.norm - ends) // model.layers
    matrices, plain = stage.layers * layer, stage.layers * (norms + share(biases, tensor))
    matrices = matrices + share(stage.dense * _dense_mlp(model, counted.mlp), tensor)
    experts = 0 * matrices  # zero in the shape of the sweep
    if model.experts is not None:
        routed, shared, router = _mixture(model)
        experts = stage.mixture * share(routed, tensor * layout.expert)
        matrices, plain = (
            matrices + stage.mixture * share(shared, tensor),
            plain + stage.mixture * router,
        )
    return Weights(
        plain=plain + (_tables(model, stage, tensor) if tables else 0),
        matrices=matrices,
        experts=experts,
    )


def _attention(model: Transformer, tensor: Number) -> Number:
    """Entries of one layer's attention matrices on a device."""
    whole, latent = parameters.attention_matrix(model), model.latent
    if latent is not None:
        down = model.d_model * (latent.q_rank + latent.kv_rank + latent.rope_dim)
        return down + share(whole - down, tensor)
    keys = 2 * model.d_model * model.n_kv_heads * model.head_dim
    # Keys are shared out by heads: beyond their number, ranks hold copies.
    return share(whole - keys, tensor) + share(keys, checks.smaller(tensor, model.n_kv_heads))


def _dense_mlp(model: Transformer, all_mlps: Number) -> Number:
    """Weights of one ordinary MLP."""
    if model.experts is None:
        return all_mlps // model.layers
    return parameters.count(
        # Where every layer is a mixture d_ff is 0, which is refused without experts; 1 does no
        # harm, because no dense layer is counted then.
        replace(model, layers=1, experts=None, d_ff=checks.larger(model.d_ff, 1))
    ).mlp


def _mixture(model: Transformer) -> tuple[Number, Number, Number]:
    """Weights of one mixture layer: routed experts, shared experts, router."""
    experts = model.experts
    assert experts is not None
    layer = replace(model, layers=1, experts=replace(experts, dense_layers=0))
    # With one expert more than there are and a single one at work, all the real ones are idle:
    # their weights.
    crowd = replace(experts, dense_layers=0, count=experts.count + 1, active=1)
    routed = parameters.count(replace(layer, experts=crowd)).idle
    router = experts.count * (model.d_model + experts.router_bias)
    return routed, parameters.count(layer).mlp - routed - router, router


def _tables(model: Transformer, stage: Stage, tensor: Number) -> Number:
    """Embedding and head with the norms beside them; a tied table stands on both ends of a
    pipeline."""
    counted, vectors = parameters.count(model), parameters.NORM_VECTORS[model.norm] * model.d_model
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
