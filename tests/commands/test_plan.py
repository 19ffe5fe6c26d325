"""`course plan`: what it prints, what its JSON holds, and what it says of nonsense."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_lib.catalog import devices, models
from course_lib.cli import app
from course_lib.commands import plan
from course_lib.commands.plan import PlanError, amount
from course_lib.estimators import training

CALL = ["plan", "llama-3-8b", "--tokens", "15T", "--device", "H100", "--devices", "512"]


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def _refused(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert isinstance(result.exception, PlanError), result.output
    return str(result.exception)


def test_the_text_has_every_result_with_its_range_and_the_assumptions() -> None:
    text = _run(*CALL)
    for label, _, _ in plan.ROWS:
        assert label in text
    assert text.count(" to ") >= len(plan.ROWS)
    assert "Where a step's time goes" in text
    assert "Assumptions" in text


def test_json_holds_what_the_estimator_says_in_si_units() -> None:
    data = json.loads(_run(*CALL, "--json"))
    found = training.estimate(models["llama-3-8b"], tokens=15e12, device="H100", devices=512)
    run = data["run"]
    assert run["seconds"] == pytest.approx([found.low, found.seconds, found.high])
    assert run["energy_joules"][1] == pytest.approx(found.energy_joules)
    assert run["devices"] == 512 and data["usd"] == run["compute_usd"]
    assert sum(run["step_parts_seconds"].values()) == pytest.approx(found.step.seconds)
    for key in ("memory_bytes", "mfu", "device_hours", "carbon_kg", "compute_usd"):
        low, middle, high = run[key]
        assert low <= middle <= high


@pytest.mark.parametrize(
    "changes", [[], ["--tensor", "4", "--zero", "1"], ["--grid", "France", "--price", "2.5"]]
)
def test_a_saved_plan_prints_the_same(tmp_path: Path, changes: list[str]) -> None:
    file = tmp_path / "a plan of mine.json"
    file.write_text(_run(*CALL, *changes, "--json"), encoding="utf-8")
    assert _run("plan", "--from", str(file)) == _run(*CALL, *changes)
    assert _run("plan", "--from", str(file), "--json") == file.read_text(encoding="utf-8")
    _run("plan", "--from", str(file), "--figure", str(tmp_path / "plan.svg"))
    assert (tmp_path / "plan.svg").stat().st_size


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_plan_is_read_however_a_shell_wrote_it(tmp_path: Path, encoding: str) -> None:
    """PowerShell 5 writes UTF-16 with a mark, and a carriage return before each new line."""
    file = tmp_path / "Pläne für später.json"
    file.write_text(_run(*CALL, "--json").replace("\n", "\r\n"), encoding=encoding)
    assert _run("plan", "--from", str(file)) == _run(*CALL)


def test_a_plan_changed_by_hand_prints_what_it_says(tmp_path: Path) -> None:
    data = json.loads(_run(*CALL, "--json"))
    data["parts_usd"]["people"] = [60e3, 90e3, 140e3]
    data["usd"] = [1.3e6, 2.03e6, 3.1e6]
    (tmp_path / "plan.json").write_text(json.dumps(data), encoding="utf-8-sig")
    text = _run("plan", "--from", str(tmp_path / "plan.json"))
    assert "people" in text and "in all" in text
    letters = {"purpose": "letters", "way": "call", "parts_usd": {"API": [1, 2, 3]}}
    (tmp_path / "call.json").write_text(json.dumps(letters | {"usd": [1, 2, 3]}), encoding="utf-8")
    assert "letters" in _run("plan", "--from", str(tmp_path / "call.json"))
    figure = ["--figure", str(tmp_path / "x.svg")]
    assert "no step to draw" in _refused("plan", "--from", str(tmp_path / "call.json"), *figure)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as a plan"),
        ("[]", "plan must be a table"),
        ("{}", "plan must have the fields of a plan; missing: .*'purpose'"),
        ('{"version": 7}', "version must be 1"),
    ],
)
def test_a_file_that_is_no_plan_is_named_with_its_fault(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text, encoding="utf-8")
    assert re.search(f"plan.json: {message}", _refused("plan", "--from", str(file)))


def test_a_saved_plan_is_not_planned_anew(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, [*CALL, "--from", str(tmp_path / "plan.json")])
    assert "leave out --tokens, --device, --devices, MODEL" in str(result.exception)
    assert "missing: --devices" in str(CliRunner().invoke(app, CALL[:-2]).exception)


def test_what_the_catalog_lacks_is_unknown_and_said() -> None:
    unpriced = next(
        key
        for key, each in devices.items()
        if "bf16" in each.peak_flops and each.power_watts is None and each.memory_bytes
    )
    text = _run(
        "plan", "gpt2", "--tokens", "1B", "--device", unpriced, "--devices", "1", "--price", "2"
    )
    assert "energy" in text and "unknown" in text and "states no power" in text


def test_a_configuration_of_ones_own_is_planned(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(
        json.dumps(
            {"model_type": "gpt2", "n_layer": 4, "n_embd": 256, "n_head": 4, "vocab_size": 1000}
        ),
        encoding="utf-8",
    )
    out = _run(
        "plan",
        "--config",
        str(config),
        "--tokens",
        "1e9",
        "--device",
        "4090",
        "--devices",
        "1",
        "--json",
    )
    assert json.loads(out)["run"]["memory_bytes"][1] < 24e9


def test_a_layout_of_ones_own_is_used() -> None:
    data = json.loads(
        _run(*CALL, "--json", "--tensor", "4", "--pipeline", "2", "--micro-batch", "2")
    )
    assert [
        data["run"]["layout"][name] for name in ("data", "tensor", "pipeline", "micro_batch")
    ] == [
        64,
        4,
        2,
        2,
    ]


def test_the_picture_is_written(tmp_path: Path) -> None:
    _run(*CALL, "--figure", str(tmp_path / "plan.svg"))
    assert (
        "arithmetic" in (tmp_path / "plan.svg").read_text(encoding="utf-8")
        or (tmp_path / "plan.svg").stat().st_size
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"--devices": "0"}, "devices must be at least 1"),
        ({"--device": "h1000"}, "nearest: h100"),
        ({"--tokens": "lots"}, "tokens must be a number such as 15T"),
        ({"--tokens": "0"}, "tokens must be"),
        ({"--tensor": "64"}, "nearest that does is 32"),
        (
            {"--tensor": "5"},
            "devices must be a multiple of tensor x pipeline x context = 5, got 512; try 510",
        ),
        ({"--pipeline": "64"}, "at most the 32 layers"),
        ({"--zero": "7"}, "zero must be a stage from 0 to 3"),
        ({"--format": "fp99"}, "fp99"),
        ({"--grid": "Atlantis"}, "nearest"),
        ({"--price": "-1"}, "usd_per_device_hour"),
    ],
)
def test_nonsense_is_explained_with_the_nearest_that_works(changes: dict, message: str) -> None:
    given = {"--tokens": "15T", "--device": "H100", "--devices": "512"} | changes
    assert message in _refused(
        "plan", "llama-3-8b", *(word for pair in given.items() for word in pair)
    )


def test_a_model_that_does_not_fit_names_the_count_that_would_do() -> None:
    call = ["plan", "llama-3-70b", "--tokens", "15T", "--device", "H100", "--devices", "4"]
    assert "of them it fits" in _refused(*call)


def test_an_unknown_model_names_the_nearest() -> None:
    assert "nearest: llama-3-8b" in _refused("plan", "llama-3-9b", *CALL[2:])
    assert "either the name of a model or --config" in _refused("plan", *CALL[2:])


def test_a_file_that_is_no_configuration_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "config.json"
    broken.write_text("{", encoding="utf-8")
    assert "config.json: cannot be read" in _refused("plan", "--config", str(broken), *CALL[2:])


@pytest.mark.parametrize(
    ("text", "value"), [("15T", 15e12), ("1.5b", 1.5e9), ("2e12", 2e12), ("300,000", 3e5), ("7", 7)]
)
def test_amounts_are_read_as_people_write_them(text: str, value: float) -> None:
    assert amount(text) == value
