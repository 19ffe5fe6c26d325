"""Several verdicts in one table: what a count of the catalog decides needs no card of its own.

Design choices:
- A row holds the claim, its test, the badge, the number that decided, and what to say instead.
- Each row leaves the same machine-readable record as a card, so that the last lessons find it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from course_lib.display.cards import badge, card
from course_lib.display.show import inline, marked, sentence, show, unmarked
from course_lib.teaching.claims.decided import MIME, Verdict
from course_lib.teaching.claims.verdict import judge, keep, other_inputs

__all__ = ["case", "verdicts"]


def case(
    id: str,
    *,
    source: str,
    instead: str,
    short: str = "",
    inputs: Mapping[str, Mapping[str, float]] | None = None,
    **numbers: float,
) -> Verdict:
    """One claim decided, to be shown by `verdicts`. Arguments and errors are those of `verdict`;
    `short` says in fewer words what to say instead, since the table shows the claim beside it. The
    record keeps the sentence that stands alone.

    >>> case("A07", source="an example", instead="Few are.", deepest=61).verdict
    'wrong'
    """
    result = judge(id, source=source, **numbers)
    others = other_inputs(result, inputs or {})
    return replace(result, instead=instead.strip(), short=short.strip(), others=others)


def verdicts(*cases: Verdict) -> None:
    """Show verdicts as one table, and keep them.

    Raises:
        ValueError: no case, or two on one claim.
    """
    ids = [found.claim.id for found in cases]
    if not ids or len(set(ids)) < len(ids):
        raise ValueError(f"cases={ids}: must be one or more, each on a claim of its own")
    for found in cases:
        keep(found)
    plain = "\n".join(_plain(found) for found in cases)
    rows = "".join(f"<tr>{_row(found)}</tr>" for found in cases)
    head = "".join(f'<th scope="col" style="text-align: left">{name}</th>' for name in HEAD)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    show(
        plain,
        html=card("verdict", "Verdicts that a count decides", table),
        extra={MIME: [found.record() for found in cases]},
    )


HEAD = ("Claim, and its test", "Verdict", "Say instead")


def _plain(found: Verdict) -> str:
    decided = f" ({'; '.join(_decided(found))})" if found.reason else ""
    return (
        f"{found.claim.id} “{found.claim.text}”: {found.verdict}{decided}. "
        f"Say instead: {unmarked(found.short or found.instead)}"
    )


def _decided(found: Verdict) -> list[str]:
    """The number that decided, and the close calls."""
    reason = found.reason
    told = [] if reason is None else ["{}: {}, asked: {}".format(*reason.words())]
    return told + [f"a close call: {words} it is “{other}”" for words, other in found.close.items()]


def _row(found: Verdict) -> str:
    claim = found.claim
    said = "".join(f"<br>{inline(sentence(told))}" for told in _decided(found))
    cells = [
        f"<strong>{claim.id}</strong> “{inline(claim.text)}”<br><em>{inline(claim.test)}</em>",
        f"{badge(found.verdict)}{said}",
        marked(found.short or found.instead),
    ]
    look = 'style="text-align: left; vertical-align: top; white-space: normal"'
    return "".join(f"<td {look}>{cell}</td>" for cell in cells)
