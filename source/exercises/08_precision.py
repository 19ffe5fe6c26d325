# %% [markdown]
# # Exercise 08 · Precision
# *Find where a format stops counting, round as a chip does, steer a loss scale, count what was lost, price a block, choose a format.*
#
# Work through [lesson 08](../lessons/08_precision.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `largest_count` | compute by hand | 3 | 3 |
# | `round_to` | write a function | 4 | 10 |
# | `next_scale` | write a function | 4 | 7 |
# | `flushed_share` | measure | 3 | 5 |
# | `bits_a_weight` | write a function | 3 | 4 |
# | `format_for_t4` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math

import numpy as np

from course_lib.demos import corpus, tiny_gpt
from course_lib.demos.precision import mixed
from course_lib.estimators import precision
from course_lib.teaching import a_number, answered, attempt, checking, entries, explain, fmt, in_words, say

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
# <details><summary>Hint 2: the next step</summary>
# Write down the format's numbers from 1 on: with two mantissa bits there are four from 1 up to 2, four from 2 up to 4, and so
# on. How far apart do they lie?
# </details>
# <details><summary>Hint 3: the formula</summary>
# With m mantissa bits and the leading one that is not stored: two to the power of m + 1.
# </details>

# %% largest_count role="answer"
largest_count = None  # one number
### BEGIN SOLUTION
largest_count = 2 ** (2 + 1)
### END SOLUTION

# %% largest_count_check role="check" points=3
a_number(largest_count, "`largest_count`")
e5m2 = precision.get("fp8_e5m2")
assert largest_count != e5m2.largest, explain("range-is-resolution")
assert largest_count != 2**e5m2.mantissa_bits, explain("leading-bit-forgotten")
assert largest_count not in (2**e5m2.exponent_bits, 2 ** (e5m2.exponent_bits + 1)), explain("exponent-for-mantissa")
assert largest_count == precision.count(10**4, e5m2.name), f"{largest_count:.6g} is not it: which is the first number whose upper neighbour is two further?"

# %% largest_count_wrong_range role="wrong" misconception="range-is-resolution"
largest_count = 57344

# %% largest_count_wrong_bit role="wrong" misconception="leading-bit-forgotten"
largest_count = 2**2

# %% largest_count_wrong_exponent role="wrong" misconception="exponent-for-mantissa"
largest_count = 2**5

# %% largest_count_wrong_exponent_and_bit role="wrong" misconception="exponent-for-mantissa"
largest_count = 2 ** (5 + 1)

# %% largest_count_wrong_one_bit_more role="wrong" neutral=true
largest_count = 2 ** (2 + 2)

# %% largest_count_wrong_one_less role="wrong" neutral=true
largest_count = 2**3 - 1

# %% largest_count_wrong_one_more role="wrong" neutral=true
largest_count = 2**3 + 1

# %% largest_count_wrong_bits role="wrong" neutral=true
largest_count = 2 + 1

# %% largest_count_wrong_all_bits role="wrong" neutral=true
largest_count = 2**8

# %% largest_count_wrong_both_kinds role="wrong" neutral=true
largest_count = 2 ** (5 + 2)

# %% largest_count_wrong_square role="wrong" neutral=true
largest_count = (2 + 1) ** 2

# %% largest_count_wrong_text role="wrong" says="must be one number"
largest_count = "8"

# %% largest_count_variant_float role="variant"
largest_count = 8.0

# %% largest_count_variant_numpy role="variant"
largest_count = np.exp2(np.int64(3))

