# %% [markdown]
# # 02 · Data sets
# *From a pile of text to tokens and losses: what a model reads, and how much of it.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | lesson 45 minutes alone, 75 in a room; exercise 30 | 1 of 3 | [lesson 01](01_parameters.ipynb): weights, and FLOPs for each weight and token | A03a, A03b, A04a, A04b, A05a, A05b |

# %% [markdown]
# ## The question
# You get twice the compute. Do you build a bigger model, or do you let the same model read more text?

# %% ask_split role="narration"
from math import exp, prod

from course_lib import explorers
from course_lib.teaching import (bill, case, claim, figures, fmt, in_short, ladder, machine_card, predict, predict_choice, quiz,
                                 reveal_order, say, sources, table, verdict, verdicts)

split = predict("split_twice", "For twice the compute: how many times as many weights should the model have? (1 is all for text, 2 all for "
                "weights.)", "x")

# %% [markdown]
# ## You will be able to
# 1. **Measure** how many bytes a token holds, and **compute** what a corpus weighs (exercises `my_text`, `corpus_gb`).
# 2. **Compute** how a budget splits into weights and tokens (`best_split`).
# 3. **Compute** what reading a text again is worth (`worth_of_rereading`).
# 4. **Judge** where more text should come from (`source_choice`).

# %% [markdown]
# ## Set up

# %% setup
from math import log
from course_lib import catalog
from course_lib.demos import corpus, datasets as demo, measure, tokenizer
from course_lib.estimators import datasets, parameters

# %% [markdown]
# ## Recall

# %% recall role="narration"
quiz("recall_budget")

# %% [markdown]
# ## Idea 1: what is a token, and do all languages pay alike?
# A model reads [*tokens*](../docs/glossary.md#token): numbers that stand for pieces of text. A [*tokenizer*](../docs/glossary.md#tokenizer) cuts the text. It learns its
# pieces by counting: start with single bytes, merge the pair that stands together most often, and again.
#
# Train one yourself, on the English help pages of Python. Then it meets a sentence that it has never seen, in five languages. The
# sentence says the same each time.

# %% guess_greek role="narration"
greek = predict("greek_tokens", "How many times the tokens of English does the Greek sentence take?", "x")

# %% train_tokenizer role="measured"
cut = tokenizer.train(vocab_rows=4096)  # change this line: 512, 30_000
texts = {"English help, unseen": tokenizer.unseen(), "Python code": corpus.text("code")[:200_000],
         "Greek sentence": tokenizer.SENTENCES["Greek"]}
held = {name: tokenizer.bytes_per_token(cut, text) for name, text in texts.items()}

# %% same_sentence role="measured"
usual = tokenizer.train(vocab_rows=4096)
counts = {name: tokenizer.token_count(usual, text)
          for name, text in tokenizer.SENTENCES.items()}
greek_times = counts["Greek"] / counts["English"]

# %% show_tokens role="measured_narration"
greek.reveal(greek_times, because="A Greek letter takes two bytes, and this tokenizer never met enough of them to merge anything: it pays a token for every "
             "byte.")
figures.bars(
    list(counts), list(counts.values()), x_label="tokens", mark=["Greek"], title="One sentence, cut into tokens",
    alt=f"Tokens for one sentence: {', '.join(f'{name} {count}' for name, count in counts.items())}.")
table([[name, fmt(size)] for name, size in held.items()], ["text", "bytes a token"], caption="Your tokenizer")

# %% [markdown]
# <!-- typed: definition -->
# *Bytes a token* is a ratio: the size of a text in UTF-8, where a letter takes one to four bytes, over the tokens it was cut into. Where it
# is small, the same text makes more tokens. All tokens that a tokenizer knows are its [*vocabulary*](../docs/glossary.md#vocabulary). On disk a token is its
# number, in whole bytes: one byte tells 256 numbers apart, two 65 536, and a larger vocabulary takes more.
#
# Every token costs the full arithmetic of lesson 01, and counts on a bill by the token. Tokenizers of large models see many languages, so
# their gap is smaller.

# %% answer_tokens role="measured_narration"
in_short(f"A token is a piece of text that was seen often. Who was seen rarely pays more: here Greek takes **{fmt(greek_times, 'x')}** the tokens of English.")
quiz("token_price")

