"""Plain data on its way between two processes that do not trust each other: numbers, texts, truth
values, and lists, tuples, sets, dictionaries and arrays of them.

Design choices:
- What comes out is rebuilt on this side from tagged JSON, so that no object of a student's making
  ever reaches a check: no `__eq__`, no `__float__`, nothing that runs when it is unpickled.
- Exact types only. A subclass of `float` may compare as it likes; a copy of its value would hide
  that, so it is refused by name.
- Whole numbers travel in hexadecimal, which has no limit of digits and takes time that grows with
  the length only; floats by `hex`, to the last bit.
"""

from __future__ import annotations

import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

DEEPEST = 24
"""Levels of lists in lists."""
MOST_ENTRIES = 1_000_000
"""Entries in all: more than any task asks for."""
MOST_BITS = 1 << 13
"""Bits of one whole number: one that Python still writes out, and a check still reckons with."""
MOST_LETTERS = 1_000_000
"""Characters of one text."""

Tagged = list[Any]
"""What JSON holds for one value: its tag, then its content."""

__all__ = ["NotPlain", "packed", "unpacked"]


class NotPlain(ValueError):
    """A value that is no plain data, with its type's name."""


def packed(value: Any) -> Tagged:
    """A value as tagged lists that JSON can hold.

    Raises:
        NotPlain: it is, or holds, something else, or is too large or too deep.

    >>> packed({"a": (1, 2.5)})
    ['dict', [[['str', 'a'], ['tuple', [['int', '0x1'], ['float', '0x1.4000000000000p+1']]]]]]
    """
    return _packed(value, DEEPEST, [MOST_ENTRIES])


def _packed(value: Any, depth: int, left: list[int]) -> Tagged:
    left[0] -= 1
    if depth < 0 or left[0] < 0:
        raise NotPlain("data with too many entries or levels")
    kind = type(value)
    if kind in SCALARS:
        return SCALARS[kind](value)
    if kind in SEQUENCES:
        return [SEQUENCES[kind], [_packed(each, depth - 1, left) for each in value]]
    if kind in (dict, OrderedDict, defaultdict, Counter):
        pairs = list(value.items())
        return ["dict", [[_packed(each, depth - 1, left) for each in pair] for pair in pairs]]
    if _is_tensor(kind):
        value, kind = value.detach().cpu().numpy(), np.ndarray
    if kind is np.longdouble:  # whose own value is one again
        return _packed(float(value), depth, left)
    if isinstance(value, np.generic) and kind.__module__ == "numpy":
        return _packed(value.item(), depth, left)
    if kind is np.ndarray and value.dtype.kind in "biuf":
        entries = value.ravel().tolist()
        return ["array", list(value.shape), [_packed(each, 0, left) for each in entries]]
    raise NotPlain(f"an object of type {kind.__qualname__}")


def _int(value: int) -> Tagged:
    if value.bit_length() > MOST_BITS:
        raise NotPlain(f"a whole number of more than {MOST_BITS} bits")
    return ["int", hex(value)]


def _str(value: str) -> Tagged:
    if len(value) > MOST_LETTERS:
        raise NotPlain(f"a text of more than {MOST_LETTERS} characters")
    return ["str", value]


def _is_tensor(kind: type) -> bool:
    """Whether a type is torch's own tensor, without importing torch for it."""
    torch = sys.modules.get("torch")
    return torch is not None and kind is torch.Tensor


SCALARS: dict[type, Callable[[Any], Tagged]] = {
    type(None): lambda value: ["none"],
    bool: lambda value: ["bool", value],
    int: _int,
    float: lambda value: ["float", value.hex()],
    complex: lambda value: ["complex", value.real.hex(), value.imag.hex()],
    str: _str,
    Fraction: lambda value: ["fraction", _int(value.numerator), _int(value.denominator)],
    Decimal: lambda value: ["decimal", str(value)],
    type(...): lambda value: ["none"],  # `...` stands in the stub and means no answer
}
SEQUENCES = {
    list: "list",
    tuple: "tuple",
    set: "set",
    frozenset: "set",
    deque: "list",
    range: "list",
    type({}.keys()): "list",
    type({}.values()): "list",
}


def unpacked(tagged: Any) -> Any:
    """The value that `packed` took apart, made of this side's own types.

    Raises:
        NotPlain: it is not what `packed` makes: whoever sent it wrote it by hand.

    >>> unpacked(packed([1, 2.5, "three", None]))
    [1, 2.5, 'three', None]
    """
    try:
        return _unpacked(tagged, DEEPEST, [MOST_ENTRIES])
    except NotPlain:
        raise
    except Exception as error:
        raise NotPlain("data of a shape that no answer has") from error


def _unpacked(tagged: Any, depth: int, left: list[int]) -> Any:
    left[0] -= 1
    if depth < 0 or left[0] < 0:
        raise NotPlain("data with too many entries or levels")
    tag, *content = tagged
    if tag in ATOMS:
        return ATOMS[tag](*content)
    if tag == "dict":
        pairs = [[_unpacked(each, depth - 1, left) for each in pair] for pair in content[0]]
        return dict(pairs)
    if tag == "array":
        shape, entries = content
        return _array(shape, [_unpacked(each, 0, left) for each in entries])
    values = [_unpacked(each, depth - 1, left) for each in content[0]]
    return {"list": list, "tuple": tuple, "set": set}[tag](values)


def _array(shape: list[Any], values: list[Any]) -> Any:
    """An array of numbers or truth values; one of anything else could be of any size."""
    if not {type(each) for each in values} <= {bool, int, float}:
        raise NotPlain("an array of something else than numbers")
    array = np.array(values)
    sides = [side for side in shape if type(side) is int and 0 <= side <= MOST_ENTRIES]
    if array.dtype.kind not in "biuf" or len(sides) != len(shape):
        raise NotPlain("an array of a kind or shape that no answer has")
    return array.reshape(sides)


def _whole(text: Any) -> int:
    if type(text) is not str or len(text) > MOST_BITS:
        raise NotPlain("a whole number that is not written as one")
    return int(text, 16)


def _text(text: Any) -> str:
    if type(text) is not str or len(text) > MOST_LETTERS:
        raise NotPlain("a text that is none, or too long")
    return text


ATOMS: dict[str, Callable[..., Any]] = {
    "none": lambda: None,
    "bool": lambda value: value is True,
    "int": _whole,
    "float": lambda text: float.fromhex(text),
    "complex": lambda real, imaginary: complex(float.fromhex(real), float.fromhex(imaginary)),
    "str": _text,
    "fraction": lambda over, under: Fraction(_whole(over[1]), _whole(under[1])),
    "decimal": lambda text: Decimal(_text(text)[:MOST_BITS]),
}
