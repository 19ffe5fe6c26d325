"""The record of a device: what computes, how fast it is said to be, and what it is wired to.

Peaks are dense: data sheets like to print twice as much, for matrices of which half is zero. Memory
is counted in decimal bytes as the vendor prints it, so a card sold with 80 GB has 80e9 of them
here, although its chips hold some more. A property turns a link's stated speed into what one
direction carries, because half of the data sheets add both directions up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from course_lib import checks
from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

FORMATS = ("fp32", "tf32", "fp16", "bf16", "fp8", "int8", "fp4")
DEVICE_KINDS = ("gpu", "tpu", "asic", "soc", "npu", "cpu")
ONE_WAY, BOTH_WAYS = "one way", "both ways"


@dataclass(frozen=True, kw_only=True, eq=False)
class Device:
    """A processor or accelerator as published. None stands for "not stated".

    >>> from course_lib.catalog import devices
    >>> card = devices["H100"]
    >>> card.name, card.peak_flops["bf16"], card.memory_bytes
    ('H100 SXM 80GB', 989000000000000.0, 80000000000.0)
    >>> card.link_bytes_per_second, card.link_one_way_bytes_per_second  # 900 GB/s: both directions
    (900000000000.0, 450000000000.0)
    """

    name: str
    """Name as published."""
    vendor: str
    """Who makes it."""
    kind: str
    """gpu, tpu, asic (another accelerator), soc (processor and graphics on one chip), npu (the part
    of a chip that does nothing but neural networks) or cpu."""
    year: int
    """Year of launch, or the year it is announced for."""
    status: str = ""
    """Blank for what is sold; else what it is: announced, and when."""
    aliases: tuple[str, ...] = ()
    """Other names that find it."""

    peak_flops: Mapping[str, float] = field(default_factory=dict)
    """Dense peak by number format, in FLOP/s (operations/s for int8). A format that is missing was
    not stated."""
    fp16_sums_flops: float | None = None
    """Dense peak of fp16 products that are added up in fp16, in FLOP/s, where it is stated to be
    higher than the one in `peak_flops`, which adds up in fp32 (cards for games)."""
    measured_matmul_flops: float | None = None
    """Highest rate measured for bf16 matrix products, in FLOP/s."""
    measured_fp8_matmul_flops: float | None = None
    """Highest rate measured for fp8 matrix products, in FLOP/s."""

    memory_bytes: float | None = None
    """Memory in decimal bytes as published; the largest size sold, where there are several."""
    memory_smallest_bytes: float | None = None
    """The smallest size sold, where there are several, in bytes."""
    usable_memory_bytes: float | None = None
    """What a process can use of it, in bytes, as the driver reports it; None where nobody published
    it. A card sold with "80 GB" often has more than 80e9 bytes. The process's own context comes off
    it: half a GiB, where somebody measured it."""
    memory_type: str = ""
    """Kind of memory."""
    memory_bytes_per_second: float | None = None
    """Memory bandwidth in bytes/s."""

    power_watts: float | None = None
    """Power in watts; `power_term` says which."""
    power_term: str = ""
    """What the power is: thermal design power, maximum, typical."""

    link: str = ""
    """Link to other devices of its kind."""
    link_bytes_per_second: float | None = None
    """Speed of all links of one device together, as stated, in bytes/s; `link_direction` says what
    it counts."""
    link_direction: str | None = None
    """Whether the stated speed is "one way" or the sum of "both ways"."""
    link_note: str = ""
    """What else is stated about the link."""
    host_link: str = ""
    """Link to the host; a name in the catalog of links, or part of one."""

    list_price_usd: float | None = None
    """Price at launch in US dollars."""
    price_note: str = ""
    """What the price is for."""

    source: Source
    """Where the numbers stand."""
    notes: str = ""
    """Where sources disagree, and what else to know."""

    def __post_init__(self) -> None:
        check_fields(self, choices={"kind": DEVICE_KINDS, "link_direction": (ONE_WAY, BOTH_WAYS)})
        for number_format in self.peak_flops:
            checks.one_of("peak_flops", number_format, FORMATS)
        if (self.link_bytes_per_second is None) != (self.link_direction is None):
            raise ValueError("link_direction must be given exactly where link_bytes_per_second is")

    @property
    def link_one_way_bytes_per_second(self) -> float | None:
        """What all links carry one way, in bytes/s: half of a speed stated for both ways."""
        if self.link_bytes_per_second is None:
            return None
        return (
            self.link_bytes_per_second / 2
            if self.link_direction == BOTH_WAYS
            else self.link_bytes_per_second
        )
