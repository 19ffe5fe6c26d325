"""Lists of names, in every spelling, against the kinds of matrices that they keep."""

from __future__ import annotations

import pytest

from course_lib.catalog.huggingface.storage.kept import Unreadable, quantised
from course_lib.catalog.records.stored import PARTS

EVERY = set(PARTS)


@pytest.mark.parametrize(
    ("names", "kept"),
    [
        ([], set()),
        (["lm_head"], {"head"}),
        (["model.vision_tower", "visual", "gate", "model.embed_tokens", "mlp.router"], set()),
        (["self_attn"], {"attention"}),
        (["model.layers.*.self_attn"], {"attention"}),
        (["model.layers.0.self_attn", "model.layers.1.self_attn"], {"attention"}),
        ([f"model.language_model.layers.{n}.self_attn*" for n in range(2)], {"attention"}),
        (["re:.*self_attn.*", "re:.*lm_head.*"], {"attention", "head"}),
        (["q_proj", "k_proj", "v_proj", "o_proj"], {"attention"}),
        (["re:.*mlp\\.(gate|up|gate_up|down)_proj.*"], {"mlp"}),
        (["shared_experts"], {"shared"}),
        (["mlp.shared_expert"], {"shared"}),
        (["mlp.experts"], {"experts"}),
        (["block_sparse_moe.experts"], {"experts"}),
        (["linear_attn"], {"state"}),
    ],
)
def test_kinds_that_lists_keep(names: list[str], kept: set[str]) -> None:
    assert EVERY - set(quantised(names, [], layers=2)) == kept


@pytest.mark.parametrize(
    "names",
    [
        ["model.layers.0.self_attn"],
        ["model.layers.1.mlp.down_proj"],
        ["q_proj", "k_proj", "v_proj"],
        ["re:model.layers.0.*"],
    ],
)
def test_lists_that_tell_layers_or_matrices_apart_are_refused(names: list[str]) -> None:
    with pytest.raises(Unreadable, match="stored otherwise than the rest"):
        quantised(names, [], layers=2)


def test_targets_name_what_is_quantised() -> None:
    assert quantised([], ["re:.*experts.*"], layers=2) == ("shared", "experts")
    assert quantised(["shared_experts"], ["re:.*experts.*"], layers=2) == ("experts",)


def test_a_list_that_is_no_regular_expression_is_refused() -> None:
    with pytest.raises(Unreadable, match="no regular expression"):
        quantised(["re:*"], [], layers=2)
