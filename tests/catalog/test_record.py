"""The plain records: what they refuse, and what they work out."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from course_lib.catalog import (
    Cooling,
    Dataset,
    Device,
    DiffusionTransformer,
    EncoderDecoder,
    Finding,
    Grid,
    GridDay,
    Link,
    Price,
    Published,
    Quantity,
    Run,
    Source,
    Storage,
    UNet,
)

SOURCE = Source(text="a data sheet", date="2024", kind="reported", evidence="read")
COUNT = Published(total_params=10**9, total_kind="rounded", source=SOURCE)
NAMED = {"name": "thing", "year": 2024, "published": COUNT, "source": SOURCE}

GOOD: dict[type, dict[str, Any]] = {
    Device: {"name": "card", "vendor": "maker", "kind": "gpu", "year": 2024, "source": SOURCE},
    Dataset: {"name": "texts", "tokens": 10**12, "source": SOURCE},
    Link: {"name": "wire", "bytes_per_second": 1e9, "source": SOURCE},
    Storage: {"name": "disk", "read_bytes_per_second": 1e9, "source": SOURCE},
    Grid: {"name": "land", "category": "country", "grams_per_kwh": 400, "source": SOURCE},
    GridDay: {
        "name": "sunny day", "region": "here", "day": "2022-04-13", "time_zone": "UTC",
        "grams_per_kwh": (100.0,) * 12 + (300.0,) * 12, "source": SOURCE,
    },
    Quantity: {
        "name": "home", "category": "household", "value": 3000, "unit": "kWh/year",
        "source": SOURCE,
    },
    Cooling: {"name": "hall", "pue": 1.2, "source": SOURCE},
    Price: {
        "item": "hour", "category": "cloud_spot", "value": 2.0, "unit": "USD/GPU-hour",
        "source": SOURCE,
    },
    Finding: {
        "topic": "scaling_myth", "claim": "more is faster", "metric": "ratio", "value": 2,
        "source": SOURCE,
    },
    Run: {
        "name": "r", "group": "g", "kind": "full_run", "year": 2024, "model": "m", "hardware": "h",
        "source": SOURCE,
    },
    DiffusionTransformer: NAMED | {
        "kind": "dit", "single_layers": 2, "d_model": 8, "n_heads": 2, "head_dim": 4, "d_ff": 32,
    },
    UNet: NAMED | {
        "kind": "unet", "model_channels": 8, "channel_multipliers": (1, 2), "res_blocks": 2,
        "context_dim": 16, "attention_downsampling": (2,), "transformer_depth": (0 + 1, 1),
        "n_heads": 2, "latent_size": 8, "latent_channels": 4,
    },
    EncoderDecoder: NAMED | {
        "kind": "encoder-decoder", "encoder_layers": 2, "decoder_layers": 2, "d_model": 8,
        "n_heads": 2, "n_kv_heads": 2, "head_dim": 4, "d_ff": 32, "vocab_rows": 100,
        "max_positions": 64, "norm": "rmsnorm", "encoder_norms_per_layer": 2,
        "decoder_norms_per_layer": 3,
    },
}  # fmt: skip

BAD = [
    (Device, {"memory_bytes": -80}, ValueError, "memory_bytes must be above zero, got -80"),
    (Device, {"memory_bytes": float("nan")}, ValueError, "memory_bytes must be finite"),
    (Device, {"memory_bytes": "80 GB"}, TypeError, "memory_bytes must be a number"),
    (Device, {"power_watts": True}, TypeError, "power_watts must be a number"),
    (Device, {"vendor": " "}, ValueError, "vendor must be a text that is not blank"),
    (Device, {"vendor": None}, TypeError, "vendor must be a text, got None"),
    (
        Device,
        {"kind": "abacus"},
        ValueError,
        "kind must be one of gpu, tpu, asic, soc, npu, cpu, got 'abacus'",
    ),
    (Device, {"year": 2024.5}, ValueError, "year must be a whole number"),
    (Device, {"aliases": "card"}, TypeError, "aliases must be a list of texts"),
    (Device, {"peak_flops": 1e15}, TypeError, "peak_flops must be a table of numbers"),
    (Device, {"peak_flops": {"bf16": 0}}, ValueError, "peak_flops.bf16 must be above zero, got 0"),
    (Device, {"peak_flops": {"bf17": 1e15}}, ValueError, "peak_flops must be one of fp32"),
    (Device, {"link_bytes_per_second": 9e11}, ValueError, "link_direction must be given"),
    (
        Device,
        {"source": "a data sheet"},
        TypeError,
        "source must be a record of type Source, got str",
    ),
    (Dataset, {"tokens": 1.5}, ValueError, "tokens must be a whole number"),
    (Dataset, {"tokens": 0}, ValueError, "tokens must be at least 1"),
    (Link, {"bytes_per_second": None}, TypeError, "bytes_per_second must be a number"),
    (Link, {"line_rate": 1}, TypeError, "line_rate must be True or False"),
    (Storage, {"read_bytes_per_second": None}, ValueError, "read_bytes_per_second must be given"),
    (Grid, {"grams_per_kwh": -1}, ValueError, "grams_per_kwh must be zero or more"),
    (Cooling, {"pue": 0.9}, ValueError, "pue must be at least 1, got 0.9"),
    (Price, {"category": "gift"}, ValueError, "category must be one of api"),
    (Price, {"device_key": "h100-sxm-80gb"}, ValueError, "device_count must be given"),
    (Finding, {"topic": "gossip"}, ValueError, "topic must be one of activation_memory"),
    (Finding, {"value": "2x"}, TypeError, "value must be a number"),
    (Finding, {"value": float("inf")}, ValueError, "value must be finite"),
    (Finding, {"value": None}, ValueError, "value must be given exactly where text is not"),
    (Finding, {"text": "2 -> 3"}, ValueError, "value must be given exactly where text is not"),
    (Finding, {"values": (2.0, 3.0)}, ValueError, "values must be those of a text"),
    (Finding, {"values": 3.0}, TypeError, "values must be a list of numbers"),
    (
        GridDay,
        {"grams_per_kwh": (100.0,) * 23},
        ValueError,
        "grams_per_kwh must have 24 numbers, got 23",
    ),
    (
        GridDay,
        {"grams_per_kwh": (100.0,) * 23 + (-1.0,)},
        ValueError,
        "grams_per_kwh must be zero or more, got -1",
    ),
    (GridDay, {"grams_per_kwh": 100.0}, TypeError, "grams_per_kwh must be a list of numbers"),
    (Quantity, {"category": "gossip"}, ValueError, "category must be one of water"),
    (Quantity, {"value": -1}, ValueError, "value must be zero or more, got -1"),
    (
        Quantity,
        {"device_count": 8},
        ValueError,
        "device_count must be given exactly where device_key is",
    ),
    (Run, {"mfu": 40}, ValueError, "mfu must be a share of at most 1, got 40"),
    (Run, {"kind": "walk"}, ValueError, "kind must be one of full_run"),
    (DiffusionTransformer, {"single_layers": 0}, ValueError, "single_layers must be at least 1"),
    (
        UNet,
        {"transformer_depth": (1,)},
        ValueError,
        "transformer_depth must have one number a level, got 1 for 2",
    ),
    (
        UNet,
        {"channel_multipliers": 3},
        TypeError,
        "channel_multipliers must be a list of whole numbers",
    ),
    (UNet, {"head_dim": 4}, ValueError, "n_heads must be given where head_dim is not"),
    (EncoderDecoder, {"decoder_layers": -1}, ValueError, "decoder_layers must be at least 1"),
]


@pytest.mark.parametrize("kind", GOOD, ids=lambda kind: kind.__name__)
def test_a_record_needs_no_more_than_this(kind: type) -> None:
    record = kind(**GOOD[kind])
    assert record.source is SOURCE
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.source = None  # type: ignore[misc]
    with pytest.raises(TypeError):
        kind("positional")


@pytest.mark.parametrize(
    ("kind", "change", "error", "message"), BAD, ids=lambda item: str(item)[:40]
)
def test_bad_values_name_field_and_rule(
    kind: type, change: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        kind(**GOOD[kind] | change)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("kind", GOOD, ids=lambda kind: kind.__name__)
def test_every_field_has_a_docstring(kind: type) -> None:
    import ast
    import inspect

    body = ast.parse(inspect.getsource(kind)).body[0].body  # type: ignore[attr-defined]
    for statement, after in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.AnnAssign):
            assert isinstance(after, ast.Expr), f"{kind.__name__}.{ast.unparse(statement.target)}"
            assert isinstance(after.value, ast.Constant)


def test_a_link_stated_both_ways_carries_half_one_way() -> None:
    both = Device(**GOOD[Device], link_bytes_per_second=900e9, link_direction="both ways")
    one = Device(**GOOD[Device], link_bytes_per_second=900e9, link_direction="one way")
    assert both.link_one_way_bytes_per_second == 450e9
    assert one.link_one_way_bytes_per_second == 900e9
    assert Device(**GOOD[Device]).link_one_way_bytes_per_second is None


def test_tables_are_read_only() -> None:
    given = {"bf16": 1e15}
    device = Device(**GOOD[Device], peak_flops=given)
    with pytest.raises(TypeError):
        device.peak_flops["bf16"] = 2e15  # type: ignore[index]
    given["bf16"] = 3e15
    assert device.peak_flops["bf16"] == 1e15


def test_a_device_can_be_swept() -> None:
    device = dataclasses.replace(
        Device(**GOOD[Device]), memory_bytes_per_second=np.array([1e12, 2e12])
    )
    assert np.array_equal(device.memory_bytes_per_second, [1e12, 2e12])
    with pytest.raises(ValueError, match="memory_bytes_per_second must be above zero"):
        dataclasses.replace(device, memory_bytes_per_second=np.array([1e12, 0.0]))


def test_carbon_in_si_units() -> None:
    grid = Grid(**GOOD[Grid])  # 400 g/kWh
    assert grid.carbon_kg_per_joule * 3.6e6 == pytest.approx(0.4)  # kg for 1 kWh
    assert Grid(**GOOD[Grid] | {"grams_per_kwh": 0}).carbon_kg_per_joule == 0


def test_price_of_one_device_for_one_hour() -> None:
    machine = GOOD[Price] | {
        "unit": "USD/instance-hour",
        "device_key": "h100-sxm-80gb",
        "device_count": 8,
    }
    assert Price(**machine, notes="eight cards").usd_per_device_hour == 0.25
    assert Price(**GOOD[Price]).usd_per_device_hour is None  # which device it is was not stated
    assert Price(**machine | {"unit": "USD/month"}).usd_per_device_hour is None


def test_only_a_measured_energy_counts_as_measured() -> None:
    bases = {
        "measured (mean of 4 runs)": True,
        "circular: TDP": False,
        "power measured by others": False,
        "": False,
    }
    for basis, measured in bases.items():
        assert Run(**GOOD[Run], energy_basis=basis).energy_measured is measured


def test_memory_in_gib_is_binary() -> None:
    assert Run(**GOOD[Run], peak_memory_gib=2).peak_memory_bytes == 2 * 1024**3
    assert Run(**GOOD[Run]).peak_memory_bytes is None
