"""Predicts rows like those of inference.csv: one published speed or energy a row.

Columns read: `model_key model params active_params device_key device n_devices parallelism
framework weights_precision batch input_len output_len metric`.

Design choices:
- A text whose prompt is not told has `answer_cases.PROMPT` tokens, and the range widens.
- A picture of a network that the catalog lacks takes two FLOPs a weight and latent token (4096 of
  1024 x 1024 pixels), twice with guidance; the text encoder and the decoder are left out. The
  distilled ones, of few steps, need no guidance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib.catalog import DiffusionTransformer, UNet, models
from course_lib.commands.validate import baselines, fields
from course_lib.commands.validate.answer_cases import OUTPUT, PROMPT, Asked, scaled
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import SIZED, Answer, Guess, attempt, per_time, wider
from course_lib.commands.validate.sheets import INFERENCE
from course_lib.commands.validate.subjects import Subject, card, subject
from course_lib.estimators import energy, hardware, images
from course_lib.estimators.energy.answers import IMAGE_REACHED
from course_lib.estimators.ranges import Range

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
    batch = given.text("batch")
    return Asked(
        subject=Subject(model=what.model, known_by=what.known_by, doubts=doubts),
        card=where,
        devices=_sharing(given),
        batch=None if batch.lower() in FULL_LOAD else fields.needed_whole(given, "batch"),
        prompt=PROMPT if prompt is None else max(1, prompt),
        output=OUTPUT if output is None else max(1, output),
        format=fields.stored_format(given.text("weights_precision")),
    )


def _sharing(given: Given) -> int:
    """Devices that share every layer: one where they hand whole layers on to each other."""
    one_by_one = "layer split" in given.text("parallelism") or given.text("framework").startswith(
        "accelerate"
    )
    return 1 if one_by_one else fields.needed_whole(given, "n_devices")


def _picture(given: Given, metric: str) -> Guess:
    """Seconds of a picture, or joules of the devices for it."""
    where = card(given, "device_key", "device")
    flops, doubts = _picture_flops(given)
    rate = hardware.peak(where.device) * fields.needed_whole(given, "n_devices")
    seconds = wider(per_time(IMAGE_REACHED.scaled(rate), flops), *doubts, *where.doubts)
    rule = flops / (baselines.READING * rate)
    if metric != "energy_per_item":
        return Guess(range=seconds, baselines={"40 % of the peak": rule})
    watts = _picture_power(given)
    hours = seconds.scaled(fields.needed_whole(given, "n_devices") / 3600)
    used = energy.run(hours, device=where.device, site=energy.CARDS_ALONE)
    return Guess(
        range=used.per(1),
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
    passes = steps * (2 if guided else 1)
    return 2 * params * LATENT_TOKENS * passes, (SIZED, SIZED)


def _picture_power(given: Given) -> Guess:
    where, count = card(given, "device_key", "device"), fields.needed_whole(given, "n_devices")
    ends = (energy.LOAD.low, energy.LOAD.value, energy.LOAD.high)
    low, value, high = (count * float(energy.power(where.device, load=end)) for end in ends)
    stated = (where.device.power_watts or 0.0) * count
    return Guess(
        range=Range(low=low, value=value, high=high), baselines={"stated power": stated or value}
    )
