# %% [markdown]
# # Exercise 14 · Access
# *Spend a budget, count an adapter, add up a year, share a card, and plan for a charity.*
#
# Work through [lesson 14](../lessons/14_access.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `budget_trains` | write a function | 4 | 6 |
# | `adapter_states` | compute by hand | 4 | 6 |
# | `year_of_upkeep` | write a function | 5 | 6 |
# | `adapters_on_card` | write a function | 4 | 6 |
# | `charity_plan` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math
import re

import numpy as np

from course_lib.catalog import Transformer
from course_lib.estimators.access import tuning, upkeep
from course_lib.teaching import a_number, answered, checking, explain, in_words

# %% [markdown]
# ## budget_trains: what a budget trains from nothing (4 points)
# Write `budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight)`: how many weights has the model
# that a budget trains?
#
# - An hour of a card costs `usd_per_hour`. The card's peak is `peak_flops` FLOP/s, and the share `reached` of it is
#   really reached.
# - Each weight reads `tokens_per_weight` tokens, and training takes 6 FLOPs for each weight and token.
#
# Worked example: USD 20 at USD 2 an hour are 10 hours, or 36 000 s. At 1 000 FLOP/s of which half is reached they make
# 1.8 x 10⁷ FLOPs. With 3 tokens a weight, N weights take 6 x N x 3 N FLOPs, so N = 1 000.
#
# <details><summary>Hint 1: the idea</summary>
# Money buys hours, hours buy FLOPs. How many FLOPs does a model of N weights take, if its text grows with N?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Work out the FLOPs first. Then write down 6 x weights x tokens with tokens = `tokens_per_weight` x weights, and solve for
# the weights.
# </details>
# <details><summary>Hint 3: the formula</summary>
# The square root of FLOPs / (6 x tokens_per_weight), with FLOPs = budget / price x 3 600 x peak x share.
# </details>

# %% budget_trains role="answer"
def budget_trains(budget_usd: float, usd_per_hour: float, peak_flops: float, reached: float, tokens_per_weight: float) -> float:
    """Weights of the model that a budget trains.

    Example: budget_trains(20, 2, 1000, 0.5, 3) == 1000.0
    """
    ### BEGIN SOLUTION
    flops = budget_usd / usd_per_hour * 3600 * peak_flops * reached
    return math.sqrt(flops / (6 * tokens_per_weight))
    ### END SOLUTION

# %% budget_trains_check role="check" points=2
found = budget_trains(900, 5, 5e6, 0.25, 7)
a_number(found, "What `budget_trains` gives")
near = lambda value, right: abs(value / right - 1) < 1e-4  # whole weights are as good
hours, ratio = 180, 7
work = hours * 3600 * 5e6 * 0.25
assert not near(found, math.sqrt(work / 0.25 / (6 * ratio))), explain("budget-at-the-peak")
assert not near(found, math.sqrt(work / 3600 / (6 * ratio))), explain("budget-seconds-for-hours")
assert not near(found, math.sqrt(work / (2 * ratio))), explain("all-flops-to-weights")
assert not near(found, math.sqrt(work / 6)), explain("one-token-a-weight")
spent = 6 * found * (ratio * found)  # FLOPs of the model that was found
assert near(spent, work), f"USD 900 at USD 5 an hour buy {work:.4g} FLOPs; a model of {found:.4g} weights takes {spent:.4g}."
assert abs(budget_trains(20, 2, 1000, 0.5, 3) - 1000) <= 1, "The example of the function does not give 1000."

# %% budget_trains_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    budget, price, peak = (float(10 ** random.uniform(*ends)) for ends in ((0, 8), (-1, 1), (12, 15)))
    share, ratio = float(random.uniform(0.1, 1)), float(random.uniform(1, 200))
    got = budget_trains(budget, price, peak, share, ratio)
    paid = 6 * got * got * ratio / (peak * share) / 3600 * price
    assert abs(paid / budget - 1) < 1e-4, f"a budget of {budget}: the model that you give costs {paid}"

# %% budget_trains_wrong_peak role="wrong" misconception="budget-at-the-peak"
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd / usd_per_hour * 3600 * peak_flops / (6 * tokens_per_weight))

# %% budget_trains_wrong_hours role="wrong" misconception="budget-seconds-for-hours"
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd / usd_per_hour * peak_flops * reached / (6 * tokens_per_weight))

