# %% [markdown]
# # Exercise 10 · Parallelism
# *Count what a ring sends, find the bubble, time a step, measure a speed-up, save in time, and choose between cards and a link.*
#
# Work through [lesson 10](../lessons/10_parallelism.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `ring_bytes` | compute by hand | 3 | 4 |
# | `bubble_share` | write a function | 3 | 4 |
# | `step_seconds` | write a function | 4 | 6 |
# | `speedup` | measure | 4 | 6 |
# | `save_every` | write a function | 3 | 6 |
# | `cards_or_link` | decide and justify | 3 | 11 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import itertools
import math
import statistics

import numpy as np

from course_lib.demos import measure
from course_lib.demos import parallelism as demo
from course_lib.estimators import parallelism
from course_lib.teaching import a_number, answered, attempt, checking, entries, explain, fmt, in_words, say, table

# %% [markdown]
# ## ring_bytes: what does each device send? (3 points)
# A model has 3 billion weights. Its gradients are in fp32, 4 bytes each, and are all-reduced in a ring of 20 devices. How
# many bytes does each device send in a step?
#
# Worked example: 1 000 weights with gradients of 2 bytes on 2 devices: all gradients are 2 000 bytes, a piece is half of
# them, and each device passes on 1 piece twice: 2 000 bytes.
#
# <details><summary>Hint 1: the idea</summary>
# The vector is cut into as many pieces as there are devices. They go round to be added up, and again to be handed out.
# </details>
# <details><summary>Hint 2: the next step</summary>
# How many bytes are all gradients, and one piece? How many pieces does one device pass on in one round?
# </details>
# <details><summary>Hint 3: the formula</summary>
# bytes = 2 x S x (n - 1) / n, with S the bytes of all gradients.
# </details>

# %% ring_bytes role="answer"
ring_bytes = None  # bytes
### BEGIN SOLUTION
ring_bytes = 2 * (3e9 * 4) * 19 / 20
### END SOLUTION

# %% ring_bytes_check role="check" points=3
a_number(ring_bytes, "`ring_bytes`")
gradients = 3e9 * 4
near = lambda value: abs(ring_bytes / value - 1) < 0.001
assert not (near(gradients / 20) or near(2 * gradients / 20)), explain("gradient-divides")
assert not (near(gradients * 19) or near(gradients * 20)), explain("all-to-all-copies")
assert not near(2 * gradients), explain("ring-without-its-own")
right = parallelism.collectives.traffic("all_reduce", gradients, 20).sent_bytes
assert not (near(right / 1e9) or near(right / 2**30)), "That is in GB: `ring_bytes` asks for bytes."
assert not near(gradients), "That is all gradients, once. How many pieces of them does a device pass on, in both rounds together?"
assert not near(right / 2), f"{ring_bytes:.4g} bytes are half of it. How often do the pieces go round, and how many bytes has a gradient?"
assert near(right), f"{ring_bytes:.4g} bytes is not it: start with the bytes of all gradients, then those of one piece."

# %% ring_bytes_wrong_share role="wrong" misconception="gradient-divides"
ring_bytes = 3e9 * 4 / 20

# %% ring_bytes_wrong_two_shares role="wrong" misconception="gradient-divides"
ring_bytes = 2 * 3e9 * 4 / 20

# %% ring_bytes_wrong_all role="wrong" misconception="all-to-all-copies"
ring_bytes = 3e9 * 4 * 19

# %% ring_bytes_wrong_twice role="wrong" misconception="ring-without-its-own"
ring_bytes = 2 * 3e9 * 4

# %% ring_bytes_wrong_once role="wrong" says="half of it"
ring_bytes = 3e9 * 4 * 19 / 20

# %% ring_bytes_wrong_two_bytes role="wrong" says="half of it"
ring_bytes = 2 * 3e9 * 2 * 19 / 20

# %% ring_bytes_wrong_in_gb role="wrong" says="asks for bytes"
ring_bytes = 22.8

# %% ring_bytes_wrong_all_once role="wrong" says="all gradients, once"
ring_bytes = 3e9 * 4

# %% ring_bytes_wrong_no_bytes role="wrong" neutral=true
ring_bytes = 2 * 3e9 * 19 / 20

# %% ring_bytes_wrong_bits role="wrong" neutral=true
ring_bytes = 2 * 3e9 * 32 * 19 / 20

# %% ring_bytes_wrong_inverse role="wrong" neutral=true
ring_bytes = 2 * 3e9 * 4 * 20 / 19

# %% ring_bytes_wrong_neighbours role="wrong" neutral=true
ring_bytes = 2 * 3e9 * 4 * 18 / 20

