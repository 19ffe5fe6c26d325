# %% [markdown]
# # Exercise 06 · Serving
# *Fill a batch, find the unlucky ones, price a prefix cache, guess ahead in a crowd, and size a service.*
#
# Work through [lesson 06](../lessons/06_serving.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `batch_that_fits` | compute by hand | 4 | 6 |
# | `p95_first_token` | write a function | 5 | 8 |
# | `prefix_saving` | write a function | 4 | 5 |
# | `speed_of_guessing` | measure | 4 | 5 |
# | `size_a_service` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import numpy as np

from course_lib.catalog import Transformer
from course_lib.demos import inference as demo
from course_lib.demos import measure
from course_lib.estimators import memory, serving
from course_lib.estimators.precision import FORMATS
from course_lib.teaching import a_choice, a_number, answered, attempt, checking, entries, explain, fmt, in_words, say, table

# %% [markdown]
# ## batch_that_fits: two limits of a batch (4 points)
# A model has 24 billion weights in 4 bits each, 48 layers, 32 query heads, 8 key-value heads, and `head_dim` 128. Keys and
# values take 2 bytes a number. The card has 96 GB (96 x 10⁹ bytes), reads 3 TB/s and does 960 TFLOP/s. Each user has a
# text of 3 000 tokens.
#
# 1. How many users have room in the card's memory at once?
# 2. How many users does the ridge stand for? Take the lesson's formula, caches left out.
# 3. How large is the largest batch that fits and does not go beyond the ridge?
#
# Worked example: 10 000 weights in 1 byte each, a cache of 2 000 bytes for each user, a card with 18 000 bytes that reads
# 1 000 bytes/s and does 40 000 FLOP/s. Room for (18 000 - 10 000) / 2 000 = 4 users. Ridge: 40 000 x 1 / (2 x 1 000) = 20
# users. The largest batch is 4.
#
# <details><summary>Hint 1: the idea</summary>
# Weights are shared, caches are not. And arithmetic hides behind reading up to some number of users.
# </details>
# <details><summary>Hint 2: the next step</summary>
# How many bytes are 24 billion weights, and the cache of one text? Divide what is left. For the ridge, ask how many bytes
# one weight has.
# </details>
# <details><summary>Hint 3: the formula</summary>
# A text: 2 x layers x key-value heads x head_dim x tokens x 2 bytes. Ridge: FLOP/s x bytes a weight / (2 x bytes/s).
# </details>

# %% batch_that_fits role="answer"
users_in_memory = None  # users
ridge_users = None  # users
batch_that_fits = None  # users
### BEGIN SOLUTION
weight_bytes = 24e9 * 4 / 8
text_bytes = 2 * 48 * 8 * 128 * 3000 * 2
users_in_memory = (96e9 - weight_bytes) // text_bytes
ridge_users = 960e12 * 0.5 / (2 * 3e12)
batch_that_fits = min(users_in_memory, ridge_users)
### END SOLUTION

# %% batch_that_fits_check role="check" points=4
answers = {"users_in_memory": users_in_memory, "ridge_users": ridge_users, "batch_that_fits": batch_that_fits}
for name, value in answers.items():
    a_number(value, f"`{name}`")
weights = 24e9 * FORMATS["int4"].bytes
held = memory.kv_cache(Transformer(layers=48, d_model=4096, n_heads=32, n_kv_heads=8, d_ff=1, vocab_rows=1), 1, 3000)
fills = lambda users, taken, each: taken + users * each <= 96e9 < taken + (users + 1) * each
assert abs(users_in_memory - round(users_in_memory)) < 1e-9, f"{users_in_memory:.6g} is no whole number of users: what becomes of a part of one?"
assert not fills(users_in_memory, 0, held), explain("weights-fill-memory")
assert not fills(users_in_memory, weights, 4 * held), explain("cache-of-all-heads")
assert not fills(users_in_memory - 1, weights, held), explain("users-rounded-up")
assert fills(users_in_memory, weights, held), f"{users_in_memory:.6g} users do not just fill the card. How many bytes take the weights, how many one text?"
near = lambda value, right: abs(value / right - 1) < 0.005
ridge = lambda format: serving.batches.ridge_batch(960e12, 3e12, weight_bytes=FORMATS[format].bytes)
assert not near(ridge_users, ridge("bf16")), explain("ridge-of-flops")
assert near(ridge_users, ridge("int4")), f"At {ridge_users:.6g} users arithmetic and reading do not take equally long. Work out both times for that batch."
assert not near(batch_that_fits, max(users_in_memory, ridge_users)), explain("larger-limit-decides")
assert near(batch_that_fits, min(users_in_memory, ridge_users)), f"{batch_that_fits:.6g} is not the largest batch that keeps both limits."

