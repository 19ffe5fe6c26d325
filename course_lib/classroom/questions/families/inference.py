"""Lesson 05: what a lone reader waits for, what a cache weighs, what guessing ahead gains."""

from __future__ import annotations

from course_lib.classroom.questions.family import Family, card, fact, model, pick, stated
from course_lib.estimators import hardware, inference, memory, parameters, serving

WEIGHTS = fact(lambda q: parameters.count(q.model).total, "weights")
ACTIVE = fact(lambda q: parameters.count(q.model).active)
PEAK = fact(lambda q: hardware.peak(q.card), "FLOP/s")
BANDWIDTH = fact(lambda q: hardware.bandwidth(q.card), "B/s")
DENSE = model("llama-3-8b", "llama-2-13b", "qwen3-8b", "qwen3-14b", "mistral-7b-v0-1", "gemma-7b")
GROUPED = model("llama-3-8b", "llama-3-70b", "qwen3-8b", "qwen3-14b", "qwen3-32b", "phi-4")
MIXTURES = model("mixtral-8x7b-v0-1", "qwen3-30b-a3b", "qwen3-235b-a22b", "gpt-oss-120b", "dbrx")
KEPT = {
    "layers": stated(lambda q: q.model.layers, "layers"),
    "heads": stated(lambda q: q.model.n_heads),
    "kv_heads": stated(lambda q: q.model.n_kv_heads),
    "width": stated(lambda q: q.model.head_dim),
}
"""What sizes a cache."""
GUESSES = {"accepted": pick(0.6, 0.7, 0.8, 0.9, unit="%"), "guesses": pick(2, 3, 4, 5, 6)}

lone_token = Family(
    id="05-lone-token",
    text="{model} ({weights}, held in {bits} bits each) writes for one lone reader on one {card}: "
    "{peak}, {bandwidth}. Only the weights count. How long does each token take at best?",
    given={
        "model": DENSE,
        "bits": pick(8, 16),
        "card": card("h100-sxm-80gb", "a100-sxm-80gb", "h200-sxm", "l40s", "rtx-4090"),
        "weights": WEIGHTS,
        "peak": PEAK,
        "bandwidth": BANDWIDTH,
    },
    unit="s",
    answer=lambda q: serving.batches.step_seconds(
        1, q.weights, peak_flops=q.peak, bytes_per_second=q.bandwidth, weight_bytes=q.bits / 8
    ),
    wrong={
        "flops-decide": lambda q: 2 * q.weights / q.peak,
        "bits-for-bytes": lambda q: q.weights * q.bits / q.bandwidth,
        "weights-are-4-bytes-always": lambda q: q.weights * 4 / q.bandwidth,
    },
    why="Every weight is read once for a token: bytes of the weights over the memory's bandwidth.",
)

mixture_token = Family(
    id="05-mixture-token",
    text="{model} has {weights}, of which {active} work on a token. They lie in {bits} bits each "
    "and are shared among {cards} {card}, which together read {together} and multiply at "
    "{peak}. How long does a lone reader's token take at best, by its weights?",
    given={
        "model": MIXTURES,
        "bits": pick(8, 16),
        "cards": pick(4, 8),
        "card": card("h100-sxm-80gb", "h200-sxm", "a100-sxm-80gb"),
        "weights": WEIGHTS,
        "active": ACTIVE,
        "together": fact(lambda q: hardware.bandwidth(q.card) * q.cards, "B/s"),
        "peak": fact(lambda q: hardware.peak(q.card) * q.cards, "FLOP/s"),
    },
    unit="s",
    answer=lambda q: serving.batches.step_seconds(
        1, q.active, peak_flops=q.peak, bytes_per_second=q.together, weight_bytes=q.bits / 8
    ),
    wrong={
        "total-read-for-active": lambda q: q.weights * q.bits / 8 / q.together,
        "flops-decide": lambda q: 2 * q.active / q.peak,
        "bits-for-bytes": lambda q: q.active * q.bits / q.together,
    },
    why="A lone token reads the weights that work on it and no others: their bytes over the "
    "bandwidth of all cards.",
)