# %% ring_bytes_wrong_of_all role="wrong" neutral=true
ring_bytes = 2 * 3e9 * 4 * 19

# %% ring_bytes_variant_pieces role="variant"
piece = 12_000_000_000 // 20
ring_bytes = piece * (19 + 19)

# %% ring_bytes_variant_numpy role="variant"
ring_bytes = np.float64(24e9) - 24e9 / 20

# %% [markdown]
# ## bubble_share: how much of the step is waiting? (3 points)
# Write `bubble_share(stages, micro_batches)`: the share of the **whole** step in which a device of a pipeline waits.
# All stages take equally long, and messages take no time.
#
# <details><summary>Hint 1: the idea</summary>
# Draw a table: a row for each stage, a column for each slot of time.
# </details>
# <details><summary>Hint 2: the next step</summary>
# How many columns until the last micro-batch has left the last stage? How many of them are empty in the first row?
# </details>
# <details><summary>Hint 3: the formula</summary>
# m micro-batches need m + p - 1 slots, and each stage is empty in p - 1 of them.
# </details>

# %% bubble_share role="answer"
def bubble_share(stages: int, micro_batches: int) -> float:
    """Share of the whole step that a device waits. Example: bubble_share(4, 9) == 0.25"""
    ### BEGIN SOLUTION
    return (stages - 1) / (micro_batches + stages - 1)
    ### END SOLUTION

# %% bubble_share_check role="check" points=2
found = bubble_share(5, 7)
a_number(found, "What `bubble_share` gives")
near = lambda value: abs(found - value) < 1e-4
assert not near(4 / 7), explain("bubble-over-ideal")
assert not near(5 / 11), explain("bubble-counts-all-stages")
assert not near(4 / 5), explain("micro-batches-ignored")
played = parallelism.pipelines.run("1f1b", stages=5, micro_batches=7).bubble_share()
assert abs(found - 100 * played) > 0.01, "That is per cent: a share of the step lies between 0 and 1."
assert near(played), f"For 5 stages and 7 micro-batches you return {found:.4g}. Draw the table: 5 rows, and columns until all are through."
lone = bubble_share(1, 5)
assert abs(lone) < 1e-4, f"One stage waits for nobody; you return {lone:.4g}."

# %% bubble_share_hidden role="hidden" points=1
random = rng()
for _ in range(20):
    stages, pieces = (int(value) for value in random.integers(1, 40, 2))
    slots = [[0] * (pieces + stages - 1) for _ in range(stages)]
    for stage in range(stages):
        for piece in range(pieces):
            slots[stage][stage + piece] = 1
    expected = slots[0].count(0) / len(slots[0])
    found = bubble_share(stages, pieces)
    assert abs(found - expected) < 1e-4, f"{stages} stages, {pieces} micro-batches: {found} in place of {expected}"

# %% bubble_share_wrong_ideal role="wrong" misconception="bubble-over-ideal"
def bubble_share(stages, micro_batches):
    return (stages - 1) / micro_batches

# %% bubble_share_wrong_stages role="wrong" misconception="bubble-counts-all-stages"
def bubble_share(stages, micro_batches):
    return stages / (micro_batches + stages - 1)

# %% bubble_share_wrong_pieces role="wrong" misconception="micro-batches-ignored"
def bubble_share(stages, micro_batches):
    return (stages - 1) / stages

# %% bubble_share_wrong_per_cent role="wrong" says="per cent"
def bubble_share(stages, micro_batches):
    return 100 * (stages - 1) / (micro_batches + stages - 1)

# %% bubble_share_wrong_busy role="wrong" neutral=true
def bubble_share(stages, micro_batches):
    return micro_batches / (micro_batches + stages - 1)

# %% bubble_share_wrong_one_more_slot role="wrong" neutral=true
def bubble_share(stages, micro_batches):
    return (stages - 1) / (micro_batches + stages)

# %% bubble_share_wrong_stages_twice role="wrong" neutral=true
def bubble_share(stages, micro_batches):
    return stages / (micro_batches + stages)

# %% bubble_share_wrong_both_ends role="wrong" neutral=true
def bubble_share(stages, micro_batches):
    return 2 * (stages - 1) / (micro_batches + 2 * (stages - 1))

# %% bubble_share_wrong_swapped role="wrong" neutral=true
def bubble_share(stages, micro_batches):
    return (micro_batches - 1) / (micro_batches + stages - 1)

# %% bubble_share_wrong_slots role="wrong" neutral=true
def bubble_share(stages, micro_batches):
    return stages - 1

