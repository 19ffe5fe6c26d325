# %% [markdown]
# # 03 · Attention
# *From one comparison of two tokens to the length at which comparing outgrows everything else.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lesson 01: matrix products and FLOPs | A08, A15a |

# %% [markdown]
# ## The question
# Attention compares every token of a text with every other one. Twice the text, four times the comparisons. At what
# length does attention take over the bill?

# %% [markdown]
# ## You will be able to
# 1. **Compute** the length at which attention outgrows the rest of a model (exercise `takeover`).
# 2. **Compute** the size of a cache and the work of a window (`cache_bytes`, `window_flops`).
# 3. **Measure** an exponent and say how sure it is (`fit_exponent`).
# 4. **Judge** whether a window is enough for a task (`document_assistant`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import models, quantities
from course_lib.demos import attention as demo
from course_lib.estimators import attention, flops, memory, parameters
from course_lib.teaching import claim, figures, fmt, predict, predict_choice, predict_ranking, quiz, say, sources, table, verdict

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_split_budget")
quiz("recall_number_bytes")

# %% [markdown]
# ## Idea 1: attention grows with the square, but it takes over late
# In a layer each token makes three vectors per *head*: a [query](../docs/glossary.md#query-key-and-value) (what am I
# looking for?), a key (what do I offer?) and a value (what do I hand over?). Then come two matrix products:
#
# | step | product | shape of the result |
# | --- | --- | --- |
# | [scores](../docs/glossary.md#scores) | queries x keys | length x length |
# | weights | [softmax](../docs/glossary.md#softmax) of each row: positive, sum one | length x length |
# | output | weights x values | length x `head_dim` |
#
# These two products are attention's *core*. Its four weight matrices are not part of it: they treat each token alone,
# as the MLP does.

# %% claim_square
claim("A08")
takeover = predict("takeover_length", "All pairs counted: from which length on does the core of Llama 3 8B cost more "
                   "than the rest of the model?", "tokens")

# %% [markdown]
# First the core itself, small enough to look at. These vectors are random, so the weights mean nothing. Their shape
# does. The [causal mask](../docs/glossary.md#causal-mask) sets the weight of every later token to zero.

# %% look_inside
q, k, v = demo.inputs(seq=5, heads=1, head_dim=16)
scores = (q @ k.mT / 16**0.5)[0, 0].masked_fill(demo.hidden("causal", 5), float("-inf"))
table([[f"token {row + 1}", *(fmt(weight, "%", 2) for weight in weights)]
       for row, weights in enumerate(scores.softmax(-1).tolist())],
      ["query of", *(f"key {key + 1}" for key in range(5))], caption="Weights: each row adds up to one")

# %% [markdown]
# Let PyTorch count the FLOPs of the core at five lengths, and fit the power of the length by which they grow.

# %% count_core
lengths = [128, 256, 512, 1024, 2048]  # change this line
layer = demo.shape(heads=2, head_dim=64)
by_pytorch = [demo.count_flops(demo.naive, length) for length in lengths]
by_formula = [attention.cost(layer, length).flops for length in lengths]
table([[fmt(cell, exact=True) for cell in row] for row in zip(lengths, by_pytorch, by_formula, strict=True)],
      ["length", "PyTorch's counter", "formula"], caption="FLOPs of the core")
core_exponent = demo.exponent(lengths, by_pytorch)
say(f"Counted FLOPs grow with the length to the power of **{core_exponent}**. In brackets: the smallest and "
    "the largest power when one of the points is left out.")

# %% [markdown]
# <!-- typed: definition -->
# So each pair costs 4 FLOPs for each number of a head: 2 in either product. The rest of the model costs the same for
# each token, however long the text. A square meets a straight line. Where?

# %% takeover
model = models["llama-3-8b"]  # change this line: "llama-3.1-405b", "deepseek-v3", "gemma-3-27b-text"
full, causal = (attention.takeover_length(model, pairs) for pairs in ("full", "causal"))
takeover.reveal(full)
say(f"Code that skips the masked pairs does half of the square: then it is {fmt(causal, exact=True)} tokens. "
    f"{model.name} was published for {fmt(model.max_positions, exact=True)}.")

