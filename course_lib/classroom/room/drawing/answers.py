"""Choices and orders that a room guessed, as tables with bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course_lib.classroom.room.question import Question
from course_lib.teaching.predictions.guess import right_pairs

__all__ = ["choices", "choices_summary", "order", "order_summary"]


def choices(question: Question, guesses: Sequence[str], shown: bool) -> str:
    """Each option with a bar and its count, in the order of the lesson."""
    most = max([guesses.count(option) for option in question.options] + [1])
    rows = []
    for option in question.options:
        count, right = guesses.count(option), shown and option == question.truth
        mark = ' <strong class="right">✔ the answer</strong>' if right else ""
        rows.append(
            f'<tr{" class=right-row" if right else ""}><th scope="row">{escape(option)}{mark}</th>'
            f"<td>{_bar(count / most)}</td><td class=count>{count}</td></tr>"
        )
    return _table(("Answer", "", "Guesses"), rows)


def choices_summary(question: Question, guesses: Sequence[str], shown: bool) -> str:
    """What was chosen, in a sentence."""
    if not guesses:
        return "No guess yet."
    if shown:
        return f"{guesses.count(str(question.truth))} of {len(guesses)} chose the answer."
    first = max(question.options, key=guesses.count)
    return f"Most chosen: {first} ({guesses.count(first)} of {len(guesses)})."


def order(question: Question, guesses: Sequence[Sequence[str]], shown: bool) -> str:
    """Each item with the mean of the places it was given, nearest to the first place on top; once
    the answer is shown, in the right order."""
    places = {
        item: sum(guess.index(item) + 1 for guess in guesses) / len(guesses) if guesses else 0.0
        for item in question.options
    }
    sequence = question.right_order if shown else sorted(places, key=places.__getitem__)
    last = len(question.options)
    rows = []
    for right, item in enumerate(sequence, 1):
        head = f"{right}. {item}" if shown else item
        mean = f"{places[item]:.1f}" if guesses else "–"
        # a long bar for an early place
        share = (last - places[item] + 1) / last if guesses else 0.0
        rows.append(
            f'<tr><th scope="row">{escape(head)}</th><td>{_bar(share)}</td>'
            f"<td class=count>{mean}</td></tr>"
        )
    names = ("The right order" if shown else "Item", "", "Mean place")
    return _table(names, rows)


def order_summary(question: Question, guesses: Sequence[Sequence[str]], shown: bool) -> str:
    """How well the orders fit, in a sentence."""
    if not guesses:
        return "No guess yet."
    if not shown:
        return "A long bar stands for an early place."
    pairs = [right_pairs(guess, question.right_order) for guess in guesses]
    whole = sum(right == every for right, every in pairs)
    mean = sum(right for right, _ in pairs) / len(pairs)
    return (
        f"{whole} of {len(guesses)} had the whole order; on average {mean:.1f} of {pairs[0][1]} "
        "pairs stood right."
    )


def _bar(share: float) -> str:
    # without keeping its shape: it fills the cell, however wide that is
    return (
        '<svg class="strip" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="bar" x="0" y="0" width="{100 * share:.1f}" height="10"/></svg>'
    )


def _table(names: Sequence[str], rows: Sequence[str]) -> str:
    heads = "".join(
        f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in names
    )
    head = f"<thead><tr>{heads}</tr></thead>"
    return f'<table class="answers">{head}<tbody>{"".join(rows)}</tbody></table>'
