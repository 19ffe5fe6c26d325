# %% [markdown]
# # 16 · Capstone
# *Plan a model, know how sure you are, and defend it on one page.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 60 minutes alone, 90 in a room | 3 of 3 | lessons [01](01_parameters.ipynb) to [13](13_cost.ipynb) | none: it puts them to use |

# %% [markdown]
# ## The question
# A foundation gives you USD 500 000, a month, and a purpose: an open assistant for a language that open models hardly
# speak. What do you do with the money, and could you defend it?

# %% [markdown]
# ## You will be able to
# 1. **Find** the limit that decides what a plan can do (exercise `binding_limit`).
# 2. **Check** that the numbers of a plan agree with each other (`broken_rules`, `my_plan`).
# 3. **Measure** how good ranges are, yours and a planner's (`replay_score`).
# 4. **Defend** a plan on one page, with an alternative and with what would change it (`defence`).

# %% [markdown]
# ## Set up

# %% setup
from dataclasses import replace
from course_lib.catalog import models, prices
from course_lib.estimators import access, cost, datasets, parameters, project, ranges, training
from course_lib.teaching import ask_orders, calibration, figures, fmt, predict, predict_choice, quiz, replay, report, say, sources, table, validated, whole_bill

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_margin")
quiz("recall_card_memory")

# %% [markdown]
# ## Ten guesses again
# The same ten questions as in [lesson 00](00_start_here.ipynb). Again, look nothing up: what you carry in your head is
# what you will have in a meeting.

# %% ten_again
ask_orders("end")

# %% [markdown]
# Now the answers, your distance from each in [powers of ten](../docs/glossary.md#power-of-ten), then and now, and your
# guesses of the whole course. How far off you usually are is your
# [calibration](../docs/glossary.md#calibration). The plan below will need it.

# %% calibration role="measured"
progress = calibration.calibration()
calibration.by_lesson()

# %% [markdown]
# ## Idea 1: the tightest limit decides
# Here is the project. The shape of the model and the cards are a first proposal: Llama 3 8B's, on H100s in Poland.
# All four limits hold at once. Which of them is the
# [binding limit](../docs/glossary.md#binding-limit)?

# %% the_project
llama, tokens, month = models["llama-3-8b"], 1e12, 30 * 86400
there_is = {"usd": 500e3, "seconds": month, "carbon_kg": 45e3, "text_tokens": 2.4e12}  # change this line
rental = prices.rental("H100")
hour = rental.usd_per_device_hour
where = {"grid": "Poland", "usd_per_device_hour": hour}
table([["money", fmt(there_is["usd"], "USD"), f"{fmt(hour, 'USD')} for an hour of a card"],
       ["time", fmt(there_is["seconds"], "s"), "from the first step to the last"],
       ["carbon", fmt(there_is["carbon_kg"] / 1000, "tonnes"), "what the foundation allows"],
       ["text", fmt(there_is["text_tokens"], "tokens"), "600 billion, read four times at most"]],
      ["limit", "there is", "note"], caption="The project: 64 cards, an 8B model, as many tokens as possible")
first = predict_choice("binding_limit", "Which limit decides how many tokens it can train on?",
                       ["money", "time", "carbon", "text"])

# %% [markdown]
# The [planner](../docs/glossary.md#planner) of this course, `training.estimate`, looks among the quickest layouts for one that
# surely fits, and says what it takes. In a terminal it is `course plan`. Time, energy and money grow in proportion to the
# tokens, so each limit can be turned round: how many tokens does it allow?

# %% what_each_allows
run = training.estimate(llama, tokens=tokens, device="H100", devices=64, **where)
found = project.constraints.of_training(run, tokens=tokens, **there_is)
allows, tight = project.constraints.allowed(found, tokens), project.constraints.binding(found)
figures.bars(list(allows), list(allows.values()), x_label="tokens it allows", mark=[tight.name],
    title="Each limit alone", alt="Tokens allowed: " + "; ".join(f"{name} {fmt(n)}" for name, n in allows.items()))
first.reveal(tight.name)
longer = predict("time_times_four", "The month becomes four months. By which factor do the tokens grow?", "x")

# %% loosen_each
now = min(allows.values())
wider = {f"{name} x 4": project.constraints.loosened(found, tokens, name, 4) for name in allows}
figures.bars(["as it is", *wider], [now, *wider.values()], x_label="tokens", mark=[f"{tight.name} x 4"],
    title="One limit made four times as wide",
    alt=f"Tokens: as it is {fmt(now)}; " + "; ".join(f"{name} {fmt(n)}" for name, n in wider.items()))
longer.reveal(wider["time x 4"] / now)
same = [name for name, n in wider.items() if n == now]
say(f"**{', '.join(same)}**: nothing changes. Four times as much of what is not short buys not one token.")

