# %% [markdown]
# # 03 · Attention
# *Where tokens meet, what each meeting costs, and how models avoid some of them.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 01](01_parameters.ipynb): matrix products and FLOPs | A08, A15a |

# %% [markdown]
# ## The question
# [Attention](../docs/glossary.md#attention) compares every token of a text with every other one. Twice the text, four times the comparisons; all the
# rest of a model only doubles. At what length does attention take over the bill?

# %% ask_takeover role="narration"
import statistics

from course_lib import explorers
from course_lib.catalog import models
from course_lib.teaching import (bill, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, reveal_order, say, sources, table, verdict)

asked = models["llama-3-8b"]
takeover = predict("takeover_length", f"Llama 3 8B ({asked.layers} layers of width {fmt(asked.d_model, exact=True)}) was published for "
                   f"{fmt(asked.max_positions, 'tokens', exact=True)}. From which length on does comparing all pairs of tokens cost more "
                   "FLOPs than the rest?", "tokens")

# %% [markdown]
# ## You will be able to
# 1. **Compute** the length at which attention outgrows the rest of a model (exercise `takeover`).
# 2. **Compute** the size of a cache and the work of a window (`cache_bytes`, `window_flops`).
# 3. **Measure** an exponent and say how sure it is (`fit_exponent`).
# 4. **Judge** whether a window is enough for a task (`document_assistant`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import Transformer, models, quantities, runs
from course_lib.demos import attention as demo, measure, tiny_gpt
from course_lib.estimators import attention, flops, memory, parameters

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_split_budget")
quiz("recall_answer_work")

# %% [markdown]
# ## Idea 1: when is the square larger than the line?
# In a layer each token makes three vectors per [head](../docs/glossary.md#head): a [query](../docs/glossary.md#query-key-and-value) (what am I looking for?), a key
# (what do I offer?) and a value (what do I hand over?). Then come two matrix products:
#
# | step | product | shape of the result |
# | --- | --- | --- |
# | [scores](../docs/glossary.md#scores) | queries x keys | length x length |
# | [attention shares](../docs/glossary.md#attention-shares) | none: a [softmax](../docs/glossary.md#softmax) of each row | length x length |
# | output | shares x values | length x `head_dim` |
#
# These two products are attention's *core*. Its four weight matrices are not part of it: they treat each token alone,
# as the MLP does.

# %% [markdown]
# Look at one head first. The vectors are random, so the shares mean nothing, but their shape does. The
# [causal mask](../docs/glossary.md#causal-mask) hides every later token.

# %% look_inside
q, k, v = demo.inputs(seq=4, heads=1, head_dim=16)
scores = (q @ k.mT / 16**0.5)[0, 0].masked_fill(demo.hidden("causal", 4), float("-inf"))
shares = scores.softmax(-1)

# %% show_inside role="narration"
table([[f"token {row + 1}", *(f"{share:.2f}" for share in cells)] for row, cells in enumerate(shares.tolist())],
      ["query of", *(f"key {key + 1}" for key in range(4))], caption="Attention shares: each row adds up to one")
claim("A08")

# %% [markdown]
# Let PyTorch count the core's FLOPs at five lengths, and fit the power by which they grow.

# %% count_core
lengths = [128, 256, 512, 1024, 2048]
by_pytorch = [demo.count_flops(demo.naive, length) for length in lengths]
by_formula = [attention.cost(demo.shape(), length).flops for length in lengths]
core_exponent = demo.exponent(lengths, by_pytorch)

# %% tell_core role="narration"
say(f"{fmt(lengths[-1] / lengths[0], 'x')} the text, {fmt(by_pytorch[-1] / by_pytorch[0], 'x')} the FLOPs: a power of "
    f"**{fmt(core_exponent.value)}**." + " The formula below agrees to the last FLOP." * (by_pytorch == by_formula))

