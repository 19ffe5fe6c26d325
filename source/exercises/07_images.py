# %% [markdown]
# # Exercise 07 · Images, and video
# *Price a picture, find the crowd that makes a page cheaper than it, scale it up, judge step counts by several seeds, and defend one.*
#
# Work through [lesson 07](../lessons/07_images.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `picture_flops` | compute by hand | 4 | 5 |
# | `readers_to_flip` | write a function | 4 | 7 |
# | `cost_at` | write a function | 4 | 6 |
# | `judge_steps` | measure | 5 | 7 |
# | `step_count` | decide and justify | 3 | 5 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import numpy as np

from course_lib.demos import images as demo
from course_lib.teaching import a_number, answered, attempt, checking, explain, fmt, in_words, say, table

# %% [markdown]
# ## picture_flops: the price of one picture (4 points)
# A model card says: one pass takes 400 billion **multiply-adds**. A picture takes 30 steps, with guidance in the first
# 20 of them and without it in the rest. The text encoder takes 20 billion FLOPs in all, the decoder 2 500 billion
# FLOPs. How many **FLOPs** does a picture take?
#
# Worked example: a pass of 5 multiply-adds, 3 steps without guidance, text encoder 4 FLOPs, decoder 7 FLOPs.
# A pass is 10 FLOPs, three of them 30, and 4 + 7 come once: 41.
#
# <details><summary>Hint 1: the idea</summary>
# How many passes are there, how many FLOPs is each, and what runs only once?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Count the passes of the first 20 steps and of the other 10 apart. Then turn the multiply-adds of a pass into FLOPs.
# </details>
# <details><summary>Hint 3: the formula</summary>
# (steps with guidance x 2 + steps without) x 2 x multiply-adds + text encoder + decoder
# </details>

# %% picture_flops role="answer"
picture_flops = None  # one number, in FLOPs
### BEGIN SOLUTION
passes = 20 * 2 + 10
picture_flops = passes * 2 * 400 * 10**9 + 20 * 10**9 + 2_500 * 10**9
### END SOLUTION

# %% picture_flops_check role="check" points=4
a_number(picture_flops, "`picture_flops`")
near = lambda billions: abs(picture_flops / (billions * 1e9) - 1) < 1e-6
for value, belief in {22_520: "multiply-adds-for-flops", 115_020: "decoder-every-step",
                      165_020: "decoder-every-step", 40_000: "once-parts-forgotten"}.items():
    assert not near(value), explain(belief)
assert not near(26_520), "That is twice 400 billion for each of 30 steps. A multiply-add is two FLOPs, and in some steps there are two passes: both count."
assert not near(115_600) and not near(166_000), "The text encoder runs before the first step and the decoder after the last: each runs once a picture."
assert not near(43_100) and not near(43_500), "The text does not change from step to step: its encoder runs once a picture."
assert not near(50_520), "Guidance in every step? The card says in how many of them."
assert not near(42.52e-6), "That is the number without its billions."
assert near(42_520), f"{picture_flops:.6g} is not the sum of all passes, text encoder and decoder. Write each down."

# %% picture_flops_wrong_guidance role="wrong" says="both count"
picture_flops = 30 * 2 * 400 * 10**9 + 20 * 10**9 + 2_500 * 10**9

# %% picture_flops_wrong_multiply_adds role="wrong" misconception="multiply-adds-for-flops"
picture_flops = 50 * 400 * 10**9 + 20 * 10**9 + 2_500 * 10**9

# %% picture_flops_wrong_decoder role="wrong" misconception="decoder-every-step"
picture_flops = 50 * 2 * 400 * 10**9 + 20 * 10**9 + 30 * 2_500 * 10**9

# %% picture_flops_wrong_decoder_each_pass role="wrong" misconception="decoder-every-step"
picture_flops = 50 * 2 * 400 * 10**9 + 20 * 10**9 + 50 * 2_500 * 10**9

# %% picture_flops_wrong_once role="wrong" misconception="once-parts-forgotten"
picture_flops = 50 * 2 * 400 * 10**9

# %% picture_flops_wrong_guidance_always role="wrong" says="in how many of them"
picture_flops = 60 * 2 * 400e9 + 20e9 + 2_500e9

# %% picture_flops_wrong_no_billions role="wrong" says="without its billions"
picture_flops = 50 * 2 * 400 + 20 + 2_500

# %% picture_flops_wrong_other_steps_guided role="wrong" neutral=true
picture_flops = (20 + 10 * 2) * 2 * 400e9 + 20e9 + 2_500e9

