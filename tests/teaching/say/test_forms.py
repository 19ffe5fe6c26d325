"""The parts that predictions and quizzes share."""

from typing import Any

import pytest

from course_lib.teaching.say.forms import Form, check_id, check_options, check_text, choices
from course_lib.teaching.say.show import WIDGET_VIEW

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def test_a_button_acts_and_the_status_line_answers() -> None:
    pressed: list[int] = []
    form = Form("key", "Question?", "Press", lambda: pressed.append(1))
    form.button.click()
    form.tell("<strong>Kept.</strong>")
    assert pressed == [1]
    assert (
        form.status.value
        == '<div role="status" style="line-height: 1.5"><strong>Kept.</strong></div>'
    )


def test_a_form_has_a_live_and_a_static_side(shown: Bundles) -> None:
    form = Form("key", "Is `a < b`?", "Press", lambda: None)
    form.display("Predict:", [form.button], "______", "<p>______</p>")
    bundle = shown[0][0]
    assert bundle["text/plain"] == "Predict: Is `a < b`?\n______"
    assert (
        bundle["text/html"]
        == "<p><strong>Predict:</strong> Is <code>a &lt; b</code>?</p><p>______</p>"
    )
    assert bundle[WIDGET_VIEW]["model_id"]
    assert bundle[WIDGET_VIEW]["model_id"] not in bundle["text/plain"] + bundle["text/html"]


def test_nothing_is_chosen_at_first() -> None:
    radio = choices(["a", "b"], "Your choice")
    assert (
        radio.value is None
        and radio.description == "Your choice"
        and list(radio.options) == ["a", "b"]
    )


@pytest.mark.parametrize("key", ["share", "q_1", "a"])
def test_ids(key: str) -> None:
    assert check_id(key) == key


@pytest.mark.parametrize("key", ["", "Share", "1a", "a-b", "a b", "é", None, 3])
def test_bad_ids(key: Any) -> None:
    with pytest.raises(ValueError, match="id="):
        check_id(key)


@pytest.mark.parametrize("text", ["", " \n", None, 3])
def test_a_text_says_something(text: Any) -> None:
    with pytest.raises(ValueError, match="hint="):
        check_text("hint", text)


@pytest.mark.parametrize("options", [[], ["a"], ["a", "a"], ["a", " "], ["a", None]])
def test_options_differ_and_are_two_at_least(options: Any) -> None:
    with pytest.raises(ValueError, match="options"):
        check_options("options", options)
