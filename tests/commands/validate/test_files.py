"""Files as people send them: byte order marks, other orders of columns, blanks, slips."""

from __future__ import annotations

from pathlib import Path

import pytest

from course_lib.commands.validate.files import FileError, Given, Unpredictable, as_number, read
from course_lib.commands.validate.sheets import SHEETS, Sheet, of_header
from tests.commands.validate.small import MPT, RUNS, TEXTS, written


@pytest.mark.parametrize(("kind", "sheet"), list(zip(TEXTS, SHEETS, strict=True)))
def test_every_kind_is_told_by_its_header(kind: str, sheet: Sheet, tmp_path: Path) -> None:
    assert {row.sheet.name for row in read(written(tmp_path, TEXTS[kind]))} == {sheet.name}


def test_no_header_is_of_two_kinds() -> None:
    for text in TEXTS.values():
        columns = text.partition("\n")[0].split(",")
        assert sum(set(columns).issuperset(sheet.told_by) for sheet in SHEETS) == 1


def test_targets_and_units_go_in_pairs_and_nothing_needed_is_a_target() -> None:
    for sheet in SHEETS:
        assert len(sheet.targets) == len(sheet.units)
        assert not set(sheet.targets) & {*sheet.needed, *sheet.told_by}
        assert {name for columns in sheet.same for name in columns} <= set(sheet.targets)


@pytest.mark.parametrize("kind", TEXTS)
def test_what_a_prediction_sees_holds_no_target_and_no_notes(kind: str, tmp_path: Path) -> None:
    for row in read(written(tmp_path, TEXTS[kind])):
        seen = set(row.given.cells)
        assert not seen & {*row.sheet.targets, "notes", "energy_basis", "source", "evidence"}
        assert {name for name in seen if name.endswith("_kind")} <= {"tflops_kind"}


def test_of_the_notes_the_shape_alone_is_seen(tmp_path: Path) -> None:
    text = RUNS.replace("64 heads", "64 heads, 1.42 s a step, 4 GPUs, mfu 0.4")
    assert read(written(tmp_path, text))[0].given.shape == "hidden 6144; 48 layers; 64 heads"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_changes_nothing(encoding: str, tmp_path: Path) -> None:
    rows = read(written(tmp_path, MPT, encoding=encoding))
    assert rows[0].id == "mpt-13b"


def test_lines_of_windows_and_blank_lines_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_bytes(MPT.replace("\n", "\r\n").encode() + b"\r\n,,,\r\n")
    assert [row.id for row in read(path)] == ["mpt-13b", "mpt-7b", "mpt-offloaded"]


def test_columns_may_come_in_any_order_and_with_others(tmp_path: Path) -> None:
    lines = [line.split(",") for line in MPT.splitlines()]
    turned = "\n".join(",".join([*reversed(line), "x"]) for line in lines)
    turned = turned.replace(",x", ",colour", 1)
    [first, *_] = read(written(tmp_path, turned))
    assert first.id == "mpt-13b" and first.published["mfu"] == 0.5
    assert first.given.text("micro_batch") == "20"


def test_a_short_line_lacks_its_last_cells(tmp_path: Path) -> None:
    text = MPT.splitlines()[0] + "\nshort,A100,MPT-7b\n"
    [row] = read(written(tmp_path, text))
    assert row.given.text("seq_len") == "" and row.published["mfu"] is None


def test_a_row_without_a_name_is_called_by_its_line(tmp_path: Path) -> None:
    text = MPT.replace("\nmpt-7b,", "\n,")
    assert [row.id for row in read(written(tmp_path, text))][1] == "line 3"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("name,price\nx,1\n", "line 1: the header is none of the known kinds"),
        (MPT.replace("micro_batch,", "micro,", 1), "needs the columns micro_batch"),
        (MPT.replace("id,table", "id,id", 1), "line 1: columns named twice: id"),
        (MPT + "one,too,many" + "," * 40 + "\n", "line 5: 43 cells, but the header has 23"),
        (MPT + 'an,"open quote\n', "line 5: unexpected end of data"),
    ],
)
def test_a_bad_file_names_its_line(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=message):
        read(written(tmp_path, text))


def test_a_file_that_is_no_text_is_said(tmp_path: Path) -> None:
    path = tmp_path / "small.csv"
    path.write_bytes(b"id,table\n\xff\xfe\x00")
    with pytest.raises(FileError, match="no text in UTF-8"):
        read(path)
    with pytest.raises(FileError, match="cannot be read"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", 1.5), ("~0.60", 0.6), ("2,097,152", 2097152), ("3e10", 3e10), ("-0.42", -0.42),
        ("1100 @256; 290 @512", None), ("", None), ("nan", None), ("inf", None), ("1e999", None),
        ("0.25 -> 0.135", None), ("12a", None),
    ],
)  # fmt: skip
def test_numbers(text: str, number: float | None) -> None:
    assert as_number(text) == number


@pytest.mark.parametrize(("cell", "message"), [("x", "no single number: 'x'"), ("0", "at least 1")])
def test_a_bad_cell_names_its_column(cell: str, message: str) -> None:
    with pytest.raises(Unpredictable, match=f"n_devices.*{message}"):
        Given(cells={"n_devices": cell}).whole("n_devices")


def test_a_header_of_no_kind() -> None:
    assert of_header([]) is None
