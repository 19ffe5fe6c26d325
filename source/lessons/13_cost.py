# %% [markdown]
# # 13 · Cost
# *From the price of an hour to the price of an idea: buy, rent, tune, or call.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lesson 05: batches; lesson 09: adapters; lesson 12: cooling | A17, A20a, A20b, A20c, B04a, B04b, B06a, B06b, B10a, B10b, B11, B12a, B12b, B12c, C05, C08 |

# %% [markdown]
# ## The question
# USD 10 000 and one idea: buy, rent, tune, or call an API?

# %% [markdown]
# ## You will be able to
# 1. **Compute** after how many hours of use buying pays (exercise `break_even`).
# 2. **Compute** what served tokens cost, and when serving overtakes training (`token_price`, `crossover`).
# 3. **Measure** what an adapter keeps of full tuning (`kept_gain`).
# 4. **Judge** a plan for a small budget (`charity_plan`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib import catalog, units
from course_lib.demos import cost as demo
from course_lib.estimators import access, cost, datasets, hardware, inference, myths, ranges
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, predict_ranking, quiz, say, sources, table, validated, verdict

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_pue_money")
quiz("recall_batch_money")

# %% [markdown]
# ## Idea 1: rent or buy is a question of hours used
# An owner pays for the calendar: [loss of value](../docs/glossary.md#depreciation), a place in a
# [data centre](../docs/glossary.md#colocation), people who look after the machine. A tenant pays for hours of use, and
# for nothing in between. Who pays less? First look at the owner's bill.

# %% claim_owning
claim("B04a")
claim("B04b")
parts = ["value lost", "housing", "staff", "electricity", "cooling"]
owner = predict_ranking("owner_parts", "A server with eight H100 works day and night for five years. "
                        "Order what its owner pays for, dearest first.", parts)

# %% [markdown]
# Each price below comes from the catalog. Three numbers do not: nobody publishes how long such a server will live, what
# it will then be sold for, and how much of a person it needs. They are assumed, and yours to change.

# %% owner_prices
price = {key: entry.value for key, entry in catalog.prices.items()}
wage = price["sysadmin-wage-us-2024"] * price["staff-overhead-high"]
server = cost.Server(
    purchase_usd=(price["h100-server-8-low"] + price["h100-server-8-high"]) / 2,
    busy_watts=10_200, idle_watts=2_000,  # full load: the price's own note; idle: assumed
    pue=catalog.cooling["industry-average-uptime-survey-2023"].pue, usd_per_kwh=price["electricity-us-commercial"],
    housing_usd_per_kw_month=price["colocation-us-2024-h2"], staff_usd_per_year=0.1 * wage,  # a tenth of one person
    life_years=5, resale_share=0.1)  # change this line: assumed

# %% owner_bill
full, light = (cost.own(server, 5, utilisation) for utilisation in (1.0, 10 / 168))
named = {"value lost": "value_lost", "housing": "housing", "staff": "staff", "electricity": "energy", "cooling": "cooling"}
paid = {part: [getattr(bill_, name) for bill_ in (full, light)] for part, name in named.items()}
owner.reveal(sorted(parts, key=lambda part: -paid[part][0]))

# %% owner_figure
thousands = {part: [usd / 1000 for usd in each] for part, each in paid.items()}
figures.stacked(["day and night", "10 hours a week"], thousands, x_label="paid in five years (thousand USD)",
    title="What a server with eight H100 costs its owner",
    alt=f"Owner's bill: day and night {fmt(full.total, 'USD')}, ten hours a week {fmt(light.total, 'USD')}: nearly the same.")

# %% verdict_owning
purchase = server.purchase_usd
asked_for = {f"at USD {fmt(price[key])} for the server": price[key] for key in ("h100-server-8-low", "h100-server-8-high")}
verdict("B04a", purchase=purchase, source="prices of the catalog, each with its date",
        inputs={words: {"purchase": usd} for words, usd in asked_for.items()},
        instead=f"A server with eight H100 costs about {fmt(purchase, 'USD')}.")

# %% verdict_running
best_pue = min(hall.pue for hall in catalog.cooling.values())
cooled = cost.own(cost.Server(**(server.numbers() | {"pue": best_pue})), 5)  # in a building as good as the best
verdict("B04b", running_over_purchase=full.running / server.purchase_usd, cooling_share=full.cooling / full.running,
        source="prices of the catalog, each with its date; life, resale and staff assumed",
        inputs={words: {"running_over_purchase": full.running / usd} for words, usd in asked_for.items()}
        | {f"in a building with a PUE of {fmt(best_pue)}": {"running_over_purchase": cooled.running / server.purchase_usd,
                                                             "cooling_share": cooled.cooling / cooled.running}},
        instead=f"Over five years, always at work, running it costs {fmt(full.running / server.purchase_usd, '%')} of its price; the "
        f"electricity for cooling is {fmt(full.cooling / full.running, '%')} of that in an average building, "
        f"{fmt(cooled.cooling / cooled.running, '%')} in the best.")

