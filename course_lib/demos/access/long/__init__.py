"""Adapter against full tuning, for long enough to tell: a record, and the script that made it."""

from course_lib.demos.access.long.kept import RECORD, Record, Run, record
from course_lib.demos.access.long.rules import BASE_STEPS, SEEDS, STEPS, WAYS

__all__ = ["BASE_STEPS", "RECORD", "SEEDS", "STEPS", "WAYS", "Record", "Run", "record"]
