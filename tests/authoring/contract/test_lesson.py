"""A good lesson passes; each rule broken alone is found, and nothing else is."""

from collections.abc import Callable
from typing import Any

import pytest
from nbformat import v4

from course_lib.authoring.cell import Cell
from course_lib.authoring.contract import lesson_faults

Lesson = Callable[..., Any]
Complaints = Callable[..., list[str]]


def test_a_good_lesson_has_no_faults(notebook: Any, complaints: Complaints) -> None:
    assert complaints(notebook) == []


TEXTS = {
    "title's number": ("# 03 · Attention", "# 04 · Attention", "is not of the form `# 03 · Title`"),
    "title's form": ("# 03 · Attention", "# 03: Attention", "is not of the form"),
    "two titles": ("## Recall", "# Recall", "2 titles"),
    "missing section": ("## At full size", "Text", "missing: ['At full size']"),
    "strange section": ("### Try it", "## Try it", "not in the contract: ['Try it'"),
    "skipped level": ("### Try it", "#### Try it", "skips from level 2 to 4"),
    "order": ("## Key points", "## Sources ", "sections"),
    "idea's number": (
        "## Idea 2: it grows",
        "## Idea 4: it grows",
        "`## Idea 2: a question?`",
    ),
    "idea's claim": ("## Idea 2: it grows", "## Idea 2", "`## Idea 2: a question?`"),
    "set-up": (
        "from course_lib.teaching import *",
        "import a\nimport b\nimport c\nimport d\nimport e",
        "5 lines of set-up",
    ),
    "understand": ("- judge\n", "- understand\n", "understanding cannot be seen"),
    "one objective": ("- compute a length (task `takeover`)\n", "", "1 objectives"),
    "card": ("claim('A15')", "x", "no cell calls claim('A15')"),
    "verdict": ("verdict('A15', y)", "x", "no cell calls verdict('A15')"),
    "strip": (" and A15", "", "A15 is not named under the title"),
    "sources": ("sources()", "x", "no cell calls sources()"),
    "long cell": ("x = 1\ny = 2", "\n".join(["x = 1"] * 21), "21 lines of code, at most 20"),
    "long cells": (
        "quiz(",
        "a = 1\nb = 1\nc = 1\n" * 5 + "quiz(",
        "90th percentile of code cells 16",
    ),
    "few words": ("word " * 40, "", "words, 900 or more are usual"),
    "many words": ("word " * 54, "word " * 100, "words, at most 1500"),
    "stretch": ("### Try it", "word " * 120, "words between this cell and"),
    "money": ("A promise", "A price of $5 or $6", "bare dollar sign"),
    "typed number": ("### Try it", "### Try it\nIt took 54 days.", "'54 days' is typed"),
    "home": ("points()", "open('/home/me/x')", "names a folder of one machine: '/home/me'"),
    "semicolon": ("points()", "points();", "ends in `;`"),
    "no prediction": ("predict('p", "guess('p", "0 predictions, 3 or more"),
    "no figure": ("figure(", "x = (", "0 figures, 3 or more"),
}


@pytest.mark.parametrize("what", TEXTS)
def test_each_broken_rule_is_found(what: str, lesson: Lesson, complaints: Complaints) -> None:
    old, new, message = TEXTS[what]
    found = complaints(lesson(old, new))
    assert any(message in line for line in found), found


@pytest.mark.parametrize(
    "what",
    ["card", "verdict", "sources", "money", "typed number", "home", "understand", "semicolon"],
)
def test_nothing_else_is_found(what: str, lesson: Lesson, complaints: Complaints) -> None:
    old, new, message = TEXTS[what]
    assert all(message in line for line in complaints(lesson(old, new)))


def test_lower_bounds_only_warn(lesson: Lesson, complaints: Complaints) -> None:
    for what in ("few words", "no prediction", "no figure"):
        found = [line for line in complaints(lesson(*TEXTS[what][:2])) if TEXTS[what][2] in line]
        assert found and all(line.startswith("warning: ") for line in found)


