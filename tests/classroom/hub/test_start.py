"""A student's copy of the course on a hub, what the hub's configuration says, and hand-in."""

import json
import runpy
import shutil
import stat
from pathlib import Path

import pytest
from traitlets.config import Config

from course_lib.classroom.hub import start
from course_lib.commands import hand_in
from course_lib.errors import CourseError

ROOT = Path(__file__).parents[3]
HUB = ROOT / "course_lib" / "classroom" / "hub"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A student's home after the first start."""
    folder = tmp_path_factory.mktemp("home")
    start.prepare(folder, ROOT)
    return folder


def test_a_student_gets_a_workbook_that_nobody_else_may_read(home: Path) -> None:
    copy = home / start.FOLDER
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert (copy / "workbook" / "lessons" / "00_start_here.ipynb").is_file()
    names = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    assert not [name for name in names if "solutions" in name or "rubrics" in name]
    assert [name for name in names if name.startswith("source")] == ["source/README.txt"]


def test_a_second_start_keeps_what_the_student_did(home: Path) -> None:
    exercise = home / start.FOLDER / "workbook" / "exercises" / "14_access.ipynb"
    notebook = json.loads(exercise.read_text("utf-8"))
    notebook["cells"][0]["source"] = "mine"
    exercise.write_text(json.dumps(notebook), "utf-8")
    start.prepare(home, ROOT)
    assert json.loads(exercise.read_text("utf-8"))["cells"][0]["source"] == "mine"


def test_the_hub_shares_the_cores_among_its_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    monkeypatch.setenv("COURSE_STUDENTS", "30")
    c = Config()
    runpy.run_path(str(HUB / "jupyterhub_config.py"), {"c": c})
    assert c.Spawner.environment["OMP_NUM_THREADS"] == "2"
    assert c.Spawner.cmd[1:] == ["-m", "course_lib.classroom.hub.start"]
    for folder in c.Spawner.environment["JUPYTER_CONFIG_PATH"].split(":"):
        assert Path(folder).is_dir()


def test_hub_and_masters_call_the_course_and_its_exchange_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("COURSE_ID", "COURSE_EXCHANGE"):
        monkeypatch.delenv(name, raising=False)
    c = Config()
    runpy.run_path(str(HUB / "settings" / "nbgrader_config.py"), {"c": c})
    exchange = pytest.importorskip("nbgrader.exchange.default.exchange")
    assert c.Exchange.root == exchange.Exchange.root.default_value
    masters = [path.read_text("utf-8") for path in (ROOT / "course_lib").rglob("*.py")]
    assert any(
        f'c.CourseDirectory.course_id = "{c.CourseDirectory.course_id}"' in text
        for text in masters
        if "GenerateAssignment" in text
    )


def test_what_cannot_be_handed_in_is_said_in_one_line(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home / start.FOLDER, copy)
    monkeypatch.chdir(copy)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "none"))
    # an exchange in which no course was released
    (tmp_path / "settings").mkdir()
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "settings" / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
    )
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(tmp_path / "settings"))
    pytest.importorskip("nbgrader")
    with pytest.raises(CourseError, match="14_access was not handed in"):
        hand_in.run_hand_in("14", "no_such_course")
    (copy / "workbook" / "exercises" / "14_access.ipynb").unlink()
    with pytest.raises(CourseError, match="course lab 14"):
        hand_in.run_hand_in("access", "")
