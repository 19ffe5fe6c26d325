"""Figures can be read without seeing them: each has alt text that says its message."""

from collections.abc import Iterator

from course_lib.authoring.contract.finding import Finding
from course_lib.authoring.contract.reading import Page

ALT_LENGTH = range(20, 201)
"""Characters an alt text may have."""


def findings(page: Page) -> Iterator[Finding]:
    """Figures without a proper alt text, and two that say the same."""
    yield from alt_text_findings(page)
    seen: dict[str, str] = {}
    for cell, _, alt in _figures(page):
        if alt and alt in seen:
            yield page.finding(
                "error", f"its figure has the alt text of the one in {seen[alt]}", cell
            )
        seen.setdefault(alt, cell)


def alt_text_findings(page: Page) -> Iterator[Finding]:
    """Figures whose alt text is missing, too short to say anything, or too long to listen to."""
    for cell, number, alt in _figures(page):
        if not alt:
            yield page.finding("error", f"figure {number} of the cell has no alt text", cell)
        elif len(alt) not in ALT_LENGTH:
            message = (
                f"figure {number} of the cell: alt text of {len(alt)} characters, "
                f"{ALT_LENGTH[0]} to {ALT_LENGTH[-1]}"
            )
            yield page.finding("error", message, cell)


def _figures(page: Page) -> Iterator[tuple[str, int, str]]:
    """Cell, number in that cell, and alt text (or "") of every figure."""
    for cell in page.code:
        shown = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        for number, output in enumerate(shown, start=1):
            yield cell.id, number, str(output.metadata.get("image/png", {}).get("alt", "")).strip()
