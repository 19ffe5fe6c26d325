"""A server with a memory that fills: by hand, and against a server stepped token by token.

Closed formulas and a published experiment stand in `test_simulation_formulas`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib.estimators.serving import Pace, Paged, Requests, draw, serve

PACE = Pace(step_seconds=[1.0, 1.0], read_tokens=[0, 99], read_seconds=[0.5, 0.5])


def _pair(**sizes: int) -> Requests:
    return Requests(arrival_seconds=[0.0, 0.0], **{"prompt": 4, "output": 6} | sizes)


def test_two_with_room_enough() -> None:
    """Read until 0.5 and 1.0, then five steps together: four blocks of 4 tokens at 8, six at 9."""
    done = serve(_pair(), PACE, blocks=6, block_tokens=4)
    assert done.wait_seconds.tolist() == [0.0, 0.5]
    assert done.first_token_seconds.tolist() == [0.5, 1.0]
    assert done.total_seconds.tolist() == [6.0, 6.0]
    assert done.token_seconds.tolist() == [1.1, 1.0]
    assert done.preemptions.tolist() == [0, 0]
    assert (done.mean_batch, done.busy_share, done.tokens_per_second) == (2, 1, 2)
    assert done.event_seconds.tolist() == [0, 0, 0.5, 0.5, 1, 6]
    assert done.running.tolist() == [0, 1, 1, 2, 2, 0]
    assert done.blocks_used.tolist() == [0, 1, 1, 2, 2, 0]
    assert done.mean_running == (0.5 * 1 + 0.5 * 2 + 5 * 2) / 6


def test_a_full_memory_puts_the_last_one_out() -> None:
    """Four blocks hold 8 tokens of each, so until 5.0 both write 5 of 6. The second is put out, the
    first ends at 6.0, and the second's 9 tokens are read anew: the last token comes out of that."""
    done = serve(_pair(), PACE, blocks=4, block_tokens=4)
    assert done.preemptions.tolist() == [0, 1]
    assert done.wait_seconds.tolist() == [0.0, 0.5]  # until it was taken up for the first time
    assert done.first_token_seconds.tolist() == [0.5, 1.0]
    assert done.total_seconds.tolist() == [6.0, 6.5]
    assert done.token_seconds.tolist() == [1.1, 1.1]
    assert done.blocks_used.max() == 4 == done.blocks
    assert done.mean_batch == (4 * 2 + 1) / 5
    assert done.event_seconds[-3:].tolist() == [6.0, 6.0, 6.5]
    assert done.blocks_used[-3:].tolist() == [0, 3, 0]


def test_who_does_not_fit_waits() -> None:
    """Three blocks: the first prompt and its next token take two, the second's would too."""
    done = serve(_pair(), PACE, blocks=3, block_tokens=4)
    assert done.preemptions.tolist() == [0, 0]
    assert done.wait_seconds.tolist() == [0.0, 5.5]
    assert done.total_seconds.tolist() == [5.5, 11.0]


def test_room_for_the_next_step_is_part_of_the_fit() -> None:
    """Prompts of 3 and 4 tokens are a block each; the next token begins a block for 4 alone."""
    for prompt, waits in ((3, [0.0, 0.5]), (4, [0.0, 1.5])):
        done = serve(_pair(prompt=prompt, output=2), PACE, blocks=3, block_tokens=4)
        assert done.wait_seconds.tolist() == waits
    # An answer of one token takes no step, so a block each is enough.
    done = serve(_pair(output=1), PACE, blocks=1, block_tokens=4)
    assert done.total_seconds.tolist() == [0.5, 1.0]
    assert np.isnan(done.token_seconds).all() and done.mean_batch == 0