# %% picture_flops_wrong_first_steps_only role="wrong" neutral=true
picture_flops = 20 * 2 * 2 * 400e9 + 20e9 + 2_500e9

# %% picture_flops_wrong_no_decoder role="wrong" neutral=true
picture_flops = 50 * 2 * 400e9 + 20e9

# %% picture_flops_wrong_no_encoder role="wrong" neutral=true
picture_flops = 50 * 2 * 400e9 + 2_500e9

# %% picture_flops_wrong_all_doubled role="wrong" neutral=true
picture_flops = 2 * (50 * 400e9 + 20e9 + 2_500e9)

# %% picture_flops_wrong_all_guided_no_doubling role="wrong" says="both count"
picture_flops = 60 * 400e9 + 2_520e9

# %% picture_flops_wrong_both_each_step role="wrong" says="each runs once a picture"
picture_flops = 50 * 2 * 400e9 + 30 * 2_520e9

# %% picture_flops_wrong_both_each_pass role="wrong" says="each runs once a picture"
picture_flops = 50 * (2 * 400e9 + 2_520e9)

# %% picture_flops_wrong_encoder_each_step role="wrong" says="its encoder runs once a picture"
picture_flops = 50 * 2 * 400e9 + 30 * 20e9 + 2_500e9

# %% picture_flops_wrong_encoder_each_pass role="wrong" says="its encoder runs once a picture"
picture_flops = 50 * 2 * 400e9 + 50 * 20e9 + 2_500e9

# %% picture_flops_wrong_one_pass role="wrong" neutral=true
picture_flops = 2 * 400e9 + 20e9 + 2_500e9

# %% picture_flops_variant_float role="variant"
picture_flops = 42.52e12

# %% picture_flops_variant_numpy role="variant"
guided = np.array([2] * 20 + [1] * 10)
picture_flops = np.sum(guided) * 8e11 + np.float64(2.52e12)

# %% [markdown]
# ## readers_to_flip: when is the page cheaper than the picture? (4 points)
# A card writes pages for several readers at the same time. Each step writes one token for every reader: it takes
# `read_seconds` to read the weights, once for all, and `reader_seconds` more for **each** reader. A page has `tokens` tokens.
# Meanwhile the card draws `page_watts`. Each reader's page takes an equal share of the energy.
#
# A picture takes `picture_seconds` of the card, at `picture_watts`, however many people there are.
#
# Write `readers_to_flip(...)`: the smallest number of readers with whom a page takes **less** energy than the picture. The card
# has room for `places` readers at most; return 0 if not even so many are enough.
#
# Worked example: weights 2 s, each reader 0.5 s, 10 tokens, 100 W; a picture of 20 s at 50 W, which is 1 000 J.
#
# | readers | a step | the page of one of them |
# | --- | --- | --- |
# | 1 | 2.5 s | 2 500 J |
# | 2 | 3 s | 1 500 J |
# | 4 | 4 s | 1 000 J |
# | 5 | 4.5 s | 900 J |
#
# <details><summary>Hint 1: the idea</summary>
# What does the card take for all pages together, and which part of that is one reader's?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Write the joules of one page for a number of readers first, and let it print the table above. Then try one reader, two, three ...
# </details>
# <details><summary>Hint 3: the formula</summary>
# A page of n readers: tokens x (read_seconds + n x reader_seconds) x page_watts / n. Compare it with picture_seconds x picture_watts.
# </details>

# %% readers_to_flip role="answer"
def readers_to_flip(
    read_seconds: float, reader_seconds: float, tokens: int, page_watts: float, picture_seconds: float, picture_watts: float, places: int
) -> int:
    """The fewest readers with whom a page takes fewer joules than the picture; 0 if there is no such number.

    Example: readers_to_flip(2.0, 0.5, 10, 100, 20.0, 50, 64) == 5, by the table above.
    """
    ### BEGIN SOLUTION
    picture_joules = picture_seconds * picture_watts
    for readers in range(1, places + 1):
        step = read_seconds + readers * reader_seconds
        if tokens * step * page_watts / readers < picture_joules:
            return readers
    return 0
    ### END SOLUTION

# %% readers_to_flip_check role="check" points=2
found = readers_to_flip(0.12, 0.002, 10, 600, 0.0345, 700, 200)
a_number(found, "What `readers_to_flip` gives")
assert found != 0, "With 200 readers each page of this check takes less than its picture, and your function finds no such number."
for value, belief in {30: "each-reader-free", 31: "each-reader-free", 83: "watts-forgotten", 126: "watts-swapped"}.items():
    assert found != value, explain(belief)
