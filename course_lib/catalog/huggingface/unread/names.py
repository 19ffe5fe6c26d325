"""Names that fields of configurations go by: which bear sizes, which stand for the same, and which
bear none.

Only names; `sizes` and `notes` hold them against what a family reads.
"""

from __future__ import annotations

from collections.abc import Mapping


def words(text: str) -> frozenset[str]:
    """The words of a text.

    >>> sorted(words("bias biases"))
    ['bias', 'biases']
    """
    return frozenset(text.split())


SAME: Mapping[str, tuple[str, ...]] = {
    "hidden_size": (
        "hidden_size", "n_embd", "n_embed", "d_model", "dim", "hidden_dim", "embed_dim", "emb_dim",
        "embedding_dim", "embedding_size", "model_dim", "word_embed_proj_dim", "dim_model",
    ),
    "num_hidden_layers": (
        "num_hidden_layers", "num_layers", "n_layers", "n_layer", "layers", "decoder_layers",
        "num_decoder_layers", "num_blocks", "depth",
    ),
    "num_attention_heads": (
        "num_attention_heads", "num_heads", "n_heads", "n_head", "attention_heads",
        "decoder_attention_heads", "num_query_heads", "encoder_attention_heads",
    ),
    "num_key_value_heads": (
        "num_key_value_heads", "num_kv_heads", "n_kv_heads", "n_head_kv", "kv_heads",
        "num_query_groups", "multi_query_group_num", "num_attention_groups",
    ),
    "head_dim": (
        "head_dim", "attention_head_dim", "attention_head_size", "head_size", "kv_channels",
        "d_head", "d_kv", "head_width", "qk_head_dim", "v_head_dim",
    ),
    "intermediate_size": (
        "intermediate_size", "inner_size", "n_inner", "ffn_dim", "ffn_hidden_size", "hidden_dim",
        "inner_dim", "d_ff", "d_inner", "ffn_embed_dim", "feed_forward_dim", "feedforward_dim",
        "dim_ff", "ffn_intermediate_size", "mlp_dim", "mlp_hidden_size", "mlp_intermediate_size",
        "decoder_ffn_dim", "encoder_ffn_dim", "intermediate_dim",
    ),
    "vocab_size": (
        "vocab_size", "n_vocab", "padded_vocab_size", "num_embeddings", "vocabulary_size",
    ),
    "num_experts": (
        "num_experts", "num_local_experts", "n_routed_experts", "num_routed_experts", "n_experts",
        "moe_num_experts", "num_moe_experts", "expert_count",
    ),
    "num_experts_per_tok": (
        "num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_topk",
        "moe_top_k", "moe_k", "top_k_experts", "num_selected_experts", "n_experts_per_tok",
        "moe_router_topk", "num_activated_experts",
    ),
    "n_shared_experts": (
        "n_shared_experts", "num_shared_experts", "moe_num_shared_experts", "num_shared_expert",
    ),
    "moe_intermediate_size": (
        "moe_intermediate_size", "expert_hidden_dim", "expert_intermediate_size", "expert_dim",
        "moe_ffn_hidden_size", "expert_ffn_dim", "moe_hidden_size",
    ),
}  # fmt: skip
"""Names under which a size goes in one configuration or another; the key is the common one."""
POSITIONS = (
    "max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length", "seq_len",
    "max_sequence_length", "max_seq_length", "max_target_positions", "context_length",
    "block_size", "context_size", "ctx_size",
)  # fmt: skip
"""Names of the longest context: a size only where positions are learned."""
RATIOS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("ff_factor", "ffn_factor", "ffn_ratio", "ffn_mult", "ffn_multiplier", "ffn_expansion",
         "ffn_expansion_factor", "ffn_hidden_multiplier", "feedforward_factor", "mlp_factor",
         "mlp_ratio", "mlp_mult", "mlp_multiplier", "mlp_expansion_factor", "mlp_expansion_ratio",
         "expansion_ratio", "expansion_factor", "inner_size_ratio", "intermediate_ratio",
         "hidden_ratio"),
        ("intermediate_size", "hidden_size"),
    ),
    **dict.fromkeys(("expand", "mamba_expand", "ssm_expand"), ("mamba_expand", "")),
    **dict.fromkeys(
        ("num_key_value_groups",), ("num_attention_heads", "num_key_value_heads")
    ),
}  # fmt: skip
"""Names of factors: the common name of the size that one makes, and that of which; "" where the
family reads the factor itself."""
PARTS = words(
    """
    hidden inner intermediate ffn ff mlp dim dims width size sizes head heads layer layers block
    blocks expert experts moe dense sparse rank kernel state groups embd embed vocab latent
    channels conv ssm mamba expand expansion shared depth buckets tables
    """
)
"""Words between the underscores of a name that make it one of a size."""
BIASES = words("bias biases")
"""Last words of a flag that adds vectors."""
STRUCTURE = words(
    """
    block_configs hybrid_override_pattern hybrid_layer_pattern layers_block_type attn_type_list
    attention_head_type linear_attn_config ssm_cfg mlp_layer_types per_layer_config
    compress_ratios ffn_config moe_config ffn_dim_multiplier expansion_ratio mlp_ratio ffn_mult
    mlp_expansion_factor is_encoder_decoder add_cross_attention cross_attention_layers
    use_qk_norm qk_norm qk_layernorm use_qk_layernorm feed_forward_proj use_mamba use_cla
    use_mla n_dim
    """
)
"""Fields of any kind (lists, tables, flags, texts) that change which matrices there are."""
WINDOWS = words(
    """
    sliding_window sliding_window_size window_size attention_window attention_chunk_size
    local_attention local_window_size sliding_window_pattern layer_types use_sliding_window
    attention_window_size
    """
)
"""Fields that change what attention costs and what its cache keeps, but no weight."""
PREDICTION = ("nextn", "mtp", "medusa")
"""Words in the names of fields about layers that predict further tokens."""
_OTHER_PARTS = words(
    """
    anyres image images vision visual audio video vit projector perceiver resampler patch pixel
    spatial temporal tile mm
    multimodal talker speech mel token2wav quant quantization quantize compression token
    tokens
    """
)
"""Words of fields about other modalities, or about numbers of tokens."""
_NONE = words(
    """
    chunk_size chunk_size_feed_forward mamba_chunk_size no_repeat_ngram_size
    encoder_no_repeat_ngram_size num_beam_groups max_window_layers rotary_dim batch_size
    max_batch_size ep_size tp_size moe_capacity pad_vocab_size_multiple org_vocab_size dense_list
    moe_layer_num_skipped group_size type_vocab_size use_expert_bias use_routing_bias
    moe_router_enable_expert_bias fused_bias_fc num_expert_group
    dim_model_base
    """
)
"""Names with such a word in them that bear no size."""
_OF_A_RUN = words(
    """
    batch original orig org unpadded teacher recompute checkpoint checkpoints checkpointing freeze
    frozen unfreeze unfrozen trainable gpu gpus offload
    """
)
"""Words of the arguments of training and serving, and of what the model was made from."""
_SIZES_OF_A_RUN = words(
    """
    parallel parallelism world cache page buffer bucket shard prefill train test val eval dp pp cp
    sp tp ep etp edp fsdp zero
    """
)
"""Words that make a name that ends in one of `_ENDINGS` such an argument."""
_ENDINGS = words("size degree")


