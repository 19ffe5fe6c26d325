# %% [markdown]
# # 10 · Parallelism
# *From one device to thousands: what they share, what they tell each other, and what all that waiting costs.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 40 | 3 of 3 | [lesson 04](04_hardware.ipynb): utilisation; [lesson 09](09_memory.ipynb): what training holds | A13, B01, B03, C02, C10 |

# %% [markdown]
# ## The question
# From 8 to 1024 cards: how much faster, and who pays?

# %% ask_scaling role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, case, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice, quiz, say, sources,
                                 table, validated, verdict, verdicts)

published = predict("published_128", "A tuning job of a 70B model ran on 8 H100s, and on 128 times as many. How many times as fast was it?", "x")

# %% [markdown]
# ## You will be able to
# 1. **Compute** what devices send, and what waits in a pipeline (exercises `ring_bytes`, `bubble_share`).
# 2. **Compute** a step's time from its slowest rank and its messages, and **measure** a speed-up on stand-ins (`step_seconds`, `speedup`).
# 3. **Compute** how often a run fails, and how often it should save (`save_every`).
# 4. **Judge** whether to add cards or a faster link (`cards_or_link`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import devices, findings, links, models, quantities, runs
from course_lib.demos import measure
from course_lib.demos import parallelism as demo
from course_lib.estimators import flops, hardware, inference, layout, memory, myths, parallelism

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_state_bytes")
quiz("recall_peak_of_whom")

# %% [markdown]
# ## Idea 1: what does not divide?
# In [data parallelism](../docs/glossary.md#data-parallelism) each device holds a whole copy of the model and works on its own part of the batch. Then all of them average
# their gradients, so that the copies stay equal. That sum over devices is an [all-reduce](../docs/glossary.md#all-reduce).
#
# Each device here is a process, called a [rank](../docs/glossary.md#rank). Four of them start now, on this machine. They are real, and so are their messages.
# They share its cores, one thread each; the one process they are held against may use as many threads as there are cores. A step of the tiny GPT takes milliseconds.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=25)
claim("A13")
here = ["a quarter of the time", "half of the time", "no clearly shorter time"]
four_here = predict_choice("ddp_here", "Four processes on this machine share the tiny GPT's batch. Against one process, a step takes", here)

# %% share_here role="measured" seconds=8
four = demo.Ranks(4)
shape = {"layers": 4, "batch": 16}  # change this line: layers=8, batch=32
training = demo.Case(steps=4, **shape)
alone = demo.steps_timing([demo.alone(training)])
shared_batch = demo.beside_one(four, ["ddp"], training)[0]
ratio = shared_batch.timing.seconds / alone.seconds
word = measure.clearly(shared_batch.timing, alone)

# %% tell_shared role="measured_narration"
four_here.reveal(ladder(ratio if word == "faster" else 1, {here[0]: 0.35, here[1]: 0.75, here[2]: None}), because=f"In this run: {fmt(ratio, 'x')} the time.")
compare(word, slower="Four are clearly slower here than one.", faster="Four are clearly faster here than one.", unclear="Here times scatter too much to tell.")

# %% [markdown]
# Processes and messages were added, and no core. So this machine cannot show what eight devices would do. A [stand-in device](../docs/glossary.md#stand-in-device) can: a real process that **waits** for as long as a device
# would compute. Waiting takes no core. Its messages are real. It is a model of arithmetic, and no measurement of a card.
#
# What do they send? The gradient has one number for each weight, however small a device's part of the batch. In a *ring*, the gradients are cut into as many pieces as there
# are devices, n. Each device passes one piece at a time to its neighbour: n - 1 times to add them up, and n - 1 times to hand the sums out.

# %% guess_ring role="narration"
ring_guess = predict("ring_of_1024", "16 GB of gradients, a ring of 1024 devices. How many bytes does each device send?", "B")

# %% ring
sizes = [2, 8, 64, 1024]
ring = parallelism.collectives.traffic("all_reduce", 16e9, sizes)  # change this line: another size
of_1024 = parallelism.collectives.traffic("all_reduce", 16e9, 1024).sent_bytes

