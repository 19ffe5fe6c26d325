"""What is drawn of guesses, against counts made by hand."""

import itertools
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from course_lib.catalog import machines
from course_lib.classroom.room.drawing import answers, numbers
from course_lib.classroom.room.drawing.axis import LogAxis, log_axis
from course_lib.classroom.room.drawing.picture import picture
from course_lib.classroom.room.drawing.roofs import roofs
from tests.classroom.room.rooms import COLOUR, HOURS, QUESTIONS, RANK, SHARE


def drawn(svg: str) -> ET.Element:
    """An SVG, parsed strictly."""
    return ET.fromstring(svg)


def counts(svg: str) -> list[int]:
    """The numbers on the bars, from the left."""
    found = [each for each in drawn(svg).iter("text") if each.get("class") == "count"]
    found.sort(key=lambda each: float(each.get("x") or 0))
    return [int(each.text or 0) for each in found]


def test_each_guess_stands_in_one_bar_at_its_place() -> None:
    guesses = [0.0, 0.01, 0.0101, 0.1, 0.5, 1.0, 1.0]
    svg = numbers.histogram(SHARE, guesses, shown=False)
    # zero; two about 1 %; 10 %; 50 %; two at the upper end
    assert counts(svg) == [1, 2, 1, 1, 2]
    bars = list(drawn(svg).iter("rect"))
    left = [float(bar.get("x") or 0) for bar in bars if bar.get("class") == "bar"]
    assert all(0 <= x <= 760 for x in left)


@pytest.mark.parametrize("unit", ["%", "s", "B", "USD", "x", "", "tokens/s", "FLOP"])
@pytest.mark.parametrize("width", [380.0, 760.0])
def test_labels_of_an_axis_never_touch_and_stay_inside(unit: str, width: float) -> None:
    for low, high in ((1e-18, 1e36), (1e-3, 1e12), (3, 40), (7, 7), (0.001, 1)):
        ticks = log_axis([low, high], 34, width - 34).ticks(unit)
        axis = log_axis([low, high], 34, width - 34)
        ends = [(axis.place(at) - 4 * len(label), axis.place(at) + 4 * len(label))
                for at, label in ticks]  # fmt: skip
        assert ticks and all(right < left for (_, right), (left, _) in itertools.pairwise(ends))


def test_an_axis_holds_whole_powers_and_at_least_two() -> None:
    for values in ([5.0], [1.0], [9.99, 10.01], [0.5, 2000]):
        axis = log_axis(values, 0, 100)
        assert axis.low <= min(values) and max(values) <= axis.high and axis.high >= 99 * axis.low
    assert LogAxis(low=1, high=100, left=0, right=100).place(1e9) == 100


def test_the_answer_is_a_line_only_when_it_is_shown() -> None:
    for shown in (False, True):
        svg = numbers.histogram(SHARE, [0.5], shown)
        lines = [each for each in drawn(svg).iter("line") if each.get("class") == "truth"]
        assert len(lines) == shown
        if shown:
            axis = log_axis([0.5, 0.2], 34, 760 - 34)
            assert float(lines[0].get("x1") or 0) == pytest.approx(axis.place(0.2), abs=0.1)


def test_sentences_count_right() -> None:
    guesses = [0.1, 0.2, 0.3, 0.5]  # 20 %: three lie within a factor of two
    said = numbers.summary(SHARE, guesses, shown=True)
    assert "median guess is 25 %" in said and "3 of 4 lie within a factor of 2" in said
    assert "between 17.5 % and 35 %" in said
    held = numbers.ranges_summary(HOURS, [[100, 400], [1, 2], [300, 301]], shown=True)
    assert held.startswith("2 of 3 ranges hold")
    assert answers.choices_summary(COLOUR, ["blue", "blue", "red & green"], True).startswith(
        "2 of 3"
    )
    said = answers.order_summary(RANK, [["two", "one", "three"], ["three", "one", "two"]], True)
    assert said == "1 of 2 had the whole order; on average 1.5 of 3 pairs stood right."


def test_mean_places() -> None:
    html = answers.order(RANK, [["one", "two", "three"], ["two", "one", "three"]], shown=False)
    assert re.findall(r"<td class=count>([\d.]+)</td>", html) == ["1.5", "1.5", "3.0"]
    right = answers.order(RANK, [], shown=True)
    assert re.findall(r'row">(\d)\. (\w+)', right) == [("1", "two"), ("2", "one"), ("3", "three")]


def test_choices_count_each_option_and_escape_it() -> None:
    html = answers.choices(COLOUR, ["blue", "blue", "red & green"], shown=True)
    assert re.findall(r"<td class=count>(\d+)</td>", html) == ["1", "2"]
    assert "red &amp; green" in html and html.count("✔") == 1


class Balanced(HTMLParser):
    """Whether every tag that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Closed already."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.kind)
@pytest.mark.parametrize("shown", [False, True])
def test_a_picture_is_whole_with_many_guesses_or_none(question: object, shown: bool) -> None:
    one = {"share": 0.3, "colour": "blue", "rank": ["one", "two", "three"], "hours": [10.0, 1e6]}
    for many in (0, 1, 500):
        html = picture(question, [one[question.id]] * many, shown)  # type: ignore[attr-defined, arg-type]
        parser = Balanced()
        parser.feed(html)
        assert parser.open == [] and len(html) < 40_000


def test_an_answer_of_zero_or_none_draws_no_line() -> None:
    for truth in (0.0, None):
        svg = numbers.histogram(replace(SHARE, truth=truth), [0.5], shown=True)
        assert 'class="truth"' not in svg


@pytest.mark.parametrize("many", [1, 7, 8, 40])
def test_any_number_of_roofs(many: int) -> None:
    record = machines.recorded()[0]
    html = roofs([record] * many)
    svg = html[: html.index("</svg>") + 6]
    lines = list(drawn(svg).iter("polyline"))
    assert len(lines) == many
    # the corner lies at the ridge: peak over bandwidth
    axis_texts = re.findall(r"ridges at ([\d.]+) FLOP/byte", html)
    assert float(axis_texts[0]) == pytest.approx(record.peak() / record.bandwidth(), rel=0.01)
    assert html.count("<tr>") == many + 1
    assert roofs([]) == ""
