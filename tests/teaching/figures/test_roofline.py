"""Roofs of machines in one figure: corners and points stand where the arithmetic says."""

import pytest

from course_lib.catalog import machines
from course_lib.teaching.figures import roofline

ALT = "Two roofs, one of them with a point."


def test_all_machines_stand_in_one_figure() -> None:
    record = machines.recorded()[0]
    figure = roofline.draw([record, record])
    count = len([each for each in record.measurements if each.flops and each.format == "fp32"])
    assert len(figure.rows) == 2 * (count + 1)  # its points and its ridge
    assert {row[0] for row in figure.rows} == {record.machine.name, f"{record.machine.name} (2)"}
    assert "2 machines" in figure.alt


def test_no_record_is_an_error() -> None:
    with pytest.raises(ValueError, match="records"):
        roofline.draw([])


def test_a_ridge_is_the_peak_over_the_bandwidth() -> None:
    figure = roofline.roofs(
        {"fast": (100.0, 10.0), "slow": (30.0, 10.0)}, {"slow": {"a job": (2.0, 15.0)}}, alt=ALT
    )
    assert figure.rows == (
        ("fast", "ridge", "10", "100 FLOP/s"),
        ("slow", "ridge", "3", "30 FLOP/s"),
        ("slow", "a job", "2", "15 FLOP/s"),
    )


def test_roofs_go_on_beyond_every_corner_and_point() -> None:
    low, high = roofline._ends([(4.0, 1.0), (100.0, 1.0)])
    assert low < 4 and high > 100


@pytest.mark.parametrize(
    ("speeds", "points", "message"),
    [
        ({}, {}, "speeds"),
        ({"a": (1.0, 0.0)}, {}, "bytes_per_second"),
        ({"a": (1.0, 1.0)}, {"b": {}}, r"points: must belong to machines in speeds, got \['b'\]"),
        ({"a": (1.0, 1.0)}, {"a": {"job": (0.0, 1.0)}}, "intensity"),
        ({"a": (1.0, 1.0)}, {"a": {"job": (1.0, -1.0)}}, "rate"),
    ],
)
def test_bad_input_is_named(speeds: dict, points: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        roofline.roofs(speeds, points, alt=ALT)
