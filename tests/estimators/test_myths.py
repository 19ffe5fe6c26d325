"""Claims decided by the catalog alone: on small catalogs worked out by hand, and in years that
everybody remembers."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from course_lib.catalog import Transformer, devices, models, runs
from course_lib.catalog.as_of import as_of
from course_lib.estimators import myths, parameters
from course_lib.teaching.claims import claims


def catalogs(**held: dict[str, Any]) -> Any:
    """Catalogs that hold only what is given."""
    names = ("models", "devices", "runs", "prices", "cooling", "grids", "grid_days")
    return SimpleNamespace(**{name: held.get(name, {}) for name in names})


def test_each_gives_the_numbers_that_its_claim_declares() -> None:
    for id in myths.CLAIMS:
        found = myths.numbers(id, as_of())
        assert found is not None and set(found) == set(claims.get(id).numbers), id


def test_nothing_can_be_decided_with_empty_catalogs() -> None:
    assert all(myths.numbers(id, catalogs()) is None for id in myths.CLAIMS)
    assert all(myths.numbers(id, as_of(1990)) is None for id in myths.CLAIMS)


def test_an_unknown_claim_is_named() -> None:
    with pytest.raises(KeyError, match=r"A08.*these are: A01"):
        myths.numbers("A08", as_of())


def test_depth_by_hand() -> None:
    flat = Transformer(layers=100, d_model=8, n_heads=2, d_ff=8, vocab_rows=8)
    held = {"flat": flat, "deep": replace(flat, layers=101), "picture": object()}
    assert myths.numbers("A07", catalogs(models=held)) == {"share": 0.5, "deepest": 101}


def test_sizes_by_hand() -> None:
    large = Transformer(layers=1, d_model=1, n_heads=1, d_ff=1, vocab_rows=10**12)
    held = {"large": large, "small": replace(large, vocab_rows=10)}
    found = myths.numbers("A01", catalogs(models=held))
    assert found == {
        "share_billion": 0.5,
        "models_trillion": 1,
        "examples_confirmed": 0,
        "examples_wrong": 0,
    }


def _claim(totals: list[int], **published: float | None) -> Any:
    """The numbers of A01 for decoders of so many parameters, and for named models of which so much
    is published."""
    one = Transformer(layers=1, d_model=1, n_heads=1, d_ff=1, vocab_rows=1, tied_embeddings=True)
    rest = int(parameters.count(one).total) - 1  # a further row of the table is a further parameter
    held: dict[str, Any] = {str(total): replace(one, vocab_rows=total - rest) for total in totals}
    assert [int(parameters.count(each).total) for each in held.values()] == totals
    for key, size in published.items():
        held[key.replace("_", "-")] = SimpleNamespace(published=SimpleNamespace(total_params=size))
    return myths.numbers("A01", catalogs(models=held))


def test_a_billion_counts_from_exactly_a_billion_and_a_trillion_too() -> None:
    """The test sentence: "a billion parameters or more", "at least one has a trillion"."""
    assert _claim([10**9 - 1, 10**9, 11 * 10**8])["share_billion"] == pytest.approx(2 / 3)
    assert _claim([10**12 - 1, 10**12, 11 * 10**11, 2 * 10**12])["models_trillion"] == 3


@pytest.mark.parametrize(
    ("key", "told"),
    [("gpt_4", 100e9), ("llama_3_70b", 65e9), ("gemini_1_0_ultra", 100e9)],
)
def test_an_example_is_confirmed_within_five_per_cent_of_the_size_that_the_claim_names(
    key: str, told: float
) -> None:
    """The claim: "GPT-4 with more than 100 billion, Llama 3 with 65 billion and Gemini with 100
    billion"; the test sentence: "within 5 %"."""
    for share, verdict in ((0.94, (0, 1)), (0.951, (1, 0)), (1, (1, 0)), (1.049, (1, 0))):
        found = _claim([10], **{key: share * told})
        assert (found["examples_confirmed"], found["examples_wrong"]) == verdict, share
    for share in (1.06, 2, 0.01):
        assert _claim([10], **{key: share * told})["examples_wrong"] == 1, share
    unknown = _claim([10], **{key: None})
    assert unknown["examples_confirmed"] == unknown["examples_wrong"] == 0


def test_the_named_examples_count_once_they_are_known() -> None:
    before, after = (myths.numbers("A01", as_of(year)) for year in (2023, 2024))
    assert before is not None and after is not None
    assert before["examples_wrong"] == 0 and after["examples_wrong"] == 1  # Llama 3 70B is no 65B
    assert after["examples_confirmed"] == 0  # GPT-4 and Gemini have no published count


def test_alike_by_hand() -> None:
    card = devices["t4"]
    better = replace(
        card,
        peak_flops={"fp16": 3 * card.peak_flops["fp16"]},
        memory_bytes=2 * (card.memory_bytes or 0),
    )
    unstated, other = replace(card, memory_bytes=None), replace(card, kind="tpu", memory_bytes=1)
    found = myths.numbers(
        "C01", catalogs(devices={"a": card, "b": better, "c": unstated, "d": other})
    )
    assert found == pytest.approx({"training_ratio": 3, "decoding_ratio": 1, "memory_ratio": 2})