# %% batch_that_fits_wrong_no_weights role="wrong" misconception="weights-fill-memory"
users_in_memory = 96e9 // (2 * 48 * 8 * 128 * 3000 * 2)
ridge_users = batch_that_fits = 80

# %% batch_that_fits_wrong_all_heads role="wrong" misconception="cache-of-all-heads"
users_in_memory = batch_that_fits = 84e9 // (2 * 48 * 32 * 128 * 3000 * 2)
ridge_users = 80

# %% batch_that_fits_wrong_rounded_up role="wrong" misconception="users-rounded-up"
users_in_memory = 84e9 // (2 * 48 * 8 * 128 * 3000 * 2) + 1
ridge_users = batch_that_fits = 80

# %% batch_that_fits_wrong_flops_a_byte role="wrong" misconception="ridge-of-flops"
users_in_memory = batch_that_fits = 84e9 // (2 * 48 * 8 * 128 * 3000 * 2)
ridge_users = 960e12 / 3e12

# %% batch_that_fits_wrong_larger role="wrong" misconception="larger-limit-decides"
users_in_memory = batch_that_fits = 84e9 // (2 * 48 * 8 * 128 * 3000 * 2)
ridge_users = 80

# %% batch_that_fits_wrong_part_of_a_user role="wrong" says="no whole number of users"
users_in_memory = 84e9 / (2 * 48 * 8 * 128 * 3000 * 2)
ridge_users = batch_that_fits = 80

# %% batch_that_fits_wrong_byte_a_weight role="wrong" neutral=true
users_in_memory = 72e9 // (2 * 48 * 8 * 128 * 3000 * 2)
ridge_users = batch_that_fits = 80

# %% batch_that_fits_wrong_keys role="wrong" neutral=true
users_in_memory = 84e9 // (48 * 8 * 128 * 3000 * 2)
ridge_users = batch_that_fits = 80

# %% batch_that_fits_wrong_one_layer role="wrong" neutral=true
users_in_memory = 84e9 // (2 * 8 * 128 * 3000 * 2)
ridge_users = batch_that_fits = 80

# %% batch_that_fits_wrong_gibibytes role="wrong" neutral=true
users_in_memory = (96 * 2**30 - 12e9) // (2 * 48 * 8 * 128 * 3000 * 2)
ridge_users = batch_that_fits = 80

# %% batch_that_fits_wrong_one_flop role="wrong" neutral=true
users_in_memory = 142
ridge_users = 960e12 * 0.5 / 3e12
batch_that_fits = 142

# %% batch_that_fits_wrong_bits role="wrong" neutral=true
users_in_memory = batch_that_fits = 142
ridge_users = 960e12 * 4 / (2 * 3e12)

# %% batch_that_fits_wrong_inverse role="wrong" neutral=true
users_in_memory = batch_that_fits = 142
ridge_users = 2 * 3e12 / (960e12 * 0.5)

# %% batch_that_fits_wrong_sum role="wrong" neutral=true
users_in_memory, ridge_users = 142, 80
batch_that_fits = 142 + 80

# %% batch_that_fits_wrong_difference role="wrong" neutral=true
users_in_memory, ridge_users = 142, 80
batch_that_fits = 142 - 80

# %% batch_that_fits_variant_typed role="variant"
batch_that_fits, ridge_users, users_in_memory = 80, 80.0, 142

# %% batch_that_fits_variant_numpy role="variant"
users_in_memory = np.floor((96 - 24 / 2) * 1e9 / np.prod([2, 48, 8, 128, 3000, 2]))
ridge_users = np.float64(960 / 3) / 4
batch_that_fits = np.minimum(users_in_memory, ridge_users)

