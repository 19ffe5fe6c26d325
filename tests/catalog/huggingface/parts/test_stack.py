"""Kinds of layers as a record holds them: what all have in common stands in the model."""

import pytest

from course_lib.catalog.huggingface.parts.stack import shortest, stack


def test_one_kind_needs_no_pattern() -> None:
    assert stack(["a", "a"], {"a": {"d_ff": 3}, "b": {"d_ff": 4}}) == {"d_ff": 3}


def test_windows_alone_are_said_without_kinds() -> None:
    kinds = {"near": {"sliding_window": 4, "d_ff": 3}, "far": {"d_ff": 3}}
    expected = {"d_ff": 3, "sliding_window": 4, "windowed": (True, False)}
    assert stack(["near", "far", "near"], kinds) == expected


def test_one_window_for_all_layers() -> None:
    assert stack(["near"], {"near": {"sliding_window": 4}}) == {
        "sliding_window": 4,
        "windowed": (True,),
    }


def test_two_windows_need_kinds() -> None:
    facts = stack(["a", "b"], {"a": {"sliding_window": 4}, "b": {"sliding_window": 8}})
    assert facts["kinds"] == {"a": {"sliding_window": 4}, "b": {"sliding_window": 8}}


def test_what_layers_have_in_common_stands_in_the_model() -> None:
    kinds = {"a": {"d_ff": 3, "causal": False}, "b": {"d_ff": 4, "causal": False}}
    facts = stack(["a", "a", "b"], kinds)
    assert facts["causal"] is False
    assert facts["kinds"] == {"a": {"d_ff": 3}, "b": {"d_ff": 4}}
    assert facts["pattern"] == ("a", "a", "b")


@pytest.mark.parametrize(
    ("names", "expected"),
    [("aaaa", "a"), ("abab", "ab"), ("ababa", "ab"), ("aab", "aab"), ("aabaa", "aab")],
)
def test_the_shortest_beginning_that_repeats(names: str, expected: str) -> None:
    assert shortest(names) == tuple(expected)
