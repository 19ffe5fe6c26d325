"""Estimates against published speeds, and against what must follow from their parts."""

import math
import statistics
from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import devices, models
from course_lib.catalog.constants import constant
from course_lib.estimators import inference
from course_lib.estimators.inference import passes
from course_lib.estimators.inference.requests import ends, estimate, ungrouped
from course_lib.estimators.inference.speculation import speculative

LLAMA = models["llama-3-8b"]

# Tokens a second for one user: pytorch-labs/gpt-fast at 32971d3, README; A100 80 GB, prompt of 5
# tokens, 200 written.
GPT_FAST = [
    ("llama-2-7b", "bf16", 1, 104.9),
    ("llama-2-7b", "int8", 1, 155.58),
    ("llama-2-7b", "bf16", 2, 168.84),
    ("llama-2-7b", "bf16", 8, 328.43),
    ("llama-2-70b", "int8", 1, 19.13),
    ("llama-2-70b", "bf16", 8, 62.5),
    ("llama-2-70b", "int4", 8, 90.77),
    ("llama-3-8b", "bf16", 1, 93.89),
    ("llama-3-8b", "bf16", 8, 276.01),
    ("mixtral-8x7b", "bf16", 2, 96.67),
    ("mixtral-8x7b", "bf16", 8, 227.82),
]
# XiongjieDai/GPU-Benchmarks-on-LLM-Inference at aa72e0e, README; llama.cpp, Llama 3 8B, Q4_K_M,
# 512 tokens written: every single card of the table that the catalog has.
LLAMA_CPP_WRITING = [
    ("RTX 3070", 72.79),
    ("RTX 4070 Ti", 83.5),
    ("RTX 4080 16GB", 108.15),
    ("RTX 3090", 115.42),
    ("RTX 6000 Ada", 133.44),
    ("A40", 91.27),
    ("A100 SXM 80GB", 135.04),
    ("H100 PCIe 80GB", 145.55),
]
LLAMA_CPP_READING = [
    ("RTX 3070", 2283.62),
    ("RTX 4070 Ti", 3653.07),
    ("RTX 4080 16GB", 5064.99),
]  # 1024 tokens


def _ratio(model: str, form: str, cards: int, measured: float) -> float:
    found = estimate(
        models[model], device="A100 SXM 80GB", prompt=5, output=200, format=form, devices=cards
    )
    return measured / found.tokens_per_second


def test_median_error_on_published_rows_is_small() -> None:
    ratios = [_ratio(*row) for row in GPT_FAST]
    assert statistics.median(abs(ratio - 1) for ratio in ratios) < 0.09
    assert max(abs(ratio - 1) for ratio in ratios) < 0.35


def test_four_of_five_rows_lie_in_the_range() -> None:
    held = []
    for model, form, cards, measured in GPT_FAST:
        known = ends("tuned", "single")
        held.append(known.low <= _ratio(model, form, cards, measured) <= known.high)
    for device, measured in LLAMA_CPP_WRITING:
        case = {"device": device, "format": "int4", "software": "llama.cpp"}
        written = estimate(LLAMA, prompt=8, output=512, **case).token_seconds
        known = ends("llama.cpp", "single")
        held.append(known.low <= measured * written <= known.high)
    assert sum(held) >= 0.8 * len(held)


def test_prompts_are_read_as_fast_as_llama_cpp_reads_them() -> None:
    for device, measured in LLAMA_CPP_READING:
        case = {"device": device, "format": "int4", "software": "llama.cpp"}
        found = estimate(LLAMA, prompt=1024, output=1, **case)
        assert 0.7 < measured * found.first_token_seconds / 1024 < 1.4


def test_plain_code_is_two_to_nine_times_slower_for_one_user() -> None:
    """The public comparison of BLOOM's authors: accelerate takes 230 ms a token where kernels with
    tensor parallelism take 44 (huggingface.co/blog/bloom-inference-pytorch-scripts, 8 A100)."""
    bloom = models["bloom-176b"]
    case = {"device": "A100 SXM 80GB", "prompt": 10, "output": 100}
    fast = estimate(bloom, devices=8, software="kernels", **case).token_seconds
    slow = estimate(bloom, stages=8, software="plain", **case).token_seconds
    assert fast == pytest.approx(44.02e-3, rel=0.25)
    assert slow == pytest.approx(230.38e-3, rel=0.25)
    small = {"device": "A100 SXM 80GB", "prompt": 128, "output": 100}
    tuned, plain = (
        estimate(models["gpt-2-124m"], software=name, **small).token_seconds
        for name in ("tuned", "plain")
    )
    assert 2 < plain / tuned < 9


