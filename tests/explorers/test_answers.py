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
    assert (
        f"Of those on the slider, from a batch of {smallest} on"
        in explorers.get("hardware").answer()
    )


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


def test_the_readings_that_the_text_allows() -> None:
    most = max(
        readings
        for readings in places("capstone", "readings")
        if at("capstone", readings=readings).amount("text used") <= 1
    )
    answer = explorers.get("capstone").answer()
    assert answer.startswith(f"{most} readings use all of the text")
    assert at("capstone", readings=most, count=256).numbers["time"] in answer


def test_the_tokens_from_which_a_rented_card_costs_less_than_calls() -> None:
    def first(card: str, share: float) -> float:
        found = {n: at("cost", tokens=n, card=card, share=share) for n in places("cost", "tokens")}
        less = [n for n, each in found.items() if each.amount("rent") < each.amount("calls")]
        return min(less, default=float("inf"))

    # by hand: USD 0.34 an hour is 2 980 a year, and a million a day costs 164 a year by calls
    assert first("rtx-4090", 0.5) == 2e7 and first("h100-sxm-80gb", 0.5) == 2e8
    told = explorers.get("cost").answer()
    assert "RTX 4090 from 20 million tokens a day on" in told
    assert "H100 SXM 80GB from 200 million tokens a day on" in told
    idle = told.split("sold: ")[-1]
    for card, name in (("rtx-4090", "RTX 4090"), ("h100-sxm-80gb", "H100 SXM 80GB")):
        never = first(card, 0.05) == float("inf")
        assert (f"{name} never here" in idle) == never


def test_what_solves_most_for_one_try_at_the_highest_effort() -> None:
    most = at("thinking", tries=1).amount("price of a task")
    found = {
        (chooser, model, effort, tries, order): at(
            "thinking", chooser=chooser, model=model, effort=effort, tries=tries, order=order
        )
        for chooser in places("thinking", "chooser")
        for model in places("thinking", "model")
        for effort in places("thinking", "effort")
        for tries in places("thinking", "tries")
        for order in places("thinking", "order")
    }
    able = {
        key: each.amount("tasks solved")
        for key, each in found.items()
        if each.possible and each.amount("price of a task") <= most
    }
    told = explorers.get("thinking").answer()
    for chooser in ("checker", "vote"):
        mine = {key: value for key, value in able.items() if key[0] == chooser}
        best = max(mine, key=lambda key: mine[key])
        assert fmt(mine[best], "%") in told and f"{best[3]} attempt" in told
    one = at("thinking", tries=1).amount("tasks solved")
    assert max(able.values()) > one + 0.05  # trying again pays, where something can tell
    assert "A vote gains nothing" in told


def test_no_loss_scale_suits_eight_bits_and_a_block_does() -> None:
    fp8 = {"exponent": 4, "mantissa": 3}
    found = {power: at("precision", power=power, **fp8) for power in places("precision", "power")}
    suits = [
        power
        for power, each in found.items()
        if each.amount("lost below") < 0.01 and each.amount("too large") == 0
    ]
    told = explorers.get("precision").answer()
    last = max(power for power, each in found.items() if each.amount("too large") == 0)
    assert not suits and told.startswith("No.") and f"At {fmt(2.0**last)}" in told
    assert at("precision", block=32, **fp8).amount("lost below") < 0.01
    assert found[0].amount("lost below") > 0.9, "where the panel begins it is not so"


def test_the_mixture_that_fits_and_is_quickest() -> None:
    assert at("parallelism").numbers["fits"] != "yes"
    found = {}
    for tensor in places("parallelism", "tensor"):
        for pipeline in places("parallelism", "pipeline"):
            data, rest = divmod(64, tensor * pipeline)
            if rest or data not in places("parallelism", "data"):
                continue
            for zero in places("parallelism", "zero"):
                for micro in (1, 2):  # more at a time only fills memory
                    sizes = {"data": data, "tensor": tensor, "pipeline": pipeline}
                    each = at("parallelism", **sizes, zero=zero, micro=micro)
                    if each.numbers["fits"] == "yes":
                        found[data, tensor, pipeline, zero] = each.amount("time of a step")
    data, tensor, pipeline, zero = min(found, key=lambda sizes: found[sizes])
    assert max(data, tensor, pipeline) < 64  # a mixture, and nothing alone
    told = explorers.get("parallelism").answer()
    start = f"{data} copies x {tensor} cards on each matrix x {pipeline} stages, ZeRO {zero}"
    assert told.startswith(start)


def test_the_crowd_that_flips_picture_and_page() -> None:
    def flips(**chosen: Any) -> int:
        return min(
            users
            for users in places("images", "users")
            if at("images", users=users, **chosen).amount("energy over the page's") > 1
        )

    usual = flips()
    few = flips(model="sdxl-base-unet", steps=4, guidance=False, side=1024)
    assert 1 < usual < few
    told = explorers.get("images").answer()
    assert f"more from {usual} users on" in told and f"steps from {few} users on" in told


def test_the_texts_that_make_the_journey_cheap() -> None:
    total, time = "all of it, on each card", "time of a step"
    found = {
        (host, again, texts): at("memory", host=host, again=again, texts=texts)
        for host in places("memory", "host")
        for again in places("memory", "again")
        for texts in places("memory", "texts")
    }
    # nine tenths of 24 GB
    room = {how: each for how, each in found.items() if each.amount(total) <= 21.6e9}
    assert room and all(host == "all" for host, _, _ in room)
    best = min(room, key=lambda how: room[how].amount(time))
    told = explorers.get("memory").answer()
    assert f"With {best[2]} texts at a time a step takes {room[best].numbers[time]}" in told
    assert room[best].amount(time) < 0.5 * room[best[0], best[1], 1].amount(time)


def test_the_budget_for_an_adapter_and_a_year_of_hosting() -> None:
    both = "an adapter and a year of hosting"
    told = []
    for year in (2026, 2023):
        needs = at("access", year=year, model="llama-3-3-70b").amount(both)
        told.append(min(each for each in places("access", "budget") if each >= needs))
    assert told[0] < told[1]
    answer = explorers.get("access").answer()
    assert answer.startswith(f"{fmt(told[0], 'USD')} in 2026, {fmt(told[1], 'USD')} in 2023")
    large = at("access", model="llama-3-3-70b")
    assert large.amount("an adapter") < 0.01 * large.amount(both)
    # what the panel shows at its start answers neither half
    assert large.numbers[both] not in at("access").numbers.values()


def test_the_longest_job_for_which_the_hour_beats_the_building() -> None:
    """Every start and every length, the means of the day taken here once more."""
    told = explorers.get("energy").answer()
    building = 1 - 1.08 / 1.54

    def most_saved(place: str, hours: int) -> float:
        grams = [
            at("energy", place=place, hours=hours, start=start).amount("carbon")
            for start in places("energy", "start")
        ]
        return 1 - min(grams) / (sum(grams) / len(grams))

    longest = {
        place: max(
            (n for n in places("energy", "hours") if most_saved(place, n) > building), default=0
        )
        for place in places("energy", "place")[:2]
    }
    california, texas = longest.values()
    assert texas == 0 and 4 < california < 24  # where the panel begins the hour pays
    assert told.startswith(f"California, 13 April 2022: up to {california} h; ")
    assert "Texas, 8 May 2022: never" in told
