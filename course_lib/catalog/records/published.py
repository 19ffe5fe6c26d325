"""What a model's makers state of its size, to hold an estimate against."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records.source import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Published:
    """The counts a model's makers or its checkpoint state, to hold an estimate against."""

    total_params: int | None = None
    """Parameters in all; None where the makers publish no count."""
    total_kind: str
    """exact, rounded, disputed (sources contradict each other) or undisclosed."""
    source: Source
    """Where the count stands."""
    active_params: int | None = None
    """Parameters used for one token, as stated for mixtures; conventions differ between vendors."""

    def __post_init__(self) -> None:
        checks.one_of(
            "total_kind", self.total_kind, ("exact", "rounded", "disputed", "undisclosed")
        )
        if self.total_kind != "undisclosed":
            checks.whole("total_params", self.total_params)
        elif self.total_params is not None:
            raise ValueError(
                "total_params must be left out where the count is undisclosed, "
                f"got {self.total_params}"
            )
        if self.active_params is not None:
            checks.whole("active_params", self.active_params)
