"""Cards of reveals: words and marks, as plain text and as HTML."""

import re
from typing import Any

import pytest

from course_lib.display.cards import KINDS
from course_lib.teaching.predictions.reveals import choice_card, number_card, ranking_card

ICON = KINDS["reveal"][1]
Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def words(shown: Bundles) -> str:
    """The text of the HTML shown last."""
    return " ".join(re.sub(r"<[^>]+>", " ", shown[-1][0]["text/html"]).split())


@pytest.mark.parametrize(
    ("guess", "mark"),
    [
        (0.174, "✔ exactly right"),
        (0.18, "✔ close, within 4 %"),
        (0.6, "▲ 3.4 times too much"),
        (0.01, "▼ about one power of ten too little"),
        (0.0, "▼ too little"),
    ],
)
def test_a_number_has_a_mark(shown: Bundles, guess: float, mark: str) -> None:
    number_card(guess, 0.174, "%", because="Few `heads`.")
    assert mark in words(shown) and words(shown).startswith(f"{ICON} Your guess and the result")
    assert "<code>heads</code>" in shown[-1][0]["text/html"]
    assert ("you:" in words(shown)) == (guess > 0)


def test_a_result_without_a_guess_has_neither_mark_nor_axis(shown: Bundles) -> None:
    number_card(None, 0.174, "%", because="Few heads.")
    assert words(shown) == f"{ICON} The result It is 17.4 % . Few heads."


def test_choices_have_marks(shown: Bundles) -> None:
    choice_card("They halve.", "They stay.", because="Queries remain.")
    assert words(shown).endswith(
        "You chose: They halve. ✘ not so The answer: They stay. Queries remain."
    )
    assert shown[-1][0]["text/plain"] == (
        "You chose: They halve. Not so. The answer: They stay. Queries remain."
    )
    choice_card("line", "line")
    assert words(shown).endswith("You chose: line ✔ right")


@pytest.mark.parametrize(
    ("guess", "mark"),
    [("abc", "✔ 3 of 3 pairs"), ("acb", "◐ 2 of 3 pairs"), ("cba", "✘ 0 of 3 pairs")],
)
def test_orders_have_marks(shown: Bundles, guess: str, mark: str) -> None:
    ranking_card(list(guess), ["a", "b", "c"], because="So it is.")
    assert mark in words(shown) and words(shown).endswith("So it is.")
    ticks = shown[-1][0]["text/html"].partition("<table")[2].count("✔")
    assert ticks == sum(own == right for own, right in zip(guess, "abc", strict=True))


def test_what_people_write_stays_text(shown: Bundles) -> None:
    choice_card("<b>", "<i>", because="a < b")
    assert "<b>" not in shown[-1][0]["text/html"] and "a &lt; b" in shown[-1][0]["text/html"]


def test_notes_come_last(shown: Bundles) -> None:
    number_card(3, 5, notes=["(Late.)"], because="So.")
    assert shown[-1][0]["text/plain"].endswith("So. (Late.)") and words(shown).endswith("(Late.)")
