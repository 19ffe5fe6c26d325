"""The options of `course room`, for its help."""

from pathlib import Path
from typing import Annotated

import typer

Lesson = Annotated[
    str,
    typer.Argument(metavar="LESSON", help="A lesson: 5, 05, inference.", show_default=False),
]
Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="ADDRESS",
        help="Where to listen: 0.0.0.0 lets the room's phones and laptops in.",
    ),
]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="0 for any that is free.")]
Save = Annotated[
    Path | None,
    typer.Option(
        "--save",
        metavar="FILE.json",
        help="Keep what was guessed, at each change; a room that stopped goes on from it.",
        show_default=False,
    ),
]
PerAddress = Annotated[
    int,
    typer.Option(
        "--per-address",
        metavar="N",
        min=1,
        max=1000,
        help="Guessers at one network address; more for a room that shares one.",
    ),
]