# %% [markdown]
# ## Idea 2: where is the best split?
# <!-- typed: definition -->
# [*Loss*](../docs/glossary.md#loss) is the model's surprise at the next token, on text that it has not read. Lower is better. (It is in
# [nats](../docs/glossary.md#nat): minus the natural logarithm of the probability that the right token got.)
#
# Training costs about C = 6 N D FLOPs: N weights, D tokens, 6 FLOPs for each pair. For a given C, a bigger model reads less.

# %% guess_shape role="narration"
claim("A04a")
shapes = ["the narrowest", "one in between", "the widest"]
lowest = predict_choice("lowest_width", "Tiny models of seven widths, each trained on the same number of FLOPs. Which has the lowest loss?", shapes)

# %% [markdown]
# Such a sweep was run once, with rules written down before, and kept: tiny GPTs at three budgets, each five times the one before. No text is read twice.

# %% the_record
kept = demo.optima.record()
curves = {curve.budget_flops: curve for curve in kept.curves()}
bottoms = {budget: demo.optima.optimum(curve) for budget, curve in curves.items()}
sure = [curve for budget, curve in curves.items() if bottoms[budget].inside]  # bottoms inside
grown = demo.optima.growth(sure)

# %% show_record role="narration"
first = curves[min(curves)]
place = int(first.mean_losses.argmin())
lowest.reveal(ladder(place, {shapes[0]: 0, shapes[1]: len(first.widths) - 2, shapes[2]: None}),
              because="Lowest at widths " + ", ".join(f"{curve.widths[int(curve.mean_losses.argmin())]} ({fmt(budget, 'FLOP')})" for budget, curve in curves.items())
              + ". Too small a model cannot learn what it reads; too large a one has hardly begun.")
points = [(f"{fmt(budget, 'FLOP')}, width {width}", fmt(budget, "FLOP"), params, loss) for budget, curve in curves.items()
          for width, params, loss in zip(curve.widths, curve.params, curve.mean_losses, strict=True)]
best = [f"{fmt(budget, 'FLOP')}, width {curve.widths[int(curve.mean_losses.argmin())]}" for budget, curve in curves.items()]
figures.scatter([point[2] for point in points], [point[3] for point in points], "weights multiplied for each token", "loss on unseen code (nats)", log="x",
    names=[point[0] for point in points], groups=[point[1] for point in points], mark=best, title="Equal compute, other sizes",
    alt="Loss against weights at equal compute. Marked, the lowest point of each budget: " + "; ".join(
        f"{fmt(curve.params[int(curve.mean_losses.argmin())])} weights at {fmt(budget, 'FLOP')}" for budget, curve in curves.items()) + ".")

# %% [markdown]
# Single points scatter. So a parabola is fitted through five widths around the lowest, over the logarithm of the weights, and its lowest place counts
# as the *bottom*. The range says where it goes when a width or a training is left out.

# %% show_bottoms role="narration"
table([[fmt(budget, "FLOP"), fmt(curve.params[int(curve.mean_losses.argmin())]), fmt(bottoms[budget].params),
        " to ".join(map(fmt, bottoms[budget].params_range)), fmt(bottoms[budget].tokens)] for budget, curve in curves.items()],
      ["budget", "weights at the lowest point", "weights at the bottom", "range", "tokens there"],
      caption=f"Recorded {kept.date} on {kept.machine}; {min(len(curve.losses) for curve in curves.values())} trainings of each width")
shares = {run.width: 6 * run.params * run.tokens / run.train_flops for run in kept.runs}
say(f"At {len(sure)} of {len(curves)} budgets the lowest point is at neither end, and the bottom lies among the five. What follows uses those. These budgets count "
    "what [attention](../docs/glossary.md#attention) spends on pairs of tokens, too (lesson 03). 6 N D alone is "
    f"{fmt(shares[min(shares)], '%')} of the budget at width {min(shares)}, {fmt(shares[max(shares)], '%')} at width {max(shares)}.")

# %% [markdown]
# Train two of them yourself, at the smallest budget, beside the record.

# %% look_here role="measured"
machine = measure.prepare()

