"""The panels' numbers against sums by hand, closed forms and the estimators called directly; and
what must rise or fall when a control is moved."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from course_lib import explorers
from course_lib.catalog import devices, grid_days, grids, models, prices
from course_lib.estimators import datasets, flops, images, inference, parameters, serving
from course_lib.estimators.datasets import scaling_laws
from course_lib.estimators.energy import answers
from course_lib.estimators.hardware import peak as hardware_peak
from course_lib.estimators.thinking import efforts
from course_lib.explorers import attention, hardware, start, thinking

LLAMA = models["llama-3-8b"]


def at(name: str, **chosen: Any) -> explorers.Found:
    """What a panel finds, the other controls as they begin."""
    topic = explorers.get(name)
    return topic.find(**(topic.defaults() | chosen))


def along(name: str, setting: str, label: str, **chosen: Any) -> list[float]:
    """An amount at every place of a control."""
    (control,) = (each for each in explorers.get(name).settings if each.name == setting)
    return [at(name, **chosen, **{setting: value}).amount(label) for value in control.values]


def rises(values: list[float]) -> bool:
    """Whether no value is below the one before it."""
    return all(later >= earlier * (1 - 1e-9) for earlier, later in pairwise(values))


# 00 start


def test_an_answers_work_is_a_loop_over_its_tokens() -> None:
    work = flops.forward(LLAMA, batch=1, seq=200)
    work += sum(flops.decode(LLAMA, batch=1, context=200 + written) for written in range(399))
    assert at("start").amount("arithmetic") == work
    # the rule of thumb: two for each weight that is multiplied and token that passes through
    weights = parameters.count(LLAMA, embeddings=False).total
    assert at("start").amount("arithmetic") == pytest.approx(2 * weights * 599, rel=0.03)


def test_an_answers_rent_is_its_share_of_the_hour() -> None:
    hour = prices.rental("H100").usd_per_device_hour
    for users in (1, 64):
        found = at("start", users=users)
        cents = 100 * hour * found.amount("time until the last word") / 3600 / users
        assert found.amount("rent of the cards") == pytest.approx(cents)


def test_an_answers_energy_is_that_of_lesson_twelve() -> None:
    each = answers.token(LLAMA, device="H100", batch=64, prompt=200, output=400)
    found = at("start", users=64)
    assert found.amount("energy") == pytest.approx(400 * each.value / 3600)


def test_a_crowd_shares_the_bill_but_not_the_work() -> None:
    for model in start.MODELS.values():
        cents = along("start", "users", "rent of the cards", model=model)
        assert rises(cents[::-1]) and cents[0] > 20 * cents[-1]
        assert len(set(along("start", "users", "arithmetic", model=model))) == 1
    assert rises(along("start", "users", "time until the last word"))


def test_the_fewest_cards_hold_the_model() -> None:
    """Two bytes a weight over 80 GB: one card for 8B, two for 70B, more than ten for 405B."""
    cards = [at("start", model=model).amount("cards") for model in start.MODELS.values()]
    assert cards == [1, 2, 16]


def test_every_amount_stands_on_its_ladder() -> None:
    for tokens in (start.TOKENS[0], start.TOKENS[-1]):
        for model in start.MODELS.values():
            for users in (start.USERS[0], start.USERS[-2]):
                answer = start.cost_of(model, tokens, users)
                if answer is not None:
                    for ladder, amount in zip(start.LADDERS.rows, answer.rungs, strict=True):
                        low = 10.0**ladder.lowest
                        assert low <= amount <= low * 10.0**start.LADDERS.decades


# 01 parameters


def test_the_first_card_is_llama() -> None:
    assert at("parameters").amount("all weights") == LLAMA.published.total_params


def test_a_mixture_by_hand() -> None:
    """Width 4096, 32 layers, 64 experts of width 8192, 2 in use."""
    found = at("parameters", d_ff=8192, experts=64, active=2)
    d, layers, rows = 4096, 32, 128_256
    attention_weights = 2 * d * d + 2 * d * 1024
    expert, router, norms = 3 * d * 8192, 64 * d, 2 * d
    layer = attention_weights + 64 * expert + router + norms
    total = layers * layer + 2 * rows * d + d
    assert found.amount("all weights") == total
    assert found.amount("weights in use for a token") == total - layers * 62 * expert


def test_more_of_anything_is_more_weights() -> None:
    for setting in ("layers", "d_ff", "experts"):
        assert rises(along("parameters", setting, "all weights"))


def test_idle_experts_cost_weights_and_no_work() -> None:
    work = along("parameters", "experts", "FLOPs of a token (its row is looked up)")
    assert max(work[1:]) / min(work[1:]) < 1.01  # the router's rows alone
    weights = along("parameters", "experts", "all weights")
    assert weights[-1] > 100 * weights[0]


# 02 datasets


@pytest.mark.parametrize("law", [scaling_laws.HOFFMANN, scaling_laws.BESIROGLU])
@pytest.mark.parametrize("budget", [1e19, 1e22, 1e26])
def test_the_best_split_is_that_of_the_closed_form(law: Any, budget: float) -> None:
    best = scaling_laws.optimal(law, budget)
    found = at("datasets", budget=budget, law=law.name)
    assert found.amount("best split: weights") == pytest.approx(best.params, rel=0.03)
    assert found.amount("best split: tokens") == pytest.approx(best.tokens, rel=0.03)
    assert found.amount("what the cap costs") == 0


def test_a_split_by_hand() -> None:
    """10^24 FLOP at 100 tokens a weight: 600 N^2 = 10^24."""
    found = at("datasets", budget=1e24, ratio=100, law="Hoffmann et al. 2022")
    weights = (1e24 / 600) ** 0.5
    assert found.amount("weights") == pytest.approx(weights)
    loss = 1.69 + 406.4 * weights**-0.34 + 410.7 * (100 * weights) ** -0.28
    assert found.amount("loss") == pytest.approx(loss)


def test_reread_text_counts_as_the_published_law_says() -> None:
    found = at("datasets", budget=1e24, ratio=100, text=1e11, law="Hoffmann et al. 2022")
    weights = found.amount("weights")
    times = 100 * weights / 1e11
    assert found.amount("readings of each text") == pytest.approx(times)
    worth = 1e11 * (1 + datasets.REPEAT_DECAY * (1 - np.exp(-(times - 1) / datasets.REPEAT_DECAY)))
    loss = 1.69 + 406.4 * weights**-0.34 + 410.7 * worth**-0.28
    assert found.amount("loss") == pytest.approx(loss)


def test_a_cap_never_helps_and_binds_more_as_the_budget_grows() -> None:
    assert rises(along("datasets", "budget", "what the cap costs", text=1e10))
    assert rises(along("datasets", "text", "what the cap costs", budget=1e25)[::-1])
    ratios = along("datasets", "budget", "best split: tokens for each weight", text=1e10)
    assert rises(ratios[::-1])


# 03 attention


def test_the_share_by_hand() -> None:
    """Llama 3 8B, every pair: 4 n^2 x 4096 x 32 against 2 n x (weights of layers and head)."""
    n = 16_384
    core = 4 * n * n * 4096 * 32
    matrices = 32 * (2 * 4096**2 + 2 * 4096 * 1024 + 3 * 4096 * 14_336) + 4096 * 128_256
    found = at("attention", length=n, kind="full")
    assert found.amount("share of attention's core") == pytest.approx(
        core / (core + 2 * n * matrices)
    )
    assert found.amount("cache") == 2 * 8 * 128 * 32 * 2 * n


def test_half_is_where_it_is_said_to_be() -> None:
    for model in attention.MODELS.values():
        for kind in attention.KINDS.values():
            found = at("attention", model=model, kind=kind)
            if not found.possible or isinstance(found.values["attention takes half at"], str):
                continue
            half = int(found.amount("attention takes half at"))
            changed, pairs = attention.of_kind(model, kind)
            below, above = (flops.forward_parts(changed, 1, n, pairs) for n in (half - 1, half))
            # at the length attention has caught up with the rest, one token earlier it has not
            assert above.attention_core / above.total >= 0.5 - 1e-4
            assert below.attention_core / below.total < 0.5 + 1e-4


def test_longer_texts_give_attention_more_and_the_cache_grows() -> None:
    for kind in attention.KINDS.values():
        assert rises(along("attention", "length", "share of attention's core", kind=kind))
        assert rises(along("attention", "length", "cache", kind=kind))


def test_each_kind_computes_less_than_the_one_before() -> None:
    for length in attention.LENGTHS:
        kinds = ("full", "causal", "mostly", "window")
        work = [
            at("attention", length=length, kind=k).amount("arithmetic of reading it") for k in kinds
        ]
        assert rises(work[::-1])


# 04 hardware


def test_a_lone_token_by_hand() -> None:
    """2 FLOPs a weight of 2 bytes: an intensity of one, and the bandwidth sets the rate."""
    found = at("hardware", batch=1)
    d, wide = 4096, 14_336
    moved = 2 * (d * wide + d + wide)
    assert found.amount("intensity (FLOP/byte)") == pytest.approx(2 * d * wide / moved)
    assert found.amount("time of the product") == pytest.approx(moved / 3.35e12)
    assert found.amount("times as fast") == pytest.approx(3.35e12 / 2.039e12)


def test_a_large_batch_runs_at_the_peak_of_its_format() -> None:
    for format, peak in (("bf16", 989e12), ("fp8", 1979e12), ("int4", 989e12)):
        found = at("hardware", batch=4096, format=format)
        assert found.amount("best rate") == peak
        assert found.numbers["waits for"] == "arithmetic"


def test_fewer_bits_move_fewer_bytes() -> None:
    moved = [hardware.work(1, format).moved_bytes for format in ("bf16", "fp8", "int4")]
    assert moved[0] - moved[1] == 4096 * 14_336 == 2 * (moved[1] - moved[2])


def test_the_dot_climbs_and_never_pierces_the_roof() -> None:
    for card in hardware.CARDS.values():
        rates = along("hardware", "batch", "best rate", card=card)
        assert rises(rates)
        assert max(rates) <= max(devices[card].peak_flops.values())


def test_a_card_against_itself_is_as_fast() -> None:
    assert at("hardware", other="h100-sxm-80gb").amount("times as fast") == 1


# 05 inference


def test_times_and_memory_are_the_estimators() -> None:
    direct = inference.estimate(LLAMA, device="H100", prompt=8000, output=1000, format="int4")
    found = at("inference", prompt=8000, output=1000, format="int4")
    assert found.amount("first token") == direct.first_token_seconds
    assert found.amount("each further token") == direct.token_seconds
    weights, cache = found.amount("weights"), found.amount("cache at the end")
    assert weights + cache == pytest.approx(direct.memory_bytes)
    assert cache == 131_072 * 9000


def test_weights_take_two_bytes_in_sixteen_bits() -> None:
    assert at("inference").amount("weights") == pytest.approx(2 * LLAMA.published.total_params)


def test_a_text_longer_than_the_model_was_published_for_is_told() -> None:
    told = "longer than the model was published for"
    assert told in at("inference", prompt=8000, output=400).sentence
    assert told not in at("inference", prompt=4000, output=400).sentence


def test_longer_prompts_and_more_bits_make_one_wait() -> None:
    assert rises(along("inference", "prompt", "first token"))
    assert rises(along("inference", "prompt", "each further token"))
    assert rises(along("inference", "format", "each further token")[::-1])


def test_no_token_comes_sooner_than_its_bytes() -> None:
    for card in ("h100-sxm-80gb", "b200-sxm", "rtx-4090"):
        found = at("inference", card=card)
        read = found.amount("weights") - 2 * 128_256 * 4096  # the table is only looked up
        assert found.amount("each further token") > read / devices[card].memory_bytes_per_second


# 06 serving


def test_the_server_is_the_simulator_itself() -> None:
    machine = inference.Machine(device="H100", software="server")
    pace = serving.pace_of(machine, LLAMA, places=16, longest=8192)
    crowd = serving.draw(
        300, arrivals_per_second=8, prompt=200, output=400, spread=1.0, longest=8192
    )
    room = serving.room_tokens(machine, LLAMA, longest=8192)
    served = serving.serve(crowd, pace, blocks=room // serving.BLOCK)
    found = at("serving")
    assert found.amount("tokens a second, all users") == served.tokens_per_second
    first = float(np.percentile(served.first_token_seconds[30:], 95))
    assert found.amount("first token, 95 of 100 within") == pytest.approx(first)
    assert served.tokens_per_second == pytest.approx(
        served.tokens.sum() / (served.arrival_seconds + served.total_seconds).max(), rel=0.01
    )


def test_the_load_is_what_comes_over_what_a_flooded_server_finishes() -> None:
    machine = inference.Machine(device="H100", software="server")
    pace = serving.pace_of(machine, LLAMA, places=32, longest=8192)
    crowd = serving.draw(4000, arrivals_per_second=1e4, prompt=200, output=400, spread=0)
    blocks = serving.room_tokens(machine, LLAMA, longest=8192) // serving.BLOCK
    ends = np.sort(serving.serve(crowd, pace, blocks=blocks).total_seconds + crowd.arrival_seconds)
    finished = 2000 / (ends[2999] - ends[999])  # a second, while every place is taken
    found = at("serving", rate=8, places=32, spread=0.0)
    assert found.amount("load, about") == pytest.approx(8 / finished, rel=0.1)


def test_a_quiet_server_takes_the_times_of_one_reader() -> None:
    """Hardly anybody meets anybody: a token takes what it takes alone."""
    found = at("serving", rate=0.5, places=1, spread=0.0, output=50)
    alone = inference.estimate(
        LLAMA, device="H100", prompt=200, output=50, software="server"
    ).token_seconds
    assert found.amount("next token, 95 of 100 within") == pytest.approx(alone, rel=0.05)


def test_littles_law() -> None:
    """Those that run: requests a second, times the seconds that each runs."""
    from course_lib.explorers.serving import serve

    served = serve(2, 64, "h100-sxm-80gb", 200, 400, 1.0)
    runs = served.total_seconds - served.wait_seconds
    span = served.event_seconds[-1] - served.event_seconds[0]
    assert served.mean_running == pytest.approx(runs.sum() / span, rel=0.02)


def test_more_arrivals_more_tokens_until_the_server_is_full() -> None:
    tokens = along("serving", "rate", "tokens a second, all users", places=64)
    assert rises([each for each in tokens if each < 0.9 * max(tokens)])
    waits = along("serving", "rate", "first token, 95 of 100 within")
    assert waits[-1] > 100 * waits[0]


def test_more_places_shorten_the_line_and_slow_each_token() -> None:
    waits = along("serving", "places", "first token, 95 of 100 within")
    assert waits[0] > waits[3] > 10 * waits[-1]
    tokens = along("serving", "places", "next token, 95 of 100 within")
    assert tokens[-1] > tokens[0]


def test_long_prompts_fill_the_memory() -> None:
    full = along("serving", "prompt", "memory for the cache, fullest", places=256, rate=24)
    # a full one keeps a little free, now more and now less
    assert rises([min(each, 0.98) for each in full]) and full[-1] > 0.95
    small = at("serving", card="rtx-4090", prompt=4000, places=256, rate=24)
    large = at("serving", card="h200-sxm", prompt=4000, places=256, rate=24)
    held = "tokens that the memory holds"
    assert small.amount(held) < 0.1 * large.amount(held)


# 16 capstone


def test_text_is_used_up_by_four_readings_whatever_trains() -> None:
    for chosen in ({}, {"model": "llama-3.2-1b"}, {"card": "a100-sxm-80gb"}, {"count": 8}):
        assert at("capstone", readings=4, **chosen).amount("text used") == 1
    used = along("capstone", "readings", "money used")
    assert used[-1] / used[0] == pytest.approx(32, rel=0.01)  # readings 1 to 32


def test_a_changed_card_brings_its_price() -> None:
    for card in ("h100-sxm-80gb", "a100-sxm-80gb", "rtx-4090"):
        found = at("capstone", card=card)
        hours = found.amount("time") * 64 / 3600
        hour = prices.rental(card).usd_per_device_hour
        assert found.amount("money") == pytest.approx(hours * hour)
        assert found.amount("money used") == pytest.approx(found.amount("money") / 500e3)


def test_what_fits_no_card_is_told() -> None:
    found = at("capstone", model="llama-3-70b", count=8)
    assert not found.possible and found.sentence.startswith("It does not fit")


# 13 cost


def test_a_years_ways_by_hand() -> None:
    found = at("cost")  # a million tokens a day, half a million read, on an RTX 4090
    assert found.amount("calls") == pytest.approx(365.25 * (0.4 + 0.5 * 0.1))
    hour = prices.rental("RTX 4090").usd_per_device_hour
    assert found.amount("rent") == pytest.approx(8766 * hour)
    assert found.amount("cards") == 1
    # own: a tenth comes back after four years; 600 W half the time, else 80 W; four days of work
    lost = 0.9 * (1599 + 1500) / 4
    power = (0.5 * 0.6 + 0.5 * 0.08) * 8766 * 0.16
    assert found.amount("own") == pytest.approx(lost + power + 0.016 * 96_800 * 1.4)


def test_cards_are_whole_and_servers_come_in_eights() -> None:
    rate = inference.estimate(
        LLAMA, device="H100", batch=64, prompt=200, output=400, software="server"
    ).tokens_per_second
    found = at("cost", card="h100-sxm-80gb", tokens=5e9, share=0.25)
    cards = int(np.ceil(5e9 / (rate * 86_400 * 0.25)))
    assert found.amount("cards") == cards
    assert found.amount("machines to buy") == int(np.ceil(cards / 8))


def test_calls_grow_with_tokens_and_a_card_does_not_until_it_is_full() -> None:
    calls = along("cost", "tokens", "calls")
    assert calls[-1] / calls[0] == pytest.approx(5e9 / 1e4)
    rents = along("cost", "tokens", "rent")
    assert rises(rents) and rents[0] == rents[6] < rents[-1]


def test_a_card_that_sells_less_of_its_time_costs_more() -> None:
    rents = along("cost", "share", "rent", tokens=1e9)
    assert rises(rents[::-1]) and rents[0] > 20 * rents[-1]
    dearer = along("cost", "rent", "rent")
    assert rises(dearer) and dearer[0] < dearer[-1]


# 11 thinking


def test_one_attempt_is_the_published_row() -> None:
    for model in ("gpt-5", "claude-sonnet-4", "gemini-2.5-flash", "DeepSeek-V3.2-Exp"):
        for effort in (0, -1):
            row = efforts.family(model)[effort]
            for order in ("together", "in turn"):
                found = at("thinking", model=model, effort=effort, tries=1, order=order)
                assert found.amount("tasks solved") == pytest.approx(row.solved)
                assert found.amount("price of a task") == pytest.approx(row.usd)
                assert found.amount("time of a task") == pytest.approx(row.seconds)
                assert found.amount("tokens written") == pytest.approx(row.written_tokens)


def test_an_attempt_is_told_with_its_two_tries() -> None:
    """The benchmark counts a task as solved where its second try passes."""
    found = at("thinking", tries=4)
    assert found.amount("by one attempt of at most two tries, as published") == 0.88
    assert "4 attempts" in found.sentence and "tries" not in found.sentence


def test_tries_as_simulated() -> None:
    """Chances drawn, tries drawn: how many are solved, and how many tries are made in turn."""
    case = {"model": "DeepSeek-V3.2-Exp", "effort": 0, "tries": 8}
    tasks, one = thinking.spread_of(0.702), efforts.family("DeepSeek-V3.2-Exp")[0]
    draw = np.random.default_rng(2)
    hits = draw.random((200_000, 8)) < draw.beta(tasks.a, tasks.b, (200_000, 1))
    made = np.where(hits.any(axis=1), hits.argmax(axis=1) + 1, 8)
    turns, together = (at("thinking", order=order, **case) for order in ("in turn", "together"))
    for found in (turns, together):
        assert found.amount("tasks solved") == pytest.approx(hits.any(axis=1).mean(), abs=0.003)
    assert turns.amount("price of a task") == pytest.approx(one.usd * made.mean(), rel=0.01)
    assert turns.amount("time of a task") == pytest.approx(one.seconds * made.mean(), rel=0.01)
    assert together.amount("price of a task") == pytest.approx(8 * one.usd)
    assert together.amount("time of a task") == pytest.approx(one.seconds)
    right = (hits.sum(axis=1) > 4).mean() + (hits.sum(axis=1) == 4).mean() / 2
    voted = at("thinking", chooser="vote", **case)
    assert voted.amount("tasks solved") == pytest.approx(right, abs=0.003)


def test_the_spread_is_that_of_the_published_curve() -> None:
    assert thinking.spread_of(0.159).coverage(250) == pytest.approx(0.56)
    assert thinking.spread_of(0.159).coverage(5) == pytest.approx(0.2962, abs=0.01)


def test_more_tries_solve_more_and_cost_more() -> None:
    for order in ("together", "in turn"):
        for label in ("tasks solved", "price of a task"):
            assert rises(along("thinking", "tries", label, order=order, effort=0))
    assert not at("thinking", chooser="vote", order="in turn").possible


# 08 precision


def test_fp16_and_bf16_are_pytorchs_casts() -> None:
    from course_lib.explorers.precision import gradients

    exact = torch.from_numpy(gradients())
    for mantissa, exponent, dtype in ((10, 5, torch.float16), (7, 8, torch.bfloat16)):
        for power in (-8, 0, 12, 24):
            short = (exact * 2.0**power).to(dtype).double()
            zeros = ((short == 0) & (exact != 0)).sum() / (exact != 0).sum()
            found = at("precision", exponent=exponent, mantissa=mantissa, power=power)
            assert found.amount("lost below") == pytest.approx(float(zeros))
            assert found.amount("too large") == float((~short.isfinite()).double().mean())
            assert found.amount("bits of a number") == 16


def test_a_block_of_one_format_by_hand() -> None:
    """MXFP4: 4 bits and 8 for 32; a block's smallest number is an eighth of its top power."""
    from course_lib.explorers.precision import gradients

    found = at("precision", exponent=2, mantissa=1, block=32)
    assert found.amount("bits of a number") == 4.25
    lost = total = 0
    for row in np.abs(gradients()):
        total += int((row > 0).sum())
        step = 2.0 ** (np.floor(np.log2(row.max())) - 2) / 2 if row.any() else 1.0
        lost += int(((row > 0) & (row <= step / 2)).sum())
    assert found.amount("lost below") == pytest.approx(lost / total)


