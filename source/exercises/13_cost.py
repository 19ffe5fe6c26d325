# %% [markdown]
# # Exercise 13 · Cost
# *Find a break-even, price tokens, date a crossover, compare two ways to tune, and plan for a charity.*
#
# Work through [lesson 13](../lessons/13_cost.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `break_even` | compute by hand | 3 | 5 |
# | `token_price` | write a function | 5 | 6 |
# | `crossover` | write a function | 5 | 5 |
# | `kept_gain` | measure | 4 | 7 |
# | `charity_plan` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import re

from course_lib.demos import cost as demo
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## break_even: hours until buying pays (3 points)
# A machine costs USD 108 000 and is worth nothing at the end. One like it rents for USD 12 an hour. In an hour of use
# it draws 8 kW, in a building with a PUE of 1.5, at USD 0.125 a kWh; idle it draws nothing. Staff and housing cost
# USD 3 for every hour of the calendar. It is used half of the time.
# After how many **hours of use** has the owner spent as much as a tenant?
#
# Worked example: a machine for USD 9 000, rent USD 4, no power, USD 1 a calendar hour, always used: 9 000 / (4 - 1) =
# 3 000 hours.
#
# <details><summary>Hint 1: the idea</summary>
# What does an hour of use save the owner, against the rent, after all that runs by the hour? How many such hours pay
# for the purchase?
# </details>
# <details><summary>Hint 2: the formula</summary>
# purchase / (rent - kW x PUE x price of a kWh - calendar cost / utilisation)
# </details>

# %% break_even role="answer"
break_even = None  # hours of use
### BEGIN SOLUTION
power = 8 * 1.5 * 0.125
break_even = 108_000 / (12 - power - 3 / 0.5)
### END SOLUTION

# %% break_even_check role="check" points=3
answered(break_even)
near = lambda hours: abs(break_even / hours - 1) < 0.005
assert not near(108_000 / 12), explain("purchase-alone")
assert not near(108_000 / (12 - 6)), explain("power-omitted")
assert not near(108_000 / (12 - 1.5 - 3)), explain("full-use-assumed")
assert not near(24_000 / 730) and not near(24_000 / 8766 * 12), explain("months-for-hours")
assert near(24_000), f"{break_even} hours: what does an hour of use save the owner, and how many pay for the machine?"

# %% break_even_wrong_purchase role="wrong" misconception="purchase-alone"
break_even = 108_000 / 12

# %% break_even_wrong_power role="wrong" misconception="power-omitted"
break_even = 108_000 / (12 - 3 / 0.5)

# %% break_even_wrong_full role="wrong" misconception="full-use-assumed"
break_even = 108_000 / (12 - 8 * 1.5 * 0.125 - 3)

# %% break_even_wrong_months role="wrong" misconception="months-for-hours"
break_even = 108_000 / (12 - 8 * 1.5 * 0.125 - 3 / 0.5) / 730

# %% [markdown]
# ## token_price: what a million tokens cost (5 points)
# A server is paid by the hour. While it reads prompts it gets through `read_rate` tokens a second, while it writes
# through `write_rate`. It is busy for the share `utilisation` of the time, and idle hours are paid for too.
# Write `token_price(usd_per_hour, read_rate, write_rate, utilisation)`, which returns a dictionary with the keys
# `"input"` and `"output"`: US dollars for a million tokens read, and for a million written.
#
# <details><summary>Hint 1: the idea</summary>
# How many seconds do a million tokens take at each rate? What does a busy second cost, if idle ones must be paid too?
# </details>
# <details><summary>Hint 2: the formula</summary>
# usd_per_hour / 3600 / utilisation x 10⁶ / rate
# </details>

# %% token_price role="answer"
def token_price(usd_per_hour: float, read_rate: float, write_rate: float, utilisation: float) -> dict[str, float]:
    """US dollars for a million tokens read and a million written.

    Example: token_price(3.6, 1000, 100, 1.0) == {"input": 1.0, "output": 10.0}
    """
    ### BEGIN SOLUTION
    busy_second = usd_per_hour / 3600 / utilisation
    return {"input": busy_second * 1e6 / read_rate, "output": busy_second * 1e6 / write_rate}
    ### END SOLUTION

# %% token_price_check role="check" points=3
found = token_price(3.6, 2000, 100, 0.5)
answered(found)
near = lambda side, usd: abs(found[side] / usd - 1) < 1e-6
assert set(found) == {"input", "output"}, 'return a dictionary with the keys "input" and "output"'
assert not near("output", 10.0), explain("peak-throughput")
assert found["input"] != found["output"], explain("input-is-output")
assert not near("output", 0.02), explain("per-thousand-tokens")
assert not near("output", 5.0), explain("utilisation-cheapens")
assert near("input", 1.0) and near("output", 20.0), f"USD 1 a million read and 20 a million written, you say {found}"

