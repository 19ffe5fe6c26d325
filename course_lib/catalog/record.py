"""What the plain records of the catalog share: every field is checked by its declared type when a
record is made.

A record declares each field once, with its type and unit; `check_fields` reads the declaration (as
text, annotations are never evaluated) and stores the cleaned value. None is allowed exactly where
the type says so, and stands for "not stated", never for zero. Numbers may be arrays, as everywhere,
so that a device too can be swept.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import Field, fields
from types import MappingProxyType
from typing import Any

from course_lib import checks


def check_fields(
    record: Any,
    *,
    zero: Collection[str] = (),
    signed: Collection[str] = (),
    choices: Mapping[str, tuple[str, ...]] | None = None,
) -> None:
    """Check every field of a frozen record and store it clean: tuples, read-only mappings.

    Args:
        record: an instance of a dataclass, called from its `__post_init__`.
        zero: fields that may be zero; every other number must be above it.
        signed: fields that may be any finite number.
        choices: the texts a field may hold.

    Raises:
        TypeError, ValueError: naming the field, the rule and the value.
    """
    choices = choices or {}
    for field in fields(record):
        value = getattr(record, field.name)
        declared = declared_type(field)
        # The type differs from its text without "| None": None is allowed.
        if value is None and declared != field.type:
            continue
        if field.name in choices:
            checks.one_of(field.name, value, choices[field.name])
        elif field.name in signed:
            # A record is frozen; this is the way past its lock.
            object.__setattr__(record, field.name, checks.finite(field.name, value))
        elif declared in ("int", "float"):
            object.__setattr__(
                record, field.name, _number(field.name, value, declared, field.name in zero)
            )
        elif declared in CLEANERS:
            object.__setattr__(record, field.name, CLEANERS[declared](field.name, value))
        elif declared == "str":
            text(field.name, value, blank=field.default == "")
        elif type(value).__name__ != declared:
            raise TypeError(
                f"{field.name} must be a record of type {declared}, got {type(value).__name__}"
            )


def declared_type(field: Field[Any]) -> str:
    """The declared type of a field as text, without its `| None`.

    >>> from course_lib.catalog.records.source import Source
    >>> [declared_type(field) for field in fields(Source)]
    ['str', 'str', 'str', 'str']
    """
    return str(field.type).removesuffix(" | None")


def field_docstrings(record_class: type) -> dict[str, str]:
    """The text below each field of a class of records; inherited fields too.

    Python keeps such texts in the source only, so they are read from there.

    >>> from course_lib.catalog.records.source import Source
    >>> field_docstrings(Source)["text"]
    'The document, file or page that states the fact.'
    """
    texts: dict[str, str] = {}
    # From the oldest ancestor down, so that a class has the last word; the last one is object.
    for ancestor in reversed(record_class.__mro__[:-1]):
        body = ast.parse(inspect.getsource(ancestor)).body[0]
        assert isinstance(body, ast.ClassDef)
        # Each statement with the next one: the text stands right below its field.
        for field, below in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(below, ast.Expr):
                text = " ".join(ast.literal_eval(below.value).split())
                texts[ast.unparse(field.target)] = text
    return texts


def text(name: str, value: object, *, blank: bool = False) -> str:
    """`value` if it is a text, and not a blank one unless `blank` allows it.

    >>> text("vendor", "NVIDIA")
    'NVIDIA'
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a text, got {value!r}")
    if not blank and not value.strip():
        raise ValueError(f"{name} must be a text that is not blank, got {value!r}")
    return value


def texts(name: str, value: object) -> tuple[str, ...]:
    """`value` as a tuple of texts, none of them blank.

    >>> texts("aliases", ["H100", "H100 SXM"])
    ('H100', 'H100 SXM')
    """
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} must be a list of texts, got {value!r}")
    return tuple(text(name, item) for item in value)


def _number(name: str, value: object, declared: str, zero: bool) -> checks.Number:
    if declared == "int":
        return checks.whole(name, value, at_least=0 if zero else 1)
    return checks.positive(name, value, zero=zero)


def _whole_numbers(name: str, value: object) -> tuple[int, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} must be a list of whole numbers, got {value!r}")
    return tuple(checks.whole(name, item) for item in value)


def _finite_numbers(name: str, value: object) -> tuple[float, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"{name} must be a list of numbers, got {value!r}")
    return tuple(checks.finite(name, item) for item in value)


def _numbers_by_name(name: str, value: object) -> Mapping[str, float]:
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a table of numbers, got {value!r}")
    return MappingProxyType(
        {text(name, key): checks.positive(f"{name}.{key}", item) for key, item in value.items()}
    )


CLEANERS: dict[str, Callable[[str, object], object]] = {
    "bool": checks.flag,
    "tuple[str, ...]": texts,
    "tuple[int, ...]": _whole_numbers,
    "tuple[float, ...]": _finite_numbers,
    "Mapping[str, float]": _numbers_by_name,
}
"""How a value of each declared type is checked and cleaned; numbers and texts need to know more
than their name."""
