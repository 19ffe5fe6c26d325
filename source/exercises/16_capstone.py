# %% [markdown]
# # Exercise 16 · Capstone
# *Find the limit that decides, catch a plan that contradicts itself, judge ranges, and defend a plan of your own.*
#
# Work through [lesson 16](../lessons/16_capstone.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `binding_limit` | compute by hand | 3 | 5 |
# | `broken_rules` | write a function | 6 | 10 |
# | `replay_score` | measure | 4 | 7 |
# | `my_plan` | hand in a plan | 3 | 8 |
# | `defence` | decide and justify | 4 | 10 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import json
import math
import statistics
from dataclasses import replace
from pathlib import Path

from course_lib.catalog import models
from course_lib.estimators import project, ranges, training
from course_lib.estimators.ranges import Range
from course_lib.estimators.training import replays
from course_lib.teaching import a_number, answered, attempt, checking, entries, explain, fmt, in_words, table

# %% [markdown]
# ## binding_limit: on how many tokens can it be trained? (3 points)
# Another project than the lesson's, with numbers of its own. A token costs a model 30 x 10⁹ FLOPs in training. There are
# 100 cards, and each gets through 300 x 10¹² FLOPs in a second. A card with its share of server and network draws 1 kW, the
# PUE is 1.25, the grid has 400 g of CO2e a kWh, and an hour of a card costs USD 2.50. The wish is to train on 2 x 10¹²
# tokens. The limits:
#
# | limit | there is |
# | --- | --- |
# | time | 15 days |
# | money | USD 60 000 |
# | carbon | 9 tonnes |
# | text | 3 x 10¹² tokens, readings counted |
#
# On how many **tokens** can it be trained at most?
#
# Worked example: a card does 36 x 10⁶ tokens an hour. A limit of 1 000 card hours then allows 36 x 10⁹ tokens.
#
# <details><summary>Hint 1: the idea</summary>
# How many card hours does each limit allow, and how many tokens does a card do in an hour? Which limit is the tightest?
# </details>
# <details><summary>Hint 2: the next step</summary>
# One number for each limit, all in card hours: how many are 100 cards for 15 days? How many does the money pay for? What
# does an hour of one card emit, the building included? The text is in tokens already.
# </details>
# <details><summary>Hint 3: the formula</summary>
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
a_number(binding_limit, "`binding_limit`")
asked = float(binding_limit)
run_hours = 1e12 / (300e12 / 30e9) / 3600  # of one card, for a run of 10¹² tokens
of_run = lambda name, most, need: project.constraints.Limit(name=name, most=most, need=need)
limits = [of_run("time", 100 * 15 * 24, run_hours), of_run("money", 60e3, 2.5 * run_hours), of_run("text", 3e12, 1e12)]
machines, building = (of_run("carbon", 9e3, 0.4 * pue * run_hours) for pue in (1, 1.25))  # kilograms
allows = project.constraints.allowed([*limits, building], 1e12)
near = lambda tokens: abs(asked / tokens - 1) < 0.005
assert not near(allows["money"]), f"So many tokens the money alone allows. {explain('money-always-binds')}"
assert not near(allows["time"]), f"So many tokens the time alone allows. {explain('first-failing-limit')}"
assert not near(allows["text"]), explain("largest-limit-taken")
assert not near(2e12), explain("no-limit-checked")
assert not near(project.constraints.allowed([machines], 1e12)["carbon"]), explain("limit-without-building")
found = f"{asked:.3g} tokens are {'more' if asked > min(allows.values()) else 'fewer'} than all limits together allow."
assert near(min(allows.values())), f"{found} What does each of them allow, in tokens?"

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

# %% binding_limit_wrong_text role="wrong" says="must be one number"
binding_limit = "648 x 10⁹"

# %% binding_limit_wrong_pue_turned role="wrong" neutral=true
binding_limit = 9e6 * 1.25 / 400 * 36e6

# %% binding_limit_wrong_kilograms role="wrong" neutral=true
binding_limit = 9e3 / (1.25 * 400) * 36e6

# %% binding_limit_wrong_seconds role="wrong" neutral=true
binding_limit = 9e6 / (1.25 * 400) * 300e12 / 30e9

# %% binding_limit_wrong_minutes role="wrong" neutral=true
binding_limit = 9e6 / (1.25 * 400) * 60 * 300e12 / 30e9

# %% binding_limit_wrong_card_hours role="wrong" neutral=true
binding_limit = 9e6 / (1.25 * 400)

# %% binding_limit_wrong_every_card role="wrong" neutral=true
binding_limit = 100 * 9e6 / (1.25 * 400) * 36e6

# %% binding_limit_wrong_one_card role="wrong" neutral=true
binding_limit = 15 * 24 * 36e6

# %% binding_limit_wrong_days role="wrong" neutral=true
binding_limit = 100 * 15 * 36e6

# %% binding_limit_wrong_inverse role="wrong" neutral=true
binding_limit = 9e6 / (1.25 * 400) * 3600 * 30e9 / 300e12

# %% binding_limit_wrong_no_price role="wrong" neutral=true
binding_limit = 60_000 * 36e6

# %% binding_limit_wrong_pue_twice role="wrong" neutral=true
binding_limit = 9e6 / (1.25 * 1.25 * 400) * 36e6

# %% binding_limit_wrong_billions role="wrong" neutral=true
binding_limit = 648

# %% binding_limit_wrong_read_four_times role="wrong" neutral=true
binding_limit = 3e12 / 4

# %% binding_limit_wrong_shared_by_cards role="wrong" neutral=true
binding_limit = 9e6 / (100 * 1.25 * 400) * 36e6

# %% binding_limit_wrong_name role="wrong" says="must be one number"
binding_limit = "carbon"

# %% binding_limit_wrong_sum role="wrong" neutral=true
binding_limit = (36e3 + 24e3 + 18e3) * 36e6 + 3e12

# %% binding_limit_wrong_mean role="wrong" neutral=true
binding_limit = ((36e3 + 24e3 + 18e3) * 36e6 + 3e12) / 4

# %% binding_limit_wrong_share_of_wish role="wrong" neutral=true
binding_limit = 2e12 * 18e3 / 36e3

