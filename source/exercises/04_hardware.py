# %% [markdown]
# # Exercise 04 · Hardware
# *Plan a run, find the roof, price a job, feed a model, measure a ridge point, choose a card.*
#
# Work through [lesson 04](../lessons/04_hardware.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `training_days` | compute by hand | 3 | 5 |
# | `attainable_rate` | write a function | 4 | 5 |
# | `job_cost` | write a function | 4 | 7 |
# | `loader_workers` | write a function | 3 | 5 |
# | `ridge_point` | measure | 3 | 7 |
# | `choose_card` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math
import re
import statistics

from course_lib.demos import hardware as demo, measure
from course_lib.estimators import hardware
from course_lib.teaching import a_number, answered, attempt, checking, entries, explain, fmt, in_words, say

# %% [markdown]
# ## training_days: how long will it train? (3 points)
# A dense model of 7 billion weights trains on 2 trillion tokens. You have 512 cards. The data sheet of the card prints
# two peaks for bf16: 312 TFLOP/s dense, 624 TFLOP/s "with sparsity". You expect a utilisation of 40 %.
# How many **days** does it take? Use the simplest count of the FLOPs, by weights and tokens.
#
# Worked example: 1 billion weights and 10 billion tokens on one card of 100 TFLOP/s, of which it reaches half. That is
# 6e19 FLOP at 5e13 FLOP/s: 1.2e6 seconds, or 13.9 days.
#
# <details><summary>Hint 1: the idea</summary>
# Work divided by speed. What do all cards together really get through in a second?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Write down three numbers: the FLOPs of the whole run (forward and backward), the FLOP/s of all cards at the peak that
# ordinary training can have, and the share of it that is reached. A day has 86 400 seconds.
# </details>
# <details><summary>Hint 3: the formula</summary>
# days = 6 x weights x tokens / (cards x dense peak x utilisation) / 86400.
# </details>

# %% training_days role="answer"
training_days = None  # one number, in days
### BEGIN SOLUTION
work = 6 * 7e9 * 2e12
training_days = work / (512 * 312e12 * 0.40) / 86_400
### END SOLUTION

# %% training_days_check role="check" points=3
a_number(training_days, "`training_days`")
reading_once = 2.8e22  # FLOP of all forward passes
plan = lambda work=3 * reading_once, peak=312e12, share=0.4: hardware.training_seconds(work, peak, share, 512) / 86_400
near = lambda days: abs(training_days / days - 1) < 0.01
assert not near(plan(share=1)), explain("peak-is-reached")
assert not near(plan(share=1) * 0.4), explain("utilisation-multiplied")
assert not near(plan(peak=624e12)), f"{explain('sparse-peak')} If you took the dense one, count the FLOPs of a weight and token again."
assert not near(plan(reading_once)), explain("forward-for-training")
assert near(plan()), f"{training_days:.6g} days is not it. Write down the FLOPs, the FLOP/s that are really reached, and divide."

# %% training_days_wrong_peak role="wrong" misconception="peak-is-reached"
training_days = 6 * 7e9 * 2e12 / (512 * 312e12) / 86_400

# %% training_days_wrong_sparse role="wrong" misconception="sparse-peak"
training_days = 6 * 7e9 * 2e12 / (512 * 624e12 * 0.40) / 86_400

# %% training_days_wrong_three_flops role="wrong" says="count the FLOPs of a weight and token again"
training_days = 3 * 7e9 * 2e12 / (512 * 312e12 * 0.40) / 86_400

# %% training_days_wrong_forward role="wrong" misconception="forward-for-training"
training_days = 2 * 7e9 * 2e12 / (512 * 312e12 * 0.40) / 86_400

# %% training_days_wrong_times role="wrong" misconception="utilisation-multiplied"
training_days = 6 * 7e9 * 2e12 / (512 * 312e12) * 0.40 / 86_400

# %% training_days_wrong_one_card role="wrong" neutral=true
training_days = 6 * 7e9 * 2e12 / (312e12 * 0.40) / 86_400

# %% training_days_wrong_hours role="wrong" neutral=true
training_days = 6 * 7e9 * 2e12 / (512 * 312e12 * 0.40) / 3600

# %% training_days_wrong_seconds role="wrong" neutral=true
training_days = 6 * 7e9 * 2e12 / (512 * 312e12 * 0.40)

