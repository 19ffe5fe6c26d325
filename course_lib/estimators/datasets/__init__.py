"""Lesson 02: text in all its units, and how loss falls with weights and text (`scaling_laws`)."""

from course_lib.estimators.datasets import scaling_laws
from course_lib.estimators.datasets.text import (
    REPEAT_DECAY,
    REPEAT_SOURCE,
    STATES,
    checkpoint_bytes,
    document_count,
    effective_tokens,
    epochs,
    feed_rate,
    id_bytes,
    image_feed_rate,
    preparation_usd,
    stored_bytes,
    text_bytes,
    token_count,
    tokens_per_second,
    transfer_seconds,
    workers_needed,
)

__all__ = [
    "REPEAT_DECAY",
    "REPEAT_SOURCE",
    "STATES",
    "checkpoint_bytes",
    "document_count",
    "effective_tokens",
    "epochs",
    "feed_rate",
    "id_bytes",
    "image_feed_rate",
    "preparation_usd",
    "scaling_laws",
    "stored_bytes",
    "text_bytes",
    "token_count",
    "tokens_per_second",
    "transfer_seconds",
    "workers_needed",
]
