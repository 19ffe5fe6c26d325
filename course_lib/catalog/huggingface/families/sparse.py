"""Families with sparse attention: a small scorer picks the positions that a token reads.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.layer_lists import MLP_TYPES, crossed, one_a_layer
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
)
from course_lib.catalog.huggingface.parts.stack import stack
from course_lib.catalog.records.compressed import CompressedAttention
from course_lib.catalog.records.layer_parts import Experts, Indexer, LatentAttention

V4_TYPES = {
    "0": "sliding", "sliding_attention": "sliding",
    "4": "picked summaries", "compressed_sparse_attention": "picked summaries",
    "128": "all summaries", "heavily_compressed_attention": "all summaries",
}  # fmt: skip
"""Spellings of DeepSeek V4's layers, ratios among them, and what they are called here."""
INDEXER_TYPES = {"full": "own indexer", "shared": "shared indexer"}
"""What `indexer_types` calls layers, and what they are called here."""


def deepseek_v32(f: Fields) -> Facts:
    """DeepSeek V3 with an indexer in every layer."""
    return _sparse(f, ["own indexer"] * f.whole("num_hidden_layers"))


def glm_moe_dsa(f: Fields) -> Facts:
    """DeepSeek V3.2 in other sizes; layers without an indexer read what the one below picked."""
    stated = one_a_layer(f, "indexer_types", INDEXER_TYPES)
    return _sparse(f, stated or _picking(f))


def _sparse(f: Fields, indexers: list[str]) -> Facts:
    """Latent attention to the positions that an indexer picks, here or in a layer below."""
    latent = LatentAttention(
        q_rank=f.whole("q_lora_rank"),
        kv_rank=f.whole("kv_lora_rank"),
        nope_dim=f.whole("qk_nope_head_dim", at_least=0),
        rope_dim=f.whole("qk_rope_head_dim", at_least=0),
        value_dim=f.whole("v_head_dim"),
    )
    indexer = Indexer(heads=f.whole("index_n_heads"), dim=f.whole("index_head_dim"))
    facts = decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        latent=latent,
        sparse_top_k=f.whole("index_topk"),
        indexer=indexer,
    )
    mlps = _mlps(f)
    dense = mlps.count("dense")
    if mlps == sorted(mlps) and len(set(indexers)) == 1:  # dense layers stand below the mixtures
        mixture = {"experts": _mixture(f, dense)} if dense < len(mlps) else {}
        alone = {} if indexers[0] == "own indexer" else {"indexer": None}
        return facts | mixture | alone | ({"d_ff": 0} if dense == 0 else {})
    kinds: dict[str, Facts] = {
        "own indexer": {},
        "shared indexer": {"indexer": None},
        "dense": {},
    }
    if dense < len(mlps):
        kinds["experts"] = {"experts": _mixture(f, 0), "d_ff": 0}
    return facts | crossed(indexers, mlps, kinds)


def _mlps(f: Fields) -> list[str]:
    """Which layers hold experts: as listed, or all but the first."""
    stated = one_a_layer(f, "mlp_layer_types", MLP_TYPES)
    dense = f.whole("first_k_dense_replace", at_least=0)
    layers = range(f.whole("num_hidden_layers"))
    return stated or ["dense" if index < dense else "experts" for index in layers]


def _mixture(f: Fields, dense: int) -> Experts:
    shared = f.whole_or_none("n_shared_experts", at_least=0) or 0
    return experts(f, "moe_intermediate_size", dense_layers=dense, shared=shared)


def _picking(f: Fields) -> list[str]:
    """Which layers have an indexer where no list says it: by letters, or every so many."""
    layers, pattern = f.whole("num_hidden_layers"), f.value("index_topk_pattern", null=None)
    if pattern is not None:
        letters = {"F": "own indexer", "S": "shared indexer", **INDEXER_TYPES}
        for entry in pattern:
            checks.one_of("index_topk_pattern entries", entry, tuple(letters))
        if len(pattern) != layers:
            raise ValueError(
                "index_topk_pattern must have one entry a layer, "
                f"got {len(pattern)} entries and {layers} layers"
            )
        return [letters[entry] for entry in pattern]
    every = max(f.whole("index_topk_freq", at_least=0), 1)
    first = f.whole("index_skip_topk_offset", at_least=0)
    return [
        "shared indexer" if max(index - first + 1, 0) % every else "own indexer"
        for index in range(layers)
    ]


