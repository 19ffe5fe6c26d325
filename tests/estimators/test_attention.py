"""`attention` against masks summed pair by pair, against the paper's algorithm played through, and
published figures.

That the counts equal what PyTorch does is tested beside the demo, in
`tests/demos/test_attention.py`.
"""

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog import LatentAttention, Transformer, models
from course_lib.estimators import attention, flops, memory

SAME_EACH_TIME = settings(derandomize=True, deadline=None)
TINY = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
GROUPED = dataclasses.replace(TINY, n_kv_heads=2)
LATENT = dataclasses.replace(
    TINY, latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)
)
WINDOWED = dataclasses.replace(TINY, layers=7, sliding_window=3, windowed=(True, True, False))

kinds = st.sampled_from(attention.KINDS)
small = st.integers(1, 24)


def _mask(kind: str, seq: int, window: int, block: int, blocks: int) -> np.ndarray:
    """The mask of a kind, one pair after the other."""
    seen = np.zeros((seq, seq), dtype=bool)
    for query in range(seq):
        for key in range(seq):
            causal = key <= query
            seen[query, key] = {
                "full": True,
                "causal": causal,
                "linear": causal,
                "window": causal and query - key < window,
                "block": causal and query // block - key // block < blocks,
            }[kind]
    return seen


# --- pairs


@SAME_EACH_TIME
@given(kind=kinds, seq=small, window=small, block=small, blocks=small)
def test_pairs_sum_the_mask(kind: str, seq: int, window: int, block: int, blocks: int) -> None:
    pattern = {"window": window, "block": block, "blocks": blocks}
    assert attention.pairs(kind, seq, **pattern) == _mask(kind, seq, **pattern).sum()


@SAME_EACH_TIME
@given(kind=kinds, seq=small, tile=small, window=small, block=small, blocks=small)
def test_a_tile_meets_every_key_that_one_of_its_queries_may_see(
    kind: str, seq: int, tile: int, window: int, block: int, blocks: int
) -> None:
    pattern = {"window": window, "block": block, "blocks": blocks}
    mask = _mask(kind, seq, **pattern)
    if kind == "linear":
        mask &= _mask("block", seq, window, block, 1)
    rows = block if kind in ("block", "linear") else tile
    by_hand = 0
    for start in range(0, seq, rows):
        met = mask[start : start + rows].any(axis=0)
        by_hand += len(mask[start : start + rows]) * met.sum()
    if kind != "full":
        assert attention.computed_pairs(kind, seq, tile, **pattern) == by_hand
    assert attention.computed_pairs("full", seq, tile) == seq**2


# --- FLOPs and bytes


@pytest.mark.parametrize("model", [TINY, GROUPED, LATENT], ids=["plain", "grouped", "latent"])
@pytest.mark.parametrize("seq", [1, 9, 64])
def test_full_attention_costs_what_the_forward_pass_says(model: Transformer, seq: int) -> None:
    of_all_layers = flops.forward_parts(model, 3, seq).attention_core
    assert attention.cost(model, seq, batch=3).flops * model.layers == of_all_layers
    masked = attention.cost(model, seq, "causal", batch=3, tile=1).flops * model.layers
    assert masked == flops.forward_parts(model, 3, seq, "causal").attention_core


def _play_fused(queries: int, tile: int, heads: int, width: int, causal: bool) -> int:
    """Numbers that pass between memory and chip in algorithm 1 of arXiv 2205.14135, one load after
    the other."""
    moved = 0
    unfinished: set[int] = set()
    for _ in range(heads):
        unfinished.clear()
        for first_key in range(0, queries, tile):
            moved += 2 * tile * width  # a tile of keys, and of values
            for first_query in range(0, queries, tile):
                if causal and first_key > first_query:
                    continue
                moved += tile * width  # queries
                moved += tile * width * (first_query in unfinished)  # outputs as far as they are
                moved += tile * width  # and back
                unfinished.add(first_query)
    return moved


@pytest.mark.parametrize("kind", ["full", "causal"])
@pytest.mark.parametrize(("seq", "tile"), [(8, 8), (16, 4), (60, 5), (256, 128)])
def test_fused_bytes_equal_the_algorithm_played_through(kind: str, seq: int, tile: int) -> None:
    moved = attention.cost(TINY, seq, kind, fused=True, tile=tile, item_bytes=2).bytes_moved
    assert moved == 2 * _play_fused(seq, tile, heads=4, width=16, causal=kind == "causal")


