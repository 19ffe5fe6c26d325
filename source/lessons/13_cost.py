# %% [markdown]
# # 13 · Cost
# *From the price of an hour to the price of a token, and who pays it.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 04](04_hardware.ipynb): cards; [lesson 06](06_serving.ipynb): batches and the prefix cache; [lesson 12](12_energy.ipynb): PUE | A17, A20a, A20b, A20c, B04a, B04b, B06a, B06b, C08 |

# %% [markdown]
# ## The question
# Rent, own or call: what does a million tokens cost, and whom?
#
# Take a charity that answers letters. A model of the size of Llama 3 8B is good enough for it. It writes a million tokens a day, and has USD 10 000 for a year.
# <!-- typed: thought experiment -->

# %% ask_ways role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, case, claim, figures, fmt, in_short, ladder, predict, predict_choice, predict_ranking, quiz, say,
                                 shared, sources, table, validated, verdict, verdicts)

within = {(True, False, False): "calling an API only", (True, True, False): "calling or renting, not owning", (True, True, True): "each of the three",
          (False, True, False): "renting only", (False, True, True): "renting or owning, not calling", (False, False, False): "none of the three"}
ways = predict_choice("charity_ways", "The charity may rent a card day and night, own one, or call a seller's model. It looks for the cheapest offer of each kind that "
                      "can do the job. Which ways stay within its money?", list(within.values()))

# %% [markdown]
# ## You will be able to
# 1. **Compute** after how many hours of use owning pays (exercise `break_even`).
# 2. **Compute** what served tokens cost, and which card serves them for least (`token_price`, `cheapest_card`).
# 3. **Compute** a month's bill from read, cached, written and thinking tokens (`month_of_calls`).
# 4. **Judge** a plan for a small budget (`charity_plan`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib import catalog, units
from course_lib.catalog import devices, models, prices
from course_lib.demos import cost as demo
from course_lib.estimators import cost, datasets, inference, myths

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_pue_money")
quiz("recall_batch_money")

# %% [markdown]
# ## Idea 1: when does owning pay?
# Begin with a sum that fails: divide the price of a machine by the rent of one like it, and call that the time after which owning pays. Take a server with eight
# H100, always at work, against the catalog's cheapest, usual and highest rent.

# %% naive
machine = cost.yearly.machine("H100")  # a server with eight
rental = prices.rental("H100")
rents = [rental.usd_low, rental.usd_per_device_hour, rental.usd_high]
naive_hours = [machine.server.purchase_usd / (8 * rent) for rent in rents]
naive_years = [hours / units.HOURS_A_YEAR for hours in naive_hours]

# %% tell_naive role="narration"
say(f"USD {fmt(machine.server.purchase_usd)} over eight cards' rent: {fmt(naive_years[0])} years by the cheapest rent, **{fmt(naive_years[1])} years** at {shared('h100_hour', rents[1])} an hour, "
    f"{fmt(naive_years[2])} by the highest. One machine, and the answer hangs on whose rent is taken. And something is missing: an owner goes on paying.")
claim("B04b")
parts = ["value lost", "housing", "staff", "electricity", "cooling"]
owner = predict_ranking("owner_parts", "The server works day and night for five years. Order what its owner pays for, most expensive first.", parts)

# %% [markdown]
# Value lost is what it cost less what it is sold for ([depreciation](../docs/glossary.md#depreciation)). Housing is a place in a
# [data centre](../docs/glossary.md#colocation), by the kilowatt, with its cooling plant. So "cooling" in the list is the plant's electricity alone: what
# [PUE](../docs/glossary.md#pue) adds. Prices are the catalog's. Nobody publishes how long such a server lives, what it is sold for and how much of a person it takes. These are assumed, and yours to change.

# %% the_owner
as_bought = machine.server.numbers() | {"life_years": 5, "resale_share": 0.1}  # change this line
server = cost.Server(**as_bought)
used = {"day and night": 1.0, "ten hours a week": 10 / 168}
bills = {name: cost.own(server, 5, share) for name, share in used.items()}

# %% owner_fixed
full, light = (cost.own(machine.server, 5, share) for share in used.values())
paid = {"value lost": full.value_lost, "housing": full.housing, "staff": full.staff,
        "electricity": full.energy, "cooling": full.cooling}

