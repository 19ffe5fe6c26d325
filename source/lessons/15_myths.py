# %% [markdown]
# # 15 · Myths
# *A court over three articles and six sentences of this year: what you may say tomorrow, and in which words.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; no exercise of its own | 2 of 3 | any of lessons [01](01_parameters.ipynb) to [14](14_access.ipynb) | none of its own: it collects those of all lessons |

# %% [markdown]
# ## The question
# Three popular articles make `44` claims about why generative AI needs so much compute. Six sentences of 2026 join them. The lessons put
# each to the test. Which of them may you repeat tomorrow, and in which words?

# %% ask_share role="measured_narration"
from course_lib.teaching import bill, court, figures, fmt, in_short, ladder, predict, predict_choice, quiz, say, sources, table
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.own_claim import own_claim, own_claims

shares = ["a tenth or fewer", "about a quarter", "about a half", "about three quarters", "nearly all"]
share = predict_choice("share_that_holds", "How many of the sentences hold just as they stand, without limits?", shares)

# %% [markdown]
# ## You will be able to
# 1. **Name**, for any verdict of the course, the number that decided it, its source and the cell that earned it.
# 2. **Rewrite** a claim until it holds, and say what the rewriting cost.
# 3. **Find** the workload at which two claims that contradict each other change sides.
# 4. **Judge** a claim that you bring yourself, with a threshold fixed before the number and a day on which to look again.

# %% [markdown]
# ## Set up

# %% setup
from course_lib.catalog import Transformer, devices, models
from course_lib.estimators import cost, hardware, myths, parameters
from course_lib.teaching import court
from course_lib.teaching.claims.own_claim import own_claim

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_free_lunch")
quiz("recall_deeper")

# %% [markdown]
# ## Idea 1: what does a sentence lack that is neither right nor wrong?
# Each claim got a [test sentence](../docs/glossary.md#test-sentence) with a threshold before any number was shown. Some claims say
# several things at once: they were split, and each part was judged alone. Then a cell computed the numbers, and a rule took them to one of
# five [verdicts](../docs/glossary.md#verdict). The rules are data: once they stood, no lesson could add an opinion.

# %% collect role="measured"
found = court.rulings()  # read from the outputs of the built lessons
counted = court.counts(found)
lacking = court.lacking(found)

# %% [markdown]
# Here they are, in words that hold: what you may say instead, and the verdict on what the article said. Choose what was missing.

# %% sentences role="measured_narration"
court.sentences(found)

# %% count role="measured_narration"
held = counted["holds"] / len(found)
share.reveal(ladder(held, {shares[0]: 0.15, shares[1]: 0.35, shares[2]: 0.62, shares[3]: 0.87, shares[4]: None}),
             because=f"{counted['holds']} of {fmt(len(found), 'sentences')} hold as they stand, {counted['holds with limits']} hold with limits, {counted['wrong']} are wrong, "
             f"{counted['outdated']} outdated, {counted['not decidable']} not decidable.")
titles = list(lacking)
figures.bars([title.rstrip("?") for title in titles], list(lacking.values()), x_label="sentences", title="What the sentences left out",
             alt="What was missing: " + ", ".join(f"{title.split(',')[0].rstrip('?').lower()} {count}" for title, count in lacking.items()) + ".")
standing = court.lacking({id: ruling for id, ruling in found.items() if ruling.verdict == "holds"})
in_short(f"A condition. **{fmt(1 - lacking[titles[-1]] / len(found), '%')}** of the sentences left one out: for whom, from which size, at what price, as of when, or who could know. "
         f"So did {fmt(sum(standing.values()) - standing[titles[-1]])} of the {counted['holds']} that hold: there the test supplied it.")

# %% [markdown]
# A sentence without its condition is unfinished. It may hold, but nobody can check it as it stands.
#
# The long table names the deciding number of each verdict, its threshold, its source, and the cell that earned it. What you decided in your own
# copies stands in a last column.

# %% court_table role="measured_narration"
court.table(found, fold="All verdicts, with numbers, thresholds and sources")
quiz("testable_claim")

# %% [markdown]
# ## Idea 2: when is a sentence rewritten, and when only softened?
# A rewriting is words **and** conditions, decided by the court on the recorded numbers. Begin with one that fails. The claim was that high compute
# ensures low [latency](../docs/glossary.md#latency). Make it softer:

# %% failed_rewriting
court.rewrite(found["A19"], "More FLOP/s make the tokens of a lone user come a little faster.",
              token_gain=">= 1.1")

# %% [markdown]
# A softer false sentence is still false. Ask what the numbers do say, and say that:

# %% rewrite_latency
words = "More FLOP/s do nothing for a lone user, and at high load the queue decides."
rewritten = court.rewrite(found["A19"], words, token_gain="<= 1.1", wait_growth=">= 2")

# %% [markdown]
# *Room* says how far a condition is from failing. A narrow condition says much and breaks soon. A wide one is safe and says little; a sentence that
# nothing could refute has all the room in the world, and is worth nothing.
#
# Now rewrite one that you believed before the course. Run the cell as it is: it shows the names of the claim's numbers.

