# %% [markdown]
# # 13 · Cost
# *From the price of an hour to the price of a token, and who pays it.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 04](04_hardware.ipynb): cards; [lesson 06](06_serving.ipynb): batches and the prefix cache; [lesson 12](12_energy.ipynb): PUE | A17, A20a, A20b, A20c, B04a, B04b, B06a, B06b, C08, C11 |

# %% [markdown]
# ## The question
# Rent, own or call: what does a million tokens cost, and whom?
#
# Take a charity that answers letters. A model of the size of Llama 3 8B is good enough for it. It writes a million tokens a day, and has USD 10 000 for a year.
# <!-- typed: thought experiment -->

# %% ask_ways role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, case, claim, figures, fmt, in_short, ladder, predict, predict_choice, predict_ranking, quiz, say,
                                 shared, sources, table, verdict, verdicts)

within = {(True, False, False): "calling only", (True, True, False): "calling or renting", (True, True, True): "each of the three", (False, False, False): "none"}
ways = predict_choice("charity_ways", "It may rent a card day and night, own one, or call a seller's model, each by the cheapest offer. Which ways stay within its money?",
                      list(within.values()))

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
say(f"{fmt(machine.server.purchase_usd, 'USD')} over eight cards' rent: {fmt(naive_years[0])} years by the cheapest rent, **{fmt(naive_years[1])} years** at {shared('h100_hour', rents[1])} an hour, "
    f"{fmt(naive_years[2])} by the highest. And an owner goes on paying.")

# %% [markdown]
# What else does an owner pay? Value lost is the price less what it is sold for ([depreciation](../docs/glossary.md#depreciation)). Housing is a place in a
# [data centre](../docs/glossary.md#colocation), by the kilowatt, cooling plant included. So "cooling" is the plant's electricity alone: what
# [PUE](../docs/glossary.md#pue) adds. Nobody publishes how long such a server lives, what it is sold for and how much of a person it takes. These are assumed, and yours to change.

# %% the_owner
as_bought = machine.server.numbers() | {"life_years": 5, "resale_share": 0.1}  # change this line
server = cost.Server(**as_bought)
used = {"day and night": 1.0, "ten hours a week": 10 / 168}
bills = {name: cost.own(server, server.life_years, share) for name, share in used.items()}

# %% owner_fixed
full, light = (cost.own(machine.server, 5, share) for share in used.values())  # as assumed first

# %% show_owner role="narration"
named = {"value lost": "value_lost", "housing": "housing", "staff": "staff", "electricity": "energy", "cooling": "cooling"}
figures.stacked(list(bills), {part: [getattr(each, field) / 1000 for each in bills.values()] for part, field in named.items()},
    x_label=f"paid in {fmt(server.life_years)} years (thousand USD)", title="What a server with eight H100 costs its owner",
    alt=f"In {fmt(server.life_years)} years: day and night {fmt(bills['day and night'].total, 'USD')}, ten hours a week {fmt(bills['ten hours a week'].total, 'USD')}: nearly the same bill.")

# %% [markdown]
# An owner pays for the calendar, a tenant for hours of use. An example. A machine costs USD 9 000, one like it rents
# for USD 4 an hour, its owner pays USD 1 for every hour of the calendar.
#
# - Always used, an hour of use saves 4 - 1 = USD 3: even after 3 000 hours.
# - Used half the time, each hour of use carries two hours of the calendar. It saves 4 - 2 = USD 2: even after 4 500 hours.
# - Used a quarter of the time, it saves 4 - 4 = nothing: never.
#
# With electricity, and what the machine is sold for, that is the [break-even](../docs/glossary.md#break-even):
#
# hours of use = (purchase - resale) / (rent - electricity of an hour of use - costs of an hour of the calendar / utilisation),
#
# in USD and USD an hour; utilisation is hours of use over all hours.
# <!-- typed: definition -->

# %% guess_even role="narration"
even = predict("break_even", "The server, always at work, against the usual rent: by the full rule, after what time has its owner paid no more than a tenant?", "s")

# %% break_even
even_hours = [cost.break_even_hours(machine.server, 8 * rent) for rent in rents]
least_use = [cost.break_even_utilisation(machine.server, 8 * rent) for rent in rents]
shares = [0.06, 0.125, 0.25, 0.5, 0.75, 1.0]
owned = cost.own(machine.server, 5, shares).usd_per_used_hour / 8

