"""Lesson 11's panel: a task at some effort, attempted again: what is solved, for how much money and
time.

What one attempt solves, costs and takes is published for each model and effort
(`thinking.efforts`). An attempt is the benchmark's whole: a try and, where its tests fail, a
second one. What more attempts add is estimated: their chances are spread over the tasks as on
another benchmark, whose curve of tries is published (SWE-bench Lite, findings r049 and r050),
around the share that one attempt solves here.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import Any

import numpy as np

from course_lib.catalog import findings
from course_lib.estimators import thinking
from course_lib.estimators.thinking import efforts
from course_lib.explorers.found import Amount, Found, problem
from course_lib.explorers.look import COLOURS, INK, fmt
from course_lib.explorers.plot import Frame, Scale, label
from course_lib.explorers.settings import Topic, buttons, menu, slider

__all__ = ["TOPIC", "find", "spread_of"]

MODELS = {
    name: name for name in ("DeepSeek-V3.2-Exp", "gemini-2.5-flash", "claude-sonnet-4", "gpt-5")
}
"""Families whose tokens at least doubled from the lowest effort to the highest."""
EFFORTS = {"lowest": 0, "highest": -1}
TRIES = (1, 2, 4, 8, 16, 32, 64)
CHOOSERS = {"a checker": "checker", "a vote": "vote"}
ORDERS = {"all at once": "together", "until one passes": "in turn"}
MANY = 250
"""Tries of the published curve's second point."""
SOLVED, COST = "tasks solved", "price of a task"
ASKED = {"model": "gpt-5", "effort": -1, "tries": 1}
"""Whose single attempt sets the budget of the question."""
GROUND = Frame(
    x=Scale(
        low=0.002, high=20, name="price of a task, USD", log=True, marks=(0.01, 0.1, 1.0, 10.0)
    ),
    y=Scale(low=0.4, high=1.0, name="tasks solved", unit="%", marks=(0.4, 0.6, 0.8, 1.0)),
)


@cache
def spread_of(once: float) -> thinking.Difficulty:
    """Chances that are spread as on SWE-bench Lite, around the share that one try solves.

    >>> round(spread_of(0.159).coverage(250), 2), round(spread_of(0.7).mean, 2)
    (0.56, 0.7)
    """
    first, many = (float(findings.peek(key).value or 0) for key in ("r049", "r050"))
    known = thinking.fit(first, tries=MANY, solved=many)
    whole = known.a + known.b
    return thinking.Difficulty(a=once * whole, b=(1 - once) * whole)


@cache
def _curve(model: str, effort: int, chooser: str, order: str) -> tuple[np.ndarray, ...]:
    """Shares solved, prices in USD and seconds, at each number of tries."""
    one = efforts.family(model)[effort]
    tasks, tries = spread_of(one.solved), np.array(TRIES, float)
    solved = tasks.coverage(tries) if chooser == "checker" else thinking.voted(tasks, tries)
    paid = _paid_tries(tasks) if (chooser, order) == ("checker", "in turn") else tries
    waits = np.ones_like(tries) if order == "together" else paid
    return np.asarray(solved), paid * one.usd, waits * one.seconds


def _paid_tries(tasks: thinking.Difficulty) -> np.ndarray:
    """Tries that are made on average, where the first right one ends them: the chance that a try
    is needed is that of all before it to fail."""
    before = np.asarray(tasks.coverage(np.arange(1, TRIES[-1], dtype=float)))
    needed = np.concatenate([[1.0], 1 - before]).cumsum()
    return needed[np.array(TRIES) - 1]


