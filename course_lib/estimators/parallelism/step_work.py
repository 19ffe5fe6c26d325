"""The work of a training step on one device: what a micro-batch computes in a layer, and the bytes
it moves in memory.

A layer's products are counted by `flops`; the bytes of norms and activations are counted from reads
and writes of whole arrays, as kernels without fusion between them do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops, hardware, parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism.clusters import (
    Assumptions,
    Cluster,
    product_share,
    products_reached,
)

SCORE_BYTES = 10
"""Bytes moved for each attention score that is not kept on the chip: softmax and dropout read,
write and mask it."""
NORM_BYTES = 20
"""Bytes moved for each element of the model's width in a layer, at two bytes each: 2 norms of 4, 2
sums of 6."""
LOSS_BYTES = 24
"""Bytes moved for each logit: written and read in two bytes, made four for the softmax, and its
gradient back again."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Work:
    """What a device computes and moves.

    Times are in seconds, of one layer and one micro-batch unless said otherwise.
    """

    model: Transformer
    """The architecture."""
    layout: Layout
    """How the devices share the work; it must suit the model."""
    cluster: Cluster
    """The devices and what connects them."""
    assume: Assumptions
    """What they reach."""
    seq: Number
    """Tokens of a sequence."""
    fused: bool
    """Whether attention keeps its scores on the chip."""
    peak: float
    """Dense peak of a device in FLOP/s, in the format of the products."""
    half_peak: float
    """The same in 16 bits."""
    work: flops.FlopParts
    """FLOPs of the forward pass of one micro-batch, all devices together."""

    @property
    def shards(self) -> Number:
        """Devices that share the arithmetic of a micro-batch on a stage."""
        return self.layout.tensor * self.layout.context

    @property
    def tokens(self) -> Number:
        """Tokens of a micro-batch on a device."""
        return self.layout.micro_batch * self.seq / self.layout.context

    @property
    def large_rate(self) -> Number:
        """FLOP/s that large products of 16 bits reach on a device."""
        stated = self.assume.products_reached
        large = products_reached(self.cluster.device) if stated is None else stated
        return self.half_peak * large

    @property
    def half_rate(self) -> Number:
        """FLOP/s of the products of 16 bits, less where they are small."""
        return self.large_rate * self.small(self.tokens, self.model.d_model / self.layout.tensor)

    @property
    def gain(self) -> Number:
        """How much quicker products of the step's format are than those of 16 bits."""
        narrower = self.peak / self.half_peak
        return narrower * self.assume.narrow_kept if narrower > 1 else narrower

    def small(self, tokens: Number, width: Number) -> Number:
        """Part of the rate that products of such sides reach."""
        return product_share(tokens, width, self.assume.half_side)

    def products(self) -> Number:
        """Seconds of a layer's products going forward: experts' have fewer tokens each."""
        share = 1 / (self.model.layers * self.shards * self.gain)
        all_products = self.work.layers - self.work.attention_core
        if self.recurrent:
            all_products = all_products - self.work.state
        experts = self.model.any_experts
        if experts is None:
            return all_products * share / self.half_rate
        mine = self.tokens * self.layout.expert * experts.active / experts.count
        grouped = self.large_rate * self.small(mine, experts.d_ff / self.layout.tensor)
        routed = self.routed()
        grouped_seconds = routed / (grouped * self.assume.experts_kept)
        return share * ((all_products - routed) / self.half_rate + grouped_seconds)

    def routed(self) -> Number:
        """FLOPs of the routed experts going forward, all layers and all devices together."""
        entries = sum((kind.count * _active(kind.layer) for kind in self.model.layer_kinds), 0)
        return 2 * self.layout.micro_batch * self.seq * entries

    @property
    def recurrent(self) -> bool:
        """Whether a layer moves a state from token to token."""
        return any(kind.layer.recurrent is not None for kind in self.model.layer_kinds)

    def core(self) -> tuple[Number, Number]:
        """Seconds of a layer's attention, forward and backward; always in 16 bits.

        A fused kernel has a rate of its own, and backward it makes the scores again: 5 products of
        the size of 2. Kept scores are made by products.
        """
        core = self.work.attention_core / (self.model.layers * self.shards)
        if self.fused:
            attended = core / (self.large_rate * self.assume.attention_reached)
            return attended, 2.5 * attended
        return core / self.half_rate, 2 * core / self.half_rate

    def state(self) -> Number:
        """Seconds in which a layer's recurrent states move on going forward, by fused kernels."""
        # Elsewhere "state" is the mixing of a token's streams, by plain products.
        state = self.recurrent * self.work.state / (self.model.layers * self.shards)
        return state / (self.large_rate * self.assume.state_reached)

    @property
    def bandwidth(self) -> Number:
        """Bytes/s of a device's memory."""
        return hardware.bandwidth(self.cluster.device) * self.assume.bandwidth_reached

    def loss(self) -> Number:
        """The softmax over the vocabulary and its gradient, beside the products of the head."""
        return (
            LOSS_BYTES * self.tokens * self.model.vocab_rows / self.layout.tensor / self.bandwidth
        )

    def elementwise(self) -> Number:
        """Norms, sums, rotary angles, activations going forward: their bytes over bandwidth."""
        model, item = self.model, self.assume.item_bytes
        split = self.layout.tensor
        norms = (
            # The constant is of two-byte numbers.
            NORM_BYTES / 2 * item * model.d_model / (split if self.layout.sequence_parallel else 1)
        )
        heads = 2 * item * self.mean(_mixer_width) / split
        # Read, write; a gate is one read more.
        inner = (3 if model.gated_mlp else 2) * item * self.mean(_inner_width) / split
        # Tokens are copied in the order of their experts and back: read and written twice.
        copied = 4 * item * self.mean(_copied_width) / split
        return self.tokens * (norms + heads + inner + copied) / self.bandwidth

    def mean(self, of_layer: Callable[[Transformer], Number]) -> Number:
        """A number of a layer, mean of the layers."""
        kinds = self.model.layer_kinds
        if len(kinds) == 1:
            return of_layer(kinds[0].layer)
        total = sum((kind.count * of_layer(kind.layer) for kind in kinds), 0)
        return total / self.model.layers

    def scores(self) -> Number:
        """Attention scores going forward, where they pass through memory."""
        if self.fused:
            return 0.0
        heads = self.mean(lambda layer: layer.attention * layer.n_heads)
        number = self.layout.micro_batch * heads * self.seq * self.seq / self.shards
        return SCORE_BYTES * number / self.bandwidth


