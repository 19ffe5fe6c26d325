"""`flops` against PyTorch's own counter on a hand-written block, against masks summed pair by pair,
against bad input.

The counts of real models of every family are in `tests/truth`.
"""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch.utils.checkpoint import checkpoint, set_checkpoint_early_stop
from torch.utils.flop_counter import FlopCounterMode

from course_lib.catalog import Experts, LatentAttention, Recurrent, Transformer, models
from course_lib.estimators import flops, parameters

SAME_EACH_TIME = settings(derandomize=True, deadline=None)
TINY = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
GROUPED = dataclasses.replace(
    TINY, layers=3, n_kv_heads=2, head_dim=24, gated_mlp=True, norm="layernorm_noaffine"
)
MIXTURE = dataclasses.replace(
    TINY, experts=Experts(count=8, active=2, d_ff=32, shared=1, dense_layers=1)
)
LATENT = dataclasses.replace(
    TINY,
    latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12),
    gated_mlp=True,
)
WINDOWED = dataclasses.replace(TINY, layers=7, sliding_window=3, windowed=(True, True, False))
ALL = {
    "plain": TINY,
    "grouped": GROUPED,
    "experts": MIXTURE,
    "latent": LATENT,
    "windowed": WINDOWED,
}


class Block(torch.nn.Module):
    """One layer in plain matrix products; `core` is what selective recomputation repeats."""

    def __init__(self, model: Transformer) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.head_dim = model.n_heads, model.n_kv_heads, model.head_dim
        inner = self.heads * self.head_dim
        self.query = torch.nn.Linear(model.d_model, inner, bias=False)
        self.key_value = torch.nn.Linear(
            model.d_model, 2 * self.kv_heads * self.head_dim, bias=False
        )
        self.output = torch.nn.Linear(inner, model.d_model, bias=False)
        self.gated = model.gated_mlp
        self.up = torch.nn.Linear(model.d_model, (2 if self.gated else 1) * model.d_ff)
        self.down = torch.nn.Linear(model.d_ff, model.d_model)

    def core(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> torch.Tensor:
        return (query @ key.mT).softmax(-1) @ value

    def forward(self, x: torch.Tensor, recompute: str) -> torch.Tensor:
        batch, seq, _ = x.shape
        query = self.query(x).view(batch, seq, self.heads, self.head_dim).transpose(1, 2)
        key, value = (
            self.key_value(x)
            .view(batch, seq, 2 * self.kv_heads, self.head_dim)
            .transpose(1, 2)
            .chunk(2, 1)
        )
        key, value = (t.repeat_interleave(self.heads // self.kv_heads, 1) for t in (key, value))
        again = recompute == "selective"
        mixed = _again(self.core, query, key, value) if again else self.core(query, key, value)
        x = x + self.output(mixed.transpose(1, 2).reshape(batch, seq, -1))
        inner = self.up(x)
        if self.gated:
            gate, inner = inner.chunk(2, -1)
            inner = gate.sigmoid() * inner
        return x + self.down(inner.relu())


def _again(function: Any, *arguments: Any) -> torch.Tensor:
    return checkpoint(function, *arguments, use_reentrant=False)


def _pytorch_flops(model: Transformer, batch: int, seq: int, recompute: str | None) -> int:
    """FLOPs of a forward pass (`recompute` None) or a training step that PyTorch counts, on the
    meta device."""
    with torch.device("meta"):
        table = torch.nn.Embedding(model.vocab_rows, model.d_model)
        blocks = torch.nn.ModuleList(Block(model) for _ in range(model.layers))
        head = torch.nn.Linear(model.d_model, model.vocab_rows)
        tokens = torch.zeros((batch, seq), dtype=torch.long)
    with FlopCounterMode(display=False) as counter, set_checkpoint_early_stop(False):
        x = table(tokens)
        for block in blocks:
            x = _again(block, x, "none") if recompute == "full" else block(x, recompute or "none")
        loss = head(x).sum()
        if recompute:
            loss.backward()
    return counter.get_total_flops()


# --- PyTorch


@pytest.mark.parametrize("model", [TINY, GROUPED], ids=["plain", "grouped"])
@pytest.mark.parametrize(("batch", "seq"), [(1, 1), (2, 9), (3, 32)])
def test_forward_equals_pytorch(model: Transformer, batch: int, seq: int) -> None:
    assert flops.forward(model, batch, seq) == _pytorch_flops(model, batch, seq, None)


@pytest.mark.parametrize("model", [TINY, GROUPED], ids=["plain", "grouped"])
@pytest.mark.parametrize("recompute", ["none", "selective", "full"])
def test_training_step_equals_pytorch(model: Transformer, recompute: str) -> None:
    assert flops.training_step(model, 2, 9, recompute=recompute) == _pytorch_flops(
        model, 2, 9, recompute
    )


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("attention", ["full", "causal"])
def test_a_step_is_forward_recomputation_and_backward(name: str, attention: str) -> None:
    model, sizes = ALL[name], {"batch": 3, "seq": 11, "attention": attention}
    forward, backward = flops.forward(model, **sizes), flops.backward(model, **sizes)
    parts = flops.forward_parts(model, **sizes)
    assert (parts.total, backward) == (forward, 2 * forward)
    again = {"none": 0, "selective": parts.attention_core, "full": forward - parts.head}
    for recompute, extra in again.items():
        assert flops.recomputation(model, 3, 11, recompute, attention) == extra
        assert flops.training_step(model, 3, 11, recompute, attention) == forward + backward + extra


# --- causal masks, pair by pair


def _mask_pairs(seq: int, window: int) -> int:
    query, key = np.arange(seq)[:, None], np.arange(seq)[None, :]
    mask = key <= query
    if window:
        mask &= key > query - window
    return int(mask.sum())


@SAME_EACH_TIME
@given(seq=st.integers(1, 60), window=st.integers(0, 70))
def test_pairs_seen_sum_the_mask(seq: int, window: int) -> None:
    assert flops.pairs_seen(seq, window) == _mask_pairs(seq, window)


@SAME_EACH_TIME
@given(
    layers=st.integers(1, 9),
    windowed=st.lists(st.booleans(), min_size=1, max_size=5).map(tuple),
    seq=st.integers(1, 20),
    window=st.integers(1, 25),
)
def test_causal_attention_sums_the_masks_of_all_layers(
    layers: int, windowed: tuple, seq: int, window: int
) -> None:
    model = dataclasses.replace(TINY, layers=layers, windowed=windowed, sliding_window=window)
    kinds = [windowed[index % len(windowed)] for index in range(layers)]
    pairs = sum(_mask_pairs(seq, window if kind else 0) for kind in kinds)
    core = flops.forward_parts(model, 2, seq, attention="causal").attention_core
    assert (
        core == 2 * pairs * 4 * model.n_heads * model.head_dim
    )  # two products of 2 FLOPs an entry, batch of 2
    full = flops.forward_parts(model, 2, seq).attention_core
    assert full == 2 * layers * seq**2 * 4 * model.n_heads * model.head_dim


@pytest.mark.parametrize("name", ALL)
def test_decoding_token_by_token_equals_one_causal_pass(name: str) -> None:
    model = ALL[name]
    steps = [
        flops.decode(model, 2, context, attention="causal", rebuild=False) for context in range(13)
    ]
    assert sum(steps) == flops.forward(model, 2, 13, attention="causal")


def test_rebuilding_keys_and_values_costs_the_whole_context() -> None:
    again = flops.decode(LATENT, 3, 10) - flops.decode(LATENT, 3, 10, rebuild=False)
    assert again == LATENT.layers * 3 * 10 * 2 * 16 * 4 * (8 + 12)
    assert flops.decode(TINY, 3, 10) == flops.decode(TINY, 3, 10, rebuild=False)


def test_only_the_experts_in_use_cost() -> None:
    router, expert, dense = 8 * 64, 2 * 64 * 32, 2 * 64 * 256
    assert flops.forward_parts(MIXTURE, 1, 5).mlp == 2 * 5 * (dense + router + (2 + 1) * expert)
    more = dataclasses.replace(MIXTURE, experts=dataclasses.replace(MIXTURE.experts, count=16))
    assert (
        flops.forward(more, 1, 5) - flops.forward(MIXTURE, 1, 5) == 2 * 5 * 8 * 64
    )  # the router alone grows


# --- arrays


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("attention", ["full", "causal"])
def test_a_sweep_equals_the_loop(name: str, attention: str) -> None:
    layers, batches, lengths = [1, 2, 5, 40], [1, 7, 64], [1, 3, 100]
    swept = dataclasses.replace(ALL[name], layers=np.array(layers).reshape(-1, 1, 1))
    batch, seq = np.array(batches).reshape(-1, 1), np.array(lengths)
    tables = {
        "forward": flops.forward(swept, batch, seq, attention),
        "step": flops.training_step(swept, batch, seq, "selective", attention),
        "decode": flops.decode(swept, batch, seq, attention),
    }
    for index in np.ndindex(4, 3, 3):
        one = dataclasses.replace(ALL[name], layers=layers[index[0]])
        b, s = batches[index[1]], lengths[index[2]]
        assert tables["forward"][index] == flops.forward(one, b, s, attention)
        assert tables["step"][index] == flops.training_step(one, b, s, "selective", attention)
        assert tables["decode"][index] == flops.decode(one, b, s, attention)


def test_windows_and_expert_counts_sweep_too() -> None:
    windows = np.array([1, 3, 500])
    swept = flops.forward(dataclasses.replace(WINDOWED, sliding_window=windows), 1, 20, "causal")
    loop = [
        flops.forward(dataclasses.replace(WINDOWED, sliding_window=int(w)), 1, 20, "causal")
        for w in windows
    ]
    assert swept.tolist() == loop
    experts = dataclasses.replace(MIXTURE.experts, active=np.array([1, 2, 8]))
    swept = flops.forward(dataclasses.replace(MIXTURE, experts=experts), 1, 20)
    assert np.diff(swept).tolist() == [2 * 20 * 2 * 64 * 32, 6 * 2 * 20 * 2 * 64 * 32]


def test_scalars_stay_exact_and_arrays_do_not_wrap() -> None:
    seq = 10**9 + 1
    model = Transformer(layers=100, d_model=16384, n_heads=128, d_ff=65536, vocab_rows=1)
    exact = flops.forward(model, 1, seq)
    assert isinstance(exact, int)
    entries = 100 * (4 * 16384**2 + 2 * 16384 * 65536) + 16384
    assert exact == 2 * seq * entries + 100 * 4 * 16384 * seq**2
    swept = flops.forward(model, 1, np.array([seq]))
    assert swept.dtype == np.float64
    assert swept[0] == pytest.approx(exact, rel=1e-14)
    assert exact > np.iinfo(np.int64).max


# --- bad input

SENSELESS = st.one_of(
    st.none(),
    st.integers(max_value=-1),
    st.floats().filter(lambda x: not (x >= 1 and x % 1 == 0)),
    st.text(),
    st.booleans(),
    st.just([]),
    st.just(np.array([])),
    st.just(np.array([1.0, np.nan])),
    st.lists(st.integers(max_value=-1), min_size=1),
)


@SAME_EACH_TIME
@given(name=st.sampled_from(["batch", "seq"]), value=SENSELESS)
def test_senseless_sizes_are_refused_by_name(name: str, value: Any) -> None:
    for function in (
        flops.forward,
        flops.backward,
        flops.training_step,
        flops.recomputation,
        flops.forward_parts,
    ):
        with pytest.raises((ValueError, TypeError), match=name):
            function(TINY, **{"batch": 1, "seq": 4, name: value})


@SAME_EACH_TIME
@given(name=st.sampled_from(["batch", "context"]), value=SENSELESS)
def test_senseless_sizes_of_decoding_are_refused_by_name(name: str, value: Any) -> None:
    assume(not (isinstance(value, float) and value == 0))  # an empty cache is fine
    with pytest.raises((ValueError, TypeError), match=name):
        flops.decode(TINY, **{"batch": 1, "context": 4, name: value})


@pytest.mark.parametrize("model", [None, "llama-3-8b", 8e9, {"layers": 2}])
def test_only_a_transformer_is_counted(model: Any) -> None:
    for function in (flops.forward, flops.decode, flops.training_step):
        with pytest.raises(TypeError, match="model must be a record of type Transformer"):
            function(model, 1, 1)


@pytest.mark.parametrize("value", ["Full", "none", "", None, 1, True])
def test_unknown_names_are_refused_with_the_known_ones(value: Any) -> None:
    for function in (flops.forward, flops.backward, flops.decode):
        with pytest.raises((ValueError, TypeError), match="attention must be one of full, causal"):
            function(TINY, 1, 1, attention=value)
    if value != "none":
        with pytest.raises(
            (ValueError, TypeError), match="recompute must be one of none, selective, full"
        ):
            flops.training_step(TINY, 1, 1, recompute=value)


def test_rebuild_is_a_flag() -> None:
    with pytest.raises(TypeError, match="rebuild must be True or False"):
        flops.decode(LATENT, 1, 1, rebuild="yes")


@pytest.mark.parametrize("field", ["layers", "d_ff", "vocab_rows", "sliding_window", "n_heads"])
def test_shapes_that_do_not_fit_are_refused_by_name(field: str) -> None:
    swept = dataclasses.replace(WINDOWED, **{field: np.array([4, 8])})
    for function in (flops.forward, flops.decode):
        with pytest.raises(
            ValueError, match=rf"shapes must broadcast together, got .*{field} \(2,\)"
        ):
            function(swept, 1, np.array([1, 2, 3]), attention="causal")


def test_llama_3_1_405b_needs_the_published_flops() -> None:
    """The paper (arXiv 2407.21783, section 3.2.1) says 3.8e25 for 15.6 trillion tokens."""
    assert flops.training(models["llama-3.1-405b"], 15.6e12) == pytest.approx(3.8e25, rel=0.01)


def test_exact_flops_add_attention_to_the_rule() -> None:
    tiny = Transformer(layers=2, d_model=64, n_heads=4, d_ff=256, vocab_rows=1000)
    exact = flops.training(tiny, tokens=100, seq=10)
    assert exact == flops.training_step(tiny, batch=10, seq=10)
    assert flops.training(tiny, 100) == 600 * parameters.count(tiny).total


def test_training_wants_a_model() -> None:
    with pytest.raises(TypeError, match="model"):
        flops.training("llama", 1)


SIZES_OF_A_STATE = {"layers": 1, "d_model": 24, "n_heads": 3, "d_ff": 8, "vocab_rows": 9}


def _steps(kind: str, heads: int, key: int, value: int) -> None:
    """One token of a recurrent layer as matrices, head by head: what it reads and writes."""
    query, keys, values = torch.ones(1, key), torch.ones(key, 1), torch.ones(1, value)
    for _ in range(heads):
        state = torch.zeros(key, value)
        if kind in ("gated_delta", "kimi_delta"):
            values = values - keys.T @ state  # what the state holds under this key already
        state = state + keys @ values
        query @ state


@pytest.mark.parametrize("kind", ["mamba", "mamba2", "gated_delta", "kimi_delta", "lightning"])
def test_a_state_is_moved_and_read_as_products_of_matrices_are(kind: str) -> None:
    heads, value = (24, 1) if kind == "mamba" else (3, 8)
    mixer = Recurrent(kind=kind, heads=heads, head_dim=value, key_dim=5, rank=2)
    model = Transformer(**SIZES_OF_A_STATE, attention=False, recurrent=mixer)
    with FlopCounterMode(display=False) as counter:
        for _ in range(2 * 7):
            _steps(kind, heads, 5, value)
    assert flops.forward_parts(model, 2, 7).state == counter.get_total_flops()


def test_a_short_convolution_multiplies_each_channel_by_its_kernel() -> None:
    mixer = Recurrent(kind="convolution", heads=24, head_dim=1, kernel=3)
    model = Transformer(**SIZES_OF_A_STATE, attention=False, recurrent=mixer)
    conv = torch.nn.Conv1d(24, 24, 3, groups=24, bias=False)
    with FlopCounterMode(display=False) as counter:
        conv(torch.ones(2, 24, 7 + 2))  # two positions before the first, so that seven come out
    assert flops.forward_parts(model, 2, 7).state == counter.get_total_flops()