# %% bubble_share_variant_table role="variant"
def bubble_share(p, m):
    slots = m + p - 1
    return 1 - m / slots

# %% bubble_share_variant_rounded role="variant"
def bubble_share(stages, micro_batches):
    return round((stages - 1) / (micro_batches + stages - 1), 4)

# %% bubble_share_variant_numpy role="variant"
def bubble_share(stages, micro_batches):
    row = np.zeros(micro_batches + stages - 1)
    row[:micro_batches] = 1
    return np.mean(row == 0)

# %% [markdown]
# ## step_seconds: the slowest, and what cannot be hidden (4 points)
# Write `step_seconds(compute, messages, overlap)`: the time of a step in data parallelism. `compute` lists how long
# each rank computes, in seconds. The all-reduce takes `messages` seconds. A part of it can run while ranks still
# compute: at most `overlap` (from 0 to 1) of the slowest rank's compute time. What is left of it comes on top.
#
# Worked example: ranks compute 1 s and 2 s, the all-reduce takes 1.5 s, and overlap is 0.5. It can run beside 1 s, so 0.5 s
# are left: the step takes 2.5 s.
#
# <details><summary>Hint 1: the idea</summary>
# All ranks meet in the all-reduce. Whom do they wait for? And can more be hidden than there is?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Find the slowest rank, then how many seconds of messages fit beside its computing. What is left, at the least?
# </details>
# <details><summary>Hint 3: the formula</summary>
# slowest + max(0, messages - overlap x slowest), with slowest the largest of `compute`.
# </details>

# %% step_seconds role="answer"
def step_seconds(compute: list[float], messages: float, overlap: float) -> float:
    """Seconds of a step. Example: step_seconds([1.0, 2.0], 1.5, 0.5) == 2.5"""
    ### BEGIN SOLUTION
    slowest = max(compute)
    return slowest + max(0.0, messages - overlap * slowest)
    ### END SOLUTION

# %% step_seconds_check role="check" points=2
found, hidden = step_seconds([1.0, 6.0, 2.0], 5.0, 0.25), step_seconds([1.0, 6.0, 2.0], 1.0, 0.25)
a_number(found, "What `step_seconds` gives")
near = lambda value, wanted: abs(value - wanted) < 1e-9
assert not near(found, 7.25), explain("mean-sets-the-pace")
assert not near(found, 11.75), explain("ranks-add-up")
assert not near(found, 11.0), explain("messages-never-hide")
assert near(found, 9.5), f"Ranks of 1, 6 and 2 s, messages of 5 s, overlap 0.25: the step takes 9.5 s. You say {found:.4g} s."
assert not near(hidden, 5.5), explain("overlap-below-zero")
assert near(hidden, 6.0), f"The same with messages of 1 s, which hide completely: 6 s. You say {hidden:.4g} s."

# %% step_seconds_hidden role="hidden" points=2
random = rng()
for _ in range(30):
    compute = [float(value) for value in random.uniform(0.1, 2.0, int(random.integers(1, 9)))]
    messages, overlap = float(random.uniform(0, 2)), float(random.uniform(0, 1))
    slowest = sorted(compute)[-1]
    shown = messages - overlap * slowest
    expected = slowest + (shown if shown > 0 else 0.0)
    found = step_seconds(compute, messages, overlap)
    assert abs(found - expected) < 1e-9, f"{compute}, {messages}, {overlap}: {found} in place of {expected}"

# %% step_seconds_wrong_mean role="wrong" misconception="mean-sets-the-pace"
def step_seconds(compute, messages, overlap):
    mean = sum(compute) / len(compute)
    return mean + max(0.0, messages - overlap * mean)

# %% step_seconds_wrong_sum role="wrong" misconception="ranks-add-up"
def step_seconds(compute, messages, overlap):
    return sum(compute) + max(0.0, messages - overlap * sum(compute))

# %% step_seconds_wrong_below_zero role="wrong" misconception="overlap-below-zero"
def step_seconds(compute, messages, overlap):
    return max(compute) + messages - overlap * max(compute)

# %% step_seconds_wrong_no_overlap role="wrong" misconception="messages-never-hide"
def step_seconds(compute, messages, overlap):
    return max(compute) + messages

# %% step_seconds_wrong_part_of_messages role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return max(compute) + (1 - overlap) * messages

# %% step_seconds_wrong_other_part role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return max(compute) + max(0.0, messages - (1 - overlap) * max(compute))

# %% step_seconds_wrong_longer role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return max(max(compute), messages)

# %% step_seconds_wrong_quickest role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return min(compute) + max(0.0, messages - overlap * min(compute))

