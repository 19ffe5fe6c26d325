"""The file of a record: whole or not at all, and nothing in it that has nothing to say."""

from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.catalog import machines
from course_lib.catalog.machines import Record, Skipped
from course_lib.commands import record_file


def test_a_failed_write_leaves_the_old_record_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("old", encoding="utf-8")
    record = machines.recorded()[0]

    def fail(_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(record_file, "as_toml", fail)
    with pytest.raises(OSError, match="full"):
        record_file.write(record, file)
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.toml"]


@pytest.mark.parametrize("place", range(len(machines.recorded())))
def test_a_committed_record_is_written_as_it_was_read(place: int, tmp_path: Path) -> None:
    record = machines.recorded()[place]
    record_file.write(record, tmp_path / "again.toml")
    again = machines.read(tmp_path / "again.toml")
    assert [vars(each) for each in again.measurements] == [
        vars(each) for each in record.measurements
    ]
    assert again.machine.name == record.machine.name


def test_every_field_survives_the_file(tmp_path: Path) -> None:
    machine = replace(
        machines.here('a "card"'),
        software="CUDA 13.0",
        memory_bytes=80 * 10**9,
        quiet="before: quiet",
        gpt_threads=4,
    )
    first = replace(machines.recorded()[0].measurements[0], low_seconds=6.3e-6, high_seconds=7.0e-6)
    gap = Skipped(name="product 64, fp8", kind="skipped", reason="no units: 8.9 > 8.0")
    record = Record(machine=machine, measurements=(first,), skipped=(gap,))
    record_file.write(record, tmp_path / "x.toml")
    again = machines.read(tmp_path / "x.toml")
    assert vars(again.machine) | {"source": None} == vars(machine) | {"source": None}
    assert vars(again.measurements[0]) == vars(first)
    assert vars(again.skipped[0]) == vars(gap)


def test_what_is_not_known_is_left_out() -> None:
    text = record_file.as_toml(Record(machine=machines.here("x"), measurements=()))
    for field in ("software", "memory_bytes", "quiet", "gpt_threads", "None"):
        assert field not in text


def test_keys() -> None:
    assert record_file.key("NVIDIA H100 80GB HBM3 (SXM)") == "nvidia-h100-80gb-hbm3-sxm"
