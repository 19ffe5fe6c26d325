"""The options of `course grade`, for its help."""

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Holds a folder for each student.", show_default=False)
]
Assignment = Annotated[
    str, typer.Option("--assignment", metavar="NAME", help="The exercise: 1, 01, 01_parameters.")
]
Output = Annotated[
    Path,
    typer.Option(
        "--output",
        metavar="FILE.csv",
        help="Where grades go; the record that a run goes on from lies beside it, as .jsonl.",
    ),
]
Workers = Annotated[
    int, typer.Option("--workers", metavar="N", help="Submissions at once; 0 for one a core.")
]
Scheduler = Annotated[
    str,
    typer.Option(
        "--scheduler",
        metavar="ADDRESS",
        help="Grade on a Dask cluster, by its scheduler's address (tcp://...).",
        show_default=False,
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        help="Draw the numbers of hidden checks from this; else they are new for each record.",
        show_default=False,
    ),
]
Seconds = Annotated[
    float, typer.Option("--seconds", help="Time of one answer cell, and of all calls of one task.")
]
Memory = Annotated[float, typer.Option("--memory", metavar="GIB", help="Memory of one submission.")]
Unsafe = Annotated[
    bool,
    typer.Option(
        "--unsafe",
        help="Run students' code WITHOUT walls: it can read and change whatever you can.",
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Grade again what is graded already.")]
Feedback = Annotated[
    Path | None,
    typer.Option(
        "--feedback", metavar="DIR", help="Write a page for each student.", show_default=False
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(
        "--class",
        metavar="FILE.html",
        help="Write what to teach again: what wrong answers fell into, and what cost most points.",
        show_default=False,
    ),
]
Names = Annotated[
    bool, typer.Option("--names", help="Name the students in that report, for your eyes only.")
]
