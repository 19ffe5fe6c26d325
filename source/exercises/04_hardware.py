# %% [markdown]
# # Exercise 04 · Hardware
# *Plan a run, find the roof, price a job, measure a ridge point, choose a card.*
#
# Work through [lesson 04](../lessons/04_hardware.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `training_days` | compute by hand | 3 | 5 |
# | `attainable_rate` | write a function | 4 | 5 |
# | `job_cost` | write a function | 6 | 7 |
# | `ridge_point` | measure | 4 | 6 |
# | `choose_card` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import math
import statistics

from course_lib.demos import hardware as demo
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## training_days: how long will it train? (3 points)
# A dense model of 7 billion weights trains on 2 trillion tokens. You have 512 cards. The data sheet of the card prints
# two peaks for bf16: 312 TFLOP/s dense, 624 TFLOP/s "with sparsity". You expect a utilisation of 40 %.
# How many days does it take? Use the simplest count of the FLOPs.
#
# Worked example: 1 billion weights and 10 billion tokens on one card of 100 TFLOP/s at 50 %:
# 6 x 1e9 x 1e10 / (1e14 x 0.5) = 1.2e6 seconds, or 13.9 days.
#
# <details><summary>Hint 1: the idea</summary>
# Work divided by speed. What does one card really get through in a second?
# </details>
# <details><summary>Hint 2: the formula</summary>
# days = 6 x weights x tokens / (cards x dense peak x utilisation) / 86400.
# </details>

# %% training_days role="answer"
training_days = None  # one number, in days
### BEGIN SOLUTION
training_days = 6 * 7e9 * 2e12 / (512 * 312e12 * 0.40) / 86_400
### END SOLUTION

# %% training_days_check role="check" points=3
answered(training_days)
days = 6 * 7e9 * 2e12 / (512 * 312e12 * 0.4) / 86_400
near = lambda value: abs(training_days / value - 1) < 0.01
assert not near(days * 0.4), explain("peak-is-reached")
assert not near(days * 0.16), explain("utilisation-multiplied")
assert not near(days / 2), explain("sparse-peak")
assert not near(days / 3), explain("forward-for-training")
assert near(days), f"{training_days} days is not it: write down FLOPs, FLOP/s of all cards, and divide"

# %% training_days_wrong_peak role="wrong" misconception="peak-is-reached"
training_days = 6 * 7e9 * 2e12 / (512 * 312e12) / 86_400

# %% training_days_wrong_sparse role="wrong" misconception="sparse-peak"
training_days = 6 * 7e9 * 2e12 / (512 * 624e12 * 0.40) / 86_400

# %% training_days_wrong_forward role="wrong" misconception="forward-for-training"
training_days = 2 * 7e9 * 2e12 / (512 * 312e12 * 0.40) / 86_400

# %% training_days_wrong_times role="wrong" misconception="utilisation-multiplied"
training_days = 6 * 7e9 * 2e12 / (512 * 312e12) * 0.40 / 86_400

# %% [markdown]
# ## attainable_rate: under which part of the roof? (4 points)
# Write `attainable_rate(intensity, peak, bandwidth)`: the best rate in FLOP/s of work with `intensity` FLOPs for each
# byte, on a machine with `peak` FLOP/s and `bandwidth` bytes/s.
#
# <details><summary>Hint 1: the idea</summary>
# Fetching and computing go on at the same time. Which one is late?
# </details>
# <details><summary>Hint 2: the formula</summary>
# The smaller of the peak and bandwidth x intensity.
# </details>

# %% attainable_rate role="answer"
def attainable_rate(intensity: float, peak: float, bandwidth: float) -> float:
    """Best rate in FLOP/s. Example: attainable_rate(2.0, 100.0, 10.0) == 20.0"""
    ### BEGIN SOLUTION
    return min(peak, bandwidth * intensity)
    ### END SOLUTION