# %% [markdown]
# ## p95_first_token: what the unlucky ones wait (5 points)
# A small server, by these rules:
#
# - It has `places` places, all free at first, and takes up requests in the order of their arrival.
# - A request starts when it has arrived and a place is free, in the place that is free first.
# - Then its prompt is read: `read_seconds`. With that the first token is out.
# - Then the rest is written: `write_seconds`. Only then is the place free again.
# - Who else is there changes none of these times.
#
# Write `p95_first_token(arrivals, read_seconds, write_seconds, places)`. All three lists have one entry for each request,
# `arrivals` in order. Find each request's time from its **arrival to its first token**, and return the 95th percentile of
# these times. For a list of times, `np.percentile(times, 95)` gives it.
#
# Worked example, with **one** place:
#
# | request | arrives | reads | writes | starts | first token out | place free | arrival to first token |
# | --- | --- | --- | --- | --- | --- | --- | --- |
# | 1 | 0 | 1 | 4 | 0 | 1 | 5 | 1 |
# | 2 | 2 | 2 | 3 | 5 | 7 | 10 | 5 |
# | 3 | 12 | 1 | 1 | 12 | 13 | 14 | 1 |
#
# <details><summary>Hint 1: the idea</summary>
# Walk through the requests and remember for each place when it is free again.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Keep a list with one entry for each place, all 0 at first. Which entry does the next request take? What do you write
# back to that entry, and what do you keep for the percentile? Let your loop print the table above.
# </details>
# <details><summary>Hint 3: the formula</summary>
# `place = free.index(min(free))`; start = the later one of arrival and `free[place]`; the time to keep is start + reading -
# arrival; the new entry is start + reading + writing.
# </details>

# %% p95_first_token role="answer"
def p95_first_token(arrivals: list[float], read_seconds: list[float], write_seconds: list[float], places: int) -> float:
    """The 95th percentile of the time from arrival to the first token.

    Example: p95_first_token([0.0] * 21, [1.0] * 21, [2.0] * 21, 1) == 58.0. The times are 1, 4, 7, ... 58, 61, and
    20 of the 21 are not above 58.
    """
    ### BEGIN SOLUTION
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return float(np.percentile(times, 95))
    ### END SOLUTION

# %% p95_first_token_check role="check" points=3
come = [1, 4, 6, 8, 12, 13, 13, 16, 29, 33, 54, 63, 69, 69, 70, 73, 74, 81, 82, 83, 84]
read = [3, 2, 5, 4, 5, 7, 6, 6, 7, 6, 7, 7, 5, 6, 4, 5, 1, 2, 2, 3, 6]
write = [10, 7, 11, 12, 9, 8, 6, 11, 2, 10, 6, 9, 5, 6, 4, 2, 11, 3, 8, 10, 7]
found = p95_first_token(come, read, write, 2)
a_number(found, "What `p95_first_token` gives")
near = lambda value, right: abs(value - right) < 1e-6
for value, belief in {513 / 21: "mean-is-enough", 7: "service-without-wait", 30: "wait-without-reading",
                      46: "end-for-first-word", 113: "users-are-rate", 34: "idle-time-forgotten",
                      10: "place-free-at-first-word", 151: "one-place-for-all"}.items():
    assert not near(found, value), explain(belief)
assert near(found, 36), f"For `come`, `read` and `write` of this check and 2 places, 95 of 100 see a token within 36 s. You say {found:.6g} s."
found = p95_first_token(come + [time + 110 for time in come[1:]], read + read[1:], write + write[1:], 3)
assert near(found, 17), f"The same, a second time from 110 s on, and 3 places: within 17 s. You say {found:.6g} s."
found = p95_first_token([0.0] * 21, [1.0] * 21, [2.0] * 21, 1)
assert near(found, 58), f"The example of the function gives 58, yours {found:.6g}. Print your times for it."

