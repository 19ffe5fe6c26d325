"""The one door through which the teaching layer displays anything.

Design choices:
- An output is a bundle of formats: plain text always, HTML or Markdown where it helps, a picture, a
  live widget. Whoever shows the notebook takes the richest it can; GitHub and a printed page still
  read sensibly.
- Plain text and HTML hold no model ids, times or paths, so that two runs of a notebook compare
  equal.
- Outside IPython the plain text is printed: a lesson's code runs as a script too.
- HTML uses elements that survive JupyterLab's sanitiser (details, table, caption, th scope) and no
  style sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
MARKS: tuple[tuple[str, str], ...] = (
    (r"\[([^\]]+)\]\(([^)\s]+)\)", r'<a href="\2">\1</a>'),
    (r"\*\*(.+?)\*\*", r"<strong>\1</strong>"),
    # one star at the edge of a word, none beside it: 2 * 3 * 4 stays as it is
    (r"(?<![\w*])\*(\S(?:.*?\S)?)\*(?![\w*])", r"<em>\1</em>"),
)
"""What `marked` knows of Markdown, as patterns on text that was made safe, and their HTML."""


class Shown:
    """A record whose display already happened: as the last line of a cell it adds nothing."""

    def _ipython_display_(self) -> None:
        """Display nothing more."""


def show(
    plain: str,
    *,
    html: str = "",
    markdown: str = "",
    widget: Any = None,
    extra: Mapping[str, Any] | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> None:
    """Display one output in several formats.

    Args:
        plain: the text for readers without anything else; never empty.
        html: the same, richer.
        markdown: the same, richer.
        widget: an ipywidgets widget, live where a kernel runs; the other formats are its static
            stand-in.
        extra: further formats by mime type, such as {"image/png": b"..."}.
        metadata: output metadata by mime type, such as {"image/png": {"alt": "..."}}.

    Raises:
        ValueError: `plain` is empty.

    >>> show("17.4 %", html="<p>17.4 %</p>")
    17.4 %
    """
    if not plain.strip():
        raise ValueError(
            f"plain={plain!r}: an output needs a text for readers without pictures or widgets"
        )
    bundle: dict[str, Any] = {"text/plain": plain}
    if html:
        bundle["text/html"] = html
    if markdown:
        bundle["text/markdown"] = markdown
    if widget is not None:
        # this one format only: the widget's own plain text names a model id, new in each run
        bundle[WIDGET_VIEW] = widget._repr_mimebundle_()[WIDGET_VIEW]
    publish(bundle | dict(extra or {}), dict(metadata or {}))


def publish(bundle: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Hand a finished bundle to IPython, or print its plain text where there is none."""
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        display(bundle, metadata=metadata, raw=True)  # raw: formats, not an object to be shown


def recorded(value: float) -> int | float:
    """The number for a machine-readable record, as steady as what `fmt` shows: int or float.

    >>> recorded(126), recorded(2 / 104), recorded(2.0000000000000004), recorded(405_853_388_800)
    (126, 0.0192, 2, 406000000000)
    """
    steady = float(f"{float(value):.15g}")  # more digits hang on the order of a sum
    digits = 15 if steady.is_integer() and abs(steady) < 10_000 else 3
    rounded = float(f"{steady:.{digits}g}")
    return int(rounded) if rounded.is_integer() else rounded


def inline(text: str) -> str:
    """Text made safe for HTML; `code` between backticks is kept as code.

    >>> inline("is `a < b`?")
    'is <code>a &lt; b</code>?'
    """
    # escaped first, or the <code> put in here would be escaped as well
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def marked(text: str) -> str:
    """One line of Markdown as HTML: **strong**, *emphasised*, `code` and [links](address).

    >>> marked("*so* is **1 < 2**, not 2 * 3 * 4")
    '<em>so</em> is <strong>1 &lt; 2</strong>, not 2 * 3 * 4'
    """
    html = inline(text)
    for pattern, tag in MARKS:
        html = re.sub(pattern, tag, html)
    return html


def unmarked(text: str) -> str:
    """The same line as plain text, without its marks.

    >>> unmarked("*so* is **1 < 2**, see [the glossary](docs/glossary.md)")
    'so is 1 < 2, see the glossary'
    """
    for pattern, _ in MARKS:
        text = re.sub(pattern, r"\1", text)
    return text.replace("`", "")


def sentence(words: str) -> str:
    """The words with a capital letter in front.

    >>> sentence("the share of deep models")
    'The share of deep models'
    """
    return words[:1].upper() + words[1:]


def bullets(items: Sequence[str], *, ordered: bool = False) -> str:
    """An HTML list of texts that are HTML already.

    >>> bullets(["a", "b"])
    '<ul><li>a</li><li>b</li></ul>'
    """
    tag = "ol" if ordered else "ul"
    return f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"


def details(summary: str, body: str) -> str:
    """Folded HTML: a line to open it, and what it hides (HTML already).

    >>> details("Data", "<p>3</p>")
    '<details><summary>Data</summary><p>3</p></details>'
    """
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"