def test_what_is_reserved_is_taken_at_the_start() -> None:
    kept = serve(_pair(), PACE, blocks=4, block_tokens=4, reserved_tokens=16)
    assert kept.blocks_used.tolist()[:3] == [0, 4, 4]
    assert kept.total_seconds.tolist() == [5.5, 11.0]
    own = serve(_pair(), PACE, blocks=6, block_tokens=4, reserved_tokens=[16, 9])  # 4 and 3 blocks
    assert own.total_seconds.tolist() == [5.5, 11.0]
    both = serve(_pair(), PACE, blocks=7, block_tokens=4, reserved_tokens=[16, 9])
    assert both.total_seconds.tolist() == [6.0, 6.0]


def test_places_are_a_limit_too() -> None:
    one = Pace(step_seconds=[1.0], read_tokens=[0, 99], read_seconds=[0.5, 0.5])
    done = serve(_pair(), one, blocks=99)
    assert done.total_seconds.tolist() == [5.5, 11.0]
    assert done.running.max() == 1


def test_a_step_reads_every_token_in_the_cache() -> None:
    """Of a prompt of 10 the steps read 11, 12, 13 tokens; two such requests twice as many."""
    pace = Pace(
        step_seconds=[1.0, 2.0],
        cached_token_seconds=0.01,
        read_tokens=[0, 99],
        read_seconds=[0, 0],
    )
    for crowd, seconds in (([0.0], 3 + 0.36), ([0.0, 0.0], 6 + 0.72)):
        done = serve(Requests(arrival_seconds=crowd, prompt=10, output=4), pace, blocks=9)
        assert done.total_seconds == pytest.approx(len(crowd) * [seconds])


def test_newcomers_join_at_the_next_step() -> None:
    """Steps end at 1.5, 2.5, ... (reading first); who comes at 1.6 is read from 2.5 on."""
    for comes, waits in ((1.6, 0.9), (2.5, 0.0)):
        crowd = Requests(arrival_seconds=[0.0, comes], prompt=4, output=9)
        assert serve(crowd, PACE, blocks=99).wait_seconds[1] == pytest.approx(waits)


def test_an_idle_server_waits_for_the_next() -> None:
    crowd = Requests(arrival_seconds=[5.0, 20.0], prompt=4, output=2)
    done = serve(crowd, PACE, blocks=9)
    assert done.total_seconds.tolist() == [1.5, 1.5]
    assert done.busy_share == 3 / 16.5
    assert done.mean_running == pytest.approx(3 / 16.5)


def test_a_lone_step_and_none() -> None:
    lone = serve(Requests(arrival_seconds=3.0, prompt=4, output=2), PACE, blocks=9)
    assert (lone.mean_batch, lone.busy_share, lone.mean_running) == (1, 1, 1)
    # Who is read in no time is done as soon as it comes.
    instant = Pace(step_seconds=1.0, read_tokens=[0, 99], read_seconds=[0.0, 0.0])
    done = serve(Requests(arrival_seconds=3.0, prompt=4, output=1), instant, blocks=9)
    assert (done.total_seconds[0], done.busy_share, done.mean_batch) == (0, 1, 0)
    assert done.mean_running == 0


def test_the_last_one_goes_and_comes_back_first() -> None:
    """Three at once in a memory for two: whoever was put out goes before who has just come."""
    pace = Pace(step_seconds=[1.0] * 3, read_tokens=[0, 99], read_seconds=[0.5, 0.5])
    crowd = Requests(arrival_seconds=[0.0, 0.0, 3.0], prompt=4, output=6)
    done = serve(crowd, pace, blocks=4, block_tokens=4)
    assert done.preemptions.tolist() == [0, 1, 0]
    assert done.total_seconds[:2].tolist() == [6.0, 6.5]
    assert done.wait_seconds[2] == 6.5 - 3


