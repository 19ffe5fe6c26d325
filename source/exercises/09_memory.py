# %% [markdown]
# # Exercise 09 · Memory
# *Add up what training keeps, fill a card, price LoRA, measure a checkpoint, and fit 13 billion weights into 24 GB.*
#
# Work through [lesson 09](../lessons/09_memory.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `adam_states` | compute by hand | 3 | 4 |
# | `largest_batch` | write a function | 5 | 6 |
# | `lora_bytes` | write a function | 5 | 7 |
# | `checkpoint_price` | measure | 4 | 7 |
# | `fit_13b` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import math
import re
import statistics

from course_lib.demos.memory import time_price as demo
from course_lib.demos import tiny_gpt
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## adam_states: what training keeps of 13 billion weights (3 points)
# A model has 13 billion (13 x 10⁹) weights. It is trained in mixed precision: weights and gradients in 16 bits each,
# and for Adam a copy, a mean and a variance in 32 bits each.
# How many **bytes** do weights, gradients and optimizer states take together? Leave activations out.
#
# Worked example: one billion weights and their gradients in 32 bits, and plain SGD, which remembers nothing.
# Two numbers of 4 bytes for each weight: 8 x 10⁹ bytes.
#
# <details><summary>Hint 1: the idea</summary>
# Write down every number that is kept for one weight, with its bytes. There are five.
# </details>
# <details><summary>Hint 2: the formula</summary>
# weights x (2 + 2 + 4 + 4 + 4)
# </details>

# %% adam_states role="answer"
adam_states = None  # bytes
### BEGIN SOLUTION
adam_states = 13e9 * (2 + 2 + 4 + 4 + 4)
### END SOLUTION

# %% adam_states_check role="check" points=3
answered(adam_states)
near = lambda total: abs(adam_states / total - 1) < 0.005
assert not near(13e9 * 2), explain("states-are-weights")
assert not near(13e9 * 4), explain("optimizer-forgotten")
assert not near(13e9 * 12), explain("optimizer-alone")
assert near(13e9 * 16), f"{adam_states} bytes are not the sum of the five numbers kept for each weight"

# %% adam_states_wrong_weights role="wrong" misconception="states-are-weights"
adam_states = 13e9 * 2

# %% adam_states_wrong_no_optimizer role="wrong" misconception="optimizer-forgotten"
adam_states = 13e9 * 4

# %% adam_states_wrong_optimizer_alone role="wrong" misconception="optimizer-alone"
adam_states = 13e9 * 12

# %% [markdown]
# ## largest_batch: how many sequences a card can train on at once (5 points)
# Write `largest_batch(memory_gib, weights, sequence_bytes)`. The card's tool reports its memory in **GiB** (2³⁰ bytes).
# A model of `weights` weights is trained with 16 bytes of states for each, and every sequence of the batch keeps
# `sequence_bytes` of activations. Return the largest whole number of sequences that fits; 0 if none does.
#
# <details><summary>Hint 1: the idea</summary>
# What is left beside the states, over what one sequence keeps. Only whole sequences count.
# </details>
# <details><summary>Hint 2: the formula</summary>
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
found = largest_batch(40, 10**9, 10**9)
answered(found)
assert found != 42, explain("states-leave-no-trace")
assert found != 27, explain("batch-rounded-up")
assert found != 24, explain("gib-read-as-gb")
assert found == 26, f"40 GiB less 16 GB of states leave 26.9 GB: 26 sequences of 1 GB, you say {found}"
assert largest_batch(16, 2 * 10**9, 10**9) >= 0, explain("negative-batch")
assert largest_batch(16, 2 * 10**9, 10**9) == 0, "32 GB of states exceed 16 GiB: no sequence fits"

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

# %% [markdown]
# ## lora_bytes: states of a model with adapters (5 points)
# Write `lora_bytes(shapes, rank, base_bits)`. Each frozen matrix has a shape `(inputs, outputs)` and is held in
# `base_bits` bits a weight. Beside each lie two thin matrices, of `inputs` x `rank` and `rank` x `outputs`. These are
# trained with 16 bytes a weight. Return the bytes of all of it, without activations.
#
# <details><summary>Hint 1: the idea</summary>
# Two sums: what lies frozen, and what is trained. Only one of them has gradients and states.
# </details>
# <details><summary>Hint 2: the formula</summary>
# Sum over the shapes of inputs x outputs x base_bits / 8 + 16 x rank x (inputs + outputs).
# </details>

