"""Parts of a step worked out by hand, each from the data sheet's numbers of an A100: 312 TFLOP/s,
2.039 TB/s of memory, 300 GB/s to its neighbours, 25 GB/s to other machines."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import Experts, LatentAttention, Recurrent, Transformer, devices
from course_lib.catalog.constants import constant, trying
from course_lib.estimators import flops, parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism.clusters import Assumptions
from course_lib.estimators.parallelism.steps import Step, most_data, step

A100 = devices["A100 80GB"]
PEAK, MEMORY, LINK, NETWORK = 312e12, 2.039e12, 300e9, 25e9
BARE = Assumptions(
    products_reached=1, half_side=0, bandwidth_reached=1, link_reached=1, network_reached=1,
    link_latency=0, network_latency=0, data_overlap=0, context_overlap=0, tensor_overlap=0,
    expert_overlap=0, attention_reached=1, state_reached=1, experts_kept=1, narrow_kept=1,
    made_again=1,
)  # fmt: skip
GATED = Transformer(
    layers=4, d_model=1024, n_heads=8, n_kv_heads=2, head_dim=128, d_ff=4096, vocab_rows=32000,
    gated_mlp=True,
)  # fmt: skip
PLAIN = replace(GATED, gated_mlp=False)
MIXTURE = replace(
    GATED, layers=5, experts=Experts(count=16, active=2, d_ff=512, shared=1, dense_layers=1)
)
MAMBA = Recurrent(kind="mamba2", heads=16, head_dim=128, key_dim=64, groups=8, kernel=4)
HYBRID = replace(
    GATED,
    kinds={"full": {}, "state": {"attention": False, "recurrent": MAMBA}},
    pattern=("full", "state"),
)
CORE = 4 * 4 * 2 * 512 * 512 * 1024
"""FLOPs of attention going forward in GATED and PLAIN: four layers of two products of 2 FLOPs for
each of 512 x 512 pairs and 1024 numbers, two sequences."""
LATENT = replace(
    GATED,
    n_kv_heads=8,
    latent=LatentAttention(q_rank=0, kv_rank=128, nope_dim=64, rope_dim=32, value_dim=64),
)


def bare(
    model: Transformer, layout: Layout, batch: int = 2, seq: int = 512, **assumed: object
) -> Step:
    return step(model, layout, A100, batch=batch, seq=seq, assume=replace(BARE, **assumed))


def counted(model: Transformer = GATED) -> float:
    """FLOPs of a step of two sequences of 512 tokens whose attention is fused: three times the
    forward pass, and half of attention more, because its backward pass takes 5 products for 2."""
    core = CORE * float(model.layers) / 4
    return float(flops.training_step(model, 2, 512)) + core / 2


@pytest.mark.parametrize(("model", "streams"), [(GATED, 3), (PLAIN, 2)])
@pytest.mark.parametrize("shared", [False, True])
def test_bytes_of_norms_heads_activations_and_loss(
    model: Transformer, streams: int, shared: bool
) -> None:
    """1024 tokens. Norms and sums: 20 bytes for each of 1024; queries, keys and values: 12 heads of
    128 read and written in two bytes; the MLP: two halves in, or one, and the result out; 24 bytes
    a logit. All three times, the loss once."""
    layout = Layout(tensor=2, micro_batch=2, sequence_parallel=shared)
    norms = 20 * 1024 / (2 if shared else 1)
    heads, inner = 2 * 2 * 12 * 128 / 2, streams * 2 * 4096 / 2
    by_hand = 1024 * (3 * 4 * (norms + heads + inner) + 24 * 32000 / 2) / MEMORY
    assert bare(model, layout).parts["elementwise"] == pytest.approx(by_hand)


def test_the_bytes_of_an_activation_scale_all_but_the_loss() -> None:
    narrow, wide = (bare(GATED, Layout(), item_bytes=size) for size in (2, 4))
    loss = 2 * 512 * 24 * 32000 / MEMORY
    assert wide.parts["elementwise"] - loss == pytest.approx(
        2 * (narrow.parts["elementwise"] - loss)
    )


def test_bytes_inside_the_experts_are_those_of_the_active_ones() -> None:
    """Four layers of three experts of 512 (one shared), one dense layer of 4096. To its two routed
    experts a token of 1024 numbers is copied, and back: read and written twice."""
    found = bare(MIXTURE, Layout(micro_batch=2)).parts["elementwise"]
    heads, inner, copies = 2 * 2 * 12 * 128, 3 * 2 * (4 * 3 * 512 + 4096), 4 * 2 * 2 * 1024
    layers = 5 * (20 * 1024 + heads) + inner + 4 * copies
    assert found == pytest.approx(1024 * (3 * layers + 24 * 32000) / MEMORY)


@pytest.mark.parametrize(("latent", "width"), [(0, 1024), (256, 256)])
@pytest.mark.parametrize("tensor", [1, 2])
def test_bytes_of_the_copies_that_go_to_experts(latent: int, width: int, tensor: int) -> None:
    """Three copies more of each of 1024 tokens, as wide as what experts work on: read and written
    in two bytes on the way there and back, three times over; tensor ranks share them."""
    experts = Experts(count=16, active=2, d_ff=512, latent_width=latent)
    layout = Layout(tensor=tensor, micro_batch=2)
    few, many = (
        bare(replace(GATED, experts=replace(experts, active=each)), layout).parts["elementwise"]
        for each in (2, 5)
    )
    inner = 3 * 2 * 3 * 512  # three experts more: gate, up and down, of 512
    copies = 3 * 4 * 2 * width
    assert many - few == pytest.approx(3 * 4 * 1024 * (inner + copies) / tensor / MEMORY)


def test_bytes_of_a_recurrent_mixer() -> None:
    """Two of four layers project 12 heads of 128, the other two 2048 numbers of gate and of input,
    8 groups of 64 twice, and 16 step sizes."""
    found = bare(HYBRID, Layout(micro_batch=2)).parts["elementwise"]
    mixers = 2 * 12 * 128 + 2 * (2 * 2048 + 2 * 8 * 64 + 16)
    layers = 4 * (20 * 1024 + 3 * 2 * 4096) + 2 * 2 * mixers
    assert found == pytest.approx(1024 * (3 * layers + 24 * 32000) / MEMORY)


def test_scores_that_leave_the_chip_move_ten_bytes_each() -> None:
    """Two sequences, 8 heads, 512 x 512 pairs, shared by two tensor and two context ranks."""
    layout = Layout(tensor=2, context=2, micro_batch=2)
    inside, outside = (
        step(GATED, layout, A100, batch=2, seq=512, fused=fused, assume=BARE).parts["elementwise"]
        for fused in (True, False)
    )
    by_hand = 3 * 4 * 10 * 2 * 8 * 512 * 512 / 4 / MEMORY
    assert outside - inside == pytest.approx(by_hand)


def test_selective_recomputation_makes_scores_and_sums_again() -> None:
    """Scores and weighted sums: 2 x 2 FLOPs for each pair and number of a head, once more."""
    layout = Layout(micro_batch=2, recompute="selective")
    assert bare(GATED, layout).parts["recomputation"] == pytest.approx(CORE / PEAK)
    outside = step(GATED, layout, A100, batch=2, seq=512, fused=False, assume=BARE)
    moved = 4 * 10 * 2 * 8 * 512 * 512 / MEMORY
    assert outside.parts["recomputation"] == pytest.approx(CORE / PEAK + moved)


@pytest.mark.parametrize("made", [1, 0.5, 0])
def test_full_recomputation_goes_forward_once_more_without_head_and_loss(made: float) -> None:
    """What comes after a layer's last kept array is left out; attention is made again whole."""
    layout = Layout(tensor=2, micro_batch=2, recompute="full")
    found = bare(GATED, layout, made_again=made).parts
    products = (flops.forward_parts(GATED, 2, 512, "full").layers - CORE) / 2 / PEAK
    moved = 1024 * 4 * (20 * 1024 + 2 * 2 * 12 * 128 / 2 + 3 * 2 * 4096 / 2) / MEMORY
    by_hand = made * (products + moved) + CORE / 2 / PEAK
    assert found["recomputation"] == pytest.approx(by_hand)
    assert found["arithmetic"] == pytest.approx(counted() / 2 / PEAK)