def test_stages_bring_memory_and_a_quicker_prompt_but_no_quicker_token() -> None:
    case = {"device": "RTX 3090", "prompt": 8192, "output": 64, "format": "int4"}
    one, four = (estimate(LLAMA, software="llama.cpp", stages=n, **case) for n in (1, 4))
    assert four.token_seconds == one.token_seconds
    assert four.memory_bytes == pytest.approx(one.memory_bytes / 4)
    # 16 pieces through 4 stages: at best 64 / 19 times as quick; 2527 against 4913 tokens a second
    assert 1.5 < one.first_token_seconds / four.first_token_seconds < 64 / 19


def test_the_default_is_a_tuned_program() -> None:
    case = {"device": "H100", "batch": 8, "prompt": 100, "output": 20}
    plain, said = estimate(LLAMA, **case), estimate(LLAMA, software="tuned", **case)
    assert plain.request_seconds == said.request_seconds
    with pytest.raises(ValueError, match="software must be one of"):
        estimate(LLAMA, software="magic", **case)


def test_a_request_is_its_parts() -> None:
    found = estimate(LLAMA, device="H100", batch=3, prompt=100, output=51)
    assert found.request_seconds == pytest.approx(
        found.first_token_seconds + 50 * found.token_seconds
    )
    assert found.tokens_per_second == pytest.approx(3 * 51 / found.request_seconds)
    known = ends(None, "batch")
    assert found.low == known.low * found.tokens_per_second
    assert found.high == known.high * found.tokens_per_second
    assert found.memory_bytes == 2 * 8_030_261_248 + 3 * 151 * 131_072


def test_the_second_user_is_almost_free_and_the_thousandth_is_not() -> None:
    found = estimate(LLAMA, device="H100", batch=[1, 2, 1000], prompt=2048, output=256)
    assert found.token_seconds[1] < 1.05 * found.token_seconds[0]
    assert found.token_seconds[2] > 10 * found.token_seconds[0]
    assert found.memory_bytes[2] > 80e9


def test_doubled_arithmetic_helps_the_prompt_and_doubled_bandwidth_the_tokens() -> None:
    case = {
        "device": "H100",
        "prompt": 8192,
        "output": 64,
        "peak_reached": 0.4,
        "bandwidth_reached": 0.4,
    }
    base = estimate(LLAMA, **case)
    quick, wide = (
        estimate(LLAMA, **case | {"peak_reached": 0.8}),
        estimate(LLAMA, **case | {"bandwidth_reached": 0.8}),
    )
    assert quick.token_seconds == base.token_seconds
    assert quick.first_token_seconds < 0.55 * base.first_token_seconds
    assert wide.token_seconds < 0.6 * base.token_seconds
    # Activations pass through the memory, too.
    assert wide.first_token_seconds == pytest.approx(base.first_token_seconds, rel=0.03)


def test_arrays_broadcast_and_equal_the_scalars() -> None:
    batch, prompt = np.array([[1], [16]]), np.array([64, 512, 4096])
    swept = estimate(
        LLAMA, device="A100 SXM 80GB", batch=batch, prompt=prompt, output=32, devices=2
    )
    assert swept.tokens_per_second.shape == swept.bound.shape == (2, 3)
    for row, users in enumerate((1, 16)):
        for column, length in enumerate((64, 512, 4096)):
            alone = estimate(
                LLAMA, device="A100 SXM 80GB", batch=users, prompt=length, output=32, devices=2
            )
            assert swept.tokens_per_second[row, column] == pytest.approx(alone.tokens_per_second)
            assert swept.bound[row, column] == alone.bound


def test_numbers_of_the_model_and_its_devices_may_be_arrays() -> None:
    from dataclasses import replace

    deeper = estimate(replace(LLAMA, layers=np.array([16, 32])), device="H100", prompt=64, output=8)
    assert deeper.token_seconds[1] == pytest.approx(
        estimate(LLAMA, device="H100", prompt=64, output=8).token_seconds
    )
    shared = estimate(LLAMA, device="H100", prompt=64, output=8, devices=[1, 8])
    assert shared.token_seconds[0] == pytest.approx(deeper.token_seconds[1])
    assert shared.token_seconds[1] < shared.token_seconds[0]


def test_a_latent_cache_and_a_mixture_are_counted() -> None:
    deepseek = models["deepseek-v3"]
    one, many = (
        estimate(deepseek, device="H200", batch=b, prompt=64, output=8, format="fp8", devices=8)
        for b in (1, 256)
    )
    assert one.decode.bytes_moved * 8 < 60e9 < 600e9 < many.decode.bytes_moved * 8


