# %% [markdown]
# # 10 · Parallelism
# *From one device to thousands: what they share, what they tell each other, and what all that waiting costs.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 3 of 3 | lesson 09: weights, gradients, optimizer states | A13, B01, B03, C02, C10 |

# %% [markdown]
# ## The question
# From 8 to 1024 cards: how much faster, and who pays?

# %% [markdown]
# ## You will be able to
# 1. **Compute** what devices send and how long they wait (exercises `ring_bytes`, `bubble_share`).
# 2. **Compute** a step's time from its slowest rank and its messages (`step_seconds`).
# 3. **Measure** a speed-up on stand-in devices (`speedup`).
# 4. **Judge** whether to add cards or a faster link (`cards_or_link`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import devices, findings, links, models, quantities, runs
from course_lib.demos import parallelism as demo
from course_lib.estimators import flops, hardware, inference, layout, memory, myths, parallelism
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, quiz, say, sources, table, validated, verdict

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_state_bytes")
quiz("recall_peak_of_whom")

# %% [markdown]
# ## Idea 1: work divides, the gradient does not
# In [data parallelism](../docs/glossary.md#data-parallelism) each device holds a whole copy of the model and works on
# its own part of the batch. Then all of them average their gradients, so that the copies stay equal. That sum over
# devices is an [all-reduce](../docs/glossary.md#all-reduce).
#
# Each device here is a process, called a [rank](../docs/glossary.md#rank). Four of them start now. They are real, and
# so are their messages. Every call has a deadline: a rank that dies or hangs is named, and all of them are ended.

# %% guess_here
here = ["a quarter of the time", "half of the time", "as long, or longer"]
four_here = predict_choice("ddp_here", "Four processes on this machine share the tiny GPT's batch. "
                           "A step takes, of one process' time,", here)

# %% train_shared role="measured"
four = demo.Ranks(4)
case = demo.Case(steps=3)  # change this line: layers=8, batch=32
shared = {each.program: each for each in demo.compare(four, case=case)}
alone = demo.alone(case)
table([[name, fmt(each.error, "%", 2), fmt(each.step_seconds, "s", 2)] for name, each in shared.items()],
      ["way of sharing", "largest difference from one process", "time of a step"],
      caption=f"Four processes; one alone takes {fmt(alone.step_seconds, 's', 2)}")
ratio = shared["ddp"].step_seconds / alone.step_seconds
four_here.reveal(here[(ratio > 0.35) + (ratio > 0.75)], because=f"Here it is {fmt(ratio, 'x', 2)}.")

# %% [markdown]
# The results are those of one process, up to rounding, in every way of sharing. (The other six come later.) But the
# time is a failure. These processes share the cores of one machine: nothing was added except messages.
#
# To see what eight devices would do, we need stand-ins. A
# [stand-in device](../docs/glossary.md#stand-in-device) is a real process that **waits** for as long as a device would
# compute. Waiting takes no core. Its messages are real. It is a model, no measurement of a card.

# %% claim_scaling
claim("A13")
claim("C02")
eightfold = predict("speedup_of_8", "Eight stand-ins share a step of 0.24 s and all-reduce gradients "
                    "of 16 MB. How many times as fast as one?", "x")

# %% scale_standins role="measured"
eight, counts = demo.Ranks(8), [1, 2, 4, 8]
jobs = {"0.4 MB": demo.StandInStep(compute_seconds=0.24, gradient_bytes=400_000, steps=2),
        "16 MB": demo.StandInStep(compute_seconds=0.24, gradient_bytes=16_000_000, steps=2)}  # change this line
times = demo.times(eight, jobs, counts)
gains = {name: [found[0] / each for each in found] for name, found in times.items()}
small, large = (found[-1] for found in gains.values())
eightfold.reveal(large)
figures.lines(
    counts, {f"gradients of {name}": found for name, found in gains.items()} | {"perfect": counts},
    "stand-in devices", "speed-up (x)", title="Stand-ins: compute is a wait, messages are real",
    alt=f"8 stand-ins: {fmt(small, 'x')} with small gradients, {fmt(large, 'x')} with large ones.")

