"""Points of exercises in the learner's file: written by a check that passes, read by `course
progress`.

Design choices:
- Under "points" each exercise holds its tasks, and each task what its visible check earned. A check
  that fails later takes nothing away.
- A graded exercise may hold "points" and "of" beside its tasks: then these are its points.
- What the visible checks are worth stands in the built exercise; it is read there, not stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from course_lib.teaching import state

SECTION = "points"
EXERCISE_POINTS = 20
"""What an exercise is worth in all."""
CHECK = re.compile(
    r'^with checking\("(?P<task>\w+?)_check\w*", points=(?P<points>\d+), of=(?P<of>\d+)'
    r'(, rest="(?P<rest>.*?)")?',
    flags=re.MULTILINE,
)
"""The first line of a check, as the build writes it."""

__all__ = ["earned", "possible", "with_passed"]


def with_passed(
    old: state.State, exercise: str, task: str, points: int, of: int, now: str
) -> state.State:
    """The state with the points of a check that passed; the time is that of the first pass.

    >>> kept = with_passed(state.empty(), "01_parameters", "headline", 1, 3, "2026-01-01")
    >>> kept["points"]["01_parameters"]["tasks"]["headline"]["points"]
    1
    """
    section = state.section(old, SECTION)
    entry = state.section(section, exercise)
    tasks = state.section(entry, "tasks")
    # of two equal keys the right one wins: an older time stays
    new = {"time": now} | state.section(tasks, task) | {"points": points, "of": of}
    return old | {SECTION: section | {exercise: entry | {"tasks": tasks | {task: new}}}}


def possible(root: Path) -> dict[str, int]:
    """What the visible checks of each built exercise are worth together, by its name."""
    folder = root / "exercises"
    return {path.stem: _visible(path) for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}


def earned(
    kept: Mapping[str, Any], exercise: str, visible: int | None = None
) -> tuple[float, float] | None:
    """Points of an exercise and their maximum; None where nothing is known of it.

    Args:
        kept: the learner's state.
        exercise: its name, such as "01_parameters".
        visible: what its visible checks are worth together, where that is known.
    """
    entry = state.section(state.section(kept, SECTION), exercise)
    if _number(entry.get("points")) and _number(entry.get("of")):
        return float(entry["points"]), float(entry["of"])
    found = [task.get("points") for task in entry.get("tasks", {}).values()] if _has(entry) else []
    got = sum(float(points) for points in found if _number(points))
    if not got and not visible:
        return None
    return got, float(visible or EXERCISE_POINTS)


def _has(entry: Mapping[str, Any]) -> bool:
    """Whether an exercise's entry holds tasks that can be read."""
    tasks = entry.get("tasks")
    return isinstance(tasks, dict) and all(isinstance(task, dict) for task in tasks.values())


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _visible(path: Path) -> int:
    """Points in the checks of one built exercise; 0 where it has none or cannot be read."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return 0
    return sum(int(check["points"]) for check in CHECK.finditer(code))
