"""The later Gemma families: embeddings of every layer, reused caches, wide heads in the layers that
see everything, experts beside an ordinary MLP.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
    window_pattern,
)
from course_lib.catalog.huggingface.parts.stack import stack

BIDIRECTIONAL = ("all", "vision")


def gemma3(f: Fields) -> Facts:
    """Gemma 2 with norms on queries and keys; one layer in six sees everything. EmbeddingGemma lets
    every token see all others, and half a window to either side."""
    windows = window_pattern(f, f.whole("sliding_window_pattern"))
    if f.flag("use_bidirectional_attention", null=False):
        windows |= {"causal": False}
        if "sliding_window" in windows:
            windows["sliding_window"] = windows["sliding_window"] // 2 + 1
    return decoder(
        f, **LLAMA_LIKE, **attention_biases(f), norms_per_layer=4, qk_norm="head", **windows
    )


def gemma3n(f: Fields) -> Facts:
    """Four streams (AltUp), a narrow path beside attention (Laurel), an embedding for every layer;
    the upper layers read the keys and values of lower ones."""
    width, streams = f.whole("hidden_size"), f.whole("altup_num_inputs")
    windowed = _windowed(f, period=5)
    names, kinds = _layers(f, windowed, _reusing(f, windowed, at_most=len(windowed) - 1))
    inner = _inner_widths(f, len(windowed))
    layer = _layer_inputs(f)
    # How much of each stream goes into each other (predicted), and into each (corrected).
    coefficients = streams**3 + streams**2
    layer["other_matrix"] += width * (2 * f.whole("laurel_rank") + streams) + coefficients
    # Four as in Gemma 2; those of AltUp, Laurel and the layer's embedding.
    layer["norms_per_layer"] = 4 + 3
    # Ways from the first stream to the others, and back.
    layer["outer_matrix"] += 2 * (streams - 1) * width**2
    if len(set(inner)) > 1:
        kinds = {f"{name}, {d}": {**kinds[name], "d_ff": d} for name in kinds for d in inner}
        names = [f"{name}, {d}" for name, d in zip(names, inner, strict=True)]
    altup = {
        "other_params": width,  # a scale for what is corrected
        "reused_matrix": width * streams,  # its router runs before the layer and after it
        "stream_products": width * streams**2,
    }
    facts = {"d_ff": inner[0], "qk_norm": "head", **layer, **altup, **stack(names, kinds)}
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), **facts)


def gemma4(f: Fields) -> Facts:
    """Heads of their own width where everything is seen, keys that serve as values there, an MLP
    beside the experts, wide MLPs where a cache is reused."""
    windowed = _windowed(f, period=6, last_full=True)
    reusing = _reusing(f, windowed, at_most=len(windowed))
    names, kinds = _layers(f, windowed, reusing)
    mixture, wide = f.flag("enable_moe_block"), f.flag("use_double_wide_mlp") and any(reusing)
    layer = _layer_inputs(f)
    layer["norms_per_layer"] += 7 if mixture else 4
    if mixture:
        # A scale for each number that the router reads, and for each expert.
        layer["other_params"] = f.whole("hidden_size") + f.whole("num_experts")
    mlps = {False: _mlp(f, mixture, 1), True: _mlp(f, mixture, 2 if wide else 1)}
    if not wide:
        mlps[True] = mlps[False]
    full = _where_all_is_seen(f, windowed)
    each = {
        name: {
            **kind,
            **mlps[bool(kind.get("reused_cache"))],
            **({} if "sliding_window" in kind else full),
        }
        for name, kind in kinds.items()
    }
    facts = {"qk_norm": "head", **mlps[False], **layer, **stack(names, each)}
    if _bidirectional(f) == "all":
        facts["causal"] = False
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), **facts)


def embedding_gemma2(f: Fields) -> Facts:
    """An encoder with Gemma 4's layers, and with inputs of every layer that are made of the
    embedding alone; a projection in place of a head."""
    windowed = _windowed(f, f.whole("sliding_window_pattern"), last_full=True)
    kinds: dict[str, Facts] = {
        # Its mask lets that very distance through, to either side.
        "sliding": {"sliding_window": f.whole("sliding_window") + 1},
        "full": _where_all_is_seen(f, windowed),
    }
    layer = _layer_inputs(f)
    layer["norms_per_layer"] += 4
    layer["outer_matrix"] += f.whole("hidden_size") * f.whole("embedding_dim")
    facts = {**layer, **stack(["sliding" if near else "full" for near in windowed], kinds)}
    return decoder(
        f, **LLAMA_LIKE, **attention_biases(f), causal=False, qk_norm="head", head_rows=0, **facts
    ) | {"tied_embeddings": False}


def _layer_inputs(f: Fields) -> Facts:
    """What reads the input that a token has for every layer, looked up or made of its embedding;
    all zero without one."""
    width, depth = f.whole("hidden_size"), f.whole("num_hidden_layers")
    narrow = f.whole("hidden_size_per_layer_input", at_least=0)
    looked_up = "vocab_size_per_layer_input" in f and narrow > 0
    table = f.whole("vocab_size_per_layer_input") * depth * narrow if looked_up else 0
    return {
        "norms_per_layer": int(narrow > 0),
        "other_matrix": 2 * width * narrow,
        "outer_matrix": width * depth * narrow,
        # The norm on what is looked up is as wide as one layer's.
        "outer_params": table + narrow,
    }


def _windowed(f: Fields, period: int, last_full: bool = False) -> list[bool]:
    """Which layers are windowed: as stated, or all but every `period`-th."""
    layers = f.whole("num_hidden_layers")
    windowed = f.windowed_by_type() or [(index + 1) % period > 0 for index in range(layers)]
    if last_full:
        windowed[-1] = False  # whatever the file says
    return windowed


def _reusing(f: Fields, windowed: list[bool], at_most: int) -> list[bool]:
    """Which layers read the keys and values of one below: the uppermost ones."""
    reused = f.whole("num_kv_shared_layers", at_least=0)
    if reused > at_most:
        raise ValueError(f"num_kv_shared_layers must be at most {at_most}, got {reused}")
    own = len(windowed) - reused
    if own and set(windowed[:own]) != set(windowed):
        raise ValueError(
            "num_kv_shared_layers must leave a layer of each kind that makes keys and values, "
            f"got {reused} of {len(windowed)} layers"
        )
    return [index >= own for index in range(len(windowed))]


def _layers(
    f: Fields, windowed: list[bool], reusing: list[bool]
) -> tuple[list[str], dict[str, Facts]]:
    """The name of each layer's kind, and what the kinds differ in: windows and reused caches."""
    window = f.whole("sliding_window")
    if _bidirectional(f) == "all":
        # Half of it and one more, and its mask lets that very distance through.
        window = window // 2 + 2
    names, kinds = [], {}
    for near, reuses in zip(windowed, reusing, strict=True):
        name = ("sliding" if near else "full") + (", reusing" if reuses else "")
        kinds[name] = {"reused_cache": reuses, **({"sliding_window": window} if near else {})}
        names.append(name)
    return names, kinds


