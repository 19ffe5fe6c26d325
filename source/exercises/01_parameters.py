# %% [markdown]
# # Exercise 01 · Parameters
# *Count weights, turn them into arithmetic, measure the arithmetic, and judge a headline.*
#
# Work through [lesson 01](../lessons/01_parameters.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `block_weights` | compute by hand | 3 | 5 |
# | `count_weights` | write a function | 6 | 9 |
# | `training_flops` | write a function | 4 | 4 |
# | `step_timing` | measure | 4 | 6 |
# | `headline` | decide and justify | 3 | 5 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import re
import statistics
from dataclasses import replace

from course_lib.catalog import Transformer, models
from course_lib.demos import corpus, measure, tiny_gpt
from course_lib.estimators import parameters
from course_lib.teaching import a_choice, a_number, answered, attempt, checking, entries, explain, fmt, in_words, say

# %% [markdown]
# ## block_weights: the weights of one layer (3 points)
# A model card says: `d_model` 2048, 16 query heads, 2 key-value heads, `head_dim` 128, `d_ff` 11008, a gated MLP, no
# biases.
# How many weights do the matrices of **one layer** hold? Leave the norms out.
#
# Worked example: `d_model` 4, 2 heads and 2 key-value heads of width 2, `d_ff` 8, gated.
# Query, key, value and output hold 4 x 4 each, gate, up and down 4 x 8 each: 64 + 96 = 160.
#
# <details><summary>Hint 1: the idea</summary>
# A layer is a handful of rectangles. A rectangle holds one side times the other.
# </details>
# <details><summary>Hint 2: the next step</summary>
# List the seven matrices: four of attention, three of the gated MLP. One side of each is the model's width. Which
# number of the card is the other side?
# </details>
# <details><summary>Hint 3: the formula</summary>
# Query and output have d_model x heads x head_dim entries. Key and value have key-value heads in place of heads.
# Gate, up and down have d_model x d_ff.
# </details>

# %% block_weights role="answer"
block_weights = None  # one whole number
### BEGIN SOLUTION
query_and_output = 2 * 2048 * 16 * 128
key_and_value = 2 * 2048 * 2 * 128
gate_up_down = 3 * 2048 * 11008
block_weights = query_and_output + key_and_value + gate_up_down
### END SOLUTION

# %% block_weights_check role="check" points=3
a_number(block_weights, "`block_weights`")
card = Transformer(layers=1, d_model=2048, n_heads=16, n_kv_heads=2, d_ff=11008, gated_mlp=True, vocab_rows=1)
matrices = lambda block: parameters.count(block).attention + parameters.count(block).mlp
assert block_weights != matrices(replace(card, gated_mlp=False)), explain("two-mlp-matrices")
assert block_weights != matrices(replace(card, n_kv_heads=16)), explain("kv-heads-equal-heads")
assert block_weights != matrices(replace(card, d_ff=4 * 2048)), explain("d-ff-is-4d")
assert block_weights == matrices(card), f"{block_weights:.10g} is not the sum of the seven matrices. Write down each one's sides."

# %% block_weights_wrong_two_matrices role="wrong" misconception="two-mlp-matrices"
block_weights = 2 * 2048 * 16 * 128 + 2 * 2048 * 2 * 128 + 2 * 2048 * 11008

# %% block_weights_wrong_all_heads role="wrong" misconception="kv-heads-equal-heads"
block_weights = 4 * 2048 * 16 * 128 + 3 * 2048 * 11008

# %% block_weights_wrong_four_times role="wrong" misconception="d-ff-is-4d"
block_weights = 2 * 2048 * 16 * 128 + 2 * 2048 * 2 * 128 + 3 * 2048 * (4 * 2048)

# %% block_weights_wrong_no_output role="wrong" neutral=true
block_weights = 2048 * 16 * 128 + 2 * 2048 * 2 * 128 + 3 * 2048 * 11008

# %% block_weights_wrong_mlp_only role="wrong" neutral=true
block_weights = 3 * 2048 * 11008

# %% block_weights_wrong_attention_only role="wrong" neutral=true
block_weights = 2 * 2048 * 16 * 128 + 2 * 2048 * 2 * 128

# %% block_weights_wrong_sides_added role="wrong" neutral=true
block_weights = 2 * (2048 + 16 * 128) + 2 * (2048 + 2 * 128) + 3 * (2048 + 11008)

# %% block_weights_wrong_with_norms role="wrong" neutral=true
block_weights = 2 * 2048 * 16 * 128 + 2 * 2048 * 2 * 128 + 3 * 2048 * 11008 + 2 * 2048

