"""The catalogue of questions: every choice of every question answers, and bad entries are named."""

from pathlib import Path

import pytest

from course_lib.teaching.quizzes import questions

GOOD = """
[q_one]
text = "How many of {total}?"
right = "{some}"
why = "Because."
wrong = [
  { text = "All {total}.", misconception = "total-for-active" },
  { text = "None.", why = "Some are." },
]
"""
WRONG = GOOD[GOOD.index("wrong = [") :]


@pytest.mark.parametrize("id", questions.load(questions.FOLDER))
def test_every_choice_of_every_question_explains_itself(id: str) -> None:
    fields = questions.load(questions.FOLDER)[id]
    numbers = dict.fromkeys(questions.NAME.findall(str(fields)), "12")
    question = questions.get(id, **numbers)
    assert sum(choice.right for choice in question.choices) == 1 and len(question.choices) >= 3
    for choice in question.choices:
        answer = question.answer(choice.text)
        assert (
            answer.feedback.strip()
            and answer.feedback[-1] in ".?!"
            and "{" not in answer.text + answer.feedback
        )


def test_numbers_are_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "questions.toml"
    file.write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(questions, "FOLDER", tmp_path)
    question = questions.get("q_one", total="8", some="2")
    assert question.text == "How many of 8?"
    assert {choice.text for choice in question.choices} == {"2", "All 8.", "None."}
    for numbers in ({}, {"total": "8"}, {"total": "8", "some": "2", "more": "3"}):
        with pytest.raises(ValueError, match="needs the numbers"):
            questions.get("q_one", **numbers)


def test_an_unknown_question_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="nearest: kv_heads"):
        questions.get("kv_head")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('why = "Because."', "", "why: is missing"),
        ('text = "None."', 'txt = "None."', "wrong.2.txt: is not known; a wrong choice has text"),
        (', why = "Some are."', "", "wrong.2: must have either a why or a misconception"),
        (
            'why = "Some are."',
            'why = "Some are.", misconception = "forward-only"',
            "wrong.2: must have either a why or a misconception",
        ),
        ("[q_one]", "[q_one]\nhint = 'none'", "hint: is not known; an entry has text, right"),
        (WRONG, "wrong = 3", "wrong: must be a list of tables, at least one, got 3"),
        (WRONG, "wrong = []", "wrong: must be a list of tables, at least one, got []"),
        (WRONG, "wrong = [1]", "wrong.1: must be a table of fields, got 1"),
        ('right = "{some}"', 'right = "{some} "', "right: must be a text without blanks around it"),
    ],
)
def test_a_bad_entry_names_file_entry_field_and_rule(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "bad.toml"
    assert old in GOOD
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        questions.load(tmp_path)
    where = f"file {tmp_path.name}/bad.toml, entry 'q_one', field "
    assert str(caught.value).startswith(where + said)
