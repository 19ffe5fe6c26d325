"""The same job on every card, against arithmetic by hand."""

import pytest

from course_lib.catalog import devices, models
from course_lib.estimators import hardware, parameters
from course_lib.estimators.cost import jobs
from course_lib.estimators.inference import shares


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
    """Llama 3 8B in two bytes without its embedding table: 15.01 GB for each token, at 3.35
    TB/s."""
    [offer] = jobs.compare(jobs.decoding(models["llama-3-8b"], tokens=1), ["h100-sxm-80gb"])
    assert offer.fits
    assert offer.seconds == pytest.approx(15.01e9 / 3.35e12, rel=0.001)


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


def test_training_by_hand() -> None:
    """Llama 3 8B: 6 FLOPs for each of 8.03 billion weights and token, 0.53 of which are a table
    that only looks up; two H100 hold its states and halve the time at two fifths of the peak."""
    job = jobs.training(models["llama-3-8b"], tokens=1e9)
    assert job.utilisation == 0.4
    found = jobs.offer(job, "h100-sxm-80gb")
    assert found.seconds == pytest.approx(job.work.flops / (0.4 * 989e12) / 2)
    assert 6 * 7.4e18 < job.work.flops < 6 * 8.1e18
    assert not found.fits
    price = found.price
    assert price is not None and found.usd is not None
    assert found.usd == pytest.approx(price.usd_per_device_hour * found.seconds / 3600 * 2)
    slower = jobs.offer(jobs.training(models["llama-3-8b"], 1e9, utilisation=0.2), "h100-sxm-80gb")
    assert slower.seconds == pytest.approx(2 * found.seconds)


def test_a_job_that_fills_a_device_to_the_last_byte_fits() -> None:
    memory = devices["h100-sxm-80gb"].memory_bytes
    work = hardware.Work(flops=1e15, moved_bytes=0)
    for held, count in ((memory, 1), (memory + 1, 2), (2 * memory, 2), (2 * memory + 1, 3)):
        found = jobs.offer(jobs.Job(name="", work=work, memory_bytes=held), "h100-sxm-80gb")
        assert (found.count, found.fits) == (count, count == 1)
        assert found.seconds == pytest.approx(1e15 / 989e12 / count)  # the whole peak, if not said


def test_more_users_read_the_weights_together() -> None:
    """One token for each of `batch` users: the weights move once, the arithmetic is done for
    each."""
    llama = models["llama-3-8b"]
    alone = jobs.decoding(llama, tokens=1)
    looked_up = 128_256 * 4096  # the embedding table: a token reads one row of it
    assert alone.memory_bytes == 2 * 8_030_261_248
    assert alone.work.moved_bytes == 2 * (8_030_261_248 - looked_up)
    many = jobs.decoding(llama, tokens=3, batch=5, weight_bytes=1)
    assert many.work.moved_bytes == 3 * (8_030_261_248 - looked_up)
    assert many.memory_bytes == 8_030_261_248
    assert many.work.flops == pytest.approx(15 * alone.work.flops)


def test_a_mixture_reads_its_active_weights_and_makes_room_for_all() -> None:
    mixtral = models["mixtral-8x7b"]
    job, count = jobs.decoding(mixtral, tokens=1), parameters.count(mixtral)
    assert job.work.moved_bytes == 2 * (count.active - 32_000 * 4096)
    assert job.memory_bytes == 2 * count.total


def test_a_token_reads_as_many_bytes_of_weights_as_in_the_estimate_of_an_answer() -> None:
    """Both by an account of their own: here by parameters, there matrix by matrix as stored."""
    for key in ("llama-3-8b", "gemma-2-9b", "mixtral-8x7b"):  # a table apart, a tied one, experts
        read = shares.read(models[key], None, devices=1, apart=False, tokens=1)
        moved = jobs.decoding(models[key], tokens=1).work.moved_bytes
        assert read.shared + read.experts == pytest.approx(moved, rel=1e-3), key
