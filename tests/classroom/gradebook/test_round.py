"""One exercise by way of nbgrader's own programs, from handing out to giving back.

The commands are those of docs/grading_nbgrader.md, in its order.
"""

import csv
import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from course_lib.authoring import markers, source
from course_lib.classroom.sandbox import walls
from course_lib.errors import CallError

ROOT = Path(__file__).parents[3]
NAME, TEXT = "14_access", "charity_plan"
LEFT_OUT = "adapters_on_card"
BLOCK = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAMS = f"""set -e
course() {{ "{sys.executable}" -m course_lib.cli "$@"; }}
nbgrader() {{ "{sys.executable}" -m nbgrader "$@"; }}
"""
WEAK_WORDS = "We call an API, because it is 2026."

Get = Callable[..., Any]


def blocks() -> list[str]:
    page = (ROOT / "docs" / "grading_nbgrader.md").read_text(encoding="utf-8")
    return BLOCK.findall(page)


def fill(path: Path, *left_out: str) -> None:
    """Answer an exercise as the solution does."""
    cells = {cell.name: cell for cell in source.read(ROOT / "source/exercises" / f"{NAME}.py")}
    notebook = nbformat.read(path, as_version=4)
    for node in notebook.cells:
        facts = node.metadata.get("nbgrader", {})
        if facts.get("solution") and facts["grade_id"] not in left_out:
            node.source = markers.strip(cells[facts["grade_id"]].text)
    nbformat.write(notebook, path)


