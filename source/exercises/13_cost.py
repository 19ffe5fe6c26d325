# %% [markdown]
# # Exercise 13 · Cost
# *Find a break-even, price tokens, choose a card, read a month's bill, and plan for a charity.*
#
# Work through [lesson 13](../lessons/13_cost.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `break_even` | compute by hand | 3 | 5 |
# | `token_price` | write a function | 5 | 6 |
# | `cheapest_card` | write a function | 5 | 8 |
# | `month_of_calls` | write a function | 4 | 6 |
# | `charity_plan` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math

import numpy as np

from course_lib.estimators import cost
from course_lib.teaching import a_number, answered, checking, entries, explain, in_words

# %% [markdown]
# ## break_even: hours until owning pays (3 points)
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
# <details><summary>Hint 2: the next step</summary>
# What does the electricity of one hour of use cost, the building's part with it? And how many hours of the calendar does
# one hour of use carry?
# </details>
# <details><summary>Hint 3: the formula</summary>
# purchase / (rent - kW x PUE x price of a kWh - calendar cost / utilisation)
# </details>

# %% break_even role="answer"
break_even = None  # hours of use
### BEGIN SOLUTION
power = 8 * 1.5 * 0.125
break_even = 108_000 / (12 - power - 3 / 0.5)
### END SOLUTION

# %% break_even_check role="check" points=3
a_number(break_even, "`break_even`")
owned = lambda **changed: cost.Server(**({"purchase_usd": 108_000, "busy_watts": 8_000, "pue": 1.5, "usd_per_kwh": 0.125,
                                          "staff_usd_per_year": 3 * 8766, "life_years": 100} | changed))
even = lambda utilisation=0.5, **changed: cost.break_even_hours(owned(**changed), 12, utilisation)
near = lambda hours: abs(break_even / hours - 1) < 0.005
assert not near(even(busy_watts=0, staff_usd_per_year=0)), explain("purchase-alone")
assert not near(even(busy_watts=0)), explain("power-omitted")
assert not near(even(utilisation=1)), explain("full-use-assumed")
assert not near(even() / 730) and not near(even() / 0.5 / 730), explain("months-for-hours")
assert not near(even() / 0.5), "That many hours of the calendar pass. How many of them are hours of use?"
assert near(even()), f"After {break_even:.6g} hours of use owner and tenant have not spent the same. What does one hour of use save the owner?"

# %% break_even_wrong_purchase role="wrong" misconception="purchase-alone"
break_even = 108_000 / 12

# %% break_even_wrong_power role="wrong" misconception="power-omitted"
break_even = 108_000 / (12 - 3 / 0.5)

# %% break_even_wrong_full role="wrong" misconception="full-use-assumed"
break_even = 108_000 / (12 - 8 * 1.5 * 0.125 - 3)

# %% break_even_wrong_months role="wrong" misconception="months-for-hours"
break_even = 108_000 / (12 - 8 * 1.5 * 0.125 - 3 / 0.5) / 730

# %% break_even_wrong_calendar role="wrong" says="How many of them are hours of use"
break_even = 108_000 / (12 - 8 * 1.5 * 0.125 - 3 / 0.5) / 0.5

# %% break_even_wrong_no_pue role="wrong" neutral=true
break_even = 108_000 / (12 - 8 * 0.125 - 3 / 0.5)

# %% break_even_wrong_times_use role="wrong" neutral=true
break_even = 108_000 / (12 - 8 * 1.5 * 0.125 - 3 * 0.5)

# %% break_even_wrong_all_over_use role="wrong" neutral=true
break_even = 108_000 / (12 - (8 * 1.5 * 0.125 + 3) / 0.5)

# %% break_even_wrong_no_calendar role="wrong" neutral=true
break_even = 108_000 / (12 - 8 * 1.5 * 0.125)

# %% break_even_wrong_added role="wrong" neutral=true
break_even = 108_000 / (12 + 8 * 1.5 * 0.125 + 3 / 0.5)

# %% break_even_wrong_over_pue role="wrong" neutral=true
break_even = 108_000 / (12 - 8 / 1.5 * 0.125 - 3 / 0.5)

# %% break_even_wrong_inverse role="wrong" neutral=true
break_even = (12 - 8 * 1.5 * 0.125 - 3 / 0.5) / 108_000

# %% break_even_variant_rounded role="variant"
break_even = 24_000

