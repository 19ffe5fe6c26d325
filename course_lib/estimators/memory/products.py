"""What is kept where recomputation goes operation by operation: the results of attention and of
every second matrix product.

TorchTitan calls it "selective" with option "op" (`torchtitan.distributed.activation_checkpoint`):
of a layer it keeps the input, what attention made, and the first, third, fifth ... result of a
matrix product; all else is made again, norms and the other half of the products too.

Design choices:
- Products count in the order of the forward pass: query, key, value, output, then gate, up and
  down. Of grouped-query attention with a gated MLP that keeps query, value, gate and down.
- Experts are computed by grouped products, which that code does not count: they are made again.
- Results of the output and down products are shared by tensor ranks as norms are.
"""

from __future__ import annotations

from collections.abc import Iterator

from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.memory import adapters

Product = tuple[Number, bool]
"""Width of a product's result, and whether tensor ranks share it."""
LOG_SUM = 4
"""Bytes that fused attention keeps for each query and head: the logarithm of a sum in fp32."""


def numbers(model: Transformer) -> tuple[Number, Number]:
    """Numbers kept of one token in one layer: on every tensor rank, and in all of them together.

    The layer's input is among them; what attention keeps for itself (`LOG_SUM`) is not.

    >>> from course_lib.catalog import models
    >>> numbers(models["llama-3-8b"])  # input and down; query, value, gate and attention's result
    (8192, 23552)
    """
    whole, split = model.d_model, 0 * model.d_model
    for place, (width, shared) in enumerate(_products(model)):
        if place % 2 == 0:
            whole, split = whole + (0 if shared else width), split + (width if shared else 0)
    return whole, split + (model.n_heads * model.value_width if model.attention else 0)


def _products(model: Transformer) -> Iterator[Product]:
    """Results of the layer's matrix products, in their order."""
    if model.attention:
        for target in adapters.ATTENTION:
            for _, width in adapters.sides(model, target):
                yield width, target != "output"
    if not model.mlp:
        return
    inner = model.d_ff
    if model.experts is not None:
        yield model.experts.count, False  # the router
        inner = model.experts.shared * parameters.shared_width(model.experts)
    for _ in range(2 if model.gated_mlp else 1):
        yield inner, True
    yield model.d_model, False
