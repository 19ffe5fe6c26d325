# %% [markdown]
# # 12 · Energy
# *From a chip's watts to the carbon of a run, and how to tell it honestly.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 04](04_hardware.ipynb): watts; [lesson 06](06_serving.ipynb): batches; [lesson 10](10_parallelism.ipynb): card hours | A16, A18, B05, B07, B08a, B08b, B13 |

# %% [markdown]
# ## The question
# Which saves more: better cooling, another place, or another hour?

# %% ask_levers role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, case, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, say, shared, sources, table, verdict, verdicts)

levers = ["cooling: average building to best fleet", "place: US grid to France's", "hour: California, mean start to best start"]
lever = predict_ranking("carbon_levers", "A server trains for four hours. Which change divides its carbon by most? Most first.", levers)

# %% [markdown]
# ## You will be able to
# 1. **Compute** the energy of a run from hours, watts and building (exercise `run_mwh`).
# 2. **Find** the cleanest hours for a job (`cleanest_start`).
# 3. **Compute** what growth cancels gains, and **measure** what a batch saves (`break_even_growth`, `joules_by_batch`).
# 4. **Judge** whether a footprint is honestly told (`honest_footprint`).

# %% [markdown]
# ## Set up

# %% setup
from collections import Counter
from course_lib.catalog import cooling, findings, grid_days, grids, models, quantities, runs
from course_lib.demos import energy as demo, measure, tiny_gpt
from course_lib.estimators import energy, inference

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_thought_tokens")
quiz("recall_watt_hours")

# %% [markdown]
# ## Idea 1: how does anyone know what a run took?
# Begin with a failure, of sources this time. Papers state the energy of their training. Before you use such a figure, ask how it was found.

# %% stated
with_energy = {key: run for key, run in runs.items() if run.energy_joules}

# %% guess_measured role="narration"
honest = predict("energies_measured", f"{len(with_energy)} runs of the catalog state an energy. How many were measured?", "runs")

# %% how_found
ways = {key: run.energy_basis.split(",")[0] or "not said" for key, run in with_energy.items()}
ways |= {key: "hours x stated watts" for key, way in ways.items() if "circular" in way}
ways |= {key: "measured" for key, run in with_energy.items() if run.energy_measured}
counted = Counter(ways.values())

# %% show_found role="narration"
honest.reveal(counted["measured"], because="At the plug or on the chips, at times on one node and multiplied.")
table([[way, str(count), ", ".join(with_energy[key].model.split(" (")[0] for key in ways if ways[key] == way)] for way, count in counted.most_common()],
      ["how it was found", "runs", "which"], caption="Every run of the catalog that states an energy")

# %% [markdown]
# Hours x stated watts is [circular](../docs/glossary.md#circular-figure). Take such a row, and the formula gives the published figure back:
#
# energy (Wh) = device hours (h) x watts of a device (W) x servers x network x [PUE](../docs/glossary.md#pue).
#
# *Servers* and *network* are factors: what processors, fans and switches draw on top. PUE is all energy of the building over that of its machines: cooling, and what is
# lost on the way from the street.

# %% circular
row = runs["llama1-7b"]
paper_site = energy.Site(server=1, network=1, pue=row.pue)  # the paper counts no servers
again = energy.run(row.device_hours, watts=400, site=paper_site)

# %% tell_circular role="narration"
say(f"Published: {fmt(row.energy_joules / 3600, 'Wh')}. Hours x 400 W x {row.pue}: {fmt(again.total / 3600, 'Wh')}. They agree: nothing was measured.")

# %% [markdown]
# An honest estimate knows more. A card at work draws less than its limit, and a waiting one more than nothing. Each factor is only known within a range, so the product has a
# range as well: one that should hold the truth in four cases of five. Here is the run of OLMo, from its model, its tokens and its card.

# %% from_the_inside
card = "A100 SXM 40GB"  # change this line: "H100"
olmo = energy.training(models["OLMo-7B"], 2e12, device=card, seq=2048)
parts = {"cards": olmo.devices, "servers": olmo.servers,
         "network": olmo.network, "building": olmo.cooling}