# %% budget_trains_wrong_two role="wrong" misconception="all-flops-to-weights"
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd / usd_per_hour * 3600 * peak_flops * reached / (2 * tokens_per_weight))

# %% budget_trains_wrong_one_token role="wrong" misconception="one-token-a-weight"
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd / usd_per_hour * 3600 * peak_flops * reached / 6)

# %% budget_trains_wrong_no_root role="wrong" neutral=true
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return budget_usd / usd_per_hour * 3600 * peak_flops * reached / (6 * tokens_per_weight)

# %% budget_trains_wrong_flops role="wrong" neutral=true
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return budget_usd / usd_per_hour * 3600 * peak_flops * reached

# %% budget_trains_wrong_tokens role="wrong" neutral=true
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return tokens_per_weight * math.sqrt(budget_usd / usd_per_hour * 3600 * peak_flops * reached / (6 * tokens_per_weight))

# %% budget_trains_wrong_times_price role="wrong" neutral=true
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd * usd_per_hour * 3600 * peak_flops * reached / (6 * tokens_per_weight))

# %% budget_trains_wrong_ratio_on_top role="wrong" neutral=true
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd / usd_per_hour * 3600 * peak_flops * reached * tokens_per_weight / 6)

# %% budget_trains_wrong_divided_share role="wrong" neutral=true
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd / usd_per_hour * 3600 * peak_flops / reached / (6 * tokens_per_weight))

# %% budget_trains_wrong_no_price role="wrong" neutral=true
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return math.sqrt(budget_usd * 3600 * peak_flops * reached / (6 * tokens_per_weight))

# %% budget_trains_variant_rounded role="variant"
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return round(math.sqrt(budget_usd / usd_per_hour * 3600 * peak_flops * reached / (6 * tokens_per_weight)))

# %% budget_trains_variant_whole role="variant"
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    return int((600 * reached * peak_flops * budget_usd / usd_per_hour / tokens_per_weight) ** 0.5)

# %% budget_trains_variant_power role="variant"
def budget_trains(dollars, price, peak, share, ratio):
    seconds = dollars * 3600 / price
    return (seconds * share * peak / ratio / 6) ** 0.5

# %% budget_trains_variant_numpy role="variant"
def budget_trains(budget_usd, usd_per_hour, peak_flops, reached, tokens_per_weight):
    work = np.prod([budget_usd, 3600.0, peak_flops, reached]) / np.float64(usd_per_hour)
    return np.sqrt(work / np.multiply(6, tokens_per_weight))

# %% [markdown]
# ## adapter_states: what an adapter trains and holds (4 points)
# A model has 24 layers. The matrices of a layer are: four of 2 048 x 2 048 (queries, keys, values, output) and three between
# 2 048 and 5 504 (MLP). Beside each of them stands an adapter of rank 16. All 1 345 million weights of the model are frozen,
# in 2 bytes each. A trained weight takes 16 bytes, with its gradient and states.
#
# 1. How many weights are trained?
# 2. How many bytes are held for weights, gradients and states with the adapter?
# 3. How many with full tuning, where all 1 345 million weights are trained and there is no adapter?
#
# Worked example: 2 layers, each with one matrix of 10 x 30, rank 4, and 1 000 weights in all. Trained: 2 x 4 x (10 + 30) =
# 320. Held: 2 x 1 000 + 16 x 320 = 7 120 bytes; full tuning: 16 000.
#
# <details><summary>Hint 1: the idea</summary>
# Each matrix gets two thin ones, from its inputs to the rank and from the rank to its outputs.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Add up inputs and outputs of the seven matrices of a layer. Frozen weights take their own bytes and nothing else.
# </details>
# <details><summary>Hint 3: the formula</summary>
# trained = layers x rank x sum of (inputs + outputs); held = 2 x frozen + 16 x trained.
# </details>

# %% adapter_states role="answer"
trained_weights = None  # weights
adapter_bytes = None  # bytes
full_bytes = None  # bytes
### BEGIN SOLUTION
trained_weights = 24 * 16 * (4 * (2048 + 2048) + 3 * (2048 + 5504))
adapter_bytes = 2 * 1345e6 + 16 * trained_weights
full_bytes = 16 * 1345e6
### END SOLUTION

# %% adapter_states_check role="check" points=4
for name, value in {"trained_weights": trained_weights, "adapter_bytes": adapter_bytes, "full_bytes": full_bytes}.items():
    a_number(value, f"`{name}`")
