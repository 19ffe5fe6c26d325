# %% [markdown]
# # 04 · Hardware
# *From the two speeds on a data sheet to the days and the dollars of a job.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 35 | 2 of 3 | [lesson 01](01_parameters.ipynb): FLOPs of a product and of a training step | A06, A09, C01, C07 |

# %% [markdown]
# ## The question
# An H100 has three times the FLOP/s of the [card](../docs/glossary.md#accelerator) before it, the A100. Why is it not three times as fast?

# %% ask_gain role="narration"
from course_lib import explorers
from course_lib.catalog import devices, machines
from course_lib.estimators import hardware
from course_lib.teaching import (bill, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, reveal_order, say, shared, sources, table, verdict)

old, new = devices["A100 80GB"], devices["H100"]
gain = predict("h100_gain", f"An H100 multiplies {fmt(hardware.peak(new) / hardware.peak(old), 'x')} as fast as an A100, and moves bytes "
               f"{fmt(hardware.bandwidth(new) / hardware.bandwidth(old), 'x')} as fast. The project llm.c trained GPT-2 on eight of "
               "either. How many times as fast were the H100s?", "x")

# %% [markdown]
# ## You will be able to
# 1. **Compute** the best rate of a job on a machine (exercise `attainable_rate`).
# 2. **Compute** days and price of a run, and the loaders that feed it (`training_days`, `job_cost`, `loader_workers`).
# 3. **Measure** the point where your machine changes sides (`ridge_point`).
# 4. **Judge** which card to rent (`choose_card`).

# %% [markdown]
# ## Set up

# %% setup
from statistics import median
from course_lib.catalog import datasets, devices, models, runs
from course_lib.demos import hardware as demo, measure
from course_lib.estimators import cost, datasets as feeds, flops, hardware, inference, parameters

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_causal_takeover")
quiz("recall_step_work")

# %% [markdown]
# ## Idea 1: which runs out first, bytes or FLOPs?
# <!-- typed: definition -->
# Before a machine can multiply two numbers, it must fetch them. So it has two speeds: its
# [FLOP/s](../docs/glossary.md#flop-rate), and its [bandwidth](../docs/glossary.md#bandwidth), the bytes that its memory moves in a second.
# If both go on at the same time, a job takes the longer of two times:
#
# **seconds = max(F / P, B / W)**
#
# | letter | is | unit |
# | --- | --- | --- |
# | *F*, *B* | what the job asks for: multiplications and additions, bytes moved | FLOP, byte |
# | *P*, *W* | what the machine gives: its [peak](../docs/glossary.md#peak), its bandwidth | FLOP/s, byte/s |
#
# Take a matrix of weights and the tokens that meet it. Every token is multiplied with every weight. But the weights are
# fetched once for all tokens that come together, as a [batch](../docs/glossary.md#batch).

# %% guess_batch role="narration"
claim("A09")
batch_ratio = predict("batch_of_16", f"{fmt(4096, exact=True)} x {fmt(4096, exact=True)} weights on your machine: 16 tokens at "
                      "once in place of 1. How many times longer does the product take?", "x")
bands = {"less than 1/1000": 1 / 1000, "1/1000 to 1/300": 1 / 300, "1/300 to 1/10": 1 / 10, "more than 1/10": None}
relu_time = predict_choice("relu_time", f"{fmt(8192, exact=True)} tokens meet {fmt(1024, exact=True)} x {fmt(1024, exact=True)} weights. "
                           f"Then a ReLU sets negative results to zero: 1/{2 * 1024} of the FLOPs. Which part of the product's time?",
                           list(bands))

# %% [markdown]
# First look how quiet your machine is. Then let different batches take turns, and then the ReLU and its product.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=10)

# %% more_tokens role="measured" seconds=2
batches = demo.in_turn.batches([1, 4, 16, 64, 256], width=4096)
pair = demo.in_turn.product_and_relu(tokens=8192, width=1024)
product_runs, relu_runs = (pair[name].timing.runs_seconds for name in ("product", "ReLU"))
relu_shares = [relu / product for relu, product in zip(relu_runs, product_runs, strict=True)]