# %% tell_machine role="measured_narration"
machine_card(machine, seconds=10)

# %% live role="measured" seconds=8
patience = 20  # seconds after which no further model is begun
yours = demo.optima.live(budget_seconds=patience)  # two widths at the smallest budget
smallest = curves[min(curves)]
recorded = dict(zip(smallest.widths.tolist(), smallest.mean_losses.tolist(), strict=True))

# %% show_live role="measured_narration"
table([[str(run.width), fmt(run.params), fmt(run.tokens), fmt(run.loss), fmt(recorded[run.width])] for run in yours],
      ["width", "weights", "tokens", "your loss", "recorded"], caption="At the smallest budget")
left_out = demo.optima.LIVE_WIDTHS[len(yours):]
if left_out:
    say(f"Width {left_out[0]} was left out: no further model is begun after {patience} s.")

# %% [markdown]
# Lay a straight line through the bottoms on two logarithmic axes. That is a *power law*: best N = a constant times C to some power, and D likewise.
#
# Laws fitted to far larger models have another form: loss = E + A / N^α + B / D^β, in nats a token. E is what no model gets below, the second term
# what too few weights cost, the third what too little text costs. Hoffmann et al. 2022, who made the model Chinchilla, published one. Besiroglu et
# al. 2024 fitted the same runs anew. From here on theirs is *the law of 2024*.

# %% twice
weights_times, text_times = grown.times(2)
published = datasets.scaling_laws.HOFFMANN, datasets.scaling_laws.BESIROGLU
laws = {law.name: law for law in published}
plans = {name: [datasets.scaling_laws.optimal(law, budget) for budget in (1e24, 2e24)]
         for name, law in laws.items()}
by_law = {name: (after.params / before.params, after.tokens / before.tokens)
          for name, (before, after) in plans.items()}

# %% show_split role="narration"
split.reveal(by_law["Besiroglu et al. 2024"][0], because="By the law of 2024, fitted to hundreds of runs. At its bottom a percent more weights helps as much as a percent more "
             "text, so both grow with compute.")
rows = [["tiny GPTs, recorded", fmt(weights_times, "x"), fmt(text_times, "x"), f"{fmt(2**grown.params_range[0], 'x')} to {fmt(2**grown.params_range[1], 'x')}"]]
rows += [[name, fmt(weights, "x"), fmt(text, "x"), ""] for name, (weights, text) in by_law.items()]
table(rows, ["twice the compute", "weights", "text", "range of the weights"], caption="The best split of twice the compute; range: single widths or trainings left out")
ends = [6 * bottoms[curve.budget_flops].params * bottoms[curve.budget_flops].tokens / curve.budget_flops for curve in (sure[0], sure[-1])]
say(f"By the laws, weights times text grow {fmt(prod(by_law['Besiroglu et al. 2024']), 'x')}, as 6 N D must. By the tiny GPTs {fmt(weights_times * text_times, 'x')}: 6 N D is {fmt(ends[0], '%')} of the budget at the first bottom and "
    f"{fmt(ends[1], '%')} at the last. The law of 2024 in numbers: " + "loss = {floor} + {a} / N^{alpha} + {b} / D^{beta}.".format(
    **{name: fmt(getattr(published[1], name)) for name in ("floor", "a", "alpha", "b", "beta")}))
in_short(f"In between, and it moves: twice the compute wants about **{fmt(by_law['Besiroglu et al. 2024'][0], 'x')}** the weights and "
         f"{fmt(by_law['Besiroglu et al. 2024'][1], 'x')} the text by the law of 2024, {fmt(weights_times, 'x')} and {fmt(text_times, 'x')} by our tiny runs.")
quiz("twice_compute")

# %% [markdown]
# Does text alone help? Hold the width, and see how the loss falls from budget to budget.

# %% text_alone
slopes = []
first, second, third = curves.values()
for small, large in ((first, second), (second, third)):
    for width in set(small.widths) & set(large.widths):
        near, far = (list(curve.widths).index(width) for curve in (small, large))
        text_grew = large.tokens[far] / small.tokens[near]
        loss_fell = large.mean_losses[far] / small.mean_losses[near]
        slopes.append(log(loss_fell) / log(text_grew))

