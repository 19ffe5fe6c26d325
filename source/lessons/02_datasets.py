# %% [markdown]
# # 02 · Data sets
# *From a pile of text to tokens, losses and bytes a second: what data buys, and what it costs to feed.*
#
# | time | level | needs | tests claims |
# | --- | --- | --- | --- |
# | 45 minutes alone, 75 in a room | 1 of 3 | lesson 01: weights, and 6 FLOPs for each weight and token | A03, A04, A05, A06, B06a |

# %% [markdown]
# ## The question
# You get twice the compute. Do you build a bigger model, or do you let the same model read more text?

# %% [markdown]
# ## You will be able to
# 1. **Measure** how many bytes a token holds, and **compute** what a corpus weighs (exercises `my_text`, `corpus_gb`).
# 2. **Compute** how a budget splits into weights and tokens (`best_split`).
# 3. **Compute** how many loader workers a model needs (`loader_workers`).
# 4. **Judge** whether to license, crawl or reread (`source_choice`).

# %% [markdown]
# ## Set up

# %% setup
from course_lib import catalog
from course_lib.demos import corpus, datasets as demo, tokenizer
from course_lib.estimators import datasets
from course_lib.teaching import bill, claim, figures, fmt, predict, predict_choice, quiz, say, sources, table, verdict

# %% [markdown]
# ## Recall
# <!-- typed: definition -->
# Lesson 01 ended with the cost of training: 6 FLOPs for each weight and token, C = 6ND.

# %% recall
quiz("recall_budget")

# %% [markdown]
# ## Idea 1: a token is not a word, and languages pay differently
# A model reads [*tokens*](../docs/glossary.md#token): numbers that stand for pieces of text. A [*tokenizer*](../docs/glossary.md#tokenizer) cuts the text. It learns its pieces by
# counting: start with single bytes, merge the pair that stands together most often, and again.
#
# First the claim. Its rules are fixed before you see any number.

# %% claim_amount
claim("A03")
kinds = ["words only", "words and code", "words, code and images"]
trillions = predict_choice("data_trillions", "Which really come in trillions, in one data set?", kinds)

# %% [markdown]
# Now train a tokenizer yourself, on the English help pages of Python. Then it meets a sentence that it has never seen,
# in five languages. The sentence says the same each time.

# %% guess_greek
greek = predict("greek_tokens", "How many times the tokens of English does the Greek sentence take?", "x")

# %% train_tokenizer role="measured"
cut = tokenizer.train(vocab_rows=4096)  # change this line: 512, 30_000
texts = {"English help, unseen": tokenizer.unseen(), "Python code": corpus.text("code")[:200_000],
         "Greek sentence": tokenizer.SENTENCES["Greek"]}
table([[name, fmt(len(text.encode("utf-8")), "B"), fmt(tokenizer.token_count(cut, text)),
        fmt(tokenizer.bytes_per_token(cut, text))] for name, text in texts.items()],
      ["text", "size", "tokens", "bytes a token"])

# %% same_sentence role="measured"
counts = {name: tokenizer.token_count(cut, text) for name, text in tokenizer.SENTENCES.items()}
figures.bars(
    list(counts), list(counts.values()), x_label="tokens", mark=["Greek"], title="One sentence, cut into tokens",
    alt=f"Tokens for one sentence: {', '.join(f'{name} {count}' for name, count in counts.items())}.")
greek.reveal(counts["Greek"] / counts["English"])

# %% [markdown]
# Why so many? A Greek letter takes two bytes, and the tokenizer never met enough of them to merge anything. So it pays
# a token for every byte. Every token then costs the full arithmetic of lesson 01, and counts on a bill by the token.
# Tokenizers of large models see many languages, so their gap is smaller. It does not vanish.

# %% check_tokens
quiz("token_price")

# %% [markdown]
# So *trillions of tokens* are not trillions of words. Convert, and look at code and pictures too. A word is taken as
# long as in the help pages, its blank included. Sizes and sources come from the catalog.

# %% verdict_amount role="measured"
keys = "llama-3-pre-training", "the-stack-v2", "laion-5b"
llama_text, code, pictures = (catalog.datasets[key] for key in keys)
english = catalog.datasets["bytes-per-token-llama-3-tokenizer-on-english"].bytes_per_token
words = datasets.text_bytes(llama_text.tokens, english) / tokenizer.bytes_per_word(tokenizer.unseen())
say(f"**{llama_text.name}**: {fmt(llama_text.tokens, 'tokens')}, some {fmt(words, 'words')}. "
    f"**{code.name}**: {fmt(code.tokens, 'tokens')}. "
    f"**{pictures.name}**: {fmt(pictures.documents, 'images')}.")