# %% lora_bytes role="answer"
def lora_bytes(shapes: list[tuple[int, int]], rank: int, base_bits: int) -> float:
    """Bytes of frozen matrices, and of adapters with gradients and optimizer states.

    Example: lora_bytes([(100, 50)], rank=2, base_bits=8) == 5000 + 16 * 300 == 9800
    """
    ### BEGIN SOLUTION
    frozen = sum(inputs * outputs for inputs, outputs in shapes) * base_bits / 8
    adapters = sum(rank * (inputs + outputs) for inputs, outputs in shapes)
    return frozen + 16 * adapters
    ### END SOLUTION

# %% lora_bytes_check role="check" points=3
matrices = [(1000, 1000), (1000, 3000)]  # 4 000 000 frozen weights, 6000 x 4 trained ones
found = lora_bytes(matrices, 4, 4)
answered(found)
near = lambda total: abs(found - total) < 1
assert not near(16 * 24_000), explain("only-adapters-count")
assert not near(16 * 4_024_000) and not near(2_000_000 + 14 * 4_000_000 + 16 * 24_000), explain("gradients-for-all")
assert not near(16_000_000 + 16 * 24_000), explain("base-in-fp32")
assert near(2_384_000), f"half a byte for each frozen weight and 16 for each trained one make 2 384 000, you say {found}"

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
    return 16 * sum(rank * (inputs + outputs) for inputs, outputs in shapes)

# %% lora_bytes_wrong_all_trained role="wrong" misconception="gradients-for-all"
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes)
    return 16 * frozen + 16 * sum(rank * (inputs + outputs) for inputs, outputs in shapes)

# %% lora_bytes_wrong_fp32 role="wrong" misconception="base-in-fp32"
def lora_bytes(shapes, rank, base_bits):
    frozen = sum(inputs * outputs for inputs, outputs in shapes) * 4
    return frozen + 16 * sum(rank * (inputs + outputs) for inputs, outputs in shapes)

# %% [markdown]
# ## checkpoint_price: what recomputation costs and saves (4 points)
# A run of steps is a dictionary: `step_seconds` and `forward_seconds`, one for each step in order, the first of them
# cold; `saved_bytes`, what the forward pass kept for the backward pass; and `peak_bytes`, the most at any moment.
# Write `checkpoint_price(plain, again)`, where `again` is the same run with recomputation. Return a dictionary with
# `slow_down`, the median warm step over the plain one, and `saved_share`, the part of the saved bytes that is still kept.
# Then measure your own machine with the cell below the function.
#
# <details><summary>Hint 1: the idea</summary>
# Which of the times holds the backward pass? Which run must be left out? Which of the two byte counts was saved?
# </details>
# <details><summary>Hint 2: the formula</summary>
# statistics.median(again["step_seconds"][1:]) over the same of plain; saved_bytes over saved_bytes.
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

# %% own_clock
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=4, context=128))
runs = [demo.readings(gpt, batch=8, seq=128, recompute=kind) for kind in ("none", "full")]
my_price = checkpoint_price(*runs)