# %% verdict_text role="narration"
verdict("A04a", exponent_low=min(slopes), exponent_high=max(slopes), source=f"the record of {kept.date}: {len(slopes)} pairs of runs of one width at two budgets",
        instead=f"More text lowers the loss, ever more slowly: twice the text saves {fmt(1 - 2 ** max(slopes), '%')} to {fmt(1 - 2 ** min(slopes), '%')} of it in our "
        "tiny models.")

# %% [markdown]
# ## Idea 3: what if text runs out?
# A tiny GPT gets two kilobytes of code and no more, and reads them again and again. A token is a byte here.

# %% guess_reread role="narration"
paths = ["falls as well", "falls, then stays", "falls, then rises"]
again = predict_choice("reread_loss", "200 readings: training loss falls. The loss on unseen code ...", paths)

# %% reread role="measured" seconds=3
looks = demo.rereading.reread(unique_tokens=2048)  # change this line: 512
seen, unseen = [look.train_loss for look in looks], [look.loss for look in looks]

# %% show_reread role="measured_narration"
again.reveal(paths[2] if unseen[-1] > 1.05 * min(unseen) else paths[1],
             because=f"On unseen code {fmt(unseen[0])} after one reading, {fmt(min(unseen))} at best, after {looks[unseen.index(min(unseen))].readings}, and {fmt(unseen[-1])} at the end. "
             f"On its own lines it ends at {fmt(seen[-1])}: it knows them by heart.")
figures.lines([look.readings for look in looks], {"the text it reads": seen, "unseen code": unseen}, "readings", "loss (nats)",
    title="Reading the same text again", alt=f"After {looks[-1].readings} readings: loss {fmt(seen[-1])} on the text, {fmt(unseen[-1])} on unseen code, whose "
    f"best was {fmt(min(unseen))}.")

# %% [markdown]
# One reading was one step of training here; in a real run it is a great many. A law fitted to such runs, by Muennighoff et al. 2023, says what reading a
# text several times is worth, counted in texts never seen.

# %% guess_worth role="narration"
worth_guess = predict("worth_of_sixteen", "By that law: what are 16 readings of a text worth, in new texts of its size?", "")

# %% worth_of_rereading
readings = [1, 2, 4, 8, 16, 32, 64]
worth = datasets.effective_tokens(1, readings)
limit = datasets.effective_tokens(1, 100_000)  # however often it is read

# %% show_worth role="narration"
worth_guess.reveal(datasets.effective_tokens(1, 16), because=f"Each reading adds less than the one before; no number of readings is worth more than {fmt(limit)}.")
figures.lines(readings, {"all new text": readings, "one text reread": list(worth)}, "readings", "worth (texts)", log="xy",
    title="What rereading is worth, by Muennighoff et al. 2023",
    alt=f"{readings[2]} readings are worth {fmt(worth[2])} new texts, {readings[-1]} only {fmt(worth[-1])}.")

say(f"The law: n readings of a text are worth 1 + R (1 − e^(−(n − 1)/R)) new texts of its size. n − 1 of them are rereadings, and R = "
    f"{fmt(datasets.REPEAT_DECAY)}: after so many, one more is worth {fmt(exp(-1))} of a new text. Below one reading nothing is reread: every token is new.")

# %% [markdown]
# Split a budget yourself, at the size of real runs. Text that runs out is read again, and counts by this law.

# %% explorer role="narration"
explorers.panel("datasets")

# %% [markdown]
# How much text is there? Hold corpora of the catalog against what the run of this course read.

# %% unique_text
run_text = catalog.datasets["llama-3-pre-training"]
keys = ("english-wikipedia-dump-text", "fineweb-edu", "fineweb")
corpora = {catalog.datasets[key].name: catalog.datasets[key].tokens for key in keys}
needed = {name: run_text.tokens / tokens for name, tokens in corpora.items() if tokens}

# %% show_unique role="narration"
table([[name, fmt(corpora[name]), fmt(times, "x")] for name, times in needed.items()], ["corpus", "tokens", f"readings to reach {fmt(run_text.tokens)}"])
say("More text can be *licensed*, *crawled* or *reread*. A licence settles the right to train on it. A crawl does not: what can be downloaded is not yet yours "
    "to use.")
