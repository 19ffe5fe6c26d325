"""What `course lab` brings to JupyterLab: it is found, it is only a default, and it looks so."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from jupyter_core.paths import jupyter_path
from jupyter_server.services.config import ConfigManager
from nbformat import v4, write

from course_lib.commands import lab
from course_lib.commands.lab_look import jupyter_lab_config

SETTINGS = json.loads(
    (lab.LOOK / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8")
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A learner's configuration folder, empty."""
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "home"))
    for name in ("JUPYTER_CONFIG_PATH", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_NO_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def defaults(book: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Defaults of settings, as JupyterLab's server reads them when `course lab` started it."""
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", lab.lab_environment(book)["JUPYTER_CONFIG_PATH"])
    return ConfigManager(config_dir_name="labconfig").get("default_setting_overrides")


def test_jupyterlab_has_every_setting_that_is_named() -> None:
    shipped = [Path(folder) / "lab" / "schemas" for folder in jupyter_path()]
    extensions = [
        schemas
        for folder in jupyter_path()
        for schemas in Path(folder, "labextensions").glob("**/schemas")
    ]
    for plugin, settings in SETTINGS.items():
        package, _, name = plugin.partition(":")
        found = [
            folder / package / f"{name}.json"
            for folder in (*shipped, *extensions)
            if (folder / package / f"{name}.json").is_file()
        ]
        assert found, plugin
        assert (
            settings.keys() <= json.loads(found[0].read_text(encoding="utf-8"))["properties"].keys()
        )


def test_the_settings_reach_jupyterlab(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert defaults(tmp_path, monkeypatch) == SETTINGS


def test_a_learners_own_defaults_come_first(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = "@jupyter-widgets/jupyterlab-manager:plugin"
    elsewhere = tmp_path / "elsewhere"
    for folder, value in ((home, {plugin: {"saveState": False}}), (elsewhere, {"x:y": {"z": 1}})):
        (folder / "labconfig").mkdir(parents=True)
        file = folder / "labconfig" / "default_setting_overrides.json"
        file.write_text(json.dumps(value), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(elsewhere))
    found = defaults(tmp_path, monkeypatch)
    assert found[plugin] == {"saveState": False} and found["x:y"] == {"z": 1}
    assert found.keys() == SETTINGS.keys() | {"x:y"}


def test_started_from_within_itself_nothing_is_named_twice(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = lab.lab_environment(tmp_path)["JUPYTER_CONFIG_PATH"]
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", first)
    assert lab.lab_environment(tmp_path)["JUPYTER_CONFIG_PATH"] == first
    assert first.split(os.pathsep)[-1] == str(lab.LOOK)


def test_the_layout_is_made_once_and_then_the_learners(home: Path, tmp_path: Path) -> None:
    folder = Path(lab.lab_environment(tmp_path)["JUPYTERLAB_WORKSPACES_DIR"])
    [file] = folder.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["metadata"]["id"] == "default"
    file.write_text("mine", encoding="utf-8")
    lab.lab_environment(tmp_path)
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_folder_of_layouts_that_the_learner_named_is_kept(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", "there")
    assert lab.lab_environment(tmp_path)["JUPYTERLAB_WORKSPACES_DIR"] == "there"
    assert not (tmp_path / lab.LAYOUT).exists()


def test_where_no_layout_can_be_written_jupyterlab_starts_all_the_same(
    home: Path, tmp_path: Path
) -> None:
    (tmp_path / lab.LAYOUT).write_text("no folder", encoding="utf-8")
    assert "JUPYTERLAB_WORKSPACES_DIR" not in lab.lab_environment(tmp_path)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", "lab_look"),
        ("# c.LabApp.custom_css = False", "lab_look"),
        ("c.LabApp.custom_css = True", "home"),
    ],
)
def test_a_style_that_the_learner_turned_on_comes_first(text: str, first: str, home: Path) -> None:
    (home / "jupyter_lab_config.py").write_text(f"# a comment\n{text}\n", encoding="utf-8")
    assert Path(jupyter_lab_config.folders()[0]).parent.name == first


# In a browser


def notebook(path: Path) -> None:
    """A lesson in small: prose, a table, a folded source and an open one."""
    cells = [
        v4.new_markdown_cell("# Title\n\n" + "Words that go on and on. " * 40),
        v4.new_markdown_cell("| a | b |\n| --- | --- |\n| 1 | 2 |"),
        v4.new_code_cell("narrate()", metadata={"jupyter": {"source_hidden": True}}),
        v4.new_code_cell("1 + 1"),
    ]
    path.parent.mkdir(parents=True)
    write(v4.new_notebook(cells=cells), path)


@pytest.fixture
def address(home: Path, tmp_path: Path) -> Iterator[str]:
    """JupyterLab as `course lab` starts it, for a learner who wants line numbers."""
    notebook(tmp_path / "book" / "lessons" / "01_small.ipynb")
    mine = home / "lab" / "user-settings" / "@jupyterlab" / "notebook-extension"
    mine.mkdir(parents=True)
    (mine / "tracker.jupyterlab-settings").write_text(
        json.dumps({"codeCellConfig": {"lineNumbers": True}}), encoding="utf-8"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", f"--port={port}", "--IdentityProvider.token="]
    book = tmp_path / "book"
    server = subprocess.Popen(
        lab.lab_command(book, "01_small", options),
        env=lab.lab_environment(book) | {"PYTHONWARNINGS": "ignore"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:  # a busy machine: its kernels take long to end
            server.kill()
            server.wait(20)


def open_page(play: Any, address: str) -> Any:
    """The page, once its notebook is there; JupyterLab takes some seconds to start."""
    chromium = shutil.which("chromium")
    browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
    page = browser.new_page(viewport={"width": 1920, "height": 1000})
    for _ in range(60):
        try:
            page.goto(address)
            break
        except Exception:
            time.sleep(0.5)
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    return page


def test_the_look_in_a_browser(address: str) -> None:
    browsers = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if shutil.which("chromium") is None:
        pytest.skip("needs chromium")
    with browsers.sync_playwright() as play:
        page = open_page(play, address)
        page.wait_for_selector(".cm-lineNumbers", timeout=20_000)  # the learner's own setting
        page.reload()  # the lesson is still there
        for part in (
            ".jp-MarkdownOutput p",
            ".jp-MarkdownOutput table",
            ".jp-Placeholder-contentContainer",
        ):  # each is drawn in its own time
            page.wait_for_selector(part, timeout=60_000)
        seen = page.evaluate(
            """() => {
            const box = s => document.querySelector(s).getBoundingClientRect();
            const prose = box('.jp-MarkdownOutput p'), table = box('.jp-MarkdownOutput table');
            const folded = document.querySelector('.jp-Placeholder-contentContainer');
            const text = document.querySelector('.jp-MarkdownOutput p');
            return {
                url: location.pathname,
                sidebar: document.querySelector('#jp-left-stack').offsetWidth,
                size: parseFloat(getComputedStyle(text).fontSize),
                prose: [prose.left, prose.width],
                table: [table.left, table.height],
                folded: getComputedStyle(folded, '::before').content,
                first: folded.innerText,
            };
        }"""
        )
    assert seen["url"].startswith("/doc/tree/lessons/01_small")  # one document at a time
    assert seen["sidebar"] == 0
    assert seen["prose"][1] == pytest.approx(40 * seen["size"])
    assert seen["prose"][0] == pytest.approx(seen["table"][0])
    assert seen["prose"][0] > 300  # a column in the middle of a wide window
    assert "code" in seen["folded"] and "narrate" not in seen["first"]


def test_the_wheel_holds_it() -> None:
    """hatch takes every file of the package that git does not ignore."""
    root = Path(__file__).parents[3]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"] == {"packages": ["course_lib"]}
    ignored = [
        line.rstrip("/") for line in (root / ".gitignore").read_text(encoding="utf-8").split()
    ]
    paths = [path.relative_to(root) for path in (lab.LOOK, *lab.LOOK.rglob("*"))]
    held = [path for path in paths if "__pycache__" not in path.parts]
    assert len([path for path in held if path.suffix]) == 5
    for path in held:
        assert not any(fnmatch(part, name) for part in path.parts for name in ignored), path