# %% binding_limit_variant_typed role="variant"
binding_limit = 648_000_000_000

# %% binding_limit_variant_share role="variant"
wish = 2e12
hours = wish * 30e9 / 300e12 / 3600
shares = [hours / 36_000, hours * 2.5 / 60_000, hours * 1.25 * 0.4 / 9_000, wish / 3e12]
binding_limit = wish / max(shares)

# %% binding_limit_variant_numpy role="variant"
import numpy as np

binding_limit = np.min([np.array([36e3, 24e3, 18e3]).min() * 36e6, 3e12])

# %% binding_limit_variant_fraction role="variant"
from fractions import Fraction

binding_limit = Fraction(9_000_000, 500) * 36_000_000

# %% [markdown]
# ## broken_rules: does a plan contradict itself? (6 points)
# A plan is a dictionary with the keys of the example. `memory_bytes` is what **each** device has to hold; `watts` is the
# power of a device with its share of server and network, without the building. Ranges are lists of low, estimate and
# high. The parts of the cost err independently of each other. Write `broken_rules(plan)`, which returns a list with the
# names of all rules that are broken, in the order of the table, and an empty list if there are none:
#
# | name | rule |
# | --- | --- |
# | `"hours"` | device hours are devices x seconds / 3600 |
# | `"memory"` | each device can hold what it has to |
# | `"energy"` | joules are device hours x 3600 x watts, in the building |
# | `"cost"` | the estimate of the part `"compute"` is device hours x price of an hour |
# | `"sum"` | `usd` is the sum of all parts, with its range |
#
# Two numbers agree if they differ by less than 1 %. Each rule takes the numbers that it names as they stand in the plan.
#
# <details><summary>Hint 1: the idea</summary>
# Work out each number from the others. For the range of a sum: are all parts at their upper ends at once?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Write a small function that says whether two numbers agree, in either direction. Then one line for each rule, and at the
# end the names of those that do not hold. Low and high of a sum have distances of their own.
# </details>
# <details><summary>Hint 3: the formula</summary>
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
raw = broken_rules(dict(good))
assert raw is None or isinstance(raw, list | tuple), f"`broken_rules` gives a list of names, an empty one if nothing is broken: yours gives {raw!r}."
answered(raw)
found_in = lambda **changed: list(broken_rules({**good, **changed}))
found, ends_added = list(raw), [67, 88, 116]
for factor, belief in {1.25: "plan-pue-twice", 1 / 1.25: "plan-pue-left-out"}.items():
    assert found != ["energy"] or "energy" in found_in(energy_joules=72e6 * factor), explain(belief)
assert found != ["memory"] or "memory" in found_in(devices=1), explain("memory-total-for-device")
assert found != ["sum"] or "sum" in found_in(usd=ends_added), explain("ends-added-blindly")
assert found == [], f"The numbers of `good` in this check agree, and you find {found}."
found = found_in(memory_bytes=80e9, usd=[72.6, 88.3, 107.5])
assert found == [], f"A device that is just full holds what it has to, and numbers within 1 % agree: such a plan breaks no rule, you find {found}."
alone = {"hours": [{"seconds": 3600}, {"seconds": 14_400}, {"devices": 7}], "memory": [{"memory_bytes": 90e9}],
         "energy": [{"energy_joules": 72e6 * factor} for factor in (1.25, 1 / 1.25, 2)],
         "cost": [{"usd_per_device_hour": 2.5}, {"usd_per_device_hour": 3.5}],
         "sum": [{"usd": usd} for usd in (ends_added, [73, 88, 101], [80, 88, 108], [68, 88, 108], [71.5, 90, 110])]}
for name, cases in alone.items():
    for case in cases:
        assert found_in(**case) == [name], f"`good` with {case} breaks {name} alone, you find {found_in(**case)}."