# %% [markdown]
# ## round_to: what does the chip keep? (4 points)
# Write `round_to(x, mantissa_bits, lowest_exponent)`: the nearest number of a format with that many mantissa bits. No
# number's exponent is below `lowest_exponent`: from there down to zero the spacing stays the same. Of a tie, take the
# neighbour whose last mantissa bit is 0. Leave out overflow.
#
# Worked example: with two mantissa bits the numbers around 5 are 4, 5, 6, 7, 8, and from 8 on 8, 10, 12. So 5.2 becomes 5, and
# 9, a tie, becomes 8: counted in steps of two, 8 is four steps and 10 is five, and an even count ends in the bit 0. With
# -14 as its lowest exponent, the numbers from zero up to 2^-13 lie 2^-16 apart.
#
# <details><summary>Hint 1: the idea</summary>
# Find the spacing at x. Count x in steps of that size, round the count, and turn it back into a number.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Which exponent has x, and which does the spacing at x follow from if that exponent is below the lowest one? Python's own
# `round` sends ties to the even number.
# </details>
# <details><summary>Hint 3: the formula</summary>
# exponent = the larger of floor(log2(|x|)) and lowest_exponent; `math.frexp(x)[1] - 1` is the first, exactly.
# spacing = 2 ** (exponent - mantissa_bits).
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
near_top, near_foot = round_to(1.9, 2, -14), round_to(1.8, 2, -14)
a_number(near_top, "What `round_to` gives")
assert near_foot in (1.75, 2.0), f"With two mantissa bits 1.8 lies between two neighbours, and {near_foot:.6g} is neither of them."
assert not (near_top == near_foot == 1.75), explain("rounding-truncates")
assert (near_top, near_foot) == (2.0, 1.75), f"With two mantissa bits 1.9 becomes {near_top:.6g} and 1.8 becomes {near_foot:.6g}. Which neighbour is the nearer one?"
assert round_to(-1.9, 2, -14) == -near_top, f"-1.9 becomes {round_to(-1.9, 2, -14):.6g}, and 1.9 becomes {near_top:.6g}."
assert not (round_to(257.0, 7, -126) == 258.0 and round_to(259.0, 7, -126) == 260.0), explain("ties-go-up")
for tie in (257.0, 259.0):
    expected = precision.round_to(tie, "bf16")
    assert round_to(tie, 7, -126) == expected, f"{tie:.6g} becomes {expected:.6g} in bf16, not {round_to(tie, 7, -126):.6g}."
foot = lambda steps: round_to(steps * 2.0**-16, 2, -14) * 2**16
assert foot(2.7) != 0.0, explain("no-subnormals")
for steps, right in ((2.7, 3), (0.7, 1)):
    assert foot(steps) == right, f"{steps} x 2^-16 becomes {foot(steps):.6g} x 2^-16. Which two neighbours does it have, below the lowest exponent?"

# %% round_to_hidden role="hidden" points=2
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

# %% round_to_wrong_cut role="wrong" misconception="rounding-truncates"
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return int(x / spacing) * spacing

# %% round_to_wrong_ties role="wrong" misconception="ties-go-up"
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return math.copysign(math.floor(abs(x) / spacing + 0.5) * spacing, x)

# %% round_to_wrong_subnormal role="wrong" misconception="no-subnormals"
def round_to(x, mantissa_bits, lowest_exponent):
    if abs(x) < 2.0**lowest_exponent:
        return 0.0
    spacing = 2.0 ** (math.frexp(x)[1] - 1 - mantissa_bits)
    return round(x / spacing) * spacing

# %% round_to_wrong_ceiling role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return math.ceil(x / spacing) * spacing

# %% round_to_wrong_lowest_ignored role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (math.frexp(x)[1] - 1 - mantissa_bits)
    return round(x / spacing) * spacing

# %% round_to_wrong_lowest_as_spacing role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1 - mantissa_bits, lowest_exponent))
    return round(x / spacing) * spacing

# %% round_to_wrong_one_bit_more role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits - 1)
    return round(x / spacing) * spacing

# %% round_to_wrong_one_bit_less role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits + 1)
    return round(x / spacing) * spacing

# %% round_to_wrong_frexp role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1], lowest_exponent) - mantissa_bits)
    return round(x / spacing) * spacing

# %% round_to_wrong_sign role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return round(abs(x) / spacing) * spacing

# %% round_to_wrong_one_spacing role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (-mantissa_bits)
    return round(x / spacing) * spacing

# %% round_to_wrong_ties_down role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return math.copysign(math.ceil(abs(x) / spacing - 0.5) * spacing, x)

# %% round_to_wrong_steps role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return round(x / spacing)

# %% round_to_wrong_smaller_exponent role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (min(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return round(x / spacing) * spacing

