"""A teacher's page and two phones in a real browser, by keyboard alone."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.classroom.room.rooms import CODE, Client, serving, token
from tests.classroom.room.test_server import RECORD

browsers = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")

PHONE = {"width": 390, "height": 844}
PROJECTOR = {"width": 1280, "height": 720}
PATIENCE = 60_000
"""Milliseconds a page may take on a busy machine."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium."""
    with browsers.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def client() -> Iterator[Client]:
    """A server with a question of each kind."""
    with serving() as client:
        yield client


def opened(browser: Any, address: str, size: dict[str, int], problems: list[str]) -> Any:
    """A page with storage of its own; what goes wrong in it is noted."""
    context = browser.new_context(viewport=size, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: said.type == "error" and problems.append(said.text))
    page.on("request", lambda asked: _own(asked.url, address, problems))
    page.goto(address)
    return page


def _own(url: str, address: str, problems: list[str]) -> None:
    if not url.startswith((address.split("/")[0] + "//" + address.split("/")[2], "blob:", "data:")):
        problems.append(f"asked {url}")


def tab_to(page: Any, what: str) -> None:
    """Press Tab until the focus is on a thing: it can be reached, and is seen to have the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    raise AssertionError(f"Tab does not reach {what}")


def says(page: Any, id: str, text: str) -> None:
    """Wait until an element holds a text."""
    browsers.expect(page.locator(f"#{id}")).to_contain_text(text, timeout=PATIENCE)


def test_a_lesson_by_keyboard_alone(browser: Any, client: Client, tmp_path: Path) -> None:
    problems: list[str] = []
    teacher = opened(browser, client.server.teacher, PROJECTOR, problems)
    one, two = (opened(browser, client.server.address, PHONE, problems) for _ in range(2))
    says(teacher, "text", "Which share?")
    # the key is out of sight, and the way in is on the screen
    assert client.server.key not in teacher.url
    says(teacher, "door", CODE)
    assert teacher.locator(".qr svg path").count() >= 1

    # a number, changed once
    says(one, "question", "Which share?")
    tab_to(one, "#guess")
    one.keyboard.type("much")
    one.keyboard.press("Enter")
    says(one, "problem", "does not start with a number")
    one.keyboard.press("Control+a")
    one.keyboard.type("5 %")
    one.keyboard.press("Enter")
    says(one, "kept", "Kept: 5 %.")
    assert one.locator("#problem").inner_text() == ""
    says(teacher, "count", "1")
    before = teacher.locator("#picture svg").inner_html()
    says(two, "question", "Which share?")
    tab_to(two, "#guess")
    two.keyboard.type("40")
    tab_to(two, "button")
    two.keyboard.press("Enter")
    says(two, "kept", "Kept: 40 %.")
    says(teacher, "count", "2")
    assert teacher.locator("#picture svg").inner_html() != before  # the histogram moved
    assert teacher.locator("#picture .truth").count() == 0

    tab_to(teacher, "#reveal")
    teacher.keyboard.press("Enter")
    says(teacher, "answer", "One of five.")
    assert teacher.locator("#picture .truth").count() == 1
    says(one, "question", "You said 5 %, it is 20.0 %")
    says(two, "question", "You said 40 %, it is 20.0 %")
    assert one.locator("#question .own").count() == 1

    # a choice; the guess that was made is still there after a reload
    tab_to(teacher, "#next")
    teacher.keyboard.press("Enter")
    says(teacher, "text", "Which <colour>?")
    says(one, "question", "Which <colour>?")
    # the box that had the focus is gone: it is on the question that came instead
    assert one.evaluate("document.activeElement.textContent") == "Which <colour>?"
    tab_to(one, "input[type=radio]")
    one.keyboard.press("Space")
    one.keyboard.press("ArrowDown")
    tab_to(one, "button")
    one.keyboard.press("Space")
    says(one, "kept", "Kept: blue.")
    one.reload()
    says(one, "kept", "Kept: blue.")
    assert one.locator("input[value=blue]").is_checked()

    # an order, by another way: the list of questions
    tab_to(teacher, "#list li:nth-child(3) button")
    teacher.keyboard.press("Enter")
    says(two, "question", "Which first?")
    for place, item in enumerate(("three", "two", "one")):
        tab_to(two, f"#place-{place}")
        two.keyboard.type(item)
    tab_to(two, "button")
    two.keyboard.press("Enter")
    says(two, "kept", "Kept: three, then two, then one.")
    says(teacher, "picture", "Mean place")

    # a range
    tab_to(teacher, "#next")
    teacher.keyboard.press("Enter")
    says(two, "question", "How many hours?")
    for name, typed in (("low", "100"), ("high", "1k")):
        tab_to(two, f"#{name}")
        two.keyboard.type(typed)
    two.keyboard.press("Enter")
    says(two, "kept", "Kept: 100 card hours to 1 000 card hours")

    # a machine's record
    file = tmp_path / "mine.toml"
    file.write_text(RECORD, encoding="utf-8")
    tab_to(two, "summary")
    two.keyboard.press("Enter")
    two.locator("#file").set_input_files(file)
    tab_to(two, "#record button")
    two.keyboard.press("Enter")
    says(two, "sent", "Kept:")
    says(teacher, "machines", "FLOP/byte")

    # the counts, to be kept
    tab_to(teacher, "#save")
    with teacher.expect_download(timeout=PATIENCE) as download:
        teacher.keyboard.press("Enter")
    counts = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["counts"]
    assert counts["share"]["count"] == {"5 %": 1, "40 %": 1}
    # a refused guess is noted by the browser itself, and nothing else is
    assert [each for each in problems if "422" not in each] == []
    for page in (teacher, one, two):
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_their_screens_and_can_be_read(browser: Any, client: Client, scheme: str) -> None:
    """Nothing sticks out sideways, controls are large enough, and text stands out from its ground
    (WCAG's 4.5)."""
    for who in range(5):
        client.guess(f"{who + 1} %", who=who)
    for address, size in (
        (client.server.address, PHONE),
        (client.server.address, {"width": 320, "height": 640}),
        (client.server.teacher, PROJECTOR),
        (client.server.teacher, PHONE),
    ):
        context = browser.new_context(viewport=size, color_scheme=scheme)
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("h2:not(:empty)", timeout=PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        for control in page.locator("main button, main input").all():
            if control.is_visible():
                assert control.bounding_box()["height"] >= 40
        assert page.evaluate(CONTRAST) == []
        context.close()


CONTRAST = """() => {
  const light = (text) => {
    const part = text.match(/[\\d.]+/g).slice(0, 3).map((each) => each / 255)
      .map((each) => each <= 0.03928 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!colour.startsWith("rgba(0, 0, 0, 0")) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const poor = [];
  const all = "p, h1, h2, label, legend, button, strong, span, text, th, td";
  for (const one of document.querySelectorAll(all)) {
    if (!one.textContent.trim() || one.disabled || !one.checkVisibility()) continue;
    const style = getComputedStyle(one);
    const ink = light(one.tagName === "text" ? style.fill : style.color);
    const under = light(ground(one));
    const ratio = (Math.max(ink, under) + 0.05) / (Math.min(ink, under) + 0.05);
    if (ratio < 4.5) poor.push(`${one.tagName} ${one.textContent.slice(0, 20)} ${ratio}`);
  }
  return poor;
}"""


def test_a_server_that_goes_away_is_said_and_found_again(browser: Any) -> None:
    problems: list[str] = []
    with serving() as client:
        page = opened(browser, client.server.address, PHONE, problems)
        says(page, "question", "Which share?")
    says(page, "problem", "The room does not answer.")
    assert page.locator("#guess").is_visible()  # what was typed stays
    page.context.close()


def test_a_page_without_a_key_says_so(browser: Any, client: Client) -> None:
    problems: list[str] = []
    page = opened(browser, client.server.teacher.partition("#")[0], PROJECTOR, problems)
    says(page, "alarm", "open the link that was printed")
    page.context.close()
    assert client.guess("10 %", who=1, X_Room_Token=token(1)).status == 200