megawatt_hours = {name: joules / 3.6e9 for name, joules in parts.items()}

# %% show_parts role="narration"
told = ", ".join(f"{name} {fmt(1e6 * part, 'Wh')}" for name, part in megawatt_hours.items())
say(f"In all **{fmt(olmo.total / 3600, 'Wh')}** ({fmt(olmo.low / 3600, 'Wh')} to {fmt(olmo.high / 3600, 'Wh')}): {told}.")

# %% [markdown]
# How much power does a large run draw? Energy is for bills; for cables and power stations it is *power* that counts.

# %% powers
each = energy.run(1, device="H100").total / 3600  # joules of an hour: watts of a card's part
cluster = energy.run(16_384, device="H100")
watts = {"H100 with all around it": each, "server with 8 H100": 8 * each,
         "rack GB300, no building": quantities["gb300-nvl72-rack-power"].value,
         "the run's 16 384 H100": cluster.total / 3600,
         "campus Abilene": 1e9 * quantities["openai-stargate-abilene-power"].value,
         "Nvidia, OpenAI: intended": 1e9 * quantities["nvidia-and-openai-letter-of-intent"].value}

# %% show_powers role="narration"
home = quantities["us-household-electricity"]
home_watts = home.joules / (365.25 * 86400)
homes = cluster.total / 3600 / home_watts
figures.bars(list(watts), list(watts.values()), x_label="power (W)", unit="W", log=True, mark=["the run's 16 384 H100"], title="From a card to a campus",
    alt="; ".join(f"{name} {fmt(value, 'W')}" for name, value in list(watts.items())[2:]) + ".")
say(f"The cluster draws {fmt(cluster.total / 3600, 'W')} ({fmt(cluster.low / 3600, 'W')} to {fmt(cluster.high / 3600, 'W')}), as much *power* as {fmt(homes, 'American homes')}.")
in_short(f"Often nobody does: of {len(with_energy)} stated energies **{counted['measured']}** were measured.")
quiz("circular_agrees")

# %% [markdown]
# ## Idea 2: what does a kilowatt-hour emit?
# A kilowatt-hour is a kilowatt-hour, but its carbon depends on who makes it. Coal, gas, wind and nuclear power share a grid, and their shares change with place and hour: that is
# the [carbon intensity](../docs/glossary.md#carbon-intensity), in grams of CO2 equivalent. A training job does not mind where it runs, and often not when.

# %% guess_hour role="narration"
starts = ["after midnight", "at breakfast", "about noon", "in the evening"]
clean = predict_choice("cleanest_hour", "A day in April in California, a job of four hours. Which start is cleanest?", starts)

# %% the_day
day = grid_days["California"].grams_per_kwh
by_start = energy.carbon.by_start(day, hours=4)  # mean of the job, for each start
start = energy.carbon.cleanest_start(day, hours=4)
length = 12  # change this line
longer = energy.carbon.cleanest_start(day, hours=length)

# %% show_day role="narration"
clean.reveal(ladder(start.hour, {starts[0]: 5, starts[1]: 10, starts[2]: 17, starts[3]: None}), because=f"Best from {start.hour} o'clock, by {fmt(start.saving, '%')} against the mean start.")
figures.lines(list(range(24)), {one.name: list(one.grams_per_kwh) for one in grid_days.values()}, "hour of the day", "carbon (g CO2e/kWh)", title="Two grids, one day each",
    alt=f"California: {fmt(min(day))} g by day, {fmt(max(day))} before dawn; Texas lies between {fmt(min(grid_days['Texas'].grams_per_kwh))} and {fmt(max(grid_days['Texas'].grams_per_kwh))}.")
say(f"A job of {length} hours saves {fmt(longer.saving, '%')}, from {longer.hour} o'clock.")

