# %% [markdown]
# # Exercise 03 · Attention
# *Find the takeover length, size a cache, count a window, fit an exponent, and choose for a real task.*
#
# Work through [lesson 03](../lessons/03_attention.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `takeover` | compute by hand | 4 | 5 |
# | `cache_bytes` | write a function | 4 | 5 |
# | `window_flops` | write a function | 5 | 7 |
# | `fit_exponent` | measure | 4 | 7 |
# | `document_assistant` | decide and justify | 3 | 5 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import numpy as np

from course_lib.catalog import Transformer
from course_lib.demos import attention as demo
from course_lib.estimators import flops
from course_lib.estimators.attention import takeover_length
from course_lib.teaching import a_choice, a_number, answered, attempt, checking, entries, explain, fmt, in_words, table

# %% [markdown]
# ## takeover: where attention costs as much as the rest (4 points)
# A model has 20 layers, 16 query heads of `head_dim` 64, and `d_model` 1024. All matrices together, the output head
# included, hold 262 144 000 entries. Every token is multiplied by each entry once.
# **Causal** code skips the pairs that the mask hides. At which length, in tokens, does attention's core cost as many
# FLOPs as the rest of the model? Take n²/2 pairs for n tokens; the check allows 1 %.
#
# Give the two prices on the way as well: the FLOPs of one token in the matrices, and the FLOPs of one pair in the core,
# all layers and heads together.
#
# Worked example, with **all** pairs: 2 layers, 4 heads of 16, 65 536 entries. A token costs 2 x 65 536 FLOPs in the
# matrices. A pair costs 2 layers x 4 heads x 16 x 4 = 512 FLOPs. So n² x 512 = n x 131 072, and n = 256.
#
# <details><summary>Hint 1: the idea</summary>
# One cost grows with the length, the other with its square. They meet once.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Find the two prices first, as in the example. Then write both costs for n tokens, set them equal, and divide by n.
# How many pairs does causal code compute?
# </details>
# <details><summary>Hint 3: the formula</summary>
# n²/2 x layers x heads x head_dim x 4 = n x 2 x entries
# </details>

# %% takeover role="answer"
token_flops = None  # FLOPs of one token in all matrices
pair_flops = None  # FLOPs of one pair of tokens in the core
takeover = None  # tokens
### BEGIN SOLUTION
token_flops = 2 * 262_144_000
pair_flops = 4 * 20 * 16 * 64
takeover = 2 * token_flops / pair_flops
### END SOLUTION

# %% takeover_check role="check" points=4
for name, value in {"token_flops": token_flops, "pair_flops": pair_flops, "takeover": takeover}.items():
    a_number(value, f"`{name}`")
near = lambda value, right: abs(value / right - 1) < 0.01
model = Transformer(layers=20, d_model=1024, n_heads=16, d_ff=4096, vocab_rows=10_240)
price = flops.forward_parts(model, 1, 1)
assert not near(token_flops, (price.total - price.attention_core) / 2), "Each entry is multiplied by a number of the token and added to a sum: that is more than one FLOP."
assert near(token_flops, price.total - price.attention_core), f"One token does not cost {token_flops:.10g} FLOPs in the matrices."
assert not near(pair_flops, price.attention_core * 16), explain("heads-counted-twice")
half_price = near(pair_flops, price.attention_core / 2)
assert not (half_price and near(takeover, takeover_length(model, "causal"))), "`takeover` is where the costs meet, but `pair_flops` is too small. Skipping hidden pairs changes how many pairs there are, not what one of them costs."
assert not half_price, explain("adds-forgotten")
assert near(pair_flops, price.attention_core), f"One pair does not cost {pair_flops:.10g} FLOPs in all layers and heads."
assert not near(takeover, takeover_length(model)), explain("causal-costs-full")
assert near(takeover, takeover_length(model, "causal")), f"{takeover:.6g} is not where the two costs meet. Put it into both and compare."

# %% takeover_wrong_full role="wrong" misconception="causal-costs-full"
token_flops, pair_flops = 2 * 262_144_000, 4 * 20 * 16 * 64
takeover = token_flops / pair_flops

