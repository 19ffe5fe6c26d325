"""Finds in a configuration what it says of its weights' storage, and tells what is not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from course_lib.catalog.huggingface.storage import methods
from course_lib.catalog.huggingface.storage.kept import Unreadable
from course_lib.catalog.records.stored import Stored

MLX = "quantization"
KEYS = ("quantization_config", "compression_config", MLX)
"""Keys under which a configuration says how weights are stored; the last is that of MLX."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a configuration says of its weights' storage."""

    stored: Stored | None = None
    """How they are stored; None for 16 bits, or where it could not be read."""
    notes: tuple[str, ...] = ()
    """What could not be read, in words."""


def read(*configs: Mapping[str, Any] | None, layers: int) -> Reading:
    """How weights are stored, by the first of some configurations that says anything of it.

    Args:
        configs: that of the language model, and that around it; None where there is none.
        layers: layers of the language model.

    >>> read({"quantization_config": {"quant_method": "mxfp4"}}, layers=24).stored.parts
    ('experts',)
    >>> read({"quantization_config": {"quant_method": "hqq"}}, layers=24).notes[0]
    "quantization_config (hqq): quant_method 'hqq' is not read, so weights are reckoned in 16 bits"
    >>> read({"quantization_config": None}, None, layers=24)
    Reading(stored=None, notes=())
    """
    for config in configs:
        for key in KEYS:
            settings = (config or {}).get(key)
            if settings:
                way = MLX if _is_mlx(config or {}, settings) else key
                return _read(way, settings, layers, (config or {}).get("expert_dtype"))
    return Reading()


def _is_mlx(config: Mapping[str, Any], settings: Any) -> bool:
    """Whether settings are those of MLX, which writes them under two keys and names no method."""
    if not isinstance(settings, Mapping) or settings.get("quant_method"):
        return False
    return isinstance(config.get(MLX), Mapping) or {"bits", "group_size", "mode"} <= set(settings)


def _read(key: str, settings: Any, layers: int, experts: Any) -> Reading:
    try:
        if experts:
            # DeepSeek-V4 states it beside the settings.
            raise Unreadable(f"experts are stored otherwise than the rest ({experts})")
        if not isinstance(settings, Mapping):
            raise Unreadable("it must be a table of settings")
        if key == MLX:
            raise Unreadable("the way of MLX is not read")
        return Reading(stored=methods.read(settings, layers))
    except Unreadable as reason:
        words = _words(settings) if isinstance(settings, Mapping) else repr(settings)
        shown = f"{key} ({words})" if words else key
        return Reading(notes=(f"{shown}: {reason}, so weights are reckoned in 16 bits",))


def _words(settings: Mapping[str, Any]) -> str:
    method = settings.get("quant_method") or settings.get("quant_algo")
    bits = settings.get("bits", settings.get("w_bit"))
    parts = [str(method) if method else "", f"{bits} bits" if bits else ""]
    return ", ".join(part for part in parts if part)
