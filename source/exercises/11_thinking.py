# %% [markdown]
# # Exercise 11 · Thinking
# *Price an answer that thinks, estimate what more tries would solve, follow an agent, time a step of learning, and decide.*
#
# Work through [lesson 11](../lessons/11_thinking.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `cost_a_task` | compute by hand | 4 | 5 |
# | `coverage_from_samples` | write a function | 5 | 7 |
# | `turns_of_an_agent` | write a function | 4 | 6 |
# | `sampling_share` | measure | 4 | 6 |
# | `think_or_train` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math

import numpy as np

from course_lib.demos import inference as demo
from course_lib.demos import measure
from course_lib.teaching import a_number, answered, attempt, checking, entries, explain, fmt, in_words, say, table

# %% [markdown]
# ## cost_a_task: what one hard task costs (4 points)
# A seller asks USD 2 for a million tokens read, USD 0.20 for a million tokens read that its cache holds, and USD 10 for a
# million tokens written. A task reads 12 000 tokens, of which the cache holds 9 000. The visible answer has 600 tokens.
# Before it, the model thinks: 5 400 tokens at low effort, 27 000 at high effort. At high effort it solves 75 of 100 tasks.
#
# 1. What does a task cost at low effort, in US dollars?
# 2. What does it cost at high effort?
# 3. What does a **solved** task cost at high effort, where you pay for the failed ones, too?
#
# Worked example: USD 1, USD 0.10 and USD 5 for a million. A task reads 1 000 tokens, of which the cache holds 500, thinks
# 300 and answers with 100. That is 500 x 1 + 500 x 0.10 + 400 x 5 = 2 550 millionths: USD 0.00255. Where 80 of 100 tasks
# are solved, a solved one costs USD 0.0031875.
#
# <details><summary>Hint 1: the idea</summary>
# Three kinds of tokens have three prices. Which kind is a thought?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Split the tokens read into those that the cache holds and the rest. Add the thoughts to what is written. For the last
# question: how much do 100 tasks cost, and how many of them are solved?
# </details>
# <details><summary>Hint 3: the formula</summary>
# (fresh tokens x price read + cached tokens x cached price + (visible + thought) tokens x price written) / 10⁶; then
# divided by the share that is solved.
# </details>

# %% cost_a_task role="answer"
usd_low_effort = None  # USD for a task
usd_high_effort = None  # USD for a task
usd_solved_high_effort = None  # USD for a solved task
### BEGIN SOLUTION
reading = 3_000 * 2 + 9_000 * 0.2
usd_low_effort = (reading + (600 + 5_400) * 10) / 1e6
usd_high_effort = (reading + (600 + 27_000) * 10) / 1e6
usd_solved_high_effort = usd_high_effort / 0.75
### END SOLUTION

# %% cost_a_task_check role="check" points=4
answers = {"usd_low_effort": usd_low_effort, "usd_high_effort": usd_high_effort, "usd_solved_high_effort": usd_solved_high_effort}
for name, value in answers.items():
    a_number(value, f"`{name}`")
near = lambda value, right, within=0.002: abs(value / right - 1) < within
by_hand = 0.015  # two digits are enough
assert not near(usd_low_effort, 0.0138), explain("thoughts-are-free")
assert not near(usd_low_effort, 0.0246), explain("thoughts-priced-as-read")
assert not near(usd_low_effort, 0.066), explain("cached-tokens-free")
assert not near(usd_low_effort, 0.084), explain("cached-tokens-at-full-price")
assert not near(usd_low_effort, 67.8) and not near(usd_low_effort, 67_800), explain("price-of-a-million")
assert not near(usd_low_effort, 0.07), "USD 0.07 is rounded to whole cents: give two digits that count, as in 0.0012."
right_low = near(usd_low_effort, 0.0678, by_hand)
assert right_low, f"USD {usd_low_effort:.4g} is not what a task at low effort costs. Write the tokens of each kind beside their price."
assert not near(usd_high_effort / usd_low_effort, 5), explain("whole-task-grows")
assert not near(usd_high_effort, 0.276) and not near(usd_high_effort, 0.27), "At high effort the task is read as well, and the visible answer is written: one of these is missing."
right_high = near(usd_high_effort, 0.2838, by_hand)
assert right_high, f"USD {usd_high_effort:.4g} is not what a task at high effort costs. Write the tokens of each kind beside their price once more."
assert not near(usd_solved_high_effort, usd_high_effort), explain("failed-tries-are-free")
assert not near(usd_solved_high_effort, 0.75 * usd_high_effort), explain("solved-share-multiplied")
right_solved = near(usd_solved_high_effort, 0.3784, by_hand) or near(usd_solved_high_effort * 0.75, usd_high_effort, by_hand)
assert right_solved, f"If a solved task cost USD {usd_solved_high_effort:.4g}, 100 tasks would not cost 100 times your USD {usd_high_effort:.4g}. Count the solved ones."

# %% cost_a_task_wrong_free_thoughts role="wrong" misconception="thoughts-are-free"
usd_low_effort = usd_high_effort = 0.0138
usd_solved_high_effort = 0.0184

# %% cost_a_task_wrong_thoughts_read role="wrong" misconception="thoughts-priced-as-read"
usd_low_effort = (7_800 + 6_000 + 5_400 * 2) / 1e6
usd_high_effort = (7_800 + 6_000 + 27_000 * 2) / 1e6
usd_solved_high_effort = usd_high_effort / 0.75

