"""Predicts rows like those of inference.csv: one published speed or energy a row.

Columns read: `model_key model params active_params device_key device n_devices parallelism
framework weights_precision batch input_len output_len metric`. `programs` reads the kind of program
from `framework`.

Design choices:
- A text whose prompt is not told has `answer_cases.PROMPT` tokens, and the range widens.
- A picture of a network that the catalog lacks takes two FLOPs a weight and latent token (4096 of
  1024 x 1024 pixels) and four for each pair of tokens, layer and width, twice with guidance, and
  Stable Diffusion's decoder; the text encoder is left out. The distilled ones, of few steps, need
  no guidance.
- A server at full load whose layout is not told is one copy of the model for each few devices that
  hold it (`_fewest`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from course_lib.catalog import DiffusionTransformer, UNet, models
from course_lib.catalog.constants import spread
from course_lib.commands.validate import baselines, fields, programs
from course_lib.commands.validate.answer_cases import OUTPUT, PROMPT, Asked, scaled
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import SIZED, Answer, Guess, attempt, per_time, wider
from course_lib.commands.validate.sheets import INFERENCE
from course_lib.commands.validate.subjects import Subject, card, subject
from course_lib.estimators import energy, hardware, images
from course_lib.estimators.ranges import Range, product

UNTOLD = Range(low=0.9, value=1.0, high=1.1)
"""How much further a range reaches where the prompt's length is not told. Assumed."""
FULL_LOAD = ("max load", "offline")
"""Cells of `batch` that stand for as many sequences as the server takes."""
PICTURES = ("image_latency_1024px", "energy_per_item")
CLAIMS = {
    "energy_per_1000_inferences": "a mean of eight models that the file does not name",
    "energy_per_query": "a provider's mean over models and answers that it does not name",
}
LATENT_TOKENS = 4096
"""Tokens of a picture of 1024 x 1024 pixels: one for 16 x 16 of them."""
FEW_TOKENS = 1024
"""The same where the pictures are packed to a 32nd of their sides (SANA, arXiv 2410.10629)."""
LAYERS = 28
"""Layers of a network of which only the size is known: PixArt's (arXiv 2310.00426)."""
LATENT_SIDE = 128
"""Side of its latent picture: an eighth of the pixels."""
FEW_STEPS = 8
"""Up to so many steps a network is taken to be distilled: no second pass for guidance."""


def predict(given: Given) -> Mapping[str, Answer]:
    """What the row measures (`value`, under its metric's name elsewhere) and its power.

    >>> row = {"model": "Llama-2-7B", "device_key": "A100 SXM 80GB", "n_devices": "1",
    ...     "weights_precision": "bf16", "batch": "1", "input_len": "5", "output_len": "200",
    ...     "metric": "decode_throughput"}
    >>> 80 < predict(Given(cells=row))["value"].range.value < 130
    True
    """
    metric = given.text("metric")
    if metric in CLAIMS:
        return dict.fromkeys(INFERENCE.targets, CLAIMS[metric])
    if metric in PICTURES:
        return {
            "value": attempt(lambda: _picture(given, metric)),
            "avg_power_w_total": attempt(lambda: _picture_power(given)),
        }
    if metric not in TEXTS:
        return dict.fromkeys(INFERENCE.targets, f"metric is none that is known: {metric!r}")
    return {
        "value": attempt(lambda: TEXTS[metric](asked(given))),
        "avg_power_w_total": attempt(lambda: asked(given).watts),
    }


TEXTS: Mapping[str, Callable[[Asked], Guess]] = {
    "decode_throughput": lambda case: case.decoding,
    "total_output_throughput": lambda case: case.throughput,
    "prefill_throughput": lambda case: case.reading,
    "request_latency": lambda case: scaled(case.request, 1e3),
    "decode_latency_per_token": lambda case: scaled(case.further_token, 1e3),
    "prefill_latency": lambda case: scaled(case.first_token, 1e3),
    "encode_latency": lambda case: scaled(case.first_token, 1e3),
    "decode_latency_for_L_tokens": lambda case: scaled(case.further_token, case.output),
    "ms_per_generated_token": lambda case: scaled(
        case.request, 1e3 / (case.sequences * case.output)
    ),
    "energy_per_output_token": lambda case: case.joules,
}
"""What each metric is of a batch of requests, in the metric's unit."""


