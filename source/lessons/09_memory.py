# %% [markdown]
# # 09 · Memory
# *Where the bytes of training go, and what each way to save some of them costs in time.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lesson 01: a training step; lesson 08: formats | A15c, B02, C04, C06a, C06b, C11 |

# %% [markdown]
# ## The question
# A card has 80 GB, and a model of 8 billion weights takes 16 GB. Why can it not be trained there?

# %% [markdown]
# ## You will be able to
# 1. **Compute** what training keeps of a model, with adapters or without (exercises `adam_states`, `lora_bytes`).
# 2. **Compute** the largest batch that fits (`largest_batch`).
# 3. **Measure** what it costs in time to save memory (`checkpoint_price`).
# 4. **Design** a way to fit a model on a given card (`fit_13b`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import Transformer, datasets, devices, findings, models, prices, quantities
from course_lib.demos import attention, corpus, measure, memory as demo, tiny_gpt
from course_lib.estimators import cost, hardware, inference, layout, memory, myths, parameters, precision
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, predict_ranking, quiz, say, sources, table, verdict

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_small_updates")
quiz("recall_beside_weights")

# %% [markdown]
# ## Idea 1: the weights are the small part
# Begin with a failure. The card of the question has room for the weights five times over. So forecast that training
# fits, and try. The model is a GPT of the size in question, and the batch a single text.

# %% claim_memory
claim("B02")
train_8b = predict("train_8b", "A GPT of 8 billion weights, 16 GB in 16 bits. How many bytes does one step of "
                   "training it with Adam need, on one text of 2048 tokens?", "B")

# %% [markdown]
# Few machines on which this is read have room for it. But PyTorch can go through a whole step with tensors that have a shape and no
# numbers. An instrument, `MemTracker`, adds up the bytes they would take.

# %% forecast_fails
eight = tiny_gpt.shape(layers=10, d_model=8192, n_heads=64, context=2048)
step = demo.pretend(eight, batch=1, seq=2048)
train_8b.reveal(step.states + step.activations)
say(f"States alone: {fmt(step.states, 'B')}, for {fmt(step.weights / 4)} weights. Out of memory on 80 GB. "
    "The forecast has failed.")

# %% [markdown]
# What are they? Besides the weights, training keeps a [gradient](../docs/glossary.md#gradient) for each, and the
# [optimizer](../docs/glossary.md#optimizer) keeps numbers of its own. Together they are the
# [states](../docs/glossary.md#training-states). Count them in a model that really trains here.

# %% count_states
gpt, text = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=4)), corpus.batches(corpus.tokens(), batch=8, seq=128)
tokens, targets = next(text)
kept = {name: demo.held(gpt, tokens, optimizer=name) for name in ("adam", "sgd_momentum", "sgd")}
table([[name.replace("_", ", "), fmt(found.weights, exact=True), fmt(found.gradients, exact=True),
        fmt(found.optimizer, exact=True), fmt(found.states / measure.count_parameters(gpt))]
       for name, found in kept.items()],
      ["optimizer", "weights", "gradients", "optimizer states", "a parameter"], caption="Bytes PyTorch holds, fp32")

# %% [markdown]
# In fp32 Adam has four numbers of 4 bytes: weight, gradient, mean, variance. (It also counts its steps, 4 bytes a
# matrix.) [Mixed precision](../docs/glossary.md#mixed-precision) has five, 2 + 2 for weight and gradient and 4 + 4 + 4
# for a copy, mean and variance: 16 again. <!-- typed: definition --> Is it 16 at every size?

# %% states_grow
shapes = [tiny_gpt.shape(layers=layers, d_model=width, context=64)
          for layers, width in ((1, 64), (2, 64), (2, 128), (4, 128), (4, 256))]