# %% cost_a_task_wrong_cache_free role="wrong" misconception="cached-tokens-free"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.066, 0.282, 0.376

# %% cost_a_task_wrong_no_cache role="wrong" misconception="cached-tokens-at-full-price"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.084, 0.3, 0.4

# %% cost_a_task_wrong_thousand role="wrong" misconception="price-of-a-million"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 67.8, 283.8, 378.4

# %% cost_a_task_wrong_five_times role="wrong" misconception="whole-task-grows"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.0678, 0.339, 0.452

# %% cost_a_task_wrong_failed_free role="wrong" misconception="failed-tries-are-free"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.0678, 0.2838, 0.2838

# %% cost_a_task_wrong_times_share role="wrong" misconception="solved-share-multiplied"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.0678, 0.2838, 0.21285

# %% cost_a_task_wrong_cents role="wrong" neutral=true
usd_low_effort, usd_high_effort, usd_solved_high_effort = 6.78, 28.38, 37.84

# %% cost_a_task_wrong_read_twice role="wrong" neutral=true
usd_low_effort = (12_000 * 2 + 9_000 * 0.2 + 6_000 * 10) / 1e6
usd_high_effort, usd_solved_high_effort = 0.3018, 0.4024

# %% cost_a_task_wrong_cache_swapped role="wrong" neutral=true
usd_low_effort = (9_000 * 2 + 3_000 * 0.2 + 6_000 * 10) / 1e6
usd_high_effort, usd_solved_high_effort = 0.2946, 0.3928

# %% cost_a_task_wrong_answer_left_out role="wrong" neutral=true
usd_low_effort = (7_800 + 5_400 * 10) / 1e6
usd_high_effort, usd_solved_high_effort = 0.2778, 0.3704

# %% cost_a_task_wrong_reading_left_out role="wrong" neutral=true
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.06, 0.276, 0.368

# %% cost_a_task_wrong_one_price role="wrong" neutral=true
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.18, 0.396, 0.528

# %% cost_a_task_wrong_efforts_add role="wrong" neutral=true
usd_low_effort = 0.0678
usd_high_effort = (7_800 + (600 + 5_400 + 27_000) * 10) / 1e6
usd_solved_high_effort = usd_high_effort / 0.75

# %% cost_a_task_wrong_failed_share role="wrong" neutral=true
usd_low_effort, usd_high_effort = 0.0678, 0.2838
usd_solved_high_effort = usd_high_effort / 0.25

# %% cost_a_task_wrong_solved_of_low role="wrong" neutral=true
usd_low_effort, usd_high_effort = 0.0678, 0.2838
usd_solved_high_effort = usd_low_effort / 0.75

# %% cost_a_task_wrong_high_not_read role="wrong" says="one of these is missing"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.0678, 0.276, 0.368

# %% cost_a_task_wrong_added_thoughts_alone role="wrong" says="one of these is missing"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.0678, 0.27, 0.36

# %% cost_a_task_wrong_whole_cents role="wrong" says="rounded to whole cents"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.07, 0.28, 0.38

# %% cost_a_task_variant_two_digits role="variant"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.068, 0.28, 0.38

# %% cost_a_task_variant_typed role="variant"
usd_low_effort, usd_high_effort, usd_solved_high_effort = 0.0678, 0.2838, 0.3784

# %% cost_a_task_variant_numpy role="variant"
prices = np.array([2, 0.2, 10]) / 1_000_000
usd_low_effort, usd_high_effort = np.array([[3e3, 9e3, 6e3], [3e3, 9e3, 27.6e3]]) @ prices
usd_solved_high_effort = 100 * usd_high_effort / 75

# %% [markdown]
# ## coverage_from_samples: what would three tries solve? (5 points)
# You let a model try each task of a benchmark `samples` times and count how many of these were right: `right`, a list with
# one number for each task. Write `coverage_from_samples(right, samples, tries)`: the **unbiased** estimate of the share of
# tasks that at least one of `tries` tries solves (pass@k), not rounded. `tries` is at most `samples`.
#
# Worked example: four samples of three tasks, 0, 1 and 3 right; two tries. From four samples 6 pairs can be drawn. For the
# first task no pair holds a right one: 0. For the second 3 of the 6 pairs do: 0.5. For the third all 6 do: 1. The mean is
# 0.5.
#
# <details><summary>Hint 1: the idea</summary>
# For each task: of all ways to draw so many of its samples, which part holds at least one right one?
# </details>
# <details><summary>Hint 2: the next step</summary>
# It is simpler to count the draws that hold none: they are drawn from the wrong samples alone. `math.comb(n, k)` counts
# the ways to draw k of n.
# </details>
# <details><summary>Hint 3: the formula</summary>
# 1 - C(n - c, k) / C(n, k) for n samples, c of them right, and k tries; then the mean over the tasks.
# </details>

# %% coverage_from_samples role="answer"
def coverage_from_samples(right: list[int], samples: int, tries: int) -> float:
    """Share of tasks that at least one of `tries` tries solves, estimated without bias.

    Example: coverage_from_samples([0, 1, 3], 4, 2) == 0.5.
    """
    ### BEGIN SOLUTION
    ways = math.comb(samples, tries)
    return sum(1 - math.comb(samples - hits, tries) / ways for hits in right) / len(right)
    ### END SOLUTION

