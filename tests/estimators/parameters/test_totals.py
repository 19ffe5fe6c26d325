"""`parameters` against published counts, against PyTorch layers, and against bad input."""

import dataclasses
import itertools
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from course_lib.catalog import Experts, LatentAttention, Transformer, models
from course_lib.estimators import parameters

SAME_EACH_TIME = settings(derandomize=True, deadline=None)
TINY = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
MIXTURE = dataclasses.replace(
    TINY, experts=Experts(count=8, active=2, d_ff=32, shared=1, dense_layers=1)
)
LATENT = LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)
PARTS = ("embedding", "attention", "state", "mlp", "norm", "head")

DECODERS = [name for name, model in models.items() if isinstance(model, Transformer)]
EXACT = [name for name in DECODERS if models[name].published.total_kind == "exact"]
# Kimi K2 calls 1.026e12 "1T", MiMo 7.62e9 "7B"; of some no count of the text part is published.
ROUNDED = sorted(
    name
    for name in set(DECODERS) - set(EXACT) - {"kimi-k2", "mimo-7b"}
    if models[name].published.total_params is not None
)

ACTIVE = {
    "DeepSeek-V2": 21_375_800_320,
    "DeepSeek-V2-Lite": 2_661_150_208,
    "Mixtral-8x22B-v0.1": 39_161_468_928,
    "Mixtral-8x7B-v0.1": 12_879_925_248,
    "Qwen3-235B-A22B": 22_190_763_520,
    "Qwen3-30B-A3B": 3_353_032_704,
    "gpt-oss-120b": 5_711_982_912,
    "gpt-oss-20b": 4_187_440_704,
    "DBRX": 36_469_708_800,
    "Grok-1": 83_756_587_008,
}
"""Weights in use for one token, embeddings and head included, worked out apart from this code."""

SWEEPS: dict[str, Any] = {
    "layers": [1, 2, 48],
    "d_model": [64, 128, 4096],
    "d_ff": [1, 256, 11008],
    "vocab_rows": [10, 1000, 256000],
    "n_heads": [4, 8, 12],
    "head_dim": [2, 16, 128],
    "embedding_dim": [32, 64, 80],
    "position_rows": [0, 1024],
    "norms_per_layer": [0, 1, 4],
}


def total(model: Transformer) -> Any:
    return parameters.count(model).total


# --- published counts

COARSE = ("glam-64b-64e", "kimi-k2-5", "olmo-3-7b", "lfm2-1-2b", "nemotron-3-nano-30b-a3b")
"""Models whose count stands in their name alone, in one or two digits ("7B", "1T", "1.2T"): what
is counted must round to it."""


def test_the_catalog_has_the_decoders_that_are_tested() -> None:
    assert len(EXACT) >= 70
    assert len(ROUNDED) >= 20


@pytest.mark.parametrize("name", EXACT)
def test_exact_counts_are_exact(name: str) -> None:
    assert total(models[name]) == models[name].published.total_params


@pytest.mark.parametrize("name", ROUNDED)
def test_rounded_counts_are_within_two_percent(name: str) -> None:
    published = models[name].published.total_params
    if name in COARSE:
        digits = len(str(published).rstrip("0"))
        assert float(f"{total(models[name]):.{digits - 1}e}") == published
    else:
        assert total(models[name]) == pytest.approx(published, rel=0.02)


@pytest.mark.parametrize("name", ACTIVE)
def test_active_counts_are_exact(name: str) -> None:
    assert parameters.count(models[name]).active == ACTIVE[name]


@pytest.mark.parametrize("name", DECODERS)
def test_parts_add_up_and_nothing_is_negative(name: str) -> None:
    count = parameters.count(models[name])
    parts = [getattr(count, part) for part in PARTS]
    assert sum(parts) == count.total
    assert min(parts) >= 0
    assert 0 < count.active <= count.total
    assert all(isinstance(part, int) for part in parts)


# --- PyTorch layers, put together by hand


