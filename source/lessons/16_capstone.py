# %% [markdown]
# # 16 · Capstone
# *Plan a model, know how sure you are, and defend it on one page.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 60 minutes alone, 90 in a room; exercise 40 | 3 of 3 | lessons [01](01_parameters.ipynb) to [14](14_access.ipynb) | none: it puts them to use |

# %% [markdown]
# ## The question
# A foundation gives you USD `500 000`, a month, leave to emit `45` tonnes of CO2e, and a purpose: an open assistant for a language of which there are `10` billion words of
# text and no more. What do you do with the money, and could you defend it?

# %% ask_first role="narration"
from course_lib import explorers
from course_lib.catalog import devices
from course_lib.estimators import hardware
from course_lib.teaching import (ask_orders, calibration, figures, fmt, in_short, ladder, predict, predict_choice, quiz, replay, report, say, sources, table, validated,
                                 whole_bill)

first = predict_choice("binding_limit", "You rent 64 H100s and train an 8B model. What is used up first?", ["money", "time", "carbon", "text"])

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
from course_lib.catalog import models
from course_lib.estimators import datasets, project, ranges, training
from course_lib.teaching import report

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_margin")
quiz("recall_card_memory")

# %% [markdown]
# ## Ten guesses again
# The same ten questions as in [lesson 00](00_start_here.ipynb). Again, look nothing up: what you carry in your head is what you will have in a meeting.

# %% ten_again role="narration"
ask_orders("end")

# %% [markdown]
# Now the answers, your distance from each in [powers of ten](../docs/glossary.md#power-of-ten), then and now, and your guesses of the whole course. How far off you usually
# are is your [calibration](../docs/glossary.md#calibration). The plan below will need it.

# %% calibration role="measured_narration"
progress = calibration.calibration()
calibration.by_lesson()

# %% [markdown]
# ## Idea 1: which limit decides?
# The project has four limits, and all hold at once. The one that a plan uses up first is its [binding limit](../docs/glossary.md#binding-limit). Text first: a word of a
# language that tokenizers hardly met takes some three tokens (lesson 02), and four readings of a text are worth nearly as much as new text.

# %% the_project
llama, month = models["llama-3-8b"], 30 * 86_400
words, tokens_a_word, readings = 10e9, 3, 4  # change this line: three is assumed
text = words * tokens_a_word  # tokens, each new
there_is = {"usd": 500e3, "seconds": month, "carbon_kg": 45e3, "text_tokens": readings * text}

# %% [markdown]
# The [planner](../docs/glossary.md#planner) of this course, `training.estimate`, looks among the quickest layouts for one that surely fits, and says what it takes. In a terminal it is
# `course plan`. Time, energy and money grow in proportion to the tokens, so each limit can be turned round: how many tokens does it allow?

# %% what_each_allows
tokens, card = 1e11, "H100"  # a run to begin with, and its cards
job = {"device": card, "devices": 64, "grid": "Poland",
       "usd_per_device_hour": project.purpose.hour_usd(card)}
run = training.estimate(llama, tokens=tokens, **job)
found = project.constraints.of_training(run, tokens=tokens, **there_is)
allows, tight = project.constraints.allowed(found, tokens), project.constraints.binding(found)

# %% show_allowed role="narration"
fixed = training.estimate(models["llama-3-8b"], tokens=1e11, device="H100", devices=64, grid="Poland", usd_per_device_hour=project.purpose.hour_usd("H100"))
case = project.constraints.of_training(fixed, tokens=1e11, usd=500e3, seconds=30 * 86_400, carbon_kg=45e3, text_tokens=1.2e11)
first.reveal(project.constraints.binding(case).name, because="; ".join(f"{name} allows {fmt(n)} tokens" for name, n in project.constraints.allowed(case, 1e11).items()) + ".")
figures.bars(list(allows), list(allows.values()), x_label="tokens it allows", log=True, mark=[tight.name], title="Each limit alone",
    alt=f"Tokens allowed: {', '.join(f'{name} {fmt(n)}' for name, n in allows.items())}.")
more = predict("more_readings", "Read the text 16 times in place of 4. How many times as much does the model learn, counted in new text?", "x")

# %% reread_more
worth = {count: datasets.effective_tokens(text, count) for count in (1, 4, 8, 16, 32)}
gain = worth[16] / worth[4]

# %% show_reread role="narration"
more.reveal(datasets.effective_tokens(1, 16) / datasets.effective_tokens(1, 4), because="Four times the work, and less each time: the text, not the machine, is what there is too little of.")

