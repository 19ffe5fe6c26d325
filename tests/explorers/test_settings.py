"""Settings as data refuse what no control could show."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.explorers.settings import Setting, Topic, buttons, menu, slider


def test_a_slider_writes_its_values() -> None:
    made = slider("length", "Length", [1, 8192, 262_144, 0.5], 1, texts={1: "one"})
    assert [text for text, _ in made.options] == ["one", "8\u202f192", "262 thousand", "0.5"]
    assert made.values == (1, 8192, 262_144, 0.5) and made.text(0.5) == "0.5"


def test_a_unit_is_written_with_the_values() -> None:
    assert [text for text, _ in slider("t", "T", [1, 60], 1, "s").options] == ["1 s", "1 min"]


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"kind": "knob"}, "kind='knob'"),
        ({"label": " "}, "every control needs one"),
        ({"default": 9}, "default=9"),
        ({"options": (("a", 1),)}, "two texts or more"),
        ({"options": (("a", 1), ("a", 2))}, "none twice"),
    ],
)
def test_bad_settings_are_refused(wrong: dict[str, Any], message: str) -> None:
    right: dict[str, Any] = {
        "name": "n",
        "label": "N",
        "kind": "menu",
        "options": (("a", 1), ("b", 2)),
        "default": 1,
    }
    Setting(**right)
    with pytest.raises(ValueError, match=message):
        Setting(**(right | wrong))


def test_a_topic_walks_its_places() -> None:
    settings = (menu("a", "A", {"x": 1, "y": 2}, 1), buttons("b", "B", {"p": 3, "q": 4}, 4))
    topic = Topic(name="t", title="", question="", settings=settings, find=print, answer=lambda: "")
    assert topic.defaults() == {"a": 1, "b": 4}
    assert list(topic.around()) == [
        {"a": 1, "b": 4},
        {"a": 2, "b": 4},
        {"a": 1, "b": 3},
        {"a": 1, "b": 4},
    ]
    assert topic.words({"a": 2, "b": 3}) == "A: y; B: p"
