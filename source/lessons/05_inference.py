# %% [markdown]
# # 05 · Inference
# *One question, one reader, one machine: where the seconds go.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 03](03_attention.ipynb): keys and values; [lesson 04](04_hardware.ipynb): bandwidth and roofline | A10, A12, A15b, C03 |

# %% [markdown]
# ## The question
# <!-- typed: definition -->
# What does one reader wait for? Llama 3 8B on an H100 reads a question of 200 tokens and writes an answer of 400.

# %% ask_share role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, reveal_order, say, shared, sources, table, validated, verdict)

prompt_share = predict("prompt_share", "A third of these tokens is read, two thirds are written. Which share of the time goes into "
                       "the reading?", "%")

# %% [markdown]
# ## You will be able to
# 1. **Compute** the time of a token (exercise `token_seconds`).
# 2. **Compute** what a cache takes, and how many texts fit beside the weights (`users_that_fit`).
# 3. **Measure** what a cache saves (`cache_gain`).
# 4. **Judge** which machine suits a reader, and what guessing ahead brings (`cpu_or_gpu`, `guess_ahead`).

# %% [markdown]
# ## Set up

# %% setup
from dataclasses import replace
from course_lib.catalog import devices, findings, models, quantities, validation
from course_lib.demos import inference as demo, measure, tiny_gpt
from course_lib.estimators import inference, memory, parameters

# %% [markdown]
# ## Recall

# %% recall role="narration"
a100 = devices["A100 SXM 80GB"]
peak, bandwidth = a100.peak_flops["bf16"], a100.memory_bytes_per_second
quiz("recall_slower_of_two", peak=fmt(peak, "FLOP/s"), bandwidth=fmt(bandwidth, "B/s"), ridge=fmt(peak / bandwidth))
quiz("recall_active")

# %% [markdown]
# ## Idea 1: what does each token wait for?
# A model answers in two phases. *[Prefill](../docs/glossary.md#prefill)* reads the question, all tokens in one pass.
# *[Decode](../docs/glossary.md#decode)* writes the answer, one pass for each token, because no token can be chosen before the one in front
# of it. Two times are felt: the *time to the first token*, and the *time for each token* after.
#
# Try it here, on your machine. A pass of one token multiplies a vector by every matrix of the model. Take some hundred
# megabytes of matrices, more than a processor keeps close by, in three formats. The multiplications are the same in all three.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=12)
formats = predict_choice("bytes_or_flops", "The same multiplications, with each weight in 1 byte in place of 4. A pass is ...",
                         ["as slow as before", "about twice as fast", "nearly four times as fast", "slower: it must unpack"])

# %% stream role="measured" seconds=3
rate, _ = demo.read_rate()  # bytes a second that this machine reads
# 4, 2 and 1 bytes a weight
stacks = {name: demo.Weights(format=name) for name in ("fp32", "bf16", "int8")}
forecast = {name: stack.bytes / rate for name, stack in stacks.items()}
streamed = {name: demo.time_stream(stack)[0] for name, stack in stacks.items()}
word = measure.clearly(streamed["int8"], streamed["fp32"])

# %% tell_stream role="measured_narration"
gain = streamed["fp32"].seconds / streamed["int8"].seconds
formats.reveal(ladder(gain, {"slower: it must unpack": 0.9, "as slow as before": 1.4, "about twice as fast": 2.8,
                             "nearly four times as fast": None}) if word != "not clear" else "as slow as before",
               because=f"Here {fmt(streamed['fp32'].seconds, 's')} became {fmt(streamed['int8'].seconds, 's')}.")
table([[name, fmt(stacks[name].bytes, "B"), fmt(forecast[name], "s"), fmt(each.seconds, "s"), fmt(each.spread, "x")]
       for name, each in streamed.items()],
      ["format", "weights", "bytes / reading rate", "measured", "slowest / fastest"], caption="One pass for one token")
compare(word, faster="The same multiplications in fewer bytes take clearly less time here.", slower="Fewer bytes take longer here.",
        unclear="Nothing can be said about bytes and time just now.")
