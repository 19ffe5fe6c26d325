"""Is a small open model enough? Published scores of it beside the best ones on the same tasks.

The scores are the catalog's findings of topic `task_scores`: one for each task, the best score of
all models in the tables of one report, and the best of open models of at most ten billion weights.
Higher is better on all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from course_lib.catalog import findings

TOPIC = "task_scores"
ENOUGH = 0.9
"""The part of the best score that counts as enough."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A published task with two scores on it."""

    name: str
    """The task."""
    best: float
    """The best score of all models."""
    small: float
    """The best score of open models of at most ten billion weights."""

    @property
    def reached(self) -> float:
        """The part of the best score that the small model reaches."""
        return self.small / self.best


def tasks() -> list[Task]:
    """Every published task, in the order of the catalog.

    >>> len(tasks()), all(0 < task.reached <= 1 for task in tasks())
    (23, True)
    """
    found = []
    for key in findings:
        if findings.peek(key).topic == TOPIC:
            best, small = findings[key].values  # noted as looked up, one by one
            found.append(Task(name=findings[key].claim, best=best, small=small))
    return found


def share_enough(found: list[Task] | None = None, enough: float = ENOUGH) -> float:
    """On which share of the tasks the small model reaches so much of the best score.

    >>> share_enough([Task(name="a", best=100, small=95), Task(name="b", best=100, small=50)])
    0.5
    """
    known = tasks() if found is None else found
    return sum(task.reached >= enough for task in known) / len(known)


def by_task(found: list[Task] | None = None) -> Mapping[str, float]:
    """The part of the best score by task, most first."""
    known = tasks() if found is None else found
    return {task.name: task.reached for task in sorted(known, key=lambda task: -task.reached)}
