"""The options of `course gradebook`, for its help."""

from pathlib import Path
from typing import Annotated

import typer

Record = Annotated[
    Path | None,
    typer.Argument(
        metavar="RECORD.jsonl",
        help="What `course grade` left beside its table; without it, only tables are written.",
        show_default=False,
    ),
]
Assignment = Annotated[
    str | None,
    typer.Option(
        "--assignment",
        metavar="NAME",
        help="The exercise, where no record is given.",
        show_default=False,
    ),
]
Course = Annotated[
    Path,
    typer.Option(
        "--course",
        metavar="DIR",
        help="nbgrader's course: its submitted/ is read, its autograded/ is written, which "
        "formgrader shows.",
    ),
]
Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="URL",
        help="The gradebook: sqlite:///gradebook.db, postgresql+psycopg2://...; else the one that "
        "the course's nbgrader_config.py names, or gradebook.db there.",
        show_default=False,
    ),
]
Moodle = Annotated[
    Path | None,
    typer.Option(
        "--moodle", metavar="FILE.csv", help="Write grades for Moodle.", show_default=False
    ),
]
Canvas = Annotated[
    Path | None,
    typer.Option(
        "--canvas", metavar="FILE.csv", help="Write grades for Canvas.", show_default=False
    ),
]
Column = Annotated[
    str | None,
    typer.Option(
        "--canvas-column",
        metavar="TITLE",
        help='The assignment in Canvas, such as "Exercise 14 (4711)"; else the exercise\'s name.',
        show_default=False,
    ),
]
Roster = Annotated[
    Path | None,
    typer.Option(
        "--roster",
        metavar="FILE.csv",
        help="Whose folder is whose: columns student,id (and name,section,canvas_id). Without it a "
        "folder is named like an account.",
        show_default=False,
    ),
]
Partial = Annotated[
    bool,
    typer.Option("--partial", help="Leave out of the tables who is not marked yet."),
]