# %% training_days_wrong_backward_only role="wrong" neutral=true
training_days = 4 * 7e9 * 2e12 / (512 * 312e12 * 0.40) / 86_400

# %% training_days_wrong_recomputed role="wrong" neutral=true
training_days = 8 * 7e9 * 2e12 / (512 * 312e12 * 0.40) / 86_400

# %% training_days_wrong_giga role="wrong" neutral=true
training_days = 6 * 7e9 * 2e12 / (512 * 312e9 * 0.40) / 86_400

# %% training_days_wrong_billion_tokens role="wrong" neutral=true
training_days = 6 * 7e9 * 2e9 / (512 * 312e12 * 0.40) / 86_400

# %% training_days_wrong_inverse role="wrong" neutral=true
training_days = 512 * 312e12 * 0.40 * 86_400 / (6 * 7e9 * 2e12)

# %% training_days_wrong_text role="wrong" says="one number, without its unit"
training_days = "15 days"

# %% training_days_variant_steps role="variant"
flop_per_token = 2 * 7_000_000_000 + 4 * 7_000_000_000
tokens_per_second = 512 * 0.4 * 312e12 / flop_per_token
training_days = 2_000_000_000_000 / tokens_per_second / 60 / 60 / 24

# %% training_days_variant_rounded role="variant"
import numpy as np

training_days = np.float32(15.2)

# %% [markdown]
# ## attainable_rate: under which part of the roof? (4 points)
# Write `attainable_rate(intensity, peak, bandwidth)`: the best rate in FLOP/s of work with `intensity` FLOPs for each
# byte, on a machine with `peak` FLOP/s and `bandwidth` bytes/s.
#
# <details><summary>Hint 1: the idea</summary>
# In the best case fetching and multiplying go on at the same time. Which of the two is late?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Two rates are possible: the one that the multipliers allow, and the one at which FLOPs can be done on the bytes that
# arrive in a second. Work both out for the example.
# </details>
# <details><summary>Hint 3: the formula</summary>
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
a_number(slow, "What `attainable_rate` gives")
close = lambda found, value: abs(found - value) < 1e-6 * value
slowest = attainable_rate(0.1, 100.0, 10.0)
assert not (close(slow, 100) and close(fast, 100) and close(slowest, 100)), explain("compute-bound-always")
assert not (close(slow, 100) and close(fast, 500)), explain("larger-of-two-rates")
assert not close(slow, 50 / 3), explain("times-add")
assert not (close(slow, 2.5) and close(fast, 62.5)), explain("bandwidth-in-bits")
for job, right in {(2.0, 100.0, 10.0): 20, (0.1, 100.0, 10.0): 1, (50.0, 100.0, 10.0): 100, (0.5, 8.0, 4.0): 2, (3.0, 8.0, 4.0): 8}.items():
    found = attainable_rate(*job)
    assert close(found, right), f"Intensity {job[0]} under {job[1]:g} FLOP/s and {job[2]:g} bytes/s: {right} FLOP/s, not {found:.6g}."

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

# %% attainable_rate_wrong_bits_of_a_byte role="wrong" neutral=true
def attainable_rate(intensity, peak, bandwidth):
    return min(peak, bandwidth * 8 * intensity)

# %% attainable_rate_wrong_max role="wrong" misconception="larger-of-two-rates"
def attainable_rate(intensity, peak, bandwidth):
    return max(peak, bandwidth * intensity)

# %% attainable_rate_wrong_no_roof role="wrong" neutral=true
def attainable_rate(intensity, peak, bandwidth):
    return bandwidth * intensity

# %% attainable_rate_wrong_inverse role="wrong" neutral=true
def attainable_rate(intensity, peak, bandwidth):
    return min(peak, bandwidth / intensity)

# %% attainable_rate_wrong_bandwidth role="wrong" neutral=true
def attainable_rate(intensity, peak, bandwidth):
    return min(peak, bandwidth)

# %% attainable_rate_wrong_rates_added role="wrong" neutral=true
def attainable_rate(intensity, peak, bandwidth):
    return peak + bandwidth * intensity

# %% attainable_rate_wrong_mean role="wrong" neutral=true
def attainable_rate(intensity, peak, bandwidth):
    return (peak + bandwidth * intensity) / 2

