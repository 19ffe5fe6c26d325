"""The options of `course questions`, for its help."""

from pathlib import Path
from typing import Annotated

import typer

Lesson = Annotated[
    str, typer.Argument(metavar="LESSON", help="A lesson: 5, 05, inference.", show_default=False)
]
Seed = Annotated[
    int, typer.Option("--seed", help="The same seed draws the same questions, on every machine.")
]
Count = Annotated[
    int, typer.Option("--count", metavar="N", min=1, max=500, help="How many, all different.")
]
To = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="FORMAT",
        help="moodle (XML), qti (1.2, a zip, as Canvas takes it), anki (text) or html (for paper, "
        "with its key).",
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="FILE",
        help="Where to write; else text is printed.",
        show_default=False,
    ),
]
