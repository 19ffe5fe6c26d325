"""Predictions as a learner meets them: typed, kept, revealed; and as a page without a kernel shows
them."""

from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import predict, predict_choice, predict_ranking, state

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def text(shown: Bundles) -> str:
    return shown[-1][0]["text/plain"].replace("\u202f", " ")


def texts(shown: Bundles) -> list[dict[str, str]]:
    """What is shown without widgets."""
    return [{key: one[key] for key in one if key.startswith("text/")} for one, _ in shown]


def test_without_a_guess_the_result_stands_alone(shown: Bundles) -> None:
    predict("share", "How much?", unit="%").reveal(0.174)
    assert text(shown) == "It is 17.4 %."
    assert "axis" not in text(shown) and "you:" not in shown[-1][0]["text/html"]


def test_a_guess_is_shown_beside_the_result(shown: Bundles) -> None:
    form = predict("share", "How much?", unit="%")
    form.box.value = "60"
    form.button.click()
    assert "60 %" in form.status.value
    form.reveal(0.174, because="The **MLPs** hold most.")
    assert text(shown) == "You said 60 %, it is 17.4 %: 3.4 times too much. The MLPs hold most."
    html = shown[-1][0]["text/html"]
    assert "The <strong>MLPs</strong> hold most." in html
    assert "you: 60 %" in html and "result: 17.4 %" in html
    assert list(shown[-1][0]) == ["text/plain", "text/html"]


def test_enter_keeps_a_guess_like_the_button(shown: Bundles) -> None:
    form = predict("weights", "How many?")
    form.box.value = "8 billion"
    form.box._handle_custom_msg({"event": "submit"}, [])
    assert state.read()["predictions"]["weights"]["guess"] == 8e9


def test_a_bad_text_is_answered_and_nothing_is_lost(shown: Bundles) -> None:
    form = predict("weights", "How many?")
    form.box.value = "8 billion"
    form.button.click()
    form.box.value = "lots <b>"
    form.button.click()
    assert "lots &lt;b&gt;" in form.status.value
    assert form.box.value == "lots <b>"
    assert state.read()["predictions"]["weights"]["guess"] == 8e9


def test_the_first_guess_is_told_beside_the_second(shown: Bundles) -> None:
    form = predict("weights", "How many?")
    for typed in ("3", "5"):
        form.box.value = typed
        form.button.click()
    assert "<strong>5</strong>" in form.status.value and "first guess was 3" in form.status.value


def test_a_guess_after_the_result_is_marked(shown: Bundles) -> None:
    form = predict("weights", "How many?")
    form.reveal(5)
    form.box.value = "5"
    form.button.click()
    assert "after the result" in form.status.value
    form.reveal(5)
    assert text(shown).endswith("(This guess was made after the result was shown.)")


def test_a_late_guess_replaces_none_made_before(shown: Bundles) -> None:
    form = predict("weights", "How many?")
    form.box.value = "3"
    form.button.click()
    form.reveal(5)
    form.box.value = "5"
    form.button.click()
    assert "stays 3" in form.status.value
    form.reveal(5)
    assert text(shown).startswith("You said 3, it is 5")


def test_a_guess_is_remembered_when_the_cell_runs_again(shown: Bundles) -> None:
    form = predict("weights", "How many?")
    form.box.value = "3"
    form.button.click()
    assert "<strong>3</strong>" in predict("weights", "How many?").status.value


def test_what_a_page_shows_does_not_depend_on_the_guess(shown: Bundles) -> None:
    first = predict("weights", "How many?", hint="Think of `d`.")
    static = texts(shown)
    first.box.value = "3"
    first.button.click()
    shown.clear()
    predict("weights", "How many?", hint="Think of `d`.")
    assert texts(shown) == static
    plain, html = (" ".join(one[key] for one in static) for key in ("text/plain", "text/html"))
    assert "How many?" in plain and "<code>d</code>" in html


def test_a_guess_that_no_longer_fits_its_question_is_passed_over(shown: Bundles) -> None:
    state.change(lambda old: state.with_guess(old, "weights", ["a", "b"], "t"))
    predict("weights", "How many?").reveal(5)
    assert text(shown) == "It is 5."


@pytest.mark.parametrize("value", [None, "5", float("nan")])
def test_only_a_number_can_be_revealed(shown: Bundles, value: Any) -> None:
    form = predict("weights", "How many?")
    with pytest.raises((TypeError, ValueError), match="value="):
        form.reveal(value)
    assert "weights" not in state.read()["predictions"]


def test_a_choice_is_kept_and_judged(shown: Bundles) -> None:
    form = predict_choice("curve", "Which?", ["line", "square"])
    assert all(word in texts(shown)[0]["text/plain"] for word in ("Which?", "line", "square"))
    form.button.click()
    assert "Nothing is chosen" in form.status.value
    form.radio.value = "line"
    form.button.click()
    form.reveal("square", because="Both sides grow.")
    assert text(shown) == "You chose: line. Not so. The answer: square. Both sides grow."
    form.reveal("line")
    assert text(shown) == "You chose: line. Right."


def test_a_choice_without_a_guess(shown: Bundles) -> None:
    form = predict_choice("curve", "Which?", ["line", "square"])
    form.reveal("square")
    assert text(shown) == "The answer: square."
    with pytest.raises(ValueError, match="correct='cube'"):
        form.reveal("cube")