assert found != 32, "Each of the tokens takes a reading and the time of each reader: multiply the whole step by the tokens."
assert found == 60, f"{found:.6g} is not the smallest number for the card of this check. Let your function print the joules of a page for 1, 2, 3 ... readers."
found = readers_to_flip(2.0, 0.5, 10, 100, 20.0, 50, 64)
assert found != 4, "With 4 readers the page of the example takes exactly as much as the picture: that is not less."
assert found == 5, f"The example of the function gives 5, yours {found}."
found = readers_to_flip(0.001, 0.0001, 10, 100, 1.0, 500, 64)
assert found == 1, f"A page that takes less than the picture for a lone reader already: 1, you say {found}."
found = readers_to_flip(0.12, 0.002, 10, 600, 0.0345, 700, 60)
assert found == 60, f"The card has room for 60 readers, and exactly 60 are enough: the last place counts as well. You say {found}."
found = readers_to_flip(0.12, 0.002, 10, 600, 0.0345, 700, 8)
assert found == 0, f"The card has room for 8 readers, and they are not enough: 0, you say {found}."

# %% readers_to_flip_hidden role="hidden" points=2
random = rng()
for _ in range(30):
    read, each = (float(random.uniform(*ends)) for ends in ((0.001, 0.05), (0.00001, 0.002)))
    tokens, places = int(random.integers(50, 2000)), int(random.integers(1, 300))
    page_watts, picture_watts, picture = (float(random.uniform(*ends)) for ends in ((200, 700), (200, 700), (0.05, 20)))
    # all readers together stay below as many pictures
    enough = [n for n in range(1, places + 1) if tokens * (read + n * each) * page_watts < n * picture * picture_watts]
    expected, got = (min(enough) if enough else 0), readers_to_flip(read, each, tokens, page_watts, picture, picture_watts, places)
    assert got == expected, f"{(read, each, tokens, page_watts, picture, picture_watts, places)}: {got} in place of {expected}"

# %% readers_to_flip_wrong_reader_left_out role="wrong" misconception="each-reader-free"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * read_seconds * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_reader_shared role="wrong" misconception="each-reader-free"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_tokens_on_the_reading_only role="wrong" says="multiply the whole step"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if (tokens * read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_last_place_left_out role="wrong" says="the last place counts"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_no_watts role="wrong" misconception="watts-forgotten"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) / n < picture_seconds:
            return n
    return 0

# %% readers_to_flip_wrong_watts_swapped role="wrong" misconception="watts-swapped"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * picture_watts / n < picture_seconds * page_watts:
            return n
    return 0

# %% readers_to_flip_wrong_not_shared role="wrong" says="finds no such number"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_picture_shared role="wrong" says="finds no such number"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts / n:
            return n
    return 0

# %% readers_to_flip_wrong_as_much role="wrong" says="that is not less"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n <= picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_inverse role="wrong" neutral=true
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n > picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_tokens_left_out role="wrong" neutral=true
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_one_more role="wrong" neutral=true
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n + 1
    return 0

# %% readers_to_flip_wrong_one_less role="wrong" neutral=true
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n - 1
    return 0

# %% readers_to_flip_wrong_from_two role="wrong" says="for a lone reader already"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(2, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_no_limit role="wrong" says="they are not enough"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, 10_000):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_wrong_places_for_none role="wrong" says="they are not enough"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * (read_seconds + n * reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return places

# %% readers_to_flip_wrong_read_for_each role="wrong" says="finds no such number"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    for n in range(1, places + 1):
        if tokens * n * (read_seconds + reader_seconds) * page_watts / n < picture_seconds * picture_watts:
            return n
    return 0

# %% readers_to_flip_variant_closed role="variant"
def readers_to_flip(read_seconds, reader_seconds, tokens, page_watts, picture_seconds, picture_watts, places):
    left = picture_seconds * picture_watts - tokens * reader_seconds * page_watts
    if left <= 0:
        return 0
    fewest = int(tokens * read_seconds * page_watts / left) + 1
    return fewest if fewest <= places else 0

# %% readers_to_flip_variant_numpy role="variant"
def readers_to_flip(read, each, tokens, watts, drawing, drawing_watts, places):
    crowd = np.arange(1, places + 1)
    page = tokens * watts * (read + crowd * each) / crowd
    cheaper = crowd[page < drawing * drawing_watts]
    return cheaper[0] if len(cheaper) else 0

