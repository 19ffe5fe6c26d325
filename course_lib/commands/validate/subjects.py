"""What a row measures: the model, of the catalog or built, and the device.

Design choices:
- A model is looked for by its key, then by its name as it stands, then by what of the name says the
  architecture: up to its size, without maker, quantisation and what it was tuned for. A name that
  was cut is believed only where the record's parameters are those of the row or of the name.
- Some models are others trained further, with the same shape: `SAME` lists those that the files
  name.
- A device whose name only begins like one of the catalog takes its record, with memory, bandwidth
  and power as the name states them, and the range widens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from course_lib.catalog import Device, Transformer, devices, models
from course_lib.commands.validate import built_models
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import ALIKE, SIZED
from course_lib.estimators import parameters
from course_lib.estimators.ranges import Range

SAME = {
    # arXiv 2501.12948: trained from DeepSeek-V3-Base
    "DeepSeek-R1": "DeepSeek-V3",
    # arXiv 2308.12950: trained from Llama 2
    "CodeLlama-7b": "Llama-2-7B",
    # openlm-research/open_llama: the same architecture and sizes as LLaMA
    "OpenLLaMA-7B": "LLaMA-7B",
}
SIZE = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ?([MBT])(?:[-_ ]A(\d+(?:\.\d+)?)B)?(?![\w])", re.I)
"""A size in a name: "8B", "124M", "30B-A3B"."""
UNITS = {"m": 1e6, "b": 1e9, "t": 1e12}
NO_SHAPE = re.compile(r"(?i)\b(VL|Omni|Coder|Instruct|Meta|MLPerf)\b[-_ ]?")
"""Words that change no shape of the text model."""
NO_DECODER = re.compile(
    r"(?i)bert|resnet|diffusion|\bSD\b|SDXL|imagen|gigagan|raphael|unet|pixart|\bT5\b|DiT\b|"
    r"mean of|apps|chatgpt"
)
CLOSE = 0.15
"""How far the parameters of a record may be from those that a row or a name states."""
SPEC = re.compile(r"(?i)[\d.]+ ?(GB|TB/s|Gbps|W|TBps)\b|HBM\w*|\bcap\b|,")
"""Words of a device's name that state its memory or its power."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """A model, and how it is known."""

    model: Transformer
    """The architecture."""
    known_by: str
    """"catalog", "shape" or "size"."""
    doubts: tuple[Range, ...]
    """Factors by which a range widens: none for a model that is known."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Card:
    """A device, and how far it is the one of the row."""

    device: Device
    """The record."""
    doubts: tuple[Range, ...]
    """Factors by which a range widens: none for a device of the catalog."""


def subject(given: Given, recent: bool = False) -> Subject:
    """The model of a row; of a `recent` one only the size may be known, too.

    Reads `model_key`, `model`, `params`, `active_params`, and the shape that the notes state.

    Raises:
        Unpredictable: no decoder, or neither catalog nor shape nor size tells it.

    >>> subject(Given(cells={"model": "Qwen/Qwen3-VL-8B-Instruct"})).known_by
    'catalog'
    >>> subject(Given(cells={"model": "Unknown", "params": "13e9"})).known_by
    'size'
    """
    name, key = given.text("model"), given.text("model_key")
    params, active = given.number("params"), given.number("active_params")
    if NO_DECODER.search(name):
        raise Unpredictable(f"{name!r} is no decoder")
    return _subject(name, key, params, active, given.shape, recent)


@lru_cache(maxsize=4096)
def _subject(
    name: str, key: str, params: float | None, active: float | None, shape: str, recent: bool
) -> Subject:
    record = _record(name, key, params)
    if record is not None:
        return Subject(model=record, known_by="catalog", doubts=())
    words = f"{name}; {shape}"
    stated = built_models.from_words(words)
    if stated is not None:
        return Subject(model=stated, known_by="shape", doubts=())
    size = SIZE.search(name)
    if params is None and size:
        params, active = _sizes(size)
    if params is None:
        raise Unpredictable(f"neither the catalog nor a shape nor a size tells the model {name!r}")
    vocab = re.search(r"vocab (\d+)", words)
    rows = int(vocab.group(1)) if vocab else None
    built = built_models.from_size(params, active, rows, recent)
    return Subject(model=built, known_by="size", doubts=(SIZED,))


def _sizes(size: re.Match[str]) -> tuple[float, float | None]:
    """Parameters that a name states, all and active."""
    active = size.group(3)
    return (
        float(size.group(1)) * UNITS[size.group(2).lower()],
        float(active) * 1e9 if active else None,
    )


def _record(name: str, key: str, params: float | None) -> Transformer | None:
    """The catalog's record, None where it has none; a record that is no decoder is refused."""
    bare = NO_SHAPE.sub("", re.sub(r"^[\w.-]+/", "", name)).strip()
    same = [SAME[other] for other in SAME if bare.casefold().startswith(other.casefold())]
    for asked in (key, name, *same):
        if asked and (found := _looked_up(asked)) is not None:
            return found
    size = SIZE.search(bare)
    stated = params or (_sizes(size)[0] if size else None)
    if size is None or stated is None:
        return None
    for asked in (bare, bare[: size.end()], bare[: size.start()].rstrip(" -_")):
        found = _looked_up(asked) if asked else None
        if found is not None:
            total = float(parameters.count(found).total)
            if abs(total / stated - 1) <= CLOSE:
                return found
    return None


def _looked_up(name: str) -> Transformer | None:
    try:
        found = models[name]
    except KeyError:
        return None
    if not isinstance(found, Transformer):
        raise Unpredictable(f"{name!r} is no decoder: a {type(found).__name__}")
    return found


def card(given: Given, *columns: str) -> Card:
    """The device of a row, by the first of `columns` that names one.

    Raises:
        Unpredictable: the catalog has none of that name.

    >>> card(Given(cells={"device_key": "", "hardware": "H100-SXM-80GB"}), "device_key",
    ...     "hardware").device.name
    'H100 SXM 80GB'
    """
    names = [given.text(column) for column in columns if given.text(column)]
    if not names:
        raise Unpredictable("the device is not told")
    return _card(tuple(names))


@lru_cache(maxsize=1024)
def _card(names: tuple[str, ...]) -> Card:
    for name in names:
        if name in devices:
            return Card(device=devices[name], doubts=())
    for name in names:
        bare = SPEC.sub("", name).strip()
        if bare and bare in devices:
            return Card(device=_as_stated(devices[bare], name), doubts=(ALIKE,))
    raise Unpredictable(f"the catalog has no device {names[-1]!r}")


def _as_stated(device: Device, name: str) -> Device:
    """The record with the memory, bandwidth and power that a name states."""
    memory = re.search(r"([\d.]+) ?GB\b", name)
    rate = re.search(r"([\d.]+) ?TB(?:/s|ps)", name)
    power = re.search(r"([\d.]+) ?W\b", name)
    if memory:
        device = replace(device, memory_bytes=float(memory[1]) * 1e9, usable_memory_bytes=None)
    if rate:
        device = replace(device, memory_bytes_per_second=float(rate[1]) * 1e12)
    if power:
        device = replace(device, power_watts=float(power[1]))
    return device