# %% loosen_each
now = min(allows.values())
wider = {name: project.constraints.loosened(found, tokens, name, 4) for name in allows}
helpless = [name for name, n in wider.items() if n == now]

# %% show_loosened role="narration"
say(f"Four times as much of {', '.join(helpless)}: **nothing changes**. What is not short buys not one token. Four times the text buys {fmt(wider[tight.name] / now, 'x')}, until "
    "the next limit decides.")
quiz("loosened_limit")

# %% [markdown]
# That four readings are the limit was our choice. Move the project yourself.

# %% explorer role="narration"
explorers.panel("capstone")

# %% in_short_limits role="narration"
in_short(f"One limit decides, here **{tight.name}**: the money would pay for {fmt(allows['money'] / now, 'x')} the tokens that the text allows.")

# %% [markdown]
# ## Idea 2: how sure is a plan?
# It begins with a plan that looks rigorous. The rule is `6ND` FLOPs, at `40 %` of the peak.

# %% a_point
exact = training.replays.plain_hours(llama, 15e12, "h100-sxm-80gb")
truth = training.replays.published("llama-3-8b")

# %% tell_point role="narration"
say(f"Llama 3 8B, planned to the hour: **{fmt(round(exact), exact=True)} card hours**. Published: {fmt(truth)}. So many digits, and wrong by {fmt(truth / exact, 'x')}.")

# %% [markdown]
# The digits were those of the calculator. A plan has to say how far off it may be: a range that holds the truth in four cases of five. Try it
# [blind](../docs/glossary.md#blind-replay) on two published runs. You get what was known before they started.

# %% blind_guesses role="narration"
facts = {key: training.replays.blind(key) for key in ("llama2-7b", "falcon-40b")}
on_card = {key: devices[each.device] for key, each in facts.items()}
blind = {key: replay.predict_range(f"blind_{key.replace('-', '_')}", f"{each.model.name} reads {fmt(each.tokens, 'tokens')} on cards of {fmt(on_card[key].memory_bytes, 'B')} and "
                                   f"{fmt(hardware.peak(on_card[key]), 'FLOP/s')} ({on_card[key].name}). How many card hours?", "card hours")
         for key, each in facts.items()}

# %% [markdown]
# The planner gets such facts too: a record without hours, utilisation, energy or price. Only then are the rows opened. Errors and widths are in powers of two: one is a factor of
# two, either way.

# %% blind_replays
keys = ["llama2-7b", "falcon-40b", "pythia-70m", "mpt-7b", "llama-3-8b", "palm-540b",
        "patterson-gpt3"]  # change this line
hours = {key: training.replays.planned(training.replays.blind(key)).device_hours for key in keys}
pace = training.pace("published")  # how far the planner was off, on runs it had not seen
ahead = ranges.Range(low=pace.low, value=1, high=pace.high)
spans = {key: ahead.scaled(n) for key, n in hours.items()}
truths = {key: training.replays.published(key) for key in keys}

# %% show_replays role="narration"
judged = replay.scores([(key, spans[key], truths[key]) for key in keys], caption="Card hours, planned blind")
for key, asked_for in blind.items():
    asked_for.reveal(truths[key])
figures.scatter(list(truths.values()), list(hours.values()), "published card hours", "planned card hours", names=keys, log="xy", mark=["llama-3-8b", "palm-540b", "pythia-70m"],
    reference=("planned = published", lambda at: at), title="Runs planned blind",
    alt=f"{fmt(judged.hits * judged.count)} of {judged.count} published runs lie in the planner's range.")
say(f"The range holds **{fmt(judged.hits, '%')}** of them, and is {fmt(pace.high / pace.low, 'x')} from low to high.")

# %% [markdown]
# A fair warning: the planner's middle was set on such rows, these among them; its range on rows that it had not seen.

# %% [markdown]
# <!-- typed: thought experiment -->
# Now a budget has parts. Four parts are each USD 100 000, within 30 % either way, and they err independently: one costs more than planned, another less.

# %% guess_sum role="narration"
whole = predict("sum_of_ranges", "Within how many per cent lies their sum, in four cases of five?", "%")

# %% sum_of_ranges role="measured"
part = ranges.Range(low=70e3, value=100e3, high=130e3)
total = ranges.added([part] * 4)
drawn = training.replays.drawn_share([part] * 4, total)  # 20 000 sums, drawn by chance

# %% show_sum role="measured_narration"
whole.reveal(total.high / total.value - 1, because=f"Ends added one by one would say {fmt(part.high / part.value - 1, '%')}. Of 20 000 drawn sums the narrower range held {fmt(drawn, '%')}.")
say(f"√(4 x {fmt(part.high - part.value, 'USD')}²) = {fmt(total.high - total.value, 'USD')}, of {fmt(total.value, 'USD')}.")

