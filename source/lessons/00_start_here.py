# %% [markdown]
# # 00 · Start here
# *One answer from a chatbot, followed down to its multiplications, joules and cents.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 30 minutes | 1 of 3 | a little Python | none yet |

# %% [markdown]
# ## The question
# You type a sentence, a chatbot answers with 300 words. What did that cost in multiplications, joules and cents?

# %% [markdown]
# ## You will be able to
# 1. **Estimate** what one answer costs in work, time, energy and money, to the nearest power of ten.
# 2. **Tell** an amount from a rate: FLOP from FLOP/s, watt-hour from watt.
# 3. **Compare** your machine with a data-centre card, in both of its speeds.

# %% [markdown]
# ## How this course works
# - **Predict.** Before a result you write down a guess. A wrong guess is worth more than none: it shows what you
#   believed. Guesses stay in a small file on your machine; `course progress` in a terminal shows them.
# - **Run.** Press Shift+Enter, cell by cell, from top to bottom. This is your own copy. Change the lines marked so, and
#   break what you like: `course lab 00 --fresh` brings the lesson back.
# - **Judge.** Later lessons put sentences from popular articles to the test. Each gets one of five verdicts: *holds*,
#   *holds with limits*, *outdated*, *wrong*, *not decidable*.
# - **Pay.** Every lesson adds a line to your **bill**. Yours begins today.

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import datasets, devices, models, prices
from course_lib.demos import corpus, hardware, start_here, tiny_gpt
from course_lib.estimators import flops, parameters
from course_lib.teaching import ask_orders, bill, figures, fmt, predict, quiz, reveal_order, say, sources, table

# %% [markdown]
# ## Ten guesses first
# Do not look anything up. The last lesson asks the same ten again, and shows how many powers of ten you have gained.
# Leave blank what means nothing to you yet.

# %% ten_guesses
ask_orders()

# %% [markdown]
# ## Powers of ten, amounts and rates
# <!-- typed: definition -->
# Compute spans so many sizes that people count zeros, three at a time:
#
# | prefix | k | M | G | T | P | E |
# | --- | --- | --- | --- | --- | --- | --- |
# | power of ten | 10³ | 10⁶ | 10⁹ | 10¹² | 10¹⁵ | 10¹⁸ |
# | in words | thousand | million | billion | trillion | quadrillion | quintillion |
#
# An **amount** divided by its **rate** is a time:
#
# | amount | rate |
# | --- | --- |
# | [FLOP](../docs/glossary.md#flop): one multiplication or one addition | [FLOP/s](../docs/glossary.md#flop-rate) |
# | [byte](../docs/glossary.md#byte): 8 bits | byte/s (networks count in bit/s: 8 times the number) |
# | [joule](../docs/glossary.md#joule); 1 Wh is 3600 J | [watt](../docs/glossary.md#watt): one joule a second |

# %% check_units
quiz("amount_or_rate")

# %% [markdown]
# ## Idea 1: one answer is trillions of operations for a fraction of a cent
# <!-- typed: thought experiment -->
# A model reads and writes [tokens](../docs/glossary.md#token): pieces of words. Say that a word has 6 bytes, its space
# included. The question has 50 words, the answer 300. How many tokens that makes depends on who cuts the text.

# %% count_tokens
question_words, answer_words, word_bytes = 50, 300, 6  # change this line
cutters = {"Llama 3": "bytes-per-token-llama-3-tokenizer-on-english",
           "Llama 2": "bytes-per-token-llama-2-tokenizer-on-english",
           "GPT-2": "bytes-per-token-gpt-2-tokenizer-on-english-web-text"}
per_token = {cutter: datasets[key].bytes_per_token for cutter, key in cutters.items()}
table([[cutter, fmt(size), fmt(round(answer_words * word_bytes / size))] for cutter, size in per_token.items()],
      ["tokenizer", "bytes in a token", "tokens in the answer"])

# %% [markdown]
# Our model is Llama 3 8B: open, small for a chatbot, and known to the last of its
# [weights](../docs/glossary.md#weight). Think of the multiplications and additions behind those 300 words.
# <!-- typed: thought experiment -->

