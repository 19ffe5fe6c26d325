"""The `course` command: reads options, and hands over.

Design choices: this module imports nothing heavy, so that `course --help` is quick; what a command
does lives in a module of its own. A mistake of the user ends in one line on stderr and exit code 1
(2 where the call itself is wrong), a mistake of this library in a traceback.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="course",
    help="Where the Compute Goes: a hands-on course on what generative AI computes, and what that "
    "costs.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    no_args_is_help=True,
)


@app.command()
def check() -> None:
    """Say what this machine has and what will be slow; exit 1 where a lesson cannot run."""
    from course_lib.commands.check import run_check  # here, as in every command: see above

    raise typer.Exit(run_check())


# unknown options are not refused here: they are JupyterLab's
@app.command(context_settings={"ignore_unknown_options": True})
def lab(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LESSON [OPTION]",
            help="A lesson (1, 01, parameters, 01_parameters), first; then JupyterLab's options, "
            "such as --no-browser.",
            show_default=False,
        ),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Restore that lesson and its exercise, after a backup.")
    ] = False,
) -> None:
    """Open JupyterLab on your own copy of the course, in workbook/; what you change there is never
    overwritten."""
    from course_lib.commands.lab import run_lab

    run_lab(words or [], fresh)


@app.command()
def build(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAME",
            help="Lessons to build; every one that changed if none is named.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Run again what has not changed, too.")
    ] = False,
    only_check: Annotated[
        bool, typer.Option("--check", help="Run and write nothing; exit 1 on any drift.")
    ] = False,
    masters: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Only write nbgrader's masters, one folder each, into DIR."
        ),
    ] = None,
) -> None:
    """Make lessons/, exercises/ and solutions/ from source/."""
    from course_lib.commands.build import run_build

    raise typer.Exit(run_build(names or [], everything, only_check, masters))


@app.command()
def progress(
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, in full.")] = False,
) -> None:
    """Show what you have done: lessons, guesses beside results, quick checks, verdicts; from your
    own local file."""
    from course_lib.commands.progress import run_progress

    raise typer.Exit(run_progress(as_json))


@app.command()
def measure(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE.toml", help="Where to write; else named after the machine."
        ),
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
) -> None:
    """Time products, copies and the tiny GPT on this machine, and write a record of it to share."""
    from course_lib.commands.measure import run_measure

    raise typer.Exit(run_measure(output, device))


@app.command()
def plan(
    model: Annotated[
        str | None,
        typer.Argument(
            metavar="MODEL", help="Name in the catalog, such as llama-3-8b.", show_default=False
        ),
    ] = None,
    tokens: Annotated[
        str | None, typer.Option(metavar="N", help="Tokens to train on: 15T, 300B, 2e12.")
    ] = None,
    device: Annotated[str | None, typer.Option(metavar="D", help="Name in the catalog.")] = None,
    devices: Annotated[int | None, typer.Option(metavar="N", help="How many of them.")] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="config.json", help="A model of your own, in place of MODEL."),
    ] = None,
    seq: Annotated[int | None, typer.Option(help="Tokens of a sequence.")] = None,
    batch: Annotated[int | None, typer.Option(help="Sequences of an optimizer step.")] = None,
    number_format: Annotated[
        str | None, typer.Option("--format", help="Number format of the products; bf16 if none.")
    ] = None,
    grid: Annotated[
        str | None, typer.Option(help="Where the electricity comes from, such as France.")
    ] = None,
    price: Annotated[float | None, typer.Option(help="US dollars for an hour of a device.")] = None,
    tensor: Annotated[
        int | None, typer.Option(help="Use a layout of your own, in place of the quickest.")
    ] = None,
    pipeline: Annotated[int | None, typer.Option(help="The same: pipeline stages.")] = None,
    context: Annotated[int | None, typer.Option(help="The same: context ranks.")] = None,
    expert: Annotated[int | None, typer.Option(help="The same: expert ranks.")] = None,
    zero: Annotated[int | None, typer.Option(help="The same: ZeRO stage, 0 to 3.")] = None,
    micro_batch: Annotated[int | None, typer.Option(help="The same: sequences at a time.")] = None,
    saved: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE.json", help="Read a plan that --json wrote."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print it as JSON, in SI units; --from reads it again.")
    ] = False,
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Draw where the time goes (PNG, SVG or PDF)."),
    ] = None,
) -> None:
    """Plan a training run: layout, memory, days, energy, carbon and cost, each with a range."""
    names = ("tensor", "pipeline", "context", "expert", "zero", "micro_batch")
    asked = zip(names, (tensor, pipeline, context, expert, zero, micro_batch), strict=True)
    sizes = {name: size for name, size in asked if size is not None}
    needed = {"--tokens": tokens, "--device": device, "--devices": devices}
    others: dict[str, object] = {"MODEL": model, "--config": config, "--seq": seq, "--batch": batch}
    others |= {"--format": number_format, "--grid": grid, "--price": price}
    others |= {f"--{name.replace('_', '-')}": size for name, size in sizes.items()}
    _check_plan_call(needed, others, saved)

    # after the check: a mistake in the call is told before anything heavy is loaded
    from course_lib.commands import plan as command

    if saved is not None:
        raise typer.Exit(command.run_plan(command.read(saved), as_json, figure))
    # checked above in `needed`, which a type checker cannot see
    assert tokens is not None and device is not None and devices is not None
    made = command.make(
        model=model,
        config=config,
        tokens=tokens,
        device=device,
        devices=devices,
        seq=seq,
        batch=batch,
        format=number_format or "bf16",
        grid=grid,
        price=price,
        sizes=sizes,
    )
    raise typer.Exit(command.run_plan(made, as_json, figure))


def _check_plan_call(
    needed: Mapping[str, object], others: Mapping[str, object], saved: Path | None
) -> None:
    """Refuse a call that lacks what a plan needs, or that asks a saved plan to be another one."""
    from course_lib.errors import CallError

    if saved is None:
        missing = [name for name, value in needed.items() if value is None]
        if missing:
            raise CallError(f"missing: {', '.join(missing)}.")
        return
    extra = [name for name, value in {**needed, **others}.items() if value is not None]
    if extra:
        raise CallError(
            f"--from prints a plan as it was saved: leave out {', '.join(extra)}, "
            "or plan anew without --from."
        )


def main() -> None:
    """Entry point of `course`."""
    from course_lib.errors import CallError, CourseError

    try:
        app(prog_name="course")
    except CallError as error:
        _stop(str(error), 2)
    except (CourseError, OSError) as error:
        _stop(str(error), 1)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("course_lib"):  # a mistake of this library: a traceback
            raise
        _stop(
            f'{error.name} is not installed: run `pip install -e ".[test]"` '
            "in the course's folder",
            1,
        )


def _stop(message: str, code: int) -> None:
    """End with one message and no traceback."""
    print(f"course: {message}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
