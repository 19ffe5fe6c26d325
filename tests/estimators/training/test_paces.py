"""Shares and ranges of the paces, counted again from the catalog's published runs."""

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.estimators import training
from course_lib.estimators.training.paces import HIGH, LOW, PACES, STEPS_SHARE
from tests.estimators.training.test_whole_run import _full_runs, _planned


@pytest.fixture(scope="module")
def ratios() -> np.ndarray:
    """Published over estimated hours, the quickest run first."""
    return np.sort([run.device_hours / _planned(run).device_hours for run in _full_runs()])


@pytest.mark.parametrize(("code", "half"), [("tuned", 0), ("untuned", 1)])
def test_halves_of_the_published_runs(ratios: np.ndarray, code: str, half: int) -> None:
    rows = np.split(ratios[: len(ratios) // 2 * 2], 2)[half]
    middle, pace = np.median(rows), PACES[code]
    assert pace.steps_share == pytest.approx(STEPS_SHARE / middle, rel=0.05)
    low, high = np.quantile(rows / middle, (0.1, 0.9))
    assert (pace.low, pace.high) == (pytest.approx(low, rel=0.08), pytest.approx(high, rel=0.08))


def test_the_whole_lies_between_its_halves() -> None:
    shares = [PACES[code].steps_share for code in ("untuned", "published", "tuned")]
    assert shares == sorted(shares)
    assert (PACES["published"].low, PACES["published"].high) == (LOW, HIGH)


def test_an_estimate_takes_share_and_range_of_its_pace() -> None:
    case = {"tokens": 1e12, "device": "H100", "devices": 64}
    plain = training.estimate(models["llama-3-8b"], **case)
    for code, pace in PACES.items():
        run = training.estimate(models["llama-3-8b"], **case, code=code)
        assert run.seconds * pace.steps_share == pytest.approx(plain.seconds * STEPS_SHARE)
        assert run.low / run.seconds == pytest.approx(pace.low)
        assert run.high / run.seconds == pytest.approx(pace.high)
        assert any(pace.words in sentence for sentence in run.assumptions)
    own = training.estimate(models["llama-3-8b"], **case, code="tuned", steps_share=0.5)
    assert own.seconds == pytest.approx(plain.seconds * STEPS_SHARE / 0.5)


def test_the_range_of_the_utilisation_is_that_of_the_time() -> None:
    run = training.estimate(
        models["llama-3-8b"], tokens=1e12, device="H100", devices=64, code="untuned"
    )
    for mfu, seconds in ((run.mfu_range.low, run.high), (run.mfu_range.high, run.low)):
        assert mfu * seconds == pytest.approx(run.mfu * run.seconds)


def test_an_unknown_pace_is_named() -> None:
    with pytest.raises(ValueError, match="code must be one of published, tuned, untuned"):
        training.estimate(models["gpt2"], tokens=1e9, device="H100", devices=8, code="fast")
