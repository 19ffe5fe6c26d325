# %% [markdown]
# # 09 · Memory
# *What training keeps in memory, and what there is to pay for keeping less.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 35 | 2 of 3 | [lesson 01](01_parameters.ipynb): forward and backward pass; [lesson 08](08_precision.ipynb): formats | A15c, B02, C04, C06a, C06b |

# %% [markdown]
# ## The question
# <!-- typed: definition -->
# A model of 8 billion weights takes 16 GB in 16 bits. A card with 80 GB holds that five times over. Why does the model not train there?

# %% ask_bytes role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, case, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, say, sources, table, validated, verdict, verdicts)

train_8b = predict("train_8b", "Llama 3 8B is trained in 16 bits with Adam, the usual optimizer, on one text of 2048 tokens. How many bytes must be held "
                   "at once?", "B")

# %% [markdown]
# ## You will be able to
# 1. **Compute** what training keeps of a model, with adapters or without (exercises `adam_states`, `lora_bytes`).
# 2. **Compute** the largest batch that fits (`largest_batch`).
# 3. **Measure** what it costs in time to keep less (`checkpoint_price`).
# 4. **Design** a way to fit a model on a given card (`fit_13b`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import datasets, devices, findings, models, quantities
from course_lib.demos import attention, corpus, measure, memory as demo, tiny_gpt
from course_lib.estimators import inference, layout, memory, myths, parameters, precision

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_small_updates")
quiz("recall_beside_weights")

# %% [markdown]
# ## Idea 1: what must be held?
# Begin with a forecast: a model trains on a card that holds its weights.

# %% forecast
llama, h100 = models["llama-3-8b"], devices["H100"]
weight_bytes = 2 * parameters.count(llama).total
forecast = weight_bytes < h100.memory_bytes  # True: it should train

# %% [markdown]
# It is wrong: the program stops, *out of memory*. So look what a step really keeps, in a model that is small enough to train here. Besides the weights
# there is a [gradient](../docs/glossary.md#gradient) for each, and the [optimizer](../docs/glossary.md#optimizer) has numbers of its own. PyTorch's
# `MemTracker` sees every tensor come and go. This model is held in fp32.

# %% count_states
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2))
tokens, targets = next(corpus.batches(corpus.tokens(), batch=8, seq=128))
weights = measure.count_parameters(gpt)
kept = {name: demo.held(gpt, tokens, optimizer=name) for name in ("adam", "sgd_momentum", "sgd")}

# %% show_states role="narration"
table([[name.replace("_", ", "), fmt(found.weights / weights), fmt(found.gradients / weights), fmt(found.optimizer / weights), fmt(found.states / weights)]
       for name, found in kept.items()],
      ["optimizer", "weights", "gradients", "optimizer's own", "together"], caption="Bytes for each weight, fp32, as PyTorch holds them")

# %% [markdown]
# <!-- typed: definition -->
# Adam remembers two numbers of each weight: a mean of its gradients, and a mean of their squares. In fp32 that makes four numbers of 4 bytes. Large models
# train in [mixed precision](../docs/glossary.md#mixed-precision): weight and gradient in 2 bytes each, then mean, mean square, and a copy of the weight that small steps can
# move, in 4 bytes each. Weights, gradients and the optimizer's numbers together are the [states](../docs/glossary.md#training-states):
#
# states (bytes) = weights x (2 + 2 + 4 + 4 + 4) = 16 x weights.
#
# Sixteen either way. On top come the [activations](../docs/glossary.md#activations): what the forward pass computes and the backward pass will need. A last
# part is in use for a moment only, such as the gradients of the logits. The tables here count it with the activations; the panel shows it apart.

# %% needed
needed = memory.training(llama, seq=2048)  # mixed precision, Adam, one text
parts = {"weights": needed.weights, "gradients": needed.gradients, "optimizer": needed.optimizer,
         "activations": needed.activations + needed.temporary}

