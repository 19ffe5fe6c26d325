# %% [markdown]
# # Exercise 05 · Inference
# *Time a token, fill a card with texts, measure a cache, guess ahead, and choose a machine.*
#
# Work through [lesson 05](../lessons/05_inference.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `token_seconds` | compute by hand | 3 | 5 |
# | `users_that_fit` | write a function | 5 | 6 |
# | `cache_gain` | measure | 5 | 6 |
# | `guess_ahead` | compute by hand | 4 | 6 |
# | `cpu_or_gpu` | decide and justify | 3 | 5 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math

from course_lib.demos import inference as demo
from course_lib.demos import measure, tiny_gpt
from course_lib.estimators import inference
from course_lib.estimators.serving.batches import step_seconds
from course_lib.teaching import a_number, answered, attempt, checking, explain, fmt, in_words, say, table

# %% [markdown]
# ## token_seconds: the time of one token (3 points)
# A mixture of experts has 46 billion weights in all and 12 billion active ones, stored in 8 bits each. The card reads
# 2 TB/s (2 x 10¹² bytes) and does 300 TFLOP/s (300 x 10¹²). One user, a text so short that its cache does not count,
# and a program that reaches all of both rates and has no overhead.
# How many **seconds** does a token take?
#
# Worked example: a dense model of 1 billion weights in 16 bits, on a card with 1 TB/s and 100 TFLOP/s.
# Bytes: 2 x 10⁹ / 10¹² = 0.002 s. FLOPs: 2 x 10⁹ / 10¹⁴ = 0.00002 s. The token takes 0.002 s.
#
# <details><summary>Hint 1: the idea</summary>
# Two things take time, side by side. The slower one decides.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Which of the weights does one token meet, and how many bytes are they? Work out the time of these bytes and that of
# their FLOPs, as in the example.
# </details>
# <details><summary>Hint 3: the formula</summary>
# The larger one of active weights x bits / 8 / bandwidth and 2 x active weights / FLOP/s.
# </details>

# %% token_seconds role="answer"
token_seconds = None  # seconds
### BEGIN SOLUTION
seconds_of_bytes = 12e9 * 8 / 8 / 2e12
token_seconds = max(seconds_of_bytes, 2 * 12e9 / 300e12)
### END SOLUTION

# %% token_seconds_check role="check" points=3
a_number(token_seconds, "`token_seconds`")
near = lambda seconds: abs(token_seconds / seconds - 1) < 0.005
card = {"peak_flops": 300e12, "bytes_per_second": 2e12, "weight_bytes": 1}
right, all_read, flops_alone = step_seconds(1, 12e9, **card), step_seconds(1, 46e9, **card), 2 * 12e9 / 300e12
assert not near(1 / right), "That is a number of tokens in a second. How many seconds does one of them take?"
assert not near(1000 * right), "This card needs less than a second for a token: in which unit is your number?"
assert not near(flops_alone), explain("flops-decide")
assert not near(8 * right), explain("bits-for-bytes")
assert not near(all_read), explain("total-read-for-active")
assert not near(right + flops_alone), explain("read-adds-multiply")
assert not near(2 * right), "That is the time of two bytes a weight, as in the example. How many bits has a weight here?"
assert near(right), f"{token_seconds:.4g} s is not the time of the slower of the two. Write down the bytes and the FLOPs of one token."

# %% token_seconds_wrong_compute role="wrong" misconception="flops-decide"
token_seconds = 2 * 12e9 / 300e12

# %% token_seconds_wrong_bits role="wrong" misconception="bits-for-bytes"
token_seconds = 12e9 * 8 / 2e12

# %% token_seconds_wrong_total role="wrong" misconception="total-read-for-active"
token_seconds = 46e9 * 8 / 8 / 2e12

# %% token_seconds_wrong_sum role="wrong" misconception="read-adds-multiply"
token_seconds = 12e9 / 2e12 + 2 * 12e9 / 300e12

# %% token_seconds_wrong_rate role="wrong" says="a number of tokens in a second"
token_seconds = 2e12 / 12e9

