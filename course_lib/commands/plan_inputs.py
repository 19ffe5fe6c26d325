"""What `course plan` reads: a model, a layout, and what the catalog knows of a device.

Design choices:
- A model of one's own is called by its file or folder, never by a path that stands in the file.
- What a device's record lacks is asked before anything is computed, and told in words: what is
  missing, and which option supplies it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from course_lib import checks
from course_lib.catalog import (
    Device,
    EncoderDecoder,
    Transformer,
    UndisclosedModel,
    devices,
    from_hf_config,
    grids,
    links,
    models,
)
from course_lib.catalog.huggingface.opening import opened
from course_lib.commands.plan_amounts import PlanError
from course_lib.commands.plan_words import spelled, unstated
from course_lib.errors import CallError
from course_lib.estimators import hardware
from course_lib.estimators.layout import Layout

REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


def message(problem: BaseException) -> str:
    """What an error says, in the spelling of the command line; `str` of a `KeyError` would put it
    in quotes."""
    return spelled(str(problem.args[0] if problem.args else problem))


def read_model(name: str | None, config: str | None) -> Transformer:
    """The architecture by its name or from its configuration; exactly one of the two.

    Raises:
        PlanError: both or neither, no such model, or a configuration that cannot be read.
    """
    if (name is None) == (config is None):
        raise PlanError("give either the name of a model or --config config.json")
    if config is not None:
        return _own_model(config)
    try:
        record = models[str(name)]
    except KeyError as problem:
        raise PlanError(message(problem)) from problem
    if not isinstance(record, Transformer):
        raise PlanError(f"{record.name}: {_why_not(record)}")
    return record


def _why_not(record: object) -> str:
    """Why a record of the catalog that is no `Transformer` cannot be planned."""
    if isinstance(record, UndisclosedModel):
        return "its makers publish no architecture, so nothing can be planned for it"
    if isinstance(record, EncoderDecoder):
        return (
            "an encoder-decoder, of which the catalog holds a few sizes, too few for a plan; its "
            "config.json holds them all: --config"
        )
    return "a model of pictures or video; course plan plans models of text"


def _own_model(config: str) -> Transformer:
    path = Path(config)
    if not path.exists():
        if REPOSITORY.fullmatch(config) and not config.endswith(".json"):
            raise PlanError(
                f"--config {config}: there is no such folder here. If it is a repository of "
                "Hugging Face, download the repository's config.json "
                f"(https://huggingface.co/{config}/resolve/main/config.json) and give that file"
            )
        raise PlanError(f"--config {config}: there is no such file or folder")
    try:
        model = from_hf_config(path)
        # said with what else the configuration leaves out, among the plan's assumptions
        told = (*model.left_out, *unstated(opened(path).stated))
        return replace(model, name=title(path), left_out=told)
    except (KeyError, ValueError, TypeError) as problem:
        text = f"{path}: cannot be read as a configuration ({message(problem)})"
        raise PlanError(text) from problem


def title(path: Path) -> str:
    """What a model is called: the folder of a `config.json`, else the file without its ending.

    >>> title(Path("my models/tiny/config.json")), title(Path("my models/small.json"))
    ('tiny', 'small')
    """
    whole = path.resolve()
    if whole.is_dir():
        return whole.name or "the model"
    return (whole.parent.name if whole.name == "config.json" else whole.stem) or "the model"


def known(what: str) -> list[str]:
    """All names that a plan can be asked for.

    Args:
        what: "models", "devices" or "grids".

    Raises:
        CallError: another word.

    >>> "llama-3-8b" in known("models"), "gpt-4" in known("models"), "t4" in known("devices")
    (True, False, True)
    """
    if what == "models":
        return sorted(key for key in models if isinstance(models.peek(key), Transformer))
    catalogs: dict[str, Mapping[str, object]] = {"devices": devices, "grids": grids}
    if what not in catalogs:
        raise CallError(f"--list knows models, devices and grids, got {what!r}.")
    return sorted(catalogs[what])


def read_device(name: str) -> Device:
    """A device of the catalog.

    Raises:
        PlanError: no such device; the nearest are named.
    """
    try:
        return devices[name]
    except KeyError as problem:
        raise PlanError(message(problem)) from problem


def check_facts(device: Device, *, together: int, format: str, memory: bool = True) -> None:
    """Refuse a device whose record lacks what a plan needs.

    Args:
        device: the record.
        together: devices that work together.
        format: number format of the arithmetic.
        memory: whether the plan cannot do without a stated memory.

    Raises:
        PlanError: with all that is missing, and what supplies it.
    """
    # A link to the host may be stated too vaguely for the catalog of links: "PCIe".
    linked = device.link_one_way_bytes_per_second is not None or device.host_link in links
    lacking = [_format_words(device, format)]
    if memory and device.memory_bytes is None:
        lacking.append("its memory, without which nobody can say what fits (name another device)")
    if device.memory_bytes_per_second is None:
        lacking.append("the bandwidth of its memory (name another device)")
    if together > 1 and not linked:
        lacking.append("how fast a link to others of its kind is (--devices 1 needs none)")
    if lacking := [each for each in lacking if each]:
        raise PlanError(f"{device.name}: the catalog does not state {', nor '.join(lacking)}")


def _format_words(device: Device, format: str) -> str:
    """What to say where a device has no peak in a format; blank where it has."""
    wanted = hardware.HALF if format in hardware.HALF else (format,)
    if any(name in device.peak_flops for name in wanted):
        return ""
    known = list(device.peak_flops)
    if not known:
        return "a rate of products in any number format (name another device)"
    return f"a rate of {format} (--format {known[0]} would do; it states {', '.join(known)})"


def read_layout(sizes: Mapping[str, Any], count: int) -> Layout | None:
    """The layout that was asked for, its data ranks filled up from the devices; None for none.

    Raises:
        PlanError: the devices are no multiple of its ranks; the nearest count that is, is named.
        ValueError: a size breaks its rule.
    """
    if not sizes:
        return None
    count = checks.single_whole("devices", count)
    ranks = ("tensor", "pipeline", "context")
    shares = [checks.single_whole(name, sizes.get(name, 1)) for name in ranks]
    each = shares[0] * shares[1] * shares[2]
    if count % each:
        near = max(each, round(count / each) * each)
        raise PlanError(
            f"--devices must be a multiple of tensor x pipeline x context = {each}, got {count}; "
            f"try {near}"
        )
    zero = sizes.get("zero", 1 if count > each else 0)
    return Layout(
        **{"recompute": "none", **sizes, "zero": zero}, data=count // each, sequence_parallel=True
    )
