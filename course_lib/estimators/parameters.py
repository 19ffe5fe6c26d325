"""How many weights a transformer has, and how many of them one token uses.

Everything follows from the shapes of the matrices. The functions below that end in `_matrix` count
the entries of the matrices alone, because those are what costs arithmetic (see `flops`); biases and
norms are added for the count.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records.transformer import NORM_VECTORS, Experts, Transformer
from course_lib.checks import Number


@dataclass(frozen=True, kw_only=True, eq=False)
class ParameterCount:
    """Parameters by the part of the model they sit in. The parts add up to `total`."""

    embedding: Number
    """Token table, learned positions, and the projection from the table's width."""
    attention: Number
    """Query, key, value and output projections of all layers, with biases and sinks."""
    mlp: Number
    """MLPs, experts and routers of all layers, with biases."""
    norm: Number
    """Scales and shifts of all normalisations."""
    head: Number
    """Output matrix where it is not the embedding table, its bias, and the projection to the
    table's width."""
    idle: Number
    """Expert weights that do no work for one given token. Part of `mlp`, not added again."""

    @property
    def total(self) -> Number:
        """Every parameter, as `sum(p.numel() for p in model.parameters())` counts them."""
        return self.embedding + self.attention + self.mlp + self.norm + self.head

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
    lookup = table + model.position_rows * model.d_model
    projection = _embedding_projection(model)
    head = projection + model.head_bias * model.vocab_rows
    return ParameterCount(
        embedding=projection + (lookup if embeddings else 0),
        attention=model.layers * _attention_layer(model),
        mlp=_mlp_stack(model),
        norm=_norms(model),
        # A tied table is one matrix: it counts once, as embedding, or as head where embeddings are
        # left out.
        head=head + (table if not model.tied_embeddings or not embeddings else 0),
        idle=_idle(model),
    )


def attention_matrix(model: Transformer) -> Number:
    """Entries of the attention matrices of one layer: query, key, value, output; no biases.

    >>> attention_matrix(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    16384
    """
    d, heads, latent = model.d_model, model.n_heads, model.latent
    if latent is None:
        query_and_output = 2 * d * heads * model.head_dim
        key_and_value = 2 * d * model.n_kv_heads * model.head_dim
        return query_and_output + key_and_value
    query_width = heads * latent.key_dim
    compressed = latent.q_rank > 0  # a rank of 0 means that the query is projected directly
    # Factors of 0 and 1, because the rank may be an array.
    query = compressed * latent.q_rank * (d + query_width) + (1 - compressed) * d * query_width
    down = d * (latent.kv_rank + latent.rope_dim)
    return query + down + latent_expansion(model) + heads * latent.value_dim * d


def latent_expansion(model: Transformer) -> Number:
    """Entries of the matrix from the latent vector to one layer's keys and values; 0 without.

    >>> latent_expansion(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    0
    """
    latent = model.latent
    return (
        0
        if latent is None
        else latent.kv_rank * model.n_heads * (latent.nope_dim + latent.value_dim)
    )


def mlp_matrix(model: Transformer, d_ff: Number) -> Number:
    """Entries of the matrices of one MLP (or one expert) of inner width `d_ff`; no biases.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> mlp_matrix(Transformer(**sizes, gated_mlp=True), 256)
    49152
    """
    return (3 if model.gated_mlp else 2) * model.d_model * d_ff


def _embedding_projection(model: Transformer) -> Number:
    """OPT-350M alone has a table narrower than the model; it is projected up on the way in and down
    on the way out."""
    return (model.table_width != model.d_model) * model.table_width * model.d_model


def _attention_layer(model: Transformer) -> Number:
    latent = model.latent
    if latent is None:
        qkv_width = (model.n_heads + 2 * model.n_kv_heads) * model.head_dim
    else:
        # Only the down-projections have biases here, the expansions none.
        qkv_width = latent.q_rank + latent.kv_rank + latent.rope_dim
    # Flags count as 0 or 1, here and below.
    biases = model.qkv_bias * qkv_width + model.o_bias * model.d_model
    positions = model.relative_positions * model.d_model * model.d_model
    return attention_matrix(model) + biases + positions + model.attention_sinks * model.n_heads


def _mlp_layer(model: Transformer, d_ff: Number) -> Number:
    inner_biases = (2 if model.gated_mlp else 1) * d_ff
    return mlp_matrix(model, d_ff) + model.mlp_bias * (inner_biases + model.d_model)


def _expert(model: Transformer, experts: Experts) -> Number:
    return _mlp_layer(model, experts.d_ff) if experts.biased else mlp_matrix(model, experts.d_ff)


def _expert_layer(model: Transformer, experts: Experts) -> Number:
    router = experts.count * (model.d_model + experts.router_bias)
    # The shared ones are built as one wider MLP. DeepSeek builds it even of width 0: its output
    # bias then remains.
    built = (experts.shared > 0) | (not experts.biased)
    shared = built * _mlp_layer(model, experts.shared * experts.d_ff)
    return router + experts.count * _expert(model, experts) + shared


def _mlp_stack(model: Transformer) -> Number:
    dense = model.dense_layers * _mlp_layer(model, model.d_ff)
    if model.experts is None:
        return dense
    return dense + (model.layers - model.dense_layers) * _expert_layer(model, model.experts)


def _idle(model: Transformer) -> Number:
    if model.experts is None:
        return 0 * model.layers  # zero in the shape of the sweep
    idle_experts = model.experts.count - model.experts.active
    return (model.layers - model.dense_layers) * idle_experts * _expert(model, model.experts)


def _norms(model: Transformer) -> Number:
    vectors, latent = NORM_VECTORS[model.norm], model.latent
    layer = model.norms_per_layer * vectors * model.d_model
    if latent is not None:
        # RMSNorms on the compressed query, keys and values: one vector each, whatever `norm` says.
        layer = layer + latent.q_rank + latent.kv_rank
    if model.qk_norm == "head":
        # One vector for all query heads, one for all key heads.
        layer = layer + 2 * vectors * model.head_dim
    if model.qk_norm == "full":
        layer = layer + vectors * (model.n_heads + model.n_kv_heads) * model.head_dim
    return (
        model.layers * layer + (model.final_norm + model.embedding_norm) * vectors * model.d_model
    )