# %% show_batches role="measured_narration"
moved = batches[16].work.moved_bytes / batches[1].work.moved_bytes
spread = max(batches[size].spread for size in (1, 16))
batch_ratio.reveal(batches[16].seconds / batches[1].seconds, because=f"16 times the FLOPs, but {fmt(moved, 'x')} the bytes "
                   f"(slowest over fastest {fmt(spread, 'x')}).")
relu_bytes = pair["ReLU"].work.moved_bytes / pair["product"].work.moved_bytes
part = lambda share: f"1/{fmt(1 / share)}"
relu_words = f"Few FLOPs, but {fmt(relu_bytes, '%')} of the bytes. Its runs took {part(min(relu_shares))} to {part(max(relu_shares))} here."
quiet_machine = machines.recorded()[0]
if len({ladder(share, bands) for share in relu_shares}) == 1:
    relu_time.reveal(ladder(median(relu_shares), bands), because=relu_words)
else:
    unclear = f"{relu_words} On {quiet_machine.machine.name}, when quiet, it would be {part(demo.in_turn.relu_of_record(quiet_machine))}."
    compare("not clear", faster=relu_words, slower=relu_words, unclear=unclear)

# %% [markdown]
# So it matters how often a byte is used once it has come. FLOPs for each byte moved are a job's
# [intensity](../docs/glossary.md#arithmetic-intensity). Where both times are equal lies the machine's
# [ridge point](../docs/glossary.md#ridge-point), P / W: below it bytes set the time, above it FLOPs. To see where, measure both
# speeds. A FLOP/s holds for one [number format](../docs/glossary.md#number-format): *fp32* has 4 bytes a number, *bf16* has 2.
#
# <!-- typed: definition -->
# A batch through weights of two bytes does 2 FLOPs for each weight and token. So its intensity is about one FLOP a byte for
# each token.

# %% two_speeds role="measured"
peak = max(demo.product(side).flops_per_second for side in (512, 1024))
copied = demo.copy(2**27)
bandwidth = copied.bytes_per_second
my_ridge = hardware.ridge(peak, bandwidth)

# %% two_cards
older, newer = devices["A100 80GB"], devices["H100"]
speeds = {card.name: (hardware.peak(card), hardware.bandwidth(card)) for card in (older, newer)}
ridges = {name: hardware.ridge(*pair) for name, pair in speeds.items()}

# %% show_speeds role="measured_narration"
table([[name, fmt(each[0], "FLOP/s"), fmt(each[1], "B/s"), fmt(hardware.ridge(*each))]
       for name, each in {"here, fp32": (peak, bandwidth), **{f"{name.split()[0]}, bf16": each for name, each in speeds.items()}}.items()],
      ["machine", "FLOP/s", "bytes/s", "ridge (FLOP/byte)"], caption=f"Spread of the copy here: {fmt(copied.spread, 'x')}")
one_token = demo.card.recorded().batches[0].median_seconds
free = predict("free_tokens", f"On an H100 one token takes {fmt(one_token, 's')} through half a gigabyte of weights. How many tokens at once "
               "take at most a tenth longer?", "tokens")

# %% on_a_card
card = demo.card.recorded()
longest = 1.1 * card.batches[0].median_seconds
hardly_longer = [batch.tokens for batch in card.batches if batch.median_seconds <= longest]

# %% show_roofs role="measured_narration"
over = next(batch for batch in card.batches if batch.tokens > max(hardly_longer))
free.reveal(max(hardly_longer), because=f"Of {len(card.batches)} sizes tried it is the largest that does: {fmt(over.tokens)} take "
            f"{fmt(over.median_seconds / one_token, 'x')} the time. Below the ridge the bytes of the weights set the time, and more tokens "
            f"cost nothing. By this card's measured speeds it lies at {fmt(hardware.ridge(card.peak_flops, card.bytes_per_second))}.")
roofs = {"H100, bf16, data sheet": speeds[newer.name], "A100, bf16, data sheet": speeds[older.name],
         "this machine, fp32, measured": (peak, bandwidth)}
of_card = {f"{fmt(each.tokens, exact=True)} token{'s' * (each.tokens > 1)}": (each.work.intensity, each.flops / each.median_seconds)
           for each in card.batches if each.tokens in (1, 16, 64, 256, 1024)}
