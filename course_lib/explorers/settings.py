"""Settings of a panel as data: one thin panel of widgets serves every topic.

Design choices:
- Every setting is a choice from a list: a slider steps through it, a menu or a row of buttons
  shows it. So all work with the keyboard alone, and every place of a panel can be visited by a
  test.
- A setting has a label in words, with its unit where it has one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.explorers.found import Found
from course_lib.explorers.look import fmt, short

KINDS = ("slider", "menu", "buttons")

__all__ = ["KINDS", "Setting", "Topic", "buttons", "menu", "slider"]


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One control."""

    name: str
    """The keyword of the topic's function."""
    label: str
    """What stands beside the control."""
    kind: str
    """One of `KINDS`."""
    options: tuple[tuple[str, Any], ...]
    """Its places in order: the text that is shown, and the value that is handed on."""
    default: Any
    """The value it begins with."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind={self.kind!r}: must be one of {', '.join(KINDS)}")
        if not self.label.strip():
            raise ValueError(f"label={self.label!r}: every control needs one")
        texts = [text for text, _ in self.options]
        if len(set(texts)) != len(texts) or len(texts) < 2:
            raise ValueError(f"options of {self.name}: must be two texts or more, none twice")
        if self.default not in self.values:
            raise ValueError(f"default={self.default!r}: must be a value of {self.name}")

    @property
    def values(self) -> tuple[Any, ...]:
        """The values in order."""
        return tuple(value for _, value in self.options)

    def text(self, value: Any) -> str:
        """What is shown for a value."""
        return self.options[self.values.index(value)][0]


def slider(
    name: str,
    label: str,
    values: Sequence[Any],
    default: Any,
    unit: str = "",
    texts: Mapping[Any, str] | None = None,
) -> Setting:
    """A slider over a list of values.

    Args:
        name: the keyword of the topic's function.
        label: what stands beside it.
        values: its places in order.
        default: the place it begins at.
        unit: of `fmt`, in which the values are shown.
        texts: texts of values that no number shows well.

    >>> slider("users", "Users", [1, 128], 1).options
    (('1', 1), ('128', 128))
    """
    known = texts or {}
    shown = tuple((known[v] if v in known else _text(v, unit), v) for v in values)
    return Setting(name=name, label=label, kind="slider", options=shown, default=default)


def _text(value: Any, unit: str) -> str:
    """A place of a slider; whole numbers keep their digits as long as they are few."""
    whole = isinstance(value, int) and not unit and value < 100_000
    return fmt(value, exact=True) if whole else short(value, unit)


def menu(name: str, label: str, options: Mapping[str, Any], default: Any) -> Setting:
    """A menu that opens; `options` gives the value of each text."""
    return Setting(
        name=name, label=label, kind="menu", options=tuple(options.items()), default=default
    )


def buttons(name: str, label: str, options: Mapping[str, Any], default: Any) -> Setting:
    """A row of buttons, one of them pressed; `options` gives the value of each text."""
    return Setting(
        name=name, label=label, kind="buttons", options=tuple(options.items()), default=default
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Topic:
    """A panel: its question, its settings, and the function behind it."""

    name: str
    """The topic's name, that of its lesson."""
    title: str
    """What the panel is about, in a few words."""
    question: str
    """A question that only moving the controls answers."""
    settings: tuple[Setting, ...]
    """Its controls in order."""
    find: Callable[..., Found]
    """From a value for each setting, by its name, to what is shown."""
    answer: Callable[[], str]
    """The question's answer in a sentence, found by moving the controls."""

    def defaults(self) -> dict[str, Any]:
        """The value that each control begins with."""
        return {setting.name: setting.default for setting in self.settings}

    def around(self) -> Iterable[dict[str, Any]]:
        """Every place of every control, the others as they begin."""
        for setting in self.settings:
            for value in setting.values:
                yield self.defaults() | {setting.name: value}

    def words(self, chosen: Mapping[str, Any]) -> str:
        """The settings as text.

        >>> users = slider("users", "Users", [1, 2], 1)
        >>> topic = Topic(name="t", title="", question="", settings=(users,), find=print,
        ...               answer=str)
        >>> topic.words({"users": 2})
        'Users: 2'
        """
        return "; ".join(f"{each.label}: {each.text(chosen[each.name])}" for each in self.settings)
