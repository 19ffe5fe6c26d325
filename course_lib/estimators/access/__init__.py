"""Lesson 14: who can still build: the frontier's runs, budgets, tuning, hosting, upkeep, many
adapters on one card, published scores, and a model's whole life."""

from course_lib.estimators.access import (
    budgets,
    frontier,
    hosting,
    lifetime,
    many,
    scores,
    tuning,
    upkeep,
)

__all__ = ["budgets", "frontier", "hosting", "lifetime", "many", "scores", "tuning", "upkeep"]
