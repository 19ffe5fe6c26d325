"""A run sheet says what is done, what comes out and what is cut, in three forms that agree."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson
from course_lib.classroom.schedule import show
from course_lib.classroom.schedule.choose import Plan, plan
from course_lib.classroom.schedule.words import RUN_ABOVE
from course_lib.classroom.slides.slides import outside

Course = list[tuple[Lesson, ByHand]]


@pytest.fixture(scope="module")
def ninety(taught: Course) -> Plan:
    return plan(taught, 90)


class Cells(HTMLParser):
    """The text of every cell of a page's tables."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("td", "th"):
            self.inside = True
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


def test_json_has_every_minute(ninety: Plan) -> None:
    told = json.loads(show.as_json(ninety, 540))
    rows = told["sessions"][0]["rows"]
    assert sum(row["minutes"] for row in rows) == 90
    assert (rows[0]["from"], rows[-1]["to"]) == ("9:00", "10:30")
    assert {row["lesson"] for row in rows} - {None} == {"00_start_here", "05_inference"}
    assert all(row["do"] for row in rows)


def test_the_forms_agree(ninety: Plan) -> None:
    told = show.facts(ninety)
    text = " ".join(show.as_text(ninety).split())
    cells = Cells()
    cells.feed(show.as_html(ninety))
    page = [" ".join(cell.split()) for cell in cells.cells]
    for row in told["sessions"][0]["rows"]:
        assert f"{row['from']}-{row['to']} {row['step']} ({row['minutes']} min)" in text
        assert f"{row['from']}–{row['to']}" in page
        for said in row["do"]:
            assert " ".join(said.split()) in text
    for each in told["cut"]:
        assert each["reason"] in text
        assert any(each["reason"] in cell for cell in page)


def test_a_question_is_asked_before_its_answer_stands(ninety: Plan) -> None:
    text = " ".join(show.as_text(ninety).split())
    for lesson in ninety.lessons:
        for prediction in lesson.predictions:
            said = f"It comes out: {prediction.answer}"
            if prediction.kind != "ten guesses" and said in text:
                assert text.index(prediction.question) < text.index(said)


def test_what_is_skipped_is_run(taught: Course) -> None:
    """Behind an idea that is cut, the next part says to run what is above it."""
    made = plan(taught, 60, asked=["05_inference"])
    assert any(each.part.kind == "idea" for each in made.cut)
    assert RUN_ABOVE in " ".join(show.as_text(made).split())
    whole = plan(taught, 400, asked=["05_inference"])
    assert RUN_ABOVE not in " ".join(show.as_text(whole).split())


def test_the_page_holds_all_it_needs(ninety: Plan) -> None:
    page = show.as_html(ninety)
    assert not outside(page)
    assert "<script" not in page
    assert re.search(r"@media print", page)


def test_what_is_left_over_is_said(taught: Course) -> None:
    made = plan(taught, 300, asked=["00_start_here"])
    assert f"{made.left_over} minutes are left over" in show.as_text(made)
    assert made.left_over > 0