# %% show_owner role="narration"
owner.reveal(sorted(parts, key=lambda part: -paid[part]))
named = {"value lost": "value_lost", "housing": "housing", "staff": "staff", "electricity": "energy", "cooling": "cooling"}
figures.stacked(list(bills), {part: [getattr(each, field) / 1000 for each in bills.values()] for part, field in named.items()},
    x_label="paid in five years (thousand USD)", title="What a server with eight H100 costs its owner",
    alt=f"Day and night {fmt(bills['day and night'].total, 'USD')}, ten hours a week {fmt(bills['ten hours a week'].total, 'USD')}: nearly the same bill.")
purchase = machine.server.purchase_usd
best_pue = min(hall.pue for hall in catalog.cooling.values())
cooled = cost.own(cost.Server(**(machine.server.numbers() | {"pue": best_pue})), 5)
asked_for = {f"at {fmt(prices[key].value, 'USD')} for the server": prices[key].value for key in ("h100-server-8-low", "h100-server-8-high")}
verdict("B04b", running_over_purchase=full.running / purchase, cooling_share=full.cooling / full.running, source="prices of the catalog, each with its date; life, resale and staff assumed",
        inputs={words: {"running_over_purchase": full.running / usd} for words, usd in asked_for.items()}
        | {f"in a building with a PUE of {fmt(best_pue)}": {"running_over_purchase": cooled.running / purchase, "cooling_share": cooled.cooling / cooled.running}},
        instead=f"Over five years, always at work, running it costs {fmt(full.running / purchase, '%')} of its price. The electricity for cooling is {fmt(full.cooling / full.running, '%')} of that "
        f"in an average building, {fmt(cooled.cooling / cooled.running, '%')} in the best; the cooling plant is paid with the housing.")

# %% [markdown]
# The idle server costs nearly as much as the busy one: an owner pays for the calendar, a tenant for hours of use. A small example. A machine costs USD 9 000, one like it rents
# for USD 4 an hour, and its owner pays USD 1 for every hour of the calendar.
#
# - Always used, an hour of use saves 4 - 1 = USD 3: even after 3 000 hours.
# - Used half the time, each hour of use carries two hours of the calendar. It saves 4 - 2 = USD 2: even after 4 500 hours.
# - Used a quarter of the time, it saves 4 - 4 = nothing: never.
#
# With the electricity of an hour's work, and what the machine is sold for, that is the [break-even](../docs/glossary.md#break-even):
#
# hours of use = (purchase - resale) / (rent - electricity of an hour of use - costs of an hour of the calendar / utilisation),
#
# all in USD and USD an hour; utilisation is hours of use over all hours.
# <!-- typed: definition -->

# %% guess_even role="narration"
claim("A17")
even = predict("break_even", f"The server with eight H100, always at work, against the usual rent of {fmt(rents[1], 'USD')} a card and hour: by the full rule, after what time has its owner paid no more than a tenant?", "s")

# %% break_even
even_hours = [cost.break_even_hours(machine.server, 8 * rent) for rent in rents]
least_use = [cost.break_even_utilisation(machine.server, 8 * rent) for rent in rents]
shares = [0.06, 0.125, 0.25, 0.5, 0.75, 1.0]
owned = cost.own(machine.server, 5, shares).usd_per_used_hour / 8

# %% show_even role="narration"
even.reveal(even_hours[1] * units.HOUR, because=f"The sum that failed said {fmt(naive_hours[1] * units.HOUR, 's')}. By the cheapest rent: {fmt(even_hours[0] * units.HOUR, 's')}.")
figures.lines(shares, {"owned": owned, "cheapest rent": [rents[0]] * 6, "usual rent": [rents[1]] * 6, "highest rent": [rents[2]] * 6}, "hours of use over all hours (%)",
    "a card's hour of use (USD)", log="xy", x_unit="%", y_unit="USD", title="An H100 by the hour: owned or rented",
    alt=f"An owned hour falls from {fmt(owned[0], 'USD')} at {fmt(shares[0], '%')} use to {fmt(owned[-1], 'USD')}; it meets the usual rent at {fmt(least_use[1], '%')}.")
