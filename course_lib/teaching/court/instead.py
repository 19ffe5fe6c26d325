"""The sentences one may repeat: each claim rewritten so that it holds, grouped by what it lacked.

Design choices:
- A line is the sentence to say instead, its badge, and a link to the cell that earned it. The long
  table with sources and thresholds is another (`table`).
- One group is shown at a time: sixty sentences at once are read by nobody. A page without a kernel
  holds all groups, each behind a fold.
- Which group a claim belongs to stands in texts/missing.toml; its verdict comes from its lesson.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from course_lib import toml_files
from course_lib.display.cards import badge
from course_lib.display.fmt import fmt
from course_lib.display.show import details, inline, marked, show, unmarked
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.rules import VERDICTS
from course_lib.teaching.court.rulings import Ruling

FILE = claims.FILE.parent / "missing.toml"
ANY = "any verdict"

__all__ = ["ANY", "FILE", "Group", "groups", "lacking", "page", "sentences"]


@dataclass(frozen=True, kw_only=True)
class Group:
    """Claims that lacked the same thing."""

    name: str
    """A short name, such as "size"."""
    title: str
    """What was missing, as a question."""
    claims: tuple[str, ...]
    """Their ids."""


@cache
def groups() -> dict[str, Group]:
    """All groups by name, in their order.

    >>> list(groups())
    ['whom', 'size', 'price', 'when', 'known', 'nothing']
    """
    return {
        name: Group(name=name, title=entry.text("title"), claims=tuple(entry.get("claims")))
        for name, entry in toml_files.read(FILE).items()
    }


def lacking(found: Mapping[str, Ruling]) -> dict[str, int]:
    """How many decided claims there are in each group, by its title."""
    return {group.title: sum(id in found for id in group.claims) for group in groups().values()}


def sentences(found: Mapping[str, Ruling]) -> None:
    """Show what to say instead of each claim, one group at a time, with a filter by verdict.

    Args:
        found: the verdicts, as `rulings()` collects them.
    """
    plain, folds = [], []
    for group in groups().values():
        lines = [found[id] for id in group.claims if id in found]
        plain += [group.title, *(f"- {unmarked(each.instead)} ({_mark(each)})" for each in lines)]
        summary = f"{group.title} ({fmt(len(lines), 'sentences')})"
        folds.append(details(summary, page(found, group.name)))
    show("\n".join(plain), html="".join(folds), widget=_browser(found))


def page(found: Mapping[str, Ruling], group: str, verdict: str = ANY) -> str:
    """One group as HTML, a line a sentence.

    Args:
        found: the verdicts.
        group: the name of a group.
        verdict: only claims of this verdict; `ANY` for all.
    """
    kept = [
        found[id]
        for id in groups()[group].claims
        if id in found and verdict in (ANY, found[id].verdict)
    ]
    if not kept:
        return "<p>None of this group.</p>"
    look = 'style="margin: 0.3em 0; line-height: 1.5"'
    lines = "".join(f"<li {look}>{_line(each)}</li>" for each in kept)
    return f'<ul style="padding-left: 1.2em">{lines}</ul>'


def _line(ruling: Ruling) -> str:
    """One sentence, its badge, and where it was earned; the claim itself as a tip."""
    place = ruling.place
    link = f'<a href="{place.link}">{place.words}</a>'
    claim = inline(ruling.claim.text)
    return (
        f"{marked(ruling.instead)} {badge(ruling.verdict)} "
        f"<small>{ruling.claim.id} <em>“{claim}”</em>, {link}</small>"
    )


def _mark(ruling: Ruling) -> str:
    return f"{ruling.claim.id}, {ruling.verdict}; {ruling.place.words}"


def _browser(found: Mapping[str, Ruling]) -> Any:
    """Buttons for the groups, a menu of verdicts, and the page that both choose."""
    import ipywidgets as widgets

    style = {"description_width": "initial", "button_width": "auto"}
    group = widgets.ToggleButtons(
        options=[(each.title, each.name) for each in groups().values()],
        description="What was missing",
        tooltip="What was missing",
        style=style,
    )
    verdict = widgets.Dropdown(
        options=[ANY, *VERDICTS], description="Verdict on the claim", style=style
    )
    shown = widgets.HTML()

    def turn(_: object = None) -> None:
        # role="status": a screen reader reads out what was chosen
        shown.value = f'<div role="status">{page(found, group.value, verdict.value)}</div>'

    for control in (group, verdict):
        control.observe(turn, names="value")
    turn()
    return widgets.VBox([group, verdict, shown])