def test_speculation_by_its_formula() -> None:
    large, small = models["llama-3-70b"], models["llama-3-8b"]
    for accepted, expected in ((0.0, 1.0), (0.5, 1.9375), (1.0, 5.0)):
        found = speculative(large, small, device="H200", format="fp8", accepted=accepted)
        assert found.tokens_per_check == pytest.approx(expected)
    good, bad = (
        speculative(large, small, device="H200", format="fp8", accepted=a).speed_up
        for a in (0.8, 0.1)
    )
    assert bad < 1 < good < 5
    assert speculative(
        large, small, device="H200", format="fp8", accepted=[0.5, 1.0]
    ).speed_up.shape == (2,)


def test_a_speculation_draws_as_many_tokens_as_a_simulation() -> None:
    random = np.random.default_rng(0)
    right = random.random((20_000, 4)) < 0.7
    simulated = 1 + np.cumprod(right, axis=1).sum(1).mean()
    found = speculative(
        models["llama-3-70b"], LLAMA, device="H200", format="int8", accepted=0.7, guesses=4
    )
    assert math.isclose(found.tokens_per_check, simulated, rel_tol=0.02)


def test_the_names_of_constants_are_those_of_the_table() -> None:
    assert constant("answer-bandwidth") == inference.BANDWIDTH_REACHED
    assert constant("answer-products") == inference.PEAK_REACHED
    assert constant("answer-layer") == inference.LAYER_SECONDS


def test_ungrouped_keeps_the_rest() -> None:
    assert ungrouped(LLAMA).n_kv_heads == 32
    assert ungrouped(LLAMA).d_model == LLAMA.d_model


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"batch": 0}, ValueError, "batch must be at least 1"),
        ({"output": 0}, ValueError, "output must be at least 1"),
        ({"prompt": 1.5}, ValueError, "prompt must be a whole number"),
        ({"device": "H1000"}, KeyError, "devices has no entry"),
        ({"format": "int2"}, ValueError, "format must be one of"),
        ({"batch": [1, 2], "prompt": [1, 2, 3]}, ValueError, "shapes must broadcast"),
    ],
)
def test_bad_arguments_are_named(change: dict, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        estimate(LLAMA, **{"device": "H100", "prompt": 8, "output": 8} | change)


def test_a_chance_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match="accepted must be from 0 to 1"):
        speculative(LLAMA, LLAMA, device="H100", accepted=1.1)


def test_whether_it_fits_is_asked_of_what_a_server_may_fill() -> None:
    card, llama = devices["H100"], models["llama-3-8b"]
    case = {"prompt": 1000, "output": 200}
    one = estimate(llama, device=card, **case)
    room = 0.9 * (card.usable_memory_bytes or card.memory_bytes)
    assert one.usable_memory_bytes == pytest.approx(room) and one.fits is True
    batches = np.array([1, 64, 1024])
    many = estimate(llama, device=card, batch=batches, **case)
    assert many.fits.tolist() == (many.memory_bytes <= room).tolist() == [True, True, False]
    assert estimate(models["llama-3-70b"], device=card, **case).fits is False
    unknown = replace(card, memory_bytes=None, usable_memory_bytes=None)
    assert estimate(llama, device=unknown, **case).fits is None


def test_the_cache_that_an_engine_keeps_is_a_choice() -> None:
    """A public log of a server reserves 12.00 GiB for 32 texts of 8192 tokens of gpt-oss-20b, whose
    windowed layers need half of it; DeepSeek-V2-Lite keeps 972 MiB for 32768 tokens, or 8640."""

    def cache(name: str, batch: int, tokens: int, **how: bool) -> float:
        sizes = {"batch": batch, "prompt": tokens - 1, "output": 1}
        found = estimate(models[name], device="H100", **sizes, **how)
        machine = passes.Machine(device="H100")
        return (found.memory_bytes - machine.weight_bytes(models[name])) / 2**20

    assert cache("gpt-oss-20b", 32, 8192) == pytest.approx(6.09 * 1024, rel=2e-3)
    assert cache("gpt-oss-20b", 32, 8192, full_cache=True) == pytest.approx(12 * 1024, rel=1e-6)
    assert cache("deepseek-v2-lite", 1, 32768) == pytest.approx(972, rel=1e-6)
    whole = cache("deepseek-v2-lite", 1, 32768, decompressed_cache=True)
    assert whole == pytest.approx(8640, rel=1e-6)


def test_what_is_reserved_is_not_read() -> None:
    sizes = {"device": "H100", "batch": 8, "prompt": 8000, "output": 100}
    plain, reserved = (
        estimate(models["gpt-oss-20b"], **sizes, full_cache=full) for full in (False, True)
    )
    assert reserved.token_seconds == plain.token_seconds
    with pytest.raises(TypeError, match="full_cache must be True or False"):
        estimate(models["gpt-oss-20b"], **sizes, full_cache=1)
