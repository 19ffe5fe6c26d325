"""The energy of one token and of one picture, from the time they take on a device.

Design choices:
- Times come from `inference` and `images`; what a device draws meanwhile, and what stands around
  it, from `energy`.
- An answer's energy is counted over all requests of a batch: prompt and output, over the tokens
  written. A server that waits for requests takes more, by its idle hours (`energy.run`).
- SERVING_LOAD is set by hand against measured joules a token (ml-energy leaderboard; see the
  tests). IMAGE_REACHED is assumed: no measured picture of a network that `images` can count was
  found.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog import Device, Transformer
from course_lib.checks import Number
from course_lib.estimators import hardware, images, inference
from course_lib.estimators.energy import runs
from course_lib.estimators.ranges import Range, inverse, product, ranged
from course_lib.units import HOUR

SERVING_LOAD = Range(low=0.5, value=0.75, high=1.0)
"""Share of the power between idle and stated that answering draws: less where the memory is waited
for."""
IMAGE_REACHED = Range(low=0.2, value=0.35, high=0.5)
"""Share of the peak that a diffusion network reaches: assumed."""


def token(
    model: Transformer,
    *,
    device: Device | str,
    batch: Number = 1,
    prompt: Number = 512,
    output: Number = 256,
    devices: Number = 1,
    format: str | None = None,
    cache_format: str = "bf16",
    bandwidth_reached: Number = inference.BANDWIDTH_REACHED,
    peak_reached: Number = inference.PEAK_REACHED,
    layer_seconds: Number = inference.LAYER_SECONDS,
    load: Range | Number = SERVING_LOAD,
    site: runs.Site = runs.TYPICAL,
) -> Range:
    """Joules for each token written by a batch of equal requests, prompts included.

    Args:
        model: the architecture.
        device: a record of the catalog, or its name.
        batch: sequences.
        prompt: tokens of each prompt.
        output: tokens written for each.
        devices: devices that share every layer.
        format: format of the weights, as in `inference.estimate`.
        cache_format: this one and the next three as in `inference.estimate`.
        bandwidth_reached: part of the stated bandwidth.
        peak_reached: part of the stated peak.
        layer_seconds: fixed time a layer, in seconds.
        load: share of the power between idle and stated that answering draws.
        site: servers, network and cooling around.

    >>> from course_lib.catalog import models
    >>> llama, where = models["llama-3-8b"], {"device": "H100", "site": runs.CARDS_ALONE}
    >>> few, many = (token(llama, batch=batch, **where).value for batch in (8, 128))
    >>> few / many > 3
    True
    """
    answer = inference.estimate(
        model,
        device=device,
        batch=batch,
        prompt=prompt,
        output=output,
        devices=devices,
        format=format,
        cache_format=cache_format,
        bandwidth_reached=bandwidth_reached,
        peak_reached=peak_reached,
        layer_seconds=layer_seconds,
    )
    rate = Range(
        low=answer.low,
        value=answer.tokens_per_second,
        high=checks.larger(answer.high, answer.tokens_per_second),
    )
    hours = product(inverse(rate), devices, 1 / HOUR)  # device hours of one token
    return runs.run(hours, device=device, load=load, site=site).per(1)


def picture(
    model: images.ImageModel,
    steps: Number = 50,
    *,
    device: Device | str,
    guidance: bool = True,
    side: Number | None = None,
    reached: Range | Number = IMAGE_REACHED,
    load: Range | Number = runs.LOAD,
    site: runs.Site = runs.TYPICAL,
) -> Range:
    """Joules for one picture: its FLOPs at the share of the peak that such a network reaches.

    >>> from course_lib.catalog import models
    >>> image = picture(models["SD 1.5"], 50, device="A100 SXM 40GB")
    >>> image.low < image.value < image.high
    True
    """
    device = runs.known(device)
    work = images.picture(model, steps, guidance, side).total
    hours = product(inverse(ranged("reached", reached)), work / hardware.peak(device) / HOUR)
    return runs.run(hours, device=device, load=load, site=site).per(1)
