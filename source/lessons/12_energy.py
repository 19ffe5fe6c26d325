# %% [markdown]
# # 12 · Energy
# *From a chip's watts to a run's carbon, and why the place weighs most, and the hour sometimes.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lesson 04: utilisation; lesson 05: batching | A16, A18, B05, B07, B08a, B08b, B13 |

# %% [markdown]
# ## The question
# Which saves more carbon: better cooling, another place, or another hour?

# %% [markdown]
# ## You will be able to
# 1. **Compute** the energy of a run from hours, watts and building (exercise `run_mwh`).
# 2. **Find** the cleanest hours for a job (`cleanest_start`).
# 3. **Compute** what growth cancels a gain, and **measure** what a batch saves (`break_even_growth`, `joules_by_batch`).
# 4. **Judge** whether a footprint is honestly told (`honest_footprint`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import cooling, findings, grid_days, grids, models, quantities, runs
from course_lib.demos import energy as demo, tiny_gpt
from course_lib.estimators import energy
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, quiz, say, sources, table, validated, verdict

# %% [markdown]
# ## Recall

# %% recall
efficiency = findings["c073"]
quiz("recall_128_times", speed=fmt(128 * efficiency.value, "x"), hours=fmt(1 / efficiency.value, "x"))
quiz("recall_watt_hours")

# %% [markdown]
# ## Idea 1: energy is power at its load, times hours, times the building
# Let us begin with a failure, of sources this time. Many papers state the energy of their training. Before you use
# such a figure, ask how it was found.

# %% claim_megawatt_hours
claim("A16")
with_energy = {key: run for key, run in runs.items() if run.energy_joules}
honest = predict("energies_measured", f"{len(with_energy)} runs of the catalog state an energy. "
                 "How many were measured?", "runs")

# %% how_it_was_found
shown = ["llama1-7b", "llama1-65b", "llama1paper-bloom", "patterson-gpt3", "olmo-7b-a100",
         "mlperf40-smc-1n-lora"]
table([[runs[key].model, fmt(runs[key].energy_joules / 3600, "Wh"), runs[key].energy_basis] for key in shown],
      ["run", "energy stated", "how it was found"], caption="Some of the catalog's energies")
honest.reveal(sum(run.energy_measured for run in with_energy.values()))

# %% [markdown]
# Some were measured at the plug or the chip, at times on one node and multiplied. Most others are [circular](../docs/glossary.md#circular-figure): hours
# times the power on the data sheet. Take such a row, and the formula gives the published figure back:
#
# energy (joules) = device hours x 3600 x watts x [PUE](../docs/glossary.md#pue).

# %% circular
row = runs["llama1-7b"]
again = energy.run(row.device_hours, watts=400, site=energy.Site(server=1, network=1, pue=row.pue))
published, repeated = (fmt(joules / 3600, "Wh") for joules in (row.energy_joules, again.total))
say(f"Published: {published}. Hours x 400 W x {row.pue}: {repeated}. "
    "Nothing was measured, so agreement proves nothing.")

# %% [markdown]
# An honest estimate knows more. A card at work draws less than its limit, and a waiting one more than nothing.
# Processors, memory, fans and switches draw too. And each of these factors is only known within a range, so that the
# product has one as well: here it holds the truth in four cases of five. The ranges are not simply multiplied, because
# all factors are hardly ever wrong in the same direction at once.
#
# Here is the run of OLMo, from nothing but its model, its tokens and its card. Keep the part of the cards in mind: that
# one *was* measured, on one node and multiplied, and the lesson comes back to it.

# %% from_the_inside
olmo = energy.training(models["OLMo-7B"], 2e12, device="A100 SXM 40GB", seq=2048)  # change this line: "H100"
parts = {"cards": olmo.devices, "servers": olmo.servers, "network": olmo.network, "building": olmo.cooling}
hours = {name: [part / 3600] for name, part in parts.items()}
figures.stacked(["OLMo-7B"], hours, unit="Wh", x_label="energy (Wh)", title="A training run, by where its energy goes",
    alt=f"The cards take {fmt(olmo.devices / olmo.total, '%')} of {fmt(olmo.total / 3600, 'Wh')}, the rest is around.")
