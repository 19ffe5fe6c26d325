# %% [markdown]
# # 05 · Inference
# *From one token, which waits for the memory, to a thousand readers, who wait for each other.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | lesson 03: the cache; lesson 04: bandwidth and roofline | A10, A12, A15b, A19, B09, C03 |

# %% [markdown]
# ## The question
# Why is the second user almost free, and the thousandth makes everyone wait?

# %% [markdown]
# ## You will be able to
# 1. **Compute** the time of a token and the users that fit (exercises `token_seconds`, `users_that_fit`).
# 2. **Compute** what the unlucky ones wait (`p95_seconds`).
# 3. **Measure** what a cache saves (`cache_gain`).
# 4. **Judge** which machine suits a load (`cpu_or_gpu`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import devices, models, quantities
from course_lib.demos import corpus, inference as demo, tiny_gpt
from course_lib.estimators import inference, memory, serving
from course_lib.teaching import claim, figures, fmt, predict, predict_choice, quiz, say, sources, table, validated, verdict

# %% [markdown]
# ## Recall

# %% recall
a100 = devices["A100 SXM 80GB"]
peak, bandwidth = a100.peak_flops["bf16"], a100.memory_bytes_per_second
quiz("recall_slower_of_two", peak=fmt(peak, "FLOP/s"), bandwidth=fmt(bandwidth, "B/s"), ridge=fmt(peak / bandwidth))
quiz("recall_active")

# %% [markdown]
# ## Idea 1: a token reads every weight, so bandwidth sets its time
# A model answers in two phases. *[Prefill](../docs/glossary.md#prefill)* reads the question, all tokens in one pass.
# *[Decode](../docs/glossary.md#decode)* writes the answer, one pass for each token, because no token can be chosen
# before the one in front of it. Two times are felt: the *time to the first token*, and the *time for each token* after.
# Is a faster chip a faster answer?

# %% claim_compute
claim("A19")
double = predict("double_flops", "Llama 3 8B on an H100, one user. Double its FLOP/s, nothing else. "
                 "How many times as fast do its tokens come?", "x")

# %% [markdown]
# Let us start with a failure. If a token reads every weight, its time is bytes over bandwidth. Measure this
# machine's [bandwidth](../docs/glossary.md#bandwidth), and forecast the tiny GPT.

# %% forecast_fails role="measured"
rate, timing = demo.read_rate()
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=2, d_model=64, context=640))
tiny_bytes = demo.measure.weight_bytes(gpt)
token = demo.time_steps(gpt, [1])[0].median_seconds
say(f"Memory is read at {fmt(rate, 'B/s')} here (spread {fmt(timing.spread, 'x')}). The tiny GPT has "
    f"{fmt(tiny_bytes, 'B')} of weights: forecast {fmt(tiny_bytes / rate, 's')} a token, measured "
    f"**{fmt(token, 's')}**, or {fmt(token * rate / tiny_bytes, 'x')} as long.")

# %% [markdown]
# The tiny weights stay in the processor's own fast memory, and its token is mostly the overhead of starting small
# operations. A large model's weights do not fit there. So take about `256` MB of matrices, and multiply one user's
# vector by all of them.

# %% stream role="measured"
stacks = {name: demo.Weights(format=name) for name in demo.FORMATS}  # equal numbers in 4, 2 and 1 bytes
streamed = {name: demo.time_stream(stack)[0] for name, stack in stacks.items()}
table([[name, fmt(stack.bytes, "B"), fmt(stack.bytes / rate, "s"), fmt(streamed[name].median_seconds, "s"),
        fmt(streamed[name].spread, "x")] for name, stack in stacks.items()],
      ["format", "weights", "forecast", "measured", "slowest / fastest"], caption="One token, large weights")
gain = streamed["fp32"].median_seconds / streamed["int8"].median_seconds
off = streamed["fp32"].median_seconds * rate / stacks["fp32"].bytes
say(f"In fp32 a token takes {fmt(off, 'x')} its forecast. The same FLOPs in a quarter of the bytes: "
    f"**{fmt(gain, 'x')}** as fast." if gain > 1.3 else
    "Fewer bytes bring little here: this machine unpacks small formats slowly, or keeps them in a large cache.")

# %% [markdown]
# Here the bytes matter. A product of a matrix with one vector does only two FLOPs for each weight, and the processor
# waits for the next weight. The rule for a token of a lone user is
#
# seconds = (bytes of weights + bytes of cache) / (bytes a second).
#
# Put it to the data sheet of a card. The estimator knows which part of it programs reach, and takes the slower of two
# times: that of the bytes, and that of the FLOPs.