def test_further_claims_bring_further_cells(lesson: Lesson, complaints: Complaints) -> None:
    more = tuple(("code", f"x = {number}") for number in range(3))
    assert any("29 code cells, at most 28" in line for line in complaints(lesson(more=more)))
    claims = (
        ("code", "claim('A01')\nclaim('A02')"),
        ("code", "verdict('A01', 1)\nverdict('A02', 1)"),
    )
    found = complaints(lesson("A08 and A15", "A01 A02 A08 A15", more=more + claims))
    assert not any("code cells, at most" in line for line in found)


def test_a_part_of_a_claim_is_a_claim_of_its_own(lesson: Lesson, complaints: Complaints) -> None:
    found = complaints(lesson("A08 and A15", "A08 and A15a"))
    assert any(
        "A15a is named under the title, but no cell calls claim('A15a')" in line for line in found
    ), found
    assert any("a cell calls claim('A15'), but A15 is not named" in line for line in found), found


def test_objectives_name_a_task(notebook: Any) -> None:
    tasks = [
        Cell(name=name, kind="code", text="", role="answer") for name in ("takeover", "kv_bytes")
    ]
    found = [str(fault) for fault in lesson_faults(notebook, "03_attention", tasks)]
    assert len(found) == 1
    assert (
        "a design (task `window`)' names no task of the exercise (takeover, kv_bytes)" in found[0]
    )


@pytest.mark.parametrize("name", ["15_myths", "16_capstone"])
def test_some_lessons_have_shapes_of_their_own(
    name: str, lesson: Lesson, complaints: Complaints
) -> None:
    notebook = lesson("# 03 ·", f"# {name[:2]} ·")
    notebook.cells = [cell for cell in notebook.cells if not cell.source.startswith("## Recall")]
    assert [line for line in complaints(notebook, name) if line.startswith("error")] == []
    notebook.cells = [cell for cell in notebook.cells if not cell.source.startswith("## Sources")]
    assert any("no heading `## Sources`" in line for line in complaints(notebook, name))


def first_figure(notebook: Any) -> Any:
    return next(cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs)


@pytest.mark.parametrize(
    ("alt", "message"),
    [
        (None, "has no alt text"),
        ("", "has no alt text"),
        ("A plot.", "7 characters, 20 to 200"),
        ("a" * 201, "201 characters"),
    ],
)
def test_figures_need_alt_text(
    alt: str | None, message: str, notebook: Any, complaints: Complaints
) -> None:
    first_figure(notebook).outputs[0].metadata = {} if alt is None else {"image/png": {"alt": alt}}
    assert [line for line in complaints(notebook) if message in line]


def test_two_figures_may_not_say_the_same(notebook: Any, complaints: Complaints) -> None:
    cell = first_figure(notebook)
    cell.outputs.append(cell.outputs[0])
    assert any("has the alt text of the one in" in line for line in complaints(notebook))


OUTPUTS = {
    "error": (
        v4.new_output("error", ename="ValueError", evalue="no"),
        "stores an error: ValueError: no",
    ),
    "stderr": (
        v4.new_output("stream", name="stderr", text="careful"),
        "stores output on stderr: 'careful'",
    ),
    "path": (v4.new_output("stream", text="see /root/course/x.py"), "'/root/course'"),
    "windows": (
        v4.new_output("display_data", data={"text/plain": "C:\\Users\\me"}),
        "folder of one machine",
    ),
    "money": (
        v4.new_output("display_data", data={"text/markdown": "it costs $5"}),
        "bare dollar sign",
    ),
}


@pytest.mark.parametrize("what", OUTPUTS)
def test_bad_outputs_are_found(what: str, notebook: Any, complaints: Complaints) -> None:
    output, message = OUTPUTS[what]
    notebook.cells[4].outputs.append(output)
    assert [line for line in complaints(notebook) if message in line and "cell-4" in line]


@pytest.mark.parametrize(
    ("count", "message"), [(None, "was never run"), (7, "ran as number 7, not as 1")]
)
def test_cells_ran_in_order(
    count: int | None, message: str, notebook: Any, complaints: Complaints
) -> None:
    notebook.cells[4].execution_count = count
    assert [line for line in complaints(notebook) if message in line]