counts = [parameters.count(shape).total for shape in shapes]
states = [demo.held(tiny_gpt.TinyGPT(shape), tokens[:1, :16]).states for shape in shapes]
law = attention.exponent(counts, states)
figures.lines(counts, {"measured": states, "16 bytes each": [16 * count for count in counts]}, "parameters",
    "states (bytes)", log="xy", y_unit="B", title="States of training with Adam",
    alt=f"From {fmt(counts[0])} to {fmt(counts[-1])} parameters the states grow with the exponent {law}.")

# %% [markdown]
# The second part is the [activations](../docs/glossary.md#activations): what the forward pass computes and the
# backward pass will need. Two instruments see them. Hooks note each tensor that is saved for the backward pass; the
# tracker sees what is left in memory after the forward pass.

# %% activations
hooks = measure.saved_bytes(lambda: tiny_gpt.loss(gpt, tokens, tokens), gpt)
say(f"Hooks: {fmt(hooks, 'B', 4)}. Tracker: {fmt(kept['adam'].activations, 'B', 4)}.")
batches = [1, 2, 4, 8]  # change this line
steps = [demo.held(gpt, tokens[:batch]) for batch in batches]
growth = (steps[-1].states + steps[-1].activations) / (steps[0].states + steps[0].activations)
parts = {part: [getattr(found, part) for found in steps] for part in ("states", "activations")}
figures.lines(batches, parts, "texts in the batch", "bytes", y_unit="B", title="The same model, more texts at a time",
    alt=f"States stay at {fmt(steps[0].states, 'B')}, activations grow to {fmt(steps[-1].activations, 'B')}.")

# %% [markdown]
# One model, and its memory is what the batch makes of it. The states know nothing of the batch: gradients of all texts
# are added up in one place. The activations are different. Every layer keeps several vectors of each token, and plain
# attention a number for each pair of tokens, until the backward pass has come by and used them.
#
# And the data? A step needs one batch of it. The rest waits on disks, and there it needs its room.

# %% verdict_memory
gpus = [card for card in devices.values() if card.kind == "gpu" and card.memory_bytes and not card.status]
largest_card = max(gpus, key=lambda card: card.memory_bytes)
largest_data = max(data.raw_bytes or 0 for data in datasets.values())
verdict("B02", exponent=law.value, data_over_device=largest_data / largest_card.memory_bytes,
        source="MemTracker on tiny GPTs; catalog of data sets and devices",
        instead=f"The states of training grow in proportion to the weights, and a batch {fmt(batches[-1], 'x')} as large took "
        f"{fmt(growth, 'x')} the memory here; the largest text takes {fmt(largest_data, 'B')} of disks.")

# %% check_states
quiz("what_grows_with_batch")

# %% [markdown]
# ## Idea 2: memory can be bought with time, cheaply
# Why keep what can be computed again? [Recomputation](../docs/glossary.md#recomputation), or activation
# checkpointing, keeps the input of each layer only. On the way back each layer runs forward once more.

# %% claim_saving
claim("A15c")
slow_down = predict("recompute_price", "The tiny GPT keeps less than an eighth of its activations and computes the "
                    "rest again. How many times as long does a step take?", "x")

# %% price_list role="measured"
offers = demo.time_price.prices(gpt, tokens[:4], repeats=7)  # four texts at a time
plain, _, again, *_ = offers
table([[offer.name, fmt(offer.held.activations, "B"), fmt(offer.held.activations / plain.held.activations, "%"),
        fmt(offer.slow_down, "x"), fmt(offer.timing.spread, "x")] for offer in offers],
      ["way", "activations", "of plain", "time of a step", "slowest / fastest"], caption="Price list, measured here")
price = again.slow_down
slow_down.reveal(price)
say("Close to four thirds, as the count of passes says." if 1.15 < price < 1.5 else
    "The passes say four thirds; here something else set the time.")

# %% price_picture role="measured"
figures.scatter(
    [offer.held.activations for offer in offers], [offer.slow_down for offer in offers], "activations (bytes)",
    "time of a step (x)", x_unit="B", y_unit="x", names=[offer.name for offer in offers],
    mark=[offer.name for offer in offers], title="Bytes against time, the tiny GPT here",
    alt=f"Recomputation keeps {fmt(again.held.activations / plain.held.activations, '%')} for {fmt(price, 'x')} the time.")

