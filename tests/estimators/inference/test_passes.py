"""A pass against sums done by hand, PyTorch's shapes of the cache, and a simulated choice of
experts."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import Transformer, devices, models
from course_lib.catalog.constants import constant, trying
from course_lib.catalog.records.layer_parts import Experts
from course_lib.catalog.records.stored import FORMATS
from course_lib.estimators import flops, parameters
from course_lib.estimators.inference.parts import Part, Pass
from course_lib.estimators.inference.passes import Machine, experts_touched, pass_flops

LLAMA = models["llama-3-8b"]
TINY = Transformer(layers=2, d_model=64, n_heads=4, n_kv_heads=2, d_ff=256, vocab_rows=1000)
PLAIN = {"bandwidth_reached": 1.0, "peak_reached": 1.0, "layer_seconds": 0.0}
BARE = {
    **dict.fromkeys(("answer-step", "answer-sequence", "answer-activations"), 0.0),
    **dict.fromkeys(("answer-attention", "answer-unpacking", "link-reached"), 1.0),
    "answer-reduce": 4e-6,
}
"""Constants of a program that does nothing but bytes, FLOPs and all-reduces."""


@pytest.fixture
def bare() -> Iterator[None]:
    with trying(BARE):
        yield


def test_bytes_of_a_lone_token_are_weights_and_cache() -> None:
    found = Machine(device="H100").run(LLAMA, 1, 1, 99)
    table = 128256 * 4096  # looked up, not read whole
    assert found.bytes_moved == 2 * (8_030_261_248 - table) + 100 * 2 * 8 * 128 * 32 * 2


@pytest.mark.usefixtures("bare")
def test_time_is_the_slower_of_bytes_and_arithmetic_in_each_part() -> None:
    for tokens, bound in ((1, "bandwidth"), (4096, "compute")):
        found = Machine(device="A100 SXM 80GB", **PLAIN).run(LLAMA, 1, tokens)
        rate = devices["A100 SXM 80GB"].memory_bytes_per_second
        assert found.memory_seconds == pytest.approx(found.bytes_moved / rate)
        assert found.arithmetic_seconds == pytest.approx(found.flops / 312e12)
        kept = tokens * 2 * 8 * 128 * 32 * 2
        assert found.attention.memory_seconds == pytest.approx(kept / rate)
        products = found.bytes_moved - kept
        core = 4 * 32 * 32 * 128 * tokens * (tokens + 1) / 2
        each = (products / rate, (found.flops - core) / 312e12), (kept / rate, core / 312e12)
        assert found.seconds == pytest.approx(sum(max(part) for part in each))
        assert found.bound == bound


@pytest.mark.usefixtures("bare")
def test_a_large_batch_waits_for_arithmetic_and_then_for_its_cache() -> None:
    """512 sequences with 4096 tokens each: their products are bound by arithmetic, the cache by
    bandwidth, and both take longer than the longer of all bytes and all FLOPs."""
    found = Machine(device="H100", **PLAIN).run(LLAMA, 512, 1, 4095)
    products, attention = found.products, found.attention
    assert products.arithmetic_seconds > products.memory_seconds
    assert attention.memory_seconds > attention.arithmetic_seconds
    assert found.seconds > max(found.memory_seconds, found.arithmetic_seconds)


def test_reading_a_prompt_at_once_or_in_two_parts_takes_the_same_flops() -> None:
    whole = pass_flops(TINY, 3, 100)
    parts = pass_flops(TINY, 3, 60) + pass_flops(TINY, 3, 40, context=60)
    head = 2 * 3 * 64 * 1000  # scored once more
    assert parts == pytest.approx(whole + head)


def test_writing_token_by_token_equals_the_flops_of_decoding() -> None:
    for context in (0, 1, 77):
        assert pass_flops(TINY, 2, 1, context) == flops.decode(TINY, 2, context)


def test_experts_touched_agrees_with_drawing_them() -> None:
    random = np.random.default_rng(0)
    draws = [
        len({expert for _ in range(10) for expert in random.choice(16, 2, replace=False)})
        for _ in range(2000)
    ]
    assert experts_touched(16, 2, 10) == pytest.approx(np.mean(draws), rel=0.01)


def test_a_mixture_reads_the_active_weights_for_one_token_and_nearly_all_for_many() -> None:
    mixtral, machine = models["mixtral-8x7b"], Machine(device="H100")
    count = parameters.count(mixtral, embeddings=False)
    assert machine.weight_bytes(mixtral, 1) == 2 * count.active
    assert machine.weight_bytes(mixtral, 1000) == pytest.approx(2 * count.total)
    assert machine.weight_bytes(mixtral) == 2 * parameters.count(mixtral).total
    everyone = replace(mixtral, experts=replace(mixtral.experts, active=8))
    assert machine.weight_bytes(everyone, 1) == 2 * count.total


def test_devices_share_heads_and_a_latent_cache_is_kept_whole() -> None:
    one, four, sixteen = (Machine(device="H100", devices=count) for count in (1, 4, 16))
    assert four.cache_bytes(LLAMA, 1, 64) == one.cache_bytes(LLAMA, 1, 64) / 4
    assert sixteen.cache_bytes(LLAMA, 1, 64) == one.cache_bytes(LLAMA, 1, 64) / 8
    assert four.cache_bytes(models["deepseek-v3"], 1, 64) == one.cache_bytes(
        models["deepseek-v3"], 1, 64
    )


def test_the_fullest_device_counts_where_heads_do_not_divide() -> None:
    """Of 8 key-value heads on 3 devices one keeps 3 of them; on 5, 6 and 7 one keeps 2."""
    one = Machine(device="H100").cache_bytes(LLAMA, 1, 64)
    counts = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9])
    kept = Machine(device="H100", devices=counts).cache_bytes(LLAMA, 1, 64)
    assert kept == pytest.approx(one / 8 * np.array([8, 4, 3, 2, 2, 2, 2, 1, 1]))


@pytest.mark.usefixtures("bare")
def test_all_reduces_cost_nothing_alone_and_follow_the_link() -> None:
    alone, pair = (
        Machine(device="H100", devices=count, **PLAIN).run(LLAMA, 8, 512) for count in (1, 2)
    )
    assert alone.extra_seconds == 0
    ring = (
        2 * 32 * (2 * 8 * 512 * 4096) / 450e9
    )  # two a layer; on two devices a ring sends the vector once
    assert pair.extra_seconds == pytest.approx(ring + 2 * 32 * 3 * 4e-6)
    cable = Machine(device="RTX 4090", devices=2, **PLAIN).run(LLAMA, 8, 512)
    assert cable.extra_seconds > 5 * pair.extra_seconds  # PCI Express in place of NVLink


def test_formats_choose_the_arithmetic() -> None:
    assert Machine(device="H100", format="fp8").peak_flops == devices["H100"].peak_flops["fp8"]
    assert Machine(device="H100", format="int8").peak_flops == Machine(device="H100").peak_flops


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("devices_used", [2, 4, 8])
def test_an_all_reduce_is_a_ring_by_hand(devices_used: int) -> None:
    """Each device sends a part of one over n of the vector 2 (n - 1) times; two vectors a layer;
    every one starts anew, twice and once more for each doubling."""
    size = 2 * 8 * 512 * 4096  # two bytes for every number of the batch
    sent = 2 * (devices_used - 1) * size / devices_used
    each = sent / 450e9 + (2 + {2: 1, 4: 2, 8: 3}[devices_used]) * 4e-6
    for layer in (0.0, 1e-3):
        machine = Machine(device="H100", devices=devices_used, **PLAIN | {"layer_seconds": layer})
        assert machine.run(LLAMA, 8, 512).extra_seconds == pytest.approx(32 * (layer + 2 * each))
    swept = Machine(device="H100", devices=np.array([1, devices_used]), **PLAIN).run(LLAMA, 8, 512)
    assert swept.extra_seconds.tolist() == pytest.approx([0, 32 * 2 * each])


@pytest.mark.usefixtures("bare")
def test_devices_share_weights_work_and_heads() -> None:
    one, four = (Machine(device="H100", devices=n, **PLAIN).run(LLAMA, 2, 7, 30) for n in (1, 4))
    assert four.bytes_moved == one.bytes_moved / 4
    assert four.flops == one.flops / 4
    assert four.memory_seconds == pytest.approx(four.bytes_moved / 3.35e12)
    assert four.arithmetic_seconds == pytest.approx(four.flops / 989e12, rel=1e-3)


def test_a_latent_cache_by_hand() -> None:
    """arXiv 2505.09343, table 1: DeepSeek-V3 keeps 70 272 bytes of a token."""
    for count in (1, 8):
        machine = Machine(device="H100", devices=count)
        assert machine.cache_bytes(models["deepseek-v3"], 3, 64) == 3 * 64 * 70_272


def test_where_all_experts_but_one_work_the_rest_is_one_expert() -> None:
    three = replace(
        models["mixtral-8x7b"], experts=replace(models["mixtral-8x7b"].experts, count=3, active=2)
    )
    machine, count = Machine(device="H100"), parameters.count(three, embeddings=False)
    assert machine.weight_bytes(three, 1) == pytest.approx(2 * count.active)
    # Two tokens choose the same pair of three with probability 1/3; else they touch all.
    expert = 3 * 4096 * 14336 * 32
    assert machine.weight_bytes(three, 2) == pytest.approx(2 * (count.total - expert / 3))


def test_four_bits_and_their_scales_by_hand() -> None:
    """The matrices of two layers, in groups along their inputs of 64 and 256; table, head and norms
    in two bytes."""
    attention, mlp = 64 * (64 + 64 + 32 + 32), 2 * 64 * 256
    rest = 2 * (parameters.count(TINY).total - 2 * (attention + mlp))
    # Outputs of the matrices that read 64 numbers, and of the one that reads 256.
    narrow, wide = 64 + 64 + 32 + 32 + 256, 64
    groups = {"int4": narrow + 2 * wide, "fp4": 4 * narrow + 16 * wide}
    scales = {"int4": groups["int4"] * (16 + 4) / 8, "fp4": groups["fp4"] + 6 * 8}
    for name, beside in scales.items():
        codes = (attention + mlp) / 2
        found = Machine(device="B200", format=name).weight_bytes(TINY)
        assert found == rest + 2 * (codes + beside)


def test_a_file_s_own_format_is_the_default() -> None:
    own = replace(TINY, stored=FORMATS["fp8"])
    for tokens in (None, 1):
        found = Machine(device="H100").weight_bytes(own, tokens)
        assert found == Machine(device="H100", format="fp8").weight_bytes(TINY, tokens)
    asked = Machine(device="H100", format="bf16").weight_bytes(own)
    assert asked == Machine(device="H100").weight_bytes(TINY) == 2 * parameters.count(TINY).total
    quick, plain = Machine(device="H100").run(own, 1, 64), Machine(device="H100").run(TINY, 1, 64)
    # Eight bits have twice the peak and keep four fifths of their share of it.
    gain = plain.products.arithmetic_seconds / quick.products.arithmetic_seconds
    assert gain == pytest.approx(2 * constant("answer-narrower"), rel=1e-3)
    assert quick.attention.arithmetic_seconds == plain.attention.arithmetic_seconds


def test_idle_experts_stay_unread_in_each_kind_of_layer() -> None:
    """Two kinds with different experts, biases included: one token reads two of four and one of
    eight."""
    sizes = {"layers": 3, "d_model": 64, "n_heads": 4, "d_ff": 0, "vocab_rows": 1000}
    few, many = Experts(count=4, active=2, d_ff=32), Experts(count=8, active=1, d_ff=128)
    kinds = {"few": {"experts": few}, "many": {"experts": many}}
    mixed = Transformer(
        **sizes, experts=few, mlp_bias=True, kinds=kinds, pattern=("few", "many", "many")
    )
    expert = {n: 2 * 64 * width + width + 64 for n, width in (("few", 32), ("many", 128))}
    for name in ("bf16", "int4", "fp8"):
        machine = Machine(device="H100", format=name)
        stored = machine.weight_bytes(mixed)
        read = machine.weight_bytes(mixed, 1)
        unread = {n: 2 * number for n, number in expert.items()}
        if name == "int4":  # groups: the inputs of 64 and of 32 or 128 numbers make one each
            unread = {"few": 64 * 32 + 96 * 2.5 + 2 * 96, "many": 64 * 128 + 192 * 2.5 + 2 * 192}
        if name == "fp8":  # blocks of 128 x 128, one in each matrix
            unread = {"few": 2 * 64 * 32 + 8 + 2 * 96, "many": 2 * 64 * 128 + 8 + 2 * 192}
        table = 2 * 1000 * 64
        assert stored - read == table + 2 * unread["few"] + 2 * 7 * unread["many"]


def test_unpacking_integers_costs_bandwidth_and_nothing_else() -> None:
    reached, left = constant("answer-bandwidth"), constant("answer-unpacking")
    for name, part in {"int8": left, "int4": left, "fp8": 1.0, "bf16": 1.0}.items():
        machine = Machine(device="H100", format=name)
        found, kept = machine.run(TINY, 1, 1, 99), machine.cache_bytes(TINY, 1, 100)
        weights = found.bytes_moved - kept
        assert found.products.memory_seconds == pytest.approx(
            weights / (3.35e12 * reached * part), rel=1e-9
        )
        assert found.attention.memory_seconds == pytest.approx(kept / (3.35e12 * reached))


def test_bound_of_arrays_is_an_array_of_words() -> None:
    zeros = np.zeros(2)
    nothing = Part(memory_seconds=zeros, arithmetic_seconds=zeros)
    found = Pass(
        bytes_moved=zeros,
        flops=zeros,
        products=Part(memory_seconds=np.array([1.0, 2.0]), arithmetic_seconds=np.array([2.0, 1.0])),
        experts=nothing,
        attention=nothing,
        extra_seconds=0.0,
    )
    assert found.bound.tolist() == ["compute", "bandwidth"]
    assert found.seconds.tolist() == [2.0, 2.0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"format": "int3"}, "format must be one of"),
        ({"cache_format": "fp4"}, "cache_format must be one of"),
        ({"devices": 0}, "devices must be at least 1"),
        ({"peak_reached": 0}, "peak_reached must be above zero"),
        ({"layer_seconds": -1}, "layer_seconds must be zero or more"),
    ],
)
def test_bad_settings_are_named(settings: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Machine(device="H100", **settings)


def test_what_the_catalog_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="stated for Core i9-13900K"):
        Machine(device="core-i9-13900k").run(LLAMA, 1, 1)
    with pytest.raises(ValueError, match="stated link"):
        Machine(device="xeon-platinum-8480", devices=2).run(LLAMA, 1, 1)
    with pytest.raises(ValueError, match="active must not exceed count"):
        experts_touched(2, 3, 1)