of_mine = {f"here, {size} token{'s' * (size > 1)}": (each.work.intensity, each.flops_per_second) for size, each in batches.items()}
figures.roofline.roofs(
    roofs, dict(zip(list(roofs)[::2], (of_card, of_mine), strict=True)), title="Three roofs; each point is a measured batch",
    mark=[*list(of_card)[::2], *list(of_mine)[::4]],
    alt=f"Roofs with ridges at {fmt(ridges[newer.name])} (H100), {fmt(ridges[older.name])} (A100) and {fmt(my_ridge)} FLOP/byte "
    "(here). Small batches lie on the slopes.")

# %% [markdown]
# The picture is called a [roofline](../docs/glossary.md#roofline). Climb it yourself.

# %% explorer role="narration"
explorers.panel("hardware")

# %% [markdown]
# But do fetching and multiplying really go on at the same time? If they took turns, the two times would add up. Put both
# laws beside the clock: on the H100 of the record, and here. For this machine take the bandwidth at which products fetch
# their weights, measured on another matrix: it is not a copy's.

# %% laws_on_card
wide = [batch for batch in card.batches if batch.tokens in (4, 16, 64, 256)]
rates = card.peak_flops, card.bytes_per_second
longer = [hardware.seconds(batch.work, *rates) for batch in wide]
added = [hardware.seconds(batch.work, *rates, overlap=False) for batch in wide]

# %% laws_here role="measured"
several = [batches[size] for size in (4, 16, 64, 256)]
fetching = demo.weight_bandwidths(peak)
my_rates = peak, fetching["few tokens"]
my_longer = [hardware.seconds(each.work, *my_rates) for each in several]
my_added = [hardware.seconds(each.work, *my_rates, overlap=False) for each in several]
misses = [demo.in_turn.misses(several, law) for law in (my_added, my_longer)]
word = measure.clearly(*misses)  # "faster" means here: the first misses by less

# %% draw_laws role="measured_narration"
clock, my_clock = [batch.median_seconds for batch in wide], [each.seconds for each in several]
laws = {"H100, the longer time": (longer, clock), "H100, both added": (added, clock),
        "here, the longer time": (my_longer, my_clock), "here, both added": (my_added, my_clock)}
ratios = {name: [said / took for said, took in zip(*each, strict=True)] for name, each in laws.items()}
off = {name: fmt(abs(demo.in_turn.worst(*each)), "%") for name, each in laws.items()}
figures.lines(
    [4, 16, 64, 256], ratios | {"measured": [1] * 4}, "tokens in the batch", "law over measured time (x)", log="x", y_unit="x",
    title="Two laws against two clocks", alt="Furthest off: " + "; ".join(f"{name} {apart}" for name, apart in off.items()) + ".")
mine = f"the sum is off by {off['here, both added']} at most, the longer time by {off['here, the longer time']}"
there = {law: fmt(abs(error), "%") for law, error in demo.in_turn.laws_of_record(quiet_machine).items()}
compare(word if machine.quiet else "not clear", faster=f"Here adding fits better: {mine}.",
        slower=f"Here, too, the longer time fits better: {mine}.",
        unclear=f"On {quiet_machine.machine.name}, when quiet, the sum was off by {there['added']} at most, the longer time by "
        f"{there['longer']}.")
say(f"On the H100 ({card.date}) the longer time is off by **{off['H100, the longer time']}** at most, the sum by {off['H100, both added']}.")

# %% [markdown]
# So both laws are in use. Cards are built to overlap: many pieces of a large product are under way at once, and the longer
# time counts. A program that takes turns needs the sum. And either law needs the bandwidth that this kind of work reaches,
# not the one on the data sheet.
#
# Now the claim: what does this machine make of Llama 3 8B? An answer is written one token at a time. So take the bandwidth
# at which one token fetched its weights here, and, to be safe, the sum.

# %% without_a_card role="measured"
llama, text = models["llama-3-8b"], datasets["llama-3-pre-training"]
weights = parameters.count(llama, embeddings=False).total
asked = cost.jobs.decoding(llama, tokens=400).work
answer_seconds = hardware.seconds(asked, peak, fetching["one token"], overlap=False)
train_seconds = hardware.training_seconds(flops.training(llama, text.tokens), peak, mfu=1)

