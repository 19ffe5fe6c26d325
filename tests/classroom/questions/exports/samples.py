"""Questions for the exports: drawn ones, and one whose every text is hostile to a format."""

from types import SimpleNamespace

from course_lib.classroom import questions
from course_lib.classroom.questions import Choice, Question

HOSTILE = "<script>alert('a')</script> & \"b\"\t]]> {{ c }} \u202f5 µs; # d"


def drawn() -> list[Question]:
    """Numbers, whole numbers and words."""
    lessons = ("05_inference", "08_precision", "15_myths")
    return [question for lesson in lessons for question in questions.draw_set(lesson, 7, 12)]


def hostile() -> Question:
    choices = tuple(
        Choice(
            text=f"{HOSTILE} {number}",
            number=number,
            right=number == 2.0,
            feedback=f"{HOSTILE} said to {number}",
            misconception="" if number == 2.0 else "forward-only",
        )
        for number in (1.0, 2.0, 4.0)
    )
    return Question(
        id="99-hostile-7-0",
        lesson="01_parameters",
        family="99-hostile",
        text=f"{HOSTILE}?",
        unit="µs",
        choices=choices,
        tolerance=0.04,
        values=SimpleNamespace(),
    )


def every() -> list[Question]:
    return [*drawn(), hostile()]
