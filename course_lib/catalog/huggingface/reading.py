"""From a Hugging Face `config.json` to a `Transformer`, without transformers and without torch.

On the way in: `opening` opens the file and `encodings` makes text of it, `recognition` sends back
what is no model's configuration, `text_part` finds the language model in one of several modalities,
`architectures` reads which class was saved, `kin` knows other names of a family. Then `families`
says what a family builds out of the parts in `parts`, `fields` reads and checks the fields,
`defaults` knows what a short configuration leaves out. `unread` sees to it that nothing is passed
over in silence: what moves a weight and is not read is an error; what moves none stands in the
record's `left_out`. Counts of the result are those of the class that the configuration names, of
its text part, to the last parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_lib.catalog.huggingface import architectures, kin, recognition, storage
from course_lib.catalog.huggingface.defaults import every as defaults
from course_lib.catalog.huggingface.families.every import FAMILIES
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.opening import model_name, opened
from course_lib.catalog.huggingface.text_part import TextPart, text_part
from course_lib.catalog.huggingface.unread import notes, sizes
from course_lib.catalog.records.transformer import Transformer

ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {**kin.ALIASES, **defaults.ALIASES}
"""Other values of `model_type`: the family each stands for, and the fields it takes for granted."""


def from_hf_config(config: Mapping[str, Any] | str | Path) -> Transformer:
    """The architecture that a Hugging Face configuration describes.

    Args:
        config: the configuration as a mapping, or the path of a `config.json` or of the folder that
            holds it. Full or short (what is left out takes the family's default), in the spelling
            of transformers 4 or 5. Of a model with several modalities, the text part.

    What the configuration states and the record has no place for (parts of other modalities, layers
    that predict further tokens, ways to store weights that are not read) stands in `left_out`, in
    words.

    Raises:
        KeyError: for a `model_type` that is not known, with the known ones.
        ValueError, TypeError: for a file that cannot be read or is no model's configuration, with
            what to hand over in its place; for a field that is missing or makes no sense, with its
            name, its value and the rule; for sizes that the family does not read, and for
            `architectures` that name another model.

    Source: `configuration_*.py` and `modeling_*.py` of transformers 5.24.

    >>> model = from_hf_config({"model_type": "gpt2", "n_layer": 24, "n_embd": 1024, "n_head": 16})
    >>> model.d_ff, model.head_dim, model.tied_embeddings, model.position_rows
    (4096, 64, True, 1024)
    """
    file = opened(config)
    recognition.refuse_other_files(file.stated)
    part = text_part(file.stated, frozenset(_known()))
    stated = part.stated
    _check_type(stated)
    within = part.around is not None
    named = architectures.named(stated, _known(), _own_heads(), inner=within)
    told = part.left_out + named.left_out
    if named.model_type != stated["model_type"]:
        stated = {**stated, "model_type": named.model_type}
    model_type, implied = _family(named.model_type)
    # The later ones win: what the file states, over what its alias implies.
    whole = {**implied, **stated}
    if whole.get("per_layer_config") and "per_layer_config" not in defaults.DEFAULTS[model_type]:
        raise ValueError(
            "per_layer_config must be absent: layers with sizes of their own are not described"
        )
    fields = Fields(model_type, whole)
    sizes.refuse_unread(fields, stated)
    told += _around(part, fields) + notes.notes(fields, stated, named.own_class)
    facts = {**FAMILIES[model_type](fields), **named.head}
    if facts.get("position_rows"):
        told += sizes.other_positions(fields, stated, facts["max_positions"])
    kept = storage.read(part.stated, part.around, layers=facts["layers"])
    return Transformer(
        **{**facts, "left_out": (*facts.get("left_out", ()), *told, *kept.notes)},
        stored=kept.stored,
        family=model_type,
        name=model_name(file.stated) or file.title or model_name(stated) or model_type,
    )


def _known() -> dict[str, str]:
    """The family of every `model_type` that is known."""
    aliases = {name: family for name, (family, _) in ALIASES.items() if family in FAMILIES}
    return {**aliases, **{name: name for name in FAMILIES}}


def _own_heads() -> frozenset[str]:
    """Families whose builder reads `architectures` itself, for a head of its own kind."""
    return frozenset(
        family for family in FAMILIES if "architectures" in defaults.DEFAULTS.get(family, {})
    )


def _check_type(config: Mapping[str, Any]) -> None:
    model_type = config.get("model_type")
    if model_type is None:
        raise ValueError(f"model_type must be stated: one of {', '.join(FAMILIES)}")
    if not isinstance(model_type, str):
        raise TypeError(f"model_type must be a text, got {model_type!r}")


def _family(model_type: str) -> tuple[str, Mapping[str, Any]]:
    """The family's name and the fields that its alias implies."""
    if model_type in FAMILIES:
        return model_type, {}
    if model_type not in _known():
        raise KeyError(
            f"model_type {model_type!r} is not known{kin.hint(model_type, FAMILIES)}; "
            f"known: {', '.join(FAMILIES)}"
        )
    return ALIASES[model_type]


def _around(part: TextPart, fields: Fields) -> tuple[str, ...]:
    """Notes on the configuration around the language model's."""
    if part.around is None:
        return ()
    beside = sizes.refuse_outer_sizes(part.around, part.stated, fields, part.key)
    # A family with heads of its own knows the class.
    own = fields.model_type in _own_heads()
    return (() if own else architectures.around_text(part.around)) + beside
