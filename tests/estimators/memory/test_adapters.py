"""Adapter weights against the sides of real matrices."""

import dataclasses

import pytest

from course_lib.catalog import Experts, LatentAttention, Transformer, models
from course_lib.estimators import parameters
from course_lib.estimators.memory import adapters

GATED = Transformer(
    layers=2, d_model=64, n_heads=4, n_kv_heads=2, d_ff=176, vocab_rows=300, gated_mlp=True
)
LATENT = LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)


@pytest.mark.parametrize("q_rank", [0, 24])
@pytest.mark.parametrize("latent", [False, True])
def test_the_sides_multiply_to_the_matrices(latent: bool, q_rank: int) -> None:
    model = dataclasses.replace(
        GATED, latent=dataclasses.replace(LATENT, q_rank=q_rank) if latent else None
    )
    pairs = [pair for name in adapters.ATTENTION for pair in adapters.sides(model, name)]
    assert sum(
        width_in * width_out for width_in, width_out in pairs
    ) == parameters.attention_matrix(model)


def test_rank_times_both_sides_of_every_target() -> None:
    found = adapters.weights(GATED.layer_kinds, 8, ("key", "gate", "down"))
    assert found == (2 * 8 * ((64 + 32) + 2 * (64 + 176)), 0)
    plain = dataclasses.replace(GATED, gated_mlp=False)
    assert adapters.weights(plain.layer_kinds, 8, ("gate", "up")) == (
        2 * 8 * (64 + 176),
        0,
    )  # there is no gate


def test_every_expert_gets_its_own_pair() -> None:
    model = dataclasses.replace(GATED, experts=Experts(count=6, active=2, d_ff=48, shared=2))
    kinds = dataclasses.replace(model, layers=3).layer_kinds
    plain, routed = adapters.weights(kinds, 4, ("up",), expert=2)
    assert (plain, routed) == (3 * 4 * (64 + 96), 3 * 4 * 3 * (64 + 48))


def test_published_count_of_an_adapted_model() -> None:
    # Rank 4 on queries and values of GPT-3 175B: 18.9 million trained weights.
    assert adapters.weights(models["gpt-3-175b"].layer_kinds, 4, ("query", "value"))[0] == 18874368


def test_unknown_or_missing_targets_are_refused() -> None:
    with pytest.raises(ValueError, match="lora_targets must be one of query"):
        adapters.targets(("query", "router"))
    with pytest.raises(ValueError, match="at least one"):
        adapters.targets(())
    with pytest.raises(ValueError, match="lora_rank must be at least 1"):
        adapters.weights(GATED.layer_kinds, 0)
