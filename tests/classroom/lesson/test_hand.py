"""What is written by hand fits its lesson, and types no figure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from course_lib.classroom.lesson import hand
from course_lib.classroom.lesson.built import read
from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson
from course_lib.errors import CourseError
from course_lib.toml_files import EntryError

ROOT = Path(__file__).parents[3]
NAMED = re.compile(
    r"lessons? \d\d|Llama 3(?:\.1)?(?: \d+B)?|ZeRO \d|fp\d+|bf16|int\d+|idea \d|ideas \d and \d"
    r"|[Ii]deas? \d|95th|power of 30|path = \d+|carries = \d|practice = \d+|\[\w+\]|\{\w+\}"
)
"""Digits that are names or the file's own fields."""


def test_every_lesson_has_its_texts(taught: list[tuple[Lesson, ByHand]]) -> None:
    for lesson, texts in taught:
        assert len(texts.questions) >= 3, lesson.name
        assert 3 in {idea.carries for idea in texts.ideas}, lesson.name
    paths = sorted(texts.path for _, texts in taught)
    assert paths == list(range(1, len(taught) + 1))


@pytest.mark.parametrize("file", sorted(hand.FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_no_figure_is_typed(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").split("\n")
    for line in lines:
        _, _, value = line.partition("=") if "=" in line else ("", "", line)
        said = line if line.startswith(("path", "carries", "practice", "[")) else value
        if line.startswith("#") or line.startswith("asked"):
            continue
        bare = NAMED.sub("", said)
        # a number from one to a hundred may count things in a sentence, as in "from 1"
        assert not re.search(r"\d{2,}|\d[.,]\d|\d ?%", bare), line


def test_what_is_missing_or_too_much_is_named(tmp_path: Path) -> None:
    lesson = read(ROOT, "05_inference")
    text = (hand.FOLDER / "05_inference.toml").read_text(encoding="utf-8")

    def broken(old: str, new: str) -> Path:
        assert old in text
        (tmp_path / "05_inference.toml").write_text(text.replace(old, new), encoding="utf-8")
        return tmp_path

    with pytest.raises(CourseError, match="predictions without a text: cache_gain"):
        hand.read(lesson, broken("cache_gain = ", "other = "))
    with pytest.raises(CourseError, match="checks that the lesson has not: cache_tirade"):
        hand.read(lesson, broken("cache_trade = ", "cache_tirade = "))
    with pytest.raises(CourseError, match="1 probes of who_gains, it has 2 wrong choices"):
        hand.read(lesson, broken('who_gains = ["', 'who_gains = ["Why?"]\nother = ["'))
    with pytest.raises(CourseError, match="2 ideas, the lesson has 3"):
        hand.read(lesson, broken("[idea_3]", "[later]"))
    with pytest.raises(EntryError, match="carries: must be 1, 2 or 3, got 4"):
        hand.read(lesson, broken("carries = 1", "carries = 4"))
    with pytest.raises(EntryError, match="nothing_such"):
        hand.read(lesson, broken("{cache_or_weights}", "{nothing_such}"))
    with pytest.raises(EntryError, match="outcom"):
        hand.read(lesson, broken("outcome = ", "outcom = "))
