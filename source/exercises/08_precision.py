# %% [markdown]
# # Exercise 08 · Precision
# *Find where a format stops counting, round as a chip does, steer a loss scale, count what was lost, choose a format.*
#
# Work through [lesson 08](../lessons/08_precision.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `largest_count` | compute by hand | 3 | 4 |
# | `round_to` | write a function | 5 | 8 |
# | `next_scale` | write a function | 5 | 7 |
# | `flushed_share` | measure | 4 | 6 |
# | `format_for_t4` | decide and justify | 3 | 5 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import math

import numpy as np

from course_lib.demos import corpus, tiny_gpt
from course_lib.demos.precision import mixed
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## largest_count: where does it stop? (3 points)
# An fp8 number in the format e5m2 has one sign bit, five exponent bits and two mantissa bits. Its largest number is
# 57344. Start at zero and add one, again and again, with the sum kept in this format. At which number does it stop?
#
# Worked example: bf16 has seven mantissa bits, and stops at 256.
#
# <details><summary>Hint 1: the idea</summary>
# Counting stops where the neighbours of a number come to lie two apart.
# </details>
# <details><summary>Hint 2: the formula</summary>
# With m mantissa bits and the leading one that is not stored: two to the power of m + 1.
# </details>

# %% largest_count role="answer"
largest_count = None  # one number
### BEGIN SOLUTION
largest_count = 2 ** (2 + 1)
### END SOLUTION

# %% largest_count_check role="check" points=3
answered(largest_count)
assert largest_count != 57344, explain("range-is-resolution")
assert largest_count != 2**2, explain("leading-bit-forgotten")
assert largest_count not in (2**5, 2**6), explain("exponent-for-mantissa")
assert largest_count == 8, f"{largest_count} is not it: which is the first number whose upper neighbour is two further?"

# %% largest_count_wrong_range role="wrong" misconception="range-is-resolution"
largest_count = 57344

# %% largest_count_wrong_bit role="wrong" misconception="leading-bit-forgotten"
largest_count = 2**2

# %% largest_count_wrong_exponent role="wrong" misconception="exponent-for-mantissa"
largest_count = 2**5

# %% [markdown]
# ## round_to: what does the chip keep? (5 points)
# Write `round_to(x, mantissa_bits, lowest_exponent)`: the nearest number of a format with that many mantissa bits. No
# number's exponent is below `lowest_exponent`: from there down to zero the spacing stays the same. A number halfway
# between two goes to the even one. Leave out overflow.
#
# <details><summary>Hint 1: the idea</summary>
# Find the spacing at x. Count x in steps of that size, round the count, and turn it back into a number.
# </details>
# <details><summary>Hint 2: the formula</summary>
# exponent = the larger of floor(log2(|x|)) and lowest_exponent; `math.frexp(x)[1] - 1` is the first, exactly.
# spacing = 2 ** (exponent - mantissa_bits). Python's own `round` sends ties to the even number.
# </details>

# %% round_to role="answer"
def round_to(x: float, mantissa_bits: int, lowest_exponent: int) -> float:
    """The nearest number of the format. Example: round_to(257.0, 7, -126) == 256.0"""
    ### BEGIN SOLUTION
    exponent = max(math.frexp(x)[1] - 1, lowest_exponent)
    spacing = 2.0 ** (exponent - mantissa_bits)
    return round(x / spacing) * spacing
    ### END SOLUTION

# %% round_to_check role="check" points=2
up = round_to(1.9, 2, -14)
answered(up)
assert up != 1.75, explain("rounding-truncates")
assert up == 2.0, f"with two mantissa bits 1.75 and 2.0 are neighbours, and 1.9 is nearer to 2.0, not {up}"
assert round_to(257.0, 7, -126) != 258.0, explain("ties-go-up")
assert round_to(257.0, 7, -126) == 256.0, f"257 becomes 256 in bf16, not {round_to(257.0, 7, -126)}"
assert round_to(3 * 2.0**-16, 2, -14) != 0.0, explain("no-subnormals")
assert round_to(3.1 * 2.0**-16, 2, -14) == 3 * 2.0**-16, "below the lowest exponent the spacing stays as it is there"
assert round_to(-1.9, 2, -14) == -2.0, "negative numbers round like positive ones"