say(f"In all **{fmt(olmo.total / 3600, 'Wh')}**, four cases in five between {fmt(olmo.low / 3600, 'Wh')} "
    f"and {fmt(olmo.high / 3600, 'Wh')}.")

# %% [markdown]
# And your machine? Train the tiny GPT for a second. Counters in the chip are best. Where they are missing or may not
# be read, a package or a rough model of watts for each busy core has to do. The result says which it was: a number
# without its method is worth little, as you have just seen.

# %% energy_here role="measured"
here = demo.training(tiny_gpt.TinyGPT(tiny_gpt.shape()))
say(f"Method: {here.method}. One step takes **{fmt(here.joules_each, 'J')}** ({fmt(here.watts, 'W')}); "
    f"the truth lies between {fmt(here.low / here.runs, 'J')} and {fmt(here.high / here.runs, 'J')}.")

# %% [markdown]
# Now the large ones. Meta reports how many cards its 405B run had, and their hours. How much power does such a cluster
# draw, and what does the building add? The PUE is the usual measure of that: it counts cooling, and also what is lost
# on the way from the street to the machine.

# %% claims_power
claim("B13")
claim("B05")
cards = runs["llama31-405b-stage-16k"].devices
town = predict("cluster_homes", f"{fmt(cards, exact=True)} H100 cards at work, everything around them included. "
               "How many average American homes draw as much?", "homes")

# %% cluster_power
home = quantities["us-household-electricity"]
home_watts = home.joules / (365.25 * 86400)
cluster = energy.run(cards, device="H100")  # one hour of all cards
town.reveal(cluster.total / 3600 / home_watts)
say(f"The cluster draws {fmt(cluster.total / 3600, 'W')} ({fmt(cluster.low / 3600, 'W')} to "
    f"{fmt(cluster.high / 3600, 'W')}), a home {fmt(home_watts, 'W')} on average.")

# %% verdict_power
share = quantities["world-data-centres-share-2024"].value
low_end, high_end = (joules / 3600 / home_watts for joules in (cluster.low, cluster.high))
verdict("B13", homes=cluster.total / 3600 / home_watts, world_share=share, source="estimate for the cluster of Llama 3.1 405B; IEA for the sector",
        inputs={"at the low end of the estimate": {"homes": low_end}, "at its high end": {"homes": high_end}},
        instead=f"The cluster of the 405B run draws as much as {fmt(cluster.total / 3600 / home_watts, 'homes')}, and data centres take "
        f"{fmt(share, '%')} of the world's electricity.")

# %% buildings
halls = {hall.name: hall.pue - 1 for hall in cooling.values() if "20" not in hall.name or "2025" in hall.name}
ordered = dict(sorted(halls.items(), key=lambda hall: hall[1]))
figures.bars(
    list(ordered), list(ordered.values()), unit="%", x_label="energy added to that of the machines (%)",
    title="What buildings add", mark=["Industry average (Uptime survey) 2025"],
    alt=f"{fmt(min(halls.values()), '%')} in the best fleets, {fmt(max(halls.values()), '%')} on average.")

# %% [markdown]
# The best fleets have little left to gain: they use outside air, or water that evaporates. Older and smaller rooms
# still pay half as much again. Whoever rents can choose.

# %% verdict_cooling
average = cooling["Industry average (Uptime survey) 2025"].pue - 1
verdict("B05", average=average, best=min(halls.values()), source="PUE of buildings and fleets in the catalog",
        instead=f"Cooling and losses add {fmt(average, '%')} to the machines' energy in an average building, {fmt(min(halls.values()), '%')} "
        "in the best fleet.")

# %% verdict_megawatt_hours
full = [run for run in with_energy.values() if run.energy_measured and run.tokens and run.params >= 1e9]
frontier = energy.run(quantities["llama-3-1-405b-hours"].value, device="H100")
verdict("A16", least_measured=min(run.energy_joules for run in full) / 3600, source="measured full runs of the catalog",
        instead=f"Training a model with billions of weights took {fmt(min(run.energy_joules for run in full) / 3600, 'Wh')} or more where it "
        f"was measured; the 405B run took about {fmt(frontier.total / 3600, 'Wh')}.")

# %% check_circular
quiz("circular_agrees")