# %% step_seconds_wrong_last role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return compute[-1] + max(0.0, messages - overlap * compute[-1])

# %% step_seconds_wrong_behind_mean role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return max(compute) + max(0.0, messages - overlap * sum(compute) / len(compute))

# %% step_seconds_wrong_messages_left_out role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return max(compute)

# %% step_seconds_wrong_absolute role="wrong" neutral=true
def step_seconds(compute, messages, overlap):
    return max(compute) + abs(messages - overlap * max(compute))

# %% step_seconds_variant_either role="variant"
def step_seconds(ranks, wire, share):
    longest = sorted(ranks)[-1]
    return max(longest, longest * (1 - share) + wire)

# %% step_seconds_variant_numpy role="variant"
def step_seconds(compute, messages, overlap):
    slowest = np.max(compute)
    return slowest + np.clip(messages - overlap * slowest, 0, None)

# %% [markdown]
# ## speedup: how much faster are n stand-ins? (4 points)
# Write `speedup(times)`. `times` maps a number of ranks to their step times: for each rank a list of the seconds of its
# steps, the first step being the warm-up, which does not count. A step is over when its slowest rank is done. Take the
# median of the steps. Return the speed-up over one rank, for each number of ranks.
#
# Worked example: one rank takes 9, 4 and 4 s: 4 s without the first. Two ranks take 9, 2, 2 and 9, 1, 1 s: each step is
# over after 2 s. The speed-ups are 1 and 2.
#
# <details><summary>Hint 1: the idea</summary>
# Go step by step: how long did all ranks together take for it?
# </details>
# <details><summary>Hint 2: the next step</summary>
# First the slowest rank of each step (`zip(*ranks)` gives the steps), then the median without the first step, then one rank
# over n.
# </details>
# <details><summary>Hint 3: the formula</summary>
# step(n) = median of max over ranks, from the second step on. speed-up(n) = step(1) / step(n).
# </details>

# %% speedup role="answer"
def speedup(times: dict[int, list[list[float]]]) -> dict[int, float]:
    """Speed-up over one rank.

    Example: speedup({1: [[9.0, 4.0, 4.0]], 2: [[9.0, 2.0, 2.0], [9.0, 1.0, 1.0]]}) == {1: 1.0, 2: 2.0}
    """
    ### BEGIN SOLUTION
    steps = {}
    for count, by_rank in times.items():
        slowest = [max(step) for step in zip(*by_rank, strict=True)]
        steps[count] = statistics.median(slowest[1:])
    return {count: steps[1] / each for count, each in steps.items()}
    ### END SOLUTION

# %% [markdown]
# Now your own machine: real processes that wait in place of computing, and really send.

# %% own_machine role="measured"
machine = measure.prepare()
say(f"This machine is {machine.words}.")

# %% own_ranks role="measured" seconds=5
my_times = demo.rank_times(demo.StandInStep(compute_seconds=0.08, gradient_bytes=400_000, steps=3), counts=[1, 2, 4])
table([[str(count), str(rank), *(fmt(each, "s") for each in steps)] for count, ranks in my_times.items() for rank, steps in enumerate(ranks)],
      ["ranks", "rank", "warm-up", "step 1", "step 2", "step 3"], caption="Stand-ins that share a wait of 0.08 s")

# %% own_speedup role="measured"
my_speedup = attempt(speedup, my_times)

# %% speedup_check role="check" points=2
given = {
    1: [[30.0, 11.0, 8.0, 6.0]],
    4: [[30.0, 1.25, 1.25, 1.25], [30.0, 1.0, 1.0, 1.0], [30.0, 2.0, 2.0, 5.0], [30.0, 5.0, 2.0, 2.0]],
    8: [[30.0, 1.0, 1.0, 1.0]] * 8,
}
value = speedup(given)
answered(value)
assert isinstance(value, dict), "`speedup` gives a dictionary: a speed-up for each number of ranks."
assert set(value) == {1, 4, 8}, f"One entry for each number of ranks, 1, 4 and 8. You give {sorted(value)}."
near = lambda count, wanted: abs(value[count] - wanted) < 0.005
assert not near(8, 2), explain("cores-limit-waiting")
assert not (near(4, 55 / 42) or near(4, 1.9)), explain("first-step-counted")
assert not near(4, 6.4), explain("rank-zero-alone")
assert not near(8, 0.125), explain("speedup-inverted")
assert near(1, 1) and near(4, 1.6) and near(8, 8), f"The times in `given` give 1, 1.6 and 8. You find {', '.join(f'{each:.4g}' for each in value.values())}."