# %% show_even role="narration"
even.reveal(even_hours[1] * units.HOUR, because=f"The sum that failed said {fmt(naive_hours[1] * units.HOUR, 's')}.")
figures.lines(shares, {"owned": owned, "cheapest rent": [rents[0]] * 6, "usual rent": [rents[1]] * 6, "highest rent": [rents[2]] * 6}, "hours of use over all hours (%)",
    "a card's hour of use (USD)", log="xy", x_unit="%", y_unit="USD", title="An H100 by the hour: owned or rented",
    alt=f"An owned hour falls from {fmt(owned[0], 'USD')} at {fmt(shares[0], '%')} use to {fmt(owned[-1], 'USD')}; it meets the usual rent at {fmt(least_use[1], '%')}.")
in_short(f"With much use: eight H100 must work **{fmt(least_use[1], '%')}** of five years to match the usual rent.")

# %% [markdown]
# ## Idea 2: which card for which job?
# A million tokens a day are some twelve a second. That is no job for a server with eight cards. Which card is enough? A card must hold the weights, in two bytes each or fewer, beside the
# caches of those who write at once. Then it must write fast enough.

# %% six_cards
names = ["T4", "RTX 3090", "RTX 4090", "L4", "A100 80GB", "H100"]
llama = models["llama-3-8b"]
hosts = {name: cost.yearly.host(llama, name) for name in names}
hours = {name: prices.rental(name).usd_per_device_hour for name in names}
half_sold = {"utilisation": 0.5}
a_year = {name: host.rent_usd(1e6, **half_sold) for name, host in hosts.items()}

# %% show_cards role="narration"
table([[name, prices.rental(name).market, fmt(hours[name], "USD"), fmt(host.device.memory_bytes_per_second, "B/s"), fmt(host.reader_tokens_per_second), fmt(a_year[name], "USD")] for name, host in hosts.items()],
      ["card", "from a", "an hour", "bandwidth", "tokens/s, each of 64", "a year"],
      caption=f"Llama 3 8B, a million tokens a day; rent of {rental.as_of}")

# %% [markdown]
# All six write far more than twelve tokens a second. So one card of any kind is enough, and the cheapest hour wins. Look at whose hour it is: from a marketplace, it is an hour of somebody else's machine.
# (The T4 has no room for two bytes a weight: it runs the weights in one byte each, so each token reads half as much.)
#
# Now a larger job: a billion tokens a day. Cards must be whole, and half of what they could write is kept for busy hours.

# %% guess_billion role="narration"
four = ["L4", "RTX 4090", "A100 80GB", "H100"]
claim("C08")
billion = predict_ranking("billion_a_day", "Order four cards by the price of a billion tokens a day, most expensive first.", four)

# %% a_billion
cards = {name: hosts[name].cards(1e9, utilisation=0.5) for name in names}
large_year = {name: hosts[name].rent_usd(1e9, utilisation=0.5) for name in names}
million = {name: usd / (1e9 * 365.25) * 1e6 for name, usd in large_year.items()}  # USD, written
for_the_dollar = {name: hosts[name].device.memory_bytes_per_second / hours[name] for name in names}

# %% show_billion role="narration"
dearest = sorted(four, key=lambda name: -large_year[name])
alike = dearest == sorted(four, key=lambda name: for_the_dollar[name])
billion.reveal(dearest, because="; ".join(f"{name} {fmt(large_year[name], 'USD')}" for name in dearest) + " a year"
               + (". That is the order of bandwidth for the dollar, not of the hour." if alike else ". That is neither the order of the hour nor of bandwidth for the dollar."))
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
tried |= {f"with cards for games at their {end} rent": pairs_won({key: getattr(card, f"usd_{name}") for key, card in homes.items()}) for end, name in (("lowest", "low"), ("highest", "high"))}
verdict("C08", **won, inputs=tried, source=f"Llama 3 8B on {len(compared)} pairs of cards; links left out",
        instead=f"A data-centre card is cheaper by the job in {fmt(won['share_training'], '%')} of the pairs for training, {fmt(won['share_reader'], '%')} for one reader, {fmt(won['share_batch'], '%')} for a full batch.")

