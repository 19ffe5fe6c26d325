# %% [markdown]
# # Exercise 05 · Inference
# *Time a token, fill a card with users, find the unlucky ones, measure a cache, and choose a machine.*
#
# Work through [lesson 05](../lessons/05_inference.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `token_seconds` | compute by hand | 3 | 5 |
# | `users_that_fit` | write a function | 5 | 6 |
# | `p95_seconds` | write a function | 5 | 8 |
# | `cache_gain` | measure | 4 | 6 |
# | `cpu_or_gpu` | decide and justify | 3 | 5 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import math

from course_lib.demos import inference as demo
from course_lib.demos import tiny_gpt
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## token_seconds: the time of one token (3 points)
# A mixture of experts has 46 billion weights in all and 12 billion active ones, stored in 8 bits each. The card reads
# 2 TB/s (2 x 10¹² bytes) and does 300 TFLOP/s (300 x 10¹²). One user, a short text, no losses.
# How many **seconds** does a token take?
#
# Worked example: a dense model of 1 billion weights in 16 bits, on a card with 1 TB/s and 100 TFLOP/s.
# Bytes: 2 x 10⁹ / 10¹² = 0.002 s. FLOPs: 2 x 10⁹ / 10¹⁴ = 0.00002 s. The token takes 0.002 s.
#
# <details><summary>Hint 1: the idea</summary>
# Which bytes does one token read? Work out their time, then that of the FLOPs, and take the longer one.
# </details>
# <details><summary>Hint 2: the formula</summary>
# active weights x bits / 8 / bandwidth
# </details>

# %% token_seconds role="answer"
token_seconds = None  # seconds
### BEGIN SOLUTION
active_bytes = 12e9 * 8 / 8
token_seconds = max(active_bytes / 2e12, 2 * 12e9 / 300e12)
### END SOLUTION

# %% token_seconds_check role="check" points=3
answered(token_seconds)
near = lambda seconds: abs(token_seconds / seconds - 1) < 0.005
assert not near(2 * 12e9 / 300e12), explain("flops-decide")
assert not near(12e9 * 8 / 2e12), explain("bits-for-bytes")
assert not near(46e9 / 2e12), explain("total-read-for-active")
assert not near(12e9 / 2e12 + 2 * 12e9 / 300e12), explain("read-adds-multiply")
assert near(0.006), f"{token_seconds} s is not the time in which the active weights can be read"

# %% token_seconds_wrong_compute role="wrong" misconception="flops-decide"
token_seconds = 2 * 12e9 / 300e12

# %% token_seconds_wrong_bits role="wrong" misconception="bits-for-bytes"
token_seconds = 12e9 * 8 / 2e12

# %% token_seconds_wrong_total role="wrong" misconception="total-read-for-active"
token_seconds = 46e9 * 8 / 8 / 2e12

# %% token_seconds_wrong_sum role="wrong" misconception="read-adds-multiply"
token_seconds = 12e9 / 2e12 + 2 * 12e9 / 300e12

# %% [markdown]
# ## users_that_fit: how many users a card holds (5 points)
# Write `users_that_fit(memory_bytes, weight_bytes, card, prompt, output)`: how many users can be served at once, each
# with a cache for a prompt of `prompt` tokens and an answer of `output` tokens. Keys and values take 2 bytes a number.
# The card of the model is a dictionary with the keys of the example. If not even the weights fit, the answer is 0.
#
# <details><summary>Hint 1: the idea</summary>
# What is left beside the weights, over what one user needs at the end of the answer. Only whole users count.
# </details>
# <details><summary>Hint 2: the formula</summary>
# One user: 2 (keys and values) x layers x n_kv_heads x head_dim x (prompt + output) x 2 bytes.
# </details>