# %% share_by_length
span = [1024 * 2**doubling for doubling in range(8)]
parts = {pairs: [flops.forward_parts(model, 1, length, pairs) for length in span] for pairs in ("full", "causal")}
shares = {pairs: [part.attention_core / part.total for part in found] for pairs, found in parts.items()}
figures.lines(
    span, {"all pairs": shares["full"], "causal pairs": shares["causal"]}, "length (tokens)",
    "attention's share of FLOPs (%)", log="x", y_unit="%", title=f"Attention's core in {model.name}",
    alt=f"All pairs: {fmt(shares['full'][0], '%')} at {span[0]} tokens, {fmt(shares['full'][-1], '%')} at {span[-1]}.")

# %% [markdown]
# Why so late? A token meets thousands of numbers in each weight matrix. It must meet as many other tokens before the
# meetings cost as much as the matrices. Wide models push that point out: their matrices grow with the square of the
# width, the core only with the width.

# %% check_takeover
quiz("takeover_causal")

# %% [markdown]
# ## Idea 2: the same arithmetic can take a fraction of the time
# Naive code writes all the scores to memory, reads them for the softmax, writes the weights, reads them again. A
# [fused](../docs/glossary.md#fused-attention) kernel takes a tile of keys at a time, keeps its scores on the chip, and
# corrects the sums as it goes. Same result, same FLOPs, no square in memory.

# %% guess_fusing
gains = ["not faster", "up to twice as fast", "two to four times as fast", "more than four times as fast"]
question = "The fused kernel saves no FLOP. How much faster is it at 4096 tokens?"
fusing = predict_choice("fusing_speed", question, gains)

# %% [markdown]
# Three runs at each of five lengths: naive code as one writes it, the same code with its squares written into
# *buffers* that are already there, and PyTorch's fused kernel.

# %% time_three role="measured"
timed = [256, 512, 1024, 2048, 4096]
timings = demo.time_lengths(timed, repeats=3)
times = {name: [timing.median_seconds for timing in found] for name, found in timings.items()}
spread = max(timing.spread for found in timings.values() for timing in found)
say(f"Each time is the median of three runs; the slowest took up to {fmt(spread, 'x')} as long as the fastest.")

# %% compare_times role="measured"
speed_up, with_buffers = (times[name][-1] / times["fused"][-1] for name in ("naive", "naive, buffers"))
fusing.reveal(gains[sum(speed_up > limit for limit in (1.1, 2, 4))],
              f"Fused: {fmt(speed_up, 'x')} as fast as naive, {fmt(with_buffers, 'x')} as fast as with buffers.")
figures.lines(
    timed, times, "length (tokens)", "time (s)", log="xy", y_unit="s", title="One layer, two heads, here",
    alt=f"At {timed[-1]} tokens: " + ", ".join(f"{name} {fmt(found[-1], 's')}" for name, found in times.items()))
time_exponents = {name: demo.exponent(timed, found) for name, found in times.items()}
say("Fitted exponents of time: " + "; ".join(f"{name} **{fit}**" for name, fit in time_exponents.items()) + ".")
say(f"Memory that is already there brings {fmt(speed_up / with_buffers, 'x')}, keeping the scores on the chip "
    f"{fmt(with_buffers, 'x')}." if speed_up > 1.1 else "Fusing saves no time here. Does it save memory?")

# %% [markdown]
# Time is one half. The other is memory. PyTorch tells which tensors are alive at once; the estimator knows their
# shapes.

# %% peak_memory
runs = {False: demo.naive, True: demo.fused}
counted = {fused: [demo.peak(run, length) for length in lengths] for fused, run in runs.items()}
formula = {fused: attention.cost(layer, lengths, fused=fused, item_bytes=4).peak_bytes for fused in counted}
columns = [[fmt(peak, "B") for peak in found[fused]] for fused in counted for found in (counted, formula)]
table([list(map(str, row)) for row in zip(lengths, *columns, strict=True)], caption="Peak memory of one layer",
      columns=["length", "naive, counted", "naive, formula", "fused, counted", "fused, formula"])
