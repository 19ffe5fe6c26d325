# %% [markdown]
# # 08 · Precision
# *From counting by ones to weights in a few bits: what short numbers save, and where they fail.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 35 | 2 of 3 | [lesson 01](01_parameters.ipynb): a training step; [lesson 04](04_hardware.ipynb): FLOP/s of a machine | A14a, A14b, A14c, C09 |

# %% [markdown]
# ## The question
# Half the bits: half the memory, twice the speed, the same answer?

# %% ask_promise role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, say, sources, table, verdict)

promise = predict_choice("broken_promise", "Training usually multiplies in 16 bits, on cards built for it. Its memory: all that it keeps for each weight. "
                         "Which promise fails by most?", ["half the memory", "twice the speed", "the same answer"])

# %% [markdown]
# ## You will be able to
# 1. **Compute** where a format stops counting, and what it makes of a number (exercises `largest_count`, `round_to`).
# 2. **Write** the rule that keeps small gradients alive, and **measure** what is lost without it (`next_scale`, `flushed_share`).
# 3. **Compute** what a weight takes in blocks (`bits_a_weight`).
# 4. **Judge** which format suits a card (`format_for_t4`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import datasets, devices, machines, models, quantities, runs
from course_lib.demos import corpus, hardware, measure, precision as demo, tiny_gpt
from course_lib.estimators import flops, inference, precision

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_guided_passes")
quiz("recall_bytes_and_ridge")

# %% [markdown]
# ## Idea 1: where does counting stop?
# <!-- typed: definition -->
# A number of 16 [bits](../docs/glossary.md#bit) has only so many patterns. Two [formats](../docs/glossary.md#number-format)
# share them out differently: *fp16* and *bf16*. Put them to the simplest task there is, which is to count.

# %% guess_ones role="narration"
claim("C09")
ones = predict("ones_in_bf16", "Start at zero and add 1, five thousand times, in bf16. What is the sum?")

# %% count_ones
times = 5000  # change this line
counted = {name: demo.count_ones(times, name)[-1] for name in ("fp32", "fp16", "bf16")}
kept = {name: demo.count_ones(times, name, sums="fp32")[-1] for name in counted}
stop = precision.count(5000, "bf16")

# %% show_ones role="narration"
ones.reveal(stop)
table([[name, fmt(counted[name], exact=True), fmt(kept[name], exact=True)] for name in counted],
      ["format of the ones", "summed in the same format", "summed in fp32"])

# %% [markdown]
# No error, no warning: the sum just stops. Why there?
#
# A floating-point number is a *[mantissa](../docs/glossary.md#mantissa)* times a power of two. The exponent's bits say
# how far the format reaches. The mantissa's bits say how finely. With m of them, the distance from a number x to the next is
#
# spacing = 2^(floor(log₂ x) − m).
#
# Below the format's lowest exponent, down to zero, it stays as it is there.

# %% why_it_stops
shown = ("fp32", "fp16", "bf16", "fp8_e4m3", "fp4_e2m1")
chosen = [precision.get(name) for name in shown]
gap = precision.spacing(stop, "bf16")
after = [precision.round_to(stop + more, "bf16") for more in (1, 3)]

# %% tell_stop role="narration"
say(f"At {fmt(stop)} the spacing of bf16 is {fmt(gap)}. So {fmt(stop + 1)} lies halfway between two neighbours. A tie goes to the neighbour whose "
    f"last mantissa bit is 0: to **{fmt(after[0])}**, every time. ({fmt(stop + 3)} goes up to {fmt(after[1])} by the same rule.)")
table([[each.name, str(each.exponent_bits), str(each.mantissa_bits), fmt(each.largest), fmt(each.smallest),
        fmt(each.counts_to, exact=True)] for each in chosen],
      ["format", "exponent", "mantissa", "largest", "smallest above zero", "counts to"],
      caption="Range comes from the exponent, counting from the mantissa")

