"""Published effects: cells of published tables typed here a second time, and what each record must
hold."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from course_lib.catalog import Finding, Source, findings, runs
from course_lib.catalog.records.finding import FINDING_TOPICS

SOURCE = Source(text="a paper", date="2024", kind="measured", evidence="read")
EFFECT = {"topic": "speedup_myth", "claim": "new is faster", "metric": "speed-up", "source": SOURCE}


def test_every_topic_is_used() -> None:
    counts = Counter(finding.topic for finding in findings.values())
    assert set(counts) == set(FINDING_TOPICS)
    assert (counts["zero_memory"], counts["scaling_myth"], counts["quantisation_accuracy"]) == (
        54,
        24,
        30,
    )


def test_no_two_share_a_name() -> None:
    names = [finding.name for finding in findings.values()]
    assert len(set(names)) == len(names) == 541
    assert findings[names[3]] is findings["c004"]


def test_numbers_and_texts() -> None:
    assert (
        findings["c072"].value == 0.6702
        and findings["c072"].text == ""
        and findings["c072"].unit == "fraction"
    )
    assert (
        findings["c062"].value == -3 and findings["c062"].unit == "%"
    )  # sequence parallelism gained time
    assert findings["c105"].value is None and findings["c105"].values == (43, 41)
    assert findings["c055"].text == "s*b*h*(34+5*a*s/h)" and findings["c055"].values == ()
    assert findings["k1-22B-act"].value == 59.25 and findings["k1-22B-act"].unit == "GiB"
    assert findings["c156"].value == 1.38 and findings["c156"].unit == "times"


def test_remarks_left_the_units() -> None:
    units = {finding.unit for finding in findings.values()}
    assert all(len(unit) <= 15 for unit in units), units
    assert findings["c124"].notes == "794.5 of 989 TFLOP/s." and findings["c124"].value == 0.8033


def test_values_are_the_numbers_of_the_text() -> None:
    for key, finding in findings.items():
        for value in finding.values:
            assert f"{value:g}" in finding.text.replace(".0 ", " "), (key, value, finding.text)


@pytest.mark.parametrize("stage", ["P_os", "P_os+g", "P_os+g+p"])
def test_the_zero_table_follows_from_its_formula(stage: str) -> None:
    """Each cell within 3 % of weights, gradients and states (2 + 2 + 12 bytes) with the sharded
    parts divided."""
    shared = {"P_os": (4, 12), "P_os+g": (2, 14), "P_os+g+p": (0, 16)}[stage]
    for finding in findings.values():
        if finding.topic == "zero_memory" and finding.setting.endswith(f", {stage}"):
            params, devices = (
                part.split()[0 if "params" in part else 1]
                for part in finding.setting.split(", ")[:2]
            )
            expected = float(params.rstrip("B")) * (shared[0] + shared[1] / int(devices))
            assert finding.value == pytest.approx(expected, rel=0.03), finding.setting


def test_activation_formulas_can_be_computed() -> None:
    sizes = {"s": 2048, "b": 4, "h": 6144, "a": 64, "t": 8}
    layer = eval(findings["c056"].text, {}, sizes)
    assert 48 * layer / 2**30 == pytest.approx(findings["k1-22B-act"].value, rel=0.02)


def test_effects_agree_with_the_runs_they_are_drawn_from() -> None:
    base, many = runs["mlperf40-lora-h100-8"], runs["mlperf40-lora-h100-64"]
    efficiency = base.wall_seconds / many.wall_seconds / 8
    assert efficiency == pytest.approx(findings["c072"].value, rel=0.005)


def test_a_finding_may_be_any_finite_number() -> None:
    assert Finding(**EFFECT, value=-0.5).value == -0.5
    assert Finding(**EFFECT, value=0).value == 0
    assert Finding(**EFFECT, text="3 -> -4", values=[3, -4]).values == (3, -4)
    with pytest.raises(ValueError, match="values must be finite"):
        Finding(**EFFECT, text="3", values=(np.nan,))
