"""Published configurations of families with recurrent layers or sparse attention: parameters,
forward FLOPs and what a sequence keeps, as transformers 5.24 has them, to the last digit."""

import json
from pathlib import Path

import pytest

from course_lib.catalog.huggingface.reading import from_hf_config
from course_lib.catalog.records.transformer import Transformer
from course_lib.estimators import flops, memory, parameters
from course_lib.estimators.memory import cache

FILE = Path(__file__).parents[2] / "truth" / "published" / "recurrent.json"
EVERY = json.loads(FILE.read_text(encoding="utf-8"))
REFUSED = {
    "moonshotai/Kimi-K3": "routed_expert_hidden_size=3584, attn_res_block_size=12",
    "state-spaces/mamba2-2.7b": "mamba_ssm",
}
"""What cannot be counted, and what the error has to name."""
READ = [one for one in EVERY if one["repo"] not in REFUSED]


@pytest.fixture(params=READ, ids=[one["repo"] for one in READ])
def published(request: pytest.FixtureRequest) -> tuple[Transformer, dict[str, int]]:
    """One published model as it is read, and its counts."""
    return from_hf_config(request.param["config"]), request.param["truth"]


def test_parameters_total_and_active(published: tuple[Transformer, dict[str, int]]) -> None:
    model, truth = published
    count = parameters.count(model)
    assert (count.total, count.active) == (truth["params_total"], truth["params_active"])


def test_forward_flops(published: tuple[Transformer, dict[str, int]]) -> None:
    model, truth = published
    parts = flops.forward_parts(model, 1, 64)
    if model.family == "deepseek_v4":
        # Code counts the output's groups and the mixing of streams among the batched products.
        assert parts.total == truth["flops_1x64"]
        return
    assert parts.weights == truth["flops_weights"]
    if "state_bytes_per_sequence" not in truth:
        assert parts.attention_core == truth["flops_pairs"]


def test_what_a_sequence_keeps(published: tuple[Transformer, dict[str, int]]) -> None:
    model, truth = published
    assert cache.state_bytes(model) == truth.get("state_bytes_per_sequence", 0)
    if "kv_numbers_per_token" in truth:
        grown = memory.kv_cache(model, 1, 65) - memory.kv_cache(model, 1, 64)
        assert grown == 2 * truth["kv_numbers_per_token"]
    mixers = [(k.count, k.layer.recurrent) for k in model.layer_kinds if k.layer.recurrent]
    state = sum(count * mixer.state_numbers for count, mixer in mixers)
    assert state == truth.get("state_recurrent_numbers", 0)
    conv = sum(count * mixer.conv_numbers for count, mixer in mixers)
    assert conv == truth.get("state_conv_numbers", 0)


@pytest.mark.parametrize(("repo", "named"), REFUSED.items())
def test_what_is_refused(repo: str, named: str) -> None:
    config = next(one["config"] for one in EVERY if one["repo"] == repo)
    with pytest.raises(ValueError, match=named):
        from_hf_config(config)