in_short(f"Reread a few times, then stop: four readings are worth {fmt(worth[2])} new texts, sixteen **{fmt(worth[4])}**, and no number of them more than {fmt(limit)}.")
quiz("read_again")

# %% [markdown]
# ## At full size
# How did real runs split their budgets? C = 6 N D again, against the split that a law calls best.

# %% real_splits
known = [run for run in catalog.runs.values()
         if run.kind == "full_run" and run.params and run.tokens]
ratio = {run.model: run.tokens / run.params for run in known}
big = catalog.models["llama-3.1-405b"]
run_flops = 6 * parameters.count(big).total * run_text.tokens
plan = datasets.scaling_laws.optimal(datasets.scaling_laws.BESIROGLU, run_flops)

# %% show_splits role="narration"
figures.scatter([run.year for run in known], [run.tokens / run.params for run in known], "year", "tokens for each weight", names=[run.model for run in known],
    mark=["Chinchilla 70B", "Llama 3 8B", "GPT-3 175B"], x_unit="year", log="y", title="Text for each weight",
    reference=("best split of the 405B run, law of 2024", lambda year: plan.tokens_per_param),
    alt=f"Tokens for each weight: GPT-3 {fmt(ratio['GPT-3 175B'])}, Llama 3 8B {fmt(ratio['Llama 3 8B'])}.")
best_ratios = [datasets.scaling_laws.optimal(datasets.scaling_laws.BESIROGLU, 6 * run.params * run.tokens).tokens_per_param for run in known]
say(f"The line is for the compute of the 405B run: {fmt(plan.tokens_per_param)} tokens a weight. It depends on the compute: over all these runs the law says {fmt(min(best_ratios))} to "
    f"{fmt(max(best_ratios))}. Llama 3 8B got {fmt(ratio['Llama 3 8B'])}, far more than *training* compute asks for. A smaller model is cheaper each time it is used. Lesson 13 counts that.")

# %% [markdown]
# And the claims that sizes and rates decide. Text is fed as numbers, a few bytes a token. The pictures of a Stable Diffusion run were fed as they had been
# prepared before: as latents. A [checkpoint](../docs/glossary.md#checkpoint) to resume from holds weights and the optimizer's states.

# %% fed_and_kept
run, pictures = catalog.runs["llama31-405b-stage-16k"], catalog.runs["mosaic-sd2-128gpu"]
disk = catalog.storage["HDD"].read_bytes_per_second
rate = datasets.tokens_per_second(run.devices * run.achieved_flops_per_device, run.params)
text_feed = datasets.feed_rate(rate, 4)
latent_bytes = 2 * (64 * 64 * 4 + 77 * 1024)  # 16 bits: the picture's latent, its text's vectors
picture_feed = pictures.images_per_second["512px"] * latent_bytes
checkpoint = datasets.checkpoint_bytes(run.params)

# %% words_and_code
cutter = "bytes-per-token-llama-3-tokenizer-on-english"
english = catalog.datasets[cutter].bytes_per_token
words = run_text.tokens * english / 6  # a word and its blank take about 6 bytes
code_tokens = run_text.tokens * catalog.quantities["llama-3-code-share"].value
images = max(catalog.datasets[key].documents for key in ("laion-5b", "imagenet-21k"))
on_creativity = sum("creativ" in finding.claim for finding in catalog.findings.values())

# %% reading_time role="narration"
reveal_order("reading_time", because=f"{fmt(run_text.tokens, 'tokens')} of {fmt(english)} bytes are {fmt(words, 'words')}.")

