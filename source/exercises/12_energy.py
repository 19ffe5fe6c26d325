# %% [markdown]
# # Exercise 12 · Energy
# *Weigh a run, move a job to clean hours, cancel gains, share joules among tokens, and write an honest footprint.*
#
# Work through [lesson 12](../lessons/12_energy.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `run_mwh` | compute by hand | 3 | 4 |
# | `cleanest_start` | write a function | 5 | 7 |
# | `break_even_growth` | write a function | 4 | 5 |
# | `joules_by_batch` | measure | 5 | 6 |
# | `honest_footprint` | decide and justify | 3 | 8 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import re
import time

import numpy as np

from course_lib.demos import energy as demo
from course_lib.demos import tiny_gpt
from course_lib.estimators import energy
from course_lib.teaching import a_number, answered, attempt, checking, explain, fmt, in_words, say, table

# %% [markdown]
# ## run_mwh: the energy of a run (3 points)
# A run took 720 000 device hours on 2 000 cards. A card drew 500 W on average, servers and network included. The building
# has a PUE of 1.2. How many **megawatt-hours** did the building take for the run?
#
# Worked example: 100 device hours on 10 cards at 300 W, PUE 1.5. The machines take 100 x 300 = 30 000 Wh, the building
# 45 000 Wh, which is 0.045 MWh.
#
# <details><summary>Hint 1: the idea</summary>
# Which of the numbers given are already inside the device hours? On which side of the building is the PUE?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Find the watt-hours of the machines first. What does the building add? A megawatt-hour is how many watt-hours?
# </details>
# <details><summary>Hint 3: the formula</summary>
# device hours x watts x PUE / a million
# </details>

# %% run_mwh role="answer"
run_mwh = None  # megawatt-hours
### BEGIN SOLUTION
run_mwh = 720_000 * 500 * 1.2 / 1e6
### END SOLUTION

# %% run_mwh_check role="check" points=3
a_number(run_mwh, "`run_mwh`")
building = energy.Site(server=1, network=1, pue=1.2)
at = lambda hours, site=building: energy.run(hours, watts=500, site=site).total / 3.6e9
near = lambda mwh: abs(run_mwh / mwh - 1) < 0.005
assert not near(at(2000)) and not near(at(2000, energy.CARDS_ALONE)), explain("power-is-energy")
assert not near(at(720_000, energy.CARDS_ALONE) / 1.2), explain("pue-divided")
assert not near(at(720_000 * 2000)), explain("devices-twice")
assert not near(at(720_000) * 1000), explain("kwh-for-mwh")
assert near(at(720_000)), f"The building did not take {run_mwh:.6g} MWh. Write the unit behind each step of your sum, as in the example."

# %% run_mwh_wrong_power role="wrong" misconception="power-is-energy"
run_mwh = 2000 * 500 * 1.2 / 1e6

# %% run_mwh_wrong_power_of_cards role="wrong" misconception="power-is-energy"
run_mwh = 2000 * 500 / 1e6

# %% run_mwh_wrong_pue role="wrong" misconception="pue-divided"
run_mwh = 720_000 * 500 / 1.2 / 1e6

# %% run_mwh_wrong_twice role="wrong" misconception="devices-twice"
run_mwh = 720_000 * 2000 * 500 * 1.2 / 1e6

# %% run_mwh_wrong_kilo role="wrong" misconception="kwh-for-mwh"
run_mwh = 720_000 * 500 * 1.2 / 1e3

# %% run_mwh_wrong_no_building role="wrong" neutral=true
run_mwh = 720_000 * 500 / 1e6

# %% run_mwh_wrong_giga role="wrong" neutral=true
run_mwh = 720_000 * 500 * 1.2 / 1e9

# %% run_mwh_wrong_joules role="wrong" neutral=true
run_mwh = 720_000 * 3600 * 500 * 1.2 / 1e6

# %% run_mwh_wrong_building_alone role="wrong" neutral=true
run_mwh = 720_000 * 500 * 0.2 / 1e6

# %% run_mwh_wrong_pue_on_top role="wrong" neutral=true
run_mwh = 720_000 * 500 * (1 + 1.2) / 1e6

