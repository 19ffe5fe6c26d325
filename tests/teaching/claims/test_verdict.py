"""Verdicts: decided by numbers, shown with them, and kept."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.teaching import state, verdict
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.rules import VERDICTS
from course_lib.teaching.claims.verdict import MIME, judge
from course_lib.teaching.claims.verdict_card import OF_A_MYTH

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


DEEP = """
[A07]
text = "Networks go 100 and more layers deep."
lessons = ["01_parameters"]
test = "It holds if at least half of the catalog's decoders have more than 100 layers."

[A07.numbers]
share = { unit = "%", means = "the share of catalog decoders with more than 100 layers" }
deepest = { unit = "layers", means = "the depth of the deepest catalog decoder" }

[[A07.rules]]
verdict = "holds"
share = ">= 0.5"

[[A07.rules]]
verdict = "holds with limits"
deepest = "> 100"
because = "It holds for some, not for most."

[[A07.rules]]
verdict = "wrong"
"""


@pytest.fixture
def deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims of which there is one, with rules that stay as they are."""
    file = tmp_path / "claims.toml"
    file.write_text(DEEP, encoding="utf-8")
    monkeypatch.setattr(claims, "FILE", file)


@pytest.mark.parametrize(
    ("id", "numbers", "expected"),
    [
        ("A07", {"deepest": 126}, "holds"),
        ("A07", {"deepest": 100}, "holds"),
        ("A07", {"deepest": 99}, "wrong"),
        ("A02", {"forward_flops_per_weight": 2.0, "backward_ratio": 2.0}, "holds"),
        ("A02", {"forward_flops_per_weight": 2.19, "backward_ratio": 1.95}, "holds"),
        ("A02", {"forward_flops_per_weight": 2.0, "backward_ratio": 1.0}, "holds with limits"),
        ("A02", {"forward_flops_per_weight": 1.0, "backward_ratio": 2.0}, "wrong"),
        ("A01a", {"share_billion": 0.8, "models_trillion": 1}, "holds"),
        ("A01a", {"share_billion": 0.8, "models_trillion": 0}, "holds with limits"),
        ("A01a", {"share_billion": 0.4, "models_trillion": 9}, "wrong"),
        ("A01c", {"published": 0, "above": 0}, "not decidable"),
    ],
)
def test_the_numbers_decide(id: str, numbers: dict[str, float], expected: str) -> None:
    assert judge(id, source="a test", **numbers).verdict == expected


@pytest.mark.usefixtures("deep")
def test_the_card_tells_one_number_and_folds_the_others(shown: Bundles) -> None:
    verdict("A07", share=0.01923, deepest=126, source="the catalog < 2026")
    bundle = shown[0][0]
    text = bundle["text/plain"].splitlines()
    assert text[0] == "Verdict on A07: holds with limits"
    assert text[2] == (
        "The share of catalog decoders with more than 100 layers: 1.92 % "
        "(asked for “holds”: at least 50 %)"
    )
    assert text[-1] == "Source: the catalog < 2026" and "126 layers" not in bundle["text/plain"]
    open_part, folded = bundle["text/html"].split("<details>")
    assert "1.92 %" in open_part and "at least 50 %" in open_part and "126" not in open_part
    for part in ("126 layers", "more than 100 layers", "the catalog &lt; 2026", "1.92 %"):
        assert part in folded


@pytest.mark.usefixtures("deep")
def test_a_verdict_that_is_carried_says_what_carries_it(shown: Bundles) -> None:
    verdict("A07", share=0.55, deepest=126, source="a count")
    assert "55.0 % (asked: at least 50 %)" in shown[0][0]["text/plain"]


@pytest.mark.usefixtures("deep")
def test_a_later_lesson_can_read_the_verdict(shown: Bundles) -> None:
    numbers: Any = {"share": np.float64(2 / 104), "deepest": np.int64(126)}
    inputs = {"with a | in it": {"share": 0.6}, "at the low end": {"share": 0.01}}
    verdict("A07", **numbers, source="the catalog", instead="Some are **deep**.", inputs=inputs)
    record = json.loads(json.dumps(shown[0][0][MIME]))
    assert record == {
        "claim": "A07",
        "verdict": "holds with limits",
        "numbers": {"share": 0.0192, "deepest": 126},
        "source": "the catalog",
        "instead": "Some are **deep**.",
        "close": [["with a | in it", "holds"]],
        "clear": True,
    }


@pytest.mark.usefixtures("deep")
def test_what_to_say_instead_stands_out(shown: Bundles) -> None:
    instead = "Of 104 models **3 %** are deeper than 100 layers, `GPT-3` < 100."
    verdict("A07", share=0.03, deepest=126, source="a count", instead=instead)
    plain, html = shown[0][0]["text/plain"], shown[0][0]["text/html"]
    assert "Say instead: Of 104 models 3 % are deeper than 100 layers, GPT-3 < 100." in plain
    said = "<strong>3 %</strong> are deeper than 100 layers, <code>GPT-3</code> &lt; 100."
    assert said in html.split("<details>")[0]


@pytest.mark.usefixtures("deep")
def test_inputs_that_flip_the_verdict_make_it_a_close_call(shown: Bundles) -> None:
    inputs = {"counted since 2024": {"share": 0.5}, "counted since 2019": {"share": 0.02}}
    result = verdict("A07", share=0.48, deepest=126, source="a count", inputs=inputs)
    assert result.verdict == "holds with limits"
    open_part, folded = shown[0][0]["text/html"].split("<details>")
    call = "A close call: counted since 2024 it is “holds”."
    assert call in open_part and call in shown[0][0]["text/plain"]
    assert "counted since 2019" not in open_part
    assert "counted since 2019: holds with limits" in folded


