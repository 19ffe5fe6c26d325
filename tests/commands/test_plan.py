"""`course plan`: what it prints, what its JSON holds, and what it says of nonsense."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from course_lib.catalog import devices, models
from course_lib.cli import app
from course_lib.commands.plan_amounts import PlanError
from course_lib.commands.plan_inputs import title
from course_lib.commands.plan_text import ROWS
from course_lib.estimators import training
from course_lib.estimators.parallelism import layouts

CALL = ["plan", "llama-3-8b", "--tokens", "15T", "--device", "H100", "--devices", "512"]
TIGHT = ["plan", "llama-3-8b", "--tokens", "1T", "--device", "H100", "--devices", "8"]


def _run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout


def _flowing(text: str) -> str:
    """A text without the breaks within its sentences."""
    return re.sub(r"\n {2}(?=\S)", " ", text)


def _refused(*arguments: str) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert isinstance(result.exception, PlanError), result.output
    return str(result.exception)


def test_the_text_has_every_result_with_its_range_and_the_assumptions() -> None:
    text = _run(*CALL)
    for label, _, _ in ROWS:
        assert label in text
    assert text.count(" to ") >= len(ROWS)
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


def test_a_plan_of_an_older_version_is_read_and_not_judged(tmp_path: Path) -> None:
    """Files of before `fits` lack three fields; nothing is claimed of them."""
    data = json.loads(_run(*CALL, "--json"))
    for name in ("fits", "usable_memory_bytes", "would_fit"):
        del data["run"][name]
    (tmp_path / "old.json").write_text(json.dumps(data), encoding="utf-8")
    text = _run("plan", "--from", str(tmp_path / "old.json"))
    assert "duration" in text and "Fits" not in text and "fit:" not in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as a plan"),
        ("[" * 100_000, r"cannot be read as a plan \(too deeply nested\)"),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, r"cannot be read as a plan \(too deeply nested\)"),
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


def test_what_the_catalog_lacks_is_unknown_and_said() -> None:
    powerless = next(
        key
        for key, each in devices.items()
        if "bf16" in each.peak_flops and each.power_watts is None and each.memory_bytes
    )
    call = ["plan", "gpt2", "--tokens", "1B", "--device", powerless, "--devices", "1"]
    text = _run(*call, "--price", "2")
    assert "Energy and carbon are unknown: no power is stated for" in text
    assert re.search(r"energy +unknown\n", text)


def test_a_layout_of_ones_own_is_used() -> None:
    asked = {"tensor": 4, "pipeline": 2, "micro_batch": 2, "interleave": 2, "recompute": "full"}
    words = [
        word for name, size in asked.items() for word in ("--" + name.replace("_", "-"), str(size))
    ]
    layout = json.loads(_run(*CALL, "--json", *words))["run"]["layout"]
    assert {name: layout[name] for name in asked} == asked
    assert layout["data"] == 512 // (4 * 2)


def test_recomputation_holds_less_and_takes_longer() -> None:
    plain, again = (
        json.loads(_run(*TIGHT, "--json", "--zero", "3", "--recompute", way))["run"]
        for way in ("none", "full")
    )
    assert again["memory_bytes"][1] < plain["memory_bytes"][1]
    # Half a pass beside three: the checkpoints of today stop early.
    assert 1.1 < again["seconds"][1] / plain["seconds"][1] < 1.3


def test_every_pair_takes_longer_than_those_that_the_mask_lets_through() -> None:
    causal, full = (
        json.loads(_run(*CALL, "--json", "--attention", kind))["run"]["seconds"][1]
        for kind in ("causal", "full")
    )
    assert 1 < full / causal < 1.2


def test_tuned_code_is_quicker_and_says_whose_pace_it_is() -> None:
    text = {kind: _run(*CALL, "--code", kind) for kind in ("tuned", "untuned")}
    hours = {
        kind: json.loads(_run(*CALL, "--json", "--code", kind))["run"]["device_hours"][1]
        for kind in text
    }
    assert hours["tuned"] < hours["untuned"]
    assert "the quicker half of published runs" in _flowing(text["tuned"])
    assert "the slower half of published runs" in _flowing(text["untuned"])


def test_the_picture_is_written(tmp_path: Path) -> None:
    _run(*CALL, "--figure", str(tmp_path / "plan.svg"))
    assert (tmp_path / "plan.svg").stat().st_size


def test_a_run_that_does_not_fit_says_by_how_much_and_what_would() -> None:
    call = ["plan", "llama-3-70b", "--tokens", "15T", "--device", "H100", "--devices", "8"]
    first, second, *rest = _flowing(_run(*call, code=3)).splitlines()
    assert first.startswith("Llama-3-70B on 8 x H100")
    assert second.startswith("Does not fit: each device has to hold")
    assert "in the middle of that range" in second and "at its upper end" in second
    assert rest[0] == "The nearest that fit:" and rest[1].startswith("- 16 x H100")
    run = json.loads(_run(*call, "--json", code=3))["run"]
    assert run["fits"] == "does not fit" and run["memory_bytes"][1] > run["usable_memory_bytes"]
    assert run["would_fit"]


def test_what_is_named_as_nearest_does_fit() -> None:
    """Each change, asked for by its own options, is found to fit."""
    own = [*TIGHT, "--zero", "1", "--micro-batch", "4"]
    text = _run(*own, code=3)
    assert "- micro-batch 1: " in text and "- recompute full: " in text
    for changed in (["--micro-batch", "1"], ["--micro-batch", "4", "--recompute", "full"]):
        assert "\nFits: " in _run(*TIGHT, "--zero", "1", *changed)


def test_a_run_of_which_only_the_upper_end_lacks_room_may_not_fit() -> None:
    room = layouts.room(devices["H100"])
    text = _run(*TIGHT, "--zero", "2", "--micro-batch", "2")
    held = re.search(r"hold ([\d.]+) GB \(([\d.]+) to ([\d.]+) GB\)", text)
    assert held and float(held[1]) * 1e9 < room < float(held[3]) * 1e9
    assert "\nMay not fit: " in text and "GB at its upper end" in text
    assert "in the middle of that range" not in text and "The nearest that surely fit:" in text


def test_a_saved_plan_that_does_not_fit_says_so_again(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    own = [*TIGHT, "--zero", "0"]
    file.write_text(_run(*own, "--json", code=3), encoding="utf-8")
    assert _run("plan", "--from", str(file), code=3) == _run(*own, code=3)


@pytest.mark.parametrize("name", ["config.json", "small.json"])
def test_a_model_of_ones_own_is_called_by_its_folder_or_file(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "Mein kleines Modell für später"
    folder.mkdir()
    sizes = {"model_type": "gpt2", "n_layer": 4, "n_embd": 256, "n_head": 4, "vocab_size": 1000}
    text = json.dumps(sizes | {"_name_or_path": "C:\\Users\\me\\secret"})
    (folder / name).write_text(text, encoding="utf-8")
    tail = ["--tokens", "1e9", "--device", "4090", "--devices", "1"]
    own = folder.name if name == "config.json" else "small"
    out = _run("plan", "--config", str(folder / name), *tail)
    assert out.startswith(f"{own} on 1 x RTX 4090") and "secret" not in out
    if name == "config.json":
        assert _run("plan", "--config", str(folder), *tail) == out
        assert title(folder) == title(folder / name) == folder.name


def test_an_unknown_model_names_the_nearest() -> None:
    assert "nearest: llama-3-8b" in _refused("plan", "llama-3-9b", *CALL[2:])
    assert "either the name of a model or --config" in _refused("plan", *CALL[2:])


def test_a_file_that_is_no_configuration_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "config.json"
    broken.write_text("{", encoding="utf-8")
    assert "config.json: cannot be read" in _refused("plan", "--config", str(broken), *CALL[2:])
    assert "no such file or folder" in _refused("plan", "--config", "nowhere.json", *CALL[2:])
    hint = _refused("plan", "--config", "meta-llama/Llama-3-8B", *CALL[2:])
    assert "download the repository's config.json" in hint


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"--devices": "0"}, "devices must be at least 1"),
        ({"--device": "h1000"}, "nearest: h100"),
        ({"--tokens": "lots"}, "tokens must be a number such as 15T"),
        ({"--tokens": "0"}, "tokens must be"),
        ({"--tokens": "7"}, "tokens must fill at least one step of"),
        ({"--tensor": "64"}, "nearest that does is 32"),
        (
            {"--tensor": "5"},
            "devices must be a multiple of tensor x pipeline x context = 5, got 512; try 510",
        ),
        ({"--pipeline": "64"}, "at most the 32 layers"),
        ({"--zero": "7"}, "zero must be a stage from 0 to 3"),
        ({"--interleave": "2"}, "interleave must be 1 without pipeline stages"),
        ({"--recompute": "some"}, "recompute must be one of none, selective, full"),
        ({"--attention": "sparse"}, "attention must be one of full, causal"),
        ({"--code": "quick"}, "code must be one of published, tuned, untuned"),
        ({"--format": "fp99"}, "a rate of fp99 (--format"),
        ({"--grid": "Atlantis"}, "nearest"),
        ({"--price": "-1"}, "--price must be above zero"),
    ],
)
def test_nonsense_is_explained_with_the_nearest_that_works(changes: dict, message: str) -> None:
    given = {"--tokens": "15T", "--device": "H100", "--devices": "512"} | changes
    assert message in _refused(
        "plan", "llama-3-8b", *(word for pair in given.items() for word in pair)
    )


@pytest.mark.parametrize(
    ("program", "parts"),
    [
        ("torchrun", ["--nnodes=64", "--nproc-per-node=8", "--rdzv-backend=c10d", "train.py"]),
        (
            "torchtitan",
            [
                "-m torchtitan.train",
                "--training.seq_len=4096",
                "--training.global_batch_size=1024",
                "--parallelism.tensor_parallel_degree=4",
                "--parallelism.pipeline_parallel_degree=2",
                "--parallelism.data_parallel_shard_degree=64",
                "--parallelism.pipeline_parallel_microbatch_size=1",
                # 1024 sequences for 64 data ranks, cut by the pipeline
                "--training.local_batch_size=16",
                "--activation_checkpoint.mode=none",
            ],
        ),
    ],
)
def test_a_launch_line_has_the_plan_s_layout(program: str, parts: list[str]) -> None:
    layout = ["--tensor", "4", "--pipeline", "2", "--zero", "3"]
    line = _run(*CALL, *layout, "--export", program)
    for part in parts:
        assert part in line
    assert line.startswith("# ")


def test_one_machine_needs_no_meeting_point() -> None:
    line = _run(*TIGHT, "--zero", "3", "--export", "torchrun")
    assert "torchrun --standalone --nproc-per-node=8 train.py" in line