# %% show_ring role="narration"
ring_guess.reveal(of_1024, because="Twice 1023 pieces.")
table([[fmt(n), fmt(sent, "B")] for n, sent in zip(sizes, ring.sent_bytes, strict=True)], ["devices", "each one sends"])

# %% [markdown]
# With S the bytes of all gradients and n the devices, each device sends
#
# bytes sent = 2 S (n - 1) / n.
#
# The work of a device shrinks with every device that is added. What it sends does not. Eight stand-ins show both, with small gradients and with large ones; a third job has
# no work at all, to see what eight processes cost by themselves.

# %% scale_standins role="measured" seconds=7
eight, counts = demo.Ranks(8), [1, 2, 4, 8]
usual = {"compute_seconds": 0.24, "steps": 3}  # change this line
jobs = {"0.4 MB": demo.StandInStep(gradient_bytes=400_000, **usual),
        "16 MB": demo.StandInStep(gradient_bytes=16_000_000, **usual),
        "no work": demo.StandInStep(gradient_bytes=400_000, compute_seconds=0, steps=3)}
timed = demo.timings(eight, jobs, counts)
gains = {name: [timed[name][0].seconds / each.seconds for each in timed[name]]
         for name in ("0.4 MB", "16 MB")}

# %% draw_standins role="measured_narration"
small, large = (found[-1] for found in gains.values())
figures.lines(counts, {f"gradients of {name}": found for name, found in gains.items()} | {"ideal": counts}, "stand-in devices", "speed-up (x)",
              title="Stand-ins: work is a wait, messages are real", alt=f"8 stand-ins: {fmt(small, 'x')} with small gradients, {fmt(large, 'x')} with large ones; ideal are 8.")
bare = timed["no work"][-1].seconds
say(f"Small gradients: an eighth of the wait {fmt(usual['compute_seconds'] / 8, 's')}, a step without work {fmt(bare, 's')}; together {fmt(usual['compute_seconds'] / 8 + bare, 's')}. "
    f"Measured: {fmt(timed['0.4 MB'][-1].seconds, 's')}.")

# %% [markdown]
# <!-- typed: thought experiment -->
# Real programs hide a part of the messages. The gradients of the last layers are ready while the first layers still compute: sending them then costs nothing. This is
# [overlap](../docs/glossary.md#overlap). No more can hide than there is arithmetic to hide behind. Say a step computes for 2 s, and messages can run beside half of it. Of
# messages that take 1.5 s, 1 s hides: the step takes 2.5 s. Messages of 0.6 s hide altogether: 2 s.

# %% short_dividing role="measured_narration"
in_short(f"The gradients: in a ring each of 1024 devices sends {fmt(of_1024, 'B')} for 16 GB, nearly **twice** all of them.")

# %% [markdown]
# ## Idea 2: what do shards and stages buy?
# In data parallelism every device keeps the same weights, gradients and optimizer states. Why eight times? [ZeRO](../docs/glossary.md#zero) shares them out:
# ZeRO 1 the optimizer states, ZeRO 2 the gradients too, ZeRO 3 the weights too. (PyTorch calls ZeRO 3 FSDP.)
#
# The other way is to cut the model. [Tensor parallelism](../docs/glossary.md#tensor-parallelism) cuts every matrix, and sends activations in every layer. A
# [pipeline](../docs/glossary.md#pipeline-parallelism) gives each device some layers, a *stage*, and sends little. A batch goes through it in micro-batches, in one of two orders.
# **GPipe** sends all of them forward, then all backward. **1F1B** (one forward, one backward) begins to go back as soon as it can: a stage keeps at most as many micro-batches as there are stages, and not all of them. Both wait alike.

# %% shard_here role="measured" seconds=8
programs = ["zero1", "zero2", "zero3", "tensor", "gpipe", "1f1b"]
cuts = {each.program: each for each in demo.beside_one(four, programs, demo.Case(**shape))}
worst = max(each.error for each in [shared_batch, *cuts.values()])
whole, least = shared_batch.states, cuts["zero3"].states

# %% draw_shards role="measured_narration"
say(f"All give one process' result, up to rounding. A rank holds {fmt(whole, 'B')} of states; with ZeRO 3 {fmt(least, 'B')}.")