# %% [markdown]
# <!-- typed: definition -->
# So write both costs down, for a text of *n* tokens. The model has *L* layers, *h* query heads, *w* numbers in a head's key and as
# many in its value, and *N* entries in all the matrices that a token meets.
#
# | part | FLOPs | why |
# | --- | --- | --- |
# | core | 4 x *L* x *h* x *w* x *n*² | a pair costs 2 FLOPs for each number of a head, in each of the two products |
# | rest | 2 x *N* x *n* | every token meets every entry once |
#
# They are equal where **n = N / (2 x L x h x w)** tokens.

# %% solve
llama = models["llama-3-8b"]
matrices = parameters.count(llama, embeddings=False)
entries = matrices.total - matrices.norm
crossing = entries / (2 * llama.layers * llama.n_heads * llama.head_dim)

# %% show_takeover role="narration"
takeover.reveal(crossing, because=f"A token meets {fmt(entries)} entries of matrices. It takes {fmt(crossing, exact=True)} "
                "other tokens to cost as much.")

# %% [markdown]
# Code that skips the pairs that the mask hides does half of the square. What does that change?

# %% share_by_length
model = models["llama-3-8b"]  # change this line: "llama-2-7b", "mixtral-8x7b", "phi-4"
takes = {pairs: attention.takeover_length(model, pairs) for pairs in ("full", "causal")}
span = sorted([*takes.values(), *(1024 * 2**doubling for doubling in range(8))])
parts = {pairs: flops.forward_parts(model, 1, span, pairs) for pairs in takes}
core_shares = {pairs: part.attention_core / part.total for pairs, part in parts.items()}

# %% draw_shares role="narration"
figures.lines(
    span, {"all pairs": core_shares["full"], "hidden pairs skipped": core_shares["causal"], "half of the bill": [0.5] * len(span)},
    "length (tokens)", "attention's share of FLOPs (%)", log="x", y_unit="%", title=f"Attention's core in {model.name}",
    alt=f"Attention's core reaches half of the FLOPs at {fmt(takes['full'], exact=True)} tokens, or at "
    f"{fmt(takes['causal'], exact=True)} if hidden pairs are skipped.")
own = flops.forward_parts(model, 1, model.max_positions, "causal")
say(f"Half of the square, twice the length: {fmt(takes['causal'], 'tokens', exact=True)}. At the {fmt(model.max_positions, exact=True)} "
    f"that {model.name} was published for, attention takes {fmt(own.attention_core / own.total, '%')}.")