# %% [markdown]
# ## cost_at: a pass at another size (4 points)
# Write `cost_at(parts, scale, frames)`: the FLOPs of a pass when the picture's **side** is `scale` times as long and there are
# `frames` frames in place of one, all of them kept. `parts` holds the FLOPs of a pass over the one small picture, with the four
# keys of the example: `convolution` and `mlp` treat each position alone, `scores` compares each position with each other one, in
# all frames, and `fixed` handles the time step.
#
# <details><summary>Hint 1: the idea</summary>
# How many positions are there now, and how many pairs of positions?
# </details>
# <details><summary>Hint 2: the next step</summary>
# In the example the side doubles and there are three frames: how many times the positions is that? What does that number do to
# each of the four parts?
# </details>
# <details><summary>Hint 3: the formula</summary>
# With positions = scale² x frames: (convolution + mlp) x positions + scores x positions² + fixed
# </details>

# %% cost_at role="answer"
def cost_at(parts: dict[str, int], scale: int, frames: int) -> int:
    """FLOPs of a pass over `frames` pictures whose side is `scale` times as long.

    Example: cost_at({"convolution": 10, "mlp": 5, "scores": 2, "fixed": 1}, 2, 3) == 469: 180 alone, 288 for pairs, 1.
    """
    ### BEGIN SOLUTION
    positions = scale**2 * frames
    alone = parts["convolution"] + parts["mlp"]
    return alone * positions + parts["scores"] * positions**2 + parts["fixed"]
    ### END SOLUTION

# %% cost_at_check role="check" points=2
small = {"convolution": 10, "mlp": 5, "scores": 2, "fixed": 1}
found = cost_at(small, 2, 3)
a_number(found, "What `cost_at` gives")
for values, belief in {(108, 103): "cost-follows-the-side", (216, 205): "all-parts-grow-fourfold", (2592, 2449): "all-parts-grow-sixteenfold",
                       (480, 471): "fixed-part-grows", (277,): "frames-are-more-pictures"}.items():
    assert found not in values, explain(belief)
assert found != 93, "That is a pass over one frame of twice the side: there are three frames."
assert found == 469, f"The example of the function gives 469 FLOPs, yours {found}. Work out each of the four parts alone."
assert small == {"convolution": 10, "mlp": 5, "scores": 2, "fixed": 1}, "Your function changed the caller's dictionary: leave `parts` as it is, and count with names of your own."
assert cost_at(small, 1, 1) == 18, f"One frame of the same side: nothing changes, so 18 FLOPs. Your function says {cost_at(small, 1, 1)}."

# %% cost_at_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    convolution, mlp, scores, fixed = (int(random.integers(0, 10**9)) for _ in range(4))
    scale, frames = int(random.integers(1, 9)), int(random.integers(1, 40))
    parts = {"convolution": convolution, "mlp": mlp, "scores": scores, "fixed": fixed}
    positions = sum(1 for _ in range(scale) for _ in range(scale) for _ in range(frames))
    expected = fixed + sum(convolution + mlp + positions * scores for _ in range(positions))
    found = cost_at(parts, scale, frames)
    assert abs(found - expected) <= 1e-9 * expected, f"{parts} at scale {scale}, {frames} frames: {found} in place of {expected}"

# %% cost_at_wrong_side role="wrong" misconception="cost-follows-the-side"
def cost_at(parts, scale, frames):
    return scale * frames * sum(parts.values())

# %% cost_at_wrong_side_without_fixed role="wrong" misconception="cost-follows-the-side"
def cost_at(parts, scale, frames):
    return scale * frames * (sum(parts.values()) - parts["fixed"]) + parts["fixed"]

# %% cost_at_wrong_four role="wrong" misconception="all-parts-grow-fourfold"
def cost_at(parts, scale, frames):
    return scale**2 * frames * sum(parts.values())

# %% cost_at_wrong_sixteen role="wrong" misconception="all-parts-grow-sixteenfold"
def cost_at(parts, scale, frames):
    return scale**4 * frames**2 * sum(parts.values())

# %% cost_at_wrong_fixed role="wrong" misconception="fixed-part-grows"
def cost_at(parts, scale, frames):
    return scale**2 * frames * (parts["convolution"] + parts["mlp"] + parts["fixed"]) + scale**4 * frames**2 * parts["scores"]

# %% cost_at_wrong_fixed_a_frame role="wrong" misconception="fixed-part-grows"
def cost_at(parts, scale, frames):
    return scale**2 * frames * (parts["convolution"] + parts["mlp"]) + scale**4 * frames**2 * parts["scores"] + frames * parts["fixed"]

