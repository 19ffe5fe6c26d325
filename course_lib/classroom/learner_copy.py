"""What a learner gets of the course: notebooks, the glossary and the licences, and no answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from course_lib.authoring.places import write_whole

FOLDERS = ("lessons", "exercises", "docs")
FILES = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-CONTENT", "CITATION.cff")
KEPT_BACK = ("docs/rubrics", "docs/teaching", "docs/validation")
"""Folders of `docs` that are no learner's."""
NO_SOURCE = "The text from which the notebooks are built is not part of this copy.\n"

__all__ = ["copy_for_learner"]


def copy_for_learner(root: Path, folder: Path) -> None:
    """Copy the course at `root` into `folder`; what else lies there, such as a workbook, stays."""
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name, ignore=_kept_back(root), dirs_exist_ok=True)
    for name in FILES:
        shutil.copy(root / name, folder / name)
    # by this folder and the project file the course is known
    write_whole(folder / "source" / "README.txt", NO_SOURCE)


def _kept_back(root: Path) -> Callable[[str, list[str]], set[str]]:
    """What is not copied, for `copytree`."""
    hidden = {str(root / name) for name in KEPT_BACK}

    def ignored(folder: str, names: list[str]) -> set[str]:
        return {
            name
            for name in names
            if name.startswith(".") or name == "__pycache__" or str(Path(folder) / name) in hidden
        }

    return ignored
