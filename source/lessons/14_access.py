# %% [markdown]
# # 14 · Access
# *Who pays for a model: once, and again every year.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 06](06_serving.ipynb): batches; [lesson 09](09_memory.ipynb): 16 bytes a weight; [lesson 13](13_cost.ipynb): rents | B10a, B10b, B11, B12a, B12b, B12c, C05, D04, D06 |

# %% [markdown]
# ## The question
# <!-- typed: thought experiment -->
# Who can still build? Take somebody who does not want to call a model, but to have one of their own: an open model, changed by text of theirs.

# %% ask_adapter role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, case, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, say, sources, table, verdict, verdicts)

adapter_price = predict("adapter_price", "An open model of 8 billion weights learns ten million tokens of yours (15 thick books) by an adapter, on a rented H100 at USD 3 an hour. "
                        "What does that cost?", "USD")

# %% [markdown]
# ## You will be able to
# 1. **Compute** what a budget trains from nothing (exercise `budget_trains`).
# 2. **Compute** what an adapter trains and what it holds (`adapter_states`).
# 3. **Compute** a year's bill, and how many purposes share one card (`year_of_upkeep`, `adapters_on_card`).
# 4. **Judge** a plan for a small budget (`charity_plan`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib import catalog
from course_lib.catalog import devices, findings, models, prices, runs
from course_lib.demos import access as demo, measure
from course_lib.estimators import access, cost, datasets, hardware, parameters

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_ready_card")
quiz("recall_frozen_states")

# %% [markdown]
# ## Idea 1: what did yesterday's frontier cost, what does today's?
# GPT-2 stood at the frontier in its year. Later a single programmer trained a model as good, from public text, on one rented server.

# %% guess_gpt2 role="narration"
claim("B11")
cheap = predict("gpt2_today", f"Training GPT-2 cost {fmt(runs['gpt2-xl-openai'].cost_usd, 'USD')} in {runs['gpt2-xl-openai'].year}. A model as good, in "
                f"{runs['nanochat-d24'].year}?", "USD")

# %% gpt2_twice
old, new = runs["gpt2-xl-openai"], runs["nanochat-d24"]
fall = access.budgets.fall_per_year(old.cost_usd, new.cost_usd, new.year - old.year)
peaks = [hardware.peak(devices[run.device_key]) for run in (old, new)]
hourly = [run.cost_usd / run.device_hours for run in (old, new)]
chips = (peaks[1] / hourly[1]) / (peaks[0] / hourly[0])  # FLOPs for a dollar, new over old

# %% tell_gpt2 role="narration"
times = old.cost_usd / new.cost_usd
cheap.reveal(new.cost_usd, because=f"Each year {fmt(fall, 'x')} less. Of {fmt(times, 'x')} in all, FLOPs for the dollar make {fmt(chips, 'x')}, better data, recipes and use of "
             f"the cards {fmt(times / chips, 'x')}.")

# %% [markdown]
# Yesterday's frontier became cheap. And today's? A run costs
#
# price (USD) = devices x hours x price of an hour (USD).
#
# Hours are published for a few large runs. The price of an hour moved with the years, so a run has two prices: at today's rent, and at the rent nearest to its year. Price lists do not
# reach far back, so that rent may be years younger than the run; and where only one is known, the run has one point.

# %% frontier_runs
frontier = access.frontier.known()
growth = access.frontier.growth(frontier)
own_growth = access.frontier.growth(frontier, today=False)
records = access.frontier.records(frontier)  # each the most expensive so far
dearest = max(frontier, key=lambda run: run.usd_today)
small_group = 100_000  # US dollars