# %% takeover_wrong_scores role="wrong" misconception="adds-forgotten"
token_flops, pair_flops = 2 * 262_144_000, 2 * 20 * 16 * 64
takeover = 2 * token_flops / pair_flops

# %% takeover_wrong_half_in_the_price role="wrong" says="not what one of them costs"
token_flops, pair_flops = 2 * 262_144_000, 2 * 20 * 16 * 64
takeover = token_flops / pair_flops

# %% takeover_wrong_heads role="wrong" misconception="heads-counted-twice"
token_flops, pair_flops = 2 * 262_144_000, 4 * 20 * 16 * 1024
takeover = 2 * token_flops / pair_flops

# %% takeover_wrong_one_flop role="wrong" says="more than one FLOP"
token_flops, pair_flops = 262_144_000, 4 * 20 * 16 * 64
takeover = 2 * token_flops / pair_flops

# %% takeover_wrong_one_layer role="wrong" neutral=true
token_flops, pair_flops = 2 * 262_144_000, 4 * 16 * 64
takeover = 2 * token_flops / pair_flops

# %% takeover_wrong_one_head role="wrong" neutral=true
token_flops, pair_flops = 2 * 262_144_000, 4 * 20 * 64
takeover = 2 * token_flops / pair_flops

# %% takeover_wrong_training role="wrong" neutral=true
token_flops, pair_flops = 6 * 262_144_000, 4 * 20 * 16 * 64
takeover = 2 * token_flops / pair_flops

# %% takeover_wrong_quarter role="wrong" neutral=true
token_flops, pair_flops = 2 * 262_144_000, 4 * 20 * 16 * 64
takeover = 4 * token_flops / pair_flops

# %% takeover_wrong_inverse role="wrong" neutral=true
token_flops, pair_flops = 2 * 262_144_000, 4 * 20 * 16 * 64
takeover = pair_flops / token_flops

# %% takeover_wrong_root role="wrong" neutral=true
token_flops, pair_flops = 2 * 262_144_000, 4 * 20 * 16 * 64
takeover = (2 * token_flops / pair_flops) ** 0.5

# %% takeover_wrong_thousands role="wrong" neutral=true
token_flops, pair_flops = 2 * 262_144_000, 4 * 20 * 16 * 64
takeover = 12.8

# %% takeover_variant_rounded role="variant"
token_flops = 524e6
pair_flops = 81_920.0
takeover = 12_799

# %% takeover_variant_numpy role="variant"
pair_flops = np.prod([20, 16, 64, 4])
takeover = np.float32(4 * 262_144_000 / pair_flops)
token_flops = takeover * pair_flops / 2

# %% [markdown]
# ## cache_bytes: the size of a key-value cache (4 points)
# Write `cache_bytes(config, context, bits)`: the bytes that a model keeps of one text of `context` tokens.
# The config is a dictionary with the keys of the example. A number of the cache has `bits` bits, a multiple of 8.
#
# <details><summary>Hint 1: the idea</summary>
# What does one layer keep of one token, and for which heads? Then multiply.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Count numbers first and turn them into bytes last. The example's layer keeps 2 x 1 x 8 numbers of a token: which of
# the config's four entries is not among them, and why?
# </details>
# <details><summary>Hint 3: the formula</summary>
# 2 (keys and values) x n_kv_heads x head_dim x layers x context x bits / 8
# </details>

# %% cache_bytes role="answer"
def cache_bytes(config: dict[str, int], context: int, bits: int) -> int:
    """Bytes of the keys and values of one text.

    Example: cache_bytes({"layers": 3, "n_heads": 4, "n_kv_heads": 1, "head_dim": 8}, 10, 16) == 960, which is
    2 x 1 x 8 numbers in 3 layers for 10 tokens, 2 bytes each.
    """
    ### BEGIN SOLUTION
    numbers_per_token = 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"]
    return numbers_per_token * context * bits // 8
    ### END SOLUTION