over = {usd: {"rent_over_own_full": 8 * usd / full.usd_per_used_hour, "rent_over_own_light": 8 * usd / light.usd_per_used_hour} for usd in rents}
verdict("A17", **over[rents[1]], inputs={f"at {fmt(usd, 'USD')} for an hour of an H100": over[usd] for usd in (rents[0], rents[2])}, source=f"owner's bill above; rent: {rental.text}",
        instead=f"Rent is {fmt(over[rents[1]]['rent_over_own_full'], 'x')} the owner's cost for those who use a server day and night, and {fmt(over[rents[1]]['rent_over_own_light'], 'x')} "
        "for those who use it ten hours a week.")
in_short(f"Owning pays for those who use a machine most of the time: eight H100 must work **{fmt(least_use[1], '%')}** of five years to match the usual rent, {fmt(least_use[0], '%')} to match the cheapest.")
quiz("idle_owner")

# %% [markdown]
# ## Idea 2: which card for which job?
# A million tokens a day are some twelve a second. That is no job for a server with eight cards. Which card is enough? A card must hold the weights, in two bytes each or fewer, beside the
# caches of those who write at once. Then it must write fast enough.

# %% six_cards
names = ["T4", "RTX 3090", "RTX 4090", "L4", "A100 80GB", "H100"]
llama = models["llama-3-8b"]
hosts = {name: cost.yearly.host(llama, name) for name in names}
hours = {name: prices.rental(name).usd_per_device_hour for name in names}
a_year = {name: host.rent_usd(1e6, utilisation=0.5) for name, host in hosts.items()}  # change this line

# %% show_cards role="narration"
table([[name, fmt(hours[name], "USD"), fmt(host.device.memory_bytes, "B"), host.format, fmt(host.reader_tokens_per_second), fmt(a_year[name], "USD")] for name, host in hosts.items()],
      ["card", "an hour", "memory", "weights", "tokens a second, each of 64 readers", "a million a day: a year"],
      caption=f"Llama 3 8B; rental prices as of {rental.as_of}, estimated rates of a server, 80 % range within a factor of two")

# %% [markdown]
# All six write far more than twelve tokens a second, so one card of any kind is enough, and the cheapest hour wins. Whose price? The T4's hour is a large seller's, the RTX's is a marketplace's, where
# machines stand in strangers' rooms.
#
# Now a larger job: a billion tokens a day. Cards must be whole, and half of what they could write is kept for busy hours.

# %% guess_billion role="narration"
four = ["L4", "RTX 4090", "A100 80GB", "H100"]
claim("C08")
table([[name, fmt(hours[name], "USD"), fmt(hosts[name].device.memory_bytes_per_second, "B/s"), fmt(hosts[name].device.peak_flops["bf16"], "FLOP/s")] for name in four],
      ["card", "an hour", "bandwidth", "peak, bf16"], caption="Four cards for a billion tokens a day")
billion = predict_ranking("billion_a_day", "Order the four by what a year of a billion tokens a day costs on rented cards, most expensive first.", four)

# %% a_billion
cards = {name: hosts[name].cards(1e9, utilisation=0.5) for name in names}
large_year = {name: hosts[name].rent_usd(1e9, utilisation=0.5) for name in names}
million = {name: large_year[name] / (1e9 * 365.25) * 1e6 for name in names}  # USD, written

# %% show_billion role="narration"
billion.reveal(sorted(four, key=lambda name: -large_year[name]), because="; ".join(f"{name}: {cards[name]} cards, {fmt(large_year[name], 'USD')}" for name in sorted(four, key=lambda name: -large_year[name]))
               + ". Writing is bytes moved: bandwidth for the dollar decides, not the hour and not the peak.")
figures.scatter([hours[name] for name in names], [million[name] for name in names], "price of an hour (USD)", "a million tokens written (USD)", log="xy", names=names, x_unit="USD", y_unit="USD",
    mark=[min(million, key=million.get)], title="Llama 3 8B on rented cards, half of what they can write sold",
    alt="A million tokens written: " + "; ".join(f"{name} {fmt(million[name], 'USD')}" for name in four) + ".")

# %% [markdown]
# Is that the rule? Take every pair of a data-centre card and a card for games that has a rental price, and three jobs: training, one reader, and as many readers as fit.