# %% [markdown]
# Why so cheap? A step is a forward pass and a backward pass of twice its work. One more forward pass makes four parts of
# three. The bytes fall much further, since a layer keeps far more inside than what comes in.
# "Selective" repeats attention's core alone: few FLOPs, and with long texts most of the bytes. Fused attention
# (lesson 03) never keeps them in the first place.
#
# The last row is [gradient accumulation](../docs/glossary.md#gradient-accumulation): the batch goes through in pieces,
# and the gradients are added up before the update. Does the model still learn the same?

# %% guess_pieces
fates = ["it is the same up to rounding", "it is noisier", "it is several times smaller"]
pieces = predict_choice("pieces_gradient", "A batch of 8 texts in 4 pieces. The gradient, against that of the whole "
                        "batch at once:", fates)

# %% pieces_agree role="measured"
whole = demo.gradients(gpt, tokens, targets)
apart = demo.difference(whole, demo.gradients(gpt, tokens, targets, micro_batches=4))
recomputed = demo.difference(whole, demo.gradients(demo.recomputed(gpt, "full"), tokens, targets))
demo.recomputed(gpt)  # back to keeping everything
pieces.reveal(fates[0] if apart < 1e-4 else fates[1], f"They differ by {fmt(apart, '%', 2)} of it, and by {fmt(recomputed, '%', 2)} with recomputation.")

# %% verdict_saving role="measured"
held = again.held.activations / plain.held.activations
traffic, fused = (quantities[f"fused-attention-{unit}"].value / quantities[f"standard-attention-{unit}"].value
                  for unit in ("gigabytes", "milliseconds"))
verdict("A15c", held_share=held, slow_down=price, fused_held=traffic, fused_time=fused,
        source="recomputation: the tiny GPT on this machine; fused attention: arXiv 2205.14135, figure 2",
        instead=f"Recomputation leaves {fmt(held, '%')} of the activations for {fmt(price, 'x')} the time; fused attention leaves "
        f"{fmt(traffic, '%')} of the traffic and {fmt(fused, '%')} of the time.")

# %% check_recompute
quiz("price_of_recomputing")

# %% [markdown]
# ## Idea 3: fewer bits or fewer trained weights let old cards in
# Recomputation leaves the states as they are. But who only adapts a model need not move every weight.
# [LoRA](../docs/glossary.md#lora) freezes the matrices, and trains two thin ones beside each. What is frozen needs no
# gradient and no optimizer. It is never moved by small steps, so it may even lie in four bits:
# [quantised](../docs/glossary.md#quantisation).

# %% guess_lora
parts = ["about 1 %", "about a tenth", "about a third", "more than half"]
lora_guess = predict_choice("lora_memory", "LoRA trains about 1 % of the tiny GPT's weights. Memory of a step, "
                            "activations included, against full training:", parts)

# %% lora_measured
adapted = {"full training": kept["adam"]}
for form in ("fp32", "int4"):
    small = demo.lora.add(tiny_gpt.TinyGPT(gpt.model), rank=1, base_format=form)
    adapted[f"LoRA, {form}"] = demo.held(small, tokens)
figures.stacked(
    list(adapted), {part: [getattr(found, part) for found in adapted.values()]
                    for part in ("weights", "gradients", "optimizer", "activations")},
    x_label="bytes", unit="B", title="The tiny GPT, 8 texts of 128 tokens",
    alt=f"LoRA shrinks states to {fmt(adapted['LoRA, fp32'].states, 'B')}, activations hardly.")

# %% lora_reveal
ratio = {name: (found.states + found.activations) / (kept["adam"].states + kept["adam"].activations)
         for name, found in adapted.items()}
