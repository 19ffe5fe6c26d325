"""Takes a notebook apart: headings, sections, prose, calls, lines of code.

Markdown is read line by line with a few expressions, not parsed: the contract needs headings and
words, and its texts are plain. Fenced code is left out everywhere.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from course_lib.authoring.contract.fault import Fault

# a fence ends with the same three signs it began with (\1)
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", flags=re.MULTILINE | re.DOTALL)
# signs, text, and the closing signs that Markdown allows ("## Title ##")
HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$", flags=re.MULTILINE)
# [^\W_] is a letter or a digit, for \w has the underscore as well; "don't" and "3.5" are one word
WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
CODE_SPAN = re.compile(r"`[^`]*`")
COMMENT = re.compile(r"<!--.*?-->", flags=re.DOTALL)
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
LINK_TARGET = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True)
class Heading:
    """One heading of a notebook."""

    level: int
    """1 to 6."""
    text: str
    """Its words."""
    cell: str
    """Id of its cell."""


@dataclass(frozen=True)
class Call:
    """One call of a plain name in a code cell, as in `claim("A01")`."""

    function: str
    """The name called."""
    first: str | None
    """Its first argument where that is a typed text, else None."""
    cell: str
    """Id of its cell."""


@dataclass(frozen=True)
class Page:
    """A notebook with a name for messages."""

    notebook: Any
    """The notebook node."""
    label: str
    """What messages call it."""

    def fault(self, severity: Literal["error", "warning"], message: str, cell: str = "") -> Fault:
        """A fault in this notebook."""
        return Fault(severity, self.label, cell, message)

    @property
    def code(self) -> list[Any]:
        """Its code cells."""
        return [cell for cell in self.notebook.cells if cell.cell_type == "code"]

    @property
    def markdown(self) -> list[Any]:
        """Its markdown cells."""
        return [cell for cell in self.notebook.cells if cell.cell_type == "markdown"]

    @cached_property
    def headings(self) -> list[Heading]:
        """Every heading, in order."""
        return [
            Heading(len(match.group(1)), match.group(2), cell.id)
            for cell in self.markdown
            # without fences: in code, # begins a comment
            for match in HEADING.finditer(FENCE.sub("", cell.source))
        ]

    @cached_property
    def calls(self) -> list[Call]:
        """Every call of a plain name or an attribute in the code, in order of cells."""
        return [
            Call(name, first, cell.id) for cell in self.code for name, first in _calls(cell.source)
        ]

    def called(self, *functions: str) -> list[Call]:
        """The calls of some functions."""
        return [call for call in self.calls if call.function in functions]

    def sections(self) -> Iterator[tuple[str, Any, str]]:
        """Pieces of prose as (heading of level 1 or 2 it stands under, cell, text), headings left
        out."""
        heading = ""
        for cell in self.markdown:
            text = FENCE.sub("", cell.source)
            start = 0
            for match in HEADING.finditer(text):
                if match.start() > start:
                    yield heading, cell, text[start : match.start()]
                start = match.end()
                heading = match.group(2) if len(match.group(1)) <= 2 else heading
            if text[start:].strip():
                yield heading, cell, text[start:]

    def section(self, heading: str) -> str:
        """All prose under one heading of level 1 or 2, empty where there is none."""
        return "\n".join(text for under, _, text in self.sections() if under == heading)

    def strip(self) -> str:
        """What stands between the title and the first section: promise, time, level, claims."""
        first = next((heading.text for heading in self.headings if heading.level == 1), "")
        return self.section(first) if first else ""


def words(text: str) -> int:
    """Words a reader meets in markdown: no fences, tags, comments or addresses of links.

    >>> words("# Title\\n[two words](http://a.b/c) and `code`")
    5
    """
    bare = LINK_TARGET.sub("]", TAG.sub(" ", COMMENT.sub(" ", FENCE.sub("", text))))
    return len(WORD.findall(bare))


def code_lines(source: str) -> int:
    """Lines of code a reader must take in: not blank, not only a comment.

    >>> code_lines("# why\\n\\nx = 1  # here\\ny = 2")
    2
    """
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") for line in source.splitlines()
    )


def parsed(source: str) -> ast.Module:
    """The syntax tree of a cell, its magics left out; an empty one where it is no Python."""
    plain = "\n".join(
        "" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()
    )
    try:
        return ast.parse(plain)
    except SyntaxError:
        return ast.parse("")


def _calls(source: str) -> Iterator[tuple[str, str | None]]:
    """Name and first typed text of every call in one cell."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Call):
            # a plain name has `id`, an attribute `attr`; what else may be called counts as ""
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = (
                node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            )
            yield name, first if isinstance(first, str) else None
