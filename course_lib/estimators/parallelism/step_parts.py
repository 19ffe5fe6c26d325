"""The parts of a training step: what one micro-batch costs in a layer, and what comes once a step.

`parallelism.step` adds them up. A layer's products are counted by `flops`; the bytes of norms and
activations below are counted from reads and writes of whole arrays, as kernels without fusion
between them do. Backward, products take twice the forward pass, fused attention two and a half
times: it makes its scores again. The conventions of placing and hiding stand in `parallelism` and
`clusters`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import flops, hardware, parameters
from course_lib.estimators.layout import Layout, stage_layers
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
class Account:
    """The sums behind `step`.

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

    def parts(self, micro_batches: Number) -> dict[str, Number]:
        """Seconds of the whole step by what they are spent on."""
        layer, stages = self.layer(), self.layout.pipeline
        # 3: forward, and twice as much backward. Programs leave the head in 16 bits.
        head = 3 * self.work.head / self.shards / self.half_rate
        loss, send = self.loss(), self.send()
        passes = {name: each * self.model.layers for name, each in layer.items()}
        passes["arithmetic"] = passes["arithmetic"] + head
        passes["elementwise"] = passes["elementwise"] + loss
        passes["pipeline"] = send * stages
        total = sum(passes.values())
        # The pace of the pipeline: its slowest stage, with its messages.
        slow = self.slowest_stage(sum(layer.values()), head + loss) + send
        spent = {name: micro_batches * each / stages for name, each in passes.items()}
        # A step takes m x slow + (total - slow) / v, `pipelines.seconds`. The mean of the stages
        # stands above; this is what the slowest adds.
        spent["imbalance"] = micro_batches * checks.larger(
            slow - total / stages, 0.0
        )  # rounding may leave -1e-18
        spent["bubble"] = checks.larger(total - slow, 0.0) / self.layout.interleave
        # Before "data" and "optimizer" are entered: these are not stretched.
        spent["waiting"] = (self.assume.slowest - 1) * sum(spent.values())
        spent["data"] = self.data(micro_batches, slow)
        spent["optimizer"] = self.optimizer()
        return spent

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

    def slowest_stage(self, layer: Number, head: Number) -> Number:
        """The fullest stage, or the last one with fewer layers and the head."""
        fullest = stage_layers(self.model, self.layout)
        return checks.larger(
            # Rounded down: where the layers do not divide, the last stage has one less.
            fullest * layer,
            self.model.layers // self.layout.pipeline * layer + head,
        )

    def layer(self) -> dict[str, Number]:
        """A layer's forward and backward pass, by what takes the time."""
        products, (core, core_back), state = self.products(), self.core(), self.state()
        scores = self.scores()
        moved = self.elementwise() + scores
        again = {
            "none": 0 * products,
            "selective": core + scores,
            # What comes after the last kept array of a layer is not made again.
            "full": self.assume.made_again * (products + self.elementwise())
            + core
            + scores
            + state,
        }[self.layout.recompute]
        return {
            # States are made again backward, as the scores of fused attention are.
            "arithmetic": 3 * products + core + core_back + 3.5 * state,
            "elementwise": 3 * moved,
            "recomputation": again,
            "tensor": self.tensor(),
            "context": self.context(core + core_back),
            "expert": self.expert(),
        }

    def loss(self) -> Number:
        """The softmax over the vocabulary and its gradient, beside the products of the head."""
        return (
            LOSS_BYTES * self.tokens * self.model.vocab_rows / self.layout.tensor / self.bandwidth
        )

    def passes(self) -> int:
        """Forward and backward passes that send; a full recomputation goes forward twice."""
        return 3 if self.layout.recompute == "full" else 2

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

    def collective(self, kind: str, size_bytes: Number, ranks: Number, stride: Number) -> Number:
        """Seconds of a collective under the assumptions."""
        return self.cluster.collective(kind, size_bytes, ranks, stride, self.assume)

    def tensor(self) -> Number:
        """Two all-reduces a pass, one in parallel blocks.

        Sequence-parallel halves of them send the same bytes.
        """
        size = self.assume.item_bytes * self.tokens * self.model.d_model
        once = self.collective("all_reduce", size, self.layout.tensor, 1)
        times = self.passes() * (1 if self.model.parallel_block else 2)
        return times * once * (1 - self.assume.tensor_overlap)

    def context(self, core: Number) -> Number:
        """Keys and values going round, hidden behind `core`.

        Once forward and, with their gradients, twice backward.
        """
        layout = self.layout
        key_value = self.mean(lambda layer: _sent_keys(layer, layout.tensor))
        size = self.assume.item_bytes * key_value * self.tokens * layout.context
        # Backward sends keys and values, and their gradients too.
        sent = (self.passes() + 1) * self.collective(
            "all_gather", size, layout.context, layout.tensor
        )
        # No more can hide than there is work to hide behind.
        return sent - checks.smaller(self.assume.context_overlap * sent, core)

    def expert(self) -> Number:
        """Tokens to their experts and back in every pass, mean of the layers."""
        model, layout, experts = self.model, self.layout, self.model.any_experts
        if experts is None:
            return 0.0
        # Without sequence parallelism each tensor rank sends all of the tokens.
        mine = self.tokens / (layout.tensor if layout.sequence_parallel else 1)
        width = parameters.expert_width(model, experts)
        size = self.assume.item_bytes * mine * experts.active * width
        once = self.collective("all_to_all", size, layout.expert, layout.tensor * layout.context)
        sparse = self.mean(lambda layer: int(layer.mlp and layer.experts is not None))
        return 2 * self.passes() * once * sparse * (1 - self.assume.expert_overlap)

    def send(self) -> Number:
        """Messages of a stage to the next and back, for all its groups of layers.

        Each tensor rank sends its part.
        """
        layout, assume, cluster = self.layout, self.assume, self.cluster
        size = assume.item_bytes * self.tokens * self.model.d_model / layout.tensor
        near = layout.devices <= cluster.domain
        # A device without links is refused only where a message goes over one; elsewhere `near` or
        # the last line is 0.
        linked = np.any((layout.pipeline > 1) & near)
        rate = cluster.link_bytes_per_second if linked else cluster.network_bytes_per_second
        link = assume.link_latency + size / (rate * assume.link_reached)
        far = assume.network_latency + size / (
            cluster.network_bytes_per_second * assume.network_reached
        )
        # Factors of 0 and 1 in place of conditions, because layouts may be arrays.
        once = near * link + (1 - near) * far
        return (layout.pipeline > 1) * 2 * layout.interleave * once * (1 - assume.pipeline_overlap)

    def weights(self) -> tuple[Number, Number]:
        """Weights of a device: those all data ranks have, and those of its experts."""
        model, layout = self.model, self.layout
        split = layout.tensor * layout.pipeline
        total = parameters.count(model).total
        routed = sum((kind.count * _routed(kind.layer) for kind in model.layer_kinds), 0 * total)
        return (total - routed) / split, routed / (split * layout.expert)

    def data(self, micro_batches: Number, slow: Number) -> Number:
        """What the data ranks send in the whole step and passes of `slow` seconds do not hide."""
        layout, ranks = self.layout, self.layout.data * self.layout.context
        dense, routed = self.weights()
        sent = self.gradients(dense, ranks, layout.tensor, micro_batches)
        if self.model.any_experts is not None:
            stride = layout.tensor * layout.expert
            sent = sent + self.gradients(routed, ranks // layout.expert, stride, micro_batches)
        # ZeRO 2 and 3 send in each micro-batch and can hide behind all of them, the others behind
        # one.
        window = slow * (1 + (layout.zero > 1) * (micro_batches - 1))
        return sent - checks.smaller(self.assume.data_overlap * sent, window)

    def gradients(
        self, weights: Number, ranks: Number, stride: Number, micro_batches: Number
    ) -> Number:
        """Sums and gatherings of a step, layer by layer.

        ZeRO 2 sums in every micro-batch, ZeRO 3 gathers twice too.
        """
        zero, pieces = self.layout.zero, stage_layers(self.model, self.layout)
        gradient_bytes, weight_bytes = (
            self.assume.gradient_bytes * weights / pieces,
            self.assume.item_bytes * weights / pieces,
        )
        # Conditions count as 0 or 1: each stage of ZeRO adds its term, in arrays too.
        reductions = (zero > 0) + (zero > 1) * (micro_batches - 1)
        gatherings = (zero > 0) + (zero > 2) * (2 * micro_batches - 1)
        sent = (zero == 0) * self.collective("all_reduce", gradient_bytes, ranks, stride)
        sent = sent + reductions * self.collective("reduce_scatter", gradient_bytes, ranks, stride)
        sent = sent + gatherings * self.collective("all_gather", weight_bytes, ranks, stride)
        return pieces * sent

    def optimizer(self) -> Number:
        """The update of the weights of the whole step; ZeRO shares it among the data ranks."""
        layout = self.layout
        dense, routed = self.weights()
        ranks = layout.data * layout.context
        shared = layout.zero > 0
        # Divides by the ranks where they share, by 1 where not.
        mine = dense / (1 + shared * (ranks - 1)) + routed / (
            1 + shared * (ranks // layout.expert - 1)
        )
        return mine * self.assume.optimizer_bytes / self.bandwidth


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


def _sent_keys(layer: Transformer, tensor: Number) -> Number:
    """Width of the keys and values that a rank of a context-parallel layer sends round."""
    if not layer.attention:
        return 0 * tensor
    if layer.latent is not None:
        return layer.n_heads / tensor * (layer.latent.key_dim + layer.latent.value_dim)
    # Beyond the number of key-value heads each tensor rank has a copy of one.
    heads = checks.larger(layer.n_kv_heads / tensor, 1)
    return heads * (layer.head_dim + layer.value_width)


def _active(layer: Transformer) -> Number:
    """Entries of the routed experts that a token goes through in a layer."""
    experts = layer.experts
    return 0 * layer.d_model if experts is None else _routed(layer) / experts.count * experts.active


def _routed(layer: Transformer) -> Number:
    """Entries of a layer's routed experts."""
    experts = layer.experts
    if experts is None:
        return 0 * layer.d_model
    width = parameters.expert_width(layer, experts)
    return experts.count * parameters.mlp_matrix(layer, experts.d_ff, width)