def test_durations_by_hand() -> None:
    model, card, run = models["llama-3-8b"], devices["a100-sxm-80gb"], runs["llama-3-8b"]
    told = {"model_key": "llama", "device_key": "card", "tokens": 10**9, "devices": 10}
    lasting = {"hour": 3600.0, "month": 2.6e6, "decade": 3.2e8}
    held = {name: replace(run, **told, wall_seconds=seconds) for name, seconds in lasting.items()}
    held |= {
        "no devices": replace(run, **told | {"devices": None}),
        "bench": replace(run, kind="throughput_bench"),
    }
    found = myths.numbers(
        "B03", catalogs(models={"llama": model}, devices={"card": card}, runs=held)
    )
    assert (
        found is not None
        and found["share_between"] == pytest.approx(1 / 3)
        and found["longest"] == 3.2e8
    )
    planned = 6 * 8.03e9 * 1e9 / (0.4 * 312e12 * 10)  # 6ND at 40 % of ten A100: 10.7 hours
    assert found["share_close"] == pytest.approx(
        sum(0.5 < planned / each < 2 for each in lasting.values()) / 3
    )


def _durations(**changes: Any) -> Any:
    """The numbers of B03 for one run of 10^19 FLOPs on ten devices of 10^15 FLOP/s: at 40 % of the
    peak it takes 2500 s."""
    model = Transformer(layers=1, d_model=1, n_heads=1, d_ff=1, vocab_rows=1)
    tokens = 10**19 / (6 * int(parameters.count(model).total))
    run = replace(
        runs["llama-3-8b"], model_key="one", device_key="card", tokens=tokens, devices=10, **changes
    )
    card = replace(devices["t4"], peak_flops={"bf16": 1e15})
    held = {"models": {"one": model}, "devices": {"card": card}, "runs": {"run": run}}
    return myths.numbers("B03", catalogs(**held))


@pytest.mark.parametrize(
    ("lasted", "close"),
    [(5500, 0), (4900, 1), (4000, 1), (2500, 1), (1300, 1), (1200, 0), (900, 0), (25, 0)],
)
def test_an_estimate_is_close_within_a_factor_of_two(lasted: float, close: int) -> None:
    assert _durations(wall_seconds=lasted)["share_close"] == close


def test_shares_of_runs_are_over_all_runs_that_state_enough() -> None:
    model, card, run = models["llama-3-8b"], devices["a100-sxm-80gb"], runs["llama-3-8b"]
    told = {"model_key": "llama", "device_key": "card", "tokens": 10**9, "devices": 10}
    planned = 6 * 8.03e9 * 1e9 / (0.4 * 312e12 * 10)
    held = {
        str(share): replace(run, **told, wall_seconds=share * planned)
        for share in (0.1, 0.6, 0.9, 1.9, 3, 30)
    }
    kept = catalogs(models={"llama": model}, devices={"card": card}, runs=held)
    assert myths.numbers("B03", kept)["share_close"] == pytest.approx(3 / 6)
    assert myths.numbers("B03", kept)["share_between"] == pytest.approx(2 / 6)  # 32 and 322 hours


def test_a_run_without_a_stated_time_lasted_its_device_hours_over_its_devices() -> None:
    found = _durations(wall_seconds=None, device_hours=240)
    assert found["longest"] == 24 * 3600  # 240 hours on ten devices: a day
    assert found["share_between"] == 1
    assert _durations(wall_seconds=7.0, device_hours=240)["longest"] == 7


@pytest.mark.parametrize(("days", "between"), [(0.99, 0), (1, 1), (365.25, 1), (366, 0)], ids=str)
def test_a_day_and_a_year_are_between_a_day_and_a_year(days: float, between: int) -> None:
    assert _durations(wall_seconds=days * 86_400)["share_between"] == between


def test_buildings_by_hand() -> None:
    def hall(name: str, date: str, pue: float) -> Any:
        return SimpleNamespace(name=name, source=SimpleNamespace(date=date), pue=pue)

    held = {
        "a": hall("Industry average 1", "2022", 1.5),
        "b": hall("Industry average 2", "2024", 1.4),
    }
    held |= {"c": hall("Fleet", "2023", 1.1)}
    assert myths.numbers("B05", catalogs(cooling=held)) == pytest.approx(
        {"average": 0.4, "best": 0.1}
    )
    assert myths.numbers("B05", catalogs(cooling={"c": held["c"]})) is None


def test_places_by_hand() -> None:
    held = {
        str(n): SimpleNamespace(category="country", grams_per_kwh=float(n)) for n in range(1, 101)
    }
    held["wind"] = SimpleNamespace(category="energy source", grams_per_kwh=0.001)
    days = {
        "calm": SimpleNamespace(grams_per_kwh=(100, 150)),
        "stormy": SimpleNamespace(grams_per_kwh=(100, 400)),
    }
    found = myths.numbers("B07", catalogs(grids=held, grid_days=days))
    assert found == pytest.approx({"place": 91 / 11, "hour": 1.5})


def test_cards_without_a_price_of_that_year_are_not_compared() -> None:
    assert (
        myths.numbers("C08", as_of(2023)) is None and myths.numbers("C08", as_of(2024)) is not None
    )
