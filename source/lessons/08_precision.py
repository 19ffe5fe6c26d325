# %% [markdown]
# # 08 · Precision
# *From counting to 256 to training in 16 bits: what short numbers save, and what must stay long.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lesson 01: a training step; lesson 04: FLOP/s of a machine | A14a, A14b, A14c, C09 |

# %% [markdown]
# ## The question
# Half the bits: half the memory, twice the speed, the same answer?

# %% [markdown]
# ## You will be able to
# 1. **Compute** where a format stops counting, and what it makes of a number (exercises `largest_count`, `round_to`).
# 2. **Write** the rule that keeps small gradients alive (`next_scale`).
# 3. **Measure** how many gradients a format loses (`flushed_share`).
# 4. **Judge** which format suits a card (`format_for_t4`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import datasets, devices, machines, models, quantities, runs
from course_lib.demos import corpus, hardware, precision as demo, tiny_gpt
from course_lib.estimators import flops, inference, precision
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, predict_ranking, quiz, say, sources, table, verdict

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_guided_passes")
quiz("recall_bytes_and_ridge")

# %% [markdown]
# ## Idea 1: few bits stop counting
# A number of 16 [bits](../docs/glossary.md#bit) has only so many patterns. Two [formats](../docs/glossary.md#number-format)
# share them out differently: *fp16* and *bf16*. Put them to the simplest task there is, which is to count.

# %% guess_ones
claim("C09")
ones = predict("ones_in_bf16", "Start at zero and add 1, five thousand times, in bf16. What is the sum?")

# %% count_ones
times = 5000  # change this line
counted = {name: demo.count_ones(times, name)[-1] for name in ("fp32", "fp16", "bf16")}
kept = {name: demo.count_ones(times, name, sums="fp32")[-1] for name in counted}
table([[name, fmt(counted[name], exact=True), fmt(kept[name], exact=True)] for name in counted],
      ["format of the ones", "summed in the same format", "summed in fp32"])
ones.reveal(counted["bf16"])

# %% [markdown]
# No error, no warning: the sum just stops. Why there?
#
# A floating-point number is a *[mantissa](../docs/glossary.md#mantissa)* times a power of two. The exponent's bits say
# how far the format reaches. The mantissa's bits say how finely. With m of them the spacing at a number x is
#
# $$\text{spacing} = 2^{\lfloor \log_2 x \rfloor - m}$$

# %% why_it_stops
stop = precision.get("bf16").counts_to
say(f"At {stop} the spacing of bf16 is {fmt(precision.spacing(stop, 'bf16'))}. So {stop + 1} lies halfway between two "
    f"neighbours, and a tie goes to the even one: back to **{fmt(precision.round_to(stop + 1, 'bf16'))}**. Every time.")

# %% formats
table([[each.name, str(each.bits), str(each.exponent_bits), str(each.mantissa_bits), fmt(each.largest),
        fmt(each.smallest), fmt(each.counts_to, exact=True)] for each in precision.FORMATS.values()],
      ["format", "bits", "exponent", "mantissa", "largest", "smallest above zero", "counts to"],
      caption="Range comes from the exponent, counting from the mantissa; tf32 lies in memory as fp32")

# %% [markdown]
# Read two rows against each other: fp16 and bf16 cost the same memory. fp16 spends three bits more on counting, bf16
# spends them on reach. Integers have no exponent; they stand for real numbers with the help of a scale.
#
# Now draw the error of storing a number. Where the error is as large as the number itself, the number is gone: too
# small and [flushed](../docs/glossary.md#flush-to-zero) to zero, or too large.

# %% draw_errors
sizes = [2.0**power for power in range(-32, 21, 2)]
shown = ("fp16", "bf16", "fp8_e4m3", "fp8_e5m2")
errors = {name: precision.worst_error(sizes, name).tolist() for name in shown}
figures.lines(
    sizes, errors, "size of the number", "largest relative error (%)", log="xy", y_unit="%",
    title="Fine or far: what a format does to a number",
    alt=f"bf16 stays at {fmt(errors['bf16'][0], '%')} over all sizes; fp16 is at "
    f"{fmt(errors['fp16'][16], '%')} around one and loses small numbers.")

# %% [markdown]
# Each format is flat where it has its full mantissa, and rises to the left, where the last bits run out. fp16 is the
# finer one around 1, bf16 reaches further. Neither can carry a long sum. But a matrix product *is* a long sum. How does
# PyTorch get away with it?

