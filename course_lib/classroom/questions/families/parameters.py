"""Lesson 01: where the weights sit, how their number grows, and what a weight costs."""

from __future__ import annotations

from course_lib.classroom.questions.family import Family, fact, model, pick, stated
from course_lib.estimators import parameters
from course_lib.estimators.parameters import layers

GATED = model(
    "llama-3-8b",
    "llama-3-70b",
    "qwen3-8b",
    "qwen3-14b",
    "qwen3-32b",
    "phi-4",
    "llama-2-13b",
    "mistral-7b-v0-1",
    "qwen2-5-7b",
    "olmo-2-1124-13b",
    "smollm3-3b",
)
GROUPED = model(
    "llama-3-8b",
    "llama-3-70b",
    "llama-3-1-405b",
    "qwen3-8b",
    "mistral-7b-v0-1",
    "qwen3-14b",
    "qwen3-32b",
    "phi-4",
    "smollm3-3b",
    "tinyllama-1-1b",
)
TIED = model("llama-3-2-1b", "llama-3-2-3b", "gemma-2-2b", "gemma-2-9b", "qwen3-4b", "smollm2-360m")
MIXTURES = model(
    "mixtral-8x7b-v0-1",
    "mixtral-8x22b-v0-1",
    "dbrx",
    "qwen3-30b-a3b",
    "qwen3-235b-a22b",
    "gpt-oss-20b",
    "gpt-oss-120b",
    "grok-1",
    "qwen3-coder-480b-a35b",
)
LAYERS = stated(lambda q: q.model.layers, "layers")
WIDTH = stated(lambda q: q.model.d_model)

mlp_weights = Family(
    id="01-mlp-weights",
    text="{model} has {layers} of width {d}. Its MLPs are gated, with an inner width of {d_ff}. "
    "How many weights do all its MLPs hold together?",
    given={
        "model": GATED,
        "layers": LAYERS,
        "d": WIDTH,
        "d_ff": stated(lambda q: q.model.d_ff),
    },
    unit="weights",
    answer=lambda q: parameters.count(q.model).mlp,
    wrong={
        "two-mlp-matrices": lambda q: q.layers * 2 * q.d * q.d_ff,
        "d-ff-is-4d": lambda q: q.layers * 3 * q.d * 4 * q.d,
        "layers-forgotten": lambda q: 3 * q.d * q.d_ff,
    },
    why="A gated MLP has three matrices of width times inner width: gate, up and down. Every layer "
    "has its own.",
)

attention_weights = Family(
    id="01-attention-weights",
    text="{model} has {layers} of width {d}, {heads} query heads and {kv_heads} key-value heads of "
    "width {w}. How many weights do the four attention matrices of all layers hold together?",
    given={
        "model": GROUPED,
        "layers": LAYERS,
        "d": WIDTH,
        "heads": stated(lambda q: q.model.n_heads),
        "kv_heads": stated(lambda q: q.model.n_kv_heads),
        "w": stated(lambda q: q.model.head_dim),
    },
    unit="weights",
    answer=lambda q: q.layers * layers.attention_matrix(q.model),
    wrong={
        "kv-heads-equal-heads": lambda q: q.layers * 4 * q.d * q.heads * q.w,
        "layers-forgotten": lambda q: 2 * q.d * (q.heads + q.kv_heads) * q.w,
    },
    why="Query and output matrices go by the query heads, key and value matrices by the fewer "
    "key-value heads; every layer has its own four.",
)

tied_table = Family(
    id="01-tied-table",
    text="{model} has a table of {rows} of width {d}, and tied embeddings. How many bytes do "
    "embedding and output head take together, in {bits} bits a weight?",
    given={
        "model": TIED,
        "rows": stated(lambda q: q.model.vocab_rows, "rows"),
        "d": WIDTH,
        "bits": pick(8, 16),
    },
    unit="B",
    answer=lambda q: (
        (parameters.count(q.model).embedding + parameters.count(q.model).head) * q.bits // 8
    ),
    wrong={
        "tied-head-counted-twice": lambda q: 2 * q.rows * q.d * q.bits // 8,
        "weights-are-4-bytes-always": lambda q: 4 * q.rows * q.d,
        "weights-counted-as-bytes": lambda q: q.rows * q.d,
    },
    why="Tied means one matrix for both, stored once: rows times width, at the bytes "
    "of the format.",
)

training_flops = Family(
    id="01-training-flops",
    text="A model has {weights} that work on every token. How much work is it to train it on "
    "{tokens}? Leave attention's own products out.",
    given={
        "weights": pick(1e9, 3e9, 7e9, 8e9, 13e9, 32e9, 70e9, unit="weights"),
        "tokens": pick(1e12, 1.5e12, 2e12, 5e12, 15e12, unit="tokens"),
    },
    unit="FLOP",
    answer=lambda q: 6 * q.weights * q.tokens,
    wrong={
        "forward-only": lambda q: 2 * q.weights * q.tokens,
        "backward-equals-forward": lambda q: 4 * q.weights * q.tokens,
        "three-passes-of-one-flop": lambda q: 3 * q.weights * q.tokens,
        "parameter-is-a-flop": lambda q: q.weights * q.tokens,
    },
    why="Two FLOPs forward and four backward for each weight and token: 6ND.",
)

active_weights = Family(
    id="01-active-weights",
    text="{model} holds {weights}. Of these, {routed} sit in its routed experts: {experts} in a "
    "layer, of which the router picks {chosen} for a token. How many weights work on a token, the "
    "table of the embedding counted in?",
    given={
        "model": MIXTURES,
        "weights": fact(lambda q: parameters.count(q.model).total, "weights"),
        "routed": fact(lambda q: layers.routed_params(q.model) * q.model.layers),
        "experts": stated(lambda q: q.model.experts.count),
        "chosen": stated(lambda q: q.model.experts.active),
    },
    unit="weights",
    answer=lambda q: parameters.count(q.model).active,
    wrong={
        "total-for-active": lambda q: q.weights,
        "active-by-experts-only": lambda q: q.weights * q.chosen / q.experts,
    },
    why="Everything outside the routed experts works on every token; of the routed experts the "
    "share that is picked does.",
)

wider_and_deeper = Family(
    id="01-wider-and-deeper",
    text="A model is made {wider} times as wide, its MLPs alike, and {deeper} times as deep. How "
    "many times as many weights do its layers hold then? Leave the norms out.",
    given={"wider": pick(1.5, 2, 3, 4), "deeper": pick(1.25, 1.5, 2, 3)},
    unit="x",
    answer=lambda q: q.wider**2 * q.deeper,
    wrong={
        "width-costs-a-line": lambda q: q.wider * q.deeper,
        "depth-costs-square": lambda q: q.wider**2 * q.deeper**2,
        "layers-forgotten": lambda q: q.wider**2,
    },
    why="A matrix has the width on both sides, so width counts squared; layers add up, so depth "
    "counts once.",
)

FAMILIES = (
    mlp_weights,
    attention_weights,
    tied_table,
    training_flops,
    active_weights,
    wider_and_deeper,
)