# %% coverage_from_samples_check role="check" points=3
right = [0, 0, 1, 2, 5, 9, 10, 10]
found = coverage_from_samples(right, 10, 3)
a_number(found, "What `coverage_from_samples` gives")
near = lambda value, right: abs(value - right) < 1e-6
for value, belief in {0.579125: "measured-share-taken-for-chance", 0.844712890625: "one-rate-for-all-tasks", 0.8497930866601753: "one-rate-for-all-tasks",
                      1.3875: "chances-of-tries-add", 0.6125: "chances-of-tries-add", 0.4625: "one-try-for-many",
                      0.34791666666666665: "every-try-must-be-right", 0.375: "vote-for-coverage"}.items():
    assert not near(found, value), explain(belief)
assert not near(found, 0.75), explain("all-samples-for-tries") + " If you counted them: does a `//` throw a fraction away?"
assert not 59 <= found <= 60, f"{found:.4g} is a share in per cent: give it as a number between 0 and 1."
assert near(found, 0.59375) or abs(found - 0.59375) > 0.005, f"{found:.6g} is rounded, or nearly right: give the share as it comes out."
assert found <= 1 + 1e-9, f"{found:.4g} is no share of tasks. What becomes of the sum over all tasks?"
assert near(found, 0.59375), f"Ten samples of eight tasks, {right} right, and three tries: not {found:.6g}. Write the numbers of ways down for one task."
assert near(coverage_from_samples([0, 1, 3], 4, 2), 0.5), "The example of the function does not give 0.5."
assert near(coverage_from_samples([1, 3, 0, 4], 4, 1), 0.5), "With one try, coverage is the mean of the shares that are right: 0.5 for 1, 3, 0 and 4 of 4."

# %% coverage_from_samples_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    samples = int(random.integers(1, 60))
    tries = int(random.integers(1, samples + 1))
    right = [int(hits) for hits in random.integers(0, samples + 1, int(random.integers(1, 9)))]
    total = 0.0
    for hits in right:
        # one draw after the other, all of them wrong: wrong ones left over those left
        missed = 1.0
        for taken in range(tries):
            missed *= max(samples - hits - taken, 0) / (samples - taken)
        total += 1 - missed
    expected, got = total / len(right), coverage_from_samples(right, samples, tries)
    assert abs(got - expected) < 1e-6, f"{right} of {samples}, {tries} tries: {got} in place of {expected}"

# %% coverage_from_samples_wrong_share role="wrong" misconception="measured-share-taken-for-chance"
def coverage_from_samples(right, samples, tries):
    return sum(1 - (1 - hits / samples) ** tries for hits in right) / len(right)

# %% coverage_from_samples_wrong_one_rate role="wrong" misconception="one-rate-for-all-tasks"
def coverage_from_samples(right, samples, tries):
    return 1 - (1 - sum(right) / samples / len(right)) ** tries

# %% coverage_from_samples_wrong_pooled role="wrong" misconception="one-rate-for-all-tasks"
def coverage_from_samples(right, samples, tries):
    every = samples * len(right)
    return 1 - math.comb(every - sum(right), tries) / math.comb(every, tries)

# %% coverage_from_samples_wrong_sum_of_chances role="wrong" misconception="chances-of-tries-add"
def coverage_from_samples(right, samples, tries):
    return sum(tries * hits / samples for hits in right) / len(right)

# %% coverage_from_samples_wrong_capped_sum role="wrong" misconception="chances-of-tries-add"
def coverage_from_samples(right, samples, tries):
    return sum(min(1, tries * hits / samples) for hits in right) / len(right)

# %% coverage_from_samples_wrong_all_samples role="wrong" misconception="all-samples-for-tries"
def coverage_from_samples(right, samples, tries):
    return sum(hits > 0 for hits in right) / len(right)

# %% coverage_from_samples_wrong_one_try role="wrong" misconception="one-try-for-many"
def coverage_from_samples(right, samples, tries):
    return sum(right) / samples / len(right)

# %% coverage_from_samples_wrong_every_try role="wrong" misconception="every-try-must-be-right"
def coverage_from_samples(right, samples, tries):
    return sum(math.comb(hits, tries) / math.comb(samples, tries) for hits in right) / len(right)

# %% coverage_from_samples_wrong_vote role="wrong" misconception="vote-for-coverage"
def coverage_from_samples(right, samples, tries):
    return sum(hits > samples / 2 for hits in right) / len(right)

# %% coverage_from_samples_wrong_no_mean role="wrong" says="no share of tasks"
def coverage_from_samples(right, samples, tries):
    return sum(1 - math.comb(samples - hits, tries) / math.comb(samples, tries) for hits in right)

