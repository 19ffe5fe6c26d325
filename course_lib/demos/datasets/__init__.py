"""Lesson 02: cleaning text, feeding a machine (`loader`), and tiny training runs (`scaling`)."""

from course_lib.demos.datasets import loader, scaling

__all__ = ["loader", "scaling"]
