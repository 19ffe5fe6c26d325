"""Figures that several lessons give: each has one name, so that a test can hold the lessons to one
value.

Design choices:
- `shared` formats a figure as `fmt` does, and remembers it; `sources`, which ends every lesson,
  leaves what was remembered as a machine-readable record in the built notebook.
- The names are fixed here. A lesson that gives such a figure takes it through `shared`.
"""

from __future__ import annotations

from course_lib.display.fmt import fmt
from course_lib.display.show import recorded

MIME = "application/vnd.course.shared+json"
FIGURES: dict[str, tuple[str, str]] = {
    "h100_hour": ("USD", "an hour of an H100, rented"),
    "h100_peak": ("FLOP/s", "the dense bf16 peak of an H100"),
    "llama_3_8b_weights": ("", "weights of Llama 3 8B"),
    "llama_3_8b_training": ("USD", "the card hours of Llama 3 8B's training, at rental prices"),
    "answer_flops": ("FLOP", "the answer: Llama 3 8B, 200 tokens in, 400 out"),
    "answer_seconds": ("s", "the answer, alone on an H100"),
    "answer_joules": ("J", "the answer, alone on an H100, server and building included"),
    "answer_joules_full": ("J", "the answer, among 64 on an H100, server and building included"),
    "answer_usd": ("USD", "the answer, alone on an H100, by the card's rent"),
    "run_flops": ("FLOP", "the run: Llama 3.1 405B on its 15.6 trillion tokens"),
    "run_hours": ("", "the run's device hours, as published"),
    "reading_rate": ("", "tokens a second that a person reads"),
}
"""Name -> unit of `fmt`, and what it is."""

_seen: dict[str, list[float]] = {}

__all__ = ["FIGURES", "MIME", "shared", "taken"]


def shared(name: str, value: float) -> str:
    """A figure that other lessons give too, as text.

    Args:
        name: one of `FIGURES`.
        value: in the base unit.

    Raises:
        KeyError: no such figure.

    >>> shared("h100_hour", 3.0)
    'USD 3'
    """
    if name not in FIGURES:
        raise KeyError(f"name={name!r}: must be one of {', '.join(FIGURES)}")
    unit, _ = FIGURES[name]
    text = fmt(value, unit)  # refuses what is no number
    # a learner who changes a line may give a second one: both are kept, and nothing stops
    values = _seen.setdefault(name, [])
    if recorded(value) not in values:
        values.append(recorded(value))
    return text


def taken() -> dict[str, list[float]]:
    """The values that this lesson gave, by name, to three significant digits; one each, if it
    agrees with itself."""
    return {name: list(values) for name, values in sorted(_seen.items())}