# %% [markdown]
# Two things are worth a second look. Cooling, which is heard and seen, is the smallest part. And the server that
# stands idle nearly all week costs almost as much as the busy one: it saves electricity and the cooling for it, and nothing else.
#
# Now the tenant. Begin with a reckoning that fails: divide the purchase by the rent, and call that the time after
# which buying pays.

# %% naive
dgx, asked = price["nvidia-dgx-a100-320gb-list"], catalog.prices.rental("A100 SXM 40GB")
years = [cost.break_even_hours(cost.Server(purchase_usd=dgx), 8 * rent) / units.HOURS_A_YEAR
         for rent in (asked.usd_high, asked.usd_low)]
say(f"A DGX A100 at its list price against the dearest rent: **{fmt(years[0])} years** at full use. Against the cheapest: "
    f"**{fmt(years[1])} years**. Same machine, same sum. And the reckoning leaves out two things: which?")

# %% claim_renting
claim("A17")
claim("C05")
even = predict("break_even", "Eight H100, power, housing and staff counted, always at work: when has the owner spent no "
               "more than a tenant at the cheapest rent?", "s")

# %% rents
rental = catalog.prices.rental("H100")  # the one price of an hour, with the cheapest and the dearest that lists ask
rents = {"the cheapest rent": 8 * rental.usd_low, "the middle rent": 8 * rental.usd_per_device_hour,
         "the dearest rent": 8 * rental.usd_high}
cheapest, dearest = min(rents, key=rents.get), max(rents, key=rents.get)
shares = [0.06, 0.125, 0.25, 0.5, 0.75, 1.0]
owned = cost.own(server, 5, shares).usd_per_used_hour

# %% break_even_curve
hours = {name: cost.break_even_hours(server, rents[name]) for name in (cheapest, dearest)}
even.reveal(hours[cheapest] * 3600)
worth = cost.break_even_utilisation(server, rents[cheapest])
figures.lines(shares, {"owned": owned} | {name: [rents[name]] * len(shares) for name in hours}, "used hours (%)",
    "an hour of use (USD)", log="xy", x_unit="%", y_unit="USD", title="Eight H100: owned or rented",
    alt=f"An owned hour falls from {fmt(owned[0], 'USD')} to {fmt(owned[-1], 'USD')}; "
        f"below {fmt(worth, '%')} of use even the cheapest rent is less.")
say(f"Bought, it must work {fmt(worth, '%')} of its five years to match {cheapest}. Against {dearest}: "
    f"{fmt(cost.break_even_utilisation(server, rents[dearest]), '%')}.")

# %% [markdown]
# The simple sum left out what the owner goes on paying, and it took every hour as used. The true rule is
#
# hours of use = (purchase - resale) / (rent - power of a used hour - costs of a calendar hour / utilisation).
#
# With less use the last term grows, so each hour saves less, and there are fewer of them. Below the share above, the
# machine's life ends before the purchase is won back: there is no [break-even](../docs/glossary.md#break-even). And the
# same hour has very different prices, so ask which rent a comparison was made with.

# %% free_hours
free = catalog.prices["kaggle-free-gpu-quota"]
table([[entry.item, f"{fmt(entry.value)} {entry.unit}", entry.source.date, entry.notes]
       for entry in catalog.prices.values() if entry.category == "notebook"],
      ["notebook offer", "price or hours", "as of", "limits"], caption="Free and cheap hours, and their limits")

# %% verdict_buying
usual, low, high = (8 * usd for usd in (rental.usd_per_device_hour, rental.usd_low, rental.usd_high))
words = {usd: f"at {fmt(usd / 8, 'USD')} for an hour of an H100" for usd in (low, high)}
over = {usd: {"rent_over_own_full": usd / full.usd_per_used_hour, "rent_over_own_light": usd / light.usd_per_used_hour}
        for usd in (usual, low, high)}
verdict("A17", **over[usual], inputs={words[usd]: over[usd] for usd in words}, source=f"owner's bill above; rent: {rental.text}",
        instead=f"Rent is {fmt(over[usual]['rent_over_own_full'], 'x')} the owner's cost for those who use a server day and night, and "
        f"{fmt(over[usual]['rent_over_own_light'], 'x')} for those who use it ten hours a week.")
verdict("C05", own_over_rent_light=light.usd_per_used_hour / usual, source=f"owner's bill above; rent: {rental.text}",
        inputs={words[usd]: {"own_over_rent_light": light.usd_per_used_hour / usd} for usd in words},
        instead=f"At ten hours a week owning costs {fmt(light.usd_per_used_hour / usual, 'x')} the rent, and {fmt(free.value)} hours a week are free.")

