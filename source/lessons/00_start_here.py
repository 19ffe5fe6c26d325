# %% [markdown]
# # 00 · Start here
# *One answer from a chatbot, followed down to its multiplications, joules and cents.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 30 minutes alone, 45 in a room; no exercise | 1 of 3 | a little Python | none yet |

# %% [markdown]
# ## The question
# You type a question, and a chatbot answers with 400 [tokens](../docs/glossary.md#token), pieces of words. What does that cost in
# multiplications, joules and cents?

# %% [markdown]
# ## You will be able to
# 1. **Estimate** what one answer costs in work, time, energy and money, to the nearest power of ten.
# 2. **Tell** an amount from a rate: FLOP from FLOP/s, watt-hour from watt.
# 3. **Compare** your machine with a data-centre card, in both of its speeds.

# %% [markdown]
# ## How this course works
# - **Predict.** Before a result you write down a guess. A wrong guess is worth more than none: it shows what you
#   believed. Guesses stay in a small file on your machine; `course progress` in a terminal shows them.
# - **Run.** Press Shift+Enter, cell by cell, from top to bottom. Open cells compute; folded ones only show. This is your
#   own copy: change the lines marked so, and break what you like. `course lab 00 --fresh` brings the lesson back.
# - **Judge.** Later lessons put sentences from popular articles to the test. Each gets one of five verdicts: *holds*,
#   *holds with limits*, *outdated*, *wrong*, *not decidable*.
# - **Pay.** The course follows one answer and one training run. Every lesson fills in a row of their **bill**.

# %% narration role="narration"
from course_lib import explorers
from course_lib.teaching import (ask_orders, bill, figures, fmt, in_short, ladder, machine_card, predict, predict_choice, quiz,
                                 reveal_order, say, shared, sources, table)

# %% [markdown]
# ## Set up

# %% setup
from statistics import median
from course_lib.catalog import datasets, devices, models, prices
from course_lib.demos import corpus, hardware, measure, start_here, tiny_gpt
from course_lib.estimators import energy, flops, inference, parameters

# %% [markdown]
# ## Ten guesses first
# Do not look anything up. Most come back in the lesson that answers them, and the last lesson asks all ten again. Leave blank
# what means nothing to you yet.

# %% ten_guesses role="narration"
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

# %% check_units role="narration"
quiz("amount_or_rate")

# %% [markdown]
# ## Idea 1: what is one answer made of?
# <!-- typed: thought experiment -->
# Our model is Llama 3 8B: open, small for a chatbot, and known to the last of its eight billion
# [weights](../docs/glossary.md#weight). It reads your question of 200 tokens and writes 400, one after the other.

# %% guess_answer role="narration"
answer_work = predict("answer_work", "How many FLOPs does Llama 3 8B spend on the question and its answer?", "FLOP",
                      case="200 tokens read and 400 written")

# %% [markdown]
# The question is read in one go ([prefill](../docs/glossary.md#prefill)), and out of this reading comes the first new token.
# Then the answer grows token by token ([decode](../docs/glossary.md#decode)): each new token passes through the whole model and
# gives the next one. So the last token needs no pass of its own.

# %% count_answer
llama = models["llama-3-8b"]
read, written = 200, 400  # change this line
prefill = flops.forward(llama, batch=1, seq=read)
decode = sum(flops.decode(llama, batch=1, context=read + done) for done in range(written - 1))

# %% show_answer role="narration"
work = inference.answer_flops(llama, prompt=200, output=400)
weights = parameters.count(llama).total
answer_work.reveal(prefill + decode, case=f"{read} tokens read and {written} written",
                   because=f"Each token meets nearly all of the {shared('llama_3_8b_weights', weights)} weights: one multiplication "
                   "and one addition. So about 2 x weights x tokens.")
table([["reading", fmt(read), fmt(1), fmt(prefill, "FLOP")], ["writing", fmt(written - 1), fmt(written - 1), fmt(decode, "FLOP")]],
      ["part", "tokens that pass", "passes", "work"], caption=f"{llama.name}, one answer of {fmt(written, 'tokens')}")

# %% rule_of_two
rule = 2 * parameters.count(llama).total * (read + written)
exact = prefill + decode

# %% tell_rule role="narration"
say(f"The rule of thumb, 2 x weights x tokens, gives {fmt(rule, 'FLOP')}: {fmt(rule / exact, '%')} of the exact count. Lesson 01 "
    "says which weights it counts in vain.")