# %% product_sums role="measured"
terms = 4096  # change this line
summed = {name: demo.product_errors(name, terms) for name in ("bf16", "fp16")}
table([[name, fmt(each.own_sum, "%"), fmt(each.fp32_sum, "%"), fmt(each.product, "%")] for name, each in summed.items()],
      ["format", "sum in that format", "sum in fp32", "PyTorch's own product"],
      caption=f"Worst error of a product with {fmt(terms)} terms, numbers between 0 and 1")

# %% [markdown]
# The numbers are short, but the running sum is kept in fp32 and rounded once, at the end. Matrix units are built that
# way: short numbers in, a long sum inside, a short number out. What costs room and time are the many numbers, not the
# one sum.

# %% check_counting
quiz("range_or_resolution")

# %% [markdown]
# ## Idea 2: fp16 loses small gradients, bf16 small updates
# *[Mixed precision](../docs/glossary.md#mixed-precision)* does products in a short format and the rest in fp32. PyTorch does
# it in one line, `torch.autocast`. Two things may go wrong: a [gradient](../docs/glossary.md#gradient) too small for
# the range, and an update too small for the resolution.

# %% guess_lost
claim("A14c")
lost = predict("flushed_share", "The tiny GPT, after a little training: one backward pass in fp16. Which share of its "
               "activations' gradients becomes zero though it is not?", "%")
ends = ["1.0", "1.5", "1.98", "2.0"]
small_update = predict_choice("bf16_update", "A bf16 weight of 1.0 gets an update of 0.001, a thousand times. It ends at", ends)
effects = ["it diverges", "over 10 % higher", "1 to 10 % higher", "within 1 %"]
unscaled = predict_choice("fp16_unscaled", "Train in fp16 with no care at all. The loss on unseen text, against fp32:", effects)

# %% train_all role="measured"
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=64))
seen, unseen = corpus.split(corpus.tokens())
test = next(corpus.batches(unseen, batch=64, seq=64, seed=1))
trained = {mode: demo.mixed.train(gpt, corpus.batches(seen, batch=4, seq=64), test, mode) for mode in demo.mixed.MODES}
fine = trained["fp32"]
say(f"Five trainings of {len(fine.losses)} steps, from the same weights, on the same text. Look at the gradients first.")

# %% count_flushed role="measured"
batch = next(corpus.batches(seen, batch=8, seq=64, seed=5))
exact = list(demo.mixed.activation_gradients(fine.gpt, batch).values())
gone = demo.mixed.flushed(fine.gpt, batch, exact=exact)
lost.reveal(gone.flushed_share)
say(f"Of {fmt(gone.numbers)} gradients {fmt(gone.true_zeros)} are zero in fp32, too, and lose nothing. Of the rest, "
    f"{fmt(gone.flushed)} come out of the fp16 pass as zero. A number stored in fp16 is flushed at or below half of "
    f"its smallest, {fmt(precision.get('fp16').smallest)}.")

# %% [markdown]
# The remedy: multiply the loss by a large number. Then all gradients are as many times larger. Divide before the
# update. This factor is the *[loss scale](../docs/glossary.md#loss-scale)*. How large may it be?

# %% draw_scales role="measured"
powers = [-12, -8, -4, 0, 4, 8, 12, 16, 24, 32]  # change this line
tried = [demo.mixed.flushed(fine.gpt, batch, 2.0**power, exact=exact) for power in powers]
figures.lines(
    [2.0**power for power in powers],
    {"flushed to zero": [each.flushed_share for each in tried],
     "beyond the largest": [each.overflowed / each.numbers for each in tried]},
    "loss scale", "share of the gradients (%)", log="x", y_unit="%", title="The window of fp16",
    alt=f"Flushed: {fmt(tried[0].flushed_share, '%')} at the smallest scale, {fmt(gone.flushed_share, '%')} at one; "
    f"overflow: {fmt(tried[-1].overflowed / tried[-1].numbers, '%')} at the largest.")

# %% [markdown]
# Between the two lines lies a window. It moves while a model learns, because gradients shrink. So `GradScaler` follows
# it: when a gradient overflows, the step is skipped and the scale halves; after many good steps it doubles. bf16 has
# fp32's range and needs none of this. Its weakness is the other one.

# %% update_weights
ended = {name: demo.update(1000, "bf16", master=master) for name, master in (("bf16", False), ("fp32 master", True))}
small_update.reveal(min(ends, key=lambda end: abs(float(end) - ended["bf16"])),
    because=f"The spacing at 1 is {fmt(precision.spacing(1.0, 'bf16'))}. With an fp32 master: {ended['fp32 master']}.")

