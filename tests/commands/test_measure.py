"""`course measure`: the file it writes reads back, and an interruption loses nothing that was
done."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from course_lib.catalog import machines
from course_lib.cli import app
from course_lib.commands import measure
from course_lib.demos import hardware, measure_suite
from course_lib.errors import CourseError


@pytest.fixture
def short_suite(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    pieces = [
        ("product", lambda: hardware.product(16, repeats=2)),
        ("copy", lambda: hardware.copy(4096, repeats=2)),
    ]
    monkeypatch.setattr(measure_suite, "suite", lambda device: iter(pieces))
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
    assert record.measurements[0].flops == 2 * 16**3
    assert record.machine.cores >= 1
    assert record.machine.source.kind == "measured"
    told = capsys.readouterr().out
    assert "[ 1/2] product" in told
    assert "wrote 2 of 2" in told
    assert [path.name for path in file.parent.iterdir()] == ["mine.toml"]


def test_ctrl_c_keeps_what_is_done(
    tmp_path: Path, short_suite: list[Any], capsys: pytest.CaptureFixture[str]
) -> None:
    short_suite.insert(1, ("endless", stop))
    file = tmp_path / "mine.toml"
    assert measure.run_measure(file) == 130
    assert [each.work for each in machines.read(file).measurements] == ["product"]
    assert "wrote 1 of 3" in capsys.readouterr().out


def test_ctrl_c_before_the_first_result_writes_nothing(
    tmp_path: Path, short_suite: list[Any]
) -> None:
    short_suite.insert(0, ("endless", stop))
    with pytest.raises(CourseError, match="nothing was measured"):
        measure.run_measure(tmp_path / "mine.toml")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_record_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("old", encoding="utf-8")
    record = machines.recorded()[0]

    def fail(_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(measure, "as_toml", fail)
    with pytest.raises(OSError, match="full"):
        measure.write(record, file)
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


def test_names_are_cleaned_and_tell_nothing_of_the_owner() -> None:
    assert (
        measure.clean_name("12th Gen Intel(R) Core(TM) i7-1260P") == "12th Gen Intel Core i7-1260P"
    )
    machine = measure.machine()
    import getpass
    import platform

    told = " ".join((machine.name, machine.system, machine.torch))
    assert platform.node() not in told.split()
    assert getpass.getuser() not in told.split()


def test_a_device_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="abacus"):
        measure.run_measure(tmp_path / "x.toml", device="abacus")


def test_the_command_passes_its_options_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(measure, "run_measure", lambda *arguments: seen.append(arguments) or 0)
    file = tmp_path / "x.toml"
    assert (
        CliRunner().invoke(app, ["measure", "--output", str(file), "--device", "cuda"]).exit_code
        == 0
    )
    assert seen == [(file, "cuda")]