# %% draw_frontier role="narration"
moved = [run for run in frontier if run.usd_then != run.usd_today]
named_runs = [run.name for run in frontier] + [f"{run.name}, rent of {run.then_as_of}" for run in moved] + ["GPT-2", "GPT-2 again"]
figures.scatter([run.year for run in (*frontier, *moved)] + [old.year, new.year], [run.usd_today for run in frontier] + [run.usd_then for run in moved] + [old.cost_usd, new.cost_usd],
    "year", "training run (USD)", names=named_runs, mark=named_runs, log="y", x_unit="year", y_unit="USD",
    groups=["at today's rent"] * len(frontier) + ["at an earlier rent"] * len(moved) + ["GPT-2 class"] * 2, title="The frontier, and what it leaves behind",
    reference=(f"fit over {len(records)} runs: {fmt(growth, 'x')} a year", lambda year: access.frontier.fitted(year, frontier)),
    alt=f"The most expensive run grows {fmt(growth, 'x')} a year at today's rents, DeepSeek-V3 lies far below; a GPT-2 got {fmt(fall, 'x')} cheaper each year.")

# %% [markdown]
# One point lies far below the line: **DeepSeek-V3**. Its report says USD 5.6 million, and the papers asked why others pay so much. Llama 3.1 405B is of the same year, and dense. DeepSeek-V3 is
# a mixture of experts, read other text, and ran on other cards, at a price of an hour that its makers assumed.
# <!-- typed: definition -->

# %% guess_deepseek role="narration"
reasons = ["a cheaper hour", "fewer weights in use for a token", "less text", "better use of the cards"]
cheaper = predict_choice("deepseek_factor", "DeepSeek-V3 cost a small part of Llama 3.1 405B. What makes most of the factor?", reasons)

# %% deepseek_factor
by_name = {run.name: run for run in frontier}
big, lean = by_name["Llama 3.1 405B"], by_name["DeepSeek-V3"]
in_use = [parameters.count(models[name]).active for name in ("llama-3.1-405b", "deepseek-v3")]
tokens = [15.6e12, 14.8e12]
hours = big.device_hours / lean.device_hours
factors = [big.usd_today / lean.usd_today / hours, in_use[0] / in_use[1], tokens[0] / tokens[1]]
factors.append(hours / factors[1] / factors[2])  # what is left: FLOPs of a device hour

# %% tell_deepseek role="narration"
named = dict(zip(reasons, factors, strict=True))
cheaper.reveal(max(named, key=named.get), because=f"{fmt(in_use[0])} against {fmt(in_use[1])} in use: {fmt(factors[1], 'x')}. The hour makes {fmt(factors[0], 'x')}, text {fmt(factors[2], 'x')}, use of the cards "
               f"{fmt(factors[3], 'x')}; in all {fmt(big.usd_today / lean.usd_today, 'x')}.")

# %% [markdown]
# And such a sum leaves out what its report says it leaves out: earlier research and trials, people, data, and the cards. For one kind of training others tell how much trying there is: the search
# for a recipe took tens of times the work of the final runs (Tulu 3 and Olmo).

# %% judge_frontier role="narration"
small_part = fmt(small_group / dearest.usd_today, "%", 2)
verdict("B11", budget_share=small_group / dearest.usd_today, growth=growth, source="hours of published runs at today's rents",
        inputs={"at the rents nearest to their years": {"budget_share": small_group / max(run.usd_then for run in frontier), "growth": own_growth},
                f"at DeepSeek-V3's price, of which they pay for {fmt(small_group / lean.usd_today, '%')} (more than a hundredth),": {"budget_share": small_group / lean.usd_today}},
        instead=f"USD 100 000 pay for {small_part} of the most expensive published run.")
in_short(f"The frontier grew {fmt(growth, 'x')} a year, fitted over {len(records)} runs (at the rents nearest to their years {fmt(own_growth, 'x')}), up to **{fmt(dearest.usd_today, 'USD')}**; a GPT-2 fell to {fmt(new.cost_usd, 'USD')}.")

# %% [markdown]
# ## Idea 2: what does a budget buy?
# Start from nothing. A budget buys hours, hours buy FLOPs, and the law of lesson 02 splits the FLOPs into weights and tokens.

# %% budget_from_nothing
h100, hour = devices["H100"], prices.rental("H100").usd_per_device_hour
budgets = [10_000, 1_000_000]  # change this line
bought = [access.budgets.trains(usd, hour, hardware.peak(h100)) for usd in budgets]
ten_thousand = access.budgets.trains(10_000, hour, hardware.peak(h100))
llama, text = models["llama-3-8b"], catalog.datasets["llama-3-pre-training"]
law, weights = datasets.scaling_laws.BESIROGLU, parameters.count(llama).total
given_loss = datasets.scaling_laws.loss(law, weights, text.tokens)  # what the law foretells

