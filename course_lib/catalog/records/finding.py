"""The record of a published effect: what somebody measured or worked out when one thing was
changed.

Design choices:
- A finding is kept as published. One number stands in `value`; anything else (a formula, a before
  and after, a range) stands in `text`, and `values` holds its numbers in the order of the text
  where they can be told apart.
- Findings of one `topic` go together. The keys are those of the table they were gathered in, short
  and lasting; the `name`, made of claim and setting, says what each is about.
"""

from __future__ import annotations

from dataclasses import dataclass

from course_lib.catalog.record import check_fields
from course_lib.catalog.records.source import Source

FINDING_TOPICS = (
    "activation_memory",
    "agent_cache",
    "agent_context",
    "agent_time",
    "agent_turns",
    "bandwidth_myth",
    "cache_price",
    "checkpoint",
    "checkpointing_cost",
    "chunked_prefill",
    "cluster_day",
    "cost_per_task",
    "coverage",
    "cpu_vs_gpu",
    "data_gain",
    "data_sold",
    "disaggregation",
    "distillation",
    "energy_myth",
    "expert_parallel",
    "failures",
    "few_steps",
    "flops_trap",
    "fp4",
    "fp8",
    "goodput",
    "hardware_gain",
    "hours",
    "inference_share",
    "kv_fp8",
    "kv_size",
    "many_adapters",
    "mfu",
    "mfu_scale",
    "mlperf",
    "multi_gpu_inference_myth",
    "noise",
    "paged_kv",
    "peak_myth",
    "pictures_at_once",
    "pixels_or_latents",
    "prefix_cache",
    "quantisation_accuracy",
    "quantisation_speed",
    "reliability",
    "rent_prices",
    "rent_vs_buy",
    "rl_compute",
    "samples",
    "scaling_myth",
    "software_gain",
    "speculative",
    "speedup_myth",
    "task_scores",
    "test_time",
    "throughput",
    "tokens",
    "tokens_per_task",
    "tokens_price_trap",
    "tokens_served",
    "video",
    "weights_transfer",
    "zero_memory",
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """One published effect in one setting.

    >>> from course_lib.catalog import findings
    >>> batching = findings["c198"]
    >>> batching.claim, batching.metric
    ('batching cuts energy per token', 'J/token at max_num_seqs 8 / 128 / 768')
    >>> batching.values
    (0.4548, 0.0951, 0.0713)
    >>> zero = findings["c012"]
    >>> zero.setting, zero.value, zero.unit
    ('7.5B params, DP 64, P_os+g+p', 1.88, 'GB')
    """

    topic: str
    """What the finding is about: one of `FINDING_TOPICS`."""
    claim: str
    """What it says, in a few words. Several settings may share it."""
    setting: str = ""
    """Model, device, count, format: under what conditions it was found. Blank where the claim says
    it all."""
    metric: str
    """What the value is a value of; "formula" for a formula."""
    value: float | None = None
    """The number, in `unit`; None where it is not a single number."""
    text: str = ""
    """What was published in place of a single number: a formula, a before and after, a range, a
    list."""
    values: tuple[float, ...] = ()
    """The numbers of `text`, in its order and in `unit`; empty for a formula or a sentence."""
    unit: str = ""
    """Unit of the value, as published; "fraction" for a share of one. Blank for a count or a
    ratio."""
    source: Source
    """Where it stands."""
    notes: str = ""
    """What else is stated."""

    def __post_init__(self) -> None:
        check_fields(self, signed=("value",), choices={"topic": FINDING_TOPICS})
        if (self.value is None) == (not self.text):
            raise ValueError(
                f"value must be given exactly where text is not, got {self.value} and {self.text!r}"
            )
        if self.values and not self.text:
            raise ValueError(f"values must be those of a text, got {self.values} without one")

    @property
    def name(self) -> str:
        """Claim, setting and metric in one line; no two findings share it.

        >>> from course_lib.catalog import findings
        >>> findings["c209"].name
        'OPT-175B restarts, ~33 days, 1024 A100, restarts'
        """
        return ", ".join(filter(None, (self.claim, self.setting, self.metric)))
