"""The options of `course schedule` and `course slides`, apart from the command line itself."""

from pathlib import Path
from typing import Annotated

import typer

Minutes = Annotated[
    int, typer.Option("--minutes", help="How long it is (each session), breaks included.")
]
Sessions = Annotated[
    int, typer.Option("--sessions", help="How many sessions of that length there are.")
]
Lessons = Annotated[
    str,
    typer.Option("--lessons", metavar="00,05", help="Which lessons; else the best for the time."),
]
Start = Annotated[
    str, typer.Option("--start", metavar="9:00", help="When it begins; else times count from 0:00.")
]
Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE.html", help="Write a page to print instead.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print it as JSON instead.")]
Lesson = Annotated[str, typer.Argument(metavar="LESSON", help="A lesson: 5, 05, inference.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE.html", help="Where to write; else slides_NN.html here."),
]
