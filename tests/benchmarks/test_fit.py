"""The script on small files: it fits, goes on where it was, and refuses what it cannot use."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import fit
from benchmarks.fitting import rows, sets
from course_lib.catalog import Catalog, Efficiency, Source, Spread, efficiency, spreads
from course_lib.commands.validate.sheets import INFERENCE, MPT, NEWER, RUNS
from tests.commands.validate import small

FILES = {
    RUNS.name: small.RUNS,
    MPT.name: small.MPT,
    INFERENCE.name: small.INFERENCE,
    NEWER.name: small.NEWER,
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two constants of a set are enough to see that it is fitted."""
    whole = sets.constants_of
    monkeypatch.setattr(
        sets, "constants_of", lambda one, table: dict(list(whole(one, table).items())[:2])
    )


def call(data: Path, *more: str) -> int:
    cache = data.parent / "cache.jsonl"
    return fit.main(["--data", str(data), "--cache", str(cache), "--workers", "1", *more])


def constant(used: str, found: str = "fitted", value: float = 0.5) -> Efficiency:
    source = Source(text="a test", date="2026", kind="estimated", evidence="read")
    return Efficiency(
        name="x", used=used, value=value, low=0.1, high=1.0, unit="share", found=found, how="x",
        source=source,
    )  # fmt: skip


def test_a_set_is_fitted_and_told(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(data, "--only", "training") == 0
    told = capsys.readouterr().out
    assert "=== training:" in told and "left out:" in told
    assert "=== energy" not in told


def test_a_second_run_reads_what_the_first_has_reckoned(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(data, "--only", "training") == 0
    first = capsys.readouterr().out
    monkeypatch.setattr(
        rows, "errors_at", lambda *_, **__: pytest.fail("nothing is reckoned again")
    )
    assert call(data, "--only", "training") == 0
    assert capsys.readouterr().out == first


def test_spreads_are_written_where_that_is_asked_for(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spreads.toml"
    path.write_bytes(spreads.path.read_bytes())
    monkeypatch.setattr(fit, "spreads", Catalog("spreads", Spread, path))
    assert call(data, "--only", "memory") == 0
    assert path.read_bytes() == spreads.path.read_bytes()
    assert call(data, "--only", "memory", "--write") == 0
    assert "wrote " in capsys.readouterr().out
    found = Catalog("spreads", Spread, path)
    assert found["server"].rows >= 1 and set(spreads) <= set(found)
    assert found["step-told"].rows == spreads["step-told"].rows


def test_it_can_be_stopped(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rows, "errors_at", stop)
    assert call(data, "--only", "training") == 130
    assert "run it again to go on" in capsys.readouterr().out


def test_a_missing_file_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / MPT.name).unlink()
    assert call(data) == 1
    assert f"has no file {MPT.name}" in capsys.readouterr().err


def test_a_file_of_another_kind_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / MPT.name).write_text(small.RUNS, encoding="utf-8")
    assert call(data) == 1
    assert "of another kind" in capsys.readouterr().err


def test_an_unknown_set_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(data, "--only", "weather") == 1
    assert "--only must be one of training" in capsys.readouterr().err


def test_every_fitted_constant_has_a_set() -> None:
    assert sets.homeless(efficiency) == []


def test_a_constant_finds_its_set_by_who_reads_it() -> None:
    table = {
        "one": constant("parallelism.clusters"),
        "two": constant("estimators.inference.passes"),
        "three": constant("parallelism.clusters", found="measured"),
        "attention-four": constant("commands.validate.step_cases"),
        "five": constant("weather.rain"),
    }
    training, answers = sets.named(["training", "answers"])
    # both sets have at most two here, so `few` leaves nothing out
    assert list(sets.constants_of(training, table)) == ["one", "attention-four"]
    assert list(sets.constants_of(answers, table)) == ["two"]
    assert sets.homeless(table) == ["five"]


def test_a_line_that_was_cut_off_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "cache.jsonl"
    kept = rows.Memory(path=path, mark="now")
    kept.add((1.0, 2.0), {"row": 0.25})
    other = json.dumps({"mark": "before", "point": [3.0], "errors": {"row": 1.0}})
    path.write_text(f'{path.read_text(encoding="utf-8")}{other}\n{{"mark": "now", "poi', "utf-8")
    assert rows.Memory(path=path, mark="now").known == {(1.0, 2.0): {"row": 0.25}}


def test_a_row_that_a_point_loses_counts_as_far_off(data: Path) -> None:
    every = rows.load(data)
    names = frozenset(rows.name(each) for each in fit.of_row(every[0][1], ""))
    assert len(names) > 5
    # the file's first row tells no energy and has none: it is predicted nowhere
    found, read = rows.errors_at(every[0], names, {"link-reached": 0.5})
    assert found.keys() == names and rows.LOST in found.values()
    assert read <= {"link-reached"}


def test_rows_of_one_hand_are_one_source(data: Path) -> None:
    every = rows.load(data)
    made = {each[1].id: each for each in every}
    tables = [each for each in every if each[0] == MPT.name]
    predicted = [sets.source(one) for _, row, earlier in tables for one in fit.of_row(row, earlier)]
    assert set(predicted) == {"mpt"} and len(made) == len(every)


def test_a_row_is_reckoned_again_only_where_its_own_constants_change(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, float]] = []

    def errors_at(
        row: rows.Keyed, wanted: frozenset[str], point: dict[str, float]
    ) -> tuple[dict[str, float], frozenset[str]]:
        own = "first" if row[1].id == "a" else "second"
        asked.append((row[1].id, point[own]))
        return {row[1].id: point[own]}, frozenset({own})

    monkeypatch.setattr(rows, "errors_at", errors_at)
    every = [(each[0], replace(each[1], id=name), "") for each, name in zip(rows.load(data), "ab")]  # noqa: B905
    evaluate = rows.Evaluator(
        rows=every,
        wanted=frozenset({"a", "b"}),
        constants=["first", "second"],
        memory=rows.Memory(path=data.parent / "points.jsonl", mark="x"),
    )
    made = evaluate([(1.0, 5.0), (2.0, 5.0), (2.0, 6.0), (1.0, 6.0)])
    assert made == [{"a": 1.0, "b": 5.0}, {"a": 2.0, "b": 5.0}, {"a": 2.0, "b": 6.0},
                    {"a": 1.0, "b": 6.0}]  # fmt: skip
    assert sorted(asked) == [("a", 1.0), ("a", 2.0), ("b", 5.0), ("b", 6.0)]