def test_larger_scales_lose_less_below_and_more_above() -> None:
    for exponent, mantissa in ((5, 10), (4, 3), (5, 2), (2, 1)):
        case = {"exponent": exponent, "mantissa": mantissa}
        assert rises(along("precision", "power", "lost below", **case)[::-1])
        assert rises(along("precision", "power", "too large", **case))


def test_exponent_bits_reach_and_mantissa_bits_refine() -> None:
    assert rises(along("precision", "exponent", "lost below")[::-1])
    assert rises(along("precision", "mantissa", "error of them all", exponent=8)[::-1])


def test_a_loss_scale_is_nothing_to_blocks() -> None:
    assert len(set(along("precision", "power", "lost below", block=32, exponent=4))) == 1


# 10 parallelism


def test_a_step_is_the_sum_of_what_it_is_spent_on() -> None:
    for chosen in ({}, {"data": 4, "tensor": 4, "pipeline": 4, "zero": 1}, {"zero": 3}):
        found = at("parallelism", **chosen)
        parts = [found.amount(f"of it {name}") for name in ("arithmetic", "messages", "waiting")]
        assert found.amount("time of a step") == pytest.approx(sum(parts))


def test_states_of_a_plain_copy_by_hand() -> None:
    """Sixteen bytes a weight and the activations, whatever the number of copies; ZeRO 3 divides
    the sixteen, and nothing else."""
    weights = models["llama-3-8b"].published.total_params
    plain = at("parallelism", model="llama-3-8b").amount("memory of the fullest card")
    shared = at("parallelism", model="llama-3-8b", zero=3).amount("memory of the fullest card")
    assert plain > 16 * weights
    divided = 16 * weights * (1 - 1 / 64)
    # a gathered layer is in use for a moment
    assert plain - shared == pytest.approx(divided, rel=0.03)