# %% token_price_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    usd, read, write = (float(random.uniform(low, high)) for low, high in ((0.5, 100), (500, 1e5), (10, 5000)))
    share = float(random.uniform(0.05, 1))
    got = token_price(usd, read, write, share)
    for side, rate in (("input", read), ("output", write)):
        expected = usd * 1e6 / (3600 * rate * share)
        assert abs(got[side] / expected - 1) < 1e-9, f"{side}: {got[side]} in place of {expected}"

# %% token_price_wrong_peak role="wrong" misconception="peak-throughput"
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    return {"input": usd_per_hour / 3600 * 1e6 / read_rate, "output": usd_per_hour / 3600 * 1e6 / write_rate}

# %% token_price_wrong_same role="wrong" misconception="input-is-output"
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    price = usd_per_hour / 3600 / utilisation * 1e6 / write_rate
    return {"input": price, "output": price}

# %% token_price_wrong_thousand role="wrong" misconception="per-thousand-tokens"
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 / utilisation
    return {"input": second * 1e3 / read_rate, "output": second * 1e3 / write_rate}

# %% token_price_wrong_cheaper role="wrong" misconception="utilisation-cheapens"
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 * utilisation
    return {"input": second * 1e6 / read_rate, "output": second * 1e6 / write_rate}

# %% [markdown]
# ## crossover: the day on which serving has done as much as training (5 points)
# A model read `training_tokens` tokens in training. `daily` lists how many tokens it serves on day 1, day 2 and so on.
# Write `crossover(training_tokens, daily)`: the number of the first day at whose end serving has done at least as many
# FLOPs as training, attention apart; 0 if that day is not in the list.
#
# <details><summary>Hint 1: the idea</summary>
# How many FLOPs does a weight do for a token in training, and how many in serving? Add up the days.
# </details>
# <details><summary>Hint 2: the formula</summary>
# The first day on which the sum so far reaches 6 / 2 x training_tokens.
# </details>

# %% crossover role="answer"
def crossover(training_tokens: float, daily: list[float]) -> int:
    """The first day at whose end serving equals training in FLOPs; 0 for none.

    Example: crossover(1.0, [2.0, 2.0, 2.0]) == 2, since 2 + 2 reaches three times the training tokens.
    """
    ### BEGIN SOLUTION
    served = 0.0
    for day, tokens in enumerate(daily, start=1):
        served += tokens
        if served >= 3 * training_tokens:
            return day
    return 0
    ### END SOLUTION

# %% crossover_check role="check" points=3
even = [10.0] * 70
found = crossover(100.0, even)
answered(found)
assert found != 10, explain("training-dominates")
assert found != 60, explain("six-for-serving")
assert found != 4, explain("crossover-upside-down")
assert found != 0, explain("one-day-only")
assert found == 30, f"ten tokens a day and a training on 100: day 30, you say {found}"
assert crossover(100.0, even[:20]) == 0, "a list that ends before the crossover gives 0"
assert crossover(2.0, [1.0, 5.0, 9.0]) == 2, "1 + 5 reaches the training on day 2"

# %% crossover_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    days = random.integers(1, 100, int(random.integers(5, 60))).tolist()
    training = int(random.integers(1, 400))
    sums = [sum(days[: day + 1]) for day in range(len(days))]
    expected = next((day for day, total in enumerate(sums, 1) if total >= 3 * training), 0)
    got = crossover(training, days)
    assert got == expected, f"training on {training} tokens, days {days}: {got} in place of {expected}"

# %% crossover_wrong_equal role="wrong" misconception="training-dominates"
def crossover(training_tokens, daily):
    return next((day for day in range(1, len(daily) + 1) if sum(daily[:day]) >= training_tokens), 0)

# %% crossover_wrong_six role="wrong" misconception="six-for-serving"
def crossover(training_tokens, daily):
    return next((day for day in range(1, len(daily) + 1) if sum(daily[:day]) >= 6 * training_tokens), 0)

# %% crossover_wrong_third role="wrong" misconception="crossover-upside-down"
def crossover(training_tokens, daily):
    return next((day for day in range(1, len(daily) + 1) if sum(daily[:day]) >= training_tokens / 3), 0)

# %% crossover_wrong_one_day role="wrong" misconception="one-day-only"
def crossover(training_tokens, daily):
    return next((day for day, tokens in enumerate(daily, 1) if tokens >= 3 * training_tokens), 0)

