"""The verdict on a claim, from the numbers that the learner saw.

Design choices:
- The numbers decide by the rules of `texts/claims/`; the lesson adds no opinion.
- Where a measured comparison was not clear, the recorded machine's numbers decide, the card says
  so, and nothing is kept in the learner's file: chance is no verdict.
- What other published inputs would give is decided by the same rules. Where that is another
  verdict, the call is close.
- The output carries, beside its text, a machine-readable record, so that the last lessons can
  collect the verdicts of built notebooks without running them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from course_lib.display.fmt import fmt
from course_lib.display.show import sentence
from course_lib.teaching import state
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.decided import MIME, Verdict
from course_lib.teaching.claims.rules import decide
from course_lib.teaching.claims.verdict_card import display
from course_lib.teaching.say.forms import check_text

__all__ = ["MIME", "Verdict", "judge", "keep", "other_inputs", "sentence", "verdict"]


def verdict(
    id: str,
    *,
    source: str,
    instead: str = "",
    clear: bool = True,
    record: Mapping[str, float] | None = None,
    record_source: str = "",
    inputs: Mapping[str, Mapping[str, float]] | None = None,
    **numbers: float,
) -> Verdict:
    """Decide a claim by its rules, show the verdict, and keep it.

    Args:
        id: the claim, such as "A07".
        source: where the numbers come from, in words.
        instead: the claim rewritten so that it holds, with its number; one line of Markdown.
        clear: whether what was measured here differed clearly; if not, the numbers of `record`
            decide, and nothing is kept.
        record: the recorded machine's numbers, by name; needed where `clear` is False. Those it
            lacks stay as they are.
        record_source: where the record comes from, in words.
        inputs: other published inputs, each in words that follow "it is ...", such as
            "at USD 1.99 an hour", with the numbers that they change.
        numbers: the numbers that the claim declares, in their base units.

    Raises:
        KeyError: there is no such claim.
        ValueError: the claim has no test yet, a number is missing, extra or not finite, a source is
            empty, or the record is missing.
        TypeError: a number is none.
    """
    result = judge(id, source=source, **numbers)
    if not clear:
        result = _recorded(result, record, record_source)
    others = other_inputs(result, inputs or {})
    result = replace(result, instead=instead.strip(), others=others)
    display(result, not_kept=keep(result) if clear else "")
    return result


def keep(result: Verdict) -> str:
    """Keep a verdict in the learner's file; why it could not be kept, or ""."""
    rounded, now = result.rounded(), state.now()
    return state.change(
        lambda old: state.with_verdict(old, result.claim.id, result.verdict, rounded, now)
    ).problem


def judge(id: str, *, source: str, **numbers: float) -> Verdict:
    """The verdict without showing or keeping it.

    Args:
        id: the claim, such as "A07".
        source: where the numbers come from, in words.
        numbers: the numbers that the claim declares, in their base units.

    Raises:
        KeyError: there is no such claim.
        ValueError: the claim has no test yet, a number is missing, extra or not finite, or the
            source is empty.
        TypeError: a number is none.

    >>> judge("A07", source="an example", deepest=61).verdict
    'wrong'
    """
    claim = claims.decidable(id)
    check_text("source", source)
    _check_names(claim, numbers)
    for name, value in numbers.items():
        try:
            fmt(value, claim.numbers[name].unit)
        except (TypeError, ValueError) as problem:
            # an error of the same type, with the number's name in front
            raise type(problem)(f"verdict {id!r}, {name}: {problem}") from problem
    return Verdict(claim=claim, rule=decide(claim.rules, numbers), numbers=numbers, source=source)


def other_inputs(result: Verdict, inputs: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """The verdict under each of some other published inputs, by the words that name them.

    Args:
        result: the verdict.
        inputs: for each input, in words such as "at USD 1.99 an hour", the numbers that differ.

    Raises:
        ValueError: an input without words or numbers, or a number that the claim does not have.
    """
    return {
        check_text("inputs", words): _with_numbers(result, f"inputs[{words!r}]", numbers).verdict
        for words, numbers in inputs.items()
    }


def _recorded(result: Verdict, record: Mapping[str, float] | None, source: str) -> Verdict:
    """The verdict by the recorded machine's numbers."""
    if not record:
        raise ValueError("record: must hold the recorded numbers where clear=False")
    check_text("record_source", source)
    told = f"{result.source.rstrip('.')}; the recorded numbers: {source}"
    return replace(_with_numbers(result, "record", record), clear=False, source=told)


def _with_numbers(result: Verdict, name: str, numbers: Mapping[str, float]) -> Verdict:
    """The verdict with some numbers replaced; `name` is the argument that holds them."""
    extra = set(numbers) - set(result.claim.numbers)
    if extra or not numbers:
        known = ", ".join(result.claim.numbers)
        raise ValueError(f"{name}: must hold some of {known}, got {sorted(numbers)}")
    changed = judge(result.claim.id, source=result.source, **{**result.numbers, **numbers})
    return replace(result, rule=changed.rule, numbers=changed.numbers)


def _check_names(claim: claims.Claim, numbers: Mapping[str, float]) -> None:
    missing, extra = set(claim.numbers) - set(numbers), set(numbers) - set(claim.numbers)
    complaints = [
        f"{word} {', '.join(sorted(names))}"
        for word, names in (("missing", missing), ("extra", extra))
        if names
    ]
    if complaints:
        raise ValueError(
            f"verdict {claim.id!r} needs exactly the numbers {', '.join(claim.numbers)}: "
            f"{'; '.join(complaints)}"
        )
