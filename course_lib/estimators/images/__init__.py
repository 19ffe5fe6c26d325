"""Lesson 07: pictures made by U-Nets and by transformers, and clips."""

from course_lib.estimators.images import video
from course_lib.estimators.images.pictures import (
    TOKENS,
    ImageModel,
    Picture,
    parameters,
    pass_flops,
    picture,
)
from course_lib.estimators.images.unet import ImageParts

__all__ = [
    "TOKENS",
    "ImageModel",
    "ImageParts",
    "Picture",
    "parameters",
    "pass_flops",
    "picture",
    "video",
]
