"""From a Hugging Face `config.json` to a `Transformer`, without transformers and without torch.

Four rooms: this one opens the file and finds the family, `families` says what a family builds out
of the parts in `parts`, `fields` reads and checks the fields, `defaults` knows what a short
configuration leaves out. Counts of the result are those of the family's causal language model, with
its head, to the last parameter.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_lib.catalog.huggingface.defaults import ALIASES
from course_lib.catalog.huggingface.families import FAMILIES
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.records.transformer import Transformer

WRAPPED = {"gemma3": "gemma3_text"}
"""Families of several modalities whose `text_config` may leave out its own `model_type`."""


def from_hf_config(config: Mapping[str, Any] | str | Path) -> Transformer:
    """The architecture that a Hugging Face configuration describes.

    Args:
        config: the configuration as a mapping, or the path of a `config.json` or of the folder that
            holds it. Full or short (what is left out takes the family's default), in the spelling
            of transformers 4 or 5. Of a model with several modalities, the text part.

    Raises:
        KeyError: for a `model_type` that is not known, with the known ones.
        ValueError, TypeError: for a file that cannot be read, and for a field that is missing or
            makes no sense, with its name, its value and the rule.

    Source: `configuration_*.py` and `modeling_*.py` of transformers 5.23.

    >>> model = from_hf_config({"model_type": "gpt2", "n_layer": 24, "n_embd": 1024, "n_head": 16})
    >>> model.d_ff, model.head_dim, model.tied_embeddings, model.position_rows
    (4096, 64, True, 1024)
    """
    stated = _text_part(_load(config))
    model_type, implied = _family(stated)
    # The later ones win: what the file states, over what its alias implies.
    stated = {**implied, **stated}
    if stated.get("per_layer_config"):
        raise ValueError(
            "per_layer_config must be absent: layers with sizes of their own are not described"
        )
    facts = FAMILIES[model_type](Fields(model_type, stated))
    return Transformer(**facts, family=model_type, name=_name(stated, model_type))


def _load(config: Mapping[str, Any] | str | Path) -> Mapping[str, Any]:
    if isinstance(config, Mapping):
        return config
    if not isinstance(config, str | Path):
        raise TypeError(f"config must be a mapping or a path, got {type(config).__name__}")
    path = Path(config)
    try:
        path = path / "config.json" if path.is_dir() else path
        stated = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(
            f"config must be a file that can be read, got {str(config)!r}: {error}"
        ) from None
    except ValueError as error:  # broken JSON, or a path that no file system allows
        raise ValueError(f"config must be a JSON file, got {str(path)!r}: {error}") from None
    if not isinstance(stated, dict):
        raise ValueError(
            f"config must hold one JSON object, got {type(stated).__name__} in {str(path)!r}"
        )
    return stated


def _text_part(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """The configuration of the language model inside one of several modalities, or the
    configuration itself."""
    outer_type, inner = config.get("model_type"), config.get("text_config")
    inner = {} if inner is None and outer_type in WRAPPED else inner
    if inner is None or outer_type in FAMILIES:
        return config
    if not isinstance(inner, Mapping):
        raise TypeError(f"text_config must be a mapping, got {inner!r}")
    return {"model_type": WRAPPED.get(str(outer_type), outer_type), **inner}


def _family(config: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The family's name and the fields that its alias implies."""
    model_type = config.get("model_type")
    if model_type is None:
        raise ValueError(f"model_type must be stated: one of {', '.join(FAMILIES)}")
    if not isinstance(model_type, str):
        raise TypeError(f"model_type must be a text, got {model_type!r}")
    if model_type not in FAMILIES and model_type not in ALIASES:
        near = difflib.get_close_matches(model_type, [*FAMILIES, *ALIASES], n=3)
        nearest = f"; nearest: {', '.join(near)}" if near else ""
        raise KeyError(
            f"model_type {model_type!r} is not known{nearest}; known: {', '.join(FAMILIES)}"
        )
    return ALIASES.get(model_type, (model_type, {}))


def _name(config: Mapping[str, Any], model_type: str) -> str:
    stated = config.get("_name_or_path")
    return stated if isinstance(stated, str) and stated.strip() else model_type
