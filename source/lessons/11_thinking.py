# %% [markdown]
# # 11 · Thinking
# *Words that nobody reads: what they cost, what they buy, and where they are made.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 2 of 3 | [lesson 05](05_inference.ipynb): prefill, decode and cache; [lesson 06](06_serving.ipynb): batches and the prefix cache | D01, D02, D03, D05 |

# %% [markdown]
# ## The question
# An answer that thinks first: who pays for the words nobody reads?

# %% ask_energy role="narration"
from course_lib import explorers
from course_lib.teaching import (bill, claim, figures, fmt, in_short, ladder, machine_card, predict, predict_choice, predict_ranking, quiz, say,
                                 shared, sources, table, verdict)

energy = predict("thinking_energy", "An H100 serves 64 answers of Llama 3 8B at once; each reads 200 tokens and writes 400. Now each first writes 6 000 tokens "
                 "of thoughts. How many times the energy does an answer take?", "x")

# %% [markdown]
# ## You will be able to
# 1. **Compute** what a task costs at some effort (exercise `cost_a_task`).
# 2. **Estimate** without bias what more tries would solve (`coverage_from_samples`).
# 3. **Compute** the bill of an agent, with a cache and without (`turns_of_an_agent`).
# 4. **Estimate** which part of a step's time is sampling, from rates that you measure (`sampling_share`), and **judge** whether to think or to train (`think_or_train`).

# %% [markdown]
# ## Set up

# %% setup
from statistics import mean, median
from course_lib.catalog import findings, models
from course_lib.demos import measure, thinking as demo
from course_lib.estimators import thinking

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_cards_that_fail")
quiz("recall_tenth_turn")

# %% [markdown]
# ## Idea 1: what does a harder effort cost?
# A model that thinks writes [thoughts](../docs/glossary.md#thought) before its answer. They are tokens like all others, and seldom shown. Its
# [effort](../docs/glossary.md#effort) is a setting that says roughly how many. A seller counts them as written:
#
# price (USD) = (fresh x price read + cached x price cached + (visible + thought) x price written) / 10⁶,
#
# in tokens, and in USD for a million of them. Fresh are the tokens read that no cache holds. Whoever needs tasks *solved* pays for the failed ones, too: a solved task costs the price of a task over the share that is
# solved.
#
# Such prices are published with Aider's benchmark of programming tasks. It allows two tries: if the tests fail, the model sees their output and tries once more. Shares, tokens and prices are of both
# tries together.

# %% the_efforts
efforts = {name: thinking.efforts.family(name) for name in thinking.efforts.FAMILIES}
low, medium, high = efforts["gpt-5"]
price = thinking.listed("openai-gpt-5")  # USD for a million tokens

# %% guess_price role="narration"
claim("D01")
by_list = thinking.api_usd("openai-gpt-5", read=low.read_tokens, visible=0, hidden=low.written_tokens)
say(f"Of {thinking.efforts.TASKS} tasks gpt-5 solves {fmt(low.solved, '%')} at its low effort. Each takes {fmt(low.read_tokens)} tokens read, {fmt(low.written_tokens)} written, and {fmt(low.usd, 'USD')}. At high effort: {fmt(high.read_tokens)} read, {fmt(high.written_tokens)} written. "
    f"(A million: {fmt(price.read_usd, 'USD')} read, {fmt(price.written_usd, 'USD')} written. The formula says {fmt(by_list, 'USD')} for low effort; the bill was lower: see *Where this estimate breaks*.)")
dear = predict("price_of_high_effort", "At its high effort: what does a task cost?", "USD")

# %% [markdown]
# How much better does it get? Count in points, hundredths of all tasks. The claim looks only at models whose tokens at least doubled with effort; those
# of the others grew less. Chance has its part, too: with so few tasks a share scatters by some points.

# %% the_gains
found = {name: thinking.efforts.gains(rows) for name, rows in efforts.items()}
counted = thinking.efforts.counted()  # those whose tokens at least doubled
whole_gain, last_gain = thinking.efforts.typical()  # medians of these
all_seven = median(gain.whole for gain in found.values())
by_chance = [gain.spread for gain in counted.values()]
within = [name for name, gain in counted.items() if gain.whole < gain.spread]

