"""Layers of several kinds as a record holds them: kinds by name, and the shortest pattern."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course_lib.catalog.huggingface.parts.sizes import Facts


def stack(names: Sequence[str], kinds: Mapping[str, Mapping[str, Any]]) -> Facts:
    """Arguments of `Transformer` for a stack of layers.

    Args:
        names: the kind of each layer, from the first one up.
        kinds: what layers of a kind have otherwise than the model; may name more than there are.

    One kind needs no pattern, and windows alone are said by `windowed`.

    >>> stack(["near", "far"] * 3, {"near": {"sliding_window": 4}, "far": {}})
    {'sliding_window': 4, 'windowed': (True, False)}
    >>> stack(["wide", "narrow"], {"wide": {"d_ff": 9}, "narrow": {"d_ff": 3}})["pattern"]
    ('wide', 'narrow')
    """
    pattern = shortest(names)
    used = {name: dict(kinds[name]) for name in dict.fromkeys(pattern)}
    first = next(iter(used.values()))
    common = {
        key: value
        for key, value in first.items()
        if all(key in kind and kind[key] == value for kind in used.values())
    }
    own = {
        name: {key: value for key, value in kind.items() if key not in common}
        for name, kind in used.items()
    }
    if any(set(kind) - {"sliding_window"} for kind in own.values()):
        return {**common, "kinds": own, "pattern": pattern}
    sizes = {kind["sliding_window"] for kind in own.values() if kind}
    if len(sizes) > 1:
        return {**common, "kinds": own, "pattern": pattern}
    if "sliding_window" in common:
        return {**common, "windowed": (True,)}
    if not sizes:
        return common
    windowed = tuple(bool(own[name]) for name in pattern)
    return {**common, "sliding_window": sizes.pop(), "windowed": windowed}


def shortest(names: Sequence[str]) -> tuple[str, ...]:
    """The shortest beginning that gives all of it when repeated, so that depth can be swept.

    >>> shortest(["a", "b", "a", "b", "a"])
    ('a', 'b')
    """
    period = next(
        n
        for n in range(1, len(names) + 1)
        if all(name == names[place % n] for place, name in enumerate(names))
    )
    return tuple(names[:period])