class _Stepped:
    """The same server without any jump: one step after the other, one token for each request, and
    plain lists."""

    def __init__(self, crowd: Requests, pace: Pace, blocks: int, size: int, kept: Any) -> None:
        self.crowd, self.pace, self.blocks, self.size, self.kept = crowd, pace, blocks, size, kept
        self.line: list[int] = []
        self.inside: list[int] = []
        self.wrote = dict.fromkeys(range(len(crowd)), 0)
        self.taken: dict[int, float] = {}
        self.first: dict[int, float] = {}
        self.last: dict[int, float] = {}
        self.out = dict.fromkeys(range(len(crowd)), 0)
        self.now, self.coming = 0.0, 0

    def blocks_for(self, one: int, tokens: int) -> int:
        return int(np.ceil((tokens if self.kept is None else self.kept[one]) / self.size))

    def in_cache(self, one: int) -> int:
        return int(self.crowd.prompt[one]) + self.wrote[one] - 1

    def arrive(self) -> None:
        while self.coming < len(self.crowd):
            if self.crowd.arrival_seconds[self.coming] > self.now:
                return
            self.line.append(self.coming)
            self.coming += 1

    def may_enter(self, one: int) -> bool:
        text = int(self.crowd.prompt[one]) + self.wrote[one]
        after = text + (self.wrote[one] + 1 < self.crowd.output[one])
        need = sum(self.blocks_for(each, self.in_cache(each) + 1) for each in self.inside)
        spare = self.blocks // 100 if self.inside else 0
        return need + self.blocks_for(one, after) + spare <= self.blocks

    def enter(self) -> None:
        self.arrive()
        while self.line and len(self.inside) < self.pace.places and self.may_enter(self.line[0]):
            one = self.line.pop(0)
            self.taken.setdefault(one, self.now)
            text = int(self.crowd.prompt[one]) + self.wrote[one]
            self.inside.append(one)
            self.now += float(self.pace.reading(text))
            self.write(one)
            self.arrive()

    def write(self, one: int) -> None:
        self.wrote[one] += 1
        self.first.setdefault(one, self.now)
        if self.wrote[one] == self.crowd.output[one]:
            self.last[one] = self.now
            self.inside.remove(one)

    def step(self) -> None:
        need = sum(self.blocks_for(one, self.in_cache(one) + 1) for one in self.inside)
        if need > self.blocks:
            self.line.insert(0, self.inside.pop())
            self.out[self.line[0]] += 1
            return
        read = sum(self.in_cache(one) + 1 for one in self.inside)
        self.now += float(self.pace.step_seconds[len(self.inside) - 1])
        self.now += read * self.pace.cached_token_seconds
        for one in list(self.inside):
            self.write(one)

    def run(self) -> dict[str, np.ndarray]:
        while len(self.last) < len(self.crowd):
            if not self.inside and not self.line:
                self.now = max(self.now, float(self.crowd.arrival_seconds[self.coming]))
            self.enter()
            if self.inside:
                self.step()
        came, every = self.crowd.arrival_seconds, range(len(self.crowd))
        return {
            "wait_seconds": np.array([self.taken[one] for one in every]) - came,
            "first_token_seconds": np.array([self.first[one] for one in every]) - came,
            "total_seconds": np.array([self.last[one] for one in every]) - came,
            "preemptions": np.array([self.out[one] for one in every]),
        }


@pytest.mark.parametrize("cached", [0.0, 3e-5])
@pytest.mark.parametrize(
    ("rate", "blocks", "size", "places", "reserved", "out"),
    [
        (0.4, 1000, 16, 8, None, False),  # memory never fills
        (3.0, 28, 16, 8, None, True),
        (3.0, 35, 16, 20, None, True),  # memory alone is short
        (4.0, 210, 3, 20, None, True),  # blocks that stay free at an admission
        (4.0, 600, 1, 20, None, True),
        (2.0, 60, 16, 20, 400, False),
        (2.0, 60, 16, 20, "known", False),
    ],
)
def test_jumps_lead_where_single_steps_lead(
    rate: float, blocks: int, size: int, places: int, reserved: Any, out: bool, cached: float
) -> None:
    crowd = draw(150, arrivals_per_second=rate, prompt=60, output=40, longest=400, seed=3)
    pace = Pace(
        step_seconds=0.02 + 0.001 * np.arange(places),
        cached_token_seconds=cached,
        read_tokens=[1, 500],
        read_seconds=[0.01, 0.4],
    )
    kept = {"known": crowd.prompt + crowd.output, 400: np.full(150, 400)}.get(reserved)
    done = serve(crowd, pace, blocks=blocks, block_tokens=size, reserved_tokens=kept)
    slow = _Stepped(crowd, pace, blocks, size, kept).run()
    for name, truth in slow.items():
        assert np.allclose(getattr(done, name), truth, rtol=1e-9, atol=1e-9), name
    assert (done.preemptions.sum() > 0) == out
    _is_orderly(done, places)