@pytest.mark.parametrize("recompute", ["none", "selective", "full"])
def test_fused_attention_has_a_rate_of_its_own(recompute: str) -> None:
    """A quarter of what large products reach, and small sides do not slow it: 2 products forward, 5
    backward, and 2 once more where they are made again."""
    layout = Layout(micro_batch=2, recompute=recompute)
    assumed = {"attention_reached": 0.25, "products_reached": 0.5, "made_again": 0}
    found = bare(GATED, layout, half_side=100, **assumed).parts
    products = flops.training_step(GATED, 2, 512) - 3 * CORE
    slow = 1 + 100 / 1024 + 100 / 1024
    core = CORE / (0.25 * 0.5 * PEAK)
    assert found["arithmetic"] == pytest.approx(products / (0.5 * PEAK) * slow + 3.5 * core)
    assert found["recomputation"] == pytest.approx(0 if recompute == "none" else core)


@pytest.mark.parametrize("rate", [1, 0.25])
def test_kept_scores_are_made_by_products(rate: float) -> None:
    """2 products forward and 4 backward, at the products' rate, small sides included."""
    layout = Layout(micro_batch=2, recompute="selective")
    assume = replace(BARE, attention_reached=rate, half_side=100, bandwidth_reached=0.5)
    found = step(GATED, layout, A100, batch=2, seq=512, fused=False, assume=assume).parts
    slow = 1 + 100 / 1024 + 100 / 1024
    assert found["arithmetic"] == pytest.approx(flops.training_step(GATED, 2, 512) / PEAK * slow)
    moved = 2 * 4 * 10 * 2 * 8 * 512 * 512 / MEMORY
    assert found["recomputation"] == pytest.approx(CORE / PEAK * slow + moved)


