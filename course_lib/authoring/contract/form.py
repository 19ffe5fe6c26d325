"""The form of a lesson: work stays open and narration is folded; an idea asks, and its result
answers.

Design choices:
- Work is what computes. Whatever speaks to the learner (sentences, cards, tables, reveals, figures,
  forms) is narration, so that the open code alone can be read as the computation.
- Open code stands on its own: no name in it may come from a folded cell. That is read off the code,
  not run.
- Lessons are held to these rules one after the other, as they are rewritten: `HELD` names them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from statistics import median
from typing import Any

from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import Page, code_lines, parsed, words
from course_lib.authoring.needed import names_bound, names_used

HELD: tuple[str, ...] = (
    "00_start_here",
    "01_parameters",
    "02_datasets",
    "03_attention",
    "04_hardware",
    "05_inference",
    "06_serving",
    "07_images",
    "08_precision",
    "09_memory",
    "10_parallelism",
    "11_thinking",
    "12_energy",
    "13_cost",
    "14_access",
    "15_myths",
    "16_capstone",
)
"""Lessons that keep this form."""

OWN_SHAPE = ("00", "15", "16")
"""Lessons with a plan of their own: their ideas, if any, need not answer in short."""

SPEAKS = {
    *("say", "table", "in_short", "compare", "machine_card", "sources", "validated"),
    *("claim", "verdict", "bill", "whole_bill"),
    *("predict", "predict_choice", "predict_ranking", "predict_range", "quiz", "ask_orders"),
    *("reveal", "reveal_order", "panel"),
}
"""Functions and methods that speak to the learner."""
FIGURES = "figures"
"""The room whose functions draw."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
OPEN_CELLS = (14, 24)
OPEN_MEDIAN, OPEN_LINES, SUBJECT_LINES = 5, 8, 12
OPEN_COLUMNS = 100
"""Letters of an open line; more are cut off on a small screen."""
SHOWN_WORDS = 1800
ALL_WORDS = 3300
CLAIMS = 4
SUMS_OF_BOOLEANS = re.compile(r"\[\s*\([^()]*[<>][^()]*\)\s*\+")


def faults(page: Page, name: str) -> Iterator[Fault]:
    """Everything amiss in the form of a lesson that is held to it."""
    if name not in HELD:
        return
    yield from _narration_faults(page)
    yield from _standing_faults(page)
    yield from _budget_faults(page)
    yield from _idea_faults(page, answers=name[:2] not in OWN_SHAPE)
    yield from _word_faults(page)
    panels = len(page.called("panel"))
    if panels != 1:
        yield page.fault("error", f"{panels} explorers, exactly one")


def is_folded(cell: Any) -> bool:
    """Whether a built cell's code is folded."""
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def open_cells(page: Page) -> list[Any]:
    """The code cells whose code a learner sees."""
    return [cell for cell in page.code if not is_folded(cell)]


