"""Read by JupyterLab, which finds it on the configuration path that `course lab` sets: where the
style sheet lies.

Design choices:
- It adds to what a learner's own configuration says and replaces nothing; that one is read later,
  and wins.
- JupyterLab asks for one `custom.css`. Where a learner has turned on their own, it is theirs.
"""

from __future__ import annotations

import re
from pathlib import Path

from jupyter_core.paths import jupyter_config_dir, jupyter_config_path
from traitlets.config import Config

HERE = Path(__file__).parent
TURNED_ON = re.compile(r"^[^#\n]*\bcustom_css\b", flags=re.MULTILINE)


def folders() -> list[str]:
    """Where `custom.css` is looked for: the course's folder, after a learner's own if they have
    turned that on."""
    own = Path(jupyter_config_dir()) / "custom"
    mine = HERE / "custom"
    return [str(each) for each in ([own, mine] if _has_own_style() else [mine, own])]


def _has_own_style() -> bool:
    """Whether a configuration other than this one speaks of `custom_css`."""
    files = (
        file
        for folder in map(Path, jupyter_config_path())
        if folder != HERE
        for file in folder.glob("jupyter_lab_config.*")
    )
    return any(
        TURNED_ON.search(file.read_text(encoding="utf-8", errors="replace")) for file in files
    )


# JupyterLab puts `c` here before it runs this file; elsewhere there is none
c = globals().get("c", Config())
c.LabApp.custom_css = True
# A dictionary, not an update of one that is not there yet: JupyterHub looks into it and cannot look
# into the latter.
others = c.ServerApp.get("tornado_settings")
c.ServerApp.tornado_settings = {
    **(others if isinstance(others, dict) else {}),
    "static_custom_path": folders(),
}
