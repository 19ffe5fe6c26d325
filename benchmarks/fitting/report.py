"""What a fit prints: the constants, the errors beside those of fits that left a source out, and the
spreads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.fitting.circumstances import Circumstance, Ends
from benchmarks.fitting.search import Errors, Evaluate, Fit, Point, loss, touched, wanted
from course_lib.catalog import Efficiency
from course_lib.commands.validate.scoring import within

LEGEND = (
    "error: median of |log2(predicted / published)|; <1.25x: share of rows within that factor;",
    "left out: at the constants that were chosen without the group's source",
)


def constants(
    keys: Mapping[str, Efficiency],
    grids: Sequence[Sequence[float]],
    now: Point,
    found: Fit,
    evaluate: Evaluate,
    sources: Mapping[str, str],
) -> list[str]:
    """A line for each constant: its value, the best one, what the loss is along its grid, and which
    sources alone want another value."""
    if not keys:
        return ["no constant of this set is fitted: its errors are those of the table as it stands"]
    lines = [f"loss {loss(evaluate([now])[0], sources):.4f} now, {found.loss:.4f} at the best"]
    likes = wanted(evaluate, grids, found.best, sources)
    hangs = touched(evaluate, grids, found.best, sources)
    for place, (key, values) in enumerate(zip(keys, grids, strict=True)):
        points = [(*found.best[:place], value, *found.best[place + 1 :]) for value in values]
        along = [loss(errors, sources) for errors in evaluate(points)]
        lines.append(f"  {key}: now {now[place]:g}, best {found.best[place]:g}")
        if max(along) == min(along):
            lines.append("    no row depends on it: these rows cannot fit it")
            continue
        pairs = zip(values, along, strict=True)
        lines.append("    loss " + ", ".join(f"{value:g}: {each:.4f}" for value, each in pairs))
        if len(hangs[place]) == 1:
            name = hangs[place][0]
            parts = {found.parts[row] for row, source in sources.items() if source == name}
            tested = "which is left out by group" if len(parts) > 1 else "so no fit can do without"
            lines.append(f"    hangs on {name} alone, {tested}")
        moved = {name: point[place] for name, point in found.without.items()}
        others = {name: value for name, value in moved.items() if value != found.best[place]}
        lines += [f"    without {name} it is {value:g}" for name, value in others.items()]
        if likes[place]:
            asked = ", ".join(f"{name} {value:g}" for name, value in likes[place].items())
            lines.append(f"    alone want: {asked}")
    return lines


def groups(fitted: Errors, left_out: Errors, groups: Mapping[str, str]) -> list[str]:
    """A line for each group and one for all: errors of the fit and of the left-out fits."""
    head = f"{'group':44}{'rows':>6}{'error':>8}{'<1.25x':>8}{'left out:':>11}{'<1.25x':>8}"
    listed: dict[str, list[str]] = {"all": list(groups)}
    for row, group in groups.items():
        listed.setdefault(group, []).append(row)
    lines = [head]
    for group, rows in listed.items():
        cells = "".join(
            f"{median(abs(errors[row]) for row in rows):>{width}.3f}"
            f"{within([errors[row] for row in rows])[0]:>8.0%}"
            for errors, width in ((fitted, 8), (left_out, 11))
        )
        lines.append(f"{group[:43]:44}{len(rows):>6}{cells}")
    return [*lines, *LEGEND]


def spreads(
    found: Mapping[str, Ends],
    stands: Mapping[str, Circumstance],
    held: Mapping[str, tuple[int, float]],
    rows: int,
) -> list[str]:
    """A line for each spread, and how many rows of each group they hold."""
    if not found:
        return ["no estimate of these rows asks for a spread"]
    lines = [f"{'spread':44}{'rows':>6}{'low':>8}{'high':>8}{'error':>8}{'<1.25x':>8}"]
    for key, ends in found.items():
        small = f"  with {', '.join(ends.pooled)}" if ends.pooled else ""
        lines.append(
            f"{key[:43]:44}{ends.rows:>6}{ends.low:>8.3f}{ends.high:>8.3f}"
            f"{ends.median_error:>8.3f}{ends.within_quarter:>8.0%}{small}"
        )
    lines.append(
        "held, by group: " + ", ".join(f"{n} {p:.0%} of {c}" for n, (c, p) in held.items())
    )
    if rows > len(stands):
        lines.append(
            f"{rows - len(stands)} rows have a range that comes from no spread of this set"
        )
    return lines
