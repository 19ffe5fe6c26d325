"""Quick checks: every choice answered, without a browser."""

from typing import Any

import pytest

from course_lib.teaching import state
from course_lib.teaching.quizzes import misconceptions
from course_lib.teaching.quizzes.questions import ask
from course_lib.teaching.quizzes.quiz import Quiz

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
RIGHT = ("Two experts and the rest", "Only experts are chosen.")
WRONG = [
    ("All weights", "total-for-active"),
    ("A quarter", "active-by-experts-only"),
    ("None < 1", "Then there is none."),
]


def test_every_choice_has_its_answer() -> None:
    question = ask("q_router", "Which weights work?", RIGHT, WRONG)
    assert question.answer(RIGHT[0]).right and question.answer(RIGHT[0]).feedback == RIGHT[1]
    for text, why in WRONG:
        choice = question.answer(text)
        assert not choice.right
        known = misconceptions.load(misconceptions.FOLDER).get(why)
        assert choice.feedback == (
            f"You may think: {known.belief} {known.remedy}" if known else why
        )
    with pytest.raises(ValueError, match="answer='Half'"):
        question.answer("Half")


def test_the_order_is_fixed_by_the_id_and_not_by_the_author() -> None:
    texts = [choice.text for choice in ask("q_a", "Which?", RIGHT, WRONG).choices]
    assert texts == [choice.text for choice in ask("q_a", "Which?", RIGHT, WRONG[::-1]).choices]
    firsts = {ask(f"q_{n}", "Which?", RIGHT, WRONG).choices[0].text for n in range(40)}
    assert len(firsts) == 4


def test_a_click_answers_and_keeps_first_and_last(shown: Bundles) -> None:
    form = Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG))
    form.button.click()
    assert "Nothing is chosen" in form.status.value
    form.radio.value = "All weights"
    form.button.click()
    assert misconceptions.explain("total-for-active")[:30] in form.status.value
    assert "Not so" in form.status.value
    form.radio.value = RIGHT[0]
    form.button.click()
    assert "Right." in form.status.value and RIGHT[1] in form.status.value
    kept = state.read()["quiz"]["q_router"]
    assert (kept["first"]["right"], kept["last"]["right"], kept["tries"]) == (False, True, 2)


def test_a_page_shows_question_choices_and_folded_explanations(shown: Bundles) -> None:
    Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG))
    html = shown[0][0]["text/html"]
    open_part, _, folded = html.partition("<details>")
    assert (
        "Which weights work?" in open_part
        and "None &lt; 1" in open_part
        and RIGHT[1] not in open_part
    )
    assert RIGHT[1] in folded and folded.count("Not so:") == 3 and folded.count("Right:") == 1
    assert RIGHT[1] not in shown[0][0]["text/plain"]


def test_a_misspelt_misconception_is_refused() -> None:
    with pytest.raises(KeyError, match="nearest: total-for-active"):
        ask("q_a", "Which?", RIGHT, [("All weights", "totl-for-active")])


@pytest.mark.parametrize(
    ("id", "text", "right", "wrong", "said"),
    [
        ("Q", "Which?", RIGHT, WRONG, "id='Q'"),
        ("q", "", RIGHT, WRONG, "question="),
        ("q", "Which?", RIGHT, [], "choices="),
        ("q", "Which?", RIGHT, [(RIGHT[0], "So it is not.")], "choices="),
        ("q", "Which?", ("Two", ""), WRONG, "right"),
        ("q", "Which?", RIGHT, [("All", " ")], "wrong"),
    ],
)
def test_a_badly_made_question_says_what_is_wrong(
    id: str, text: str, right: Any, wrong: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        ask(id, text, right, wrong)