# %% guess_answer
answer_work = predict("answer_work", "How many FLOPs does Llama 3 8B spend on the question and its answer?", "FLOP")

# %% [markdown]
# The question is read in one go ([prefill](../docs/glossary.md#prefill)). Then the answer grows token by token
# ([decode](../docs/glossary.md#decode)), and each new token passes through the whole model.

# %% count_answer
llama = models["llama-3-8b"]
question = round(question_words * word_bytes / per_token["Llama 3"])
answer = round(answer_words * word_bytes / per_token["Llama 3"])
work = flops.forward(llama, batch=1, seq=question)
work += sum(flops.decode(llama, batch=1, context=question + written) for written in range(answer))
answer_work.reveal(work)

# %% [markdown]
# Why that number? In a matrix product every weight meets every token: one multiplication, one addition. So two FLOPs
# for each weight and token. (Lesson 01 counts exactly, lesson 03 adds what attention costs.)

# %% rule_of_two
weights = parameters.count(llama).total
rule = 2 * weights * (question + answer)
say(f"2 x {fmt(weights, 'weights')} x {fmt(question + answer, 'tokens')} = **{fmt(rule, 'FLOP')}**, "
    f"which is {fmt(rule / work, '%')} of the exact count: some weights are only looked up, not multiplied.")

# %% check_answer
quiz("answer_work")

# %% [markdown]
# Now joules. <!-- typed: thought experiment -->
# Take a lamp of 10 W, and one [H100](../docs/glossary.md#accelerator) card that works for you alone.

# %% guess_lamp
lamp_time = predict("lamp_time", "For how long could the lamp shine on the energy of this one answer?", "s")

# %% [markdown]
# A card that writes for one user reads all its weights once for each token, and waits for them. That takes far longer
# than the arithmetic. With many users the card reads the weights once for all of them, and then the arithmetic counts.
# So there are two ends. The card's rated power times its time gives the energy at each.

# %% two_ends
card = devices["h100-sxm-80gb"]
busy_seconds = work / card.peak_flops["bf16"]
alone_seconds = answer * 2 * weights / card.memory_bytes_per_second  # two bytes a weight
ends = {"alone on the card": alone_seconds, "card full of users": busy_seconds}
joules = {case: seconds * card.power_watts for case, seconds in ends.items()}
table([[case, fmt(ends[case], "s", 2), fmt(joules[case], "J", 2), fmt(joules[case] / 10, "s", 2)]
       for case in ends], ["case", "time of the card", "energy", "lamp shines"], caption="One answer, at best")
lamp_time.reveal(joules["alone on the card"] / 10)

# %% [markdown]
# Real services lie between these ends. And cents? Ask the price lists: what do providers charge for as many tokens?

