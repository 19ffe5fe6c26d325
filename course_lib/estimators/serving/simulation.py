"""A server of language models with lengths that vary and a memory that fills: continuous batching
over a paged cache, simulated event by event.

What happens:
- Requests wait in line, first come, first served. The first in line is taken up between two steps,
  as soon as a place is free and the blocks of its prompt fit into memory, those of everybody's next
  token included. Nobody overtakes it.
- Its prompt is read at once; whoever runs stands still meanwhile. The first token comes out of that
  reading. Every step then writes one token for each request that runs.
- Each token written takes room in the cache; a request gets a further block whenever its last one
  is full. Who is done gives all blocks back.
- Where a step needs more blocks than are free, memory is full: the request that was taken up last
  is put out (preemption by recomputation, as vLLM does it). It gives its blocks back, goes to the
  front of the line and keeps its written tokens; when it fits again, prompt and written tokens are
  read anew. Its user sees a pause.
- With `reserved_tokens` the room of a whole request is taken at the start instead. Nobody is put
  out then, and everybody waits longer.

Design choices:
- Between two events (an arrival that finds a place, a last token, a full memory) the same requests
  run, so the simulation jumps there: the time of many steps has a closed form.
- `SPARE` of the blocks stay free when somebody is taken up beside others, so that the next steps
  have room to grow; without it requests are taken up only to be put out again.
Left out: prompts in pieces (`chunks`), prompts that share a beginning (`prefixes`), swapping.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.serving.arrivals import Requests
from course_lib.estimators.serving.blocks import BLOCK, Memory
from course_lib.estimators.serving.pace import Pace
from course_lib.estimators.serving.queue import Served


@dataclass(frozen=True, kw_only=True, eq=False)
class Paged(Served):
    """What became of each request, and of the memory."""

    preemptions: np.ndarray
    """How often each request was put out: shape (requests,)."""
    event_seconds: np.ndarray
    """Times of the events, ascending: shape (events,)."""
    running: np.ndarray
    """Requests that run from each event on: shape (events,)."""
    blocks_used: np.ndarray
    """Blocks taken at each event: shape (events,). They grow from one event to the next."""
    blocks: int
    """Blocks of the memory."""

    @property
    def mean_running(self) -> float:
        """Requests taken up, averaged over the time from the first event to the last."""
        seconds = np.diff(self.event_seconds)
        # A crowd that is read in no time, with a token each, is done before any time has passed.
        return float(self.running[:-1] @ seconds / seconds.sum()) if seconds.any() else 0.0


def serve(
    requests: Requests,
    pace: Pace,
    *,
    blocks: int,
    block_tokens: int = BLOCK,
    reserved_tokens: Number | None = None,
) -> Paged:
    """Serve all requests.

    Args:
        requests: who comes when, with how many tokens.
        pace: times of the server; the length of its `step_seconds` is the most that run at once.
        blocks: blocks of the cache's memory.
        block_tokens: tokens of a block.
        reserved_tokens: room taken for each request when it is taken up, one number or one a
            request; None for blocks that come as they are needed.

    Raises:
        TypeError, ValueError: by the argument's name; a request that memory never holds, a text
            that is longer than the pace knows, and `reserved_tokens` too few for a request.

    >>> crowd = Requests(arrival_seconds=[0.0, 0.0], prompt=10, output=3)
    >>> pace = Pace(step_seconds=[1.0, 1.5], read_tokens=[0, 100], read_seconds=[0.0, 5.0])
    >>> done = serve(crowd, pace, blocks=2)  # read till 0.5 and 1.0; two steps of 1.5
    >>> done.first_token_seconds.tolist(), done.total_seconds.tolist()
    ([0.5, 1.0], [4.0, 4.0])
    >>> serve(crowd, pace, blocks=1).total_seconds.tolist()  # one after the other
    [2.5, 5.0]
    """
    checks.instance("requests", requests, Requests)
    checks.instance("pace", pace, Pace)
    memory = Memory(
        checks.single_whole("blocks", blocks),
        checks.single_whole("block_tokens", block_tokens),
        _reserved(requests, reserved_tokens),
    )
    # The last token is never put into the cache: nobody reads it there.
    most = requests.prompt + requests.output - 1
    largest = int(np.max(memory.needed(np.arange(len(requests)), most)))
    if largest > memory.blocks:
        raise ValueError(f"blocks must hold each request, got {blocks} for one of {largest}")
    # Who is put out has its written tokens read as well.
    pace.reading(np.max(requests.prompt if reserved_tokens is not None else most))
    return _Server(requests, pace, memory).run()


def _reserved(requests: Requests, tokens: Number | None) -> np.ndarray | None:
    if tokens is None:
        return None
    room = np.asarray(checks.whole("reserved_tokens", tokens))
    if room.shape not in ((), (len(requests),)):
        raise ValueError(f"reserved_tokens must be one or {len(requests)}, got {room.shape}")
    if np.any(room < requests.prompt + requests.output - 1):
        raise ValueError("reserved_tokens must hold the prompt and the answer of each request")
    return np.broadcast_to(room, (len(requests),)).astype(np.int64)


class _Server:
    """The line, those that run, and the clock."""

    def __init__(self, requests: Requests, pace: Pace, memory: Memory) -> None:
        self.requests, self.pace, self.memory = requests, pace, memory
        self.now, self.coming = 0.0, 0
        self.out: deque[int] = deque()  # who was put out stands before all that have just come
        # In the order in which they were taken up.
        self.running = np.zeros(0, dtype=np.int64)
        count = len(requests)
        self.held, self.written, self.preempted = (np.zeros(count, dtype=np.int64) for _ in "hwp")
        self.taken, self.first, self.last = (np.full(count, np.nan) for _ in "tfl")
        self.busy, self.steps, self.batch_steps = 0.0, 0, 0
        self.events: list[tuple[float, int, int]] = []

    def run(self) -> Paged:
        """Serve everybody."""
        arrivals = self.requests.arrival_seconds
        self.now = float(arrivals[0])
        while self.coming < len(arrivals) or self.out or len(self.running):
            if not len(self.running) and not self.out:
                self.now = max(self.now, float(arrivals[self.coming]))
                self._note()
            self._admit()
            if len(self.running):
                self._jump()
        times, running, used = (np.array(each) for each in zip(*self.events, strict=True))
        span = self.now - float(arrivals[0])
        return Paged(
            arrival_seconds=arrivals,
            wait_seconds=self.taken - arrivals,
            first_token_seconds=self.first - arrivals,
            total_seconds=self.last - arrivals,
            tokens=self.requests.output,
            # Rounding may leave a little more than the whole.
            busy_share=min(1.0, self.busy / span) if span > 0 else 1.0,
            mean_batch=self.batch_steps / max(1, self.steps),
            preemptions=self.preempted,
            event_seconds=times,
            running=running,
            blocks_used=used,
            blocks=self.memory.blocks,
        )

    def _next(self) -> int | None:
        """The first in line, if anybody is."""
        if self.out:
            return self.out[0]
        arrivals = self.requests.arrival_seconds
        arrived = self.coming < len(arrivals) and arrivals[self.coming] <= self.now
        return self.coming if arrived else None

    def _admit(self) -> None:
        """Take up the first in line, as long as there are places and blocks."""
        while (request := self._next()) is not None and len(self.running) < self.pace.places:
            tokens = int(self.requests.prompt[request] + self.written[request])
            if not self._has_room(request, tokens):
                return
            if self.out:
                self.out.popleft()
            else:
                self.coming += 1
                self.taken[request] = self.now
            self._read(request, tokens)

    def _has_room(self, request: int, tokens: int) -> bool:
        """Whether a text fits beside those that run, with a step more for all of them."""
        others = int(self.memory.needed(self.running, self.held[self.running] + 1).sum())
        # Whose last token comes out of the reading needs no step.
        last = self.written[request] + 1 == self.requests.output[request]
        own = int(self.memory.needed(request, tokens if last else tokens + 1))
        spare = self.memory.spare if len(self.running) else 0
        return others + own + spare <= self.memory.blocks

    def _read(self, request: int, tokens: int) -> None:
        """Read a text; its next token comes out of that."""
        self.running = np.append(self.running, request)
        self.held[request] = tokens
        self._note()
        self._pass_time(float(self.pace.reading(tokens)))
        self.written[request] += 1
        if self.written[request] == 1:
            self.first[request] = self.now
        self._finish()

    def _jump(self) -> None:
        """Steps until something happens: a last token, a newcomer, a full memory."""
        who = self.running
        held, batch = self.held[who], len(who)
        ahead = int(np.min(self.requests.output[who] - self.written[who]))
        ahead = min(ahead, self._until_newcomer(held))
        if not self.memory.fits(who, held, ahead):
            ahead = self._until_full(who, held, ahead)
        if ahead == 0:
            self._put_out()
            return
        self._pass_time(self._step_seconds(held, ahead))
        self.held[who] += ahead
        self.written[who] += ahead
        self.steps, self.batch_steps = self.steps + ahead, self.batch_steps + ahead * batch
        self._finish()

    def _step_seconds(self, held: np.ndarray, steps: int) -> float:
        """Time of so many steps: in the j-th, each request reads its tokens and j further ones."""
        batch, each = len(held), self.pace.cached_token_seconds
        read = steps * int(held.sum()) + batch * steps * (steps + 1) / 2
        return steps * float(self.pace.step_seconds[batch - 1]) + each * read

    def _until_newcomer(self, held: np.ndarray) -> int:
        """Steps until somebody comes who may find a place; very many if nobody does."""
        arrivals, never = self.requests.arrival_seconds, np.iinfo(np.int64).max
        # Who stands in line already found no room, and steps alone do not make any.
        if self._next() is not None or self.coming == len(arrivals):
            return never
        if len(held) == self.pace.places:
            return never
        gap = float(arrivals[self.coming]) - self.now
        # `_step_seconds` is a k^2 + b k: its root, in the form that is exact for small a.
        square = self.pace.cached_token_seconds * len(held) / 2
        straight = self._step_seconds(held, 1) - square
        root = 2 * gap / (straight + np.sqrt(straight**2 + 4 * square * gap))
        return max(1, int(np.ceil(root)))

    def _until_full(self, who: np.ndarray, held: np.ndarray, ahead: int) -> int:
        """The most steps for which the blocks suffice, by halving: fewer than `ahead`."""
        enough, short = 0, ahead
        while short - enough > 1:
            between = (enough + short) // 2
            if self.memory.fits(who, held, between):
                enough = between
            else:
                short = between
        return enough

    def _put_out(self) -> None:
        """The request that was taken up last leaves memory and goes to the front of the line."""
        request = int(self.running[-1])
        self.running = self.running[:-1]
        self.held[request] = 0
        self.preempted[request] += 1
        self.out.appendleft(request)
        self._note()

    def _finish(self) -> None:
        """Whoever has all tokens leaves."""
        who = self.running
        done = self.written[who] == self.requests.output[who]
        if done.any():
            self.last[who[done]] = self.now
            self.held[who[done]] = 0
            self.running = who[~done]
        self._note()

    def _pass_time(self, seconds: float) -> None:
        self.now, self.busy = self.now + seconds, self.busy + seconds

    def _note(self) -> None:
        used = int(self.memory.needed(self.running, self.held[self.running]).sum())
        event = self.now, len(self.running), used
        if not self.events or event != self.events[-1]:
            self.events.append(event)