# %% check_rent
quiz("idle_owner")

# %% [markdown]
# ## Idea 2: serving overtakes training
# Training is paid once, and its price stands in the headlines. Answering is paid for each token, by whoever hosts the
# model, for as long as it is used. When has the second bill grown as long as the first?

# %% guess_crossover
llama, text = catalog.models["llama-3-8b"], catalog.datasets["llama-3-pre-training"]
cross = predict("serving_crossover", f"Llama 3 read {fmt(text.tokens, 'tokens')}. After how many served tokens has "
                "serving done as many FLOPs as training?", "tokens")

# %% [markdown]
# <!-- typed: definition -->
# Training takes 6 FLOPs for each weight and token, serving 2, attention apart. So 6ND = 2NS: the weights cancel.

# %% crossover
cross.reveal(cost.token_price.crossover_tokens(text.tokens))
years = [0.1, 0.3, 1, 3, 10]
daily = {"1 billion a day": 1e9, "10 billion": 1e10, "100 billion": 1e11}  # change this line
over = {name: [at / cost.token_price.crossover_years(text.tokens, tokens) for at in years] for name, tokens in daily.items()}
first = cost.token_price.crossover_years(text.tokens, 1e11)
figures.lines(years, over | {"training": [1] * len(years)}, "years in use", "FLOPs over those of training (x)", log="xy",
    title="Serving Llama 3, by tokens a day",
    alt=f"At 100 billion tokens a day serving passes training after {fmt(first)} years; at a billion, not in ten.")

# %% [markdown]
# The ratio is three for any model, whatever its size. How soon it comes depends on the text it read and on its use. That
# is why Llama 3 8B was trained far
# beyond the best split of lesson 02: whoever expects many served tokens pays more in training for a smaller model.
#
# That was arithmetic. In money, a token read and a token written differ, as prefill and decode do in lesson 05. An
# hour is paid for, busy or not, so its price falls on the tokens that are really served.

# %% price_of_tokens
hour = rental.usd_per_device_hour
users = [1, 2, 4, 8, 16, 32, 64]
case = {"device": "H100", "usd_per_device_hour": hour, "prompt": 512, "output": 256, "utilisation": 0.5}
served = cost.token_price.served(llama, batch=users, **case)
figures.lines(users, {"read": served.input, "written": served.output}, "requests at once", "a million tokens (USD)",
    log="xy", y_unit="USD", title="Llama 3 8B on a rented H100, busy half the time",
    alt=f"A million tokens written: {fmt(served.output[0], 'USD')} alone, {fmt(served.output[-1], 'USD')} in a batch of 64.")

# %% api_prices
api = {key: cost.token_price.api(key) for key in ("open-mistral-7b", "openai-gpt-4-1-nano", "openai-gpt-4-1")}
seen_on = catalog.prices["openai-gpt-4-1-input"].source.date
table([[key, fmt(read, "USD"), fmt(written, "USD")] for key, (read, written) in api.items()],
      ["API", "a million read", "a million written"], caption=f"List prices, seen on {seen_on}")

# %% [markdown]
# So serving is expensive in real time for one user and cheap for a crowd, now in money too. Whoever sells calls fills
# the batch with strangers; a machine of one's own mostly waits.
#
# A model that is served also grows old. The world moves on, and users find its faults. Its makers train it again, teach
# it how to behave again ([post-training](../docs/glossary.md#post-training), where bias is worked on), and host it.

# %% claim_upkeep
claim("B10a")
claim("B10b")
jobs_of_a_year = ["training it again", "a new post-training", "hosting 10 billion tokens a day"]
kept_up = predict_ranking("upkeep_order", "A year with an 8B model. Order by machine time, dearest first.", jobs_of_a_year)

# %% upkeep
again = min(catalog.runs[new].device_hours / catalog.runs[old].device_hours
            for old, new in (("llama-3-8b", "llama-3-1-8b"), ("llama-3-70b", "llama-3-3-70b")))
post = catalog.quantities["deepseek-v3-post-training-hours"].value / catalog.quantities["deepseek-v3-hours"].value
first_usd = hour * catalog.runs["llama-3-8b"].device_hours
hosting = access.upkeep.hosting_usd(1e10, served.per_output[-1], ready_devices=1, usd_per_device_hour=hour)
year = access.upkeep.yearly(first_usd, hosting=hosting, retraining_share=again, post_training_share=post)

# %% verdict_upkeep
kept_up.reveal([name for _, name in sorted(zip((year.retraining, year.post_training, year.hosting), jobs_of_a_year,
                                               strict=True), reverse=True)])