# %% reveal_bytes role="narration"
train_8b.reveal(needed.total, because=f"States {fmt(needed.states, 'B')}, activations {fmt(parts['activations'], 'B')}, of which {fmt(needed.temporary, 'B')} for a moment.")
figures.stacked([f"{llama.name}: {fmt(needed.total, 'B')}", "the card"], {**{name: [size, 0] for name, size in parts.items()}, "memory": [0, h100.memory_bytes]}, x_label="bytes", unit="B",
    title="One step of training, one text of 2048 tokens",
    alt=f"{llama.name} needs {fmt(needed.total, 'B')} to train, {fmt(needed.optimizer, 'B')} for the optimizer alone; the card has {fmt(h100.memory_bytes, 'B')}.")

# %% [markdown]
# Are the states the same for each weight at every size?

# %% claim_memory role="narration"
claim("B02")

# %% states_grow
sizes = [(1, 64), (2, 64), (2, 128), (4, 128), (4, 256)]  # layers, width
shapes = [tiny_gpt.shape(layers=layers, d_model=width, context=64) for layers, width in sizes]
counts = [parameters.count(shape).total for shape in shapes]
states = [demo.held(tiny_gpt.TinyGPT(shape), tokens[:1, :16]).states for shape in shapes]
law = attention.exponent(counts, states)

# %% text_and_cards
gpus = [each for each in devices.values() if each.kind == "gpu" and each.memory_bytes]
sold = [each for each in gpus if not each.status]  # announced ones left out
largest_card = max(sold, key=lambda card: card.memory_bytes)
largest_text = max(text.raw_bytes or 0 for text in datasets.values())

# %% verdict_memory role="narration"
verdict("B02", exponent=law.value, data_over_device=largest_text / largest_card.memory_bytes, source="MemTracker on tiny GPTs; the catalog",
        instead=f"The states of training grow in proportion to the weights (exponent {fmt(law.value)}), activations with the batch; the largest text takes {fmt(largest_text, 'B')} of disks.")

# %% guess_texts role="narration"
enough = ["about 3", "about a dozen", "about a hundred", "about a thousand, or never"]
texts_guess = predict_choice("texts_outgrow_states", "More texts of 2048 tokens at a time for Llama 3 8B. From how many on do their activations take more than all states?", enough)

# %% more_texts
batches = [1, 2, 4, 8]  # change this line
steps = [demo.held(gpt, tokens[:batch]) for batch in batches]
in_batch = {"states": [found.states for found in steps],
            "activations": [found.activations for found in steps]}

# %% until_they_outgrow
a_text = needed.activations + needed.temporary
outgrown = needed.states / a_text  # texts

# %% show_texts role="narration"
figures.lines(batches, in_batch, "texts at a time", "bytes", y_unit="B", title="The tiny GPT, texts of 128 tokens",
    alt=f"States stay at {fmt(in_batch['states'][0], 'B')}; activations grow from {fmt(in_batch['activations'][0], 'B')} to {fmt(in_batch['activations'][-1], 'B')}.")
texts_guess.reveal(ladder(outgrown, {enough[0]: 6, enough[1]: 40, enough[2]: 400, enough[3]: None}),
                   because=f"{fmt(needed.states, 'B')} over {fmt(a_text, 'B')} a text: as much as the states at about {fmt(outgrown, 'texts', 2)}. In the tiny GPT: {fmt(in_batch['states'][0] / in_batch['activations'][0], '', 2)}.")

# %% [markdown]
# The states know nothing of the batch: the gradients of all texts are added up in one place. The activations do. Each layer keeps several
# vectors of each token until the backward pass has come by.
#
# So the largest batch is what is left beside the states, over what one text keeps, rounded down. Mind the unit: tools report GiB, 2³⁰ bytes, which is 7 % more
# than a GB.<!-- typed: definition -->
#
# Does PyTorch agree, at full size? It can go through a step with tensors that have a shape and no numbers. This GPT has as many weights as the
# Llama, but is held in fp32, with attention written out.