# %% show_from_nothing role="narration"
table([[fmt(usd, "USD"), fmt(model.params), fmt(model.tokens), fmt(model.loss)] for usd, model in zip(budgets, bought, strict=True)]
      + [[f"{llama.name}: given away", fmt(weights), fmt(text.tokens), fmt(given_loss)]],
      ["budget", "weights", "text", "loss by the law (nats)"])

# %% [markdown]
# A model of some billions of weights, trained as the law advises, is within reach. But see the last row: a model given away, which read far more text. By the
# same law it beats what the first budget trains.
#
# <!-- typed: definition -->
# Now do not start from nothing. Take an open model and [tune](../docs/glossary.md#fine-tuning) all its weights; or leave them frozen and train an [adapter](../docs/glossary.md#lora):
# beside each matrix of n inputs and m outputs stand two thin ones,
#
# trained weights of a matrix = rank x (n + m).
#
# Frozen weights still work for every token, forward and back. They need no gradients of their own: 4 FLOPs a weight and token in place of 6. And no states: 2 bytes a weight in
# place of 16. *Quantised* LoRA (QLoRA) packs them into 4 bits, and unpacks them at each use.

# %% four_ways
own_tokens = 1e7
ways = access.tuning.ways(llama, tokens=own_tokens, pretraining_tokens=text.tokens,
                          device=h100, usd_per_device_hour=hour)
whole, adapter, packed = ways[1:]
first_usd = runs["llama-3-8b"].device_hours * hour  # the hours that its makers published

# %% show_ways role="narration"
adapter_price.reveal(adapter.usd, because=f"Tokens x weights x 4 FLOPs: {fmt(adapter.device_hours * 3600, 's')} of an H100's work.")
decades = runs["llama-3-8b"].device_hours / ways[0].devices * 3600  # seconds
table([["train it from nothing", fmt(ways[0].trained), fmt(ways[0].memory_bytes, "B"), f"{ways[0].devices}, for {fmt(decades, 's')}", fmt(first_usd, "USD")]]
      + [[way.name, fmt(way.trained), fmt(way.memory_bytes, "B"), fmt(way.devices), fmt(way.usd, "USD")] for way in (whole, adapter, packed)],
      ["way", "trained", "states", "H100s to hold them", "price"],
      caption=f"{llama.name}; from nothing: the hours its makers published. {fmt(access.tuning.ROOM, '%', 2)} of a card stay free for activations")

# %% [markdown]
# Makers train from nothing on thousands of cards, as so few would take decades. Quantised LoRA packs the layers' matrices only, and leaves tables and head unpacked. Unpacking takes time, by
# the factor of lesson 09.
#
# The adapter needs one card where full tuning needs several. By FLOPs it also saves a third of the time and money; a tiny model's step need not
# ([below](#Where-this-estimate-breaks)). Is the result as good? A tiny GPT, which has read source code, is tuned here to the
# English of Python's built-in help. First a few steps on your machine.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=6)

# %% tune_here role="measured" seconds=5
base = demo.pretrained(steps=20)
trials = [demo.tune(base, way, 10, seed) for seed in (0, 1, 2) for way in ("full tuning", "LoRA")]
runs_of = {way: [run for run in trials if run.way == way] for way in ("full tuning", "LoRA")}
seconds = {way: measure.timing([run.seconds for run in found]) for way, found in runs_of.items()}
states = {way: found[0].held.states for way, found in runs_of.items()}
word = measure.clearly(seconds["LoRA"], seconds["full tuning"])

# %% tell_here role="measured_narration"
step = {way: each.median_seconds / 10 for way, each in seconds.items()}
compare(word, slower="The adapter's step takes clearly longer.", faster="The adapter's step is clearly quicker.", unclear="The two steps do not differ clearly in time.")
say(f"A step: {fmt(step['full tuning'], 's')} in full, {fmt(step['LoRA'], 's')} for the adapter. States: {fmt(states['full tuning'], 'B')} and {fmt(states['LoRA'], 'B')}.")

