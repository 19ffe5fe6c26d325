"""Files and folders that are named, encoded or broken in ways that real ones are, or bombs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

from tests.classroom.grading.hostile.submission import (
    EXERCISE,
    MISSING,
    Submission,
    every,
)

UNREADABLE = every((0, "unreadable"))
NOTHING = every(MISSING)
Writer = Callable[[Path, str], None]


def put(*names: str, text: str | None = None) -> Writer:
    """Writes the notebook, or a text, under some names."""

    def write(place: Path, notebook: str) -> None:
        for name in names:
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            (place / name).write_text(notebook if text is None else text, "utf-8")

    return write


def raw(content: bytes) -> Writer:
    """Writes bytes in place of the notebook."""

    def write(place: Path, notebook: str) -> None:
        place.mkdir(parents=True)
        (place / f"{EXERCISE}.ipynb").write_bytes(content)

    return write


def encoded(encoding: str) -> Writer:
    """Writes the notebook in another encoding, with a letter that differs in it."""

    def write(place: Path, notebook: str) -> None:
        place.mkdir(parents=True)
        text = notebook.replace("Weights of the model", "Gewichte für das Modell")
        (place / f"{EXERCISE}.ipynb").write_bytes(text.encode(encoding))

    return write


def linked(target: str, name: str = f"{EXERCISE}.ipynb") -> Writer:
    """A link in place of the notebook."""

    def write(place: Path, notebook: str) -> None:
        place.mkdir(parents=True)
        (place / name).symlink_to(target)

    return write


def linked_folder(place: Path, notebook: str) -> None:
    """A link in place of the assignment's folder."""
    place.parent.mkdir(parents=True)
    place.symlink_to("../honest/" + EXERCISE)


def linked_student(place: Path, notebook: str) -> None:
    """A link in place of the student's folder."""
    place.parent.symlink_to("honest")


def loop(place: Path, notebook: str) -> None:
    """The notebook beside links that lead round and round."""
    put(f"{EXERCISE}.ipynb")(place, notebook)
    (place / "again").symlink_to(".")
    (place / "up").symlink_to("../..")


def fifo(place: Path, notebook: str) -> None:
    """A pipe that nobody writes into, named like a notebook."""
    place.mkdir(parents=True)
    os.mkfifo(place / f"{EXERCISE}.ipynb")