# %% [markdown]
# <!-- typed: definition -->
# The rule for parts that err independently:
#
# distance from the sum to its end = √(d₁² + d₂² + ...),
#
# where each d is the distance from a part's estimate to its end. It is the root of the squares, not the sum. An error that sits in all parts, such as a wrong
# price of an hour, does not cancel.

# %% in_short_range role="narration"
in_short(f"Within a factor, not a digit: the planner needs **{fmt(pace.high / pace.low, 'x')}** from low to high to hold four of five runs.")
quiz("range_of_a_sum")

# %% [markdown]
# ## Idea 3: should you train at all?
# The purpose is an assistant. Four ways lead there: call somebody's [API](../docs/glossary.md#api), train an adapter, [tune](../docs/glossary.md#fine-tuning) all of an open model on the
# language, or train from nothing. Each is charged with everything: people, text, card hours, and a year of answers, by call or on a card that stands ready. A model from nothing
# must read other languages, too, to know more than these few words tell; let it read a trillion tokens.

# %% the_ways
people = {"call": ranges.Range(low=20e3, value=30e3, high=60e3)}  # change these lines: assumed
people |= dict.fromkeys(("adapter", "tune"), ranges.Range(low=60e3, value=90e3, high=140e3))
people["from nothing"] = ranges.Range(low=120e3, value=180e3, high=280e3)
asked = {"device": card, "devices": 64, "read_tokens": readings * text, "first_tokens": 1e12,
         "people_usd": people, "text_usd": ranges.Range(low=5e3, value=15e3, high=50e3)}
volumes = [1e2, 1e3, 1e4, 1e5, 1e6]  # answers a day
ways = [project.purpose.ways(llama, answers_a_day=daily, **asked) for daily in volumes]

# %% guess_ways role="narration"
choices = ["100", "10 000", "a million", "at none of these"]
when = predict_choice("train_from_nothing", "From how many answers a day on is training from nothing the cheapest way?", choices)

# %% compare_ways
year = {name: [way[name].usd.value for way in ways] for name in project.purpose.NAMES}
cheapest = [min(year, key=lambda name: year[name][place]) for place in range(len(volumes))]
dearer = year["from nothing"][0] / year["tune"][0]

# %% show_ways role="narration"
from_nothing = [daily for daily, name in zip(volumes, cheapest, strict=True) if name == "from nothing"]
when.reveal(ladder(min(from_nothing, default=1e9), {choices[0]: 1e3, choices[1]: 1e5, choices[2]: 1e7, choices[3]: None}),
            because="Two models of one shape serve at one price, so no amount of use wins the training back.")
figures.lines(volumes, year, "answers a day", "first year (USD)", log="xy", y_unit="USD", title="One purpose, four ways, all counted alike",
    alt=f"Cheapest way: {', '.join(f'{name} at {fmt(n)} a day' for n, name in zip(volumes, cheapest, strict=True))}.")
table([[name, *(fmt(value.value, "USD") if value else "" for value in (ways[2][name].parts_usd.get(part) for part in ways[2]["tune"].parts_usd)), report.span(ways[2][name].usd, "USD")]
       for name in year], ["way", *ways[2]["tune"].parts_usd, "in all, 80 % range"], caption=f"{fmt(volumes[2])} answers a day of {project.purpose.PROMPT} tokens read and {project.purpose.OUTPUT} written; calls: GPT-4.1 at its list price")

# %% [markdown]
# Training from nothing pays where there is nothing to tune, where a licence forbids it, or where text must be known to the last page. Those are good reasons. Cheapness is none. And people
# cost more than cards in most of these ways.
#
# Does a tuned model speak the language well enough? No sum says that. Measure on a small sample first, as lesson 14 did.

# %% in_short_ways role="narration"
in_short(f"Rarely: from nothing costs **{fmt(dearer, 'x')}** what tuning costs in the first year, and never serves cheaper.")
quiz("same_shape_price")

# %% [markdown]
# ## Your plan
# So the worked plan tunes: an open 8B model reads the text of the language. It is an example to argue with. Change the marked line until it is your plan: another grid, another card
# (`"A100 SXM 80GB"`: its own price comes with it), more cards, more answers. A plan that does not fit says so, and so does one that is late.

# %% my_plan
grid, device, count, daily = "France", "H100", 64, 1e4  # change this line
price = project.purpose.hour_usd(device)
mine = training.estimate(llama, tokens=readings * text, device=device, devices=count, grid=grid,
                         usd_per_device_hour=price)
