"""Verdicts as of earlier years: decided by the rules, shown under a slider, complete where nothing
moves."""

from typing import Any

import ipywidgets as widgets
import pytest

from course_lib.catalog.as_of import Catalogs
from course_lib.teaching.court.years import TODAY, UNKNOWN, over_years

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
ADDED = {
    2019: None,
    2020: {"average": 0.04, "best": 0.01},
    2021: {"average": 0.58, "best": 0.02},
}


def decide_from(id: str, catalogs: Catalogs) -> dict[str, float] | None:
    """A claim that nobody could decide in 2019, that was wrong in 2020, and holds today."""
    return ADDED.get(getattr(catalogs.models, "year", 0), {"average": 0.54, "best": 0.08})


def slider_and_page(monkeypatch: pytest.MonkeyPatch, start: int | None = None) -> tuple[Any, Any]:
    """The live parts of what is displayed."""
    held: list[Any] = []
    make = widgets.VBox
    monkeypatch.setattr(widgets, "VBox", lambda children: held.append(children) or make(children))
    over_years(decide_from, ["B05"], range(2019, 2023), start)
    return held[0]


def test_each_year_is_decided_by_the_rules(shown: Bundles) -> None:
    found = over_years(decide_from, ["B05"], range(2019, 2022))
    ruled = [found.ruled("B05", when) for when in (2019, 2020, 2021, TODAY)]
    assert ruled == [UNKNOWN, "wrong", "holds with limits", "holds"]
    assert (found.flipped(2019), found.undecided(2019)) == ([], ["B05"])
    assert (found.flipped(2020), found.undecided(2020)) == (["B05"], [])


def test_a_static_page_shows_all_years(shown: Bundles) -> None:
    over_years(decide_from, ["B05"], range(2019, 2022))
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
    assert "4.00 %" in page.value and "end of 2020" in page.value
    slider.value = 2021
    assert "58.0 %" not in page.value and "2.00 %" in page.value  # what keeps it from holding
    slider.value = 2019
    assert "too little of that year" in page.value and "1 could not be decided (B05)" in page.value


def test_the_page_needs_no_kernel_to_be_saved(
    shown: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, page = slider_and_page(monkeypatch)
    assert "end of 2019" in page.value and "<table>" in page.value


@pytest.mark.parametrize(
    ("ids", "years", "start"),
    [
        ([], [2019, 2020], None),
        (["B05"], [2019], None),
        (["B05"], [], None),
        (["B05"], [2019, 2020], 2021),
    ],
)
def test_what_is_no_range_of_years_is_refused(
    ids: list[str], years: list[int], start: int | None
) -> None:
    with pytest.raises(ValueError, match="years="):
        over_years(decide_from, ids, years, start)
