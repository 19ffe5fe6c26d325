"""Layers of several kinds in one model: counted by going through the stack one by one."""

import copy
import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog import Experts, Indexer, LatentAttention, Recurrent, Transformer, models
from course_lib.catalog.records import patterns
from course_lib.catalog.records.compressed import CompressedAttention
from course_lib.estimators import flops, memory, parameters
from course_lib.estimators.layout import Layout

SIZES = {"d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 1000}
PLAIN = Transformer(layers=6, **SIZES)
MAMBA = Recurrent(kind="mamba2", heads=8, head_dim=16, key_dim=32, kernel=4)
LATENT = LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)
KINDS: dict[str, dict[str, Any]] = {
    "near": {"sliding_window": 5, "n_kv_heads": 2},
    "far": {"head_dim": 32, "value_dim": 24, "gate_width": 128, "qk_norm": "head"},
    "mamba": {"attention": False, "mlp": False, "recurrent": MAMBA, "norms_per_layer": 1},
    "both": {"recurrent": MAMBA},
    "mlp": {"attention": False, "d_ff": 100, "other_matrix": 7, "other_params": 3},
    "experts": {"experts": Experts(count=8, active=2, d_ff=32, shared=1, shared_d_ff=48)},
    "latent": {"latent": LATENT, "indexer": Indexer(heads=2, dim=8), "sparse_top_k": 6},
    "again": {"reused_cache": True, "shared_values": True},
}
STACKS = st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=9)


def mixed(pattern: list[str], layers: int) -> Transformer:
    kinds = {name: KINDS[name] for name in dict.fromkeys(pattern)}
    return Transformer(layers=layers, **SIZES, kinds=kinds, pattern=tuple(pattern))


@settings(deadline=None, max_examples=60)
@given(pattern=STACKS, layers=st.integers(1, 25))
def test_kinds_are_counted_one_by_one(pattern: list[str], layers: int) -> None:
    model = mixed(pattern, layers)
    stack = [pattern[index % len(pattern)] for index in range(layers)]
    assert {k.name: k.count for k in model.layer_kinds} == {
        name: stack.count(name) for name in dict.fromkeys(pattern)
    }
    assert all(kind.layer.layers == 1 for kind in model.layer_kinds)
    windows = [name for name in stack if name == "near"]
    assert model.windowed_layers == len(windows)


@settings(deadline=None, max_examples=60)
@given(pattern=STACKS, layers=st.integers(1, 12), seq=st.integers(1, 20))
def test_a_mixed_model_is_the_sum_of_its_layers(pattern: list[str], layers: int, seq: int) -> None:
    """Each layer as a model of its own, less what stands around its layer."""
    model = mixed(pattern, layers)
    bare = mixed(["mlp"], 1)
    around = parameters.count(bare).total - parameters.mlp_params(bare.layer_kinds[0].layer)
    around -= parameters.norm_params(bare.layer_kinds[0].layer)
    singles = [mixed([pattern[index % len(pattern)]], 1) for index in range(layers)]
    total = sum(parameters.count(single).total - around for single in singles)
    assert parameters.count(model).total == around + total
    for attention in flops.ATTENTION:
        each = [flops.forward_parts(single, 2, seq, attention) for single in singles]
        whole = flops.forward_parts(model, 2, seq, attention)
        assert whole.layers == sum(part.layers for part in each)
        assert whole.attention_core == sum(part.attention_core for part in each)
    for full in (False, True):
        caches = [memory.kv_cache(single, 3, seq, full=full) for single in singles]
        assert memory.kv_cache(model, 3, seq, full=full) == sum(caches)


@settings(deadline=None, max_examples=40)
@given(pattern=STACKS, layers=st.integers(2, 12))
def test_decoding_token_by_token_is_one_causal_pass(pattern: list[str], layers: int) -> None:
    model = mixed(pattern, layers)
    steps = [flops.decode(model, 1, context, "causal", rebuild=False) for context in range(11)]
    assert sum(steps) == flops.forward(model, 1, 11, "causal")


def test_short_forms_say_the_same_as_a_pattern() -> None:
    short = dataclasses.replace(PLAIN, sliding_window=5, windowed=(True, True, False))
    kinds = {"near": {"sliding_window": 5}, "far": {}}
    long = dataclasses.replace(PLAIN, kinds=kinds, pattern=("near", "near", "far"))
    experts = Experts(count=8, active=2, d_ff=32)
    first = dataclasses.replace(PLAIN, experts=dataclasses.replace(experts, dense_layers=2))
    dense = ("dense",) * 2 + ("mixture",) * 4
    told = {"dense": {}, "mixture": {"experts": experts}}
    both = dataclasses.replace(PLAIN, kinds=told, pattern=dense)
    for one, other in ((short, long), (first, both)):
        assert parameters.count(one).total == parameters.count(other).total
        assert parameters.count(one).active == parameters.count(other).active
        assert flops.forward(one, 2, 9, "causal") == flops.forward(other, 2, 9, "causal")
        assert memory.kv_cache(one, 2, 9) == memory.kv_cache(other, 2, 9)
        for grid in (Layout(), Layout(pipeline=3, data=2, zero=2), Layout(tensor=2)):
            ours = memory.training(one, grid, seq=16)
            assert ours.total == memory.training(other, grid, seq=16).total


def test_a_window_beyond_dense_layers_is_counted_once() -> None:
    experts = Experts(count=8, active=2, d_ff=32, dense_layers=3)
    model = dataclasses.replace(
        PLAIN, layers=8, experts=experts, sliding_window=4, windowed=(True, False)
    )
    assert [(kind.name, kind.count) for kind in model.layer_kinds] == [
        ("dense windowed", 2), ("dense full", 1), ("mixture windowed", 2), ("mixture full", 3),
    ]  # fmt: skip


