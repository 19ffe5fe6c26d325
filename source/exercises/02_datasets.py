# %% [markdown]
# # Exercise 02 · Data sets
# *Weigh a corpus, split a budget, price a rereading, cut your own text, and choose where more of it comes from.*
#
# Work through [lesson 02](../lessons/02_datasets.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `corpus_gb` | compute by hand | 3 | 4 |
# | `best_split` | write a function | 5 | 8 |
# | `worth_of_rereading` | write a function | 5 | 6 |
# | `my_text` | measure | 4 | 6 |
# | `source_choice` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that passes shows your points; one that fails
# says what it found.

# %% setup
import math

from course_lib.demos import tokenizer
from course_lib.estimators import datasets
from course_lib.teaching import a_number, answered, attempt, checking, entries, explain, fmt, in_words, table

# %% [markdown]
# ## corpus_gb: what a corpus weighs once it is cut (3 points)
# A corpus is 840 GB of English text. A tokenizer with a vocabulary of 50 257 cuts it; a token holds 4.2 bytes of text
# on average, a word with its blank 6.
#
# On disk each token is a number from 0 to 50 256. Every number takes the same whole number of bytes, as few as will do.
# How many tokens are there, and how many **GB** do their numbers take?
#
# Worked example: 10 GB of text, 5 bytes a token, a vocabulary of 200. That is 2 000 000 000 tokens. A number up to 199
# fits into one byte, so they take 2 GB.
#
# <details><summary>Hint 1: the idea</summary>
# There are two kinds of bytes here: those of the text that a token stands for, and those of the number that stands for
# the token.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Find the tokens first: how often do 4.2 bytes go into the text? Then ask how many different numbers one byte can hold,
# how many two, how many three.
# </details>
# <details><summary>Hint 3: the formula</summary>
# tokens = bytes of text / bytes a token; bytes on disk = tokens x bytes of a number. A number of b bytes has 256 to the
# power b values. 1 GB is 10⁹ bytes.
# </details>

# %% corpus_gb role="answer"
corpus_tokens = None  # one number: tokens
corpus_gb = None  # one number: GB on disk
### BEGIN SOLUTION
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 2 / 1e9
### END SOLUTION

# %% corpus_gb_check role="check" points=3
a_number(corpus_tokens, "`corpus_tokens`")
a_number(corpus_gb, "`corpus_gb`")
near = lambda value, right: abs(value / right - 1) < 1e-3
counted = datasets.token_count(840e9, 4.2)
assert not near(corpus_tokens, datasets.token_count(840e9, 6)), explain("token-is-a-word")
in_units = [near(corpus_tokens * unit, counted) for unit in (1e3, 1e6, 1e9)]
assert not any(in_units), "`corpus_tokens` has the right digits. Write the tokens out in full, not in millions or billions."
in_gib = near(corpus_tokens, datasets.token_count(840 * 2**30, 4.2))
assert not in_gib, "`corpus_tokens` is the count for 840 GiB of text. The corpus is 840 GB, and a GB is 10^9 bytes."
assert near(corpus_tokens, counted), f"840 GB are not cut into {corpus_tokens:.6g} tokens. Each of them stands for 4.2 bytes of the text."
size = counted * datasets.id_bytes(50_257)
assert not near(corpus_gb, size), "`corpus_gb` has the right digits, but is a number of bytes. GB are asked for."
in_units = [near(corpus_gb * unit, size) for unit in (1e3, 1e6, 1e12)]
assert not any(in_units), "`corpus_gb` has the right digits, but another unit: GB are asked for."
assert not near(corpus_gb * 1e9, counted), explain("one-byte-a-token")
assert not near(corpus_gb * 1e9, 8 * size), explain("sixteen-bits-are-sixteen-bytes")
assert not near(corpus_gb * 2**30, size), explain("gb-for-gib")
assert not near(corpus_gb * 1e9, 2 * size), explain("four-bytes-always")
assert near(corpus_gb * 1e9, size), f"The tokens are right. Their numbers do not take {corpus_gb:.6g} GB: how many bytes has each?"

# %% corpus_gb_wrong_words role="wrong" misconception="token-is-a-word"
corpus_tokens = 840e9 / 6
corpus_gb = corpus_tokens * 2 / 1e9

# %% corpus_gb_wrong_one_byte role="wrong" misconception="one-byte-a-token"
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens / 1e9

# %% corpus_gb_wrong_bits role="wrong" misconception="sixteen-bits-are-sixteen-bytes"
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 16 / 1e9

# %% corpus_gb_wrong_gib role="wrong" misconception="gb-for-gib"
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 2 / 2**30

# %% corpus_gb_wrong_four role="wrong" misconception="four-bytes-always"
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 4 / 1e9

# %% corpus_gb_wrong_bytes role="wrong" says="is a number of bytes"
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 2

