"""Rows of servers under load, by hand."""

from __future__ import annotations

import pytest

from course_lib.catalog.constants import trying
from course_lib.commands.validate import serving_rows
from course_lib.commands.validate.files import Given
from course_lib.commands.validate.guesses import Answer, Guess

SERVED = {
    "group": "serving_silicon", "model": "Qwen/Qwen3-32B", "device": "H100 SXM 80GB",
    "n_devices": "2", "precision": "fp8", "tp": "2", "input_len": "1024", "output_len": "1024",
    "framework": "vllm 0.12.0",
}  # fmt: skip
TASK = {
    "group": "mlenergy_v3_image-chat", "model": "Qwen/Qwen3-VL-8B-Instruct", "n_devices": "1",
    "device": "H100 SXM 80GB", "precision": "bfloat16", "output_len": "900", "framework": "vLLM",
}  # fmt: skip


def guess(answer: Answer) -> Guess:
    assert isinstance(answer, Guess), answer
    return answer


def predict(**cells: str) -> dict[str, float]:
    found = serving_rows.tokens(Given(cells=cells))
    return {name: guess(answer).range.value for name, answer in found.items()}


def test_more_users_wait_longer_for_each_token_and_for_the_first() -> None:
    few, many = (predict(**SERVED | {"concurrency": users}) for users in ("1", "64"))
    assert few["tpot_ms"] < many["tpot_ms"] < 64 * few["tpot_ms"]
    assert few["ttft_ms"] < many["ttft_ms"]
    with trying({"answer-together": 0.0}):
        few, many = (predict(**SERVED | {"concurrency": users}) for users in ("1", "64"))
    assert few["ttft_ms"] == many["ttft_ms"]


def test_one_user_waits_for_no_other_prompt() -> None:
    short, long = (
        predict(**SERVED | {"concurrency": "1", "output_len": size}) for size in ("1024", "1026")
    )
    assert short["tpot_ms"] == pytest.approx(long["tpot_ms"], rel=0.001)


def test_published_points_of_a_server() -> None:
    """vLLM 0.12, Qwen3-32B in bf16 on two H100, 1024 tokens in and out (serving_silicon)."""
    plain = SERVED | {"precision": ""}
    for users, tpot in (("8", 15.9), ("32", 20.06), ("128", 37.84)):
        found = predict(**plain | {"concurrency": users})
        assert found["tpot_ms"] == pytest.approx(tpot, rel=0.2)


def test_what_memory_does_not_hold_waits() -> None:
    long = SERVED | {"precision": "", "input_len": "8192"}
    some, more = (predict(**long | {"concurrency": users}) for users in ("64", "256"))
    assert more["tpot_ms"] == some["tpot_ms"]
    assert more["ttft_ms"] > 5 * some["ttft_ms"]


def test_the_rate_is_users_over_the_time_between_tokens() -> None:
    few = guess(
        serving_rows.tasks(Given(cells=TASK | {"concurrency": "8"}))["tokens_per_s_per_gpu"]
    )
    case = serving_rows.asked(Given(cells=TASK | {"concurrency": "8"}))
    assert few.range.value == pytest.approx(8 / float(case.loaded.token_seconds))
    assert few.range.low < few.range.value < few.range.high


def test_a_task_has_its_typical_prompt_and_a_wider_range() -> None:
    cells = TASK | {"concurrency": "8"}
    size = str(serving_rows.typical(TASK["group"]))
    untold, told = (
        guess(serving_rows.tasks(Given(cells=each))["tokens_per_s_per_gpu"]).range
        for each in (cells, cells | {"input_len": size})
    )
    assert untold.value == told.value and untold.high > told.high
    assert serving_rows.typical("mlenergy_v3_video-chat") > serving_rows.typical(TASK["group"])
