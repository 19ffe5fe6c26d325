"""`source/` -> `lessons/`, `exercises/`, `solutions/`, and what has drifted between them.

Design choices: a notebook is rebuilt only if its cells differ from its source's (order, type,
source, metadata), so an author waits for one notebook and not for all; outputs are compared by
nbval in the tests. A notebook is written whole or not at all, after its last cell has run.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from course_lib.authoring import derive, execute
from course_lib.authoring.places import names, resolve, write_whole
from course_lib.authoring.source import read
from course_lib.errors import BuildError

Product = Literal["lessons", "exercises", "solutions"]

DERIVED: dict[Product, Callable[..., Any]] = {
    "lessons": derive.lesson,
    "exercises": derive.exercise,
    "solutions": derive.solution,
}
"""How the notebooks of each folder come from cells."""

COLLECTOR = "15_myths"
"""The lesson that reads the outputs of the others, so it is built after them, and again whenever
one of them was."""

PRODUCTS: dict[str, tuple[Product, ...]] = {
    "lessons": ("lessons",),
    "exercises": ("exercises", "solutions"),
}
"""Which folders a source folder feeds."""


@dataclass(frozen=True)
class NotebookJob:
    """One notebook and the source it is made from."""

    root: Path
    """The course's folder."""
    source: Path
    """The text it comes from."""
    product: Product
    """The folder it goes to."""

    @property
    def target(self) -> Path:
        """The notebook's file."""
        return self.root / self.product / f"{self.source.stem}.ipynb"

    @property
    def label(self) -> str:
        """The notebook's path as messages show it."""
        return f"{self.product}/{self.source.stem}.ipynb"

    @property
    def executed(self) -> bool:
        """Whether the notebook is stored with outputs: all but exercises, whose stubs have none."""
        return self.product != "exercises"

    # works in a frozen record: it writes to the object's `__dict__`, past the assignment refused
    @cached_property
    def wanted(self) -> Any:
        """The notebook as its source has it, not run. Raises `SourceError`."""
        return DERIVED[self.product](read(self.source))


@dataclass(frozen=True, kw_only=True)
class Built:
    """One notebook written."""

    label: str
    """Its path in the course."""
    timing: execute.Timing | None
    """How long its cells took; None where it is not run."""


def jobs(root: Path, asked: Sequence[str] = ()) -> list[NotebookJob]:
    """Every notebook of the course, or of the lessons `asked` for; raises `UnknownLesson` for
    another name."""
    sources = {folder: names(root / "source" / folder, ".py") for folder in PRODUCTS}
    known = sorted({name for stems in sources.values() for name in stems})
    wanted = [resolve(call, known) for call in asked] or known
    return [
        NotebookJob(root, root / "source" / folder / f"{name}.py", product)
        for name in dict.fromkeys(wanted)  # a lesson named twice is built once
        for folder, products in PRODUCTS.items()
        if name in sources[folder]
        for product in products
    ]


def drift(job: NotebookJob) -> str | None:
    """How a notebook differs from its source (missing, unreadable, changed, not run), or None;
    nothing is run."""
    if not job.target.is_file():
        return f"{job.label}: missing"
    try:
        stored = json.loads(job.target.read_text(encoding="utf-8"))
        there = [_compared(cell) for cell in stored["cells"]]
    except (ValueError, KeyError, TypeError) as error:
        return f"{job.label}: cannot be read as a notebook ({type(error).__name__}: {error})"
    want = [_compared(cell) for cell in job.wanted.cells]
    if [cell[0] for cell in there] != [cell[0] for cell in want]:
        return f"{job.label}: cells {_order(there, want)}"
    for old, new in zip(there, want, strict=True):
        if old != new:
            part = next(
                what
                for what, a, b in zip(("id", "type", "source", "metadata"), old, new, strict=True)
                if a != b
            )
            return (
                f"{job.label}, cell {new[0]}: {part} differs from "
                f"source/{job.source.parent.name}/{job.source.name}"
            )
    if job.executed and any(
        cell["cell_type"] == "code" and not cell["execution_count"] for cell in stored["cells"]
    ):
        return f"{job.label}: not every cell has been run"
    return None


