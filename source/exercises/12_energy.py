# %% [markdown]
# # Exercise 12 · Energy
# *Weigh a run, move a job to clean hours, cancel a gain, share joules among tokens, and write an honest footprint.*
#
# Work through [lesson 12](../lessons/12_energy.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `run_mwh` | compute by hand | 3 | 4 |
# | `cleanest_start` | write a function | 5 | 7 |
# | `break_even_growth` | write a function | 4 | 5 |
# | `joules_by_batch` | measure | 5 | 7 |
# | `honest_footprint` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
from course_lib.demos import energy as demo
from course_lib.demos import tiny_gpt
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## run_mwh: the energy of a run (3 points)
# A run took 720 000 device hours on 2 000 cards. A card drew 500 W on average, servers included. The building has a
# PUE of 1.2. How many **megawatt-hours** did the building take for the run?
#
# Worked example: 100 device hours on 10 cards at 300 W, PUE 1.5. The machines take 100 x 300 = 30 000 Wh, the building
# 45 000 Wh, which is 0.045 MWh.
#
# <details><summary>Hint 1: the idea</summary>
# Which of the numbers given are already inside the device hours? On which side of the building is the PUE?
# </details>
# <details><summary>Hint 2: the formula</summary>
# device hours x watts x PUE / a million
# </details>

# %% run_mwh role="answer"
run_mwh = None  # megawatt-hours
### BEGIN SOLUTION
run_mwh = 720_000 * 500 * 1.2 / 1e6
### END SOLUTION

# %% run_mwh_check role="check" points=3
answered(run_mwh)
near = lambda mwh: abs(run_mwh / mwh - 1) < 0.005
assert not near(2000 * 500 * 1.2 / 1e6) and not near(2000 * 500 / 1e6), explain("power-is-energy")
assert not near(720_000 * 500 / 1.2 / 1e6), explain("pue-divided")
assert not near(720_000 * 2000 * 500 * 1.2 / 1e6), explain("devices-twice")
assert not near(432_000), explain("kwh-for-mwh")
assert near(432), f"{run_mwh} MWh is not device hours x watts x PUE: watch the powers of ten"

# %% run_mwh_wrong_power role="wrong" misconception="power-is-energy"
run_mwh = 2000 * 500 * 1.2 / 1e6

# %% run_mwh_wrong_pue role="wrong" misconception="pue-divided"
run_mwh = 720_000 * 500 / 1.2 / 1e6

# %% run_mwh_wrong_twice role="wrong" misconception="devices-twice"
run_mwh = 720_000 * 2000 * 500 * 1.2 / 1e6

# %% run_mwh_wrong_kilo role="wrong" misconception="kwh-for-mwh"
run_mwh = 720_000 * 500 * 1.2 / 1e3

# %% [markdown]
# ## cleanest_start: when to start a job (5 points)
# You get the carbon of a grid for each hour of a day, and how many whole hours a job takes. Every day is like this one,
# so a job that starts late runs on into the first hours again. Write `cleanest_start(grams, hours)`: the hour at which
# the job has the least carbon in all. If several are equal, the earliest.
#
# <details><summary>Hint 1: the idea</summary>
# Try every start, add up the hours that the job takes from there, and keep the best.
# </details>
# <details><summary>Hint 2: the formula</summary>
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
found = cleanest_start([5, 1, 9, 2, 3], 2)
answered(found)
assert found != 1, explain("cleanest-single-hour")
assert found != 2, explain("dirtiest-for-cleanest")
assert found != 4, explain("job-before-its-start")
assert found == 3, f"hours 3 and 4 have the least carbon, 2 + 3: start at 3, you say {found}"
round_midnight = cleanest_start([1, 8, 9, 7, 2], 2)
assert round_midnight == 4, explain("day-ends-the-job")
assert cleanest_start([4, 4, 4], 2) == 0, "all starts are equal: the earliest is 0"

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

