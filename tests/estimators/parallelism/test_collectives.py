"""Collectives: the formulas against programs that really send arrays, step by step, and count what
they send."""

from collections.abc import Callable

import numpy as np
import pytest

from course_lib.estimators.parallelism import collectives
from course_lib.estimators.parallelism.collectives import (
    Wire,
    bus_bandwidth,
    seconds,
    traffic,
    two_level,
)

ITEM = 8  # bytes of a float64


class Mail:
    """Devices with a vector each, which send in rounds; the bytes of every device and the rounds
    are counted."""

    def __init__(self, vectors: np.ndarray) -> None:
        self.held = [vector.copy() for vector in vectors]
        self.sent, self.rounds, self.path = [0] * len(vectors), 0, 0

    def exchange(self, messages: list[tuple[int, int, slice, bool]]) -> None:
        """One round of (from, to, which part, whether to add): all read before anybody writes."""
        moved = [
            (to, part, add, self.held[source][part].copy()) for source, to, part, add in messages
        ]
        for source, _, part, _ in messages:
            self.sent[source] += self.held[source][part].nbytes
        for to, part, add, data in moved:
            self.held[to][part] = self.held[to][part] + data if add else data
        self.rounds, self.path = self.rounds + 1, self.path + max(data.nbytes for *_, data in moved)


def pieces(length: int, count: int) -> list[slice]:
    width = length // count
    return [slice(place * width, (place + 1) * width) for place in range(count)]


def ring_reduce_scatter(mail: Mail) -> None:
    n = len(mail.held)
    part = pieces(len(mail.held[0]), n)
    for turn in range(n - 1):
        mail.exchange([(rank, (rank + 1) % n, part[(rank - turn) % n], True) for rank in range(n)])


def ring_all_gather(mail: Mail) -> None:
    """Rank r holds piece r + 1, as the reduce-scatter leaves it."""
    n = len(mail.held)
    part = pieces(len(mail.held[0]), n)
    for turn in range(n - 1):
        mail.exchange(
            [(rank, (rank + 1) % n, part[(rank + 1 - turn) % n], False) for rank in range(n)]
        )


def ring_all_reduce(mail: Mail) -> None:
    ring_reduce_scatter(mail)
    ring_all_gather(mail)


def tree_all_reduce(mail: Mail) -> None:
    n, whole = len(mail.held), slice(None)
    reaches = [2**k for k in range((n - 1).bit_length())]
    for reach in reaches:
        mail.exchange([(r, r - reach, whole, True) for r in range(reach, n, 2 * reach)])
    for reach in reversed(reaches):
        mail.exchange([(r - reach, r, whole, False) for r in range(reach, n, 2 * reach)])


def halving_all_reduce(mail: Mail) -> None:
    n, length = len(mail.held), len(mail.held[0])
    bounds = [(0, length)] * n
    reach = n // 2
    history = []
    while reach:
        messages, history = [], [*history, list(bounds)]
        for rank in range(n):
            low, high = bounds[rank]
            middle = (low + high) // 2
            keeps_low = rank & reach == 0
            messages.append(
                (rank, rank ^ reach, slice(middle, high) if keeps_low else slice(low, middle), True)
            )
            bounds[rank] = (low, middle) if keeps_low else (middle, high)
        mail.exchange(messages)
        reach //= 2
    for reach in [2**k for k in range(n.bit_length() - 1)]:
        mail.exchange([(rank, rank ^ reach, slice(*bounds[rank]), False) for rank in range(n)])
        bounds = history.pop()


@pytest.mark.parametrize("devices", [1, 2, 3, 5, 8])
def test_a_ring_that_really_adds_up(devices: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(devices, 240))
    mail = Mail(vectors)
    ring_all_reduce(mail)
    counted = traffic("all_reduce", 240 * ITEM, devices)
    assert all(np.allclose(held, vectors.sum(axis=0)) for held in mail.held)
    assert mail.sent == [counted.sent_bytes] * devices
    assert (mail.path, mail.rounds) == (counted.path_bytes, counted.steps)


