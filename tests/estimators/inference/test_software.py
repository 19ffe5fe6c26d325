"""What kinds of programs reach: against the table of constants, and each difference in a pass."""

from __future__ import annotations

import pytest

from course_lib.catalog import models
from course_lib.catalog.constants import constant, trying
from course_lib.estimators.inference import SOFTWARE, Machine
from course_lib.estimators.inference.software import PIECE, software

LLAMA = models["llama-3-8b"]


def test_every_kind_is_whole_and_reads_the_table_when_asked() -> None:
    for name in SOFTWARE:
        found = software(name)
        assert found.name == name
    with trying({"answer-layer": 1.0}):
        assert software("server").layer_seconds == 1.0
    assert software("server").layer_seconds == constant("answer-layer")


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="software must be one of tuned, server"):
        software("fast")


def test_a_server_spends_time_on_each_sequence() -> None:
    """Beside the step's own time, which is that of the host's loop."""
    one, many = (
        Machine(device="H100", software="server").host_seconds(batch) for batch in (1, 1001)
    )
    assert many - one == pytest.approx(1000 * constant("answer-sequence-server"))


def test_unfused_attention_moves_its_scores() -> None:
    """Prompts of one sequence: half of the pairs, in 32 heads and layers, on cards alike."""
    prompt = 8192
    machine = Machine(device="RTX 4090", software="llama.cpp")
    with trying({"answer-scores": 0.0}):
        without = machine.run(LLAMA, 1, prompt).seconds
    scores = 32 * 32 * prompt * (prompt + 1) / 2
    rate = constant("answer-bandwidth") * 1008e9
    moved = scores * constant("answer-scores") / rate
    assert machine.run(LLAMA, 1, prompt).seconds - without == pytest.approx(moved, rel=1e-6)


def test_llama_cpp_adds_up_in_fp16_where_that_is_quicker() -> None:
    """A GeForce card is twice as fast then; a card for data centres is not."""
    times = {
        name: [
            Machine(device=name, software=kind, peak_reached=0.5).run(LLAMA, 1, 1024).products
            for kind in ("llama.cpp", "tuned")
        ]
        for name in ("RTX 3090", "A100 SXM 80GB")
    }
    ratio = {
        name: slow.arithmetic_seconds / quick.arithmetic_seconds
        for name, (quick, slow) in times.items()
    }
    assert ratio == {"RTX 3090": pytest.approx(2.0), "A100 SXM 80GB": 1.0}


def test_stacked_memory_is_slower_in_llama_cpp_alone() -> None:
    for name, part in (("llama.cpp", constant("answer-bandwidth-llama-stacked")), ("tuned", None)):
        machine = Machine(device="A100 SXM 80GB", software=name)
        found = machine.run(LLAMA, 1, 1, 99).products.memory_seconds
        weights = machine.weight_bytes(LLAMA, 1)
        assert found == pytest.approx(weights / (2039e9 * (part or constant("answer-bandwidth"))))


def test_a_prompt_goes_through_stages_in_pieces() -> None:
    quick = [
        Machine(device="RTX 3090", software="llama.cpp", stages=4).run(LLAMA, 1, tokens).overlap
        for tokens in (PIECE, 4 * PIECE)
    ]
    full = 4 * 4 / (4 + 3)
    assert quick == [1.0, pytest.approx(1 + constant("answer-pipeline") * (full - 1))]