near = lambda value, right: abs(value / right - 1) < 0.005
shape, frozen = Transformer(layers=24, d_model=2048, n_heads=16, d_ff=5504, vocab_rows=1, gated_mlp=True), 1345e6
right = tuning.adapter_weights(shape, 16)
inner = 24 * (4 * 2048 * 2048 + 3 * 2048 * 5504)
assert not near(trained_weights, 24 * 7 * 16**2), explain("rank-squared")
assert not any(near(trained_weights, 24 * 16 * sides) for sides in (4 * 2048 + 3 * 2048, 4 * 2048 + 2 * 2048 + 5504, 4 * 2048 + 3 * 5504, 4 * 2048 + 2048 + 2 * 5504)), explain("adapter-one-sided")
assert not near(trained_weights, inner) and not near(trained_weights, 16 * inner), explain("adapter-full-product")
assert near(trained_weights, right), f"{trained_weights:.6g} are not the weights that are trained. Count them for one matrix of 2 048 x 5 504 first."
held = lambda frozen, mine: 2 * frozen + 16 * mine
assert not near(adapter_bytes, held(0, frozen + right)) and not near(adapter_bytes, held(0, frozen)), explain("frozen-weights-keep-states")
assert not near(adapter_bytes, held(0, right)), explain("frozen-weights-vanish")
assert near(adapter_bytes, held(frozen, right)), f"{adapter_bytes:.6g} bytes are not what is held with the adapter. Add what is frozen and what is trained."
assert near(full_bytes, held(0, frozen)), f"{full_bytes:.6g} bytes are not what full tuning holds. Which weights are trained then?"

# %% adapter_states_wrong_squared role="wrong" misconception="rank-squared"
trained_weights = 24 * 7 * 16**2
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_one_side role="wrong" misconception="adapter-one-sided"
trained_weights = 24 * 16 * (4 * 2048 + 3 * 2048)
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_other_side role="wrong" misconception="adapter-one-sided"
trained_weights = 24 * 16 * (4 * 2048 + 2 * 5504 + 2048)
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_product role="wrong" misconception="adapter-full-product"
trained_weights = 24 * (4 * 2048 * 2048 + 3 * 2048 * 5504)
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_all_states role="wrong" misconception="frozen-weights-keep-states"
trained_weights = 24 * 16 * (4 * 4096 + 3 * 7552)
adapter_bytes, full_bytes = 16 * (1345e6 + trained_weights), 16 * 1345e6

# %% adapter_states_wrong_only_trained role="wrong" misconception="frozen-weights-vanish"
trained_weights = 24 * 16 * (4 * 4096 + 3 * 7552)
adapter_bytes, full_bytes = 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_one_layer role="wrong" neutral=true
trained_weights = 16 * (4 * 4096 + 3 * 7552)
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_attention_only role="wrong" neutral=true
trained_weights = 24 * 16 * 4 * 4096
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_two_bytes role="wrong" neutral=true
trained_weights = 24 * 16 * (4 * 4096 + 3 * 7552)
adapter_bytes, full_bytes = 2 * (1345e6 + trained_weights), 16 * 1345e6

# %% adapter_states_wrong_fourteen role="wrong" neutral=true
trained_weights = 24 * 16 * (4 * 4096 + 3 * 7552)
adapter_bytes, full_bytes = 4 * 1345e6 + 16 * trained_weights, 16 * 1345e6

# %% adapter_states_wrong_full_twice role="wrong" neutral=true
trained_weights = 24 * 16 * (4 * 4096 + 3 * 7552)
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 18 * 1345e6

# %% adapter_states_wrong_full_weights role="wrong" neutral=true
trained_weights = 24 * 16 * (4 * 4096 + 3 * 7552)
adapter_bytes, full_bytes = 2 * 1345e6 + 16 * trained_weights, 2 * 1345e6

# %% adapter_states_variant_typed role="variant"
full_bytes, adapter_bytes, trained_weights = 21.52e9, 2930071296 - 0.0, 14991360

# %% adapter_states_variant_numpy role="variant"
sides = np.array([[2048, 2048]] * 4 + [[2048, 5504]] * 3)
trained_weights = np.int64(24 * 16 * sides.sum())
adapter_bytes = np.dot([2, 16], [1345e6, trained_weights])
full_bytes = np.float64(1345e6) * 16

