"""Lesson 13: what cleaning text takes (`cleaning`), and what a core's hour costs."""

from course_lib.demos.cost import cleaning
from course_lib.demos.cost.cores import core_usd_per_hour

__all__ = ["cleaning", "core_usd_per_hour"]
