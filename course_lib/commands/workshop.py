"""The commands for a workshop, such as `course schedule` and `course slides`: reads options, and
hands over."""

from pathlib import Path
from typing import Annotated

import typer

from course_lib.commands import questions_options as asking
from course_lib.commands import room_options as rooms

app = typer.Typer()


@app.command()
def schedule(
    minutes: Annotated[
        int, typer.Option("--minutes", help="How long it is (each session), breaks included.")
    ],
    sessions: Annotated[int, typer.Option(help="How many sessions of that length there are.")] = 1,
    lessons: Annotated[
        str, typer.Option(metavar="00,05", help="Which lessons; else those that suit the time.")
    ] = "",
    start: Annotated[
        str, typer.Option(metavar="9:00", help="When it begins; else times count from 0:00.")
    ] = "",
    html: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write a page to print instead.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")] = False,
) -> None:
    """Print a run sheet for a workshop of some length: what is done when, what is cut, and why."""
    from course_lib.commands.schedule import run_schedule

    raise typer.Exit(
        run_schedule(minutes, sessions, lessons, start=start, html=html, as_json=as_json)
    )


@app.command()
def slides(
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="A lesson: 5, 05, inference.")],
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Where to write; else slides_NN.html here."),
    ] = None,
) -> None:
    """Write a lesson's slides: one file that opens in any browser, offline, and prints."""
    from course_lib.commands.schedule import run_slides

    raise typer.Exit(run_slides(lesson, output))


@app.command()
def questions(
    lesson: asking.Lesson,
    seed: asking.Seed = 1,
    count: asking.Count = 20,
    to: asking.To = "html",
    output: asking.Output = None,
) -> None:
    """Draw questions of a lesson, with their numbers from the catalog, their answers by the
    estimators, and a known misconception behind each wrong choice."""
    from course_lib.commands.questions import run_questions

    raise typer.Exit(run_questions(lesson, seed, count, to, output))


@app.command()
def room(
    lesson: rooms.Lesson,
    host: rooms.Host = "127.0.0.1",
    port: rooms.Port = 8640,
    save: rooms.Save = None,
    per_address: rooms.PerAddress = 60,
) -> None:
    """Let a room guess a lesson's predictions on phones and laptops, see the histogram, and show
    the answers."""
    from course_lib.commands.room import run_room

    raise typer.Exit(run_room(lesson, host, port, save, per_address))
