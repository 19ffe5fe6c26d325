"""The verdict on a claim, from the numbers that the learner saw.

Design choices:
- The numbers decide by the rules of `texts/claims.toml`; the lesson adds no opinion.
- The output carries, beside its text, a machine-readable record, so that the last lessons can
  collect the verdicts of built notebooks without running them. Numbers in it are rounded like those
  shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_lib.teaching import state
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.rules import Rule, decide
from course_lib.teaching.say.fmt import fmt
from course_lib.teaching.say.forms import check_text
from course_lib.teaching.say.say import html_table, plain_table
from course_lib.teaching.say.show import Shown, inline, show

MIME = "application/vnd.course.verdict+json"

__all__ = ["Verdict", "verdict"]


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

    @property
    def verdict(self) -> str:
        """One of: holds, holds with limits, outdated, wrong, not decidable."""
        return self.rule.verdict

    def rounded(self) -> dict[str, float]:
        """The numbers to three significant digits."""
        return {name: _rounded(value) for name, value in self.numbers.items()}

    def record(self) -> dict[str, object]:
        """The verdict as plain data: claim, verdict, numbers to three significant digits,
        source."""
        return {
            "claim": self.claim.id,
            "verdict": self.verdict,
            "numbers": self.rounded(),
            "source": self.source,
        }


def verdict(id: str, *, source: str, **numbers: float) -> Verdict:
    """Decide a claim by its rules, show the verdict, and keep it.

    Args:
        id: the claim, such as "A07".
        source: where the numbers come from, in words.
        numbers: the numbers that the claim declares, in their base units.

    Raises:
        KeyError: there is no such claim.
        ValueError: the claim has no test yet, a number is missing, extra or not finite, or the
        source is empty.
        TypeError: a number is none.
    """
    result = judge(id, source=source, **numbers)
    _show(result)
    numbers, now = result.rounded(), state.now()
    state.change(lambda old: state.with_verdict(old, id, result.verdict, numbers, now))
    return result


def judge(id: str, *, source: str, **numbers: float) -> Verdict:
    """The verdict without showing or keeping it. Arguments and errors are those of `verdict`.

    >>> judge("A07", source="an example", share=0.0, deepest=61).verdict
    'wrong'
    """
    claim = claims.decidable(id)
    check_text("source", source)
    missing, extra = set(claim.numbers) - set(numbers), set(numbers) - set(claim.numbers)
    if missing or extra:
        complaints = [
            f"{word} {', '.join(sorted(names))}"
            for word, names in (("missing", missing), ("extra", extra))
            if names
        ]
        raise ValueError(
            f"verdict {id!r} needs exactly the numbers {', '.join(claim.numbers)}: "
            f"{'; '.join(complaints)}"
        )
    for name, value in numbers.items():
        try:
            fmt(value, claim.numbers[name].unit)
        except (TypeError, ValueError) as problem:
            # an error of the same type, with the number's name in front
            raise type(problem)(f"verdict {id!r}, {name}: {problem}") from problem
    return Verdict(claim=claim, rule=decide(claim.rules, numbers), numbers=numbers, source=source)


def _show(result: Verdict) -> None:
    claim, rule = result.claim, result.rule
    cells = [
        [sentence(claim.numbers[name].means), fmt(value, claim.numbers[name].unit)]
        for name, value in result.numbers.items()
    ]
    names = ["The number that decides", "Value"]
    why = f"{rule.words(claim.numbers)}. {rule.because}".strip()
    head = f"Verdict on {claim.id}: {rule.verdict}"
    plain = (
        f"{head}\n“{claim.text}”\nRule: {rule.verdict} {why}\n"
        f"{plain_table(names, cells)}\nSource: {result.source}"
    )
    html = (
        f"<p><strong>{head}</strong></p><p>“{inline(claim.text)}”</p>"
        f"<p>Rule: {rule.verdict} {inline(why)}</p>"
        f"{html_table(names, cells)}<p>Source: {inline(result.source)}</p>"
    )
    show(plain, html=html, extra={MIME: result.record()})


def sentence(words: str) -> str:
    """The words with a capital letter in front.

    >>> sentence("the share of deep models")
    'The share of deep models'
    """
    return words[:1].upper() + words[1:]


def _rounded(value: float) -> int | float:
    """What `fmt` shows: small whole numbers as they are, others to three digits; a plain int or
    float, for JSON."""
    steady = float(f"{float(value):.15g}")  # more digits hang on the order of a sum
    if steady.is_integer() and abs(steady) < 10_000:
        return int(steady)
    rounded = float(f"{steady:.3g}")
    return int(rounded) if rounded.is_integer() else rounded