# %% pretend
wide = tiny_gpt.shape(layers=4, d_model=12_800, n_heads=100, context=2048)
pretended = demo.pretend(wide, batch=1, seq=2048)
as_pytorch = {"format": "fp32", "attention": "naive", "kernels": "eager"}
expected = memory.training(wide, seq=2048, **as_pytorch)

# %% show_pretend role="narration"
table([["GPT, fp32: PyTorch", fmt(parameters.count(wide).total), fmt(pretended.states, "B"), fmt(pretended.activations, "B")],
       ["GPT, fp32: estimate", fmt(parameters.count(wide).total), fmt(expected.states, "B"), fmt(expected.activations, "B")]],
      ["one text of 2048 tokens", "weights", "states", "kept activations"], caption="Kept for the backward pass")
in_short(f"Sixteen bytes of states for each weight, and activations for each text: Llama 3 8B needs **{fmt(needed.total, 'B')}**, {fmt(needed.total / weight_bytes, 'x')} its weights.")
quiz("what_grows_with_batch")

# %% [markdown]
# ## Idea 2: what can time buy?
# Why keep what can be computed again? [Recomputation](../docs/glossary.md#recomputation), or *activation checkpointing*, keeps the input of each layer only. On the
# way back each layer runs forward once more.

# %% guess_recompute role="narration"
claim("A15c")
again_guess = predict("recompute_work", "Llama 3 8B keeps only the input of each layer and computes each layer again. How many times the FLOPs of a "
                      "plain step does it take? (Backward is twice forward.)", "x")

# %% count_again
def step_flops(kind):
    """FLOPs of a forward and a backward pass, as PyTorch counts them."""
    model = demo.recomputed(gpt, kind)
    return measure.count_flops(lambda: tiny_gpt.loss(model, tokens, targets).backward())

work = {kind: step_flops(kind) for kind in demo.RECOMPUTE}
more_work = work["full"] / work["none"]  # of the tiny GPT
_ = demo.recomputed(gpt)  # back to keeping everything

# %% same_for_llama
grid = layout.Layout(recompute="full")
repeated = memory.capacity.price(llama, h100, layout=grid)  # FLOPs, over a plain step

# %% tell_again role="narration"
again_guess.reveal(repeated, because="One more forward pass makes four parts of three. The head is not made again.")
say(f"The tiny GPT: {fmt(more_work, 'x')}.")

# %% [markdown]
# Why less in the tiny GPT, by PyTorch's count? Two products are not made again: the head, a larger part of a small model, and the last product of each
# layer, whose result nothing on the way back asks for. The estimate for the Llama leaves out the head alone. So four thirds of the FLOPs are a ceiling.
# They are no ceiling for the time.<!-- typed: definition -->
#
# And by the clock? Other ways stand beside it. *Selective* repeats attention's core alone. *Fused attention* (lesson 03) never keeps its scores in the first
# place. *Pieces* is [gradient accumulation](../docs/glossary.md#gradient-accumulation): the batch goes through in pieces, and their gradients are added up before the
# weights move. The list gives what each way keeps and how long a step takes, against a plain step on this machine.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=4)

# %% price_list role="measured" seconds=3
offers = demo.time_price.prices(gpt, tokens[:4], repeats=7)  # four texts at a time
plain, again = offers[0], offers[2]
held_share = again.held.activations / plain.held.activations
word = measure.clearly(again.timing, plain.timing)

# %% tell_prices role="measured_narration"
table([[offer.name, fmt(offer.held.activations, "B"), fmt(offer.held.activations / plain.held.activations, "%"), fmt(offer.slow_down, "x"), fmt(offer.timing.spread, "x")]
       for offer in offers], ["way", "activations", "of plain", "time of a step", "slowest / fastest"], caption="Price list, measured here")
published = 1 + findings["c066"].value
compare(word, slower=f"Recomputation makes a step clearly longer here: **{fmt(again.slow_down, 'x')}**.", faster="Recomputation makes a step clearly shorter here.",
        unclear=f"A published GPT of 22 billion weights took {fmt(published, 'x')} the time.")