in_short(f"One answer, 200 tokens read and 400 written, is **{shared('answer_flops', work)}**: about two for each weight and token.")
quiz("answer_work")

# %% [markdown]
# ## Idea 2: which of a machine's two speeds does it wait for?
# A machine multiplies at one speed and moves bytes at another. Your machine will now show both, as quick as it can be
# just now.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=15)
ahead = predict("h100_ahead", "How many times faster than your machine does an H100, a card of 700 W for data centres, "
                "multiply matrices?", "x")

# %% sizes
sides = [128, 256, 512, 1024, 2048]  # change this line: sides of the matrices
sizes = [8e6, 32e6, 128e6]  # bytes of the blocks that are copied

# %% two_speeds role="measured" seconds=2
products = [hardware.product(side, repeats=5) for side in sides]
copies = [hardware.copy(int(size), repeats=5) for size in sizes]
rate = max(product.flops_per_second for product in products)
bandwidth = copies[-1].bytes_per_second  # the largest block: no cache holds it

# %% beside_h100 role="measured"
card = devices["H100"]
ratios = {"multiplying": card.measured_matmul_flops / rate,
          "moving bytes": card.memory_bytes_per_second / bandwidth}

# %% show_h100 role="measured_narration"
fastest = max(products, key=lambda product: product.flops_per_second)
ahead.reveal(ratios["multiplying"], because=f"Your machine multiplies at {fmt(rate, 'FLOP/s')} (slowest of five over fastest "
             f"{fmt(fastest.spread, 'x')}), the card at {fmt(card.measured_matmul_flops, 'FLOP/s')}. Yours used 32-bit numbers, "
             "the card 16-bit ones.")
figures.bars(
    list(ratios), list(ratios.values()), x_label="H100 over this machine (x)", unit="x",
    title="Two speeds, two distances", alt="How far an H100 is ahead of this machine: "
    + "; ".join(f"{fmt(ratio, 'x')} in {speed}" for speed, ratio in ratios.items()) + ".")

# %% [markdown]
# Now the answer again. To write one token for one reader, a machine must fetch every weight once, and multiply with it
# once. A weight takes two bytes.

# %% guess_wait role="narration"
waits = ["multiplying", "moving bytes", "both take about as long"]
waiting = predict_choice("which_waits", "An H100 writes one token for one reader. What takes longer?", waits)

# %% which_waits role="measured"
token_work = flops.decode(llama, batch=1, context=200)
token_bytes = 2 * parameters.count(llama).total
card_times = token_work / card.measured_matmul_flops, token_bytes / card.memory_bytes_per_second
my_times = token_work / rate, token_bytes / bandwidth

# %% show_waits role="measured_narration"
factor = card_times[1] / card_times[0]
waiting.reveal(ladder(factor, {waits[0]: 1 / 1.5, waits[2]: 1.5, waits[1]: None}),
               because=f"Moving the bytes takes {fmt(factor, 'x')} the time of multiplying: the card is built to use each weight "
               "many times once it has fetched it.")
table([[name, fmt(multiply, "s"), fmt(move, "s")] for name, (multiply, move) in
       {"this machine": my_times, card.name: card_times}.items()],
      ["machine", "multiplying", "moving bytes"], caption="One token of Llama 3 8B, at best")

# %% [markdown]
# So a card that works for you alone mostly waits. Among many readers it fetches the weights once for all of them. Let the
# estimator, which knows what programs reach, take both cases: alone, and 64 at once.

# %% two_ends
alone = inference.estimate(llama, device="H100", batch=1, prompt=200, output=400)
crowd = inference.estimate(llama, device="H100", batch=64, prompt=200, output=400)
card_seconds = {"alone": alone.request_seconds, "among 64": crowd.request_seconds / 64}
case = {"device": "H100", "prompt": 200, "output": 400}
joules = {name: 400 * energy.answers.token(llama, batch=users, **case).value
          for name, users in (("alone", 1), ("among 64", 64))}

# %% guess_lamp role="narration"
lamp = predict("lamp_time", f"The card draws up to {fmt(card.power_watts, 'W')} for {shared('answer_seconds', card_seconds['alone'])} "
               "when it answers you alone. For how long could a lamp of 10 W shine on that, at most?", "s")

# %% show_ends role="narration"
hour = prices.rental("H100")  # one price for one thing on one date, from several sellers' lists
cents = {name: 100 * seconds / 3600 * hour.usd_per_device_hour for name, seconds in card_seconds.items()}
at_most = card.power_watts * card_seconds["alone"]
server_seconds = {name: inference.estimate(llama, batch=users, software="server", **case).request_seconds / users
                  for name, users in (("alone", 1), ("among 64", 64))}
