"""Predict before run: a guess is asked for, kept in the learner's file, and shown beside the
result.

Three kinds: a number, a choice, a ranking. Each call shows a form, and what it gives back has
`.reveal`.
"""

from __future__ import annotations

from collections.abc import Sequence

from course_lib.teaching.predictions.choice import ChoicePrediction
from course_lib.teaching.predictions.number import NumberPrediction
from course_lib.teaching.predictions.ranking import RankingPrediction

__all__ = ["predict", "predict_choice", "predict_ranking"]


def predict(
    id: str, question: str, unit: str = "", hint: str = "", case: str = ""
) -> NumberPrediction:
    """Ask for a number; `.reveal(value, because="...")` on what comes back shows the guess beside
    the result.

    Args:
        id: the name under which the guess is kept, unique in the course.
        question: what is asked.
        unit: the unit of `fmt` in which the answer is shown. For "%" the value revealed is a
            fraction.
        hint: a sentence below the question.
        case: what the question is about, such as "Llama 3 8B", where a lesson lets the learner
            change it: `.reveal(value, case=model.name)` then judges the guess for this case alone.

    Raises:
        ValueError: a bad id or unit, or an empty question.
    """
    return NumberPrediction(id, question, unit, hint, case)


def predict_choice(id: str, question: str, options: Sequence[str]) -> ChoicePrediction:
    """Ask for one of several options; `.reveal(correct, because="...")` shows it beside the right
    one.

    Raises:
        ValueError: a bad id, an empty question, fewer than two options, or one twice.
    """
    return ChoicePrediction(id, question, options)


def predict_ranking(id: str, question: str, items: Sequence[str]) -> RankingPrediction:
    """Ask for an order of items; `.reveal(order, because="...")` tells how many pairs were in the
    right order.

    Raises:
        ValueError: a bad id, an empty question, fewer than two items, or one twice.
    """
    return RankingPrediction(id, question, items)
