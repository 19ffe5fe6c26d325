"""LoRA: train a small correction beside each large matrix, and leave the matrix alone.

A frozen matrix W gets two thin ones, and its layer computes x W' + (alpha / rank) (x A') B'. B
begins at zero, so that the model starts where it was. Only A and B get gradients and optimizer
states.

Design choices:
- Any `nn.Linear` can be wrapped, in any model. `add` leaves out a matrix that two layers share (a
  tied head).
- The frozen matrix may be held in fewer bits: rounded to whole numbers in groups of 64, each group
  with a scale in bf16, two 4-bit numbers to a byte. It is unpacked when it is used and thrown away
  again, in the backward pass too: so the graph holds the packed matrix only. Published variants
  choose levels that suit a bell curve (NF4); these are even.
- Codes are parameters that want no gradient, so that whatever counts a module's bytes sees them.
Letters for shapes: I inputs, O outputs, R rank, G groups.

Sources: Hu et al. 2021 (arXiv 2106.09685); Dettmers et al. 2023 (arXiv 2305.14314).
"""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any, TypeVar

import torch
from torch import nn
from torch.nn import functional

from course_lib import checks

FORMATS = ("fp32", "bf16", "int8", "int4")
GROUP = 64
"""Weights that share a scale."""
SCALE_BYTES = 2

Module = TypeVar("Module", bound=nn.Module)


class Frozen(nn.Module):
    """A matrix that is not trained, held in one of `FORMATS`."""

    def __init__(self, weight_OI: torch.Tensor, format: str = "fp32") -> None:
        super().__init__()
        self.format, self.shape = checks.one_of("format", format, FORMATS), weight_OI.shape
        codes, scales = pack(weight_OI.detach(), format)
        self.codes = nn.Parameter(codes, requires_grad=False)
        self.scales = nn.Parameter(scales, requires_grad=False)

    @property
    def bytes(self) -> int:
        """Bytes of the matrix in memory, scales included."""
        return sum(part.numel() * part.element_size() for part in (self.codes, self.scales))

    def matrix(self) -> torch.Tensor:
        """The matrix in fp32, rounding errors included: shape (O, I)."""
        return unpack(self.codes, self.scales, self.format, self.shape)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return _FrozenProduct.apply(x, self.codes, self.scales, self.format, self.shape)


class LoRALinear(nn.Module):
    """A linear layer with a frozen matrix and a trained correction of low rank."""

    def __init__(
        self, base: nn.Linear, rank: int = 8, alpha: float = 16.0, base_format: str = "fp32"
    ) -> None:
        """Wrap `base`; its bias stays as it is, frozen."""
        super().__init__()
        checks.whole("rank", rank)
        self.scale = checks.positive("alpha", alpha) / rank
        self.base = Frozen(base.weight, base_format)
        self.bias = (
            None if base.bias is None else nn.Parameter(base.bias.detach(), requires_grad=False)
        )
        self.down = nn.Parameter(base.weight.new_empty(rank, base.in_features))
        self.up = nn.Parameter(base.weight.new_zeros(base.out_features, rank))
        nn.init.kaiming_uniform_(self.down, a=math.sqrt(5))  # as `nn.Linear` begins

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        correction = functional.linear(functional.linear(x, self.down), self.up)
        y = self.base(x) + self.scale * correction
        return y if self.bias is None else y + self.bias

    def merged(self) -> nn.Linear:
        """A plain layer that computes the same: the correction added to the matrix, in fp32."""
        outputs, inputs = self.base.shape
        plain = nn.Linear(inputs, outputs, bias=self.bias is not None, device=self.up.device)
        with torch.no_grad():
            plain.weight.copy_(self.base.matrix() + self.scale * self.up @ self.down)
            if self.bias is not None:
                plain.bias.copy_(self.bias)
        return plain


def add(
    module: Module,
    rank: int = 8,
    alpha: float = 16.0,
    base_format: str = "fp32",
    targets: Collection[str] | None = None,
    seed: int = 0,
) -> Module:
    """Freeze a model and put adapters beside its linear layers, in place. Returns the model.

    Args:
        module: the model.
        rank: inner width of the correction.
        alpha: strength of the correction; it is divided by the rank.
        base_format: how the frozen matrices are held, one of `FORMATS`.
        targets: last parts of the names of the layers to wrap, such as {"query", "value"}; None
            wraps every linear layer whose matrix is its own.
        seed: of the adapters' first values.

    Raises:
        ValueError: no linear layer goes by one of the names, `rank` is below 1, or `base_format` is
        unknown.

    >>> model = add(nn.Sequential(nn.Linear(100, 50), nn.ReLU(), nn.Linear(50, 10)), rank=2)
    >>> trainable_weights(model)  # 2 x (100 + 50) + 2 x (50 + 10)
    420
    """
    torch.manual_seed(seed)
    chosen = _targets(module, targets)
    if not chosen:
        raise ValueError(f"targets={targets!r}: no linear layer of its own matrix has such a name")
    module.requires_grad_(False)
    for name, layer in chosen:
        _replace(module, name, LoRALinear(layer, rank, alpha, base_format))
    return module


