"""Families with short convolutions in place of attention in most of their layers.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.layer_lists import (
    FULL,
    crossed,
    in_place,
    one_a_layer,
    unbiased_gate,
)
from course_lib.catalog.huggingface.parts.sizes import (
    LLAMA_LIKE,
    Facts,
    attention_biases,
    decoder,
    experts,
    inner_width,
)
from course_lib.catalog.huggingface.parts.stack import stack
from course_lib.catalog.records.recurrent import Recurrent

LAYER_TYPES = {"conv": "convolution", **FULL}
"""Spellings of layers that attend or convolve, and what they are called here."""


def lfm2(f: Fields) -> Facts:
    """Short convolutions but in a few layers; the MLP is narrower than the file says, by a third,
    and rounded up."""
    layers = range(f.whole("num_hidden_layers"))
    names = one_a_layer(f, "layer_types", LAYER_TYPES)
    if names is None:
        listed = f.items("full_attn_idxs")
        listed = list(layers) if listed is None else listed
        names = ["full" if index in listed else "convolution" for index in layers]
    facts = decoder(f, **LLAMA_LIKE, qk_norm="head") | {"d_ff": _lfm2_width(f)}
    return facts | stack(names, _convolution_kinds(f))


def lfm3(f: Fields) -> Facts:
    """LFM2 with windows in every other attending layer, norms before and after both parts, and a
    number a head that scales what attention makes."""
    names = one_a_layer(f, "layer_types", {**LAYER_TYPES, "sliding_attention": "sliding"})
    if names is None:
        turn = ("sliding", "convolution", "full", "convolution")
        names = [turn[index % 4] for index in range(f.whole("num_hidden_layers"))]
        names[0] = "convolution"
    window = f.whole_or_none("sliding_window")
    kinds = _convolution_kinds(f)
    kinds["sliding"] = {} if window is None else {"sliding_window": window}
    facts = decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        qk_norm="head",
        norms_per_layer=4 if f.flag("use_sandwich_norm", null=False) else 2,
    )
    if f.flag("use_attention_gate", null=False):
        kinds["full"] = unbiased_gate(f)
        kinds["sliding"] = {**kinds["sliding"], **unbiased_gate(f)}
    return facts | stack(names, kinds)


def lfm2_moe(f: Fields) -> Facts:
    """LFM2 with experts above the first layers, and the MLP as wide as the file says."""
    names = one_a_layer(f, "layer_types", LAYER_TYPES)
    if names is None:
        raise ValueError("layer_types must be stated: lfm2_moe has no default for it")
    dense = f.whole("num_dense_layers", at_least=0)
    mlps = ["dense" if index < dense else "experts" for index in range(len(names))]
    kinds = {**_convolution_kinds(f), "dense": {}}
    if "experts" in mlps:
        kinds["experts"] = {"experts": experts(f, "moe_intermediate_size"), "d_ff": 0}
    return decoder(f, **LLAMA_LIKE, qk_norm="head") | crossed(names, mlps, kinds)


def _convolution_kinds(f: Fields) -> dict[str, Facts]:
    width, bias = f.whole("hidden_size"), f.flag("conv_bias")
    mixer = Recurrent(
        kind="convolution",
        heads=width,
        head_dim=1,
        kernel=f.whole("conv_L_cache"),
        in_bias=bias,
        out_bias=bias,
        conv_bias=bias,
    )
    return {"full": {}, "convolution": in_place(mixer)}


def _lfm2_width(f: Fields) -> int:
    """Inner width of the MLP."""
    width = inner_width(f)
    for name in ("block_dim", "conv_dim", "conv_dim_out"):
        # Stated in the published files; the code takes the model's width.
        if f.whole_or_none(name) not in (None, f.whole("hidden_size")):
            raise ValueError(f"{name} must be hidden_size, got {f.value(name)}")
    if not f.flag("block_auto_adjust_ff_dim", null=False):
        return width
    narrow, factor = int(2 * width / 3), f.value("block_ffn_dim_multiplier", null=None)
    if factor is None:
        return narrow
    multiple = f.whole("block_multiple_of")
    scaled = int(checks.single("block_ffn_dim_multiplier", factor) * narrow)
    # Rounded up to a whole multiple.
    return multiple * -(-scaled // multiple)


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "lfm2": lfm2, "lfm2_moe": lfm2_moe, "lfm3": lfm3,
}  # fmt: skip