# %% show_efforts role="narration"
reasoner = efforts["DeepSeek-V3.2-Exp"][-1]
dear.reveal(high.usd, because=f"It writes {fmt(high.written_tokens / low.written_tokens, 'x')} the tokens.")
table([[each.name, fmt(each.written_tokens), fmt(each.usd, "USD"), fmt(each.solved, "%"), fmt(each.usd_a_solved_task, "USD")] for each in (low, medium, high, reasoner)],
      ["model (effort)", "tokens written", "a task", "solved", "a solved task"], caption="Aider's benchmark, 2025")
points = [(each, name) for name in counted for each in efforts[name]]
figures.scatter([each.written_tokens for each, _ in points], [each.solved for each, _ in points], "tokens written for a task", "tasks solved (%)", names=[each.name for each, _ in points],
    groups=[name for _, name in points], log="x", y_unit="%", mark=["gpt-5 (low)", "gpt-5 (high)"], title="Four models whose tokens at least doubled with effort",
    alt=f"Within each model more tokens go with more tasks solved: gpt-5 from {fmt(low.solved, '%')} to {fmt(high.solved, '%')}. Between models tokens tell little.")
gained = [gain.whole for gain in counted.values()]
points_of = lambda share: fmt(100 * share, digits=2)
say(f"The {len(counted)} models counted gain {points_of(whole_gain)} points at the median (gpt-5: {points_of(found['gpt-5'].whole)}; the card writes %). Chance alone scatters by {points_of(min(by_chance))} to {points_of(max(by_chance))}: {len(within)} gain is smaller. Over all {len(found)} models the median is {points_of(all_seven)}, and the claim *wrong*.")
verdict("D01", whole_gain=whole_gain, last_gain=last_gain, inputs={"over all seven models": {"whole_gain": all_seven}}, source=f"medians of the {len(counted)} models whose tokens doubled",
        instead=f"At high effort {len(counted)} models solved {points_of(min(gained))} to {points_of(max(gained))} points more, with twice the tokens or more.")

# %% [markdown]
# And on a card that you rent? There a thought is a token to write, and it stays in the cache until the answer ends.

# %% on_a_card
llama = models["llama-3-8b"]
answer = {"device": "H100", "prompt": 200, "visible": 400, "software": "tuned"}
plain = {users: thinking.task(llama, **answer, batch=users) for users in (1, 64)}
thought = {users: thinking.task(llama, **answer, hidden=6000, batch=users) for users in (1, 64)}
another = thinking.task(llama, **answer, hidden=1500, batch=16)  # change this line

# %% show_card role="narration"
times = {users: thought[users].joules.value / plain[users].joules.value for users in plain}
_ = shared("answer_seconds", plain[1].seconds)
energy.reveal(times[64], because=f"Alone it is {fmt(times[1], 'x')}, like the tokens. On a full card each pass also reads the longer caches of all.")
table([[f"{who}, {what}", fmt(task.seconds, "s"), fmt(task.joules.value / 3600, "Wh"), fmt(task.usd, "USD")]
       for users, who in ((1, "alone"), (64, "among 64")) for what, task in (("at once", plain[users]), ("thinks first", thought[users]))],
      ["answer", "time", "energy", "rent"], caption="Llama 3 8B on an H100, estimated, with servers and cooling")
in_short(f"Its words, read or not: gpt-5's high effort takes **{fmt(high.usd / low.usd, 'x')}** the money of its low one for {points_of(high.solved - low.solved)} points more.")

# %% [markdown]
# ## Idea 2: can a small model that tries again beat a large one that tries once?
# Begin simply. A [checker](../docs/glossary.md#checker), such as a program's tests, finds a right answer among several. So it is enough that one of k tries is right. The
# share of tasks for which one is right is called [coverage](../docs/glossary.md#coverage), or pass@k. DeepSeek-Coder-V2 solves some tasks of a benchmark, errors in real programs, with one try. If each try
# succeeds with that chance, all k fail with the k-th power of the rest:

# %% naive
once = findings["r049"].value  # share that one try solves
tries = [1, 2, 5, 10, 25, 100, 250]
alike = [1 - (1 - once) ** count for count in tries]

