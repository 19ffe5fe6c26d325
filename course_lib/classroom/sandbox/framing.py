"""A message in a pipe, as both of its ends write and read it: a length and that many bytes."""

import struct

LENGTH = struct.Struct(">Q")
"""How the length is written."""

__all__ = ["LENGTH", "framed"]


def framed(message: bytes) -> bytes:
    """A message with its length in front.

    >>> framed(b"hi")[-3:]
    b'\\x02hi'
    """
    return LENGTH.pack(len(message)) + message
