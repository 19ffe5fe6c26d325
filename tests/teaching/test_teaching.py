"""The layer as a lesson meets it: its names, and outputs that agree from run to run."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import course_lib.teaching as teaching

LESSON = """
import hashlib, json, sys
from course_lib.teaching import (
    bill, claim, explain, figures, fmt, in_short, predict, predict_choice, predict_ranking, quiz,
    say, table, verdict,
)

bundles = []
module = sys.modules["course_lib.display.show"]
module.publish = lambda bundle, metadata: bundles.append((bundle, metadata))
claim("A07")
share = predict("share", "How much?", unit="%")
curve = predict_choice("curve", "Which?", ["line", "square"])
order = predict_ranking("order", "Which first?", ["a", "b", "c"])
share.reveal(0.174), curve.reveal("square"), order.reveal(["c", "b", "a"])
quiz("kv_heads")
words = f"Bars: {fmt(1)} and {fmt(2)} weights side by side."
figures.bars(["a", "b"], [1, 2], x_label="weights", alt=words)
words = "Points: two of them, both named."
figures.scatter([1, 2], [1, 2], "x", "y", names=["a", "b"], mark={"a", "b"}, alt=words)
table([{"a": "x", "b": 1}])
say(f"{fmt(0.5, '%')}, {explain('forward-only')}")
verdict("A07", deepest=126, source="a test", instead="Some are **deep**.")
bill("00", "tokens", answer=600, run=15.6e12, unit="tokens")
in_short("The answer.")
for bundle, _ in bundles:
    bundle.pop(module.WIDGET_VIEW, None)
print(len(bundles), hashlib.sha256(json.dumps(bundles, sort_keys=True).encode()).hexdigest())
"""


def run(state: Path, seed: str) -> str:
    environment = os.environ | {"COURSE_STATE": str(state), "PYTHONHASHSEED": seed}
    done = subprocess.run(
        [sys.executable, "-c", LESSON], capture_output=True, text=True, timeout=120, env=environment
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout


def test_two_runs_show_the_same(tmp_path: Path) -> None:
    assert run(tmp_path / "one.json", "1") == run(tmp_path / "two.json", "2") != ""


def test_every_name_a_lesson_calls_is_there() -> None:
    rooms = {"calibration", "figures", "replay", "room"}
    for name in teaching.__all__:
        assert inspect.ismodule(getattr(teaching, name)) == (name in rooms)
        assert name in rooms or callable(getattr(teaching, name))
    shown = {"claim", "explain", "figures", "fmt", "quiz", "say", "sources", "table", "verdict"}
    assert shown | {"predict", "predict_choice", "predict_ranking", "answered"} <= set(
        teaching.__all__
    )
    assert all(
        callable(getattr(teaching.figures, name))
        for name in ("bars", "stacked", "lines", "scatter")
    )
