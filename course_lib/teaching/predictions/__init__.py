"""Guesses: asked before, shown beside the result after."""
