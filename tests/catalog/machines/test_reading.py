"""Records of machines read from files, and merged."""

from pathlib import Path
from typing import Any

import pytest

from course_lib.catalog import machines
from course_lib.catalog.machines import WORK, Measurement, Record
from course_lib.toml_files import EntryError

LATER = {"attention-training", "all-reduce"}


def measurement(**changes: Any) -> Measurement:
    told = {"name": "product", "kind": "measurement", "work": "product", "format": "fp32"}
    told |= {"size": 8, "flops": 1000.0, "moved_bytes": 100.0, "repeats": 3}
    told |= {"median_seconds": 2.0, "fastest_seconds": 1.0, "slowest_seconds": 4.0}
    return Measurement(**told | changes)


def record(name: str, *measurements: Measurement) -> Record:
    return Record(machine=machines.here(name), measurements=measurements)


def test_records_merge_into_one_set_of_points() -> None:
    copy = measurement(work="copy", flops=0)
    merged = machines.merge(
        [record("a", measurement(), copy), record("b", measurement(flops=50.0)), record("a")]
    )
    assert merged.machines == ["a", "b"]
    assert merged.intensities == [10, 0.5]
    assert merged.rates == [500, 25]
    twins = machines.merge([record("a", measurement()), record("a", measurement())])
    assert twins.machines == ["a", "a (2)"]


def test_nothing_to_merge_is_an_error() -> None:
    with pytest.raises(ValueError, match="records"):
        machines.merge([])


def test_committed_records_are_whole_and_anonymous() -> None:
    records = machines.recorded()
    assert records
    for path in machines.FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("/home", "/root", "/Users", "hostname", "\\\\"))
    for one in records:
        assert one.machine.source.kind == "measured"
        assert one.peak("fp32") > one.of("product", "fp32")[0].flops_per_second / 2
        # what came later than the first record may be missing, and one card has nobody to talk to
        assert set(WORK) - LATER <= {each.work for each in one.measurements}


def test_a_file_without_a_machine_or_with_two_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "none.toml"
    file.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"none\.toml.*exactly one machine"):
        machines.read(file)
    file.write_text('[one]\nkind = "abacus"\n', encoding="utf-8")
    with pytest.raises(EntryError, match="kind"):
        machines.read(file)


OLD = """
[machine]
name = "an old machine"
kind = "machine"
device = "cpu"
cores = 2
threads = 2
python = "3.11.7"
torch = "2.6.0"
system = "Linux x86_64"
source = { text = "course measure", date = "2026-01-01", kind = "measured", evidence = "read" }

[product-fp32-64]
name = "product 64 x 64 in fp32"
kind = "measurement"
work = "product"
format = "fp32"
size = 64
flops = 524288.0
moved_bytes = 49152.0
median_seconds = 6.4e-06
fastest_seconds = 6.271e-06
slowest_seconds = 7.759e-06
repeats = 7
"""
"""A record as the first version of `course measure` wrote it."""
NEW = """
[skipped-product-64-fp8]
name = "product 64, fp8"
kind = "skipped"
reason = "units for fp8 came later"
"""


def test_a_record_of_the_first_format_still_loads(tmp_path: Path) -> None:
    file = tmp_path / "old.toml"
    file.write_text(OLD, encoding="utf-8")
    found = machines.read(file)
    assert found.skipped == () and found.measurements[0].low_seconds is None
    assert (found.machine.software, found.machine.quiet) == ("", "")
    assert found.machine.gpt_threads is None and found.machine.memory_bytes is None


def test_what_was_skipped_is_read_with_its_reason(tmp_path: Path) -> None:
    file = tmp_path / "new.toml"
    file.write_text(OLD + NEW, encoding="utf-8")
    found = machines.read(file)
    assert len(found.measurements) == 1
    assert [(each.name, each.reason) for each in found.skipped] == [
        ("product 64, fp8", "units for fp8 came later")
    ]
