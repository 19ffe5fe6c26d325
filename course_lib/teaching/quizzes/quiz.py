"""Quick checks: one question, one right choice, and wrong choices that each explain their
misconception.

Design choices:
- Questions are written in `texts/questions/`, so that no right answer can be read in the cell that
  asks.
- The first answer and the last one are kept in the learner's file; the last one is shown again when
  the cell runs another day. One that no longer fits its question is passed over.
"""

from __future__ import annotations

from course_lib.display.show import bullets, details, inline
from course_lib.teaching import state
from course_lib.teaching.quizzes import questions
from course_lib.teaching.quizzes.questions import Choice, Question
from course_lib.teaching.say.forms import Form, choices, write_words

__all__ = ["quiz"]


def quiz(id: str, **numbers: str) -> Quiz:
    """Show the multiple-choice question of that id.

    Args:
        id: an entry of `texts/questions/`, under which the answer is kept too.
        numbers: what fills the {names} in its texts, as text from `fmt`.

    Raises:
        KeyError: there is no such question; the nearest are named.
        ValueError: a {name} is not filled, or a number fits none.
    """
    return Quiz(questions.get(id, **numbers))


def _word(choice: Choice) -> str:
    return "Right" if choice.right else "Not so"


class Quiz(Form):
    """A question on the page."""

    kind = "check"

    def __init__(self, question: Question) -> None:
        super().__init__(question.id, question.text, "Check", self.check)
        self.record = question
        texts = [choice.text for choice in question.choices]
        self.radio = choices(texts, f"Your answer: {question.text}")
        self.remind()
        folded = [
            f"<strong>{_word(choice)}: {inline(choice.text)}</strong><br>{inline(choice.feedback)}"
            for choice in question.choices
        ]
        html = bullets([inline(text) for text in texts]) + details(
            "Answer and explanations", bullets(folded)
        )
        self.display(
            "Check yourself",
            [self.radio, self.button],
            "\n".join(f"- {text}" for text in texts),
            html,
        )

    def check(self) -> None:
        """Answer with the choice taken, and keep it."""
        if self.radio.value is None:
            self.tell("Nothing is chosen yet. Choose one, then check it.")
            return
        choice = self.record.answer(self.radio.value)
        now, lesson = state.now(), state.lesson()
        notes = state.change(
            lambda old: state.with_answer(
                old, self.record.id, choice.text, choice.right, now, lesson=lesson
            )
        )
        self.judge(choice, write_words(notes))

    def judge(self, choice: Choice, more: str = "") -> None:
        """Say what is right or wrong with a choice."""
        colour, icon = ("#009E73", "✔") if choice.right else ("#D55E00", "✘")
        mark = f'<span aria-hidden="true" style="color: {colour}">{icon}</span> '
        said = f"{mark}<strong>{_word(choice)}.</strong> {inline(choice.feedback)}"
        self.tell(f"{said}<br>{inline(more)}" if more else said)

    def remind(self) -> None:
        """Show the answer given last, if it is still one of the choices."""
        last = state.section(state.read()["quiz"].get(self.key, {}), "last").get("choice")
        for choice in self.record.choices:
            if choice.text == last:
                self.radio.value = last
                self.judge(choice)