# %% [markdown]
# What a larger card buys is room, and speed for each reader. Which of the six hold Llama 3.1 70B in sixteen, eight or four bits?
#
# And the charity's three ways. An owner's computer around the card, and four days of somebody's work a year, are counted:

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
machines = {name: cost.yearly.machine(name) for name in ("RTX 3090", "RTX 4090", "H100")}
own_year = {name: each.year_usd(hosts[name].cards(1e6)) for name, each in machines.items()}
sellers = {"Ministral 8B": "mistral-ministral-8b-latest", "GPT-4.1 nano": "openai-gpt-4-1-nano",
           "GPT-4.1": "openai-gpt-4-1", "GPT-5.5": "openai-gpt-5-5"}
call_year = {name: cost.yearly.call_usd(key, 1e6) for name, key in sellers.items()}

# %% show_ways role="narration"
least = [min(call_year.values()), min(host.rent_usd(1e6) for host in hosts.values()), min(own_year.values())]
ways.reveal(within[tuple(usd <= 10_000 for usd in least)], because=f"Eight H100 of one's own: {fmt(own_year['H100'], 'USD')} a year.")
table([[f"call {name}", fmt(usd, "USD"), fmt(usd / 365.25, "USD")] for name, usd in call_year.items()]
      + [["rent RTX 3090", fmt(least[1], "USD"), fmt(least[1] / 365.25, "USD")], ["own RTX 3090", fmt(own_year["RTX 3090"], "USD"), fmt(own_year["RTX 3090"] / 365.25, "USD")]],
      ["way", "a year", "a million"], caption="A million tokens a day, half as many read")
in_short(f"A small job: the cheapest hour, **{fmt(least[1], 'USD')}** a year. A large one: bandwidth for the dollar, at two bytes a weight. Llama 3.1 70B: {' or '.join(able)}.")
quiz("card_that_waits")

# %% [markdown]
# A card that serves one charity mostly waits; a seller's is filled by strangers. So calls win while there is little to do. From where on do they not?

# %% explorer role="narration"
explorers.panel("cost")

# %% [markdown]
# ## Idea 3: what is in the price of a token?
# Sellers ask four things in three prices. Tokens read for the first time; tokens read that their prefix cache still holds; tokens written. The fourth are tokens of
# thinking, which come before the answer: they are billed as written, seen or not.

# %% asked
calls = {name: cost.calls.asked(key) for name, key in
         {"GPT-4.1 nano": "openai-gpt-4-1-nano", "GPT-5": "openai-gpt-5",
          "GPT-5.5": "openai-gpt-5-5"}.items()}
letter = {"fresh": 600, "cached": 2400, "thinking": 1000, "written": 300}

# %% guess_seen role="narration"
seen_on = prices["openai-gpt-5-input"].source.date
table([[name, fmt(price.input, "USD"), fmt(price.cached, "USD"), fmt(price.written, "USD")] for name, price in calls.items()],
      ["model", "read", "read, cached", "written"], caption=f"List prices of a million tokens, seen on {seen_on}")
visible = predict("visible_share", "GPT-5 reads 3 000 tokens, 2 400 of them cached, thinks for 1 000 and writes 300. Which part of the price is for the 300?", "%")

# %% one_letter
once = cost.calls.call(calls["GPT-5"], **letter)
no_cache = cost.calls.call(calls["GPT-5"], fresh=3000, thinking=1000, written=300)
no_thought = cost.calls.call(calls["GPT-5"], fresh=600, cached=2400, written=300)

# %% show_letter role="narration"
visible.reveal(once.written / once.total, because=f"Of {fmt(once.total, 'USD')}, thinking takes {fmt(once.thinking / once.total, '%')} and all that is read {fmt((once.fresh + once.cached) / once.total, '%')}.")
kinds = {"read": "fresh", "read, cached": "cached", "thinking": "thinking", "written": "written"}
three = {"as asked": once, "nothing cached": no_cache, "no thinking": no_thought}
figures.stacked(list(three), {kind: [1000 * getattr(each, field) for each in three.values()] for kind, field in kinds.items()}, x_label="a thousand such answers (USD)",
    title="One answer of GPT-5, by its parts", alt=f"Thinking is {fmt(once.thinking / once.total, '%')} of an answer's price; without the cache it costs {fmt(no_cache.total / once.total - 1, '%')} more.")