def speaking(source: str) -> list[str]:
    """What in some code speaks to the learner, by name.

    >>> speaking("gain = a / b\\nsay(f'{gain}')\\nfigures.bars(x, y)")
    ['figures.bars', 'say']
    """
    found = set()
    for node in ast.walk(parsed(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        called = getattr(function, "id", getattr(function, "attr", ""))
        if called in SPEAKS:
            found.add(called)
        elif isinstance(function, ast.Attribute) and _name(function.value) == FIGURES:
            found.add(f"{FIGURES}.{called}")
    return sorted(found)


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _narration_faults(page: Page) -> Iterator[Fault]:
    """Open cells only compute; choosing by sums of booleans is unreadable anywhere."""
    for cell in open_cells(page):
        if spoken := speaking(cell.source):
            message = f"open code speaks ({', '.join(spoken)}): that is narration"
            yield page.fault("error", message, cell.id)
    for cell in page.code:
        if SUMS_OF_BOOLEANS.search(cell.source):
            yield page.fault("error", "chooses by a sum of booleans: use ladder(...)", cell.id)


def _standing_faults(page: Page) -> Iterator[Fault]:
    """No name that open code uses comes from a folded cell alone."""
    opened: set[str] = set()
    folded: dict[str, str] = {}
    for cell in page.code:
        if is_folded(cell):
            folded |= dict.fromkeys(names_bound(cell.source), cell.id)
            continue
        opened |= names_bound(cell.source)
        for used in sorted((names_used(cell.source) & folded.keys()) - opened):
            message = f"open code uses {used!r}, which only the folded cell {folded[used]} makes"
            yield page.fault("error", message, cell.id)


def _budget_faults(page: Page) -> Iterator[Fault]:
    """Few open cells, and short ones."""
    cells = open_cells(page)
    lines = {cell.id: code_lines(cell.source) for cell in cells}
    if len(cells) > OPEN_CELLS[1]:
        yield page.fault("error", f"{len(cells)} open code cells, at most {OPEN_CELLS[1]}")
    elif len(cells) < OPEN_CELLS[0]:
        yield page.fault("warning", f"{len(cells)} open code cells, {OPEN_CELLS[0]} are usual")
    if lines and median(lines.values()) > OPEN_MEDIAN:
        yield page.fault("error", f"median open cell over {OPEN_MEDIAN} lines")
    for cell in cells:
        subject = bool(re.search(r"^(def|from|import) ", cell.source, flags=re.MULTILINE))
        most = SUBJECT_LINES if subject else OPEN_LINES
        if lines[cell.id] > most:
            yield page.fault("error", f"{lines[cell.id]} open lines, at most {most}", cell.id)
        widest = max(map(len, cell.source.splitlines()), default=0)
        if widest > OPEN_COLUMNS:
            yield page.fault("error", f"an open line of {widest} letters: it is cut", cell.id)


def _idea_faults(page: Page, *, answers: bool) -> Iterator[Fault]:
    """An idea's heading asks; one sentence answers it. At most four claims are argued."""
    short: dict[str, int] = {}
    for heading, cell in _under_ideas(page):
        calls = page.called("in_short")
        short[heading] = short.get(heading, 0) + sum(call.cell == cell.id for call in calls)
    for heading, count in short.items():
        if not heading.rstrip().endswith("?"):
            yield page.fault("error", f"the heading {heading!r} is no question")
        if answers and count != 1:
            yield page.fault("error", f"{count} answers in short under {heading!r}, exactly one")
    claims = {call.first for call in page.called("claim")}
    if len(claims) > CLAIMS:
        yield page.fault("error", f"{len(claims)} claims are argued, at most {CLAIMS}")


def _under_ideas(page: Page) -> Iterator[tuple[str, Any]]:
    """Every code cell that stands under an idea, with the idea's heading."""
    starts = {start.cell: start.text for start in page.headings if start.level == 2}
    heading = ""
    for cell in page.notebook.cells:
        heading = starts.get(cell.id, heading)
        if cell.cell_type == "code" and heading.startswith("Idea"):
            yield heading, cell


def _word_faults(page: Page) -> Iterator[Fault]:
    """What a learner reads from outputs, and in all; what is folded is not counted."""
    shown = sum(words(text) for cell in page.code for text in outputs_read(cell))
    prose = sum(words(cell.source) for cell in page.markdown)
    if shown > SHOWN_WORDS:
        yield page.fault("error", f"{shown} words in outputs, at most {SHOWN_WORDS}")
    if shown + prose > ALL_WORDS:
        yield page.fault("error", f"{shown + prose} words in all, at most {ALL_WORDS}")


def outputs_read(cell: Any) -> Iterator[str]:
    """The texts that a learner reads below one cell, as a front end chooses among formats; folded
    parts left out."""
    for output in cell.outputs:
        data = output.get("data", {})
        if WIDGET_VIEW in data:  # live controls: their question stands in the card above them
            continue
        kinds = ("text/html", "text/markdown", "text/plain")
        text = next((data[kind] for kind in kinds if data.get(kind)), output.get("text", ""))
        whole = "".join(text)
        yield re.sub(r"<(details|style)\b.*?</\1>", " ", whole, flags=re.DOTALL)