# %% [markdown]
# ## Idea 2: the place outweighs cooling, and on some days so does the hour
# A joule is a joule, but its carbon depends on who makes it. Coal, gas, wind and nuclear power share a grid, and their
# shares change with the place and with the hour: that is the [carbon intensity](../docs/glossary.md#carbon-intensity).
# A training job does not mind where it runs, and often not when. Before you look: which lever is the longest?

# %% claim_place
claim("B07")
levers = ["PUE from 1.56 to 1.1", "the hour: from an average to the cleanest",
          "the place: from the US grid to France's"]
lever = predict_choice("carbon_lever", "A four-hour job. Which change saves most carbon?", levers)
hours = ["after midnight", "at breakfast", "early in the afternoon", "in the evening"]
clean = predict_choice("cleanest_hour", "A day in April in California. When should the job start?", hours)

# %% the_day
day = grid_days["California"]
start = energy.carbon.cleanest_start(day.grams_per_kwh, hours=4)  # change this line: hours=1, hours=12
clean.reveal(hours[0 if start.hour < 5 else 1 if start.hour < 11 else 2 if start.hour < 16 else 3],
             f"A job of four hours is cleanest from {start.hour} o'clock on.")
figures.lines(
    list(range(24)), {one.name: list(one.grams_per_kwh) for one in grid_days.values()}, "hour of the day",
    "carbon (g CO2e/kWh)", title="Two grids, one day each",
    alt=f"California: {fmt(min(day.grams_per_kwh))} g by day, {fmt(max(day.grams_per_kwh))} at night; Texas is steadier.")

# %% [markdown]
# Demand is low at night, but carbon is not: what counts is what generates. When California's sun sets, gas takes over.
# In Texas the hours around breakfast were the cleanest that day. So there is no good hour as such; there is a
# forecast to look at. The shorter the job, the more a good hour brings: a job of a whole day has no choice left.

# %% the_levers
usa, france = grids["USA"], grids["France"]
halls = cooling["Industry average (Uptime survey) 2024"], cooling["Google fleet 2023"]
gains = [halls[0].pue / halls[1].pue, 1 / (1 - start.saving), usa.grams_per_kwh / france.grams_per_kwh]
figures.bars(levers, gains, unit="x", x_label="carbon before / after (x)", title="Three levers on one job",
    alt=f"Cooling {fmt(gains[0], 'x')}, the hour {fmt(gains[1], 'x')}, the place {fmt(gains[2], 'x')}.")
lever.reveal(levers[gains.index(max(gains))])
texas = 1 / (1 - energy.carbon.cleanest_start(grid_days["Texas"].grams_per_kwh, hours=4).saving)
say(f"On the day in Texas the hour brings {fmt(texas, 'x')}. What an hour is worth depends on the grid.")

