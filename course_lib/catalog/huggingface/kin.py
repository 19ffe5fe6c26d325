"""Names of `model_type` that stand for a family of another name, and which family an unknown name
is kin to.

An alias has every shape of its family, checked in the `modeling_*.py` files of transformers 5.24;
beside it stand the defaults in which it differs. Kin is a hint for a message only, and stands for
shapes as well, never for spelling: "mamba" is spelled like "llama".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_QWEN2_VL = {
    "vocab_size": 152064, "hidden_size": 8192, "intermediate_size": 29568, "num_hidden_layers": 80,
    "num_attention_heads": 64, "num_key_value_heads": 8, "max_window_layers": 80,
}  # fmt: skip
_QWEN2_5_OMNI = {
    "vocab_size": 152064, "hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
    "num_attention_heads": 28, "num_key_value_heads": 4,
}  # fmt: skip
_QWEN3_VL_MOE = {
    "intermediate_size": 5632, "num_attention_heads": 16, "num_key_value_heads": 16,
    "moe_intermediate_size": 1408, "num_experts_per_tok": 4, "num_experts": 60,
    "max_position_embeddings": 128000,
}  # fmt: skip
ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    # Text parts of vision and speech models. Their own classes tie the head only where the file
    # says so, whatever the default of the text configuration is.
    "qwen2_vl": ("qwen2", _QWEN2_VL),
    "qwen2_vl_text": ("qwen2", _QWEN2_VL),
    "qwen2_5_vl": ("qwen2", _QWEN2_VL),
    "qwen2_5_vl_text": ("qwen2", _QWEN2_VL),
    "qwen2_5_omni_text": ("qwen2", _QWEN2_5_OMNI),
    "qwen3_vl_text": ("qwen3", {"max_position_embeddings": 128000}),
    "qwen3_vl_moe_text": ("qwen3_moe", _QWEN3_VL_MOE),
    "qwen3_omni_moe_text": (
        "qwen3_moe",
        {"vocab_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
         "num_attention_heads": 28},
    ),
    # Mistral without a window, and with wider heads (the default is 128 where Mistral shares out).
    "ministral3": (
        "mistral",
        {"vocab_size": 131072, "num_hidden_layers": 34, "head_dim": 128, "sliding_window": None,
         "max_position_embeddings": 262144},
    ),
    # Published with code of its own, which extends Qwen2 by a layer for prediction.
    "mimo": ("qwen2", {}),
}  # fmt: skip
"""Other values of `model_type`: the family each stands for, and the fields it takes for granted."""

KIN: Mapping[str, str] = {
    "lama": "llama", "llama2": "llama", "llama3": "llama", "vicuna": "llama", "yi": "llama",
    "aquila": "llama", "xverse": "llama", "llava": "llama", "llava_llama": "llama",
    "baichuan": "llama", "internlm3": "llama", "iquestcoder": "llama",
    "qwen2.5": "qwen2", "qwen2_5": "qwen2", "gpt-2": "gpt2", "gptneox": "gpt_neox",
    "gpt-neox": "gpt_neox", "gpt-j": "gptj", "gpt-oss": "gpt_oss", "command-r": "cohere",
    "phi-3": "phi3", "deepseek-v2": "deepseek_v2", "deepseek-v3": "deepseek_v3",
}  # fmt: skip
"""Names in use that are none of the families here: the one whose shapes they have. Models with code
of their own may differ in a bias; the fields of their files decide."""

NOT_DESCRIBED: Mapping[str, str] = {
    "albert": "its layers share one set of weights, where a record counts those of every layer",
}
"""Names of families that a record cannot say, and why."""


def hint(model_type: str, families: Iterable[str]) -> str:
    """What an error message adds on a name that is not known: why it is not described, its kin
    where shapes are alike, or "".

    >>> hint("llama3", ["llama", "gpt2"]), hint("mamba", ["llama"])
    ('; nearest: llama', '')
    """
    if model_type in NOT_DESCRIBED:
        return f": {NOT_DESCRIBED[model_type]}"
    near = KIN.get(model_type.lower(), "")
    return f"; nearest: {near}" if near in set(families) else ""