# %% [markdown]
# Nights are not clean as such: what counts is what generates. California's valley lies between sunrise and sunset; in Texas, on a windy Sunday, the early morning was cleanest. So there is
# no good hour for every place; there is a forecast to look at. Now the three changes of the question, each as carbon before over carbon after.

# %% the_levers
usa, france = grids["USA"].grams_per_kwh, grids["France"].grams_per_kwh
average = cooling["Industry average (Uptime survey) 2025"].pue
best_fleet = min(hall.pue for hall in cooling.values())
gains = [average / best_fleet, usa / france, by_start.mean() / start.grams_per_kwh]
texas = energy.carbon.cleanest_start(grid_days["Texas"].grams_per_kwh, hours=4)
in_texas = 1 / (1 - texas.saving)

# %% show_levers role="narration"
factors = dict(zip(levers, gains, strict=True))
lever.reveal(sorted(levers, key=lambda name: -factors[name]), because="; ".join(f"{name.split(':')[0]} {fmt(factors[name], 'x')}" for name in levers) + f"; in Texas the hour {fmt(in_texas, 'x')}.")
figures.bars([*levers, "hour: the same in Texas"], [*gains, in_texas], unit="x", x_label="carbon before / after (x)", title="Changes to one job",
    alt=f"Cooling {fmt(gains[0], 'x')}, the place {fmt(gains[1], 'x')}, the hour {fmt(gains[2], 'x')} in California and {fmt(in_texas, 'x')} in Texas.")

# %% [markdown]
# Length matters, too.

# %% explorer role="narration"
explorers.panel("energy")

# %% [markdown]
# All this took a grid's *mean*. But what will one more job switch on? A power station that would else have stood still: that is
# [marginal carbon](../docs/glossary.md#marginal-carbon). The catalog has no hourly record of it, so take two ends. Gas follows demand at every hour; or gas does in the evening, and by day there is
# sun to spare that would be switched off.

# %% by_margin
gas, sun = (grids[name].grams_per_kwh
            for name in ("natural gas, life cycle", "solar PV, utility, life cycle"))
evening = by_start[19]
moved = {"mean of the grid": (evening, start.grams_per_kwh),
         "gas at every hour": (gas, gas), "gas, and spare sun by day": (gas, sun)}

# %% show_margin role="narration"
table([[name, fmt(1 - early / late, "%")] for name, (late, early) in moved.items()], ["counted by", "saved"], caption=f"California, start moved from 19 to {start.hour} o'clock")

# %% [markdown]
# And there is a change on paper. *[Location-based](../docs/glossary.md#location-based)* carbon counts the grid a building stands on.
# *[Market-based](../docs/glossary.md#market-based)* carbon first takes off what contracts for clean power cover. Both are honest, if it is said which.

# %% two_accounts
card_hours = quantities["llama-3-1-405b-hours"].value
run = energy.run(card_hours, device="H100")
local = energy.carbon.location_based(run.total, usa)  # kilograms
paper = energy.carbon.market_based(run.total, usa, covered=1)

# %% tell_accounts role="narration"
stated = quantities["llama-3-1-405b-carbon"]
say(f"The 405B run on the US grid: **{fmt(local / 1000, 't')}** by place, {fmt(paper / 1000, 't')} by contracts for all of it.")

# %% [markdown]
# Suppose the power really is wind's, day and night. Making the machines took carbon as well. This [embodied carbon](../docs/glossary.md#embodied-carbon) is spread over the hours in which they
# serve.

# %% machines_too
making = quantities["h100-embodied"].kilograms  # one card, and its part of a server
making += quantities["server-without-gpus-embodied"].kilograms / 8
life, used = quantities["server-life-amazon"].value, quantities["bloom-server-use"].value
embodied = energy.carbon.embodied(making, card_hours, life_years=life, used_share=used)

# %% on_wind
winds = {name: grids[name].grams_per_kwh for name in ("wind", "wind, onshore, life cycle")}
world = grids["World average"].grams_per_kwh
dirty = energy.carbon.location_based(run.total, world)