several = {"device_hours": 32, "memory_bytes": 90e9}
found, expected = found_in(**several), ["hours", "memory", "energy", "cost"]
assert found != expected[:1], explain("first-fault-only")
assert found == expected or sorted(found) != sorted(expected), f"These are the rules that are broken, but not in the order of the table: {found}."
assert found == expected, f"`good` with {several} breaks {expected}, you find {found}."

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
    middle = sum(part[1] for part in parts)
    down, up = (abs(sum(part[end] - part[1] for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
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
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_first role="wrong" misconception="first-fault-only"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held][:1]

# %% broken_rules_wrong_order role="wrong" says="in the order of the table"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return sorted(name for name, held in holds.items() if not held)

# %% broken_rules_wrong_yes_or_no role="wrong" says="a list of names"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return not all(holds.values())

# %% broken_rules_wrong_table role="wrong" says="a list of names"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return {name: not held for name, held in holds.items()}

# %% broken_rules_wrong_joined role="wrong" says="a list of names"
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return ", ".join(name for name, held in holds.items() if not held)

# %% broken_rules_wrong_held role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if held]

# %% broken_rules_wrong_last role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held][-1:]

# %% broken_rules_wrong_seconds role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"]),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_one_device role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_memory_shared role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] / plan["devices"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_memory_turned role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] >= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_memory_strict role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] < plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_memory_agrees role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": agree(plan["memory_bytes"], plan["device_memory_bytes"]),
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_watt_hours role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_over_pue role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] / plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_energy_of_time role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], plan["devices"] * plan["seconds"] * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_cost_in_all role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["usd"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_cost_of_time role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], plan["devices"] * plan["seconds"] / 3600 * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_middle_only role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": agree(plan["usd"][1], middle)}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_largest_part role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (max(abs(part[end] - part[1]) for part in parts) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_squares role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (sum((part[end] - part[1]) ** 2 for part in parts) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_root_of_ends role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (abs(math.sqrt(sum(part[end] ** 2 for part in parts)) - middle) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_same_both_ways role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    up = math.sqrt(sum((part[2] - part[1]) ** 2 for part in parts))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - up, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_one_sided role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: first / second - 1 < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_other_side role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: 1 - first / second < 0.01
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_exact role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: first == second
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_wrong_loose role="wrong" neutral=true
def broken_rules(plan):
    agree = lambda first, second: abs(first / second - 1) < 0.3
    hours, parts = plan["device_hours"], list(plan["parts_usd"].values())
    middle = sum(part[1] for part in parts)
    down, up = (math.sqrt(sum((part[end] - part[1]) ** 2 for part in parts)) for end in (0, 2))
    holds = {"hours": agree(hours, plan["devices"] * plan["seconds"] / 3600),
             "memory": plan["memory_bytes"] <= plan["device_memory_bytes"],
             "energy": agree(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"]),
             "cost": agree(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"]),
             "sum": all(agree(*pair) for pair in zip(plan["usd"], (middle - down, middle, middle + up), strict=True))}
    return [name for name, held in holds.items() if not held]

# %% broken_rules_variant_append role="variant"
def broken_rules(plan):
    def differ(stated, right):
        return not 0.99 < stated / right < 1.01

    broken, compute = [], plan["parts_usd"]["compute"][1]
    if differ(plan["device_hours"] * 3600, plan["devices"] * plan["seconds"]):
        broken.append("hours")
    if plan["memory_bytes"] > plan["device_memory_bytes"]:
        broken.append("memory")
    if differ(plan["energy_joules"] / plan["pue"], plan["device_hours"] * plan["watts"] * 3600):
        broken.append("energy")
    if differ(compute / plan["device_hours"], plan["usd_per_device_hour"]):
        broken.append("cost")
    lows, middles, highs = zip(*plan["parts_usd"].values(), strict=True)
    low = sum(middles) - math.hypot(*(middle - low for low, middle in zip(lows, middles, strict=True)))
    high = sum(middles) + math.hypot(*(high - middle for high, middle in zip(highs, middles, strict=True)))
    if any(differ(*pair) for pair in zip(plan["usd"], [low, sum(middles), high], strict=True)):
        broken.append("sum")
    return broken

# %% broken_rules_variant_course role="variant"
def broken_rules(plan):
    parts = [Range(low=low, value=value, high=high) for low, value, high in plan["parts_usd"].values()]
    total, hours = ranges.added(parts), plan["device_hours"]
    pairs = {"hours": [(hours, plan["devices"] * plan["seconds"] / 3600)],
             "energy": [(plan["energy_joules"], hours * 3600 * plan["watts"] * plan["pue"])],
             "cost": [(plan["parts_usd"]["compute"][1], hours * plan["usd_per_device_hour"])],
             "sum": list(zip(plan["usd"], total.ends, strict=True))}
    faults = {name for name, both in pairs.items() if not all(math.isclose(*pair, rel_tol=0.01) for pair in both)}
    faults |= {"memory"} if plan["memory_bytes"] > plan["device_memory_bytes"] else set()
    return [name for name in ("hours", "memory", "energy", "cost", "sum") if name in faults]

# %% [markdown]
# ## replay_score: how good are ranges? (4 points)
# Runs were planned blind. You get what was published, and low, middle and high of each plan, as four lists of the same
# length. Write `replay_score(published, low, middle, high)`, which returns a dictionary with three numbers:
#
# | key | value |
# | --- | --- |
# | `"error"` | the median distance: each run's is that of the middle from what was published, in powers of two and without sign |
# | `"hits"` | the share of ranges that hold what was published, their ends included |
# | `"width"` | the median width: each range's is high over low, in powers of two |
#
# Of an even count of numbers, the median is the mean of the two in the middle.
#
# <details><summary>Hint 1: the idea</summary>
# Twice too high and half as high are equally far off: one power of two. Should they cancel?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Make three lists first, with one entry for each run: a distance, whether its range holds the truth, a width. Only then
# take the median, the share, the median. `statistics.median` takes a list.
# </details>
# <details><summary>Hint 3: the formula</summary>
# error: median of |log2(middle / published)|; width: median of log2(high / low).
# </details>

# %% replay_score role="answer"
def replay_score(published: list[float], low: list[float], middle: list[float], high: list[float]) -> dict[str, float]:
    """Error, hits and width of ranges.

    Example: replay_score([8.0], [2.0], [4.0], [16.0]) == {"error": 1.0, "hits": 1.0, "width": 3.0}
    """
    ### BEGIN SOLUTION
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    return {
        "error": statistics.median([abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]),
        "hits": sum(hits) / len(hits),
        "width": statistics.median([math.log2(above / below) for below, above in zip(low, high, strict=True)]),
    }
    ### END SOLUTION

# %% [markdown]
# Now score a planner. This cell plans five published runs blind, and only then opens their rows. Put ranges of your own
# into `my_ranges`, if you like: what was published is in the last column, so they are no longer blind.

# %% own_replays role="measured"
keys = ["falcon-40b", "gpt-neox-20b", "nanogpt-124m", "palm-540b", "pythia-70m"]
pace = training.pace("published")
hours = {key: replays.planned(replays.blind(key)).device_hours for key in keys}
my_ranges = {key: [pace.low * middle, middle, pace.high * middle] for key, middle in hours.items()}
were = {key: replays.published(key) for key in keys}
table([[key, *(fmt(end) for end in my_ranges[key]), fmt(were[key])] for key in keys],
      ["run", "low", "middle", "high", "published"], caption="Card hours, planned blind")

# %% own_score role="measured"
my_score = attempt(replay_score, list(were.values()), *map(list, zip(*my_ranges.values(), strict=True)))

# %% replay_score_check role="check" points=2
five = ([8.0] * 5, [2.0, 1.0, 16.0, 8.0, 4.0], [4.0, 4.0, 64.0, 32.0, 8.0], [6.0, 8.0, 256.0, 64.0, 16.0])
found = replay_score(*five)
answered(found)
assert not isinstance(found, dict) or "width" in found or "hits" not in found, explain("hits-without-width")
entries(found, "error", "hits", "width")
near = lambda value, right: abs(value - right) < 1e-6
cancelled = replay_score([8.0, 8.0], [2.0, 2.0], [4.0, 16.0], [32.0, 32.0])["error"]  # half as much, and twice
assert not near(cancelled, 0) or not any(near(found["error"], signed) for signed in (0, 3 / 5)), explain("signed-errors-cancel")
assert not near(found["error"], 7 / 8), explain("error-relative-to-prediction")
assert near(found["error"], 1), f"error: the middles of `five` lie 1, 1, 3, 2 and 0 powers of two from what was published. Their median is 1, you say {found['error']:.4g}."
assert near(found["hits"], 3 / 5), f"hits: of the ranges of `five` the second, the fourth and the fifth hold 8, ends included. You say {found['hits']:.4g}."
assert near(found["width"], 3), f"width: the ranges of `five` are 3, 8, 16, 8 and 4 times as high as low. Their median is 3 powers of two, you say {found['width']:.4g}."
four = ([10.0, 20.0, 40.0, 80.0], [16.0, 10.0, 80.0, 4.0], [20.0, 20.0, 120.0, 10.0], [32.0, 40.0, 640.0, 256.0])
for key, right in {"error": 1.29248125, "hits": 0.5, "width": 2.5}.items():
    got = replay_score(*four)[key]
    assert near(got, right), f"{key}: for the four runs of `four` it is {right:.4g}, you say {got:.4g}."
answered(my_score)

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
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_signed_mean role="wrong" misconception="signed-errors-cancel"
def replay_score(published, low, middle, high):
    powers = [math.log2(guess / truth) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": abs(statistics.mean(powers)), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_per_cent role="wrong" misconception="error-relative-to-prediction"
def replay_score(published, low, middle, high):
    powers = [abs(guess - truth) / guess for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_no_width role="wrong" misconception="hits-without-width"
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits)}

# %% replay_score_wrong_of_published role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(guess - truth) / truth for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_mean role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.mean(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_natural role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_tens role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log10(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_factor role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [max(guess / truth, truth / guess) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_difference role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(guess - truth) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_worst role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": max(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_unsorted role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": powers[len(powers) // 2], "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_upper_median role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": sorted(powers)[len(powers) // 2], "hits": sum(hits) / len(hits), "width": sorted(widths)[len(widths) // 2]}

# %% replay_score_wrong_of_medians role="wrong" neutral=true
def replay_score(published, low, middle, high):
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": abs(math.log2(statistics.median(middle) / statistics.median(published))), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_least role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": min(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_whole_powers role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median([int(power) for power in powers]), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_root_mean_square role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": math.sqrt(statistics.mean([power**2 for power in powers])), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_width_of_medians role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": math.log2(statistics.median(high) / statistics.median(low))}

# %% replay_score_wrong_count role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_missed role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": 1 - sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_ends_outside role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below < truth < above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_lower_end_only role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_upper_end_only role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_ratio role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [above / below for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_width_difference role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [above - below for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_width_turned role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(below / above) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_width_mean role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.mean(widths)}

# %% replay_score_wrong_width_natural role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths)}

# %% replay_score_wrong_half_width role="wrong" neutral=true
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return {"error": statistics.median(powers), "hits": sum(hits) / len(hits), "width": statistics.median(widths) / 2}

# %% replay_score_wrong_three_numbers role="wrong" says="A dictionary with"
def replay_score(published, low, middle, high):
    powers = [abs(math.log2(guess / truth)) for truth, guess in zip(published, middle, strict=True)]
    hits = [below <= truth <= above for truth, below, above in zip(published, low, high, strict=True)]
    widths = [math.log2(above / below) for below, above in zip(low, high, strict=True)]
    return [statistics.median(powers), sum(hits) / len(hits), statistics.median(widths)]

# %% replay_score_variant_plain role="variant"
def replay_score(published, low, middle, high):
    def median(values):
        ordered, half = sorted(values), len(values) // 2
        return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2

    runs = list(zip(published, low, middle, high, strict=True))
    return {"width": median([math.log2(up) - math.log2(down) for _, down, _, up in runs]),
            "hits": sum(1 for truth, down, _, up in runs if not (truth < down or truth > up)) / len(runs),
            "error": median([math.log2(max(guess / truth, truth / guess)) for truth, _, guess, _ in runs])}

# %% replay_score_variant_numpy role="variant"
import numpy as np

def replay_score(published, low, middle, high):
    truth, low, guess, high = (np.log2(values) for values in (published, low, middle, high))
    small = 1e-12  # of the logarithms
    return {"error": np.median(np.abs(guess - truth)), "hits": np.mean((low <= truth + small) & (truth <= high + small)),
            "width": np.median(high - low)}

# %% [markdown]
# ## my_plan: hand in a plan that can be carried out (3 points)
# The project of the lesson: an open assistant for a language with little text. Hand in your plan as plain data, as
# `project.as_data` writes it. What there is:
#
# | limit | there is |
# | --- | --- |
# | money | USD 500 000 |
# | time | 30 days |
# | text | 120 x 10⁹ tokens: 10 billion words, three tokens a word, read four times |
# | memory | what the plan's devices hold |
#
# A limit is kept if the **middle** of the plan's range lies within it, as `project.constraints.unmet` judges. A run may
# read other languages besides: say in `other_tokens` how many tokens, and where they come from in the plan's notes under
# `"other text"`. An adapter is handed in as `way="tune"`: its run takes no longer. The plan also needs ranges, at least two parts that are paid for, a note on each part, and numbers that
# agree (`project.broken`). Take one of three ways:
#
# - **Plan it here**, as the lesson's cells `my_plan` and `plan_as_data` do: `training.estimate`, then
#   `project.from_estimate(run, purpose=..., way="tune", other_usd={...}, notes={...})`.
# - **Plan it in a terminal**: `course plan llama-3-8b --tokens 120B --device H100 --devices 64 --json > plan.json`. Read it
#   with `plan = project.from_data(json.loads(Path("plan.json").read_bytes()))`. It pays for device hours only, so add to
#   them: `parts = {**plan.parts_usd, "people": ...}`, then `replace(plan, way="tune", parts_usd=parts,
#   usd=ranges.added(parts.values()), notes={**plan.notes, ...})`. All fields of such a file stand in
#   [a JSON schema](../docs/plan.schema.json).
# - **Only call**, and train nothing: `project.Plan(purpose=..., way="call", parts_usd=parts,
#   usd=ranges.added(parts.values()), notes={...})`. Such a plan has no run, and uses no time and no text.
#
# Each part is a range, as in `parts = {"people": Range(low=60e3, value=90e3, high=140e3)}`, and `notes` has its name too:
# `{"people": "assumed: one person for a year"}`. Then `my_plan = project.as_data(plan)`.
#
# <details><summary>Hint 1: the idea</summary>
# The lesson's cells `my_plan` and `plan_as_data` make such a plan. Change model, tokens, cards, grid and the other parts to
# yours.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Look at the plan before you hand it in: `project.broken(plan)` should be empty, and so should
# `project.constraints.unmet(plan, project.constraints.of_plan(plan, usd=..., seconds=..., text_tokens=...))`.
# </details>
# <details><summary>Hint 3: the formula</summary>
# run = training.estimate(models["llama-3-8b"], tokens=..., device=..., devices=..., grid=..., usd_per_device_hour=...);
# my_plan = project.as_data(project.from_estimate(run, purpose=..., way=..., other_usd={...}, notes={...}))
# </details>

# %% my_plan role="answer"
my_plan = None  # a dictionary, from project.as_data
other_tokens = 0  # tokens of other languages that the run reads too
### BEGIN SOLUTION
run = training.estimate(models["llama-3-8b"], tokens=120e9, device="H100", devices=64, grid="France",
                        usd_per_device_hour=project.purpose.hour_usd("H100"))
others = {"people": Range(low=60e3, value=90e3, high=140e3), "text": Range(low=5e3, value=15e3, high=50e3)}
my_plan = project.as_data(project.from_estimate(
    run, purpose="An open assistant for a language with little text", way="tune", other_usd=others,
    notes={"people": "assumed: one person for a year", "text": "assumed: collecting, cleaning, rights"}))
### END SOLUTION

# %% my_plan_check role="check" points=2
answered(my_plan)
assert isinstance(my_plan, dict), "`my_plan` must be a dictionary: `project.as_data(plan)` makes one of a plan."
a_number(other_tokens, "`other_tokens`")
plan = project.from_data(my_plan)
run, parts = plan.run, plan.parts_usd
assert other_tokens >= 0, "`other_tokens` counts tokens: it is 0 where no other language is read."
assert run is None or other_tokens < run.tokens, f"The run reads {fmt(run.tokens, 'tokens')}, and `other_tokens` says {fmt(float(other_tokens))} of them are other languages: nothing is left for the language itself."
assert plan.usd is not None and (run is None or run.compute_usd is not None), "The hours of the run have no price: plan it with `usd_per_device_hour`, in a terminal with `--price`."
unsure = [plan.usd] + ([] if run is None else [run.seconds, run.device_hours, run.energy_joules, run.memory_bytes])
assert all(each.low < each.value < each.high for each in unsure if each is not None), explain("points-for-ranges")
assert len(parts) >= 2, f"The plan pays for {', '.join(parts)} alone. Name at least one part that is paid for besides."
of_hours = lambda part: abs(part.value / run.compute_usd.value - 1) < 0.02
assert run is None or any(of_hours(part) for part in parts.values()), "No part of the cost is the run's `compute_usd`: the price in all leaves its hours out."
assert all(plan.notes.get(name, "").strip() for name in parts), explain("plan-without-notes")
assert not other_tokens or plan.notes.get("other text", "").strip(), 'Other languages are read: say where that text comes from, in the notes under "other text".'
there_is = {"usd": 500e3, "seconds": 30 * 86_400, "text_tokens": 120e9 + other_tokens}
sentences = project.constraints.unmet(plan, project.constraints.of_plan(plan, **there_is))
unmet = dict(sentence.split(": ", 1) for sentence in sentences)
assert "memory" not in unmet, f"{explain('plan-on-full-devices')} Here: {unmet['memory']}."
found = project.broken(plan)
assert not found, f"{explain('plan-not-consistent')} Here: {'; '.join(found.values())}"
for name, belief in {"text": "plan-beyond-its-text", "time": "plan-is-late", "money": "plan-beyond-its-money"}.items():
    assert name not in unmet, f"{explain(belief)} Here: {unmet[name]}."

# %% my_plan_hidden role="hidden" points=1
near = lambda first, second: abs(first / second - 1) <= 0.03
run, parts, usd = my_plan.get("run"), my_plan["parts_usd"].values(), my_plan["usd"]
assert len(parts) >= 2 and near(usd[1], sum(part[1] for part in parts)), "the cost in all is not the sum of its parts"
assert usd[0] < usd[1] < usd[2], "the cost in all must be a range"
assert usd[1] <= 500e3, "the cost in all must be within the money"
blind = sum(part[2] for part in parts)
assert usd[2] < blind or near(usd[2], blind), "the upper end is above that of all parts together"
if run is not None:
    assert near(run["device_hours"][1], run["devices"] * run["seconds"][1] / 3600), "device hours"
    assert run["seconds"][1] <= 30 * 24 * 3600, "it is later than 30 days"
    assert run["tokens"] <= 4 * 3 * 10e9 + other_tokens, "it reads more tokens than there are"
    held = [run.get(name) for name in ("device_memory_bytes", "usable_memory_bytes")]
    assert all(run["memory_bytes"][1] <= most for most in held if most is not None), "memory of a device"
    assert near(run["compute_usd"][1], run["device_hours"][1] * run["usd_per_device_hour"]), "cost of the hours"
    assert any(near(part[1], run["compute_usd"][1]) for part in parts), "the hours are no part of the cost"
    if run["energy_joules"] is not None:
        machines = run["device_hours"][1] * 3600 * run["watts"][1]
        assert near(run["energy_joules"][1], machines * run["pue"][1]), "the building counts once"
        if run["grams_per_kwh"]:
            assert near(run["carbon_kg"][1], run["energy_joules"][1] / 3.6e9 * run["grams_per_kwh"]), "carbon"

# %% my_plan_wrong_points role="wrong" misconception="points-for-ranges"
other_tokens = 0
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [4e3, 4e3, 4e3], "people": [9e4, 9e4, 9e4]},
           "usd": [94e3, 94e3, 94e3], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_wrong_sum role="wrong" misconception="plan-not-consistent"
other_tokens = 0
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [2e3, 4e3, 8e3], "people": [6e4, 9e4, 14e4]},
           "usd": [40e3, 60e3, 90e3], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_wrong_ends_added role="wrong" misconception="plan-not-consistent"
