"""The thin panel: labels, keyboard, callbacks, and what is shown without a kernel."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import Any

import ipywidgets as widgets
import pytest

from course_lib import explorers
from course_lib.display import show as showing
from course_lib.explorers import Panel
from course_lib.explorers.panel import BUSY, READY, page
from course_lib.explorers.settings import Topic, slider

NAMES = explorers.names()
KEYBOARD = (widgets.SelectionSlider, widgets.Dropdown, widgets.ToggleButtons)
"""Widgets that Tab, arrows and Enter work without a mouse."""


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """What is displayed, as bundles with their metadata."""
    bundles: list[tuple[dict[str, Any], dict[str, Any]]] = []
    monkeypatch.setattr(showing, "publish", lambda *bundle: bundles.append(bundle))
    return bundles


@pytest.mark.parametrize("name", NAMES)
def test_every_control_has_a_label_and_works_by_keyboard(name: str) -> None:
    panel = Panel(explorers.get(name))
    assert list(panel.controls) == [setting.name for setting in panel.topic.settings]
    for control in panel.controls.values():
        assert isinstance(control, KEYBOARD)
        assert 3 <= len(control.description) <= 24  # longer ones are cut off by their column
        assert control.tooltip == control.description


@pytest.mark.parametrize("name", NAMES)
def test_a_turn_shows_what_is_found(name: str) -> None:
    panel = Panel(explorers.get(name))
    for setting in panel.topic.settings:
        before = panel.page.value
        value = next(each for each in setting.values if each != setting.default)
        panel.controls[setting.name].value = value
        assert panel.page.value != before, setting.name
        chosen = panel.topic.defaults() | {setting.name: value}
        assert panel.chosen() == chosen
        assert panel.found.sentence == panel.topic.find(**chosen).sentence
        panel.controls[setting.name].value = setting.default
        assert panel.page.value == before


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_has_its_message_as_alt_text(name: str) -> None:
    panel = Panel(explorers.get(name))
    found = re.search(r'<img alt="([^"]+)" src="data:image/png;base64,([^"]+)"', panel.page.value)
    assert found and found[1] == escape(panel.found.sentence)
    assert base64.b64decode(found[2]).startswith(b"\x89PNG")
    assert 'role="status"' in panel.page.value
    for label, text in panel.found.numbers.items():
        assert escape(label) in panel.page.value and escape(text) in panel.page.value


def topic(find: Any) -> Topic:
    """A topic with one slider."""
    setting = slider("number", "A number", [1, 2, 3], 1)
    return Topic(
        name="t", title="t", question="How?", settings=(setting,), find=find, answer=lambda: "So."
    )


def found(number: int) -> explorers.Found:
    return explorers.Found(
        sentence=f"The number is {number}, and it has a sentence.",
        values={"the number": explorers.Amount(number)},
        draw=lambda axes: axes.plot([0, 100 * number], [0, 1]),
    )


def test_a_panel_says_that_it_computes_and_then_that_it_is_done() -> None:
    seen: list[str] = []

    def watch(number: int) -> explorers.Found:
        if number > 1:  # the first one is found before there is a panel
            seen.append(panel.busy.value)
        return found(number)

    panel = Panel(topic(watch))
    panel.controls["number"].value = 2
    assert seen == [BUSY] and panel.busy.value == READY


def test_an_estimators_refusal_is_a_sentence() -> None:
    def refuse(number: int) -> explorers.Found:
        if number == 3:
            raise ValueError("number must be below 3, got 3")
        return found(number)

    panel = Panel(topic(refuse))
    panel.controls["number"].value = 3
    assert "cannot be combined: number must be below 3" in panel.page.value
    assert "<img" not in panel.page.value and panel.busy.value == READY
    panel.controls["number"].value = 2
    assert "The number is 2" in panel.page.value and "<img" in panel.page.value


def test_an_error_of_another_kind_is_raised_and_leaves_the_panel_usable() -> None:
    def fail(number: int) -> explorers.Found:
        if number == 3:
            raise RuntimeError("broken")
        return found(number)

    panel = Panel(topic(fail))
    with pytest.raises(RuntimeError):
        panel.controls["number"].value = 3
    assert panel.busy.value == READY
    panel.controls["number"].value = 2
    assert "The number is 2" in panel.page.value


def test_text_is_made_safe_for_html() -> None:
    said = explorers.Found(
        sentence='a < b and "c" is a sentence', values={"<b>": "x & y"}, draw=lambda axes: None
    )
    html = page(said)
    assert 'alt="a &lt; b and &quot;c&quot; is a sentence"' in html
    assert "&lt;b&gt;" in html and "x &amp; y" in html


@pytest.mark.parametrize("name", NAMES)
def test_what_is_stored_is_the_same_at_every_run(name: str, shown: list[Any]) -> None:
    panel = explorers.panel(name)
    for setting in panel.topic.settings:  # what a learner moves changes nothing of it
        panel.controls[setting.name].value = setting.values[-1]
    explorers.panel(name)
    view = "application/vnd.jupyter.widget-view+json"
    first, second = (
        [{kind: data for kind, data in bundle.items() if kind != view} for bundle, _ in part]
        for part in (shown[:2], shown[2:])
    )
    assert first == second
    for bundle in first:
        for kind in ("text/plain", "text/html"):
            assert not re.search(r"0x[0-9a-f]{6}|IPY_MODEL|object at|/home/", bundle.get(kind, ""))


@pytest.mark.parametrize("name", NAMES)
def test_readers_without_a_kernel_get_question_picture_and_numbers(
    name: str, shown: list[Any]
) -> None:
    panel = explorers.panel(name)
    (card, metadata), (live, _) = shown
    assert panel.topic.question in card["text/plain"]
    begun = panel.topic.find(**panel.topic.defaults())
    for label, text in begun.numbers.items():
        assert escape(label) in card["text/html"] and escape(text) in card["text/html"]
        assert label in card["text/plain"] and text in card["text/plain"]
    # the picture stands in the card, hidden only where the live panel beside it is alive
    assert f'class="course-stand-in-explorer-{name}"' in card["text/html"]
    assert f'alt="{escape(begun.sentence)}"' in card["text/html"]
    assert base64.b64decode(card["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == begun.sentence
    assert len(card["image/png"]) < 90_000
    assert "Run this cell" in live["text/plain"]


def test_a_panel_is_displayed_once(shown: list[Any]) -> None:
    panel = explorers.panel("hardware")
    panel._ipython_display_()  # as the last line of a cell
    assert len(shown) == 2