def _layers(
    model: Transformer, qkv_bias: bool, o_bias: bool, mlp_bias: bool
) -> torch.nn.ModuleList:
    """The layers of a plain decoder with two norms."""
    query, keys = model.n_heads * model.head_dim, model.n_kv_heads * model.head_dim
    ups = 2 if model.gated_mlp else 1
    return torch.nn.ModuleList(
        torch.nn.ModuleList([
            torch.nn.Linear(model.d_model, query + 2 * keys, bias=qkv_bias),
            torch.nn.Linear(query, model.d_model, bias=o_bias),
            torch.nn.Linear(model.d_model, ups * model.d_ff, bias=mlp_bias),
            torch.nn.Linear(model.d_ff, model.d_model, bias=mlp_bias),
            torch.nn.LayerNorm(model.d_model),
            torch.nn.LayerNorm(model.d_model),
        ])
        for _ in range(model.layers)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("gated", "qkv_bias", "o_bias", "mlp_bias"), list(itertools.product([False, True], repeat=4))
)
@pytest.mark.parametrize(("kv_heads", "head_dim"), [(4, 16), (1, 16), (2, 24)])
def test_plain_decoders_equal_pytorch_layers(
    gated: bool, qkv_bias: bool, o_bias: bool, mlp_bias: bool, kv_heads: int, head_dim: int
) -> None:
    model = Transformer(
        layers=3, d_model=64, n_heads=4, n_kv_heads=kv_heads, head_dim=head_dim, d_ff=40,
        vocab_rows=50, gated_mlp=gated, qkv_bias=qkv_bias, o_bias=o_bias,
        mlp_bias=mlp_bias, norm="layernorm", position_rows=7, head_bias=True,
    )  # fmt: skip
    with torch.device("meta"):
        parts = {
            "embedding": torch.nn.ModuleList(
                [torch.nn.Embedding(50, 64), torch.nn.Embedding(7, 64)]
            ),
            "layers": _layers(model, qkv_bias, o_bias, mlp_bias),
            "head": torch.nn.Linear(64, 50, bias=True),
            "norm": torch.nn.LayerNorm(64),
        }
    truth = {name: sum(p.numel() for p in part.parameters()) for name, part in parts.items()}
    count = parameters.count(model)
    assert (count.embedding, count.head) == (truth["embedding"], truth["head"])
    assert count.total == sum(truth.values())


def test_experts_by_hand() -> None:
    dense, expert, router = 2 * 64 * 256, 2 * 64 * 32, 8 * 64
    count = parameters.count(MIXTURE)
    assert count.mlp == dense + 8 * expert + expert + router  # one dense layer, one of experts
    assert count.idle == 6 * expert
    biased = dataclasses.replace(MIXTURE, mlp_bias=True)
    per_mlp = {256: 256 + 64, 32: 32 + 64}
    assert parameters.count(biased).mlp - count.mlp == per_mlp[256] + 9 * per_mlp[32]
    bare = dataclasses.replace(biased, experts=dataclasses.replace(MIXTURE.experts, biased=False))
    assert parameters.count(bare).mlp - count.mlp == per_mlp[256] + per_mlp[32]


def test_latent_attention_by_hand() -> None:
    query = 64 * 24 + 24 * 4 * 12
    keys_and_values = 64 * (16 + 4) + 16 * 4 * (8 + 12)
    output = 4 * 12 * 64
    model = dataclasses.replace(TINY, latent=LATENT)
    assert parameters.attention_matrix(model) == query + keys_and_values + output
    direct = dataclasses.replace(TINY, latent=dataclasses.replace(LATENT, q_rank=0))
    assert parameters.attention_matrix(direct) == 64 * 4 * 12 + keys_and_values + output
    assert parameters.count(model).norm - parameters.count(TINY).norm == 2 * (24 + 16)


def test_without_embeddings_a_tied_table_counts_as_the_head() -> None:
    tied = dataclasses.replace(TINY, tied_embeddings=True, position_rows=10)
    table = 1000 * 64
    assert parameters.count(tied).total - parameters.count(tied, embeddings=False).total == 10 * 64
    assert parameters.count(tied, embeddings=False).head == table
    assert parameters.count(TINY).total - parameters.count(TINY, embeddings=False).total == table


# --- arrays


@pytest.mark.parametrize(
    "base",
    [TINY, MIXTURE, dataclasses.replace(TINY, latent=LATENT)],
    ids=["plain", "experts", "mla"],
)
@pytest.mark.parametrize("field", SWEEPS)
def test_a_sweep_equals_the_loop(base: Transformer, field: str) -> None:
    swept = parameters.count(dataclasses.replace(base, **{field: np.array(SWEEPS[field])}))
    for index, value in enumerate(SWEEPS[field]):
        one = parameters.count(dataclasses.replace(base, **{field: value}))
        for part in (*PARTS, "total", "active", "idle"):
            assert np.broadcast_to(getattr(swept, part), (len(SWEEPS[field]),))[index] == getattr(
                one, part
            ), part