@pytest.mark.parametrize("half", [ring_reduce_scatter, ring_all_gather])
@pytest.mark.parametrize("devices", [2, 3, 8])
def test_each_half_of_the_ring(half: Callable[[Mail], None], devices: int) -> None:
    mail = Mail(np.ones((devices, 240)))
    half(mail)
    counted = traffic(half.__name__.removeprefix("ring_"), 240 * ITEM, devices)
    assert (max(mail.sent), mail.rounds) == (counted.sent_bytes, counted.steps)


@pytest.mark.parametrize("devices", [2, 3, 4, 6, 8, 13])
def test_a_tree_that_really_adds_up(devices: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(devices, 16))
    mail = Mail(vectors)
    tree_all_reduce(mail)
    counted = traffic("all_reduce", 16 * ITEM, devices, "tree")
    assert all(np.allclose(held, vectors.sum(axis=0)) for held in mail.held)
    assert (mail.path, mail.rounds) == (counted.path_bytes, counted.steps)
    assert max(mail.sent) == counted.sent_bytes


@pytest.mark.parametrize("devices", [2, 4, 16])
def test_halving_that_really_adds_up(devices: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(devices, 64))
    mail = Mail(vectors)
    halving_all_reduce(mail)
    counted = traffic("all_reduce", 64 * ITEM, devices, "halving")
    assert all(np.allclose(held, vectors.sum(axis=0)) for held in mail.held)
    assert (max(mail.sent), mail.path, mail.rounds) == (
        counted.sent_bytes,
        counted.path_bytes,
        counted.steps,
    )


@pytest.mark.parametrize(("devices", "count"), [(2, 4), (5, 4), (8, 16)])
def test_a_broadcast_handed_on_in_pieces(devices: int, count: int) -> None:
    mail = Mail(np.vstack([np.arange(48.0), np.zeros((devices - 1, 48))]))
    part = pieces(48, count)
    for turn in range(devices - 2 + count):
        on_the_way = [
            (rank, turn - rank) for rank in range(devices - 1) if 0 <= turn - rank < count
        ]
        mail.exchange([(rank, rank + 1, part[piece], False) for rank, piece in on_the_way])
    counted = traffic("broadcast", 48 * ITEM, devices, pieces=count)
    assert all(np.array_equal(held, np.arange(48.0)) for held in mail.held)
    assert (max(mail.sent), mail.path, mail.rounds) == (
        counted.sent_bytes,
        counted.path_bytes,
        counted.steps,
    )


def test_an_all_to_all_in_turns_and_by_bruck() -> None:
    devices, size = 8, 8 * 6 * ITEM
    direct = [sum(6 * ITEM for other in range(devices) if other != rank) for rank in range(devices)]
    assert traffic("all_to_all", size, devices).sent_bytes == direct[0]
    # Bruck: in step k a rank sends the pieces whose distance has bit k set.
    steps = [sum(6 * ITEM for distance in range(devices) if distance >> k & 1) for k in range(3)]
    assert traffic("all_to_all", size, devices, "halving").sent_bytes == sum(steps)
    assert traffic("all_to_all", size, devices, "halving").steps == len(steps)


def test_two_levels_that_really_add_up() -> None:
    domain, groups = 4, 3
    vectors = np.random.default_rng(0).normal(size=(groups, domain, 48))
    inside = [Mail(group) for group in vectors]
    for mail in inside:
        ring_reduce_scatter(mail)
    part = pieces(48, domain)
    outside = []
    for rank in range(domain):
        mine = part[(rank + 1) % domain]
        outside.append(Mail(np.array([mail.held[rank][mine] for mail in inside])))
        ring_all_reduce(outside[-1])
        for mail, held in zip(inside, outside[-1].held, strict=True):
            mail.held[rank][mine] = held
    for mail in inside:
        ring_all_gather(mail)
    counted = two_level("all_reduce", 48 * ITEM, groups * domain, domain)
    assert all(np.allclose(held, vectors.sum(axis=(0, 1))) for mail in inside for held in mail.held)
    assert (max(inside[0].sent), inside[0].rounds) == (
        counted.inside.sent_bytes,
        counted.inside.steps,
    )
    assert (max(outside[0].sent), outside[0].rounds) == (
        counted.outside.sent_bytes,
        counted.outside.steps,
    )