# %% corpus_gb_wrong_terabytes role="wrong" says="but another unit"
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 2 / 1e12

# %% corpus_gb_wrong_billions role="wrong" says="Write the tokens out in full"
corpus_tokens = 840 / 4.2
corpus_gb = corpus_tokens * 2

# %% corpus_gb_wrong_text role="wrong" says="one number, without its unit"
corpus_tokens = 840e9 / 4.2
corpus_gb = "400 GB"

# %% corpus_gb_wrong_multiplied role="wrong" neutral=true
corpus_tokens = 840e9 * 4.2
corpus_gb = corpus_tokens * 2 / 1e9

# %% corpus_gb_wrong_rounded role="wrong" neutral=true
corpus_tokens = 840e9 / 4
corpus_gb = corpus_tokens * 2 / 1e9

# %% corpus_gb_wrong_token_is_a_byte role="wrong" neutral=true
corpus_tokens = 840e9
corpus_gb = corpus_tokens * 2 / 1e9

# %% corpus_gb_wrong_gib_of_text role="wrong" says="is the count for 840 GiB of text"
corpus_tokens = 840 * 2**30 / 4.2
corpus_gb = corpus_tokens * 2 / 1e9

# %% corpus_gb_wrong_text_size role="wrong" neutral=true
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 4.2 / 1e9

# %% corpus_gb_wrong_five_digits role="wrong" neutral=true
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 5 / 1e9

# %% corpus_gb_wrong_packed_bits role="wrong" neutral=true
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * math.log2(50_257) / 8 / 1e9

# %% corpus_gb_wrong_three_bytes role="wrong" neutral=true
corpus_tokens = 840e9 / 4.2
corpus_gb = corpus_tokens * 3 / 1e9

# %% corpus_gb_wrong_vocabulary role="wrong" neutral=true
corpus_tokens = 50_257
corpus_gb = corpus_tokens * 2 / 1e9

# %% corpus_gb_variant_whole role="variant"
corpus_tokens = 200_000_000_000
corpus_gb = 400

# %% corpus_gb_variant_numpy role="variant"
import numpy as np

corpus_tokens = np.float32(840e9) / np.float32(4.2)
corpus_gb = corpus_tokens * np.uint16(50_256).nbytes / 10**9

# %% [markdown]
# ## best_split: weights and tokens for a budget (5 points)
# A law says how many tokens each weight should get. Write `best_split(budget_flops, tokens_per_weight)`.
# It returns a dictionary with `params`, how many weights, and `tokens`, how many tokens they read. Training must cost
# exactly the budget. Neither need be whole.
#
# <details><summary>Hint 1: the idea</summary>
# Two wishes, two unknowns: the training costs the budget, and there are so many tokens for each weight.
# </details>
# <details><summary>Hint 2: the next step</summary>
# Write down what training N weights on D tokens costs. Then put in what D is when each of the N weights gets its share.
# Only N is left. Try it with the example's numbers.
# </details>
# <details><summary>Hint 3: the formula</summary>
# budget = 6 x params x tokens, with tokens = tokens_per_weight x params. So params x params = budget / (6 x
# tokens_per_weight).
# </details>

# %% best_split role="answer"
def best_split(budget_flops: float, tokens_per_weight: float) -> dict[str, float]:
    """Weights and tokens whose training costs `budget_flops`, with so many tokens for each weight.

    Example: best_split(480.0, 20.0) == {"params": 2.0, "tokens": 40.0}
    """
    ### BEGIN SOLUTION
    params = math.sqrt(budget_flops / (6 * tokens_per_weight))
    return {"params": params, "tokens": tokens_per_weight * params}
    ### END SOLUTION

# %% best_split_check role="check" points=3
near = lambda value, right: abs(value / right - 1) < 1e-6
found, larger, leaner = best_split(5400.0, 100.0), best_split(21_600.0, 100.0), best_split(5400.0, 25.0)
entries(found, "params", "tokens")
assert min(found["params"], found["tokens"]) > 0, "A split of 5400 FLOPs has more than 0 weights and more than 0 tokens."
assert not near(found["tokens"], 100), "You read as many tokens as one weight should get. There is more than one weight."
assert not near(found["params"], found["tokens"]), explain("tokens-equal-weights")
assert not (near(found["params"], 300) and near(found["tokens"], 3)), "The weights and the tokens have changed places."
weights, tokens = (larger[name] / found[name] for name in ("params", "tokens"))
assert not (near(weights, 4) and near(tokens, 1)), "Four times the budget: your tokens stay. " + explain("compute-into-weights-only")
assert not (near(weights, 1) and near(tokens, 4)), "Four times the budget: your weights stay. " + explain("compute-into-text-only")
assert not (near(weights, 4) and near(tokens, 4)), "Four times the budget: you take four times of both. " + explain("budget-adds")
alike = near(leaner["params"], found["params"])
assert not alike, "100 and 25 tokens for each weight give the same weights: where does `tokens_per_weight` come in?"
shared, pairs = near(found["tokens"] / found["params"], 100), found["params"] * found["tokens"] / 900
assert not (shared and near(pairs, 6)), explain("no-six-in-budget")
assert not (shared and near(pairs, 3)), explain("two-for-six-in-budget")
cases = {(480.0, 20.0): (2, 40), (5400.0, 100.0): (3, 300), (54.0, 4.0): (1.5, 6), (750.0, 5.0): (5, 25), (6.0, 0.25): (2, 0.5)}
for asked, (weights, tokens) in cases.items():
    found = best_split(*asked)
    yours = f"yours {found['params']:.4g} and {found['tokens']:.4g}"
    right = near(found["params"], weights) and near(found["tokens"], tokens)
    assert right, f"best_split{asked} has {weights} weights and {tokens} tokens, {yours}."

