"""The options of `course plan`, and which of them go together.

Design choices:
- What an option is called and what its help says stands here; `cli` lists them, `plan` and
  `serve_plan` do the work. Nothing heavy is imported, so that `course --help` stays quick.
- A call that lacks something, or that asks for two things at once, is refused before anything is
  computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from course_lib.errors import CallError

Model = Annotated[
    str | None,
    typer.Argument(
        metavar="MODEL", help="Name in the catalog, such as llama-3-8b.", show_default=False
    ),
]
Tokens = Annotated[
    str | None, typer.Option(metavar="N", help="Tokens to train on: 15T, 300B, 2e12.")
]
Device = Annotated[str | None, typer.Option(metavar="D", help="Name in the catalog.")]
Devices = Annotated[int | None, typer.Option(metavar="N", help="How many of them.")]
Config = Annotated[
    str | None,
    typer.Option(
        metavar="config.json", help="A model of your own, in place of MODEL: a file or its folder."
    ),
]
Seq = Annotated[int | None, typer.Option(help="Tokens of a sequence.")]
Batch = Annotated[int | None, typer.Option(help="Sequences of an optimizer step.")]
Format = Annotated[
    str | None,
    typer.Option("--format", help="Number format: of the products, or of the weights served."),
]
Attention = Annotated[
    str | None, typer.Option(help="Pairs of positions that are computed: causal (default) or full.")
]
Code = Annotated[
    str | None,
    typer.Option(
        help="Pace of the quicker (tuned) or the slower (untuned) half of published runs."
    ),
]
Grid = Annotated[str | None, typer.Option(help="Where the electricity comes from, such as France.")]
Price = Annotated[float | None, typer.Option(help="US dollars for an hour of a device.")]
Tensor = Annotated[
    int | None, typer.Option(help="Use a layout of your own, in place of the quickest.")
]
Pipeline = Annotated[int | None, typer.Option(help="The same: pipeline stages.")]
Context = Annotated[int | None, typer.Option(help="The same: context ranks.")]
Expert = Annotated[int | None, typer.Option(help="The same: expert ranks.")]
Zero = Annotated[int | None, typer.Option(help="The same: ZeRO stage, 0 to 3.")]
MicroBatch = Annotated[int | None, typer.Option(help="The same: sequences at a time.")]
Interleave = Annotated[int | None, typer.Option(help="The same: groups of layers a stage.")]
Recompute = Annotated[str | None, typer.Option(help="The same: none, selective or full.")]
Serve = Annotated[bool, typer.Option("--serve", help="Plan a service in place of a training run.")]
Arrivals = Annotated[
    float | None, typer.Option(metavar="X", help="With --serve: requests a second.")
]
Prompt = Annotated[int | None, typer.Option(help="With --serve: tokens of a prompt.")]
Answer = Annotated[int | None, typer.Option(help="With --serve: tokens of an answer.")]
FirstToken = Annotated[
    float | None,
    typer.Option(metavar="S", help="With --serve: most seconds to the first token, p95."),
]
EachToken = Annotated[
    float | None,
    typer.Option(metavar="S", help="With --serve: most seconds for each further token, p95."),
]
Asserts = Annotated[
    list[str] | None,
    typer.Option(
        "--assert", metavar="TEXT", help='What must hold, such as "memory<0.9"; exit code 3 if not.'
    ),
]
Export = Annotated[
    str | None,
    typer.Option(metavar="PROGRAM", help="Print the launch line: torchrun, torchtitan or vllm."),
]
Saved = Annotated[
    Path | None,
    typer.Option("--from", metavar="FILE.json", help="Read a training plan that --json wrote."),
]
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Print it as JSON, in SI units; --from reads a training plan again."
    ),
]
Names = Annotated[
    str | None,
    typer.Option(
        "--list", metavar="WHAT", help="Print all names of models, devices or grids, and stop."
    ),
]
Figure = Annotated[
    Path | None,
    typer.Option(metavar="FILE.png", help="Draw where the time goes (PNG, SVG or PDF)."),
]

LAYOUT = (
    "tensor",
    "pipeline",
    "context",
    "expert",
    "zero",
    "micro_batch",
    "interleave",
    "recompute",
)
"""Options that make a layout of one's own."""
TRAINING = ("tokens", "devices", "seq", "batch", "attention", "code", "grid", *LAYOUT)
"""Options that speak of a training run alone."""
SERVING = ("arrivals", "prompt", "answer", "first_token", "each_token")
"""Options that speak of a service alone."""
PROGRAMS = {"torchrun": "training", "torchtitan": "training", "vllm": "serving"}
"""Programs with a launch line, and what they do."""


def check_call(
    options: Mapping[str, object], *, serve: bool, saved: bool, export: str | None
) -> None:
    """Refuse a call that lacks what a plan needs, or that asks for two things at once.

    Args:
        options: what was given by its name in Python, None where it was not; "figure" among them.
        serve: whether a service is planned.
        saved: whether a plan is read from a file.
        export: the program whose launch line is asked for.

    Raises:
        CallError: with what is missing or too much, in the spelling of the command line.
    """
    given = {name for name, value in options.items() if value is not None}
    if saved:
        extra = sorted(given - {"figure"}, key=list(options).index)
        if serve or extra:
            names = [*map(spelt, extra), *(["--serve"] if serve else [])]
            raise CallError(
                f"--from prints a plan as it was saved: leave out {', '.join(names)}, "
                "or plan anew without --from."
            )
    needed = (
        ("device", "arrivals", "prompt", "answer", "first_token")
        if serve
        else ("tokens", "device", "devices")
    )
    missing = [spelt(name) for name in needed if name not in given]
    if missing and not saved:
        raise CallError(f"missing: {', '.join(missing)}.")
    _check_kind(given, serve)
    _check_program(export, serve)


def _check_kind(given: set[str], serve: bool) -> None:
    """Refuse options of the other kind of plan."""
    other = (*TRAINING, "figure") if serve else SERVING
    extra = [spelt(name) for name in other if name in given]
    if extra:
        rule = "--serve plans a service" if serve else "without --serve a training run is planned"
        raise CallError(f"{rule}: leave out {', '.join(extra)}.")


def _check_program(export: str | None, serve: bool) -> None:
    """Refuse a program that is not known, or that does the other thing."""
    if export is None:
        return
    if export not in PROGRAMS:
        raise CallError(f"--export knows {', '.join(PROGRAMS)}, got {export!r}.")
    kind = "serving" if serve else "training"
    if PROGRAMS[export] != kind:
        fitting = [name for name, does in PROGRAMS.items() if does == kind]
        hint = "" if serve else "; --export vllm needs --serve"
        raise CallError(
            f"--export of a {kind} plan knows {', '.join(fitting)}, got {export!r}{hint}."
        )


def spelt(name: str) -> str:
    """How an option is written in a terminal.

    >>> spelt("micro_batch"), spelt("model")
    ('--micro-batch', 'MODEL')
    """
    return "MODEL" if name == "model" else "--" + name.replace("_", "-")
