"""Activations against the formulas of arXiv 2205.05198, and against what PyTorch really saves for
backward."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from course_lib.catalog import Experts, LatentAttention, Transformer, models
from course_lib.demos import tiny_gpt
from course_lib.estimators import memory
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import activations, adapters, ends
from course_lib.estimators.memory.conventions import Convention
from tests.estimators.plain_decoder import Decoder, saved_bytes

GPT = Transformer(
    layers=3,
    d_model=64,
    n_heads=4,
    d_ff=256,
    vocab_rows=300,
    norm="layernorm",
    qkv_bias=True,
    o_bias=True,
    mlp_bias=True,
)
GROUPED = Transformer(
    layers=3, d_model=64, n_heads=4, n_kv_heads=2, d_ff=176, vocab_rows=300, gated_mlp=True
)
MIXTURE = replace(GROUPED, experts=Experts(count=4, active=2, d_ff=96))
LATENT = replace(
    GROUPED, latent=LatentAttention(q_rank=24, kv_rank=16, nope_dim=8, rope_dim=4, value_dim=12)
)
MODELS = {"gpt": GPT, "gated and grouped": GROUPED, "mixture": MIXTURE}
DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
PAPER = Convention(attention="naive", dropout=True)
BATCH, SEQ = 4, 96


@pytest.mark.parametrize("tensor", [1, 2, 8])
@pytest.mark.parametrize(
    ("s", "b", "h", "a"), [(2048, 4, 6144, 64), (2048, 1, 12288, 96), (64, 3, 80, 8)]
)
def test_the_six_formulas_of_the_paper(s: int, b: int, h: int, a: int, tensor: int) -> None:
    gpt = Transformer(
        layers=1, d_model=h, n_heads=a, d_ff=4 * h, vocab_rows=51200, norm="layernorm"
    )
    sbh, pairs, t = s * b * h, 5 * a * s * s * b, tensor

    def found(recompute: str = "none", shared: bool = False) -> int:
        return activations.layer(
            gpt, b, s, PAPER, recompute=recompute, tensor=t, sequence_parallel=shared
        )

    assert found() == 10 * sbh + (24 * sbh + pairs) // t  # at t = 1: sbh (34 + 5 as/h)
    assert found(shared=True) == (34 * sbh + pairs) // t
    assert found("selective") == 10 * sbh + 24 * sbh // t
    assert found("selective", shared=True) == 34 * sbh // t
    assert found("full") == 2 * sbh
    assert found("full", shared=True) == 2 * sbh // t


def _torch_and_estimate(
    name: str, format: str, attention: str, recompute: str = "none", dropout: float = 0.0
) -> tuple[int, int]:
    model, tokens = MODELS[name], torch.zeros(BATCH, SEQ, dtype=torch.long)
    decoder = Decoder(model, fused=attention == "fused", dropout=dropout, recompute=recompute).to(
        DTYPES[format]
    )
    layout = Layout(micro_batch=BATCH, recompute=recompute)
    how = {"attention": attention, "kernels": "eager", "format": format, "dropout": dropout > 0}
    found = memory.training(model, layout, SEQ, **how).activations
    return saved_bytes(decoder, lambda: decoder.loss(tokens)), found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("recompute", ["none", "selective", "full"])
@pytest.mark.parametrize("attention", ["naive", "fused"])
@pytest.mark.parametrize("format", DTYPES)
@pytest.mark.parametrize("name", MODELS)
def test_plain_pytorch_saves_what_is_counted(
    name: str, format: str, attention: str, recompute: str
) -> None:
    saved, found = _torch_and_estimate(name, format, attention, recompute)
    assert found == pytest.approx(saved, rel=0.003)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("recompute", ["none", "selective", "full"])
def test_dropout_saves_what_is_counted(recompute: str) -> None:
    saved, found = _torch_and_estimate("gpt", "bf16", "naive", recompute, dropout=0.1)
    assert found == pytest.approx(saved, rel=1e-4)


@pytest.mark.parametrize("format", DTYPES)
def test_the_tiny_gpt_of_the_lessons(format: str) -> None:
    model, tokens = tiny_gpt.shape(layers=3, d_model=64), torch.zeros(BATCH, SEQ, dtype=torch.long)
    gpt = tiny_gpt.TinyGPT(model).to(DTYPES[format])
    how = {"attention": "naive", "kernels": "eager", "format": format, "logits_format": format}
    found = memory.training(model, Layout(micro_batch=BATCH), SEQ, **how).activations
    assert found == pytest.approx(
        saved_bytes(gpt, lambda: tiny_gpt.loss(gpt, tokens, tokens.clone())), rel=1e-4
    )


class Adapted(nn.Module):
    """A frozen matrix and a pair of narrow ones beside it."""

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        self.frozen = frozen
        self.first = nn.Linear(frozen.in_features, rank, bias=False)
        self.second = nn.Linear(rank, frozen.out_features, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.frozen(x) + self.second(self.first(x))


@pytest.mark.parametrize("targets", [("query", "value"), ("output", "down"), adapters.TARGETS])
@pytest.mark.parametrize("attention", ["naive", "fused"])
def test_adapters_keep_what_pytorch_saves(targets: tuple[str, ...], attention: str) -> None:
    decoder = Decoder(GROUPED, fused=attention == "fused").requires_grad_(False)
    decoder.tokens.requires_grad_(
        True
    )  # as in practice, so that gradients pass through the first layer
    for block in decoder.blocks:
        for name in targets:
            part = block.attention if name in ("query", "key", "value", "output") else block.mlp
            setattr(part, name, Adapted(getattr(part, name), rank=8))
    tokens = torch.zeros(BATCH, SEQ, dtype=torch.long)
    how = {
        "attention": attention,
        "kernels": "eager",
        "format": "fp32",
        "lora_rank": 8,
        "lora_targets": targets,
    }
    found = memory.training(GROUPED, Layout(micro_batch=BATCH), SEQ, **how)
    saved = saved_bytes(decoder, lambda: decoder.loss(tokens))
    assert found.activations == pytest.approx(saved, rel=1e-4)
    named = [(name.split(".")[-2], weight) for name, weight in decoder.named_parameters()]
    narrow = sum(
        weight.nbytes for name, weight in named if name in ("first", "second") and 8 in weight.shape
    )
    assert found.gradients == narrow


def test_latent_attention_by_hand() -> None:
    kept = activations.layer(replace(LATENT, layers=1), 1, 10)
    norms, inputs = 2 * 64, 2 * 64
    narrow = 2 * (24 + 16)
    wide = 4 * (8 + 4) * 2 + 4 * 12 + 4 * 12  # query and key, value, result
    assert kept == 10 * (2 * (norms + inputs + narrow + wide + 3 * 176) + 4 * 4)
    lean = activations.layer(
        replace(LATENT, layers=1), 1, 10, Convention(remade=("norms", "up_projections", "gating"))
    )
    assert lean == 10 * (2 * (norms + (24 + 16) + 4 * 12 + 2 * 176) + 4 * 4)


def test_what_each_measure_takes_away() -> None:
    one = activations.layer(GROUPED, 1, 10)
    assert one - activations.layer(GROUPED, 1, 10, Convention(remade=("norms",))) == 10 * 2 * 2 * 64
    assert one - activations.layer(GROUPED, 1, 10, Convention(remade=("gating",))) == 10 * 2 * 176
    assert activations.layer(GROUPED, 1, 10, Convention(kernels="eager")) - one > 10 * 2 * 176
    assert activations.layer(GROUPED, 1, 10, context=2) * 2 == one
    naive = Convention(attention="naive")
    assert activations.core(GROUPED, 1, 10, naive, 1, 1) == 10 * (
        2 * 4 * 10 + 2 * 2 * 2 * 16
    )  # scores, repeated keys


def test_side_by_side_blocks_keep_their_common_input_once() -> None:
    parallel = replace(GPT, parallel_block=True, norms_per_layer=1)
    assert activations.layer(GPT, 1, 10) - activations.layer(parallel, 1, 10) == 10 * 2 * (64 + 64)
    two_norms = replace(GPT, parallel_block=True)
    assert activations.layer(GPT, 1, 10) - activations.layer(two_norms, 1, 10) == 10 * 2 * 64


def test_a_sweep_equals_the_loop() -> None:
    seqs, tensors = np.array([[8], [96]]), np.array([1, 2, 4])
    for model in (GPT, GROUPED, MIXTURE, LATENT):
        swept = activations.layer(model, 2, seqs, PAPER, tensor=tensors, sequence_parallel=True)
        for row, column in np.ndindex(2, 3):
            size, ranks = int(seqs[row, 0]), int(tensors[column])
            one = activations.layer(model, 2, size, PAPER, tensor=ranks, sequence_parallel=True)
            assert swept[row, column] == one and isinstance(one, int)


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("attention", "flash", ValueError),
        ("kernels", "torch", ValueError),
        ("dropout", 0.1, TypeError),
        ("input_format", "int4", ValueError),
        ("remade", "norms", TypeError),
        ("remade", ("softmax",), ValueError),
        ("lora_rank", 0, ValueError),
        ("lora_targets", ("head",), ValueError),
        ("lora_targets", "query", TypeError),
    ],
)
def test_senseless_conventions_are_refused_by_name(
    field: str, value: object, kind: type[Exception]
) -> None:
    with pytest.raises(kind, match=f"^{field} must"):
        Convention(**{field: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"batch": -1}, "batch"),
        ({"seq": 0}, "seq"),
        ({"tensor": 0}, "tensor"),
        ({"batch": "a"}, "batch"),
    ],
)
def test_sizes_of_a_layer_are_checked(changes: dict, name: str) -> None:
    given = {"batch": 1, "seq": 10} | changes
    with pytest.raises((ValueError, TypeError), match=name):
        activations.layer(models["llama-3-8b"], given.pop("batch"), given.pop("seq"), **given)


def test_a_mixture_with_fused_kernels_by_hand() -> None:
    """A token in 16 bits: two norms and two inputs of 64, queries of 64, keys and values of 32
    each, the result of 64 and 4 heads' fp32 number; a router of four fp32 scores and 8 bytes for
    each of two experts, two copies of 64, and 3 x 96 numbers in each of the two."""
    attention = 2 * (64 + 64 + 64 + 32 + 32 + 64) + 4 * 4
    experts = 2 * (64 + 64) + 4 * 4 + 2 * 8 + 2 * 2 * 64 + 2 * 2 * 3 * 96
    assert activations.layer(MIXTURE, 1, 10) == 10 * (attention + experts)
    split = 2 * (64 + 32 + 32 + 64) + 4 * 4 + 2 * 2 * 3 * 96
    whole = attention + experts - split
    assert activations.layer(MIXTURE, 1, 10, tensor=2) == 10 * (whole + split / 2)
    shared = replace(MIXTURE, experts=replace(MIXTURE.experts, shared=2))
    more = activations.layer(shared, 1, 10) - activations.layer(MIXTURE, 1, 10)
    assert more == 10 * 2 * 3 * 192
    dense = activations.layer(replace(MIXTURE, experts=None), 1, 10)
    assert dense == activations.layer(replace(GROUPED, d_ff=MIXTURE.d_ff), 1, 10)


def test_norms_of_queries_and_keys_keep_what_goes_in() -> None:
    normed = replace(GROUPED, qk_norm="head")
    more = activations.layer(normed, 1, 10) - activations.layer(GROUPED, 1, 10)
    assert more == 10 * 2 * (4 + 2) * 16


def test_adapters_with_fused_kernels_keep_their_inputs_and_their_narrow_results() -> None:
    """Rank 8 beside queries alone: their input and eight numbers; beside all: as without adapters,
    and seven times eight numbers. Frozen, the output's and the MLP's inputs are not kept for them;
    the output's is kept for attention itself."""
    one = Convention(lora_rank=8, lora_targets=("query",))
    every = Convention(lora_rank=8)
    plain = activations.layer(GROUPED, 1, 10)
    assert activations.layer(GROUPED, 1, 10, every) - plain == 10 * 2 * 7 * 8
    left_out = 64 + 176  # the MLP's input, and that of its last matrix
    assert plain - activations.layer(GROUPED, 1, 10, one) == 10 * 2 * (left_out - 8)


