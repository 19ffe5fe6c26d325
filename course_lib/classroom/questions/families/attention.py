"""Lesson 03: pairs of positions, the cache, and when attention takes over."""

from __future__ import annotations

from math import log

from course_lib.classroom.questions.family import Family, fact, model, pick, stated
from course_lib.estimators import attention, flops, memory, parameters
from course_lib.estimators.datasets import scaling_laws

PLAIN = model(
    "llama-3-8b",
    "llama-3-70b",
    "llama-3-1-405b",
    "llama-2-7b",
    "llama-2-13b",
    "qwen3-8b",
    "qwen3-14b",
    "qwen2-5-7b",
    "phi-4",
    "olmo-2-1124-13b",
)
HEADS = {
    "layers": stated(lambda q: q.model.layers, "layers"),
    "heads": stated(lambda q: q.model.n_heads),
    "w": stated(lambda q: q.model.head_dim),
}

cache_of_a_text = Family(
    id="03-cache-of-a-text",
    text="{model} has {layers}, {heads} query heads and {kv_heads} key-value heads of width {w}. "
    "How large is its cache for {tokens}, at {bits} bits a number?",
    given={
        "model": model("llama-3-8b", "llama-3-70b", "qwen3-8b", "qwen3-14b", "phi-4"),
        "tokens": pick(2000, 4000, 8000, 32_000, 100_000, unit="tokens"),
        "bits": pick(8, 16),
        **HEADS,
        "kv_heads": stated(lambda q: q.model.n_kv_heads),
    },
    unit="B",
    answer=lambda q: memory.kv_cache(q.model, 1, q.tokens, {8: "fp8", 16: "bf16"}[q.bits]),
    wrong={
        "query-heads-stored": lambda q: 2 * q.heads * q.w * q.layers * q.tokens * q.bits / 8,
        "keys-only": lambda q: q.kv_heads * q.w * q.layers * q.tokens * q.bits / 8,
        "cache-of-one-layer": lambda q: 2 * q.kv_heads * q.w * q.tokens * q.bits / 8,
        "bits-taken-for-bytes": lambda q: 2 * q.kv_heads * q.w * q.layers * q.tokens * q.bits,
    },
    why="A key and a value for each key-value head, layer and token, at the bytes of the format.",
)

core_of_a_layer = Family(
    id="03-core-of-a-layer",
    text="Code computes attention over the whole square of a text of {tokens} and masks it "
    "afterwards. A layer has {heads} heads of width {w}. How many FLOPs do its scores and its "
    "weighted sums of values take?",
    given={
        "model": PLAIN,
        "tokens": pick(1000, 2000, 4000, 8000, 16_000, unit="tokens"),
        "heads": HEADS["heads"],
        "w": HEADS["w"],
    },
    unit="FLOP",
    answer=lambda q: flops.forward_parts(q.model, 1, q.tokens).attention_core / q.model.layers,
    wrong={
        "only-the-scores": lambda q: 2 * q.tokens**2 * q.heads * q.w,
        "adds-forgotten": lambda q: 2 * q.tokens**2 * q.heads * q.w,
        "heads-counted-twice": lambda q: 4 * q.tokens**2 * (q.heads * q.w) * q.heads,
    },
    why="Two products, the scores and the weighted sums, each with a multiplication and an "
    "addition for every pair and every number of every head.",
)

window_pairs = Family(
    id="03-window-pairs",
    text="A causal layer lets each token see a window of {window} positions, itself included. A "
    "text has {tokens}. How many pairs of positions does the mask let through?",
    given={
        "window": pick(256, 512, 1024, 2048, 4096),
        "times": pick(2, 3, 4),
        "tokens": stated(lambda q: q.times * q.window, "tokens"),
    },
    unit="pairs",
    answer=lambda q: attention.pairs("window", q.times * q.window, window=q.window),
    wrong={
        "window-still-square": lambda q: (q.times * q.window) ** 2,
        "window-halved": lambda q: q.times * q.window * q.window / 2,
        "early-rows-full": lambda q: q.times * q.window * q.window,
    },
    why="Each token meets a full window, but for the first ones, which have fewer tokens before "
    "them: together half a window's square is missing.",
)

takeover = Family(
    id="03-takeover",
    text="{model} multiplies each token by {matrices} of its matrices. It has {layers} with "
    "{heads} heads of width {w}. At which length does attention over the whole square (scores and "
    "sums of values) cost as much as all the rest?",
    given={
        "model": PLAIN,
        **HEADS,
        "matrices": fact(
            lambda q: (
                parameters.count(q.model).total
                - parameters.count(q.model).embedding
                - parameters.count(q.model).norm
            ),
            "weights",
        ),
    },
    unit="tokens",
    answer=lambda q: attention.takeover_length(q.model),
    wrong={
        "only-the-scores": lambda q: q.matrices / (q.layers * q.heads * q.w),
        "one-operation-a-weight": lambda q: q.matrices / (4 * q.layers * q.heads * q.w),
        "heads-counted-twice": lambda q: q.matrices / (2 * q.layers * q.heads * q.w) / q.heads,
        "layers-forgotten": lambda q: q.matrices / (2 * q.heads * q.w),
    },
    why="For n tokens the matrices take 2 x weights x n FLOPs, attention 4 x n^2 x heads x width x "
    "layers: equal at weights / (2 x layers x heads x width).",
)

exponent = Family(
    id="03-exponent",
    text="An operation takes {first} ms on {short} tokens and {second} ms on {long} tokens. If its "
    "time is a power of the length, with which exponent does it grow?",
    given={
        "short": pick(500, 1000, 2000),
        "times": pick(2, 4, 8),
        "power": pick(1.2, 1.4, 1.6, 1.8, 1.9),
        "first": pick(2.5, 6, 15),
        "long": stated(lambda q: q.short * q.times),
        "second": fact(lambda q: q.first * q.times**q.power),
    },
    unit="",
    answer=lambda q: (
        scaling_laws.fit_power(
            [q.short * q.times**k for k in range(4)],
            [q.first * (q.second / q.first) ** k for k in range(4)],
        ).exponent
    ),
    wrong={
        "slope-inverted": lambda q: log(q.times) / log(q.second / q.first),
        "linear-fit": lambda q: (q.second - q.first) / (q.long - q.short),
    },
    why="The logarithm of the ratio of the times over that of the ratio of the lengths.",
)

FAMILIES = (cache_of_a_text, core_of_a_layer, window_pairs, takeover, exponent)
