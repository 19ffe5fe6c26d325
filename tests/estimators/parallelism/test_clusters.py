"""Clusters: which wires connect whom, and what is refused."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.catalog import devices
from course_lib.catalog.constants import constant, trying
from course_lib.estimators import hardware
from course_lib.estimators.parallelism.clusters import (
    Assumptions,
    Cluster,
    neighbours,
    product_share,
    products_reached,
)

A100 = devices["A100 80GB"]
PLAIN = Assumptions(link_reached=1, network_reached=1, link_latency=1e-6, network_latency=1e-5)


def test_clusters_of_their_time() -> None:
    assert Cluster.of(A100).network_bytes_per_second == 25e9
    assert Cluster.of(devices["v100-sxm2-32gb"]).network_bytes_per_second == 12.5e9
    assert Cluster.of(devices["GB200"]).domain == 72
    assert Cluster.of(devices["TPU v5p"]).domain == 256
    assert Cluster.of(A100, domain=4, network=1e9).domain == 4


def test_a_card_without_links_of_its_own_uses_the_hosts() -> None:
    assert Cluster.of(devices["T4"]).link_bytes_per_second == 15.75e9
    assert Cluster.of(A100).link_bytes_per_second == 300e9


def test_every_device_has_a_port_to_the_network() -> None:
    assert all(Cluster.of(device).network_bytes_per_second > 0 for device in devices.values())


def test_a_collective_takes_the_wires_between_its_ranks() -> None:
    cluster = Cluster.of(A100)
    near = cluster.collective("all_reduce", 8e9, 8, 1, PLAIN)
    far = cluster.collective("all_reduce", 8e9, 8, 8, PLAIN)
    assert near == pytest.approx(14e9 / 300e9 + 14e-6)
    assert far == pytest.approx(14e9 / 25e9 + 14e-5)
    assert cluster.collective("all_reduce", 8e9, 1, 1, PLAIN) == 0


def test_a_link_is_needed_only_where_something_goes_over_it() -> None:
    unlinked = Cluster.of(devices["mi210"])
    assert unlinked.collective("all_reduce", 8e9, 1, 1, PLAIN) == 0
    assert unlinked.collective("all_reduce", 8e9, np.array([1, 1]), 1, PLAIN).tolist() == [0, 0]
    over_network = unlinked.collective("all_reduce", 8e9, 8, 8, PLAIN)
    assert over_network == pytest.approx(14e9 / unlinked.network_bytes_per_second + 14e-5)
    with pytest.raises(ValueError, match="device must have a stated link"):
        unlinked.collective("all_reduce", 8e9, np.array([1, 2]), 1, PLAIN)


def test_who_sits_in_the_same_machine() -> None:
    grid = neighbours(np.array([2, 8, 16, 12, 6]), np.array([[1], [4]]), 8)
    assert grid.tolist() == [[2, 8, 8, 4, 6], [2, 2, 2, 2, 2]]
    assert [neighbours(ranks, 1, 8) for ranks in (2, 8, 16, 12, 6)] == [2, 8, 8, 4, 6]


def test_small_products_are_slow() -> None:
    assert product_share(100, 1e30, half_side=100) == 0.5
    assert product_share(np.array([1e3, 1e4]), 1e4, 100)[0] == product_share(1e3, 1e4, 100)


def test_products_reach_less_than_was_measured_for_them_alone() -> None:
    for device in devices.values():
        if device.measured_matmul_flops is not None and "bf16" in device.peak_flops:
            assert (
                products_reached(device) < device.measured_matmul_flops / device.peak_flops["bf16"]
            )
    assert 0.5 < products_reached(devices["T4"]) < 0.8


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("data_overlap", 1.1, "data_overlap must be at most 1"),
        ("slowest", 0.9, "slowest must be at least 1"),
        ("link_reached", 0, "link_reached must be above zero"),
        ("network_latency", -1, "network_latency must be zero or more"),
        ("products_reached", 2, "products_reached must be at most 1"),
        ("attention_reached", 0, "attention_reached must be above zero"),
        ("state_reached", 1.01, "state_reached must be at most 1"),
        ("experts_kept", 0, "experts_kept must be above zero"),
        ("narrow_kept", 1.5, "narrow_kept must be at most 1"),
        ("made_again", -0.1, "made_again must be zero or more"),
        ("made_again", 1.1, "made_again must be at most 1"),
        ("half_side", -1, "half_side must be zero or more"),
        ("item_bytes", 0, "item_bytes must be above zero"),
    ],
)
def test_what_is_refused(field: str, value: float, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        Assumptions(**{field: value})


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ((0, 1, 1), "tokens must be above zero"),
        ((1, -1, 1), "width must be above zero"),
        ((1, 1, float("nan")), "half_side must be finite"),
        ((np.ones(2), np.ones(3), 1), "broadcast"),
    ],
)
def test_shares_that_are_refused(arguments: tuple, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        product_share(*arguments)


@pytest.mark.parametrize(
    ("year", "rate"),
    [(2019, 12.5e9), (2020, 25e9), (2021, 25e9), (2022, 50e9), (2024, 50e9), (2025, 100e9)],
)
def test_ports_of_each_year(year: int, rate: float) -> None:
    """Four lanes of EDR, HDR, NDR and XDR: 100, 200, 400 and 800 Gbit/s."""
    assert Cluster.of(replace(A100, year=year)).network_bytes_per_second == rate
    assert Cluster.of(replace(A100, year=year)).domain == 8


def test_what_links_and_ports_reach_unless_something_else_is_said() -> None:
    """A megabyte on eight A100: 14 messages of 125 kB, at what the constants say. 235 of 300 GB/s
    were measured in a machine."""
    assert constant("link-reached") == pytest.approx(235 / 300, abs=0.005)
    tried = {
        "link-reached": 0.5, "network-reached": 0.25, "link-latency": 3e-6, "network-latency": 7e-6,
    }  # fmt: skip
    with trying(tried):
        cluster, usual = Cluster.of(A100), Assumptions()
    near = cluster.collective("all_reduce", 1e6, 8, 1, usual)
    far = cluster.collective("all_reduce", 1e6, 8, 8, usual)
    assert near == pytest.approx(14 * (3e-6 + 125e3 / (0.5 * 300e9)))
    assert far == pytest.approx(14 * (7e-6 + 125e3 / (0.25 * 25e9)))


def test_sixteen_devices_in_two_machines() -> None:
    """Half a ring of eight inside, the eighth parts of the vector once over the network, and half a
    ring inside again."""
    found = Cluster.of(A100).collective("all_reduce", 8e9, 16, 1, PLAIN)
    assert found == pytest.approx(14e9 / 300e9 + 14e-6 + 1e9 / 25e9 + 2 * 1e-5)


def test_what_products_reach_by_hand() -> None:
    """A part of the measured rate, another since 2022; where none is measured, the middle of those
    that are: four fifths of the peak."""
    shares = []
    for device in devices.values():
        if device.measured_matmul_flops is not None and {"bf16", "fp16"} & set(device.peak_flops):
            shares.append(device.measured_matmul_flops / hardware.peak(device))
    assert np.median(shares) == pytest.approx(constant("products-measured"), abs=0.03)
    card = replace(A100, measured_matmul_flops=None)
    half = replace(card, measured_matmul_flops=156e12, year=2024)
    tried = {"products-kept": 0.9, "products-kept-newer": 0.6, "products-measured": 0.7}
    with trying(tried):
        assert products_reached(replace(card, year=2021)) == pytest.approx(0.9 * 0.7)
        assert products_reached(replace(card, year=2022)) == pytest.approx(0.6 * 0.7)
        assert products_reached(half) == pytest.approx(0.6 / 2)


KEYS = {
    "half_side": "half-side", "attention_reached": "attention-reached",
    "state_reached": "state-reached", "experts_kept": "experts-kept", "narrow_kept": "narrow-kept",
    "made_again": "made-again", "bandwidth_reached": "step-bandwidth-reached",
    "link_reached": "link-reached", "network_reached": "network-reached",
    "link_latency": "link-latency", "network_latency": "network-latency",
    "tensor_overlap": "tensor-overlap", "data_overlap": "data-overlap",
    "context_overlap": "context-overlap", "expert_overlap": "expert-overlap",
}  # fmt: skip
"""Fields and the constants that they hold unless they are given."""


@pytest.mark.parametrize(("field", "key"), KEYS.items())
def test_what_is_not_given_is_the_constant_of_the_moment(field: str, key: str) -> None:
    before = Assumptions()
    with trying({key: 0.125}):
        during, given_one = Assumptions(), Assumptions(**{field: 0.5})
    assert (getattr(during, field), getattr(given_one, field)) == (0.125, 0.5)
    assert getattr(before, field) == getattr(Assumptions(), field) == constant(key)
    others = [each.name for each in fields(Assumptions) if each.name != field]
    assert all(getattr(during, name) == getattr(before, name) for name in others)


@pytest.mark.parametrize("measured", [234e12, None])
def test_what_a_tuned_program_reaches(measured: float | None) -> None:
    """A part of its own of the measured rate, three quarters of the peak here or the usual share;
    and an overlap of its own. All else is as elsewhere."""
    card = replace(A100, measured_matmul_flops=measured)
    tried = {
        "tuned-products-kept": 0.5, "tuned-narrow-kept": 0.6, "tuned-tensor-overlap": 0.7,
        "products-measured": 0.8,
    }  # fmt: skip
    own = ("products_reached", "narrow_kept", "tensor_overlap")
    with trying(tried):
        found = Assumptions.tuned(card)
    alone = 0.75 if measured else 0.8
    assert [getattr(found, name) for name in own] == pytest.approx([alone / 2, 0.6, 0.7])
    others = [each.name for each in fields(Assumptions) if each.name not in own]
    assert all(getattr(found, name) == getattr(Assumptions(), name) for name in others)


def test_what_is_assumed_of_a_program_that_is_not_told() -> None:
    """Mixtures are trained by tuned programs; kept scores belong to programs whose checkpoints made
    all of a layer again."""
    for mixture, whole in ((True, Assumptions.tuned(A100)), (False, Assumptions())):
        fused, kept = (
            Assumptions.usual(A100, mixture=mixture, fused=each) for each in (True, False)
        )
        assert vars(fused) == vars(whole)
        assert vars(kept) == vars(replace(whole, made_again=1.0))


def test_tuned_programs_hide_more_and_lose_less() -> None:
    for name in ("A100 80GB", "H100", "GB200"):
        plain, tuned = Assumptions(), Assumptions.tuned(devices[name])
        assert tuned.tensor_overlap > plain.tensor_overlap
        assert tuned.narrow_kept >= plain.narrow_kept
    assert Assumptions.tuned(devices["H100"]).products_reached > products_reached(devices["H100"])


SHARES = sorted(name for name in KEYS if not name.endswith("latency") and name != "half_side")
BAD = (
    st.floats(max_value=-1e-9) | st.floats(min_value=1 + 1e-9) | st.just(float("nan")) | st.text()
    | st.booleans() | st.none() | st.lists(st.floats(max_value=-1e-9), min_size=1, max_size=3)
)  # fmt: skip
"""What is no share: below 0, above 1, no number, or a row of such."""


@given(st.sampled_from(SHARES), BAD)
def test_no_share_is_taken_that_is_none(field: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError), match=field):
        Assumptions(**{field: value})  # type: ignore[arg-type]


@given(st.sampled_from(SHARES), st.lists(st.floats(0.001, 1), min_size=1, max_size=4))
def test_every_share_is_taken_alone_and_in_a_row(field: str, values: list[float]) -> None:
    assert getattr(Assumptions(**{field: values[0]}), field) == values[0]
    assert getattr(Assumptions(**{field: values}), field).tolist() == values  # type: ignore[arg-type]


@pytest.mark.parametrize("field", SHARES)
def test_zero_is_for_what_may_be_absent(field: str) -> None:
    if field.endswith(("overlap", "again")):
        assert getattr(Assumptions(**{field: 0}), field) == 0
    else:
        with pytest.raises(ValueError, match=f"{field} must be above zero, got 0"):
            Assumptions(**{field: 0})


def test_two_short_sides_by_hand() -> None:
    assert product_share(200, 400, 100) == pytest.approx(1 / 1.75)
    assert product_share(200, 400, 0) == 1
