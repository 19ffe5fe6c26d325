"""What a piece of PyTorch work does and keeps: floating-point operations, weights, bytes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode


def count_flops(work: Callable[[], object]) -> int:
    """FLOPs of the matrix products in `work()`, as PyTorch's own counter sees them.

    Fused attention is switched to its plain form meanwhile: on a CPU the counter would see none of
    its FLOPs.

    >>> a, b = torch.ones(2, 3), torch.ones(3, 5)
    >>> count_flops(lambda: a @ b)  # 2 x 2 x 3 x 5
    60
    """
    counter = FlopCounterMode(display=False)
    with counter, sdpa_kernel(SDPBackend.MATH):
        work()
    return int(counter.get_total_flops())


def count_parameters(module: nn.Module) -> int:
    """Weights of a PyTorch module; a matrix that two layers share counts once.

    >>> count_parameters(nn.Linear(3, 5))  # 3 x 5 and 5 biases
    20
    """
    return sum(parameter.numel() for parameter in module.parameters())


def weight_bytes(module: nn.Module) -> int:
    """Bytes that a module's weights take in memory.

    >>> weight_bytes(nn.Linear(3, 5))  # 20 numbers of 4 bytes
    80
    """
    return sum(parameter.numel() * parameter.element_size() for parameter in module.parameters())


def saved_bytes(work: Callable[[], object], module: nn.Module | None = None) -> int:
    """Bytes that `work()` keeps for a later backward pass; a tensor kept twice counts once.

    Args:
        work: the forward pass.
        module: its weights are kept too, but stay in memory anyway: name it to leave them out.

    >>> x = torch.ones(10, requires_grad=True)
    >>> saved_bytes(lambda: x * x)  # one tensor of 10 numbers, kept for both sides of the product
    40
    """
    owned = (
        set()
        if module is None
        else {parameter.untyped_storage().data_ptr() for parameter in module.parameters()}
    )
    storages: dict[int, torch.UntypedStorage] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in owned:
            # held on to, so that its address is not given out again
            storages[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = work()  # the name keeps the graph alive until the bytes are read
    total = sum(storage.nbytes() for storage in storages.values())
    del result
    return total
