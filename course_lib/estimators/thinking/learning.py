"""One step of reinforcement learning with a checker (GRPO and its kin): sample answers, score them,
update the weights.

    FLOPs a token: sampling 2 N, scoring 2 N a model, updating 6 N (8 N checkpointed)

Design choices:
- By FLOPs updating leads. By time sampling may: writing a token reads all weights, so cards that
  sample are bound by bytes, and cards that update by arithmetic.
- Attention's own products count in all three. Updating and scoring see whole texts ("causal"), and
  answers to one prompt are sampled with a shared prompt.
- All cards sample, then all update (on-policy, in turns). The step waits for its longest answer.
- Checking the answers is left out: it takes processors, not cards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Device, Transformer, devices
from course_lib.checks import Number
from course_lib.estimators import energy, flops, hardware, inference
from course_lib.estimators.thinking.tries import best_of_flops

FORWARD, UPDATE, CHECKPOINTED = 2, 6, 8
"""FLOPs a weight and token: a forward pass; forward and backward; the same, the forward pass done
again (Kaplan et al. 2020, section 2.1; Korthikanti et al. 2022)."""
MFU = energy.MFU.value
"""Share of the peak that updating reaches: the median of the catalog's full runs."""

__all__ = ["MFU", "Step", "rule_of_thumb", "step_flops", "step_seconds"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Step:
    """A step's parts, in FLOPs or in seconds."""

    sampling: Number
    """Reading prompts and writing answers to them."""
    scoring: Number
    """Passes of other models over the answers."""
    updating: Number
    """Forward, backward, and what is recomputed."""

    @property
    def total(self) -> Number:
        """All parts together."""
        return self.sampling + self.scoring + self.updating

    @property
    def sampling_share(self) -> Number:
        """Part of the step that is sampling."""
        return self.sampling / self.total


def rule_of_thumb(
    *, scorings: Number = 1, updates: Number = 1, checkpointed: bool = False
) -> float | Number:
    """Sampling's share of a step's FLOPs, for each token and weight.

    Args:
        scorings: models as large that read every answer once: a reference, a reward model.
        updates: how often each answer is learnt from.
        checkpointed: whether the update does its forward pass twice.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> rule_of_thumb(), rule_of_thumb(scorings=0)  # 2 of 2 + 2 + 6, and 2 of 2 + 6
    (0.2, 0.25)
    """
    scorings = checks.whole("scorings", scorings, at_least=0)
    updates = checks.whole("updates", updates)
    update = CHECKPOINTED if checks.flag("checkpointed", checkpointed) else UPDATE
    return FORWARD / (FORWARD + FORWARD * scorings + update * updates)


def step_flops(
    model: Transformer,
    *,
    prompts: Number,
    samples: Number,
    prompt: Number,
    output: Number,
    scorings: Number = 1,
    updates: Number = 1,
    checkpointed: bool = False,
) -> Step:
    """FLOPs of a step.

    Args:
        model: the model that learns.
        prompts: tasks of a step; arrays broadcast, here and below.
        samples: answers to each.
        prompt: tokens of a task.
        output: tokens of an answer, thoughts with them.
        scorings: this one and the next two as in `rule_of_thumb`.
        updates: how often each answer is learnt from.
        checkpointed: whether the update does its forward pass twice.

    Raises:
        TypeError, ValueError: by the argument's name.

    >>> from course_lib.catalog import models
    >>> case = {"prompts": 32, "samples": 16, "prompt": 200, "output": 8000}
    >>> found = step_flops(models["llama-3-8b"], **case)
    >>> f"{found.total:.3g}", round(found.sampling_share, 2)
    ('3.59e+17', 0.2)
    """
    prompts, samples = checks.whole("prompts", prompts), checks.whole("samples", samples)
    scorings = checks.whole("scorings", scorings, at_least=0)
    updates = checks.whole("updates", updates)
    kept = "full" if checks.flag("checkpointed", checkpointed) else "none"
    texts = prompts * samples
    length = checks.whole("prompt", prompt) + checks.whole("output", output)
    each = best_of_flops(model, prompt=prompt, output=output, tries=samples)
    return Step(
        sampling=prompts * each,
        scoring=scorings * texts * flops.forward(model, 1, length, "causal"),
        updating=updates * texts * flops.training_step(model, 1, length, kept, "causal"),
    )


def step_seconds(
    model: Transformer,
    *,
    device: Device | str,
    cards: Number,
    prompts: Number,
    samples: Number,
    prompt: Number,
    output: Number,
    batch: Number,
    longest: Number | None = None,
    cards_a_copy: Number = 1,
    scorings: Number = 1,
    updates: Number = 1,
    checkpointed: bool = False,
    mfu: Number = MFU,
    software: str | None = "server",
) -> Step:
    """Seconds of a step on cards that all sample, then all score and update.

    Args:
        model: the model that learns.
        device: the cards, a record of the catalog or its name.
        cards: how many.
        prompts: tasks of a step; arrays broadcast, here and below.
        samples: answers to each.
        prompt: tokens of a task.
        output: tokens of an answer in the mean.
        batch: answers that a copy of the model writes at once.
        longest: tokens of the longest answer, for which all wait; None for equal answers.
        cards_a_copy: cards that share a copy while sampling.
        scorings: this one and the next two as in `rule_of_thumb`.
        updates: how often each answer is learnt from.
        checkpointed: whether the update does its forward pass twice.
        mfu: share of the peak that scoring and updating reach.
        software: kind of program that samples.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name; as `inference.estimate`; a batch
            that has no room.

    Source: makers of such a trainer say that sampling takes 80 % of the time (finding r104).

    >>> from course_lib.catalog import models
    >>> case = {"device": "H100", "cards": 8, "prompts": 32, "samples": 16, "prompt": 200}
    >>> work = {"output": 8000, "batch": 16}
    >>> found = step_seconds(models["llama-3-8b"], **case, **work)
    >>> found.sampling_share > 2 * 0.2  # a fifth of the FLOPs, over two fifths of the time
    True
    """
    record = devices[device] if isinstance(device, str) else device
    cards, batch = checks.whole("cards", cards), checks.whole("batch", batch)
    group, reached = checks.whole("cards_a_copy", cards_a_copy), checks.share("mfu", mfu)
    work = step_flops(
        model,
        prompts=prompts,
        samples=samples,
        prompt=prompt,
        output=output,
        scorings=scorings,
        updates=updates,
        checkpointed=checkpointed,
    )
    # A copy has no more answers to write than its share of the step.
    share = checks.larger(prompts * samples * group // cards, 1)
    batch = checks.smaller(batch, share)
    whole = inference.estimate(
        model,
        device=record,
        batch=batch,
        prompt=prompt,
        output=output,
        devices=group,
        software=software,
    )
    if whole.fits is not None and not np.all(whole.fits):
        raise ValueError(f"batch must have room for its caches beside the weights, got {batch}")
    # Rounds of a copy; a part of one counts, since places are filled again as answers end.
    rounds = checks.larger(prompts * samples * group / cards / batch, 1.0)
    waiting: Number = 0.0
    if longest is not None:
        more = checks.whole("longest", longest) - checks.whole("output", output)
        alone = inference.estimate(
            model, device=record, prompt=prompt, output=longest, devices=group, software=software
        )
        waiting = checks.larger(more, 0) * alone.token_seconds
    rate = cards * hardware.peak(record) * reached
    return Step(
        sampling=rounds * whole.request_seconds + waiting,
        scoring=work.scoring / rate,
        updating=work.updating / rate,
    )