def test_layers_of_several_kinds_sweep() -> None:
    model = mixed(["near", "mamba", "far"], 4)
    depths = np.arange(1, 30)
    swept = dataclasses.replace(model, layers=depths)
    for index, depth in enumerate(depths):
        one = dataclasses.replace(model, layers=int(depth))
        assert parameters.count(swept).total[index] == parameters.count(one).total
        assert flops.forward(swept, 1, 7, "causal")[index] == flops.forward(one, 1, 7, "causal")
        assert memory.kv_cache(swept, 2, 7)[index] == memory.kv_cache(one, 2, 7)


@pytest.mark.parametrize("stages", [1, 2, 3, 4])
def test_stages_hold_the_layers_at_their_place(stages: int) -> None:
    pattern = ["mlp", "mamba", "mamba", "far", "experts", "near", "both"]
    model = mixed(pattern, 7)
    found = memory.stages.candidates(model, Layout(pipeline=stages))
    full = -(-7 // stages)
    here = {kind.name: kind.count for kind in found[0].kinds if kind.count}
    assert here == {name: pattern[:full].count(name) for name in pattern[:full]}
    on_last = 7 // stages
    last = {kind.name: kind.count for kind in found[-1].kinds if kind.count}
    assert last == {name: pattern[-on_last:].count(name) for name in pattern[-on_last:]}


def test_all_weights_lie_somewhere() -> None:
    for name in KINDS:
        model = mixed([name, "far"], 5)
        held = memory.training(model, Layout(), seq=16, master_weights=False, optimizer="sgd")
        assert held.weights == 2 * parameters.count(model).total, name


def test_catalog_models_have_the_kinds_that_their_shorthand_says() -> None:
    kinds = {kind.name: kind.count for kind in models["deepseek-v3"].layer_kinds}
    assert kinds == {"dense full": 3, "mixture full": 58}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pattern": ("a",)}, "pattern entries must be one of"),
        ({"kinds": {"a": {}}}, "kinds must stand in the pattern, got a"),
        ({"kinds": {"a": {"layers": 2}}, "pattern": ("a",)}, "fields of kind 'a' must be one of"),
        ({"kinds": {"a": {"n_heads": 0}}, "pattern": ("a",)}, "kinds.a.n_heads must be at least 1"),
        ({"kinds": {"a": {"n_kv_heads": 3}}, "pattern": ("a",)},
         "kinds.a.n_kv_heads must divide n_heads"),
        ({"kinds": {"a": {}}, "pattern": ("a",), "windowed": (True,), "sliding_window": 2},
         "windowed must be left out beside a pattern"),
        ({"kinds": {"a": {"experts": Experts(count=2, active=1, d_ff=3, dense_layers=1)}},
          "pattern": ("a",)}, "experts.dense_layers must be 0 beside a pattern"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(PLAIN, **changes)


@pytest.mark.parametrize("value", [["a"], "a", (1,), None, 3])
def test_a_pattern_is_a_tuple_of_names(value: Any) -> None:
    with pytest.raises(TypeError, match="pattern must be a tuple of names of kinds"):
        patterns.checked(value, {})


@pytest.mark.parametrize("value", [["a"], {"a": 3}, None])
def test_kinds_are_mappings(value: Any) -> None:
    with pytest.raises(TypeError, match="kinds must map names to mappings of fields"):
        patterns.checked((), value)


def test_a_model_can_be_sent_and_copied() -> None:
    for model in (mixed(["near", "mamba"], 4), PLAIN):
        layers = parameters.count(model).total
        for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
            assert parameters.count(other).total == layers
            assert [kind.count for kind in other.layer_kinds] == [
                kind.count for kind in model.layer_kinds
            ]


def test_kinds_cannot_be_changed() -> None:
    model = mixed(["near"], 1)
    with pytest.raises(TypeError):
        model.kinds["near"] = {}  # type: ignore[index]
    with pytest.raises(TypeError):
        model.kinds["near"]["d_ff"] = 3  # type: ignore[index]


@pytest.mark.parametrize("ratio", [0, 2, 4])
@pytest.mark.parametrize("top_k", [0, 1, 3])
def test_compressed_attention_decodes_what_it_reads_in_one_pass(ratio: int, top_k: int) -> None:
    made = CompressedAttention(q_rank=16, out_groups=2, out_rank=8, ratio=ratio)
    model = dataclasses.replace(
        PLAIN, sliding_window=5, windowed=(True,), n_kv_heads=1, compressed=made, sparse_top_k=top_k
    )
    steps = [flops.decode(model, 1, context, "causal", rebuild=False) for context in range(23)]
    assert sum(steps) == flops.forward(model, 1, 23, "causal")
    # Under "full" a token sees every token and every summary there is.
    for context in (0, 7, 22):
        seen = context + 1 + (ratio and (context + 1) // ratio)
        core = 2 * 6 * 4 * (16 + 16) * seen
        rest = flops.decode(model, 1, context, "causal", rebuild=False) - _core(model, context)
        assert flops.decode(model, 1, context, "full", rebuild=False) == rest + core


def _core(model: Transformer, context: int) -> int:
    """FLOPs of the core of one more token: of a longer text, less those of the shorter one."""
    longer = flops.forward_parts(model, 1, context + 1, "causal").attention_core
    return longer - (
        flops.forward_parts(model, 1, context, "causal").attention_core if context else 0
    )
