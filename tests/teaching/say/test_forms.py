"""The parts that predictions and quizzes share."""

import re
from typing import Any

import pytest

from course_lib.display.cards import KINDS
from course_lib.display.form_look import form_classes, look
from course_lib.display.show import WIDGET_VIEW
from course_lib.teaching.say.forms import (
    RUN,
    Form,
    check_id,
    check_options,
    check_text,
    choices,
    write_words,
)
from course_lib.teaching.state import Notes

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def test_a_button_acts_and_the_status_line_answers() -> None:
    pressed: list[int] = []
    form = Form("key", "Question?", "Press", lambda: pressed.append(1))
    form.button.click()
    form.tell("<strong>Kept.</strong>")
    assert pressed == [1]
    assert form.status.value == '<div role="status"><strong>Kept.</strong></div>'


def test_a_form_has_a_static_and_a_live_output(shown: Bundles) -> None:
    form = Form("key", "Is `a < b`?", "Press", lambda: None)
    form.display("Predict", [form.button], "______", "<p>______</p>")
    (static, _), (live, _) = shown
    assert static["text/plain"] == "Predict: Is `a < b`?\n______" and WIDGET_VIEW not in static
    assert "<p>Is <code>a &lt; b</code>?</p><p>______</p>" in static["text/html"]
    assert live["text/plain"] == RUN and RUN in live["text/html"]
    assert live[WIDGET_VIEW]["model_id"] not in live["text/plain"] + live["text/html"]


def test_a_live_form_hides_its_own_stand_in_and_no_other(shown: Bundles) -> None:
    form = Form("share", "How much?", "Press", lambda: None)
    form.display("Predict", [form.button], "______", "<p>______</p>")
    assert 'class="course-stand-in-share"' in shown[0][0]["text/html"]
    rule = look("share", "prediction")
    assert ".course-form-share:not(.jupyter-widgets-disconnected)) .course-stand-in-share" in rule
    assert "course-form-share" in form_classes("share")


@pytest.mark.parametrize("kind", KINDS)
def test_the_look_is_one_style_with_nothing_left_open(kind: str) -> None:
    html = look("share", kind)
    tag, style = re.fullmatch(r'<style onload="([^"]*)">(.*)</style>', html, re.DOTALL).groups()
    assert "<" not in tag + style and style.count("{") == style.count("}")
    assert tag.count("{") == tag.count("}") and tag.count("(") == tag.count(")")


def test_nothing_is_chosen_at_first() -> None:
    radio = choices(["a", "b"], "Your choice")
    assert radio.value is None and radio.description == "Your choice"
    assert list(radio.options) == ["a", "b"]


def test_words_after_a_write() -> None:
    notes = Notes()
    assert write_words(notes) == ""
    notes.note = "Old notes lie aside."
    assert write_words(notes) == "Old notes lie aside."
    notes.problem = "learner.json cannot be written (Read-only file system)"
    assert write_words(notes).startswith("Not kept: learner.json cannot be written (Read-only")


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