part = ratio["LoRA, fp32"]
lora_guess.reveal(parts[(part > 0.03) + (part > 0.2) + (part > 0.5)], f"It takes {fmt(part, '%')}.")
say(f"Trained: {fmt(demo.lora.trainable_weights(small) / measure.count_parameters(gpt), '%')} of the weights. "
    f"States: {fmt(adapted['LoRA, fp32'].states / kept['adam'].states, '%')}, "
    f"in four bits {fmt(adapted['LoRA, int4'].states / kept['adam'].states, '%')}. "
    f"Activations: {fmt(adapted['LoRA, fp32'].activations / kept['adam'].activations, '%')}.")
quiz("what_lora_spares")

# %% [markdown]
# So each measure has its part: states by fewer bits and fewer trained weights, activations by recomputation and
# pieces. [Offloading](../docs/glossary.md#offloading) is a third kind: it sends states to the host's memory, and pays
# for the journey in each step.

# %% claim_most_memory
claim("C04")
llama, h100 = models["llama-3-8b"], devices["H100"]
names = ["checkpointing", "8-bit Adam", "optimizer offloaded", "LoRA"]
ranking = predict_ranking("saves_most", "Llama 3 8B, one text of 2048 tokens. Which measure saves most memory?", names)

# %% ways_for_8b
ways = {way.name: way for way in memory.capacity.ways(llama, h100, seq=2048)}  # change this line: seq=8192, micro_batches=16
ranking.reveal(sorted(names, key=lambda name: ways[name].memory.total))
table([[name, fmt(way.memory.states, "B"), fmt(way.memory.activations + way.memory.temporary, "B"),
        "yes" if way.fits else "no", fmt(way.price, "x")] for name, way in ways.items()],
      ["way", "states", "activations, temporary", "fits in 80 GB", "time"], caption=f"{llama.name} on {h100.name}")

# %% [markdown]
# LoRA even saves time, since frozen matrices need no gradients; but it trains something else than all weights. The
# claim is about training in full. The catalog's card with the most memory trains many models with no measure at all.
# How many of these can the smaller card of the question train, and what does it pay?

# %% verdict_most_memory
decoders = memory.capacity.decoders()
kind = myths.of_articles_kind(decoders)
room = memory.capacity.USABLE * largest_card.memory_bytes
easy = {key: model for key, model in kind.items() if memory.training(model).total <= room}
found = [memory.capacity.quickest(model, h100, all_weights=True) for model in easy.values()]
times = sorted(float(way.price) for way in found if way)
plainly = sum(way is not None and way.name == "mixed precision" for way in found)
within = {limit: sum(each <= limit for each in times) / len(easy) for limit in (1.5, 2, 3)}
say(f"{fmt(len(times))} of {fmt(len(easy))}, {fmt(plainly)} of them with no measure. "
    f"The dearest takes {fmt(times[-1], 'x')} the time of a step.")
sixteen = [memory.capacity.quickest(model, h100, all_weights=True, micro_batches=16) for model in easy.values()]
large_batch = sum(way is not None and way.price <= 2 for way in sixteen) / len(easy)
verdict("C04", share_still_fits=within[2], source=f"estimates for catalog models on {largest_card.name} and {h100.name}",
        inputs={f"for at most {fmt(limit, 'x')} the time": {"share_still_fits": within[limit]} for limit in (1.5, 3)}
        | {"with a batch of 16 texts": {"share_still_fits": large_batch}},
        instead=f"Of {fmt(len(easy), 'models')} that the card with the most memory trains as they are, {h100.name} trains "
        f"{fmt(within[2], '%')} for at most twice the time.")

# %% claim_old_cards
claim("C06a")
claim("C06b")
shares = ["about a tenth", "about a third", "nearly two thirds", "nearly all"]
fits_old = predict_choice("fits_on_t4", "How many of the catalog's decoders can a T4 of 2018, with 16 GB, "
                          "fine-tune?", shares)

# %% ways_for_all
loras = {key: [way for way in memory.capacity.ways(model, h100) if not way.all_weights] for key, model in decoders.items()}

