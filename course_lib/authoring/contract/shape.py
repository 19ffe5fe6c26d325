"""The fixed shape of a lesson: title, headings in order, objectives, claims from strip to
verdict."""

import re
from collections.abc import Iterator, Sequence

from course_lib.authoring.contract import form
from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import Page

ALWAYS = ("Key points", "Sources")
START = (
    "The question",
    "You will be able to",
    "How this course works",
    "Set up",
    "Your bill begins",
)
OWN_SHAPE = {"00": START + ALWAYS, "15": ALWAYS, "16": ALWAYS}
"""Lessons with a plan of their own, and the sections each must have, in this order among others.
They keep the budget, and a title, objectives and set-up in the common form where they have them."""

BEFORE_IDEAS = ("The question", "You will be able to", "Set up", "Recall")
AFTER_IDEAS = (
    "At full size",
    "Where this estimate breaks",
    "Your bill",
    "Exercises",
    "Key points",
    "Sources",
)
IDEA = re.compile(r"Idea (\d): \S.*")
IDEAS = range(2, 5)
OBJECTIVES = range(2, 5)
SET_UP_LINES = 4
CLAIM_ID = re.compile(r"\b[A-Z]\d\d[a-z]?\b")


def faults(page: Page, name: str, tasks: Sequence[str]) -> Iterator[Fault]:
    """Everything amiss in a lesson's shape; `tasks` are the ids of its exercise's tasks."""
    yield from title_faults(page, name)
    if name[:2] in OWN_SHAPE:
        yield from _own_shape_faults(page, OWN_SHAPE[name[:2]])
    else:
        yield from _order_faults(page, held=name in form.HELD)
        yield from _set_up_faults(page)
        yield from _objective_faults(page, tasks)
    yield from _claim_faults(page)
    if not page.called("sources"):
        yield page.fault("error", "no cell calls sources()")


def title_faults(page: Page, name: str) -> Iterator[Fault]:
    """One title, `# 03 · Title` (`# Exercise 03 · Title` in an exercise), first of all; no level
    skipped below it."""
    titles = [heading for heading in page.headings if heading.level == 1]
    form = (
        rf"{name[:2]} · \S.*"
        if page.label.startswith("lessons")
        else rf"(Exercises? )?{name[:2]} · \S.*"
    )
    if len(titles) != 1:
        yield page.fault("error", f"{len(titles)} titles (`# ...`), exactly one")
    elif page.headings[0] is not titles[0]:
        yield page.fault(
            "error",
            f"the heading {page.headings[0].text!r} stands above the title",
            page.headings[0].cell,
        )
    for title in titles:
        if not re.fullmatch(form, title.text):
            yield page.fault(
                "error",
                f"title {title.text!r} is not of the form `# {name[:2]} · Title`",
                title.cell,
            )
    level = 1
    for heading in page.headings:
        if heading.level > level + 1:
            yield page.fault(
                "error",
                f"{heading.text!r} skips from level {level} to {heading.level}",
                heading.cell,
            )
        level = heading.level


def _order_faults(page: Page, *, held: bool) -> Iterator[Fault]:
    """The sections of a lesson are the contract's, in its order, with two to four ideas numbered
    from 1; a lesson that is not `held` to the new form may lack its bill."""
    headings = [heading.text for heading in page.headings if heading.level == 2]
    ideas = [text for text in headings if text.startswith("Idea")]
    if len(ideas) not in IDEAS:
        yield page.fault("error", f"{len(ideas)} ideas, {IDEAS[0]} to {IDEAS[-1]}")
    for number, idea in enumerate(ideas, start=1):
        match = IDEA.fullmatch(idea)
        if not match or int(match.group(1)) != number:
            yield page.fault(
                "error",
                f"heading {idea!r} is not of the form `## Idea {number}: a question?`",
            )
    after = [text for text in AFTER_IDEAS if held or text != "Your bill" or text in headings]
    wanted = [*BEFORE_IDEAS, *ideas, *after]
    if headings != wanted:
        missing = [text for text in wanted if text not in headings]
        extra = [text for text in headings if text not in wanted]
        parts = [f"missing: {missing}"] * bool(missing) + [f"not in the contract: {extra}"] * bool(
            extra
        )
        yield page.fault("error", "sections " + ("; ".join(parts) or f"out of order: {headings}"))


