"""What points were lost to: counted by hand for a small class."""

from typing import Any

from course_lib.classroom.grading.rows import CheckResult, Row
from course_lib.classroom.report.causes import causes, lost
from course_lib.teaching import explain


def row(student: str, task: str = "weights", **facts: Any) -> Row:
    """A row of six points, three for each check, with the messages given."""
    said = facts.pop("said", (None, None))
    checks = tuple(
        CheckResult(name=f"{task}_{kind}", points=3, message=message, hidden=kind == "hidden")
        for kind, message in zip(("check", "hidden"), said, strict=True)
    )
    points = sum(check.earned for check in checks)
    plain = {"points": points, "max_points": 6, "status": "ok" if points == 6 else "wrong"}
    facts = {"message": next(filter(None, said), ""), "checks": checks, **plain, **facts}
    return Row(student=student, assignment="01_parameters", task=task, **facts)


REMEDY = explain("two-mlp-matrices")


def test_a_misconception_is_known_by_its_remedy_also_among_other_words() -> None:
    rows = [row("a", said=(REMEDY, "7 in place of 8")), row("b", said=(None, f"Look: {REMEDY}"))]
    (found,) = causes(rows)
    assert found.misconception == "two-mlp-matrices"
    assert found.points == 6 + 3
    assert found.students == ("a", "b")


def test_messages_that_differ_in_their_numbers_are_one_cause() -> None:
    rows = [row(name, said=(f"You count {count}.", None)) for name, count in [("a", 7), ("b", 8.5)]]
    (found,) = causes([*rows, row("c", said=("Another thing.", None))])[:1]
    assert found.students == ("a", "b")
    assert not found.misconception


def test_the_costliest_comes_first_and_a_right_answer_not_at_all() -> None:
    rows = [
        row("a", said=("small", None)),
        row("b", said=("large", "large")),
        row("c", "heads", said=(REMEDY, REMEDY)),
        row("d", "heads", said=(REMEDY, REMEDY)),
        row("e"),
    ]
    assert [(each.task, each.points) for each in causes(rows)] == [
        ("heads", 12),
        ("weights", 6),
        ("weights", 3),
    ]


def test_what_a_person_has_to_mark_is_not_lost() -> None:
    check = (CheckResult(name="words_check", points=1, message="Say why."),)
    waits = row("a", "words", status="needs-review", checks=check, points=0, max_points=3)
    assert lost(waits) == 1


def test_a_file_that_cannot_be_read_is_a_cause_of_its_own() -> None:
    broken = row("a", status="unreadable", checks=(), points=0, message="broken JSON (line 3)")
    (found,) = causes([broken])
    assert found.words == "The file could not be read."
    assert found.points == 6


def test_an_example_holds_no_comment_no_sentence_and_no_name() -> None:
    answer = '''
# Ada Lovelace wrote this
def weights(card):
    """Ada's way."""
    return 2 * card["d_ff"]  # as Ada says
'''
    (found,) = causes([row("Ada Lovelace", said=(REMEDY, None), answer=answer)])
    assert "return 2 * card['d_ff']" in found.example
    assert "Ada" not in found.example


def test_an_answer_that_names_a_student_in_its_code_is_no_example() -> None:
    wrong = (REMEDY, None)
    one = row("lovelace", said=wrong, answer="lovelace_weights = 3")
    other = row("babbage", said=wrong, answer="weights = 2 + 2 + 2")
    (found,) = causes([one, other])
    assert found.example == "weights = 2 + 2 + 2"


def test_words_are_never_an_example() -> None:
    check = (CheckResult(name="words_check", points=1, message="Say why."),)
    waits = row("a", status="needs-review", checks=check, points=0, answer="words = 'my own life'")
    assert causes([waits])[0].example == ""


def test_an_answer_nested_without_end_is_no_example_and_stops_nothing() -> None:
    deep = "weights = " + "lambda: " * 600 + "1"
    assert causes([row("a", said=(REMEDY, None), answer=deep)])[0].example == ""
