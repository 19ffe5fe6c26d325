"""Lesson 11: who can still build: upkeep, tuning, budgets, and a model's whole life."""