# %% zero_full
zero = memory.states.of_weights(7.5e9, layout=layout.Layout(data=64, zero=[0, 1, 2, 3])).total
half = [parallelism.collectives.traffic(kind, 2 * 7.5e9, 64).sent_bytes
        for kind in ("reduce_scatter", "all_gather")]  # a sum of shares; a handing out
sent = [sum(half)] * 3 + [half[0] + 2 * half[1]]

# %% show_zero role="narration"
table([[f"ZeRO {level}", fmt(total, "B"), fmt(bytes_sent, "B")] for level, (total, bytes_sent) in enumerate(zip(zero, sent, strict=True))],
      ["0: data parallel", "states on each", "sent"], caption="7.5 billion weights, 64 devices, bf16, one micro-batch")

# %% [markdown]
# In **each** micro-batch ZeRO 3 gathers the weights twice, forward and backward, and sums gradients once: three messages. Now a sum for you.
#
# <!-- typed: thought experiment -->
# Llama 3 8B trains with ZeRO 3 on one machine of 8 H100s, 512 sequences a step, one at a time on each card. A step takes 84 s. A second machine joins: each card has half of the
# sequences, 32. For each of them 1 GB goes through a card's network port three times (what one machine lacks, an eighth for each card). The port does
# 1.25 GB/s, of which such messages reach 70 %. At most 55 % of the messages can run beside the arithmetic, and no longer than it lasts.

# %% guess_network role="narration"
outcomes = ["about twice as fast", "about 1.5 times as fast", "hardly faster", "slower"]
second = predict_choice("second_machine", "The second machine has an Ethernet port of 10 Gb/s for each card. The training gets", outcomes)

# %% scale_networks
llama, h100 = models["llama-3-8b"], devices["H100"]
cards, steps = [8, 16, 32, 64, 128, 256, 512], {}  # change this line
for name in ("Ethernet 10G", "Ethernet 100G", "InfiniBand NDR", "NVLink 4"):
    domain = 512 if name == "NVLink 4" else 8  # cards that hang on NVLink together
    network = links[name].bytes_per_second
    cluster = parallelism.clusters.Cluster.of(h100, domain=domain, network=network)
    grid = layout.Layout(data=cards, zero=3)
    steps[name] = parallelism.step(llama, grid, cluster, batch=512, seq=8192)

# %% networks_fixed
two = {"Ethernet 10G": [], "InfiniBand NDR": []}
for name, found in two.items():
    cluster = parallelism.clusters.Cluster.of(h100, network=links[name].bytes_per_second)
    found += parallelism.step(llama, layout.Layout(data=[8, 16], zero=3), cluster,
                              batch=512, seq=8192).seconds.tolist()
slow, fast = (before / after for before, after in two.values())
on_the_wire = 32 * 3 * 1e9 / (0.7 * 1.25e9)

# %% draw_networks role="measured_narration"
before, after = two["Ethernet 10G"]
speed = {name: (each.seconds[0] / each.seconds).tolist() for name, each in steps.items()}
second.reveal(ladder(slow, {outcomes[3]: 1, outcomes[2]: 1.3, outcomes[1]: 1.8, outcomes[0]: None}),
              because=f"32 x 3 x 1 GB take {fmt(on_the_wire, 's')} on the wire, and hide all arithmetic; NVLink's come on top. {fmt(before, 's')} become {fmt(after, 's')}: {fmt(slow, 'x')}; over InfiniBand {fmt(fast, 'x')}.")
claim("C02")
figures.lines(cards, {name: [8 * gain / count for gain, count in zip(found, cards, strict=True)] for name, found in speed.items()}, "H100 cards",
              "speed of each card, against 8 (%)", log="x", y_unit="%", title="Llama 3 8B with ZeRO 3, 512 sequences a step",
              alt=f"512 cards for 8: {fmt(speed['Ethernet 10G'][-1], 'x')} over slow Ethernet, {fmt(speed['NVLink 4'][-1], 'x')} over NVLink; ideal are 64.")