# %% [markdown]
# Why is a written token more expensive? The prompt is read in one pass, and each written token takes a pass of its own. On a card that you rent, both prices follow from the
# hour: price of an hour / 3 600 / utilisation x 10⁶ / tokens a second. All prices here reckon with a server program, as lessons 06 and 12 do; code tuned for one reader, as in lesson 05, would be quicker.
# <!-- typed: definition -->

# %% by_batch
users = [1, 2, 4, 8, 16, 32, 64]  # change this line
rented = {"device": "H100", "usd_per_device_hour": rents[1], "prompt": 200, "output": 400}
served = cost.token_price.served(llama, batch=users, utilisation=0.5, **rented)

# %% show_batch role="narration"
say(f"A written token costs {fmt(served.output[0] / served.input[0], 'x')} a read one for a lone user ({fmt(served.output[0], 'USD')} a million), {fmt(served.output[-1] / served.input[-1], 'x')} among 64 ({fmt(served.output[-1], 'USD')}). The table asks "
    f"{fmt(calls['GPT-4.1 nano'].written / calls['GPT-4.1 nano'].input, 'x')} to {fmt(calls['GPT-5'].written / calls['GPT-5'].input, 'x')}.")

# %% [markdown]
# And over the years? One seller's list goes back to 2022. Compare its best model for general use then, text-davinci-003, with its best of 2026 without extras, GPT-5.5.

# %% guess_years role="narration"
steps = ["it fell to a tenth or less", "it fell, to a half or so", "it hardly changed", "it rose"]
years = predict_choice("price_over_years", "What became of the price of a million written tokens, from the one to the other?", steps)

# %% the_years
line = ["text-davinci-003", "gpt-4o", "gpt-4-1", "gpt-5", "gpt-5-4", "gpt-5-5"]  # oldest first
small = ["gpt-4o-mini", "gpt-4-1-nano", "gpt-5-nano", "gpt-5-4-nano"]
written = {name: prices[f"openai-{name}-output"].value for name in line + small}

# %% show_years role="narration"
rise = written["gpt-5-5"] / written["text-davinci-003"]
years.reveal(ladder(rise, {steps[0]: 0.15, steps[1]: 0.8, steps[2]: 1.2, steps[3]: None}), because="Small models cost less; no list says whether they are as good.")
figures.bars(list(written), list(written.values()), x_label="a million tokens written (USD)", unit="USD", log=True, mark=["text-davinci-003", "gpt-5-5"], title="One seller's list prices: the large models, then the small ones",
    alt=f"The best model's price went from {fmt(written['text-davinci-003'], 'USD')} to {fmt(written['gpt-5-5'], 'USD')}; small ones cost {fmt(min(written.values()), 'USD')} and more.")
in_short(f"Mostly what is written, thinking included: the words seen were **{fmt(once.written / once.total, '%')}** of one answer's price.")

# %% [markdown]
# ## At full size
# What does a seller's own million cost? DeepSeek published a day of its service: tokens, machines, and the price that it reckons with for an hour of a card.

# %% a_sellers_day
keys = {"written": "s004", "nodes": "s005", "usd": "s006"}
seller = {name: catalog.findings[key].value for name, key in keys.items()}
hour_assumed = prices["h800-hour-used-by-deepseek-v3"].value
by_hand = seller["nodes"] * 8 * 24 * hour_assumed  # machines of eight cards
own_million = seller["usd"] / seller["written"] * 1e6  # everything on the written ones
income = catalog.findings["s007"].value

# %% show_day role="narration"
say(f"{fmt(seller['written'], 'tokens')} written, on {fmt(seller['nodes'])} machines with eight H800: {fmt(by_hand, 'USD')} a day, **{fmt(own_million, 'USD')}** a million, reading included. "
    f"List prices would bring {fmt(income, 'USD')}; really it was much less.")

# %% [markdown]
# A model costs before anybody calls it: what does the training of Llama 3 8B, by its maker's card hours, at today's rent? And then the sentences that a count decides.

# %% the_training
text = catalog.datasets["llama-3-pre-training"]
training_usd = rents[1] * catalog.runs["llama-3-8b"].device_hours
training_estimate = cost.jobs.offer(cost.jobs.training(llama, text.tokens), "h100-sxm-80gb").usd