def bears_size(name: str) -> bool:
    """Whether a name speaks of a size, of a bias, or of which matrices there are.

    >>> [bears_size(name) for name in ("ffn_embed_dim", "qkv_bias", "rope_theta", "image_size")]
    [True, True, False, False]
    """
    if name in STRUCTURE or name in RATIOS:
        return True
    parts = name.lower().split("_")
    if bears_none(name) or name in POSITIONS or name in WINDOWS or predicts(name):
        return False
    if of_another_part(name):
        return bool(common(name))  # experts a token, for one
    return bool(set(parts) & PARTS) or parts[-1] in BIASES or bool(common(name))


def bears_none(name: str) -> bool:
    """Whether a name is known to bear no size, though it has the words of one.

    >>> bears_none("ep_size"), bears_none("train_batch_size"), bears_none("hidden_size")
    (True, True, False)
    """
    if name in _NONE:
        return True
    parts = name.lower().split("_")
    if common(name):
        return False
    padding = "vocab" in parts and bool({"multiple", "divisible"} & set(parts))
    of_a_run = parts[-1] in _ENDINGS and bool(_SIZES_OF_A_RUN & set(parts))
    return padding or of_a_run or bool(_OF_A_RUN & set(parts))


def of_another_part(name: str) -> bool:
    """Whether a name is about another modality, how weights are stored, or numbers of tokens.

    >>> of_another_part("vision_config"), of_another_part("model_config")
    (True, False)
    """
    return bool(set(name.lower().split("_")) & _OTHER_PARTS)


def predicts(name: str) -> bool:
    """Whether a name is about layers that predict further tokens.

    >>> predicts("num_nextn_predict_layers"), predicts("num_hidden_layers")
    (True, False)
    """
    return any(word in name.lower() for word in PREDICTION)


def common(name: str) -> tuple[str, ...]:
    """The common names of what a field states: two for `hidden_dim`, none for most.

    >>> common("n_embd"), common("hidden_dim")
    (('hidden_size',), ('hidden_size', 'intermediate_size'))
    """
    return tuple(key for key, names in SAME.items() if name in names)