# %% round_to_wrong_lost_below_the_smallest role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (max(math.frexp(x)[1] - 1, lowest_exponent) - mantissa_bits)
    return 0.0 if abs(x) < spacing else round(x / spacing) * spacing

# %% round_to_wrong_lowest_normal_at_least role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    spacing = 2.0 ** (math.frexp(x)[1] - 1 - mantissa_bits)
    return math.copysign(max(abs(round(x / spacing) * spacing), 2.0**lowest_exponent), x)

# %% round_to_wrong_digits role="wrong" neutral=true
def round_to(x, mantissa_bits, lowest_exponent):
    return round(x, mantissa_bits)

# %% round_to_variant_fraction role="variant"
def round_to(x, mantissa_bits, lowest_exponent):
    from fractions import Fraction

    exponent = lowest_exponent
    while abs(Fraction(x)) >= Fraction(2) ** (exponent + 1):
        exponent += 1
    spacing = Fraction(2) ** (exponent - mantissa_bits)
    return float(round(Fraction(x) / spacing) * spacing)

# %% round_to_variant_numpy role="variant"
def round_to(x, mantissa_bits, lowest_exponent):
    step = np.ldexp(1.0, max(int(np.frexp(x)[1]) - 1, lowest_exponent) - mantissa_bits)
    return np.rint(x / step) * step

# %% round_to_variant_search role="variant"
def round_to(value, m, lowest):
    exponent = lowest
    while 2.0 ** (exponent + 1) <= abs(value):
        exponent += 1
    gap = 2.0 ** (exponent - m)
    below = math.floor(value / gap)
    rest = value / gap - below
    return (below + (rest > 0.5 or (rest == 0.5 and below % 2 == 1))) * gap

# %% [markdown]
# ## next_scale: how large may the factor be? (4 points)
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
# <details><summary>Hint 2: the next step</summary>
# Handle the overflow first and return. Then step, count, and ask whether the count has reached `patience`.
# </details>
# <details><summary>Hint 3: the formula</summary>
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
turn = lambda good, gradients: next_scale(8.0, good, gradients, 3)
fine, broken, grown = turn(0, [16.0, 4.0]), turn(2, [math.inf, 4.0]), turn(2, [16.0, 4.0])
answered(fine)
for found in (fine, broken, grown):
    assert isinstance(found, dict) and set(found) == {"scale", "good_steps", "step"}, f"A dictionary with three entries is asked for, you return {found}."
skipped = [broken, turn(0, [math.nan]), turn(0, [2.0, math.nan]), turn(0, [2.0, -math.inf])]
for found in skipped:
    assert found["step"] is None or np.isfinite(np.array(found["step"], dtype=float)).all(), explain("steps-on-infinity")
    assert found["step"] is None, f"After an overflow there is no step, and `step` is None: you return {found}."
assert any(found["scale"] != 8.0 for found in skipped), explain("scale-never-lowers")
stepped = lambda found: None if found["step"] is None else [float(each) for each in found["step"]]
assert stepped(fine) is not None, "16 and 4 are finite: what should be stepped with?"
assert stepped(fine) != [16.0, 4.0], explain("unscaling-forgotten")
assert any(turn(good, [16.0, 4.0])["scale"] > 8.0 for good in range(12)), explain("scale-never-grows")
told = lambda found: (float(found["scale"]), int(found["good_steps"]), stepped(found))
assert told(fine) == (8.0, 1, [2.0, 0.5]), f"A good step at scale 8, with patience 3 and none before it: you return {fine}."
second = turn(1, [16.0, 4.0])
assert told(second) == (8.0, 2, [2.0, 0.5]), f"The second good step at scale 8, with patience 3: you return {second}."
assert told(broken) == (4.0, 0, None), f"An overflow at scale 8, after two good steps: you return {broken}."
assert told(grown) == (16.0, 0, [2.0, 0.5]), f"The third good step at scale 8, with patience 3: you return {grown}."

