"""The loader: what good files give, and how each kind of bad file is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course_lib.catalog import Catalog, Device, Link, Transformer, UNet
from course_lib.catalog.load import load
from course_lib.toml_files import EntryError

SOURCE = 'source = { text = "a data sheet", date = "2024", kind = "reported", evidence = "read" }'
CARD = f"""
[card-80gb]
name = "Card 80GB"
vendor = "maker"
kind = "gpu"
year = 2024
aliases = ["The Card"]
peak_flops = {{ bf16 = 1e15 }}
memory_bytes = 8e10
{SOURCE}
"""
DECODER = f"""
[tiny-1b]
name = "Tiny-1B"
layers = 2
d_model = 64
n_heads = 4
d_ff = 256
vocab_rows = 1000
{SOURCE}
"""
MODEL_KINDS = {"": Transformer, "unet": UNet}


def write(folder: Path, text: str, name: str = "devices.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def complaint(folder: Path, text: str, kind: Any = Device) -> str:
    with pytest.raises(EntryError) as caught:
        load(write(folder, text), kind)
    return str(caught.value)


def test_a_good_file(tmp_path: Path) -> None:
    facts = load(write(tmp_path, CARD), Device)
    card = facts.entries["card-80gb"]
    assert (card.name, card.aliases, card.memory_bytes, card.peak_flops["bf16"]) == (
        "Card 80GB",
        ("The Card",),
        8e10,
        1e15,
    )
    assert card.source.text == "a data sheet"
    assert facts.exact == {"card80gb": "card-80gb", "thecard": "card-80gb"}


def test_parts_become_records(tmp_path: Path) -> None:
    mixture = DECODER.replace(
        "d_ff = 256", "d_ff = 0\nexperts = { count = 8, active = 2, d_ff = 32 }"
    )
    counted = (
        f'{mixture}\n[tiny-1b.published]\ntotal_params = 1_000\ntotal_kind = "rounded"\n{SOURCE}\n'
    )
    model = load(write(tmp_path, counted), MODEL_KINDS).entries["tiny-1b"]
    assert model.experts.count == 8
    assert model.published.total_params == 1000
    assert model.published.source.evidence == "read"


def test_lists_become_tuples_and_text_stays_unicode(tmp_path: Path) -> None:
    windowed = DECODER.replace(
        "vocab_rows", "sliding_window = 8\nwindowed = [true, false]\nvocab_rows"
    )
    model = load(
        write(tmp_path, windowed.replace("a data sheet", "Übersicht, α")), MODEL_KINDS
    ).entries["tiny-1b"]
    assert model.windowed == (True, False)
    assert model.source.text == "Übersicht, α"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "memory_bytes = 8e10",
            "memory_bytes = -80",
            "field memory_bytes: must be above zero, got -80",
        ),
        (
            "memory_bytes = 8e10",
            'memory_bytes = "80 GB"',
            "field memory_bytes: must be a number or an array of numbers",
        ),
        (
            "memory_bytes = 8e10",
            "memory_bytes = nan",
            "field memory_bytes: must be finite, got nan",
        ),
        (
            "memory_bytes = 8e10",
            "memory_bytes = true",
            "field memory_bytes: must be a number or an array of numbers",
        ),
        (
            "memory_bytes",
            "memory_gb",
            "field memory_gb: is not known; Device has name, vendor, kind",
        ),
        ('vendor = "maker"\n', "", "field vendor: is missing"),
        ('name = "Card 80GB"\n', "", "field name: is missing"),
        (SOURCE, "", "field source: is missing"),
        (
            SOURCE,
            'source = "a data sheet"',
            "field source: must be a table of fields, got 'a data sheet'",
        ),
        ('date = "2024", ', "", "field source.date: is missing"),
        (
            'text = "a data sheet"',
            'text = ""',
            "field source.text: must be a text that is not blank",
        ),
        (
            'kind = "reported"',
            'kind = "rumour"',
            "field source.kind: must be one of measured; reported",
        ),
        ('evidence = "read"', 'evidence = "read", page = 3', "field source.page: is not known"),
        ("bf16 = 1e15", "bf16 = 0", "field peak_flops.bf16: must be above zero, got 0"),
        ('["The Card"]', '"The Card"', "field aliases: must be a list of texts, got 'The Card'"),
        ('["The Card"]', "[4090]", "field aliases: must be a text, got 4090"),
        ('["The Card"]', '["()"]', "field aliases: must hold a letter or a digit, got '()'"),
        (
            'kind = "gpu"',
            'kind = "abacus"',
            "field kind: must be one of gpu, tpu, asic, soc, npu, cpu, got 'abacus'",
        ),
    ],
)
def test_a_bad_field_is_named_with_file_entry_and_rule(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in CARD
    assert complaint(tmp_path, CARD.replace(old, new)).startswith(
        f"file devices.toml, entry 'card-80gb', {message}"
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("layers = 2", "layers = 0", "field layers: must be at least 1, got 0"),
        (
            "n_heads = 4",
            "n_heads = 5",
            "field n_heads: must divide d_model, got n_heads=5 and d_model=64",
        ),
        (
            "d_ff = 256",
            "d_ff = 256\nexperts = { count = 8, active = 9, d_ff = 32 }",
            "field experts.active: must not exceed experts.count, got 9 of 8",
        ),
        (
            "d_ff = 256",
            "d_ff = 256\nexperts = { count = 8, active = 2 }",
            "field experts.d_ff: is missing",
        ),
        (
            "d_ff = 256",
            "d_ff = 256\nexperts = 8",
            "field experts: must be a table of fields, got 8",
        ),
        (SOURCE, "", "field source: is missing"),
        (
            "layers = 2",
            'kind = "rnn"\nlayers = 2',
            "field kind: must be one of unet or be left out, got 'rnn'",
        ),
        (
            "layers = 2",
            'kind = "unet"\nlayers = 2',
            "field layers: is not known; UNet has name, family",
        ),
    ],
)
def test_a_bad_model_is_named_too(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = complaint(tmp_path, DECODER.replace(old, new), MODEL_KINDS)
    assert text.startswith(f"file devices.toml, entry 'tiny-1b', {message}")


def test_the_key_is_a_slug(tmp_path: Path) -> None:
    for key in ("Card-80gb", "card_80gb", '"card 80gb"', "card--80gb", '""'):
        assert "the key must be lower-case letters" in complaint(
            tmp_path, CARD.replace("card-80gb", key)
        )
    assert (
        complaint(tmp_path, "card = 3")
        == "file devices.toml, entry 'card': must be a table of fields, got 3"
    )


@pytest.mark.parametrize(
    ("name", "alias"),
    [("CARD 80 GB", "Other"), ("Other", "card-80gb"), ("Other", "(the) card"), ("the_card", "x")],
)
def test_two_entries_must_not_answer_to_one_name(tmp_path: Path, name: str, alias: str) -> None:
    second = (
        CARD.replace("[card-80gb]", "[other]").replace("Card 80GB", name).replace("The Card", alias)
    )
    text = complaint(tmp_path, CARD + second)
    assert text.startswith("file devices.toml, entry 'other', field aliases: ")
    assert text.endswith("is ambiguous: entry 'card-80gb' of file devices.toml answers to it too")


def test_a_folder_is_one_catalog_in_the_order_of_its_files(tmp_path: Path) -> None:
    for name, key in (("2_b.toml", "first-b"), ("1_z.toml", "last-z"), ("10_a.toml", "next-a")):
        text = CARD.replace("[card-80gb]", f"[{key}]").replace("Card 80GB", key)
        write(tmp_path, text.replace("The Card", f"{key} too"), name)
    write(tmp_path, "no TOML at all", "notes.md")
    assert list(load(tmp_path, Device).entries) == ["next-a", "last-z", "first-b"]
    catalog: Catalog[Device] = Catalog("cards", Device, tmp_path)
    assert catalog["Last Z too"] is catalog["last-z"] and len(catalog) == 3


@pytest.mark.parametrize(
    ("new", "entry", "message"),
    [
        (CARD, "card-80gb", ": must be unique, but file {}/1_a.toml has it too"),
        (
            CARD.replace("[card-80gb]", "[other]"),
            "other",
            ", field aliases: 'Card 80GB' is ambiguous: entry 'card-80gb' of file {}/1_a.toml "
            "answers to it too",
        ),
        (
            CARD.replace("[card-80gb]", "[x]").replace("= 8e10", "= -80"),
            "x",
            ", field memory_bytes: must be above zero, got -80",
        ),
    ],
)
def test_an_error_names_the_file_of_the_folder(
    tmp_path: Path, new: str, entry: str, message: str
) -> None:
    write(tmp_path, CARD, "1_a.toml")
    write(tmp_path, new, "2_b.toml")
    with pytest.raises(EntryError) as caught:
        load(tmp_path, Device)
    told = message.format(tmp_path.name)
    assert str(caught.value) == f"file {tmp_path.name}/2_b.toml, entry {entry!r}{told}"


def test_the_same_name_twice_in_one_entry_is_fine(tmp_path: Path) -> None:
    assert load(write(tmp_path, CARD.replace("The Card", "card 80gb")), Device).exact == {
        "card80gb": "card-80gb"
    }


def test_broken_files(tmp_path: Path) -> None:
    broken = complaint(tmp_path, "\n\n[card]\nname = \n")
    assert broken.startswith("file devices.toml: must be TOML: ")
    assert "line 4" in broken
    assert complaint(tmp_path, CARD + CARD).startswith(
        "file devices.toml: must be TOML: Cannot declare"
    )
    path = tmp_path / "devices.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(EntryError, match=r"file devices\.toml: must be UTF-8"):
        load(path, Device)
    with pytest.raises(EntryError, match=r"file none\.toml: cannot be read from "):
        load(tmp_path / "none.toml", Device)


def test_an_entry_error_is_a_value_error_and_keeps_its_cause(tmp_path: Path) -> None:
    with pytest.raises(ValueError) as caught:
        load(write(tmp_path, CARD.replace("8e10", "-80")), Device)
    assert str(caught.value.__cause__) == "memory_bytes must be above zero, got -80"


def test_a_catalog_reports_its_bad_file_at_first_use_and_again(tmp_path: Path) -> None:
    catalog: Catalog[Link] = Catalog(
        "links", Link, write(tmp_path, "[a]\nname = 1\n", "links.toml")
    )
    for _ in range(2):
        with pytest.raises(
            EntryError, match=r"file links\.toml, entry 'a', field source: is missing"
        ):
            len(catalog)


@pytest.mark.parametrize(
    ("usual", "message"),
    [
        ('["Cards"]', None),
        ('"Cards"', "field usual_for: must be a list of texts, got 'Cards'"),
        ("[3]", "field usual_for: must be a text, got 3"),
        ('["The Card"]', "field usual_for: 'thecard' is a name of entry 'card-80gb'"),
    ],
)
def test_an_everyday_name_is_no_name_of_an_entry(
    tmp_path: Path, usual: str, message: str | None
) -> None:
    text = CARD.replace('aliases = ["The Card"]', f'aliases = ["The Card"]\nusual_for = {usual}')
    if message is None:
        assert load(write(tmp_path, text), Device).usual == {"cards": "card-80gb"}
    else:
        assert complaint(tmp_path, text) == f"file devices.toml, entry 'card-80gb', {message}"


def test_two_entries_must_not_be_usual_for_one_name(tmp_path: Path) -> None:
    text = CARD.replace('aliases = ["The Card"]', 'usual_for = ["Cards"]')
    other = text.replace("[card-80gb]", "[other]").replace("Card 80GB", "Other")
    assert complaint(tmp_path, text + other) == (
        "file devices.toml, entry 'other', field usual_for: 'cards' is ambiguous: "
        "entry 'card-80gb' is usual for it too"
    )
