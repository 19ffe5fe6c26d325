"""What a lesson is called on an export."""

from __future__ import annotations

COURSE = "Where the Compute Goes"

__all__ = ["COURSE", "title"]


def title(lesson: str) -> str:
    """A lesson's name as words.

    >>> title("05_inference"), title("00_start_here")
    ('05 Inference', '00 Start here')
    """
    number, _, topic = lesson.partition("_")
    return f"{number} {topic.replace('_', ' ').capitalize()}"
