"""Every predictor says which columns it reads, and reads no others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest

from course_lib.commands.validate import (
    draft_rows,
    inference_rows,
    newer_rows,
    peak_memory,
    server_memory,
    serving_rows,
    subjects,
    throughput_rows,
    training_rows,
)
from course_lib.commands.validate.files import Given, read
from course_lib.commands.validate.run import PREDICTORS
from tests.commands.validate.small import TEXTS, written


class Watched(Mapping[str, str]):
    """Cells that remember which of them were asked for."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells, self.asked = cells, set[str]()

    def __getitem__(self, column: str) -> str:
        self.asked.add(column)
        return self.cells[column]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a predictor goes through all columns")

    def __len__(self) -> int:
        return len(self.cells)


def named(*modules: ModuleType) -> set[str]:
    """Columns that docstrings name after "Columns read", and those of the model."""
    texts = [module.__doc__ or "" for module in modules]
    told = [text.partition("Columns read")[2].partition("Design choices")[0] for text in texts]
    told.append((subjects.subject.__doc__ or "").partition("Reads")[2].partition("Raises")[0])
    return {
        word for text in told for words in re.findall(r"`([^`]*)`", text) for word in words.split()
    }


@pytest.mark.parametrize(
    ("kind", "modules"),
    [
        ("runs", (training_rows, peak_memory)),
        ("mpt", (throughput_rows,)),
        ("inference", (inference_rows,)),
        ("newer", (newer_rows, server_memory, serving_rows, draft_rows)),
    ],
)
def test_what_is_read_is_named(kind: str, modules: tuple[ModuleType, ...], tmp_path: Path) -> None:
    asked: set[str] = set()
    for row in read(written(tmp_path, TEXTS[kind])):
        cells = Watched(row.given.cells)
        PREDICTORS[row.sheet.name](Given(cells=cells, shape=row.given.shape))
        asked |= cells.asked
    assert asked
    assert asked <= named(*modules)
    assert not asked & set(row.sheet.targets)