# %% [markdown]
# ## year_of_upkeep: what is paid again each year (5 points)
# Write `year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour)`:
# the bill of one year in US dollars, after the model was trained for `first_usd`.
#
# - It is trained again `retrainings` times a year, each time for the share `retraining_share` of the first training.
# - It writes `tokens_per_day` tokens a day at `usd_per_million` for a million. But `ready_cards` cards stand ready in every
#   hour of the year, at `usd_per_hour` each. The bill for hosting is the larger of the two amounts.
# - A year has 365.25 days, or 8 766 hours.
#
# Worked example: a first training for USD 1 000, trained again twice a year for a tenth: USD 200. A million tokens a day at
# USD 1 are USD 365.25 a year, two cards at USD 0.01 an hour USD 175.32. The year costs 200 + 365.25 = USD 565.25.
#
# <details><summary>Hint 1: the idea</summary>
# Two bills: training again, and hosting. What was paid before the year began is in neither.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Work out a year of tokens in USD, and a year of all ready cards in USD. Which one is paid?
# </details>
# <details><summary>Hint 3: the formula</summary>
# first x share x times + max(tokens a day / 10⁶ x price x 365.25, cards x price of an hour x 8 766)
# </details>

# %% year_of_upkeep role="answer"
def year_of_upkeep(first_usd: float, retraining_share: float, retrainings: float, tokens_per_day: float, usd_per_million: float, ready_cards: int,
                   usd_per_hour: float) -> float:
    """US dollars of a year.

    Example: year_of_upkeep(1000, 0.1, 2, 1e6, 1.0, 2, 0.01) == 565.25
    """
    ### BEGIN SOLUTION
    tokens = tokens_per_day / 1e6 * usd_per_million * 365.25
    ready = ready_cards * usd_per_hour * 8766
    return first_usd * retraining_share * retrainings + max(tokens, ready)
    ### END SOLUTION

# %% year_of_upkeep_check role="check" points=3
few = {"first_usd": 20_000, "retraining_share": 0.3, "retrainings": 2, "tokens_per_day": 2e6, "usd_per_million": 4.0, "ready_cards": 3, "usd_per_hour": 0.7}
lots = few | {"tokens_per_day": 3e7}
near = lambda value, right: abs(value / right - 1) < 1e-6
again, written, written_lots, ready = 12_000, 2922.0, 43_830.0, 18_408.6
got, more = year_of_upkeep(*few.values()), year_of_upkeep(*lots.values())
a_number(got, "What `year_of_upkeep` gives")
a_number(more, "What `year_of_upkeep` gives")
assert not near(got, again + written), explain("hosting-by-use-alone")
assert not near(got, again + written + ready) and not near(more, again + written_lots + ready), explain("hosting-added-twice")
assert not near(got, 20_000 + again + ready) and not near(more, 20_000 + again + written_lots), explain("first-training-again")
bill = lambda case: upkeep.hosting_usd(case["tokens_per_day"], case["usd_per_million"], case["ready_cards"], case["usd_per_hour"])
assert near(got - again, bill(few)), f"Few tokens: you say USD {got:.6g}. Work out training again, the tokens and the ready cards each alone, and compare."
assert near(more - again, bill(lots)), f"Many tokens: you say USD {more:.6g}. Work out training again, the tokens and the ready cards each alone, and compare."
assert near(year_of_upkeep(1000, 0.1, 2, 1e6, 1.0, 2, 0.01), 565.25), "The example of the function does not give 565.25."

# %% year_of_upkeep_hidden role="hidden" points=2
random = rng()
for _ in range(30):
    first, share, times = float(random.uniform(10, 1e6)), float(random.uniform(0.01, 1.5)), int(random.integers(0, 5))
    daily, price = float(10 ** random.uniform(4, 9)), float(random.uniform(0.05, 10))
    cards, hour = int(random.integers(0, 9)), float(random.uniform(0.2, 5))
    by_use, by_clock = daily * price / 1e6 * 365.25, cards * hour * 24 * 365.25
    expected = sum([first * share] * times) + (by_use if by_use > by_clock else by_clock)
    got = year_of_upkeep(first, share, times, daily, price, cards, hour)
    assert abs(got / expected - 1) < 1e-9, f"{got} in place of {expected}"

