# %% [markdown]
# # Exercise 10 · Parallelism
# *Count what a ring sends, find the bubble, time a step, measure a speed-up, choose between cards and a link.*
#
# Work through [lesson 10](../lessons/10_parallelism.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `ring_bytes` | compute by hand | 3 | 4 |
# | `bubble_share` | write a function | 4 | 5 |
# | `step_seconds` | write a function | 6 | 8 |
# | `speedup` | measure | 4 | 6 |
# | `cards_or_link` | decide and justify | 3 | 7 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import statistics

from course_lib.demos import parallelism as demo
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## ring_bytes: what does each device send? (3 points)
# A model has 3 billion weights. Its gradients are in bf16, two bytes each, and are all-reduced in a ring of 16
# devices. How many bytes does each device send in a step?
#
# Worked example: 1 billion weights on 2 devices: 2 x 2e9 x 1/2 = 2e9 bytes.
#
# <details><summary>Hint 1: the idea</summary>
# The vector is cut into as many pieces as there are devices. Pieces go round once to be added up, and once more to be
# handed out. How many pieces does one device pass on each time?
# </details>
# <details><summary>Hint 2: the formula</summary>
# bytes = 2 x S x (n - 1) / n, with S the bytes of all gradients.
# </details>

# %% ring_bytes role="answer"
ring_bytes = None  # one number, in bytes
### BEGIN SOLUTION
ring_bytes = 2 * (3e9 * 2) * 15 / 16
### END SOLUTION

# %% ring_bytes_check role="check" points=3
answered(ring_bytes)
gradients = 3e9 * 2
near = lambda value: abs(ring_bytes / value - 1) < 0.001
assert not (near(gradients / 16) or near(2 * gradients / 16)), explain("gradient-divides")
assert not (near(gradients) or near(gradients * 15 / 16)), explain("one-way-round")
assert not (near(gradients * 15) or near(gradients * 16)), explain("all-to-all-copies")
assert not near(2 * gradients), explain("ring-without-its-own")
assert near(2 * gradients * 15 / 16), f"{ring_bytes} bytes is not it: start with the bytes of all gradients"

# %% ring_bytes_wrong_share role="wrong" misconception="gradient-divides"
ring_bytes = 3e9 * 2 / 16

# %% ring_bytes_wrong_once role="wrong" misconception="one-way-round"
ring_bytes = 3e9 * 2

# %% ring_bytes_wrong_all role="wrong" misconception="all-to-all-copies"
ring_bytes = 3e9 * 2 * 15

# %% ring_bytes_wrong_twice role="wrong" misconception="ring-without-its-own"
ring_bytes = 2 * 3e9 * 2

# %% [markdown]
# ## bubble_share: how much of the step is waiting? (4 points)
# Write `bubble_share(stages, micro_batches)`: the share of the **whole** step in which a device of a pipeline waits.
# All stages take equally long, and messages take no time.
#
# <details><summary>Hint 1: the idea</summary>
# Draw a table: a row for each stage, a column for each slot of time. How many columns until the last micro-batch has
# left the last stage? How many of them are empty in the first row?
# </details>
# <details><summary>Hint 2: the formula</summary>
# m micro-batches need m + p - 1 slots, and each stage is empty in p - 1 of them.
# </details>

# %% bubble_share role="answer"
def bubble_share(stages: int, micro_batches: int) -> float:
    """Share of the whole step that a device waits. Example: bubble_share(4, 9) == 0.25"""
    ### BEGIN SOLUTION
    return (stages - 1) / (micro_batches + stages - 1)
    ### END SOLUTION

# %% bubble_share_check role="check" points=2
found = bubble_share(4, 6)
answered(found)
near = lambda value: abs(found - value) < 1e-9
assert not near(3 / 6), explain("bubble-over-ideal")
assert not near(4 / 9), explain("bubble-counts-all-stages")
assert not near(3 / 4), explain("micro-batches-ignored")
assert near(3 / 9), f"4 stages and 6 micro-batches take 9 slots, 3 of them empty; you return {found}"
assert abs(bubble_share(1, 5)) < 1e-9, f"one stage waits for nobody; you return {bubble_share(1, 5)}"

