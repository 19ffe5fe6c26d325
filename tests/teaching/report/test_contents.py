"""The page of a plan: what it holds, what it finds missing, where it goes, and that it prints on
one sheet."""

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from course_lib.estimators.project.constraints import Limit
from course_lib.estimators.project.plan import Plan
from course_lib.estimators.ranges import Range
from course_lib.teaching.report.contents import (
    Alternative,
    Report,
    rounded,
    rows,
)
from course_lib.teaching.report.lacking import gaps, loose_numbers
from course_lib.teaching.report.page import page, publish, write
from course_lib.teaching.report.picture import limits_svg, limits_words
from tests.teaching.capstone import made

Shown = list[tuple[dict[str, Any], dict[str, Any]]]
POINT = Range(low=9, value=9, high=9)


@pytest.fixture(scope="module")
def page_of() -> Report:
    return made()


def test_a_whole_page_has_no_gaps(page_of: Report) -> None:
    assert gaps(page_of) == []
    assert all(row.source and "to" in row.span for row in rows(page_of.plan))


def test_what_is_missing_is_found(page_of: Report) -> None:
    bare = replace(page_of, alternatives=[], limits=[], change="")
    assert {"no alternative is considered", "no limit is named"} <= set(gaps(bare))
    unsourced = replace(page_of, plan=replace(page_of.plan, notes={}))
    assert sum("no source" in gap for gap in gaps(unsourced)) == len(rows(page_of.plan)) - 1
    tight = replace(page_of, limits=[Limit(name="money", most=1, need=5)])
    assert "money: the plan needs 5, and there are 1" in gaps(tight)


def test_an_alternative_is_counted_like_the_plan(page_of: Report) -> None:
    (other,) = page_of.alternatives
    bare = replace(page_of, alternatives=[replace(other, parts=("calls",))])
    assert gaps(bare) == ["call an API: people is counted in the plan and not here"]
    silent = replace(page_of, alternatives=[replace(other, parts=())])
    assert gaps(silent) == ["call an API: what its cost counts is not told"]
    exact = replace(page_of, alternatives=[replace(other, usd=POINT)])
    assert gaps(exact) == ["call an API: a single number, without a range"]


def test_another_training_pays_for_its_hours_and_its_text(page_of: Report) -> None:
    (other,) = page_of.alternatives
    free = replace(other, name="from nothing", parts=("people", "text"))
    assert gaps(replace(page_of, alternatives=[free])) == [
        "from nothing: it trains, and nothing is paid for device hours"
    ]


@pytest.mark.parametrize("end", ["low", "value", "high"])
def test_a_limit_is_held_against_the_plan_of_the_page(page_of: Report, end: str) -> None:
    money, *rest = page_of.limits
    other = replace(money, need=replace(money.need, **{end: getattr(money.need, end) * 1.01}))
    found = gaps(replace(page_of, limits=[other, *rest]))
    assert found == ["money: what the limit is held against is not what the plan needs"]


def test_a_number_in_a_reason_stands_among_the_numbers_too(page_of: Report) -> None:
    (other,) = page_of.alternatives
    cheap = replace(other, why_not="It takes 97 days.")
    found = gaps(replace(page_of, alternatives=[cheap]))
    assert found == ["the text says 97, which stands nowhere among the page's numbers"]


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("It costs USD 123 456, far less.", ["123\u202f456"]),
        ("Tune on one card, in 2 steps.", []),
        ("97 % cheaper, and 12.5 days.", ["97", "12.5"]),
    ],
)
def test_a_number_in_the_text_stands_among_the_numbers(
    page_of: Report, text: str, loose: list[str]
) -> None:
    told = text.replace("123 456", "123\u202f456")
    assert loose_numbers(replace(page_of, decision=told)) == loose


def test_a_number_of_the_page_may_be_repeated(page_of: Report) -> None:
    whole = next(row for row in rows(page_of.plan) if row.name == "cost in all")
    told = f"All in all {whole.value}, between {whole.span}, on 8 x H100."
    assert loose_numbers(replace(page_of, decision=told)) == []


def test_points_and_contradictions_are_found(page_of: Report) -> None:
    work = page_of.plan.run
    seconds = work.seconds.value
    exact = replace(work, seconds=Range(low=seconds, value=seconds, high=seconds))
    found = gaps(replace(page_of, plan=replace(page_of.plan, run=exact)))
    assert "seconds: a single number, without a range" in found
    assert any(gap.startswith("device hours") for gap in found)


