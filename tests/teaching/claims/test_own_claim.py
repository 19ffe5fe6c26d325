"""The card for a claim that the reader brings: decided by its own conditions, kept, and honest
about what changed."""

from datetime import date
from typing import Any

import pytest

from course_lib.teaching import state
from course_lib.teaching.claims import own_claim as module
from course_lib.teaching.claims.own_claim import own_claim, own_claims

Bundles = list[tuple[dict[str, Any], dict[str, Any]]]
TOLD: dict[str, Any] = {
    "test": "It holds if at least half of them do; with limits if one in ten does.",
    "means": "the share of new models that read pictures",
    "unit": "%",
    "holds": ">= 0.5",
    "limits": ">= 0.1",
    "prediction": 0.8,
    "expires": "2027-12-31",
}


def card(**changed: Any) -> module.Card:
    told = {**TOLD, **changed}
    return own_claim(
        told.pop("name", "pictures"), told.pop("text", "New models read pictures."), **told
    )


@pytest.mark.parametrize(
    ("number", "verdict"),
    [(0.5, "holds"), (0.49, "holds with limits"), (0.1, "holds with limits"), (0.0, "wrong")],
)
def test_the_conditions_decide(number: float, verdict: str) -> None:
    assert card(number=number, source="a count").record.verdict == verdict


def test_without_limits_it_holds_or_not() -> None:
    assert card(limits="", number=0.49, source="a count").record.verdict == "wrong"
    assert (
        card(
            name="other", limits="", otherwise="not decidable", number=0.4, source="x"
        ).record.verdict
        == "not decidable"
    )


def test_the_card_first_asks_and_then_decides(shown: Bundles) -> None:
    asked = card()
    assert (
        asked.record.verdict == "no number yet" and "You expect 80 %" in shown[0][0]["text/plain"]
    )
    told = asked.answer(0.3, source="a count of 20").record
    assert (told.verdict, told.number, told.changed) == ("holds with limits", 0.3, ())
    text = shown[1][0]["text/plain"]
    for part in (
        "You said 80 %, it is 30.0 %",
        "holds with limits",
        "a count of 20",
        "2027-12-31",
        "at least half",
    ):
        assert part in text and part in shown[1][0]["text/html"]


def test_it_is_kept_in_the_learners_file() -> None:
    card().answer(0.3, source="a count")
    kept = module.load(state.read())
    assert [(one.name, one.number, one.expires) for one in kept] == [
        ("pictures", 0.3, "2027-12-31")
    ]
    card(name="words", text="Another.")
    assert [one.name for one in module.load(state.read())] == ["pictures", "words"]


def test_the_rest_of_the_file_stays() -> None:
    state.change(lambda old: state.with_guess(old, "share", 0.5, "now") | {"bill": {"00": {}}})
    card()
    assert state.read()["bill"] == {"00": {}} and "share" in state.read()["predictions"]


@pytest.mark.parametrize(
    "changed",
    [
        {"prediction": 0.3},
        {"holds": ">= 0.2"},
        {"limits": ""},
        {"test": "Another."},
        {"otherwise": "outdated"},
    ],
)
def test_what_changes_after_the_number_is_named(shown: Bundles, changed: dict[str, Any]) -> None:
    card().answer(0.3, source="a count")
    again = card(**changed, number=0.3, source="a count").record
    assert again.changed == tuple(changed)
    assert "Changed after the number was known" in shown[-1][0]["text/plain"]
    assert card(number=0.3, source="a count").record.changed[0] in again.changed  # it stays so


def test_before_the_number_everything_may_change() -> None:
    card()
    assert card(prediction=0.1, holds=">= 0.9").record.changed == ()


def test_a_new_number_or_source_is_no_change_of_the_test() -> None:
    card().answer(0.3, source="a count")
    assert card(number=0.4, source="a better count", expires="2029-01-01").record.changed == ()


@pytest.mark.parametrize(
    ("changed", "problem", "said"),
    [
        ({"name": "New models!"}, ValueError, "id='New models!'"),
        ({"text": " "}, ValueError, "text="),
        ({"test": ""}, ValueError, "test=''"),
        ({"means": None}, ValueError, "means=None"),
        ({"holds": ""}, ValueError, "holds=''.*>= 0.5"),
        ({"holds": "half"}, ValueError, "holds='half'"),
        ({"limits": ">= lots"}, ValueError, "limits='>= lots'"),
        ({"otherwise": "maybe"}, ValueError, "otherwise='maybe'.*holds with limits"),
        ({"unit": "GB"}, ValueError, "unit: .*base unit"),
        ({"unit": 5}, TypeError, "unit=5"),
        ({"prediction": "much"}, TypeError, "prediction: value='much'"),
        ({"prediction": None}, TypeError, "prediction: value=None"),
        ({"prediction": float("nan")}, ValueError, "prediction: .*finite"),
        ({"number": float("inf"), "source": "x"}, ValueError, "number: .*finite"),
        ({"number": True, "source": "x"}, TypeError, "number: value=True"),
        ({"number": 0.3}, ValueError, "source=''"),
        ({"number": 0.3, "source": "  "}, ValueError, "source="),
        ({"expires": "soon"}, ValueError, "expires='soon': must be a day such as"),
        ({"expires": "2027-02-30"}, ValueError, "expires='2027-02-30'"),
        ({"expires": None}, ValueError, "expires=None"),
    ],
)
def test_bad_input_is_named_and_nothing_is_kept(
    changed: dict[str, Any], problem: type[Exception], said: str
) -> None:
    with pytest.raises(problem, match=said):
        card(**changed)
    assert module.load(state.read()) == []


def test_numpy_numbers_can_be_kept() -> None:
    numpy = pytest.importorskip("numpy")
    assert (
        card(prediction=numpy.float64(0.5)).answer(numpy.float32(0.25), source="x").record.number
        == 0.25
    )


def test_the_list_says_what_has_expired(shown: Bundles) -> None:
    own_claims()
    assert "no claim of your own yet" in shown[-1][0]["text/plain"]
    card().answer(0.3, source="a count")
    own_claims(today=date(2027, 12, 31))
    assert "after 2027-12-31" in shown[-1][0]["text/plain"]
    own_claims(today=date(2028, 1, 1))
    assert "now: 2027-12-31 has passed" in shown[-1][0]["text/plain"]


@pytest.mark.parametrize(
    "section", [[], "text", {"a": 1}, {"a": {"text": "x"}}, {"Bad Name": {}}, {"a": None}]
)
def test_a_file_edited_by_hand_stops_nothing(section: Any) -> None:
    state.change(lambda old: old | {"own_claims": section})
    assert module.load(state.read()) == []
    card()
    assert [one.name for one in module.load(state.read())] == ["pictures"]


def test_one_broken_field_drops_one_card() -> None:
    card()
    card(name="words", text="Another.")
    broken = state.read()["own_claims"]
    broken["words"]["expires"] = "never"
    state.change(lambda old: old | {"own_claims": broken})
    assert [one.name for one in module.load(state.read())] == ["pictures"]


def test_a_blank_card_asks_for_what_is_open_and_keeps_nothing(shown: Bundles) -> None:
    blank = card(test=..., prediction=...)
    assert isinstance(blank, module.Blank) and blank.fields_left == ("test", "prediction")
    assert "could come out false" in shown[-1][0]["text/plain"]
    assert blank.answer(..., source=...) is blank
    assert "Fill in the card first" in shown[-1][0]["text/plain"]
    assert module.load(state.read()) == []
