"""Notes on what a configuration states, moves no weight of the language model, and is not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.fields import LAYER_TYPES, Fields
from course_lib.catalog.huggingface.unread import names as size_names
from course_lib.catalog.huggingface.unread.ignored import others

_COUNTS = (
    "num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_layers", "_num_mtp_layers",
    "num_mtp_modules", "mtp_num_layers", "num_nextn_layers",
)  # fmt: skip
"""Fields that hold the number of layers for further tokens."""
_PLAIN = size_names.words(
    """
    _commit_hash act activation alibi alpha architectures attn audio aux beam beams beta bos
    cache checkpointing chunk coef commit config decay drop dropout dtype early eos ep eps
    epsilon factor finetuning flash forced fp32 fused gradient group hash id id2label ids ignore
    image index init initializer invalid jitter label2id layerdrop layernorm length logits loss
    map max media min mup name noise nope norm output pad path pdrop penalty placeholder
    position positions postnorm prefix prenorm pretraining prob problem prune pruned remove
    residual return rmsnorm rope rotary routed router routing sample sampling scale scaling
    scoring seq softcapping softmax step stopping summary suppress task temperature template
    theta tie time token tokenizer tokens top topk torchscript tp type typical unsloth values
    verbose version video vision xentropy
    """
)
"""Words of fields about training, sampling, positions and printing, which move no weight."""


def notes(fields: Fields, stated: Mapping[str, Any], own_class: str = "") -> tuple[str, ...]:
    """What is passed over, in words: layers for further tokens, windows, second names, code.

    `own_class` is the name of a class of its own that the file names; "" for none.

    >>> config = {"model_type": "deepseek_v3", "num_nextn_predict_layers": 1}
    >>> notes(Fields("deepseek_v3", config), config)
    ('num_nextn_predict_layers=1: 1 layer that predicts further tokens is not counted',)
    >>> config = {"model_type": "llama", "auto_map": {}, "memory_slots": 4, "bos_token_id": 1}
    >>> notes(Fields("llama", config), config)
    ('auto_map: code of its own may read memory_slots, which is not read here',)
    """
    unread = others(fields, stated)
    told = _prediction(unread) + _windows(fields, unread, stated) + _doubled(fields, stated)
    whose = "auto_map" if "auto_map" in stated else own_class
    return told + (_own_code(unread, whose) if whose else ())


def _prediction(unread: Mapping[str, Any]) -> tuple[str, ...]:
    found = {
        name: value
        for name, value in unread.items()
        if size_names.predicts(name) and isinstance(value, int) and not isinstance(value, bool)
    }
    counted = [name for name in _COUNTS if name in found]
    if counted:
        name, layers = counted[0], found[counted[0]]
        plural = "layer that predicts" if layers == 1 else "layers that predict"
        verb = "is" if layers == 1 else "are"
        note = f"{name}={layers}: {layers} {plural} further tokens {verb} not counted"
        return (note,) if layers > 0 else ()
    names = ", ".join(name for name, value in found.items() if value > 0)
    return (f"{names}: layers that predict further tokens are not counted",) if names else ()


def _windows(
    fields: Fields, unread: Mapping[str, Any], stated: Mapping[str, Any]
) -> tuple[str, ...]:
    family, kinds = fields.model_type, unread.get("layer_types")
    told: tuple[str, ...] = ()
    if isinstance(kinds, list | tuple) and any(LAYER_TYPES.get(str(kind)) for kind in kinds):
        told = (f"layer_types: {family} does not read which layers are windowed",)
    if fields.names() & size_names.WINDOWS or stated.get("use_sliding_window") is False:
        return told
    return told + tuple(
        f"{name}={value!r}: {family} does not read it, every layer sees everything"
        for name, value in unread.items()
        if name in size_names.WINDOWS
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and value > 0
    )


def _doubled(fields: Fields, stated: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(
        f"{other}={stated[other]!r} beside {read}={stated[read]!r}: the first counts"
        for read, other in fields.doubled()
        if read in stated and other in stated and stated[read] != stated[other]
    )


def _own_code(unread: Mapping[str, Any], whose: str) -> tuple[str, ...]:
    """Fields that only code that came with the file can read."""
    found = [name for name, value in unread.items() if value and not _plain(name)]
    if not found:
        return ()
    verb = "is" if len(found) == 1 else "are"
    return (f"{whose}: code of its own may read {', '.join(found)}, which {verb} not read here",)


def _plain(name: str) -> bool:
    """Whether another rule sees to the name, or it is one of the many that move no weight."""
    told = size_names.bears_size(name) or size_names.predicts(name) or name in size_names.WINDOWS
    none = size_names.bears_none(name) or size_names.of_another_part(name)
    words = set(name.lower().split("_"))
    return told or none or name in size_names.POSITIONS or bool(words & _PLAIN)