# %% all_pairs
def pairs_won(rents=None, consumer=("consumer",)):
    """In which share of the pairs the data-centre card does each job for less."""
    compared = myths.pairs.pairs(devices, consumer=consumer)
    both = {key: devices[key] for pair in compared for key in pair}
    usd = myths.pairs.job_usd(llama, both, rents=rents)
    return {f"share_{job}": won for job, won in myths.pairs.share_won(usd, compared).items()}

won = pairs_won()

# %% show_pairs role="narration"
compared, h100 = myths.pairs.pairs(devices), "h100-sxm-80gb"
homes = {key: prices.rental(key) for _, key in compared}
tried = {f"with the H100 at {fmt(usd, 'USD')} an hour": pairs_won({h100: usd}) for usd in (rents[0], rents[2])}
tried |= {f"with cards for games at their {end} listed rent": pairs_won({key: getattr(card, f"usd_{name}") for key, card in homes.items()}) for end, name in (("lowest", "low"), ("highest", "high"))}
tried["with cards for desks among the cards for games"] = pairs_won(consumer=("consumer", "desk"))
verdict("C08", **won, inputs=tried, source=f"Llama 3 8B on {len(compared)} pairs of cards at rental prices as of {rental.as_of}; links left out",
        instead=f"The data-centre card does the job for less in {fmt(won['share_training'], '%')} of the pairs for training, {fmt(won['share_reader'], '%')} for one reader and "
        f"{fmt(won['share_batch'], '%')} for a full batch.")

# %% [markdown]
# What a larger card buys is room and speed for each reader. A model of 70 billion weights:

# %% larger_model
def holds(name, model):
    """Whether one such card serves the model in any format tried."""
    try:
        return bool(cost.yearly.host(model, name))
    except ValueError:
        return False

large_model = models["llama-3-1-70b"]
able = [name for name in names if holds(name, large_model)]

# %% three_ways
tokens_a_day = 1e6
rent_year = min(a_year.values())
rows = {name: cost.yearly.machine(name) for name in ("RTX 3090", "RTX 4090", "H100")}
own_year = {name: each.year_usd(hosts[name].cards(tokens_a_day)) for name, each in rows.items()}
sellers = {"Ministral 8B": "mistral-ministral-8b-latest", "GPT-4.1 nano": "openai-gpt-4-1-nano",
           "GPT-4.1": "openai-gpt-4-1", "GPT-5.5": "openai-gpt-5-5"}
call_year = {name: cost.yearly.call_usd(key, tokens_a_day) for name, key in sellers.items()}

# %% show_ways role="narration"
charity = [cost.yearly.call_usd(key, 1e6) for key in sellers.values()], [host.rent_usd(1e6) for host in hosts.values()], [each.year_usd(1) for each in rows.values()]
ways.reveal(within[tuple(min(each) <= 10_000 for each in charity)], because=f"The cheapest call {fmt(min(charity[0]), 'USD')}, the cheapest rent {fmt(min(charity[1]), 'USD')}, the cheapest machine "
            f"{fmt(min(charity[2]), 'USD')} a year, in a computer of its own with four days of somebody's work. On H100s renting and owning fail: {fmt(a_year['H100'], 'USD')} and {fmt(own_year['H100'], 'USD')}.")
table([[f"call {name}", fmt(usd, "USD"), fmt(usd / 365.25, "USD")] for name, usd in call_year.items()]
      + [[f"rent one {name}", fmt(a_year[name], "USD"), fmt(a_year[name] / 365.25, "USD")] for name in ("RTX 3090", "A100 80GB", "H100")]
      + [["own " + ("a server with eight H100" if name == "H100" else f"one {name}"), fmt(usd, "USD"), fmt(usd / 365.25, "USD")] for name, usd in own_year.items()],
      ["way", "a year", "a million tokens"], caption="A million tokens written a day, half as many read")
say(f"Of the six cards, {' and '.join(able)} hold 70 billion weights, in eight bits or four.")
in_short(f"The job decides. A small job goes to the cheapest card that holds the model: **{fmt(rent_year, 'USD')}** a year; a large one to the most bandwidth for the dollar, here {min(million, key=million.get)} at "
         f"{fmt(min(million.values()), 'USD')} a million.")
