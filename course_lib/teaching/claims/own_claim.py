"""A card for a claim that the reader brings: test sentence, prediction, number, verdict, source and
expiry date.

Design choices:
- The card is first filled in without the number; `.answer` adds it. What was said before (test,
  conditions, prediction) is kept: whatever is changed after the number is known is named on the
  card for good. A new claim wants a new name.
- Only the list of cards looks at the clock, so that a card reads the same every day.
- The cards live in the learner's file, in a section that older files do not have. What is there and
  is no card is passed over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from types import EllipsisType
from typing import Any, cast

from course_lib.display.fmt import short
from course_lib.display.show import Shown, bullets, inline, show
from course_lib.display.tables import html_table, plain_table
from course_lib.teaching import state
from course_lib.teaching.claims.own_card import OwnClaim
from course_lib.teaching.predictions import guess
from course_lib.teaching.say.say import table

SECTION = "own_claims"
FIXED = ("test", "means", "unit", "holds", "limits", "otherwise", "prediction")
"""What must not change once the number is known."""

TO_FILL = {
    "text": "the claim, as somebody made it",
    "test": "one sentence that could come out false, with its threshold",
    "means": "what the number is, in words that stand between “if” and “is”",
    "holds": "the condition under which it holds, such as '>= 0.5'",
    "prediction": "what you expect of the number; for a share of 50 %, 0.5",
    "expires": "the day on which to look again, such as '2027-12-31'",
}
"""Fields of a card, and what belongs there."""

__all__ = ["Blank", "Card", "load", "own_claim", "own_claims"]


class Card(Shown):
    """A card on the page, which takes its number later."""

    def __init__(self, record: OwnClaim) -> None:
        """Show the card, keep it, and say what was changed too late."""
        cards = load(state.change(lambda old: with_claim(old, record)))
        # as it was kept, which may add what was changed too late
        self.record = next(card for card in cards if card.name == record.name)
        _show(self.record)

    def answer(self, number: float, *, source: str) -> Card:
        """The card with its number and where that comes from: decides it, shows it and keeps it.

        Raises:
            ValueError: the number is not finite, or the source is blank.
            TypeError: it is no number.
        """
        return Card(replace(self.record, number=number, source=source))


class Blank(Shown):
    """A card that is not filled in yet: what is still open, and what belongs there."""

    def __init__(self, fields_left: Sequence[str]) -> None:
        """Show what is open."""
        self.fields_left = tuple(fields_left)
        rows = [[name, TO_FILL[name]] for name in fields_left]
        table(rows, ["Still `...`", "What belongs there"], caption="Your own claim: a blank card")

    def answer(self, number: object, *, source: object) -> Blank:
        """Nothing to decide yet; said in words."""
        show("Fill in the card first: the number comes last.")
        return self


def own_claim(
    name: str,
    text: str | EllipsisType,
    *,
    test: str | EllipsisType,
    means: str | EllipsisType,
    holds: str | EllipsisType,
    prediction: float | EllipsisType,
    expires: str | EllipsisType,
    unit: str = "",
    limits: str = "",
    otherwise: str = "wrong",
    number: float | None = None,
    source: str = "",
) -> Card | Blank:
    """Fill in the card of your own claim, show it, and keep it. Give the number later, by
    `.answer`. As long as one of the fields is `...`, nothing is kept, and the card says what is
    open.

    Args:
        name: a name for the card: small letters, digits and underscores.
        text: the claim, as somebody made it.
        test: the test sentence with its threshold.
        means: what the number is, in words that stand between "if" and "is".
        holds: the condition under which the claim holds, such as ">= 0.5".
        prediction: what you expect of the number, in the base unit of `unit` (for "%" a fraction).
        expires: the day after which the verdict is to be looked at again, such as "2027-12-31".
        unit: the number's unit, as `fmt` takes it.
        limits: the condition under which it holds with limits.
        otherwise: the verdict if neither is met.
        number: the number, once you have it.
        source: where it comes from; needed with the number.

    Raises:
        ValueError: a bad name, unit, condition, verdict or day, a blank text, a number that is not
            finite or has no source.
        TypeError: prediction or number is no number.
    """
    asked: dict[str, object] = {"text": text, "test": test, "means": means, "holds": holds}
    asked |= {"prediction": prediction, "expires": expires}
    if left := [field for field, value in asked.items() if value is ...]:
        return Blank(left)
    return Card(
        OwnClaim(
            name=name,
            number=number,
            source=source,
            text=cast(str, text),
            test=cast(str, test),
            means=cast(str, means),
            unit=unit,
            prediction=cast(float, prediction),
            expires=cast(str, expires),
            holds=cast(str, holds),
            limits=limits,
            otherwise=otherwise,
        )
    )


def own_claims(today: date | None = None) -> None:
    """Show all your cards in one table, with those whose day has passed."""
    cards = load(state.read())
    if not cards:
        show("You have no claim of your own yet.")
        return
    rows = [
        [
            card.name,
            card.text,
            card.verdict,
            card.decides().replace("**", ""),
            card.source,
            _until(card, today),
        ]
        for card in cards
    ]
    table(
        rows,
        ["Name", "Claim", "Verdict", "The number that decides", "Source", "Look again"],
        caption="Your own claims",
    )


def with_claim(old: state.State, card: OwnClaim) -> state.State:
    """The learner's state with a card put in or replaced; what changed after the number was known
    is noted in it."""
    section = state.section(old, SECTION)
    before = _card(card.name, section.get(card.name))
    changed: list[str] = list(before.changed) if before else []
    if before and before.number is not None:
        changed += [name for name in FIXED if getattr(before, name) != getattr(card, name)]
    entry = asdict(card) | {"changed": list(dict.fromkeys(changed))}  # each once, in order
    # plain floats: JSON knows none of numpy's
    entry |= {
        name: None if entry[name] is None else float(entry[name])
        for name in ("prediction", "number")
    }
    return old | {SECTION: section | {card.name: entry}}


def load(kept: state.State) -> list[OwnClaim]:
    """The cards of a learner's state, by name; what is no card is passed over."""
    section = kept.get(SECTION)
    cards = [
        _card(name, entry)
        for name, entry in sorted(section.items() if isinstance(section, dict) else ())
    ]
    return [card for card in cards if card is not None]