# %% [markdown]
# A *[master weight](../docs/glossary.md#master-weight)* in fp32 collects what is too small for the short copy. Now the
# five trainings. The fifth, "bf16 alone", has no masters.

# %% draw_losses role="measured"
rises = {mode: run.unseen_loss / fine.unseen_loss - 1 for mode, run in trained.items()}
rise = rises["fp16"]
steps = list(range(1, len(fine.losses) + 1))
figures.lines(
    steps[::3], {mode: run.losses[::3] for mode, run in trained.items()}, "step", "training loss (nats)",
    title="Five formats, one curve?",
    alt=f"Loss on unseen text against fp32: bf16 {fmt(rises['bf16'], '%')}, fp16 {fmt(rise, '%')}, "
    f"bf16 alone {fmt(rises['bf16 alone'], '%')}.")
unscaled.reveal(effects[3 - (not rise <= 0.01) - (not rise <= 0.1) - (not rise <= 1)], because=f"It is {fmt(rise, '%')} here.")

# %% [markdown]
# If your curves lie on one another, then the tiny GPT did not care: not about the gradients that fp16 lost, and not
# about missing masters. Why not? Count the lost gradients by amount in place of number. And then make all of them
# smaller: in a batch many times larger, each token's share of the mean loss is that much smaller, and so is its
# gradient. A small fixed scale does the same.

# %% why_no_harm role="measured"
shrunk = demo.mixed.train(gpt, corpus.batches(seen, batch=4, seq=64), test, "fp16", scale=2.0**-12)
say(f"The flushed gradients are {fmt(gone.flushed_share, '%')} of all, but {fmt(gone.flushed_size, '%')} of the total "
    f"amount: many, and light. With gradients {fmt(2**12, exact=True)} times smaller, {fmt(tried[0].flushed_share, '%')} "
    f"vanish, and the loss ends at {fmt(shrunk.unseen_loss)} in place of {fmt(fine.unseen_loss)} nats. "
    "**A small model on a small batch says little about a large one.**")

# %% round_weights role="measured"
short = {name: demo.mixed.loss(demo.rounded(fine.gpt, name), test).item() / fine.unseen_loss - 1
         for name in ("bf16", "fp8_e4m3", "fp8_e5m2", "int8", "int4")}
before = quantities["opt-175b-perplexity"].value  # published, before and after plain rounding and GPTQ's
published, tuned = (precision.quantisation.loss_rise(before, quantities[f"opt-175b-perplexity-{way}-int4"].value)
                    for way in ("rounded", "gptq"))
table([[f"tiny GPT, weights in {name}", fmt(change, "%")] for name, change in short.items()]
      + [["OPT-175B, plain rounding to four bits", fmt(published, "%")],
         ["OPT-175B, four bits chosen by GPTQ", fmt(tuned, "%")]],
      ["weights rounded after training", "change of the loss"])

# %% [markdown]
# Once more the tiny model forgives what a large one does not. In a long row some weights are far larger than the rest.
# They stretch the scale, and leave the others few steps. GPTQ chooses the four-bit codes so that their errors cancel in the
# layer's output, and loses next to nothing: the bits are enough, plain rounding is not.

# %% verdict_accuracy role="measured"
worse = max(rises["bf16"], rises["fp16 scaled"])
verdict("A14c", rise_training=worse, rise_four_bits=tuned, source="the tiny GPT trained here; arXiv 2210.17323",
        inputs={"with plain rounding to four bits": {"rise_four_bits": published}},
        instead=f"Mixed precision raises the loss by {fmt(worse, '%')} here; four bits cost OPT-175B {fmt(tuned, '%')} if "
        f"GPTQ chooses them, and {fmt(published, '%')} by plain rounding.")

# %% verdict_sums role="measured"
off = {name: abs(weight / 2 - 1) for name, weight in ended.items()}
verdict("C09", error_product=summed["bf16"].product, error_master=off["fp32 master"], error_own_sum=summed["bf16"].own_sum,
        error_own_weight=off["bf16"], source="products and updates done here by PyTorch in bf16",
        instead=f"Kept in fp32 the sums are off by {fmt(max(summed['bf16'].product, off['fp32 master']), '%')} at most, kept in bf16 "
        f"by {fmt(min(summed['bf16'].own_sum, off['bf16']), '%')} or more.")

# %% check_updates
quiz("which_is_lost")

# %% [markdown]
# ## Idea 3: activations shrink, states do not; speed needs units
# Now the gains. First memory, then time.

# %% guess_states
claim("A14a")
claim("A14b")
states = predict("autocast_states", "Training with Adam in fp32 keeps 16 bytes a parameter. And with autocast "
                 "to bf16?", "B")