# %% checkpoint_price_check role="check" points=2
answered(my_price)
assert isinstance(my_price, dict) and set(my_price) == {"slow_down", "saved_share"}, "return slow_down and saved_share"
one = {"step_seconds": [9.0, 2.0, 2.2, 2.0], "forward_seconds": [5.0, 1.0, 1.0, 1.0], "saved_bytes": 100, "peak_bytes": 150}
two = {"step_seconds": [5.0, 3.0, 3.0, 3.6], "forward_seconds": [5.0, 1.1, 1.1, 1.1], "saved_bytes": 25, "peak_bytes": 90}
known = checkpoint_price(one, two)
assert known["slow_down"] != 2, explain("recompute-doubles")
assert abs(known["slow_down"] - 1.1) > 1e-9, explain("price-of-forward-alone")
means = sum(two["step_seconds"]) / sum(one["step_seconds"]), statistics.median(two["step_seconds"]) / 2.1
assert all(abs(known["slow_down"] - cold) > 1e-9 for cold in means), explain("cold-run-counted")
assert abs(known["saved_share"] - 0.6) > 1e-9, explain("peak-for-saved")
assert abs(known["slow_down"] - 1.5) < 1e-9, f"the warm steps take 2 and 3 in the median: 1.5, you say {known}"
assert abs(known["saved_share"] - 0.25) < 1e-9, f"25 of 100 bytes are still saved: 0.25, you say {known}"
assert 0 < my_price["saved_share"] < 0.5, "on your machine, too, recomputation keeps less than half of the bytes"

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
    slow, quick = (sum(run["step_seconds"]) / len(run["step_seconds"]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["saved_bytes"] / plain["saved_bytes"]}

# %% checkpoint_price_wrong_peak role="wrong" misconception="peak-for-saved"
def checkpoint_price(plain, again):
    slow, quick = (statistics.median(run["step_seconds"][1:]) for run in (again, plain))
    return {"slow_down": slow / quick, "saved_share": again["peak_bytes"] / plain["peak_bytes"]}

# %% [markdown]
# ## fit_13b: 13 billion weights on a card with 24 GB (3 points)
# A school has one card with 24 GB and wants to adapt a 13B model to its own texts. How would you fit it in? Answer in
# three to six sentences, and end with a line such as `Total: 99 GB`.
#
# | points | for |
# | --- | --- |
# | 1 | at least two measures, each with the part of the memory that it shrinks |
# | 1 | a sum that fits: frozen weights, adapters with their states, activations |
# | 1 | the price: time, or what may be lost |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# First bring down the states, then the activations. Start with the bits of a weight that is never changed.
# </details>
# <details><summary>Hint 2: the formula</summary>
# weights x bits / 8 + 16 x adapters + activations, in bytes.
# </details>

# %% fit_13b role="free_text" points=2
fit_13b = """
### BEGIN SOLUTION
I freeze the weights in four bits with LoRA beside them: 13 billion weights take about 7.3 GB with their scales, in
place of 208 GB of states. Adapters of half a per cent, 65 million weights of 16 bytes, add 1 GB. Activations are the
next to shrink: with recomputation of each layer and one sequence of 2048 tokens at a time they stay near 3 GB, and the
batch is gathered from pieces. The price is time: recomputing adds about a third to a step, and unpacking some more.
Four bits may cost some accuracy, so I would compare it on held-out texts.
Total: 12 GB
### END SOLUTION
"""

# %% fit_13b_check role="check" points=1
answered(fit_13b)
text = fit_13b.lower().replace("-", " ")
kinds = {"lora": "lora|adapter", "bits": "4 bit|four bit|8 bit|eight bit|int4|int8|quanti", "offload": "offload",
         "recompute": "recomput|checkpoint", "batch": "accumul|piece|micro"}
used = [kind for kind, pattern in kinds.items() if re.search(pattern, text)]
total = re.search(r"total:\W*(?:about |around |some |roughly )?(\d+(?:[.,]\d+)?)\s*gb", text)
assert len(text.split()) >= 25, "three sentences at least: the measures, the sum, the price"
assert len(used) >= 2, explain("one-trick")
assert total and float(total[1].replace(",", ".")) <= 24, explain("plan-does-not-fit")
assert re.search(r"slow|longer|(?<!at a )\btime\b|accura|quality", text), explain("memory-is-free")

# %% fit_13b_wrong_one_trick role="wrong" misconception="one-trick"
fit_13b = """I would recompute every layer in the backward pass, since activations are then nearly gone. The time of a
step grows by about a third, which a school can bear, as its computers are idle at night and on all weekends.
Total: 20 GB"""

# %% fit_13b_wrong_no_price role="wrong" misconception="memory-is-free"
fit_13b = """I would freeze the weights in four bits and train adapters beside them, and recompute all layers, so that
the weights take 7 GB, the adapters with their states 1 GB, and the activations 3 GB in all.
Total: 11 GB"""

# %% fit_13b_wrong_too_large role="wrong" misconception="plan-does-not-fit"
fit_13b = """I would train all weights with an 8 bit optimizer and recompute every layer. Weights and gradients take 26 GB
each and the optimizer 26 GB more, and the activations are small. Each step takes a third more time than a plain one.
Total: 80 GB"""
