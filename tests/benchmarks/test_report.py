"""What a fit prints."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.fitting import report
from benchmarks.fitting.search import Errors, Fit, Point
from course_lib.catalog import efficiency

SOURCES = {"x": "one", "y": "two"}
KEYS = {"first": efficiency["link-reached"], "second": efficiency["link-reached"]}
GRIDS = ((1.0, 2.0), (5.0, 6.0))


def evaluate(points: Sequence[Point]) -> list[Errors]:
    """Source one wants 1, source two wants 2; the second constant changes nothing."""
    return [{"x": point[0] - 1.0, "y": 3 * (point[0] - 2.0)} for point in points]


def test_a_constant_is_told_with_who_wants_what() -> None:
    found = Fit(
        best=(2.0, 5.0), loss=0.5, without={"one": (2.0, 5.0), "two": (1.0, 5.0)}, parts=SOURCES
    )
    lines = report.constants(KEYS, GRIDS, (1.0, 5.0), found, evaluate, SOURCES)
    assert lines == [
        "loss 1.5000 now, 0.5000 at the best",
        "  first: now 1, best 2",
        "    loss 1: 1.5000, 2: 0.5000",
        "    without two it is 1",
        "    alone want: one 1",
        "  second: now 5, best 5",
        "    no row depends on it: these rows cannot fit it",
    ]


def test_a_constant_of_one_source_alone_is_told() -> None:
    def evaluate(points: Sequence[Point]) -> list[Errors]:
        return [{"x": point[0] - 1.0, "y": 0.5} for point in points]

    found = Fit(
        best=(1.0, 5.0), loss=0.25, without={"one": (1.0, 5.0), "two": (1.0, 5.0)}, parts=SOURCES
    )
    lines = report.constants(KEYS, GRIDS, (1.0, 5.0), found, evaluate, SOURCES)
    assert "    hangs on one alone, so no fit can do without" in lines


def test_a_set_without_constants_says_so() -> None:
    found = Fit(best=(), loss=0.5, without={"one": (), "two": ()}, parts=SOURCES)
    assert "no constant" in report.constants({}, (), (), found, evaluate, SOURCES)[0]


def test_groups_stand_beside_their_left_out_errors() -> None:
    fitted = {"a": 0.1, "b": -0.3, "c": 2.0}
    left_out = {"a": 0.5, "b": -0.7, "c": 2.0}
    lines = report.groups(fitted, left_out, {"a": "one", "b": "one", "c": "two"})
    assert [line.split() for line in lines[1:4]] == [
        ["all", "3", "0.300", "67%", "0.700", "0%"],
        ["one", "2", "0.200", "100%", "0.600", "0%"],
        ["two", "1", "2.000", "0%", "2.000", "0%"],
    ]