# %% verdict_gpus role="measured_narration"
verdict("A09", weights=weights, answer_seconds=answer_seconds, train_seconds=train_seconds,
        source="this machine's peak, the bandwidth at which one token fetched its weights here, and the estimator",
        instead=f"**Training** needs GPUs or TPUs: it would take this machine {fmt(train_seconds, 's')}, an answer {fmt(answer_seconds, 's')}.")
in_short(f"Below the ridge bytes, above it FLOPs: **{fmt(ridges[newer.name])}** FLOP/byte on an H100, {fmt(ridges[older.name])} on an "
         f"A100, {fmt(my_ridge)} here.")
quiz("roof_side")
quiz("two_laws")

# %% [markdown]
# ## Idea 2: how much of the peak does a run reach, and who starves it?
# The simplest plan for a training run divides: FLOPs over the FLOP/s of all cards. Try it on the runs of the catalog whose
# card hours were published. A plan needs more: the tokens, and a decoder whose sizes the catalog knows. Runs that lack
# either fall out. So does Llama 3.2 1B: it was cut from a larger model and taught by larger ones, so its own FLOPs are only
# a part of the work.

# %% plan_at_peak
timed = {key: run for key, run in runs.items() if run.kind == "full_run" and run.device_hours}
trained = {key: run for key, run in timed.items() if run.tokens and run.model_key}
del trained["llama-3-2-1b"]
work = {key: flops.training(models[run.model_key], run.tokens) for key, run in trained.items()}
peaks = {key: hardware.peak(devices[run.device_key]) for key, run in trained.items()}
planned = {key: work[key] / peaks[key] / 3600 for key in trained}
reached = {key: planned[key] / run.device_hours for key, run in trained.items()}
median_share = median(reached.values())

# %% failed_plan role="narration"
late = sum(share < 1 for share in reached.values())
say(f"Of {len(timed)} runs with card hours {len(trained)} can be planned. {'All' if late == len(trained) else late} of them took longer; "
    f"the median run took **{fmt(1 / median_share, 'x')}** the planned hours.")

# %% [markdown]
# <!-- typed: definition -->
# The share of the peak that a run reaches is its [model FLOPs utilisation](../docs/glossary.md#mfu), MFU. Only FLOPs that the model needs count,
# not those computed twice. A data sheet prints a second, larger peak "with sparsity", for matrices half of zeros; ordinary
# training has none, so the dense peak counts. With *n* cards:
#
# **seconds = F / (n x P x MFU)**
#
# Now back to llm.c: one recipe, one model, two kinds of card.

# %% same_program
both_runs = [runs["llmc-124m-a100"], runs["llmc-124m-h100"]]
run_seconds = [run.wall_seconds for run in both_runs]
at_peak = [reached[run.name] * run.wall_seconds for run in both_runs]
the_rest = [seconds - least for seconds, least in zip(run_seconds, at_peak, strict=True)]

# %% show_gain role="narration"
shares = [fmt(reached[run.name], "%") for run in both_runs]
faster = run_seconds[0] / run_seconds[1]
gain.reveal(faster, because=f"The A100s reached {shares[0]} of their peak, the H100s only {shares[1]} of theirs.")
minutes = {"its FLOPs, at the peak": at_peak, "all the rest": the_rest}
figures.stacked(
    ["eight A100s", "eight H100s"], {part: [each / 60 for each in seconds] for part, seconds in minutes.items()},
    x_label="time of the run (minutes)", title="GPT-2 124M by llm.c", alt=f"At the peak the FLOPs take {fmt(at_peak[0], 's')} and "
    f"{fmt(at_peak[1], 's')}; the rest takes {fmt(the_rest[0], 's')} and {fmt(the_rest[1], 's')}.")
say(f"What the FLOPs take at the peak shrank {fmt(at_peak[0] / at_peak[1], 'x')}. All the rest shrank only "
    f"**{fmt(the_rest[0] / the_rest[1], 'x')}**.")