quiz("card_that_waits")

# %% [markdown]
# A card of one's own mostly waits, a seller fills it with strangers. So calls win while there is little to do. From where on do they not?

# %% explorer role="narration"
explorers.panel("cost")

# %% [markdown]
# ## Idea 3: what is in the price of a token?
# Sellers ask four things in three prices. Tokens read for the first time; tokens read that their prefix cache still holds; tokens written. The fourth are tokens of
# thinking, which come before the answer: they are billed as written, seen or not.

# %% asked
calls = {name: cost.calls.asked(key) for name, key in
         {"GPT-4.1 nano": "openai-gpt-4-1-nano", "GPT-5": "openai-gpt-5",
          "GPT-5.5": "openai-gpt-5-5", "DeepSeek V4 Pro": "deepseek-v4-pro"}.items()}
letter = {"fresh": 600, "cached": 2400, "thinking": 1000, "written": 300}

# %% guess_seen role="narration"
seen_on = prices["openai-gpt-5-input"].source.date
table([[name, fmt(price.input, "USD"), fmt(price.cached, "USD"), fmt(price.written, "USD")] for name, price in calls.items()],
      ["model", "read", "read, cached", "written"], caption=f"List prices of a million tokens, seen on {seen_on}")
visible = predict("visible_share", "An assistant of GPT-5 reads 3 000 tokens, of which 2 400 are cached. It thinks for 1 000 tokens and writes 300. Which part of the price is for the words that the reader sees?", "%")

# %% one_letter
once = cost.calls.call(calls["GPT-5"], **letter)
no_cache = cost.calls.call(calls["GPT-5"], fresh=3000, thinking=1000, written=300)
no_thought = cost.calls.call(calls["GPT-5"], fresh=600, cached=2400, written=300)
mine = cost.calls.call(calls["GPT-5.5"], **letter)  # change this line

# %% show_letter role="narration"
visible.reveal(once.written / once.total, because=f"Of {fmt(once.total, 'USD')}, thinking takes {fmt(once.thinking / once.total, '%')} and all that is read {fmt((once.fresh + once.cached) / once.total, '%')}.")
kinds = {"read": "fresh", "read, cached": "cached", "thinking": "thinking", "written": "written"}
three = {"as asked": once, "nothing cached": no_cache, "no thinking": no_thought}
figures.stacked(list(three), {kind: [1000 * getattr(each, field) for each in three.values()] for kind, field in kinds.items()}, x_label="a thousand such answers (USD)",
    title="One answer of GPT-5, by its parts", alt=f"Thinking is {fmt(once.thinking / once.total, '%')} of an answer's price; without the cache it costs {fmt(no_cache.total / once.total - 1, '%')} more.")
say(f"The same answer from GPT-5.5 costs {fmt(mine.total / once.total, 'x')} as much.")

# %% [markdown]
# Why is a written token more expensive? The prompt is read in one pass, and each written token takes a pass of its own. On a card that you rent, both prices follow from the
# hour: price of an hour / 3 600 / utilisation x 10⁶ / tokens a second. All prices here reckon with a server program, as lessons 06 and 12 do; code tuned for one reader, as in lesson 05, would be quicker.
# <!-- typed: definition -->

# %% by_batch
users = [1, 2, 4, 8, 16, 32, 64]
rented = {"device": "H100", "usd_per_device_hour": rents[1], "prompt": 200, "output": 400}
served = cost.token_price.served(llama, batch=users, utilisation=0.5, **rented)

# %% show_batch role="narration"
figures.lines(users, {"read": served.input, "written": served.output}, "requests at once", "a million tokens (USD)", log="xy", y_unit="USD", title="Llama 3 8B on a rented H100, half of it sold",
    alt=f"A million tokens written: {fmt(served.output[0], 'USD')} for a lone user, {fmt(served.output[-1], 'USD')} among 64.")
say(f"A written token costs {fmt(served.output[0] / served.input[0], 'x')} a read one for a lone user and {fmt(served.output[-1] / served.input[-1], 'x')} among 64. Sellers ask {fmt(calls['GPT-4.1 nano'].written / calls['GPT-4.1 nano'].input, 'x')} to "
    f"{fmt(calls['GPT-5'].written / calls['GPT-5'].input, 'x')} in the table above.")