def test_naive_bytes_equal_the_algorithm_by_hand() -> None:
    seq, width, heads = 10, 16, 4
    scores = seq * seq
    first_product = 2 * seq * width + scores  # read Q and K, write S
    softmax = 2 * scores  # read S, write P
    second_product = scores + 2 * seq * width  # read P and V, write O
    by_hand = 4 * heads * (first_product + softmax + second_product)
    assert attention.cost(TINY, seq, item_bytes=4).bytes_moved == by_hand
    assert (
        attention.cost(TINY, seq, "causal", item_bytes=4).bytes_moved == by_hand
    )  # a mask alone saves nothing


def test_bytes_grow_as_the_theorem_says() -> None:
    """Theorem 2 of arXiv 2205.14135: squares in both, but fused fewer by the numbers that fit a
    tile."""
    llama, seq = models["llama-3-8b"], np.array([2.0**14, 2.0**15])
    naive, fused = (attention.cost(llama, seq, fused=on).bytes_moved for on in (False, True))
    assert naive[1] / naive[0] == pytest.approx(4, rel=0.01) and fused[1] / fused[
        0
    ] == pytest.approx(4, rel=0.02)
    half_tile = attention.cost(llama, seq, fused=True, tile=64).bytes_moved
    assert half_tile[1] / fused[1] == pytest.approx(2, rel=0.02)


def test_fewer_bytes_in_fused_code_as_published() -> None:
    """arXiv 2205.14135, figure 2: GPT-2 medium, A100, forward and backward; the estimate is of the
    forward pass."""
    gpt, tile = (
        models["gpt-2-medium"],
        192 * 1024 // 2 // (4 * 64),
    )  # 192 KB on chip, 2 bytes, M / 4d
    naive, fused = (
        attention.cost(gpt, 1024, fused=on, tile=tile if on else None).bytes_moved
        for on in (False, True)
    )
    assert naive / fused == pytest.approx(40.3 / 4.4, rel=0.2)


def test_peak_memory_grows_with_the_square_only_where_scores_are_written() -> None:
    seq = np.array([4096.0, 8192.0])
    naive, fused = (
        attention.cost(TINY, seq, "causal", fused=on).peak_bytes for on in (False, True)
    )
    assert naive[1] / naive[0] == pytest.approx(4, rel=0.01) and fused[1] / fused[0] == 2


def test_linear_and_windowed_attention_grow_with_the_length() -> None:
    for pattern in (
        {"kind": "linear"},
        {"kind": "window", "window": 64, "tile": 64},
        {"kind": "block", "blocks": 2},
    ):
        costs = [attention.cost(TINY, seq, **pattern) for seq in (2**14, 2**15)]
        for name in ("flops", "bytes_moved", "peak_bytes"):
            assert getattr(costs[1], name) / getattr(costs[0], name) == pytest.approx(2, rel=0.01)


# --- takeover


def test_takeover_of_llama() -> None:
    llama = models["llama-3-8b"]
    assert attention.takeover_length(llama) == 28628
    assert attention.takeover_length(llama, "causal") == 57255


@SAME_EACH_TIME
@given(
    sizes=st.tuples(
        st.integers(1, 6),
        st.integers(1, 40),
        st.integers(1, 4),
        st.integers(1, 200),
        st.integers(1, 300),
    ),
    window=st.integers(1, 60),
    windowed=st.lists(st.booleans(), min_size=1, max_size=4).map(tuple),
    rule=st.sampled_from(flops.ATTENTION),
)
def test_takeover_is_the_first_length_where_attention_costs_as_much(
    sizes: tuple, window: int, windowed: tuple, rule: str
) -> None:
    layers, width, heads, d_ff, rows = sizes
    model = Transformer(
        layers=layers,
        d_model=width * heads,
        n_heads=heads,
        d_ff=d_ff,
        vocab_rows=rows,
        windowed=windowed,
        sliding_window=window,
    )

    def ahead(seq: int) -> bool:
        parts = flops.forward_parts(model, 1, seq, rule)
        return 2 * parts.attention_core >= parts.total

    found = attention.takeover_length(model, rule)
    if found == math.inf:
        assert not ahead(10**9)
    else:
        assert isinstance(found, int) and ahead(found) and (found == 1 or not ahead(found - 1))


def test_takeover_sweeps_like_the_loop() -> None:
    for model in (TINY, WINDOWED):
        widths = np.array([256, 1024, 4096])
        for rule in flops.ATTENTION:
            swept = attention.takeover_length(dataclasses.replace(model, d_ff=widths), rule)
            loop = [
                attention.takeover_length(dataclasses.replace(model, d_ff=int(w)), rule)
                for w in widths
            ]
            assert swept.tolist() == loop
    windows = np.array([8, 64, 10**6])
    swept = attention.takeover_length(
        dataclasses.replace(WINDOWED, sliding_window=windows), "causal"
    )
    each = [
        attention.takeover_length(dataclasses.replace(WINDOWED, sliding_window=int(w)), "causal")
        for w in windows
    ]
    assert swept.tolist() == each


