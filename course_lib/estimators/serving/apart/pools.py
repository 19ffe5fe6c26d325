"""How many cards read prompts and how many write answers, and what is sent between them: arithmetic
on rates that were measured or estimated elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.checks import Number
from course_lib.estimators.memory.cache import kv_cache


@dataclass(frozen=True, kw_only=True, eq=False)
class Pools:
    """Cards of each kind; parts of a card where the load is that small."""

    prefill_cards: Number
    """Cards that read prompts."""
    decode_cards: Number
    """Cards that write answers."""

    @property
    def cards(self) -> Number:
        """All of them."""
        return self.prefill_cards + self.decode_cards

    @property
    def ratio(self) -> Number:
        """Cards that read for each one that writes."""
        return self.prefill_cards / self.decode_cards


def pools(
    *,
    input_tokens_per_second: Number,
    output_tokens_per_second: Number,
    prefill_rate: Number,
    decode_rate: Number,
) -> Pools:
    """Cards that a load of tokens needs.

    Args:
        input_tokens_per_second: tokens of prompts that arrive; arrays broadcast.
        output_tokens_per_second: tokens that are to be written.
        prefill_rate: tokens a second that one card reads.
        decode_rate: tokens a second that one card writes, for all its requests.

    Raises:
        TypeError, ValueError: by the argument's name.

    Source: for one day of DeepSeek's service this gives 226.9 machines from its tokens and rates;
    226.75 were published (catalog, findings s001, s004, s005, s008, s009).

    >>> day = 86_400
    >>> found = pools(
    ...     input_tokens_per_second=608e9 / day,
    ...     output_tokens_per_second=168e9 / day,
    ...     prefill_rate=73_700,
    ...     decode_rate=14_800,
    ... )
    >>> round(found.cards, 1), round(found.ratio, 2)
    (226.9, 0.73)
    """
    rates = {
        "input_tokens_per_second": checks.positive(
            "input_tokens_per_second", input_tokens_per_second
        ),
        "output_tokens_per_second": checks.positive(
            "output_tokens_per_second", output_tokens_per_second
        ),
        "prefill_rate": checks.positive("prefill_rate", prefill_rate),
        "decode_rate": checks.positive("decode_rate", decode_rate),
    }
    checks.broadcast(**rates)
    # A dict keeps the order in which it was written.
    read, written, reading, writing = rates.values()
    return Pools(prefill_cards=read / reading, decode_cards=written / writing)


def transfer_bytes(model: Transformer, prompt: Number, cache_format: str = "bf16") -> Number:
    """Bytes of the cache that a prompt leaves, to be sent to the cards that write.

    Source: DistServe, section 3.3: 1.13 GB (binary ones) for 512 tokens of OPT-66B, and so 90
    Gbit/s for ten requests a second.

    >>> from course_lib.catalog import models
    >>> round(transfer_bytes(models["opt-66b"], 512) / 2**30, 3)
    1.125
    """
    return kv_cache(model, 1, checks.whole("prompt", prompt), cache_format)