lamp.reveal(at_most / 10, because=f"Energy is power times time: {fmt(at_most, 'J')} at most. A card that waits for bytes draws less than it is "
            "rated for. But its server, the network and the building draw with it, and the table below counts them: "
            f"{fmt(joules['alone'], 'J')} for this answer.")
table([[name, fmt(card_seconds[name], "s"), fmt(cents[name], "cents"), fmt(joules[name], "J")] for name in cents],
      ["readers on the card", "time of the card, tuned code", "rent, tuned code", "energy, a server's program"],
      caption=f"One answer of {llama.name} on an H100; energy with the card's share of server and building")
say("Two programs stand behind each row. Time and rent are those of code tuned to the model. Energy is that of a program that serves many: "
    f"it takes {fmt(server_seconds['alone'], 's')} alone and {fmt(server_seconds['among 64'], 's')} among 64. So do not divide the one by the other.")
say(f"An H100 rents for {shared('h100_hour', hour.usd_per_device_hour)} an hour as of {hour.as_of}; lists ask from "
    f"{fmt(hour.usd_low, 'USD')} to {fmt(hour.usd_high, 'USD')}.")
shared("answer_joules", joules["alone"]), shared("answer_joules_full", joules["among 64"])
in_short(f"For the bytes: a lone reader's token waits **{fmt(factor, 'x')}** as long for weights as for multiplications. Among "
         f"64 readers the same answer takes {fmt(card_seconds['alone'] / card_seconds['among 64'], 'x')} less of the card's time.")
quiz("two_speeds")

# %% [markdown]
# Turn it yourself.

# %% explorer role="narration"
explorers.panel("start")

# %% [markdown]
# ## Idea 3: what does training add?
# A model learns by guessing the next token of a text that somebody wrote. Each [step](../docs/glossary.md#training-step) runs the model
# forward, measures the [loss](../docs/glossary.md#loss) (how surprised it was), runs backward to find how each weight should move, and
# moves it. Llama 3.1 405B learned from all the tokens its makers could gather.

# %% guess_years role="narration"
years = predict("years_405b", "How long would your machine take to train Llama 3.1 405B?", "s")

# %% years_here role="measured"
large, text = models["llama-3.1-405b"], datasets["llama-3-pre-training"]
training_work = flops.training(large, text.tokens)
here_seconds = training_work / rate

# %% show_years role="measured_narration"
years.reveal(here_seconds, because=f"{fmt(training_work, 'FLOP')}, at the {fmt(rate, 'FLOP/s')} measured above: "
             f"{fmt(text.tokens, 'tokens')}, and for each about three times the work of reading it.")

# %% [markdown]
# That was the first of your ten questions.

# %% first_of_ten role="narration"
reveal_order("training_flops")

# %% [markdown]
# So train something smaller: the course's tiny GPT, on the help pages of your own Python. It reads bytes. Watch the
# same model continue the same word, while its loss falls.

# %% tiny_model
steps, batch, seq = 1200, 16, 32  # change this line
gpt = tiny_gpt.TinyGPT(tiny_gpt.shape(layers=1, d_model=64, n_heads=8, context=seq))

# %% train role="measured" seconds=8
pieces = corpus.batches(corpus.tokens(), batch, seq)
watch = start_here.Watch(gpt, at=(0, 20, 100, 400, steps - 1))
with measure.using_threads(1):  # other programs hold up one thread least
    losses = tiny_gpt.train(gpt, pieces, steps, learning_rate=6e-3, progress=watch)

# %% show_training role="measured_narration"
table([[str(step + 1), fmt(loss), text] for step, loss, text in watch.seen], ["step", "loss", "it writes"],
      caption="From noise to letters, from letters to words; the loss of that step alone")
window = min(100, len(losses))
marks = list(range(window, len(losses) + 1, window))
means = [sum(losses[end - window : end]) / window for end in marks]
figures.lines(
    marks, {"loss": means}, "training step", f"loss, mean of {fmt(window)} steps (lower is less surprised)", title="The tiny GPT learns",
    alt=f"The loss, each point the mean of the {fmt(window)} steps before it, goes from {fmt(means[0])} to {fmt(means[-1])} in "
    f"{fmt(len(losses))} steps.")

