"""All families, collected from their modules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from course_lib.catalog.huggingface.families import (
    attention,
    convolution,
    encoder_decoders,
    encoders,
    experts,
    first,
    gemma,
    kimi,
    layered,
    mamba,
    more_encoders,
    recurrent,
    searched,
    sparse,
    ungated,
)
from course_lib.catalog.huggingface.fields import Fields
from course_lib.catalog.huggingface.parts.sizes import Facts

FAMILIES: Mapping[str, Callable[[Fields], Facts]] = {
    **first.FAMILIES,
    **attention.FAMILIES,
    **experts.FAMILIES,
    **layered.FAMILIES,
    **searched.FAMILIES,
    **ungated.FAMILIES,
    **more_encoders.FAMILIES,
    **encoder_decoders.FAMILIES,
    **encoders.FAMILIES,
    **gemma.FAMILIES,
    **mamba.FAMILIES,
    **kimi.FAMILIES,
    **recurrent.FAMILIES,
    **convolution.FAMILIES,
    **sparse.FAMILIES,
}
"""What builds the facts of a `Transformer`, by `model_type`."""
