# %% [markdown]
# # Exercise 09 · Memory
# *Add up what training keeps, fill a card, price LoRA, measure recomputation, and fit 13 billion weights into 24 GB.*
#
# Work through [lesson 09](../lessons/09_memory.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `adam_states` | compute by hand | 3 | 4 |
# | `largest_batch` | write a function | 5 | 6 |
# | `lora_bytes` | write a function | 5 | 7 |
# | `checkpoint_price` | measure | 4 | 7 |
# | `fit_13b` | decide and justify | 3 | 11 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math
import re
import statistics

import numpy as np

from course_lib.catalog import models
from course_lib.demos import measure, memory as demo, tiny_gpt
from course_lib.estimators import memory, parameters
from course_lib.teaching import a_number, answered, attempt, checking, entries, explain, fmt, in_words, say, table

# %% [markdown]
# ## adam_states: what training keeps of 13 billion weights (3 points)
# A model has 13 billion (13 x 10⁹) weights. It is trained with Adam in mixed precision: the weights in 16 bits each, a copy of
# them, the mean and the mean square in 32 bits each. This program also holds the **gradients in 32 bits** each, so that many small
# ones can be added up.
#
# How many **bytes** do weights, gradients and the optimizer's numbers take together? Leave activations out.
#
# Worked example: one billion weights and their gradients in 32 bits, and plain SGD, which remembers nothing.
# Two numbers of 4 bytes for each weight: 8 x 10⁹ bytes.
#
# <details><summary>Hint 1: the idea</summary>
# Write down every number that is kept for one weight, with its bytes.
# </details>
# <details><summary>Hint 2: the next step</summary>
# There are five numbers: the weight, its gradient, and three that the optimizer keeps. How many bytes are 16 bits, and 32?
# </details>
# <details><summary>Hint 3: the formula</summary>
# weights x (2 + 4 + 4 + 4 + 4) bytes
# </details>

# %% adam_states role="answer"
adam_states = None  # bytes
### BEGIN SOLUTION
adam_states = 13e9 * (2 + 4 + 4 + 4 + 4)
### END SOLUTION

# %% adam_states_check role="check" points=3
a_number(adam_states, "`adam_states`")
llama = models["llama-2-13b"]
each = memory.training(llama, gradient_format="fp32").states / parameters.count(llama).total
near = lambda total: abs(adam_states / total - 1) < 0.005
assert not near(13e9 * 2), explain("states-are-weights")
assert not near(13 * each), "The answer is asked for in bytes: yours looks like a number of GB."
assert not near(13e9 * 8 * each), "The answer is asked for in bytes: yours looks like a number of bits."
assert not near(13e9 * 6), explain("optimizer-forgotten")
assert not near(13e9 * 12), "12 bytes for each weight are too few: the optimizer's three numbers take as many alone. Which of the five are in your sum, with how many bytes?"
assert near(13e9 * each), f"{adam_states:.4g} bytes are {adam_states / 13e9:.4g} for each weight, and that is not the sum. List the five numbers with their bytes."

# %% adam_states_wrong_weights role="wrong" misconception="states-are-weights"
adam_states = 13e9 * 2

# %% adam_states_wrong_no_optimizer role="wrong" misconception="optimizer-forgotten"
adam_states = 13e9 * (2 + 4)

# %% adam_states_wrong_optimizer_alone role="wrong" says="12 bytes for each weight are too few"
adam_states = 13e9 * (4 + 4 + 4)

# %% adam_states_wrong_no_copy_narrow role="wrong" says="12 bytes for each weight are too few"
adam_states = 13e9 * (2 + 2 + 4 + 4)

# %% adam_states_wrong_gigabytes role="wrong" says="a number of GB"
adam_states = 13 * 18

# %% adam_states_wrong_bits role="wrong" says="a number of bits"
adam_states = 13e9 * 18 * 8

# %% adam_states_wrong_sixteen role="wrong" neutral=true
adam_states = 13e9 * 16

# %% adam_states_wrong_no_copy role="wrong" neutral=true
adam_states = 13e9 * (2 + 4 + 4 + 4)

# %% adam_states_wrong_all_wide role="wrong" neutral=true
adam_states = 13e9 * 5 * 4

# %% adam_states_wrong_all_narrow role="wrong" neutral=true
adam_states = 13e9 * 5 * 2

# %% adam_states_wrong_no_means role="wrong" neutral=true
adam_states = 13e9 * (2 + 4 + 4)

