"""Where an estimate breaks: how far estimates of a kind were off on published measurements.

The scores are facts of the catalog, which `course validate ... --facts` writes; nothing is measured
here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.display.fmt import fmt
from course_lib.teaching.say.say import say, table

CAPTION = "Where this estimate breaks: held against published measurements"
COLUMNS = (
    "Estimate", "published values", "half are within", "within 1.5x", "the 80 % range holds",
    "a plain rule: half within",
)  # fmt: skip
LEAST = 3
"""A group needs so many rows to be named as far off."""

__all__ = ["validated"]


def validated(*kinds: str, worst: int = 3) -> None:
    """Show how far estimates were off on published measurements, and which groups lie farthest.

    Args:
        kinds: kinds of estimates as the catalog's `validation` names them: "training steps",
            "whole runs", "peak memory", "inference speed", "decode", "prefill", "requests",
            "servers", "server memory", "energy" ...
        worst: how many groups the sentence below the table names; 0 for no sentence.

    Raises:
        KeyError: a kind that has no score; it names the nearest ones.
        ValueError: no kind.
    """
    from course_lib.catalog import validation

    if not kinds:
        raise ValueError("kinds: name at least one kind of estimate")
    scores = [validation[kind] for kind in kinds]
    table([_cells(score) for score in scores], COLUMNS, caption=CAPTION)
    if worst:
        every = [validation.peek(key) for key in validation]
        say(_farthest(scores, every, worst))


def _cells(score: Any) -> list[str]:
    return [
        score.name,
        str(score.rows),
        fmt(score.factor, "x"),
        fmt(round(score.within_half, 2), "%", 2),
        fmt(round(score.covered, 2), "%", 2),
        "none" if score.plain_factor is None else fmt(score.plain_factor, "x"),
    ]


def _farthest(scores: Sequence[Any], every: Sequence[Any], worst: int) -> str:
    """The groups of some kinds that lie farthest off, in a sentence."""
    kinds = {part for score in scores for part in (score.parts or (score.kind,))}
    groups = [
        each
        for each in every
        if each.kind in kinds and each.group != "all" and each.rows >= LEAST and not each.unfit
    ]
    far = sorted(groups, key=lambda each: -each.median_error)[:worst]
    if not far:
        return f"No group of rows has {LEAST} or more, so none is named."
    return f"Farthest off: {'; '.join(_named(each) for each in far)}."


def _named(each: Any) -> str:
    """One group in words: its name, kind and rows, and by how much half of them are off.

    >>> from types import SimpleNamespace as Some
    >>> score = {"rows": 6, "median_error": 1.0, "bias": -1.0, "factor": 2.0}
    >>> _named(Some(group="a_b", kind="decode", what="speed", **score))
    '“a b” (decode, 6 rows), typically 2.00x too slow'
    """
    name = each.group.replace("_", " ")  # a key of the record, such as "mlenergy_v3_chat"
    typical = f"“{name}” ({each.kind}, {each.rows} rows), typically {fmt(each.factor, 'x')}"
    # where estimates lie on both sides, no direction is told
    if abs(each.bias) < 0.5 * each.median_error:
        return f"{typical} off, either way"
    words = ("fast", "slow") if each.what == "speed" else ("high", "low")
    return f"{typical} too {words[each.bias < 0]}"
