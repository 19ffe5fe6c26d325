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
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog import LatentAttention, Transformer, models
from course_lib.demos import attention as demo
from course_lib.estimators import attention, flops, memory

SAME_EACH_TIME = settings(derandomize=True, deadline=None)
TINY = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
GROUPED = dataclasses.replace(TINY, n_kv_heads=2)
LATENT = dataclasses.replace(
    TINY, latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)
)
UNEVEN = dataclasses.replace(
    TINY, latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=20)
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


def _heads(model: Transformer) -> tuple[int, int, int, int]:
    """Query heads, key-value heads, and the widths of a head's key and value."""
    latent = model.latent
    widths = (model.head_dim,) * 2 if latent is None else (8 + 4, 20)
    return model.n_heads, model.n_kv_heads, *widths


def _play_written_out(
    model: Transformer, mask: np.ndarray, tile: int, batch: int
) -> tuple[int, int, int]:
    """FLOPs, numbers moved and most numbers held at once by code that writes its scores out, one
    tile of queries after the other."""
    (heads, kv_heads, key, value), seq = _heads(model), len(mask)
    given = batch * seq * (heads * key + kv_heads * (key + value))
    out = batch * seq * heads * value
    flops_done, moved, most = 0, 0, 0
    for start in range(0, seq, tile):
        rows = mask[start : start + tile]
        met, queries = int(rows.any(axis=0).sum()), len(rows)
        scores = batch * heads * queries * met
        flops_done += 2 * scores * key + 2 * scores * value
        moved += batch * heads * queries * key + batch * kv_heads * met * key + scores  # Q K' to S
        moved += 2 * scores  # S to P
        moved += scores + batch * kv_heads * met * value + batch * heads * queries * value
        piece = 0 if queries == seq else batch * heads * queries * value  # goes into the output
        most = max(most, given + out + 2 * scores + piece)
    return flops_done, moved, most


@pytest.mark.parametrize("model", [TINY, GROUPED, UNEVEN], ids=["plain", "grouped", "latent"])
@pytest.mark.parametrize(
    ("kind", "seq", "pattern"),
    [
        ("full", 10, {}),
        ("full", 12, {"tile": 4}),
        ("causal", 12, {}),
        ("causal", 12, {"tile": 3}),
        ("window", 24, {"tile": 4, "window": 7}),
        ("window", 24, {"tile": 8, "window": 1}),
        ("window", 6, {"tile": 3, "window": 99}),
        ("window", 12, {"window": 5}),
        ("block", 24, {"block": 4, "blocks": 3}),
        ("block", 24, {"block": 6}),
        ("block", 8, {"block": 8, "blocks": 2}),
        ("block", 8, {"block": 4, "blocks": 9}),
    ],
)
def test_written_out_scores_cost_what_the_loop_costs(
    model: Transformer, kind: str, seq: int, pattern: dict[str, int]
) -> None:
    """Arithmetic, traffic and peak of algorithm 0 of arXiv 2205.14135, tile by tile."""
    sizes = {name: pattern.get(name, 1) for name in ("window", "block", "blocks")}
    mask = _mask(kind, seq, **sizes)
    tile = pattern.get("block") or pattern.get("tile", seq)
    if "tile" not in pattern and kind in ("causal", "window"):
        mask = mask | True  # one tile: the whole square, masked later
    for batch, item in ((1, 2), (3, 4)):
        found = attention.cost(model, seq, kind, batch=batch, item_bytes=item, **pattern)
        done, moved, most = _play_written_out(model, mask, tile, batch)
        assert (found.flops, found.bytes_moved) == (done, item * moved)
        assert found.peak_bytes == item * most


@pytest.mark.parametrize("model", [TINY, GROUPED, UNEVEN], ids=["plain", "grouped", "latent"])
@pytest.mark.parametrize("kind", ["full", "causal", "window", "block"])
def test_fused_code_holds_its_ends_and_one_number_a_row(model: Transformer, kind: str) -> None:
    heads, kv_heads, key, value = _heads(model)
    for batch, seq, item in ((1, 16, 2), (3, 64, 4)):
        ends = seq * (heads * key + kv_heads * (key + value) + heads * value)
        found = attention.cost(
            model, seq, kind, batch=batch, fused=True, tile=8, item_bytes=item, window=9, block=8
        )
        assert found.peak_bytes == batch * (item * ends + 4 * heads * seq)


