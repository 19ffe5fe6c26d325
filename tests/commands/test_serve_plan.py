"""`course plan --serve`: what it prints, and what it says of a service that nothing holds."""

import json
import re

import pytest
from typer.testing import CliRunner

from course_lib.catalog import models
from course_lib.cli import app
from course_lib.commands.plan_amounts import PlanError
from course_lib.estimators.serving.plan import Load, needed

CALL = ["plan", "llama-3-8b", "--serve", "--device", "H100", "--prompt", "1000", "--answer", "300"]
BUSY = [*CALL, "--arrivals", "50", "--first-token", "1", "--each-token", "0.03"]


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout


def test_the_text_has_every_number_with_its_range() -> None:
    text = _run(*BUSY)
    rows = ("cards", "in flight, mean", "memory per card", "first token, p95", "each token, p95")
    for label in (*rows, "busy", "cost, 1M tokens"):
        assert re.search(rf"\n{label} +\S+.* to ", text), label
    assert "Holds the limits with" in text and "Assumptions" in text


def test_json_holds_what_the_estimator_says() -> None:
    data = json.loads(_run(*BUSY, "--json", "--price", "2"))
    load = Load(
        arrivals_per_second=50,
        prompt=1000,
        output=300,
        first_token_seconds=1,
        token_seconds=0.03,
    )
    found = needed(models["llama-3-8b"], load, device="H100")
    assert data["devices"][1] == found.middle.cards == data["replicas"] * data["group"]
    assert data["first_token"][1] == found.middle.first_token_seconds <= 1
    # cards x dollars an hour over the tokens of an hour
    assert data["usd"][1] == pytest.approx(found.middle.cards * 2 / (50 * 300 * 3600) * 1e6)


def test_limits_may_be_asserted() -> None:
    _run(*BUSY, "--assert", "memory<0.9", "--assert", "first_token<=1")
    result = CliRunner().invoke(app, [*BUSY, "--assert", "devices<2"])
    assert result.exit_code == 3 and "devices<2 does not hold: devices is" in result.stderr


def test_the_launch_line_has_the_plan_s_sizes() -> None:
    data = json.loads(_run(*BUSY, "--json"))
    line = _run(*BUSY, "--export", "vllm").splitlines()[-1]
    assert line.startswith("vllm serve MODEL ")
    assert f"--tensor-parallel-size {data['group']} " in line
    assert f"--max-num-seqs {data['batch'][1]} " in line
    assert "--gpu-memory-utilization 0.9" in line and "--dtype bfloat16" in line
    assert "--quantization fp8" in _run(*BUSY, "--format", "fp8", "--export", "vllm")


def test_what_nothing_holds_says_why_and_what_would() -> None:
    call = ["plan", "llama-3.1-405b", "--serve", "--device", "H100", "--arrivals", "1"]
    call += ["--prompt", "1000", "--answer", "300", "--first-token", "5"]
    text = _run(*call, code=3)
    assert "Does not hold the limits on any number of cards. 8 x H100" in text
    assert "The nearest that hold:\n- weights in fp8: 8 x H100" in text
    assert _run(*call, "--format", "fp8").count("Holds the limits with 8 cards") == 1
    assert json.loads(_run(*call, "--json", code=3))["holds"] is False


def test_a_slow_end_that_nothing_holds_is_said() -> None:
    """A first token in little more than the prompt takes: too little for a slower system."""
    text = _run(*CALL, "--arrivals", "0.1", "--first-token", "0.045")
    assert "At the slow end of the range nothing does" in text
    assert "no upper end" in text


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"--arrivals": "-1"}, "--arrivals must be above zero"),
        ({"--arrivals": "0"}, "--arrivals must be above zero"),
        ({"--prompt": "0"}, "prompt must be at least 1"),
        ({"--first-token": "0"}, "--first-token must be above zero"),
        ({"--each-token": "nan"}, "--each-token must be finite"),
        ({"--format": "fp3"}, "--format must be one of"),
        ({"--price": "-2"}, "--price must be above zero"),
        ({"--device": "h1000"}, "nearest: h100"),
    ],
)
def test_nonsense_is_explained(changes: dict[str, str], message: str) -> None:
    given = {"--arrivals": "1", "--first-token": "1"} | changes
    words = [word for pair in given.items() for word in pair]
    result = CliRunner().invoke(app, [*CALL, *words])
    assert isinstance(result.exception, PlanError), result.output
    assert message in str(result.exception)