# %% attainable_rate_check role="check" points=2
slow, fast = attainable_rate(2.0, 100.0, 10.0), attainable_rate(50.0, 100.0, 10.0)
answered(slow)
close = lambda found, value: abs(found - value) < 1e-6 * value
assert not (close(slow, 100) and close(fast, 100)), explain("compute-bound-always")
assert not (close(slow, 100) and close(fast, 500)), explain("larger-of-two-rates")
assert not close(slow, 2 / (2 / 100 + 1 / 10)), explain("times-add")
assert not close(slow, 2.5), explain("bandwidth-in-bits")
assert close(slow, 20), f"intensity 2 on a machine of 100 FLOP/s and 10 bytes/s allows 20 FLOP/s, not {slow}"
assert close(fast, 100), f"intensity 50 reaches the peak of 100 FLOP/s, not {fast}"

# %% attainable_rate_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    intensity, peak, bandwidth = (float(value) for value in random.uniform([0.1, 1e12, 1e10], [400, 1e15, 4e12]))
    expected = intensity / max(intensity / peak, 1 / bandwidth)
    found = attainable_rate(intensity, peak, bandwidth)
    assert abs(found / expected - 1) < 1e-9, f"{intensity}, {peak}, {bandwidth}: {found} in place of {expected}"

# %% attainable_rate_wrong_peak role="wrong" misconception="compute-bound-always"
def attainable_rate(intensity, peak, bandwidth):
    return peak

# %% attainable_rate_wrong_sum role="wrong" misconception="times-add"
def attainable_rate(intensity, peak, bandwidth):
    return intensity / (intensity / peak + 1 / bandwidth)

# %% attainable_rate_wrong_bits role="wrong" misconception="bandwidth-in-bits"
def attainable_rate(intensity, peak, bandwidth):
    return min(peak, bandwidth / 8 * intensity)

# %% attainable_rate_wrong_max role="wrong" misconception="larger-of-two-rates"
def attainable_rate(intensity, peak, bandwidth):
    return max(peak, bandwidth * intensity)

# %% [markdown]
# ## job_cost: what does the job cost? (6 points)
# Write `job_cost(job, card)`. Both are dictionaries, as in the example:
# the job has `flops` and `memory_bytes`; the card has `rate` (FLOP/s that it reaches), `memory_bytes` and
# `usd_per_hour`. Take as many cards as the memory of the job needs. They share the work evenly.
# Return a dictionary with `cards`, `hours` and `usd`.
#
# <details><summary>Hint 1: the idea</summary>
# First how many cards, then how long they take together, then the price of all their hours.
# </details>
# <details><summary>Hint 2: the formula</summary>
# cards = memory of the job / memory of a card, rounded up. hours = flops / (cards x rate) / 3600.
# usd = cards x hours x price.
# </details>

# %% job_cost role="answer"
def job_cost(job: dict[str, float], card: dict[str, float]) -> dict[str, float]:
    """Cards, hours and US dollars of a job.

    Example: job_cost({"flops": 7200.0, "memory_bytes": 15.0},
    {"rate": 1.0, "memory_bytes": 10.0, "usd_per_hour": 3.0}) == {"cards": 2, "hours": 1.0, "usd": 6.0}
    """
    ### BEGIN SOLUTION
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}
    ### END SOLUTION

# %% job_cost_check role="check" points=3
job = {"flops": 21600.0, "memory_bytes": 15.0}
found = job_cost(job, {"rate": 1.0, "memory_bytes": 10.0, "usd_per_hour": 5.0})
answered(found)
assert set(found) == {"cards", "hours", "usd"}, f"three entries are asked for, you return {sorted(found)}"
assert abs(found["usd"] - 5) > 1e-9, explain("hourly-price-decides")
assert found["cards"] != 1, explain("fit-ignored")
assert abs(found["usd"] - 15) > 1e-9, explain("devices-not-multiplied")
assert found["cards"] == 2, f"15 bytes need 2 cards of 10 bytes, not {found['cards']}"
assert abs(found["hours"] - 3) < 1e-9, f"two cards share 6 hours of work: 3 hours, not {found['hours']}"
assert abs(found["usd"] - 30) < 1e-9, f"2 cards for 3 hours at USD 5 cost USD 30, not {found['usd']}"