# %% [markdown]
# And over the years? One seller's list goes back to 2022. Compare its best model for general use then, text-davinci-003, with its best of 2026 without extras, GPT-5.5.

# %% guess_years role="narration"
steps = ["it fell to a tenth or less", "it fell, to a half or so", "it hardly changed", "it rose"]
years = predict_choice("price_over_years", "What became of the price of a million written tokens, from the one to the other?", steps)

# %% the_years
line = ["text-davinci-003", "gpt-4o", "gpt-4-1", "gpt-5", "gpt-5-4", "gpt-5-5"]  # oldest first
small = ["gpt-4o-mini", "gpt-4-1-nano", "gpt-5-nano", "gpt-5-4-nano"]
written = {name: prices[f"openai-{name}-output"].value for name in line + small}
moved = {name: [prices[f"{name}-output{end}"].value for end in (f"-until-{day}", "")]
         for name, day in {"deepseek-chat": "2025-02-08", "openai-gpt-5-6-luna": "2026-07-30"}.items()}

# %% show_years role="narration"
rise = written["gpt-5-5"] / written["text-davinci-003"]
years.reveal(ladder(rise, {steps[0]: 0.15, steps[1]: 0.8, steps[2]: 1.2, steps[3]: None}), because=f"From {fmt(written['text-davinci-003'], 'USD')} to {fmt(written['gpt-5-5'], 'USD')}. Small models cost less: GPT-5 nano {fmt(written['gpt-5-nano'], 'USD')}.")
figures.bars(list(written), list(written.values()), x_label="a million tokens written (USD)", unit="USD", log=True, mark=["text-davinci-003", "gpt-5-5"], title="One seller's list prices: the large models, then the small ones",
    alt=f"The best model's price went from {fmt(written['text-davinci-003'], 'USD')} to {fmt(written['gpt-5-5'], 'USD')}; small ones cost {fmt(min(written.values()), 'USD')} and more.")
say(f"A price can move under one name, both ways: deepseek-chat rose {fmt(moved['deepseek-chat'][1] / moved['deepseek-chat'][0], 'x')} in a day of February 2025, GPT-5.6 luna fell to {fmt(moved['openai-gpt-5-6-luna'][1] / moved['openai-gpt-5-6-luna'][0], '%')} in July 2026. "
    "The list does not say which small model is as good as which old large one.")
in_short(f"Mostly what is written, and most of that may be thinking: of a thinking assistant's price, the words that are seen were **{fmt(once.written / once.total, '%')}**.")
quiz("thinking_is_billed")

# %% [markdown]
# ## At full size
# What does a seller's own million cost? One seller published a day of its service: tokens, machines, and the price that it reckons with for an hour of a card.

# %% a_sellers_day
day = {name: catalog.findings[key].value for name, key in
       {"read": "s001", "cached": "s002", "written": "s004", "nodes": "s005", "usd": "s006"}.items()}
by_hand = day["nodes"] * 8 * 24 * prices["h800-hour-used-by-deepseek-v3"].value
own_million = day["usd"] / day["written"] * 1e6  # everything on the written ones
income = catalog.findings["s007"].value

# %% show_day role="narration"
say(f"{fmt(day['read'], 'tokens')} read, {fmt(day['cached'] / day['read'], '%')} of them cached, {fmt(day['written'], 'tokens')} written, on {fmt(day['nodes'])} machines with eight H800: {fmt(by_hand, 'USD')} a day. That is "
    f"**{fmt(own_million, 'USD')}** for a million written, all reading included. At its list prices everything would have brought {fmt(income, 'USD')}; much was free or cheaper, as the seller says.")

# %% [markdown]
# The bill of a model begins before anybody calls it. Llama 3 8B took 1.3 million card hours by its maker's count. And some sentences of the articles that a count of the catalog decides:
# <!-- typed: published -->

# %% the_training
text = catalog.datasets["llama-3-pre-training"]
training_usd = rents[1] * catalog.runs["llama-3-8b"].device_hours
training_estimate = cost.jobs.offer(cost.jobs.training(llama, text.tokens), "h100-sxm-80gb").usd

