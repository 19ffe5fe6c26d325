"""Mixtures whose layers differ in more than their experts: heads by window, chunks, two groups of
experts, lists with one entry a layer.

Read in the `modeling_*.py` files of transformers 5.24, and where a family's files state more than
that reads, in the code published with the model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.families.attention import hunyuan_dense
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.layer_lists import MLP_TYPES, one_a_layer
from course_lib.catalog.huggingface.parts.mixtures import (
    mixture,
    one_value,
    sparse_by_type,
    windows,
)
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
)
from course_lib.catalog.records.layer_parts import Experts

CHUNKED_TYPES = ("chunked_attention", "full_attention")


def llama4(f: Fields) -> Facts:
    """Experts at steps, each layer with a shared one; ordinary MLPs have a width of their own.
    Layers with rotary positions attend within chunks."""
    layers, step = f.whole("num_hidden_layers"), f.whole("interleave_moe_layer_step")
    listed = f.items("moe_layers")
    sparse = [
        (index + 1) % step == 0 if listed is None else index in listed for index in range(layers)
    ]
    spans = windows(f, _chunked(f, layers), "attention_chunk_size", near="chunked")
    inner = 0 if all(sparse) else f.whole("intermediate_size_mlp")
    return decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        d_ff=inner,
        chunked=bool(spans),
        **mixture(sparse, experts(f, width="intermediate_size", shared=1), **spans),
    )


def _chunked(f: Fields, layers: int) -> list[bool]:
    """Which layers attend within chunks."""
    kinds, rotary = f.items("layer_types"), f.items("no_rope_layers")
    if not kinds:
        interval = f.whole("no_rope_layer_interval")
        # Despite its name the list holds 1 for a layer that has rotary positions.
        marks = rotary or [int((index + 1) % interval != 0) for index in range(layers)]
        kinds = [CHUNKED_TYPES[0] if mark else CHUNKED_TYPES[1] for mark in marks]
    if len(kinds) != layers:
        raise ValueError(
            "layer_types and no_rope_layers must have one entry a layer, "
            f"got {len(kinds)} entries and {layers} layers"
        )
    for kind in kinds:
        checks.one_of("layer_types entries", kind, CHUNKED_TYPES)
    return [kind == CHUNKED_TYPES[0] for kind in kinds]


def mellum(f: Fields) -> Facts:
    """Experts and windows in the layers that lists name: without them experts everywhere and no
    windows; a norm on each head's query and key."""
    layers = f.whole("num_hidden_layers")
    kinds = one_a_layer(f, "mlp_layer_types", MLP_TYPES) or ["experts"] * layers
    spans = windows(f, f.windowed_by_type() or [False] * layers)
    part = experts(f, width="moe_intermediate_size")
    facts = mixture([kind == "experts" for kind in kinds], part, **spans)
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="head", **facts)


def mimo_v2_flash(f: Fields) -> Facts:
    """Windowed layers with sinks and heads of their own: twice as many of keys and values, unless
    stated; values narrower than keys."""
    heads, width = f.whole("num_attention_heads"), f.whole("head_dim")
    far = {
        "n_kv_heads": f.whole("num_key_value_heads"),
        "value_dim": f.whole("v_head_dim"),
        "attention_sinks": f.flag("add_full_attention_sink_bias"),
    }
    near = {
        "n_heads": f.whole_or_none("swa_num_attention_heads") or heads,
        "n_kv_heads": f.whole_or_none("swa_num_key_value_heads") or 2 * far["n_kv_heads"],
        "head_dim": f.whole_or_none("swa_head_dim") or width,
        "value_dim": f.whole_or_none("swa_v_head_dim") or far["value_dim"],
        "attention_sinks": f.flag("add_swa_attention_sink_bias"),
        "sliding_window": _window_with_itself(f),
    }
    spans = ["sliding" if mark else "full" for mark in _windowed(f)]
    listed = f.items("moe_layer_freq")
    sparse = sparse_by_type(f) if listed is None else [bool(mark) for mark in listed]
    facts = mixture(
        sparse, experts(f, width="moe_intermediate_size"), spans, {"sliding": near, "full": far}
    )
    same = {"head_dim": width, "n_kv_heads": far["n_kv_heads"], "value_dim": far["value_dim"]}
    return decoder(f, **LLAMA_LIKE, qkv_bias=f.flag("attention_bias"), **{**same, **facts})


def _window_with_itself(f: Fields) -> int:
    """The window; `sliding_window_size` counts only the tokens before the query."""
    before = f.whole_or_none("sliding_window_size")
    return f.whole("sliding_window") if before is None else before + 1


def _windowed(f: Fields) -> list[bool]:
    stated, layers = f.windowed_by_type(), f.whole("num_hidden_layers")
    marks = f.items("hybrid_layer_pattern")
    if stated is not None or marks is None:
        rule = [index > 0 and (index + 1) % 6 != 0 for index in range(layers)]
        return stated or rule
    if len(marks) != layers:
        raise ValueError(
            "hybrid_layer_pattern must have one entry a layer, "
            f"got {len(marks)} entries and {layers} layers"
        )
    return [bool(mark) for mark in marks]


