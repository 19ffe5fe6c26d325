"""Limits, with a clock of their own."""

import pytest

from course_lib.classroom.room import guards
from course_lib.classroom.room.guards import Buckets, Guards
from course_lib.classroom.room.state import Refused


class Clock:
    """A clock that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_slowly_and_never_over() -> None:
    clock = Clock()
    bucket = Buckets(burst=3, rate=0.5, clock=clock)
    assert [bucket.take("a") for _ in range(4)] == [True, True, True, False]
    clock.now = 2.0
    assert [bucket.take("a") for _ in range(2)] == [True, False]
    clock.now = 1000.0
    assert [bucket.take("a") for _ in range(4)] == [True, True, True, False]
    assert bucket.take("b")


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "MOST_BUCKETS", 100)
    clock = Clock()
    bucket = Buckets(burst=2, rate=1, clock=clock)
    for key in range(1000):
        bucket.take(key)
        clock.now += 0.001
    assert len(bucket.levels) <= 100
    assert bucket.left(999) == pytest.approx(1, abs=0.01)  # the youngest is not forgotten


def wrong_until_slowed(held: Guards, address: str) -> int:
    for tried in range(1000):
        with pytest.raises(Refused) as refused:
            held.code(address, right=False, known=False)
        if refused.value.status == 429:
            return tried
    raise AssertionError("codes can be tried without end")


def test_whoever_tries_codes_is_slowed_down_even_with_the_right_one() -> None:
    clock = Clock()
    held = Guards(clock=clock)
    assert wrong_until_slowed(held, "a") == 20
    with pytest.raises(Refused, match="wrong codes"):
        held.code("a", right=True, known=False)
    held.code("a", right=True, known=True)  # who is in the room already goes on
    held.code("b", right=True, known=False)
    clock.now = 60.0
    held.code("a", right=True, known=False)
    # a code has 5 letters of 32: at this rate half of them take two years of one address
    a_day = held.wrong.burst + 86_400 * held.wrong.rate
    assert 32**5 / 2 / a_day > 365


def test_one_address_cannot_fill_the_room() -> None:
    held = Guards(per_address=3)
    for who in "abc":
        held.guess("x", who)
    with pytest.raises(Refused, match="has 3 guessers"):
        held.guess("x", "d")
    held.guess("x", "a")
    held.guess("y", "d")


def test_a_token_that_is_too_fast_waits_and_others_do_not() -> None:
    clock = Clock()
    held = Guards(clock=clock)
    for _ in range(12):
        held.guess("x", "a")
    with pytest.raises(Refused, match="too fast"):
        held.guess("x", "a")
    held.guess("x", "b")
    clock.now = 2.0
    held.guess("x", "a")


def test_a_flood_of_requests_or_records_is_refused() -> None:
    clock = Clock()
    held = Guards(clock=clock)
    for _ in range(600):
        held.request("x")
    with pytest.raises(Refused, match="Too many requests"):
        held.request("x")
    for _ in range(30):
        held.record("x")
    with pytest.raises(Refused, match="Too many records"):
        held.record("x")
    held.request("y")
    held.record("y")