# %% guess_kept role="narration"
parts = ["less than half", "about three quarters", "about nine tenths", "all of it, or more"]
kept_guess = predict_choice("adapter_keeps", "After long tuning, what part of full tuning's gain on unseen text does an adapter of rank 8 keep?", parts)

# %% long_tuning
kept_record = demo.long.record()
lengths = kept_record.steps
gains = {way: [kept_record.gains(way, steps) for steps in lengths]
         for way in ("full tuning", "LoRA")}
kept = kept_record.kept("LoRA", lengths[-1])  # for each seed
total = [[sum(found.values()) for found in gains[way]] for way in ("LoRA", "full tuning")]
parts_kept = [adapter / whole for adapter, whole in zip(*total, strict=True)]  # of mean gains
wider = kept_record.kept("LoRA, rank 32", lengths[-1])

# %% show_long role="narration"
mean = lambda values: sum(values) / len(values)
kept_guess.reveal(ladder(parts_kept[-1], {parts[0]: 0.6, parts[1]: 0.83, parts[2]: 0.98, parts[3]: None}),
                  because=f"After {fmt(lengths[-1])} steps {fmt(min(kept), '%')} to {fmt(max(kept), '%')}, by seed.")
figures.lines(lengths, {way: [mean(list(each.values())) for each in found] for way, found in gains.items()}, "steps of tuning", "mean gain on unseen text (nats a byte)", log="x",
    title=f"Tiny GPT, tuned; recorded on {kept_record.date}",
    alt="Full tuning gains more at every length. Of its mean gain the adapter keeps " + ", ".join(f"{fmt(part, '%')} after {steps} steps" for part, steps in zip(parts_kept, lengths, strict=True)) + ".")
say(f"One seed at rank 32 kept {fmt(wider[0], '%')}, at rank 8 {fmt(kept[0], '%')}.")

# %% [markdown]
# Large models are reported to lose nothing on many tasks ([Hu et al. 2021](https://arxiv.org/abs/2106.09685)) and something on code and mathematics
# ([Biderman et al. 2024](https://arxiv.org/abs/2405.09673)). Measure yours, with more than one seed, on text that was not trained on.
#
# Is a small open model good enough to begin with? One report has its scores beside those of the best models of its time.

# %% guess_enough role="narration"
tasks = access.scores.tasks()
enough_guess = predict("small_enough", f"Of {len(tasks)} public tasks, on how many does the best open model of at most ten billion weights reach nine tenths of the best score?", "tasks")

# %% small_models
reached = access.scores.by_task()
enough = sum(part >= 0.9 for part in reached.values())
share = enough / len(reached)
hardest = min(reached, key=reached.get)

# %% show_enough role="narration"
enough_guess.reveal(enough, because=f"Least on {hardest}: {fmt(reached[hardest], '%')}.")
few = list(reached)[:4] + list(reached)[-4:]
figures.bars(few, [reached[name] for name in few], x_label=f"part of the best score, 4 highest and 4 lowest of {len(reached)} tasks", unit="%", title="Qwen3-8B beside the best models of May 2025",
    alt=f"The small model reaches nine tenths on {enough} of {len(reached)} tasks; most on {few[0]}, least on {hardest}.")
in_short(f"{fmt(adapter.usd, 'USD')} buy an adapter, {fmt(10_000, 'USD')} only {fmt(ten_thousand.params, 'weights')} from nothing. The adapter kept **{fmt(parts_kept[-1], '%')}** of full tuning's gain here.")
quiz("adapter_price_quiz")

# %% [markdown]
# ## Idea 3: what must be paid again every year?
# A model is trained once and then kept up. The world moves on, so its makers train it again: once a year, let us say. They teach it anew how to behave
# ([post-training](../docs/glossary.md#post-training)). They test it: it answers public tasks, and a program counts the right answers. And they host it.
#
# The hours of two retrainings are published, and DeepSeek-V3's hours of post-training: we take its share of the training. The tests cost what calls to an
# [API](../docs/glossary.md#api) cost anybody.

