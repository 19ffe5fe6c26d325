"""Predictions with what may have to do with their errors: device, software, length, number of
devices, mixture or dense, format.

Columns read, beside those of a prediction: `framework`. They sort errors, and change none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from course_lib.commands.validate import fields
from course_lib.commands.validate.files import Given, Row
from course_lib.commands.validate.guesses import FAULTS, Prediction
from course_lib.commands.validate.page.kinds import kind, turned
from course_lib.commands.validate.scoring import counted
from course_lib.commands.validate.sheets import MPT
from course_lib.commands.validate.subjects import card, subject

UNTOLD = "not told"
LENGTHS = (512, 2048, 8192, 32768)
"""Upper ends of the classes of length, in tokens."""
COUNTS = (1, 8, 64, 512, 4096)
"""The same of numbers of devices."""
PROGRAMS = (
    ("llama.cpp", "llama.cpp"),
    ("vllm", "vLLM"),
    ("sglang", "SGLang"),
    ("tensorrt-llm", "TensorRT-LLM"),
    ("trtllm", "TensorRT-LLM"),
    ("fastertransformer", "FasterTransformer"),
    ("megatron-bridge", "Megatron-Bridge"),
    ("megatron", "Megatron-LM"),
    ("gpt-fast", "gpt-fast"),
    ("accelerate", "accelerate"),
    ("ds-", "DeepSpeed"),
    ("diffusers", "diffusers"),
)
"""Programs by a part of what the column says, the first that fits."""
DEVICE_COLUMNS = ("device_key", "device", "hardware", "gpu")


@dataclass(frozen=True, kw_only=True, eq=False)
class Observed:
    """One predicted quantity with its causes."""

    prediction: Prediction
    """The prediction."""
    causes: Mapping[str, str]
    """The class of its row, by cause."""

    @property
    def kind(self) -> str:
        """What kind of estimate it is."""
        return kind(self.prediction)

    @property
    def log(self) -> float:
        """Predicted over published in powers of two, of a speed where that is the kind; only of
        one that counts."""
        predicted, published = self.prediction.predicted, self.prediction.published
        assert predicted is not None and published is not None
        log = math.log2(predicted / published)
        return -log if turned(self.prediction) else log


def observed(row: Row, predictions: Iterable[Prediction]) -> list[Observed]:
    """The predictions of a row, each with the row's causes."""
    causes = {name: _told(tell, row.given) for name, tell in CAUSES.items()}
    if row.sheet is MPT:
        causes["software"] = "LLM Foundry"
    return [Observed(prediction=each, causes=causes) for each in predictions]


def scored(listed: Iterable[Observed], *, unfit: bool = False) -> list[Observed]:
    """Those that count; of groups that are unfit for a test only where they are asked for."""
    every = list(listed)
    counts = {id(each) for each in counted(one.prediction for one in every)}
    return [
        one for one in every if id(one.prediction) in counts and (unfit or not one.prediction.unfit)
    ]


def _told(tell: Callable[[Given], str], given: Given) -> str:
    """What a row tells of a cause; a cell that cannot be read tells nothing."""
    try:
        return tell(given)
    except FAULTS:
        return UNTOLD


def _device(given: Given) -> str:
    return card(given, *DEVICE_COLUMNS).device.name


def _software(given: Given) -> str:
    words = given.text("framework").lower()
    return next((name for part, name in PROGRAMS if part in words), UNTOLD)


def _length(given: Given) -> str:
    """Tokens of a sequence: a training sequence, or prompt and answer."""
    parts = [given.number(name) for name in ("seq_len", "input_len", "output_len")]
    return _class(sum(part or 0 for part in parts), LENGTHS, "tokens")


def _devices(given: Given) -> str:
    text = given.text("n_devices") or given.text("n_gpus")
    return _class(fields.device_count(text) or 0, COUNTS, "devices")


def _class(value: float, ends: tuple[int, ...], what: str) -> str:
    """The class of a number.

    >>> _class(3000, LENGTHS, "tokens"), _class(8, COUNTS, "devices"), _class(1, COUNTS, "devices")
    ('2049 to 8192 tokens', '2 to 8 devices', '1 device')
    >>> _class(5000, COUNTS, "devices"), _class(0, COUNTS, "devices")
    ('over 4096 devices', 'not told')
    """
    if value <= 0:
        return UNTOLD
    above = [end for end in ends if value <= end]
    if not above:
        return f"over {ends[-1]} {what}"
    place = ends.index(above[0])
    if ends[place] == 1:
        return f"1 {what.removesuffix('s')}"
    return f"{ends[place - 1] + 1 if place else 1} to {ends[place]} {what}"


def _build(given: Given) -> str:
    return "mixture of experts" if subject(given, recent=True).model.any_experts else "dense"


def _format(given: Given) -> str:
    words = " ".join(given.text(name) for name in ("weights_precision", "precision"))
    found = fields.stored_format(re.sub(r"KV.*", "", words)) or UNTOLD
    return "16 bits" if found in ("bf16", "fp16") else found


CAUSES: Mapping[str, Callable[[Given], str]] = {
    "device": _device,
    "software": _software,
    "length": _length,
    "number of devices": _devices,
    "mixture or dense": _build,
    "format": _format,
}
"""What errors are sorted by, and how a row tells its class."""
ORDER: Mapping[str, tuple[str, ...]] = {
    "length": tuple(_class(end, LENGTHS, "tokens") for end in (*LENGTHS, LENGTHS[-1] + 1)),
    "number of devices": tuple(_class(end, COUNTS, "devices") for end in (*COUNTS, COUNTS[-1] + 1)),
    "format": ("fp32", "16 bits", "fp8", "int8", "fp4", "mxfp4", "int4"),
}
"""The order of the classes of a cause, where they have one."""