# %% users_that_fit role="answer"
def users_that_fit(memory_bytes: int, weight_bytes: int, card: dict[str, int], prompt: int, output: int) -> int:
    """Users whose caches fit beside the weights.

    Example: users_that_fit(1000, 200, {"layers": 1, "n_heads": 4, "n_kv_heads": 2, "head_dim": 4}, 5, 5) has
    2 x 1 x 2 x 4 x 10 x 2 = 320 bytes a user and room for 800: 2 users.
    """
    ### BEGIN SOLUTION
    numbers_a_token = 2 * card["layers"] * card["n_kv_heads"] * card["head_dim"]
    user_bytes = numbers_a_token * (prompt + output) * 2
    return max(0, (memory_bytes - weight_bytes) // user_bytes)
    ### END SOLUTION

# %% users_that_fit_check role="check" points=3
small = {"layers": 1, "n_heads": 4, "n_kv_heads": 2, "head_dim": 4}
found = users_that_fit(10_000, 3_000, small, 5, 5)
answered(found)
assert found != 10_000 // 320, explain("weights-fill-memory")
assert found != 7_000 // 640, explain("cache-of-all-heads")
assert found != 7_000 // 160, explain("prompt-only-cached")
assert found != 22, explain("users-rounded-up")
assert found == 21, f"7000 bytes are left and a user takes 320: 21 users, you say {found}"
assert users_that_fit(1_000, 3_000, small, 5, 5) == 0, "weights that do not fit leave room for nobody: 0 users"

# %% users_that_fit_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    n_kv_heads, group, head_dim, layers = (int(random.integers(1, 9)) for _ in range(4))
    prompt, output, weights, left = (int(random.integers(1, limit)) for limit in (500, 500, 10**9, 10**8))
    card = {"layers": layers, "n_heads": n_kv_heads * group, "n_kv_heads": n_kv_heads, "head_dim": head_dim}
    expected = left // (4 * layers * n_kv_heads * head_dim * (prompt + output))
    got = users_that_fit(weights + left, weights, card, prompt, output)
    assert got == expected, f"{card}, {prompt} + {output} tokens, {left} bytes left: {got} in place of {expected}"

# %% users_that_fit_wrong_no_weights role="wrong" misconception="weights-fill-memory"
def users_that_fit(memory_bytes, weight_bytes, card, prompt, output):
    return memory_bytes // (4 * card["layers"] * card["n_kv_heads"] * card["head_dim"] * (prompt + output))

# %% users_that_fit_wrong_all_heads role="wrong" misconception="cache-of-all-heads"
def users_that_fit(memory_bytes, weight_bytes, card, prompt, output):
    user_bytes = 4 * card["layers"] * card["n_heads"] * card["head_dim"] * (prompt + output)
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_prompt role="wrong" misconception="prompt-only-cached"
def users_that_fit(memory_bytes, weight_bytes, card, prompt, output):
    user_bytes = 4 * card["layers"] * card["n_kv_heads"] * card["head_dim"] * prompt
    return max(0, (memory_bytes - weight_bytes) // user_bytes)

# %% users_that_fit_wrong_rounded_up role="wrong" misconception="users-rounded-up"
def users_that_fit(memory_bytes, weight_bytes, card, prompt, output):
    user_bytes = 4 * card["layers"] * card["n_kv_heads"] * card["head_dim"] * (prompt + output)
    return max(0, math.ceil((memory_bytes - weight_bytes) / user_bytes))

# %% [markdown]
# ## p95_seconds: what the unlucky ones wait (5 points)
# One server answers one request at a time, first come, first served. You get the times of arrival, in order, and how
# long the server works on each. Write `p95_seconds(arrivals, services)`: sort the times from arrival to the end of the
# answer, and return the smallest one that at least 95 of 100 requests do not exceed.
#
# <details><summary>Hint 1: the idea</summary>
# Walk through the requests and remember when the server gets free. A request starts then or at its arrival.
# </details>
# <details><summary>Hint 2: the formula</summary>
# end = max(arrival, free) + service; then the sorted times at place math.ceil(0.95 x n), counted from one.
# </details>

# %% p95_seconds role="answer"
def p95_seconds(arrivals: list[float], services: list[float]) -> float:
    """The 95th percentile of the time from arrival to the end of the answer.

    Example: p95_seconds([0.0, 1.0], [3.0, 3.0]) == 5.0, since the times are 3 (no wait) and 2 + 3.
    """
    ### BEGIN SOLUTION
    free, times = 0.0, []
    for arrival, service in zip(arrivals, services, strict=True):
        free = max(arrival, free) + service
        times.append(free - arrival)
    return sorted(times)[math.ceil(95 * len(times) / 100) - 1]
    ### END SOLUTION

# %% p95_seconds_check role="check" points=3
bunch, work = [0.0, 1.0, 2.0, 20.0], [4.0, 4.0, 2.0, 1.0]
found = p95_seconds(bunch, work)
answered(found)
assert abs(found - 5.0) > 1e-9, explain("mean-is-enough")
assert abs(found - 4.0) > 1e-9, explain("service-without-wait")
assert abs(found - 11.0) > 1e-9, explain("users-are-rate")
assert abs(found - 8.0) < 1e-9, f"the four times are 4, 7, 8 and 1: the 95th percentile is 8, you say {found}"
late = p95_seconds([0.0, 100.0], [1.0, 5.0])
assert abs(late - 5.0) < 1e-9, explain("idle-time-forgotten")

# %% p95_seconds_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    count = int(random.integers(5, 200))
    arrivals, services = random.exponential(1.0, count).cumsum().tolist(), random.exponential(0.8, count).tolist()
    ends = []
    for place, (arrival, service) in enumerate(zip(arrivals, services, strict=True)):
        ends.append((arrival if place == 0 else max(arrival, ends[-1])) + service)
    times = sorted(end - arrival for end, arrival in zip(ends, arrivals, strict=True))
    expected = next(time for place, time in enumerate(times, 1) if 100 * place >= 95 * count)
    got = p95_seconds(arrivals, services)
    assert abs(got - expected) < 1e-9, f"{count} requests: {got} in place of {expected}"

# %% p95_seconds_wrong_mean role="wrong" misconception="mean-is-enough"
def p95_seconds(arrivals, services):
    free, times = 0.0, []
    for arrival, service in zip(arrivals, services, strict=True):
        free = max(arrival, free) + service
        times.append(free - arrival)
    return sum(times) / len(times)

# %% p95_seconds_wrong_no_wait role="wrong" misconception="service-without-wait"
def p95_seconds(arrivals, services):
    return sorted(services)[math.ceil(95 * len(services) / 100) - 1]

# %% p95_seconds_wrong_all_at_once role="wrong" misconception="users-are-rate"
def p95_seconds(arrivals, services):
    free, times = 0.0, []
    for service in services:
        free = free + service
        times.append(free)
    return sorted(times)[math.ceil(95 * len(times) / 100) - 1]

# %% p95_seconds_wrong_no_idle role="wrong" misconception="idle-time-forgotten"
def p95_seconds(arrivals, services):
    free, times = 0.0, []
    for arrival, service in zip(arrivals, services, strict=True):
        free = free + service
        times.append(free - arrival)
    return sorted(times)[math.ceil(95 * len(times) / 100) - 1]

# %% [markdown]
# ## cache_gain: what a cache saves, by length (4 points)
# You timed a model that writes texts of several lengths, with and without a cache. Each time holds the reading of the
# same prompt, which takes `prefill` seconds either way. Write `cache_gain(lengths, cached, uncached, prefill)`, which
# returns a dictionary: for each length, how many times as fast the **writing** is with the cache.
# Then measure your own machine with the cell below the function.
#
# <details><summary>Hint 1: the idea</summary>
# Take the reading off both times. Which one stands on top, if a gain is to be above one?
# </details>
# <details><summary>Hint 2: the formula</summary>
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

# %% own_clock
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=300))
lengths = [32, 64, 128, 256]
kept, anew = (demo.time_writing(gpt, lengths, cached=cached) for cached in (True, False))
seconds = lambda timings: [timing.median_seconds for timing in timings]
my_gain = cache_gain(lengths, seconds(kept), seconds(anew), 0.0)

