"""A long prompt among running answers: read at once, or in chunks beside their tokens.

Read at once, it makes everybody who is writing wait for the whole pass: the stall. In chunks, each
pass reads one chunk and writes a token for each running answer, so that nobody waits longer than
such a mixed pass takes.

The price of chunks: every pass reads all weights again and has costs of its own, and the running
answers' tokens travel along; so the prompt's own first token comes later.

Design choices:
- A mixed pass shares its products: weights are read once, the arithmetic adds up. Attention runs
  chunk by chunk, each over all tokens before it.
- A running token's arithmetic finds units idle only where a chunk is small: the ridge of `batches`
  says how small. A chunk far above it saves no weights' reading and stalls longer.
- Passes grow evenly with what is in the cache already, so the full chunks take the time of their
  mean one each.
Source: Agrawal et al. 2024 (Sarathi-Serve, arXiv 2403.02310), sections 3 and 5.4.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.checks import Number
from course_lib.estimators.inference import Machine


@dataclass(frozen=True, kw_only=True, eq=False)
class Arrival:
    """What a prompt's arrival means to itself and to the running answers."""

    first_token_seconds: Number
    """From the start of the reading to the prompt's own first token."""
    stall_seconds: Number
    """The longest gap between two tokens of a running answer meanwhile; with none, the longest
    pass."""
    quiet_seconds: Number
    """That gap with no prompt to read; 0 with no running answer."""
    passes: Number
    """Passes that read the prompt."""
    weight_bytes: Number
    """Bytes of weights that these passes read on each device."""


def at_once(
    machine: Machine, model: Transformer, *, prompt: Number, running: Number, context: Number
) -> Arrival:
    """The prompt is read in one pass of its own; the running answers stand still.

    Args:
        machine: device or devices, format and program.
        model: the architecture.
        prompt: tokens of the prompt; arrays broadcast.
        running: answers that are being written; 0 for none.
        context: tokens in the cache of each.

    Raises:
        TypeError, ValueError, KeyError: by the argument's name; as `inference.estimate`.

    >>> from course_lib.catalog import models
    >>> machine, llama = Machine(device="H100", software="server"), models["llama-3-8b"]
    >>> found = at_once(machine, llama, prompt=8000, running=32, context=1000)
    >>> found.stall_seconds > 15 * found.quiet_seconds
    True
    """
    prompt, running, context = _sizes(machine, prompt, running, context)
    quiet = _writing(machine, model, running, context)
    alone = machine.run(model, 1, prompt).seconds
    return Arrival(
        first_token_seconds=alone,
        stall_seconds=alone + quiet,
        quiet_seconds=quiet,
        passes=1 + 0 * prompt,
        weight_bytes=machine.weight_bytes(model, prompt),
    )


