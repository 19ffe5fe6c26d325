"""What a machine is called in its record, here and on machines made up for the test."""

import getpass
import platform
import subprocess
from types import SimpleNamespace

import pytest
import torch

from course_lib.commands import this_machine
from course_lib.demos import hardware


def test_names_are_cleaned_and_tell_nothing_of_the_owner() -> None:
    assert (
        this_machine.clean_name("12th Gen Intel(R) Core(TM) i7-1260P")
        == "12th Gen Intel Core i7-1260P"
    )
    machine = this_machine.machine()
    told = " ".join((machine.name, machine.system, machine.torch, machine.software))
    assert platform.node() not in told.split()
    assert getpass.getuser() not in told.split()


def test_a_card_is_named_with_its_software(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SimpleNamespace(total_memory=2**36, gcnArchName="gfx942:xnack-")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA H100 80GB HBM3")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    monkeypatch.setattr(torch.version, "hip", None)
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    machine = this_machine.machine("cuda:0", quiet="quiet")
    assert (machine.name, machine.device) == ("NVIDIA H100 80GB HBM3", "cuda")
    assert (machine.software, machine.memory_bytes) == ("CUDA 13.0", 2**36)
    assert machine.quiet == "quiet" and machine.gpt_threads is None


def test_a_card_of_amd_is_not_called_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SimpleNamespace(total_memory=2**37, gcnArchName="gfx942:xnack-")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "")
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: card)
    monkeypatch.setattr(torch.version, "hip", "6.4.1")
    machine = this_machine.machine("cuda")
    assert (machine.name, machine.software) == ("gfx942", "ROCm 6.4.1")


def test_apples_chips_are_asked_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def say(words: tuple[str, ...], **rest: object) -> SimpleNamespace:
        assert words == ("sysctl", "-n", "machdep.cpu.brand_string")
        return SimpleNamespace(stdout="Apple M2\n")

    monkeypatch.setattr(this_machine.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(subprocess, "run", say)
    machine = this_machine.machine("mps")
    assert (machine.name, machine.device) == ("Apple M2, GPU", "mps")
    assert machine.software == "Metal (mps)"


def test_a_system_that_says_nothing_still_gets_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(words: tuple[str, ...], **rest: object) -> None:
        raise FileNotFoundError(words[0])

    monkeypatch.setattr(this_machine.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(subprocess, "run", fail)
    monkeypatch.setattr(this_machine.platform, "machine", lambda: "arm64")
    assert this_machine.processor_name() == "arm64"


def test_the_door_names_what_the_command_needs() -> None:
    for name in ("kind", "software", "memory_bytes", "architecture", "warm_up"):
        assert name in hardware.__all__