# %% break_even_variant_numpy role="variant"
a_calendar_hour = np.float64(3)
break_even = 108_000 / np.subtract(12 - 12 * 0.125, 2 * a_calendar_hour)

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
# <details><summary>Hint 2: the next step</summary>
# Work out the price of a busy second first. In the example it is USD 0.001. Then the seconds of a million tokens.
# </details>
# <details><summary>Hint 3: the formula</summary>
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
found = token_price(7.2, 8000, 250, 0.4)
entries(found, "input", "output")
near = lambda side, usd: abs(found[side] / usd - 1) < 1e-6
assert not near("output", 8), explain("peak-throughput")
assert not (near("output", 20) and near("input", 20)), explain("input-is-output")
assert not near("output", 0.02), explain("per-thousand-tokens")
assert not near("output", 3.2), explain("utilisation-cheapens")
assert not (near("input", 20) and near("output", 0.625)), "The two prices are swapped: which rate belongs to reading?"
assert near("input", 0.625), f"USD 7.2 an hour, 8 000 tokens read a second, busy 0.4 of the time: not USD {found['input']:.6g} for a million read."
assert near("output", 20), f"USD 7.2 an hour, 250 tokens written a second, busy 0.4 of the time: not USD {found['output']:.6g} for a million written."

# %% token_price_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    usd, read, write = (float(random.uniform(low, high)) for low, high in ((0.5, 100), (500, 1e5), (10, 5000)))
    share = float(random.uniform(0.05, 1))
    got = token_price(usd, read, write, share)
    for side, rate in (("input", read), ("output", write)):
        hours = 1e6 / rate / 3600 / share  # hours that pass until a million are through
        assert abs(got[side] / (usd * hours) - 1) < 1e-9, f"{side}: {got[side]} in place of {usd * hours}"

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

# %% token_price_wrong_swapped role="wrong" says="which rate belongs to reading"
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 / utilisation
    return {"input": second * 1e6 / write_rate, "output": second * 1e6 / read_rate}

# %% token_price_wrong_minutes role="wrong" neutral=true
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 60 / utilisation
    return {"input": second * 1e6 / read_rate, "output": second * 1e6 / write_rate}

# %% token_price_wrong_hours role="wrong" neutral=true
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    return {"input": usd_per_hour / utilisation * 1e6 / read_rate, "output": usd_per_hour / utilisation * 1e6 / write_rate}

# %% token_price_wrong_a_token role="wrong" neutral=true
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 / utilisation
    return {"input": second / read_rate, "output": second / write_rate}

# %% token_price_wrong_inverse role="wrong" neutral=true
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 / utilisation
    return {"input": read_rate / second / 1e6, "output": write_rate / second / 1e6}

# %% token_price_wrong_both_passes role="wrong" neutral=true
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 / utilisation
    return {"input": second * 1e6 / read_rate, "output": second * 1e6 * (1 / read_rate + 1 / write_rate)}

# %% token_price_wrong_rates_added role="wrong" neutral=true
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 / utilisation
    return {"input": second * 1e6 / (read_rate + write_rate), "output": second * 1e6 / (read_rate + write_rate)}

# %% token_price_wrong_idle_only role="wrong" neutral=true
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    second = usd_per_hour / 3600 / (1 - utilisation + 1e-12)
    return {"input": second * 1e6 / read_rate, "output": second * 1e6 / write_rate}

# %% token_price_variant_hours role="variant"
def token_price(hour, reading, writing, busy):
    sold = {"output": writing * 3600 * busy, "input": reading * 3600 * busy}
    return {side: hour * 1_000_000 / tokens for side, tokens in sold.items()}

# %% token_price_variant_numpy role="variant"
def token_price(usd_per_hour, read_rate, write_rate, utilisation):
    prices = np.float64(usd_per_hour) / np.array([read_rate, write_rate]) / (3600 * utilisation) * 1e6
    return {"input": prices[0], "output": prices[1]}

