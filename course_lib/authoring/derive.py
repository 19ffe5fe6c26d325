"""Cells -> notebooks: the lesson, the solution, the exercise, and nbgrader's master.

Design choices: ids are the cells' names, metadata is only what something reads, and the kernel is
named the same everywhere, so that a rebuild changes nothing but what changed. The exercise goes
through nbgrader's own preprocessors, so that formgrader reads it. Hidden cells, and answers that
are only tried, reach no learner. Visible checks report through `checking`; only those of the
exercise keep points.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from course_lib.authoring import markers
from course_lib.authoring.cell import FOLDED, GRADED, MEASURED, OWNERS, TRIED, Cell
from course_lib.authoring.checked import checked

MEASURED_TAGS = ["measured", "nbval-ignore-output"]
"""On a cell whose output differs at each run: nbval runs it and compares nothing."""

FOLDED_TAG = "hide-input"
"""On narration: the site folds the code of such a cell, as `jupyter.source_hidden` does in
JupyterLab."""

SECONDS_LINE = "# takes about {} seconds on a quiet machine of two cores"
"""Above the code of a slow cell, so that nobody wonders whether it hangs."""

CHECK_TAGS = ["raises-exception"]
"""On an exercise's checks, so that Run All goes on past a task that is not answered yet."""

NOTEBOOK_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
"""One kernel for all, and no Python version, which would differ from one author's machine to the
next."""

FRESH_NUMBERS = "from numpy.random import default_rng as rng"
"""What a hidden check's `rng()` means inside nbgrader, which does not inject it."""

HIDDEN_LINE = "# More checks run here once this is handed in."
"""What a student sees of a hidden check in a notebook that nbgrader releases."""


def lesson(cells: Iterable[Cell]) -> Any:
    """The lesson's notebook, not yet run."""
    return _notebook(_node(cell, _announced(cell)) for cell in cells)


def _announced(cell: Cell) -> str:
    """A cell's text, with its seconds above where it is slow."""
    if cell.seconds is None:
        return cell.text
    return f"{SECONDS_LINE.format(cell.seconds)}\n{cell.text}"


def solution(cells: Sequence[Cell]) -> Any:
    """Answers without markers and the visible checks, not yet run."""
    visible = (cell for cell in cells if cell.role not in ("hidden", *TRIED))
    return _notebook(_node(cell, _solved(cells, cell)) for cell in visible)


def _solved(cells: Sequence[Cell], cell: Cell) -> str:
    """A cell's text in the solution."""
    if cell.role == "check":
        return checked(cells, cell)
    return markers.strip(cell.text) if cell.role in OWNERS else cell.text


def exercise(cells: Sequence[Cell]) -> Any:
    """What a learner hands in: stubs for answers, checks that let Run All go on, nbgrader's
    metadata."""
    from nbgrader.preprocessors import ComputeChecksums, LockCells

    visible = [cell for cell in cells if cell.role not in ("hidden", *TRIED)]
    notebook = _notebook(_graded_node(cells, cell) for cell in visible)
    for node, cell in zip(notebook.cells, visible, strict=True):
        if cell.role == "check":
            node.metadata["tags"] = list(CHECK_TAGS)
    notebook = _without_answers(notebook)
    # last: the checksum must be that of the text and the metadata as they are handed out
    for step in (LockCells(), ComputeChecksums()):
        notebook, _ = step.preprocess(notebook, {})
    return notebook


def master(cells: Sequence[Cell]) -> Any:
    """nbgrader's instructor version: markers kept, hidden checks inside HIDDEN TESTS markers."""
    return _notebook(_graded_node(cells, cell) for cell in cells if cell.role not in TRIED)


def _without_answers(notebook: Any) -> Any:
    """Every answer replaced by its stub: code by code, words by words, even where the words are a
    Python string."""
    from course_lib.authoring.clear_answers import ClearAnswers

    for place, node in enumerate(notebook.cells):
        ClearAnswers().preprocess_cell(node, {}, place)
    return notebook


def _notebook(nodes: Iterable[Any]) -> Any:
    """A notebook of format 4.5 with the course's metadata."""
    from nbformat import v4

    return v4.new_notebook(cells=list(nodes), metadata=NOTEBOOK_METADATA)


def _node(cell: Cell, text: str) -> Any:
    """One notebook cell with a fixed id."""
    from nbformat import v4

    make = v4.new_code_cell if cell.kind == "code" else v4.new_markdown_cell
    return make(source=text, id=cell.name, metadata=_metadata(cell))


def _metadata(cell: Cell) -> dict[str, Any]:
    """What front ends and nbval read: tags, and whether the code is folded."""
    # made anew for each cell: notebooks are changed in place
    tags = [*MEASURED_TAGS] * (cell.role in MEASURED) + [FOLDED_TAG] * (cell.role in FOLDED)
    folded: dict[str, Any] = {"jupyter": {"source_hidden": True}} if cell.role in FOLDED else {}
    return folded | ({"tags": tags} if tags else {})


def _graded_node(cells: Sequence[Cell], cell: Cell) -> Any:
    """A cell of an exercise with its answer and, if it is a task or graded, nbgrader's metadata."""
    text = checked(cells, cell, cell.home) if cell.role == "check" else cell.text
    if cell.role == "hidden":
        text = "\n".join(
            [HIDDEN_LINE, markers.BEGIN_HIDDEN, FRESH_NUMBERS, text, markers.END_HIDDEN]
        )
    node = _node(cell, text)
    if cell.role in (*OWNERS, *GRADED):
        node.metadata["nbgrader"] = _nbgrader_metadata(cell)
    return node


def _nbgrader_metadata(cell: Cell) -> dict[str, Any]:
    """nbgrader's record of one cell, schema 3. A free text is both answer and grade: marked by
    hand."""
    facts: dict[str, Any] = {
        "grade": cell.role in GRADED,
        "grade_id": cell.name,
        "locked": cell.role in ("check", "hidden"),
        "schema_version": 3,
        "solution": cell.role in OWNERS,
        "task": False,
    }
    return facts | ({"points": cell.points} if cell.role in GRADED else {})