# %% p95_first_token_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    count, places = 20 * int(random.integers(1, 8)) + 1, int(random.integers(1, 6))
    arrivals = random.exponential(1.0, count).cumsum().tolist()
    reads, writes = random.exponential(0.3, count).tolist(), random.exponential(0.8 * places, count).tolist()
    ends, times = [], []
    for arrival, reading, writing in zip(arrivals, reads, writes, strict=True):
        # taken up when fewer than all places are still in use: the end that leaves so many behind it
        still = sorted(end for end in ends if end > arrival)
        start = arrival if len(still) < places else still[-places]
        times.append(start + reading - arrival)
        ends.append(start + reading + writing)
    expected, got = sorted(times)[19 * (count - 1) // 20], p95_first_token(arrivals, reads, writes, places)
    assert abs(got - expected) < 1e-6, f"{count} requests, {places} places: {got} in place of {expected}"

# %% p95_first_token_wrong_mean role="wrong" misconception="mean-is-enough"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return float(np.mean(times))

# %% p95_first_token_wrong_no_wait role="wrong" misconception="service-without-wait"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    return float(np.percentile(read_seconds, 95))

# %% p95_first_token_wrong_wait role="wrong" misconception="wait-without-reading"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start - arrival)
        free[place] = start + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_end role="wrong" misconception="end-for-first-word"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        free[place] = max(arrival, free[place]) + read + write
        times.append(free[place] - arrival)
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_all_at_once role="wrong" misconception="users-are-rate"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for read, write in zip(read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        times.append(free[place] + read)
        free[place] = free[place] + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_no_idle role="wrong" misconception="idle-time-forgotten"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        times.append(free[place] + read - arrival)
        free[place] = free[place] + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_early_place role="wrong" misconception="place-free-at-first-word"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read in zip(arrivals, read_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_one_place role="wrong" misconception="one-place-for-all"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = 0.0, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        start = max(arrival, free)
        times.append(start + read - arrival)
        free = start + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_in_turn role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for number, (arrival, read, write) in enumerate(zip(arrivals, read_seconds, write_seconds, strict=True)):
        start = max(arrival, free[number % places])
        times.append(start + read - arrival)
        free[number % places] = start + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_reading_not_held role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_longest role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return max(times)

# %% p95_first_token_wrong_median role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return float(np.median(times))

# %% p95_first_token_wrong_other_end role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return float(np.percentile(times, 5))

# %% p95_first_token_wrong_one_before role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return sorted(times)[int(0.95 * len(times)) - 1]

# %% p95_first_token_wrong_unsorted role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return times[int(0.95 * len(times))]

# %% p95_first_token_wrong_moment role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read)
        free[place] = start + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_earlier_one role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = min(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_start_left_out role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_place_from_arrival role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        times.append(max(arrival, free[place]) + read - arrival)
        free[place] = arrival + read + write
    return float(np.percentile(times, 95))

# %% p95_first_token_wrong_twentieth_time role="wrong" neutral=true
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, read_seconds, write_seconds, strict=True):
        place = free.index(min(free))
        start = max(arrival, free[place])
        times.append(start + read - arrival)
        free[place] = start + read + write
    return sorted(times)[19]

# %% p95_first_token_variant_heap role="variant"
import heapq

def p95_first_token(arrivals, reads, writes, places):
    free, times = [0.0] * places, []
    for arrival, read, write in zip(arrivals, reads, writes, strict=True):
        first = max(arrival, heapq.heappop(free)) + read
        heapq.heappush(free, first + write)
        times.append(first - arrival)
    times.sort()
    return times[int(0.95 * len(times))]

# %% p95_first_token_variant_numpy role="variant"
def p95_first_token(arrivals, read_seconds, write_seconds, places):
    free, waits = np.zeros(places), np.zeros(len(arrivals))
    for number, arrival in enumerate(np.array(arrivals)):
        place = free.argmin()
        waits[number] = max(0, free[place] - arrival)
        free[place] = arrival + waits[number] + read_seconds[number] + write_seconds[number]
    return np.percentile(waits + read_seconds, 95)

# %% [markdown]
# ## prefix_saving: what a talk costs to read (4 points)
# A model remembers nothing between the turns of a talk. So the first turn sends `first` tokens, and each further turn sends
# **all that was sent before** and `added` tokens more.
#
# A seller asks `usd_per_million` US dollars for a million tokens sent. With a prefix cache, a token that an earlier turn
# sent already costs only the share `cached_price` of that: 0.25 stands for a quarter.
#
# Write `prefix_saving(turns, first, added, usd_per_million, cached_price)`. It returns a dictionary: `cached_tokens`, the
# tokens of the whole talk that are found in the cache, and `saved_usd`, what they save against a seller without a cache.
#
# <details><summary>Hint 1: the idea</summary>
# Write down what each turn sends, and which part of it was sent before.
# </details>
# <details><summary>Hint 2: the next step</summary>
# The turns of the example send 1 000, 1 500 and 2 000 tokens. How many of these were sent by the turn before? Then ask
# what one such token costs with and without the cache.
# </details>
# <details><summary>Hint 3: the formula</summary>
# Each turn but the first finds all that the turn before sent. Saved: cached tokens / 10⁶ x price x (1 - cached price).
# </details>

# %% prefix_saving role="answer"
def prefix_saving(turns: int, first: int, added: int, usd_per_million: float, cached_price: float) -> dict[str, float]:
    """Tokens of a talk found in a prefix cache, and the US dollars that they save.

    Example: prefix_saving(3, 1000, 500, 4.0, 0.25) == {"cached_tokens": 2500, "saved_usd": 0.0075}. The second turn
    finds 1000 tokens and the third 1500. For these 2500 tokens USD 0.01 becomes USD 0.0025.
    """
    ### BEGIN SOLUTION
    cached = sum(first + turn * added for turn in range(turns - 1))
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}
    ### END SOLUTION

# %% prefix_saving_check role="check" points=2
talk = prefix_saving(5, 7_000, 3_000, 8.0, 0.1)
entries(talk, "cached_tokens", "saved_usd")
near = lambda value, right: abs(value - right) < 1e-6 * (1 + abs(right))
assert not near(talk["cached_tokens"], 0), explain("turn-sends-only-what-is-new")
assert not near(talk["cached_tokens"], 65_000), explain("first-sending-cached")
assert near(talk["cached_tokens"], 46_000), f"Five turns, 7 000 tokens first and 3 000 more each time: not {talk['cached_tokens']:.6g} of them are in the cache. List what each turn sends."
assert not near(talk["saved_usd"], 0.0368), explain("price-taken-for-discount")
assert not near(talk["saved_usd"], 331_200), "So much for one talk? For how many tokens is the price?"
assert near(talk["saved_usd"], 0.3312), f"46 000 cached tokens at USD 8 a million, of which a tenth is still paid: not USD {talk['saved_usd']:.6g} saved."
assert near(prefix_saving(1, 7_000, 3_000, 8.0, 0.1)["cached_tokens"], 0), "A talk of one turn sends nothing twice: no token is in the cache."

# %% prefix_saving_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    turns, first, added = (int(random.integers(1, limit)) for limit in (40, 5000, 3000))
    price, part = float(random.uniform(0.1, 20)), float(random.uniform(0, 1))
    known, sent, full, paid = 0, first, 0.0, 0.0
    cached = 0
    for _ in range(turns):
        cached, full, paid = cached + known, full + sent * price, paid + (sent - known) * price + known * price * part
        known, sent = sent, sent + added
    got = prefix_saving(turns, first, added, price, part)
    assert abs(got["cached_tokens"] - cached) < 1e-6, f"{turns} turns, {first} + {added} a turn: {got['cached_tokens']} in place of {cached}"
    assert abs(got["saved_usd"] - (full - paid) / 1e6) < 1e-9 * (1 + full), f"{cached} tokens at {price}, {part} still paid: {got['saved_usd']}"

# %% prefix_saving_wrong_only_new role="wrong" misconception="turn-sends-only-what-is-new"
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    return {"cached_tokens": 0, "saved_usd": 0.0}

# %% prefix_saving_wrong_all_cached role="wrong" misconception="first-sending-cached"
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(turns))
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_discount role="wrong" misconception="price-taken-for-discount"
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(turns - 1))
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * cached_price}