# %% run_mwh_wrong_hours_of_a_card role="wrong" neutral=true
run_mwh = 720_000 / 2000 * 500 * 1.2 / 1e6

# %% run_mwh_variant_whole role="variant"
run_mwh = 432

# %% run_mwh_variant_numpy role="variant"
run_mwh = np.prod([0.72e6, 0.5, 1.2]) / np.float64(1000)

# %% [markdown]
# ## cleanest_start: when to start a job (5 points)
# You get the carbon of a grid for each hour of a day, and how many whole hours a job takes. Every day is like this one,
# so a job that starts late runs on into the first hours again. Write `cleanest_start(grams, hours)`: the hour at which
# the job has the least carbon in all. Hours count from 0. If several are equal, the earliest.
#
# <details><summary>Hint 1: the idea</summary>
# Try every start, add up the hours that the job takes from there, and keep the best.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Let your function print the sum for each start of the example. Which sums hold hours from both ends of the day?
# </details>
# <details><summary>Hint 3: the formula</summary>
# The hour after `start + k` hours is `(start + k) % len(grams)`; `min(..., key=...)` finds the first of the smallest.
# </details>

# %% cleanest_start role="answer"
def cleanest_start(grams: list[float], hours: int) -> int:
    """Hour at which a job of so many hours should start.

    Example: cleanest_start([5, 1, 9, 2, 3], 2) == 3, since hours 3 and 4 have 2 + 3, less than any other two.
    """
    ### BEGIN SOLUTION
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return min(range(len(grams)), key=total)
    ### END SOLUTION

# %% cleanest_start_check role="check" points=3
grams = [12, 15, 30, 20, 26, 17, 27, 5, 29, 21, 10, 29, 7]
found = cleanest_start(grams, 5)
a_number(found, "What `cleanest_start` gives")
assert found != 7, explain("cleanest-single-hour")
assert found not in (6, 12), explain("day-ends-the-job")
assert found != 2, explain("dirtiest-for-cleanest")
assert found not in (1, 14), explain("job-before-its-start")
assert found == 10, f"For `grams` of this check and 5 hours another start has less carbon than {found:g}. Print the sum of each start."
assert cleanest_start([5, 1, 9, 2, 3], 2) == 3, "The example of the function does not give 3."
assert cleanest_start([4, 4, 4], 2) == 0, "For three equal hours every start is as good: the earliest is asked for."

# %% cleanest_start_hidden role="hidden" points=2
random = rng()
for _ in range(30):
    count = int(random.integers(3, 30))
    profile = [int(gram) for gram in random.integers(10, 900, count)]
    length = int(random.integers(1, count + 3))
    sums = [sum((profile * 3)[start : start + length]) for start in range(count)]
    expected = sums.index(min(sums))
    got = cleanest_start(profile, length)
    assert got == expected, f"{profile}, {length} hours: {got} in place of {expected}"

# %% cleanest_start_wrong_single role="wrong" misconception="cleanest-single-hour"
def cleanest_start(grams, hours):
    return grams.index(min(grams))

# %% cleanest_start_wrong_no_wrap role="wrong" misconception="day-ends-the-job"
def cleanest_start(grams, hours):
    return min(range(len(grams) - hours + 1), key=lambda start: sum(grams[start:start + hours]))

# %% cleanest_start_wrong_cut_off role="wrong" misconception="day-ends-the-job"
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: sum(grams[start:start + hours]))

# %% cleanest_start_wrong_before role="wrong" misconception="job-before-its-start"
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: sum(grams[start - step] for step in range(hours)))

# %% cleanest_start_wrong_last_hour role="wrong" misconception="job-before-its-start"
def cleanest_start(grams, hours):
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return min(range(len(grams)), key=total) + hours - 1

# %% cleanest_start_wrong_dirtiest role="wrong" misconception="dirtiest-for-cleanest"
def cleanest_start(grams, hours):
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return max(range(len(grams)), key=total)

# %% cleanest_start_wrong_latest role="wrong" says="the earliest is asked for"
def cleanest_start(grams, hours):
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return min(reversed(range(len(grams))), key=total)

# %% cleanest_start_wrong_too_long role="wrong" neutral=true
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours + 1)))

# %% cleanest_start_wrong_too_short role="wrong" neutral=true
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: sum(grams[(start + step) % len(grams)] for step in range(1, hours)))