reached = [amount >= 1e12 for amount in (words, code.tokens, pictures.documents)]
trillions.reveal(kinds[max(0, sum(reached) - 1)] if reached[0] else kinds[0])
verdict("A03", words=words, code_tokens=code.tokens, images=pictures.documents,
        source="catalog; bytes a word measured on the help pages")

# %% [markdown]
# ## Idea 2: loss buys the next bit ever dearer, and rereading is not reading
# [*Loss*](../docs/glossary.md#loss) is the model's surprise at the next token: minus the logarithm of the probability that it gave to the right
# one, on average. Lower is better. It is in [nats](../docs/glossary.md#nat), from the natural logarithm. Only loss on **unseen** text counts.
#
# Start with a plan that fails: no new text at all. A tiny GPT reads the same two kilobytes of code again and again.

# %% claim_loss
claim("A04")
paths = ["falls as well", "falls, then stays", "falls, then rises"]
again = predict_choice("reread_loss", "200 readings: training loss falls. The loss on unseen code ...", paths)

# %% reread role="measured"
looks = demo.scaling.reread(unique_tokens=2048)  # change this line: 512
seen, unseen = [look.train_loss for look in looks], [look.loss for look in looks]
figures.lines(
    [look.readings for look in looks], {"the text it reads": seen, "unseen code": unseen},
    "readings", "loss (nats)", title="Reading the same text again", alt=f"After {looks[-1].readings} readings: "
    f"loss {fmt(seen[-1])} on the text, {fmt(unseen[-1])} on unseen code, whose best was {fmt(min(unseen))}.")
turned = unseen[-1] > 1.05 * min(unseen)
again.reveal(paths[2 if turned else 1], because=f"From {fmt(min(unseen))} at best to {fmt(unseen[-1])}.")

# %% [markdown]
# The model learned these lines by heart. That is no use on others. At a larger scale a few rereadings do pay. A law
# fitted to hundreds of runs says what reading a text several times is worth, counted in texts never seen.

# %% worth_of_rereading
readings = [1, 2, 4, 8, 16, 32, 64]
worth = datasets.effective_tokens(1, readings)
figures.lines(
    readings, {"all new text": readings, "one text reread": list(worth)}, "readings", "worth (texts)",
    log="xy", title="What rereading is worth, by Muennighoff et al. 2023",
    alt=f"{readings[2]} readings are worth {fmt(worth[2])} new texts, {readings[-1]} only {fmt(worth[-1])}.")
quiz("read_again")

# %% [markdown]
# So new text is wanted. Keeping it is cheap. Getting it is not: you *crawl* the web, or you *license* it from an owner.
# A crawl costs little, but what can be downloaded is not yet yours to use: most of it has an owner who was not asked,
# and courts still decide what that means. A licence settles the right, for money. Its price is seldom published.

# %% price_of_text
stored_text = datasets.stored_bytes(llama_text.tokens, catalog.models["llama-3-8b"].vocab_rows)
shelf = catalog.prices["aws-s3-standard"]
year = datasets.preparation_usd(stored_text, store_usd_per_byte_month=shelf.value / 1e9, months=12)
pile, books = catalog.datasets["the-pile-unique"], catalog.datasets["pile-books3"]
say(f"{llama_text.name} takes {fmt(stored_text, 'B')} as numbers. A year on {shelf.item}: "
    f"**{fmt(year, 'USD')}**. A set can lose text again: {fmt(books.raw_bytes / pile.raw_bytes, '%')} of "
    f"{pile.name} were books of one collection. {pile.notes.rpartition('; ')[2]}")

# %% [markdown]
# And the licence? One site's price is known from the press. Set it beside the card hours of the largest run here.

# %% claim_licence
claim("B06a")
licence = predict("licence_share", "One site's text, for one buyer and year: what share of a 405B run's compute?", "%")

# %% verdict_licence
deal, hour = catalog.prices["google-reddit-data-licence"], catalog.prices.rental("H100")
big = catalog.runs["llama31-405b-stage-16k"]
card_hours = 6 * big.params * llama_text.tokens / big.achieved_flops_per_device / 3600
compute_usd = card_hours * hour.usd_per_device_hour
say(f"{deal.item}: {fmt(deal.value, 'USD')}, {deal.notes.lower()} {fmt(card_hours)} card hours: {fmt(compute_usd, 'USD')}.")
licence.reveal(deal.value / compute_usd)
verdict("B06a", licence_share=deal.value / compute_usd, prices_stated=int(deal.source.kind == "reported"),
        source=f"{deal.source.text}; rent of the H100: {hour.text}")