# %% cents
listed = sorted(price.value for price in prices.values() if price.unit == "USD/Mtok output")
named = {"cheapest": listed[0], "middle": listed[len(listed) // 2], "dearest": listed[-1]}
table([[name, fmt(usd, "USD"), fmt(100 * usd * answer / 1e6, "cents", 2)] for name, usd in named.items()],
      ["price", "a million tokens", "one answer"], caption=f"{len(listed)} listed prices of output tokens")
below = sum(100 * usd * answer / 1e6 < 1 for usd in listed) / len(listed)
say(f"At **{fmt(below, '%')}** of these prices the answer costs less than a cent.")

# %% [markdown]
# These are first looks. The energy leaves out the rest of the server, the cooling and the idle hours: lesson 12 adds
# them. A price holds profit, or loss: lesson 13 takes it apart.

# %% [markdown]
# ## Idea 2: a machine has two speeds
# It multiplies at one speed and moves bytes at another. Soon your machine will show both: the product of two square
# matrices, and the copy of a block of memory, each at five sizes and five times over. Of the products the fastest
# counts, of the copies the largest, which no cache holds.

# %% guess_ahead
ahead = predict("h100_ahead", "How many times faster than your machine does an H100 multiply matrices?", "x")

# %% two_speeds role="measured"
sides, sizes = [128, 256, 512, 1024, 2048], [8e6, 16e6, 32e6, 64e6, 128e6]
products = [hardware.product(side, repeats=5) for side in sides]
copies = [hardware.copy(int(size), repeats=5) for size in sizes]
table([[side, fmt(product.flops_per_second, "FLOP/s"), fmt(product.spread, "x"), fmt(size, "B"),
        fmt(copy.bytes_per_second, "B/s"), fmt(copy.spread, "x")]
       for side, product, size, copy in zip(sides, products, sizes, copies, strict=True)],
      ["side", "product", "slowest / fastest", "size", "copy", "slowest / fastest "], caption="This machine")
rate, bandwidth = max(product.flops_per_second for product in products), copies[-1].bytes_per_second

# %% beside_h100 role="measured"
ratios = {"multiplying": card.measured_matmul_flops / rate,
          "moving bytes": card.memory_bytes_per_second / bandwidth}
ahead.reveal(ratios["multiplying"])
figures.bars(
    list(ratios), list(ratios.values()), x_label="H100 over this machine (x)", unit="x",
    title="Two speeds, two distances", alt="How far an H100 is ahead of this machine: "
    + "; ".join(f"{fmt(ratio, 'x')} in {speed}" for speed, ratio in ratios.items()) + ".")
apart = ratios["multiplying"] / ratios["moving bytes"]
say(f"One number cannot say how far ahead the card is: the two differ by **{fmt(apart, 'x')}**."
    if max(apart, 1 / apart) > 2 else
    f"Your machine mixes the two about like the card: the distances differ by {fmt(apart, 'x')} only.")

# %% [markdown]
# <!-- typed: definition -->
# Machines mix the two in different proportions. (A note on fairness: your product ran on the processor with 32-bit
# numbers, the card's with 16-bit ones.) So which of the two does our answer wait for?

# %% which_waits role="measured"
token_work = flops.decode(llama, batch=1, context=question)
pairs = {"this machine": (token_work / rate, 2 * weights / bandwidth),
         card.name: (token_work / card.measured_matmul_flops, 2 * weights / card.memory_bytes_per_second)}
table([[name, fmt(multiply, "s"), fmt(move, "s"), "moving bytes" if move > multiply else "multiplying"]
       for name, (multiply, move) in pairs.items()],
      ["machine", "multiplying", "moving bytes", "it waits for"], caption="One token of Llama 3 8B")

# %% check_speeds
quiz("two_speeds")

# %% [markdown]
# ## Idea 3: training is the same work, repeated
# A model learns by guessing the next token of a text that somebody wrote. Each [step](../docs/glossary.md#training-step)
# runs the model forward, measures the [loss](../docs/glossary.md#loss) (how surprised it was), runs backward to find
# how each weight should move, and moves it. That is about three times the work of reading.
#
# Llama 3.1 405B learned from all the tokens its makers could gather.

# %% guess_years
years = predict("years_405b", "How long would your machine take to train Llama 3.1 405B?", "s")

# %% years_here role="measured"
large, text = models["llama-3.1-405b"], datasets["llama-3-pre-training"]
training_work = 3 * flops.forward(large, batch=1, seq=1) * text.tokens
years.reveal(training_work / rate)

# %% [markdown]
# That was the first of your ten questions. The other nine wait for their lessons.

# %% first_of_ten
reveal_order("training_flops")

# %% [markdown]
# So train something smaller: the course's tiny GPT, on the help pages of your own Python. It reads bytes. Watch the
# same model continue the same word, while its loss falls.

# %% train role="measured"
steps, batch, seq = 1200, 16, 32  # change this line
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=64, n_heads=8, context=seq))

def watch(step, loss):
    if step in (0, 20, 100, 400, steps - 1):
        text = start_here.legible(tiny_gpt.write(gpt, "The ", tokens=70, temperature=0.6))
        print(f"step {step + 1:4}  loss {loss:.2f}  {text}", flush=True)

pieces = corpus.batches(corpus.tokens(), batch, seq)
losses = tiny_gpt.train(gpt, pieces, steps, learning_rate=6e-3, progress=watch)