# %% adam_states_wrong_gibibytes role="wrong" neutral=true
adam_states = 13e9 * 18 / 2**30

# %% adam_states_wrong_billion role="wrong" neutral=true
adam_states = 1.3e12 * 18

# %% adam_states_variant_typed role="variant"
adam_states = 234_000_000_000

# %% adam_states_variant_numpy role="variant"
adam_states = np.float64(13e9) * np.sum([16, 32, 32, 32, 32]) / 8

# %% [markdown]
# ## largest_batch: how many sequences a card can train on at once (5 points)
# Write `largest_batch(memory_gib, weights, sequence_bytes)`. The card's tool reports its memory in **GiB** (2³⁰ bytes).
# A model of `weights` weights is trained with 16 bytes of states for each, and every sequence of the batch keeps
# `sequence_bytes` bytes of activations. Return the largest whole number of sequences that fits; 0 if none does.
#
# <details><summary>Hint 1: the idea</summary>
# What is left beside the states, over what one sequence keeps. Only whole sequences count.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Bring the card's memory to bytes first. What does your function give where the states alone are too large?
# </details>
# <details><summary>Hint 3: the formula</summary>
# (memory_gib x 2³⁰ - 16 x weights) / sequence_bytes, rounded down, and at least 0.
# </details>

# %% largest_batch role="answer"
def largest_batch(memory_gib: float, weights: int, sequence_bytes: int) -> int:
    """Sequences whose activations fit beside the states.

    Example: largest_batch(1, 10**7, 3 * 10**8) == 3, since 1 GiB is 1 073 741 824 bytes, the states take 160 000 000,
    and three times 300 000 000 go into the rest.
    """
    ### BEGIN SOLUTION
    left = memory_gib * 2**30 - 16 * weights
    return max(0, math.floor(left / sequence_bytes))
    ### END SOLUTION

# %% largest_batch_check role="check" points=3
found = largest_batch(48, 10**9, 10**9)
a_number(found, "What `largest_batch` gives")
assert found != 51, explain("states-leave-no-trace")
assert found != 36, explain("batch-rounded-up")
assert found != 32, explain("gib-read-as-gb")
assert found == round(found), f"{found:.6g} is no whole number of sequences: what becomes of a part of one?"
assert found == 35, f"48 GiB, 10⁹ weights, 10⁹ bytes a sequence: 35 sequences fit and 36 do not. You say {found:.6g}."
assert largest_batch(1, 10**7, 3 * 10**8) == 3, "The example of the function does not give 3."
found = largest_batch(16, 2 * 10**9, 10**9)
assert found >= 0, explain("negative-batch")
assert found == 0, f"The states of 2 x 10⁹ weights do not fit into 16 GiB, so no sequence does: you say {found:.6g}."

# %% largest_batch_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    gib, weights, each = int(random.integers(4, 200)), int(random.integers(10**6, 10**10)), int(random.integers(1, 10**9))
    expected = max(0, gib * 2**30 - 16 * weights) // each
    got = largest_batch(gib, weights, each)
    assert got == expected, f"{gib} GiB, {weights} weights, {each} bytes a sequence: {got} in place of {expected}"

# %% largest_batch_wrong_no_states role="wrong" misconception="states-leave-no-trace"
def largest_batch(memory_gib, weights, sequence_bytes):
    return math.floor(memory_gib * 2**30 / sequence_bytes)

# %% largest_batch_wrong_rounded_up role="wrong" misconception="batch-rounded-up"
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.ceil((memory_gib * 2**30 - 16 * weights) / sequence_bytes))

# %% largest_batch_wrong_decimal role="wrong" misconception="gib-read-as-gb"
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 10**9 - 16 * weights) / sequence_bytes))

# %% largest_batch_wrong_negative role="wrong" misconception="negative-batch"
def largest_batch(memory_gib, weights, sequence_bytes):
    return math.floor((memory_gib * 2**30 - 16 * weights) / sequence_bytes)

# %% largest_batch_wrong_part role="wrong" says="no whole number of sequences"
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, (memory_gib * 2**30 - 16 * weights) / sequence_bytes)

# %% largest_batch_wrong_weights_only role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 2**30 - 2 * weights) / sequence_bytes))

# %% largest_batch_wrong_no_optimizer role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 2**30 - 4 * weights) / sequence_bytes))

# %% largest_batch_wrong_eighteen role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 2**30 - 18 * weights) / sequence_bytes))

# %% largest_batch_wrong_one_less role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 2**30 - 16 * weights) / sequence_bytes) - 1)

