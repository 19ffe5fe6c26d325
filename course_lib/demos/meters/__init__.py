"""Meters of energy: counters where the machine has them, models where it has none, and those that
other packages bring (`finding`)."""

from course_lib.demos.meters.finding import Found, best, find
from course_lib.demos.meters.meter import Kind, Meter, Part
from course_lib.demos.meters.model import CORE_WATTS, GUESS, PowerModel
from course_lib.demos.meters.nvml import GpuCounter
from course_lib.demos.meters.package import CodeCarbon
from course_lib.demos.meters.rapl import Rapl

__all__ = [
    "CORE_WATTS",
    "GUESS",
    "CodeCarbon",
    "Found",
    "GpuCounter",
    "Kind",
    "Meter",
    "Part",
    "PowerModel",
    "Rapl",
    "best",
    "find",
]
