"""Weights, gradients and optimizer states: every cell of the ZeRO table, and PyTorch's own
optimizers to the byte."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from course_lib.catalog import Experts, LatentAttention, Transformer, models
from course_lib.demos import tiny_gpt
from course_lib.estimators import memory, parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import states
from course_lib.estimators.memory.stages import candidates
from course_lib.estimators.memory.states import Recipe
from course_lib.estimators.precision.stored import WeightBytes

# arXiv 1910.02054, table 1, in GB: for each number of data ranks, P_os, P_os+g and P_os+g+p.
ZERO_TABLE = {
    7.5e9: {
        1: ("120", "120", "120"),
        4: ("52.5", "41.3", "30"),
        16: ("35.6", "21.6", "7.5"),
        64: ("31.4", "16.6", "1.88"),
        256: ("30.4", "15.4", "0.47"),
        1024: ("30.1", "15.1", "0.12"),
    },
    128e9: {
        1: ("2048", "2048", "2048"),
        4: ("896", "704", "512"),
        16: ("608", "368", "128"),
        64: ("536", "284", "32"),
        256: ("518", "263", "8"),
        1024: ("513", "257", "2"),
    },
    1000e9: {
        1: ("16000", "16000", "16000"),
        4: ("7000", "5500", "4000"),
        16: ("4750", "2875", "1000"),
        64: ("4187", "2218", "250"),
        256: ("4046", "2054", "62.5"),
        1024: ("4011", "2013", "15.6"),
    },
}
CELLS = [
    (size, ranks, zero, cell)
    for size, rows in ZERO_TABLE.items()
    for ranks, cells in rows.items()
    for zero, cell in enumerate(cells, start=1)
]
MIXTURE = Transformer(
    layers=6,
    d_model=64,
    n_heads=4,
    d_ff=96,
    vocab_rows=160,
    gated_mlp=True,
    experts=Experts(count=8, active=2, d_ff=48, shared=1, dense_layers=2),
    latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12),
)


@pytest.mark.parametrize(("size", "ranks", "zero", "cell"), CELLS)
def test_every_cell_of_the_zero_table(size: float, ranks: int, zero: int, cell: str) -> None:
    found = states.of_weights(size, layout=Layout(data=ranks, zero=zero)).total / 1e9
    last_place = 10.0 ** -len(cell.partition(".")[2])
    # The paper cuts off 518.0 and 4187.5 and rounds 41.25 up: less than one unit of the last place
    # it prints.
    assert abs(found - float(cell)) < last_place * 0.9999


def test_the_table_has_54_cells_and_none_of_them_is_matched_by_a_neighbour() -> None:
    assert len(CELLS) == 54
    whole = states.of_weights(7.5e9, layout=Layout(data=64, zero=0)).total
    assert (
        whole == 120e9
        and whole > 3 * states.of_weights(7.5e9, layout=Layout(data=64, zero=1)).total
    )


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("adam", lambda weights: torch.optim.AdamW(weights)),
        ("momentum", lambda weights: torch.optim.SGD(weights, lr=0.1, momentum=0.9)),
        ("sgd", lambda weights: torch.optim.SGD(weights, lr=0.1)),
    ],
)
@pytest.mark.parametrize("format", ["fp32", "bf16"])
def test_states_equal_pytorchs_to_the_byte(kind: str, make: object, format: str) -> None:
    shape = tiny_gpt.shape(layers=2, d_model=64)
    gpt = tiny_gpt.TinyGPT(shape).to(torch.bfloat16 if format == "bf16" else torch.float32)
    optimizer = make(gpt.parameters())  # type: ignore[operator]
    tokens = torch.zeros(1, 8, dtype=torch.long)
    tiny_gpt.loss(gpt, tokens, tokens).backward()
    optimizer.step()
    kept = [
        value
        for held in optimizer.state.values()
        for value in held.values()
        if torch.is_tensor(value)
    ]
    moments = sum(value.nbytes for value in kept if value.ndim)  # step counters have no dimension
    found = memory.training(
        shape, optimizer=kind, format=format, master_weights=False, moment_format=format
    )
    assert found.optimizer == moments
    assert found.weights == sum(weight.nbytes for weight in gpt.parameters())
    assert found.gradients == sum(weight.grad.nbytes for weight in gpt.parameters())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("recipe", "bytes_each"),
    [
        (Recipe(), 16),
        (Recipe(format="fp32"), 16),
        (Recipe(gradient_format="fp32"), 18),
        (Recipe(master_weights=False), 12),
        (Recipe(optimizer="adam8bit"), 2 + 2 + 4 + 2 + 8 / 256),
        (Recipe(optimizer="sgd"), 8),
        (Recipe(optimizer="momentum", format="fp32"), 12),
        (Recipe(moment_format="bf16", gradient_format="fp32"), 2 + 4 + 4 + 4),
        (Recipe(format="fp8"), 1 + 1 + 4 + 8),
    ],
)
def test_bytes_a_parameter(recipe: Recipe, bytes_each: float) -> None:
    assert states.of_weights(2**20, recipe=recipe).total == bytes_each * 2**20


def test_experts_are_sharded_over_fewer_ranks_than_the_rest() -> None:
    layout = Layout(data=64, expert=16, zero=3)
    assert states.of_weights(0, 64 * 1000, layout).total == 16 * 16 * 1000  # by 4 ranks
    assert states.of_weights(64 * 1000, 0, layout).total == 16 * 1000  # by 64
    assert states.of_weights(64 * 1000, 0, replace(layout, context=2)).total == 8 * 1000


@pytest.mark.parametrize(
    "key", ["gpt-2-124m", "llama-3-8b", "mixtral-8x7b", "deepseek-v3", "gpt-oss-20b", "falcon-7b"]
)
def test_one_device_holds_every_parameter(key: str) -> None:
    only = candidates(models[key], Layout())[0]
    assert (
        states.stage_weights(models[key], only, Layout()).total
        == parameters.count(models[key]).total
    )


def test_tensor_and_expert_ranks_together_hold_every_matrix_once() -> None:
    whole = states.stage_weights(MIXTURE, candidates(MIXTURE, Layout())[0], Layout())
    layout = Layout(data=8, tensor=4, expert=8)
    part = states.stage_weights(MIXTURE, candidates(MIXTURE, layout)[0], layout)
    assert part.experts * 32 == whole.experts
    down = 6 * 64 * (24 + 16 + 4)  # stays whole on each of the four
    assert (part.matrices - down) * 4 == whole.matrices - down


def test_ranks_beyond_the_key_value_heads_hold_copies() -> None:
    grouped = Transformer(layers=1, d_model=64, n_heads=8, n_kv_heads=2, d_ff=128, vocab_rows=160)
    layout = Layout(tensor=8)
    part = states.stage_weights(grouped, candidates(grouped, layout)[0], layout).matrices
    assert (
        part == (64 * 64 * 2 + 2 * 64 * 128) // 8 + 2 * 64 * 8
    )  # one head's key and value, not a quarter of one


def test_only_layers_matrices_are_quantised() -> None:
    weights = states.Weights(plain=1000, matrices=8000, experts=16000)
    # A model twice as large in four bits, with half a bit of scales in the experts.
    base = WeightBytes(
        looked_up=0,
        plain=4000,
        matrices=8000,
        experts={"here": 9000, "there": 8000},
        unvisited=1000,
        matrix_weights=16000,
        expert_weights=32000,
    )
    assert states.frozen_bytes(weights, Layout(), Recipe(), base) == 2000 + 4000 + 9000
    spread = Layout(data=8, expert=4, zero=3)
    assert states.frozen_bytes(weights, spread, Recipe(), base) == 250 + 500 + 4500
    both = Layout(data=8, expert=4, zero=np.array([0, 3]))
    assert states.frozen_bytes(weights, both, Recipe(), base).tolist() == [15000, 5250]
    assert states.frozen_bytes(weights, Layout(), Recipe()) == 2 * weights.total
    assert (
        states.frozen_bytes(weights, Layout(data=8, expert=4, zero=3), Recipe())
        == 250 + 2000 + 16000
    )


def test_a_sweep_equals_the_loop() -> None:
    data, zero = np.array([[1], [8], [64]]), np.array([0, 1, 2, 3])
    swept = states.of_weights(7.5e9, layout=Layout(data=data, zero=zero)).total
    for row, column in np.ndindex(3, 4):
        one = Layout(data=int(data[row, 0]), zero=int(zero[column]))
        assert swept[row, column] == states.of_weights(7.5e9, layout=one).total


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("optimizer", "lion"),
        ("format", "int8"),
        ("gradient_format", "int4"),
        ("moment_format", "x"),
    ],
)
def test_unknown_choices_are_refused_by_name(field: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"^{field} must be one of"):
        Recipe(**{field: value})  # type: ignore[arg-type]