# %% [markdown]
# The work shrinks with every device. The gradient has one number for each weight, however small a device's part of the
# batch. In a ring, each device passes pieces to its neighbour, and sends
#
# $$\text{bytes sent} = 2\,\frac{n-1}{n} \times \text{bytes of the gradients}$$

# %% ring
sizes = [2, 8, 64, 1024]
ring = parallelism.collectives.traffic("all_reduce", 16e6, sizes)  # change this line: another size, algorithm="tree"
table([[fmt(n), fmt(sent, "B"), fmt(steps)]
       for n, sent, steps in zip(sizes, ring.sent_bytes, ring.steps, strict=True)],
      ["devices", "each one sends", "messages one after another"], caption="Gradients of 16 MB")

# %% [markdown]
# Eight or a thousand: each device sends nearly twice the gradients. So there is a floor under the step, and the wire
# sets it. Now real cards, computed. Eight H100s in one machine talk over NVLink. A second machine is behind a network,
# here with one port for each card.

# %% guess_network
outcomes = ["about twice as fast", "half as fast again", "hardly faster", "slower"]
second = predict_choice("second_machine", "A second machine of 8 H100s joins the training of Llama 3 8B. "
                        "Each card has a 10 Gb/s Ethernet port of its own. It gets", outcomes)

# %% scale_networks
llama, h100 = models["llama-3-8b"], devices["H100"]
cards, speed = [8, 16, 32, 64, 128, 256, 512], {}
for name in ("Ethernet 10G", "Ethernet 100G", "InfiniBand NDR", "NVLink 4"):
    domain = 512 if name == "NVLink 4" else 8  # cards that hang on NVLink together
    cluster = parallelism.clusters.Cluster.of(h100, domain=domain, network=links[name].bytes_per_second)
    grid = layout.Layout(data=cards, zero=3, recompute="selective")
    step = parallelism.step(llama, grid, cluster, batch=512, seq=8192)
    speed[name] = (step.seconds[0] / step.seconds).tolist()

# %% draw_networks
slow = speed["Ethernet 10G"]
answer = outcomes[(slow[1] < 1.8) + (slow[1] < 1.3) + (slow[1] < 1)]
second.reveal(answer, because=f"It has {fmt(slow[1], 'x')} the speed.")
each = {name: [8 * gain / count for gain, count in zip(found, cards, strict=True)]
        for name, found in speed.items()}
figures.lines(
    cards, each, "H100 cards", "speed of each card, against 8 (%)", log="x", y_unit="%",
    title="Llama 3 8B, 512 sequences a step",
    alt=f"512 cards for 8: {fmt(slow[-1], 'x')} over slow Ethernet, {fmt(speed['NVLink 4'][-1], 'x')} over NVLink.")
say(f"Beyond {parallelism.most_data(512)} cards nothing is left to share: each has one sequence.")

# %% verdict_adding role="measured"
doublings = [found[place] / found[place - 1] for found in speed.values() for place in range(1, len(cards))]
verdict("C02", measured_gain=gains["16 MB"][3] / gains["16 MB"][2], computed_gain=min(doublings),
        source="stand-in devices on this machine; estimate for Llama 3 8B on H100s",
        instead=f"Twice the cards brought from {fmt(min(doublings), 'x')} to {fmt(max(doublings), 'x')} the speed in data parallelism: the link decides.")
quiz("ring_bytes_sent")

# %% [markdown]
# ## Idea 2: sharding buys room, and pays in traffic or in bubbles
# In data parallelism every device keeps the same weights, gradients and optimizer states. Why keep them eight times?
# [ZeRO](../docs/glossary.md#zero) shares them out in stages: first the optimizer states, then the gradients, then the
# weights.

# %% guess_zero
shares = ["1/64 of them", "about a tenth", "about a quarter", "about a half"]
stage_one = predict_choice("zero_one", "7.5 billion weights on 64 devices. ZeRO's first stage shares the "
                           "optimizer states. Of all states, each device still holds", shares)

# %% zero_here role="measured"
stages = {"data parallel": "ddp", "ZeRO 1": "zero1", "ZeRO 2": "zero2", "ZeRO 3": "zero3"}
held = {part: [shared[program].held_bytes[part] for program in stages.values()]
        for part in ("weights", "gradients", "optimizer")}
