"""What a server of answers keeps in each device's memory beside the weights, and what is left for
the cache.

A server takes a share of the memory, measures what a pass at its limits needs, and gives all that
is left to the key-value cache. The sums follow vLLM and its defaults.

Design choices:
- A pass at the limits reads `TOKENS` tokens and then picks a token for each of `SEQUENCES`
  sequences. Of a layer the inner width of the MLP is shared by tensor ranks; picking works on whole
  rows of the vocabulary on every rank, and on the last stage alone. The larger of the two counts.
- A model of memory ages: version 0.17 picks with less than half the memory for each logit. `NEWER`
  says since when which constant holds (see the table of constants).
- Libraries: the context of CUDA's libraries, and what tensor ranks need to talk to each other.
- Graphs of the decoding step grow with the layers; a layer with experts has more kernels. vLLM lets
  them lie outside of its share, so they take nothing from the cache.
- Latent attention's workspace and encoders of pictures are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib import checks
from course_lib.catalog import Transformer
from course_lib.catalog.constants import constant
from course_lib.checks import Number
from course_lib.estimators import parameters
from course_lib.estimators.memory.stages import pick, share

SEQUENCES = 1024
"""Sequences at once: vLLM's default on cards with 70 GB and more (`max_num_seqs`)."""
TOKENS = 8192
"""Tokens of a pass: the same for a server (`max_num_batched_tokens`)."""
NEWER = {"picking": (0, 17), "libraries": (0, 18)}
"""The versions of vLLM since which the newer constants hold (rows of `vllm_memory_versions`)."""
LATEST = (0, 19)
"""The version that is meant where none is told."""
ITEM = 2
"""Bytes of a number in a pass: 16 bits."""
GATED = 3
"""Widths of a gated MLP that lie side by side: both halves and their product; 2 without a gate."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ServerMemory:
    """Bytes on one device of a server."""

    weights: Number
    """Weights."""
    activations: Number
    """What a pass at the limits needs for a moment."""
    libraries: Number
    """Libraries and communication, outside the program's own allocator."""
    graphs: Number
    """Recorded decoding steps."""
    cache: Number
    """Left for the key-value cache; 0 where nothing is."""

    @property
    def total(self) -> Number:
        """All of them: what the device's memory holds."""
        return self.weights + self.activations + self.libraries + self.graphs + self.cache


def server(
    model: Transformer,
    *,
    memory_bytes: Number,
    weight_bytes: Number,
    utilisation: Number = 0.9,
    tensor: Number = 1,
    pipeline: Number = 1,
    sequences: Number = SEQUENCES,
    tokens: Number = TOKENS,
    version: tuple[int, int] = LATEST,
) -> ServerMemory:
    """The memory of one device of a server, by part.

    Args:
        model: the architecture.
        memory_bytes: of one device, as programs see it.
        weight_bytes: of the weights on one device.
        utilisation: share of the memory that the server may fill.
        tensor: devices that share every matrix.
        pipeline: stages; with more than one the first of them is meant, which picks no tokens.
        sequences: most sequences at once.
        tokens: most tokens of a pass.
        version: of vLLM, major and minor.

    Source: validation rows of 2026 (vLLM 0.11 to 0.19 on one to four H100); the tests hold some.

    >>> from course_lib.catalog import models
    >>> gib, llama = 2**30, models["llama-3.1-8b"]
    >>> found = server(
    ...     llama, memory_bytes=79.19 * gib, weight_bytes=14.99 * gib, utilisation=0.95
    ... )
    >>> round(found.cache / gib)  # 58.11 GiB were logged
    58
    """
    checks.instance("model", model, Transformer)
    room = checks.positive("memory_bytes", memory_bytes)
    weights = checks.positive("weight_bytes", weight_bytes)
    filled = checks.share("utilisation", utilisation)
    ranks, stages = checks.whole("tensor", tensor), checks.whole("pipeline", pipeline)
    at_once, read = checks.whole("sequences", sequences), checks.whole("tokens", tokens)
    checks.broadcast(
        **model.numbers(), memory_bytes=room, weight_bytes=weights, utilisation=filled,
        tensor=ranks, pipeline=stages, sequences=at_once, tokens=read,
    )  # fmt: skip
    activations = checks.larger(
        layer_pass(model, read, ranks),
        pick(stages > 1, 0, picking(model, at_once, read, version)),
    )
    kept = libraries(ranks, version)
    left = filled * room - weights - activations - kept
    return ServerMemory(
        weights=weights,
        activations=activations,
        libraries=kept,
        graphs=graphs(model, stages),
        cache=checks.larger(left, 0 * left),
    )


def layer_pass(model: Transformer, tokens: Number, tensor: Number = 1) -> Number:
    """Bytes that a pass through one layer needs at its worst moment.

    >>> from course_lib.catalog import models
    >>> round(layer_pass(models["llama-3.1-8b"], 8192) / 2**30, 1)
    0.8
    """
    widest: Number = 0
    for kind in model.layer_kinds:
        widest = checks.larger(widest, _inner(kind.layer))
    hidden = constant("server-hidden") * model.d_model
    return ITEM * tokens * (hidden + share(widest, tensor))


def _inner(layer: Transformer) -> Number:
    """Numbers of one token inside a layer's MLP: in a mixture those of all its experts."""
    if not layer.mlp:
        return 0
    widths = GATED if layer.gated_mlp else GATED - 1
    if layer.experts is None:
        return widths * layer.d_ff
    experts = layer.experts
    shared = experts.shared * parameters.shared_width(experts)
    # Each expert's result is kept until the router has weighed it.
    own = widths * experts.d_ff + parameters.expert_width(layer, experts)
    return experts.active * own + widths * shared


def picking(
    model: Transformer, sequences: Number, tokens: Number, version: tuple[int, int] = LATEST
) -> Number:
    """Bytes that picking a token for each sequence needs, the last layer's results included.

    >>> from course_lib.catalog import models
    >>> older, newer = (
    ...     picking(models["qwen3-14b"], 1024, 8192, version) for version in ((0, 16), (0, 17))
    ... )
    >>> round(older / 2**30, 1), round(newer / 2**30, 1)  # 5.64 and 2.23 GiB were logged
    (5.7, 2.3)
    """
    newer = version >= NEWER["picking"]
    logit = constant("server-logit" if newer else "server-logit-older")
    hidden = constant("server-hidden") * model.d_model
    return sequences * model.vocab_rows * logit + ITEM * tokens * hidden


def libraries(tensor: Number = 1, version: tuple[int, int] = LATEST) -> Number:
    """Bytes of libraries, and of communication where several ranks share the matrices.

    >>> libraries(1) < libraries(2) == libraries(4)
    True
    """
    age = "" if version >= NEWER["libraries"] else "-older"
    talking = constant("server-communication" + age)
    return constant("server-libraries" + age) + pick(tensor > 1, talking, 0)


def graphs(model: Transformer, pipeline: Number = 1) -> Number:
    """Bytes of the recorded decoding steps of one stage.

    >>> from course_lib.catalog import models
    >>> 0.8 < graphs(models["llama-3.1-8b"]) / 2**30 < 1  # 0.91 GiB were logged
    True
    """
    recorded: Number = 0
    for kind in model.layer_kinds:
        mixture = kind.layer.experts is not None and kind.layer.mlp
        recorded = recorded + kind.count * (constant("server-graph-mixture") if mixture else 1)
    stages = checks.whole("pipeline", pipeline)
    return constant("server-graph") + constant("server-graph-layer") * recorded / stages
