"""A workshop holds what its time allows, and says of everything else why it is cut."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson
from course_lib.classroom.schedule.choose import plan
from course_lib.classroom.schedule.minutes import parts
from course_lib.errors import CourseError

Course = list[tuple[Lesson, ByHand]]


def test_the_parts_of_a_lesson_add_up_to_its_recorded_minutes(taught: Course) -> None:
    for lesson, texts in taught:
        every = parts(lesson, texts)
        own = sum(part.total for part in every if part.kind != "exercise")
        assert own == lesson.room_minutes
        tasks = [part.total for part in every if part.kind == "exercise"]
        assert tasks == [task.minutes for task in lesson.tasks]
        assert len({part.key for part in every}) == len(every)
        assert all(minutes > 0 for part in every for _, minutes in part.minutes)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    minutes=st.integers(20, 500),
    places=st.sets(st.integers(0, 16), max_size=4),
)
def test_everything_is_done_or_cut_with_a_reason(
    taught: Course, minutes: int, places: set[int]
) -> None:
    asked = [taught[place][0].name for place in sorted(places)]
    try:
        made = plan(taught, minutes, asked=asked)
    except CourseError:
        return
    names = [lesson.name for lesson in made.lessons]
    assert names == sorted(names)
    assert not asked or names == asked
    every = [
        part for lesson, texts in taught if lesson.name in names for part in parts(lesson, texts)
    ]
    done, cut = [part.key for part in made.taken], [each.part.key for each in made.cut]
    assert sorted(done + cut) == sorted(part.key for part in every)
    assert done == [part.key for part in every if part.key in done]  # in order
    assert all(each.reason.endswith(".") for each in made.cut)
    assert not any(each.part.carries == 3 for each in made.cut)
    assert not any(each.part.kind in ("opening", "closing") for each in made.cut)
    assert sum(session.minutes for session in made.sessions) + made.left_over == minutes


def test_an_idea_that_completes_the_answer_is_cut_after_all_others(taught: Course) -> None:
    for lesson, texts in taught:
        for minutes in (60, 75, 90):
            try:
                made = plan(taught, minutes, asked=[lesson.name])
            except CourseError:
                continue
            lost = {each.part.carries for each in made.cut if each.part.kind == "idea"}
            kept = {part.carries for part in made.taken if part.kind == "idea"}
            if 2 in lost:  # what is shorter may fit where a longer idea does not
                longer = min(each.part.total for each in made.cut if each.part.carries == 2)
                assert all(
                    part.total < longer
                    for part in made.taken
                    if part.kind == "idea" and part.carries == 1
                ), (lesson.name, texts.path, kept)


@pytest.mark.parametrize("asked", [["00_start_here"], ["05_inference", "06_serving"], []])
@pytest.mark.parametrize("sessions", [1, 2])
def test_the_shortest_time_that_is_named_is_enough_and_one_less_is_not(
    taught: Course, asked: list[str], sessions: int
) -> None:
    with pytest.raises(CourseError, match="too short for lesson") as error:
        plan(taught, 12, sessions=sessions, asked=asked)
    enough = int(re.findall(r"\d+", str(error.value))[-1])
    made = plan(taught, enough, sessions=sessions, asked=asked)
    assert made.taken
    with pytest.raises(CourseError, match="too short"):
        plan(taught, enough - 1, sessions=sessions, asked=asked)


def test_lessons_for_a_time_are_those_of_the_path(taught: Course) -> None:
    path = [lesson.number for lesson, texts in sorted(taught, key=lambda each: each[1].path)]
    for minutes, count in ((45, 1), (90, 2), (165, 3), (390, 6)):
        made = plan(taught, minutes)
        assert [lesson.number for lesson in made.lessons] == sorted(path[:count])
        assert made.chosen


def test_long_enough_nothing_is_cut(taught: Course) -> None:
    made = plan(taught, 400, asked=["05_inference"])
    assert not made.cut
    assert made.left_over > 200


def test_nothing_below_one_minute(taught: Course) -> None:
    for minutes, sessions in ((0, 1), (90, 0), (-5, 1)):
        with pytest.raises(CourseError, match="1 or more"):
            plan(taught, minutes, sessions=sessions)
