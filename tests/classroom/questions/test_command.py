"""`course questions`: one file for each format, and its mistakes in one line."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from course_lib.cli import app
from course_lib.commands.questions import run_questions
from course_lib.errors import CallError


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["questions", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_each_format_is_written(tmp_path: Path) -> None:
    for to in ("moodle", "qti", "anki", "html"):
        file = tmp_path / to
        said = run("5", "--seed", "7", "--count", "6", "--to", to, "--output", str(file))
        assert "6 questions of 05_inference (seed 7) are in " in said
        assert file.stat().st_size > 1000


def test_text_is_printed_where_no_file_is_named() -> None:
    printed = run("inference", "--count", "6", "--to", "moodle")
    assert len(ElementTree.fromstring(printed.encode()).findall("question")) == 2 + 6 + 6
    assert printed == run("05", "--count", "6", "--to", "moodle")
    assert printed != run("05", "--count", "6", "--to", "moodle", "--seed", "2")


@pytest.mark.parametrize(
    ("lesson", "to", "said"),
    [
        ("05", "word", "--to must be one of moodle, qti, anki, html"),
        ("05", "qti", "name it with --output"),
        ("rendering", "html", "no lesson is called 'rendering'"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(lesson: str, to: str, said: str) -> None:
    with pytest.raises(CallError, match=said):
        run_questions(lesson, 1, 3, to, None)
