"""Drawn questions: the answer right by other code, the choices apart, the text complete."""

import itertools
import math
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from course_lib.classroom import questions
from course_lib.classroom.questions import Family, Question
from course_lib.classroom.questions.family import pick
from course_lib.errors import CourseError, UnknownLesson
from course_lib.teaching.quizzes import misconceptions
from tests.classroom.questions.truth import bill, judgment, machine, memory, read, work

TRUTH: dict[str, Callable[[Any], Any]] = (
    work.TRUTH | machine.TRUTH | memory.TRUTH | bill.TRUTH | judgment.TRUTH
)
FAMILIES = [family for lesson in questions.lessons() for family in questions.of_lesson(lesson)]
MANY = 1000
SEED = 20


@pytest.fixture(scope="module")
def drawn() -> list[Question]:
    return [questions.draw(FAMILIES[n % len(FAMILIES)], SEED, n) for n in range(MANY)]


def test_every_lesson_has_four_families_and_every_family_a_truth() -> None:
    assert len(questions.lessons()) == 17
    assert all(len(questions.of_lesson(lesson)) >= 4 for lesson in questions.lessons())
    assert sorted(family.id for family in FAMILIES) == sorted(TRUTH)


def test_each_of_a_thousand_answers_is_right_by_other_code(drawn: list[Question]) -> None:
    wrong = []
    for question in drawn:
        q = SimpleNamespace(**vars(question.values), asked=question.text)
        truth, said = TRUTH[question.family](q), question.right.text
        if isinstance(truth, str):
            good = said == truth
        elif question.tolerance == 0:
            good = read.value(said) == truth
        else:
            # half of the last of three digits is 0.5 % of 1.00
            good = math.isclose(read.value(said), truth, rel_tol=0.0055)
        if not good:
            wrong.append((question.id, said, truth))
    assert not wrong, wrong[:10]


def test_choices_differ_and_exactly_one_is_right(drawn: list[Question]) -> None:
    for question in drawn:
        texts = [choice.text for choice in question.choices]
        assert 3 <= len(texts) <= 4 and len(set(texts)) == len(texts), question.id
        assert sum(choice.right for choice in question.choices) == 1, question.id
        assert question.choices["ABCD".index(question.letter)].right


def test_no_two_choices_lie_within_rounding(drawn: list[Question]) -> None:
    apart = {family.id: family.apart for family in FAMILIES}
    for question in drawn:
        if question.tolerance is None:
            continue
        values = sorted(read.value(choice.text) for choice in question.choices)
        assert values[0] > 0, question.id
        # rounding to three digits may bring two numbers a hundredth nearer
        least = apart[question.family] / 1.01
        assert all(b / a >= least for a, b in itertools.pairwise(values)), question.id
        assert least > 1.02
        right = read.value(question.right.text)
        size = right / question.right.number if question.right.number else 1.0
        for choice in question.choices:
            if not choice.right:
                assert abs(read.value(choice.text) - right) > question.tolerance * size


def test_text_tells_unit_and_rounding_and_stays_short(drawn: list[Question]) -> None:
    for question in drawn:
        assert "{" not in question.text and "}" not in question.text, question.id
        assert max(map(len, [question.text, *(c.text for c in question.choices)])) <= 400
        assert all(20 < len(choice.feedback) <= 400 for choice in question.choices), question.id
        if question.tolerance is None:
            assert question.text.endswith("Choose one.")
            continue
        last = question.text.rsplit(". ", 1)[1].rsplit("? ", 1)[-1]
        assert re.fullmatch(
            r"Answer with a whole number( of \w+)?\."
            r"|Answer .+, rounded to three significant digits\.",
            last,
        ), question.text
        symbol = question.unit.removeprefix("× ").replace("USD", "US dollars")
        told = {"%": "per cent", "J": "joules", "Wh": "watt-hours", "x": "factor"}
        assert told.get(symbol, symbol) in last, question.text


def test_wrong_choices_come_from_this_lesson_or_an_earlier_one() -> None:
    for family in FAMILIES:
        assert len(family.wrong) >= 2, family.id
        for id in family.wrong:
            assert misconceptions.get(id).lesson[:2] <= family.id[:2], (family.id, id)


