"""Thirty everyday calls of `course plan`, each with what it must say: no traceback, no nonsense."""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from course_lib import cli
from course_lib.catalog import Device, devices
from course_lib.commands import plan, serve_plan

NONSENSE = re.compile(r"\bnan\b|\binf(inity)?\b|Traceback|(?<![\w.-])-\d|\b0\.0+\b(?! ?[1-9])|None")
"""What no output may hold: no number, one below zero, one that vanished, Python's words."""
H100 = ("--device", "H100")
SERVE = ("--serve", *H100, "--prompt", "1000", "--answer", "300")


@dataclass(frozen=True)
class Call:
    """One call."""

    words: tuple[str, ...]
    """What is typed behind `course plan`."""
    says: tuple[str, ...]
    """Patterns that the output must hold, on either stream."""
    code: int = 0
    """Exit code."""


CALLS = {
    # Runs that fit, from a tiny one to the largest published.
    "a small run on one card": Call(
        ("gpt2", "--tokens", "10B", "--device", "RTX 4090", "--devices", "1"),
        ("GPT-2-124M on 1 x RTX 4090", r"\nFits: ", r"duration +[\d.]+ (h|days)", "Steps: "),
    ),
    "the usual run on a rack": Call(
        ("llama-3-8b", "--tokens", "15T", *H100, "--devices", "512"),
        (r"\nFits: ", r"duration +\d+\.\d days", r"cost +USD [\d.]+ million", "tensor 1"),
    ),
    "the largest published run": Call(
        ("llama-3.1-405b", "--tokens", "15.6T", *H100, "--devices", "16384"),
        (r"\nFits: ", r"duration +\d+(\.\d)? days", r"energy +\d+(\.\d)? GWh"),
    ),
    "a mixture of experts": Call(
        ("mixtral-8x7b", "--tokens", "1T", *H100, "--devices", "96"),
        ("Mixtral-8x7B", r"expert \d", r"days"),
    ),
    "a large mixture on the cards it was trained on": Call(
        ("deepseek-v3", "--tokens", "14.8T", "--device", "H800", "--devices", "2048"),
        ("DeepSeek-V3 on 2048 x H800", r"duration +\d+(\.\d)? days"),
    ),
    "seven cards": Call(
        ("gpt2", "--tokens", "1B", *H100, "--devices", "7"), (r"\nFits: ", "data 7, ")
    ),
    "a thousand cards": Call(
        ("llama-3-8b", "--tokens", "15T", *H100, "--devices", "1000"), ("on 1000 x H100",)
    ),
    "tokens with a blank": Call(
        ("llama-3-8b", "--tokens", "15 T", *H100, "--devices", "512"), ("15.0 trillion tokens",)
    ),
    "a tiny model on a processor": Call(
        ("gpt2", "--tokens", "100M", "--device", "xeon-platinum-8480", "--devices", "1"),
        (r"\nFits: ", r"duration +[\d.]+ (min|h)"),
    ),
    "untuned code": Call(
        ("gpt2", "--tokens", "10B", *H100, "--devices", "8", "--code", "untuned"),
        ("the slower half of published runs",),
    ),
    # Runs that do not fit.
    "7B on one card at home": Call(
        ("llama-2-7b", "--tokens", "1T", "--device", "RTX 4090", "--devices", "1"),
        (r"\nDoes not fit: .*GB in the middle", "The nearest that fit:", "LoRA", "if it fitted"),
        3,
    ),
    "70B on one machine": Call(
        ("llama-3-70b", "--tokens", "15T", *H100, "--devices", "8"),
        (r"\nDoes not fit: ", r"\n- 16 x H100", r"\n- 8 x .* GB on each device"),
        3,
    ),
    "a layout of one's own that does not fit": Call(
        ("llama-3-8b", "--tokens", "1T", *H100, "--devices", "8", "--zero", "0"),
        (r"\nDoes not fit: ", r"\n- ZeRO stage 1: "),
        3,
    ),
    "a layout at the edge": Call(
        ("llama-3-8b", "--tokens", "1T", *H100, "--devices", "8"),
        (r"\nMay not fit: .*GB at its upper end", "The nearest that surely fit:"),
    ),
    # Mistakes.
    "a misspelt model": Call(
        ("lama-3-8b", "--tokens", "15T", *H100, "--devices", "8"), ("nearest: llama-3-8b",), 1
    ),
    "a misspelt card": Call(
        ("gpt2", "--tokens", "15T", "--device", "H1OO", "--devices", "8"), ("nearest: .*h100",), 1
    ),
    "no cards": Call(
        ("gpt2", "--tokens", "1B", *H100, "--devices", "0"), ("devices must be at least 1",), 1
    ),
    "a negative number of tokens": Call(
        ("gpt2", "--tokens=minus", *H100, "--devices", "8"), ("tokens must be a number such as",), 1
    ),
    "a price below nothing": Call(
        ("gpt2", "--tokens", "1B", *H100, "--devices", "8", "--price", "0"),
        ("usd_per_device_hour must be above zero",),
        1,
    ),
    "fewer tokens than a step": Call(
        ("gpt2", "--tokens", "1000", *H100, "--devices", "8"), ("fill at least one step",), 1
    ),
    "half a call": Call(("gpt2", "--tokens", "1B"), ("missing: --device, --devices",), 2),
    "a repository in place of a file": Call(
        ("--config", "org/name", "--tokens", "1B", *H100, "--devices", "8"),
        ("download the repository's config.json",),
        1,
    ),
    "a program for something else": Call(
        ("gpt2", "--tokens", "1B", *H100, "--devices", "8", "--export", "vllm"),
        ("knows torchrun, torchtitan", "--export vllm needs --serve"),
        2,
    ),
    # What a record lacks.
    "a card without a link": Call(
        ("gpt2", "--tokens", "1B", "--device", "no link", "--devices", "8"),
        ("does not state how fast a link", "--devices 1 needs none"),
        1,
    ),
    "a card without that format": Call(
        ("gpt2", "--tokens", "1B", "--device", "only fp32", "--devices", "1"),
        ("does not state a rate of bf16", "--format fp32 would do"),
        1,
    ),
    "a card without memory": Call(
        ("gpt2", "--tokens", "1B", "--device", "no memory", "--devices", "1"),
        ("does not state its memory",),
        1,
    ),
    "a card without a price": Call(
        ("gpt2", "--tokens", "1B", "--device", "no price", "--devices", "8"),
        ("Cost is unknown: no price is known .*; --price gives one", r"cost +unknown"),
    ),
    # Services.
    "a busy service": Call(
        ("llama-3-8b", *SERVE, "--arrivals", "50", "--first-token", "1", "--each-token", "0.03"),
        (r"Holds the limits with \d+ cards", r"first token, p95 +\d+", r"cost, 1M tokens +USD"),
    ),
    "a service of which too much is asked": Call(
        ("llama-3-8b", *SERVE, "--arrivals", "50", "--first-token", "0.001"),
        ("Does not hold the limits on any number of cards", "the first token takes"),
        3,
    ),
    "a service for too few cards": Call(
        (
            *("llama-3-70b", *SERVE, "--arrivals", "20", "--first-token", "3"),
            *("--assert", "devices<=2", "--assert", "memory<0.9"),
        ),
        ("devices<=2 does not hold: devices is",),
        3,
    ),
    "a launch line for a service": Call(
        ("llama-3-8b", *SERVE, "--arrivals", "5", "--first-token", "1", "--export", "vllm"),
        (r"\nvllm serve MODEL --tensor-parallel-size \d",),
    ),
    "a launch line for a run": Call(
        (
            *("llama-3-8b", "--tokens", "15T", *H100, "--devices", "512"),
            *("--export", "torchtitan"),
        ),
        (r"\ntorchrun --nnodes=64 .*torchtitan.train", "--training.seq_len=4096"),
    ),
    "a limit that nobody knows": Call(
        ("gpt2", "--tokens", "1B", *H100, "--devices", "8", "--assert", "speed>1"),
        ("--assert knows no 'speed'. It knows: memory",),
        2,
    ),
}


