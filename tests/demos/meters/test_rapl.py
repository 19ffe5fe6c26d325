"""The processor's counters, on files made up for the test."""

from pathlib import Path

import pytest

from course_lib.demos import meters


def zone(
    root: Path, folder: str, microjoules: int, limit: int = 10**9, name: str | None = None
) -> Path:
    path = root / folder
    path.mkdir()
    (path / "max_energy_range_uj").write_text(f"{limit}\n", encoding="ascii")
    (path / "energy_uj").write_text(f"{microjoules}\n", encoding="ascii")
    if name is not None:
        (path / "name").write_text(f"{name}\n", encoding="ascii")
    return path


def test_packages_and_memories_are_added_and_what_they_hold_is_not(tmp_path: Path) -> None:
    """The tree of a server with two processors: what each reads, and what the sum must be."""
    spent = {
        "intel-rapl:0": ("package-0", 3_000_000),
        "intel-rapl:0:0": ("core", 2_000_000),  # in the package already
        "intel-rapl:0:1": ("dram", 500_000),
        "intel-rapl:1": ("package-1", 1_000_000),
        "intel-rapl:1:0": ("uncore", 100_000),  # in the package already
        "intel-rapl:1:1": ("dram", 250_000),
        "intel-rapl:2": ("psys", 5_000_000),  # the whole board
    }
    made = {key: zone(tmp_path, key, 100, name=name) for key, (name, _) in spent.items()}
    (tmp_path / "intel-rapl").mkdir()  # the folder above them, without a counter
    meter = meters.Rapl.open(tmp_path)
    assert meter is not None
    for key, (_, microjoules) in spent.items():
        (made[key] / "energy_uj").write_text(str(100 + microjoules), encoding="ascii")
    assert meter.stop() == pytest.approx(3 + 0.5 + 1 + 0.25)
    assert meter.method == "counters of 2 processors (RAPL), their memory included"


def test_the_method_says_what_is_counted(tmp_path: Path) -> None:
    zone(tmp_path, "intel-rapl:0", 1, name="package-0")
    alone = meters.Rapl.open(tmp_path)
    assert alone is not None and alone.method == "counter of the processor (RAPL)"
    zone(tmp_path, "intel-rapl:0:1", 1, name="dram")
    both = meters.Rapl.open(tmp_path)
    assert (
        both is not None and both.method == "counter of the processor (RAPL), its memory included"
    )
    assert both.kind == "counter"


def test_without_names_the_places_tell_the_packages(tmp_path: Path) -> None:
    first, second = zone(tmp_path, "amd-rapl:0", 100), zone(tmp_path, "amd-rapl:1", 200)
    zone(tmp_path, "amd-rapl:0:0", 999)
    meter = meters.Rapl.open(tmp_path)
    assert meter is not None and meter.zones == [first, second]


def test_each_counter_survives_the_start_of_a_new_round(tmp_path: Path) -> None:
    first = zone(tmp_path, "intel-rapl:0", 9_000_000, limit=10_000_000, name="package-0")
    memory = zone(tmp_path, "intel-rapl:0:0", 3_500_000, limit=4_000_000, name="dram")
    meter = meters.Rapl.open(tmp_path)
    (first / "energy_uj").write_text("1000000", encoding="ascii")
    (memory / "energy_uj").write_text("250000", encoding="ascii")
    assert meter is not None and meter.stop() == pytest.approx(2.0 + 0.75)


def test_no_counter_no_meter(tmp_path: Path) -> None:
    assert meters.Rapl.open(tmp_path / "nowhere") is None
    assert meters.Rapl.open(tmp_path) is None
    board = zone(tmp_path, "intel-rapl:1", 1, name="psys")
    assert meters.Rapl.open(tmp_path) is None
    package = zone(tmp_path, "intel-rapl:0", 1, name="package-0")
    assert meters.Rapl.open(tmp_path) is not None
    (package / "energy_uj").unlink()  # as if it may not be read
    assert meters.Rapl.open(tmp_path) is None
    (package / "energy_uj").write_text("broken", encoding="ascii")
    assert meters.Rapl.open(tmp_path) is None
    assert board.exists()