@pytest.mark.parametrize("kind", ["all_gather", "reduce_scatter"])
def test_two_levels_send_what_one_level_would(kind: str) -> None:
    both = two_level(kind, 1600, 16, 8)
    assert both.inside.sent_bytes + both.outside.sent_bytes == traffic(kind, 1600, 16).sent_bytes


def test_two_levels_of_an_all_to_all_send_every_piece_once() -> None:
    both = two_level("all_to_all", 1600, 16, 4)
    assert (both.inside.sent_bytes, both.outside.sent_bytes) == (3 * 100, 12 * 100)


def test_published_bus_bandwidth() -> None:
    # A machine of 8 A100: 235 GB/s were measured as the bus bandwidth of an all-reduce
    # (stas00/ml-engineering).
    took = seconds("all_reduce", 4e9, 8, Wire(bytes_per_second=235e9))
    assert bus_bandwidth("all_reduce", 4e9, took, 8) == pytest.approx(235e9)


def test_few_bytes_want_a_tree_and_many_a_ring() -> None:
    wire = Wire(bytes_per_second=50e9, latency_seconds=5e-6)
    small, large = (
        {name: seconds("all_reduce", size, 256, wire, name) for name in collectives.ALGORITHMS}
        for size in (1e3, 1e9)
    )
    assert small["tree"] < small["ring"] / 10
    assert large["ring"] < large["tree"] / 5
    assert large["halving"] < large["ring"]


