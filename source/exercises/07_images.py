# %% [markdown]
# # Exercise 07 · Images
# *Price a picture, scale it up, judge step counts by several seeds, and defend the one you choose.*
#
# Work through [lesson 07](../lessons/07_images.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `picture_flops` | compute by hand | 4 | 5 |
# | `cost_at` | write a function | 6 | 7 |
# | `judge_steps` | measure | 6 | 8 |
# | `step_count` | decide and justify | 4 | 5 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
from course_lib.demos import images as demo
from course_lib.teaching import answered, checking, explain

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
# <details><summary>Hint 2: the formula</summary>
# (steps with guidance x 2 + steps without) x 2 x multiply-adds + text encoder + decoder
# </details>

# %% picture_flops role="answer"
picture_flops = None  # one whole number
### BEGIN SOLUTION
passes = 20 * 2 + 10
picture_flops = passes * 2 * 400 * 10**9 + 20 * 10**9 + 2_500 * 10**9
### END SOLUTION

# %% picture_flops_check role="check" points=4
answered(picture_flops)
billion = 10**9
near = lambda wanted: abs(picture_flops / (wanted * billion) - 1) < 1e-6
assert not near(30 * 800 + 2520), explain("guidance-is-free")
assert not near(60 * 800 + 2520), "only the first 20 steps have guidance: two passes in those, one in the others"
assert not near(50 * 400 + 2520), explain("multiply-adds-for-flops")
assert not near(50 * 800 + 20 + 30 * 2500), explain("decoder-every-step")
assert not near(50 * 800), explain("once-parts-forgotten")
assert near(50 * 800 + 2520), f"{picture_flops} is not the sum of all passes, text encoder and decoder. Write each down."

# %% picture_flops_wrong_guidance role="wrong" misconception="guidance-is-free"
picture_flops = 30 * 2 * 400 * 10**9 + 20 * 10**9 + 2_500 * 10**9

# %% picture_flops_wrong_multiply_adds role="wrong" misconception="multiply-adds-for-flops"
picture_flops = 50 * 400 * 10**9 + 20 * 10**9 + 2_500 * 10**9

# %% picture_flops_wrong_decoder role="wrong" misconception="decoder-every-step"
picture_flops = 50 * 2 * 400 * 10**9 + 20 * 10**9 + 30 * 2_500 * 10**9

# %% picture_flops_wrong_once role="wrong" misconception="once-parts-forgotten"
picture_flops = 50 * 2 * 400 * 10**9

# %% [markdown]
# ## cost_at: a pass at another resolution (6 points)
# Write `cost_at(parts, scale)`: the FLOPs of a pass when the picture's **side** is `scale` times as long.
# `parts` holds the FLOPs before, with the four keys of the example: `convolution` and `mlp` treat each position alone,
# `scores` compares each position with each other one, `fixed` handles the time step.
#
# <details><summary>Hint 1: the idea</summary>
# How many positions are there after scaling, and how many pairs of positions?
# </details>
# <details><summary>Hint 2: the formula</summary>
# (convolution + mlp) x scale² + scores x scale⁴ + fixed
# </details>

# %% cost_at role="answer"
def cost_at(parts: dict[str, int], scale: int) -> int:
    """FLOPs of a pass over a picture whose side is `scale` times as long.

    Example: cost_at({"convolution": 10, "mlp": 5, "scores": 2, "fixed": 1}, 2) == 93, which is 15 x 4 + 2 x 16 + 1.
    """
    ### BEGIN SOLUTION
    positions = scale**2
    alone = parts["convolution"] + parts["mlp"]
    return alone * positions + parts["scores"] * positions**2 + parts["fixed"]
    ### END SOLUTION

# %% cost_at_check role="check" points=3
small = {"convolution": 10, "mlp": 5, "scores": 2, "fixed": 1}
answered(cost_at(small, 2))
assert cost_at(small, 2) not in (36, 35), explain("cost-follows-the-side")
assert cost_at(small, 2) not in (72, 69), explain("all-parts-grow-fourfold")
assert cost_at(small, 2) not in (288, 273), explain("all-parts-grow-sixteenfold")
assert cost_at(small, 2) != 96, explain("fixed-part-grows")
assert cost_at(small, 2) == 93, f"the worked example gives 93 FLOPs, your function {cost_at(small, 2)}"
assert cost_at(small, 1) == 18, f"at scale 1 nothing changes: 18 FLOPs, your function {cost_at(small, 1)}"

