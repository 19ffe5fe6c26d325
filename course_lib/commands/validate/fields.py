"""Reads cells that say a number in words: batches, number formats, sharding, recomputation."""

from __future__ import annotations

import re

from course_lib.catalog import Device
from course_lib.commands.validate.files import Given, Unpredictable, as_number

BATCH = re.compile(r"([\d.,]+) ?([KM]?) ?(seqs|tokens|images)?", re.IGNORECASE)
SCALE = {"": 1.0, "k": 1e3, "m": 2.0**20}
"""A batch of "4M tokens" is 4 x 2^20 of them, as the papers' batches of whole sequences are."""
STORED = (
    (re.compile(r"mxfp4"), "mxfp4"),
    (re.compile(r"nvfp4|fp4"), "fp4"),
    (re.compile(r"fp8|fbgemm"), "fp8"),
    (re.compile(r"w8a8|int8|q8"), "int8"),
    (re.compile(r"w4a16|int4|q4|4-bit|gptq|awq|spinquant|qlora"), "int4"),
    (re.compile(r"bf16|bfloat16"), "bf16"),
    (re.compile(r"fp16|float16|f16|half"), "fp16"),
    (re.compile(r"fp32|float32|f32"), "fp32"),
)
"""Formats of stored weights by what names them, the narrower ones first."""
TUNED = re.compile(r"megatron[-_](bridge|core)|megascale\)|(?<!mistral )\bnemo\b")
"""Training programs that their vendor tunes, by what names them. Models are called Nemotron and
Mistral NeMo, whoever trains them."""
PLAIN_STAGES = re.compile(r"1f1b|torchtitan")
"""Programs whose stages take their layers at one go, by what names them."""
MOST_DEVICES = 10**7
"""More devices than any run will have: a larger count is a slip, and its divisors take long."""


def batch_sequences(text: str, seq: int) -> int | None:
    """Sequences of a step from a cell; None where it is blank. Of a growing batch it is the last.

    Raises:
        Unpredictable: nothing that is a batch, or a batch of pictures.

    >>> batch_sequences("512 seqs", 2048), batch_sequences("4M tokens", 2048)
    (512, 2048)
    >>> batch_sequences("1.5M->3M tokens", 2048), batch_sequences("~0.5M tokens", 1024)
    (1536, 512)
    """
    if not text:
        return None
    bare = re.sub(r"\([^)]*\)", " ", text).strip().lstrip("~")
    # "512->2048 seqs" grows to the last; of "1536 (config) / 1538 (paper)" both mean one, the first
    last = bare.split("->")[-1].split("/")[0].strip()
    found = BATCH.match(last)
    number = as_number(found.group(1)) if found else None
    if not found or not number:
        raise Unpredictable(f"global_batch is no batch: {text!r}")
    unit = (found.group(3) or ("tokens" if "tokens" in bare else "seqs")).lower()
    if unit == "images" or "images" in bare:
        raise Unpredictable("a batch of pictures, which no estimator of a step takes")
    count = number * SCALE[found.group(2).lower()]
    return max(1, round(count / seq if unit == "tokens" else count))


def device_count(text: str) -> int | None:
    """How many devices a cell says; of "128-512" the fewer. None where it is blank.

    Raises:
        Unpredictable: no count.

    >>> device_count("8"), device_count("128-512"), device_count("")
    (8, 128, None)
    """
    if not text:
        return None
    number = as_number(text.split("-")[0])
    if number is None or not 1 <= round(number) <= MOST_DEVICES:
        raise Unpredictable(f"n_devices is no count: {text!r}")
    return round(number)


def product_format(text: str, device: Device) -> str:
    """Format of a training step's products; 16 bits where the device has no narrower peak.

    >>> from course_lib.catalog import devices
    >>> product_format("fp8 tensorwise", devices["H100"]), product_format("", devices["H100"])
    ('fp8', 'bf16')
    """
    words = text.lower()
    for name in ("fp4", "fp8"):
        if name in words:
            return name if name in device.peak_flops else "bf16"
    return "fp32" if words == "fp32" else "bf16"


def stored_format(text: str) -> str | None:
    """Format of stored weights; None where none is told, for the model's own.

    >>> stored_format("Q4_K_M"), stored_format("bfloat16"), stored_format("")
    ('int4', 'bf16', None)
    """
    words = text.lower()
    return next((name for rule, name in STORED if rule.search(words)), None)


def sharding(text: str) -> int | None:
    """Stage of sharding from a cell such as "3", "FSDP2" or "SHARD_GRAD_OP"; None where blank.

    >>> sharding("FSDP full"), sharding("1"), sharding("SHARD_GRAD_OP"), sharding("")
    (3, 1, 2, None)
    """
    if not text:
        return None
    words = text.upper()
    if words in ("SHARD_GRAD_OP", "FULL_SHARD"):
        return 2 if words == "SHARD_GRAD_OP" else 3
    if words.startswith("FSDP"):
        return 3
    stage = as_number(text)
    if stage not in (0, 1, 2, 3):
        raise Unpredictable(f"zero_stage is no stage from 0 to 3: {text!r}")
    return int(stage)


def recomputation(text: str) -> str | None:
    """What the backward pass makes again, from a cell; None where blank.

    >>> recomputation("selective + sequence parallel"), recomputation("none at 8k")
    ('selective', 'none')
    >>> recomputation("True"), recomputation("")
    ('full', None)
    """
    words = text.lower()
    if not words:
        return None
    if words in ("true", "false"):
        return "full" if words == "true" else "none"
    for name in ("selective", "full", "none"):
        if name in words:
            return name
    raise Unpredictable(f"act_ckpt says nothing known: {text!r}")


def tuned(text: str) -> bool:
    """Whether the words name a program that its vendor tunes for the devices.

    >>> tuned("Megatron-Bridge, container 26.08"), tuned("llm-foundry")
    (True, False)
    """
    return TUNED.search(text.lower()) is not None


def interleave(program: str) -> int | None:
    """1 where a program's stages take their layers at one go; None where it may be otherwise.

    >>> interleave("Llama 3.1 405B 1F1B"), interleave("405B interleaved 1F1B"), interleave("70B")
    (1, None, None)
    """
    words = program.lower()
    return 1 if PLAIN_STAGES.search(words) and "interleav" not in words else None


def needed_whole(given: Given, column: str) -> int:
    """A whole number that a prediction cannot do without.

    Raises:
        Unpredictable: the cell is blank or no number.
    """
    number = given.whole(column)
    if number is None:
        raise Unpredictable(f"{column} is not told")
    return number
