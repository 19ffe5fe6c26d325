"""Cards and badges: recognisable, balanced HTML, and readable without any style."""

import re

import pytest

from course_lib.display.cards import BADGES, KINDS, VERDICTS, badge, card
from course_lib.teaching.claims.rules import VERDICTS as OF_RULES


def bare(html: str) -> str:
    """What is left where styles are taken away, as on GitHub."""
    return re.sub(r' (style|aria-hidden)="[^"]*"', "", html)


@pytest.mark.parametrize("kind", KINDS)
def test_a_card_reads_without_its_style(kind: str) -> None:
    html = bare(card(kind, "A < B", "<p>Body.</p>", "<p>Rest.</p>", "All"))
    icon = KINDS[kind][1]
    assert html == (
        f"<div><div><span>{icon}</span> <strong>A &lt; B</strong></div><p>Body.</p>"
        "<details><summary>All</summary><p>Rest.</p></details></div>"
    )


def test_kinds_and_badges_differ_in_more_than_colour() -> None:
    assert len({icon for _, icon in KINDS.values()}) == len(KINDS)
    assert len({icon for _, icon in BADGES.values()}) == len(BADGES) == 5


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_badge_is_a_word_that_stands_out(verdict: str) -> None:
    assert bare(badge(verdict)) == f"<strong><span>{BADGES[verdict][1]}</span> {verdict}</strong>"


def test_the_rules_know_the_same_verdicts() -> None:
    assert OF_RULES == VERDICTS == tuple(BADGES)


def test_what_is_no_kind_or_verdict_is_refused() -> None:
    with pytest.raises(ValueError, match="kind='news': must be one of question"):
        card("news", "x", "y")
    with pytest.raises(ValueError, match="verdict='maybe': must be one of holds"):
        badge("maybe")