other_tokens = 0
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [4e4, 7e4, 12e4], "people": [6e4, 9e4, 14e4]},
           "usd": [10e4, 16e4, 26e4], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_wrong_pue_twice role="wrong" says="the PUE is in it twice"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=64, usd_per_device_hour=3)
plan = project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)}, notes={"people": "assumed"})
my_plan = project.as_data(replace(plan, run=replace(plan.run, energy_joules=plan.run.energy_joules.scaled(plan.run.pue.value))))

# %% my_plan_wrong_money role="wrong" misconception="plan-beyond-its-money"
other_tokens = 0
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [3e5, 45e4, 6e5], "people": [6e4, 9e4, 14e4]},
           "usd": [387033, 54e4, 698114], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_wrong_money_of_a_run role="wrong" misconception="plan-beyond-its-money"
other_tokens = 7.9e12
made = training.estimate(models["llama-3-8b"], tokens=8e12, device="H100", devices=1024, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed", "other text": "FineWeb"}))

# %% my_plan_wrong_notes role="wrong" misconception="plan-without-notes"
other_tokens = 0
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [2e3, 4e3, 8e3], "people": [6e4, 9e4, 14e4]},
           "usd": [63933, 94000, 144160], "notes": {"people": "assumed"}}

# %% my_plan_wrong_late role="wrong" misconception="plan-is-late"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="A100 SXM 80GB", devices=2, usd_per_device_hour=1.345)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed"}))

