"""The later Gemmas: sums by hand, and configurations that make no sense."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.estimators import flops, memory, parameters

SMALL = {
    "vocab_size": 50, "hidden_size": 8, "num_hidden_layers": 6, "num_attention_heads": 2,
    "num_key_value_heads": 1, "head_dim": 4, "intermediate_size": 10, "sliding_window": 3,
    "vocab_size_per_layer_input": 20, "hidden_size_per_layer_input": 5,
}  # fmt: skip
GEMMA_3N: dict[str, Any] = {
    "model_type": "gemma3n_text", **SMALL, "num_hidden_layers": 2, "num_kv_shared_layers": 0,
    "altup_num_inputs": 3, "laurel_rank": 2,
}  # fmt: skip
GEMMA_4: dict[str, Any] = {"model_type": "gemma4_text", **SMALL, "global_head_dim": 6}


def test_gemma_3n_matrix_by_matrix() -> None:
    attention = 8 * 8 + 2 * 8 * 4 + 8 * 8
    mlp, laurel, inputs = 3 * 8 * 10, 2 * 8 * 2, 2 * 8 * 5
    altup = 8 * 3 + 3**3 + 3**2
    norms = 7 * 8 + 2 * 4 + 8  # of queries and keys, and a scale
    layer = attention + mlp + laurel + inputs + altup + norms
    tables = 50 * 8 + 20 * 2 * 5
    outside = 2 * 2 * 8 * 8 + 8 * 2 * 5 + 5 + 8
    model = from_hf_config(GEMMA_3N)
    assert parameters.count(model).total == 2 * layer + tables + outside
    parts = flops.forward_parts(model, 1, 1)
    # A layer's router runs twice, and mixes three streams of 8 numbers.
    again, mixed = 8 * 3, 8 * 3 * 3
    multiplied = attention + mlp + laurel + inputs + altup + again
    assert parts.weights == 2 * (2 * multiplied + 50 * 8 + 2 * 2 * 8 * 8 + 8 * 2 * 5)
    assert parts.state == 2 * 2 * mixed


def test_layers_that_reuse_a_cache_make_and_keep_none() -> None:
    alone = from_hf_config({**GEMMA_4, "num_hidden_layers": 12})
    shared = from_hf_config({**GEMMA_4, "num_hidden_layers": 12, "num_kv_shared_layers": 6})
    # Five layers with heads of 4 and one with heads of 6: keys, values, a norm.
    saved = 5 * (2 * 8 * 4 + 4) + 2 * 8 * 6 + 6
    assert parameters.count(alone).total - parameters.count(shared).total == saved
    assert memory.kv_cache(alone, 1, 1) == 2 * memory.kv_cache(shared, 1, 1)
    assert flops.forward_parts(alone, 1, 9).attention_core == (
        flops.forward_parts(shared, 1, 9).attention_core
    )


def test_keys_serve_as_values_where_everything_is_seen() -> None:
    own = parameters.count(from_hf_config(GEMMA_4)).total
    shared = parameters.count(from_hf_config({**GEMMA_4, "attention_k_eq_v": True})).total
    assert own - shared == 8 * 6


def test_heads_of_the_layers_that_see_everything_in_both_spellings() -> None:
    plain = {**GEMMA_4, "attention_k_eq_v": True, "num_global_key_value_heads": 2}
    dumped = {k: v for k, v in plain.items() if "global" not in k}
    dumped["per_layer_config"] = {"5": {"head_dim": 6, "num_key_value_heads": 2}}
    one, other = (from_hf_config(config) for config in (plain, dumped))
    assert parameters.count(one).total == parameters.count(other).total
    assert one.kinds["full"]["n_kv_heads"] == other.kinds["full"]["n_kv_heads"] == 2


def test_the_last_layer_of_gemma_4_sees_everything_whatever_the_file_says() -> None:
    model = from_hf_config({**GEMMA_4, "layer_types": ["sliding_attention"] * 6})
    assert model.windowed_layers == 5


def test_experts_beside_an_mlp() -> None:
    mixture = {
        **GEMMA_4, "enable_moe_block": True, "num_experts": 4, "top_k_experts": 1,
        "moe_intermediate_size": 3,
    }  # fmt: skip
    dense, mixed = from_hf_config(GEMMA_4), from_hf_config(mixture)
    # A router with a scale, experts with scales, three norms.
    layer = 4 * 8 + 8 + 4 * 3 * 8 * 3 + 4 + 3 * 8
    assert parameters.count(mixed).total - parameters.count(dense).total == 6 * layer
    assert parameters.count(mixed).idle == 6 * 3 * 3 * 8 * 3


def test_embedding_gemma_sees_all_and_half_a_window_to_either_side() -> None:
    config = {"model_type": "gemma3_text", **{k: v for k, v in SMALL.items() if "per" not in k}}
    model = from_hf_config({**config, "sliding_window": 6, "use_bidirectional_attention": True})
    assert not model.causal
    assert model.sliding_window == 4
    assert memory.kv_cache(model, 1, 100) == 0
    seen = [[abs(q - k) < 4 for k in range(9)] for q in range(9)]
    pairs = 5 * sum(map(sum, seen)) + 9 * 9
    core = flops.forward_parts(model, 1, 9, attention="causal").attention_core
    assert core == 2 * 2 * (4 + 4) * pairs


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"num_kv_shared_layers": 2}, "num_kv_shared_layers must be at most 1, got 2"),
        ({"intermediate_size": [3, 4, 5]}, "one entry a layer, got 3 entries and 2 layers"),
        ({"intermediate_size": [3, 0]}, "intermediate_size entries must be at least 1, got 0"),
        ({"altup_num_inputs": 0}, "altup_num_inputs must be at least 1, got 0"),
    ],
)
def test_gemma_3n_refuses(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        from_hf_config({**GEMMA_3N, **changed})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"num_kv_shared_layers": 2}, "must leave a layer of each kind"),
        ({"use_bidirectional_attention": "some"}, "use_bidirectional_attention"),
        ({"per_layer_config": {"0": {"head_dim": 6}}}, "per_layer_config must give all layers"),
        ({"per_layer_config": {"5": {"num_experts": 6}}}, "per_layer_config must give all layers"),
        ({"enable_moe_block": True}, "num_experts"),
    ],
)
def test_gemma_4_refuses(changed: dict[str, Any], told: str) -> None:
    full = ["sliding_attention"] * 5 + ["full_attention"]
    with pytest.raises((ValueError, TypeError), match=told):
        from_hf_config({**GEMMA_4, "layer_types": full, **changed})