say(f"First training: {fmt(first_usd, 'USD')}. One year after: **{fmt(year.total, 'USD')}**, {fmt(year.share, 'x')} as much. "
    f"One card that stands ready costs {fmt(access.upkeep.hosting_usd(0, 1, 1, hour), 'USD')} a year, asked or not.")
verdict("B10a", retraining_share=again, source="hours of Llama 3, 3.1 and 3.3 (Meta)",
        instead=f"The makers' next training of the same model cost {fmt(again, 'x')} as much as the first; a new post-training, as published for "
        f"DeepSeek-V3, {fmt(post, '%', 2)}.")

# %% verdict_hosting
tenth = access.upkeep.hosting_usd(1e9, served.per_output[-1], ready_devices=1, usd_per_device_hour=hour)
verdict("B10b", hosting_share=hosting / first_usd, source="hours of Llama 3 (Meta); hosting estimated, ten billion tokens a day",
        inputs={"with a billion tokens a day": {"hosting_share": tenth / first_usd}},
        instead=f"A year of ten billion tokens a day costs {fmt(hosting / first_usd, '%')} of the first training of Llama 3 8B.")

# %% check_serving
quiz("served_tokens")

# %% [markdown]
# And data? Lesson 02 priced a licence. Here is the rest of that bill. Machines collect text, drop what they saw before
# or what is hardly language, and keep the remainder. For post-training, people read two answers and say which is better.

# %% claim_data
claim("B06a")
claim("B06b")
kinds = ["collecting, cleaning and keeping the text of a 405B run", "people ranking 1.4 million pairs of answers"]
dearer = predict_choice("dear_data", "Which costs more?", kinds)

# %% data_bill role="measured"
tidy = demo.cleaning.measured()  # one core here; real pipelines do some ten times the work for each byte
big, raw_bytes = catalog.runs["llama31-405b-stage-16k"], 10 * datasets.text_bytes(15.6e12, bytes_per_token=4)
text_usd = datasets.preparation_usd(raw_bytes, collect_usd_per_byte=price["aws-internet-egress-first-10-tb"] / 1e9,
    clean_usd_per_byte=10 * demo.core_usd_per_hour() / 3600 / tidy.bytes_per_second,
    store_usd_per_byte_month=price["aws-s3-standard"] / 1e9, months=12)
labels_usd = catalog.quantities["llama-2-preference-pairs"].value * price["preference-pair-mturk"]
big_hours = catalog.quantities["llama-3-1-405b-hours"].value
tuned_usd = catalog.quantities["llama-2-70b-hours"].value * cost.rental("A100").usd_per_device_hour
dearer.reveal(kinds[int(labels_usd > text_usd)])

# %% verdict_data role="measured"
say(f"A core here cleans {fmt(tidy.bytes_per_second, 'B/s')}. Text: {fmt(text_usd, 'USD')} for {fmt(raw_bytes, 'B')} "
    f"collected, a tenth of it kept for use. Rankings: **{fmt(labels_usd, 'USD')}**.")
verdict("B06b", text_share=text_usd / (hour * big_hours), labels_share=labels_usd / tuned_usd,
        source="this machine's cleaning rate at a rented core's price; price of a ranked pair as quoted by a competitor, 2026",
        instead=f"Collecting, cleaning and keeping the text takes {fmt(text_usd / (hour * big_hours), '%')} of the 405B run's compute; the rankings by "
        f"people took {fmt(labels_usd / tuned_usd, '%')} of the compute of Llama 2 70B.")

# %% verdict_licence
deal = catalog.prices["google-reddit-data-licence"]
alone = [entry for entry in catalog.prices.values() if entry.category == "data_licence" and "one buyer" in entry.item]
stated = sum(entry.source.kind == "reported" for entry in alone)  # press reports count as estimated
verdict("B06a", licence_share=deal.value / (hour * big_hours), prices_stated=stated, source=f"{deal.source.text}; rent of the H100: {rental.text}",
        inputs={f"at {fmt(usd, 'USD')} for an hour of an H100": {"licence_share": deal.value / (usd * big_hours)} for usd in (rental.usd_low, rental.usd_high)},
        instead=f"One year of one site's text was reported at {fmt(deal.value / (hour * big_hours), '%')} of the 405B run's compute; of "
        f"{len(alone)} prices for one buyer, {stated} are stated by a party.")

# %% [markdown]
# ## Idea 3: yesterday's frontier becomes cheap, while today's moves away
# GPT-2 was a frontier model of its day. Later a single programmer trained one as good, from public text, on one rented
# server. What did that cost?

# %% claim_frontier
claim("B11")
gpt2, today = catalog.runs["gpt2-xl-openai"], catalog.runs["nanochat-d24"]
cheap = predict("gpt2_today", f"Its training cost {fmt(gpt2.cost_usd, 'USD')} in {gpt2.year}. And a model "
                f"as good in {today.year}?", "USD")