# %% cost_at_wrong_frames_apart role="wrong" misconception="frames-are-more-pictures"
def cost_at(parts, scale, frames):
    return frames * (scale**2 * (parts["convolution"] + parts["mlp"]) + scale**4 * parts["scores"]) + parts["fixed"]

# %% cost_at_wrong_no_frames role="wrong" says="there are three frames"
def cost_at(parts, scale, frames):
    return scale**2 * (parts["convolution"] + parts["mlp"]) + scale**4 * parts["scores"] + parts["fixed"]

# %% cost_at_wrong_scores_by_side_squared role="wrong" neutral=true
def cost_at(parts, scale, frames):
    return scale**2 * frames * (parts["convolution"] + parts["mlp"]) + scale**2 * frames**2 * parts["scores"] + parts["fixed"]

# %% cost_at_wrong_no_mlp role="wrong" neutral=true
def cost_at(parts, scale, frames):
    return scale**2 * frames * parts["convolution"] + scale**4 * frames**2 * parts["scores"] + parts["fixed"]

# %% cost_at_wrong_no_fixed role="wrong" neutral=true
def cost_at(parts, scale, frames):
    return scale**2 * frames * (parts["convolution"] + parts["mlp"]) + scale**4 * frames**2 * parts["scores"]

# %% cost_at_wrong_no_scores role="wrong" neutral=true
def cost_at(parts, scale, frames):
    return scale**2 * frames * (parts["convolution"] + parts["mlp"]) + parts["fixed"]

# %% cost_at_wrong_half_the_pairs role="wrong" neutral=true
def cost_at(parts, scale, frames):
    return scale**2 * frames * (parts["convolution"] + parts["mlp"]) + scale**4 * frames**2 * parts["scores"] / 2 + parts["fixed"]

# %% cost_at_wrong_frames_squared_everywhere role="wrong" neutral=true
def cost_at(parts, scale, frames):
    return scale**2 * frames**2 * (parts["convolution"] + parts["mlp"]) + scale**4 * frames**2 * parts["scores"] + parts["fixed"]

# %% cost_at_wrong_changed_in_place role="wrong" says="changed the caller's dictionary"
def cost_at(parts, scale, frames):
    positions = scale**2 * frames
    parts["convolution"] *= positions
    parts["mlp"] *= positions
    parts["scores"] *= positions**2
    return sum(parts.values())

# %% cost_at_variant_loop role="variant"
def cost_at(sizes, s, f):
    n, total = s * s * f, 0
    for name, flops in sizes.items():
        total += flops * {"scores": n * n, "fixed": 1}.get(name, n)
    return total

# %% cost_at_variant_numpy role="variant"
def cost_at(parts, scale, frames):
    n = np.float64(scale) ** 2 * frames
    work = np.array([parts["convolution"], parts["mlp"], parts["scores"], parts["fixed"]], dtype=float)
    return (work * np.array([n, n, n**2, 1.0])).sum()

# %% [markdown]
# ## judge_steps: quality against steps (5 points)
# Write `judge_steps(runs, tolerance)`. `runs` is a list of dictionaries, one for each drawing run: its `steps`, its
# `seed`, the `loss` that training ended with, and the mean `distance` of its pictures to true glyphs.
# Return a dictionary: `means` holds the mean distance over all seeds by step count, `adequate` the smallest step count
# whose mean is at most `tolerance` above the best mean.
#
# <details><summary>Hint 1: the idea</summary>
# Collect the distances of each step count first. Only then compare step counts.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Make a dictionary from step count to a list of distances, then one from step count to the mean of its list. Which step
# counts have a mean that is good enough, and which of these is the smallest?
# </details>
# <details><summary>Hint 3: the formula</summary>
# adequate = min(steps whose mean <= min(means) + tolerance)
# </details>

# %% judge_steps role="answer"
def judge_steps(runs: list[dict[str, float]], tolerance: float) -> dict:
    """Mean distance by step count, and the smallest step count that is good enough.

    Example: runs with distances 0.5 and 0.3 at 1 step, 0.1 and 0.2 at 8 steps, and tolerance 0.05 give, but for
    rounding, {"means": {1: 0.4, 8: 0.15}, "adequate": 8}.
    """
    ### BEGIN SOLUTION
    distances: dict = {}
    for run in runs:
        distances.setdefault(run["steps"], []).append(run["distance"])
    means = {steps: sum(values) / len(values) for steps, values in distances.items()}
    adequate = min(steps for steps, mean in means.items() if mean <= min(means.values()) + tolerance)
    return {"means": means, "adequate": adequate}
    ### END SOLUTION

