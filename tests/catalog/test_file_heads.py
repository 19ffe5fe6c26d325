"""The heads of the files of facts: current, complete, and made as told."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from course_lib import catalog, toml_files
from course_lib.catalog import Catalog, Transformer, UndisclosedModel
from course_lib.catalog import file_heads as heads

CATALOGS = [member for member in vars(catalog).values() if isinstance(member, Catalog)]
FILES = [file for member in CATALOGS for file in toml_files.files(member.path)]
each_file = pytest.mark.parametrize(
    "file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}"
)
STORAGE = """\
# Disks.
#
# What one can buy.
#
# Fields (* must be there), as `python -m course_lib.catalog.file_heads` writes them:
#
# An entry (Storage in link.py):
# * name                   text           Name of the kind of storage.
#   read_bytes_per_second  number         Reading one long file, in bytes/s.
#   file_open_seconds      number         Opening one small file, in seconds.
# * source                 table          Where the numbers stand.
#   notes                  text           What else to know.
#   aliases                list of texts  Other names that find it.
#   usual_for              list of texts  Names of everyday use that may mean several entries and
#                                         usually mean this one.
#
# The table source (Source in source.py):
# * text      text  The document, file or page that states the fact.
# * date      text  When the fact held or was published: a year, a month or a day, as precise as
#                   known.
# * kind      text  How the number came about: measured, reported, estimated or list price.
# * evidence  text  How far it was checked: read in the source; read, rounded (the source rounds);
#                   read, second hand (in a text that quotes the source); recalled, not re-read.

# --- a ruler ---

[disk]
"""


@cache
def texts() -> dict[Path, str]:
    """Each file with its text as it should be."""
    return dict(heads.heads())


@each_file
def test_every_head_is_current(file: Path) -> None:
    told = "run `python -m course_lib.catalog.file_heads`"
    assert file.read_text(encoding="utf-8") == texts()[file], told


@each_file
def test_a_head_tells_every_field_that_is_used_and_what_must_be_there(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    head = text[: text.index("\n\n")]
    entries = tomllib.loads(text).values()
    known = set(re.findall(r"^# [* ] (\w+)  ", head, re.MULTILINE))
    assert {field for entry in entries for field in entry} <= known
    for field in {field for entry in entries for field in entry}:  # in every entry or not starred
        if not all(field in entry for entry in entries) and "kind = " not in head:
            assert f"\n#   {field} " in head, field


@pytest.mark.parametrize("above", ["", "# Fields (of old):\n# * nothing  text  Gone.\n"])
def test_a_head_is_written_below_what_stands_there_by_hand(tmp_path: Path, above: str) -> None:
    file = tmp_path / "disks.toml"
    by_hand = "# Disks.\n#\n# What one can buy.\n" + (f"#\n{above}" if above else "")
    file.write_text(f"{by_hand}\n# --- a ruler ---\n\n[disk]\n", encoding="utf-8")
    assert heads.with_head(file, catalog.Storage) == STORAGE
    file.write_text(STORAGE, encoding="utf-8")
    assert heads.with_head(file, catalog.Storage) == STORAGE


def test_a_file_without_a_comment_gets_its_head(tmp_path: Path) -> None:
    file = tmp_path / "disks.toml"
    file.write_text("[disk]\n", encoding="utf-8")
    head = STORAGE.split("\n\n")[0].removeprefix("# Disks.\n#\n# What one can buy.\n#\n")
    assert heads.with_head(file, catalog.Storage) == f"{head}\n\n[disk]\n"


def test_each_kind_that_occurs_has_its_fields_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "models.toml"
    kinds = {"": Transformer, "secret": UndisclosedModel, "hidden": UndisclosedModel}
    file.write_text('[b]\nkind = "secret"\n\n[a]\n\n[c]\nkind = "hidden"\n', encoding="utf-8")
    sections = [
        line for line in heads.with_head(file, kinds).splitlines() if re.match("# (An|The) ", line)
    ]
    assert sections == [
        '# An entry with kind = "secret" or "hidden" (UndisclosedModel in other_models.py):',
        "# An entry (Transformer in transformer.py):",
        "# The table published (Published in published.py):",
        "# The table published.source or source (Source in source.py):",
        "# The table indexer (Indexer in layer_parts.py):",
        "# The table experts (Experts in layer_parts.py):",
        "# The table latent (LatentAttention in layer_parts.py):",
        "# The table compressed (CompressedAttention in compressed.py):",
        "# The table recurrent (Recurrent in recurrent.py):",
        "# The table stored (Stored in stored.py):",
    ]
    file.write_text("[a]\n", encoding="utf-8")
    assert "UndisclosedModel" not in heads.with_head(file, kinds)


def test_defaults_are_told_where_they_say_more_than_not_stated() -> None:
    told = re.sub(r"\n# {9,}", " ", "\n".join(heads.table(Transformer)))
    for name, end in {
        "norms_per_layer": "in one layer. Left out: 2.",
        "final_norm": "the last layer. Left out: true.",
        "gated_mlp": "in place of two. Left out: false.",
        "qk_norm": 'heads together). Left out: "none".',
        "family": "Model family.",
        "n_kv_heads": "Default: `n_heads`.",
        "windowed": "as the stack needs.",
    }.items():
        assert re.search(rf"^#   {name} .*{re.escape(end)}$", told, re.MULTILINE), name
    assert re.search(r"^# \* source +table ", told, re.MULTILINE)  # a default, but never left out
    inherited = "\n".join(heads.table(UndisclosedModel))
    assert re.search(r"^# \* year +whole number +Year of publication\.$", inherited, re.MULTILINE)


def test_looking_changes_nothing_and_writing_mends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "disks.toml"
    file.write_text("old\n", encoding="utf-8")
    monkeypatch.setattr(heads, "heads", lambda: iter([(file, "new\n")]))
    assert heads.main(["--check"]) == 1 and file.read_text(encoding="utf-8") == "old\n"
    assert "disks.toml: not current" in capsys.readouterr().out
    assert heads.main([]) == 0 and file.read_text(encoding="utf-8") == "new\n"
    assert "disks.toml: written" in capsys.readouterr().out
    assert heads.main(["--check"]) == 0 and capsys.readouterr().out == ""