@pytest.mark.parametrize("recompute", ["none", "selective", "full"])
def test_states_of_recurrent_layers_move_at_their_own_rate(recompute: str) -> None:
    """Every other layer has a state. It goes forward in one part and backward in 2.5, at a
    twentieth of the products' rate; a full recomputation moves it once more, one of attention
    alone does not."""
    layout = Layout(micro_batch=2, recompute=recompute)
    found = bare(HYBRID, layout, state_reached=0.05, half_side=100, made_again=0).parts
    work = flops.forward_parts(HYBRID, 2, 512, "full")
    assert work.attention_core == CORE / 2 and work.state > 0
    products = 3 * (work.projections + work.mlp + work.head)
    slow = 1 + 100 / 1024 + 100 / 1024
    state = work.state / (0.05 * PEAK)
    by_hand = products / PEAK * slow + 3.5 * (CORE / 2 / PEAK + state)
    assert found["arithmetic"] == pytest.approx(by_hand)
    again = {"none": 0, "selective": CORE / 2 / PEAK, "full": CORE / 2 / PEAK + state}
    assert found["recomputation"] == pytest.approx(again[recompute])


@pytest.mark.parametrize("layout", [Layout(tensor=4, micro_batch=2), Layout(context=4)])
def test_ranks_share_the_states_work(layout: Layout) -> None:
    """What more a slow state costs: 19 times its work in 3.5 parts, a quarter on each rank."""
    slow, quick = (
        bare(HYBRID, layout, state_reached=each).parts["arithmetic"] for each in (0.05, 1)
    )
    work = flops.forward_parts(HYBRID, layout.micro_batch, 512, "full").state
    rounds = 2 / layout.micro_batch
    assert slow - quick == pytest.approx(rounds * 3.5 * 19 * work / 4 / PEAK)


@pytest.mark.parametrize("fused", [True, False])
def test_products_of_eight_bits_keep_a_part_and_the_rest_stays_in_sixteen(fused: bool) -> None:
    """An H100: 989 TFLOP/s in 16 bits, 1979 in 8. Attention and the head know nothing of these."""
    layout = Layout(micro_batch=2, recompute="full")
    assume = replace(BARE, narrow_kept=0.6, products_reached=0.5)
    case = {"batch": 2, "seq": 512, "fused": fused, "assume": assume}
    wide, narrow = (
        step(GATED, layout, devices["H100"], **case, format=name)  # type: ignore[arg-type]
        for name in ("bf16", "fp8")
    )
    work = flops.forward_parts(GATED, 2, 512, "full")
    layers = (work.layers - CORE) / (1979e12 * 0.5 * 0.6)
    half = ((3.5 if fused else 3) * CORE + 3 * work.head) / (989e12 * 0.5)
    assert narrow.parts["arithmetic"] == pytest.approx(3 * layers + half, rel=1e-3)
    spared = (work.layers - CORE) / (989e12 * 0.5) - layers
    for name, times in (("arithmetic", 3), ("recomputation", 1)):
        assert wide.parts[name] - narrow.parts[name] == pytest.approx(times * spared, rel=1e-3)
    assert wide.parts["elementwise"] == narrow.parts["elementwise"]
    assert narrow.mfu == pytest.approx(narrow.model_flops / narrow.seconds / 1979e12, rel=1e-3)


