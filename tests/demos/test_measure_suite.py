"""What `course measure` times: every kind of work once, each with the FLOPs and bytes of its
estimator."""

from course_lib.catalog.machines.record import WORK
from course_lib.demos import hardware, measure_suite, tiny_gpt
from course_lib.estimators import flops


def test_every_piece_has_a_name_of_its_own_and_a_gpu_has_more() -> None:
    names = [name for name, _ in measure_suite.suite()]
    assert len(names) == len(set(names))
    assert len([name for name in names if name.startswith("copy")]) >= 5
    assert len([name for name in names if name.startswith("product") and "fp32" in name]) >= 5
    gpu = [name for name, _ in measure_suite.suite("cuda")]  # named, not run
    assert any("fp16" in name for name in gpu)
    assert len(gpu) > len(names)


def test_every_kind_of_work_is_known_to_the_record_and_none_is_missing() -> None:
    made = [
        hardware.product(8, repeats=1),
        hardware.batch(1, width=8, repeats=1),
        hardware.relu(8, repeats=1),
        hardware.copy(8, repeats=1),
        hardware.attention(8, repeats=1),
        measure_suite.training_step("bf16", repeats=1),
        measure_suite.recomputed_step(repeats=1),
        hardware.decoding_step(8, repeats=1),
        measure_suite.all_reduce(2, size_bytes=4096, repeats=1),
    ]
    assert [one.work for one in made] == list(WORK)


def test_a_step_counts_the_models_flops_in_every_format_and_once_if_recomputed() -> None:
    counted = flops.training_step(tiny_gpt.shape(), measure_suite.BATCH, measure_suite.SEQ)
    steps = [
        measure_suite.training_step("fp32", repeats=1),
        measure_suite.recomputed_step(repeats=1),
    ]
    assert [step.flops for step in steps] == [counted, counted]


def test_a_ring_of_two_sends_the_whole_sum_once() -> None:
    assert measure_suite.all_reduce(2, size_bytes=4096, repeats=1).moved_bytes == 4096
