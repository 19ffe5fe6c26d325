"""The constants of the estimators, read from `facts/efficiency/` where they are used.

Design choices:
- They are asked for when a sum is done, not kept at import. So `trying` can put other values in
  their place for a while, which is how `benchmarks/fit.py` fits them.
- Asking for one does not count as touching the catalog: lessons list the facts that they show, not
  every constant behind an estimate.
- Keys of spreads go from the wide to the narrow: kind of estimate, then circumstance, joined by
  hyphens ("step-told"). Where too few rows are published for a circumstance there is no entry of
  its own, and the one of the wider key holds.
- `probing` listens to which spread an estimate asks for. So whoever makes the table sorts rows by
  the estimators' own question, and by no second rule that may drift from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from course_lib import checks
from course_lib.catalog import efficiency, spreads
from course_lib.catalog.records.source import Source
from course_lib.catalog.records.spread import Spread

# A ContextVar, so that a trial in one thread does not change the sums of another.
_TRIED: ContextVar[Mapping[str, float]] = ContextVar("tried", default={})  # noqa: B039
_READ: ContextVar[set[str] | None] = ContextVar("read", default=None)
_PROBE: ContextVar[Callable[[str], Spread] | None] = ContextVar("probe", default=None)


def constant(key: str) -> float:
    """The value of a constant, by its key in `facts/efficiency/`.

    >>> 0 < constant("link-reached") <= 1
    True

    Raises:
        KeyError: there is none of that key.
    """
    read = _READ.get()
    if read is not None:
        read.add(key)
    tried = _TRIED.get()
    return tried[key] if key in tried else efficiency.peek(key).value


@contextmanager
def reading() -> Iterator[set[str]]:
    """Listen to which constants a sum reads, for a `with`: where none of them changes, neither does
    the sum.

    >>> with reading() as keys:
    ...     half = constant("link-reached") / 2
    >>> keys
    {'link-reached'}
    """
    keys: set[str] = set()
    token = _READ.set(keys)
    try:
        yield keys
    finally:
        _READ.reset(token)


def spread(key: str) -> Spread:
    """How far estimates of one kind lie from published values, by the key in `facts/spreads.toml`.

    A key that has no entry is cut at its last hyphen until one has: a circumstance that is not in
    the table has the spread of what it is a part of.

    >>> spread("step-told").low < 1
    True
    >>> spread("step-told-on-paper") is spread("step-told")
    True

    Raises:
        KeyError: there is none of that key, nor of a wider one.
    """
    probe = _PROBE.get()
    if probe is not None:
        return probe(key)
    known, wider = frozenset(spreads), key  # exact keys: `in spreads` forgives how one is written
    while wider and wider not in known:
        wider = wider.rpartition("-")[0]
    return spreads.peek(wider or key)


@contextmanager
def probing(ends: Callable[[str], tuple[float, float]]) -> Iterator[list[str]]:
    """Answer every question for a spread by `ends(key)`, in the table or not, for a `with`.

    Yields:
        The keys that were asked for, in order and each as often as it was.

    >>> with probing(lambda key: (0.5, 2.0)) as asked:
    ...     spread("step-unheard-of").high
    2.0
    >>> asked
    ['step-unheard-of']
    """
    asked: list[str] = []

    def answer(key: str) -> Spread:
        asked.append(key)
        low, high = ends(key)
        source = Source(text="a probe", date="undated", kind="estimated", evidence="read")
        return Spread(
            name=key, used="a probe", low=low, high=high, rows=0, groups=0, median_error=0.0,
            within_quarter=0.0, source=source,
        )  # fmt: skip

    token = _PROBE.set(answer)
    try:
        yield asked
    finally:
        _PROBE.reset(token)


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