def test_the_same_seed_draws_the_same_and_another_one_does_not() -> None:
    def texts(seed: int) -> list[tuple[str, ...]]:
        found = questions.draw_set("05_inference", seed, 12)
        return [(q.id, q.text, *(choice.text for choice in q.choices)) for q in found]

    assert texts(7) == texts(7)
    assert [text[1:] for text in texts(7)] != [text[1:] for text in texts(8)]
    # as drawn when this test was written: another machine or Python must draw the same
    assert texts(7)[0] == FIRST


def test_a_set_has_different_questions_of_every_family() -> None:
    for lesson in questions.lessons():
        found = questions.draw_set(lesson, 3, 20)
        assert len({question.text for question in found}) == 20
        assert {q.family for q in found} == {f.id for f in questions.of_lesson(lesson)}


def test_a_set_larger_than_the_lesson_has_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    few = _family(given={"n": pick(2, 3)})
    monkeypatch.setattr("course_lib.classroom.questions.bank.of_lesson", lambda lesson: (few,))
    assert len(questions.draw_set("01_parameters", 1, 2)) == 2
    with pytest.raises(CourseError, match="01_parameters gives only 2 different questions"):
        questions.draw_set("01_parameters", 1, 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"layers-forgotten": lambda q: q.n * 1.05, "norms-forgotten": lambda q: q.n * 1.02},
        {"layers-forgotten": lambda q: 0, "norms-forgotten": lambda q: -q.n},
        {"layers-forgotten": lambda q: math.inf, "norms-forgotten": lambda q: math.nan},
        {"layers-forgotten": lambda q: 2 * q.n, "norms-forgotten": lambda q: 2.1 * q.n},
    ],
)
def test_choices_that_lie_too_near_are_never_given(wrong: dict[str, Any]) -> None:
    with pytest.raises(CourseError, match=r"family 01-test: none of 200 draws"):
        questions.draw(_family(wrong=wrong), 1, 1)


def test_a_whole_answer_that_hangs_on_rounding_is_drawn_again() -> None:
    from course_lib.classroom.questions.family import fact

    def family(held: float) -> Family:
        given = {"n": pick(held), "shown": fact(lambda q: q.n)}
        return _family(
            given=given,
            answer=lambda q: int(q.shown // 1),
            whole=True,
            wrong={
                "layers-forgotten": lambda q: 2 * int(q.n),
                "norms-forgotten": lambda q: 3 * int(q.n),
            },
        )

    assert questions.draw(family(150.4), 1, 1).right.text == "150 weights"
    with pytest.raises(CourseError):  # shown as 151, so that a reader takes 151
        questions.draw(family(150.96), 1, 1)


def test_lessons_are_found_by_any_name() -> None:
    from course_lib.classroom.questions import bank

    assert {bank.resolve(name) for name in ("5", "05", "inference")} == {"05_inference"}
    with pytest.raises(UnknownLesson):
        bank.resolve("rendering")


def _family(**changes: Any) -> Family:
    """A small family, with some fields changed."""
    usual: dict[str, Any] = {
        "id": "01-test",
        "text": "What is {n}?",
        "given": {"n": pick(2, 3)},
        "answer": lambda q: q.n,
        "wrong": {
            "layers-forgotten": lambda q: 2 * q.n,
            "norms-forgotten": lambda q: 3 * q.n,
        },
        "unit": "weights",
        "why": "It is {n} and nothing else, as anybody can see.",
    }
    return Family(**(usual | changes))


FIRST = (
    "05-lone-token-7-0",
    "Mistral-7B-v0.1 (7.24 billion weights, held in 8 bits each) writes for one lone reader on one "
    "H200 SXM: 989 TFLOP/s, 4.80 TB/s. Only the weights count. How long does each token take at "
    "best? Answer in milliseconds (ms), rounded to three significant digits.",
    "12.1 ms",
    "6.03 ms",
    "0.0146 ms",
    "1.51 ms",
)
