"""A server's memory by part, against what vLLM logged and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.catalog import models
from course_lib.catalog.constants import constant
from course_lib.estimators.memory import servers

GIB = 2**30
H100 = 79.19 * GIB
LOGGED = [
    # model, tensor ranks, weights, activations, libraries, graphs, cache; GiB on each H100
    # (vLLM 0.19, 95 % of the memory; llm-d-planner, branch of jgchn, at a95e9f6)
    ("llama-3.1-8b", 1, 14.99, 1.89, 0.25, 0.91, 58.11),
    ("llama-3.1-8b", 4, 3.77, 1.89, 2.13, 0.67, 67.44),
    ("qwen2.5-7b", 2, 7.12, 2.21, 2.06, 0.71, 63.84),
    ("qwen2.5-72b", 2, 67.8, 2.29, 2.09, 1.61, 3.04),
    ("llama-3.3-70b", 4, 16.96, 1.97, 2.21, 1.66, 54.09),
]


@pytest.mark.parametrize(("key", "tensor", "weights", "act", "lib", "graph", "cache"), LOGGED)
def test_parts_as_logged(
    key: str, tensor: int, weights: float, act: float, lib: float, graph: float, cache: float
) -> None:
    found = servers.server(
        models[key],
        memory_bytes=H100,
        weight_bytes=weights * GIB,
        utilisation=0.95,
        tensor=tensor,
    )
    assert found.activations / GIB == pytest.approx(act, rel=0.1)
    assert found.libraries / GIB == pytest.approx(lib, rel=0.1)
    assert found.graphs / GIB == pytest.approx(graph, rel=0.3)
    assert found.cache / GIB == pytest.approx(cache, abs=0.35)


@pytest.mark.parametrize(
    ("version", "act", "cache"),
    [
        ((0, 15), 5.64, 41.94),
        ((0, 16), 5.64, 41.94),
        ((0, 17), 2.23, 45.34),
        ((0, 18), 2.23, 45.23),
    ],
)
def test_a_model_of_memory_ages(version: tuple[int, int], act: float, cache: float) -> None:
    """The same flags and Qwen3-14B, in four versions."""
    found = servers.server(
        models["qwen3-14b"],
        memory_bytes=H100,
        weight_bytes=27.52 * GIB,
        utilisation=0.95,
        version=version,
    )
    assert found.activations / GIB == pytest.approx(act, rel=0.05)
    assert found.cache / GIB == pytest.approx(cache, rel=0.01)


def test_picking_by_hand() -> None:
    """Llama's 128 256 logits for 1024 sequences, and some vectors of 4096 for 8192 tokens."""
    logits = 1024 * 128256 * constant("server-logit")
    hidden = 8192 * 4096 * 2 * constant("server-hidden")
    assert servers.picking(models["llama-3.1-8b"], 1024, 8192) == logits + hidden


def test_a_stage_that_picks_nothing_needs_a_layer_alone() -> None:
    llama = models["llama-3.1-8b"]
    case = {"memory_bytes": H100, "weight_bytes": 7.51 * GIB}
    one, two = (servers.server(llama, pipeline=stages, **case) for stages in (1, 2))
    assert two.activations == servers.layer_pass(llama, 8192) < one.activations
    # half of the layers are recorded
    assert one.graphs - two.graphs == pytest.approx(16 * constant("server-graph-layer"))


def test_parts_fill_the_share_and_graphs_lie_outside() -> None:
    found = servers.server(
        models["llama-3.1-8b"], memory_bytes=H100, weight_bytes=16e9, utilisation=0.9
    )
    assert found.total - found.graphs == pytest.approx(0.9 * H100)
    tight = servers.server(models["llama-3.1-8b"], memory_bytes=16 * GIB, weight_bytes=15 * GIB)
    assert tight.cache == 0


def test_sizes_may_be_arrays() -> None:
    found = servers.server(
        models["llama-3.1-8b"],
        memory_bytes=H100,
        weight_bytes=15 * GIB / np.array([1, 2, 4]),
        tensor=np.array([1, 2, 4]),
        tokens=np.array([[2048], [65536]]),
    )
    assert found.cache.shape == (2, 3)
    one = servers.server(
        models["llama-3.1-8b"],
        memory_bytes=H100,
        weight_bytes=7.5 * GIB,
        tensor=2,
        tokens=65536,
    )
    assert found.cache[1, 1] == pytest.approx(one.cache)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"utilisation": 1.2}, ValueError),
        ({"weight_bytes": 0}, ValueError),
        ({"tensor": 0.5}, ValueError),
        ({"memory_bytes": "80 GB"}, TypeError),
    ],
)
def test_bad_arguments(change: dict[str, object], error: type[Exception]) -> None:
    arguments = {"memory_bytes": H100, "weight_bytes": 15 * GIB} | change
    with pytest.raises(error, match=next(iter(change))):
        servers.server(models["llama-3.1-8b"], **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "widest"),
    [
        # a gate: both halves and their product
        ("llama-3.1-8b", 3 * 14336),
        # two of eight experts, each with its result of the model's width
        ("mixtral-8x7b", 2 * (3 * 14336 + 4096)),
        # no gate: the inner width and its activation
        ("gpt2", 2 * 3072),
    ],
)
def test_a_layers_worst_moment_by_hand(key: str, widest: int) -> None:
    """16-bit numbers of 100 tokens: what stands beside the MLP, and its widest moment."""
    model = models[key]
    by_hand = 2 * 100 * (constant("server-hidden") * model.d_model + widest)
    assert servers.layer_pass(model, 100) == pytest.approx(by_hand)
