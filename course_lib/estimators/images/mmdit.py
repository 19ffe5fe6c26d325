"""A diffusion transformer that reads picture and text side by side (MMDiT, as FLUX.1 has it).

Patches of the picture and tokens of the text are two streams of one width. In a double block each
stream has weights of its own, and attention runs over both together; in a single block they are one
stream, and attention and MLP stand side by side. Time step, pooled text and, in a distilled model,
the strength of guidance become one vector that steers every block. Source: FLUX.1's published code,
as `FluxTransformer2DModel` of diffusers 0.42 builds it. Counting rule: products are 2mkn FLOPs;
norms, activations, biases and the modulation itself are left out.
"""

from __future__ import annotations

from course_lib.catalog.records.other_models import DiffusionTransformer
from course_lib.checks import Number
from course_lib.estimators.images import dit
from course_lib.estimators.images.unet import ImageParts

NEEDED = ("patch_size", "in_channels", "context_dim", "vector_dim", "time_channels")
TOKENS = 512
"""Tokens of a prompt for FLUX.1: shorter ones are filled up, longer ones cut."""


def sizes(model: DiffusionTransformer) -> dict[str, int]:
    """The numbers of `NEEDED`, by name, where the record of a model says all that a count needs.

    Raises:
        ValueError: it is no MMDiT of FLUX's kind, or a number is missing.

    >>> from course_lib.catalog import models
    >>> sizes(models["FLUX.1-dev"])["context_dim"]
    4096
    """
    if model.kind != "mmdit" or model.gated_mlp:
        raise ValueError(f"{model.name} cannot be counted: it is no MMDiT with plain MLPs")
    return dit.stated(model, NEEDED)


def count(model: DiffusionTransformer) -> int:
    """Parameters, exact to the last one.

    >>> from course_lib.catalog import models
    >>> count(models["FLUX.1-dev"])
    11901408320
    """
    size, d, inner = sizes(model), model.d_model, model.d_ff
    norms = 2 * model.head_dim  # a scale for queries, one for keys
    mlp = _linear(d, inner) + _linear(inner, d)
    # Query, key, value and output; six vectors that scale, shift and gate attention and MLP.
    stream = 4 * _linear(d, d) + norms + mlp + _linear(d, 6 * d)
    # Query, key, value; the way into the MLP; the way out of both; three vectors.
    single = 3 * _linear(d, d) + norms + _linear(d, inner) + _linear(d + inner, d)
    single += _linear(d, 3 * d)
    to_vector = (1 + model.guidance_vector) * size["time_channels"] + size["vector_dim"]
    maps = 2 + model.guidance_vector  # each input to the vector passes two matrices
    vector = to_vector * d + maps * (d + _linear(d, d))
    ends = _linear(size["in_channels"], d) + _linear(size["context_dim"], d)
    ends += _linear(d, 2 * d) + _linear(d, size["in_channels"])
    return 2 * model.double_layers * stream + model.single_layers * single + vector + ends


def flops(model: DiffusionTransformer, side: Number, tokens: Number) -> ImageParts:
    """FLOPs of one pass over one latent picture of `side` with `tokens` tokens of text, by part.

    >>> from course_lib.catalog import models
    >>> flops(models["FLUX.1-dev"], side=128, tokens=512).total  # 1024 pixels a side
    74384653418496
    """
    size, d, inner = sizes(model), model.d_model, model.d_ff
    patches = (side // size["patch_size"]) ** 2
    together, layers = patches + tokens, model.double_layers + model.single_layers
    to_vector = (1 + model.guidance_vector) * size["time_channels"] + size["vector_dim"]
    vector = to_vector * d + (2 + model.guidance_vector) * d * d
    # One vector for the whole picture: no tokens here.
    steering = d * d * (12 * model.double_layers + 3 * model.single_layers + 2)
    return ImageParts(
        convolution=2 * (2 * patches * size["in_channels"] + tokens * size["context_dim"]) * d,
        # A single block's way out of attention is a part of one wider matrix.
        projections=2 * together * layers * 4 * d * d,
        self_attention=layers * 4 * together * together * d,
        mlp=2 * together * layers * 2 * d * inner,
        conditioning=2 * (vector + steering),
    )


def _linear(inputs: int, outputs: int) -> int:
    return inputs * outputs + outputs
