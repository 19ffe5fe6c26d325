# %% [markdown]
# # Exercise 02 · Data sets
# *Weigh a corpus, split a budget, man a loader, cut your own text, and choose where the text comes from.*
#
# Work through [lesson 02](../lessons/02_datasets.ipynb) first. Everything you need is in it.
#
# | task | kind | points | minutes |
# | --- | --- | --- | --- |
# | `corpus_gb` | compute by hand | 3 | 4 |
# | `best_split` | write a function | 6 | 8 |
# | `loader_workers` | write a function | 4 | 6 |
# | `my_text` | measure | 4 | 6 |
# | `source_choice` | decide and justify | 3 | 6 |
#
# Replace `...  # your code here` and run the check below it. A check that fails says what went wrong.

# %% setup
import math
from pathlib import Path

from course_lib.demos import tokenizer
from course_lib.teaching import answered, checking, explain

# %% [markdown]
# ## corpus_gb: the weight of a tokenised corpus (3 points)
# A corpus is 720 GB of English text. A tokenizer with a vocabulary of 50 257 cuts it into tokens of 4 bytes each, on
# average. A word, with its blank, has 6 bytes.
# The tokens are stored on disk as numbers, each in as few whole bytes as the vocabulary allows (1, 2 or 4).
# How many **GB** do they take?
#
# Worked example: 8 GB of text, 4 bytes a token, a vocabulary of 200 000. That is 2 billion tokens of 4 bytes each:
# 8 GB.
#
# <details><summary>Hint 1: the idea</summary>
# From bytes of text to tokens, from tokens to bytes on disk. How many values does a number of 2 bytes have?
# </details>
# <details><summary>Hint 2: the formula</summary>
# text bytes / bytes a token x bytes a number. Two bytes tell 65 536 tokens apart.
# </details>

# %% corpus_gb role="answer"
### BEGIN SOLUTION
tokens = 720e9 / 4
corpus_gb = tokens * 2 / 1e9
### END SOLUTION

# %% corpus_gb_check role="check" points=3
answered(globals().get("corpus_gb"))
tokens_there = 720e9 / 4
near = lambda value: math.isclose(corpus_gb, value, rel_tol=1e-3)
assert not near(720 / 6 * 2), explain("token-is-a-word")
assert not near(tokens_there / 1e9), explain("one-byte-a-token")
assert not near(tokens_there * 16 / 1e9), explain("sixteen-bits-are-sixteen-bytes")
assert not near(tokens_there * 2 / 2**30), explain("gb-for-gib")
assert not near(tokens_there * 4 / 1e9), explain("four-bytes-always")
assert near(tokens_there * 2 / 1e9), f"{corpus_gb} GB is not it. Write down the tokens first, then the bytes of each."

# %% corpus_gb_wrong_words role="wrong" misconception="token-is-a-word"
corpus_gb = 720e9 / 6 * 2 / 1e9

# %% corpus_gb_wrong_one_byte role="wrong" misconception="one-byte-a-token"
corpus_gb = 720e9 / 4 / 1e9

# %% corpus_gb_wrong_bits role="wrong" misconception="sixteen-bits-are-sixteen-bytes"
corpus_gb = 720e9 / 4 * 16 / 1e9

# %% corpus_gb_wrong_gib role="wrong" misconception="gb-for-gib"
corpus_gb = 720e9 / 4 * 2 / 2**30

# %% corpus_gb_wrong_four role="wrong" misconception="four-bytes-always"
corpus_gb = 720e9 / 4 * 4 / 1e9

# %% [markdown]
# ## best_split: weights and tokens for a budget (6 points)
# A law says how many tokens each weight should get, for instance 20. Write `best_split(budget_flops,
# tokens_per_weight)`. It returns a dictionary with `params` and `tokens` (floats), such that the training costs
# exactly the budget.
#
# <details><summary>Hint 1: the idea</summary>
# Two conditions, two unknowns. Put tokens = ratio x params into the cost of training.
# </details>
# <details><summary>Hint 2: the formula</summary>
# C = 6 x N x (r x N), so N is the square root of C / (6 r).
# </details>

# %% best_split role="answer"
def best_split(budget_flops: float, tokens_per_weight: float) -> dict[str, float]:
    """Weights and tokens that cost `budget_flops` in training, with `tokens_per_weight` tokens for each weight.

    Example: best_split(480.0, 20.0) == {"params": 2.0, "tokens": 40.0}, because 6 x 2 x 40 is 480.
    """
    ### BEGIN SOLUTION
    params = math.sqrt(budget_flops / (6 * tokens_per_weight))
    return {"params": params, "tokens": tokens_per_weight * params}
    ### END SOLUTION

