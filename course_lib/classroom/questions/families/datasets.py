"""Lesson 02: tokens and bytes, the best split of a budget, text that is read again."""

from __future__ import annotations

from math import exp, sqrt

from course_lib.catalog import datasets as corpora
from course_lib.classroom.questions.family import Family, Given, fact, pick
from course_lib.estimators import datasets
from course_lib.estimators.datasets import scaling_laws

EVEN = scaling_laws.Law(name="even", floor=1.0, a=400.0, b=400.0, alpha=0.3, beta=0.3)
"""A law by which weights and tokens grow alike with the budget, made up for the split alone."""

tokens_of_a_text = Family(
    id="02-tokens-of-a-text",
    text="The part {corpus} of the Pile holds {size} of text. A tokenizer makes pieces of "
    "{a_token} bytes on average; a word with its blank has {a_word} bytes. How many tokens is it?",
    given={
        "corpus": Given(
            choices=tuple(
                corpora[key]
                for key in (
                    "pile-arxiv",
                    "pile-github",
                    "pile-freelaw",
                    "pile-pubmed-central",
                    "pile-stackexchange",
                    "pile-gutenberg-pg-19",
                )
            ),
            show=lambda record: record.name.removeprefix("Pile: "),
        ),
        "size": fact(lambda q: q.corpus.raw_bytes, "B"),
        "a_token": pick(2.5, 3.2, 3.8, 4.4),
        "a_word": pick(5.7, 6.1, 6.6),
    },
    unit="tokens",
    answer=lambda q: datasets.token_count(q.size, q.a_token),
    wrong={
        "token-is-a-word": lambda q: q.size / q.a_word,
        "ratio-upside-down": lambda q: q.size * q.a_token,
    },
    why="The bytes of the text over the bytes of a token.",
)

tokens_on_disk = Family(
    id="02-tokens-on-disk",
    text="A corpus of {tokens} is stored as token numbers of one size, from a vocabulary of "
    "{vocabulary}. A number takes 2 or 4 bytes, the smaller that can tell all tokens apart. How "
    "large is the file?",
    given={
        "tokens": pick(9e9, 26e9, 180e9, 300e9, 627e9, 1.4e12, unit="tokens"),
        "vocabulary": pick(32_000, 50_257, 65_024, unit="tokens"),
    },
    unit="B",
    answer=lambda q: datasets.stored_bytes(q.tokens, q.vocabulary),
    wrong={
        "one-byte-a-token": lambda q: q.tokens,
        "four-bytes-always": lambda q: 4 * q.tokens,
        "sixteen-bits-are-sixteen-bytes": lambda q: 16 * q.tokens,
    },
    why="Two bytes tell 65 536 numbers apart, which is enough here: two bytes for each token.",
)

weights_for_a_budget = Family(
    id="02-weights-for-a-budget",
    text="A run may take {budget}. By the law that is used, {ratio} tokens should be read for each "
    "weight. How many weights should the model have?",
    given={
        "budget": pick(1e20, 3e20, 1e21, 5e21, 1e22, 1e23, 1e24, unit="FLOP"),
        "ratio": pick(15, 20, 25, 40),
    },
    unit="weights",
    answer=lambda q: sqrt(q.budget / (6 * q.ratio)),
    wrong={
        "no-six-in-budget": lambda q: sqrt(q.budget / q.ratio),
        "two-for-six-in-budget": lambda q: sqrt(q.budget / (2 * q.ratio)),
        "tokens-equal-weights": lambda q: sqrt(q.budget / 6),
    },
    why="The budget is 6ND, and D is the ratio times N: so N is the root of the budget over six "
    "times the ratio.",
)

worth_of_rereading = Family(
    id="02-worth-of-rereading",
    text="A text of {text} is read {times} times. By the law of the lesson, worth = text x (1 + R "
    "x (1 - exp(-rereadings / R))) with R = {decay}. How many new tokens would teach as much?",
    given={
        "text": pick(1e9, 4e9, 10e9, 60e9, 200e9, unit="tokens"),
        "times": pick(4, 6, 8, 12, 16, 20),
        "decay": fact(lambda q: datasets.REPEAT_DECAY),
    },
    unit="tokens",
    answer=lambda q: datasets.effective_tokens(q.text, q.times),
    wrong={
        "reread-counts-in-full": lambda q: q.text * q.times,
        "first-reading-counted-twice": lambda q: (
            q.text * (1 + q.decay * (1 - exp(-q.times / q.decay)))
        ),
    },
    why="The first reading counts in full, each of the rereadings, one fewer than the readings, "
    "for less than the one before.",
    apart=1.05,
)

more_compute = Family(
    id="02-more-compute",
    text="A lab gets {more} times the compute. By a law under which weights and text grow alike "
    "with the budget, how many times as much text should its next model read?",
    given={"more": pick(6, 8, 9, 10, 12, 16, 20, 25, 30, 36, 50, 64, 100)},
    unit="x",
    answer=lambda q: (
        scaling_laws.optimal(EVEN, 1e22 * q.more).tokens / scaling_laws.optimal(EVEN, 1e22).tokens
    ),
    wrong={
        "compute-into-text-only": lambda q: q.more,
        "all-into-weights": lambda q: 1,
        "budget-adds": lambda q: q.more / 2,
    },
    why="Compute is weights times text, so each grows with the square root of the budget.",
)

text_for_a_run = Family(
    id="02-text-for-a-run",
    text="A model with {weights} is to be trained with {budget}. The tokenizer makes tokens of "
    "{a_token} bytes. How much text does it read?",
    given={
        "weights": pick(1e9, 3e9, 7e9, 13e9, unit="weights"),
        "budget": pick(1e21, 5e21, 2e22, 1e23, unit="FLOP"),
        "a_token": pick(3.2, 3.8, 4.4),
    },
    unit="B",
    answer=lambda q: datasets.text_bytes(q.budget / (6 * q.weights), q.a_token),
    wrong={
        "no-six-in-budget": lambda q: q.budget / q.weights * q.a_token,
        "two-for-six-in-budget": lambda q: q.budget / (2 * q.weights) * q.a_token,
        "ratio-upside-down": lambda q: q.budget / (6 * q.weights) / q.a_token,
    },
    why="The budget over six FLOPs a weight gives tokens, and these times bytes a token the text.",
)

FAMILIES = (
    tokens_of_a_text,
    tokens_on_disk,
    weights_for_a_budget,
    text_for_a_run,
    worth_of_rereading,
    more_compute,
)