# %% guess_five role="narration"
levels = ["hardly more than one try solves", "about half of what the formula says", "what the formula says, within a tenth", "clearly more than the formula says"]
five = predict_choice("five_tries", f"One try solves {fmt(once, '%')}. For five tries the formula says {fmt(alike[2], '%')}. What was published?", levels)

# %% spread_of_tasks
published = {1: once, 5: findings["r092"].value, 250: findings["r050"].value}
spread = thinking.fit(once, tries=250, solved=published[250])  # the five are not used
solved = spread.coverage(tries)

# %% show_five role="narration"
five.reveal(ladder(published[5] / alike[2], {levels[0]: 0.35, levels[1]: 0.75, levels[2]: 1.1, levels[3]: None}),
            because=f"{fmt(published[5], '%')}. Tasks differ: tries go to waste on easy ones, and on the next to impossible.")
series = {"all tasks alike": dict(zip(tries, alike, strict=True)), "tasks differ, fitted": dict(zip(tries, solved, strict=True)), "published": published}
dots = [(count, share, name) for name, curve in series.items() for count, share in curve.items()]
figures.scatter([dot[0] for dot in dots], [dot[1] for dot in dots], "tries", "tasks with a right try (%)", names=[f"{dot[2]}, {dot[0]}" for dot in dots], groups=[dot[2] for dot in dots], log="x", y_unit="%",
    mark=["published, 5"], title="DeepSeek-Coder-V2 on SWE-bench Lite",
    alt=f"With all tasks alike, 250 tries would solve {fmt(alike[-1], '%')}; published are {fmt(published[250], '%')}, and a spread of chances meets the point at five.")

# %% [markdown]
# The curve that meets the point gives each task a chance of its own (a beta distribution), fitted to the first and the last point only.
#
# The same mistake waits in your own measurements. Of n samples of a task c are right. With c / n as the chance, a task without a right sample counts as hopeless, and the result is too low on average. Without bias: of all ways to draw k of the n samples, the part that holds a right one,
#
# pass@k = 1 - C(n - c, k) / C(n, k),
#
# where C counts ways to draw; then the mean over the tasks. One right of four samples, two tries: three of the six pairs hold it.
#
# And without a checker? A [majority vote](../docs/glossary.md#majority-vote) takes the answer given most often. Suppose a task has three answers.

# %% vote
by_pairs, by_share = thinking.pass_at_k(4, right=1, tries=2), 1 - (1 - 1 / 4) ** 2
votes = [1, 10, 100]
ahead = [thinking.plurality([0.4, 0.3, 0.3], count) for count in votes]  # the right one first
behind = [thinking.plurality([0.3, 0.4, 0.3], count) for count in votes]

# %% vote_published
math = [findings[key].value for key in ("r097", "r098", "r099", "r100")]

# %% tell_vote role="narration"
say(f"The example: {fmt(by_pairs, '%')}; with c / n only {fmt(by_share, '%')}. The vote: a right answer that comes {fmt(0.4, '%', 2)} of the time, against two of {fmt(0.3, '%', 2)}, wins {fmt(ahead[-1], '%')} of votes of 100. If a wrong one leads so: {fmt(behind[-1], '%')}.")
table([["a checker", fmt(math[0], "%"), fmt(math[1], "%")], ["the best choice without one", fmt(math[2], "%"), fmt(math[3], "%")]],
      ["picked by", "100 tries", "10 000 tries"], caption="Llama 3 8B on tasks of mathematics, published")

# %% [markdown]
# Now small against large, in a case that you can run. Two tiny models learn sums of up to five digits, and are tried on sums that no training saw. The checker adds the two numbers. The large one takes more than four times
# the FLOPs for a try, so four tries of the small one cost no more. Once both read the same sums; once the small one trains longer, for as many FLOPs as the large one.
#
# Training takes some seconds. Five seeds of each are in a record; the run here repeats its middle one, on fewer sums. By its rule, written down before it was made, one side is *better* if the means of the seeds are five points apart and, of all pairs of seeds, at most one is the other way round.

# %% look_here role="measured"
machine = measure.prepare()

