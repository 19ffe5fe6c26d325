"""Predicts the memory of a server by part: rows of the `vllm_memory` groups of
validation_2026.csv.

Columns read: `model device n_devices precision tp pp max_len gpu_memory_utilization`.

Design choices:
- Weights are those of `precision.stored` in the format that precision and name state, in equal
  shares.
- The cache gets what is left of the share that the server may fill. What its program keeps for
  itself (activations, graphs, libraries) has no estimator yet: those parts are skipped, and the
  cache comes out larger by them.
- The ranges are assumed: a few percent for weights, more for the cache.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from course_lib.commands.validate import fields
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import Answer, Guess, attempt, wider
from course_lib.commands.validate.subjects import card, subject
from course_lib.estimators.inference import Machine
from course_lib.estimators.ranges import Range

GIB = 2**30
WEIGHTS = Range(low=0.97, value=1.0, high=1.05)
"""Bytes of weights over the count: padding and buffers beside them. Provisional."""
CACHE = Range(low=0.85, value=1.0, high=1.05)
"""Room for the cache over the estimate. Provisional."""
UTILISATION = 0.9
"""Share of the memory that a server fills where none is told: vLLM's default."""
UNKNOWN = {
    "activation_gib": "activations",
    "non_torch_gib": "libraries and communication",
    "cuda_graph_gib": "graphs",
}
QUANTITIES = ("weights_gib", *UNKNOWN, "kv_cache_gib", "kv_cache_tokens", "max_concurrency")


def predict(given: Given) -> Mapping[str, Answer]:
    """Every part of the memory, or why it has none.

    >>> row = {"model": "meta-llama/Llama-3.1-8B-Instruct", "device": "H100 SXM 80GB",
    ...     "precision": "bfloat16", "tp": "1", "max_len": "8192", "gpu_memory_utilization": "0.95"}
    >>> found = predict(Given(cells=row))
    >>> round(found["weights_gib"].range.value, 1)  # 14.99 were logged
    15.0
    """
    parts = _Parts(given)
    answers: dict[str, Answer] = {
        name: f"no estimator of what a server's program keeps for {what}"
        for name, what in UNKNOWN.items()
    }
    for name in QUANTITIES:
        if name not in UNKNOWN:
            answers[name] = attempt(getattr(parts, name))
    return answers


class _Parts:
    """A row at work."""

    def __init__(self, given: Given) -> None:
        self.given = given

    @cached_property
    def machine(self) -> Machine:
        words = self.given.text("precision")
        # "bfloat16, KV fp8": what stands behind KV is the cache's format.
        weights, _, cache = words.partition("KV")
        name = self.given.text("model")
        format = fields.stored_format(name) or fields.stored_format(weights)
        if "mxfp4" in weights.lower() or "gpt-oss" in name.lower():
            format = None  # its own file's: experts in four bits, all else in 16
        devices = (self.given.whole("tp") or 1) * (self.given.whole("pp") or 1)
        return Machine(
            device=card(self.given, "device").device,
            devices=devices,
            format=format,
            cache_format=fields.stored_format(cache) or _cache(format),
            full_cache=True,
        )

    @cached_property
    def weights(self) -> float:
        return float(self.machine.weight_bytes(subject(self.given, recent=True).model))

    @cached_property
    def room(self) -> float:
        device = self.machine.record
        whole = device.usable_memory_bytes or device.memory_bytes
        if whole is None:
            raise Unpredictable(f"no memory is stated for {device.name}")
        share = self.given.number("gpu_memory_utilization") or UTILISATION
        left = share * whole - self.weights
        if left <= 0:
            raise Unpredictable("the weights leave no room for a cache")
        return left

    @cached_property
    def token_bytes(self) -> float:
        """Bytes of the cache for one token on one device, of a text as long as the server takes."""
        length = self.length
        found = self.machine.cache_bytes(
            subject(self.given, recent=True).model, 1, length, reserved=True
        )
        return float(found) / length

    @cached_property
    def length(self) -> int:
        return fields.needed_whole(self.given, "max_len")

    def weights_gib(self) -> Answer:
        return self._guess(WEIGHTS, self.weights / GIB)

    def kv_cache_gib(self) -> Answer:
        return self._guess(CACHE, self.room / GIB)

    def kv_cache_tokens(self) -> Answer:
        return self._guess(CACHE, self.room / self.token_bytes)

    def max_concurrency(self) -> Answer:
        return self._guess(CACHE, self.room / self.token_bytes / self.length)

    def _guess(self, spread: Range, value: float) -> Guess:
        return Guess(range=wider(spread.scaled(value), *subject(self.given, recent=True).doubts))


def _cache(format: str | None) -> str:
    return "fp32" if format == "fp32" else "bf16"
