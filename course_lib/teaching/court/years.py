"""Verdicts as of earlier years: a slider over the catalog's past, and a table of all years where it
is static.

Design choices:
- Who decides a claim from a catalog is handed in; this room knows rules and widgets, not
  estimators.
- Every year is decided before anything is shown, so that the slider only looks up, and the table
  below it is complete.
- The slider works by keyboard (arrow keys) and sets the value of an HTML widget; nothing is printed
  from a callback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.catalog.as_of import Catalogs, as_of
from course_lib.display.show import Shown, inline, show
from course_lib.display.tables import html_table, plain_table
from course_lib.teaching.claims import claims, reasons
from course_lib.teaching.claims.rules import decide
from course_lib.teaching.claims.verdict import sentence

Decide = Callable[[str, Catalogs], Mapping[str, float] | None]
UNKNOWN = "catalog has no such year"
TODAY = "today"
OTHER, NONE = "came out otherwise", "could not be decided"
COLUMNS = ("Claim", "Verdict then", "The number that decides", "Verdict today")


@dataclass(frozen=True, kw_only=True, eq=False)
class Years(Shown):
    """What the rules say of each claim in each year."""

    claims: tuple[str, ...]
    """The claims' ids."""
    years: tuple[int, ...]
    """The years, in order."""
    numbers: Mapping[str, Mapping[int | str, Mapping[str, float] | None]]
    """By claim and year (or "today"), the numbers; None where the catalog holds too little of that
    year."""

    def ruled(self, id: str, year: int | str) -> str:
        """The verdict on a claim as of a year, or that the catalog has no such year."""
        numbers = self.numbers[id][year]
        return UNKNOWN if numbers is None else decide(claims.get(id).rules, numbers).verdict

    def flipped(self, year: int) -> list[str]:
        """The claims whose verdict of that year is not today's."""
        return [
            id for id in self.claims if self.ruled(id, year) not in (UNKNOWN, self.ruled(id, TODAY))
        ]

    def undecided(self, year: int) -> list[str]:
        """The claims that could not be decided in that year, but can be today."""
        return [
            # a chain: unknown then, and not unknown today
            id
            for id in self.claims
            if self.ruled(id, year) == UNKNOWN != self.ruled(id, TODAY)
        ]

    def page(self, year: int) -> str:
        """One year as HTML: each claim, its verdict then, what decided, and its verdict today."""
        rows = [
            [id, self.ruled(id, year), self._decides(id, year), self.ruled(id, TODAY)]
            for id in self.claims
        ]
        table = html_table(COLUMNS, rows, f"With the catalog as of the end of {year}")
        # role="status": a screen reader reads it out at each turn of the slider
        return f'<div role="status">{table}<p>{inline(self.says(year))}</p></div>'

    def says(self, year: int) -> str:
        """How many verdicts of a year differ from today's, and how many there could not be, in a
        sentence."""
        other, none = self.flipped(year), self.undecided(year)
        named = [
            f"{len(ids)} {word} ({', '.join(ids)})"
            for ids, word in ((other, OTHER), (none, NONE))
            if ids
        ]
        said = " and ".join(named) or "none comes out otherwise"
        return f"With what was known by the end of {year}, of {len(self.claims)} claims {said}."

    def _decides(self, id: str, year: int) -> str:
        numbers, claim = self.numbers[id][year], claims.get(id)
        if numbers is None:
            return "the catalog holds too little of that year"
        case = claim.rules, claim.numbers, numbers
        reason = reasons.missed(*case) or reasons.carried(*case)
        assert reason is not None  # a verdict is missed or carried by something
        means, value, asked = reason.words()
        return f"{sentence(means)}: {value} (asked: {asked})"


def over_years(
    decide_from: Decide, ids: Sequence[str], years: Sequence[int], start: int | None = None
) -> Years:
    """Decide claims with the catalog of each year, and show them under a slider; as a static page,
    all years at once.

    Args:
        decide_from: from a claim and catalogs to the claim's numbers; None where the catalogs lack
            something.
        ids: the claims.
        years: the years, in order, at least two.
        start: the year shown first; the first of `years` if None.

    Raises:
        ValueError: no claims, fewer than two years, or a start that is none of them.
    """
    start = years[0] if start is None and years else start
    if not ids or len(years) < 2 or start is None or start not in years:
        raise ValueError(
            f"ids={list(ids)}, years={list(years)}, start={start}: "
            "must be claims, and years with the start"
        )
    verdicts = _decided(decide_from, ids, years)
    names = ["Claim", *map(str, years), TODAY]
    when: list[int | str] = [*years, TODAY]
    cells = [[id, *(verdicts.ruled(id, each) for each in when)] for id in ids]
    caption = "Verdicts with what was known by the end of each year"
    show(
        plain_table(names, cells, caption),
        html=f"{html_table(names, cells, caption)}<p>{inline(verdicts.says(start))}</p>",
        widget=_slider(verdicts, start),
    )
    return verdicts


def _decided(decide_from: Decide, ids: Sequence[str], years: Sequence[int]) -> Years:
    """Every claim in every year, and today."""
    catalogs: dict[int | str, Catalogs] = {year: as_of(year) for year in years}
    catalogs[TODAY] = as_of()
    numbers = {id: {when: decide_from(id, known) for when, known in catalogs.items()} for id in ids}
    return Years(claims=tuple(ids), years=tuple(years), numbers=numbers)


def _slider(verdicts: Years, start: int) -> Any:
    """A slider over the years, above the page of the one chosen."""
    import ipywidgets as widgets

    slider = widgets.SelectionSlider(
        options=[(str(year), year) for year in verdicts.years],
        value=start,
        description="Catalog as of",
        style={"description_width": "initial"},
        layout={"width": "28em"},
    )
    page = widgets.HTML(verdicts.page(start))

    def turn(change: Mapping[str, Any]) -> None:
        page.value = verdicts.page(change["new"])

    slider.observe(turn, names="value")
    return widgets.VBox([slider, page])
