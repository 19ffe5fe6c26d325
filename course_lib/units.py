"""The larger units that people read, in the SI base units that the library counts in. Imports
nothing of the course.

A year is its mean length with leap years, 365.25 days, wherever years are counted.
"""

HOUR = 3600
"""Seconds of an hour."""
DAY = 24 * HOUR
"""Seconds of a day."""
HOURS_A_YEAR = 8766
"""Hours of a year of 365.25 days."""
DAYS_A_YEAR = HOURS_A_YEAR / 24
"""Days of a year, leap years counted in."""
YEAR = HOURS_A_YEAR * HOUR
"""Seconds of a year."""
MONTHS_A_YEAR = 12
"""Months of a year."""
KWH = 1000 * HOUR
"""Joules of a kilowatt-hour."""
GIB = 2**30
"""Bytes of a GiB. A GB has 10^9."""
