"""Meters, on files and a library made up for the test."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from course_lib.demos import meters


def zone(root: Path, name: str, microjoules: int, limit: int = 10**9) -> Path:
    folder = root / name
    folder.mkdir()
    (folder / "max_energy_range_uj").write_text(f"{limit}\n", encoding="ascii")
    (folder / "energy_uj").write_text(f"{microjoules}\n", encoding="ascii")
    return folder


def test_rapl_adds_the_packages_and_leaves_their_parts_out(tmp_path: Path) -> None:
    first, second = zone(tmp_path, "intel-rapl:0", 100), zone(tmp_path, "intel-rapl:1", 200)
    zone(tmp_path, "intel-rapl:0:0", 999)  # the cores of the first, counted with it
    meter = meters.Rapl.open(tmp_path)
    assert meter is not None and meter.zones == [first, second]
    (first / "energy_uj").write_text("3000100", encoding="ascii")
    (second / "energy_uj").write_text("1000200", encoding="ascii")
    assert meter.stop() == pytest.approx(4.0)


def test_rapl_survives_the_start_of_a_new_round(tmp_path: Path) -> None:
    folder = zone(tmp_path, "intel-rapl:0", 9_000_000, limit=10_000_000)
    meter = meters.Rapl.open(tmp_path)
    (folder / "energy_uj").write_text("1000000", encoding="ascii")
    assert meter is not None and meter.stop() == pytest.approx(2.0)


def test_no_counter_no_meter(tmp_path: Path) -> None:
    assert meters.Rapl.open(tmp_path / "nowhere") is None
    assert meters.Rapl.open(tmp_path) is None
    (zone(tmp_path, "intel-rapl:0", 1) / "energy_uj").unlink()  # as if it may not be read
    assert meters.Rapl.open(tmp_path) is None


class Library:
    """Stands in for NVIDIA's: 250 millijoules more at each look."""

    def __init__(self, gpus: int = 1, counter: bool = True) -> None:
        self.gpus, self.counter, self.count = gpus, counter, 1000

    def nvmlInit_v2(self) -> int:
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: int, handle: object) -> int:
        return 0 if index < self.gpus else 2

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: object, count: object) -> int:
        self.count += 250
        count._obj.value = self.count  # type: ignore[attr-defined]
        return 0 if self.counter else 3


def test_the_counter_of_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library())
    meter = meters.GpuCounter.open()
    assert meter is not None
    meter.start()
    assert meter.stop() == pytest.approx(0.25)


@pytest.mark.parametrize("library", [Library(gpus=0), Library(counter=False), None])
def test_no_gpu_or_no_counter(monkeypatch: pytest.MonkeyPatch, library: Library | None) -> None:
    def load(name: str) -> Library:
        if library is None:
            raise OSError(name)
        return library

    monkeypatch.setattr(ctypes, "CDLL", load)
    assert meters.GpuCounter.open() is None


def test_the_power_model_counts_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1.0, 3.5])
    monkeypatch.setattr(meters.time, "process_time", lambda: next(clock))
    meter = meters.PowerModel(core_watts=4)
    meter.start()
    assert meter.stop() == 10
    assert "4 W" in meter.method


def fake_codecarbon(monkeypatch: pytest.MonkeyPatch, kwh: float | None) -> None:
    class OfflineEmissionsTracker:
        def __init__(self, **settings: object) -> None:
            assert settings["save_to_file"] is False

        def start(self) -> None:
            if kwh is None:
                raise RuntimeError("no such machine")

        def stop(self) -> None:
            self.final_emissions_data = SimpleNamespace(energy_consumed=kwh)

    module = ModuleType("codecarbon")
    module.OfflineEmissionsTracker = OfflineEmissionsTracker  # type: ignore[attr-defined]
    module.__spec__ = SimpleNamespace(name="codecarbon")  # type: ignore[assignment]
    monkeypatch.setitem(sys.modules, "codecarbon", module)


def test_codecarbon_in_joules(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_codecarbon(monkeypatch, 2e-6)
    meter = meters.CodeCarbon.open()
    assert meter is not None
    meter.start()
    assert meter.stop() == pytest.approx(7.2)


def test_codecarbon_is_never_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_codecarbon(monkeypatch, None)
    assert meters.CodeCarbon.open() is None
    monkeypatch.setitem(sys.modules, "codecarbon", None)  # as if it were not installed
    assert meters.CodeCarbon.open() is None