# %% largest_batch_wrong_mebibytes role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 2**20 - 16 * weights) / sequence_bytes))

# %% largest_batch_wrong_states_each role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor(memory_gib * 2**30 / (16 * weights + sequence_bytes)))

# %% largest_batch_wrong_added role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 2**30 + 16 * weights) / sequence_bytes))

# %% largest_batch_wrong_optimizer_only role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(0, math.floor((memory_gib * 2**30 - 12 * weights) / sequence_bytes))

# %% largest_batch_wrong_at_least_one role="wrong" neutral=true
def largest_batch(memory_gib, weights, sequence_bytes):
    return max(1, math.floor((memory_gib * 2**30 - 16 * weights) / sequence_bytes))

# %% largest_batch_variant_counting role="variant"
def largest_batch(gib, weights, each):
    left = gib * 1024**3 - weights * 16
    if left < 0:
        return 0.0
    return left // each

# %% largest_batch_variant_numpy role="variant"
def largest_batch(memory_gib, weights, sequence_bytes):
    room = np.int64(memory_gib) * 2**30 - np.int64(16) * weights
    return np.maximum(room // sequence_bytes, 0)

# %% [markdown]
# ## lora_bytes: states of a model with adapters (5 points)
# Write `lora_bytes(shapes, rank, base_bits)`. Each frozen matrix has a shape `(inputs, outputs)` and is held in
# `base_bits` bits a weight. Beside each lie two thin matrices, of `inputs` x `rank` and `rank` x `outputs`. These are
# trained with 16 bytes a weight. Return the bytes of all of it, without activations.
#
# <details><summary>Hint 1: the idea</summary>
# Two sums: what lies frozen, and what is trained. Only one of them has gradients and states.
# </details>
# <details><summary>Hint 2: the next step</summary>
# For one matrix: how many frozen weights, and how many weights in its two thin ones? How many bytes has one of each kind?
# </details>
# <details><summary>Hint 3: the formula</summary>
# Sum over the shapes of inputs x outputs x base_bits / 8 + 16 x rank x (inputs + outputs).
# </details>

# %% lora_bytes role="answer"
def lora_bytes(shapes: list[tuple[int, int]], rank: int, base_bits: int) -> float:
    """Bytes of frozen matrices, and of adapters with gradients and optimizer states.

    Example: lora_bytes([(100, 50)], rank=2, base_bits=16) == 14800: 10 000 for the frozen matrix, and 4800 for 300
    trained weights.
    """
    ### BEGIN SOLUTION
    frozen = sum(inputs * outputs for inputs, outputs in shapes) * base_bits / 8
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen + 16 * adapters
    ### END SOLUTION

# %% lora_bytes_check role="check" points=3
matrices = [(1000, 1000), (1000, 3000)]
found = lora_bytes(matrices, 4, 8)
a_number(found, "What `lora_bytes` gives")
near = lambda total: abs(found - total) < 1
assert not near(384_000), explain("only-adapters-count")
assert not near(64_384_000) and not near(60_384_000), explain("gradients-for-all")
assert not near(16_384_000), explain("base-in-fp32")
assert not near(1_128_000), "That is the first matrix alone: does your function return before it has seen all shapes?"
assert not near(4_128_000) and not near(4_256_000), "Beside each matrix lie two thin ones: is only one of them in your sum?"
assert not near(4_024_000), "Each trained weight seems to take one byte: what does training keep of it?"
assert not near(32_384_000), "The frozen weights have so many *bits* each: how many bytes is that?"
assert near(4_384_000), f"4 million frozen weights of 8 bits and 24 000 trained ones do not take {found:.6g} bytes. Work out both sums by hand."
found = lora_bytes([(100, 50)], 2, 16)
assert near(14_800), f"The example of the function gives 14 800, yours {found:.6g}."

# %% lora_bytes_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    shapes = [(int(random.integers(1, 5000)), int(random.integers(1, 5000))) for _ in range(int(random.integers(1, 6)))]
    rank, bits = int(random.integers(1, 65)), int(random.choice([4, 8, 16]))
    expected = 0.0
    for inputs, outputs in shapes:
        expected += inputs * outputs * bits / 8 + 16 * rank * inputs + 16 * rank * outputs
    got = lora_bytes(shapes, rank, bits)
    assert abs(got - expected) < 1, f"{shapes}, rank {rank}, {bits} bits: {got} in place of {expected}"

# %% lora_bytes_wrong_adapters_only role="wrong" misconception="only-adapters-count"
def lora_bytes(shapes, rank, base_bits):
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return 16 * adapters

# %% lora_bytes_wrong_all_trained role="wrong" misconception="gradients-for-all"
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return 16 * frozen + 16 * adapters

# %% lora_bytes_wrong_states_beside role="wrong" misconception="gradients-for-all"
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen * base_bits / 8 + 14 * frozen + 16 * adapters

# %% lora_bytes_wrong_fp32 role="wrong" misconception="base-in-fp32"
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return 4 * frozen + 16 * adapters

# %% lora_bytes_wrong_bits_for_bytes role="wrong" says="how many bytes is that"
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen * base_bits + 16 * adapters

# %% lora_bytes_wrong_frozen_only role="wrong" neutral=true
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    return frozen * base_bits / 8

# %% lora_bytes_wrong_sixteen_bits role="wrong" neutral=true
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return 2 * frozen + 16 * adapters

# %% lora_bytes_wrong_no_states role="wrong" neutral=true
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen * base_bits / 8 + 2 * adapters

# %% lora_bytes_wrong_optimizer_only role="wrong" neutral=true
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen * base_bits / 8 + 12 * adapters

# %% lora_bytes_wrong_no_rank role="wrong" neutral=true
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen * base_bits / 8 + 16 * adapters / rank

# %% lora_bytes_wrong_adapters_packed role="wrong" says="what does training keep of it"
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen * base_bits / 8 + adapters * base_bits / 8

# %% lora_bytes_wrong_four_bits_always role="wrong" neutral=true
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen / 2 + 16 * adapters

# %% lora_bytes_wrong_inputs_only role="wrong" says="is only one of them in your sum"
def lora_bytes(shapes, rank, base_bits):
    return sum(inputs * outputs * base_bits / 8 + 16 * rank * inputs for inputs, outputs in shapes)

# %% lora_bytes_wrong_outputs_only role="wrong" says="is only one of them in your sum"
def lora_bytes(shapes, rank, base_bits):
    return sum(inputs * outputs * base_bits / 8 + 16 * rank * outputs for inputs, outputs in shapes)

# %% lora_bytes_wrong_one_byte role="wrong" says="what does training keep of it"
def lora_bytes(shapes, rank, base_bits):
    return sum(inputs * outputs * base_bits / 8 + rank * (inputs + outputs) for inputs, outputs in shapes)

# %% lora_bytes_wrong_early_return role="wrong" says="return before it has seen all shapes"
def lora_bytes(shapes, rank, base_bits):
    total = 0
    for inputs, outputs in shapes:
        total += inputs * outputs * base_bits / 8 + 16 * rank * (inputs + outputs)
        return total

# %% lora_bytes_wrong_one_matrix role="wrong" says="the first matrix alone"
def lora_bytes(shapes, rank, base_bits):
    inputs, outputs = shapes[0]
    return inputs * outputs * base_bits / 8 + 16 * rank * (inputs + outputs)

# %% lora_bytes_wrong_square role="wrong" neutral=true
def lora_bytes(shapes, rank, base_bits):
    return sum(inputs * outputs * base_bits / 8 + 16 * rank**2 * (inputs + outputs) for inputs, outputs in shapes)

# %% lora_bytes_variant_loop role="variant"
def lora_bytes(matrices, r, bits):
    total = 0
    for rows, columns in matrices:
        total += rows * columns * bits // 8 if bits != 4 else rows * columns / 2
        total += 16 * r * rows + 16 * r * columns
    return total

# %% lora_bytes_variant_numpy role="variant"
def lora_bytes(shapes, rank, base_bits):
    sides = np.array(shapes, dtype=float)
    return sides.prod(axis=1).sum() / (8 / base_bits) + 16 * rank * sides.sum()

# %% [markdown]
# ## checkpoint_price: what recomputation costs and saves (4 points)
# A run of steps is a dictionary: `step_seconds` and `forward_seconds`, one for each step in order, the first of them
# cold; `saved_bytes`, what the forward pass kept for the backward pass; and `peak_bytes`, the most at any moment.
# Write `checkpoint_price(plain, again)`, where `again` is the same run with recomputation. Return a dictionary with
# `slow_down`, the median of its warm steps over that of the plain ones, and `saved_share`, the part of the saved bytes that is
# still kept.
#
# <details><summary>Hint 1: the idea</summary>
# Which of the times holds the backward pass? Which step must be left out? Which of the two byte counts was saved?
# </details>
# <details><summary>Hint 2: the next step</summary>
# `run["step_seconds"][1:]` are the warm steps of a run, and `statistics.median` takes their median.
# </details>
# <details><summary>Hint 3: the formula</summary>
# slow_down = median of again's warm steps / median of plain's; saved_share = again's saved bytes / plain's.
# </details>

# %% checkpoint_price role="answer"
def checkpoint_price(plain: dict, again: dict) -> dict[str, float]:
    """Price and gain of recomputation.

    Example: with step_seconds [9, 2, 2] and [9, 3, 3], saved_bytes 100 and 25, whatever the rest:
    {"slow_down": 1.5, "saved_share": 0.25}
    """
    ### BEGIN SOLUTION
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}
    ### END SOLUTION

