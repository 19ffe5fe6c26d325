"""Opens what a caller hands over as a configuration: a mapping, a file, or the folder that holds
one.

Files come in the encodings that editors and shells write, which `encodings` knows. What is no file
(the id of a repository, an address, JSON as a text) is told what to do, and so is what is nested
deeper than any configuration.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course_lib.catalog.huggingface import encodings

FILE = "config.json"
"""Name of the configuration inside a folder."""
_ADDRESS = re.compile(r"^(https?|hf|s3|gs)://|^(www\.)?(huggingface\.co|hf\.co)/", re.IGNORECASE)
_FILE_ADDRESS = re.compile(r"^file:", re.IGNORECASE)
_REPOSITORY = re.compile(r"^([A-Za-z0-9][\w.-]*/)?[A-Za-z0-9][\w.-]*(@[\w./-]+)?$")
"""The id of a repository, with or without an owner, and with or without a revision."""
_JSON = re.compile(r"^(\{\s*[\"}]|\[\s*[\[{\"])")
"""How JSON begins, and no path does."""
_ENDING = re.compile(r"\.(jsonl?|txt|bin|pt|gguf|safetensors|ya?ml)$", re.IGNORECASE)
"""Endings of files, which ids may have but hardly do."""
DEEPEST = 64
"""Most levels of tables and lists inside one another; published configurations have about six."""
_TOO_DEEP = f"config must nest at most {DEEPEST} levels of tables and lists"
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
    ValueError: config must be a file: 'openai/no-such-model' is none, and reads like a repository \
of the hub; download its config.json and hand over the path
    """
    if isinstance(config, Mapping):
        _refuse_depth(config)
        return Opened(stated=config, title="", file="")
    if not isinstance(config, str | Path):
        raise TypeError(f"config must be a mapping or a path, got {type(config).__name__}")
    path = _file(config)
    try:
        stated = json.loads(encodings.text(path.read_bytes(), FILE))
    except OSError as error:
        raise ValueError(
            f"config must be a file that can be read, got {str(config)!r}: {error}"
        ) from None
    except RecursionError:
        raise ValueError(f"{_TOO_DEEP}, got more in {str(path)!r}") from None
    except ValueError as error:  # broken JSON, or a path that no file system allows
        raise ValueError(f"config must be a JSON file, got {str(path)!r}: {error}") from None
    if not isinstance(stated, dict):
        parts = ", the list of parts of a sentence-transformers model: hand over its config.json"
        raise ValueError(
            f"config must hold one JSON object, got {type(stated).__name__} in {str(path)!r}"
            f"{parts if path.name == 'modules.json' else ''}"
        )
    _refuse_depth(stated)
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


def _refuse_depth(config: Mapping[str, Any]) -> None:
    """Raise for more levels than any configuration has, before anything follows them down."""
    level: dict[int, Any] = {id(config): config}
    for _ in range(DEEPEST):
        # By identity: a table that holds itself does not grow, and ends at the last level too.
        level = {id(inner): inner for outer in level.values() for inner in _inside(outer)}
    if level:
        raise ValueError(f"{_TOO_DEEP}, got more")


def _inside(outer: Any) -> Iterator[Any]:
    """The tables and lists in a table or a list."""
    entries = outer.values() if isinstance(outer, Mapping) else outer
    return (entry for entry in entries if isinstance(entry, Mapping | list | tuple))


def _file(config: str | Path) -> Path:
    """The path of the file; a folder's is that of the configuration in it."""
    if isinstance(config, str):
        _refuse_texts(config.strip())
    path = _at_home(Path(config))
    try:
        missing, folder = not path.exists(), path.is_dir()
    except (OSError, ValueError):  # too long, or a zero byte in it: reading says so
        return path
    if folder:
        return _in_folder(path, str(config))
    if missing and _REPOSITORY.match(str(config)) and not _ENDING.search(str(config)):
        raise ValueError(
            f"config must be a file: {str(config)!r} is none, and reads like a repository of the "
            "hub; "
            f"download its {FILE} and hand over the path"
        )
    return path


def _refuse_texts(config: str) -> None:
    """Raise for texts that name no place on a disk."""
    if _FILE_ADDRESS.search(config):
        raise ValueError(
            f"config must be a path: {config!r} is an address; hand over the path without file://"
        )
    if _ADDRESS.search(config):
        raise ValueError(
            f"config must be a file: {config!r} is an address; download the repository's {FILE} "
            "and hand over the path"
        )
    if _JSON.search(config):
        shown = config if len(config) <= 40 else config[:37] + "..."
        raise ValueError(
            f"config must be a mapping or a path: {shown!r} reads like JSON itself; hand over "
            "json.loads of it"
        )


def _at_home(path: Path) -> Path:
    """The path with a tilde in front of it made the home folder, as a shell does."""
    try:
        return path if path.exists() else path.expanduser()
    except (OSError, ValueError, RuntimeError):  # no path, or no such user
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


def _title(path: Path) -> str:
    if path.name != FILE:
        return path.stem
    folder = path.resolve().parent
    if _SNAPSHOT.match(folder.name) and folder.parent.name == "snapshots":
        # The hub's cache: models--org--name/snapshots/COMMIT/config.json
        return folder.parent.parent.name.rsplit("--", 1)[-1]
    return folder.name