# --- reach and cache, against published figures


def test_reach_of_mistral_as_published() -> None:
    mistral = models["mistral-7b-v0.1"]
    reach = attention.reach(mistral.layers, mistral.sliding_window)
    assert reach == pytest.approx(
        131_000, rel=0.002
    )  # "approximately 131K tokens", arXiv 2310.06825, section 2


@pytest.mark.parametrize(
    ("name", "published"),
    [("deepseek-v3", 70_272), ("qwen2.5-72b", 327_680), ("llama-3.1-405b", 516_096)],
)
def test_cache_bytes_a_token_as_published(name: str, published: int) -> None:
    """arXiv 2505.09343, table 1: bf16, one token, all layers."""
    assert memory.kv_cache(models[name], batch=1, context=1) == published


def test_reach_and_kept_numbers_take_arrays() -> None:
    assert attention.reach(np.array([1, 4]), 64).tolist() == [63, 252]
    assert attention.kept_numbers(
        dataclasses.replace(TINY, n_kv_heads=np.array([1, 2, 4]))
    ).tolist() == [32, 64, 128]
    assert attention.kept_numbers(LATENT) == 16 + 4


# --- arrays and bad input


@pytest.mark.parametrize("kind", attention.KINDS)
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("tile", [None, 4])
def test_a_sweep_of_costs_equals_the_loop(kind: str, fused: bool, tile: int | None) -> None:
    lengths, options = (
        [1, 7, 128, 5000],
        {"fused": fused, "tile": tile, "window": 9, "block": 16, "blocks": 3},
    )
    swept = attention.cost(TINY, np.array(lengths), kind, batch=2, **options)
    for index, seq in enumerate(lengths):
        one = attention.cost(TINY, seq, kind, batch=2, **options)
        for name in ("flops", "bytes_moved", "peak_bytes"):
            assert getattr(swept, name)[index] == getattr(one, name)
            assert isinstance(getattr(one, name), int)


SENSELESS = st.one_of(
    st.none(),
    st.integers(max_value=0),
    st.floats().filter(lambda x: not (x >= 1 and x % 1 == 0)),
    st.text(),
    st.booleans(),
    st.just([]),
    st.just(np.array([1.0, np.nan])),
)


@SAME_EACH_TIME
@given(name=st.sampled_from(["seq", "window", "block", "blocks"]), kind=kinds, value=SENSELESS)
def test_senseless_sizes_are_refused_by_name(name: str, kind: str, value: Any) -> None:
    for call in (attention.pairs, attention.computed_pairs):
        with pytest.raises((ValueError, TypeError), match=f"^{name} must"):
            call(kind, **{"seq": 4, name: value})
    with pytest.raises((ValueError, TypeError), match=f"^{name} must"):
        attention.cost(TINY, **{"seq": 4, "kind": kind, name: value})


@SAME_EACH_TIME
@given(
    name=st.sampled_from(["batch", "tile", "item_bytes"]),
    value=SENSELESS.filter(lambda value: value is not None),
)
def test_senseless_settings_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError), match=f"^{name} must"):
        attention.cost(TINY, 4, **{name: value})


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: attention.pairs("sparse", 4),
            "kind must be one of full, causal, window, block, linear",
        ),
        (lambda: attention.cost(None, 4), "model must be a record of type Transformer"),
        (lambda: attention.cost(TINY, 4, fused=1), "fused must be True or False"),
        (lambda: attention.pairs("window", np.ones(2), window=np.ones(3)), "shapes must broadcast"),
        (
            lambda: attention.cost(dataclasses.replace(TINY, d_ff=np.ones(2)), np.ones(3)),
            "shapes must broadcast",
        ),
        (lambda: attention.takeover_length("llama"), "model must be a record of type Transformer"),
        (
            lambda: attention.takeover_length(TINY, "window"),
            "attention must be one of full, causal",
        ),
        (lambda: attention.reach(0, 4), "layers must be at least 1"),
        (lambda: attention.reach(4, 0), "window must be at least 1"),
        (lambda: attention.kept_numbers(4), "model must be a record of type Transformer"),
    ],
)
def test_nonsense_is_refused_with_the_rule(call: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        call()