# %% [markdown]
# fp16 and bf16 cost the same memory. fp16 spends three bits more on counting, bf16 spends them on reach.
# Too small a number is [flushed](../docs/glossary.md#flush-to-zero) to zero; its error is the whole number.
#
# Neither can carry a long sum. But a matrix product *is* a long sum. How does PyTorch get away with it? And an H100, whose
# units for fp8 were found to keep only some of a sum's bits?

# %% product_sums
terms = 4096  # change this line
in_bf16 = demo.product_errors("bf16", 4096)
short = {cut: demo.short_sums.worst_error(terms, cut=cut) for cut in (False, True)}
promoted = demo.short_sums.worst_error(terms, cut=True, promote=128)

# %% show_sums role="narration"
sum_bits, sum_error = quantities["fp8-sum-bits-hopper"].value, quantities["fp8-sum-error-hopper"].value
table([["bf16, sum in bf16", fmt(in_bf16.own_sum, "%")], ["bf16, sum in fp32", fmt(in_bf16.fp32_sum, "%")],
       ["bf16, PyTorch", fmt(in_bf16.product, "%")],
       [f"fp8, {fmt(sum_bits)} bits, rounded", fmt(short[False], "%")], [f"fp8, {fmt(sum_bits)} bits, cut off", fmt(short[True], "%")],
       ["the same, handed to fp32 each 128 terms", fmt(promoted, "%")]],
      ["product", "worst error"], caption=f"Numbers between 0 and 1; bf16: products with {fmt(4096)} terms; fp8: with {fmt(terms)}, by a model of the unit")
say(f"PyTorch's product in bf16 errs as little as a sum in fp32. Not so in fp8 on an H100: DeepSeek found about {fmt(sum_bits)} bits, and a worst error "
    f"of nearly {fmt(sum_error, '%')}. That lies between our two models; what the unit does inside is not published. Their remedy is the last row.")
in_short(f"Where neighbours come to lie two apart: bf16 counts to **{fmt(stop)}**, fp16 to {fmt(precision.get('fp16').counts_to, exact=True)}. So long sums are kept in a longer format "
         "than the numbers.")

# %% [markdown]
# ## Idea 2: which is lost, the gradient or the update?
# *[Mixed precision](../docs/glossary.md#mixed-precision)* does products in a short format and the rest in fp32. Two things
# may go wrong: a [gradient](../docs/glossary.md#gradient) too small for the range, and an update too small for the resolution.

# %% guess_lost role="narration"
claim("A14c")
lost = predict("flushed_share", "The tiny GPT, after a little training: one backward pass in fp16. Which share of its activations' gradients becomes zero though it is not?", "%")

# %% train_three role="measured" seconds=4
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=64))
seen, unseen = corpus.split(corpus.tokens())
test = next(corpus.batches(unseen, batch=32, seq=64, seed=1))
trained = {mode: demo.mixed.train(gpt, corpus.batches(seen, batch=2, seq=64), test, mode, steps=20)
           for mode in ("fp32", "bf16", "fp16 scaled")}
fine = trained["fp32"]

# %% count_flushed role="measured"
batch = next(corpus.batches(seen, batch=4, seq=64, seed=5))
exact = list(demo.mixed.activation_gradients(fine.gpt, batch).values())
gone = demo.mixed.flushed(fine.gpt, batch, exact=exact)

# %% tell_flushed role="measured_narration"
lost.reveal(gone.flushed_share, because=f"{fmt(gone.true_zeros)} of {fmt(gone.numbers)} gradients are zero in fp32, too, and do not count.")

# %% [markdown]
# The remedy: multiply the loss by a large number. Then all gradients are as many times larger. Divide before the
# update. This factor is the *[loss scale](../docs/glossary.md#loss-scale)*. How large may it be?