def plug(place: Path, notebook: str) -> None:
    """A socket named like a notebook."""
    place.mkdir(parents=True)
    here = os.open(place, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as opened:
        # by a short way: a socket's name may not be long
        opened.bind(f"/proc/self/fd/{here}/{EXERCISE}.ipynb")
    os.close(here)


def folder(place: Path, notebook: str) -> None:
    """A folder named like a notebook, with the notebook in it."""
    put(f"{EXERCISE}.ipynb/{EXERCISE}.ipynb")(place, notebook)


def deep(place: Path, notebook: str) -> None:
    """The notebook beside a thousand folders in each other."""
    put(f"{EXERCISE}.ipynb")(place, notebook)
    here = os.open(place, os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def closed(place: Path, notebook: str) -> None:
    """A file that its owner may not read."""
    put(f"{EXERCISE}.ipynb")(place, notebook)
    (place / f"{EXERCISE}.ipynb").chmod(0)


def picture(place: Path, notebook: str) -> None:
    """An output of 100 MB in an otherwise right notebook."""
    place.mkdir(parents=True)
    output = '{"output_type": "display_data", "data": {"image/png": "%s"}, "metadata": {}}' % (
        "A" * 10**8
    )
    text = notebook.replace('"outputs": []', f'"outputs": [{output}]', 1)
    (place / f"{EXERCISE}.ipynb").write_text(text, "utf-8")


def million(place: Path, notebook: str) -> None:
    """A million empty cells before the right ones."""
    place.mkdir(parents=True)
    cells = '"cells": [' + '{"cell_type":"code","source":""},' * 10**6
    (place / f"{EXERCISE}.ipynb").write_text(notebook.replace('"cells": [', cells, 1), "utf-8")


def twice(place: Path, notebook: str) -> None:
    """The right work under two names, and a newer one without answers."""
    put("mine.ipynb", "mine (1).ipynb")(place, notebook)
    empty = '{"cells": [], "nbformat": 4}'
    put("a newer one.ipynb", "Untitled.ipynb", text=empty)(place, notebook)


def duplicate_keys(place: Path, notebook: str) -> None:
    """The key of the cells twice: the last one counts, as for any reader."""
    put(f"{EXERCISE}.ipynb", text='{"cells": [], ' + notebook[1:])(place, notebook)


LONG_NAME = "a" * 240 + ".ipynb"
ODD_NAME = "=1+1,\"x\";'y'\n<b>&amp;.ipynb"

FILES = [
    Submission(name="another name", write=put("x (1).ipynb")),
    Submission(name="a name of another assignment", write=put("01_parameters.ipynb")),
    Submission(name="several files", write=twice),
    Submission(name="txt at the end", write=put(f"{EXERCISE}.ipynb.txt")),
    Submission(name="json at the end", write=put("notebook.json")),
    Submission(name="upper case", write=put(f"{EXERCISE}.IPYNB".upper())),
    Submission(name="in a folder", write=put(f"my work/{EXERCISE}.ipynb")),
    Submission(name="a long name", write=put(LONG_NAME)),
    Submission(name="an odd name", write=put(ODD_NAME)),
    Submission(name="a name that is no text", write=put(os.fsdecode(b"\xff\xfe.ipynb"))),
    Submission(
        name="in a hidden folder",
        write=put(".ipynb_checkpoints/x.ipynb", ".x.ipynb"),
        fates=NOTHING,
    ),
    Submission(name="in the wrong folder", write=put(f"../other/{EXERCISE}.ipynb"), fates=NOTHING),
    Submission(name="no notebook's name", write=put("answers.docx"), fates=NOTHING),
    Submission(name="a folder of that name", write=folder),
    Submission(name="empty", write=raw(b""), fates=UNREADABLE, says="empty"),
    Submission(name="blanks", write=raw(b" \n \r\n"), fates=UNREADABLE, says="empty"),
    Submission(
        name="cut short", write=raw(b'{"cells": [{"cell_type": "code", "sou'), fates=UNREADABLE
    ),
    Submission(
        name="a picture", write=raw(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), fates=UNREADABLE
    ),
    Submission(name="zeros", write=raw(bytes(4096)), fates=UNREADABLE),
    Submission(
        name="a web page", write=raw(b"<!doctype html><title>Sign in</title>"), fates=UNREADABLE
    ),
    Submission(
        name="conflict marks",
        write=raw(b"<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> x\n"),
        fates=UNREADABLE,
    ),
    Submission(
        name="deep JSON of lists", write=raw(b"[" * 10**6), fates=UNREADABLE, says="too deeply"
    ),
    Submission(
        name="deep JSON of objects",
        write=raw(b'{"a":' * 10**5 + b"1" + b"}" * 10**5),
        fates=UNREADABLE,
    ),
    Submission(
        name="huge number in the file",
        write=raw(b'{"cells": ' + b"9" * 10**6 + b"}"),
        fates=UNREADABLE,
    ),
    Submission(
        name="many lists",
        write=raw(b'{"cells": [' + b"[]," * 3 * 10**7 + b"[]]}"),
        fates=UNREADABLE,
        says="parts",
    ),
    Submission(name="keys twice", write=duplicate_keys),
    Submission(name="UTF-8 with a mark", write=encoded("utf-8-sig")),
    Submission(name="UTF-16", write=encoded("utf-16")),
    Submission(name="Latin-1", write=encoded("latin-1")),
    Submission(
        name="a link to a file",
        write=linked("../../honest/14_access/14_access.ipynb"),
        fates=UNREADABLE,
        says="link",
    ),
    Submission(name="a link to nothing", write=linked("nowhere"), fates=UNREADABLE),
    Submission(name="a link to itself", write=linked(f"{EXERCISE}.ipynb"), fates=UNREADABLE),
    Submission(name="a link to a device", write=linked("/dev/zero"), fates=UNREADABLE),
    Submission(name="a link to a folder", write=linked_folder, fates=UNREADABLE),
    Submission(name="a link to a student", write=linked_student, fates=UNREADABLE),
    Submission(name="links in a ring", write=loop),
    Submission(name="a pipe", write=fifo, fates=NOTHING),
    Submission(name="a socket", write=plug, fates=NOTHING),
    Submission(name="folders in folders", write=deep),
    Submission(name="a picture of 100 MB", write=picture),
    Submission(name="a million cells", write=million),
    Submission(name="nothing", write=lambda place, notebook: place.parent.mkdir(), fates=NOTHING),
    Submission(
        name="an empty folder",
        write=lambda place, notebook: place.mkdir(parents=True),
        fates=NOTHING,
    ),
]
NAMES = [
    Submission(name=f"student {number}", student=student)
    for number, student in enumerate(
        [
            'O\'Brien, "Pat"',
            "two\nlines\r\nthree",
            '=HYPERLINK("http:‹›x")',
            "+1",
            "@x",
            "-2",
            "<script>alert(1)<",
            "🧮 Ada Łovelace",
            "é",
            os.fsdecode(b"broken \xff\xfe name"),
            "l" * 255,
            " spaces ",
            "$(touch pwned); `id` %s {0} \\",
            "tab\there",
        ]
    )
]
"""Names of students as folders have them."""