# %% prefix_saving_wrong_a_token role="wrong" says="For how many tokens is the price"
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(turns - 1))
    return {"cached_tokens": cached, "saved_usd": cached * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_first_only role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = (turns - 1) * first
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_last_turn role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = first + (turns - 2) * added
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_from_second role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(1, turns))
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_one_turn_less role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(turns - 2))
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_straight role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = turns * (first + added) - first
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_added_only role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(turn * added for turn in range(turns))
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_wrong_free role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(turns - 1))
    return {"cached_tokens": cached, "saved_usd": cached / 1e6 * usd_per_million}

# %% prefix_saving_wrong_still_paid role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(turns - 1))
    sent = sum(first + turn * added for turn in range(turns))
    return {"cached_tokens": cached, "saved_usd": (sent - cached * (1 - cached_price)) / 1e6 * usd_per_million}

# %% prefix_saving_wrong_a_thousand role="wrong" neutral=true
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    cached = sum(first + turn * added for turn in range(turns - 1))
    return {"cached_tokens": cached, "saved_usd": cached / 1e3 * usd_per_million * (1 - cached_price)}

# %% prefix_saving_variant_closed role="variant"
def prefix_saving(n, first, added, price, share):
    again = (n - 1) * first + added * (n - 1) * (n - 2) / 2
    return {"saved_usd": again * price * 1e-6 - again * price * share * 1e-6, "cached_tokens": again}

# %% prefix_saving_variant_numpy role="variant"
def prefix_saving(turns, first, added, usd_per_million, cached_price):
    sent = first + added * np.arange(turns)
    cached = sent[:-1].sum()
    return {"cached_tokens": cached, "saved_usd": cached * usd_per_million * (1 - cached_price) / np.float64(1e6)}

# %% [markdown]
# ## speed_of_guessing: guess ahead, alone and in a crowd (4 points)
# Write `speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds)`: how many times as fast tokens
# come with guessing ahead as without. A guess is right with probability `accepted`, below 1, and counts only if all guesses
# before it were right. A pass that checks `guesses` guesses takes `check_seconds` and yields one token of the large model
# besides. One guess takes `draft_seconds`. Without guessing, a pass for one token takes `token_seconds`.
#
# <details><summary>Hint 1: the idea</summary>
# Compare the tokens of a second with the tokens of a second.
# </details>
# <details><summary>Hint 2: the next step</summary>
# How many tokens does one check yield on average, and how long do the guesses and the check take together? What would
# as many tokens take without guessing?
# </details>
# <details><summary>Hint 3: the formula</summary>
# tokens = (1 - aᵏ⁺¹) / (1 - a) for k guesses that are right with probability a; the speed-up is tokens x token_seconds /
# (check_seconds + k x draft_seconds).
# </details>