doublings = [found[place] / found[place - 1] for found in speed.values() for place in range(1, len(cards))]
verdict("C02", measured_gain=gains["16 MB"][3] / gains["16 MB"][2], computed_gain=min(doublings), source="stand-in devices on this machine; estimate for Llama 3 8B on H100s",
        instead=f"Twice the cards brought from {fmt(min(doublings), 'x')} to {fmt(max(doublings), 'x')} the speed in data parallelism: the link decides.")

# %% [markdown]
# And a pipeline? A stage can begin only when the stage before it has passed something on. Draw four rows, one for each stage, and columns of time: every micro-batch takes one
# slot in each row. Empty slots are the [bubble](../docs/glossary.md#bubble).

# %% guess_bubble role="narration"
waiting = predict("bubble_4_4", "A pipeline of 4 stages, 4 micro-batches a step. Which share of the step does a device wait?", "%")

# %% bubbles_here role="measured" seconds=4
micro_batches = [1, 2, 4, 8, 16]  # change this line
found = demo.bubbles(four, micro_batches, layer_seconds=0.006)
busy = [3 * 0.006 * count for count in micro_batches]  # forward, and twice as long backward
waited = [1 - mine / took for mine, took in zip(busy, found, strict=True)]

# %% bubble_formula
formula = [parallelism.pipelines.bubble_share(4, count) for count in micro_batches]
of_four = parallelism.pipelines.bubble_share(stages=4, micro_batches=4)

# %% draw_bubbles role="measured_narration"
waiting.reveal(of_four, because="Of seven slots in each row, three are empty.")
figures.lines(micro_batches, {"stand-ins, messages included": waited, "(p - 1) / (m + p - 1)": formula}, "micro-batches m", "share of the step waiting (%)", log="x", y_unit="%",
              title="A pipeline of p = 4 stages", alt=f"By the formula waiting falls from {fmt(formula[0], '%')} at m = {micro_batches[0]} to {fmt(formula[-1], '%')} at m = {micro_batches[-1]}.")

# %% [markdown]
# With p stages and m micro-batches,
#
# share of the step that waits = (p - 1) / (m + p - 1).
#
# So what has been removed, and what has come instead? Look for the best mixture.

# %% explorer role="narration"
explorers.panel("parallelism")

# %% judge_sharing role="measured_narration"
verdict("A13", speedup=small, states_share=least / whole, difference=worst, source="stand-in devices and the tiny GPT, on processes of this machine",
        clear=measure.clearly(timed["0.4 MB"][-1], timed["0.4 MB"][0]) != "not clear", record={"speedup": speed["NVLink 4"][3]}, record_source="estimate: 64 H100s on NVLink against 8",
        instead=f"Sharing removes bottlenecks and brings messages: 8 stand-ins were {fmt(small, 'x')} as fast with small gradients (they decide), {fmt(large, 'x')} with large ones.")
in_short(f"Shards buy room and pay in messages: over slow Ethernet a second machine leaves **{fmt(slow, 'x')}** the speed. Stages pay in waiting.")
quiz("bubble_more_stages")

# %% [markdown]
# ## Idea 3: who sets the pace?
# All ranks meet in every step. What if one of them is a little slow: a hot card, a bad cable? It is called a [straggler](../docs/glossary.md#straggler). One of eight stand-ins
# takes 30 % longer from now on.
# <!-- typed: definition -->

# %% straggle role="measured" seconds=3
even = {"compute_seconds": 1.2, "gradient_bytes": 4000, "steps": 3}
late = demo.StandInStep(**even, slow_rank=3, slow_factor=1.3)
paces = demo.timings(eight, {"even": demo.StandInStep(**even), "late": late})
growth = paces["late"][0].seconds / paces["even"][0].seconds - 1
late_word = measure.clearly(paces["late"][0], paces["even"][0])

# %% tell_straggler role="measured_narration"
compare(late_word, slower=f"The step of all grows by {fmt(growth, '%')}: the other seven wait.", faster="The step became shorter here.",
        unclear="By the sum, the step of all grows by nearly 30 %.")
# %% [markdown]
# Now look for a bug. Each rank works through four micro-batches before it updates its weights:
#
# ```python
# for tokens in micro_batches:              # 1
#     loss = model(tokens)                  # 2
#     loss.backward()                       # 3  adds to the gradients
#     average_over_ranks(gradients(model))  # 4
# optimizer.step()                          # 5
# ```