# %% verdict_place
grams = sorted(grid.grams_per_kwh for grid in grids.values() if grid.category == "country")
tenth, ninth = grams[len(grams) // 10], grams[len(grams) * 9 // 10]
swings = [max(one.grams_per_kwh) / min(one.grams_per_kwh) for one in grid_days.values()]
verdict("B07", place=ninth / tenth, source=f"yearly means of {len(grams)} countries",
        instead=f"The same run emits {fmt(ninth / tenth, 'x')} as much on the grid of the ninth country in ten as on that of the first, and "
        f"{fmt(min(swings), 'x')} to {fmt(max(swings), 'x')} as much in a day's dirtiest hour as in its cleanest.")

# %% [markdown]
# There is one more lever, on paper. *[Location-based](../docs/glossary.md#location-based)* carbon counts the grid a
# building stands on. *[Market-based](../docs/glossary.md#market-based)* carbon first takes off what contracts for clean
# power cover. Both are honest, as long as it is said which.

# %% two_accounts
local = energy.carbon.location_based(frontier.total, usa.grams_per_kwh)
paper = energy.carbon.market_based(frontier.total, usa.grams_per_kwh, covered=1)
stated = quantities["llama-3-1-405b-carbon"]
say(f"The 405B run on the US grid: **{fmt(local / 1000, 't')}** by place, {fmt(paper / 1000, 't')} by contracts "
    f"that cover all of it. Meta states {fmt(stated.value, 't')} and 0, from card hours and the data sheet's power.")

# %% [markdown]
# Suppose the power really is clean: wind, day and night. Is the burden gone? Making a server took carbon as well. This
# [embodied carbon](../docs/glossary.md#embodied-carbon) is spread over the years in which it serves.

# %% claim_wind
claim("B08b")
left = predict("wind_left", "The 405B run on wind power in place of the world's average grid: "
               "how much of its carbon is left, machines included?", "%")

# %% machines_too
making = quantities["h100-embodied"].kilograms + quantities["server-without-gpus-embodied"].kilograms / 8
card_hours = quantities["llama-3-1-405b-hours"].value
life, used = quantities["server-life-amazon"].value, quantities["bloom-server-use"].value
embodied = energy.carbon.embodied(making, card_hours, life_years=life, used_share=used)

# %% wind
world, wind = grids["World average"].grams_per_kwh, grids["wind"].grams_per_kwh
dirty, calm = (energy.carbon.location_based(frontier.total, source) for source in (world, wind))
table([[name, fmt(kg / 1000, "t"), fmt(embodied / 1000, "t"), fmt(embodied / (kg + embodied), "%")]
       for name, kg in (("world's average", dirty), ("wind", calm))],
      ["electricity", "in use", "embodied", "embodied share"], caption="Carbon of the 405B run")
left.reveal((calm + embodied) / (dirty + embodied))

# %% verdict_wind
server = quantities["server-without-gpus-embodied"].kilograms
less = embodied * (quantities["hgx-h100-embodied"].kilograms + server) / 8 / making  # by the card's maker
onshore = energy.carbon.location_based(frontier.total, grids["wind, onshore, life cycle"].grams_per_kwh)

def left_of(windy, machines):
    return {"electricity_left": windy / dirty, "all_left": (windy + machines) / (dirty + machines)}

maker, third = (f"{fmt(quantities[key].kilograms / count)} kg" for key, count in (("hgx-h100-embodied", 8), ("h100-embodied", 1)))
cases = {f"with {fmt(grids[name].grams_per_kwh)} g/kWh for wind and {kilograms} for a card": left_of(windy, machines)
         for name, windy in (("wind", calm), ("wind, onshore, life cycle", onshore))
         for kilograms, machines in ((maker, less), (third, embodied)) if (windy, machines) != (calm, embodied)}
verdict("B08b", **left_of(calm, embodied), inputs=cases, source="estimate for the 405B run; embodied carbon as in EcoLogits",
        instead=f"Wind leaves {fmt(calm / dirty, '%')} of the carbon of the electricity, and {fmt(min(each['all_left'] for each in cases.values()), '%')} "
        f"to {fmt((calm + embodied) / (dirty + embodied), '%')} with the machines, by whose figures you take.")

# %% check_market
quiz("market_zero")

# %% [markdown]
# ## Idea 3: efficiency lowers each token, not always the total
# Lesson 05 found that a batch shares the reading of the weights. Whatever shares time shares energy.

# %% claim_efficiency
claim("B08a")
batching = predict("joules_by_batch", "The tiny GPT here: joules for a token in a batch of 8, over those in a "
                   "batch of 2048?", "x")

# %% joules_here role="measured"
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=4, d_model=64))
batches = [8, 32, 128, 512, 2048]  # change this line
found = demo.by_batch(gpt, batches, seconds=0.4)
each = [found[batch].joules_each / batch for batch in batches]
batching.reveal(each[0] / each[-1])
figures.lines(
    batches, {"tiny GPT": each}, "texts at once", "energy of a token (J)", log="xy", y_unit="J",
    title="Energy of a token here",
    alt=f"{fmt(each[0], 'J')} at {batches[0]} texts, {fmt(each[-1], 'J')} at {batches[-1]}.")
say("Batching saves here." if each[0] > 2 * each[-1] else
    "Here it saves little: the small batch keeps this machine busy.")
say(f"Method: {found[batches[0]].method}.")

# %% [markdown]
# A step has costs that do not grow with the batch: here starting each operation, on a large model reading each weight.
# Spread over more texts, they vanish. Measured on real cards (ml-energy leaderboard), and estimated:

# %% joules_there
rows = []
for key, device in (("c198", "H100"), ("c197", "B200 SXM")):
    few, many, most = findings[key].values
    case = {"device": device, "batch": [8, 128], "site": energy.CARDS_ALONE}
    guess = energy.answers.token(models["llama-3-8b"], **case).value
    rows.append([device, fmt(few, "J"), fmt(guess[0], "J"), fmt(many, "J"), fmt(guess[1], "J"),
                 f"{fmt(few / most, 'x')} at {findings[key].metric.split()[-1]}"])
table(rows, ["card", "8 texts", "estimate", "128 texts", "estimate", "gain"],
      caption="Llama 3.1 8B, joules a token")

# %% [markdown]
# So engineers win factors. Now design under a limit: a new chip does five times the work for a joule, and better
# batching three times. How far may use grow, if the total must not?

# %% guess_rebound
limit = predict("rebound_growth", "Both gains together. How many times as many answers may be asked for before "
                "the total is back where it was?", "x")

# %% rebound
limit.reveal(next(growth for growth in range(1, 100) if energy.rebound(gain=5 * 3, growth=growth) >= 1))
chips = [energy.flops_per_joule(name) for name in ("V100 SXM2 32GB", "A100 SXM 80GB", "H100", "B200 SXM")]
years = [quantities[f"us-data-centres-{year}"] for year in (2014, 2018, 2023)]
took = [f"{fmt(one.joules / 3600, 'Wh')} in {one.source.date}" for one in years]
say(f"Chips did {fmt(chips[-1] / chips[0], 'x')} the work for a joule within {len(chips)} generations. "
    f"The data centres of the USA took {', '.join(took)}.")

# %% [markdown]
# Cheaper tokens are asked for more often, in longer answers and from larger models: [rebound](../docs/glossary.md#rebound).
# Gains multiply, as each works on what the other left, and they save only as long as use grows by less than their
# product. Beside the chips there were batching, fewer bits and better algorithms. Still the total grew. Which of the two
# wins is no law of nature, and without the gains it would have grown faster. Look at both numbers, each time.

# %% verdict_efficiency
verdict("B08a", device_gain=chips[-1] / chips[0], sector_growth=years[2].joules / years[1].joules,
        source="data sheets in the catalog; Lawrence Berkeley National Laboratory",
        instead=f"Chips came to do {fmt(chips[-1] / chips[0], 'x')} the work for a joule, and US data centres to take "
        f"{fmt(years[2].joules / years[1].joules, 'x')} the electricity: each piece of work got cheaper, the total grew.")

# %% check_rebound
quiz("tenfold_gain")

# %% [markdown]
# ## At full size
# Is it a concern? Here is the 405B run beside things you know, with the range that the estimate deserves; and then one
# answer. Water comes in as well. Some evaporates on site for cooling, and more, as a rule, at the power stations.

# %% claim_concern
claim("A18")
cars = predict("run_in_cars", "The 405B run on the US grid: how many American cars emit as much in a year?",
               "cars")

# %% beside_it
car = quantities["car-carbon-year"]
homes_a_year = frontier.total / home.joules
litres = [quantities[f"us-data-centres-water-{where}"].value for where in ("on-site", "source")]
wet = energy.water.used(frontier.machines, pue=frontier.total / frontier.machines,
                 on_site_litres_per_kwh=litres[0], source_litres_per_kwh=litres[1])

# %% in_everyday_terms
ends = [frontier.low / frontier.total, 1, frontier.high / frontier.total]
family = 365 * quantities["us-family-water"].value * 3.785  # litres in a US gallon
things = {"energy, in homes for a year": homes_a_year, "carbon, in cars for a year": local / car.kilograms,
          "carbon, in passengers New York - San Francisco and back": local / quantities["NY-SF flight"].kilograms,
          "water, in families for a year": wet.total / family}
table([[name, *(fmt(value * end) for end in ends)] for name, value in things.items()],
      ["the 405B run on the US grid", "low", "estimate", "high"], caption="Everyday terms")
cars.reveal(local / car.kilograms)

# %% one_answer
answer = energy.answers.token(models["llama-3-70b"], device="H100", devices=4, batch=16).scaled(400)
part = answer.value / (home.joules / 365)
low, value, high = (fmt(joules / 3600, "Wh") for joules in (answer.low, answer.value, answer.high))
picture = energy.answers.picture(models["SDXL"], 50, device="H100").value
say(f"One answer of 400 tokens from Llama 3 70B: {value} ({low} to {high}), or {fmt(part, '%')} of a home's day. "
    f"Google states {findings['c206'].values[0]} Wh for a median prompt. One picture from SDXL in 50 steps: "
    f"{fmt(picture / 3600, 'Wh')}. Your bill:")