# %% block_weights_wrong_with_biases role="wrong" neutral=true
block_weights = 2 * 2048 * 2049 + 2 * 2048 * 257 + 3 * 2048 * 11009

# %% block_weights_wrong_one_key_head role="wrong" neutral=true
block_weights = 2 * 2048 * 16 * 128 + 2 * 2048 * 128 + 3 * 2048 * 11008

# %% block_weights_wrong_text role="wrong" says="one number, without its unit"
block_weights = "77 million"

# %% block_weights_variant_float role="variant"
block_weights = 2048.0 * (3 * 11008 + (16 + 16 + 2 + 2) * 128)

# %% block_weights_variant_numpy role="variant"
import numpy as np

sides = np.array([[2048, 2048], [2048, 256], [2048, 256], [2048, 2048], *[[2048, 11008]] * 3])
block_weights = sides.prod(axis=1).sum()

# %% [markdown]
# ## count_weights: a whole model from its card (6 points)
# Write `count_weights(config)`. The config is a dictionary with the keys of the example.
# The model has RMSNorms with one scale each: two in a layer and one above the last layer. It has no biases and a
# gated MLP. The heads together need not be as wide as the model.
# With `tied_embeddings` the head uses the embedding table, so it has no matrix of its own.
#
# <details><summary>Hint 1: the idea</summary>
# One layer, times the layers, plus what stands only once.
# </details>
# <details><summary>Hint 2: the next step</summary>
# In a layer: attention's four matrices, the MLP's three, two norms of `d_model` scales. Once: the embedding table, the
# last norm, and the head where it has a matrix of its own. Get the example's 196 by hand first.
# </details>
# <details><summary>Hint 3: the formula</summary>
# layers x (attention + 3 x d_model x d_ff + 2 x d_model) + vocab_rows x d_model + d_model,
# and vocab_rows x d_model once more where the head is not tied.
# </details>

# %% count_weights role="answer"
def count_weights(config: dict[str, int]) -> int:
    """Weights of a transformer with grouped key-value heads, a gated MLP, RMSNorms and no biases.

    Example: {"layers": 1, "d_model": 4, "n_heads": 2, "n_kv_heads": 1, "head_dim": 2, "d_ff": 8,
    "vocab_rows": 10, "tied_embeddings": 1} has 48 + 96 + 8 in the layer, 40 in the table, 4 above: 196.
    """
    ### BEGIN SOLUTION
    d_model = config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    layer = attention + 3 * d_model * config["d_ff"] + 2 * d_model
    table = config["vocab_rows"] * d_model
    head = 0 if config["tied_embeddings"] else table
    return config["layers"] * layer + table + d_model + head
    ### END SOLUTION

# %% count_weights_check role="check" points=3
sizes = {"layers": 3, "d_model": 48, "n_heads": 8, "n_kv_heads": 2, "head_dim": 8, "d_ff": 160, "vocab_rows": 500}
tied, untied = sizes | {"tied_embeddings": 1}, sizes | {"tied_embeddings": 0}
small = parameters.count(Transformer(**sizes, gated_mlp=True, tied_embeddings=True))
a_number(count_weights(tied), "What `count_weights` gives")
assert count_weights(tied) != small.total + small.embedding, explain("tied-head-counted-twice")
assert count_weights(tied) != small.total - small.norm, explain("norms-forgotten")
assert count_weights(tied) != small.total - sizes["d_model"], explain("final-norm-forgotten")
changed = lambda **other: parameters.count(Transformer(**(sizes | {"gated_mlp": True, "tied_embeddings": True} | other))).total
assert count_weights(tied) != changed(n_kv_heads=sizes["n_heads"]), explain("kv-heads-equal-heads")
assert count_weights(tied) != changed(gated_mlp=False), explain("two-mlp-matrices")
too_slim = 2 * sizes["layers"] * sizes["d_model"] * (sizes["n_heads"] * sizes["head_dim"] - sizes["d_model"])
assert count_weights(tied) != small.total - too_slim, explain("query-is-square")
assert count_weights(tied) == small.total, f"A small tied model has {small.total} weights, you count {count_weights(tied)}."
assert count_weights(untied) != small.total, explain("head-forgotten")
alone = parameters.count(Transformer(**sizes, gated_mlp=True, tied_embeddings=False)).total
assert count_weights(untied) == alone, f"Untied, the small model has {alone} weights, you count {count_weights(untied)}."