# %% [markdown]
# Not to sense: that is what the other zeros are for.

# %% guess_more role="narration"
sizes_told = ["the training, many times over", "the training, a little", "the answer, a little", "the answer, many times over"]
more = predict_choice("answer_or_training", "Which takes more multiplications: the one answer of Llama 3 8B, or 1 200 training "
                      "steps of the tiny model, each with 16 texts of 32 bytes?", sizes_told)

# %% compare_work
tiny = tiny_gpt.shape(layers=1, d_model=64, n_heads=8, context=32)
tiny_step = flops.training_step(tiny, batch=16, seq=32)
tiny_training = 1200 * tiny_step
answer = inference.answer_flops(llama, prompt=200, output=400)

# %% show_ladder role="narration"
times = answer / tiny_training
more.reveal(ladder(times, {sizes_told[0]: 1 / 3, sizes_told[1]: 1, sizes_told[2]: 3, sizes_told[3]: None}),
            because=f"The answer takes {fmt(times, 'x')} the arithmetic of those 1 200 steps.")
run = flops.training(models["llama-3.1-405b"], datasets["llama-3-pre-training"].tokens)
rungs = {"one multiplication": 1, "Llama 3 8B writes a token": flops.decode(llama, batch=1, context=200),
         "tiny GPT, trained": tiny_training, "one answer of Llama 3 8B": answer, "Llama 3.1 405B, trained": run}
figures.bars(
    [f"{rung}: {fmt(amount, 'FLOP')}" for rung, amount in rungs.items()], [start_here.zeros(amount) for amount in rungs.values()],
    x_label="power of ten (FLOP)", title="A ladder of work",
    alt="Bars by power of ten: " + "; ".join(f"{start_here.zeros(amount):.1f} {rung}" for rung, amount in rungs.items()) + ".")
in_short(f"Training is the same work, repeated: Llama 3.1 405B took **{shared('run_flops', run)}**, as much as "
         f"{fmt(run / answer)} such answers of the 8B model.")

# %% [markdown]
# ## Your bill begins
# <!-- typed: definition -->
# Two columns from here to the last lesson. The **answer**: Llama 3 8B reads 200 tokens and writes 400. The **run**: Llama 3.1
# 405B trained on 15.6 trillion tokens, on 16 384 H100.

# %% your_bill role="narration"
bill("00", "tokens", answer=600, run=datasets["llama-3-pre-training"].tokens)
bill("00", "FLOPs", answer=answer, run=run, unit="FLOP")

# %% [markdown]
# ## Where this estimate breaks
# The rent above is that of a card at work: no idle hours, and no profit for whoever sells the tokens. What do providers ask for 400
# written tokens? (They price the tokens read apart; these are left out here.)

# %% price_lists
listed = sorted(price.value for price in prices.values() if price.unit == "USD/Mtok output")
asked = {"cheapest": listed[0], "median": median(listed), "most expensive": listed[-1]}
answer_cents = {name: 100 * usd * 400 / 1e6 for name, usd in asked.items()}

# %% show_prices role="narration"
table([[name, fmt(asked[name], "USD"), fmt(answer_cents[name], "cents")] for name in asked],
      ["price", "a million tokens", "400 tokens"], caption=f"{len(listed)} listed prices of written tokens, of all models")
say(f"The most expensive is a reasoning model. Between it and the cheapest lie {fmt(listed[-1] / listed[0], 'x')}, between the two cases "
    f"of the table before {fmt(cents['alone'] / cents['among 64'], 'x')}. Whoever tells you *the* cost of *an* answer owes you the model, "
    "the load and the date.")

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**One answer of Llama 3 8B (200 tokens read, 400 written) costs {fmt(work, 'FLOP')}, {fmt(joules['alone'], 'J')} and
{fmt(cents['alone'], 'cents')} on an H100 of its own; among 64 readers {fmt(joules['among 64'], 'J')} and
{fmt(cents['among 64'], 'cents')}.** (Joules with a server's program, cents with tuned code.)

1. FLOPs of an answer: about two for each weight and token.
2. FLOP, byte and joule are amounts; FLOP/s, byte/s and watt are rates. An amount divided by its rate is a time.
3. A machine has two speeds. Writing for one reader, an H100 multiplies for {fmt(card_times[0], 's')} a token and moves bytes for
   {fmt(card_times[1], 's')}.
""")

# %% [markdown]
# Next: [01 · Parameters](01_parameters.ipynb). In a terminal, `course progress` shows what you have so far.

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