# %% [markdown]
# The two kinds of saving are judged by two measures. Recomputation is judged by the activations that it keeps. Fused attention is judged by a published
# measurement of attention alone: its *traffic*, the bytes it moves to and from memory, since the scores never go there. That is another number than its row
# above. There it is all activations of a model with short texts, and scores are a small part of those.

# %% published_fusion
traffic, fused_time = (quantities[f"fused-attention-{unit}"].value
                       / quantities[f"standard-attention-{unit}"].value
                       for unit in ("gigabytes", "milliseconds"))

# %% verdict_saving role="measured_narration"
verdict("A15c", held_share=held_share, slow_down=again.slow_down, fused_held=traffic, fused_time=fused_time, clear=word != "not clear",
        record={"slow_down": published}, record_source="GPT 22B, full against selective recomputation, arXiv 2205.05198, table 5",
        source="the tiny GPT on this machine; arXiv 2205.14135, figure 2",
        instead=f"Recomputation leaves {fmt(held_share, '%')} of the activations for {fmt(again.slow_down, 'x')} the time; fused attention leaves {fmt(traffic, '%')} of attention's traffic and "
        f"{fmt(fused_time, '%')} of its time.")

# %% pieces_agree role="measured"
whole = demo.gradients(gpt, tokens, targets)
in_pieces = demo.gradients(gpt, tokens, targets, micro_batches=4)
apart = demo.difference(whole, in_pieces)  # length of the difference over the length

# %% tell_pieces role="measured_narration"
say(f"Pieces keep the gradient: that of eight texts, two at a time, differs by {fmt(apart, '%', 2)} from that of all at once.")

# %% [markdown]
# So pieces change what is kept and, as the list shows, the time; the step itself they leave as it is.
#
# A third kind of trade: [offloading](../docs/glossary.md#offloading) keeps a part of the states in the host's memory. Take the optimizer's numbers, and let the host
# update the weights. Then once a step, however many texts it has, all gradients travel down the link and all new weights travel up.

# %% offload_alone
alone = memory.capacity.price(llama, h100, seq=2048, offload="optimizer")

# %% guess_offload role="narration"
say(f"With one text of 2048 tokens a step, on the H100: **{fmt(alone, 'x')}** the time.")
costs = ["far longer", "still about 3 times as long", "about twice as long", "hardly longer"]
offload_guess = predict_choice("offload_many_texts", "The same with 64 texts a step, in pieces of one. Against a plain step of 64 texts it takes ...", costs)

# %% more_texts_a_step
texts = [1, 2, 4, 8, 16, 32, 64]  # change this line
journeys = [memory.capacity.price(llama, h100, micro_batches=count, offload="optimizer")
            for count in texts]
# %% sixty_four
crowd = memory.capacity.price(llama, h100, micro_batches=64, offload="optimizer")
moved = memory.training(llama, offload="optimizer").moved  # bytes a step, both ways

# %% show_offload role="narration"
offload_guess.reveal(ladder(crowd, {costs[3]: 1.2, costs[2]: 2.4, costs[1]: 3.5, costs[0]: None}),
                     because=f"{fmt(crowd, 'x')}: {fmt(moved, 'B')} travel once a step, whatever the texts.")
figures.lines(texts, {"optimizer offloaded": journeys, "recomputation": [repeated] * len(texts)}, "texts a step", "time of a step, against a plain one (x)", log="x", y_unit="x",
    title="Llama 3 8B on an H100",
    alt=f"Offloading costs {fmt(journeys[0], 'x')} at {texts[0]} and {fmt(journeys[-1], 'x')} at {texts[-1]} texts a step; recomputation {fmt(repeated, 'x')} by its FLOPs, at any number.")
in_short(f"Activations, for at most a third more FLOPs; the optimizer's bytes, for {fmt(alone, 'x')} the time with one text a step and **{fmt(crowd, 'x')}** with 64.")
quiz("price_of_recomputing")

