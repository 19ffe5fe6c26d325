"""The one panel of widgets for every topic: controls, a message, a picture and its numbers.

Design choices:
- A control's callback sets the value of HTML widgets; nothing is printed, no output is caught. So
  the panel can be tested without a browser and is stored with the notebook.
- Sliders over lists, menus and rows of buttons all work with the keyboard alone, and each has its
  label beside it.
- While a picture is computed the panel says so. Settings that cannot be combined are answered with
  the sentence that says why.
- The picture is an HTML image, because the image widget knows no alt text.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from html import escape
from typing import Any

from course_lib.explorers import still
from course_lib.explorers.found import Found, problem
from course_lib.explorers.look import (
    NOTE_CLASS,
    WIDTH_PX,
    Shown,
    form_classes,
    inline,
    look,
    picture,
    show,
)
from course_lib.explorers.settings import Setting, Topic
from course_lib.explorers.topics import get

__all__ = ["Panel", "panel", "show_panel"]

LABEL_WIDTH = "12em"
COLUMNS = "repeat(auto-fit, minmax(26em, 1fr))"
"""As many columns of controls as there is room for."""
BUSY = "<small><em>computing …</em></small>"
RUN = "Run this cell (Shift+Enter) to move it."
"""Shown where the panel is not alive."""
READY = "<small>&nbsp;</small>"
"""As tall as `BUSY`, so that nothing jumps."""


class Panel(Shown):
    """A topic's controls, and what they show.

    >>> from course_lib.explorers.topics import get
    >>> made = Panel(get("hardware"))
    >>> sorted(made.controls) == sorted(setting.name for setting in made.topic.settings)
    True
    """

    def __init__(self, topic: Topic) -> None:
        """Make the widgets of a topic, at their first places."""
        import ipywidgets as widgets

        self.topic = topic
        self.controls = {setting.name: _control(setting) for setting in topic.settings}
        self.busy = widgets.HTML(READY, layout={"margin": "0"})
        self.page = widgets.HTML()
        grid = widgets.GridBox(
            list(self.controls.values()),
            layout={"grid_template_columns": COLUMNS, "max_width": f"{WIDTH_PX}px"},
        )
        style = widgets.HTML(look(still.key(topic), "explorer"))
        note = widgets.HTML(f"<em>{RUN}</em>").add_class(NOTE_CLASS)
        self.box = widgets.VBox([style, grid, self.busy, self.page, note])
        for name in form_classes(still.key(topic)):
            self.box.add_class(name)
        self.found: Found = still.begun(topic)
        self.page.value = page(self.found)
        for control in self.controls.values():
            control.observe(self.turn, names="value")

    def chosen(self) -> dict[str, Any]:
        """The value of each control, by its name."""
        return {name: control.value for name, control in self.controls.items()}

    def turn(self, _: Mapping[str, Any] | None = None) -> None:
        """Show what the controls now stand at."""
        self.busy.value = BUSY
        try:
            self.found = self.topic.find(**self.chosen())
        except ValueError as refused:  # an estimator's own words on what it cannot take
            self.found = problem(f"These settings cannot be combined: {refused}.")
        finally:
            self.busy.value = READY
        self.page.value = page(self.found)


def panel(name: str) -> Panel:
    """Show the panel of a topic: its question, its controls, and what they show.

    Args:
        name: a topic, one of `names()`.

    Raises:
        KeyError: no such topic.
    """
    return show_panel(get(name))


def show_panel(topic: Topic) -> Panel:
    """Show the panel of a topic that is made for one place, such as the verdicts of lesson 15."""
    made = Panel(topic)
    sentence = still.begun(topic).sentence
    # a notebook is JSON, and holds a picture's bytes as text
    picture_bytes = base64.b64encode(still.still(topic)).decode("ascii")
    show(
        f"{still.card_text(topic)}\n{still.plain(topic)}",
        html=still.card_html(topic) + still.picture_html(topic, picture_bytes),
        # beside the HTML, for readers that show no pictures in it
        extra={"image/png": picture_bytes},
        metadata={"image/png": {"alt": sentence, "width": WIDTH_PX}},
    )
    show(RUN, widget=made.box)
    return made


def page(found: Found) -> str:
    """What is found as HTML: the message, the picture, the numbers."""
    # role="status": a screen reader reads it out at each turn of a control
    message = f'<div role="status" style="line-height: 1.3">{inline(found.sentence)}</div>'
    if found.draw is None:
        return message
    data = base64.b64encode(picture((found.ground, found.draw))).decode("ascii")
    image = (
        f'<img alt="{escape(found.sentence)}" src="data:image/png;base64,{data}" '
        f'width="{WIDTH_PX}" height="{found.ground.height_px}" '
        'style="max-width: 100%; height: auto">'
    )
    return f"{message}{image}{_numbers(found)}"


def _numbers(found: Found) -> str:
    """Labels and values, as many beside each other as there is room."""
    # plain boxes: JupyterLab's own style breaks lists of terms apart
    cells = "".join(
        f"<div><small>{inline(label)}</small><br><strong>{inline(text)}</strong></div>"
        for label, text in found.numbers.items()
    )
    look = "display: flex; flex-wrap: wrap; gap: 6px 24px; margin: 4px 0"
    return f'<div style="{look}; max-width: {WIDTH_PX}px; line-height: 1.3">{cells}</div>'


def _control(setting: Setting) -> Any:
    """The widget of a setting."""
    import ipywidgets as widgets

    kind = {
        "slider": widgets.SelectionSlider,
        "menu": widgets.Dropdown,
        "buttons": widgets.ToggleButtons,
    }[setting.kind]
    style = {"description_width": LABEL_WIDTH}
    if setting.kind == "buttons":
        style["button_width"] = "auto"
    return kind(
        options=list(setting.options),
        value=setting.default,
        description=setting.label,
        tooltip=setting.label,
        style=style,
        layout={"width": "auto"},
    )
