"""Notebooks whose cells, metadata or format were changed, by mistake or on purpose."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.classroom.grading.hostile.submission import (
    CRASH,
    EXERCISE,
    FULL,
    MISSING,
    NO_POINTS,
    TASK,
    WRONG,
    Cell,
    Submission,
    answered,
    every,
    handed_out,
    named,
    one,
    solutions,
)

RIGHT = solutions()[TASK]
UNREADABLE = every((0, "unreadable"))
PLAIN: Cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
HELPED = "def budget_trains(*given):\n    return helper(*given)"
HELPER = "import math\nfrom math import sqrt\n" + RIGHT.replace("def budget_trains", "def helper")


def code(text: str, **more: Any) -> Cell:
    """A cell of the student's own."""
    return PLAIN | {"source": text} | more


def source_of(name: str, text: str) -> Any:
    """Changes the text of one cell."""
    return lambda cells: [cell | {"source": text} if cell["id"] == name else cell for cell in cells]


def kind_of(kind: str) -> Any:
    """Changes the kind of all answer cells."""
    return lambda cells: [
        cell | {"cell_type": kind} if cell["id"] in FULL else cell for cell in cells
    ]


def stripped(cells: list[Cell]) -> list[Cell]:
    """Cells without ids and metadata."""
    return [{key: cell[key] for key in ("cell_type", "source")} for cell in cells]


def without_checks(cells: list[Cell]) -> list[Cell]:
    """Only what was answered."""
    return [cell for cell in cells if cell["id"] in FULL]


def moved(cells: list[Cell]) -> list[Cell]:
    """The stubs untouched, all answers in cells at the end."""
    return [*answered(_stubs()), *(code(named(cells, name)["source"]) for name in FULL)]


def _stubs() -> dict[str, str]:
    return {name: named(handed_out()["cells"], name)["source"] for name in FULL}


def with_points(notebook: Cell) -> Cell:
    """More points wherever the notebook speaks of points."""
    text = json.dumps(notebook).replace('"points": ', '"points": 9').replace("points=", "points=9")
    found: Cell = json.loads(text)
    return found


def stub_below(cells: list[Cell]) -> list[Cell]:
    """The untouched stub once more, under the same id."""
    return [*cells, named(cells, TASK) | {"source": _stubs()[TASK]}]


def format_3(notebook: Cell) -> Cell:
    """The format of 2013."""
    cells = [
        {"cell_type": "code", "input": cell["source"], "outputs": [], "language": "python"}
        if cell["cell_type"] == "code"
        else {"cell_type": cell["cell_type"], "source": cell["source"]}
        for cell in notebook["cells"]
    ]
    return {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}


def kernel(name: str, language: str) -> Any:
    """The notebook as another kernel saves it."""
    facts = {
        "kernelspec": {"name": name, "language": language},
        "language_info": {"name": language},
    }
    return lambda notebook: notebook | {"metadata": facts}


def without_ids(notebook: Cell) -> Cell:
    """Format 4.0, which knows no ids."""
    cells = [{key: cell[key] for key in cell if key != "id"} for cell in notebook["cells"]]
    return notebook | {"cells": cells, "nbformat_minor": 0}


def wild_metadata(notebook: Cell) -> Cell:
    """Metadata and outputs of any shape."""
    wild: list[Any] = [None, 1, [], [[]], "text", {"nbgrader": 7}, {"nbgrader": {"grade_id": [1]}}]
    cells = [
        cell | {"metadata": wild[place % len(wild)], "outputs": wild[-place % len(wild)]}
        for place, cell in enumerate(notebook["cells"])
    ]
    return notebook | {"cells": [*wild, *cells], "metadata": 5, "worksheets": "none"}


def as_lines(cells: list[Cell]) -> list[Cell]:
    """Each source as a list of lines, as Jupyter saves it."""
    return [cell | {"source": cell["source"].splitlines(keepends=True)} for cell in cells]


def changed(text: str, new: str) -> Any:
    """Changes the file's text."""

    def write(place: Path, notebook: str) -> None:
        place.mkdir(parents=True)
        (place / f"{EXERCISE}.ipynb").write_text(notebook.replace(text, new, 1), "utf-8")

    return write


