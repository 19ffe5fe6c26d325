"""Bytes of a model's weights as they lie in a file and in a device's memory: one count for every
estimator.

Design choices:
- Formats of 16 and 32 bits hold every weight alike. In a shorter one the matrices of the layers are
  quantised, and tables, head, norms, biases and routers stay in 16 bits, as published files keep
  them; a model's own file may say otherwise (`Transformer.stored`).
- Scales, zero points and whatever a format keeps beside them are counted, matrix by matrix, because
  blocks that do not divide a matrix are rounded up. Left out: tables of code values, a few hundred
  bytes a matrix.
- Parts of a layer that the record has no shapes for stay in 16 bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records import stored as records
from course_lib.catalog.records.stored import Stored
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters

WHOLE_BYTES = {"fp32": 4, "bf16": 2, "fp16": 2}
"""Bytes of a weight in formats that need no scales."""
REST_BYTES = 2
"""Bytes of a weight that is not quantised, in a model whose matrices are."""
FORMATS = (*WHOLE_BYTES, *records.FORMATS)
"""Formats that weights may be stored in, by name."""


@dataclass(frozen=True, kw_only=True, eq=False)
class WeightBytes:
    """Bytes of a model's weights by how they are used and shared. The parts add up to `total`."""

    looked_up: Number
    """Tables that are looked up and never multiplied; a tied one is multiplied, as the head."""
    plain: Number
    """The rest of what is no matrix of a layer: head, norms, biases, routers, parts without
    shapes."""
    matrices: Number
    """Matrices of the layers, routed experts apart."""
    experts: Mapping[str, Number]
    """Routed experts of all layers of a kind, biases included, by the kind's name."""
    unvisited: Number
    """Experts that no text token visits, stored as the routed ones are."""
    matrix_weights: Number
    """How many weights `matrices` are."""
    expert_weights: Number
    """How many weights `experts` and `unvisited` are."""

    @property
    def routed(self) -> Number:
        """Experts of all kinds, those that are not visited included."""
        return sum(self.experts.values(), self.unvisited)

    @property
    def total(self) -> Number:
        """All of them."""
        return self.looked_up + self.plain + self.matrices + self.routed


@dataclass(frozen=True, kw_only=True, eq=False)
class _Layer:
    """What one layer adds to the fields of `WeightBytes` of the same names."""

    matrices: Number
    experts: Number
    unvisited: Number
    matrix_weights: Number
    expert_weights: Number


def weight_bytes(model: Transformer, format: str | None = None) -> WeightBytes:
    """Bytes of all weights of a model in a format.

    Args:
        model: the architecture; its numbers may be arrays.
        format: one of `FORMATS`; None for the format of the model's own file, or bf16 where no
            other is known.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: `catalog.records.stored.FORMATS` names one for each format; the tests hold published
    sizes of files.

    >>> from course_lib.catalog import models
    >>> weight_bytes(models["llama-3-8b"], "int4").total  # 16.1e9 in bf16
    5727854592
    """
    model = checks.instance("model", model, Transformer)
    how = stored_as(model, format)
    whole = REST_BYTES if how is not None else WHOLE_BYTES[format or "bf16"]
    count = parameters.count(model)
    outside = parameters.count(model, embeddings=False).total
    layers = [(kind, _layer(kind.layer, how, whole)) for kind in model.layer_kinds]

    def every(part: str) -> Number:
        # The zero has the shape of the sweep.
        return sum((kind.count * getattr(own, part) for kind, own in layers), 0 * count.mlp)

    matrix_weights, expert_weights = every("matrix_weights"), every("expert_weights")
    rest = (outside - matrix_weights - expert_weights) * whole
    return WeightBytes(
        looked_up=(count.total - outside) * whole,
        plain=rest - _head_saving(model, how),
        matrices=every("matrices"),
        experts={kind.name: kind.count * own.experts for kind, own in layers if _mixes(kind.layer)},
        unvisited=every("unvisited"),
        matrix_weights=matrix_weights,
        expert_weights=expert_weights,
    )


def stored_as(model: Transformer, format: str | None = None) -> Stored | None:
    """How the weights lie in that format; None for one whose weights need no scales.

    >>> from course_lib.catalog import models
    >>> stored_as(models["llama-3-8b"], "nf4").group_inputs
    64
    >>> print(stored_as(models["llama-3-8b"]))
    None
    """
    if format is None:
        return checks.instance("model", model, Transformer).stored
    return records.FORMATS.get(checks.one_of("format", format, FORMATS))


def format_of(model: Transformer, format: str | None = None) -> str:
    """The name of that format; where none is given, of that which the model's file is in.

    >>> from course_lib.catalog import models
    >>> format_of(models["llama-3-8b"]), format_of(models["llama-3-8b"], "int8")
    ('bf16', 'int8')
    """
    how = stored_as(model, format)
    return format or ("bf16" if how is None else how.format)


def _bytes(matrix: parameters.Matrix, how: Stored | None, whole: int) -> Number:
    """Bytes of so many matrices of one shape."""
    if how is None or matrix.part not in how.parts:
        return matrix.entries * whole
    # Rounded up to whole bytes, each matrix for itself.
    return matrix.number * -(-how.matrix_bits(matrix.inputs, matrix.outputs) // 8)


def _mixes(layer: Transformer) -> bool:
    return layer.experts is not None and layer.mlp


def _layer(layer: Transformer, how: Stored | None, whole: int) -> _Layer:
    found = parameters.of_layer(layer)
    plain = [each for each in found if each.part not in ("experts", "router")]
    routed = [each for each in found if each.part == "experts"]
    weights = parameters.routed_params(layer)
    experts: Number = 0 * layer.d_model
    unvisited: Number = experts
    if layer.experts is not None and layer.mlp:
        biases = weights - sum(each.entries for each in routed)
        experts = biases * whole + sum(_bytes(each, how, whole) for each in routed)
        # In the proportion of the routed ones, because the record has no shapes of them.
        unvisited = -(-experts * layer.experts.unvisited_params // weights)
        weights = weights + layer.experts.unvisited_params
    return _Layer(
        matrices=sum((_bytes(each, how, whole) for each in plain), 0 * layer.d_model),
        experts=experts,
        unvisited=unvisited,
        matrix_weights=sum((each.entries for each in plain), 0 * layer.d_model),
        expert_weights=weights,
    )


def _head_saving(model: Transformer, how: Stored | None) -> Number:
    """Bytes that a quantised head spares; a tied one is a table, which is never quantised."""
    if how is None or "head" not in how.parts or model.tied_embeddings:
        return 0
    head = parameters.Matrix(
        part="head", inputs=model.table_width, outputs=parameters.head_rows(model)
    )
    return head.entries * REST_BYTES - _bytes(head, how, REST_BYTES)
