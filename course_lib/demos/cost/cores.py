"""What an hour of one processor core costs to rent."""

from __future__ import annotations

from course_lib.catalog import prices

HOST = ("gcp-a2-highgpu-1g-host-only", 12)
"""Price of a rented machine without its card, and its virtual cores."""


def core_usd_per_hour() -> float:
    """Price of one virtual core of a rented machine, in US dollars an hour.

    >>> round(core_usd_per_hour(), 4)
    0.0616
    """
    key, cores = HOST
    return prices[key].value / cores