# %% guess_upkeep role="narration"
jobs = ["training again", "post-training", "hosting", "two public tests"]
kept_up = predict_ranking("upkeep_order", "A year of an 8B model, 10 billion tokens a day: most expensive first.", jobs)

# %% upkeep_parts
again = min(runs[new].device_hours / runs[old].device_hours
            for old, new in (("llama-3-8b", "llama-3-1-8b"), ("llama-3-70b", "llama-3-3-70b")))
v3_hours = catalog.quantities["deepseek-v3-hours"].value
post = catalog.quantities["deepseek-v3-post-training-hours"].value / v3_hours
tested = 225 * findings["r021"].value + 500 * findings["r073"].value  # tasks x USD a task

# %% upkeep_year
crowd = {"batch": 64, "prompt": 200, "output": 400, "utilisation": 0.5}
token = cost.token_price.served(llama, device="H100", usd_per_device_hour=hour, **crowd)
busy = access.upkeep.hosting_usd(1e10, token.per_output, ready_devices=1, usd_per_device_hour=hour)
year = access.upkeep.yearly(first_usd, hosting=busy, retraining_share=again,
                            post_training_share=post, evaluation_share=tested / first_usd)

# %% show_upkeep role="narration"
paid = dict(zip(jobs, (year.retraining, year.post_training, year.hosting, year.evaluation), strict=True))
order = sorted(jobs, key=lambda job: -paid[job])
kept_up.reveal(order, because=", ".join(fmt(paid[job], "USD") for job in order) + f"; the first training {fmt(first_usd, 'USD')}.")

# %% [markdown]
# A small group has no ten billion tokens a day. It has a card that stands ready, which need not be an H100.

# %% cheap_cards
hosts = access.hosting.cards(llama, 1e6)  # change this line: tokens written a day
cheapest = hosts[0]
h100_host = next(card for card in hosts if card.key == "h100-sxm-80gb")

# %% on_device
laptop = devices["Apple M4 (10-core GPU)"]
four_bits = 0.5 * parameters.count(llama).total  # bytes
at_most = laptop.memory_bytes_per_second / four_bits  # tokens a second: all weights for each

# %% show_hosts role="narration"
table([[card.name, fmt(card.tokens_a_day), fmt(card.usd_a_year, "USD"), card.rental.newest] for card in (*hosts[:3], h100_host)] + [[f"{laptop.name}, at most", fmt(86_400 * at_most), "owned", "-"]],
      ["card", "tokens a day", "a year", "rent of"])

# %% [markdown]
# The table counts half of what a card could write for 64 at once (the T4 in eight bits), and for the laptop all that its memory could feed in four bits, for one reader.
# Each rent is the newest that the catalog knows; some are years old.
#
# The cheapest cards hold the model and write more than a small group asks for: what decides is the price of an hour, not the speed. And a charity pays for
# every hour, asked or not. If answers may wait, a card for some hours of the night costs a fraction.
#
# And one card may serve many purposes. A tuned copy for each would need all weights again. Adapters share one base; a pass reads it once for all requests, and each adapter in use beside it.

# %% guess_adapters role="narration"
sharing = predict("adapters_on_card", f"80 GB, 16 users of 1 000 tokens: room for {access.many.purposes(llama, 80e9, users=16, context=1000, rank=None)} copies of Llama 3 8B. For how many adapters of "
                  f"{fmt(access.tuning.adapter_weights(llama, 8), 'weights')} beside one copy, in 2 bytes a weight?", "adapters")

# %% many_adapters
full_card = {"users": 16, "context": 1000}
purposes = access.many.purposes(llama, 80e9, rank=8, **full_card)
slower = access.many.step_ratio(llama, distinct=16, rank=8, **full_card)

# %% show_many role="narration"
sharing.reveal(purposes, because=f"Each takes {fmt(access.many.adapter_bytes(llama, 8), 'B')}. With 16 different ones a step reads {fmt(slower - 1, '%')} more.")
in_short(f"A card that stands ready: **{fmt(cheapest.usd_a_year, 'USD')}** a year, {fmt(cheapest.usd_a_year / adapter.usd, 'x')} the adapter's price. Up to {fmt(purposes)} adapters may share a large one.")