# %% my_plan_wrong_does_not_fit role="wrong" misconception="plan-on-full-devices"
from course_lib.estimators.layout import Layout

other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", layout=Layout(data=64), usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed"}))

# %% my_plan_wrong_fits_by_word role="wrong" misconception="plan-not-consistent"
from course_lib.estimators.layout import Layout

other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", layout=Layout(data=64), usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed"}))
my_plan["run"]["fits"] = "fits"

# %% my_plan_wrong_text role="wrong" misconception="plan-beyond-its-text"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=5e11, device="H100", devices=64, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed"}))

# %% my_plan_wrong_other_text role="wrong" says="under \"other text\""
other_tokens = 4e11
made = training.estimate(models["llama-3-8b"], tokens=5e11, device="H100", devices=64, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed"}))

# %% my_plan_wrong_other_below_zero role="wrong" says="it is 0 where no other language"
other_tokens = -1e9
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=64, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed", "other text": "FineWeb"}))

# %% my_plan_wrong_other_alone role="wrong" says="nothing is left for the language itself"
other_tokens = 5e12
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=64, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed", "other text": "FineWeb"}))

# %% my_plan_wrong_hacked_time role="wrong" misconception="plan-not-consistent"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=4, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed", "other text": "FineWeb"}))
my_plan["run"]["seconds"] = [end / 16 for end in my_plan["run"]["seconds"]]

# %% my_plan_wrong_days role="wrong" says="days, and there are 30 days"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=4, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"people": Range(low=6e4, value=9e4, high=14e4)},
                                                notes={"people": "assumed", "other text": "FineWeb"}))

