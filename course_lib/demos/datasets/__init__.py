"""Lesson 02: which size is best for a budget (`optima`), and reading a text again (`rereading`)."""

from course_lib.demos.datasets import optima, rereading

__all__ = ["optima", "rereading"]