naive_memory, fused_memory = (demo.exponent(lengths, peaks) for peaks in counted.values())
say(f"Exponent of the peak: fused **{fused_memory}**, naive {naive_memory} and rising: the square outgrows the rest.")

# %% [markdown]
# Why is it faster? Count the bytes that travel between memory and chip. A card can do hundreds of FLOPs in the time of
# one byte, so there the trips decide. The paper that brought the fused kernel measured GPT-2 medium on an A100, whose
# chip keeps 384 keys of a head at a time.

# %% bytes_moved
gpt = models["gpt-2-medium"]
naive, fused = attention.cost(gpt, 1024), attention.cost(gpt, 1024, fused=True, tile=384)
faster, less = (quantities[f"standard-attention-{unit}"].value / quantities[f"fused-attention-{unit}"].value
                for unit in ("milliseconds", "gigabytes"))
say(f"A text, a layer, forward: naive {fmt(naive.bytes_moved, 'B')}, fused {fmt(fused.bytes_moved, 'B')}, "
    f"{fmt(naive.bytes_moved / fused.bytes_moved, 'x')} fewer. The paper reports {fmt(less, 'x')} fewer bytes, "
    f"forward and backward, at **{fmt(faster, 'x')} the speed** (arXiv 2205.14135, figure 2; A100).")

# %% [markdown]
# Now the verdict. For the whole model, take its FLOPs at its own length, at half of it and at a quarter.

# %% check_fusing
quiz("fusing_saves")

