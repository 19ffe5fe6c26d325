"""The record of a data set: how much of it there is, in the several ways in which people count."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source


@dataclass(frozen=True, kw_only=True, eq=False)
class Dataset:
    """A set of training data, or what a tokenizer makes of one. None stands for "not stated".

    >>> from course_lib.catalog import datasets
    >>> datasets["FineWeb"].tokens, datasets["FineWeb"].tokenizer
    (15000000000000, 'GPT-2')
    """

    name: str
    """Name as published."""
    year: int | None = None
    """Year of publication."""
    tokens: int | None = None
    """Tokens, as cut by `tokenizer`."""
    tokenizer: str = ""
    """What cut the text into tokens: the count means little without it."""
    documents: int | None = None
    """Documents, web pages, images or pairs of image and text; `notes` says where it is not
    documents."""
    raw_bytes: float | None = None
    """Size of the data itself, in bytes."""
    compressed_bytes: float | None = None
    """Size of the download or of the files on disk, in bytes."""
    bytes_per_token: float | None = None
    """Bytes of text in one token, as stated."""
    licence: str = ""
    """Licence, where stated."""
    cost: str = ""
    """What it costs to get, where stated."""
    source: Source
    """Where the numbers stand."""
    notes: str = ""
    """Where sources disagree, and what else to know."""

    def __post_init__(self) -> None:
        check_fields(self)