# %% [markdown]
# Now your machine: six steps of the tiny GPT that keep everything, and six that keep the input of each layer only.

# %% own_machine role="measured"
machine = measure.prepare()
say(f"This machine is {machine.words}.")

# %% own_runs role="measured" seconds=3
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2))
runs = [demo.time_price.readings(gpt, batch=4, seq=128, recompute=kind) for kind in ("none", "full")]
table([[name, ", ".join(fmt(each, "s") for each in run["step_seconds"]), fmt(run["saved_bytes"], "B"), fmt(run["peak_bytes"], "B")]
       for name, run in zip(("plain", "again"), runs, strict=True)], ["run", "step_seconds", "saved_bytes", "peak_bytes"], caption="Measured here")

# %% own_price role="measured"
my_price = attempt(checkpoint_price, *runs)

# %% [markdown]
# Counting passes, recomputation makes four parts of three, a step 1.33 times as long. Is it "more" or "less" on your machine?

# %% against_count role="answer" part_of="checkpoint_price"
against_count = None  # "more" or "less"
### BEGIN SOLUTION
against_count = "more" if my_price["slow_down"] > 4 / 3 else "less"
### END SOLUTION

# %% checkpoint_price_check role="check" points=2
one = {"step_seconds": [9.0, 2.6, 1.6, 2.0], "forward_seconds": [5.0, 0.7, 0.7, 0.7], "saved_bytes": 100, "peak_bytes": 150}
two = {"step_seconds": [5.0, 2.8, 3.0, 3.4], "forward_seconds": [5.0, 0.8, 0.8, 0.8], "saved_bytes": 25, "peak_bytes": 90}
known = checkpoint_price(one, two)
entries(known, "slow_down", "saved_share")
near = lambda value, right: abs(value - right) < 1e-6
assert not near(known["slow_down"], 2), explain("recompute-doubles")
assert not near(known["slow_down"], 8 / 7), explain("price-of-forward-alone")
assert not any(near(known["slow_down"], cold) for cold in (14.2 / 15.2, 3.2 / 2.3)), explain("cold-run-counted")
assert not near(known["slow_down"], 2 / 3), "A run that takes longer should give more than 1. Which of the two times stands on top?"
assert near(known["slow_down"], 1.5), f"The warm steps of this check take 2 s and 3 s in the median. You say {known['slow_down']:.4g} times."
assert not near(known["saved_share"], 0.6), explain("peak-for-saved")
assert not near(known["saved_share"], 0.75), "Is that the part of the bytes that is still kept, or the part that is gone?"
assert near(known["saved_share"], 0.25), f"25 of 100 saved bytes are still kept: you say {known['saved_share']:.4g}."
assert against_count is not None and against_count is not ..., '`against_count` is not answered yet: "more" or "less"?'
said = str(against_count).strip().strip(".!").lower()
said = {"longer": "more", "slower": "more", "shorter": "less", "faster": "less"}.get(said, said)
assert said in ("more", "less"), f'`against_count` is to be "more" or "less": yours is {str(against_count)[:40]!r}.'
mine = checkpoint_price(*runs)["slow_down"]
right = {"more", "less"} if abs(mine / (4 / 3) - 1) < 0.03 else {"more" if mine > 4 / 3 else "less"}
assert said in right, f'A step with recomputation takes {fmt(mine, "x")} the time on your machine: is that "{said}" than four thirds?'