# %% count_weights_hidden role="hidden" points=3
random = rng()
for _ in range(20):
    n_kv_heads, group, head_dim = (int(random.integers(1, 9)) for _ in range(3))
    d_model, d_ff, layers, vocab_rows = (int(random.integers(2, 300)) for _ in range(4))
    tied_embeddings, n_heads = int(random.integers(2)), n_kv_heads * group
    config = {
        "layers": layers, "d_model": d_model, "n_heads": n_heads, "n_kv_heads": n_kv_heads, "head_dim": head_dim,
        "d_ff": d_ff, "vocab_rows": vocab_rows, "tied_embeddings": tied_embeddings,
    }
    matrices = [(d_model, n_heads * head_dim)] * 2 + [(d_model, n_kv_heads * head_dim)] * 2 + [(d_model, d_ff)] * 3
    expected = layers * (sum(rows * columns for rows, columns in matrices) + 2 * d_model) + d_model
    expected += vocab_rows * d_model * (2 - tied_embeddings)
    assert count_weights(config) == expected, f"{config}: {count_weights(config)} weights in place of {expected}"

# %% count_weights_wrong_head_added role="wrong" misconception="tied-head-counted-twice"
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    return config["layers"] * (attention + 3 * d_model * config["d_ff"] + 2 * d_model) + 2 * table + d_model

# %% count_weights_wrong_no_norms role="wrong" misconception="norms-forgotten"
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    return config["layers"] * (attention + 3 * d_model * config["d_ff"]) + table * (2 - config["tied_embeddings"])

# %% count_weights_wrong_always_tied role="wrong" misconception="head-forgotten"
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    return config["layers"] * (attention + 3 * d_model * config["d_ff"] + 2 * d_model) + table + d_model

# %% count_weights_wrong_no_last_norm role="wrong" misconception="final-norm-forgotten"
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    layer = attention + 3 * d_model * config["d_ff"] + 2 * d_model
    return config["layers"] * layer + table * (2 - config["tied_embeddings"])

# %% count_weights_wrong_one_layer role="wrong" neutral=true
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    layer = attention + 3 * d_model * config["d_ff"] + 2 * d_model
    return layer + table * (2 - config["tied_embeddings"]) + d_model

# %% count_weights_wrong_all_heads role="wrong" misconception="kv-heads-equal-heads"
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    layer = 4 * d_model * config["n_heads"] * config["head_dim"] + 3 * d_model * config["d_ff"] + 2 * d_model
    return config["layers"] * layer + table * (2 - config["tied_embeddings"]) + d_model

# %% count_weights_wrong_squares role="wrong" misconception="query-is-square"
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (d_model + config["n_kv_heads"] * config["head_dim"])
    layer = attention + 3 * d_model * config["d_ff"] + 2 * d_model
    return config["layers"] * layer + table * (2 - config["tied_embeddings"]) + d_model

# %% count_weights_wrong_two_matrices role="wrong" misconception="two-mlp-matrices"
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    layer = attention + 2 * d_model * config["d_ff"] + 2 * d_model
    return config["layers"] * layer + table * (2 - config["tied_embeddings"]) + d_model

# %% count_weights_wrong_one_norm role="wrong" neutral=true
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    layer = attention + 3 * d_model * config["d_ff"] + d_model
    return config["layers"] * layer + table * (2 - config["tied_embeddings"]) + d_model

# %% count_weights_wrong_no_table role="wrong" neutral=true
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    layer = attention + 3 * d_model * config["d_ff"] + 2 * d_model
    return config["layers"] * layer + table * (1 - config["tied_embeddings"]) + d_model

# %% count_weights_wrong_everything_in_layers role="wrong" neutral=true
def count_weights(config):
    d_model, table = config["d_model"], config["vocab_rows"] * config["d_model"]
    attention = 2 * d_model * (config["n_heads"] + config["n_kv_heads"]) * config["head_dim"]
    layer = attention + 3 * d_model * config["d_ff"] + 2 * d_model
    return config["layers"] * (layer + table * (2 - config["tied_embeddings"]) + d_model)

# %% count_weights_variant_matrices role="variant"
def count_weights(c):
    d, queries, keys = c["d_model"], c["n_heads"] * c["head_dim"], c["n_kv_heads"] * c["head_dim"]
    tables = [(c["vocab_rows"], d)] if c["tied_embeddings"] else [(c["vocab_rows"], d)] * 2
    shapes = [(d, queries), (d, keys), (d, keys), (queries, d), (d, c["d_ff"]), (d, c["d_ff"]), (c["d_ff"], d), (d, 1), (d, 1)]
    return sum(a * b for a, b in tables + shapes * c["layers"] + [(d, 1)])

