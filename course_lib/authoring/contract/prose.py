"""Prose that would mislead: a bare dollar sign, a number typed where it should be computed.

Both rules are heuristics. The first allows what looks like a formula between two signs. The second
looks for a number beside a unit, in prose only: code, mathematics, tables, headings, links and the
sections where a number is part of the question are left out, and an author may mark a cell `<!--
typed: definition -->` or `<!-- typed: thought experiment -->`.
"""

import re
from collections.abc import Iterator

from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import CODE_SPAN, COMMENT, FENCE, LINK_TARGET, TAG, Page

DISPLAY_FORMULA = re.compile(r"\$\$.+?\$\$", flags=re.DOTALL)
# $...$ on one line: no blank just inside, no digit just behind
FORMULA = re.compile(r"(?<![\\$])\$(?![\s$])([^$\n]*?[^\s\\])\$(?![\d$])")
# two words in a row: text between two prices, not a formula
PLAIN_WORDS = re.compile(r"(?<!\\)\b[A-Za-z]{3,}\s+[A-Za-z]{3,}\b")
BARE_DOLLAR = re.compile(r"(?<!\\)\$")

TYPED_MARK = re.compile(
    r"<!--\s*typed:\s*(definition|thought experiment|choices)\b.*?-->", flags=re.DOTALL
)
NUMBERS_ALLOWED = ("The question", "You will be able to", "Exercises")
NUMBER = r"\d+(?:[ ,.  ]\d+)*"
UNITS = (
    r"[kKMGTPE]i?B(?:/s)?|bytes?|bits?|[kMGTPE]?FLOPs?(?:/s)?|"
    r"[kMG]?Wh|[kMG]?W|watts?|joules?|[kMG]J|%|percent|"
    r"thousand|million|billion|trillion|"
    r"[BMT] (?:parameters|weights|tokens)|tokens?|parameters?|weights?|words|"
    r"m?s|µs|seconds?|hours?|days?|weeks?|months?|devices?|cards?|GPUs?|"
    r"USD|EUR|euros?|dollars?|cents?"
)
QUANTITY = re.compile(rf"(?<![\w.])(?:(?:USD|EUR|€)\s?{NUMBER}|{NUMBER}\s?-?(?:{UNITS})(?![\w/]))")


def faults(page: Page) -> Iterator[Fault]:
    """Dollar signs and typed numbers in a lesson."""
    yield from dollar_faults(page)
    yield from number_faults(page)


def dollar_faults(page: Page) -> Iterator[Fault]:
    """Dollar signs that would turn into mathematics, in prose and in what cells show."""
    for cell in page.notebook.cells:
        shown = [cell.source] if cell.cell_type == "markdown" else _shown(cell)
        for text in shown:
            if snippet := bare_dollar(text):
                message = (
                    f"a bare dollar sign turns into mathematics, write `USD 15 000`: {snippet!r}"
                )
                yield page.fault("error", message, cell.id)


def _shown(cell: object) -> Iterator[str]:
    """Texts in a code cell's outputs that a front end searches for formulas."""
    for output in getattr(cell, "outputs", []):
        for kind in ("text/markdown", "text/html"):
            if kind in output.get("data", {}):
                yield "".join(output["data"][kind])


def bare_dollar(text: str) -> str | None:
    """The first dollar sign that is no formula's, with its surroundings, or None.

    >>> bare_dollar("a run of $5 million"), bare_dollar("costs $6ND$ FLOPs")
    ('a run of $5 million', None)
    """
    plain = TAG.sub(" ", CODE_SPAN.sub(" ", COMMENT.sub(" ", FENCE.sub(" ", text))))
    plain = DISPLAY_FORMULA.sub(" ", plain)
    plain = FORMULA.sub(
        lambda match: match.group(0) if PLAIN_WORDS.search(match.group(1)) else " ", plain
    )
    match = BARE_DOLLAR.search(plain)
    return plain[max(0, match.start() - 20) : match.end() + 20].strip() if match else None


def number_faults(page: Page) -> Iterator[Fault]:
    """Quantities typed in prose, which belong in a variable: they would outlive the fact they
    state."""
    title = next((heading.text for heading in page.headings if heading.level == 1), "")
    marked = {cell.id for cell in page.markdown if TYPED_MARK.search(cell.source)}
    for heading, cell, text in page.sections():
        if heading in (title, *NUMBERS_ALLOWED) or cell.id in marked:
            continue
        for quantity in typed_quantities(text):
            message = (
                f"{quantity!r} is typed: compute it, or mark the cell `<!-- typed: definition -->`"
            )
            yield page.fault("error", message, cell.id)


def typed_quantities(text: str) -> list[str]:
    """Every number with a unit in a piece of prose; tables, code, formulas and addresses of links
    are left out.

    >>> typed_quantities("It took 54 days on `16 GB` for USD 5 000 in 2024.")
    ['54 days', 'USD 5 000']
    """
    rows = [line for line in FENCE.sub("", text).splitlines() if not line.lstrip().startswith("|")]
    plain = LINK_TARGET.sub(
        "]", TAG.sub(" ", CODE_SPAN.sub(" ", COMMENT.sub(" ", "\n".join(rows))))
    )
    plain = FORMULA.sub(" ", DISPLAY_FORMULA.sub(" ", plain))
    return [match.group(0) for match in QUANTITY.finditer(plain)]