# %% double_either
llama, h100 = models["llama-3-8b"], devices["H100"]
case = {"device": h100, "prompt": 8192, "output": 256}  # change this line: devices["RTX 3070"], a prompt of 128
one = inference.estimate(llama, **case)
more_flops = inference.estimate(llama, **case, peak_reached=2 * inference.PEAK_REACHED)
more_bytes = inference.estimate(llama, **case, bandwidth_reached=2 * inference.BANDWIDTH_REACHED)

# %% compare_doubled
token_gain = one.token_seconds / more_flops.token_seconds
prompt_gain = one.first_token_seconds / more_flops.first_token_seconds
double.reveal(token_gain)
say(f"Doubled bandwidth: {fmt(one.token_seconds / more_bytes.token_seconds, 'x')}. Decode is bound by **{one.bound}**. "
    f"The prefill of 8192 tokens, bound by {one.prefill.bound}, gains {fmt(prompt_gain, 'x')} from doubled FLOP/s.")

# %% [markdown]
# The gain from bandwidth stops short of two because each layer also has fixed costs. Prefill is another matter: it
# multiplies each weight it reads by every token of the prompt, so there the FLOPs take longer than the bytes.
#
# It follows that machines differ less in writing than their FLOP/s suggest. Is a slow one fast enough for one reader?

# %% claims_reader
claim("A10")
claim("C03")
counts = ["none", "only the two data-centre GPUs", "the three GPUs", "all five"]
keeps_up = predict_choice("keeps_up", "Llama 3 8B in four bits. Which of five machines (three GPUs, two CPUs) "
                          "write faster than a person reads?", counts)

# %% estimate_readers
reading = quantities["silent-reading"].value * 4 / 3 / 60  # words a minute, 4 tokens for 3 words
names = ["H100", "A100 SXM 80GB", "RTX 3070", "Xeon Platinum 8480+", "Ryzen 9 7950X"]
answers = {name: inference.estimate(llama, device=name, prompt=512, output=256, format="int4") for name in names}
writing = [1 / found.token_seconds for found in answers.values()]

# %% one_reader
figures.bars([*names, "reading"], [*writing, reading], x_label="tokens a second for one user", mark=["reading"],
    title="Writing against reading, four bits", log=True,
    alt=f"All write {fmt(min(writing))} tokens a second or more; reading takes {fmt(reading)}.")
fast = [rate > reading for rate in writing]
keeps_up.reveal(counts[0 if not any(fast) else 1 if sum(fast) == 2 else 2 if sum(fast) == 3 else 3])

# %% [markdown]
# A reader who gets tokens faster than that gains nothing from more speed; a second reader does. But the words must also
# begin to come.

# %% verdict_reader
firsts = [found.first_token_seconds for found in answers.values()]
table([[name, fmt(first, "s"), fmt(rate / reading, "x")]
       for name, first, rate in zip(names, firsts, writing, strict=True)],
      ["machine", "first token after 512", "writing / reading"], caption="Estimates for one reader")
verdict("A10", writing_over_reading=min(writing) / reading, first_token=max(firsts),
        source="estimates from catalog data sheets; reading speed from Brysbaert 2019")

# %% check_bytes
quiz("halved_weights")

# %% [markdown]
# ## Idea 2: a cache trades work for memory
# To write a token, a model needs the keys and values of all tokens before it. It can make them again each time, or
# keep them: the [KV cache](../docs/glossary.md#kv-cache).

# %% claim_code
claim("A12")
cache_guess = predict("cache_gain", "The tiny GPT writes 512 tokens. How many times as fast is it with the cache?", "x")

# %% [markdown]
# First train it for a few seconds, on the source code of Python's own library. A few seconds teach it which letters
# are common and little else, but writing well and writing badly take the same passes. Then let it write, both ways,
# always taking the likeliest byte.

# %% train_on_code role="measured"
seen, unseen = corpus.split(corpus.tokens("code", limit=4_000_000))
losses = tiny_gpt.train(gpt, corpus.batches(seen, batch=8, seq=64), steps=300, learning_rate=8e-3)
inputs, targets = next(corpus.batches(unseen, batch=32, seq=64))
right = demo.right_share(gpt, inputs, targets)
commonest = targets.flatten().bincount().max().item() / targets.numel()
say(f"Loss {fmt(losses[0])} to {fmt(losses[-1])} nats. It guesses {fmt(right, '%')} of unseen bytes right; "
    f"always saying the commonest byte gets {fmt(commonest, '%')}.")