cache_of_an_answer = Family(
    id="05-cache-of-an-answer",
    text="{model} has {layers}, {heads} query heads, {kv_heads} key-value heads and heads of width "
    "{width}. It reads a prompt of {prompt} and writes {output}. How large is the key-value cache "
    "at the end, in 16-bit numbers?",
    given={
        "model": GROUPED,
        "prompt": pick(500, 1000, 2000, 4000, unit="tokens"),
        "output": pick(500, 1000, 2000, unit="tokens"),
        **KEPT,
    },
    unit="B",
    answer=lambda q: memory.kv_cache(q.model, 1, q.prompt + q.output, "bf16"),
    wrong={
        "cache-of-all-heads": lambda q: (
            2 * q.heads * q.width * q.layers * (q.prompt + q.output) * 2
        ),
        "prompt-only-cached": lambda q: 2 * q.kv_heads * q.width * q.layers * q.prompt * 2,
        "keys-only": lambda q: q.kv_heads * q.width * q.layers * (q.prompt + q.output) * 2,
        "cache-of-one-layer": lambda q: 2 * q.kv_heads * q.width * (q.prompt + q.output) * 2,
    },
    why="A key and a value for each key-value head, layer and token, read or written, two bytes a "
    "number.",
)

readers_that_fit = Family(
    id="05-readers-that-fit",
    text="A card has {room} for weights and caches. The weights of {model} take {held}. Its cache "
    "takes {a_token} for each token (with keys and values for all {heads} query heads it would be "
    "{all_heads}). For how many readers is there room, each with {prompt} read and {output} "
    "written?",
    given={
        "model": GROUPED,
        "room": pick(22e9, 44e9, 72e9, 130e9, 170e9, unit="B"),
        "prompt": pick(1000, 2000, 4000, 8000, unit="tokens"),
        "output": pick(500, 1000, 2000, unit="tokens"),
        "held": fact(lambda q: 2 * parameters.count(q.model).total, "B"),
        "a_token": fact(lambda q: memory.kv_cache(q.model, 1, 1), "B"),
        "heads": stated(lambda q: q.model.n_heads),
        "all_heads": fact(
            lambda q: memory.kv_cache(q.model, 1, 1) * q.model.n_heads / q.model.n_kv_heads, "B"
        ),
    },
    sensible=lambda q: 3 < (q.room - q.held) / (q.a_token * (q.prompt + q.output)) < 300,
    unit="readers",
    whole=True,
    answer=lambda q: (q.room - q.held) // (q.a_token * (q.prompt + q.output)),
    wrong={
        "weights-fill-memory": lambda q: q.room // (q.a_token * (q.prompt + q.output)),
        "cache-of-all-heads": lambda q: (q.room - q.held) // (q.all_heads * (q.prompt + q.output)),
        "prompt-only-cached": lambda q: (q.room - q.held) // (q.a_token * q.prompt),
        "users-rounded-up": lambda q: -((q.held - q.room) // (q.a_token * (q.prompt + q.output))),
    },
    why="Weights come off first; what is left holds so many whole caches of prompt and answer.",
)

tokens_a_check = Family(
    id="05-tokens-a-check",
    text="A small model guesses {guesses} tokens ahead, and a large one checks them in one pass. "
    "Each guess is right with a chance of {accepted}, if those before it were. How many tokens "
    "does a pass of the large model yield on average?",
    given=GUESSES,
    unit="tokens",
    answer=lambda q: inference.tokens_per_check(q.accepted, q.guesses),
    wrong={
        "guesses-all-stand": lambda q: q.guesses + 1,
        "each-guess-alone": lambda q: 1 + q.guesses * q.accepted,
        "own-token-forgotten": lambda q: sum(q.accepted**k for k in range(1, q.guesses + 1)),
    },
    why="The pass writes one token of its own, and the k-th guess counts with the chance that it "
    "and all before it are right: 1 + a + a^2 + ...",
)

gain_of_guessing = Family(
    id="05-gain-of-guessing",
    text="A small model guesses {guesses} tokens ahead; a guess takes it {draft} of the time that "
    "the large model takes for a token, and a check takes as long as a token. Each guess is right "
    "with a chance of {accepted}, if those before it were. How many times quicker is this than "
    "without guesses?",
    given={**GUESSES, "draft": pick(0.1, 0.15, 0.2, unit="%")},
    unit="x",
    answer=lambda q: inference.guessing_speed_up(q.accepted, q.guesses, q.draft),
    wrong={
        "guesses-cost-nothing": lambda q: inference.tokens_per_check(q.accepted, q.guesses),
        "guesses-all-stand": lambda q: (q.guesses + 1) / (q.guesses * q.draft + 1),
        "each-guess-alone": lambda q: (1 + q.guesses * q.accepted) / (q.guesses * q.draft + 1),
        "own-token-forgotten": lambda q: (
            (inference.tokens_per_check(q.accepted, q.guesses) - 1) / (q.guesses * q.draft + 1)
        ),
    },
    sensible=lambda q: inference.guessing_speed_up(q.accepted, q.guesses, q.draft) > 1.2,
    why="Tokens of a check over the time of the guesses and the check together.",
)

FAMILIES = (
    lone_token,
    mixture_token,
    cache_of_an_answer,
    readers_that_fit,
    tokens_a_check,
    gain_of_guessing,
)
