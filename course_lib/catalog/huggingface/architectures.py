"""What `architectures` and `auto_map` say: the class that was saved, which may be another model
than `model_type` names, or one with another head.

A class is a stem and a kind: `LlamaForSequenceClassification` is Llama with a score in place of the
vocabulary's head. Stems are compared with the families' names by their letters and digits alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from course_lib import checks

_CLASS = re.compile(
    r"^(?P<stem>.+?)_?(?P<kind>ForCausalLM|LMHeadModel|ForConditionalGeneration|"
    r"ForSequenceClassification|For[A-Z]\w*|RewardModel|DoubleHeadsModel|ChatModel|Model)$"
)
_LANGUAGE_MODELS = {
    "ForCausalLM", "LMHeadModel", "ForConditionalGeneration", "ChatModel", "ForMaskedLM",
}  # fmt: skip
"""Kinds with the head that the family has: a row for each entry of the vocabulary."""
_DRAFTS = re.compile(r"eagle|medusa|hydra|draft|speculator|assistant|nextn|mtp", re.IGNORECASE)
_STEMS: Mapping[str, str] = {
    "rw": "falcon",
    "decilm": "nemotron-nas",
    "hunyuanmoev1": "hunyuan_v1_moe",
    "hunyuandensev1": "hunyuan_v1_dense",
    # The lower half of an encoder-decoder alone, and a class for translation.
    "t5encoder": "t5",
    "mt5encoder": "mt5",
    "umt5encoder": "umt5",
    "marianmt": "marian",
}
"""Stems that are spelled otherwise than their family."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """What the class names say of a configuration."""

    model_type: str
    """The family or alias to read it as."""
    head: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `Transformer` for a head other than the family's own."""
    left_out: tuple[str, ...] = ()
    """Notes, in words."""
    own_class: str = ""
    """Name of a class that no family has, read by its `model_type`; "" for none."""


def named(
    config: Mapping[str, Any],
    families: Mapping[str, str],
    own_heads: frozenset[str] = frozenset(),
    inner: bool = False,
) -> Named:
    """The family and the head that `architectures` names, held against `model_type`.

    Args:
        config: a flat configuration with a `model_type`.
        families: the family of each `model_type` that is known, aliases among them.
        own_heads: families that read `architectures` themselves, for heads of their own (encoders).
        inner: whether this is the language model inside a model of several modalities. That model's
            code builds it by its `model_type`, and the class may bear any name, so a name that no
            family has is a note where it ends in `ForCausalLM`.

    Raises:
        ValueError: for a class of another architecture, a draft model, or a head that is not
            described.

    >>> known = {"llama": "llama", "mixtral": "mixtral"}
    >>> named({"model_type": "mixtral", "architectures": ["LlamaForCausalLM"]}, known).model_type
    'llama'
    >>> named({"model_type": "llama", "architectures": ["LlamaModel"]}, known).head["head_rows"]
    0
    """
    model_type, name = str(config["model_type"]), _only(config)
    if name is None:
        _own_code(config, {model_type}, families)
        return Named(model_type=model_type)
    parsed = _CLASS.match(name)
    stem = parsed["stem"] if parsed else name
    meant = _family_of(stem, model_type, families)
    if model_type not in families and meant in (None, model_type):
        return Named(model_type=model_type)  # neither is known: that is another error
    if inner and meant is None and name.endswith("ForCausalLM") and not _DRAFTS.search(name):
        _own_code(config, {model_type}, families)
        note = (
            f"architectures names {name} in the text part: read as {model_type!r}, its model_type"
        )
        return Named(model_type=model_type, left_out=(note,), own_class=name)
    if parsed is None or meant is None or _DRAFTS.search(name):
        raise ValueError(_refusal(name, model_type, families))
    _own_code(config, {model_type, meant}, families)
    notes: tuple[str, ...] = ()
    if families.get(meant) != families.get(model_type):
        notes = (f"model_type {model_type!r}: architectures names {name}, read as {meant!r}",)
    kept = families.get(meant) in own_heads
    head, told = ({}, ()) if kept else _head(config, name, parsed["kind"])
    return Named(model_type=meant, head=head, left_out=notes + told)


