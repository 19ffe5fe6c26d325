"""Words of `course plan`: sentences that a plan's numbers do not say by themselves, in the spelling
of the command line and in lines that a terminal of 80 columns shows whole.

Design choices:
- The library names its arguments (`usd_per_device_hour`); whoever types a command knows its options
  (`--price`). The argument at a message's beginning is put into the option's spelling; the rest of
  the message stays.
- What the plan took for granted and nobody asked for is said: another number format, sizes that a
  configuration does not state.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

from course_lib.catalog import Device, Transformer
from course_lib.commands.plan_options import LAYOUT, SERVING, TRAINING, spelt
from course_lib.display.fmt import fmt
from course_lib.estimators import hardware, parameters

WIDTH = 79
ARGUMENT = re.compile(r"^\w+(?= must )")
OPTIONS = {
    **{name: spelt(name) for name in (*TRAINING, *SERVING, *LAYOUT, "format", "device", "config")},
    "usd_per_device_hour": "--price",
    "arrivals_per_second": "--arrivals",
    "output": "--answer",
    "first_token_seconds": "--first-token",
    "token_seconds": "--each-token",
}
"""How an argument of the library is written in a terminal."""
SIZES: Mapping[str, frozenset[str]] = {
    "width": frozenset({"hidden_size", "n_embd", "d_model", "dim", "model_dim", "hidden_dim"}),
    "layers": frozenset({"num_hidden_layers", "n_layer", "n_layers", "num_layers", "layers"}),
    "vocabulary": frozenset({"vocab_size", "padded_vocab_size", "n_vocab"}),
}
"""Sizes that decide what a model is, and the names under which configurations state them."""
PARTS = ("vision", "audio", "image", "speech")
"""Parts of a configuration that begin so are no text model's; their sizes say nothing of it."""

__all__ = ["bullets", "format_note", "paragraph", "spelled", "unstated", "weights_words"]


def spelled(message: str) -> str:
    """A message of the library as one of the command line.

    >>> spelled("usd_per_device_hour must be above zero, got -3.0")
    '--price must be above zero, got -3.0'
    >>> spelled("models has no entry 'x'; nearest: none; list(models) shows all keys")
    "models has no entry 'x'; nearest: none; `course plan --list models` names all"
    """
    told = ARGUMENT.sub(lambda match: OPTIONS.get(match[0], match[0]), message)
    return re.sub(r"list\((\w+)\) shows all keys", r"`course plan --list \1` names all", told)


def paragraph(text: str, hang: str = "  ") -> str:
    """A text in lines that fit; `hang` stands before all but the first.

    >>> print(paragraph("- " + 14 * "seven " + "end"))
    - seven seven seven seven seven seven seven seven seven seven seven seven seven
      seven end
    """
    return textwrap.fill(
        text, WIDTH, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )


def bullets(sentences: Iterable[str]) -> list[str]:
    """Sentences as a list, each in lines that fit."""
    told = (each.replace("give usd_per_device_hour", "--price gives one") for each in sentences)
    return [paragraph(f"- {each}") for each in told]


def format_note(device: Device, format: str) -> str:
    """What stands in for a format that a device does not have; blank where it has it.

    >>> from course_lib.catalog import devices
    >>> format_note(devices["T4"], "bf16")
    'T4 has no bf16: the products are counted in fp16, which needs loss scaling.'
    >>> format_note(devices["H100"], "bf16")
    ''
    """
    if format in device.peak_flops or format not in hardware.HALF:
        return ""
    instead = next((each for each in hardware.HALF if each in device.peak_flops), None)
    if instead is None:
        return ""
    scaling = ", which needs loss scaling" if instead == "fp16" else ""
    return f"{device.name} has no {format}: the products are counted in {instead}{scaling}."


def weights_words(model: Transformer) -> str:
    """How many weights a model has, and how many of them a token uses where those are fewer.

    >>> from course_lib.catalog import models
    >>> weights_words(models["mixtral-8x7b"])
    'The model has 46.7 billion weights, of which a token uses 12.9 billion.'
    """
    counted = parameters.count(model)
    total, active = float(counted.total), float(counted.active)
    told = f"The model has {fmt(total)} weights"
    if active < total:
        told += f", of which a token uses {fmt(active)}"
    return f"{told}."


def unstated(stated: Mapping[str, Any]) -> tuple[str, ...]:
    """What a configuration leaves to the defaults of its family although it decides the model's
    size, in words; empty where it states all of `SIZES`.

    >>> unstated({"model_type": "llama", "hidden_size": 64})
    ('layers and vocabulary are not stated, so they are the defaults of llama',)
    """
    names = set(_names(stated))
    missing = [size for size, spellings in SIZES.items() if not names & spellings]
    if not missing:
        return ()
    listed = " and ".join([", ".join(missing[:-1]), missing[-1]] if missing[1:] else missing)
    one = missing in (["width"], ["vocabulary"])
    verb, what = ("is", "it is that") if one else ("are", "they are the defaults")
    return (f"{listed} {verb} not stated, so {what} of {stated.get('model_type', 'its family')}",)


def _names(stated: Mapping[str, Any]) -> Iterable[str]:
    """Names of all fields, those of inner parts of the text model too."""
    for name, value in stated.items():
        yield name
        if isinstance(value, Mapping) and not name.startswith(PARTS):
            yield from _names(value)