# %% guess_wind role="narration"
claim("B08b")
left = predict("wind_left", f"The 405B run took {fmt(run.total / 3600, 'Wh')}; its part of the machines is {fmt(embodied / 1000, 't')}. From the world's mean grid ({fmt(world, 'g/kWh')}) to wind ({fmt(winds['wind'], 'g/kWh')}): "
               "how much of all carbon is left?", "%")

# %% wind_cases
def left_of(grams_per_kwh, machines_kg):
    """What wind leaves of the electricity's carbon, and of all carbon."""
    calm = energy.carbon.location_based(run.total, grams_per_kwh)
    return {"electricity_left": calm / dirty,
            "all_left": (calm + machines_kg) / (dirty + machines_kg)}

maker = quantities["hgx-h100-embodied"].kilograms / 8
less = maker + quantities["server-without-gpus-embodied"].kilograms / 8
machines = {"a third party": embodied, "its maker": embodied * less / making}
cases = {(wind, card): left_of(winds[wind], machines[card]) for wind in winds for card in machines}

# %% judge_wind role="narration"
base = cases["wind", "a third party"]
left.reveal(base["all_left"], because="The machines emit as before.")
named = {(wind, card): f"{fmt(winds[wind])} g/kWh ({grids[wind].source.text.split(' ')[0].split('/')[-1]}), card by {card}" for wind, card in cases}
figures.bars(list(named.values()), [cases[key]["all_left"] for key in named], unit="%", x_label="carbon left, machines included (%)", title="The run on wind, by whose figures",
    alt="; ".join(f"{name}: {fmt(cases[key]['all_left'], '%')}" for key, name in list(named.items())[::3]) + ".")
verdict("B08b", **base, inputs={f"with {named[key]},": cases[key] for key in list(named)[1:3]},
        source="estimate for the 405B run; embodied carbon as in EcoLogits",
        instead=f"Wind leaves {fmt(base['electricity_left'], '%')} of the electricity's carbon, and {fmt(min(one['all_left'] for one in cases.values()), '%')} to {fmt(base['all_left'], '%')} with the machines, by source.")
in_short(f"It depends on place and hour: France's emits **{fmt(france / usa, '%')}** of what one of the US grid emits.")

# %% [markdown]
# ## Idea 3: when does a gain lower the total?
# In lesson 06 a batch shared the reading of the weights. Does it share energy? Measure it here: a step of the tiny GPT, one token for each text. Counters in the chip are best. Where they are
# missing or may not be read, the course counts processor time, and says so.

# %% look_here role="measured"
machine = measure.prepare()

# %% guess_batch role="measured_narration"
machine_card(machine, seconds=4)
shares = ["about as much", "about half", "about a tenth", "a twentieth or less"]
batching = predict_choice("batch_energy", "On your machine: what does a token take in a batch of 512, against one in a batch of 8?", shares)

# %% joules_here role="measured" seconds=4
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=4, d_model=64))
others = [32, 128, 2048]  # change this line
turns = demo.in_turn(gpt, [8, 512, *others])
a_token = {batch: [one.joules_each / batch for one in turns[batch]] for batch in sorted(turns)}
word = measure.clearly(a_token[512], a_token[8])

