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
LONG = (
    *("llama-3-8b", "--serve", *H100, "--prompt", "20000", "--answer", "300"),
    *("--arrivals", "1"),
)


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
        ("llama-3-8b", "--tokens", "1T", *H100, "--devices", "2"),
        (r"\nMay not fit: .*GB at its upper end", "The nearest that surely fit:"),
    ),
    "a layout that surely fits beside a quicker one that may not": Call(
        ("llama-3-8b", "--tokens", "1T", *H100, "--devices", "8"), (r"\nFits: ",)
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
        ("--price must be above zero",),
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
    "texts longer than a learned table of positions": Call(
        ("gpt-2-124m", "--tokens", "1B", *H100, "--devices", "8", "--seq", "8192"),
        ("seq must be at most 1024 tokens, the learned positions of GPT-2-124M, got 8192",),
        1,
    ),
    "texts as long as a learned table of positions": Call(
        ("gpt-2-124m", "--tokens", "1B", *H100, "--devices", "8", "--seq", "1024"), (r"\nFits: ",)
    ),
    "texts longer than a model with rotary positions was published with": Call(
        ("llama-3-8b", "--tokens", "100B", *H100, "--devices", "64", "--seq", "16384"),
        ("- Texts of 16384 tokens are longer than the 8192 positions the model was published",),
    ),
    "a model of which parts are left out": Call(
        ("qwen3-5-27b", "--tokens", "100B", *H100, "--devices", "64"),
        ("- Configuration: vision_config: the vision part is not counted",),
    ),
    "an encoder-decoder of the catalog": Call(
        ("t5-11b", "--tokens", "1B", *H100, "--devices", "8"),
        ("T5-11B: an encoder-decoder, of which the catalog holds a few sizes", "--config"),
        1,
    ),
    "a model that nobody knows": Call(
        ("gpt-4", "--tokens", "1B", *H100, "--devices", "8"), ("its makers publish no arch",), 1
    ),
    "a model of pictures": Call(
        ("sdxl-base-unet", "--tokens", "1B", *H100, "--devices", "8"), ("a model of pictures",), 1
    ),
    "ranks that cannot share the key-value heads": Call(
        ("qwen2.5-7b", "--tokens", "1B", *H100, "--devices", "7", "--tensor", "7"),
        ("divide the 4 key-value heads or be a multiple of them", "nearest that does is 4"),
        1,
    ),
    "ranks that share recurrent heads": Call(
        ("mamba-codestral-7b", "--tokens", "100B", *H100, "--devices", "8", "--tensor", "2"),
        (r"\nFits: ", "tensor 2", "no layer attends"),
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
    "a service of texts longer than the model was published with": Call(
        (*LONG, "--first-token", "10"),
        ("Holds the limits", "- Texts of 20300 tokens are longer than the 8192 positions"),
    ),
    "the same, which nothing holds": Call(
        (*LONG, "--first-token", "0.001"),
        ("Does not hold", "- Texts of 20300 tokens are longer than the 8192 positions"),
        3,
    ),
    "a launch line for texts that vLLM refuses": Call(
        (*LONG, "--first-token", "10", "--export", "vllm"),
        ("20300 tokens, more than the 8192 positions that Llama-3-8B was published with",),
        1,
    ),
    "a launch line for answers that may reach the last position": Call(
        (
            *("llama-3-8b", "--serve", *H100, "--prompt", "5000", "--answer", "1000"),
            *("--arrivals", "1", "--first-token", "10", "--export", "vllm"),
        ),
        ("# a text ends at 8192 tokens, the positions of", "--max-model-len 8192"),
    ),
    "a service of texts longer than a learned table": Call(
        (
            *("gpt-2-xl", "--serve", *H100, "--prompt", "1000", "--answer", "25"),
            *("--arrivals", "1", "--first-token", "10"),
        ),
        ("--prompt and --answer together must be at most 1024 tokens", "got 1025"),
        1,
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
    flowing = re.sub(r"\n {2}(?=\S)", " ", text)  # sentences may go over several lines
    for pattern in call.says:
        assert re.search(pattern, text) or re.search(pattern, flowing), (
            f"no {pattern!r} in:\n{text}"
        )
    pasted = {"--export", "--json"} & {*call.words}  # a launch line goes on as it stands
    if code in (0, 3) and not pasted:
        assert max(map(len, text.splitlines())) < 80, text
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


WRITERS = {
    "bert": (
        {
            "model_type": "bert", "hidden_size": 128, "num_hidden_layers": 2,
            "num_attention_heads": 2, "intermediate_size": 512, "vocab_size": 30522,
            "max_position_embeddings": 512, "architectures": ["BertForMaskedLM"],
        },
        "must be a decoder, got .*, whose layers see all tokens",
    ),
    "reward": (
        {
            "model_type": "qwen3", "hidden_size": 1024, "num_hidden_layers": 4,
            "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128,
            "intermediate_size": 3072, "vocab_size": 151936, "num_labels": 1,
            "max_position_embeddings": 40960, "architectures": ["Qwen3ForSequenceClassification"],
        },
        "must have a head that writes words, got reward, whose head has 1 rows",
    ),
    "t5": (
        {
            "model_type": "t5", "d_model": 512, "d_kv": 64, "d_ff": 2048, "num_layers": 2,
            "num_heads": 8, "vocab_size": 32128, "architectures": ["T5ForConditionalGeneration"],
        },
        "must be a decoder alone, got t5, an encoder-decoder",
    ),
}  # fmt: skip
"""Configurations of models that write no text as a decoder does, and what is said of each."""


@pytest.mark.parametrize("name", list(WRITERS))
def test_a_service_needs_a_model_that_writes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes, rule = WRITERS[name]
    (tmp_path / f"{name}.json").write_text(json.dumps(sizes), encoding="utf-8")
    config = ("--config", str(tmp_path / f"{name}.json"))
    asked = (*SERVE[:-4], "--prompt", "100", "--answer", "50")
    code, text = _called(
        (*config, *asked, "--arrivals", "1", "--first-token", "5"), monkeypatch, capsys
    )
    assert code == 1 and re.search(rule, text), text
    # Trained it may be.
    run = ("--tokens", "1B", *H100, "--devices", "1", "--seq", "512")
    code, text = _called((*config, *run), monkeypatch, capsys)
    assert code == 0, text
    sees = "sees all pairs" if name == "bert" else "skips the pairs that the mask hides"
    assert sees in text


def test_a_saved_service_is_told_from_a_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ("qwen3-5-27b", *SERVE, "--arrivals", "1", "--json")
    for first, code in (("5", 0), ("0.001", 3)):
        found, text = _called((*asked, "--first-token", first), monkeypatch, capsys)
        assert found == code
        # The model's gaps stand in the data too, whether the service holds or not.
        assert any("vision" in each for each in json.loads(text)["assumptions"])
        (tmp_path / "service.json").write_text(text, encoding="utf-8")
        found, text = _called(("--from", str(tmp_path / "service.json")), monkeypatch, capsys)
        assert found == 1 and "plan of a service; --from reads training plans" in text


def test_steps_are_one_whole_number_everywhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A trillion tokens in steps of 1024 sequences of 4096 tokens: 238 418.58 steps."""
    call = ("llama-3-8b", "--tokens", "1T", *H100, "--devices", "8", "--batch", "1024")
    said = [
        _called((*call, *more), monkeypatch, capsys)[1]
        for more in ((), ("--json",), ("--export", "torchtitan"))
    ]
    assert "\nSteps: 238 419 of 1 024 sequences of 4 096 tokens" in said[0]
    assert json.loads(said[1])["run"]["steps"] == 238419
    assert "--training.steps=238419 " in said[2]


def test_many_cards_are_counted_in_one_form(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ("llama-3-8b", *SERVE, "--arrivals", "200000", "--first-token", "10")
    text = _called(call, monkeypatch, capsys)[1]
    assert re.search(r"with \d\d \d{3} cards: \d\d \d{3} copies", text), text
    assert re.search(r"\d\d \d{3} cards are needed", text) and "thousand" not in text