# %% next_scale_hidden role="hidden" points=2
random = rng()
scale, good, patience, limit = 2.0**16, 0, 4, 65504.0
for turn in range(60):
    true = [float(value) for value in random.normal(size=3)]
    given = [value * scale if abs(value * scale) <= limit else value * float("inf") for value in true]
    found = next_scale(scale, good, given, patience)
    overflow = float("inf") in map(abs, given)
    good = 0 if overflow else good + 1
    expected = scale / 2 if overflow else scale * 2 if good == patience else scale
    good = 0 if good == patience else good
    assert (found["step"] is None) == overflow, f"turn {turn}, gradients {given}: step is {found['step']}"
    assert overflow or max(abs(a - b) for a, b in zip(found["step"], true, strict=True)) < 1e-9, f"turn {turn}: {found['step']}"
    assert (found["scale"], found["good_steps"]) == (expected, good), f"turn {turn}: {found} after scale {scale}"
    scale = expected

# %% next_scale_wrong_fixed role="wrong" misconception="scale-never-lowers"
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_steps role="wrong" misconception="steps-on-infinity"
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": [each / scale for each in gradients]}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_only_infinity role="wrong" misconception="steps-on-infinity"
def next_scale(scale, good_steps, gradients, patience):
    if not (math.inf not in gradients and -math.inf not in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_any_finite role="wrong" misconception="steps-on-infinity"
def next_scale(scale, good_steps, gradients, patience):
    if not any(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_scaled role="wrong" misconception="unscaling-forgotten"
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = list(gradients)
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_shrinks role="wrong" misconception="scale-never-grows"
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if False:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_doubled_on_overflow role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale * 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_count_kept_on_overflow role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": good_steps, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_count_kept_on_growth role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": good_steps + 1, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_times_scale role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each * scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_one_too_late role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_two_too_early role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 2 >= patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_never_counts role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps, "step": step}

# %% next_scale_wrong_half_on_growth role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale + 1, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_step_by_new_scale role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / (2 * scale if good_steps + 1 == patience else scale) for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_only_plus_infinity role="wrong" misconception="steps-on-infinity"
def next_scale(scale, good_steps, gradients, patience):
    if any(each == math.inf or math.isnan(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_empty_step role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": []}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_step_of_zeros role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": [0.0] * len(gradients)}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_step_of_the_finite role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": [each / scale for each in gradients if math.isfinite(each)]}
    step = [each / scale for each in gradients]
    if good_steps + 1 == patience:
        return {"scale": scale * 2, "good_steps": 0, "step": step}
    return {"scale": scale, "good_steps": good_steps + 1, "step": step}

# %% next_scale_wrong_counts_before_it_looks role="wrong" neutral=true
def next_scale(scale, good_steps, gradients, patience):
    good_steps += 1
    if good_steps == patience:
        scale, good_steps = scale * 2, 0
    if not all(math.isfinite(each) for each in gradients):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    return {"scale": scale, "good_steps": good_steps, "step": [each / scale for each in gradients]}

# %% next_scale_variant_sum role="variant"
def next_scale(scale, good_steps, gradients, patience):
    if not math.isfinite(sum(gradients)):
        return {"scale": scale / 2, "good_steps": 0, "step": None}
    growing = good_steps == patience - 1
    return {
        "scale": 2 * scale if growing else scale,
        "good_steps": 0 if growing else good_steps + 1,
        "step": tuple(each / scale for each in gradients),
    }

# %% next_scale_variant_numpy role="variant"
def next_scale(scale, good_steps, gradients, patience):
    given = np.array(gradients)
    if not np.isfinite(given).all():
        return {"step": None, "scale": 0.5 * scale, "good_steps": 0}
    count = (good_steps + 1) % patience
    return {"step": given / scale, "scale": scale * (1 if count else 2), "good_steps": count}

# %% next_scale_variant_flag role="variant"
def next_scale(s, n, gs, wait):
    bad = any(g != g or abs(g) == float("inf") for g in gs)
    n = 0 if bad else n + 1
    new = s / 2 if bad else s
    if n >= wait:
        new, n = 2.0 * s, 0
    return {"step": None if bad else tuple(g / s for g in gs), "good_steps": n, "scale": new}

# %% [markdown]
# ## flushed_share: how many gradients get lost? (3 points)
# Write `flushed_share(tensors, scale)`. `tensors` holds numpy arrays in fp32: under `"activations"` gradients of
# activations, under `"weights"` weights. Multiply the gradients of activations by `scale`, store them in fp16, and
# return the share that became zero, between 0 and 1. Gradients that were zero in fp32 count neither as lost nor as kept.
#
# <details><summary>Hint 1: the idea</summary>
# Two questions to each number: was it zero before, and is it zero after?
# </details>
# <details><summary>Hint 2: the next step</summary>
# `array.astype(np.float16)` stores an array in fp16. Compare the array before and after, and count only what was not zero.
# </details>
# <details><summary>Hint 3: the formula</summary>
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

# %% [markdown]
# A backward pass of a tiny GPT, to try it on. This one has not been trained, and far fewer vanish than in the lesson.

# %% own_backward role="measured" seconds=1
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=64))
caught = mixed.activation_gradients(gpt, next(corpus.batches(corpus.tokens(), batch=8, seq=64)))
mine = {"activations": np.concatenate([each.numpy().ravel() for each in caught.values()]),
        "weights": np.concatenate([each.detach().numpy().ravel() for each in gpt.parameters()])}