# %% cleanest_start_wrong_from_one role="wrong" neutral=true
def cleanest_start(grams, hours):
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return min(range(len(grams)), key=total) + 1

# %% cleanest_start_wrong_beyond_the_list role="wrong" neutral=true
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: sum(grams[start + step] for step in range(hours)))

# %% cleanest_start_wrong_the_sum role="wrong" neutral=true
def cleanest_start(grams, hours):
    return min(sum(grams[(start + step) % len(grams)] for step in range(hours)) for start in range(len(grams)))

# %% cleanest_start_wrong_lowest_hours role="wrong" neutral=true
def cleanest_start(grams, hours):
    return min(sorted(range(len(grams)), key=lambda hour: grams[hour])[:hours])

# %% cleanest_start_wrong_middle role="wrong" neutral=true
def cleanest_start(grams, hours):
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return min(range(len(grams)), key=total) + hours / 2

# %% cleanest_start_wrong_first_and_last role="wrong" neutral=true
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: grams[start] + grams[(start + hours - 1) % len(grams)])

# %% cleanest_start_wrong_least_worst_hour role="wrong" neutral=true
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: max(grams[(start + step) % len(grams)] for step in range(hours)))

# %% cleanest_start_wrong_until role="wrong" neutral=true
def cleanest_start(grams, hours):
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return min(range(len(grams)), key=total) + hours

