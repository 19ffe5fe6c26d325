"""`course measure`: the file it writes reads back, a busy machine is refused, what cannot be
measured is told, and an interruption loses nothing that was done."""

import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
import torch
from typer.testing import CliRunner

from course_lib.catalog import machines
from course_lib.cli import app
from course_lib.commands import measure
from course_lib.demos import hardware, measure_suite
from course_lib.demos import measure as measuring
from course_lib.errors import CourseError

ROOT = Path(__file__).parents[2]


def looked(busy_share: float) -> measuring.Quiet:
    return measuring.Quiet(cores=2, load=0.1, busy_share=busy_share, spin_spread=1.1)


@pytest.fixture(autouse=True)
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nothing else ran, whatever does."""
    monkeypatch.setattr(measuring, "quiet", lambda: looked(0.0))


@pytest.fixture
def short_suite(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    pieces = [
        ("product", lambda: hardware.product(16, repeats=2)),
        ("copy", lambda: hardware.copy(4096, repeats=2)),
    ]
    monkeypatch.setattr(measure_suite, "suite", lambda device, threads: iter(pieces))
    trial = measuring.Threads(timings={1: measuring.timing([1.0])}, present=1)
    monkeypatch.setattr(measure_suite, "thread_trial", lambda: trial)
    return pieces


def stop() -> None:
    raise KeyboardInterrupt


def test_a_record_reads_back_as_it_was_measured(
    tmp_path: Path, short_suite: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "new" / "mine.toml"
    assert measure.run_measure(file) == 0
    record = machines.read(file)
    assert [each.work for each in record.measurements] == ["product", "copy"]
    assert record.skipped == ()
    first = record.measurements[0]
    assert first.flops == 2 * 16**3
    assert first.low_seconds is not None and first.high_seconds is not None
    assert first.low_seconds <= first.high_seconds
    assert record.machine.cores >= 1 and record.machine.gpt_threads == 1
    assert record.machine.source.kind == "measured"
    assert record.machine.quiet.startswith("before: quiet: others take 0%")
    assert "; after: quiet: " in record.machine.quiet
    told = capsys.readouterr().out
    assert "[1/2] product" in told
    assert "wrote 2 of 2" in told
    assert [path.name for path in file.parent.iterdir()] == ["mine.toml"]


def test_a_busy_machine_is_refused_and_writes_nothing(
    tmp_path: Path, short_suite: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "quiet", lambda: looked(0.9))
    with pytest.raises(CourseError, match="--anyway"):
        measure.run_measure(tmp_path / "mine.toml")
    assert list(tmp_path.iterdir()) == []
    assert measure.run_measure(tmp_path / "mine.toml", anyway=True) == 0
    record = machines.read(tmp_path / "mine.toml")
    assert record.machine.quiet.startswith("before: not quiet: others take 90% of 2 cores")


def test_the_refusal_is_one_line_and_exit_code_one(
    tmp_path: Path,
    short_suite: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(measuring, "quiet", lambda: looked(0.9))
    words = ["--output", str(tmp_path / "mine.toml")]
    assert measure.main(words) == 1
    told = capsys.readouterr().err
    assert told.startswith("course: ") and told.count("\n") == 1
    assert measure.main([*words, "--anyway"]) == 0


def test_what_fails_is_told_and_costs_nothing_else(
    tmp_path: Path, short_suite: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise hardware.NotHere("this card has no such units")

    def exhaust() -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. See /home/somebody/x.\nMore lines.")

    def be_silent() -> None:
        raise AssertionError

    short_suite[1:1] = [("fp8", fail), ("a large one", exhaust), ("a silent one", be_silent)]
    file = tmp_path / "mine.toml"
    assert measure.run_measure(file) == 0
    record = machines.read(file)
    assert [each.work for each in record.measurements] == ["product", "copy"]
    assert [(each.name, each.reason) for each in record.skipped] == [
        ("fp8", "this card has no such units"),
        ("a large one", "CUDA out of memory. See ..."),
        ("a silent one", "AssertionError"),
    ]
    told = capsys.readouterr().out
    assert "[2/5] fp8 ... skipped: this card has no such units" in told
    assert "wrote 2 of 5" in told and "3 are not in it" in told
    assert "somebody" not in told + file.read_text(encoding="utf-8")


def test_ctrl_c_keeps_what_is_done_and_lists_what_is_not(
    tmp_path: Path, short_suite: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    short_suite.insert(1, ("endless", stop))
    file = tmp_path / "mine.toml"
    assert measure.run_measure(file) == 130
    record = machines.read(file)
    assert [each.work for each in record.measurements] == ["product"]
    assert [each.name for each in record.skipped] == ["endless", "copy"]
    assert {each.reason for each in record.skipped} == {"the run was stopped before it"}
    assert "wrote 1 of 3" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process at once")
def test_the_systems_polite_end_is_like_ctrl_c(tmp_path: Path, short_suite: list[Any]) -> None:
    short_suite.insert(1, ("endless", lambda: os.kill(os.getpid(), signal.SIGTERM)))
    before = signal.getsignal(signal.SIGTERM)
    assert measure.run_measure(tmp_path / "mine.toml") == 130
    assert signal.getsignal(signal.SIGTERM) == before
    assert len(machines.read(tmp_path / "mine.toml").measurements) == 1


def test_a_run_that_is_killed_leaves_a_whole_record(tmp_path: Path, short_suite: list[Any]) -> None:
    file, seen = tmp_path / "mine.toml", []

    def look() -> Any:
        # what the file would hold if everything ended here
        seen.append(machines.read(file))
        return hardware.relu(64, repeats=1)

    short_suite.insert(1, ("look", look))
    measure.run_measure(file)
    (found,) = seen
    assert [each.work for each in found.measurements] == ["product"]
    assert [each.name for each in found.skipped] == ["look", "copy"]


def test_an_accelerator_is_given_back_in_time(
    tmp_path: Path,
    short_suite: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = measure.machine()
    monkeypatch.setattr(measure, "check_device", lambda device: None)
    monkeypatch.setattr(hardware, "kind", lambda device: "cuda")
    monkeypatch.setattr(hardware, "warm_up", lambda device: None)
    monkeypatch.setattr(measure, "machine", lambda *arguments: here)
    clock = chain([0.0, 1.0], repeat(measure.LIMIT_SECONDS + 1))
    monkeypatch.setattr(measure.time, "monotonic", lambda: next(clock))
    file = tmp_path / "mine.toml"
    assert measure.run_measure(file, "cuda") == 0
    record = machines.read(file)
    assert [each.work for each in record.measurements] == ["product"]
    assert [each.name for each in record.skipped] == ["copy"]
    assert "210 s are over" in capsys.readouterr().out


def test_ctrl_c_before_the_first_result_writes_nothing(
    tmp_path: Path, short_suite: list[Any]
) -> None:
    short_suite.insert(0, ("endless", stop))
    with pytest.raises(CourseError, match="nothing was measured"):
        measure.run_measure(tmp_path / "mine.toml")
    assert list(tmp_path.iterdir()) == []


def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for device in ("abacus", "mps"):
        if device == "mps" and torch.backends.mps.is_available():
            continue
        with pytest.raises(CourseError, match=device):
            measure.run_measure(tmp_path / "x.toml", device=device)


def test_the_command_passes_its_options_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(measure, "run_measure", lambda *arguments: seen.append(arguments) or 0)
    file = tmp_path / "x.toml"
    words = ["--output", str(file), "--device", "cuda"]
    assert CliRunner().invoke(app, ["measure", *words]).exit_code == 0
    assert CliRunner().invoke(app, ["measure", "--anyway"]).exit_code == 0
    assert measure.main(words) == 0
    assert seen == [(file, "cuda", False), (None, "cpu", True), (file, "cuda", False)]


BARE = """
import sys