# %% write_twice role="measured"
prompt = demo.prompt("import ")
kept, anew = (demo.write(gpt, prompt, 100, cached=cached) for cached in (True, False))
same = (kept.tokens == anew.tokens).float().mean().item()
say(f"It writes `{kept.text()[:40]!r}`: hardly code yet, but {fmt(same, '%')} alike both ways, a pass for each byte.")

# %% verdict_code role="measured"
verdict("A12", gain_over_commonest=right / commonest, passes_per_token=kept.passes / 100, same_text=same,
        source="the tiny GPT trained here on the standard library's source code")

# %% time_writing role="measured"
lengths = [32, 64, 128, 256, 512]  # change this line
times = {name: [timing.median_seconds for timing in demo.time_writing(gpt, lengths, cached=cached)]
         for name, cached in (("with cache", True), ("without", False))}
gains = [slow / quick for slow, quick in zip(times["without"], times["with cache"], strict=True)]
cache_guess.reveal(gains[-1])
figures.lines(lengths, times, "tokens written", "time (s)", log="xy", y_unit="s", title="The tiny GPT, here",
    alt=f"The cache makes it {fmt(gains[0], 'x')} as fast at {lengths[0]} tokens, {fmt(gains[-1], 'x')} at {lengths[-1]}.")
say("The gain grows with the length." if gains[-1] > 1.2 * gains[0] else
    "Here the gain hardly grows: something disturbed the clock, or long texts are read as fast as short ones.")

# %% [markdown]
# Without a cache, the n-th token reads n tokens anew, so the work grows with the square. But a pass over many tokens
# keeps a machine busier than a pass over one, so far less than all of that work turns into time. One number does not
# describe a cache's gain: say the length with it.

# %% check_cache
quiz("cache_trade")

# %% [markdown]
# Now the price. [Grouped queries](../docs/glossary.md#grouped-query-attention) let several heads share one key and one
# value, so that less is kept.

# %% claim_layers
claim("A15b")
sizes = ["a hundredth of the weights", "a tenth of the weights", "about half of the weights", "more than the weights"]
cache_size = predict_choice(
    "cache_or_weights", "Llama 3 8B in bf16: how large is the cache of one text of 128 000 tokens?", sizes)

# %% cache_price
ungrouped = inference.ungrouped(llama)  # every query head with a key and a value of its own
contexts = [2000 * 2**doubling for doubling in range(7)]
held = {"8 shared": memory.kv_cache(llama, 1, contexts).tolist(),
        "32 own": memory.kv_cache(ungrouped, 1, contexts).tolist()}
weights = 2 * llama.published.total_params
figures.lines(
    contexts, held | {"weights": [weights] * len(contexts)}, "tokens of one text", "bytes", log="xy", y_unit="B",
    title="Keys and values of Llama 3 8B",
    alt=f"At {fmt(contexts[-1])} tokens: {fmt(held['8 shared'][-1], 'B')} with 8 shared heads, "
    f"{fmt(held['32 own'][-1], 'B')} with 32, weights {fmt(weights, 'B')}.")
part = held["8 shared"][-1] / weights
cache_size.reveal(sizes[(part > 0.03) + (part > 0.3) + (part > 1)], f"It takes {fmt(part, 'x')} the weights.")

# %% [markdown]
# All of that cache is read for each token, on top of the weights. So a smaller cache is time as well as room. For one
# user with a short text the weights are nearly everything; for many long texts the cache is.

# %% verdict_layers
savings = []
for users, context in ((1, 512), (64, 8192)):
    shared, own = (inference.estimate(model, device="H200", batch=users, prompt=context, output=1).token_seconds
                   for model in (llama, ungrouped))
    savings.append(1 - shared / own)
verdict("A15b", saving_alone=savings[0], saving_crowd=savings[1], source="estimate for Llama 3 8B on an H200")

# %% [markdown]
# ## Idea 3: batching sells latency for throughput, until the queue explodes
# The weights that one user's token reads can serve other users' tokens too: read once, multiply many times. That is a
# [batch](../docs/glossary.md#batch) of users. What does each of them pay in time?

# %% claim_serving
claim("B09")
crowd = predict("crowd_of_64", "The streamed weights again, now for 64 users at once: how many times as long does a "
                "pass take as for one?", "x")

