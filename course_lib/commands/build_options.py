"""The options of `course build`, apart from the command line itself."""

from pathlib import Path
from typing import Annotated

import typer

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME",
        help="Lessons to build; every one that changed if none is named.",
        show_default=False,
    ),
]
Everything = Annotated[bool, typer.Option("--all", help="Run again what has not changed, too.")]
OnlyCheck = Annotated[
    bool, typer.Option("--check", help="Run and write nothing; exit 1 on any drift.")
]
Masters = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Only write nbgrader's masters, one folder each, into DIR."),
]
Predictions = Annotated[
    bool,
    typer.Option(
        "--predictions",
        help="Only print each prediction of built lessons with all text above it, to judge "
        "whether its answer is given away.",
    ),
]