def quickest(key, card):
    """The quickest way to fine-tune a model on a card by LoRA: the bytes are the model's, whatever the card."""
    return next((way for way in loras[key] if way.memory.total <= memory.capacity.USABLE * devices[card].memory_bytes), None)

def seconds(key, card, tokens=10e6):
    """Time for so many tokens of text: the same FLOPs, at the card's own peak."""
    return tokens / 2048 * quickest(key, card).seconds * hardware.peak(h100) / hardware.peak(devices[card])

# %% catalog_on_cards
cards = ["rtx-3060-12gb", "t4", "rtx-4090", "h100-sxm-80gb"]
tuned = {card: {key: quickest(key, card) for key in decoders} for card in cards}
names = {"LoRA": "LoRA", "recomputed": "LoRA, checkpointing", "in 4 bits": "QLoRA", "both": "QLoRA, checkpointing"}
least = {card: [way.name if way else "none" for way in tuned[card].values()] for card in cards}
numbers = {kind: [least[card].count(name) for card in cards] for kind, name in names.items()}
numbers["does not fit"] = [least[card].count("none") for card in cards]
fit_share = {devices[card].name: 1 - least[card].count("none") / len(decoders) for card in cards}
figures.stacked(list(fit_share), numbers, x_label="models", title="Fine-tuning by LoRA: what brings each model in",
    alt="Fine-tuned by LoRA: " + ", ".join(f"{name} {fmt(share, '%', 2)}" for name, share in fit_share.items()))

# %% old_cards_counted
pair, usable = [devices[card] for card in cards[:2]], memory.capacity.USABLE
bytes_in_use = [precision.stored.weight_bytes(model, "int4").total + memory.kv_cache(model, 1, 2048) for model in kind.values()]
runs_on = {card.name: sum(used <= usable * card.memory_bytes for used in bytes_in_use) / len(kind) for card in pair}
tunes_on = {devices[card].name: sum(quickest(key, card) is not None for key in kind) / len(kind) for card in cards[:2]}
whole_card = [sum(used <= card.memory_bytes for used in bytes_in_use) / len(kind) for card in pair]

# %% verdict_old_cards
middle, old, *_ = fit_share.values()
fits_old.reveal(shares[(old > 0.2) + (old > 0.48) + (old > 0.8)], f"{fmt(old, '%')}, by LoRA.")
verdict("C06a", **dict(zip(("share_mid", "share_old"), runs_on.values(), strict=True)), source=f"estimates for {len(kind)} models since 2022",
        inputs={"if programs could fill the whole memory": dict(zip(("share_mid", "share_old"), whole_card, strict=True))},
        instead=f"The part of {len(kind)} models since 2022 that a card can run in four bits: "
        + ", ".join(f"{name} {fmt(share, '%')}" for name, share in runs_on.items()) + ".")
verdict("C06b", **dict(zip(("share_mid", "share_old"), tunes_on.values(), strict=True)), source=f"estimates for the same {len(kind)} models",
        instead="The part of these models that a card can tune by QLoRA with checkpointing: "
        + ", ".join(f"{name} {fmt(share, '%')}" for name, share in tunes_on.items()) + ".")

# %% [markdown]
# The same article that praises older cards also advises to invest in high-end ones. Both cannot be right for the same
# work. So look for the work at which the truth changes sides. More text makes every card's bill longer by the same
# factor, so the amount of work cannot be it. The size of the model can: it decides what fits where, and how. (Lesson 04
# compared cards by jobs that fit both. This one may not.)

# %% claim_invest
claim("C11")
borders = ["the H100 is always cheaper", "to about 1 billion weights", "to about 10 billion", "to about 50 billion or more"]
border = predict_choice("cheaper_card", "Fine-tuning on rented cards, H100 or smaller. Up to which size of model is a "
                        "smaller card cheaper by the job?", borders)

