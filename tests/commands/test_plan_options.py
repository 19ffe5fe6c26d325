"""Which options of `course plan` go together."""

import pytest

from course_lib.commands.plan_options import LAYOUT, SERVING, TRAINING, check_call, spelt
from course_lib.errors import CallError

NAMES = ("model", "device", "config", "price", "format", "figure", *TRAINING, *SERVING)


def _check(
    *, serve: bool = False, saved: bool = False, export: str | None = None, **given: object
) -> None:
    check_call(dict.fromkeys(NAMES) | given, serve=serve, saved=saved, export=export)


RUN = {"model": "gpt2", "device": "H100", "tokens": "1B", "devices": 8}
SERVICE = {"device": "H100", "arrivals": 1.0, "prompt": 9, "answer": 9, "first_token": 1.0}


def test_whole_calls_pass() -> None:
    _check(**RUN)
    _check(**RUN, **dict.fromkeys(LAYOUT, 1), export="torchtitan")
    _check(serve=True, **SERVICE, each_token=0.1, export="vllm")
    _check(saved=True)
    _check(saved=True, figure="x.png", export="torchrun")


@pytest.mark.parametrize("name", ["device", "tokens", "devices"])
def test_a_run_lacks(name: str) -> None:
    with pytest.raises(CallError, match=f"missing: {spelt(name)}"):
        _check(**{key: value for key, value in RUN.items() if key != name})


@pytest.mark.parametrize("name", list(SERVICE))
def test_a_service_lacks(name: str) -> None:
    with pytest.raises(CallError, match=f"missing: {spelt(name)}"):
        _check(serve=True, **{key: value for key, value in SERVICE.items() if key != name})


@pytest.mark.parametrize("name", TRAINING)
def test_a_service_is_not_trained(name: str) -> None:
    with pytest.raises(CallError, match=f"--serve plans a service: leave out {spelt(name)}"):
        _check(serve=True, **SERVICE, **{name: 1})


@pytest.mark.parametrize("name", SERVING)
def test_a_run_is_not_served(name: str) -> None:
    with pytest.raises(CallError, match=f"without --serve .*: leave out {spelt(name)}"):
        _check(**RUN, **{name: 1})


def test_a_saved_plan_is_not_planned_anew() -> None:
    with pytest.raises(CallError, match="leave out MODEL, --device, --tokens, --devices"):
        _check(saved=True, **RUN)
    with pytest.raises(CallError, match="leave out --serve"):
        _check(saved=True, serve=True)


@pytest.mark.parametrize(
    ("program", "serve", "message"),
    [
        ("vllm", False, "knows torchrun, torchtitan, got 'vllm'; --export vllm needs --serve"),
        ("torchrun", True, "of a serving plan knows vllm"),
        ("slurm", False, "--export knows torchrun, torchtitan, vllm, got 'slurm'"),
    ],
)
def test_a_program_that_does_something_else(program: str, serve: bool, message: str) -> None:
    with pytest.raises(CallError, match=message):
        _check(serve=serve, export=program, **(SERVICE if serve else RUN))