# %% [markdown]
# ## kept_gain: what an adapter keeps, and what it takes (4 points)
# A model was tuned in two ways, each with several seeds. A run is a dictionary with the keys `way` (`"full tuning"` or
# `"LoRA"`), `seed`, `before` and `after` (loss on unseen text), `train_loss` and `seconds`. For each seed both ways
# are there. Write `kept_gain(runs)`, which returns two numbers: the **least** part of full tuning's gain on unseen text
# that the adapter kept, over all seeds; and all seconds of the adapter over all seconds of full tuning.
# Then measure your own machine with the cell below the function.
#
# <details><summary>Hint 1: the idea</summary>
# A gain is the loss before less the loss after. Compare the two ways within each seed.
# </details>
# <details><summary>Hint 2: the formula</summary>
# min over seeds of (before - after) of LoRA / (before - after) of full tuning; sum of seconds / sum of seconds.
# </details>

# %% kept_gain role="answer"
def kept_gain(runs: list[dict]) -> tuple[float, float]:
    """Least share of the gain kept over the seeds, and the ratio of the times.

    Example: runs of one seed, full tuning from 3.0 to 2.0 in 4 s and LoRA from 3.0 to 2.5 in 3 s, give (0.5, 0.75).
    """
    ### BEGIN SOLUTION
    gain = {(run["way"], run["seed"]): run["before"] - run["after"] for run in runs}
    seconds = {way: sum(run["seconds"] for run in runs if run["way"] == way) for way in ("full tuning", "LoRA")}
    kept = min(gain["LoRA", seed] / gain["full tuning", seed] for way, seed in gain if way == "LoRA")
    return kept, seconds["LoRA"] / seconds["full tuning"]
    ### END SOLUTION

# %% own_runs
base = demo.pretrained(steps=100)
measured = demo.compare(base, steps=40, seeds=(0, 1), ways=("full tuning", "LoRA"))
my_runs = [{"way": run.way, "seed": run.seed, "before": run.loss_before, "after": run.loss,
            "train_loss": run.train_loss, "seconds": run.seconds} for run in measured]
my_kept = kept_gain(my_runs)

# %% kept_gain_check role="check" points=2
answered(my_kept)
assert len(my_kept) == 2, explain("adapter-time-omitted")
run = lambda way, seed, after, train, seconds: {"way": way, "seed": seed, "before": 3.0, "after": after,
                                                "train_loss": train, "seconds": seconds}
known = [run("full tuning", 0, 2.0, 1.5, 4.0), run("LoRA", 0, 2.2, 2.4, 3.0),
         run("full tuning", 1, 2.0, 1.0, 4.0), run("LoRA", 1, 2.5, 2.0, 5.0)]
kept, ratio = kept_gain(known)
assert abs(kept - 0.4) > 1e-9, explain("training-loss-praised")
assert not (abs(kept - 0.8) < 1e-9 and abs(ratio - 0.75) < 1e-9), explain("one-seed-tuning")
assert abs(kept - 0.8) > 1e-9, explain("best-seed-reported")
assert ratio != 0, explain("adapter-time-omitted")
assert abs(kept - 0.5) < 1e-9 and abs(ratio - 1.0) < 1e-9, f"0.5 kept in the worse seed, time 1.0: you say {kept}, {ratio}"

# %% kept_gain_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    seeds, runs, parts, times = random.permutation(9)[:4].tolist(), [], [], {"full tuning": 0.0, "LoRA": 0.0}
    for seed in seeds:
        gains = {"full tuning": float(random.uniform(0.5, 1)), "LoRA": float(random.uniform(0.1, 0.5))}
        parts.append(gains["LoRA"] / gains["full tuning"])
        for way, gain in gains.items():
            seconds = float(random.uniform(1, 9))
            times[way] += seconds
            runs.append({"way": way, "seed": seed, "before": 3.0, "after": 3.0 - gain,
                         "train_loss": float(random.uniform(0.5, 2)), "seconds": seconds})
    order = random.permutation(len(runs)).tolist()
    got = kept_gain([runs[place] for place in order])
    assert abs(got[0] / min(parts) - 1) < 1e-6, f"kept {got[0]} in place of {min(parts)}"
    assert abs(got[1] / (times["LoRA"] / times["full tuning"]) - 1) < 1e-6, f"time {got[1]}: add up each way's seconds"