def test_a_format_that_is_half_as_quick_again_keeps_a_part_too() -> None:
    card = replace(A100, peak_flops={"bf16": PEAK, "fp8": 1.5 * PEAK})
    case = {"batch": 2, "seq": 512, "assume": replace(BARE, narrow_kept=0.8), "format": "fp8"}
    found = step(GATED, Layout(micro_batch=2), card, **case)  # type: ignore[arg-type]
    work = flops.forward_parts(GATED, 2, 512, "full")
    layers, half = (work.layers - CORE) / 1.2, 3.5 * CORE + 3 * work.head
    assert found.parts["arithmetic"] == pytest.approx((3 * layers + half) / PEAK)


def test_products_of_sixteen_bits_and_more_keep_all() -> None:
    """19.5 TFLOP/s in 32 bits, attention and head too; nothing is lost to quantising."""
    halved = replace(BARE, narrow_kept=0.5)
    for name, peak in (("bf16", PEAK), ("fp16", PEAK), ("fp32", 19.5e12)):
        case = {"batch": 2, "seq": 512, "assume": halved, "format": name}
        found = step(GATED, Layout(micro_batch=2), A100, **case)  # type: ignore[arg-type]
        assert found.parts["arithmetic"] == pytest.approx(counted() / peak)


@pytest.mark.parametrize(("tensor", "side"), [(1, 1024), (4, 256)])
def test_small_products_by_their_two_sides(tensor: int, side: int) -> None:
    """Tokens of a micro-batch, and the model's width, split; fused attention is as it is."""
    layout = Layout(tensor=tensor, micro_batch=2)
    products = flops.training_step(GATED, 2, 512) - 3 * CORE
    slow = 1 + 100 / 1024 + 100 / side
    by_hand = (products * slow + 3.5 * CORE) / tensor / PEAK
    found = bare(GATED, layout, half_side=100).parts["arithmetic"]
    assert found == pytest.approx(by_hand)
    half = bare(GATED, layout, half_side=100, products_reached=0.5).parts["arithmetic"]
    assert half == pytest.approx(2 * by_hand)


@pytest.mark.parametrize(
    ("layout", "tokens", "side"),
    [
        (Layout(micro_batch=2), 1024 * 2 / 16, 512),
        (Layout(data=4, expert=4, micro_batch=2), 1024 * 4 * 2 / 16, 512),
        (Layout(data=4, expert=2, tensor=2), 512 * 2 * 2 / 16, 256),
        (Layout(data=4, expert=4, context=2, micro_batch=2), 512 * 4 * 2 / 16, 512),
    ],
)
def test_experts_have_fewer_tokens_each(layout: Layout, tokens: float, side: int) -> None:
    """Of the tokens of all ranks that share the experts, each gets those that 2 of 16 get; its
    products keep half of the rate of single ones. The rest is as in a dense model."""
    model = replace(GATED, experts=Experts(count=16, active=2, d_ff=512))
    found = bare(
        model, layout, batch=layout.data * int(layout.micro_batch), half_side=100, experts_kept=0.5
    ).parts["arithmetic"]
    work = flops.forward_parts(model, layout.micro_batch, 512, "full")
    mine = layout.micro_batch * 512 / layout.context
    # Three matrices of 1024 x 512 in each of a token's 2 experts; the router is like a dense one.
    expert_flops = 2 * layout.micro_batch * 512 * model.layers * 2 * 3 * 1024 * 512
    others = work.projections + work.head + work.mlp - expert_flops
    dense = others * (1 + 100 / mine + 100 * layout.tensor / 1024)
    routed = expert_flops * (1 + 100 / tokens + 100 / side) / 0.5
    core = 3.5 * CORE * layout.micro_batch / 2
    by_hand = (3 * (dense + routed) + core) / layout.tensor / layout.context / PEAK
    assert found == pytest.approx(by_hand)


def test_experts_products_are_done_in_eight_bits_too() -> None:
    model = replace(GATED, experts=Experts(count=16, active=2, d_ff=512))
    assume = replace(BARE, narrow_kept=0.6, experts_kept=0.5)
    case = {"batch": 2, "seq": 512, "assume": assume, "format": "fp8"}
    found = step(model, Layout(micro_batch=2), devices["H100"], **case)  # type: ignore[arg-type]
    work = flops.forward_parts(model, 2, 512, "full")
    layers = (work.projections + 2 * work.mlp) / (1979e12 * 0.6)
    half = (3 * work.head + 3.5 * CORE) / 989e12
    assert found.parts["arithmetic"] == pytest.approx(3 * layers + half, rel=1e-3)