def _card(name: str, entry: Any) -> OwnClaim | None:
    """A card as it was kept, or None."""
    # exactly these fields: a card of an older version has others
    if not isinstance(entry, Mapping) or set(entry) != {field.name for field in fields(OwnClaim)}:
        return None
    try:
        return OwnClaim(**{**entry, "name": name, "changed": tuple(entry["changed"])})
    except (TypeError, ValueError):
        return None


def _show(card: OwnClaim) -> None:
    """The card: words, test, how each verdict comes about, prediction beside number, verdict,
    source, day."""
    ways = [f"{rule.verdict} {rule.words(card.numbers)}" for rule in card.rules]
    if card.number is None:
        met = f"You expect {short(card.prediction, card.unit)}. Now find the number."
    else:
        met = guess.compare(card.prediction, card.number, card.unit).replace("**", "")
    cells = [
        ["Test", card.test],
        ["Prediction", met],
        ["Verdict", card.verdict],
        ["Source", card.source or "none yet"],
    ]
    cells += [["Look again after", card.expires]]
    cells += (
        [["Changed after the number was known", ", ".join(card.changed)]] if card.changed else []
    )
    names = ["Your claim", card.text]
    plain = "\n".join([plain_table(names, cells), "Decided by:", *(f"- {way}" for way in ways)])
    decided = bullets([inline(way) for way in ways], ordered=True)
    show(plain, html=f"{html_table(names, cells)}<p>Decided by:</p>{decided}")


def _until(card: OwnClaim, today: date | None) -> str:
    return f"now: {card.expires} has passed" if card.expired(today) else f"after {card.expires}"