# %% clean_here role="measured"
tidy = demo.cleaning.measured()  # one core; real pipelines do some ten times the work for a byte

# %% judge_the_rest role="measured_narration"
few, lots = (catalog.runs[f"mlperf40-lora-h100-{count}"] for count in (8, 1024))
half, whole_run = (catalog.runs[f"llama31-405b-stage-{count}"] for count in ("8k", "16k"))
bf16, fp8 = (catalog.runs[f"titan-8b-8-{name}_FSDP_compile"].tokens_per_second_per_device for name in ("bf16", "fp8"))
shared_time = [half.devices * half.mfu / (whole_run.devices * whole_run.mfu), lots.wall_seconds / few.wall_seconds]
shared_bill = [half.mfu / whole_run.mfu, lots.devices * lots.wall_seconds / (few.devices * few.wall_seconds)]
pair = ("mixtral-8x7b", "llama-2-70b")
crowd = {"device": "H100", "batch": 32, "prompt": 512, "output": 256}
design = [cost.token_price.served(models[name], devices=2, usd_per_device_hour=rents[1], **crowd).per_output for name in pair]
pace = [inference.estimate(models[name], devices=2, software="server", **crowd).token_seconds for name in pair]
bits = [cost.token_price.served(llama, format=form, usd_per_device_hour=rents[1], **crowd).per_output for form in ("fp8", "bf16")]
run_usd = rents[1] * catalog.quantities["llama-3-1-405b-hours"].value
core_hour = prices["gcp-a2-highgpu-1g-host-only"].value / 12  # a machine of twelve cores
raw_bytes = 10 * datasets.text_bytes(15.6e12, bytes_per_token=4)  # nine tenths are thrown away
text_usd = datasets.preparation_usd(raw_bytes, clean_usd_per_byte=10 * core_hour / 3600 / tidy.bytes_per_second, store_usd_per_byte_month=prices["aws-s3-standard"].value / 1e9, months=12)
labels_usd = catalog.quantities["llama-2-preference-pairs"].value * prices["preference-pair-mturk"].value
tuned_usd = catalog.quantities["llama-2-70b-hours"].value * cost.rental("A100").usd_per_device_hour
deal = prices["google-reddit-data-licence"]
alone = [entry for entry in prices.values() if entry.category == "data_licence" and "one buyer" in entry.item]
stated = sum(entry.source.kind == "reported" for entry in alone)  # what the press reports counts as estimated
verdicts(
    case("A20a", time=bf16 / fp8, money=bf16 / fp8, source="torchtitan: Llama 3.1 8B trained on 8 H100, at one price of an hour",
         inputs={"for a served token, estimated,": {"time": bits[0] / bits[1], "money": bits[0] / bits[1]}},
         instead=f"Eight bits in place of sixteen left {fmt(bf16 / fp8, '%')} of the time and the money in a published training."),
    case("A20b", time=pace[0] / pace[1], money=design[0] / design[1], source="estimates on two H100, batch of 32; called equals in arXiv 2401.04088",
         instead=f"A token of Mixtral takes {fmt(pace[0] / pace[1], '%')} of the time and {fmt(design[0] / design[1], '%')} of the money of one of Llama 2 70B, on the same two cards."),
    case("A20c", time=max(shared_time), money=min(shared_bill), source="Llama 3.1 405B, arXiv 2407.21783, table 4; MLPerf 4.0 logs",
         instead=f"Twice the cards took {fmt(shared_time[0], '%')} of the time and {fmt(shared_bill[0], '%')} of the money in the 405B run; 128 times the cards took {fmt(shared_time[1], '%')} and {fmt(shared_bill[1], 'x')} in a tuning job."),
    case("B04a", purchase=purchase, source="prices of the catalog, each with its date", inputs={words: {"purchase": usd} for words, usd in asked_for.items()},
         instead=f"A server with eight H100 costs about {fmt(purchase, 'USD')}."),
    case("B06a", licence_share=deal.value / run_usd, prices_stated=stated, source=deal.source.text,
         inputs={f"at {fmt(usd, 'USD')} for an hour of an H100": {"licence_share": deal.value / (usd / rents[1] * run_usd)} for usd in (rents[0], rents[2])},
         instead=f"One year of one site's text was reported at {fmt(deal.value / run_usd, '%')} of the 405B run's compute; of {len(alone)} prices for one buyer, {stated} are stated by a party."),
    case("B06b", text_share=text_usd / run_usd, labels_share=labels_usd / tuned_usd, source="cleaning as fast as this machine; crawled text comes in free of charge; a ranked pair as a competitor prices it, 2026",
         instead=f"Cleaning and keeping the text takes {fmt(text_usd / run_usd, '%', 1)} of the 405B run's compute; rankings by people took {fmt(labels_usd / tuned_usd, '%')} of the compute of Llama 2 70B."))

