"""Files in every encoding and place, and what is no file."""

import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog.huggingface.opening import DEEPEST, model_name, opened
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
    "given_text",
    ["openai/no-such-model", "Qwen/Qwen3-0.6B", "org/name.with.dots", "gpt2", "bert-base-uncased",
     "opt-1.3b", "org/name@main", "gpt2@main", "org/name@refs/pr/3"],
)  # fmt: skip
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


def test_addresses_of_files_and_json_as_a_text_are_told_what_to_do() -> None:
    for address in ("file:///models/gpt2/config.json", "FILE:///C:/models", "file:models"):
        with pytest.raises(ValueError, match="is an address; hand over the path without file://"):
            from_hf_config(address)
    for text in ('{"model_type": "gpt2"}', ' {\n "model_type": "gpt2"}', "{}", '[{"a": 1}]'):
        with pytest.raises(ValueError, match=r"reads like JSON itself; hand over json\.loads"):
            from_hf_config(text)


@pytest.mark.parametrize(
    "path", ["model.json", "missing/config.json", "weights.bin", "a b", "[draft]/config.json", "~"]
)
def test_other_paths_that_lead_nowhere_are_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    with pytest.raises(ValueError, match="config must be a file that can be read"):
        from_hf_config(path)


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    (home / "models").mkdir(parents=True)
    here.mkdir()
    (home / "models" / "config.json").write_text(json.dumps(GPT2), encoding="utf-8")
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.chdir(here)
    for given_path in ("~/models", "~/models/config.json", Path("~/models")):
        assert from_hf_config(given_path).name == "models"
    # A folder of that name goes first.
    (here / "~").mkdir()
    (here / "~" / "config.json").write_text(json.dumps(GPT2), encoding="utf-8")
    assert from_hf_config("~").name == "~"


def nested(levels: int, kind: str) -> str:
    """JSON with that many levels, the outermost one among them."""
    inner = levels - 1
    if kind == "tables":
        return '{"a":' * inner + "{}" + "}" * inner
    return '{"a":' + "[" * inner + "]" * inner + "}"


@pytest.mark.parametrize("kind", ["tables", "lists"])
@pytest.mark.parametrize("levels", [DEEPEST + 1, 500, 3000, 100_000])
def test_nesting_deeper_than_any_configuration_is_refused(
    tmp_path: Path, levels: int, kind: str
) -> None:
    path = tmp_path / "config.json"
    path.write_text(nested(levels, kind), encoding="utf-8")
    with pytest.raises(ValueError, match="config must nest at most 64 levels"):
        from_hf_config(path)
    path.write_text("[" * levels, encoding="utf-8")
    with pytest.raises(ValueError, match="config must"):
        from_hf_config(path)


def test_a_deep_mapping_is_refused_as_a_file_is() -> None:
    for keys in ("text_config", "llm_config", "anything"):
        config: dict[str, Any] = {"model_type": "llama"}
        for _ in range(3000):
            config = {"model_type": "llava", keys: config}
        with pytest.raises(ValueError, match="config must nest at most 64 levels"):
            from_hf_config(config)
    own: dict[str, Any] = {**GPT2}
    own["self"], own["again"] = own, [own, own]
    with pytest.raises(ValueError, match="config must nest at most 64 levels"):
        from_hf_config(own)


def test_as_deep_as_allowed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    deep = json.loads(nested(DEEPEST - 1, "tables"))
    path.write_text(json.dumps({**GPT2, "task_specific_params": deep}), encoding="utf-8")
    assert from_hf_config(path).layers == 12


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
        ("odd.json", BOM_UTF16_LE + b"\x00", "no text that can be read"),
        ("model.gguf", b"GGUF\x03\x00\x00\x00", "hand over its model's config.json"),
        ("modules.json", b"[]", "list of parts of a sentence-transformers model"),
    ]:
        (tmp_path / name).write_bytes(stored)
        with pytest.raises(ValueError, match=message) as caught:
            from_hf_config(tmp_path / name)
        assert name in str(caught.value)
