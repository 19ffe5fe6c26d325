"""Links into the glossary lead to a term that it has.

The glossary is `docs/glossary.md`: each term is a heading of level 3 in small letters, digits and
single spaces, so that its address (blanks turned into hyphens) is the same in JupyterLab, on GitHub
and on the site.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from course_lib.authoring.contract.fault import Fault
from course_lib.authoring.contract.reading import HEADING, Page
from course_lib.authoring.places import find_root

GLOSSARY = "docs/glossary.md"
LINK = re.compile(rf"\]\(([^)\s]*{re.escape(GLOSSARY)})(#[^)\s]*)?\)")
FROM_LESSON = f"../{GLOSSARY}"


def faults(page: Page, root: Path | None = None) -> Iterator[Fault]:
    """Links to the glossary that lead nowhere: another path, no anchor, or one that is no term."""
    links = [(cell.id, *match) for cell in page.markdown for match in LINK.findall(cell.source)]
    # most notebooks have no such link: then the glossary is not read
    known = anchors((root or find_root()) / GLOSSARY) if links else set()
    for cell, path, anchor in links:
        if path != FROM_LESSON:
            yield page.fault("error", f"link to {path!r}: the glossary is {FROM_LESSON!r}", cell)
        elif anchor.removeprefix("#") not in known:
            near = get_close_matches(anchor.removeprefix("#"), known, n=2) or ["a term's heading"]
            yield page.fault(
                "error", f"{anchor!r} is no term of the glossary; nearest: {', '.join(near)}", cell
            )


def anchors(file: Path) -> set[str]:
    """The address of every term in the glossary; empty where there is none."""
    if not file.is_file():
        return set()
    headings = HEADING.findall(file.read_text(encoding="utf-8"))
    return {text.replace(" ", "-") for marks, text in headings if len(marks) == 3}
