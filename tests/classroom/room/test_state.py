"""What a room holds, without a network."""

import math
from typing import Any

import pytest

from course_lib.classroom.room import state
from course_lib.classroom.room.question import Question
from course_lib.classroom.room.state import LETTERS, Refused, Room, new_code
from tests.classroom.room.rooms import COLOUR, HOURS, QUESTIONS, RANK, SHARE, room, token


@pytest.mark.parametrize(
    ("question", "given", "kept"),
    [
        (SHARE, "17 %", 0.17),
        (SHARE, " about 17 per cent", 0.17),
        (SHARE, 0.17, 0.17),
        (SHARE, 0, 0.0),
        (COLOUR, "blue", "blue"),
        (RANK, ["three", "one", "two"], ["three", "one", "two"]),
        (HOURS, ["100", "2k"], [100.0, 2000.0]),
        (HOURS, [100, 2000.0], [100.0, 2000.0]),
    ],
)
def test_a_guess_is_read(question: Question, given: Any, kept: Any) -> None:
    assert question.read(given) == kept


@pytest.mark.parametrize(
    ("question", "given"),
    [
        *((SHARE, bad) for bad in ("", "much", "-3", "1e999", "9" * 81, "<script>", "nan", "inf")),
        *((SHARE, bad) for bad in (math.nan, math.inf, -0.2, 10**400, 1e300, 1e-300, True, None)),
        *((SHARE, bad) for bad in ([0.2], {"a": 1}, [])),
        *((COLOUR, bad) for bad in ("green", "", None, 1, ["blue"], "BLUE")),
        *((RANK, bad) for bad in ([], ["one", "two"], ["one"] * 3, ["", "one", "two"], "one", 3)),
        *((RANK, bad) for bad in (["one", "two", 3], ["one", "two", "three", "four"], None)),
        *((HOURS, bad) for bad in ([5, 5], [6, 5], [0, 5], [5], [1, 2, 3], "5", [math.nan, 5])),
        (HOURS, [1, "x"]),
    ],
)
def test_what_is_no_guess_is_refused_with_a_sentence(question: Question, given: Any) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z“].{8,200}[.?]$"):
        question.read(given)


def test_a_token_has_one_guess_that_may_change_until_the_answer() -> None:
    held = room()
    held.guess("share", token(1), "10 %")
    held.guess("share", token(1), "30 %")
    held.guess("share", token(2), "40 %")
    assert sorted(held.guesses["share"].values()) == [0.3, 0.4]
    held.reveal()
    with pytest.raises(Refused, match="Too late") as late:
        held.guess("share", token(1), "20 %")
    assert late.value.status == 409
    assert sorted(held.guesses["share"].values()) == [0.3, 0.4]
    assert held.own("share", token(1)) == 0.3 and held.own("share", token(3)) is None


def test_who_is_ahead_of_the_room_counts() -> None:
    held = room()
    held.guess("hours", token(1), [1, 2])
    assert held.now is SHARE and len(held.guesses["hours"]) == 1


@pytest.mark.parametrize("id", ["", "nothing", None, 3, ["share"], "__class__"])
def test_a_question_that_is_not_asked_is_refused(id: Any) -> None:
    with pytest.raises(Refused, match="no such question") as refused:
        room().guess(id, token(), "1 %")
    assert refused.value.status == 404


@pytest.mark.parametrize("bad", ["", "0" * 31, "0" * 33, "G" * 32, None, 5, "0" * 31 + "\n"])
def test_a_token_is_32_digits(bad: Any) -> None:
    with pytest.raises(Refused, match="token"):
        room().guess("share", bad, "1 %")


def test_a_refused_guess_leaves_the_earlier_one() -> None:
    held = room()
    held.guess("share", token(), "10 %")
    before = held.version
    with pytest.raises(Refused):
        held.guess("share", token(), "much")
    assert list(held.guesses["share"].values()) == [0.1] and held.version == before


def test_a_room_is_full_at_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "MOST_GUESSERS", 3)
    held = room()
    for who in range(3):
        held.guess("share", token(who), "10 %")
    with pytest.raises(Refused, match="full"):
        held.guess("colour", token(3), "blue")
    held.guess("colour", token(2), "blue")  # who is in goes on


def test_fingerprints_tell_no_token_and_differ_from_room_to_room() -> None:
    one, other = room().fingerprint(token(7)), room().fingerprint(token(7))
    assert one != other and token(7) not in one


@pytest.mark.parametrize("place", [-1, 4, 1.0, True, "1", None])
def test_there_is_no_other_question(place: Any) -> None:
    held = room()
    with pytest.raises(Refused):
        held.go(place)
    assert held.at == 0


def test_going_back_does_not_open_an_answer_again() -> None:
    held = room()
    held.reveal()
    held.go(1)
    held.go(0)
    with pytest.raises(Refused, match="Too late"):
        held.guess("share", token(), "10 %")


def test_codes_hold_nothing_that_is_mistaken() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 490
    assert set("".join(codes)) <= set(LETTERS) and not set("IO01") & set(LETTERS)


def test_a_room_needs_a_question() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Room(lesson="x", title="x", questions=[])
    assert len(room().questions) == len(QUESTIONS)
