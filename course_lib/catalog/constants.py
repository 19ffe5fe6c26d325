"""The constants of the estimators, read from `facts/efficiency.toml` where they are used.

Design choices:
- They are asked for when a sum is done, not kept at import. So `trying` can put other values in
  their place for a while, which is how `benchmarks/fit.py` fits them.
- Asking for one does not count as touching the catalog: lessons list the facts that they show, not
  every constant behind an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from course_lib import checks
from course_lib.catalog import efficiency, spreads
from course_lib.catalog.records.spread import Spread

# A ContextVar, so that a trial in one thread does not change the sums of another.
_TRIED: ContextVar[Mapping[str, float]] = ContextVar("tried", default={})  # noqa: B039


def constant(key: str) -> float:
    """The value of a constant, by its key in `facts/efficiency.toml`.

    >>> 0 < constant("link-reached") <= 1
    True

    Raises:
        KeyError: there is none of that key.
    """
    tried = _TRIED.get()
    return tried[key] if key in tried else efficiency.peek(key).value


def spread(key: str) -> Spread:
    """How far estimates of one kind lie from published values, by the key in `facts/spreads.toml`.

    >>> spread("step-told").low < 1
    True

    Raises:
        KeyError: there is none of that key.
    """
    return spreads.peek(key)


@contextmanager
def trying(values: Mapping[str, float]) -> Iterator[None]:
    """Put other values in the place of some constants, for the time of a `with`.

    >>> with trying({"link-reached": 0.5}):
    ...     constant("link-reached")
    0.5

    Raises:
        KeyError: there is no constant of a key.
        TypeError, ValueError: a value is no finite number of at least 0.
    """
    clean = {
        efficiency.key(key): float(checks.positive(key, value, zero=True))
        for key, value in values.items()
    }
    token = _TRIED.set({**_TRIED.get(), **clean})
    try:
        yield
    finally:
        _TRIED.reset(token)