# %% cleanest_start_variant_two_days role="variant"
def cleanest_start(g, n):
    days = list(g) * (2 + n // len(g))
    sums = [sum(days[i : i + n]) for i in range(len(g))]
    return sums.index(min(sums))

# %% cleanest_start_variant_numpy role="variant"
def cleanest_start(grams, hours):
    day = np.asarray(grams)
    return np.argmin(sum(np.roll(day, -step) for step in range(hours)))

# %% [markdown]
# ## break_even_growth: what cancels gains on parts (4 points)
# An answer's energy has parts, such as cards, servers and building. `shares` says which part of the energy each takes; the
# shares add up to 1. Some parts get better: `gains` says how many times. A part that is not in `gains` stays as it is.
# Write `break_even_growth(shares, gains)`: how many times as many answers may be asked for before the total energy is back
# where it was. No growth is 1.
#
# <details><summary>Hint 1: the idea</summary>
# What does one answer still take, part by part?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Go through `shares`; `gains.get(part, 1)` is the gain of a part, or 1. Add up what is left of an answer. If half is left,
# how many answers give the old total?
# </details>
# <details><summary>Hint 3: the formula</summary>
# left = sum of share / gain over all parts; growth = 1 / left.
# </details>

# %% break_even_growth role="answer"
def break_even_growth(shares: dict[str, float], gains: dict[str, float]) -> float:
    """Growth of use, as a factor, that cancels all gains together.

    Example: break_even_growth({"cards": 0.6, "building": 0.4}, {"cards": 3.0}) == 1 / 0.6, about 1.67: the cards still
    take 0.2, the building 0.4.
    """
    ### BEGIN SOLUTION
    left = sum(share / gains.get(part, 1) for part, share in shares.items())
    return 1 / left
    ### END SOLUTION

# %% break_even_growth_check role="check" points=2
shares, gains = {"cards": 0.5, "servers": 0.3, "building": 0.2}, {"cards": 4.0, "building": 2.0}
found = break_even_growth(shares, gains)
a_number(found, "What `break_even_growth` gives")
near = lambda value: abs(found / value - 1) < 1e-6
left = 0.5 / 4 + 0.3 + 0.2 / 2
assert not near(8), explain("gain-on-everything")
assert not near(0.5 * 4 + 0.3 + 0.2 * 2), explain("gains-averaged")
assert not near(left), explain("gain-for-leftover")
assert not near(1 / left - 1) and not near(100 * (1 / left - 1)), explain("percent-for-factor")
assert not near(1 / (left - 0.3)) and not near(left - 0.3), explain("rest-left-out")
assert abs(found * left - 1) < 1e-6, f"With {found:.4g} times the answers the total of this check's parts is {found * left:.4g} of the old one."
assert abs(break_even_growth(shares, {}) - 1) < 1e-6, "Without any gain no growth is allowed: that is 1."

# %% break_even_growth_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    count = int(random.integers(2, 7))
    weights = random.uniform(0.1, 1, count)
    parts = {f"part {number}": float(weight) for number, weight in enumerate(weights / weights.sum())}
    better = {part: float(random.uniform(1, 9)) for part in parts if random.uniform() < 0.6}
    growth = break_even_growth(parts, better)
    total = sum(growth * share / better.get(part, 1) for part, share in parts.items())
    assert abs(total - 1) < 1e-6, f"{parts}, {better}: growth by {growth} makes the total {total} of the old one"

# %% break_even_growth_wrong_product role="wrong" misconception="gain-on-everything"
def break_even_growth(shares, gains):
    product = 1.0
    for gain in gains.values():
        product = product * gain
    return product

# %% break_even_growth_wrong_mean role="wrong" misconception="gains-averaged"
def break_even_growth(shares, gains):
    return sum(share * gains.get(part, 1) for part, share in shares.items())

# %% break_even_growth_wrong_left role="wrong" misconception="gain-for-leftover"
def break_even_growth(shares, gains):
    return sum(share / gains.get(part, 1) for part, share in shares.items())

# %% break_even_growth_wrong_added role="wrong" misconception="percent-for-factor"
def break_even_growth(shares, gains):
    return 1 / sum(share / gains.get(part, 1) for part, share in shares.items()) - 1

# %% break_even_growth_wrong_percent role="wrong" misconception="percent-for-factor"
def break_even_growth(shares, gains):
    return 100 / sum(share / gains.get(part, 1) for part, share in shares.items()) - 100

# %% break_even_growth_wrong_better_parts role="wrong" misconception="rest-left-out"
def break_even_growth(shares, gains):
    return 1 / sum(shares[part] / gain for part, gain in gains.items())

# %% break_even_growth_wrong_better_left role="wrong" misconception="rest-left-out"
def break_even_growth(shares, gains):
    return sum(shares[part] / gain for part, gain in gains.items())

# %% break_even_growth_wrong_sum role="wrong" neutral=true
def break_even_growth(shares, gains):
    return float(sum(gains.values()))

# %% break_even_growth_wrong_largest role="wrong" neutral=true
def break_even_growth(shares, gains):
    return max(gains.values(), default=1.0)

# %% break_even_growth_wrong_saved role="wrong" neutral=true
def break_even_growth(shares, gains):
    return 1 / sum(shares[part] * (1 - 1 / gain) for part, gain in gains.items()) if gains else 1.0

# %% break_even_growth_wrong_saved_added role="wrong" neutral=true
def break_even_growth(shares, gains):
    return 1 + sum(shares[part] * (1 - 1 / gain) for part, gain in gains.items())

# %% break_even_growth_wrong_missing_as_error role="wrong" neutral=true
def break_even_growth(shares, gains):
    return 1 / sum(share / gains[part] for part, share in shares.items())

# %% break_even_growth_variant_loop role="variant"
def break_even_growth(parts, better):
    left = 1.0
    for name in better:
        left -= parts[name] * (1 - 1 / better[name])
    return left**-1

# %% break_even_growth_variant_numpy role="variant"
def break_even_growth(shares, gains):
    each = np.array(list(shares.values()))
    times = np.array([gains.get(part, 1) for part in shares])
    return np.reciprocal((each / times).sum())

# %% [markdown]
# ## joules_by_batch: what a token takes (5 points)
# A counter showed `joules` while a server worked for `seconds`. It would have drawn `idle_watts` in any case. In that
# time it did the same batch `runs` times: `batch` texts, each with `prompt` tokens read and `output` tokens written.
# Write `joules_per_token(...)`: the energy **above idle** for each token **handled, read or written**.
#
# <details><summary>Hint 1: the idea</summary>
# First find the joules that the work is to blame for, then the number of tokens that share them.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Watts times seconds are joules. How many tokens does one text have, one batch, all runs?
# </details>
# <details><summary>Hint 3: the formula</summary>
# (joules - idle watts x seconds) / (runs x batch x (prompt + output))
# </details>

# %% joules_by_batch role="answer"
def joules_per_token(
    joules: float, seconds: float, idle_watts: float, runs: int, batch: int, prompt: int, output: int
) -> float:
    """Joules above idle for each token handled.

    Example: joules_per_token(1000, 10, 20, 4, 5, 6, 4) == 4.0: 800 J above idle for 4 x 5 x 10 tokens.
    """
    ### BEGIN SOLUTION
    above_idle = joules - idle_watts * seconds
    return above_idle / (runs * batch * (prompt + output))
    ### END SOLUTION

# %% [markdown]
# Now your machine: the tiny GPT with one token for each text, which has no prompt, for 8 texts at once and for 128. What
# it draws while nothing is done is measured as well.

# %% own_joules role="measured" seconds=2
tiny = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64))
idle = demo.measure(lambda: time.sleep(0.05), seconds=0.3)
turns = demo.in_turn(tiny, [8, 128], rounds=3, seconds=0.15)
shown = {batch: sorted(each, key=lambda one: one.joules_each)[1] for batch, each in turns.items()}  # the median
mine = {batch: [one.joules, one.seconds, idle.watts, one.runs, batch, 0, 1] for batch, one in shown.items()}
say(f"{idle.how} Idle: {fmt(idle.watts, 'W')}.")
table([[str(batch), fmt(one.joules, "J"), fmt(one.seconds, "s"), str(one.runs)] for batch, one in shown.items()],
      ["texts at once", "joules", "seconds", "runs"], caption="Measured here")

