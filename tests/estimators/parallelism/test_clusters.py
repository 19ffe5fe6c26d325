"""Clusters: which wires connect whom, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import devices
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
    """A megabyte on eight A100: 14 messages of 125 kB. 235 of 300 GB/s were measured in a machine;
    0.8 of the port, 2 and 5 microseconds are assumed."""
    cluster, usual = Cluster.of(A100), Assumptions()
    assert usual.link_reached == pytest.approx(235 / 300, abs=0.005)
    near = cluster.collective("all_reduce", 1e6, 8, 1, usual)
    far = cluster.collective("all_reduce", 1e6, 8, 8, usual)
    assert near == pytest.approx(14 * (2e-6 + 125e3 / (0.78 * 300e9)))
    assert far == pytest.approx(14 * (5e-6 + 125e3 / (0.8 * 25e9)))


def test_sixteen_devices_in_two_machines() -> None:
    """Half a ring of eight inside, the eighth parts of the vector once over the network, and half a
    ring inside again."""
    found = Cluster.of(A100).collective("all_reduce", 8e9, 16, 1, PLAIN)
    assert found == pytest.approx(14e9 / 300e9 + 14e-6 + 1e9 / 25e9 + 2 * 1e-5)


def test_what_products_reach_by_hand() -> None:
    """0.86 of the measured rate before 2022 and 0.74 since; where none is measured, the middle of
    those that are: four fifths of the peak."""
    shares = []
    for device in devices.values():
        if device.measured_matmul_flops is not None and {"bf16", "fp16"} & set(device.peak_flops):
            shares.append(device.measured_matmul_flops / hardware.peak(device))
    assert np.median(shares) == pytest.approx(0.8, abs=0.03)
    card = replace(A100, measured_matmul_flops=None)
    assert products_reached(replace(card, year=2021)) == pytest.approx(0.86 * 0.8)
    assert products_reached(replace(card, year=2022)) == pytest.approx(0.74 * 0.8)
    half = replace(card, measured_matmul_flops=156e12, year=2024)
    assert products_reached(half) == pytest.approx(0.74 / 2)


def test_two_short_sides_by_hand() -> None:
    assert product_share(200, 400, 100) == pytest.approx(1 / 1.75)
    assert product_share(200, 400, 0) == 1
