"""Opens what a caller hands over as a configuration: a mapping, a file, or the folder that holds
one.

Files come in the encodings that editors and shells write: UTF-8 with or without a byte-order mark,
UTF-16 with one. What is no file (the id of a repository, an address) is told what to do.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = "config.json"
"""Name of the configuration inside a folder."""
_ADDRESS = re.compile(r"^(https?|hf|s3|gs)://|^(www\.)?(huggingface\.co|hf\.co)/", re.IGNORECASE)
_REPOSITORY = re.compile(r"^[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*$")
_ON_DISK = re.compile(r"^([/\\~.]|[A-Za-z]:)|\\")
"""How a path on somebody's disk begins; a backslash anywhere is one of Windows."""
_SNAPSHOT = re.compile(r"^[0-9a-f]{40}$")
"""Name of a folder in the hub's cache: a commit, which names no model."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A configuration as it stands in its file."""

    stated: Mapping[str, Any]
    """The fields."""
    title: str
    """Name of the folder or of the file, "" for a mapping: never a path."""
    file: str
    """Name of the file, "" for a mapping."""


def opened(config: Mapping[str, Any] | str | Path) -> Opened:
    """The fields of a configuration, and the name of what holds it.

    Raises:
        TypeError: for what is neither a mapping nor a path.
        ValueError: for a path that leads to no JSON object, with what to hand over in its place.

    >>> opened({"model_type": "gpt2"}).stated
    {'model_type': 'gpt2'}
    >>> opened("openai/no-such-model")
    Traceback (most recent call last):
    ...
    ValueError: config must be a file: 'openai/no-such-model' reads like a repository of the hub; \
download its config.json and hand over the path
    """
    if isinstance(config, Mapping):
        return Opened(stated=config, title="", file="")
    if not isinstance(config, str | Path):
        raise TypeError(f"config must be a mapping or a path, got {type(config).__name__}")
    path = _file(config)
    try:
        stored = path.read_bytes()
        if stored[:4] == b"GGUF":
            raise ValueError(f"a GGUF file holds no JSON; hand over its model's {FILE}")
        stated = json.loads(_text(stored))
    except (OSError, UnicodeError) as error:
        raise ValueError(
            f"config must be a file that can be read, got {str(config)!r}: {error}"
        ) from None
    except ValueError as error:  # broken JSON, or a path that no file system allows
        raise ValueError(f"config must be a JSON file, got {str(path)!r}: {error}") from None
    if not isinstance(stated, dict):
        parts = ", the list of parts of a sentence-transformers model: hand over its config.json"
        raise ValueError(
            f"config must hold one JSON object, got {type(stated).__name__} in {str(path)!r}"
            f"{parts if path.name == 'modules.json' else ''}"
        )
    return Opened(stated=stated, title=_title(path), file=path.name)


def model_name(config: Mapping[str, Any]) -> str:
    """The model's name as the configuration itself states it, without its owner; "" where it states
    none, or a path on somebody's disk.

    >>> model_name({"_name_or_path": "org/Model-7B"}), model_name({"_name_or_path": "/data/run3"})
    ('Model-7B', '')
    """
    stated = config.get("_name_or_path")
    if not isinstance(stated, str) or not stated.strip() or _ON_DISK.search(stated.strip()):
        return ""
    return stated.strip().rstrip("/").rsplit("/", 1)[-1]


def _file(config: str | Path) -> Path:
    """The path of the file; a folder's is that of the configuration in it."""
    if isinstance(config, str) and _ADDRESS.search(config.strip()):
        raise ValueError(
            f"config must be a file: {config!r} is an address; download the repository's {FILE} "
            "and hand over the path"
        )
    path = Path(config)
    try:
        missing, folder = not path.exists(), path.is_dir()
    except (OSError, ValueError):  # too long, or a zero byte in it: reading says so
        return path
    if folder:
        return _in_folder(path, str(config))
    if missing and _REPOSITORY.match(str(config)) and path.suffix != ".json":
        raise ValueError(
            f"config must be a file: {str(config)!r} reads like a repository of the hub; "
            f"download its {FILE} and hand over the path"
        )
    return path


def _in_folder(folder: Path, given: str) -> Path:
    """The configuration in a folder; where there is none, what else says what the folder is."""
    if (folder / FILE).exists():
        return folder / FILE
    if (folder / "params.json").is_file():
        raise ValueError(
            f"config must be a folder with a {FILE}, got {given!r}, which holds params.json: "
            f"hand over the {FILE} of the model in the format of transformers"
        )
    adapter = folder / "adapter_config.json"
    return adapter if adapter.is_file() else folder / FILE


def _text(stored: bytes) -> str:
    """Decoded; -sig takes away the byte-order mark, which JSON refuses."""
    encoding = "utf-16" if stored[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"
    return stored.decode(encoding)


def _title(path: Path) -> str:
    if path.name != FILE:
        return path.stem
    folder = path.resolve().parent
    if _SNAPSHOT.match(folder.name) and folder.parent.name == "snapshots":
        # The hub's cache: models--org--name/snapshots/COMMIT/config.json
        return folder.parent.parent.name.rsplit("--", 1)[-1]
    return folder.name