# %% job_cost_hidden role="hidden" points=3
random = rng()
for _ in range(20):
    flops, rate, price = (float(value) for value in random.uniform([1e18, 1e13, 0.2], [1e22, 1e15, 12]))
    room, need = (float(value) for value in random.uniform([8e9, 1e9], [2e11, 2e12]))
    result = job_cost({"flops": flops, "memory_bytes": need}, {"rate": rate, "memory_bytes": room, "usd_per_hour": price})
    cards = int(-(-need // room))
    assert result["cards"] == cards, f"{need} bytes on cards of {room}: {cards} cards, not {result['cards']}"
    assert abs(result["hours"] * cards * rate * 3600 / flops - 1) < 1e-9, f"{cards} cards: not {result['hours']} hours"
    assert abs(result["usd"] / (flops / rate / 3600 * price) - 1) < 1e-9, f"not USD {result['usd']}"

# %% job_cost_wrong_price role="wrong" misconception="hourly-price-decides"
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    return {"cards": cards, "hours": job["flops"] / (cards * card["rate"]) / 3600, "usd": card["usd_per_hour"]}

# %% job_cost_wrong_one_card role="wrong" misconception="fit-ignored"
def job_cost(job, card):
    hours = job["flops"] / card["rate"] / 3600
    return {"cards": 1, "hours": hours, "usd": hours * card["usd_per_hour"]}

# %% job_cost_wrong_devices role="wrong" misconception="devices-not-multiplied"
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": hours * card["usd_per_hour"]}

# %% [markdown]
# ## ridge_point: where does your machine change sides? (4 points)
# Write `ridge_point(products, copy_gb, copy_seconds)`, which returns the ridge point in FLOP/byte.
# `products` maps the side of two square matrices to the seconds of its runs, the first run being the warm-up.
# `copy_gb` is the size of a copy in **GB**, `copy_seconds` the seconds of its runs, the first again a warm-up.
# A product of side n has 2n³ FLOPs. A copy reads and writes every byte. Use medians, and the best rate of all sides.
# Then measure your own machine with the cell below the function.
#
# <details><summary>Hint 1: the idea</summary>
# Two speeds, one divided by the other. Each comes from a median without the warm-up.
# </details>
# <details><summary>Hint 2: the formula</summary>
# peak = the largest of 2n³ / median(seconds[1:]). bandwidth = 2 x copy_gb x 1e9 / median(copy_seconds[1:]).
# </details>

# %% ridge_point role="answer"
def ridge_point(products: dict[int, list[float]], copy_gb: float, copy_seconds: list[float]) -> float:
    """Ridge point in FLOP/byte.

    Example: ridge_point({10: [9.0, 1.0], 100: [9.0, 100.0]}, 1e-9, [9.0, 1.0]) == 10000.0
    """
    ### BEGIN SOLUTION
    peak = max(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    bandwidth = 2 * copy_gb * 1e9 / statistics.median(copy_seconds[1:])
    return peak / bandwidth
    ### END SOLUTION

# %% own_machine
product_seconds = {side: [demo.product(side, repeats=1).median_seconds for _ in range(5)] for side in (64, 256, 512)}
copy_runs = [demo.copy(2**26, repeats=1).median_seconds for _ in range(5)]
my_ridge = ridge_point(product_seconds, 2**26 / 1e9, copy_runs)

# %% ridge_point_check role="check" points=2
answered(my_ridge)
assert my_ridge > 0, f"a ridge point is above zero, yours is {my_ridge}"
runs = {10: [9.0, 1.0, 1.0, 1.0], 100: [900.0, 100.0, 100.0, 100.0]}
value = ridge_point(runs, 1e-6, [5.0, 1.0, 1.0, 1.0])
near = lambda wanted: abs(value / wanted - 1) < 0.01
assert not near(1.0), explain("one-size-measured")
assert not (near(10 / 3 * 2) or near(2e6 / 300 / 1000)), explain("warm-up-counted")
assert not near(10 / 1.073741824), explain("gib-for-gb")
assert not near(20), explain("copy-read-only")
assert near(10), f"the runs above have their ridge at 10 FLOP/byte, you find {value}"

# %% ridge_point_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    sides = [int(side) for side in random.choice(range(32, 2000), 3, replace=False)]
    rates = [float(rate) for rate in random.uniform(1e9, 1e12, 3)]
    runs = {side: [1e3, *(2 * side**3 / rate * factor for factor in (2.0, 1.0, 0.5))]
            for side, rate in zip(sides, rates, strict=True)}
    size, bandwidth = float(random.uniform(0.01, 2)), float(random.uniform(1e9, 1e11))
    copies = [1e3, *(2e9 * size / bandwidth * factor for factor in (1.0, 3.0, 0.9))]
    found = ridge_point(runs, size, copies)
    assert abs(found / (max(rates) / bandwidth) - 1) < 1e-9, f"{found} in place of {max(rates) / bandwidth}"

# %% ridge_point_wrong_one_size role="wrong" misconception="one-size-measured"
def ridge_point(products, copy_gb, copy_seconds):
    side, seconds = next(iter(products.items()))
    return 2 * side**3 / statistics.median(seconds[1:]) / (2e9 * copy_gb / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_warm_up role="wrong" misconception="warm-up-counted"
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.mean(seconds) for side, seconds in products.items())
    return peak / (2e9 * copy_gb / statistics.mean(copy_seconds))

# %% ridge_point_wrong_gib role="wrong" misconception="gib-for-gb"
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return peak / (2 * copy_gb * 2**30 / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_read role="wrong" misconception="copy-read-only"
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return peak / (copy_gb * 1e9 / statistics.median(copy_seconds[1:]))

# %% [markdown]
# ## choose_card: which card would you rent? (3 points)
# You want to answer one user at a time with Llama 3 8B, weights in two bytes each. The cards are those of the lesson.
# Which one do you rent, and would you take the same one for training the model?
#
# Answer in two to six sentences.
#
# | points | for |
# | --- | --- |
# | 1 | the deciding number of the card is named, with its value or a ratio |
# | 1 | both jobs are judged: answering and training |
# | 1 | the memory is checked: do the weights, or the states, fit? |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# What does each token of one user ask of the card? What does training ask?
# </details>
# <details><summary>Hint 2: the formula</summary>
# Bandwidth over price for answering, FLOP/s over price for training; two bytes a weight, and 16 for training.
# </details>

# %% choose_card role="free_text" points=2
choose_card = """
### BEGIN SOLUTION
For answering one user I rent the RTX 3090. Each token reads all weights, so bandwidth for the price decides: 936 GB/s
for USD 0.34 an hour. The weights take 16 GB and fit into its memory of 24 GB. For training I would take another card:
FLOP/s for the price decide there, and the states need 128 GB, so that six such cards would be needed. The RTX 6000 Ada
does that job for less.
### END SOLUTION
"""

# %% choose_card_check role="check" points=1
answered(choose_card)
words = choose_card.lower().replace("-", " ").split()
assert len(words) >= 25, "two sentences at least: which card, and why"
assert any(letter.isdigit() for word in words for letter in word.strip(".,;:") if word[:1].isdigit()), explain("newest-is-best")
assert any(word.startswith("train") for word in words), explain("one-job-for-all")
assert any(word.startswith(("memory", "fit", "room")) for word in words), explain("fit-not-checked")

# %% choose_card_wrong_newest role="wrong" misconception="newest-is-best"
choose_card = """I would rent the H100, because it is the newest of these cards and the newest card is always the best
choice for answering users and for training as well, and everything fits into its memory anyway."""

# %% choose_card_wrong_one_job role="wrong" misconception="one-job-for-all"
choose_card = """I would rent the card with the most bandwidth for its price, since each token reads all of the weights.
That is a card with 936 GB/s for USD 0.34 an hour, and the weights of 16 GB fit into its memory."""

# %% choose_card_wrong_no_fit role="wrong" misconception="fit-not-checked"
choose_card = """I would rent a card with 936 GB/s for USD 0.34 an hour, since each token reads all of the weights and so
bandwidth decides. For training I would take another card, because there FLOP/s for the price decide instead."""