# %% best_split_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    budget, ratio = float(10 ** random.uniform(15, 27)), float(random.uniform(0.5, 3000))
    split = best_split(budget, ratio)
    assert set(split) == {"params", "tokens"}, f"entries {sorted(split)}"
    cost = sum(each * split["params"] * split["tokens"] for each in (2, 4))
    assert abs(cost / budget - 1) < 1e-6, f"a budget of {budget:g} FLOPs, your split costs {cost:g}"
    assert abs(split["tokens"] / split["params"] / ratio - 1) < 1e-6, f"{ratio:g} tokens a weight were asked for"

# %% best_split_wrong_no_six role="wrong" misconception="no-six-in-budget"
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / tokens_per_weight) ** 0.5
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_two role="wrong" misconception="two-for-six-in-budget"
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / (2 * tokens_per_weight)) ** 0.5
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_equal role="wrong" misconception="tokens-equal-weights"
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / 6) ** 0.5
    return {"params": params, "tokens": params}

# %% best_split_wrong_no_root role="wrong" misconception="budget-adds"
def best_split(budget_flops, tokens_per_weight):
    params = budget_flops / (6 * tokens_per_weight)
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_sum role="wrong" misconception="budget-adds"
def best_split(budget_flops, tokens_per_weight):
    params = budget_flops / 6 / (1 + tokens_per_weight)
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_all_weights role="wrong" misconception="compute-into-weights-only"
def best_split(budget_flops, tokens_per_weight):
    tokens = 40.0
    return {"params": budget_flops / 6 / tokens, "tokens": tokens}

# %% best_split_wrong_all_text role="wrong" misconception="compute-into-text-only"
def best_split(budget_flops, tokens_per_weight):
    params = 2.0
    return {"params": params, "tokens": budget_flops / 6 / params}

# %% best_split_wrong_one_share role="wrong" says="as one weight should get"
def best_split(budget_flops, tokens_per_weight):
    return {"params": budget_flops / (6 * tokens_per_weight), "tokens": tokens_per_weight}

# %% best_split_wrong_swapped role="wrong" says="have changed places"
def best_split(budget_flops, tokens_per_weight):
    tokens = (budget_flops / (6 * tokens_per_weight)) ** 0.5
    return {"params": tokens_per_weight * tokens, "tokens": tokens}

# %% best_split_wrong_always_20 role="wrong" says="where does `tokens_per_weight` come in"
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / 120) ** 0.5
    return {"params": params, "tokens": 20 * params}

# %% best_split_wrong_pair role="wrong" says="A dictionary with"
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / (6 * tokens_per_weight)) ** 0.5
    return params, tokens_per_weight * params

# %% best_split_wrong_root_too_late role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = budget_flops**0.5 / (6 * tokens_per_weight)
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_six_outside role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / tokens_per_weight) ** 0.5 / 6
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_ratio_outside role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / 6) ** 0.5 / tokens_per_weight
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_brackets role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / 6 * tokens_per_weight) ** 0.5
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_divided role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / (6 * tokens_per_weight)) ** 0.5
    return {"params": params, "tokens": params / tokens_per_weight}

# %% best_split_wrong_whole_budget role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / (6 * tokens_per_weight)) ** 0.5
    return {"params": params, "tokens": budget_flops / params}

# %% best_split_wrong_cube_root role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / (6 * tokens_per_weight)) ** (1 / 3)
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_four role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = (budget_flops / (4 * tokens_per_weight)) ** 0.5
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_whole role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = int((budget_flops / (6 * tokens_per_weight)) ** 0.5)
    return {"params": params, "tokens": int(tokens_per_weight * params)}

