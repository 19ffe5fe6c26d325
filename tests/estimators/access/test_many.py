"""Many adapters on one card: by hand, and against what S-LoRA's paper measured."""

import numpy as np
import pytest

from course_lib.catalog import findings, models
from course_lib.estimators import memory
from course_lib.estimators.access import many

LLAMA = models["llama-2-7b"]
WEIGHTS = 6_738_415_616


def test_an_adapter_by_hand() -> None:
    """Each layer: four matrices of 4096 x 4096, three between 4096 and 11008."""
    layer = 8 * (4 * (4096 + 4096) + 3 * (4096 + 11008))
    assert many.adapter_bytes(LLAMA, 8) == 2 * 32 * layer


def test_purposes_by_hand() -> None:
    cache = 3 * 100 * 2 * 32 * 4096 * 2
    adapter = many.adapter_bytes(LLAMA, 8)
    case = {"users": 3, "context": 100}
    exact = cache + 2 * WEIGHTS + 7.5 * adapter
    assert many.purposes(LLAMA, exact, rank=8, **case) == 7
    assert many.purposes(LLAMA, exact - adapter, rank=8, **case) == 6
    assert many.purposes(LLAMA, cache + 2.5 * 2 * WEIGHTS, rank=None, **case) == 2
    assert many.purposes(LLAMA, cache, rank=None, **case) == 0
    assert many.purposes(LLAMA, cache, rank=8, **case) == 0


def test_a_step_by_hand() -> None:
    cache = 10 * 50 * 2 * 32 * 4096 * 2
    base = 2 * WEIGHTS + cache
    got = many.step_ratio(LLAMA, users=10, context=50, distinct=[0, 4, 10])
    adapter = many.adapter_bytes(LLAMA, 8)
    assert got == pytest.approx([1, (base + 4 * adapter) / base, (base + 10 * adapter) / base])


def test_more_users_each_with_an_adapter_of_their_own_share_less() -> None:
    users = np.array([1, 8, 64])
    ratio = many.step_ratio(LLAMA, users=users, context=1, distinct=users)
    assert np.all(np.diff(ratio) > 0)


def test_the_published_loss_lies_among_the_estimates() -> None:
    """2000 adapters against 5; the paper's batch is not known."""
    few, lots = findings["q024"].values
    ratios = [
        many.step_ratio(LLAMA, users=users, context=400, distinct=users)
        / many.step_ratio(LLAMA, users=users, context=400, distinct=5)
        for users in (8, 64)
    ]
    assert ratios[0] < few / lots < ratios[1]


def test_fewer_than_five_copies_fit_where_the_paper_says_so() -> None:
    """With a text of 2000 tokens or more at once for each copy."""
    room = 0.9 * 80e9
    assert many.purposes(LLAMA, room, users=10, context=2000, rank=None) < findings["q025"].value
    assert memory.kv_cache(LLAMA, 10, 2000) < 2 * WEIGHTS


def test_refusals() -> None:
    with pytest.raises(ValueError, match="distinct must be at most users"):
        many.step_ratio(LLAMA, users=2, context=10, distinct=3)
    with pytest.raises(ValueError, match="dense"):
        many.adapter_bytes(models["mixtral-8x7b"])
    with pytest.raises(ValueError, match="memory_bytes"):
        many.purposes(LLAMA, 0, users=1, context=1)
