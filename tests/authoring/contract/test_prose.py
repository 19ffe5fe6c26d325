"""Dollar signs and typed numbers: what is caught, and what is let through."""

from collections.abc import Callable
from typing import Any

import pytest

from course_lib.authoring.contract.prose import bare_dollar, number_faults, typed_quantities
from course_lib.authoring.contract.reading import Page

Build = Callable[..., Page]


@pytest.mark.parametrize(
    "text", ["costs $5", "from $5 to $6 million", "the $ sign", "$5 and then some more $", "US$ 7"]
)
def test_money_is_caught(text: str) -> None:
    assert bare_dollar(text)


@pytest.mark.parametrize(
    "text",
    [
        "$6ND$",
        "$2N$ and $4N$ FLOPs",
        "$$C = 6ND$$",
        "`$HOME`",
        r"\$5",
        r"$\text{FLOPs} = 2 N$",
        "USD 5",
        "```\n$ ls\n```",
        "<a href='$x'>link</a>",
        "$n_\\text{layers} \\times d^2$",
    ],
)
def test_formulas_and_code_are_not(text: str) -> None:
    assert bare_dollar(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "16 GB",
        "16GB",
        "1.5 TFLOP/s",
        "405 billion",
        "70 B parameters",
        "12 %",
        "12%",
        "USD 15 000",
        "700 W",
        "1 300 MWh",
        "54 days",
        "3,000 tokens",
        "2.5 trillion",
        "8 GPUs",
        "16-bit weights, 80 GB",
        "20 ms",
    ],
)
def test_quantities_are_caught(text: str) -> None:
    assert typed_quantities(f"It is {text}, they say.")


@pytest.mark.parametrize(
    "text",
    [
        "In 2024 it was so.",
        "Llama 3 8B and GPT-4",
        "claim A01",
        "3 ideas in 45 minutes",
        "`16 GB`",
        "$16 GB$",
        "| 16 GB | 8 W |",
        "lesson 03",
        "H100, RTX 4090",
        "[paper](https://a.b/16 GB)",
        "two layers, 100 of them",
        "version 2.6",
        "<!-- 16 GB -->",
        "int8 weights",
    ],
)
def test_names_years_and_code_are_not(text: str) -> None:
    assert typed_quantities(text) == []


def marked(*texts: str) -> tuple[str, ...]:
    return ("# 03 · Title\n45 minutes, 8 GB", "## The question\n8 GB?", *texts)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (("## Recall\n8 GB",), 1),
        (("## Recall\n<!-- typed: definition -->\n8 GB",), 0),
        (("## Recall\n<!-- typed: thought experiment -->\n8 GB",), 0),
        (("## Recall\n<!-- typed: because -->\n8 GB",), 1),
        (("## Recall\nplain", "### Deeper\n8 GB"), 1),
        (("## You will be able to\n- fit 8 GB", "## Exercises\n8 GB"), 0),
        (("## Recall, 8 GB",), 0),
    ],
)
def test_where_numbers_may_stand(
    texts: tuple[str, ...], found: int, page: Build, lines: Callable[[Any], list[str]]
) -> None:
    assert len(lines(number_faults(page(*marked(*texts))))) == found