def test_arrays_equal_single_calls() -> None:
    sizes, devices = np.array([1e3, 1e6]), np.array([[2], [64], [4096]])
    wire = Wire(bytes_per_second=50e9, latency_seconds=5e-6)
    for name in collectives.ALGORITHMS:
        grid = seconds("all_reduce", sizes, devices, wire, name)
        assert grid[2, 1] == pytest.approx(seconds("all_reduce", 1e6, 4096, wire, name))


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (("all_reduce", 10, 6, "halving"), "power of two"),
        (("all_gather", 10, 8, "tree"), "ring or halving"),
        (("all_reduce", -1, 8), "size_bytes"),
        (("all_reduce", 1, 0), "devices"),
        (("gather", 1, 2), "kind"),
    ],
)
def test_what_is_refused(arguments: tuple, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        traffic(*arguments)


def test_groups_must_be_full() -> None:
    with pytest.raises(ValueError, match="domain must divide devices"):
        two_level("all_reduce", 1, 12, 8)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (
            lambda: two_level("all_reduce", 1, np.array([8, 16]), np.array([2, 4, 8])),
            r"devices \(2,\), domain \(3,\)",
        ),
        (lambda: two_level("all_reduce", np.ones(3), np.array([8, 16]), 8), "size_bytes"),
        (lambda: two_level("all_to_all", -1, 16, 8), "size_bytes must be zero or more"),
        (lambda: bus_bandwidth("all_reduce", -1, 1, 8), "size_bytes must be zero or more"),
        (lambda: bus_bandwidth("all_reduce", float("nan"), 1, 8), "size_bytes must be finite"),
        (lambda: bus_bandwidth("all_reduce", 1, 1, 0), "devices must be at least 1"),
        (
            lambda: bus_bandwidth("broadcast", np.ones(2), 1, np.array([2, 4, 8])),
            "broadcast together",
        ),
    ],
)
def test_what_else_is_refused(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()


@pytest.mark.parametrize("kind", ["point_to_point", "broadcast"])
@pytest.mark.parametrize("size", [1000, 10**19, 10**25])
def test_bytes_of_arrays_are_floats_and_of_numbers_exact(kind: str, size: int) -> None:
    found = traffic(kind, size, np.array([1, 16]))
    for each in (found.sent_bytes, found.path_bytes, found.steps):
        assert each.dtype == np.float64
    assert found.sent_bytes.tolist() == [0, float(size)]
    single = traffic(kind, size, 16)
    assert type(single.sent_bytes) is int
    assert single.sent_bytes == size
    assert type(single.steps) is int


@pytest.mark.parametrize(
    ("kind", "sent", "steps"),
    [
        ("all_reduce", 1400, 6),
        ("broadcast", 1400, 6),
        ("reduce_scatter", 700, 3),
        ("all_gather", 700, 3),
        ("all_to_all", 1200, 3),
    ],
)
def test_halving_by_hand(kind: str, sent: float, steps: int) -> None:
    """800 bytes on eight devices: halves, quarters and eighths make 400 + 200 + 100."""
    found = traffic(kind, 800, 8, "halving")
    assert (found.sent_bytes, found.path_bytes, found.steps) == (sent, sent, steps)


@pytest.mark.parametrize(
    ("devices", "depth"), [(1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4)]
)
def test_a_tree_hands_on_to_twice_as_many_each_time(devices: int, depth: int) -> None:
    found = traffic("broadcast", 100, devices, "tree")
    assert (found.sent_bytes, found.path_bytes, found.steps) == (100 * depth, 100 * depth, depth)
    swept = traffic("broadcast", 100, np.array([devices]), "tree")
    assert swept.steps.tolist() == [depth]


def test_a_ring_hands_on_a_broadcast_in_sixteen_pieces_unless_told_otherwise() -> None:
    """Five devices: sixteen pieces of 100 bytes start one after another, the last has three more
    hops."""
    found = traffic("broadcast", 1600, 5)
    assert (found.sent_bytes, found.path_bytes, found.steps) == (1600, 1900, 19)
    assert traffic("broadcast", 1600, 1).steps == 0
    assert traffic("broadcast", 1600, 2).path_bytes == 1600


def test_messages_on_two_levels_by_hand() -> None:
    wide, once = two_level("broadcast", 1600, 16, 4), two_level("point_to_point", 1600, 16, 4)
    assert (wide.inside.steps, wide.outside.steps) == (18, 18)  # 16 pieces over three hops each
    assert (once.inside.sent_bytes, once.inside.steps) == (0, 0)
    assert (once.outside.sent_bytes, once.outside.steps) == (1600, 1)
    all_to_all = two_level("all_to_all", 1600, 16, 4)
    assert (all_to_all.inside.steps, all_to_all.outside.steps) == (3, 12)
    assert (all_to_all.inside.path_bytes, all_to_all.outside.path_bytes) == (300, 1200)


def test_both_levels_take_their_time() -> None:
    """All-reduce of 1600 bytes: 2800 in 14 messages inside, 200 in 2 outside."""
    fast, slow = (
        Wire(bytes_per_second=1000, latency_seconds=0.1),
        Wire(bytes_per_second=100, latency_seconds=0.5),
    )
    found = two_level("all_reduce", 1600, 16, 8).seconds(fast, slow)
    assert found == pytest.approx(14 * 0.1 + 2.8 + 2 * 0.5 + 2.0)


@pytest.mark.parametrize(
    ("kind", "factor"),
    [
        ("all_reduce", 1.5),
        ("reduce_scatter", 0.75),
        ("all_gather", 0.75),
        ("all_to_all", 0.75),
        ("broadcast", 1),
        ("point_to_point", 1),
    ],
)
def test_bus_bandwidth_by_nccls_table(kind: str, factor: float) -> None:
    """nccl-tests, doc/PERFORMANCE.md, for four devices."""
    assert bus_bandwidth(kind, 8e9, 2.0, 4) == pytest.approx(4e9 * factor)
    assert bus_bandwidth(kind, 0, 2.0, 4) == 0
