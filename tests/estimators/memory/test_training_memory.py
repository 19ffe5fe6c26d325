"""What training holds, against published figures and layouts.

`test_states` and `test_activations` hold its parts against PyTorch.
"""

import dataclasses
import inspect
from typing import Any

import numpy as np
import pytest
import torch

from course_lib.catalog import LatentAttention, Transformer, devices, models
from course_lib.estimators import memory
from course_lib.estimators.layout import Layout

TINY = Transformer(layers=3, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
GROUPED = dataclasses.replace(TINY, n_kv_heads=2, head_dim=24)
ONE_HEAD = dataclasses.replace(TINY, n_kv_heads=1)
LATENT = dataclasses.replace(
    TINY, latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)
)
WINDOWED = dataclasses.replace(TINY, layers=7, sliding_window=3, windowed=(True, True, False))
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16, "int8": torch.int8}

# Hidden, layers, heads, stages, micro-batch, groups of layers a stage (arXiv 2205.05198, table 3).
PAPER_RUNS = {
    "22B": (6144, 48, 64, 1, 4, 1),
    "175B": (12288, 96, 96, 8, 1, 3),
    "530B": (20480, 105, 128, 35, 1, 3),
    "1T": (25600, 128, 160, 64, 1, 1),
}
# Figures 1 and 7 of the paper, read in calculon-ai/calculon@caa4b11: GiB of states, of activations,
# and of activations with sequence parallelism and selective recomputation; then shares of the
# activations with one measure at a time.
PAPER_GIB = {
    "22B": (45.5625, 59.25, 9.5625),
    "175B": (45.5625, 66.84375, 12.3515625),
    "530B": (31.640625, 114.0234375, 23.076171875),
    "1T": (32.958984375, 131.25, 26.5625),
}
PAPER_SHARES = {  # sequence parallel, selective, both, full
    "22B": (0.6684, 0.4942, 0.1618, 0.0764),
    "175B": (0.6204, 0.5653, 0.1849, 0.0871),
    "530B": (0.5831, 0.6204, 0.2027, 0.0942),
    "1T": (0.5831, 0.6204, 0.2027, 0.0942),
}


def _paper(
    run: str, recompute: str = "none", shared: bool = False, parts: str = "layers"
) -> memory.TrainingMemory:
    hidden, layers, heads, stages, micro_batch, groups = PAPER_RUNS[run]
    gpt = Transformer(
        layers=layers,
        d_model=hidden,
        n_heads=heads,
        d_ff=4 * hidden,
        vocab_rows=51200,
        position_rows=2048,
        norm="layernorm",
        tied_embeddings=True,
    )
    layout = Layout(
        tensor=8,
        pipeline=stages,
        interleave=groups,
        micro_batch=micro_batch,
        recompute=recompute,
        sequence_parallel=shared,
    )
    how = {"attention": "naive", "dropout": True, "gradient_format": "fp32", "parts": parts}
    return memory.training(gpt, layout, 2048, **how)


def test_activations_of_the_paper_within_two_percent() -> None:
    errors = []
    for run, (_, none, lean) in PAPER_GIB.items():
        plain = _paper(run).activations
        errors += [
            plain / 2**30 / none - 1,
            _paper(run, "selective", True).activations / 2**30 / lean - 1,
        ]
        ways = [("none", True), ("selective", False), ("selective", True), ("full", False)]
        for share, way in zip(PAPER_SHARES[run], ways, strict=True):
            errors.append(_paper(run, *way).activations / plain / share - 1)
    assert len(errors) == 24
    assert np.mean(np.abs(errors)) < 0.003 and np.max(np.abs(errors)) < 0.012
    assert (
        max(abs(errors[place]) for place in (0, 1, 6, 7, 12, 13, 18, 19)) < 1e-9
    )  # the figures in GiB, exactly


@pytest.mark.parametrize("run", PAPER_RUNS)
def test_states_of_the_paper_are_18_bytes_a_weight_of_the_layers(run: str) -> None:
    assert _paper(run).states / 2**30 == pytest.approx(PAPER_GIB[run][0], rel=0.001)
    assert _paper(run, parts="all").states > _paper(run).states


