"""A learner's function on a measurement: its result is shown, and so is whatever goes wrong."""

from typing import Any

import numpy as np
import pytest

from course_lib.teaching import attempt

Shown = list[tuple[dict[str, Any], dict[str, Any]]]


def said(shown: Shown) -> str:
    return shown[-1][0]["text/plain"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (0.123456, "0.1235"),
        ({"a": np.float64(2.0), "b": 1}, "a = 2, b = 1"),
        ([1, 2], "[1, 2]"),
        ("much", "'much'"),
    ],
)
def test_a_result_is_shown_and_given_back(result: Any, words: str, shown: Shown) -> None:
    def timing(value: int) -> Any:
        return result

    assert attempt(timing, 1) is result
    assert said(shown) == f"timing gives: {words}"


def test_a_stub_is_told_of(shown: Shown) -> None:
    def timing(value: int) -> None: ...

    assert attempt(timing, 1) is None
    assert said(shown).startswith("timing gives nothing yet")


def test_an_error_is_one_sentence_with_its_line(shown: Shown) -> None:
    names: dict[str, Any] = {}
    exec(compile("def timing(runs):\n    return 1 / runs[0]", "<answer>", "exec"), names)
    assert attempt(names["timing"], [0.0]) is None
    assert said(shown).startswith("ZeroDivisionError (float division by zero) in line 2 of your")


@pytest.mark.parametrize("function", [None, 3, lambda: 1])
def test_what_cannot_be_called_so_is_told_of(function: Any, shown: Shown) -> None:
    assert attempt(function, 1) is None
    assert "cannot be used as the task asks: TypeError" in said(shown)


def test_stops_pass_through() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt(stop)