def find(*, model: str, effort: int, tries: int, chooser: str, order: str) -> Found:
    """A task that is attempted again.

    Args:
        model: one of `MODELS`.
        effort: 0 for the lowest, -1 for the highest.
        tries: attempts, one of `TRIES`.
        chooser: what picks the answer, "checker" or "vote".
        order: "together", or "in turn" until one passes.

    >>> case = {"model": "gpt-5", "effort": -1, "chooser": "checker", "order": "together"}
    >>> one, four = (find(tries=tries, **case) for tries in (1, 4))
    >>> one.amount(COST), four.amount(COST), one.amount(SOLVED) < four.amount(SOLVED)
    (0.1293, 0.5172, True)
    """
    if (chooser, order) == ("vote", "in turn"):
        return problem(
            "A vote needs all its attempts: no single one passes or fails. Take them all at once."
        )
    one = efforts.family(model)[effort]
    curve = _curve(model, effort, chooser, order)
    solved, usd, seconds = (float(each[TRIES.index(tries)]) for each in curve)
    written = usd / one.usd * one.written_tokens
    picks = "a checker picks" if chooser == "checker" else "they vote"
    many = _many(tries) if tries == 1 else f"{_many(tries)}, {picks}"
    return Found(
        sentence=(
            f"{one.name}, {many}: {fmt(solved, '%')} solved for {fmt(usd, 'USD')} a task, after "
            f"{fmt(seconds, 's')}."
        ),
        values={
            SOLVED: Amount(solved, "%"),
            COST: Amount(usd, "USD"),
            "price of a solved task": Amount(usd / solved, "USD"),
            "time of a task": Amount(seconds, "s"),
            "tokens written": Amount(written, "tokens"),
            "by one attempt of at most two tries, as published": Amount(one.solved, "%"),
        },
        draw=lambda axes: _draw(axes, curve, tries),
        ground=GROUND,
    )


def _draw(axes: Any, curve: tuple[np.ndarray, ...], tries: int) -> None:
    """The single attempts of all models as rings, the curve of the chosen one, and its point."""
    for name in MODELS:
        ends = [efforts.family(name)[effort] for effort in EFFORTS.values()]
        axes.plot(
            [end.usd for end in ends],
            [end.solved for end in ends],
            "o-",
            color="#BBBBBB",
            markerfacecolor="white",
            linewidth=1.2,
        )
    solved, usd, _ = curve
    axes.plot(usd, solved, "-", color=COLOURS[0], marker=".", markersize=7)
    at = TRIES.index(tries)
    axes.plot([usd[at]], [solved[at]], "o", color=COLOURS[1], markersize=10, clip_on=False)
    side = "left" if usd[at] > 1 else "right"
    label(axes, usd[at], solved[at], _many(tries), side)
    text = "grey: one attempt, lowest and highest effort"
    axes.text(0.99, 0.03, text, transform=axes.transAxes, ha="right", fontsize=10, color=INK)


def _answer() -> str:
    """What solves most for the price of the asked model's attempt, by checker and by vote."""
    most = find(**(TOPIC.defaults() | ASKED)).amount(COST)

    (checked, first), (voted, second) = (_best(chooser, most) for chooser in CHOOSERS.values())
    solved, usd = checked.amount(SOLVED), checked.numbers[COST]
    more = voted.amount(SOLVED) - find(**(TOPIC.defaults() | ASKED)).amount(SOLVED)
    gain = f"{second}, {fmt(voted.amount(SOLVED), '%')}"
    ends = f"A vote gains nothing by more attempts: {gain}." if more < 1e-6 else f"By vote: {gain}."
    return f"With a checker: {first}, {fmt(solved, '%')} for {usd} a task. {ends}"


def _best(chooser: str, most: float) -> tuple[Found, str]:
    """What solves most for at most so many USD, and what it is called."""
    orders = ORDERS.values() if chooser == "checker" else ("together",)
    able = []
    for model, effort, tries, order in product(MODELS, EFFORTS.values(), TRIES, orders):
        found = find(model=model, effort=effort, tries=tries, chooser=chooser, order=order)
        if found.amount(COST) <= most:
            how = "" if tries == 1 or order == "together" else " at most"
            able.append((found, f"{efforts.family(model)[effort].name},{how} {_many(tries)}"))
    return max(able, key=lambda each: each[0].amount(SOLVED))


def _many(tries: int) -> str:
    return "1 attempt" if tries == 1 else f"{tries} attempts"


TOPIC = Topic(
    name="thinking",
    title="thinking longer, or trying again",
    question=(
        "For no more than one attempt of gpt-5 at its highest effort costs: which model, effort "
        "and number of attempts solve most, with a checker and with a vote?"
    ),
    settings=(
        menu("model", "Model", MODELS, "gpt-5"),
        buttons("effort", "Effort", EFFORTS, -1),
        slider("tries", "Attempts", TRIES, 4),
        buttons("chooser", "The answer is picked by", CHOOSERS, "checker"),
        buttons("order", "Attempts are made", ORDERS, "together"),
    ),
    find=find,
    answer=_answer,
)