# %% attainable_rate_wrong_ridge role="wrong" neutral=true
def attainable_rate(intensity, peak, bandwidth):
    return peak / bandwidth

# %% attainable_rate_wrong_sides role="wrong" misconception="larger-of-two-rates"
def attainable_rate(intensity, peak, bandwidth):
    return peak if intensity < peak / bandwidth else bandwidth * intensity

# %% attainable_rate_wrong_text role="wrong" says="one number, without its unit"
def attainable_rate(intensity, peak, bandwidth):
    return f"{min(peak, bandwidth * intensity)} FLOP/s"

# %% attainable_rate_variant_times role="variant"
def attainable_rate(flop_per_byte, flops, bytes_per_second):
    arithmetic, transfers = flop_per_byte / flops, 1 / bytes_per_second
    return flop_per_byte / max(arithmetic, transfers)

# %% attainable_rate_variant_numpy role="variant"
import numpy as np

def attainable_rate(intensity, peak, bandwidth):
    ridge = np.divide(peak, bandwidth)
    return np.where(intensity > ridge, peak, np.multiply(intensity, bandwidth))

# %% [markdown]
# ## job_cost: what does the job cost? (4 points)
# Write `job_cost(job, card)`. Both are dictionaries, as in the example: the job has `flops` and `memory_bytes`; the
# card has `rate` (FLOP/s that it reaches), `memory_bytes` and `usd_per_hour`.
# Take as many cards as the memory of the job needs, and no more. They share the work evenly.
# Return a dictionary with `cards`, `hours` and `usd`.
#
# <details><summary>Hint 1: the idea</summary>
# First how many cards, then how long they take together, then the price of all their hours.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Memory of the job over memory of a card: a part of a card is a whole one (`math.ceil`). All cards work at the same
# time. And the price is that of one card for one hour.
# </details>
# <details><summary>Hint 3: the formula</summary>
# hours = flops / (cards x rate) / 3600, and usd = cards x hours x price.
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

# %% job_cost_check role="check" points=2
card = {"rate": 2.0, "memory_bytes": 10.0, "usd_per_hour": 5.0}
found = job_cost({"flops": 86400.0, "memory_bytes": 25.0}, card)
entries(found, "cards", "hours", "usd")
near = lambda name, right: abs(found[name] - right) < 1e-9
assert not near("usd", 5), explain("hourly-price-decides")
small = job_cost({"flops": 86400.0, "memory_bytes": 4.0}, card)
entries(small, "cards", "hours", "usd")
assert not (near("cards", 1) and small["cards"] == 1), explain("fit-ignored")
assert near("cards", 3), f"25 bytes on cards of 10 bytes: {found['cards']:.6g} cards are not it."
assert near("hours", 4), f"86 400 FLOP on three cards of 2 FLOP/s take 4 hours, not {found['hours']:.6g}."
assert not near("usd", 20), explain("devices-not-multiplied")
assert near("usd", 60), f"Three cards for 4 hours at USD 5 an hour each do not cost USD {found['usd']:.6g}."
found = job_cost({"flops": 36000.0, "memory_bytes": 20.0}, card)
assert near("cards", 2), f"20 bytes fit on two cards of 10 bytes, you take {found['cards']:.6g}."
assert near("hours", 2.5), f"36 000 FLOP on two cards of 2 FLOP/s take 2.5 hours, not {found['hours']:.6g}."
assert near("usd", 25), f"Two cards for 2.5 hours at USD 5 an hour each do not cost USD {found['usd']:.6g}."
assert small["cards"] == 1, f"4 bytes fit on one card of 10 bytes, you take {small['cards']:.6g}."

# %% job_cost_hidden role="hidden" points=2
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