# %% own_small role="measured"
joules_small = attempt(joules_per_token, *mine[8])

# %% own_large role="measured"
joules_large = attempt(joules_per_token, *mine[128])

# %% [markdown]
# How many times as much does a token take among 8 as among 128, just now?

# %% saved_by_batch role="answer" part_of="joules_by_batch"
saved_by_batch = None  # times
### BEGIN SOLUTION
saved_by_batch = joules_small / joules_large
### END SOLUTION

# %% joules_by_batch_check role="check" points=3
found = joules_per_token(11_400, 30, 60, 4, 8, 100, 50)
a_number(found, "What `joules_per_token` gives")
near = lambda joules: abs(found / joules - 1) < 1e-6
work, tokens = 11_400 - 60 * 30, 4 * 8 * (100 + 50)
assert not near(11_400 / tokens), explain("idle-as-work")
assert not near(work / (4 * 8 * 50)), explain("prompt-tokens-free")
assert not near(work / (8 * 150)), explain("repeats-forgotten")
assert not near(work / (4 * 150)), explain("batch-forgotten")
assert near(work / tokens), f"11 400 J in 30 s, 60 W idle, 4 runs of 8 texts with 100 and 50 tokens: you say {found:.4g} J a token. How many joules are above idle, how many tokens share them?"
assert abs(joules_per_token(1000, 10, 20, 4, 5, 6, 4) - 4) < 1e-6, "The example of the function does not give 4."
a_number(saved_by_batch, "`saved_by_batch`")
each = [joules_per_token(*mine[batch]) for batch in (8, 128)]
assert abs(saved_by_batch * each[0] / each[1] - 1) > 1e-3 or abs(each[0] / each[1] - 1) < 1e-3, "That is how many times as much it takes among 128 as among 8: the other way round is asked for."
assert abs(saved_by_batch / (each[0] / each[1]) - 1) < 0.02, f"Among 8 a token takes {fmt(each[0], 'J')} here, among 128 {fmt(each[1], 'J')}. Is that {saved_by_batch:.4g} times?"

# %% joules_by_batch_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    runs, batch, prompt, output = (int(random.integers(1, 50)) for _ in range(4))
    idle_power, seconds, each = (float(random.uniform(0.1, 9)) for _ in range(3))
    counted = each * runs * batch * (prompt + output) + idle_power * seconds
    got = joules_per_token(counted, seconds, idle_power, runs, batch, prompt, output)
    assert abs(got / each - 1) < 1e-6, f"{counted} J, {runs} runs of {batch} texts: {got} in place of {each}"

# %% joules_by_batch_wrong_idle role="wrong" misconception="idle-as-work"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return joules / (runs * batch * (prompt + output))

# %% joules_by_batch_wrong_prompt role="wrong" misconception="prompt-tokens-free"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (runs * batch * output)