def test_context_ranks_have_fewer_tokens_in_a_product() -> None:
    found = bare(GATED, Layout(context=4, micro_batch=2), half_side=100).parts["arithmetic"]
    products = flops.training_step(GATED, 2, 512) - 3 * CORE
    slow = 1 + 100 / 256 + 100 / 1024
    assert found == pytest.approx((products * slow + 3.5 * CORE) / 4 / PEAK)


@pytest.mark.parametrize(("recompute", "passes"), [("none", 2), ("selective", 2), ("full", 3)])
def test_tensor_ranks_add_up_twice_a_pass(recompute: str, passes: int) -> None:
    """Ring of four: 2 x 3/4 of 1024 x 1024 numbers in two bytes, and six messages, four layers."""
    layout = Layout(tensor=4, micro_batch=2, recompute=recompute)
    once = 1.5 * 2 * 1024 * 1024 / LINK + 6 * 1e-5
    found = bare(GATED, layout, link_latency=1e-5).parts["tensor"]
    assert found == pytest.approx(4 * 2 * passes * once)
    half = bare(GATED, layout, link_latency=1e-5, tensor_overlap=0.25).parts["tensor"]
    assert half == pytest.approx(0.75 * found)
    side = replace(GATED, parallel_block=True, norms_per_layer=1)
    assert bare(side, layout, link_latency=1e-5).parts["tensor"] == pytest.approx(found / 2)


@pytest.mark.parametrize(
    ("model", "tensor", "numbers"),
    [
        (GATED, 1, 2 * 2 * 128),
        (GATED, 2, 2 * 1 * 128),
        (GATED, 4, 2 * 1 * 128),  # more ranks than key-value heads: each has a whole one
        (LATENT, 2, 4 * (96 + 64)),
    ],
)
@pytest.mark.parametrize(("recompute", "rounds"), [("none", 3), ("full", 4)])
def test_keys_and_values_go_round_by_hand(
    model: Transformer, tensor: int, numbers: int, recompute: str, rounds: int
) -> None:
    """Two context ranks beside the tensor ranks, in one machine: each hands on its half of 1024
    tokens, and one message."""
    layout = Layout(context=2, tensor=tensor, micro_batch=2, recompute=recompute)
    once = 2 * numbers * 512 / LINK + 1e-5
    found = bare(model, layout, link_latency=1e-5).parts["context"]
    assert found == pytest.approx(4 * rounds * once)


def test_the_ring_hides_behind_attention_as_far_as_that_lasts() -> None:
    """128 tokens are few for attention, and the ring lasts longer; of 512 all could hide. States of
    recurrent layers hide nothing."""
    layout = Layout(context=2, micro_batch=2)
    shown = bare(GATED, layout, seq=128).parts["context"]
    core = 3.5 * CORE / 16 / 2 / PEAK  # a pass and 2.5 back, a sixteenth of the pairs, two ranks
    assert core < shown
    hidden = bare(GATED, layout, seq=128, context_overlap=1).parts["context"]
    assert hidden == pytest.approx(shown - core)
    mixed = [
        bare(HYBRID, layout, seq=128, context_overlap=each, state_reached=0.01).parts["context"]
        for each in (0, 1)
    ]
    assert mixed[0] - mixed[1] == pytest.approx(core / 2)
    some = bare(GATED, layout, seq=128, context_overlap=0.1).parts["context"]
    assert some == pytest.approx(0.9 * shown)
    assert bare(GATED, layout, context_overlap=1).parts["context"] == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(("recompute", "passes"), [("none", 2), ("full", 3)])
@pytest.mark.parametrize("shared", [False, True])
def test_tokens_go_to_experts_and_back_by_hand(recompute: str, passes: int, shared: bool) -> None:
    """512 tokens to two of 16 experts on four ranks, which stand two places apart; four of the five
    layers have experts, and three of four pieces leave."""
    layout = Layout(data=4, tensor=2, expert=4, recompute=recompute, sequence_parallel=shared)
    size = 2 * 512 * 2 * 1024 / (2 if shared else 1)
    once = 3 / 4 * size / LINK + 3 * 1e-5
    found = bare(MIXTURE, layout, batch=4, link_latency=1e-5).parts["expert"]
    assert found == pytest.approx(4 * 2 * passes * once)
    half = bare(MIXTURE, layout, batch=4, link_latency=1e-5, expert_overlap=0.5).parts["expert"]
    assert half == pytest.approx(found / 2)