# %% gpt2
cheap.reveal(today.cost_usd)
fall = access.budgets.fall_per_year(gpt2.cost_usd, today.cost_usd, today.year - gpt2.year)
peaks = [hardware.peak(catalog.devices[run.device_key]) for run in (gpt2, today)]
rates = [run.cost_usd / run.device_hours for run in (gpt2, today)]
chips = peaks[1] / rates[1] / (peaks[0] / rates[0])
say(f"Each year {fmt(fall, 'x')} cheaper. Of {fmt(gpt2.cost_usd / today.cost_usd, 'x')} in all, FLOPs for the dollar make "
    f"**{fmt(chips, 'x')}**, and better use, data and recipes the other {fmt(gpt2.cost_usd / today.cost_usd / chips, 'x')}.")

# %% dear_runs
known = {"Meena": ("patterson-meena", "tpu-v3"), "GPT-3": ("patterson-gpt3", "v100-sxm2-16gb"),
         "PaLM 540B": ("palm-540b", "tpu-v4")}  # each run's card, at its rent today
dear = {name: (catalog.runs[run].year, catalog.runs[run].device_hours * cost.rental(card).usd_per_device_hour)
        for name, (run, card) in known.items()} | {"Llama 3.1 405B": (big.year, big_hours * hour)}

# %% frontier
at, usd = [list(each) for each in zip(*dear.values(), strict=True)]
growth, *_ = access.budgets.yearly_factor(at, usd)
figures.scatter([*at, gpt2.year, today.year], [*usd, gpt2.cost_usd, today.cost_usd], "year", "training run (USD)",
    names=[*dear, "GPT-2", "GPT-2 again"], mark=[*dear, "GPT-2", "GPT-2 again"], log="y", x_unit="year", y_unit="USD",
    groups=["frontier"] * len(dear) + ["GPT-2 class"] * 2, title="The frontier and what it leaves behind",
    alt=f"The dearest run grows {fmt(growth, 'x')} a year; GPT-2 fell {fmt(fall, 'x')} a year.")
at_rent = {each: [*usd[:-1], big_hours * each] for each in (rental.usd_low, rental.usd_high)}
verdict("B11", budget_share=1e5 / max(usd), growth=growth, source="hours of published runs at today's rent",
        inputs={f"at {fmt(each, 'USD')} for an hour of an H100": {"budget_share": 1e5 / max(paid), "growth": access.budgets.yearly_factor(at, paid)[0]}
                for each, paid in at_rent.items()},
        instead=f"USD 100 000 pay for {fmt(1e5 / max(usd), '%')} of the most expensive run, whose price grows {fmt(growth, 'x')} a year; a GPT-2 got "
        f"{fmt(fall, 'x')} cheaper each year.")

# %% [markdown]
# Both are true at once: what was out of reach comes within reach in some years, and by then what is new has moved
# away. Is it the hardware? Ask what a fixed budget trains as of each year, when later prices and cards do not count.

# %% budget_by_year
looks = [2017, 2020, 2023, 2026]  # change this line
offers = [access.budgets.best_hour(as_of) for as_of in looks]
bought = [access.budgets.trains(1e4, offer.usd, hardware.peak(offer.device)) for offer in offers]
table([[str(as_of), f"{offer.device.name}, {offer.basis}", fmt(offer.usd, "USD"), fmt(plan.params, "weights"), fmt(plan.loss)]
       for as_of, offer, plan in zip(looks, offers, bought, strict=True)],
      ["as of", "best hour, and how", "USD an hour", "model for USD 10 000", "loss by the law"],
      caption="At 40 % of the peak; purchases without power and staff, so their hours are too cheap")

# %% [markdown]
# Hardware alone moves slowly here. (The larger factor of GPT-2 rests on one dear hour, see where this estimate breaks.)
# The large step for a small group is not to train from nothing. Take an open model and
# [tune](../docs/glossary.md#fine-tuning) it on a text of your own, or train an [adapter](../docs/glossary.md#lora): two
# thin matrices beside each large one, which stays frozen.

# %% claim_open
claim("B12a")
claim("B12b")
claim("B12c")
share = access.tuning.adapter_weights(llama, 8) / llama.published.total_params
lora_price = predict("lora_price", f"An adapter trains {fmt(share, '%')} of the weights. What part of full tuning's price does it cost?", "%")

# %% ways
ways = access.tuning.ways(llama, tokens=1e7, pretraining_tokens=text.tokens, device=catalog.devices["H100"], usd_per_device_hour=hour)
scratch, whole, adapter, packed = ways
lora_price.reveal(adapter.usd / whole.usd)
table([[way.name, fmt(way.trained), fmt(way.memory_bytes, "B"), fmt(way.devices), fmt(way.usd, "USD")] for way in ways],
      ["way", "weights trained", "memory for states", "H100 needed", "price"],
      caption=f"{llama.name}, ten million tokens of one's own, {fmt(hour, 'USD')} an hour; "
      f"{fmt(access.tuning.ROOM, '%')} of each card kept for activations")

