"""Lesson 11: what thoughts, tries and turns cost, and where a learning step spends its time."""

from __future__ import annotations

import re
from math import comb

from course_lib.catalog import findings
from course_lib.classroom.questions.family import SELLERS, Family, Given, fact, pick, stated
from course_lib.estimators import thinking
from course_lib.estimators.thinking import efforts

DATE = re.compile(r"-(preview-\d\d-\d\d|20\d{6})")
"""The date in a model's name, which nobody says."""
PRICES = {
    "read_usd": fact(lambda q: thinking.listed(q.seller).read_usd, "USD"),
    "written_usd": fact(lambda q: thinking.listed(q.seller).written_usd, "USD"),
}

cost_of_a_task = Family(
    id="11-cost-of-a-task",
    text="A model behind an API asks {read_usd} for a million tokens read and {written_usd} for a "
    "million written. A task has a prompt of {read}; the model thinks for {hidden} that nobody "
    "sees and answers with {visible}. What does the task cost?",
    given={
        "seller": SELLERS,
        **PRICES,
        "read": pick(500, 1000, 2000, 5000, unit="tokens"),
        "hidden": pick(2000, 4000, 8000, 15_000, unit="tokens"),
        "visible": pick(300, 500, 800, unit="tokens"),
    },
    unit="USD",
    answer=lambda q: thinking.api_usd(q.seller, read=q.read, visible=q.visible, hidden=q.hidden),
    wrong={
        "thoughts-are-free": lambda q: (q.read * q.read_usd + q.visible * q.written_usd) / 1e6,
        "thoughts-priced-as-read": lambda q: (
            ((q.read + q.hidden) * q.read_usd + q.visible * q.written_usd) / 1e6
        ),
        "price-of-a-million": lambda q: (
            q.read * q.read_usd + (q.hidden + q.visible) * q.written_usd
        ),
    },
    why="Thoughts are written one by one like the answer, so they cost what written tokens cost.",
)

cached_reading = Family(
    id="11-cached-reading",
    text="A prompt has {read} tokens, of which {cached} are in the seller's cache. A million fresh "
    "tokens cost {read_usd}, a million cached ones {cached_usd}. What does reading the prompt "
    "cost?",
    given={
        "seller": SELLERS,
        "read": pick(20_000, 50_000, 80_000, 120_000),
        "part": pick(0.5, 0.6, 0.75, 0.9),
        "cached": stated(lambda q: round(q.read * q.part)),
        "read_usd": PRICES["read_usd"],
        "cached_usd": fact(lambda q: thinking.listed(q.seller).cached_usd, "USD"),
    },
    unit="USD",
    answer=lambda q: thinking.listed(q.seller).usd(read=q.read - q.cached, cached=q.cached),
    wrong={
        "cached-tokens-free": lambda q: (q.read - q.cached) * q.read_usd / 1e6,
        "cached-tokens-at-full-price": lambda q: q.read * q.read_usd / 1e6,
        "price-of-a-million": lambda q: (q.read - q.cached) * q.read_usd + q.cached * q.cached_usd,
    },
    apart=1.08,
    why="The fresh part at the full price, the cached part at its own.",
)

cost_of_a_solved_task = Family(
    id="11-cost-of-a-solved-task",
    text="On a published benchmark of coding tasks, {name} solved {solved} of the tasks, and a "
    "task cost {usd} on average, solved or not. What does a solved task cost?",
    given={
        "row": Given(
            choices=(
                "r001",
                "r002",
                "r003",
                "r004",
                "r005",
                "r006",
                "r007",
                "r011",
                "r012",
                "r013",
                "r015",
                "r016",
                "r018",
                "r019",
                "r020",
            )
        ),
        "name": fact(lambda q: DATE.sub("", findings[q.row].claim), show=str),
        "solved": fact(lambda q: efforts.row(q.row).solved, "%"),
        "usd": fact(lambda q: efforts.row(q.row).usd, "USD"),
    },
    unit="USD",
    answer=lambda q: efforts.row(q.row).usd_a_solved_task,
    wrong={
        "failed-tries-are-free": lambda q: q.usd,
        "solved-share-multiplied": lambda q: q.usd * q.solved,
    },
    why="The bill of all tasks is shared by those that were solved: cost over share.",
)

