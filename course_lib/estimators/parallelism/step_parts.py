"""The parts of a training step: what one micro-batch costs in a layer, and what comes once a step.

`parallelism.step` adds them up; `step_work` has what a device computes, `step_transfers` what it
sends. Backward, products take twice the forward pass, fused attention two and a half times: it
makes its scores again.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.layout import stage_layers
from course_lib.estimators.parallelism.step_transfers import Transfers


class Account(Transfers):
    """The sums behind `step`. Times are in seconds, of one layer and one micro-batch unless said
    otherwise."""

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