# %% [markdown]
# ## cheapest_card: which card for which job? (5 points)
# A model of `model_bytes` bytes has to write `tokens_per_day` tokens a day. `cards` lists what is for rent. Each is a
# dictionary: its `name`, `usd_per_hour`, `memory_bytes`, and `tokens_per_second`, what it writes when it is busy.
#
# - A card can do the job if its memory is at least as large as the model.
# - Requests come unevenly: a card sells only the share `utilisation` of what it could write.
# - Cards are rented whole, all of one kind, day and night. (A day has 86 400 seconds.)
#
# Write `cheapest_card(cards, model_bytes, tokens_per_day, utilisation)`. It returns a dictionary: the `name` of the kind that
# does the job for least, how many `cards` of it are rented, and what they cost, `usd_per_day`. Some card always has room.
#
# Worked example: a model of 4 bytes, 20 000 tokens a day, utilisation 0.5.
#
# | name | an hour | memory | tokens a second | sold in a day | cards | USD a day |
# | --- | --- | --- | --- | --- | --- | --- |
# | `old` | 0.5 | 4 | 0.25 | 10 800 | 2 | 24 |
# | `new` | 1.5 | 8 | 1 | 43 200 | 1 | 36 |
# | `home` | 0.1 | 2 | 1 | no room | | |
#
# The answer is `{"name": "old", "cards": 2, "usd_per_day": 24.0}`.
#
# <details><summary>Hint 1: the idea</summary>
# Make the last two columns of the table for every card that has room, and look for the smallest number.
# </details>
# <details><summary>Hint 2: the next step</summary>
# What does one card sell in a day? How many such cards are needed, if none can be had in part (`math.ceil`)?
# </details>
# <details><summary>Hint 3: the formula</summary>
# count = math.ceil(tokens_per_day / (tokens_per_second x 86 400 x utilisation)); USD a day = count x 24 x usd_per_hour.
# </details>

# %% cheapest_card role="answer"
def cheapest_card(cards: list[dict], model_bytes: float, tokens_per_day: float, utilisation: float) -> dict:
    """The kind of card that does the job for least: name, how many, and US dollars a day.

    Example: the table above, with model_bytes=4, tokens_per_day=20_000 and utilisation=0.5, gives
    {"name": "old", "cards": 2, "usd_per_day": 24.0}.
    """
    ### BEGIN SOLUTION
    best = None
    for card in cards:
        if card["memory_bytes"] < model_bytes:
            continue
        count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation))
        usd = count * 24 * card["usd_per_hour"]
        if best is None or usd < best["usd_per_day"]:
            best = {"name": card["name"], "cards": count, "usd_per_day": usd}
    return best
    ### END SOLUTION

# %% cheapest_card_check role="check" points=3
for_rent = [{"name": name, "usd_per_hour": usd, "memory_bytes": memory, "tokens_per_second": rate} for name, usd, memory, rate in
            (("small", 0.2, 20e9, 60), ("middle", 0.9, 40e9, 500), ("large", 2.2, 80e9, 1000), ("tiny", 0.1, 12e9, 400), ("odd", 1.5, 24e9, 150))]
found = cheapest_card(for_rent, 16e9, 40e6, 0.25)
answered(found)
assert isinstance(found, dict), "`cheapest_card` returns a dictionary with a name, the cards and what they cost a day."
assert {"name", "cards", "usd_per_day"} <= set(found), f"Of the keys name, cards and usd_per_day yours has {', '.join(map(str, found)) or 'none'}."
a_number(found["cards"], "The entry `cards`")
a_number(found["usd_per_day"], "The entry `usd_per_day`")
said = lambda name, cards: found["name"] == name and abs(found["cards"] - cards) < 1e-6
assert found["name"] != "tiny", explain("room-ignored")
assert not said("small", 31), explain("cheapest-hour-wins")
assert not said("large", 2), explain("fastest-card-cheapest")
assert not said("middle", 40e6 / 10.8e6), explain("parts-of-a-card")
assert not said("middle", 1), explain("all-of-it-sold")
assert said("middle", 4), f"40 million tokens a day and a utilisation of 0.25: not {found['cards']:.6g} of `{found['name']}`. Print your count and cost of each kind."
assert abs(found["usd_per_day"] - 86.4) < 1e-6, f"4 cards at USD 0.9 an hour do not cost USD {found['usd_per_day']:.6g} a day."
found = cheapest_card(for_rent[2::-1], 16e9, 1e6, 0.25)
assert said("small", 1), f"A million tokens a day: one `small` is enough and costs least. You say {found['cards']:.6g} of `{found['name']}`."
exact = [{"name": "exact", "usd_per_hour": 1.0, "memory_bytes": 16e9, "tokens_per_second": 10}]
found = cheapest_card(exact, 16e9, 86_400, 0.1)
assert found, "A card whose memory is just as large as the model has room for it: yours finds no card."
assert said("exact", 1), f"A card that sells just the tokens of the day: one is enough, you say {found['cards']:.6g}."