coverage_of_tries = Family(
    id="11-coverage-of-tries",
    text="Of {samples} samples for a task {right} are right. A checker knows a right one when it "
    "sees it. What is the unbiased estimate of the chance that {tries} tries solve the task?",
    given={
        "samples": pick(8, 10, 12, 15, 16, 20, 25),
        "right": pick(2, 3, 4),
        "tries": pick(2, 3, 4, 5),
    },
    unit="%",
    answer=lambda q: thinking.pass_at_k(q.samples, q.right, q.tries),
    sensible=lambda q: q.tries * q.right < q.samples,
    wrong={
        "measured-share-taken-for-chance": lambda q: 1 - (1 - q.right / q.samples) ** q.tries,
        "chances-of-tries-add": lambda q: q.tries * q.right / q.samples,
        "one-try-for-many": lambda q: q.right / q.samples,
        "every-try-must-be-right": lambda q: comb(q.right, q.tries) / comb(q.samples, q.tries),
    },
    apart=1.06,
    why="One less the share of draws that hold no right sample.",
)

reading_of_an_agent = Family(
    id="11-reading-of-an-agent",
    text="An agent works in {turns} turns. The first reads {first}; each further turn reads all "
    "before it and {added} more, its own words counted in. A turn writes {written}. How many "
    "tokens does the agent read in all?",
    given={
        "turns": pick(8, 12, 20, 30, 40),
        "first": pick(4000, 8000, 12_000, unit="tokens"),
        "added": pick(800, 1500, 2200, unit="tokens"),
        "written": pick(200, 400, 600, unit="tokens"),
    },
    unit="tokens",
    answer=lambda q: (
        thinking.agent(turns=q.turns, first=q.first, added=q.added, written=q.written).read_tokens
    ),
    wrong={
        "agent-reads-only-what-is-new": lambda q: q.first + (q.turns - 1) * q.added,
        "answer-read-twice": lambda q: (
            q.turns * q.first + (q.added + q.written) * q.turns * (q.turns - 1) / 2
        ),
    },
    why="Every turn reads the first text again and all additions before it: n x first plus "
    "n(n - 1)/2 additions.",
)

cost_of_an_agent = Family(
    id="11-cost-of-an-agent",
    text="An agent works in {turns} turns. The first reads {first}, each further one {added} more "
    "than the one before, and each writes {written}. A million tokens cost {read_usd} read and "
    "{written_usd} written; nothing is cached. What does the task cost?",
    given={
        "seller": SELLERS,
        **PRICES,
        "turns": pick(8, 12, 20, 30),
        "first": pick(4000, 8000, 12_000, unit="tokens"),
        "added": pick(800, 1500, 2200, unit="tokens"),
        "written": pick(300, 500, 700, unit="tokens"),
    },
    unit="USD",
    answer=lambda q: thinking.agent(
        turns=q.turns, first=q.first, added=q.added, written=q.written
    ).usd(thinking.listed(q.seller), hit_rate=0),
    wrong={
        "agent-reads-only-what-is-new": lambda q: (
            ((q.first + (q.turns - 1) * q.added) * q.read_usd + q.turns * q.written * q.written_usd)
            / 1e6
        ),
        "agent-pays-for-its-answer": lambda q: q.turns * q.written * q.written_usd / 1e6,
        "agent-writes-for-free": lambda q: (
            (q.turns * q.first + q.added * q.turns * (q.turns - 1) / 2) * q.read_usd / 1e6
        ),
    },
    why="All that every turn reads, at the price of reading, and all that is written at its own.",
)

share_of_sampling = Family(
    id="11-share-of-sampling",
    text="A step of reinforcement learning samples answers, lets {scorings} of the same "
    "size read each once, and updates the weights once. Sampling runs at {sampling} a card, "
    "the rest at {learning}. Which share of the time is sampling?",
    given={
        "scorings": pick(
            1, 2, show=lambda number: ("", "one other model", "two other models")[number]
        ),
        "sampling": pick(2e13, 4e13, 6e13, 1e14, unit="FLOP/s"),
        "learning": pick(2e14, 3e14, 4e14, unit="FLOP/s"),
    },
    unit="%",
    answer=lambda q: (
        thinking.Step(
            sampling=2 / q.sampling, scoring=2 * q.scorings / q.learning, updating=6 / q.learning
        ).sampling_share
    ),
    wrong={
        "one-rate-for-the-step": lambda q: thinking.rule_of_thumb(scorings=q.scorings),
        "scoring-forgotten": lambda q: _share(2 / q.sampling, 6 / q.learning),
        "updating-is-a-pass": lambda q: _share(2 / q.sampling, (2 * q.scorings + 2) / q.learning),
        "rates-swapped": lambda q: _share(2 / q.learning, (2 * q.scorings + 6) / q.sampling),
    },
    why="For each weight and token: two FLOPs of sampling at its rate, and two a scorer and six "
    "for the update at the other.",
)


def _share(part: float, rest: float) -> float:
    """A part of the whole."""
    return part / (part + rest)


FAMILIES = (
    cost_of_a_task,
    cached_reading,
    cost_of_a_solved_task,
    coverage_of_tries,
    reading_of_an_agent,
    cost_of_an_agent,
    share_of_sampling,
)