# %% cache_gain_check role="check" points=2
answered(my_gain)
assert isinstance(my_gain, dict) and set(my_gain) == set(lengths), explain("gain-constant")
known = cache_gain([10, 20], [2.0, 3.0], [3.0, 9.0], 1.0)
assert len(set(known.values())) > 1, explain("gain-constant")
assert abs(known[20] - 3.0) > 1e-9, explain("gain-includes-prefill")
assert abs(known[20] - 0.25) > 1e-9, explain("gain-inverted")
assert abs(known[10] - 2.0) < 1e-9 and abs(known[20] - 4.0) < 1e-9, f"the example gives 2 and 4, you {known}"

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

# %% [markdown]
# ## cpu_or_gpu: a machine for 3 users, and one for 3 000 (3 points)
# A library wants an assistant that runs in the house. An 8B model will do. At first 3 readers use it at a time, later
# 3 000. Would you serve it from a CPU or from GPUs, now and then? Answer in three to six sentences.
#
# | points | for |
# | --- | --- |
# | 1 | a choice for each of the two loads |
# | 1 | a rate in tokens a second for either, against reading speed or against what all users need |
# | 1 | what decides for the many: throughput and memory for caches, not the speed for one |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# What does a reader need? What do all of them need together?
# </details>
# <details><summary>Hint 2: the formula</summary>
# Users x reading speed, against the tokens a second of a full batch in the lesson.
# </details>

