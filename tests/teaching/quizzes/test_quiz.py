"""Quick checks: every choice answered, without a browser."""

from pathlib import Path
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
            f"You may think: “{known.belief}” {known.remedy}" if known else why
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


def test_the_last_answer_is_there_again_another_day(shown: Bundles) -> None:
    form = Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG))
    assert form.radio.value is None and not form.status.value
    for text in ("All weights", RIGHT[0]):
        form.radio.value = text
        form.button.click()
    again = Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG))
    assert again.radio.value == RIGHT[0] and RIGHT[1] in again.status.value
    assert state.read()["quiz"]["q_router"]["tries"] == 2
    rewritten = Quiz(ask("q_router", "Which weights work?", ("Some", "So."), WRONG))
    assert rewritten.radio.value is None and not rewritten.status.value


def test_an_answer_does_not_change_the_page(shown: Bundles) -> None:
    form = Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG))
    form.radio.value = "All weights"
    form.button.click()
    Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG))
    assert shown[0][0] == shown[2][0]


@pytest.mark.parametrize("kept", [{"last": "x"}, {"last": {"choice": 3}}, {}])
def test_what_a_file_edited_by_hand_holds_is_passed_over(shown: Bundles, kept: Any) -> None:
    state.change(lambda old: old | {"quiz": {"q_router": kept}})
    assert Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG)).radio.value is None


@pytest.mark.filterwarnings("error")
def test_an_answer_that_cannot_be_written_is_judged_and_said(
    shown: Bundles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "file" / "learner.json"))
    form = Quiz(ask("q_router", "Which weights work?", RIGHT, WRONG))
    form.radio.value = RIGHT[0]
    form.button.click()
    assert "Right." in form.status.value and "Not kept: learner.json" in form.status.value


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