LLAMA = models["llama-3.1-405b"]
LLAMA_LAYOUT = Layout(
    data=128, tensor=8, pipeline=16, zero=2, sequence_parallel=True
)  # arXiv 2407.21783, table 4
LLAMA_HOW = {"gradient_format": "fp32", "short_ends": True, "micro_batches": 16}
V3 = models["deepseek-v3"]
V3_LAYOUT = Layout(data=128, pipeline=16, expert=64, zero=1)  # arXiv 2412.19437, section 3.2
V3_HOW: dict[str, Any] = {
    "gradient_format": "fp32",  # section 3.3.2
    "moment_format": "bf16",  # section 3.3.3
    "input_format": "fp8",
    "remade": ("norms", "up_projections", "gating"),  # section 3.2.3
    "schedule": "dualpipe",
}


def _gigabytes(model: Transformer, layout: Layout, seq: int, how: dict[str, Any]) -> float:
    return memory.training(model, layout, seq, **how).total / 1e9


def test_llama_405b_fits_on_80_gb_as_published() -> None:
    assert devices["H100"].memory_bytes == 80e9
    assert _gigabytes(LLAMA, LLAMA_LAYOUT, 8192, LLAMA_HOW) < 80
    long = dataclasses.replace(LLAMA_LAYOUT, data=8, context=16)
    assert _gigabytes(LLAMA, long, 131072, LLAMA_HOW) < 80
    # Even with the fuller stage in front, and on half as many devices.
    assert (
        _gigabytes(
            LLAMA, dataclasses.replace(LLAMA_LAYOUT, data=64), 8192, {"gradient_format": "fp32"}
        )
        < 80
    )


@pytest.mark.parametrize(
    "without",
    [
        {"zero": 0},
        {"zero": 1, "pipeline": 8},
        {"sequence_parallel": False},
        {"tensor": 4},
        {"pipeline": 1},
    ],
)
def test_llama_405b_does_not_fit_without_its_measures(without: dict[str, Any]) -> None:
    assert _gigabytes(LLAMA, dataclasses.replace(LLAMA_LAYOUT, **without), 8192, LLAMA_HOW) > 80


def test_llama_405b_needs_context_ranks_and_fused_kernels() -> None:
    assert _gigabytes(LLAMA, LLAMA_LAYOUT, 131072, LLAMA_HOW) > 80
    assert _gigabytes(LLAMA, LLAMA_LAYOUT, 8192, {**LLAMA_HOW, "attention": "naive"}) > 80


def test_deepseek_v3_fits_on_80_gb_as_published() -> None:
    assert devices["H800"].memory_bytes == 80e9
    assert _gigabytes(V3, V3_LAYOUT, 4096, V3_HOW) < 80


@pytest.mark.parametrize("without", [{"zero": 0}, {"expert": 8}, {"pipeline": 4}])
def test_deepseek_v3_does_not_fit_without_its_layout(without: dict[str, Any]) -> None:
    assert _gigabytes(V3, dataclasses.replace(V3_LAYOUT, **without), 4096, V3_HOW) > 80


@pytest.mark.parametrize("without", ["remade", "input_format"])
def test_deepseek_v3_does_not_fit_without_its_lean_activations(without: str) -> None:
    how = {name: value for name, value in V3_HOW.items() if name != without}
    assert _gigabytes(V3, V3_LAYOUT, 4096, how) > 80


def test_adapters_are_all_that_is_trained() -> None:
    llama = models["llama-3-8b"]
    whole = memory.training(llama, seq=2048)
    lora = memory.training(llama, seq=2048, lora_rank=16, lora_targets=("query", "value"))
    adapters = 32 * 16 * ((4096 + 4096) + (4096 + 1024))  # rank x (in + out) for each matrix
    assert lora.gradients == 2 * adapters and lora.optimizer == 12 * adapters
    assert lora.weights == whole.weights + 2 * adapters
    quantised = memory.training(
        llama, seq=2048, lora_rank=16, lora_targets=("query", "value"), base_format="int4"
    )
    matrices = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336)
    four_bits = 4 + (16 + 4) / 128  # a scale and a zero point for each group
    assert lora.weights - quantised.weights == matrices * (16 - four_bits) / 8
    assert 0.7 * whole.activations < lora.activations < whole.activations
    every = memory.training(llama, seq=2048, lora_rank=16)
    assert (
        every.activations > 0.85 * whole.activations
    )  # the head's input, and nothing else, is not kept


