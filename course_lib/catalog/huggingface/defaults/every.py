"""The tables of all families, collected from their modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from course_lib.catalog.huggingface.defaults import (
    attention,
    encoders,
    experts,
    first,
    gemma,
    recurrent,
    sparse,
)
from course_lib.catalog.huggingface.defaults.table import NEEDED

__all__ = ["ALIASES", "DEFAULTS", "NEEDED", "SPELLINGS"]

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    **first.DEFAULTS,
    **attention.DEFAULTS,
    **experts.DEFAULTS,
    **encoders.DEFAULTS,
    **gemma.DEFAULTS,
    **recurrent.DEFAULTS,
    **sparse.DEFAULTS,
}
"""Value of each field that a configuration leaves out, by family."""
SPELLINGS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    **first.SPELLINGS,
    **attention.SPELLINGS,
    **experts.SPELLINGS,
    **encoders.SPELLINGS,
    **gemma.SPELLINGS,
    **recurrent.SPELLINGS,
    **sparse.SPELLINGS,
}
"""Names of a field in a family, where there are others than the common one."""
ALIASES: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    **first.ALIASES,
    **attention.ALIASES,
    **experts.ALIASES,
    **gemma.ALIASES,
    **recurrent.ALIASES,
}
"""Other values of `model_type`: the family each stands for, and the fields it takes for granted."""