# %% guess_bug role="narration"
fixes = ["let line 3 wait for all", "line 4 after the loop", "line 5 into the loop", "none"]
bug = predict_choice("needless_line", "It trains well, but slowly. Which change makes it fast, with the same result?", fixes)

# %% careless role="measured" seconds=6
usual = {"compute_seconds": 0.8, "gradient_bytes": 8_000_000, "micro_batches": 4, "uneven": 0.5,
         "steps": 3}
loops = {"after the loop": demo.StandInStep(**usual),
         "in the loop": demo.StandInStep(**usual, reduce_each=True),
         "after it, but all wait in it": demo.StandInStep(**usual, wait_each=True)}
took = {name: each[0] for name, each in demo.timings(eight, loops).items()}
over = {name: each.seconds / took["after the loop"].seconds for name, each in took.items()}

# %% unbalanced role="measured" seconds=5
layers = {"equal": [1, 1, 1, 1], "uneven": [1, 2, 1, 0]}
splits = {name: demo.bubble_timings(four, [8], each, 0.006)[0] for name, each in layers.items()}
uneven = splits["uneven"].seconds / splits["equal"].seconds
four.close()
eight.close()

# %% judge_careless role="measured_narration"
bug.reveal(fixes[1], because="The average of sums is the sum of averages: once is enough.")
claim("C10")
table([[name, fmt(took[name].seconds, "s"), fmt(over[name], "x")] for name in took], ["all-reduce", "time of a step", "against once"],
      caption="Uneven pieces; row two decides C10")
by_hand = {name: parallelism.pipelines.run("gpipe", stages=4, micro_batches=8, forward=size, backward=[2 * each for each in size]).seconds
           for name, size in {"equal": [1, 1, 1, 1], "uneven": [1, 2, 1, 1e-9]}.items()}
clear = {measure.clearly(took["in the loop"], took["after the loop"]), measure.clearly(splits["uneven"], splits["equal"])} == {"slower"}
verdict("C10", careless=over["in the loop"], unbalanced=uneven, source="stand-in devices on this machine, real messages",
        clear=clear, record={"unbalanced": by_hand["uneven"] / by_hand["equal"]}, record_source="the schedule played through without messages",
        instead=f"A needless all-reduce made a step {fmt(over['in the loop'], 'x')} as long here, an uneven split {fmt(uneven, 'x')}.")

# %% [markdown]
# Waiting in the loop sends nothing, and can cost too: pieces differ in length, and each time all wait for the longest. (A printed loss that is averaged over ranks does just that.)
#
# And what if a device does not slow down, but stops? Then all stop. The run goes back to its last [checkpoint](../docs/glossary.md#checkpoint), restarts, and does again what came after.
#
# Llama 3.1 405B tells how often. In 54 days on `16384` cards it was interrupted unexpectedly 419 times.
# <!-- typed: definition -->

# %% between
stopped, span_seconds = findings["t026"].value, 54 * 86_400  # the days stand in its setting
card_seconds = 16_384 * span_seconds / stopped  # between two failures of one card
failures = parallelism.failures
every = failures.between_failures([1, 8, 16_384, 131_072], card_seconds)

# %% show_between role="narration"
table([[fmt(count, exact=True), fmt(seconds, "s")] for count, seconds in zip([1, 8, 16_384, 131_072], every, strict=True)], ["cards", "a failure every"],
      caption="At the rate of those cards, all causes")

# %% [markdown]
# <!-- typed: thought experiment -->
# In those 54 days at least 97 of 100 cards stopped nothing: 419 stops are few among 16 384 cards. The run did not get through a morning. So it saves. A save costs time, and so does saving seldom: at a failure half an interval is done again, in the mean. Say a
# save takes 20 s, and a restart 5 minutes. Saving and doing again shall cost least together.

# %% guess_save role="narration"
save_guess = predict("save_every", f"The run stops every {fmt(every[2], 's')}. After how much work should it save?", "s")

# %% best_interval
save, restart, mean = 20, 300, card_seconds / 16_384
young = failures.best_interval(save, mean, law="young")
daly = failures.best_interval(save, mean)
shares = failures.lost(young, save, mean, restart)

