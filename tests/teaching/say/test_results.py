"""Cards for what a lesson found: in short, a comparison of times, the machine."""

from types import SimpleNamespace
from typing import Any

import pytest

from course_lib.teaching import compare, in_short, machine_card

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
SAID = {
    "faster": "The cache is **faster**.",
    "slower": "It is slower.",
    "unclear": "On the recorded machine it is twice as fast.",
}


def test_in_short_is_one_sentence_on_a_card(shown: Bundles) -> None:
    in_short("""
        The MLPs hold **81 %** of the weights,
        see [the glossary](../docs/glossary.md) & `d_ff`.
    """)
    plain, html = shown[0][0]["text/plain"], shown[0][0]["text/html"]
    assert plain == "In short: The MLPs hold 81 % of the weights, see the glossary & d_ff."
    assert "<strong>81 %</strong>" in html and "<code>d_ff</code>" in html
    assert '<a href="../docs/glossary.md">the glossary</a> &amp;' in html


@pytest.mark.parametrize("text", ["", "  \n ", None, 3])
def test_in_short_has_to_say_something(text: Any) -> None:
    with pytest.raises(ValueError, match="markdown"):
        in_short(text)


@pytest.mark.parametrize(("word", "said"), [("faster", "The cache is faster."), ("slower", "It")])
def test_a_clear_comparison_has_its_sentence(word: str, said: str, shown: Bundles) -> None:
    sentence = compare(word, **SAID)
    assert shown[0][0]["text/plain"].startswith(said) and sentence == SAID[word]
    assert "again" not in shown[0][0]["text/plain"]


def test_one_that_is_not_clear_offers_to_measure_again(shown: Bundles) -> None:
    assert compare("not clear", **SAID) == SAID["unclear"]
    for text in shown[0][0].values():
        assert SAID["unclear"] in text and "Run the measuring cell again" in text
        assert "faster</strong>" not in text


def test_as_the_last_line_of_a_cell_it_adds_nothing(shown: Bundles) -> None:
    from IPython.core.formatters import DisplayFormatter

    assert DisplayFormatter().format(compare("faster", **SAID)) == ({}, {})


@pytest.mark.parametrize(
    ("word", "changed", "said"),
    [("quicker", {}, "word='quicker'"), ("faster", {"unclear": " "}, "unclear=' '")],
)
def test_a_bad_comparison_is_refused(word: str, changed: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        compare(word, **(SAID | changed))


def test_every_word_of_the_measuring_floor_has_a_sentence() -> None:
    from typing import get_args

    from course_lib.demos.measure.comparing import Verdict

    assert [bool(compare(word, **SAID)) for word in get_args(Verdict)] == [True] * 3


def test_the_machine_says_whether_its_times_can_be_trusted(shown: Bundles) -> None:
    machine_card(SimpleNamespace(quiet=True, words="quiet: others take 2% of 2 cores"), 24)
    machine_card(SimpleNamespace(quiet=False, words="not quiet: others take 80% of 2 cores"), 24)
    calm, busy = (bundle["text/plain"] for bundle, _ in shown)
    assert calm.startswith("This machine is quiet now: others take 2% of 2 cores.\n")
    assert busy.startswith("This machine is not quiet now: others take 80% of 2 cores.\n")
    assert "can be trusted" in calm and "can be trusted" not in busy
    assert "about 24 seconds" in calm and "about 24 seconds" in busy


def test_a_machine_whose_times_are_not_compared_is_no_cause_for_worry(shown: Bundles) -> None:
    machine_card(SimpleNamespace(quiet=False, words="not quiet"), 24, times=False)
    text = shown[0][0]["text/plain"]
    assert "No times are compared" in text and "scatter" not in text


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_length_of_time_is_above_zero(seconds: float) -> None:
    with pytest.raises(ValueError, match="seconds="):
        machine_card(SimpleNamespace(quiet=True, words="quiet"), seconds)
