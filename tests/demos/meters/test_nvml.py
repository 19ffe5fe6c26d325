"""The GPUs' counters, with a library and a package made up for the test."""

from __future__ import annotations

import ctypes
import sys
from types import ModuleType

import pytest

from course_lib.demos import meters
from course_lib.demos.meters import nvml


class Library:
    """Stands in for NVIDIA's: the first card spends 250 millijoules a look, the second 500, ..."""

    def __init__(self, gpus: int = 1, counters: int | None = None, start: int = 0) -> None:
        self.gpus, self.start = gpus, start
        self.counters = gpus if counters is None else counters
        self.looks: dict[int, int] = {}

    def nvmlInit_v2(self) -> int:
        return self.start

    def nvmlDeviceGetCount_v2(self, count: object) -> int:
        count._obj.value = self.gpus  # type: ignore[attr-defined]
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, index: int, handle: object) -> int:
        handle._obj.value = index + 1  # type: ignore[attr-defined]
        return 0 if index < self.gpus else 2

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: ctypes.c_void_p, count: object) -> int:
        card = handle.value or 0
        self.looks[card] = self.looks.get(card, 0) + 1
        count._obj.value = 250 * card * self.looks[card]  # type: ignore[attr-defined]
        return 0 if card <= self.counters else 3


@pytest.fixture(autouse=True)
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)  # as if it were not installed


def opened(monkeypatch: pytest.MonkeyPatch, library: Library | None) -> meters.GpuCounter | None:
    def load(name: str) -> Library:
        if library is None or name != nvml.LIBRARIES[-1]:  # the last name that is tried
            raise OSError(name)
        return library

    monkeypatch.setattr(ctypes, "CDLL", load)
    return meters.GpuCounter.open()


def test_the_counter_of_one_card(monkeypatch: pytest.MonkeyPatch) -> None:
    meter = opened(monkeypatch, Library())
    assert meter is not None and meter.method == "counter of the GPU (NVML)"
    meter.start()
    assert meter.stop() == pytest.approx(0.25)


def test_every_card_is_added(monkeypatch: pytest.MonkeyPatch) -> None:
    meter = opened(monkeypatch, Library(gpus=3))
    assert meter is not None and meter.method == "counters of 3 GPUs (NVML)"
    meter.start()
    assert meter.stop() == pytest.approx(0.25 * (1 + 2 + 3))


def test_a_card_without_a_counter_is_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    meter = opened(monkeypatch, Library(gpus=3, counters=2))
    assert meter is not None and meter.method == "counters of 2 of 3 GPUs (NVML)"
    meter.start()
    assert meter.stop() == pytest.approx(0.25 * (1 + 2))


@pytest.mark.parametrize("library", [Library(gpus=0), Library(counters=0), Library(start=9), None])
def test_no_gpu_or_no_counter(monkeypatch: pytest.MonkeyPatch, library: Library | None) -> None:
    assert opened(monkeypatch, library) is None


class Package(ModuleType):
    """Stands in for pynvml: two cards, the second without a counter."""

    class NVMLError(Exception):
        pass

    looks = 0

    def nvmlInit(self) -> None:
        pass

    def nvmlDeviceGetCount(self) -> int:
        return 2

    def nvmlDeviceGetHandleByIndex(self, index: int) -> str:
        return f"card {index}"

    def nvmlDeviceGetTotalEnergyConsumption(self, handle: str) -> int:
        if handle == "card 1":
            raise self.NVMLError("not supported")
        self.looks += 1
        return 4000 * self.looks


def test_the_package_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", Package("pynvml"))
    meter = opened(monkeypatch, None)
    assert meter is not None and meter.method == "counters of 1 of 2 GPUs (NVML)"
    meter.start()
    assert meter.stop() == pytest.approx(4.0)


def test_a_package_that_fails_makes_room_for_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Package("pynvml")
    broken.nvmlDeviceGetCount = lambda: 1 // 0  # type: ignore[method-assign]
    monkeypatch.setitem(sys.modules, "pynvml", broken)
    assert opened(monkeypatch, Library()) is not None