# %% best_split_wrong_whole_weights role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = int((budget_flops / (6 * tokens_per_weight)) ** 0.5)
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_rounded_weights role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = round((budget_flops / (6 * tokens_per_weight)) ** 0.5)
    return {"params": params, "tokens": tokens_per_weight * params}

# %% best_split_wrong_weights_rounded_up role="wrong" neutral=true
def best_split(budget_flops, tokens_per_weight):
    params = math.ceil((budget_flops / (6 * tokens_per_weight)) ** 0.5)
    return {"params": params, "tokens": budget_flops / 6 / params}

# %% best_split_variant_tokens_first role="variant"
def best_split(flops, ratio):
    read = (flops * ratio / 6) ** 0.5
    return {"tokens": read, "params": flops / 6 / read}

# %% best_split_variant_numpy role="variant"
import numpy as np

def best_split(budget_flops, tokens_per_weight):
    logarithm = (np.log(budget_flops) - np.log(6) - np.log(tokens_per_weight)) / 2
    sizes = np.exp(logarithm) * np.array([1, tokens_per_weight])
    return dict(zip(("params", "tokens"), sizes, strict=True))

# %% [markdown]
# ## worth_of_rereading: what repeated text counts (5 points)
# A run reads `read_tokens` tokens, but only `text_tokens` different ones exist, so it reads them several times over.
# Write `worth_of_rereading(text_tokens, read_tokens, decay)`: how many **new** tokens would have taught as much, by the
# lesson's law. `decay` is the law's constant R.
#
# Readings need not be whole: 250 tokens read of 100 are 2.5 readings. Where a run reads less than there is, nothing is
# read again, and every token is new.
#
# <details><summary>Hint 1: the idea</summary>
# The first reading counts in full. What the others add shrinks with each one.
# </details>
# <details><summary>Hint 2: the next step</summary>
# How many readings does the run make, and how many of them are rereadings? The law gives their worth in texts; how many
# tokens is one text? At last, see to runs that read less than there is.
# </details>
# <details><summary>Hint 3: the formula</summary>
# With n = read_tokens / text_tokens of at least 1: text_tokens x (1 + decay x (1 − e^(−(n − 1) / decay))).
# `math.exp(x)` is e^x.
# </details>

# %% worth_of_rereading role="answer"
def worth_of_rereading(text_tokens: float, read_tokens: float, decay: float) -> float:
    """New tokens that teach as much as `read_tokens` tokens read from a text of `text_tokens`.

    Example: worth_of_rereading(100, 300, 2.0) is about 226.4: one text that is new, and two rereadings that are worth
    1.264 texts together. worth_of_rereading(100, 60, 2.0) == 60
    """
    ### BEGIN SOLUTION
    if read_tokens <= text_tokens:
        return read_tokens
    rereadings = read_tokens / text_tokens - 1
    return text_tokens * (1 + decay * (1 - math.exp(-rereadings / decay)))
    ### END SOLUTION

# %% worth_of_rereading_check role="check" points=3
a_number(worth_of_rereading(100, 300, 2.0), "What `worth_of_rereading` gives")
near = lambda value, right: abs(value / right - 1) < 1e-3
found, right = worth_of_rereading(100, 400, 2.0), 255.374
assert not near(found, 400), explain("reread-counts-in-full")
assert not near(found, 100), "That is what one reading is worth: your rereadings add nothing."
assert not near(100 * found, right), "That is what it is worth in texts. Tokens are asked for."
assert not near(found + 100, right), "That is what the rereadings are worth. The first reading counts as well."
assert not near(found, 272.9329), explain("first-reading-counted-twice")
assert not near(worth_of_rereading(100, 400, 9.0), found), "R = 2 and R = 9 give the same worth: where does `decay` come in?"
cases = {(100, 400, 2.0): right, (100, 300, 2.0): 226.4241, (200, 500, 5.0): 459.1818, (50, 50, 3.0): 50, (100, 60, 2.0): 60}
for asked, right in cases.items():
    found = worth_of_rereading(*asked)
    assert near(found, right), f"worth_of_rereading{asked} is {right:.6g} tokens, yours says {found:.6g}."

# %% worth_of_rereading_hidden role="hidden" points=2
random = rng()
for place in range(30):
    text, decay = float(10 ** random.uniform(3, 13)), float(random.uniform(0.5, 40))
    readings = float(random.uniform(0.05, 1) if place % 3 == 0 else random.uniform(1, 60))
    rest = 2.718281828459045 ** ((1 - readings) / decay)
    expected = text * (1 + decay - decay * rest) if readings > 1 else text * readings
    found = worth_of_rereading(text, text * readings, decay)
    assert abs(found / expected - 1) < 1e-3, f"{readings:.3f} readings of {text:g} tokens, R = {decay:.3f}: {found:g}, not {expected:g}"