# %% token_seconds_wrong_milliseconds role="wrong" says="in which unit is your number"
token_seconds = 12 / 2

# %% token_seconds_wrong_two_bytes role="wrong" says="the time of two bytes a weight"
token_seconds = 2 * 12e9 / 2e12

# %% token_seconds_wrong_two_bytes_of_all role="wrong" neutral=true
token_seconds = 2 * 46e9 / 2e12

# %% token_seconds_wrong_idle role="wrong" neutral=true
token_seconds = (46e9 - 12e9) / 2e12

# %% token_seconds_wrong_one_flop role="wrong" neutral=true
token_seconds = 12e9 / 300e12

# %% token_seconds_wrong_total_flops role="wrong" neutral=true
token_seconds = 2 * 46e9 / 300e12

# %% token_seconds_wrong_both_rates role="wrong" neutral=true
token_seconds = 12e9 / (2e12 + 300e12)

# %% token_seconds_wrong_text role="wrong" says="one number, without its unit"
token_seconds = "6 ms"

# %% token_seconds_variant_typed role="variant"
token_seconds = 0.006

# %% token_seconds_variant_numpy role="variant"
import numpy as np

token_seconds = (np.array([12e9, 24e9]) / np.array([2e12, 300e12])).max()

# %% [markdown]
# ## users_that_fit: how many texts a card holds (5 points)
# Write `users_that_fit(memory_bytes, weight_bytes, config, prompt, output)`: how many users can have their texts in a
# card's memory at once. Each needs a cache for a prompt of `prompt` tokens and an answer of `output` tokens. Keys and
# values take 2 bytes a number. The config is a dictionary with the keys of the example.
# If not even the weights fit, the answer is 0.
#
# <details><summary>Hint 1: the idea</summary>
# What is left beside the weights, over what one user needs at the end of the answer.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Get the example's 320 bytes by hand. Which entry of the config is not among its factors, and why? Then divide, and ask
# what becomes of a part of a user, and of less than nothing.
# </details>
# <details><summary>Hint 3: the formula</summary>
# One user: 2 (keys and values) x layers x n_kv_heads x head_dim x (prompt + output) x 2 bytes.
# </details>