class Bare:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Bare())
from course_lib.commands.measure import main
from course_lib.commands import measure
from course_lib.demos import hardware, measure_suite

pieces = [("product", lambda: hardware.product(16, repeats=1))]
measure_suite.suite = lambda device, threads: iter(pieces)
sys.exit(main(["--anyway", "--output", sys.argv[1]]))
"""


def test_torch_and_numpy_are_enough(tmp_path: Path) -> None:
    """On a lent machine with a card there may be nothing else."""
    missing = ("IPython", "click", "ipywidgets", "matplotlib", "nbformat", "psutil", "rich")
    missing += ("tokenizers", "traitlets", "typer", "yaml", "jupyterlab", "jupyter_core", "pynvml")
    code = BARE.format(missing=missing)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "bare.toml")],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert len(machines.read(tmp_path / "bare.toml").measurements) == 1


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (".", "this is a folder"),
        ("mine.txt", "ends in .toml"),
        ("a_file/mine.toml", "cannot be written to"),
    ],
)
def test_an_output_that_cannot_be_written_is_told_before_anything_is_measured(
    name: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_file").touch()
    monkeypatch.setattr(measuring, "quiet", lambda: pytest.fail("it looked"))
    with pytest.raises(CourseError, match=why):
        measure.run_measure(tmp_path / name, anyway=True)
    assert [path.name for path in tmp_path.iterdir()] == ["a_file"]


def varied(times: float) -> machines.Measurement:
    """A measurement whose slowest run took so many times its fastest."""
    done = hardware.product(16, repeats=2)
    return replace(
        done,
        fastest_seconds=1.0,
        median_seconds=1.0,
        slowest_seconds=times,
        low_seconds=None,
        high_seconds=None,
    )


@pytest.mark.parametrize(("first", "then"), [(0.9, 0.9), (0.9, 0.0), (0.0, 0.9)])
def test_a_record_of_a_busy_machine_warns_before_it_is_shared(
    first: float,
    then: float,
    tmp_path: Path,
    short_suite: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    short_suite[:] = [("product", lambda: varied(1.1))]
    looks = iter([looked(first), looked(then)])
    monkeypatch.setattr(measuring, "quiet", lambda: next(looks))
    measure.run_measure(tmp_path / "mine.toml", anyway=True)
    told = capsys.readouterr().out
    when = {(0.9, 0.9): "before and after", (0.9, 0.0): "before", (0.0, 0.9): "after"}[first, then]
    assert "before you share this record:" in told and "measure again" in told
    assert f"- the machine was not quiet {when} the run\n" in told
    assert "vary by" not in told


def test_a_wild_time_warns_and_a_steady_one_does_not(
    tmp_path: Path, short_suite: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    short_suite[:] = [("product", lambda: varied(1.5)), ("product", lambda: varied(3616.0))]
    measure.run_measure(tmp_path / "mine.toml")
    told = capsys.readouterr().out
    assert "- 1 of 2 times vary by more than 2x, most of all product fp32" in told
    assert re.search(r"slowest over fastest 3.6\d*\D*x", told) and "not quiet" not in told
    short_suite[:] = [("product", lambda: varied(1.5))]
    measure.run_measure(tmp_path / "mine.toml")
    assert "before you share" not in capsys.readouterr().out