@pytest.mark.parametrize("comes", [0.5, 3.0, 17.0, 100.0, 444.4])
@pytest.mark.parametrize("first", [1, 2])
def test_steps_that_grow_long_end_when_somebody_comes(comes: float, first: int) -> None:
    """The cache is what takes time: the 300th step is 300 times as long as the first."""
    pace = Pace(
        step_seconds=[1e-3] * 3,
        cached_token_seconds=0.01,
        read_tokens=[0, 400],
        read_seconds=[0.0, 0.0],
    )
    crowd = Requests(
        arrival_seconds=[0.0] * first + [comes], prompt=1, output=[*[350, 300][:first], 5]
    )
    done = serve(crowd, pace, blocks=1000)
    slow = _Stepped(crowd, pace, 1000, 16, None).run()
    assert done.wait_seconds == pytest.approx(slow["wait_seconds"], abs=1e-6)
    assert done.total_seconds == pytest.approx(slow["total_seconds"])
    assert 0 < done.wait_seconds[-1] < 0.01 * 2 * 300


def _is_orderly(done: Paged, places: int) -> None:
    """What holds of every server of this kind."""
    taken = done.arrival_seconds + done.wait_seconds
    assert (np.diff(taken) >= 0).all()  # nobody overtakes
    assert (done.wait_seconds >= 0).all()
    assert (done.first_token_seconds > done.wait_seconds).all()
    assert (done.total_seconds >= done.first_token_seconds).all()
    assert 0 < done.busy_share <= 1
    assert done.blocks_used.min() == 0 and done.blocks_used.max() <= done.blocks
    assert done.running.max() <= places
    assert (np.diff(done.event_seconds) >= 0).all()
    assert done.running[-1] == done.blocks_used[-1] == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"blocks": 0}, "blocks must be at least 1"),
        ({"blocks": 2, "block_tokens": 4}, "blocks must hold each request, got 2 for one of 3"),
        ({"block_tokens": 0}, "block_tokens must be at least 1"),
        ({"reserved_tokens": 8}, "reserved_tokens must hold the prompt and the answer"),
        ({"reserved_tokens": [9, 9, 9]}, r"reserved_tokens must be one or 2, got \(3,\)"),
        ({"reserved_tokens": 9.5}, "reserved_tokens must be a whole number"),
    ],
)
def test_bad_servers_are_named(changes: dict[str, Any], message: str) -> None:
    assert serve(_pair(), PACE, blocks=3, block_tokens=4).blocks == 3
    with pytest.raises(ValueError, match=message):
        serve(_pair(), PACE, **{"blocks": 99} | changes)


def test_a_text_that_the_pace_does_not_know_is_refused_at_once() -> None:
    """A prompt of 4 and 6 tokens more: 9 of them may have to be read again, if memory fills."""
    for known, reserved in ((9, None), (4, 9)):
        pace = Pace(step_seconds=1.0, read_tokens=[0, known], read_seconds=[0.5, 0.5])
        assert serve(_pair(), pace, blocks=99, reserved_tokens=reserved).total_seconds[0] == 5.5
        pace = Pace(step_seconds=1.0, read_tokens=[0, known - 1], read_seconds=[0.5, 0.5])
        with pytest.raises(ValueError, match=f"tokens must be at most {known - 1}"):
            serve(_pair(), pace, blocks=99, reserved_tokens=reserved)
    with pytest.raises(TypeError, match="requests must be a record of type Requests"):
        serve([1, 2], PACE, blocks=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="pace must be a record of type Pace"):
        serve(_pair(), 0.1, blocks=3)  # type: ignore[arg-type]
