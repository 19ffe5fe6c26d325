"""Real text that every reader already has: Python's own standard library. No download and no
licence question.

Two kinds: "code" is the library's source (some 10 MB without its tests), "prose" the English of its
built-in help (some 0.5 MB). A token here is one byte, so that a vocabulary of 256 fits every file
and no tokenizer is needed yet. The text differs a little from one Python version to the next, and
so do losses measured on it.
"""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import torch

from course_lib import checks

KINDS = ("prose", "code")
LEFT_OUT = (
    "test",
    "tests",
    "idle_test",
    "site-packages",
    "dist-packages",
    "__pycache__",
    "lib2to3",
)


def text(kind: str = "prose") -> str:
    """The whole text of one kind.

    >>> "for" in text("code")
    True
    """
    return _text(checks.one_of("kind", kind, KINDS))


def tokens(kind: str = "prose", limit: int | None = None) -> torch.Tensor:
    """The text as byte values: uint8, shape (number of bytes,), at most `limit` of them.

    >>> tokens("prose", limit=4).shape
    torch.Size([4])
    """
    data = bytearray(text(kind).encode("utf-8"))  # torch warns of bytes that cannot be written to
    if limit is not None:
        data = data[: checks.whole("limit", limit)]
    return torch.frombuffer(data, dtype=torch.uint8)


def split(data: torch.Tensor, held_out: float = 0.1) -> tuple[torch.Tensor, torch.Tensor]:
    """The text to train on, and its last part kept unseen for testing.

    >>> [len(part) for part in split(torch.arange(10), held_out=0.2)]
    [8, 2]
    """
    if not 0 < checks.finite("held_out", held_out) < 1:
        raise ValueError(f"held_out must lie between 0 and 1, got {held_out}")
    cut = round(len(data) * (1 - held_out))
    return data[:cut], data[cut:]


def batches(
    data: torch.Tensor, batch: int, seq: int, seed: int = 0
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Endless random pieces: inputs and the same one token later, int64 of shape (batch, seq).

    >>> inputs, targets = next(batches(torch.arange(100), batch=2, seq=5))
    >>> bool((targets == inputs + 1).all())
    True
    """
    batch, seq = checks.whole("batch", batch), checks.whole("seq", seq)
    if len(data) <= seq:
        raise ValueError(
            f"seq must be below the number of tokens, got {seq} for {len(data)} tokens"
        )
    generator = torch.Generator().manual_seed(seed)
    offsets = torch.arange(seq + 1)  # one more: the targets are the inputs, one token further on
    while True:
        starts = torch.randint(len(data) - seq, (batch, 1), generator=generator)
        pieces = data[starts + offsets].long()  # (batch, 1) + (seq + 1,): a row of places a piece
        yield pieces[:, :-1], pieces[:, 1:]


@lru_cache(maxsize=len(KINDS))
def _text(kind: str) -> str:
    if kind == "prose":
        from pydoc_data.topics import topics

        return "\n\n".join(topics[name] for name in sorted(topics))
    return "\n\n".join(
        path.read_text(encoding="utf-8", errors="replace") for path in _source_files()
    )


def _source_files() -> list[Path]:
    root = Path(sysconfig.get_path("stdlib"))
    files = (
        path for path in root.rglob("*.py") if not set(path.relative_to(root).parts) & set(LEFT_OUT)
    )
    return sorted(files, key=lambda path: path.relative_to(root).as_posix())
