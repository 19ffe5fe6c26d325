"""Whether a learner has changed a file since it was copied: fingerprints of what they can type.

Design choices:
- Of a notebook only the kinds and sources of its cells count. JupyterLab's autosave adds metadata
  to a notebook that was merely opened, and a run adds outputs; neither is a change.
- An index of an earlier version holds hashes of whole files. They are still understood: a file
  with those very bytes is untouched.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

CELLS = "cells:"
"""Stands before a fingerprint of cells; a hash of bytes has nothing before it."""

__all__ = ["matches", "of", "was_run"]


def of(path: str, content: bytes) -> str:
    """A file's fingerprint: of its cells, or of its bytes where it is no notebook.

    >>> one = b'{"cells": [{"cell_type": "code", "source": ["1 + ", "1"], "outputs": []}]}'
    >>> two = b'{"cells": [{"cell_type": "code", "source": "1 + 1", "outputs": [2], "id": "a"}]}'
    >>> of("a.ipynb", one) == of("a.ipynb", two), of("a.md", one) == of("a.md", two)
    (True, False)
    """
    sources = [[cell.get("cell_type"), _source(cell)] for cell in _cells(path, content) or []]
    if not sources:
        return hashlib.sha256(content).hexdigest()
    return CELLS + hashlib.sha256(json.dumps(sources).encode()).hexdigest()


def matches(copied: str | None, path: str, content: bytes) -> bool:
    """Whether a file is what an index says was copied; never so where the index says nothing."""
    return copied is not None and copied in (of(path, content), hashlib.sha256(content).hexdigest())


def was_run(path: str, content: bytes) -> bool:
    """Whether a notebook holds outputs.

    >>> was_run("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "1", "outputs": []}]}')
    False
    """
    return any(cell.get("outputs") for cell in _cells(path, content) or [])


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))


def _cells(path: str, content: bytes) -> list[dict[str, Any]] | None:
    """A notebook's cells; None for what is no notebook, or a damaged one."""
    if not path.endswith(".ipynb"):
        return None
    try:
        cells = json.loads(content)["cells"]
    except (ValueError, KeyError, TypeError):
        return None
    sound = isinstance(cells, list) and all(isinstance(cell, dict) for cell in cells)
    return cells if sound else None
