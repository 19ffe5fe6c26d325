# %% [markdown]
# # 06 · Serving
# *Many readers on one card: what they share, what they wait for, and what helps.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 04](04_hardware.ipynb): the ridge; [lesson 05](05_inference.ipynb): prefill, decode and cache | A19, B09 |

# %% [markdown]
# ## The question
# Why is the second user almost free, and the thousandth makes everyone wait?

# %% ask_thousandth role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, claim, compare, figures, fmt, in_short, ladder, machine_card, predict, predict_choice,
                                 predict_ranking, quiz, say, shared, sources, table, validated, verdict)

thousandth = predict("thousandth_user", "A thousand users send a question to one H100 in the same second, each some 400 tokens, for an answer of 300. It serves "
                     "64 at a time. How long does the last one wait for a first word?", "s")

# %% [markdown]
# ## You will be able to
# 1. **Compute** how many users a card holds, and from which batch on they pay in full (exercise `batch_that_fits`).
# 2. **Compute** what the unlucky ones wait (`p95_first_token`).
# 3. **Compute** and **measure** what two tricks save (`prefix_saving`, `speed_of_guessing`).
# 4. **Judge** how many cards a promise needs (`size_a_service`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import devices, findings, models
from course_lib.demos import inference as demo, measure
from course_lib.estimators import inference, memory, parameters, serving

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_decode_bound")
quiz("recall_key_value")

# %% [markdown]
# ## Idea 1: who shares what?
# In the last lesson one reader had a card alone, and each token read every weight. The weights that one user's token reads can serve other
# users' tokens, too: read once, multiply many times. That is a [batch](../docs/glossary.md#batch) of users.
#
# Try it here, with bf16 matrices that no cache of the processor holds. Start from two users: for a single one PyTorch has code of its own.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=5)
crowd = predict("crowd_of_64", "From 2 users at once to 64: how many times as long does a pass take on your machine?", "x")

# %% batch_here role="measured" seconds=4
weights_here = demo.Weights(format="bf16")
batches = [2, 4, 8, 16, 32, 64]
passes = demo.time_stream(weights_here, batches)
longer = passes[-1].seconds / passes[0].seconds
word = measure.clearly(passes[-1], passes[0])

# %% tell_batch role="measured_narration"
crowd.reveal(longer, because=f"32 times the users, {fmt(longer, 'x')} the time (slowest over fastest, for 2 and for 64: {fmt(passes[0].spread, 'x')} and "
             f"{fmt(passes[-1].spread, 'x')}). The weights are read once for all of them.")
compare(word, slower="A pass for 64 users takes clearly longer here than one for two.", faster="A pass for 64 users is even faster here than one for two.",
        unclear="The two passes do not differ clearly just now.")
rates = [users / each.seconds for users, each in zip(batches, passes, strict=True)]
figures.lines(batches, {"this machine": [rate / rates[0] for rate in rates], "in proportion": [users / 2 for users in batches]}, "users at once",
    "tokens a second, against two users (x)", log="xy", title="Batching, here",
    alt=f"64 users get {fmt(rates[-1] / rates[0], 'x')} the tokens of two; in proportion it would be 32x.")

# %% [markdown]
# <!-- typed: definition -->
# Each user waits longer for a token, and all together get more: [latency](../docs/glossary.md#latency) is sold for [throughput](../docs/glossary.md#throughput). How far
# does that go? As long as the arithmetic of a batch hides behind the reading of the weights. The two take equally long at
#
# batch = peak (FLOP/s) x bytes a weight / (2 FLOPs x bandwidth (bytes/s)),
#
# which is the ridge of lesson 04, counted in users.

# %% ridge_batch
h100, llama = devices["H100"], models["llama-3-8b"]
peak, bandwidth = h100.peak_flops["bf16"], h100.memory_bytes_per_second
ridge = serving.batches.ridge_batch(peak, bandwidth, weight_bytes=2)
users = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]  # change this line
card = inference.estimate(llama, device="H100", batch=users, prompt=200, output=400)
writing = [count / seconds for count, seconds in zip(users, card.token_seconds, strict=True)]

# %% show_ridge role="narration"
second = inference.estimate(llama, device="H100", batch=[1, 2, 64], prompt=200, output=400)
figures.lines(users, {"estimate": writing, "in proportion": [count * writing[0] for count in users]}, "users at once", "tokens a second, all users",
    log="xy", title="Llama 3 8B on an H100",
    alt=f"Tokens a second grow from {fmt(writing[0])} for one user to {fmt(writing[-1])} for {users[-1]}; the ridge is at {fmt(ridge)} users.")
