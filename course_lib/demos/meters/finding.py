"""Finding the meters of this machine: the built-in ones, and those that other packages bring.

A package adds a meter by an entry point of the group `course_lib.meters` whose object is a class as
`meter.py` describes it:

    [project.entry-points."course_lib.meters"]
    wall-plug = "my_package:WallPlug"

Design choices:
- The built-in meters stand in a list here as well as in the course's own entry points: an editable
  install made before they were declared would not know them.
- A plug-in's counter comes before the built-in one of the same kind: who installed it wants it.
  Counters come before mixed meters, and those before models.
- A plug-in that fails is left out, and `problems` says why; a lesson does not stop for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

from course_lib import checks
from course_lib.demos.meters.meter import Meter
from course_lib.demos.meters.model import PowerModel
from course_lib.demos.meters.nvml import GpuCounter
from course_lib.demos.meters.package import CodeCarbon
from course_lib.demos.meters.rapl import Rapl

GROUP = "course_lib.meters"
BUILT_IN = (Rapl, GpuCounter, CodeCarbon)
"""Best first; the power model stands behind them all."""
OWN_NAMES = (*(each.name for each in BUILT_IN), "power-model")
"""The names of the course's own entry points."""
ORDER = ("counter", "mixed", "model")
NEEDED = ("name", "kind", "covers", "method", "factor", "start", "stop")


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """The meters of a machine."""

    meters: tuple[Meter, ...]
    """Those that work here, best first; the last is the power model."""
    problems: tuple[str, ...]
    """Why a plug-in was left out, one sentence each."""


def find(part: str = "cpu", *, codecarbon: bool = True) -> Found:
    """Every meter that works here for a part of the machine.

    Args:
        part: "cpu" or "gpu".
        codecarbon: whether to try it; its start takes some seconds.

    Raises:
        ValueError: another part.

    >>> find().meters[-1].kind
    'model'
    """
    problems: list[str] = []
    opened = tuple(_opened(part, codecarbon, problems))
    return Found(meters=(*opened, PowerModel()), problems=tuple(problems))


def best(part: str = "cpu", *, codecarbon: bool = True) -> Meter:
    """The best meter of this machine for a part of it, "cpu" or "gpu"; the others are not opened.

    >>> best(codecarbon=False).name != "codecarbon"
    True
    """
    return next(_opened(part, codecarbon, []), PowerModel())


def _opened(part: str, codecarbon: bool, problems: list[str]) -> Iterator[Meter]:
    """Meters that work, best first, each opened when it is asked for; problems are noted."""
    checks.one_of("part", part, ("cpu", "gpu"))
    own = [(each.name, each) for each in BUILT_IN if part in each.covers]
    # its one number holds processor and card, so it cannot be asked for the card alone
    own = [(name, each) for name, each in own if name != "codecarbon" or codecarbon]
    own = [(name, each) for name, each in own if name != "codecarbon" or part == "cpu"]
    classes = [*_plug_ins(part, problems), *own]
    # sorted is stable: within a kind the plug-ins stay in front
    for name, each in sorted(classes, key=lambda pair: ORDER.index(pair[1].kind)):
        try:
            made = each.open()
            if made is not None and name not in OWN_NAMES:
                made = _checked(made)
        except Exception as error:  # another's code: whatever it raises, the others still work
            problems.append(f"meter {name!r} is left out: {error}")
            continue
        if made is not None:
            yield made


def _plug_ins(part: str, problems: list[str]) -> list[tuple[str, Any]]:
    """Name and class of every meter of another package that counts this part."""
    classes: list[tuple[str, Any]] = []
    for point in entry_points(group=GROUP):
        if point.name in OWN_NAMES:  # the course's own: they are in the list
            continue
        try:
            each = point.load()
            checks.one_of("kind", each.kind, ORDER)
            if part in each.covers:
                classes.append((point.name, each))
        except Exception as error:
            problems.append(f"meter {point.name!r} is left out: {error}")
    return classes


def _checked(made: Any) -> Meter:
    """The meter, if it has everything that one needs, and a model calls itself one."""
    lacking = [name for name in NEEDED if not hasattr(made, name)]
    if lacking:
        raise TypeError(f"it lacks {', '.join(lacking)}")
    if made.kind == "model" and "model" not in made.method:
        raise ValueError(f"the method of a model must say so, got {made.method!r}")
    return made
