"""Records of machines: reading, refusing, merging."""

from pathlib import Path
from typing import Any

import pytest

from course_lib.catalog.machines import record as module
from course_lib.catalog.machines.record import Measurement, Record
from course_lib.toml_files import EntryError


def measurement(**changes: Any) -> Measurement:
    told = {
        "name": "product",
        "kind": "measurement",
        "work": "product",
        "format": "fp32",
        "size": 8,
    }
    told |= {"flops": 1000.0, "moved_bytes": 100.0, "repeats": 3}
    told |= {"median_seconds": 2.0, "fastest_seconds": 1.0, "slowest_seconds": 4.0}
    return Measurement(**told | changes)


def record(name: str, *measurements: Measurement) -> Record:
    return Record(machine=module.here(name), measurements=measurements)


def test_rates_come_from_the_median() -> None:
    one = measurement()
    assert (one.flops_per_second, one.bytes_per_second, one.intensity, one.spread) == (
        500,
        50,
        10,
        4,
    )


def test_a_median_outside_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="median_seconds"):
        measurement(median_seconds=5.0)


def test_unknown_work_is_refused() -> None:
    with pytest.raises(ValueError, match="work must be one of"):
        measurement(work="mining")


def test_peak_is_the_best_product_and_bandwidth_the_largest_copy() -> None:
    small = measurement(work="copy", flops=0, moved_bytes=10.0, median_seconds=1.0)
    large = measurement(work="copy", flops=0, moved_bytes=80.0)
    found = record("here", measurement(), measurement(flops=6000.0), small, large)
    assert found.peak() == 3000
    assert found.bandwidth() == 40
    with pytest.raises(ValueError, match="'bf16'"):
        found.peak("bf16")
    with pytest.raises(ValueError, match="copy"):
        record("here", measurement()).bandwidth()


def test_records_merge_into_one_set_of_points() -> None:
    copy = measurement(work="copy", flops=0)
    merged = module.merge(
        [record("a", measurement(), copy), record("b", measurement(flops=50.0)), record("a")]
    )
    assert merged.machines == ["a", "b"]
    assert merged.intensities == [10, 0.5]
    assert merged.rates == [500, 25]
    twins = module.merge([record("a", measurement()), record("a", measurement())])
    assert twins.machines == ["a", "a (2)"]


def test_nothing_to_merge_is_an_error() -> None:
    with pytest.raises(ValueError, match="records"):
        module.merge([])


def test_committed_records_are_whole_and_anonymous() -> None:
    records = module.recorded()
    assert records
    for path in module.FOLDER.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert not any(word in text for word in ("/home", "/root", "/Users", "hostname", "\\\\"))
    for one in records:
        assert one.machine.source.kind == "measured"
        assert one.peak("fp32") > one.of("product", "fp32")[0].flops_per_second / 2
        assert {each.work for each in one.measurements} == set(module.WORK)


def test_a_file_without_a_machine_or_with_two_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "none.toml"
    file.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"none\.toml.*exactly one machine"):
        module.read(file)
    file.write_text('[one]\nkind = "abacus"\n', encoding="utf-8")
    with pytest.raises(EntryError, match="kind"):
        module.read(file)
