"""Whatever a student's process replies, the trusted side gets plain data, a student's error, or an
end: nothing else ever comes out of a session."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from course_lib.classroom.grading.session import Remote, Session, Stopped, StudentError
from course_lib.classroom.sandbox.limits import LIMITS
from course_lib.plain_data import packed

NAMES = ["f", "value"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*NAMES, "x"]), inner)
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(
    ["done", "values", "plain", "not plain", "error", "crash", "callable", "absent", ""]
)
ONE = st.tuples(KINDS | JSON, JSON).map(list) | st.tuples(KINDS).map(list)
VALUES = st.dictionaries(st.sampled_from(NAMES), ONE | JSON).map(lambda found: ["values", found])
REPLIES = VALUES | st.lists(JSON, max_size=3).flatmap(
    lambda rest: KINDS.map(lambda kind: [kind, *rest])
)
"""All that a box lets through: a list that begins with a text."""


class Forger:
    """A box whose student writes all replies."""

    def __init__(self, *replies: list[Any]) -> None:
        self.replies = list(replies)

    def ask(self, what: str, *given: Any, seconds: float | None = None) -> list[Any]:
        return self.replies.pop(0)

    def close(self) -> None:
        pass


def session(*replies: list[Any]) -> Session:
    opened = Session("", [], LIMITS, walled=False)
    opened.box = Forger(*replies)  # type: ignore[assignment]
    return opened


@given(REPLIES, st.sampled_from(["run", "look", "call"]))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_reply_gets_past(reply: list[Any], what: str) -> None:
    given_list, given_dict = [1, 2], {"a": 1}
    opened = session(reply)
    try:
        if what == "run":
            opened.run("f", "x = 1")
        elif what == "look":
            found = opened.look(NAMES)
            for each in found.values():
                assert isinstance(each, Remote) or packed(each)
        else:
            packed(opened.call("f", (given_list, given_dict, 7), {}))
    except (Stopped, StudentError) as end:
        assert isinstance(end.args[0], str)
    packed([given_list, given_dict])


@pytest.mark.parametrize(
    "kind", ["ValueError", "KeyError", "ZeroDivisionError", "Exception", "Own"]
)
def test_an_error_is_of_its_own_type_too(kind: str) -> None:
    with pytest.raises(StudentError, match="words") as caught:
        session(["error", kind, "words"]).run("f", "")
    own = {"ValueError": ValueError, "KeyError": KeyError, "ZeroDivisionError": ZeroDivisionError}
    assert isinstance(caught.value, own.get(kind, Exception))


@pytest.mark.parametrize("kind", ["StopIteration", "StopAsyncIteration"])
def test_no_error_ends_a_loop_of_the_check(kind: str) -> None:
    remote = Remote("f", session(["error", kind, "the end"]))
    with pytest.raises(StudentError):
        list(map(remote, [1, 2, 3]))


@pytest.mark.parametrize(
    "kind", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "type", "exit"]
)
def test_no_error_is_more_than_an_error(kind: str) -> None:
    with pytest.raises(StudentError) as caught:
        session(["error", kind, "words"]).run("f", "")
    assert isinstance(caught.value, Exception)


def test_arguments_are_changed_as_the_student_changed_them() -> None:
    numbers, table = [1, 2], {"a": 1}
    changes = [[0, packed([7])], [1, packed({"b": 2})], [2, packed([0])]]
    session(["plain", packed(3), changes]).call("f", (numbers, table, "text"), {})
    assert (numbers, table) == ([7], {"b": 2})


def test_a_new_process_is_brought_to_where_the_last_one_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[Any, ...]] = []

    class Box:
        def __init__(self, limits: Any, *, walled: bool) -> None:
            pass

        def ask(self, what: str, *given: Any, seconds: float | None = None) -> list[Any]:
            asked.append((what, *given))
            return ["crash", "gone"] if given[-1] == "end" else ["done"]

        def close(self) -> None:
            pass

    monkeypatch.setattr("course_lib.classroom.grading.session.Box", Box)
    opened = Session("import math", ["one math"], LIMITS, walled=True)
    opened.run("a", "one")
    opened.give({"seconds": 3})
    with pytest.raises(Stopped):
        opened.run("b", "end")
    opened.close()
    asked.clear()
    opened.run("c", "two")
    words = frozenset({"one", "math"})
    assert asked == [
        ("set_up", "import math", words),
        ("run", "a", "one"),
        ("give", {"seconds": 3}),
        ("run", "c", "two"),
    ]