over = [each.seconds / forecast[name] for name, each in streamed.items()]
say(f"Measured time over that of the bytes: {fmt(min(over), 'x')} to {fmt(max(over), 'x')}.")

# %% [markdown]
# A pass above 1x takes longer than its bytes do. One machine proves little, though. The rule for one reader, which the end of this lesson
# holds against published speeds, is
#
# seconds a token = (bytes of weights + bytes of cache) / (bytes a second that the program reaches) + overhead.
#
# The *[overhead](../docs/glossary.md#overhead)* is a time that each layer takes beside its bytes and its FLOPs. (A mixture of experts
# reads, for a lone token, only the experts that the token is sent to: its active weights. All of them must still fit into memory.)
#
# The estimator knows what programs reach on a card, and their overhead. Where the FLOPs take longer than the bytes, their time counts in
# place of that of the bytes. Now change the card.

# %% guess_help role="narration"
changes = ["twice the FLOP/s", "twice the bandwidth", "weights in 4 bits"]
helps = predict_ranking("what_helps", "One reader, Llama 3 8B in bf16 on an H100. Which change makes a token quickest? Most first.", changes)

# %% change_the_card
llama, h100 = models["llama-3-8b"], devices["H100"]
one = {"device": h100, "prompt": 200, "output": 400}  # change this line: devices["RTX 4090"]
usual = inference.estimate(llama, **one)
change = {"twice the FLOP/s": {"peak_reached": 2 * inference.PEAK_REACHED},
          "twice the bandwidth": {"bandwidth_reached": 2 * inference.BANDWIDTH_REACHED},
          "weights in 4 bits": {"format": "int4"}}
changed = {name: inference.estimate(llama, **one, **what) for name, what in change.items()}
gains = {name: usual.token_seconds / found.token_seconds for name, found in changed.items()}

# %% the_answer
answer = inference.estimate(llama, device="H100", prompt=200, output=400)
reading_share = answer.first_token_seconds / answer.request_seconds

# %% reveal_answer role="narration"
spine = {"device": "H100", "prompt": 200, "output": 400}
fixed = {name: answer.token_seconds / inference.estimate(llama, **spine, **what).token_seconds for name, what in change.items()}
helps.reveal(sorted(changes, key=lambda name: -fixed[name]),
             because=f"The token is bound by {answer.bound}.")

# %% show_change role="narration"
table([[name, fmt(found.decode.bytes_moved, "B"), fmt(found.token_seconds - found.decode.extra_seconds, "s"),
        fmt(found.decode.extra_seconds, "s"), fmt(usual.token_seconds / found.token_seconds, "x")]
       for name, found in ({"as it is": usual} | changed).items()],
      ["change", "bytes read", "time of bytes or FLOPs", "overhead", "times as fast"],
      caption=f"{llama.name} on one {one['device'].name}")
if usual.fits is False:
    say(f"It does not fit: in 16 bits it takes {fmt(usual.memory_bytes, 'B')}, and this card may hold {fmt(usual.usable_memory_bytes, 'B')}. "
        "The times are those of a card as fast with more memory.")

# %% reveal_share role="narration"
overhead, all_bytes = answer.decode.extra_seconds, 2 * parameters.count(llama).total
narrow = {form: inference.estimate(llama, **spine, format=form) for form in ("int8", "int4")}
prompt_share.reveal(reading_share, because="The prompt goes through in one pass. Each written token needs a pass of its own.")
say(f"First token {fmt(answer.first_token_seconds, 's')}, each further one {fmt(answer.token_seconds, 's')}, the answer "
    f"**{shared('answer_seconds', answer.request_seconds)}** (80 % range: {fmt(answer.low)} to {fmt(answer.high)} tokens a second).")
in_short(f"For its weights: reading {fmt(answer.decode.bytes_moved, 'B')} of their {fmt(all_bytes, 'B')} takes {fmt(1 - overhead / answer.token_seconds, '%')} of each token's time, "
         f"and overhead the rest. Doubled FLOP/s make it **{fmt(fixed[changes[0]], 'x')}** as fast, doubled bandwidth {fmt(fixed[changes[1]], 'x')}.")
