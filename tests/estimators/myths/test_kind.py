"""Models of the articles' kind: by hand, and on models that everybody knows."""

from dataclasses import replace
from typing import Any

import pytest

from course_lib.catalog import Transformer, models, runs
from course_lib.estimators import myths, parameters

# A further row of its table is a further parameter, so that its size can be set to the last one.
ONE = Transformer(layers=1, d_model=1, n_heads=1, d_ff=1, vocab_rows=1, tied_embeddings=True)
REST = int(parameters.count(ONE).total) - 1


def sized(total: int, **changes: Any) -> Transformer:
    """A decoder of so many parameters."""
    model = replace(ONE, vocab_rows=total - REST, **changes)
    assert int(parameters.count(model).total) == total
    return model


@pytest.mark.parametrize(
    ("total", "year", "is_one"),
    [
        (10**9, 2022, True),
        (10**9 - 1, 2022, False),
        (10**9, 2021, False),
        (10**12, 2030, True),
        (10**12, 2019, False),
    ],
)
def test_a_billion_weights_since_2022(total: int, year: int, is_one: bool) -> None:
    assert bool(myths.of_articles_kind({"it": sized(total, year=year)})) is is_one


def test_what_is_no_decoder_is_of_no_kind() -> None:
    held = {"picture": object(), "deep": sized(10**9, year=2022)}
    assert list(myths.decoders(held)) == list(myths.of_articles_kind(held)) == ["deep"]


def test_models_that_everybody_knows() -> None:
    found = myths.of_articles_kind()
    assert {"llama-3-8b", "bloom-176b", "kimi-k2"} <= set(found)
    assert not {"gpt-3-175b", "mt-nlg-530b", "pythia-410m", "t5-11b", "sdxl-base-unet"} & set(found)
    assert set(found) < set(myths.decoders()) < set(models)


def test_a_full_run_comes_with_its_model() -> None:
    run, model = runs["falcon-40b"], sized(10**9, year=2022)
    held = {
        "full": replace(run, model_key="it"),
        "bench": replace(run, model_key="it", kind="throughput_bench"),
        "of another": replace(run, model_key="other"),
        "of nobody": replace(run, model_key=None),
    }
    assert list(myths.full_runs(held, {"it": model})) == [(held["full"], model)]


def test_a_time_is_stated_or_hours_over_devices() -> None:
    run = runs["falcon-40b"]
    told = {"wall_seconds": None, "device_hours": 240.0, "devices": 10}
    assert myths.lasting(replace(run, **told)) == 24 * 3600
    assert myths.lasting(replace(run, **told | {"wall_seconds": 7.0})) == 7
    assert myths.lasting(replace(run, **told | {"devices": None})) is None
    assert myths.lasting(replace(run, **told | {"device_hours": None})) is None
