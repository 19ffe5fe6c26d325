"""Lesson 02's panel: a budget split between weights and text, on the curve of a published law, and
what a cap on the text that exists does to it.

A run of N weights over D tokens costs C = 6ND. Where less text exists than it reads, text is read
again, and counts as `datasets.effective_tokens` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.checks import Number
from course_lib.estimators import datasets
from course_lib.estimators.datasets import scaling_laws
from course_lib.explorers.found import Amount, Found
from course_lib.explorers.look import COLOURS, INK, fmt, short
from course_lib.explorers.plot import SMALL, Frame, Scale, label
from course_lib.explorers.settings import Topic, menu, slider

__all__ = ["TOPIC", "find", "losses"]

LAWS = {law.name: law for law in (scaling_laws.HOFFMANN, scaling_laws.BESIROGLU)}
BUDGETS = (1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26)
RATIOS = (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
UNLIMITED = float("inf")
CAP, LITTLE = 1e10, 0.01
"""Text that exists in the question, and the loss in nats it asks about."""
NOTHING = 1e-6
"""Loss below which two curves are one."""
TEXTS = (1e10, 1e11, 1e12, 1e13, UNLIMITED)
ALONG = np.logspace(np.log10(0.05), 4, 531)
"""Tokens for each weight along the curve."""
MARGINS = Scale(low=0.05, high=10_000, name="tokens read for each weight", log=True)
ABOVE = Scale(low=-0.04, high=0.3, name="loss above the best split of new text (nats a token)")
GROUND = Frame(x=MARGINS, y=ABOVE, height_px=300)


def losses(
    law: scaling_laws.Law, budget_flops: float, tokens_per_weight: Number, text: float
) -> Number:
    """Loss of a split, with so much text that exists; arrays broadcast.

    Args:
        law: the law.
        budget_flops: C = 6ND.
        tokens_per_weight: D / N.
        text: tokens that exist; infinity for no limit.

    >>> whole = losses(scaling_laws.HOFFMANN, 1e22, 20.0, UNLIMITED)
    >>> whole == scaling_laws.loss(scaling_laws.HOFFMANN, *_split(1e22, 20.0))
    True
    >>> losses(scaling_laws.HOFFMANN, 1e22, 20.0, 1e9) > whole
    True
    """
    weights, tokens = _split(budget_flops, tokens_per_weight)
    if text == UNLIMITED:
        return scaling_laws.loss(law, weights, tokens)
    worth = datasets.effective_tokens(text, datasets.epochs(tokens, text))
    return scaling_laws.loss(law, weights, worth)


def _split(budget_flops: float, tokens_per_weight: Number) -> tuple[Number, Number]:
    """Weights and tokens of a budget: N = sqrt(C / 6r), D = rN."""
    pairs = budget_flops / scaling_laws.FLOPS_PER_WEIGHT_AND_TOKEN
    weights = (pairs / tokens_per_weight) ** 0.5
    return weights, weights * tokens_per_weight


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """Losses along the splits of a budget, and its lowest place."""

    losses: np.ndarray
    best_ratio: float
    best_loss: float

    @classmethod
    def of(cls, law: scaling_laws.Law, budget_flops: float, text: float) -> Curve:
        """The curve of a budget with so much text."""
        found = np.asarray(losses(law, budget_flops, ALONG, text))
        place = int(found.argmin())
        return cls(losses=found, best_ratio=float(ALONG[place]), best_loss=float(found[place]))


def find(*, budget: float, ratio: float, text: float, law: str) -> Found:
    """A split of a budget.

    Args:
        budget: C = 6ND, in FLOP.
        ratio: tokens read for each weight.
        text: tokens that exist; infinity for no limit.
        law: a name of `LAWS`.

    >>> found = find(budget=1e24, ratio=20, text=UNLIMITED, law="Hoffmann et al. 2022")
    >>> round(6 * found.amount("weights") * found.amount("tokens read") / 1e24, 6)
    1.0
    """
    known = LAWS[law]
    weights, tokens = _split(budget, ratio)
    here = float(losses(known, budget, ratio, text))
    free, capped = (Curve.of(known, budget, each) for each in (UNLIMITED, text))
    best_weights, best_tokens = _split(budget, capped.best_ratio)
    times = 1.0 if text == UNLIMITED else max(1.0, datasets.epochs(tokens, text))
    again = f" ({fmt(times)} readings)" if times > 1 else ""
    return Found(
        sentence=(
            f"{fmt(weights, 'weights')} read {fmt(tokens, 'tokens')}{again}, "
            f"{fmt(ratio)} for each weight: "
            f"{fmt(here - capped.best_loss, digits=2)} nats above the best split of this budget, "
            f"which has {fmt(capped.best_ratio, digits=2)}."
        ),
        values={
            "weights": Amount(weights),
            "tokens read": Amount(tokens),
            "readings of each text": Amount(times),
            "loss": Amount(here, "nats"),
            "best split: weights": Amount(best_weights),
            "best split: tokens": Amount(best_tokens),
            "best split: tokens for each weight": Amount(capped.best_ratio),
            "what the cap costs": Amount(capped.best_loss - free.best_loss, "nats"),
        },
        draw=lambda axes: _draw(axes, (ratio, here), free, capped),
        ground=GROUND,
    )


def _draw(axes: Any, dot: tuple[float, float], free: Curve, capped: Curve) -> None:
    """The curve with new text alone, the curve with what exists, and the split."""
    capped_looks = (capped, COLOURS[1], "--", "with the text that exists", 0.035)
    looks = [(free, COLOURS[0], "-", "new text only", -0.03)]
    looks += [capped_looks] * (capped.best_loss - free.best_loss > NOTHING)
    for curve, colour, dash, name, away in looks:
        low = curve.best_loss - free.best_loss
        axes.plot(ALONG, curve.losses - free.best_loss, color=colour, linestyle=dash)
        axes.plot([curve.best_ratio], [low], "D", color=colour, markersize=7)
        best = f"{name}: best at {fmt(curve.best_ratio, digits=2)}"
        axes.text(curve.best_ratio, low + away, best, color=colour, fontsize=SMALL, ha="center")
    ratio, above = dot[0], dot[1] - free.best_loss
    # beyond the upper end the dot stays at the edge and says how far it would be
    text = "this split" if above < ABOVE.high else f"this split: {fmt(above, digits=2)} nats"
    axes.plot([ratio], [min(above, ABOVE.high)], "o", color=INK, markersize=10, clip_on=False)
    label(axes, ratio, min(above, ABOVE.high), text, "right" if ratio < 100 else "left")


def _power(budget_flops: float) -> str:
    """A budget as a power of ten.

    >>> _power(1e23)
    '10²³ FLOP'
    """
    power = f"{round(np.log10(budget_flops))}"
    return f"10{power.translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))} FLOP"


def _answer() -> str:
    """The largest budget at which little text costs less than a hundredth of a nat."""
    costs = {budget: _cap_cost(budget) for budget in BUDGETS}
    small = [budget for budget, cost in costs.items() if cost < LITTLE]
    last = max(small)
    after = BUDGETS[BUDGETS.index(last) + 1]
    return (
        f"Up to {_power(last)}. At {_power(after)} it costs "
        f"{fmt(costs[after], digits=2)} nats, at {_power(BUDGETS[-1])} "
        f"{fmt(costs[BUDGETS[-1]], digits=2)}: text that is reread teaches less and less, and the "
        "best split moves to more weights."
    )


def _cap_cost(budget: float) -> float:
    """Loss of the best split with little text, above that with as much as one wishes."""
    law = TOPIC.defaults()["law"]
    return find(budget=budget, ratio=20, text=CAP, law=law).amount("what the cap costs")


TOPIC = Topic(
    name="datasets",
    title="split a budget between weights and text",
    question=(
        f"Only {short(CAP)} tokens of a language exist. Up to which budget does that cost less "
        f"than {short(LITTLE)} nats at the best split?"
    ),
    settings=(
        slider(
            "budget",
            "Budget C = 6ND",
            BUDGETS,
            1e23,
            texts={each: _power(each) for each in BUDGETS},
        ),
        slider("ratio", "Tokens for each weight", RATIOS, 200),
        slider(
            "text",
            "Tokens that exist",
            TEXTS,
            UNLIMITED,
            texts={UNLIMITED: "no limit"},
        ),
        menu("law", "Law", {name: name for name in LAWS}, scaling_laws.BESIROGLU.name),
    ),
    find=find,
    answer=_answer,
)