@pytest.fixture
def lacking(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Devices that each lack one fact, by a name that says so."""
    whole = devices["H100"]
    made = {
        "no link": replace(
            whole,
            name="Linkless",
            link_bytes_per_second=None,
            link_direction=None,
            host_link="",
        ),
        "only fp32": replace(whole, name="Single", peak_flops={"fp32": 1e13}),
        "no memory": replace(whole, name="Forgetful", memory_bytes=None, usable_memory_bytes=None),
        "no price": replace(whole, name="Priceless"),
    }

    def read(name: str) -> Device:
        from course_lib.commands.plan_inputs import read_device

        return made[name] if name in made else read_device(name)

    monkeypatch.setattr(plan, "read_device", read)
    monkeypatch.setattr(serve_plan, "read_device", read)
    yield


def _called(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit code, and both streams with plain blanks; a mistake of the library is let through."""
    monkeypatch.setattr(sys, "argv", ["course", "plan", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), (out + err).replace("\u202f", " ")


def test_there_are_thirty() -> None:
    assert len(CALLS) >= 30


@pytest.mark.usefixtures("lacking")
@pytest.mark.parametrize("name", list(CALLS))
def test_it_says_what_it_must(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = CALLS[name]
    code, text = _called(call.words, monkeypatch, capsys)
    assert code == call.code, text
    for pattern in call.says:
        assert re.search(pattern, text), f"{pattern!r} is not in:\n{text}"
    # Behind "got" an error repeats what was typed.
    said = re.sub(r"\bgot .*", "", text)
    assert not NONSENSE.search(said), f"{NONSENSE.search(said)} in:\n{text}"
    if code in (1, 2):
        assert len(text.strip().splitlines()) == 1, text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_folder_with_blanks_and_umlauts(
    tmp_path: Path,
    encoding: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "Modelle für Übungen" / "kleines Modell"
    folder.mkdir(parents=True)
    sizes = {"model_type": "gpt2", "n_layer": 4, "n_embd": 256, "n_head": 4, "vocab_size": 1000}
    (folder / "config.json").write_text(json.dumps(sizes), encoding=encoding)
    words = ("--config", str(folder), "--tokens", "1B", "--device", "RTX 4090", "--devices", "1")
    code, text = _called(words, monkeypatch, capsys)
    assert code == 0 and text.startswith("kleines Modell on 1 x RTX 4090")
    assert str(tmp_path) not in text and not NONSENSE.search(text)
    # 4 million weights: a batch of four million tokens would be a step for every weight
    batch = re.search(r"of (\d+) sequences of ([\d ]+) tokens", text)
    assert batch and int(batch[1]) * int(batch[2].replace(" ", "")) < 2e5