def around_text(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Notes on the class of a model of several modalities, whose text part is read with its head.

    Raises:
        ValueError: for a class with another head than a language model's.

    >>> around_text({"architectures": ["LlavaForConditionalGeneration"]})
    ()
    """
    name = _only(config)
    parsed = _CLASS.match(name) if name else None
    if name is None or parsed is None:
        return ()
    kind = parsed["kind"]
    if _DRAFTS.search(name) or kind not in _LANGUAGE_MODELS | {"Model"}:
        raise ValueError(
            f"architectures must name a language model, got {name!r}: its head is not described"
        )
    if kind == "Model":
        return (f"architectures names {name}: its text part is counted with a head",)
    return ()


def _only(config: Mapping[str, Any]) -> str | None:
    """The one class that `architectures` names; None where it names none."""
    names = config.get("architectures")
    if names is None or names == []:
        return None
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise TypeError(f"architectures must be a list of names, got {names!r}")
    if len(set(names)) > 1:
        raise ValueError(f"architectures must name one class, got {', '.join(names)}")
    return str(names[0])


def _family_of(stem: str, model_type: str, families: Mapping[str, str]) -> str | None:
    """The `model_type` that a stem stands for: the file's own where it fits; None for no known."""
    letters = _letters(stem)
    # RefinedWeb and falcon are one family, and so are kimi_k2 and deepseek_v3.
    fits = [name for name in families if letters in (_letters(name), _letters(name) + "text")]
    fits += [name for name in families if name.endswith("_text") and _letters(name[:-5]) == letters]
    fits += [name for name in [_STEMS.get(letters, "")] if name in families]
    family = families.get(model_type)
    if letters == _letters(model_type) or family in {families[name] for name in fits}:
        return model_type
    return fits[0] if fits else None


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _own_code(config: Mapping[str, Any], types: set[str], families: Mapping[str, str]) -> None:
    """Raise where `auto_map` names a class of code that is another's than the family's."""
    mapped = config.get("auto_map")
    if not isinstance(mapped, Mapping):
        return
    for role in ("AutoModelForCausalLM", "AutoModel"):
        target = mapped.get(role)
        target = target[0] if isinstance(target, list | tuple) and target else target
        if not isinstance(target, str):
            continue
        name = target.rsplit(".", 1)[-1]
        parsed = _CLASS.match(name)
        stem = parsed["stem"] if parsed else name
        if not any(_family_of(stem, each, families) == each for each in types):
            raise ValueError(
                f"auto_map must name a class of the family, got {target!r}: the model is built by "
                "code of its own, which is not read"
            )
        return


def _refusal(name: str, model_type: str, families: Mapping[str, str]) -> str:
    what = "a draft model" if _DRAFTS.search(name) else "a class that is not described"
    read_as = families.get(model_type, model_type)
    return (
        f"architectures must name a class of {model_type!r}, got {name!r}: {what}; "
        f"without architectures the file is read as {read_as!r}"
    )


def _head(
    config: Mapping[str, Any], name: str, kind: str
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Arguments for the head of a class, and a note on it."""
    if kind in _LANGUAGE_MODELS:
        return {}, ()
    if kind == "Model":
        told = f"architectures names {name}: no head is counted"
        return {"head_rows": 0, "head_bias": False, "tied_embeddings": False}, (told,)
    if kind == "ForSequenceClassification":
        labels = _labels(config)
        told = (
            f"architectures names {name}: a score of {labels} "
            f"label{'' if labels == 1 else 's'} is counted in place of the head"
        )
        return {"head_rows": labels, "head_bias": False, "tied_embeddings": False}, (told,)
    raise ValueError(f"architectures must name a language model, got {name!r}: its head is unknown")


def _labels(config: Mapping[str, Any]) -> int:
    """Rows of a score: `num_labels`, or as many as `id2label` names, or the two of the default."""
    listed = config.get("id2label")
    if config.get("num_labels") is not None:
        return int(checks.whole("num_labels", config["num_labels"]))
    return len(listed) if isinstance(listed, Mapping) and listed else 2