def test_experts_ranks_beyond_a_machine_send_over_the_network() -> None:
    """Two expert ranks, as many places apart as there are tensor and context ranks: four beside
    each other, sixteen in another machine. Half of what 512 tokens send leaves."""
    for context, rate in ((2, LINK), (8, NETWORK)):
        layout = Layout(data=2, tensor=2, expert=2, context=context)
        found = bare(MIXTURE, layout, batch=2, seq=512 * context).parts["expert"]
        assert found == pytest.approx(4 * 2 * 2 * 1 / 2 * (2 * 512 * 2 * 1024) / rate)


@pytest.mark.parametrize(
    ("layout", "rate", "latency"),
    [
        (Layout(pipeline=4), LINK, 1e-5),
        (Layout(pipeline=4, tensor=2), LINK, 1e-5),  # eight devices are one machine
        (Layout(pipeline=4, tensor=4), NETWORK, 1e-4),
        (Layout(pipeline=4, data=4), NETWORK, 1e-4),
        (Layout(pipeline=2, interleave=2), LINK, 1e-5),
    ],
)
def test_messages_between_stages_by_hand(layout: Layout, rate: float, latency: float) -> None:
    """Eight micro-batches of 512 tokens: there and back, for each group of layers, each tensor rank
    its part."""
    found = bare(
        GATED, layout, batch=8 * layout.data, link_latency=1e-5, network_latency=1e-4
    ).parts["pipeline"]
    once = latency + 2 * 512 * 1024 / layout.tensor / rate
    assert found == pytest.approx(8 * 2 * layout.interleave * once)
    hidden = bare(
        GATED, layout, batch=8 * layout.data, link_latency=1e-5, network_latency=1e-4,
        pipeline_overlap=0.75,
    ).parts["pipeline"]  # fmt: skip
    assert hidden == pytest.approx(found / 4)


ZERO_MESSAGES = {0: (2, 0, 0), 1: (0, 1, 1), 2: (0, 3, 1), 3: (0, 3, 6)}
"""All-reduces (as two halves), reduce-scatters and all-gathers of each layer in a step of three
micro-batches: ZeRO 2 sums in each, ZeRO 3 gathers forward and backward in each."""


@pytest.mark.parametrize("zero", ZERO_MESSAGES)
def test_sums_and_gatherings_layer_by_layer(zero: int) -> None:
    """Eight ranks of one machine: each half of a ring is 7/8 of the bytes and seven messages;
    gradients here have four bytes, weights two."""
    both, sums, gathers = ZERO_MESSAGES[zero]
    found = bare(
        GATED, Layout(data=8, zero=zero), batch=24, link_latency=1e-5, gradient_bytes=4
    ).parts["data"]
    weights = parameters.count(GATED).total
    bytes_sent = 7 / 8 * weights * (4 * (both + sums) + 2 * gathers) / LINK
    assert found == pytest.approx(bytes_sent + 4 * 7 * 1e-5 * (both + sums + gathers))


def test_context_ranks_add_up_gradients_too() -> None:
    found = bare(GATED, Layout(data=2, context=4), batch=2).parts["data"]
    assert found == pytest.approx(2 * 7 / 8 * 2 * parameters.count(GATED).total / LINK)


def _parts_of_the_mixture() -> tuple[float, float]:
    routed = 4 * 16 * 3 * 1024 * 512
    return parameters.count(MIXTURE).total - routed, routed


def test_experts_are_added_up_among_those_that_hold_the_same() -> None:
    """16 data ranks in two machines, experts spread over the eight of one: the rest is summed
    within and then between the machines, experts only between them."""
    rest, routed = _parts_of_the_mixture()
    found = bare(MIXTURE, Layout(data=16, expert=8), batch=16).parts["data"]
    inside, outside = 2 * 7 / 8 * 2 * rest / LINK, 2 * 1 / 2 * 2 * rest / 8 / NETWORK
    experts = 2 * 1 / 2 * 2 * routed / 8 / NETWORK
    assert found == pytest.approx(inside + outside + experts)


