"""Bytes of a file into text, or a word on what the file is instead.

Read are UTF-8 with or without a byte-order mark, and UTF-16 with one. Other files that lie beside
models are known by how they begin.
"""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

_READ = "UTF-8, or UTF-16 with a byte-order mark, is read"
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"GGUF", "a GGUF file"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"PK\x03\x04", "an archive (zip, or a checkpoint of PyTorch)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x80\x02", "a pickled checkpoint"),
    (b"\x80\x04", "a pickled checkpoint"),
    (b"\x89HDF", "a file of HDF5"),
    (b"%PDF", "a PDF file"),
)
"""First bytes of files, and what such a file is."""


def text(stored: bytes, name: str) -> str:
    """The text of a file.

    Args:
        stored: its bytes.
        name: the file that describes a model, which a message asks for.

    Raises:
        ValueError: for a file that is no text, or in an encoding that is not read.

    >>> text('{"a": 1}'.encode("utf-16"), "config.json")
    '{"a": 1}'
    >>> text(b"GGUF", "config.json")
    Traceback (most recent call last):
    ...
    ValueError: a GGUF file holds no JSON; hand over its model's config.json
    """
    if what := _no_text(stored):
        raise ValueError(f"{what} holds no JSON; hand over its model's {name}")
    # The mark of UTF-32 begins with that of UTF-16; without a mark most bytes of both are zero.
    if stored.startswith((BOM_UTF32_LE, BOM_UTF32_BE)):
        raise ValueError(f"the file is text in UTF-32; {_READ}")
    marked = stored[:2] in (BOM_UTF16_LE, BOM_UTF16_BE)
    if not marked and b"\x00" in stored[:8]:
        raise ValueError(
            f"the file is no text, or text in UTF-16 or UTF-32 without a byte-order mark; {_READ}"
        )
    try:
        # -sig takes away the byte-order mark, which JSON refuses.
        return stored.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(
            f"the file is no text that can be read, or in an encoding like Latin-1 ({error}); "
            f"{_READ}"
        ) from None


def _no_text(stored: bytes) -> str:
    """What a file of another kind is; "" for what may be text."""
    for beginning, what in _BEGINNINGS:
        if stored.startswith(beginning):
            return what
    # The length of a header in eight bytes, and the header, which is JSON.
    header = int.from_bytes(stored[:8], "little")
    if stored[8:9] == b"{" and 0 < header < 1 << 32:
        return "a safetensors file"
    return ""