whole, least = shared["ddp"].states, shared["zero3"].states
figures.stacked(
    list(stages), held, unit="B", x_label="bytes on one of four ranks", title="The tiny GPT's states",
    alt=f"Data parallel: {fmt(whole, 'B')} on each rank. ZeRO 3: {fmt(least, 'B')}.")

# %% zero_full
zero = memory.states.of_weights(7.5e9, layout=layout.Layout(data=64, zero=[0, 1, 2, 3])).total.tolist()
left = zero[1] / zero[0]
answer = shares[(left > 0.05) + (left > 0.15) + (left > 0.35)]
stage_one.reveal(answer, because=f"It holds {fmt(left, '%')}.")
scatter, gather = (parallelism.collectives.traffic(kind, 2 * 7.5e9, 64).sent_bytes
                   for kind in ("reduce_scatter", "all_gather"))
table([[f"ZeRO {stage}", fmt(total, "B"), fmt(scatter + gather * (1 + (stage == 3)), "B")]
       for stage, total in enumerate(zero)],
      ["stage", "states on each device", "sent in a step"], caption="7.5 billion weights, 64 devices, bf16")

# %% [markdown]
# The first stage leaves weights and gradients, two bytes each, on every device. Only the last stage divides all of it,
# and sends half as much again: weights are gathered for the forward pass and once more for the backward pass.
#
# The other way is to cut the model. [Tensor parallelism](../docs/glossary.md#tensor-parallelism) cuts every matrix and
# sends activations in every layer. A [pipeline](../docs/glossary.md#pipeline-parallelism) gives each device some
# layers. It sends little, but it must fill and drain. A batch goes through in micro-batches; devices without one wait:
# the [bubble](../docs/glossary.md#bubble).

# %% guess_bubble
waiting = predict("bubble_4_4", "A pipeline of 4 stages, 4 micro-batches a step. Which share of the step "
                  "does a device wait?", "%")

# %% bubbles_here role="measured"
micro_batches = [1, 2, 4, 8, 16]
found = demo.bubbles(four, micro_batches, layer_seconds=0.006)
busy = [3 * 0.006 * count for count in micro_batches]  # forward, and twice as long backward
measured = [1 - mine / each for mine, each in zip(busy, found, strict=True)]
formula = [parallelism.pipelines.bubble_share(4, count) for count in micro_batches]
waiting.reveal(formula[2])
figures.lines(
    micro_batches, {"stand-ins, messages included": measured, "(p - 1) / (m + p - 1)": formula},
    "micro-batches m", "share of the step waiting (%)", log="x", y_unit="%", title="A pipeline, p = 4",
    alt=f"Waiting falls from {fmt(formula[0], '%')} with 1 micro-batch to {fmt(formula[-1], '%')} with 16.")

# %% [markdown]
# With p stages, the last stage starts only when the first micro-batch has passed the p - 1 stages before it. At the end
# the first stage waits as long, for the last one to come back. More micro-batches make the bubble a smaller part. (The stand-ins wait somewhat longer: starting, and sending,
# take time as well.) So what has been removed so far, and what has come instead?

# %% verdict_bottlenecks role="measured"
verdict("A13", speedup=small, states_share=least / whole, difference=max(each.error for each in shared.values()),
        source="stand-in devices and the tiny GPT, on processes of this machine",
        instead=f"Sharing removes one bottleneck and brings another: 8 stand-ins were {fmt(small, 'x')} as fast as one with small "
        f"gradients, {fmt(large, 'x')} with large ones, and sharding left each of 4 ranks {fmt(least / whole, '%')} of the states.")
quiz("bubble_more_stages")

# %% [markdown]
# ## Idea 3: the slowest sets the pace, and the bill counts every device
# All ranks meet in every step. What if one of them is a little slow: a hot card, a bad cable?

# %% claim_pace
claim("C10")
straggling = predict("one_slow_rank", "One of 8 devices takes 30 % longer to compute. By how much does the "
                     "step of all grow?", "%")