# %% save_and_fail
intervals = [60, 120, 300, 600, 1200, 3600, 7200]
costs = {"save_seconds": save, "mean_seconds": mean, "restart_seconds": restart}  # change this line
left = failures.goodput(intervals, **costs)
played = [failures.simulate(100 * 86_400, interval=each, **costs) for each in intervals]

# %% show_save role="narration"
save_guess.reveal(young, because=f"Saves take {fmt(shares.saving, '%')} of the time, work done again {fmt(shares.again, '%')}, restarts {fmt(shares.restarting, '%')}: {fmt(shares.total, '%')} in all.")
figures.lines([each / 60 for each in intervals], {"formula (Daly)": [1 - each for each in left], "simulated, 100 days of work": [1 - each.goodput for each in played]},
              "work between two saves (min)", "time that is lost (%)", log="x", y_unit="%", title="Saves too often, saves too seldom",
              alt=f"Saving every {fmt(intervals[0], 's')} loses {fmt(1 - left[0], '%')} of the time, every {fmt(intervals[3], 's')} {fmt(1 - left[3], '%')}, every {fmt(intervals[-1], 's')} {fmt(1 - left[-1], '%')}.")

# %% [markdown]
# Where the two costs are equal, their sum is smallest (Young 1974):
#
# work between saves (s) = √(2 x seconds of a save x mean seconds between failures).
#
# The simple sum of what is lost is save / interval + interval / (2 x mean) + restart / mean. Each part is counted as if the others took no time, which is a little too much. Daly (2006) counts exactly; his
# best interval has terms for slow saves. The share of the time that brings new work is called [goodput](../docs/glossary.md#goodput).

# %% short_pace role="measured_narration"
goodput = failures.goodput(young, save, mean, restart)
in_short(f"The slowest, and whoever fails: 16 384 cards stop every {fmt(every[2], 's')}. Saving each {fmt(young, 's')} (Daly: {fmt(daly, 's')}) leaves **{fmt(goodput, '%')}** of the time (simple sum: {fmt(1 - shares.total, '%')}).")
quiz("failures_and_cards")

# %% [markdown]
# ## At full size
# The largest of our runs used `16384` H100s: 8 share every matrix, 16 stages share the layers, 128 share the batch. Each has 16 micro-batches for 16 stages: a bubble, unless a
# stage takes its layers in several turns ([interleaving](../docs/glossary.md#interleaving)). How many turns it took, our source does not say.

# %% full_size
frontier, stage, turns = models["llama-3.1-405b"], runs["llama31-405b-stage-16k"], {}
for count in (1, 2, 7):
    grid = layout.Layout(data=128, tensor=8, pipeline=16, interleave=count, zero=1,
                         sequence_parallel=True)
    turns[count] = parallelism.step(frontier, grid, h100, batch=2048, seq=8192, attention="causal")

# %% draw_full_size role="narration"
kinds = {"arithmetic": ["arithmetic"], "norms, optimizer": ["elementwise", "optimizer", "recomputation"], "messages": ["tensor", "context", "expert", "pipeline", "data"],
         "waiting": ["bubble", "imbalance", "waiting"]}
figures.stacked(["1 turn", "2 turns", "7 turns"], {kind: [sum(float(each.parts[name]) for name in names) for each in turns.values()] for kind, names in kinds.items()}, unit="s",
                x_label="time of a step (s)", title="405B on 16 384 cards, all parts of a step", alt=f"A step takes {fmt(turns[1].seconds, 's')} with one turn, {fmt(turns[7].seconds, 's')} with 7.")
say(f"In all {', '.join(fmt(each.seconds, 's') for each in turns.values())}: {', '.join(fmt(each.mfu, '%') for each in turns.values())} of the peak.")

# %% [markdown]
# Now the question, twice: for that run, and for the tuning job of the first prediction: a 70B model on 8 H100s, and on 128 times as many. How many times as fast was it?

# %% scalings
half_run = runs["llama31-405b-stage-8k"]
tried = [runs[f"mlperf40-lora-h100-{count}"] for count in (8, 1024)]
hours = [run.devices * run.wall_seconds / 3600 for run in tried]
faster, dearer = tried[0].wall_seconds / tried[-1].wall_seconds, hours[-1] / hours[0]
run_faster = stage.devices * stage.mfu / (half_run.devices * half_run.mfu)
run_bill = half_run.mfu / stage.mfu

