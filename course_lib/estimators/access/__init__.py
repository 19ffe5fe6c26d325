"""Lesson 13: who can still build: upkeep, tuning, budgets, and a model's whole life."""

from course_lib.estimators.access import budgets, lifetime, tuning, upkeep

__all__ = ["budgets", "lifetime", "tuning", "upkeep"]