# %% count_weights_variant_numpy role="variant"
import numpy as np

def count_weights(config):
    sizes = {name: np.float64(value) for name, value in config.items()}
    per_channel = 2 * sizes["head_dim"] * (sizes["n_heads"] + sizes["n_kv_heads"]) + 3 * sizes["d_ff"] + 2
    once = sizes["vocab_rows"] * (1 if config["tied_embeddings"] == 1 else 2) + 1
    return (per_channel * sizes["layers"] + once) * sizes["d_model"]

# %% [markdown]
# ## training_flops: the arithmetic of a training run (4 points)
# Write `training_flops(total_params, idle_params, tokens)`. It says how many FLOPs it takes to train on `tokens`
# tokens.
# For one token, `idle_params` of the weights do nothing, as in a mixture of experts. Leave attention's own products
# out.
#
# <details><summary>Hint 1: the idea</summary>
# What does one weight in use cost for one token?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Count the forward pass first. Then remember how many products the backward pass makes for each one of the forward
# pass, and which weights take part at all.
# </details>
# <details><summary>Hint 3: the formula</summary>
# 2 FLOPs forward and 4 back, for each weight in use and each token.
# </details>

# %% training_flops role="answer"
def training_flops(total_params: int, idle_params: int, tokens: int) -> int:
    """FLOPs of training on `tokens` tokens.

    Example: training_flops(10, 4, 2) == 72
    """
    ### BEGIN SOLUTION
    return 6 * (total_params - idle_params) * tokens
    ### END SOLUTION

# %% training_flops_check role="check" points=2
a_number(training_flops(10, 0, 1), "What `training_flops` gives")
assert training_flops(10, 0, 1) != 20, explain("forward-only")
assert training_flops(10, 0, 1) != 40, explain("backward-equals-forward")
assert training_flops(10, 0, 1) != 30, explain("three-passes-of-one-flop")
assert training_flops(10, 4, 1) != training_flops(10, 0, 1), explain("total-for-active")
for sizes, right in {(10, 4, 2): 72, (7, 0, 3): 126, (9, 2, 5): 210}.items():
    found = training_flops(*sizes)
    assert abs(found / right - 1) < 1e-9, f"training_flops{sizes} is {right} FLOPs, yours says {found}."

# %% training_flops_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    used, idle, tokens = (int(random.integers(1, 10**9)) for _ in range(3))
    expected, found = used * tokens * 2 + used * tokens * 4, training_flops(used + idle, idle, tokens)
    assert abs(found - expected) <= 1e-9 * expected, f"{used + idle}, {idle}, {tokens}: {found}, not {expected}"

# %% training_flops_wrong_forward role="wrong" misconception="forward-only"
def training_flops(total_params, idle_params, tokens):
    return 2 * (total_params - idle_params) * tokens

# %% training_flops_wrong_equal_halves role="wrong" misconception="backward-equals-forward"
def training_flops(total_params, idle_params, tokens):
    return 4 * (total_params - idle_params) * tokens

# %% training_flops_wrong_half role="wrong" misconception="three-passes-of-one-flop"
def training_flops(total_params, idle_params, tokens):
    return 3 * (total_params - idle_params) * tokens

# %% training_flops_wrong_total role="wrong" misconception="total-for-active"
def training_flops(total_params, idle_params, tokens):
    return 6 * total_params * tokens

# %% training_flops_wrong_one_flop role="wrong" neutral=true
def training_flops(total_params, idle_params, tokens):
    return (total_params - idle_params) * tokens

# %% training_flops_wrong_no_tokens role="wrong" neutral=true
def training_flops(total_params, idle_params, tokens):
    return 6 * (total_params - idle_params)

# %% training_flops_wrong_idle_added role="wrong" neutral=true
def training_flops(total_params, idle_params, tokens):
    return 6 * (total_params + idle_params) * tokens

# %% training_flops_wrong_idle_back_only role="wrong" neutral=true
def training_flops(total_params, idle_params, tokens):
    return 2 * total_params * tokens + 4 * (total_params - idle_params) * tokens

# %% training_flops_wrong_brackets role="wrong" neutral=true
def training_flops(total_params, idle_params, tokens):
    return 6 * total_params - idle_params * tokens

