"""Each question is answered by moving the controls, and not before: what a panel gives as its
answer is searched for here once more, place by place."""

from __future__ import annotations

from typing import Any

from course_lib import explorers
from course_lib.explorers.look import fmt


def at(name: str, **chosen: Any) -> explorers.Found:
    """What a panel finds, the other controls as they begin."""
    topic = explorers.get(name)
    return topic.find(**(topic.defaults() | chosen))


def places(name: str, setting: str) -> tuple[Any, ...]:
    """The values of a control."""
    (control,) = (each for each in explorers.get(name).settings if each.name == setting)
    return control.values


def test_the_crowd_that_makes_the_large_model_cheap() -> None:
    alone = at("start").amount("rent of the cards")
    large = {
        users: at("start", model="llama-3-1-405b", users=users).amount("rent of the cards")
        for users in places("start", "users")
    }
    assert large[1] > 10 * alone
    enough = min(users for users, cents in large.items() if cents <= alone)
    assert f"With {enough} users" in explorers.get("start").answer()


def test_the_experts_of_a_trillion() -> None:
    def weights(experts: int) -> float:
        return at("parameters", experts=experts).amount("all weights")

    fewest = min(each for each in places("parameters", "experts") if weights(each) >= 1e12)
    assert weights(1) < 1e10
    assert explorers.get("parameters").answer().startswith(f"{fewest} experts")
    used = at("parameters", experts=fewest).amount("weights in use for a token")
    assert used < 1.1 * at("parameters").amount("weights in use for a token")


def test_the_budget_that_little_text_is_enough_for() -> None:
    costs = {
        budget: at("datasets", budget=budget, text=1e10).amount("what the cap costs")
        for budget in places("datasets", "budget")
    }
    largest = max(budget for budget, cost in costs.items() if cost < 0.01)
    powers = dict(zip(places("datasets", "budget"), range(19, 27), strict=True))
    told = str(powers[largest]).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    assert f"Up to 10{told} FLOP" in explorers.get("datasets").answer()
    assert costs[1e23] > 0.01  # where the panel begins it is not so


def test_the_kind_of_attention_that_stays_below_half() -> None:
    shares = {
        kind: at("attention", length=262_144, kind=kind).amount("share of attention's core")
        for kind in places("attention", "kind")
    }
    assert shares["causal"] > 0.5 > shares["mostly"] > shares["window"]
    cache = at("attention", length=262_144, kind="mostly").numbers["cache"]
    assert f"is {cache} in place of" in explorers.get("attention").answer()


def test_the_batch_that_brings_out_the_peak() -> None:
    gains = {
        batch: at("hardware", batch=batch).amount("times as fast")
        for batch in places("hardware", "batch")
    }
    smallest = min(batch for batch, gain in gains.items() if gain >= 3)
    assert gains[1] < 2
    assert f"a batch of {smallest} on" in explorers.get("hardware").answer()


def test_the_prompt_that_takes_longer_than_the_writing() -> None:
    assert "first token" not in at("inference", model="llama-3-1-70b").values

    def longer(prompt: int) -> bool:
        found = at("inference", model="llama-3-1-70b", format="int4", prompt=prompt)
        return found.amount("first token") > 399 * found.amount("each further token")

    shortest = next(prompt for prompt in places("inference", "prompt") if longer(prompt))
    told = explorers.get("inference").answer()
    assert f"{fmt(shortest, exact=True)} tokens" in told and "8 bits or 4 bits" in told


def test_the_places_that_bring_the_first_token_soon() -> None:
    label = "first token, 95 of 100 within"
    found = {n: at("serving", places=n) for n in places("serving", "places")}
    soon = {n for n, each in found.items() if each.amount(label) < 1}
    # few requests do not show a line that builds up slowly: the load must leave room, too
    lasting = {n for n in soon if found[n].amount("load, about") < 0.9}
    fewest = min(lasting)
    assert 16 not in soon
    assert explorers.get("serving").answer().startswith(f"{fewest} places are enough")


def test_the_budget_for_an_adapter_and_a_year_of_hosting() -> None:
    both = "an adapter and a year of hosting"
    told = []
    for year in (2026, 2023):
        needs = at("access", year=year).amount(both)
        told.append(min(each for each in places("access", "budget") if each >= needs))
    assert told[0] < told[1]
    answer = explorers.get("access").answer()
    assert answer.startswith(f"{fmt(told[0], 'USD')} in 2026, {fmt(told[1], 'USD')} in 2023")
    assert at("access").amount("an adapter") < 0.01 * at("access").amount(both)