# %% [markdown]
# And the limit that was short helps only until the next one decides. So before you ask for more of something, find
# out what comes after it.
#
# Time has a second remedy: more cards. They do the same work in less time, for nearly the same hours. Sweep the
# planner over their number, with the layout it found.

# %% more_cards
cards = [16, 32, 64, 128, 256, 512]  # change this line
swept = training.estimate(llama, tokens=tokens, device="H100", layout=replace(run.layout, data=cards), **where)
curves = project.constraints.allowed(project.constraints.of_training(swept, tokens=[tokens] * len(cards), **there_is), tokens)
figures.lines(cards, curves, "H100 cards", "tokens it allows", log="xy", title="More cards move one limit only",
    alt="Tokens, most over fewest cards: " + "; ".join(f"{name} {fmt(n[-1] / n[0], 'x')}" for name, n in curves.items()))

# %% check_binding
quiz("loosened_limit")

# %% [markdown]
# Is 8B the right size at all? Lesson 02 split a budget so that training alone goes furthest
# ([compute-optimal](../docs/glossary.md#compute-optimal)). But this model will be asked for years.

# %% guess_size
weights, law = parameters.count(llama).total, datasets.scaling_laws.BESIROGLU
reached = datasets.scaling_laws.loss(law, weights, now)
options = ["larger", "the same", "smaller"]
size = predict_choice("lifetime_size", "It will serve ten trillion tokens. For the same loss and the least "
                      "work over its life, the best size is, against the best for training alone:", options)

# %% size_for_life
sizes = [5e9, 6e9, 8e9, 11e9, 16e9, 22e9, 32e9]
served = {"nobody asks": 0, "1 trillion served": 1e12, "10 trillion served": 1e13}  # change this line
work = {name: access.lifetime.life(law, sizes, reached, asked).total for name, asked in served.items()}
alone, asked = (access.lifetime.best(law, reached, served[name]) for name in list(served)[::2])
figures.lines(sizes, work, "weights", "work over its life (FLOP)", log="xy", title="The best size depends on use",
    alt=f"Best size: {fmt(alone.params)} weights if nobody asks, {fmt(asked.params)} for ten trillion tokens.")
size.reveal(options[1 + (asked.params < alone.params) - (asked.params > alone.params)],
    because=f"{fmt(asked.params, 'weights')} on {fmt(asked.tokens, 'tokens')}; alone {fmt(alone.params)}.")

# %% [markdown]
# ## Idea 2: a plan is a range
# It begins with a plan that looks rigorous. The rule is `6ND` FLOPs, at `40 %` of the peak.

# %% a_point
exact = training.replays.plain_hours(llama, 15e12, "h100-sxm-80gb")
truth = training.replays.published("llama-3-8b")
say(f"Llama 3 8B, planned to the hour: **{fmt(round(exact), exact=True)} card hours**. "
    f"Published: {fmt(truth)}. So many digits, and wrong by {fmt(truth / exact, 'x')}.")

# %% [markdown]
# The digits were those of the calculator. A plan has to say how far off it may be: a range that holds the truth in four
# cases of five. Try it [blind](../docs/glossary.md#blind-replay) on two
# published runs. You get what was known before they started, and no more.

# %% blind_guesses
names = ["llama2-7b", "falcon-40b"]
facts = {key: training.replays.blind(key) for key in names}
blind = {key: replay.predict_range(
    f"blind_{key.replace('-', '_')}", f"{each.model.name}, {fmt(each.tokens, 'tokens')}, {each.device}: how many "
    "card hours?") for key, each in facts.items()}
width = predict("range_width", "How wide must a planner's ranges be, high over low, to hold four of five?", "x")

# %% [markdown]
# The planner gets the same facts: a record without hours, utilisation, energy or price. Only then are the rows opened.

# %% blind_replays
keys = [*names, "nanogpt-124m", "pythia-70m", "gpt-neox-20b", "mpt-7b", "llama-3-8b", "palm-540b",
        "patterson-gpt3"]  # change this line
hours = {key: training.replays.planned(training.replays.blind(key)).device_hours for key in keys}
pace = training.pace("published")
spans = {key: ranges.Range(low=pace.low * n, value=n, high=pace.high * n) for key, n in hours.items()}
truths = {key: training.replays.published(key) for key in keys}
judged = replay.scores([(key, spans[key], truths[key]) for key in keys], caption="Card hours, planned blind")
for key, asked_for in blind.items():
    asked_for.reveal(truths[key])
