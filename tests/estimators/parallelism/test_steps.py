"""Step times: parts against sums by hand, limits that must hold, and published steps."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import Experts, Transformer, devices, models, runs
from course_lib.catalog.constants import probing, spread
from course_lib.estimators import flops, parameters
from course_lib.estimators.layout import Layout
from course_lib.estimators.parallelism import pipelines
from course_lib.estimators.parallelism.clusters import Assumptions
from course_lib.estimators.parallelism.steps import Step, most_data, step

A100, H100 = devices["A100 80GB"], devices["H100"]
TINY_HEAD = Transformer(layers=64, d_model=4096, n_heads=32, d_ff=16384, vocab_rows=1)
PLAIN = Assumptions(
    products_reached=1, half_side=0, bandwidth_reached=1, link_reached=1, network_reached=1,
    link_latency=0, network_latency=0, data_overlap=0, context_overlap=0, tensor_overlap=0,
    expert_overlap=0, attention_reached=1, state_reached=1, experts_kept=1, narrow_kept=1,
    made_again=1,
)  # fmt: skip
"""Data sheets taken at their word and nothing hidden, so that parts can be worked out by hand."""


CORE = 64 * 4 * 2048 * 2048 * 4096
"""FLOPs of attention in TINY_HEAD going forward over one sequence: 64 layers of two products of 2
FLOPs for each of 2048 x 2048 pairs and 4096 numbers. Fused, it goes backward in 2.5 times those."""


def gpt(layers: int, d_model: int, n_heads: int, vocab_rows: int = 51200) -> Transformer:
    return Transformer(
        layers=layers, d_model=d_model, n_heads=n_heads, d_ff=4 * d_model, vocab_rows=vocab_rows,
        position_rows=2048, tied_embeddings=True, norm="layernorm",
    )  # fmt: skip


def plain(
    layout: Layout,
    batch: int = 64,
    seq: int = 2048,
    model: Transformer = TINY_HEAD,
    **choices: object,
) -> Step:
    return step(model, layout, A100, batch=batch, seq=seq, assume=replace(PLAIN, **choices))


def test_one_device_does_the_counted_work_and_the_update() -> None:
    found = plain(Layout(), batch=2)
    assert found.parts["arithmetic"] == pytest.approx(
        (flops.training_step(TINY_HEAD, 2, 2048) + 0.5 * 2 * CORE) / 312e12
    )
    assert found.parts["optimizer"] == pytest.approx(
        28 * parameters.count(TINY_HEAD).total / 2.039e12
    )
    waits = (
        "tensor",
        "context",
        "expert",
        "pipeline",
        "imbalance",
        "bubble",
        "waiting",
        "data",
        "recomputation",
    )
    assert all(found.parts[name] == pytest.approx(0, abs=1e-12) for name in waits)


def test_one_device_needs_no_link() -> None:
    model, unlinked = models["gpt-2-124m"], devices["mi210"]
    found = step(model, Layout(), unlinked, batch=8, seq=1024)
    assert found.seconds > 0
    assert all(
        found.parts[name] == 0 for name in ("tensor", "context", "expert", "pipeline", "data")
    )
    for size in ("data", "tensor", "pipeline", "context"):
        with pytest.raises(ValueError, match="device must have a stated link"):
            step(model, Layout(**{size: 2}), unlinked, batch=8, seq=1024)
    far = step(
        model, Layout(pipeline=12), unlinked, batch=12, seq=1024
    )  # 12 stages send over the network
    assert far.parts["pipeline"] > 0


@pytest.mark.parametrize(
    ("sizes", "more", "rule"),
    [
        ({"data": np.array([1, 2])}, {}, r"layers \(3,\), data \(2,\)"),
        ({}, {"batch": np.array([8, 16])}, r"layers \(3,\), batch \(2,\)"),
        ({}, {"seq": np.array([1024, 2048])}, r"layers \(3,\), seq \(2,\)"),
        (
            {},
            {"assume": Assumptions(half_side=np.array([50, 100]))},
            r"layers \(3,\), half_side \(2,\)",
        ),
    ],
)
def test_arrays_must_fit_together(sizes: dict, more: dict, rule: str) -> None:
    model = replace(TINY_HEAD, layers=np.array([2, 4, 8]))
    with pytest.raises(ValueError, match=rule):
        step(model, Layout(**sizes), A100, **{"batch": 8, "seq": 1024, **more})


def test_parts_add_up_and_rates_follow() -> None:
    layout = Layout(data=4, tensor=4, pipeline=4, zero=1, sequence_parallel=True, recompute="full")
    found = step(models["llama-3-8b"], layout, H100, batch=64, seq=4096)
    assert sum(found.parts.values()) == found.seconds
    assert min(found.parts.values()) >= 0
    assert found.tokens_per_second == 64 * 4096 / found.seconds
    assert found.model_flops == flops.training_step(models["llama-3-8b"], 64, 4096)
    assert found.mfu == pytest.approx(found.model_flops / found.seconds / (64 * 989e12))
    assert found.device_seconds == 64 * found.seconds


def test_tensor_ranks_send_four_all_reduces_a_layer() -> None:
    # arXiv 1909.08053, section 3: two all-reduces forward and two backward, of batch x sequence x
    # width in two bytes.
    found = plain(Layout(tensor=8, micro_batch=4), batch=8)
    by_hand = (
        2 * 64 * 4 * 2 * (7 / 8) * (2 * 4 * 2048 * 4096) / 300e9
    )  # 2 micro-batches, 64 layers, ring of 8
    assert found.parts["tensor"] == pytest.approx(by_hand)


def test_full_recomputation_goes_forward_again() -> None:
    kept, again = (plain(Layout(tensor=8, recompute=name)) for name in ("none", "full"))
    assert again.parts["tensor"] == pytest.approx(1.5 * kept.parts["tensor"])
    more = 0.5 * 64 * CORE / 8 / 312e12  # what attention takes backward beyond twice forward
    once = (kept.parts["arithmetic"] - more + kept.parts["elementwise"]) / 3
    assert again.parts["recomputation"] == pytest.approx(
        once, rel=0.001
    )  # the head is not made again
    assert again.mfu < kept.mfu


def test_sequence_parallel_sends_the_same_and_normalises_less() -> None:
    both = [plain(Layout(tensor=8, sequence_parallel=flag)) for flag in (False, True)]
    assert both[0].parts["tensor"] == both[1].parts["tensor"]
    assert both[0].parts["elementwise"] > both[1].parts["elementwise"]


def test_scores_outside_the_chip_cost_traffic() -> None:
    layout = Layout(tensor=8, recompute="selective")
    fused, unfused = (
        step(gpt(48, 6144, 64), layout, A100, batch=4, seq=2048, fused=flag)
        for flag in (True, False)
    )
    assert unfused.parts["elementwise"] > 1.5 * fused.parts["elementwise"]
    assert unfused.parts["recomputation"] > fused.parts["recomputation"]
    both = [
        step(TINY_HEAD, layout, A100, batch=4, seq=2048, fused=flag, assume=PLAIN)
        for flag in (True, False)
    ]
    spared = both[0].parts["arithmetic"] - both[1].parts["arithmetic"]
    assert spared == pytest.approx(0.5 * 4 * CORE / 8 / 312e12)


def test_data_ranks_add_up_gradients_over_both_wires() -> None:
    found = plain(Layout(data=32), batch=32)
    size = 2 * parameters.count(TINY_HEAD).total
    by_hand = 2 * (7 / 8) * size / 300e9 + 2 * (3 / 4) * (size / 8) / 25e9
    assert found.parts["data"] == pytest.approx(by_hand)


def test_zero_three_sends_half_as_much_again() -> None:
    # arXiv 1910.02054, section 7: ZeRO 1 and 2 send as much as plain data parallelism, ZeRO 3 1.5
    # times as much.
    sent = [plain(Layout(data=32, zero=stage), batch=32).parts["data"] for stage in range(4)]
    assert sent[1:] == pytest.approx([sent[0], sent[0], 1.5 * sent[0]])
    twice = [plain(Layout(data=32, zero=stage), batch=64).parts["data"] for stage in range(4)]
    assert twice == pytest.approx([sent[0], sent[0], 1.5 * sent[0], 3 * sent[0]])


def test_shared_optimizer_states_make_a_shorter_update() -> None:
    alone, shared = (
        plain(Layout(data=32, zero=stage), batch=32).parts["optimizer"] for stage in (0, 1)
    )
    assert alone == pytest.approx(32 * shared)


def test_what_is_hidden_is_bounded_by_what_hides_it() -> None:
    hidden = plain(Layout(data=32), batch=32, data_overlap=0.8).parts["data"]
    assert hidden == pytest.approx(0.2 * plain(Layout(data=32), batch=32).parts["data"])
    few_tokens = plain(Layout(data=32), batch=32, seq=16, data_overlap=1.0)
    pass_seconds = few_tokens.parts["arithmetic"] + few_tokens.parts["elementwise"]
    shown = plain(Layout(data=32), batch=32, seq=16).parts["data"]
    assert few_tokens.parts["data"] == pytest.approx(shown - pass_seconds)


def test_keys_and_values_go_round() -> None:
    found = plain(Layout(context=4), batch=1, seq=8192)
    block = 2 * 2 * 32 * 128 * 8192 / 4  # keys and values of a quarter of the tokens, two bytes
    assert found.parts["context"] == pytest.approx(
        64 * 3 * 3 * block / 300e9
    )  # three others; forward 1, backward 2


def test_tokens_go_to_their_experts_and_back() -> None:
    model = replace(TINY_HEAD, d_ff=0, experts=Experts(count=64, active=2, d_ff=1024))
    found = plain(Layout(data=8, expert=8), batch=8, model=model)
    sent = 2 * 2048 * 2 * 4096 * 7 / 8  # two bytes, two experts, seven of eight pieces leave
    assert found.parts["expert"] == pytest.approx(64 * 4 * sent / 300e9)
    assert plain(Layout(data=8), batch=8, model=model).parts["expert"] == 0


@pytest.mark.parametrize(("pipeline", "interleave", "batch"), [(4, 1, 16), (8, 2, 64), (16, 4, 16)])
def test_the_bubble_is_the_pipelines_own(pipeline: int, interleave: int, batch: int) -> None:
    layout = Layout(pipeline=pipeline, interleave=interleave)
    found = plain(layout, batch, network_latency=0).parts
    passes = sum(found.values()) - found["optimizer"]
    share = pipelines.bubble_share(pipeline, batch, interleave)
    assert found["bubble"] / passes == pytest.approx(share, rel=1e-3)


def test_uneven_stages_wait_for_the_fullest() -> None:
    uneven = replace(TINY_HEAD, layers=9)
    found = plain(Layout(pipeline=2), batch=32, model=uneven).parts
    work = found["arithmetic"] + found["elementwise"] + found["pipeline"]
    assert found["imbalance"] / work == pytest.approx(5 / 4.5 - 1, rel=0.01)


def test_the_head_weighs_on_the_last_stage() -> None:
    light, heavy = (
        plain(Layout(pipeline=32), model=replace(TINY_HEAD, vocab_rows=rows))
        for rows in (1, 100_000)
    )
    assert light.parts["imbalance"] < 0.001 * light.seconds
    assert heavy.parts["imbalance"] > 0.1 * heavy.seconds


def test_a_slow_rank_slows_all() -> None:
    even, uneven = (plain(Layout(data=8), slowest=factor) for factor in (1.0, 1.3))
    passes = even.seconds - even.parts["data"] - even.parts["optimizer"]
    assert uneven.seconds - even.seconds == pytest.approx(0.3 * passes)


def test_assumptions_may_be_arrays() -> None:
    shares = np.array([0.0, 0.5, 1.0])
    found = plain(Layout(data=32), batch=32, data_overlap=shares)
    assert found.seconds.tolist() == sorted(found.seconds, reverse=True)
    assert found.parts["data"][1] == pytest.approx(
        plain(Layout(data=32), batch=32, data_overlap=0.5).parts["data"]
    )


def test_a_fixed_batch_on_more_devices_is_used_worse() -> None:
    ranks = 2 ** np.arange(0, 9)
    found = step(
        models["llama-3-70b"],
        Layout(data=ranks, tensor=8, pipeline=4),
        H100,
        batch=256,
        seq=8192,
        attention="causal",
    )
    assert np.all(np.diff(found.seconds) < 0)
    assert np.all(np.diff(found.mfu) < 0)
    assert np.all(np.diff(found.device_seconds) > 0)


@pytest.mark.parametrize(
    ("layout", "batch", "rule"),
    [
        (Layout(data=128, micro_batch=2), 128, "data must be at most 64"),
        (Layout(data=3), 64, "multiple of data x micro_batch"),
        (Layout(pipeline=4, interleave=2), 6, "multiples of pipeline = 4"),
        (Layout(tensor=5), 8, "nearest"),
    ],
)
def test_what_is_refused(layout: Layout, batch: int, rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        plain(layout, batch=batch)


@pytest.mark.parametrize(
    ("call", "rule"),
    [
        (lambda: step(TINY_HEAD, Layout(), A100, batch=1, seq=8, format="fp8"), "stated for A100"),
        (
            lambda: step(TINY_HEAD, Layout(tensor=2), A100, batch=1, seq=8, attention="half"),
            "attention",
        ),
    ],
)
def test_bad_arguments_are_named(call: Callable[[], object], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        call()


def test_batches_run_out() -> None:
    assert most_data(batch=96, micro_batch=4) == 24
    plain(Layout(data=24, micro_batch=4), batch=96)


def test_small_products_are_slow() -> None:
    wide, narrow = (
        plain(Layout(tensor=tensor, micro_batch=8), seq=512, half_side=100).parts["arithmetic"]
        for tensor in (1, 8)
    )
    assert narrow > 1.15 * wide / 8  # a side of 512 in place of 4096; attention is a fiftieth


def test_a_sweep_equals_its_single_calls() -> None:
    random = np.random.default_rng(0)
    sizes = {
        name: 2 ** random.integers(0, 3, 20)
        for name in ("data", "tensor", "pipeline", "context", "micro_batch")
    }
    sizes["zero"] = random.integers(0, 4, 20)
    model = models["mixtral-8x7b"]
    swept = step(model, Layout(**sizes, recompute="selective"), H100, batch=64, seq=4096)
    for place in range(20):
        one = Layout(
            **{name: int(values[place]) for name, values in sizes.items()}, recompute="selective"
        )
        single = step(model, one, H100, batch=64, seq=4096)
        for name, each in single.parts.items():
            assert np.broadcast_to(swept.parts[name], 20)[place] == pytest.approx(each, abs=1e-9), (
                name
            )


# Published steps. Layouts as published; micro-batches of Megatron's first table are recalled as 1
# with a pipeline.

SHAPES = {
    "22b": (48, 6144, 64),
    "175b": (96, 12288, 96),
    "530b": (105, 20480, 128),
    "1t": (128, 25600, 160),
}
LAYOUTS = {
    "22b": (Layout(tensor=8, micro_batch=4), 4),
    "175b": (Layout(tensor=8, pipeline=8, interleave=3), 64),
    "530b": (Layout(tensor=8, pipeline=35, interleave=3), 280),
    "1t": (Layout(tensor=8, pipeline=64), 512),
}


EARLY = Assumptions(made_again=1)
"""Programs up to 2022 went forward to the end of a layer that they made again."""


def published_error(name: str, recompute: str) -> float:
    layout, batch = LAYOUTS[name]
    layout = replace(layout, recompute=recompute, sequence_parallel=recompute == "selective")
    found = step(
        gpt(*SHAPES[name]), layout, A100, batch=batch, seq=2048, fused=False, assume=EARLY
    ).seconds
    stated = runs[f"korthikanti-{name}-{recompute}"].step_seconds
    assert stated is not None
    return float(found / stated - 1)


def test_iteration_times_of_arxiv_2205_05198() -> None:
    """Tables 4 and 5: eight times of four models, told in full."""
    errors = [published_error(name, how) for name in SHAPES for how in ("selective", "full")]
    assert np.mean(np.abs(errors)) <= 0.035
    assert np.max(np.abs(errors)) <= 0.08


MEGATRON = {
    "t1-1-7b": (gpt(24, 2304, 24), Layout(data=32, micro_batch=16)),
    "t1-7-5b": (gpt(36, 4096, 32), Layout(data=32, tensor=4, micro_batch=4)),
    "t1-39b": (gpt(48, 8192, 64), Layout(data=32, tensor=8, pipeline=2)),
    "t1-76b": (gpt(60, 10240, 80), Layout(data=32, tensor=8, pipeline=4)),
    "t1-310b": (gpt(96, 16384, 128), Layout(data=15, tensor=8, pipeline=16)),
    "t1-530b": (gpt(105, 20480, 128), Layout(data=9, tensor=8, pipeline=35)),
    "t1-1t": (gpt(128, 25600, 160), Layout(data=6, tensor=8, pipeline=64)),
    "t2-ptd-174-6-384": (gpt(*SHAPES["175b"]), Layout(data=4, tensor=8, pipeline=12)),
    "t2-ptd-174-6-1536": (gpt(*SHAPES["175b"]), Layout(data=16, tensor=8, pipeline=12)),
    "t2-ptd-529-6-560": (gpt(*SHAPES["530b"]), Layout(data=2, tensor=8, pipeline=35)),
    "t2-ptd-529-6-2240": (gpt(*SHAPES["530b"]), Layout(data=8, tensor=8, pipeline=35)),
}


def megatron_errors() -> list[float]:
    """Estimated over published rates, less 1."""
    errors = []
    for name, (model, layout) in MEGATRON.items():
        run = runs[f"megatron21-{name}"]
        assert run.batch_sequences is not None and run.achieved_flops_per_device is not None
        layout = replace(layout, recompute="full")
        found = step(
            model, layout, A100, batch=run.batch_sequences, seq=2048, fused=False, assume=EARLY
        )
        done = flops.training_step(
            model, run.batch_sequences, 2048, recompute="full"
        )  # the paper counts it too
        errors.append(done / found.seconds / found.devices / run.achieved_flops_per_device - 1)
    return errors


def test_rates_of_arxiv_2104_04473() -> None:
    errors = megatron_errors()
    # The joint fit gives way to arXiv 2205.05198 and MosaicML's table: by themselves these rows
    # want products a twentieth slower.
    assert np.mean(np.abs(errors)) < 0.055
    assert np.max(np.abs(errors)) < 0.1


def test_llama_405b() -> None:
    """arXiv 2407.21783, table 4. The paper interleaves and does not say how far: 7 groups of a
    layer are assumed. Its rates are taken to count every pair of positions, as is usual (arXiv
    2204.02311, appendix B), though the mask hides half of them."""
    model, parts = models["llama-3.1-405b"], {"tensor": 8, "pipeline": 16, "interleave": 7}
    shared = {"zero": 1, "sequence_parallel": True}
    for ranks, batch, context, seq, stated in (
        (64, 2048, 1, 8192, 430e12), (128, 2048, 1, 8192, 400e12), (8, 128, 16, 131072, 380e12)
    ):  # fmt: skip
        layout = Layout(data=ranks, context=context, **parts, **shared)  # type: ignore[arg-type]
        found = step(model, layout, H100, batch=batch, seq=seq, attention="causal")
        counted = flops.training_step(model, batch, seq, attention="full")
        assert counted / found.device_seconds == pytest.approx(stated, rel=0.12)


def test_deepseek_v3_if_its_overlap_is_granted() -> None:
    """arXiv 2412.19437: 180 000 hours of H800 for 10^12 tokens, in fp8. Its makers tuned the
    program, and its experts' messages hide almost wholly (section 3.2)."""
    layout, card = Layout(data=128, pipeline=16, expert=64, zero=1), devices["H800"]
    assume = replace(Assumptions.tuned(card), expert_overlap=0.9, pipeline_overlap=0.9)
    case = {"batch": 15360, "seq": 4096, "attention": "causal", "assume": assume}
    found = step(models["deepseek-v3"], layout, card, **case, format="fp8")  # type: ignore[arg-type]
    hours = found.device_seconds / 3600 / found.tokens * 1e12
    assert hours == pytest.approx(180_000, rel=0.10)


