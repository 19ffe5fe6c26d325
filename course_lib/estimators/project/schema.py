"""The JSON Schema of a plan, from the records themselves; `python -m` writes it to a file.

Names, types and descriptions are those of the fields of `Plan` and `PlannedRun`, so that the schema
cannot say anything else than what is written and read. It says which shape a plan has; whether its
numbers agree with each other is asked by `rules`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from course_lib.catalog.record import field_docstrings
from course_lib.estimators.project.data import VERSION, may_be_left_out, record_fields
from course_lib.estimators.project.plan import FITS, WAYS, Plan, PlannedRun


def schema() -> dict[str, Any]:
    """The schema, as plain data.

    >>> schema()["properties"]["way"]["enum"]
    ['train', 'tune', 'call']
    """
    plan = _object(Plan)
    plan["properties"] = {"version": {"const": VERSION}} | plan["properties"]
    plan["properties"]["way"]["enum"] = list(WAYS)
    run = _object(PlannedRun)
    run["properties"]["fits"]["enum"] = [*FITS, None]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A plan of Where the Compute Goes",
        "description": "What `course plan --json` writes and `course plan --from` reads. SI units.",
        **plan,
        "$defs": {"run": run},
    }


def text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(schema(), indent=2) + "\n"


def _object(record: type) -> dict[str, Any]:
    """What the schema says of one record."""
    meanings = field_docstrings(record)
    properties, required = {}, []
    for field, form, null in record_fields(record):
        described = {"description": meanings[field.name]} | dict(form.schema)
        if null and "type" in described:
            described["type"] = [described["type"], "null"]
        elif null:
            # A reference has no type of its own to widen, so null stands beside it as a choice.
            reference = {"$ref": described.pop("$ref")}
            described["anyOf"] = [reference, {"type": "null"}]
        properties[field.name] = described
        if not may_be_left_out(field):
            required.append(field.name)
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8", newline="\n")
