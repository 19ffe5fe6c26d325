"""Holds every field of a configuration against what its family reads: nothing that bears a size is
passed over in silence.

A stated size that is not read is an error, unless it says again what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.fields import LAYER_TYPES, Fields
from course_lib.catalog.huggingface.unread import names as size_names
from course_lib.catalog.huggingface.unread.ignored import others

_EVERY = ("_freq", "_frequency", "_interval", "_step", "_period")
"""Endings of fields whose 1 means "every layer"."""
_OF_POSITIONS = ("rope", "task_specific")
"""Beginnings of tables that hold no sizes of a model."""


def refuse_unread(fields: Fields, stated: Mapping[str, Any]) -> None:
    """Raise where a configuration states sizes that its family does not read.

    Args:
        fields: the configuration as its family reads it.
        stated: what the file states, without what an alias implies.

    Raises:
        ValueError: names all such fields, with their values and, where there is one, the name
            that the family reads.

    >>> config = {"model_type": "llama", "num_layers": 80, "d_model": 4096}
    >>> refuse_unread(Fields("llama", config), config)  # d_model says again what hidden_size is
    Traceback (most recent call last):
    ...
    ValueError: config must state no size that 'llama' does not read, got num_layers=80 \
(num_hidden_layers is read)
    """
    lost = {
        name: value
        for name, value in others(fields, stated).items()
        if size_names.bears_size(name)
        and _says_something(name, value)
        and not _says_again(fields, name, value)
    }
    lost |= _not_latent(fields, stated)
    lost |= {
        name: value
        for name, value in others(fields, stated).items()
        if name == "layer_types" and not _only_windows(value)
    }
    lost |= _deeper(fields, stated)
    if lost:
        got = ", ".join(_shown(fields, name, value) for name, value in lost.items())
        family = fields.model_type
        raise ValueError(f"config must state no size that {family!r} does not read, got {got}")


def other_positions(fields: Fields, stated: Mapping[str, Any], positions: int) -> tuple[str, ...]:
    """Notes on other numbers of positions beside that of a learned table of `positions`.

    Such a number is that of a run or of a server. Where the table's own is not stated it may be
    meant for that, under another name.

    Raises:
        ValueError: for another number where the table's own is not stated.

    >>> config = {"model_type": "gpt2", "n_positions": 1024, "seq_length": 512}
    >>> other_positions(Fields("gpt2", config), config, positions=1024)
    ('seq_length=512 beside n_positions=1024: the second counts',)
    >>> config = {"model_type": "gpt2", "max_seq_len": 2048}
    >>> other_positions(Fields("gpt2", config), config, positions=1024)
    Traceback (most recent call last):
    ...
    ValueError: config must state no size that 'gpt2' does not read, got max_seq_len=2048 \
(n_positions is read)
    """
    read = fields.spelled("max_position_embeddings")
    others_ = {
        name: stated[name]
        for name in size_names.POSITIONS
        if name not in fields.names() and stated.get(name) not in (None, positions)
    }
    if others_ and stated.get(read) is None:
        name, value = next(iter(others_.items()))
        raise ValueError(
            f"config must state no size that {fields.model_type!r} does not read, "
            f"got {name}={value!r} ({read} is read)"
        )
    return tuple(
        f"{name}={value!r} beside {read}={stated[read]!r}: the second counts"
        for name, value in others_.items()
    )


def refuse_outer_sizes(
    outer: Mapping[str, Any], inner: Mapping[str, Any], fields: Fields, key: str
) -> tuple[str, ...]:
    """Notes on sizes that stand beside the language model's configuration and differ from its own.

    Args:
        outer: the configuration around the language model's.
        inner: the language model's, as stated.
        fields: the same, as its family reads it.
        key: where that stands.

    Raises:
        ValueError: for a size beside it that the inner configuration does not state.
    """
    told: list[str] = []
    lost: list[str] = []
    for name, value in outer.items():
        if not isinstance(name, str) or not size_names.common(name) or _is_no_number(value):
            continue
        if value and not _says_again(fields, name, value):
            stated = any(
                inner.get(other) is not None
                for each in size_names.common(name)
                for other in size_names.SAME[each]
            )
            (told if stated else lost).append(f"{name}={value!r}")
    if lost:
        raise ValueError(
            f"config must state the sizes of the language model in {key}, got {', '.join(lost)} "
            "beside it"
        )
    return tuple(f"{text} beside {key}: what {key} states counts" for text in told)


def _deeper(fields: Fields, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes inside a table of settings that nothing reads, as `model_config.hidden_size`."""
    names = {name for names in size_names.SAME.values() for name in names}
    return {
        f"{key}.{name}": inner
        for key, value in others(fields, stated).items()
        if isinstance(value, Mapping)
        and not size_names.of_another_part(key)
        and not key.startswith(_OF_POSITIONS)
        for name, inner in value.items()
        if name in names and not _is_no_number(inner) and inner > 0
    }