# %% training_flops_wrong_idle_only role="wrong" neutral=true
def training_flops(total_params, idle_params, tokens):
    return 6 * idle_params * tokens

# %% training_flops_wrong_four_passes role="wrong" neutral=true
def training_flops(total_params, idle_params, tokens):
    return 8 * (total_params - idle_params) * tokens

# %% training_flops_variant_float role="variant"
def training_flops(weights, idle, tokens):
    active = float(weights - idle)
    return active * 2 * tokens + active * 4 * tokens

# %% training_flops_variant_numpy role="variant"
import numpy as np

def training_flops(total_params, idle_params, tokens):
    forward = np.int64(2) * tokens * (total_params - idle_params)
    return forward + 2 * forward

# %% [markdown]
# ## step_timing: does time follow the arithmetic? (4 points)
# A clock gives you two lists in **milliseconds**: runs of the forward pass alone, and runs of a whole step (forward
# and backward).
# The first run of each list is the warm-up. Write `step_timing(forward_ms, step_ms)`, which returns a dictionary:
# `step_seconds` is the median step in seconds, `time_ratio` the median step over the median forward pass. Warm-ups do
# not count. Give both unrounded.
#
# <details><summary>Hint 1: the idea</summary>
# Throw the first run away, take the median of the rest, mind the units.
# </details>
# <details><summary>Hint 2: the next step</summary>
# `runs[1:]` is a list without its first entry, and `statistics.median` takes a list. Which of the two results has a
# unit, and which has none?
# </details>
# <details><summary>Hint 3: the formula</summary>
# statistics.median(step_ms[1:]) / 1000, and the ratio of the two medians.
# </details>

# %% step_timing role="answer"
def step_timing(forward_ms: list[float], step_ms: list[float]) -> dict[str, float]:
    """Median step in seconds, and its ratio to the median forward pass, without the warm-ups.

    Example: step_timing([9.0, 1.0, 1.0], [9.0, 3.0, 5.0]) == {"step_seconds": 0.004, "time_ratio": 4.0}
    """
    ### BEGIN SOLUTION
    forward, step = statistics.median(forward_ms[1:]), statistics.median(step_ms[1:])
    return {"step_seconds": step / 1000, "time_ratio": step / forward}
    ### END SOLUTION

# %% [markdown]
# Now take a tiny GPT's time on your machine: six forward passes and six steps, the warm-up first.

# %% own_clock role="measured"
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64))
inputs, targets = next(corpus.batches(corpus.tokens(), batch=8, seq=64))
forward_ms = [1000 * measure.time_call(lambda: gpt(inputs), 1, 0).median_seconds for _ in range(6)]
step = lambda: tiny_gpt.loss(gpt, inputs, targets).backward()
step_ms = [1000 * measure.time_call(step, 1, 0).median_seconds for _ in range(6)]
for name, runs in {"forward": forward_ms, "step": step_ms}.items():
    say(f"{name}, in milliseconds: " + ", ".join(f"{run:.1f}" for run in runs))

# %% own_timing role="measured"
my_timing = attempt(step_timing, forward_ms, step_ms)

# %% [markdown]
# A step has **3 times** the FLOPs of its forward pass. What is your `time_ratio` beside that? Within a tenth of 3 counts
# as about the same.

# %% time_against_flops role="answer" part_of="step_timing"
time_against_flops = None  # "more", "less" or "about the same"
### BEGIN SOLUTION
ratio = my_timing["time_ratio"] / 3
time_against_flops = "more" if ratio > 1.1 else "less" if ratio < 0.9 else "about the same"
### END SOLUTION

# %% step_timing_check role="check" points=2
found = step_timing([50.0, 4.0, 1.0, 9.0, 3.0, 2.0], [90.0, 6.0, 7.25, 20.0, 9.0, 7.0])
entries(found, "step_seconds", "time_ratio")
near = lambda value, right: abs(value / right - 1) < 1e-9
cut = lambda value, right: any(value == round(right, digits) for digits in range(8))
assert not near(found["step_seconds"], 0.003), explain("forward-time-reported")
assert not near(found["step_seconds"], 7.25), explain("milliseconds-for-seconds")
assert not near(found["step_seconds"], 0.008125), explain("unwarmed-first-run")
assert near(found["step_seconds"], 0.00725) or not cut(found["step_seconds"], 0.00725), "The median step is rounded: give it unrounded."
assert near(found["step_seconds"], 0.00725), f"Steps of 6, 7.25, 20, 9, 7 ms after the warm-up: {found['step_seconds']:.4g} s is not the median."
assert not near(found["time_ratio"], 3 / 7.25), explain("ratio-inverted")
assert near(found["time_ratio"], 7.25 / 3) or not cut(found["time_ratio"], 7.25 / 3), "The ratio is rounded: give it unrounded."
assert near(found["time_ratio"], 7.25 / 3), f"A median of 7.25 ms over one of 3 ms is not {found['time_ratio']:.4g}."
a_choice(time_against_flops, ("more", "less", "about the same"), "`time_against_flops`")
ratio = step_timing(forward_ms, step_ms)["time_ratio"]
right = "more" if ratio > 3.3 else "less" if ratio < 2.7 else "about the same"
assert time_against_flops == right, f'Your step took {fmt(ratio)} times as long as its forward pass: is that "{time_against_flops}"?'

