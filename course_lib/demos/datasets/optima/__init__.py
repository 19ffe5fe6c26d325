"""Which size is best for a budget of FLOPs: tiny GPTs at equal compute, a record, and the fit."""

from course_lib.demos.datasets.optima.fit import Growth, Optimum, growth, optimum
from course_lib.demos.datasets.optima.kept import RECORD, Curve, Record, record
from course_lib.demos.datasets.optima.rules import BUDGETS_FLOPS, WIDTHS
from course_lib.demos.datasets.optima.runs import LIVE_WIDTHS, Run, live, run

__all__ = [
    "BUDGETS_FLOPS",
    "LIVE_WIDTHS",
    "RECORD",
    "WIDTHS",
    "Curve",
    "Growth",
    "Optimum",
    "Record",
    "Run",
    "growth",
    "live",
    "optimum",
    "record",
    "run",
]
