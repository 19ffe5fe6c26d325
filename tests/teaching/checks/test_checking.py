"""A check that passes shows and keeps its points; one that fails raises one short message."""

import json
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import checking
from course_lib.teaching.checks.checking import CheckFailed

Shown = list[tuple[dict[str, Any], dict[str, Any]]]
LONG = "A cached token leaves both a key and a value behind, in every layer, for each of the heads."

LINES = {
    (2, 5, "hidden checks"): (
        "Right: 2 of 5 points for kv_bytes (the other 3 come with the hidden checks)."
    ),
    (4, 5, "hidden checks"): (
        "Right: 4 of 5 points for kv_bytes (the other one comes with the hidden checks)."
    ),
    (3, None, "hidden checks"): "Right: 3 of 3 points for kv_bytes.",
    (1, 3, "a person"): (
        "Complete: 1 of 3 points for kv_bytes (the other 2 are for a person to mark)."
    ),
}


@pytest.mark.parametrize("case", LINES)
def test_a_pass_is_one_line(case: tuple[int, int | None, str], shown: Shown) -> None:
    points, of, rest = case
    with checking("kv_bytes_check", points=points, of=of, rest=rest):
        pass
    ((bundle, _),) = shown
    assert bundle["text/plain"] == LINES[case]
    assert LINES[case].split(" (")[0].rstrip(".") in bundle["text/html"]


def points_in(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))["points"]


def test_points_are_kept_where_the_exercise_is_named(shown: Shown, learner_file: Path) -> None:
    with checking("kv_bytes_check", points=2, of=5):
        pass
    assert not learner_file.exists()
    with checking("kv_bytes_check", points=2, of=5, exercise="05_inference"):
        pass
    kept = points_in(learner_file)
    assert kept["05_inference"]["tasks"]["kv_bytes"]["points"] == 2
    assert kept["05_inference"]["tasks"]["kv_bytes"]["of"] == 5


def test_a_later_failure_takes_nothing_away(shown: Shown, learner_file: Path) -> None:
    frame = {"points": 2, "of": 5, "exercise": "05_inference"}
    with checking("kv_bytes_check", **frame):
        pass
    before = points_in(learner_file)
    with pytest.raises(CheckFailed), checking("kv_bytes_check", **frame):
        raise AssertionError("no")
    assert points_in(learner_file) == before


def test_points_that_cannot_be_kept_are_told_of(
    shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("COURSE_STATE", str(tmp_path / "file" / "learner.json"))
    with checking("kv_bytes_check", points=2, exercise="05_inference"):
        pass
    assert "Not kept yet: learner.json cannot be written" in shown[0][0]["text/plain"]


def test_a_failure_is_its_message_in_short_lines(shown: Shown) -> None:
    with pytest.raises(CheckFailed) as caught, checking("kv_bytes_check", points=2):
        raise AssertionError(LONG)  # an `assert` here would be rewritten by pytest
    assert str(caught.value) == LONG
    lines = caught.value._render_traceback_()
    assert len(lines) == 2 and max(map(len, lines)) <= 80
    assert " ".join(lines) == LONG
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    assert shown == []


def test_a_long_word_is_not_broken() -> None:
    assert CheckFailed("x" * 99)._render_traceback_() == ["x" * 99]


def test_other_errors_become_a_sentence() -> None:
    refused = pytest.raises(
        CheckFailed, match=r"`kv_bytes` cannot be used as the task asks: KeyError"
    )
    with refused, checking("kv_bytes_check", points=2):
        {}["value"]


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_stops_pass_through(kind: type[BaseException]) -> None:
    with pytest.raises(kind), checking("kv_bytes_check", points=2):
        raise kind


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"points": 0}, "points=0"),
        ({"points": 3, "of": 2}, "points=3"),
        ({"points": 1, "rest": "luck"}, "rest='luck'"),
    ],
)
def test_a_frame_that_makes_no_sense_is_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        checking("kv_bytes_check", **wrong)
