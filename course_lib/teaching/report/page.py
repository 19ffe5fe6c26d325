"""The page of a report as HTML: one sheet of A4, read without a network, by eye, by ear and on
paper.

Design choices:
- The page goes to the folder of the learner's file, on this machine only, and needs no network to
  be read.
- Everything stands in the one file: style, picture, tables. No script, no font, no address is
  fetched.
- The language is named, headings follow each other, tables have captions and scopes, the picture
  has words.
- In a notebook the page is shown in a frame of its own, so that its headings and style stay in it;
  the same tables lie folded below for readers whose page shows no frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from course_lib.display.fmt import fmt, short
from course_lib.display.show import bullets, details, show
from course_lib.display.tables import html_table, plain_table
from course_lib.estimators.project.constraints import Limit
from course_lib.teaching import state
from course_lib.teaching.report.contents import DIGITS, Report, rounded, rows, span
from course_lib.teaching.report.lacking import gaps
from course_lib.teaching.report.picture import limits_svg

STYLE = """
@page { size: A4; margin: 9mm 12mm }
* { box-sizing: border-box }
body { font: 8.8pt/1.24 sans-serif; color: #222; background: #fff }
body { margin: 0 auto; max-width: 186mm; padding: 4mm 0 }
h1 { font-size: 15pt; line-height: 1.15; margin: 0 0 1mm }
h2 { font-size: 10.5pt; margin: 1.9mm 0 0.4mm }
p { margin: 0 0 1mm } ul { margin: 0; padding-left: 5mm }
table { border-collapse: collapse; width: 100%; font-size: 7.9pt }
caption { text-align: left; padding-bottom: 0.4mm; color: #444 }
th, td { border-bottom: 0.2mm solid #ccc; padding: 0.35mm 2.4mm 0.35mm 0 }
th, td { text-align: left; vertical-align: top }
thead th { border-bottom: 0.4mm solid #222 } tbody th { font-weight: normal }
td:nth-child(2), td:nth-child(3), tbody th { white-space: nowrap }
svg { width: 132mm; height: auto; display: block }
.note { border: 0.4mm solid #222; padding: 1mm 2mm }
@media print { body { padding: 0 } h2 { break-after: avoid } tr, svg { break-inside: avoid } }
@media (max-width: 600px) {
  body { padding: 4mm } main { overflow-x: auto } svg { width: 100% }
  td, td:nth-child(2), td:nth-child(3), tbody th { white-space: normal }
}
"""


FILE = "my_plan.html"
POINTS = 4
"""Open points that are listed; the rest are counted."""


def page(report: Report) -> str:
    """The whole page."""
    plan = report.plan
    body = [
        f"<h1>{escape(report.title)}</h1>",
        f"<p><strong>Purpose.</strong> {escape(plan.purpose)}</p>",
        f"<h2>Decision: {escape(plan.way)}</h2><p>{escape(report.decision)}</p>",
        _what(report),
        _limits(report.limits),
        "<h2>The numbers</h2>",
        _table(*_numbers(report)),
        "<h2>Alternatives considered</h2>",
        _table(*_alternatives(report)) if report.alternatives else "<p>None.</p>",
        "<h2>What would change the plan</h2>",
        f"<p>{escape(report.change) or 'Nothing is named.'}</p>",
        _checks(report),
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(report.title)}</title>\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        # chr(10): Python 3.11 allows no backslash inside the braces of an f-string
        f"{''.join(part + chr(10) for part in body if part)}</main>\n</body>\n</html>\n"
    )


def write(report: Report, file: Path | None = None) -> Path:
    """Write the page, to the folder of the learner's file where no other is given; the file's path.

    The page goes to a temporary file which then takes the other's place.

    Raises:
        OSError: the folder cannot be written.
    """
    goal = file or state.path().with_name(FILE)
    goal.parent.mkdir(parents=True, exist_ok=True)
    # hidden, and in the same folder: a file cannot be moved in one step from disk to disk
    draft = goal.with_name(f".{goal.name}.part")
    draft.write_text(page(report), encoding="utf-8")
    draft.replace(goal)
    return goal


def publish(report: Report) -> None:
    """Write the page to the learner's folder and show it in the notebook."""
    write(report)
    whole = escape(page(report), quote=True)  # a page inside an attribute: quotes too
    title = escape(report.title)
    frame = f'<iframe title="{title}" srcdoc="{whole}" width="100%" height="760"></iframe>'
    tables = (
        [html_table(*_numbers(report)), html_table(*_alternatives(report))]
        if report.alternatives
        else []
    )
    plain = plain_table(*_numbers(report))
    place = (
        f"<p>Written to <code>{FILE}</code>, beside your notes; "
        "<code>course progress</code> names the folder.</p>"
    )
    folded = details("The page as tables", "".join(tables) or html_table(*_numbers(report)))
    show(
        f"{report.title}\n{report.decision}\n{plain}\nWritten to {FILE}, beside your notes.",
        html=f"{frame}{place}{folded}",
    )


def _what(report: Report) -> str:
    """The run in one paragraph, where there is one."""
    run = report.plan.run
    if run is None:
        return ""
    each = "unknown" if run.device_memory_bytes is None else short(run.device_memory_bytes, "B")
    hour = "unknown" if run.usd_per_device_hour is None else fmt(run.usd_per_device_hour, "USD")
    return (
        f"<p>{escape(run.model)} on {fmt(run.tokens, 'tokens')}, "
        f"{fmt(run.devices)} x {escape(run.device)} ({each} each), in {escape(run.format)}; "
        f"layout: {escape(run.layout_words)}. "
        f"Grid: {fmt(run.grams_per_kwh)} g/kWh. An hour of a device: {hour}.</p>"
    )


def _limits(limits: Sequence[Limit]) -> str:
    if not limits:
        return "<h2>Limits</h2><p>None is named.</p>"
    there = ", ".join(f"{limit.name} {_amount(limit)}" for limit in limits)
    return f"<h2>Limits</h2><p>There is: {escape(there)}.</p>{limits_svg(limits)}"


def _amount(limit: Limit) -> str:
    if limit.unit == "kg":
        return short(float(limit.most) / 1000, "tonnes")
    return short(float(limit.most), limit.unit)


def _numbers(report: Report) -> tuple[list[str], list[list[str]], str]:
    cells = [
        [row.name, row.value, row.span, row.source or "none given"] for row in rows(report.plan)
    ]
    return (
        ["number", "estimate", "80 % range", "source or assumption"],
        cells,
        f"Every number with its range and source, to {DIGITS} digits",
    )


def _alternatives(report: Report) -> tuple[list[str], list[list[str]], str]:
    cells = [
        [each.name, rounded(each.usd.value, "USD"), span(each.usd, "USD"), each.why_not]
        for each in report.alternatives
    ]
    counted = dict.fromkeys(part for each in report.alternatives for part in each.parts)
    caption = "The same purpose in other ways"
    caption += f", counted alike: {', '.join(counted)}" if counted else ""
    return ["other way", "cost", "80 % range", "why not"], cells, caption


def _table(names: list[str], cells: list[list[str]], caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in names)
    body = ""
    for first, *rest in cells:
        row = "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        body += f'<tr><th scope="row">{escape(first)}</th>{row}</tr>'
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _checks(report: Report) -> str:
    """What is missing, in a box; or that nothing is; and how far to trust the author."""
    missing = gaps(report)
    missing = (
        missing
        if len(missing) <= POINTS
        else [*missing[:POINTS], f"and {len(missing) - POINTS} more"]
    )
    trust = f"<p>{escape(report.calibration)}</p>" if report.calibration else ""
    if not missing:
        fine = "Numbers agree with each other; each has a range and a source."
        return f"<h2>Checks</h2><p>{fine}</p>{trust}"
    points = bullets([escape(point) for point in missing])
    return f'<h2>Checks</h2><div class="note"><p>Open points:</p>{points}</div>{trust}'
