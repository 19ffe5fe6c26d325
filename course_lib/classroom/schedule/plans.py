"""Plans that are ready, as pages of the guide; the same code makes any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson
from course_lib.classroom.schedule.choose import plan
from course_lib.classroom.schedule.show import as_markdown

__all__ = ["READY", "Ready", "pages"]


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A plan that many will want."""

    file: str
    """Its page's name, without the folder."""
    name: str
    """Its heading."""
    about: str
    """For whom it is, and in what form."""
    minutes: int
    """How long each session is."""
    sessions: int
    """How many there are."""
    meeting: str
    """What a session is called."""

    @property
    def command(self) -> str:
        """What prints the same."""
        more = f" --sessions {self.sessions}" if self.sessions > 1 else ""
        return f"course schedule --minutes {self.minutes}{more}"


READY = (
    Ready(
        file="plan_90_minutes.md",
        name="Ninety minutes",
        about="For a room that has never seen the course: a conference, a staff day, a double "
        "lesson. Two lessons, cut to what carries them.",
        minutes=90,
        sessions=1,
        meeting="Session",
    ),
    Ready(
        file="plan_one_day.md",
        name="One day",
        about="For a team that serves or buys models: from the cost of one answer to who pays. Six "
        "and a half hours with lunch.",
        minutes=390,
        sessions=1,
        meeting="Session",
    ),
    Ready(
        file="plan_three_days.md",
        name="Three days",
        about="For a summer school or a company course: nearly every lesson, with the ideas that "
        "carry it and one task. Days of six and a half hours with lunch.",
        minutes=390,
        sessions=3,
        meeting="Day",
    ),
    Ready(
        file="plan_ten_weeks.md",
        name="Ten weeks",
        about="For a term: the whole course, one session of two and a half hours a week, what is "
        "left of the exercises at home.",
        minutes=150,
        sessions=10,
        meeting="Week",
    ),
)


def pages(course: Sequence[tuple[Lesson, ByHand]]) -> dict[str, str]:
    """The pages of all ready plans, by file name."""
    return {
        ready.file: as_markdown(
            plan(course, ready.minutes, sessions=ready.sessions),
            {
                "name": ready.name,
                "about": ready.about,
                "command": ready.command,
                "meeting": ready.meeting,
                "brief": ready.sessions > 1,
            },
        )
        for ready in READY
    }
