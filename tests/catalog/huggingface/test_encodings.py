"""What is no text that is read says what it is, and which encodings are read."""

import json
from codecs import BOM_UTF32_BE
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib.catalog.huggingface import encodings
from course_lib.catalog.huggingface.reading import from_hf_config

SAME_EACH_TIME = settings(derandomize=True, deadline=None)
TEXT = json.dumps({"model_type": "gpt2", "note": "Größe"}, ensure_ascii=False)
OTHERS: dict[str, tuple[bytes, str]] = {
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(20), r"a picture \(PNG\) holds no JSON; hand over"),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(20), "a picture"),
    "safetensors": ((8).to_bytes(8, "little") + b'{"a":{}}', "a safetensors file holds no"),
    "checkpoint": (b"PK\x03\x04" + bytes(20), "a checkpoint of PyTorch"),
    "gguf": (b"GGUF\x03\x00\x00\x00", "a GGUF file holds no JSON; hand over its model"),
    "latin-1": (TEXT.encode("latin-1"), "Latin-1.*UTF-8, or UTF-16 with a byte-order"),
    "utf-32": (TEXT.encode("utf-32"), "text in UTF-32; UTF-8, or"),
    "utf-32, big end first": (BOM_UTF32_BE + TEXT.encode("utf-32-be"), "text in UTF-32; UTF-8"),
    "utf-32 without a mark": (TEXT.encode("utf-32-le"), "UTF-32 without a byte-order mark; UTF-8"),
    "utf-16 without a mark": (TEXT.encode("utf-16-le"), "UTF-16 or UTF-32 without a byte-order"),
    "utf-16, big end first": (TEXT.encode("utf-16-be"), "UTF-16 or UTF-32 without a byte-order"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_other_files_are_named(tmp_path: Path, name: str) -> None:
    stored, message = OTHERS[name]
    (tmp_path / "config.json").write_bytes(stored)
    with pytest.raises(ValueError, match=message) as caught:
        from_hf_config(tmp_path)
    assert str(caught.value).startswith("config must be a JSON file, got ")


@SAME_EACH_TIME
@given(st.binary(max_size=40))
def test_any_bytes_are_text_or_a_value_error(stored: bytes) -> None:
    try:
        assert isinstance(encodings.text(stored, "config.json"), str)
    except ValueError as error:
        assert not isinstance(error, UnicodeDecodeError)


@SAME_EACH_TIME
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufeff")))
def test_text_comes_back_from_each_encoding(text: str) -> None:
    object_ = json.dumps({"a": text}, ensure_ascii=False)
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert encodings.text(object_.encode(encoding), "config.json") == object_
