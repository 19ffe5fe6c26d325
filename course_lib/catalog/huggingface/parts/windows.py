"""Which layers are windowed, where a family has its own rule for it."""

from __future__ import annotations

from collections.abc import Sequence

from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import Facts
from course_lib.catalog.huggingface.parts.stack import stack


def windowed_where(f: Fields, marks: Sequence[bool]) -> Facts:
    """Windows in the layers that are marked, from the first one up; none where the size is null.

    >>> fields = Fields("mistral", {"sliding_window": 8})
    >>> windowed_where(fields, [False, True, False, True])
    {'sliding_window': 8, 'windowed': (False, True)}
    """
    size = f.whole_or_none("sliding_window")
    if size is None:
        return {}
    names = ["sliding" if mark else "full" for mark in marks]
    return stack(names, {"sliding": {"sliding_window": size}, "full": {}})


def first_full(f: Fields, period: int) -> Facts:
    """Windows in all layers but the first of every `period`, unless `layer_types` says otherwise.

    >>> first_full(Fields("gemma2", {"num_hidden_layers": 6}), 3)["windowed"]
    (False, True, True)
    """
    rule = [index % period != 0 for index in range(f.whole("num_hidden_layers"))]
    return windowed_where(f, f.windowed_by_type() or rule)
