"""Bundles: text always, richer formats beside it, and nothing that changes from run to run."""

import subprocess
import sys
from typing import Any

import pytest

from course_lib.display.show import WIDGET_VIEW, Shown, bullets, details, inline, show

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]


def test_a_bundle_holds_what_was_given(shown: Bundles) -> None:
    show("three", html="<b>3</b>", extra={"x/y": 3}, metadata={"x/y": {"a": 1}})
    assert shown == [
        ({"text/plain": "three", "text/html": "<b>3</b>", "x/y": 3}, {"x/y": {"a": 1}})
    ]


def test_a_widget_never_replaces_the_text(shown: Bundles) -> None:
    import ipywidgets

    show("three", html="<b>3</b>", widget=ipywidgets.HTML("3"))
    bundle = shown[0][0]
    assert bundle["text/plain"] == "three" and bundle["text/html"] == "<b>3</b>"
    assert set(bundle[WIDGET_VIEW]) == {"version_major", "version_minor", "model_id"}


def test_an_output_needs_text() -> None:
    with pytest.raises(ValueError, match="plain="):
        show("  ", html="<b>3</b>")


def test_outside_ipython_the_text_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    show("three", html="<b>3</b>")
    assert capsys.readouterr().out == "three\n"


def test_html_is_escaped() -> None:
    assert inline("a < b & `c > d`") == "a &lt; b &amp; <code>c &gt; d</code>"
    assert details("a < b", bullets(["x"], ordered=True)) == (
        "<details><summary>a &lt; b</summary><ol><li>x</li></ol></details>"
    )


def test_a_shown_record_displays_nothing_more() -> None:
    from IPython.core.formatters import DisplayFormatter

    assert DisplayFormatter().format(Shown()) == ({}, {})


def test_the_layer_imports_without_pictures_and_widgets() -> None:
    code = (
        "import sys, course_lib.teaching as t; t.fmt(3); t.explain('norms-forgotten');"
        "heavy = {'matplotlib', 'ipywidgets', 'torch', 'IPython'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
