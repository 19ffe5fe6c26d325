"""The committed schema is that of the records, accepts every plan, and refuses what is none."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from course_lib.catalog import models
from course_lib.estimators import training
from course_lib.estimators.project.data import as_data, from_data
from course_lib.estimators.project.plan import from_estimate
from course_lib.estimators.project.schema import schema, text

FILE = Path(__file__).parents[3] / "docs" / "plan.schema.json"
LETTERS = {"purpose": "letters", "way": "call", "parts_usd": {"API": [1, 2, 3]}, "usd": [1, 2, 3]}


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    run = training.estimate(models["gpt2"], tokens=1e10, device="H100", devices=8)
    return json.loads(json.dumps(as_data(from_estimate(run, purpose="letters"))))


def test_the_committed_schema_is_current() -> None:
    command = "python -m course_lib.estimators.project.schema docs/plan.schema.json"
    assert FILE.read_text(encoding="utf-8") == text(), f"make it anew: {command}"


def test_it_is_a_schema_and_describes_every_field() -> None:
    Draft202012Validator.check_schema(schema())
    fields = schema()["properties"] | schema()["$defs"]["run"]["properties"]
    assert all(field.get("description") for name, field in fields.items() if name != "version")


def test_plans_pass(data: dict[str, Any]) -> None:
    judge = Draft202012Validator(schema())
    assert judge.is_valid(data) and judge.is_valid(LETTERS)
    assert judge.is_valid(data | {"run": data["run"] | {"watts": None, "carbon_kg": None}})


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data | {"colour": "blue"},
        lambda data: data | {"way": "steal"},
        lambda data: data | {"usd": [1, 2]},
        lambda data: data | {"usd": 3},
        lambda data: data | {"version": 2},
        lambda data: {name: value for name, value in data.items() if name != "purpose"},
        lambda data: data | {"run": data["run"] | {"devices": 2.5}},
        lambda data: data | {"run": data["run"] | {"seconds": None}},
        lambda data: data | {"run": data["run"] | {"layout": {"colour": 1}}},
        lambda data: data | {"run": {"model": "GPT-2"}},
    ],
)
def test_what_reading_refuses_the_schema_refuses(
    data: dict[str, Any], damage: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    assert not Draft202012Validator(schema()).is_valid(damage(data))
    with pytest.raises((TypeError, ValueError)):
        from_data(damage(data))
