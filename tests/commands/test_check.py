"""What `course check` finds, on machines that this one is not."""

import dataclasses
import tomllib
from pathlib import Path

import pytest

from course_lib.commands import check
from course_lib.commands.check import GIB
from course_lib.demos import measure, meters


@pytest.mark.parametrize(
    ("system", "gpu", "spared"),
    [("linux", None, True), ("linux", "/usr/bin/nvidia-smi", False), ("win32", None, False)],
)
def test_the_cure_for_torch_spares_linux_without_a_gpu_the_gpu_packages(
    monkeypatch: pytest.MonkeyPatch, system: str, gpu: str | None, spared: bool
) -> None:
    monkeypatch.setattr(check.sys, "platform", system)
    monkeypatch.setattr(check.shutil, "which", lambda name: gpu)
    assert ("download.pytorch.org/whl/cpu" in check.torch_line(None).text) == spared


def test_versions_are_those_of_the_project_file() -> None:
    path = Path(__file__).resolve().parents[2] / "pyproject.toml"
    project = tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    low, high = (".".join(map(str, bound)) for bound in check.TORCH)
    assert f"torch>={low},<{high}" in project["dependencies"]
    assert project["requires-python"] == f">={check.PYTHON[0]}.{check.PYTHON[1]}"


@pytest.mark.parametrize(("found", "level"), [((3, 10), "FAIL"), ((3, 11), "ok"), ((3, 14), "ok")])
def test_python(found: tuple[int, int], level: str) -> None:
    assert check.python_line(found).level == level


@pytest.mark.parametrize("found", [None, "2.5.1", "1.13", "3.0", "unknown"])
def test_torch_outside_the_range_fails_with_a_cure(found: str | None) -> None:
    line = check.torch_line(found)
    assert line.level == "FAIL"
    assert 'pip install "torch>=2.6,<2.14"' in line.text


@pytest.mark.parametrize("found", ["2.6.0", "2.13.0+cpu", "2.10.0a0+git1"])
def test_torch_inside_the_range_is_fine(found: str) -> None:
    assert check.torch_line(found).level == "ok"


@pytest.mark.parametrize("found", ["2.14.0", "2.15.0+cu130"])
def test_a_newer_torch_may_stay_and_is_told_to_be_untested(found: str) -> None:
    line = check.torch_line(found)
    assert line.level == "ok"
    assert line.text == f"torch {found}, untested: the course was tested below 2.14"


def test_a_missing_package_has_a_cure() -> None:
    assert check.package_line("jupyterlab", None).text.startswith(
        "jupyterlab is missing: run `pip install -e .`"
    )


@pytest.mark.parametrize(("gib", "level"), [(1.9, "FAIL"), (2, "slow"), (3.9, "slow"), (4, "ok")])
def test_memory(gib: float, level: str) -> None:
    assert check.memory_line(int(gib * GIB), ["01_parameters"]).level == level


def test_a_slow_machine_names_the_lessons_that_measure() -> None:
    line = check.cores_line(1, ["01_parameters", "09_memory"])
    assert (line.level, line.text.endswith("01_parameters, 09_memory")) == ("slow", True)
    assert check.cores_line(2, ["01_parameters"]).level == "ok"


def test_a_full_disk_and_no_lessons_fail() -> None:
    assert check.disk_line(10**6).level == "FAIL"
    assert check.notebooks_line(0).level == "FAIL"
    assert check.notebooks_line(1).level == "ok"


@pytest.mark.parametrize(
    ("limits", "cores", "memory"),
    [({"cpu.max": "100000 100000", "memory.max": "5"}, 1, 5), ({"cpu.max": "max 1"}, 0, 0)],
)
def test_a_containers_limits_count(
    limits: dict[str, str], cores: int, memory: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = (check.cores(), check.memory_bytes())
    monkeypatch.setattr(check, "_container_limit", lambda name: limits.get(name, ""))
    assert check.cores() == cores or (not cores and check.cores() >= free[0])
    assert check.memory_bytes() == memory or (not memory and check.memory_bytes() >= free[1])


def test_any_failure_is_exit_code_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        check, "report", lambda: iter([check.Line("ok", "a"), check.Line("FAIL", "b: do c")])
    )
    assert check.run_check() == 1
    assert "FAIL b: do c" in capsys.readouterr().out
    monkeypatch.setattr(check, "report", lambda: iter([check.Line("slow", "a")]))
    assert check.run_check() == 0


def test_this_machine_is_reported() -> None:
    texts = [line.text for line in check.report()]
    assert any(text.startswith("Python 3.") for text in texts)
    assert any(text.startswith("accelerator: ") for text in texts)
    assert any(text.startswith("for measuring ") for text in texts)
    assert any(text.startswith("tiny GPT: quickest with ") for text in texts)
    assert any(text.startswith("energy: ") for text in texts)


def test_a_busy_machine_is_slow_and_no_failure() -> None:
    quiet = measure.Quiet(cores=2, load=None, busy_share=0.0, spin_spread=1.0)
    assert check.quiet_line(quiet).level == "ok"
    line = check.quiet_line(dataclasses.replace(quiet, busy_share=0.9))
    assert line.level == "slow"
    assert line.text.startswith("for measuring not quiet: others take 90% of 2 cores")


def test_threads_are_told_with_their_gain() -> None:
    slow, fast = measure.timing([2.0, 2.1, 2.0, 2.2]), measure.timing([1.0, 1.0, 1.1, 1.0])
    trial = measure.Threads(timings={1: fast, 8: slow}, present=8)
    line = check.threads_line(trial)
    assert "quickest with 1 thread, 2.0 times as fast as with torch's own 8" in line.text
    same = check.threads_line(dataclasses.replace(trial, present=1))
    assert same.text == "tiny GPT: quickest with 1 thread, as torch chooses itself"


def test_a_model_of_power_is_called_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    none = meters.Found(meters=(meters.PowerModel(),), problems=("meter 'x' is left out: no",))
    monkeypatch.setattr(meters, "find", lambda codecarbon: none)
    texts = [line.text for line in check.measuring_lines()]
    assert any(text.startswith("energy: power model") for text in texts)
    assert texts[-1] == "meter 'x' is left out: no"