# %% guess_sums role="measured_narration"
machine_card(machine, seconds=10)
recorded = {role: fmt(mean(demo.record().once(role)), "%") for role in ("small", "large", "small, same FLOPs")}
say(f"One try at temperature 0, in the record: small {recorded['small']}, large {recorded['large']}, small trained longer {recorded['small, same FLOPs']}. Several tries are drawn, at temperature 1, where one try of the small model solves {fmt(mean(demo.record().coverage('small', 1)), '%')}.")
contest = ["small, 4 tries, majority", "small, 4 tries, checker", "large, 1 try", "small, trained longer, 4 tries, checker"]
order = predict_ranking("sums_contest", "Which solves most sums? Most first.", contest)

# %% train_here role="measured" seconds=5
small = demo.train(width=demo.SMALL, seed=0)  # change this line: another seed
found_here = demo.tries(small, demo.tasks(), n=64)
here = [demo.coverage(found_here.right, count) for count in demo.TRIES]

# %% the_record
record = demo.record()
many = demo.equal_tries(demo.SMALL, demo.LARGE)  # tries for the FLOPs of the large one's one
large_once, longer_once = record.once("large"), record.once("small, same FLOPs")
checked = {role: record.coverage(role, many) for role in ("small", "small, same FLOPs")}
voted = record.majority("small")

# %% against
beats = {role: demo.better(shares, large_once) for role, shares in checked.items()}
longer_alone = demo.better(longer_once, large_once)
by_training = demo.better(longer_once, record.coverage("small", max(demo.TRIES)))
curve = [mean(record.coverage("small", count)) for count in demo.TRIES]

# %% show_sums role="measured_narration"
means = dict(zip(contest, (mean(voted[:, demo.TRIES.index(many)]), mean(checked["small"]), mean(large_once), mean(checked["small, same FLOPs"])), strict=True))
order.reveal(sorted(contest, key=lambda name: -means[name]), because="; ".join(fmt(means[name], "%") for name in sorted(contest, key=lambda name: -means[name])) + ".")
figures.lines(demo.TRIES, {"small, checker, record": curve, "small, checker, here": here, "small, majority": voted.mean(axis=0), "large, 1 try": [means[contest[2]]] * len(curve)}, "tries of the small model", "sums solved (%)", log="x", y_unit="%",
    title="Both models read the same sums",
    alt=f"The small model climbs from {fmt(curve[0], '%')} to {fmt(curve[-1], '%')} with 64 checked tries; the large one solves {fmt(means[contest[2]], '%')} with one.")
say(f"After the same text four checked tries are *{beats['small']}* than the large model's one (seeds: {fmt(min(checked['small']), '%', 2)} to {fmt(max(checked['small']), '%', 2)}); {fmt(mean(record.never_solved('small', 5)), '%', 2)} of the sums with five digits stay unsolved by all 64. Trained longer they are *{beats['small, same FLOPs']}*. "
    f"But then its one try is *{longer_alone}* against the large one's, and *{by_training}* than all 64 of before.")

# %% [markdown]
# So here longer training bought more than tries did. With large models, others have published what tries buy for money.

# %% for_money
rivals = {"DeepSeek-Coder-V2, 5 tries": ("r092", "r101"), "GPT-4o, 1 try": ("r093", "r102"),
          "Claude 3.5 Sonnet, 1 try": ("r094", "r103")}
paid = {name: [findings[key].value for key in keys] for name, keys in rivals.items()}

# %% show_money role="narration"
table([[name, fmt(share, "%"), fmt(usd, "USD")] for name, (share, usd) in paid.items()], ["model", "solved", "paid for all tasks"], caption="SWE-bench Lite; Brown et al. 2024, read at second hand")
repeated, single = paid["DeepSeek-Coder-V2, 5 tries"], paid["GPT-4o, 1 try"]
in_short(f"With a checker it can: **{fmt(repeated[0], '%')} for {fmt(repeated[1], 'USD')}** against {fmt(single[0], '%')} for {fmt(single[1], 'USD')}; but on our sums {fmt(means[contest[1]], '%')} against {fmt(means[contest[2]], '%')}, until the small one had trained as much.")
quiz("votes_of_a_hard_task")