# %% best_split_check role="check" points=3
small, large = best_split(480.0, 20.0), best_split(4 * 480.0, 20.0)
answered(small)
assert set(small) == {"params", "tokens"}, f"two entries are asked for, you return {sorted(small)}"
assert not math.isclose(large["params"], 4 * small["params"]), explain("all-into-weights")
assert not math.isclose(small["tokens"], small["params"]), explain("tokens-equal-weights")
cost = small["params"] * small["tokens"]
assert not math.isclose(cost, 480), explain("no-six-in-budget")
assert not math.isclose(2 * cost, 480), explain("two-for-six-in-budget")
assert math.isclose(6 * cost, 480), f"your split costs {6 * cost:g} FLOPs, the budget is 480"
assert math.isclose(small["tokens"], 20 * small["params"]), "each weight should get 20 tokens here"

# %% best_split_hidden role="hidden" points=3
random = rng()
for _ in range(20):
    budget, ratio = 10 ** random.uniform(15, 27), random.uniform(0.5, 3000)
    split = best_split(float(budget), float(ratio))
    cost = 6 * split["params"] * split["tokens"]
    assert abs(cost / budget - 1) < 1e-6, f"a budget of {budget:g} FLOPs, your split costs {cost:g}"
    assert abs(split["tokens"] / split["params"] / ratio - 1) < 1e-6, f"{ratio:g} tokens a weight were asked for"

# %% best_split_wrong_all_weights role="wrong" misconception="all-into-weights"
def best_split(budget_flops, tokens_per_weight):
    tokens = 40.0
    return {"params": budget_flops / 6 / tokens, "tokens": tokens}

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

# %% [markdown]
# ## loader_workers: how many workers keep the model fed? (4 points)
# One worker needs `batch_seconds` to decode one batch. The model uses a batch up in `step_seconds`. Write
# `loader_workers(batch_seconds, step_seconds, cores)`: the fewest workers with which the model never waits.
# Decoding is computing. If the cores are too few for that, return the most workers that still help.
#
# <details><summary>Hint 1: the idea</summary>
# How many batches must be in the making while the model works on one? And how many can be decoded at the same time?
# </details>
# <details><summary>Hint 2: the formula</summary>
# batch_seconds / step_seconds rounded up, and the smaller of that and the cores.
# </details>

# %% loader_workers role="answer"
def loader_workers(batch_seconds: float, step_seconds: float, cores: int) -> int:
    """Fewest workers that keep up with the model, at most the cores. Example: loader_workers(0.75, 0.5, 8) == 2."""
    ### BEGIN SOLUTION
    return min(math.ceil(batch_seconds / step_seconds), cores)
    ### END SOLUTION

# %% loader_workers_check role="check" points=2
answered(loader_workers(0.75, 0.5, 8))
mine = loader_workers(1.75, 0.5, 8)
assert mine != 8, explain("always-more-workers")
assert mine != 3, explain("workers-rounded-down")
assert mine != 2, explain("step-time-ignored")
assert mine != 1, explain("divided-by-cores")
assert loader_workers(8.0, 0.5, 4) <= 4, explain("workers-past-cores")
assert mine == 4, f"three and a half batches are in the making at once, you say {mine} workers"
assert loader_workers(0.25, 0.5, 8) == 1, f"one worker has time to spare here, you say {loader_workers(0.25, 0.5, 8)}"

# %% loader_workers_hidden role="hidden" points=2
random = rng()
for _ in range(30):
    step, needed, cores = random.uniform(0.01, 1), int(random.integers(1, 40)), int(random.integers(1, 65))
    batch = step * (needed - random.uniform(0.1, 0.9))
    found = loader_workers(float(batch), float(step), cores)
    assert found == sorted((needed, cores))[0], f"batch {batch:.3f} s, step {step:.3f} s, {cores} cores: not {found}"

# %% loader_workers_wrong_more role="wrong" misconception="always-more-workers"
def loader_workers(batch_seconds, step_seconds, cores):
    return cores

# %% loader_workers_wrong_down role="wrong" misconception="workers-rounded-down"
def loader_workers(batch_seconds, step_seconds, cores):
    return min(max(1, int(batch_seconds / step_seconds)), cores)

# %% loader_workers_wrong_step role="wrong" misconception="step-time-ignored"
def loader_workers(batch_seconds, step_seconds, cores):
    return min(math.ceil(batch_seconds), cores)

# %% loader_workers_wrong_cores role="wrong" misconception="divided-by-cores"
def loader_workers(batch_seconds, step_seconds, cores):
    return math.ceil(batch_seconds / step_seconds / cores)

# %% loader_workers_wrong_no_cap role="wrong" misconception="workers-past-cores"
def loader_workers(batch_seconds, step_seconds, cores):
    return math.ceil(batch_seconds / step_seconds)