# %% job_cost_wrong_rounded_down role="wrong" neutral=true
def job_cost(job, card):
    cards = job["memory_bytes"] // card["memory_bytes"]
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_part_of_a_card role="wrong" neutral=true
def job_cost(job, card):
    cards = job["memory_bytes"] / card["memory_bytes"]
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_one_more role="wrong" neutral=true
def job_cost(job, card):
    cards = int(job["memory_bytes"] // card["memory_bytes"]) + 1
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_work_not_shared role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = job["flops"] / card["rate"] / 3600
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_memory_inverted role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(card["memory_bytes"] / job["memory_bytes"])
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_hours_rounded_up role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = math.ceil(job["flops"] / (cards * card["rate"]) / 3600)
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_hours_rounded role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = round(job["flops"] / (cards * card["rate"]) / 3600)
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_whole_hours role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = job["flops"] // (cards * card["rate"] * 3600)
    return {"cards": cards, "hours": hours, "usd": cards * hours * card["usd_per_hour"]}

# %% job_cost_wrong_price_rounded role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": cards * math.ceil(hours) * card["usd_per_hour"]}

# %% job_cost_wrong_seconds role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    seconds = job["flops"] / (cards * card["rate"])
    return {"cards": cards, "hours": seconds, "usd": cards * seconds * card["usd_per_hour"]}

# %% job_cost_wrong_no_hours_in_price role="wrong" neutral=true
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return {"cards": cards, "hours": hours, "usd": cards * card["usd_per_hour"]}

# %% job_cost_wrong_list role="wrong" says="A dictionary with"
def job_cost(job, card):
    cards = math.ceil(job["memory_bytes"] / card["memory_bytes"])
    hours = job["flops"] / (cards * card["rate"]) / 3600
    return [cards, hours, cards * hours * card["usd_per_hour"]]

# %% job_cost_variant_card_hours role="variant"
def job_cost(task, device):
    card_hours = task["flops"] / device["rate"] / 3600
    cards = -(-task["memory_bytes"] // device["memory_bytes"])
    return {"usd": card_hours * device["usd_per_hour"], "hours": card_hours / cards, "cards": cards}

# %% job_cost_variant_numpy role="variant"
import numpy as np

def job_cost(job, card):
    cards = np.ceil(np.float64(job["memory_bytes"]) / card["memory_bytes"])
    hours = np.float64(job["flops"]) / cards / card["rate"] / 3600
    return {"cards": cards, "hours": hours, "usd": np.prod([cards, hours, card["usd_per_hour"]])}

# %% [markdown]
# ## loader_workers: how many loaders keep the model fed? (3 points)
# One loader needs `batch_seconds` to decode a batch. The model uses a batch up in `step_seconds`. Write
# `loader_workers(batch_seconds, step_seconds, cores)`: the fewest loaders with which the model never waits.
# Decoding is computing. If the cores are too few for that, return the most loaders that still help.
#
# <details><summary>Hint 1: the idea</summary>
# How many batches must be in the making while the model works on one? And how many can be decoded at the same time?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Take a batch of 3 seconds and a step of 2. With one loader the model waits after each step, with two it never does.
# Then think of a machine with a single core.
# </details>
# <details><summary>Hint 3: the formula</summary>
# batch_seconds / step_seconds, rounded up with `math.ceil`; and the smaller of that and the cores.
# </details>

# %% loader_workers role="answer"
def loader_workers(batch_seconds: float, step_seconds: float, cores: int) -> int:
    """Fewest loaders that keep up with the model, at most the cores. Example: loader_workers(0.75, 0.5, 8) == 2."""
    ### BEGIN SOLUTION
    return min(math.ceil(batch_seconds / step_seconds), cores)
    ### END SOLUTION

# %% loader_workers_check role="check" points=2
mine = loader_workers(1.6, 0.5, 8)
a_number(mine, "What `loader_workers` gives")
others = [loader_workers(8.0, 0.5, 4), loader_workers(1.0, 0.5, 8), loader_workers(0.25, 1.0, 8)]
assert not (mine == 8 and others[0] == 4), explain("every-core-a-loader")
assert not (mine == 3 and others[1] == 2), explain("loaders-rounded-down")
assert not (mine == 1 and others[2] == 4), explain("loader-ratio-inverted")
assert mine == 4, f"A batch of 1.6 s and a step of 0.5 s on 8 cores: {mine:.6g} loaders are not it."
assert others[0] <= 4, explain("loaders-past-cores")
for case, right in {(8.0, 0.5, 4): 4, (1.0, 0.5, 8): 2, (0.25, 0.5, 8): 1, (3.0, 2.0, 1): 1}.items():
    found = loader_workers(*case)
    assert found == right, f"A batch of {case[0]} s, a step of {case[1]} s and {case[2]} cores: {right} loaders, not {found:.6g}."

# %% loader_workers_hidden role="hidden" points=1
random = rng()
for _ in range(30):
    step, needed, cores = random.uniform(0.01, 1), int(random.integers(1, 40)), int(random.integers(1, 65))
    batch = step * (needed - random.uniform(0.1, 0.9))
    found = loader_workers(float(batch), float(step), cores)
    assert found == sorted((needed, cores))[0], f"batch {batch:.3f} s, step {step:.3f} s, {cores} cores: not {found}"

# %% loader_workers_wrong_cores role="wrong" misconception="every-core-a-loader"
def loader_workers(batch_seconds, step_seconds, cores):
    return cores

# %% loader_workers_wrong_down role="wrong" misconception="loaders-rounded-down"
def loader_workers(batch_seconds, step_seconds, cores):
    return min(max(1, int(batch_seconds / step_seconds)), cores)

# %% loader_workers_wrong_inverted role="wrong" misconception="loader-ratio-inverted"
def loader_workers(batch_seconds, step_seconds, cores):
    return min(math.ceil(step_seconds / batch_seconds), cores)

# %% loader_workers_wrong_past_cores role="wrong" misconception="loaders-past-cores"
def loader_workers(batch_seconds, step_seconds, cores):
    return math.ceil(batch_seconds / step_seconds)

# %% loader_workers_wrong_no_step role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return min(math.ceil(batch_seconds), cores)

# %% loader_workers_wrong_one_more role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return min(int(batch_seconds / step_seconds) + 1, cores)

# %% loader_workers_wrong_not_rounded role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return min(batch_seconds / step_seconds, cores)

# %% loader_workers_wrong_product role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return min(math.ceil(batch_seconds * step_seconds) + 1, cores)

# %% loader_workers_wrong_difference role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return min(math.ceil(batch_seconds - step_seconds), cores)

# %% loader_workers_wrong_larger role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return max(math.ceil(batch_seconds / step_seconds), cores) - 2

# %% loader_workers_wrong_larger_of_two role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return max(math.ceil(batch_seconds / step_seconds), cores)

# %% loader_workers_wrong_one role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return 1

# %% loader_workers_wrong_times role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return min(math.ceil(batch_seconds * step_seconds), cores)

# %% loader_workers_wrong_shared_by_cores role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return math.ceil(batch_seconds / step_seconds / cores)

# %% loader_workers_wrong_one_less role="wrong" neutral=true
def loader_workers(batch_seconds, step_seconds, cores):
    return min(math.ceil(batch_seconds / step_seconds) - 1, cores)

# %% loader_workers_variant_count role="variant"
def loader_workers(batch, step, cores):
    workers = 1
    while workers < cores and workers * step < batch:
        workers += 1
    return workers

# %% loader_workers_variant_numpy role="variant"
import numpy as np

def loader_workers(batch_seconds, step_seconds, cores):
    return np.minimum(np.ceil(np.float64(batch_seconds) / step_seconds), cores)

# %% [markdown]
# ## ridge_point: where does your machine change sides? (3 points)
# Write `ridge_point(products, copy_gb, copy_seconds)`, which returns the ridge point in FLOP/byte.
# `products` maps the side of two square matrices to the seconds of its runs, the first run being the warm-up.
# `copy_gb` is the size of a copy in **GB**, `copy_seconds` the seconds of its runs, the first again a warm-up.
# A product of side n has 2n³ FLOPs. A copy reads and writes every byte. Use medians without the warm-up, and the best
# rate of all sides.
#
# <details><summary>Hint 1: the idea</summary>
# Two speeds, one divided by the other. Each comes from a median without the warm-up.
# </details>
# <details><summary>Hint 2: the next step</summary>
# `seconds[1:]` leaves the warm-up out. A rate for each side first, in FLOP/s; the best of them is the peak. Then bytes
# a second: how many bytes does memory move for a copy?
# </details>
# <details><summary>Hint 3: the formula</summary>
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

# %% [markdown]
# Now take your machine's own times: products of three sides, and copies of 134 MB, five runs each.

# %% own_machine role="measured"
machine = measure.prepare()
say(f"This machine is {machine.words}.")
my_products = {side: [demo.product(side, repeats=1).median_seconds for _ in range(5)] for side in (64, 512, 1024)}
my_copies = [demo.copy(2**27, repeats=1).median_seconds for _ in range(5)]
for what, runs in {**{f"product of side {side}": runs for side, runs in my_products.items()}, "copy": my_copies}.items():
    say(f"{what}: " + ", ".join(fmt(run, "s") for run in runs))

# %% own_ridge role="measured"
my_ridge = attempt(ridge_point, my_products, 2**27 / 1e9, my_copies)

# %% [markdown]
# Some tokens meet a large matrix of weights in fp32, 4 bytes each. How many must come at once until the FLOPs set the time,
# by your ridge point? Count the bytes of the weights alone. (With weights of two bytes and a ridge of 30 it would be 30
# tokens.) The check takes the times that you measured last.

# %% enough_tokens role="answer" part_of="ridge_point"
enough_tokens = None  # one number, in tokens
### BEGIN SOLUTION
enough_tokens = my_ridge * 4 / 2
### END SOLUTION

# %% ridge_point_check role="check" points=2
runs = {50: [90.0, 80.0, 50.0, 20.0], 100: [900.0, 400.0, 100.0, 60.0], 10: [9.0, 3.0, 2.0, 1.0], 200: [9999.0, 6400.0, 1600.0, 800.0]}
value = ridge_point(runs, 1e-6, [5.0, 0.8, 2.5, 1.0])
a_number(value, "What `ridge_point` gives")
near = lambda wanted: abs(value / wanted - 1) < 1e-3
assert not near(2.5), explain("one-size-measured")
assert not (near(7) or near(6.36986301)), explain("warm-up-counted")
assert not near(9.31322575), explain("gib-for-gb")
assert not near(20), explain("copy-read-only")
assert near(10), f"The runs in this check have their ridge at 10 FLOP/byte, you find {value:.6g}."
a_number(enough_tokens, "`enough_tokens`")
mine = ridge_point(my_products, 2**27 / 1e9, my_copies)
excess = enough_tokens - mine / hardware.product(1, 10**6, 10**6, 4).intensity  # a part of a token may count as a whole one
assert 0 <= excess <= 1 or abs(excess) < 0.1 * mine, f"By the times you measured last, your ridge lies at {fmt(mine)} FLOP/byte: {enough_tokens:.6g} tokens are not it. How many FLOPs and how many bytes has one weight, with one token? (If you measured again, run your answer's cell again, too.)"

# %% ridge_point_hidden role="hidden" points=1
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

# %% ridge_point_wrong_warm_up_in_medians role="wrong" misconception="warm-up-counted"
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds) for side, seconds in products.items())
    return peak / (2e9 * copy_gb / statistics.median(copy_seconds))