# %% [markdown]
# Choose a model, an effort and a number of attempts yourself. An attempt is a task of Aider's benchmark as published, its second try included. What more attempts would solve is estimated, with the
# spread of the other benchmark above.

# %% explorer role="narration"
explorers.panel("thinking")

# %% [markdown]
# ## Idea 3: where does the compute go now?
# A checker can also teach. [Reinforcement learning](../docs/glossary.md#reinforcement-learning) lets a model [sample](../docs/glossary.md#sampling) several answers, has them checked, and moves the weights towards the right ones. It belongs to
# [post-training](../docs/glossary.md#post-training): all learning after the general text. Our tiny model can do it. It keeps one right answer of each sum that has one among eight tries, and trains on these. No true answer is shown to it.

# %% improve_here role="measured" seconds=4
learned = demo.improve(small, seed=0)
sums = demo.tasks(each=75)
once_here = [demo.tries(each, sums, temperature=0).right.mean() for each in (small, learned.model)]

# %% the_records_rounds
pairs = record.improved()
before, after = ([getattr(pair, name) for pair in pairs] for name in ("before", "after"))
unchecked = [pair.after for pair in record.improved(checked=False)]
rose, checker_helps = demo.risen(before, after), demo.risen(unchecked, after)
sampled = mean(pair.sampling_share for pair in pairs)  # of the FLOPs

# %% tell_learning role="measured_narration"
held = {True: "clear in all five seeds", False: "not clear"}
say(f"Solved at temperature 0, here: {fmt(once_here[0], '%')}, then {fmt(once_here[1], '%')}. Mean of the record: {fmt(mean(before), '%')}, then **{fmt(mean(after), '%')}** ({held[rose]}). With answers kept unchecked: {fmt(mean(unchecked), '%')} ({held[checker_helps]}). "
    f"Sampling took {fmt(sampled, '%')} of the FLOPs: at most one try in eight is learnt from.")

# %% [markdown]
# <!-- typed: definition -->
# Large models mostly learn from every answer, right or wrong. For each weight and each token of an answer a step then takes
#
# 2 (sampling) + 2 x scorings + 6 x updates FLOPs,
#
# where each scoring is a further model that reads the answer, and an update goes forward and backward. With one of each, sampling is a fifth. And of the *time*? Each kind takes its FLOPs over its own rate. Scoring and updating read whole answers at once; sampling writes token by token.

# %% a_step
cards = {"device": "H100", "cards": 8}
step = {"prompts": 32, "samples": 16, "prompt": 200, "output": 1000}
work = thinking.step_flops(llama, **step)
fixed = thinking.step_seconds(llama, **cards, **step, batch=16)

# %% guess_step role="narration"
writes = work.sampling / fixed.sampling / cards["cards"]
learns = (work.scoring + work.updating) / (fixed.scoring + fixed.updating) / cards["cards"]
step_time = predict("sampling_time", f"Llama 3 8B learns on eight H100: 512 answers of 1 000 tokens, each card writes 16 at once. It then does {fmt(writes, 'FLOP/s')} (it waits for bytes, lesson 05), and {fmt(learns, 'FLOP/s')} where it scores and updates. Which part of the step's time is sampling?", "%")

# %% other_batches
at_once = [8, 64]  # change this line
seconds = {count: thinking.step_seconds(llama, **cards, **step, batch=count) for count in at_once}

# %% show_step role="narration"
step_time.reveal(fixed.sampling_share, because=f"With the prompts it is {fmt(work.sampling_share, '%')} of the FLOPs. Of the time, " + " and ".join(f"{fmt(each.sampling_share, '%')} with {count} at once" for count, each in seconds.items()) + ".")
quiz("step_of_learning")

# %% [markdown]
# Is that much, beside all that was trained before? And beside the answers of a year? Some makers have published it. Most tokens are Google's, the largest run is Meta's: two firms.
# Which weights answer is not published; suppose the median of recent open models.
#
# Shares of post-training are rounded by their makers. Olmo's is different: we divide two counts of card hours. So the latest share that a maker states, DeepSeek's, decides, and not Olmo's of the
# same month.

