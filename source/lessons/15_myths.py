# %% [markdown]
# # 15 · Myths
# *A court: every sentence of three articles, its verdict, and the number that decided.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 2 of 3 | any of lessons [01](01_parameters.ipynb) to [13](13_cost.ipynb) | none of its own: it collects those of all lessons |

# %% [markdown]
# ## The question
# Three popular articles make `44` claims about why generative AI needs so much compute, and `6` sentences of 2026 join
# them. The lessons put each of them to the test. Which of these sentences may you repeat tomorrow?

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
from course_lib.estimators import cost, hardware, inference, myths, parameters
from course_lib.teaching import court, figures, fmt, predict, predict_choice, quiz, say, sources, table
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.own_claim import own_claim, own_claims

# %% [markdown]
# ## Recall

# %% recall
quiz("recall_free_lunch")
quiz("recall_deeper")

# %% [markdown]
# ## Idea 1: a claim without its condition is unfinished
# Each claim got a [test sentence](../docs/glossary.md#test-sentence) with a threshold, before any number was shown. Then
# a cell computed the numbers, and a rule took them to one of five [verdicts](../docs/glossary.md#verdict). The rules are
# data. No lesson could add an opinion.
#
# Some claims say several things at once. They are split into parts, and each part has its own verdict.

# %% guess_count role="measured"
found = court.rulings()
waits = court.waiting(found)  # why a claim has no verdict yet
ask = f"The lessons recorded {len(found)} verdicts. How many are “"
plain = predict("count_holds", ask + "holds”, without limits?", "verdicts")
limited = predict("count_limits", ask + "holds with limits”?", "verdicts")
wrong = predict("count_wrong", ask + "wrong”?", "verdicts")

# %% [markdown]
# Here they are, collected from the outputs of the lessons themselves. Nothing in this table was typed. Each link leads
# to the cell that earned the verdict; where links into a cell do not work, the words beside it name the lesson and its
# section. A claim whose lesson is still to come is not decided yet. What you decided in your own copies stands in a last
# column, if there is anything.

# %% court_table role="measured"
court.table(found)

# %% count_verdicts role="measured"
counted = court.counts(found)
figures.bars(
    list(counted), list(counted.values()), x_label="verdicts", title="What became of the claims", mark=["holds"],
    alt="Verdicts: " + ", ".join(f"{each} {count}" for each, count in counted.items()) + ".")
plain.reveal(counted["holds"])
limited.reveal(counted["holds with limits"])
wrong.reveal(counted["wrong"])
unfinished, never = counted["holds with limits"] / len(found), [each for each in counted if not counted[each]]
say(f"**{fmt(unfinished, '%')}** hold with limits: they are neither false nor true as they stand, but **unfinished**. "
    + (f"No claim as a whole is {' or '.join(never)}." if never else ""))

# %% [markdown]
# Unfinished means that a condition is missing, and the condition is the part a reader needs. *How much? For whom? From
# which size on?*
#
# The table shows the way out. A verdict *with limits* mostly rests on two numbers: one that was met, and one that was
# missed. (A few rest on one number, which met the lower mark and missed the higher.) A rewriting keeps what was met and
# gives up the rest.
#
# Try it. A rewriting is words and conditions, decided by the court on the **recorded** numbers. The first one
# fails.

# %% failed_rewriting
def rewrite(id, words, **conditions):
    """Rewrite a claim; one that is not decided yet is passed over."""
    if id in found:
        court.rewrite(found[id], words, **conditions)
    else:
        say(f"{id} is not decided yet. {waits[id]}")

rewrite("A19", "More FLOP/s make the tokens of a lone user come a little faster.", token_gain=">= 1.1")

# %% [markdown]
# Making a false sentence softer does not make it true: there is nothing to be had here, not even a little. What do
# doubled FLOP/s leave as it is? Look into the claim's other number, too.

# %% rewrite_latency
rewrite("A19", "More FLOP/s do nothing for a lone user's tokens, and at high load the queue decides.",  # change these lines
        token_gain="<= 1.1", wait_growth=">= 2")

# %% [markdown]
# The second claim tells what is bought, and what pays for it. The third turns into its opposite, for one job of three.

# %% rewrite_cards
rewrite("A20c", "More cards buy time, and pay for it with money.", time="<= 0.6", money=">= 1")  # change this line

# %% rewrite_hour
rewrite("C08", "A data-centre card costs more by the hour; for one reader it costs more by the job, too.",
        share_reader="< 0.1")  # change these lines

