"""The validation page and the scores as facts, on small files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.catalog import Catalog, Score
from course_lib.commands import validate
from course_lib.commands.validate.page import pictures, tables
from course_lib.commands.validate.page.facts import text_of, write_facts
from course_lib.commands.validate.page.observed import Observed, observed
from course_lib.commands.validate.page.page import write_page
from course_lib.commands.validate.page.summary import EACH_ITS_OWN, summaries, totals
from course_lib.commands.validate.run import by_row
from course_lib.errors import CourseError
from tests.commands.validate.small import TEXTS, written
from tests.commands.validate.test_scoring import prediction

CAUSE = {"device": "A", "software": "B", "length": "not told", "number of devices": "1 device",
         "mixture or dense": "dense", "format": "16 bits"}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def coarse() -> Iterator[None]:
    """Pictures of few dots: what they show is not looked at, and packing them takes longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "DOTS", 20)
        yield


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> list[Observed]:
    folder = tmp_path_factory.mktemp("files")
    return [
        each
        for name, text in TEXTS.items()
        for row, made in by_row(written(folder, text, f"{name}.csv"))
        for each in observed(row, made)
    ]


def some(predicted: float, published: float, **more: object) -> Observed:
    return Observed(prediction=prediction(published, predicted, **more), causes=CAUSE)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def twice(
    listed: list[Observed], tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[Path], list[Path]]:
    """The page written twice, the second time where another one was."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "two" / "validation").mkdir(parents=True)
    (folder / "two" / "validation" / "old.png").touch()
    return write_page(listed, folder / "one"), write_page(listed, folder / "two")


def test_the_page_names_every_picture_it_has(twice: tuple[list[Path], list[Path]]) -> None:
    page, *drawn = twice[0]
    shown = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", page.read_text(encoding="utf-8"))
    assert sorted(page.parent / path for _, path in shown) == sorted(drawn)
    assert all(len(alt) > 40 for alt, _ in shown)


def test_a_second_time_gives_the_same_bytes_and_no_more(
    twice: tuple[list[Path], list[Path]],
) -> None:
    first, second = twice
    assert [each.read_bytes() for each in first] == [each.read_bytes() for each in second]
    assert sorted((second[0].parent / "validation").iterdir()) == sorted(second[1:])


def test_the_page_says_all_that_it_should(twice: tuple[list[Path], list[Path]]) -> None:
    text = twice[0][0].read_text(encoding="utf-8")
    for heading in (
        "## Training steps", "## Decode", "## By cause", "### Software", "## What is not predicted",
        "## Constants", "## Ranges", "## How to run it again",
    ):  # fmt: skip
        assert f"\n{heading}\n" in text, heading
    assert "`link-reached`" in text and "`step-told`" in text
    # every table is one: as many cells in each line as in its head
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        lines = [re.sub(r"\\\|", "", line) for line in block.splitlines()]
        assert len({line.count("|") for line in lines}) == 1, lines[0]
    assert str(twice[0][0].parent) not in text


def test_nothing_to_score_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="--page: no row"):
        write_page([], tmp_path)
    with pytest.raises(CourseError, match="--facts: no row"):
        write_facts([], tmp_path / "facts.toml")
    (tmp_path / "file").touch()
    with pytest.raises(CourseError, match="--page"):
        write_page([some(1.0, 1.0)], tmp_path / "file")


def test_outliers_are_named_with_why() -> None:
    rows = [
        some(1.0, 1.0, group="near"),
        some(9.0, 1.0, group="far"),
        some(3.0, 1.0, group="far"),
        some(1.0, 4.0, group="tiny", unfit="tiny batches"),
    ]
    lines = tables.outliers("training steps", rows).splitlines()[2:]
    assert [line.split(" | ")[:2] for line in lines] == [["| far", "2 of 2"], ["| tiny", "1 of 1"]]
    assert "9.00x" in lines[0] and lines[0].endswith("not known |")
    assert "0.250x" in lines[1] and lines[1].endswith("tiny batches |")
    assert tables.outliers("training steps", rows[:1]) == ""


def test_reasons_that_differ_by_a_name_are_one() -> None:
    rows = [
        replace(prediction(1.0, None), skipped=f"the catalog has no device '{name}'")
        for name in ("A", "B", "B", "C", "D")
    ]
    lines = tables.skipped([*rows, prediction(None, None)]).splitlines()[2:]
    assert lines == ["| the catalog has no device … | 5 | 'A', 'B', 'C' and 1 more |"]


def test_classes_of_a_cause_have_their_own_errors() -> None:
    rows = [some(2.0, 1.0), some(0.5, 1.0), some(4.0, 1.0)]
    assert tables.classes("device", ["training steps"], rows) == [
        ["A", "3", "2.00x", "2.00x", "0 %", "0 %", "67 %"]
    ]
    assert tables.classes("device", ["energy"], rows) == []


def test_only_the_largest_classes_are_named() -> None:
    names = ["a"] * 3 + ["b"] * 2 + ["c"]
    assert pictures._largest(names, 3) == {"a": "a", "b": "b", "c": "c"}
    assert pictures._largest(names, 2) == {"a": "a", "b": "others", "c": "others"}


# Scores together, and as facts.


def test_kinds_together_hold_each_row_against_the_rule_of_its_kind() -> None:
    decode = some(1.0, 1.0, section="answers", quantity="decode_throughput", baselines={"one": 2.0})
    prefill = some(
        1.0, 1.0, section="answers", quantity="prefill_throughput", baselines={"two": 8.0}
    )
    found = {each.kind: each for each in totals(summaries([decode, prefill]))}
    together = found["inference speed"]
    assert together.score.rows == 2 and together.plain is not None
    # twice and eight times: half way in powers of two
    assert (together.plain.name, together.plain.error) == (EACH_ITS_OWN, 2.0)
    assert found["decode"].plain is not None and found["decode"].plain.error == 1.0


def test_facts_can_be_read_again(listed: list[Observed], tmp_path: Path) -> None:
    path = tmp_path / "validation.toml"
    write_facts(listed, path)
    found: Catalog[Score] = Catalog("validation", Score, path)
    every = summaries(listed)
    assert len(found) == len(every)
    decode = found["decode"]
    assert (decode.group, decode.what) == ("all", "speed")
    assert decode.rows == next(each for each in every if each.kind == "decode").score.rows
    assert found["inference speed"].parts == ("decode", "prefill", "requests", "servers")
    suspect = found["prefill-gpubench-unfit"]
    assert suspect.unfit and suspect.group == "gpubench"
    assert "inference.csv" in decode.source.text and "runs.csv" not in decode.source.text


def test_a_line_that_stays_keeps_its_date(listed: list[Observed]) -> None:
    found = summaries(listed)
    old = re.sub(r'date = "[^"]*"', 'date = "2020-01"', text_of(found))
    assert text_of(found, old) == old
    changed = old.replace("rows = 1,", "rows = 7,", 1)
    assert text_of(found, changed).count("2020-01") == len(tomllib.loads(old)) - 1


def test_the_command_writes_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [written(tmp_path, TEXTS[name], f"{name}.csv") for name in ("mpt", "runs")]
    facts = tmp_path / "facts.toml"
    assert validate.run_validate(files, page=tmp_path / "docs", facts=facts) == 0
    told = capsys.readouterr().out
    assert "STEADY STATE" in told and "WHOLE RUN" in told and "pictures" in told
    assert (
        "training steps"
        in tomllib.loads(facts.read_text(encoding="utf-8"))["training-steps"]["name"]
    )
    with pytest.raises(CourseError, match="file of measurements itself"):
        validate.run_validate(files, facts=files[1])