# %% step_timing_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    forward, step = (sorted(random.uniform(1, 9, 5).tolist()) for _ in range(2))
    result = step_timing([99.0, *random.permutation(forward).tolist()], [99.0, *random.permutation(step).tolist()])
    assert abs(result["step_seconds"] - step[2] / 1000) < 1e-9, f"the median of {step} ms is not {result['step_seconds']} s"
    assert abs(result["time_ratio"] - step[2] / forward[2]) < 1e-9, f"{step[2]} over {forward[2]}: {result['time_ratio']}"

# %% step_timing_wrong_forward role="wrong" misconception="forward-time-reported"
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms[1:]), statistics.median(step_ms[1:])
    return {"step_seconds": forward / 1000, "time_ratio": step / forward}

# %% step_timing_wrong_unit role="wrong" misconception="milliseconds-for-seconds"
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms[1:]), statistics.median(step_ms[1:])
    return {"step_seconds": step, "time_ratio": step / forward}

# %% step_timing_wrong_cold role="wrong" misconception="unwarmed-first-run"
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms), statistics.median(step_ms)
    return {"step_seconds": step / 1000, "time_ratio": step / forward}

# %% step_timing_wrong_inverted role="wrong" misconception="ratio-inverted"
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms[1:]), statistics.median(step_ms[1:])
    return {"step_seconds": step / 1000, "time_ratio": forward / step}

# %% step_timing_wrong_mean role="wrong" neutral=true
def step_timing(forward_ms, step_ms):
    forward, step = statistics.mean(forward_ms[1:]), statistics.mean(step_ms[1:])
    return {"step_seconds": step / 1000, "time_ratio": step / forward}

# %% step_timing_wrong_fastest role="wrong" neutral=true
def step_timing(forward_ms, step_ms):
    forward, step = min(forward_ms[1:]), min(step_ms[1:])
    return {"step_seconds": step / 1000, "time_ratio": step / forward}

# %% step_timing_wrong_last_dropped role="wrong" neutral=true
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms[:-1]), statistics.median(step_ms[:-1])
    return {"step_seconds": step / 1000, "time_ratio": step / forward}

# %% step_timing_wrong_median_of_ratios role="wrong" neutral=true
def step_timing(forward_ms, step_ms):
    ratios = [step / forward for forward, step in zip(forward_ms[1:], step_ms[1:], strict=True)]
    return {"step_seconds": statistics.median(step_ms[1:]) / 1000, "time_ratio": statistics.median(ratios)}

# %% step_timing_wrong_unsorted role="wrong" neutral=true
def step_timing(forward_ms, step_ms):
    forward, step = forward_ms[1:][len(forward_ms) // 2 - 1], step_ms[1:][len(step_ms) // 2 - 1]
    return {"step_seconds": step / 1000, "time_ratio": step / forward}

# %% step_timing_wrong_ratio_rounded role="wrong" says="give it unrounded"
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms[1:]), statistics.median(step_ms[1:])
    return {"step_seconds": step / 1000, "time_ratio": round(step / forward, 2)}

# %% step_timing_wrong_seconds_rounded role="wrong" says="give it unrounded"
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms[1:]), statistics.median(step_ms[1:])
    return {"step_seconds": round(step / 1000, 3), "time_ratio": step / forward}

# %% step_timing_wrong_both_in_seconds role="wrong" neutral=true
def step_timing(forward_ms, step_ms):
    forward, step = statistics.median(forward_ms[1:]), statistics.median(step_ms[1:])
    return {"step_seconds": step / 1000, "time_ratio": step / forward / 1000}

# %% time_against_flops_wrong_word role="wrong" says="yours is 'Less'"
time_against_flops = "Less"

