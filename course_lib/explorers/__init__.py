"""Panels to move: one question a lesson that only turning its controls answers.

`panel("hardware")` shows a topic's panel, `names()` lists the topics. Behind each stands a plain
function from settings to numbers, a sentence and a drawing: `get("hardware").find(...)`.
"""

from course_lib.explorers.found import Amount, Found
from course_lib.explorers.panel import Panel, panel
from course_lib.explorers.settings import Setting, Topic
from course_lib.explorers.topics import get, names

__all__ = ["Amount", "Found", "Panel", "Setting", "Topic", "get", "names", "panel"]