# %% year_of_upkeep_wrong_tokens_alone role="wrong" misconception="hosting-by-use-alone"
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + tokens_per_day / 1e6 * usd_per_million * 365.25

# %% year_of_upkeep_wrong_sum role="wrong" misconception="hosting-added-twice"
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + tokens_per_day / 1e6 * usd_per_million * 365.25 + ready_cards * usd_per_hour * 8766

# %% year_of_upkeep_wrong_first role="wrong" misconception="first-training-again"
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    hosting = max(tokens_per_day / 1e6 * usd_per_million * 365.25, ready_cards * usd_per_hour * 8766)
    return first_usd * (1 + retraining_share * retrainings) + hosting

# %% year_of_upkeep_wrong_cards_alone role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + ready_cards * usd_per_hour * 8766

# %% year_of_upkeep_wrong_smaller role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + min(tokens_per_day / 1e6 * usd_per_million * 365.25 + 1, ready_cards * usd_per_hour * 8766)

# %% year_of_upkeep_wrong_once role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share + max(tokens_per_day / 1e6 * usd_per_million * 365.25, ready_cards * usd_per_hour * 8766)

# %% year_of_upkeep_wrong_no_retraining role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return max(tokens_per_day / 1e6 * usd_per_million * 365.25, ready_cards * usd_per_hour * 8766)

# %% year_of_upkeep_wrong_one_card role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + max(tokens_per_day / 1e6 * usd_per_million * 365.25, usd_per_hour * 8766)

# %% year_of_upkeep_wrong_a_day role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + max(tokens_per_day / 1e6 * usd_per_million, ready_cards * usd_per_hour * 24)

# %% year_of_upkeep_wrong_million role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + max(tokens_per_day * usd_per_million * 365.25, ready_cards * usd_per_hour * 8766)

# %% year_of_upkeep_wrong_max_of_all role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return max(first_usd * retraining_share * retrainings + tokens_per_day / 1e6 * usd_per_million * 365.25, ready_cards * usd_per_hour * 8766)

# %% year_of_upkeep_wrong_short_year role="wrong" neutral=true
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    return first_usd * retraining_share * retrainings + max(tokens_per_day / 1e6 * usd_per_million * 365, ready_cards * usd_per_hour * 8760)

# %% year_of_upkeep_variant_branch role="variant"
def year_of_upkeep(first, share, times, daily, million, cards, hour):
    by_use, by_clock = 365.25 * daily * million / 1_000_000, 24 * 365.25 * cards * hour
    hosting = by_clock
    if by_use > by_clock:
        hosting = by_use
    return hosting + times * share * first

# %% year_of_upkeep_variant_numpy role="variant"
def year_of_upkeep(first_usd, retraining_share, retrainings, tokens_per_day, usd_per_million, ready_cards, usd_per_hour):
    hosting = np.maximum(tokens_per_day * usd_per_million * 365.25e-6, np.prod([ready_cards, usd_per_hour, 8766.0]))
    return np.float64(first_usd) * retraining_share * retrainings + hosting

# %% [markdown]
# ## adapters_on_card: for how many purposes is there room? (4 points)
# Write `adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users)`: how many adapters does a card hold beside
# one copy of the base, with the caches of `users` texts of `text_bytes` each? Where not even the base and the caches fit, it
# holds 0.
#
# Worked example: a card of 100 bytes, a base of 60, adapters of 4, and 5 texts of 2 bytes. (100 - 60 - 10) / 4 = 7.5, so there is
# room for 7.
#
# <details><summary>Hint 1: the idea</summary>
# The base is held once for all purposes. What is left after it and the caches?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Take base and caches off the card. How many whole adapters fit into what is left, and what if nothing is left?
# </details>
# <details><summary>Hint 3: the formula</summary>
# (card - base - users x text) / adapter, rounded down, at least 0
# </details>