# %% verdict_square role="measured"
llama = models["llama-3-8b"]
own = [llama.max_positions // 2**halving for halving in range(3)]
verdict("A08", flops_exponent=core_exponent.value, time_exponent=time_exponents["naive, buffers"].value,
        memory_exponent=fused_memory.value, model_exponent=demo.exponent(own, flops.forward(llama, 1, own)).value,
        source="PyTorch's counter and this machine's clock on one layer; Llama 3 8B from its architecture")

# %% [markdown]
# ## Idea 3: cheaper attention gives something up, but less than it seems
# Let each token see only the last few: a [sliding window](../docs/glossary.md#sliding-window). The obvious way is
# one more mask.

# %% claim_sparse
claim("A15a")
fates = ["they fall to a small part", "they halve", "they stay the same"]
question = "A mask hides all but the last 256 of 4096 tokens. What do the counted FLOPs do?"
masked = predict_choice("masked_window", question, fates)

# %% masked_window
window, length = 256, 4096  # change this line
mask = demo.hidden("window", length, window=window)
without_mask = demo.count_flops(demo.naive, length)
with_mask = demo.count_flops(lambda q, k, v: demo.naive(q, k, v, mask), length)
in_tiles = demo.count_flops(lambda q, k, v: demo.windowed(q, k, v, window), length)
masked.reveal(fates[2 if with_mask == without_mask else 0])
say(f"No mask {fmt(without_mask, 'FLOP')}, window as a mask {fmt(with_mask, 'FLOP')}, in tiles "
    f"**{fmt(in_tiles, 'FLOP')}**.")

# %% [markdown]
# A mask throws results away after they were computed. To save work, code must never compute them: take a tile of
# queries with only the keys that one of them may see. That is what `demo.windowed` does.
#
# What is the price? A token no longer sees beyond its window. But layers are stacked.

# %% guess_reach
question = "Four layers, each with a window of 64 tokens. How many tokens back can the last output see?"
reach = predict("window_reach", question, "tokens")

# %% [markdown]
# No training is needed to find out. The gradient of the last output tells exactly which inputs can move it.

# %% measure_reach
stacks, seq = [1, 2, 4, 8], 600
strengths = {layers: demo.influence(layers, window=64, seq=seq) for layers in stacks}
farthest = {layers: int((strength > 0).sum()) - 1 for layers, strength in strengths.items()}
reach.reveal(farthest[4])
half = {layers: int((found[::-1].cumsum() < found.sum() / 2).sum()) for layers, found in strengths.items()}
figures.lines(
    stacks, {"farthest that is seen": list(farthest.values()), "half of the influence": list(half.values())},
    "layers, each with a window of 64", "tokens back", title="How far stacked windows see",
    alt=f"{stacks[-1]} layers see {farthest[8]} tokens back; half of the influence lies within {half[8]}.")

# %% [markdown]
# Each layer hands on what it saw, so the reach is layers x (window - 1). But it is a whisper passed along: the far
# end arrives weakly, and only through others. What a model needs word for word must lie in one window.
#
# Windows are one way of four to skip pairs. Here they are, one layer at a time.

# %% kinds
ways = {"causal": {}, "window": {"window": 1024, "tile": 256}, "block": {"block": 256, "blocks": 4}, "linear": {}}
gives_up = {"causal": "nothing", "window": "far tokens, except through layers", "block": "all but a few blocks",
            "linear": "exact look-up: the past is one sum"}
costs = {kind: attention.cost(llama, 32_768, kind, fused=True, **options) for kind, options in ways.items()}
table([[kind, fmt(found.flops, "FLOP"), fmt(found.flops / costs["causal"].flops, "%"), gives_up[kind]]
       for kind, found in costs.items()], ["kind", "core of a layer", "of causal", "gives up"],
      caption=f"{llama.name}, {fmt(32_768, exact=True)} tokens, fused")

# %% [markdown]
# Now by the clock, against the best dense code: fused and causal. And against the whole bill: what would a window of
# `1024` save Llama 3 8B at the length it was made for?

# %% verdict_sparse role="measured"
quiz("window_stack")
dense = demo.time_work(lambda q, k, v: demo.fused(q, k, v, causal=True), length).median_seconds
sparse = demo.time_work(lambda q, k, v: demo.windowed(q, k, v, window), length).median_seconds
say("The window is faster than dense code here." if sparse < dense else "Here the window saves FLOPs but no time.")
at, bill = llama.max_positions, flops.forward_parts(llama, 1, llama.max_positions, "causal")
skipped = 1 - attention.pairs("window", at, window=1024) / attention.pairs("causal", at)
verdict("A15a", flops_share=in_tiles / attention.cost(layer, length, "causal", tile=1).flops,
        time_share=sparse / dense, model_saving=skipped * bill.attention_core / bill.total,
        seen_share=min(1, (1 + attention.reach(llama.layers, 1024)) / at),
        source="PyTorch's counter and this machine's clock at 4096 tokens; Llama 3 8B from its architecture")

# %% [markdown]
# ## At full size
# Attention has a second bill, in memory. A model that writes keeps the keys and values of all tokens so far, in every
# layer: the [KV cache](../docs/glossary.md#kv-cache). Models keep it small in four ways: fewer key-value heads
# ([grouped queries](../docs/glossary.md#grouped-query-attention)), a single one (*multi-query*), one
# [latent](../docs/glossary.md#latent-attention) vector for all heads, or windows.

# %% guess_cache
chosen = {"llama-2-7b": "own keys for each head", "llama-3-8b": "grouped", "deepseek-v3": "latent",
          "gemma-3-27b-text": "windows in most layers", "falcon-7b": "multi-query"}
question = "If each could read 32 768 tokens: order them by the size of their cache, largest first."
ranking = predict_ranking("cache_sizes", question, [models[name].name for name in chosen])

# %% caches
caches = {models[name].name: memory.kv_cache(models[name], 1, 32_768) for name in chosen}
ordered = sorted(caches, key=caches.get, reverse=True)
ranking.reveal(ordered)
figures.bars(
    [f"{models[name].name}, {way}" for name, way in chosen.items()], list(caches.values()), unit="B",
    x_label="KV cache in bf16", title="One text of 32 768 tokens",
    alt=f"{ordered[0]} keeps {fmt(caches[ordered[0]], 'B')}, {ordered[-1]} {fmt(caches[ordered[-1]], 'B')}.")
deepseek = models["deepseek-v3"]
say(f"The largest of these models, {deepseek.name}, has one of the smallest caches. "
    f"Source: {deepseek.source.text} ({deepseek.source.date}).")

# %% [markdown]
# And the takeover length? Here it is for every decoder of the catalog.

# %% takeover_of_all
decoders = [model for model in models.values() if hasattr(model, "windowed")]
reach = {model.name: attention.takeover_length(model) for model in decoders}
never = [name for name, tokens in reach.items() if tokens == float("inf")]
decoders = [model for model in decoders if model.name not in never]
sizes = [parameters.count(model).total for model in decoders]
names = [model.name for model in decoders]
lasting = [reach[name] for name in names]
say(f"Without attention, and so never taken over: {', '.join(never)}.")
figures.scatter(
    sizes, lasting, "weights", "takeover length, all pairs (tokens)", names=names, log="xy",
    mark=["Llama-3-8B", deepseek.name], title="Large models are taken over later",
    alt=f"{len(names)} decoders: takeover from {fmt(min(lasting), 'tokens')} to {fmt(max(lasting), 'tokens')}.")

# %% [markdown]
# Mixtures of experts fall below the crowd: few of their weights work on a token, so their rest is cheap and attention
# overtakes it sooner.

# %% [markdown]
# ## Where this estimate breaks
# It counts FLOPs, and a share of the FLOPs is not a share of the time. Take the tiny GPT at its own takeover length,
# where the core does half of the work, and ask the clock.

# %% clock_share role="measured"
shape = demo.tiny_gpt.shape(layers=2, d_model=256, context=2048)
crossing = attention.takeover_length(shape)
core, whole = demo.time_within(shape, crossing)
parts_there = flops.forward_parts(shape, 1, crossing)
by_flops, by_clock = parts_there.attention_core / parts_there.total, core / whole
say(f"At {fmt(crossing, exact=True)} tokens attention's core does {fmt(by_flops, '%')} of the FLOPs and takes "
    f"**{fmt(by_clock, '%')}** of the time: the estimate is off by {fmt(by_flops / by_clock - 1, '%')}.")

# %% [markdown]
# The formula assumes that every FLOP takes equally long, that naive code computes the whole square, and that windowed
# code wastes nothing at its edges. Reach is a bound, not a promise. And cheaper attention may cost accuracy, which no
# count shows.

# %% fading
strength = strengths[4]
say(f"Four windows of 64 reach {farthest[4]} tokens back, but the last 64 tokens hold "
    f"**{fmt(strength[-64:].sum() / strength.sum(), '%')}** of the influence (random matrices, untrained).")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `takeover` | 5 | medium | 1 |
# | `cache_bytes` | 5 | easy | 2 |
# | `window_flops` | 7 | medium | 2 |
# | `fit_exponent` | 7 | medium | 3 |
# | `document_assistant` | 5 | medium | 4 |
#
# [Open the exercises](../exercises/03_attention.ipynb)

# %% [markdown]
# ## Key points

# %% key_points
cache_per_token = memory.kv_cache(llama, batch=1, context=1)
say(f"""
1. Attention's core grows with the square, the rest with the length. They meet where pairs cost as much as weights:
   at {fmt(attention.takeover_length(llama), exact=True)} tokens for {llama.name}, twice that for causal pairs.
2. A cache keeps keys and values for each key-value head, layer and token: {fmt(cache_per_token, 'B')} a token for
   {llama.name}. A window in tiles did {fmt(in_tiles / without_mask, '%')} of the square; a mask saves nothing.
3. Counted FLOPs give an exponent of {fmt(core_exponent.value)} exactly. A measured one needs five lengths or
   more, and its range.
4. Four windows of 64 reach {farthest[4]} tokens back, faintly. Choose a window where what matters is near.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
