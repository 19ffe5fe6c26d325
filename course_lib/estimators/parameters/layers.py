"""Weights of a single layer: matrices, biases, norms.

The functions that end in `_matrix` count the entries of matrices alone, because those are what
costs arithmetic (see `flops`); those that end in `_params` count everything. Each takes a model and
reads its fields as those of one layer, so that a model of several kinds of layers is a sum over
`layer_kinds`.
"""

from __future__ import annotations

from course_lib.catalog.records.layer_parts import Experts
from course_lib.catalog.records.transformer import NORM_VECTORS, Transformer
from course_lib.checks import Number


def attention_matrix(model: Transformer) -> Number:
    """Entries of the attention matrices of one layer: query, key, value, output, gate; no biases.

    >>> attention_matrix(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    16384
    """
    d, heads, latent = model.d_model, model.n_heads, model.latent
    if not model.attention:
        return 0 * d
    own = d * model.gate_width + indexer_matrix(model)
    if model.compressed is not None:
        return model.compressed.matrix(d, heads, model.head_dim) + own
    if latent is None:
        query_and_output = d * heads * (model.head_dim + model.value_width)
        whole = query_and_output + key_value_matrix(model)
        # The second attention of an encoder's reader has the same shapes as the first.
        return (2 if model.cross_attention == "beside" else 1) * whole + own
    query_width = heads * latent.key_dim
    compressed = latent.q_rank > 0  # a rank of 0 means that the query is projected directly
    # Factors of 0 and 1, because the rank may be an array.
    query = compressed * latent.q_rank * (d + query_width) + (1 - compressed) * d * query_width
    down = d * (latent.kv_rank + latent.rope_dim)
    return query + down + latent_expansion(model) + heads * latent.value_dim * d + own


def key_value_matrix(model: Transformer) -> Number:
    """Entries of one layer's key and value matrices; without those that the layer does not have.

    >>> key_value_matrix(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    8192
    """
    width = model.head_dim + (0 if model.shared_values else model.value_width)
    return (not model.reused_cache) * model.d_model * model.n_kv_heads * width


def latent_expansion(model: Transformer) -> Number:
    """Entries of the matrix from the latent vector to one layer's keys and values; 0 without.

    >>> latent_expansion(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    0
    """
    latent = model.latent
    if latent is None:
        return 0
    return latent.kv_rank * model.n_heads * (latent.nope_dim + latent.value_dim)


def indexer_matrix(model: Transformer) -> Number:
    """Entries of the matrices of one layer's indexer; 0 without.

    Its queries come from the compressed query where there is one, its single key and the weights of
    its heads from the model's width (DeepSeek V3.2, arXiv 2512.02556).

    >>> indexer_matrix(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    0
    """
    indexer, latent = model.indexer, model.latent
    if indexer is None:
        return 0
    if model.compressed is not None:
        return model.compressed.indexer_matrix(model.d_model, indexer)
    source = model.d_model if latent is None else latent.q_rank
    return source * indexer.heads * indexer.dim + model.d_model * (indexer.dim + indexer.heads)


def mlp_matrix(model: Transformer, d_ff: Number, width: Number | None = None) -> Number:
    """Entries of the matrices of one MLP (or one expert) of inner width `d_ff`; no biases.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> mlp_matrix(Transformer(**sizes, gated_mlp=True), 256)
    49152
    """
    return (3 if model.gated_mlp else 2) * (model.d_model if width is None else width) * d_ff


def expert_width(model: Transformer, experts: Experts) -> Number:
    """Width of the vector that one layer's routed experts work on.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 0, "vocab_rows": 10}
    >>> experts = Experts(count=4, active=1, d_ff=32)
    >>> expert_width(Transformer(**sizes, experts=experts), experts)
    64
    """
    # A factor of 0 or 1, because the width may be an array.
    return experts.latent_width + (experts.latent_width == 0) * model.d_model


def mixture_matrix(model: Transformer, used: Number) -> Number:
    """Entries of one mixture layer's matrices of which `used` routed experts are counted: router,
    experts, shared experts, and the way to a narrower width and back; no biases.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 0, "vocab_rows": 10}
    >>> mixture_matrix(Transformer(**sizes, experts=Experts(count=4, active=1, d_ff=32)), 1)
    4352
    """
    experts = model.experts
    if experts is None:
        return 0 * model.d_model
    router = (experts.count + experts.shared_gate) * model.d_model
    shared = mlp_matrix(model, experts.shared * shared_width(experts))
    narrowing = 2 * model.d_model * experts.latent_width
    routed = mlp_matrix(model, used * experts.d_ff, expert_width(model, experts))
    return router + routed + shared + narrowing


def shared_width(experts: Experts) -> Number:
    """Inner width of one shared expert.

    >>> shared_width(Experts(count=4, active=1, d_ff=32, shared=1))
    32
    """
    return experts.d_ff if experts.shared_d_ff is None else experts.shared_d_ff