# %% show_batch role="measured_narration"
middle = {batch: sorted(each)[len(each) // 2] / 3600 for batch, each in a_token.items()}
saved = middle[512] / middle[8]
batching.reveal(ladder(saved, {shares[3]: 0.05, shares[2]: 0.25, shares[1]: 0.75, shares[0]: None}) if word == "faster" else shares[0],
                because=f"{fmt(middle[8], 'Wh')} became {fmt(middle[512], 'Wh')}.")
figures.lines(list(middle), {"tiny GPT": list(middle.values())}, "texts at once", "energy of a token (Wh)", log="xy", y_unit="Wh", title="Energy of a token, here",
    alt=f"{fmt(middle[8], 'Wh')} a token at 8 texts, {fmt(middle[512], 'Wh')} at 512.")
compare(word, faster="In the larger batch a token clearly takes less.", slower="In the larger batch a token clearly takes more.", unclear="The two do not differ clearly just now.")
say(turns[8][0].how)

# %% [markdown]
# On cards it was measured at the counter (ml-energy leaderboard), and can be estimated:

# %% joules_there
llama = models["llama-3-8b"]
measured_there = {"H100": findings["c198"], "B200 SXM": findings["c197"]}
cards_alone = {"batch": [8, 128], "site": energy.CARDS_ALONE}  # texts at once
there = {card: energy.answers.token(llama, device=card, **cards_alone).value
         for card in measured_there}

# %% show_there role="narration"
table([[card, *(fmt(joules / 3600, "Wh") for joules in (found.values[0], there[card][0], found.values[1], there[card][1]))]
       for card, found in measured_there.items()], ["card", "8 texts, measured", "estimated", "128 texts, measured", "estimated"], caption="Llama 3.1 8B: energy of a written token, the card alone")

# %% [markdown]
# So engineers win factors. But a gain works only on its part. If a part takes a share of the energy and gets a gain,
#
# left = sum over parts of share / gain,
#
# where a part without a gain has 1. Use may grow by 1 / left before the total is back. An example: half of the energy gets a gain of 2; left is 0.25 + 0.5 = 0.75, and use may grow 1.33 times.
# <!-- typed: definition -->
#
# Now design under a limit. By the data sheets, chips came to do several times the work for a joule:

# %% chips
chips = [energy.flops_per_joule(name)
         for name in ("V100 SXM2 32GB", "A100 SXM 80GB", "H100", "B200 SXM")]
chip_gain = chips[-1] / chips[0]
card_share = cluster.devices / cluster.total

# %% guess_growth role="narration"
limit = predict("growth_allowed", f"From V100 to B200: {fmt(chip_gain, 'x')}. Say cards take {fmt(card_share, '%')} of an answer's energy, and the rest stays as it is. "
                "How many times as many answers bring the total back?", "x")

# %% growth
still_taken = card_share / chip_gain + (1 - card_share)
allowed = 1 / still_taken
years = [quantities[f"us-data-centres-{year}"] for year in (2018, 2023)]
sector_growth = years[1].joules / years[0].joules

# %% show_growth role="narration"
limit.reveal(allowed, because=f"{fmt(still_taken, '%')} is left, mostly where there was no gain.")
took = ", ".join(f"{fmt(one.joules / 3600, 'Wh')} in {one.source.date}" for one in years)
say(f"And US data centres took {took}.")

# %% [markdown]
# Cheaper tokens are asked for more often, in longer answers and from larger models: [rebound](../docs/glossary.md#rebound). Which of the two wins is no law, and without the gains the total
# would have grown faster. Look at both numbers, each time.

# %% close_efficiency role="narration"
in_short(f"When use grows by less than the gain on the whole: from {years[0].source.date} to {years[1].source.date} the data centres' total grew **{fmt(sector_growth, 'x')}**.")

# %% [markdown]
# ## At full size
# The run beside things you know. Water comes in as well: some evaporates on site for cooling, and more, as a rule, at the power stations.

# %% water
on_site, at_source, second = (quantities[key].value for key in
    ("us-data-centres-water-on-site", "us-data-centres-water-source", "us-grid-water-li"))
where = {"pue": run.total / run.machines, "on_site_litres_per_kwh": on_site}
wet = energy.water.used(run.machines, source_litres_per_kwh=at_source, **where)
less_wet = energy.water.used(run.machines, source_litres_per_kwh=second, **where)

# %% show_run role="narration"
car = quantities["car-carbon-year"]
ends = [run.low / run.total, 1, run.high / run.total]
family = 365 * quantities["us-family-water"].value * 3.785  # litres in a US gallon
homes_a_year = run.total / home.joules
things = {"energy: homes, a year": homes_a_year, "carbon, US grid: cars, a year": local / car.kilograms, "water: families, a year": wet.total / family}
table([[name, *(fmt(value * end) for end in ends)] for name, value in things.items()], ["the 405B run", "low", "estimate", "high"], caption="In everyday terms")
days = card_hours / 16_384 / 24
say(f"The *power* of {fmt(homes, 'homes')}, drawn for {fmt(86400 * days, 's')}, is the *energy* of {fmt(homes_a_year, 'homes')} for a year. "
    f"Of the water {fmt(wet.on_site / wet.total, '%')} is on site; by a second source for power stations the families are {fmt(less_wet.total / family)}.")

# %% [markdown]
# And the course's answer: Llama 3 8B, 200 tokens read and 400 written, in watt-hours, with server and building. A server's program gives it here, as providers run one; the seconds of lesson 05 were those of
# code tuned for one reader, so do not divide the one by the other.
# <!-- typed: definition -->

# %% the_answer
asked = {"device": "H100", "prompt": 200, "output": 400}
answer = {users: energy.answers.token(llama, batch=users, **asked).scaled(400)
          for users in (1, 64)}
its_seconds = inference.estimate(llama, batch=1, software="server", **asked).request_seconds

# %% show_answer role="narration"
google = findings["c206"]
say(f"Alone, in {fmt(its_seconds, 's')}: **{fmt(answer[1].value / 3600, 'Wh')}** ({fmt(answer[1].low / 3600, 'Wh')} to {fmt(answer[1].high / 3600, 'Wh')}). Among 64: **{fmt(answer[64].value / 3600, 'Wh')}**. "
    f"Google states {fmt(google.values[0], 'Wh')} for its median prompt, not of which model or length.")

# %% judge_the_rest role="narration"
share = quantities["world-data-centres-share-2024"].value
grams = sorted(grid.grams_per_kwh for grid in grids.values() if grid.category == "country")
tenth, ninth = grams[len(grams) // 10], grams[len(grams) * 9 // 10]
full = [one for one in with_energy.values() if one.energy_measured and one.tokens and one.params >= 1e9]
least = min(one.energy_joules for one in full) / 3600
part = answer[1].value / (home.joules / 365.25)
verdicts(
    case("A16", least_measured=least, source="measured full runs of the catalog",
         instead=f"Training a model with billions of weights took {fmt(least, 'Wh')} or more where it was measured; the 405B run took about {fmt(run.total / 3600, 'Wh')}.", short=f"Measured: {fmt(least, 'Wh')} or more; the 405B run, estimated: {fmt(run.total / 3600, 'Wh')}."),
    case("A18", car_years=local / car.kilograms, sector_share=share, source="estimates on Meta's card hours; EPA for the car; IEA for the sector",
         instead=f"The 405B run emitted as {fmt(local / car.kilograms, 'cars')} in a year; one answer takes {fmt(part, '%')} of a home's day."),
    case("B05", average=average - 1, best=best_fleet - 1, source="PUE of buildings and fleets in the catalog",
         instead=f"Cooling and losses add {fmt(average - 1, '%')} to the machines' energy in an average building, {fmt(best_fleet - 1, '%')} in the best fleet.", short=f"The building adds {fmt(average - 1, '%')} on average, {fmt(best_fleet - 1, '%')} in the best fleet."),
    case("B07", place=ninth / tenth, source=f"yearly means of {len(grams)} countries",
         instead=f"The same run emits {fmt(ninth / tenth, 'x')} as much on the grid of the ninth country in ten as on that of the first.", short=f"A run in the ninth country in ten emits {fmt(ninth / tenth, 'x')} what it emits in the first."),
    case("B08a", device_gain=chip_gain, sector_growth=sector_growth, source="data sheets in the catalog; Lawrence Berkeley National Laboratory",
         instead=f"Chips came to do {fmt(chip_gain, 'x')} the work for a joule, and US data centres to take {fmt(sector_growth, 'x')} the electricity: each piece of work got cheaper, the total grew.", short=f"Chips: {fmt(chip_gain, 'x')} the work for a joule; US data centres: {fmt(sector_growth, 'x')} the electricity."),
    case("B13", homes=homes, world_share=share, source="estimate for the cluster of Llama 3.1 405B; IEA for the sector",
         inputs={f"at the {name} end of the estimate": {"homes": joules / 3600 / home_watts} for name, joules in (("low", cluster.low), ("high", cluster.high))},
         instead=f"Data centres take {fmt(share, '%')} of the world's electricity; the cluster of the 405B run draws as much as {fmt(homes, 'homes')}.", short=f"They take {fmt(share, '%')} of the world's; one cluster, as {fmt(homes, 'homes')}."))

# %% [markdown]
# ## Where this estimate breaks
# Against measurement: two training runs, read from the cards of one node and multiplied, and three whole nodes at the plug.

# %% against_measurement
alone = {"seq": 2048, "site": energy.CARDS_ALONE}
trained = {key: (runs[key].energy_joules / 3600, energy.training(models[runs[key].model_key],
           runs[key].tokens, device=runs[key].device_key, **alone).total / 3600)
           for key in ("olmo-7b-a100", "olmo-7b-mi250x")}
node = energy.run(1, device="H100", site=energy.Site(network=1, pue=1)).total / 3600
nodes = {key: (runs[key].power_watts_per_device, node) for key in
         ("mlperf40-smc-1n-lora", "mlperf40-smc-1n-bert", "mlperf40-smc-1n-resnet")}

# %% show_errors role="narration"
table([[runs[key].model, fmt(known, unit), fmt(guess, unit), fmt(guess / known - 1, "%", 2)] for unit, found in (("Wh", trained), ("W", nodes)) for key, (known, guess) in found.items()],
      ["what", "measured", "estimate", "error"], caption="Energy of runs; power of a card's part of a node")

# %% [markdown]
# The factor for servers was set with these nodes in view, so agreement there is no surprise. For the two runs the utilisation is the median of other runs; a badly tuned run takes more. [How far the estimates are off](../docs/validation.md) on
# everything published shows every group.
#
# The estimate leaves out failed experiments and storage. A published day stands for all days, and a grid's mean for what one more job would switch on. Embodied carbon is a third party's model.

# %% [markdown]
# ## Your bill

# %% amounts
part_of_run = answer[1].value / run.total
answer_grams, answer_litres = 1000 * local * part_of_run, wet.total * part_of_run

# %% your_bill role="narration"
bill("12", "energy; alone on a card", answer=answer[1].value / 3600, run=run.total / 3600, unit="Wh")
bill("12", "carbon, US grid; alone", answer=answer_grams, run=1000 * local, unit="grams")
bill("12", "water; alone", answer=answer_litres, run=wet.total, unit="litres")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `run_mwh` | 4 | easy | 1 |
# | `cleanest_start` | 7 | medium | 2 |
# | `break_even_growth` | 5 | medium | 3 |
# | `joules_by_batch` | 6 | medium | 3 |
# | `honest_footprint` | 8 | hard | 4 |
#
# [Open the exercises](../exercises/12_energy.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**Another place: {fmt(gains[1], 'x')} less carbon from the US grid to France's. Another hour: {fmt(gains[2], 'x')} on California's sunny day, {fmt(in_texas, 'x')} on Texas's windy one. Better cooling: {fmt(gains[0], 'x')}.**

1. Card hours x power at load x servers x network x PUE: {fmt(run.total / 3600, 'Wh')} for the 405B run, estimated.
2. The cleanest start has the least mean over the whole job.
3. A gain works on its part, growth on all: US data centres took {fmt(sector_growth, 'x')} from {years[0].source.date} to {years[1].source.date}.
4. A footprint says how it was found, its range, place and account: by contracts this run counts {fmt(paper / 1000, 't')}.
""")
_ = shared("answer_joules", answer[1].value), shared("answer_joules_full", answer[64].value), shared("run_hours", card_hours)

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
