# %% [markdown]
# # Exercise 16 · Capstone
# *Find the limit that decides, catch a plan that contradicts itself, judge ranges, and defend a plan of your own.*
#
# Work through [lesson 16](../lessons/16_capstone.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `binding_limit` | compute by hand | 3 | 6 |
# | `broken_rules` | write a function | 6 | 10 |
# | `replay_score` | measure | 4 | 8 |
# | `my_plan` | hand in a plan | 3 | 6 |
# | `defence` | decide and justify | 4 | 10 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import math
import re

from course_lib.catalog import models, prices
from course_lib.estimators import project, training
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import replays
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## binding_limit: on how many tokens can it be trained? (3 points)
# A token costs a model 30 x 10⁹ FLOPs in training. There are 100 cards, and each gets through 300 x 10¹² FLOPs in a
# second. A card with its share of server and network draws 1 kW, the PUE is 1.25, the grid has 400 g of CO2e a kWh, and
# an hour of a card costs USD 2.50. The wish is to train on 2 x 10¹² tokens. The limits:
#
# | limit | there is |
# | --- | --- |
# | time | 15 days |
# | money | USD 60 000 |
# | carbon | 9 tonnes |
# | text | 3 x 10¹² tokens |
#
# On how many **tokens** can it be trained at most?
#
# Worked example: a card does 36 x 10⁶ tokens an hour. A limit of 1 000 card hours then allows 36 x 10⁹ tokens.
#
# <details><summary>Hint 1: the idea</summary>
# How many card hours does each limit allow, and how many tokens does a card do in an hour? Which limit is the tightest?
# </details>
# <details><summary>Hint 2: the formula</summary>
# Card hours by carbon: grams / (kW x PUE x grams a kWh). Tokens: card hours x 3600 x FLOP/s / FLOPs a token.
# </details>

# %% binding_limit role="answer"
binding_limit = None  # tokens
### BEGIN SOLUTION
tokens_an_hour = 300e12 / 30e9 * 3600
card_hours = {"time": 100 * 15 * 24, "money": 60_000 / 2.5, "carbon": 9e6 / (1 * 1.25 * 400)}
binding_limit = min(3e12, *(hours * tokens_an_hour for hours in card_hours.values()))
### END SOLUTION

# %% binding_limit_check role="check" points=3
answered(binding_limit)
near = lambda tokens: abs(binding_limit / tokens - 1) < 0.005
assert not near(864e9), explain("money-always-binds")
assert not near(1296e9), explain("first-failing-limit")
assert not near(3e12), explain("largest-limit-taken")
assert not near(2e12), explain("no-limit-checked")
assert not near(810e9), explain("limit-without-building")
assert near(648e9), f"{binding_limit:.3g} tokens: what does each limit allow, and which allows least?"

# %% binding_limit_wrong_money role="wrong" misconception="money-always-binds"
binding_limit = 60_000 / 2.5 * 36e6

# %% binding_limit_wrong_first role="wrong" misconception="first-failing-limit"
binding_limit = 100 * 15 * 24 * 36e6

# %% binding_limit_wrong_largest role="wrong" misconception="largest-limit-taken"
binding_limit = 3e12

# %% binding_limit_wrong_none role="wrong" misconception="no-limit-checked"
binding_limit = 2e12

# %% binding_limit_wrong_building role="wrong" misconception="limit-without-building"
binding_limit = 9e6 / 400 * 36e6

# %% [markdown]
# ## broken_rules: does a plan contradict itself? (6 points)
# A plan is a dictionary with the keys of the example. `memory_bytes` is what **each** device has to hold; `watts` is the
# power of a device with its share of server and network, without the building. Ranges are lists of low, estimate and
# high. The parts of the cost err independently of each other. Write `broken_rules(plan)`, which returns a list with the
# names of all rules that are broken, in this order, and an empty list if there are none:
#
# | name | rule |
# | --- | --- |
# | `"hours"` | device hours are devices x seconds / 3600 |
# | `"memory"` | each device can hold what it has to |
# | `"energy"` | joules are device hours x 3600 x watts, in the building |
# | `"cost"` | the estimate of the part `"compute"` is device hours x price of an hour |
# | `"sum"` | `usd` is the sum of all parts, with its range |
#
# Two numbers agree if they differ by less than 1 %.
#
# <details><summary>Hint 1: the idea</summary>
# Work out each number from the others. For the range of a sum: are all parts at their upper ends at once?
# </details>
# <details><summary>Hint 2: the formula</summary>
# high = sum of estimates + square root of the sum of (high - estimate)² over the parts; low alike. The PUE enters once.
# </details>