def test_two_sweeps_broadcast_to_a_table() -> None:
    experts = Experts(
        count=np.array([4, 8]), active=1, d_ff=32, dense_layers=np.array([[0], [1], [2]])
    )
    table = parameters.count(dataclasses.replace(TINY, experts=experts)).active
    assert table.shape == (3, 2)
    assert table[2, 0] == total(TINY)  # with all layers dense there is nothing left of the experts


def test_scalars_stay_exact_far_beyond_float64() -> None:
    huge = 10**12 + 1
    model = Transformer(
        layers=huge, d_model=4 * huge, n_heads=4, d_ff=huge, vocab_rows=huge, norms_per_layer=0
    )
    d = 4 * huge
    assert total(model) == 2 * huge * d + huge * (4 * d * d + 2 * d * huge) + d
    assert total(dataclasses.replace(model, norms_per_layer=1)) - total(model) == huge * d


# --- bad input


@pytest.mark.parametrize("value", [None, "gpt2", 7, {"layers": 2}, np.arange(3)])
def test_only_a_transformer_is_counted(value: Any) -> None:
    with pytest.raises(TypeError, match="model must be a record of type Transformer"):
        parameters.count(value)


def test_a_replaced_width_takes_the_embedding_table_along() -> None:
    wider = dataclasses.replace(TINY, d_model=2 * TINY.d_model)
    assert parameters.count(wider).embedding == 2 * parameters.count(TINY).embedding


@pytest.mark.parametrize("value", [None, 0, "yes", 1.0])
def test_embeddings_is_a_flag(value: Any) -> None:
    with pytest.raises(TypeError, match="embeddings must be True or False"):
        parameters.count(TINY, embeddings=value)


NUMBERS = (
    "layers",
    "d_model",
    "n_heads",
    "n_kv_heads",
    "head_dim",
    "d_ff",
    "vocab_rows",
    "embedding_dim",
)
SENSELESS = st.one_of(
    st.integers(max_value=-1),
    st.floats().filter(lambda x: not (x >= 1 and x % 1 == 0)),
    st.text(),
    st.booleans(),
    st.just([]),
    st.just(np.array([])),
    st.just([1, [2]]),
    st.just({}),
    st.lists(st.integers(max_value=-1), min_size=1),
)


@SAME_EACH_TIME
@given(field=st.sampled_from(NUMBERS), value=SENSELESS)
def test_senseless_numbers_are_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=field):
        dataclasses.replace(TINY, **{field: value})


@SAME_EACH_TIME
@given(
    field=st.sampled_from(["count", "active", "d_ff", "shared", "dense_layers"]), value=SENSELESS
)
def test_senseless_experts_are_refused_by_name(field: str, value: Any) -> None:
    assume(not (isinstance(value, float) and value == 0))  # none shared, none dense: fine
    with pytest.raises((ValueError, TypeError), match=rf"experts\.{field}"):
        Experts(**{"count": 8, "active": 2, "d_ff": 16, field: value})


@SAME_EACH_TIME
@given(heads=st.integers(1, 64), width=st.integers(1, 512))
def test_heads_must_divide_the_width(heads: int, width: int) -> None:
    sizes: dict[str, Any] = {
        "layers": 1,
        "d_model": width,
        "n_heads": heads,
        "d_ff": 1,
        "vocab_rows": 1,
    }
    if width % heads:
        with pytest.raises(ValueError, match="n_heads must divide d_model"):
            Transformer(**sizes)
    else:
        assert Transformer(**sizes).head_dim * heads == width


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_kv_heads": 3}, "n_kv_heads must divide n_heads, got n_kv_heads=3 and n_heads=4"),
        ({"layers": np.ones(2), "d_ff": np.ones(3)}, "shapes must broadcast together"),
        ({"norm": "batchnorm"}, "norm must be one of rmsnorm"),
        ({"qk_norm": None}, "qk_norm must be one of none"),
        ({"gated_mlp": np.array([True])}, "gated_mlp must be True or False"),
        ({"windowed": (True,)}, "sliding_window must be at least 1"),
        ({"windowed": [True]}, "windowed must be a tuple"),
        ({"experts": 8}, "experts must be Experts or None"),
        ({"latent": {"q_rank": 1}}, "latent must be LatentAttention or None"),
        ({"d_ff": 0}, "d_ff must be at least 1 where a layer has an ordinary MLP"),
    ],
)
def test_contradictions_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        dataclasses.replace(TINY, **changes)


def test_more_active_experts_than_experts() -> None:
    with pytest.raises(
        ValueError, match=r"experts\.active must not exceed experts\.count, got 9 of 8"
    ):
        Experts(count=8, active=9, d_ff=4)