def test_the_arithmetic_by_hand() -> None:
    """Six FLOPs a weight and token, half of the pairs of attention: near the peak's share that
    products reach."""
    tokens, layers, width = 512 * 8192, 32, 4096
    table = 128_256 * 4096  # only looked up
    work = 6 * (models["llama-3-8b"].published.total_params - table) * tokens
    work += 3 * 2 * tokens * 8192 * width * layers
    found = at("parallelism", model="llama-3-8b")
    share = work / (64 * 989e12 * found.amount("time of a step"))
    assert found.amount("share of the peak") == pytest.approx(share, rel=0.01)


def test_the_bubble_is_the_formulas() -> None:
    """p - 1 slots wait for every m that work."""
    from course_lib.explorers.parallelism import laid

    step = laid("llama-3-70b", 8, 2, 4, 0, 1, "infiniband-ndr-4x")[1]
    bubble, found = float(step.parts["bubble"]), at("parallelism", data=8, tensor=2, pipeline=4)
    once = sum(float(step.parts[name]) for name in ("bubble", "imbalance", "data", "optimizer"))
    assert found.amount("micro-batches a step") == 512 / 8
    # messages between stages come on top
    assert bubble * 64 / 3 == pytest.approx(found.amount("time of a step") - once, rel=0.02)
    assert found.amount("of it waiting") > bubble  # the last stage has the head