@pytest.mark.usefixtures("deep")
def test_inputs_that_change_nothing_are_no_close_call(shown: Bundles) -> None:
    result = verdict(
        "A07", share=0.03, deepest=126, source="a count", inputs={"twice": {"share": 0.06}}
    )
    assert result.record()["close"] == [] and "close call" not in shown[0][0]["text/plain"]


@pytest.mark.usefixtures("deep")
def test_where_it_was_not_clear_the_record_decides_and_nothing_is_kept(shown: Bundles) -> None:
    verdict("A07", share=0.55, deepest=126, source="a count")
    result = verdict(
        "A07",
        share=0.5,
        deepest=126,
        source="measured here.",
        clear=False,
        record={"share": 0.03},
        record_source="the recorded machine",
    )
    assert (result.verdict, result.numbers["share"]) == ("holds with limits", 0.03)
    text = shown[-1][0]["text/plain"]
    assert "Not clear on this machine" in text and "3.00 %" in text and "50.0 %" not in text
    assert "Source: measured here; the recorded numbers: the recorded machine" in text
    assert shown[-1][0][MIME]["clear"] is False and shown[-1][0][MIME]["numbers"]["share"] == 0.03
    assert state.read()["verdicts"]["A07"]["verdict"] == "holds"  # that of the clear run


def test_a_verdict_on_a_myth_is_told_as_one(
    shown: Bundles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(
        """
[C01]
text = "More is faster."
quoted = "myth"
lessons = ["04_hardware"]
test = "It holds if twice the cards are twice as fast."
numbers = { gain = { unit = "x", means = "the gain of twice the cards" } }
rules = [
    { verdict = "holds", gain = ">= 2" },
    { verdict = "holds with limits", gain = ">= 1.5", because = "For some." },
    { verdict = "wrong" },
]
""",
        encoding="utf-8",
    )
    monkeypatch.setattr(claims, "FILE", file)
    said = {}
    for gain in (2.0, 1.6, 1.1):
        result = verdict("C01", gain=gain, source="a count")
        said[result.verdict] = shown[-1][0]["text/plain"]
    assert "The article is wrong: it is no myth." in said["holds"]
    assert (
        "right only in part" in said["holds with limits"]
        and "For some." in said["holds with limits"]
    )
    assert "The article is right: it is a myth." in said["wrong"]


@pytest.mark.parametrize("verdict_word", VERDICTS)
def test_every_verdict_on_a_myth_has_its_words(verdict_word: str) -> None:
    assert OF_A_MYTH[verdict_word].endswith(".") and set(OF_A_MYTH) == set(VERDICTS)


@pytest.mark.usefixtures("deep")
def test_the_verdict_is_kept(shown: Bundles) -> None:
    verdict("A07", share=0.0, deepest=61, source="the catalog")
    assert state.read()["verdicts"]["A07"]["verdict"] == "wrong"


@pytest.mark.usefixtures("deep")
def test_a_file_that_cannot_be_written_is_told(
    shown: Bundles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(file: Path, text: Any) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(state, "save", refuse)
    verdict("A07", share=0.0, deepest=61, source="the catalog")
    assert "Not kept: " in shown[0][0]["text/plain"]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"share": 0.1}, "missing deepest"),
        ({"share": 0.1, "deepest": 1, "longest": 2}, "extra longest"),
        ({"share": 0.1, "longest": 2}, "missing deepest; extra longest"),
        ({"share": float("nan"), "deepest": 1}, "share: .*finite"),
        ({"share": 0.1, "deepest": 1, "source": " "}, "source="),
        ({"share": 0.1, "deepest": 1, "clear": False}, "record: must hold the recorded"),
        (
            {"share": 0.1, "deepest": 1, "clear": False, "record": {"share": 0.2}},
            "record_source=''",
        ),
        (
            {
                "share": 0.1,
                "deepest": 1,
                "clear": False,
                "record": {"depth": 1},
                "record_source": "x",
            },
            "record: must hold some of share, deepest, got .'depth'",
        ),
        ({"share": 0.1, "deepest": 1, "inputs": {" ": {"share": 0.2}}}, "inputs=' '"),
        ({"share": 0.1, "deepest": 1, "inputs": {"low": {}}}, "inputs.'low'.: must hold some"),
        ({"share": 0.1, "deepest": 1, "inputs": {"low": {"x": 1}}}, "inputs.'low'.: must hold"),
    ],
)
@pytest.mark.usefixtures("deep")
def test_wrong_numbers_are_named(shown: Bundles, numbers: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        verdict("A07", **({"source": "a test"} | numbers))
    assert shown == [] and not state.read()["verdicts"]


@pytest.mark.usefixtures("deep")
def test_text_is_no_number() -> None:
    with pytest.raises(TypeError, match="deepest: value='126'"):
        judge("A07", source="a test", share=0.1, deepest="126")  # type: ignore[arg-type]


def test_a_claim_without_a_test_cannot_be_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "claims.toml"
    file.write_text('[A01]\ntext = "Deep."\nlessons = ["01_parameters"]\n', encoding="utf-8")
    monkeypatch.setattr(claims, "FILE", file)
    with pytest.raises(ValueError, match="no test yet"):
        judge("A01", source="a test")
    with pytest.raises(KeyError, match="nearest"):
        judge("Z01", source="a test")