# %% count_states
held = {recipe: demo.state_bytes(gpt, recipe) for recipe in demo.STATES}
states.reveal(held["autocast"].total)
parts = ("weights", "gradients", "master", "moments")
figures.stacked(
    list(held), {part: [getattr(each, part) for each in held.values()] for part in parts}, unit="B",
    x_label="bytes a parameter", title="What Adam keeps, counted after a step",
    alt="Bytes a parameter: " + ", ".join(f"{name} {fmt(each.total, 'B')}" for name, each in held.items()) + ".")

# %% [markdown]
# With short weights or long ones: the bytes are the same, because masters and Adam's two means stay in fp32. The one
# recipe that halves them is the one without masters, and you saw what becomes of small updates there. What does shrink
# is what the forward pass keeps for the backward pass: the activations. They grow with the batch, the states do not.

# %% count_activations role="measured"
large = tiny_gpt.TinyGPT(tiny_gpt.shape())
step = next(corpus.batches(seen, batch=8, seq=128))
activations = {mode: demo.mixed.kept_bytes(large, step, mode) for mode in ("fp32", "bf16")}
say(f"A step of {fmt(step[0].numel())} tokens keeps {fmt(activations['fp32'], 'B')} in fp32, {fmt(activations['bf16'], 'B')} in bf16. "
    "That is more than half: softmax, norms and loss stay in fp32, and the short copies of the weights come on top.")
weights_share, states_share = precision.get("bf16").bytes / precision.get("fp32").bytes, held["autocast"].total / held["fp32"].total
verdict("A14a", weights_share=weights_share, states_share=states_share, source="bytes counted in PyTorch on the tiny GPT",
        instead=f"In bf16 the weights in use take {fmt(weights_share, '%')} of fp32's bytes, the states of mixed-precision training "
        f"{fmt(states_share, '%')}.")

# %% guess_speed
speed = predict_ranking("product_formats", "Order the formats by the speed of a large product on your machine, "
                        "fastest first.", ["fp32", "bf16", "fp16"])

# %% measure_products role="measured"
here = {name: hardware.product(384, name, repeats=5).flops_per_second for name in ("fp32", "bf16", "fp16")}
speed.reveal(sorted(here, key=here.get, reverse=True))
bars = {f"here, {name}": rate for name, rate in here.items()}
for record in machines.one_of_each():
    names = [name for name in here if record.of("product", name)]
    bars |= {f"{record.machine.name.split(',')[0]}, {name}": record.peak(name) for name in names}
figures.bars(
    list(bars), list(bars.values()), x_label="FLOP/s of a product", unit="FLOP/s", log=True, title="Units make the speed",
    alt="Here: " + ", ".join(f"{name} {fmt(rate, 'FLOP/s')}" for name, rate in here.items()) + ".")

# %% [markdown]
# The bars with a name were recorded earlier, on larger products. The axis is logarithmic. A format is fast where the chip has units for it. Where it
# has none, each number is converted on the way, and the short format is the slow one. Fewer bits are no speed in
# themselves. Many processors have units for bf16 and none for fp16; older cards have it the other way round.

# %% verdict_speed role="measured"
table([[mode, fmt(run.step_seconds, "s"), fmt(run.unseen_loss), fmt(run.scales[-1]), str(run.skipped)]
       for mode, run in trained.items()],
      ["mode", "time of a step", "loss on unseen text", "loss scale", "steps skipped"], caption="The five trainings")
clocks = {mode: demo.mixed.step_time(large, step, mode) for mode in ("fp32", "bf16")}
gains = {name: rate / here["fp32"] for name, rate in here.items()}
share = clocks["bf16"].median_seconds / clocks["fp32"].median_seconds
say(f"Products in bf16: {fmt(gains['bf16'], 'x')} as fast. A whole step: {fmt(1 / share, 'x')}. "
    + ("A step is not all products." if gains["bf16"] > 1.2 else "This machine has no units for bf16; see the record."))
gpus = [card.peak_flops for card in devices.values() if card.kind == "gpu" and card.year >= 2017 and not card.status and "fp32" in card.peak_flops]
quick = sum(max(peaks.get("bf16", 0), peaks.get("fp16", 0)) >= 1.5 * peaks["fp32"] for peaks in gpus) / len(gpus)
best = max(gains["bf16"], gains["fp16"])
verdict("A14b", share_gpus=quick, product_gain_here=best, source=f"peaks of {len(gpus)} GPUs; products timed on this machine",
        instead=f"Lower precision saves time where the chip has units for it: {fmt(quick, '%')} of the GPUs since 2017 have them; this "
        f"machine multiplies {fmt(best, 'x')} as fast in the better of two formats of 16 bits.")
