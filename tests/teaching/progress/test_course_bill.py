"""The bill of the course: sums by hand, and which line is most of it."""

from typing import Any

import pytest

from course_lib.teaching.progress import course_bill
from course_lib.teaching.progress.bill import Line, bill

Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def test_amounts_add_up_and_the_largest_line_is_named() -> None:
    listed = [
        Line(lesson="00", item="an answer", amounts={"flops": 1e13, "joules": 500.0, "bytes": 5}),
        Line(lesson="12", item="an hour", amounts={"joules": 1500.0}),
        Line(lesson="16", item="a plan", amounts={"flops": 9e13, "usd": 0}),
    ]
    found = {total.name: total for total in course_bill.totals(listed)}
    assert set(found) == {"flops", "joules", "usd"}
    assert found["flops"].amount == pytest.approx(1e14) and found["flops"].share == pytest.approx(
        0.9
    )
    assert found["joules"].largest.item == "an hour" and found["joules"].share == 0.75
    assert found["usd"].share == 1


def test_totals_and_missing_lessons_are_shown(shown: Shown) -> None:
    bill("00", "an answer", flops=1e13, usd=0.01)
    bill("13", "a run", usd=0.03)
    course_bill.bill_total()
    table, missing = shown[-2][0]["text/plain"], shown[-1][0]["text/plain"]
    assert "USD 0.0400" in table and "75.0 %" in table and "lesson 13: a run" in table
    assert "01" in missing and "00" not in missing.split("from")[1].split(":")[0].split(", ")


def test_an_empty_bill_is_said(shown: Shown) -> None:
    course_bill.bill_total()
    assert "empty" in shown[-1][0]["text/plain"]