# %% straggle role="measured"
usual = {"compute_seconds": 1.2, "gradient_bytes": 4000, "steps": 2}
late = demo.StandInStep(**usual, slow_rank=3, slow_factor=1.3)  # change this line
paces = demo.times(eight, {"even": demo.StandInStep(**usual), "late": late})
growth = paces["late"][0] / paces["even"][0] - 1
straggling.reveal(growth)

# %% [markdown]
# Not an eighth of it: nearly all of it. Every other device waits. Now look for a bug. Each rank works through four
# micro-batches before it updates its weights:
#
# ```python
# for tokens in micro_batches:              # 1
#     loss = model(tokens)                  # 2
#     loss.backward()                       # 3  adds to the gradients
#     average_over_ranks(gradients(model))  # 4  an all-reduce
# optimizer.step()                          # 5
# ```

# %% guess_bug
fixes = ["line 3 should wait for all ranks", "line 4 belongs after the loop", "line 5 belongs into the loop",
         "none: the code is fine"]
bug = predict_choice("needless_line", "This code trains well, but slowly. Which change makes it fast, with "
                     "the same result?", fixes)

# %% careless role="measured"
usual = {"compute_seconds": 0.8, "gradient_bytes": 8_000_000, "micro_batches": 4, "uneven": 0.5, "steps": 2}
loops = {"after the loop": demo.StandInStep(**usual), "in the loop": demo.StandInStep(**usual, reduce_each=True),
         "after it, but all wait in it": demo.StandInStep(**usual, wait_each=True)}
took = {name: found[0] for name, found in demo.times(eight, loops).items()}
over = {name: each / took["after the loop"] for name, each in took.items()}
bug.reveal(fixes[1], because="The average of sums is the sum of averages: once is enough.")
table([[name, fmt(took[name], "s"), fmt(over[name], "x")] for name in took],
      ["all-reduce", "time of a step", "against once"], caption="Eight stand-ins, pieces of uneven length")

# %% [markdown]
# The bug sends everything four times, and the result is the same. Waiting in the loop sends nothing, and may cost too: the pieces differ in length,
# and each time all ranks wait for the longest. (A printed loss that is averaged over ranks does just that.) A
# model can be badly split as well: four layers in four stages, and then one stage with two of them.

# %% verdict_careless role="measured"
equal, uneven = (demo.bubbles(four, [8], layers, 0.006)[0] for layers in ([1, 1, 1, 1], [1, 2, 1, 0]))
verdict("C10", careless=max(over.values()), unbalanced=uneven / equal, source="stand-in devices on this machine, real messages",
        instead=f"One needless synchronisation made a step {fmt(max(over.values()), 'x')} as long here, an unbalanced split {fmt(uneven / equal, 'x')}.")
four.close()
eight.close()

# %% [markdown]
# Thousands of ranks cannot run here, but they can be simulated in one process: draw how long each rank takes, and let
# all wait for the longest. Say a step varies by a twentieth, by chance.

# %% thousands
crowd, pace = [1, 8, 64, 512, 4096], {}
for meetings, name in ((1, "one meeting a step"), (8, "eight meetings a step")):
    drawn = [parallelism.crowds.simulate(count, steps=50, jitter=0.05, barriers=meetings) for count in crowd]
    pace[name] = [each.seconds_per_step for each in drawn]
once, often = (found[-1] for found in pace.values())
figures.lines(
    crowd, pace, "ranks", "time of a step, against a lone rank (x)", log="x",
    title="Simulated: all wait for the longest",
    alt=f"{crowd[-1]} ranks: a step takes {fmt(once, 'x')} with one meeting, {fmt(often, 'x')} with eight.")

# %% guess_published
published = predict("published_128", "A benchmark (fine-tuning a 70B model) went from 8 to 1024 H100s. "
                    "How many times as fast was it?", "x")

# %% published
tried = [runs[f"mlperf40-lora-h100-{count}"] for count in (8, 64, 1024)]
hours = [run.devices * run.wall_seconds / 3600 for run in tried]
faster, dearer = tried[0].wall_seconds / tried[-1].wall_seconds, hours[-1] / hours[0]
published.reveal(faster)
table([[fmt(run.devices), fmt(run.wall_seconds, "s"), fmt(bill_hours, "device hours")]
       for run, bill_hours in zip(tried, hours, strict=True)],
      ["H100s", "time", "bill"], caption=f"MLPerf training 4.0, {tried[0].source.date}")

