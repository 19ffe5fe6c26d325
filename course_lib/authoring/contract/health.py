"""What a stored notebook shows without being run: that it ran, in order, cleanly, and names no
machine.

nbval compares a cell that was run with its stored output; a cell that was never run it does not
compare at all. So a stripped notebook with wrong code would pass, were it not refused here.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import Page

# not inside a longer path or an address ("https://a.b/home/..."): no such character before it
MACHINE_PATH = re.compile(
    r"(?<![\w/.:-])/(?:root|home|work|tmp|Users|mnt)/[\w.~-]*|\b[A-Z]:\\{1,2}Users\b"
)
PICTURES = ("image/png", "image/jpeg")


def faults(page: Page) -> Iterator[Fault]:
    """Cells not run or out of order, errors, stderr, and paths of a machine."""
    yield from _run_faults(page)
    yield from _output_faults(page)
    yield from path_faults(page)


def _run_faults(page: Page) -> Iterator[Fault]:
    """Every code cell was run, from 1 up, in order; a last `;` is hinted at, as nbval runs without
    a history."""
    for number, cell in enumerate(page.code, start=1):
        if cell.execution_count is None:
            yield page.fault(
                "error", "was never run, so its output is compared with nothing", cell.id
            )
        elif cell.execution_count != number:
            yield page.fault(
                "error", f"ran as number {cell.execution_count}, not as {number}", cell.id
            )
        if cell.source.rstrip().endswith(";"):
            yield page.fault(
                "warning", "ends in `;`, which hides nothing from nbval: end with show()", cell.id
            )


def _output_faults(page: Page) -> Iterator[Fault]:
    """No error and nothing on stderr is stored."""
    for cell in page.code:
        for output in cell.outputs:
            if output.output_type == "error":
                yield page.fault(
                    "error", f"stores an error: {output.ename}: {output.evalue}", cell.id
                )
            if output.output_type == "stream" and output.name == "stderr":
                yield page.fault(
                    "error", f"stores output on stderr: {output.text.strip()[:80]!r}", cell.id
                )


def path_faults(page: Page) -> Iterator[Fault]:
    """No folder of the machine the notebook was built on, in what is typed or shown."""
    for cell in page.notebook.cells:
        texts = [cell.source, *(_text(output) for output in cell.get("outputs", []))]
        for match in filter(None, map(MACHINE_PATH.search, texts)):
            yield page.fault("error", f"names a folder of one machine: {match.group(0)!r}", cell.id)


def _text(output: Any) -> str:
    """Everything an output says, its pictures left out."""
    data = {kind: value for kind, value in output.get("data", {}).items() if kind not in PICTURES}
    # as JSON, for some formats hold no text but a record; it doubles backslashes (C:\\Users)
    shown = json.dumps(data, ensure_ascii=False) if data else ""
    return "\n".join([shown, str(output.get("text", "")), "\n".join(output.get("traceback", []))])
