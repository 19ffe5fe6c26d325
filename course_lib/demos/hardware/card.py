"""What products and a training step took on a card, measured once: a dated record.

Design choices:
- `RECORD` holds what was timed, with its date, card and versions. On a machine with an NVIDIA card
  `python -m course_lib.demos.hardware.card_runs FILE` makes such a file, in a few minutes.
- A batch meets one square matrix of half a gigabyte, ten times what the card's cache holds, so that
  its weights come from memory each time.
- The step is GPT-2 124M's, as llm.c trains it on each of its cards: 64 texts of 1024 tokens, bf16,
  compiled, with fused attention and AdamW.
- Its parts are sums over its kernels, told apart by their names. What is left of the step's time,
  no kernel ran.
"""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from course_lib.estimators import hardware

__all__ = ["RECORD", "Batch", "Record", "Step", "recorded"]

RECORD = Path(__file__).with_name("card_record.toml")
MODEL = "gpt-2-124m"
PARTS = {"matrix products": "product", "attention": "attention", "all other work": "other"}
"""Parts of a step in words, and how their fields are called."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some tokens at once through one matrix, timed several times after a warm-up."""

    tokens: int
    """How many tokens."""
    flops: float
    """FLOPs of the product."""
    moved_bytes: float
    """Bytes that memory must carry at least."""
    median_seconds: float
    """The middle run, in seconds."""
    fastest_seconds: float
    """The fastest run, in seconds."""
    slowest_seconds: float
    """The slowest run, in seconds."""
    repeats: int
    """Runs that were timed."""

    @property
    def work(self) -> hardware.Work:
        """What it asks of a machine."""
        return hardware.Work(flops=self.flops, moved_bytes=self.moved_bytes)

    @property
    def spread(self) -> float:
        """Slowest run over fastest."""
        return self.slowest_seconds / self.fastest_seconds


@dataclass(frozen=True, kw_only=True)
class Step:
    """One training step and where its time goes, in seconds."""

    texts: int
    """Texts in the batch."""
    seq: int
    """Tokens of each."""
    median_seconds: float
    """The middle step."""
    fastest_seconds: float
    """The fastest step."""
    slowest_seconds: float
    """The slowest step."""
    repeats: int
    """Steps that were timed."""
    product_seconds: float
    """Kernels that multiply matrices, forward and backward."""
    attention_seconds: float
    """Kernels of fused attention, which hold products and softmax."""
    other_seconds: float
    """Every other kernel: norms, GELU, loss, sums, copies, the update of the weights."""
    prepare_seconds: float
    """Cutting a batch out of the text and bringing it to the card, by the processor; not in the
    step."""

    @property
    def shares(self) -> dict[str, float]:
        """Share of each part of `PARTS` in the step, and of the time in which no kernel ran."""
        found = {
            words: getattr(self, f"{part}_seconds") / self.median_seconds
            for words, part in PARTS.items()
        }
        # kernels were timed in other steps than the clock's: a sum above 1 is noise
        return {**found, "no work": max(0.0, 1 - sum(found.values()))}

    @property
    def prepare_share(self) -> float:
        """Share of preparing in step and preparing together."""
        return self.prepare_seconds / (self.prepare_seconds + self.median_seconds)

    @property
    def spread(self) -> float:
        """Slowest step over fastest."""
        return self.slowest_seconds / self.fastest_seconds


@dataclass(frozen=True, kw_only=True)
class Record:
    """All that was timed on one card."""

    date: str
    """The day."""
    machine: str
    """The card."""
    versions: str
    """Of Python, PyTorch and what lies below."""
    peak_flops: float
    """FLOP/s of its best product of two squares, in bf16."""
    bytes_per_second: float
    """Bytes/s of its largest copy, read and written."""
    step: Step
    """The training step."""
    batches: tuple[Batch, ...]
    """The batches, from the smallest on."""

    @property
    def source(self) -> str:
        """The record in words: card, date and versions."""
        return f"{self.machine}, {self.date}, {self.versions}"


@lru_cache
def recorded(path: Path = RECORD) -> Record:
    """The record that comes with the course, or that of another file.

    >>> recorded().batches[0].tokens
    1
    """
    kept = tomllib.loads(path.read_text(encoding="utf-8"))
    batches = tuple(Batch(**batch) for batch in kept["batches"])
    return Record(**kept | {"step": Step(**kept["step"]), "batches": batches})


def as_toml(record: Record) -> str:
    """A record as the text of its file.

    >>> as_toml(recorded()) == RECORD.read_text(encoding="utf-8")
    True
    """
    head = {name: value for name, value in asdict(record).items() if isinstance(value, str | float)}
    lines = [
        "# By `python -m course_lib.demos.hardware.card_runs`; what the fields mean says card.py.",
        *("", *_lines(head)),
        *("", "[step]", *_lines(asdict(record.step))),
    ]
    for batch in record.batches:
        lines += ["", "[[batches]]", *_lines(asdict(batch))]
    return "\n".join(lines) + "\n"


def _lines(fields: dict[str, str | int | float]) -> list[str]:
    return [
        f"{name} = " + (f'"{value}"' if isinstance(value, str) else repr(value))
        for name, value in fields.items()
    ]