def test_a_ranking_is_kept_and_judged(shown: Bundles) -> None:
    form = predict_ranking("order", "Which first?", ["a", "b", "c"])
    form.button.click()
    assert "Place 1 is still empty" in form.status.value
    for box, item in zip(form.boxes, "aab", strict=True):
        box.value = item
    form.button.click()
    assert "two places" in form.status.value
    for box, item in zip(form.boxes, "bac", strict=True):
        box.value = item
    form.button.click()
    form.reveal(["a", "b", "c"], "By the alphabet.")
    assert text(shown).endswith("By the alphabet.")
    assert "You had 2 of 3 pairs in the right order." in text(shown)
    places = [[cell.strip() for cell in line.split("|")] for line in text(shown).splitlines()[2:5]]
    assert places == [["1", "a", "2"], ["2", "b", "1"], ["3", "c", "3 ✔"]]
    with pytest.raises(ValueError, match="must hold exactly"):
        form.reveal(["a", "b"])


def test_every_control_has_a_label_that_asks(shown: Bundles) -> None:
    number = predict("p1", "How many?", unit="tokens").box
    choice = predict_choice("p2", "Which?", ["a", "b"]).radio
    assert "How many?" in number.description and "Which?" in choice.description
    assert number.placeholder == "tokens"
    assert all(box.description for box in predict_ranking("p3", "Which?", ["a", "b"]).boxes)


def test_choices_and_places_are_remembered_in_their_controls(shown: Bundles) -> None:
    form = predict_choice("curve", "Which?", ["line", "square"])
    form.radio.value = "line"
    form.button.click()
    assert predict_choice("curve", "Which?", ["line", "square"]).radio.value == "line"
    order = predict_ranking("order", "Which first?", ["a", "b"])
    order.boxes[0].value, order.boxes[1].value = "b", "a"
    order.button.click()
    again = predict_ranking("order", "Which first?", ["a", "b"])
    assert [box.value for box in again.boxes] == ["b", "a"]
    assert predict_ranking("order", "Which first?", ["a", "c"]).boxes[0].value is None


def asked_about_llama(guess: str = "60") -> Any:
    form = predict("share", "How much of Llama 3 8B?", unit="%", case="Llama 3 8B")
    form.box.value = guess
    form.button.click()
    return form


def test_a_guess_is_judged_for_its_own_case(shown: Bundles) -> None:
    form = asked_about_llama()
    form.reveal(0.174, case="Llama 3 8B")
    assert "3.4 times too much" in text(shown)
    form.reveal(0.174)  # no case: the fixed one
    assert "3.4 times too much" in text(shown)


def test_another_case_is_shown_and_neither_judged_nor_kept(shown: Bundles) -> None:
    form = asked_about_llama()
    form.reveal(0.05, case="Mixtral 8x7B", because="Experts.")
    assert text(shown) == (
        "For Mixtral 8x7B it is 5.00 %. Your guess, 60 %, was about Llama 3 8B. Experts."
    )
    assert "result" not in state.read()["predictions"]["share"]
    form.reveal(0.174, case="Llama 3 8B")
    kept = state.read()["predictions"]["share"]
    form.reveal(0.05, case="Mixtral 8x7B")
    assert "was about Llama 3 8B, where it is 17.4 %." in text(shown)
    assert state.read()["predictions"]["share"] == kept and kept["result"] == 0.174


def test_another_case_leaves_time_for_the_guess(shown: Bundles) -> None:
    form = predict("share", "How much?", unit="%", case="Llama 3 8B")
    form.reveal(0.05, case="Mixtral 8x7B")
    assert text(shown) == "For Mixtral 8x7B it is 5.00 %. The question was about Llama 3 8B."
    assert asked_about_llama().usable(state.read())["after_result"] is False


def test_a_case_needs_a_fixed_one(shown: Bundles) -> None:
    with pytest.raises(ValueError, match="'share' names no fixed case"):
        predict("share", "How much?").reveal(1, case="Llama 3 8B")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: predict("Share", "How?"), "id='Share'"),
        (lambda: predict("share", " "), "question="),
        (lambda: predict("share", "How?", unit="GB"), "unit='GB'"),
        (lambda: predict_choice("share", "How?", ["a"]), "options="),
        (lambda: predict_choice("share", "How?", ["a", "a"]), "options="),
        (lambda: predict_ranking("share", "How?", ["a", ""]), r"items\[1\]"),
    ],
)
def test_a_badly_made_prediction_says_what_is_wrong(shown: Bundles, make: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


@pytest.fixture
def unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A learner's file in a place where no folder can be."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "file" / "learner.json"))


@pytest.mark.usefixtures("unwritable")
@pytest.mark.filterwarnings("error")
def test_what_cannot_be_written_is_said_and_counts_all_the_same(shown: Bundles) -> None:
    form = predict("share", "How much?", unit="%")
    form.box.value = "60"
    form.button.click()
    assert "Not kept: learner.json cannot be written" in form.status.value
    assert "Your guess: <strong>60 %</strong>" in form.status.value
    predict("share", "How much?", unit="%").reveal(0.174)
    assert "You said 60 %" in text(shown) and "Not kept: learner.json" in text(shown)


@pytest.mark.usefixtures("unwritable")
@pytest.mark.filterwarnings("error")
def test_a_lesson_runs_where_nothing_can_be_kept(shown: Bundles) -> None:
    predict_choice("curve", "Which?", ["line", "square"]).reveal("line")
    assert "The answer: line." in text(shown)


def test_enter_keeps_the_text_that_arrives_after_it(shown: Bundles) -> None:
    # The browser sends "Enter was pressed" before the last text of the box.
    form = predict("weights", "How many?")
    form.box._handle_custom_msg({"event": "submit"}, [])
    assert "weights" not in state.read()["predictions"]
    form.box.value = "100k"
    assert state.read()["predictions"]["weights"]["guess"] == 100_000


def test_leaving_the_box_alone_keeps_nothing(shown: Bundles) -> None:
    predict("weights", "How many?").box.value = "7"
    assert "weights" not in state.read()["predictions"]
