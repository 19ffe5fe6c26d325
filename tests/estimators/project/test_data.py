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
    return as_data(from_estimate(run, purpose="letters"))


def test_a_plan_survives_a_file(data: dict[str, Any]) -> None:
    again = from_data(json.loads(json.dumps(data)))
    assert as_data(again) == data
    assert broken(again) == {}


def test_a_changed_number_is_found_after_reading(data: dict[str, Any]) -> None:
    run = data["run"] | {"carbon_kg": [10 * end for end in data["run"]["carbon_kg"]]}
    assert list(broken(from_data(data | {"run": run}))) == ["carbon"]


def test_a_plan_that_trains_nothing_needs_no_run() -> None:
    letters = {
        "purpose": "letters",
        "way": "call",
        "parts_usd": {"API": [1, 2, 3]},
        "usd": [1, 2, 3],
    }
    assert from_data(letters).run is None and as_data(from_data(letters))["run"] is None


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"usd": 3}, TypeError, "usd must be a list of low"),
        ({"usd": [3, 2, 1]}, ValueError, "usd: value must lie"),
        ({"colour": "blue"}, ValueError, "unknown: .'colour'"),
        ({"run": {"model": "GPT-2"}}, ValueError, "run must have the fields"),
        ({"run": [1]}, TypeError, "run must be a table"),
        ({"version": 2}, ValueError, "version must be 1"),
        ({"purpose": None}, TypeError, "purpose must be a text"),
        ({"notes": {"usd": 3}}, TypeError, r"notes\['usd'\] must be a text"),
        ({"usd": [1, 2, float("nan")]}, ValueError, "usd must be finite"),
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


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("devices", 0, "devices must be at least 1"),
        ("devices", 2.5, "devices must be a whole number"),
        ("devices", [8], "devices must be a single number"),
        ("tokens", -1, "tokens must be"),
        ("tokens", "many", "tokens must be a number"),
        ("device", 7, "device must be a text"),
        ("seconds", [1, 2], "seconds must be a list of low"),
        ("seconds", None, "seconds must be a list of low"),
        ("layout", {"data": 8, "colour": 1}, "layout must have the sizes"),
        ("layout", {"data": 0}, "data must be at least 1"),
        ("layout", {"recompute": "twice"}, "recompute must be one of"),
        ("memory_parts_bytes", {"weights": -1}, r"memory_parts_bytes\['weights'\]"),
        ("assumptions", "none", "assumptions must be a list"),
    ],
)
def test_a_run_is_read_strictly(
    data: dict[str, Any], field: str, value: object, message: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        from_data(data | {"run": data["run"] | {field: value}})


@pytest.mark.parametrize("field", ["watts", "energy_joules", "carbon_kg", "compute_usd"])
def test_what_is_unknown_is_null_and_stays_so(data: dict[str, Any], field: str) -> None:
    unknown = data | {"run": data["run"] | {field: None}}
    assert as_data(from_data(unknown)) == unknown
    assert broken(from_data(unknown)) == {}
