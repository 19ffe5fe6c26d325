"""Figures of one style, each with its alt text."""

from course_lib.teaching.figures import roofline
from course_lib.teaching.figures.charts import bars, lines, scatter, stacked
from course_lib.teaching.figures.figure import Figure
from course_lib.teaching.figures.pictures import pictures
from course_lib.teaching.figures.to_scale import to_scale

__all__ = ["Figure", "bars", "lines", "pictures", "roofline", "scatter", "stacked", "to_scale"]