quiz("halved_weights", left=fmt(narrow["int8"].decode.bytes_moved / answer.decode.bytes_moved, "%"), overhead=fmt(overhead, "s"),
     share=fmt(narrow["int8"].token_seconds / answer.token_seconds, "%"))

# %% [markdown]
# Why is twice the bandwidth not twice as fast? No memory shortens the overhead. Why are four bits not four times as fast? The matrices keep scales
# beside their bits, the last one, which chooses the token, stays in bf16, and unpacking takes a part of the bandwidth. And of the weights
# one table is not read, only looked up: that which turns tokens into vectors.

# %% at_the_very_best role="narration"
reveal_order("one_user")
say(f"That is the stated bandwidth over all weights. With {fmt(inference.BANDWIDTH_REACHED, '%')} of it reached, and overhead, it is "
    f"{fmt(1 / answer.token_seconds)}.")

# %% [markdown]
# ## Idea 2: what does a cache buy, and what does it weigh?
# To write a token, a model needs the keys and values of all tokens before it. It can make them again each time, or keep them: the
# [KV cache](../docs/glossary.md#kv-cache). The course's tiny GPT can do both, and must write the same either way.

# %% claim_code role="narration"
claim("A12")
cache_guess = predict("cache_gain", "The tiny GPT writes 512 tokens. How many times as fast is it with the cache?", "x")

# %% write_twice role="measured"
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=640))
kept = demo.write(gpt, demo.prompt("import "), 100, cached=True)
anew = demo.write(gpt, demo.prompt("import "), 100, cached=False)
same = bool((kept.tokens == anew.tokens).all())

# %% time_writing role="measured" seconds=3
lengths = [32, 128, 512]
with measure.using_threads(1):  # other programs hold up one thread least
    times = {"with cache": demo.time_writing(gpt, lengths, cached=True),
             "without": demo.time_writing(gpt, lengths, cached=False)}

# %% tell_writing role="measured_narration"
saved = [slow.seconds / quick.seconds for slow, quick in zip(times["without"], times["with cache"], strict=True)]
cache_guess.reveal(saved[-1], because="Without a cache the n-th token reads n tokens anew: the work grows with the square of the length.")
figures.lines(lengths, {name: [each.seconds for each in timed] for name, timed in times.items()}, "tokens written", "time (s)", log="xy",
    y_unit="s", title="The tiny GPT, here",
    alt=f"The cache makes it {fmt(saved[0], 'x')} as fast at {lengths[0]} tokens, {fmt(saved[-1], 'x')} at {lengths[-1]}.")
say(f"Both ways wrote {'the same text' if same else 'nearly the same text'}, one pass for each of {fmt(kept.passes)} tokens. (Slowest "
    f"over fastest: up to {fmt(max(each.spread for each in times['with cache']), 'x')} with the cache.)")

# %% [markdown]
# <!-- typed: definition -->
# One pass, one token: must it be so? A small model can *guess ahead*, and the large one check all guesses in one pass. With k guesses, each right with probability a,
# a pass yields 1 + a + ... + aᵏ = (1 − aᵏ⁺¹) / (1 − a) tokens: a guess counts only if all before it were right, and the large model always adds one of its own. If a guess
# takes the share c of a pass, tokens come that number over (1 + k c) times as fast. DeepSeek-V3 has such a part built in, with one guess.

# %% guessing_ahead
accepted = findings["s059"].value  # share of second tokens that stand, at the low end
tokens_a_pass = inference.tokens_per_check(accepted, guesses=1)

# %% verdict_code role="measured_narration"
verdict("A12", passes_per_token=kept.passes / 100, tokens_ahead=tokens_a_pass,
        source="passes counted on the tiny GPT; share of accepted tokens published for DeepSeek-V3",
        instead=f"Plain decoding takes one pass for each token; with guessing ahead a pass yields 1 + {fmt(accepted)} = {fmt(tokens_a_pass)} (DeepSeek-V3, low end).")