def test_slower_links_and_higher_stages_cost_messages() -> None:
    links_seconds = along("parallelism", "network", "of it messages", zero=3)
    assert rises(links_seconds[::-1]) and links_seconds[0] > 5 * links_seconds[-1]
    assert rises(along("parallelism", "zero", "of it messages", network="ethernet-10g")[1:])
    assert rises(along("parallelism", "zero", "memory of the fullest card")[::-1])
    assert rises(along("parallelism", "pipeline", "of it waiting", data=4, tensor=8))


# 07 images

VIDEO = {"model": "hunyuanvideo", "guidance": False}


def test_a_picture_and_a_page_are_the_estimators() -> None:
    found = at("images", users=64)
    work = images.picture(models["SD 1.5"], 50).total
    assert found.amount("FLOPs, picture") == work
    # a tenth of a second for each 24 TFLOP: 0.24 of 989 TFLOP/s
    assert found.amount("card time, picture") == pytest.approx(work / (0.24 * 989e12))
    joules = answers.picture(models["SD 1.5"], 50, device="H100").value
    assert found.amount("energy, picture") == pytest.approx(joules / 3600)
    page = inference.estimate(LLAMA, device="H100", batch=64, prompt=1, output=500)
    assert found.amount("card time, page") == pytest.approx(page.request_seconds / 64)
    each = answers.token(LLAMA, device="H100", batch=64, prompt=1, output=500).value
    assert found.amount("energy, page") == pytest.approx(500 * each / 3600)
    work = sum(flops.decode(LLAMA, batch=1, context=read) for read in range(500))
    assert found.amount("FLOPs, page") == work


