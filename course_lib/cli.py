"""The `course` command: reads options, and hands over.

Design choices: this module imports nothing heavy, so that `course --help` is quick; what a command
does lives in a module of its own. A mistake of the user ends in one line on stderr and exit code 1
(2 where the call itself is wrong), a mistake of this library in a traceback.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from course_lib.commands import classroom, workshop
from course_lib.commands import plan_options as options

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
def workbook(
    fresh: Annotated[
        str | None,
        typer.Option(
            "--fresh",
            metavar="LESSON",
            help="Restore that lesson and its exercise; yours are kept.",
        ),
    ] = None,
) -> None:
    """Make or update your own copy of the course, in workbook/, without opening it: for VS Code,
    Colab and others."""
    from course_lib.commands.workbook import run_workbook

    raise typer.Exit(run_workbook(fresh))


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
            metavar="DIR",
            help="Only make DIR a course of nbgrader: masters, rubrics, its settings.",
        ),
    ] = None,
    predictions: Annotated[
        bool,
        typer.Option(
            "--predictions",
            help="Only print each prediction of built lessons with all text above it, to judge "
            "whether its answer is given away.",
        ),
    ] = False,
) -> None:
    """Make lessons/, exercises/ and solutions/ from source/, and the teacher's guide from them."""
    from course_lib.commands.build import run_build

    raise typer.Exit(run_build(names or [], everything, only_check, masters, predictions))


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
    device: Annotated[
        str, typer.Option(help="cpu, cuda (cards of NVIDIA and AMD) or mps (Apple).")
    ] = "cpu",
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Measure on a busy machine, too; the record says so.")
    ] = False,
) -> None:
    """Time products, copies, attention and the tiny GPT on this machine, and write a record of it
    to share."""
    from course_lib.commands.measure import run_measure

    raise typer.Exit(run_measure(output, device, anyway))


@app.command()
def plan(
    model: options.Model = None,
    tokens: options.Tokens = None,
    device: options.Device = None,
    devices: options.Devices = None,
    config: options.Config = None,
    seq: options.Seq = None,
    batch: options.Batch = None,
    number_format: options.Format = None,
    attention: options.Attention = None,
    code: options.Code = None,
    grid: options.Grid = None,
    price: options.Price = None,
    tensor: options.Tensor = None,
    pipeline: options.Pipeline = None,
    context: options.Context = None,
    expert: options.Expert = None,
    zero: options.Zero = None,
    micro_batch: options.MicroBatch = None,
    interleave: options.Interleave = None,
    recompute: options.Recompute = None,
    serve: options.Serve = False,
    arrivals: options.Arrivals = None,
    prompt: options.Prompt = None,
    answer: options.Answer = None,
    first_token: options.FirstToken = None,
    each_token: options.EachToken = None,
    asserts: options.Asserts = None,
    export: options.Export = None,
    saved: options.Saved = None,
    as_json: options.AsJson = False,
    figure: options.Figure = None,
    names: options.Names = None,
) -> None:
    """Plan a training run: whether it fits, days, energy, carbon and cost, each with a range; with
    --serve a service: cards, memory, waiting and cost. Exit code 3 if it does not fit."""
    # First of all, so that nothing but the options stands in `locals`.
    given: dict[str, object] = dict(locals())
    if given.pop("names") is not None:
        from course_lib.commands.plan_inputs import known

        print("\n".join(known(str(names))))
        return
    given["format"] = given.pop("number_format")
    for name in ("serve", "asserts", "export", "saved", "as_json"):
        given.pop(name)
    options.check_call(given, serve=serve, saved=saved is not None, export=export)
    given.pop("figure")

    # after the check: a mistake in the call is told before anything heavy is loaded
    from course_lib.commands import plan_call

    raise typer.Exit(
        plan_call.run_call(
            {name: value for name, value in given.items() if value is not None},
            serve=serve,
            saved=saved,
            asserts=asserts or [],
            export=export,
            as_json=as_json,
            figure=figure,
        )
    )


@app.command()
def validate(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE.csv",
            help="Measurements: training runs, throughputs, answers, servers. Several files are "
            "scored together.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="P.csv", help="Write every prediction, a line each."),
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(
            "--page",
            metavar="FOLDER",
            help="Write validation.md and its pictures: errors by kind, group and cause.",
        ),
    ] = None,
    facts: Annotated[
        Path | None,
        typer.Option(
            "--facts", metavar="FILE.toml", help="Write the scores as facts, which lessons read."
        ),
    ] = None,
) -> None:
    """Predict published measurements from what else their rows tell, and score the predictions
    beside plain rules."""
    from course_lib.commands.validate import run_validate

    raise typer.Exit(run_validate(files, output, page=page, facts=facts))


@app.command("check-exercise")
def check_exercise(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An exercise: 1, 01, parameters.")],
) -> None:
    """Run the visible checks of your exercise, as it was last saved, in a fresh kernel, and print
    its points so far."""
    from course_lib.commands.check_exercise import run_check_exercise

    raise typer.Exit(run_check_exercise(name))


@app.command("hand-in")
def hand_in(
    name: Annotated[str, typer.Argument(metavar="NAME", help="An exercise: 1, 01, parameters.")],
    course: Annotated[
        str, typer.Option("--course", metavar="ID", help="nbgrader's name for the course.")
    ] = "",
) -> None:
    """Hand your exercise in, as it was last saved, through nbgrader's exchange."""
    from course_lib.commands.hand_in import run_hand_in

    raise typer.Exit(run_hand_in(name, course))


# without a name: their commands stand beside these
app.add_typer(classroom.app)
app.add_typer(workshop.app)


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