# %% broken_rules role="answer"
def broken_rules(plan: dict) -> list[str]:
    """Names of the rules that a plan breaks.

    Example: broken_rules({"devices": 8, "seconds": 7200, "device_hours": 16, "memory_bytes": 60e9,
    "device_memory_bytes": 80e9, "watts": 1000, "pue": 1.25, "energy_joules": 72e6, "usd_per_device_hour": 3,
    "parts_usd": {"compute": [45, 48, 52], "people": [7, 10, 13]}, "usd": [53.76, 58, 63]}) == []
    """
    ### BEGIN SOLUTION
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {
        "hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
        "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
        "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
        "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
        "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True)),
    }
    return [name for name, held in holds.items() if not held]
    ### END SOLUTION

# %% broken_rules_check role="check" points=3
good = {"devices": 8, "seconds": 7200, "device_hours": 16, "memory_bytes": 60e9, "device_memory_bytes": 80e9,
        "watts": 1000, "pue": 1.25, "energy_joules": 72e6, "usd_per_device_hour": 3,
        "parts_usd": {"compute": [36, 48, 64], "people": [31, 40, 52]}, "usd": [73, 88, 108]}
found = broken_rules(dict(good))
answered(found)
twice, without = ({**good, "energy_joules": 72e6 * factor} for factor in (1.25, 1 / 1.25))
assert "energy" in broken_rules(dict(twice)), explain("plan-pue-twice")
assert "energy" in broken_rules(dict(without)), explain("plan-pue-left-out")
assert "memory" not in found, explain("memory-total-for-device")
assert "sum" not in found, explain("ends-added-blindly")
assert found == [], f"a plan whose numbers agree breaks no rule, you say {found}"
both = broken_rules({**good, "device_hours": 32, "memory_bytes": 90e9})
assert both != ["hours"], explain("first-fault-only")
assert both == ["hours", "memory", "energy", "cost"], f"twice the hours break hours, energy and cost, and 90 GB the memory: you say {both}"
assert broken_rules({**good, "usd": [67, 88, 116]}) == ["sum"], explain("ends-added-blindly")

# %% broken_rules_hidden role="hidden" points=3
random = rng()
for _ in range(60):
    devices, seconds = int(random.integers(1, 3000)), float(random.uniform(1e4, 1e7))
    hours, watts, pue, price = devices * seconds / 3600, *(float(random.uniform(*ends)) for ends in ((300, 1500), (1.05, 1.7), (1, 9)))
    parts = {"compute": [hours * price * factor for factor in (0.7, 1.0, 1.5)]}
    for name in ("people", "text", "hosting")[: int(random.integers(1, 4))]:
        size = hours * price * float(random.uniform(0.3, 1))
        parts[name] = [size * float(random.uniform(0.4, 0.8)), size, size * float(random.uniform(1.2, 2))]
    middle = sum(part[1] for part in parts.values())
    usd = [middle - sum((part[1] - part[0]) ** 2 for part in parts.values()) ** 0.5, middle,
           middle + sum((part[2] - part[1]) ** 2 for part in parts.values()) ** 0.5]
    plan = {"devices": devices, "seconds": seconds, "device_hours": hours, "device_memory_bytes": 80e9, "watts": watts,
            "memory_bytes": float(random.uniform(50e9, 79e9)), "pue": pue, "energy_joules": hours * 3600 * watts * pue,
            "usd_per_device_hour": price, "parts_usd": parts, "usd": usd}
    expected = [name for name in ("hours", "memory", "energy", "cost", "sum") if random.random() < 0.35]
    factor = float(random.choice([0.5, 0.8, 1.2, 2.0]))
    if "hours" in expected:
        plan["seconds"] = seconds * factor
    if "memory" in expected:
        plan["memory_bytes"] = float(random.uniform(81e9, 900e9))
    if "energy" in expected:
        plan["energy_joules"] *= float(random.choice([pue, 1 / pue, 1.3]))
    if "cost" in expected:
        plan["usd_per_device_hour"] = price * factor
    if "sum" in expected:
        blind = [sum(part[end] for part in parts.values()) for end in range(3)]
        plan["usd"] = blind if random.random() < 0.5 else [end * 1.1 for end in usd]
    got = broken_rules(plan)
    assert list(got) == expected, f"a plan breaks {expected}, you say {got}: {plan}"