# %% try_scales role="measured"
powers = [-12, -8, -4, 0, 4, 8, 12, 16, 24, 32]  # change this line
tried = {power: demo.mixed.flushed(fine.gpt, batch, 2.0**power, exact=exact) for power in powers}
below = [each.flushed_share for each in tried.values()]
above = [each.overflowed / each.numbers for each in tried.values()]

# %% draw_scales role="measured_narration"
figures.lines([2.0**power for power in powers], {"flushed to zero": below, "beyond the largest": above}, "loss scale", "share of the gradients (%)", log="x",
    y_unit="%", title="The window of fp16",
    alt=f"Flushed: {fmt(below[0], '%')} at the smallest scale, {fmt(gone.flushed_share, '%')} at one; overflow: {fmt(above[-1], '%')} at the largest.")

# %% [markdown]
# Between the two lines lies a window. It moves while a model learns. So PyTorch's `GradScaler` follows it: when a gradient
# overflows, the step is skipped and the scale halves; after many good steps it doubles.
#
# <!-- typed: definition -->
# bf16 has fp32's range and needs none of this. Its weakness is the other one. A weight of 1 gets an update of 0.001, a
# thousand times; half of bf16's spacing there is larger than the update.

# %% update_weights
weight = {name: demo.update(1000, "bf16", master=name == "master") for name in ("bf16", "master")}

# %% guess_long role="narration"
say(f"Kept in bf16 the weight ends at **{fmt(weight['bf16'])}**. With a *[master weight](../docs/glossary.md#master-weight)* in fp32, to which updates go, it ends at "
    f"{fmt(weight['master'])}.")
outcomes = ["within 1 %", "1 to 10 % higher", "10 to 30 % higher", "over 30 % higher"]
long_run = predict_choice("bf16_long", "Now a tiny GPT: two thousand steps of Adam, rate 0.0001, and only the weights are kept in bf16. Its loss on "
                          "unseen text, against fp32 throughout:", outcomes)

# %% [markdown]
# That takes minutes, so here is a dated record. Four ways to keep weights: fp32; bf16 with fp32 masters; bf16; and bf16 with
# [stochastic rounding](../docs/glossary.md#stochastic-rounding), where a weight between two bf16 numbers goes up by chance,
# the more likely the nearer. Beside it, the first steps of one of the runs, live.

# %% read_record
record, rate = demo.alone.record(), 1e-4  # 1e-4 or 1e-3: change this line
curves = {way: record.losses(way, rate).mean(axis=0).tolist() for way in demo.alone.WAYS}
rises = {way: record.rise(way, 1e-4).mean() for way in demo.alone.WAYS}
fast_rise = record.rise("bf16", 1e-3).mean()
stuck = {way: record.stuck(way, 1e-4)[:, -1].mean() for way in demo.alone.WAYS}

# %% live_point role="measured" seconds=4
live = demo.alone.live(("bf16",))[0]
first = record.of("bf16", 1e-4)[0].losses[0]

# %% show_long role="measured_narration"
long_run.reveal(ladder(rises["bf16"], dict(zip(outcomes, (0.01, 0.1, 0.3, None), strict=True))), because=f"It is {fmt(rises['bf16'], '%')} higher.")
figures.lines(list(demo.alone.MARKS), curves, "steps", "loss on unseen text (nats)", title=f"Four ways to keep a weight, rate {rate:g}",
    alt=f"After {demo.alone.MARKS[-1]} steps: " + ", ".join(f"{way} {fmt(values[-1])}" for way, values in curves.items()) + ".")
table([[way, fmt(rises[way], "%"), fmt(stuck[way], "%")] for way in demo.alone.WAYS],
      ["weights kept in", "loss above fp32", "weights that the last step left as they are"],
      caption=f"Rate {1e-4:g}, mean of {len(demo.alone.SEEDS)} seeds, recorded {record.date}")
say(f"In bf16 after {demo.alone.MARKS[0]} steps: {fmt(first)} in the record, {fmt(live.losses[0])} live.")