# %% cache_bytes_check role="check" points=2
small = {"layers": 5, "n_heads": 12, "n_kv_heads": 3, "head_dim": 11}
found, right = cache_bytes(small, 7, 24), 6_930
a_number(found, "What `cache_bytes` gives")
near = lambda value, wanted: abs(value / wanted - 1) < 1e-9
assert not near(cache_bytes(small, 7, 8), found), "8 bits and 24 bits give the same bytes: where does `bits` come in?"
assert not near(found, 4 * right), explain("query-heads-stored")
assert not near(found, right / 2), f"{explain('keys-only')} If you count both: how many bits does a byte hold?"
assert not near(found, right / 5), explain("cache-of-one-layer")
assert not near(found, 8 * right), explain("bits-taken-for-bytes")
for bits, wanted in {24: right, 8: 2_310, 16: 4_620}.items():
    found = cache_bytes(small, 7, bits)
    assert near(found, wanted), f"{small}, 7 tokens, {bits} bits: {wanted} bytes, your function says {found}."

# %% cache_bytes_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    layers, n_kv_heads, group, head_dim = (int(random.integers(2, 9)) for _ in range(4))
    config = {"layers": layers, "n_heads": n_kv_heads * group, "n_kv_heads": n_kv_heads, "head_dim": head_dim}
    context, size = int(random.integers(1, 10**6)), int(random.integers(1, 5))
    expected = sum(context * n_kv_heads * head_dim * size for _ in range(layers) for _ in ("keys", "values"))
    found = cache_bytes(config, context, 8 * size)
    assert found == expected, f"{config}, {context} tokens, {8 * size} bits: {found} bytes in place of {expected}"

# %% cache_bytes_wrong_query_heads role="wrong" misconception="query-heads-stored"
def cache_bytes(config, context, bits):
    return 2 * config["n_heads"] * config["head_dim"] * config["layers"] * context * bits // 8

# %% cache_bytes_wrong_keys role="wrong" misconception="keys-only"
def cache_bytes(config, context, bits):
    return config["n_kv_heads"] * config["head_dim"] * config["layers"] * context * bits // 8

# %% cache_bytes_wrong_one_layer role="wrong" misconception="cache-of-one-layer"
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * context * bits // 8

# %% cache_bytes_wrong_bits role="wrong" misconception="bits-taken-for-bytes"
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"] * context * bits

# %% cache_bytes_wrong_sixteen_bits_a_byte role="wrong" says="how many bits does a byte hold"
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"] * context * bits / 16

# %% cache_bytes_wrong_two_bytes role="wrong" says="8 bits and 24 bits give the same bytes"
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"] * context * 2

# %% cache_bytes_wrong_no_heads role="wrong" neutral=true
def cache_bytes(config, context, bits):
    return 2 * config["head_dim"] * config["layers"] * context * bits // 8

# %% cache_bytes_wrong_no_width role="wrong" neutral=true
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["layers"] * context * bits // 8

# %% cache_bytes_wrong_one_token role="wrong" neutral=true
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"] * bits // 8

# %% cache_bytes_wrong_numbers role="wrong" says="8 bits and 24 bits give the same bytes"
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"] * context

# %% cache_bytes_wrong_square role="wrong" neutral=true
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"] * context**2 * bits // 8

# %% cache_bytes_wrong_queries_too role="wrong" neutral=true
def cache_bytes(config, context, bits):
    return (config["n_heads"] + 2 * config["n_kv_heads"]) * config["head_dim"] * config["layers"] * context * bits // 8

# %% cache_bytes_wrong_bits_over_16 role="wrong" neutral=true
def cache_bytes(config, context, bits):
    return 2 * config["n_kv_heads"] * config["head_dim"] * config["layers"] * context * 32 // bits

# %% cache_bytes_variant_float role="variant"
def cache_bytes(config, tokens, bits):
    one_layer = config["head_dim"] * config["n_kv_heads"] * bits / 8
    return tokens * config["layers"] * (one_layer + one_layer)