# %% speed_of_guessing role="answer"
def speed_of_guessing(accepted: float, guesses: int, draft_seconds: float, token_seconds: float, check_seconds: float) -> float:
    """How many times as fast tokens come with guessing ahead.

    Example: speed_of_guessing(0.5, 1, 2.0, 10.0, 10.0) == 1.25: 1.5 tokens in 12 s, in place of 15 s.
    """
    ### BEGIN SOLUTION
    tokens = (1 - accepted ** (guesses + 1)) / (1 - accepted)
    return tokens * token_seconds / (check_seconds + guesses * draft_seconds)
    ### END SOLUTION

# %% [markdown]
# Does guessing pay on your machine? With 7 guesses, a check takes 8 tokens of each user through the weights where a pass
# takes one. So a check for 2 users is a pass of 16 tokens, and one for 16 users a pass of 128. Time these passes.

# %% own_machine role="measured"
machine = measure.prepare()
say(f"This machine is {machine.words}.")

# %% own_passes role="measured" seconds=2
streamed = demo.Weights(total_bytes=100e6)
one_pass = lambda inputs: lambda: streamed.run(inputs)
works = {tokens: one_pass(streamed.inputs(tokens)) for tokens in (2, 16, 128)}
timed = measure.time_rounds(works, repeats=5, budget_seconds=5)
my_seconds = {tokens: each.median_seconds for tokens, each in timed.items()}
table([[str(tokens), fmt(each.median_seconds, "s"), fmt(each.spread, "x")] for tokens, each in timed.items()],
      ["tokens in a pass", "median", "slowest / fastest"], caption="Passes over some matrices in fp32, here")

# %% [markdown]
# Three in four guesses are right, and a guess takes 0.02 of the time of a token. First 2 users, then 16:

# %% own_few role="measured"
speed_few = attempt(speed_of_guessing, 0.75, 7, 0.02 * my_seconds[2], my_seconds[2], my_seconds[16])

# %% own_many role="measured"
speed_many = attempt(speed_of_guessing, 0.75, 7, 0.02 * my_seconds[16], my_seconds[16], my_seconds[128])

# %% [markdown]
# Guessing pays where it makes tokens come faster than without. Where does it pay on your machine: for the *few* only (2
# users), for the *many* only (16), for *both*, or for *neither*?

# %% guessing_pays role="answer" part_of="speed_of_guessing"
guessing_pays = None  # "few", "many", "both" or "neither"
### BEGIN SOLUTION
pays = {(True, True): "both", (True, False): "few", (False, True): "many", (False, False): "neither"}
guessing_pays = pays[speed_few > 1, speed_many > 1]
### END SOLUTION

# %% speed_of_guessing_check role="check" points=2
found = speed_of_guessing(0.5, 2, 1.5, 10.0, 14.0)
a_number(found, "What `speed_of_guessing` gives")
near = lambda value, right: abs(value / right - 1) < 1e-6
for value, belief in {30 / 17: "guesses-all-stand", 20 / 17: "each-guess-alone", 7.5 / 17: "own-token-forgotten",
                      17.5 / 14: "guesses-cost-nothing", 17.5 / 13: "check-costs-a-token"}.items():
    assert not near(found, value), explain(belief)
assert not near(found, 17 / 17.5), "Quicker with guessing should give more than 1. Which of the two times stands on top?"
assert near(found, 17.5 / 17), f"2 guesses of 1.5 s, each right with probability 0.5, a check of 14 s and a token of 10 s: {17.5 / 17:.4g}, you say {found:.4g}."
assert near(speed_of_guessing(0.5, 1, 2.0, 10.0, 10.0), 1.25), "The example of the function does not give 1.25."
a_choice(guessing_pays, ("few", "many", "both", "neither"), "`guessing_pays`")
mine = [speed_of_guessing(0.75, 7, 0.02 * my_seconds[users], my_seconds[users], my_seconds[8 * users]) for users in (2, 16)]
named = {(True, True): "both", (True, False): "few", (False, True): "many", (False, False): "neither"}
clear = lambda gain: {gain > 1} if abs(gain - 1) > 0.05 else {True, False}  # so close to 1, both may be said
right = {named[few, many] for few in clear(mine[0]) for many in clear(mine[1])}
assert guessing_pays in right, f'Guessing gives {fmt(mine[0], "x")} for 2 users and {fmt(mine[1], "x")} for 16: is that "{guessing_pays}"?'