# %% cpu_or_gpu role="free_text" points=2
cpu_or_gpu = """
### BEGIN SOLUTION
For 3 readers a CPU is enough. A server CPU writes about 40 tokens a second for one user with the 8B model in four bits,
and three readers need about 5 each, some 16 in all. The first token of a long question comes late on a small CPU. For
3 000 users throughput decides: they need some 16 000 tokens a second together, a full batch of 64 on one H100 gives
about 12 000, and their caches need more memory than one card has. So several GPUs then.
### END SOLUTION
"""

# %% cpu_or_gpu_check role="check" points=1
answered(cpu_or_gpu)
words = cpu_or_gpu.lower().replace("-", " ").split()
digits = [word.strip(".,;:()") for word in words if any(letter.isdigit() for letter in word)]
rates = [number for number in digits if number not in {"3", "000", "3000", "8b"}]
assert len(words) >= 25, "three sentences at least: a choice for each load, and the reason for it"
for chip in ("cpu", "gpu"):
    assert any(word.startswith(chip) for word in words), explain("one-answer-for-all-loads")
assert rates, explain("no-serving-number")
assert any(word.startswith(("throughput", "batch", "cache", "together")) for word in words), explain("latency-only")

# %% cpu_or_gpu_wrong_one_answer role="wrong" misconception="one-answer-for-all-loads"
cpu_or_gpu = """GPUs for both, of course. One writes 336 tokens a second with an 8B model, and its throughput in a full
batch is higher still, so that nobody ever has to wait for anything, be it 3 readers or 3 000 of them."""

# %% cpu_or_gpu_wrong_latency role="wrong" misconception="latency-only"
cpu_or_gpu = """A CPU for 3 readers, since it writes 40 tokens a second and a reader takes about 5. A GPU for 3 000,
since it writes 336 tokens a second for one user, and so each answer is done sooner than on any other machine."""

# %% cpu_or_gpu_wrong_no_number role="wrong" misconception="no-serving-number"
cpu_or_gpu = """A CPU for the few readers, since it writes faster than they can read. GPUs for the many, since throughput in
a full batch decides then, and their caches need much memory, more than a single card can hold for all of them."""