# %% [markdown]
# Now the question of this lesson, on real code that is never repeated. A base model is given more than three times
# its compute. One copy spends it on twice the width, the other on more text.

# %% guess_spend
ways = ["twice the width", "more text", "no difference beyond 1 %"]
spend = predict_choice("width_or_text", "For the same FLOPs, what lowers the loss on unseen code more?", ways)

# %% three_runs role="measured"
base = demo.scaling.run(width=32, tokens=48 * 1024)
wide = demo.scaling.run(width=64, tokens=48 * 1024)
longer = demo.scaling.run(width=32, tokens=160 * 1024)
trained = {"base": base, ways[0]: wide, ways[1]: longer}
table([[name, fmt(run.params), fmt(run.tokens), fmt(run.train_flops, "FLOP"), fmt(run.loss),
        fmt(run.seconds, "s")] for name, run in trained.items()],
      ["run", "weights", "tokens", "work", "loss", "time"])
near = abs(wide.loss / longer.loss - 1) < 0.01
spend.reveal(ways[2] if near else ways[0] if wide.loss < longer.loss else ways[1])

# %% [markdown]
# Was that chance? A longer sweep was made once and kept: every width at every length, with its date and machine.
# Your three runs stand beside it.

# %% record role="measured"
kept = demo.scaling.record()
points = [*kept.runs, *trained.values()]
groups = [f"width {run.width}, recorded" for run in kept.runs] + ["yours, now"] * len(trained)
losses = [run.loss for run in points]
figures.scatter(
    [run.tokens for run in points], losses, "tokens read, each once", "loss on unseen code (nats)", log="xy",
    names=[f"{group} {index}" for index, group in enumerate(groups)], groups=groups, title="Loss by text",
    alt=f"Loss falls from {fmt(max(losses))} to {fmt(min(losses))} as the text grows, at every width.")
best = [f"{min(kept.at(size), key=lambda run: run.loss).width} at {fmt(size)}" for size in kept.lengths]
say(f"Recorded {kept.date} on {kept.machine}; {kept.versions}; seed 0. Best width: {', '.join(best)} tokens.")

# %% [markdown]
# A bigger model pays only with enough text: the best width moves up as the text grows. No run was tuned: all share
# one learning rate.
#
# On two logarithmic axes the points lie near straight lines: a *power law*. Fit one to each width, with the range that
# its exponent takes when any one point is left out. Then ask the published laws the same, at the size of Llama 3 8B.

# %% fit
fits = {}
for width in demo.scaling.WIDTHS:
    line = [run for run in kept.runs if run.width == width]
    fits[width] = datasets.scaling_laws.fit_power([run.tokens for run in line], [run.loss for run in line])
rows = [[f"width {width}, recorded", f"{fmt(law.exponent)} ({fmt(law.low)} to {fmt(law.high)})",
         fmt(1 - 2**law.exponent, "%")] for width, law in fits.items()]
eight, text = catalog.models["llama-3-8b"].published.total_params, llama_text.tokens
for law in (datasets.scaling_laws.HOFFMANN, datasets.scaling_laws.BESIROGLU):
    share = 1 - datasets.scaling_laws.loss(law, eight, 2 * text) / datasets.scaling_laws.loss(law, eight, text)
    rows.append([f"Llama 3 8B by {law.name}", "not a straight line", fmt(share, "%")])
table(rows, ["where", "exponent (range)", "loss saved by twice the text"])

# %% [markdown]
# So the next bit of loss grows ever dearer: text doubles, and the saving shrinks to below one part in a hundred.
#
# The claim also says *more creative*. No number here measures that, and the loss does not either.

# %% verdict_loss role="measured"
verdict("A04", live_change=longer.loss / base.loss - 1, exponent_high=max(law.high for law in fits.values()),
        creativity_measures=0, source=f"your runs; the record of {kept.date}")

# %% [markdown]
# ## Idea 3: text trickles, checkpoints and pictures flood
# The largest run of the catalog that tells its speed: a 405B model on thousands of cards. Somebody has to feed it.

# %% claim_feed
claim("A05")
run = catalog.runs["llama31-405b-stage-16k"]
feed = predict("feed_rate", f"How many bytes of text a second do all {fmt(run.devices)} cards read?", "B/s")
saved = predict("checkpoint_ratio", "A checkpoint to resume from is how many times its 16-bit weights?", "x")