# %% [markdown]
# In the figure recomputation costs the same at every number of texts: each text has its own forward pass to repeat. Its line counts FLOPs; a clock may say more.
# Now fill a card yourself.

# %% explorer role="narration"
explorers.panel("memory")

# %% [markdown]
# ## Idea 3: what do fewer bits, or fewer trained weights, buy?
# Who only adapts a model need not move every weight. [LoRA](../docs/glossary.md#lora) freezes the matrices and trains two thin ones beside each: inputs x rank, and rank x
# outputs. What is frozen has no gradient and no optimizer. It is never moved by small steps, so it may even lie in four bits,
# [quantised](../docs/glossary.md#quantisation): QLoRA.

# %% guess_lora role="narration"
shares = ["about 1 %", "about a tenth", "about a third", "more than half"]
lora_guess = predict_choice("lora_memory", "LoRA trains about 1 % of the tiny GPT's weights, on 8 texts. All memory of a step, against full training, is ...", shares)

# %% add_lora
small = {form: demo.lora.add(tiny_gpt.TinyGPT(gpt.model), rank=1, base_format=form)
         for form in ("fp32", "int4")}
adapted = {form: demo.held(model, tokens) for form, model in small.items()}
full = kept["adam"]
lora_part = ((adapted["fp32"].states + adapted["fp32"].activations)
             / (full.states + full.activations))

# %% show_lora role="narration"
lora_guess.reveal(ladder(lora_part, {shares[0]: 0.03, shares[1]: 0.2, shares[2]: 0.5, shares[3]: None}),
                  because=f"{fmt(lora_part, '%')}. Most activations stay: the way back leads through frozen layers.")
bars = {"full training": full, "LoRA": adapted["fp32"], "LoRA over four bits": adapted["int4"]}
figures.stacked(list(bars), {part: [getattr(found, part) for found in bars.values()] for part in ("weights", "gradients", "optimizer", "activations")}, x_label="bytes", unit="B",
    title="The tiny GPT, 8 texts of 128 tokens",
    alt=f"LoRA shrinks the states from {fmt(full.states, 'B')} to {fmt(adapted['fp32'].states, 'B')}, in four bits {fmt(adapted['int4'].states, 'B')}; activations from {fmt(full.activations, 'B')} to {fmt(adapted['fp32'].activations, 'B')}.")
quiz("what_lora_spares")

# %% [markdown]
# Two more prices. Frozen matrices need no gradients, so LoRA leaves out up to a third of the FLOPs. And what lies in four bits is unpacked at each use: in one published
# comparison that made a run half as long again. The course uses that one price everywhere.
#
# All prices below are against one step: all weights trained in mixed precision, everything kept. The prices of QLoRA are products. Frozen matrices first make a step
# shorter, then unpacking makes it half as long again. A forward pass more adds as much as it does to full training, and it unpacks as well.
#
# And *8-bit Adam* holds the two means in one byte each.<!-- typed: definition -->

# %% guess_most role="narration"
claim("C04")
names = ["checkpointing", "8-bit Adam", "optimizer offloaded", "LoRA"]
ranking = predict_ranking("saves_most", "Llama 3 8B, one text of 2048 tokens on an H100. Which measure saves most bytes? Most first.", names)

# %% ways_for_8b
ways = {way.name: way for way in memory.capacity.ways(llama, h100, seq=2048)}
unpacking = ways["QLoRA"].price / ways["LoRA"].price
tables = 2 * parameters.count(llama).embedding + 2 * parameters.count(llama).head
trained = 16 * memory.adapters.weights(llama.layer_kinds, 16)[0]
packed = ways["QLoRA"].memory.states - tables - trained

# %% show_ways role="narration"
ranking.reveal(sorted(names, key=lambda name: ways[name].memory.total), because="States are most of it.")
table([[name, fmt(way.memory.states, "B"), fmt(way.memory.activations + way.memory.temporary, "B"), "yes" if way.fits else "no", fmt(way.price, "x")] for name, way in ways.items() if name in ("mixed precision", *names, "QLoRA", "QLoRA, checkpointing")],
      ["way", "states", "activations", "fits", "time of a step"], caption="On the H100, a tenth left free, one text a step")