# %% [markdown]
# Is the rounding to blame? All four differ only in how weights are kept. With masters hardly anything is lost. Stochastic
# rounding keeps as few bits as bf16, and leaves nearly as many weights as they are in each step; but it is right in the mean.

# %% verdicts role="measured_narration"
changes = {mode: run.unseen_loss / fine.unseen_loss - 1 for mode, run in trained.items()}
say(f"At the ten times larger rate bf16 ends {fmt(fast_rise, '%')} above fp32. In mixed precision, {len(fine.losses)} steps of training here: "
    f"bf16 {fmt(changes['bf16'], '%')}, fp16 with a loss scale {fmt(changes['fp16 scaled'], '%')}.")
off = {name: abs(value / 2 - 1) for name, value in weight.items()}
verdict("C09", error_product=in_bf16.product, error_master=off["master"], error_own_sum=in_bf16.own_sum, error_own_weight=off["bf16"],
        source="products and updates done here by PyTorch in bf16", inputs={"with an H100's sums of fp8, as published": {"error_product": sum_error}},
        instead=f"In bf16, sums kept in fp32 are off by {fmt(max(in_bf16.product, off['master']), '%')} at most. In fp8 an H100 keeps about {fmt(sum_bits)} bits, off by nearly "
        f"{fmt(sum_error, '%')} unless programs hand sums on to fp32.")
in_short(f"fp16 loses the gradient, **{fmt(gone.flushed_share, '%')}** of them here without a loss scale. bf16 loses the update: without fp32 masters the loss ends "
         f"**{fmt(rises['bf16'], '%')}** higher at a small rate.")
quiz("which_is_lost")

# %% [markdown]
# ## Idea 3: what do fewer bits buy?
# Memory first. Adam in fp32 keeps weights, gradients and two means, its *moments*: four numbers of four bytes.
# <!-- typed: definition -->

# %% guess_states role="narration"
claim("A14a")
states = predict("autocast_states", "Training with Adam in fp32 keeps 16 bytes a parameter. And in mixed precision with bf16?", "B")

# %% count_states
held = {recipe: demo.state_bytes(gpt, recipe) for recipe in demo.STATES}
totals = {recipe: each.total for recipe, each in held.items()}
large, step = tiny_gpt.TinyGPT(tiny_gpt.shape()), next(corpus.batches(seen, batch=8, seq=128))
activations = {mode: demo.mixed.kept_bytes(large, step, mode) for mode in ("fp32", "bf16")}

# %% show_states role="narration"
states.reveal(totals["autocast"])
parts = ("weights", "gradients", "master", "moments")
figures.stacked(list(held), {part: [getattr(each, part) for each in held.values()] for part in parts}, unit="B", x_label="bytes a parameter",
    title="What Adam keeps, counted after a step", alt="Bytes a parameter: " + ", ".join(f"{name} {fmt(total, 'B')}" for name, total in totals.items()) + ".")
weights_share, states_share = precision.get("bf16").bytes / precision.get("fp32").bytes, totals["autocast"] / totals["fp32"]
verdict("A14a", weights_share=weights_share, states_share=states_share, source="bytes counted in PyTorch on the tiny GPT",
        instead=f"In bf16 the weights in use take {fmt(weights_share, '%')} of fp32's bytes, what the backward pass needs "
        f"{fmt(activations['bf16'] / activations['fp32'], '%')}, the states of training {fmt(states_share, '%')}.")

# %% [markdown]
# PyTorch's *autocast* leaves all four in fp32 and shortens only what the products read. Where weights are kept short, the
# masters take what that saves. What shrinks is what the forward pass keeps for the backward pass. Next, time.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=2)
claim("A14b")

# %% measure_products role="measured" seconds=2
formats = ("fp32", "bf16", "fp16")
works = {name: hardware.products.multiply(384, name) for name in formats}
timed = measure.time_rounds(works, repeats=7, budget_seconds=4)
gains = {name: timed["fp32"].median_seconds / timed[name].median_seconds for name in formats}
best = max(formats[1:], key=gains.get)
word = measure.clearly(timed[best], timed["fp32"])