# %% coverage_from_samples_wrong_whole_division role="wrong" says="does a `//` throw"
def coverage_from_samples(right, samples, tries):
    return sum(1 - math.comb(samples - hits, tries) // math.comb(samples, tries) for hits in right) / len(right)

# %% coverage_from_samples_wrong_per_cent role="wrong" says="in per cent"
def coverage_from_samples(right, samples, tries):
    return sum(100 - 100 * math.comb(samples - hits, tries) / math.comb(samples, tries) for hits in right) / len(right)

# %% coverage_from_samples_wrong_rounded role="wrong" says="is rounded"
def coverage_from_samples(right, samples, tries):
    return round(sum(1 - math.comb(samples - hits, tries) / math.comb(samples, tries) for hits in right) / len(right), 2)

# %% coverage_from_samples_wrong_failures role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    return sum(math.comb(samples - hits, tries) / math.comb(samples, tries) for hits in right) / len(right)

# %% coverage_from_samples_wrong_one_less role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    return sum(1 - math.comb(samples - hits, tries - 1) / math.comb(samples, tries - 1) for hits in right) / len(right)

# %% coverage_from_samples_wrong_one_more role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    return sum(1 - math.comb(samples - hits, tries + 1) / math.comb(samples, min(tries + 1, samples)) for hits in right) / len(right)

# %% coverage_from_samples_wrong_some_wrong role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    return sum(1 - math.comb(hits, tries) / math.comb(samples, tries) for hits in right) / len(right)

# %% coverage_from_samples_wrong_exactly_one role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    ways = math.comb(samples, tries)
    return sum(hits * math.comb(samples - hits, tries - 1) / ways for hits in right) / len(right)

# %% coverage_from_samples_wrong_enough role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    return sum(hits >= tries for hits in right) / len(right)

# %% coverage_from_samples_wrong_product role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    return math.prod(1 - math.comb(samples - hits, tries) / math.comb(samples, tries) for hits in right)

# %% coverage_from_samples_wrong_median role="wrong" neutral=true
def coverage_from_samples(right, samples, tries):
    return float(np.median([1 - math.comb(samples - hits, tries) / math.comb(samples, tries) for hits in right]))

# %% coverage_from_samples_variant_product role="variant"
def coverage_from_samples(hits, n, k):
    missed = [np.prod(1 - k / np.arange(n - c + 1, n + 1)) if n - c >= k else 0 for c in hits]
    return 1 - np.mean(missed)

# %% coverage_from_samples_variant_logarithms role="variant"
def coverage_from_samples(right, samples, tries):
    solved = []
    for hits in right:
        wrong, log = samples - hits, 0.0
        if wrong < tries:
            solved.append(1.0)
            continue
        for step in range(tries):
            log += math.log(wrong - step) - math.log(samples - step)
        solved.append(1 - math.exp(log))
    return np.float64(sum(solved)) / len(solved)

# %% [markdown]
# ## turns_of_an_agent: what does a task of many turns cost? (4 points)
# An agent works in turns. Its first turn reads `first` tokens, and each further turn reads **all that the turn before read**
# and `added` tokens more: its own words and what the tools answered. Each turn writes `written` tokens, which are in
# `added` already. A seller asks `read_usd` US dollars for a million tokens read, and `written_usd` for a million tokens
# written. With a prefix cache, what the turn before has read costs only `cached_usd` a million.
#
# Write `turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd)`. It returns a dictionary:
# `read_tokens`, the tokens read in all turns; `usd`, the price of the task without a cache; `usd_with_cache`, with one;
# none of them rounded.
#
# <details><summary>Hint 1: the idea</summary>
# Write down what each turn reads, and how much of it the turn before has read.
# </details>
# <details><summary>Hint 2: the next step</summary>
# The turns of the example read 1 000, 1 500 and 2 000 tokens. With a cache the second turn finds 1 000 of its tokens there.
# What does each turn write?
# </details>
# <details><summary>Hint 3: the formula</summary>
# Turn t (from 0) reads first + t x added. New are `first` in the first turn, `added` in each other one; the rest of what is
# read is cached. Add turns x written x written_usd, and divide by 10⁶.
# </details>

# %% turns_of_an_agent role="answer"
def turns_of_an_agent(turns: int, first: int, added: int, written: int, read_usd: float, cached_usd: float, written_usd: float) -> dict[str, float]:
    """Tokens that an agent reads, and US dollars for its task without a prefix cache and with one.

    Example: turns_of_an_agent(3, 1000, 500, 100, 2.0, 0.5, 10.0) == {"read_tokens": 4500, "usd": 0.012,
    "usd_with_cache": 0.00825}. 4500 tokens at USD 2 and 300 at USD 10; or 2000 at 2, 2500 at 0.5 and 300 at 10.
    """
    ### BEGIN SOLUTION
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6,
            "usd_with_cache": (new * read_usd + (read - new) * cached_usd + writing) / 1e6}
    ### END SOLUTION

# %% turns_of_an_agent_check role="check" points=2
task = turns_of_an_agent(5, 7_000, 3_000, 400, 8.0, 0.8, 40.0)
entries(task, "read_tokens", "usd", "usd_with_cache")
near = lambda value, right: abs(value - right) < 1e-6 * (1 + abs(right))
assert not near(task["read_tokens"], 19_000), explain("agent-reads-only-what-is-new")
assert not near(task["read_tokens"], 69_000), explain("answer-read-twice")
assert near(task["read_tokens"], 65_000), f"Five turns, 7 000 tokens first and 3 000 more each time: {task['read_tokens']:.6g} tokens are not what they read. List what each turn reads."
assert not near(task["usd"], 0.52), explain("agent-writes-for-free")
assert not near(task["usd"], 600_000), explain("price-of-a-million")
assert near(task["usd"], 0.6), f"65 000 tokens read at USD 8 a million and five times 400 written at USD 40: not USD {task['usd']:.6g}."
assert not near(task["usd_with_cache"], 0.132), explain("agent-finds-all-in-the-cache")
assert not near(task["usd_with_cache"], 0.232), explain("cached-tokens-free")
assert not near(task["usd_with_cache"], 0.1888), explain("agent-writes-for-free")
assert not near(task["usd_with_cache"], 0.2048), "With a cache, too, five times 400 tokens are written, at USD 40 a million. Are all of them in your price?"
assert not near(task["usd_with_cache"], 0.5632), "`cached_usd` is the price of a cached token itself, and no discount: take it as it is."
assert near(task["usd_with_cache"], 0.2688) or abs(task["usd_with_cache"] - 0.2688) > 0.0025, f"USD {task['usd_with_cache']:.6g} is rounded, or nearly right: give the price as it comes out."
assert near(task["usd_with_cache"], 0.2688), f"With a cache the task does not cost USD {task['usd_with_cache']:.6g}. Write down three kinds of tokens with their prices: read for the first time, read from the cache, written."
assert near(turns_of_an_agent(1, 7_000, 3_000, 400, 8.0, 0.8, 40.0)["usd_with_cache"], 0.072), "In a task of one turn nothing is read twice: a cache changes nothing."

