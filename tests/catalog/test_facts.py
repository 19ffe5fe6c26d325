"""The facts themselves: published numbers typed here a second time, and rules that every entry must
keep."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from course_lib import catalog, toml_files
from course_lib.catalog import (
    Source,
    Transformer,
    UNet,
    cooling,
    datasets,
    devices,
    findings,
    grids,
    links,
    models,
    prices,
    runs,
    storage,
)
from course_lib.catalog.lookup import FACTS
from course_lib.estimators import parameters

ALL = tuple(each for each in vars(catalog).values() if isinstance(each, catalog.Catalog))
DECODERS = {key: model for key, model in models.items() if isinstance(model, Transformer)}

ACTIVE = {
    "DBRX": 36_469_708_800,
    "DeepSeek-V2": 21_375_800_320,
    "DeepSeek-V2-Lite": 2_661_150_208,
    "Mixtral-8x7B-v0.1": 12_879_925_248,
    "Mixtral-8x22B-v0.1": 39_161_468_928,
    "Qwen3-30B-A3B": 3_353_032_704,
    "Qwen3-235B-A22B": 22_190_763_520,
    "gpt-oss-20b": 4_187_440_704,
    "gpt-oss-120b": 5_711_982_912,
    "Grok-1": 83_756_587_008,
}
"""Parameters in use for one token, with the whole embedding table and the head: what the makers
round."""

COARSE = {
    "olmo-3-7b": 0.05,
    "glam-64b-64e": 0.04,
    "mimo-7b": 0.09,
    "nemotron-3-nano-30b-a3b": 0.06,
}
"""Counts that only a name states, rounded to one digit or two: how far the shape's may be off."""

DEVICE_KEYS = """
A100 PCIe 40GB|A100 SXM 40GB|A100 SXM 80GB|A40|Apple M1 Max (32-core GPU)|Apple M2 (10-core GPU)|
Apple M2 Pro (19-core GPU)|Apple M3 Max (40-core GPU)|Apple M4 (10-core GPU)|B200 SXM|
Core i9-13900K|Gaudi2|H100 PCIe 80GB|H100 SXM 80GB|H200 SXM|H800 SXM|MI250X|
RTX 2080 Ti|RTX 3070|RTX 3090|RTX 4070 Ti|RTX 4080 16GB|RTX 6000 Ada|T4|
TPU v2|TPU v3|TPU v4|TPU v5p|V100 SXM2 16GB|V100 SXM2 32GB
"""
MODEL_KEYS = """
BLOOM-176B|Chinchilla-70B|falcon-40b|falcon-7b|FLUX.1-dev|GLM-130B|GPT-2-124M|GPT-3-175B|GPT-J-6B|GPT-NeoX-20B|
gpt-oss-120b|gpt-oss-20b|LLaMA-13B|LLaMA-65B|LLaMA-7B|Llama-2-70B|Llama-2-7B|Llama-3-70B|Llama-3-8B|Llama-3.2-1B|
Mixtral-8x7B-v0.1|MPT-7B|MT-NLG-530B|OLMo-7B|OPT-175B|PaLM-540B|pythia-1.4b|pythia-12b|pythia-2.8b|pythia-410m|
pythia-70m|Qwen3-14B|Qwen3-235B-A22B|Qwen3-30B-A3B|Qwen3-32B|Qwen3-8B|T5-11B|TinyLlama-1.1B
"""


def listed(text: str) -> list[str]:
    return [name.strip() for name in text.split("|")]


MADE = ("efficiency", "spreads", "validation")
"""Tables that change with each fit and each run of the scores."""


def test_how_many_there_are() -> None:
    assert {one.name: len(one) for one in ALL if one.name not in MADE} == {
        "models": 163,
        "devices": 91,
        "links": 25,
        "storage": 7,
        "datasets": 55,
        "runs": 156,
        "prices": 590,
        "grids": 278,
        "cooling": 26,
        "findings": 541,
        "grid_days": 2,
        "quantities": 72,
    }
    assert len(DECODERS) == 144


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_every_entry_has_a_dated_source(one: Any) -> None:
    for key, record in one.items():
        sources = [record.source, *([record.published.source] if one is models else [])]
        for source in sources:
            assert isinstance(source, Source), key
            # Between two of them a notebook would set the words as mathematics.
            assert "$" not in source.text, key
            assert source.date == "undated" or re.match(r"(19|20)\d\d($|-)", source.date), (
                key,
                source.date,
            )
            assert len(source.text) >= 3 and source.text == " ".join(source.text.split()), (
                key,
                source.text,
            )