# %% guess_year role="narration"
claim("D03")
claim("D02")
sizes = ["less than a tenth", "about as many", "ten to a hundred times", "more than a hundred times"]
year = predict_choice("year_of_answers", f"The service: {fmt(findings['s084'].value)} tokens a month, {fmt(thinking.years.active_weights().value)} weights in use. The run: 405 billion weights, 15.6 trillion tokens. A year of answers over the run, in FLOPs?", sizes)

# %% shares_and_years
shares = thinking.years.post_training()
olmo = thinking.years.olmo_share()  # from card hours
over_run = thinking.years.answers_over_training()
own_run = thinking.years.known_service()  # DeepSeek's cards in a year, over its run's hours
spent = findings["s097"].value  # inference in OpenAI's spending on compute, 2024

# %% show_shares role="narration"
year.reveal(ladder(over_run.value, {sizes[0]: 0.3, sizes[1]: 9.5, sizes[2]: 100, sizes[3]: None}), because=f"{fmt(over_run.value, 'x')}.")
bars = {each.name: each.share for each in shares} | {"Olmo 3.1 (ours)": olmo}
figures.bars(list(bars), list(bars.values()), x_label="post-training over pre-training (%)", unit="%", mark=[shares[0].name], title="Post-training, as published from 2024 to 2025",
    alt=f"Post-training's share grows from {fmt(shares[0].share, '%')} for {shares[0].name} to {fmt(shares[-1].share, '%')} and more for {shares[-1].name}.")
verdict("D03", first_share=shares[0].share, latest_share=shares[-1].share, source="the makers' reports",
        instead=f"Post-training took {fmt(shares[0].share, '%', 2)} of pre-training's compute in 2024, over {fmt(shares[-1].share, '%', 2)} in 2025.")
verdict("D02", ratio=over_run.value, ratio_low=over_run.low, source="Google's tokens, Llama 3.1 405B: its own runs are not published",
        instead=f"A year of Google's answers takes {fmt(over_run.low, 'x', 2)} to {fmt(over_run.high, 'x', 2)} the FLOPs of Meta's largest run. Within a firm: DeepSeek's take {fmt(own_run, 'x', 2)} its run, OpenAI's {fmt(spent, '%', 2)} of what it paid for compute in 2024.")

# %% [markdown]
# Those tokens are mostly read, and that is the work of [agents](../docs/glossary.md#agent): programs in which a model takes turns with tools. Each turn reads all before it again. A prefix cache keeps it, at a lower price for these tokens.

# %% an_agent
agent = thinking.published_agent()  # medians of 610 tasks
asked = thinking.listed("openai-gpt-5-4")
bills = {"no cache": agent.usd(asked, hit_rate=0), "with a cache": agent.usd(asked)}
written = agent.written_share(asked, hit_rate=0), agent.written_share(asked)
own = thinking.agent(turns=10, first=5000, added=1000, written=300)  # change this line

# %% show_agent role="narration"
claim("D05")
new, kept = agent.reuse.new_tokens, agent.read_tokens - agent.reuse.new_tokens
parts = {"read anew": (agent.read_tokens * asked.read_usd, new * asked.read_usd), "read from the cache": (0, kept * asked.cached_usd), "written": (agent.written_tokens * asked.written_usd,) * 2}
figures.stacked(list(bills), {name: [usd / 1e6 for usd in both] for name, both in parts.items()}, x_label=f"a task (USD); a million tokens: {asked.read_usd} read, {asked.cached_usd} cached, {asked.written_usd} written", title="A coding agent at the prices of GPT-5.4",
    alt=f"A task costs {fmt(bills['no cache'], 'USD')} without a cache, {fmt(bills['with a cache'], 'USD')} with one; writing is {fmt(written[1], '%')} of that.")
verdict("D05", written_share=written[0], written_share_cached=written[1], source="medians of published traces; list prices",
        instead=f"Agents cost what they read: {fmt(1 - written[0], '%')} of the bill, and {fmt(1 - written[1], '%')} with a cache.")
in_short(f"Into answers: a year of Google's takes some **{fmt(over_run.value, 'x')}** the FLOPs of the largest published run, and sampling {fmt(fixed.sampling_share, '%', 2)} of a step of learning.")