# %% turns_of_an_agent_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    turns, first, added = (int(random.integers(1, limit)) for limit in (40, 9000, 4000))
    written = int(random.integers(1, added + 1))
    read_usd, cached_usd, written_usd = (float(random.uniform(0.01, top)) for top in (9, 2, 50))
    known, reads, plain, cached, total = 0, first, 0.0, 0.0, 0
    for _ in range(turns):
        total += reads
        plain += reads * read_usd + written * written_usd
        cached += (reads - known) * read_usd + known * cached_usd + written * written_usd
        known, reads = reads, reads + added
    got = turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd)
    assert abs(got["read_tokens"] - total) < 1e-6, f"{turns} turns, {first} + {added} a turn: {got['read_tokens']} in place of {total}"
    for name, expected in (("usd", plain / 1e6), ("usd_with_cache", cached / 1e6)):
        assert abs(got[name] / expected - 1) < 1e-6, f"{name} of {turns} turns, {first} + {added}: {got[name]} in place of {expected} (where it is near: not rounded)"

# %% turns_of_an_agent_wrong_only_new role="wrong" misconception="agent-reads-only-what-is-new"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = first + (turns - 1) * added
    usd = (read * read_usd + turns * written * written_usd) / 1e6
    return {"read_tokens": read, "usd": usd, "usd_with_cache": usd}

# %% turns_of_an_agent_wrong_read_twice role="wrong" misconception="answer-read-twice"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * (added + written) for turn in range(turns))
    new = first + (turns - 1) * (added + written)
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6,
            "usd_with_cache": (new * read_usd + (read - new) * cached_usd + writing) / 1e6}

# %% turns_of_an_agent_wrong_no_writing role="wrong" misconception="agent-writes-for-free"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    return {"read_tokens": read, "usd": read * read_usd / 1e6, "usd_with_cache": (new * read_usd + (read - new) * cached_usd) / 1e6}

# %% turns_of_an_agent_wrong_a_token role="wrong" misconception="price-of-a-million"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": read * read_usd + writing, "usd_with_cache": new * read_usd + (read - new) * cached_usd + writing}

# %% turns_of_an_agent_wrong_all_cached role="wrong" misconception="agent-finds-all-in-the-cache"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6, "usd_with_cache": (read * cached_usd + writing) / 1e6}

# %% turns_of_an_agent_wrong_cache_free role="wrong" misconception="cached-tokens-free"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6, "usd_with_cache": (new * read_usd + writing) / 1e6}

# %% turns_of_an_agent_wrong_no_writing_cached role="wrong" misconception="agent-writes-for-free"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    return {"read_tokens": read, "usd": (read * read_usd + turns * written * written_usd) / 1e6,
            "usd_with_cache": (new * read_usd + (read - new) * cached_usd) / 1e6}

# %% turns_of_an_agent_wrong_written_once_cached role="wrong" says="With a cache, too"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    return {"read_tokens": read, "usd": (read * read_usd + turns * written * written_usd) / 1e6,
            "usd_with_cache": (new * read_usd + (read - new) * cached_usd + written * written_usd) / 1e6}

# %% turns_of_an_agent_wrong_cents role="wrong" says="is rounded"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": round((read * read_usd + writing) / 1e6, 2),
            "usd_with_cache": round((new * read_usd + (read - new) * cached_usd + writing) / 1e6, 2)}

# %% turns_of_an_agent_wrong_equal_turns role="wrong" neutral=true
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = turns * first
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6, "usd_with_cache": (first * read_usd + (read - first) * cached_usd + writing) / 1e6}

# %% turns_of_an_agent_wrong_one_step_more role="wrong" neutral=true
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(1, turns + 1))
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6, "usd_with_cache": read * cached_usd / 1e6}

# %% turns_of_an_agent_wrong_straight role="wrong" neutral=true
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = turns * (first + added)
    usd = (read * read_usd + turns * written * written_usd) / 1e6
    return {"read_tokens": read, "usd": usd, "usd_with_cache": usd}

# %% turns_of_an_agent_wrong_written_once role="wrong" neutral=true
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    writing = written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6,
            "usd_with_cache": (new * read_usd + (read - new) * cached_usd + writing) / 1e6}

# %% turns_of_an_agent_wrong_written_as_read role="wrong" neutral=true
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    writing = turns * written * read_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6,
            "usd_with_cache": (new * read_usd + (read - new) * cached_usd + writing) / 1e6}

# %% turns_of_an_agent_wrong_discount role="wrong" says="no discount"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6,
            "usd_with_cache": (new * read_usd + (read - new) * (read_usd - cached_usd) + writing) / 1e6}

