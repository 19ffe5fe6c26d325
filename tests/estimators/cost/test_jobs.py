"""The same job on every card, against arithmetic by hand."""

import pytest

from course_lib.catalog import devices, models
from course_lib.estimators import parameters
from course_lib.estimators.cost import jobs


def test_a_mixture_pays_for_active_weights_and_makes_room_for_all() -> None:
    mixtral = models["mixtral-8x7b"]
    job, count = jobs.training(mixtral, tokens=1), parameters.count(mixtral)
    assert job.work.flops == 6 * count.active
    assert job.memory_bytes == 16 * count.total


def test_as_many_devices_as_the_memory_needs() -> None:
    llama = jobs.training(models["llama-3-8b"], tokens=1e9)  # 128.5 GB of states
    counts = {
        offer.key: offer.count
        for offer in jobs.compare(llama, ["h100-sxm-80gb", "rtx-4090", "mi300x"])
    }
    assert counts == {"h100-sxm-80gb": 2, "rtx-4090": 6, "mi300x": 1}


def test_decoding_by_hand() -> None:
    """Llama 3 8B in two bytes: 16.06 GB for each token, at 3.35 TB/s."""
    [offer] = jobs.compare(jobs.decoding(models["llama-3-8b"], tokens=1), ["h100-sxm-80gb"])
    assert offer.fits
    assert offer.seconds == pytest.approx(16.06e9 / 3.35e12, rel=0.001)


def test_every_device_is_compared_quickest_first() -> None:
    every = jobs.compare(jobs.decoding(models["llama-3-8b"], tokens=1))
    assert len(every) > 40
    assert [offer.seconds for offer in every] == sorted(offer.seconds for offer in every)
    for offer in every:
        assert (
            (offer.count - 1) * offer.device.memory_bytes
            < 2 * 8_030_261_248
            <= offer.count * offer.device.memory_bytes
        )


def test_errors_name_the_argument() -> None:
    with pytest.raises(ValueError, match="must name a device"):
        jobs.offer(jobs.decoding(models["llama-3-8b"], 1), _without("memory_bytes"))
    with pytest.raises(TypeError, match="work"):
        jobs.Job(name="none", work=1, memory_bytes=1)


def _without(field: str) -> str:
    keys = [key for key, device in devices.items() if getattr(device, field) is None]
    if not keys:
        pytest.skip(f"every device states {field}")
    return keys[0]
