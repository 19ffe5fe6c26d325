"""Limits that a plan must keep."""

import json

import pytest
from typer.testing import CliRunner

from course_lib.cli import app
from course_lib.commands.plan_asserts import SERVING, TRAINING, failed, read_limits
from course_lib.errors import CallError

CALL = ["plan", "gpt2", "--tokens", "1B", "--device", "H100", "--devices", "8"]


@pytest.mark.parametrize(
    ("text", "value", "kept"),
    [
        ("memory<0.9", 0.89, True),
        ("memory<0.9", 0.9, False),
        ("memory <= 90%", 0.9, True),
        ("usd>2M", 2e6, False),
        ("usd >= 2M", 2e6, True),
        ("days<1e2", 99.0, True),
        ("days<1", None, False),
    ],
)
def test_limits(text: str, value: float | None, kept: bool) -> None:
    limits = read_limits([text], TRAINING)
    assert (failed(limits, {limits[0].name: value}) == []) is kept


@pytest.mark.parametrize("text", ["memory", "memory=0.9", "memory<", "<0.9", "memory<x", ""])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(CallError, match="needs a limit such as"):
        read_limits([text], TRAINING)


@pytest.mark.parametrize("names", [TRAINING, SERVING])
def test_an_unknown_name_lists_those_there_are(names: dict[str, str]) -> None:
    with pytest.raises(CallError) as caught:
        read_limits(["speed>3"], names)
    assert all(name in str(caught.value) for name in names)


def test_a_run_that_breaks_limits_ends_with_three_and_a_line_each() -> None:
    result = CliRunner().invoke(
        app, [*CALL, "--json", "--assert", "days<0.0001", "--assert", "devices>8"]
    )
    assert result.exit_code == 3
    assert json.loads(result.stdout)["run"]["devices"] == 8
    assert "days<0.0001 does not hold: days is" in result.stderr
    assert "devices>8 does not hold: devices is 8" in result.stderr


@pytest.mark.parametrize("name", list(TRAINING))
def test_every_name_can_be_limited(name: str) -> None:
    kept = CliRunner().invoke(app, [*CALL, "--price", "2", "--assert", f"{name}>0"])
    broken = CliRunner().invoke(app, [*CALL, "--price", "2", "--assert", f"{name}<0"])
    assert (kept.exit_code, broken.exit_code) == (0, 3)