# %% draw_shares role="narration"
names = {key: run.model for key, run in trained.items()} | {"llmc-124m-a100": "llm.c, A100", "llmc-124m-h100": "llm.c, H100"}
kinds_of_card = [next((kind for kind in ("A100", "H100") if devices[run.device_key].name.startswith(kind)), "others")
                 for run in trained.values()]
figures.scatter(
    [run.device_hours for run in trained.values()], list(reached.values()), "card hours", "share of the dense peak (%)", log="x",
    y_unit="%", names=list(names.values()), groups=kinds_of_card, mark=["llm.c, A100", "llm.c, H100", "Llama 3 8B", "GPT-3 175B"],
    title="What published runs made of their cards",
    alt=f"{len(trained)} runs: the median reached {fmt(median_share, '%')} of the peak, the best {fmt(max(reached.values()), '%')}, the "
    f"worst {fmt(min(reached.values()), '%')}.")

# %% [markdown]
# What is in the rest? Two wall clocks cannot tell. A profiler can: it clocks every [kernel](../docs/glossary.md#kernel). There is a dated
# record of one for the same model, in PyTorch on one H100. And where does a step of the course's tiny GPT spend its time here?

# %% claim_split role="narration"
claim("C07")

# %% split_here role="measured" seconds=3
looked = measure.quiet()
trainer = demo.step_split.Trainer(batch=8)
split = demo.step_split.split(trainer)

# %% show_split role="measured_narration"
step = card.step
step_mfu = hardware.efficiency(flops.training_step(models["gpt-2-124m"], step.texts, step.seq), step.median_seconds, hardware.peak(newer))
table([[part, fmt(share, "%")] for part, share in step.shares.items()], ["kernels", "share of the step"],
      caption=f"GPT-2 124M on one H100, {fmt(step_mfu, '%')} of the peak")
on_card = {"product_share": step.shares["matrix products"], "prepare_share": step.prepare_share}
verdict("C07", product_share=split.product_share, prepare_share=split.prepare_share, clear=split.is_clear and looked.quiet, record=on_card,
        record_source=f"GPT-2 124M, {card.source}", inputs={"for GPT-2 124M on an H100": on_card},
        source=f"{len(split.product_shares)} steps of the tiny GPT here (largest over smallest share {fmt(split.spread, 'x')})",
        instead=f"On an H100 products take {fmt(step.shares['matrix products'], '%')} of GPT-2's step, preparing text "
        f"{fmt(step.prepare_share, '%')}.")

# %% [markdown]
# "All other work" is norms, functions like the ReLU above, loss and update: few FLOPs for each byte. "No work" is the time
# in which no kernel ran.
#
# Cutting a batch out of ready numbers is quick. Pictures must first be fetched and decoded. Text is often kept compressed,
# and must be unpacked; take the text of the course's run, Llama 3.1 405B on 16 384 H100s. A
# [loader](../docs/glossary.md#data-loader) does such work in a process of its own, ahead of the model, so once more the longer time counts. How
# many loaders keep up? The time to make a batch over the time to use it, rounded up. Their work is of two kinds: waiting
# for a disk, and computing.

# %% guess_loaders role="narration"
claim("A06")
kinds = ["both", "waiting only", "computing only", "neither"]
loader_gain = predict_choice("loader_gain", "A machine of two cores runs four loaders in place of two. Which work gets faster?", kinds)

# %% loaders_here role="measured" seconds=3
two_cores = demo.loaders.recorded()
loaders = demo.loaders.deliver([1, 2, 4])

# %% feed role="measured"
run = runs["llama31-405b-stage-16k"]
token_rate = feeds.tokens_per_second(run.devices * run.achieved_flops_per_device, run.params)
feed = feeds.feed_rate(token_rate, feeds.id_bytes(models["llama-3.1-405b"].vocab_rows))
text_cores = feed / demo.loaders.unpack_rate()

# %% show_loaders role="measured_narration"
grew = {kind: two_cores.gain(kind, 4, than=2) >= 1.5 for kind in two_cores.timings}
told = {(True, True): kinds[0], (True, False): kinds[1], (False, True): kinds[2], (False, False): kinds[3]}
loader_gain.reveal(told[grew["waiting"], grew["computing"]], because="Waiting needs no core, computing one each. Two "
                   f"cores ({two_cores.date}): {fmt(two_cores.gain('waiting', 4, than=2), 'x')} and "
                   f"{fmt(two_cores.gain('computing', 4, than=2), 'x')}.")