# %% turns_of_an_agent_wrong_first_only role="wrong" neutral=true
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    found = (turns - 1) * first
    writing = turns * written * written_usd
    return {"read_tokens": read, "usd": (read * read_usd + writing) / 1e6,
            "usd_with_cache": ((read - found) * read_usd + found * cached_usd + writing) / 1e6}

# %% turns_of_an_agent_wrong_saved role="wrong" neutral=true
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    read = sum(first + turn * added for turn in range(turns))
    new = first + (turns - 1) * added
    return {"read_tokens": read, "usd": (read * read_usd + turns * written * written_usd) / 1e6,
            "usd_with_cache": (read - new) * (read_usd - cached_usd) / 1e6}

# %% turns_of_an_agent_variant_closed role="variant"
def turns_of_an_agent(n, a, d, w, p_read, p_cached, p_written):
    read = n * a + d * n * (n - 1) / 2
    new = a + (n - 1) * d
    prices = np.array([[p_read, 0, p_written], [p_read - p_cached, p_cached, p_written]]) / 1e6
    plain = prices[0] @ [read, 0, n * w]
    return {"usd_with_cache": prices[1] @ [new, read, n * w], "usd": plain, "read_tokens": np.float64(read)}

# %% turns_of_an_agent_variant_loop role="variant"
def turns_of_an_agent(turns, first, added, written, read_usd, cached_usd, written_usd):
    total, plain, kept, length, before = 0, 0.0, 0.0, first, 0
    for _ in range(turns):
        total += length
        plain += length / 1e6 * read_usd + written / 1e6 * written_usd
        kept += before / 1e6 * cached_usd + (length - before) / 1e6 * read_usd + written / 1e6 * written_usd
        before, length = length, length + added
    return {"read_tokens": float(total), "usd": plain, "usd_with_cache": kept}

# %% [markdown]
# ## sampling_share: what does a step of learning spend its time on? (4 points)
# A step of reinforcement learning takes, for each weight and each token of its answers: 2 FLOPs to **sample** it, 2 FLOPs for
# each model that **scores** it (`scorings` of them), and 6 FLOPs each time that it is **learnt** from (`updates` times).
# Sampling runs at `sampling_rate` FLOP/s: token by token, it waits for weights to be read. Scoring and updating run at
# `learning_rate` FLOP/s, since they take whole answers at once.
#
# Write `sampling_share(scorings, updates, sampling_rate, learning_rate)`: the part of the step's **time** that is sampling,
# not rounded.
#
# <details><summary>Hint 1: the idea</summary>
# A time is a number of FLOPs over a rate. Two of the three kinds of work share a rate.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Write the three times for one weight and one token. Weights and tokens multiply all three, so they cancel.
# </details>
# <details><summary>Hint 3: the formula</summary>
# sampling = 2 / sampling_rate; rest = (2 x scorings + 6 x updates) / learning_rate; the share is sampling / (sampling +
# rest).
# </details>

# %% sampling_share role="answer"
def sampling_share(scorings: int, updates: int, sampling_rate: float, learning_rate: float) -> float:
    """The part of a step's time that is sampling. Rates in FLOP/s.

    Example: sampling_share(1, 1, 1e12, 4e12) == 0.5. Sampling: 2 FLOPs at the slow rate. The rest: 8 at four times it.
    """
    ### BEGIN SOLUTION
    sampling = 2 / sampling_rate
    rest = (2 * scorings + 6 * updates) / learning_rate
    return sampling / (sampling + rest)
    ### END SOLUTION

# %% [markdown]
# And on your machine? It reads some matrices with 1 token in a pass, as sampling one answer does, and with 128, as learning
# does.

# %% own_machine role="measured"
machine = measure.prepare()
say(f"This machine is {machine.words}.")

# %% own_passes role="measured" seconds=2
streamed = demo.Weights(total_bytes=100e6)
one_pass = lambda inputs: lambda: streamed.run(inputs)
works = {tokens: one_pass(streamed.inputs(tokens)) for tokens in (1, 128)}
timed = measure.time_rounds(works, repeats=5, budget_seconds=5)
my_rates = {tokens: 2 * tokens * streamed.bytes / 4 / each.median_seconds for tokens, each in timed.items()}
table([[str(tokens), fmt(each.median_seconds, "s"), fmt(my_rates[tokens], "FLOP/s")] for tokens, each in timed.items()],
      ["tokens in a pass", "median", "rate"], caption="Passes over some matrices in fp32, here")

# %% [markdown]
# One model scores, and each answer is learnt from once:

# %% own_share role="measured"
my_share = attempt(sampling_share, 1, 1, my_rates[1], my_rates[128])

# %% [markdown]
# What takes more of a step's time with these two rates: the *sampling*, or the *learning* (scoring and updating)?

# %% leads role="answer" part_of="sampling_share"
leads = None  # "sampling" or "learning"
### BEGIN SOLUTION
leads = "sampling" if my_share > 0.5 else "learning"
### END SOLUTION

# %% sampling_share_check role="check" points=2
found = sampling_share(2, 5, 2e12, 8e12)
a_number(found, "What `sampling_share` gives")
near = lambda value, right: abs(value / right - 1) < 1e-6
for value, belief in {2 / 36: "one-rate-for-the-step", 1 / 4.75: "scoring-forgotten", 1 / 2.75: "updating-is-a-pass", 1 / 6.75: "scoring-token-by-token",
                      1 / 4.25: "rest-for-whole-step", 0.25 / 17.25: "rates-swapped"}.items():
    assert not near(found, value), explain(belief)