say(f"{fmt(mine['activations'].size)} gradients of activations, {fmt(mine['weights'].size)} weights.")

# %% own_share role="measured"
my_share = attempt(flushed_share, mine, 1.0)

# %% flushed_share_check role="check" points=2
made = {"activations": np.array([0.0, 0.0, 0.0, 1e-9, 2e-9, 4e-8, 1e-6, 3e-6, 5e-6, 1.0, 2.0, -3.0]), "weights": np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 1e-9])}
share, lifted = flushed_share(made, 1.0), flushed_share(made, 1e3)
a_number(share, "What `flushed_share` gives")
near = lambda value, right: abs(value - right) < 1e-9
assert not near(share, 5 / 12) and not near(share, 5 / 9), explain("zeros-were-zero")
assert not near(share, 1 / 7), explain("weights-for-activations")
assert near(share, 2 / 9), f"Of the gradients of this check, 1e-9 and 2e-9 become zero, and seven more are kept. You find a share of {share:.4g}."
assert not near(lifted, share), explain("scaled-against-unscaled")
assert near(lifted, 0), f"Times 1000 none of them becomes zero. You find a share of {lifted:.4g}."

# %% flushed_share_hidden role="hidden" points=1
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
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float((after == 0).mean())

# %% flushed_share_wrong_zeros_above role="wrong" misconception="zeros-were-zero"
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float((after == 0).sum() / (before != 0).sum())

