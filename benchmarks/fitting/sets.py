"""Which constants are fitted together, and to which rows.

Design choices:
- A set of constants is told by the rooms of `course_lib.estimators` that read them, so that a new
  constant finds its set by itself; where only the command reads them, by their keys. Its rows are
  sections of the scores of `course validate`.
- The rows of a set are fitted together. Where two data sets want different values, neither wins;
  the report says who wants what.
- What is left out at once is a source: all rows that one hand measured with one program. Tables of
  one report share their errors, so leaving out one of them would be no test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course_lib.catalog import Efficiency
from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.sheets import INFERENCE, MPT, NEWER, RUNS


@dataclass(frozen=True, kw_only=True)
class FitSet:
    """Constants that are fitted together."""

    name: str
    """What it is called on the command line."""
    used: tuple[str, ...]
    """Rooms of the estimators whose constants belong to it."""
    rows: tuple[tuple[str, str], ...]
    """Pairs of a kind of file and a section of its scores."""
    spreads: tuple[str, ...]
    """Kinds of spreads, the first words of their keys, that come from its rows. An energy whose
    range is that of its run's hours says nothing of the spread of hours."""
    keys: tuple[str, ...] = ()
    """How the keys begin of constants that no estimator reads, but the command itself."""

    def has(self, key: str, constant: Efficiency) -> bool:
        """Whether a constant belongs to it."""
        room = constant.used.removeprefix("course_lib.").removeprefix("estimators.")
        if room.startswith("commands"):
            return key.startswith(self.keys)
        return room.partition(".")[0] in self.used


SETS = (
    FitSet(
        name="training",
        used=("parallelism",),
        rows=tuple((sheet.name, "steady state") for sheet in (RUNS, MPT, NEWER)),
        spreads=("step",),
        keys=("attention-", "step-", "link-", "network-"),
    ),
    FitSet(
        name="runs",
        used=("training",),
        rows=((RUNS.name, "whole run"),),
        spreads=("run",),
        keys=("run-",),
    ),
    FitSet(
        name="answers",
        used=("inference", "serving"),
        rows=((INFERENCE.name, "answers"), (NEWER.name, "serving"), (NEWER.name, "drafts")),
        spreads=("answer", "serving", "drafts"),
        keys=("answer-", "decode-", "prefill-", "serving-"),
    ),
    FitSet(
        name="memory",
        used=("memory",),
        rows=((RUNS.name, "memory"), (NEWER.name, "memory of servers")),
        spreads=("memory", "server"),
        keys=("memory-", "server-"),
    ),
    FitSet(
        name="energy",
        used=("energy",),
        rows=tuple(
            (sheet.name, section)
            for sheet in (RUNS, INFERENCE, NEWER)
            for section in ("energy", "power")
        ),
        spreads=("energy", "power"),
        keys=("energy-", "power-"),
    ),
    FitSet(
        name="pictures",
        used=("images",),
        rows=((INFERENCE.name, "pictures"),),
        spreads=("picture", "image"),
    ),
)
SOURCES = {
    "megatron21_": "megatron21",
    "torchtitan_": "torchtitan",
    "ft_": "fastertransformer",
    "glm130b_": "glm130b",
    "trtllm_": "tensorrt-llm",
    "mlenergy": "ml-energy",
    "serving_silicon": "serving_silicon",
    "mlperf": "mlperf",
}
"""Sources of several groups, by how the names of these begin; other groups are one source each."""


def source(prediction: Prediction) -> str:
    """The source that a predicted row belongs to."""
    if prediction.sheet == MPT.name:
        return "mpt"
    group = prediction.group
    return next((name for start, name in SOURCES.items() if group.startswith(start)), group)


def named(names: Iterable[str]) -> tuple[FitSet, ...]:
    """The sets of these names, in the order of `SETS`; all where none is named.

    Raises:
        ValueError: a name that is no set's.

    >>> [each.name for each in named(["memory", "training"])]
    ['training', 'memory']
    """
    wanted = list(names)
    known = [each.name for each in SETS]
    for name in wanted:
        if name not in known:
            raise ValueError(f"--only must be one of {', '.join(known)}, got {name!r}")
    return tuple(each for each in SETS if each.name in wanted or not wanted)


def owns(one: FitSet, key: str) -> bool:
    """Whether a spread comes from the rows of a set: its kind is the set's, or no set's.

    >>> energy = named(["energy"])[0]
    >>> owns(energy, "energy-token"), owns(energy, "run-published"), owns(energy, "new-kind")
    (True, False, True)
    """
    kind = key.partition("-")[0]
    return kind in one.spreads or not any(kind in each.spreads for each in SETS)


def constants_of(one: FitSet, table: Mapping[str, Efficiency]) -> dict[str, Efficiency]:
    """The constants of a set that are fitted, in the order of the table.

    >>> from course_lib.catalog import efficiency
    >>> found = constants_of(named(["training"])[0], efficiency)
    >>> {each.found for each in found.values()} <= {"fitted"}
    True
    """
    return {
        key: each for key, each in table.items() if each.found == "fitted" and one.has(key, each)
    }


def homeless(table: Mapping[str, Efficiency]) -> list[str]:
    """Keys of fitted constants that belong to no set."""
    return [
        key
        for key, each in table.items()
        if each.found == "fitted" and not any(one.has(key, each) for one in SETS)
    ]
