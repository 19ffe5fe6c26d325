"""A text is looked at for what is there: words, numbers, units, joining words."""

import pytest

from course_lib.teaching import in_words


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("no figure here, not one", 0),
        ("1 000 billion weights", 1),
        ("30k tokens and 57,000 tokens", 2),
        ("a third of the bill, half at most", 2),
        ("thirty-two layers", 1),
        ("33.5 billion of 1.04 trillion", 2),
        ("Kimi K2 and GPT-4o", 1),
        ("", 0),
    ],
)
def test_numbers_are_counted(text: str, numbers: int) -> None:
    assert in_words(text).numbers == numbers


@pytest.mark.parametrize(
    "text",
    ["30 000 tokens", "30k tokens", "a text of 30000 long tokens", "33 %", "33%", "33 per cent"],
)
def test_a_unit_follows_its_number(text: str) -> None:
    assert in_words(text).measures("token", "%", "per")


@pytest.mark.parametrize(
    "text", ["$2 million", "2M$", "30 000 US$", "USD 2 million", "2 million dollars", "$30k", "$ 5"]
)
def test_money_stands_before_its_number_or_behind_it(text: str) -> None:
    assert in_words(text).measures("usd", "dollar")
    assert not in_words(text).measures("token", "euro")


@pytest.mark.parametrize("text", ["€2M", "2 M€", "EUR 2 million", "two million euros"])
def test_euros_are_money_too(text: str) -> None:
    assert in_words(text).measures("eur")


@pytest.mark.parametrize("text", ["tokens: 30 000", "many tokens", "7 of all those many tokens"])
def test_a_unit_elsewhere_does_not_count(text: str) -> None:
    assert not in_words(text).measures("token")


def test_words_are_found_by_how_they_begin() -> None:
    text = in_words("Windows, (or FULL attention)!")
    assert text.has("window") and text.has("full") and not text.has("atten tion")


@pytest.mark.parametrize("word", ["because", "since", "so", "if", "therefore", "Otherwise"])
def test_joining_words(word: str) -> None:
    assert in_words(f"It holds {word} it must.").joins
    assert not in_words("It holds. It must.").joins


@pytest.mark.parametrize("value", [None, 3, ["a"]])
def test_what_is_no_text_is_told_of(value: object) -> None:
    with pytest.raises(AssertionError, match="a text between quotes"):
        in_words(value)