def attention_params(model: Transformer) -> Number:
    """Parameters of one layer's attention, norms apart.

    >>> attention_params(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    16384
    """
    if not model.attention:
        return 0 * model.d_model
    latent = model.latent
    if latent is None:
        keys = (not model.reused_cache) * model.n_kv_heads
        values = 0 if model.shared_values else model.value_width
        qkv_width = model.n_heads * model.head_dim + keys * (model.head_dim + values)
    else:
        # Only the down-projections have biases here, the expansions none.
        qkv_width = latent.q_rank + latent.kv_rank + latent.rope_dim
    # Flags count as 0 or 1, here and below.
    biases = model.qkv_bias * (qkv_width + model.gate_width) + model.o_bias * model.d_model
    positions = model.relative_positions * model.d_model * model.d_model
    twice = 2 if model.cross_attention == "beside" else 1
    sinks = model.attention_sinks * model.n_heads
    return attention_matrix(model) + twice * biases + positions + sinks + _compressed(model)


def state_params(model: Transformer) -> Number:
    """Parameters of one layer's recurrent mixer; 0 without.

    >>> state_params(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    0
    """
    mixer, d = model.recurrent, model.d_model
    return 0 * d if mixer is None else mixer.matrix(d) + mixer.vectors(d)


def mlp_params(model: Transformer) -> Number:
    """Parameters of one layer's MLP or mixture, and of parts that have no name here.

    >>> mlp_params(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    32768
    """
    other = model.other_matrix + model.other_params
    if not model.mlp:
        return other + 0 * model.d_model
    if model.experts is None:
        return _mlp(model, model.d_ff) + other
    return _expert_layer(model, model.experts) + other


def idle_params(model: Transformer) -> Number:
    """Parameters of one layer's experts that do no work for a given token.

    >>> idle_params(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    0
    """
    experts = model.experts
    if experts is None or not model.mlp:
        return 0 * model.d_model
    idle = (experts.count - experts.active) * _expert(model, experts)
    return idle + experts.unvisited_params


def routed_params(model: Transformer) -> Number:
    """Parameters of one layer's routed experts, all of them, biases included.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 0, "vocab_rows": 10}
    >>> routed_params(Transformer(**sizes, experts=Experts(count=4, active=1, d_ff=32)))
    16384
    """
    experts = model.experts
    if experts is None or not model.mlp:
        return 0 * model.d_model
    return experts.count * _expert(model, experts)


def router_params(model: Transformer) -> Number:
    """Parameters of one layer's router, biases included; 0 without experts.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 0, "vocab_rows": 10}
    >>> router_params(Transformer(**sizes, experts=Experts(count=4, active=1, d_ff=32)))
    256
    """
    experts = model.experts
    if experts is None or not model.mlp:
        return 0 * model.d_model
    return experts.count * (model.d_model + experts.router_bias)


def norm_params(model: Transformer) -> Number:
    """Scales and shifts of one layer's norms, those inside a recurrent mixer apart.

    >>> norm_params(Transformer(layers=1, d_model=64, n_heads=4, d_ff=256, vocab_rows=10))
    128
    """
    vectors, latent = NORM_VECTORS[model.norm], model.latent
    layer = model.norms_per_layer * vectors * model.d_model
    if not model.attention:
        return layer
    if latent is not None:
        # RMSNorms on the compressed query, keys and values: one vector each, whatever `norm` says.
        layer = layer + latent.q_rank + latent.kv_rank
    if model.indexer is not None and model.compressed is None:
        # A norm with scale and shift on its key, whatever `norm` says.
        layer = layer + 2 * model.indexer.dim
    keys = (not model.reused_cache) * 1
    if model.qk_norm == "head":
        # One vector for all query heads, one for all key heads.
        layer = layer + (1 + keys) * vectors * model.head_dim
    if model.qk_norm == "full":
        layer = layer + vectors * (model.n_heads + keys * model.n_kv_heads) * model.head_dim
    return layer


def _compressed(model: Transformer) -> Number:
    """Vectors of compressed attention: norms, and weights of the places in a summary."""
    compressed, indexer = model.compressed, model.indexer
    if compressed is None:
        return 0
    own = compressed.vectors(model.head_dim)
    return own if indexer is None else own + compressed.indexer_vectors(indexer)


def _mlp(model: Transformer, d_ff: Number, width: Number | None = None) -> Number:
    inner_biases = (2 if model.gated_mlp else 1) * d_ff
    outer_bias = model.d_model if width is None else width
    return mlp_matrix(model, d_ff, width) + model.mlp_bias * (inner_biases + outer_bias)


def _expert(model: Transformer, experts: Experts) -> Number:
    width = expert_width(model, experts)
    if not experts.biased:
        return mlp_matrix(model, experts.d_ff, width)
    return _mlp(model, experts.d_ff, width)


def _expert_layer(model: Transformer, experts: Experts) -> Number:
    # The shared ones are built as one wider MLP. DeepSeek builds it even of width 0: its output
    # bias then remains.
    built = (experts.shared > 0) | (not experts.biased)
    shared = built * _mlp(model, experts.shared * shared_width(experts))
    gate = experts.shared_gate * model.d_model
    narrow = experts.latent_width
    # The two ways have biases where the MLPs have them.
    ways = 2 * model.d_model * narrow + (narrow > 0) * model.mlp_bias * (model.d_model + narrow)
    routed = routed_params(model) + experts.unvisited_params
    return router_params(model) + routed + shared + gate + ways
