"""Lesson 13: the plan of a project, written and read, its rules, and what stands in its way
(`constraints`)."""

from course_lib.estimators.project import constraints
from course_lib.estimators.project.data import (
    as_data,
    from_data,
)
from course_lib.estimators.project.plan import (
    RunPlan,
    Work,
    added,
    from_estimate,
    layout_words,
)
from course_lib.estimators.project.rules import (
    RULES,
    broken,
)

__all__ = [
    "RULES",
    "RunPlan",
    "Work",
    "added",
    "as_data",
    "broken",
    "constraints",
    "from_data",
    "from_estimate",
    "layout_words",
]
