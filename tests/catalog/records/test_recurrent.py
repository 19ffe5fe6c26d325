"""Recurrent mixers against the shapes of their matrices, written out one by one."""

import math

import numpy as np
import pytest

from course_lib.catalog.records.recurrent import PRODUCTS, RECURRENT_KINDS, Recurrent

D = 10
"""Width of the model."""

# Matrices that a token is multiplied by, other parameters, and numbers of the state and of the
# convolution, each as a list of shapes.
WRITTEN_OUT = {
    "mamba": (
        Recurrent(kind="mamba", heads=20, head_dim=1, key_dim=3, kernel=4, rank=2, conv_bias=True),
        [(D, 20), (D, 20), (20, 2), (20, 3), (20, 3), (2, 20), (20, D)],
        [(20, 4), (20,), (20,), (20, 3), (20,)],
        [(20, 3)],
        [(20, 4)],
    ),
    "mamba with norms and biases (Jamba)": (
        Recurrent(
            kind="mamba", heads=20, head_dim=1, key_dim=3, kernel=4, rank=2, norm=True,
            in_bias=True, out_bias=True,
        ),
        [(D, 40), (20, 8), (2, 20), (20, D)],
        [(20, 4), (20,), (20, 3), (20,), (2,), (3,), (3,), (40,), (D,)],
        [(20, 3)],
        [(20, 4)],
    ),
    "mamba2": (
        Recurrent(
            kind="mamba2", heads=4, head_dim=5, key_dim=3, groups=2, kernel=4, conv_bias=True,
            norm=True,
        ),
        # Gate, input, B and C of both groups, a step size a head; out.
        [(D, 20), (D, 20), (D, 6), (D, 6), (D, 4), (20, D)],
        [(32, 4), (32,), (4,), (4,), (4,), (20,)],
        [(4, 5, 3)],
        [(32, 4)],
    ),
    "mamba2 with a bias on the way out alone (Falcon-H1)": (
        Recurrent(kind="mamba2", heads=4, head_dim=5, key_dim=3, kernel=2, out_bias=True),
        [(D, 40), (D, 3), (D, 3), (D, 4), (20, D)],
        [(26, 2), (4,), (4,), (4,), (D,)],
        [(4, 5, 3)],
        [(26, 2)],
    ),
    "gated_delta": (
        Recurrent(kind="gated_delta", heads=4, head_dim=5, groups=2, key_dim=3, kernel=4),
        # Queries, keys, values, gate, and two numbers a head; out.
        [(D, 6), (D, 6), (D, 20), (D, 20), (D, 4), (D, 4), (20, D)],
        [(32, 4), (4,), (4,), (5,)],
        [(4, 3, 5)],
        [(32, 4)],
    ),
    "kimi_delta": (
        Recurrent(
            kind="kimi_delta", heads=4, head_dim=5, groups=4, key_dim=5, kernel=4, rank=5
        ),
        [(D, 20), (D, 20), (D, 20), (D, 4), (D, 5), (5, 20), (D, 5), (5, 20), (20, D)],
        [(60, 4), (4,), (20,), (5,)],
        [(4, 5, 5)],
        [(60, 4)],
    ),
    "kimi_delta with gates of full rank (Ling 3)": (
        Recurrent(kind="kimi_delta", heads=4, head_dim=5, groups=4, key_dim=5, kernel=4),
        [(D, 20), (D, 20), (D, 20), (D, 4), (D, 20), (D, 20), (20, D)],
        [(60, 4), (4,), (20,), (5,)],
        [(4, 5, 5)],
        [(60, 4)],
    ),
    "rg_lru": (
        Recurrent(
            kind="rg_lru", heads=20, head_dim=1, key_dim=1, groups=4, kernel=3, in_bias=True,
            out_bias=True, conv_bias=True,
        ),
        # Two ways in, two gates of four blocks each, one way out.
        [(D, 20), (D, 20), (4, 5, 5), (4, 5, 5), (20, D)],
        [(20,), (20,), (20, 3), (20,), (20,), (4, 5), (4, 5), (D,)],
        [(20,)],
        [(20, 3)],
    ),
    "lightning": (
        Recurrent(kind="lightning", heads=4, head_dim=5, key_dim=5),
        [(D, 60), (D, 20), (20, D)],
        [(20,)],
        [(4, 5, 5)],
        [],
    ),
    "convolution": (
        Recurrent(
            kind="convolution", heads=D, head_dim=1, kernel=3, in_bias=True, out_bias=True,
            conv_bias=True,
        ),
        [(D, 3 * D), (D, D)],
        [(D, 3), (D,), (3 * D,), (D,)],
        [],
        [(D, 3)],
    ),
}  # fmt: skip


def entries(shapes: list[tuple[int, ...]]) -> int:
    """Numbers in tensors of these shapes."""
    return sum(math.prod(shape) for shape in shapes)


@pytest.mark.parametrize("name", WRITTEN_OUT)
def test_shapes_written_out(name: str) -> None:
    mixer, matrices, vectors, state, conv = WRITTEN_OUT[name]
    assert mixer.matrix(D) == entries(matrices)
    assert mixer.vectors(D) == entries(vectors)
    assert mixer.state_numbers == entries(state)
    assert mixer.conv_numbers == entries(conv)


def test_every_kind_is_written_out_and_has_its_products() -> None:
    assert {mixer.kind for mixer, *_ in WRITTEN_OUT.values()} == set(RECURRENT_KINDS)
    assert set(RECURRENT_KINDS) - PRODUCTS.keys() == {"convolution"}


def test_widths_may_be_a_sweep() -> None:
    heads = np.array([2, 4])
    swept = Recurrent(kind="mamba2", heads=heads, head_dim=5, key_dim=3, kernel=4)
    single = [Recurrent(kind="mamba2", heads=h, head_dim=5, key_dim=3, kernel=4) for h in (2, 4)]
    assert swept.matrix(D).tolist() == [mixer.matrix(D) for mixer in single]
    assert swept.vectors(D).tolist() == [mixer.vectors(D) for mixer in single]


@pytest.mark.parametrize(
    ("changes", "error", "named"),
    [
        ({"kind": "retention"}, ValueError, "recurrent.kind must be one of"),
        ({"key_dim": 0}, ValueError, "recurrent.key_dim must be at least 1 for mamba2, got 0"),
        ({"heads": 0}, ValueError, "recurrent.heads must be at least 1, got 0"),
        ({"head_dim": 2.5}, ValueError, "recurrent.head_dim"),
        ({"groups": -1}, ValueError, "recurrent.groups"),
        ({"kernel": "four"}, TypeError, "recurrent.kernel"),
        ({"norm": 1}, TypeError, "recurrent.norm"),
        ({"in_bias": None}, TypeError, "recurrent.in_bias"),
    ],
)
def test_bad_input_is_named(changes: dict, error: type[Exception], named: str) -> None:
    good = {"kind": "mamba2", "heads": 4, "head_dim": 5, "key_dim": 3}
    with pytest.raises(error, match=named):
        Recurrent(**{**good, **changes})
