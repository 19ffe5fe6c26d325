"""The catalogue of misconceptions: complete for lesson 01, well formed, and helpful when
misused."""

import re
from pathlib import Path

import pytest

from course_lib.teaching import answered, explain
from course_lib.teaching.quizzes import misconceptions

NEEDED = [
    "two-mlp-matrices",
    "kv-heads-equal-heads",
    "d-ff-is-4d",
    "biases-everywhere",
    "tied-head-counted-twice",
    "head-forgotten",
    "norms-forgotten",
    "forced-untied",
    "forward-only",
    "backward-equals-forward",
    "only-backward",
    "total-for-active",
    "active-by-experts-only",
    "forward-time-reported",
    "milliseconds-for-seconds",
    "unwarmed-first-run",
    "time-is-flops",
    "attention-holds-most-weights",
    "depth-costs-square",
    "width-costs-a-line",
    "weights-are-4-bytes-always",
    "no-number-given",
    "cites-total-only",
    "parameter-is-a-flop",
    "router-forgotten",
]
ENTRIES = misconceptions.load(misconceptions.FOLDER)


@pytest.mark.parametrize("id", NEEDED)
def test_lesson_01_has_its_misconceptions(id: str) -> None:
    assert misconceptions.get(id).lesson == "01_parameters"
    assert explain(id) == misconceptions.get(id).remedy


@pytest.mark.parametrize("id", sorted(ENTRIES))
def test_every_entry_reads_well(id: str) -> None:
    entry = ENTRIES[id]
    assert len(entry.belief) <= 120 and entry.belief[0].isupper()
    assert len(re.findall(r"[.?!](?: |$)", entry.belief)) == 1, "a belief is one sentence"
    assert 60 <= len(entry.remedy) <= 260 and entry.remedy[0].isupper() | entry.remedy[0].isdigit()
    assert 1 <= len(re.findall(r"[.?!](?: [A-Z]|$)", entry.remedy)) <= 2, (
        "a remedy is one or two sentences"
    )


def test_no_two_entries_say_the_same() -> None:
    for field in ("belief", "remedy"):
        texts = [getattr(entry, field) for entry in ENTRIES.values()]
        assert len(set(texts)) == len(texts)


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(
        KeyError, match=r"no misconception 'norm-forgotten'; nearest: norms-forgotten"
    ):
        explain("norm-forgotten")


@pytest.mark.parametrize("value", [None, ..., "", "  ", "Well, (your answer here)"])
def test_a_stub_is_not_answered(value: object) -> None:
    with pytest.raises(AssertionError, match=r"^not answered yet$"):
        answered(value)


@pytest.mark.parametrize("value", [0, False, "no", [], {}, 0.0])
def test_anything_else_is_answered(value: object) -> None:
    answered(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = [", ": must be TOML"),
        ("x = 3", ", entry 'x': must be a table of fields, got 3"),
        ("[Bad_Id]", ", entry 'Bad_Id': an id must be small letters"),
        ('[a]\nbelief = "So."\nwrong = "x"', ", entry 'a', field remedy: is missing"),
        (
            '[a]\nbelief = " So."\nwrong = "x"\nremedy = "Y."',
            ", entry 'a', field belief: must be a text without blanks around it, got ' So.'",
        ),
        (
            '[a]\nbelief = "So"\nwrong = "x"\nremedy = "Y."',
            ", entry 'a', field belief: must be a sentence and end like one, got 'So'",
        ),
        ('[a]\nremdey = "x"', ", entry 'a', field remdey: is not known; an entry has belief"),
    ],
)
def test_a_bad_file_names_file_entry_field_and_rule(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "beliefs.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as problem:
        misconceptions.load(tmp_path)
    assert str(problem.value).startswith(f"file {tmp_path.name}/beliefs.toml{said}")


def test_one_name_in_two_lessons_is_refused(tmp_path: Path) -> None:
    for lesson in ("01_x", "02_y"):
        entry = '[same-id]\nbelief = "So."\nwrong = "x"\nremedy = "Y."'
        (tmp_path / f"{lesson}.toml").write_text(entry, encoding="utf-8")
    with pytest.raises(
        ValueError,
        match=r"/02_y\.toml, entry 'same-id': must be unique, but file .*/01_x\.toml has it too",
    ):
        misconceptions.load(tmp_path)
