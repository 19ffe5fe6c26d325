"""Catalogs as mappings: names forgiven, misses explained, touches remembered, nothing changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import catalog
from course_lib.catalog import (
    Catalog,
    Link,
)

ALL = tuple(each for each in vars(catalog).values() if isinstance(each, catalog.Catalog))

PAIR = """
[opt-1-3b]
name = "OPT-1.3B (first)"
bytes_per_second = 1
source = { text = "t", date = "2024", kind = "reported", evidence = "read" }

[opt-13b]
name = "OPT-13B"
aliases = ["OPT-13B (first)", "Big One"]
bytes_per_second = 2
source = { text = "t", date = "2024", kind = "reported", evidence = "read" }

[gpt3-1-3b]
name = "GPT3 1.3B"
bytes_per_second = 3
source = { text = "t", date = "2024", kind = "reported", evidence = "read" }

[gpt-3-13b]
name = "GPT 3 13B"
bytes_per_second = 4
source = { text = "t", date = "2024", kind = "reported", evidence = "read" }
"""


@pytest.fixture
def pair(tmp_path: Path) -> Catalog[Link]:
    path = tmp_path / "pair.toml"
    path.write_text(PAIR, encoding="utf-8")
    return Catalog("pair", Link, path)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("opt-1-3b", "opt-1-3b"),
        ("OPT 1.3b", "opt-1-3b"),
        ("opt13b", "opt-13b"),  # exact there, so never the 1.3B
        ("OPT-1.3B (second)", "opt-1-3b"),
        ("the OPT", None),
        ("big-one", "opt-13b"),
        ("gpt313b", None),  # GPT3 1.3B or GPT 3 13B
        ("", None),
        ("()", None),
    ],
)
def test_how_a_name_is_matched(pair: Catalog[Link], name: str, key: str | None) -> None:
    assert (name in pair) is (key is not None)
    if key is None:
        with pytest.raises(KeyError):
            pair[name]
    else:
        assert pair.key(name) == key
        assert pair[name] is pair[key]


def test_an_ambiguous_name_is_refused_with_what_it_may_mean(pair: Catalog[Link]) -> None:
    with pytest.raises(KeyError) as caught:
        pair["gpt313b"]
    assert caught.value.args == ("pair has several entries for 'gpt313b': gpt-3-13b, gpt3-1-3b",)


@pytest.mark.parametrize(
    ("wrong", "near"),
    [("opt-14b", "opt-13b"), ("opt", "opt-13b"), ("Bigg One", "opt-13b"), ("gpt3", "gpt3-1-3b")],
)
def test_a_miss_names_the_catalog_and_the_nearest(
    pair: Catalog[Link], wrong: str, near: str
) -> None:
    with pytest.raises(KeyError) as caught:
        pair[wrong]
    assert caught.value.args[0].startswith(f"pair has no entry {wrong!r}; nearest: ")
    assert near in caught.value.args[0]


def test_a_miss_with_nothing_near_says_how_to_list_all(pair: Catalog[Link]) -> None:
    with pytest.raises(KeyError) as caught:
        pair["%%%"]
    assert (
        caught.value.args[0] == "pair has no entry '%%%'; nearest: none; list(pair) shows all keys"
    )


@pytest.mark.parametrize("name", [3, None, 2.5, ("opt-13b",)])
def test_what_is_no_text_is_no_name(pair: Catalog[Link], name: Any) -> None:
    assert name not in pair
    assert pair.get(name) is None
    with pytest.raises(KeyError, match="pair has no entry"):
        pair[name]


def names_of(one: Catalog[Any]) -> list[tuple[str, str]]:
    """Each key of a catalog with itself, its published name and its aliases."""
    return [(key, name) for key, record in one._loaded().items() for name in _names(key, record)]


def _names(key: str, record: Any) -> list[str]:
    return [key, getattr(record, "name", key), *getattr(record, "aliases", ())]


NAMES = [(one, key, name) for one in ALL for key, name in names_of(one)]


@given(st.data())
def test_case_and_punctuation_do_not_count(data: st.DataObject) -> None:
    one, key, name = data.draw(st.sampled_from(NAMES))
    written = ""
    for index, char in enumerate(name):
        if char.isalnum():
            written += data.draw(st.sampled_from([char.upper(), char.lower()]))
            between_digits = char.isdigit() and name[index + 1 : index + 2].isdigit()
            written += (
                ""
                if between_digits
                else data.draw(st.sampled_from(["", "", " ", "_", "-", ".", " /"]))
            )
        elif char not in "()":
            written += data.draw(st.sampled_from([" ", "-", "_", ".", ", "]))
        else:
            written += char
    assert one.key(written) == key


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_key_name_and_alias_leads_home(one: Catalog[Any]) -> None:
    for key, name in names_of(one):
        assert one.key(name) == key
        assert one.key(name.upper()) == key
        assert one.key(name.replace("-", "_").replace(" ", "-")) == key


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_catalogs_are_read_only_mappings(one: Catalog[Any]) -> None:
    assert isinstance(one, Mapping)
    assert len(one) == len(list(one)) == len(one.keys()) == len(one.values()) == len(one.items())
    first = next(iter(one))
    assert one.get(first) is one[first] is next(iter(one.values()))
    for attempt in (
        "one['new'] = 1",
        "del one[first]",
        "one.clear()",
        "one.update(a=1)",
        "one.pop(first)",
    ):
        with pytest.raises((TypeError, AttributeError)):
            exec(attempt, {"one": one, "first": first})
    with pytest.raises((TypeError, AttributeError)):
        one.new = 1  # type: ignore[attr-defined]
    assert one == one and hash(one) == hash(one)
    assert one != dict(one.items())


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_repr_is_short_and_says_what_is_there(one: Catalog[Any]) -> None:
    assert repr(one).startswith(f"{one.name}: {len(one)} entries, e.g. {next(iter(one))}, ")
    assert len(repr(one)) < 200


def test_touches_are_remembered_once_in_order(
    pair: Catalog[Link], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("course_lib.catalog.lookup._TOUCHED", {})
    assert (
        "opt-13b" in pair
        and len(pair) == 4
        and list(pair.keys())
        and repr(pair)
        and "none" not in pair
    )
    with pytest.raises(KeyError):
        pair["none"]
    assert pair.get("none") is None
    assert catalog.touched() == []
    assert pair["OPT 13B"] and pair["big one"] and pair.get("opt-1.3b")
    assert catalog.touched() == [("pair", "opt-13b"), ("pair", "opt-1-3b")]
    assert list(pair.items()) and list(pair.values())
    assert catalog.touched() == [("pair", "opt-13b"), ("pair", "opt-1-3b"), ("pair", "*")]


def test_the_list_of_touches_is_a_copy() -> None:
    catalog.touched().append(("models", "none"))
    assert ("models", "none") not in catalog.touched()


def test_importing_reads_no_file_and_skips_what_only_reading_needs() -> None:
    code = (
        "import sys, numpy; before = set(sys.modules); import course_lib.catalog as c;"
        "assert not {'tomllib', 'difflib', 'course_lib.toml_files', 'course_lib.catalog.load', "
        "'course_lib.catalog.huggingface.reading'} & (set(sys.modules) - before);"
        "assert all(getattr(c, name)._entries is None "
        "for name in 'models devices runs prices grids'.split());"
        "c.devices['h100']; assert c.models._entries is None and c.devices._entries is not None"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, timeout=60, cwd=Path(catalog.__file__).parents[2]
    )


def test_from_hf_config_comes_with_the_catalog() -> None:
    from course_lib.catalog import from_hf_config
    from course_lib.catalog.huggingface.reading import from_hf_config as original

    assert from_hf_config is original
    with pytest.raises(AttributeError, match="no attribute 'from_tea_leaves'"):
        catalog.from_tea_leaves  # noqa: B018


def test_all_public_names_exist() -> None:
    for name in catalog.__all__:
        assert hasattr(catalog, name)
