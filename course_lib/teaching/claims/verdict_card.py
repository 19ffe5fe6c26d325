"""How a verdict looks: a badge, the one number that decided, what to say instead; the rest folded.

Design choices:
- One number is told, against its threshold: what keeps the verdict from a better one, or carries
  the best. All others, the rule in words and the source stand in the fold.
- A claim that its article calls a myth is answered in those words: "wrong" on the sentence is right
  for the article.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from course_lib.display.cards import badge, card, paragraph
from course_lib.display.fmt import fmt
from course_lib.display.show import bullets, inline, marked, sentence, show, unmarked
from course_lib.display.tables import html_table
from course_lib.teaching.claims.decided import MIME, Verdict
from course_lib.teaching.claims.reasons import Reason

OF_A_MYTH = {
    "holds": "The article is wrong: it is no myth.",
    "holds with limits": "The article is right only in part: within limits it is no myth.",
    "outdated": "It was true once; today the article is right to call it a myth.",
    "wrong": "The article is right: it is a myth.",
    "not decidable": "Whether it is a myth cannot be decided.",
}
"""What each verdict on the sentence says of an article that calls it a myth."""
NOT_CLEAR = (
    "Not clear on this machine: what was measured here does not differ clearly, so the recorded "
    "numbers decide, and nothing is kept. Run the measuring cell again to decide it yourself."
)
INSTEAD = "border-left: 3px solid #009E73; padding: 2px 10px; font-size: 1.1em"
"""The look of what to say instead."""

__all__ = ["display"]


def display(result: Verdict, not_kept: str = "") -> None:
    """Show the card of a verdict, with its record for the last lessons; `not_kept` says why it is
    not in the learner's file."""
    notes = _notes(result) + ([f"Not kept: {not_kept}."] if not_kept else [])
    show(plain(result, notes), html=html(result, notes), extra={MIME: result.record()})


def plain(result: Verdict, notes: Sequence[str]) -> str:
    """The card as a few lines of text."""
    instead = [f"Say instead: {unmarked(result.instead)}"] if result.instead else []
    return "\n".join(
        [
            f"Verdict on {result.claim.id}: {result.verdict}",
            f"“{result.claim.text}”",
            *_number(result),
            *notes,
            *instead,
            f"Source: {result.source}",
        ]
    )


def html(result: Verdict, notes: Sequence[str]) -> str:
    """The card as HTML."""
    claim = result.claim
    head = f"{badge(result.verdict)} &ensp;“{inline(claim.text)}”"
    parts = [paragraph(head), _number_html(result), *(paragraph(inline(note)) for note in notes)]
    if result.instead:
        said = f"<strong>Say instead:</strong> {marked(result.instead)}"
        parts.append(paragraph(said, INSTEAD))
    return card(
        "verdict",
        f"Verdict on {claim.id}",
        "".join(parts),
        _folded(result),
        "All numbers, the rule, the source",
    )


def _number(result: Verdict) -> list[str]:
    """The number that decided, in a line; none where no number is asked for."""
    if (reason := result.reason) is None:
        return []
    means, value, asked = reason.words()
    return [f"{sentence(means)}: {value} ({_asked_for(reason)}: {asked})"]


def _number_html(result: Verdict) -> str:
    """The same, with the number large."""
    if (reason := result.reason) is None:
        return ""
    means, value, asked = (escape(text) for text in reason.words())
    number = f'<strong style="font-size: 1.5em">{value}</strong> &ensp;{means}'
    return paragraph(f"{number}<br>{_asked_for(reason)}: <strong>{asked}</strong>")


def _asked_for(reason: Reason) -> str:
    """The words before what was asked of the number that decided."""
    return "asked" if reason.met else f"asked for “{reason.verdict}”"


def _notes(result: Verdict) -> list[str]:
    """What limits the verdict, in sentences."""
    notes = [OF_A_MYTH[result.verdict]] if result.claim.is_myth else []
    notes += [result.rule.because] if result.rule.because else []
    if result.close:
        others = "; ".join(f"{words} it is “{verdict}”" for words, verdict in result.close.items())
        notes.append(f"A close call: {others}.")
    return notes + ([] if result.clear else [NOT_CLEAR])


def _folded(result: Verdict) -> str:
    """Every number, the rule that decided, the other inputs, and the source."""
    declared = result.claim.numbers
    cells = [
        [sentence(declared[name].means.rstrip(",")), fmt(value, declared[name].unit)]
        for name, value in result.numbers.items()
    ]
    rule = f"Rule: <strong>{result.verdict}</strong> {inline(result.rule.words(declared))}."
    parts = [html_table(["Number", "Value"], cells) if cells else "", paragraph(rule)]
    if result.others:
        tried = [f"{inline(words)}: {verdict}" for words, verdict in result.others.items()]
        parts.append(paragraph("With other inputs:") + bullets(tried))
    return "".join([*parts, paragraph(f"Source: {inline(result.source)}")])