# %% joules_by_batch_wrong_runs role="wrong" misconception="repeats-forgotten"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (batch * (prompt + output))

# %% joules_by_batch_wrong_batch role="wrong" misconception="batch-forgotten"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (runs * (prompt + output))

# %% joules_by_batch_wrong_reading_only role="wrong" neutral=true
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (runs * batch * max(prompt, 1))

# %% joules_by_batch_wrong_watts_off role="wrong" neutral=true
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts) / (runs * batch * (prompt + output))

# %% joules_by_batch_wrong_idle_added role="wrong" neutral=true
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules + idle_watts * seconds) / (runs * batch * (prompt + output))

# %% joules_by_batch_wrong_text role="wrong" neutral=true
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (runs * batch)

# %% joules_by_batch_wrong_inverse role="wrong" neutral=true
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return runs * batch * (prompt + output) / (joules - idle_watts * seconds)

# %% joules_by_batch_wrong_power role="wrong" neutral=true
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules / seconds - idle_watts) / (runs * batch * (prompt + output))

# %% saved_by_batch_wrong_inverse role="wrong" says="the other way round is asked for"
saved_by_batch = joules_large / joules_small

# %% saved_by_batch_wrong_difference role="wrong" neutral=true
saved_by_batch = joules_small - joules_large

# %% joules_by_batch_variant_names role="variant"
def joules_per_token(total, duration, idle, repeats, texts, read, written):
    tokens = repeats * texts * read + repeats * texts * written
    return total / tokens - idle * duration / tokens

# %% joules_by_batch_variant_numpy role="variant"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return np.subtract(joules, np.float64(idle_watts) * seconds) / np.prod([runs, batch, prompt + output])

# %% [markdown]
# ## honest_footprint: tell it so that others can use it (3 points)
# You trained a model: 720 000 device hours on rented cards. By data sheets a card with its part of the server takes 500 W.
# Nobody read a counter. The provider's building stands in Poland, whose grid has about 0.66 kg for a kilowatt-hour, and has
# a PUE of about 1.2; the provider says that contracts for wind power cover everything.
#
# Write the paragraph on energy and carbon for your report, in three to six sentences: the energy and the carbon, each with
# its unit and a **range**, how they were **found**, the **place**, and what the **contracts** change.
#
# | points | for |
# | --- | --- |
# | 1 | all parts are there |
# | 1 | the energy and the carbon are right, with a range that says where it comes from |
# | 1 | the carbon by place first, the contracts told apart from it |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# What would a reader need to check your figure, or to compare it with another's?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Take the energy from the first task. What might the cards have drawn at least, and at most? Then turn both ends into
# carbon, once by the grid and once by the contracts.
# </details>
# <details><summary>Hint 3: the formula</summary>
# Energy from the first task, between what the cards might have drawn at least and at most; times about 0.66 kg/kWh.
# </details>

# %% honest_footprint role="free_text" points=2
honest_footprint = """
### BEGIN SOLUTION
Training took an estimated 430 MWh, in a range of 300 to 500 MWh. Nothing was measured: this is device hours times the
500 W of the data sheet times a PUE of 1.2, and the cards may have drawn less. The building stands in Poland, where a
kilowatt-hour has about 0.66 kg, so by location the run emitted some 280 t, between 200 and 330 t. By the provider's
contracts for wind power (market-based) it counts 0 t. Making the machines is not included.
### END SOLUTION
"""

# %% honest_footprint_check role="check" points=1
answered(honest_footprint)
text = in_words(honest_footprint)
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
assert text.measures("mwh", "kwh", "gwh", "wh", "twh", "megawatt", "kilowatt", "gigawatt", "joule", "gj", "tj", "mj"), "The check finds no energy: a number with a unit such as MWh behind it."
tonnes = re.search(r"\d\s*(?:±\s*\d+\s*%\s*)?(?:[km]?t|k?g|co2)\b", honest_footprint.lower())
assert tonnes or text.measures("ton", "kilogram", "gram", "kilotonne", "megatonne"), "The check finds no carbon: a number with a unit such as t behind it."
ends = re.search(r"\d\s*(?:[a-z%]+\s*)?(?:-|–|—|±|\+/-|to|and|or)\s*\d", honest_footprint.lower())
assert ends or "±" in honest_footprint or text.has("range", "between", "uncertain", "give", "plus", "least", "most", "margin", "within"), explain("footprint-is-a-point")
assert text.has("poland", "polish"), "The check does not find where it ran: name the country."
assert text.has("location", "market", "contract", "certificate", "wind", "ppa"), explain("location-undisclosed")
found = text.has("estimat", "calculat", "comput", "sheet", "datasheet", "multipl", "assum", "hours", "stated", "rated", "times", "not", "nobody", "nothing", "unmeasured", "no")
assert found or not text.has("measur", "meter", "counter"), explain("circular-as-measured")
assert found, "The check does not find how the energy was found: say it."