# %% cheapest_card_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    kinds = [{"name": f"card {place}", "usd_per_hour": float(random.uniform(0.1, 5)), "memory_bytes": float(random.uniform(8, 100)) * 1e9,
              "tokens_per_second": float(random.uniform(20, 5000))} for place in range(int(random.integers(2, 9)))]
    size = float(random.uniform(0, max(card["memory_bytes"] for card in kinds)))
    tokens, share = float(10 ** random.uniform(4, 10)), float(random.uniform(0.05, 1))
    bills = {}
    for card in kinds:
        if card["memory_bytes"] >= size:
            sold = card["tokens_per_second"] * 86_400 * share
            needed = int(tokens // sold) + (tokens % sold > 0)
            bills[card["name"]] = (24 * needed * card["usd_per_hour"], needed)
    best = min(bills, key=lambda name: bills[name])
    got = cheapest_card(kinds, size, tokens, share)
    assert got["name"] == best and got["cards"] == bills[best][1], f"{tokens} tokens a day at {share}: {got} in place of {best}, {bills[best]}"
    assert abs(got["usd_per_day"] / bills[best][0] - 1) < 1e-9, f"{got['cards']} of {got['name']}: {got['usd_per_day']} in place of {bills[best][0]}"

# %% cheapest_card_wrong_hour role="wrong" misconception="cheapest-hour-wins"
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    card = min((card for card in cards if card["memory_bytes"] >= model_bytes), key=lambda card: card["usd_per_hour"])
    count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation))
    return {"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]}

# %% cheapest_card_wrong_fastest role="wrong" misconception="fastest-card-cheapest"
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    card = max((card for card in cards if card["memory_bytes"] >= model_bytes), key=lambda card: card["tokens_per_second"])
    count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation))
    return {"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]}

# %% cheapest_card_wrong_parts role="wrong" misconception="parts-of-a-card"
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation)
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_room role="wrong" misconception="room-ignored"
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation))
        found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_all_sold role="wrong" misconception="all-of-it-sold"
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400))
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_rounded_down role="wrong" neutral=true
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = max(1, int(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation)))
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_times_share role="wrong" neutral=true
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = math.ceil(tokens_per_day * utilisation / (card["tokens_per_second"] * 86_400))
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_an_hour role="wrong" neutral=true
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation))
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_tokens_an_hour role="wrong" neutral=true
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 3600 * utilisation))
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_one_more role="wrong" neutral=true
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = int(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation)) + 2
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_most_expensive role="wrong" neutral=true
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] >= model_bytes:
            count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation))
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return max(found, key=lambda each: each["usd_per_day"])

# %% cheapest_card_wrong_larger_only role="wrong" says="just as large as the model has room"
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    found = []
    for card in cards:
        if card["memory_bytes"] > model_bytes:
            count = math.ceil(tokens_per_day / (card["tokens_per_second"] * 86_400 * utilisation))
            found.append({"name": card["name"], "cards": count, "usd_per_day": count * 24 * card["usd_per_hour"]})
    return min(found, key=lambda each: each["usd_per_day"]) if found else None

