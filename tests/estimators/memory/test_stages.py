"""Which layers, tables and micro-batches the stages hold, against schedules worked through one by
one."""

from dataclasses import replace

import numpy as np
import pytest

from course_lib.catalog import Experts, Transformer, models
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory.stages import candidates, share

TINY = Transformer(layers=12, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)


def under_way(stages: int, groups: int, micro_batches: int, stage: int) -> int:
    """Most groups of layers kept at once by a stage of interleaved 1F1B, from its warm-up and its
    alternation."""
    forward_first = (stages - stage - 1) * (2 if groups > 1 else 1) + (groups - 1) * stages
    total, kept, most = micro_batches * groups, 0, 0
    for step in range(2 * total):
        warming, draining = (
            step < min(forward_first, total),
            step >= 2 * total - min(forward_first, total),
        )
        forward = warming or (not draining and (step - min(forward_first, total)) % 2 == 0)
        kept += 1 if forward else -1
        most = max(most, kept)
    return most


@pytest.mark.parametrize(("stages", "groups"), [(1, 1), (2, 1), (4, 1), (4, 3), (6, 2)])
@pytest.mark.parametrize("micro_batches", [12, 24])
def test_groups_under_way_equal_the_schedule(stages: int, groups: int, micro_batches: int) -> None:
    found = candidates(TINY, Layout(pipeline=stages, interleave=groups), micro_batches)
    places = [0] if stages == 1 else [0, 1, stages - 1]
    assert [one.groups for one in found] == [
        under_way(stages, groups, micro_batches, place) for place in places
    ]


def test_few_micro_batches_are_all_that_can_be_under_way() -> None:
    assert candidates(TINY, Layout(pipeline=6), micro_batches=2)[0].groups == 2


def test_uneven_stages_add_up_to_all_layers() -> None:
    llama = models["llama-3.1-405b"]
    ends = candidates(llama, Layout(pipeline=16), short_ends=True)
    assert [one.layers for one in ends] == [7, 8, 7] and llama.layers == 7 + 14 * 8 + 7
    assert [one.layers for one in candidates(llama, Layout(pipeline=16))] == [
        8,
        8,
        7,
    ]  # 14 x 8 and 2 x 7
    mixture = candidates(models["deepseek-v3"], Layout(pipeline=15))  # 61 layers: 5, then 14 x 4
    assert [one.layers for one in mixture] == [5, 4, 4]


def test_dense_layers_stand_below_the_mixture() -> None:
    first, second, last = candidates(models["deepseek-v3"], Layout(pipeline=16))
    assert (first.dense, first.mixture) == (3, 1)
    assert (second.dense, second.mixture, last.dense) == (0, 4, 0)
    assert (first.first, first.last, last.first, last.last) == (True, False, False, True)


def test_dense_layers_can_reach_into_the_second_stage() -> None:
    experts = Experts(count=4, active=1, d_ff=8, dense_layers=5)
    model = Transformer(layers=12, d_model=64, n_heads=4, d_ff=256, vocab_rows=10, experts=experts)
    # The third stage is the first without any, so it stands behind the three.
    assert [one.dense for one in candidates(model, Layout(pipeline=4))] == [3, 2, 0, 0]