# %% shared_or_less
bf16, fp8 = (runs[f"titan-8b-8-{name}_FSDP_compile"].tokens_per_second_per_device for name in ("bf16", "fp8"))
say(f"More cards are the same work, shared: {fmt(1 / faster, '%')} of the time for {fmt(dearer, 'x')} the device hours. Fewer bits are less "
    f"work: eight in place of sixteen left {fmt(bf16 / fp8, '%')} of both in a published training. What that is in money comes in lesson 13.")
quiz("who_pays")

# %% [markdown]
# ## At full size
# First two claims that a count of published runs decides: how long each would take alone, and how long it lasted. What
# counts are full runs of decoders that were published since 2022 and have a billion weights or more.

# %% count_runs
claim("B01")
claim("B03")
counted = list(myths.full_runs(runs, myths.of_articles_kind()))
lasted = [seconds for run, _ in counted if (seconds := myths.lasting(run))]
work = [flops.training(model, run.tokens) for run, model in counted if run.tokens]
alone_seconds = [each / (0.4 * hardware.peak(h100)) for each in work]
server_cpu = min(work) / (0.4 * hardware.peak(devices["Xeon Platinum 8480+"]))

# %% verdict_runs
year, every = 31_557_600, [run for run in runs.values() if run.kind == "full_run"]
long = sum(each > year for each in alone_seconds) / len(work)
every_lasted = [seconds for run in every if (seconds := myths.lasting(run))]
every_work = [6 * run.params * run.tokens for run in every if run.params and run.tokens]
between, of_all = (sum(86_400 <= each <= year for each in some) / len(some) for some in (lasted, every_lasted))
no_units = min(work) / (0.4 * hardware.peak(devices["EPYC 9654"], "fp32"))
verdict("B01", share_long=long, smallest_on_cpu=server_cpu, source=f"FLOPs of {len(work)} full runs of the catalog, at 40 % of the peak",
        inputs={"with a server CPU that has no units for bf16": {"smallest_on_cpu": no_units},
                f"with all {len(every_work)} full runs of any kind": {
                    "share_long": sum(each > 0.4 * hardware.peak(h100) * year for each in every_work) / len(every_work),
                    "smallest_on_cpu": server_cpu * min(every_work) / min(work)}},
        instead=f"Of {len(work)} full runs of such models {fmt(long, '%')} would take over a year on one H100; the smallest would take a "
        f"server CPU with units for bf16 {fmt(server_cpu, 's')}.")
verdict("B03", share_between=between, source=f"durations of {len(lasted)} full runs of the catalog",
        inputs={f"with all {len(every_lasted)} full runs of any kind": {"share_between": of_all}},
        instead=f"Of {len(lasted)} full runs of such models {fmt(between, '%')} lasted between a day and a year, from "
        f"{fmt(min(lasted), 's')} to {fmt(max(lasted), 's')}; small models train in hours.")

# %% [markdown]
# Now the largest of them. Llama 3.1 405B used `16384` H100s: 8 share every matrix, 16 stages share the layers, 128 share the batch. Each has 16
# micro-batches for 16 stages: a bubble, unless a stage takes its layers in several turns
# ([interleaving](../docs/glossary.md#interleaving)). How many turns it took, our source does not say. How many must it be?

# %% full_size
frontier, stage, turns = models["llama-3.1-405b"], runs["llama31-405b-stage-16k"], {}
for count in (1, 2, 7):
    grid = layout.Layout(data=128, tensor=8, pipeline=16, interleave=count, zero=1, sequence_parallel=True)
    turns[count] = parallelism.step(frontier, grid, h100, batch=2048, seq=8192, attention="causal")
