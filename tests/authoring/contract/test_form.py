"""The form of a lesson: each rule is broken once, by hand."""

from collections.abc import Callable
from typing import Any

import pytest
from nbformat import v4

from course_lib.authoring.contract import form
from course_lib.authoring.contract.reading import Page

Cells = list[tuple[str, str]]
"""(kind, text): "md", "open" or "folded"."""

GOOD: Cells = [
    ("md", "# 03 · Try"),
    ("open", "from a import measure"),
    ("md", "## Idea 1: what does it cost?"),
    ("folded", "guess = predict('p', 'How much?')"),
    ("open", "cost = measure(3)  # change this line"),
    ("folded", "guess.reveal(cost)\nin_short(f'{cost}')"),
    ("folded", "explorers.panel('attention')"),
]


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Callable[[Cells], list[str]]:
    """What the form says of a lesson made of cells, errors only."""
    monkeypatch.setattr(form, "HELD", ("03_try",))

    def judge(cells: Cells, *, shown: str = "") -> list[str]:
        notebook = v4.new_notebook()
        for number, (kind, text) in enumerate(cells):
            if kind == "md":
                notebook.cells.append(v4.new_markdown_cell(text, id=f"c{number}"))
                continue
            outputs = [v4.new_output("display_data", data={"text/html": shown})] if shown else []
            metadata = {"jupyter": {"source_hidden": True}} if kind == "folded" else {}
            notebook.cells.append(
                v4.new_code_cell(text, id=f"c{number}", metadata=metadata, outputs=outputs)
            )
        found = form.faults(Page(notebook, "lessons/03_try"), "03_try")
        return [str(fault) for fault in found if fault.severity == "error"]

    return judge


def changed(place: int, kind: str, text: str) -> Cells:
    """The good lesson with one cell replaced."""
    return [*GOOD[:place], (kind, text), *GOOD[place + 1 :]]


def test_a_lesson_in_this_form_has_no_fault(faults: Any) -> None:
    assert faults(GOOD) == []


def test_lessons_that_are_not_held_to_it_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "HELD", ())
    notebook = v4.new_notebook(cells=[v4.new_code_cell("say('x')")])
    assert list(form.faults(Page(notebook, "lessons/03_try"), "03_try")) == []


@pytest.mark.parametrize(
    ("place", "kind", "text", "said"),
    [
        (4, "open", "cost = 1\nsay('cheap')", "open code speaks (say)"),
        (4, "open", "cost = 1\nfigures.bars([1], [2])", "open code speaks (figures.bars)"),
        (4, "open", "cost = 1\nguess.reveal(cost)", "speaks (reveal)"),
        (4, "open", "cost = 2 * guess", "uses 'guess', which only the folded cell c3 makes"),
        (4, "open", "\n".join(f"cost_{n} = {n}" for n in range(9)), "9 open lines, at most 8"),
        (2, "md", "## Idea 1: it costs much", "is no question"),
        (5, "folded", "guess.reveal(cost)", "0 answers in short"),
        (5, "folded", "in_short('a')\nin_short('b')", "2 answers in short"),
        (6, "folded", "x = 1", "0 explorers"),
        (5, "folded", "in_short(sizes[(part > 0.1) + (part > 1)])", "sum of booleans"),
    ],
)
def test_each_rule_is_noticed(faults: Any, place: int, kind: str, text: str, said: str) -> None:
    found = faults(changed(place, kind, text))
    assert any(said in fault for fault in found), found


def test_a_name_that_open_code_makes_again_may_be_used(faults: Any) -> None:
    cells = changed(4, "open", "guess = 3\ncost = guess")
    assert faults(cells) == []


def test_a_function_that_is_the_subject_may_be_longer(faults: Any) -> None:
    body = "\n".join(f"    x{n} = {n}" for n in range(11))
    assert faults(changed(4, "open", f"def cost():\n{body}")) != []  # the median is over five
    short = [("open", f"y = {n}") for n in range(3)]
    assert faults([*changed(4, "open", f"def cost():\n{body}"), *short]) == []


def test_five_claims_are_one_too_many(faults: Any) -> None:
    five = "\n".join(f"claim('A0{n}')" for n in range(1, 6))
    assert any("5 claims" in fault for fault in faults([*GOOD, ("folded", five)]))


def test_words_behind_a_fold_are_not_counted(faults: Any) -> None:
    many = "word " * 600
    assert any("words in outputs" in fault for fault in faults(GOOD, shown=f"<p>{many}</p>"))
    assert faults(GOOD, shown=f"<details><summary>x</summary>{many}</details>") == []