def _inner_widths(f: Fields, layers: int) -> list[int]:
    """Inner width of each layer's MLP: one for all, or a list."""
    stated = f.value("intermediate_size")
    if not isinstance(stated, list | tuple):
        return [f.whole("intermediate_size")] * layers
    if len(stated) != layers:
        raise ValueError(
            "intermediate_size must have one entry a layer, "
            f"got {len(stated)} entries and {layers} layers"
        )
    return [int(checks.whole("intermediate_size entries", width)) for width in stated]


def _mlp(f: Fields, mixture: bool, times: int) -> Facts:
    """An MLP so many times as wide as stated, or the experts that it stands beside."""
    inner = times * f.whole("intermediate_size")
    if not mixture:
        return {"d_ff": inner}
    # It works on every token, like a shared expert with a width of its own.
    beside = experts(f, width="moe_intermediate_size", shared=1, shared_d_ff=inner)
    return {"d_ff": 0, "experts": beside}


def _where_all_is_seen(f: Fields, windowed: list[bool]) -> Facts:
    """Heads of the layers without a window."""
    gated = "attention_k_eq_v" in f
    facts: Facts = {"shared_values": True} if gated and f.flag("attention_k_eq_v") else {}
    stated = f.value("per_layer_config", null=None)
    if stated is None:
        heads = f.whole_or_none("num_global_key_value_heads")
        # The code reads the number of heads only where keys serve as values.
        own = {"n_kv_heads": heads} if heads is not None and (facts or not gated) else {}
        return {**facts, "head_dim": f.whole("global_head_dim"), **own}
    return {**facts, **_overrides(f, stated, windowed)}


def _overrides(f: Fields, stated: Any, windowed: list[bool]) -> Facts:
    """The same as transformers 5 writes it, layer by layer."""
    names = {"head_dim": "head_dim", "num_key_value_heads": "n_kv_heads"}
    if not isinstance(stated, Mapping) or not all(isinstance(v, Mapping) for v in stated.values()):
        raise TypeError(f"per_layer_config must map layers to tables, got {stated!r}")
    by_layer = {int(layer): dict(table) for layer, table in stated.items()}
    tables = [by_layer.get(index, {}) for index, near in enumerate(windowed) if not near]
    near = [table for index, table in by_layer.items() if index >= len(windowed) or windowed[index]]
    alike = all(table == tables[0] for table in tables)
    if any(near) or not alike or not set(tables[0]) <= set(names):
        raise ValueError(
            "per_layer_config must give all layers of full_attention, and no others, the same "
            f"head_dim and num_key_value_heads, got {stated!r}"
        )
    return {
        names[key]: int(checks.whole(f"per_layer_config {key}", value))
        for key, value in tables[0].items()
    }


def _bidirectional(f: Fields) -> str | None:
    """What use_bidirectional_attention says; "vision" is about images alone."""
    if "use_double_wide_mlp" not in f:
        return None
    stated = f.value("use_bidirectional_attention", null=None)
    if stated is not None:
        checks.one_of("use_bidirectional_attention", stated, BIDIRECTIONAL)
    return stated


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "gemma3_text": gemma3, "gemma3n_text": gemma3n, "gemma4_text": gemma4,
    "embedding_gemma2_text": embedding_gemma2,
}  # fmt: skip