# %% show_scalings role="narration"
published.reveal(faster, because=f"The tuning job: {fmt(tried[0].wall_seconds, 's')} on 8 H100s, {fmt(tried[-1].wall_seconds, 's')} on 1024.")
table([["the tuning job", f"{tried[0].devices} to {fmt(tried[1].devices)}", fmt(faster, "x"), fmt(dearer, "x")],
       ["the 405B run", f"{fmt(half_run.devices)} to {fmt(stage.devices, exact=True)}", fmt(run_faster, "x"), fmt(run_bill, "x")]],
      ["job", "H100s", "as fast", "card hours"], caption=f"MLPerf 4.0; Llama 3.1, {fmt(half_run.mfu, '%', 2)} and {fmt(stage.mfu, '%', 2)} of the peak; both {stage.source.date}")
quiz("who_pays")

# %% [markdown]
# (The tuning job's time counts its start-up, and its batch grew.) The same work is shared, and the sharing comes on top. How much that is depends on how much work there is for each card. What it is in money comes in lesson 13.
#
# Two claims are decided by a count of full runs of decoders, published since 2022, of a billion weights or more: how long each would take alone, and how long it lasted.

# %% count_runs
counted = list(myths.full_runs(runs, myths.of_articles_kind()))
lasted = [seconds for run, _ in counted if (seconds := myths.lasting(run))]
work = [flops.training(model, run.tokens) for run, model in counted if run.tokens]
alone_seconds = [each / (0.4 * hardware.peak(h100)) for each in work]
server_cpu = min(work) / (0.4 * hardware.peak(devices["Xeon Platinum 8480+"]))

# %% judge_runs role="narration"
year, all_runs = 31_557_600, [run for run in runs.values() if run.kind == "full_run"]
long = sum(each > year for each in alone_seconds) / len(work)
every_lasted = [seconds for run in all_runs if (seconds := myths.lasting(run))]
every_work = [6 * run.params * run.tokens for run in all_runs if run.params and run.tokens]
between, of_all = (sum(86_400 <= each <= year for each in some) / len(some) for some in (lasted, every_lasted))
no_units = min(work) / (0.4 * hardware.peak(devices["EPYC 9654"], "fp32"))
verdicts(
    case("B01", share_long=long, smallest_on_cpu=server_cpu, source=f"FLOPs of {len(work)} full runs of the catalog, at 40 % of the peak",
         inputs={"with a server CPU that has no units for bf16": {"smallest_on_cpu": no_units},
                 f"with all {len(every_work)} full runs of any kind": {
                     "share_long": sum(each > 0.4 * hardware.peak(h100) * year for each in every_work) / len(every_work),
                     "smallest_on_cpu": server_cpu * min(every_work) / min(work)}},
         instead=f"Of {len(work)} full runs of models with a billion weights or more, published since 2022, {fmt(long, '%')} would take over a year on one H100; the smallest takes {fmt(server_cpu, 's')} on a server CPU "
         "with units for bf16.", short=f"Of {len(work)} such runs {fmt(long, '%')} would take over a year on one H100; the smallest {fmt(server_cpu, 's')} on a server CPU with units for bf16, {fmt(no_units, 's')} without."),
    case("B03", share_between=between, source=f"durations of {len(lasted)} full runs of the catalog",
         inputs={f"with all {len(every_lasted)} full runs of any kind": {"share_between": of_all}},
         instead=f"{fmt(between, '%')} of {len(lasted)} full runs of models with a billion weights or more lasted between a day and a year, from {fmt(min(lasted), 's')} to {fmt(max(lasted), 's')}; small models train in hours.", short=f"{fmt(between, '%')} of {len(lasted)} such runs lasted between a day and a year, from {fmt(min(lasted), 's')} to {fmt(max(lasted), 's')}; small models train in hours."),
)