# %% kept_gain_wrong_training role="wrong" misconception="training-loss-praised"
def kept_gain(runs):
    gain = {(run["way"], run["seed"]): run["before"] - run["train_loss"] for run in runs}
    seconds = {way: sum(run["seconds"] for run in runs if run["way"] == way) for way in ("full tuning", "LoRA")}
    kept = min(gain["LoRA", seed] / gain["full tuning", seed] for way, seed in gain if way == "LoRA")
    return kept, seconds["LoRA"] / seconds["full tuning"]

# %% kept_gain_wrong_one_seed role="wrong" misconception="one-seed-tuning"
def kept_gain(runs):
    first = {run["way"]: run for run in reversed(runs)}
    full, adapter = first["full tuning"], first["LoRA"]
    kept = (adapter["before"] - adapter["after"]) / (full["before"] - full["after"])
    return kept, adapter["seconds"] / full["seconds"]

# %% kept_gain_wrong_best role="wrong" misconception="best-seed-reported"
def kept_gain(runs):
    gain = {(run["way"], run["seed"]): run["before"] - run["after"] for run in runs}
    seconds = {way: sum(run["seconds"] for run in runs if run["way"] == way) for way in ("full tuning", "LoRA")}
    kept = max(gain["LoRA", seed] / gain["full tuning", seed] for way, seed in gain if way == "LoRA")
    return kept, seconds["LoRA"] / seconds["full tuning"]

# %% kept_gain_wrong_no_time role="wrong" misconception="adapter-time-omitted"
def kept_gain(runs):
    gain = {(run["way"], run["seed"]): run["before"] - run["after"] for run in runs}
    return (min(gain["LoRA", seed] / gain["full tuning", seed] for way, seed in gain if way == "LoRA"),)

# %% [markdown]
# ## charity_plan: an assistant for a charity (3 points)
# A charity has USD 5 000 and wants an assistant that answers letters in its own words: a million tokens a day. Would
# you buy, rent, tune or call? Answer in three to six sentences.
#
# | points | for |
# | --- | --- |
# | 1 | a choice among at least two ways, with a price in USD that has its year |
# | 1 | what it costs each year after the first |
# | 1 | what would make you change the plan (use, privacy, prices) |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# How many hours a day would a card of one's own work? Who else could use the rest?
# </details>
# <details><summary>Hint 2: the formula</summary>
# Tokens a year / 10⁶ x price of a million, against the card hours of a year x price of an hour.
# </details>

# %% charity_plan role="free_text" points=2
charity_plan = """
### BEGIN SOLUTION
I would call a small model by API and tune nothing at first. At list prices of 2026 a million tokens written cost some
USD 0.40 by API, so a million a day is about USD 150 a year, while a rented card that stands ready costs some USD 26 000
a year at prices of August 2026. If the answers do not sound right, an adapter for an open 8B model costs about a dollar of
compute, and hosting it is then the yearly bill. Each year I would look at the prices and at the model again. Private
letters, or a hundred times the use, would make me rent a card.
### END SOLUTION
"""

# %% charity_plan_check role="check" points=1
answered(charity_plan)
words = charity_plan.lower().replace("-", " ").replace(",", " ").replace(".", " ").split()
stems = {"buy": ("buy", "bought"), "rent": ("rent",), "tune": ("tun", "adapter", "lora"), "call": ("call", "api")}
ways = {way for way, stem in stems.items() if any(word.startswith(stem) for word in words)}
years = re.findall(r"(?<!\d)20[2-4]\d(?!\d)", charity_plan)
assert len(words) >= 25, "three sentences at least: a choice, its price, and what each year costs"
assert len(ways) >= 2, explain("from-scratch-first")
assert "usd" in words or "dollar" in words or "dollars" in words, explain("undated-price")
assert years, explain("undated-price")
assert any(word.startswith(("year", "annual", "month", "upkeep", "hosting")) for word in words), explain("no-upkeep-planned")

# %% charity_plan_wrong_scratch role="wrong" misconception="from-scratch-first"
charity_plan = """We should train our own model from nothing, since only then does it know our words. At prices of 2026
training a small one would take some USD 5 000 for card hours, which is just what we have, and each year we train again."""

# %% charity_plan_wrong_upkeep role="wrong" misconception="no-upkeep-planned"
charity_plan = """I would tune an adapter for an open 8B model and not buy a card. At prices of 2026 that takes about one
USD of compute on a rented card, so the whole plan costs us one dollar, and the rest of the money stays in the bank."""

# %% charity_plan_wrong_undated role="wrong" misconception="undated-price"
charity_plan = """I would call an API and not rent a card. A million tokens cost USD 0.40, so a million a day is about
USD 150 each year, and that is far less than any card that stands ready for us day and night would cost us."""
