"""Scores of a small model beside the best: the source's cells typed a second time, and a count."""

import pytest

from course_lib.estimators.access import scores

TYPED = {
    "MMLU-Redux": (93.7, 87.5),
    "GPQA-Diamond": (84.0, 62.0),
    "MATH-500": (98.8, 97.4),
    "AIME 2025": (86.7, 67.3),
    "BFCL v3": (72.5, 68.1),
    "CodeForces rating": (2056, 1785),
    "PolyMath": (54.7, 42.7),
}


def test_cells_of_the_report() -> None:
    found = {task.name: (task.best, task.small) for task in scores.tasks()}
    assert found.items() >= TYPED.items()


def test_the_count_by_hand() -> None:
    reached = list(scores.by_task().values())
    assert reached == sorted(reached, reverse=True)
    assert scores.share_enough() == pytest.approx(sum(each >= 0.9 for each in reached) / 23)
    assert scores.share_enough(enough=0) == 1
    assert scores.share_enough(enough=1.01) == 0