# %% cleanest_start_wrong_before role="wrong" misconception="job-before-its-start"
def cleanest_start(grams, hours):
    return min(range(len(grams)), key=lambda start: sum(grams[start - step] for step in range(hours)))

# %% cleanest_start_wrong_dirtiest role="wrong" misconception="dirtiest-for-cleanest"
def cleanest_start(grams, hours):
    total = lambda start: sum(grams[(start + step) % len(grams)] for step in range(hours))
    return max(range(len(grams)), key=total)

# %% [markdown]
# ## break_even_growth: what cancels a gain (4 points)
# Several improvements come at the same time: a new chip does 3 times the work for a joule, batching 2 times, and so on.
# They do not disturb each other. Write `break_even_growth(gains)`: how many times as much may be asked for before the
# total energy is back where it was. No growth is 1.
#
# <details><summary>Hint 1: the idea</summary>
# What does one answer still take after the first improvement, and after the second?
# </details>
# <details><summary>Hint 2: the formula</summary>
# the product of all gains
# </details>

# %% break_even_growth role="answer"
def break_even_growth(gains: list[float]) -> float:
    """Growth of use, as a factor, that cancels all gains together.

    Example: break_even_growth([2.0, 4.0]) == 8.0
    """
    ### BEGIN SOLUTION
    product = 1.0
    for gain in gains:
        product = product * gain
    return product
    ### END SOLUTION

# %% break_even_growth_check role="check" points=2
found = break_even_growth([3.0, 2.0, 5.0])
answered(found)
assert abs(found - 10) > 1e-9 and abs(found - 7) > 1e-9, explain("savings-add")
assert abs(found - 1 / 30) > 1e-9, explain("gain-for-leftover")
assert abs(found - 29) > 1e-9 and abs(found - 2900) > 1e-9, explain("percent-for-factor")
assert abs(found - 30) < 1e-9, f"3, 2 and 5 times together are 30 times, you say {found}"
assert abs(break_even_growth([]) - 1) < 1e-9, "without any gain, no growth is allowed: 1"

# %% break_even_growth_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    gains = [float(gain) for gain in random.uniform(1, 9, int(random.integers(1, 6)))]
    use = break_even_growth(gains)
    for gain in gains:
        use = use / gain
    assert abs(use - 1) < 1e-6, f"{gains}: growth by your factor does not bring the total back to what it was"

# %% break_even_growth_wrong_sum role="wrong" misconception="savings-add"
def break_even_growth(gains):
    return float(sum(gains))

# %% break_even_growth_wrong_inverse role="wrong" misconception="gain-for-leftover"
def break_even_growth(gains):
    product = 1.0
    for gain in gains:
        product = product / gain
    return product

# %% break_even_growth_wrong_percent role="wrong" misconception="percent-for-factor"
def break_even_growth(gains):
    product = 1.0
    for gain in gains:
        product = product * gain
    return product - 1

# %% [markdown]
# ## joules_by_batch: what a token takes (5 points)
# A counter showed `joules` while a server worked for `seconds`. It would have drawn `idle_watts` in any case. In that
# time it did the same batch `runs` times: `batch` texts, each with `prompt` tokens read and `output` tokens written.
# Write `joules_per_token(...)`: the energy **above idle** for each token **handled, read or written**.
# Then measure your own machine with the cell below the function.
#
# <details><summary>Hint 1: the idea</summary>
# First find the joules that the work is to blame for, then the number of tokens that share them.
# </details>
# <details><summary>Hint 2: the formula</summary>
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

# %% own_joules
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64))
measured = demo.by_batch(gpt, [8, 128], seconds=0.3)
my_joules = {batch: joules_per_token(one.joules, one.seconds, 0.0, one.runs, batch, 1, 0)
             for batch, one in measured.items()}

