"""A small plan and its page, for the tests of the report."""

from typing import Any

from course_lib.catalog import models
from course_lib.estimators import project, training
from course_lib.estimators.project import constraints
from course_lib.estimators.ranges import Range
from course_lib.teaching.report.contents import Alternative, Report

CHOICES = {"grid": "Poland", "usd_per_device_hour": 2.5}
WORDS = (
    "words and more words of the longest kind that anybody may put in here, "
    "so that it is seen whether it fits "
)


def made(longest: bool = False, **changes: Any) -> Report:
    """A page without gaps; or one as long as pages may be."""
    run = training.estimate(models["gpt2"], tokens=1e11, device="H100", devices=8, **CHOICES)
    people = Range(low=60e3, value=90e3, high=140e3)
    names = ("people", "text", "hosting", "evaluation") if longest else ("people",)
    note = WORDS if longest else "assumed"
    plan = project.from_estimate(
        run,
        purpose=(WORDS * 9)[:110] if longest else "Answers to letters",
        other_usd=dict.fromkeys(names, people),
        notes=dict.fromkeys(
            (*names, "device hours", "seconds", "watts", "memory_bytes", "pue"), note
        ) if longest else {"people": note},
    )  # fmt: skip
    held = constraints.of_plan(plan, usd=5e5, seconds=3e6, carbon_kg=1e4, text_tokens=1e12)
    text = (WORDS * 9)[:260] if longest else "Tune it."
    other = Alternative(
        name="call an API",
        usd=Range(low=2e3, value=4e3, high=8e3),
        why_not=text[:80],
        parts=("a year of answers", *names),
    )
    given = {
        "title": (WORDS * 9)[:80] if longest else "Letters",
        "plan": plan,
        "decision": text,
        "limits": held,
        "alternatives": [other] * (3 if longest else 1),
        "change": text,
        "calibration": (WORDS * 9)[:140] if longest else "",
    }
    return Report(**given | changes)
