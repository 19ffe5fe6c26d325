"""Lesson 06: pictures made by U-Nets and by transformers."""

from course_lib.estimators.images.pictures import (
    ImageModel,
    Picture,
    TOKENS,
    parameters,
    pass_flops,
    picture,
)
from course_lib.estimators.images.unet import (
    ImageParts,
)

__all__ = [
    "ImageModel",
    "ImageParts",
    "Picture",
    "TOKENS",
    "parameters",
    "pass_flops",
    "picture",
]
