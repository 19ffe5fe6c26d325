"""Forms in a real JupyterLab and a real browser: keys, names, a dead kernel, and the next day."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from course_lib.authoring.execute import kernel_environment

browsers = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")

CELLS = [
    "from course_lib.teaching import predict, predict_choice, predict_ranking\n"
    "from course_lib.teaching.quizzes.questions import ask\n"
    "from course_lib.teaching.quizzes.quiz import Quiz",
    'where = predict_choice("where", "Where is most?", ["above", "beside", "below"])',
    'share = predict("share", "Which share?", "%")',
    'order = predict_ranking("order", "Which first?", ["one", "two"])',
    'Quiz(ask("q_where", "Where is it?", ("above", "It is."), [("below", "It is not.")]))',
    "last = 1",
]
ALIVE = """async () => {
  const app = window.jupyterapp;
  const panel = app && app.shell.currentWidget;
  if (!panel || !panel.sessionContext) return false;
  await app.restored;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  return true;
}"""
RAN = """() => window.jupyterapp.shell.currentWidget.content.widgets
  .every(cell => cell.model.executionCount)"""
COUNT = """() => window.jupyterapp.shell.currentWidget.content.widgets.length"""
TOLD = """async () => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  await kernel.requestKernelInfo();
  await kernel.requestKernelInfo();
}"""
"""ipywidgets holds a change back while another one is on its way, but not a click: on a slow
machine the click would come first. After two answers of the kernel it has all changes."""
ACTIVE = """() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one notebook, and JupyterLab's settings: widgets are saved with it."""
    home = tmp_path_factory.mktemp("lab")
    cells = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for place, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}}
    text = json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5})
    (home / "forms.ipynb").write_text(text, encoding="utf-8")
    manager = home / "settings" / "@jupyter-widgets" / "jupyterlab-manager"
    manager.mkdir(parents=True)
    (manager / "plugin.jupyterlab-settings").write_text('{"saveState": true}', encoding="utf-8")
    return home


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """A JupyterLab of this Python, on the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    # this Python's kernel and extensions, and nothing of the user's
    own = {
        "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_DATA_DIR": folder / "data",
        "JUPYTER_RUNTIME_DIR": folder / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces",
    }
    options = [
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.open_browser=False",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--allow-root",
    ]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env=os.environ
            | kernel_environment(folder / "notes")
            | {name: str(place) for name, place in own.items()},
            stdout=log,
            stderr=log,
        )
        try:
            _await_answer(f"http://127.0.0.1:{port}/api", folder / "server.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(30)


def _await_answer(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no JupyterLab: {log.read_text('utf-8', 'replace')[-2000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One chromium for all tests: what JupyterLab is made of is fetched and compiled once."""
    with browsers.sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium.new_context(viewport={"width": 1200, "height": 2400})
        chromium.close()


@pytest.fixture
def page(address: str, browser: Any) -> Iterator[Any]:
    """The notebook, opened in chromium, its kernel at hand, no cell run."""
    tab = browser.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{address}/lab/tree/forms.ipynb?reset")
    tab.wait_for_function("() => window.jupyterapp && window.jupyterapp.shell.currentWidget")
    tab.wait_for_function(ALIVE, timeout=60_000)
    yield tab
    assert errors == []
    tab.close()


def do(page: Any, command: str) -> None:
    page.evaluate(f"async () => {{ await window.jupyterapp.commands.execute('{command}'); }}")


def run_all(page: Any) -> None:
    do(page, "notebook:run-all-cells")
    page.wait_for_function(RAN, timeout=60_000)
    page.locator(".course-form-q_where input").first.wait_for(timeout=30_000)


def focused(page: Any) -> str:
    """The class of the form that has the focus."""
    found = page.evaluate("() => (document.activeElement.closest('.course-form') || {}).className")
    return found or ""


def test_keys_stay_in_the_form_and_answer_it(page: Any) -> None:
    run_all(page)
    cells = page.evaluate(COUNT)
    group = page.get_by_role("radiogroup", name="Where is most?")
    group.get_by_role("radio").first.focus()
    for key in ("d", "d", "ArrowDown", "ArrowDown"):  # in JupyterLab "d d" deletes the cell
        page.keyboard.press(key)
    assert page.evaluate(COUNT) == cells and "course-form-where" in focused(page)
    chosen = group.get_by_role("radio", checked=True)
    assert chosen.get_attribute("data-value") == "below"
    page.evaluate(TOLD)
    page.keyboard.press("Tab")  # out of the group, to the button
    page.keyboard.press("Enter")
    page.get_by_text("Kept: below.").wait_for()
    assert "course-form-where" in focused(page)


def test_places_are_chosen_by_letters_and_arrows(page: Any) -> None:
    run_all(page)
    cells = page.evaluate(COUNT)
    group = page.get_by_role("group", name="Which first?")
    group.get_by_label("Place 1").focus()
    page.keyboard.press("t")
    page.keyboard.press("Tab")
    for key in ("d", "d", "ArrowDown"):
        page.keyboard.press(key)
    assert group.get_by_label("Place 1").input_value() == "two"
    assert group.get_by_label("Place 2").input_value() == "one"
    assert page.evaluate(COUNT) == cells
    page.evaluate(TOLD)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_text("Kept: two, then one.").wait_for()


def test_chords_still_reach_jupyterlab(page: Any) -> None:
    run_all(page)
    page.get_by_role("radiogroup", name="Where is it?").get_by_role("radio").first.focus()
    before = page.evaluate(ACTIVE)
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(f"({ACTIVE})() === {before + 1}")


def test_the_next_day_the_question_is_there_and_the_answer_after_a_run(page: Any) -> None:
    run_all(page)
    box = page.get_by_label("Your guess: Which share?")
    box.fill("60")
    box.press("Enter")
    page.get_by_text("Kept: 60 %.").wait_for()
    quiz = page.get_by_role("radiogroup", name="Where is it?")
    quiz.get_by_label("below").check()
    page.evaluate(TOLD)
    page.get_by_role("button", name="Check", exact=True).click()
    page.get_by_text("Not so.").first.wait_for()
    stand_in = page.locator(".course-stand-in-q_where")
    assert not stand_in.is_visible()
    do(page, "docmanager:save")
    page.evaluate(
        "async () => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()"
    )
    stand_in.wait_for()  # a fresh kernel knows no controls: they give way
    assert not quiz.is_visible()

    page.reload()
    page.wait_for_function("() => window.jupyterapp && window.jupyterapp.shell.currentWidget")
    page.wait_for_function(ALIVE, timeout=60_000)
    stand_in.wait_for()
    page.get_by_text("Run this cell (Shift+Enter) to answer.").first.wait_for()
    assert page.get_by_text("model not found").count() == 0
    assert stand_in.get_by_text("Answer and explanations").is_visible()
    assert not page.get_by_role("button", name="Check", exact=True).is_visible()

    run_all(page)
    assert not stand_in.is_visible()
    page.get_by_text("Kept: 60 %.").wait_for()
    page.get_by_text("Not so.").first.wait_for()
    assert quiz.get_by_label("below").is_checked()
