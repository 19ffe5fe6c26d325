"""Slides hold what the lesson shows, give no answer away, need nothing outside, and turn."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from course_lib.classroom.lesson.hand import ByHand
from course_lib.classroom.lesson.records import Lesson
from course_lib.classroom.slides.slides import outside, page, slides

ROOT = Path(__file__).parents[3]
Course = list[tuple[Lesson, ByHand]]


def test_nothing_is_asked_for_outside(taught: Course) -> None:
    for lesson, _ in taught:
        assert not outside(page(lesson))


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://a.b/c.js"></script>',
        "<img src=//a.b/c.png>",
        '<link href="style.css">',
        "<style>p { background: url('https://a.b') }</style>",
        '<style>@import "x.css"</style>',
        '<a href="https://a.b">there</a>',
    ],
)
def test_what_lies_outside_is_found(html: str) -> None:
    assert len(outside(html)) == 1


def test_every_question_is_there_and_no_prediction_has_its_answer(taught: Course) -> None:
    for lesson, _ in taught:
        made = list(slides(lesson))
        asked = [each for each in made if each.kind == "predict"]
        wanted = [each for each in lesson.predictions if each.kind != "ten guesses"]
        assert [each.text for each in asked] == [each.question for each in wanted]
        for slide, prediction in zip(asked, wanted, strict=True):
            assert slide.items == prediction.options
            if not prediction.options:
                assert prediction.answer not in slide.text
        short = [each for each in made if each.kind == "in short"]
        assert len(short) == len(lesson.ideas)
        assert sum(each.kind == "explore" for each in made) == 1


def test_every_figure_keeps_its_words(taught: Course) -> None:
    for lesson, _ in taught:
        notebook = json.loads(
            (ROOT / "lessons" / f"{lesson.name}.ipynb").read_text(encoding="utf-8")
        )
        pages = [
            "".join(output.get("data", {}).get("text/html", ""))
            for cell in notebook["cells"]
            for output in cell.get("outputs", [])
        ]
        there = [unescape(alt) for each in pages for alt in re.findall(r'<img alt="([^"]*)"', each)]
        made = [each for each in slides(lesson) if each.image]
        assert [each.alt for each in made] == there
        assert all(each.alt and each.image.startswith("data:image/") for each in made)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


def test_they_turn_by_keys_and_clicks_and_fit_their_screen(
    browser: Any, taught: Course, tmp_path: Path
) -> None:
    for lesson, _ in taught:
        file = tmp_path / f"{lesson.name}.html"
        file.write_text(page(lesson), encoding="utf-8")
        tab = browser.new_page(viewport={"width": 1280, "height": 720})
        asked: list[str] = []
        tab.on("request", lambda request, asked=asked: asked.append(request.url))
        tab.goto(file.as_uri())
        count = tab.evaluate("slides.length")
        for _ in range(count):
            shown = tab.locator(".slide:visible")
            assert shown.count() == 1
            height = tab.evaluate("slides[now].scrollHeight")
            assert height <= 720, (lesson.name, tab.evaluate("now"), height)
            tab.keyboard.press("ArrowRight")
        assert tab.evaluate("now") == count - 1
        for key, place in [
            ("Home", 0),
            (" ", 1),
            ("PageDown", 2),
            ("PageUp", 1),
            ("End", count - 1),
        ]:
            tab.keyboard.press(key)
            assert tab.evaluate("now") == place
        tab.mouse.click(100, 300)
        assert tab.evaluate("now") == count - 2
        tab.mouse.click(1000, 300)
        assert tab.evaluate("now") == count - 1
        assert all(url.startswith(("file:", "data:")) for url in asked)
        tab.close()


def test_a_slide_is_a_page_on_paper(browser: Any, taught: Course, tmp_path: Path) -> None:
    lesson = taught[5][0]
    file = tmp_path / "slides.html"
    file.write_text(page(lesson), encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 720})
    tab.goto(file.as_uri())
    printed = tab.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == len(list(slides(lesson)))
    tab.emulate_media(media="print")
    heights = tab.evaluate("slides.map((slide) => [slide.scrollHeight, slide.clientHeight])")
    assert all(inside <= room for inside, room in heights)
    tab.close()