# %% checkpoint_price_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    made = []
    for _ in range(2):
        steps = random.uniform(1, 2, int(random.integers(4, 9))).tolist()
        sizes = [int(size) for size in random.integers(1, 10**9, 2)]
        made.append({"step_seconds": [50.0, *steps], "forward_seconds": random.uniform(0.1, 1, 9).tolist()})
        made[-1] |= {"saved_bytes": min(sizes), "peak_bytes": sum(sizes)}
    got = checkpoint_price(*made)
    middles = []
    for run in made:
        warm = sorted(run["step_seconds"])[:-1]
        middles.append((warm[(len(warm) - 1) // 2] + warm[len(warm) // 2]) / 2)
    assert abs(got["slow_down"] * middles[0] / middles[1] - 1) < 1e-9, f"slow-down of {made}: not {got['slow_down']}"
    share = made[1]["saved_bytes"] / made[0]["saved_bytes"]
    assert abs(got["saved_share"] / share - 1) < 1e-9, f"saved bytes of {made}: not {got['saved_share']}"

# %% checkpoint_price_wrong_doubles role="wrong" misconception="recompute-doubles"
def checkpoint_price(plain, again):
    return {"slow_down": 2, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_forward role="wrong" misconception="price-of-forward-alone"
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["forward_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_cold role="wrong" misconception="cold-run-counted"
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_cold_mean role="wrong" misconception="cold-run-counted"
def checkpoint_price(plain, again):
    slow, quick = (statistics.mean(run["step_seconds"]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_peak role="wrong" misconception="peak-for-saved"
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["peak_bytes"] / plain["peak_bytes"]}

# %% checkpoint_price_wrong_inverse role="wrong" says="Which of the two times stands on top"
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": quick / slow, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_gone role="wrong" says="or the part that is gone"
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": 1 - again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_last_left_out role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][:-1]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_stepwise role="wrong" neutral=true
def checkpoint_price(plain, again):
    pairs = zip(again["step_seconds"][1:], plain["step_seconds"][1:], strict=True)
    return {"slow_down": statistics.median(slow / quick for slow, quick in pairs), "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_plus_forward role="wrong" neutral=true
def checkpoint_price(plain, again):
    step, forward = (statistics.median(plain[name][1:]) for name in ("step_seconds", "forward_seconds"))
    return {"slow_down": (step + forward) / step, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_unsorted role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (run["step_seconds"][1:][len(run["step_seconds"][1:]) // 2] for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_warm_mean role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.mean(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_fastest role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (min(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_slowest role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (max(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_more role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick - 1, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_seconds role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow - quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_share_inverse role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": plain["saved_bytes"] / again["saved_bytes"]}

# %% checkpoint_price_wrong_bytes role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"]}

# %% checkpoint_price_wrong_per_cent role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": 100 * again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_of_peak role="wrong" neutral=true
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / again["peak_bytes"]}

# %% checkpoint_price_variant_sorted role="variant"
def checkpoint_price(first, second):
    def middle(run):
        warm = sorted(run["step_seconds"][1:])
        return (warm[(len(warm) - 1) // 2] + warm[len(warm) // 2]) / 2
    return {"saved_share": second["saved_bytes"] / first["saved_bytes"], "slow_down": middle(second) / middle(first)}

# %% checkpoint_price_variant_numpy role="variant"
def checkpoint_price(plain, again):
    times = [np.median(np.array(run["step_seconds"])[1:]) for run in (plain, again)]
    return {"slow_down": np.float64(times[1] / times[0]), "saved_share": np.divide(again["saved_bytes"], plain["saved_bytes"])}

# %% [markdown]
# ## fit_13b: 13 billion weights on a card with 24 GB (3 points)
# A school has one card with 24 GB (24 x 10⁹ bytes) and wants to adapt a 13B model to its own texts. How would you fit it in?
# Leave a tenth of the card free, so that your total is at most 21.6 GB; if you count the free tenth into it, say so. A total in GiB is fine: 24 GB are 22.4 GiB.
# By the lesson's estimate one text of 2048 tokens keeps 14 GB of activations in such a model, and 1.4 GB where each layer is computed again.
# Answer in three to six sentences, and end with a line such as `Total: 99 GB`.
#
# | points | for |
# | --- | --- |
# | 1 | at least two measures of the lesson, each with the part of the memory that it shrinks, a total in GB or GiB, and the price in time or accuracy |
# | 1 | a sum that fits and is right: frozen weights, adapters with their states, activations |
# | 1 | the price: what takes longer and about how much, or what may be lost and how you would find out |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# First bring down the states, then the activations. Start with the bits of a weight that is never changed.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Add up: the frozen weights in the bits you chose, adapters of half a per cent of them with all their states, activations of one
# text. Then compare with nine tenths of the card.
# </details>
# <details><summary>Hint 3: the formula</summary>
# weights x bits / 8 + 16 x adapters + activations, in bytes.
# </details>

# %% fit_13b role="free_text" points=2
fit_13b = """
### BEGIN SOLUTION
I freeze the weights in four bits with LoRA beside them: 13 billion weights take about 7 GB with their scales, in
place of 208 GB of states. Adapters of half a per cent, 65 million weights of 16 bytes, add 1 GB. Activations are the
next to shrink: with recomputation of each layer and one text of 2048 tokens at a time they stay near 1.5 GB, and the
batch is gathered from pieces. The price is time: recomputing adds up to a third, and unpacking half as much again.
Four bits may cost some accuracy, so I would compare it on texts that were held back.
Total: 9.6 GB
### END SOLUTION
"""

# %% fit_13b_check role="check" points=1
answered(fit_13b)
text = in_words(fit_13b)
plain_text = str(fit_13b).lower().replace("-", " ")
kinds = {"LoRA": "lora|adapter", "fewer bits": r"\bbits?\b|int ?[48]|nf4|quanti", "offloading": "offload|host",
         "recomputation": "recomput|checkpoint|compute.{0,20} again", "pieces": "accumul|piece|micro|one (text|sequence) at a time"}
used = [kind for kind, pattern in kinds.items() if re.search(pattern, plain_text)]
amount = r"(\d+(?:[.,]\d+)?)\s*(gib|gibibyte|gb|gigabyte)"
def stated(line):
    """Bytes that a line on the total gives: what stands behind its "=" or ":", or the sum of its parts."""
    behind = next((part for part in (line.rpartition("=")[2], line.rpartition(":")[2], line) if re.search(amount, part)), None)
    if behind is None:
        return None
    unit = 2**30 if re.search(amount, behind)[2].startswith("gib") else 1e9
    parts = re.search(r"\d[\d.,]*(?:\s*(?:gi?b)?\s*\+\s*\d[\d.,]*)+", behind)
    numbers = re.findall(r"\d+(?:[.,]\d+)?", parts[0]) if parts else [re.search(amount, behind)[1]]
    return unit * sum(float(number.replace(",", ".")) for number in numbers)
lines = [line for row in plain_text.splitlines() for line in re.split(r"(?<=[a-z)!?])\.\s|[;!?]\s", row) if "total" in line]
begins = [line for line in lines if re.match(r"\W*(?:(?:the|my|our|in|so|grand) )*total", line)]
formal = [line for line in begins if re.search("[:=]", line)]
totals = [size for line in formal or begins or lines if (size := stated(line[line.index("total"):])) is not None]
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
assert used, "The check finds none of the lesson's measures by name. Which do you take?"
assert len(used) >= 2, explain("one-trick")
assert totals, "The check finds no line such as `Total: 99 GB` at the end."
size = totals[0] if len(begins) == 0 else totals[-1]
spare = re.search(r"tenth|10 ?%|per ?cent|\bfree\b|spare|reserve|left over", plain_text)
assert size >= 1e9, f"A total of {fmt(size, 'B')} is less than the activations of one text with recomputation. Add up all that is on the card."
assert size <= 24.06e9, f"{fmt(size, 'B')} are more than the 24 GB of the card. " + explain("plan-does-not-fit")
assert size <= 21.61e9 or spare, f"{fmt(size, 'B')} leave less than a tenth of the card free. If the free tenth is counted in, say so."
priced = re.sub(r"(?:\b(?:no|not|nothing|without|never|none)\b|n't)(?: \w+){0,2}? (?:slow|long|time|accura|quality|price|cost|worse|los)\w*", " ", plain_text.replace("\n", " "))
assert in_words(priced).has("slow", "long", "time", "accura", "quality", "price", "cost", "worse", "lose", "lost", "loss", "hour"), explain("memory-is-free")

# %% fit_13b_wrong_one_trick role="wrong" misconception="one-trick"
fit_13b = """I would recompute every layer in the backward pass, since activations are then nearly gone. The time of a
step grows by about a third, which a school can bear, as its computers are idle at night and on all weekends.
Total: 20 GB"""

# %% fit_13b_wrong_costs_nothing role="wrong" misconception="memory-is-free"
fit_13b = """I would freeze the weights in four bits and train adapters beside them, and recompute all layers, so that
the weights take 7 GB, the adapters with their states 1 GB, and the activations 1.4 GB. This does not cost anything.
Total: 9.4 GB"""

# %% fit_13b_wrong_tiny_total role="wrong" says="less than the activations of one text"
fit_13b = """I would freeze the weights in four bits and train adapters beside them, and recompute all layers, so that
nearly nothing is left on the card at any moment. A step takes about a third longer for that.
Total: 0.1 GB"""

# %% fit_13b_wrong_no_room role="wrong" says="leave less than a tenth"
fit_13b = """I freeze the weights in four bits, which takes 7.3 GB, and train adapters beside them with 1 GB. Activations of one text at a time
are all kept, 14 GB and a little more. Unpacking makes a step half as long again.
Total: 23.9 GB"""

# %% fit_13b_wrong_no_price role="wrong" misconception="memory-is-free"
fit_13b = """I would freeze the weights in four bits and train adapters beside them, and recompute all layers, so that
the weights take 7 GB, the adapters with their states 1 GB, and the activations 3 GB in all.
Total: 11 GB"""

# %% fit_13b_wrong_too_large role="wrong" misconception="plan-does-not-fit"
fit_13b = """I would train all weights with an 8 bit optimizer and recompute every layer. Weights and gradients take 26 GB
each and the optimizer 26 GB more, and the activations are small. Each step takes a third more time than a plain one.
Total: 80 GB"""

# %% fit_13b_wrong_gibibytes_too_many role="wrong" misconception="plan-does-not-fit"
fit_13b = """I freeze the weights in eight bits and put adapters beside them, which takes 13 GB and a little more, and I keep all
activations of several texts because that is quickest. Nothing takes longer than before, so the price is small.
Total: 23 GiB"""

# %% fit_13b_wrong_no_total role="wrong" says="no line such as"
fit_13b = """I freeze the weights in four bits and put adapters beside them, which takes 8 GB, and I recompute each layer, so that activations
take 3 GB. That makes a step about a third longer, and the accuracy must be compared."""

# %% fit_13b_wrong_no_measure role="wrong" says="none of the lesson's measures"
fit_13b = """I would buy a second card for the school, because two cards have twice the memory of one, and the time of a step would even
be half as long with both of them at work together.
Total: 20 GB"""

# %% fit_13b_wrong_too_short role="wrong" says="three sentences at least"
fit_13b = """LoRA over four bits, slower by half. Total: 9 GB"""

# %% fit_13b_variant_gibibytes role="variant"
fit_13b = """QLoRA: the base goes to nf4, about 6.8 GiB with its scales, and only adapters get gradients and Adam's numbers, 1 GiB at most.
Checkpointing leaves the layer inputs of one sequence, under 2 GiB. Steps become slower, by my estimate half as long again for
unpacking and a third for the second forward pass.
Total: 9.8 GiB"""

# %% fit_13b_variant_offloaded role="variant"
fit_13b = """I'd keep training all 13 billion weights. Everything is offloaded to a host with 256 GB, layers come one after the other,
and I recompute activations; what is on the card at any moment is a layer, 1 GB, its gradients, and 3 GB of activations. The price:
each step waits for the link, so I gather many texts for one step.
Total is about 5,5 GB."""

# %% fit_13b_variant_sum role="variant"
fit_13b = """QLoRA: the frozen weights in four bits, half a byte each, take 6.5 GB; the adapters with gradients and Adam 1 GB. With
checkpointing and some reserve the activations take 3 GB. In place of that, full training has states whose total is 208 GB. Steps are slower by a third for the second
forward pass, and by half for unpacking.
Total: 6.5 + 1.0 + 3.0 = 10.5 GB"""

# %% fit_13b_variant_tenth_free role="variant"
fit_13b = """The base lies in four bits and only LoRA's adapters are trained, so 7 GB and 1 GB. Layers are recomputed: 1.4 GB. Libraries get 2.4 GB.
A step takes about a third more time for the second forward pass and half as much again for unpacking.
Total with a tenth free: 11.6 GB
For comparison: in full training the total is 208 GB."""

# %% fit_13b_variant_needed role="variant"
fit_13b = """I quantise the frozen weights to four bits (7 gigabytes), train LoRA adapters (1 gigabyte) and recompute every layer
(1.4 gigabytes of activations). The price is time, about a third more for the recomputation, and some accuracy that I would compare.
Total memory needed: 9.4 gigabytes."""

# %% fit_13b_variant_full_card role="variant"
fit_13b = """I put the frozen weights in 8 bits, 13.5 GB, and train LoRA adapters, 1 GB. I recompute the layers and take several texts at a time
until the card is full, a tenth left free for libraries, which is in my sum. Recomputing makes a step a third longer.
Total: 22.4 GiB"""