# %% rewrite_yours
yours = "C08"  # change this line: any id above, a part by its letter ("A01a")
court.rewrite(found[yours], ...)

# %% [markdown]
# <!-- typed: form of a condition -->
# Replace the `...` by your words, and add conditions behind them, such as `share_training=">= 0.3"`. The card says whether it holds, and how much room it has.

# %% tell_rewriting role="measured_narration"
in_short(f"A rewriting keeps what the numbers met and gives up the rest; the one above stands with **{fmt(rewritten.room, '%', 2)}** of room.")

# %% [markdown]
# ## Idea 3: can two sentences that contradict each other both be right?
# Two claims stand in the same article, a few paragraphs apart: old cards will do (C06), and one should invest in high-end cards (C11).

# %% the_pair role="measured_narration"
table([[id, f"“{found[id].claim.text}”", found[id].verdict] for id in ("C06a", "C06b", "C11")], ["claim", "it says", "verdict"])

# %% [markdown]
# Lesson 09 counted which cards *can*. Now ask which one writes a token for less. Llama 3 8B with four bits a weight, on a card of 2017 and on one of
# 2022, rented by the hour at the catalog's price, around the clock.

# %% two_cards
keys = {"V100": "v100-sxm2-16gb", "H100": "h100-sxm-80gb"}
hour = {name: cost.rental(key).usd_per_device_hour for name, key in keys.items()}
cards = {name: devices[key] for name, key in keys.items()}
bytes_a_dollar = {name: card.memory_bytes_per_second / hour[name] for name, card in cards.items()}
flops_a_dollar = {name: hardware.peak(card) / hour[name] for name, card in cards.items()}

# %% guess_sides role="narration"
table([[name, str(card.year), fmt(card.memory_bytes, "B"), fmt(hour[name], "USD"), fmt(bytes_a_dollar[name], "B/s"), fmt(flops_a_dollar[name], "FLOP/s")]
       for name, card in cards.items()], ["card", "launched", "memory", "an hour", "bytes/s for USD 1 an hour", "FLOP/s for USD 1 an hour"])
ranges = ["from the first user", "from 2 to 9 users", "from 10 to 80 users", "not with 80 or fewer"]
sides = predict_choice("card_sides", "Prompts of 512 tokens, answers of 256. From how many users at once does the H100 write a token for less?", ranges)

# %% price_by_users
users = list(range(1, 81))  # not many more find room on the V100

def usd(name, prompt):
    """US dollars for a million written tokens, by users at once."""
    case = {"device": keys[name], "batch": users, "prompt": prompt, "output": 256, "format": "int4"}
    price = cost.token_price.served(models["llama-3-8b"], usd_per_device_hour=hour[name], **case)
    return price.per_output

# %% find_sides
def changes_at(prompt):
    """The fewest users from which on the H100 writes for less; None if there are none here."""
    ahead = usd("H100", prompt) < usd("V100", prompt)
    return next((count for count, is_ahead in zip(users, ahead, strict=True) if is_ahead), None)

short, long = changes_at(512), changes_at(2048)
spent = {name: usd(name, 512) for name in keys}

# %% draw_sides role="narration"
last = len(users) + 1  # stands for "none of these"
sides.reveal(ladder(short or last, {ranges[0]: 1.5, ranges[1]: 9.5, ranges[2]: len(users) + 0.5, ranges[3]: None}),
             because="For bytes a dollar the cards are alike. But each step has a fixed time besides, in which a card waits, and waiting costs more on the H100. "
             "For many users arithmetic counts, and a dollar buys more of it there.")
shown = [1, 2, 4, 8, 16, 32, 64, len(users)]
figures.lines(shown, {name: [each[count - 1] for count in shown] for name, each in spent.items()}, "users at once", "USD for a million tokens", log="xy", y_unit="USD",
    title="Where the truth changes sides",
    alt="Price of a token, H100 over V100: " + ", ".join(f"{fmt(spent['H100'][count - 1] / spent['V100'][count - 1], 'x')} at {fmt(count, 'users')}" for count in (1, 16, len(users))) + ".")
moves = ["at fewer users", "at as many", "at more users"]
longer = predict_choice("longer_prompt", "With prompts of 2048 tokens in place of 512, the H100 becomes the cheaper card", moves)

# %% longer_prompt role="narration"
before, after = short or last, long or last
longer.reveal(ladder(after - before, {moves[0]: -0.5, moves[1]: 0.5, moves[2]: None}),
              because=f"{short or 'No'} users before, {long or 'none'} now: reading a prompt is all arithmetic.")
in_short(f"Yes: with prompts of 512 tokens an old card writes for less up to **{fmt(before - 1, 'users')}** at once, the high-end card from there on. The article never names the border.")
quiz("both_right")

# %% settle role="measured_narration"
can, best = found["C06a"].numbers, found["C11"].numbers
say(f"That settles both. Old cards *can*: a T4 holds {fmt(can['share_old'], '%')} of the models in four bits. Whether they *should* depends on the users at once. And the most expensive card is no "
    f"advice at all: it was the cheapest for {fmt(best['share_high'], '%')} of the models. Ask how many you serve, then what a byte and a FLOP cost.")

