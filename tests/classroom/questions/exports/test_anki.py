"""Text for Anki, read back as Anki reads it: header lines, then a table."""

import csv
import html
import io

from course_lib.classroom.questions.exports import anki
from tests.classroom.questions.exports import samples


def _read() -> tuple[list[str], list[list[str]]]:
    lines = anki.export(samples.every(), "05 Inference").split("\n")
    head = [line for line in lines if line.startswith("#")]
    assert lines[: len(head)] == head, "headers come first"
    rows = list(csv.reader(io.StringIO("\n".join(lines[len(head) :])), delimiter="\t"))
    return head, rows


def test_headers_are_those_of_the_manual() -> None:
    head, _ = _read()
    keys = dict(line.removeprefix("#").split(":", 1) for line in head)
    assert keys["separator"] == "tab" and keys["html"] == "true"
    assert keys["notetype"] == "Basic"
    assert keys["deck"] == "Where the Compute Goes::05 Inference"
    columns = keys["columns"].split("\t")
    assert columns[int(keys["guid column"]) - 1] == "guid"
    assert columns[int(keys["tags column"]) - 1] == "tags"


def test_each_question_is_one_line_that_holds_it_all() -> None:
    _, rows = _read()
    every = samples.every()
    assert [row[0] for row in rows] == [question.id for question in every]
    for row, question in zip(rows, every, strict=True):
        _, front, back, tags = row
        assert tags == question.family and " " not in tags
        plain = html.unescape(front)
        assert question.text in plain
        assert all(choice.text in plain for choice in question.choices)
        answer = html.unescape(back)
        assert f"<b>{question.letter}. {question.right.text}</b>" in answer
        assert all(choice.feedback in answer for choice in question.choices)
        # the front gives nothing away, and no text is markup
        assert "<b>" not in front and "<script" not in front + back
