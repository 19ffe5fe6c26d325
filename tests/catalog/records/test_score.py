"""The record of a score, and the scores of the course."""

from __future__ import annotations

from typing import Any

import pytest

from course_lib.catalog import Score, Source, validation

SOURCE = Source(text="a test", date="2026", kind="estimated", evidence="read")


def made(**more: Any) -> Score:
    fields: dict[str, Any] = {
        "name": "decode", "kind": "decode", "group": "all", "what": "speed", "rows": 3,
        "median_error": 1.0, "bias": -1.0, "within_quarter": 0.1, "within_half": 0.2,
        "within_double": 0.5, "covered": 0.8, "source": SOURCE,
    }  # fmt: skip
    return Score(**(fields | more))


def test_powers_of_two_are_told_as_factors() -> None:
    assert made().factor == 2.0 and made().plain_factor is None
    assert made(plain="a rule", plain_error=3.0).plain_factor == 8.0


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"within_half": 0.05}, "must rise up to 1"),
        ({"within_double": 1.5}, "must rise up to 1"),
        ({"covered": 1.1}, "covered must be at most 1"),
        ({"plain": "a rule"}, "exactly beside plain"),
        ({"plain_error": 1.0}, "exactly beside plain"),
        ({"what": "colour"}, "what"),
        ({"rows": 0}, "rows"),
    ],
)
def test_what_is_no_score_is_refused(change: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        made(**change)


def test_every_group_of_the_course_stands_under_a_kind_or_is_unfit() -> None:
    every = [validation.peek(key) for key in validation]
    kinds = {each.kind for each in every if each.group == "all"}
    assert all(each.kind in kinds or each.unfit for each in every)
    for kind in kinds:
        groups = [one for one in every if one.kind == kind and one.group != "all" and not one.unfit]
        whole = next(one for one in every if one.kind == kind and one.group == "all")
        assert sum(one.rows for one in groups) == whole.rows or whole.parts, kind
