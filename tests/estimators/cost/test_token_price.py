"""The price of served tokens against the hours it is made of, and the crossover against counted
FLOPs."""

import numpy as np
import pytest

from course_lib.catalog import models, prices
from course_lib.estimators import flops, inference
from course_lib.estimators.cost import token_price

LLAMA = models["llama-3-8b"]
CASE = {"device": "H100", "usd_per_device_hour": 3.0, "prompt": 512, "output": 256}
SERVER = {"device": "H100", "prompt": 512, "output": 256, "software": "server"}


def test_tokens_read_and_written_add_up_to_the_hours_paid() -> None:
    batch = np.array([1, 8, 64])
    found = token_price.served(LLAMA, batch=batch, **CASE)
    request = inference.estimate(LLAMA, batch=batch, **SERVER).request_seconds
    paid = found.input * 512 * batch / 1e6 + found.output * 256 * batch / 1e6
    assert paid == pytest.approx(3.0 * request / 3600)
    assert found.per_output * 256 * batch / 1e6 == pytest.approx(paid)


def test_an_hour_by_its_tokens_per_second() -> None:
    """USD 3 an hour over the tokens of an hour: what servers quote as tokens a second turns into a
    price."""
    rate = inference.estimate(LLAMA, batch=16, **SERVER).tokens_per_second
    found = token_price.served(LLAMA, batch=16, **CASE)
    assert found.per_output == pytest.approx(3.0 / (rate * 3600) * 1e6)
    assert found.low < found.per_output < found.high


def test_half_the_use_doubles_the_price_and_two_devices_are_paid_twice() -> None:
    full, half = (
        token_price.served(LLAMA, batch=8, utilisation=share, **CASE).per_output
        for share in (1.0, 0.5)
    )
    assert half == pytest.approx(2 * full)
    two = token_price.served(LLAMA, batch=8, devices=2, **CASE)
    assert full < two.per_output < 2 * full  # quicker, but not twice as quick


def test_a_token_written_is_dearer_than_one_read() -> None:
    found = token_price.served(LLAMA, batch=32, **CASE)
    assert found.output > 3 * found.input


def test_the_catalog_prices_of_an_api() -> None:
    read, written = token_price.api("openai-gpt-4-1-nano")
    assert (read, written) == (
        prices["openai-gpt-4-1-nano-input"].value,
        prices["openai-gpt-4-1-nano-output"].value,
    )
    assert token_price.usage_usd(1e6, 2e6, read, written) == pytest.approx(read + 2 * written)
    with pytest.raises(KeyError, match="nearest"):
        token_price.api("no-such-model")


@pytest.mark.parametrize("name", ["llama-3-8b", "llama-3.1-405b", "mixtral-8x7b"])
def test_crossover_is_three_by_counted_flops_too(name: str) -> None:
    """Counted to the last product at a short length: a training step is exactly three forward
    passes."""
    training = flops.training_step(models[name], 1, 16) / 16
    serving = flops.forward(models[name], 1, 16) / 16
    assert token_price.crossover_tokens(1.0) == pytest.approx(training / serving)


def test_crossover_in_years() -> None:
    assert token_price.crossover_years(1e9, [1e6, 3e9 / 365.25])[1] == pytest.approx(1.0)


def test_bad_arguments_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="output"):
        token_price.served(LLAMA, batch=1, **CASE | {"output": 1})
    with pytest.raises(ValueError, match="utilisation"):
        token_price.served(LLAMA, batch=1, utilisation=0, **CASE)
    with pytest.raises(ValueError, match="input_tokens"):
        token_price.usage_usd(-1, 0, 1, 1)
    with pytest.raises(
        ValueError, match=r"got usd_per_million_input \(2,\), usd_per_million_output \(3,\)"
    ):
        token_price.usage_usd(1, 1, [1, 2], [1, 2, 3])


def test_all_devices_are_paid_by_the_second() -> None:
    """Four devices of USD 2 an hour that are busy half of the time, by the seconds that requests
    take."""
    case = {"device": "H100", "batch": 8, "prompt": 512, "output": 256, "devices": 4}
    found = token_price.served(LLAMA, usd_per_device_hour=2.0, utilisation=0.5, **case)
    timed = inference.estimate(LLAMA, software="server", **case)
    request_usd = 4 * 2.0 / 3600 * timed.request_seconds / 0.5 / 8
    reading_usd = 4 * 2.0 / 3600 * timed.first_token_seconds / 0.5 / 8
    assert found.per_output == pytest.approx(request_usd / 256 * 1e6)
    assert found.input == pytest.approx(reading_usd / 512 * 1e6)
    assert found.output == pytest.approx((request_usd - reading_usd) / 256 * 1e6)


def test_prices_end_where_the_rates_do() -> None:
    """The quickest of published rates makes the lowest price, the slowest the highest."""
    timed = inference.estimate(LLAMA, batch=16, **SERVER)
    found = token_price.served(LLAMA, batch=16, **CASE)
    assert found.low == pytest.approx(3.0 / (timed.high * 3600) * 1e6)
    assert found.high == pytest.approx(3.0 / (timed.low * 3600) * 1e6)


def test_weights_of_one_byte_write_cheaper() -> None:
    wide, narrow = (
        token_price.served(LLAMA, batch=1, format=name, **CASE).output for name in ("bf16", "fp8")
    )
    assert narrow < 0.7 * wide
    assert token_price.served(LLAMA, batch=1, **CASE).output == wide


def test_two_written_tokens_are_the_fewest_and_one_that_is_read() -> None:
    assert token_price.served(LLAMA, batch=1, **CASE | {"prompt": 1, "output": 2}).output > 0
    assert token_price.served(LLAMA, batch=1, **CASE | {"usd_per_device_hour": 0}).per_output == 0


def test_tokens_are_priced_where_they_are_served() -> None:
    """A server for many reaches less than code tuned for one reader; energy reckons with it, too."""
    served, tuned = (
        token_price.served(LLAMA, batch=16, software=name, **CASE).per_output
        for name in ("server", "tuned")
    )
    assert token_price.served(LLAMA, batch=16, **CASE).per_output == served > tuned
