"""Room reserved and room in blocks: summed step by step, and against the paper of vLLM."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.catalog import findings
from course_lib.estimators.serving.arrivals import Requests, draw
from course_lib.estimators.serving.paged import POLICIES, at_once, reserved, used_share

LONGEST = 2048


def _crowd(prompt: str, output: str) -> Requests:
    return draw(
        100_000,
        arrivals_per_second=1,
        prompt=findings[prompt].value,
        output=findings[output].value,
        longest=LONGEST,
    )


SHAREGPT, ALPACA = _crowd("s098", "s099"), _crowd("s100", "s101")


@pytest.mark.parametrize("size", [1, 5, 16])
def test_shares_are_those_of_sums_over_all_steps(size: int) -> None:
    prompts, outputs = [3, 10, 16, 17], [1, 7, 40, 16]
    held = taken = steps = 0.0
    for prompt, output in zip(prompts, outputs, strict=True):
        for written in range(output):
            held += prompt + written
            taken += size * -(-(prompt + written) // size)
            steps += 1
    assert used_share(prompts, outputs, "blocks", block_tokens=size) == pytest.approx(held / taken)
    known = sum(o * (p + o) for p, o in zip(prompts, outputs, strict=True))
    assert used_share(prompts, outputs, "known") == pytest.approx(held / known)
    full = used_share(prompts, outputs, "longest", longest=100)
    assert full == pytest.approx(held / (100 * steps))
    found = at_once(1000, prompts, outputs, "blocks", block_tokens=size)
    assert found == pytest.approx(1000 / (taken / steps))


def test_what_each_policy_takes() -> None:
    prompts, outputs = np.array([100, 100, 100, 5]), np.array([1, 32, 33, 1000])
    assert reserved(prompts, outputs, "known").tolist() == [101, 132, 133, 1005]
    assert reserved(prompts, outputs, "doubled").tolist() == [101, 132, 164, 1029]
    assert reserved(prompts, outputs, "doubled", longest=1010).tolist() == [101, 132, 164, 1010]
    assert reserved(prompts, outputs, "longest", longest=1010).tolist() == 4 * [1010]


@pytest.mark.parametrize(
    ("policy", "key"), [("longest", "s102"), ("doubled", "s103"), ("known", "s104")]
)
def test_pieces_waste_what_the_paper_of_vllm_measured(policy: str, key: str) -> None:
    """Without its holes, which are the last of the four shares."""
    tokens, kept, inner, _ = findings[key].values
    published = tokens / (tokens + kept + inner)
    found = used_share(SHAREGPT.prompt, SHAREGPT.output, policy, longest=LONGEST)
    assert found == pytest.approx(published, abs=0.03)


def test_the_longest_text_uses_a_fifth_and_blocks_nearly_all() -> None:
    """The headline: 20.4 to 38.2 % of the memory held tokens, and less than 4 % is wasted now."""
    low, high, waste = (findings[key].value for key in ("s012", "s013", "s014"))
    found = used_share(SHAREGPT.prompt, SHAREGPT.output, "longest", longest=LONGEST)
    assert low < found < high
    blocks = used_share(SHAREGPT.prompt, SHAREGPT.output, "blocks")
    assert 1 - waste < findings["s105"].values[0] / 100 < blocks < 1


@pytest.mark.parametrize(("crowd", "place"), [(SHAREGPT, 0), (ALPACA, 1)])
def test_requests_at_once_are_those_of_the_paper(crowd: Requests, place: int) -> None:
    """OPT-13B beside 15 700 tokens of cache: 7 of the longest, and 30 or 132 in blocks. Short
    answers are fewer than memory holds in the paper, because they end as soon as they come."""
    room = findings["s110"].value
    longest = at_once(room, crowd.prompt, crowd.output, "longest", longest=LONGEST)
    assert int(longest) == findings["s106"].values[place]
    blocks = at_once(room, crowd.prompt, crowd.output, "blocks")
    assert blocks / findings["s109"].values[place] == pytest.approx(1, abs=0.05 + 0.1 * place)


def test_room_may_be_an_array() -> None:
    rooms = at_once([1000, 2000], 100, 50, "known")
    assert rooms.tolist() == [1000 / 150, 2000 / 150]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"policy": "guess"}, "policy must be one of longest, doubled, known, blocks"),
        ({"policy": "longest"}, "longest must be given"),
        ({"policy": "longest", "longest": 149}, "longest must hold each text, got 149 for 150"),
        ({"policy": "known", "prompt": 0}, "prompt must be at least 1"),
        ({"policy": "known", "output": [1.5]}, "output must be a whole number"),
        ({"policy": "blocks", "block_tokens": 0}, "block_tokens must be at least 1"),
        ({"policy": "known", "prompt": [1, 2], "output": [1, 2, 3]}, "shapes must broadcast"),
    ],
)
def test_bad_arguments_are_named(changes: dict[str, Any], message: str) -> None:
    case = {"prompt": 100, "output": 50} | changes
    with pytest.raises(ValueError, match=message):
        used_share(**case)
    with pytest.raises(ValueError, match=message):
        at_once(1000, **case)


def test_blocks_are_not_reserved() -> None:
    with pytest.raises(ValueError, match="policy must be one of longest, doubled, known, got"):
        reserved(100, 50, POLICIES[-1])
    with pytest.raises(ValueError, match="room_tokens must be above zero"):
        at_once(0, 100, 50, "known")
