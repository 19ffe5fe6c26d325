"""Families with state-space layers (Mamba, Mamba 2), alone, beside attention or between.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.layer_lists import (
    FULL,
    crossed,
    in_place,
    never_tied,
    one_a_layer,
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
from course_lib.catalog.records.layer_parts import Experts
from course_lib.catalog.records.recurrent import Recurrent

MAMBA_TYPES = {"linear_attention": "mamba", "mamba": "mamba", **FULL}
"""Spellings of layers that attend or are Mamba's, and what they are called here."""
NEMOTRON_LAYERS = {
    "M": "mamba", "linear_attention": "mamba", "mamba": "mamba", "*": "full", **FULL,
    "-": "dense", "mlp": "dense", "E": "experts", "moe": "experts",
}  # fmt: skip
"""Letters of Nemotron-H's pattern and words of its list, and what the layers are called here."""


def mamba(f: Fields) -> Facts:
    """No attention and no MLP: one mixer and one norm a layer."""
    inner = f.whole_or_none("intermediate_size")  # where it is stated it counts
    return _alone(f, _mamba(f, _expanded(f) if inner is None else inner))


def mamba2(f: Fields) -> Facts:
    """Mamba with heads that share a step size, and queries and keys shared by groups of them."""
    return _alone(f, _mamba2(f, _expanded(f)))


def jamba(f: Fields) -> Facts:
    """Every so many layers one attends, the others are Mamba's; every so many hold experts, each as
    wide as the MLP of the others."""
    attends, mixes = _every_so_many(f, "attn"), _every_so_many(f, "expert")
    mixture = f.whole("num_experts") > 1 and any(mixes)
    kinds: dict[str, Facts] = {
        "full": {},
        "mamba": in_place(_mamba(f, _expanded(f), norm=True)),
        "dense": {},
        "experts": {"experts": experts(f, "intermediate_size"), "d_ff": 0} if mixture else {},
    }
    return decoder(f, **LLAMA_LIKE) | crossed(
        ["full" if here else "mamba" for here in attends],
        ["experts" if mixture and here else "dense" for here in mixes],
        kinds,
    )


def bamba(f: Fields) -> Facts:
    """Llama in the listed layers, Mamba 2 in place of its attention in the others."""
    listed = f.items("attn_layer_indices") or []
    for index in listed:
        checks.whole("attn_layer_indices entries", index, at_least=0)
    layers = range(f.whole("num_hidden_layers"))
    names = ["full" if index in listed else "mamba" for index in layers]
    facts = decoder(f, **LLAMA_LIKE, **attention_biases(f), mlp_bias=f.flag("mlp_bias"))
    return facts | stack(names, {"full": {}, "mamba": in_place(_mamba2(f, _expanded(f)))})


def granitemoehybrid(f: Fields) -> Facts:
    """Mamba 2 in place of attention but in a few layers; an MLP in each, and experts beside it
    where there are any."""
    names = one_a_layer(f, "layer_types", MAMBA_TYPES)
    width = f.whole("shared_intermediate_size", at_least=0)
    facts = decoder(f, **LLAMA_LIKE, **attention_biases(f)) | {"d_ff": width}
    if f.whole("num_experts", at_least=0):
        # The MLP works on every token, as a shared expert does.
        shared = {"shared": 1, "shared_d_ff": width} if width else {}
        facts |= {"experts": experts(f, "intermediate_size", **shared), "d_ff": 0}
    kinds = {"full": {}, "mamba": in_place(_mamba2(f, _expanded(f)))}
    return facts | stack(names or ["mamba"] * f.whole("num_hidden_layers"), kinds)


def falcon_h1(f: Fields) -> Facts:
    """Attention and Mamba 2 side by side in every layer, on the same input."""
    stated = f.whole_or_none("mamba_d_ssm")
    inner = _expanded(f) if stated is None else stated
    return decoder(
        f,
        **LLAMA_LIKE,
        **attention_biases(f),
        mlp_bias=f.flag("mlp_bias"),
        recurrent=_mamba2(
            f, inner, norm=f.flag("mamba_rms_norm"), out_bias=f.flag("projectors_bias")
        ),
    )


def nemotron_h(f: Fields) -> Facts:
    """One thing a layer: Mamba 2, attention, an MLP without a gate, or experts (in the larger
    Nemotron 3 in a narrower width than the model's)."""
    names = _nemotron_layers(f)
    heads, width = f.whole("mamba_n_heads"), f.whole("mamba_d_head")
    no_attention, no_mlp = {"attention": False}, {"mlp": False}
    kinds: dict[str, Facts] = {
        "mamba": no_mlp | in_place(_mamba2(f, heads * width)),
        "full": no_mlp,
        "dense": no_attention,
        "experts": no_attention | {"d_ff": 0},
    }
    if "experts" in names:
        kinds["experts"] |= {"experts": _nemotron_experts(f)}
    facts = decoder(f, layers=len(names), mlp_bias=f.flag("mlp_bias"), norms_per_layer=1)
    return facts | never_tied(f) | stack(names, kinds)


