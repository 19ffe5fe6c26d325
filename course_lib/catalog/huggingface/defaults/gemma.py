"""Defaults and spellings of the later Gemma families, in the form of `defaults`.

Read in the `configuration_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import table

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "gemma3_text": table(
        262208, 2304, 9216, 26, 8, 131072, True, num_key_value_heads=4, head_dim=256,
        attention_bias=False, sliding_window=4096, sliding_window_pattern=6, layer_types=None,
        use_bidirectional_attention=False,
    ),
    "gemma3n_text": table(
        262400, 2048, 16384, 35, 8, 32768, True, num_key_value_heads=2, head_dim=256,
        attention_bias=False, sliding_window=512, layer_types=None, num_kv_shared_layers=15,
        vocab_size_per_layer_input=262144, hidden_size_per_layer_input=256, altup_num_inputs=4,
        laurel_rank=64,
    ),
    "gemma4_text": table(
        262144, 2304, 9216, 30, 8, 131072, True, num_key_value_heads=4, head_dim=256,
        attention_bias=False, sliding_window=512, layer_types=None, num_kv_shared_layers=0,
        vocab_size_per_layer_input=262144, hidden_size_per_layer_input=256,
        use_bidirectional_attention=None, attention_k_eq_v=False, global_head_dim=512,
        num_global_key_value_heads=None, per_layer_config=None, use_double_wide_mlp=False,
        enable_moe_block=False, num_experts=None, num_experts_per_tok=None,
        moe_intermediate_size=None,
    ),
    "embedding_gemma2_text": table(
        262144, 512, 2048, 24, 4, 262144, True, num_key_value_heads=2, head_dim=256,
        attention_bias=False, sliding_window=512, sliding_window_pattern=6, layer_types=None,
        hidden_size_per_layer_input=512, embedding_dim=768, global_head_dim=512,
        num_global_key_value_heads=1, per_layer_config=None, architectures=None,
    ),
}  # fmt: skip

SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "gemma4_text": {"num_experts_per_tok": ("top_k_experts",)},
}

ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    # Without experts, and without embeddings of every layer.
    "gemma4_unified_text": (
        "gemma4_text",
        {"hidden_size_per_layer_input": 0, "max_position_embeddings": 262144,
         "sliding_window": 1024, "use_bidirectional_attention": "vision"},
    ),
}  # fmt: skip
"""Other values of `model_type`: the family each stands for, and the fields it takes for granted."""