# %% worth_of_rereading_wrong_in_full role="wrong" misconception="reread-counts-in-full"
def worth_of_rereading(text_tokens, read_tokens, decay):
    return read_tokens

# %% worth_of_rereading_wrong_first role="wrong" misconception="first-reading-counted-twice"
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + decay * (1 - math.exp(-n / decay)))

# %% worth_of_rereading_wrong_nothing role="wrong" says="your rereadings add nothing"
def worth_of_rereading(text_tokens, read_tokens, decay):
    return min(read_tokens, text_tokens)

# %% worth_of_rereading_wrong_texts role="wrong" says="worth in texts"
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return n if n <= 1 else 1 + decay * (1 - math.exp(-(n - 1) / decay))

# %% worth_of_rereading_wrong_rest role="wrong" says="what the rereadings are worth"
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * decay * (1 - math.exp(-(n - 1) / decay))

# %% worth_of_rereading_wrong_typed_decay role="wrong" says="where does `decay` come in"
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + 15.4 * (1 - math.exp(-(n - 1) / 15.4)))

# %% worth_of_rereading_wrong_text role="wrong" says="one number, without its unit"
def worth_of_rereading(text_tokens, read_tokens, decay):
    return f"{read_tokens} tokens"

# %% worth_of_rereading_wrong_no_branch role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return text_tokens * (1 + decay * (1 - math.exp(-(n - 1) / decay)))

# %% worth_of_rereading_wrong_branch_whole role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = max(read_tokens / text_tokens, 1)
    return text_tokens * (1 + decay * (1 - math.exp(-(n - 1) / decay)))

# %% worth_of_rereading_wrong_upside_down role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = text_tokens / read_tokens
    return read_tokens if n >= 1 else text_tokens * (1 + decay * (1 - math.exp(-(n - 1) / decay)))

# %% worth_of_rereading_wrong_whole_readings role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens // text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + decay * (1 - math.exp(-(n - 1) / decay)))

# %% worth_of_rereading_wrong_sign role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + decay * (1 - math.exp((n - 1) / decay)))

# %% worth_of_rereading_wrong_no_factor role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + 1 - math.exp(-(n - 1) / decay))

# %% worth_of_rereading_wrong_not_divided role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + decay * (1 - math.exp(-(n - 1))))

# %% worth_of_rereading_wrong_base_two role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + decay * (1 - 2 ** (-(n - 1) / decay)))

# %% worth_of_rereading_wrong_limit role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    return read_tokens if read_tokens <= text_tokens else text_tokens * (1 + decay)

# %% worth_of_rereading_wrong_all_discounted role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * decay * (1 - math.exp(-n / decay))

# %% worth_of_rereading_wrong_summed role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * sum(math.exp(-k / decay) for k in range(int(n)))

# %% worth_of_rereading_wrong_capped role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    return min(read_tokens, (1 + decay) * text_tokens)

# %% worth_of_rereading_wrong_tokens_mixed role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens + decay * (1 - math.exp(-(n - 1) / decay))

# %% worth_of_rereading_wrong_one_less role="wrong" neutral=true
def worth_of_rereading(text_tokens, read_tokens, decay):
    n = read_tokens / text_tokens
    return read_tokens if n <= 1 else text_tokens * (1 + decay * (1 - math.exp(-(n - 2) / decay)))

# %% worth_of_rereading_variant_one_digit role="variant"
def worth_of_rereading(text_tokens, read_tokens, decay):
    rereadings = max(read_tokens / text_tokens - 1, 0)
    again = text_tokens * decay * (1 - math.exp(-rereadings / decay))
    return round(min(read_tokens, text_tokens) + again, 1)

# %% worth_of_rereading_variant_shrinking role="variant"
def worth_of_rereading(exist, read, r):
    new = min(exist, read)
    again = max(0.0, read - exist) / exist
    return new - exist * r * math.expm1(-again / r)

# %% worth_of_rereading_variant_numpy role="variant"
import numpy as np

def worth_of_rereading(text_tokens, read_tokens, decay):
    n = np.divide(read_tokens, text_tokens)
    worth = np.where(n > 1, 1 + decay - decay * np.exp((1 - n) / decay), n)
    return np.float64(text_tokens) * worth

# %% [markdown]
# ## my_text: how your own words are cut (4 points)
# Write `bytes_per_token(text, numbers)`. `numbers` is the list that a tokenizer made of `text`: one number for each
# token, the same number wherever the same piece stands. Bytes are those of the text in UTF-8;
# `text.encode("utf-8")` gives them.
#
# <details><summary>Hint 1: the idea</summary>
# The text's size on disk, shared out over the pieces that it was cut into.
# </details>
# <details><summary>Hint 2: the next step</summary>
# `len` counts letters in a text, bytes in an encoded text, and entries in a list. Two of the three are needed. For the
# last question: the same bytes in shorter pieces, are those more tokens or fewer?
# </details>
# <details><summary>Hint 3: the formula</summary>
# len(text.encode("utf-8")) / len(numbers); and tokens for the same bytes go as one over the bytes a token.
# </details>