# %% users_that_fit role="answer"
def users_that_fit(memory_bytes: int, weight_bytes: int, config: dict[str, int], prompt: int, output: int) -> int:
    """Users whose caches fit beside the weights.

    Example: users_that_fit(1000, 200, {"layers": 1, "n_heads": 4, "n_kv_heads": 2, "head_dim": 4}, 3, 7) has
    2 x 1 x 2 x 4 x 10 x 2 = 320 bytes a user and room for 800: 2 users.
    """
    ### BEGIN SOLUTION
    numbers_a_token = 2 * config["layers"] * config["n_kv_heads"] * config["head_dim"]
    user_bytes = numbers_a_token * (prompt + output) * 2
    return max(0, (memory_bytes - weight_bytes) // user_bytes)
    ### END SOLUTION

# %% users_that_fit_check role="check" points=3
small = {"layers": 3, "n_heads": 10, "n_kv_heads": 2, "head_dim": 7}
found = users_that_fit(1_000_000, 310_000, small, 5, 12)
a_number(found, "What `users_that_fit` gives")
assert abs(found - round(found)) < 1e-9, f"{found:.6g} is no whole number of users: what becomes of a part of one?"
assert found != 350, explain("weights-fill-memory")
assert found != 48, explain("cache-of-all-heads")
assert found != 821, explain("prompt-only-cached")
assert found != 242, explain("users-rounded-up")
cases = {(1_000_000, 310_000, 5, 12): 241, (1_000, 328, 1, 3): 1, (1_000, 327, 1, 3): 1, (1_000, 329, 1, 3): 0, (9_000, 700, 9, 2): 4}
for (memory, weights, prompt, output), right in cases.items():
    found = users_that_fit(memory, weights, small, prompt, output)
    case = f"{small}, {memory} bytes, {weights} of them weights, prompt {prompt}, output {output}"
    assert found == right, f"{case}: {right} users, you say {found:.6g}."
assert users_that_fit(1_000, 9_000, small, 5, 12) == 0, "9 000 bytes of weights in a memory of 1 000: nobody can be served, so the answer is 0."

# %% users_that_fit_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    n_kv_heads, group, head_dim, layers = (int(random.integers(1, 9)) for _ in range(4))
    prompt, output, weights, left = (int(random.integers(1, limit)) for limit in (500, 500, 10**9, 10**8))
    config = {"layers": layers, "n_heads": n_kv_heads * group, "n_kv_heads": n_kv_heads, "head_dim": head_dim}
    a_token = sum(2 * n_kv_heads * head_dim for _ in range(layers) for _ in ("keys", "values"))
    got, each = users_that_fit(weights + left, weights, config, prompt, output), (prompt + output) * a_token
    assert got * each <= left < (got + 1) * each, f"{config}, {prompt} + {output} tokens, {left} bytes left: not {got}"
    assert users_that_fit(weights, weights + left, config, prompt, output) == 0, "weights that do not fit: 0 users"

# %% users_that_fit_wrong_no_weights role="wrong" misconception="weights-fill-memory"
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    return memory_bytes // (4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output))

# %% users_that_fit_wrong_all_heads role="wrong" misconception="cache-of-all-heads"
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_heads"] * config["head_dim"] * (prompt + output)
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_prompt role="wrong" misconception="prompt-only-cached"
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * prompt
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_rounded_up role="wrong" misconception="users-rounded-up"
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return max(0, math.ceil((memory_bytes - weight_bytes) / user_bytes))

# %% users_that_fit_wrong_part_of_a_user role="wrong" says="no whole number of users"
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return max(0, (memory_bytes - weight_bytes) / user_bytes)

# %% users_that_fit_wrong_below_zero role="wrong" says="nobody can be served"
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return (memory_bytes - weight_bytes) // user_bytes

# %% users_that_fit_wrong_other_way_round role="wrong" says="nobody can be served"
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return abs(memory_bytes - weight_bytes) // user_bytes

# %% users_that_fit_wrong_output role="wrong" neutral=true
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * output
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_keys role="wrong" neutral=true
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 2 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_one_layer role="wrong" neutral=true
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_one_head role="wrong" neutral=true
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["head_dim"] * (prompt + output)
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_pairs role="wrong" neutral=true
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * prompt * output
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_one_less role="wrong" neutral=true
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return max(0, (memory_bytes - weight_bytes) // user_bytes - 1)

# %% users_that_fit_wrong_weights_added role="wrong" neutral=true
def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = 4 * config["layers"] * config["n_kv_heads"] * config["head_dim"] * (prompt + output)
    return max(0, (memory_bytes + weight_bytes) // user_bytes)

# %% users_that_fit_variant_float role="variant"
def users_that_fit(memory, weights, c, prompt, output):
    bytes_a_token = 2 * 2.0 * c["layers"] * c["head_dim"] * c["n_kv_heads"]
    if weights > memory:
        return 0
    return math.floor((memory - weights) / (bytes_a_token * prompt + bytes_a_token * output))

# %% users_that_fit_variant_numpy role="variant"
import numpy as np

def users_that_fit(memory_bytes, weight_bytes, config, prompt, output):
    user_bytes = np.int64(4) * np.prod([config[name] for name in ("layers", "n_kv_heads", "head_dim")]) * (prompt + output)
    return np.clip(np.floor_divide(memory_bytes - weight_bytes, user_bytes), 0, None)

# %% [markdown]
# ## cache_gain: what a cache saves, by length (5 points)
# You timed a model that writes texts of several lengths, with and without a cache. Each time holds the reading of the
# same prompt, which takes `prefill` seconds either way. Write `cache_gain(lengths, cached, uncached, prefill)`, which
# returns a dictionary: for each length, how many times as fast the **writing** is with the cache.
#
# <details><summary>Hint 1: the idea</summary>
# Compare the writing alone, length by length.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Take the reading off both times first. Which of the two stands on top, if a gain is to be above one?
# </details>
# <details><summary>Hint 3: the formula</summary>
# (uncached - prefill) / (cached - prefill), for each length.
# </details>

# %% cache_gain role="answer"
def cache_gain(lengths: list[int], cached: list[float], uncached: list[float], prefill: float) -> dict[int, float]:
    """How many times as fast the cache makes writing, by length.

    Example: cache_gain([10, 20], [2.0, 3.0], [3.0, 9.0], 1.0) == {10: 2.0, 20: 4.0}
    """
    ### BEGIN SOLUTION
    times = zip(lengths, cached, uncached, strict=True)
    return {length: (slow - prefill) / (quick - prefill) for length, quick, slow in times}
    ### END SOLUTION

# %% [markdown]
# Now let a tiny GPT read a prompt on your machine and write on from it, three lengths, each in turn.

# %% own_machine role="measured"
machine = measure.prepare()
say(f"This machine is {machine.words}.")

# %% own_clock role="measured" seconds=3
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=256))
question, my_lengths = demo.prompt("import numpy as np; "), [16, 48, 144]
write = lambda tokens, cached: lambda: demo.write(gpt, question, tokens, cached=cached)
works = {(length, cached): write(length, cached) for length in my_lengths for cached in (True, False)}
timed = measure.time_rounds(works | {"prompt": write(1, True)}, repeats=3, budget_seconds=5)
my_cached, my_uncached = ([timed[length, kept].median_seconds for length in my_lengths] for kept in (True, False))
my_prefill = timed["prompt"].median_seconds
table([["the prompt alone", fmt(my_prefill, "s"), fmt(my_prefill, "s")], *([f"and {length} tokens", fmt(quick, "s"), fmt(slow, "s")]
       for length, quick, slow in zip(my_lengths, my_cached, my_uncached, strict=True))],
      ["read and written", "with a cache", "without"], caption="A tiny GPT, here: median of three runs")

# %% own_gain role="measured"
my_gain = attempt(cache_gain, my_lengths, my_cached, my_uncached, my_prefill)

# %% [markdown]
# Does your gain change with the length? Compare the longest text with the shortest, and say which fits: the gain "grows",
# it "falls", or it is "about the same" (within a tenth).

# %% gain_by_length role="answer" part_of="cache_gain"
gain_by_length = None  # "grows", "falls" or "about the same"
### BEGIN SOLUTION
change = my_gain[my_lengths[-1]] / my_gain[my_lengths[0]]
gain_by_length = "grows" if change > 1.1 else "falls" if change < 0.9 else "about the same"
### END SOLUTION

# %% cache_gain_check role="check" points=3
known = cache_gain([10, 20], [2.0, 4.0], [3.5, 19.0], 1.0)
answered(known)
assert isinstance(known, dict) and set(known) == {10, 20}, f"A dictionary with the lengths as its keys is asked for, here 10 and 20: yours is {known}."
for length, gain in known.items():
    a_number(gain, f"The gain for length {length}")
near = lambda value, right: abs(value - right) < 1e-9
assert not near(known[10], known[20]), explain("gain-constant")
assert not near(known[20], 4.75), explain("gain-includes-prefill")
assert not near(known[20], 1 / 6), explain("gain-inverted")
assert near(known[10], 2.5) and near(known[20], 6), f"Reading takes 1 s; 20 tokens took 4 s with a cache and 19 s without. Your gain is {known[20]:.4g}."
assert gain_by_length is not None and gain_by_length is not ..., '`gain_by_length` is not answered yet: "grows", "falls" or "about the same"?'
said = str(gain_by_length).strip(" .!").lower()
said = {"grow": "grows", "fall": "falls", "same": "about the same", "the same": "about the same"}.get(said, said)
assert said in ("grows", "falls", "about the same"), f'`gain_by_length` is to be "grows", "falls" or "about the same": yours is {str(gain_by_length)[:40]!r}.'
mine = cache_gain(my_lengths, my_cached, my_uncached, my_prefill)
first, last = mine[my_lengths[0]], mine[my_lengths[-1]]
right = "grows" if last > 1.1 * first else "falls" if last < 0.9 * first else "about the same"
assert said == right, f'Your gain is {fmt(first, "x")} at {my_lengths[0]} tokens and {fmt(last, "x")} at {my_lengths[-1]}: is that "{said}"?'

# %% cache_gain_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    prefill = float(random.uniform(0.1, 1))
    quick, slow = random.uniform(1, 2, 4).tolist(), random.uniform(2, 9, 4).tolist()
    sizes = sorted({int(size) for size in random.integers(1, 10**6, 4)} | {1, 2, 3, 4})[:4]
    got = cache_gain(sizes, [prefill + time for time in quick], [prefill + time for time in slow], prefill)
    for size, fast_time, slow_time in zip(sizes, quick, slow, strict=True):
        assert abs(got[size] * fast_time / slow_time - 1) < 1e-6, f"{slow_time} over {fast_time}: not {got[size]}"

# %% cache_gain_wrong_constant role="wrong" misconception="gain-constant"
def cache_gain(lengths, cached, uncached, prefill):
    gain = (uncached[-1] - prefill) / (cached[-1] - prefill)
    return dict.fromkeys(lengths, gain)

# %% cache_gain_wrong_prefill role="wrong" misconception="gain-includes-prefill"
def cache_gain(lengths, cached, uncached, prefill):
    return {length: slow / quick for length, quick, slow in zip(lengths, cached, uncached, strict=True)}

# %% cache_gain_wrong_inverted role="wrong" misconception="gain-inverted"
def cache_gain(lengths, cached, uncached, prefill):
    times = zip(lengths, cached, uncached, strict=True)
    return {length: (quick - prefill) / (slow - prefill) for length, quick, slow in times}

# %% cache_gain_wrong_more_keys role="wrong" says="with the lengths as its keys"
def cache_gain(lengths, cached, uncached, prefill):
    times = zip(lengths, cached, uncached, strict=True)
    return {length: (slow - prefill) / (quick - prefill) for length, quick, slow in times} | {"prefill": prefill}

# %% cache_gain_wrong_difference role="wrong" neutral=true
def cache_gain(lengths, cached, uncached, prefill):
    return {length: slow - quick for length, quick, slow in zip(lengths, cached, uncached, strict=True)}

# %% cache_gain_wrong_off_top_only role="wrong" neutral=true
def cache_gain(lengths, cached, uncached, prefill):
    return {length: (slow - prefill) / quick for length, quick, slow in zip(lengths, cached, uncached, strict=True)}

# %% cache_gain_wrong_off_bottom_only role="wrong" neutral=true
def cache_gain(lengths, cached, uncached, prefill):
    return {length: slow / (quick - prefill) for length, quick, slow in zip(lengths, cached, uncached, strict=True)}

# %% cache_gain_wrong_added role="wrong" neutral=true
def cache_gain(lengths, cached, uncached, prefill):
    return {length: (slow + prefill) / (quick + prefill) for length, quick, slow in zip(lengths, cached, uncached, strict=True)}

# %% cache_gain_wrong_off_the_ratio role="wrong" neutral=true
def cache_gain(lengths, cached, uncached, prefill):
    return {length: slow / quick - prefill for length, quick, slow in zip(lengths, cached, uncached, strict=True)}

# %% cache_gain_wrong_share_saved role="wrong" neutral=true
def cache_gain(lengths, cached, uncached, prefill):
    times = zip(lengths, cached, uncached, strict=True)
    return {length: 1 - (quick - prefill) / (slow - prefill) for length, quick, slow in times}

# %% cache_gain_wrong_by_token role="wrong" neutral=true
def cache_gain(lengths, cached, uncached, prefill):
    times = zip(lengths, cached, uncached, strict=True)
    return {length: (slow - prefill) / (quick - prefill) / length for length, quick, slow in times}

# %% gain_by_length_wrong_reading role="wrong" neutral=true
gain_by_length = "falls" if my_gain[my_lengths[-1]] >= my_gain[my_lengths[0]] else "grows"

# %% gain_by_length_wrong_stub role="wrong" says="is not answered yet"
gain_by_length = None

# %% gain_by_length_wrong_word role="wrong" says="yours is 'faster'"
gain_by_length = "faster"

# %% gain_by_length_variant_as_asked role="variant"
gain_by_length = "Grow" if (change := my_gain[my_lengths[-1]] / my_gain[my_lengths[0]]) > 1.1 else "Fall" if change < 0.9 else "the same"

# %% gain_by_length_variant_written_freely role="variant"
change = my_gain[my_lengths[-1]] / my_gain[my_lengths[0]]
gain_by_length = " GROWS. " if change > 1.1 else "falls " if change < 0.9 else "About the same."

# %% cache_gain_variant_loop role="variant"
def cache_gain(sizes, kept, anew, reading):
    gains = {}
    for place in reversed(range(len(sizes))):
        gains[sizes[place]] = (reading - anew[place]) / (reading - kept[place])
    return gains

# %% cache_gain_variant_numpy role="variant"
import numpy as np

def cache_gain(lengths, cached, uncached, prefill):
    writing = np.array([uncached, cached]) - prefill
    return dict(zip(np.array(lengths), writing[0] / writing[1], strict=True))

# %% [markdown]
# ## guess_ahead: tokens of one pass (4 points)
# A small model guesses **3** tokens. Then the large model checks all three in one pass. A guess is right with
# probability **0.6**, whatever came before it. It counts only if all guesses before it were right. Behind the last one
# that counts, the large model writes one token of its own, so that a pass always yields at least one.
#
# A guess takes **0.1** of the time of a pass of the large model. A pass that checks takes as long as any other.
#
# How many tokens does a pass yield on average, the large model's own included? And how many times as fast as without
# guessing is a token written? Give two decimals or more.
#
# Worked example: one guess, right with probability 0.5, for 0.2 of a pass. A pass yields 1 + 0.5 = 1.5 tokens. Guess and
# pass together take 1.2 passes, so tokens come 1.5 / 1.2 = 1.25 times as fast.
#
# <details><summary>Hint 1: the idea</summary>
# Add up how often each token is among those that a pass yields.
# </details>
# <details><summary>Hint 2: the next step</summary>
# The large model's own token is always there. The first guess counts with probability 0.6. What must have happened for
# the second to count, and for the third?
# </details>
# <details><summary>Hint 3: the formula</summary>
# 1 + a + a² + ... + aᵏ = (1 - aᵏ⁺¹) / (1 - a) tokens for k guesses that are right with probability a. The speed-up is
# that over 1 + k x cost of a guess.
# </details>

# %% guess_ahead role="answer"
tokens_a_pass = None  # tokens, on average
guess_ahead = None  # how many times as fast
### BEGIN SOLUTION
tokens_a_pass = 1 + 0.6 + 0.6**2 + 0.6**3
guess_ahead = tokens_a_pass / (1 + 3 * 0.1)
### END SOLUTION

# %% guess_ahead_check role="check" points=4
for name, value in {"tokens_a_pass": tokens_a_pass, "guess_ahead": guess_ahead}.items():
    a_number(value, f"`{name}`")
near = lambda value, right: abs(value / right - 1) < 0.005
right = inference.tokens_per_check(0.6, guesses=3)
assert not near(tokens_a_pass, 3 + 1), explain("guesses-all-stand")
assert not near(tokens_a_pass, 1 + 3 * 0.6), explain("each-guess-alone")
assert not near(tokens_a_pass, right - 1), explain("own-token-forgotten")
assert near(tokens_a_pass, right), f"A pass does not yield {tokens_a_pass:.4g} tokens on average. List what must happen for each of the tokens."
assert not near(guess_ahead, right), explain("guesses-cost-nothing")
assert not near(guess_ahead, 1 / inference.guessing_speed_up(0.6, 3, 0.1)), "Below 1 means slower. Which of the two times stands on top?"
assert near(guess_ahead, inference.guessing_speed_up(0.6, 3, 0.1)), f"{guess_ahead:.4g} is not the speed-up. How long do three guesses and the pass that checks them take together?"

# %% guess_ahead_wrong_all_stand role="wrong" misconception="guesses-all-stand"
tokens_a_pass = 4
guess_ahead = 4 / 1.3

# %% guess_ahead_wrong_alone role="wrong" misconception="each-guess-alone"
tokens_a_pass = 1 + 3 * 0.6
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_own_token role="wrong" misconception="own-token-forgotten"
tokens_a_pass = 0.6 + 0.6**2 + 0.6**3
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_free role="wrong" misconception="guesses-cost-nothing"
tokens_a_pass = 1 + 0.6 + 0.6**2 + 0.6**3
guess_ahead = tokens_a_pass

# %% guess_ahead_wrong_inverse role="wrong" says="Below 1 means slower"
tokens_a_pass = 1 + 0.6 + 0.6**2 + 0.6**3
guess_ahead = 1.3 / tokens_a_pass

# %% guess_ahead_wrong_all_or_nothing role="wrong" neutral=true
tokens_a_pass = 1 + 3 * 0.6**3
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_rejected role="wrong" neutral=true
tokens_a_pass = 1 + 0.4 + 0.4**2 + 0.4**3
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_one_less role="wrong" neutral=true
tokens_a_pass = 1 + 0.6 + 0.6**2
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_one_more role="wrong" neutral=true
tokens_a_pass = (1 - 0.6**5) / (1 - 0.6)
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_no_end role="wrong" neutral=true
tokens_a_pass = 1 / (1 - 0.6)
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_three_tries role="wrong" neutral=true
tokens_a_pass = 1 + (1 - 0.4**3)
guess_ahead = tokens_a_pass / 1.3

# %% guess_ahead_wrong_one_guess_paid role="wrong" neutral=true
tokens_a_pass = 1 + 0.6 + 0.6**2 + 0.6**3
guess_ahead = tokens_a_pass / 1.1

# %% guess_ahead_wrong_check_free role="wrong" neutral=true
tokens_a_pass = 1 + 0.6 + 0.6**2 + 0.6**3
guess_ahead = tokens_a_pass / 0.3

# %% guess_ahead_wrong_taken_off role="wrong" neutral=true
tokens_a_pass = 1 + 0.6 + 0.6**2 + 0.6**3
guess_ahead = tokens_a_pass - 0.3

# %% guess_ahead_variant_rounded role="variant"
guess_ahead = 1.67
tokens_a_pass = 2.18

# %% guess_ahead_variant_numpy role="variant"
import numpy as np

tokens_a_pass = np.power(0.6, np.arange(4)).sum()
guess_ahead = np.float32(tokens_a_pass / 1.3)

# %% [markdown]
# ## cpu_or_gpu: a machine for the desk, and one for the night (3 points)
# A library has Llama 3 8B in four bits in its own house, for two uses:
#
# - **At a desk** visitors ask, one after the other, with about 500 tokens, and read the answer as it is written.
# - **At night** a program sorts 1 000 books in 10 hours, one after the other. It gives the model a description of about 500
#   tokens. The model thinks 5 000 tokens that nobody reads, and then writes one word.
#
# Would you take a CPU or a GPU, for the desk and for the night? The five machines are those of the lesson. Answer in
# three to six sentences: your choice for each use, the numbers that decide it with their units, and why (use a word such
# as *because*, *since* or *so*).
#
# | points | for |
# | --- | --- |
# | 1 | both uses are decided, with a number and its unit |
# | 1 | the desk: tokens a second against reading, and the wait for the first word |
# | 1 | the night: the time of all hidden tokens against the hours, and what would turn your choice |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# Who waits for what? In one use somebody reads along, in the other nobody does.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Look up what each machine writes for one user, what a reader takes, and how long the first word needs. How long do the
# hidden tokens of one book take, its description included, and those of all books?
# </details>
# <details><summary>Hint 3: the formula</summary>
# Hours of a night = books x seconds for the hidden tokens of one / 3600.
# </details>

# %% cpu_or_gpu role="free_text" points=2
cpu_or_gpu = """
### BEGIN SOLUTION
For the desk a CPU will do: the desktop one writes about 13 tokens a second and a reader takes about 5. Its first word comes
4.6 seconds after a question of 500 tokens, though, so if that is too long I would take the RTX 3070, which needs 0.26
seconds. For the night I need a data-centre GPU, because nobody reads along and every token a second counts: 1 000 books
with 5 000 hidden tokens each take 113 hours on the desktop CPU and 5 hours on an H100, and there are 10. With a week for
it, the desktop CPU would be enough for both.
### END SOLUTION
"""

# %% cpu_or_gpu_check role="check" points=1
answered(cpu_or_gpu)
text = in_words(cpu_or_gpu)
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
assert text.numbers, explain("no-serving-number")
assert text.measures("token", "second", "minute", "hour", "day", "night", "s", "ms", "min", "h", "times", "x"), "None of your numbers has its unit behind it, such as tokens a second, or hours."
assert text.has("cpu", "gpu", "processor", "card", "h100", "a100", "rtx", "xeon", "ryzen", "desktop"), "Name your choice: which machines do you take?"
assert text.has("desk", "visitor", "read", "both", "either", "former"), "The check finds nothing on the desk, where visitors read along."
assert text.has("night", "program", "book", "think", "hidden", "both", "either", "latter"), "The check finds nothing on the night, when a program waits."
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% cpu_or_gpu_wrong_no_number role="wrong" misconception="no-serving-number"
cpu_or_gpu = """A CPU for the desk, since it writes faster than visitors can read. A GPU for the night, since nobody reads the
hidden tokens and the program only waits for the end of them, so that every bit of speed is worth having."""

# %% cpu_or_gpu_wrong_no_unit role="wrong" says="has its unit behind it"
cpu_or_gpu = """A CPU for the desk, since it writes 13 and visitors read 5. A GPU for the night, since it writes 271 and nobody
reads the hidden ones, so that all of the speed is worth having and the books are done in time."""

# %% cpu_or_gpu_wrong_no_choice role="wrong" says="which machines do you take"
cpu_or_gpu = """For the desk 13 tokens a second are enough, because people read about 5 of them. For the night that is far too
slow, since all the books together would take 113 hours and only 10 of them are there."""

# %% cpu_or_gpu_wrong_no_night role="wrong" says="nothing on the night"
cpu_or_gpu = """I would take a CPU for the desk. It writes 13 tokens a second and visitors read about 5 tokens a second, so it is
fast enough for them, and the GPU would only stand there and wait for the people to get to the end of the page."""

# %% cpu_or_gpu_wrong_no_desk role="wrong" says="nothing on the desk"
cpu_or_gpu = """I would take an H100 for the night. It thinks 5 000 tokens in about 19 seconds, so all 1 000 are done in about 5
hours, which leaves time to spare, because there are 10 hours. A CPU takes more than four days for the same."""

# %% cpu_or_gpu_wrong_no_reason role="wrong" says="no word that gives a reason"
cpu_or_gpu = """A CPU for the desk. It writes 13 tokens a second. Visitors read 5 tokens a second. A GPU for the night. It does
all the books in 5 hours. The CPU takes 113 hours. The night has 10 hours."""

# %% cpu_or_gpu_variant_gpu_for_both role="variant"
cpu_or_gpu = """One GPU for both. The RTX 3070 writes 64 tokens per second, twelve times what people at the desk read, and shows a
first word after a quarter of a second. For the night it is too slow, as 1 000 x 83 s are 23 hours, so I would have to buy an
A100 (7 hours). If the house owns that one anyway, the desk can use it by day."""

# %% cpu_or_gpu_variant_own_words role="variant"
cpu_or_gpu = """Reading along: the Ryzen. It is 2.5 times as quick as the eye; only the wait of 4.6 s before the start annoys, which
shorter questions would cure. Sorting books: an H100, as a CPU would think for four days. Were there no deadline, the slow one
would do, because nobody looks."""
