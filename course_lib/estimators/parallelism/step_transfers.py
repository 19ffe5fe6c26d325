"""What the devices send each other in a training step, as far as it does not hide behind work.

The conventions of placing and hiding stand in `parallelism` and `clusters`.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.layout import stage_layers
from course_lib.estimators.parallelism.step_work import Work, routed_entries


class Transfers(Work):
    """The work of a device, and its messages. Times are in seconds."""

    def passes(self) -> int:
        """Forward and backward passes that send; a full recomputation goes forward twice."""
        return 3 if self.layout.recompute == "full" else 2

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
        routed = sum(
            (kind.count * routed_entries(kind.layer) for kind in model.layer_kinds), 0 * total
        )
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


def _sent_keys(layer: Transformer, tensor: Number) -> Number:
    """Width of the keys and values that a rank of a context-parallel layer sends round."""
    if not layer.attention:
        return 0 * tensor
    if layer.latent is not None:
        return layer.n_heads / tensor * (layer.latent.key_dim + layer.latent.value_dim)
    # Beyond the number of key-value heads each tensor rank has a copy of one.
    heads = checks.larger(layer.n_kv_heads / tensor, 1)
    return heads * (layer.head_dim + layer.value_width)
