"""What a Hugging Face configuration means where it says nothing: each family's defaults and its
spellings.

A short `config.json` leaves out whatever equals the default of its family, so the defaults are part
of the facts. Read in the `configuration_*.py` files of transformers 5.24; `tests/truth/record.py`
compares this table with the installed version. Only fields that move a weight or a FLOP stand here,
under one name in all families: the one newer families use. None means "worked out from other
fields" (heads of keys and values, head width, inner width) or "there is none" (window, query rank);
NEEDED means that the family has no default at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import NEEDED
from course_lib.catalog.huggingface.defaults.table import table as _table

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    # Multi-head attention only: no field for heads of keys and values, none for the head width.
    "gpt2": _table(50257, 768, None, 12, 12, 1024, True, add_cross_attention=False),
    "opt": _table(
        50272, 768, 3072, 12, 12, 2048, True, word_embed_proj_dim=None, do_layer_norm_before=True,
        _remove_final_layer_norm=False, enable_bias=True, layer_norm_elementwise_affine=True,
    ),
    "bloom": _table(250880, 64, 0, 2, 8, 0, True),
    "gpt_neox": _table(
        50432, 6144, 24576, 44, 64, 2048, False, attention_bias=True, use_parallel_residual=True,
    ),
    "gptj": _table(50400, 4096, None, 28, 16, 2048, False),
    "mpt": _table(50368, 2048, 0, 24, 16, 2048, True, attn_config=None),
    "falcon": _table(
        65024, 4544, None, 32, 71, 2048, True, num_key_value_heads=None, multi_query=True,
        parallel_attn=True, new_decoder_architecture=False, num_ln_in_parallel_attn=None,
        bias=False,
    ),
    # Grouped-query attention.
    "llama": _table(
        32000, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, mlp_bias=False,
    ),
    "mistral": _table(
        32000, 4096, 14336, 32, 32, 131072, False, num_key_value_heads=8, head_dim=None,
        sliding_window=4096,
    ),
    "qwen2": _table(
        151936, 4096, 22016, 32, 32, 32768, False, num_key_value_heads=32, head_dim=None,
        use_sliding_window=False, sliding_window=4096, max_window_layers=28, layer_types=None,
    ),
    "qwen3": _table(
        151936, 4096, 22016, 32, 32, 32768, False, num_key_value_heads=32, head_dim=128,
        attention_bias=False, use_sliding_window=False, sliding_window=4096, max_window_layers=28,
        layer_types=None,
    ),
    "gemma": _table(
        256000, 3072, 24576, 28, 16, 8192, True, num_key_value_heads=16, head_dim=256,
        attention_bias=False,
    ),
    "gemma2": _table(
        256000, 2304, 9216, 26, 8, 8192, True, num_key_value_heads=4, head_dim=256,
        attention_bias=False, sliding_window=4096, layer_types=None,
    ),
    "phi": _table(
        51200, 2048, 8192, 24, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        qk_layernorm=False,
    ),
    "phi3": _table(
        32064, 3072, 8192, 32, 32, 4096, False, num_key_value_heads=None, head_dim=None,
        sliding_window=None,
    ),
    "olmo": _table(
        50304, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False,
    ),
    "olmo2": _table(
        50304, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False,
    ),
    "smollm3": _table(
        128256, 2048, 11008, 36, 16, 32768, True, num_key_value_heads=4, head_dim=None,
        attention_bias=False, mlp_bias=False, use_sliding_window=False, sliding_window=None,
        no_rope_layers=None, no_rope_layer_interval=4, layer_types=None,
    ),
    "starcoder2": _table(
        49152, 3072, 12288, 30, 24, 4096, True, num_key_value_heads=2, head_dim=None, use_bias=True,
        sliding_window=None,
    ),
    "cohere": _table(
        256000, 8192, 22528, 40, 64, 8192, True, num_key_value_heads=None, head_dim=None,
        attention_bias=False, use_qk_norm=False,
    ),
    # Mixtures of experts.
    "mixtral": _table(
        32000, 4096, 14336, 32, 32, 131072, False, num_key_value_heads=8, head_dim=None,
        sliding_window=None, num_experts=8, num_experts_per_tok=2,
    ),
    "qwen3_moe": _table(
        151936, 2048, 6144, 24, 32, 32768, False, num_key_value_heads=4, head_dim=None,
        attention_bias=False, use_sliding_window=False, sliding_window=4096,
        num_experts=128, num_experts_per_tok=8, moe_intermediate_size=768, decoder_sparse_step=1,
        mlp_only_layers=None,
    ),
    "gpt_oss": _table(
        201088, 2880, 2880, 36, 64, 131072, False, num_key_value_heads=8, head_dim=64,
        attention_bias=True, sliding_window=128, layer_types=None, num_experts=128,
        num_experts_per_tok=4,
    ),
    "deepseek_v2": _table(
        102400, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, attention_bias=False,
        mlp_bias=False, use_mla=True, q_lora_rank=1536, kv_lora_rank=512, qk_nope_head_dim=128,
        qk_rope_head_dim=64, v_head_dim=128, num_experts=64, num_experts_per_tok=NEEDED,
        n_shared_experts=2,
        moe_intermediate_size=1407, first_k_dense_replace=0,
    ),
    "deepseek_v3": _table(
        129280, 7168, 18432, 61, 128, 4096, False, attention_bias=False,
        q_lora_rank=1536, kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64,
        v_head_dim=128, num_experts=256, num_experts_per_tok=8, n_shared_experts=1,
        moe_intermediate_size=2048, first_k_dense_replace=3,
    ),
}  # fmt: skip

_FIRST_FALCON_NAMES = {
    "num_hidden_layers": ("num_hidden_layers", "n_layer"),
    "num_attention_heads": ("num_attention_heads", "n_head"),
    "num_key_value_heads": ("num_kv_heads", "n_head_kv"),
    "intermediate_size": ("ffn_hidden_size",),
}
_GPT_NAMES = {
    "hidden_size": ("hidden_size", "n_embd"),
    "num_hidden_layers": ("num_hidden_layers", "n_layer"),
    "num_attention_heads": ("num_attention_heads", "n_head"),
    "max_position_embeddings": ("max_position_embeddings", "n_positions"),
    "intermediate_size": ("n_inner",),
}

SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "gpt2": _GPT_NAMES,
    "gptj": _GPT_NAMES,
    "opt": {"intermediate_size": ("ffn_dim",)},
    "bloom": {
        "hidden_size": ("n_embed", "hidden_size"),
        "num_hidden_layers": ("num_hidden_layers", "n_layer"),
        "num_attention_heads": ("num_attention_heads", "n_head"),
        "max_position_embeddings": ("seq_length",),
    },
    "mpt": {
        "hidden_size": ("hidden_size", "d_model"),
        "num_hidden_layers": ("num_hidden_layers", "n_layers"),
        "num_attention_heads": ("num_attention_heads", "n_heads"),
        "max_position_embeddings": ("max_seq_len",),
    },
    "falcon": {
        "hidden_size": ("n_embed", "hidden_size"),
        "num_key_value_heads": ("num_kv_heads",),
        "intermediate_size": ("ffn_hidden_size",),
    },
    "RefinedWebModel": _FIRST_FALCON_NAMES,
    "RefinedWeb": _FIRST_FALCON_NAMES,
    "mixtral": {"num_experts": ("num_experts", "num_local_experts")},
    "qwen3_moe": {"num_experts": ("num_local_experts", "num_experts")},
    "gpt_oss": {"num_experts": ("num_experts", "num_local_experts")},
    "deepseek_v2": {"num_experts": ("num_experts", "n_routed_experts")},
    "deepseek_v3": {"num_experts": ("num_local_experts", "n_routed_experts")},
}
"""Names of a field in a family, where there are others than the common one: of two that are stated
the first counts, and the last is the family's own. An alias of a family may have names of its
own."""

ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "RefinedWebModel": ("falcon", {}),  # Falcon-7B and 40B under the names they first had
    "RefinedWeb": ("falcon", {"new_decoder_architecture": True}),
    "kimi_k2": ("deepseek_v3", {}),
}
"""Other values of `model_type`: the family each stands for, and the fields it takes for granted."""