# %% count_cards
h100 = devices["H100"]
since_2017 = [card for card in devices.values() if card.kind == "gpu" and card.year >= 2017]
gpus = [card.peak_flops for card in since_2017 if not card.status and "fp32" in card.peak_flops]
quick = [max(each.get("bf16", 0), each.get("fp16", 0)) >= 1.5 * each["fp32"] for each in gpus]
share_quick = sum(quick) / len(gpus)

# %% show_speed role="measured_narration"
on = {record.machine.name: {name: record.peak(name) for name in ("fp32", "bf16", "fp16", "fp8") if record.of("product", name)} for record in machines.one_of_each()}
bars = {f"{machine_name.split(',')[0]}, {name}": rate for machine_name, rates in on.items() for name, rate in rates.items()}
figures.bars(list(bars), list(bars.values()), x_label="FLOP/s of a large product, recorded", unit="FLOP/s", log=True, title="Units make the speed",
    alt="An H100's products: " + ", ".join(f"{name} {fmt(rate, 'FLOP/s')}" for name, rate in on["NVIDIA H100 80GB HBM3"].items()) + ".")
card_gain = on["NVIDIA H100 80GB HBM3"]["bf16"] / on["NVIDIA H100 80GB HBM3"]["fp32"]
quiet_gain = max(next(iter(on.values())).values()) / next(iter(on.values()))["fp32"]
told = word if machine.quiet else "not clear"
compare(told, faster=f"Here {best} multiplies clearly faster than fp32: {fmt(gains[best], 'x')}.", slower=f"Here both formats of 16 bits are slower than fp32; {best}, the better one, reaches "
        f"{fmt(gains[best], 'x')}.", unclear=f"No clear difference here just now; the recorded processor gained {fmt(quiet_gain, 'x')}.")
verdict("A14b", share_gpus=share_quick, product_gain_here=gains[best], clear=told != "not clear", record={"product_gain_here": quiet_gain},
        record_source="the recorded processor, when quiet", source=f"peaks of {len(gpus)} GPUs; products timed on this machine",
        instead=f"Lower precision saves time where the chip has units for it, as {fmt(share_quick, '%')} of the GPUs since 2017 have: an H100's products in bf16 are "
        f"{fmt(card_gain, 'x')} as fast as in fp32.")
missed = {"half the memory": 2 * states_share, "twice the speed": 2 / card_gain, "the same answer": 1 + max(changes["bf16"], rises["masters"])}
promise.reveal(max(missed, key=missed.get), because=f"The states take {fmt(states_share, '%')} of the bytes; an H100's products run {fmt(card_gain, 'x')} as fast; the loss "
               f"changes by {fmt(max(changes['bf16'], rises['masters']), '%')}.")

# %% [markdown]
# A finished model is only read. So its weights can be shorter still, if they share a scale: a code of four bits times the scale
# of its row. But in a row of a large model some weights are far larger than the rest. They stretch the scale. A scale for each
# [block](../docs/glossary.md#block-scale) of a few neighbours keeps the harm in the block, and costs bits:
#
# bits a weight = bits of a code + bits of a scale / weights in a block.
#
# <!-- typed: definition -->
# MXFP4: codes of 4 bits, a scale of 8 bits (a power of two) for 32 weights. NVFP4: codes of 4 bits, a scale of 8 bits (an fp8
# number) for 16. The layer below is made up: normal weights, 2 in 1 000 of them twelve times larger. Error: root mean
# square, over that of the weights.

# %% guess_blocks role="narration"
names = {"int4, rows": "int4, a scale for each row", "int4, 128": "int4, a scale for 128", "mxfp4": "MXFP4", "nvfp4": "NVFP4"}
order = predict_ranking("block_errors", "Order the formats by the error of that layer's weights, smallest error first.", list(names.values()))

