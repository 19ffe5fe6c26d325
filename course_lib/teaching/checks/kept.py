"""What a learner's machine measured, kept in the notebook for whoever grades it.

A reading ("more", "less") is right or wrong for the machine that measured it, so the numbers travel
with it: plain data in the output of the check.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from course_lib import plain_data
from course_lib.display.show import show

MEASURED_TYPE = "application/vnd.where-the-compute-goes.measured+json"
"""The format of such an output: name -> tagged plain data."""
SAID = "Your measurement is kept with this check, for whoever grades the notebook."

__all__ = ["MEASURED_TYPE", "keep"]


def keep(names: Iterable[str], namespace: Mapping[str, Any]) -> None:
    """Show that some measured values are kept, and keep them; one without a value is left out.

    >>> keep(["runs"], {"runs": [0.5, 0.25]})
    Your measurement is kept with this check, for whoever grades the notebook.
    """
    found = {}
    for name in names:
        try:
            found[name] = plain_data.packed(namespace[name])
        except (KeyError, plain_data.NotPlain):
            continue
    if found:
        show(SAID, extra={MEASURED_TYPE: found})