def _alone(f: Fields, mixer: Recurrent) -> Facts:
    """A stack of one recurrent mixer and one norm a layer."""
    width = f.whole("hidden_size")
    return {
        "layers": f.whole("num_hidden_layers"),
        "d_model": width,
        # There is no attention; the record wants heads all the same.
        "n_heads": 1,
        "head_dim": width,
        "d_ff": 0,
        "mlp": False,
        "vocab_rows": f.whole("vocab_size"),
        "tied_embeddings": f.flag("tie_word_embeddings"),
        "norms_per_layer": 1,
        **in_place(mixer),
    }


def _expanded(f: Fields) -> int:
    return f.whole("mamba_expand") * f.whole("hidden_size")


def _mamba(f: Fields, inner: int, norm: bool = False) -> Recurrent:
    """Mamba of that inner width, channel by channel."""
    width, rank = f.whole("hidden_size"), f.value("mamba_dt_rank")
    return Recurrent(
        kind="mamba",
        heads=inner,
        head_dim=1,
        key_dim=f.whole("mamba_d_state"),
        kernel=f.whole("mamba_d_conv"),
        rank=math.ceil(width / 16) if rank == "auto" else f.whole("mamba_dt_rank"),
        norm=norm,
        **_biases(f),
    )


def _mamba2(f: Fields, inner: int, norm: bool = True, out_bias: bool | None = None) -> Recurrent:
    """Mamba 2 of that inner width, which its heads share out."""
    heads, stated = f.whole("mamba_n_heads"), f.value("mamba_d_head")
    width = inner // heads if stated == "auto" else f.whole("mamba_d_head")
    if heads * width != inner:
        names = f"{f.spelled('mamba_n_heads')} x {f.spelled('mamba_d_head')}"
        raise ValueError(f"{names} must be the inner width, got {heads} x {width} and {inner}")
    biases = _biases(f)
    return Recurrent(
        kind="mamba2",
        heads=heads,
        head_dim=width,
        key_dim=f.whole("mamba_d_state"),
        groups=f.whole("mamba_n_groups"),
        kernel=f.whole("mamba_d_conv"),
        norm=norm,
        **biases if out_bias is None else biases | {"out_bias": out_bias},
    )


def _biases(f: Fields) -> dict[str, Any]:
    inside = f.flag("mamba_proj_bias")
    # A null is no bias to the code, though the default is one.
    conv = f.flag("mamba_conv_bias", null=False)
    return {"in_bias": inside, "out_bias": inside, "conv_bias": conv}


def _every_so_many(f: Fields, what: str) -> list[bool]:
    """Which layers are of a kind that comes back after so many, from an offset on."""
    period = f.whole(f"{what}_layer_period")
    offset = f.whole(f"{what}_layer_offset", at_least=0)
    if offset >= period:
        got = f"{offset} and {period}"
        raise ValueError(f"{what}_layer_offset must be smaller than {what}_layer_period, got {got}")
    return [index % period == offset for index in range(f.whole("num_hidden_layers"))]


def _nemotron_layers(f: Fields) -> list[str]:
    """The kind of each layer; the number of layers follows from the list."""
    entries, field = f.items("layer_types"), f.spelled("layer_types")
    if entries is None:
        field, entries = "hybrid_override_pattern", f.value("hybrid_override_pattern", null=None)
    if entries is None:
        # What the code builds where nothing is said.
        entries = ["M", "E", "*", "-"]
    if len(entries) == 0:
        raise ValueError(f"{field} must name at least one layer, got none")
    for entry in entries:
        checks.one_of(f"{field} entries", entry, tuple(NEMOTRON_LAYERS))
    stated = f.whole_or_none("num_hidden_layers")
    if stated not in (None, len(entries)):
        raise ValueError(
            f"{field} must have one entry a layer, got {len(entries)} entries and {stated} layers"
        )
    return [NEMOTRON_LAYERS[entry] for entry in entries]


def _nemotron_experts(f: Fields) -> Experts:
    # A width of 0 means that of the MLP. There is one shared expert, whatever the file says.
    shared = f.whole("moe_shared_expert_intermediate_size", at_least=0) or inner_width(f)
    return experts(
        f,
        "moe_intermediate_size",
        shared=1,
        shared_d_ff=shared,
        latent_width=f.whole_or_none("moe_latent_size") or 0,
        biased=False,
    )


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "mamba": mamba, "mamba2": mamba2, "jamba": jamba, "bamba": bamba,
    "granitemoehybrid": granitemoehybrid, "falcon_h1": falcon_h1, "nemotron_h": nemotron_h,
}  # fmt: skip
