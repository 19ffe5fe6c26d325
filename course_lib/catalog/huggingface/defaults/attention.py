"""Defaults, spellings and aliases of dense families that attend in every layer, in the form of
`defaults`.

Read in the `configuration_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults.table import table

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    # Llama's block with biases, norms or heads of its own.
    "granite": table(
        32000, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, mlp_bias=False,
    ),
    "granite_swa": table(
        100352, 2560, 8192, 24, 20, 8192, True, num_key_value_heads=4, head_dim=None,
        attention_bias=False, mlp_bias=False, sliding_window=128, layer_types=None,
    ),
    "seed_oss": table(
        155136, 4096, 27648, 64, 80, 524288, False, num_key_value_heads=8, head_dim=128,
        attention_bias=True, attention_out_bias=False, mlp_bias=False,
    ),
    "helium": table(
        48000, 2560, 7040, 24, 20, 4096, False, num_key_value_heads=20, head_dim=128,
        attention_bias=False, mlp_bias=False,
    ),
    "ernie4_5": table(
        103424, 1024, 3072, 18, 16, 131072, True, num_key_value_heads=2, head_dim=128,
        use_bias=False,
    ),
    "glm": table(
        151552, 4096, 13696, 40, 32, 131072, False, num_key_value_heads=2, head_dim=128,
        attention_bias=True,
    ),
    "glm4": table(
        151552, 4096, 13696, 40, 32, 131072, False, num_key_value_heads=2, head_dim=128,
        attention_bias=True,
    ),
    "hunyuan_v1_dense": table(
        290943, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False,
    ),
    "hyperclovax": table(
        32000, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, mlp_bias=False, use_post_norm=True,
    ),
    "bitnet": table(
        128256, 2560, 6912, 30, 20, 2048, False, num_key_value_heads=5, attention_bias=False,
    ),
    # Windows.
    "olmo3": table(
        50304, 4096, 11008, 32, 32, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, sliding_window=4096, layer_types=None,
    ),
    "exaone4": table(
        102400, 4096, 16384, 32, 32, 2048, False, num_key_value_heads=32, head_dim=None,
        sliding_window=4096, sliding_window_pattern=4, layer_types=None,
    ),
    "cohere2": table(
        256000, 8192, 22528, 40, 64, 8192, True, num_key_value_heads=None, head_dim=None,
        attention_bias=False, sliding_window=4096, sliding_window_pattern=4, layer_types=None,
    ),
    "ministral": table(
        32000, 4096, 14336, 32, 32, 131072, False, num_key_value_heads=8, head_dim=None,
        sliding_window=4096, layer_types=None,
    ),
    "phi4_multimodal": table(
        200064, 3072, 8192, 32, 32, 131072, False, num_key_value_heads=8, head_dim=None,
        sliding_window=None,
    ),
    "cwm": table(
        128256, 6144, 21504, 64, 48, 131072, False, num_key_value_heads=8, head_dim=128,
        mlp_bias=False, sliding_window=8192, layer_types=None,
    ),
    "vaultgemma": table(
        256000, 2304, 9216, 26, 8, 8192, True, num_key_value_heads=4, head_dim=256,
        attention_bias=False, sliding_window=4096, layer_types=None,
    ),
    # Plain MLPs without a gate.
    "arcee": table(
        32000, 2560, 18432, 32, 32, 4096, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, mlp_bias=False,
    ),
    "apertus": table(
        131072, 4096, 14336, 32, 32, 65536, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, hidden_act="xielu",
    ),
    "nemotron": table(
        256000, 6144, 24576, 32, 48, 4096, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False, mlp_bias=False,
    ),
    "jais2": table(
        150272, 3328, 26624, 32, 26, 8192, False, num_key_value_heads=None, head_dim=None,
        attention_bias=True, mlp_bias=True,
    ),
    "nanochat": table(
        50304, 768, 8192, 12, 6, 2048, False, num_key_value_heads=None, head_dim=None,
        attention_bias=False,
    ),
    "stablelm": table(
        50304, 2560, 6912, 32, 32, 4096, False, num_key_value_heads=32, use_qkv_bias=False,
        qk_layernorm=False, use_parallel_residual=False,
    ),
    "persimmon": table(262144, 4096, 16384, 36, 64, 16384, False, qk_layernorm=True),
    "openai-gpt": table(40478, 768, 0, 12, 12, 512, True),
    "biogpt": table(42384, 1024, 4096, 24, 16, 1024, True),
    "gpt_bigcode": table(
        50257, 768, None, 12, 12, 1024, True, multi_query=True, add_cross_attention=False,
    ),
    "gpt_neo": table(
        50257, 2048, None, 24, 16, 2048, True, attention_types=None, window_size=256,
    ),
    "xglm": table(256008, 1024, 4096, 24, 16, 2048, True, add_cross_attention=False),
    # Each layer with sizes of its own.
    "nemotron-nas": table(
        32000, 4096, 0, 32, 32, 2048, False, attention_bias=False, mlp_bias=False,
        block_configs=None,
    ),
    # Latent attention, and attention to an image.
    "minicpm3": table(
        73448, 2560, 6400, 62, 40, 32768, True, attention_bias=False, mlp_bias=False,
        q_lora_rank=768, kv_lora_rank=256, qk_nope_head_dim=64, qk_rope_head_dim=32,
        v_head_dim=None,
    ),
    "youtu": table(
        128256, 2048, 6144, 32, 16, 131072, True, attention_bias=False, q_lora_rank=1536,
        kv_lora_rank=512, qk_nope_head_dim=128, qk_rope_head_dim=64, v_head_dim=128,
    ),
    "mllama_text_model": table(
        128256, 4096, 14336, 40, 32, 131072, False, num_key_value_heads=8,
        cross_attention_layers=None,
    ),
}  # fmt: skip

_GPT_NAMES = {
    "hidden_size": ("hidden_size", "n_embd"),
    "num_hidden_layers": ("num_hidden_layers", "n_layer"),
    "num_attention_heads": ("num_attention_heads", "n_head"),
    "max_position_embeddings": ("max_position_embeddings", "n_positions"),
    "intermediate_size": ("n_inner",),
}
SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "openai-gpt": {k: v for k, v in _GPT_NAMES.items() if k != "intermediate_size"},
    "gpt_bigcode": _GPT_NAMES,
    "codegen": _GPT_NAMES,
    "gpt_neo": {
        "num_hidden_layers": ("num_hidden_layers", "num_layers"),
        "num_attention_heads": ("num_attention_heads", "num_heads"),
    },
    "xglm": {
        "hidden_size": ("hidden_size", "d_model"),
        "num_hidden_layers": ("num_hidden_layers", "num_layers"),
        "num_attention_heads": ("num_attention_heads", "attention_heads"),
        "intermediate_size": ("ffn_dim",),
    },
    "hunyuan_v1_dense": {"head_dim": ("head_dim", "attention_head_dim")},
    "exaone": {"num_hidden_layers": ("num_layers", "num_hidden_layers")},
    "internlm3": {
        "attention_bias": ("qkv_bias", "attention_bias"),
        "mlp_bias": ("bias", "mlp_bias"),
    },
}

ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    # Families that transformers builds out of Llama's classes.
    "exaone": (
        "llama",
        {"vocab_size": 102400, "intermediate_size": 14336, "num_key_value_heads": 8,
         "max_position_embeddings": 4096},
    ),
    "internlm3": (
        "llama",
        {"vocab_size": 128512, "intermediate_size": 10240, "num_hidden_layers": 48,
         "num_key_value_heads": 2, "head_dim": 128, "max_position_embeddings": 32768},
    ),
    "iquestcoder": (
        "llama",
        {"vocab_size": 76800, "hidden_size": 5120, "intermediate_size": 27648,
         "num_hidden_layers": 80, "num_attention_heads": 40, "num_key_value_heads": 8,
         "head_dim": 128, "max_position_embeddings": 131072},
    ),
    "codegen": ("gptj", {}),  # the same block with queries, keys and values in one matrix
    "exaone4_5_text": ("exaone4", {}),
    "phi4mm": ("phi4_multimodal", {}),
    # Text parts of vision models.
    "glm4v_text": ("glm4", {"head_dim": None, "max_position_embeddings": 32768}),
    "glm_ocr_text": (
        "glm4",
        {"vocab_size": 59392, "hidden_size": 1024, "intermediate_size": 4096,
         "num_hidden_layers": 16, "num_attention_heads": 16, "num_key_value_heads": 8,
         "head_dim": None, "attention_bias": False},
    ),
    "hunyuan_vl_text": ("hunyuan_v1_dense", {"tie_word_embeddings": True}),
}  # fmt: skip

IGNORED: Mapping[str, str] = {
    # How fast positions turn in each layer.
    "granite_swa": "layer_rope_theta",
    # Norms on queries and keys there always are.
    "apertus": "qk_norm post_norm",
    "hunyuan_v1_dense": "use_qk_norm",
    # Says again how often a layer has no window.
    "cohere2": "layer_switch",
    # One, or all, by `multi_query`.
    "gpt_bigcode": "num_key_value_heads",
    # Settings of the parts for images and sound.
    "phi4_multimodal": "embd_layer",
    # Keys and values come from the latent vector, for every query head.
    "minicpm3": "num_key_value_heads head_dim",
    "youtu": "num_key_value_heads head_dim",
    # The list that `attention_types` is short for.
    "gpt_neo": "attention_layers",
}
"""Fields that files of a family state and its code does not read."""
