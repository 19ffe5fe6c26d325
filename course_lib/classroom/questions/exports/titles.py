"""What the course is called on an export."""

COURSE = "Where the Compute Goes"

__all__ = ["COURSE"]