def test_a_crowd_makes_pages_cheaper_and_pictures_not() -> None:
    assert rises(along("images", "users", "energy, page")[::-1])
    assert len(set(along("images", "users", "energy, picture"))) == 1


def test_steps_and_guidance_multiply_a_clip() -> None:
    label = "FLOPs, clip"
    work = along("images", "steps", label, **VIDEO, frames=17)
    assert work[-1] == pytest.approx(100 * work[0])
    twice = at("images", **(VIDEO | {"guidance": True}), frames=17, steps=100).amount(label)
    assert twice == pytest.approx(2 * work[-1])


def test_a_clip_grows_faster_than_its_frames() -> None:
    work = [at("images", **VIDEO, frames=17).amount("FLOPs, clip")]
    work.append(at("images", **VIDEO, frames=129).amount("FLOPs, clip"))
    assert 33 / 5 < work[1] / work[0] < (33 / 5) ** 2  # kept frames: 5 and 33


# 09 memory


def test_training_by_hand() -> None:
    """Llama 3 8B: 2 + 2 + 12 bytes of each of its 8 030 261 248 weights."""
    found = at("memory")
    assert found.amount("weights") == found.amount("gradients") == 2 * 8_030_261_248
    assert found.amount("optimizer states") == 12 * 8_030_261_248
    assert found.amount("time of a step") == 1
    parts = ("weights", "gradients", "optimizer states", "activations", "in use for a moment")
    total = found.amount("all of it, on each card")
    assert total == pytest.approx(sum(found.amount(part) for part in parts))