# %% blocks
layer = demo.blocks.layer(large=0.002, factor=12)  # change this line: how many, how large
points = demo.blocks.errors(layer)
made = {point.name: point for point in demo.blocks.errors(demo.blocks.layer())}
even = {point.name: point for point in demo.blocks.errors(demo.blocks.layer(large=0))}

# %% show_blocks role="narration"
order.reveal([names[name] for name in sorted(names, key=lambda name: made[name].weight_error)])
figures.scatter([point.bits for point in points], [point.weight_error for point in points], "bits a weight, scales included", "error of the weights (%)", log="y", y_unit="%",
    names=[point.name for point in points], mark=[point.name for point in points], title="Error against bits",
    alt=f"At about four bits the error is {fmt(made['int4, rows'].weight_error, '%')} with a scale a row and {fmt(made['nvfp4'].weight_error, '%')} in NVFP4.")
say(f"Where no weight is large, a scale a row errs by {fmt(even['int4, rows'].weight_error, '%')}, not {fmt(made['int4, rows'].weight_error, '%')}; NVFP4 by "
    f"{fmt(even['nvfp4'].weight_error, '%')}, as with large ones.")

# %% [markdown]
# This is plain rounding: each weight to its nearest code. Better methods exist. GPTQ chooses codes so that their errors cancel in
# the layer's output. And some models are trained for the short format from the start.

# %% published_bits
before = quantities["opt-175b-perplexity"].value  # perplexity, published
bits4 = {way: precision.quantisation.loss_rise(
    before, quantities[f"opt-175b-perplexity-{way}-int4"].value) for way in ("rounded", "gptq")}
fp8_rise = quantities["deepseek-v3-fp8-loss-rise"].value

# %% show_bits role="measured_narration"
worse = max(changes["bf16"], changes["fp16 scaled"], rises["masters"])
verdict("A14c", rise_training=worse, rise_four_bits=bits4["gptq"], source="the tiny GPT trained here and in the record; arXiv 2210.17323",
        inputs={"with plain rounding to four bits": {"rise_four_bits": bits4["rounded"]}, "with weights kept in bf16 alone": {"rise_training": rises["bf16"]}},
        instead=f"With fp32 masters and sums, training in 16 bits raises the loss by {fmt(max(worse, 0), '%')} here (DeepSeek in fp8: below {fmt(fp8_rise, '%')}); four bits cost OPT-175B "
        f"{fmt(bits4['gptq'], '%')} by GPTQ, {fmt(bits4['rounded'], '%')} by plain rounding.")
in_short(f"A finished model takes **{fmt(made['nvfp4'].bits)}** bits a weight in NVFP4, scales included; training keeps {fmt(totals['autocast'], 'B')} a parameter, as before.")
quiz("bits_of_a_block")

# %% [markdown]
# Now build a format yourself, over a sample of gradients. It comes from another training of the tiny GPT, so its shares differ.

# %% explorer role="narration"
explorers.panel("precision")

# %% [markdown]
# ## At full size
# Llama 3 8B in four formats, and a small card that may hold its weights. And a model that was released in four bits.

# %% full_size
llama, released = models["llama-3-8b"], models["gpt-oss-120b"]
kinds = ("bf16", "int4", "mxfp4", "fp4")
sized = {name: precision.stored.weight_bytes(llama, name).total for name in kinds}
each_weight = {name: 8 * size / llama.published.total_params for name, size in sized.items()}
own, whole = (precision.stored.weight_bytes(released, name).total for name in (None, "bf16"))

# %% show_full role="narration"
t4 = devices["T4"]
table([["NVFP4" if name == "fp4" else name, fmt(size, "B"), fmt(each_weight[name]), "fits" if size < t4.memory_bytes else "no"] for name, size in sized.items()],
      ["format", "weights", "bits a weight", f"{t4.name}, {fmt(t4.memory_bytes, 'B')}"], caption="Tables, norms and the head stay in 16 bits")
