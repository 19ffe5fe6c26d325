"""What a row tells of the causes of errors, and which way an error counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.commands.validate.page.kinds import KINDS, kind, turned
from course_lib.commands.validate.page.observed import CAUSES, Observed, observed, scored
from course_lib.commands.validate.run import by_row
from tests.commands.validate.small import TEXTS, written
from tests.commands.validate.test_scoring import prediction


def listed(folder: Path, kind: str) -> dict[str, list[Observed]]:
    return {row.id: observed(row, made) for row, made in by_row(written(folder, TEXTS[kind]))}


def test_causes_are_read_from_the_rows(tmp_path: Path) -> None:
    answers = listed(tmp_path, "inference")
    assert answers["gptfast"][0].causes == {
        "device": "A100 SXM 80GB",
        "software": "gpt-fast",
        "length": "1 to 512 tokens",
        "number of devices": "1 device",
        "mixture or dense": "dense",
        "format": "16 bits",
    }
    newer = listed(tmp_path, "newer")
    causes = newer["silicon-high"][0].causes
    assert (causes["software"], causes["mixture or dense"]) == ("SGLang", "mixture of experts")
    assert (causes["number of devices"], causes["format"]) == ("2 to 8 devices", "fp8")
    table = listed(tmp_path, "mpt")
    assert next(iter(table.values()))[0].causes["software"] == "LLM Foundry"


def test_what_a_row_does_not_tell_is_said_to_be_so(tmp_path: Path) -> None:
    told = listed(tmp_path, "inference")["claim"][0].causes
    assert set(told) == set(CAUSES)
    assert (told["device"], told["length"], told["software"]) == ("not told",) * 3


def test_every_section_has_a_kind(tmp_path: Path) -> None:
    every = [each for name in TEXTS for made in listed(tmp_path, name).values() for each in made]
    assert {each.kind for each in scored(every, unfit=True)} <= KINDS.keys()


@pytest.mark.parametrize(
    ("section", "quantity", "unit", "expected"),
    [
        ("answers", "decode_throughput", "tokens/s", ("decode", False)),
        ("answers", "decode_latency_per_token", "ms", ("decode", True)),
        ("answers", "ms_per_generated_token", "ms/token (all sequences)", ("requests", True)),
        ("serving", "ttft_ms", "ms", ("prefill", True)),
        ("serving", "tokens_per_s_per_gpu", "tokens/s", ("servers", False)),
        ("steady state", "step_time_s", "s", ("training steps", True)),
        ("whole run", "device_hours", "h", ("whole runs", False)),
        ("weather", "rain", "mm", ("weather", False)),
    ],
)
def test_times_of_speeds_count_the_other_way(
    section: str, quantity: str, unit: str, expected: tuple[str, bool]
) -> None:
    made = replace(prediction(2.0, 4.0, quantity=quantity), section=section, unit=unit)
    assert (kind(made), turned(made)) == expected
    # twice the published time is half of the speed
    assert Observed(prediction=made, causes={}).log == (-1.0 if expected[1] else 1.0)


def test_unfit_groups_count_only_where_they_are_asked_for() -> None:
    rows = [
        Observed(prediction=made, causes={})
        for made in (
            prediction(1.0, 1.0),
            prediction(1.0, 1.0, unfit="tiny"),
            prediction(1.0, 1.0, aside="circular"),
            prediction(None, 1.0),
        )
    ]
    assert scored(rows) == rows[:1] and scored(rows, unfit=True) == rows[:2]