def _mixer_width(layer: Transformer) -> Number:
    """Width of queries, keys and values of a layer, or of what its recurrent mixer projects."""
    attention = layer.attention * (layer.n_heads + 2 * layer.n_kv_heads) * layer.head_dim
    return attention if layer.recurrent is None else attention + layer.recurrent.width_in


def _inner_width(layer: Transformer) -> Number:
    """Inner width of the MLPs that a token goes through in a layer."""
    experts = layer.experts
    if not layer.mlp:
        return 0 * layer.d_ff
    if experts is None:
        return layer.d_ff
    return experts.active * experts.d_ff + experts.shared * parameters.shared_width(experts)


def _copied_width(layer: Transformer) -> Number:
    """Width of all copies of a token that go to the routed experts of a layer."""
    experts = layer.experts
    if not layer.mlp or experts is None:
        return 0 * layer.d_model
    return experts.active * parameters.expert_width(layer, experts)


def _active(layer: Transformer) -> Number:
    """Entries of the routed experts that a token goes through in a layer."""
    experts = layer.experts
    return (
        0 * layer.d_model
        if experts is None
        else routed_entries(layer) / experts.count * experts.active
    )


def routed_entries(layer: Transformer) -> Number:
    """Entries of a layer's routed experts."""
    experts = layer.experts
    if experts is None:
        return 0 * layer.d_model
    width = parameters.expert_width(layer, experts)
    return experts.count * parameters.mlp_matrix(layer, experts.d_ff, width)