# %% my_plan_wrong_text_of_a_file role="wrong" says="must be a dictionary"
other_tokens = 0
my_plan = json.dumps({"purpose": "letters", "way": "call"})

# %% my_plan_wrong_hours_alone role="wrong" says="besides"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=64, usd_per_device_hour=3)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune"))

# %% my_plan_wrong_no_hours role="wrong" says="leaves its hours out"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=64, usd_per_device_hour=3)
parts = {"text": Range(low=5e3, value=15e3, high=50e3), "people": Range(low=6e4, value=9e4, high=14e4)}
my_plan = project.as_data(replace(project.from_estimate(made, purpose="letters", way="tune"), parts_usd=parts, usd=ranges.added(parts.values()),
                                  notes={"text": "assumed", "people": "assumed"}))

# %% my_plan_wrong_no_price role="wrong" says="have no price"
other_tokens = 0
my_plan = project.as_data(project.from_estimate(training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=64),
                                                purpose="letters", way="tune"))
my_plan |= {"parts_usd": {}, "usd": None}
my_plan["run"] |= {"usd_per_device_hour": None, "compute_usd": None}

# %% my_plan_wrong_record role="wrong" says="must be a dictionary"
other_tokens = 0
part = Range(low=6e4, value=9e4, high=14e4)
my_plan = project.Plan(purpose="letters", way="call", parts_usd={"people": part}, usd=part)

# %% my_plan_wrong_other_tokens role="wrong" says="`other_tokens` must be one number"
other_tokens = "none"
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [2e3, 4e3, 8e3], "people": [6e4, 9e4, 14e4]},
           "usd": [63933, 94000, 144160], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_variant_call role="variant"
other_tokens = 0
parts = {"calls": Range(low=7e3, value=11e3, high=17e3), "people": Range(low=20e3, value=30e3, high=60e3)}
my_plan = project.as_data(project.Plan(purpose="letters", way="call", parts_usd=parts, usd=ranges.added(parts.values()),
                                       notes={"calls": "list price of 2026", "people": "assumed: a third of a year"}))

# %% my_plan_variant_by_hand role="variant"
other_tokens = 0
my_plan = {"purpose": "letters", "way": "call", "parts_usd": {"API": [2e3, 4e3, 8e3], "people": [6e4, 9e4, 14e4]},
           "usd": [63933, 94000, 144160], "notes": {"API": "list price of 2026", "people": "assumed"}}

# %% my_plan_variant_from_a_file role="variant"
from typer.testing import CliRunner

from course_lib.cli import app

call = "plan llama-3-8b --tokens 120B --device A100 --devices 32 --json"
plan = project.from_data(json.loads(CliRunner().invoke(app, call.split()).stdout_bytes))
parts = {**plan.parts_usd, "people": Range(low=60e3, value=90e3, high=140e3)}
plan = replace(plan, way="tune", parts_usd=parts, usd=ranges.added(parts.values()), notes={**plan.notes, "people": "assumed"})
other_tokens, my_plan = 0, project.as_data(plan)

