"""Notebooks are built once, whole, and the same each time; whatever drifts is found."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from course_lib.authoring import build
from course_lib.errors import BuildError, SourceError, UnknownLesson

LABELS = ["lessons/01_small.ipynb", "exercises/01_small.ipynb", "solutions/01_small.ipynb"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, built once for the tests that only look at it or change files."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("lessons", "exercises"):
        text = (Path(__file__).parent / "data" / f"{folder[:-1]}.txt").read_text(encoding="utf-8")
        (root / "source" / folder).mkdir(parents=True)
        (root / "source" / folder / "01_small.py").write_text(text, encoding="utf-8")
    assert [done.label for done in build.build(root, progress=False)] == LABELS
    return root


@pytest.fixture
def copy(built: Path, course: Path) -> Path:
    """A copy of the built course to spoil."""
    for product in build.DERIVED:
        (course / product).mkdir()
        for path in (built / product).iterdir():
            (course / product / path.name).write_bytes(path.read_bytes())
    return course


def edit(path: Path, change: Callable[[Any], None]) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def test_building_again_changes_measured_outputs_only(
    copy: Path, without_measured: Callable[[Any], Any]
) -> None:
    before = {label: (copy / label).read_bytes() for label in LABELS}
    assert [done.label for done in build.build(copy, everything=True, progress=False)] == LABELS
    lesson = LABELS[0]
    assert before[lesson] != (copy / lesson).read_bytes()
    again, first = (
        without_measured(json.loads(text))
        for text in ((copy / lesson).read_bytes(), before[lesson])
    )
    assert json.dumps(again, indent=1) == json.dumps(first, indent=1)
    for label in LABELS[1:]:
        assert before[label] == (copy / label).read_bytes()


def test_what_agrees_is_not_built(copy: Path) -> None:
    assert build.check(copy) == []
    assert list(build.build(copy, progress=False)) == []


def test_the_lesson_that_collects_is_built_last_and_after_every_other_lesson(copy: Path) -> None:
    text = (copy / "source" / "lessons" / "01_small.py").read_text(encoding="utf-8")
    (copy / "source" / "lessons" / f"{build.COLLECTOR}.py").write_text(
        text.replace("# 01 ·", "# 12 ·"), encoding="utf-8"
    )
    collector = f"lessons/{build.COLLECTOR}.ipynb"
    assert [done.label for done in build.build(copy, progress=False)] == [collector]
    edit(copy / LABELS[0], lambda notebook: notebook["cells"].pop())
    assert [done.label for done in build.build(copy, progress=False)] == [LABELS[0], collector]
    edit(copy / LABELS[1], lambda notebook: notebook["cells"].pop())
    assert [done.label for done in build.build(copy, progress=False)] == [LABELS[1]]


def test_a_lesson_is_stored_run_with_its_widgets(built: Path) -> None:
    notebook = json.loads((built / LABELS[0]).read_text(encoding="utf-8"))
    counts = [cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))
    state = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    assert {"panel-1", "panel-2"} <= set(state)
    assert (built / LABELS[0]).read_bytes().endswith(b"}\n")
    assert not list(built.rglob("*.tmp"))


def _cell(name: str) -> Callable[[Any], Any]:
    return lambda notebook: next(cell for cell in notebook["cells"] if cell["id"] == name)


SPOILED = {
    "changed source": (
        lambda nb: _cell("doubled")(nb).update(source=["2 * 22"]),
        "cell doubled: source differs",
    ),
    "changed tag": (
        lambda nb: _cell("clock")(nb).update(metadata={}),
        "cell clock: metadata differs",
    ),
    "changed type": (
        lambda nb: _cell("set-up-1")(nb).update(cell_type="raw"),
        "cell set-up-1: type differs",
    ),
    "lost cell": (lambda nb: nb["cells"].pop(2), "cells missing: setup"),
    "new cell": (
        lambda nb: nb["cells"].append(nb["cells"][0] | {"id": "new"}),
        "not in the source: new",
    ),
    "other order": (lambda nb: nb["cells"].reverse(), "another order"),
    "not run": (
        lambda nb: _cell("doubled")(nb).update(execution_count=None),
        "not every cell has been run",
    ),
    "no cells": (lambda nb: nb.pop("cells"), "cannot be read as a notebook"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_each_drift_is_found_and_mended(how: str, copy: Path) -> None:
    change, message = SPOILED[how]
    edit(copy / LABELS[0], change)
    assert [
        found for found in build.check(copy) if message in found and found.startswith(LABELS[0])
    ]
    assert [job.label for job in build.jobs(copy) if build.drift(job)] == LABELS[:1]


@pytest.mark.parametrize("text", ["", "{", "[]", "<<<<<<< ours"])
def test_a_broken_file_is_drift(text: str, copy: Path) -> None:
    (copy / LABELS[1]).write_text(text, encoding="utf-8")
    assert "cannot be read as a notebook" in build.check(copy)[0]


def test_a_changed_source_is_drift_in_all_it_makes(copy: Path) -> None:
    path = copy / "source" / "exercises" / "01_small.py"
    path.write_text(
        path.read_text(encoding="utf-8").replace("bytes of a cache", "bytes"), encoding="utf-8"
    )
    assert [message.split(":")[0] for message in build.check(copy)] == LABELS[1:]


def test_orphans_are_found(copy: Path) -> None:
    (copy / "lessons" / "02_old.ipynb").write_text("{}", encoding="utf-8")
    assert build.check(copy) == ["lessons/02_old.ipynb: no source makes this notebook"]


def test_an_empty_course_is_no_error(tmp_path: Path) -> None:
    assert build.check(tmp_path) == []
    assert list(build.build(tmp_path, progress=False)) == []


def test_only_what_is_asked_for_is_built(copy: Path) -> None:
    with pytest.raises(UnknownLesson, match="01_small"):
        list(build.build(copy, ["02"], progress=False))
    (copy / LABELS[1]).unlink()
    assert [done.label for done in build.build(copy, ["small"], progress=False)] == LABELS[1:2]


def test_every_source_is_read_before_anything_runs(copy: Path) -> None:
    (copy / "source" / "lessons" / "02_bad.py").write_text("# %%\nx = 1\n", encoding="utf-8")
    (copy / LABELS[0]).unlink()
    with pytest.raises(SourceError, match="02_bad"):
        list(build.build(copy, progress=False))
    assert not (copy / LABELS[0]).exists()


def test_a_failing_lesson_leaves_the_old_one(copy: Path) -> None:
    path = copy / "source" / "lessons" / "01_small.py"
    path.write_text(path.read_text(encoding="utf-8").replace("2 * 21", "1 / 0"), encoding="utf-8")
    before = (copy / LABELS[0]).read_bytes()
    with pytest.raises(
        BuildError, match=r"lessons/01_small\.ipynb, cell doubled: ZeroDivisionError"
    ):
        list(build.build(copy, progress=False))
    assert (copy / LABELS[0]).read_bytes() == before


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from course_lib.authoring import build
os.replace = lambda *names: os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
list(build.build(Path(sys.argv[1]), progress=False))
"""


