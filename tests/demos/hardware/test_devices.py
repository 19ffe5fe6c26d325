"""What devices are called and have, on cards made up for the test: no card is needed."""

from types import SimpleNamespace

import pytest
import torch

from course_lib.demos import hardware
from course_lib.demos.hardware import devices


def nvidia(monkeypatch: pytest.MonkeyPatch, major: int, minor: int) -> None:
    monkeypatch.setattr(torch.version, "hip", None)
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: (major, minor))


def amd(monkeypatch: pytest.MonkeyPatch, architecture: str) -> None:
    card = SimpleNamespace(gcnArchName=f"{architecture}:sramecc+:xnack-", total_memory=2**37)
    monkeypatch.setattr(torch.version, "hip", "6.4.1")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)


def here() -> list[str]:
    """Formats of products that the card has."""
    found = []
    for format in hardware.product_formats("cuda"):
        try:
            devices.need(format, "cuda")
        except hardware.NotHere:
            continue
        found.append(format)
    return found


@pytest.mark.parametrize(
    ("card", "capability", "formats"),
    # what the makers' data sheets list as formats of the tensor cores, beside plain fp32
    [
        ("V100", (7, 0), ["fp32", "fp16"]),
        ("T4", (7, 5), ["fp32", "fp16", "int8"]),
        ("A100", (8, 0), ["fp32", "tf32", "bf16", "fp16", "int8"]),
        ("RTX 4090", (8, 9), ["fp32", "tf32", "bf16", "fp16", "fp8", "int8"]),
        ("H100", (9, 0), ["fp32", "tf32", "bf16", "fp16", "fp8", "int8"]),
    ],
)
def test_formats_of_nvidias_cards(
    card: str, capability: tuple[int, int], formats: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nvidia(monkeypatch, *capability)
    assert here() == formats
    assert devices.software("cuda") == "CUDA 13.0"
    assert devices.fp8("cuda") == torch.float8_e4m3fn


def test_the_reason_names_both_capabilities(monkeypatch: pytest.MonkeyPatch) -> None:
    nvidia(monkeypatch, 8, 0)
    with pytest.raises(hardware.NotHere, match=r"compute capability 8\.9.*this card has 8\.0"):
        devices.need("fp8", "cuda")


@pytest.mark.parametrize(
    ("card", "architecture", "has_fp8", "dtype"),
    [
        ("MI210", "gfx90a", False, torch.float8_e4m3fn),
        ("MI300X", "gfx942", True, torch.float8_e4m3fnuz),
        ("MI355X", "gfx950", True, torch.float8_e4m3fn),
    ],
)
def test_amds_cards_are_called_by_their_own_name(
    card: str,
    architecture: str,
    has_fp8: bool,
    dtype: torch.dtype,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    amd(monkeypatch, architecture)
    assert devices.software("cuda") == "ROCm 6.4.1"
    assert devices.architecture("cuda") == architecture
    assert ("fp8" in here()) is has_fp8
    assert "tf32" not in here() and {"fp32", "bf16", "fp16", "int8"} <= set(here())
    assert devices.fp8("cuda") == dtype
    assert devices.memory_bytes("cuda") == 2**37


def test_processors_and_apple() -> None:
    assert hardware.software("cpu") == "" and hardware.software("mps") == "Metal (mps)"
    assert hardware.memory_bytes("cpu") is None and hardware.memory_bytes("mps") is None
    assert "int8" in hardware.product_formats("cpu")
    assert hardware.product_formats("mps") == ("fp32", "bf16", "fp16")
    for device in ("cpu", "cuda", "mps"):
        assert set(hardware.formats(device)) <= set(hardware.product_formats(device))


def test_a_processor_needs_no_warming_and_a_card_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[int] = []
    monkeypatch.setattr(torch.accelerator, "synchronize", lambda: waits.append(1))
    hardware.warm_up("cpu")
    assert not waits
    ones = torch.ones
    monkeypatch.setattr(torch, "ones", lambda *shape, device: ones(8, 8))
    hardware.warm_up("cuda", seconds=0.01)
    assert waits


def test_an_unknown_device_is_refused() -> None:
    with pytest.raises(ValueError, match="device must be one of cpu, cuda, mps, got 'abacus'"):
        hardware.kind("abacus")
    with pytest.raises(ValueError, match="device must be one of cpu, cuda, mps, got 'xpu'"):
        hardware.kind("xpu")