# %% adapters_on_card role="answer"
def adapters_on_card(card_bytes: float, base_bytes: float, adapter_bytes: float, text_bytes: float, users: int) -> int:
    """Adapters that a card holds beside one base and its users' caches.

    Example: adapters_on_card(100, 60, 4, 2, 5) == 7
    """
    ### BEGIN SOLUTION
    left = card_bytes - base_bytes - users * text_bytes
    return max(0, int(left // adapter_bytes))
    ### END SOLUTION

# %% adapters_on_card_check role="check" points=2
found = adapters_on_card(5000, 1100, 21, 67, 12)
a_number(found, "What `adapters_on_card` gives")
assert found != (5000 - 12 * 67) // 1100, explain("copy-for-each-purpose")
assert found != (5000 - 12 * 67) // 21, explain("base-forgotten")
assert found != (5000 - 1100) // 21, explain("caches-forgotten")
assert abs(found - round(found)) < 1e-9, f"{found:.6g} is no whole number of adapters: what becomes of a part of one?"
held = lambda adapters: 1100 + 12 * 67 + 21 * adapters
assert held(found) <= 5000, f"{found:.6g} adapters, the base and the caches take {held(found):.6g} of 5000 bytes."
assert held(found + 1) > 5000, f"With {found:.6g} adapters {5000 - held(found):.6g} bytes are still free: more fit."
assert adapters_on_card(1000, 1100, 21, 67, 1) == 0, "A card of 1000 bytes does not hold a base of 1100: 0 adapters have room."
assert adapters_on_card(100, 60, 4, 2, 5) == 7, "The example of the function does not give 7."

# %% adapters_on_card_hidden role="hidden" points=2
random = rng()
for _ in range(30):
    base, adapter, text, users = (int(random.integers(*ends)) for ends in ((100, 9000), (3, 90), (1, 200), (1, 30)))
    card = int(random.integers(100, 20_000))
    got, room = adapters_on_card(card, base, adapter, text, users), card
    room -= base + users * text
    fits = 0
    while room >= adapter:
        room, fits = room - adapter, fits + 1
    assert got == fits, f"card {card}, base {base}, adapter {adapter}, {users} texts of {text}: {got} in place of {fits}"

# %% adapters_on_card_wrong_copies role="wrong" misconception="copy-for-each-purpose"
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return (card_bytes - users * text_bytes) // base_bytes

# %% adapters_on_card_wrong_no_base role="wrong" misconception="base-forgotten"
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, (card_bytes - users * text_bytes) // adapter_bytes)

# %% adapters_on_card_wrong_no_caches role="wrong" misconception="caches-forgotten"
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, (card_bytes - base_bytes) // adapter_bytes)

# %% adapters_on_card_wrong_one_cache role="wrong" neutral=true
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, (card_bytes - base_bytes - text_bytes) // adapter_bytes)

# %% adapters_on_card_wrong_up role="wrong" neutral=true
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, math.ceil((card_bytes - base_bytes - users * text_bytes) / adapter_bytes))

# %% adapters_on_card_wrong_part role="wrong" says="no whole number"
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, (card_bytes - base_bytes - users * text_bytes) / adapter_bytes)

# %% adapters_on_card_wrong_negative role="wrong" says="0 adapters have room"
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return (card_bytes - base_bytes - users * text_bytes) // adapter_bytes

# %% adapters_on_card_wrong_each_user role="wrong" neutral=true
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, (card_bytes - base_bytes) // (adapter_bytes + text_bytes))

# %% adapters_on_card_wrong_one_less role="wrong" neutral=true
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, (card_bytes - base_bytes - users * text_bytes) // adapter_bytes - 1)