def test_a_kill_while_writing_leaves_the_old_notebook(copy: Path) -> None:
    path = copy / "source" / "exercises" / "01_small.py"
    path.write_text(
        path.read_text(encoding="utf-8").replace("bytes of a cache", "bytes"), encoding="utf-8"
    )
    before = (copy / LABELS[1]).read_bytes()
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(copy)], check=False)
    assert killed.returncode != 0
    assert (copy / LABELS[1]).read_bytes() == before
    assert list(build.build(copy, progress=False))
    assert build.check(copy) == []
    assert not list(copy.rglob("*.tmp"))


@pytest.mark.skipif(
    os.name != "posix", reason="Windows has no signal that stands for Ctrl-C in a test"
)
def test_ctrl_c_leaves_no_kernel_and_no_half_notebook(copy: Path) -> None:
    path = copy / "source" / "lessons" / "01_small.py"
    text = path.read_text(encoding="utf-8").replace(
        "2 * 21", "open('started', 'w').close()\ntime.sleep(60)"
    )
    path.write_text(text, encoding="utf-8")
    before = (copy / LABELS[0]).read_bytes()
    command = [sys.executable, "-m", "course_lib.cli", "build"]
    process = subprocess.Popen(
        command, cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Who starts the tests in the background may have Ctrl-C ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while not (copy / "lessons" / "started").exists() and process.poll() is None:
        time.sleep(0.05)
    kernels = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "every notebook on disk is whole" in errors
    assert "Traceback" not in errors
    assert (copy / LABELS[0]).read_bytes() == before
    assert psutil.wait_procs(kernels, timeout=10)[1] == []
