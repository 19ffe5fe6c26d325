"""Kinds of estimates: what a learner would call what was predicted.

Sections of the scores are cut by what is measured of an answer; several columns of one kind (tokens
a second, milliseconds a token) go together.
"""

from __future__ import annotations

from collections.abc import Mapping

from course_lib.commands.validate.guesses import Prediction

DECODE = ("decode_throughput", "decode_latency_per_token", "decode_latency_for_L_tokens")
PREFILL = ("prefill_throughput", "prefill_latency", "encode_latency", "ttft_ms")
REQUESTS = ("request_latency", "ms_per_generated_token")
SECTIONS = {
    "steady state": "training steps",
    "whole run": "whole runs",
    "memory": "peak memory",
    "memory of servers": "server memory",
}
"""Kinds by section, where they are called otherwise."""
ANSWERS = ("answers", "serving")
"""Sections that are cut by quantity."""
KINDS: Mapping[str, str] = {
    "training steps": "Time of a training step whose layout is stated or found, steady state.",
    "whole runs": "Device hours of a whole training run, with all that it lost.",
    "peak memory": "Peak memory of a training device.",
    "decode": "Speed of writing, one token after the other.",
    "prefill": "Speed of reading a prompt, or the time to the first token without a queue.",
    "requests": "Time of a whole request: prompt read and answer written.",
    "servers": "Speed of a server that reads and writes for many at once.",
    "server memory": "Memory of a server by part.",
    "drafts": "Speed with a small model that guesses ahead, from the speed without it.",
    "pictures": "Time of a picture.",
    "energy": "Energy of a token, a picture or a run.",
    "power": "Power of the devices, where it was measured by itself.",
}
"""What each kind is, in the order in which they are shown."""
SPEEDS = (
    "training steps", "decode", "prefill", "requests", "servers", "drafts", "pictures",
    "inference speed",
)  # fmt: skip
"""Kinds of speeds: an error is told as that of the speed, where a time was published too."""
TIMES = ("s", "ms", "min", "h")
"""Units of times, before a further "/" or word."""
TOGETHER: Mapping[str, tuple[str, ...]] = {
    "inference speed": ("decode", "prefill", "requests", "servers"),
}
"""Kinds that have a score together, too."""
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "training": ("training steps",),
    "inference": TOGETHER["inference speed"],
    "energy": ("energy",),
}
"""Kinds that are shown side by side where errors are sorted by cause."""


def turned(prediction: Prediction) -> bool:
    """Whether a time was published of what is a speed, so that its error counts the other way."""
    unit = prediction.unit.replace("/", " ").partition(" ")[0]
    return unit in TIMES and kind(prediction) in SPEEDS


def kind(prediction: Prediction) -> str:
    """The kind of an estimate; of a section that is not known, the section itself."""
    if prediction.section not in ANSWERS:
        return SECTIONS.get(prediction.section, prediction.section)
    for name, quantities in (("decode", DECODE), ("prefill", PREFILL), ("requests", REQUESTS)):
        if prediction.quantity in quantities:
            return name
    return "servers"