say(f"The ridge lies at **{fmt(ridge, 'users')}**. The second user makes a token {fmt(second.token_seconds[1] / second.token_seconds[0] - 1, '%')} longer, "
    f"64 users {fmt(second.token_seconds[2] / second.token_seconds[0], 'x')} as long. Well below the ridge each token takes longer already: the caches of 256 such users "
    f"are {fmt(memory.kv_cache(llama, 256, 400), 'B')} to read, beside {fmt(2 * parameters.count(llama).total, 'B')} of weights.")

# %% [markdown]
# The weights are shared. The caches are not: each user's must fit, and each must be read. (A token leaves 2 x layers x key-value heads x head width
# numbers, as lesson 05 told.)

# %% guess_room role="narration"
room_guess = predict("users_on_card", f"Llama 3 8B in bf16 on a card of 80 GB. Each user has a text of 2 000 tokens, at "
                     f"{fmt(memory.kv_cache(llama, 1, 1), 'B')} a token. How many fit at once?", "users")

# %% room_for_users
weight_bytes = 2 * parameters.count(llama).total
each_user = memory.kv_cache(llama, 1, 2000)
fitting = int((h100.memory_bytes - weight_bytes) // each_user)

# %% show_room role="narration"
room_guess.reveal(fitting, because=f"The weights take {fmt(weight_bytes, 'B')}, each text {fmt(each_user, 'B')}. So memory ends the batch before the ridge does. (A server keeps some memory back, and "
                  "holds a few less.)")
in_short(f"All share the weights: 64 users wait only **{fmt(second.token_seconds[2] / second.token_seconds[0], 'x')}** as long for a token as one. Nobody shares a "
         f"cache: {fmt(fitting)} texts of 2 000 tokens fill the card.")
quiz("ridge_users")

# %% [markdown]
# ## Idea 2: when do users wait?
# Users do not come in step. They come by chance, with questions and answers of every length, and join the batch as soon as there is a place: [continuous
# batching](../docs/glossary.md#continuous-batching). [Load](../docs/glossary.md#load) is the arrivals over the most that the server can finish. The
# [95th percentile](../docs/glossary.md#percentile) (p95) is what 95 of 100 users stay below.

# %% guess_queue role="narration"
claim("A19")
growths = ["hardly at all", "by a third, like the load", "about twofold", "about tenfold", "fiftyfold or more"]
queue = predict_choice("queue_growth", "Load grows from 70 to 95 %. How does the p95 of the wait for a place grow?", growths)

# %% [markdown]
# The server: one H100, 64 places (a setting: its owner chooses how many may run at once; more places share each step among more, so tokens come slower), and a [cache in pages](../docs/glossary.md#paged-cache), small blocks that a text takes as it grows. When no block is left, the latest
# comer is put out, and read again later.
#
# The simulation takes requests in the order they come. Each starts at its arrival or when a place becomes free, whichever is later. Its first word comes when its
# prompt is read; its place is free again only when its answer ends.

# %% the_server
h100_server = inference.Machine(device="H100", software="server")
pace = serving.pace_of(h100_server, llama, places=64)  # seconds of a step, and of a prompt
blocks = serving.room_tokens(h100_server, llama) // serving.BLOCK
# means: most texts are shorter, some far longer
lengths = {"prompt": 400, "output": 300, "spread": 1.0, "longest": 8192, "seed": 1}

# %% what_it_finishes
flood = serving.draw(4000, arrivals_per_second=1000, **lengths)  # no place is ever free
ends = sorted(flood.arrival_seconds + serving.serve(flood, pace, blocks=blocks).total_seconds)
most = 2000 / (ends[2999] - ends[999])  # a second, once it is full and before it runs empty

# %% at_a_load
def served_at(load, seed=1):
    """What becomes of 4 000 requests at a share of the most that the server can finish."""
    mix = lengths | {"seed": seed}
    requests = serving.draw(4000, arrivals_per_second=load * most, **mix)
    return serving.serve(requests, pace, blocks=blocks)

# %% simulate_loads
loads = [0.5, 0.7, 0.8, 0.9, 0.95]  # change this line
served = [served_at(load) for load in loads]
waits = {f"p{percent}": [found.percentile("first_token_seconds", percent) for found in served]
         for percent in (50, 95, 99)}

# %% two_loads
fixed = {load: served_at(load) for load in (0.7, 0.95)}
wait = {load: found.percentile("wait_seconds", 95) for load, found in fixed.items()}
wait_growth = wait[0.95] / wait[0.7]
other_days = [[served_at(load, seed).percentile("wait_seconds", 95) for load in (0.7, 0.95)]
              for seed in (2, 3)]
growth_range = sorted([wait_growth, *(high / low for low, high in other_days)])

# %% show_loads role="narration"
queue.reveal(ladder(wait_growth, {growths[0]: 1.1, growths[1]: 1.6, growths[2]: 5, growths[3]: 30, growths[4]: None}),
             because=f"From {fmt(wait[0.7], 's')} to {fmt(wait[0.95], 's')}: {fmt(wait_growth, 'x')}, and {fmt(growth_range[0], 'x')} to {fmt(growth_range[-1], 'x')} with other chances. With slack a place is "
             "nearly always free. Near full load places run out now and then, and no slack is left to catch up. (In the figure the reading of the prompt comes on top.)")
figures.lines(loads, waits, "load (%)", "time to the first token (s)", log="y", x_unit="%", y_unit="s", title="Llama 3 8B on one H100, places for 64",
    alt=f"p95 of the time to the first token: {fmt(waits['p95'][0], 's')} at {fmt(loads[0], '%')} load, {fmt(waits['p95'][-1], 's')} at {fmt(loads[-1], '%')}.")

# %% [markdown]
# Is the simulation right? A law says of every queue that does not grow without end: mean number inside = arrivals a second x mean time inside
# ([Little's law](../docs/glossary.md#littles-law)). Take as inside who has a place.

# %% little
steady = fixed[0.7]
stay = (steady.total_seconds - steady.wait_seconds).mean()  # seconds on a place
inside = serving.batches.in_system(0.7 * most, stay)

# %% tell_little role="narration"
say(f"At 70 % load: {fmt(0.7 * most)} arrivals a second x {fmt(stay, 's')} = {fmt(inside)} users by the law; counted over the whole simulation, its empty beginning and end included: "
    f"{fmt(steady.mean_running)} ({fmt(steady.mean_running / inside - 1, '%', 2)}).")

# %% [markdown]
# And above full load there is no catching up at all. Now the thousand of the question.

# %% a_thousand_at_once
together = serving.draw(1000, arrivals_per_second=1000, **lengths)
burst = serving.serve(together, pace, blocks=blocks)
last_wait = burst.first_token_seconds.max()
early = [burst.first_token_seconds[user - 1] for user in (2, 64, 200, 1000)]

# %% show_thousand role="narration"
thousandth.reveal(last_wait, because="Places become free only as answers end.")
table([["2nd", fmt(early[0], "s")], ["64th", fmt(early[1], "s")], ["200th", fmt(early[2], "s")], ["1000th", fmt(early[3], "s")]],
      ["user", "first word after"], caption="A thousand users within a second")
doubled = inference.estimate(llama, device="H100", prompt=200, output=400, peak_reached=2 * inference.PEAK_REACHED)
token_gain = second.token_seconds[0] / doubled.token_seconds
verdict("A19", token_gain=token_gain, wait_growth=wait_growth, source="estimate and simulation of Llama 3 8B on an H100",
        instead=f"Doubled FLOP/s make a lone user's token {fmt(token_gain, 'x')} as fast; low latency needs bandwidth, and slack in the load.")
in_short(f"Before the load is full: from 70 to 95 % load the p95 of the wait for a place grows **{fmt(wait_growth, 'x')}**. Plan for the unlucky, and for slack.")
quiz("full_server")

# %% [markdown]
# Look for the border yourself.

# %% explorer role="narration"
explorers.panel("serving")

# %% [markdown]
# ## Idea 3: which trick pays?
# Five tricks are in most servers of today. A *prefix cache* keeps the beginnings of prompts that come again. *Chunked prefill* reads a long prompt in pieces, so that running
# answers do not stand still. *Prefill and decode apart* gives each its own cards. *Guessing ahead* ([speculative decoding](../docs/glossary.md#speculative-decoding)) has a small model write
# and the large one check. *Experts spread* over more cards let each expert see more tokens.
#
# Each improves one thing. Take a case that suits it.

# %% guess_tricks role="narration"
tricks = ["prefix cache: first token of a long talk", "chunked prefill: longest pause of a running answer", "prefill and decode apart: requests a second for a card",
          "guessing ahead: tokens a second of a lone user", "experts over 128 cards in place of 16: tokens a second for a card"]
which = predict_ranking("which_trick", "By what factor does each improve its thing? Most first.", tricks)

# %% prefix_and_chunks
talk = serving.prefixes.reading(h100_server, llama, prompt=8000, cached=7600)
case = {"prompt": 8000, "running": 64, "context": 700}
whole = serving.chunks.at_once(h100_server, llama, **case)
pieces = serving.chunks.in_chunks(h100_server, llama, chunk=512, **case)

# %% apart
promise = {"prompt": 2000, "output": 200, "first_token_seconds": 1.0, "token_seconds": 0.03}
one_pool = serving.apart.together(h100_server, llama, every_gap=False, **promise)
network = 50e9  # bytes a second between the two kinds of card
two_pools = serving.apart.split(h100_server, llama, link_bytes_per_second=network, **promise)

# %% guesses_and_experts
guessing = inference.guessing_speed_up(0.75, guesses=7, draft_cost=0.02)  # 3 in 4 stand
h800, deepseek = inference.Machine(device="H800", software="server"), models["deepseek-v3"]
each_card = {"requests": 64, "context": 4000}
spread = {count: serving.experts.spread(h800, deepseek, devices=count, **each_card)
          for count in (16, 128)}

# %% show_tricks role="narration"
factors = dict(zip(tricks, (talk.speed_up, whole.stall_seconds / pieces.stall_seconds, two_pools.requests_per_second / one_pool.requests_per_second, guessing,
                            spread[128].tokens_per_second / spread[16].tokens_per_second), strict=True))
which.reveal(sorted(tricks, key=lambda name: -factors[name]), because="; ".join(fmt(factors[name], "x") for name in sorted(tricks, key=lambda name: -factors[name])) + ".")
table([[tricks[0].split(":")[0], f"{fmt(talk.fresh_seconds, 's')} to {fmt(talk.seconds, 's')}", "room for what is kept: " + fmt(talk.cache_bytes, "B")],
       [tricks[1].split(":")[0], f"{fmt(whole.stall_seconds, 's')} to {fmt(pieces.stall_seconds, 's')}",
        f"its own first token: {fmt(whole.first_token_seconds, 's')} to {fmt(pieces.first_token_seconds, 's')}"],
       [tricks[2].split(":")[0], f"{fmt(one_pool.requests_per_second)} to {fmt(two_pools.requests_per_second)} a second", "every cache travels; both pools must be full"],
       [tricks[3].split(":")[0], fmt(guessing, "x"), "work for guesses that fall: nothing is left for it in a full batch"],
       [tricks[4].split(":")[0], f"{fmt(spread[16].tokens_per_second)} to {fmt(spread[128].tokens_per_second)} a second", "tokens travel to their experts and back"]],
      ["trick", "what it improves", "what it costs"], caption="Estimates, each in a case that suits it")

# %% [markdown]
# <!-- typed: definition -->
# Two of them in more words. A model remembers nothing between turns: each turn of a talk sends everything said so far, and a prefix cache finds all of it but the new part. Sellers ask a
# fraction of the price for such tokens. And guessing ahead speeds up by
#
# tokens of a check x time of a token / (time of the check + guesses x time of a guess),
#
# where k guesses, each right with probability a, give (1 − aᵏ⁺¹) / (1 − a) tokens of a check, as in lesson 05. Above: k = 7, a = 0.75, and a guess takes 0.02 of a pass.
# While a pass waits for weights, a check takes as long as a token. In a batch, the guesses of all users go through it like further users, and beyond the ridge it takes longer.

# %% cached_price
talk_of_20 = serving.prefixes.turns(20, first=2000, added=500)  # each 500 tokens longer
fraction = serving.prefixes.cached_price("openai-gpt-4-1")  # cached over fresh

# %% tell_cached role="narration"
say(f"Twenty turns, each longer by a quarter of the first: {fmt(talk_of_20.hit_rate, '%')} of all tokens sent were sent before. One seller asks {fmt(fraction, '%')} of the price for these.")

# %% [markdown]
# Hold them against what was published, where the paper says enough. And the pages of the cache: how much of the memory that a server takes holds tokens?

# %% published_tricks
measured = findings["s120"].value  # guessing ahead, as its paper measured it
# prompts and answers as long as the paper's in the mean; the answer grows while it is written
shares = {policy: serving.paged.used_share(161, 338, policy, longest=2048)
          for policy in ("longest", "blocks")}
paper = {"longest": findings["s102"].values[0] / 100, "blocks": findings["s105"].values[0] / 100}

# %% show_published role="narration"
table([["guessing ahead, speed", fmt(guessing, "x"), fmt(measured, "x")],
       ["room used, longest text reserved", fmt(shares["longest"], "%"), fmt(paper["longest"], "%")],
       ["room used, pages", fmt(shares["blocks"], "%"), fmt(paper["blocks"], "%")]],
      ["", "estimate", "published"], caption="Guessing ahead: Leviathan et al. 2022; pages: the paper of vLLM, 2023")
best = max(factors, key=factors.get)
in_short(f"It depends on what hurts. In its own case the {best.split(':')[0]} brings **{fmt(factors[best], 'x')}**; pages alone let {fmt(shares['blocks'] / shares['longest'], 'x')} as many "
         "texts into the same memory.")
quiz("prefix_repeats")

# %% [markdown]
# ## At full size
# <!-- typed: thought experiment -->
# A service with a million answers a day, each 200 tokens read and 400 written in the mean, with a promise: 95 of 100 users see a first word within a second. How many H100s?

# %% full_size
a_day = 1_000_000 / 86_400
limits = serving.limits.Limits(first_token_seconds=1.0, percent=95)
mix = {"prompt": 200, "output": 400, "longest": 8192, "requests": 3000}
a_card = serving.limits.most_arrivals(pace, limits, blocks=blocks, **mix)
needed = serving.limits.servers(a_day, a_card)

# %% cards_for_many
ask = {"device": "H100", "prompt": 200, "output": 400}
crowd_of = {count: inference.estimate(llama, batch=count, **ask) for count in (1, 64)}
cards = {count: next(cards for cards in range(1, 99)
                     if inference.estimate(llama, batch=-(-count // cards), **ask).fits)
         for count in (1, 1000)}
price = crowd_of[1].token_seconds / (crowd_of[64].token_seconds / 64)

# %% show_full role="narration"
say(f"A million a day are {fmt(a_day)} requests a second in the mean. One card keeps the promise up to {fmt(a_card)} a second: **{needed}** card(s), before any hour of the day is busier than "
    "the mean, and before one fails.")
claim("B09")
verdict("B09", alone_over_crowd=price, cards_for_many=cards[1000] / cards[1], source="estimate for Llama 3 8B on H100s, 200 tokens in, 400 out",
        instead=f"Serving costs most when a machine stands ready for few: a lone user's token takes {fmt(price, 'x')} the card's time of one among 64. Many users cost more in all, and less "
        "for each token.")

# %% [markdown]
# ## Where this estimate breaks
# First the queue, where formulas exist. One server, service of one second, arrivals by chance: the mean wait is load / (1 - load) seconds if services vary
# exponentially (many short, a few long), and half of it if all are equal.
# <!-- typed: definition -->

# %% check_formula
cases = [(kind, load) for kind in ("exponential", "constant") for load in (0.5, 0.8)]
waited = [serving.single_server(load, 1.0, service=kind, requests=200_000) for kind, load in cases]
simulated = {case: found.mean() for case, found in zip(cases, waited, strict=True)}
exact = {(kind, load): serving.mean_wait(load, 1.0, service=kind) for kind, load in cases}

# %% show_formula role="narration"
table([[f"{kind}, load {fmt(load, '%')}", fmt(simulated[kind, load], "s"), fmt(exact[kind, load], "s"), fmt(simulated[kind, load] / exact[kind, load] - 1, "%", 2)]
       for kind, load in simulated], ["service", "simulated", "formula", "error"], caption="Mean wait of 200 000 requests")
validated("requests", "servers")

# %% [markdown]
# Times of real servers are off by more than those of a lone reader: programs differ in how they mix prompts and answers, and the simulation knows one way. What it leaves out: prompts that
# share a beginning, hours of the day, and cards that fail.

# %% [markdown]
# ## Your bill
# The same answer on a card that it shares with 63 others.

# %% your_bill role="narration"
full_card = crowd_of[64]
bill("06", "the whole answer, among 64", answer=full_card.request_seconds, unit="s")
bill("06", "its share of the card's time", answer=full_card.request_seconds / 64, unit="s")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `batch_that_fits` | 6 | medium | 1 |
# | `p95_first_token` | 8 | hard | 2 |
# | `prefix_saving` | 5 | easy | 3 |
# | `speed_of_guessing` | 5 | medium | 3 |
# | `size_a_service` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/06_serving.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**The second user is almost free because both share one reading of the weights: a token takes {fmt(second.token_seconds[1] / second.token_seconds[0] - 1, '%')} longer. The thousandth waits
{fmt(last_wait, 's')} for a first word: there are 64 places, and one becomes free only when an answer ends.**

1. A batch is cheap while its caches are small beside the weights, and at most up to the ridge, {fmt(ridge, 'users')} on an H100; {fmt(fitting)} texts of 2 000 tokens fill the memory.
2. From 70 to 95 % load the p95 of the wait for a place grows {fmt(wait_growth, 'x')}.
3. A trick improves one thing. Ask which, and what it costs.
4. A million answers a day of this small model are {fmt(a_day)} a second; one card does {fmt(a_card)}.
""")
_ = shared("answer_seconds", crowd_of[1].request_seconds)

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