@pytest.mark.parametrize("model", [TINY, GROUPED, UNEVEN], ids=["plain", "grouped", "latent"])
@pytest.mark.parametrize("seq", [64, 128, 256])
def test_fused_code_takes_tiles_of_128_where_nothing_is_said(model: Transformer, seq: int) -> None:
    """Every query meets seq / 128 tiles of keys; the first finds no unfinished output."""
    heads, kv_heads, key, value = _heads(model)
    tiles = max(1, seq // 128)
    queries, keys = heads * key * tiles, kv_heads * (key + value)
    outputs = heads * value * (tiles - 1) + heads * value * tiles
    found = attention.cost(model, seq, fused=True, batch=3)
    assert found.bytes_moved == 2 * 3 * seq * (queries + keys + outputs)


def _play_linear(
    model: Transformer, seq: int, block: int, batch: int, fused: bool
) -> tuple[int, int, int]:
    """FLOPs and numbers moved by linear attention, block by block, and numbers that it holds from
    the first block to the last.

    The state is a sum of key times value, with a column more for the sum of keys.
    """
    heads, kv_heads, key, value = _heads(model)
    ends = seq * (heads * key + kv_heads * (key + value) + heads * value)
    features, wider, state = seq * (heads + kv_heads) * key, value + 1, heads * key * (value + 1)
    done, between = 0, 2 * features  # written, and read again
    for start in range(0, seq, block):
        rows = min(block, seq - start)
        done += heads * 2 * rows * rows * key  # scores within the block
        done += heads * 2 * rows * rows * wider  # times its values
        done += heads * 2 * rows * key * wider  # queries times the state
        done += heads * 2 * key * rows * wider  # what the block adds to the state
        between += 2 * heads * rows * rows + 2 * state  # scores and state, written and read
    moved = ends if fused else ends + between
    held = ends + state + (0 if fused else features + seq * kv_heads * wider)
    return batch * done, batch * moved, batch * held


@pytest.mark.parametrize("model", [TINY, GROUPED, UNEVEN], ids=["plain", "grouped", "latent"])
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize(("seq", "block"), [(24, 8), (24, 24), (10, 64), (26, 8)])
def test_linear_attention_costs_what_the_loop_costs(
    model: Transformer, fused: bool, seq: int, block: int
) -> None:
    for batch, item in ((1, 2), (3, 4)):
        found = attention.cost(
            model, seq, "linear", batch=batch, fused=fused, block=block, item_bytes=item
        )
        done, moved, held = _play_linear(model, seq, block, batch, fused)
        assert found.flops == done
        assert found.bytes_moved == item * moved
        if fused:
            assert found.peak_bytes == item * held
        else:  # and what one block needs: scores, and their products with values and state
            rows, (heads, _, _, value) = min(seq, block), _heads(model)
            scores, products = batch * heads * rows**2, batch * heads * rows * (value + 1)
            most = item * (held + 2 * scores + 2 * products)
            assert item * (held + scores + products) <= found.peak_bytes <= most


@pytest.mark.parametrize(
    ("seq", "block", "key", "value"),
    [(512, 64, 64, 64), (256, 16, 16, 16), (512, 16, 12, 20), (512, 16, 20, 12), (96, 8, 8, 8)],
)
def test_linear_attention_holds_what_pytorch_holds(
    seq: int, block: int, key: int, value: int
) -> None:
    """Blocks about as wide as heads. Wider ones count twice the scores that PyTorch masks in
    place."""
    q, k, v = (torch.ones(3, 4, seq, width) for width in (key, key, value))
    latent = LatentAttention(
        q_rank=1, kv_rank=1, nope_dim=key // 2, rope_dim=key // 2, value_dim=value
    )
    model = dataclasses.replace(TINY, latent=latent)
    counted = demo.peak_bytes(lambda: demo.linear(q, k, v, block), (q, k, v))
    found = attention.cost(model, seq, "linear", batch=3, block=block, item_bytes=4)
    assert found.peak_bytes == pytest.approx(counted, rel=0.005)


def test_patterns_have_blocks_of_64_and_windows_of_one_where_nothing_is_said() -> None:
    """By hand: two blocks of 64, each a triangle or a square; a window of one is the diagonal."""
    assert attention.pairs("block", 128) == 2 * 64 * 65 // 2
    assert attention.computed_pairs("block", 128) == attention.computed_pairs("linear", 128)
    assert attention.computed_pairs("block", 128) == 2 * 64 * 64
    assert attention.pairs("window", 128) == attention.computed_pairs("window", 128) == 128
    assert attention.computed_pairs("causal", 128) == 128 * 129 // 2
    diagonal = attention.cost(TINY, 128, "window", tile=1)
    assert diagonal.flops == 2 * 128 * 2 * 64
    assert attention.cost(TINY, 128, "block").flops == 2 * 2 * 64 * 64 * 64 * 2


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


@pytest.mark.parametrize("windowed", [(True, False), (True, True, False), (False, True)])
@pytest.mark.parametrize("layers", [2, 3, 5, 6])
def test_takeover_past_the_window_is_found_by_walking_there(
    layers: int, windowed: tuple[bool, ...]
) -> None:
    """Plain layers catch up where windowed ones have long stopped; every length is tried."""
    lengths, past = np.arange(1.0, 4000), 0
    for window in (1, 2, 5, 17, 40):
        for width in range(1, 41, 3):
            model = Transformer(
                layers=layers,
                d_model=2 * width,
                n_heads=2,
                d_ff=3 * width,
                vocab_rows=11,
                windowed=windowed,
                sliding_window=window,
            )
            parts = flops.forward_parts(model, 1, lengths, "causal")
            ahead = 2 * parts.attention_core >= parts.total
            found = attention.takeover_length(model, "causal")
            walked = lengths[np.argmax(ahead)] if ahead.any() else math.inf
            assert found == walked
            past += found > window
    assert past > 40  # most of them


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