quiz("halved_states")

# %% [markdown]
# ## At full size
# Llama 3 8B in every format, and the cards that could hold its weights.

# %% full_size
llama = models["llama-3-8b"]
cards = [devices[name] for name in ("T4", "RTX 4090", "H100")]
sized = {name: precision.stored.weight_bytes(llama, name).total for name in ("fp32", "fp16", "bf16", "int8", "int4")}
table([[name, fmt(size, "B"), *("fits" if size < card.memory_bytes else "no" for card in cards),
        *(fmt(card.peak_flops[name], "OP/s" if name[:3] == "int" else "FLOP/s") if name in card.peak_flops else "not in the catalog" for card in cards)]
       for name, size in sized.items()],
      ["format", "weights", *(card.name for card in cards), *(f"{card.name}, peak" for card in cards)])
trained_bytes = held["autocast"].total * llama.published.total_params
say(f"To train it takes {fmt(trained_bytes, 'B')} of states, in fp32 as in mixed precision. {cards[0].name}: "
    f"{fmt(cards[0].peak_flops['fp16'], 'FLOP/s')} in fp16 and none stated in bf16. "
    f"Sources: {llama.source.text} ({llama.source.date}); {cards[0].source.text} ({cards[0].source.date}).")

# %% own_bill
frontier, stage, h100 = models["llama-3.1-405b"], runs["llama31-405b-stage-16k"], cards[-1]
in_int4 = inference.estimate(llama, device=h100, prompt=200, output=400, format="int4")
bill("08", "weights in int4", answer=sized["int4"], run=precision.stored.weight_bytes(frontier, "int4").total, unit="B")
bill("08", "time: the answer alone in int4, the run at the FP8 peak", answer=in_int4.request_seconds,
     run=flops.training(frontier, datasets["llama-3-pre-training"].tokens) / (stage.devices * h100.peak_flops["fp8"]), unit="s")

# %% [markdown]
# ## Where this estimate breaks
# Can the flushed share be had without an fp16 backward pass? Take the fp32 gradients, round them by the estimator, and
# count.

# %% estimate_flushed role="measured"
rows, numbers = [], demo.mixed.joined(exact).numpy()
for power, counted_here in zip(powers[1:5], tried[1:5], strict=True):
    guessed = precision.fate(numbers, "fp16", 2.0**power).flushed_share
    rows.append([fmt(2.0**power), fmt(counted_here.flushed_share, "%"), fmt(guessed, "%"),
                 fmt(guessed / counted_here.flushed_share - 1, "%", 2)])
table(rows, ["loss scale", "counted in fp16", "estimate", "error"])
odd = demo.mixed.survivors(fine.gpt, batch, 2.0**power, exact=exact)
say(f"At a loss scale of {fmt(2.0**power)}, {fmt(odd.numbers)} gradients should vanish and do not. The middle one of them is "
    f"**{fmt(odd.size_ratio, 'x')}** its true size, and {fmt(odd.right_sign, '%')} have the right sign.")

# %% [markdown]
# The estimate rounds each gradient once, at its end. A real backward pass rounds all the way. Small gradients, of
# queries and keys above all, come out as differences of much larger numbers, and those carry rounding errors. What
# stands there is not zero, but hardly the gradient either. So counting zeros understates what fp16 loses, and an
# estimate from exact gradients cannot see it.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `largest_count` | 4 | easy | 1 |
# | `round_to` | 8 | hard | 1 |
# | `next_scale` | 7 | medium | 2 |
# | `flushed_share` | 6 | medium | 3 |
# | `format_for_t4` | 5 | medium | 4 |
#
# [Open the exercises](../exercises/08_precision.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. bf16 counts to {stop}, fp16 to {fmt(precision.get('fp16').counts_to, exact=True)}: exponent bits reach, mantissa
   bits count. Sums of many terms are kept in fp32.
2. A loss scale moves gradients into fp16's window, and gives way when one overflows. bf16 needs none, but fp32 masters.
3. fp16 flushed {fmt(gone.flushed_share, '%')} of the gradients here, but only {fmt(gone.flushed_size, '%')} of their
   amount. True zeros do not count.
4. Choose a format the card has units for: here bf16 multiplies {fmt(gains['bf16'], 'x')} and fp16
   {fmt(gains['fp16'], 'x')} as fast as fp32. Adam's states stay at {fmt(held['autocast'].total, 'B')} a parameter.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