# %% honest_footprint_wrong_no_number role="wrong" says="The check finds no energy"
honest_footprint = """We estimated the energy of our training in Poland from device hours and the data sheet, within a wide range. By location
the carbon is that of the Polish grid, and by the provider's contracts for wind power it is nothing at all."""

# %% honest_footprint_wrong_no_carbon role="wrong" says="The check finds no carbon"
honest_footprint = """Our training in Poland took an estimated 432 MWh, between 300 and 500 MWh, from hours and the data sheet and a PUE of
one point two. The provider covers everything by contracts for wind power, so we need not say more about it here."""

# %% honest_footprint_wrong_point role="wrong" misconception="footprint-is-a-point"
honest_footprint = """Our training in Poland took an estimated 432 MWh. At 0.66 kg for a kilowatt-hour this makes 285 t
by location, and 0 t by contracts. We are proud of such a small footprint and publish it here in full."""

# %% honest_footprint_wrong_place role="wrong" says="name the country"
honest_footprint = """Our training took an estimated 432 MWh, in a range of 300 to 500 MWh, from hours and the data sheet.
It emitted 0 t of carbon, because everything ran on clean power, as our provider told us when we asked for it."""

# %% honest_footprint_wrong_account role="wrong" misconception="location-undisclosed"
honest_footprint = """Our training in Poland took an estimated 432 MWh, in a range of 300 to 500 MWh, from hours and the data sheet. Its
carbon is 200 to 330 t, as far as we know, and we shall try to lower that figure in the years to come."""

# %% honest_footprint_wrong_circular role="wrong" misconception="circular-as-measured"
honest_footprint = """We measured 432 MWh for our training, in a range of 430 to 434 MWh. In Poland this makes between 283
and 287 t by location, and 0 t by contracts for wind power, which we think is a very precise result."""

# %% honest_footprint_wrong_too_short role="wrong" says="three sentences at least"
honest_footprint = "432 MWh, 300 to 500, from the data sheet; in Poland 285 t, by contracts 0 t."

# %% honest_footprint_variant_own_words role="variant"
honest_footprint = """Nobody read a counter, so take this as a bound: 720 000 h of cards rated at half a kilowatt each, and a fifth on top for
the building, give at most 432 MWh; two thirds of that, 290 MWh, seem possible if the cards idled a lot. On the Polish grid
that is 190-285 tonnes. Our provider buys wind elsewhere, and in its books the run has 0 tonnes; we show both."""

# %% honest_footprint_variant_signs role="variant"
honest_footprint = """Energy: 0.43 GWh ± 25 %, computed from device hours and stated watts. Carbon, grid of Poland (0.66 kg/kWh): 285 000 kg ± 25 %.
Carbon, market-based: 0 kg, since certificates cover the use. Embodied carbon of the cards is left out, and so are our
failed experiments."""

# %% honest_footprint_variant_ends role="variant"
honest_footprint = """Depending on what the cards drew, training used 310 MWh or 430 MWh, we cannot tell which; no meter was read. It ran in a hall
in Poland. Location-based emissions are therefore 205 t to 285 t of CO2. The contracts of the landlord would bring this down
to 0 t on paper, yet the power stations nearby ran as before."""

# %% honest_footprint_variant_in_words role="variant"
honest_footprint = """The run used roughly four hundred megawatt-hours, give or take a quarter, worked out from the rental hours and the rated
power because nobody looked at a counter. In Poland that is about 270 tonnes of CO2, give or take a quarter. On paper, with
the wind certificates of the provider, it is none."""