# %% flushed_share_wrong_weights role="wrong" misconception="weights-for-activations"
def flushed_share(tensors, scale):
    before = tensors["weights"] * scale
    after = before.astype(np.float16)
    return float(((after == 0) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_scale role="wrong" misconception="scaled-against-unscaled"
def flushed_share(tensors, scale):
    before = tensors["activations"]
    after = before.astype(np.float16)
    return float(((after == 0) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_divided role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] / scale
    after = before.astype(np.float16)
    return float(((after == 0) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_of_all role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(((after == 0) & (before != 0)).mean())

# %% flushed_share_wrong_kept role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float((after != 0).sum() / (before != 0).sum())

# %% flushed_share_wrong_percent role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(100 * ((after == 0) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_smallest_normal role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    return float(((abs(before) < 2.0**-14) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_smallest role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    return float(((abs(before) < 2.0**-24) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_positive role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(((after == 0) & (before > 0)).sum() / (before > 0).sum())

# %% flushed_share_wrong_number role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(((after == 0) & (before != 0)).sum())

# %% flushed_share_wrong_amount role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(abs(before[after == 0]).sum() / abs(before).sum())

# %% flushed_share_wrong_inverse role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float((before != 0).sum() / max(1, ((after == 0) & (before != 0)).sum()))

# %% flushed_share_wrong_scaled_after role="wrong" misconception="scaled-against-unscaled"
def flushed_share(tensors, scale):
    before = tensors["activations"]
    after = before.astype(np.float16) * scale
    return float(((after == 0) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_sign_forgotten role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    return float(((before < 2.0**-24) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_wrong_of_the_zeros role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(((after == 0) & (before != 0)).sum() / (after == 0).sum())

# %% flushed_share_wrong_any_change role="wrong" neutral=true
def flushed_share(tensors, scale):
    before = tensors["activations"] * scale
    after = before.astype(np.float16)
    return float(((after != before) & (before != 0)).sum() / (before != 0).sum())

# %% flushed_share_variant_counts role="variant"
def flushed_share(tensors, scale):
    alive = np.count_nonzero(tensors["activations"])
    return 1 - np.count_nonzero((tensors["activations"] * scale).astype("float16")) / alive

# %% flushed_share_variant_alive role="variant"
def flushed_share(tensors, scale):
    alive = tensors["activations"][tensors["activations"] != 0]
    return (np.float16(alive * scale) == 0).mean()

# %% flushed_share_variant_loop role="variant"
def flushed_share(tensors, scale):
    lost = alive = 0
    for value in tensors["activations"].ravel().tolist():
        alive += value != 0
        lost += value != 0 and abs(value) * scale <= 2.0**-25
    return lost / alive

# %% [markdown]
# ## bits_a_weight: what does a short weight take? (3 points)
# Write `bits_a_weight(code_bits, scale_bits, block, kept_share)`: the bits of a model over the number of its weights. Most
# weights are stored as codes of `code_bits` each, and each block of `block` weights has a scale of `scale_bits`. The share
# `kept_share` of all weights stays in 16 bits, without scales, as tables and norms do.
#
# Worked example: codes of 8 bits, a scale of 32 bits for 128 weights, half of the weights kept. A short weight takes
# 8 + 32/128 = 8.25 bits. Half of 8.25 and half of 16 are 12.125 bits a weight.
#
# <details><summary>Hint 1: the idea</summary>
# Two kinds of weights, each with its own bits. The model's number is their mean, weighed by how many there are.
# </details>
# <details><summary>Hint 2: the next step</summary>
# What does one short weight take, its share of the block's scale included? Which share of the weights is short?
# </details>
# <details><summary>Hint 3: the formula</summary>
# (1 - kept_share) x (code_bits + scale_bits / block) + kept_share x 16.
# </details>

# %% bits_a_weight role="answer"
def bits_a_weight(code_bits: int, scale_bits: int, block: int, kept_share: float) -> float:
    """Bits of a model over its weights. Example: bits_a_weight(8, 32, 128, 0.5) == 12.125"""
    ### BEGIN SOLUTION
    return (1 - kept_share) * (code_bits + scale_bits / block) + kept_share * 16
    ### END SOLUTION

# %% bits_a_weight_check role="check" points=1
found, mxfp4 = bits_a_weight(4, 16, 64, 0.25), bits_a_weight(4, 8, 32, 0.0)
a_number(found, "What `bits_a_weight` gives")
near = lambda value, right: abs(value - right) < 1e-9
assert not (near(found, 7.0) and near(bits_a_weight(4, 64, 16, 0.0), 4.0)), explain("scales-are-free")
assert not near(found, 19.0), explain("scale-for-every-weight")
assert not near(found, 4.25), explain("rest-stays-long")
assert near(mxfp4, precision.blocks.FORMATS["mxfp4"].bits_a_weight), f"All weights in MXFP4 (4 bits, a scale of 8 bits for 32): you find {mxfp4:.6g} bits, and the lesson another number."
assert near(found, 7.1875), f"Codes of 4 bits, a scale of 16 bits for 64, a quarter of the weights kept: {found:.6g} is not it. What does a short weight take, what a kept one, and how many are there of each?"

# %% bits_a_weight_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    code, scale, block = int(random.integers(2, 9)), int(random.choice([8, 16, 32])), int(random.choice([16, 32, 64, 128]))
    blocks, kept = int(random.integers(1, 50)), int(random.integers(0, 2000))
    total = blocks * block + kept
    bits = sum(block * code + scale for _ in range(blocks)) + sum(16 for _ in range(kept))  # laid out one by one
    got = bits_a_weight(code, scale, block, kept / total)
    assert abs(got - bits / total) < 1e-9, f"{code}, {scale}, {block}, {kept / total}: {got} in place of {bits / total}"

# %% bits_a_weight_wrong_no_scale role="wrong" misconception="scales-are-free"
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * code_bits + kept_share * 16

# %% bits_a_weight_wrong_scale_each role="wrong" misconception="scale-for-every-weight"
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits + scale_bits) + kept_share * 16

# %% bits_a_weight_wrong_no_rest role="wrong" misconception="rest-stays-long"
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return code_bits + scale_bits / block

# %% bits_a_weight_wrong_rest_for_nothing role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits + scale_bits / block)

# %% bits_a_weight_wrong_swapped role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return kept_share * (code_bits + scale_bits / block) + (1 - kept_share) * 16

# %% bits_a_weight_wrong_added role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return code_bits + scale_bits / block + kept_share * 16

# %% bits_a_weight_wrong_block_over_scale role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits + block / scale_bits) + kept_share * 16

# %% bits_a_weight_wrong_times_block role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits + scale_bits * block) + kept_share * 16

# %% bits_a_weight_wrong_bytes role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return ((1 - kept_share) * (code_bits + scale_bits / block) + kept_share * 16) / 8

# %% bits_a_weight_wrong_rest_in_fp32 role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits + scale_bits / block) + kept_share * 32

# %% bits_a_weight_wrong_plain_mean role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (code_bits + scale_bits / block + 16) / 2

# %% bits_a_weight_wrong_code_by_block role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits + scale_bits) / block + kept_share * 16

# %% bits_a_weight_wrong_rest_has_scales role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * code_bits + scale_bits / block + kept_share * 16

# %% bits_a_weight_wrong_less_scale role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits - scale_bits / block) + kept_share * 16

# %% bits_a_weight_wrong_whole_bits role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return (1 - kept_share) * (code_bits + scale_bits // block) + kept_share * 16

# %% bits_a_weight_wrong_rounded role="wrong" neutral=true
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return round((1 - kept_share) * (code_bits + scale_bits / block) + kept_share * 16)

# %% bits_a_weight_variant_numpy role="variant"
def bits_a_weight(code_bits, scale_bits, block, kept_share):
    return np.dot([1 - kept_share, kept_share], [np.divide(scale_bits, block) + code_bits, 16.0])

# %% bits_a_weight_variant_blocks role="variant"
def bits_a_weight(code, scale, n, kept):
    short = (n * code + scale) / n
    return short + kept * (16 - short)

# %% [markdown]
# ## format_for_t4: which format would you train in? (3 points)
# You may use a T4 for a day. Its data sheet states peaks for fp32, fp16, int8 and int4, and none for bf16. You want to fine-tune a small
# model. In which format do you run the products, and what must stay in fp32?
#
# Answer in two to six sentences, with one peak or ratio from the lesson, and a reason (use a word such as *because*, *since* or
# *so*).
#
# | points | for |
# | --- | --- |
# | 1 | there is something to mark: a format, a number, a reason, a risk |
# | 1 | a format is chosen for which the card has units, with a peak or a ratio, its risk, and what is done against it |
# | 1 | what stays in fp32 is named, and why: masters, sums or Adam's states |
#
# The check only looks whether there is something to mark. Whether it is right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# The lesson's *At full size* states the card's peaks. Which gradients does that format lose?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Name the format and its peak, then what can vanish or overflow in it, then what you keep long.
# </details>
# <details><summary>Hint 3: the formula</summary>
# fp16 reaches from 2^-24 to 65504: it needs a loss scale. Weights, Adam's states and sums stay in fp32.
# </details>

# %% format_for_t4 role="free_text" points=2
format_for_t4 = """
### BEGIN SOLUTION
I run the products in fp16, because the T4 reaches 65 TFLOP/s there, 8 times its peak in fp32, and states none for other floating-point formats of
16 or 8 bits. Its smallest number is about 6e-8, so small gradients would become zero. A dynamic loss scale lifts them,
and a step whose gradients overflow is skipped. The weights stay in fp32 as masters, and so do Adam's states and the sums.
### END SOLUTION
"""

# %% format_for_t4_check role="check" points=1
answered(format_for_t4)
text = in_words(format_for_t4)
assert text.length >= 25, f"Your answer has {text.length} words: write two sentences at least."
other = text.has("fp16", "fp32", "float16", "float32", "half", "single")
assert other or text.has("bf16", "bfloat", "fp8", "int8", "int4") or text.measures("bit"), "Say which format you choose: the check finds no name of one, such as fp32."
assert other or not text.has("bf16", "bfloat"), explain("bf16-everywhere")
assert other or not text.has("fp8"), explain("fp8-everywhere")
assert text.numbers, "The check finds no number: give a peak, or how many times as fast the card is."
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."
risk = ("scal", "overflow", "underflow", "vanish", "flush", "zero", "range", "lose", "lost", "small", "tiny", "diverge", "precis", "round")
assert not text.has("fp16", "float16") or text.has(*risk), explain("fp16-for-free")

# %% format_for_t4_wrong_bf16 role="wrong" misconception="bf16-everywhere"
format_for_t4 = """I train in bf16, because it reaches as far as that of 32 bits and needs no further care at all. All modern
training is done in it, so a T4 will do it fast as well, and the masters stay long."""

# %% format_for_t4_wrong_fp8 role="wrong" misconception="fp8-everywhere"
format_for_t4 = """I train in fp8, because the shortest format is the fastest on any card. The T4 then multiplies 4
times as fast as in the usual format, and the memory of everything shrinks to a quarter as well."""

# %% format_for_t4_wrong_free role="wrong" misconception="fp16-for-free"
format_for_t4 = """I train in fp16, because the T4 reaches 65 TFLOP/s there, 8 times its fp32 peak. There is nothing else to be said,
so I switch the whole model to it, weights and Adam and all, and let it run for the day."""

# %% format_for_t4_wrong_short role="wrong" says="two sentences at least"
format_for_t4 = """fp16, because it is 8 times as fast, with a loss scale."""

# %% format_for_t4_wrong_no_format role="wrong" says="no name of one"
format_for_t4 = """I take the format with the largest peak, 65 TFLOP/s, because the card has units for it, and I scale the loss so that
small gradients do not vanish, and keep the masters and Adam's states long."""

# %% format_for_t4_wrong_no_number role="wrong" says="finds no number"
format_for_t4 = """I run products in fp16, because the card has units for it and not for bf16. Small gradients may vanish, so I scale the
loss, and I keep weights, the states of Adam and long sums in the longer format."""

# %% format_for_t4_wrong_no_reason role="wrong" says="no word that gives a reason"
format_for_t4 = """I run products in fp16. The T4 reaches 65 TFLOP/s there. Small gradients may vanish in it. A loss scale lifts them. The
masters, Adam's states and long sums stay in fp32, with 16 bytes a parameter."""

# %% format_for_t4_variant_own_words role="variant"
format_for_t4 = """Half precision: 65 against 8.1 TFLOP/s, so about eightfold. Tiny gradients would turn into zeros below 6e-8; I multiply the
loss by 2^16 and halve that whenever something overflows. Parameters, moments and accumulators stay in single precision."""

# %% format_for_t4_variant_careful role="variant"
format_for_t4 = """For a model this small I would stay in fp32 altogether, since a day is long and the 8.1 TFLOP/s are enough. With fp16 I would
gain up to 8 times, but must watch a loss scale, for small gradients vanish; bf16 the card does not have."""

# %% format_for_t4_wrong_bfloat role="wrong" misconception="bf16-everywhere"
format_for_t4 = """I train in bfloat16, because it has a wide range and so needs no loss scale at all. The T4 will be about 8 times as
fast with it, and everything of the model is kept in the same format."""

# %% format_for_t4_variant_single role="variant"
format_for_t4 = """I would stay in single precision, because the card has no units for bf16: 8.1 TFLOP/s are enough for a day with such a
model, and no gradient falls below what it can hold. I give up a factor of 8 for that."""

# %% format_for_t4_variant_sixteen_bits role="variant"
format_for_t4 = """The products go in 16-bit floating point with five exponent bits, because the T4 has 65 TFLOP/s in it and 8.1 with twice
the bits. Small gradients underflow, so the loss is multiplied first, and masters and sums stay long."""

# %% format_for_t4_variant_all_long role="variant"
format_for_t4 = """I use fp32 for everything, since the T4 does 8.1 TFLOP/s in it, which a day of fine-tuning does not use up. That way I
need no other care, and Adam's states, masters and sums have the same format as the products."""