def _not_latent(fields: Fields, stated: Mapping[str, Any]) -> dict[str, Any]:
    """The flag by which a file of a family with latent attention says that it has none."""
    said = stated.get("use_mla")
    latent = "kv_lora_rank" in fields and "use_mla" not in fields
    return {"use_mla": said} if latent and said is False else {}


def _says_something(name: str, value: Any) -> bool:
    """Whether the value of a size-bearing field asks for anything."""
    if isinstance(value, bool):
        flag = name in size_names.STRUCTURE or name.split("_")[-1] in size_names.BIASES
        return value and flag and not name.startswith("no_")
    if isinstance(value, str):
        return (name in size_names.STRUCTURE and bool(value)) or value.strip().isdigit()
    if isinstance(value, list | tuple):
        if name == "attn_type_list" and all(item == 1 for item in value):  # all attention
            return False
        return any(_says_something(name, item) for item in value)
    if isinstance(value, Mapping):
        return bool(value)
    if not isinstance(value, int | float):
        return value is not None
    if value <= 0 or (value == 1 and name.endswith(_EVERY)):  # -1 is another word for none
        return False
    # 1.0 or a fraction is a rate or a scale, unless the name is one of a ratio of widths.
    rate = isinstance(value, float) and (value == 1 or not value.is_integer())
    return name in size_names.STRUCTURE or name in size_names.RATIOS or not rate


def _says_again(fields: Fields, name: str, value: Any) -> bool:
    """Whether the value is that of a field that is read."""
    if isinstance(value, list | tuple | Mapping | bool | str):
        return False
    if name in size_names.RATIOS:
        return _same_ratio(fields, name, value)
    return any(value in _as_read(fields, key) for key in size_names.common(name))


def _same_ratio(fields: Fields, name: str, value: float) -> bool:
    """Whether a factor times one size is the other, as both are read."""
    above, below = size_names.RATIOS[name]
    # A width is rounded to a whole number; the others are whole by themselves.
    slack = 1.0 if above == "intermediate_size" else 1e-9
    wholes = _as_read(fields, below) if below else (1,)
    sizes = [size for size in _as_read(fields, above) if isinstance(size, int | float)]
    return any(
        isinstance(whole, int | float) and abs(whole * value - size) < slack
        for whole in wholes
        for size in sizes
    )


def _as_read(fields: Fields, key: str) -> tuple[Any, ...]:
    """What the family reads for a size, or works out where it has no field for it."""
    value = _plain(fields, key)
    if value is not None:
        return (value,)
    hidden, heads = _plain(fields, "hidden_size"), _plain(fields, "num_attention_heads")
    if key == "num_key_value_heads":
        return (heads,)
    if key == "intermediate_size" and isinstance(hidden, int):
        return (4 * hidden,)
    if key == "head_dim":
        rotary, rest = _plain(fields, "qk_rope_head_dim"), _plain(fields, "qk_nope_head_dim")
        whole = (rotary + rest,) if isinstance(rotary, int) and isinstance(rest, int) else ()
        shared = isinstance(hidden, int) and isinstance(heads, int) and heads > 0
        return (*whole, *((hidden // heads,) if shared else ()))
    return ()


def _plain(fields: Fields, key: str) -> Any:
    """The value of a field, unchecked; None where it has none."""
    return fields.stated_or_default(key) if key in fields else None


def _is_no_number(value: Any) -> bool:
    return isinstance(value, bool) or not isinstance(value, int | float)


def _only_windows(kinds: Any) -> bool:
    return not isinstance(kinds, list | tuple) or all(str(kind) in LAYER_TYPES for kind in kinds)


def _shown(fields: Fields, name: str, value: Any) -> str:
    text = repr(value)
    short = text if len(text) <= 40 else text[:37] + "..."
    read = [fields.spelled(key) for key in size_names.common(name) if key in fields]
    hint = f" ({' or '.join(read)} {'is' if len(read) == 1 else 'are'} read)" if read else ""
    return f"{name}={short}{hint}"
