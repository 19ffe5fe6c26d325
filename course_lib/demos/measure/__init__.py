"""Measuring: seconds with their spread, whether two of them differ clearly, how busy the machine
is, how many threads are quickest; floating-point operations, weights and bytes."""

from course_lib.demos.measure.busy import Quiet, quiet
from course_lib.demos.measure.comparing import clearly
from course_lib.demos.measure.counts import (
    count_flops,
    count_parameters,
    saved_bytes,
    weight_bytes,
)
from course_lib.demos.measure.threads import Threads, quickest_threads, using_threads
from course_lib.demos.measure.timings import (
    Timing,
    time_call,
    time_rounds,
    timing,
    wait_for_accelerator,
)

__all__ = [
    "Quiet",
    "Threads",
    "Timing",
    "clearly",
    "count_flops",
    "count_parameters",
    "quickest_threads",
    "quiet",
    "saved_bytes",
    "time_call",
    "time_rounds",
    "timing",
    "using_threads",
    "wait_for_accelerator",
    "weight_bytes",
]