# %% broken_rules_wrong_ends role="wrong" misconception="ends-added-blindly"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    sums = [sum(part[end] for part in parts) for end in range(3)]
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], sums, strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_memory role="wrong" misconception="memory-total-for-device"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] * plan["devices"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_pue role="wrong" misconception="plan-pue-twice"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"] ** 2),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_no_pue role="wrong" misconception="plan-pue-left-out"
def broken_rules(plan):
    hours = plan["device_hours"]
    machines = hours * 3600 * plan["watts"]
    return [] if abs(plan["energy_joules"] / machines - 1) < 0.01 else ["energy"]

# %% broken_rules_wrong_first role="wrong" misconception="first-fault-only"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    if not agree(hours, plan["devices"] * plan["seconds"] / 3600):
        return ["hours"]
    if plan["memory_bytes"] > plan["device_memory_bytes"]:
        return ["memory"]
    if not agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]):
        return ["energy"]
    if not agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]):
        return ["cost"]
    sums = (middle - down, middle, middle + up)
    return [] if all(agree(*pair) for pair in zip(plan["usd"], sums, strict=True)) else ["sum"]

# %% [markdown]
# ## replay_score: how good are ranges? (4 points)
# Runs were planned blind. You get what was published, and low, middle and high of each plan, as four lists of the same
# length. Write `replay_score(published, low, middle, high)`, which returns a dictionary with three numbers:
# `"error"`, the median distance of the middle from what was published, in powers of two and without sign; `"hits"`, the
# share of ranges that hold what was published; and `"width"`, the median of high over low in powers of two.
# Then score the planner with the cell below the function. Put ranges of your own into `my_ranges`, if you like.
#
# <details><summary>Hint 1: the idea</summary>
# Twice too high and half as high are equally far off: one power of two. Should they cancel?
# </details>
# <details><summary>Hint 2: the formula</summary>
# error: median of |log2(middle / published)|; width: median of log2(high / low).
# </details>

# %% replay_score role="answer"
def replay_score(published: list[float], low: list[float], middle: list[float], high: list[float]) -> dict[str, float]:
    """Error, hits and width of ranges.

    Example: replay_score([8.0], [2.0], [4.0], [16.0]) == {"error": 1.0, "hits": 1.0, "width": 3.0}
    """
    ### BEGIN SOLUTION
    def median(values: list[float]) -> float:
        ordered, half = sorted(values), len(values) // 2
        return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2

    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    return {
        "error": median([abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]),
        "hits": sum(hits) / len(hits),
        "width": median([math.log2(above / below) for below, above in zip(low, high, strict=True)]),
    }
    ### END SOLUTION

# %% own_replays
keys = ["falcon-40b", "gpt-neox-20b", "nanogpt-124m", "palm-540b", "pythia-70m"]
planned = [replays.planned(replays.blind(key)).device_hours for key in keys]
pace = training.pace("published")
my_ranges = [[pace.low * hours, hours, pace.high * hours] for hours in planned]  # or your own, in card hours
my_score = replay_score([replays.published(key) for key in keys], *map(list, zip(*my_ranges, strict=True)))