# %% [markdown]
# <!-- typed: definition -->
# Frozen weights still work for every token, forward and back. Only the work for their own gradients is spared: 4 FLOPs a weight in
# place of 6, and packed ones must be unpacked at each use. What an adapter saves is memory, and so cards.
#
# Either way the price is small change beside training. But is the result as good? Equal quality is no gift: measure it,
# on unseen text, with more than one seed.

# %% base_model
base = demo.pretrained(steps=180)  # a tiny GPT that reads source code

# %% [markdown]
# The purpose is the English of Python's built-in help, which it has never read.

# %% tune_here role="measured"
runs = demo.compare(base, steps=60, seeds=(0, 1), ways=("full tuning", "LoRA"))
runs += [demo.tune(base, "quantised LoRA", steps=60)]
table([[run.way, str(run.seed), fmt(run.loss_before), fmt(run.loss), fmt(run.held.states, "B"), fmt(run.held.peak, "B"),
        fmt(run.seconds, "s"), fmt(1e6 * run.usd, "USD")] for run in runs],
      ["way", "seed", "unseen before", "after (nats)", "states", "peak", "time", "a million such runs"],
      caption="The tiny GPT, here, on one core")
kept = demo.kept_gain(runs)
say(f"The adapter kept **{' and '.join(fmt(part, '%') for part in kept)}** of the gain, in about "
    f"{fmt(runs[1].seconds / runs[0].seconds, 'x')} the time. These runs are short and tiny. Large models are reported "
    "to lose nothing on many tasks (arXiv 2106.09685) and something on others (arXiv 2405.09673).")

# %% verdict_open
verdict("B12c", tune_usd=adapter.usd, tune_over_train=adapter.usd / scratch.usd, source="estimate for Llama 3 8B on an H100",
        instead=f"An adapter for an open 8B model, trained on ten million tokens, costs {fmt(adapter.usd, 'USD')}.")

# %% a_year_open
daily, words_a_year = 1e6, 365.25 * 1e6
hosts = {key: inference.estimate(llama, device=key, prompt=512, output=256) for key in catalog.prices.rented()}
able = [key for key, found in hosts.items() if found.fits and found.tokens_per_second >= daily / 86_400]
years_usd = {key: catalog.prices.rental(key).usd_per_device_hour * units.HOURS_A_YEAR for key in able}
cheap_card = min(years_usd, key=years_usd.get)
called = {key: cost.token_price.usage_usd(0, words_a_year, *cost.token_price.api(key)) for key in ("open-mistral-7b", "mistral-ministral-8b-latest")}

# %% verdict_year_open
in_centres = {key: usd for key, usd in years_usd.items() if myths.pairs.made_for(catalog.devices[key]) == "data centre"}
centre_card = min(in_centres, key=in_centres.get)
at_ends = [usd * units.HOURS_A_YEAR for usd in (catalog.prices.rental(cheap_card).usd_low, catalog.prices.rental(cheap_card).usd_high)]
verdict("B12a", open_usd=years_usd[cheap_card], source=f"{catalog.devices[cheap_card].name}: {catalog.prices.rental(cheap_card).text}",
        inputs={f"at {fmt(usd / units.HOURS_A_YEAR, 'USD')} an hour": {"open_usd": usd} for usd in at_ends}
        | {f"on the cheapest data-centre card, {catalog.devices[centre_card].name},": {"open_usd": in_centres[centre_card]}},
        instead=f"A year of Llama 3 8B on a rented {catalog.devices[cheap_card].name} costs {fmt(years_usd[cheap_card], 'USD')}, and the card writes up to "
        f"{fmt(hosts[cheap_card].tokens_per_second * 86_400, 'tokens')} a day for one reader at a time.")

# %% verdict_api
verdict("B12b", api_usd=min(called.values()), source=f"list prices, seen on {seen_on}",
        inputs={"through an API for a larger model, GPT-4.1,": {"api_usd": cost.token_price.usage_usd(0, words_a_year, *api["openai-gpt-4-1"])}},
        instead=f"The same year through the cheapest API for such a model costs {fmt(min(called.values()), 'USD')}.")

# %% check_tuning
quiz("adapter_price")

# %% [markdown]
# Three more ways to a lower price are praised: more cards, fewer bits, better designs. The first one is lesson 10's.

# %% claim_techniques
claim("A20a")
claim("A20b")
claim("A20c")
few, lots = (catalog.runs[f"mlperf40-lora-h100-{count}"] for count in (8, 1024))
many = predict("parallel_money", f"A tuning job of {fmt(few.wall_seconds, 's')} on {few.devices} H100 runs on "
               f"{lots.devices}. By which factor does its price change?", "x")

