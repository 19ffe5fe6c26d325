"""What `course plan` says beside its numbers, and how."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_lib.catalog import from_hf_config
from course_lib.cli import app
from course_lib.commands import plan_picture, plan_words
from course_lib.commands.plan_amounts import PlanError, amount
from course_lib.estimators import parameters

RUN = ("plan", "--tokens", "1T", "--devices", "64")
SERVICE = ("plan", "llama-3-8b", "--serve", "--arrivals", "2", "--prompt", "500", "--answer", "300")


def said(*words: str, code: int = 0) -> str:
    """What a call prints, in one line."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, (result.output, result.exception)
    return re.sub(r"\s+", " ", result.stdout)


@pytest.mark.parametrize(
    "call",
    [
        (*RUN, "llama-3-8b", "--device", "T4"),
        (*SERVICE, "--device", "T4", "--first-token", "1"),
    ],
)
def test_another_format_is_told(call: tuple[str, ...]) -> None:
    assert "T4 has no bf16: the products are counted in fp16" in said(*call)
    assert "the products are counted" not in said(*(word.replace("T4", "A100") for word in call))


def test_it_stands_in_the_saved_plan_too() -> None:
    result = CliRunner().invoke(app, [*RUN, "llama-3-8b", "--device", "T4", "--json"])
    told = json.loads(result.stdout)["run"]["assumptions"]
    assert any("has no bf16" in each for each in told) and "8.03" in told[0]


def test_a_run_close_to_the_limit_is_told_and_one_with_room_is_not() -> None:
    close, room = (said(*RUN, "llama-3-8b", "--device", name) for name in ("T4", "H200"))
    share = re.search(r"the upper end is ([\d.]+) % of the 16 GB stated", close)
    held = re.search(r"Fits: .*? to ([\d.]+) GB\)", close)
    assert share and held and "That is close" in close
    assert float(share[1]) == pytest.approx(100 * float(held[1]) / 16, rel=0.01)
    assert float(share[1]) > 90
    assert "That is close" not in room


# Llama 7B: 32 layers of width 4096 and MLPs of 11008, a vocabulary of 32000, nothing tied
LLAMA_7B = 2 * 32000 * 4096 + 32 * (4 * 4096**2 + 3 * 4096 * 11008 + 2 * 4096) + 4096


def test_a_bare_configuration_says_what_it_was_taken_for(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"model_type": "llama"}', encoding="utf-8")
    assert parameters.count(from_hf_config(config)).total == LLAMA_7B
    told = said(*RUN, "--config", str(config), "--device", "H100")
    assert "The model has 6.74" in told.replace("\u202f", " ")
    assert "width, layers and vocabulary are not stated, so they are the defaults of llama" in told


def test_a_full_configuration_is_taken_as_it_stands() -> None:
    stated = {"model_type": "llama", "hidden_size": 8, "num_hidden_layers": 2, "vocab_size": 9}
    assert plan_words.unstated(stated) == ()
    within = {"model_type": "x", "text_config": stated, "vision_config": {"hidden_size": 3}}
    assert plan_words.unstated(within) == ()
    del within["text_config"]
    assert plan_words.unstated(within)[0].startswith("width, layers and vocabulary are")
    assert plan_words.unstated(stated | {"vocab_size": 1}) == ()
    del stated["vocab_size"]
    assert plan_words.unstated(stated) == ("vocabulary is not stated, so it is that of llama",)


@pytest.mark.parametrize("text", ["15 trillion", "15.0 trillion tokens", "15 Trillion", "15T"])
def test_tokens_are_read_as_they_are_printed(text: str) -> None:
    assert amount(text) == 15e12


@pytest.mark.parametrize("text", ["15 gazillion", "trillion", "15 T T", "tokens", "-3 million"])
def test_what_is_no_number_of_tokens_is_refused(text: str) -> None:
    with pytest.raises(PlanError, match="15 trillion"):
        amount(text)


def test_names_can_be_listed_in_a_shell() -> None:
    for what, name in (("models", "llama-3-8b"), ("devices", "t4"), ("grids", "france")):
        assert name in said("plan", "--list", what).split()
    result = CliRunner().invoke(app, ["plan", "--list", "cards"])
    assert "--list knows models, devices and grids" in str(result.exception)


@pytest.mark.parametrize("option", ["llama-3-8b --device zzqq", "zzqq --device H100"])
def test_a_name_with_no_neighbour_says_how_to_see_all(option: str) -> None:
    result = CliRunner().invoke(app, [*RUN, *option.split()])
    assert re.search(r"`course plan --list (models|devices)` names all", str(result.exception))
    assert "list(" not in str(result.exception)


@pytest.mark.parametrize("name", ["x.txt", "x", "missing/x.png", "."])
def test_a_picture_that_cannot_be_written_is_told_first(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_lib.commands.plan.make", lambda **asked: pytest.fail("planned"))
    call = [*RUN, "llama-3-8b", "--device", "H100", "--figure", str(tmp_path / name)]
    result = CliRunner().invoke(app, call)
    assert isinstance(result.exception, PlanError) and "--figure" in str(result.exception)


def test_endings_are_those_that_matplotlib_writes() -> None:
    from matplotlib.backend_bases import FigureCanvasBase

    known = FigureCanvasBase.get_supported_filetypes()
    assert all(ending.removeprefix(".") in known for ending in plan_picture.ENDINGS)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("micro_batch must be at least 1, got 0", "--micro-batch must be at least 1, got 0"),
        ("token_seconds must be finite", "--each-token must be finite"),
        ("--price must be above zero", "--price must be above zero"),
        ("the batch must be", "the batch must be"),
        ("batch", "batch"),
        ("", ""),
    ],
)
def test_an_argument_is_named_as_its_option(message: str, told: str) -> None:
    assert plan_words.spelled(message) == told


def test_a_missing_price_names_the_option() -> None:
    [line] = plan_words.bullets(["Nobody rents it out: give usd_per_device_hour."])
    assert line == "- Nobody rents it out: --price gives one."