def test_experts_beside_each_other_are_added_up_over_links() -> None:
    """Eight data ranks, experts over two: four hold the same ones, two places apart, in one
    machine."""
    rest, routed = _parts_of_the_mixture()
    found = bare(MIXTURE, Layout(data=8, expert=2), batch=8).parts["data"]
    by_hand = 2 * 7 / 8 * 2 * rest / LINK + 2 * 3 / 4 * 2 * routed / 2 / LINK
    assert found == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("zero", "rest_ranks", "expert_ranks"), [(0, 1, 1), (1, 16, 2), (2, 16, 2), (3, 16, 2)]
)
def test_the_update_by_hand(zero: int, rest_ranks: int, expert_ranks: int) -> None:
    rest, routed = _parts_of_the_mixture()
    found = bare(MIXTURE, Layout(data=16, expert=8, zero=zero), batch=16).parts["optimizer"]
    by_hand = 28 * (rest / rest_ranks + routed / 8 / expert_ranks) / MEMORY
    assert found == pytest.approx(by_hand)
    split = bare(GATED, Layout(tensor=2, pipeline=2), batch=2).parts["optimizer"]
    assert split == pytest.approx(28 * parameters.count(GATED).total / 4 / MEMORY)


@pytest.mark.parametrize(("zero", "windows"), [(0, 1), (1, 1), (2, 3), (3, 3)])
def test_sums_hide_behind_the_last_pass_or_behind_all(zero: int, windows: int) -> None:
    """Three micro-batches of 32 tokens: plain sums start in the last one, those of ZeRO 2 and 3 in
    each."""
    case = {"layout": Layout(data=8, zero=zero), "batch": 24, "seq": 32}
    shown = bare(GATED, **case)  # type: ignore[arg-type]
    one = (shown.parts["arithmetic"] + shown.parts["elementwise"]) / 3
    hidden = bare(GATED, data_overlap=1, **case)  # type: ignore[arg-type]
    assert shown.parts["data"] > windows * one
    assert hidden.parts["data"] == pytest.approx(shown.parts["data"] - windows * one)


def test_the_slowest_stage_by_hand() -> None:
    """Ten layers on four stages: 3, 3, 2 and 2. The last has the head: with a large vocabulary two
    layers and the head are the slowest, with a small one three layers."""
    for rows in (1000, 300_000):
        model = replace(GATED, layers=10, vocab_rows=rows)
        found = bare(model, Layout(pipeline=4), batch=8, seq=512).parts
        work = flops.forward_parts(model, 1, 512, "full")
        head = 3 * work.head / PEAK + 24 * 512 * rows / MEMORY
        every = (found["arithmetic"] + found["elementwise"]) * 4 / 8  # of one micro-batch
        layer = (every - head) / 10
        send = 2 * 2 * 512 * 1024 / LINK
        slow = max(3 * layer, 2 * layer + head) + send
        whole = every + 4 * send
        assert found["imbalance"] == pytest.approx(8 * (slow - whole / 4))
        assert found["bubble"] == pytest.approx(whole - slow)
    assert 2 * layer + head > 3 * layer


def test_groups_of_layers_shorten_the_start() -> None:
    model = replace(GATED, layers=16)
    plain, grouped = (
        bare(model, Layout(pipeline=4, interleave=count), batch=8).parts for count in (1, 4)
    )
    assert grouped["arithmetic"] == plain["arithmetic"]
    more = 3 * 2 * 3 * 2 * 512 * 1024 / LINK  # three stages send for three more groups
    assert grouped["bubble"] == pytest.approx((plain["bubble"] + more) / 4)


def test_waiting_is_paid_on_all_but_the_end_of_the_step() -> None:
    layout = Layout(pipeline=4, tensor=2)
    even, uneven = (bare(GATED, layout, batch=8, slowest=each).parts for each in (1.0, 1.5))
    passes = sum(even.values()) - even["data"] - even["optimizer"]
    assert even["waiting"] == 0
    assert uneven["waiting"] == pytest.approx(0.5 * passes)


def test_work_of_a_step_and_who_does_it() -> None:
    layout = Layout(data=4, tensor=2, pipeline=2)
    found = bare(GATED, layout, batch=32)
    assert (found.devices, found.tokens) == (16, 32 * 512)
    assert found.model_flops == pytest.approx(flops.training_step(GATED, 32, 512))
    assert found.peak_flops == PEAK
    assert found.bubble_share == pytest.approx(found.parts["bubble"] / found.seconds)
    assert most_data(7) == 7 and most_data(7, 2) == 3


