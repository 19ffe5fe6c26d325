"""Peak memory of a training step: what the program of a row keeps, by what the row says of its
code.

Columns read: `group model zero_stage precision act_ckpt year`, besides those of the step.

Design choices:
- A program that shards by PyTorch's own FSDP (TorchTitan; `FSDP` in the cell for sharding) keeps
  what `memory` calls gathered "tables", and a whole "stage" under a pipeline; it shards weights,
  gradients and states alike, whatever stage was assumed for the time of the step. "Selective"
  recomputation means "products" there. A rank's batch goes through a pipeline in as many
  micro-batches as there are stages (TorchTitan's default).
- Such programs had the plain loss until `PLAIN_LOSS`, and have a compiled one since, which keeps
  the logits in 16 bits.
- They log what the allocator has reserved, blocks that lie free between others included
  (`max_reserved_gib`): more than what is held, by a constant of the table.
- All others are taken to keep what Megatron-LM does.
"""

from __future__ import annotations

from dataclasses import replace

from course_lib.catalog.constants import constant, spread
from course_lib.commands.validate.files import Given
from course_lib.commands.validate.guesses import around
from course_lib.commands.validate.step_cases import Timed
from course_lib.estimators import memory
from course_lib.estimators.layout import Layout
from course_lib.estimators.ranges import Range

FSDP_CODE = ("torchtitan", "fsdp")
"""Words in a row's group or its cell for sharding that name PyTorch's own code."""
GROUPS = 2
"""Stages that a rank has in TorchTitan's interleaved schedule."""
PLAIN_LOSS = 2024
"""The last year whose TorchTitan did not compile its loss."""


def peak(given: Given, step: Timed) -> Range:
    """Bytes that each device holds at the worst moment, as the row's code reports them.

    Args:
        given: the row.
        step: its step, with the layout that was told or found.
    """
    if not _fsdp(given):
        known = spread("memory-unknown-code")
        return around(step.held_bytes, known.low, known.high)
    layout, choices = _sharded(given, step)
    held = memory.for_choices(step.case.model, layout, step.case.seq, choices)
    known = spread("memory-known-code")
    return around(constant("memory-reserved") * float(held.total), known.low, known.high)


def _fsdp(given: Given) -> bool:
    words = f"{given.text('group')} {given.text('zero_stage')}".lower()
    return any(word in words for word in FSDP_CODE)


def _sharded(given: Given, step: Timed) -> tuple[Layout, memory.Choices]:
    """The layout and the choices of PyTorch's own code."""
    layout, stages = step.layout, int(step.layout.pipeline)
    groups = GROUPS if stages > 1 and "interleaved" in given.text("model").lower() else 1
    each = max(1, round(step.batch / int(layout.data)))
    layout = replace(
        layout,
        zero=3,
        sequence_parallel=True,
        interleave=groups,
        micro_batch=max(1, each // (stages * groups)) if stages > 1 else layout.micro_batch,
    )
    plain = (given.whole("year") or PLAIN_LOSS + 1) <= PLAIN_LOSS
    return layout, memory.Choices(
        loss="eager" if plain else "fused",
        logits_format="fp32" if plain else "bf16",
        selective="products",
        gathered="stage" if stages > 1 else "tables",
        micro_batches=max(1, each // int(layout.micro_batch)),
    )
