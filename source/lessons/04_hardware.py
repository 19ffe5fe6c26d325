# %% [markdown]
# # 04 · Hardware
# *From the two speeds on a data sheet to the days and the dollars of a job.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lesson 01: FLOPs of a product and of a training step | A09, B01, B03, C01, C07, C08 |

# %% [markdown]
# ## The question
# An H100 is sold with three times the FLOP/s of an A100. Why is it not three times as fast?

# %% [markdown]
# ## You will be able to
# 1. **Compute** the best rate of a job on a machine (exercise `attainable_rate`).
# 2. **Compute** the days and the price of a job (`training_days`, `job_cost`).
# 3. **Measure** the point where your machine changes sides (`ridge_point`).
# 4. **Judge** which card to rent (`choose_card`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import Transformer, datasets, devices, machines, models, runs
from course_lib.demos import hardware as demo
from course_lib.estimators import cost, flops, hardware
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, predict_ranking, quiz, say, sources, table, verdict

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_causal_takeover")
quiz("recall_step_work")

# %% [markdown]
# ## Idea 1: bytes or FLOPs, whichever runs out first
# Before a machine can multiply two numbers, it must fetch them. So it has two speeds: its
# [FLOP/s](../docs/glossary.md#flop-rate) and its [bandwidth](../docs/glossary.md#bandwidth). Both work at the same
# time. A job takes the longer of the two times, not their sum:
#
# $$\text{seconds} = \max\left(\frac{\text{FLOPs}}{\text{FLOP/s}},\ \frac{\text{bytes}}{\text{bytes/s}}\right)$$
#
# Which of the two it is depends on how often each byte is used once it has arrived.
# Take one layer's weight matrix. For each token of a batch, every weight is multiplied once. But the weights are
# fetched only once for all of them.

# %% guess_batch
claim("A09")
batch_ratio = predict("batch_of_16", "A batch of 16 tokens in place of 1: how many times longer does "
                      "the product take?", "x")
relu_choices = ["1/2000 of it", "1/100 of it", "1/10 of it", "as long"]
relu_time = predict_choice("relu_time", "A ReLU does 1/2048 of the FLOPs of the product before it. "
                           "It takes, of that product's time", relu_choices)

# %% [markdown]
# Now run it. The matrix is too large for most caches, so its weights come from memory each time.

# %% measure_batches role="measured"
sizes = [1, 4, 16, 64, 256]
batches = demo.sweep(sizes, demo.batch)
times = [each.median_seconds for each in batches]
figures.lines(
    sizes, {"measured": times, "if time followed FLOPs": [times[0] * size / sizes[0] for size in sizes]},
    "tokens in the batch", "time (s)", log="xy", y_unit="s", title="One weight matrix, more and more tokens",
    alt=f"{sizes[-1]} tokens take {fmt(times[-1] / times[0], 'x')} the time of {sizes[0]}, not {sizes[-1]}x.")
batch_ratio.reveal(times[2] / times[0])

# %% [markdown]
# Compare the two lines. A small batch waits for the
# weights, so more tokens are almost free. A large batch waits for the multipliers, so time
# follows FLOPs. Between the two lies a bend. If your line has none, your cache held the whole matrix.
#
# Now the ReLU, the simplest of the functions that stand between two products. It compares each number with zero: one FLOP, two trips through memory.

# %% measure_relu role="measured"
long_product, relu = demo.batch(8192, width=1024, repeats=3), demo.relu(8192 * 1024)
relu_share = relu.median_seconds / long_product.median_seconds
table([[each.name, fmt(each.flops, "FLOP"), fmt(each.moved_bytes, "B"), fmt(each.median_seconds, "s")]
       for each in (long_product, relu)], ["work", "FLOPs", "bytes", "time"])
nearest = min(range(4), key=lambda place: abs(relu_share / [1 / 2000, 1 / 100, 1 / 10, 1][place] - 1))
relu_time.reveal(relu_choices[nearest], because=f"Here it is 1/{fmt(1 / relu_share, digits=2)}.")