NOTEBOOKS = [
    Submission(
        name="checks changed, answer wrong",
        answers={TASK: NO_POINTS},
        cells=source_of("budget_trains_check", "print('passed')"),
        fates={TASK: WRONG},
    ),
    Submission(name="checks deleted", cells=without_checks),
    Submission(
        name="checks changed, answer right", cells=source_of("budget_trains_check", "1 / 0")
    ),
    Submission(
        name="setup deleted", cells=lambda cells: [each for each in cells if each["id"] != "setup"]
    ),
    Submission(
        name="setup changed",
        cells=source_of("setup", "def explain(*given): return ''\nmath = re = np = None"),
    ),
    Submission(name="raised points", notebook=with_points),
    Submission(
        name="raised points, answer wrong",
        answers={TASK: NO_POINTS},
        notebook=with_points,
        fates={TASK: WRONG},
    ),
    Submission(name="the stub once more", cells=stub_below),
    Submission(
        name="two answers, the last one right",
        cells=lambda cells: [named(cells, TASK) | {"source": NO_POINTS}, *cells],
    ),
    Submission(
        name="two answers, the last one wrong",
        cells=lambda cells: [*cells, named(cells, TASK) | {"source": NO_POINTS}],
        fates={TASK: WRONG},
        says="2 cells answer it",
    ),
    Submission(
        name="answer in the cell of the check",
        cells=lambda cells: source_of("budget_trains_check", RIGHT)(
            source_of(TASK, _stubs()[TASK])(cells)
        ),
        fates={TASK: MISSING},
    ),
    Submission(name="answers as text cells", cells=kind_of("markdown")),
    Submission(name="answers as raw cells", cells=kind_of("raw")),
    Submission(name="answers of an unknown kind", cells=kind_of("heading")),
    Submission(name="all stripped", cells=stripped),
    Submission(name="all stripped and backwards", cells=lambda cells: stripped(cells)[::-1]),
    Submission(name="answers in extra cells", cells=moved),
    Submission(name="cells backwards", cells=lambda cells: cells[::-1]),
    Submission(
        name="a helper in an extra cell",
        answers={TASK: HELPED},
        cells=lambda cells: [*cells, code(HELPER)],
    ),
    Submission(
        name="a cell of its own that ends Python",
        cells=lambda cells: [code("import os; os._exit(1)"), code("while True: pass"), *cells],
    ),
    Submission(
        name="a helper that takes another's name",
        answers={TASK: HELPED},
        cells=lambda cells: [
            *cells,
            code(HELPER + "\na_number = explain = work = lambda *given: True"),
        ],
    ),
    Submission(name="wild metadata", notebook=wild_metadata),
    Submission(name="lines", cells=as_lines),
    Submission(name="format 3", notebook=format_3),
    Submission(name="format 4.0", notebook=without_ids),
    Submission(name="format 5", notebook=lambda notebook: notebook | {"nbformat": 5}),
    Submission(name="format of nobody", notebook=lambda notebook: notebook | {"nbformat": "x"}),
    Submission(name="kernel of R", notebook=kernel("ir", "R")),
    Submission(name="kernel of Julia", notebook=kernel("julia-1.11", "julia")),
    Submission(name="stubs only", cells=lambda cells: answered(_stubs()), fates=every(MISSING)),
    Submission(name="zero cells", cells=lambda cells: [], fates=every(MISSING)),
    Submission(
        name="cells that are none", notebook=lambda notebook: {"cells": {}}, fates=UNREADABLE
    ),
    Submission(name="a list", notebook=lambda notebook: [notebook], fates=UNREADABLE),
    Submission(name="a number as a file", notebook=lambda notebook: 7, fates=UNREADABLE),
    Submission(
        name="an answer of 10 MB",
        answers={TASK: RIGHT + "\n# " + "x" * 10**7},
        fates={TASK: MISSING},
        says="more than 200000 characters",
    ),
    Submission(
        name="a thousand large cells",
        cells=lambda cells: [
            *cells,
            *(code(f"budget_trains_{number} = {list(range(9000))}") for number in range(400)),
        ],
    ),
    Submission(
        name="deep Python",
        answers={TASK: f"budget_trains = {'(' * 5000}1{')' * 5000}"},
        fates={TASK: WRONG},
        says="SyntaxError",
    ),
    Submission(
        name="deep lambdas",
        answers={TASK: f"budget_trains = {'lambda: ' * 600} 1"},
        fates={TASK: WRONG},
    ),
    Submission(
        name="a long sum",
        answers={TASK: f"budget_trains = {'1 + ' * 40_000} 1"},
        fates={TASK: WRONG},
    ),
    Submission(
        name="a long chain",
        answers={TASK: f"budget_trains = a{'.a' * 40_000}"},
        fates={TASK: WRONG},
    ),
    Submission(
        name="many signs",
        answers={TASK: f"budget_trains = {'-' * 90_000}1"},
        fates={TASK: CRASH},  # Python's own parser calls it a lack of memory
    ),
    Submission(
        name="deep cells of its own",
        cells=lambda cells: [
            *cells,
            code(f"x = {'lambda: ' * 3000} 1"),
            code(f"y = {'-' * 90_000}1"),
            code(f"z = a{'.a' * 40_000}"),
        ],
    ),
    one("a NUL in the answer", RIGHT + "\0", WRONG),
    one("half a letter in the answer", RIGHT + "\nname = '\ud800'", WRONG),
    one("no Python", "the answer is 42", WRONG, "SyntaxError"),
    one("blank", " \n\t\n", MISSING),
]
