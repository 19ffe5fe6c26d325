"""What a report still lacks: the open points that its page lists.

Design choices:
- A page is held to what the rubric asks: consistent numbers, a range and a source for each, limits
  that are kept, an alternative counted alike, and what would change the plan.
- A page with gaps is written all the same, and says so itself.
"""

from __future__ import annotations

import re

from course_lib.display.fmt import fmt
from course_lib.estimators.project import rules
from course_lib.estimators.project.constraints import unmet
from course_lib.estimators.project.plan import Plan
from course_lib.estimators.project.purpose import TRAINED
from course_lib.estimators.ranges import ranged
from course_lib.teaching.report.contents import Alternative, Report, rounded, rows, span

NUMBER = re.compile(r"\d+(?:[\u202f\u00a0 ,]\d{3})*(?:\.\d+)?")
"""A number as people write it, groups of three digits apart."""
OF_RUNS = ("device hours", "text")
"""Parts that only a way with a run of its own has to pay for."""
POINT = "a single number, without a range"
UNSURE = ("seconds", "device_hours", "memory_bytes", "energy_joules", "carbon_kg", "compute_usd")
"""Numbers of a run that nobody knows exactly: without a range they claim too much."""


def gaps(report: Report) -> list[str]:
    """What the page still lacks, a sentence each; nothing where a marker would find all there is to
    find."""
    sentences = list(rules.broken(report.plan).values())
    sentences += [
        f"{row.name}: no source and no assumption" for row in rows(report.plan) if not row.source
    ]
    sentences += [f"{name}: {POINT}" for name in _points(report.plan)]
    sentences += unmet(report.plan, report.limits) + _strange(report)
    sentences += [
        f"the text says {number}, which stands nowhere among the page's numbers"
        for number in loose_numbers(report)
    ]
    sentences += [sentence for other in report.alternatives for sentence in _unlike(report, other)]
    lacking = {
        "no limit is named": bool(report.limits),
        "no alternative is considered": bool(report.alternatives),
    }
    lacking["nothing is said about what would change the plan"] = bool(report.change)
    return sentences + [sentence for sentence, there in lacking.items() if not there]


def _unlike(report: Report, other: Alternative) -> list[str]:
    """Where an alternative is counted otherwise than the plan. Only a way that trains something of
    its own needs device hours and text."""
    found = [] if other.usd.low < other.usd.high else [f"{other.name}: {POINT}"]
    if not other.parts:
        return [*found, f"{other.name}: what its cost counts is not told"]
    shared = [part for part in report.plan.parts_usd if part not in OF_RUNS]
    own = OF_RUNS if other.name in TRAINED else ()
    found += [
        f"{other.name}: {part} is counted in the plan and not here"
        for part in shared
        if part not in other.parts
    ]
    return found + [
        f"{other.name}: it trains, and nothing is paid for {part}"
        for part in own
        if part not in other.parts
    ]


def _strange(report: Report) -> list[str]:
    """Limits that hold something else than this plan against what there is."""
    plan, run = report.plan, report.plan.run
    needs = {"money": plan.usd}
    if run is not None:
        needs |= {"time": run.seconds, "carbon": run.carbon_kg, "text": ranged("text", run.tokens)}
    return [
        f"{limit.name}: what the limit is held against is not what the plan needs"
        for limit in report.limits
        if (need := needs.get(limit.name)) is not None and limit.need.ends != need.ends
    ]


def loose_numbers(report: Report) -> list[str]:
    """Numbers in the sentences of a page that stand nowhere among its numbers: whoever reads one
    could not check it.

    Counts up to ten are words ("one card", "4 ways") and are let through.
    """
    reasons = " ".join(way.why_not for way in report.alternatives)
    told = f"{report.title} {report.decision} {reasons} {report.change}"
    known = {
        number
        for row in rows(report.plan)
        for number in NUMBER.findall(f"{row.value} {row.span} {row.source}")
    }
    for way in report.alternatives:
        known |= set(NUMBER.findall(f"{rounded(way.usd.value, 'USD')} {span(way.usd, 'USD')}"))
    for limit in report.limits:
        known |= set(NUMBER.findall(rounded(limit.most, limit.unit)))
    run = report.plan.run
    if run is not None:
        # as the page's paragraph on the run shows them, and names with digits ("8B", "H100")
        shown = f"{run.model} {run.device} {run.devices} {fmt(run.tokens)} {run.format} {run.grid}"
        known |= set(NUMBER.findall(shown)) | {rounded(run.tokens, "").split()[0]}
    found = NUMBER.findall(told)
    return [each for each in dict.fromkeys(found) if each not in known and not _small(each)]


def _small(number: str) -> bool:
    """Whether a number is a count up to ten."""
    return number.isdecimal() and int(number) <= 10


def _points(plan: Plan) -> list[str]:
    """Numbers that should be ranges and are none."""
    numbers = {} if plan.run is None else {name: getattr(plan.run, name) for name in UNSURE}
    numbers["cost in all"] = plan.usd
    return [
        name.replace("_", " ")
        for name, number in numbers.items()
        if number is not None and number.low == number.high
    ]