# %% bubble_share_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    stages, pieces = (int(value) for value in random.integers(1, 40, 2))
    slots = [[0] * (pieces + stages - 1) for _ in range(stages)]
    for stage in range(stages):
        for piece in range(pieces):
            slots[stage][stage + piece] = 1
    expected = slots[0].count(0) / len(slots[0])
    found = bubble_share(stages, pieces)
    assert abs(found - expected) < 1e-9, f"{stages} stages, {pieces} micro-batches: {found} in place of {expected}"

# %% bubble_share_wrong_ideal role="wrong" misconception="bubble-over-ideal"
def bubble_share(stages, micro_batches):
    return (stages - 1) / micro_batches

# %% bubble_share_wrong_stages role="wrong" misconception="bubble-counts-all-stages"
def bubble_share(stages, micro_batches):
    return stages / (micro_batches + stages - 1)

# %% bubble_share_wrong_pieces role="wrong" misconception="micro-batches-ignored"
def bubble_share(stages, micro_batches):
    return (stages - 1) / stages

# %% [markdown]
# ## step_seconds: the slowest, and what cannot be hidden (6 points)
# Write `step_seconds(compute, messages, overlap)`: the time of a step in data parallelism. `compute` lists how long
# each rank computes, in seconds. The all-reduce takes `messages` seconds. A part of it can run while ranks still
# compute: at most `overlap` (from 0 to 1) of the slowest rank's compute time. What is left of it is added.
#
# <details><summary>Hint 1: the idea</summary>
# All ranks meet in the all-reduce. Whom do they wait for? And can more be hidden than there is?
# </details>
# <details><summary>Hint 2: the formula</summary>
# slowest + max(0, messages - overlap x slowest), with slowest the largest of `compute`.
# </details>

# %% step_seconds role="answer"
def step_seconds(compute: list[float], messages: float, overlap: float) -> float:
    """Seconds of a step. Example: step_seconds([1.0, 2.0], 1.5, 0.5) == 2.5"""
    ### BEGIN SOLUTION
    slowest = max(compute)
    return slowest + max(0.0, messages - overlap * slowest)
    ### END SOLUTION

# %% step_seconds_check role="check" points=3
found, hidden = step_seconds([1.0, 1.0, 4.0], 3.0, 0.5), step_seconds([1.0, 1.0, 4.0], 1.0, 0.5)
answered(found)
near = lambda value, wanted: abs(value - wanted) < 1e-9
assert not near(found, 2.0 + 2.0), explain("mean-sets-the-pace")
assert not near(found, 6.0), explain("ranks-add-up")
assert not near(hidden, 3.0), explain("overlap-below-zero")
assert not near(found, 7.0), explain("messages-never-hide")
assert near(found, 5.0), f"slowest 4 s, messages 3 s, of which 2 s hide: 5 s, not {found}"
assert near(hidden, 4.0), f"slowest 4 s, messages of 1 s hide completely: 4 s, not {hidden}"

# %% step_seconds_hidden role="hidden" points=3
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

# %% [markdown]
# ## speedup: how much faster are n stand-ins? (4 points)
# Write `speedup(times)`. `times` maps a number of ranks to their step times: for each rank a list of the seconds of its
# steps, the first step being the warm-up. A step is over when its slowest rank is done. Take the median of the steps.
# Return the speed-up over one rank, for each number of ranks.
#
# Then look at your own machine with the cell below the function: four real processes that wait in place of computing.
#
# <details><summary>Hint 1: the idea</summary>
# First the slowest rank of each step, then the median of the steps without the first, then one rank over n.
# </details>
# <details><summary>Hint 2: the formula</summary>
# step = median of max over ranks, from the second step on. speed-up(n) = step(1) / step(n).
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

# %% own_ranks
my_times = demo.rank_times(demo.StandInStep(compute_seconds=0.08, gradient_bytes=400_000, steps=3), counts=[1, 2, 4])
my_speedup = speedup(my_times)

# %% speedup_check role="check" points=2
answered(my_speedup)
assert set(my_speedup) == {1, 2, 4}, f"one entry for each number of ranks: 1, 2 and 4, not {sorted(my_speedup)}"
given = {
    1: [[30.0, 8.0, 8.0, 8.0]],
    4: [[30.0, 1.0, 1.0, 1.0], *[[30.0, 2.0, 2.0, 2.0]] * 3],
    8: [[30.0, 1.0, 1.0, 1.0]] * 8,
}
value = speedup(given)
near = lambda count, wanted: abs(value[count] - wanted) < 0.01
assert not near(8, 2), explain("cores-limit-waiting")
assert not (near(8, 54 / 33) or near(4, 1)), explain("first-step-counted")
assert not near(4, 8), explain("rank-zero-alone")
assert not (near(4, 0.25) or near(8, 0.125)), explain("speedup-inverted")
assert near(1, 1) and near(4, 4) and near(8, 8), f"the times above give 1, 4 and 8, you find {value}"

