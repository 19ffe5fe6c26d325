"""A plan written down as plain data, and read again: what is handed in, and what stands in a file.

Design choices:
- How a field is written, read and described follows from its declared type, by one table (`FORMS`):
  a field that is added to the record needs nothing here.
- Ranges are lists of low, estimate and high; a layout is a table of its sizes; all else is as in
  the records. What is None there is null here.
- Reading is strict: a missing or unknown field, or a value that breaks its rule, is refused by
  name. Fields with a default may be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, get_args, get_type_hints

from course_lib import checks
from course_lib.estimators.flops import RECOMPUTE
from course_lib.estimators.layout import SIZES, Layout
from course_lib.estimators.project.plan import Plan, PlannedRun
from course_lib.estimators.ranges import Range

VERSION = 1
"""Of the written form; a file of another version is refused, not misread."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """How values of one type are written down."""

    write: Callable[[Any], Any]
    """From the record's value to plain data."""
    read: Callable[[str, Any], Any]
    """From plain data to the record's value; given the field's name for the error."""
    schema: Mapping[str, Any]
    """What JSON Schema says of the plain data."""


def as_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data for JSON: ranges as [low, value, high].

    >>> price = Range(low=70, value=100, high=140)
    >>> as_data(Plan(purpose="letters", way="call", parts_usd={"API": price}, usd=price))["usd"]
    [70.0, 100.0, 140.0]
    """
    return {"version": VERSION} | _write(checks.instance("plan", plan, Plan))


def from_data(data: Mapping[str, Any]) -> Plan:
    """A plan from plain data, as `as_data` writes it.

    >>> money = {"parts_usd": {"API": [70, 100, 140]}, "usd": [70, 100, 140]}
    >>> from_data({"purpose": "letters", "way": "call", **money}).usd.high
    140

    Raises:
        ValueError: a field is missing or unknown, a number breaks its rule, or the plan is of
            another version.
        TypeError: a value is of another kind than its field.
    """
    # A copy, because the version is taken out: it is no field of the record.
    entries = dict(_table("plan", data))
    version = entries.pop("version", VERSION)
    if version != VERSION:
        raise ValueError(f"version must be {VERSION}, the one this course writes, got {version!r}")
    return Plan(**_read("plan", Plan, entries))


def record_fields(record: type) -> Iterator[tuple[Field[Any], Form, bool]]:
    """Each field of a record with its form, and whether it may be null.

    >>> [(field.name, null) for field, _, null in record_fields(Plan)][:3]
    [('purpose', False), ('way', False), ('run', True)]
    """
    hints = get_type_hints(record)
    for field in fields(record):
        # "X | None" has the arguments X and None; X alone may have some too, as Mapping[str, float]
        # has.
        kinds = [kind for kind in get_args(hints[field.name]) if kind is not type(None)]
        null = type(None) in get_args(hints[field.name])
        yield field, FORMS[kinds[0] if null else hints[field.name]], null


def may_be_left_out(field: Field[Any]) -> bool:
    """Whether a field has a default."""
    return field.default is not MISSING or field.default_factory is not MISSING


def _write(record: Any) -> dict[str, Any]:
    written = {}
    for field, form, _ in record_fields(type(record)):
        value = getattr(record, field.name)
        written[field.name] = None if value is None else form.write(value)
    return written


def _read(what: str, record: type, data: Mapping[str, Any]) -> dict[str, Any]:
    known = {field.name: (form, null) for field, form, null in record_fields(record)}
    needed = {field.name for field in fields(record) if not may_be_left_out(field)}
    missing, extra = sorted(needed - set(data)), sorted(set(data) - set(known))
    if missing or extra:
        raise ValueError(
            f"{what} must have the fields of a plan; missing: {missing}, unknown: {extra}"
        )
    read = {}
    for name, value in data.items():
        form, null = known[name]
        read[name] = None if value is None and null else form.read(name, value)
    return read


def _table(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a table of fields, got {value!r}")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, got {value!r}")
    return value


def _number(name: str, value: Any) -> float:
    number = checks.positive(name, value, zero=True)
    # An array of numbers passes the check above.
    if not isinstance(number, int | float):
        raise TypeError(f"{name} must be a single number, got {value!r}")
    return number


def _count(name: str, value: Any) -> int:
    return int(checks.whole(name, _number(name, value)))


def _range(name: str, value: Any) -> Range:
    if not isinstance(value, list | tuple) or len(value) != 3:
        raise TypeError(f"{name} must be a list of low, estimate and high, got {value!r}")
    low, middle, high = (_number(name, end) for end in value)
    try:
        return Range(low=low, value=middle, high=high)
    except ValueError as problem:
        raise ValueError(f"{name}: {problem}") from problem


def _layout(name: str, value: Any) -> Layout:
    table = _table(name, value)
    known = {field.name for field in fields(Layout)}
    if extra := sorted(set(table) - known):
        raise ValueError(f"{name} must have the sizes of a layout, {sorted(known)}, got {extra}")
    sizes = {
        size: _number(f"{name}.{size}", table[size]) for size in (*SIZES, "zero") if size in table
    }
    # The later ones win: checked sizes take the place of raw ones.
    return Layout(**{**table, **sizes})


def _layout_data(layout: Layout) -> dict[str, Any]:
    sizes: dict[str, Any] = {name: int(size) for name, size in layout.numbers().items()}
    return sizes | {
        "sequence_parallel": layout.sequence_parallel,
        "recompute": layout.recompute,
    }


def _parts(form: Form) -> Form:
    """The form of a table whose values have another form."""
    return Form(
        write=lambda table: {name: form.write(value) for name, value in table.items()},
        read=lambda name, table: {
            part: form.read(f"{name}[{part!r}]", value)
            for part, value in _table(name, table).items()
        },
        schema={"type": "object", "additionalProperties": form.schema},
    )


def _sentences(name: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} must be a list of texts, got {value!r}")
    return tuple(_text(name, item) for item in value)


TEXT = Form(write=str, read=_text, schema={"type": "string"})
NUMBER = Form(write=float, read=_number, schema={"type": "number", "minimum": 0})
RANGE = Form(
    write=lambda value: list(value.ends),
    read=_range,
    schema={
        "type": "array",
        "description": "low, estimate and high; the first and the last bound an 80 % range",
        "items": {"type": "number", "exclusiveMinimum": 0},
        "minItems": 3,
        "maxItems": 3,
    },
)
FORMS: dict[Any, Form] = {
    str: TEXT,
    float: NUMBER,
    int: Form(write=int, read=_count, schema={"type": "integer", "minimum": 1}),
    Range: RANGE,
    Layout: Form(
        write=_layout_data,
        read=_layout,
        schema={
            "type": "object",
            "properties": {name: {"type": "integer", "minimum": 1} for name in SIZES}
            | {
                "zero": {"type": "integer", "minimum": 0, "maximum": 3},
                "sequence_parallel": {"type": "boolean"},
                "recompute": {"enum": list(RECOMPUTE)},
            },
            "additionalProperties": False,
        },
    ),
    Mapping[str, float]: _parts(NUMBER),
    Mapping[str, Range]: _parts(RANGE),
    Mapping[str, str]: _parts(TEXT),
    tuple[str, ...]: Form(
        write=list, read=_sentences, schema={"type": "array", "items": {"type": "string"}}
    ),
    PlannedRun: Form(
        write=_write,
        read=lambda name, value: PlannedRun(**_read(name, PlannedRun, _table(name, value))),
        schema={"$ref": "#/$defs/run"},
    ),
}
"""How a field is written, by its declared type."""
