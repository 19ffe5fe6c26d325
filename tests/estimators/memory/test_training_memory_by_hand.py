"""What training holds for a moment, on the host, and of adapters on several devices, by hand."""

import pytest

from course_lib.catalog import Transformer, models
from course_lib.estimators import memory
from course_lib.estimators.layout import Layout

LLAMA, MIXTRAL = models["llama-3-8b"], models["mixtral-8x7b"]
ATTENTION = 2 * 4096 * 4096 + 2 * 4096 * 1024
DENSE_LAYER = ATTENTION + 3 * 4096 * 14_336 + 2 * 4096
MIXED_LAYER = ATTENTION + 8 * (3 * 4096 * 14_336 + 4096) + 2 * 4096  # with the router
RANK_16 = 32 * 16 * (2 * (4096 + 4096) + 2 * (4096 + 1024))
RANK_16_MLP = 32 * 16 * 3 * (4096 + 14_336)


@pytest.mark.parametrize(
    ("model", "layer"), [(LLAMA, DENSE_LAYER), (MIXTRAL, MIXED_LAYER)], ids=["dense", "mixture"]
)
@pytest.mark.parametrize(("zero", "bytes_each"), [(0, 0), (1, 0), (2, 2), (3, 6)])
def test_layers_in_use_beside_their_shards(
    model: Transformer, layer: int, zero: int, bytes_each: int
) -> None:
    """Gradients of one layer from ZeRO 2 on, and weights of two from ZeRO 3 on, two bytes each."""
    found, plain = (
        memory.training(model, Layout(data=8, zero=stage)).temporary for stage in (zero, 0)
    )
    assert found - plain == bytes_each * layer


def test_everything_on_the_host_leaves_two_layers_and_a_gradient() -> None:
    here, away = (memory.training(MIXTRAL, offload=kind) for kind in ("none", "all"))
    assert away.temporary - here.temporary == 6 * MIXED_LAYER
    assert away.activations == here.activations
    assert away.total == away.activations + away.temporary


def test_offloaded_optimizers_send_gradients_and_weights_in_their_formats() -> None:
    """Gradients of four bytes down and weights of two up; in fp32 four and four."""
    weights = 8_030_261_248
    wide = memory.training(LLAMA, offload="optimizer", gradient_format="fp32")
    assert wide.moved == 6 * weights and wide.host == 12 * weights
    plain = memory.training(LLAMA, offload="optimizer", format="fp32")
    assert plain.moved == 8 * weights and plain.host == 8 * weights
    nothing = memory.training(LLAMA, offload="optimizer", optimizer="sgd", format="fp32")
    assert nothing.moved == nothing.host == 0


def test_adapters_are_shared_like_the_matrices_beside_them() -> None:
    tensor = memory.training(LLAMA, Layout(tensor=4), lora_rank=16)
    assert tensor.gradients == 2 * (RANK_16 + RANK_16_MLP) // 4
    sharded = memory.training(LLAMA, Layout(data=8, zero=2), lora_rank=16)
    assert sharded.gradients == 2 * (RANK_16 + RANK_16_MLP) // 8
    assert sharded.optimizer == 12 * (RANK_16 + RANK_16_MLP) // 8
    staged = memory.training(LLAMA, Layout(pipeline=4), lora_rank=16)
    assert staged.gradients == 2 * (RANK_16 + RANK_16_MLP) // 4
    experts = memory.training(MIXTRAL, Layout(data=8, expert=4), lora_rank=16)
    assert experts.gradients == 2 * (RANK_16 + 2 * RANK_16_MLP)  # two of eight experts on each


def test_frozen_experts_are_packed_and_sharded() -> None:
    """Mixtral in four bits and groups of 128, and in eight with a scale of four bytes a row: all
    matrices of the layers; tables, norms and routers stay at two bytes."""
    experts, attention = 32 * 8 * 3 * 4096 * 14_336, 32 * ATTENTION
    rest = 2 * 32_000 * 4096 + 65 * 4096 + 32 * 8 * 4096
    adapters = 2 * (RANK_16 + 8 * RANK_16_MLP)
    found = memory.training(MIXTRAL, lora_rank=16, base_format="int4")
    assert found.weights == 4.15625 / 8 * (experts + attention) + 2 * rest + adapters
    spread = memory.training(MIXTRAL, Layout(data=8, expert=4), lora_rank=16, base_format="int8")
    held = 2 * (RANK_16 + 2 * RANK_16_MLP)
    rows = 32 * 8 * (2 * 14_336 + 4096) // 4 + 32 * 2 * (4096 + 1024)
    assert spread.weights == experts // 4 + attention + 4 * rows + 2 * rest + held
    sharded = memory.training(MIXTRAL, Layout(data=8, expert=4, zero=3), lora_rank=16)
    assert sharded.weights == (2 * (attention + rest + experts) + adapters) // 8


def test_the_gradient_of_the_logits_is_the_largest_thing_made_for_a_moment() -> None:
    found = memory.training(LLAMA, Layout(micro_batch=2), 1024)
    assert found.temporary == 4 * 2 * 1024 * 128_256
    parts = memory.training(LLAMA, Layout(micro_batch=2), 1024, parts="layers")
    assert parts.temporary == 0


def test_context_ranks_share_frozen_weights_like_data_ranks() -> None:
    """Four data and two context ranks hold an eighth each, from ZeRO 3 on."""
    layout = {zero: Layout(data=4, context=2, zero=zero) for zero in (2, 3)}
    adapters = 2 * (RANK_16 + RANK_16_MLP)
    spread, whole = (memory.training(LLAMA, layout[zero], lora_rank=16) for zero in (3, 2))
    assert spread.weights == (2 * 8_030_261_248 + adapters) // 8
    assert whole.weights == 2 * 8_030_261_248 + adapters
    assert spread.gradients == whole.gradients == adapters // 8
