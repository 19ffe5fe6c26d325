"""What recomputation operation by operation keeps, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import Experts, Transformer, models
from course_lib.estimators.memory import activations, products
from course_lib.estimators.memory.conventions import Convention

OP = Convention(selective="products")
SIZES = {"layers": 1, "d_model": 64, "n_heads": 4, "vocab_rows": 10}


def test_llama_keeps_query_value_gate_and_down() -> None:
    """The layer's input, the first, third, fifth and seventh of seven products, attention's result
    and a sum in fp32 for each of 32 heads."""
    kept = 4096 + 4096 + 1024 + 14336 + 4096 + 4096
    found = activations.layer(models["llama-3-8b"], 1, 10, OP, recompute="selective")
    assert found == 10 * (2 * kept + 4 * 32)


def test_without_a_gate_up_is_the_fifth_product() -> None:
    """Query, value, up of GPT's six; down is the sixth and is made again."""
    whole, split = products.numbers(Transformer(**SIZES, d_ff=256))
    assert (whole, split) == (64, 64 + 64 + 256 + 64)


def test_of_a_mixture_the_experts_are_made_again() -> None:
    """Query, value; the router is the fifth product; the shared expert's gate and up and down are
    the sixth to the eighth, of which up is kept."""
    experts = Experts(count=8, active=2, d_ff=32, shared=1)
    model = Transformer(**SIZES, d_ff=32, gated_mlp=True, experts=experts)
    assert products.numbers(model) == (64 + 8, 64 + 64 + 32 + 64)


def test_ranks_share_what_is_kept() -> None:
    model = Transformer(**SIZES, d_ff=256)
    one, two = (
        activations.layer(model, 1, 10, OP, recompute="selective", tensor=ranks) for ranks in (1, 2)
    )
    # the input is whole on both ranks
    assert two - 10 * 2 * 64 == (one - 10 * 2 * 64) / 2
    both = activations.layer(
        model, 1, 10, OP, recompute="selective", tensor=2, sequence_parallel=True
    )
    assert both == one / 2


def test_more_than_nothing_and_less_than_all() -> None:
    for key in ("llama-3-8b", "mixtral-8x7b", "deepseek-v3"):
        kept = [
            activations.layer(models[key], 1, 128, convention, recompute=recompute)
            for convention, recompute in ((OP, "full"), (OP, "selective"), (OP, "none"))
        ]
        assert kept[0] < kept[1] < kept[2]


def test_sizes_may_be_arrays() -> None:
    wide = Transformer(**SIZES | {"d_model": np.array([64, 128])}, d_ff=256)
    found = activations.layer(wide, 1, 10, OP, recompute="selective")
    alone = activations.layer(
        Transformer(**SIZES | {"d_model": 128}, d_ff=256), 1, 10, OP, recompute="selective"
    )
    assert found[1] == pytest.approx(alone)
