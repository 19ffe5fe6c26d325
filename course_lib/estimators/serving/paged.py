"""Room for a cache that grows: taken for the longest text at the start, or in blocks as it is
needed.

A request's cache begins with its prompt and grows by a token a step. Whoever keeps it in one piece
must take room at the start, before the length of the answer is known. Blocks (pages) are taken one
by one; only the last of each request is not full.

Design choices:
- Everything is averaged over the steps of all requests: a long answer holds its room for longer.
- The policies are those that the paper of vLLM compares: the longest text that the model allows,
  the next power of two of the answer, and the answer's true length, which no server knows.
- Left out: holes between pieces of different sizes, which blocks of one size do not leave. The
  paper counts them, so its shares of pieces are smaller; see `used_share`.
Source: Kwon et al. 2023 (arXiv 2309.06180), figure 2 and section 6.1.
"""

from __future__ import annotations

import numpy as np

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators.serving.blocks import BLOCK

POLICIES = ("longest", "doubled", "known", "blocks")
"""How room is taken: for the longest text; for the prompt and the next power of two of the answer;
for the answer's true length; in blocks, as it is needed."""


def reserved(prompt: Number, output: Number, policy: str, *, longest: int | None = None) -> Number:
    """Tokens of room that a request takes at the start; arrays broadcast.

    Args:
        prompt: tokens of the prompt.
        output: tokens of the answer.
        policy: one of `POLICIES` but "blocks".
        longest: tokens of the longest text; needed for "longest", a limit for "doubled".

    Raises:
        TypeError, ValueError: by the argument's name; a text that is longer than `longest`.

    >>> [int(reserved(100, 25, policy, longest=2048)) for policy in ("longest", "doubled", "known")]
    [2048, 132, 125]
    """
    checks.one_of("policy", policy, POLICIES[:-1])
    prompt, output = checks.whole("prompt", prompt), checks.whole("output", output)
    checks.broadcast(prompt=prompt, output=output)
    whole = prompt + output
    if longest is not None:
        longest = checks.single_whole("longest", longest)
        if np.any(whole > longest):
            raise ValueError(f"longest must hold each text, got {longest} for {np.max(whole)}")
    if policy == "known":
        return whole
    if policy == "longest":
        if longest is None:
            raise ValueError("longest must be given for the policy 'longest'")
        return longest + 0 * whole
    doubled = prompt + 2 ** np.ceil(np.log2(output)).astype(int)
    return doubled if longest is None else checks.smaller(doubled, longest)


def used_share(
    prompt: Number,
    output: Number,
    policy: str,
    *,
    longest: int | None = None,
    block_tokens: int = BLOCK,
) -> float:
    """The part of the room taken that holds tokens, averaged over all steps of all requests.

    Args:
        prompt: tokens of each prompt: one number or shape (requests,).
        output: tokens of each answer, likewise.
        policy: one of `POLICIES`.
        longest: as in `reserved`.
        block_tokens: tokens of a block.

    Raises:
        TypeError, ValueError: as `reserved`.

    Source: without its holes the paper's figure 2 gives 22 % for the longest text, 46 % doubled,
    60 % with known lengths, and 96 % for blocks (20.4, 26.8, 38.2 and 96.3 % with them).

    >>> used_share(100, 100, "longest", longest=2048) < 0.1 < 0.9 < used_share(100, 100, "blocks")
    True
    """
    held, taken, _ = _over_time(prompt, output, policy, longest, block_tokens)
    return held / taken


def at_once(
    room_tokens: Number,
    prompt: Number,
    output: Number,
    policy: str,
    *,
    longest: int | None = None,
    block_tokens: int = BLOCK,
) -> Number:
    """Requests that a full memory holds at once, on average.

    Args:
        room_tokens: tokens that the memory holds; arrays too.
        prompt: as in `used_share`, and so the rest.
        output: tokens of each answer.
        policy: one of `POLICIES`.
        longest: tokens of the longest text.
        block_tokens: tokens of a block.

    Raises:
        TypeError, ValueError: as `used_share`.

    >>> at_once(15_700, 160, 340, "longest", longest=2048)  # 7 of them, and two thirds unused
    7.666015625
    """
    room = checks.positive("room_tokens", room_tokens)
    _, taken, steps = _over_time(prompt, output, policy, longest, block_tokens)
    return room / (taken / steps)


def _over_time(
    prompt: Number, output: Number, policy: str, longest: int | None, block_tokens: int
) -> tuple[float, float, float]:
    """Tokens held, tokens of room taken, and steps: sums over all steps of all requests."""
    checks.one_of("policy", policy, POLICIES)
    size = checks.single_whole("block_tokens", block_tokens)
    prompt, output = checks.whole("prompt", prompt), checks.whole("output", output)
    checks.broadcast(prompt=prompt, output=output)
    prompt, output = np.broadcast_arrays(np.asarray(prompt, float), np.asarray(output, float))
    # While the t-th token is written, the cache holds the prompt and the t - 1 tokens before it.
    held = output * prompt + output * (output - 1) / 2
    if policy == "blocks":
        taken = size * (_block_sum(prompt + output - 1, size) - _block_sum(prompt - 1, size))
    else:
        taken = output * reserved(prompt, output, policy, longest=longest)
    return float(held.sum()), float(taken.sum()), float(output.sum())


def _block_sum(tokens: np.ndarray, size: int) -> np.ndarray:
    """Blocks of caches with 1, 2, ... up to so many tokens, added up."""
    full, rest = np.divmod(tokens, size)
    # Every full block stands for `size` caches; the rest needs one block more.
    return size * full * (full + 1) / 2 + rest * (full + 1)