# %% [markdown]
# A model of your own, trained for a few seconds, on a sixth of the pictures that the lesson's saw. Then it draws.

# %% own_model role="measured" seconds=3
my_model = demo.Refiner(seed=1)
my_loss = demo.train(my_model, steps=300, batch=64, seed=1)[-1]
my_found = demo.judge(my_model, [1, 2, 4, 8, 16, 32], seeds=range(3))
my_runs = [{"steps": steps, "seed": seed, "loss": my_loss, "distance": distance}
           for steps, values in my_found.items() for seed, distance in enumerate(values)]
table([[str(steps), *(fmt(value) for value in values)] for steps, values in my_found.items()],
      ["steps", "seed 0", "seed 1", "seed 2"], caption="Distance to true glyphs, your model")

# %% own_judgment role="measured"
my_judgment = attempt(judge_steps, my_runs, 0.005)

# %% [markdown]
# Is your adequate number another than the lesson's? It may be. The model is another one, with less training and other first weights. Other first
# weights alone are enough to move the number, for a mean that lies near the tolerance falls on either side of it. So a number of steps belongs to one trained model.

# %% judge_steps_check role="check" points=3
seen = {48: (0.117, 0.121, 0.118, 0.12), 64: (0.108, 0.113, 0.106, 0.113), 1: (0.5, 0.4, 0.7, 0.4), 16: (0.13, 0.122, 0.125, 0.131), 200: (0.15, 0.16, 0.14, 0.15),
        8: (0.10113, 0.19321, 0.10049, 0.13257), 32: (0.11, 0.115, 0.107, 0.114), 4: (0.17, 0.15, 0.155, 0.165), 24: (0.12, 0.115, 0.119, 0.118)}
made = [{"steps": steps, "seed": seed, "loss": 0.03 + seed / 100, "distance": values[seed]}
        for pair in ((0, 2), (1, 3)) for steps, values in seen.items() for seed in pair]
judged = judge_steps(made, 0.02)
answered(judged)
assert isinstance(judged, dict) and set(judged) == {"means", "adequate"}, 'A dictionary with "means" and "adequate" is asked for.'
assert isinstance(judged["means"], dict) and set(judged["means"]) == set(seen), f"`means` is a dictionary with one entry for each step count: {sorted(seen)} here."
for steps, mean in judged["means"].items():
    a_number(mean, f"The mean of {steps} steps")
a_number(judged["adequate"], "`adequate`")
at = lambda steps, wanted: abs(judged["means"][steps] - wanted) < 1e-9
assert not at(1, 0.045), explain("loss-is-quality")
assert not at(8, 0.10113) and not at(8, 0.13257), explain("one-seed-is-enough")
assert not at(8, 0.10049), explain("best-of-many")
assert not at(8, 0.16289) and not at(8, 0.10081), "Some runs of 8 steps are left out of their mean: the runs of a step count need not stand together."
assert not any(at(8, round(0.13185, digits)) for digits in (1, 2, 3, 4)), "That mean is rounded: keep all of its digits, for a tolerance can be smaller than what rounding moves."
assert at(8, 0.13185), f"At 8 steps the four distances are {seen[8]}: their mean is not {judged['means'][8]:.6g}."
assert judged["adequate"] != 200, explain("more-steps-are-better")
assert judged["adequate"] != 64, explain("tolerance-unused")
assert judged["adequate"] != 48, "48 steps are within the tolerance, and so are fewer. The runs stand in no order: look for the smallest."
assert judged["adequate"] == 16, f"{judged['adequate']} is not the smallest step count whose mean is at most 0.02 above the best mean. Write the means down in the order of steps."
again = judge_steps(made[::-1], 0.02)
assert again["adequate"] == 16 and abs(again["means"][8] - 0.13185) < 1e-9, "The same runs in another order give something else: a step count's runs need not stand together, or in order."

# %% judge_steps_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    counts = sorted(int(count) for count in random.choice(200, 6, replace=False) + 1)
    runs, tolerance = [], float(random.uniform(0, 0.5))
    for count in counts:
        for seed in range(4):
            loss, distance = random.uniform(0, 1, 2).tolist()
            runs.append({"steps": count, "seed": seed, "loss": loss, "distance": distance})
    random.shuffle(runs)
    means = {count: sum(run["distance"] for run in runs if run["steps"] == count) / 4 for count in counts}
    enough = next(count for count in counts if means[count] - min(means.values()) <= tolerance)
    found = judge_steps(runs, tolerance)
    assert all(abs(found["means"][count] - means[count]) < 1e-9 for count in counts), f"means are {means}"
    assert found["adequate"] == enough, f"{means}, tolerance {tolerance}: {enough}, you say {found['adequate']}"

