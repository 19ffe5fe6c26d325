"""The line of a long loop: when it shows, what it says, and that nothing stops a loop. The clock is
pretended; no time is asserted."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from course_lib.demos import measure
from course_lib.demos.measure import progress

Shown = list[tuple[str, float | None, bool]]


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    yield made
    assert not progress._lines, "no line is left behind"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    lines: Shown = []
    monkeypatch.setattr(progress, "_where", lambda: lambda *state: lines.append(state))
    return lines


def test_a_quick_loop_shows_nothing(clock: Clock, shown: Shown) -> None:
    for _ in measure.track(range(10), "steps"):
        clock.now += 0.1
    assert shown == []


def test_a_slow_loop_says_how_far_it_is_and_ends_on_one_line(clock: Clock, shown: Shown) -> None:
    for _ in measure.track(range(4), "steps"):
        clock.now += 2.0
    assert [text for text, _, _ in shown] == [
        "steps: 1 of 4, about 6 s left",
        "steps: 2 of 4, about 4 s left",
        "steps: 3 of 4, about 2 s left",
        "steps: 4 of 4",
        "steps: 4 of 4 after 8 s",
    ]
    assert [done for _, done, _ in shown] == [0.25, 0.5, 0.75, 1.0, 1.0]
    assert [last for _, _, last in shown] == [False] * 4 + [True]


def test_the_line_changes_at_most_every_third_of_a_second(clock: Clock, shown: Shown) -> None:
    for _ in measure.track(range(1000), "steps"):
        clock.now += 0.01
    assert 25 < len(shown) < 32  # from 1.5 s to 10 s, every 0.3 s and the last


def test_a_loop_inside_shares_the_line_and_its_share_counts(clock: Clock, shown: Shown) -> None:
    for _ in measure.track(["a", "b"], "models"):
        for _ in measure.track(range(2), "steps"):
            clock.now += 2.0
    assert [text for text, _, _ in shown] == [
        "models: 0 of 2, steps: 1 of 2, about 6 s left",
        "models: 0 of 2, steps: 2 of 2, about 4 s left",
        "models: 1 of 2, steps: 1 of 2, about 2 s left",
        "models: 1 of 2, steps: 2 of 2",
        "models: 2 of 2 after 8 s",
    ]


def test_a_loop_that_is_left_or_fails_says_where_it_stopped(clock: Clock, shown: Shown) -> None:
    for number in measure.track(range(9), "steps"):
        clock.now += 2.0
        if number == 2:
            break
    assert shown[-1] == ("steps: 2 of 9, stopped after 6 s", 2 / 9, True)
    with pytest.raises(KeyboardInterrupt):
        for number in measure.track(range(9), "steps"):
            clock.now += 2.0
            if number == 1:
                raise KeyboardInterrupt
    assert shown[-1] == ("steps: 1 of 9, stopped after 4 s", 1 / 9, True)


def test_a_line_left_behind_is_dropped_in_the_next_cell(
    clock: Clock, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = measure.track(range(9), "forgotten")
    next(held)
    monkeypatch.setattr(progress, "_cell", lambda: "the next cell")
    for _ in measure.track(range(2), "steps"):
        clock.now += 2.0
    assert shown[-1][0] == "steps: 2 of 2 after 4 s"
    held.close()  # type: ignore[attr-defined]


def test_an_unknown_number_tells_no_time(clock: Clock, shown: Shown) -> None:
    for _ in measure.track(iter(lambda: clock.now > 105, True), "steps"):
        clock.now += 2.0
    assert shown[0] == ("steps", None, False)


def test_what_goes_wrong_in_showing_stops_no_loop(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*state: object) -> None:
        raise OSError("the front end is gone")

    monkeypatch.setattr(progress, "_where", lambda: fail)
    seen = []
    for number in measure.track(range(3), "steps"):
        clock.now += 2.0
        seen.append(number)
    assert seen == [0, 1, 2]


def test_items_and_errors_pass_through() -> None:
    assert list(measure.track((n * n for n in range(4)), "squares", total=4)) == [0, 1, 4, 9]
    assert list(measure.track([], "nothing")) == []
    with pytest.raises(ValueError, match="total must be at least 0, got -1"):
        measure.track([1], "steps", total=-1)


class Stream(io.StringIO):
    def __init__(self, tty: bool) -> None:
        super().__init__()
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


@pytest.fixture
def no_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    monkeypatch.setattr(progress, "_shell", lambda: None)


@pytest.mark.usefixtures("no_builds")
def test_a_terminal_gets_one_line_that_is_written_over(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = Stream(tty=True)
    monkeypatch.setattr(sys, "stderr", stream)
    for _ in measure.track(range(2), "steps"):
        clock.now += 2.0
    written = stream.getvalue()
    assert written.startswith("\rsteps: 1 of 2, about 2 s left\r")
    assert written.endswith("\n") and written.count("\n") == 1
    assert written.split("\r")[-1].strip() == "steps: 2 of 2 after 4 s"


@pytest.mark.usefixtures("no_builds")
def test_a_file_gets_nothing(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream := Stream(tty=False))
    for _ in measure.track(range(2), "steps"):
        clock.now += 2.0
    assert stream.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", None)  # a windowed Python has none
    assert progress._where() is progress._nowhere


@pytest.mark.usefixtures("no_builds")
def test_a_notebook_gets_one_output_that_is_updated(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    import IPython.display as display

    calls: list[tuple[str, dict]] = []

    class Handle:
        def display(self, bundle: dict, raw: bool) -> None:
            calls.append(("display", bundle))

        def update(self, bundle: dict, raw: bool) -> None:
            calls.append(("update", bundle))

    monkeypatch.setattr(display, "DisplayHandle", Handle)
    shell = SimpleNamespace(kernel=object(), execution_count=3)
    monkeypatch.setattr(progress, "_shell", lambda: shell)
    for _ in measure.track(range(3), "steps <of> a loop"):
        clock.now += 2.0
    assert [name for name, _ in calls] == ["display", "update", "update", "update"]
    first, last = calls[0][1], calls[-1][1]
    assert first["text/plain"] == "steps <of> a loop: 1 of 3, about 4 s left"
    assert "<progress" in first["text/html"] and "&lt;of&gt;" in first["text/html"]
    assert "<progress" not in last["text/html"]
    assert last["text/plain"] == "steps <of> a loop: 3 of 3 after 6 s"


def test_builds_and_tests_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "0")
    monkeypatch.setattr(sys, "stderr", Stream(tty=True))
    assert progress._where() is progress._nowhere
