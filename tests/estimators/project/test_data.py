"""Plans as plain data: there and back again, and strict about what is no plan."""

import json
from typing import Any

import pytest

from course_lib.catalog import models
from course_lib.estimators import training
from course_lib.estimators.project.data import as_data, from_data
from course_lib.estimators.project.plan import from_estimate
from course_lib.estimators.project.rules import broken


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    choices = {"grid": "France", "usd_per_device_hour": 2.5}
    run = training.estimate(models["gpt2"], tokens=1e10, device="H100", devices=8, **choices)
    return as_data(from_estimate(run, purpose="letters", tokens=1e10, **choices))


def test_a_plan_survives_a_file(data: dict[str, Any]) -> None:
    again = from_data(json.loads(json.dumps(data)))
    assert as_data(again) == data
    assert broken(again) == {}


def test_a_changed_number_is_found_after_reading(data: dict[str, Any]) -> None:
    work = data["work"] | {"carbon_kg": [10 * end for end in data["work"]["carbon_kg"]]}
    assert list(broken(from_data(data | {"work": work}))) == ["carbon"]


def test_a_plan_without_work_needs_none() -> None:
    letters = {
        "purpose": "letters",
        "way": "call",
        "parts_usd": {"API": [1, 2, 3]},
        "usd": [1, 2, 3],
    }
    assert from_data(letters).work is None and as_data(from_data(letters))["work"] is None


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"usd": 3}, TypeError, "usd must be a list of low"),
        ({"usd": [3, 2, 1]}, ValueError, "usd: value must lie"),
        ({"colour": "blue"}, ValueError, "unknown: .'colour'"),
        ({"work": {"model": "GPT-2"}}, ValueError, "work must have the fields"),
        ({"parts_usd": {"API": ["a", 2, 3]}}, TypeError, "API"),
    ],
)
def test_what_is_no_plan_is_refused(
    data: dict[str, Any], changes: dict, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        from_data(data | changes)


def test_a_missing_field_is_named(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"missing: .'purpose'"):
        from_data({name: value for name, value in data.items() if name != "purpose"})
