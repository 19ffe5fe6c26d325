"""Activations: what the forward pass must keep for the backward pass, layer by layer.

For each matrix, function and norm the backward pass needs what went in (sometimes what came out).
`layer` counts those tensors, each once, weights apart. For a GPT in 16 bits with dropout the sum is
s b h (34 + 5 a s / h) bytes, and its five variants with tensor and sequence parallelism and
recomputation (Korthikanti et al. 2022, arXiv 2205.05198, table 2).

Design choices:
- Code differs in what it keeps; a `Convention` says which code is meant (`conventions`).
- Norms and dropouts outside the matrices are not shared by tensor ranks, save with
  `sequence_parallel`; context ranks share the tokens. Latent attention's compressed vectors are
  whole on each tensor rank.
- "selective" recomputation drops the attention core, or all but some products' results
  (`products`); "full" keeps the input of each layer alone.
- A mixture's tokens fall evenly on its experts. A token's copy is kept for each expert it goes to.
Left out: rotary angles, random states, ReLU keeping less than GELU.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog.records.recurrent import Recurrent
from course_lib.catalog.records.transformer import Transformer
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.layout import RECOMPUTE
from course_lib.estimators.memory import products
from course_lib.estimators.memory.adapters import TARGETS
from course_lib.estimators.memory.conventions import Convention
from course_lib.estimators.memory.stages import pick, share
from course_lib.estimators.memory.states import FORMAT_BYTES


@dataclass(frozen=True, kw_only=True, eq=False)
class Kept:
    """Bytes kept of one token in one layer."""

    whole: Number
    """On every tensor rank, unless the sequence is shared among them."""
    split: Number
    """In all tensor ranks together."""
    core: Number
    """Of the attention core, in all tensor ranks together: what "selective" makes again."""


def layer(
    model: Transformer,
    batch: Number,
    seq: Number,
    convention: Convention | None = None,
    *,
    recompute: str = "none",
    tensor: Number = 1,
    context: Number = 1,
    sequence_parallel: bool = False,
) -> Number:
    """Bytes that a layer keeps on a device for a micro-batch of `batch` sequences of `seq` tokens.

    Args:
        model: the architecture, whose fields are read as those of the one layer.
        batch: sequences of the micro-batch.
        seq: tokens of a sequence.
        convention: what the code keeps; None for `Convention()`.
        recompute: "none", "selective" or "full".
        tensor: devices that share every matrix.
        context: devices that share the tokens of a sequence.
        sequence_parallel: whether tensor ranks share norms and dropouts by tokens.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> gpt = Transformer(**sizes, norm="layernorm")
    >>> naive = Convention(attention="naive", dropout=True)
    >>> layer(gpt, 1, 10, naive)  # 10 x 64 x (34 + 5 x 4 x 10 / 64)
    23760
    """
    checks.instance("model", model, Transformer)
    checks.one_of("recompute", recompute, RECOMPUTE)
    batch, seq, tensor, context = (
        checks.whole(n, v)
        for n, v in (("batch", batch), ("seq", seq), ("tensor", tensor), ("context", context))
    )
    convention, tokens = convention or Convention(), share(batch * seq, context)
    # Norms and dropouts are whole on every tensor rank, unless these share the tokens.
    ranks = tensor if checks.flag("sequence_parallel", sequence_parallel) else 1
    if model.compressed is not None and recompute != "full":
        raise ValueError(
            f"model must have plain or latent attention, got {model.name}: what compressed "
            "attention keeps for the backward pass is not described"
        )
    if recompute == "full":
        return share(tokens * model.d_model * convention.item, ranks)
    if recompute == "selective" and convention.selective == "products":
        return _products(model, convention, tokens, ranks, tensor)
    token_bytes = Kept(whole=0, split=0, core=0)
    if model.attention:
        token_bytes = _add(token_bytes, _attention(model, convention, seq, tensor, recompute))
    if model.recurrent is not None:
        token_bytes = _add(token_bytes, _recurrent(model, model.recurrent, convention))
    if model.mlp:
        mlp = _mlp if model.experts is None else _mixture
        token_bytes = _add(token_bytes, mlp(model, convention))
    whole = token_bytes.whole + _norms(model, convention)
    split = token_bytes.split + (0 if recompute == "selective" else token_bytes.core)
    return (
        share(tokens * whole, ranks)
        + share(tokens * split, tensor)
        + _mask(convention, seq, context, recompute)
    )


def _products(
    model: Transformer, convention: Convention, tokens: Number, ranks: Number, tensor: Number
) -> Number:
    """Bytes of a layer that keeps what attention and every second product made."""
    whole, split = products.numbers(model)
    sums = products.LOG_SUM * model.n_heads if model.attention else 0
    return share(tokens * whole * convention.item, ranks) + share(
        tokens * (split * convention.item + sums), tensor
    )


def described(model: Transformer) -> bool:
    """Whether this room can count what the model keeps: all but compressed attention (DeepSeek V4).

    >>> from course_lib.catalog import models
    >>> described(models["llama-3-8b"]), described(models["deepseek-v4-flash"])
    (True, False)
    """
    return all(kind.layer.compressed is None for kind in model.layer_kinds)


def core(
    model: Transformer,
    batch: Number,
    seq: Number,
    convention: Convention,
    tensor: Number,
    context: Number,
) -> Number:
    """Bytes of a layer that "selective" recomputation drops, and makes again going backward.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> gpt = Transformer(**sizes, norm="layernorm")
    >>> core(gpt, 1, 10, Convention(attention="naive", dropout=True), 1, 1)  # 5 x 4 heads x 10 x 10
    2000
    """
    whole = layer(model, batch, seq, convention, tensor=tensor, context=context)
    return whole - layer(
        model, batch, seq, convention, recompute="selective", tensor=tensor, context=context
    )


def _add(first: Kept, second: Kept) -> Kept:
    return Kept(
        whole=first.whole + second.whole,
        split=first.split + second.split,
        core=first.core + second.core,
    )


def norm(model: Transformer, convention: Convention, width: Number) -> Number:
    """Bytes of one norm over so many numbers: its input, or what PyTorch keeps where it has no
    fused kernel.

    >>> sizes = {"layers": 1, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    >>> norm(Transformer(**sizes), Convention(), 64)
    128
    """
    if convention.kernels == "fused":
        return width * convention.item
    if model.norm == "rmsnorm":
        # Input in fp32, whatever came in, the same for the weight's gradient after division (not
        # needed where the weight is frozen), and the divisor.
        return (2 if convention.trained is None else 1) * width * 4 + 4
    return width * convention.item + 2 * convention.item  # mean and one over the deviation


def _norms(model: Transformer, convention: Convention) -> Number:
    """Norms of a layer, and the dropouts after attention and MLP."""
    # Side by side, attention and MLP read the same input: however many norms there are, it is kept
    # once.
    again = model.parallel_block and convention.kernels == "fused"
    count = checks.smaller(1, model.norms_per_layer) if again else model.norms_per_layer
    return count * norm(model, convention, model.d_model) + 2 * convention.mask * model.d_model


def _inputs(model: Transformer, convention: Convention, *matrices: str) -> Number:
    """What the norm before these matrices made, kept as their input."""
    return 0 if "norms" in convention.remade else convention.input_bytes(*matrices) * model.d_model


def _attention(
    model: Transformer, convention: Convention, seq: Number, tensor: Number, recompute: str
) -> Kept:
    heads, latent = model.n_heads, model.latent
    key, value = model.head_dim if latent is None else latent.key_dim, model.value_width
    # Latent attention expands to every query head; naive code copies each key-value head to its
    # queries, and "selective" recomputation makes the copies again.
    repeated = latent is not None or (convention.attention == "naive" and recompute == "none")
    # Ranks beyond the key-value heads hold copies of them.
    stored = heads if repeated else checks.larger(model.n_kv_heads, tensor)
    ends_of_core = convention.item * (heads * key + stored * (key + value))
    if latent is not None and "up_projections" in convention.remade:
        # Zero in the shape of the sum: the sizes may be arrays.
        ends_of_core = 0 * ends_of_core
    # The core's result is the output matrix's input; fused code needs it for itself, too, in its
    # own format.
    result = (
        convention.input_bytes("output") if convention.attention == "naive" else convention.item
    )
    # The softmax of each pair, and with dropout its mask and what the dropout leaves.
    pair = (
        heads
        * seq
        * (convention.item + (convention.mask + convention.item if convention.dropout else 0))
    )
    whole = _inputs(model, convention, "query", "key", "value") + _low_rank(
        convention, "query", "key", "value", "output"
    )
    # A gate keeps itself and what it scales.
    gate = 2 * convention.item * model.gate_width
    return Kept(
        whole=whole + (0 if latent is None else _compressed(model, convention)),
        split=ends_of_core + heads * value * result + gate + _query_key_norms(model, convention),
        core=4 * heads if convention.attention == "fused" else pair,  # fp32 logarithm of the sum
    )


def _recurrent(model: Transformer, mixer: Recurrent, convention: Convention) -> Kept:
    """A recurrent mixer: its input, what is projected, what the convolution made of it, what was
    read from the state, and that scaled by its gate.

    The states themselves are made again chunk by chunk going backward, as fused kernels do (Mamba
    2, arXiv 2405.21060, section 6); what they keep of each chunk is left out.
    """
    # Where attention stands beside it, both read the same input.
    whole = 0 * model.d_model if model.attention else _inputs(model, convention, "query")
    inside = mixer.width_in + mixer.conv_channels + 2 * mixer.inner
    return Kept(whole=whole, split=convention.item * inside, core=0)


def _compressed(model: Transformer, convention: Convention) -> Number:
    """Latent attention's narrow vectors: before their norms and, as the expansions' inputs, after
    them."""
    latent = model.latent
    assert latent is not None
    width = latent.q_rank + latent.kv_rank
    after = 0 if "norms" in convention.remade else convention.input_bytes("query", "value") * width
    return norm(model, convention, width) + after


def _query_key_norms(model: Transformer, convention: Convention) -> Number:
    if model.qk_norm == "none":
        return 0
    return norm(model, convention, (model.n_heads + model.n_kv_heads) * model.head_dim)


def _mask(convention: Convention, seq: Number, context: Number, recompute: str) -> Number:
    """The causal mask that eager code makes in each layer, one byte a pair, whatever the batch."""
    eager = (
        convention.attention == "naive" and convention.kernels == "eager" and recompute == "none"
    )
    return share(seq * seq, context) if eager else 0


def _low_rank(convention: Convention, *matrices: str) -> Number:
    """Numbers between the two matrices of each adapter."""
    if convention.trained is None or convention.lora_rank is None:
        return 0
    return convention.lora_rank * convention.item * len(convention.trained.intersection(matrices))


def _inner(model: Transformer, convention: Convention, d_ff: Number) -> Number:
    """Inside one MLP of that inner width."""
    remade = "gating" in convention.remade
    if remade and convention.input_format is not None:
        # A flag counts as 0 or 1: one half, or two with a gate. Fused code makes their product
        # again.
        return (1 + model.gated_mlp) * FORMAT_BYTES[convention.input_format] * d_ff
    # Eager code keeps the gate before and after its bend.
    halves = 1 + model.gated_mlp * (2 if convention.kernels == "eager" and not remade else 1)
    return halves * convention.item * d_ff + (
        0 if remade else convention.input_bytes("down") * d_ff
    )


def _mlp(model: Transformer, convention: Convention) -> Kept:
    # A single norm for both halves of a parallel block makes one input for both.
    shared = pick(model.norms_per_layer == 1, 1, 0) if model.parallel_block else 0
    # `shared` may be an array of 0 and 1, so it is a factor and no condition.
    whole = (1 - shared) * _inputs(model, convention, "up", "gate") + _low_rank(
        convention, *TARGETS[4:]
    )
    return Kept(whole=whole, split=_inner(model, convention, model.d_ff), core=0)


def _mixture(model: Transformer, convention: Convention) -> Kept:
    """Router, the copies of each token, and its experts; eager code keeps their results, too.

    The router's weights multiply the results there, and the product inside the expert in fused
    code.
    """
    experts = model.experts
    assert experts is not None
    eager = convention.kernels == "eager"
    # Scores of all experts in fp32.
    router = 4 * experts.count + experts.active * (
        28 if eager else 8
    )  # weights and indices: three of 8 bytes, or one
    results = 2 * convention.item if eager else 0  # index_add keeps what it adds, too
    width = parameters.expert_width(model, experts)
    copies = experts.active * width * (convention.input_bytes("up", "gate") + results)
    # The shared experts are built as a single wider MLP.
    inner = experts.active * _inner(model, convention, experts.d_ff) + _inner(
        model, convention, experts.shared * parameters.shared_width(experts)
    )
    narrow = _low_rank(convention, *TARGETS[4:]) * (experts.active + pick(experts.shared > 0, 1, 0))
    return Kept(
        whole=_inputs(model, convention, "up", "gate") + router + copies + narrow,
        split=inner,
        core=0,
    )
