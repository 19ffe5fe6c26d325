"""A run sheet for a workshop: what is done when, what is cut, and why."""
