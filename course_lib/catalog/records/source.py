"""Where a fact comes from. Every entry of the catalog carries one, and lessons print it."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("measured", "reported", "estimated", "list price")
EVIDENCE = ("read", "read, rounded", "read, second hand", "recalled")


@dataclass(frozen=True, kw_only=True, eq=False)
class Source:
    """Origin of a fact and how far it was checked.

    >>> Source(text="arXiv 1706.03762, table 3", date="2017", kind="reported", evidence="read").date
    '2017'
    """

    text: str
    """The document, file or page that states the fact."""
    date: str
    """When the fact held or was published: a year, a month or a day, as precise as known."""
    kind: str
    """How the number came about: measured, reported, estimated or list price."""
    evidence: str
    """How far it was checked: read in the source; read, rounded (the source rounds); read, second
    hand (in a text that quotes the source); recalled, not re-read."""

    def __post_init__(self) -> None:
        for name in ("text", "date"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name).strip():
                raise ValueError(
                    f"{name} must be a text that is not blank, got {getattr(self, name)!r}"
                )
        for name, choices in (("kind", KINDS), ("evidence", EVIDENCE)):
            if getattr(self, name) not in choices:
                raise ValueError(
                    f"{name} must be one of {'; '.join(choices)}, got {getattr(self, name)!r}"
                )
