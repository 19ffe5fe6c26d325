"""The record of a card: read as it was written, and held to what the roofline says of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from course_lib.demos.hardware import card, card_runs
from course_lib.estimators import hardware


def step(**changed: float) -> card.Step:
    parts = {"product_seconds": 5.0, "attention_seconds": 2.0, "other_seconds": 2.0}
    ends = {"median_seconds": 10.0, "fastest_seconds": 8.0, "slowest_seconds": 12.0}
    fields = {**parts, **ends, "prepare_seconds": 2.5, **changed}
    return card.Step(texts=1, seq=8, repeats=3, **fields)


def test_shares_add_up_to_the_step() -> None:
    shares = step().shares
    assert shares == {
        "matrix products": 0.5,
        "attention": 0.2,
        "all other work": 0.2,
        "no work": pytest.approx(0.1),
    }
    assert step().prepare_share == pytest.approx(2.5 / 12.5)
    assert step().spread == 1.5


def test_kernels_that_took_longer_than_the_step_leave_no_time_below_zero() -> None:
    assert step(product_seconds=9.0).shares["no work"] == 0


def test_a_batch_is_a_product_of_its_tokens_with_one_square_matrix() -> None:
    for batch in card.recorded().batches:
        work = hardware.product(batch.tokens, card_runs.WIDTH, card_runs.WIDTH)
        assert (batch.flops, batch.moved_bytes) == (work.flops, work.moved_bytes)
        assert 0 < batch.fastest_seconds <= batch.median_seconds <= batch.slowest_seconds


def test_no_batch_beats_the_data_sheet() -> None:
    from course_lib.catalog import devices

    sheet = devices["H100"]
    assert card.recorded().machine in sheet.aliases
    for batch in card.recorded().batches:
        least = hardware.seconds(batch.work, hardware.peak(sheet), hardware.bandwidth(sheet))
        assert batch.fastest_seconds > least


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    record = replace(card.recorded(), machine="another", step=step())
    file = tmp_path / "record.toml"
    file.write_text(card.as_toml(record), encoding="utf-8")
    assert card.recorded(file) == record


@pytest.mark.parametrize(
    ("kernel", "kind"),
    [
        ("nvjet_sm90_tst_192x192_64x3_2x1_v_bz_coopB_NNN", "product"),
        ("void cublasLt::splitKreduce_kernel<32, 16, int, float>", "product"),
        ("sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64", "product"),
        ("cudnn_generated_fort_native_sdpa_sm90_flash_bprop_wgmma_f16", "attention"),
        ("void cudnn::fusion::compute_dot_do_o_specialized<true, 64>", "attention"),
        ("triton_poi_fused__unsafe_view_gelu_gelu_backward_view_4", "other"),
        ("void at::native::multi_tensor_apply_kernel<adamw>", "other"),
        ("Memset (Device)", "other"),
    ],
)
def test_kernels_are_told_apart_by_name(kernel: str, kind: str) -> None:
    assert card_runs.kind(kernel) == kind


def test_seconds_are_summed_by_kind() -> None:
    spent = {"nvjet_a": 1.0, "gemm_b": 2.0, "flash_fwd": 4.0, "triton_poi": 8.0}
    assert card_runs.by_kind(spent) == {"attention": 4.0, "product": 3.0, "other": 8.0}


def test_fused_attention_gives_what_the_written_out_one_gives() -> None:
    import torch

    from course_lib.demos import tiny_gpt

    model = tiny_gpt.shape(layers=1, d_model=16, n_heads=2, context=8)
    torch.manual_seed(0)
    plain = tiny_gpt.Attention(model)
    fused = card_runs.Fused(model)
    fused.load_state_dict(plain.state_dict())
    x = torch.randn(2, 8, 16)
    assert torch.allclose(plain(x), fused(x), atol=1e-5)