class Formgrader:
    """nbgrader's real pages and their API, on a server of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        extension = {"nbgrader.server_extensions.formgrader": True}
        call = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser"]
        call += [f"--port={self.port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=t"]
        call += [f"--ServerApp.jpserver_extensions={extension}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(call, cwd=folder, env=environment, **quiet)

    def __enter__(self) -> "Formgrader":
        deadline = time.monotonic() + 60
        while True:
            try:
                self.get("/api/status")
                return self
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < deadline, "the server does not come up"
                time.sleep(0.2)

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)

    def get(self, path: str, put: object = None) -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            method="GET" if put is None else "PUT",
            data=None if put is None else json.dumps(put).encode(),
            headers={"Authorization": "token t", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return str(answer.read().decode())


def test_from_handing_out_to_giving_back(tmp_path: Path) -> None:
    try:
        walls.require()
    except CallError as error:
        pytest.skip(str(error))
    settings, exchange = tmp_path / "settings", tmp_path / "exchange"
    settings.mkdir()
    exchange.mkdir()
    exchange.chmod(0o777)
    config = f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\n"
    (settings / "nbgrader_config.py").write_text(config, encoding="utf-8")
    environment = os.environ | {"JUPYTER_CONFIG_DIR": str(settings), "PYTHONPATH": str(ROOT)}

    def run(script: str, folder: Path, *, code: int = 0) -> str:
        done = subprocess.run(
            ["bash", "-c", PROGRAMS + script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    make, hand_out, fetch, hand_in, grade, give_back, tables = blocks()
    run(make, tmp_path)
    course, pupil = tmp_path / "class", tmp_path / "pupil"
    pupil.mkdir()
    run(hand_out, course)
    released = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    words = "\n".join(cell.source for cell in released.cells)
    assert "HIDDEN" not in words and "SOLUTION" not in words and "Rubric" not in words
    assert f'{TEXT} = """\n{markers.TEXT_STUB}\n"""' in words
    assert [path.name for path in (course / "release" / NAME).iterdir()] == [f"{NAME}.ipynb"]

    run(fetch, pupil)
    fill(pupil / NAME / f"{NAME}.ipynb", LEFT_OUT)
    assert f"`{LEFT_OUT}` is not answered yet" in run(hand_in, pupil)

    collect, *rest = grade.splitlines()
    run(collect, course)
    student = getpass.getuser()
    assert (course / "submitted" / student / NAME / f"{NAME}.ipynb").is_file()
    run(f"nbgrader autograde {NAME}", course)
    theirs = scores(course, student)
    shutil.rmtree(course / "autograded")
    blank = course / "submitted" / "bob" / NAME
    blank.mkdir(parents=True)
    (blank / "x (1).ipynb").write_text(nbformat.writes(released), encoding="utf-8")
    said = run("\n".join(rest), course)
    assert f"{NAME}: 2 students in the gradebook, 1 of them new." in said
    assert "1 have answers for a person to mark" in said
    # nbgrader ran the same answers in a kernel of its own
    assert scores(course, student) == theirs
    assert sum(points or 0 for points in theirs.values()) == 14  # 20 - 4 left out - 2 in words

    said = run(tables, course, code=2)
    assert f"{student} ({TEXT})" in said and "bob" not in said
    assert not (course / "moodle.csv").exists()
    with Formgrader(course, environment) as pages:
        everyone = json.loads(pages.get(f"/formgrader/api/submitted_notebooks/{NAME}/{NAME}"))
        mine = next(each["id"] for each in everyone if each["student"] == student)
        page = pages.get(f"/formgrader/submissions/{mine}/")
        answer, rubric = page.index("I would call a small model"), page.index("Rubric (students")
        after = page.index("charity_plan_check", rubric)
        assert answer < rubric < page.index("hosting counted on a card that fits") < after
        assert "random.uniform" not in page  # of a hidden check
        grades = json.loads(pages.get(f"/formgrader/api/grades?submission_id={mine}"))
        waiting = [each for each in grades if each["needs_manual_grade"]]
        assert [each["name"] for each in waiting] == [TEXT]
        pages.get(f"/formgrader/api/grade/{waiting[0]['id']}", put={"manual_score": 1.5})
        comments = json.loads(pages.get(f"/formgrader/api/comments?submission_id={mine}"))
        comment = next(each for each in comments if each["name"] == TEXT)
        words = {"manual_comment": 'A card by the "hour",\nnot by the token.'}
        pages.get(f"/formgrader/api/comment/{comment['id']}", put=words)

    run("\n".join(rest), course)  # again: the mark stays
    run(tables, course)
    moodle = {row["Username"]: row for row in read(course / "moodle.csv")}
    assert (moodle[student][NAME], moodle["bob"][NAME]) == ("15.5", "0")
    feedback = moodle[student][f"{NAME} feedback"]
    assert f'{TEXT}: 2.5 of 3. A card by the "hour", not by the token.' in feedback
    canvas = {row["SIS Login ID"]: row[NAME] for row in read(course / "canvas.csv")}
    assert canvas == {"": "20", student: "15.5", "bob": "0"}

    run(give_back, course)
    page = (course / "feedback" / student / NAME / f"{NAME}.html").read_text(encoding="utf-8")
    assert "(Score: 15.5 / 20.0)" in page and "not by the token" in page
    assert "Rubric" not in page and "random.uniform" not in page
    assert "Nothing was handed in for this task." in page
    run(f"nbgrader fetch_feedback {NAME} --course where_the_compute_goes", pupil)
    assert list(pupil.glob(f"{NAME}/feedback/*/{NAME}.html"))

    # other words after the mark: they wait again, and the old mark stays
    work = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    work.chmod(0o644)
    notebook = nbformat.read(work, as_version=4)
    for node in notebook.cells:
        if node.metadata.get("nbgrader", {}).get("grade_id") == TEXT:
            node.source = f'{TEXT} = """{WEAK_WORDS}"""'
    nbformat.write(notebook, work)
    assert f"{student}: handed in anew" in run(rest[1], course, code=1)
    run("\n".join(rest), course)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        mark = book.find_grade(TEXT, NAME, NAME, student)
        assert (mark.manual_score, mark.needs_manual_grade) == (1.5, True)
        assert book.find_grade(f"{TEXT}_check", NAME, NAME, student).score == 0


def scores(course: Path, student: str) -> dict[str, float | None]:
    """Automatic scores, as nbgrader keeps them."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        (notebook,) = book.find_submission(NAME, student).notebooks
        return {grade.name: grade.auto_score for grade in notebook.grades}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