# %% tell_training role="narration"
say(f"Training Llama 3 8B: **{shared('llama_3_8b_training', training_usd)}**.")

# %% clean_here role="measured"
tidy = demo.cleaning.measured()  # one core; real pipelines do some ten times the work for a byte

# %% techniques role="narration"
few, lots = (catalog.runs[f"mlperf40-lora-h100-{count}"] for count in (8, 1024))
half, whole_run = (catalog.runs[f"llama31-405b-stage-{count}"] for count in ("8k", "16k"))
bf16, fp8 = (catalog.runs[f"titan-8b-8-{name}_FSDP_compile"].tokens_per_second_per_device for name in ("bf16", "fp8"))
shared_time = [half.devices * half.mfu / (whole_run.devices * whole_run.mfu), lots.wall_seconds / few.wall_seconds]
shared_bill = [half.mfu / whole_run.mfu, lots.devices * lots.wall_seconds / (few.devices * few.wall_seconds)]
crowd = {"device": "H100", "batch": 32, "prompt": 512, "output": 256}
pair = [models[name] for name in ("mixtral-8x7b", "llama-2-70b")]
design = [cost.token_price.served(model, devices=2, usd_per_device_hour=rents[1], **crowd).per_output for model in pair]
pace = [inference.estimate(model, devices=2, software="server", **crowd).token_seconds for model in pair]
bits = [cost.token_price.served(llama, format=form, usd_per_device_hour=rents[1], **crowd).per_output for form in ("fp8", "bf16")]

# %% owners_and_data role="measured_narration"
over = {usd: {"rent_over_own_full": 8 * usd / full.usd_per_used_hour, "rent_over_own_light": 8 * usd / light.usd_per_used_hour} for usd in rents}
purchase = machine.server.purchase_usd
asked_for = {f"at {fmt(prices[key].value, 'USD')} for the server": prices[key].value for key in ("h100-server-8-low", "h100-server-8-high")}
best_pue = min(hall.pue for hall in catalog.cooling.values())
cooled = cost.own(cost.Server(**(machine.server.numbers() | {"pue": best_pue})), 5)
in_best = {"in the best building": {"running_over_purchase": cooled.running / purchase, "cooling_share": cooled.cooling / cooled.running}}
run_usd = rents[1] * catalog.quantities["llama-3-1-405b-hours"].value
core_hour = prices["gcp-a2-highgpu-1g-host-only"].value / 12  # a machine of twelve cores
raw_bytes = 10 * datasets.text_bytes(15.6e12, bytes_per_token=4)  # nine tenths are thrown away; what comes in is not charged
text_usd = datasets.preparation_usd(raw_bytes, clean_usd_per_byte=10 * core_hour / 3600 / tidy.bytes_per_second, store_usd_per_byte_month=prices["aws-s3-standard"].value / 1e9, months=12)
labels_usd = catalog.quantities["llama-2-preference-pairs"].value * prices["preference-pair-mturk"].value
tuned_usd = catalog.quantities["llama-2-70b-hours"].value * cost.rental("A100").usd_per_device_hour
deal, all_buyers = prices["google-reddit-data-licence"], prices["reddit-data-licences"]
alone = [entry for entry in prices.values() if entry.category == "data_licence" and "one buyer" in entry.item]
stated = sum(entry.source.kind == "reported" for entry in alone)  # what the press reports counts as estimated

# %% high_end
hourly = myths.high_end.rents()  # each GPU that is rented by the hour
top = max(hourly, key=hourly.get)
winners = list(myths.high_end.cheapest(top, hourly).values())
common = max(set(winners), key=winners.count)
h100_wins = list(myths.high_end.cheapest("h100-sxm-80gb", hourly).values())