def test_each_measure_shrinks_its_part_alone() -> None:
    plain, again = at("memory"), at("memory", again="full")
    assert again.amount("optimizer states") == plain.amount("optimizer states")
    assert again.amount("activations") < 0.2 * plain.amount("activations")
    assert 1.25 < again.amount("time of a step") < 4 / 3
    lora, packed = at("memory", way="lora"), at("memory", way="qlora")
    assert packed.amount("activations") == lora.amount("activations")
    slower = packed.amount("time of a step") / lora.amount("time of a step")
    assert slower == pytest.approx(2.79 / 1.85)  # hours that S. Raschka measured
    assert packed.amount("weights") < 0.4 * lora.amount("weights")


def test_the_way_to_the_host_is_shared_by_all_texts() -> None:
    """Gradients of 2 bytes down, weights of 2 bytes up, over the H100's PCIe 5."""
    prices = along("memory", "texts", "time of a step", host="optimizer")
    extra = [2**number * (price - 1) for number, price in enumerate(prices)]
    assert extra == pytest.approx([extra[0]] * 7)
    plain = flops.training_step(LLAMA, 1, 2048, attention="causal") / (989e12 * 0.4)
    assert extra[0] * plain == pytest.approx(4 * 8_030_261_248 / 63e9, rel=0.01)