NARROW = {"bf16": "", "fp16": "", "fp32": "", "fp8": "-narrow", "fp4": "-narrow"}


@pytest.mark.parametrize(("format", "ending"), NARROW.items())
@pytest.mark.parametrize(("name", "kind"), [("llama-3-8b", "dense"), ("mixtral-8x7b", "mixture")])
def test_the_range_is_that_of_the_circumstance(
    name: str, kind: str, format: str, ending: str
) -> None:
    """Which spread a step asks for: that of its kind of model, products of 8 bits and fewer apart.
    Its ends are published over estimated times."""
    card = devices["B200"]
    found = step(models[name], Layout(tensor=8), card, batch=8, seq=4096, format=format)
    assert found.circumstance == kind + ending
    with probing(lambda key: (0.5, 3.0)) as asked:
        low, high = found.low, found.high
    assert set(asked) == {f"step-told-{kind}{ending}"}
    assert (low, high) == (0.5 * found.seconds, 3 * found.seconds)
    assert found.spread is spread(f"step-told-{kind}{ending}")


def test_layers_of_experts_make_a_mixture_though_the_first_are_dense() -> None:
    mixed = replace(
        TINY_HEAD, experts=Experts(count=4, active=1, d_ff=1024, dense_layers=63)
    )  # fmt: skip
    assert plain(Layout(), model=mixed).circumstance == "mixture"
    assert plain(Layout()).circumstance == "dense"


def test_the_range_holds_most_published_steps() -> None:
    """Of these two papers; the ends were found on their rows and some 270 others."""
    cases = [(name, how) for name in SHAPES for how in ("selective", "full")]
    ratios = [1 / (1 + published_error(*case)) for case in cases]
    ratios += [1 + error for error in megatron_errors()]
    found = step(gpt(*SHAPES["22b"]), LAYOUTS["22b"][0], A100, batch=4, seq=2048)
    low, high = found.low / found.seconds, found.high / found.seconds
    assert low < 1 < high
    assert np.mean([low <= ratio <= high for ratio in ratios]) >= 0.75