def test_offloading_moves_bytes_and_loses_none() -> None:
    llama = models["llama-3-8b"]
    here, part, whole = (
        memory.training(llama, offload=kind) for kind in ("none", "optimizer", "all")
    )
    assert here.host == here.moved == 0
    assert part.host == here.optimizer and part.states + part.host == here.states
    assert part.moved == 4 * 8030261248  # gradients down, weights up
    assert whole.host == here.states and whole.states == 0
    assert whole.moved == here.weights * 2 + here.gradients
    assert memory.training(llama, offload="all", micro_batches=4).moved == 4 * whole.moved
    assert here.temporary < whole.temporary < here.states / 10


def test_sharded_weights_need_room_for_the_layers_in_use() -> None:
    llama, layer = models["llama-3-8b"], 218112000
    plain, gathered = (memory.training(llama, Layout(data=8, zero=zero)) for zero in (1, 3))
    assert gathered.weights * 8 == plain.weights
    assert gathered.temporary - plain.temporary == 2 * 2 * layer + 2 * layer


def test_recomputation_remakes_one_layer_at_a_time() -> None:
    llama = models["llama-3-8b"]
    kept, none = (
        memory.training(llama, Layout(recompute=kind), 32768) for kind in ("full", "none")
    )
    head = 32768 * (8 + 2 * 2 * 4096 + 4 * 128256) + 32768 * 8
    one = (none.activations - head) // 32
    assert kept.activations == 32 * 32768 * 4096 * 2 + head
    assert kept.temporary == max(one - 32768 * 4096 * 2, 4 * 32768 * 128256)


def test_the_fullest_stage_is_taken() -> None:
    deep = dataclasses.replace(TINY, layers=8, vocab_rows=64000)
    long = memory.training(deep, Layout(pipeline=4, micro_batch=8), 1024)
    assert long.activations > 8 * 1024 * 64000 * 4  # the last stage, with its logits
    narrow = dataclasses.replace(deep, vocab_rows=10)
    # The first stage keeps four micro-batches of two layers: as much as one device of all eight.
    one, first = (
        memory.training(narrow, layout, 1024, parts="layers")
        for layout in (None, Layout(pipeline=4))
    )
    assert first.activations == one.activations and first.states < one.states


def test_a_sweep_of_training_equals_the_loop() -> None:
    sizes = {
        "data": [8, 8, 16, 64],
        "tensor": [1, 2, 4, 4],
        "pipeline": [1, 2, 3, 4],
        "zero": [0, 3, 1, 2],
    }
    swept_layout = Layout(**{name: np.array(each) for name, each in sizes.items()}, expert=8)
    for model in (V3, dataclasses.replace(LATENT, layers=np.array([3, 4, 5, 9]))):
        layout = swept_layout if model is V3 else dataclasses.replace(swept_layout, expert=1)
        swept = memory.training(model, layout, np.array([64, 128, 256, 512]))
        for place in range(4):
            numbers = {
                name: int(np.broadcast_to(value, 4)[place])
                for name, value in layout.numbers().items()
            }
            layers = int(np.broadcast_to(model.layers, 4)[place])
            one = memory.training(
                dataclasses.replace(model, layers=layers), Layout(**numbers), 64 * 2**place
            )
            for name in ("weights", "gradients", "optimizer", "activations", "temporary", "total"):
                assert swept_value(swept, name, place) == getattr(one, name)
                assert isinstance(getattr(one, name), int)


def swept_value(swept: memory.TrainingMemory, name: str, place: int) -> float:
    return np.broadcast_to(getattr(swept, name), 4)[place]


@pytest.mark.parametrize(
    ("choice", "value"),
    [
        ("offload", "disk"),
        ("parts", "some"),
        ("schedule", "gpipe"),
        ("base_format", "int4"),
        ("micro_batches", 0),
    ],
)
def test_senseless_choices_are_refused_by_name(choice: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{choice} must"):
        memory.training(TINY, **{choice: value})


def test_unknown_keywords_and_layouts_that_do_not_suit_are_refused() -> None:
    with pytest.raises(TypeError, match="flash"):
        memory.training(TINY, flash=True)
    with pytest.raises(TypeError, match="layout must be"):
        memory.training(TINY, {"data": 8})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="tensor must divide"):
        memory.training(TINY, Layout(tensor=3))
    with pytest.raises(ValueError, match="shapes must broadcast"):
        memory.training(TINY, Layout(data=np.ones(2)), np.ones(3))