def test_cards_divide_the_states_and_not_the_activations() -> None:
    one, eight = at("memory"), at("memory", cards=8)
    assert eight.amount("optimizer states") == pytest.approx(one.amount("optimizer states") / 8)
    assert eight.amount("activations") == one.amount("activations")


# 14 access


def test_prices_of_tuning_are_hours_by_hand() -> None:
    """4 FLOPs a frozen weight, 6 a trained one, at 40 % of an H100's peak and its rent."""
    rate, usd = hardware_peak(devices["H100"]) * 0.4, prices.rental("H100").usd_per_device_hour
    weights, adapter = parameters.count(LLAMA).total, 20_971_520
    found = at("access")
    work = (4 * weights + 6 * adapter) * 1e7
    assert found.amount("an adapter") == pytest.approx(work / rate / 3600 * usd)
    assert found.amount("tuning all weights") == pytest.approx(
        6 * weights * 1e7 / rate / 3600 * usd
    )


def test_training_anew_takes_the_published_hours() -> None:
    """Meta's model card: 1.3 million hours."""
    usd = prices.rental("H100", as_of="2025").usd_per_device_hour
    assert at("access", year=2025).amount("training it anew") == pytest.approx(1.3e6 * usd)


def test_hosting_is_a_years_hours_of_a_card_that_keeps_up() -> None:
    found = at("access", daily=10**7)
    card = next(each for each in devices.values() if each.name == found.values["the hosting card"])
    assert found.amount("a year of hosting") == pytest.approx(
        8766 * prices.rental(card).usd_per_device_hour
    )


