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
REMARKS: Mapping[str, str] = {
    "training steps": (
        "Data sets want different constants. The eight steps of arXiv 2205.05198 want products "
        "that keep more of their measured rate than LLM Foundry's table on the same A100, and "
        "those of arXiv 2104.04473 less; all were fitted together. Of the mixtures, DeepSeek-V3 "
        "wants experts' products at nearly the full rate and gpt-oss at less than half of it."
    ),
    "whole runs": (
        "Runs disagree more than a constant can mend. For their FLOPs, Llama 3 8B and 3.1 8B took "
        "far more hours than Llama 3 70B, and llm.c and DeepSeek 67B far fewer than all. Tried, "
        "without gain on runs that were left out: time lost to failures by the number of devices "
        "(at the rate that Llama 3's authors state), shares by size, by length and by year."
    ),
    "peak memory": (
        "Only steps of one program tell their peak. Taking away a single term shows what each "
        "gives: without the products that its selective recomputation keeps, the median error is "
        "several times as large; without the eager loss in 32 bits, twice."
    ),
}
"""What is to be said of a whole kind."""


def reason(kind: str, group: str) -> str:
    """Why rows of a group lie far off.

    >>> reason("decode", "a new one")
    'not known'
    """
    return REASONS.get((kind, group), NOT_KNOWN)
