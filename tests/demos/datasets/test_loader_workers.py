"""Workers keep the order, overlap waiting, end in order and give up in time; none is left behind.
No time is asserted."""

import multiprocessing
import os
import time
from collections.abc import Iterator
from itertools import islice

import pytest

from course_lib.demos import loader_work
from course_lib.demos.datasets import loader_workers
from course_lib.demos.datasets.loader_workers import Workers


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as made:
        yield made


def alive(workers: Workers) -> list[int | None]:
    return [process.pid for process in workers.processes if process.is_alive()]


def test_batches_come_in_order(workers: Workers) -> None:
    assert list(islice(workers.load(loader_work.wait), 7)) == list(range(7))


def test_what_is_under_way_belongs_to_the_last_work(workers: Workers) -> None:
    assert list(islice(workers.load(abs), 3)) == [0, 1, 2]
    assert list(islice(workers.load(float), 3)) == [0.0, 1.0, 2.0]
    assert list(islice(workers.load(str), 2)) == ["0", "1"]


def test_two_batches_a_worker_are_under_way(workers: Workers) -> None:
    next(workers.load(abs))
    assert list(workers.under_way) == [1, 0, 1, 0]  # batches 1 to 4, in turn


def test_an_error_in_a_worker_reaches_the_reader_and_the_worker_goes_on(workers: Workers) -> None:
    with pytest.raises(TypeError, match="int"):
        next(workers.load(len))
    assert next(workers.load(abs)) == 0


def test_what_cannot_be_sent_is_an_error_and_no_end(workers: Workers) -> None:
    with pytest.raises(Exception, match="pickle"):
        next(workers.load(memoryview_of))
    assert next(workers.load(abs)) == 0


def memoryview_of(number: int) -> memoryview:
    return memoryview(b"no process can send this")


class Odd(Exception):
    """An error that cannot be made again from its words."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


def raise_odd(number: int) -> None:
    raise Odd(1, 2)


def test_an_error_that_cannot_travel_is_told_in_words() -> None:
    batch, error = loader_work._answer(raise_odd, 0)
    assert batch is None and type(error) is RuntimeError and str(error) == "Odd: 1 and 2"
    assert loader_work._answer(abs, 3) == (3, None)


def test_many_starts_with_tasks_in_flight_leave_nothing_and_stand_nowhere() -> None:
    """Left with batches under way, again and again: a pool that was ended so once stood still."""
    before = set(multiprocessing.active_children())
    for number in (1, 2, 3) * 5:
        with Workers(number, deadline_seconds=60) as made:
            assert list(islice(made.load(abs), 3)) == [0, 1, 2]
            assert len(made.under_way) == loader_workers.PREFETCH * number
        assert [process.exitcode for process in made.processes] == [0] * number  # none was killed
    assert set(multiprocessing.active_children()) <= before


def test_workers_that_were_never_asked_end_too() -> None:
    with Workers(2) as made:
        pass
    assert [process.exitcode for process in made.processes] == [0, 0]


def test_a_worker_that_stands_still_is_given_up() -> None:
    with pytest.raises(TimeoutError, match=r"no batch came within 0\.5 s from worker 2 of 2"):  # noqa: SIM117
        with Workers(2, deadline_seconds=60) as made:
            batches = made.load(stand_still_from_one_on)
            assert next(batches) == 0
            made.deadline_seconds = 0.5  # not before: a start may take seconds
            next(batches)
    assert alive(made) == []


def test_leaving_does_not_wait_for_ever_either() -> None:
    with pytest.raises(TimeoutError, match=r"no batch came within 0\.5 s"):  # noqa: SIM117
        with Workers(1, deadline_seconds=60) as made:
            assert next(made.load(stand_still_from_one_on)) == 0
            made.deadline_seconds = 0.5
    assert alive(made) == []


def test_a_worker_that_will_not_end_is_killed_and_named() -> None:
    with pytest.raises(TimeoutError, match=r"1 of 1 workers did not end within 0\.5 s"):  # noqa: SIM117
        with Workers(1, deadline_seconds=60) as made:
            # as if it had not heard: an order that is not waited for comes before the end
            made.lines[0].send((time.sleep, 600))
            made.deadline_seconds = 0.5
    assert alive(made) == []


def test_an_error_of_the_reader_ends_the_workers_at_once() -> None:
    with pytest.raises(KeyError), Workers(1) as made:
        assert next(made.load(stand_still_from_one_on)) == 0
        raise KeyError("the reader's own")
    assert alive(made) == []


def stand_still_from_one_on(number: int) -> int:
    time.sleep(600 if number else 0)
    return number


def end_the_process(number: int) -> None:
    os._exit(3)


def test_a_worker_that_dies_is_named() -> None:
    with pytest.raises(RuntimeError, match=r"worker 1 of 1 has died \(exit code 3\)"):  # noqa: SIM117
        with Workers(1) as made:
            next(made.load(end_the_process))
    assert alive(made) == []


def test_a_start_that_fails_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Workers] = []
    start = Workers._start

    def second_fails(workers: Workers) -> None:
        started.append(workers)
        if len(started) == 2:
            raise OSError("no more processes")
        start(workers)

    monkeypatch.setattr(Workers, "_start", second_fails)
    with pytest.raises(OSError, match="no more"):
        Workers(2)
    assert alive(started[0]) == []


@pytest.mark.parametrize("bad", [{"number": 0}, {"number": 1.5}, {"deadline_seconds": 0}])
def test_bad_arguments_are_named(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Workers(**({"number": 1} | bad))  # type: ignore[arg-type]
