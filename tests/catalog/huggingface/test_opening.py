"""Files in every encoding and place, and what is no file."""

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog.huggingface.opening import model_name, opened
from course_lib.catalog.huggingface.reading import from_hf_config

SAME_EACH_TIME = settings(derandomize=True, deadline=None)
GPT2 = {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"]}
ENCODED = {
    "utf-8": "utf-8",
    "utf-8 with a mark": "utf-8-sig",
    "utf-16 of this machine": "utf-16",
}


def encodings(text: str) -> dict[str, bytes]:
    """The same text as editors and shells write it."""
    return {name: text.encode(encoding) for name, encoding in ENCODED.items()} | {
        "utf-16, little end first": BOM_UTF16_LE + text.encode("utf-16-le"),
        "utf-16, big end first": BOM_UTF16_BE + text.encode("utf-16-be"),
    }


@pytest.mark.parametrize("name", encodings(""))
def test_encodings_of_the_same_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / "Größe der Schicht.json"
    path.write_bytes(encodings(json.dumps({**GPT2, "note": "Größe"}, ensure_ascii=False))[name])
    assert opened(path).stated == {**GPT2, "note": "Größe"}
    assert from_hf_config(path).layers == 12


@pytest.mark.parametrize(
    ("file", "title"),
    [
        ("a folder with spaces/config.json", "a folder with spaces"),
        ("Modelle für Zürich/config.json", "Modelle für Zürich"),
        ("org--model-7b.json", "org--model-7b"),
        ("v1.5.json", "v1.5"),
        (f"models--org--tiny/snapshots/{'0a' * 20}/config.json", "tiny"),
    ],
)
def test_titles_are_names_and_never_paths(tmp_path: Path, file: str, title: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(GPT2), encoding="utf-8")
    assert opened(path).title == title
    assert from_hf_config(str(path)).name == title
    if path.name == "config.json":
        assert from_hf_config(path.parent).name == title


def test_a_folder_named_by_a_dot_has_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "my model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(GPT2), encoding="utf-8")
    monkeypatch.chdir(folder)
    assert from_hf_config(".").name == "my model"
    assert from_hf_config("config.json").name == "my model"


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("org/Model-7B", "Model-7B"),
        ("gpt2", "gpt2"),
        ("/data/home/someone/run3", ""),
        ("./checkpoints/last", ""),
        ("../last", ""),
        ("~/models/x", ""),
        ("C:\\models\\x", ""),
        ("C:/models/x", ""),
        ("models\\x", ""),
        ("", ""),
        (" ", ""),
        (None, ""),
        (3, ""),
    ],
)
def test_the_own_name_of_a_configuration(stated: Any, name: str) -> None:
    assert model_name({"_name_or_path": stated}) == name
    assert from_hf_config({**GPT2, "_name_or_path": stated}).name == (name or "gpt2")


@SAME_EACH_TIME
@given(st.text())
def test_no_name_holds_a_path(stated: str) -> None:
    assert not set(model_name({"_name_or_path": stated})) & set("/\\")


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN"])
def test_bare_numbers_without_end_are_read_as_published(tmp_path: Path, number: str) -> None:
    path = tmp_path / "config.json"
    path.write_text(
        f'{{"model_type": "gpt2", "time_step_limit": [0.0, {number}]}}', encoding="utf-8"
    )
    assert from_hf_config(path).d_model == 768


@pytest.mark.parametrize(
    "given_text", ["openai/no-such-model", "Qwen/Qwen3-0.6B", "org/name.with.dots"]
)
def test_ids_of_the_hub_are_told_what_to_do(given_text: str) -> None:
    with pytest.raises(ValueError, match=r"repository of the hub; download its config\.json"):
        from_hf_config(given_text)


@pytest.mark.parametrize(
    "address",
    [
        "https://huggingface.co/openai/gpt-oss-20b",
        "http://example.org/config.json",
        "huggingface.co/openai/gpt-oss-20b",
        "hf.co/org/name",
        "hf://org/name",
        "HTTPS://HUGGINGFACE.CO/a/b",
    ],
)
def test_addresses_are_told_what_to_do(address: str) -> None:
    with pytest.raises(ValueError, match=r"is an address; download the repository's config\.json"):
        from_hf_config(address)


def test_a_path_that_looks_like_an_id_and_is_there_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "org" / "name").mkdir(parents=True)
    (tmp_path / "org" / "name" / "config.json").write_text(json.dumps(GPT2), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert from_hf_config("org/name").name == "name"


def test_folders_that_hold_something_else_say_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="config must be a file that can be read"):
        from_hf_config(tmp_path)
    (tmp_path / "adapter_config.json").write_text('{"peft_type": "LORA"}', encoding="utf-8")
    with pytest.raises(ValueError, match="this is an adapter"):
        from_hf_config(tmp_path)
    (tmp_path / "params.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"which holds params\.json"):
        from_hf_config(tmp_path)


def test_broken_files_name_their_path(tmp_path: Path) -> None:
    for name, stored, message in [
        ("half.json", BOM_UTF8 + b"{", "must be a JSON file"),
        ("odd.json", BOM_UTF16_LE + b"\x00", "can be read"),
        ("model.gguf", b"GGUF\x03\x00\x00\x00", "hand over its model's config.json"),
        ("modules.json", b"[]", "list of parts of a sentence-transformers model"),
    ]:
        (tmp_path / name).write_bytes(stored)
        with pytest.raises(ValueError, match=message) as caught:
            from_hf_config(tmp_path / name)
        assert name in str(caught.value)