# %% techniques
parallel = lots.devices * lots.wall_seconds / (few.devices * few.wall_seconds)
many.reveal(parallel)
crowd = case | {"batch": 32}
bits = [cost.token_price.served(llama, format=form, **crowd).per_output for form in ("fp8", "bf16")]
names = ("mixtral-8x7b", "llama-2-70b")
designs = [cost.token_price.served(catalog.models[name], devices=2, **crowd).per_output for name in names]
paces = {users: [inference.estimate(catalog.models[name], device="H100", devices=2, batch=users, prompt=512, output=256).token_seconds
                 for name in names] for users in (1, 32)}

# %% published_techniques
bf16, fp8 = (catalog.runs[f"titan-8b-8-{name}_FSDP_compile"].tokens_per_second_per_device for name in ("bf16", "fp8"))
half, whole_run = (catalog.runs[f"llama31-405b-stage-{count}"] for count in ("8k", "16k"))
shared_time = [half.devices * half.mfu / (whole_run.devices * whole_run.mfu), lots.wall_seconds / few.wall_seconds]
shared_bill = [half.mfu / whole_run.mfu, parallel]

# %% verdict_precision
verdict("A20a", time=bf16 / fp8, money=bf16 / fp8, source="torchtitan: Llama 3.1 8B trained on 8 H100, at one price of an hour",
        inputs={"for a served token, estimated,": {"time": bits[0] / bits[1], "money": bits[0] / bits[1]}},
        instead=f"Eight bits in place of sixteen left {fmt(bf16 / fp8, '%')} of the time and the money in a published training.")

# %% verdict_design
verdict("A20b", time=paces[32][0] / paces[32][1], money=designs[0] / designs[1],
        source="estimates on two H100, batch of 32. Mixtral against Llama 2 70B: called its equal in arXiv 2401.04088",
        inputs={"for a lone reader": {"time": paces[1][0] / paces[1][1]}},
        instead=f"A token of Mixtral takes {fmt(paces[32][0] / paces[32][1], '%')} of the time and {fmt(designs[0] / designs[1], '%')} of the money "
        "of one of Llama 2 70B, on the same two cards.")

# %% verdict_sharing
verdict("A20c", time=max(shared_time), money=min(shared_bill), source="Llama 3.1 405B, arXiv 2407.21783, table 4; MLPerf 4.0 logs",
        instead=f"Twice the cards took {fmt(shared_time[0], '%')} of the time and {fmt(shared_bill[0], '%')} of the money in the 405B run; 128 times the "
        f"cards took {fmt(shared_time[1], '%')} and {fmt(shared_bill[1], 'x')} in a tuning job.")

# %% [markdown]
# And cards? A data-centre card costs more by the hour. Does it cost less by the job? Every pair of a data-centre and a
# consumer card with a rental price counts, in three jobs: training, writing for one reader, and for as many as fit.

# %% claim_pairs
claim("C08")

# %% compare_pairs
def pairs_won(rents=None, consumer=("consumer",)):
    """In which share of the pairs the data-centre card does each job for less."""
    compared = myths.pairs.pairs(catalog.devices, consumer=consumer)
    cards = {key: catalog.devices[key] for pair in compared for key in pair}
    return {f"share_{job}": share for job, share in
            myths.pairs.share_won(myths.pairs.job_usd(llama, cards, rents=rents), compared).items()}

won = pairs_won()

# %% verdict_pairs
compared, h100_key = myths.pairs.pairs(catalog.devices), "h100-sxm-80gb"
homes = {key: catalog.prices.rental(key) for _, key in compared}
tried = {f"with the H100 at {fmt(usd, 'USD')} an hour": pairs_won({h100_key: usd}) for usd in (rental.usd_low, rental.usd_high)}
tried |= {f"with consumer cards at their {end} listed rent": pairs_won({key: getattr(card, f"usd_{name}") for key, card in homes.items()})
          for end, name in (("lowest", "low"), ("highest", "high"))}
tried["with cards for desks among the consumer cards"] = pairs_won(consumer=("consumer", "desk"))
verdict("C08", **won, inputs=tried, source=f"Llama 3 8B on {len(compared)} pairs of cards at rental prices as of {rental.as_of}; links left out",
        instead=f"The data-centre card does the job for less in {fmt(won['share_training'], '%')} of the pairs for training, "
        f"{fmt(won['share_reader'], '%')} for one reader and {fmt(won['share_batch'], '%')} for a full batch.")

# %% [markdown]
# ## At full size
# The question again: an assistant for a charity, `2` million tokens read and `1` million written each day, for a year.
# A range stands where the inputs have one.

