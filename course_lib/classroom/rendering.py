"""Pages from templates: HTML with all that is put in escaped, and Markdown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["rendered"]


def rendered(template: Path, facts: Mapping[str, Any]) -> str:
    """A page.

    Args:
        template: the template's file; in one that ends in .html what is put in is escaped.
        facts: what it names. A name that is missing is an error.
    """
    page: str = _environment(template.parent).get_template(template.name).render(facts)
    return page


@cache
def _environment(folder: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
    from markupsafe import Markup

    from course_lib.classroom.lesson.records import prose
    from course_lib.display.show import inline

    environment = Environment(
        loader=FileSystemLoader(folder, encoding="utf-8"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # `inline` escapes before it marks `code` and **strong**
    environment.filters["code"] = lambda text: Markup(inline(text))
    environment.filters["words"] = prose  # links as their words
    environment.filters["cell"] = lambda text: text.replace("|", "\\|")
    return environment
