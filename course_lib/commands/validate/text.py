"""What `course validate` prints: the scores by group, what was skipped and why, and what does not
count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.scoring import ALL, WITHIN, Plain, Score

HEAD = (
    "quantity / group", "rows", "error", "bias", *(f"<{factor:g}x" for factor in WITHIN), "held",
    "plain rules: error, <2x",
)  # fmt: skip
WIDTH = 58
"""Characters of the column of names."""
LEGEND = (
    "error: median distance from the published value in powers of two (1 is twice or half);",
    "bias: the same with its sign, above 0 too high; held: share inside the 80 % range;",
    "*: unfit for a test by the data's own description, so not among all.",
)


def table(scores: Sequence[Score]) -> list[str]:
    """The scores, a line each, a heading for each section."""
    if not scores:
        return ["nothing to score: no row has both a prediction and a published value that counts"]
    lines = [_cells(*HEAD)]
    for section in dict.fromkeys(score.section for score in scores):
        lines += ["", section.upper()]
        here = [score for score in scores if score.section == section]
        lines += [_line(score, _name(score, here)) for score in here]
    return [*lines, "", *LEGEND]


def _name(score: Score, here: Sequence[Score]) -> str:
    """What a line is called: a group goes without its quantity where that has a line above."""
    if score.quantity == ALL:
        return "all quantities"
    if score.group == ALL:
        return score.quantity
    group = f"{score.group or '(no group)'}{'*' if score.unfit else ''}"
    headed = any(each.group == ALL and each.quantity == score.quantity for each in here)
    return f"    {group}" if headed else f"{score.quantity}: {group}"


def _line(score: Score, name: str) -> str:
    return _cells(
        name,
        str(score.rows),
        f"{score.error:.2f}",
        f"{score.bias:+.2f}",
        *(f"{share:.0%}" for share in score.within),
        f"{score.coverage:.0%}",
        "; ".join(_rule(rule) for rule in score.baselines),
    )


def _rule(rule: Plain) -> str:
    return f"{rule.name} {rule.error:.2f}, {rule.within[-1]:.0%}"


def _cells(name: str, *cells: str) -> str:
    short = name if len(name) <= WIDTH else name[: WIDTH - 3] + "..."
    numbers = "".join(f"{cell:>7}" for cell in cells[:-1])
    return f"{short:<{WIDTH}}{numbers}  {cells[-1]}".rstrip()


def counts(predictions: Sequence[Prediction]) -> list[str]:
    """How many rows and quantities there are, predicted and skipped."""
    rows = {each.id for each in predictions}
    some = {each.id for each in predictions if each.predicted is not None}
    made = sum(each.predicted is not None for each in predictions)
    return [
        f"{len(rows)} rows, {len(some)} of them predicted; {len(predictions)} quantities, "
        f"{made} predicted, {len(predictions) - made} skipped"
    ]


def skipped(predictions: Iterable[Prediction]) -> list[str]:
    """Why quantities were skipped, the most frequent reason first; published ones apart."""
    every = Counter(each.skipped for each in predictions if each.skipped)
    if not every:
        return []
    missed = Counter(
        each.skipped for each in predictions if each.skipped and each.published is not None
    )
    lines = ["skipped (of these with a published value):"]
    order = sorted(every, key=lambda why: (-missed[why], -every[why], why))
    return lines + [f"{every[why]:>6} ({missed[why]})  {why}" for why in order]


def set_aside(predictions: Iterable[Prediction]) -> list[str]:
    """What was published and predicted and yet does not count, by reason."""
    found = Counter(
        each.aside
        for each in predictions
        if each.aside and each.predicted is not None and each.published is not None
    )
    if not found:
        return []
    return ["not counted:"] + [f"{count:>6}  {why}" for why, count in found.most_common()]