# %% speed_of_guessing_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    accepted, guesses = float(random.uniform(0, 0.95)), int(random.integers(1, 12))
    draft, token, check = (float(random.uniform(*ends)) for ends in ((0.01, 1), (1, 9), (1, 30)))
    # so many guesses count: k with all right, else those before the first wrong one
    counts = [accepted**right * (1 - accepted) for right in range(guesses)] + [accepted**guesses]
    tokens = sum((right + 1) * chance for right, chance in enumerate(counts))
    got, expected = speed_of_guessing(accepted, guesses, draft, token, check), tokens * token / (check + guesses * draft)
    assert abs(got / expected - 1) < 1e-6, f"{accepted}, {guesses} guesses, {draft}, {token}, {check}: {got} in place of {expected}"

# %% speed_of_guessing_wrong_all_stand role="wrong" misconception="guesses-all-stand"
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    return (guesses + 1) * token_seconds / (check_seconds + guesses * draft_seconds)

# %% speed_of_guessing_wrong_alone role="wrong" misconception="each-guess-alone"
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    return (1 + guesses * accepted) * token_seconds / (check_seconds + guesses * draft_seconds)

# %% speed_of_guessing_wrong_own_token role="wrong" misconception="own-token-forgotten"
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = sum(accepted**guess for guess in range(1, guesses + 1))
    return tokens * token_seconds / (check_seconds + guesses * draft_seconds)

# %% speed_of_guessing_wrong_free_guesses role="wrong" misconception="guesses-cost-nothing"
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    return (1 - accepted ** (guesses + 1)) / (1 - accepted) * token_seconds / check_seconds

# %% speed_of_guessing_wrong_check_as_token role="wrong" misconception="check-costs-a-token"
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = (1 - accepted ** (guesses + 1)) / (1 - accepted)
    return tokens * token_seconds / (token_seconds + guesses * draft_seconds)

# %% speed_of_guessing_wrong_inverse role="wrong" says="Which of the two times stands on top"
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = (1 - accepted ** (guesses + 1)) / (1 - accepted)
    return (check_seconds + guesses * draft_seconds) / (tokens * token_seconds)

# %% speed_of_guessing_wrong_tokens_a_second role="wrong" neutral=true
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    return (1 - accepted ** (guesses + 1)) / (1 - accepted) / (check_seconds + guesses * draft_seconds)

# %% speed_of_guessing_wrong_one_guess_paid role="wrong" neutral=true
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = (1 - accepted ** (guesses + 1)) / (1 - accepted)
    return tokens * token_seconds / (check_seconds + draft_seconds)

# %% speed_of_guessing_wrong_one_less role="wrong" neutral=true
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = (1 - accepted**guesses) / (1 - accepted)
    return tokens * token_seconds / (check_seconds + guesses * draft_seconds)

# %% speed_of_guessing_wrong_pass_on_top role="wrong" neutral=true
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = (1 - accepted ** (guesses + 1)) / (1 - accepted)
    return tokens * token_seconds / (token_seconds + check_seconds + guesses * draft_seconds)

# %% speed_of_guessing_wrong_guesses_alone role="wrong" neutral=true
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = (1 - accepted ** (guesses + 1)) / (1 - accepted)
    return tokens * token_seconds / (guesses * draft_seconds)

# %% speed_of_guessing_wrong_check_each role="wrong" neutral=true
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = (1 - accepted ** (guesses + 1)) / (1 - accepted)
    return tokens * token_seconds / (guesses * (check_seconds + draft_seconds))

# %% speed_of_guessing_wrong_all_or_nothing role="wrong" neutral=true
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    return (1 + guesses * accepted**guesses) * token_seconds / (check_seconds + guesses * draft_seconds)

# %% guessing_pays_wrong_word role="wrong" says="must be"
guessing_pays = "yes"

# %% guessing_pays_wrong_reading role="wrong" neutral=true
guessing_pays = {(True, True): "neither", (True, False): "many", (False, True): "few", (False, False): "both"}[speed_few > 1, speed_many > 1]

# %% speed_of_guessing_variant_sum role="variant"
def speed_of_guessing(a, k, guess, token, check):
    yielded, chance = 1.0, 1.0
    for _ in range(k):
        chance *= a
        yielded += chance
    return token / ((check + k * guess) / yielded)