# %% [markdown]
# Now a budget and a year of your choice.

# %% explorer role="narration"
explorers.panel("access")

# %% [markdown]
# ## At full size
# <!-- typed: thought experiment -->
# A charity has USD 10 000 and wants an assistant for a year: a million tokens written each day, two million read, at any hour. All ways, hosting counted.

# %% full_size
read, written = 365.25 * 2e6, 365.25 * 1e6  # change this line
called = {key: cost.token_price.usage_usd(read, written, *cost.token_price.api(key))
          for key in ("openai-gpt-4-1-nano", "mistral-ministral-8b-latest", "openai-gpt-4-1")}
tuned = adapter.usd + cheapest.usd_a_year

# %% light_use
server = cost.yearly.machine("H100").server  # eight H100, with the owner's assumptions of lesson 13
light = cost.own(server, 5, 10 / 168).usd_per_used_hour / (8 * hour)  # ten hours a week

# %% tasks_over_time
dates = {key: findings[key] for key in ("r027", "r021")}  # the first and the best of the same test
task_change = dates["r021"].value / dates["r027"].value
written_usd = [prices[f"openai-{key}-output"].value for key in ("o1-preview", "gpt-5")]
agent_change = findings["r079"].value / findings["r077"].value

# %% show_full role="narration"
calls = {key: f"{prices[f'{key}-output'].item} ({' and '.join(str(usd) for usd in cost.token_price.api(key))})" for key in called}
plans = {"train an 8B model": first_usd, f"adapter, on a rented {cheapest.name}": tuned} | {f"call {calls[key]}": usd for key, usd in called.items()}
table([[way, fmt(usd, "USD"), "yes" if usd <= 1e4 else "no"] for way, usd in plans.items()], ["one year", "price", "within USD 10 000"],
      caption=f"In brackets: USD for a million tokens read and written, {prices['openai-gpt-4-1-output'].source.date[:4]}")
cheapest_call = min(called, key=called.get)
say(f"The ready card costs {fmt(tuned / called[cheapest_call], 'x')} the calls to {prices[cheapest_call + '-output'].item}, and {fmt(tuned / called['openai-gpt-4-1'], 'x')} those to gpt-4.1.")

# %% [markdown]
# The choice: call a small model first, on some of the letters. If it answers well enough, nothing is as cheap. Host an adapter if letters may not leave the house, or if only a
# large model's calls answer as well. Many times the letters turn the choice too: calls grow with use, the ready card does not.
#
# Two more claims below. *One must buy GPUs*: an owner pays for all hours, used or not. *Tokens get cheaper, so answers do*: measured is the price of a task of one coding
# test, with an earlier and a later model; it fell. For an agent, which mends an issue in many calls, another pair was measured (Sonnet 4, then 4.5): an issue's price rose. So the claim
# holds for that task, not for every one.
# <!-- typed: thought experiment -->

# %% judge_rest role="narration"
verdicts(
    case("B10a", retraining_share=again, source="hours of Llama 3, 3.1 and 3.3 (Meta)", instead=f"The next training of Llama 3 cost its makers {fmt(again, 'x')} the first."),
    case("B10b", hosting_share=busy / first_usd, source="hours of Llama 3 (Meta); hosting estimated on rented H100s, busy half the time",
         inputs={"with a billion tokens a day": {"hosting_share": access.upkeep.hosting_usd(1e9, token.per_output, 1, hour) / first_usd}},
         instead=f"A year of ten billion tokens a day costs {fmt(busy / first_usd, '%')} of training Llama 3 8B."),
    case("B12a", open_usd=cheapest.usd_a_year, source=f"{cheapest.name}: {cheapest.rental.text}",
         instead=f"On a rented {cheapest.name} a year of Llama 3 8B costs {fmt(cheapest.usd_a_year, 'USD')}."),
    case("B12b", api_usd=min(called.values()), source="list prices of APIs", instead=f"A year of calls to a small model costs {fmt(min(called.values()), 'USD')}."),
    case("B12c", tune_usd=adapter.usd, tune_over_train=adapter.usd / first_usd, source="estimate for Llama 3 8B on an H100; its makers' hours",
         instead=f"An adapter for an 8B model costs {fmt(adapter.usd, 'USD')}; hosting comes on top."),
    case("C05", own_over_rent_light=light, source="owner's bill of lesson 13; rent of an H100", instead=f"At ten hours a week owning GPUs costs {fmt(light, 'x')} the rent."),
    case("D06", share_enough=share, source="Qwen3's report of May 2025: measured by the makers of the small model",
         instead=f"A small open model reached nine tenths of the best score on {enough} of {len(reached)} tasks."),
    case("D04", token_change=written_usd[1] / written_usd[0], task_change=task_change, source="Aider's tests, o1 of December 2024 and GPT-5 of August 2025; list prices of written tokens, o1's as its preview",
         inputs={"for an agent's task, from Sonnet 4 to 4.5,": {"task_change": agent_change}},
         instead=f"A task of one coding test fell to {fmt(task_change, '%')} of its price in eight months; an agent's rose {fmt(agent_change, 'x')}."),
)