# %% own_bill
alone_joules, share_joules = (energy.answers.token(models["llama-3-8b"], device="H100", batch=batch, prompt=200, output=400).value * 400
                              for batch in (1, 64))
bill("12", "energy; the answer alone on a card", answer=alone_joules / 3600, unit="Wh")
for item, unit, of_run in (("energy", "Wh", frontier.total / 3600), ("carbon", "grams", 1000 * local), ("water", "litres", wet.total)):
    bill("12", f"{item}; the answer in a batch of 64", answer=of_run * share_joules / frontier.total, run=of_run, unit=unit)

# %% verdict_concern
verdict("A18", car_years=local / car.kilograms, sector_share=share, source="estimates on Meta's card hours; EPA for the car; IEA for the sector",
        instead=f"The 405B run emitted as much as {fmt(local / car.kilograms, 'cars')} in a year, data centres take {fmt(share, '%')} of the "
        f"world's electricity, and one answer takes {fmt(part, '%')} of a home's day. Whether that is a concern is for you to say.")

# %% [markdown]
# ## Where this estimate breaks
# Against measurement: two training runs, read from the cards of one node and multiplied, and three whole nodes at the plug.

# %% against_measurement
rows = []
for run in (runs["olmo-7b-a100"], runs["olmo-7b-mi250x"]):
    case = {"device": run.device_key, "seq": 2048, "site": energy.CARDS_ALONE}
    guess = energy.training(models[run.model_key], run.tokens, **case).total
    rows.append([run.model, fmt(run.energy_joules / 3600, "Wh"), fmt(guess / 3600, "Wh"),
                 fmt(guess / run.energy_joules - 1, "%", 2)])
node = energy.run(1, device="H100", site=energy.Site(network=1, pue=1)).total / 3600
for key in ("mlperf40-smc-1n-lora", "mlperf40-smc-1n-bert", "mlperf40-smc-1n-resnet"):
    plug = runs[key].power_watts_per_device
    rows.append([runs[key].model, fmt(plug, "W"), fmt(node, "W"), fmt(node / plug - 1, "%", 2)])
table(rows, ["what", "measured", "estimate", "error"], caption="Energy of runs, power a card of nodes")
validated("energy", "power")

# %% [markdown]
# For the two runs the utilisation is the median of other runs. The factor for servers was set with these nodes in
# view, so agreement there is no surprise. [How far the estimates are off](../docs/validation.md)
# shows every group.
#
# The estimate assumes a typical utilisation and load: a badly tuned run takes more. It leaves out failed experiments
# and storage. Published days stand for all days, and a grid's mean for what one more job would switch on, perhaps a
# gas turbine. Embodied carbon is a third party's model. For the water of power stations, two sources differ by nearly
# half.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `run_mwh` | 4 | easy | 1 |
# | `cleanest_start` | 7 | medium | 2 |
# | `break_even_growth` | 5 | medium | 3 |
# | `joules_by_batch` | 7 | medium | 3 |
# | `honest_footprint` | 6 | hard | 4 |
#
# [Open the exercises](../exercises/12_energy.ipynb)

# %% [markdown]
# ## Key points

# %% key_points
say(f"""
1. Energy is card hours x power at load x servers x network x PUE. The 405B run took about
   {fmt(frontier.total / 3600, 'Wh')}; of the published figures, many are data-sheet watts times hours.
2. Another place is worth {fmt(gains[2], 'x')}, better cooling {fmt(gains[0], 'x')}, another hour {fmt(texas, 'x')} to
   {fmt(gains[1], 'x')} on the two days shown: look at the grid and its forecast first.
3. Batching and new chips lower each token; a tenfold gain is cancelled by tenfold use, and data centres' energy grew
   {fmt(years[2].joules / years[1].joules, 'x')} from {years[1].source.date} to {years[2].source.date}.
4. An honest footprint says how it was found, its range, the place, and by which account: by contracts alone this run
   would count {fmt(paper / 1000, 't')}.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