# %% speedup_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    counts = [1, *(int(count) for count in random.choice(range(2, 12), 3, replace=False))]
    times, steps = {}, {}
    for count in counts:
        table = random.uniform(0.5, 2.0, (count, 6))
        table[:, 0] = 50.0
        times[count] = [[float(value) for value in row] for row in table]
        slowest = sorted(float(max(table[:, step])) for step in range(1, 6))
        steps[count] = slowest[2]
    found = speedup(times)
    for count in counts:
        expected = steps[1] / steps[count]
        assert abs(found[count] / expected - 1) < 1e-9, f"{count} ranks: {found[count]} in place of {expected}"

# %% speedup_wrong_cores role="wrong" misconception="cores-limit-waiting"
def speedup(times):
    return {count: float(min(count, 2)) for count in times}

# %% speedup_wrong_first role="wrong" misconception="first-step-counted"
def speedup(times):
    steps = {count: statistics.mean(max(step) for step in zip(*ranks, strict=True)) for count, ranks in times.items()}
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

# %% [markdown]
# ## cards_or_link: more cards, or a faster link? (3 points)
# You train on 8 machines with one card each. A step computes for 0.8 s and then all-reduces 16 GB of gradients at
# 10 GB/s for each card; nothing is hidden. Two offers cost the same: 8 more machines (the batch stays, so each card
# computes half as long), or a link ten times as fast. Which one do you take?
#
# Answer in two to six sentences.
#
# | points | for |
# | --- | --- |
# | 1 | both steps are worked out, compute and messages apart |
# | 1 | the bill (device hours of the same work) is compared |
# | 1 | a condition is named under which the other offer would win |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# What does each offer shorten, and what does it leave as it is?
# </details>
# <details><summary>Hint 2: the formula</summary>
# messages = 2 x 16 GB x (n - 1) / n / rate; bill = cards x step.
# </details>

# %% cards_or_link role="free_text" points=2
cards_or_link = """
### BEGIN SOLUTION
I take the faster link. Now a step takes 0.8 s of compute and 2 x 16 GB x 7/8 / 10 GB/s = 2.8 s of messages, 3.6 s.
With 16 cards it takes 0.4 s + 3.0 s = 3.4 s, with the link 0.8 s + 0.28 s = 1.1 s. The bill for a step is 8 x 3.6 = 29
card seconds now, 16 x 3.4 = 54 with more cards and 8.6 with the link. If the gradients were a hundred times smaller,
messages would be nothing, and then the cards would win on time.
### END SOLUTION
"""

# %% cards_or_link_check role="check" points=1
answered(cards_or_link)
words = [word.strip(".,;:()") for word in cards_or_link.lower().replace("-", " ").split()]
assert len(words) >= 25, "two sentences at least: which offer, and why"
assert sum(word[:1].isdigit() for word in words) >= 2, explain("more-is-faster")
assert any(word.startswith(("bill", "cost", "hour", "price", "pay", "cheap", "expens", "second")) for word in words), explain("scaling-is-free")
assert any(word in ("if", "when", "unless", "until", "once", "provided", "assuming", "case") for word in words), explain("no-break-even")

# %% cards_or_link_wrong_more role="wrong" misconception="more-is-faster"
cards_or_link = """I would take the machines, because more cards are always faster, and if a faster link is offered later
one can still buy it then, when the bill for the machines has been paid and there is money left."""

# %% cards_or_link_wrong_bill role="wrong" misconception="scaling-is-free"
cards_or_link = """I would take the faster link. A step takes 3.6 s now, 3.4 s with twice the machines, and only 1.1 s with
the link. If the gradients were a hundred times smaller, the machines would win."""

# %% cards_or_link_wrong_condition role="wrong" misconception="no-break-even"
cards_or_link = """I would take the faster link. A step takes 3.6 s now, 3.4 s with twice the machines, and only 1.1 s with
the link. The bill for each step goes from 29 card seconds to 54 with the machines and to 8.6 with the link."""