# %% [markdown]
# FLOPs for each byte moved is called [intensity](../docs/glossary.md#arithmetic-intensity). It decides which side a job
# falls on. To see where, measure both speeds of your machine.

# %% measure_roof role="measured"
peaks = {name: demo.product(1024, name).flops_per_second for name in ("fp32", "bf16")}
copied = demo.copy(2**27)
bandwidth = copied.bytes_per_second
table([[name, fmt(peak, "FLOP/s"), fmt(hardware.ridge(peak, bandwidth))] for name, peak in peaks.items()],
      ["format", "products", "ridge point (FLOP/byte)"],
      caption=f"This machine. Memory: {fmt(bandwidth, 'B/s')}, slowest / fastest {fmt(copied.spread, 'x')}")

# %% [markdown]
# The two speeds cross at the [ridge point](../docs/glossary.md#ridge-point): below it memory sets the time, above it arithmetic. Drawn over intensity,
# the best rate looks like a roof, so the picture is called a [roofline](../docs/glossary.md#roofline). Each point below is one piece of work on your
# machine. The recorded ones were measured earlier, by `course measure`.

# %% draw_roofline role="measured"
products = demo.sweep([64, 128, 256, 512, 1024], demo.product)  # change this line
here = machines.Record(
    machine=machines.here("your machine, now"), measurements=(*products, *batches, relu, copied))
roof = figures.roofline.draw([here, *machines.beside(here)], title="Rooflines, fp32")

# %% [markdown]
# Points above the slope? Those matrices fit in a cache, a smaller and faster memory with a roof of its own. Watch the
# speed of a copy fall as it outgrows one level after another.

# %% memory_levels role="measured"
copies = [demo.copy(size) for size in demo.COPY_BYTES]
rates = [each.bytes_per_second for each in copies]
figures.lines(
    list(demo.COPY_BYTES), {"copy": rates}, "size of the copy (bytes)", "bytes moved each second (B/s)",
    log="xy", x_unit="B", y_unit="B/s", title="Levels of memory",
    alt=f"Copies of {fmt(copies[0].size, 'B')} run at {fmt(rates[0], 'B/s')}, "
    f"the largest at {fmt(rates[-1], 'B/s')}.")

# %% check_roof
quiz("roof_side")

# %% [markdown]
# So what do the two speeds say about real models? Take the largest single matrix of every decoder in the catalog.

# %% largest_matrix
largest = {model.name: model.d_model * max(model.d_ff, model.vocab_rows)
           for model in models.values() if isinstance(model, Transformer)}
share_matrix = sum(size >= 1e9 for size in largest.values()) / len(largest)
say(f"**{fmt(share_matrix, '%')}** of {len(largest)} decoders have a matrix with a billion numbers. "
    f"The largest has {fmt(max(largest.values()), 'numbers')}: {max(largest, key=largest.get)}.")

# %% verdict_matrices role="measured"
llama, text = models["llama-3-8b"], datasets["llama-3-pre-training"]
answer_seconds = hardware.seconds(cost.jobs.decoding(llama, tokens=500).work, peaks["bf16"], bandwidth)
train_seconds = hardware.training_seconds(flops.training(llama, text.tokens), max(peaks.values()), mfu=1)
verdict("A09", share_matrix=share_matrix, answer_seconds=answer_seconds, train_seconds=train_seconds,
        source="matrices of the catalog's decoders; the speeds of this machine")

# %% [markdown]
# ## Idea 2: time is FLOPs over devices, peak and utilisation
# The simplest plan for a training run: FLOPs / (devices x peak). Try it on runs whose device hours are published.

# %% claim_times
claim("B03")
claim("B01")

