"""Cards: one recognisable look for each kind of thing a lesson shows.

Design choices:
- A card is an edge in the kind's colour, an icon with a title, and a body. All styles are inline:
  JupyterLab keeps them, GitHub drops them and still shows a title and a body in order. What must
  stand out is <strong> as well, because that survives on GitHub.
- Colours only tint: text keeps the page's own colour, so a card reads on white and on dark.
- A kind is told by its title and icon too, never by colour alone.
- A badge is a word with an icon; its colour comes third.
"""

from __future__ import annotations

from html import escape

from course_lib.display.show import details

VERDICTS = ("holds", "holds with limits", "outdated", "wrong", "not decidable")
"""The five verdicts on a claim."""

KINDS: dict[str, tuple[str, str]] = {
    "question": ("#0072B2", "?"),
    "prediction": ("#E69F00", "◎"),
    "reveal": ("#E69F00", "◉"),
    "check": ("#56B4E9", "☑"),
    "claim": ("#CC79A7", "❝"),
    "verdict": ("#CC79A7", "⚖"),
    "in short": ("#009E73", "➤"),
    "explorer": ("#0072B2", "⇄"),
    "machine": ("#767676", "◷"),
    "bill": ("#767676", "▤"),
}
"""Colour of the edge (Okabe-Ito and grey) and icon, by kind. The icons are signs of ordinary fonts:
a picture sign is an empty box wherever no font of such signs is installed."""

BADGES: dict[str, tuple[str, str]] = dict(
    zip(
        VERDICTS,
        (
            ("#009E73", "✔"),
            ("#E69F00", "◐"),
            ("#56B4E9", "◷"),
            ("#D55E00", "✘"),
            ("#767676", "?"),
        ),
        strict=True,
    )
)
"""Colour and icon of a verdict's badge."""

__all__ = ["BADGES", "KINDS", "VERDICTS", "badge", "card", "paragraph"]


def card(kind: str, title: str, body: str, folded: str = "", summary: str = "More") -> str:
    """One card as HTML.

    Args:
        kind: one of `KINDS`.
        title: plain text behind the icon.
        body: HTML already.
        folded: HTML already, behind a fold at the end; nothing in it may be needed.
        summary: the line that opens the fold.

    Raises:
        ValueError: no such kind.

    >>> print(card("in short", "In short", "<p>Half.</p>"))  # doctest: +ELLIPSIS
    <div style="border-left: 4px solid #009E73; ...<p>Half.</p></div>
    """
    if kind not in KINDS:
        raise ValueError(f"kind={kind!r}: must be one of {', '.join(KINDS)}")
    colour, icon = KINDS[kind]
    # two hex digits behind the colour: an eighth of it over whatever the page's ground is
    box = (
        f"border-left: 4px solid {colour}; background: {colour}14; "
        "padding: 8px 12px; margin: 6px 0; max-width: 46em"
    )
    sign = f'<span aria-hidden="true" style="color: {colour}; font-size: 1.2em">{icon}</span>'
    head = f"<div>{sign} <strong>{escape(title)}</strong></div>"
    return f'<div style="{box}">{head}{body}{details(summary, folded) if folded else ""}</div>'


def paragraph(html: str, look: str = "") -> str:
    """A paragraph of a card, closer to its neighbours than those of a page.

    Args:
        html: what it says, HTML already.
        look: further styles.

    >>> paragraph("Half.")
    '<p style="margin: 6px 0">Half.</p>'
    """
    style = "; ".join(part for part in ("margin: 6px 0", look) if part)
    return f'<p style="{style}">{html}</p>'


def badge(verdict: str) -> str:
    """A verdict as a word with an icon in its colour.

    Raises:
        ValueError: none of the five.

    >>> "✘ wrong" in badge("wrong").replace("</span>", "")
    True
    """
    if verdict not in BADGES:
        raise ValueError(f"verdict={verdict!r}: must be one of {', '.join(VERDICTS)}")
    colour, icon = BADGES[verdict]
    look = (
        f"border: 1.5px solid {colour}; background: {colour}24; border-radius: 1em; "
        "padding: 0 0.6em; white-space: nowrap"
    )
    return (
        f'<strong style="{look}"><span aria-hidden="true">{icon}</span> {escape(verdict)}</strong>'
    )