# %% time_against_flops_wrong_reading role="wrong" neutral=true
time_against_flops = "more" if my_timing["time_ratio"] <= 3.3 else "less"

# %% step_timing_variant_sorted role="variant"
def step_timing(forward, step):
    middle = lambda runs: (sorted(runs)[len(runs) // 2] + sorted(runs)[(len(runs) - 1) // 2]) / 2
    warm = [middle(runs[1:]) for runs in (forward, step)]
    return {"time_ratio": warm[1] / warm[0], "step_seconds": 1e-3 * warm[1]}

# %% step_timing_variant_numpy role="variant"
import numpy as np

def step_timing(forward_ms, step_ms):
    seconds = np.median(np.array([forward_ms, step_ms])[:, 1:], axis=1) / 1000
    return {"step_seconds": seconds[1], "time_ratio": np.divide(*seconds[::-1])}

# %% [markdown]
# ## headline: a sentence to judge (3 points)
# "A model with a trillion parameters needs a trillion multiplications for every word it writes."
#
# Is that so? Answer in two to five sentences. Name a published mixture of experts with two counts, its total and its
# active one. Say whether the sentence is right or wrong, why (use a word such as *because*, *since* or *so*), and for
# which models it holds.
#
# | points | for |
# | --- | --- |
# | 1 | a model is named with its total and its active count, both as numbers |
# | 1 | the reason: experts that are not chosen do no work for the word |
# | 1 | a verdict with its condition: for which models the sentence holds |
#
# The check only looks whether two counts, a verdict and a reason are there. The rest, and whether they are right, a person
# judges.
#
# <details><summary>Hint 1: the idea</summary>
# Which weights does one word meet on its way through the model?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Take the mixture of the lesson. What decides which of its experts work on a word, and what do the others do meanwhile?
# </details>
# <details><summary>Hint 3: the formula</summary>
# One multiplication and one addition for each active weight; compare active with total for the mixture in the lesson.
# </details>

# %% headline role="free_text" points=2
headline = """
### BEGIN SOLUTION
For a mixture of experts the sentence is wrong. Kimi K2 has 1 000 billion weights in total, but only about 33 billion are
active for one word, because the router picks a few experts and the others do no work. A word costs about one
multiplication for each active weight, some 33 billion. The sentence holds only for a dense model, where every weight is
used for every word.
### END SOLUTION
"""

# %% headline_check role="check" points=1
answered(headline)
text = in_words(headline)
assert text.length >= 20, f"Your answer has {text.length} words: write two sentences at least."
assert text.numbers, explain("no-number-given")
# A count has a scale (33 billion, 1.04T, a trillion), a power of ten, or many digits. Where there is one, other numbers may share
# its scale: not the digits of a name or a year, and not those that count experts, layers or words.
find = lambda pattern, words: [one[0].lower() for one in re.finditer(pattern, words, flags=re.IGNORECASE)]
number = r"(?<![\w.,–-])\d+(?:[., ]\d{3})*(?:[.,]\d+)?"
scale = r"(?:\s*-?(?:(?:thousand\s+)?(?:[mb]|tr)illions?|bn|[mbt])\b)"
power = r"(?:e\d+|\s*(?:\^|\*\*)\s*\d+|[⁰¹²³⁴-⁹]+)"
tens = r"(?:two|three|four|five|six|seven|eight|nine|\w+teen|\w+ty|ten|eleven|twelve|hundred|thousand)[\s-]+"
large = rf"(?:{number}\s*[x×·*]\s*)?{number}(?:{scale}|{power})|(?<![\w.,–-])\d{{1,3}}(?:[., ]?\d{{3}}){{2,}}(?!\w)|(?:\b{tens})?\b(?:[mb]|tr)illions?\b"
families = "|".join(sorted({re.match(r"[A-Za-z]*", model.name)[0] for model in models.values()} - {""}))
other = r"(?:(?:\s+\w+){0,3}?\s+(?:expert|layer)|\s*(?:word|sentence|token|time|%|per\s?cent))"
rest = re.sub(rf"\b(?:{families})[\s-]*v?\d[\w.]*|\b20\d\d\b|{large}", "; ", headline, flags=re.IGNORECASE)
counts = {re.sub(r"[\s,-]|s$", "", one) for one in find(large, headline)}
counts |= set(find(rf"{number}(?![\w.]*\w)(?!{other})", rest)) if counts else set()
assert len(counts) >= 2, f"Two counts are asked for, the total and the active one: the check finds {len(counts)}."
verdicts = "right|wrong|(?:un)?true|false(?:ly)?|holds?|(?:in)?correct(?:ly)?|(?:in)?accurate(?:ly)?|mislead(?:s|ing)?|(?:in)?valid|mistaken|myth|nonsense|(?:dis)?agree|fails?"
verdicts += "|(?:over|under)stat(?:es?|ed|ing|ement)|exaggerat(?:es?|ed|ing|ion)"
says = rf"\b(?:{verdicts})\b|(?:^|[.!?:])\s*(?:no|yes|not)\b"
assert re.search(says, headline, flags=re.IGNORECASE), "Say in a word whether the sentence is right or wrong."
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% headline_wrong_no_number role="wrong" misconception="no-number-given"
headline = """The sentence is wrong for a mixture of experts, since only the experts that the router picks are active for a
word and all the others stay idle, so that far fewer multiplications are needed."""

# %% headline_wrong_one_number role="wrong" says="Two counts are asked for"
headline = """The sentence is wrong. Kimi K2 has 33 billion active weights, because the router picks a few of its experts for
each word and all the others stay idle."""

# %% headline_wrong_no_verdict role="wrong" says="whether the sentence is right or wrong"
headline = """Kimi K2 has 1 000 billion weights in total and 33 billion active ones, because its router picks a few experts
for each word and leaves the others idle."""

# %% headline_wrong_now_and_nothing role="wrong" says="whether the sentence is right or wrong"
headline = """Now look at Kimi K2: 1 000 billion weights in total and only 33 billion active ones, because its router picks a few
experts for each word. The others do nothing and no arithmetic."""

# %% headline_wrong_digits_of_a_name role="wrong" says="Two counts are asked for"
headline = """The headline is wrong, because Mixtral 8x7B sends each word to 2 of its 8 experts, so most of its 47 billion weights
stay idle. It would be right for a dense model such as Llama 3."""

# %% headline_wrong_names_alone role="wrong" says="Two counts are asked for"
headline = """This is wrong for Kimi K2, because its router picks 8 experts for each word and the others stay idle. It is right
for dense models such as Llama 3 and GPT-4."""

# %% headline_wrong_quoted_twice role="wrong" says="Two counts are asked for"
headline = """That a trillion parameters need a trillion multiplications is wrong for Kimi K2 and its trillion weights, because
most of them stay idle for a word. It holds for a dense model alone."""

# %% headline_wrong_no_reason role="wrong" says="no word that gives a reason"
headline = """The sentence is wrong. Kimi K2 has 1 000 billion weights in total and 33 billion active ones. A word needs about
33 billion multiplications and never a thousand billion of them."""

# %% headline_wrong_too_short role="wrong" says="two sentences at least"
headline = "Wrong, because of the 33 billion active weights of 1 000 billion."

# %% headline_wrong_other_text role="wrong" misconception="no-number-given"
headline = """I read the lesson twice and found it long. The drawing of the layer was good, and I should like to see more of
them in the next lessons, with larger letters."""

# %% headline_variant_own_words role="variant"
headline = """Not so: of the 1.04 trillion weights of Kimi K2 a token is sent through some 33 billion, since a router chooses
8 of 384 experts in each layer. The rest costs memory and no arithmetic. It would be true for a dense model of that size."""

# %% headline_variant_overstates role="variant"
headline = """The headline overstates the work. Kimi K2 has 1T weights in all and 32B at work on a word, since its router leaves
most experts out. The headline is accurate for dense models alone."""

# %% headline_variant_digits_alone role="variant"
headline = """No. Qwen3-235B-A22B holds 235 093 634 560 weights, and 22 190 763 520 of them are used for a word, because a router
chooses 8 of 128 experts. A dense model would use them all."""

# %% headline_variant_scale_said_once role="variant"
headline = """It is an exaggeration. Mixtral 8x7B has 47 billion weights, of which 13 are active, because two experts of a layer
are chosen for each word. For dense models such as Llama 3 it is no exaggeration."""

# %% headline_variant_powers role="variant"
headline = """Incorrect for a mixture: Kimi K2 stores 1.03 x 10^12 weights, but a word meets 3.3 x 10^10, as the experts that the
router leaves out rest. Correct where a network is dense."""

# %% headline_variant_other_model role="variant"
headline = """False for most models of that size. In Mixtral 8x22B 39 of 141 billion parameters do the work of a word, as only
two experts of eight are picked per layer. If a network is dense the headline holds."""
