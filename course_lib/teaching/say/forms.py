"""What predictions and quizzes share: a question, controls, a button, and one line that answers.

Design choices:
- Callbacks set the value of an HTML widget. Nothing is printed from a callback: such output is lost
  or lands elsewhere.
- Every control has a label that a screen reader reads, and works with the keyboard alone.
- The static stand-in holds the question and the choices, so that a page without a kernel still
  reads sensibly.
- ipywidgets is imported when the first form is made, not before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from course_lib.teaching.say.show import Shown, inline, show

# ipywidgets gives an option one line of fixed height and puts the button behind its text: a long
# option would run into the next
STYLE = """<style>
.course-choices label {display: flex; align-items: flex-start; height: auto; \
line-height: 1.4; padding: 2px 0}
.course-choices input {order: -1; flex: none; height: 1.2em !important; \
margin: 0 6px 0 1px !important}
</style>"""
ID = re.compile(r"[a-z][a-z0-9_]*")


class Form(Shown):
    """A question with controls and a status line; the base of predictions and quizzes."""

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
        self.status.value = f'<div role="status" style="line-height: 1.5">{html}</div>'

    def display(self, heading: str, controls: Sequence[Any], plain: str, html: str) -> None:
        """Show the form, with its static stand-in for readers without a kernel."""
        import ipywidgets as widgets

        question = widgets.HTML(
            f"{STYLE}<div><strong>{heading}</strong> {inline(self.question)}</div>"
        )
        box = widgets.VBox([question, *controls, self.status])
        head = f"<p><strong>{heading}</strong> {inline(self.question)}</p>"
        show(f"{heading} {self.question}\n{plain}", html=head + html, widget=box)


def choices(options: Sequence[str], label: str) -> Any:
    """Radio buttons with nothing chosen, wide enough for a sentence each."""
    import ipywidgets as widgets

    # value=None: otherwise the first option would be chosen, and count as an answer
    radio = widgets.RadioButtons(
        options=list(options), value=None, description=label, layout={"width": "auto"}
    )
    radio.style.description_width = "initial"  # else a label is cut off after some ten letters
    radio.add_class("course-choices")
    return radio


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