# %% [markdown]
# <!-- typed: definition -->
# Its tokens a second follow from lesson 01: work done a second over 6 FLOPs for each weight. On disk a token is a
# number. Two bytes tell 65 536 tokens apart, and this vocabulary is larger, so it takes four.

# %% feed_text
rate = datasets.tokens_per_second(run.devices * run.achieved_flops_per_device, run.params)
id_bytes = datasets.id_bytes(catalog.models["llama-3.1-405b"].vocab_rows)
text_feed = datasets.feed_rate(rate, id_bytes)
feed.reveal(text_feed)

# %% [markdown]
# <!-- typed: definition -->
# A [*checkpoint*](../docs/glossary.md#checkpoint) saves the run, so that a crash does not lose it. Adam, the usual optimizer, keeps three more numbers
# of 32 bits for each weight: an exact copy, a mean and a variance. So 2 bytes a weight become 14.
#
# And pictures? A Stable Diffusion run reads them whole, three bytes a pixel.

# %% feed_table
checkpoint = datasets.checkpoint_bytes(run.params)
saved.reveal(checkpoint / datasets.checkpoint_bytes(run.params, "weights"))
diffusion, disk = catalog.runs["mosaic-sd2-128gpu"], catalog.storage["HDD"].read_bytes_per_second
picture_feed = datasets.image_feed_rate(diffusion.images_per_second["512px"], 512 * 512 * 3)
stored = datasets.transfer_seconds(checkpoint, disk)
table([["text of the 405B run", fmt(text_feed, "B/s"), fmt(text_feed / disk, "x")],
       ["decoded pictures of a diffusion run", fmt(picture_feed, "B/s"), fmt(picture_feed / disk, "x")]],
      ["what is fed", "bytes a second", "over one hard disk"])
say(f"The checkpoint is **{fmt(checkpoint, 'B')}**. One hard disk would write for **{fmt(stored, 's')}**.")
verdict("A05", text_disks=text_feed / disk, picture_disks=picture_feed / disk, checkpoint_seconds=stored,
        source=f"{run.source.text}; {diffusion.source.text}; disk: {catalog.storage['HDD'].source.text}")

# %% [markdown]
# Then why do people fight with data loaders? Because pictures must be fetched and decoded first. A [*loader*](../docs/glossary.md#data-loader) makes
# batches in worker processes, ahead of the model. Its work is of two kinds: waiting for a disk, and computing.

# %% claim_parallel
claim("A06")
gains = ["both", "waiting only", "computing only", "neither"]
work = predict_choice("loader_gain", "More workers than cores: which work still gets faster?", gains)

# %% loaders role="measured"
workers = [0, 1, 2, 4, 8]  # change this line
found = demo.loader.throughput(workers)
figures.lines(
    workers, {f"{kind} work": rates for kind, rates in found.rates.items()}, "worker processes",
    "batches a second", title=f"A loader on {fmt(found.cores, 'cores')}", alt="Batches a second, from "
    f"{workers[0]} to {workers[-1]} workers: waiting gains {fmt(found.gain('waiting')[-1], 'x')}, computing "
    f"{fmt(found.gain('computing')[-1], 'x')}.")
grew = [kind for kind in found.rates if found.grows_past_cores(kind)]
work.reveal({0: "neither", 1: f"{''.join(grew[:1])} only", 2: "both"}[len(grew)])

# %% [markdown]
# The waiting is a sleep, a stand-in for a disk; the computing unpacks compressed bytes. Sleepers need no core, so they
# overlap as you like. Computing stops near the number of cores. One worker gains little over none here, because no
# model works meanwhile. If both still grew, your machine has about as many cores as workers were tried.
#
# How many are needed? The time one worker takes to make a batch, over the time the model takes to use it up, rounded
# up. For computing work the cores are the limit.

# %% check_workers role="measured"
quiz("more_workers", cores=fmt(found.cores, "cores"))

# %% verdict_parallel role="measured"
unpacked = demo.loader.decode_rate()
say(f"One core here unpacks **{fmt(unpacked, 'B/s')}** of text. The 405B run reads {fmt(text_feed, 'B/s')}.")
four = workers.index(4) if 4 in workers else len(workers) - 1
verdict("A06", gain_waiting=found.gain("waiting")[four], gain_computing=found.gain("computing")[four],
        text_cores=text_feed / unpacked, source="the loader and the unpacking measured on this machine")

