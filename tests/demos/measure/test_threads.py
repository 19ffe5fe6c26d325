"""The trial of threads: what it tries, what it chooses, what it leaves alone. No time is
asserted."""

from collections.abc import Iterator

import pytest
import torch

from course_lib.demos import measure
from course_lib.demos.measure import threads


@pytest.fixture(autouse=True)
def four_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


def trial(present: int, **seconds: list[float]) -> measure.Threads:
    timings = {int(name[1:]): measure.timing(runs) for name, runs in seconds.items()}
    return measure.Threads(timings=timings, present=present)


def test_the_present_number_stays_unless_another_is_clearly_faster() -> None:
    slow, same, fast = [2.0, 2.1, 2.2, 2.1], [2.0, 2.2, 1.9, 2.1], [1.0, 1.1, 1.0, 1.2]
    assert trial(4, _1=same, _2=same, _4=slow).chosen == 4
    found = trial(4, _1=[1.3, 1.4, 1.3, 1.5], _2=fast, _4=slow)
    assert found.chosen == 2 and found.gain == pytest.approx(2.1 / 1.05)
    assert trial(4, _1=slow, _4=fast).chosen == 4
    assert trial(4, _1=slow, _4=fast).gain == 1


def test_every_number_is_tried_in_every_round_and_the_old_one_comes_back() -> None:
    seen: list[int] = []
    found = measure.quickest_threads(lambda: seen.append(torch.get_num_threads()), rounds=3)
    assert list(found.timings) == [1, 2, 4] and found.present == 4
    assert seen == [1, 2, 4, 4, 2, 1] * 2  # one round to warm up, and three
    assert all(timed.repeats == 3 for timed in found.timings.values())
    assert torch.get_num_threads() == 4


def test_the_old_number_comes_back_after_an_error() -> None:
    def fail() -> None:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        measure.quickest_threads(fail)
    assert torch.get_num_threads() == 4


def test_a_slow_machine_makes_five_rounds() -> None:
    found = measure.quickest_threads(lambda: None, counts=[1], rounds=9, budget_seconds=0.0)
    assert found.timings[1].repeats == 5


@pytest.mark.parametrize(
    ("most", "numbers"), [(1, [1]), (2, [1, 2]), (3, [1, 2, 3]), (8, [1, 2, 4, 8])]
)
def test_candidates(most: int, numbers: list[int]) -> None:
    assert threads.candidates(most) == numbers


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="counts"):
        measure.quickest_threads(lambda: None, counts=[0])
    with pytest.raises(ValueError, match="rounds"):
        measure.quickest_threads(lambda: None, rounds=0)


def test_a_limit_ends_the_trial_after_one_round() -> None:
    found = measure.quickest_threads(lambda: None, counts=[1, 2], rounds=9, limit_seconds=0.0)
    assert found.timings[1].repeats == found.timings[2].repeats == 1
    assert found.chosen == 4, "nothing is clear from one run"