table([[kind, *(fmt(loaders.rate(kind, number)) for number in (1, 2, 4)), fmt(max(each.spread for each in by_number.values()), "x")]
       for kind, by_number in loaders.timings.items()],
      ["work", "1 loader", "2", "4", "spread"], caption=f"Batches a second on {fmt(loaders.cores, 'cores')}")
verdict("A06", gain_waiting=loaders.gain("waiting", 4), text_cores=text_cores, clear=loaders.is_clear("waiting", 4, 2),
        record={"gain_waiting": two_cores.gain("waiting", 4)}, record_source=f"two quiet cores, {two_cores.date}",
        source="loaders and unpacking on this machine; tokens a second of the 405B run",
        instead=f"**Fetched** data must be handled in parallel (four loaders: {fmt(loaders.gain('waiting', 4), 'x')}). Text need not: the 405B run's, "
        f"{fmt(feed, 'B/s')}, takes {fmt(text_cores, '%')} of a core.")
in_short(f"The median of {len(trained)} published runs reached **{fmt(median_share, '%')}**. On an H100, work with few FLOPs a byte takes "
         f"{fmt(step.shares['all other work'], '%')} of GPT-2's step.")
quiz("utilisation_days")

# %% [markdown]
# ## Idea 3: does more FLOP/s mean cheaper?
# A card that costs more an hour may need fewer hours. Here are four, by the price of an hour.

# %% four_cards
keys = ["rtx-4090", "a100-sxm-80gb", "h100-sxm-80gb", "b200-sxm"]
four = {devices[key].name: cost.rental(key) for key in keys}

# %% show_cards role="narration"
claim("C01")
shared("h100_hour", four[devices["H100"].name].usd_per_device_hour), shared("h100_peak", hardware.peak(devices["H100"]))
table([[name, fmt(price.usd_per_device_hour, "USD"), fmt(hardware.peak(devices[name]), "FLOP/s"),
        fmt(hardware.bandwidth(devices[name]), "B/s")] for name, price in four.items()],
      ["card", "an hour", "peak, bf16", "bandwidth"], caption=f"Rental prices as of {four['RTX 4090'].as_of}")
order = predict_ranking("training_order", "At the same share of the peak: order them by the price of training Llama 3 8B, cheapest "
                        "first.", list(four))

# %% rank_jobs
chosen = ["rtx-4090", "a100-sxm-80gb", "h100-sxm-80gb", "b200-sxm"]  # change this line
training, reading = cost.jobs.training(llama, 1e9), cost.jobs.decoding(llama, 1_000_000)
training_usd = {devices[key].name: cost.jobs.offer(training, key).usd for key in chosen}
reader_usd = {devices[key].name: cost.jobs.offer(reading, key).usd for key in chosen}

# %% draw_jobs role="narration"
training_of_four = {devices[key].name: cost.jobs.offer(training, key).usd for key in keys}
order.reveal(sorted(four, key=training_of_four.get), because="FLOP/s for the dollar decide.")
points = [(name, cost.rental(name).usd_per_device_hour, price, "a billion tokens trained") for name, price in training_usd.items()]
points += [(f"{name}, reader", cost.rental(name).usd_per_device_hour, price, "a million tokens for one reader")
           for name, price in reader_usd.items()]
figures.scatter(
    [point[1] for point in points], [point[2] for point in points], "price of an hour (USD)", "price of the job (USD)", log="xy",
    names=[point[0] for point in points], groups=[point[3] for point in points], x_unit="USD", y_unit="USD", mark=list(training_usd),
    title="The hour and the job, Llama 3 8B",
    alt="A billion tokens trained: " + "; ".join(f"{name} {fmt(price, 'USD')}" for name, price in training_usd.items()))
say(f"To hold what this training keeps in memory, it takes {cost.jobs.offer(training, 'rtx-4090').count} RTX 4090.")

