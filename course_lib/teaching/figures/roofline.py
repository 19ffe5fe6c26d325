"""One roofline figure of any number of measured machines."""

from __future__ import annotations

from collections.abc import Sequence

from course_lib.catalog.machines import Record, merge
from course_lib.teaching.figures import charts
from course_lib.teaching.figures.figure import Figure
from course_lib.teaching.say.fmt import fmt

__all__ = ["draw"]


def draw(
    records: Sequence[Record], title: str = "Measured rooflines", format: str = "fp32"
) -> Figure:
    """Every point of the records in one format, FLOP/s over FLOPs a byte; the dashed line is the
    first machine's roof.

    Args:
        records: one or more machines, each with products and copies.
        title: a line above the figure.
        format: the number format whose points are drawn.

    Raises:
        ValueError: no record, one without a point in the format, or one without a copy.
    """
    merged = merge(records, [format])
    peak, bandwidth = records[0].peak(format), records[0].bandwidth()
    return charts.scatter(
        merged.intensities,
        merged.rates,
        "intensity (FLOP/byte)",
        "rate (FLOP/s)",
        alt=f"{len(merged.rates)} points of {len(records)} machines; the roof of the first rises "
        f"to {fmt(peak, 'FLOP/s')} at {fmt(peak / bandwidth)} FLOP/byte.",
        names=merged.names,
        groups=merged.machines,
        title=title,
        log="xy",
        y_unit="FLOP/s",
        reference=("the first machine's roof", lambda intensity: min(peak, bandwidth * intensity)),
    )