say(f"{released.name} was released with its experts in MXFP4: {fmt(own, 'B')} in place of {fmt(whole, 'B')}, so that it fits on one card of 80 GB. A {t4.name}'s data sheet states "
    f"{fmt(t4.peak_flops['fp16'], 'FLOP/s')} in fp16, {fmt(t4.peak_flops['fp32'], 'FLOP/s')} in fp32, none in bf16 or fp8.")

# %% [markdown]
# ## Where this estimate breaks
# Can the flushed share be had without an fp16 backward pass? Take the fp32 gradients, round them by the estimator, and
# count.

# %% estimate_flushed role="measured"
numbers = demo.mixed.joined(exact).numpy()
scales = [-8, 0, 4]
real = [demo.mixed.flushed(fine.gpt, batch, 2.0**power, exact=exact) for power in scales]
counted_here = [each.flushed_share for each in real]
guessed = [precision.fate(numbers, "fp16", 2.0**power).flushed_share for power in scales]
odd = demo.mixed.survivors(fine.gpt, batch, 2.0**4, exact=exact)

# %% show_estimate role="measured_narration"
table([[fmt(2.0**power), fmt(there, "%"), fmt(said, "%"), fmt(said / there - 1, "%", 2)] for power, there, said in zip(scales, counted_here, guessed, strict=True)],
      ["loss scale", "counted in fp16", "estimate", "error"])
say(f"At a loss scale of {fmt(2.0**4)}, {fmt(odd.numbers)} gradients should vanish and do not: the median one is **{fmt(odd.size_ratio, 'x')}** its true size, "
    f"{fmt(odd.right_sign, '%')} have the right sign.")

# %% [markdown]
# The estimate rounds each gradient once, at its end. A real backward pass rounds all the way. What should be zero and is not
# is hardly the gradient either: counting zeros understates what fp16 loses.

# %% [markdown]
# ## Your bill

# %% price_bits
frontier, stage = models["llama-3.1-405b"], runs["llama31-405b-stage-16k"]
in_int4 = inference.estimate(llama, device="H100", prompt=200, output=400, format="int4")
run_bytes = precision.stored.weight_bytes(frontier, "int4").total
run_flops = flops.training(frontier, datasets["llama-3-pre-training"].tokens)
run_seconds = run_flops / (stage.devices * h100.peak_flops["fp8"])

# %% your_bill role="narration"
bill("08", "bytes: weights in int4", answer=sized["int4"], run=run_bytes, unit="B")
bill("08", "seconds: the answer in int4, the run at the fp8 peak", answer=in_int4.request_seconds, run=run_seconds, unit="s")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `largest_count` | 3 | easy | 1 |
# | `round_to` | 10 | hard | 1 |
# | `next_scale` | 7 | medium | 2 |
# | `flushed_share` | 5 | medium | 2 |
# | `bits_a_weight` | 4 | medium | 3 |
# | `format_for_t4` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/08_precision.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured_narration"
say(f"""
**Half the bits: half the memory for weights in use, but {fmt(states_share, '%')} of fp32's for the states of training; {fmt(card_gain, 'x')} the speed in an H100's products; the same
answer, if sums and masters stay in fp32.**

1. bf16 counts to {fmt(stop)}, fp16 to {fmt(precision.get('fp16').counts_to, exact=True)}: exponent bits reach, mantissa bits count.
2. A loss scale moves gradients into fp16's window: without it {fmt(gone.flushed_share, '%')} were flushed. Weights in bf16 alone ended {fmt(rises['bf16'], '%')} above fp32 at a small rate.
3. Bits a weight are the code's and its share of the scale: {fmt(made['mxfp4'].bits)} for MXFP4, {fmt(made['nvfp4'].bits)} for NVFP4.
4. Choose a format the card has units for, and name what it loses.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
