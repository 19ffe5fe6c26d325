"""Lesson 15: every claim with its verdict, in one table and over the years."""

from course_lib.teaching.court import margins
from course_lib.teaching.court.explore import panel
from course_lib.teaching.court.instead import groups, lacking, sentences
from course_lib.teaching.court.moves import LAWS
from course_lib.teaching.court.page import MIME, Row, counts, table
from course_lib.teaching.court.rewrite import Rewriting, rewrite
from course_lib.teaching.court.rulings import IDS, Ruling, lines, rulings, waiting
from course_lib.teaching.court.years import TODAY, over_years

__all__ = [
    "IDS",
    "LAWS",
    "MIME",
    "TODAY",
    "Rewriting",
    "Row",
    "Ruling",
    "counts",
    "groups",
    "lacking",
    "lines",
    "margins",
    "over_years",
    "panel",
    "rewrite",
    "rulings",
    "sentences",
    "table",
    "waiting",
]
