"""The parts that families of Hugging Face models share: sizes, biases, windows, experts."""

from __future__ import annotations

from typing import Any

from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.records.layer_parts import Experts, LatentAttention

Facts = dict[str, Any]
"""Arguments of `Transformer`."""

ALL_BIASES: Facts = {"qkv_bias": True, "o_bias": True, "mlp_bias": True}
LLAMA_LIKE: Facts = {"gated_mlp": True, "norm": "rmsnorm"}


def decoder(f: Fields, **facts: Any) -> Facts:
    """The sizes every family states, and the `facts` of this one."""
    mixture, latent = facts.get("experts"), facts.get("latent")
    only_experts = mixture is not None and mixture.dense_layers == 0
    if "n_kv_heads" not in facts:
        facts["n_kv_heads"] = key_value_heads(f)
    if "layers" not in facts:
        facts["layers"] = f.whole("num_hidden_layers")
    return {
        "d_model": f.whole("hidden_size"),
        "n_heads": f.whole("num_attention_heads"),
        "head_dim": head_width(f) if latent is None else latent.key_dim,
        "d_ff": 0 if only_experts or "d_ff" in facts else inner_width(f),
        "vocab_rows": f.whole("vocab_size"),
        "max_positions": max_positions(f),
        "tied_embeddings": f.flag("tie_word_embeddings"),
        **facts,
    }


def max_positions(f: Fields) -> int:
    """Longest context; 0 for a family that states none."""
    name = "max_position_embeddings"
    return f.whole(name, at_least=0) if name in f else 0


def inner_width(f: Fields) -> int:
    """Inner width of the MLP: as stated, or four times the model's width."""
    stated = f.whole_or_none("intermediate_size") if "intermediate_size" in f else None
    return 4 * f.whole("hidden_size") if stated is None else stated


def key_value_heads(f: Fields) -> int:
    """Heads of keys and values: as many as query heads where the field is null or missing."""
    stated = f.whole_or_none("num_key_value_heads") if "num_key_value_heads" in f else None
    if stated is None:
        return f.whole("num_attention_heads")
    f.divides("num_key_value_heads", "num_attention_heads")
    return stated


def head_width(f: Fields) -> int:
    """Width of one head: as stated, or the model's width shared out over the heads."""
    stated = f.whole_or_none("head_dim") if "head_dim" in f else None
    if stated is not None:
        return stated
    f.divides("num_attention_heads", "hidden_size")
    return f.whole("hidden_size") // f.whole("num_attention_heads")


def attention_biases(f: Fields) -> Facts:
    """Biases on all four attention matrices, or on none."""
    biases = f.flag("attention_bias")
    return {"qkv_bias": biases, "o_bias": biases}


def experts(f: Fields, width: str, **more: Any) -> Experts:
    """The mixture of experts; `width` is the field that holds the inner width of one expert."""
    count, active = f.whole("num_experts"), f.whole("num_experts_per_tok")
    f.not_above("num_experts_per_tok", "num_experts")
    return Experts(count=count, active=active, d_ff=f.whole(width), **more)


def latent_attention(f: Fields, value_dim: int | None = None) -> LatentAttention:
    """Latent attention as stated; `value_dim` where it is not `v_head_dim`."""
    return LatentAttention(
        # Null: the query is projected directly.
        q_rank=f.whole_or_none("q_lora_rank") or 0,
        kv_rank=f.whole("kv_lora_rank"),
        nope_dim=f.whole("qk_nope_head_dim", at_least=0),
        rope_dim=f.whole("qk_rope_head_dim", at_least=0),
        value_dim=f.whole("v_head_dim") if value_dim is None else value_dim,
    )


def window(f: Fields) -> Facts:
    """One window for all layers, where there is one."""
    return _windows(f, [True])


def window_above(f: Fields) -> Facts:
    """Windows from layer `max_window_layers` up (Qwen); none without `use_sliding_window`."""
    asked, first = f.flag("use_sliding_window"), f.whole("max_window_layers", at_least=0)
    stated = f.windowed_by_type()
    if not asked:
        return {}
    return _windows(f, stated or [index >= first for index in range(f.whole("num_hidden_layers"))])


def window_pattern(f: Fields, period: int) -> Facts:
    """Windows in all layers but every `period`-th, unless `layer_types` says otherwise."""
    return _windows(f, f.windowed_by_type() or [True] * (period - 1) + [False])


def window_without_rotary(f: Fields) -> Facts:
    """Windows, where asked for, in the layers without rotary positions (SmolLM3)."""
    layers, interval = f.whole("num_hidden_layers"), f.whole("no_rope_layer_interval")
    # Despite its name the list holds 1 for a layer that has rotary positions.
    rotary = f.items("no_rope_layers")
    if rotary is None:
        rotary = [1] * (interval - 1) + [0]
    elif len(rotary) < layers:
        raise ValueError(
            "no_rope_layers must have one entry a layer, "
            f"got {len(rotary)} entries and {layers} layers"
        )
    asked = f.flag("use_sliding_window")
    return _windows(f, f.windowed_by_type() or [asked and not has_rotary for has_rotary in rotary])


def _windows(f: Fields, pattern: list[bool]) -> Facts:
    size = f.whole_or_none("sliding_window") if any(pattern) else None
    # A null window switches windows off, whatever the pattern.
    return {} if size is None else {"sliding_window": size, "windowed": _shortest_period(pattern)}


def _shortest_period(pattern: list[bool]) -> tuple[bool, ...]:
    """The shortest beginning of `pattern` that gives all of it when repeated, so that `layers` can
    be swept."""
    repeats = (
        n
        for n in range(1, len(pattern) + 1)
        if all(x == pattern[i % n] for i, x in enumerate(pattern))
    )
    # There always is one: the pattern gives itself when repeated once.
    return tuple(pattern[: next(repeats)])
