"""What predictions and quizzes share: a question, controls, a button, and one line that answers.

Design choices:
- A form is two outputs: what reads without a kernel (question, choices, folded answer), and the
  live controls, which hide it where they live (`form_look.py`). So nothing is lost where controls
  are dead or missing: on GitHub, on a printed page, the next morning.
- Callbacks set the value of an HTML widget. Nothing is printed from a callback: such output is lost
  or lands elsewhere.
- Every control has a label that a screen reader reads: the question itself, which stands on the
  page once and is the label once more, unseen. It works with the keyboard alone.
- What could not be written is said in the status line.
- ipywidgets is imported when the first form is made, not before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from course_lib.display.cards import card
from course_lib.display.form_look import NOTE_CLASS, form_classes, heading, look, stand_in
from course_lib.display.show import Shown, inline, show
from course_lib.teaching.state import Notes

ID = re.compile(r"[a-z][a-z0-9_]*")
RUN = "Run this cell (Shift+Enter) to answer."
"""What a form says that cannot be answered."""


class Form(Shown):
    """A question with controls and a status line; the base of predictions and quizzes."""

    kind = "prediction"
    """The kind of card it looks like."""

    def __init__(self, key: str, question: str, button: str, act: Callable[[], None]) -> None:
        """Make the parts every form has.

        Args:
            key: the id under which the answer is kept: small letters, digits and underscores.
            question: what is asked, in words.
            button: what the button says.
            act: what a press does.
        """
        import ipywidgets as widgets  # here: a lesson without a form need not load it

        check_id(key)
        check_text("question", question)
        self.key = key
        self.question = question
        self.status = widgets.HTML()
        self.button = widgets.Button(
            description=button, layout={"width": "auto", "align_self": "flex-start"}
        )
        self.button.on_click(lambda _: act())

    def tell(self, html: str) -> None:
        """Put a sentence (HTML) into the status line."""
        # role="status": a screen reader reads it out when it changes, wherever the focus is
        self.status.value = f'<div role="status">{html}</div>'

    def display(self, title: str, controls: Sequence[Any], plain: str, html: str) -> None:
        """Show the form, and its stand-in for readers without a kernel."""
        import ipywidgets as widgets

        asked = f"<p>{inline(self.question)}</p>"
        show(
            f"{title}: {self.question}\n{plain}",
            html=stand_in(self.key, card(self.kind, title, asked + html)),
        )
        head = (
            f"{look(self.key, self.kind)}{heading(self.kind, title)}"
            f'<div class="course-question">{inline(self.question)}</div>'
        )
        note = widgets.HTML(f"<em>{RUN}</em>").add_class(NOTE_CLASS)
        box = widgets.VBox([widgets.HTML(head), *controls, self.status, note])
        for name in form_classes(self.key):
            box.add_class(name)
        show(RUN, html=f"<p><em>{RUN}</em></p>", widget=box)


def choices(options: Sequence[str], label: str) -> Any:
    """Radio buttons with nothing chosen, wide enough for a sentence each."""
    import ipywidgets as widgets

    # value=None: otherwise the first option would be chosen, and count as an answer
    radio = widgets.RadioButtons(
        options=list(options), value=None, description=label, layout={"width": "auto"}
    )
    return radio.add_class("course-choices")


def labelled(control: Any, label: str) -> Any:
    """The control, with a label that is read out and not seen."""
    control.description = label
    return control.add_class("course-unseen-label")


def row(*controls: Any) -> Any:
    """Controls beside each other, and below each other in a narrow window."""
    import ipywidgets as widgets

    return widgets.HBox(controls, layout={"flex_flow": "row wrap"})


def hint_line(text: str) -> Any:
    """A line in small letters below a control."""
    import ipywidgets as widgets

    return widgets.HTML(f'<div class="course-hint">{inline(text)}</div>')


def write_words(notes: Notes) -> str:
    """What is said after a change to the learner's file; "" where there is nothing to say."""
    if notes.problem:
        return f"Not kept: {notes.problem}. It counts until this notebook's kernel stops."
    return notes.note


def check_id(key: str) -> str:
    """The id, if it is one.

    Raises:
        ValueError: it holds anything but small letters, digits and underscores.
    """
    if not isinstance(key, str) or not ID.fullmatch(key):
        raise ValueError(
            f"id={key!r}: must be small letters, digits and underscores, a letter first"
        )
    return key


def check_text(name: str, text: str) -> str:
    """The text, if there is some.

    Raises:
        ValueError: it is blank or no text.
    """
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{name}={text!r}: must be a text that says something")
    return text


def check_options(name: str, options: Sequence[str]) -> list[str]:
    """The options as a list, if there are two or more different ones.

    Raises:
        ValueError: fewer than two, a blank one, or one twice.
    """
    listed = [check_text(f"{name}[{place}]", option) for place, option in enumerate(options)]
    if len(listed) < 2 or len(set(listed)) < len(listed):
        raise ValueError(f"{name}={listed!r}: must hold two or more different texts")
    return listed
