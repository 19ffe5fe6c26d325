"""The guide has an entry for everything that a lesson asks, and says what the lesson says."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.guide import pages
from course_lib.classroom.schedule.plans import READY

ROOT = Path(__file__).parents[3]
NAMES = sorted(path.stem for path in (ROOT / "source" / "lessons").glob("*.py"))
TEXTS = ROOT / "course_lib" / "teaching" / "texts" / "questions"
KEY = re.compile(r"^\| (prediction|quick check)[^|]* \| `(\w+)` \| (.+) \|$", flags=re.MULTILINE)


def page(name: str) -> str:
    return (ROOT / "docs" / "teaching" / f"{name}.md").read_text(encoding="utf-8")


def source(name: str) -> str:
    return (ROOT / "source" / "lessons" / f"{name}.py").read_text(encoding="utf-8")


def entries() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for file in TEXTS.glob("*.toml"):
        found |= tomllib.loads(file.read_text(encoding="utf-8"))
    return found


def test_nothing_has_drifted() -> None:
    assert pages.drift(ROOT) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_idea_prediction_and_wrong_choice_has_an_entry(name: str) -> None:
    text = page(name)
    ideas = re.findall(r"^# ## (Idea \d: .+)$", source(name), flags=re.MULTILINE)
    for idea in ideas:
        own = text.split(f"\n## {idea}\n")[1].split("\n## ")[0]
        assert "**Ask:** " in own
        assert "**Listen for:** " in own
    for id in re.findall(r"predict(?:_choice|_ranking)?\(\s*\"(\w+)\"", source(name)):
        own = text.split(f"**Prediction `{id}`**")[1].split("**Prediction")[0]
        assert "*What it is for:* " in own
        assert "*Answer:* **" in own
        assert "*What rooms guess:* " in own
    asked = entries()
    for id in re.findall(r"quiz\(\s*\"(\w+)\"", source(name)):
        own = text.split(f"**Quick check `{id}`:**")[1].split("**Quick check")[0]
        for wrong in asked[id]["wrong"]:
            first = re.split(r"\{\w+\}", wrong["text"])[0]
            (line,) = [each for each in own.split("\n") if each.startswith(f"- Wrong: {first}")]
            assert "*Ask:* " in line
            assert f"`{wrong['misconception']}`" in line if "misconception" in wrong else True


@pytest.mark.parametrize("name", NAMES)
def test_the_key_is_the_record(name: str) -> None:
    """Every answer of the key stands in the notebook's plain text, or in the catalogue."""
    notebook = json.loads((ROOT / "lessons" / f"{name}.ipynb").read_text(encoding="utf-8"))
    shown = [
        "".join(output.get("data", {}).get("text/plain", ""))
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
    ]
    asked = entries()
    predicted = set(re.findall(r"predict(?:_choice|_ranking)?\(\s*\"(\w+)\"", source(name)))
    found = KEY.findall(page(name).split("\n## Answer key\n")[1].split("\n## ")[0])
    assert predicted <= {id for kind, id, _ in found if kind == "prediction"}
    for kind, id, answer in found:
        told = answer.replace("\\|", "|")
        if kind == "quick check":
            assert all(part in told for part in re.split(r"\{\w+\}", asked[id]["right"]))
            continue
        places = told.split(", then ")
        assert any(
            text.startswith((f"It is {told}.", f"The answer: {told}."))
            or (len(places) > 1 and all(f"| {item}" in text for item in places))
            for text in shown
        ), (id, told)


@pytest.mark.parametrize("name", NAMES)
def test_the_rubric_is_the_one_of_the_exercise(name: str) -> None:
    file = ROOT / "docs" / "rubrics" / f"{name}.md"
    text = page(name)
    assert ("\n## Rubric\n" in text) == file.is_file()
    if file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            assert line.lstrip("#") in text


def test_links_lead_somewhere() -> None:
    folder = ROOT / "docs" / "teaching"
    for file in folder.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)", file.read_text(encoding="utf-8")):
            if not target.startswith("http"):
                assert (folder / target).exists(), (file.name, target)


def test_ready_plans_are_there_with_outcome_and_what_to_prepare() -> None:
    for ready in READY:
        text = page(ready.file.removesuffix(".md"))
        assert "## Afterwards\n\n- You can " in text
        assert "## Before\n\n- " in text
        assert "## Cut, and why" in text
        assert ready.command in text


def test_drift_is_found_and_mended(tmp_path: Path) -> None:
    for folder in ("lessons", "source", "exercises"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    changed = tmp_path / "docs" / "teaching" / "05_inference.md"
    changed.write_text("Changed by hand.", encoding="utf-8")
    (tmp_path / "docs" / "teaching" / "guide.md").unlink()
    (tmp_path / "docs" / "teaching" / "17_more.md").write_text("?", encoding="utf-8")
    told = pages.drift(tmp_path)
    assert [each.split(":")[0] for each in told] == [
        "docs/teaching/05_inference.md",
        "docs/teaching/guide.md",
        "docs/teaching/17_more.md",
    ]
    assert len(pages.write(tmp_path)) == 2
    assert len(pages.drift(tmp_path)) == 1


def test_a_course_of_other_lessons_has_no_guide(tmp_path: Path) -> None:
    (tmp_path / "source" / "lessons").mkdir(parents=True)
    (tmp_path / "source" / "lessons" / "01_other.py").touch()
    assert not pages.covers(tmp_path)
    assert pages.covers(ROOT)
