"""Text for Anki, read back by Anki itself, and as its manual says: header lines, then a table."""

import csv
import html
import io
from pathlib import Path

from anki.collection import Collection, ImportCsvRequest

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


def test_anki_itself_makes_a_card_of_each_question_and_doubles_none(tmp_path: Path) -> None:
    file = tmp_path / "questions.txt"
    file.write_text(anki.export(samples.every(), "05 Inference"), encoding="utf-8")
    cards = Collection(str(tmp_path / "collection.anki2"))
    for _ in range(2):
        metadata = cards.get_csv_metadata(str(file), None)
        cards.import_csv(ImportCsvRequest(path=str(file), metadata=metadata))
    notes = [cards.get_note(note) for note in cards.find_notes('deck:"*::05 Inference"')]
    assert cards.note_count() == len(notes) == len(samples.every())
    by_name = {note.guid: note for note in notes}
    for question in samples.every():
        note = by_name[question.id]
        assert html.unescape(note["Front"]).startswith(f"<p>{question.text}</p>")
        assert f"{question.letter}. {question.right.text}" in html.unescape(note["Back"])
        assert note.tags == [question.family]
    cards.close()
