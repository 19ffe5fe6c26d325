"""What counts where: steady state and whole runs, hardware and model FLOPs, circular numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_lib.commands import validate
from course_lib.commands.validate.guesses import Prediction
from tests.commands.validate.small import INFERENCE, NEWER, RUNS, written


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Prediction]:
    folder = tmp_path_factory.mktemp("small")
    made = [
        each
        for place, text in enumerate((RUNS, INFERENCE, NEWER))
        for each in validate.predictions(written(folder, text, f"{place}.csv"))
    ]
    return {(each.id, each.quantity): each for each in made}


@pytest.mark.parametrize(
    ("row", "quantity", "section", "aside"),
    [
        ("korthikanti-22B-selective", "step_time_s", "steady state", ""),
        ("korthikanti-22B-selective", "mfu", "steady state", "as step_time_s"),
        ("korthikanti-22B-selective", "hfu", "steady state", "as step_time_s"),
        ("megatron20-a100-8B", "achieved_tflops_per_device", "steady state", "as step_time_s"),
        ("llama2-7B", "device_hours", "whole run", ""),
        ("llama2-7B", "avg_power_w_per_device", "power", "not measured"),
        ("llama2-7B", "tco2e", "whole run", "tests arithmetic"),
        ("palm-540b", "device_hours", "whole run", ""),
        ("palm-540b", "mfu", "steady state", ""),
        ("palm-540b", "hfu", "steady state", "as mfu"),
        ("palm-540b", "avg_power_w_per_device", "power", ""),
        ("gptfast", "decode_throughput", "answers", ""),
        ("energy", "energy_per_output_token", "energy", ""),
        ("energy", "avg_power_w_total", "power", "as energy_per_output_token"),
        ("vmem", "kv_cache_gib", "memory of servers", ""),
        ("vmem", "kv_cache_tokens", "memory of servers", "as kv_cache_gib"),
        ("silicon-low", "ttft_ms", "serving", ""),
        ("silicon-high", "ttft_ms", "serving", "queue"),
        ("silicon-high", "tpot_ms", "serving", ""),
        ("bridge", "tokens_per_s_per_gpu", "steady state", ""),
        ("bridge", "model_tflops_per_gpu", "steady state", "as tokens_per_s_per_gpu"),
        ("joules", "tokens_per_s_per_gpu", "serving", ""),
        ("joules", "median_itl_ms", "serving", "as tokens_per_s_per_gpu"),
        ("draft", "output throughput with draft", "drafts", ""),
    ],
)
def test_what_counts_where(
    found: dict[tuple[str, str], Prediction], row: str, quantity: str, section: str, aside: str
) -> None:
    each = found[row, quantity]
    assert each.section == section
    assert aside in each.aside and bool(aside) == bool(each.aside)


@pytest.mark.parametrize(
    ("row", "quantity", "scored_as"),
    [
        ("korthikanti-22B-selective", "hfu", "hfu (hardware FLOPs)"),
        ("korthikanti-22B-selective", "mfu", "mfu (model FLOPs)"),
        (
            "megatron20-a100-8B",
            "achieved_tflops_per_device",
            "achieved_tflops_per_device (hardware FLOPs)",
        ),
    ],
)
def test_hardware_and_model_flops_stand_apart(
    found: dict[tuple[str, str], Prediction], row: str, quantity: str, scored_as: str
) -> None:
    assert found[row, quantity].scored_as == scored_as


def test_a_measurement_of_two_lists_counts_once(tmp_path: Path) -> None:
    row = next(line for line in NEWER.splitlines() if line.startswith("silicon-low"))
    again = row.replace("silicon-low,serving_silicon", "ref,serving_silicon_refs")
    other = again.replace("ref,", "other,").replace(",12,200,", ",13,200,")
    made = validate.predictions(written(tmp_path, f"{NEWER}{again}\n{other}\n"))
    aside = {each.id: each.aside for each in made if each.quantity == "tpot_ms"}
    assert aside["ref"] == "the same measurement as an earlier row"
    assert aside["silicon-low"] == aside["other"] == ""
    blank = again.replace(",12,200,", ",,,")
    made = validate.predictions(written(tmp_path, f"{NEWER.splitlines()[0]}\n{blank}\n{blank}\n"))
    assert all(each.aside == "" for each in made)


def test_unfit_rows_say_so(found: dict[tuple[str, str], Prediction]) -> None:
    assert found["suspect", "prefill_throughput"].unfit == "called suspect by the file"
    assert found["target", "time to target"].unfit
    assert found["gptfast", "decode_throughput"].unfit == ""
