"""The rules of the two comparisons, written down before they were run.

**The sums.** Two whole numbers of up to five digits, written as `00347+00582=000929`: a token is a
digit or a sign. A training sum has up to 1, 2, 3, 4 or 5 digits, by the weights `MIX`: long ones
are rare. One pair of summands in ten is held out, by a fixed hash of the pair; no training and no
round of improving sees it. Models are judged on held-out sums only, `TASKS_EACH` of each of four
lengths, the same for every model.

**The models.** The course's tiny GPT, one layer, four heads; only the width differs. The learning
rate is `RATE` over the root of the width. Only the answer's tokens are trained.

**The pilot.** Other seeds (0 with early text, then 10, 11 and 12) set what stands below: learning
rates (at 0.03 the small model solves 3 % after 800 steps, at 0.045 and 0.06 a third to a half),
heads (with two, large models of the same training solved 40 to 81 %, with four 78 to 92 %),
batches of 32 and 64, temperatures 0.4, 0.7 and 1, answers with the last digit first. In it, at the
same text, the large model was ahead of four tries of the small one; longer training of the small
one was not tried. For question 2 four rates were tried on one model or two: 3e-3 and 6e-3 lowered
what it solves, 3e-4 to 2e-3 raised it, by 2 to 8 points.

**Question 1.** *Can a small model that tries again beat a large one that tries once?*

- The large model tries once, its most likely answer (temperature 0). The small one tries n times
  at temperature `TEMPERATURE`. Every try reads the whole sum itself. n is the largest whole number
  of tries that takes no more FLOPs than the large model's one.
- *With a checker*: a sum counts as solved if one of the tries is right. The checker adds the two
  numbers, which costs nothing here. *By majority*: if the answer given most often is right (of
  those given equally often the first).
- Two trainings of the small one: `same text` (as many steps as the large one, so about a quarter of
  its training FLOPs) and `same FLOPs` (as many steps as come nearest to its training FLOPs).
- Seeds `SEEDS`: other first weights, other training sums, other tries.
- **Shown**, for each of checker and majority, and each of the two trainings: `better` of the shares
  solved. One side is better if the means of the seeds are at least five points apart and, of all 25
  pairs of a seed of each, at most one is in the other order (chance alone: 4 in 252). All else is
  "not clear". The same rule is applied to each length of sum, and to "twice, four times ... as many
  tries"; those are told, and decide nothing.
- **It stops helping** at the first n from which no larger one adds a point (mean of the seeds).
  A sum is *never solved* if none of the 64 tries is right.

**Question 2.** *Can a model improve on its own checked answers?*

- The small model (`same text`) goes through `ROUNDS` rounds. In each it meets `SUMS_A_ROUND` new
  sums, a quarter each of up to 2, 3, 4 and 5 digits, tries each `TRIES_A_SUM` times at temperature
  1, keeps one right answer of each sum that has one, and takes its training steps on those kept.
- Control: the same from the same model, but the first answer of each sum is kept unchecked.
- **Shown** if the share of held-out sums solved at once (temperature 0) has `risen`: in every one
  of the five seeds, and by five points in the mean (chance alone: 1 in 32). Seeds are compared with
  themselves, since they start far apart. *The checker is what helps* if it has `risen` from the
  unchecked control to the checked one.
- FLOPs: tries times those of a try, against three forward passes for each answer that is trained
  on. Coverage by 64 tries is told before and after.

What it cannot say: whether this holds for large models and for answers that no program can check.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib import checks

SMALL, LARGE, HEADS = 16, 36, 4
"""Widths: some five times the weights, and between four and five times the FLOPs of a try."""
STEPS, BATCH = 800, 32
RATE = 0.06
"""Learning rate times the root of the width."""
MIX = (4.0, 4.0, 4.0, 4.0, 1.0)
"""Weights of sums of up to 1, 2, 3, 4 and 5 digits in the training text."""
LENGTHS = (2, 3, 4, 5)
"""Digits of the sums that models are judged by."""
TASKS_EACH = 75
"""Held-out sums of each length, in the record."""
MOST_TRIES = 64
TRIES = (1, 2, 4, 8, 16, 32, 64)
TEMPERATURE = 0.5
SEEDS = (0, 1, 2, 3, 4)
ROUNDS, SUMS_A_ROUND, TRIES_A_SUM = 20, 512, 8
IMPROVE_RATE = 2e-3
LEAST_DIFFERENCE = 0.05
"""Shares solved that are nearer to each other are not told apart."""
MOST_REVERSED = 1
"""Of 25 pairs of seeds, those that may be in the other order."""
LEAST_GAIN = 0.01
"""What more tries must add to count as helping."""


def better(a: Sequence[float], b: Sequence[float]) -> str:
    """Whether the shares solved of `a` are "better" than those of `b`, "worse" or "not clear".

    Args:
        a: shares between 0 and 1, one for each seed.
        b: likewise.

    Raises:
        ValueError: fewer than five seeds on a side: the rule was written for five.

    >>> better([0.8, 0.8, 0.7, 0.9, 0.8], [0.5, 0.5, 0.6, 0.5, 0.4])
    'better'
    >>> better([0.8, 0.8, 0.7, 0.9, 0.8], [0.78, 0.77, 0.75, 0.8, 0.8])
    'not clear'
    """
    first, second = (
        np.asarray(checks.share(name, list(runs), zero=True)) for name, runs in (("a", a), ("b", b))
    )
    if min(len(first), len(second)) < len(SEEDS):
        raise ValueError(f"a and b must hold {len(SEEDS)} seeds each, got {len(a)} and {len(b)}")
    if _is_better(first, second):
        return "better"
    return "worse" if _is_better(second, first) else "not clear"


def risen(before: Sequence[float], after: Sequence[float]) -> bool:
    """Whether shares solved have risen: in every seed, and by five points in the mean.

    Args:
        before: shares between 0 and 1, one for each seed.
        after: of the same seeds, in the same order.

    Raises:
        ValueError: fewer than five seeds, or another number of them on either side.

    >>> risen([0.1, 0.2, 0.3, 0.4, 0.5], [0.2, 0.3, 0.4, 0.5, 0.6])
    True
    >>> risen([0.1, 0.2, 0.3, 0.4, 0.5], [0.5, 0.6, 0.7, 0.8, 0.4])
    False
    """
    first, second = (
        np.asarray(checks.share(name, list(runs), zero=True))
        for name, runs in (("before", before), ("after", after))
    )
    if len(first) != len(second) or len(first) < len(SEEDS):
        raise ValueError(f"before and after must hold the same {len(SEEDS)} seeds")
    gains = second - first
    return bool(gains.min() > 0 and gains.mean() >= LEAST_DIFFERENCE)


def _is_better(a: np.ndarray, b: np.ndarray) -> bool:
    reversed_pairs = int((a[:, None] <= b[None, :]).sum())
    return bool(a.mean() - b.mean() >= LEAST_DIFFERENCE and reversed_pairs <= MOST_REVERSED)