# %% my_plan_variant_from_nothing role="variant"
other_tokens = 880e9
made = training.estimate(models["llama-3-8b"], tokens=1e12, device="H100", devices=64, usd_per_device_hour=3, grid="Poland")
plan = project.from_estimate(made, purpose="An assistant of our own", other_usd={"people": Range(low=12e4, value=18e4, high=28e4), "licences": 8e3},
                             notes={"people": "assumed", "licences": "an offer of June", "other text": "FineWeb-Edu, in English"})
my_plan = json.loads(json.dumps(project.as_data(plan)))

# %% my_plan_variant_cards_of_our_own role="variant"
other_tokens = 0
made = training.estimate(models["llama-3-8b"], tokens=60e9, device="RTX 4090", devices=64, usd_per_device_hour=0.4)
my_plan = project.as_data(project.from_estimate(made, purpose="letters", way="tune", other_usd={"text": Range(low=5e3, value=15e3, high=50e3)},
                                                notes={"text": "assumed", "device hours": "power and three years of use: assumed"}))

# %% [markdown]
# ## defence: defend your plan (4 points)
# You have a page, written by `report.publish` in the lesson, and two minutes. Write what you would say: which way
# you take (such as calls, an adapter, tuning or training from nothing), what decides, how sure you are, which other way
# you looked at, and what would change your mind. Eight to fifteen sentences. Hand in the page too.
#
# | points | for |
# | --- | --- |
# | 1 | all parts are there: a way, a number with its unit, another way, what would change the plan |
# | 1 | the decision follows from the limit that decides |
# | 1 | the deciding numbers are ranges, each with a source or called an assumption |
# | 1 | the other way has its cost and why not, and what would change the plan could really be observed |
#
# The check only looks whether all parts are there, and gives the first point. A person gives the others, by the
# [general rubric](../docs/rubric_16.md) and its [samples](../docs/rubrics/16_capstone.md).
#
# <details><summary>Hint 1: the idea</summary>
# Which question would you least like to be asked? Answer that one first.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Which number on your page has the widest range, and who says so? Would your decision survive if it were twice as large?
# </details>
# <details><summary>Hint 3: the formula</summary>
# Decision; limit; number from low to high, source; other way, its cost, why not; what would change it.
# </details>

# %% defence role="free_text" points=3
defence = """
### BEGIN SOLUTION
I would tune an open 8B model on the language and not train one from nothing. The limit that decides is the text: four readings
of ten billion words are 120 billion tokens, and the plan uses all of them, while less than a third of the money and an eighth
of the month is used. More money would buy no further text, so I would rather spend it on collecting some. The card hours
cost between USD 9 800 and USD 26 000 at a list price of 2026, from the course planner, whose ranges hold four of five published
runs. With people, text and a card that answers for a year it comes to between USD 114 000 and USD 211 000; people and text are my
assumption, and the widest part. Training from nothing would cost between USD 275 000 and USD 490 000, counted in the same
way, and serve at the same price, so that no amount of use pays it back. Calling an API costs between USD 30 000 and USD 72 000
for ten thousand answers a day, and I would take it if the model need not be open. What would change my mind: a test of two
hundred questions on which the API or an adapter does as well, an open model that already speaks the language, or text that we
may not use. Three tokens a word is an assumption too: with four there is more to read, not more to learn. My own guesses
were half a power of ten off this week, so I trust the range more than its middle.
### END SOLUTION
"""

# %% defence_check role="check" points=1
answered(defence)
text = in_words(defence)
assert text.length >= 60, f"Your answer has {text.length} words. Eight sentences are asked for: a way, what decides, how sure it is, another way, what would change it."
kinds = {"call": ("call", "api", "prompt", "subscri", "hosted"), "adapter": ("adapt", "lora", "qlora"),
         "tune": ("tun", "fine", "finetun", "continu"),
         "train": ("train", "pretrain", "scratch", "nothing", "zero", "anew", "build", "built"),
         "another": ("distil", "translat", "retriev", "rent", "buy", "hire", "wait", "collect", "return", "refus", "give")}
ways = [name for name, starts in kinds.items() if text.has(*starts)]
assert ways, explain("defence-without-a-way")
assert text.numbers, "The check finds no number: which one decides, and from where to where may it lie?"
currencies = ("usd", "dollar", "eur", "cent", "pound", "franc", "yen", "rupee")
money = text.has(*currencies) or any(sign in defence for sign in "$€£¥₹")
units = ("token", "word", "hour", "day", "week", "month", "year", "second", "time", "h100", "a100", "card", "gpu", "kg", "kilo", "ton",
         "kwh", "mwh", "watt", "gb", "byte", "per", "%", "people", "person", "answer", "question")
assert money or text.measures(*units), "None of your numbers has its unit behind it, such as USD, tokens or days."
besides = ("alternative", "instead", "other", "another", "rather", "than", "versus", "vs", "compar", "against", "option", "else",
           "either", "unlike", "whereas", "cheap", "dear", "second", "better", "worse", "consider", "looked", "weigh", "both")
assert len(ways) >= 2 or text.has(*besides), explain("no-alternative-considered")
turns = ("chang", "if", "would", "could", "might", "may", "should", "overturn", "were", "unless", "until", "once", "when", "mind",
         "below", "above", "beyond", "fail", "lose", "double", "triple", "test", "show", "revis", "reconsider", "rethink", "switch",
         "otherwise", "turn", "soon", "suppos", "case", "provid", "depend", "revers", "convinc", "persuad", "abandon", "drop", "long")
in_a_row = " ".join(text.pieces)  # of "I'd" the d stands alone
assert text.has(*turns) or any(words in in_a_row for words in (" d ", "the day ", "the moment ")), explain("defence-for-all-weathers")

# %% defence_wrong_short role="wrong" says="Eight sentences are asked for"
defence = "I would tune an open model for USD 150 000 and not call an API, unless a test says otherwise."

