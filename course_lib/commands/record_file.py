"""Writing a machine's record as TOML, whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from course_lib.catalog.machines import Record
from course_lib.errors import CourseError


def check(path: Path) -> None:
    """Refuse a file that could not be written, before anything is measured for it.

    Raises:
        CourseError: it is a folder, it does not end in .toml, or its folder cannot be written to.
    """
    if path.is_dir():
        raise CourseError(f"--output {path}: this is a folder; name a file in it")
    if path.suffix != ".toml":
        raise CourseError(f"--output {path}: the record is a TOML file, so its name ends in .toml")
    # folders that are missing are made when the record is written
    above = next(folder for folder in path.absolute().parents if folder.exists())
    try:
        handle, trial = tempfile.mkstemp(dir=above, suffix=".part")
    except OSError as problem:
        raise CourseError(
            f"--output {path}: {above} cannot be written to ({problem.strerror})"
        ) from problem
    os.close(handle)
    Path(trial).unlink()


def write(record: Record, path: Path) -> None:
    """Write a record as TOML, whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # in the same folder: a file cannot be moved in one step from one disk to another
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(as_toml(record))
        Path(temporary).chmod(0o644)  # `mkstemp` lets nobody else read it, but it is to be shared
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def as_toml(record: Record) -> str:
    """The record in the catalog's format: the machine first, then one entry for each measurement,
    then what was skipped."""
    facts = asdict(record.machine)
    source = facts.pop("source")
    lines = [
        "# Measured by `course measure`. Times are seconds of one run; "
        "what the fields mean says machines/record.py."
    ]
    lines += ["", "[machine]", *_fields(facts), f"source = {{ {', '.join(_fields(source))} }}"]
    for each in record.measurements:
        lines += ["", f"[{key(f'{each.work} {each.format} {each.size}')}]", *_fields(asdict(each))]
    for gap in record.skipped:
        lines += ["", f"[{key(f'skipped {gap.name}')}]", *_fields(asdict(gap))]
    return "\n".join(lines) + "\n"


def key(text: str) -> str:
    """A key of the catalog: small letters and digits joined by hyphens.

    >>> key("AMD EPYC, 2 cores")
    'amd-epyc-2-cores'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _fields(values: Mapping[str, object]) -> list[str]:
    # what is not known, or has nothing to say, is left out: the record's default says the same
    told = {name: value for name, value in values.items() if value is not None and value != ""}
    return [f"{name} = {_value(value)}" for name, value in told.items()]


def _value(value: object) -> str:
    """A TOML value; seconds keep four digits, more would be noise."""
    if isinstance(value, float):
        return repr(int(value)) + ".0" if value.is_integer() and value < 1e15 else f"{value:.4g}"
    return json.dumps(value, ensure_ascii=False)  # a text or a whole number is the same in TOML
