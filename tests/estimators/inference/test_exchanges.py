"""All-reduces by hand: within a machine, between machines, and over bridges."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import devices, links
from course_lib.catalog.constants import constant
from course_lib.estimators.inference.exchanges import all_reduce, domain, link

H100 = devices["H100"]
SIZE = 64e6


def test_a_bridge_joins_two_cards_and_more_use_the_host() -> None:
    card = devices["RTX 3090"]
    host = links["PCIe 4 x16"].bytes_per_second
    assert link(card, 2) == 112.5e9 / 2
    assert link(card, 4) == host
    assert link(card, np.array([1, 2, 3])).tolist() == [56.25e9, 56.25e9, host]
    assert link(H100, 8) == 450e9


def test_between_machines_each_device_sends_its_eighth() -> None:
    """Two machines of eight H100: a ring inside, then 2 (1/2) of an eighth over 50 GB/s."""
    inside = 2 * 7 / 8 * SIZE / (450e9 * constant("link-reached"))
    outside = 2 * 1 / 2 * SIZE / 8 / (50e9 * constant("network-reached"))
    starts = 4e-6 * (2 + 3) + constant("answer-network-start") * (2 + 1)
    assert all_reduce(H100, 16, SIZE, 4e-6) == pytest.approx(inside + outside + starts)
    assert all_reduce(H100, 8, SIZE, 4e-6) == pytest.approx(inside + 4e-6 * (2 + 3))


def test_a_rack_is_one_domain() -> None:
    assert domain(devices["GB200 NVL72 (per GPU)"]) == 72
    assert domain(H100) == 8


def test_counts_may_be_an_array() -> None:
    found = all_reduce(H100, np.array([1, 8, 16]), SIZE, 4e-6)
    assert found[0] == 0
    assert found[1:].tolist() == pytest.approx([all_reduce(H100, n, SIZE, 4e-6) for n in (8, 16)])
