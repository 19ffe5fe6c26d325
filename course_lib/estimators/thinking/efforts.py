"""Published tasks by effort: how many tokens a model wrote, what it solved, and for how much money
and time.

The rows are the catalog's findings of one benchmark (Aider polyglot: 225 programming tasks, two
tries each). A family is one model at several efforts, from the lowest to the highest setting.

Design choices:
- What belongs to a row is read from its finding's notes, so that it stands in one place.
- A gain is counted by doublings of the tokens written. The last doubling is read off straight
  lines between the points, over the logarithm of the tokens.
- A family whose highest effort writes less than twice the tokens of its lowest has no last
  doubling: the setting changed, the thinking hardly did. It is not counted (`counted`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from types import MappingProxyType

import numpy as np

from course_lib.catalog import findings

FAMILIES = MappingProxyType(
    {
        "gpt-5": ("r003", "r002", "r001"),
        "o3": ("r005", "r004"),
        "gemini-2.5-pro": ("r008", "r009"),
        "gemini-2.5-flash": ("r010", "r011"),
        "claude-sonnet-4": ("r012", "r013"),
        "claude-opus-4": ("r014", "r015"),
        "DeepSeek-V3.2-Exp": ("r017", "r016"),
    }
)
"""Findings of each model by effort, the lowest first."""
TASKS = 225
"""Tasks of the benchmark."""
NOTES = re.compile(r"([\d.]+)% solved; ([\d.]+) USD a task; (\d+) prompt tokens; ([\d.]+) s\.")

__all__ = ["FAMILIES", "TASKS", "Effort", "Gains", "counted", "family", "gains", "row", "typical"]


@dataclass(frozen=True, kw_only=True)
class Effort:
    """One model at one effort, over the tasks of the benchmark."""

    key: str
    """Of its finding."""
    name: str
    """Model and effort, as published."""
    written_tokens: float
    """Tokens written a task, thoughts with them."""
    read_tokens: float
    """Tokens read a task."""
    solved: float
    """Share of the tasks that were solved."""
    usd: float
    """Price of a task on that day."""
    seconds: float
    """Time of a task."""

    @property
    def usd_a_solved_task(self) -> float:
        """What a solved task costs, the failed ones paid with it."""
        return self.usd / self.solved


def row(key: str) -> Effort:
    """A finding of the benchmark as numbers.

    Raises:
        KeyError: no such finding.
        ValueError: the finding does not tell what an effort solved and cost.

    >>> low = row("r003")
    >>> low.written_tokens, low.solved, low.usd, low.seconds
    (3465, 0.813, 0.0461, 62.4)
    """
    found = findings[key]
    told = NOTES.match(found.notes)
    if told is None or found.value is None:
        raise ValueError(f"key must be of a row with tokens and cost, got {key}: {found.notes}")
    solved, usd, read, seconds = (float(part) for part in told.groups())
    return Effort(
        key=key,
        name=found.claim,
        written_tokens=found.value,
        read_tokens=read,
        solved=solved / 100,
        usd=usd,
        seconds=seconds,
    )


def family(name: str) -> list[Effort]:
    """One model at its efforts, the lowest first.

    Raises:
        KeyError: no such family; the names are told.

    >>> [effort.name for effort in family("gpt-5")]
    ['gpt-5 (low)', 'gpt-5 (medium)', 'gpt-5 (high)']
    """
    if name not in FAMILIES:
        raise KeyError(f"no family {name!r}; there are {', '.join(FAMILIES)}")
    return [row(key) for key in FAMILIES[name]]


@dataclass(frozen=True, kw_only=True)
class Gains:
    """What more thinking brought one model."""

    whole: float
    """Share of tasks solved at the highest effort, less that at the lowest."""
    doublings: float
    """How often the tokens doubled from the lowest effort to the highest."""
    last: float
    """Share of tasks gained by the last doubling; nan where they did not double."""
    times_usd: float
    """Price of a task at the highest effort over that at the lowest."""
    spread: float
    """Standard deviation of `whole` by chance alone, for tasks drawn apart for each effort."""


def gains(efforts: Sequence[Effort]) -> Gains:
    """What more thinking brought, from the lowest effort to the highest.

    Args:
        efforts: two or more, the lowest first.

    Raises:
        ValueError: fewer than two.

    >>> found = gains(family("gpt-5"))
    >>> round(found.whole, 3), round(found.doublings, 2), round(found.last, 3)
    (0.067, 1.75, 0.023)
    """
    if len(efforts) < 2:
        raise ValueError(f"efforts must be two or more, got {len(efforts)}")
    low, high = efforts[0], efforts[-1]
    doublings = math.log2(high.written_tokens / low.written_tokens)
    last = math.nan
    if doublings >= 1:
        logs = [math.log2(each.written_tokens) for each in efforts]
        before = np.interp(logs[-1] - 1, logs, [each.solved for each in efforts])
        last = high.solved - float(before)
    variance = sum(each.solved * (1 - each.solved) / TASKS for each in (low, high))
    return Gains(
        whole=high.solved - low.solved,
        doublings=doublings,
        last=last,
        times_usd=high.usd / low.usd,
        spread=math.sqrt(variance),
    )


def counted() -> dict[str, Gains]:
    """The gains of each family whose tokens doubled at least once.

    >>> sorted(counted())
    ['DeepSeek-V3.2-Exp', 'claude-sonnet-4', 'gemini-2.5-flash', 'gpt-5']
    """
    every = {name: gains(family(name)) for name in FAMILIES}
    return {name: found for name, found in every.items() if found.doublings >= 1}


def typical() -> tuple[float, float]:
    """Claim D01's two numbers: the median whole gain, and the median gain by the last doubling.

    >>> [round(each, 3) for each in typical()]
    [0.058, 0.029]
    """
    found = counted().values()
    return median(each.whole for each in found), median(each.last for each in found)
