"""Which whole kinds of matrices a list of names keeps in 16 bits.

A list names modules: by their full name, by a part of it ("lm_head", "self_attn"), with stars, or
by a regular expression after "re:". Each kind of matrices stands here with the names that families
give it; a kind is kept where a list names all of it, in every layer. A list that names some of a
kind alone tells layers apart, which a record cannot, and is refused. Names that are no matrices of
a language model (of vision, of routers, of tables) matter to nothing here.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence

from course_lib.catalog.records.stored import PARTS

PREFIXES = (
    "model.layers.",
    "model.language_model.layers.",
    "language_model.model.layers.",
    "backbone.layers.",
)
"""What stands before the number of a layer; a list may use any of them."""
_GATED = "gate_proj up_proj down_proj"
NAMES: Mapping[str, tuple[str, ...]] = {
    "attention": (
        "self_attn: q_proj k_proj v_proj o_proj",
        "self_attn: q_a_proj q_b_proj kv_a_proj_with_mqa kv_b_proj o_proj",
        "self_attn: qkv_proj o_proj",
    ),
    "state": (
        "linear_attn: in_proj_qkvz in_proj_ba out_proj",
        "linear_attn: in_proj_qkv in_proj_z in_proj_b in_proj_a out_proj",
        "mamba: in_proj out_proj",
        "mixer: in_proj out_proj",
        "conv: in_proj out_proj",
    ),
    "mlp": (f"mlp: {_GATED}", f"feed_forward: {_GATED}", "mlp: gate_up_proj down_proj"),
    "shared": (
        f"mlp.shared_experts: {_GATED}",
        f"mlp.shared_expert: {_GATED}",
        f"feed_forward.shared_expert: {_GATED}",
    ),
    "experts": (
        f"mlp.experts.0: {_GATED}",
        "mlp.experts: gate_up_proj down_proj",
        "block_sparse_moe.experts.0: w1 w2 w3",
        f"feed_forward.experts.0: {_GATED}",
    ),
}
"""Modules of one layer by the kind of their matrices: each way to name them all."""


class Unreadable(ValueError):
    """Settings that say something that is not read; the message says what."""


def quantised(exceptions: Iterable[str], targets: Iterable[str], layers: int) -> tuple[str, ...]:
    """The kinds of matrices that lists of names leave to be quantised, those of the head included.

    Args:
        exceptions: names of what is kept.
        targets: names of what is quantised; none where all of it is.
        layers: layers of the model.

    Raises:
        Unreadable: for lists that name some matrices of a kind and not the others.

    >>> quantised(["lm_head", "re:.*self_attn.*"], [], layers=2)
    ('state', 'mlp', 'shared', 'experts')
    """
    kept, wanted = _pattern(exceptions), _pattern(targets)
    found = []
    for part in PARTS:
        named = "none" if kept is None else _named(part, kept, layers)
        asked = "all" if wanted is None else _named(part, wanted, layers)
        if "some" in (named, asked):
            raise Unreadable(f"some matrices of {part} are stored otherwise than the rest")
        if named == "none" and asked == "all":
            found.append(part)
    return tuple(found)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """One regular expression for all names of a list; None for an empty list."""
    parts = [_expression(name) for name in names]
    try:
        return re.compile("|".join(parts)) if parts else None
    except re.error as problem:
        raise Unreadable(f"a name is no regular expression ({problem})") from problem


def _expression(name: str) -> str:
    if name.startswith("re:"):
        return f"(?:{name.removeprefix('re:')})"
    if "*" in name or "?" in name:
        # The whole name, or that of a module that it stands in.
        return f"(?:{fnmatch.translate(name)}|{fnmatch.translate(name + '.*')})"
    # Whole words between dots, wherever they stand: "gate" is no "gate_proj".
    return rf"(?:(?:.*\.)?{re.escape(name)}(?:\..*)?\Z)"


def _named(part: str, pattern: re.Pattern[str], layers: int) -> str:
    """Whether the pattern names "all", "some" or "none" of the matrices of a kind."""
    if part == "head":
        return "all" if pattern.match("lm_head") else "none"
    shares = [_share(_modules(way), pattern, layers) for way in NAMES[part]]
    if "all" in shares:
        return "all"
    return "some" if "some" in shares else "none"


def _modules(way: str) -> list[str]:
    place, _, names = way.partition(": ")
    return [f"{place}.{name}" for name in names.split()]


def _share(modules: Sequence[str], pattern: re.Pattern[str], layers: int) -> str:
    met = [
        any(pattern.match(f"{prefix}{layer}.{module}") for prefix in PREFIXES)
        for layer in range(layers)
        for module in modules
    ]
    return "all" if all(met) else "some" if any(met) else "none"
