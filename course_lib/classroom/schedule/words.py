"""What a run sheet says: for each row what to do, and before the workshop what to prepare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from course_lib.classroom.lesson.cards import Check, Prediction
from course_lib.classroom.lesson.hand import ByHand, Idea
from course_lib.classroom.lesson.records import Lesson, Section
from course_lib.classroom.schedule.choose import Cut, Plan
from course_lib.classroom.schedule.minutes import SETTLED
from course_lib.classroom.schedule.sheet import Row

STEPS = {
    "set-up": "Set up",
    "return": "Begin again",
    "open": "Open",
    "predict": "Predict",
    "measure": "Run and look",
    "discuss": "Discuss",
    "exercise": "Exercise",
    "break": "Break",
    "lunch": "Lunch",
    "questions": "Questions",
    "close": "Close",
}
"""How a row is called."""
FIXED = {
    "return": "One person says in a sentence what question was answered last time, and how.",
    "break": "Windows open, screens off.",
    "lunch": "Eat.",
    "questions": "Questions of the room. None? Move the explorer of the last lesson together.",
    "close": "Each person says one sentence that they will repeat tomorrow, and its condition: for "
    "whom, how many, when. `course progress` shows everybody their own guesses.",
}
QUIET = (*SETTLED, "Exercises")
"""Headings of the opening, and one that has nothing to run."""
LOOK_AT = {
    "breaks": "Read one line together: how far off is the estimate? Would it change the answer?",
    "full size": "Read one line together: what is other at this size, and what is not?",
    "bill": "Everybody reads the new row of their own bill.",
}
"""What to look at in parts that have no talk of their own."""
MEASURED = "measured on another machine; yours may differ"
OUTCOME = "You can"
GUESSED = "Whose guess at the question was closest, and what was it based on?"
OPENED = "Go back to what the room said at the opening. What would they say now?"
ONE_GUESS = "Everybody writes a guess before anything more is run."
MORE_GUESSES = (
    "Guess, run, look: one question after the other, as the notebook asks. Everybody writes a "
    "guess each time."
)
RUN_ABOVE = (
    "What is left out must still be run: click into the first cell of this part and choose Run, "
    "then Run All Above Selected Cell"
)

__all__ = ["STEPS", "before", "cut_words", "do", "outcomes", "title"]


def title(row: Row, plan: Plan) -> str:
    """What a row is about: the lesson and the part; nothing for a break."""
    if row.part is None:
        return ""
    lesson = _lesson(row.part.lesson, plan)[0]
    heading = f"`{row.part.heading}`" if row.kind == "exercise" else row.part.heading
    return f"{lesson.label} · {heading}"


def do(row: Row, plan: Plan) -> list[str]:
    """What the teacher does in a row, a paragraph each."""
    if row.kind == "set-up":
        first = plan.lessons[0].name
        return [
            f"Everybody opens lesson {first[:2]} (`course lab {first[:2]}`) and runs its first "
            "code cell with Shift+Enter. Whoever cannot sits beside somebody who can.",
            "Say how it goes: first everybody writes down a guess, then the cell is run, then the "
            "room talks. Wrong guesses are the useful ones. Guesses come where the notebook asks "
            "for them; the minutes on this sheet are for all of a part.",
        ]
    if row.part is None:
        return [FIXED[row.kind]]
    lesson, texts = _lesson(row.part.lesson, plan)
    if row.kind == "exercise":
        return [_task(lesson, row.part.heading)]
    section = lesson.section(row.part.heading)
    assert section is not None  # a part is made from a section, or is a task
    idea = _idea(lesson, texts, section)
    begins = row.kind == row.part.minutes[0][0]
    skipped = _skipped(section, lesson, plan) if begins else []
    return [*skipped, *_step(row.kind, row.part.kind, lesson, texts, section, idea)]


def cut_words(cuts: Sequence[Cut], plan: Plan) -> tuple[str, str]:
    """(what is cut, the sentence to say in its place or nothing), of one section or of tasks."""
    part = cuts[0].part
    if part.kind == "exercise":
        names = ", ".join(f"`{each.part.heading}`" for each in cuts)
        return f"{'task' if len(cuts) == 1 else 'tasks'} {names}", ""
    section = _lesson(part.lesson, plan)[0].section(part.heading)
    return part.heading, section.in_short if section else ""


def outcomes(plan: Plan) -> list[str]:
    """What people can do after it, a lesson each."""
    return [f"{OUTCOME} {texts.outcome}" for texts in plan.texts]


def before(plan: Plan) -> list[str]:
    """What to prepare, for teacher and room, a sentence or two each."""
    names = [lesson.name for lesson in plan.lessons]
    needed = sorted({need for lesson in plan.lessons for need in lesson.needs} - set(names))
    every = ", ".join(f"[{name[:2]}](../teaching/{name}.md)" for name in names)
    told = [
        f"You: read the guide's pages of the lessons ({every}), and run each notebook once from "
        "top to bottom on the machine that you will show.",
        "You: have a board for guesses, this sheet on paper, and the slides of each lesson "
        f"(`course slides {names[0][:2]}`, and so on) in case no machine will work. In place of "
        f"the board, `course room {names[0][:2]}` collects guesses from phones and draws them.",
        "The room: one laptop for two people is enough. On each, install the course the day "
        "before, while there is a good network or from a stick (`course pack`), and run "
        "`course check`.",
    ]
    if needed:
        numbers = ", ".join(name[:2] for name in needed)
        one = "lesson" if len(needed) == 1 else "lessons"
        told.append(
            f"The room: nothing must be read. Whoever wants to, reads the key points of {one} "
            f"{numbers}, which these lessons build on; you should have read them."
        )
    return told


def _step(
    step: str, kind: str, lesson: Lesson, texts: ByHand, section: Section, idea: Idea | None
) -> Iterator[str]:
    """What is done in one step of a part."""
    if step == "open":
        yield texts.opening
        yield f"Then read the question aloud: {lesson.question}"
    elif step == "predict":
        yield ONE_GUESS if len(section.predictions) == 1 else MORE_GUESSES
        yield from map(_asked, section.predictions)
    elif step == "measure":
        yield _run(kind, section)
        yield from (
            _answer(each) for each in section.predictions if each.answer and kind != "opening"
        )
        if kind == "closing":
            yield f"The answer: {lesson.answer}"
            yield from _question_answered(lesson)
        elif section.in_short:
            yield f"In short: {section.in_short}"
        if kind in LOOK_AT:
            yield LOOK_AT[kind]
        if section.explorer:
            yield f"Who is done early moves the explorer: {section.explorer.question}"
    else:
        if idea is not None:
            yield f"Ask: {idea.discuss}"
            yield f"Listen for: {idea.listen}"
        elif kind == "closing":
            yield GUESSED if _guessed(lesson) else OPENED
        yield from map(_checked, section.checks)


def _run(kind: str, section: Section) -> str:
    """The cells that a part runs."""
    seconds = f"; its slow cells take some {section.seconds} s" if section.seconds else ""
    if kind == "opening":
        return f"Run the cells down to the set-up{seconds}."
    return f"Run the cells under “{section.heading}”{seconds}."


def _question_answered(lesson: Lesson) -> Iterator[str]:
    """The guess at the lesson's question, which is revealed on the way."""
    yield from (_answer(each) for each in _guessed(lesson) if each.answer)


