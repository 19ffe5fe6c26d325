"""How a live form looks, behaves under keys, and gives way to its stand-in where it is dead.

Design choices:
- Everything travels inside the form: it looks and behaves the same in any JupyterLab, with or
  without the course's own settings. Where a style or script is refused, plain widgets remain.
- The stand-in is hidden by a rule (`:has`) that holds only where a live form stands beside it. A
  form without a kernel carries ipywidgets' class `jupyter-widgets-disconnected`.
- JupyterLab's shortcuts take a letter or an arrow typed on a button, a radio or a list: `d d` there
  deletes the cell. Its own way to keep them off is an attribute (`data-lm-suppress-shortcuts`) that
  ipywidgets cannot set: a few lines of script do, for plain keys. Ctrl+S and Shift+Enter still
  work.
- ipywidgets' radios share no name, so that arrows do not move among them, and tell a screen reader
  no question: the script gives them both. With a name they are the browser's own radio group.
"""

from __future__ import annotations

from html import escape

from course_lib.display.cards import KINDS

DEAD = ".jupyter-widgets-disconnected"
NOTE_CLASS = "course-note"
# where JupyterLab, Colab and VS Code put the outputs of one cell
OUTPUTS = ".jp-OutputArea, #output-area, .cell_container"

KEYS = """
const form = this.closest('.widget-vbox');
if (!form) return;
const question = form.querySelector('.course-question').textContent;
const name = 'course-' + Math.random();
const join = () => form.querySelectorAll('.widget-radio-box').forEach(box => {
  box.setAttribute('role', 'radiogroup');
  box.setAttribute('aria-label', question);
  box.querySelectorAll('input').forEach(input => { input.name = name; });
});
const group = () => {
  if (form.querySelectorAll('select, input[type=text]').length &gt; 1) {
    form.setAttribute('role', 'group');
    form.setAttribute('aria-label', question);
  }
};
const both = () => { join(); group(); };
both();
new MutationObserver(both).observe(form, {childList: true, subtree: true});
if (!window.courseKeys) {
  window.courseKeys = true;
  window.addEventListener('keydown', event => {
    const control = event.target;
    if (!control.closest || !control.closest('.course-form')) return;
    const chord = event.ctrlKey || event.metaKey || event.altKey;
    const run = event.shiftKey &amp;&amp; event.key === 'Enter';
    control.toggleAttribute('data-lm-suppress-shortcuts', !chord &amp;&amp; !run);
  }, true);
}
"""
"""Run once for each form that appears. The listener hears a key before JupyterLab does (on the
window, while it goes down), and is the page's only one."""

RULES = """
.course-form.course-form {padding: 8px 12px; margin: 6px 0; max-width: 46em; box-sizing: border-box;
  font: var(--jp-content-font-size1, 14px) var(--jp-content-font-family, sans-serif);
  --jp-widgets-font-size: var(--jp-content-font-size1, 14px)}
.course-form .widget-html-content {line-height: 1.5}
.course-form .widget-html {margin: 2px}
.course-form .course-question {margin: 4px 0}
.course-form .course-hint {font-size: 92%; opacity: 0.8; line-height: 1.4}
.course-form .widget-text, .course-form .widget-dropdown {max-width: calc(100% - 4px);
  margin: 2px}
.course-form .jupyter-button {height: auto; min-height: 28px; white-space: normal; line-height: 1.4}
.course-form :is(button, input, select):focus-visible {outline: 2px solid #0072B2;
  outline-offset: 1px}
.course-unseen-label > .widget-label {position: absolute; width: 1px; height: 1px; margin: -1px;
  padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap}
.course-form .widget-dropdown > .widget-label {width: 4.5em; text-align: left}
.course-asked.widget-text {flex-wrap: wrap; width: 100%; height: auto; margin: 4px 2px}
.course-asked > .widget-label {flex: 1 1 24em; width: auto; height: auto; text-align: left;
  white-space: normal; line-height: 1.4}
.course-asked > input {flex: 0 1 12em}
.course-choices > .widget-label {display: none}
.course-choices .widget-radio-box {max-width: 100%; margin-bottom: 2px !important}
.course-choices label {display: flex; align-items: flex-start; height: auto; line-height: 1.4;
  padding: 2px 0; white-space: normal}
.course-choices input {order: -1; flex: none; height: 1.2em !important;
  margin: 0 6px 0 1px !important}
.course-form:not(.jupyter-widgets-disconnected) > .course-note {display: none}
.course-form.jupyter-widgets-disconnected > :not(.course-note) {display: none}
.course-form.course-form.jupyter-widgets-disconnected {padding: 0 10px; margin: 0}
.course-form.jupyter-widgets-disconnected::before,
.course-form > .course-note::before {display: none}
"""
"""ipywidgets gives an option one line of fixed height and puts the radio behind its text: a long
option would run into the next."""

__all__ = ["NOTE_CLASS", "form_classes", "heading", "look", "stand_in"]


def form_classes(key: str) -> tuple[str, str]:
    """The classes of a live form."""
    return "course-form", f"course-form-{key}"


def heading(kind: str, title: str) -> str:
    """The first line of a live form: that of a card of its kind.

    >>> ">Predict</strong></div>" in heading("prediction", "Predict")
    True
    """
    colour, icon = KINDS[kind]
    sign = f'<span aria-hidden="true" style="color: {colour}; font-size: 1.2em">{icon}</span>'
    return f"<div>{sign} <strong>{escape(title)}</strong></div>"


def stand_in(key: str, html: str) -> str:
    """What is shown where the form with that key is not alive.

    >>> stand_in("share", "<p>How much?</p>")
    '<div class="course-stand-in-share"><p>How much?</p></div>'
    """
    return f'<div class="course-stand-in-{key}">{html}</div>'


def look(key: str, kind: str) -> str:
    """Style and script of a live form, as HTML inside it.

    Args:
        key: the form's id.
        kind: the kind of card it looks like.
    """
    colour, _ = KINDS[kind]
    own = (
        f".course-form-{key}:not({DEAD}) {{border-left: 4px solid {colour}; "
        f"background: {colour}14}}\n"
        f":is({OUTPUTS}):has(.course-form-{key}:not({DEAD})) .course-stand-in-{key} "
        "{display: none}"
    )
    # `onload` of the style itself: scripts in a widget's HTML are not run
    return f'<style onload="{KEYS}">{RULES}{own}</style>'