# %% [markdown]
# For one reader bytes/s for the dollar decide, and the order changes. And several cards must talk, but consumer cards lack
# the fast links of data-centre cards: lesson 10 counts what that costs.
#
# "The same share of the peak" was generous, too. What would llm.c's run cost on either card, by its published hours and the
# rents above? A rent is a choice from price lists, so take their ends as well.

# %% really_paid
rents = [cost.rental(run.device_key) for run in both_runs]
hours = [run.device_hours for run in both_runs]
paid = [spent * rent.usd_per_device_hour for spent, rent in zip(hours, rents, strict=True)]

# %% all_gpus
gpus = [gpu for gpu in devices.values() if gpu.kind == "gpu" and not gpu.status]
gpus = [gpu for gpu in gpus if gpu.memory_bytes and gpu.memory_bytes_per_second]
gpus = [gpu for gpu in gpus if {"bf16", "fp16"} & set(gpu.peak_flops)]
peaks_of_all = [hardware.peak(gpu) for gpu in gpus]
bandwidths = [hardware.bandwidth(gpu) for gpu in gpus]
memories = [gpu.memory_bytes for gpu in gpus]

# %% verdict_gpus_alike role="narration"
fixed_share = training_of_four[newer.name] / training_of_four[older.name]
lowest = hours[1] * rents[1].usd_low / (hours[0] * rents[0].usd_high)
highest = hours[1] * rents[1].usd_high / (hours[0] * rents[0].usd_low)
apart = {f"{what}_ratio": max(values) / min(values)
         for what, values in (("training", peaks_of_all), ("decoding", bandwidths), ("memory", memories))}
say(f"At the same share H100s cost {fmt(fixed_share, 'x')} as much as A100s. llm.c's run costs {fmt(paid[1] / paid[0], 'x')} at these rents, "
    f"{fmt(paid[1], 'USD')} and {fmt(paid[0], 'USD')}, and **{fmt(lowest, 'x')} to {fmt(highest, 'x')}** at the ends of price lists.")
verdict("C01", **apart, source=f"{len(gpus)} GPUs of the catalog that state all three",
        instead=f"GPUs differ {fmt(apart['training_ratio'], 'x')} in peak, {fmt(apart['decoding_ratio'], 'x')} in bandwidth, "
        f"{fmt(apart['memory_ratio'], 'x')} in memory.")
first = min(training_of_four, key=training_of_four.get)
by_lists = "price lists do not settle it" if lowest < 1 < highest else f"{'H100s' if highest <= 1 else 'A100s'} are cheaper by every price list"
in_short(f"No: at the same share of the peak the {first} trains for the least. For llm.c's run {by_lists}: H100s cost "
         f"**{fmt(lowest, 'x')} to {fmt(highest, 'x')}** as much as A100s.")
quiz("card_for_job")

# %% [markdown]
# ## At full size
# Now the longest and the shortest job of this course: the 405B run on its 16 384 H100s, and one answer of Llama 3 8B. Each
# at the peak; then the run at the MFU that its makers published, and the answer as the course estimates it (lesson 05).

# %% full_size
cards = 16_384  # change this line
run_flops = flops.training(models["llama-3.1-405b"], text.tokens)
run_at_peak = hardware.training_seconds(run_flops, hardware.peak(newer), 1, cards)
run_reached = run_at_peak / run.mfu

# %% full_size_answer
answer_at_peak = inference.answer_flops(llama, prompt=200, output=400) / hardware.peak(newer)
lone = inference.estimate(llama, device="H100", batch=1, prompt=200, output=400)
answer_reached = lone.request_seconds
bytes_alone = 400 * lone.decode.bytes_moved / hardware.bandwidth(newer)

# %% show_full_size role="narration"
reveal_order("card_time", because=f"{shared('run_flops', run_flops)} over {fmt(0.4, '%', 2)} of one card's {fmt(hardware.peak(newer), 'FLOP/s')}.")
say(f"The run on {fmt(cards, exact=True)} cards: {fmt(run_at_peak, 's')} at the peak, **{fmt(run_reached, 's')}** at its published MFU, "
    f"{fmt(run.mfu, '%')}. The answer: {fmt(answer_at_peak, 's')} at the peak, estimated {shared('answer_seconds', answer_reached)}, so "
    f"**{fmt(answer_at_peak / answer_reached, '%')}** of the peak. By its bytes alone it would take {fmt(bytes_alone, 's')}. The estimate allows for "
    f"two things more: programs reach {fmt(inference.BANDWIDTH_REACHED, '%', 2)} of the bandwidth, and each token takes "
    f"{fmt(lone.decode.extra_seconds, 's')} beside its bytes.")