def _own_shape_faults(page: Page, wanted: Sequence[str]) -> Iterator[Fault]:
    """The sections that a lesson of its own shape must have, in their order; its ideas are numbered
    from 1."""
    headings = [heading.text for heading in page.headings if heading.level == 2]
    for heading in wanted:
        if heading not in headings:
            yield page.fault("error", f"no heading `## {heading}`")
    there = [heading for heading in headings if heading in wanted]
    if there != sorted(there, key=list(wanted).index):
        yield page.fault("error", f"sections out of order: {there}")
    for number, idea in enumerate((text for text in headings if text.startswith("Idea")), start=1):
        if not (match := IDEA.fullmatch(idea)) or int(match.group(1)) != number:
            yield page.fault(
                "error", f"heading {idea!r} is not of the form `## Idea {number}: a question?`"
            )
    if "Set up" in wanted:
        yield from _set_up_faults(page)


def _set_up_faults(page: Page) -> Iterator[Fault]:
    """Set up is one open code cell of at most four lines."""
    heading, cells = "", []
    starts = {start.cell: start.text for start in page.headings if start.level <= 2}
    for cell in page.notebook.cells:
        heading = starts.get(cell.id, heading)
        if cell.cell_type == "code" and heading == "Set up" and not form.is_folded(cell):
            cells.append(cell)
    if len(cells) != 1:
        yield page.fault("error", f"{len(cells)} code cells under `## Set up`, exactly one")
    for cell in cells:
        if len(cell.source.splitlines()) > SET_UP_LINES:
            message = f"{len(cell.source.splitlines())} lines of set-up, at most {SET_UP_LINES}"
            yield page.fault("error", message, cell.id)


def _objective_faults(page: Page, tasks: Sequence[str]) -> Iterator[Fault]:
    """Two to four objectives with a verb that can be measured, each practised in a task named by
    its id."""
    # an item of a list with the indented lines that go on with it
    objectives = re.findall(
        r"^(?:[-*]|\d\.)\s+(.+(?:\n[ \t]+\S.*)*)",
        page.section("You will be able to"),
        flags=re.MULTILINE,
    )
    if len(objectives) not in OBJECTIVES:
        yield page.fault(
            "error", f"{len(objectives)} objectives, {OBJECTIVES[0]} to {OBJECTIVES[-1]}"
        )
    for objective in objectives:
        if re.search(r"\bunderstand", objective, flags=re.IGNORECASE):
            yield page.fault(
                "error",
                f"objective {objective!r}: understanding cannot be seen; "
                "name what the learner does",
            )
        if tasks and not any(re.search(rf"\b{task}\b", objective) for task in tasks):
            yield page.fault(
                "error",
                f"objective {objective!r} names no task of the exercise ({', '.join(tasks)})",
            )


def _claim_faults(page: Page) -> Iterator[Fault]:
    """Every claim named under the title has its card and its verdict, and no other claim has; a
    `case` in a table of verdicts is both."""
    promised = set(CLAIM_ID.findall(page.strip()))
    for function in ("claim", "verdict"):
        done = {call.first for call in page.called(function, "case") if call.first}
        for claim in sorted(promised - done):
            yield page.fault(
                "error",
                f"claim {claim} is named under the title, but no cell calls {function}({claim!r})",
            )
        for claim in sorted(done - promised):
            yield page.fault(
                "error",
                f"a cell calls {function}({claim!r}), but {claim} is not named under the title",
            )
