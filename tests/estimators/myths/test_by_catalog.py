"""Claims decided by the catalog alone: on small catalogs worked out by hand, and in years that
everybody remembers."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from course_lib.catalog import Transformer, devices, runs
from course_lib.catalog.as_of import as_of
from course_lib.estimators import myths, parameters
from course_lib.teaching.claims import claims

TEN = range(10)
FLAT = Transformer(layers=1, d_model=1, n_heads=1, d_ff=1, vocab_rows=1, tied_embeddings=True)


def catalogs(**held: dict[str, Any]) -> Any:
    """Catalogs that hold only what is given."""
    names = ("models", "devices", "runs", "prices", "cooling", "grids", "grid_days")
    return SimpleNamespace(**{name: held.get(name, {}) for name in names})


def sized(total: int, year: int = 2022) -> Transformer:
    """A decoder of so many parameters."""
    rest = int(parameters.count(FLAT).total) - 1
    return replace(FLAT, vocab_rows=total - rest, year=year)


def test_each_gives_the_numbers_that_its_claim_declares() -> None:
    for id in myths.CLAIMS:
        found = myths.numbers(id, as_of())
        assert found is not None and set(found) == set(claims.get(id).numbers), id


def test_nothing_can_be_decided_with_empty_catalogs() -> None:
    assert all(myths.numbers(id, catalogs()) is None for id in myths.CLAIMS)
    assert all(myths.numbers(id, as_of(1990)) is None for id in myths.CLAIMS)


def test_an_unknown_claim_is_named() -> None:
    with pytest.raises(KeyError, match=r"A08.*these are: A01a"):
        myths.numbers("A08", as_of())


def test_depth_by_hand() -> None:
    held: dict[str, Any] = {str(n): replace(FLAT, layers=100 + n) for n in TEN}
    assert myths.numbers("A07", catalogs(models=held | {"picture": object()})) == {"deepest": 109}
    assert myths.numbers("A07", catalogs(models={"few": held["1"]})) is None


def test_sizes_by_hand() -> None:
    """A billion counts from exactly a billion, a trillion too, and 2021 is too early."""
    totals = [10**9 - 1, 10**9, 10**12 - 1, 10**12, *[10] * 6]
    held = {str(n): sized(total) for n, total in enumerate(totals)}
    early = {f"early {n}": sized(10**12, year=2021) for n in TEN}
    found = myths.numbers("A01a", catalogs(models=held | early))
    assert found == {"share_billion": 0.3, "models_trillion": 1}
    assert myths.numbers("A01a", catalogs(models=early)) is None


def test_extremes_by_hand() -> None:
    card = devices["t4"]
    better = replace(
        card,
        peak_flops={"fp16": 3 * card.peak_flops["fp16"]},
        memory_bytes=2 * (card.memory_bytes or 0),
    )
    held = {str(n): card for n in TEN} | {
        "better": better,
        "unstated": replace(card, memory_bytes=None),
        "no gpu": replace(card, kind="tpu", memory_bytes=1),
        "announced": replace(card, status="announced", memory_bytes=1),
    }
    found = myths.numbers("C01", catalogs(devices=held))
    assert found == pytest.approx({"training_ratio": 3, "decoding_ratio": 1, "memory_ratio": 2})


def full_runs(*seconds: float) -> dict[str, Any]:
    """Full runs of one model that lasted so long."""
    run = replace(runs["llama-3-8b"], model_key="llama", devices=None, device_hours=None)
    return {str(n): replace(run, wall_seconds=lasted) for n, lasted in enumerate(seconds)}


@pytest.mark.parametrize(("days", "between"), [(0.99, 0), (1, 1), (365.25, 1), (366, 0)], ids=str)
def test_a_day_and_a_year_are_between_a_day_and_a_year(days: float, between: int) -> None:
    held = full_runs(*[days * 86_400] * 10)
    found = myths.numbers("B03", catalogs(models={"llama": sized(10**9)}, runs=held))
    assert found == {"share_between": between}


def test_fewer_than_ten_runs_show_nothing() -> None:
    week, model = 7 * 86_400.0, {"llama": sized(10**9)}
    for count, found in ((9, None), (10, {"share_between": 1})):
        held = catalogs(models=model, runs=full_runs(*[week] * count))
        assert myths.numbers("B03", held) == found
    other = catalogs(models={"llama": sized(10**9, year=2021)}, runs=full_runs(*[week] * 10))
    assert myths.numbers("B03", other) is None


def test_alone_on_one_device_by_hand() -> None:
    """At 40 % of 10^15 FLOP/s a year holds 1.262 x 10^22 FLOPs; of 10^13, a hundredth."""
    both = {
        "h100-sxm-80gb": replace(devices["H100"], peak_flops={"bf16": 1e15}),
        "xeon-platinum-8480": replace(devices["H100"], kind="cpu", peak_flops={"bf16": 1e13}),
    }
    year = 0.4 * 1e15 * 31_557_600
    run = replace(runs["llama-3-8b"], model_key="it")
    tokens = [year * part / (6 * 10**9) for part in (0.5, 0.99, *[1.01] * 8)]
    held: dict[str, Any] = {
        "models": {"it": sized(10**9)},
        "runs": {str(n): replace(run, tokens=each) for n, each in enumerate(tokens)},
    }
    found = myths.numbers("B01", catalogs(**held, devices=both))
    assert found is not None and found["share_long"] == 0.8
    assert found["smallest_on_cpu"] == pytest.approx(50 * 31_557_600)
    assert myths.numbers("B01", catalogs(**held)) is None


def hall(name: str, date: str, pue: float) -> Any:
    """A building with its source."""
    return SimpleNamespace(name=name, source=SimpleNamespace(date=date), pue=pue)


def test_buildings_by_hand() -> None:
    held = {
        "a": hall("Industry average 1", "2024", 1.5),
        "b": hall("Industry average 2", "2025", 1.4),
        "c": hall("Fleet", "2023", 1.1),
    }
    found = myths.numbers("B05", catalogs(cooling=held))
    assert found == pytest.approx({"average": 0.4, "best": 0.1})
    assert myths.numbers("B05", catalogs(cooling={"c": held["c"]})) is None


def test_a_survey_of_long_ago_decides_nothing() -> None:
    for year, found in ((2016, None), (2017, None), (2018, 0.58), (2019, 0.67), (2021, 0.57)):
        numbers = myths.numbers("B05", as_of(year))
        assert (numbers and numbers["average"]) == (found and pytest.approx(found)), year


def test_places_by_hand() -> None:
    held = {
        str(n): SimpleNamespace(category="country", grams_per_kwh=float(n)) for n in range(1, 101)
    }
    held["wind"] = SimpleNamespace(category="energy source", grams_per_kwh=0.001)
    assert myths.numbers("B07", catalogs(grids=held)) == pytest.approx({"place": 91 / 11})
    del held["50"]
    assert myths.numbers("B07", catalogs(grids=held)) is None


def test_years_that_everybody_remembers() -> None:
    """GPT-3 had 96 layers; in October 2021 MT-NLG was announced with 105."""
    deepest = {year: myths.numbers("A07", as_of(year)) for year in (2019, 2020, 2021, 2022)}
    assert deepest == {
        2019: None,
        2020: {"deepest": 96},
        2021: {"deepest": 105},
        2022: {"deepest": 118},
    }
    early, late = (myths.numbers("A01a", as_of(year)) for year in (2021, 2026))
    assert early is None and late is not None and late["models_trillion"] >= 1


def test_cards_without_a_price_of_that_year_are_not_compared() -> None:
    assert (
        myths.numbers("C08", as_of(2023)) is None and myths.numbers("C08", as_of(2024)) is not None
    )