# %% plan_at_peak
known, cards = dict(models.items()), dict(devices.items())
full = [run for run in runs.values() if run.kind == "full_run" and run.tokens
        and isinstance(known.get(run.model_key), Transformer)]
work = {run.name: flops.training(known[run.model_key], run.tokens) for run in full}
timed = [run for run in full if run.device_hours]
at_peak = {run.name: work[run.name] / hardware.peak(cards[run.device_key]) / 3600 for run in timed}
utilisation = {run.name: at_peak[run.name] / run.device_hours for run in timed}
middle = sorted(utilisation.values())[len(utilisation) // 2]
say(f"The plan fails for all {len(timed)} runs. The median run got **{fmt(middle, '%')}** of the peak.")

# %% failed_plan
shown = sorted(utilisation, key=utilisation.get)[::4]
figures.bars(shown, [utilisation[name] for name in shown], x_label="share of the dense peak (%)", unit="%",
    title="What published runs made of their devices",
    alt=f"Of {len(timed)} runs the median reached {fmt(middle, '%')} of the peak, "
    f"the best {fmt(max(utilisation.values()), '%')}.")

# %% [markdown]
# That share is the [model FLOPs utilisation](../docs/glossary.md#mfu), MFU (Chowdhery et al. 2022, PaLM, arXiv 2204.02311): tokens a second over
# the tokens a second that the [peak](../docs/glossary.md#peak) would allow. Only FLOPs of the model count. Recomputed
# ones do not. Restarts and waiting lower the shares above further, because they use up hours.
#
# So put the share into the plan: seconds = FLOPs / (devices x peak x MFU).

# %% guess_times
one_card = predict("years_405b", "Llama 3.1 405B on a single H100, at 40 % of its peak: how long?", "s")
bands = ["under a fifth", "a fifth to a half", "over a half"]
own_share = predict_choice("own_utilisation", "The tiny GPT trains on your machine. Which share of your "
                           "measured fp32 peak does a step reach?", bands)

# %% years_405b
large, card = models["llama-3.1-405b"], devices["H100"]
large_work = flops.training(large, text.tokens)
single = hardware.training_seconds(large_work, hardware.peak(card), mfu=0.4, devices=1)  # change this line
one_card.reveal(single)

# %% own_split role="measured"
trainer = demo.step_split.Trainer(batch=4)
split = demo.step_split.split(trainer)
step_flops = flops.training_step(trainer.gpt.model, trainer.batch, trainer.seq)
own = {name: hardware.efficiency(step_flops, split.step_seconds, peak) for name, peak in peaks.items()}
band = bands[(own["fp32"] >= 0.2) + (own["fp32"] >= 0.5)]
own_share.reveal(band, because=f"Here: {fmt(own['fp32'], '%')}.")
say(f"Against your bf16 peak the same step reaches {fmt(own['bf16'], '%')}. A utilisation means "
    "nothing until you know **whose peak** it is a share of.")

# %% [markdown]
# Surprised? Most guess less, because of the published runs. But a single processor is easy to keep busy. Thousands of cards wait for memory, and for each other.
#
# They also wait for data. Here is your step in parts, and the claim about who should do which.

# %% claim_split
claim("C07")
after = ["as long as before", "twice as long", "three times as long"]
starving = predict_choice("slow_loader", "A loader in the background takes twice as long for a batch as "
                          "your step. A step, waiting included, then takes", after)

# %% starve role="measured"
factors = [0, 0.5, 1, 2]
[quick] = demo.step_split.starve(trainer, factors[:1], steps=5)
waited = [quick, *demo.step_split.starve(trainer, [factor * quick for factor in factors[1:]], steps=3)]
figures.stacked(
    [f"loader {fmt(factor, 'x')} step" for factor in factors],
    {"working": [quick] * len(waited), "waiting": [max(0, each - quick) for each in waited]}, unit="s",
    x_label="time of a step (s)", title="Slowing the loader",
    alt=f"A loader twice as slow as the step makes it wait: it takes {fmt(waited[3] / quick, 'x')} the time.")
starving.reveal(after[min(2, max(0, round(waited[3] / quick) - 1))])

# %% verdict_split role="measured"
verdict("C07", product_share=split.product_share, prepare_share=split.prepare_share,
        starved=waited[3] / quick, source="a training step of the tiny GPT on this machine")

# %% [markdown]
# Preparing and computing overlap, so once more the longer time counts. It is the roofline again, with a loader in place
# of memory.

# %% check_utilisation
quiz("utilisation_days")

# %% [markdown]
# Now the two verdicts on time. Every run gets the same utilisation.

# %% verdict_durations
lasted = {run.name: run.wall_seconds or run.device_hours / run.devices * 3600
          for run in full if run.devices and (run.wall_seconds or run.device_hours)}
peak_of = {run.name: hardware.peak(cards[run.device_key]) for run in full if run.name in lasted}
planned = {run.name: hardware.training_seconds(work[run.name], peak_of[run.name], 0.4, run.devices)
           for run in full if run.name in lasted}
between = sum(86_400 <= each <= 31_557_600 for each in lasted.values()) / len(lasted)
close = sum(0.5 <= planned[name] / lasted[name] <= 2 for name in lasted) / len(lasted)
verdict("B03", share_between=between, share_close=close, longest=max(lasted.values()),
        source="durations of the catalog's full runs, and the estimate at 40 % of the peak")

# %% verdict_devices role="measured"
years = [hardware.training_seconds(each, hardware.peak(card), 0.4) / 31_557_600 for each in work.values()]
smallest_here = hardware.training_seconds(min(work.values()), max(peaks.values()), mfu=1)
verdict("B01", share_long=sum(each > 1 for each in years) / len(years), smallest_here=smallest_here,
        source="FLOPs of the catalog's full runs; one H100; the measured peak of this machine")

# %% [markdown]
# ## Idea 3: the price of an hour is not the price of a job
# A card that costs more an hour may need fewer hours. Which one is cheapest depends on what the job asks for: FLOPs,
# bytes, or room. So a job has three numbers, and a card has four.

# %% five_cards
claim("C01")
claim("C08")
keys = ["rtx-3090", "rtx-4090", "a40", "rtx-6000-ada", "h100-sxm-80gb"]
five = {devices[key].name: cost.rental(key) for key in keys}
table([[name, fmt(hardware.peak(devices[name]), "FLOP/s"), fmt(devices[name].memory_bytes_per_second, "B/s"),
        fmt(devices[name].memory_bytes, "B"), fmt(price.usd_per_device_hour, "USD")]
       for name, price in five.items()],
      ["card", "peak, two bytes", "bandwidth", "memory", "an hour"],
      caption=f"The catalog's price of each card as of {five['RTX 4090'].as_of}")

# %% guess_order
training = predict_ranking("training_order", "Order the cards by the price of training Llama 3 8B, "
                           "cheapest first.", list(five))
decoding = predict_choice("decoding_cheapest", "Which card answers one user of Llama 3 8B for the least "
                          "money?", list(five))

# %% rank_jobs
users = 1  # change this line
tasks = {"training": cost.jobs.training(llama, 1e9), "decoding": cost.jobs.decoding(llama, 1_000_000, users)}
usd = {name: {each.device.name: each.usd for each in cost.jobs.compare(job, keys)}
       for name, job in tasks.items()}
training.reveal(sorted(five, key=usd["training"].get))
decoding.reveal(min(five, key=usd["decoding"].get))

# %% draw_jobs
hourly = [price.usd_per_device_hour for price in five.values()]
figures.scatter(
    hourly * 2, [usd[name][card] for name in usd for card in five],
    "price of an hour (USD)", "price of the job (USD)", log="xy",
    names=[f"{card}, {name}" for name in usd for card in five], groups=[name for name in usd for _ in five],
    mark=[f"{card}, training" for card in five], x_unit="USD", y_unit="USD", title="The hour and the job",
    alt="Training: " + "; ".join(f"{card} {fmt(usd['training'][card], 'USD')}" for card in five) + ".")
orders = {name: sorted(five, key=usd[name].get) for name in usd}
last = orders["training"][-1]
say(f"For training the {last} is the dearest of {len(five)}, for one user it is number "
    f"**{orders['decoding'].index(last) + 1}** from the cheapest.")

# %% [markdown]
# A cheap hour can make a dear training job, because it takes so many of them. Training follows FLOP/s for each dollar. Writing for one user follows bytes/s for each dollar, because each token reads
# every weight. So the order changes. How many users at once does it take to change it back? Now a job that needs room: how many of each until the states fit?

# %% memory_fit
large_answer = cost.jobs.decoding(models["llama-3-70b"], 1)
table([[name, *(str(cost.jobs.offer(job, key).count) for job in (*tasks.values(), large_answer))]
       for name, key in zip(five, keys, strict=True)],
      ["card", "to train Llama 3 8B", "to answer with it", "to answer with Llama 3 70B"],
      caption="Cards needed: 16 bytes a weight to train, two to answer; activations and cache left out")

# %% check_cards
quiz("card_for_job")

# %% verdict_alike
gpus = [each for each in cost.jobs.compare(tasks["training"]) if each.device.kind == "gpu"]
offered = {"training": [hardware.peak(each.device) for each in gpus],
           "decoding": [each.device.memory_bytes_per_second for each in gpus],
           "memory": [each.device.memory_bytes for each in gpus]}
ratio = {f"{name}_ratio": max(values) / min(values) for name, values in offered.items()}
verdict("C01", **ratio,
        source=f"{len(gpus)} GPUs of the catalog")

# %% verdict_dearer
pairs = [(centre, home) for centre in ("a40", "l40", "h100-sxm-80gb") for home in ("rtx-3090", "rtx-4090")]
spent = {name: {key: cost.jobs.offer(job, key).usd for pair in pairs for key in pair}
         for name, job in tasks.items()}
wins = {name: sum(found[centre] < found[home] for centre, home in pairs) / len(pairs)
        for name, found in spent.items()}
verdict("C08", share_training=wins["training"], share_decoding=wins["decoding"],
        source=f"{len(pairs)} pairs of cards at the catalog's prices as of {five['RTX 4090'].as_of}; links left out")

# %% [markdown]
# Two things are left out here. Six consumer cards have no fast link that joins them all, so they lose more time
# than two H100s do (lesson 10). And a batch of many users moves decoding to the side of arithmetic (lesson 05).
#
# Prices age fast. The catalog also knows what an hour of the same H100 cost at the end of an earlier year. Compare that
# price of the job with that of the RTX 4090 above: would C08 get the same verdict?

# %% prices_age
earlier, later = cost.rental("h100-sxm-80gb", as_of="2024"), cost.rental("h100-sxm-80gb")
then = cost.jobs.offer(tasks["training"], "h100-sxm-80gb", as_of="2024")
say(f"As of the end of 2024: {fmt(earlier.usd_per_device_hour, 'USD')} an hour. "
    f"The training job cost **{fmt(then.usd, 'USD')}** then, "
    f"in place of {fmt(usd['training'][devices['H100'].name], 'USD')}.")

# %% [markdown]
# ## At full size
# Back to the question: H100 against A100, and the run that used more H100s than most.

# %% full_size
older, stage = devices["A100 80GB"], runs["llama31-405b-stage-16k"]
ratios = [rate(card) / rate(older) for rate in (hardware.peak, hardware.bandwidth)]
whole = hardware.training_seconds(large_work, hardware.peak(card), stage.mfu, stage.devices)
say(f"{card.name} over {older.name}: {fmt(ratios[0], 'x')} the FLOP/s, but {fmt(ratios[1], 'x')} the bandwidth. "
    "A job gains the first above the ridge, the second below it. "
    f"{large.name} on {fmt(stage.devices, exact=True)} H100s, at an MFU of {fmt(stage.mfu, '%')}: **{fmt(whole, 's')}**. "
    f"Source of the MFU: {stage.source.text} ({stage.source.date}). Your bill:")
token_seconds = cost.jobs.offer(cost.jobs.decoding(llama, 1), "h100-sxm-80gb").seconds
bill("04", "one token of Llama 3 8B on an H100", seconds=token_seconds,
     usd=cost.rent_usd(later.usd_per_device_hour, token_seconds))

# %% [markdown]
# ## Where this estimate breaks
# A roofline is a lower bound. How near does your machine come? The roof was measured with one product and one copy;
# the jobs below are others.

# %% roof_against_clock role="measured"
trials = [*products[3:4], *batches, demo.batch(16, "bf16"), demo.batch(256, "bf16"), demo.relu(2**25)]
jobs_tried = [hardware.Work(flops=each.flops, moved_bytes=each.moved_bytes) for each in trials]
bounds = [hardware.seconds(job, peaks[each.format], bandwidth) for job, each in zip(jobs_tried, trials, strict=True)]
errors = [estimate / each.median_seconds - 1 for each, estimate in zip(trials, bounds, strict=True)]
say(f"**{sum(abs(error) <= 0.25 for error in errors)} of {len(errors)}** rooflines are within {fmt(0.25, '%', 2)}. "
    f"The worst, for *{trials[errors.index(min(errors))].name}*, is off by {fmt(min(errors), '%')}.")

# %% [markdown]
# Often the small batches fail, and for two reasons. The roof's bandwidth came from a copy, and a product fetches its
# weights more slowly: most programs rearrange them first. And such a program multiplies only afterwards, so the two
# times add up. Measure that bandwidth, too, on matrices of another size. Then add.

# %% reached_against_clock role="measured"
reached = {name: demo.weight_bandwidths(peak, name) for name, peak in peaks.items()}
rate_of = [bandwidth if each.work == "relu" else reached[each.format]["one token" if each.size == 1 else "few tokens"]
           for each in trials]
sums = [hardware.seconds(job, peaks[each.format], rate, overlap=False)
        for job, each, rate in zip(jobs_tried, trials, rate_of, strict=True)]
closer = [estimate / each.median_seconds - 1 for each, estimate in zip(trials, sums, strict=True)]
table([[each.name, fmt(each.median_seconds, "s"), fmt(error, "%"), fmt(estimate, "s"), fmt(better, "%")]
       for each, error, estimate, better in zip(trials, errors, sums, closer, strict=True)],
      ["work", "measured", "roofline's error", "with the bandwidth reached", "error"])
say(f"**{sum(abs(error) <= 0.25 for error in closer)} of {len(closer)}** are now within {fmt(0.25, '%', 2)}.")

# %% [markdown]
# One speed for memory was too few. What a program reaches depends on what it does with the bytes. If every row is
# still off, something else was using your machine: run the cell again.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `training_days` | 5 | easy | 2 |
# | `attainable_rate` | 5 | easy | 1 |
# | `job_cost` | 7 | medium | 2 |
# | `ridge_point` | 6 | medium | 3 |
# | `choose_card` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/04_hardware.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. The best rate is the smaller of the peak and bandwidth x intensity. On an H100 the two meet at
   {fmt(hardware.ridge(hardware.peak(card), card.memory_bytes_per_second))} FLOP/byte.
2. Seconds = FLOPs / (devices x peak x MFU). Published runs spent their hours at {fmt(middle, '%')} (median).
3. Your machine changes sides at {fmt(hardware.ridge(peaks['fp32'], bandwidth))} FLOP/byte in fp32.
4. Rank cards by the job, not by the hour: what does it ask for, and does it fit?
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