def in_chunks(
    machine: Machine,
    model: Transformer,
    *,
    prompt: Number,
    chunk: Number,
    running: Number,
    context: Number,
) -> Arrival:
    """The prompt is read in chunks, each in a pass that also writes a token for each running
    answer.

    Args:
        machine: as in `at_once`, and so the rest.
        model: the architecture.
        prompt: tokens of the prompt.
        chunk: tokens of a chunk; the last one may be shorter.
        running: answers that are being written; 0 for none: what is lost by chunks alone.
        context: tokens in the cache of each.

    Raises:
        TypeError, ValueError, KeyError: as `at_once`.

    Source: of chunks alone, at most about 25 % longer in chunks of 512 tokens and hardly longer in
    chunks of 2048 (Yi-34B on two A100; Sarathi-Serve, section 5.4.1). The estimate says 4 and 2 %:
    that short products fill a card less well is left out.

    >>> from course_lib.catalog import models
    >>> machine, llama = Machine(device="H100", software="server"), models["llama-3-8b"]
    >>> case = {"prompt": 8000, "running": 32, "context": 1000}
    >>> whole = at_once(machine, llama, **case)
    >>> pieces = in_chunks(machine, llama, chunk=512, **case)
    >>> pieces.stall_seconds < whole.stall_seconds / 8  # the users' gain
    True
    >>> pieces.first_token_seconds > 1.3 * whole.first_token_seconds  # the prompt's loss
    True
    """
    prompt, running, context = _sizes(machine, prompt, running, context)
    chunk = checks.whole("chunk", chunk)
    checks.broadcast(prompt=prompt, chunk=chunk, running=running, context=context)
    # Chunks that are full, and the tokens of the last one, which may be full as well.
    before: Number = -(-prompt // chunk) - 1
    last = prompt - before * chunk

    def mixed(tokens: Number, done: Number) -> Number:
        return mixed_seconds(
            machine, model, chunk=tokens, done=done, running=running, context=context
        )

    # Tokens before the last full chunk; where no chunk is full, any number does.
    earlier: Number = before - 1
    latest: Number = chunk * checks.larger(earlier, 0 * earlier)
    full = before * mixed(chunk, _whole(latest / 2))
    # A shorter chunk at the end may take less time than the last full one.
    longest: Number = checks.smaller(before, 1) * mixed(chunk, latest)
    end: Number = mixed(last, before * chunk)
    return Arrival(
        first_token_seconds=full + end,
        stall_seconds=checks.larger(longest, end),
        quiet_seconds=_writing(machine, model, running, context),
        passes=before + 1,
        weight_bytes=before * machine.weight_bytes(model, chunk + running)
        + machine.weight_bytes(model, last + running),
    )


def mixed_seconds(
    machine: Machine,
    model: Transformer,
    *,
    chunk: Number,
    done: Number,
    running: Number,
    context: Number,
) -> Number:
    """Seconds of a pass over a chunk of a prompt and one token of each running answer.

    Args:
        machine: device or devices, format and program.
        model: the architecture.
        chunk: tokens of the chunk; arrays broadcast.
        done: tokens of the prompt that were read before.
        running: answers that are being written; 0 for none.
        context: tokens in the cache of each.

    >>> from course_lib.catalog import models
    >>> machine, llama = Machine(device="H100", software="server"), models["llama-3-8b"]
    >>> case = {"done": 0, "running": 32, "context": 1000}
    >>> small = mixed_seconds(machine, llama, chunk=64, **case)
    >>> small < 1.1 * machine.run(llama, 32, 1, 1000).seconds  # below the ridge it is almost free
    True
    """
    reading = machine.run(model, 1, chunk, done)
    writing, some = machine.run(model, checks.larger(running, 1), 1, context), running > 0
    # All tokens in one text: the pass's experts, and what it costs beside its parts.
    together = machine.run(model, 1, chunk + running)
    products = checks.larger(
        reading.products.memory_seconds,
        reading.products.arithmetic_seconds + some * writing.products.arithmetic_seconds,
    )
    attention = reading.attention.seconds + some * writing.attention.seconds
    hosts = machine.program.sequence_seconds * running
    return products + together.experts.seconds + attention + together.extra_seconds + hosts


def _sizes(
    machine: Machine, prompt: Number, running: Number, context: Number
) -> tuple[Number, Number, Number]:
    checks.instance("machine", machine, Machine)
    prompt, running = checks.whole("prompt", prompt), checks.whole("running", running, at_least=0)
    context = checks.whole("context", context, at_least=0)
    checks.broadcast(prompt=prompt, running=running, context=context)
    return prompt, running, context


def _writing(machine: Machine, model: Transformer, running: Number, context: Number) -> Number:
    """Seconds of a step of the running answers alone."""
    step = machine.run(model, checks.larger(running, 1), 1, context).seconds
    return (running > 0) * step


def _whole(tokens: Number) -> Number:
    """Half a token more or less changes nothing, and caches are counted in whole ones."""
    return np.floor(tokens) if np.ndim(tokens) else int(tokens)
