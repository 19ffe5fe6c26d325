"""How many weights a transformer has, and how many of them one token uses.

A layer is counted by itself (`layers`), and a model is the sum over its kinds of layers, each as
often as it occurs.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records.transformer import NORM_VECTORS, Transformer
from course_lib.checks import Number
from course_lib.estimators.parameters import layers


@dataclass(frozen=True, kw_only=True, eq=False)
class ParameterCount:
    """Parameters by the part of the model they sit in. The parts add up to `total`."""

    embedding: Number
    """Token table, learned positions, further tables, and the projection from the table's width."""
    attention: Number
    """Query, key, value and output projections of all layers, with biases, gates, sinks and
    indexers."""
    state: Number
    """Projections, convolutions and decays of recurrent layers, with the norms inside them."""
    mlp: Number
    """MLPs, experts and routers of all layers, with biases, and whatever else stands in a layer."""
    norm: Number
    """Scales and shifts of all normalisations."""
    head: Number
    """Output matrix where it is not the embedding table, its bias, the projection to the table's
    width, and further matrices outside the layers."""
    idle: Number
    """Expert weights that do no work for one given token. Part of `mlp`, not added again."""

    @property
    def total(self) -> Number:
        """Every parameter, as `sum(p.numel() for p in model.parameters())` counts them."""
        return self.embedding + self.attention + self.state + self.mlp + self.norm + self.head

    @property
    def active(self) -> Number:
        """Parameters in use for one token: all but the idle experts.

        The whole embedding table counts as in use.
        """
        return self.total - self.idle


def count(model: Transformer, *, embeddings: bool = True) -> ParameterCount:
    """Parameters of `model`, exact to the last one.

    Args:
        model: the architecture; any of its numbers may be arrays, then so are the counts.
        embeddings: False leaves out the tables that are only looked up (tokens, positions). A tied
            table then counts as the head, because there it is multiplied. What is left is what
            costs 2 FLOPs a weight and token.

    Source: the matrices of Vaswani et al. 2017 (arXiv 1706.03762) and of each family's published
    code; the tests hold it against checkpoints' counts and PyTorch models.

    >>> from course_lib.catalog import models
    >>> count(models["llama-3-8b"]).total
    8030261248
    >>> mixtral = count(models["mixtral-8x7b"])
    >>> mixtral.total, mixtral.active  # of 8 experts, 2 work on a token
    (46702792704, 12879925248)
    """
    model = checks.instance("model", model, Transformer)
    checks.flag("embeddings", embeddings)
    table = model.vocab_rows * model.table_width
    lookup = table + model.position_rows * model.d_model + model.outer_params
    projection = _embedding_projection(model)
    outer = model.outer_matrix + model.sequence_matrix
    # A tied table is one matrix: it counts once, as embedding, or as head where embeddings are
    # left out.
    again = not model.tied_embeddings or not embeddings
    kinds = model.layer_kinds
    zero = 0 * model.layers  # zero in the shape of the sweep
    vectors = NORM_VECTORS[model.norm] * model.d_model
    return ParameterCount(
        embedding=projection + (lookup if embeddings else 0),
        attention=sum((kind.count * layers.attention_params(kind.layer) for kind in kinds), zero),
        state=sum((kind.count * layers.state_params(kind.layer) for kind in kinds), zero),
        mlp=sum((kind.count * layers.mlp_params(kind.layer) for kind in kinds), zero),
        norm=sum((kind.count * layers.norm_params(kind.layer) for kind in kinds), zero)
        + (model.final_norm + model.embedding_norm) * vectors,
        head=projection
        + outer
        + model.head_bias * head_rows(model)
        + again * head_rows(model) * model.table_width,
        idle=sum((kind.count * layers.idle_params(kind.layer) for kind in kinds), zero),
    )


def head_rows(model: Transformer) -> Number:
    """Rows of the output matrix: those of the table, unless the model says otherwise.

    >>> head_rows(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    10
    """
    return model.vocab_rows if model.head_rows is None else model.head_rows


def _embedding_projection(model: Transformer) -> Number:
    """OPT-350M alone has a table narrower than the model; it is projected up on the way in and down
    on the way out."""
    return (model.table_width != model.d_model) * model.table_width * model.d_model
