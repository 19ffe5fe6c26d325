"""Where the course lies on disk, and how a lesson may be called.

Design choices: a topic's name is its file's stem in every folder (`03_attention`), so a name is all
that is needed to find its lesson, exercise, solution and their sources. The root is looked for from
the working folder upwards first, because a person with two clones means the one they stand in.
"""

import os
import re
import tomllib
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from course_lib.errors import CourseError, UnknownLesson

DISTRIBUTION = "where-the-compute-goes"
"""The name in pyproject.toml by which the course's folder is known."""


def find_root(start: Path | None = None) -> Path:
    """The course's folder: the nearest one from `start` upwards, else the one this package was
    installed from.

    Raises `CourseError` where neither is a clone of the course (the package alone holds no
    notebooks).
    """
    here = (start or Path.cwd()).resolve()
    package = Path(__file__).resolve().parents[2]
    for folder in (here, *here.parents, package):
        if _is_course(folder):
            return folder
    raise CourseError(
        f"no course found from {here} upwards: change into the folder that holds the course's "
        "pyproject.toml and lessons, or install it from there with `pip install -e .` (the "
        "notebooks are not part of the installed package)"
    )


def _is_course(folder: Path) -> bool:
    """Whether a folder holds this course: its project file, by name, and the notebooks' sources."""
    project = folder / "pyproject.toml"
    if not (folder / "source").is_dir() or not project.is_file():
        return False
    try:
        facts = tomllib.loads(project.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False
    return bool(facts.get("project", {}).get("name") == DISTRIBUTION)


def names(folder: Path, suffix: str = ".ipynb") -> list[str]:
    """Names of the notebooks (or sources) in one folder, in the course's order.

    Only files named like a lesson count (`03_attention`), so a stray copy is never taken for one.

    >>> names(Path("no/such/folder"))
    []
    """
    return sorted(
        path.stem
        for path in folder.glob(f"*{suffix}")
        if re.fullmatch(r"\d\d_[a-z0-9_]+", path.stem)
    )


def resolve(asked: str, known: Iterable[str]) -> str:
    """The one name meant by `1`, `01`, `parameters`, `01_parameters` or the file's path; raises
    `UnknownLesson`.

    >>> resolve("1", ["01_parameters", "02_datasets"])
    '01_parameters'
    >>> resolve("Datasets", ["01_parameters", "02_datasets"])
    '02_datasets'
    """
    everything = list(known)
    wanted = (
        re.split(r"[\\/]", asked.strip())[-1].lower().removesuffix(".ipynb").removesuffix(".py")
    )
    wanted = wanted.replace("-", "_").replace(" ", "_")
    # every way to call a lesson; where two share one, the later lesson has it
    calls = {call: name for name in everything for call in _calls(name)}
    if wanted in calls:
        return calls[wanted]
    near = list(dict.fromkeys(calls[match] for match in get_close_matches(wanted, calls, n=3)))
    hint = f"; did you mean {' or '.join(near)}?" if near else "."
    raise UnknownLesson(
        f"no lesson is called {asked!r}{hint} There are: {', '.join(everything) or 'none yet'}"
    )


def title(name: str) -> str:
    """A name as words.

    >>> title("05_inference"), title("00_start_here")
    ('05 Inference', '00 Start here')
    """
    number, _, topic = name.partition("_")
    return f"{number} {topic.replace('_', ' ').capitalize()}"


def _calls(name: str) -> list[str]:
    """Every way to call a name: `01_parameters` -> itself, `01`, `1`, `parameters`."""
    number, _, topic = name.partition("_")
    return [name, number, str(int(number)), topic]


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader, or a kill at any moment, sees the old file or the new one,
    never a part.

    Text is written as UTF-8 with bare newlines on every system, so that a built notebook has the
    same bytes everywhere. The unfinished file has one fixed, hidden name: what a kill leaves behind
    is overwritten by the next try.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.tmp")
    try:
        with unfinished.open("wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())  # else, after a power cut, the new name may stand over nothing
        # The one call that is atomic on every system; tests stand in for it.
        os.replace(unfinished, path)  # noqa: PTH105
    except BaseException:  # Ctrl-C too
        unfinished.unlink(missing_ok=True)
        raise