# %% [markdown]
# ## At full size
# What does it take to make a model think? DeepSeek published the card hours of R1: what turned DeepSeek-V3, which answers at once, into a model that thinks. They count the final runs.

# %% full_size
hours = {name: findings[key].value for name, key in
         {"R1-Zero": "r057", "R1": "r058", "its data": "r059"}.items()}
usd, search = findings["r060"].value, [findings[key].value for key in ("r068", "r069")]

# %% show_full role="narration"
total = sum(hours.values())
say(f"In all {fmt(total)} hours of an H800, {fmt(usd, 'USD')}. The search for a recipe takes {fmt(search[0])} to {fmt(search[1])} times as much, says a maker of such models: **{fmt(search[0] * usd, 'USD')} to {fmt(search[1] * usd, 'USD')}** here.")

# %% [markdown]
# ## Where this estimate breaks
# Estimates against what was published. Each could have come out otherwise: none was fitted to the number beside it.

# %% breaks
priced = [thinking.api_usd("openai-gpt-5", read=each.read_tokens, visible=0,
                           hidden=each.written_tokens) for each in (low, high)]
said = {"hits": findings["r085"].value, "sampling": findings["r104"].value}

# %% show_breaks role="narration"
against = [("gpt-5, low: a task", priced[0], low.usd, "USD"), ("gpt-5, high: a task", priced[1], high.usd, "USD"), ("five tries, fitted to 1 and 250", solved[2], published[5], "%"),
           ("what an agent's cache can hold", agent.reuse.hit_rate, said["hits"], "%"), ("sampling in the time of a step", fixed.sampling_share, said["sampling"], "%")]
table([[what, fmt(guess, unit), fmt(known, unit), fmt(guess / known - 1, "%", 2)] for what, guess, known, unit in against], ["what", "estimate", "published", "error"], caption="Estimate and publication")

# %% [markdown]
# Prices come out too high. We charge every token read in full; whether a cache held some of them was not told. The last row's publication is one sentence by makers of training software, for lengths and batches that they do
# not state, so it only says that the kind of answer is right. Left out: answers of unequal length, for the longest of which all wait; checkers, which take processors and can err; and how well thoughts learnt on sums of
# one kind serve another.

# %% [markdown]
# ## Your bill
# The answer, if it first thinks as in the question above; servers and cooling are in the energy. A run does not think, so its column stays empty.

# %% your_bill role="narration"
bill("11", "time, if it thinks; alone", answer=thought[1].seconds, unit="s")
bill("11", "energy, if it thinks; alone", answer=thought[1].joules.value / 3600, unit="Wh")
bill("11", "energy, if it thinks; among 64", answer=thought[64].joules.value / 3600, unit="Wh")

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `cost_a_task` | 5 | easy | 1 |
# | `coverage_from_samples` | 7 | hard | 2 |
# | `turns_of_an_agent` | 6 | medium | 3 |
# | `sampling_share` | 6 | medium | 4 |
# | `think_or_train` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/11_thinking.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="narration"
say(f"""
**Whoever asks pays, word by word, and so does whoever shares the card: with 6 000 tokens of thoughts an answer takes {fmt(times[1], 'x')} the energy alone, {fmt(times[64], 'x')} among 64.**

1. gpt-5's high effort costs {fmt(high.usd / low.usd, 'x')} its low one; a *solved* task {fmt(high.usd_a_solved_task / low.usd_a_solved_task, 'x')}.
2. Tasks differ, so five tries solved {fmt(published[5], '%')} and not {fmt(alike[2], '%')}. Without a checker, a hundred times the tries brought {fmt(100 * (math[3] - math[2]), digits=1)} points.
3. An agent reads {fmt(agent.read_to_written)} tokens for each one it writes. A cache divides its bill by {fmt(bills['no cache'] / bills['with a cache'])}, and reading still leads.
4. Sampling is {fmt(work.sampling_share, '%')} of a step's FLOPs, {fmt(fixed.sampling_share, '%')} of its time. Training costs once, thinking each time; count the search for the recipe.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources()