@pytest.mark.parametrize("model", [LLAMA, V3], ids=["dense", "mixture"])
def test_more_sharing_and_more_recomputation_never_take_more(model: Transformer) -> None:
    base = {
        "data": 64,
        "tensor": 2,
        "pipeline": 4,
        "context": 2,
        "expert": 1 if model is LLAMA else 8,
        "zero": 1,
    }
    states = memory.training(model, Layout(**{**base, "zero": np.arange(4)}), 8192).states
    assert np.all(np.diff(states) < 0)
    for name in ("data", "tensor", "pipeline", "context"):
        found = memory.training(model, Layout(**{**base, name: np.array([8, 16, 32])}), 8192)
        assert np.all(np.diff(found.total) < 0), name
    kept = [
        memory.training(model, Layout(**base, recompute=kind), 8192, attention="naive").activations
        for kind in ("none", "selective", "full")
    ]
    assert kept == sorted(kept, reverse=True)


def test_the_first_stage_keeps_the_embeddings_mask_of_every_micro_batch() -> None:
    # arXiv 2205.05198, section 4.3: s b h p / t bytes, with sequence parallelism; and 8 bytes for
    # each token's id.
    whole, layers = (_paper("1T", "selective", True, parts) for parts in ("all", "layers"))
    assert whole.activations - layers.activations == 2048 * (25600 + 8) * 64 // 8


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"layout": 0}, TypeError, "layout must be"),
        ({"layout": False}, TypeError, "layout must be"),
        ({"remade": None}, TypeError, "remade must be several names"),
        ({"lora_rank": 8, "lora_targets": 5}, TypeError, "lora_targets must be several names"),
    ],
)
def test_records_and_names_are_checked(changes: dict[str, Any], error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        memory.training(models["llama-3-8b"], **changes)


def test_shapes_that_do_not_fit_are_named() -> None:
    several = dataclasses.replace(models["llama-3-8b"], layers=np.array([8, 16, 24]))
    with pytest.raises(ValueError, match="layers"):
        memory.training(several, Layout(pipeline=np.array([1, 2])))


def test_bytes_over_the_link_are_whole_and_sweeps_are_floats() -> None:
    moved = memory.training(models["llama-3-8b"], offload="optimizer", optimizer="adam8bit").moved
    assert isinstance(moved, int)
    sweep = memory.training(
        models["llama-3-8b"], Layout(data=np.array([2, 4]), pipeline=2, zero=3), offload="all"
    )
    assert sweep.activations.dtype == sweep.total.dtype == np.float64


def test_keywords_are_the_fields_of_the_record_with_the_same_defaults() -> None:
    """The Tab key shows keywords, the record carries them: neither may know more than the other."""
    keywords = inspect.signature(memory.training).parameters
    positional = ("model", "layout", "seq")
    offered = {name: each.default for name, each in keywords.items() if name not in positional}
    assert offered == {field.name: field.default for field in dataclasses.fields(memory.Choices)}


@pytest.mark.parametrize(
    "choice",
    [
        {"optimizer": "sgd"},
        {"format": "fp32"},
        {"master_weights": False},
        {"gradient_format": "fp32"},
        {"moment_format": "bf16"},
        {"attention": "naive"},
        {"kernels": "eager"},
        {"dropout": True},
        {"input_format": "fp8"},
        {"logits_format": "bf16"},
        {"loss": "eager"},
        {"remade": ("norms",)},
        {"lora_rank": 4},
        {"offload": "all"},
        {"parts": "layers"},
        {"selective": "products"},
        {"gathered": "tables"},
        {"gathered": "stage"},
    ],
)
def test_every_keyword_arrives(choice: dict[str, Any]) -> None:
    """Each one changes what is held, and as the record says."""
    record = dataclasses.replace(memory.Choices(), **choice)
    shared = Layout(data=2, zero=3, recompute="selective")
    layout = shared if {"selective", "gathered"} & choice.keys() else None
    said = memory.for_choices(TINY, layout, 64, record)
    asked = memory.training(TINY, layout, seq=64, **choice)
    plain = memory.training(TINY, layout, seq=64)
    numbers = [field.name for field in dataclasses.fields(said)]
    assert [getattr(asked, name) for name in numbers] == [getattr(said, name) for name in numbers]
    assert any(getattr(asked, name) != getattr(plain, name) for name in numbers)