say(f"QLoRA's price: {fmt(ways['LoRA'].price, 'x')} times {fmt(unpacking, 'x')}. Its {fmt(ways['QLoRA'].memory.states, 'B')}: layers in four bits with scales {fmt(packed, 'B')}, embedding and head in 16 bits "
    f"{fmt(tables, 'B')}, adapters {fmt(trained, 'B')}.")

# %% [markdown]
# LoRA trains something else than all weights. The claim is about training in full. So take the models that the card with the most memory trains with no measure at
# all. How many of them does the H100 train, with measures, for at most twice the time? If it is half of them or more, nobody always needs the larger card, and
# the claim is wrong. If it is fewer, the claim has a point.

# %% train_on_less
kind = myths.of_articles_kind(memory.capacity.decoders())
room = memory.capacity.USABLE * largest_card.memory_bytes
easy = [model for model in kind.values() if memory.training(model).total <= room]
found = {count: [memory.capacity.quickest(model, h100, all_weights=True, micro_batches=count)
                 for model in easy] for count in (1, 16)}
within = {limit: sum(way is not None and way.price <= limit for way in found[1]) / len(easy)
          for limit in (1.5, 2, 3)}

# %% verdict_most_memory role="narration"
with_16 = sum(way is not None and way.price <= 2 for way in found[16]) / len(easy)
verdict("C04", share_still_fits=within[2], source=f"estimates for catalog models on {largest_card.name} and {h100.name}",
        inputs={f"for at most {fmt(limit, 'x')} the time": {"share_still_fits": within[limit]} for limit in (1.5, 3)} | {"with 16 texts a step": {"share_still_fits": with_16}},
        instead=f"Of {fmt(len(easy), 'models')} that the largest card trains as they are, 80 GB train {fmt(within[2], '%')} for at most twice the time, and {fmt(with_16, '%')} with 16 texts a step.")
in_short(f"Smaller states: {fmt(needed.states, 'B')} become {fmt(ways['LoRA'].memory.states, 'B')} with LoRA ({fmt(ways['LoRA'].price, 'x')} the time), **{fmt(ways['QLoRA'].memory.states, 'B')}** with QLoRA ({fmt(ways['QLoRA'].price, 'x')}). "
         "Activations stay.")

# %% [markdown]
# ## At full size
# Back to the question, with longer texts and a larger model.

# %% full_size
seqs = [2048, 8192, 32_768]
keep = {kind: memory.training(llama, layout.Layout(recompute=kind), seq=seqs)
        for kind in ("none", "full")}
large = memory.training(models["llama-3.1-405b"], seq=8192)

# %% show_full role="narration"
table([[fmt(seq, exact=True), fmt(keep["none"].states, "B"), fmt(all_kept, "B"), fmt(inputs_kept, "B")]
       for seq, all_kept, inputs_kept in zip(seqs, *(each.activations + each.temporary for each in keep.values()), strict=True)],
      ["tokens", "states", "activations", "with recomputation"], caption=f"{llama.name}, one text")
say(f"The states of Llama 3.1 405B, {fmt(large.states, 'B')}, fill {fmt(large.states / h100.memory_bytes, 'cards')} of 80 GB.")

# %% [markdown]
# And the small and the old cards? Count the models of the articles' kind that a card runs in four bits, and those that it tunes with QLoRA and recomputation. The claims hold where both cards manage half of the models, with limits where both manage a quarter, and are wrong
# below that.

# %% old_cards
pair = {card.name: memory.capacity.USABLE * card.memory_bytes
        for card in (devices["rtx-3060-12gb"], devices["t4"])}
held = {"run": [precision.stored.weight_bytes(model, "int4").total + memory.kv_cache(model, 1, 2048)
                for model in kind.values()],
        "tune": [memory.training(model, grid, lora_rank=16, base_format="nf4").total
                 for model in kind.values()]}
