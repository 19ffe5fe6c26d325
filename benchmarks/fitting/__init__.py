"""Fits the constants of the estimators to published rows: `benchmarks/fit.py` calls it."""