# %% ridge_point_wrong_gib role="wrong" misconception="gib-for-gb"
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return peak / (2 * copy_gb * 2**30 / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_read role="wrong" misconception="copy-read-only"
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return peak / (copy_gb * 1e9 / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_means role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.mean(seconds[1:]) for side, seconds in products.items())
    return peak / (2e9 * copy_gb / statistics.mean(copy_seconds[1:]))

# %% ridge_point_wrong_fastest role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / min(seconds[1:]) for side, seconds in products.items())
    return peak / (2e9 * copy_gb / min(copy_seconds[1:]))

# %% ridge_point_wrong_inverse role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return 2e9 * copy_gb / statistics.median(copy_seconds[1:]) / peak

# %% ridge_point_wrong_slowest_size role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = min(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return peak / (2e9 * copy_gb / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_largest_size role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    side = max(products)
    return 2 * side**3 / statistics.median(products[side][1:]) / (2e9 * copy_gb / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_one_flop role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return peak / (2e9 * copy_gb / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_in_gb role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds[1:]) for side, seconds in products.items())
    return peak / (2 * copy_gb / statistics.median(copy_seconds[1:]))

# %% ridge_point_wrong_last_run_dropped role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / statistics.median(seconds[:-1]) for side, seconds in products.items())
    return peak / (2e9 * copy_gb / statistics.median(copy_seconds[:-1]))

# %% ridge_point_wrong_last_run_alone role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / seconds[-1] for side, seconds in products.items())
    return peak / (2e9 * copy_gb / copy_seconds[-1])

# %% ridge_point_wrong_second_run_alone role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / seconds[1] for side, seconds in products.items())
    return peak / (2e9 * copy_gb / copy_seconds[1])

# %% ridge_point_wrong_middle_place role="wrong" neutral=true
def ridge_point(products, copy_gb, copy_seconds):
    peak = max(2 * side**3 / seconds[len(seconds) // 2] for side, seconds in products.items())
    return peak / (2e9 * copy_gb / copy_seconds[len(copy_seconds) // 2])

# %% enough_tokens_wrong_two_bytes role="wrong" neutral=true
enough_tokens = my_ridge

# %% enough_tokens_wrong_bytes_alone role="wrong" neutral=true
enough_tokens = 4 * my_ridge

# %% enough_tokens_wrong_half role="wrong" neutral=true
enough_tokens = my_ridge / 2

# %% enough_tokens_wrong_inverse role="wrong" neutral=true
enough_tokens = 2 / my_ridge

# %% enough_tokens_wrong_text role="wrong" says="one number, without its unit"
enough_tokens = f"{2 * my_ridge} tokens"

# %% enough_tokens_variant_whole role="variant"
enough_tokens = math.ceil(2 * my_ridge)

# %% enough_tokens_variant_rounded role="variant"
enough_tokens = round(my_ridge / 0.5, 1)

# %% ridge_point_variant_sorted role="variant"
def ridge_point(products, gigabytes, copies):
    middle = lambda runs: (sorted(runs)[len(runs) // 2] + sorted(runs)[(len(runs) - 1) // 2]) / 2
    rates = sorted(2 * n**3 / middle(runs[1:]) for n, runs in products.items())
    return rates[-1] * middle(copies[1:]) / (gigabytes * 2e9)

# %% ridge_point_variant_numpy role="variant"
import numpy as np

def ridge_point(products, copy_gb, copy_seconds):
    sides, runs = np.array(list(products), dtype=float), np.array([seconds[1:] for seconds in products.values()])
    return (2 * sides**3 / np.median(runs, axis=1)).max() / (2e9 * copy_gb / np.median(copy_seconds[1:]))

# %% [markdown]
# ## choose_card: which card would you rent? (3 points)
# You want to answer one user at a time with Llama 3 8B. Its weights take two bytes each, to train it takes 16 bytes for
# each weight. You may rent the cards of the lesson. Their memories: RTX 4090 24 GB, A100 and H100 80 GB, B200 180 GB.
#
# Which one do you rent, and would you take the same one for training the model? Answer in two to six sentences. Name the
# number of the card that decides, with its value and unit or as a ratio, say whether the job fits in memory, and give a reason (with a word such
# as *because*, *since* or *so*).
#
# | points | for |
# | --- | --- |
# | 1 | an answer that can be marked: a card, a number with its unit or a ratio, training, memory, a reason |
# | 1 | the deciding numbers of both jobs, answering and training, each with its value or a ratio |
# | 1 | the memory: do the weights fit, do the states, and what follows from it? |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# What does each token of one user ask of the card? What does training ask?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Divide two numbers of each card by the price of its hour, and compare the cards for each job. Then hold the bytes of
# the job against the memory.
# </details>
# <details><summary>Hint 3: the formula</summary>
# Bytes/s over price for answering, FLOP/s over price for training; two bytes a weight, and 16 for training.
# </details>

# %% choose_card role="free_text" points=2
choose_card = """
### BEGIN SOLUTION
For answering one user I rent the RTX 4090. Each token reads all weights, so bandwidth for the price decides: 1.01 TB/s
for USD 0.34 an hour, nearly 3 TB/s for the dollar, against 1.1 on an H100. The weights take 16 GB and fit into its memory
of 24 GB. For training I would take another card: FLOP/s for the price decide there, and the states need 128 GB, so that
six such cards without fast links would be needed. One B200 holds them, at the second best price for a FLOP.
### END SOLUTION
"""

# %% choose_card_check role="check" points=1
answered(choose_card)
text = in_words(choose_card)
assert text.length >= 25, f"Your answer has {text.length} words: write two sentences at least, for both jobs."
said = re.sub(r"llama[ -]?3(\.\d)?|\b\d+ ?b\b|\b(rtx ?)?4090\b|\b[abh] ?[12]00\b", " ", choose_card.lower())  # names are no numbers
number = r"(\d[\d.,]*|\b(one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|hundred|thousand))[ -]?"
speed = r"(t(i?b|erabytes?)|(k|m|g|t|p|tera|peta|giga)?-?flop|(g(i?b|igabytes?)|bytes?|b) ?(ps|(/|per|a|each|every) ?s(ec(onds?)?)?)\b)"
ratio = r"(times|x|fold|×|%|percent|per cent)(?![a-z])"
money = r"(usd|us\$|\$|€|dollars?|euros?) ?\d|\d ?(usd|us\$|\$|€|dollar|euro|cent)"
deciding = [number + speed, number + ratio, r"\b(twice|double|half)\b", money]
assert any(re.search(form, said) for form in deciding), "The check finds no number of the card that decides with its unit, such as TB/s, FLOP/s or USD, and no ratio, such as three times."
assert text.has("train"), "The check finds no word on training. Would you take the same card for it?"
assert text.has("memory", "fit", "hold", "room", "gb", "gib", "gigabyte", "byte", "space", "enough", "big", "large"), "The check finds no word on memory: does the job fit on the card?"
because = {"because", "since", "so", "as", "therefore", "thus", "hence", "due", "reason", "why", "given", "thanks", "follows"}
assert not because.isdisjoint(text.pieces), "The check finds no word that gives a reason, such as because, since or so: say why."

# %% choose_card_wrong_no_number role="wrong" says="no number"
choose_card = """I would rent the H100, because it is the newest card that I know, and a new card is always the best
choice for answering users and for training as well, and everything fits into its memory anyway."""

# %% choose_card_wrong_name_for_a_number role="wrong" says="no ratio, such as three times"
choose_card = """For answering Llama 3 8B I rent the RTX 4090, because the weights fit into its memory. There it is the best choice. For
training I would not take the 4090, since the states of the 8B model do not fit on it."""

# %% choose_card_wrong_memory_alone role="wrong" says="no ratio, such as three times"
choose_card = """You want to answer one user at a time with Llama 3 8B. Its weights take two bytes each, to train it takes 16 bytes for
each weight. Their memories: RTX 4090 24 GB, A100 and H100 80 GB, B200 180 GB. So, because, since."""

# %% choose_card_wrong_there role="wrong" says="no word that gives a reason"
choose_card = """I would rent the RTX 4090 with its 1 TB/s. There the 16 GB of weights fit into memory, which means 24 GB. For training
I would only take the B200 if it has 2250 TFLOP/s. There the states fit."""

# %% choose_card_wrong_one_job role="wrong" says="no word on training"
choose_card = """I would rent the card with the most bandwidth for its price, since each token reads all of the weights.
That is a card with 1 TB/s for USD 0.34 an hour, and the weights of 16 GB fit into its memory."""

# %% choose_card_wrong_no_fit role="wrong" says="no word on memory"
choose_card = """I would rent a card with 1 TB/s for USD 0.34 an hour, since each token reads all of the weights and so
bandwidth decides. For training I would take another card, because there FLOP/s for the price decide instead."""

# %% choose_card_wrong_no_reason role="wrong" says="no word that gives a reason"
choose_card = """My choice is the RTX 4090 with its 1 TB/s at USD 0.34 an hour and 24 GB of memory. My choice for training
is the B200, which has 2250 TFLOP/s at USD 5.98 an hour and 180 GB of memory."""

# %% choose_card_wrong_too_short role="wrong" says="two sentences at least"
choose_card = "The RTX 4090, because 1 TB/s for USD 0.34 is the most, and training needs more memory."

# %% choose_card_variant_a100 role="variant"
choose_card = """An A100 for both. It reads 1.5 TB each second for one dollar of rent, and its 80 GB leave enough room for the
16 GB of weights and for long texts. Two of them hold the 128 GB that training takes, and they have fast links, so I can
begin at once."""

# %% choose_card_variant_own_words role="variant"
choose_card = """Writing is bound by bytes per second, as every weight is read for every token: the 4090 gives three times the
H100's for a dollar, and sixteen gigabytes go into its twenty-four. To train I need FLOP/s per dollar and eight times the
bytes; therefore one B200."""

# %% choose_card_variant_money role="variant"
choose_card = """I take the 4090, since its bandwidth is cheap: $0.34 an hour for a terabyte a second. The weights need 16 GB and go in.
Training is another job, which I would give to a B200, as its memory takes the 128 GB of states."""