# %% judge_steps_wrong_one_seed role="wrong" misconception="one-seed-is-enough"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: values[0] for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_last_seed role="wrong" misconception="one-seed-is-enough"
def judge_steps(runs, tolerance):
    means = {run["steps"]: run["distance"] for run in runs}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_loss role="wrong" misconception="loss-is-quality"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["loss"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_best role="wrong" misconception="best-of-many"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: min(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_most role="wrong" misconception="more-steps-are-better"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": max(means)}

# %% judge_steps_wrong_best_mean role="wrong" misconception="tolerance-unused"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(means, key=means.get)}

# %% judge_steps_wrong_most_within role="wrong" misconception="tolerance-unused"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": max(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_share_of_the_best role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) * (1 + tolerance))}

# %% judge_steps_wrong_worst role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: max(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_median role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: float(np.median(values)) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_sum role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_one_too_few role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / (len(values) - 1) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_any_seed role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(run["steps"] for run in runs if run["distance"] <= min(means.values()) + 10 * tolerance)}

# %% judge_steps_wrong_fewest role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(means)}

# %% judge_steps_wrong_worst_first role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] >= min(means.values()) + tolerance)}

# %% judge_steps_wrong_means_only role="wrong" says="A dictionary with"
def judge_steps(runs, tolerance):
    return {run["steps"]: run["distance"] for run in runs}

# %% judge_steps_wrong_most_steps_as_best role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= means[max(means)] + tolerance)}

# %% judge_steps_wrong_best_single_run role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    best = min(run["distance"] for run in runs)
    return {"means": means, "adequate": min(c for c in means if means[c] <= best + tolerance)}

# %% judge_steps_wrong_next_no_better role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    counts = sorted(means)
    for count, more in ((counts[at], counts[at + 1]) for at in range(len(counts) - 1)):
        if means[count] - means[more] <= tolerance:
            return {"means": means, "adequate": count}

# %% judge_steps_wrong_nearest_to_the_limit role="wrong" neutral=true
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    limit = min(means.values()) + tolerance
    return {"means": means, "adequate": min(means, key=lambda c: abs(means[c] - limit))}

# %% judge_steps_wrong_rounded_means role="wrong" says="keep all of its digits"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    means = {count: round(mean, 3) for count, mean in means.items()}
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_first_that_stands_there role="wrong" says="look for the smallest"
def judge_steps(runs, tolerance):
    lists = {}
    for run in runs:
        lists.setdefault(run["steps"], []).append(run["distance"])
    means = {count: sum(values) / len(values) for count, values in lists.items()}
    return {"means": means, "adequate": next(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_wrong_groups_unsorted role="wrong" says="need not stand together"
def judge_steps(runs, tolerance):
    from itertools import groupby
    means = {}
    for count, group in groupby(runs, key=lambda run: run["steps"]):
        values = [run["distance"] for run in group]
        means[count] = sum(values) / len(values)
    return {"means": means, "adequate": min(c for c in means if means[c] <= min(means.values()) + tolerance)}

# %% judge_steps_variant_numpy role="variant"
def judge_steps(runs, tolerance):
    counts = np.array([run["steps"] for run in runs])
    distances = np.array([run["distance"] for run in runs])
    means = {int(count): distances[counts == count].mean() for count in np.unique(counts)}
    good = [count for count in means if means[count] <= min(means.values()) + tolerance]
    return {"adequate": good[0], "means": means}

# %% judge_steps_variant_running role="variant"
def judge_steps(runs, tolerance):
    totals = {}
    for run in sorted(runs, key=lambda run: run["steps"]):
        count, total = totals.get(run["steps"], (0, 0.0))
        totals[run["steps"]] = (count + 1, total + run["distance"])
    means = {steps: total / count for steps, (count, total) in totals.items()}
    best = min(means.values())
    for steps, mean in means.items():
        if mean - best <= tolerance:
            return {"means": means, "adequate": float(steps)}

# %% [markdown]
# ## step_count: how many steps are enough? (3 points)
# A shop prints glyphs and draws a million a day with the tiny model of the lesson. It uses 64 steps. Which number of steps
# would you set? Answer in two to five sentences: your number of steps, the **distance** at it and at another number of steps, the
# **tolerance** that you accept, and why (use a word such as *because*, *since* or *so*).
#
# | points | for |
# | --- | --- |
# | 1 | a number of steps, with distances and a tolerance |
# | 1 | the tolerance is set beside the spread between seeds or beside what an eye sees, and the saving against 64 steps is a number |
# | 1 | a condition under which the choice would change |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# What difference would nobody see, and does the spread between seeds hide it anyway?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Take the lesson's figure: which number of steps is within your tolerance of the best? What is its distance, and what that of
# half as many steps?
# </details>
# <details><summary>Hint 3: the formula</summary>
# Saving = 64 / steps. Enough: mean distance <= best mean + tolerance.
# </details>

# %% step_count role="free_text" points=2
step_count = """
### BEGIN SOLUTION
I would set 12 steps. My tolerance is 0.005, less than half of the 0.012 that five seeds lie apart at 64 steps. The mean distance at 12 steps
is 0.022 and the best is 0.021, so it is well within; at 4 steps it is 0.041, which is not. At 8 steps, 0.026, it would just do, but another
training could turn that. Against 64 steps that saves a factor of 5.3 in FLOPs. With larger glyphs or finer prints I would measure again.
### END SOLUTION
"""

# %% step_count_check role="check" points=1
answered(step_count)
text = in_words(step_count)
assert text.length >= 25, f"Your answer has {text.length} words: write two sentences at least."
assert text.has("step"), "Say how many steps you set: the check finds no word for them."
assert text.has("distan", "quality", "error", "away", "apart", "closer", "farther") or "off" in text.pieces, explain("cost-without-quality")
assert text.has("toler", "accept", "differ", "visible", "allow", "threshold", "margin", "put", "within"), explain("no-tolerance-named")
assert text.numbers >= 3, f"The number of steps, its distance and another one to compare are asked for: the check finds {text.numbers} number(s)."
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% step_count_wrong_no_tolerance role="wrong" misconception="no-tolerance-named"
step_count = """I would set 12 steps, since the mean distance of 0.022 there looks good enough to me when I compare it with 0.041 at 4 steps, and the
pictures look alike to my eyes on the screen."""

# %% step_count_wrong_cost role="wrong" misconception="cost-without-quality"
step_count = """I would set 1 step, because it costs 64 times less than 64 steps do, and with a million drawings a day the shop
would save nearly all of the money that it spends on its machines."""

# %% step_count_wrong_no_numbers role="wrong" says="are asked for: the check finds"
step_count = """I would set fewer steps than the shop does, because the distance hardly falls any more, and the difference is smaller than my tolerance and
than what the seeds differ. That would save most of the FLOPs."""

# %% step_count_wrong_no_reason role="wrong" says="no word that gives a reason"
step_count = """I set 12 steps. My tolerance is 0.005. The distance at 12 steps is 0.022. At 64 steps the distance is 0.022. At 4 steps the distance is 0.041.
The saving is a factor of 5.3."""

# %% step_count_wrong_too_short role="wrong" says="two sentences at least"
step_count = "12 steps, because the distance is within 0.005 of the best."

# %% step_count_variant_own_run role="variant"
step_count = """Eight. In my own run 8 steps had a mean distance of 0.072 and 32 steps 0.068; a gap of 0.004 is less than what I accept (0.005) and far
less than the 0.02 that my three seeds lie apart. That saves 8x. If customers saw blurred edges, I would go to sixteen."""

# %% step_count_variant_more_steps role="variant"
step_count = """I keep 16 steps: quality at 16 (0.021) is as good as anything up to 64, and twice the cost of 8 steps buys a margin, as one training differs from
the next by more than my tolerance of 0.003. It is a quarter of today's bill. Only for a larger model would I try again."""

# %% step_count_variant_away role="variant"
step_count = """I set 16 steps, because their pictures are 0.0209 away from the true ones, against 0.0412 at 4 steps. I put up with 0.005, which is less than the seeds
differ. It saves 4x. For larger prints I would take more."""

# %% step_count_variant_off role="variant"
step_count = """Eight steps: they are 0.0256 off, and 64 steps 0.0219 off. My threshold is 0.005, since five seeds spread over twice as much. The shop saves a factor
of 8; a new training would make me measure again, and maybe go up to 12."""

# %% step_count_variant_tolerate role="variant"
step_count = """I would go for 12 steps. They land 0.0218 off the true glyphs and 8 steps 0.0256; I tolerate 0.005, so both would do, and I allow a margin because
another training moves it. The saving is 5.3x."""