# %% my_text role="answer"
def bytes_per_token(text: str, numbers: list[int]) -> float:
    """Bytes of UTF-8 text in one token, on average.

    Example: bytes_per_token("abcd", [7, 9]) == 2.0
    """
    ### BEGIN SOLUTION
    return len(text.encode("utf-8")) / len(numbers)
    ### END SOLUTION

# %% [markdown]
# Now measure. Put a text of your own between the quotes, in any language: a letter, lyrics, a program. Some hundred
# characters will do. The letter that stands there is an example.
#
# **Before you type:** the check keeps the whole text in its output, for whoever grades the notebook. Choose one that
# others may read.

# %% own_text
my_words = """
Dear Ada, the train was late again, so I read your letter twice before we left the station. The plum trees are in flower,
the cat has moved into my hat box, and nobody here will believe that an engine can weave algebra. Come and tell them.
"""

# %% [markdown]
# The lesson's tokenizer cuts it, and beside it the English help pages that it never saw. The last line shows the first
# pieces of your text. (Where a piece is only part of a letter, it shows as �.)

# %% own_cut role="measured"
cut = tokenizer.train()
texts = {"your text": my_words, "English help": tokenizer.unseen()}
cuts = {name: (words, cut.encode(words).ids) for name, words in texts.items()}
table([[name, str(len(words)), str(len(numbers))] for name, (words, numbers) in cuts.items()], ["text", "characters", "tokens"])
print(*[repr(cut.decode([number])) for number in cuts["your text"][1][:20]])

# %% [markdown]
# What does your function make of them? The first line is for your text, the second for the help pages.

# %% own_rates role="measured"
my_rate = attempt(bytes_per_token, *cuts["your text"])
help_rate = attempt(bytes_per_token, *cuts["English help"])

# %% [markdown]
# A service charges by the token. Take as many bytes of your text as of the help pages: **how many times** the tokens does
# yours make? `my_rate` and `help_rate` hold the two numbers.

# %% token_times role="answer" part_of="my_text"
token_times = None  # one number: your tokens over theirs, for the same bytes
### BEGIN SOLUTION
token_times = help_rate / my_rate
### END SOLUTION

# %% my_text_check role="check" points=2
a_number(bytes_per_token("abcd", [7, 9]), "What `bytes_per_token` gives")
near = lambda value, right: abs(value / right - 1) < 0.01
assert not near(bytes_per_token("αβγδεζ", [7, 9, 7]), 2), explain("characters-are-bytes")
assert not near(bytes_per_token("abcdef", [7, 9]), 1 / 3), explain("ratio-upside-down")
assert not near(bytes_per_token("abababababab", [5, 6, 5, 5, 5, 5]), 6), explain("vocabulary-for-tokens")
cases = {"abababababab": ([5, 6, 5, 5, 5, 5], 2), "αβγδεζ": ([7, 9, 7], 4), "é€, 語": ([4, 4, 8, 1], 2.5), "ab": ([1, 2], 1)}
for words, (numbers, right) in cases.items():
    found = bytes_per_token(words, numbers)
    assert near(found, right), f"{words!r}, cut into {len(numbers)} tokens, has {right:g} bytes a token: yours says {found:.4g}."
typed = len(cuts["your text"][0].strip())
assert typed >= 20, f"Your text has {typed} characters: put a longer one between the quotes, and run the cells below it."
mine, theirs = (bytes_per_token(*cuts[name]) for name in ("your text", "English help"))
a_number(token_times, "`token_times`")
right = near(token_times, theirs / mine)
assert right or not near(token_times, mine / theirs), "That is upside down: a text whose tokens hold fewer bytes makes more of them."
rates = f"Your text has {fmt(mine)} bytes a token, the help pages {fmt(theirs)}"
assert right, f"{rates}: the same bytes do not make {token_times:.4g} times the tokens."

# %% my_text_hidden role="hidden" points=2
random = rng()
for _ in range(20):
    letters = [chr(int(code)) for code in random.choice([97, 233, 945, 2330, 26426, 128512], 30)]
    numbers = [int(number) for number in random.integers(0, 5, int(random.integers(1, 60)))]
    expected = sum(len(letter.encode("utf-8")) for letter in letters) / len(numbers)
    found = bytes_per_token("".join(letters), numbers)
    assert abs(found - expected) < 1e-9, f"{''.join(letters)} in {len(numbers)} tokens: {expected}, not {found}"

# %% my_text_wrong_characters role="wrong" misconception="characters-are-bytes"
def bytes_per_token(text, numbers):
    return len(text) / len(numbers)