def merge(module: Module) -> Module:
    """Fold every adapter into its matrix, in place: plain linear layers again.

    Returns the model, still frozen.

    >>> model = merge(add(nn.Sequential(nn.Linear(4, 4)), rank=1))
    >>> type(model[0]).__name__
    'Linear'
    """
    for name, layer in list(module.named_modules()):  # a list: the loop changes the tree
        if isinstance(layer, LoRALinear):
            _replace(module, name, layer.merged().requires_grad_(False))
    return module


def trainable(module: nn.Module) -> list[nn.Parameter]:
    """The weights that want gradients: what an optimizer is given."""
    return [parameter for parameter in module.parameters() if parameter.requires_grad]


def trainable_weights(module: nn.Module) -> int:
    """How many weights want gradients."""
    return sum(parameter.numel() for parameter in trainable(module))


def pack(weight_OI: torch.Tensor, format: str) -> tuple[torch.Tensor, torch.Tensor]:
    """A matrix in fewer bits, and the scale of each group of 64 (none for fp32 and bf16).

    Shapes: int8 codes (G, 64) int8, int4 codes (G, 32) uint8 with two numbers in each, scales (G,
    1) bf16.

    >>> codes, scales = pack(torch.ones(2, 64), "int4")
    >>> codes.shape, scales.shape
    (torch.Size([2, 32]), torch.Size([2, 1]))
    """
    if checks.one_of("format", format, FORMATS) in ("fp32", "bf16"):
        # cloned: `to` the type it has already would share memory with the layer that is replaced
        return weight_OI.to(
            torch.float32 if format == "fp32" else torch.bfloat16
        ).clone(), weight_OI.new_empty(0)
    most = 127 if format == "int8" else 7  # as far below zero: -128 and -8 stay unused
    flat = weight_OI.float().flatten()
    # zeros fill up the last group: -n % 64 is what n lacks to a multiple of 64
    groups = functional.pad(flat, (0, -len(flat) % GROUP)).view(-1, GROUP)
    scales = (groups.abs().amax(1, keepdim=True) / most).bfloat16()
    # divided by the scale as it is stored; it may have been rounded down, hence the outer clamp,
    # and is zero in a group of zeros, hence the inner one
    steps = (groups / scales.float().clamp(min=1e-30)).round().clamp(-most, most).to(torch.int8)
    if format == "int8":
        return steps, scales
    nibbles = (steps + 8).to(torch.uint8)  # four bits without a sign: 1 to 15
    return nibbles[:, 0::2] | (nibbles[:, 1::2] << 4), scales


def unpack(
    codes: torch.Tensor, scales: torch.Tensor, format: str, shape: torch.Size
) -> torch.Tensor:
    """The matrix that `pack` was given, in fp32 and up to rounding."""
    if format in ("fp32", "bf16"):
        return codes.float()
    if format == "int4":
        codes = torch.stack((codes & 15, codes >> 4), dim=-1).flatten(1).to(torch.int8) - 8
    # cut off what filled up the last group
    return (codes * scales.float()).flatten()[: shape.numel()].view(shape)


class _FrozenProduct(torch.autograd.Function):
    """x W', with W unpacked anew in the backward pass: the graph keeps the packed matrix, and no
    inputs."""

    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, codes: torch.Tensor, scales: torch.Tensor, *layout: Any
    ) -> torch.Tensor:
        ctx.save_for_backward(codes, scales)  # not x: only a trained W would need it
        ctx.layout = layout
        return x @ unpack(codes, scales, *layout).to(x.dtype).T

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None, None, None, None]:
        gradient = gradients[0]
        # one for each argument of `forward`; only x has a gradient
        return (
            gradient @ unpack(*ctx.saved_tensors, *ctx.layout).to(gradient.dtype),
            None,
            None,
            None,
            None,
        )


def _targets(module: nn.Module, names: Collection[str] | None) -> list[tuple[str, nn.Linear]]:
    """The linear layers to wrap, with their full names; a matrix that another module shares is left
    out."""
    owners: dict[int, int] = {}  # by identity: `==` on tensors compares their numbers
    for part in module.modules():
        for weight in part.parameters(recurse=False):
            owners[id(weight)] = owners.get(id(weight), 0) + 1
    return [
        (name, layer)
        for name, layer in module.named_modules()
        if isinstance(layer, nn.Linear)
        and owners[id(layer.weight)] == 1
        and (names is None or name.rpartition(".")[2] in names)
    ]


def _replace(module: nn.Module, name: str, layer: nn.Module) -> None:
    """Put `layer` in the place of the part called `name`."""
    parent, _, child = name.rpartition(".")
    setattr(module.get_submodule(parent), child, layer)
