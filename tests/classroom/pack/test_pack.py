"""A course on a stick: what is on it, what is not, and what its scripts say. Wheels are stand-ins
here; that a real stick installs and opens a lesson without a network is tried by hand
(`docs/teaching/stick.md`)."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.classroom.pack import pack, wheels
from course_lib.classroom.pack.platforms import PLATFORMS, PYTHONS, chosen, versions
from course_lib.errors import CallError, CourseError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stick for all systems whose wheels are small files."""

    def download(
        pins: list[str], platform: object, python: str, folder: Path, *more: object
    ) -> None:
        folder.mkdir(exist_ok=True, parents=True)
        for pin in pins:
            (folder / f"{pin.replace('==', '-')}-py3-none-any.whl").write_text(pin)

    def own(root: Path, folder: Path) -> Path:
        path = folder / "where_the_compute_goes-2-py3-none-any.whl"
        path.write_text("the course")
        return path

    monkeypatch.setattr(wheels, "resolved", lambda *given: ["numpy==2", "torch==2.13.0"])
    monkeypatch.setattr(wheels, "download", download)
    monkeypatch.setattr(wheels, "build_own", own)
    folder = tmp_path / "stick"
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "where_the_compute_goes-1-py3-none-any.whl").write_text("an old one")
    pack.make(ROOT, folder, list(PLATFORMS.values()), ["3.11", "3.13"])
    return folder


def test_learners_get_lessons_and_no_answers(stick: Path) -> None:
    course = stick / "course"
    assert {path.name for path in (course / "lessons").glob("*.ipynb")} == {
        path.name for path in (ROOT / "lessons").glob("*.ipynb")
    }
    names = {str(path.relative_to(course)) for path in course.rglob("*") if path.is_file()}
    assert not [name for name in names if "solution" in name or "rubrics" in name]
    assert [name for name in names if name.startswith("source")] == ["source/README.txt"]
    text = "".join(path.read_text("utf-8") for path in (course / "exercises").glob("*.ipynb"))
    assert "BEGIN SOLUTION" not in text
    assert "HIDDEN" not in text


def test_the_teacher_gets_solutions_and_rubrics(stick: Path) -> None:
    assert len(list((stick / "teacher" / "solutions").glob("*.ipynb"))) == len(
        list((ROOT / "solutions").glob("*.ipynb"))
    )
    assert list((stick / "teacher" / "rubrics").glob("*.md"))


def test_the_manifest_names_each_wheel_by_its_own_digest(stick: Path) -> None:
    facts = json.loads((stick / "pack.json").read_text("utf-8"))
    assert facts["platforms"] == list(PLATFORMS)
    assert len(facts["wheels"]) == 3  # no old wheel of the course stays
    for each in facts["wheels"]:
        content = (stick / "wheels" / each["file"]).read_bytes()
        assert each == {
            "file": each["file"],
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }


def test_each_system_has_a_script_with_its_versions_the_newest_first(stick: Path) -> None:
    for platform in PLATFORMS.values():
        text = (stick / platform.script).read_bytes().decode("utf-8")
        assert "3.13 3.11" in text
        assert "@" not in text.replace("@echo", "")
        assert ("\r\n" in text) == platform.script.endswith(".bat")
        assert platform.script in (stick / "README.txt").read_text("utf-8")


@pytest.mark.skipif(os.name != "posix", reason="there is no sh")
@pytest.mark.parametrize("script", ["start_linux.sh", "start_macos.command"])
def test_a_laptop_without_python_is_told_what_is_missing(
    stick: Path, tmp_path: Path, script: str
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname"):
        (tools / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        ["sh", str(stick / script), str(tmp_path / "here")],
        env={"PATH": str(tools), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert done.returncode == 1
    assert "one of 3.13 3.11 must be installed" in done.stderr
    assert not (tmp_path / "here").exists()


def test_a_learners_work_outlives_a_second_start(stick: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    course = folder / ".venv" / "bin" / "course"
    course.parent.mkdir(parents=True)
    course.write_text("#!/bin/sh\n")
    course.chmod(0o755)
    (folder / "workbook").mkdir()
    (folder / "workbook" / "mine.ipynb").write_text("my work")
    done = subprocess.run(
        ["sh", str(stick / "start_linux.sh"), str(folder)],
        env=os.environ | {"ONLY_INSTALL": "1"},
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    here = "{}.{}".format(*sys.version_info)
    if here in ("3.11", "3.13"):
        assert done.returncode == 0, done.stderr
        assert (folder / "lessons" / "00_start_here.ipynb").exists()
    assert (folder / "workbook" / "mine.ipynb").read_text() == "my work"


def test_on_linux_no_gpu_package_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "numpy==2\nnvidia-cublas-cu12==12.1\ntorch==2.13.0\ntriton==3.1\ncuda-bindings==13\n"
    monkeypatch.setattr(wheels, "_run", lambda *given: said)
    assert wheels.resolved(ROOT, PLATFORMS["linux"], "3.12") == ["numpy==2", "torch==2.13.0"]
    assert len(wheels.resolved(ROOT, PLATFORMS["windows"], "3.12")) == 5


def test_a_program_that_fails_is_quoted() -> None:
    with pytest.raises(CourseError, match=r"nothing works: .*no-such-module"):
        wheels._run([sys.executable, "-m", "no-such-module"], "nothing works")


def test_unknown_names_are_refused_and_doubles_are_one() -> None:
    assert [each.name for each in chosen(["macos", "windows", "macos"])] == ["macos", "windows"]
    assert versions(["3.12", "3.12"]) == ["3.12"]
    with pytest.raises(CallError, match="--platform beos: must be one of linux, macos, windows"):
        chosen(["beos"])
    with pytest.raises(CallError, match=r"--python 3\.9: must be one of"):
        versions(["3.9"])


def test_the_pythons_are_those_of_the_project_file() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    assert all(f"Python :: {python}" in project for python in PYTHONS)
