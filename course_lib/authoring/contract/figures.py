"""Figures can be read without seeing them: each has alt text that says its message."""

from collections.abc import Iterator

from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import Page

ALT_LENGTH = range(20, 201)  # a range leaves out its end: 20 to 200
"""Characters an alt text may have."""


def faults(page: Page) -> Iterator[Fault]:
    """Figures without a proper alt text, and two that say the same."""
    yield from alt_text_faults(page)
    seen: dict[str, str] = {}
    for cell, _, alt in _figures(page):
        if alt and alt in seen:
            yield page.fault(
                "error", f"its figure has the alt text of the one in {seen[alt]}", cell
            )
        seen.setdefault(alt, cell)


def alt_text_faults(page: Page) -> Iterator[Fault]:
    """Figures whose alt text is missing, too short to say anything, or too long to listen to."""
    for cell, number, alt in _figures(page):
        if not alt:
            yield page.fault("error", f"figure {number} of the cell has no alt text", cell)
        elif len(alt) not in ALT_LENGTH:
            message = (
                f"figure {number} of the cell: alt text of {len(alt)} characters, "
                f"{ALT_LENGTH[0]} to {ALT_LENGTH[-1]}"
            )
            yield page.fault("error", message, cell)


def _figures(page: Page) -> Iterator[tuple[str, int, str]]:
    """Cell, number in that cell, and alt text (or "") of every figure."""
    for cell in page.code:
        shown = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        for number, output in enumerate(shown, start=1):
            yield cell.id, number, str(output.metadata.get("image/png", {}).get("alt", "")).strip()
