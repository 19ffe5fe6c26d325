"""What a program may fill of a device's memory."""

from dataclasses import replace

import pytest

from course_lib.catalog import devices
from course_lib.estimators.memory.room import usable_bytes

CARD = replace(devices["H100"], memory_bytes=80e9, usable_memory_bytes=None)


def test_a_share_of_the_stated_memory_or_nine_tenths_of_what_a_process_gets() -> None:
    assert usable_bytes(CARD, 0.96) == pytest.approx(76.8e9)
    # 85.0 GB as the driver reports them; the share of the stated memory no longer counts
    reported = replace(CARD, usable_memory_bytes=85.0e9)
    assert usable_bytes(reported, 0.96) == usable_bytes(reported, 0.5) == pytest.approx(76.5e9)


def test_a_device_without_memory_is_named() -> None:
    with pytest.raises(ValueError, match="device must have a stated memory, H100 SXM"):
        usable_bytes(replace(CARD, memory_bytes=None), 0.9)
    with pytest.raises(ValueError, match="share must be above 0 and at most 1"):
        usable_bytes(CARD, 1.5)
