"""Scores of kinds of estimates and of their groups, beside the plain rule that does best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from course_lib.commands.validate.page.kinds import KINDS, TOGETHER
from course_lib.commands.validate.page.observed import Observed, scored
from course_lib.commands.validate.scoring import ALL, Plain, Score, score

EACH_ITS_OWN = "the plain rule of each kind"
"""A rule's name where kinds that have one rule each are scored together."""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """The score of a kind, or of one group of it."""

    kind: str
    """The kind."""
    group: str
    """The group; "all" for all of them."""
    score: Score
    """How the estimates did."""
    bias: float
    """Median of predicted over published in powers of two, of speeds where the kind is one."""
    plain: Plain | None
    """How the plain rule did; None where there is none."""
    sheets: tuple[str, ...]
    """The files of its rows."""


def summaries(listed: Sequence[Observed]) -> list[Summary]:
    """Each kind that has rows, as a whole and then by group, and kinds that are scored together.

    Groups that are unfit for a test stand by themselves and in no total.
    """
    every = scored(listed, unfit=True)
    there = dict.fromkeys(each.kind for each in every)
    kinds = dict.fromkeys([*(kind for kind in KINDS if kind in there), *there])
    found: list[Summary] = []
    for kind in kinds:
        rows = [each for each in every if each.kind == kind]
        fit = [each for each in rows if not each.prediction.unfit]
        rule = _best_rule(fit or rows)
        if fit:
            found.append(_of(kind, ALL, fit, rule))
        for group, unfit in dict.fromkeys(
            (each.prediction.group, each.prediction.unfit) for each in rows
        ):
            own = [
                each
                for each in rows
                if (each.prediction.group, each.prediction.unfit) == (group, unfit)
            ]
            found.append(_of(kind, group, own, rule, unfit))
    return found + [
        _together(name, parts, every) for name, parts in TOGETHER.items() if _any(parts, every)
    ]


def totals(found: Sequence[Summary]) -> list[Summary]:
    """The scores of whole kinds."""
    return [each for each in found if each.group == ALL]


def _any(kinds: Sequence[str], rows: Sequence[Observed]) -> bool:
    return any(each.kind in kinds and not each.prediction.unfit for each in rows)


def _of(kind: str, group: str, rows: Sequence[Observed], rule: str, unfit: str = "") -> Summary:
    made = score(kind, ALL, group, [each.prediction for each in rows], unfit)
    plain = next((each for each in made.baselines if each.name == rule), None)
    sheets = tuple(dict.fromkeys(each.prediction.sheet for each in rows))
    bias = median(each.log for each in rows)
    return Summary(kind=kind, group=group, score=made, bias=bias, plain=plain, sheets=sheets)


def _best_rule(rows: Sequence[Observed]) -> str:
    """The plain rule with the least error among those that say something of half of the rows."""
    made = score("", ALL, ALL, [each.prediction for each in rows])
    broad = [each for each in made.baselines if 2 * each.rows >= made.rows]
    return min(broad, key=lambda each: each.error).name if broad else EACH_ITS_OWN


def _together(name: str, parts: Sequence[str], every: Sequence[Observed]) -> Summary:
    """Several kinds as one; each row against the rule of its own kind."""
    rules = {
        part: _best_rule([each for each in every if each.kind == part])
        for part in parts
        if any(each.kind == part for each in every)
    }
    rows = []
    for each in every:
        if each.kind not in rules or each.prediction.unfit:
            continue
        own = each.prediction.baselines.get(rules[each.kind])
        baselines = {} if own is None else {EACH_ITS_OWN: own}
        rows.append(replace(each, prediction=replace(each.prediction, baselines=baselines)))
    return _of(name, ALL, rows, EACH_ITS_OWN)