# %% [markdown]
# ## At full size
# For a given C = 6ND, a law names the best split in closed form. Two published sets of constants are in use. The
# second corrects the fit of the first: about the same number of tokens for each weight at every budget. Then N follows
# from C alone. How did real runs split their budgets?

# %% full_size
known = [run for run in catalog.runs.values() if run.kind == "full_run" and run.params and run.tokens]
ratio = {run.model: run.tokens / run.params for run in known}
plan = datasets.scaling_laws.optimal(datasets.scaling_laws.BESIROGLU, 6 * run.params * llama_text.tokens)
figures.scatter(
    [run.year for run in known], [run.tokens / run.params for run in known], "year", "tokens for each weight",
    names=[run.model for run in known], mark=["Chinchilla 70B", "Llama 3 8B", "GPT-3 175B"], x_unit="year",
    log="y", title="Text for each weight",
    reference=("best split by the law of 2024", lambda year: plan.tokens_per_param),
    alt=f"Tokens for each weight: GPT-3 {fmt(ratio['GPT-3 175B'])}, Llama 3 8B {fmt(ratio['Llama 3 8B'])}.")

# %% [markdown]
# Llama 3 8B read far more than the best split of *training* compute asks for. That is no mistake. A smaller model is
# cheaper each time it is used, and it is used very often. Lesson 13 counts that.

# %% bill_text
bill("02", f"the text of {llama_text.name}, kept a year", bytes=stored_text, usd=year)

# %% [markdown]
# ## Where this estimate breaks

# %% breaks
chinchilla, opt = catalog.runs["chinchilla-70b"], catalog.datasets["opt-corpus"]
budget = 6 * chinchilla.params * chinchilla.tokens
gpt2 = catalog.datasets["bytes-per-token-gpt-2-tokenizer-on-english-web-text"].bytes_per_token
trillion, reported = catalog.runs["megatron21-t1-1t"].params, catalog.quantities["megatron-1t-checkpoint"].value * 1e12
checks = [(f"Chinchilla's weights, {law.name}", datasets.scaling_laws.optimal(law, budget).params, chinchilla.params,
           "weights") for law in (datasets.scaling_laws.BESIROGLU, datasets.scaling_laws.HOFFMANN)]
checks += [("tokens of the OPT corpus", datasets.token_count(opt.raw_bytes, gpt2), opt.tokens, "tokens"),
           ("checkpoint of a trillion weights", datasets.checkpoint_bytes(trillion), reported, "B")]
table([[what, fmt(estimate, unit), fmt(published, unit), fmt(estimate / published - 1, "%")]
       for what, estimate, published, unit in checks], ["what", "estimate", "published", "error"])

# %% [markdown]
# Bytes a token and checkpoints hold within a few parts in a hundred. The laws are another matter. Chinchilla was
# planned by its authors' other methods, and the law published beside them misses it by half. A law also knows only
# text like that it was fitted on, read once, by models of one kind. It says nothing of quality, and our tiny models
# have exponents of their own.

# %% [markdown]
# ## Exercises
#
# | id | minutes | difficulty | objective |
# | --- | --- | --- | --- |
# | `corpus_gb` | 4 | easy | 1 |
# | `best_split` | 8 | medium | 2 |
# | `loader_workers` | 6 | medium | 3 |
# | `my_text` | 6 | medium | 1 |
# | `source_choice` | 6 | medium | 4 |
#
# [Open the exercises](../exercises/02_datasets.ipynb)

# %% [markdown]
# ## Key points

# %% key_points role="measured"
say(f"""
1. Count in bytes, then in tokens. In Greek the same sentence took
   {fmt(counts['Greek'] / counts['English'], 'x')} the tokens.
   {llama_text.name} is {fmt(stored_text, 'B')} on disk.
2. Weights and text grow together. For the budget of a 405B run, a law asks for
   {fmt(plan.tokens_per_param)} tokens a weight; Llama 3 8B got {fmt(ratio['Llama 3 8B'])}.
3. Workers needed: time to make a batch over time to use it, rounded up. Eight workers brought
   {fmt(found.gain('waiting')[-1], 'x')} for waiting, {fmt(found.gain('computing')[-1], 'x')} for computing.
4. Four readings of a text are worth {fmt(datasets.effective_tokens(1, 4))} new ones, sixty-four only
   {fmt(datasets.effective_tokens(1, 64))}. New text must be bought, licensed or found.
""")

# %% [markdown]
# ## Sources

# %% sources
sources()
