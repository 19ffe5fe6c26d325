"""The learner's own copy of the course: `workbook/`, beside `lessons/` and ignored by git.

Design choices:
- Lessons are copied with their outputs cleared, so that no answer stands under its question. The
  folders are those of the course, and files that a notebook links to come along, so every link
  works.
- What a learner has typed is theirs: a file is written only if it is missing, or untouched since it
  was copied. An index, `.copied.json`, remembers what was copied (`fingerprints`).
- What is replaced although it held something (`fresh`, outputs of a run) goes to `backups/`;
  lessons of the first edition go to `first_edition/` (`put_aside`).
"""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path
from typing import Any

from course_lib.authoring import fingerprints, put_aside
from course_lib.authoring.places import names, write_whole
from course_lib.errors import CourseError

FOLDER = "workbook"
INDEX = ".copied.json"
# [text](target) or [text](<target>), and href="..." or src='...' of HTML
LINK = re.compile(r"""\]\(\s*<?([^)\s>]+)|(?:href|src)\s*=\s*["']([^"']+)["']""")


def update(root: Path, fresh: str | None = None) -> list[str]:
    """Bring the workbook of the course at `root` up to date, and say what was done, one message a
    file.

    Args:
        root: the course's folder.
        fresh: a lesson's name: its lesson and exercise are restored, and what the learner had is
            kept in `backups/`. Nothing else that a learner typed is written to.

    Raises:
        CourseError: the workbook cannot be written to.
    """
    book = root / FOLDER
    try:
        return _update(root, book, fresh)
    except OSError as problem:
        if problem.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        raise CourseError(
            f"{book} cannot be written to ({problem.strerror}), so your copy of the course is not "
            "up to date; nothing in it was lost. Make the folder and all in it writable for you, "
            "or copy the course into a folder of your own"
        ) from problem


def _update(root: Path, book: Path, fresh: str | None) -> list[str]:
    before = _read_index(book / INDEX)
    messages, index = put_aside.first_edition(book, before)
    messages += put_aside.old_backups(book)
    for path, content in _offered(root).items():
        renew = fresh is not None and Path(path).suffix == ".ipynb" and Path(path).stem == fresh
        message = _place(book, path, content, index.get(path), renew)
        # where a file was kept, the index still holds what was copied: it stays the learner's
        if message is None or not message.startswith("kept"):
            index[path] = fingerprints.of(path, content)
        if message:
            messages.append(message.replace("{}", f"{FOLDER}/{path}"))
    if index != before:  # so that a workbook that is up to date may be read-only
        write_whole(book / INDEX, json.dumps(index, indent=1, sort_keys=True) + "\n")
    return messages


def _place(book: Path, path: str, content: bytes, copied: str | None, renew: bool) -> str | None:
    """Put one file where it belongs if that loses nothing; `copied` is what the index holds of it.

    Returns what happened, with {} for the file's name, or None if nothing did.
    """
    target = book / path
    if not target.exists():
        write_whole(target, content)
        return "made {}"
    there = target.read_bytes()
    if there == content:
        return None
    new = fingerprints.of(path, content)
    if renew:
        backup = put_aside.back_up(book, path)
        write_whole(target, content)
        return f"restored {{}}; what you had is in {FOLDER}/{backup}"
    if fingerprints.of(path, there) == new:  # only outputs, or what an editor notes beside cells
        return None
    if fingerprints.matches(copied, path, there):
        kept = ""
        if fingerprints.was_run(path, there):
            kept = f", what you had run is in {FOLDER}/{put_aside.back_up(book, path)}"
        write_whole(target, content)
        return f"refreshed {{}}: the course's file has changed, yours was untouched{kept}"
    if fingerprints.matches(copied, path, content):  # only the learner's side: nothing to say
        return None
    return (
        "kept {} as you left it, though the course's file has changed since: "
        "`--fresh` takes the new one"
    )


def _offered(root: Path) -> dict[str, bytes]:
    """Every file a learner is given, by its path in the workbook, with its bytes."""
    offered: dict[str, bytes] = {}
    linked: set[str] = set()
    for folder in ("lessons", "exercises"):
        for name in names(root / folder):
            path = root / folder / f"{name}.ipynb"
            notebook = json.loads(path.read_text(encoding="utf-8"))
            linked |= _links(root, path.parent, notebook)
            offered[f"{folder}/{name}.ipynb"] = _cleared(notebook)
    return offered | {path: (root / path).read_bytes() for path in sorted(linked - offered.keys())}


def _cleared(notebook: Any) -> bytes:
    """A notebook as a learner starts it: no outputs, no widgets, written as nbformat writes."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    notebook["metadata"].pop("widgets", None)
    return (json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode(
        "utf-8"
    )


def _links(root: Path, folder: Path, notebook: Any) -> set[str]:
    """Files of the course that a notebook's text links to, by their path from the root."""
    files = set()
    text = "\n".join(
        "".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"
    )
    for match in LINK.finditer(text):
        target = (match.group(1) or match.group(2)).partition("#")[0]
        # an anchor in the same page, an address with a scheme, or a path from the disk's root
        if not target or re.match(r"[a-z][a-z0-9+.-]*:|/", target, flags=re.IGNORECASE):
            continue
        path = (folder / target).resolve()
        # resolved: ../.. must not lead out of the course
        if path.is_file() and path.is_relative_to(root.resolve()):
            files.add(path.relative_to(root.resolve()).as_posix())
    return files


def _read_index(path: Path) -> dict[str, str]:
    """The index of an earlier copy; without one, or with a broken one, every file counts as the
    learner's."""
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in index.items()} if isinstance(index, dict) else {}