cards = {"device": device, "devices": count}
others = project.purpose.ways(llama, answers_a_day=daily, **(asked | cards))

# %% plan_as_data
notes = {"device hours": f"catalog's price of an hour: USD {price}", "people": "assumed",
         "text": "assumed: collecting, cleaning, rights",
         "a year of answers": "one card kept ready, or the tokens' price; range assumed"}
plan = project.from_estimate(mine, purpose="An open assistant for a language with little text.",
                             way="tune", other_usd=others["tune"].others, notes=notes)
limits = project.constraints.of_plan(plan, **there_is)
unmet = project.constraints.unmet(plan, limits)

# %% tell_plan role="narration"
tightest = project.constraints.binding(limits, end="high")
say(f"In all {report.span(plan.usd, 'USD')}. Its tightest limit, at the upper end: **{tightest.name}**, {fmt(tightest.share.high, '%')} used. "
    + (f"{'. '.join(unmet)}." if unmet else "Nothing stands in its way." if tightest.share.high <= 1 else "The middle of its ranges keeps every limit, the upper end does not."))

# %% [markdown]
# Before anybody else checks the numbers, let a machine do it. Do seconds times cards make the card hours? Is the building counted once? Damage one number and see: what rests on it no longer
# agrees either. And give it a deadline that it misses.

# %% damaged
twice = replace(plan.run, energy_joules=plan.run.energy_joules.scaled(plan.run.pue.value))
broken = list(project.broken(replace(plan, run=twice)).values())
late = project.constraints.of_plan(plan, seconds=plan.run.seconds.value / 2)
too_late = project.constraints.unmet(plan, late)

# %% tell_damaged role="narration"
say(f"{broken[0]}. {too_late[0]}.")
say(f"Undamaged, it breaks {fmt(len(project.broken(plan)))} of {len(project.RULES)} rules.")

# %% [markdown]
# Now the page. It is written to your folder, needs no network, and prints on one sheet. Every number on it comes from the plan's record, and a number in your sentences that stands nowhere among
# them is named as a gap. A teacher marks it by the [rubric](../docs/rubric_16.md).

# %% the_page role="measured"
reasons = {"call": "not open", "adapter": "may learn less", "from nothing": "serves no cheaper"}
alternatives = [report.Alternative(name=name, usd=others[name].usd, why_not=why,
                                   parts=list(others[name].parts_usd))
                for name, why in reasons.items()]
my_page = report.Report(
    title="An assistant for a small language: tune, do not train", plan=plan, limits=limits,
    decision=f"Tune an open model on all the text, for {report.rounded(plan.usd.value, 'USD')}.",
    alternatives=alternatives, change="A test on which an adapter or an API does as well.")

# %% publish role="measured_narration"
report.publish(replace(my_page, calibration=calibration.for_report(progress)))

# %% [markdown]
# ## Your bill, in all
# Each lesson put its rows on it: one answer and one run, seen from every side. Rows that you did not run come from the course's copy. They are of different things, so they are not added up.
# Before you run the cell: which is larger, the answer's time alone on a card or its share of a full one, and by how much?

# %% whole_bill role="measured_narration"
whole_bill()

# %% [markdown]
# ## Where this plan breaks
# A plan is made of steps, hours, memory and energy. Here is how far each was off.

# %% breaks_where role="narration"
validated("training steps", "whole runs", "peak memory", "energy")

# %% [markdown]
# The planner knows how long steps take, not whether the model will be any good. What rereading is worth was fitted on English text. People, text and tokens a word are assumed: look there first for what
# is wrong. Prices are list prices of a date. The limits are treated as walls, though most can be argued with.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `binding_limit` | 5 | easy | 1 |
# | `broken_rules` | 10 | hard | 2 |
# | `replay_score` | 7 | medium | 3 |
# | `my_plan` | 8 | medium | 2 |
# | `defence` | 10 | hard | 4 |
#
# [Open the exercises](../exercises/16_capstone.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured_narration"
say(f"""
**Tune an open model on all the text there is, in all {report.span(plan.usd, 'USD')}: text binds, not money, and a model from nothing would cost {fmt(dearer, 'x')} as much and serve at the same price.**

1. One limit decides, here {tight.name}: sixteen readings in place of four are worth {fmt(gain, 'x')}; four times of any other limit, nothing.
2. A plan's numbers must agree: {len(project.RULES)} rules look, and what is late or does not fit is no plan.
3. A plan is a range: {fmt(pace.high / pace.low, 'x')} from low to high.
4. Count every way alike, people and a year of answers too.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