# %% [markdown]
# <!-- typed: definition -->
# Now the weight. Each token leaves a key and a value in every layer: 2 x layers x key-value heads x head width numbers in all. What a card's memory leaves beside the weights,
# over the cache of one text (prompt and answer), is how many texts fit; only whole ones count.
#
# Llama 3 8B was published for short texts. Llama 3.1 8B has the same layers and heads, and was published for long ones.

# %% guess_cache role="narration"
sizes = ["a hundredth of the weights", "a tenth of the weights", "about half of the weights", "about as much as the weights"]
cache_size = predict_choice("cache_or_weights", "Llama 3.1 8B in bf16: how large is the cache of one text of 128 000 tokens?", sizes)

# %% cache_price
long = models["llama-3.1-8b"]
contexts = [2000 * 2**doubling for doubling in range(7)]
ungrouped = inference.ungrouped(long)  # every query head with a key and a value of its own
held = {"8 shared": memory.kv_cache(long, 1, contexts).tolist(),
        "32 own": memory.kv_cache(ungrouped, 1, contexts).tolist()}
weights = 2 * parameters.count(long).total

# %% show_cache role="narration"
part = memory.kv_cache(long, 1, 128_000) / weights
cache_size.reveal(ladder(part, {sizes[0]: 0.03, sizes[1]: 0.3, sizes[2]: 0.8, sizes[3]: None}),
                  because=f"It takes {fmt(part, 'x')} the weights.")
figures.lines(contexts, held | {"weights": [weights] * len(contexts)}, "tokens of one text", "bytes", log="xy", y_unit="B",
    title="Keys and values of Llama 3.1 8B",
    alt=f"At {fmt(contexts[-1])} tokens: {fmt(held['8 shared'][-1], 'B')} with 8 shared heads, {fmt(held['32 own'][-1], 'B')} with 32, "
    f"weights {fmt(weights, 'B')}.")
claim("A15b")

# %% [markdown]
# All of that cache is read for each token, on top of the weights. [Grouped queries](../docs/glossary.md#grouped-query-attention) shrink it. Do they
# save time? Compare at equal weights: what the ungrouped model has more in attention, take from its MLPs.

