"""The pages of feedback and of what to teach again: whole, safe and anonymous."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.grading.rows import CheckResult, Row
from course_lib.classroom.report.lesson_places import section
from course_lib.classroom.report.pages import class_page, feedback_page, file_name, save_feedback
from course_lib.teaching import explain
from course_lib.teaching.quizzes import misconceptions

LESSONS = Path(__file__).parents[3] / "source" / "lessons"
EVIL = '<script>alert("x")</script>\n"\'&=1+1\ud800'
VOID = {"meta", "br", "img", "link"}


class Elements(HTMLParser):
    """The elements of a page, and whether each is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def row(student: str, task: str, message: str | None, **facts: Any) -> Row:
    points = 0 if message else 3
    check = CheckResult(name=f"{task}_check", points=3, message=message)
    status = "wrong" if message else "ok"
    plain = {"points": points, "max_points": 3, "status": status, "message": message or ""}
    return Row(
        student=student,
        assignment="01_parameters",
        task=task,
        checks=(check,),
        **{**plain, **facts},
    )


@pytest.mark.parametrize("page", [feedback_page, class_page])
def test_nothing_of_a_student_becomes_an_element(page: Any) -> None:
    rows = [row(EVIL, "weights", EVIL, answer=EVIL), row(EVIL, "heads", None, answer=EVIL)]
    text = page(rows, LESSONS)
    elements = Elements(text)
    assert not elements.open
    assert "script" not in elements.seen
    text.encode("utf-8")


def test_a_page_of_feedback_holds_points_messages_and_where_to_read() -> None:
    rows = [row("ada", "weights", explain("two-mlp-matrices")), row("ada", "heads", None)]
    text = feedback_page(rows, LESSONS)
    assert "3 of 6 points" in text
    assert explain("two-mlp-matrices") in text
    assert section("two-mlp-matrices", LESSONS).heading in text  # type: ignore[union-attr]


def test_the_class_page_names_nobody_unless_asked() -> None:
    rows = [row(name, "weights", explain("two-mlp-matrices")) for name in ("ada", "babbage")]
    assert "ada" not in class_page(rows, LESSONS).replace("metadata", "")
    assert "ada, babbage" in class_page(rows, LESSONS, names=True)


def test_at_most_five_misconceptions_lead_and_what_has_no_cause_is_said() -> None:
    ids = [one.id for one in misconceptions.load(misconceptions.FOLDER).values()][:7]
    rows = [row(f"s{n}", "weights", explain(id)) for n, id in enumerate(ids)]
    text = class_page([*rows, row("t", "weights", "3 is not right.")], LESSONS)
    leading = text[text.index("<ol>") : text.index("</ol>")]
    assert leading.count("<li>") == 5
    assert f"{7 * 3} points were lost to misconceptions of the catalogue, 3 to answers" in text


def test_file_names_differ_as_students_do_and_stay_in_their_folder(tmp_path: Path) -> None:
    names = ["a", "A/../b", "x" * 300, "x" * 299 + "y", 'q"\n', "\udcff", "é", ".", ""]
    files = {file_name(name) for name in names}
    assert len(files) == len(names)
    assert save_feedback(tmp_path / "pages", [row(n, "weights", None) for n in names], LESSONS) == 9
    assert {path.name for path in (tmp_path / "pages").iterdir()} == files


@pytest.mark.parametrize("id", sorted(misconceptions.load(misconceptions.FOLDER)))
def test_every_misconception_has_a_section_of_its_own_lesson(id: str) -> None:
    lesson = misconceptions.get(id).lesson
    found = section(id, LESSONS)
    assert found is not None
    assert found.lesson == lesson
    assert found.cell


def test_the_question_that_asks_for_it_decides_the_section() -> None:
    # lesson 01 asks "kv_heads" under its first idea, and one wrong choice is this belief
    found = section("kv-heads-equal-heads", LESSONS)
    assert found is not None
    assert 'quiz("kv_heads"' in found.text
