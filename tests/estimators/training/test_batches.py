"""Usual batches: against published ones, and what devices and layouts can divide."""

import math

import numpy as np
import pytest

from course_lib.catalog import Run, Transformer, models, runs
from course_lib.estimators import parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.training import estimate
from course_lib.estimators.training.batches import usual_batch, usual_tokens, whole_batch

SAME_FOR_ALL = ("pythia",)
"""Families that took one batch for every size, to compare sizes."""


def _dense_with_batch() -> list[tuple[Run, Transformer, int]]:
    """Full runs of dense decoders that state device count and tokens of a step."""
    known = dict(models.items())
    listed = []
    for run in runs.values():
        model = known.get(run.model_key or "")
        stated = run.batch_tokens
        if run.batch_sequences and run.sequence_length:
            stated = stated or run.batch_sequences * run.sequence_length
        of_family = (run.model_key or "").startswith(SAME_FOR_ALL)
        if run.kind != "full_run" or not stated or not run.devices or of_family:
            continue
        if isinstance(model, Transformer) and model.experts is None:
            listed.append((run, model, stated))
    return listed


def test_published_batches_lie_within_a_factor_of_two_and_a_bit() -> None:
    """On up to 1024 devices; beyond, the tokens for each device decide, and programs differ more:
    PaLM gave 6144 TPUs 4 million, Llama 3.1 16 384 cards 16 million."""
    found = [each for each in _dense_with_batch() if (each[0].devices or 1) <= 1024]
    assert len(found) >= 10
    ratios = [
        usual_tokens(model, run.devices or 1, run.sequence_length or 2048) / stated
        for run, model, stated in found
    ]
    assert all(1 / 2.2 < ratio < 2.2 for ratio in ratios), ratios
    assert 0.7 < math.exp(np.mean(np.log(ratios))) < 1.4


def _of_size(width: int, layers: int) -> Transformer:
    sizes = {"n_heads": 4, "d_ff": 4 * width, "vocab_rows": 8000}
    return Transformer(layers=layers, d_model=width, **sizes)


def test_small_models_get_small_batches() -> None:
    tiny = _of_size(256, 6)
    assert parameters.count(tiny).total < 10e6
    assert usual_tokens(tiny, 1, 1024) < 150e3
    small, medium = (usual_tokens(models[name], 8, 1024) for name in ("gpt2", "tinyllama-1.1b"))
    assert small == pytest.approx(2**19, rel=0.01)
    assert 2**20 < medium < 2**21
    assert usual_tokens(models["llama-3-8b"], 8, 8192) == 2**22  # where the growth ends


def test_tokens_grow_with_the_model_and_with_the_devices() -> None:
    by_size = [usual_tokens(_of_size(width, 8), 1, 1024) for width in (64, 128, 512, 2048)]
    assert by_size == sorted(by_size)
    by_count = usual_tokens(models["gpt2"], np.array([1, 8, 512, 4096, 65536]), 1024)
    assert (np.diff(by_count) >= 0).all()
    assert by_count[-1] == 16 * 2**20  # the largest published of a dense model


@pytest.mark.parametrize("count", [1, 7, 64, 96, 512, 1000])
def test_each_device_of_a_small_model_gets_a_sequence(count: int) -> None:
    batch = usual_batch(models["gpt2"], count, 1024, None)
    assert batch >= 0.95 * count


def test_a_batch_suits_the_devices_and_stays_near() -> None:
    for devices_there in (1, 7, 8, 96, 440, 992, 1000, 6144, 16384):
        batch = whole_batch(1024, devices_there)
        odd = devices_there // (devices_there & -devices_there)
        assert batch % odd == 0
        assert odd > 60 or abs(batch / 1024 - 1) <= 0.05


@pytest.mark.parametrize(
    ("sequences", "count", "name"), [(100, 0, "devices"), (0, 8, "sequences"), (-1, 8, "sequences")]
)
def test_a_batch_of_nothing_is_refused(sequences: float, count: int, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        whole_batch(sequences, count)


@pytest.mark.parametrize(
    "layout",
    [Layout(data=8, micro_batch=3, zero=3), Layout(data=3, pipeline=4, interleave=2, zero=1)],
)
def test_the_usual_batch_suits_a_given_layout(layout: Layout) -> None:
    run = estimate(models["llama-3-8b"], tokens=1e12, device="H100", layout=layout)
    assert float(1e12 / (run.steps * 4096)) % (layout.data * layout.micro_batch) == 0
