"""What a device reaches under a kind of program, against products of the data sheet by hand."""

import pytest

from course_lib.catalog import devices
from course_lib.catalog.constants import trying
from course_lib.estimators.inference.rates import Rates
from course_lib.estimators.inference.software import software

H100 = devices["H100"]
TRIED = {
    "answer-bandwidth": 0.5, "answer-products": 0.6, "answer-attention": 0.25,
    "answer-expert-products": 0.8, "answer-narrower": 0.75, "answer-unpacking": 0.9,
}  # fmt: skip


def test_rates_of_sixteen_bits() -> None:
    with trying(TRIED):
        found = Rates.of(H100, software("tuned"), "bf16")
    assert found.products == pytest.approx(989e12 * 0.6)
    assert found.experts == pytest.approx(989e12 * 0.6 * 0.8)
    assert found.attention == pytest.approx(989e12 * 0.6 * 0.25)
    assert (found.memory, found.weights, found.cache) == pytest.approx((3.35e12 * 0.5,) * 3)


def test_eight_bits_bring_less_than_twice_the_rate_and_attention_nothing() -> None:
    with trying(TRIED):
        found, half = (Rates.of(H100, software("tuned"), form) for form in ("fp8", "bf16"))
    assert found.products == pytest.approx(1979e12 * 0.6 * 0.75, rel=1e-3)
    assert found.attention == half.attention


def test_unpacked_weights_come_slower_and_multiply_in_sixteen_bits() -> None:
    with trying(TRIED):
        found = Rates.of(H100, software("tuned"), "int4")
    assert found.weights == pytest.approx(3.35e12 * 0.5 * 0.9)
    assert found.cache == pytest.approx(3.35e12 * 0.5)
    assert found.products == pytest.approx(989e12 * 0.6)


def test_what_is_given_goes_before_what_the_program_reaches() -> None:
    with trying(TRIED):
        found = Rates.of(H100, software("plain"), "fp8", 0.7, 0.3)
    assert (found.memory, found.weights, found.cache) == pytest.approx((3.35e12 * 0.7,) * 3)
    assert found.products == pytest.approx(1979e12 * 0.3)
    assert found.attention == pytest.approx(989e12 * 0.3 * 0.25)


def test_llama_cpp_adds_up_in_sixteen_bits_where_that_is_quicker() -> None:
    card = devices["RTX 4090"]
    with trying(TRIED):
        llama, tuned = (Rates.of(card, software(name), "fp16") for name in ("llama.cpp", "tuned"))
    # The maker states twice the rate where sums are kept in fp16.
    assert llama.products == pytest.approx(2 * tuned.products, rel=0.01)