# %% [markdown]
# *Room* says how far a condition is from failing. With a narrow condition a sentence says much and breaks soon; a wide
# one is safe and says little. A sentence that nothing could refute has all the room in the world.
#
# Now rewrite one that you believed before the course. The names of its numbers stand in this table.

# %% names_of_numbers
yours = "A08"  # change this line
if yours in found:
    table([[name, number.means, fmt(found[yours].numbers[name], number.unit)]
           for name, number in found[yours].claim.numbers.items()], ["name", "what it is", "recorded"],
          caption=f"{yours}: {found[yours].claim.text}")
else:
    say(f"{yours} is not decided yet. {waits.get(yours, 'Such a claim is not there: name it with its part, as in A15b.')}")

# %% check_testable
quiz("testable_claim")

# %% [markdown]
# ## Idea 2: one article can contradict itself
# Two of the claims come from the same article, a few paragraphs apart.

# %% the_pair role="measured"
court.table(found, ["C06", "C11"])

# %% [markdown]
# One says that old cards will do, the other that one should buy the best. Lesson 09 asked about fine-tuning. Ask about
# serving: Llama 3 8B with four bits a weight, on an old card and on a high-end one, rented by the hour at the catalog's
# price. So many users are served at once, around the clock.

# %% guess_sides
keys = {"V100": "v100-sxm2-16gb", "H100": "h100-sxm-80gb"}
hour = {name: cost.rental(key) for name, key in keys.items()}
table([[name, str(card.year), fmt(card.memory_bytes, "B"), fmt(price.usd_per_device_hour, "USD"),
        fmt(card.memory_bytes_per_second / price.usd_per_device_hour, "B/s"),
        fmt(hardware.peak(card) / price.usd_per_device_hour, "FLOP/s")]
       for name, price in hour.items() for card in [devices[keys[name]]]],
      ["card", "launched", "memory", "an hour", "bytes/s for USD 1 an hour", "FLOP/s for USD 1 an hour"],
      caption="; ".join(f"{name}: {price.text}" for name, price in hour.items()))
ranges = ["from the first user", "from 2 to 9 users", "from 10 to 99 users", "not with 99 or fewer"]
sides = predict_choice("card_sides", "From how many users at once does the H100 write a token for less?", ranges)

# %% find_sides
users = list(range(1, 100))

def usd(name, prompt, output=256):
    return cost.token_price.served(models["llama-3-8b"], device=keys[name], batch=users, prompt=prompt, output=output,
                              usd_per_device_hour=hour[name].usd_per_device_hour, format="int4")

def changes_at(prompt):
    ahead = usd("H100", prompt).per_output < usd("V100", prompt).per_output
    return next((count for count, is_ahead in zip(users, ahead, strict=True) if is_ahead), None)

short = changes_at(prompt=512)
sides.reveal(ranges[3] if short is None else ranges[sum(short >= least for least in (2, 10))],
             f"It changes at {short} users." if short else "")

# %% draw_sides
spent = {name: usd(name, prompt=512).per_output for name in hour}
shown = [1, 2, 4, 8, 16, 32, 64, 99]
figures.lines(
    shown, {name: [each[count - 1] for count in shown] for name, each in spent.items()}, "users at once",
    "USD for a million tokens", log="xy", y_unit="USD", title="Where the truth changes sides",
    alt="Price of a token, H100 over V100: " + ", ".join(
        f"{fmt(spent['H100'][count - 1] / spent['V100'][count - 1], 'x')} at {fmt(count, 'users')}"
        for count in (1, 16, 99)) + ".")

# %% [markdown]
# For few users a card reads its weights and waits for them: then bytes a second for each dollar count. For many users
# arithmetic counts. The last two columns of the table above rank the cards differently. So each sentence is true on its side
# of a limit, and the article never names the limit.
#
# Does a longer prompt move it?

# %% guess_prompt
moves = ["fewer users", "as many", "more users"]
longer = predict_choice("longer_prompt", "With prompts of 2048 tokens in place of 512, the H100 becomes the "
                        "cheaper card at", moves)

# %% longer_prompt
long = changes_at(prompt=2048)  # change this line
before, after = (count or len(users) + 1 for count in (short, long))
longer.reveal(moves[1 + (after > before) - (after < before)],
              f"{short or 'No'} users before, {long or 'none'} now: reading a prompt is all arithmetic.")
held = inference.estimate(models["llama-3-8b"], device=keys["V100"], batch=[before, after],
                          prompt=[512, 2048], output=256, format="int4").memory_bytes