# %% replay_score_check role="check" points=2
answered(my_score)
assert isinstance(my_score, dict) and "width" in my_score, explain("hits-without-width")
known = replay_score([8.0, 8.0, 8.0], [4.0, 2.0, 4.0], [16.0, 4.0, 8.0], [32.0, 6.0, 8.0])
assert abs(known["error"]) > 1e-9, explain("signed-errors-cancel")
assert abs(known["error"] - 0.5) > 1e-9, explain("error-relative-to-prediction")
assert abs(known["error"] - 1.0) < 1e-9, f"distances of 1, 1 and 0 powers of two have the median 1, you say {known['error']}"
assert abs(known["hits"] - 2 / 3) < 1e-9, f"two of the three ranges hold 8: you say {known['hits']}"
assert abs(known["width"] - math.log2(3)) < 1e-9, f"8, 3 and 2 from low to high have the median 3, as a power of two: {known['width']}"

# %% replay_score_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    count = int(random.integers(1, 9))
    published = random.uniform(1, 1e6, count).tolist()
    middle = [truth * 2 ** float(random.normal(0, 1)) for truth in published]
    low = [guess * float(random.uniform(0.2, 0.9)) for guess in middle]
    high = [guess * float(random.uniform(1.1, 4)) for guess in middle]
    got = replay_score(published, low, middle, high)
    ratios = lambda first, second: [x / y for x, y in zip(first, second, strict=True)]
    middle_of = lambda values: (sorted(values)[(len(values) - 1) // 2] * sorted(values)[len(values) // 2]) ** 0.5
    distance = middle_of([max(ratio, 1 / ratio) for ratio in ratios(middle, published)])
    assert abs(2 ** got["error"] / distance - 1) < 1e-6, f"{middle} for {published}: error {got['error']}"
    width = middle_of(ratios(high, low))
    assert abs(2 ** got["width"] / width - 1) < 1e-6, f"{low} to {high}: width {got['width']}"
    held = sum(1 for truth, below, above in zip(published, low, high, strict=True) if below <= truth <= above)
    assert abs(got["hits"] - held / count) < 1e-9, f"{held} of {count} hits, you say {got['hits']}"

# %% replay_score_wrong_signed role="wrong" misconception="signed-errors-cancel"
def replay_score(published, low, middle, high):
    powers = [math.log2(guess / truth) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = sorted(math.log2(above / below) for below, above in zip(low, high, strict=True))
    return {"error": sum(powers) / len(powers), "hits": sum(hits) / len(hits), "width": widths[len(widths) // 2]}

# %% replay_score_wrong_per_cent role="wrong" misconception="error-relative-to-prediction"
def replay_score(published, low, middle, high):
    shares = sorted(abs(guess - truth) / guess for truth, guess in zip(published, middle, strict=True))
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = sorted(math.log2(above / below) for below, above in zip(low, high, strict=True))
    return {"error": shares[len(shares) // 2], "hits": sum(hits) / len(hits), "width": widths[len(widths) // 2]}

# %% replay_score_wrong_no_width role="wrong" misconception="hits-without-width"
def replay_score(published, low, middle, high):
    powers = sorted(abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True))
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    return {"error": powers[len(powers) // 2], "hits": sum(hits) / len(hits)}

# %% [markdown]
# ## my_plan: hand in a plan whose numbers agree (3 points)
# The project of the lesson: USD 500 000, a month, and an assistant for a small language. Hand in your plan as plain data,
# as `project.as_data` writes it: build it with `training.estimate` and `project.from_estimate` as in the lesson, with
# at least one part that is paid for besides device hours. A plan that only calls an API has no `run`; write its
# dictionary by hand. `course plan --json` writes a plan of the same form, which you may read in and add to.
#
# <details><summary>Hint 1: the idea</summary>
# The lesson's cell `my_plan` makes such a plan. Change model, tokens, cards, grid and the other parts to yours.
# </details>
# <details><summary>Hint 2: the formula</summary>
# run = training.estimate(..., grid=..., usd_per_device_hour=...)
# my_plan = project.as_data(project.from_estimate(run, purpose=..., other_usd={...}, notes={...}))
# </details>

# %% my_plan role="answer"
my_plan = None  # a dictionary, from project.as_data
### BEGIN SOLUTION
llama, hour = models["llama-3-8b"], prices.rental("H100").usd_per_device_hour
run = training.estimate(llama, tokens=1e11, device="H100", devices=64, grid="France", usd_per_device_hour=hour)
people = Range(low=60e3, value=90e3, high=140e3)
my_plan = project.as_data(project.from_estimate(
    run, purpose="An open assistant for a small language", way="tune",
    other_usd={"people": people}, notes={"people": "assumed: one person for a year"}))
### END SOLUTION

# %% my_plan_check role="check" points=2
answered(my_plan)
plan = project.from_data(my_plan)
run = plan.run
unsure = [plan.usd] + ([] if run is None else [run.seconds, run.device_hours, run.energy_joules, run.memory_bytes])
assert all(each.low < each.value < each.high for each in unsure), explain("points-for-ranges")
found = project.broken(plan)
assert not found, f"{explain('plan-not-consistent')} Here: {'; '.join(found.values())}"
assert plan.usd.high <= 500e3, explain("plan-beyond-its-money")
assert len(plan.parts_usd) >= 2, "name at least one part that is paid for besides device hours, or besides the calls"
assert all(plan.notes.get(name, "").strip() for name in plan.parts_usd), explain("plan-without-notes")

# %% my_plan_hidden role="hidden" points=1
near = lambda first, second: abs(first / second - 1) <= 0.03
run, parts, usd = my_plan.get("run"), my_plan["parts_usd"].values(), my_plan["usd"]
assert near(usd[1], sum(part[1] for part in parts)), "the cost in all is not the sum of its parts"
assert usd[0] < usd[1] < usd[2] <= 500e3, "the cost in all must be a range, within the money"
blind = sum(part[2] for part in parts)
assert usd[2] < blind or near(usd[2], blind), "the upper end is above that of all parts together"
if run is not None:
    assert near(run["device_hours"][1], run["devices"] * run["seconds"][1] / 3600), "device hours"
    assert run["memory_bytes"][1] <= run["device_memory_bytes"], "memory of a device"
    machines = run["device_hours"][1] * 3600 * run["watts"][1]
    assert near(run["energy_joules"][1], machines * run["pue"][1]), "the building counts once"
    assert near(run["carbon_kg"][1], run["energy_joules"][1] / 3.6e9 * run["grams_per_kwh"]), "carbon"
    assert near(run["compute_usd"][1], run["device_hours"][1] * run["usd_per_device_hour"]), "cost of the hours"

# %% my_plan_wrong_points role="wrong" misconception="points-for-ranges"
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [4e3, 4e3, 4e3], "people": [9e4, 9e4, 9e4]},
           "usd": [94e3, 94e3, 94e3], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_wrong_sum role="wrong" misconception="plan-not-consistent"
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [2e3, 4e3, 8e3], "people": [6e4, 9e4, 14e4]},
           "usd": [40e3, 60e3, 90e3], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_wrong_money role="wrong" misconception="plan-beyond-its-money"
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [3e5, 4e5, 6e5], "people": [6e4, 9e4, 14e4]},
           "usd": [385560, 490000, 696155], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_wrong_notes role="wrong" misconception="plan-without-notes"
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [2e3, 4e3, 8e3], "people": [6e4, 9e4, 14e4]},
           "usd": [63933, 94000, 144160], "notes": {"people": "assumed"}}

# %% [markdown]
# ## defence: defend your plan (4 points)
# You have a page, written by `report.publish` in the lesson, and two minutes. Write what you would say: which way
# you take, what decides, how sure you are, what else you looked at, what would change your mind. Eight to fifteen
# sentences. Hand in the page too. Your teacher marks both by the [rubric](../docs/rubric_16.md).
#
# | points | for |
# | --- | --- |
# | 1 | a decision, and the limit that decides it |
# | 1 | the deciding numbers as ranges, each with a source or called an assumption |
# | 1 | an alternative with its cost, and why not |
# | 1 | what would change the plan |
#
# The check only looks whether there is something to mark, and gives the point for a defence that has all its parts.
#
# <details><summary>Hint 1: the idea</summary>
# Which question would you least like to be asked? Answer that one first.
# </details>
# <details><summary>Hint 2: the formula</summary>
# Decision; limit; number from low to high, source; other way, its cost, why not; what would change it.
# </details>

# %% defence role="free_text" points=3
defence = """
### BEGIN SOLUTION
I would tune an open 8B model on the language and not train one from nothing. The card hours cost between USD 8 000 and
USD 19 000 at a list price of 2026, from the course planner, whose ranges held four of five published runs. With a
person for a year, text and a card for hosting it comes to between USD 110 000 and USD 210 000; person and text are my
assumption, and the widest part. Of the limits money is the tightest, and even at the upper end less than half is used.
The alternative of training from nothing would cost some USD 120 000 in card hours alone, and serve at the same price,
so that no amount of use pays it back. An API costs only some USD 4 400 for a million tokens a day at list prices of
2026, and I would take it if the model need not be open and a test of two hundred questions in the language came out as
well. What would change my mind: such a test, an open model that already speaks the language, or text that we may not
use. In carbon the run is small in France, 150 to 420 kg by the grid's mean of 2023; in Poland it would be twelve times
as much. My own guesses were half a power of ten off this week, so I trust the range more than its middle.
### END SOLUTION
"""

# %% defence_check role="check" points=1
answered(defence)
words = defence.lower().replace("-", " ").replace(",", " ").replace(".", " ").split()
starts = lambda *stems: any(word.startswith(stems) for word in words)
numbers = [word for word in words if any(letter.isdigit() for letter in word)]
assert len(words) >= 80, "eight sentences at least: decision, limit, ranges, alternative, what would change it"
assert len(numbers) >= 4, "give the numbers that decide: at least the cost of your way and of another one"
ends = re.search(r"\d[\d\s,.]*(?:to|and|or|–|—|-|±)\s*(?:USD\s*)?\d", defence)
assert ends or starts("range", "±"), explain("precision-is-rigour")
assert starts("source", "list", "published", "catalog", "assum", "measured"), explain("unsourced-defence")
assert starts("alternative", "instead", "other", "rather"), explain("no-alternative-considered")

# %% defence_wrong_points role="wrong" misconception="precision-is-rigour"
defence = """I would tune an open 8B model on the language. The card hours cost exactly USD 12 480.17 at a list price of
2026, and the energy is 4.352 MWh. With a person, which I assume to cost USD 90 000, and with text and hosting the plan
costs USD 143 689.93. The time is 2.717 days. The alternative of training it anew costs USD 121 795.84 in card hours,
which is more, and an API costs USD 4 383.00 a year at a list price of 2026. Carbon is 243.87 kg. Since all these numbers
are computed by the planner of the course and not guessed by anybody, the plan can be relied on as it stands, and nothing
but a new price list would change my mind about it."""

# %% defence_wrong_unsourced role="wrong" misconception="unsourced-defence"
defence = """I would tune an open 8B model on the language. The card hours cost between USD 8 000 and USD 19 000, and with
people, text and hosting it is between USD 110 000 and USD 210 000. Energy is between 2.6 and 7.5 MWh, and carbon
between 150 and 420 kg. The alternative of training a model of our own costs between USD 79 000 and USD 190 000 in card
hours and is served at the same cost, so we do not take it. The money is enough in any case, the time is too, and there
is enough text for it. If an open model spoke the language already we would change the plan and use that model in its
place, and save nearly all of the money."""

# %% defence_wrong_no_alternative role="wrong" misconception="no-alternative-considered"
defence = """I would train a model of our own for the language, since a model of our own is what the foundation asked for
and what it will be proud of. The card hours cost between USD 79 000 and USD 190 000 at a list price of 2026, by the
planner, whose ranges held four of five published runs. The time is between 18 and 42 days on 64 cards, and carbon is
between 17 and 50 tonnes in Poland by the mean of its grid of 2023. Person and text are assumed, and come to between
USD 70 000 and USD 170 000. Money is the tightest limit at the upper end. What would change my mind is a month that
gets shorter, or cards that get dearer."""