def test_as_many_data_ranks_as_micro_batches_are_allowed() -> None:
    assert bare(GATED, Layout(data=8), batch=8).seconds > 0
    with pytest.raises(ValueError, match="data must be at most 7"):
        bare(GATED, Layout(data=8), batch=7)


def test_experts_hold_a_sweep_as_single_calls_do() -> None:
    ranks = np.array([1, 2, 4, 8])
    swept = bare(MIXTURE, Layout(data=8, expert=ranks), batch=8)
    for place, count in enumerate(ranks.tolist()):
        one = bare(MIXTURE, Layout(data=8, expert=count), batch=8)
        assert swept.seconds[place] == pytest.approx(one.seconds)


def test_what_programs_reach_unless_something_else_is_said() -> None:
    """Half of the memory's rate; a fifth of the gradients' sum and a tenth of the ring shows where
    the passes last longer; of the experts' and the tensor ranks' transfers three quarters and
    a half hide."""
    with trying(
        {
            "step-bandwidth-reached": 0.5, "data-overlap": 0.8, "context-overlap": 0.9,
            "tensor-overlap": 0.5, "expert-overlap": 0.75,
        }
    ):  # fmt: skip
        usual = Assumptions(link_reached=1, network_reached=1, link_latency=0, network_latency=0)
    grid = Layout(data=2, tensor=2, context=2, expert=2, micro_batch=4)
    one, other = (
        step(MIXTURE, grid, A100, batch=64, seq=2048, assume=assume).parts
        for assume in (BARE, usual)
    )
    left = {
        "elementwise": 2, "optimizer": 2, "data": 0.2, "context": 0.1, "tensor": 0.5,
        "expert": 0.25,
    }  # fmt: skip
    for name, times in left.items():
        assert other[name] == pytest.approx(one[name] * times) and one[name] > 0
    assert other["waiting"] == 0
    staged = [
        step(GATED, Layout(pipeline=2), A100, batch=8, seq=512, assume=assume).parts["pipeline"]
        for assume in (BARE, usual)
    ]
    assert staged[0] == pytest.approx(staged[1])


def test_what_arithmetic_reaches_unless_something_else_is_said() -> None:
    """An A100 keeps a part of the measured rate of its products (its record's, over 312 TFLOP/s);
    attention and states a part of that."""
    measured = A100.measured_matmul_flops
    assert measured is not None
    tried = {"products-kept": 0.9, "half-side": 64, "attention-reached": 0.3, "made-again": 0.7}
    layout = Layout(micro_batch=2, recompute="full")
    with trying(tried):
        found = step(GATED, layout, A100, batch=2, seq=512).parts
    products = flops.training_step(GATED, 2, 512) - 3 * CORE
    slow, core = 1 + 64 / 1024 + 64 / 1024, CORE / (0.3 * 0.9 * measured)
    by_hand = products / (0.9 * measured) * slow + 3.5 * core
    assert found["arithmetic"] == pytest.approx(by_hand)
    again = (flops.forward_parts(GATED, 2, 512).layers - CORE) / (0.9 * measured) * slow
    moved = found["elementwise"] - 1024 * 24 * 32000 / MEMORY / constant("step-bandwidth-reached")
    assert found["recomputation"] == pytest.approx(0.7 * (again + moved / 3) + core)


@pytest.mark.parametrize(
    ("layout", "rate"),
    [(Layout(pipeline=4), LINK / 2), (Layout(pipeline=4, tensor=4), NETWORK / 4)],
)
def test_messages_and_sums_go_at_the_rate_that_is_reached(layout: Layout, rate: float) -> None:
    """Half of the links' rate and a quarter of the port's: stages in a machine and in several."""
    reached = {"link_reached": 0.5, "network_reached": 0.25}
    found = bare(GATED, layout, batch=8, **reached).parts
    assert found["pipeline"] == pytest.approx(8 * 2 * 2 * 512 * 1024 / layout.tensor / rate)
    two = bare(GATED, Layout(data=16), batch=16, **reached).parts["data"]
    size = 2 * parameters.count(GATED).total
    inside, outside = 2 * 7 / 8 * size / (LINK / 2), 2 * 1 / 2 * size / 8 / (NETWORK / 4)
    assert two == pytest.approx(inside + outside)