# %% [markdown]
# From noise to letters, from letters to words. Not to sense: that is what the other zeros are for.

# %% loss_curve role="measured"
marks = list(range(100, steps + 1, 100))
means = [sum(losses[end - 100 : end]) / 100 for end in marks]
figures.lines(
    marks, {"loss": means}, "training step", "loss (nats a byte)", title="The tiny GPT learns",
    alt=f"The loss goes from {fmt(means[0])} to {fmt(means[-1])} nats a byte in {fmt(steps)} steps.")

# %% [markdown]
# How many zeros? Put everything of today on one axis that counts them, a [log axis](../docs/glossary.md#log-axis): one
# step to the right is a factor of ten. Before you run it: which took more, training your tiny GPT or the one answer of
# Llama 3 8B?

# %% ladder
tiny = flops.training_step(gpt.model, batch, seq)
ladder = {"one multiplication": 1, "tiny GPT reads a byte": tiny / 3 / batch / seq,
          "Llama 3 8B writes a token": flops.decode(llama, batch=1, context=question),
          "tiny GPT, trained": tiny * steps, "one answer of Llama 3 8B": work,
          "Llama 3.1 405B, trained": training_work}
rungs = sorted(ladder, key=ladder.get)
figures.bars(
    [f"{rung}: {fmt(ladder[rung], 'FLOP')}" for rung in rungs], [start_here.zeros(ladder[rung]) for rung in rungs],
    x_label="power of ten (FLOP)", title="A ladder of work",
    alt=f"Bars by power of ten: {'; '.join(f'{start_here.zeros(ladder[rung]):.1f} {rung}' for rung in rungs[2:])}.")
say(f"One answer took **{fmt(work / tiny / steps, 'x')}** the arithmetic of your whole training run. "
    f"Training Llama 3.1 405B took that of **{fmt(training_work / work)}** answers.")

# %% [markdown]
# ## Your bill begins
# One line for today: the answer, with the card for you alone, rented by the hour.

# %% bill_answer
hour = prices.rental("H100")  # one price for one thing on one date, from several sellers' lists
say(f"An H100 rents for {fmt(hour.usd_per_device_hour, 'USD')} an hour as of {hour.as_of}; lists ask from "
    f"{fmt(hour.usd_low, 'USD')} to {fmt(hour.usd_high, 'USD')}.")
bill("00", "answer of 300 words, Llama 3 8B, one H100", parameters=weights, flops=work,
     bytes=2 * weights, seconds=alone_seconds, joules=alone_seconds * card.power_watts,
     usd=alone_seconds / 3600 * hour.usd_per_device_hour)

# %% [markdown]
# ## Where this estimate breaks
# Both ends above are ideals: no card reaches its peak, and none is full all day.

# %% how_far_apart
say(f"Between the two ends lies a factor of **{fmt(alone_seconds / busy_seconds, 'x')}** in time, energy and rent. "
    f"Between the cheapest and the dearest price lies {fmt(listed[-1] / listed[0], 'x')}. "
    "Whoever tells you *the* energy of *an* answer owes you the model, the load and the date.")

# %% [markdown]
# ## Key points

# %% key_points
say(f"""
1. An answer of {fmt(answer_words)} words costs Llama 3 8B {fmt(work, 'FLOP')}: two for each weight and token. At best
   that is {fmt(busy_seconds * card.power_watts, 'J', 2)} on a full card and
   {fmt(alone_seconds * card.power_watts, 'J', 2)} on one that works for you alone.
2. FLOP, byte and joule are amounts; FLOP/s, byte/s and watt are rates. An amount divided by its rate is a time.
3. A machine has two speeds. Writing for one user, an H100 multiplies for
   {fmt(pairs[card.name][0], 's')} a token and moves bytes for {fmt(pairs[card.name][1], 's')}.
4. Training is the same work repeated: {fmt(training_work, 'FLOP')} for Llama 3.1 405B.
""")

# %% [markdown]
# Next: [01 · Parameters](01_parameters.ipynb). In a terminal, `course progress` shows what you have so far.

# %% [markdown]
# ## Sources

# %% sources
sources()