assert near(found, 1 / 5.25) or abs(found * 5.25 - 1) > 0.02, f"{found:.6g} is rounded, or nearly right: give the share as it comes out."
assert 0 < found < 1, f"{found:.4g} is no share of a time: it should lie between 0 and 1."
assert near(found, 1 / 5.25), f"Two scorings, five updates, 2 and 8 TFLOP/s: not {found:.4g}. Write down the three times for one weight and token."
assert near(sampling_share(1, 1, 1e12, 4e12), 0.5), "The example of the function does not give 0.5."
answered(leads)
said = str(leads).strip().lower()
assert said in ("sampling", "learning"), f'`leads` is {leads!r}: write "sampling", or "learning" for scoring and updating together.'
mine = sampling_share(1, 1, my_rates[1], my_rates[128])
close = abs(mine - 0.5) < 0.03  # so close to a half, both may be said
assert close or said == ("sampling" if mine > 0.5 else "learning"), f'Sampling takes {fmt(mine, "%")} of the time: is it "{said}" that leads?'

# %% sampling_share_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    scorings, updates = int(random.integers(0, 5)), int(random.integers(1, 7))
    slow, fast = (float(random.uniform(*ends)) for ends in ((1e9, 1e12), (1e11, 1e14)))
    weights, tokens = float(random.uniform(1e6, 1e9)), float(random.uniform(100, 9000))
    seconds = [2 * weights * tokens / slow]
    seconds += [2 * weights * tokens / fast] * scorings + [6 * weights * tokens / fast] * updates
    got, expected = sampling_share(scorings, updates, slow, fast), seconds[0] / sum(seconds)
    assert abs(got - expected) < 1e-6, f"{scorings} scorings, {updates} updates, {slow}, {fast}: {got} in place of {expected}"

# %% sampling_share_wrong_flops role="wrong" misconception="one-rate-for-the-step"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return 2 / (2 + 2 * scorings + 6 * updates)

# %% sampling_share_wrong_no_scoring role="wrong" misconception="scoring-forgotten"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / (2 / sampling_rate + 6 * updates / learning_rate)

# %% sampling_share_wrong_update_as_pass role="wrong" misconception="updating-is-a-pass"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / (2 / sampling_rate + (2 * scorings + 2 * updates) / learning_rate)

# %% sampling_share_wrong_slow_scoring role="wrong" misconception="scoring-token-by-token"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / ((2 + 2 * scorings) / sampling_rate + 6 * updates / learning_rate)

# %% sampling_share_wrong_ratio role="wrong" misconception="rest-for-whole-step"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / ((2 * scorings + 6 * updates) / learning_rate)

# %% sampling_share_wrong_swapped role="wrong" misconception="rates-swapped"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / learning_rate) / (2 / learning_rate + (2 * scorings + 6 * updates) / sampling_rate)

# %% sampling_share_wrong_times_rates role="wrong" misconception="rates-swapped"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return 2 * sampling_rate / (2 * sampling_rate + (2 * scorings + 6 * updates) * learning_rate)

# %% sampling_share_wrong_rounded role="wrong" says="is rounded"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return round((2 / sampling_rate) / (2 / sampling_rate + (2 * scorings + 6 * updates) / learning_rate), 2)

# %% sampling_share_wrong_inverse role="wrong" says="is no share of a time"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return 1 + (2 * scorings + 6 * updates) / learning_rate * sampling_rate / 2

# %% sampling_share_wrong_other_part role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    rest = (2 * scorings + 6 * updates) / learning_rate
    return rest / (2 / sampling_rate + rest)

# %% sampling_share_wrong_backward_alone role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / (2 / sampling_rate + (2 * scorings + 4 * updates) / learning_rate)

# %% sampling_share_wrong_once role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / (2 / sampling_rate + (2 * scorings + 6) / learning_rate)

# %% sampling_share_wrong_one_scoring role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / (2 / sampling_rate + (2 + 6 * updates) / learning_rate)

# %% sampling_share_wrong_checkpointed role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / (2 / sampling_rate + (2 * scorings + 8 * updates) / learning_rate)

# %% sampling_share_wrong_one_flop role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (1 / sampling_rate) / (1 / sampling_rate + (2 * scorings + 6 * updates) / learning_rate)

# %% sampling_share_wrong_rates_add role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return (2 / sampling_rate) / ((2 + 2 * scorings + 6 * updates) / (sampling_rate + learning_rate))

# %% sampling_share_wrong_time_alone role="wrong" neutral=true
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    return 2 / sampling_rate

# %% leads_wrong_reading role="wrong" neutral=true
leads = "learning" if my_share > 0.5 else "sampling"

# %% leads_wrong_updating role="wrong" says="for scoring and updating together"
leads = "updating"

# %% leads_variant_capital role="variant"
leads = "Sampling" if my_share > 0.5 else "Learning"

# %% sampling_share_variant_rearranged role="variant"
def sampling_share(s, u, slow, fast):
    return 1 / (1 + slow / fast * (s + 3 * u))

# %% sampling_share_variant_numpy role="variant"
def sampling_share(scorings, updates, sampling_rate, learning_rate):
    seconds = np.array([2.0, 2.0 * scorings, 6.0 * updates]) / np.array([sampling_rate, learning_rate, learning_rate])
    return seconds[0] / seconds.sum()

