"""Lesson 02: cleaning text, feeding a machine (`loader`), tiny training runs (`scaling`), and which
size is best for a budget (`optima`)."""

from course_lib.demos.datasets import loader, optima, scaling

__all__ = ["loader", "optima", "scaling"]
