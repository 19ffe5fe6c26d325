"""The counters of NVIDIA's GPUs (NVML): millijoules since the driver was loaded, every card added.

By the package pynvml (nvidia-ml-py) where it is installed, else by NVIDIA's C library itself, which
comes with the driver. Every card that the library sees counts, also one that does nothing: it draws
power too. Cards before Volta have no counter; the method then says how many have one.
"""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Callable
from functools import partial
from typing import Any, Self

from course_lib.demos.meters.meter import Kind, Part

LIBRARIES = ("libnvidia-ml.so.1", "nvml.dll")

Reader = Callable[[], int]
"""Millijoules of one card so far; raises where the card has no counter."""


class GpuCounter:
    """The sum over every NVIDIA card."""

    name = "nvml"
    kind: Kind = "counter"
    covers: tuple[Part, ...] = ("gpu",)
    factor = 1.1

    def __init__(self, readers: list[Reader], cards: int) -> None:
        self.readers, self.begun = readers, 0
        with_counter = len(readers)
        self.method = "counter of the GPU (NVML)"
        if cards > 1:
            of = f"{with_counter}" if with_counter == cards else f"{with_counter} of {cards}"
            self.method = f"counters of {of} GPUs (NVML)"

    @classmethod
    def open(cls) -> Self | None:
        """The counters; None without NVIDIA's library, a card, or a counter in one."""
        for find in (_by_package, _by_library):
            try:
                cards = find()
            except Exception:  # no package, no library, no driver, or one too old: the next means
                continue
            working = [reader for reader in cards if _works(reader)]
            if working:
                return cls(working, len(cards))
        return None

    def start(self) -> None:
        """Begin to count."""
        self.begun = self._millijoules()

    def stop(self) -> float:
        """Joules since the start."""
        return (self._millijoules() - self.begun) / 1000

    def _millijoules(self) -> int:
        return sum(int(reader()) for reader in self.readers)


def _by_package() -> list[Reader]:
    pynvml = importlib.import_module("pynvml")
    pynvml.nvmlInit()
    handles = [pynvml.nvmlDeviceGetHandleByIndex(n) for n in range(pynvml.nvmlDeviceGetCount())]
    return [partial(pynvml.nvmlDeviceGetTotalEnergyConsumption, handle) for handle in handles]


def _by_library() -> list[Reader]:
    for name in LIBRARIES:
        try:
            library = ctypes.CDLL(name)
        except OSError:  # the other system's name
            continue
        _check(library.nvmlInit_v2())
        count = ctypes.c_uint()
        _check(library.nvmlDeviceGetCount_v2(ctypes.byref(count)))
        return [_card(library, index) for index in range(count.value)]
    raise OSError("there is no NVML library")


def _card(library: Any, index: int) -> Reader:
    handle = ctypes.c_void_p()
    _check(library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle)))

    def millijoules() -> int:
        total = ctypes.c_ulonglong()
        _check(library.nvmlDeviceGetTotalEnergyConsumption(handle, ctypes.byref(total)))
        return total.value

    return millijoules


def _check(code: int) -> None:
    if code:  # NVML's functions return 0 where all is well
        raise OSError(f"NVML answered with error {code}")


def _works(reader: Reader) -> bool:
    try:
        reader()
    except Exception:  # pynvml has an error class of its own
        return False
    return True