# %% equal_weights
more = parameters.count(ungrouped).total - parameters.count(long).total
equal = replace(ungrouped, d_ff=long.d_ff - more // (3 * long.layers * long.d_model))
savings = {}
for users, context in ((1, 512), (16, 8192)):
    case = {"device": "H200", "batch": users, "prompt": context, "output": 1}
    shared_heads, own_heads = (inference.estimate(each, **case) for each in (long, equal))
    savings[users] = 1 - shared_heads.token_seconds / own_heads.token_seconds

# %% verdict_layers role="narration"
say(f"With own heads, weights and the {users} long texts need {fmt(own_heads.memory_bytes, 'B')}; the card may hold {fmt(own_heads.usable_memory_bytes, 'B')}.")
verdict("A15b", saving_alone=savings[1], saving_crowd=savings[16], source="estimates for Llama 3.1 8B on an H200, at equal weights",
        instead=f"Shared keys and values save {fmt(savings[16], '%')} of a token's time for 16 users with long texts.")
in_short(f"A cache buys one pass over one token in place of all before it, and weighs {fmt(memory.kv_cache(llama, 1, 1), 'B')} a token: "
         f"**{fmt(part, 'x')}** the weights at 128 000 tokens.")
quiz("cache_trade")

# %% [markdown]
# Fill a card yourself, and see what its reader waits for.

# %% explorer role="narration"
explorers.panel("inference")

# %% [markdown]
# ## Idea 3: when is a slow machine fast enough?
# Bandwidth differs less between machines than FLOP/s do. Take Llama 3 8B in four bits on three GPUs and two CPUs, and hold their
# writing against a person's reading.

# %% guess_readers role="narration"
counts = ["none", "only the two data-centre GPUs", "the three GPUs", "all five"]
keeps_up = predict_choice("keeps_up", "Which of five machines (two data-centre GPUs, one for games, a server CPU, a desktop CPU) write faster "
                          "than a person reads?", counts)

# %% reading_rate
reading = quantities["silent-reading"].value * 4 / 3 / 60  # words a minute, 4 tokens for 3 words

# %% five_machines
names = ["H100", "A100 SXM 80GB", "RTX 3070", "Xeon Platinum 8480+", "Ryzen 9 7950X"]
ask = {"prompt": 512, "output": 256, "format": "int4"}
answers = {name: inference.estimate(llama, device=name, **ask) for name in names}
writing = {name: 1 / found.token_seconds for name, found in answers.items()}

# %% show_readers role="narration"
fast = sum(rate > reading for rate in writing.values())
keeps_up.reveal(dict(zip((0, 2, 3, 5), counts, strict=True))[fast],
                because=f"Reading takes {shared('reading_rate', reading)} tokens a second.")
figures.bars([*names, "reading"], [*writing.values(), reading], x_label="tokens a second for one user", mark=["reading"],
    title="Writing against reading, four bits", log=True,
    alt=f"All write {fmt(min(writing.values()))} tokens a second or more; reading takes {fmt(reading)}.")

# %% [markdown]
# <!-- typed: thought experiment -->
# A reader gains nothing from tokens that come faster than they are read. But not everything is read as it is written. A model may
# *think* first, in tokens that nobody sees; a program may wait for code.

# %% guess_thinking role="narration"
claim("A10")
claim("C03")
thinking = predict("thinking_wait", "The desktop CPU, which writes faster than you read, reads your 512 tokens and thinks 5 000 before its first word. "
                   "How long do you wait?", "s")

# %% who_waits
# from the question to the end of the 5 000 tokens, with the cache that they leave
hidden = {name: inference.estimate(llama, device=name, **ask | {"output": 5000}).request_seconds
          for name in names}
firsts = {name: found.first_token_seconds for name, found in answers.items()}

# %% gpu_or_cpu
users = [1, 64]
speed = {name: users / inference.estimate(llama, device=name, batch=users, **ask).token_seconds
         for name in ("H100", "Xeon Platinum 8480+")}
over_cpu = speed["H100"] / speed["Xeon Platinum 8480+"]

# %% show_waits role="narration"
thinking.reveal(hidden["Ryzen 9 7950X"], because="Reading sets no pace for what is not read.")
table([[name, fmt(firsts[name], "s"), fmt(writing[name] / reading, "x"), fmt(hidden[name], "s")] for name in names],
      ["machine", "first token after 512", "writing / reading", "with 5 000 hidden tokens"], caption="Llama 3 8B in four bits, one user")
server, games = (devices[name] for name in ("Xeon Platinum 8480+", "RTX 3070"))
say(f"Data sheets: server CPU {fmt(server.peak_flops['bf16'], 'FLOP/s')}, {fmt(server.memory_bytes_per_second, 'B/s')}; RTX 3070 "
    f"{fmt(games.peak_flops['bf16'], 'FLOP/s')}, {fmt(games.memory_bytes_per_second, 'B/s')}.")
verdict("A10", first_token=max(firsts.values()), hidden_seconds=5000 / reading,
        source="estimates from catalog data sheets; reading speed from Brysbaert 2019",
        instead=f"A reader needs a first word soon, then {fmt(reading)} tokens a second; what nobody reads along needs more.")
verdict("C03", gain_alone=over_cpu[0], gain_crowd=over_cpu[1], source="estimates for Llama 3 8B in four bits, H100 against a server CPU",
        instead=f"A GPU writes {fmt(over_cpu[0], 'x')} as fast as a server CPU for one user, {fmt(over_cpu[1], 'x')} for 64.")
in_short(f"When somebody reads along: the slowest of five begins after {fmt(max(firsts.values()), 's')}, then writes "
         f"**{fmt(min(writing.values()) / reading, 'x')}** as fast as people read. With 5 000 hidden tokens it begins after {fmt(hidden['Ryzen 9 7950X'], 's')}.")
quiz("who_gains")

# %% [markdown]
# The first token waits for FLOP/s, the writing for bandwidth. So the server CPU can begin sooner than the RTX 3070 and yet write more slowly.
# But the estimate takes CPUs to reach the same part of their peak as tuned GPUs do. No published speed of this course tests that: hold
# their first tokens loosely.

# %% [markdown]
# ## At full size
# The same reader, three sizes of Llama. The smaller two are on as few H100s as hold them, the largest on whole machines of eight. Cards
# that share a model share the reading: each reads its part. What they send each other is part of the overhead.

# %% full_size
cards = {"llama-3-8b": 1, "llama-3-70b": 2, "llama-3.1-405b": 16}
spread = {"device": "H100", "prompt": 200, "output": 400}
full = {models[key].name: inference.estimate(models[key], devices=count, **spread)
        for key, count in cards.items()}

# %% show_full role="narration"
table([[name, str(count), fmt(found.decode.bytes_moved, "B"), fmt(found.decode.extra_seconds, "s"),
        fmt(found.token_seconds, "s")]
       for (name, found), count in zip(full.items(), cards.values(), strict=True)],
      ["model", "H100s", "each card reads", "overhead", "each token"],
      caption="One reader, bf16, 200 tokens in, 400 out")
small, *_, large = full.values()
say(f"{fmt(parameters.count(models['llama-3.1-405b']).total / parameters.count(llama).total, 'x')} the weights: a token takes "
    f"**{fmt(large.token_seconds / small.token_seconds, 'x')}** as long.")

# %% [markdown]
# ## Where this estimate breaks
# Published speeds that tell enough, from many programs and cards, against the estimates:

# %% against_published role="narration"
validated("decode", "prefill", worst=1)
say(f"The plain rule for decode: *{validation['decode'].plain}*.")

# %% [markdown]
# That plain rule is the one of idea 1 with the whole bandwidth, and without cache and overhead. The name in quotation marks is that of a
# collection of speeds: the model GLM-130B under the program SAT. None of these speeds is a CPU's: the two CPUs of idea 3 rest on data
# sheets alone.
#
# The software is part of the estimate: tuned code is meant unless another kind is asked for, and plain PyTorch takes several times as
# long. The ranges come from fits that had not seen the rows they are held against; [how far the estimates are off](../docs/validation.md)
# shows every group. And nobody else was on the card: that is the next lesson.

# %% [markdown]
# ## Your bill
# The answer, alone on its card.

# %% your_bill role="narration"
bill("05", "first token, alone", answer=answer.first_token_seconds, unit="s")
bill("05", "each further token, alone", answer=answer.token_seconds, unit="s")
bill("05", "the whole answer, alone", answer=answer.request_seconds, unit="s")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `token_seconds` | 5 | easy | 1 |
# | `users_that_fit` | 6 | medium | 2 |
# | `cache_gain` | 6 | medium | 3 |
# | `guess_ahead` | 6 | medium | 4 |
# | `cpu_or_gpu` | 5 | medium | 4 |
#
# [Open the exercises](../exercises/05_inference.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**One reader waits for the weights, again for each token: of the answer's {fmt(answer.request_seconds, 's')}, reading the question takes
{fmt(reading_share, '%')}.**

1. A token takes the bytes of weights and cache over the bandwidth that is reached, and overhead ({fmt(overhead, 's')}). Doubled FLOP/s give
   {fmt(fixed[changes[0]], 'x')}, doubled bandwidth {fmt(fixed[changes[1]], 'x')}.
2. A cache takes {fmt(memory.kv_cache(llama, 1, 1), 'B')} a token: {fmt(part, 'x')} the weights at 128 000 tokens (Llama 3.1 8B).
3. What a cache saves depends on the length: say it with the number.
4. For one who reads along, a desktop CPU is fast enough after its first word ({fmt(firsts['Ryzen 9 7950X'], 's')}). For hidden tokens it is not.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
