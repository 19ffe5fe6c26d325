"""Compressed attention against shapes written out, and its pairs against a count of each."""

import math
import random

import numpy as np
import pytest

from course_lib.catalog.records.compressed import CompressedAttention
from course_lib.catalog.records.layer_parts import Experts, Indexer
from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators import flops, memory, parameters

D, HEADS, WIDTH = 10, 4, 6
PARTS = {"q_rank": 7, "out_groups": 2, "out_rank": 3}
PLAIN = [(D, 7), (7, HEADS * WIDTH), (D, WIDTH), (2, 12, 3), (2 * 3, D)]
"""Queries in two steps, the one key, the output in two groups and in two steps."""
INDEXER = Indexer(heads=5, dim=8)
SIZES = {
    "layers": 1, "d_model": D, "n_heads": HEADS, "head_dim": WIDTH, "n_kv_heads": 1, "d_ff": 0,
    "vocab_rows": 9, "shared_values": True, "experts": Experts(count=1, active=1, d_ff=1),
}  # fmt: skip


def entries(shapes: list[tuple[int, ...]]) -> int:
    """Numbers in tensors of these shapes."""
    return sum(math.prod(shape) for shape in shapes)


@pytest.mark.parametrize(
    ("more", "summing", "places"),
    [
        ({}, [], []),
        ({"ratio": 4}, [(D, WIDTH), (D, WIDTH)], [(WIDTH,), (4, WIDTH)]),
        (
            {"ratio": 4, "overlap": True},
            [(D, 2 * WIDTH), (D, 2 * WIDTH)],
            [(WIDTH,), (4, 2 * WIDTH)],
        ),
    ],
)
def test_shapes_written_out(more: dict, summing: list, places: list) -> None:
    made = CompressedAttention(**PARTS, **more)
    assert made.matrix(D, HEADS, WIDTH) == entries(PLAIN + summing)
    assert made.vectors(WIDTH) == entries([(7,), (WIDTH,), *places])


def test_shapes_of_its_indexer_written_out() -> None:
    made = CompressedAttention(**PARTS, ratio=4, overlap=True)
    queries, weighing, summing = (7, 5 * 8), (D, 5), (D, 16)
    assert made.indexer_matrix(D, INDEXER) == entries([queries, weighing, summing, summing])
    assert made.indexer_vectors(INDEXER) == entries([(8,), (4, 16)])
    layer = Transformer(**SIZES, compressed=made, indexer=INDEXER)
    assert parameters.attention_params(layer) == (
        made.matrix(D, HEADS, WIDTH) + made.vectors(WIDTH)
        + made.indexer_matrix(D, INDEXER) + made.indexer_vectors(INDEXER)
    )  # fmt: skip


def test_pairs_with_summaries_counted_one_by_one() -> None:
    rng = random.Random(1)
    for _ in range(300):
        ratio, tokens, top_k = rng.randint(1, 9), rng.randint(1, 60), rng.randint(0, 7)
        made = CompressedAttention(**PARTS, ratio=ratio)
        # A token sees the summaries of spans that end with it or before.
        seen = [token // ratio for token in range(1, tokens + 1)]
        picked = [min(number, top_k) if top_k else number for number in seen]
        assert made.summary_pairs(tokens, top_k) == sum(picked)
        assert made.summaries(tokens) == seen[-1]


def test_pairs_of_a_layer_counted_one_by_one() -> None:
    made = CompressedAttention(**PARTS, ratio=3)
    layer = Transformer(
        **SIZES,
        compressed=made,
        indexer=INDEXER,
        sparse_top_k=2,
        sliding_window=4,
        windowed=(True,),
    )
    tokens = range(1, 21)
    pairs = sum(min(token, 4) + min(token // 3, 2) for token in tokens)
    scored = sum(token // 3 for token in tokens)
    core = 2 * (HEADS * 2 * WIDTH * pairs + 5 * 8 * scored)
    assert flops.forward_parts(layer, 1, 20, "causal").attention_core == core
    whole = 2 * (HEADS * 2 * WIDTH * 20 * (20 + 6) + 5 * 8 * 20 * 6)
    assert flops.forward_parts(layer, 1, 20).attention_core == whole


@pytest.mark.parametrize("attention", ["full", "causal"])
def test_decoding_adds_what_one_more_token_sees(attention: str) -> None:
    made = CompressedAttention(**PARTS, ratio=3)
    layer = Transformer(
        **SIZES,
        compressed=made,
        indexer=INDEXER,
        sparse_top_k=2,
        sliding_window=4,
        windowed=(True,),
    )
    for context in (0, 1, 2, 5, 8, 30):
        seen, every = context + 1, (context + 1) // 3
        if attention == "causal":
            near, far = min(seen, 4), min(every, 2)
        else:
            near, far = seen, every
        core = 2 * (HEADS * 2 * WIDTH * (near + far) + 5 * 8 * every)
        weights = flops.forward_parts(layer, 1, 1).weights
        assert flops.decode(layer, 1, context, attention) == core + weights


def test_the_cache_keeps_a_window_and_the_summaries() -> None:
    made = CompressedAttention(**PARTS, ratio=3)
    layer = Transformer(
        **SIZES,
        compressed=made,
        indexer=INDEXER,
        sparse_top_k=2,
        sliding_window=4,
        windowed=(True,),
    )
    # Four tokens of the window, six summaries and as many of the indexer, in 2 bytes a number.
    assert memory.kv_cache(layer, 1, 20) == 2 * (4 * WIDTH + 6 * (WIDTH + 8))


def test_lengths_may_be_a_sweep() -> None:
    made = CompressedAttention(**PARTS, ratio=3)
    lengths = np.array([1, 7, 20])
    assert made.summary_pairs(lengths, 2).tolist() == [
        made.summary_pairs(int(length), 2) for length in lengths
    ]


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"q_rank": 0}, ValueError, "compressed.q_rank must be at least 1, got 0"),
        ({"ratio": -1}, ValueError, "compressed.ratio"),
        ({"out_groups": 1.5}, ValueError, "compressed.out_groups"),
        ({"overlap": 1}, TypeError, "compressed.overlap"),
    ],
)
def test_bad_input_is_named(changes: dict, error: type[Exception], named: str) -> None:
    with pytest.raises(error, match=named):
        CompressedAttention(**{**PARTS, **changes})
