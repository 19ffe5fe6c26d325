"""The record of how far the estimates of one kind are off on published measurements.

Design choices:
- Errors are distances in powers of two, so that twice and half are equally far; `factor` says one
  as people read it.
- A score is of all rows of a kind, or of one group of them. What lessons say about where an
  estimate breaks comes from these, and the measurements themselves stay outside of the course.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

WHAT = ("speed", "amount")


@dataclass(frozen=True, kw_only=True, eq=False)
class Score:
    """How far the estimates of one kind are off, on all rows or on those of one group.

    >>> from course_lib.catalog import validation
    >>> steps = validation["training steps"]
    >>> steps.group, steps.rows > 100, 1 < steps.factor < 2
    ('all', True, True)
    """

    name: str
    """Kind of estimate, and the group where it is of one."""
    kind: str
    """What was estimated: training steps, whole runs, decode and so on."""
    group: str
    """The group of the rows, as their file names it; "all" for all of the kind."""
    what: str
    """speed, where a time that was published counts as one too; or amount: hours, bytes, joules."""
    rows: int
    """Published measurements that count."""
    median_error: float
    """Median of the absolute binary logarithm of estimated over published."""
    bias: float
    """Median of that logarithm with its sign: above 0 the estimates are too fast, or too high."""
    within_quarter: float
    """Share of the rows within a factor of 1.25."""
    within_half: float
    """Share within a factor of 1.5."""
    within_double: float
    """Share within a factor of 2."""
    covered: float
    """Share whose 80 % range holds the published value."""
    plain: str = ""
    """The plain rule that does best on the kind; blank where there is none."""
    plain_error: float | None = None
    """Its median error on the same rows, as `median_error`."""
    parts: tuple[str, ...] = ()
    """Kinds that are scored together in it; their groups stand under them."""
    unfit: str = ""
    """Why the group is left out of the totals; blank where it is in them."""
    source: Source
    """The files of the measurements, and when this was reckoned."""
    notes: str = ""
    """What else to know."""

    def __post_init__(self) -> None:
        shares = ("within_quarter", "within_half", "within_double", "covered")
        check_fields(
            self,
            zero=(*shares, "median_error", "plain_error"),
            signed=("bias",),
            choices={"what": WHAT},
        )
        if not self.within_quarter <= self.within_half <= self.within_double <= 1:
            raise ValueError(
                "within_quarter, within_half and within_double must rise up to 1, got "
                f"{self.within_quarter}, {self.within_half}, {self.within_double}"
            )
        if self.covered > 1:
            raise ValueError(f"covered must be at most 1, got {self.covered}")
        if bool(self.plain) != (self.plain_error is not None):
            raise ValueError(f"plain_error must stand exactly beside plain, got {self.plain_error}")

    @property
    def factor(self) -> float:
        """Half of the estimates are within this factor of the published value."""
        return 2**self.median_error

    @property
    def plain_factor(self) -> float | None:
        """The same of the plain rule; None where there is none."""
        return None if self.plain_error is None else 2**self.plain_error
