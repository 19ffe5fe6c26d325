"""The panel of verdicts: what moves follows its arithmetic, and the picture's borders are those of
the rules."""

import pytest

from course_lib.catalog import devices, models
from course_lib.estimators import cost, myths
from course_lib.teaching.claims import claims
from course_lib.teaching.claims.rules import decide
from course_lib.teaching.court import explore, moves
from course_lib.teaching.court.rulings import Place, Ruling


def ruling(id: str, **numbers: float) -> Ruling:
    rule = decide(claims.get(id).rules, numbers)
    return Ruling(
        claim=claims.get(id),
        verdict=rule.verdict,
        numbers=numbers,
        source="a count",
        place=Place(lesson="01_parameters", cell="cell", section=""),
        measured=False,
    )


COOLING = ruling("B05", average=0.54, best=0.08)
WIND = ruling("B08b", electricity_left=0.05, all_left=0.102)
RENT = ruling("A17", rent_over_own_full=1.87, rent_over_own_light=0.127)
FOUND = {each.claim.id: each for each in (COOLING, WIND, RENT)}


def move(label: str) -> moves.Move:
    return next(each for each in moves.choices(FOUND) if each.label.startswith(label))


def test_the_machines_stay_when_the_wind_moves() -> None:
    """With machines of 60 and dirty power of 1000, wind of 50 leaves 110 of 1060."""
    numbers = {"electricity_left": 50 / 1000, "all_left": (50 + 60) / (1000 + 60)}
    twice = moves.by_wind(numbers, 2.0)
    assert twice["electricity_left"] == pytest.approx(100 / 1000)
    assert twice["all_left"] == pytest.approx((100 + 60) / (1000 + 60))


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_rents_of_consumer_cards_move_as_the_estimator_has_them(factor: float) -> None:
    cards = dict(devices.items())
    compared = myths.pairs.pairs(cards)
    used = {key: cards[key] for pair in compared for key in pair}
    rents = {}
    for _, home in compared:
        price = cost.rental(home)
        assert price is not None
        rents[home] = factor * price.usd_per_device_hour
    usd = myths.pairs.job_usd(models["llama-3-8b"], used, rents=rents)
    wanted = {f"share_{job}": share for job, share in myths.pairs.share_won(usd, compared).items()}
    assert moves.by_rent_of_consumer_cards(wanted, factor) == wanted


def test_a_laws_number_is_not_offered() -> None:
    found = FOUND | {"A08": ruling("A08", flops_exponent=2.0)}
    assert not [each for each in moves.choices(found) if each.claim == "A08"]


def test_the_verdict_turns_at_the_rules_limit() -> None:
    """B05 asks for 5 % of the best fleet too; 8 % are 1.6 times as much."""
    best = move("B05")
    for factor, verdict in ((1.0, "holds"), (0.75, "holds"), (0.5, "holds with limits")):
        assert moves.verdict(COOLING, best, factor) == verdict
    assert moves.verdict(COOLING, best, 1.0, limits=2.0) == "holds with limits"
    for left, right, name in explore._stretches(COOLING, best, 1.0):
        if name == "holds with limits":
            assert right == pytest.approx(0.05 / 0.08, rel=0.05)
            assert left == pytest.approx(explore.LOW)


def test_a_share_ends_at_the_whole() -> None:
    shares = {"share_training": 0.4, "share_reader": 0.03, "share_batch": 0.53}
    pairs = ruling("C08", **shares)
    alone = next(each for each in moves.choices({"C08": pairs}) if each.number == "share_batch")
    found = explore.find(pairs, alone, factor=4.0, limits=1.0)
    assert not found.possible and "100 %" in found.sentence


@pytest.mark.parametrize("place", list(explore.topic(FOUND).around()), ids=str)
def test_every_place_shows_a_message(place: dict[str, object]) -> None:
    found = explore.topic(FOUND).find(**place)
    assert 20 <= len(found.sentence) <= 200
    assert found.possible


def test_the_answer_is_found_by_moving() -> None:
    """Rent at 1.25x stays above the owner's cost; no number of these three turns, but limits do:
    B08b asks for a tenth, and 1.25 tenths are met."""
    answer = explore.topic(FOUND).answer()
    assert answer.startswith("None turn, of 3 claims.")
    assert "as it is: B08b." in answer


def test_too_few_verdicts_make_no_panel() -> None:
    with pytest.raises(ValueError, match="must be two or more"):
        explore.topic({})
