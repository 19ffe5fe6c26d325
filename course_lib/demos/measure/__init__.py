"""Measuring: seconds with their spread, whether two of them differ clearly, how busy the machine
is, how many threads are quickest, how far a long loop has come; floating-point operations, weights
and bytes."""

from course_lib.demos.measure.busy import Quiet, quiet
from course_lib.demos.measure.comparing import clearly
from course_lib.demos.measure.counts import (
    count_flops,
    count_parameters,
    saved_bytes,
    weight_bytes,
)
from course_lib.demos.measure.preparing import Prepared, prepare
from course_lib.demos.measure.progress import track
from course_lib.demos.measure.threads import Threads, quickest_threads, using_threads
from course_lib.demos.measure.timings import (
    Timing,
    time_call,
    time_rounds,
    timing,
    wait_for_accelerator,
)

__all__ = [
    "Prepared",
    "Quiet",
    "Threads",
    "Timing",
    "clearly",
    "count_flops",
    "count_parameters",
    "prepare",
    "quickest_threads",
    "quiet",
    "saved_bytes",
    "time_call",
    "time_rounds",
    "timing",
    "track",
    "using_threads",
    "wait_for_accelerator",
    "weight_bytes",
]