def _compared(cell: Any) -> tuple[str, str, str, Any]:
    """What of a cell its source decides. On disk a cell's text is a list of lines."""
    text = cell["source"]
    return (
        cell["id"],
        cell["cell_type"],
        text if isinstance(text, str) else "".join(text),
        dict(cell["metadata"]),
    )


def _order(there: Sequence[Any], want: Sequence[Any]) -> str:
    """Words for two unlike lists of cell ids."""
    old, new = [cell[0] for cell in there], [cell[0] for cell in want]
    missing = [id for id in new if id not in old]
    extra = [id for id in old if id not in new]
    parts = [f"missing: {', '.join(missing)}"] * bool(missing) + [
        f"not in the source: {', '.join(extra)}"
    ] * bool(extra)
    return "; ".join(parts) or "stand in another order than in the source"


def orphans(root: Path) -> list[str]:
    """Notebooks without a source: a lesson renamed or taken out, or a stray copy that a learner
    could meet."""
    expected = {job.target for job in jobs(root)}
    paths = (path for product in DERIVED for path in sorted((root / product).glob("*.ipynb")))
    return [
        f"{path.parent.name}/{path.name}: no source makes this notebook"
        for path in paths
        if path not in expected
    ]


def check(root: Path) -> list[str]:
    """Every drift between `source/` and the notebooks, as messages; nothing is run or written."""
    return [message for job in jobs(root) if (message := drift(job))] + orphans(root)


def build(
    root: Path, asked: Sequence[str] = (), *, everything: bool = False, progress: bool = True
) -> Iterator[Built]:
    """Build what has drifted (or `everything`), yielding each notebook as it is written.

    Every source is read before anything runs, so that a typing mistake in the last costs no
    minutes.
    Raises `SourceError` or `BuildError`, naming file and cell; what was not written yet is as it
    was.
    """
    # imported here: authors have it (the extra `test`), and all else here works without it
    from tqdm import tqdm

    # `wanted` reads the source, and is kept: it is asked for here, before anything runs
    todo = [
        (job, job.wanted)
        for job in _with_collector(root, [j for j in jobs(root, asked) if everything or drift(j)])
    ]
    cells = sum(_steps(job, notebook) for job, notebook in todo)
    # disable=None: a bar on a terminal, none in a log
    with tqdm(total=cells, unit="cell", disable=None if progress else True, leave=False) as bar:
        for job, notebook in todo:
            yield _build_one(job, notebook, bar)


def _with_collector(root: Path, todo: list[NotebookJob]) -> list[NotebookJob]:
    """The jobs, with the collector's lesson moved behind all of them, or added where another lesson
    is built."""
    path = root / "source" / "lessons" / f"{COLLECTOR}.py"
    others = [job for job in todo if job.source != path]
    if len(others) == len(todo) and not any(job.product == "lessons" for job in todo):
        return todo
    return [*others, NotebookJob(root, path, "lessons")] if path.is_file() else todo


def _steps(job: NotebookJob, notebook: Any) -> int:
    """Ticks of the progress bar for one notebook: its code cells, or one where nothing runs."""
    return sum(cell.cell_type == "code" for cell in notebook.cells) if job.executed else 1


def _build_one(job: NotebookJob, notebook: Any, bar: Any) -> Built:
    """Run (where it is stored run) and write one notebook."""
    timing = None
    bar.set_description(job.label)
    if job.executed:

        def tick(cell: str) -> None:
            bar.set_postfix_str(cell, refresh=False)
            bar.update()

        timing = execute.run(notebook, job.label, job.target.parent, tick)
    else:
        bar.update()
    write_notebook(notebook, job.target)
    return Built(label=job.label, timing=timing)


def write_notebook(notebook: Any, path: Path) -> None:
    """Validate a notebook and write it whole."""
    import nbformat

    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        raise BuildError(
            f"{path.parent.name}/{path.name}: not a valid notebook: {error.message}"
        ) from error
    write_whole(path, nbformat.writes(notebook) + "\n")
