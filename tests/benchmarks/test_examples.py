"""The examples in the docstrings of the fit: `pytest` looks for such in the library alone."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from benchmarks.fitting import circumstances, report, rows, search, sets, writing


@pytest.mark.parametrize(
    "module",
    [circumstances, report, rows, search, sets, writing],
    ids=lambda module: module.__name__,
)
def test_examples_run(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