# %% judge_sizes role="narration"
verdicts(
    case("A03a", words=words, code_tokens=code_tokens, source=f"{run_text.source.text}; share of code as its makers report it",
         instead=f"Llama 3 read some {fmt(words, 'words')}, and {fmt(code_tokens, 'tokens')} of code."),
    case("A03b", images=images, source="the catalog's sets of images", instead=f"Sets of images hold billions: the largest here {fmt(images, 'images')}."),
    case("A04b", measures=on_creativity, source="the catalog: no entry measures creativity",
         instead="Whether more text makes output more creative, no published measure here says."),
    case("A05a", checkpoint_seconds=checkpoint / disk, picture_disks=picture_feed / disk, source=f"{run.source.text}; {pictures.source.text}",
         instead=f"A checkpoint of {fmt(checkpoint, 'B')}, {datasets.STATES['training']} bytes a weight, takes one hard disk {fmt(checkpoint / disk, 's')}; pictures fed as latents come at "
         f"{fmt(picture_feed, 'B/s')}, {fmt(picture_feed / disk, 'x')} one hard disk."),
    case("A05b", text_disks=text_feed / disk, source=run.source.text,
         instead=f"Text trickles: all {fmt(run.devices)} cards together read {fmt(text_feed, 'B/s')}, {fmt(text_feed / disk, '%')} of one hard disk."),
)

# %% [markdown]
# ## Where this estimate breaks

# %% breaks
chinchilla, opt = catalog.runs["chinchilla-70b"], catalog.datasets["opt-corpus"]
budget = 6 * chinchilla.params * chinchilla.tokens
cutter = "bytes-per-token-gpt-2-tokenizer-on-english-web-text"
gpt2 = catalog.datasets[cutter].bytes_per_token
planned = {name: datasets.scaling_laws.optimal(law, budget).params
           for name, law in laws.items()}
opt_tokens = datasets.token_count(opt.raw_bytes, gpt2)

# %% show_breaks role="narration"
rows = [[f"Chinchilla's weights, {name}", fmt(params), fmt(chinchilla.params), fmt(params / chinchilla.params - 1, "%")] for name, params in planned.items()]
rows.append(["tokens of the OPT corpus", fmt(opt_tokens), fmt(opt.tokens), fmt(opt_tokens / opt.tokens - 1, "%")])
table(rows, ["what", "estimate", "published", "error"])
misses = {name: fmt(abs(params / chinchilla.params - 1), "%") for name, params in planned.items()}
say(f"The count from bytes a token is {fmt(abs(opt_tokens / opt.tokens - 1), '%')} off. The laws are another matter. Hoffmann et al. planned Chinchilla by other methods, and their law "
    f"is {misses[published[0].name]} off. The law of 2024 is {misses[published[1].name]} off.")
say(f"The record of tiny GPTs covers {fmt(max(curves) / min(curves), 'x')} in compute, with one learning rate by rule and depth held.")

# %% [markdown]
# A law knows only text like that it was fitted on, read once, by models of one kind.

# %% [markdown]
# ## Your bill
# The text in bytes, and the text that a law would have asked for.

# %% text_needed
best_tokens = plan.tokens  # what a law asks for at the run's compute

# %% your_bill role="narration"
bill("02", "text read, as bytes", answer=datasets.text_bytes(600, english), run=datasets.text_bytes(run_text.tokens, english), unit="B")
bill("02", "tokens that a law calls best for the compute", run=best_tokens)

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `corpus_gb` | 4 | easy | 1 |
# | `best_split` | 8 | medium | 2 |
# | `worth_of_rereading` | 6 | medium | 3 |
# | `my_text` | 6 | medium | 1 |
# | `source_choice` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/02_datasets.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured_narration"
say(f"""
**Twice the compute: both. About {fmt(by_law['Besiroglu et al. 2024'][0], 'x')} the weights and {fmt(by_law['Besiroglu et al. 2024'][1], 'x')} the text, because at the best split a percent more of either helps alike.**

1. Count in bytes, then in tokens. In Greek the same sentence took {fmt(greek_times, 'x')} the tokens.
2. At a fixed budget the loss has a bottom. For the compute of the 405B run the law of 2024 puts it at {fmt(plan.tokens_per_param)} tokens a weight; Llama 3 8B got {fmt(ratio['Llama 3 8B'])}.
3. Four readings of a text are worth {fmt(worth[2])} new ones, sixty-four {fmt(worth[-1])}.
4. Text trickles into a run; checkpoints flood out of it.
""")

# %% [markdown]
# ## Sources

# %% sources role="narration"
sources(*((law.name, "law of loss", law.source) for law in published),
        ("R of Muennighoff et al. 2023", "constant of a law", datasets.REPEAT_SOURCE))