# %% speedup_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    counts = [1, *(int(count) for count in random.choice(range(2, 12), 3, replace=False))]
    times, steps = {}, {}
    for count in counts:
        seconds = random.uniform(0.5, 2.0, (count, 6))
        seconds[:, 0] = 50.0
        times[count] = [[float(value) for value in row] for row in seconds]
        slowest = sorted(float(max(seconds[:, step])) for step in range(1, 6))
        steps[count] = slowest[2]
    found = speedup(times)
    for count in counts:
        expected = steps[1] / steps[count]
        assert abs(found[count] / expected - 1) < 1e-9, f"{count} ranks: {found[count]} in place of {expected}"

# %% speedup_wrong_cores role="wrong" misconception="cores-limit-waiting"
def speedup(times):
    return {count: float(min(count, 2)) for count in times}

# %% speedup_wrong_first_mean role="wrong" misconception="first-step-counted"
def speedup(times):
    steps = {count: statistics.mean(max(step) for step in zip(*ranks, strict=True)) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_first_median role="wrong" misconception="first-step-counted"
def speedup(times):
    steps = {count: statistics.median(max(step) for step in zip(*ranks, strict=True)) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_rank role="wrong" misconception="rank-zero-alone"
def speedup(times):
    steps = {count: statistics.median(ranks[0][1:]) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_inverted role="wrong" misconception="speedup-inverted"
def speedup(times):
    steps = {
        count: statistics.median([max(step) for step in zip(*ranks, strict=True)][1:]) for count, ranks in times.items()
    }
    return {count: each / steps[1] for count, each in steps.items()}

# %% speedup_wrong_quickest role="wrong" neutral=true
def speedup(times):
    steps = {count: statistics.median([min(step) for step in zip(*ranks, strict=True)][1:]) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_mean_rank role="wrong" neutral=true
def speedup(times):
    steps = {count: statistics.median([sum(step) / len(step) for step in zip(*ranks, strict=True)][1:]) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_mean_step role="wrong" neutral=true
def speedup(times):
    steps = {count: statistics.mean([max(step) for step in zip(*ranks, strict=True)][1:]) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_slowest_of_medians role="wrong" neutral=true
def speedup(times):
    steps = {count: max(statistics.median(rank[1:]) for rank in ranks) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_all_seconds role="wrong" neutral=true
def speedup(times):
    steps = {count: statistics.median([sum(step) for step in zip(*ranks, strict=True)][1:]) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_step_times role="wrong" neutral=true
def speedup(times):
    return {count: statistics.median([max(step) for step in zip(*ranks, strict=True)][1:]) for count, ranks in times.items()}

# %% speedup_wrong_last_dropped role="wrong" neutral=true
def speedup(times):
    steps = {count: statistics.median([max(step) for step in zip(*ranks, strict=True)][:-1]) for count, ranks in times.items()}
    return {count: steps[1] / each for count, each in steps.items()}

# %% speedup_wrong_ranks role="wrong" neutral=true
def speedup(times):
    return {count: float(count) for count in times}

# %% speedup_variant_numpy role="variant"
def speedup(times):
    step = lambda ranks: np.median(np.array(ranks)[:, 1:].max(axis=0))
    return {count: step(times[1]) / step(ranks) for count, ranks in times.items()}

# %% speedup_variant_order role="variant"
def speedup(measured):
    result = {}
    for count in sorted(measured, reverse=True):
        taken = sorted(max(rank[place] for rank in measured[count]) for place in range(1, len(measured[count][0])))
        result[count] = (taken[len(taken) // 2] + taken[(len(taken) - 1) // 2]) / 2
    return {count: result[1] / seconds for count, seconds in result.items()}

# %% [markdown]
# ## save_every: how often should a run save? (3 points)
# Write `save_every(cards, card_seconds, save_seconds, restart_seconds)`. One card fails every `card_seconds` in the mean, and
# each failure stops the run of all `cards`. Return a dictionary with
#
# - `"between"`: mean seconds between two failures of the run,
# - `"interval"`: the seconds of work between two saves that cost least (Young),
# - `"lost"`: the share of the time that then brings no new work: saves, work done again, and restarts. Take the lesson's
#   simple sum: a save for each interval; for each failure half an interval and one restart.
#
# Worked example: 100 cards, each failing every 10⁶ s; a save of 50 s, a restart of 100 s. The run fails every 10 000 s. It
# saves every 1 000 s: 0.05 for saves, 0.05 for work done again, 0.01 for restarts, 0.11 in all.
#
# <details><summary>Hint 1: the idea</summary>
# More cards, more failures. And at the best interval, saving costs as much as doing again.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Write both costs as shares of the time: one falls with the interval, the other grows. Where are they equal?
# </details>
# <details><summary>Hint 3: the formula</summary>
# between = card_seconds / cards; interval = √(2 x save x between); lost = save / interval + interval / (2 x between) + restart /
# between.
# </details>

# %% save_every role="answer"
def save_every(cards: int, card_seconds: float, save_seconds: float, restart_seconds: float) -> dict[str, float]:
    """Seconds between failures, best seconds between saves, and the share that is lost.

    Example: save_every(100, 1e6, 50, 100) == {"between": 10000.0, "interval": 1000.0, "lost": 0.11}
    """
    ### BEGIN SOLUTION
    between = card_seconds / cards
    interval = math.sqrt(2 * save_seconds * between)
    lost = save_seconds / interval + interval / (2 * between) + restart_seconds / between
    return {"between": between, "interval": interval, "lost": lost}
    ### END SOLUTION

# %% save_every_check role="check" points=2
found = save_every(1000, 2e8, 40, 1000)
entries(found, "between", "interval", "lost")
near = lambda name, right: abs(found[name] / right - 1) < 1e-6
assert not near("between", 2e8), explain("failures-stay")
right = parallelism.failures.between_failures(1000, 2e8)
assert near("between", right), f"1 000 cards, each failing every 2e8 s: the run fails every {right:.6g} s. You say {found['between']:.6g} s."
assert not near("interval", 2 * 40 * right), explain("interval-in-proportion")
assert near("interval", parallelism.failures.best_interval(40, right, law="young")), f"With saves of 40 s you save every {found['interval']:.6g} s: there, saving and doing again do not cost the same."
assert not near("lost", 2.5), "`lost` is a share of the time, such as 0.1, and not per cent."
interval = found["interval"]
fits = {saves + again + 1000 / right for saves in (40 / interval, 40 / (interval + 40)) for again in (interval / (2 * right), (interval + 40) / (2 * right))}
assert any(near("lost", total) for total in fits), f"You lose {found['lost']:.6g} of the time. Write down all three costs, each as a share of the time."

# %% save_every_hidden role="hidden" points=1
random = rng()
for _ in range(20):
    cards, card_seconds = int(random.integers(8, 20_000)), float(random.uniform(1e8, 5e8))
    save, restart = float(random.uniform(1, 100)), float(random.uniform(0, 900))
    found = save_every(cards, card_seconds, save, restart)
    mean = card_seconds / cards
    tried = save * (2 * mean / save) ** 0.5
    fits = {saves + again + restart / mean for saves in (save / tried, save / (tried + save)) for again in (tried / mean / 2, (tried + save) / mean / 2)}
    for name, expected in {"between": mean, "interval": tried}.items():
        assert abs(found[name] / expected - 1) < 1e-6, f"{cards} cards, save {save} s: {name} is {found[name]} in place of {expected}"
    assert any(abs(found["lost"] / total - 1) < 1e-6 for total in fits), f"{cards} cards, save {save} s: lost is {found['lost']}"

# %% save_every_wrong_one_card role="wrong" misconception="failures-stay"
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    interval = math.sqrt(2 * save_seconds * card_seconds)
    lost = save_seconds / interval + interval / (2 * card_seconds) + restart_seconds / card_seconds
    return {"between": card_seconds, "interval": interval, "lost": lost}

# %% save_every_wrong_no_root role="wrong" misconception="interval-in-proportion"
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = 2 * save_seconds * between
    return {"between": between, "interval": interval, "lost": save_seconds / interval + interval / (2 * between) + restart_seconds / between}

# %% save_every_wrong_per_cent role="wrong" says="not per cent"
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(2 * save_seconds * between)
    lost = save_seconds / interval + interval / (2 * between) + restart_seconds / between
    return {"between": between, "interval": interval, "lost": 100 * lost}

# %% save_every_wrong_times role="wrong" neutral=true
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds * cards
    interval = math.sqrt(2 * save_seconds * between)
    return {"between": between, "interval": interval, "lost": 2 * save_seconds / interval + restart_seconds / between}

# %% save_every_wrong_no_two role="wrong" neutral=true
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(save_seconds * between)
    return {"between": between, "interval": interval, "lost": save_seconds / interval + interval / (2 * between) + restart_seconds / between}

# %% save_every_wrong_restart_saved role="wrong" neutral=true
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(2 * (save_seconds + restart_seconds) * between)
    return {"between": between, "interval": interval, "lost": save_seconds / interval + interval / (2 * between) + restart_seconds / between}

# %% save_every_wrong_whole_interval role="wrong" neutral=true
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(2 * save_seconds * between)
    return {"between": between, "interval": interval, "lost": save_seconds / interval + interval / between + restart_seconds / between}

# %% save_every_wrong_no_restart role="wrong" neutral=true
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(2 * save_seconds * between)
    return {"between": between, "interval": interval, "lost": save_seconds / interval + interval / (2 * between)}

# %% save_every_wrong_no_saves role="wrong" neutral=true
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(2 * save_seconds * between)
    return {"between": between, "interval": interval, "lost": interval / (2 * between) + restart_seconds / between}

# %% save_every_wrong_useful role="wrong" neutral=true
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(2 * save_seconds * between)
    lost = save_seconds / interval + interval / (2 * between) + restart_seconds / between
    return {"between": between, "interval": interval, "lost": 1 - lost}

# %% save_every_variant_numpy role="variant"
def save_every(n, one, save, restart):
    between = np.divide(one, n)
    interval = np.sqrt(2 * save * between)
    return {"lost": (save / interval) * 2 + restart / between, "interval": interval, "between": between}

# %% save_every_variant_of_all_time role="variant"
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    between = card_seconds / cards
    interval = math.sqrt(2 * save_seconds * between)
    lost = save_seconds / (interval + save_seconds) + interval / (2 * between) + restart_seconds / between
    return {"between": between, "interval": interval, "lost": lost}

# %% save_every_variant_rate role="variant"
def save_every(cards, card_seconds, save_seconds, restart_seconds):
    rate = cards / card_seconds
    interval = (2 * save_seconds / rate) ** 0.5
    return {"between": 1 / rate, "interval": interval, "lost": save_seconds / interval + rate * (interval / 2 + restart_seconds)}

# %% [markdown]
# ## cards_or_link: more cards, or a faster link? (3 points)
# You train on 8 machines with one card each. A step computes for 0.8 s and then all-reduces 16 GB of gradients in a ring, at
# 10 GB/s for each card; nothing is hidden. Two offers: 8 more machines (the batch stays, so each card computes half as long), or a link ten times as
# fast. A card's second costs the same either way, and the link itself nothing more. Which one do you take?
#
# Answer in three to six sentences, with the times of a step and their units, and why (use a word such as *because*, *since*
# or *so*).
#
# | points | for |
# | --- | --- |
# | 1 | an answer that can be marked: steps in seconds, the link, the bill, a condition, a reason |
# | 1 | both steps, compute and messages apart, and the bill of each (card seconds of the same work) |
# | 1 | a condition under which the other offer would win (give the shorter step, or the smaller bill: say which), and why |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# What does each offer shorten, and what does it leave as it is?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Work out three steps: as it is, with 16 cards, with the link. Multiply each by its cards. When would messages hardly count?
# </details>
# <details><summary>Hint 3: the formula</summary>
# messages = 2 x 16 GB x (n - 1) / n / rate; bill = cards x step.
# </details>

# %% cards_or_link role="free_text" points=2
cards_or_link = """
### BEGIN SOLUTION
I take the faster link, because the messages set the time. Now a step takes 0.8 s of compute and 2 x 16 GB x 7/8 / 10 GB/s =
2.8 s of messages, 3.6 s. With 16 cards it takes 0.4 s + 3.0 s = 3.4 s, with the link 0.8 s + 0.28 s = 1.1 s. The bill for a
step is 8 x 3.6 = 29 card seconds now, 16 x 3.4 = 54 with more cards and 8.6 with the link. If the gradients were a hundred
times smaller, messages would be nothing, and then the cards would win on time.
### END SOLUTION
"""

# %% cards_or_link_check role="check" points=1
answered(cards_or_link)
text = in_words(cards_or_link)
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
assert text.numbers, explain("more-is-faster")
assert text.numbers >= 3, f"The steps with their parts are asked for: the check finds {text.numbers} number(s)."
pieces = text.pieces
pairs = list(itertools.pairwise(pieces))
times = ("second", "seconds", "sec", "secs", "minute", "minutes", "hour", "hours")
timed = any(each in times for each in pieces) or any(first[0].isdigit() and unit in ("s", "ms", "min", "h") for first, unit in pairs)
assert timed, "None of your numbers has a unit of time behind it, such as seconds."
both = any(first == "both" and then.startswith("halve") for first, then in pairs) and "not" not in pieces
assert not (both or ("1.8" in pieces and not {"3.4", "3.0", "3"} & set(pieces))), explain("gradient-divides")
assert text.has("link", "network", "wire", "bandwidth", "interconnect", "infiniband", "cable"), "Say what becomes of the link: the check finds no word for it."
device_times = any(first.startswith(("card", "gpu", "device", "machine")) and unit in (*times, "s", "h") for first, unit in pairs)
billed = device_times or text.has("bill", "cost", "price", "pay", "cheap", "expens", "money", "hours")
assert billed, explain("scaling-is-free")
wins = any(each.startswith("win") and any(before.startswith(("card", "machine", "gpu")) for before in pieces[max(0, place - 2) : place]) for place, each in enumerate(pieces))
conditional = wins or text.has("if", "when", "unless", "until", "once", "provided", "assuming", "case", "were", "would", "above", "below", "beyond")
assert conditional, explain("no-break-even")
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% cards_or_link_wrong_more role="wrong" misconception="more-is-faster"
cards_or_link = """I would take the machines, because more cards are always faster, and if a faster link is offered later
one can still buy it then, when the bill for the machines has been paid and there is money left."""

# %% cards_or_link_wrong_bill role="wrong" misconception="scaling-is-free"
cards_or_link = """I would take the faster link, because a step takes 3.6 s now, 3.4 s with twice the machines, and only 1.1 s with
the link. If the gradients were a hundred times smaller, the machines would win."""

# %% cards_or_link_wrong_condition role="wrong" misconception="no-break-even"
cards_or_link = """I take the faster link, because a step takes 3.6 s now, 3.4 s with twice the machines, and only 1.1 s with
the link. The bill for each step goes from 29 card seconds to 54 with the machines and to 8.6 with the link."""

# %% cards_or_link_wrong_no_unit role="wrong" says="a unit of time behind it"
cards_or_link = """The link, because a step goes from 3.6 to 1.1 with it and only to 3.4 with the machines, so the bill falls as well.
If the gradients were small, the machines would win on time, and the bill would stay as it is today."""

# %% cards_or_link_wrong_no_reason role="wrong" says="no word that gives a reason"
cards_or_link = """I take the link. A step takes 3.6 s today. With 16 machines it takes 3.4 s. With the link it takes 1.1 s. The bill is 29
card seconds today, 54 with machines, 8.6 with the link. When gradients are tiny, the machines win."""

# %% cards_or_link_wrong_too_short role="wrong" says="three sentences at least"
cards_or_link = "The link, because 1.1 s beats 3.4 s and costs less, unless gradients are small."

# %% cards_or_link_wrong_no_unit_but_so role="wrong" says="a unit of time behind it"
cards_or_link = """I take the link. A step is 0.8 plus 2.8, so 3.6 in all, and 0.8 plus 0.28 with it, so 1.08, and 3.4 with the machines.
The bill falls too. If the gradients were tiny, the machines would win."""

# %% cards_or_link_wrong_both_halve role="wrong" misconception="gradient-divides"
cards_or_link = """I take the machines, because with 16 cards both halve: 0.4 s and 1.4 s, so a step takes 1.8 s where it took 3.6 s.
The bill stays the same. If the link were cheaper, I would take the link."""

# %% cards_or_link_variant_crossing role="variant"
cards_or_link = """The interconnect, because sending takes 2.8 s of 3.6 s and 16 cards would still send for 3 s. It is 28.8 card-seconds today,
54.4 card-seconds with more cards, 8.6 with the faster one. Above 5.9 s of computing the cards win on time."""

# %% cards_or_link_variant_long_step role="variant"
cards_or_link = """Faster interconnect: a step goes from 3.6 s to 1.08 s, and with 16 cards only to 3.4 s, since messages do not shrink.
That is 28.8, 8.6 and 54.4 GPU-seconds. With a step of 100 s of computing the cards win on time, since only they halve it."""

# %% cards_or_link_variant_own_words role="variant"
cards_or_link = """Faster network. Today: 0.8 s work plus 2.8 s sending. Sixteen GPUs halve the work to 0.4 s, but sending stays (3 s), so
hardly anything is gained and one pays for twice as many GPUs: 54 GPU-seconds against 29. Ten times the bandwidth gives 1.08 s,
8.6 GPU-seconds. Once work takes much longer than sending, I would buy machines."""

# %% cards_or_link_variant_cards role="variant"
cards_or_link = """I would still buy the machines, since next month our model computes for 80 s a step with the same 16 GB of gradients: then
82.8 s become 43 s with 16 cards, and 80.3 s with the link. The cost of a step is 662 card seconds today and 688 after it. For
the step of today alone the link is better: 1.1 s, 8.6 card seconds."""