# %% [markdown]
# ## Where this estimate breaks
# Three estimates against published numbers: an owner's hour, the price of a training, and prices of tokens. The first is an analyst's figure for large buyers. The second has the maker's hours behind it; both sides take
# the same rent, so it tests hours.

# %% breaks
against = {"an owned H100, an hour": (full.usd_per_used_hour / 8, prices["own-cost-h100"].value),
           "training Llama 3 8B": (training_estimate, training_usd)}
for key, name, count in (("open-mistral-7b", "mistral-7b-v0.1", 1),
                         ("mistral-open-mixtral-8x7b", "mixtral-8x7b", 2)):
    guess = cost.token_price.served(models[name], devices=count, utilisation=0.5, **(rented | {"batch": 64}))
    against[f"{name}, a million written"] = (guess.output, cost.calls.asked(key).written)

# %% show_breaks role="narration"
table([[what, fmt(guess, "USD"), fmt(known, "USD"), fmt(guess / known - 1, "%", 2)] for what, (guess, known) in against.items()], ["what", "estimate", "published", "error"], caption="Estimate and published price")
validated("whole runs", "servers")

# %% [markdown]
# The training estimate takes 40 % of the peak for granted, and the maker's hours hold more than such steps: which part was what, they do not say. Prices of tokens are sales: a price below the estimate may come of larger batches,
# busier cards, cheaper hours, or a loss. Left out: interest, taxes, those who look after the program, and the answers' quality.
# <!-- typed: assumption -->

# %% [markdown]
# ## Your bill

# %% answer_and_run
alone_seconds, full_card = (inference.estimate(llama, device="H100", batch=batch, prompt=200, output=400).request_seconds for batch in (1, 64))
answer_usd = cost.rent_usd(rents[1], alone_seconds)
shared_usd = cost.rent_usd(rents[1], full_card / 64)
run_hours = catalog.quantities["llama-3-1-405b-hours"].value

# %% your_bill role="narration"
bill("13", "price; the answer alone on a rented card", answer=answer_usd, run=rents[1] * run_hours, unit="USD")
bill("13", "price; the answer among 64", answer=shared_usd, unit="USD")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `break_even` | 5 | easy | 1 |
# | `token_price` | 6 | medium | 2 |
# | `cheapest_card` | 8 | medium | 2 |
# | `month_of_calls` | 6 | medium | 3 |
# | `charity_plan` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/13_cost.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**A million tokens a day of an 8B model cost the one who calls {fmt(min(charity[0]), 'USD')} a year and more, the one who rents {fmt(min(charity[1]), 'USD')}, the one who owns {fmt(min(charity[2]), 'USD')}, all on the cheapest offer that can do it;
by the million {fmt(min(charity[0]) / 365.25, 'USD')}, {fmt(min(charity[1]) / 365.25, 'USD')} and {fmt(min(charity[2]) / 365.25, 'USD')}. At a billion a day a rented card writes it for {fmt(min(million.values()), 'USD')}.**

1. An owner pays for the calendar. Eight H100 must work {fmt(least_use[1], '%')} of five years to match the usual rent.
2. Bandwidth for the dollar decides who serves for least, once the card is full; before that, the cheapest hour.
3. Written tokens carry the price, and thinking is written: {fmt(once.thinking / once.total, '%')} of one answer.
4. Ask for whom, how many a day, on which card and from which date. Training Llama 3 8B: {shared('llama_3_8b_training', training_usd)} at today's rent.
""")
_ = shared("answer_usd", answer_usd), shared("run_hours", run_hours), shared("answer_seconds", alone_seconds)

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
