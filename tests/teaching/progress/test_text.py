"""The report as a terminal shows it: width, encodings, words; and as JSON."""

import io
import json
import sys
from pathlib import Path

import pytest

from course_lib import cli
from course_lib.teaching import state
from course_lib.teaching.progress.progress import Guess, Lesson, Progress
from course_lib.teaching.progress.text import lines, printable


def progress(*guesses: Guess) -> Progress:
    """A report with one lesson, and some guesses in it."""
    lesson = Lesson(
        name="09_a_lesson_with_a_very_long_name",
        guesses=(7, 8),
        results=(8, 8),
        first_right=2,
        last_right=4,
        quizzes=(4, 4),
        verdicts=(10, 12),
        points=(17.5, 20),
    )
    return Progress(file="learner.json", lessons=[lesson], guesses=list(guesses))


def told(*guesses: Guess) -> str:
    return "\n".join(lines(progress(*guesses)))


def guess(first: object, result: object, unit: str = "", late: bool = False) -> Guess:
    return Guess(
        id="a_name_that_takes_much_room",
        lesson="00",
        guess=first,
        result=result,
        unit=unit,
        late=late,
    )


MANY = (
    guess(1.5e9, 8.08e12, "FLOP"),
    guess(3e25, 3.78e25, "FLOP"),
    guess(2e-6, 1e-6, "s"),
    guess(1e4, 6853, "x"),
    guess("the embedding table and the head of it", "the MLPs"),
    guess(["b", "a"], ["a", "b"]),
    guess(15_000, None, "USD"),
    guess(5, 5, "tokens/s", late=True),
    guess("≈ ∞ 日本", "a"),
)


def test_eighty_columns_hold_every_line() -> None:
    assert max(map(len, told(*MANY).splitlines())) < 80


def test_a_windows_console_shows_it_whole() -> None:
    assert told(*MANY[:-1]).isascii()
    assert printable(told(*MANY), "cp1252").encode("cp1252")


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (guess(1e9, 1e12, "FLOP"), "3.0 too little"),
        (guess(2.0, 1.0, "s"), "0.3 too much"),
        (guess(1.01, 1.0), "close"),
        (guess("a", "a"), "right"),
        (guess("a", "b"), "not so"),
        (guess(["a", "b"], ["a", "b"]), "right"),
        (guess(["b", "a"], ["a", "b"]), "another order"),
        (guess(5, 5, late=True), "made afterwards"),
        (guess(5, None), "later"),
    ],
)
def test_a_guess_is_judged_in_a_few_words(one: Guess, words: str) -> None:
    assert told(one).split("\n00\n")[1].splitlines()[0].endswith(words)


def test_a_lesson_is_one_line() -> None:
    line = told().splitlines()[3]
    assert line.split() == [
        "09_a_lesson_with_a_v..",
        "begun",
        "7/8",
        "8/8",
        "2/4",
        "of",
        "4",
        "10/12",
        "17.5/20",
    ]


def test_powers_of_ten_are_written_with_plain_digits() -> None:
    assert "3.78 x 10^25 FLOP" in told(guess(3e25, 3.78e25, "FLOP"))
    assert "1.50 x 10^-9 s" not in told(guess(1.5e-9, 1, "s"))  # nanoseconds have a prefix
    assert "1.50 ns" in told(guess(1.5e-9, 1, "s"))


def test_calibration_stands_last() -> None:
    assert told(guess(1, 100), guess(1, 10_000)).splitlines()[-2:] == [
        "Calibration: 2 numbers guessed, 3.0 powers of ten off in the median",
        "  00                     3.0  (2)",
    ]


def run(monkeypatch: pytest.MonkeyPatch, *words: str, encoding: str = "cp1252") -> str:
    """What `course progress` prints into a console of that encoding, which refuses what it
    lacks."""
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, errors="strict"))
    monkeypatch.setattr(sys, "argv", ["course", "progress", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    sys.stdout.flush()
    assert not ended.value.code
    return raw.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii", "utf-8"])
def test_the_command_prints_on_any_console(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    kept = state.with_guess(state.empty(), "bug", "“≈ 日本”", "t")
    state.change(lambda _: state.with_result(kept, "bug", 1.2e-30, "t"))
    assert "Your notes" in run(monkeypatch, encoding=encoding)


def test_the_command_reads_a_broken_file_kindly(
    monkeypatch: pytest.MonkeyPatch, learner_file: Path
) -> None:
    learner_file.parent.mkdir(parents=True)
    learner_file.write_text("{", encoding="utf-8")
    assert "cannot be read" in run(monkeypatch)


def test_json_holds_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = state.with_guess(
        state.empty(), "attention_share", 0.6, "t", unit="%", lesson="01_parameters"
    )
    state.change(lambda _: state.with_result(kept, "attention_share", 0.06, "t"))
    data = json.loads(run(monkeypatch, "--json"))
    assert data["guesses"][0]["powers_of_ten"] == pytest.approx(1)
    assert data["calibration"]["all"] == {"median": pytest.approx(1), "guesses": 1}
    assert {lesson["name"]: lesson["status"] for lesson in data["lessons"]}[
        "01_parameters"
    ] == "begun"


def test_a_great_factor_is_told_in_words() -> None:
    text = told(guess(3, 4.2e10, "x"), guess(1e-7, 2, "x"), guess(3616, 4, "x"))
    assert "42 billion times" in text and "10^-7 times" in text and "3 616x" in text
    assert "10x" not in text and "7x" not in text


def test_the_way_is_shown() -> None:
    assert "Next: 09_a_lesson_with_a_v.., 7 of 8 predictions made: `course lab 09`" in told()
    nothing = "\n".join(lines(Progress(file="x", lessons=[])))
    assert "Next" not in nothing
