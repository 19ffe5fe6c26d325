"""The commands for teachers: reads options, and hands over, as `cli` does for learners."""

from pathlib import Path
from typing import Annotated

import typer

from course_lib.commands import grade_options as grading
from course_lib.commands import gradebook_options as booking

app = typer.Typer()


@app.command()
def grade(
    folder: grading.Folder,
    assignment: grading.Assignment,
    output: grading.Output,
    workers: grading.Workers = 0,
    scheduler: grading.Scheduler = "",
    seed: grading.Seed = None,
    seconds: grading.Seconds = 20,
    memory: grading.Memory = 2,
    unsafe: grading.Unsafe = False,
    fresh: grading.Fresh = False,
    feedback: grading.Feedback = None,
    report: grading.Report = None,
    names: grading.Names = False,
) -> None:
    """Grade DIR/STUDENT/ASSIGNMENT/*.ipynb in a sandbox. Run again, it goes on where it stopped,
    and grades only work that changed."""
    from course_lib.commands.grade import Options, run_grade

    given = Options(
        folder=folder,
        assignment=assignment,
        output=output,
        workers=workers,
        scheduler=scheduler,
        seed=seed,
        seconds=seconds,
        memory_gib=memory,
        unsafe=unsafe,
        fresh=fresh,
        feedback=feedback,
        report=report,
        names=names,
    )
    raise typer.Exit(run_grade(given))


@app.command()
def gradebook(
    record: booking.Record = None,
    assignment: booking.Assignment = None,
    course: booking.Course = Path(),
    db: booking.Db = None,
    moodle: booking.Moodle = None,
    canvas: booking.Canvas = None,
    canvas_column: booking.Column = None,
    roster: booking.Roster = None,
    partial: booking.Partial = False,
) -> None:
    """Put a record of `course grade` into nbgrader's gradebook, and write tables for Moodle and
    Canvas out of it. Run again, it updates; what a person marked stays."""
    from course_lib.commands.gradebook import Options, run_gradebook

    given = Options(
        record=record,
        assignment=assignment,
        course=course,
        db=db,
        moodle=moodle,
        canvas=canvas,
        canvas_column=canvas_column,
        roster=roster,
        partial=partial,
    )
    raise typer.Exit(run_gradebook(given))


@app.command()
def pack(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The stick, or a new folder.")],
    platform: Annotated[
        list[str] | None,
        typer.Option(
            "--platform",
            metavar="NAME",
            help="linux, macos or windows; may be given again. This machine's by default.",
            show_default=False,
        ),
    ] = None,
    python: Annotated[
        list[str] | None,
        typer.Option(
            "--python",
            metavar="VERSION",
            help="The laptops' Python, such as 3.12; may be given again. This one by default.",
            show_default=False,
        ),
    ] = None,
    torch_index: Annotated[
        str,
        typer.Option(
            "--torch-index",
            metavar="URL",
            help="Where torch without GPU packages comes from on Linux; empty for pip's own index.",
        ),
    ] = "https://download.pytorch.org/whl/cpu",
) -> None:
    """Put the course on a stick: wheels, notebooks, guide, and a script that installs and opens it
    without a network."""
    from course_lib.commands.pack import run_pack

    raise typer.Exit(run_pack(folder, platform or [], python or [], torch_index))
