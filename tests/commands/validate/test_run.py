"""The whole command on small files of every kind: what it predicts, what it skips, what it never
reads."""

from __future__ import annotations

import csv
import io
import random
import sys
from pathlib import Path

import pytest

from course_lib import cli
from course_lib.commands import validate
from course_lib.commands.validate.files import FileError
from course_lib.commands.validate.guesses import Prediction
from course_lib.commands.validate.run import COLUMNS
from course_lib.commands.validate.sheets import of_header
from course_lib.errors import CourseError
from tests.commands.validate.small import INFERENCE, MPT, NEWER, RUNS, TEXTS, written


def made(folder: Path, text: str) -> list[Prediction]:
    return validate.predictions(written(folder, text))


def by_name(predictions: list[Prediction]) -> dict[tuple[str, str], Prediction]:
    return {(each.id, each.quantity): each for each in predictions}


def changed(text: str, cell: object) -> str:
    """The file with `cell(text)` in every target."""
    rows = list(csv.DictReader(io.StringIO(text)))
    sheet = of_header(rows[0])
    assert sheet is not None and callable(cell)
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow(row | {name: cell(row[name]) for name in sheet.targets if name in row})
    return out.getvalue()


def numbers(predictions: list[Prediction]) -> list[tuple]:
    return [(p.id, p.quantity, p.unit, p.predicted, p.low, p.high, p.skipped) for p in predictions]


@pytest.mark.parametrize("kind", TEXTS)
def test_a_prediction_does_not_change_with_what_was_published(kind: str, tmp_path: Path) -> None:
    text = TEXTS[kind]
    known = numbers(made(tmp_path, text))
    dice = random.Random(12)
    assert numbers(made(tmp_path, changed(text, lambda cell: ""))) == known
    assert numbers(made(tmp_path, changed(text, lambda cell: f"{dice.uniform(1, 1e6)}"))) == known
    assert numbers(made(tmp_path, changed(text, lambda cell: "nonsense"))) == known


@pytest.mark.parametrize("kind", TEXTS)
def test_a_prediction_does_not_change_with_what_spells_targets_out(
    kind: str, tmp_path: Path
) -> None:
    """Notes (but for a shape), sources, how an energy was found out."""
    text = TEXTS[kind]
    rows = list(csv.DictReader(io.StringIO(text)))
    spoiled = ("wall_time", "energy_basis", "tokens_kind", "cost_basis", "source", "evidence")
    columns = [*rows[0], *(name for name in spoiled if name not in rows[0])]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns)
    writer.writeheader()
    for row in rows:
        notes = f"{row.get('notes', '')}; it took 12345 h at 77 %, 99 tokens/s"
        more = dict.fromkeys(spoiled, "measured 12345")
        writer.writerow(row | more | ({"notes": notes} if "notes" in row else {}))
    assert numbers(made(tmp_path, out.getvalue())) == numbers(made(tmp_path, text))


@pytest.mark.parametrize("kind", TEXTS)
def test_every_quantity_has_a_range_or_a_reason(kind: str, tmp_path: Path) -> None:
    found = made(tmp_path, TEXTS[kind])
    assert {p.id for p in found} == {r["id"] for r in csv.DictReader(io.StringIO(TEXTS[kind]))}
    for each in found:
        if each.skipped:
            assert each.predicted is each.low is each.high is None
        else:
            assert 0 < each.low <= each.predicted <= each.high
            assert each.low < each.high
            assert each.unit


