"""Lesson 16: a plan defended on one page."""

from course_lib.teaching.report.contents import Alternative, Report, Row, rounded, rows, span
from course_lib.teaching.report.lacking import gaps
from course_lib.teaching.report.page import FILE, page, publish, write

__all__ = [
    "FILE",
    "Alternative",
    "Report",
    "Row",
    "gaps",
    "page",
    "publish",
    "rounded",
    "rows",
    "span",
    "write",
]