# %% cost_at_hidden role="hidden" points=3
random = rng()
for _ in range(20):
    convolution, mlp, scores, fixed = (int(random.integers(0, 10**9)) for _ in range(4))
    scale, parts = int(random.integers(1, 9)), {"convolution": convolution, "mlp": mlp, "scores": scores, "fixed": fixed}
    expected = fixed + sum(convolution + mlp + scale * scale * scores for _ in range(scale * scale))
    assert cost_at(parts, scale) == expected, f"{parts} at scale {scale}: {cost_at(parts, scale)} in place of {expected}"

# %% cost_at_wrong_side role="wrong" misconception="cost-follows-the-side"
def cost_at(parts, scale):
    return scale * sum(parts.values())

# %% cost_at_wrong_four role="wrong" misconception="all-parts-grow-fourfold"
def cost_at(parts, scale):
    return scale**2 * sum(parts.values())

# %% cost_at_wrong_sixteen role="wrong" misconception="all-parts-grow-sixteenfold"
def cost_at(parts, scale):
    return scale**4 * sum(parts.values())

# %% cost_at_wrong_fixed role="wrong" misconception="fixed-part-grows"
def cost_at(parts, scale):
    return scale**2 * (parts["convolution"] + parts["mlp"] + parts["fixed"]) + scale**4 * parts["scores"]

# %% [markdown]
# ## judge_steps: quality against steps (6 points)
# Write `judge_steps(runs, tolerance)`. `runs` is a list of dictionaries, one for each drawing run: its `steps`, its
# `seed`, the `loss` that training ended with, and the mean `distance` of its pictures to true glyphs.
# Return a dictionary: `means` holds the mean distance over all seeds by step count, `adequate` the smallest step count
# whose mean is at most `tolerance` above the best mean.
# Then judge the model of the lesson with the cell below the function.
#
# <details><summary>Hint 1: the idea</summary>
# Collect the distances of each step count first. Only then compare step counts.
# </details>
# <details><summary>Hint 2: the formula</summary>
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

# %% own_model
refiner = demo.Refiner(seed=1)
my_loss = demo.train(refiner, steps=600, seed=1)[-1]
my_found = demo.judge(refiner, [1, 2, 4, 8, 16, 32, 64], seeds=range(3))
my_runs = [{"steps": steps, "seed": seed, "loss": my_loss, "distance": distance}
           for steps, values in my_found.items() for seed, distance in enumerate(values)]
my_judgment = judge_steps(my_runs, 0.005)

# %% judge_steps_check role="check" points=3
answered(my_judgment)
assert set(my_judgment) == {"means", "adequate"}, f"two entries are asked for, you return {sorted(my_judgment)}"
seen = {1: (0.5, 0.4, 0.6), 8: (0.3, 0.1, 0.2), 16: (0.1, 0.12, 0.14), 64: (0.11, 0.12, 0.1)}
made = [{"steps": steps, "seed": seed, "loss": 0.03 + seed / 100, "distance": distance}
        for steps, values in seen.items() for seed, distance in enumerate(values)]
judged = judge_steps(made, 0.02)
at = lambda steps, wanted: abs(judged["means"][steps] - wanted) < 1e-9
assert set(judged["means"]) == {1, 8, 16, 64}, f"means by step count 1, 8, 16 and 64, you have {sorted(judged['means'])}"
assert not at(1, 0.04) and not at(1, 0.03), explain("loss-is-quality")
assert not at(8, 0.3) and not at(1, 0.6), explain("one-seed-is-enough")
assert not at(8, 0.1), explain("best-of-many")
assert at(8, 0.2), f"the mean of 0.3, 0.1 and 0.2 is 0.2, you say {judged['means'][8]}"
assert judged["adequate"] != 64, explain("more-steps-are-better")
assert judged["adequate"] == 16, f"16 steps are within 0.02 of the best, 8 are not; you say {judged['adequate']}"