# %% cheapest_card_variant_sorted role="variant"
def cheapest_card(offers, size, tokens, share):
    def bill(offer):
        count = -(-tokens // (offer["tokens_per_second"] * share * 24 * 3600))
        return {"usd_per_day": count * offer["usd_per_hour"] * 24, "cards": count, "name": offer["name"]}
    return sorted(map(bill, (offer for offer in offers if size <= offer["memory_bytes"])), key=lambda each: each["usd_per_day"])[0]

# %% cheapest_card_variant_numpy role="variant"
def cheapest_card(cards, model_bytes, tokens_per_day, utilisation):
    able = [card for card in cards if card["memory_bytes"] >= model_bytes]
    rates = np.array([card["tokens_per_second"] for card in able])
    counts = np.ceil(tokens_per_day / (rates * 86_400 * utilisation))
    usd = counts * 24 * np.array([card["usd_per_hour"] for card in able])
    place = int(usd.argmin())
    return {"name": able[place]["name"], "cards": counts[place], "usd_per_day": usd[place]}

# %% [markdown]
# ## month_of_calls: what is in the bill? (4 points)
# `calls` lists the calls of a month. Each is a dictionary with tokens: `read`, all that it sent; `cached`, **the part of
# these** that the seller's cache still held; `thinking`; and `written`, the words that the reader sees.
# `price` is a dictionary with US dollars for a million tokens: `input`, `cached` and `written`, as in the lesson's table.
#
# Write `month_of_calls(calls, price)`. It returns a dictionary: `usd`, what all calls cost together, and `seen_share`, the
# share of these dollars that pays for words which the reader sees.
#
# <details><summary>Hint 1: the idea</summary>
# Every token is billed once, by its kind. Which of the three prices belongs to thinking?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Add up the dollars of four kinds: read for the first time, cached, thinking, written. How many of the tokens read were
# not cached?
# </details>
# <details><summary>Hint 3: the formula</summary>
# ((read - cached) x input + cached x cached price + (thinking + written) x written price) / 10⁶, added up over all calls.
# </details>

# %% month_of_calls role="answer"
def month_of_calls(calls: list[dict], price: dict[str, float]) -> dict[str, float]:
    """US dollars of all calls, and the share that pays for words which the reader sees.

    Example: one call with read=2_000_000, cached=1_000_000, thinking=0 and written=1_000_000, at input=1.0, cached=0.5
    and written=6.0, gives {"usd": 7.5, "seen_share": 0.8}: 1 + 0.5 + 6.
    """
    ### BEGIN SOLUTION
    total = seen = 0.0
    for call in calls:
        fresh = call["read"] - call["cached"]
        total += fresh * price["input"] + call["cached"] * price["cached"] + (call["thinking"] + call["written"]) * price["written"]
        seen += call["written"] * price["written"]
    return {"usd": total / 1e6, "seen_share": seen / total}
    ### END SOLUTION

# %% month_of_calls_check role="check" points=2
asked = {"input": 2.0, "cached": 0.5, "written": 8.0}
month = [{"read": 9_000, "cached": 6_000, "thinking": 1_000, "written": 500}, {"read": 1_000, "cached": 0, "thinking": 0, "written": 2_500}]
found = month_of_calls(month, asked)
entries(found, "usd", "seen_share")
near = lambda value, right: abs(value / right - 1) < 1e-6
for usd, belief in {0.035: "thinking-is-free", 0.037: "thinking-is-read", 0.040: "cache-is-free", 0.052: "cache-changes-nothing",
                    0.055: "cached-twice"}.items():
    assert not near(found["usd"], usd), explain(belief)
assert not near(found["usd"], 43_000), "So much for two calls? For how many tokens are the prices?"
assert near(found["usd"], 0.043), f"The two calls of this check do not cost USD {found['usd']:.6g}. Work out the four kinds of tokens by hand."
assert near(found["seen_share"], 24 / 43), f"`seen_share` is {found['seen_share']:.6g}. Take the dollars for the words that the reader sees over all dollars, of all calls together."

# %% month_of_calls_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    rates = {name: float(random.uniform(*ends)) for name, ends in {"input": (0.1, 5), "cached": (0.01, 0.1), "written": (1, 30)}.items()}
    many = []
    for _ in range(int(random.integers(1, 30))):
        read = int(random.integers(1, 50_000))
        many.append({"read": read, "cached": int(random.integers(0, read)), "thinking": int(random.integers(0, 9_000)), "written": int(random.integers(1, 3_000))})
    sums = {kind: sum(call[kind] for call in many) for kind in ("read", "cached", "thinking", "written")}
    kinds = [(sums["read"] - sums["cached"]) * rates["input"], sums["cached"] * rates["cached"], sums["thinking"] * rates["written"], sums["written"] * rates["written"]]
    got = month_of_calls(many, rates)
    assert abs(got["usd"] / (sum(kinds) / 1e6) - 1) < 1e-6, f"{sums} at {rates}: {got['usd']} in place of {sum(kinds) / 1e6}"
    assert abs(got["seen_share"] / (kinds[3] / sum(kinds)) - 1) < 1e-6, f"{sums} at {rates}: a share of {got['seen_share']} in place of {kinds[3] / sum(kinds)}"

# %% month_of_calls_wrong_no_thinking role="wrong" misconception="thinking-is-free"
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum((call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] for call in calls) + seen
    return {"usd": total / 1e6, "seen_share": seen / total}

# %% month_of_calls_wrong_thinking_read role="wrong" misconception="thinking-is-read"
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum((call["read"] - call["cached"] + call["thinking"]) * price["input"] + call["cached"] * price["cached"] for call in calls) + seen
    return {"usd": total / 1e6, "seen_share": seen / total}

# %% month_of_calls_wrong_cache_free role="wrong" misconception="cache-is-free"
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum((call["read"] - call["cached"]) * price["input"] + call["thinking"] * price["written"] for call in calls) + seen
    return {"usd": total / 1e6, "seen_share": seen / total}

# %% month_of_calls_wrong_no_cache role="wrong" misconception="cache-changes-nothing"
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum(call["read"] * price["input"] + call["thinking"] * price["written"] for call in calls) + seen
    return {"usd": total / 1e6, "seen_share": seen / total}

# %% month_of_calls_wrong_twice role="wrong" misconception="cached-twice"
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum(call["read"] * price["input"] + call["cached"] * price["cached"] + call["thinking"] * price["written"] for call in calls) + seen
    return {"usd": total / 1e6, "seen_share": seen / total}

# %% month_of_calls_wrong_a_token role="wrong" says="For how many tokens are the prices"
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum((call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] + call["thinking"] * price["written"] for call in calls) + seen
    return {"usd": total, "seen_share": seen / total}

# %% month_of_calls_wrong_thousand role="wrong" neutral=true
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum((call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] + call["thinking"] * price["written"] for call in calls) + seen
    return {"usd": total / 1e3, "seen_share": seen / total}

# %% month_of_calls_wrong_mean role="wrong" neutral=true
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    total = sum((call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] + call["thinking"] * price["written"] for call in calls) + seen
    return {"usd": total / 1e6 / len(calls), "seen_share": seen / total}

# %% month_of_calls_wrong_only_seen role="wrong" neutral=true
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls) * price["written"]
    return {"usd": seen / 1e6, "seen_share": 1.0}