def hunyuan(f: Fields) -> Facts:
    """Tencent's own name for two families: a single expert stands for an ordinary MLP."""
    single = one_value(f, "num_experts", f.whole("num_hidden_layers")) == 1
    return hunyuan_dense(f) if single else hunyuan_moe(f)


def hunyuan_moe(f: Fields) -> Facts:
    """Experts in every layer and a shared one of the same width; a norm on each head's query and
    key. Files state lists with one entry a layer."""
    layers, inner = f.whole("num_hidden_layers"), f.whole("intermediate_size")
    for field, read in (("moe_intermediate_size", inner), ("num_shared_expert", 1)):
        stated = one_value(f, field, layers)
        if stated not in (None, read):
            raise ValueError(f"{field} must be {read}, which the code builds, got {stated}")
    part = Experts(
        count=int(checks.whole("num_experts", one_value(f, "num_experts", layers))),
        active=int(checks.whole("moe_topk", one_value(f, "num_experts_per_tok", layers))),
        d_ff=inner,
        shared=1,
    )
    return decoder(f, **LLAMA_LIKE, **attention_biases(f), qk_norm="head", experts=part)


def ernie4_5_moe(f: Fields) -> Facts:
    """Experts at an interval between a first and a last layer; the router's corrections are
    parameters."""
    first, last = f.whole("moe_layer_start_index", at_least=0), f.value("moe_layer_end_index")
    sparse = _between(f, first, last)
    shared = f.whole("n_shared_experts", at_least=0)
    part = experts(f, "moe_intermediate_size", shared=shared, router_bias=True, biased=False)
    head = {"head_bias": f.flag("use_bias", null=False)}
    return decoder(f, **LLAMA_LIKE, **head, **_ernie_layers(f, sparse, part))


def ernie4_5_vl_moe(f: Fields) -> Facts:
    """ERNIE 4.5 with a second group of experts, which tokens of images visit."""
    widths, counts = _pair(f, "moe_intermediate_size", (1536, 512)), _pair(f, "num_experts")
    shared, d_model = f.whole("n_shared_experts", at_least=0), f.whole("hidden_size")
    # Three matrices an expert; a row of the router and a correction for each.
    part = Experts(
        count=counts[0],
        active=f.whole("num_experts_per_tok"),
        d_ff=widths[0],
        shared=shared,
        router_bias=True,
        biased=False,
        unvisited_params=counts[1] * (3 * d_model * widths[1] + d_model + 1),
    )
    facts = decoder(f, **LLAMA_LIKE, **_ernie_layers(f, _text_and_image(f), part))
    told = f"{counts[1]} experts for images are counted, and work on no text"
    return facts | {"left_out": (told,)}


def _ernie_layers(f: Fields, sparse: Sequence[bool], part: Experts) -> Facts:
    """One flag for all biases but those of routed experts."""
    biases = f.flag("use_bias", null=False)
    facts = {"qkv_bias": biases, "o_bias": biases}
    if biases and not part.shared:
        # Without a shared expert a mixture has no biases at all.
        return facts | mixture(sparse, part, dense={"mlp_bias": True})
    return facts | {"mlp_bias": biases, **mixture(sparse, part)}


def _between(f: Fields, first: int, last: Any) -> list[bool]:
    """Experts from one layer to another, at an interval; a last one of -1 is the topmost."""
    layers = f.whole("num_hidden_layers")
    step = f.whole("moe_layer_interval")
    if isinstance(last, bool) or not isinstance(last, int) or last < -1:
        raise ValueError(f"moe_layer_end_index must be -1 or more, got {last!r}")
    end = layers - 1 if last == -1 else last
    return [(index + 1) % step == 0 and first <= index <= end for index in range(layers)]


def _text_and_image(f: Fields) -> list[bool]:
    """Which layers have experts, for text and for images alike."""
    starts, ends = _pair(f, "moe_layer_start_index"), _pair(f, "moe_layer_end_index")
    if f.items("mlp_layer_types") is not None:
        return sparse_by_type(f)
    text, image = (_between(f, *ends_of) for ends_of in zip(starts, ends, strict=True))
    if text != image:
        raise ValueError(
            "moe_layer_start_index and moe_layer_end_index must give text and images the same "
            f"layers, got {starts} and {ends}"
        )
    return text


def _pair(f: Fields, field: str, silent: tuple[int, int] | None = None) -> tuple[int, int]:
    """Two numbers, for text and for images; one stands for both, `silent` for none."""
    value, name = f.value(field, null=silent), f.spelled(field)
    value = silent if value is None else value
    both = value if isinstance(value, list | tuple) else [value, value]
    if len(both) != 2:
        raise ValueError(f"{name} must be a number or a list of two, got {value!r}")
    first, second = (int(checks.whole(name, number, at_least=-1)) for number in both)
    return first, second


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "llama4_text": llama4, "mellum": mellum, "mimo_v2_flash": mimo_v2_flash, "hunyuan": hunyuan,
    "hunyuan_v1_moe": hunyuan_moe, "ernie4_5_moe": ernie4_5_moe,
    "ernie4_5_vl_moe_text": ernie4_5_vl_moe,
}  # fmt: skip