# %% my_text_wrong_inverted role="wrong" misconception="ratio-upside-down"
def bytes_per_token(text, numbers):
    return len(numbers) / len(text.encode("utf-8"))

# %% my_text_wrong_vocabulary role="wrong" misconception="vocabulary-for-tokens"
def bytes_per_token(text, numbers):
    return len(text.encode("utf-8")) / len(set(numbers))

# %% my_text_wrong_different_bytes role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(set(text.encode("utf-8"))) / len(numbers)

# %% my_text_wrong_words role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text.encode("utf-8")) / len(text.split())

# %% my_text_wrong_largest_number role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text.encode("utf-8")) / max(numbers)

# %% my_text_wrong_sum role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text.encode("utf-8")) / sum(numbers)

# %% my_text_wrong_characters_of_sum role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text) / sum(numbers)

# %% my_text_wrong_last_number role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text.encode("utf-8")) / numbers[-1]

# %% my_text_wrong_whole role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text.encode("utf-8")) // len(numbers)

# %% my_text_wrong_two_bytes role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return 2 * len(text) / len(numbers)

# %% my_text_wrong_utf16 role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text.encode("utf-16")) / len(numbers)

# %% my_text_wrong_bits role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return 8 * len(text.encode("utf-8")) / len(numbers)

# %% my_text_wrong_no_blanks role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len("".join(text.split()).encode("utf-8")) / len(numbers)

# %% my_text_wrong_bytes_only role="wrong" neutral=true
def bytes_per_token(text, numbers):
    return len(text.encode("utf-8"))

# %% token_times_wrong_upside_down role="wrong" says="a text whose tokens hold fewer bytes makes more of them"
token_times = my_rate / help_rate

# %% token_times_wrong_difference role="wrong" neutral=true
token_times = help_rate - my_rate

# %% token_times_wrong_counts role="wrong" neutral=true
token_times = len(cuts["your text"][1]) / len(cuts["English help"][1])

# %% token_times_wrong_rate role="wrong" neutral=true
token_times = my_rate

# %% token_times_wrong_characters role="wrong" neutral=true
token_times = len(cuts["your text"][0]) / len(cuts["your text"][1])

# %% token_times_wrong_sentence role="wrong" says="one number, without its unit"
token_times = f"{help_rate / my_rate:.2f} times"

# %% my_text_variant_bytes role="variant"
def bytes_per_token(words, cut_into):
    return sum(1 for _ in bytes(words, "utf8")) / float(len(cut_into))

# %% my_text_variant_numpy role="variant"
import numpy as np

def bytes_per_token(text, numbers):
    held = np.frombuffer(text.encode(), dtype=np.uint8)
    return np.divide(held.size, np.array(numbers).size)

# %% token_times_variant_by_counts role="variant"
per_byte = [len(numbers) / len(words.encode()) for words, numbers in cuts.values()]
token_times = round(per_byte[0] / per_byte[1], 2)

# %% [markdown]
# ## source_choice: license, crawl or reread? (3 points)
# A hospital group plans a model of 1 billion weights for medical letters. It is to read 20 tokens for each weight. The
# group owns 1 billion tokens of such letters and may train on them. Three plans for the rest lie on the table:
#
# - **license**: a publisher sells the use of 5 billion tokens of medical text for USD 2 million;
# - **crawl**: 30 billion tokens of medical web pages for USD 30 000, and nobody knows who owns them;
# - **reread**: nothing new; the letters are read until the model has read enough.
#
# Which one do you choose, or which do you combine? Answer in three to six sentences: your choice, the numbers that decide
# it with their units, and why (use a word such as *because*, *since* or *so*).
# Your `worth_of_rereading` tells what a plan is worth; the law's R is 15.4.
#
# | points | for |
# | --- | --- |
# | 1 | an answer that can be marked: a choice, a number with its unit, a reason |
# | 1 | the tokens: how many readings a plan needs, and what they are worth |
# | 1 | the right to use the text, held against its price, and when the choice would turn |
#
# The check gives the first point, for what is there. Whether it is right, a person judges.
#
# <details><summary>Hint 1: the idea</summary>
# How many tokens does the model want, and how many different ones does each plan have?
# </details>
# <details><summary>Hint 2: the next step</summary>
# Tokens wanted over tokens there are: that many readings. Which plans stay where a rereading still teaches almost as
# much as new text? And what happens to a model if its text turns out to be somebody else's?
# </details>
# <details><summary>Hint 3: the formula</summary>
# worth_of_rereading(tokens there are, tokens wanted, 15.4), for each plan with the letters added.
# </details>

