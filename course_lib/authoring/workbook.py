"""The learner's own copy of the course: `workbook/`, beside `lessons/` and ignored by git.

Design choices: lessons are copied with their outputs cleared, so that no answer stands under its
question. The folders are those of the course, and files that a notebook links to come along, so
every link works. What a learner has touched is theirs: a file is written only if it is missing, or
untouched since it was copied; `fresh` makes a backup first. An index of hashes, `.copied.json`,
remembers what was copied.
"""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from course_lib.authoring.places import names, write_whole

FOLDER = "workbook"
INDEX = ".copied.json"
# [text](target) or [text](<target>), and href="..." or src='...' of HTML
LINK = re.compile(r"""\]\(\s*<?([^)\s>]+)|(?:href|src)\s*=\s*["']([^"']+)["']""")


def update(root: Path, fresh: str | None = None) -> list[str]:
    """Bring the workbook of the course at `root` up to date, and say what was done, one message a
    file.

    `fresh` is a lesson's name: its lesson and exercise are restored, what the learner had being
    kept beside them under a name with the date and time. Nothing else that a learner changed is
    written to.
    """
    book = root / FOLDER
    index = _read_index(book / INDEX)
    messages = []
    for path, content in _offered(root).items():
        renew = fresh is not None and Path(path).suffix == ".ipynb" and Path(path).stem == fresh
        message = _place(book / path, content, index.get(path), renew)
        # where a file was kept, the index still holds what was copied: it stays the learner's
        if message is None or not message.startswith("kept"):
            index[path] = _hash(content)
        if message:
            messages.append(message.replace("{}", f"{FOLDER}/{path}"))
    write_whole(book / INDEX, json.dumps(index, indent=1, sort_keys=True) + "\n")
    return messages


def _place(path: Path, content: bytes, copied: str | None, renew: bool) -> str | None:
    """Put one file where it belongs if that loses nothing; `copied` is the hash it was last copied
    with.

    Returns what happened, with {} for the file's name, or None if nothing did.
    """
    if not path.exists():
        write_whole(path, content)
        return "made {}"
    there = _hash(path.read_bytes())
    if there == _hash(content):
        return None
    if renew:
        backup = _back_up(path)
        write_whole(path, content)
        return f"restored {{}}; what you had is in {backup.name}"
    if there == copied:
        write_whole(path, content)
        return "refreshed {}: the course's file has changed, yours was untouched"
    if copied == _hash(content):  # only the learner's side has changed: nothing to say
        return None
    return (
        "kept {} as you left it, though the course's file has changed since: "
        "`--fresh` takes the new one"
    )


def _back_up(path: Path) -> Path:
    """Copy a learner's file beside itself under a name of its own; the original stays until it is
    replaced."""
    stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
    backup = path.with_name(f"{path.stem}.{stamp}{path.suffix}")
    count = 1
    while backup.exists():
        count += 1
        backup = path.with_name(f"{path.stem}.{stamp}-{count}{path.suffix}")
    write_whole(backup, path.read_bytes())
    return backup


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


def _hash(content: bytes) -> str:
    """A file's fingerprint."""
    return hashlib.sha256(content).hexdigest()