# %% month_of_calls_wrong_share_of_tokens role="wrong" neutral=true
def month_of_calls(calls, price):
    seen = sum(call["written"] for call in calls)
    total = sum((call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] + (call["thinking"] + call["written"]) * price["written"] for call in calls)
    return {"usd": total / 1e6, "seen_share": seen / sum(call["read"] + call["thinking"] + call["written"] for call in calls)}

# %% month_of_calls_wrong_thinking_seen role="wrong" neutral=true
def month_of_calls(calls, price):
    out = sum(call["written"] + call["thinking"] for call in calls) * price["written"]
    total = sum((call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] for call in calls) + out
    return {"usd": total / 1e6, "seen_share": out / total}

# %% month_of_calls_wrong_mean_share role="wrong" neutral=true
def month_of_calls(calls, price):
    bills = [(call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] + (call["thinking"] + call["written"]) * price["written"] for call in calls]
    shares = [call["written"] * price["written"] / bill for call, bill in zip(calls, bills, strict=True)]
    return {"usd": sum(bills) / 1e6, "seen_share": sum(shares) / len(shares)}

# %% month_of_calls_wrong_last role="wrong" neutral=true
def month_of_calls(calls, price):
    for call in calls:
        seen = call["written"] * price["written"]
        total = (call["read"] - call["cached"]) * price["input"] + call["cached"] * price["cached"] + call["thinking"] * price["written"] + seen
    return {"usd": total / 1e6, "seen_share": seen / total}

# %% month_of_calls_variant_sums role="variant"
def month_of_calls(calls, usd):
    read, held, thought, shown = (sum(call[kind] for call in calls) for kind in ("read", "cached", "thinking", "written"))
    parts = [usd["input"] * (read - held) / 1e6, usd["cached"] * held / 1e6, usd["written"] * thought / 1e6, usd["written"] * shown / 1e6]
    return {"seen_share": parts[-1] / sum(parts), "usd": sum(parts)}

# %% month_of_calls_variant_numpy role="variant"
def month_of_calls(calls, price):
    tokens = np.array([[call["read"] - call["cached"], call["cached"], call["thinking"], call["written"]] for call in calls]).sum(axis=0)
    usd = tokens * np.array([price["input"], price["cached"], price["written"], price["written"]]) / 1e6
    return {"usd": usd.sum(), "seen_share": usd[3] / usd.sum()}

