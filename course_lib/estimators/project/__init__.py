"""Lesson 16: the plan of a project, written and read (here), what limits it (`constraints`), and
other ways to its purpose, counted alike (`purpose`)."""

from course_lib.estimators.project import constraints, purpose
from course_lib.estimators.project.data import as_data, from_data
from course_lib.estimators.project.plan import FITS, Plan, PlannedRun, from_estimate, verdict
from course_lib.estimators.project.rules import RULES, broken

__all__ = [
    "FITS",
    "RULES",
    "Plan",
    "PlannedRun",
    "as_data",
    "broken",
    "constraints",
    "from_data",
    "from_estimate",
    "purpose",
    "verdict",
]
