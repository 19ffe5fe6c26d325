"""Verdicts: decided by numbers, shown with them, and kept."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.teaching import state, verdict
from course_lib.teaching.claims.verdict import MIME, judge

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


@pytest.mark.parametrize(
    ("id", "numbers", "expected"),
    [
        ("A07", {"share": 0.5, "deepest": 126}, "holds"),
        ("A07", {"share": 0.03, "deepest": 126}, "holds with limits"),
        ("A07", {"share": 0.0, "deepest": 100}, "wrong"),
        ("A02", {"forward_flops_per_weight": 2.0, "backward_ratio": 2.0, "idle_share": 0}, "holds"),
        (
            "A02",
            {"forward_flops_per_weight": 2.19, "backward_ratio": 1.95, "idle_share": 0.9},
            "holds with limits",
        ),
        ("A02", {"forward_flops_per_weight": 1.0, "backward_ratio": 2.0, "idle_share": 0}, "wrong"),
        ("A02", {"forward_flops_per_weight": 2.0, "backward_ratio": 1.0, "idle_share": 0}, "wrong"),
        (
            "A01",
            {
                "share_billion": 0.8,
                "models_trillion": 1,
                "examples_confirmed": 3,
                "examples_wrong": 0,
            },
            "holds",
        ),
        (
            "A01",
            {
                "share_billion": 0.8,
                "models_trillion": 1,
                "examples_confirmed": 0,
                "examples_wrong": 1,
            },
            "holds with limits",
        ),
        (
            "A01",
            {
                "share_billion": 0.8,
                "models_trillion": 0,
                "examples_confirmed": 3,
                "examples_wrong": 0,
            },
            "wrong",
        ),
    ],
)
def test_the_numbers_decide(id: str, numbers: dict[str, float], expected: str) -> None:
    assert judge(id, source="a test", **numbers).verdict == expected


def test_the_output_shows_numbers_rule_and_source(shown: Bundles) -> None:
    verdict("A07", share=0.01923, deepest=126, source="the catalog < 2026")
    bundle = shown[0][0]
    for part in (
        "Verdict on A07: holds with limits",
        "1.92 %",
        "126 layers",
        "more than 100 layers",
        "the catalog < 2026",
    ):
        assert part in bundle["text/plain"]
    assert "the catalog &lt; 2026" in bundle["text/html"]


def test_a_later_lesson_can_read_the_verdict(shown: Bundles) -> None:
    verdict("A07", share=np.float64(2 / 104), deepest=np.int64(126), source="the catalog")
    record = json.loads(json.dumps(shown[0][0][MIME]))
    assert record == {
        "claim": "A07",
        "verdict": "holds with limits",
        "numbers": {"share": 0.0192, "deepest": 126},
        "source": "the catalog",
    }


def test_the_verdict_is_kept(shown: Bundles) -> None:
    verdict("A07", share=0.0, deepest=61, source="the catalog")
    assert state.read()["verdicts"]["A07"]["verdict"] == "wrong"


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"share": 0.1}, "missing deepest"),
        ({"share": 0.1, "deepest": 1, "longest": 2}, "extra longest"),
        ({"share": 0.1, "longest": 2}, "missing deepest; extra longest"),
        ({"share": float("nan"), "deepest": 1}, "share: .*finite"),
        ({"share": 0.1, "deepest": 1, "source": " "}, "source="),
    ],
)
def test_wrong_numbers_are_named(shown: Bundles, numbers: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        verdict("A07", **({"source": "a test"} | numbers))
    assert shown == [] and not state.read()["verdicts"]


def test_text_is_no_number() -> None:
    with pytest.raises(TypeError, match="deepest: value='126'"):
        judge("A07", source="a test", share=0.1, deepest="126")  # type: ignore[arg-type]


def test_a_claim_without_a_test_cannot_be_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "claims.toml"
    file.write_text('[A01]\ntext = "Deep."\nlessons = ["01_parameters"]\n', encoding="utf-8")
    monkeypatch.setattr("course_lib.teaching.claims.claims.FILE", file)
    with pytest.raises(ValueError, match="no test yet"):
        judge("A01", source="a test")
    with pytest.raises(KeyError, match="nearest"):
        judge("Z01", source="a test")