# %% say_instead role="measured_narration"
whole = {
    "A17": f"Rent is {fmt(over[rents[1]]['rent_over_own_full'], 'x')} the owner's cost for those who use a server day and night, and "
    f"{fmt(over[rents[1]]['rent_over_own_light'], 'x')} for those who use it ten hours a week.",
    "A20a": f"Eight bits in place of sixteen left {fmt(bf16 / fp8, '%')} of the time and the money in a published training.",
    "A20b": f"A token of Mixtral takes {fmt(pace[0] / pace[1], '%')} of the time and {fmt(design[0] / design[1], '%')} of the money of one of Llama 2 70B, on the same two cards.",
    "A20c": f"Twice the cards took {fmt(shared_time[0], '%')} of the time and {fmt(shared_bill[0], '%')} of the money in the 405B run; 128 times the cards took {fmt(shared_time[1], '%')} and "
    f"{fmt(shared_bill[1], 'x')} in a tuning job.",
    "B04a": f"A server with eight H100 costs about {fmt(purchase, 'USD')}.",
    "B04b": f"Over five years, always at work, running a server costs {fmt(full.running / purchase, '%')} of its price; the electricity for cooling is {fmt(full.cooling / full.running, '%')} of that in an "
    f"average building, {fmt(cooled.cooling / cooled.running, '%')} in the best.",
    "B06a": f"One year of one site's text was reported at {fmt(deal.value / run_usd, '%')} of the 405B run's compute; the seller itself states {fmt(all_buyers.value, 'USD')} from all buyers.",
    "B06b": f"Collecting, cleaning and keeping the text takes {fmt(text_usd / run_usd, '%', 1)} of the 405B run's compute; the rankings by people took {fmt(labels_usd / tuned_usd, '%')} of the compute of Llama 2 70B.",
    "C11": f"Look for FLOP/s a dollar: to tune the {fmt(len(winners))} models that the most expensive card, {devices[top].name}, can tune, {devices[common].name} is the cheapest for {fmt(winners.count(common))}.",
}

# %% judge_the_rest role="measured_narration"
verdicts(
    case("A17", **over[rents[1]], inputs={f"at {fmt(usd, 'USD')} for an hour of an H100": over[usd] for usd in (rents[0], rents[2])}, source=f"owner's bill above; rent: {rental.text}",
         short=f"Rent: {fmt(over[rents[1]]['rent_over_own_full'], 'x')} the owner's cost day and night, {fmt(over[rents[1]]['rent_over_own_light'], 'x')} at ten hours a week.", instead=whole["A17"]),
    case("A20a", time=bf16 / fp8, money=bf16 / fp8, source="torchtitan: Llama 3.1 8B trained on 8 H100, at one price of an hour",
         inputs={"for a served token, estimated,": {"time": bits[0] / bits[1], "money": bits[0] / bits[1]}},
         short=f"Eight bits left {fmt(bf16 / fp8, '%')} of time and money.", instead=whole["A20a"]),
    case("A20b", time=pace[0] / pace[1], money=design[0] / design[1], source="estimates on two H100, batch of 32; called equals in arXiv 2401.04088",
         short=f"Mixtral: {fmt(pace[0] / pace[1], '%')} of Llama 2 70B's time, {fmt(design[0] / design[1], '%')} of its money.", instead=whole["A20b"]),
    case("A20c", time=max(shared_time), money=min(shared_bill), source="Llama 3.1 405B, arXiv 2407.21783, table 4; MLPerf 4.0 logs",
         short=f"Twice the cards: {fmt(shared_time[0], '%')} of the time, {fmt(shared_bill[0], '%')} of the money; 128 times: {fmt(shared_time[1], '%')} and {fmt(shared_bill[1], 'x')}.", instead=whole["A20c"]),
    case("B04a", purchase=purchase, source="prices of the catalog, each with its date", inputs={words: {"purchase": usd} for words, usd in asked_for.items()}, short=f"About {fmt(purchase, 'USD')}.", instead=whole["B04a"]),
    case("B04b", running_over_purchase=full.running / purchase, cooling_share=full.cooling / full.running, source="prices of the catalog; life, resale and staff assumed", inputs=in_best,
         short=f"Running: {fmt(full.running / purchase, '%')} of the price; cooling's electricity: {fmt(full.cooling / full.running, '%')} of that, {fmt(cooled.cooling / cooled.running, '%')} in the best building.", instead=whole["B04b"]),
    case("B06a", licence_share=deal.value / run_usd, prices_stated=stated, source=f"{deal.source.text}; {all_buyers.source.text}",
         inputs={f"at {fmt(usd, 'USD')} for an hour of an H100": {"licence_share": deal.value / (usd / rents[1] * run_usd)} for usd in (rents[0], rents[2])},
         short=f"A year of one site: {fmt(deal.value / run_usd, '%')} of the run, by reports; the seller states {fmt(all_buyers.value, 'USD')}.", instead=whole["B06a"]),
    case("C11", share_high=winners.count(top) / len(winners), source=f"estimates; rental prices of {len(hourly)} cards as of {rental.as_of}", inputs={"with the H100 as the high-end card": {"share_high": h100_wins.count("h100-sxm-80gb") / len(h100_wins)}},
         short=f"{devices[top].name} is it for {fmt(winners.count(top))} of {fmt(len(winners))}, {devices[common].name} for {fmt(winners.count(common))}.", instead=whole["C11"]),
    case("B06b", text_share=text_usd / run_usd, labels_share=labels_usd / tuned_usd, source="cleaning as fast as this machine; a ranked pair as a competitor prices it, 2026", short=f"Text: {fmt(text_usd / run_usd, '%', 1)} of the 405B run; rankings: {fmt(labels_usd / tuned_usd, '%')} of Llama 2 70B.", instead=whole["B06b"]))

