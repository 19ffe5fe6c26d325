"""Checks of arguments, shared by every record and estimator.

An error is part of the teaching: it names the argument, the value it got and the rule it broke.
Scalars come back as exact Python numbers, anything longer as a float64 array: int64 would wrap
silently past 9.2e18, and a large training run has more FLOPs than that. Plain numbers go their own,
short way: estimators check a few of them in every call, and a sweep makes thousands of calls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Number: TypeAlias = int | float | NDArray[np.floating[Any]]
"""A Python int or float, or a float64 array of any shape that broadcasts with the others.

(The alias says `floating`, because that is what numpy's own annotations call a sum of float64.)"""
Flags: TypeAlias = bool | NDArray[np.bool_]
"""What a comparison of numbers gives: True or False, or an array of them."""
Kind = TypeVar("Kind")


@overload
def finite(name: str, value: int) -> int: ...
@overload
def finite(name: str, value: float) -> float: ...
@overload
def finite(name: str, value: Sequence[float]) -> NDArray[np.floating[Any]]: ...
@overload
def finite(name: str, value: object) -> Number: ...
def finite(name: str, value: object) -> Number:
    """`value` as a Python number or a float64 array, with neither NaN nor infinity in it.

    >>> finite("power_watts", 700)
    700
    >>> finite("power_watts", [300, 700.5])
    array([300. , 700.5])

    Raises:
        TypeError: for anything that is not a real number, True and "12" included.
        ValueError: for an empty array, a NaN or an infinity.
    """
    if type(value) is int or (type(value) is float and math.isfinite(value)):
        return value
    array = _numeric_array(name, value)
    if array.size == 0:
        raise ValueError(f"{name} must hold at least one number, got an empty array")
    if isinstance(value, int | np.integer):
        return int(value)
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite, got {_show(value)}")
    return array.astype(np.float64) if array.ndim else float(array)


@overload
def positive(name: str, value: int, zero: bool = ...) -> int: ...
@overload
def positive(name: str, value: float, zero: bool = ...) -> float: ...
@overload
def positive(name: str, value: Sequence[float], zero: bool = ...) -> NDArray[np.floating[Any]]: ...
@overload
def positive(name: str, value: object, zero: bool = ...) -> Number: ...
def positive(name: str, value: object, zero: bool = False) -> Number:
    """`value` as a finite number above zero, or at least zero where `zero` is allowed.

    >>> positive("bandwidth", 2.0e12)
    2000000000000.0
    """
    number = finite(name, value)
    if _any(number < 0) or (not zero and _any(number == 0)):
        rule = "zero or more" if zero else "above zero"
        raise ValueError(f"{name} must be {rule}, got {_show(value)}")
    return number


@overload
def whole(name: str, value: float, at_least: int = ...) -> int: ...
@overload
def whole(name: str, value: Sequence[float], at_least: int = ...) -> NDArray[np.floating[Any]]: ...
@overload
def whole(name: str, value: object, at_least: int = ...) -> Number: ...
def whole(name: str, value: object, at_least: int = 1) -> Number:
    """`value` as a whole number (or an array of them) not below `at_least`.

    >>> whole("layers", 32)
    32
    >>> whole("layers", 0)
    Traceback (most recent call last):
    ValueError: layers must be at least 1, got 0
    """
    number = finite(name, value)
    if not _is_whole(number):
        raise ValueError(f"{name} must be a whole number, got {_show(value)}")
    if _any(number < at_least):
        raise ValueError(f"{name} must be at least {at_least}, got {_show(value)}")
    return number if isinstance(number, np.ndarray) else int(number)


@overload
def share(name: str, value: int, zero: bool = ...) -> int: ...
@overload
def share(name: str, value: float, zero: bool = ...) -> float: ...
@overload
def share(name: str, value: object, zero: bool = ...) -> Number: ...
def share(name: str, value: object, zero: bool = False) -> Number:
    """`value` as a share: above 0 and at most 1, or 0 too where `zero` is allowed.

    >>> share("mfu", 0.4)
    0.4
    >>> share("mfu", 40)
    Traceback (most recent call last):
    ValueError: mfu must be above 0 and at most 1, got 40
    """
    number = positive(name, value, zero=zero)
    if _any(number > 1):
        rule = "from 0 to 1" if zero else "above 0 and at most 1"
        raise ValueError(f"{name} must be {rule}, got {_show(value)}")
    return number


def single(name: str, value: object) -> float:
    """`value` as one finite number, where an array makes no sense: the bytes of one job.

    >>> single("memory_bytes", 16e9)
    16000000000.0
    >>> single("memory_bytes", [16e9, 80e9])
    Traceback (most recent call last):
    TypeError: memory_bytes must be a single number, got [16000000000.0, 80000000000.0]

    Raises:
        TypeError: an array, or as `finite`.
        ValueError: as `finite`.
    """
    number = finite(name, value)
    if isinstance(number, np.ndarray):
        raise TypeError(f"{name} must be a single number, got {_show(value)}")
    return number


def single_whole(name: str, value: object, at_least: int = 1) -> int:
    """`value` as one whole number not below `at_least`: the width of a tensor, the steps of a loop.

    >>> single_whole("layers", 32.0)
    32
    >>> single_whole("layers", [16, 32])
    Traceback (most recent call last):
    TypeError: layers must be a single number, got [16, 32]

    Raises:
        TypeError: an array, or as `whole`.
        ValueError: as `whole`.
    """
    number = whole(name, value, at_least)
    if isinstance(number, np.ndarray):
        raise TypeError(f"{name} must be a single number, got {_show(value)}")
    return int(number)


def divides(part_name: str, part: Number, whole_name: str, total: Number) -> None:
    """Raise unless `part` divides `total` without remainder.

    >>> divides("n_kv_heads", 8, "n_heads", 32)
    >>> divides("n_kv_heads", 5, "n_heads", 32)
    Traceback (most recent call last):
    ValueError: n_kv_heads must divide n_heads, got n_kv_heads=5 and n_heads=32
    """
    if _any(total % part != 0):
        got = f"{part_name}={_show(part)} and {whole_name}={_show(total)}"
        raise ValueError(f"{part_name} must divide {whole_name}, got {got}")


def one_of(name: str, value: object, choices: Sequence[str]) -> str:
    """`value` if it is one of `choices`, letter for letter.

    >>> one_of("attention", "full", ("full", "causal"))
    'full'
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be one of {', '.join(choices)}, got {_show(value)}")
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, got {_show(value)}")
    return value


def flag(name: str, value: object) -> bool:
    """`value` if it is True or False; numbers and strings that merely look like it are refused.

    >>> flag("gated_mlp", True)
    True
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, got {_show(value)}")
    return bool(value)


def instance(name: str, value: object, kind: type[Kind]) -> Kind:
    """`value` if it is a record of the class `kind`.

    >>> instance("model", "llama", int)
    Traceback (most recent call last):
    TypeError: model must be a record of type int, got 'llama'
    """
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a record of type {kind.__name__}, got {_show(value)}")
    return value


def broadcast(**arguments: Number) -> None:
    """Raise unless the shapes of all the arguments fit together by numpy's broadcasting.

    >>> broadcast(batch=4, seq=np.ones(3), layers=np.ones((5, 1)))
    >>> broadcast(batch=np.ones(2), seq=np.ones(3))
    Traceback (most recent call last):
    ValueError: shapes must broadcast together, got batch (2,), seq (3,)
    """
    arrays = {name: value for name, value in arguments.items() if not _is_plain(value)}
    if not arrays:
        return
    shapes = {name: np.shape(value) for name, value in arrays.items() if np.shape(value)}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        listing = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise ValueError(f"shapes must broadcast together, got {listing}") from None


@overload
def smaller(first: int, second: int) -> int: ...
@overload
def smaller(first: float, second: float) -> float: ...
@overload
def smaller(first: Number, second: Number) -> Number: ...
def smaller(first: Number, second: Number) -> Number:
    """The smaller of two numbers, element by element; Python ints of any size stay exact.

    >>> smaller(7, np.array([3.0, 9.0]))
    array([3., 7.])
    """
    return min(first, second) if _both_plain(first, second) else np.minimum(first, second)


@overload
def larger(first: int, second: int) -> int: ...
@overload
def larger(first: float, second: float) -> float: ...
@overload
def larger(first: Number, second: Number) -> Number: ...
def larger(first: Number, second: Number) -> Number:
    """The larger of two numbers, element by element; Python numbers stay exact.

    >>> larger(1.0, 2.0)
    2.0
    """
    return max(first, second) if _both_plain(first, second) else np.maximum(first, second)


def _is_plain(value: object) -> bool:
    """Whether a number is one of Python's, or one of numpy's that is a Python float."""
    return isinstance(value, int | float)


def _both_plain(first: Number, second: Number) -> bool:
    """Whether both are single numbers."""
    if _is_plain(first) and _is_plain(second):
        return True
    return np.ndim(first) == 0 and np.ndim(second) == 0


def _any(found: Flags) -> bool:
    """Whether a comparison is true, or that of an array somewhere."""
    return found if isinstance(found, bool) else bool(np.any(found))


def _is_whole(number: Number) -> bool:
    """Whether a number, or each of an array, has no part after the point."""
    if isinstance(number, int):
        return True
    if isinstance(number, float):
        return number.is_integer()
    return bool(np.all(number == np.floor(number)))


def _numeric_array(name: str, value: object) -> np.ndarray:
    if value is None or isinstance(value, bool | str | bytes | dict | set):
        raise _no_number(name, value)
    if isinstance(value, int):
        return np.zeros(())  # any size of Python int is fine, and 10**400 has no float64
    try:
        array = np.asarray(value)
    except ValueError:  # a ragged list
        raise _no_number(name, value) from None
    if array.size and array.dtype.kind not in "iuf":
        raise _no_number(name, value)
    return array


def _no_number(name: str, value: object) -> TypeError:
    # Made only where it is raised: to write a long array out takes longer than to check it.
    return TypeError(f"{name} must be a number or an array of numbers, got {_show(value)}")


def _show(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:77] + "..."
