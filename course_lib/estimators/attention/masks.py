"""Which pairs of query and key a kind of attention lets through, and which ones code computes.

Five kinds, each a rule for the keys that a query meets:
- full: every key. causal: itself and every key before.
- window: itself and at most `window - 1` keys before (Longformer, arXiv 2004.05150; Mistral 7B,
  arXiv 2310.06825).
- block: its own block of `block` tokens up to itself, and `blocks - 1` whole blocks before. Which
  ones (the nearest, the first, every tenth) does not change the count (Sparse Transformer, arXiv
  1904.10509).
- linear: a running sum in place of keys and values, updated once a block (arXiv 2006.16236).

Code does not compute single pairs. It takes a tile of queries with every key that one of them
meets, and masks what is too much: `pairs` counts what the mask lets through, `computed_pairs` what
is computed.
"""

from __future__ import annotations

from collections.abc import Mapping

from course_lib import checks
from course_lib.checks import Number
from course_lib.estimators import flops

KINDS = ("full", "causal", "window", "block", "linear")


def pairs(
    kind: str, seq: Number, *, window: Number = 1, block: Number = 64, blocks: Number = 1
) -> Number:
    """Pairs (query, key) that the mask lets through, for one head.

    Linear attention sees what causal attention sees.

    Args:
        kind: one of `KINDS`.
        seq: tokens.
        window: keys a query meets, itself included; for "window".
        block: tokens in a block; for "block".
        blocks: blocks a query meets, its own included; for "block".

    Raises:
        ValueError: an unknown kind, or a number below 1; the message names it.

    >>> # 4 x 4, then 1 + 2 + 3 + 4, then 1 + 2 + 2 + 2
    >>> pairs("full", 4), pairs("causal", 4), pairs("window", 4, window=2)
    (16, 10, 7)
    >>> pairs("block", 6, block=2, blocks=2)  # 1 + 2, then 3 + 4, then 3 + 4
    17
    """
    sizes = {"seq": seq, "window": window, "block": block, "blocks": blocks}
    seq, window, block, blocks = checked(kind, sizes)
    if kind == "full":
        return seq * seq
    if kind == "block":
        return block_pairs(seq, block, blocks, masked=True)
    return flops.pairs_seen(seq, window) if kind == "window" else flops.pairs_seen(seq)


def computed_pairs(
    kind: str,
    seq: Number,
    tile: Number = 1,
    *,
    window: Number = 1,
    block: Number = 64,
    blocks: Number = 1,
) -> Number:
    """Pairs that code computes which takes `tile` queries at a time, with every key they meet.

    A tile of one is the mask itself, a tile as long as the text the whole square. Block and linear
    attention take whole blocks whatever `tile` says; the second leaves all other blocks to its
    running sum.

    >>> computed_pairs("causal", 4, tile=2)  # 2 x 2, then 2 x 4
    12
    >>> computed_pairs("window", 6, tile=2, window=2)  # 2 x 2, then 2 x 3 twice
    16
    """
    sizes = {"seq": seq, "tile": tile, "window": window, "block": block, "blocks": blocks}
    seq, tile, window, block, blocks = checked(kind, sizes)
    if kind == "full":
        return seq * seq
    if kind in ("block", "linear"):
        return block_pairs(seq, block, blocks if kind == "block" else 1, masked=False)
    tile, before = checks.smaller(tile, seq), window - 1 if kind == "window" else seq
    tiles, rest = seq // tile, seq % tile
    growing = before // tile  # so many tiles meet all that came before them
    # 0 + 1 + 2 + ... whole tiles of keys before each tile, up to `growing`.
    keys_before = tile * (flops.pairs_seen(tiles, growing + 1) - tiles)
    # Every tile after these meets a part of one tile more.
    keys_before = keys_before + before % tile * (tiles - checks.smaller(tiles, growing + 1))
    return (
        # Each tile with itself, with the keys before, and the last tile, which is not full.
        tiles * tile * tile
        + tile * keys_before
        + rest * (rest + checks.smaller(tiles * tile, before))
    )


def checked(kind: str, sizes: Mapping[str, Number]) -> list[Number]:
    """The sizes in their order, whole numbers from 1 that broadcast; an unknown kind is refused.

    >>> checked("full", {"seq": 8, "batch": 2})
    [8, 2]
    """
    checks.one_of("kind", kind, KINDS)
    numbers = {name: checks.whole(name, value) for name, value in sizes.items()}
    checks.broadcast(**numbers)
    return list(numbers.values())


def block_pairs(seq: Number, block: Number, blocks: Number, masked: bool) -> Number:
    """Pairs of each token with its own block (up to itself where `masked`) and up to `blocks - 1`
    earlier ones."""
    block = checks.smaller(block, seq)
    whole, rest = seq // block, seq % block
    # 0 + 1 + 2 + ... blocks, never more than blocks - 1 each: `pairs_seen` counts the own one too.
    earlier = flops.pairs_seen(whole, blocks) - whole
    # The tokens of a last block that is not full.
    last = rest * block * checks.smaller(whole, blocks - 1)
    own = (
        whole * block * (block + 1) // 2 + rest * (rest + 1) // 2
        if masked
        else whole * block**2 + rest**2
    )
    return own + block * block * earlier + last
