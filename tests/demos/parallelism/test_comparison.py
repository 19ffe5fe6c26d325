"""Every way to share a training step equals one process; bytes are counted against arithmetic. No
time is judged."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from course_lib.demos import parallelism, tiny_gpt
from course_lib.demos.parallelism import launch, main, programs, standins
from course_lib.demos.parallelism.case import Case
from course_lib.estimators.layout import Layout
from course_lib.estimators.memory import states

ROOT = Path(__file__).parents[3]
COUNT = 4
CASE = Case(layers=4, d_model=32, seq=16, batch=8)


@pytest.fixture(scope="module")
def ranks() -> Iterator[launch.Ranks]:
    with launch.Ranks(COUNT) as made:
        yield made


@pytest.fixture(scope="module")
def compared(ranks: launch.Ranks) -> dict[str, parallelism.Compared]:
    return {found.program: found for found in parallelism.beside_one(ranks, case=CASE)}


def test_one_process_is_plain_training() -> None:
    """Written out once more, without a plan or a program."""
    gpt = CASE.gpt()
    optimizer = torch.optim.AdamW(gpt.parameters(), lr=CASE.learning_rate, eps=1e-6)
    losses = []
    for inputs, targets in CASE.pieces():
        optimizer.zero_grad()
        loss = tiny_gpt.loss(gpt, inputs, targets)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    found = parallelism.alone(CASE)
    assert found.losses == losses
    assert losses[0] != losses[1]
    assert all(torch.equal(found.weights[name], weight) for name, weight in gpt.named_parameters())


@pytest.mark.parametrize("program", parallelism.SHARED)
def test_each_program_equals_one_process(
    compared: dict[str, parallelism.Compared], program: str
) -> None:
    found = compared[program]
    assert found.loss_error < 1e-6
    assert found.gradient_error < 1e-5
    assert found.weight_error < 1e-4


def test_what_each_rank_holds(compared: dict[str, parallelism.Compared]) -> None:
    weights = 4 * sum(weight.numel() for weight in CASE.gpt().parameters())
    parts = ("weights", "gradients", "optimizer")
    held = {
        name: tuple(found.held_bytes[part] / weights for part in parts)
        for name, found in compared.items()
    }
    assert held["ddp"] == (1, 1, 2)
    assert (
        held["zero1"][:2] == (1, 1) and 0.5 <= held["zero1"][2] < 0.6
    )  # whole matrices: not quite even
    assert held["zero2"] == (1, 1 / 4, 1 / 2)
    assert held["zero3"] == (1 / 4, 1 / 4, 1 / 2)
    assert compared["zero3"].states * COUNT == compared["ddp"].states


@pytest.mark.parametrize(("stage", "program"), [(0, "ddp"), (2, "zero2"), (3, "zero3")])
def test_the_estimator_counts_the_same_bytes(
    compared: dict[str, parallelism.Compared], stage: int, program: str
) -> None:
    weights = sum(weight.numel() for weight in CASE.gpt().parameters())
    found = states.of_weights(
        weights, layout=Layout(data=COUNT, zero=stage), recipe=states.Recipe(format="fp32")
    )
    held = compared[program].held_bytes
    assert (found.weights, found.gradients, found.optimizer) == tuple(held[part] for part in held)


def test_what_a_tensor_rank_and_a_stage_hold(compared: dict[str, parallelism.Compared]) -> None:
    gpt = CASE.gpt()
    matrices = sum(
        weight.numel()
        for name, weight in gpt.named_parameters()
        if "blocks" in name and "norm" not in name
    )
    whole = sum(weight.numel() for weight in gpt.parameters())
    assert compared["tensor"].held_bytes["weights"] == 4 * (whole - matrices * 3 // 4)
    block = sum(weight.numel() for weight in gpt.blocks[0].parameters())
    first = gpt.tokens.weight.numel() + gpt.positions.weight.numel() + block
    assert (
        compared["1f1b"].held_bytes["weights"]
        == compared["gpipe"].held_bytes["weights"]
        == 4 * first
    )


def test_a_wrong_program_would_be_seen(ranks: launch.Ranks) -> None:
    """The comparison can fail: other data, and a case that other ranks do not have."""
    found = ranks.run(programs.train, "ddp", CASE)
    other = parallelism.alone(replace(CASE, learning_rate=2e-3))
    assert parallelism.compared("ddp", found, other).weight_error > 1e-3
    with pytest.raises(ValueError, match="tensors differ: blocks"):
        parallelism.compared("ddp", found, parallelism.alone(replace(CASE, layers=5)))


def test_what_does_not_divide_is_named() -> None:
    for program, case, message in (
        ("ddp", replace(CASE, batch=7), "batch must be a multiple of the 2 ranks, got 7"),
        ("tensor", replace(CASE, n_heads=1), "n_heads must be a multiple of the 2 ranks, got 1"),
        ("gpipe", replace(CASE, layers=1), "layers must be at least the 2 ranks, got 1"),
        (
            "1f1b",
            replace(CASE, micro_batches=3),
            "batch must be a multiple of micro_batches=3, got 8",
        ),
    ):
        with pytest.raises(
            launch.RankFailure, match=f"ranks 0, 1 of 2 raised ValueError: {message}"
        ):
            launch.run(programs.train, 2, program, case)


def test_unknown_programs_are_named(ranks: launch.Ranks) -> None:
    with pytest.raises(KeyError, match="no program 'magic': there are ddp, zero1"):
        parallelism.beside_one(ranks, ["magic"])
    with pytest.raises(KeyError, match="no program 'magic'"):
        programs.train("magic", CASE)


def test_stand_ins_take_at_least_their_wait(ranks: launch.Ranks) -> None:
    job = parallelism.StandInStep(compute_seconds=0.04, gradient_bytes=400, steps=1)
    jobs = {"even": job, "slow": replace(job, slow_rank=1, slow_factor=3.0)}
    found = parallelism.times(ranks, jobs, counts=[1, 2, 4])
    assert [found["even"][place] >= wait for place, wait in enumerate((0.04, 0.02, 0.01))] == [
        True
    ] * 3
    assert found["slow"][1] >= 0.06 and found["slow"][2] >= 0.03  # rank 1 takes part in these


def test_what_each_stand_in_waits_for_and_sends(monkeypatch: pytest.MonkeyPatch) -> None:
    slept, sent = [], []
    monkeypatch.setattr(standins.time, "sleep", slept.append)
    monkeypatch.setattr(
        standins.dist, "all_reduce", lambda tensor, group: sent.append(tensor.nbytes)
    )
    monkeypatch.setattr(standins.dist, "barrier", lambda group: sent.append("wait"))
    job = parallelism.StandInStep(compute_seconds=8.0, gradient_bytes=400, micro_batches=2)
    gradients = torch.ones(100)

    def done(job: parallelism.StandInStep) -> list[object]:
        sent.clear()
        standins._step(job, gradients, standins._waits(job, count=4), None)
        return list(sent)

    assert done(job) == [400] and slept == [1.0, 1.0]
    assert done(replace(job, reduce_each=True)) == [400, 400]
    assert done(replace(job, wait_each=True)) == ["wait", "wait", 400]
    assert standins._waits(replace(job, slow_rank=0, slow_factor=1.5), 4) == [1.5, 1.5]
    assert standins._waits(replace(job, slow_rank=1, slow_factor=1.5), 4) == [1.0, 1.0]
    uneven = standins._waits(replace(job, uneven=0.5, micro_batches=200), 4)
    assert min(uneven) >= 0.005 and max(uneven) <= 0.015 and max(uneven) - min(uneven) > 0.009


def test_a_pipeline_of_stand_ins_takes_at_least_its_bubble(ranks: launch.Ranks) -> None:
    micro_batches, layer = [1, 4], 0.004
    found = parallelism.bubbles(ranks, micro_batches, layer_seconds=layer)
    assert all(
        took >= 3 * layer * (m + COUNT - 1) for took, m in zip(found, micro_batches, strict=True)
    )
    [uneven] = parallelism.bubbles(ranks, [4], layers=[0, 1, 2, 1], layer_seconds=layer)
    assert uneven >= 3 * layer * (2 * 4 + 2)


def test_bad_counts_and_layers_are_named() -> None:
    for work, arguments, message in (
        (standins.scale, ([], [1, 9]), "counts must lie between 1 and the 2 ranks, got 9"),
        (
            standins.pipeline,
            ([1], 0.01, [1]),
            "layers must have one entry for each of the 2 ranks, got 1",
        ),
    ):
        with pytest.raises(launch.RankFailure, match=message):
            launch.run(work, 2, *arguments)


def torchrun(*arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "torch.distributed.run",
        "--standalone",
        "--nproc-per-node",
        "2",
    ]
    command += ["-m", "course_lib.demos.parallelism.main", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment)


@pytest.mark.skipif(
    sys.platform == "win32", reason="torchrun on Windows needs a build of torch with libuv"
)
def test_the_same_programs_run_under_torchrun() -> None:
    done = torchrun("ddp", "zero3")
    assert done.returncode == 0, done.stderr
    assert "2 ranks on 1 host names, gloo" in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines() if " off by " in line] == [
        "ddp",
        "zero3",
    ]
    assert done.stdout.splitlines()[-1] == "equal to one process"


def test_without_torchrun_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(RuntimeError, match="start this with torchrun"):
        main.join(None)
    with pytest.raises(SystemExit):
        main.main(["magic"])
    assert "no program 'magic'" in capsys.readouterr().err
