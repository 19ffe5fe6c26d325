"""Why groups of rows lie far off, as far as it was tested. Written by hand: an entry says what was
tried, and what it changed; a guess has no place here."""

from __future__ import annotations

from collections.abc import Mapping

NOT_KNOWN = "not known"
CAP = "not known; reckoned with the mean batch that the file notes, not its cap, it stays as it is"
REASONS: Mapping[tuple[str, str], str] = {
    ("servers", "mlenergy_gpqa"): (
        "slow runs: on a B200 the same program takes far longer for a token of Qwen3-32B than in "
        "mlenergy_lm-arena-chat at the same batch, and longer for one of Qwen3-8B than on an H100"
    ),
    ("servers", "mlenergy_v3_image-chat"): CAP,
    ("servers", "mlenergy_v3_video-chat"): CAP,
    ("servers", "serving_silicon"): (
        "in part waiting: reckoned with the requests that the time to the first token leaves at "
        "work, the rows estimated too slow come nearer; DeepSeek-V3 on B300 with SGLang, estimated "
        "too fast, does not"
    ),
}
"""Reasons by kind and group."""


def reason(kind: str, group: str) -> str:
    """Why rows of a group lie far off.

    >>> reason("decode", "a new one")
    'not known'
    """
    return REASONS.get((kind, group), NOT_KNOWN)
