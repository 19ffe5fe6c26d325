"""Shares and ranges of the paces, counted again from the catalog's published runs."""

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.catalog.constants import probing, trying
from course_lib.estimators import training
from course_lib.estimators.training.paces import CODES, pace
from tests.estimators.training.test_whole_run import _full_runs, _planned


@pytest.fixture(scope="module")
def ratios() -> np.ndarray:
    """Published over estimated hours, the quickest run first."""
    return np.sort([run.device_hours / _planned(run).device_hours for run in _full_runs()])


@pytest.mark.parametrize(("code", "half"), [("tuned", 0), ("untuned", 1)])
def test_halves_of_the_published_runs(ratios: np.ndarray, code: str, half: int) -> None:
    rows = np.split(ratios[: len(ratios) // 2 * 2], 2)[half]
    middle, found = np.median(rows), pace(code)
    share = pace("published").steps_share
    assert found.steps_share == pytest.approx(share / middle, rel=0.05)
    low, high = np.quantile(rows / middle, (0.1, 0.9))
    assert (found.low, found.high) == (pytest.approx(low, rel=0.08), pytest.approx(high, rel=0.08))


def test_the_whole_lies_between_its_halves() -> None:
    shares = [pace(code).steps_share for code in ("untuned", "published", "tuned")]
    assert shares == sorted(shares)


def test_an_estimate_takes_share_and_range_of_its_pace() -> None:
    case = {"tokens": 1e12, "device": "H100", "devices": 64}
    plain = training.estimate(models["llama-3-8b"], **case)
    share = pace("published").steps_share
    for code in CODES:
        run, found = training.estimate(models["llama-3-8b"], **case, code=code), pace(code)
        assert run.seconds * found.steps_share == pytest.approx(plain.seconds * share)
        assert run.low / run.seconds == pytest.approx(found.low)
        assert run.high / run.seconds == pytest.approx(found.high)
        assert any(found.words in sentence for sentence in run.assumptions)
    own = training.estimate(models["llama-3-8b"], **case, code="tuned", steps_share=0.5)
    assert own.seconds == pytest.approx(plain.seconds * share / 0.5)


def test_the_range_of_the_utilisation_is_that_of_the_time() -> None:
    run = training.estimate(
        models["llama-3-8b"], tokens=1e12, device="H100", devices=64, code="untuned"
    )
    for mfu, seconds in ((run.mfu_range.low, run.high), (run.mfu_range.high, run.low)):
        assert mfu * seconds == pytest.approx(run.mfu * run.seconds)


def test_an_unknown_pace_is_named() -> None:
    with pytest.raises(ValueError, match="code must be one of published, tuned, untuned"):
        training.estimate(models["gpt2"], tokens=1e9, device="H100", devices=8, code="fast")


@pytest.mark.parametrize("code", CODES)
def test_a_pace_is_its_constant_and_its_spread(code: str) -> None:
    with trying({f"steps-share-{code}": 0.25}), probing(lambda key: (0.5, 3.0)) as asked:
        found = pace(code)
    assert (found.steps_share, found.low, found.high, asked) == (0.25, 0.5, 3.0, [f"run-{code}"])
    assert found.words == CODES[code]
    with pytest.raises(ValueError, match="code must be one of"):
        pace(f"{code}s")