# %% judge_steps_hidden role="hidden" points=3
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
    means = {run["steps"]: run["distance"] for run in runs if run["seed"] == 0}
    best = min(means.values())
    return {"means": means, "adequate": min(steps for steps in means if means[steps] <= best + tolerance)}

# %% judge_steps_wrong_loss role="wrong" misconception="loss-is-quality"
def judge_steps(runs, tolerance):
    steps = {run["steps"] for run in runs}
    values = {count: [run["loss"] for run in runs if run["steps"] == count] for count in steps}
    means = {count: sum(found) / len(found) for count, found in values.items()}
    best = min(means.values())
    return {"means": means, "adequate": min(count for count in means if means[count] <= best + tolerance)}

# %% judge_steps_wrong_best role="wrong" misconception="best-of-many"
def judge_steps(runs, tolerance):
    steps = {run["steps"] for run in runs}
    means = {count: min(run["distance"] for run in runs if run["steps"] == count) for count in steps}
    best = min(means.values())
    return {"means": means, "adequate": min(count for count in means if means[count] <= best + tolerance)}

# %% judge_steps_wrong_most role="wrong" misconception="more-steps-are-better"
def judge_steps(runs, tolerance):
    steps = {run["steps"] for run in runs}
    values = {count: [run["distance"] for run in runs if run["steps"] == count] for count in steps}
    return {"means": {count: sum(found) / len(found) for count, found in values.items()}, "adequate": max(steps)}

# %% [markdown]
# ## step_count: how many steps are enough? (4 points)
# A shop prints glyphs and draws a million a day with the tiny model of the lesson. It uses 200 steps. Which step count
# would you set? Answer in two to five sentences, with numbers from the lesson or from your own run above.
#
# | points | for |
# | --- | --- |
# | 1 | a tolerance is named, and set beside the spread between seeds |
# | 1 | the distance at the chosen step count and at another one, as numbers |
# | 1 | the saving against 200 steps, as a number |
# | 1 | a condition under which the choice would change |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# What difference would nobody see, and does the spread between seeds hide it anyway?
# </details>
# <details><summary>Hint 2: the formula</summary>
# Saving = 200 / steps. Compare the mean distance with the best mean plus your tolerance.
# </details>

# %% step_count role="free_text" points=2
step_count = """
### BEGIN SOLUTION
I would set 16 steps. My tolerance is 0.005, about the spread between seeds, which is 0.004 at 200 steps. The mean distance at 16
steps is 0.014 and the best is 0.011, so the difference is within the tolerance; at 4 steps it is 0.03, which is not.
Against 200 steps that saves a factor of 12.5 in FLOPs. With a larger model or finer prints I would measure again.
### END SOLUTION
"""

# %% step_count_check role="check" points=2
answered(step_count)
words = step_count.lower().replace("-", " ").split()
numbers = [word for word in words if any(letter.isdigit() for letter in word)]
starts = lambda *stems: any(word.strip(".,;:()").startswith(stems) for word in words)
assert len(words) >= 20, "two sentences at least: a choice, and the reason for it"
assert starts("distan", "quality") or not starts("default", "usual"), explain("default-is-a-reason")
assert starts("distan", "quality"), explain("cost-without-quality")
assert starts("toleran"), explain("no-tolerance-named")
assert len(numbers) >= 3, "an argument about steps needs numbers: the count, its distance, and another one to compare"

# %% step_count_wrong_default role="wrong" misconception="default-is-a-reason"
step_count = """I would set 50 steps, because 50 is the default of most programs and people are happy with the pictures that it
gives, so the shop need not measure anything or think about it any longer."""

# %% step_count_wrong_tolerance role="wrong" misconception="no-tolerance-named"
step_count = """I would set 16 steps, since the distance of 0.014 there looks good enough to me when I compare it with 0.011 at
200 steps, and the pictures look alike to my eyes on the screen."""

# %% step_count_wrong_cost role="wrong" misconception="cost-without-quality"
step_count = """I would set 1 step, because it costs 200 times less than 200 steps do, and with a million drawings a day the shop
would save nearly all of the money that it spends on its machines."""