# %% defence_wrong_no_way role="wrong" misconception="defence-without-a-way"
defence = """The plan costs between USD 114 000 and USD 211 000, which is less than there is, and it is done within six days, which
is less than a month. Its carbon is between 180 and 550 kilograms in France, by the mean of the grid. Text is what there is too little of, and
all of it is used. All numbers are from the planner of the course, whose ranges held four of five published runs, and people are assumed.
If the price of an hour doubled the plan would still be within the money, and so it is a better plan than others."""

# %% defence_wrong_no_number role="wrong" says="finds no number"
defence = """I would tune an open model on the language, since what is short is the text, and neither money nor time. The card hours cost little, and
people cost most, by my own assumption. To train a model from nothing costs far more and is served at the same price, so no amount of use
pays it back. An API is the cheapest of all, and would be my choice if the model need not be open. A test on which an adapter does as
well would change my mind, and so would an open model that speaks the language already."""

# %% defence_wrong_no_unit role="wrong" says="has its unit behind it"
defence = """I would tune an open model on the language, since what is short is the text. All parts come to 148 in the middle, from 114
up to 211, as the planner of the course says, with my own assumption on salaries. To train a model from nothing comes to 358, from 275 up to 490,
and is served at the same price, so no amount of use pays it back. An API comes to 41 and would be my choice if openness did not matter.
A test on which an adapter does as well would change my mind."""

# %% defence_wrong_no_alternative role="wrong" misconception="no-alternative-considered"
defence = """I would train a model of our own for the language, since a model of our own is what the foundation asked for
and what it will be proud of. The card hours cost from USD 81 000 up to USD 214 000 at a list price of 2026, by the
planner, whose ranges held four of five published runs. The time is from 18 to 46 days on 64 cards, and carbon is
from 1.5 to 4.6 tonnes in France by the mean of its grid of 2023. People and text are assumed, and come to some
USD 200 000. Money is the tightest limit at the upper end. What would change my mind is a month that
gets shorter, or a dispute about the text."""

# %% defence_wrong_all_weathers role="wrong" misconception="defence-for-all-weathers"
defence = """We tune an open 8B model on the language. The card hours cost exactly USD 16 371.98 at a list price of
2026, and the energy is 5.698 MWh. With people, which we assume to cost USD 90 000, and with text and hosting the plan
costs USD 147 669.98. The time is 3.553 days. Training it anew costs USD 357 731.13 in all,
which is more, and an API costs USD 41 220.48 in a year at a list price of 2026. Carbon is 319.10 kg. Since all these numbers
are computed by the planner of the course and not guessed by anybody, the plan holds as it stands, whatever comes."""

# %% defence_wrong_stands_by_it role="wrong" misconception="defence-for-all-weathers"
defence = """We will tune an open model because it is good, and not call an API. It costs USD 150 000 in all, 5.7 MWh and 320 kg
of carbon. The text is the limit, as all 120 billion tokens of it are used. The planner of this course gave us these numbers, with a
range from USD 110 000 to 210 000. We are sure of it since its ranges hold four of five published runs, and people are an assumption.
That is our plan and we stand by it."""

# %% defence_variant_list role="variant"
defence = """- Way: an adapter on Llama 3 8B
- Limit: text (120B tokens); the other three are slack
- Cost: USD 109k..205k (planner, assumed wages)
- Looked at: calling an API, USD 30k..72k, closed and weak in our language
- Looked at: from nothing, USD 275k..490k, serves no cheaper
- Overturned by: 200 test questions on which the API answers as well as the adapter, or our text turning out to be copyrighted
- Confidence: the wages are the widest, a factor of 2.3 between the ends"""

# %% defence_variant_calls role="variant"
defence = """Call, don't train. At list prices of August 2026, GPT-4.1 answers 10k letters a day for $7k to $17k in the year; a third of a
person's year on top ($20k to $60k, my guess) makes $30k–$72k. Nothing binds: no text is read, no cards are rented. LoRA on an open
8B would be $109k–$205k, mostly wages. What I cannot say is how well the API writes the language, which is why the first
thousand dollars go into two hundred questions, marked blind by two native speakers. Below 70 % right I'd go for LoRA. I trust the
wages least; they could double and calls remain the cheaper of both."""

# %% defence_variant_own_words role="variant"
defence = """My proposal to the board: give most of it back. An adapter on an open model takes three weeks, three people and roughly a
hundred and forty thousand euros, give or take fifty thousand; the cards are a tenth of that. I have these figures from the course's
planner (cards) and from our own payroll (people). The language has ten billion words and we shall have read each of them four times.
Reading on teaches little. Building from zero eats two to three times the amount and answers no letter better, as far as I can see.
Show me a blind test that it loses by ten points to the big model, and I will ask for the rest of the grant."""

# %% defence_variant_train role="variant"
defence = """We train from scratch, knowing that it is dearer. The archive's licence forbids us to build on weights whose training text is unknown,
and that, not cost, decides. Expect 275,000 to 490,000 USD all in (planner of the course; salaries assumed), most likely around
358,000; the wall we touch first is the month: 18 to 46 days on 64 H100s, so there is about one chance in three that we ask for two
more weeks. Tuning was looked at: 114,000 to 211,000 USD, and it would be our way on the day an open model publishes all of its text.
Of our numbers we trust the days most, as published runs back them, and the salaries least."""

# %% defence_variant_the_day role="variant"
defence = """We prompt a hosted model and spend what is left on text. Two-thirds of the letters are three kinds of question, which it
answered acceptably in 41 of 50 trials last week. Yearly cost: somewhere from EUR 28 000 to EUR 66 000, mainly a colleague's salary
(our payroll), the calls themselves EUR 10 000 at list price. Nothing limits us but trust in the vendor. Adapting an open model came
out at EUR 100 000 to 190 000. The day the vendor raises its price tenfold, adapting wins."""

# %% defence_variant_notes role="variant"
defence = """My choice: LoRA. Cost 109–205 kUSD. Text binds. Full tuning costs 5 kUSD more and brings, as far as anyone has measured for
small languages, little. Sources: course planner for hours, payroll for people. Widest: people. Turns: speakers' test lost by ten
points; licence withdrawn; price of an H100 hour above USD 9. Calls: 30 to 72 kUSD, yet closed. From nothing: 275 to 490 kUSD, yet no
better. I have been off by a factor of three in half of my guesses, hence the ranges."""
