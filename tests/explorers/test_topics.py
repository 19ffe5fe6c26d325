"""Every panel at every place of its controls: it computes, says its message and draws; and what
cannot be combined is told in a sentence."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from course_lib import explorers
from course_lib.explorers.found import Found
from course_lib.explorers.look import picture
from tests.imports import read

LESSONS = [
    "start",
    "parameters",
    "datasets",
    "attention",
    "hardware",
    "inference",
    "serving",
    "images",
    "precision",
    "memory",
    "parallelism",
    "thinking",
    "energy",
    "cost",
    "access",
    "capstone",
]
ROOT = Path(explorers.__file__).parents[2]
SOME = 40
"""Random combinations of each topic, beside every place of every single control."""


def tried(name: str) -> list[dict[str, Any]]:
    """Every place of every control, and some combinations of all."""
    topic, chance = explorers.get(name), random.Random(name)
    mixed = [
        {setting.name: chance.choice(setting.values) for setting in topic.settings}
        for _ in range(SOME)
    ]
    return [*topic.around(), *mixed]


def test_the_topics_are_those_of_the_lessons() -> None:
    assert explorers.names() == LESSONS


@pytest.mark.parametrize("name", LESSONS)
def test_every_place_computes(name: str) -> None:
    topic = explorers.get(name)
    for chosen in tried(name):
        found = topic.find(**chosen)
        assert isinstance(found, Found), chosen
        assert 20 <= len(found.sentence) <= 200, (chosen, found.sentence)
        assert found.sentence.endswith("."), found.sentence
        assert "nan" not in str(found.numbers) and "None" not in str(found.numbers), chosen
        assert bool(found.values) == found.possible, chosen


@pytest.mark.parametrize("name", LESSONS)
def test_every_place_draws(name: str) -> None:
    topic = explorers.get(name)
    for chosen in tried(name)[::5]:
        found = topic.find(**chosen)
        if found.draw is not None:
            drawn = picture((found.ground, found.draw))
            assert drawn.startswith(b"\x89PNG") and 1000 < len(drawn) < 60_000, chosen


@pytest.mark.parametrize("name", LESSONS)
def test_moving_a_control_moves_the_picture(name: str) -> None:
    """Each control changes what is drawn or said at some place."""
    topic = explorers.get(name)
    begin = topic.find(**topic.defaults())
    for setting in topic.settings:
        others = [value for value in setting.values if value != setting.default]
        found = [topic.find(**(topic.defaults() | {setting.name: value})) for value in others]
        assert any(each.numbers != begin.numbers for each in found), setting.name


@pytest.mark.parametrize("name", LESSONS)
def test_the_question_is_answered_in_numbers(name: str) -> None:
    topic = explorers.get(name)
    assert topic.question.rstrip().endswith("?")
    assert re.search(r"\d", topic.answer()) and topic.answer().endswith(".")


@pytest.mark.parametrize(
    "name, chosen, told",
    [
        ("parameters", {"n_kv_heads": 64}, "64 key-value heads cannot serve 32 query heads"),
        ("parameters", {"n_heads": 48}, "48 heads cannot share a width of 4"),
        ("parameters", {"active": 4}, "cannot use 4 experts where a layer has 1"),
        ("attention", {"model": "gemma-3-27b-text", "kind": "window"}, "windows"),
        ("attention", {"model": "qwen3-next-80b-a3b", "kind": "mostly"}, "without attention"),
        ("start", {"model": "llama-3-1-405b", "users": 256, "tokens": 6400}, "does not fit"),
        ("inference", {"model": "llama-3-1-70b"}, "does not fit"),
    ],
)
def test_what_cannot_be_is_told_why(name: str, chosen: dict[str, Any], told: str) -> None:
    topic = explorers.get(name)
    found = topic.find(**(topic.defaults() | chosen))
    assert told in found.sentence


def test_a_model_that_does_not_fit_shows_its_memory_and_no_times() -> None:
    topic = explorers.get("inference")
    found = topic.find(**(topic.defaults() | {"model": "llama-3-1-70b"}))
    assert found.possible
    assert {"weights", "too much"} <= found.values.keys()
    assert "first token" not in found.values


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="no explorer 'pictures'; there are start, parameters"):
        explorers.get("pictures")


def test_nothing_is_looked_up_before_a_panel_is_shown() -> None:
    """A lesson's list of sources names what its panel shows, not what all panels could show."""
    program = (
        "from course_lib import explorers; from course_lib.catalog.lookup import touched; "
        "assert touched() == [], touched(); explorers.panel('hardware'); "
        "print(sorted(key for _, key in touched()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    told = done.stdout.splitlines()[-1]
    assert told == "['a100-sxm-80gb', 'h100-sxm-80gb', 'llama-3-8b']"


def test_a_topics_numbers_need_no_picture() -> None:
    """matplotlib and ipywidgets, slow to load, come with the first panel."""
    program = (
        "import sys; from course_lib import explorers; topic = explorers.get('inference'); "
        "topic.find(**topic.defaults()); print(sys.modules.keys() & {'matplotlib', 'ipywidgets'})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "set()"


def test_the_room_looks_up_in_one_place_only() -> None:
    """Whatever comes from the room of display comes through `look`; nothing from above it."""
    house = read(Path(explorers.__file__).parents[1])
    room = "course_lib.explorers."
    wanted = {name: house.inner[name] for name in house.files if name.startswith(room)}
    floors = {
        name: {other.split(".")[1] for other in others if other.count(".")}
        for name, others in wanted.items()
    }
    below = {"catalog", "estimators", "explorers", "checks", "units", "demos"}
    assert floors.pop(f"{room}look") - below == {"display"}
    assert {name: found - below for name, found in floors.items() if found - below} == {}
