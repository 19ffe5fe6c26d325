"""Dense families whose MLP has no gate: one short function a family.

Read in the `modeling_*.py` files of transformers 5.24.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib import checks
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import ALL_BIASES, Facts, attention_biases, decoder
from course_lib.catalog.huggingface.parts.stack import stack


def arcee(f: Fields) -> Facts:
    """Llama's attention, and a plain MLP with squared ReLU."""
    return decoder(f, **attention_biases(f), mlp_bias=f.flag("mlp_bias"))


def apertus(f: Fields) -> Facts:
    """A plain MLP whose activation has two learned numbers (xIELU), norms on queries and keys."""
    learned = 2 if f.value("hidden_act") == "xielu" else 0
    return decoder(f, **attention_biases(f), qk_norm="head", other_params=learned)


def nemotron(f: Fields) -> Facts:
    """A plain MLP with squared ReLU, norms with a shift."""
    return arcee(f) | {"norm": "layernorm"}


def nanochat(f: Fields) -> Facts:
    """A plain MLP with squared ReLU, norms without weights."""
    return decoder(f, **attention_biases(f), norm="layernorm_noaffine")


def persimmon(f: Fields) -> Facts:
    """GPT's block with rotary positions and norms on queries and keys."""
    normed = "head" if f.flag("qk_layernorm") else "none"
    return decoder(f, **ALL_BIASES, norm="layernorm", qk_norm=normed)


def openai_gpt(f: Fields) -> Facts:
    """The first GPT: norms after both parts, and none above the last layer."""
    return decoder(
        f,
        **ALL_BIASES,
        norm="layernorm",
        final_norm=False,
        position_rows=f.whole("max_position_embeddings"),
    )


def gpt_bigcode(f: Fields) -> Facts:
    """GPT-2 with one key-value head (StarCoder)."""
    refuse_encoder(f)
    return decoder(
        f,
        **ALL_BIASES,
        n_kv_heads=1 if f.flag("multi_query") else f.whole("num_attention_heads"),
        norm="layernorm",
        position_rows=f.whole("max_position_embeddings"),
    )


def biogpt(f: Fields) -> Facts:
    """GPT-2's block; positions are looked up two rows further on, as OPT's are."""
    rows = f.whole("max_position_embeddings") + 2
    return decoder(f, **ALL_BIASES, norm="layernorm", position_rows=rows)


def gpt_neo(f: Fields) -> Facts:
    """GPT-2 without biases on queries, keys and values; every other layer windowed."""
    names: list[str] = []
    for kinds, count in f.items("attention_types") or [[["global", "local"], 12]]:
        names += list(kinds) * int(checks.whole("attention_types entries", count))
    layers = f.whole("num_hidden_layers")
    if len(names) != layers:
        raise ValueError(
            "attention_types must name the kind of every layer, "
            f"got {len(names)} kinds and {layers} layers"
        )
    for name in names:
        checks.one_of("attention_types entries", name, ("global", "local"))
    windows = stack(names, {"local": {"sliding_window": f.whole("window_size")}, "global": {}})
    return decoder(
        f,
        o_bias=True,
        mlp_bias=True,
        norm="layernorm",
        position_rows=f.whole("max_position_embeddings"),
        **windows,
    )


def xglm(f: Fields) -> Facts:
    """GPT's block with biases everywhere; its positions are computed, not learned."""
    refuse_encoder(f)
    return decoder(f, **ALL_BIASES, norm="layernorm")


def refuse_encoder(f: Fields) -> None:
    """Raise where a decoder is asked to read an encoder's text."""
    if f.flag("add_cross_attention"):
        raise ValueError(
            "add_cross_attention must be false, got True: "
            "only decoders without an encoder are described"
        )


FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    "arcee": arcee, "apertus": apertus, "nemotron": nemotron, "jais2": nemotron,
    "nanochat": nanochat, "persimmon": persimmon, "gpt_bigcode": gpt_bigcode, "gpt_neo": gpt_neo,
    "biogpt": biogpt, "xglm": xglm, "openai-gpt": openai_gpt,
}  # fmt: skip
