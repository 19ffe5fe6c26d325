"""Which cells answer which task, and what is never taken."""

from __future__ import annotations

import time

from course_lib.classroom.submissions import matching
from course_lib.classroom.submissions.matching import Taken, Wanted, matched, stubs_only
from course_lib.classroom.submissions.notebook import LONGEST_SOURCE, StudentCell

STUB = "def area(side):\n    ...  # your code here"
RIGHT = "def area(side):\n    return side**2"
WORDS_STUB = 'why = """\n\n"""'
AREA = Wanted(name="area", gives=frozenset({"area"}), stub=STUB, is_text=False)
WHY = Wanted(name="why", gives=frozenset({"why"}), stub=WORDS_STUB, is_text=True)
KNOWN = frozenset({"setup", "area", "area_check", "why", "why_check"})
GIVEN = frozenset({"math", "area", "why"})


def cell(source: str, name: str = "", grade_id: str = "", kind: str = "code") -> StudentCell:
    return StudentCell(id=name, grade_id=grade_id, kind=kind, source=source)


def taken(*cells: StudentCell) -> dict[str, Taken]:
    return matched(cells, [AREA, WHY], KNOWN, GIVEN)


def test_by_id_by_grade_id_and_by_name() -> None:
    for one in (cell(RIGHT, "area"), cell(RIGHT, "x", "area"), cell(RIGHT), cell(RIGHT, "y", "z")):
        assert taken(one)["area"].sources == (RIGHT,)


def test_a_stub_is_no_answer_however_it_is_spaced() -> None:
    found = taken(cell(STUB.replace("    ", "\t") + "\n", "area"), cell(WORDS_STUB, "why"))
    assert stubs_only(found)
    assert not stubs_only(taken(cell(RIGHT, "area")))


def test_neither_checks_nor_the_setup_are_taken() -> None:
    check = f"with checking('area_check', points=2):\n    pass\n{RIGHT}"
    cells = [cell(RIGHT, name) for name in ("area_check", "setup")]
    assert taken(*cells, cell(check))["area"].sources == ()


def test_a_helper_comes_along_and_nothing_else() -> None:
    answer = "def area(side):\n    return helper(side)"
    helper = "def helper(side):\n    return power(side)"
    power = "def power(side):\n    return math.pow(side, 2)"
    bystander, impostor = "import os\nos._exit(1)", "math = None"
    cells = map(cell, [power, bystander, impostor, helper])
    assert taken(*cells, cell(answer, "area"))["area"].sources == (power, helper, answer)


def test_helpers_that_need_each_other_end() -> None:
    one, other = "def one():\n    other()", "def other():\n    one()"
    answer = "def area(side):\n    one()"
    found = taken(cell(one), cell(other), cell(answer, "area"))
    assert found["area"].sources == (one, other, answer)


def test_of_many_cells_of_one_id_the_last_count() -> None:
    cells = [cell(f"{RIGHT}  # {number}", "area") for number in range(99)]
    found = taken(*cells)["area"]
    assert len(found.sources) == matching.MOST_SAME
    assert found.sources[-1].endswith("# 98")
    assert "cells answer it" in found.note


def test_words_are_words_in_any_cell() -> None:
    assert taken(cell("Since it's so.", "why", kind="markdown"))["why"].sources == (
        'why = "Since it\'s so."',
    )
    assert taken(cell("why = 'so'", "why"))["why"].sources == ("why = 'so'",)


def test_too_long_an_answer_is_told() -> None:
    found = taken(cell("x" * (LONGEST_SOURCE + 1), "area"))["area"]
    assert found.sources == ()
    assert str(LONGEST_SOURCE) in found.note


def test_what_no_parser_likes_is_passed_over() -> None:
    deep = [
        "(" * 10**5,
        "-" * 10**5 + "1",
        "a" + ".a" * 90_000,
        "lambda: " * 3000 + "1",
        "\0",
        "f(:",
    ]
    deep += ["x = '\ud800'", "1 + " * 40_000 + "1", "[" * 150 + "]" * 150]
    assert taken(*map(cell, deep), cell(RIGHT))["area"].sources == (RIGHT,)
    for each in deep:
        assert taken(cell(each, "area"))["area"].sources == (each,)


def test_a_flood_of_cells_is_cut_short() -> None:
    large = f"numbers = {list(range(20_000))}"
    begun = time.process_time()
    taken(cell(RIGHT), *[cell(large) for _ in range(2000)])
    # read whole, they take minutes
    assert time.process_time() - begun < 60