# %% [markdown]
# ## Idea 4: how safe is a verdict?
# Some claims are decided by the catalog alone. So they can be decided again with what was known by the end of an earlier year: models, cards, runs and
# prices of that time, and the same rules.

# %% guess_flips role="measured_narration"
alone = list(myths.CLAIMS)
table([[id, claims.get(id).text] for id in alone], ["claim", "in words"], caption="Decided by the catalog alone")
then_flips = predict("flips_2021", f"With the catalog of 2021: how many of these {len(alone)} get another verdict, or none?", "claims")

# %% years role="measured_narration"
over = court.over_years(myths.numbers, alone, range(2019, 2027), start=2021)
then_flips.reveal(len(over.flipped(2021)) + len(over.undecided(2021)), because=f"{over.says(2021)} Where the catalog holds too little of a year, it has no such year.")

# %% [markdown]
# Time moves numbers. So does a better measurement. How far must a number move until its rule gives another verdict? The
# [margin](../docs/glossary.md#margin) is that change, as a share of the larger of the two values: from 5 to 10 and from 10 to 5 are both a half.

# %% nearest role="measured"
nearest = court.margins.nearest(found)
close_calls = [flip for flip in nearest if flip.move <= 0.1]
by_inputs = [id for id, ruling in found.items() if ruling.close]

# %% guess_close role="measured_narration"
close = predict("close_calls", f"A single number can flip {len(nearest)} of {len(found)} verdicts. How many flip on a change of 10 % or less?", "verdicts")

# %% margins role="measured_narration"
close.reveal(len(close_calls), because=f"{', '.join(flip.claim for flip in close_calls)}. Some of these numbers are laws of arithmetic ({', '.join(flip.claim for flip in close_calls if flip.claim in court.LAWS)}) "
             "and stay where they are; measured and estimated ones do not. "
             f"And {fmt(len(by_inputs), 'verdicts')} ({', '.join(by_inputs)}) turn within the published range of an input: a price, a tolerance, a grid.")

# %% [markdown]
# Numbers are not all that moves. Thresholds were set by people.

# %% explorer role="measured_narration"
court.panel(found)

# %% tell_safe role="measured_narration"
in_short(f"Not for ever: **{len(close_calls)}** of {len(found)} verdicts turn on a change of a tenth. Give a verdict its date and its margin.")
quiz("safe_verdict")

# %% [markdown]
# ## Your own claim
# Bring a sentence from the news. The card wants a test that could come out false, the condition, and your guess, **without** the number. What you
# change once the number is known, the card will tell. Nothing is filled in for you: replace every `...`.

# %% card_first
mine = own_claim(
    "my_first_claim", ...,  # the claim, as somebody made it
    test=..., means=..., holds=..., prediction=...,
    unit="", limits="", expires=...)

# %% [markdown]
# Then find the number. The catalog is a place to look; this one counts the weights in use of two years' decoders. Count what your claim needs in its place.

# %% card_number
decoders = [model for model in models.values() if isinstance(model, Transformer)]
active = {year: sorted(parameters.count(model).active for model in decoders if model.year == year)
          for year in (2024, 2025)}
growth = active[2025][len(active[2025]) // 2] / active[2024][len(active[2024]) // 2]

# %% card_answer
number, source = ..., ...  # the number you found, and where it comes from
mine.answer(number, source=source)

# %% all_cards role="measured_narration"
own_claims()

# %% [markdown]
# The card stays in your file. It has a day on which to look again, because the catalog will grow.

# %% [markdown]
# ## Where this court breaks
# - The catalog is a selection. What no vendor publishes is missing, and nobody knows how much that is.
# - Each threshold is a choice, and some were set by people who had an idea of the number.
# - Which condition a sentence lacks was judged by hand. You may sort it otherwise.
# - Three significant digits were recorded. A number on its limit may come out either way.
# - Verdicts measured here hold for one machine. Yours count as much.

# %% [markdown]
# ## Your bill
# How many of the sentences that you may repeat are about the answer, how many about the run?

# %% your_bill role="measured_narration"
about = {"answer": ("Llama 3 8B", "answer"), "run": ("405B",)}
repeated = {name: sum(any(word in ruling.instead for word in words) for ruling in found.values()) for name, words in about.items()}
bill("15", "sentences you may repeat about it", answer=repeated["answer"], run=repeated["run"], unit="sentences")

# %% [markdown]
# ## Key points

# %% key_points role="measured_narration"
say(f"""
**As they stand you may repeat {counted['holds']} of {len(found)} sentences. Most others hold in other words, and the words are a condition: for whom, from which size, at what price,
as of when.**

1. Each verdict has a number, a source and a cell. {counted['holds with limits']} hold with limits, {counted['wrong']} are wrong, {counted['not decidable']} nobody outside can decide.
2. Softening a false sentence does not make it true. A rewriting keeps what the numbers met.
3. Two sentences that contradict each other may both be right: with prompts of 512 tokens the expensive card writes for less from {fmt(before)} users on, with 2048 from {fmt(after)}.
4. {over.says(2021)} And {len(close_calls)} verdicts turn on a change of a tenth.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