# %% batch_here role="measured"
batches = [1, 2, 4, 8, 16, 32, 64]
passes = [timing.median_seconds for timing in demo.time_stream(stacks["fp32"], batches)]
steps = [timing.median_seconds for timing in demo.time_steps(gpt, batches)]
crowd.reveal(passes[-1] / passes[0])
rates = {"streamed weights": [users / seconds * passes[0] for users, seconds in zip(batches, passes, strict=True)],
         "tiny GPT": [users / seconds * steps[0] for users, seconds in zip(batches, steps, strict=True)]}
figures.lines(
    batches, rates, "users at once", "tokens a second, against one user (x)", log="xy", title="Batching, here",
    alt=f"64 users get {fmt(rates['streamed weights'][-1], 'x')} the tokens of one from streamed weights.")

# %% second_user role="measured"
say(f"The second user makes a pass {fmt(passes[1] / passes[0], 'x')} as long; from the second to the eighth it is only "
    f"{fmt(passes[3] / passes[1], 'x')}.")
say("The second user is not free here: PyTorch leaves its special kernel for a single vector."
    if passes[1] > 1.3 * passes[0] else "The second user is almost free, on this machine too.")

# %% [markdown]
# Each user waits longer for a token, and all together get more: [latency](../docs/glossary.md#latency) is sold for [throughput](../docs/glossary.md#throughput). Up to some batch
# the arithmetic hides behind the reading; then it takes over, and users pay in full. That batch is the ridge point of
# lesson 04. A data-centre card has far more FLOP/s for each byte, so its ridge lies further out.

# %% batch_cards
users = [1, 2, 4, 8, 16, 32, 64]
case = {"batch": users, "prompt": 512, "output": 256, "format": "int4"}
speeds = {name: users / inference.estimate(llama, device=name, **case).token_seconds
          for name in ("H100", "Xeon Platinum 8480+")}
figures.lines(users, speeds, "users at once", "tokens a second, all users", log="xy", title="Llama 3 8B, four bits",
    alt="For 64 users: " + ", ".join(f"{name} {fmt(speed[-1])} tokens a second" for name, speed in speeds.items()))

# %% verdict_crowd
gpu, cpu = speeds.values()
verdict("B09", alone_over_crowd=gpu[-1] / gpu[0], crowd_price=gpu[-2] / gpu[-1],
        source="estimate for Llama 3 8B on an H100, four bits")

# %% verdict_cpu
verdict("C03", gain_alone=gpu[0] / cpu[0], gain_crowd=gpu[-1] / cpu[-1], cpu_over_reading=writing[-1] / reading,
        source="estimates from catalog data sheets; reading speed from Brysbaert 2019")

# %% [markdown]
# Users do not come in step. They come by chance, and join the batch as soon as a place is free: [continuous
# batching](../docs/glossary.md#continuous-batching). [Load](../docs/glossary.md#load) is the arrivals over the most that the server can finish. The [95th percentile](../docs/glossary.md#percentile) of the wait (p95)
# is what 95 of 100 users stay below.

# %% guess_queue
growths = ["hardly at all", "by a third, like the load", "about twofold", "more than fivefold"]
queue = predict_choice("queue_growth", "Load grows from 70 to 95 %. How does the p95 of the wait grow?", growths)

# %% server
batch = inference.estimate(llama, device="H100", batch=list(range(1, 65)), prompt=512, output=256)
alone = inference.estimate(llama, device="H100", prompt=512, output=256).first_token_seconds
most = 64 / (256 * batch.token_seconds[-1] + 64 * alone)  # requests a second that a full batch finishes

# %% simulate_queue
loads = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95]  # change this line
server = {"step_seconds": batch.token_seconds, "output": 256, "prefill_seconds": alone, "requests": 4000}
served = [serving.simulate(load * most, **server) for load in loads]
waits = {f"p{percent}": [found.percentile("wait_seconds", percent) for found in served] for percent in (95, 99)}
growth = waits["p95"][loads.index(0.95)] / waits["p95"][loads.index(0.7)]
queue.reveal(growths[(growth > 1.1) + (growth > 1.6) + (growth > 5)], f"It grows {fmt(growth, 'x')}.")
figures.lines(loads, waits, "load (%)", "wait before the prompt is read (s)", log="y", x_unit="%", y_unit="s",
    title="Llama 3 8B on one H100, places for 64",
    alt=f"p95 of the wait: {fmt(waits['p95'][2], 's')} at 70 % load, {fmt(waits['p95'][-1], 's')} at 95 %.")

