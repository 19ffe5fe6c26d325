"""Verdicts as of earlier years: decided by the rules, shown under a slider, complete where nothing
moves."""

from typing import Any

import ipywidgets as widgets
import pytest

from course_lib.catalog.as_of import Catalogs
from course_lib.teaching.court.years import TODAY, UNKNOWN, over_years

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
DEPTHS = {2019: None, 2020: {"share": 0.0, "deepest": 96}, 2021: {"share": 0.1, "deepest": 118}}


def decide_from(id: str, catalogs: Catalogs) -> dict[str, float] | None:
    """A claim that nobody could decide in 2019, that was wrong in 2020, and holds today."""
    return DEPTHS.get(getattr(catalogs.models, "year", 0), {"share": 0.6, "deepest": 126})


def slider_and_page(monkeypatch: pytest.MonkeyPatch, start: int | None = None) -> tuple[Any, Any]:
    """The live parts of what is displayed."""
    held: list[Any] = []
    make = widgets.VBox
    monkeypatch.setattr(widgets, "VBox", lambda children: held.append(children) or make(children))
    over_years(decide_from, ["A07"], range(2019, 2023), start)
    return held[0]


def test_each_year_is_decided_by_the_rules(shown: Bundles) -> None:
    found = over_years(decide_from, ["A07"], range(2019, 2022))
    ruled = [found.ruled("A07", when) for when in (2019, 2020, 2021, TODAY)]
    assert ruled == [UNKNOWN, "wrong", "holds with limits", "holds"]
    assert (found.flipped(2019), found.undecided(2019)) == ([], ["A07"])
    assert (found.flipped(2020), found.undecided(2020)) == (["A07"], [])


def test_a_static_page_shows_all_years(shown: Bundles) -> None:
    over_years(decide_from, ["A07"], range(2019, 2022))
    for text in (shown[0][0]["text/plain"], shown[0][0]["text/html"]):
        assert all(
            part in text
            for part in ("2019", "2020", "2021", TODAY, UNKNOWN, "wrong", "holds with limits")
        )


def test_the_slider_turns_the_page(shown: Bundles, monkeypatch: pytest.MonkeyPatch) -> None:
    slider, page = slider_and_page(monkeypatch, 2020)
    assert (
        isinstance(slider, widgets.SelectionSlider) and slider.description
    )  # by keyboard, and with a name
    assert "96 layers" in page.value and "end of 2020" in page.value
    slider.value = 2021
    assert "118" not in page.value and "10.0 %" in page.value  # what keeps it from holding
    slider.value = 2019
    assert (
        "lacks what the test needs" in page.value and "1 could not be decided (A07)" in page.value
    )


def test_the_page_needs_no_kernel_to_be_saved(
    shown: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, page = slider_and_page(monkeypatch)
    assert "end of 2019" in page.value and "<table>" in page.value


@pytest.mark.parametrize(
    ("ids", "years", "start"),
    [
        ([], [2019, 2020], None),
        (["A07"], [2019], None),
        (["A07"], [], None),
        (["A07"], [2019, 2020], 2021),
    ],
)
def test_what_is_no_range_of_years_is_refused(
    ids: list[str], years: list[int], start: int | None
) -> None:
    with pytest.raises(ValueError, match="years="):
        over_years(decide_from, ids, years, start)