def test_what_lies_below_the_first_and_above_the_last_layer_by_hand() -> None:
    """Ten tokens: 8 bytes an id, a dropout's mask of a byte for each of 64, a norm's input; above 8
    for the targets, the head's input, its norm, and 300 logits in fp32."""
    wet = Convention(dropout=True)
    gpt = replace(GPT, embedding_norm=True)
    assert ends.kept(gpt, 10, wet, True, False) == 10 * (8 + 64 + 2 * 64)
    assert ends.kept(GPT, 10, wet, True, False) == 10 * (8 + 64)
    assert ends.kept(GPT, 10, wet, False, True) == 10 * (8 + 2 * 64 + 2 * 64 + 4 * 300)
    assert ends.kept(GPT, 10, wet, False, False) == 0
    both = ends.kept(GPT, 10, wet, True, True, tensor=2, sequence_parallel=True)
    assert both == 5 * (8 + 64) + 5 * (8 + 4 * 64) + 10 * 4 * 150
    apart = ends.kept(GPT, 10, wet, True, True, tensor=2)
    assert apart == 10 * (8 + 64) + 10 * (8 + 4 * 64) + 10 * 4 * 150
    assert ends.logits(GPT, 10, Convention(logits_format="bf16"), 4) == 10 * 2 * 75


@pytest.mark.parametrize(("shared", "mlps"), [(0, 2), (1, 3), (2, 3)])
def test_each_active_expert_has_narrow_results_of_its_own(shared: int, mlps: int) -> None:
    """A rank of 16 in place of 8 makes eight numbers more beside each of three matrices: in the two
    active experts, and in the one MLP that the shared ones make together."""
    assert MIXTURE.experts is not None
    model = replace(MIXTURE, experts=replace(MIXTURE.experts, shared=shared))
    names = ("gate", "up", "down")
    narrow, wide = (
        activations.layer(model, 1, 10, Convention(lora_rank=rank, lora_targets=names))
        for rank in (8, 16)
    )
    assert wide - narrow == 10 * 2 * 8 * 3 * mlps
