"""Links into the glossary: found, checked, and the glossary itself in order."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from course_lib.authoring.contract import glossary
from course_lib.authoring.contract.reading import HEADING, Page
from course_lib.authoring.workbook import update

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / glossary.GLOSSARY


def complaints(text: str, root: Path = ROOT) -> list[str]:
    """What is said about a notebook of one markdown cell."""
    page = Page(
        v4.new_notebook(cells=[v4.new_markdown_cell(text, id="one")]), "lessons/03_attention"
    )
    return [fault.message for fault in glossary.faults(page, root)]


def test_a_link_to_a_term_is_fine() -> None:
    assert (
        complaints("[tokens](../docs/glossary.md#token), [cache](../docs/glossary.md#kv-cache)")
        == []
    )


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("../docs/glossary.md#tokenn", "'#tokenn' is no term of the glossary; nearest: token"),
        ("../docs/glossary.md#Token", "is no term"),
        ("../docs/glossary.md#the-model", "is no term"),
        ("../docs/glossary.md", "is no term"),
        ("docs/glossary.md#token", "the glossary is '../docs/glossary.md'"),
    ],
)
def test_a_link_to_nowhere_is_found(link: str, message: str) -> None:
    (found,) = complaints(f"a [word]({link}) here")
    assert message in found


def test_without_a_glossary_every_link_is_found(tmp_path: Path) -> None:
    assert (
        len(complaints("[a](../docs/glossary.md#token) [b](../docs/glossary.md#loss)", tmp_path))
        == 2
    )


def test_terms_have_addresses_that_every_reader_makes_alike() -> None:
    """JupyterLab keeps capitals and signs of a heading in its address, GitHub does not: so there
    are none."""
    terms = [
        text for marks, text in HEADING.findall(FILE.read_text(encoding="utf-8")) if len(marks) == 3
    ]
    assert len(terms) > 50
    assert len(set(terms)) == len(terms)
    assert [term for term in terms if not re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", term)] == []


def test_every_term_is_defined_in_a_few_sentences() -> None:
    parts = re.split(r"^### .*$", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    texts = [part.partition("\n## ")[0].strip() for part in parts]
    assert all(text.endswith(".") for text in texts)
    assert [text for text in texts if not 8 <= len(text.split()) <= 60] == []


def test_the_workbook_takes_the_glossary_along(tmp_path: Path) -> None:
    """A learner's copy of a lesson lies beside a copy of what it links to."""
    cell: Any = v4.new_markdown_cell("[token](../docs/glossary.md#token)", id="one")
    (tmp_path / "lessons").mkdir()
    nbformat.write(v4.new_notebook(cells=[cell]), tmp_path / "lessons" / "00_start_here.ipynb")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "glossary.md").write_text("### token\n", encoding="utf-8")
    update(tmp_path)
    assert (tmp_path / "workbook" / "lessons" / ".." / "docs" / "glossary.md").is_file()
