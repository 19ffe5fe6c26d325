"""The claims: all there, and their rules sound."""

import re
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from course_lib.teaching import claim
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.rules import VERDICTS, decide, parse

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
CLAIMS = claims.load(claims.FILE)
TESTED = [id for id, found in CLAIMS.items() if found.rules]


def test_all_claims_are_there_in_order_with_their_parts() -> None:
    numbered = [
        f"{letter}{n:02}"
        for letter, last in [("A", 20), ("B", 13), ("C", 11), ("D", 6)]
        for n in range(1, last + 1)
    ]
    assert list(dict.fromkeys(id[:3] for id in CLAIMS)) == numbered
    for number in numbered:
        parts = [id[3:] for id in CLAIMS if id.startswith(number)]
        assert parts == [""] or parts == list("abcdefgh"[: len(parts)])
    assert list(CLAIMS) == sorted(CLAIMS)


def test_lesson_01_can_decide_its_claims() -> None:
    own = [id for id, found in CLAIMS.items() if "01_parameters" in found.lessons]
    assert {id[:3] for id in own} == {"A01", "A02", "A07"} and set(own) <= set(TESTED)


def test_the_article_quotes_five_claims_as_myths() -> None:
    assert [id for id, found in CLAIMS.items() if found.is_myth] == [f"C0{n}" for n in range(1, 6)]


@pytest.mark.parametrize("id", TESTED)
def test_every_rule_can_decide(id: str) -> None:
    """Numbers on, between and beyond the limits of a claim reach each of its rules."""
    found = CLAIMS[id]
    limits: dict[str, set[float]] = {name: {0.0, 1e6} for name in found.numbers}
    for rule in found.rules:
        for name, condition in rule.conditions.items():
            limits[name] |= {
                limit + step for _, limit in parse(condition) for step in (-0.1, 0.0, 0.1)
            }
    reached = [
        decide(found.rules, dict(zip(limits, at, strict=True))) for at in product(*limits.values())
    ]
    assert all(rule in reached for rule in found.rules)


def test_every_verdict_is_reached_by_some_claim() -> None:
    assert {rule.verdict for found in CLAIMS.values() for rule in found.rules} == set(VERDICTS)


@pytest.mark.parametrize("id", TESTED)
def test_limits_tell_for_what_a_claim_holds_and_for_what_it_fails(id: str) -> None:
    for rule in CLAIMS[id].rules:
        if rule.verdict == "holds with limits":
            told = rule.because
            assert re.search(r"\bholds?\b", told) and re.search(r"\bfails?\b", told), (id, told)


@pytest.mark.parametrize("id", TESTED)
def test_a_test_is_one_sentence_that_can_be_read_in_one_breath(id: str) -> None:
    test = CLAIMS[id].test
    assert len(test.split()) <= 45, len(test.split())
    # one stop, at its end; a stop inside a number or a name ("0.005", "1.5") has no blank behind it
    assert test.endswith(".") and ". " not in test


def test_a_card_shows_claim_and_test_and_folds_every_way(shown: Bundles) -> None:
    card = claim("A07")
    text, html = shown[0][0]["text/plain"], shown[0][0]["text/html"]
    assert text == f"Claim A07: “{card.text}”\nTest: {card.test}"
    open_part, folded = unescape(html).split("<details>")
    assert card.test in open_part and "<li>" not in open_part
    assert folded.count("<li>") == len(card.rules)
    for rule in card.rules:
        assert f"<strong>{rule.verdict}</strong> {rule.words(card.numbers)}." in folded


def test_a_myth_is_asked_about_as_one(
    shown: Bundles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(GOOD.replace("lessons =", 'quoted = "myth"\nlessons ='), encoding="utf-8")
    monkeypatch.setattr(claims, "FILE", file)
    assert claim("A01").is_myth
    question = "The article calls this a myth. Is it right?"
    assert question in shown[0][0]["text/plain"] and question in shown[0][0]["text/html"]


def test_a_claim_without_a_test_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "claims.toml"
    file.write_text('[A01]\ntext = "Deep."\nlessons = ["01_parameters"]\n', encoding="utf-8")
    monkeypatch.setattr(claims, "FILE", file)
    with pytest.raises(
        ValueError, match=r"claim A01 has no test yet: .* with lesson 01_parameters"
    ):
        claim("A01")


def test_an_unknown_claim_names_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"no claim 'A7'; nearest: .*A07"):
        claim("A7")


GOOD = """
[A01]
text = "Deep."
lessons = ["01_parameters"]
test = "It holds if deep."
numbers = { share = { unit = "%", means = "the share" } }
rules = [{ verdict = "holds", share = ">= 0.5" }, { verdict = "wrong" }]
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[A01]", "[D1]", ": an id must be A, B, C or D, two digits"),
        (
            'text = "Deep."',
            'text = "Deep."\nquoted = "lie"',
            ", field quoted: must be 'myth' or left out, got 'lie'",
        ),
        ('"Deep."', '""', ", field text: must be a text without blanks around it, got ''"),
        (
            '["01_parameters"]',
            '["parameters"]',
            ", field lessons: must list lessons such as '01_parameters', got ['parameters']",
        ),
        (
            'unit = "%"',
            'unit = "GB"',
            ", field numbers.share.unit: must be a unit of fmt, got 'GB'",
        ),
        (', means = "the share"', "", ", field numbers.share.means: is missing"),
        (
            'verdict = "holds"',
            'verdict = "maybe"',
            ", field rules.1.verdict: must be one of holds, ",
        ),
        (
            'share = ">= 0.5"',
            'depth = ">= 0.5"',
            ", field rules.1.depth: is not known; a rule of this claim has verdict, because, share",
        ),
        ('share = ">= 0.5"', 'share = "half"', ", field rules.1.share: condition 'half': must be"),
        (', { verdict = "wrong" }', "", ", field rules: the last rule, and no other, must"),
        (
            'share = ">= 0.5" }',
            '}, { verdict = "wrong" }',
            ", field rules: the last rule, and no other, must",
        ),
        (
            "test =",
            "tset =",
            ", field tset: is not known; an entry has text, lessons, quoted, test",
        ),
        ("numbers =", "numbers = 3 #", ", field numbers: must be a table of fields, got 3"),
        ("rules =", "rules = [] #", ", field rules: must be a list of tables, at least one"),
    ],
)
def test_a_bad_file_names_file_entry_field_and_rule(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    file = tmp_path / "bad.toml"
    assert old in GOOD
    text = GOOD.replace(old, new).replace('holds", }', 'holds" }')
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError) as problem:
        claims.load(file)
    entry = "D1" if "[D1]" in text else "A01"
    assert str(problem.value).startswith(f"file bad.toml, entry {entry!r}{said}")
