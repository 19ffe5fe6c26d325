"""The record of a family: one question with its numbers left open.

Design choices:
- What a question gives is one mapping, in the order in which it is worked out: what is drawn (a
  model, a card, a number of users) and what follows from it (the model's weights, the card's
  bandwidth). The text shows all of it, so a learner needs no catalog.
- A formula takes one argument, `q`, whose attributes are the given things: `q.weights * 2`. Wrong
  formulas stand beside the right one, each under the name of the misconception that leads to it.
- Numbers shown in a text are rounded. A formula gets them unrounded; the drawing refuses a question
  whose answer would be another one with what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from course_lib.catalog import devices, models
from course_lib.display.fmt import fmt, short

Formula = Callable[[Any], Any]
"""From the given things to a number, or to the words of a choice."""

__all__ = ["SELLERS", "Family", "Formula", "Given", "card", "fact", "model", "pick", "stated"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Given:
    """One thing that a question gives."""

    choices: tuple[Any, ...] = ()
    """What it is drawn from; empty where it follows from what was drawn before."""
    follows: Formula | None = None
    """How it follows; None where it is drawn."""
    show: Callable[[Any], str] = str
    """How it stands in the text."""
    rounded: bool = False
    """Whether the text shows it with three significant digits only."""


SELLERS = Given(
    choices=(
        "openai-gpt-5",
        "openai-gpt-5-mini",
        "openai-gpt-4-1",
        "openai-gpt-5-4",
        "google-gemini-2-5-flash",
        "google-gemini-3-5-flash",
        "xai-grok-4-3",
    )
)
"""Models behind an API with a price for read, cached and written tokens."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """One question with its numbers left open."""

    id: str
    """Its name: the lesson's number and what is asked for, such as "05-lone-token"."""
    text: str
    """The question, with each given thing in braces."""
    given: Mapping[str, Given]
    """What it gives, by the name in the text, in the order in which it is worked out."""
    answer: Formula
    """The right formula: by an estimator wherever there is one."""
    wrong: Mapping[str, Formula]
    """Wrong formulas by the misconception that leads to each."""
    unit: str = ""
    """Unit of the answer, as `rounding` knows it, or what is counted; blank where words answer."""
    whole: bool = False
    """Whether the answer is a whole number, not rounded."""
    why: str
    """Why the right answer is right, in a sentence or two; braces as in `text`."""
    apart: float = 1.1
    """Factor by which any two choices differ at least."""
    sensible: Formula = field(default=lambda q: True)
    """Whether what was drawn makes a question worth asking."""

    def values(self, drawn: Mapping[str, Any]) -> SimpleNamespace:
        """The given things, from those that were drawn."""
        q = SimpleNamespace()
        for name, given in self.given.items():
            setattr(q, name, given.follows(q) if given.follows else drawn[name])
        return q


def pick(*choices: Any, unit: str = "", show: Callable[[Any], str] | None = None) -> Given:
    """A number, or a word, drawn from some; `unit` as `fmt` takes it. An int is shown in full.

    >>> pick(0.5, 0.25, unit="%").show(0.5)
    '50 %'
    """
    return Given(choices=choices, show=show or (lambda value: _drawn(value, unit)))


def fact(follows: Formula, unit: str = "", show: Callable[[Any], str] | None = None) -> Given:
    """A number that follows from what was drawn, shown with three significant digits."""
    return Given(follows=follows, show=show or (lambda value: fmt(value, unit)), rounded=True)


def stated(follows: Formula, unit: str = "") -> Given:
    """A whole number that a record states, or that follows, shown in full.

    >>> stated(lambda q: q, "layers").show(32)
    '32 layers'
    """
    return Given(follows=follows, show=lambda value: fmt(value, unit, exact=True))


def model(*keys: str) -> Given:
    """A model of the catalog, shown by its name."""
    return Given(choices=tuple(models[key] for key in keys), show=lambda record: str(record.name))


def card(*keys: str) -> Given:
    """A device of the catalog, shown by its name."""
    return Given(choices=tuple(devices[key] for key in keys), show=lambda record: str(record.name))


def _drawn(value: Any, unit: str) -> str:
    """A drawn thing as it stands in a text.

    >>> _drawn(50_257, "tokens").replace(chr(0x202F), " "), _drawn(2e12, "tokens"), _drawn("a", "")
    ('50 257 tokens', '2 trillion tokens', 'a')
    >>> _drawn(0.2, "USD"), _drawn(3.0, "USD")
    ('USD 0.20', 'USD 3')
    """
    if isinstance(value, str):
        return value
    if unit == "USD" and value != int(value):
        return f"USD {value:.2f}"
    in_full = isinstance(value, int) and unit not in {"%", "x", "s", "GiB"}
    return fmt(value, unit, exact=True) if in_full else short(value, unit)