kinds = {"arithmetic": ["arithmetic"], "messages": ["tensor", "pipeline", "data"], "waiting": ["bubble"]}
figures.stacked(
    ["1 turn", "2 turns", "7 turns"], unit="s", x_label="time of a step (s)", title="405B on 16 384 cards",
    parts={kind: [sum(each.parts[name] for name in names) for each in turns.values()]
           for kind, names in kinds.items()},
    alt=f"A step takes {fmt(turns[1].seconds, 's')} with one turn, {fmt(turns[7].seconds, 's')} with 7.")

# %% full_size_said
reached = ", ".join(f"{fmt(each.mfu, '%')} in {count}" for count, each in turns.items())
every_pair = flops.training_step(frontier, 2048, 8192, attention="full") / turns[7].model_flops
say(f"MFU by turns: {reached}; with every pair counted, as papers do, {fmt(turns[7].mfu * every_pair, '%')} in 7. "
    f"Published: {fmt(stage.mfu, '%')}, {stage.source.text} ({stage.source.date}). The model: {frontier.source.text} ({frontier.source.date}). Your bill:")

# %% own_bill
answer = inference.estimate(models["llama-3-8b"], device=h100, prompt=200, output=400)
held_seconds = quantities["llama-3-1-405b-hours"].value * 3600 / stage.devices
bill("10", "cards", answer=1, run=stage.devices, unit="cards")
bill("10", "time they are held", answer=answer.request_seconds, run=held_seconds, unit="s")
bill("10", "of it lost to failures and restarts, at most", run=(1 - findings["t034"].value) * held_seconds, unit="s")

# %% [markdown]
# ## Where this estimate breaks
# Two published step times, then all that tell enough of their layout.

# %% against_published
gpt3, a100, rows = models["gpt-3"], devices["A100 80GB"], []
for kind in ("selective", "full"):
    run, shared_norms = runs[f"korthikanti-175B-{kind}"], kind == "selective"
    grid = layout.Layout(tensor=8, pipeline=8, interleave=3, recompute=kind, sequence_parallel=shared_norms)
    found = parallelism.step(gpt3, grid, a100, batch=64, seq=2048, fused=False).seconds
    rows.append([f"GPT-3, 64 A100s, {kind} recomputation", fmt(run.step_seconds, "s"), fmt(found, "s"),
                 fmt(found / run.step_seconds - 1, "%", 2)])
table(rows, ["step", "published", "estimate", "error"], caption="Published: arXiv 2205.05198, table 5, 2022")
validated("training steps")

# %% [markdown]
# What a device reaches of its peak and what hides behind arithmetic was fitted to such rows; [how far the estimates are
# off](../docs/validation.md) shows every group. The estimate leaves out failures, evaluation and uneven experts. The benchmark above is outside of it:
# with more cards the batch grew, and a larger batch needs more text for the same result.
#
# On stand-ins, the arithmetic is pretended. On several machines it need not be. The same programs run there unchanged,
# over gloo or NCCL, started on each machine by
#
# ```text
# torchrun --nnodes 2 --node-rank 0 --nproc-per-node 8 --master-addr HOST -m course_lib.demos.parallelism.main
# ```
#
# [Several machines](../docs/several_machines.md) says what to set, and what happened when we tried.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `ring_bytes` | 4 | easy | 1 |
# | `bubble_share` | 5 | easy | 1 |
# | `step_seconds` | 8 | hard | 2 |
# | `speedup` | 6 | medium | 3 |
# | `cards_or_link` | 7 | medium | 4 |
#
# [Open the exercises](../exercises/10_parallelism.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. Each device sends nearly twice the gradients, however many there are. In a pipeline it waits
   (p - 1) / (m + p - 1) of the step: {fmt(formula[2], '%')} with 4 stages and 4 micro-batches.
2. The slowest sets the pace: one of 8 was {fmt(0.3, '%', 2)} slower, and the step {fmt(growth, '%', 2)} longer.
3. Eight stand-ins had {fmt(small, 'x')} the speed of one with small gradients, {fmt(large, 'x')} with large ones.
4. Check the link before you add cards: over 10 Gb/s Ethernet a card a second machine gave {fmt(slow[1], 'x')}. From 8 to
   1024 cards, a benchmark got {fmt(faster, 'x')} as fast, and its bill rose {fmt(dearer, 'x')}.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
