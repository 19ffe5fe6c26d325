"""Slides of a lesson: one file that opens in any browser, without a network."""
