"""Predicts the memory of a server by part: rows of the `vllm_memory` groups of
validation_2026.csv.

Columns read: `model device n_devices framework precision tp pp max_len gpu_memory_utilization`.

Design choices:
- Weights are those of `precision.stored` in the format that precision and name state, in equal
  shares.
- What the program keeps for itself, and so what is left for the cache, are those of
  `memory.servers`, in the version of the server that the row states, else the latest.
- Graphs of versions before `GRAPHS` are skipped: what those logged is often below zero.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from course_lib.catalog.constants import spread
from course_lib.commands.validate import fields
from course_lib.commands.validate.files import Given, Unpredictable
from course_lib.commands.validate.guesses import Answer, Guess, around, attempt, wider
from course_lib.commands.validate.subjects import card, subject
from course_lib.estimators.inference import Machine
from course_lib.estimators.memory import servers

GIB = 2**30
UTILISATION = 0.9
"""Share of the memory that a server fills where none is told: vLLM's default."""
GRAPHS = (0, 17)
"""The first version of vLLM that measured its graphs apart."""
VERSION = re.compile(r"(\d+)\.(\d+)")
QUANTITIES = (
    "weights_gib", "activation_gib", "non_torch_gib", "cuda_graph_gib", "kv_cache_gib",
    "kv_cache_tokens", "max_concurrency",
)  # fmt: skip


def predict(given: Given) -> Mapping[str, Answer]:
    """Every part of the memory, or why it has none.

    >>> row = {"model": "meta-llama/Llama-3.1-8B-Instruct", "device": "H100 SXM 80GB",
    ...     "precision": "bfloat16", "tp": "1", "max_len": "8192", "gpu_memory_utilization": "0.95"}
    >>> found = predict(Given(cells=row))
    >>> round(found["weights_gib"].range.value, 1)  # 14.99 were logged
    15.0
    """
    parts = _Parts(given)
    return {name: attempt(getattr(parts, name)) for name in QUANTITIES}


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
    def version(self) -> tuple[int, int]:
        found = VERSION.search(self.given.text("framework"))
        return (int(found[1]), int(found[2])) if found else servers.LATEST

    @cached_property
    def held(self) -> servers.ServerMemory:
        device = self.machine.record
        whole = device.usable_memory_bytes or device.memory_bytes
        if whole is None:
            raise Unpredictable(f"no memory is stated for {device.name}")
        return servers.server(
            subject(self.given, recent=True).model,
            memory_bytes=whole,
            weight_bytes=self.weights,
            utilisation=self.given.number("gpu_memory_utilization") or UTILISATION,
            tensor=self.given.whole("tp") or 1,
            pipeline=self.given.whole("pp") or 1,
            version=self.version,
        )

    @cached_property
    def room(self) -> float:
        left = float(self.held.cache)
        if left <= 0:
            raise Unpredictable("weights and program leave no room for a cache")
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
        return self._guess("weights", self.weights / GIB)

    def activation_gib(self) -> Answer:
        return self._guess("activations", float(self.held.activations) / GIB)

    def non_torch_gib(self) -> Answer:
        return self._guess("libraries", float(self.held.libraries) / GIB)

    def cuda_graph_gib(self) -> Answer:
        if self.version < GRAPHS:
            raise Unpredictable("this version of the server does not measure its graphs apart")
        return self._guess("graphs", float(self.held.graphs) / GIB)

    def kv_cache_gib(self) -> Answer:
        return self._guess("cache", self.room / GIB)

    def kv_cache_tokens(self) -> Answer:
        return self._guess("cache", self.room / self.token_bytes)

    def max_concurrency(self) -> Answer:
        return self._guess("cache", self.room / self.token_bytes / self.length)

    def _guess(self, part: str, value: float) -> Guess:
        known = spread(f"server-{part}")
        ends = around(value, known.low, known.high)
        return Guess(range=wider(ends, *subject(self.given, recent=True).doubts))


def _cache(format: str | None) -> str:
    return "fp32" if format == "fp32" else "bf16"