# %% cache_bytes_variant_loop role="variant"
def cache_bytes(config, context, bits):
    total = np.int64(0)
    for _ in range(config["layers"]):
        for _ in ("keys", "values"):
            total += np.prod([context, config["n_kv_heads"], config["head_dim"], bits // 8])
    return total

# %% [markdown]
# ## window_flops: what a window computes (5 points)
# Write `window_flops(length, window, heads, head_dim)`: the FLOPs of one layer's core when each token meets itself and
# at most `window - 1` tokens before it, and nothing else is computed.
# The first tokens have less before them. Count them exactly. The window may be longer than the text.
#
# <details><summary>Hint 1: the idea</summary>
# Count pairs row by row: how many tokens does the first one meet, the second, the tenth?
# </details>
# <details><summary>Hint 2: the next step</summary>
# A row meets as many tokens as it has up to itself, but no more than the window. Add up all rows, then ask what one
# pair costs.
# </details>
# <details><summary>Hint 3: the formula</summary>
# The sum of min(row, window) over the rows 1 to length, times heads x head_dim x 4.
# </details>

# %% window_flops role="answer"
def window_flops(length: int, window: int, heads: int, head_dim: int) -> int:
    """FLOPs of both products of one layer: scores, and weighted sums of the values.

    Example: window_flops(4, 2, 3, 5) == 420, which is 1 + 2 + 2 + 2 pairs, times 3 x 5, times 4.
    """
    ### BEGIN SOLUTION
    pairs = sum(min(row, window) for row in range(1, length + 1))
    return 4 * pairs * heads * head_dim
    ### END SOLUTION

# %% window_flops_check role="check" points=3
found = window_flops(11, 4, 3, 5)
a_number(found, "What `window_flops` gives")
assert found != 7260, explain("window-still-square")
assert found != 1320, explain("window-halved")
assert found != 2640, explain("early-rows-full")
assert found != 1140, explain("adds-forgotten")
for sizes, right in {(4, 2, 3, 5): 420, (11, 4, 3, 5): 2280, (3, 9, 1, 1): 24, (6, 1, 2, 7): 336}.items():
    found = window_flops(*sizes)
    assert abs(found / right - 1) < 1e-9, f"window_flops{sizes} is {right} FLOPs, yours says {found}."

# %% window_flops_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    length, window, heads, head_dim = (int(random.integers(1, 60)) for _ in range(4))
    pairs = sum(0 <= query - key < window for query in range(length) for key in range(length))
    found = window_flops(length, window, heads, head_dim)
    expected = 4 * pairs * heads * head_dim
    assert found == expected, f"{length} tokens, window {window}: {found} FLOPs in place of {expected}"

# %% window_flops_wrong_square role="wrong" misconception="window-still-square"
def window_flops(length, window, heads, head_dim):
    return 4 * length**2 * heads * head_dim

# %% window_flops_wrong_half role="wrong" misconception="window-halved"
def window_flops(length, window, heads, head_dim):
    return 4 * (length * window // 2) * heads * head_dim

# %% window_flops_wrong_early role="wrong" misconception="early-rows-full"
def window_flops(length, window, heads, head_dim):
    return 4 * length * window * heads * head_dim

# %% window_flops_wrong_adds role="wrong" misconception="adds-forgotten"
def window_flops(length, window, heads, head_dim):
    return 2 * sum(min(row, window) for row in range(1, length + 1)) * heads * head_dim

# %% window_flops_wrong_not_itself role="wrong" neutral=true
def window_flops(length, window, heads, head_dim):
    return 4 * sum(min(row, window - 1) for row in range(length)) * heads * head_dim

# %% window_flops_wrong_one_more role="wrong" neutral=true
def window_flops(length, window, heads, head_dim):
    return 4 * sum(min(row, window + 1) for row in range(1, length + 1)) * heads * head_dim

# %% window_flops_wrong_rows_from_zero role="wrong" neutral=true
def window_flops(length, window, heads, head_dim):
    return 4 * sum(min(row, window) for row in range(length)) * heads * head_dim

# %% window_flops_wrong_both_sides role="wrong" neutral=true
def window_flops(length, window, heads, head_dim):
    return 4 * sum(abs(a - b) < window for a in range(length) for b in range(length)) * heads * head_dim

# %% window_flops_wrong_one_head role="wrong" neutral=true
def window_flops(length, window, heads, head_dim):
    return 4 * sum(min(row, window) for row in range(1, length + 1)) * head_dim

# %% window_flops_wrong_causal role="wrong" neutral=true
def window_flops(length, window, heads, head_dim):
    return 4 * sum(range(1, length + 1)) * heads * head_dim

# %% window_flops_wrong_short_text role="wrong" neutral=true
def window_flops(length, window, heads, head_dim):
    return 4 * (length * window - window * (window - 1) // 2) * heads * head_dim

# %% window_flops_variant_closed role="variant"
def window_flops(length, window, heads, head_dim):
    full = min(length, window)
    pairs = full * (full + 1) / 2 + (length - full) * window
    return 2 * 2 * pairs * heads * head_dim

# %% window_flops_variant_mask role="variant"
def window_flops(n, w, h, d):
    query, key = np.indices((n, n))
    return ((key <= query) & (key > query - w)).sum() * h * d * 4

# %% [markdown]
# ## fit_exponent: a power and its range (4 points)
# Write `fit_exponent(lengths, costs)`. It fits a straight line through the logarithms of all points and returns a
# dictionary: `value` is its slope, `smallest` and `largest` are the smallest and the largest slope of the fits that
# leave one point out.
#
# `np.polyfit(x, y, 1)[0]` is the slope of the straight line through the points (x, y).
#
# <details><summary>Hint 1: the idea</summary>
# A power law is a straight line between logarithms.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Write the fit of all points first. Then call it again with one point missing, for each point in turn, and keep the
# slopes in a list.
# </details>
# <details><summary>Hint 3: the formula</summary>
# np.polyfit(np.log(lengths), np.log(costs), 1)[0]; np.delete(x, i) leaves out the point i.
# </details>

# %% fit_exponent role="answer"
def fit_exponent(lengths: list[float], costs: list[float]) -> dict[str, float]:
    """The power of the length that the cost grows with, and its range when one point is left out.

    Example: fit_exponent([1, 2, 4], [5, 10, 20]) == {"value": 1.0, "smallest": 1.0, "largest": 1.0}, but for rounding.
    """
    ### BEGIN SOLUTION
    x, y = np.log(lengths), np.log(costs)
    slopes = [np.polyfit(np.delete(x, i), np.delete(y, i), 1)[0] for i in range(len(x))]
    return {"value": float(np.polyfit(x, y, 1)[0]), "smallest": float(min(slopes)), "largest": float(max(slopes))}
    ### END SOLUTION

# %% [markdown]
# Now time fused attention on your machine at five lengths.

# %% own_machine role="measured"
my_lengths = [128, 256, 512, 768, 1024]
my_seconds = [demo.time_work(demo.fused, length).median_seconds for length in my_lengths]
table([[fmt(length), fmt(seconds, "s")] for length, seconds in zip(my_lengths, my_seconds, strict=True)],
      ["length", "median time"], caption="Fused attention here")

# %% own_exponent role="measured"
my_exponent = attempt(fit_exponent, my_lengths, my_seconds)

# %% [markdown]
# Counted FLOPs grow with the power 2. Does your measurement agree: does 2 lie between your `smallest` and your
# `largest`?

# %% square_fits role="answer" part_of="fit_exponent"
square_fits = None  # True or False
### BEGIN SOLUTION
square_fits = my_exponent["smallest"] <= 2 <= my_exponent["largest"]
### END SOLUTION

# %% fit_exponent_check role="check" points=2
near = lambda value, wanted: abs(value - wanted) < 1e-6
cubes = fit_exponent([1, 2, 4, 8], [2, 16, 128, 1024])
entries(cubes, "value", "smallest", "largest")
assert not near(cubes["value"], 1 / 3), explain("slope-inverted")
assert not near(cubes["value"], 151.3217391), explain("linear-fit")
assert near(cubes["value"], 3), f"2 x length³ has the exponent 3, you say {cubes['value']:.4g}."
bent = fit_exponent([1, 2, 4, 8], [1, 4, 16, 512])
assert not near(bent["value"], 5), explain("last-pair-only")
assert near(bent["value"], 2.9), f"Lengths 1, 2, 4, 8 and costs 1, 4, 16, 512: a fit through all points does not give {bent['value']:.4g}."
assert not near(bent["smallest"], bent["largest"]), explain("range-of-one-fit")
assert not near(bent["largest"], 5), "5 is the slope between two neighbours. Leave one point out and fit all the others."
assert near(bent["smallest"], 2), f"Without its last point that cost is length², your smallest is {bent['smallest']:.4g}."
assert near(bent["largest"], 3.5), f"Your largest slope of that cost is {bent['largest']:.4g}: which point is left out there?"
a_choice(square_fits, (True, False), "`square_fits`")
mine = fit_exponent(my_lengths, my_seconds)
low, high = mine["smallest"], mine["largest"]
assert bool(square_fits) == (low <= 2 <= high), f"Your range goes from {fmt(low)} to {fmt(high)}: is 2 inside? You say {square_fits}."

# %% fit_exponent_hidden role="hidden" points=2
random = rng()

def slope(x, y):
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)

for _ in range(20):
    x, y = (random.uniform(0, 6, 6).tolist() for _ in range(2))
    left_out = [slope(x[:i] + x[i + 1:], y[:i] + y[i + 1:]) for i in range(6)]
    found = fit_exponent([2.718281828459045**a for a in x], [2.718281828459045**b for b in y])
    wanted = {"value": slope(x, y), "smallest": min(left_out), "largest": max(left_out)}
    for name, number in wanted.items():
        assert abs(found[name] - number) < 1e-6 * (1 + abs(number)), f"{name} is {number}, you say {found[name]}"

# %% fit_exponent_wrong_linear role="wrong" misconception="linear-fit"
def fit_exponent(lengths, costs):
    slopes = [np.polyfit(np.delete(lengths, i), np.delete(costs, i), 1)[0] for i in range(len(lengths))]
    return {"value": np.polyfit(lengths, costs, 1)[0], "smallest": min(slopes), "largest": max(slopes)}

# %% fit_exponent_wrong_last_pair role="wrong" misconception="last-pair-only"
def fit_exponent(lengths, costs):
    value = np.log(costs[-1] / costs[-2]) / np.log(lengths[-1] / lengths[-2])
    return {"value": value, "smallest": value, "largest": value}

# %% fit_exponent_wrong_inverted role="wrong" misconception="slope-inverted"
def fit_exponent(lengths, costs):
    x, y = np.log(lengths), np.log(costs)
    slopes = [np.polyfit(np.delete(y, i), np.delete(x, i), 1)[0] for i in range(len(x))]
    return {"value": np.polyfit(y, x, 1)[0], "smallest": min(slopes), "largest": max(slopes)}

# %% fit_exponent_wrong_no_range role="wrong" misconception="range-of-one-fit"
def fit_exponent(lengths, costs):
    value = np.polyfit(np.log(lengths), np.log(costs), 1)[0]
    return {"value": value, "smallest": value, "largest": value}

# %% fit_exponent_wrong_neighbours role="wrong" says="the slope between two neighbours"
def fit_exponent(lengths, costs):
    x, y = np.log(lengths), np.log(costs)
    slopes = np.diff(y) / np.diff(x)
    return {"value": np.polyfit(x, y, 1)[0], "smallest": min(slopes), "largest": max(slopes)}

# %% fit_exponent_wrong_ends_only role="wrong" neutral=true
def fit_exponent(lengths, costs):
    x, y = np.log(lengths), np.log(costs)
    slopes = [np.polyfit(np.delete(x, i), np.delete(y, i), 1)[0] for i in range(len(x))]
    return {"value": (y[-1] - y[0]) / (x[-1] - x[0]), "smallest": min(slopes), "largest": max(slopes)}

# %% fit_exponent_wrong_mean_of_slopes role="wrong" neutral=true
def fit_exponent(lengths, costs):
    x, y = np.log(lengths), np.log(costs)
    slopes = [np.polyfit(np.delete(x, i), np.delete(y, i), 1)[0] for i in range(len(x))]
    return {"value": np.mean(slopes), "smallest": min(slopes), "largest": max(slopes)}

# %% fit_exponent_wrong_swapped role="wrong" neutral=true
def fit_exponent(lengths, costs):
    x, y = np.log(lengths), np.log(costs)
    slopes = [np.polyfit(np.delete(x, i), np.delete(y, i), 1)[0] for i in range(len(x))]
    return {"value": np.polyfit(x, y, 1)[0], "smallest": max(slopes), "largest": min(slopes)}

# %% fit_exponent_wrong_last_kept role="wrong" neutral=true
def fit_exponent(lengths, costs):
    x, y = np.log(lengths), np.log(costs)
    slopes = [np.polyfit(np.delete(x, i), np.delete(y, i), 1)[0] for i in range(len(x) - 1)]
    return {"value": np.polyfit(x, y, 1)[0], "smallest": min(slopes), "largest": max(slopes)}

# %% fit_exponent_wrong_first_kept role="wrong" neutral=true
def fit_exponent(lengths, costs):
    x, y = np.log(lengths), np.log(costs)
    slopes = [np.polyfit(np.delete(x, i), np.delete(y, i), 1)[0] for i in range(1, len(x))]
    return {"value": np.polyfit(x, y, 1)[0], "smallest": min(slopes), "largest": max(slopes)}

# %% fit_exponent_wrong_one_logarithm role="wrong" neutral=true
def fit_exponent(lengths, costs):
    y = np.log(costs)
    slopes = [np.polyfit(np.delete(lengths, i), np.delete(y, i), 1)[0] for i in range(len(y))]
    return {"value": np.polyfit(lengths, y, 1)[0], "smallest": min(slopes), "largest": max(slopes)}

# %% square_fits_wrong_reading role="wrong" neutral=true
square_fits = not my_exponent["smallest"] <= 2 <= my_exponent["largest"]

# %% square_fits_wrong_word role="wrong" says="must be True or False: yours is 'yes'"
square_fits = "yes"

# %% square_fits_wrong_quotes role="wrong" says="must be True or False: yours is 'True'"
square_fits = "True"

# %% fit_exponent_variant_own_fit role="variant"
import statistics

def fit_exponent(n, t):
    points = [(np.log2(a), np.log2(b)) for a, b in zip(n, t, strict=True)]
    fit = lambda some: statistics.linear_regression(*zip(*some, strict=True)).slope
    others = sorted(fit([p for p in points if p is not left]) for left in points)
    return {"smallest": others[0], "largest": others[-1], "value": fit(points)}

# %% fit_exponent_variant_numpy role="variant"
def fit_exponent(lengths, costs):
    x, y = np.log10(np.array(lengths)), np.log10(np.array(costs))
    keep = ~np.eye(len(x), dtype=bool)
    slopes = np.array([np.polyfit(x[row], y[row], 1)[0] for row in keep])
    return {"value": np.polyfit(x, y, 1)[0], "smallest": slopes.min(), "largest": slopes.max()}

# %% [markdown]
# ## document_assistant: window or full attention? (3 points)
# An office wants an assistant that answers questions about contracts. A contract has up to 30 000 tokens, and an
# answer may need two clauses that stand at its opposite ends. The model is built like Llama 3 8B. Somebody proposes
# windows of 1 024 tokens in every layer, "to save the cost of attention".
#
# Windows, full attention, or a mix of both? Answer in two to five sentences: your choice, the numbers that decide it
# with their units, and why (use a word such as *because*, *since* or *so*).
#
# | points | for |
# | --- | --- |
# | 1 | your choice, a number with its unit, and a reason |
# | 1 | what a window gives up here, told by its reach: direct, and through the stack |
# | 1 | attention's share of the bill at this length, or the takeover length, as a number; a decision that follows, and the condition under which it would turn |
#
# The check looks for the first row only, and not whether it is right. A person gives the other two points.
#
# <details><summary>Hint 1: the idea</summary>
# What would a window save, and what would it lose?
# </details>
# <details><summary>Hint 2: the next step</summary>
# How far does one window see, how far a stack of them? And how much of the bill could a window save at all, at the
# length of a contract?
# </details>
# <details><summary>Hint 3: the formula</summary>
# Reach: layers x (window - 1). Compare the length with the takeover length of the lesson.
# </details>

# %% document_assistant role="free_text" points=2
document_assistant = """
### BEGIN SOLUTION
Full attention, or a mix that keeps some full layers. A window of 1 024 tokens cannot see a clause at the other end; through
32 layers the reach is about 32 700 tokens, but what arrives from there is faint and second-hand. At 30 000 tokens
attention's causal share of the FLOPs is about a third, below the takeover length of about 57 000, so even free attention
would save no more than that. For texts of several hundred thousand tokens I would decide for windows in most layers.
### END SOLUTION
"""

# %% document_assistant_check role="check" points=1
answered(document_assistant)
text = in_words(document_assistant)
assert text.length >= 25, f"Your answer has {text.length} words: write two sentences at least."
assert text.numbers, explain("no-length-given")
assert text.measures("token", "layer", "%", "per", "of", "time", "flop"), "None of your numbers has its unit behind it, such as tokens, layers or %."
assert text.has("window", "full", "mix", "dense", "sparse", "both", "hybrid", "local", "global", "interleav", "alternat"), "Name your choice: windows, full attention, or a mix of both."
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% document_assistant_wrong_no_number role="wrong" misconception="no-length-given"
document_assistant = """Full attention, since a window cannot see a clause at the other end of a contract, and the stack of layers
passes it on only faintly. Attention is not the largest share of the bill anyway, so little would be saved."""

# %% document_assistant_wrong_no_unit role="wrong" says="has its unit behind it"
document_assistant = """Full attention, since a window cannot see a clause at the other end of a contract. The reach is 32 736, which
is hardly more than a contract, and what comes from so far away arrives faintly, so it should not be trusted."""

# %% document_assistant_wrong_no_choice role="wrong" says="Name your choice"
document_assistant = """A contract of 30 000 tokens is shorter than the takeover length of 57 000 tokens, so the square is not yet the
largest part of the bill. The clauses stand far apart, and because of that one must be able to look back a long way."""

# %% document_assistant_wrong_no_reason role="wrong" says="no word that gives a reason"
document_assistant = """Full attention. A window sees 1 024 tokens. A contract has 30 000 tokens. A clause at the other end is out of
sight. The takeover length is 57 000 tokens. The saving is small and the loss is large."""

# %% document_assistant_wrong_too_short role="wrong" says="two sentences at least"
document_assistant = "Full attention, because a window sees 1 024 tokens only."

# %% document_assistant_variant_own_words role="variant"
document_assistant = """Everything must be able to look at everything, so I would not restrict it: no windows. Clauses may lie 30k tokens
apart, while one layer would look back 1 024 and all 32 layers together some 32 thousand, through many hands. And the
core is hardly 35 % of the work at that length."""

# %% document_assistant_variant_mix role="variant"
document_assistant = """A mix: windows in five of six layers and full attention in the others. The full layers find both clauses wherever
they stand, and since most layers look back 1 024 tokens only, the cache stays small. If contracts had a million tokens,
far beyond the takeover length, I would use even fewer full layers."""

# %% document_assistant_variant_hybrid role="variant"
document_assistant = """Hybrid: five of six layers local, the sixth global, as Gemma 3 has it. A local layer looks back 1 024 tokens, so the
global ones must find the far clause. Below 57 000 tokens the square is not yet the larger part of the work."""
