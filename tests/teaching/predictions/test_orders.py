"""The ten order-of-magnitude questions: catalogue, form, rounds, and the reader's error."""

from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import state
from course_lib.teaching.predictions import order_answers
from course_lib.teaching.predictions.orders import (
    FILE,
    errors,
    key,
    load,
    powers_of_ten,
)
from course_lib.teaching.predictions.orders_form import ask_orders, reveal_order

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def test_there_are_ten_each_with_an_answer_of_its_own() -> None:
    orders = load(FILE).values()
    assert len(orders) == 10
    assert sorted(order.answer for order in orders) == sorted(order_answers.ANSWERS)


def test_a_question_stipulates_what_its_answer_is_computed_with() -> None:
    questions = {id: order.question for id, order in load(FILE).items()}
    assert f"{order_answers.STATED_WORDS_A_MINUTE} words a minute" in questions["reading_time"]
    assert f"{order_answers.STATED_CONTEXT:,}".replace(",", " ") in questions["cache"]
    assert f"{order_answers.STATED_SHARE_OF_PEAK:.0%}".replace("%", " %") in questions["card_time"]
    assert "Eight cards" in questions["gradient_traffic"] and order_answers.STATED_DEVICES == 8


def test_asking_answers_nothing_and_computes_nothing(
    shown: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_answers, "ANSWERS", {})
    ask_orders()
    bundle = shown[0][0]
    assert all(order.question in bundle["text/plain"] for order in load(FILE).values())
    assert "3.80" not in bundle["text/plain"] + bundle["text/html"]


def test_one_press_keeps_every_guess_that_can_be_read(shown: Bundles) -> None:
    form = ask_orders()
    for place, typed in ((0, "1e20"), (2, "2 GB"), (3, "lots"), (8, "30 MWh")):
        form.boxes[place].value = typed
    form.button.click()
    kept = state.read()["predictions"]
    assert {id: entry["guess"] for id, entry in kept.items()} == {
        "order_start_training_flops": 1e20,
        "order_start_cache": 2e9,
        "order_start_run_energy": 3e7,
    }
    assert "Guess 4: “lots”" in form.status.value and "Kept 3 of 10" in form.status.value


def test_an_empty_press_says_so_and_a_second_visit_remembers(
    shown: Bundles, learner_file: Path
) -> None:
    form = ask_orders()
    form.button.click()
    assert "no guess yet" in form.status.value and not learner_file.exists()
    form.boxes[0].value = "1e20"
    form.button.click()
    assert "Kept 1 of 10" in ask_orders().status.value


def test_each_box_is_labelled_by_its_question(shown: Bundles) -> None:
    labels = [box.description for box in ask_orders().boxes]
    questions = [order.question for order in load(FILE).values()]
    assert all(label.endswith(asked) for label, asked in zip(labels, questions, strict=True))


def test_the_rounds_do_not_touch_each_other(shown: Bundles) -> None:
    for when, typed in (("start", "1e20"), ("end", "4e25")):
        form = ask_orders(when)  # type: ignore[arg-type]
        form.boxes[0].value = typed
        form.button.click()
    assert errors("start")["training_flops"] == pytest.approx(-5.58, abs=0.01)
    assert abs(errors("end")["training_flops"]) < 0.1


def test_a_revealed_answer_stands_beside_the_guess_and_is_kept(shown: Bundles) -> None:
    reveal_order("training_flops", because="Six for each weight and token.")
    plain = shown[-1][0]["text/plain"].replace("\u202f", " ")
    assert plain.startswith("How many FLOPs") and plain.endswith("Six for each weight and token.")
    assert "It is 3.80" in plain and "guess" not in shown[-1][0]["text/html"]
    state.change(lambda old: state.with_guess(old, "order_end_cache", 1e9, "t"))
    reveal_order("cache", "end")
    assert "about one power of ten too little" in shown[-1][0]["text/plain"]
    assert (
        state.read()["predictions"]["order_end_cache"]["result"] == 2 * 32 * 8 * 128 * 2 * 128_000
    )


@pytest.mark.parametrize("id", load(FILE))
def test_each_question_can_be_asked_back_in_its_lesson(shown: Bundles, id: str) -> None:
    """Alone, in a kernel that never showed the form: the guess comes from the learner's file."""
    order = load(FILE)[id]
    reveal_order(id)
    assert order.question in shown[-1][0]["text/plain"] and "You said" not in str(shown[-1][0])
    state.change(lambda old: state.with_guess(old, key(order, "end"), order.value() * 1e3, "t"))
    reveal_order(id, "end")
    assert "You said" in shown[-1][0]["text/plain"]
    assert "3 powers of ten too much" in shown[-1][0]["text/plain"]


def test_what_a_broken_file_holds_is_no_guess(shown: Bundles) -> None:
    state.change(lambda old: state.with_guess(old, "order_start_cache", "much", "t"))
    reveal_order("cache")
    assert "You said" not in shown[-1][0]["text/plain"] and not errors("start")


@pytest.mark.parametrize(
    ("guess", "answer", "powers"), [(1, 1000, -3), (1000, 1, 3), (5, 5, 0), (20, 2, 1)]
)
def test_the_error_counts_powers_of_ten(guess: float, answer: float, powers: float) -> None:
    assert powers_of_ten(guess, answer) == pytest.approx(powers)


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        powers_of_ten(0, 1)
    with pytest.raises(KeyError, match="cache"):
        reveal_order("cash")
    with pytest.raises(ValueError, match="'start' or 'end'"):
        key(load(FILE)["cache"], "middle")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[a]\nquestion = "q"\nanswer = "nobody"\nlesson = "00"',
            "'a', field answer: must be one of training_flops",
        ),
        (
            '[a]\nquestion = "q"\nanswer = "cache_bytes"\nlesson = "00"\nunti = "B"',
            "'a', field unti: is not known; an entry has question, unit",
        ),
        (
            '[a]\nquestion = "q"\nanswer = "cache_bytes"\nlesson = "00"\nunit = 3',
            "'a', field unit: must be a unit of fmt, got 3",
        ),
        ('[A]\nquestion = "q"\nanswer = "cache_bytes"\nlesson = "00"', "'A': id='A': must be"),
    ],
)
def test_a_bad_entry_is_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "orders.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as problem:
        load(file)
    assert str(problem.value).startswith(f"file orders.toml, entry {message}")
