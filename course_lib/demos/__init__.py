"""Tiny PyTorch programs that run in seconds and measure what the estimators compute. One module a
topic."""