def test_where_no_card_keeps_up_the_panel_says_so() -> None:
    found = at("access", model="llama-3-3-70b", year=2023, daily=2 * 10**8)
    assert found.values["the hosting card"] == "no single rented card keeps up"
    assert "a year of hosting" not in found.values


# 12 energy


def test_a_job_by_hand() -> None:
    """Eight cards at nine tenths of the way from a tenth to all of 700 W, for four hours."""
    watts = 8 * 700 * (0.1 + 0.9 * 0.9) * 1.3 * 1.05 * 1.54
    found = at("energy", start=22)
    assert found.amount("electricity") == pytest.approx(4 * watts)
    day = grid_days["California"].grams_per_kwh
    grams = 4 * watts / 1000 * sum(day[hour] for hour in (22, 23, 0, 1)) / 4
    assert found.amount("carbon") == pytest.approx(grams)


def test_a_years_mean_knows_no_better_hour() -> None:
    assert len(set(along("energy", "start", "carbon", place="poland"))) == 1
    found = at("energy", place="poland")
    assert found.amount("the best start saves on the mean") == 0
    assert found.values["best start"] == "every start is alike"
    ratio = found.amount("carbon") / at("energy", place="france").amount("carbon")
    assert ratio == pytest.approx(grids["Poland"].grams_per_kwh / grids["France"].grams_per_kwh)


def test_the_best_start_is_the_least_of_all_starts() -> None:
    for hours in (1, 4, 10, 24):
        grams = along("energy", "start", "carbon", hours=hours)
        assert at("energy", hours=hours).amount("carbon from the best start") == min(grams)
    assert rises(along("energy", "hours", "electricity"))
    assert rises(along("energy", "pue", "carbon"))


def test_longer_jobs_gain_less_from_the_hour() -> None:
    saved = along("energy", "hours", "the best start saves on the mean")
    assert rises(saved[::-1]) and saved[-1] == pytest.approx(0)