# %% [markdown]
# ## think_or_train: more thoughts at each task, or learning once? (3 points)
# A firm lets a model answer 2 000 hard questions a day. It writes 2 000 tokens for each and gets 50 of 100 right. The seller
# of the model asks USD 2 for a million tokens written. Two offers bring it to 70 of 100:
#
# - **Think**: at a higher effort it writes 16 000 tokens a question.
# - **Train**: reinforcement learning on 8 H100 for 20 days, at USD 2.50 an hour for each card. The trained model writes 2 000
#   tokens a question as before, at the same price.
#
# The lesson says how much the search for a recipe may take beside the final run. Which offer do you take, for how long must
# it run to pay, and what would change your mind? Answer in three to six sentences: the choice, the sums behind it with their
# units, and why (with *because*, *since*, *so* or *therefore*).
#
# | points | for |
# | --- | --- |
# | 1 | a choice, and the sums that it comes from, with their units |
# | 1 | the right sums: what thinking costs **more** each day, what training costs once, and the days until they are equal |
# | 1 | what the sum leaves out: the search for the recipe, and one thing that would change your choice |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# One offer costs every day, the other once. After some days they have cost the same.
# </details>
# <details><summary>Hint 2: the next step</summary>
# How many tokens more does thinking write in a day, and what do they cost? How many card-hours does the training take? And
# how much more, if the search takes 10 or 100 times the final run?
# </details>
# <details><summary>Hint 3: the formula</summary>
# days = cards x days x 24 x price of an hour / (questions a day x tokens more x price of a token).
# </details>

# %% think_or_train role="free_text" points=2
think_or_train = """
### BEGIN SOLUTION
I would think first and not train yet. Thinking writes 14 000 tokens more for each question: 28 million a day, which is USD 56 a
day. The training takes 3 840 card-hours, which is USD 9 600, so it would pay after 171 days if the first run works. But the
search for a recipe takes 10 to 100 times the final run, because settings must be tried: with 10 times it is USD 96 000 and more
than four years, and by then there will be another model. With 20 000 questions a day I would train, since even with the search it would
pay within half a year.
### END SOLUTION
"""

# %% think_or_train_check role="check" points=1
answered(think_or_train)
text = in_words(think_or_train)
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
assert text.numbers, explain("no-thinking-number")
assert text.numbers >= 3, f"A cost a day, a cost once and a time are asked for: the check finds {text.numbers} number(s)."
assert text.measures("usd", "dollar", "$", "day", "days", "hours", "month", "months", "years", "cents", "per"), "None of your numbers has a unit of money or time behind it, such as USD a day."
assert text.has("think", "thinking", "train", "training", "effort"), "Say which offer you take: the check finds no word for thinking or training."
reasons = {"because", "since", "so", "therefore", "thus", "hence", "due", "reason", "why", "thanks", "follows", "means"}
assert reasons & set(text.pieces), "The check finds no word that gives a reason, such as because, since or so: say why."

# %% think_or_train_wrong_no_number role="wrong" misconception="no-thinking-number"
think_or_train = """I should take the training, because thinking costs money for every question that comes in, while training is paid for once and
then serves all the questions of the years that follow, and the answers come sooner, too."""

# %% think_or_train_wrong_one_number role="wrong" says="A cost a day, a cost once and a time"
think_or_train = """I take the training, because thinking costs USD 56 for every single day, while training is paid for once and then serves all the
questions of the years that follow; with few questions I would rather think."""

# %% think_or_train_wrong_no_unit role="wrong" says="a unit of money or time"
think_or_train = """Thinking comes to 56, and training to 9600. The second is about 171 times the first. So I would train, because this is not much in
view of what the firm will ask in all the time to come, and answers are shorter."""

# %% think_or_train_wrong_no_choice role="wrong" says="no word for thinking or training"
think_or_train = """The first one costs USD 56 a day more, the second one USD 9 600 once, which is as much after 171 days. I take the second, because the
firm will go on for years and its answers will come sooner, too."""

# %% think_or_train_wrong_no_reason role="wrong" says="no word that gives a reason"
think_or_train = """I take the training. Thinking costs USD 56 a day more. Training costs USD 9 600 once. That is 171 days of thinking. A search for the
recipe takes ten times that. Fewer questions turn my choice around."""

# %% think_or_train_wrong_as_much role="wrong" says="no word that gives a reason"
think_or_train = """I take the training. Thinking costs USD 56 a day more, training USD 9 600 once, which is as much as 171 days of thinking. A search
for the recipe would take ten times that. If there were fewer questions, only thinking would pay."""

# %% think_or_train_wrong_too_short role="wrong" says="three sentences at least"
think_or_train = "Train: USD 9 600 once over USD 56 a day is 171 days, because that is short."

# %% think_or_train_variant_own_words role="variant"
think_or_train = """Train. 2000 questions x 14k extra tokens = 28M tokens/day, i.e. $56 a day; 8 x 20 x 24 = 3840 hours make $9,600: even after 171 days. We
have a recipe from a former project, hence no search worth mentioning. Should next year's model reach 70 of 100 by itself, the
money would be lost, therefore I'd ask for a short trial run first."""

# %% think_or_train_variant_both role="variant"
think_or_train = """For half a year I would pay for thinking (56 dollars per day more, about 10 thousand dollars in 171 days), as a recipe search of ten
runs costs 96 thousand dollars. Meanwhile we collect checked answers. If questions grow to ten times as many, training pays
within 171 days even with its search, so then we train."""
