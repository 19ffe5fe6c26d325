"""A diffusion transformer (DiT with adaLN-zero): what it holds and what a pass computes.

The picture is cut into patches, each a token. Time step and label become one vector, and in every
block a matrix turns it into six vectors that scale, shift and gate the block (adaLN-zero). Source:
facebookresearch/DiT, models.py, and arXiv 2212.09748. Counting rule: products are 2mkn FLOPs;
norms, activations, biases and the modulation itself are left out.
"""

from __future__ import annotations

from course_lib.catalog.records.other_models import DiffusionTransformer
from course_lib.checks import Number
from course_lib.estimators.images.unet import ImageParts

NEEDED = (
    "patch_size",
    "latent_size",
    "latent_channels",
    "out_channels",
    "time_channels",
    "classes",
)


def sizes(model: DiffusionTransformer) -> dict[str, int]:
    """The numbers of `NEEDED`, by name, where the record of a model says all that a count needs.

    Raises:
        ValueError: it is no DiT with adaLN-zero, or a number is missing.

    >>> from course_lib.catalog import models
    >>> sizes(models["DiT-XL/2"])["patch_size"]
    2
    """
    if (model.kind, model.modulation, model.cross_attention) != ("dit", "adaLN-zero", False):
        raise ValueError(
            f"{model.name} cannot be counted: only a DiT with adaLN-zero and no text can"
        )
    return stated(model, NEEDED)


def stated(model: DiffusionTransformer, names: tuple[str, ...]) -> dict[str, int]:
    """The numbers of those names that a record states; all must be there.

    Raises:
        ValueError: some are missing, with their names.

    >>> from course_lib.catalog import models
    >>> stated(models["DiT-XL/2"], ("patch_size", "latent_size"))
    {'patch_size': 2, 'latent_size': 32}
    """
    if missing := [name for name in names if getattr(model, name) is None]:
        raise ValueError(
            f"{model.name} cannot be counted: its record does not state {', '.join(missing)}"
        )
    return {name: getattr(model, name) for name in names}


def count(model: DiffusionTransformer) -> int:
    """Parameters, the fixed table of positions included, as the makers count them.

    >>> from course_lib.catalog import models
    >>> count(models["DiT-XL/2"])
    675129632
    """
    size, d = sizes(model), model.d_model
    patch = size["patch_size"] ** 2
    block = _linear(d, 3 * d, model.qkv_bias) + _linear(d, d, model.o_bias) + _linear(d, 6 * d)
    block += _linear(d, model.d_ff, model.mlp_bias) + _linear(model.d_ff, d, model.mlp_bias)
    positions = (size["latent_size"] // size["patch_size"]) ** 2 * d
    # One row more than classes: "no label", for guidance.
    time_and_label = _linear(size["time_channels"], d) + _linear(d, d) + (size["classes"] + 1) * d
    ends = (
        _linear(patch * size["latent_channels"], d)
        + _linear(d, 2 * d)
        + _linear(d, patch * size["out_channels"])
    )
    return model.layers * block + positions + time_and_label + ends


def flops(model: DiffusionTransformer, side: Number) -> ImageParts:
    """FLOPs of one pass over one latent picture of `side`, by part.

    >>> from course_lib.catalog import models
    >>> flops(models["DiT-XL/2"], 32).total  # 118.6 billion multiply-adds
    237242843136
    """
    size, d = sizes(model), model.d_model
    patch, tokens = size["patch_size"] ** 2, (side // size["patch_size"]) ** 2
    # No tokens here: one vector steers the whole picture.
    time = size["time_channels"] * d + d * d + 6 * d * d * model.layers + 2 * d * d
    return ImageParts(
        convolution=2 * tokens * patch * (size["latent_channels"] + size["out_channels"]) * d,
        # Query, key, value and output are four matrices, scores and sums two products of 2 FLOPs.
        projections=2 * tokens * model.layers * 4 * d * d,
        self_attention=model.layers * 4 * tokens * tokens * d,
        mlp=2 * tokens * model.layers * 2 * d * model.d_ff,
        conditioning=2 * time,
    )


def _linear(inputs: int, outputs: int, bias: bool | None = True) -> int:
    # None, for a bias that the record does not state, counts as none.
    return inputs * outputs + bool(bias) * outputs
