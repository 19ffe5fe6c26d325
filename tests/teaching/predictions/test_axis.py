"""The axis of a reveal: places by hand, and nothing that a sanitiser drops."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.teaching.predictions.axis import LEFT, RIGHT, log_axis

SURE = {
    *("position", "height", "max-width", "margin", "overflow", "font-size", "line-height", "left"),
    *("top", "right", "width", "border-top", "border-left", "border-radius", "border"),
    *("background", "margin-left", "text-align", "white-space", "opacity"),
}
"""Properties that JupyterLab's sanitiser keeps, of those in use."""


def dots(html: str) -> list[float]:
    """Places of the two dots, the result's first, in per cent."""
    return [float(left) for left in re.findall(r"left: ([\d.]+)%[^\"]*border-radius", html)]


def test_equal_numbers_lie_in_the_middle() -> None:
    assert dots(log_axis(5, 5, "5", "5")) == [50, 50]


def test_places_are_logarithmic() -> None:
    # from a tenth to a hundred times the result: three powers of ten
    result, guess = dots(log_axis(30, 1, "30", "1"))
    assert result == pytest.approx(LEFT + (RIGHT - LEFT) / 3, abs=0.01)
    assert guess == pytest.approx(LEFT + (RIGHT - LEFT) * (1 + math.log10(30)) / 3, abs=0.01)


@given(st.floats(1e-12, 1e30), st.floats(1e-12, 1e30))
def test_everything_stays_on_the_axis(guess: float, value: float) -> None:
    html = log_axis(guess, value, "a", "b")
    assert all(LEFT - 0.01 <= place <= RIGHT + 0.01 for place in dots(html))
    assert html.count("<div") == html.count("</div>") and html.count("×") + html.count("÷") <= 6
    styles = ";".join(re.findall(r'style="([^"]*)"', html))
    assert {part.partition(":")[0].strip() for part in styles.split(";") if part.strip()} <= SURE


def test_labels_are_text() -> None:
    assert "a &lt; b" in log_axis(1, 2, "a < b", "2")


@pytest.mark.parametrize(("guess", "value"), [(0, 1), (1, 0), (-1, 1), (math.nan, 1)])
def test_only_numbers_above_zero_have_a_place(guess: float, value: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        log_axis(guess, value, "", "")