# %% [markdown]
# ## Where this estimate breaks

# %% breaks
flops_ratio = demo.step_flops(base, "LoRA") / demo.step_flops(base, "full tuning")
few_rate, many_rate = findings["q024"].values  # requests a second with 5 and with 2000 adapters
llama2, at = models["llama-2-7b"], {"users": 32, "context": 400}
more = [access.many.step_ratio(llama2, distinct=count, **at) for count in (5, 32)]

# %% show_breaks role="measured_narration"
measured_ratio = seconds["LoRA"].median_seconds / seconds["full tuning"].median_seconds
rows = [["hours of Llama 3 8B, 40 % of the peak", fmt(ways[0].device_hours), fmt(runs["llama-3-8b"].device_hours), fmt(ways[0].device_hours / runs["llama-3-8b"].device_hours - 1, "%")],
        ["step, many adapters over 5", fmt(more[1] / more[0], "x"), fmt(few_rate / many_rate, "x"), fmt(more[1] / more[0] / (few_rate / many_rate) - 1, "%", 2)],
        ["tiny adapter's time over full tuning", fmt(flops_ratio, "x"), fmt(measured_ratio, "x"), fmt(flops_ratio / measured_ratio - 1, "%")]]
table(rows, ["what", "estimate", "published or measured", "error"], caption="Second: S-LoRA, batch assumed; last: this machine")

# %% [markdown]
# The published hours are more than twice those at the usual share of the peak: whatever a maker counts in them, plan with what was published. By FLOPs an adapter should be quicker; a tiny one spends its time on many small products. Left out everywhere: people, data and
# failed tries. Tuning has them too: whoever tries twenty settings pays for twenty adapters.

# %% [markdown]
# ## Your bill
# What an adapter instead would cost: for the answer's model, and for the run's.

# %% your_bill
large = access.tuning.ways(models["llama-3.1-405b"], tokens=own_tokens, device=h100,
                           pretraining_tokens=text.tokens, usd_per_device_hour=hour)[2]

# %% show_bill role="narration"
bill("14", "an adapter instead, ten million tokens", answer=adapter.usd, run=large.usd, unit="USD")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `budget_trains` | 6 | medium | 1 |
# | `adapter_states` | 6 | easy | 2 |
# | `year_of_upkeep` | 6 | medium | 3 |
# | `adapters_on_card` | 6 | medium | 3 |
# | `charity_plan` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/14_access.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**Nearly everyone can tune: an adapter costs {fmt(adapter.usd, 'USD')}, its hosting {fmt(cheapest.usd_a_year, 'USD')} a year. Hardly anyone trains at the frontier: {fmt(dearest.usd_today, 'USD')}.**

1. USD 10 000 train {fmt(ten_thousand.params, 'weights')} from nothing.
2. An adapter takes {fmt(adapter.memory_bytes / whole.memory_bytes, '%')} of full tuning's memory and {fmt(adapter.usd / whole.usd, '%')} of its price.
3. A year with one retraining costs {fmt(year.total / first_usd, 'x')} the first training (post-training as DeepSeek-V3's); {fmt(purposes)} adapters share 80 GB.
4. Count hosting first: light use is cheaper by calls.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
