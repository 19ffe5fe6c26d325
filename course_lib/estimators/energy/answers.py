"""The energy of one token and of one picture, from the time they take on a device.

Design choices:
- Times come from `inference` and `images`; what a device draws meanwhile from `draws`, by the
  shares of its bandwidth and of its peak that the answer uses on the whole; what stands around it
  from `runs`.
- An answer's energy is counted over all requests of a batch: prompt and output, over the tokens
  written. A server that waits for requests takes more, by its idle hours (`energy.run`).
- Time and power err against each other (who waits longer draws less), so the range of a token's
  energy is its own, from measured joules ("energy-token" of the spreads), not the product of
  theirs. A stated load brings its own range, together with that of the time.
"""

from __future__ import annotations

from course_lib import checks
from course_lib.catalog import Device, Transformer
from course_lib.catalog.constants import constant, spread
from course_lib.checks import Number
from course_lib.estimators import hardware, images, inference
from course_lib.estimators.energy import draws, runs
from course_lib.estimators.ranges import Range, inverse, product, ranged
from course_lib.units import HOUR

NEWEST = 2024
"""First year of launch of the devices whose pictures were measured apart."""


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
    software: str | None = "server",
    bandwidth_reached: Number | None = None,
    peak_reached: Number | None = None,
    layer_seconds: Number | None = None,
    load: Range | Number | None = None,
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
        cache_format: this one and the next four as in `inference.estimate`.
        software: kind of program; answers are paid for where they are served.
        bandwidth_reached: part of the stated bandwidth; None for the program's.
        peak_reached: part of the stated peak; None for the program's.
        layer_seconds: fixed time a layer, in seconds; None for the program's.
        load: share of the power between idle and stated that answering draws; None for what
            `draws` says.
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
        software=software,
        bandwidth_reached=bandwidth_reached,
        peak_reached=peak_reached,
        layer_seconds=layer_seconds,
    )
    rate = answer.tokens_per_second
    if load is None:
        hours = product(devices / rate, 1 / HOUR)  # device hours of one token
        used = runs.run(hours, device=device, load=busy(answer, device, format, output), site=site)
        known = spread("energy-token")
        return product(used.per(1), Range(low=known.low, value=1.0, high=known.high))
    ends = Range(low=answer.low, value=rate, high=checks.larger(answer.high, rate))
    hours = product(inverse(ends), devices, 1 / HOUR)
    return runs.run(hours, device=device, load=load, site=site).per(1)


def busy(
    answer: inference.Estimate, device: Device | str, format: str | None, output: Number
) -> Number:
    """Share of the power between idle and stated that a device draws over a batch of requests.

    Args:
        answer: the estimate of the requests.
        device: what works, or its name.
        format: format of the weights, as in `inference.estimate`.
        output: tokens written for each request.

    >>> from course_lib.catalog import models
    >>> case = {"prompt": 512, "output": 256, "device": "H100"}
    >>> one, many = (
    ...     inference.estimate(models["llama-3-8b"], batch=batch, **case) for batch in (1, 64)
    ... )
    >>> busy(one, "H100", None, 256) < busy(many, "H100", None, 256) < 1
    True
    """
    machine = inference.Machine(device=device, format=format)
    # The first token comes out of the pass over the prompt.
    passes = ((1, answer.prefill), (output - 1, answer.decode))
    flops = sum(count * each.flops for count, each in passes)
    moved = sum(count * each.bytes_moved for count, each in passes)
    seconds = answer.request_seconds
    return draws.load(
        arithmetic=flops / seconds / machine.peak_flops, memory=moved / seconds / machine.bandwidth
    )


def picture(
    model: images.ImageModel,
    steps: Number = 50,
    *,
    device: Device | str,
    guidance: bool = True,
    side: Number | None = None,
    reached: Range | Number | None = None,
    load: Range | Number | None = None,
    site: runs.Site = runs.TYPICAL,
) -> Range:
    """Joules for one picture: its FLOPs at the share of the peak that such a network reaches.

    Args:
        model: the network with its text encoder and decoder.
        steps: denoising steps.
        device: what works, or its name.
        guidance: whether each step takes a second pass.
        side: of the latent picture; None for the model's own.
        reached: share of the peak; None for `picture_reached`.
        load: share of the power between idle and stated; None for what `draws` says.
        site: servers, network and cooling around.

    >>> from course_lib.catalog import models
    >>> image = picture(models["SD 1.5"], 50, device="A100 SXM 40GB")
    >>> image.low < image.value < image.high
    True
    """
    work = images.picture(model, steps, guidance, side).total
    return diffusion(work, device=device, reached=reached, load=load, site=site)


def diffusion(
    work: Number,
    *,
    device: Device | str,
    reached: Range | Number | None = None,
    load: Range | Number | None = None,
    site: runs.Site = runs.TYPICAL,
) -> Range:
    """Joules for so many FLOPs of a diffusion network: those of a picture, or of a clip.

    Args:
        work: FLOPs.
        device: what works, or its name.
        reached: share of the peak; None for `picture_reached`.
        load: share of the power between idle and stated; None for what `draws` says.
        site: servers, network and cooling around.

    >>> one, ten = (diffusion(work, device="H100") for work in (1e12, 1e13))
    >>> round(ten.value / one.value, 6)
    10.0
    """
    share = picture_reached(device) if reached is None else ranged("reached", reached)
    if load is None:
        load = picture_load(share.value)
    hours = product(diffusion_seconds(work, device=device, reached=share), 1 / HOUR)
    return runs.run(hours, device=device, load=load, site=site).per(1)


def diffusion_seconds(
    work: Number, *, device: Device | str, reached: Range | Number | None = None
) -> Range:
    """Seconds that a device takes for so many FLOPs of a diffusion network.

    Args:
        work: FLOPs.
        device: what works, or its name.
        reached: share of the peak; None for `picture_reached`.

    >>> diffusion_seconds(989e12, device="H100", reached=0.5).value
    2.0
    """
    share = picture_reached(device) if reached is None else ranged("reached", reached)
    return product(inverse(share), work / hardware.peak(runs.known(device)))


def picture_reached(device: Device | str) -> Range:
    """Share of its peak that a device reaches with a diffusion network.

    Less on the newest: their peak has outgrown what programs for pictures make of it.

    >>> picture_reached("H100").value > picture_reached("B200 SXM").value
    True
    """
    newest = runs.known(device).year >= NEWEST
    return draws.known("image-reached-newest" if newest else "image-reached")


def picture_load(reached: Number) -> Number:
    """Share of the power between idle and stated that a picture draws, where so much of the peak
    is reached.

    >>> 0.5 < picture_load(0.2) < picture_load(0.4) < 1
    True
    """
    return draws.load(arithmetic=reached, memory=constant("image-memory"))
