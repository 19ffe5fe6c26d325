"""What of sharded states is whole for a moment, by hand, and the copies of the logits."""

from __future__ import annotations

import dataclasses

import pytest

from course_lib.catalog import Transformer
from course_lib.estimators import memory
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import ends
from course_lib.estimators.memory.conventions import Convention

GPT = Transformer(layers=4, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
LAYER = 4 * 64 * 64 + 2 * 64 * 256 + 2 * 64
"""Weights of a layer: four matrices of attention, two of the MLP, two norms."""
TABLE = 1000 * 64
SHARDED = Layout(data=4, zero=3)


def working(layout: Layout, gathered: str) -> int:
    """What is whole, with nothing else in the sum: the same without sharding taken off."""
    held = memory.training(GPT, layout, seq=4, gathered=gathered).temporary
    alone = memory.training(GPT, dataclasses.replace(layout, zero=0), seq=4).temporary
    return int(held - alone)


def test_one_layer_after_another() -> None:
    """Two layers' weights and one layer's gradients in 16 bits; ZeRO 2 has the gradients alone."""
    assert working(SHARDED, "layer") == 3 * 2 * LAYER
    assert working(dataclasses.replace(SHARDED, zero=2), "layer") == 2 * LAYER


def test_tables_stay_whole_beside_the_layers() -> None:
    """Embedding and head are two tables; the last norm stands beside them."""
    assert working(SHARDED, "tables") == 3 * 2 * LAYER + 2 * (2 * TABLE + 64)
    two = dataclasses.replace(SHARDED, zero=2)
    assert working(two, "tables") == working(two, "layer")


def test_a_stage_keeps_weights_and_sums_of_gradients() -> None:
    """Of two stages each has two layers and a table; 2 bytes a weight and 4 a gradient."""
    layout = Layout(data=2, pipeline=2, zero=3)
    states = 2 * LAYER + TABLE
    first, last = 6 * states, 6 * (states + 64)
    assert first <= working(layout, "stage") <= last


def test_nothing_is_gathered_where_nothing_is_shared() -> None:
    for gathered in ("layer", "tables", "stage"):
        assert working(Layout(data=4, zero=1), gathered) == 0


@pytest.mark.parametrize(("loss", "tensor", "copies"), [("fused", 1, 1), ("eager", 1, 2),
    ("fused", 4, 1), ("eager", 2, 3), ("eager", 8, 3)])  # fmt: skip
def test_copies_of_the_logits(loss: str, tensor: int, copies: int) -> None:
    """Beside the softmax: its gradient; in plain code that of the chosen logarithms too; where the
    vocabulary is shared, their sum."""
    found = ends.gradients(GPT, 10, Convention(loss=loss), tensor)
    assert found == copies * 10 * 4 * 1000 / tensor


def test_a_plain_loss_is_held_beside_the_softmax() -> None:
    tokens, logits = 4096, 4096 * 1000 * 4
    plain, fused = (
        memory.training(GPT, seq=tokens, loss=loss).total for loss in ("eager", "fused")
    )
    assert plain - fused == logits


@pytest.mark.parametrize("change", [{"loss": "quick"}, {"selective": "all"}, {"gathered": "none"}])
def test_unknown_words(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        memory.training(GPT, seq=4, **change)  # type: ignore[arg-type]


def test_a_stage_keeps_its_gradients_as_sums_under_zero_two() -> None:
    """Four bytes a weight; ZeRO 3 has the weights in 16 bits beside them."""
    weights = 4 * LAYER + 2 * TABLE + 64
    two = dataclasses.replace(SHARDED, zero=2)
    assert working(two, "stage") == 4 * weights
    assert working(SHARDED, "stage") == (2 + 4) * weights


def test_frozen_weights_stand_beside_the_adapters() -> None:
    """Adapters of rank 8 train a few weights; those they leave alone are held in 16 bits too."""
    held = memory.training(GPT, Layout(), seq=4, lora_rank=8).weights
    assert held > 2 * (4 * LAYER + 2 * TABLE + 64)