say(f"Weights and caches of so many users take {fmt(held[0], 'B')} and {fmt(held[1], 'B')}: on a V100 they "
    f"{'fit' if max(held) <= devices[keys['V100']].memory_bytes else 'do not fit'}.")

# %% check_pair
quiz("both_right")

# %% [markdown]
# ## Idea 3: verdicts age, and some hang by a thread
# Some claims are decided by the catalog alone. So they can be decided again with what was known by the end of an
# earlier year: models, cards, runs and prices of that time, and the same rules.

# %% guess_flips
alone = list(myths.CLAIMS)
table([[id, claims.get(id).text] for id in alone], ["claim", "in words"], caption="Decided by the catalog alone")
then_flips = predict("flips_2021", f"Claims {', '.join(alone)}, with the catalog of 2021: how many of the "
                     f"{len(alone)} get another verdict, or none?", "claims")

# %% slider
over = court.over_years(myths.numbers, alone, range(2019, 2027), start=2021)
then_flips.reveal(len(over.flipped(2021)) + len(over.undecided(2021)))
say(f"{over.says(2021)} Nobody was careless: where the catalog holds too little of a year, it has no such year.")

# %% [markdown]
# Time moves numbers. So does a better measurement. How far must a number move until its rule gives another verdict? The
# rules are data, so this can be solved, not tried. The [margin](../docs/glossary.md#margin) is the change, as a share
# of the larger of the two values: from 5 to 10 and from 10 to 5 are both a half.

# %% guess_close role="measured"
every = court.margins.nearest(found)
close = predict("close_calls", f"A single number can flip {len(every)} of {len(found)} verdicts. How many "
                "flip on a change of 10 % or less?", "verdicts")

# %% draw_margins role="measured"
court.margins.draw(found)
close.reveal(sum(flip.move <= 0.1 for flip in every))
table([[flip.claim, flip.number.means, f"{flip.before}, then {flip.after}"] for flip in every[:5]],
      ["claim", "the number that moves", "verdict"], caption="The five closest calls")

# %% [markdown]
# A small margin is no fault. Where the number is an exact count, it stays where it is. Where it was measured, another
# machine may flip it, and your own column may already say so. And the threshold was chosen by people: before the
# number, but chosen.

# %% check_margin
quiz("safe_verdict")

# %% [markdown]
# ## Your own claim
# Bring a sentence from the news. The card wants a test, what the number is, the conditions and your guess. First
# **without** the number. What you change once it is known, the card will tell.

# %% card_first
heavier = own_claim(
    "heavier_words", "Every year models need more arithmetic for a word.",  # change these lines
    test="It holds if the weights in use, in the median of the catalog's decoders of 2025, are at least a tenth "
    "more than in that of 2024; with limits if they are not fewer.",
    means="the median of weights in use in 2025 over that in 2024", unit="x",
    holds=">= 1.1", limits=">= 1", prediction=2.0, expires="2027-12-31")

# %% [markdown]
# Now the number, with its source.

# %% card_number
decoders = [model for model in models.values() if isinstance(model, Transformer)]
active = {year: sorted(parameters.count(model).active for model in decoders if model.year == year)
          for year in (2024, 2025)}
middle = {year: weights[len(weights) // 2] for year, weights in active.items()}
heavier.answer(middle[2025] / middle[2024],
               source="catalog: " + ", ".join(f"{len(each)} decoders of {year}" for year, each in active.items()))

# %% [markdown]
# The card has a day on which to look again, because the catalog will grow. It stays in your file. Run the
# cell with the large table again, and it stands at the end. Now yours: copy the two cells, and give the card another
# name.

# %% all_cards role="measured"
own_claims()

# %% [markdown]
# ## Where this court breaks
# - The catalog is a selection. What no vendor publishes is missing, and nobody knows how much that is.
# - Each threshold is a choice, and some were set by people who had an idea of the number.
# - Three significant digits were recorded. A number on its limit may come out either way.
# - Verdicts measured here hold for one machine. Yours count as much.

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. Of {len(found)} verdicts, {counted['holds']} plainly hold, {counted['holds with limits']} hold with limits and
   {counted['wrong']} are wrong; {len(waits)} claims are not decided yet. Each verdict has its number, its source and its cell.
2. A claim is finished when it names its condition. Rewriting costs reach: what held for all holds for one job, one size
   or one load.
3. Two sentences that contradict each other may both be right: with prompts of 512 tokens the
   expensive card writes for less from {fmt(before)} users on, with 2048 from {fmt(after)}.
4. {over.says(2021)} And
   {sum(flip.move <= 0.1 for flip in every)} of all verdicts flip on a change of 10 % or less. Give a verdict its date.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