# %% round_to_hidden role="hidden" points=3
random = rng()
for name, bits, lowest in (("float16", 10, -14), ("float32", 23, -126)):  # numpy's own rounding
    numbers = random.choice([-1, 1], 30) * 2.0 ** random.uniform(-30, 15, 30)
    ties = random.integers(2 ** (bits + 1), 2 ** (bits + 3), 10).astype("float64")
    for values in (numbers, ties):
        for x, expected in zip(values.tolist(), values.astype(name).tolist(), strict=True):
            found = round_to(x, bits, lowest)
            assert found == expected, f"{bits} mantissa bits, {x}: {found} in place of {expected}"
members = [k / 2**8 for k in range(8)] + [(8 + k % 8) * 2.0 ** (k // 8 - 8) for k in range(64)]  # 3 bits, 2^-5 up to 8
for x in random.uniform(0, 7, 40).tolist() + random.uniform(0, 0.06, 20).tolist():
    expected, found = min(members, key=lambda member: abs(member - x)), round_to(x, 3, -5)
    assert found == expected, f"3 mantissa bits, {x}: {found} in place of {expected}"

# %% round_to_wrong_floor role="wrong" misconception="rounding-truncates"
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return math.floor(x / spacing) * spacing

# %% round_to_wrong_ties role="wrong" misconception="ties-go-up"
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return math.floor(x / spacing + 0.5) * spacing

# %% round_to_wrong_subnormal role="wrong" misconception="no-subnormals"
def round_to(x, mantissa_bits, lowest_exponent):
    if abs(x) < 2.0**lowest_exponent:
        return 0.0
    spacing = 2.0 ** (math.frexp(x)[1] - 1 - mantissa_bits)
    return round(x / spacing) * spacing

# %% [markdown]
# ## next_scale: how large may the factor be? (5 points)
# Write `next_scale(scale, good_steps, gradients, patience)`, one turn of a dynamic loss scale. `gradients` are numbers
# of a backward pass whose loss was multiplied by `scale`. `good_steps` counts the steps without an overflow since the
# scale last changed.
#
# - If a gradient is infinite or NaN: no step. The scale halves and the count starts again at 0.
# - If not: step with the gradients divided by the scale. The count goes up by one; when it reaches `patience`,
#   the scale doubles and the count starts again at 0.
#
# Return a dictionary with `scale`, `good_steps` and `step`: the gradients to step with, or `None` for no step.
#
# <details><summary>Hint 1: the idea</summary>
# Two cases. Which gradients did the backward pass hand you: those of the loss, or those of the loss times the scale?
# </details>
# <details><summary>Hint 2: the formula</summary>
# all(math.isfinite(g) for g in gradients) tells the cases apart; step = [g / scale for g in gradients].
# </details>

# %% next_scale role="answer"
def next_scale(scale: float, good_steps: int, gradients: list[float], patience: int) -> dict:
    """One turn of a dynamic loss scale.

    Example: next_scale(8.0, 0, [16.0, 4.0], 3) == {"scale": 8.0, "good_steps": 1, "step": [2.0, 0.5]}
    """
    ### BEGIN SOLUTION
    if not all(math.isfinite(gradient) for gradient in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [gradient / scale for gradient in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}
    ### END SOLUTION

# %% next_scale_check role="check" points=2
fine, broken = next_scale(8.0, 0, [16.0, 4.0], 3), next_scale(8.0, 2, [math.inf, 4.0], 3)
grown = next_scale(8.0, 2, [16.0, 4.0], 3)
answered(fine)
assert set(fine) == {"scale", "good_steps", "step"}, f"three entries are asked for, you return {sorted(fine)}"
assert broken["step"] is None, explain("steps-on-infinity")
assert next_scale(8.0, 0, [math.nan], 3)["step"] is None, explain("steps-on-infinity")
assert broken["scale"] < 8.0, explain("scale-never-lowers")
assert fine["step"] != [16.0, 4.0], explain("unscaling-forgotten")
assert grown["scale"] > 8.0, explain("scale-never-grows")
assert fine == {"scale": 8.0, "good_steps": 1, "step": [2.0, 0.5]}, f"a good step, and you return {fine}"
assert broken == {"scale": 4.0, "good_steps": 0, "step": None}, f"an overflow, and you return {broken}"
assert grown == {"scale": 16.0, "good_steps": 0, "step": [2.0, 0.5]}, f"the third good step, and you return {grown}"

# %% next_scale_hidden role="hidden" points=3
random = rng()
scale, good, patience, limit = 2.0**16, 0, 4, 65504.0
for turn in range(60):
    true = [float(value) for value in random.normal(size=3)]
    given = [value * scale if abs(value * scale) <= limit else float("inf") for value in true]
    found = next_scale(scale, good, given, patience)
    overflow = float("inf") in given
    good = 0 if overflow else good + 1
    expected = scale / 2 if overflow else scale * 2 if good == patience else scale
    good = 0 if good == patience else good
    assert (found["step"] is None) == overflow, f"turn {turn}, gradients {given}: step is {found['step']}"
    assert overflow or max(abs(a - b) for a, b in zip(found["step"], true, strict=True)) < 1e-9, f"turn {turn}: {found['step']}"
    assert (found["scale"], found["good_steps"]) == (expected, good), f"turn {turn}: {found} after scale {scale}"
    scale = expected

# %% next_scale_wrong_fixed role="wrong" misconception="scale-never-lowers"
def next_scale(scale, good_steps, gradients, patience):
    good = all(math.isfinite(gradient) for gradient in gradients)
    return {"scale": scale, "good_steps": good_steps + 1, "step": [each / scale for each in gradients] if good else None}

# %% next_scale_wrong_steps role="wrong" misconception="steps-on-infinity"
def next_scale(scale, good_steps, gradients, patience):
    good = all(math.isfinite(gradient) for gradient in gradients)
    return {"scale": scale if good else scale / 2, "good_steps": good_steps + 1, "step": [each / scale for each in gradients]}

# %% next_scale_wrong_scaled role="wrong" misconception="unscaling-forgotten"
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(gradient) for gradient in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    return {"scale": scale, "good_steps": good_steps + 1, "step": list(gradients)}

# %% next_scale_wrong_shrinks role="wrong" misconception="scale-never-grows"
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(gradient) for gradient in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    return {"scale": scale, "good_steps": good_steps + 1, "step": [each / scale for each in gradients]}

# %% [markdown]
# ## flushed_share: how many gradients get lost? (4 points)
# Write `flushed_share(tensors, scale)`. `tensors` holds numpy arrays in fp32: under `"activations"` gradients of
# activations, under `"weights"` weights. Multiply the gradients of activations by `scale`, store them in fp16, and
# return the share that became zero. Gradients that were zero in fp32 count neither as lost nor as kept.
# Then measure a backward pass of your own with the cell below the function.
#
# <details><summary>Hint 1: the idea</summary>
# Two questions to each number: was it zero before, and is it zero after?
# </details>
# <details><summary>Hint 2: the formula</summary>
# before = tensors["activations"] * scale; after = before.astype(np.float16);
# share = sum of (after == 0) & (before != 0), over the sum of before != 0.
# </details>

# %% flushed_share role="answer"
def flushed_share(tensors: dict[str, np.ndarray], scale: float) -> float:
    """Share of non-zero gradients that become zero in fp16, between 0 and 1.

    Example: flushed_share({"activations": np.array([0.0, 1e-9, 1.0]), "weights": np.array([1.0])}, 1.0) == 0.5
    """
    ### BEGIN SOLUTION
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(((after == 0) & (before != 0)).sum() / (before != 0).sum())
    ### END SOLUTION

# %% own_backward
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=64))
text = corpus.batches(corpus.tokens(), batch=8, seq=64)
caught = mixed.activation_gradients(gpt, next(text))
mine = {"activations": np.concatenate([each.numpy().ravel() for each in caught.values()]),
        "weights": np.concatenate([each.detach().numpy().ravel() for each in gpt.parameters()])}
my_shares = {scale: flushed_share(mine, scale) for scale in (2.0**-8, 1.0, 2.0**8)}

# %% flushed_share_check role="check" points=2
answered(my_shares[1.0])
assert my_shares[2.0**-8] >= my_shares[1.0] >= my_shares[2.0**8], explain("scaled-against-unscaled")
made = {"activations": np.array([0.0, 0.0, 1e-9, 2e-9, 1e-6, 1.0, 2.0]), "weights": np.array([1.0, 2.0, 1e-9])}
share = flushed_share(made, 1.0)
assert not any(abs(share - value) < 1e-9 for value in (4 / 7, 4 / 5)), explain("zeros-were-zero")
assert abs(share - 1 / 3) > 1e-9, explain("weights-for-activations")
assert abs(share - 2 / 5) < 1e-9, f"two of the five gradients that were not zero vanish: 0.4, not {share}"
assert abs(flushed_share(made, 1e3) - 2 / 5) > 1e-9, explain("scaled-against-unscaled")
assert flushed_share(made, 1e3) == 0.0, f"times 1000 nothing vanishes, you find {flushed_share(made, 1e3)}"

# %% flushed_share_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    zeros, total, scale = int(random.integers(1, 200)), 1000, float(2.0 ** random.integers(-6, 14))
    gradients = random.choice([-1, 1], zeros + total) * 10.0 ** random.uniform(-12, 0, zeros + total)
    gradients[:zeros] = 0
    lost = int((abs(gradients[zeros:]) * scale <= 2.0**-25).sum())  # half of fp16's smallest number, or less
    found = flushed_share({"activations": gradients, "weights": gradients[zeros:] + 10}, scale)
    assert abs(found - lost / total) < 1e-9, f"{lost} of {total} vanish at scale {scale}, you find {found}"

# %% flushed_share_wrong_zeros role="wrong" misconception="zeros-were-zero"
def flushed_share(tensors, scale):
    return float(((tensors["activations"] * scale).astype(np.float16) == 0).mean())

# %% flushed_share_wrong_weights role="wrong" misconception="weights-for-activations"
def flushed_share(tensors, scale):
    before = tensors["weights"] * scale
    return float(((before.astype(np.float16) == 0) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_scale role="wrong" misconception="scaled-against-unscaled"
def flushed_share(tensors, scale):
    before = tensors["activations"]
    return float(((before.astype(np.float16) == 0) & (before != 0)).sum() / (before != 0).sum())

# %% [markdown]
# ## format_for_t4: which format would you train in? (3 points)
# You may use a T4 for a day. Its data sheet states peaks for fp32, fp16, int8 and int4, and none for bf16. You want to fine-tune a small
# model. In which format do you run the products, and what must stay in fp32?
#
# Answer in two to six sentences.
#
# | points | for |
# | --- | --- |
# | 1 | a format is chosen for which the card has units, with a peak or a ratio |
# | 1 | the risk of that format is named, and what is done against it |
# | 1 | what stays in fp32 is named: masters, sums or Adam's states |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# The lesson's table shows the card's peaks. Which gradients does that format lose?
# </details>
# <details><summary>Hint 2: the formula</summary>
# fp16 reaches from 2^-24 to 65504: it needs a loss scale. Weights, Adam's states and sums stay in fp32.
# </details>

# %% format_for_t4 role="free_text" points=2
format_for_t4 = """
### BEGIN SOLUTION
I run the products in fp16: the T4 reaches 65 TFLOP/s there, 8 times its peak in fp32, and states none for other floating-point formats of
16 or 8 bits. Its smallest number is about 6e-8, so small gradients would become zero. A dynamic loss scale lifts them,
and a step whose gradients overflow is skipped. The weights stay in fp32 as masters, and so do Adam's states and the sums.
### END SOLUTION
"""

# %% format_for_t4_check role="check" points=1
answered(format_for_t4)
words = format_for_t4.lower().replace("-", " ").split()
said = " ".join(words)
assert len(words) >= 25, "two sentences at least: which format, and what must stay long"
assert not ("bf16" in said and "fp16" not in said.replace("bf16", "")), explain("bf16-everywhere")
assert not ("fp8" in said and "fp16" not in said), explain("fp8-everywhere")
assert "fp16" in said, "name the format that you choose"
assert "scal" in said, explain("fp16-for-free")

# %% format_for_t4_wrong_bf16 role="wrong" misconception="bf16-everywhere"
format_for_t4 = """I train in bf16, because it reaches as far as fp32 and needs no further care at all. All modern
training is done in it, so a T4 will do it fast as well, and the masters stay in fp32."""

# %% format_for_t4_wrong_fp8 role="wrong" misconception="fp8-everywhere"
format_for_t4 = """I train in fp8, because the shortest format is the fastest on any card. The T4 then multiplies four
times as fast as in fp32, and the memory of everything shrinks to a quarter as well."""

# %% format_for_t4_wrong_free role="wrong" misconception="fp16-for-free"
format_for_t4 = """I train in fp16, because the T4 reaches 65 TFLOP/s there, 8 times its fp32 peak. There is no loss of
anything, so I switch the whole model to it, weights and Adam and all, and let it run for the day."""