# %% source_choice role="free_text" points=2
source_choice = """
### BEGIN SOLUTION
I would license. The model wants 20 billion tokens; the letters alone would be read 20 times, which is worth only about
12 billion new tokens. With the publisher's text there are 6 billion, so a little more than 3 readings reach 20 billion, and
they are worth 19 billion. That costs USD 2 million, but the right to train on it is settled. The crawl costs a hundredth of it
and needs no rereading, but if an owner objects, the model may have to be withdrawn. If the group had 5 billion tokens of
letters, four readings would do, and I would buy nothing.
### END SOLUTION
"""

# %% source_choice_check role="check" points=1
answered(source_choice)
text = in_words(source_choice)
assert text.length >= 30, f"Your answer has {text.length} words: write three sentences at least."
assert text.numbers, "The check finds no number: say how many tokens, readings or USD decide."
units = ("tok", "read", "pass", "time", "epoch", "x", "%", "weight", "param", "usd", "dollar", "eur")
assert text.measures(*units), "None of your numbers has its unit beside it, such as tokens, readings or USD."
plans = ("licen", "crawl", "read", "reread", "letter", "publish", "web", "page", "buy", "bought", "combin", "mix", "both", "own")
assert text.has(*plans), "Name your choice: license, crawl, reread, or which of them you combine."
assert text.joins, "The check finds no word that gives a reason, such as because, since or so: say why."

# %% source_choice_wrong_no_number role="wrong" says="The check finds no number"
source_choice = """I would license the text, because then the right to use it is settled and the hospital does not risk a
lawsuit. The letters alone would have to be read far too often, and the crawl belongs to nobody knows whom."""

# %% source_choice_wrong_no_unit role="wrong" says="has its unit beside it"
source_choice = """I would license the text, because 20 against 6 is about 3, and that is few enough. Alone it would be 20, which
is far too many by the law of the lesson. The crawl is too risky for a hospital, whatever it costs."""

# %% source_choice_wrong_no_choice role="wrong" says="Name your choice"
source_choice = """The model wants 20 billion tokens and the group has 1 billion, so that 19 billion are missing. Twenty times
the same is too often, since it is worth some 12 billion at most. Somebody should decide that soon."""

# %% source_choice_wrong_no_reason role="wrong" says="no word that gives a reason"
source_choice = """I choose the crawl. It costs USD 30 000 for 30 billion tokens. The license costs USD 2 million for 5 billion
tokens. Reading the letters 20 times costs nothing at all. Cheap text is the best text for a young model."""

# %% source_choice_wrong_a_cat role="wrong" says="has its unit beside it"
source_choice = """I have a cat at home, and she has 4 letters in her name, because my sister chose it. She sleeps all day on the
web of an old chair, and she would like to own the whole house. I think that she is a very good cat."""

# %% source_choice_wrong_too_short role="wrong" says="three sentences at least"
source_choice = "License, because 6 billion tokens need only some 3 readings."

# %% source_choice_wrong_other_text role="wrong" says="The check finds no number"
source_choice = """I liked this lesson better than the one before, because the Greek sentence surprised me so much. The explorer
was fun as well, and I should like to move more of its sliders in the lessons that follow."""

# %% source_choice_variant_crawl role="variant"
source_choice = """Crawl, but ask first: 31 billion tokens are more than the 20 billion needed, so nothing is reread. I would
spend part of the publisher's two million on lawyers and on asking the sites, and leave out whoever says no. Should half of
them refuse, what is left still needs 1.3 readings only."""

# %% source_choice_variant_smaller role="variant"
source_choice = """None of the offers. I would train a smaller model on the group's own letters: four passes over a billion
tokens are worth 3.7 billion, hence enough for a model with 190 million weights at the same ratio. It is free of charge and of
doubts about whose words they are; if it proves too weak, the publisher can still be paid."""

# %% source_choice_variant_dollar_signs role="variant"
source_choice = """I would license: $2 million against $30k is a lot, but a hospital must be allowed to use what it trains on. Nobody
knows who owns the crawl, so it may have to be deleted, and the model with it. Should the publisher ask for ten times that, I
would take the crawl and ask the owners."""

# %% source_choice_variant_us_dollars role="variant"
source_choice = """License the text. It is 2 million US$ and the crawl is 30 000 US$, but the right is settled, and that decides for a
hospital. If the price were far higher, I would read our own letters more often and make the model smaller."""

# %% source_choice_variant_euros role="variant"
source_choice = """I take the license. It costs some 2M€ or 2 million euro, which is little beside a lawsuit, since the owners of the
crawl are not known and could forbid the model. Were our own letters five times as many, I would buy nothing."""

# %% source_choice_variant_short_units role="variant"
source_choice = """Publisher. With it we have 6 B tok and need 20 B tok, hence a bit more than 3 passes, which is nearly as good as new
text. Alone the letters are passed over 20 times, and most of that is lost. The crawl is cheap, but whose is it?"""