width.reveal(pace.high / pace.low)
figures.scatter(list(truths.values()), list(hours.values()), "published card hours", "planned card hours",
    names=keys, log="xy", mark=["llama-3-8b", "palm-540b", "pythia-70m"],
    reference=("planned = published", lambda at: at), title="Runs planned blind",
    alt=f"{fmt(judged.hits * judged.count)} of {judged.count} published runs lie in the planner's range.")
say(f"The range holds **{fmt(judged.hits, '%')}** of them. The middle is {judged.error:.2f} powers of two off in the "
    f"median: a factor of {fmt(2**judged.error, 'x')}.")

# %% [markdown]
# A fair warning: the planner's middle was set on such rows, these among them; its range on rows that it had not seen.
# A miss is no mistake of yours. For Llama 3 8B the source says how many hours, not what they were spent on.
#
# Judge a range by two things, its distance and its width. A range that is never wrong because it is endless is no help.
# And ranges combine. Four parts of a budget are each USD 100 000, within 30 % either way, and err independently.
# <!-- typed: thought experiment -->

# %% guess_sum
whole = predict("sum_of_ranges", "Within how many per cent lies their sum, in four cases of five?", "%")

# %% sum_of_ranges role="measured"
part = ranges.Range(low=70e3, value=100e3, high=130e3)
total = ranges.added([part] * 4)
drawn = training.replays.drawn_share([part] * 4, total)
whole.reveal(total.high / total.value - 1)
say(f"Ends added one by one would say {fmt(part.high / part.value - 1, '%')}. Of {fmt(20_000, exact=True)} drawn "
    f"sums the narrower range held **{fmt(drawn, '%')}**: parts that err independently cancel in part.")

# %% check_range
quiz("range_of_a_sum")

# %% [markdown]
# ## Idea 3: the best plan may be not to train
# The purpose is an assistant. Four ways lead there: call somebody's [API](../docs/glossary.md#api), train an adapter,
# [tune](../docs/glossary.md#fine-tuning) all of an open model on the language, or train from nothing. The API is a
# large one, since small ones hardly know the language. What is your own must also be hosted, on a card that stands
# ready. Say that two tokens are read for each one written.

# %% guess_ways
volumes = [1e5, 1e6, 1e7, 1e8, 1e9, 1e10]
choices = ["a million", "a hundred million", "ten billion", "at none of these"]
when = predict_choice("train_from_nothing", "From how many written tokens a day on is training from nothing the "
                      "cheapest way?", choices)

# %% ways_to_the_purpose
crowd = {"device": "H100", "usd_per_device_hour": hour, "prompt": 512, "output": 256, "batch": 64, "utilisation": 0.5}
price = cost.token_price.served(llama, **crowd)
scratch, tuned, adapter, _ = access.tuning.ways(llama, tokens=1e11, pretraining_tokens=now, device=run.device,
                                         usd_per_device_hour=hour)
paths = {"adapter": adapter.usd, "tuned": tuned.usd, "from nothing": scratch.usd}
hosted = [access.upkeep.hosting_usd(daily, price.per_output, 1, hour) for daily in volumes]
api = cost.token_price.usage_usd(2, 1, *cost.token_price.api("openai-gpt-4-1"))  # two read, one written
year = {"API": [api * daily * 365.25 for daily in volumes]}
year |= {name: [usd + each for each in hosted] for name, usd in paths.items()}
cheapest = [min(year, key=lambda name: year[name][place]) for place in range(len(volumes))]
figures.lines(volumes, year, "written tokens a day", "first year (USD)", log="xy", y_unit="USD",
    title="One purpose, four ways", alt="Cheapest way: " + "; ".join(
        f"{name} at {fmt(n)} a day" for n, name in zip(volumes, cheapest, strict=True)))
never = "from nothing" not in cheapest
more = fmt(scratch.usd - tuned.usd, "USD")
when.reveal(choices[3] if never else choices[0],
            because=f"It costs {more} more than tuning, and serves at the same price." if never else "")

# %% [markdown]
# Two models of one shape serve at one price, so no amount of use wins the training back. Training from nothing pays
# where there is nothing to tune, where a licence forbids it, or where text must be known to the last page. Those are
# good reasons. Cheapness is none.
#
# Does a tuned model speak the language well enough? No sum says that. Measure on a small sample first, as lesson 13 did.

# %% check_ways
quiz("same_shape_price")

# %% [markdown]
# ## Your plan
# So the worked plan tunes: an open 8B model reads the text of the language. It is an example to argue with. Change the
# marked lines until it is your plan: another grid, other cards (`"A100 SXM 80GB"`), another
# [number format](../docs/glossary.md#number-format) (`"fp8"`). The planner finds the layout anew, and a plan that
# fits nowhere says what would.

