"""Bytes that stand in memory at one moment, counted from the tensors that are alive."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

__all__ = ["peak_bytes"]


def peak_bytes(work: Callable[[], Any], given: Sequence[torch.Tensor] = ()) -> int:
    """Most bytes that tensors made by `work()` hold at one moment, those of `given` added.

    Counted, not sampled: each operation's new storages are added when made and taken off when they
    die. What a fused kernel keeps on chip or frees within one operation is not seen.

    >>> x = torch.ones(10)
    >>> peak_bytes(lambda: (x + 1) * 2, given=[x])  # x, x + 1 and the product stand side by side
    120
    """
    counter = _Storages(given)
    with counter, torch.no_grad():
        work()
    return counter.peak


class _Storages(TorchDispatchMode):
    """Adds up the storages that are alive."""

    def __init__(self, present: Sequence[torch.Tensor]) -> None:
        super().__init__()
        self.alive: dict[int, int] = {}
        self.peak = 0
        self._add(present)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        # inside this method the mode is off: the call does not come back here
        result = func(*args, **(kwargs or {}))
        self._add([leaf for leaf in tree_leaves(result) if isinstance(leaf, torch.Tensor)])
        return result

    def _add(self, tensors: Sequence[torch.Tensor]) -> None:
        for storage in (tensor.untyped_storage() for tensor in tensors):
            # a view shares its tensor's storage; the Python object may differ, the C++ one does not
            if storage._cdata not in self.alive:
                self.alive[storage._cdata] = storage.nbytes()
                weakref.finalize(storage, self.alive.pop, storage._cdata, None)
        self.peak = max(self.peak, sum(self.alive.values()))