# %% adapters_on_card_wrong_base_for_users role="wrong" neutral=true
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    return max(0, (card_bytes - 2 * base_bytes - users * text_bytes) // adapter_bytes)

# %% adapters_on_card_variant_loop role="variant"
def adapters_on_card(card, base, adapter, text, users):
    held, fits = base + users * text, 0
    while held + adapter <= card:
        held += adapter
        fits += 1
    return fits

# %% adapters_on_card_variant_numpy role="variant"
def adapters_on_card(card_bytes, base_bytes, adapter_bytes, text_bytes, users):
    left = np.subtract(card_bytes, base_bytes + users * text_bytes)
    return np.floor(np.maximum(left, 0) / adapter_bytes)

# %% [markdown]
# ## charity_plan: an assistant for a charity (3 points)
# A charity has USD 5 000 and wants an assistant that answers letters in its own words, at any hour: a million tokens written a
# day and two million read, for a year. Would you train, tune and host, or call an API? Answer in three to six sentences: two ways with their prices in
# USD and the year of these prices, what each year costs, and why you choose yours (use a word such as *because*, *since*, *so* or *therefore*).
#
# | points | for |
# | --- | --- |
# | 1 | two ways at least, with prices in USD and their year |
# | 1 | the bill of a year with hosting counted, on a card that fits the task |
# | 1 | a choice that follows from it, and what would change it (use, privacy, prices) |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# An adapter is paid once, hosting every hour. Which card would you keep ready?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Take a year's rent of the cheapest card that keeps up from the lesson's table, and set a year of calls beside it.
# </details>
# <details><summary>Hint 3: the formula</summary>
# adapter + 8 766 x price of an hour, against 365.25 x (millions read a day x their price + millions written a day x theirs). Both
# prices of a million stand in the lesson's last table of prices.
# </details>

# %% charity_plan role="free_text" points=2
charity_plan = """
### BEGIN SOLUTION
I would call a small model by API at first. At list prices of 2026 a million tokens cost some USD 0.10 to read and 0.40 to write, so a
year of two and one million a day costs about USD 220. An adapter for an open 8B model costs about a dollar in 2026, and a rented
RTX 4090 that stands ready for it about USD 3 000 a year: that is within the budget too, but over ten times the calls. Because the letters
are private, we would pay that if the API's terms did not suit us. Ten times the use would bring both prices close to each other.
### END SOLUTION
"""

# %% charity_plan_check role="check" points=1
answered(charity_plan)
text = in_words(charity_plan)
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
ways = [text.has("train"), text.has("tune", "tuning", "adapter", "lora"), text.has("host", "rent", "card"), text.has("call", "api"), text.has("buy", "bought")]
assert sum(map(bool, ways)) >= 2, explain("own-model-first")
assert text.has("usd", "dollar") or "$" in charity_plan, "None of your prices is in USD."
assert re.search(r"(?<!\d)20[2-4]\d(?!\d)", charity_plan), explain("price-without-a-year")
assert text.has("year", "annual", "month", "yearly"), explain("no-second-bill")
reasons = {"because", "since", "so", "as", "therefore", "thus", "hence", "due", "reason", "otherwise", "why"}
assert reasons & set(text.pieces), "The check finds no word that gives a reason, such as because, since, so or therefore: say why."

# %% charity_plan_wrong_scratch role="wrong" misconception="own-model-first"
charity_plan = """We should train a model of our own from nothing, because only then does it know our words. At prices of 2026 training a small
one takes some USD 5 000, which is just what we have in the bank."""

# %% charity_plan_wrong_upkeep role="wrong" misconception="no-second-bill"
charity_plan = """I would tune an adapter for an open 8B model and not call an API, because it then knows our words. At prices of 2026 that takes
about one USD of compute on a card, so the plan costs us one dollar."""

# %% charity_plan_wrong_undated role="wrong" misconception="price-without-a-year"
charity_plan = """I would call an API and not rent a card, because a million tokens cost USD 0.40, so a million a day is about USD 150 each year, and
that is far less than any card that stands ready day and night would cost us."""

# %% charity_plan_wrong_no_reason role="wrong" says="no word that gives a reason"
charity_plan = """We call an API. List prices of 2026 make about USD 220 a year. A card for an adapter costs about USD 3 000 a year, and hosting needs it day
and night. Privacy could change this plan later."""

# %% charity_plan_wrong_salad role="wrong" says="no word that gives a reason"
charity_plan = """Adapter card API call USD 2026 year tokens million hosting would train tune budget charity letters price plan if only
while makes given rent month dollars use privacy prices day night model small large."""

# %% charity_plan_variant_sign role="variant"
charity_plan = """At prices of 2026 an adapter is 0.68 $, and the RTX 4090 that must stand ready for it takes US$2980 each year. Calling GPT-4.1 nano
with two million tokens read and one written a day takes $219. Therefore we call, and would host only if no letter may leave the house."""

# %% charity_plan_variant_host role="variant"
charity_plan = """LoRA on Llama 3 8B (1 dollar), hosted on a rented 4090: roughly 3 000 dollars a year at 2026 rents. Calling would be some 220 dollars
per year. We take the card anyway, since letters to us are confidential, and 3 000 is below our 5 000. If rents double we go back to an API."""

# %% charity_plan_variant_call role="variant"
charity_plan = """Calls, so no card idles at night: in 2026 about USD 0.10 for a million tokens read and 0.40 written, or USD 18 a month. Hosting a tuned model ourselves would
take USD 250 a month for the cheapest card that keeps up. Only privacy, or ten times as many letters, would make us change."""
