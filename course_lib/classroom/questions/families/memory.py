"""Lesson 09: what training must hold, and what time and fewer bits buy."""

from __future__ import annotations

from course_lib.classroom.questions.family import Family, fact, model, pick, stated
from course_lib.estimators import memory, parameters
from course_lib.units import GIB

MODELS = model(
    "llama-3-2-1b", "llama-3-2-3b", "llama-3-8b", "llama-2-13b", "qwen3-4b", "olmo-2-1124-7b"
)
WEIGHTS = fact(lambda q: parameters.count(q.model).total, "weights")

states_of_training = Family(
    id="09-states-of-training",
    text="{model} has {weights}. It is trained in 16-bit numbers with Adam in mixed precision, "
    "{batch} sequences at a time. How much memory do weights, gradients and the optimizer's states "
    "take?",
    given={"model": MODELS, "weights": WEIGHTS, "batch": pick(2, 4, 8)},
    unit="B",
    answer=lambda q: memory.states.of_weights(q.weights).total,
    wrong={
        "states-are-weights": lambda q: 2 * q.weights,
        "optimizer-forgotten": lambda q: 4 * q.weights,
        "gradient-per-sequence": lambda q: (2 + 2 * q.batch + 12) * q.weights,
    },
    why="Sixteen bytes a weight: two for it, two for its gradient, twelve for Adam's copy, mean "
    "and mean square in fp32.",
)

sequences_that_fit = Family(
    id="09-sequences-that-fit",
    text="A card has {room}. The states of training take {states}, and each sequence keeps "
    "{one} until the backward pass. How many sequences fit at a time?",
    given={
        "room": pick(24 * GIB, 40 * GIB, 48 * GIB, 80 * GIB, unit="GiB"),
        "states": pick(9.9e9, 16.4e9, 19.8e9, 27.2e9, 51.4e9, unit="B"),
        "one": pick(0.9e9, 1.3e9, 2.1e9, 3.4e9, unit="B"),
    },
    sensible=lambda q: q.room - q.states > 3 * q.one,
    unit="sequences",
    whole=True,
    answer=lambda q: (q.room - q.states) // q.one,
    wrong={
        "states-leave-no-trace": lambda q: q.room // q.one,
        "batch-rounded-up": lambda q: (q.room - q.states) // q.one + 1,
        "gib-read-as-gb": lambda q: (q.room / GIB * 1e9 - q.states) // q.one,
    },
    why="The states come off first; what is left holds so many whole sequences. A GiB is 2^30 "
    "bytes.",
)

frozen_and_adapters = Family(
    id="09-frozen-and-adapters",
    text="{model} ({weights}) is frozen in {bits} bits a weight. Beside it, adapters of {trained} "
    "are trained with Adam at 16 bytes each. How much do frozen weights, adapters and their states "
    "take?",
    given={
        "model": model("llama-3-8b", "llama-3-70b", "llama-2-13b", "qwen3-14b", "qwen3-32b"),
        "weights": WEIGHTS,
        "bits": pick(4, 8, 16),
        "trained": pick(2e7, 4e7, 8e7, 2e8, unit="weights"),
    },
    unit="B",
    answer=lambda q: q.weights * q.bits / 8 + memory.states.of_weights(q.trained).total,
    wrong={
        "only-adapters-count": lambda q: 16 * q.trained,
        "gradients-for-all": lambda q: 16 * (q.weights + q.trained),
        "base-in-fp32": lambda q: 4 * q.weights + 16 * q.trained,
    },
    why="Frozen weights at the bytes of their format, and sixteen bytes for each trained one.",
)

step_with_recomputing = Family(
    id="09-step-with-recomputing",
    text="A training step spends {forward} ms going forward and {backward} ms going backward. Then "
    "every layer is recomputed on the way back to save memory. How long does a step take?",
    given={
        "forward": pick(120, 150, 210, 260, 340, 480),
        "share": pick(1.8, 2, 2.2),
        "backward": fact(lambda q: q.forward * q.share),
    },
    unit="s",
    answer=lambda q: (2 * q.forward + q.backward) / 1000,
    wrong={
        "recompute-doubles": lambda q: 2 * (q.forward + q.backward) / 1000,
        "price-of-forward-alone": lambda q: (q.forward + q.backward) / 1000,
        "forward-time-reported": lambda q: 2 * q.forward / 1000,
    },
    why="The forward pass is done once more during the backward pass: forward, forward again, "
    "backward.",
)

states_and_activations = Family(
    id="09-states-and-activations",
    text="{model} ({weights}) is trained with Adam in mixed precision. A layer keeps {a_token} for "
    "each token; there are {layers} layers and {tokens} in a batch. How much memory do states and "
    "activations take?",
    given={
        "model": MODELS,
        "weights": WEIGHTS,
        "tokens": pick(4096, 8192, 16_384, 32_768, unit="tokens"),
        "a_token": fact(lambda q: 34 * q.model.d_model, "B"),
        "layers": stated(lambda q: q.model.layers),
    },
    unit="B",
    answer=lambda q: memory.states.of_weights(q.weights).total + q.layers * q.tokens * q.a_token,
    wrong={
        "activations-negligible": lambda q: 16 * q.weights,
        "states-are-weights": lambda q: 2 * q.weights + q.layers * q.tokens * q.a_token,
        "optimizer-forgotten": lambda q: 4 * q.weights + q.layers * q.tokens * q.a_token,
    },
    why="Sixteen bytes a weight for the states, and what every layer keeps for every token.",
)

FAMILIES = (
    states_of_training,
    sequences_that_fit,
    frozen_and_adapters,
    step_with_recomputing,
    states_and_activations,
)