def deepseek_v4(f: Fields) -> Facts:
    """Attention to a window and to summaries of what lies before; several streams between layers,
    mixed before and after each part; experts in every layer, in the first ones chosen by a hash."""
    width, streams = f.whole("hidden_size"), f.whole("hc_mult")
    whole = f.whole("num_attention_heads") * f.whole("head_dim")
    checks.divides("o_groups", f.whole("o_groups"), "num_attention_heads x head_dim", whole)
    # Weights that read all streams: to gather them, to hand out, and to mix them.
    mixing = streams * (2 + streams)
    facts = decoder(
        f,
        **LLAMA_LIKE,
        n_kv_heads=1,
        mlp_bias=f.flag("mlp_bias"),
        attention_sinks=True,
        shared_values=True,
        experts=experts(f, "moe_intermediate_size", shared=1, biased=False),
        # Twice, for attention and for the experts, with their offsets and three scales.
        other_matrix=2 * mixing * streams * width,
        other_params=2 * (mixing + 3),
        stream_products=2 * streams * streams * width,
        outer_matrix=streams * streams * width,
        outer_params=streams + 1,
        left_out=(
            "the cache of compressed attention is counted without the last few tokens, whose "
            "summary is still to come",
        ),
    )
    return facts | _compressed_layers(f)


def _compressed_layers(f: Fields) -> Facts:
    window = {"sliding_window": f.whole("sliding_window")}
    few, many = _ratios(f)
    indexer = Indexer(heads=f.whole("index_n_heads"), dim=f.whole("index_head_dim"))
    picked = {"indexer": indexer, "sparse_top_k": f.whole("index_topk")}
    kinds: dict[str, Facts] = {
        "sliding": {"compressed": _compressed(f)},
        "picked summaries": {"compressed": _compressed(f, few, overlap=True), **picked},
        "all summaries": {"compressed": _compressed(f, many)},
    }
    return stack(_v4_layers(f), {name: {**kind, **window} for name, kind in kinds.items()})


def _compressed(f: Fields, ratio: int = 0, overlap: bool = False) -> CompressedAttention:
    return CompressedAttention(
        q_rank=f.whole("q_lora_rank"),
        out_groups=f.whole("o_groups"),
        out_rank=f.whole("o_lora_rank"),
        ratio=ratio,
        overlap=overlap,
    )


def _ratios(f: Fields) -> tuple[int, int]:
    """Tokens that a summary stands for, where layers pick among them and where they see all."""
    rates = f.value("compress_rates", null={})
    rates = {} if rates is None else rates
    if not isinstance(rates, Mapping):
        raise TypeError(f"compress_rates must be a table of numbers, got {rates!r}")
    found = []
    for name, short, usual in (
        ("compressed_sparse_attention", "compress_rate_csa", 4),
        ("heavily_compressed_attention", "compress_rate_hca", 128),
    ):
        stated = checks.single_whole(f"compress_rates.{name}", rates.get(name, usual))
        found.append(f.whole_or_none(short) or stated)
    return found[0], found[1]


def _v4_layers(f: Fields) -> list[str]:
    """The kind of each layer; entries for layers that predict further tokens are passed over."""
    layers = f.whole("num_hidden_layers")
    for field in ("layer_types", "compress_ratios"):
        entries = f.items(field)
        if entries is None:
            continue
        words = [str(entry) for entry in entries[:layers]]
        for word in words:
            checks.one_of(f"{field} entries", word, tuple(V4_TYPES))
        if len(words) < layers:
            raise ValueError(
                f"{field} must have one entry a layer, got {len(words)} entries and {layers} layers"
            )
        return [V4_TYPES[word] for word in words]
    first = ["all summaries"] * min(layers, 2)
    rest = ["picked summaries" if index % 2 else "all summaries" for index in range(layers - 2)]
    return first + rest


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "deepseek_v32": deepseek_v32, "glm_moe_dsa": glm_moe_dsa, "deepseek_v4": deepseek_v4,
}  # fmt: skip