# %% speed_of_guessing_variant_numpy role="variant"
def speed_of_guessing(accepted, guesses, draft_seconds, token_seconds, check_seconds):
    tokens = np.power(accepted, np.arange(guesses + 1)).sum()
    return np.divide(tokens, check_seconds + guesses * draft_seconds) * token_seconds

# %% [markdown]
# ## size_a_service: how many cards does a promise need? (3 points)
# A country wants the assistant of the lesson's *At full size* for all its pupils: the same model, the same lengths, the
# same promise (95 of 100 see a first word within a second). They ask 3 million questions a day. In the busiest hour three
# times as many come as in the mean of the day.
#
# How many H100s do you order? Answer in three to six sentences: the number of cards, the rates behind it with their units,
# and why (use a word such as *because*, *since* or *so*).
#
# | points | for |
# | --- | --- |
# | 1 | a number of cards, and the rates that it comes from, with their units |
# | 1 | the right rates: the busiest hour against what one card takes **within the promise** |
# | 1 | what the sum leaves out: a reserve, and one thing that would change your number |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# What comes in a second when it matters, over what one card takes and still keeps the promise.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Turn the day into a mean rate, then into that of the busiest hour. The lesson says what one card takes within the
# promise. What happens when one of your cards fails in that hour?
# </details>
# <details><summary>Hint 3: the formula</summary>
# questions a day / 86 400 x 3 / requests a second of one card, rounded up; then your reserve.
# </details>

# %% size_a_service role="free_text" points=2
size_a_service = """
### BEGIN SOLUTION
I order 11 H100s. 3 million questions a day are about 35 a second in the mean and about 104 a second in the busiest hour. One
card keeps the promise up to about 10.6 requests a second, so 10 cards are needed then. I add one because a card may fail in
that hour: the other nine would run beyond what the promise allows, and the waits would grow many times. If most questions began
with the same page of a book, a prefix cache would shorten the reading and I might order fewer.
### END SOLUTION
"""

# %% size_a_service_check role="check" points=1
answered(size_a_service)
text = in_words(size_a_service)
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
assert text.numbers, explain("no-service-number")
assert text.numbers >= 3, f"The number of cards and the two rates behind it are asked for: the check finds {text.numbers} number(s)."
assert text.measures("second", "s", "minute", "hour", "day", "per", "/s"), "None of your numbers has a unit of time behind it, such as requests a second."
assert text.has("card", "h100", "gpu", "server", "machine"), "Say how many cards you order: the check finds no word for them."
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% size_a_service_wrong_no_number role="wrong" misconception="no-service-number"
size_a_service = """I should order a few cards more than the mean load asks for, because the busiest hour brings more questions than the
mean, and because one of the cards may fail just then and the others would have no slack left."""

# %% size_a_service_wrong_one_number role="wrong" says="the two rates behind it are asked for"
size_a_service = """I should order 11 cards, because the busiest hour brings more questions than the mean of the day, and because a card may
fail just then. A prefix cache could change that, if the pupils ask about the same pages."""

# %% size_a_service_wrong_no_unit role="wrong" says="a unit of time behind it"
size_a_service = """I order 11 cards. Questions come at a rate of 104 when it is busiest, and one card takes 10.6 within the promise, which
makes 10, and 1 more because a card may fail. With a prefix cache I might need fewer of them."""

# %% size_a_service_wrong_no_cards role="wrong" says="finds no word for them"
size_a_service = """In the busiest hour 104 questions a second come. Within the promise 10.6 requests a second are possible, so I need 10,
and 11 with a reserve, because one may fail. A prefix cache would change that number."""

# %% size_a_service_wrong_no_reason role="wrong" says="no word that gives a reason"
size_a_service = """I order 11 cards. In the busiest hour 104 questions a second come. One card takes 10.6 requests a second within the
promise. That is 10 cards. One more is my reserve. A prefix cache could change that."""

# %% size_a_service_wrong_too_short role="wrong" says="three sentences at least"
size_a_service = "11 cards, because 104 requests a second over 10.6 a second are 10, and one may fail."

# %% size_a_service_variant_own_words role="variant"
size_a_service = """Twelve GPUs. Per day 3M, i.e. 35/s on average, 104/s at the peak; divided by 10.6/s for each of them that is 9.8. I take two
spare ones, as an engine under repair must not break the promise. Were nights sold to somebody else, the same dozen would cost
us less."""

# %% size_a_service_variant_fewer role="variant"
size_a_service = """I would rent ten H100s for the school hours only and four at night. The mean is 34.7 questions per second, three times that is
104; a card holds the first word under a second up to 10.6. A failing card would break the promise for an hour, which pupils
can live with, so I keep no reserve; for a hospital I would."""