def test_a_file_without_its_targets_is_predicted(tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(MPT)))
    sheet = of_header(rows[0])
    assert sheet is not None
    kept = [name for name in rows[0] if name not in sheet.targets]
    out = io.StringIO()
    writer = csv.DictWriter(out, kept, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    assert numbers(made(tmp_path, out.getvalue())) == numbers(made(tmp_path, MPT))


# What is published, within a wide factor: estimators get better, this only finds slips of units.


@pytest.mark.parametrize(
    ("kind", "row", "quantity"),
    [
        ("runs", "korthikanti-22B-full", "step_time_s"),
        ("runs", "korthikanti-22B-selective", "mfu"),
        ("runs", "korthikanti-22B-selective", "hfu"),
        ("runs", "megatron20-a100-8B", "achieved_tflops_per_device"),
        ("runs", "llama2-7B", "device_hours"),
        ("runs", "palm-540b", "device_hours"),
        ("inference", "gptfast", "decode_throughput"),
        ("inference", "gpt-20b", "request_latency"),
        ("newer", "vmem", "weights_gib"),
        ("newer", "vmem", "kv_cache_gib"),
        ("newer", "vmem", "kv_cache_tokens"),
        ("newer", "joules", "energy_per_token_j"),
        ("newer", "joules", "tokens_per_s_per_gpu"),
        ("newer", "joules", "median_itl_ms"),
    ],
)
def test_units_are_those_of_the_column(kind: str, row: str, quantity: str, tmp_path: Path) -> None:
    found = by_name(made(tmp_path, TEXTS[kind]))[row, quantity]
    assert found.published is not None and found.predicted is not None
    assert 1 / 2.5 < found.predicted / found.published < 2.5


def test_columns_of_one_measurement_agree(tmp_path: Path) -> None:
    """Five columns of a row are one step: rates follow from each other by hand."""
    found = by_name(made(tmp_path, MPT))
    each, every, samples, mfu, hfu, tflops = (
        found["mpt-13b", name].predicted
        for name in (
            "tokens_per_s_per_gpu",
            "tokens_per_s",
            "samples_per_s",
            "mfu",
            "hfu",
            "model_tflops",
        )
    )
    assert every == pytest.approx(8 * each)
    assert samples == pytest.approx(every / 2048)
    assert tflops == pytest.approx(mfu * 312)
    # Full recomputation: four passes in place of three, but for the head's.
    assert 1.25 < hfu / mfu < 4 / 3


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        (RUNS, "sd", "no decoder"),
        (RUNS, "nowhere", "no device 'Abacus'"),
        (RUNS, "nameless", "neither the catalog nor a shape nor a size tells the model 'Nobody'"),
        (MPT, "mpt-offloaded", "host's memory"),
        (INFERENCE, "claim", "a provider's mean"),
        (NEWER, "lora", "adapters"),
        (NEWER, "target", "a slice from a checkpoint"),
    ],
)
def test_a_skipped_row_says_why(text: str, row: str, reason: str, tmp_path: Path) -> None:
    found = [each for each in made(tmp_path, text) if each.id == row]
    assert found and all(reason in each.skipped for each in found)


def test_a_quantity_is_skipped_alone(tmp_path: Path) -> None:
    found = by_name(made(tmp_path, RUNS))
    assert found["korthikanti-22B-full", "device_hours"].skipped == "tokens is not told"
    assert found["korthikanti-22B-full", "step_time_s"].predicted is not None


def test_an_unreadable_cell_is_named(tmp_path: Path) -> None:
    found = made(tmp_path, MPT.replace(",20,3,480,", ",twenty,3,480,"))
    assert "micro_batch is no single number: 'twenty'" in found[0].skipped
    assert found[6].predicted is not None


def test_one_measurement_counts_once(tmp_path: Path) -> None:
    found = validate.scores(made(tmp_path, MPT))
    assert [(each.quantity, each.rows) for each in found] == [("tokens_per_s_per_gpu", 2)]


def test_the_next_column_counts_where_the_first_is_blank(tmp_path: Path) -> None:
    found = by_name(made(tmp_path, MPT.replace("26624,3328", ",")))
    assert found["mpt-13b", "samples_per_s"].aside == ""
    assert found["mpt-13b", "mfu"].aside == "the same measurement as samples_per_s"
    assert found["mpt-7b", "samples_per_s"].aside == "the same measurement as tokens_per_s_per_gpu"


# The command.


def test_the_answer_is_written_line_by_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "p.csv"
    assert validate.run_validate(written(tmp_path, INFERENCE), output) == 0
    rows = list(csv.reader(io.StringIO(output.read_text(encoding="utf-8"))))
    assert tuple(rows[0]) == COLUMNS
    lines = {(row[0], row[1]): row for row in rows[1:]}
    gptfast = lines["gptfast", "decode_throughput"]
    assert gptfast[2:4] == ["tokens/s", "104.9"]
    assert float(gptfast[5]) < float(gptfast[4]) < float(gptfast[6]) and gptfast[7] == ""
    assert lines["claim", "energy_per_query"][4:7] == ["", "", ""]
    printed = capsys.readouterr().out
    assert "decode_throughput: gptfast" in printed and "weights over bandwidth" in printed
    assert "a provider's mean" in printed and f"to {output}" in printed


def test_the_measurements_are_not_overwritten(tmp_path: Path) -> None:
    file = written(tmp_path, MPT)
    with pytest.raises(CourseError, match="file of measurements itself"):
        validate.run_validate(file, file)
    assert file.read_text(encoding="utf-8") == MPT


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="cannot be written"):
        validate.run_validate(written(tmp_path, MPT), tmp_path / "none" / "p.csv")


def test_a_file_of_a_header_alone_has_nothing_to_score(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = MPT.partition("\n")[0]
    assert validate.run_validate(written(tmp_path, header)) == 0
    assert "nothing to score" in capsys.readouterr().out


def test_the_command_ends_a_bad_file_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path, "name,price\nx,1\n")
    monkeypatch.setattr(sys, "argv", ["course", "validate", str(file)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "the header is none of the known kinds" in told and "Traceback" not in told
    with pytest.raises(FileError):
        validate.predictions(tmp_path / "none.csv")
