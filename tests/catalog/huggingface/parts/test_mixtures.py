"""Stacks in which some layers have experts, against the lists they were made from."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.mixtures import (
    mixture,
    one_value,
    sparse_at_steps,
    sparse_by_type,
    windows,
)
from course_lib.catalog.huggingface.parts.windows import first_full, windowed_where
from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.records.layer_parts import Experts
from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators import flops, parameters

PART = Experts(count=4, active=2, d_ff=8)
SIZES = {"d_model": 8, "n_heads": 2, "d_ff": 16, "vocab_rows": 9}


@pytest.mark.parametrize("seed", range(60))
def test_every_layer_is_what_the_lists_say(seed: int) -> None:
    rng = random.Random(seed)
    layers = rng.randint(1, 9)
    sparse = [rng.random() < 0.6 for _ in range(layers)]
    if seed % 3 == 0:
        sparse.sort()
    near = [rng.random() < 0.5 for _ in range(layers)]
    fields = Fields("mistral", {"sliding_window": 5})
    facts = mixture(sparse, PART, **windows(fields, near))
    model = Transformer(layers=layers, **{**SIZES, **facts})
    found = Counter(
        {
            (kind.layer.experts is not None, any(kind.layer.windowed)): kind.count
            for kind in model.layer_kinds
            if kind.count
        }
    )
    assert found == Counter(zip(sparse, near, strict=True))


def test_dense_layers_below_need_no_pattern() -> None:
    facts = mixture([False, False, True], PART)
    assert facts["experts"].dense_layers == 2
    assert mixture([False, False], PART) == {"experts": None}
    assert "pattern" in mixture([True, False], PART)


def test_experts_that_text_never_visits_are_counted_and_idle() -> None:
    with pytest.raises(ValueError, match=r"experts.unvisited_params must be at least 0, got -1"):
        replace(PART, unvisited_params=-1)
    plain = parameters.count(Transformer(layers=3, experts=PART, **SIZES))
    more = Transformer(layers=3, experts=replace(PART, unvisited_params=50), **SIZES)
    assert parameters.count(more).total == plain.total + 3 * 50
    assert parameters.count(more).active == plain.active
    assert flops.forward(more, 1, 4) == flops.forward(
        Transformer(layers=3, experts=PART, **SIZES), 1, 4
    )


def test_layers_without_experts_may_differ_in_more() -> None:
    facts = mixture([False, True], PART, dense={"mlp_bias": True})
    assert facts["kinds"]["dense"] == {"mlp_bias": True}


def test_windows_are_those_that_are_marked() -> None:
    fields = Fields("mistral", {"sliding_window": 5, "num_hidden_layers": 5})
    assert windowed_where(fields, [False] * 5) == {}
    assert windowed_where(fields, [True] * 5)["windowed"] == (True,)
    none = Fields("mistral", {"sliding_window": None, "num_hidden_layers": 5})
    assert windowed_where(none, [True] * 5) == {} == windows(none, [True] * 5)
    gemma = Fields("gemma2", {"sliding_window": 5, "num_hidden_layers": 5})
    assert first_full(gemma, 4)["windowed"] == (False, True, True, True)


def test_lists_with_one_entry_a_layer() -> None:
    assert one_value(Fields("hunyuan", {"moe_topk": [2, 2, 2]}), "num_experts_per_tok", 3) == 2
    assert one_value(Fields("hunyuan", {"moe_topk": 2}), "num_experts_per_tok", 3) == 2
    with pytest.raises(ValueError, match="moe_topk must have one entry a layer, got 1 and 3"):
        one_value(Fields("hunyuan", {"moe_topk": [2]}), "num_experts_per_tok", 3)
    with pytest.raises(ValueError, match=r"moe_topk must be the same in every layer, got \[2, 4\]"):
        one_value(Fields("hunyuan", {"moe_topk": [2, 4, 2]}), "num_experts_per_tok", 3)


def test_where_experts_stand() -> None:
    steps = {"num_hidden_layers": 6, "decoder_sparse_step": 2, "mlp_only_layers": [3]}
    assert [i for i, x in enumerate(sparse_at_steps(Fields("qwen2_moe", steps))) if x] == [1, 5]
    silent = Fields("hy_v3", {"num_hidden_layers": 3})
    assert sparse_by_type(silent) == [False, True, True]
    first = Fields("hy_v3", {"num_hidden_layers": 3, "first_k_dense_replace": 2})
    assert sparse_by_type(first) == [False, False, True]
    stated = {"num_hidden_layers": 2, "mlp_layer_types": ["sparse", "dense"]}
    assert sparse_by_type(Fields("hy_v3", stated)) == [True, False]


@pytest.mark.parametrize(
    ("config", "error"),
    [
        ({"model_type": "qwen2_moe", "mlp_only_layers": [-1]}, "mlp_only_layers entries"),
        ({"model_type": "hy_v3", "mlp_layer_types": ["sparse"]}, "mlp_layer_types must have one"),
        ({"model_type": "hy_v3", "num_hidden_layers": 1, "mlp_layer_types": ["x"]},
         "mlp_layer_types entries must be one of"),
        ({"model_type": "llama4_text", "no_rope_layers": [1]}, "no_rope_layers must have one"),
        ({"model_type": "llama4_text", "num_hidden_layers": 1, "layer_types": ["x"]},
         "layer_types entries must be one of"),
        ({"model_type": "dbrx", "attn_config": {"kv_n_heads": 0}}, "attn_config.kv_n_heads"),
        ({"model_type": "ernie4_5_moe", "moe_layer_end_index": -2}, "moe_layer_end_index must be"),
        ({"model_type": "ernie4_5_vl_moe_text", "moe_intermediate_size": [1, 2, 3]},
         "moe_intermediate_size must be a number or a list of two"),
        ({"model_type": "gpt_neo", "num_layers": 3}, "attention_types must name the kind of every"),
        ({"model_type": "helium", "hidden_size": 100}, "head_dim must be hidden_size"),
        ({"model_type": "xglm", "add_cross_attention": True}, "add_cross_attention must be false"),
        ({"model_type": "nemotron-nas"}, "block_configs must have one entry a layer"),
        ({"model_type": "nemotron-nas", "num_hidden_layers": 1, "block_configs": [
            {"attention": {"n_heads_in_group": 4}, "ffn": {"ffn_mult": -1}}]}, "ffn_mult must be"),
    ],
)  # fmt: skip
def test_bad_input_is_named(config: dict, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        from_hf_config(config)


def test_a_searched_layer_may_be_one_matrix_or_nothing() -> None:
    blocks = [
        {"attention": {"replace_with_linear": True}, "ffn": {"no_op": True}},
        {"attention": {"no_op": True}, "ffn": {"ffn_mult": 1.5}},
        {"attention": {"n_heads_in_group": 2}, "ffn": {"replace_with_linear": True}},
    ]
    sizes = {"hidden_size": 256, "num_attention_heads": 4, "vocab_size": 7}
    config = {"model_type": "nemotron-nas", "num_hidden_layers": 3, **sizes}
    model = from_hf_config({**config, "block_configs": blocks})
    linear, mlp, both = (kind.layer for kind in model.layer_kinds)
    assert (linear.attention, linear.mlp, linear.other_matrix) == (False, False, 256**2)
    # Two thirds of 1.5 x 256, rounded up to 256.
    assert (mlp.attention, mlp.d_ff, mlp.norms_per_layer) == (False, 256, 1)
    assert (both.n_kv_heads, both.mlp, both.norms_per_layer) == (2, False, 2)
