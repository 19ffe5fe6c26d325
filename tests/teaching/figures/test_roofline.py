"""Several records in one figure."""

import pytest

from course_lib.catalog import machines
from course_lib.teaching.figures import roofline


def test_all_machines_stand_in_one_figure() -> None:
    record = machines.recorded()[0]
    figure = roofline.draw([record, record])
    count = len([each for each in record.measurements if each.flops and each.format == "fp32"])
    assert len(figure.rows) == 2 * count
    assert {row[-1] for row in figure.rows} == {record.machine.name, f"{record.machine.name} (2)"}
    assert "2 machines" in figure.alt


def test_no_record_is_an_error() -> None:
    with pytest.raises(ValueError, match="records"):
        roofline.draw([])
