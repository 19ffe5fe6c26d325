"""What a million tokens cost to serve, read and written apart; and when serving has cost what
training did.

Design choices:
- A device is paid for by the hour whether it works or not: the price of a busy hour is divided by
  the utilisation, the share of the time in which requests keep it busy.
- Reading the prompts is charged to tokens read, every further pass to tokens written; together they
  are the hours.
- The range is that of the estimate of `inference`.
- Tokens are sold where they are served, so the program is a server, as in `energy.answers` and
  `serving`; "tuned" code for a lone reader (lesson 05) is quicker than what services reach.
- The crossover counts arithmetic: training takes 6 FLOPs a weight and token, serving 2, attention's
  own products apart.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import Device, Transformer, prices
from course_lib.checks import Number
from course_lib.estimators import inference
from course_lib.units import DAYS_A_YEAR, HOUR

MILLION = 1e6
TRAIN_FLOPS, SERVE_FLOPS = 6, 2
"""FLOPs for each weight in use and token: forward, backward and again; forward (Kaplan et al. 2020,
section 2.1)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class TokenPrice:
    """US dollars for a million tokens."""

    input: Number
    """Tokens read."""
    output: Number
    """Tokens written, the reading of the prompt not counted in."""
    per_output: Number
    """All costs on the tokens written: what is compared where a price is quoted for output
    alone."""
    low: Number
    """Lower end of an 80 % range of `per_output`."""
    high: Number
    """Upper end of that range."""


def served(
    model: Transformer,
    *,
    device: Device | str,
    usd_per_device_hour: Number,
    batch: Number,
    prompt: Number,
    output: Number,
    utilisation: Number = 1.0,
    devices: Number = 1,
    format: str | None = None,
    software: str | None = "server",
) -> TokenPrice:
    """What a million tokens cost on devices paid by the hour.

    Args:
        model: the architecture.
        device: a record of the catalog, or its name.
        usd_per_device_hour: price of an hour of one device, rented or owned.
        batch: requests served at once.
        prompt: tokens read for each.
        output: tokens written for each, at least 2.
        utilisation: share of the time in which there are requests, above 0 and at most 1.
        devices: devices that share the model.
        format: of the weights, as in `inference.estimate`.
        software: kind of program; tokens are paid for where they are served.

    Raises:
        TypeError, ValueError, KeyError: as `inference.estimate`, and by the argument's name.

    >>> from course_lib.catalog import models
    >>> case = {"device": "H100", "usd_per_device_hour": 3.0, "prompt": 512, "output": 256}
    >>> llama = models["llama-3-8b"]
    >>> alone, crowd = (served(llama, batch=batch, **case).output for batch in (1, 64))
    >>> 3 < alone < 10, crowd < alone / 20
    (True, True)
    """
    price = checks.positive("usd_per_device_hour", usd_per_device_hour, zero=True)
    utilisation, output = (
        checks.share("utilisation", utilisation),
        checks.whole("output", output, at_least=2),
    )
    answer = inference.estimate(
        model,
        device=device,
        batch=batch,
        prompt=prompt,
        output=output,
        devices=devices,
        format=format,
        software=software,
    )
    second = price * checks.whole("devices", devices) / HOUR / utilisation
    batch, prompt = checks.whole("batch", batch), checks.whole("prompt", prompt)
    reading, request = answer.first_token_seconds, answer.request_seconds
    whole = second * request / (batch * output) * MILLION
    return TokenPrice(
        input=second * reading / (batch * prompt) * MILLION,
        output=second * (request - reading) / (batch * output) * MILLION,
        per_output=whole,
        # A high rate makes a low price.
        low=whole * (answer.tokens_per_second / answer.high),
        high=whole * (answer.tokens_per_second / answer.low),
    )


def api(key: str) -> tuple[float, float]:
    """An API's US dollars for a million tokens read, and for a million written.

    From the catalog: `KEY-input`, `KEY-output`.

    >>> api("openai-gpt-4-1-nano")
    (0.1, 0.4)
    """
    return prices[f"{key}-input"].value, prices[f"{key}-output"].value


def usage_usd(
    input_tokens: Number,
    output_tokens: Number,
    usd_per_million_input: Number,
    usd_per_million_output: Number,
) -> Number:
    """What some tokens cost at prices for a million.

    >>> usage_usd(3e6, 1e6, 0.5, 2.0)
    3.5
    """
    amounts = {"input_tokens": input_tokens, "output_tokens": output_tokens}
    amounts |= {
        "usd_per_million_input": usd_per_million_input,
        "usd_per_million_output": usd_per_million_output,
    }
    amounts = {name: checks.positive(name, amount, zero=True) for name, amount in amounts.items()}
    checks.broadcast(**amounts)
    # A dict keeps the order in which it was written.
    read, written, read_usd, written_usd = amounts.values()
    return (read * read_usd + written * written_usd) / MILLION


def crossover_tokens(training_tokens: Number) -> Number:
    """Served tokens whose arithmetic equals that of the training: three times its tokens.

    This holds for any model: 6 N D = 2 N S, so S = 3 D; the weights N cancel. Attention's own
    products are left out on both sides.

    >>> crossover_tokens(15e12) / 1e12
    45.0
    """
    return TRAIN_FLOPS / SERVE_FLOPS * checks.positive("training_tokens", training_tokens)


def crossover_years(training_tokens: Number, served_tokens_per_day: Number) -> Number:
    """Years of serving until its arithmetic equals that of the training.

    >>> round(crossover_years(15e12, served_tokens_per_day=1e11), 2)
    1.23
    """
    daily = checks.positive("served_tokens_per_day", served_tokens_per_day)
    checks.broadcast(
        training_tokens=checks.positive("training_tokens", training_tokens),
        served_tokens_per_day=daily,
    )
    return crossover_tokens(training_tokens) / daily / DAYS_A_YEAR
