"""Where an estimate breaks, from scores typed here."""

from __future__ import annotations

from pathlib import Path

import pytest

import course_lib.catalog as catalog
from course_lib.catalog import Catalog, Score
from course_lib.teaching import validated

SOURCE = '{ text = "a test", date = "2026", kind = "estimated", evidence = "read" }'


def line(key: str, kind: str, group: str, rows: int, error: float, bias: float, more: str) -> str:
    return (
        f'{key} = {{ name = "{key}", kind = "{kind}", group = "{group}", rows = {rows}, '
        f"median_error = {error}, bias = {bias}, within_quarter = 0.5, within_half = 0.75, "
        f"within_double = 1.0, covered = 0.8, {more}, source = {SOURCE} }}\n"
    )


@pytest.fixture(autouse=True)
def scores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    speed, amount = 'what = "speed"', 'what = "amount"'
    text = (
        line("together", "together", "all", 40, 1.0, 0.5, f'{speed}, parts = ["decode", "servers"]')
        + line("decode", "decode", "all", 30, 0.5, 0.0, f'{speed}, plain = "r", plain_error = 2.0')
        + line("decode-slow", "decode", "slow", 10, 2.0, -2.0, speed)
        + line("decode-both", "decode", "both", 10, 1.0, 0.1, speed)
        + line("decode-few", "decode", "few", 2, 5.0, 5.0, speed)
        + line("decode-odd", "decode", "odd", 9, 6.0, 6.0, f'{speed}, unfit = "odd"')
        + line("servers-near", "servers", "near", 10, 0.0, 0.0, speed)
        + line("memory", "memory", "all", 8, 1.0, 1.0, amount)
        + line("memory-full", "memory", "full", 8, 1.0, 1.0, amount)
    )
    path = tmp_path / "validation.toml"
    path.write_text(text, encoding="utf-8")
    found: Catalog[Score] = Catalog("validation", Score, path)
    monkeypatch.setattr(catalog, "validation", found)


def test_a_kind_is_told_with_its_farthest_groups(capsys: pytest.CaptureFixture[str]) -> None:
    validated("decode", worst=2)
    told = capsys.readouterr().out
    assert told.splitlines()[3].split(" | ") == ["decode  ", *told.splitlines()[3].split(" | ")[1:]]
    cells = [cell.strip() for cell in told.splitlines()[3].split("|")]
    assert cells == ["decode", "30", "1.41x", "75 %", "80 %", "4.00x"]
    assert told.splitlines()[-1] == (
        "Farthest off: “slow” (decode, 10 rows), typically 4.00x too slow; "
        "“both” (decode, 10 rows), typically 2.00x off, either way."
    )


def test_small_and_unfit_groups_are_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    validated("decode", worst=9)
    told = capsys.readouterr().out
    assert "“few”" not in told and "“odd”" not in told


def test_kinds_together_name_groups_of_their_parts(capsys: pytest.CaptureFixture[str]) -> None:
    validated("together", worst=9)
    told = capsys.readouterr().out
    assert "“slow” (decode" in told and "“near” (servers" in told and "“full”" not in told
    assert "| none" in told.splitlines()[3]


def test_amounts_are_too_high_and_not_too_fast(capsys: pytest.CaptureFixture[str]) -> None:
    validated("memory")
    assert "typically 2.00x too high" in capsys.readouterr().out
    validated("memory", worst=0)
    assert "Farthest" not in capsys.readouterr().out


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(KeyError, match="has no entry 'weather'"):
        validated("weather")
    with pytest.raises(ValueError, match="at least one kind"):
        validated()
