"""Lesson 15: every claim with its verdict, in one table and over the years."""

from course_lib.teaching.court import margins
from course_lib.teaching.court.page import MIME, Row, counts, table
from course_lib.teaching.court.rewrite import Rewriting, rewrite
from course_lib.teaching.court.rulings import IDS, Ruling, lines, rulings, waiting
from course_lib.teaching.court.years import TODAY, over_years

__all__ = [
    "IDS",
    "MIME",
    "TODAY",
    "Rewriting",
    "Row",
    "Ruling",
    "counts",
    "lines",
    "margins",
    "over_years",
    "rewrite",
    "rulings",
    "table",
    "waiting",
]