# %% cost_by_card
high = "h100-sxm-80gb"
hourly = {key: prices.rental(key).usd_per_device_hour for key in prices.rented() if devices[key].kind == "gpu"}
rented = {key: usd for key, usd in hourly.items() if usd <= hourly[high] and devices[key].memory_bytes <= h100.memory_bytes}
costs = {model: {card: cost.rent_usd(hourly, seconds(model, card)) for card, hourly in rented.items()
                 if quickest(model, card)} for model in decoders if quickest(model, high)}

# %% cost_picture
best = {model: min(offers, key=offers.get) for model, offers in costs.items()}
sizes = {model: parameters.count(decoders[model]).total for model in costs}
below = max(sizes[model] for model in best if best[model] != high)
border.reveal(borders[0 if not below else (below > 3e9) + (below > 3e10) + 1], f"The largest has {fmt(below, 'weights')}.")
figures.scatter(list(sizes.values()), [min(offers.values()) for offers in costs.values()], "weights", "USD",
    names=list(costs), groups=[devices[best[model]].name for model in costs], log="xy", y_unit="USD",
    title="Fine-tuning on ten million tokens: the cheapest card",
    alt=f"Up to {fmt(below, 'weights')} a smaller card is cheapest; larger models need the {devices[high].name}, or do not fit.")

# %% verdict_invest
mine = costs["llama-3-8b"]
first = sum(card == high for card in best.values())
say(f"For {llama.name} the H100 would be cheapest below {fmt(rented[high] * min(mine.values()) / mine[high], 'USD')} an "
    f"hour; here it is {fmt(rented[high], 'USD')}. The H100 is the cheapest for {fmt(first)} of {fmt(len(best))} models. "
    "The next price or model may change that.")

# %% verdict_high_end
def cheapest(top, hour):
    """The cheapest card for each model that `top`, at this price of an hour, can tune."""
    bills = [{card: cost.rent_usd(hour if card == top else usd, seconds(model, card)) for card, usd in hourly.items() if quickest(model, card)}
             for model in kind if quickest(model, top)]
    return [min(each, key=each.get) for each in bills]

top = max(hourly, key=hourly.get)
winners, three = cheapest(top, hourly[top]), prices.rental(high)
tried = {f"at {fmt(usd, 'USD')} an hour": cheapest(top, usd) for usd in (prices.rental(top).usd_low, prices.rental(top).usd_high)}
h100_as_high = {f"with the H100 as the high-end card, at {fmt(usd, 'USD')} an hour,": cheapest(high, usd)
                for usd in (three.usd_low, three.usd_per_device_hour, three.usd_high)}
common = max(set(winners), key=winners.count)
verdict("C11", share_high=winners.count(top) / len(winners), source=f"estimates; rental prices of {len(hourly)} cards as of {three.as_of}",
        inputs={words: {"share_high": found.count(top) / len(found)} for words, found in tried.items()}
        | {words: {"share_high": found.count(high) / len(found)} for words, found in h100_as_high.items()},
        instead=f"Look for FLOP/s for each dollar: of {len(winners)} models that the most expensive card, {devices[top].name}, can tune, "
        f"{devices[common].name} at {fmt(hourly[common], 'USD')} an hour is the cheapest for {winners.count(common)}.")

# %% [markdown]
# ## At full size
# Back to the question. Here is what the model needs for training in full, on longer and longer texts.

# %% full_size
seqs = [1024 * 2**doubling for doubling in range(6)]
grids = [layout.Layout(recompute=kind) for kind in ("none", "full")]
all_kept, inputs_kept = (memory.training(llama, grid, seq=seqs) for grid in grids)
table([[fmt(seq, exact=True), fmt(all_kept.states, "B"), fmt(kept_all, "B"), fmt(kept_inputs, "B")]
       for seq, kept_all, kept_inputs in zip(seqs, all_kept.activations, inputs_kept.activations, strict=True)],
      ["tokens", "states", "activations", "with recomputation"], caption=f"{llama.name}, one text")
bill("09", "held: weights and cache of the answer, states of one copy of the run",
     answer=inference.estimate(llama, device=h100, prompt=200, output=400).memory_bytes,
     run=memory.training(models["llama-3.1-405b"], seq=8192).states, unit="B")