# %% [markdown]
# ## Where this estimate breaks
# Published step times (arXiv 2205.05198), the 405B run (2407.21783), and failures on other cards (2410.21680). Papers count every pair of tokens, also those that a causal mask leaves out; here we count so too,
# so the share of the peak is higher than above.
# <!-- typed: definition -->

# %% against_published
gpt3, a100, errors = models["gpt-3"], devices["A100 80GB"], {}
for kind in ("selective", "full"):
    run, shared_norms = runs[f"korthikanti-175B-{kind}"], kind == "selective"
    grid = layout.Layout(tensor=8, pipeline=8, interleave=3, recompute=kind,
                         sequence_parallel=shared_norms)
    step = parallelism.step(gpt3, grid, a100, batch=64, seq=2048, fused=False)
    errors[kind] = run.step_seconds, step.seconds

# %% other_failures
elsewhere = findings["t037"].value * 3600  # Meta's research clusters, 1024 cards
expected = failures.between_failures(1024, card_seconds)
every_pair = flops.training_step(frontier, 2048, 8192, attention="full") / turns[7].model_flops
estimated_mfu = turns[7].mfu * every_pair

# %% show_breaks role="narration"
rows = [[f"step of GPT-3, {kind} recomputation", fmt(step, "s"), fmt(published_step, "s"), fmt(step / published_step - 1, "%", 2)]
        for kind, (published_step, step) in errors.items()]
rows.append(["405B, 7 turns: share of the peak, all pairs", fmt(estimated_mfu, "%"), fmt(stage.mfu, "%"), fmt(estimated_mfu / stage.mfu - 1, "%", 2)])
rows.append(["a failure every, 1024 cards elsewhere", fmt(expected, "s"), fmt(elsewhere, "s"), fmt(expected / elsewhere - 1, "%", 2)])
table(rows, ["what", "estimate", "published", "error"])
validated("training steps")
longest_save = (1 - findings["t034"].value - restart / mean) ** 2 * mean / 2  # by Young, the other way round
say(f"Llama 3's makers report over {fmt(findings['t034'].value, '%', 2)} useful time. By the simple sum, a save then takes {fmt(longest_save, 's')} at most.")

# %% [markdown]
# What a device reaches of its peak and what hides behind arithmetic was fitted to such rows; [how far the estimates are off](../docs/validation.md) shows every group. Failures of
# one cluster say little about another. And a larger batch needs more text for the same result, which no step time shows.
#
# On several machines the arithmetic need not be pretended: [the same programs run there](../docs/several_machines.md), over gloo or NCCL.

# %% [markdown]
# ## Your bill
# How many cards, for how long, and what failures take of it, at most.

# %% your_bill role="narration"
answer = inference.estimate(llama, device=h100, prompt=200, output=400)
held_seconds = quantities["llama-3-1-405b-hours"].value * 3600 / stage.devices
bill("10", "cards", answer=1, run=stage.devices, unit="cards")
bill("10", "time they are held", answer=answer.request_seconds, run=held_seconds, unit="s")
bill("10", "of it lost to failures and restarts, at most", run=(1 - findings["t034"].value) * held_seconds, unit="s")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `ring_bytes` | 4 | easy | 1 |
# | `bubble_share` | 4 | easy | 1 |
# | `step_seconds` | 6 | medium | 2 |
# | `speedup` | 6 | medium | 2 |
# | `save_every` | 6 | medium | 3 |
# | `cards_or_link` | 11 | medium | 4 |
#
# [Open the exercises](../exercises/10_parallelism.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured_narration"
say(f"""
**From 8 to 1024 cards a short job became {fmt(faster, 'x')} as fast, for {fmt(dearer, 'x')} the card hours; a large run, on twice its cards, {fmt(run_faster, 'x')} for {fmt(run_bill, 'x')}. Whoever pays for card
hours pays for the sharing.**

1. In a ring each device sends nearly twice the gradients. A stage waits (p - 1) / (m + p - 1) of the step.
2. The slowest sets the pace. Eight stand-ins: {fmt(small, 'x')} or {fmt(large, 'x')} as fast.
3. On 16 384 cards a failure came every {fmt(every[2], 's')}. Save after √(2 x save x time between failures).
4. Check the link before you add cards: over slow Ethernet a second machine left {fmt(slow, 'x')} the speed.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
