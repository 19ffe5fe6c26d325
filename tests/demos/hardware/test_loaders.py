"""Loaders: readings for each kind and number, gains by hand, a record that is read as written. No
time is asserted."""

import multiprocessing
from itertools import count
from pathlib import Path

import pytest

from course_lib.demos import measure
from course_lib.demos.hardware import loaders


def found(one: list[float], four: list[float]) -> loaders.Loaders:
    by_number = {1: measure.timing(one), 4: measure.timing(four)}
    return loaders.Loaders(cores=2, timings={"waiting": by_number, "computing": by_number})


def test_every_number_is_read_and_no_process_is_left() -> None:
    before = set(multiprocessing.active_children())
    made = loaders.deliver([1, 2], readings=3)
    assert {kind: list(timings) for kind, timings in made.timings.items()} == {
        "waiting": [1, 2],
        "computing": [1, 2],
    }
    assert all(t.repeats == 3 for by_number in made.timings.values() for t in by_number.values())
    assert made.gain("waiting", 1) == 1
    assert set(multiprocessing.active_children()) <= before


def test_gain_is_the_ratio_of_the_middle_readings() -> None:
    made = found([4.0, 8.0, 6.0], [2.0, 1.0, 3.0])
    assert made.rate("waiting", 4) == 0.5
    assert made.gain("waiting", 4) == pytest.approx(3)


def test_a_gain_is_clear_only_away_from_the_limit() -> None:
    one, four = [4.0, 4.1, 4.2, 4.1, 4.0], [1.0, 1.1, 1.0, 1.1, 1.0]
    assert found(one, four).is_clear("waiting", 4, 2)  # about 4: clearly above 2
    assert found(one, four).is_clear("waiting", 4, 8)  # and clearly below 8
    assert not found(one, four).is_clear("waiting", 4, 4)


def test_the_buffer_is_emptied_before_the_clock_starts() -> None:
    made = count()
    loaders._read(made, number=2, readings=3)
    # two ahead for each of two loaders, then three readings of three rounds
    assert next(made) == 2 * 2 + 3 * 3 * 2


def test_waiting_overlaps_beyond_the_cores_in_the_record_and_computing_does_not() -> None:
    record = loaders.recorded()
    assert record.cores == 2
    assert record.gain("waiting", 4, than=2) == pytest.approx(2, rel=0.05)  # the sleeps say so
    assert record.gain("computing", 4, than=2) < 1.2


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "record.toml"
    file.write_text(loaders.as_toml(found([4.0, 8.0], [1.0])), encoding="utf-8")
    again = loaders.recorded(file)
    assert again.timings["waiting"][1].runs_seconds == (4.0, 8.0)
    assert again.timings["computing"][4].runs_seconds == (1.0,)


def test_unpacking_has_a_rate() -> None:
    assert loaders.unpack_rate() > 0


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="numbers must be at least 1, got 0"):
        loaders.deliver([0])
    with pytest.raises(ValueError, match="readings"):
        loaders.deliver([1], readings=0)