def test_a_plan_to_call_has_a_page_too() -> None:
    price = Range(low=2e3, value=4e3, high=8e3)
    plan = Plan(
        purpose="letters",
        way="call",
        parts_usd={"API": price},
        usd=price,
        notes={"API": "list price"},
    )
    text = page(Report(title="Call", plan=plan, decision="Call an API."))
    assert "USD" in text and "Open points" in text and "Decision: call" in text


def test_numbers_have_two_digits_and_no_more() -> None:
    assert [
        rounded(value, unit).replace("\u202f", " ")
        for value, unit in ((143_690, "USD"), (0.2437, "tonnes"))
    ] == [
        "USD 140 000",
        "0.24 tonnes",
    ]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "title"),
        ({"decision": "x" * 261}, "decision must have at most 260"),
        (
            {"alternatives": [Alternative(name="a", usd=POINT, why_not="b")] * 4},
            "alternatives must be at most 3",
        ),
    ],
)
def test_what_does_not_fit_the_page_is_refused(
    page_of: Report, changes: dict, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        replace(page_of, **changes)


class _Reader(HTMLParser):
    """Tags in order, with their attributes; complains about tags that are closed in the wrong
    order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_fetches_nothing(page_of: Report) -> None:
    text = page(page_of)
    reader = _Reader()
    reader.feed(text)
    assert reader.open == []
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in reader.seen}
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import", text)
    assert set(re.findall(r"https?://[^\"' ]+", text)) == {"http://www.w3.org/2000/svg"}


def test_the_page_can_be_read_without_seeing_it(page_of: Report) -> None:
    reader = _Reader()
    reader.feed(page(page_of))
    tags = dict(reader.seen[::-1])
    assert tags["html"]["lang"] == "en" and tags["svg"]["role"] == "img"
    levels = [tag for tag, _ in reader.seen if re.fullmatch(r"h\d", tag)]
    assert levels.count("h1") == 1 and levels[0] == "h1" and set(levels[1:]) == {"h2"}
    assert all(given.get("scope") in ("col", "row") for tag, given in reader.seen if tag == "th")
    names = [tag for tag, _ in reader.seen]
    assert names.count("caption") == names.count("table") >= 2


def test_what_people_write_stays_text(page_of: Report) -> None:
    text = page(replace(page_of, title="<script>alert(1)</script>", decision="a < b & c"))
    assert "<script>" not in text and "a &lt; b &amp; c" in text


def test_the_picture_says_in_words_what_it_shows() -> None:
    limits = [
        Limit(name="money", most=10, need=5),
        Limit(name="time", most=1, need=Range(low=2, value=900, high=2e3)),
    ]
    svg = limits_svg(limits)
    assert limits_words(limits) in svg and "50.0 %, met" in svg and "missed" in svg
    assert svg.count("<circle") == 1 and svg.count("<path") == 1
    places = [float(x) for x in re.findall(r'(?:cx|x1|x2)="([\d.]+)"', svg)]
    assert min(places) > 0 and max(places) <= 640


def test_it_is_written_beside_the_notes(page_of: Report, learner_file: Path, shown: Shown) -> None:
    publish(page_of)
    file = learner_file.with_name("my_plan.html")
    assert file.read_text(encoding="utf-8") == page(page_of)
    assert [found.name for found in file.parent.iterdir()] == ["my_plan.html"]
    bundle = shown[-1][0]
    assert 'title="Letters"' in bundle["text/html"] and "<script" not in bundle["text/html"]
    assert str(learner_file.parent) not in bundle["text/html"] + bundle["text/plain"]


@pytest.mark.parametrize("longest", [False, True])
def test_it_prints_on_one_sheet_of_a4(longest: bool, tmp_path: Path) -> None:
    browsers = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    file = write(made(longest=longest), tmp_path / "page.html")
    with browsers.sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(file.as_uri())
        printed = tab.pdf(prefer_css_page_size=True)
        browser.close()
    assert asked == [file.as_uri()]
    assert re.findall(rb"/Count (\d+)", printed) == [b"1"]
    width, height = (
        float(side) for side in re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)", printed).groups()
    )
    assert (width, height) == (pytest.approx(595, abs=1), pytest.approx(842, abs=1))