# %% [markdown]
# ## my_text: bytes a token of your own file (4 points)
# Write `bytes_per_token(text, numbers)`. `numbers` is the list that a tokenizer made of `text`, one number for each
# token. Bytes are those of the text in UTF-8.
# Then measure a file of your own with the cell below: a letter, a program, lyrics in your language.
#
# <details><summary>Hint 1: the idea</summary>
# The text's size on disk, over the number of pieces that it was cut into.
# </details>
# <details><summary>Hint 2: the formula</summary>
# len(text.encode("utf-8")) / len(numbers)
# </details>

# %% my_text role="answer"
def bytes_per_token(text: str, numbers: list[int]) -> float:
    """Bytes of UTF-8 text for each token. Example: bytes_per_token("abcd", [7, 9]) == 2.0."""
    ### BEGIN SOLUTION
    return len(text.encode("utf-8")) / len(numbers)
    ### END SOLUTION

# %% own_file
my_file = Path(tokenizer.__file__)  # put your own file here, such as Path("letter.txt")
my_words = my_file.read_text(encoding="utf-8")
my_result = bytes_per_token(my_words, tokenizer.train().encode(my_words).ids)

# %% my_text_check role="check" points=2
answered(my_result)
assert bytes_per_token("αβγδ", [1, 2]) != 2, explain("characters-are-bytes")
assert bytes_per_token("abcd", [7, 9]) != 0.5, explain("ratio-upside-down")
assert bytes_per_token("abababab", [5, 5, 5, 5]) != 8, explain("vocabulary-for-tokens")
assert bytes_per_token("abababab", [5, 5, 5, 5]) == 2, "8 bytes in 4 tokens are 2 bytes a token"
assert 1 <= my_result <= 20, f"{my_result:.2f} bytes a token is out of range for a tokenizer that starts from bytes"

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

# %% [markdown]
# ## source_choice: license, crawl or read again? (3 points)
# A hospital group plans a model of 1 billion weights for medical letters, with 20 tokens a weight. It owns 1 billion
# tokens of such letters and may use them. An offer and a plan lie on the table:
#
# - **license**: a publisher sells the use of 5 billion tokens of medical text for USD 2 million;
# - **crawl**: 30 billion tokens of medical web pages for USD 30 000, with no word on whose they are;
# - **read again**: nothing new, the own letters twenty times.
#
# Which do you choose, or which do you combine? Write three to six sentences.
#
# | points | for |
# | --- | --- |
# | 1 | a count: how many tokens are wanted, how many there are, how many readings that makes |
# | 1 | the limit of rereading, used in the argument |
# | 1 | the right to use the text, weighed against its price |
#
# The check only looks whether there is something to mark. Your teacher reads the answer.
#
# <details><summary>Hint 1: the idea</summary>
# How many tokens does the model want? How many readings does each plan need to get there?
# </details>
# <details><summary>Hint 2: the formula</summary>
# readings = tokens wanted / tokens there are; about four readings are nearly as good as new text.
# </details>

# %% source_choice role="free_text" points=2
source_choice = """
### BEGIN SOLUTION
The model wants 20 billion tokens. The letters alone would have to be read 20 times, and past some four readings each
further one teaches less and less. I would license the 5 billion tokens: with the letters that makes 6 billion, so a
little more than 3 readings of each, which is nearly as good as new text. It costs USD 2 million, but the right to use it
is settled. The crawl is cheaper and needs no rereading, but nobody has given permission, and a model trained on it may
have to be withdrawn.
### END SOLUTION
"""

# %% source_choice_check role="check" points=1
answered(source_choice)
words = source_choice.lower().replace("-", " ").split()
starts = lambda *stems: any(word.startswith(stems) for word in words)
assert len(words) >= 30, "three sentences at least: a choice, and the reasons for it"
assert any(letter.isdigit() for letter in source_choice), explain("no-number-given")
assert starts("reading", "reread", "repeat", "repetition", "epoch", "times"), explain("no-repetition-limit")
assert starts("licen", "permi", "right", "copyright", "consent", "allowed"), explain("no-licence")
assert starts("worth", "new", "fresh", "quality", "teach", "learn", "want", "need"), explain("price-only")

# %% source_choice_wrong_price role="wrong" misconception="price-only"
source_choice = """I choose the crawl. It costs USD 30 000 for 30 billion tokens. The license costs USD 2 million for
5 billion tokens. Reading the letters 20 times costs nothing at all. Cheap text lets us train more models with the money."""

# %% source_choice_wrong_no_limit role="wrong" misconception="no-repetition-limit"
source_choice = """I would license the text, because then the right to use it is settled and the hospital does not risk a
lawsuit. With 6 billion tokens and USD 2 million there is enough text for the model, and the crawl is too risky."""

# %% source_choice_wrong_no_licence role="wrong" misconception="no-licence"
source_choice = """I would crawl, because 20 billion tokens are wanted and the crawl has 30 billion, so that nothing needs to
be read more than once. Reading the own letters 20 times is past the point where repeating helps, and the publisher's
offer of 5 billion tokens costs USD 2 million."""
