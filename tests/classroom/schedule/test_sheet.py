"""Sessions are laid out rightly, whatever the parts: minutes, order, breaks."""

from __future__ import annotations

from itertools import groupby, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.classroom.schedule import sheet
from course_lib.classroom.schedule.minutes import Part
from course_lib.classroom.schedule.sheet import Row, Session, lay_out, shortest

KINDS = ("opening", "idea", "idea", "full size", "exercise", "closing")
PAUSES = ("break", "lunch")


@st.composite
def parts(draw: st.DrawFn) -> list[Part]:
    """Parts of some lessons, in order, none longer than a stretch without a break."""
    found = []
    for lesson in range(draw(st.integers(1, 6))):
        for place, kind in enumerate(KINDS[: draw(st.integers(1, len(KINDS)))]):
            steps = draw(st.lists(st.integers(1, 12), min_size=1, max_size=3))
            found.append(
                Part(
                    lesson=f"{lesson:02}_some",
                    kind=kind,
                    heading=f"{place}",
                    minutes=tuple(zip(("predict", "measure", "discuss"), steps, strict=False)),
                )
            )
    return found


def rows(sessions: list[Session]) -> list[Row]:
    return [row for session in sessions for row in session.rows]


@settings(max_examples=150, deadline=None)
@given(parts(), st.integers(30, 500), st.integers(1, 4))
def test_times_add_up_and_never_overlap(every: list[Part], minutes: int, count: int) -> None:
    sessions = lay_out(every, minutes, count)
    if sessions is None:
        return
    assert 1 <= len(sessions) <= count
    for session in sessions:
        assert session.rows[0].start == 0
        assert all(row.end == later.start for row, later in pairwise(session.rows))
        assert all(row.minutes > 0 for row in session.rows)
        assert sum(row.minutes for row in session.rows) == session.minutes <= minutes
    # every part is done once, whole, in order
    done = [(row.part, row.kind, row.minutes) for row in rows(sessions) if row.part is not None]
    wanted = [(part, step, length) for part in every for step, length in part.minutes]
    assert done == wanted


@settings(max_examples=150, deadline=None)
@given(parts(), st.integers(60, 500), st.integers(1, 4))
def test_breaks_stand_where_they_should(every: list[Part], minutes: int, count: int) -> None:
    for session in lay_out(every, minutes, count) or []:
        kinds = [row.kind for row in session.rows]
        assert kinds.count("lunch") == (minutes >= sheet.LUNCH_FROM and _has_pause(kinds))
        for pause, stretch in groupby(session.rows, key=lambda row: row.kind in PAUSES):
            own = list(stretch)
            if pause:
                assert len(own) == 1  # no two in a row
            else:
                spare = sum(row.minutes for row in own if row.kind == "questions")
                assert sum(row.minutes for row in own) - spare <= sheet.TO_THE_ANSWER
        for before, pause, after in zip(
            session.rows, session.rows[1:], session.rows[2:], strict=False
        ):
            if pause.kind in PAUSES:
                assert before.part is not after.part  # never within a part
        assert kinds[0] in ("set-up", "return")
        assert kinds[-1] not in PAUSES


def _has_pause(kinds: list[str]) -> bool:
    return any(kind in PAUSES for kind in kinds)


@settings(max_examples=100, deadline=None)
@given(parts())
def test_the_shortest_session_is_the_shortest(every: list[Part]) -> None:
    minutes = shortest(every)
    assert lay_out(every, minutes) is not None
    assert lay_out(every, minutes - 1) is None


def test_an_example_worked_by_hand() -> None:
    first = Part(lesson="00_a", kind="idea", heading="x", minutes=(("predict", 2), ("measure", 38)))
    second = Part(lesson="01_b", kind="idea", heading="y", minutes=(("discuss", 30),))
    (session,) = lay_out([first, second], 95) or []
    told = [(row.kind, row.start, row.end) for row in session.rows]
    assert told == [
        ("set-up", 0, 10),
        ("predict", 10, 12),
        ("measure", 12, 50),
        ("break", 50, 55),
        ("discuss", 55, 85),
        ("questions", 85, 90),
        ("close", 90, 95),
    ]


def test_the_answer_is_not_put_behind_a_break() -> None:
    idea = Part(lesson="00_a", kind="idea", heading="x", minutes=(("discuss", 44),))
    answer = Part(lesson="00_a", kind="closing", heading="y", minutes=(("measure", 3),))
    more = Part(lesson="01_b", kind="idea", heading="z", minutes=(("discuss", 20),))
    (session,) = lay_out([idea, answer, more], 100) or []
    kinds = [row.kind for row in session.rows]
    assert kinds[:4] == ["set-up", "discuss", "measure", "break"]


def test_a_lesson_is_not_begun_for_its_last_minutes() -> None:
    first = Part(lesson="00_a", kind="idea", heading="x", minutes=(("discuss", 40),))
    begun = Part(lesson="01_b", kind="opening", heading="q", minutes=(("open", 5),))
    rest = Part(lesson="01_b", kind="idea", heading="y", minutes=(("discuss", 40),))
    one, two = lay_out([first, begun, rest], 70, 2) or []
    assert [row.part for row in one.rows if row.part] == [first]
    assert [row.part for row in two.rows if row.part] == [begun, rest]