def asked(given: Given) -> Asked:
    """The batch of requests that a row measures.

    Raises:
        Unpredictable: no decoder, no device of the catalog, or a number that is missing.
    """
    what, where = subject(given), card(given, "device_key", "device")
    prompt, output = given.whole("input_len", 0), given.whole("output_len", 0)
    doubts = what.doubts if prompt is not None else (*what.doubts, UNTOLD)
    batch, framework = given.text("batch"), given.text("framework")
    count = fields.needed_whole(given, "n_devices")
    handed_on = programs.layers_handed_on(given.text("parallelism"), framework)
    case = Asked(
        subject=Subject(model=what.model, known_by=what.known_by, doubts=doubts),
        card=where,
        # For one batch, devices that hand layers on are one with more memory.
        devices=1 if handed_on else count,
        batch=None if batch.lower() in FULL_LOAD else fields.needed_whole(given, "batch"),
        prompt=PROMPT if prompt is None else max(1, prompt),
        output=OUTPUT if output is None else max(1, output),
        format=fields.stored_format(given.text("weights_precision")),
        software=programs.software(framework),
        cache_format=programs.cache_format(framework, given.text("weights_precision")),
        stages=count if handed_on else 1,
    )
    if case.batch is None and not given.text("parallelism"):
        sharing = _fewest(case, count)
        return replace(case, devices=sharing, copies=count // sharing)
    return case


def _fewest(case: Asked, count: int) -> int:
    """The fewest of `count` devices that hold the model and half as much again of cache."""
    room = case.timed_alone.usable_memory_bytes
    held = float(case.timed_alone.memory_bytes) * count
    splits = [each for each in range(1, count + 1) if count % each == 0]
    return next((each for each in splits if room and 1.5 * held / each < room), count)


def _picture(given: Given, metric: str) -> Guess:
    """Seconds of a picture, or joules of the devices for it."""
    where = card(given, "device_key", "device")
    flops, doubts = _picture_flops(given)
    rate = hardware.peak(where.device) * fields.needed_whole(given, "n_devices")
    reached = energy.answers.picture_reached(where.device).scaled(rate)
    seconds = wider(per_time(reached, flops), *doubts, *where.doubts)
    rule = flops / (baselines.READING * rate)
    if metric != "energy_per_item":
        return Guess(range=seconds, baselines={"40 % of the peak": rule})
    watts = _picture_power(given)
    return Guess(
        range=product(seconds, watts.range),
        baselines={"40 % of the peak, stated power": rule * watts.baselines["stated power"]},
    )


def _picture_flops(given: Given) -> tuple[float, tuple[Range, ...]]:
    """FLOPs of one picture, and how much its range widens."""
    steps, name = fields.needed_whole(given, "output_len"), given.text("model")
    if any(word in name for word in ("Video", "T2V", "I2V", "TI2V", "Wan")):
        raise Unpredictable("the frames of the clip are not told")
    guided = steps > FEW_STEPS
    for key in (given.text("model_key"), name):
        record = models[key] if key and key in models else None
        if isinstance(record, UNet | DiffusionTransformer):
            # Some networks take the strength of guidance as an input, so that one pass is enough.
            once = record.name.startswith("FLUX")
            found = images.picture(record, steps, guided and not once, LATENT_SIDE)
            return float(found.total), ()
    params = given.number("params")
    if params is None:
        raise Unpredictable(f"neither the catalog nor a size tells the network {name!r}")
    tokens = FEW_TOKENS if "SANA" in name else LATENT_TOKENS
    # Pairs of tokens in a network of the usual shape, whose layers have 16 weights a squared width.
    width = (params / (16 * LAYERS)) ** 0.5
    pairs = 4 * tokens**2 * width * LAYERS
    passes = steps * (2 if guided else 1)
    pixels = float(images.latents.decoder(LATENT_SIDE).total)
    return (2 * params * tokens + pairs) * passes + pixels, (SIZED, SIZED)


def _picture_power(given: Given) -> Guess:
    where, count = card(given, "device_key", "device"), fields.needed_whole(given, "n_devices")
    load = energy.answers.picture_load(energy.answers.picture_reached(where.device).value)
    value, known = count * float(energy.power(where.device, load)), spread("power-picture")
    stated = (where.device.power_watts or 0.0) * count
    high = min(value * known.high, stated) if stated else value * known.high
    drawn = Range(low=value * known.low, value=value, high=max(value, high))
    return Guess(range=drawn, baselines={"stated power": stated or value})