def _mixtures_by_hand(layers: int, dense: int, stages: int, ends: bool) -> int:
    """Most layers with experts of any stage, all of them laid out one by one."""
    full = -(-layers // stages)
    sizes = [full] * stages
    from_the_top = list(range(stages - 1, -1, -1))
    if ends and stages > 1:
        from_the_top = [0, stages - 1, *range(stages - 2, 0, -1)]
    for stage in from_the_top[: stages * full - layers]:
        sizes[stage] -= 1
    below = [sum(sizes[:stage]) for stage in range(stages)]
    kinds = zip(sizes, below, strict=True)
    return max(size - max(0, min(size, dense - under)) for size, under in kinds)


@pytest.mark.parametrize("ends", [False, True])
@pytest.mark.parametrize(("layers", "dense"), [(61, 3), (12, 5), (20, 10), (9, 2), (27, 1)])
def test_the_fullest_stage_of_mixtures_is_among_them(layers: int, dense: int, ends: bool) -> None:
    """DeepSeek-V3 on 32 stages: dense layers alone on the first two, two mixtures above."""
    experts = Experts(count=4, active=1, d_ff=8, dense_layers=dense)
    sizes = {"layers": layers, "d_model": 64, "n_heads": 4, "d_ff": 256, "vocab_rows": 10}
    model = Transformer(**sizes, experts=experts)
    for stages in range(1, layers + 1):
        found = candidates(model, Layout(pipeline=stages), short_ends=ends)
        assert max(one.mixture for one in found) == _mixtures_by_hand(layers, dense, stages, ends)


def test_a_device_of_dualpipe_holds_two_stages_and_one_micro_batch_more() -> None:
    ends, middle = candidates(TINY, Layout(pipeline=4), schedule="dualpipe")
    assert (ends.layers, ends.first, ends.last) == (6, True, True)
    assert (
        middle.layers * middle.groups / middle.split == 3 * 5
    )  # arXiv 2412.19437, table 2: PP + 1
    with pytest.raises(ValueError, match="schedule must be 1f1b"):
        candidates(TINY, Layout(), schedule="dualpipe")


def test_a_sweep_equals_the_loop() -> None:
    stages, groups = np.array([1, 2, 4, 4, 6]), np.array([1, 1, 1, 3, 2])
    swept = candidates(TINY, Layout(pipeline=stages, interleave=groups))
    for place, (count, split) in enumerate(zip(stages.tolist(), groups.tolist(), strict=True)):
        one = candidates(TINY, Layout(pipeline=count, interleave=split))
        for name in ("dense", "mixture", "groups", "split", "first", "last"):
            assert np.broadcast_to(getattr(swept[0], name), 5)[place] == getattr(one[0], name)
            assert np.broadcast_to(getattr(swept[2], name), 5)[place] == getattr(one[-1], name)


@pytest.mark.parametrize(
    ("layers", "stages", "short_ends", "expected"),
    [
        (12, 4, False, [3, 3, 3]),
        (13, 4, False, [4, 3, 3]),  # 4 3 3 3
        (14, 4, False, [4, 4, 3]),  # 4 4 3 3
        (15, 4, False, [4, 4, 3]),  # 4 4 4 3
        (15, 4, True, [3, 4, 4]),  # 3 4 4 4
        (14, 4, True, [3, 4, 3]),  # 3 4 4 3
        (13, 4, True, [3, 4, 3]),  # 3 4 3 3
        (12, 4, True, [3, 3, 3]),
        (7, 2, False, [4, 3, 3]),
        (7, 2, True, [3, 4, 4]),
    ],
)
def test_layers_of_uneven_stages_written_out(
    layers: int, stages: int, short_ends: bool, expected: list[int]
) -> None:
    model = replace(TINY, layers=layers)
    found = candidates(model, Layout(pipeline=stages), short_ends=short_ends)
    assert [one.layers for one in found] == expected
    assert [(one.first, one.last) for one in found] == [
        (True, False),
        (False, stages == 2),
        (False, True),
    ]


def test_interleaved_stages_keep_no_more_than_there_is() -> None:
    """Four stages of three groups would keep 15, 13 and 9 groups; two micro-batches have six, four
    have twelve."""
    layout = Layout(pipeline=4, interleave=3)
    for count, expected in ((None, [15, 13, 9]), (4, [12, 12, 9]), (2, [6, 6, 6])):
        found = candidates(TINY, layout, count)
        assert [one.groups for one in found] == expected
        assert [one.micro_batches for one in found] == [-(-each // 3) for each in expected]
        assert [one.split for one in found] == [3, 3, 3]


def test_few_micro_batches_on_both_stages_of_a_device() -> None:
    ends, middle = candidates(TINY, Layout(pipeline=4), 2, schedule="dualpipe")
    assert (ends.groups, ends.micro_batches, middle.groups) == (2, 2, 2)
    free, _ = candidates(TINY, Layout(pipeline=4), 64, schedule="dualpipe")
    assert (free.groups, free.micro_batches, free.split) == (5, 5, 2)
    two, _ = candidates(TINY, Layout(pipeline=2), schedule="dualpipe")
    assert (two.layers, two.groups) == (12, 3)


def test_dense_layers_end_within_a_stage() -> None:
    """Twelve layers on three stages, the lowest six of them dense: 4, 2 and 0."""
    experts = Experts(count=4, active=1, d_ff=8, dense_layers=6)
    found = candidates(replace(TINY, experts=experts), Layout(pipeline=3))
    assert [(one.dense, one.mixture) for one in found] == [(4, 0), (2, 2), (0, 4)]
    late = candidates(replace(TINY, experts=replace(experts, dense_layers=11)), Layout(pipeline=3))
    assert [(one.dense, one.mixture) for one in late] == [(4, 0), (4, 0), (3, 1)]


@pytest.mark.parametrize(("total", "ranks", "each"), [(0, 4, 0), (8, 4, 2), (9, 4, 3), (1, 4, 1)])
def test_a_share_is_rounded_up(total: int, ranks: int, each: int) -> None:
    assert share(total, ranks) == each
    assert share(np.array([total]), ranks).tolist() == [each]