# %% full_size
read, written = 365.25 * 2e6, 365.25 * 1e6  # change this line
life = ranges.Range(low=3, value=5, high=7)
machine = ranges.Range(low=price["h100-server-8-low"], value=server.purchase_usd, high=price["h100-server-8-high"])

def own_a_year(usd: float, years: float) -> float:
    changed = server.numbers() | {"purchase_usd": usd, "life_years": years}
    return cost.own(cost.Server(**changed), 1, utilisation=0.06).total / 8

# %% ways_of_the_charity
own = ranges.spread(own_a_year, usd=machine, years=life)
listed = sorted(usd / 8 * units.HOURS_A_YEAR for usd in rents.values())
small, large = (cost.token_price.usage_usd(read, written, *api[key]) for key in ("openai-gpt-4-1-nano", "openai-gpt-4-1"))
charity = {"train an 8B model": (scratch.usd, scratch.usd), "own a card, an eighth of the server": (own.low, own.high),
           "rent one card, day and night": (listed[0], listed[-1]), "call an API, small or large": (small, large),
           "tune first, once": (adapter.usd, packed.usd)}
table([[way, fmt(low, "USD"), fmt(high, "USD"), "yes" if high <= 1e4 else "no"] for way, (low, high) in charity.items()],
      ["way", "low", "high", "within USD 10 000"], caption="One year. Own: 80 % range; rent: cheapest and dearest list price")

# %% own_bill
alone_seconds, share_seconds = (inference.estimate(llama, device="H100", batch=batch, prompt=200, output=400).request_seconds / batch
                                for batch in (1, 64))
bill("13", "price; the answer alone on a rented card", answer=cost.rent_usd(hour, alone_seconds),
     run=hour * catalog.quantities["llama-3-1-405b-hours"].value, unit="USD")
bill("13", "price; the answer in a batch of 64", answer=cost.rent_usd(hour, share_seconds), unit="USD")

# %% [markdown]
# Letters may come at any hour, so a card must stand ready, and most of the time it would idle. A tuned model needs such
# a card, too. An API shares one machine among many, and wins here. Where answers may wait, a card for some hours a week
# is the other cheap way.

# %% [markdown]
# ## Where this estimate breaks
# Published prices of runs are mostly hours times a rate: they test arithmetic and validate nothing. A list price below
# our estimate may mean larger batches, busier cards, fewer bits, cheaper hours or better software than was assumed
# here, or a sale at a loss. The frontier's old runs are priced at today's rents for old cards, so in the money of their
# time the price may have grown more slowly.

# %% breaks
rows = []
for key, rate in (("mpt-7b", 2.0), ("gpt2-xl-openai", 8.0), ("nanochat-d24", 3.0)):  # rates as the sources name them
    run = catalog.runs[key]
    guess = cost.rent_usd(rate, run.device_hours * 3600)
    rows.append([run.model, fmt(guess, "USD"), fmt(run.cost_usd, "USD"), fmt(guess / run.cost_usd - 1, "%", 2)])
for key, name, count in (("open-mistral-7b", "mistral-7b-v0.1", 1), ("mistral-open-mixtral-8x7b", "mixtral-8x7b", 2)):
    guess, listed = cost.token_price.served(catalog.models[name], devices=count, **crowd).output, cost.token_price.api(key)[1]
    rows.append([f"{name}, a million written", fmt(guess, "USD"), fmt(listed, "USD"), fmt(guess / listed - 1, "%", 2)])
table(rows, ["what", "estimate", "published", "error"], caption="Estimate and published price")
validated("whole runs", "servers")  # the hours and the speeds behind the prices

# %% [markdown]
# The source prices a TPU hour of 2019 at four times what a list price of today says, so GPT-2's fall may be smaller.
# Left out: interest, taxes, failed runs, salaries of those who train, and the price of a licence (lesson 02). Life and
# resale of a card are guesses until it is sold.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `break_even` | 5 | easy | 1 |
# | `token_price` | 6 | medium | 2 |
# | `crossover` | 5 | medium | 2 |
# | `kept_gain` | 7 | medium | 3 |
# | `charity_plan` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/13_cost.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. Count hours of use. Eight H100 must work {fmt(worth, '%')} of five years to beat the cheapest rent, and an idle owner
   still pays.
2. Serving equals training after three times the training tokens. A million tokens written cost
   {fmt(served.output[0], 'USD')} for one user and {fmt(served.output[-1], 'USD')} each in a batch of 64.
3. An adapter costs {fmt(adapter.usd / whole.usd, '%')} of full tuning's price and {fmt(adapter.memory_bytes / whole.memory_bytes, '%')}
   of its memory. Here it kept {fmt(min(kept), '%')} of the gain or more: measure yours.
4. Before you train, ask whether a call does it: a year for the charity costs from {fmt(small, 'USD')} by API.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
