"""The fit on a small made-up problem whose answer is known, every source left out in turn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import pytest

from benchmarks.fitting.search import Errors, Fit, Point, descend, fit, grid, left_out, loss, wanted

GRIDS = ((1.0, 2.0, 3.0, 4.0), (5.0, 10.0, 20.0, 40.0))
ROWS = {
    # work in two units and the source; the time is work / 2 + other / 10 where nothing is odd
    "a1": (2.0, 1.0, "a"),
    "a2": (4.0, 30.0, "a"),
    "a3": (1.0, 90.0, "a"),
    "b1": (8.0, 2.0, "b"),
    "b2": (3.0, 50.0, "b"),
    "odd1": (2.0, 0.1, "odd"),
    "odd2": (6.0, 0.1, "odd"),
}
SOURCES = {row: source for row, (_, _, source) in ROWS.items()}
TRUTH = (2.0, 10.0)


def seconds(row: str, point: Point) -> float:
    work, other, _ = ROWS[row]
    return work / point[0] + other / point[1]


def published(row: str) -> float:
    """The odd source measured its own machine: half as quick."""
    return seconds(row, TRUTH) * (2 if row.startswith("odd") else 1)


class Counted:
    """Errors at points, and how often each was asked for anew."""

    def __init__(self) -> None:
        self.known: dict[Point, Errors] = {}

    def __call__(self, points: Sequence[Point]) -> list[Errors]:
        for point in points:
            if point not in self.known:
                self.known[point] = {
                    row: math.log2(seconds(row, point) / published(row)) for row in ROWS
                }
        return [self.known[point] for point in points]


def found(start: Point = (4.0, 40.0)) -> tuple[Fit, Counted]:
    evaluate = Counted()
    return fit(evaluate, GRIDS, start, SOURCES, SOURCES), evaluate


@pytest.mark.parametrize("start", list(product(*GRIDS)))
def test_the_known_answer_is_found_from_everywhere(start: Point) -> None:
    assert found(start)[0].best == TRUTH


def test_each_left_out_fit_is_the_best_of_the_whole_grid() -> None:
    made, evaluate = found()
    for name, point in made.without.items():
        gone = [row for row in ROWS if SOURCES[row] == name]
        best = min(product(*GRIDS), key=lambda each: loss(evaluate([each])[0], SOURCES, gone))
        assert point == best, name


def test_without_its_only_rows_the_odd_source_changes_nothing() -> None:
    """What is left agrees with the truth, so its own rows are all wrong by two."""
    made, evaluate = found()
    assert made.without["odd"] == TRUTH
    errors = left_out(made, evaluate)
    assert [errors["odd1"], errors["odd2"]] == pytest.approx([-1.0, -1.0])


def test_a_row_is_judged_by_the_point_that_has_not_seen_its_source() -> None:
    """With one source against another, each is judged at the other's answer."""
    sources = {"x": "one", "y": "two"}
    wants = {"x": 1.0, "y": 4.0}

    def evaluate(points: Sequence[Point]) -> list[Errors]:
        return [{row: math.log2(point[0] / wants[row]) for row in sources} for point in points]

    made = fit(evaluate, [(1.0, 2.0, 4.0)], (2.0,), sources, sources)
    assert made.without == {"one": (4.0,), "two": (1.0,)}
    assert left_out(made, evaluate) == {"x": 2.0, "y": -2.0}
    assert wanted(evaluate, [(1.0, 2.0, 4.0)], (2.0,), sources) == [{"one": 1.0, "two": 4.0}]


def test_a_constant_of_one_source_is_tested_by_its_groups() -> None:
    """The second constant changes source two alone, whose two groups want different values."""
    sources = {"x": "one", "y": "two", "z": "two", "w": "two"}
    groups = {"x": "g", "y": "first", "z": "second", "w": "second"}

    def evaluate(points: Sequence[Point]) -> list[Errors]:
        return [
            {"x": first - 1, "y": first - 1 + second - 5, "z": second - 7, "w": second - 7}
            for first, second in points
        ]

    made = fit(evaluate, [(1.0, 2.0), (5.0, 7.0)], (1.0, 5.0), sources, groups)
    assert made.best == (1.0, 7.0)
    assert made.parts == {"x": "one", "y": "first", "z": "second", "w": "second"}
    assert made.without == {"one": (1.0, 7.0), "first": (1.0, 7.0), "second": (1.0, 5.0)}
    assert left_out(made, evaluate) == {"x": 0.0, "y": 2.0, "z": -2.0, "w": -2.0}


def test_the_loss_weighs_sources_by_the_root_of_their_rows() -> None:
    errors = {f"many{place}": 1.0 for place in range(9)} | {"one": -3.0}
    sources = {row: "many" if row.startswith("many") else "one" for row in errors}
    # 9 rows weigh 3, one row weighs 1: (3 x 1 + 1 x 3) / 4
    assert loss(errors, sources) == pytest.approx(1.5)
    assert loss(errors, sources, without=["one"]) == pytest.approx(1.0)


def test_a_constant_that_changes_nothing_stays() -> None:
    def evaluate(points: Sequence[Point]) -> list[Errors]:
        return [{"x": abs(point[0] - 2) + 1e-6 * point[1]} for point in points]

    made = fit(evaluate, [(1.0, 2.0), (0.0, 5.0, 9.0)], (1.0, 5.0), {"x": "only"}, {"x": "g"})
    assert made.best == (2.0, 5.0) and made.without == {"g": (2.0, 5.0)}


def test_grids_are_round_and_hold_both_ends_and_the_present() -> None:
    assert grid(0.5, 1.0, 0.77) == (0.5, 0.6, 0.7, 0.77, 0.8, 0.9, 1.0)
    assert grid(3.0, 3.0, 3.0) == (3.0,)
    assert grid(0.0, 1.0, 0.0)[0] == 0.0
    wide = grid(1e-6, 1e-3, 2e-5)
    assert wide[0] == 1e-6 and wide[-1] == 1e-3 and 2e-5 in wide and len(wide) < 20
    assert list(wide) == sorted(set(wide))


@pytest.mark.parametrize("ends", [(0.5, 0.4, 0.45), (0.5, 1.0, 0.4), (-1.0, 1.0, 0.0)])
def test_a_grid_that_does_not_hold_the_present_is_refused(ends: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="low <= now <= high"):
        grid(*ends)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="start must stand in the grids"):
        descend(Counted(), GRIDS, (2.0, 11.0), lambda errors: 0.0)
    with pytest.raises(ValueError, match="start must stand in the grids"):
        descend(Counted(), GRIDS, (2.0,), lambda errors: 0.0)
    with pytest.raises(ValueError, match="no row to fit to"):
        loss({"a1": 1.0}, {"a1": "a"}, without=["a1"])
    with pytest.raises(ValueError, match="no row to fit to"):
        loss({}, {})
