"""How long a turn of a control takes: `python benchmarks/explorers.py [TOPIC ...]`.

For each panel every control is put to every place, the others as they begin, and its whole callback
is timed: estimators, drawing and the widgets' new values. Nothing here is a test: a busy machine
makes a bad figure.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import dataclass

from course_lib.explorers import Panel, get, names

LIMIT_SECONDS = 0.06
"""What the median turn should stay below."""


@dataclass(frozen=True)
class Turn:
    """One turn of a control."""

    seconds: float
    """By the clock."""
    busy_seconds: float
    """Of the processor: less than the clock's where other programs run beside it."""


def turns(name: str) -> list[Turn]:
    """Time every turn of a topic's panel."""
    panel, found = Panel(get(name)), []
    for setting in panel.topic.settings:
        control = panel.controls[setting.name]
        for value in setting.values:
            if control.value == value:
                continue  # a control that does not move calls nobody
            start, busy = time.perf_counter(), time.process_time()
            control.value = value
            found.append(Turn(time.perf_counter() - start, time.process_time() - busy))
        control.value = setting.default
    return found


def main() -> None:
    """Print a line for each panel."""
    for name in sys.argv[1:] or names():
        found = turns(name)
        clock = [1e3 * turn.seconds for turn in found]
        busy = statistics.median(1e3 * turn.busy_seconds for turn in found)
        print(
            f"{name:10} {len(found):3} turns, median {statistics.median(clock):5.1f} ms "
            f"(processor {busy:5.1f} ms), slowest {max(clock):5.1f} ms "
            f"(limit {1e3 * LIMIT_SECONDS:.0f} ms at the median)"
        )


if __name__ == "__main__":
    main()