# %% [markdown]
# ## charity_plan: an assistant for a charity (3 points)
# Another charity has USD 5 000 a year and wants an assistant that answers letters: 3 million tokens written a day, half as
# many read. A model of the size of Llama 3 8B will do. Would you own, rent or call? Answer in three to six sentences, and give your
# reason with a word such as *because*, *since* or *so*.
#
# | points | for |
# | --- | --- |
# | 1 | a choice beside at least one other way, and a price in USD with its year |
# | 1 | the right sums: what both ways cost in a year for this job |
# | 1 | what would make you change the plan (use, privacy, prices), and in which direction |
#
# The check only looks whether all parts are there. Whether they are right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# What does a year of each way cost, and what do you get besides? Which of the three grows with the letters?
# </details>
# <details><summary>Hint 2: the next step</summary>
# The lesson's table of three ways is for a million tokens a day. Which rows of it stay the same at three million, and which
# triple? The explorer shows what one card sells in a day.
# </details>
# <details><summary>Hint 3: the formula</summary>
# Calls: tokens a year / 10⁶ x (price written + half the price read). Rent: whole cards x 8 766 hours x price of an hour.
# </details>

# %% charity_plan role="free_text" points=2
charity_plan = """
### BEGIN SOLUTION
I would call a small model by API. At list prices of 2026 GPT-4.1 nano costs USD 0.45 for a million tokens written with half a
million read, so 3 million a day are about USD 490 a year. A rented RTX 4090 that stands ready costs some USD 2 980 a year at
prices of 2026, because it is paid for whether letters come or not; it would be within the money, too. I would change to the card
if the letters must not leave the house, or if they became seven times as many, since then the card costs less than the calls.
### END SOLUTION
"""

# %% charity_plan_check role="check" points=1
answered(charity_plan)
text = in_words(charity_plan)
assert text.length >= 25, f"Your answer has {text.length} words: write three sentences at least."
ways = [text.has("own", "buy", "bought", "purchas"), text.has("rent", "tenant", "hire", "hiring", "lease"), text.has("call", "api")]
assert any(ways), "The check finds none of the three ways in your words: own, rent or call."
assert ways.count(True) >= 2, explain("one-way-only")
assert text.numbers, "The check finds no number: what does it cost in a year?"
assert text.has("usd", "dollar", "eur", "cent") or "$" in charity_plan or "€" in charity_plan, "No word for money stands in your answer: say in which currency the price is."
assert any(f"20{decade}{year}" in charity_plan for decade in "234" for year in range(10)), explain("undated-price")
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% charity_plan_wrong_one_way role="wrong" misconception="one-way-only"
charity_plan = """I would rent an RTX 4090 for the whole year, because the letters are private. At prices of 2026 that costs some
USD 2 980 a year and stays within the money, and if there are more letters the card has room for them."""

# %% charity_plan_wrong_undated role="wrong" misconception="undated-price"
charity_plan = """I would call an API and not rent a card. A million tokens cost USD 0.45, so 3 million a day are about USD 490 each year, and
that is far less than any card that stands ready for us day and night would cost us."""

# %% charity_plan_wrong_no_reason role="wrong" says="no word that gives a reason"
charity_plan = """My choice is an API, not a rented card. At prices of 2026 the calls cost USD 490 a year. The card costs USD 2 980 a year. With
many more letters my choice is the card. Private letters change it too."""

# %% charity_plan_wrong_no_number role="wrong" says="finds no number"
charity_plan = """I would call an API, because calls cost only what is asked for, while a rented card is paid for all the time. If the letters were
private or many more, I would rent a card of our own and accept the price."""

# %% charity_plan_wrong_short role="wrong" says="three sentences at least"
charity_plan = "Call an API, because USD 490 in 2026 is less than a rent of USD 2 980."

# %% charity_plan_wrong_no_money role="wrong" says="in which currency"
charity_plan = """We should call and not rent, since 3 million tokens a day come to about 490 a year in 2026, while a card that stands ready takes some
2980 a year. With private letters we would take the card."""

# %% charity_plan_variant_own_words role="variant"
charity_plan = """Buying is my choice: one RTX 3090 in a PC, roughly 3,250 dollars per year (2026 prices, a helper's four days included). The API would be
ten times cheaper but letters about debts and illness must stay in our office. If nobody here could look after a PC, I'd switch to renting."""

# %% charity_plan_variant_cheap role="variant"
charity_plan = """API. Ministral 8B asked $0.10 for each million tokens in August 2026; 3M written and 1.5M read a day make $0.45 daily, $164 a year.
Renting even the cheapest card is some $3k. Since letters come at any hour, such a card would idle at least 95% of the time.
Ten thousand letters more would not change that; a law on personal data would."""