# %% own_lengths
own_lengths = [llama.max_positions // 2**halving for halving in range(3)]
whole_exponent = demo.exponent(own_lengths, flops.forward(llama, 1, own_lengths))

# %% verdict_square role="narration"
verdict("A08", flops_exponent=core_exponent.value, source="PyTorch's counter on one layer",
        instead="The arithmetic **of attention** grows with the square; that of all Llama 3 8B (all pairs counted) "
        f"with a power of {fmt(whole_exponent.value)} up to its own {fmt(llama.max_positions, 'tokens', exact=True)}.")
quiz("takeover_causal")

# %% [markdown]
# Is a larger model taken over later? The equation knows. Mind what *N* is in a
# [mixture of experts](../docs/glossary.md#mixture-of-experts): a token meets only the experts that it is sent to.

# %% guess_first role="narration"
four = ["deepseek-v3", "llama-3.1-405b", "qwen3-30b-a3b", "llama-3-8b"]
first_over = predict_ranking("first_taken_over", "Two dense models and two mixtures (DeepSeek-V3, Qwen3-30B-A3B), here by "
                             "total weights. Order them by the length at which attention takes over, shortest first.",
                             [models[name].name for name in four])

# %% takeover_of_all
decoders = [each for each in models.values() if isinstance(each, Transformer) and each.causal]
attends = lambda model: all(kind.layer.attention for kind in model.layer_kinds)
decoders = [each for each in decoders if each.year >= 2022 and attends(each)]
totals = [parameters.count(each).total for each in decoders]
lasting = {each.name: attention.takeover_length(each) for each in decoders}
groups = ["mixture" if each.any_experts else "dense" for each in decoders]

# %% show_first role="narration"
grok, lengths_of_four = models["grok-1"], {models[name].name: attention.takeover_length(models[name]) for name in four}
first_over.reveal(sorted(lengths_of_four, key=lengths_of_four.get),
                  because="Few weights of these mixtures work for a token, while their layers and heads are a large model's.")
figures.scatter(
    totals, list(lasting.values()), "weights", "takeover length, all pairs (tokens)", names=list(lasting), log="xy",
    mark=[*lengths_of_four, grok.name], groups=groups,
    title="Takeover lengths of decoders published since 2022",
    alt="Takeover lengths: " + ", ".join(f"{name} {fmt(tokens, exact=True)}" for name, tokens in lengths_of_four.items())
    + f"; {grok.name} {fmt(lasting[grok.name], exact=True)}")
middle = {kind: statistics.median(length for length, group in zip(lasting.values(), groups, strict=True) if group == kind)
          for kind in ("mixture", "dense")}
say(f"In a dense model *N* / *L* grows about with the square of the width, *h* x *w* with the width: *n* is longer in wide ones. "
    f"Mixtures are taken over at {fmt(middle['mixture'], 'tokens')} in the median, dense models at {fmt(middle['dense'], 'tokens')}. But "
    f"{grok.name}, a mixture, lies at {fmt(lasting[grok.name], 'tokens')}: look at its *N*, not at its kind.")
deepseek = models["deepseek-v3"]
say(f"({deepseek.name} has {deepseek.latent.key_dim} numbers in a key and {deepseek.latent.value_dim} in a value: its *w* is their mean.)")
in_short(f"At **{fmt(crossing, exact=True)} tokens** in Llama 3 8B, or {fmt(attention.takeover_length(llama, 'causal'), exact=True)} "
         "if hidden pairs are skipped. Few entries for each layer and head bring it early.")

# %% [markdown]
# ## Idea 2: can the same result be had in a fraction of the time?
# Standard code (`demo.naive`) writes all scores to memory, reads them for the softmax, writes the shares, and reads them
# again: four trips for each pair. [Fused](../docs/glossary.md#fused-attention) code, best known as FlashAttention, takes a tile of keys at a time, keeps its
# scores on the chip, and corrects the sums as it goes. The result is the same, and no square is ever in memory.

# %% guess_arithmetic role="narration"
amounts = {"less than half": 0.5, "about a tenth less": 0.97, "exactly as much": 1.01, "about a tenth more": None}
arithmetic = predict_choice("flash_arithmetic", "In training, forward and backward: FlashAttention's arithmetic, against that "
                            "of standard attention, is ...", list(amounts))

# %% paper
ways, units = ("standard", "fused"), ("gigaflops", "gigabytes", "milliseconds")
paper = {unit: [quantities[f"{way}-attention-{unit}"].value for way in ways] for unit in units}
ratio = {unit: fused / standard for unit, (standard, fused) in paper.items()}

# %% show_arithmetic role="narration"
arithmetic.reveal(ladder(ratio["gigaflops"], amounts),
                  because="Going backward needs the shares once more. FlashAttention has not kept them and computes them a "
                  "second time: one product more.")
say(f"Its paper counts {fmt(ratio['gigaflops'] - 1, '%')} more arithmetic, and {fmt(1 / ratio['gigabytes'], 'x')} fewer bytes between "
    "memory and chip. Which of the two decides the time?")
speed = predict("flash_speed", "How many times as fast was FlashAttention, forward and backward, on an A100?", "x")

# %% show_speed role="narration"
speed.reveal(1 / ratio["milliseconds"],
             because=f"By the arithmetic it would be {fmt(1 / ratio['gigaflops'], 'x')}, by the bytes "
             f"{fmt(1 / ratio['gigabytes'], 'x')}: the authors find the bytes to be the main factor.")
table([[name, *(fmt(value, unit) for value in paper[key]), fmt(ratio[key], "x")]
       for key, name, unit in (("gigaflops", "arithmetic, GFLOP", ""), ("gigabytes", "bytes moved, GB", ""),
                               ("milliseconds", "time, ms", ""))],
      ["GPT-2 medium, A100", "standard", "FlashAttention", "ratio"], caption="arXiv 2205.14135, figure 2")

# %% [markdown]
# Does your machine, without a card, gain from it as well? First look how quiet it is.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=7)

# %% [markdown]
# Both ways run in turn. The standard one gets memory that is there already, so that the two differ by the trips and
# not by making room. A measured power needs five lengths or more, and a range: the fit is made again with each point
# left out.

# %% time_both role="measured" seconds=3
timed_lengths = [256, 512, 1024, 2048, 4096]
timed = demo.time_lengths(timed_lengths)
times = {way: [timing.seconds for timing in found] for way, found in timed.items()}
powers = {way: demo.exponent(timed_lengths, seconds) for way, seconds in times.items()}
word = measure.clearly(timed["fused"][-1], timed["standard"][-1])

# %% tell_both role="measured_narration"
figures.lines(
    timed_lengths, times, "length (tokens)", "time (s)", log="xy", y_unit="s", title="One layer, two heads, on this machine",
    alt=f"At {timed_lengths[-1]} tokens: " + ", ".join(f"{way} {fmt(found[-1], 's')}" for way, found in times.items()))
card = demo.card.recorded()
on_card = f"{fmt(1 / card.ratio('fused', 'written out', timed_lengths[-1]), 'x')} as fast on an H100 ({card.date})"
gain, spreads = times["standard"][-1] / times["fused"][-1], [fmt(found[-1].spread, "x") for found in timed.values()]
compare(word, faster=f"Fused is **{fmt(gain, 'x')}** as fast here at {timed_lengths[-1]} tokens, and {on_card}.",
        slower=f"Fused takes {fmt(1 / gain, 'x')} the time here. It was {on_card}.",
        unclear=f"The recorded H100 decides: fused was {on_card}.")
say("Powers of the length: " + "; ".join(f"{way} **{power}**" for way, power in powers.items())
    + f". Slowest over fastest at {timed_lengths[-1]} tokens: {' and '.join(spreads)}.")
apart = [way for way, power in powers.items() if not power.smallest <= core_exponent.value <= power.largest]
say(f"The {fmt(core_exponent.value)} of the FLOPs lies outside the range of {' and '.join(apart)}: A08 is about FLOPs, and time need not "
    "grow as they do." if apart else f"Both ranges hold the {fmt(core_exponent.value)} of the FLOPs.")

# %% [markdown]
# Time is one half, memory the other. PyTorch tells which tensors stand in memory at once.

# %% peak_memory
peak_lengths = [512, 1024, 2048, 4096]
peaks = {"standard": [demo.peak(demo.naive, length) for length in peak_lengths],
         "fused": [demo.peak(demo.fused, length) for length in peak_lengths]}
memory_power = demo.exponent(peak_lengths, peaks["fused"])

# %% answer_flash role="narration"
say(f"At {fmt(4096, exact=True)} tokens the standard way holds {fmt(peaks['standard'][-1], 'B')}, the fused one "
    f"{fmt(peaks['fused'][-1], 'B')}, which grows with a power of {fmt(memory_power.value)}.")
in_short(f"Yes: FlashAttention does {fmt(ratio['gigaflops'] - 1, '%')} more arithmetic, moves {fmt(ratio['gigabytes'], '%')} of the "
         f"bytes, and was **{fmt(1 / ratio['milliseconds'], 'x')}** as fast.")
quiz("fusing_saves")

# %% [markdown]
# ## Idea 3: what does cheaper attention give up?
# So the square costs less time, but it is still a square. To be rid of it, let each token see only the last few: a
# [sliding window](../docs/glossary.md#sliding-window). The obvious way is one more mask.

# %% claim_sparse role="narration"
claim("A15a")
fates = {"they fall to a small part": 0.3, "they halve": 0.7, "they stay the same": None}
masked = predict_choice("masked_window", "A mask hides all but the last 256 of 4096 tokens. What do the counted FLOPs do?",
                        list(fates))

# %% masked_window
window, length = 256, 4096
mask = demo.hidden("window", length, window=window)
every_pair = demo.count_flops(demo.naive, length)
with_mask = demo.count_flops(lambda q, k, v: demo.naive(q, k, v, mask), length)

# %% show_masked role="narration"
masked.reveal(ladder(with_mask / every_pair, fates),
              because="A mask throws results away after they were computed.")

# %% [markdown]
# To save work, code must never compute them. `demo.windowed` takes a tile of queries with only the keys that one of
# them may see. (The first tokens see fewer than a window: the first only itself, the second two.) Compare it with
# dense code that skips hidden pairs, the best there is without a window.

# %% in_tiles
dense = attention.cost(demo.shape(), length, "causal", tile=1).flops
exact = attention.cost(demo.shape(), length, "window", window=window, tile=1).flops
in_tiles = demo.count_flops(lambda q, k, v: demo.windowed(q, k, v, window), length)
flops_share = exact / dense

# %% show_tiles role="narration"
table([[way, fmt(work, "FLOP"), fmt(work / dense, "%")] for way, work in (
    ("dense, hidden pairs skipped", dense), ("window as a mask", with_mask), ("window in tiles", in_tiles),
    ("window, exact pairs", exact))],
    ["core of a layer", "FLOPs", "of dense"], caption=f"A window of {window} in {fmt(length, exact=True)} tokens, two heads")
say(f"Tiles do {fmt(in_tiles / exact, 'x')} the work of the window's own pairs; a mask throws the surplus away. The verdict below counts "
    "exact pairs, here and on a card.")

# %% [markdown]
# And by the clock?

# %% time_window role="measured"
q, k, v = demo.inputs(length)
works = {"dense": lambda: demo.fused(q, k, v, causal=True),
         "window": lambda: demo.windowed(q, k, v, window)}
raced = measure.time_rounds(works, repeats=7)
time_share = raced["window"].seconds / raced["dense"].seconds
window_word = measure.clearly(raced["window"], raced["dense"])

# %% verdict_sparse role="measured_narration"
def on_h100(tokens):
    """The window of the record against dense code, at one length."""
    skipping = attention.pairs("window", tokens, window=card.window) / attention.pairs("causal", tokens)
    return {"flops_share": skipping, "time_share": card.ratio("window", "fused causal", tokens)}

recorded = {tokens: on_h100(tokens) for tokens in card.lengths("window")}
spreads = " and ".join(fmt(raced[name].spread, "x") for name in ("window", "dense"))
compare(window_word, faster=f"The window takes **{fmt(time_share, '%')}** of the time (slowest over fastest {spreads}).",
        slower=f"The window takes {fmt(time_share, 'x')} the time of dense code here (slowest over fastest {spreads}).",
        unclear=f"The recorded H100 took {fmt(recorded[8192]['time_share'], '%')} of the time, at {fmt(8192, exact=True)} tokens.")
verdict("A15a", flops_share=flops_share, time_share=time_share, source=f"a window of {window} in {length} tokens, exact pairs, timed on this machine",
        clear=window_word != "not clear", record=recorded[8192], record_source=f"a window of {card.window} in 8192 tokens, exact pairs, {card.source}",
        inputs={f"for a window of {card.window} in {tokens} tokens on an H100": recorded[tokens] for tokens in (4096, 32768)},
        instead=f"A window cuts attention's cost on texts much longer than itself: on an H100, one of {card.window} takes "
        f"{fmt(recorded[4096]['time_share'], '%')} of dense attention's time at 4096 tokens, {fmt(recorded[32768]['time_share'], '%')} at 32768.")

# %% [markdown]
# What is the price? A token no longer sees beyond its window. But layers are stacked.

# %% guess_reach role="narration"
reach = predict("window_reach", "Four layers, each with a window of 64 tokens, the token itself included. How many tokens "
                "back can the last output see?", "tokens")

# %% [markdown]
# No training is needed to find out. The gradient of the last output tells exactly which inputs can move it.

# %% measure_reach
stacks, seq = [1, 2, 4, 8], 600
strengths = {layers: demo.influence(layers, window=64, seq=seq) for layers in stacks}
farthest = {layers: int((strength > 0).sum()) - 1 for layers, strength in strengths.items()}
nearest = lambda strength: int((strength[::-1].cumsum() < strength.sum() / 2).sum())
half = {layers: nearest(strength) for layers, strength in strengths.items()}

# %% show_reach role="narration"
reach.reveal(farthest[4], because="Each layer hands on what it saw, so the reach is layers x (window - 1).")
figures.lines(
    stacks, {"farthest that is seen": list(farthest.values()), "half of the influence": list(half.values())},
    "layers, each with a window of 64", "tokens back", title="How far stacked windows see",
    alt=f"{stacks[-1]} layers see {farthest[8]} tokens back; half of the influence lies within {half[8]}.")
quiz("window_stack")

# %% [markdown]
# But it is a whisper passed along: half of the influence comes from the nearest tokens (in these untrained layers). What a
# model needs word for word must lie within one window, or in a layer that sees everything.
#
# So today's models mix. Some keep a few full layers among windows. Some keep them among layers that sum up the past in a
# state of fixed size ([linear attention](../docs/glossary.md#linear-attention), Mamba): no exact look-up there. DeepSeek-V3.2 lets a small *indexer* score all
# pairs, a cheaper square, and each token picks the best. Mind the mixtures (gpt-oss, Qwen3-Next, DeepSeek): without such
# layers they would be taken over early.

# %% todays_mix
mixed = ["llama-3-1-70b", "gemma-3-27b-text", "gpt-oss-120b",
         "qwen3-next-80b-a3b", "nemotron-h-56b", "deepseek-v3-2"]
sees_all = lambda layer: layer.attention and not layer.windowed and not layer.sparse_top_k
full = lambda model: sum(kind.count for kind in model.layer_kinds if sees_all(kind.layer))
full_layers = {name: full(models[name]) for name in mixed}
taken_over = {name: attention.takeover_length(models[name], "causal") for name in mixed}

# %% show_mix role="narration"
others = dict(zip(mixed, ("none", f"window {models[mixed[1]].sliding_window}", f"window {models[mixed[2]].sliding_window}",
                          "linear", "Mamba, or MLP alone", f"picks {models[mixed[5]].sparse_top_k} (indexer's square)"), strict=True))
table([[models[name].name, f"{full_layers[name]}/{models[name].layers}", others[name], fmt(taken_over[name], exact=True)]
       for name in mixed], ["model", "see all", "other layers", "takeover"], caption="Layers, and takeover length in tokens (hidden pairs skipped)")
gemma = models["gemma-3-27b-text"]
in_short(f"Reach, or the exact look-up: four windows of 64 see **{farthest[4]} tokens** back, half of the influence lies in the last "
         f"{half[4]}. So {gemma.name} keeps {full_layers['gemma-3-27b-text']} of {gemma.layers} layers full.")
quiz("few_full")

# %% [markdown]
# ## At full size
# Attention has a second bill, in memory. A model that writes keeps the keys and values of all tokens so far, in every
# layer: the [KV cache](../docs/glossary.md#kv-cache). For a token and a layer that is one key and one value of `head_dim` numbers, for every
# key-value head. Models keep it small in several ways:
#
# - Llama 2 7B does not: each of its heads has keys and values of its own. Llama 3 8B lets
#   [a group of heads](../docs/glossary.md#grouped-query-attention) share them.
# - DeepSeek-V3 keeps one [latent](../docs/glossary.md#latent-attention) vector for all heads, and beside it one key that holds the token's
#   position (*rotary*).
# - Gemma 3 27B keeps only the window, in most layers.
# - Qwen3-Next attends in a quarter of its layers and keeps a state of fixed size in the others.

# %% guess_cache role="narration"
readers = ["deepseek-v3", "qwen3-next-80b-a3b", "gemma-3-27b-text", "llama-3-8b", "llama-2-7b"]
ranking = predict_ranking("cache_order", f"Each reads {fmt(32_768, 'tokens', exact=True)}; here by total weights. Order them by "
                          "their cache, largest first.", [models[name].name for name in readers])

# %% caches
names = ["deepseek-v3", "qwen3-next-80b-a3b", "gemma-3-27b-text", "llama-3-8b", "llama-2-7b"]
tokens = 32_768  # change this line
caches = {name: memory.kv_cache(models[name], 1, tokens) for name in names}

# %% show_caches role="narration"
fixed = {models[name].name: memory.kv_cache(models[name], 1, 32_768) for name in readers}
states = memory.kv_cache(models["qwen3-next-80b-a3b"], 1, 0)
ranking.reveal(sorted(fixed, key=fixed.get, reverse=True),
               because=f"Experts and MLPs leave nothing in a cache. Of Qwen3-Next's, {fmt(states, 'B')} are states.")
table([[models[name].name, fmt(held, "B")] for name, held in caches.items()], ["model", "KV cache, bf16"],
      caption=f"One text of {fmt(tokens, 'tokens', exact=True)}; most weights first")
reveal_order("cache", because=f"A token leaves {fmt(memory.kv_cache(llama, 1, 1), 'B')}.")

# %% [markdown]
# Now move the length, the model and the kind of attention yourself.

# %% explorer role="narration"
explorers.panel("attention")

# %% [markdown]
# ## Where this estimate breaks
# A share of the FLOPs is not a share of the time. Take the tiny GPT at its own takeover length, where the core does half
# of the work, and ask your clock.

# %% clock_share role="measured"
shape = tiny_gpt.shape(layers=2, d_model=256, context=2048)
crossing_here = attention.takeover_length(shape)
within = demo.time_within(shape, crossing_here, repeats=3)
by_clock = shape.layers * within["core"].seconds / within["whole"].seconds

# %% tell_clock role="measured_narration"
spreads = " and ".join(fmt(within[name].spread, "x") for name in ("core", "whole"))
say(f"At {fmt(crossing_here, exact=True)} tokens the core takes **{fmt(by_clock, '%')}** of the time here: the estimate of "
    f"{fmt(0.5, '%')} is off by {fmt(0.5 / by_clock - 1, '%')} (slowest over fastest {spreads}).")

# %% [markdown]
# Then a layer of Llama 3 8B on a real card, from a dated record: the core by PyTorch's present kernel, and by
# FlashAttention-2, which is older. In FLOPs, core over rest grows in proportion to the length, so one length tells where
# they meet.

# %% on_a_card
card = demo.card.recorded()
card_lengths = card.lengths("layer, rest")
kernels = ["layer, core", "layer, core by FlashAttention-2"]
share = lambda kernel, n: 1 / (1 + card.ratio("layer, rest", kernel, n))
by_card = {kernel: [share(kernel, n) for n in card_lengths] for kernel in kernels}
on_card = {kernel: card.crossing(kernel, "layer, rest") for kernel in kernels}
layer = flops.forward_parts(llama, 1, card_lengths, "causal")
by_flops = card_lengths[-1] * (layer.layers / layer.attention_core - 1)[-1]

# %% draw_card role="narration"
figures.lines(
    card_lengths, {"of FLOPs": layer.attention_core / layer.layers, "of time, present kernel": by_card[kernels[0]],
                   "of time, FlashAttention-2": by_card[kernels[1]], "half": [0.5] * len(card_lengths)},
    "length (tokens)", "attention's share of one layer (%)", log="x", y_unit="%", title="A layer of Llama 3 8B on an H100",
    alt=f"Attention takes half of a layer's time from {fmt(on_card[kernels[0]], 'tokens')} on, with FlashAttention-2 from "
    f"{fmt(on_card[kernels[1]], 'tokens')}; half of its FLOPs at {fmt(by_flops, 'tokens')}.")
say(f"Half of the layer's FLOPs (without the output head) at {fmt(by_flops, 'tokens')}; half of its time at **{fmt(on_card[kernels[0]], 'tokens')}**, "
    f"or at {fmt(on_card[kernels[1]], 'tokens')} with the older kernel. The estimate is off by "
    f"{fmt(by_flops / on_card[kernels[0]] - 1, '%')} and {fmt(by_flops / on_card[kernels[1]] - 1, '%')} ({card.date}).")

# %% [markdown]
# The estimate assumes that every FLOP takes equally long; how true that is depends on the kernel. Reach is a bound, not a
# promise. And what cheaper attention costs in quality, no count shows: makers do not agree.

# %% went_back role="narration"
m1, m2 = models["minimax-m1"], models["minimax-m2-5"]
plain = {each.name: sum(kind.count for kind in each.layer_kinds if kind.layer.attention) for each in (m1, m2)}
say(f"{m1.name} ({m1.year}) attends in {plain[m1.name]} of {m1.layers} layers; the same maker's {m2.name} ({m2.year}) in all "
    f"{plain[m2.name]} again.")

# %% [markdown]
# ## Your bill
# Attention's part of the answer and of the run, with hidden pairs skipped, and what the answer leaves in the cache.

# %% your_bill
prompt = flops.forward_parts(llama, 1, 200, "causal")
answer_flops = prompt.total + sum(flops.decode(llama, 1, 200 + written) for written in range(400))
answer_share = 1 - 600 * prompt.weights / 200 / answer_flops
seq = runs["llama31-405b-stage-16k"].sequence_length  # 16k GPUs
step = flops.forward_parts(models["llama-3.1-405b"], 1, seq, "causal")
run_share = step.attention_core / step.total
cache = memory.kv_cache(llama, 1, 600)

# %% show_bill role="narration"
bill("03", "attention's share of the FLOPs", answer=answer_share, run=run_share, unit="%")
bill("03", "KV cache", answer=cache, unit="B")

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

# %% key_points role="narration"
say(f"""
**Attention takes over Llama 3 8B's FLOPs at {fmt(crossing, exact=True)} tokens, or {fmt(attention.takeover_length(llama, 'causal'), exact=True)} if
hidden pairs are skipped. One layer, without the output head: {fmt(by_flops, 'tokens')} by FLOPs, {fmt(on_card[kernels[0]], 'tokens')} by an H100's time. Of
our answer it is {fmt(answer_share, '%')}.**

1. The square meets the line at n = N / (2 x L x h x w): early where a token meets few entries for each
   layer and head, late in wide dense models.
2. Llama 3 8B's cache holds {fmt(memory.kv_cache(llama, 1, 1), 'B')} a token. A window saves work in tiles, never as a mask.
3. FlashAttention: exact, {fmt(ratio['gigaflops'] - 1, '%')} more arithmetic, {fmt(1 / ratio['milliseconds'], 'x')} as fast. A measured power
   needs a range.
4. Four windows of 64 reach {farthest[4]} tokens back, faintly. Where that is too little, keep full layers.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
