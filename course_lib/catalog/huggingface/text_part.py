"""Finds the language model in a configuration of several modalities.

Vision, audio and speech stand beside it under keys of their own; the language model stands under
one of a few keys, or flat beside them. What is left out is told in words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KEYS = (
    "text_config", "llm_config", "language_config", "thinker_config", "text_model",
    "language_model", "language_model_config", "text_backbone", "llm", "decoder", "decoder_config",
    "lm_config",
)  # fmt: skip
"""Keys under which the language model stands, the usual one first; a thinker holds a `text_config`
of its own."""
INNER_TYPES: Mapping[str, str] = {
    "gemma3": "gemma3_text", "gemma3n": "gemma3n_text", "gemma4": "gemma4_text",
    "gemma4_unified": "gemma4_unified_text", "embedding_gemma2": "embedding_gemma2_text",
    "llama4": "llama4_text", "mllama": "mllama_text_model",
    "glm4v": "glm4v_text", "glm46v": "glm4v_text", "glm4v_moe": "glm4v_moe_text",
    "glm_ocr": "glm_ocr_text", "hunyuan_vl": "hunyuan_vl_text",
    "ernie4_5_vl_moe": "ernie4_5_vl_moe_text",
    "llava": "llama", "llava_next": "llama", "llava_next_video": "llama", "vipllava": "llama",
    "video_llava": "llama", "idefics3": "llama", "smolvlm": "llama", "deepseek_vl": "llama",
    "voxtral": "llama", "perception_lm": "llama", "mistral3": "mistral",
    "llava_onevision": "qwen2", "internvl": "qwen2", "got_ocr2": "qwen2", "ovis2": "qwen2",
    "qwen2_audio": "qwen2", "paligemma": "gemma", "aya_vision": "cohere2",
    "cohere2_vision": "cohere2", "kimi_k25": "deepseek_v3", "exaone4_5": "exaone4",
    "lfm2_vl": "lfm2", "qwen2_vl": "qwen2_vl_text", "qwen2_5_vl": "qwen2_5_vl_text",
    "qwen3_vl": "qwen3_vl_text", "qwen3_vl_moe": "qwen3_vl_moe_text",
    "qwen2_5_omni": "qwen2_5_omni_text", "qwen2_5_omni_thinker": "qwen2_5_omni_text",
    "qwen3_omni_moe": "qwen3_omni_moe_text", "qwen3_omni_moe_thinker": "qwen3_omni_moe_text",
    "qwen3_5": "qwen3_5_text", "qwen3_5_moe": "qwen3_5_moe_text",
}  # fmt: skip
"""Family of the language model where the inner configuration does not state it: what the
`configuration_*.py` of the outer family takes."""
TEXT_NOT_NEEDED = ("gemma3", "gemma3n", "gemma4", "gemma4_unified", "embedding_gemma2")
"""Outer families that are read without any inner configuration: all of it takes its defaults."""
_BESIDE = (
    "vision", "audio", "speech", "talker", "token2wav", "image", "video", "projector", "encoder",
)  # fmt: skip
"""Beginnings of the keys of other parts."""
_PART = re.compile(r"_(config|model|tower|cfg)$")
_NO_PARTS = {"quantization_config", "compression_config", "generation_config", "rope_config"}


@dataclass(frozen=True, kw_only=True)
class TextPart:
    """The configuration of the language model, and what stands around it."""

    stated: Mapping[str, Any]
    """The language model's fields, its `model_type` among them where one is known."""
    around: Mapping[str, Any] | None
    """The configuration that holds it; None where the language model is all there is."""
    key: str
    """Key under which it stands; "" for a flat configuration."""
    left_out: tuple[str, ...]
    """What is not part of it, in words."""


def text_part(config: Mapping[str, Any], known: frozenset[str]) -> TextPart:
    """The language model inside a configuration, or the configuration itself.

    Args:
        config: the configuration.
        known: families that are read as they stand. A flat configuration of one of them is taken
            whole, whatever stands beside.

    Whether the head is tied is a fact of the language model: what its own configuration states
    counts, else what the outer one states, else the inner family's default.

    Raises:
        TypeError: where the inner configuration is no mapping.
        ValueError: where it is null or left out, and the model has no sizes of its own.

    >>> outer = {"model_type": "llava", "text_config": {}, "vision_config": {"depth": 3}}
    >>> part = text_part(outer, frozenset({"llama"}))
    >>> part.stated
    {'model_type': 'llama'}
    >>> part.left_out
    ('vision_config: the vision part is not counted, only the text part',)
    """
    outer_type = config.get("model_type")
    key = next((key for key in KEYS if config.get(key) is not None), "")
    # A known family that has such a key for something else (`decoder` of an encoder-decoder).
    if key and outer_type in known and key not in KEYS[:3]:
        key = ""
    if not key and outer_type not in TEXT_NOT_NEEDED:
        _refuse_missing(config, known)
        return TextPart(stated=config, around=None, key="", left_out=_beside(config, ""))
    inner = config.get(key, {}) if key else {}
    if not isinstance(inner, Mapping):
        raise TypeError(f"{key} must be a mapping, got {inner!r}")
    deeper = any(isinstance(inner.get(key), Mapping) for key in KEYS)
    if deeper and inner.get("model_type") not in known:
        part = text_part(inner, known)
        key, inner, deep = f"{key}.{part.key}", part.stated, part.left_out
    else:
        deep = ()
    tied, told = _tied(config, inner)
    stated = {"model_type": INNER_TYPES.get(str(outer_type), outer_type), **inner, **tied}
    return TextPart(
        stated=stated,
        around=config,
        key=key or KEYS[0],
        left_out=_beside(config, key) + deep + told,
    )


def _refuse_missing(config: Mapping[str, Any], known: frozenset[str]) -> None:
    """Raise where a model of several modalities says nothing of its language model."""
    outer = config.get("model_type")
    null = [key for key in KEYS if key in config]
    beside = any(str(key).startswith(_BESIDE) for key in config)
    of_several = outer in INNER_TYPES or (null and beside)
    sizes = any(config.get(name) is not None for name in ("hidden_size", "d_model", "n_embd"))
    if outer in known or sizes or not of_several or outer is None:
        return
    key = null[0] if null else KEYS[0]
    raise ValueError(
        f"{key} must state the language model of {outer!r}, got {'null' if null else 'nothing'}"
    )


def _tied(
    outer: Mapping[str, Any], inner: Mapping[str, Any]
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The outer word on tied embeddings where the inner one is silent, and a note on a quarrel."""
    field = "tie_word_embeddings"
    if outer.get(field) is None:
        return {}, ()
    if inner.get(field) is None:
        return {field: outer[field]}, ()
    if inner[field] == outer[field]:
        return {}, ()
    told = f"{field}={outer[field]} of the outer configuration: the inner one states {inner[field]}"
    return {}, (told,)


def _beside(config: Mapping[str, Any], taken: str) -> tuple[str, ...]:
    """A note for each part beside the language model: around one every table of settings counts,
    beside a flat one only those of another modality."""
    return tuple(
        f"{key}: the {_PART.sub('', key)} part is not counted, only the text part"
        for key, value in config.items()
        if isinstance(key, str)
        and isinstance(value, Mapping)
        and key != taken.split(".", 1)[0]
        and (key.startswith(_BESIDE) or (taken and key.endswith("_config")))
        and key not in _NO_PARTS
        # The two halves of an encoder-decoder.
        and not (key == "encoder" and "decoder" in config)
    )