say(f"The states alone are {fmt(all_kept.states / h100.memory_bytes, 'x')} the card; activations of the longest text "
    f"take {fmt(all_kept.activations[-1] / h100.memory_bytes, 'x')} on top. Sources: {llama.source.text} ({llama.source.date}); {h100.source.text} ({h100.source.date}).")

# %% [markdown]
# ## Where this estimate breaks
# Against PyTorch on this machine, then against a published run of many cards:

# %% against_pytorch
here = {"format": "fp32", "attention": "naive", "kernels": "eager"}  # what plain PyTorch keeps on a processor
rows = []
for kind in demo.RECOMPUTE:
    found = demo.held(demo.recomputed(gpt, kind), tokens).activations
    estimate = memory.training(gpt.model, layout.Layout(micro_batch=8, recompute=kind), seq=128, **here).activations
    rows.append([f"{gpt.model.name}, {kind}", fmt(found, "B"), fmt(estimate, "B"), fmt(estimate / found - 1, "%", 2)])
found, how = adapted["LoRA, int4"].activations, {"lora_rank": 1, "base_format": "int4"}
estimate = memory.training(gpt.model, layout.Layout(micro_batch=8), seq=128, **how, **here).activations
rows.append(["the same, LoRA over int4", fmt(found, "B"), fmt(estimate, "B"), fmt(estimate / found - 1, "%", 2)])
table(rows, ["activations", "measured", "estimate", "error"], caption="Against MemTracker")

# %% against_published
paper = Transformer(layers=48, d_model=6144, n_heads=64, d_ff=4 * 6144, vocab_rows=51200, norm="layernorm")
rows = []
for key, recompute, shared in (("k1-22b-act", "none", False), ("k1-22b-seqsel", "selective", True)):
    grid = layout.Layout(tensor=8, micro_batch=4, recompute=recompute, sequence_parallel=shared)
    estimate = memory.training(paper, grid, attention="naive", dropout=True, parts="layers").activations
    found = findings[key].value * 2**30  # stated in GiB
    rows.append([f"GPT 22B, {recompute}", fmt(found, "B"), fmt(estimate, "B"), fmt(estimate / found - 1, "%", 2)])
table(rows, ["activations", "the paper's formula", "estimate", "difference"],
      caption="One of 8 cards, arXiv 2205.05198: equal, because both count by one rule")
slower = 1 + findings["c066"].value
say(f"Published time of a step with full recomputation: {fmt(slower, 'x')} that of the second row. The estimate for "
    f"{llama.name}: {fmt(ways['checkpointing'].price, 'x')} the plain step.")

# %% [markdown]
# The estimate knows what code keeps, and code differs: with other kernels the same model keeps more or less. It leaves
# out fragments of memory, libraries and the buffers of the optimizer, so plans fill a card to nine tenths. Prices in
# time take the worst case for transfers and leave out the unpacking of four-bit weights.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `adam_states` | 4 | easy | 1 |
# | `largest_batch` | 6 | medium | 2 |
# | `lora_bytes` | 7 | medium | 1 |
# | `checkpoint_price` | 7 | medium | 3 |
# | `fit_13b` | 6 | hard | 4 |
#
# [Open the exercises](../exercises/09_memory.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. Training with Adam keeps 16 bytes of states a weight: {fmt(memory.training(llama).states, 'B')} for {llama.name}. With
   LoRA over four bits it is {fmt(ways['QLoRA'].memory.states, 'B')}. Activations come on top.
2. The states stay, the activations grow with the batch: the largest batch is what is left beside the states.
3. Recomputation kept {fmt(again.held.activations / plain.held.activations, '%')} of the activations for {fmt(price, 'x')} the
   time. Pieces of a batch give the same gradient.
4. A T4 fine-tunes {fmt(old, '%')} of the catalog's decoders. Each measure has its part and its price; the smaller card
   was cheaper up to {fmt(below, 'weights')}.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
