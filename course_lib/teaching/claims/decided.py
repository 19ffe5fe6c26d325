"""A claim decided: verdict, numbers, source, what to say instead, close calls; and the same as
plain data.

Numbers in the machine-readable record are rounded like those shown, so that two builds compare
equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_lib.display.show import Shown, recorded
from course_lib.teaching.claims import claims, reasons
from course_lib.teaching.claims.rules import Rule

MIME = "application/vnd.course.verdict+json"

__all__ = ["MIME", "Verdict"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Verdict(Shown):
    """A claim decided."""

    claim: claims.Claim
    """The claim."""
    rule: Rule
    """The rule that decided."""
    numbers: Mapping[str, float]
    """The numbers it decided on, by name, in the units declared with the claim."""
    source: str
    """Where the numbers come from."""
    instead: str = ""
    """The claim rewritten so that it holds: a sentence that stands alone."""
    short: str = ""
    """The same in fewer words, for a table that shows the claim beside it; blank shows it whole."""
    clear: bool = True
    """Whether the comparison measured here was clear; else the recorded machine's numbers
    decided."""
    others: Mapping[str, str] | None = None
    """The verdict under other published inputs, by the words that name them."""

    @property
    def verdict(self) -> str:
        """One of: holds, holds with limits, outdated, wrong, not decidable."""
        return self.rule.verdict

    @property
    def close(self) -> dict[str, str]:
        """Other published inputs under which the verdict would be another one, and that verdict."""
        return {
            words: verdict
            for words, verdict in (self.others or {}).items()
            if verdict != self.verdict
        }

    @property
    def reason(self) -> reasons.Reason | None:
        """The number that decided, with what was asked of it."""
        return reasons.decisive(self.claim.rules, self.claim.numbers, self.numbers)

    def rounded(self) -> dict[str, float]:
        """The numbers to three significant digits."""
        return {name: recorded(value) for name, value in self.numbers.items()}

    def record(self) -> dict[str, object]:
        """The verdict as plain data: claim, verdict, numbers to three significant digits, source,
        what to say instead, close calls as pairs of words and verdict, and whether it was clear."""
        return {
            "claim": self.claim.id,
            "verdict": self.verdict,
            "numbers": self.rounded(),
            "source": self.source,
            "instead": self.instead,
            "close": [list(pair) for pair in self.close.items()],
            "clear": self.clear,
        }