# %% my_plan
grid, device, count, format, text = "France", "H100", 64, "bf16", 1e11  # change this line
others = {"people": ranges.Range(low=60e3, value=90e3, high=140e3),  # change these lines: assumed
          "text": ranges.Range(low=5e3, value=15e3, high=50e3),
          "hosting": ranges.Range(low=0.6, value=1, high=1.5).scaled(hosted[3])}
told = {"device hours": f"an hour of a card: {rental.text}",
        "people": "assumed: one person for a year", "text": "assumed: collecting, cleaning, rights",
        "hosting": "one card kept ready for a year; range assumed"}

# %% plan_as_data
mine = training.estimate(llama, tokens=text, device=device, devices=count, format=format, grid=grid, usd_per_device_hour=hour)
plan = project.from_estimate(
    mine, purpose="An open assistant for a language that open models hardly speak.", way="tune", other_usd=others,
    notes=told)
held = [project.constraints.Limit(name="money", most=there_is["usd"], need=plan.usd, unit="USD"),
        *project.constraints.of_training(mine, tokens=text, **there_is)[1:]]  # all parts of the money, not the card hours alone
tightest = project.constraints.binding(held, end="high")
say(f"In all {report.span(plan.usd, 'USD')}. Its tightest limit, at the upper end: **{tightest.name}**, "
    f"{fmt(tightest.share.high, '%')} used.")

# %% [markdown]
# Before anybody else checks the numbers, let a machine do it. Do seconds times cards make the card hours? Does the memory
# fit? Is the building counted once? Damage one number of the plan and see: what rests on it no longer agrees either.

# %% damaged
twice = replace(plan.run, energy_joules=plan.run.energy_joules.scaled(plan.run.pue.value))
for sentence in project.broken(replace(plan, run=twice)).values():
    say(f"- {sentence}")
say(f"Undamaged, it breaks {fmt(len(project.broken(plan)))} of {len(project.RULES)} rules.")

# %% [markdown]
# Now the page. It is written to your folder, needs no network, and prints on one sheet. Its own checks name what is
# missing. A teacher marks it by the [rubric](../docs/rubric_16.md).

# %% the_page role="measured"
from_nothing = ranges.Range(low=pace.low, value=1, high=pace.high).scaled(scratch.usd)
my_page = report.Report(
    title="An assistant for a small language: tune, do not train", plan=plan, limits=held,
    decision="Tune all of an open 8B model on the language, host it on one card, and publish it. Training from nothing "
             "would cost many times the card hours and serve at the same price.",
    alternatives=[report.Alternative(name="train from nothing (card hours)", usd=from_nothing, why_not="dearer, no cheaper to serve"),
                  report.Alternative(name="call an API (a million a day)",
                                     usd=ranges.Range(low=0.5, value=1, high=2).scaled(year["API"][1]),
                                     why_not="cheaper for little use, but not open, and weak in the language")],
    change="A test on which the API or an adapter does as well; an open model that speaks the language; so much use that "
           "one card no longer serves it; text that may not be used.", calibration=calibration.for_report(progress))
report.publish(my_page)

# %% [markdown]
# ## Your bill, in all
# Each lesson put its rows on it: one answer and one run, seen from every side. Rows that you did not run come from the
# course's copy. They are of different things, so they are not added up. Before you run the cell: which is larger, the
# answer's time alone on a card or its share of a full one, and by how much?

# %% whole_bill role="measured"
whole_bill()

# %% [markdown]
# ## Where this plan breaks
# A plan is made of steps, hours, memory and energy. Here is how far each was off.

# %% breaks_where
validated("training steps", "whole runs", "peak memory", "energy")

# %% [markdown]
# The planner knows how long steps take, not whether the model will be any good. The scaling law was fitted on English
# text, and tuning obeys another one. People, text and hosting are assumed: look there first for what is wrong. Prices are list prices of a date. The limits are treated as walls, though most can be argued with.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `binding_limit` | 6 | easy | 1 |
# | `broken_rules` | 10 | hard | 2 |
# | `replay_score` | 8 | medium | 3 |
# | `my_plan` | 6 | medium | 2 |
# | `defence` | 10 | hard | 4 |
#
# [Open the exercises](../exercises/16_capstone.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. One limit decides, here {tight.name}. Four times of it bought {fmt(wider[f'{tight.name} x 4'] / now, 'x')} the
   tokens; four times of any other, none more.
2. A plan's numbers must agree: {len(project.RULES)} rules find a PUE counted twice before a reader does.
3. A plan is a range. The planner needs {fmt(pace.high / pace.low, 'x')} from low to high to hold four of five
   runs; its middle was a factor of {fmt(2**judged.error, 'x')} off in the median.
4. Ask first whether to train. From nothing costs {fmt(scratch.usd / tuned.usd, 'x')} what tuning does, and with the
   same shape use never pays it back.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
