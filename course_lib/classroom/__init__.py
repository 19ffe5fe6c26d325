"""The classroom: submissions are collected, run behind walls, graded, recorded and given back."""
