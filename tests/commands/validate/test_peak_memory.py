"""Peak memory of published steps whose code is known, within what the estimate promises."""

from __future__ import annotations

import pytest

from course_lib.commands.validate import training_rows
from course_lib.commands.validate.files import Given
from course_lib.commands.validate.guesses import Guess

H100 = {"hardware": "H100 96GB HBM2e 2.4 TB/s, 500 W cap", "year": "2024", "zero_stage": "FSDP2"}
ROWS = [
    # TorchTitan at b5bcd76c6, benchmarks/llama3_h100_202412_torchtitan.md and its H200 neighbour
    ("Llama 3.1 8B bf16 FSDP compile", 8030261248, 128, 1, 1, 8192, 2, "selective", 62.0),
    ("Llama 3.1 8B fp8 FSDP compile", 8030261248, 8, 1, 1, 8192, 2, "selective", 76.8),
    ("Llama 3.1 8B", 8030261248, 8, 1, 1, 32768, 1, "full", 83.9),
    ("Llama 3.1 70B", 70553706496, 256, 8, 1, 8192, 16, "full", 71.9),
    ("Llama 3.1 405B", 405853388800, 512, 8, 8, 32768, 8, "full", 75.3),
]


def peak(**cells: object) -> Guess:
    """The guess in GiB for a row of those cells."""
    found = training_rows.predict(Given(cells={name: str(cell) for name, cell in cells.items()}))
    guess = found["peak_mem_gib"]
    assert isinstance(guess, Guess), guess
    return guess


def case(
    model: str,
    params: int,
    devices: int,
    tensor: int,
    stages: int,
    seq: int,
    micro: int,
    again: str,
) -> dict[str, object]:
    return {
        "group": "torchtitan", "model": model, "kind": "throughput_bench", "params": params,
        "n_devices": devices, "tp": tensor, "pp": stages, "seq_len": seq, "micro_batch": micro,
        "precision": "bf16", "act_ckpt": again, **H100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("model", "params", "devices", "tensor", "stages", "seq", "micro", "again", "gib"), ROWS
)
def test_within_a_seventh(
    model: str, params: int, devices: int, tensor: int, stages: int, seq: int, micro: int,
    again: str, gib: float,
) -> None:  # fmt: skip
    found = peak(**case(model, params, devices, tensor, stages, seq, micro, again))
    assert found.range.value == pytest.approx(gib, rel=0.15)


EIGHT = case("Llama 3.1 8B", 8030261248, 8, 1, 1, 8192, 2, "selective")


def test_a_compiled_loss_keeps_two_copies_in_sixteen_bits() -> None:
    """Three copies in fp32 before, with 16 384 tokens and 128 256 rows of the vocabulary."""
    plain, compiled = (peak(**EIGHT | {"year": year}).range.value for year in ("2024", "2025"))
    logits = 16384 * 128256 / 2**30
    assert plain - compiled == pytest.approx((3 * 4 - 2 * 2) * logits * 1.12, rel=0.02)


def test_unknown_code_has_a_wider_range() -> None:
    known = peak(**EIGHT).range
    unknown = peak(**EIGHT | {"group": "new", "zero_stage": "3"}).range
    assert unknown.high / unknown.low > known.high / known.low


def test_interleaved_stages_halve_the_micro_batch() -> None:
    big = case("Llama 3.1 405B", 405853388800, 512, 8, 8, 8192, 32, "full")
    plain, woven = (
        peak(**big | {"model": name, "global_batch": "256 seqs"}).range.value
        for name in ("Llama 3.1 405B 1F1B", "Llama 3.1 405B Interleaved 1F1B")
    )
    assert 0.7 * plain < woven < plain
