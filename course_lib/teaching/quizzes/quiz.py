"""Quick checks: one question, one right choice, and wrong choices that each explain their
misconception.

Design choices:
- Questions are written in `texts/questions/`, so that no right answer can be read in the cell that
  asks.
- The first answer and the last one are kept in the learner's file.
"""

from __future__ import annotations

from course_lib.teaching import state
from course_lib.teaching.quizzes import questions
from course_lib.teaching.quizzes.questions import Choice, Question
from course_lib.teaching.say.forms import Form, choices
from course_lib.teaching.say.show import bullets, details, inline

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

    def __init__(self, question: Question) -> None:
        super().__init__(question.id, question.text, "Check", self.check)
        self.record = question
        texts = [choice.text for choice in question.choices]
        self.radio = choices(texts, "Your answer")
        folded = [
            f"<strong>{_word(choice)}: {inline(choice.text)}</strong><br>{inline(choice.feedback)}"
            for choice in question.choices
        ]
        html = bullets([inline(text) for text in texts]) + details(
            "Answer and explanations", bullets(folded)
        )
        self.display(
            "Check yourself:",
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
        self.tell(f"<strong>{_word(choice)}.</strong> {inline(choice.feedback)}")
        now, lesson = state.now(), state.lesson()
        state.change(
            lambda old: state.with_answer(
                old, self.record.id, choice.text, choice.right, now, lesson=lesson
            )
        )