# %% joules_by_batch_check role="check" points=3
answered(my_joules[8])
assert set(my_joules) == {8, 128} and min(my_joules.values()) > 0, "a positive number for each batch"
found = joules_per_token(1000, 10, 20, 4, 5, 6, 4)
near = lambda joules: abs(found - joules) < 1e-9
assert not near(1000 / 200), explain("idle-as-work")
assert not near(800 / 80), explain("prompt-tokens-free")
assert not near(800 / 50), explain("repeats-forgotten")
assert not near(800 / 40), explain("batch-forgotten")
assert near(4), f"800 J above idle, shared by 200 tokens, are 4 J each; you say {found}"

# %% joules_by_batch_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    runs, batch, prompt, output = (int(random.integers(1, 50)) for _ in range(4))
    idle, seconds, each = (float(random.uniform(0.1, 9)) for _ in range(3))
    shown = each * runs * batch * (prompt + output) + idle * seconds
    got = joules_per_token(shown, seconds, idle, runs, batch, prompt, output)
    assert abs(got / each - 1) < 1e-6, f"{shown} J, {runs} runs of {batch} texts: {got} in place of {each}"

# %% joules_by_batch_wrong_idle role="wrong" misconception="idle-as-work"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return joules / (runs * batch * (prompt + output))

# %% joules_by_batch_wrong_prompt role="wrong" misconception="prompt-tokens-free"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (runs * batch * max(output, 1))

# %% joules_by_batch_wrong_runs role="wrong" misconception="repeats-forgotten"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (batch * (prompt + output))

# %% joules_by_batch_wrong_batch role="wrong" misconception="batch-forgotten"
def joules_per_token(joules, seconds, idle_watts, runs, batch, prompt, output):
    return (joules - idle_watts * seconds) / (runs * (prompt + output))

# %% [markdown]
# ## honest_footprint: tell it so that others can use it (3 points)
# You trained a model: 720 000 device hours on rented cards. By data sheets a card with its part of the server takes 500 W.
# Nobody read a counter. The
# provider's building stands in Poland and has a PUE of about 1.2; the provider says that contracts for wind power cover
# everything. Write the paragraph on energy and carbon for your report, in three to six sentences.
#
# | points | for |
# | --- | --- |
# | 1 | the energy with a range, and how it was found |
# | 1 | the place, and the carbon by place |
# | 1 | the contracts, told apart from the carbon by place |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# What would a reader need to check your figure, or to compare it with another's?
# </details>
# <details><summary>Hint 2: the formula</summary>
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
words = honest_footprint.lower().replace("-", " ").split()
said = lambda *starts: any(word.strip(".,;:()").startswith(starts) for word in words)
assert len(words) >= 25, "three sentences at least: energy, carbon, and how they were found"
assert said("range", "between", "uncertain"), explain("footprint-is-a-point")
assert said("poland", "polish") and said("location", "market", "contract"), explain("location-undisclosed")
text = " ".join(words)
found = said("estimate", "calculated", "computed") or "data sheet" in text or "datasheet" in text
assert found and "we measured" not in text, explain("circular-as-measured")

# %% honest_footprint_wrong_point role="wrong" misconception="footprint-is-a-point"
honest_footprint = """Our training in Poland took an estimated 432 MWh. At 0.66 kg for a kilowatt-hour this makes 285 t
by location, and 0 t by contracts. We are proud of such a small footprint and publish it here in full."""

# %% honest_footprint_wrong_place role="wrong" misconception="location-undisclosed"
honest_footprint = """Our training took an estimated 432 MWh, in a range of 300 to 500 MWh, from hours and the data sheet.
It emitted 0 t of carbon, because everything ran on clean power, as our provider told us when we asked for it."""

# %% honest_footprint_wrong_circular role="wrong" misconception="circular-as-measured"
honest_footprint = """We measured 432 MWh for our training, in a range of 430 to 434 MWh. In Poland this makes between 283
and 287 t by location, and 0 t by contracts for wind power, which we think is a very precise result."""