# %% [markdown]
# ## Where this estimate breaks
# Estimates against published numbers. An owner's hour: an analyst's figure for large buyers. A training: both sides take the same rent, so it tests hours. And prices of tokens.

# %% breaks
owned_hour = full.usd_per_used_hour / 8, prices["own-cost-h100"].value
crowded = rented | {"batch": 64, "utilisation": 0.5}
mistral = cost.token_price.served(models["mistral-7b-v0.1"], **crowded).output
mixtral = cost.token_price.served(models["mixtral-8x7b"], devices=2, **crowded).output
both = ("open-mistral-7b", "mistral-open-mixtral-8x7b")
asked_too = [cost.calls.asked(key).written for key in both]

# %% show_breaks role="narration"
against = {"an owned H100, an hour": owned_hour, "training Llama 3 8B": (training_estimate, training_usd), "Mistral 7B, a million written": (mistral, asked_too[0]),
           "Mixtral, a million written": (mixtral, asked_too[1])}
table([[what, fmt(guess, "USD"), fmt(known, "USD"), fmt(guess / known - 1, "%", 2)] for what, (guess, known) in against.items()], ["what", "estimate", "published", "error"], caption="Estimate and published")

# %% [markdown]
# The training estimate takes 40 % of the peak for granted; what filled the other hours, the maker does not say. Prices of tokens are sales: a price below the estimate may come of larger batches,
# busier cards, cheaper hours, or a loss. What an owner of one card pays is mostly assumed hours of somebody who looks after it: own or rent hangs on them. Left out: interest, taxes, those who look after the program, and how good the answers are.
# <!-- typed: definition -->

# %% [markdown]
# ## Your bill

# %% answer_and_run
answer = {"device": "H100", "prompt": 200, "output": 400}  # timed by code tuned for it, as in 05
alone_seconds = inference.estimate(llama, batch=1, **answer).request_seconds
crowd_seconds = inference.estimate(llama, batch=64, **answer).request_seconds
answer_usd = cost.rent_usd(rents[1], alone_seconds)
shared_usd = cost.rent_usd(rents[1], crowd_seconds / 64)
run_hours = catalog.quantities["llama-3-1-405b-hours"].value

# %% your_bill role="narration"
bill("13", "price; alone on a card", answer=answer_usd, run=rents[1] * run_hours, unit="USD")
bill("13", "price; among 64", answer=shared_usd, unit="USD")

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
**At a million tokens a day an 8B model's million costs the caller {fmt(least[0] / 365.25, 'USD')}, the tenant {fmt(least[1] / 365.25, 'USD')}, the owner {fmt(least[2] / 365.25, 'USD')}; at a billion a day the tenant {fmt(min(million.values()), 'USD')}.**

1. Eight H100 must work {fmt(least_use[1], '%')} of five years to match the usual rent.
2. A card that waits: the cheapest hour. A full one: bandwidth for the dollar.
3. Thinking was {fmt(once.thinking / once.total, '%')} of one answer's price.
4. Ask how many, which card, and when.
""")
_ = shared("answer_usd", answer_usd), shared("run_hours", run_hours), shared("answer_seconds", alone_seconds)

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
