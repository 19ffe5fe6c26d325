"""Prefill and decode on cards of their own: how many of each (`pools`), what is sent between them,
and when it pays (`together` against `split`).

One kind of card reads prompts, another writes answers. Nobody's answer is stalled by a prompt, and
each side has the batch that suits it; in return the cache of every prompt has to travel."""

from course_lib.estimators.serving.apart.groups import Group, split, together
from course_lib.estimators.serving.apart.pools import Pools, pools, transfer_bytes

__all__ = ["Group", "Pools", "pools", "split", "together", "transfer_bytes"]