# %% [markdown]
# With slack, a newcomer waits for one step of the batch at most. Near full load, places run out now and then: chance
# sends several at once, and no slack is left to catch up. Above full load there is no catching up at all.

# %% overload
over = serving.simulate(1.2 * most, **server)
waited = {user: over.wait_seconds[user - 1] for user in (2, 100, 1000, 4000)}
say("At 120 % load: " + "; ".join(f"user {fmt(user)} waits {fmt(wait, 's')}" for user, wait in waited.items()) + ".")

# %% [markdown]
# <!-- typed: definition -->
# Is the simulation right? For the simplest queues there are formulas. One server, service of one second, arrivals by
# chance: the mean wait is load / (1 - load) seconds if services vary exponentially, and half of it if all are equal.

# %% check_formula
rows = []
for load in (0.5, 0.8):
    for kind in ("exponential", "constant"):
        simulated = serving.single_server(load, 1.0, service=kind, requests=400_000).mean()
        exact = serving.mean_wait(load, 1.0, service=kind)
        rows.append([f"{kind}, load {fmt(load, '%')}", fmt(simulated, "s"), fmt(exact, "s"),
                     fmt(simulated / exact - 1, "%", 2)])
table(rows, ["service", "simulated", "formula", "error"], caption="Mean wait of 400 000 requests")

# %% verdict_compute
quiz("full_server")
verdict("A19", token_gain=token_gain, prompt_gain=prompt_gain, wait_growth=growth,
        source="estimate and simulation of Llama 3 8B on an H100")

# %% [markdown]
# ## At full size
# Back to the question: the second user, the sixty-fourth and the thousandth, all at once on one card, each with `2048`
# tokens of text. The weights are shared. The caches are not: each must fit, and each must be read.

# %% full_size
crowds = [1, 2, 64, 1000]
full = inference.estimate(llama, device="H100", batch=crowds, prompt=2048, output=256)
table([[fmt(users), fmt(seconds, "s"), fmt(users / seconds), fmt(needed, "B"),
        "yes" if needed <= h100.memory_bytes else "no"]
       for users, seconds, needed in zip(crowds, full.token_seconds, full.memory_bytes, strict=True)],
      ["users", "time for a token", "tokens a second, all", "memory needed", "fits"],
      caption=f"{llama.name}, bf16, {h100.name}")
places = int((h100.memory_bytes - weights) // memory.kv_cache(llama, 1, 2048 + 256))
say(f"The card has room for about **{places}** users at once: the rest wait. "
    f"Source: {h100.source.text} ({h100.source.date}); "
    f"weights: {llama.source.text} ({llama.source.date}).")

# %% [markdown]
# ## Where this estimate breaks
# Published speeds that tell enough, from many programs and cards:

# %% against_published
validated("decode", "prefill", "requests", "servers")
say(f"For {llama.name} on an H100 and a prompt of 8192 tokens the estimate's own range is {fmt(one.low)} to {fmt(one.high)} "
    "tokens a second for one user, the reading of the prompt included.")

# %% [markdown]
# The software is part of the estimate: tuned code is meant unless another kind is asked for, and plain PyTorch takes
# several times as long. The constants were fitted to such rows, so the table flatters a little. The ranges come from
# fits that had not seen the rows they are held against. [How far the estimates are off](../docs/validation.md) shows every
# group. The simulated server of this lesson never runs out of memory.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `token_seconds` | 5 | easy | 1 |
# | `users_that_fit` | 6 | medium | 1 |
# | `p95_seconds` | 8 | hard | 2 |
# | `cache_gain` | 6 | medium | 3 |
# | `cpu_or_gpu` | 5 | medium | 4 |
#
# [Open the exercises](../exercises/05_inference.ipynb)

# %% [markdown]
# ## Key points

# %% key_points
say(f"""
1. A lone user's token takes as long as reading all active weights: doubled FLOP/s give {fmt(token_gain, 'x')}. The
   second user shares that reading. Caches do not share: about {places} users fill this card.
2. From 70 to 95 % load the p95 of the wait grew {fmt(growth, 'x')}. Plan for the unlucky, and for slack.
3. A cache makes writing faster by a factor that grows with the length, and pays in memory: {fmt(part, 'x')} the weights
   at {fmt(contexts[-1], exact=True)} tokens.
4. For one reader, {names[-1]} writes {fmt(writing[-1] / reading, 'x')} as fast as reading. For 64 users the H100 gives
   {fmt(gpu[-1] / cpu[-1], 'x')} the server CPU's tokens.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
