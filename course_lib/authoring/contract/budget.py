"""How much a lesson may hold: code cells, their lines, words, figures, predictions.

Courses people finish keep cells short and words few; the numbers are the lesson contract's. Upper
bounds are errors, lower ones warnings.
"""

import math
from collections.abc import Iterator, Sequence
from statistics import median

from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import Page, code_lines, words

CODE_CELLS = (18, 28)
CELLS_PER_FURTHER_CLAIM = 3
CLAIMS_INCLUDED = 3
MEDIAN_LINES, NINETIETH_LINES, LONGEST_LINES = 5, 12, 20
WORDS = (900, 1500)
WORDS_BETWEEN_CODE = 140
FIGURES = (3, 6)
PREDICTIONS = (3, 8)
PREDICT = ("predict", "predict_choice", "predict_ranking", "predict_range")


def faults(page: Page, *, folded: bool = False) -> Iterator[Fault]:
    """Everything over, or under, the budget of a lesson; where narration is `folded`, its open
    cells are counted by `form`."""
    claims = len({call.first for call in page.called("claim")})
    room = CODE_CELLS[1] + CELLS_PER_FURTHER_CLAIM * max(0, claims - CLAIMS_INCLUDED)
    figures = sum(
        "image/png" in output.get("data", {}) for cell in page.code for output in cell.outputs
    )
    if not folded:
        yield from _within(page, "code cells", len(page.code), (CODE_CELLS[0], room))
    yield from _within(page, "words", sum(words(cell.source) for cell in page.markdown), WORDS)
    yield from _within(page, "figures", figures, FIGURES)
    yield from _within(page, "predictions", len(page.called(*PREDICT)), PREDICTIONS)
    yield from _length_faults(page)
    if not folded:
        yield from _line_faults(page)
    yield from _stretch_faults(page)


def _within(page: Page, what: str, count: int, bounds: tuple[int, int]) -> Iterator[Fault]:
    """A fault where a count is outside its bounds: an error above, a warning below."""
    if count > bounds[1]:
        yield page.fault("error", f"{count} {what}, at most {bounds[1]}")
    elif count < bounds[0]:
        yield page.fault("warning", f"{count} {what}, {bounds[0]} or more are usual")


def _line_faults(page: Page) -> Iterator[Fault]:
    """Cells that are too long as a whole."""
    lines = [code_lines(cell.source) for cell in page.code]
    if not lines:
        return
    if median(lines) > MEDIAN_LINES:
        yield page.fault(
            "error", f"median code cell {median(lines):g} lines, at most {MEDIAN_LINES}"
        )
    if ninetieth(lines) > NINETIETH_LINES:
        yield page.fault(
            "error",
            f"90th percentile of code cells {ninetieth(lines)} lines, at most {NINETIETH_LINES}",
        )


def _length_faults(page: Page) -> Iterator[Fault]:
    """Single cells that are too long."""
    for cell in page.code:
        if (count := code_lines(cell.source)) > LONGEST_LINES:
            yield page.fault("error", f"{count} lines of code, at most {LONGEST_LINES}", cell.id)


def ninetieth(values: Sequence[int]) -> int:
    """The least value that nine tenths of all values do not exceed.

    >>> ninetieth([1, 2, 3, 4, 5, 6, 7, 8, 9, 50])
    9
    """
    return sorted(values)[math.ceil(0.9 * len(values)) - 1]  # the n-th value stands at n - 1


def _stretch_faults(page: Page) -> Iterator[Fault]:
    """Stretches of prose between two code cells that are too long to sit through."""
    stretch, since = 0, ""
    for cell in page.notebook.cells:
        if cell.cell_type == "markdown":
            stretch += words(cell.source)
        elif cell.cell_type == "code":
            if since and stretch > WORDS_BETWEEN_CODE:
                message = (
                    f"{stretch} words between this cell and {cell.id}, at most {WORDS_BETWEEN_CODE}"
                )
                yield page.fault("error", message, since)
            stretch, since = 0, cell.id
