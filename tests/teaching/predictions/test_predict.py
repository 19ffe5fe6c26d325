"""Predictions as a learner meets them: typed, kept, revealed; and as a page without a kernel shows
them."""

from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import predict, predict_choice, predict_ranking, state

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def text(shown: Bundles) -> str:
    return shown[-1][0]["text/plain"].replace("\u202f", " ")


def test_without_a_guess_the_result_stands_alone(shown: Bundles) -> None:
    predict("share", "How much?", unit="%").reveal(0.174)
    assert text(shown) == "It is 17.4 %. No guess was made."


def test_a_guess_is_shown_beside_the_result(shown: Bundles) -> None:
    form = predict("share", "How much?", unit="%")
    form.box.value = "60"
    form.button.click()
    assert "60 %" in form.status.value
    assert "read as per cent" in form.status.value
    form.reveal(0.174)
    assert text(shown) == "You said 60 %, it is 17.4 %: 3.4 times too much, half a power of ten."


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
    static = {key: value for key, value in shown[-1][0].items() if key.startswith("text/")}
    first.box.value = "3"
    first.button.click()
    predict("weights", "How many?", hint="Think of `d`.")
    assert {key: value for key, value in shown[-1][0].items() if key.startswith("text/")} == static
    assert "How many?" in static["text/plain"] and "<code>d</code>" in static["text/html"]


def test_a_guess_that_no_longer_fits_its_question_is_passed_over(shown: Bundles) -> None:
    state.change(lambda old: state.with_guess(old, "weights", ["a", "b"], "t"))
    predict("weights", "How many?").reveal(5)
    assert "No guess was made" in text(shown)


@pytest.mark.parametrize("value", [None, "5", float("nan")])
def test_only_a_number_can_be_revealed(shown: Bundles, value: Any) -> None:
    form = predict("weights", "How many?")
    with pytest.raises((TypeError, ValueError), match="value="):
        form.reveal(value)
    assert "weights" not in state.read()["predictions"]


def test_a_choice_is_kept_and_judged(shown: Bundles) -> None:
    form = predict_choice("curve", "Which?", ["line", "square"])
    assert all(option in text(shown) for option in ("Which?", "line", "square"))
    form.button.click()
    assert "Nothing is chosen" in form.status.value
    form.radio.value = "line"
    form.button.click()
    form.reveal("square", because="Both sides grow.")
    assert text(shown) == "You chose line. Answer: square. Both sides grow."
    form.reveal("line")
    assert text(shown) == "You chose line: right."


def test_a_choice_without_a_guess(shown: Bundles) -> None:
    form = predict_choice("curve", "Which?", ["line", "square"])
    form.reveal("square")
    assert text(shown) == "Answer: square. No guess was made."
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
    form.reveal(["a", "b", "c"])
    assert "You had 2 of 3 pairs in the right order." in text(shown)
    places = [[cell.strip() for cell in line.split("|")] for line in text(shown).splitlines()[2:5]]
    assert places == [["1", "a", "2"], ["2", "b", "1"], ["3", "c", "3"]]
    with pytest.raises(ValueError, match="must hold exactly"):
        form.reveal(["a", "b"])


def test_every_control_has_a_label(shown: Bundles) -> None:
    controls = [
        predict("p1", "How many?").box,
        predict_choice("p2", "Which?", ["a", "b"]).radio,
        *predict_ranking("p3", "Which?", ["a", "b"]).boxes,
    ]
    assert all(control.description.strip() for control in controls)


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


def test_a_lesson_runs_where_nothing_can_be_kept(
    shown: Bundles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "file" / "learner.json"))
    with pytest.warns(UserWarning, match="could not be kept"):
        predict("share", "How much?", unit="%").reveal(0.174)
    assert "17.4 %" in text(shown)


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
