"""What the three kinds of predictions share: a form whose answer is kept, and a result that is
noted.

Design choices:
- A prediction never blocks. Without a guess, a reveal shows the result alone.
- The guess that counts is one made before the result was shown; a later one is kept and marked.
- A kept guess that no longer fits its question (a lesson was rewritten) is passed over.
- A guess that cannot be written counts all the same until the kernel stops, and the form says so.
"""

from __future__ import annotations

from typing import Any

from course_lib.display.show import inline
from course_lib.teaching import state
from course_lib.teaching.predictions.reveals import LATE
from course_lib.teaching.predictions.room import Messenger
from course_lib.teaching.say.forms import Form, write_words

__all__ = ["Prediction"]


class Prediction(Form):
    """A form whose answer is a guess, kept until its result is shown."""

    unit = ""

    def __init__(self, key: str, question: str) -> None:
        super().__init__(key, question, "Keep my guess", self.keep)
        self.room = Messenger(self.tell)

    def usable(self, notes: state.State) -> dict[str, Any]:
        """What the learner's file holds about this prediction, if the guess still fits the
        question."""
        entry = notes["predictions"].get(self.key, {})
        fits = all(self.fits(entry[name]) for name in ("first", "guess", "late") if name in entry)
        return entry if fits else {}

    def keep(self) -> None:
        """Keep the guess in the controls, or say kindly why it cannot be kept."""
        try:
            guess = self.read()
        except ValueError as problem:
            self.tell(inline(str(problem)))
            return
        now, lesson = state.now(), state.lesson()
        notes = state.change(
            lambda old: state.with_guess(old, self.key, guess, now, unit=self.unit, lesson=lesson)
        )
        # a first guess that no longer fits makes the entry unusable: speak of the new one alone
        entry = self.usable(notes) or {"first": guess, "guess": guess, "after_result": False}
        told = self.kept(entry, "Your guess" if notes.problem else "Kept")
        said = " ".join(filter(None, (told, inline(write_words(notes)))))
        self.tell(said)
        self.room.send({self.key: guess}, said)

    def kept(self, entry: dict[str, Any], word: str = "Kept") -> str:
        """The status line after a guess, as HTML."""
        if "late" in entry:
            shown = inline(self.shown(entry["late"]))
            before = inline(self.shown(entry["guess"]))
            return f"Noted: {shown}. Your guess before the result stays {before}."
        text = f"{word}: <strong>{inline(self.shown(entry['guess']))}</strong>."
        if entry["first"] != entry["guess"]:
            text += f" Your first guess was {inline(self.shown(entry['first']))}."
        return text + (f" {inline(LATE)}" if entry["after_result"] else "")

    def remind(self) -> None:
        """Say in the status line which guess is already kept."""
        entry = self.usable(state.read())
        if "guess" in entry:
            self.tell(self.kept(entry))

    def revealed(self, result: Any) -> tuple[dict[str, Any], list[str]]:
        """Note that the result was shown; the entry with the guess, if there is one, and what is
        said in small letters."""
        now = state.now()
        notes = state.change(lambda old: state.with_result(old, self.key, result, now))
        entry = self.usable(notes)
        said = [LATE] if entry.get("after_result") else []
        return entry, [*said, *filter(None, [write_words(notes)])]

    def read(self) -> Any:
        """The guess in the controls; ValueError with a sentence for the learner where there is
        none."""
        raise NotImplementedError

    def fits(self, guess: Any) -> bool:
        """Whether a guess kept earlier answers the question as it is now."""
        raise NotImplementedError

    def shown(self, guess: Any) -> str:
        """A guess as text."""
        return str(guess)