FILES = [file for one in ALL for file in toml_files.files(one.path)]


def test_every_file_belongs_to_one_catalog() -> None:
    assert sorted(FILES) == sorted(FACTS.rglob("*.*"))
    assert {file.parent for file in FILES} - {FACTS} == {
        FACTS / name
        for name in ("devices", "efficiency", "findings", "grids", "models", "prices", "runs")
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_the_files_are_tidy(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= 700, "a person reads it"
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert "\n\n\n" not in text and "\t" not in text and "\r" not in text
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert not re.search(r"\d\.\d*(0{6}|9{6})\d", text), "float noise"
    assert not re.search(r"= \d{7,}", text), "long numbers take underscores or an exponent"
    assert not re.search(r"^#.{100}", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("one", "order"),  # keys in the order in which lessons list and plot them
    [
        (models, "bloom-7b1 gpt-2-124m llama-3-8b pythia-70m qwen3-8b t5-11b dit-xl-2 gpt-4"),
        (devices, "mi355x h100-sxm-80gb a100-sxm-80gb tpu-v4 m4-max raspberry-pi-5"),
        (grids, "afghanistan france norway zimbabwe us-central1 coal"),
        (prices, "aws-p5-48xlarge openai-gpt-4o-output openai-gpt-5-6-luna-input xai-grok-3-input"),
        (runs, "megatron21-t1-1T palm-540b mosaic-sd2-8gpu titan-8b-cp8"),
        (findings, "c001 c012 c198"),
    ],
    ids=lambda item: getattr(item, "name", ""),
)
def test_a_catalog_keeps_its_order_over_its_files(one: Any, order: str) -> None:
    keys = list(one)
    places = [keys.index(one.key(name)) for name in order.split()]
    assert places == sorted(places) and places[0] < len(keys) / 10


@pytest.mark.parametrize(
    "key", [key for key, model in DECODERS.items() if model.published.total_kind == "exact"]
)
def test_exact_counts_follow_from_the_architecture(key: str) -> None:
    assert parameters.count(models[key]).total == models[key].published.total_params


@pytest.mark.parametrize(
    "key",
    [
        key
        for key, model in DECODERS.items()
        if model.published.total_kind not in ("exact", "undisclosed")
    ],
)
def test_other_counts_come_close(key: str) -> None:
    assert parameters.count(models[key]).total == pytest.approx(
        models[key].published.total_params, rel=COARSE.get(key, 0.03)
    )


@pytest.mark.parametrize("name", ACTIVE)
def test_active_counts(name: str) -> None:
    assert parameters.count(models[name]).active == ACTIVE[name]
    assert models[name].published.active_params < models[name].published.total_params


def test_active_counts_stand_with_mixtures_only() -> None:
    for key, model in DECODERS.items():
        if model.published.total_kind != "undisclosed":
            assert (model.published.active_params is None) == (model.any_experts is None), key


def test_llama_3_8b() -> None:
    model = models["Llama 3 8B"]
    assert (model.layers, model.d_model, model.n_heads, model.n_kv_heads) == (32, 4096, 32, 8)
    assert (model.head_dim, model.d_ff, model.vocab_rows, model.max_positions) == (
        128,
        14336,
        128_256,
        8192,
    )
    assert model.gated_mlp and not model.tied_embeddings and model.norm == "rmsnorm"
    assert model.published.total_params == 8_030_261_248


@pytest.mark.parametrize(
    ("name", "windowed", "window"),
    [
        ("gemma-2-9b", 21, 4096),
        ("gemma-2-27b", 23, 4096),
        ("gemma-3-1b", 22, 512),
        ("gemma-3-4b", 29, 1024),
        ("gemma-3-12b", 40, 1024),
        ("gemma-3-27b", 52, 1024),
        ("gpt-oss-20b", 12, 128),
        ("mistral-7b-v0.1", 32, 4096),
        ("phi-3-mini-4k-instruct", 32, 2048),
        ("llama-3-8b", 0, 0),
    ],
)
def test_windows(name: str, windowed: int, window: int) -> None:
    assert (models[name].windowed_layers, models[name].sliding_window) == (windowed, window)


def test_the_small_ways_in_which_families_differ() -> None:
    assert (models["OPT-125M"].position_rows, models["OPT-125M"].max_positions) == (2050, 2048)
    assert models["gpt2"].position_rows == 1024 and models["gpt2"].tied_embeddings
    assert models["BLOOM"].embedding_norm and models["BLOOM"].position_rows == 0
    assert (
        models["GPT-J"].head_bias and models["phi-2"].head_bias and models["GPT-J"].parallel_block
    )
    assert models["Gopher"].relative_positions and models["Chinchilla"].relative_positions
    assert models["gpt-oss-20b"].attention_sinks and models["gpt-oss-20b"].experts.router_bias
    assert models["OLMo-7B"].norm == "layernorm_noaffine" and models["OLMo-2-7B"].qk_norm == "full"
    assert models["Qwen2.5-7B"].qkv_bias and not models["Qwen2.5-7B"].o_bias
    assert models["DeepSeek-V3"].latent.key_dim == models["DeepSeek-V3"].head_dim == 192
    assert (models["DeepSeek-V3"].experts.shared, models["DeepSeek-V3"].experts.dense_layers) == (
        1,
        3,
    )


def test_misprints_are_mended_and_told() -> None:
    assert models["GPT-3-13B"].d_model == 5120 and "5140" in models["GPT-3-13B"].notes
    assert models["GPT-3 XL"].n_heads == 16 and "24 heads" in models["GPT-3 XL"].notes
    disputed = models["GPT-J-6B"]
    assert (
        disputed.published.total_kind == "disputed"
        and disputed.published.total_params == 6_053_381_344
    )
    assert parameters.count(disputed).total == 6_050_882_784 and "6,050,882,784" in disputed.notes


def test_models_that_are_no_decoders() -> None:
    flux, sdxl, dit, t5 = models["FLUX"], models["SDXL"], models["DiT-XL/2"], models["T5-11B"]
    assert (flux.double_layers, flux.single_layers, flux.d_model, flux.context_dim) == (
        19,
        38,
        3072,
        4096,
    )
    assert isinstance(sdxl, UNet) and sdxl.transformer_depth == (1, 2, 10) and sdxl.head_dim == 64
    assert (
        models["SD 1.5"].channel_multipliers == (1, 2, 4, 4) and models["SD 1.5"].context_dim == 768
    )
    assert dit.published_macs["256px"] == 119e9 and (dit.latent_size // dit.patch_size) ** 2 == 256
    assert (t5.encoder_layers, t5.decoder_layers, t5.n_heads, t5.head_dim) == (24, 24, 128, 128)
    assert models["PixArt-alpha"].companion_params["T5 text encoder"] == 4.3e9


@pytest.mark.parametrize(
    ("name", "bf16", "memory", "bandwidth", "watts"),
    [
        ("H100", 989e12, 80e9, 3.35e12, 700),
        ("H200", 989e12, 141e9, 4.8e12, 700),
        ("A100 80GB", 312e12, 80e9, 2.039e12, 400),
        ("A100 SXM 40GB", 312e12, 40e9, 1.555e12, 400),
        ("RTX4090", 165.2e12, 24e9, 1.008e12, 450),
        ("MI300X", 1300e12, 192e9, 5.3e12, 750),
        ("TPU v5p", 459e12, 95e9, 2.765e12, None),
        ("B200-180GB", 2250e12, 180e9, 8e12, 1000),
    ],
)
def test_devices(
    name: str, bf16: float, memory: float, bandwidth: float, watts: float | None
) -> None:
    device = devices[name]
    assert device.peak_flops["bf16"] == bf16
    assert (device.memory_bytes, device.memory_bytes_per_second, device.power_watts) == (
        memory,
        bandwidth,
        watts,
    )


def test_what_a_device_lacks_is_absent_not_zero() -> None:
    assert (
        "bf16" not in devices["V100 SXM2 16GB"].peak_flops
        and "fp4" not in devices["H100"].peak_flops
    )
    assert devices["M4 Max"].peak_flops == {} and devices["M4 Max"].memory_bytes_per_second == 546e9
    assert (devices["M4 Max"].memory_smallest_bytes, devices["M4 Max"].memory_bytes) == (
        36e9,
        128e9,
    )
    assert devices["L40S"].link == "" and devices["L40S"].link_one_way_bytes_per_second is None


def test_no_peak_is_sparse() -> None:
    """A sparse figure in the dense column would be twice the usual step from one format to the
    next."""
    for key, device in devices.items():
        peaks = device.peak_flops
        if device.measured_matmul_flops:
            assert device.measured_matmul_flops < peaks["bf16"], key
        sold = not device.status.startswith("announced")
        if "fp8" in peaks and "bf16" in peaks and device.vendor == "NVIDIA" and sold:
            assert peaks["fp8"] / peaks["bf16"] == pytest.approx(2, rel=0.02), (
                key
            )  # data sheets round


def test_names_of_drivers_and_short_names() -> None:
    for name, key in {
        "NVIDIA A100-SXM4-80GB": "a100-sxm-80gb",
        "NVIDIA H100 80GB HBM3": "h100-sxm-80gb",
        "NVIDIA GeForce RTX 3090": "rtx-3090",
        "Tesla T4": "t4",
        "A100-SXM-40GB (DGX A100)": "a100-sxm-40gb",
        "TPUv3 (v3-8 = 4 chips)": "tpu-v3",
        "3090 24GB": "rtx-3090",
    }.items():
        assert devices.key(name) == key
    assert devices.resolved("Tesla T4").note == ""


def test_short_names_of_models() -> None:
    for name, key in {
        "meta-llama/Meta-Llama-3-8B": "llama-3-8b",
        "LLAMA_3.8b": "llama-3-8b",
        "mixtral-8x7b": "mixtral-8x7b-v0-1",
        "GPT-3": "gpt-3-175b",
        "opt-1.3b": "opt-1-3b",
        "opt-13b": "opt-13b",
        "Gemma-3-4B": "gemma-3-4b-text",
        "Qwen/Qwen2.5-0.5B": "qwen2-5-0-5b",
    }.items():
        assert models.key(name) == key


@pytest.mark.parametrize(
    ("one", "text"), [(devices, DEVICE_KEYS), (models, MODEL_KEYS)], ids=["devices", "models"]
)
def test_names_used_by_published_measurements_resolve(one: Any, text: str) -> None:
    for name in listed(text):
        assert one[name].name == name


def test_keys_in_runs_and_prices_lead_somewhere() -> None:
    for key, run in runs.items():
        assert run.model_key is None or run.model_key in list(models), key
        assert run.device_key is None or run.device_key in list(devices), key
    for key, price in prices.items():
        assert price.device_key is None or price.device_key in list(devices), key
    assert {run.device_key for run in runs.values()} - {None} <= {
        devices.key(name) for name in listed(DEVICE_KEYS)
    }


def test_runs() -> None:
    llama, bloom, palm = runs["llama-3-8b"], runs["llama1paper-bloom"], runs["palm-540b"]
    assert (llama.device_hours, llama.tokens, llama.power_watts_per_device) == (
        1.3e6,
        15 * 10**12,
        700,
    )
    assert (
        bloom.energy_joules == pytest.approx(433.196 * 3.6e9, rel=1e-12)
        and not bloom.energy_measured
    )
    assert (bloom.data_parallel, bloom.tensor_parallel, bloom.pipeline_parallel) == (8, 4, 12)
    assert bloom.wall_seconds == (118 * 24 + 5) * 3600 + 41 * 60
    assert (palm.mfu, palm.hfu, palm.batch_sequences) == (0.462, 0.578, 2048)
    assert runs["megatron21-t1-1T"].achieved_flops_per_device == 163e12
    assert runs["mosaic-sd2-8gpu"].images_per_second == {"256px": 1100, "512px": 290}
    assert (
        runs["titan-8b-cp8"].peak_memory_gib == 84.5 and runs["titan-8b-cp8"].context_parallel == 8
    )
    assert runs["gpt-neox-20b"].source.evidence == "recalled"


def test_only_some_energies_were_measured() -> None:
    with_energy = [run for run in runs.values() if run.energy_joules is not None]
    assert (len(with_energy), sum(run.energy_measured for run in with_energy)) == (14, 7)


def test_energy_carbon_and_grid_agree_where_all_three_are_stated() -> None:
    """Patterson 2021 on GPT-3: 1287 MWh at 429 g/kWh are 552.1 t."""
    run = runs["patterson-gpt3"]
    assert run.energy_joules / 3.6e6 * run.grid_grams_per_kwh / 1000 == pytest.approx(
        run.carbon_kg, rel=1e-3
    )


def test_links_storage_and_cooling() -> None:
    assert (
        links["NVLink 4"].bytes_per_second == devices["H100"].link_one_way_bytes_per_second == 450e9
    )
    assert links["PCIe 4 x16"].bytes_per_second == 31e9 and links["Ethernet 10G"].line_rate
    assert (
        links["HDR"].latency_seconds == pytest.approx(0.6e-6)
        and links["NDR"].latency_seconds is None
    )
    assert storage["HDD"].read_bytes_per_second == 0.25e9
    assert storage["Lustre"].file_open_seconds == pytest.approx(2.3e-3)
    assert cooling["Industry average (Uptime survey) 2024"].pue == 1.56


def test_grids() -> None:
    assert grids["France"].grams_per_kwh == 56.039 and grids.key("FRA") == "france"
    assert grids["World average"].grams_per_kwh == 480 and grids["coal"].category == "energy source"
    assert grids["us-central1"].provider == "gcp" and grids["me-cenrtal1"].name == "me-central1"
    assert all(0 <= grid.grams_per_kwh < 1400 for grid in grids.values())


def test_prices() -> None:
    assert (
        prices["aws p5.48xlarge"].value == 98.32
        and prices["aws-p4d-24xlarge"].device_key == "a100-sxm-40gb"
    )
    assert (
        prices["runpod-rtx-4090-community"].value
        == 0.64
        > prices["runpod-rtx-4090-community-spot"].value
        == 0.29
    )
    assert (
        prices["openai-gpt-4o-output"].value == 10
        and prices["openai-gpt-4o-output"].unit == "USD/Mtok output"
    )
    now, before = (
        prices["openai-gpt-5.6-luna-input"],
        prices["openai-gpt-5.6-luna-input-until-2026-07-30"],
    )
    assert (now.value, now.valid_from) == (0.2, "2026-07-30")
    assert (before.value, before.valid_until) == (1, "2026-07-30")
    assert prices["colab-free-tier-gpu"].value == 0
    assert prices["electricity-household-germany"].unit == "EUR/kWh incl. taxes"


ESTIMATED = (  # from the press, stated by neither party
    "google-reddit-data-licence",
    "news-corp-openai-data-licence",
    "news-publisher-data-licence-low",
    "news-publisher-data-licence-high",
    "new-york-times-to-amazon",
)


def test_estimates_are_not_called_prices() -> None:
    for key, price in prices.items():
        assert (price.source.kind == "estimated") == (
            price.category in ("cloud_estimate", "assumed_rate", "own_cost", "data_centre")
            or key in ESTIMATED
            or "nanochat" in key
        ), key


def test_datasets() -> None:
    assert datasets["The Pile"].raw_bytes == pytest.approx(825.18 * 2**30, abs=1)
    assert datasets["Pile: ArXiv"].documents == 1_264_545
    assert datasets["C4"].tokens == 156 * 10**9 and datasets["LAION-5B"].documents == 5_850_000_000
    assert datasets["Llama 3 training data"].tokens == 15_600_000_000_000
    ratios = {name: datasets[f"bytes per token: {name}"].bytes_per_token for name in
              ("Llama 2 tokenizer on English", "Llama 3 tokenizer on English")}  # fmt: skip
    assert list(ratios.values()) == [3.17, 3.94]
    assert (
        datasets["FineWeb"].licence == "ODC-By 1.0" and datasets["The Pile"].cost == "free download"
    )