part = {what: {card: sum(each <= room for each in bytes_held) / len(kind)
               for card, room in pair.items()} for what, bytes_held in held.items()}

# %% judge_old_cards role="narration"
whole_card = [sum(each <= devices[card].memory_bytes for each in held["run"]) / len(kind) for card in ("rtx-3060-12gb", "t4")]
told = {what: ", ".join(f"{name} {fmt(share, '%')}" for name, share in shares.items()) for what, shares in part.items()}
verdicts(
    case("C06a", **dict(zip(("share_mid", "share_old"), part["run"].values(), strict=True)), source=f"estimates for {len(kind)} models since 2022",
         inputs={"if programs could fill the whole memory": dict(zip(("share_mid", "share_old"), whole_card, strict=True))},
         instead=f"Of {len(kind)} models since 2022 a card runs this part in four bits: {told['run']}.", short=f"In four bits so many run: {told['run']}."),
    case("C06b", **dict(zip(("share_mid", "share_old"), part["tune"].values(), strict=True)), source=f"estimates for the same {len(kind)} models",
         instead=f"Of {len(kind)} models since 2022 a card can tune this part by QLoRA with checkpointing: {told['tune']}.", short=f"By QLoRA so many can be tuned: {told['tune']}."),
)

# %% [markdown]
# ## Where this estimate breaks
# First against PyTorch on this machine, which decides for itself what it keeps: recomputation is only asked for. Then against memory that real runs reported.

# %% against_pytorch
by_tracker = {kind: demo.held(demo.recomputed(gpt, kind), tokens).activations
              for kind in demo.RECOMPUTE}
_ = demo.recomputed(gpt)
grids = {kind: layout.Layout(micro_batch=8, recompute=kind) for kind in demo.RECOMPUTE}
estimate = {kind: memory.training(gpt.model, each, seq=128, **as_pytorch).activations
            for kind, each in grids.items()}

# %% show_errors role="narration"
table([[kind, fmt(by_tracker[kind], "B"), fmt(estimate[kind], "B"), fmt(estimate[kind] / by_tracker[kind] - 1, "%", 2)] for kind in by_tracker],
      ["recomputation", "MemTracker", "estimate", "error"], caption="Activations of the tiny GPT")
validated("peak memory", worst=0)

# %% [markdown]
# What the estimate assumes: it knows what code keeps, and code differs. Other kernels keep more or less of the same model. It leaves out
# fragments, libraries and the optimizer's own buffers, so plans fill a card to nine tenths. Prices take the worst case for transfers; good programs hide part of them
# behind arithmetic. The price of unpacking is one measurement on one model.

# %% [markdown]
# ## Your bill

# %% your_bill role="narration"
bill("09", "held: weights and cache of the answer, states of one copy of the run", answer=inference.estimate(llama, device=h100, prompt=200, output=400).memory_bytes,
     run=large.states, unit="B")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `adam_states` | 4 | easy | 1 |
# | `largest_batch` | 6 | medium | 2 |
# | `lora_bytes` | 7 | medium | 1 |
# | `checkpoint_price` | 7 | medium | 3 |
# | `fit_13b` | 11 | hard | 4 |
#
# [Open the exercises](../exercises/09_memory.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**An 8B model does not train on 80 GB because training keeps 16 bytes of each weight, not 2: {fmt(needed.states, 'B')} of states and {fmt(a_text, 'B')} for one text of 2048
tokens.**

1. States are 16 x weights with Adam. With LoRA only adapters have gradients and an optimizer: of {fmt(ways['LoRA'].memory.states, 'B')}, {fmt(weight_bytes, 'B')} are frozen weights; in four bits all takes {fmt(ways['QLoRA'].memory.states, 'B')}.
2. The largest batch is what is left beside the states, over what one text keeps.
3. Recomputation left {fmt(held_share, '%')} of the activations for {fmt(more_work, 'x')} the FLOPs of a plain step.
4. Each measure has its part and its price: name both.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