# %% [markdown]
# Large batches keep the run's cards busy. A lone answer lies far left of the ridge: one token at a time, one FLOP a byte.

# %% [markdown]
# ## Where this estimate breaks
# First, the whole argument of this lesson as one estimate. Take the H100's step apart, as the record has it. On an A100,
# let products and attention take longer by the ratio of the peaks, all other work by that of the bandwidths. How many
# times as fast should the H100 be?

# %% predicted_gain
by_peak = hardware.peak(newer) / hardware.peak(older)
by_bytes = hardware.bandwidth(newer) / hardware.bandwidth(older)
slower = {"matrix products": by_peak, "attention": by_peak, "all other work": by_bytes}
estimated_gain = sum(share * slower.get(part, 1) for part, share in card.step.shares.items())
published_gain = run_seconds[0] / run_seconds[1]

# %% tell_predicted role="narration"
say(f"Estimated {fmt(estimated_gain, 'x')}, published **{fmt(published_gain, 'x')}**: too much by {fmt(estimated_gain / published_gain - 1, '%')}.")

# %% [markdown]
# <!-- typed: definition -->
# The step is another program's, on one card. The runs used eight and their links, and a run's clock counts more than steps.
# Two authors report the runs, and whether both used the same of llm.c's two programs, they do not say.
#
# Second, the rule of thumb for plans: 40 % of the peak.

# %% forty_percent
errors = {key: planned[key] / 0.4 / run.device_hours - 1 for key, run in trained.items()}
near = [key for key, error in errors.items() if abs(error) <= 0.25]
furthest = max(errors, key=lambda key: abs(errors[key]))

# %% tell_forty role="narration"
say(f"**{len(near)} of {len(errors)}** runs lie within {fmt(0.25, '%', 2)} of it. The furthest, {runs[furthest].model}, is off by "
    f"{fmt(abs(errors[furthest]), '%')}: it took {'longer' if errors[furthest] < 0 else 'less'}.")

# %% [markdown]
# Published hours also hold restarts and waiting, and few makers say how much.

# %% [markdown]
# ## Your bill
# Seconds of the answer and of the run, at the peak and at the share that is reached: published for the run, estimated for the
# answer.

# %% your_bill
least_seconds = run_flops / (16_384 * hardware.peak(newer))
run_rows = least_seconds, least_seconds / run.mfu
answer_rows = answer_at_peak, answer_reached

# %% show_bill role="narration"
bill("04", "seconds, at the peak", answer=answer_rows[0], run=run_rows[0], unit="s")
bill("04", "seconds, at the share reached", answer=answer_rows[1], run=run_rows[1], unit="s")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `training_days` | 5 | easy | 2 |
# | `attainable_rate` | 5 | easy | 1 |
# | `job_cost` | 7 | medium | 2 |
# | `loader_workers` | 5 | medium | 2 |
# | `ridge_point` | 7 | medium | 3 |
# | `choose_card` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/04_hardware.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured_narration"
say(f"""
**An H100 has {fmt(by_peak, 'x')} the FLOP/s of an A100, but {fmt(by_bytes, 'x')} the bandwidth. llm.c trained GPT-2 {fmt(published_gain, 'x')} as fast:
the time of the FLOPs at the peak shrank {fmt(at_peak[0] / at_peak[1], 'x')}, all the rest {fmt(the_rest[0] / the_rest[1], 'x')}.**

1. The best rate is the smaller of P and W x intensity; on an H100 they meet at {fmt(ridges[newer.name])} FLOP/byte.
2. Seconds = F / (n x P x MFU); the median MFU is {fmt(median_share, '%')}. Loaders: a batch's time over a step's.
3. Your machine changes sides at {fmt(my_ridge)} FLOP/byte.
4. Training follows FLOP/s for the dollar, one reader bytes/s.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