def _guessed(lesson: Lesson) -> tuple[Prediction, ...]:
    """The guesses that the lesson's question asks for."""
    section = lesson.section("The question")
    return section.predictions if section else ()


def _skipped(section: Section, lesson: Lesson, plan: Plan) -> list[str]:
    """What to run unseen before a part: the sections between it and the last part that is done."""
    done = {part.heading for part in plan.taken if part.lesson == lesson.name}
    before: list[Section] = []
    for each in lesson.sections[: lesson.sections.index(section)]:
        before = [] if each.heading in done | set(QUIET) else [*before, each]
    if not any(cell["cell_type"] == "code" for each in before for cell in each.cells):
        return []
    seconds = sum(each.seconds for each in before)
    return [f"{RUN_ABOVE}{f'; it takes some {seconds} s' if seconds else ''}."]


def _asked(prediction: Prediction) -> str:
    options = f" ({' · '.join(prediction.options)})" if prediction.options else ""
    return f"“{prediction.question}”{options}"


def _answer(prediction: Prediction) -> str:
    told = f" ({MEASURED})" if prediction.measured else ""
    return f"“{_short(prediction.question)}” It comes out: {prediction.answer}{told}."


def _checked(check: Check) -> str:
    choices = " · ".join(choice.text for choice in check.choices)
    return f"Quick check: “{check.question}” ({choices}) Right: {check.right}"


def _short(question: str) -> str:
    """The last sentence of a question if it asks, else all of it."""
    last = question.replace("? ", "?\n").replace(". ", ".\n").split("\n")[-1]
    return last if last.endswith("?") else question


def _task(lesson: Lesson, id: str) -> str:
    task = next(each for each in lesson.tasks if each.id == id)
    objective = lesson.objectives[task.objective - 1]
    return (
        f"Task `{id}` ({task.difficulty}) of exercises/{lesson.name}.ipynb, alone or in pairs. It "
        f"practises: {objective.replace('**', '')} Its check says at once whether it is right; you "
        f"have solutions/{lesson.name}.ipynb."
    )


def _idea(lesson: Lesson, texts: ByHand, section: Section) -> Idea | None:
    """What was written by hand for a section."""
    if section.is_idea:
        return texts.ideas[lesson.ideas.index(section)]
    return next((each for each in texts.own if each.heading == section.heading), None)


def _lesson(name: str, plan: Plan) -> tuple[Lesson, ByHand]:
    pairs: Sequence[tuple[Lesson, ByHand]] = tuple(zip(plan.lessons, plan.texts, strict=True))
    return next(pair for pair in pairs if pair[0].name == name)
